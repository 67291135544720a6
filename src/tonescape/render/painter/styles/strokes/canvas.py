"""Coats of brush strokes on a canvas that grows with the brush: what the styles that paint with a brush share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from tonescape.core.colour import oklab_to_srgb
from tonescape.render.painter.composition.model import grid
from tonescape.render.painter.raster.filters import blur, norm
from tonescape.render.painter.styles.strokes.brush import follow, paint_strokes, scatter, take
from tonescape.render.painter.styles.surface import ground, light_relief, resized
from tonescape.render.skia.graphics import fill

if TYPE_CHECKING:
    from collections.abc import Callable

    from tonescape.core.records import Pixels
    from tonescape.render.painter.composition.model import Composition
    from tonescape.render.painter.raster.filters import Field
    from tonescape.render.painter.styles.strokes.brush import Brush

    Tint = Callable[[Field, np.random.Generator], Field]

FINEST_PX = 1.8
"""brushes thinner than this on the picture are left out"""

MOST_RELIEF = 1536
"""pixels a side the paint's thickness is kept at; finer than this it only looks like noise"""

SPREAD, LEAST_LIGHT = 0.125, 0.4
"""of a grave picture's OKLab lightness: standard deviation at least, and the mean it is lifted halfway to"""

EVERYWHERE = np.ones((4, 4), np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Coat:
    """One brush's turn over the picture.

    width : of the brush, in picture sides      chance : [s, s] in [0, 1], where it is used
    length : least and most, in widths      tolerance : OKLab distance at which a stroke ends
    load : paint on the brush, [0, 1]      spacing : between strokes, in widths      alpha : opacity
    touches : share of the strokes with nowhere to go that are set down all the same, as a touch of the tip
    """

    width: float
    chance: Field
    length: tuple[float, float]
    tolerance: float
    load: float = 1.0
    spacing: float = 1.4
    alpha: float = 1.0
    touches: float = 1.0


class Canvas:
    """A picture in the making. Coarse brushes paint on a small canvas, which is enlarged for the finer ones."""

    def __init__(self, under: Field, size: int, coarsest: float, *, thick: int = 60) -> None:
        """under : OKLab [s, s, 3] the ground      coarsest : the broadest brush, in picture sides"""
        self.size = size
        # wide enough not to look enlarged where fine brushes leave it bare
        self.brush_px = min(150.0, 12 + size / 90 + max(0, size - 1000) / 50)
        self.pixels = ground(under, self._side(coarsest))
        self.height = np.full((self._relief(), self._relief()), thick, np.uint8)

    def _side(self, width: float) -> int:
        return min(self.size, round(self.brush_px / width))

    def _relief(self) -> int:
        side = int(self.pixels.shape[0])
        return min(MOST_RELIEF, max(side * 5 // 8, min(320, side)))

    def grow(self, width: float | None = None) -> None:
        """Enlarge the canvas as far as a brush of this width needs; without one, to the size of the picture."""
        side = self.size if width is None else self._side(width)
        self.pixels = resized(self.pixels, max(self.pixels.shape[0], side))
        self.height = resized(self.height, max(self.height.shape[0], self._relief()))

    def add_coat(
        self, coat: Coat, lab: Field, flow: Field, order: Field, tool: Brush, rng: np.random.Generator, tint: Tint
    ) -> None:
        """Paint one coat after `lab` [s, s, 3]; `tint` gives the strokes' colours [n, 3] from those under them."""
        if coat.width * self.size < FINEST_PX:
            return
        self.grow(coat.width)
        x, y = scatter(rng, coat.width * coat.spacing, coat.chance)
        length = (coat.width * rng.uniform(*coat.length, len(x))).astype(np.float32)
        strokes = follow(lab, flow, order, x, y, width=coat.width, length=length, tolerance=coat.tolerance)
        if coat.touches < 1:
            strokes = take(strokes, (strokes.width > 0.9 * coat.width) | (rng.random(len(x)) < coat.touches))
        strokes.lab[:] = tint(strokes.lab, rng)
        paint_strokes(self.pixels, strokes, tool, rng, self.height, load=coat.load, alpha=coat.alpha)

    def finish(self, *, relief: float, canvas: float) -> Pixels:
        """RGB [size, size, 3]: the paint in the light."""
        return light_relief(self.pixels, self.height, self.size, relief=relief, canvas=canvas)


def legible(scene: Composition) -> Composition:
    """The composition with its values apart enough to be read in broken colour, the lightest about the focal point.

    The sadder the song the more, from valence .64 down: sad pictures are dark and of little contrast, and a brush
    blurs what is left (a calm and glad one may well be pale). Rembrandt's way, dark all over but for one place.
    """
    setting = scene.setting
    grave = float(np.clip(1.4 - 2.2 * setting.valence, 0, 1))
    if not grave:
        return scene
    lab = scene.lab.copy(order="K")
    light = lab[::4, ::4, 0]
    middle, spread = float(light.mean()), max(0.03, float(light.std()))
    gain = 1 + grave * (float(np.clip(SPREAD / spread, 1.0, 1.8)) - 1)
    x, y = grid()
    near = np.exp(-((norm(x - np.float32(scene.focus[0]), y - np.float32(scene.focus[1])) / 0.3) ** 2))
    lab[..., 0] = middle + gain * (lab[..., 0] - middle)
    lab[..., 0] += grave * (0.5 * max(0.0, LEAST_LIGHT - middle) + 0.05 * (near - 0.25))
    lab[..., 0] = np.clip(lab[..., 0], 0.07, 0.975)
    return replace(scene, lab=lab.astype(np.float32, copy=False))


def spawn_rng(rng: np.random.Generator) -> np.random.Generator:
    """A generator for one coat, so that the number of strokes of a coat does not change the next."""
    return np.random.Generator(np.random.PCG64(int(rng.integers(2**62))))


def detail_mask(lab: Field, width: float, *, base: float = 0.0, gain: float = 8.0, least: float = 0.008) -> Field:
    """[s/2, s/2] in [0, 1]: where a brush of this width adds what one twice as wide could not say."""
    small = lab[::2, ::2]
    missing = np.abs(small - blur(small, width * small.shape[0] * 1.1)).sum(-1)
    return np.asarray(np.clip(base + (blur(missing, 2.0) - least) * gain, 0, 1), np.float32)


def disc_alpha(scene: Composition, wide: float = 1.25) -> Field:
    """[s/2, s/2] 1 on the sun or moon: the eye goes there first, so no gaps."""
    x, y = grid()
    away = norm(x[:, ::2] - scene.light[0], y[::2] - scene.light[1])
    return np.asarray(away < scene.setting.sun_size * wide, np.float32)


def figure_alpha(pixels: Pixels, scene: Composition, opacity: float = 1.0) -> None:
    """The sharp things, drawn at the canvas's own size; the last brushes go over them."""
    for thing in scene.figures:
        red, green, blue = (int(c) for c in (oklab_to_srgb(thing.lab) * 255 + 0.5).clip(0, 255))
        fill(pixels, thing.shapes, (red, green, blue), opacity)
