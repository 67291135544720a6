"""Settings from the environment (TONESCAPE_*), and the tables of what is installed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from tonescape.core.errors import MissingError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

MOST_WORKERS = 256


@dataclass(frozen=True, slots=True)
class Settings:
    """cache : folder of the catalogue      workers : processes that work at the same time"""

    cache: Path
    workers: int


@cache
def settings() -> Settings:
    """The settings of this process, from the environment.

    TONESCAPE_CACHE : by default tonescape in XDG_CACHE_HOME or ~/.cache
    TONESCAPE_WORKERS : 1 to 256, by default the cores this process may use
    Raises UsageError naming the variable.
    """
    base = os.environ.get("XDG_CACHE_HOME")
    cache = os.environ.get("TONESCAPE_CACHE") or (Path(base) if base else Path.home() / ".cache") / "tonescape"
    workers = os.environ.get("TONESCAPE_WORKERS") or str(cores())
    if not workers.isdecimal() or not 1 <= int(workers) <= MOST_WORKERS:
        raise UsageError(f"TONESCAPE_WORKERS is {workers!r}; set it to a number from 1 to {MOST_WORKERS}, or unset it")
    return Settings(Path(cache).expanduser(), int(workers))


def cores() -> int:
    """Processor cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@cache
def plugins(group: str) -> dict[str, EntryPoint]:
    """Installed engines, motifs or styles by name, sorted; objects load on `.load()`.

    group : "engines", "motifs" or "styles"
    """
    found = entry_points(group=f"tonescape.{group}")
    return {point.name: point for point in sorted(found, key=lambda point: point.name)}


def checked(group: str, name: str) -> str:
    """`name` if it is installed; UsageError naming the nearest names where it is not."""
    return among(name, plugins(group), group.removesuffix("s"))


def among(name: str, names: Iterable[str], kind: str) -> str:
    """`name` if it is one of `names`; UsageError naming the nearest, or all where none is near, if not."""
    known = list(names)
    if name not in known:
        import difflib

        near = difflib.get_close_matches(name[:80], known, n=3) or known
        raise UsageError(f"no {kind} is called {name[:80]!r}; there is {', '.join(near) or 'none'}")
    return name


def plugin(group: str, name: str) -> object:
    """The installed object called `name`; UsageError as in `checked`."""
    return plugins(group)[checked(group, name)].load()


def package(name: str, purpose: str, extra: str) -> Any:
    """The module `name` of a package that an extra of ours installs; MissingError, saying what to type, without it.

    purpose : what wants it, the beginning of the message, such as "Parquet"
    """
    try:
        return import_module(name)
    except ImportError as problem:
        raise MissingError(_wanted(problem.name or name, purpose, extra)) from None


def require(names: Iterable[str], purpose: str, extra: str) -> None:
    """MissingError as `package`, where one of `names` is not installed. Nothing is imported, so a command can ask
    before it begins its work."""
    for name in names:
        if not installed(name):
            raise MissingError(_wanted(name, purpose, extra))


def installed(name: str) -> bool:
    """Whether a package is here; it is not imported."""
    try:
        return find_spec(name) is not None
    except (ImportError, ValueError):  # a parent that is missing; a module that was put out of use
        return False


def _wanted(name: str, purpose: str, extra: str) -> str:
    return f"{purpose} needs {name}, which is not installed; type: pip install 'tonescape[{extra}]'"
