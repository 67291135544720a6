"""recipe.json: everything a run needs to make each of its pictures again."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from tonescape.core.store import write_atomically


def write_recipes(path: Path, recipes: Iterable[str]) -> None:
    """Write recipes (JSON texts) as one JSON list, in order, indented so that two runs can be compared line by line.

    Raises ValueError where a text is not JSON (they come from `plan`, so that is our mistake), OutputError where
    the file cannot be written.
    """
    items = [json.loads(recipe) for recipe in recipes]
    text = json.dumps(items, ensure_ascii=False, indent=1, allow_nan=False)
    write_atomically(path, text.encode("utf-8", "backslashreplace") + b"\n")
