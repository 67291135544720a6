"""How far each number in a report can be trusted."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files

NOT_YET = "not yet checked"

_FIGURE = re.compile(r"\b(?:r = |AUC |right for )-?[0-9.]*[0-9]")


@cache
def _table() -> dict[str, str]:
    """accuracy.json beside this file, {name: one line}; commands that evaluate write it. Absent: nothing measured."""
    file = files("tonescape.show").joinpath("accuracy.json")
    return (
        {str(name): str(line) for name, line in json.loads(file.read_text("utf-8")).items()} if file.is_file() else {}
    )


def accuracy(name: str) -> str:
    """What was measured about the number `name` (a feature, "valence", "arousal"), or "not yet checked"."""
    return _table().get(name, NOT_YET)


def figure(name: str) -> str:
    """The first figure of that line alone: "r = 0.64", "AUC 0.88"; the whole line where there is none."""
    line = accuracy(name)
    found = _FIGURE.search(line)
    return found[0] if found else line
