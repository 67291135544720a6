"""Watercolour on paper: washes over white, dark wet edges, blooms, pigment that settles in the grain.

After Curtis et al., "Computer-Generated Watercolor" (SIGGRAPH 1997): edge darkening, backruns and granulation, here as
filters of the tones instead of a simulated flow. Pigment is density: layers of it multiply the paper's white.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.core.colour import oklab_to_oklch, oklab_to_srgb, oklch_to_oklab
from tonescape.render.painter.coats import figures
from tonescape.render.painter.field import blur, look, mix, step, tile
from tonescape.render.painter.finish import BAND, resized
from tonescape.render.painter.scene import WORK

if TYPE_CHECKING:
    from collections.abc import Callable

    from tonescape.core.records import Pixels
    from tonescape.render.painter.field import Field
    from tonescape.render.painter.scene import Composition

PAPER = (0.985, 0.972, 0.945)
"""sRGB of the sheet, [0, 1]"""

LEVELS = 6
"""washes from light to dark"""

SHEET = 1536
"""most pixels a side the washes are computed at; water makes no finer edges"""


def render(scene: Composition, size: int, rng: np.random.Generator, on_step: Callable[[float], None]) -> Pixels:
    """The composition in watercolour, RGB [size, size, 3]."""
    side = min(max(size, WORK), SHEET)
    noise = tile(rng, cells=5, octaves=7, gain=0.62)
    soft = tile(rng, cells=3, octaves=4, gain=0.5, size=256)
    wash = _washes(scene, rng, noise, soft, side)
    on_step(0.5)
    margin = _deckle(rng, noise, side)
    sheet = np.full((side, side, 4), 255, np.uint8)
    sheet[..., :3] = (wash * 255 + 0.5).astype(np.uint8)
    figures(sheet, scene, opacity=0.8)
    white = np.array(PAPER, np.float32) * 255
    sheet[..., :3] = (mix(np.broadcast_to(white, wash.shape), sheet[..., :3].astype(np.float32), margin) + 0.5).astype(
        np.uint8
    )
    pixels = resized(sheet, size)
    on_step(0.75)
    return _on_paper(pixels, rng)


def _washes(scene: Composition, rng: np.random.Generator, noise: Field, soft: Field, side: int) -> Field:
    """sRGB [side, side, 3] in [0, 1] of the painted sheet, without the paper's grain."""
    mood = scene.setting
    at = ((np.arange(side, dtype=np.float32) + 0.5) / side)[None, :]
    x, y = np.broadcast_arrays(at, at.T)
    # the hand wavers: outlines are not where the pencil was, less so for small things
    dx = (look(noise, x * 0.9, y * 0.9) - 0.5) * 0.012 + (look(soft, x * 1.3 + 0.3, y * 1.3) - 0.5) * 0.010
    dy = (look(noise, x * 0.9 + 0.5, y * 0.9 + 0.2) - 0.5) * 0.012 + (look(soft, x * 1.3, y * 1.3 + 0.6) - 0.5) * 0.010
    row = np.clip(((y + dy) * WORK).astype(np.int32), 0, WORK - 1)
    column = np.clip(((x + dx) * WORK).astype(np.int32), 0, WORK - 1)
    order = scene.order()[row, column]
    lab = _bilinear(blur(scene.lab, 1.8), x + dx, y + dy)
    thin = _pale(lab, mood.valence, mood.arousal)
    bleed = (look(soft, x * 1.1 + 0.7, y * 1.1 + 0.1) - 0.5) * 0.16 + (look(noise, x * 0.7, y * 0.7) - 0.5) * 0.10
    tone = np.clip(1 - thin[..., 0] + bleed * 0.55, 0, 1)
    depth, level = np.zeros_like(tone), tone * LEVELS
    edge = np.zeros_like(tone)
    reach = side / 420
    for number in range(LEVELS):
        wet = step(number - 0.07, number + 0.07, level - 0.25)
        depth += wet
        # pigment gathers where a wash dries: at its rim, on the inside
        edge += np.clip(wet - blur(wet, reach * 1.6), 0, 1) * (0.35 + 0.3 * number / LEVELS)
    planes = np.clip(np.abs(np.gradient(order)[0]) + np.abs(np.gradient(order)[1]), 0, 1).astype(np.float32)
    rim = blur(planes, reach * 0.6) * 0.7
    flat = 1 - depth / LEVELS
    light = 0.42 * flat + 0.58 * thin[..., 0] - bleed * 0.30
    light -= 0.13 * edge + 0.16 * rim
    bloom = step(0.62, 0.66, look(soft, x * 0.8 + 0.15, y * 0.8 + 0.45)) * step(
        0.80, 0.69, look(soft, x * 0.8 + 0.15, y * 0.8 + 0.45)
    )
    light += 0.045 * bloom * (0.5 + 0.5 * (1 - mood.arousal))
    rich = 1 + 1.1 * edge + 0.5 * rim
    out = np.stack([np.clip(light, 0.08, 0.99), thin[..., 1] * rich, thin[..., 2] * rich], -1)
    srgb = np.clip(oklab_to_srgb(out), 0, 1).astype(np.float32)
    dry = step(0.60, 0.70, look(noise, x * 0.4, y * 2.2)) * step(0.80, 0.97, light)  # a dry brush leaves sparkles
    return mix(srgb, np.broadcast_to(np.array(PAPER, np.float32), srgb.shape), dry * 0.7)


