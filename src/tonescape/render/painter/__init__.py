"""The painter: a composition from the brief (motifs/), then brush strokes (styles/). No weights, no GPU, no prompt.

Its packages, each importing only those before it (tests/test_rooms.py):
    raster       noise and filters on float32 arrays
    ../skia      masks, brush marks and pixel programs
    composition  what a motif hands to a style, the mood's setting, and how both are built
    subjects     sky, water, land, plants, weather, towns, objects: what several motifs show
    motifs       one module or package for each motif, with the helpers that only it needs
    styles       one module for each style; strokes/ and print/ are what several share
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from tonescape.core.errors import UsageError
from tonescape.core.records import Picture, readonly
from tonescape.core.settings import plugin
from tonescape.plan import recipe
from tonescape.render import checked_size

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    from tonescape.core.records import Brief, Pixels
    from tonescape.render.painter.composition.model import Composition

    Motif = Callable[[Brief, np.random.Generator], Composition]
    Style = Callable[[Composition, int, np.random.Generator, Callable[[float], None]], Pixels]

MOST_SEED = 2**64 - 1

COMPOSED = 0.15
"""share of the work that is done when the composition stands, for progress"""


def paint(
    brief: Brief, *, size: int = 3000, seed: int | None = None, on_step: Callable[[float], None] | None = None
) -> Picture:
    """A picture of a song. Brief, seed and size give the same bytes on one machine; other sizes the same composition.

    size : 64 .. 8192 px      seed : 0 .. 2**64 - 1, by default the brief's
    on_step : told the share done, rising to 1
    UsageError : size or seed out of range, unknown motif or style.  MissingError : Skia cannot be loaded.
    """
    import numpy as np

    from tonescape.render.painter.composition.grading import graded

    checked_size(size)
    seed = brief.seed if seed is None else seed
    if not 0 <= seed <= MOST_SEED:
        raise UsageError(f"seed {seed} is out of range; choose one from 0 to {MOST_SEED}")
    brief = replace(brief, seed=seed)
    compose = cast("Motif", plugin("motifs", brief.motif))
    render = cast("Style", plugin("styles", brief.style))
    tell = on_step or (lambda share: None)
    began = time.perf_counter()
    scene = graded(compose(brief, np.random.Generator(np.random.PCG64([seed, 1]))))
    tell(COMPOSED)
    strokes = np.random.Generator(np.random.PCG64([seed, 2]))
    image = render(scene, size, strokes, lambda share: tell(COMPOSED + (1 - COMPOSED) * 0.99 * min(1.0, share)))
    text = recipe.write(brief, engine="painter", size=size)
    tell(1.0)
    return Picture(readonly(image), text, "painter", time.perf_counter() - began)
