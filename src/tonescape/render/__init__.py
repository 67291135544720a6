"""Brief -> Picture: engines, each `paint(brief, *, size, seed, on_step) -> Picture`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast

from tonescape.core.errors import UsageError
from tonescape.core.settings import plugin, plugins

if TYPE_CHECKING:
    from collections.abc import Callable

    from tonescape.core.records import Brief, Picture

SMALLEST, LARGEST = 64, 8192
"""px a side of a picture"""


class Engine(Protocol):
    """Paints a brief. size : px a side      seed : instead of the brief's      on_step : told the share done, up to 1"""

    def __call__(
        self,
        brief: Brief,
        *,
        size: int,
        seed: int | None = None,
        on_step: Callable[[float], None] | None = None,
    ) -> Picture: ...


def engine(name: str) -> Engine:
    """The installed engine called `name`; UsageError with the nearest names where there is none."""
    return cast(Engine, plugin("engines", name))


def engines() -> tuple[str, ...]:
    """Names of the installed engines, sorted."""
    return tuple(plugins("engines"))


def checked_size(size: int) -> int:
    """`size`; UsageError where it is not in SMALLEST .. LARGEST."""
    if not SMALLEST <= size <= LARGEST:
        raise UsageError(f"the size {size} is not in {SMALLEST} .. {LARGEST} pixels a side")
    return size