def _bilinear(image: Field, x: Field, y: Field) -> Field:
    """`image` [s, s, 3] at unit coordinates, clamped at the border."""
    from scipy.ndimage import map_coordinates

    where = np.stack([y, x]) * len(image) - np.float32(0.5)
    parts = [map_coordinates(image[..., i], where, np.float32, order=1, mode="nearest") for i in range(3)]
    return np.stack(parts, -1)


def _pale(lab: Field, valence: float, arousal: float) -> Field:
    """Transparent paint: lighter than the scene, and clean in hue; dark moods keep their depth."""
    lch = oklab_to_oklch(lab)
    lift = 0.20 + 0.16 * valence - 0.05 * arousal
    light = 1 - (1 - lch[..., 0]) ** 1.06 * (1 - lift)
    rich = lch[..., 1] * (1.05 + 0.35 * arousal) + 0.008
    return oklch_to_oklab(np.stack([light, rich, lch[..., 2]], -1)).astype(np.float32)


def _deckle(rng: np.random.Generator, noise: Field, side: int) -> Field:
    """[side, side] where paint is: all but a ragged margin that the brush left white."""
    at = ((np.arange(side, dtype=np.float32) + 0.5) / side)[None, :]
    x, y = np.broadcast_arrays(at, at.T)
    inside = np.minimum(np.minimum(x, 1 - x), np.minimum(y, 1 - y))
    ragged = (look(noise, x * 0.8 + rng.random(), y * 0.8) - 0.5) * 0.05
    return step(0.022, 0.030, inside + ragged)


def _on_paper(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Grain: the paper's hills shade it, and pigment settles in its valleys, most where paint is dark."""
    size = pixels.shape[0]
    grain = tile(rng, cells=32, octaves=3, gain=0.6) - 0.5
    tooth = np.clip(grain, -0.4, 0.4)
    shade = tooth - np.roll(tooth, (1, 1), (0, 1))
    period = grain.shape[0]
    strength = min(1.0, size / 1500) * 0.5 + 0.5
    out = np.empty((size, size, 3), np.uint8)
    for top in range(0, size, BAND):
        rows = min(BAND, size - top)
        pick = np.arange(top, top + rows) % period
        wide = size // period + 1
        hills = np.tile(tooth[pick], (1, wide))[:, :size]
        light = np.tile(shade[pick], (1, wide))[:, :size]
        band = pixels[top : top + rows, :, :3].astype(np.float32)
        dark = 1 - band.mean(-1) * np.float32(1 / 255)
        band *= (1 + strength * (0.16 * hills * np.minimum(dark * 2.2, 0.9) + 0.10 * light))[..., None]
        out[top : top + rows] = np.clip(band + 0.5, 0, 255)
    return out
