"""Oil with impasto: broad brush first, small ones for edges and light, thick paint that catches the light."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.core.colour import oklab_to_oklch, oklab_to_srgb
from tonescape.render.painter.brush import brush, follow, paint_strokes, scatter
from tonescape.render.painter.field import blur, mix, step
from tonescape.render.painter.finish import ground, lit, resized
from tonescape.render.painter.graphics import fill
from tonescape.render.painter.scene import grid

if TYPE_CHECKING:
    from collections.abc import Callable

    from tonescape.core.records import Pixels
    from tonescape.render.painter.field import Field
    from tonescape.render.painter.scene import Composition

WIDTHS = (1 / 12, 1 / 24, 1 / 45, 1 / 85, 1 / 160, 1 / 300, 1 / 560)
"""of the brushes, in picture sides, coarse to fine"""

FINEST_PX = 2.0
"""brushes thinner than this on the picture are left out"""

BRUSH_PX = 40
"""a brush is painted on a canvas just fine enough to make it this wide, then the canvas is enlarged for the next"""

MOST_RELIEF = 1536
"""pixels a side the paint's thickness is kept at; finer than this it only looks like noise"""


def render(scene: Composition, size: int, rng: np.random.Generator, on_step: Callable[[float], None]) -> Pixels:
    """The composition in oil, RGB [size, size, 3]."""
    mood = scene.setting
    tool = brush(0.55, 0.35 + 0.4 * round(mood.arousal, 1))
    under = mix(blur(scene.lab, 6), mood.colours.accent, 0.16)
    pixels = ground(under, min(size, round(BRUSH_PX / WIDTHS[0])))
    height = np.full(pixels.shape[:2], 60, np.uint8)
    order = scene.order()
    widths = [w for w in WIDTHS if w * size >= FINEST_PX]
    for number, width in enumerate(widths):
        layer = np.random.Generator(np.random.PCG64(int(rng.integers(2**62))))
        pixels = resized(pixels, min(size, round(BRUSH_PX / width)))
        height = resized(height, min(MOST_RELIEF, pixels.shape[0]))
        if number == 4 or (number == len(widths) - 1 and number < 4):
            figures(pixels, scene)
        x, y = scatter(layer, width * 1.4, _chance(scene, number, width))
        stretch = (3.0 + 3.0 * mood.arousal) * layer.uniform(0.6, 1.4, len(x)) * (1.0 if number else 0.8)
        flow = scene.flow + (0.0 if number > 3 else 1.0) * (layer.random() - 0.5) * 0.3
        tolerance = (0.5, 0.26, 0.17, 0.13, 0.10, 0.08, 0.07)[number]
        strokes = follow(
            scene.lab, flow, order, x, y, width=width, length=(width * stretch).astype(np.float32), tolerance=tolerance
        )
        strokes.lab[:] = vary(strokes.lab, scene, layer, number)
        paint_strokes(pixels, strokes, tool, layer, height, load=(1.0, 1.0, 0.95, 0.85, 0.65, 0.5, 0.4)[number])
        on_step((number + 1) / (len(widths) + 1))
    pixels, height = resized(pixels, size), resized(height, size)
    return lit(pixels, height, relief=0.22 + 0.25 * mood.arousal, canvas=0.35)


def figures(pixels: Pixels, scene: Composition, opacity: float = 1.0) -> None:
    """The sharp things, drawn at the canvas's own size; the last brushes go over them."""
    for thing in scene.figures:
        red, green, blue = (int(c) for c in (oklab_to_srgb(thing.lab) * 255 + 0.5).clip(0, 255))
        fill(pixels, thing.shapes, (red, green, blue), opacity)


def _chance(scene: Composition, number: int, width: float) -> Field:
    """Where a brush of this width is used: everywhere while it is broad, then by what it can add."""
    if number < 3:
        return np.ones((4, 4), np.float32)
    small = scene.lab[::2, ::2]
    missing = np.abs(small - blur(small, width * small.shape[0] * 1.1)).sum(-1)
    base = (0.16, 0.03, 0.0, 0.0)[number - 3]
    gain = (9, 9, 7, 5)[number - 3]
    x, y = grid()
    light, radius = scene.light, scene.setting.sun_size * 1.25
    disc = np.hypot(x - light[0], y - light[1])[::2, ::2] < radius  # the eye goes there first: no gaps
    return np.asarray(
        np.clip(base + (blur(missing, 2.0) - 0.008) * gain + 0.9 * disc * (number == 4), 0, 1), np.float32
    )


def vary(lab: Field, scene: Composition, rng: np.random.Generator, number: int) -> Field:
    """Broken colour: each stroke a little lighter or darker, warmer or cooler; some small ones lean to the accent.

    Hue turns rather than greys, so that neighbouring strokes stay clean (the Impressionists' divided tones).
    """
    mood, count = scene.setting, len(lab)
    drive = (0.6 + 0.8 * mood.arousal) / (1 + 0.3 * number) * (1 - 0.85 * step(0.86, 0.95, lab[:, 0]))  # light is clean
    lch = oklab_to_oklch(lab)
    hue = np.radians(lch[:, 2] + rng.normal(0, 14 * drive, count))
    chroma = lch[:, 1] * (1.06 + rng.normal(0, 0.16 * drive, count)) + np.abs(rng.normal(0, 0.006, count)) * drive
    light = np.clip(lab[:, 0] + rng.normal(0, 0.024 * drive, count), 0.03, 0.99)
    out = np.stack([light, chroma * np.cos(hue), chroma * np.sin(hue)], 1)
    lean = (rng.random(count) < 0.14) * rng.uniform(0.05, 0.3, count) * (number >= 2)
    out[:, 1:] += (mood.colours.accent[1:] - out[:, 1:]) * lean[:, None]
    return out.astype(np.float32)
