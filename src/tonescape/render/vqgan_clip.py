"""Engine `vqgan-clip`: a VQGAN's code grid, changed until CLIP finds what the weighted prompt asks for.

Crowson et al., "VQGAN-CLIP" (ECCV 2022), as Pixtape used it for playlists: texts with positive and negative weights and
pictures as prompts, augmented cutouts, spherical distance, a picture to start from, 225 iterations (Pixtape found 200
to 250 best, and 800 worse). So far it ran with tiny random models only (tests/render/test_vqgan_clip.py): the real
weights could not be fetched here, so quality, seconds and memory with them are not measured.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from tonescape.core.errors import TonescapeError, UsageError
from tonescape.core.records import Description
from tonescape.core.weights import folder_of
from tonescape.plan.prompt import parse
from tonescape.render import Engine, Steps, learned
from tonescape.render.dream import Dream
from tonescape.render.learned import (
    composition,
    device,
    fitting_side,
    memory_for,
    package,
    resized,
    use_cores,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from tonescape.core.records import Brief, Pixels
    from tonescape.render import Paint

ITERATIONS = 225
SIDE = {"cpu": 256, "cuda": 512}
"""px a side that are generated at most, unless `VqganClipOptions.side` says otherwise"""


@dataclass(frozen=True, slots=True, eq=False)
class VqganClipOptions(learned.LearnedOptions):
    """model, judge : rows of the weights table, or folders; None takes TONESCAPE_VQGAN and TONESCAPE_CLIP, or the rows
        "vqgan" and "clip"
    steps, rate : iterations of Adam on the grid, None takes ITERATIONS, and its rate      start : None for random codes
    cuts : cutouts an iteration      side : px to generate, None as SIDE
    images : pictures to come near to (or, by a negative weight, to leave), with weights as in the prompt
    every, on_picture : called with (iterations done, picture uint8 [side, side, 3]) each `every` iterations
    state : file to keep the run in; a run that finds its own there goes on from it, to the same numbers
    """

    judge: str | None = None
    rate: float = 0.1
    cuts: int = 32
    side: int | None = None
    images: tuple[tuple[Pixels, float], ...] = ()
    every: int = 25
    on_picture: Callable[[int, Pixels], None] | None = None
    state: Path | None = None

    @property
    def iterations(self) -> int:
        return ITERATIONS if self.steps is None else self.steps


def ready() -> None:
    """MissingError without the packages of the extra `diffusion`."""
    learned.ready("torch", "transformers", "safetensors")


def identity() -> str:
    """What `Engine.identity` is."""
    return learned.fingerprint(*_folders(None, None))


def _folders(model: str | None, judge: str | None) -> tuple[Path, Path]:
    codec = folder_of(model or os.environ.get("TONESCAPE_VQGAN") or "vqgan")
    return codec, folder_of(judge or os.environ.get("TONESCAPE_CLIP") or "clip")


def describe(brief: Brief, size: int) -> Description:
    """See `learned.repainted`."""
    return learned.repainted(brief, "vqgan-clip")


def caption(steps: int) -> str:
    """A number of iterations in a caption's words."""
    return f"{steps} iteration{'s' * (steps != 1)}"


def paint(
    brief: Brief,
    *,
    size: int,
    on_step: Callable[[float], None] = lambda share: None,
    options: VqganClipOptions | None = None,
) -> Pixels:
    """uint8 [size, size, 3] sRGB. Brief, size, options and weights give the same picture on one machine.

    Stopped by Ctrl-C it keeps its state (where `VqganClipOptions.state` names a file) and goes on from it next time.
    UsageError : options out of range, too little memory.  MissingError, WeightsError : as `folder_of`.
    InputError : a state file that is damaged or of another picture.
    """
    options = options or VqganClipOptions()
    if min(options.iterations, options.cuts, options.every) < 1 or not options.rate > 0:
        raise UsageError("iterations, cuts, rate and every must be above 0")
    codec, judge = models(*_folders(options.model, options.judge))
    use_cores()
    side = fitting_side(size, options.side or SIDE[device()[0]], codec.factor)
    side = max(codec.factor, side // codec.factor * codec.factor)
    start = composition(brief, brief.seed, side) if isinstance(options.start, str) else options.start
    with memory_for(side, codec.factor):
        goal = judge.goal(parse(brief.prompt), options.images)
        dream = Dream(codec, judge, goal, side, brief.seed, start, cuts=options.cuts, rate=options.rate)
        image = _run(dream, f"{brief.prompt}\n{brief.seed}", options, on_step)
    return resized(image, size)


def playlist(
    briefs: Sequence[Brief],
    *,
    fresh: bool = False,
    size: int = 3000,
    options: VqganClipOptions | None = None,
    on_frame: Callable[[int, int, Pixels], None] | None = None,
) -> Iterator[Pixels]:
    """For Python only: a picture a song, each starting from the last one, or with `fresh` from a start of its own.

    on_frame : called with (number of the song from 0, iterations done, picture), for a film, each `options.every`
    iterations
    `options.state` is one song's, so here it is left out; the rest, and the errors, as in `paint`.
    """
    options, last = options or VqganClipOptions(), None
    for number, brief in enumerate(briefs):

        def frame(done: int, image: Pixels, number: int = number) -> None:
            if on_frame is not None:
                on_frame(number, done, image)

        own = replace(options, state=None, on_picture=frame)
        if last is not None and not fresh:
            own = replace(own, start=last)
        last = paint(brief, size=size, options=own)
        yield last


@lru_cache(maxsize=1)
def models(codec: Path, judge: Path) -> tuple[Any, Any]:
    """(Codec, ClipModel) of two folders, kept for the next picture."""
    package("torch")
    from tonescape.render import clip, vqgan

    return vqgan.load(codec).to(device()[0]), clip.load(judge)


def _run(dream: Dream, asked: str, options: VqganClipOptions, on_step: Callable[[float], None]) -> Pixels:
    if options.state is not None and options.state.exists():
        dream.restore(options.state, asked)
    try:
        while dream.done < options.iterations:
            loss = dream.step()
            if not np.isfinite(loss):
                raise TonescapeError(f"iteration {dream.done} gave no number; try a smaller rate than {options.rate:g}")
            on_step(dream.done / options.iterations)
            whole = dream.done % options.every == 0
            if whole and options.on_picture is not None:
                options.on_picture(dream.done, dream.picture())
            if whole and options.state is not None:
                dream.save(options.state, asked)
    except KeyboardInterrupt:
        if options.state is not None:
            dream.save(options.state, asked)
        raise
    on_step(1.0)
    return dream.picture()


def _in_steps(steps: int) -> Paint:
    return partial(paint, options=VqganClipOptions(steps=steps))


ENGINE = Engine(
    paint,
    uses=frozenset({"motif", "style", "prompt"}),
    exclusive=True,
    describe=describe,
    identity=identity,
    ready=ready,
    steps=Steps(_in_steps, caption),
)
