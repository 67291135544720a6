"""How far each number in a report can be trusted."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

NOT_YET = "not yet measured"


@cache
def _table() -> dict[str, str]:
    """accuracy.json beside this file, {name: one line}; commands that evaluate write it. Absent: nothing measured."""
    file = files("tonescape.show").joinpath("accuracy.json")
    return (
        {str(name): str(line) for name, line in json.loads(file.read_text("utf-8")).items()} if file.is_file() else {}
    )


def accuracy(name: str) -> str:
    """What was measured about the number `name` (a feature, "valence", "arousal"), or "not yet measured"."""
    return _table().get(name, NOT_YET)
