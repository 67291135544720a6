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

from typing import TYPE_CHECKING, cast

from tonescape.core.records import Places
from tonescape.core.settings import plugin
from tonescape.render import Engine

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    from tonescape.core.records import Brief, Pixels
    from tonescape.render.painter.composition.model import Composition

    Motif = Callable[[Brief, np.random.Generator], Composition]
    Style = Callable[[Composition, int, np.random.Generator, Callable[[float], None]], Pixels]

COMPOSED = 0.15
"""share of the work that is done when the composition stands, for progress"""


def paint(brief: Brief, *, size: int, on_step: Callable[[float], None]) -> Pixels:
    """uint8 [size, size, 3] sRGB. Brief and size give the same bytes on one machine; other sizes the same composition.

    on_step : called with the share done, rising to 1
    UsageError : unknown motif or style.  MissingError : Skia cannot be loaded.
    """
    import numpy as np

    render = cast("Style", plugin("styles", brief.style))
    scene = composed(brief)
    on_step(COMPOSED)
    strokes = np.random.Generator(np.random.PCG64([brief.seed, 2]))
    image = render(scene, size, strokes, lambda share: on_step(COMPOSED + (1 - COMPOSED) * 0.99 * min(1.0, share)))
    on_step(1.0)
    return image


def composed(brief: Brief) -> Composition:
    """The composition that a style paints. UsageError for an unknown motif."""
    import numpy as np

    from tonescape.render.painter.composition.grading import graded

    compose = cast("Motif", plugin("motifs", brief.motif))
    return graded(compose(brief, np.random.Generator(np.random.PCG64([brief.seed, 1]))))


def places(brief: Brief) -> Places:
    """The composition's focal point and the style's seal, if it has one."""
    from tonescape.render.painter.styles.seals import seal_box

    scene = composed(brief)
    box = seal_box(brief.style, scene.light)
    return Places(scene.focus, () if box is None else (box,))


ENGINE = Engine(paint, places=places)
