"""Brief -> Picture. Every engine is `paint(brief, *, size, seed, on_step) -> Picture`.

What an engine's module may say besides: `ALONE`, that it wants the machine to itself; `FOLLOWS`, which of "motif",
"style", "palette" and "prompt" it heeds; `account(brief, size)`, what it makes of a brief; `identity()`, what tells
its weights from others; `ready()`, which raises MissingError where a package is not installed; and
`Options(steps=...)`, `worked(steps)` and MOST_STEPS, where it works in steps that can be set.
"""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from tonescape.core.errors import UsageError
from tonescape.core.records import Account
from tonescape.core.settings import plugin, plugins
from tonescape.plan import recipe

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from tonescape.core.records import Brief, Picture

__all__ = [
    "Engine",
    "account",
    "alone",
    "checked_size",
    "engine",
    "engines",
    "follows",
    "most_steps",
    "ready",
    "steps_told",
    "weights_of",
    "with_steps",
    "written",
]


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


def _module(name: str) -> ModuleType:
    return import_module(engine(name).__module__)


def alone(name: str) -> bool:
    """Whether an engine wants the machine to itself, since each process of it would hold gigabytes."""
    return bool(getattr(_module(name), "ALONE", False))


def follows(name: str) -> frozenset[str]:
    """Which of "motif", "style", "palette" and "prompt" an engine heeds; all but the last where it does not say."""
    found: frozenset[str] = getattr(_module(name), "FOLLOWS", frozenset({"motif", "style", "palette"}))
    return found


def account(name: str, brief: Brief, size: int) -> Account:
    """What an engine makes of a brief at so many px a side; the brief's own choices where it does not say."""
    told = getattr(_module(name), "account", None)
    found: Account = told(brief, size) if told else Account(brief.motif, brief.style, brief.reasons)
    return found


def weights_of(name: str) -> str:
    """What tells an engine's weights from others, "" for one without; MissingError or WeightsError where they are not
    here."""
    told: Callable[[], str] | None = getattr(_module(name), "identity", None)
    return told() if told else ""


def ready(name: str) -> None:
    """MissingError or WeightsError where an engine lacks weights or a package: asked before songs are heard."""
    weights_of(name)
    told: Callable[[], None] | None = getattr(_module(name), "ready", None)
    if told:
        told()


def written(name: str, brief: Brief, size: int, layout: str = "") -> str:
    """The recipe of a picture by an engine with the weights it has now; MissingError or WeightsError without them."""
    return recipe.write(brief, engine=name, size=size, layout=layout, weights=weights_of(name))


def steps_told(name: str, steps: int) -> str | None:
    """How a caption names so many steps of an engine, "50 iterations"; None for an engine without steps."""
    told: Callable[[int], str] | None = getattr(_module(name), "worked", None)
    return None if told is None else told(steps)


MOST_STEPS = 5000
"""iterations of an engine, at most"""


def most_steps(name: str) -> int:
    """So many steps an engine can do at most: its module's MOST_STEPS, where it says."""
    return int(getattr(_module(name), "MOST_STEPS", MOST_STEPS))


def with_steps(name: str, steps: int) -> Engine:
    """The engine, working in so many steps. UsageError, when it paints, for a count that it cannot do."""
    paint = cast("Callable[..., Picture]", engine(name))
    return partial(paint, options=_module(name).Options(steps=steps))


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
