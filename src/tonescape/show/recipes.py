"""recipe.json: everything a run needs to make each of its pictures again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from tonescape.core.errors import InputError, UsageError
from tonescape.core.store import write_atomically
from tonescape.plan import recipe
from tonescape.show.cover import read_recipe

SUFFIXES = frozenset({".json", ".jpg", ".jpeg", ".png"})
"""of files that hold recipes: recipe.json, and the pictures themselves"""

CAP = 64 * 2**20
"""most bytes of a recipe.json that are read"""


def read_all(files: Sequence[Path]) -> list[recipe.Recipe]:
    """The recipes in several files, in order. UsageError where engine, size or lettering differ: one run has one."""
    found = [each for path in files for each in read_recipes(path)]
    if len({(each.engine, each.size, each.lettering) for each in found}) > 1:
        raise UsageError(
            "these recipes are for different engines, sizes, layouts, places or fonts; paint each kind apart"
        )
    if not found:
        raise InputError(f"{files[0]}: holds no recipe")
    return found


def read_recipes(path: Path) -> Iterator[recipe.Recipe]:
    """The recipes in a recipe.json or in a picture; InputError, naming the file, where there is none."""
    try:
        if path.suffix.lower() != ".json":
            path.stat()  # an answer of its own where there is no file
            text = read_recipe(path)
            if text is None:
                raise InputError("no recipe in it; only pictures that Tonescape painted have one")
            yield recipe.read(text)
            return
        with path.open("rb") as file:
            data = file.read(CAP + 1)
        if len(data) > CAP:
            raise InputError(f"more than {CAP // 2**20} MiB")
        items = json.loads(data)
        for item in items if isinstance(items, list) else [items]:
            yield recipe.read(json.dumps(item, ensure_ascii=False))
    except (OSError, ValueError, RecursionError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) else f"not JSON ({problem})"
        raise InputError(f"{path}: cannot be read: {reason}") from None
    except InputError as problem:
        raise InputError(f"{path}: {problem}") from None


def write_recipes(path: Path, recipes: Iterable[str]) -> None:
    """Write recipes (JSON texts) as one JSON list, in order, indented so that two runs can be compared line by line.

    Raises ValueError where a text is not JSON (they come from `plan`, so that is our mistake), OutputError where
    the file cannot be written.
    """
    items = [json.loads(recipe) for recipe in recipes]
    text = json.dumps(items, ensure_ascii=False, indent=1, allow_nan=False)
    write_atomically(path, text.encode("utf-8", "backslashreplace") + b"\n")


def pictures_in(folder: Path) -> list[Path]:
    """The pictures in a folder that Tonescape painted, by name."""
    files = (file for file in folder.iterdir() if file.suffix.lower() in SUFFIXES - {".json"})
    return sorted(file for file in files if read_recipe(file) is not None)
