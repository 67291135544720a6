"""Brief -> Picture. An engine is an `Engine`; `paint` runs one and writes the picture's recipe."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from tonescape.core.errors import UsageError
from tonescape.core.records import ANYWHERE, NO_LETTERS, Description, Lettering, Picture, Places, readonly
from tonescape.core.settings import plugin, plugins
from tonescape.plan import recipe
from tonescape.plan import seed as seeds

if TYPE_CHECKING:
    from collections.abc import Callable

    from tonescape.core.records import Brief, Pixels

__all__ = [
    "Engine",
    "Paint",
    "Steps",
    "checked_size",
    "checked_steps",
    "engine",
    "engines",
    "paint",
    "ready",
    "recipe_for",
]

MAX_STEPS = 5000
"""steps of an engine, at most"""

MIN_SIZE, MAX_SIZE = 64, 8192
"""pixels a side of a picture"""


class Paint(Protocol):
    """Brief -> uint8 [size, size, 3] sRGB, from `brief.seed`. on_step : called with the share done, rising to 1"""

    def __call__(self, brief: Brief, *, size: int, on_step: Callable[[float], None]) -> Pixels: ...


def _as_briefed(brief: Brief, size: int) -> Description:
    return Description(brief.motif, brief.style, brief.reasons)


def _nowhere(brief: Brief) -> Places:
    return ANYWHERE


def _no_weights() -> str:
    return ""


def _needs_nothing() -> None:
    return None


@dataclass(frozen=True, slots=True)
class Steps:
    """How an engine works in a number of steps that can be set.

    paint : the engine's `Paint` in so many steps; UsageError, when it paints, for a number that it cannot do
    describe : a number of steps in a caption's words, "50 iterations"      most : the largest number
    """

    paint: Callable[[int], Paint]
    describe: Callable[[int], str]
    most: int = MAX_STEPS


@dataclass(frozen=True, slots=True)
class Engine:
    """What can paint. An outside package registers one under the entry points `tonescape.engines`.

    uses : which of "motif", "style", "palette" and "prompt" change its pictures
    exclusive : it takes the whole machine, as each process of it would hold gigabytes
    describe : what it makes of a brief at so many px a side, for captions and reports
    identity : what tells its weights from others, "" for an engine without; MissingError or WeightsError where they
        are not installed
    places : what letters on its picture of a brief stay away from, where it knows that
    ready : MissingError where a package that it needs is not installed
    steps : None for an engine without
    """

    paint: Paint
    uses: frozenset[str] = frozenset({"motif", "style", "palette"})
    exclusive: bool = False
    describe: Callable[[Brief, int], Description] = _as_briefed
    identity: Callable[[], str] = _no_weights
    ready: Callable[[], None] = _needs_nothing
    places: Callable[[Brief], Places] = _nowhere
    steps: Steps | None = None


def engine(name: str) -> Engine:
    """The engine called `name`; UsageError naming the nearest where there is none, or where it is no `Engine`."""
    found = plugin("engines", name)
    if not isinstance(found, Engine):
        raise UsageError(f"the engine {name} was made for another version of Tonescape; update the package it is from")
    return found


def engines() -> tuple[str, ...]:
    """Names of the engines that are installed, sorted."""
    return tuple(plugins("engines"))


def paint(
    name: str,
    brief: Brief,
    *,
    size: int = 3000,
    seed: int | None = None,
    on_step: Callable[[float], None] | None = None,
    steps: int | None = None,
    lettering: Lettering = NO_LETTERS,
) -> Picture:
    """A picture by the engine `name`. The same brief, seed, size and weights give the same bytes on one machine.

    size : MIN_SIZE .. MAX_SIZE px a side      seed : as `plan.seed.checked`, None takes the brief's
    on_step : called with the share done, rising to 1      steps : None takes the engine's own number
    lettering : how the title will be set, for the recipe; the picture itself carries no letters yet
    UsageError : size, seed or steps out of range, unknown names, too little memory.  MissingError, WeightsError :
    what the engine needs is not installed.
    """
    found = engine(name)
    checked_size(size)
    brief = replace(brief, seed=seeds.checked(brief.seed if seed is None else seed))
    run = found.paint if steps is None else checked_steps(name).paint(steps)
    began = time.perf_counter()
    image = run(brief, size=size, on_step=on_step or (lambda share: None))
    return Picture(readonly(image), recipe_for(name, brief, size, lettering), name, time.perf_counter() - began)


def ready(name: str) -> None:
    """MissingError or WeightsError where an engine lacks weights or a package: asked before songs are heard."""
    found = engine(name)
    found.identity()
    found.ready()


def recipe_for(name: str, brief: Brief, size: int, lettering: Lettering = NO_LETTERS) -> str:
    """The recipe of a picture by an engine with the weights it has now; MissingError or WeightsError without them."""
    return recipe.write(brief, engine=name, size=size, lettering=lettering, weights=engine(name).identity())


def checked_steps(name: str) -> Steps:
    """How the engine `name` works in steps; UsageError for one without."""
    steps = engine(name).steps
    if steps is None:
        raise UsageError(f"the engine {name} does not work in steps that can be set")
    return steps


def checked_size(size: int) -> int:
    """`size`; UsageError where it is not in MIN_SIZE .. MAX_SIZE."""
    if not MIN_SIZE <= size <= MAX_SIZE:
        raise UsageError(f"a picture of {size} px cannot be painted; choose a size from {MIN_SIZE} to {MAX_SIZE}")
    return size
