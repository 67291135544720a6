"""Brief -> Picture. Every engine is `paint(brief, *, size, seed, on_step) -> Picture`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from tonescape.core.errors import UsageError
from tonescape.core.settings import plugin, plugins

if TYPE_CHECKING:
    from collections.abc import Callable

    from tonescape.core.records import Brief, Picture

__all__ = ["Engine", "alone", "checked_size", "engine", "engines"]


class Engine(Protocol):
    """What an engine is. size : pixels a side      seed : None takes the brief's      on_step : told the share done"""

    def __call__(
        self,
        brief: Brief,
        *,
        size: int = ...,
        seed: int | None = ...,
        on_step: Callable[[float], None] | None = ...,
    ) -> Picture: ...


def engine(name: str) -> Engine:
    """The engine called `name`; UsageError naming the nearest where there is none."""
    return cast(Engine, plugin("engines", name))


def alone(name: str) -> bool:
    """Whether an engine wants the machine to itself: one whose module says `ALONE = True`, since each process of it
    would hold gigabytes. UsageError as in `engine`."""
    return bool(getattr(import_module(engine(name).__module__), "ALONE", False))


def engines() -> tuple[str, ...]:
    """Names of the engines that are installed, sorted."""
    return tuple(plugins("engines"))


SMALLEST, LARGEST = 64, 8192
"""pixels a side of a picture"""


def checked_size(size: int) -> int:
    """`size`; UsageError where it is not in SMALLEST .. LARGEST."""
    if not SMALLEST <= size <= LARGEST:
        raise UsageError(f"a picture of {size} px cannot be painted; choose a size from {SMALLEST} to {LARGEST}")
    return size
