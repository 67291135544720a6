"""What tests of screenplays share: the examples that ship, what makes them, and a script's headings."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

from tonescape.core.records import Script

EXAMPLES = Path(__file__).parents[2] / "examples"


def maker() -> ModuleType:
    """examples/make.py"""
    spec = importlib.util.spec_from_file_location("make_examples", EXAMPLES / "make.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def headings(script: Script) -> list[str]:
    return [scene.heading for scene in script.scenes]
