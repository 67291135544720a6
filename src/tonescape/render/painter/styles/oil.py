"""Oil with impasto: broad brush first, small ones for edges and light, thick paint that catches the light."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from tonescape.core.colour import oklab_to_oklch
from tonescape.render.painter.raster.filters import blur, mix, smoothstep
from tonescape.render.painter.styles.strokes.brush import brush
from tonescape.render.painter.styles.strokes.canvas import (
    EVERYWHERE,
    FINEST_PX,
    Canvas,
    Coat,
    detail_mask,
    disc_alpha,
    figure_alpha,
    legible,
    spawn_rng,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tonescape.core.records import Pixels
    from tonescape.render.painter.composition.model import Composition
    from tonescape.render.painter.raster.filters import Field

WIDTHS = (1 / 12, 1 / 24, 1 / 45, 1 / 85, 1 / 160, 1 / 300, 1 / 560)
"""of the brushes, in picture sides, coarse to fine"""

TOLERANCES = (0.5, 0.26, 0.17, 0.13, 0.10, 0.08, 0.07)

LOADS = (1.0, 1.0, 0.95, 0.85, 0.65, 0.5, 0.4)


def render(scene: Composition, size: int, rng: np.random.Generator, on_step: Callable[[float], None]) -> Pixels:
    """The composition in oil, RGB [size, size, 3]."""
    scene = legible(scene)
    setting = scene.setting
    tool = brush(0.55, 0.35 + 0.4 * round(setting.arousal, 1))
    canvas = Canvas(mix(blur(scene.lab, 6), setting.colours.accent, 0.16), size, WIDTHS[0])
    order = scene.order()
    count = sum(width * size >= FINEST_PX for width in WIDTHS)
    for number, width in enumerate(WIDTHS[:count]):
        layer = spawn_rng(rng)
        canvas.grow(width)
        if number == 4 or (number == count - 1 and number < 4):
            figure_alpha(canvas.pixels, scene)
        stretch = (3.0 + 3.0 * setting.arousal) * (1.0 if number else 0.8)
        coat = Coat(
            width, _chance(scene, number, width), (0.6 * stretch, 1.4 * stretch), TOLERANCES[number], LOADS[number]
        )
        flow = scene.flow + (0.0 if number > 3 else 1.0) * (layer.random() - 0.5) * 0.3
        canvas.add_coat(coat, scene.lab, flow, order, tool, layer, partial(vary, scene=scene, number=number))
        on_step((number + 1) / (count + 1))
    return canvas.finish(relief=0.22 + 0.25 * setting.arousal, canvas=0.35)


def _chance(scene: Composition, number: int, width: float) -> Field:
    """Where a brush of this width is used: everywhere while it is broad, then by what it can add."""
    if number < 3:
        return EVERYWHERE
    base, gain = ((0.16, 9), (0.03, 9), (0.0, 7), (0.0, 5))[number - 3]
    return np.clip(detail_mask(scene.lab, width, base=base, gain=gain) + 0.9 * disc_alpha(scene) * (number == 4), 0, 1)


def vary(lab: Field, rng: np.random.Generator, *, scene: Composition, number: int) -> Field:
    """Broken colour: each stroke a little lighter or darker, warmer or cooler; some small ones lean to the accent.

    Hue turns rather than greys, so that neighbouring strokes stay clean (the Impressionists' divided tones).
    """
    setting, count = scene.setting, len(lab)
    drive = (
        (0.6 + 0.8 * setting.arousal) / (1 + 0.3 * number) * (1 - 0.85 * smoothstep(0.86, 0.95, lab[:, 0]))
    )  # light is clean
    lch = oklab_to_oklch(lab)
    hue = np.radians(lch[:, 2] + rng.normal(0, 14 * drive, count))
    chroma = lch[:, 1] * (1.06 + rng.normal(0, 0.16 * drive, count)) + np.abs(rng.normal(0, 0.006, count)) * drive
    light = np.clip(lab[:, 0] + rng.normal(0, 0.024 * drive, count), 0.03, 0.99)
    out = np.stack([light, chroma * np.cos(hue), chroma * np.sin(hue)], 1)
    lean = (rng.random(count) < 0.14) * rng.uniform(0.05, 0.3, count) * (number >= 2)
    out[:, 1:] += (setting.colours.accent[1:] - out[:, 1:]) * lean[:, None]
    return out.astype(np.float32)
