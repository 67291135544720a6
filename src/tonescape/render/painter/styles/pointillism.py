"""Pointillism: round dots of divided pure colour in layers, which mix in the eye to the scene's own colours.

After Seurat and Signac, who followed Chevreul and Rood: a colour is laid as dots of purer colours on either side of it.
Here the dots of a triple turn from the wanted colour by a third of a circle each, so that their mean is that colour.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from tonescape.core.colour import oklab_to_srgb
from tonescape.render.painter.raster.filters import blur, mix, sample_nearest, smoothstep
from tonescape.render.painter.styles.strokes.canvas import figure_alpha, legible, spawn_rng
from tonescape.render.painter.styles.surface import ground, light_relief, resized
from tonescape.render.skia.graphics import Sprites

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from tonescape.core.records import Pixels
    from tonescape.render.painter.composition.model import Composition
    from tonescape.render.painter.raster.filters import Field

GRAINS = ((1 / 40, 1.36, 0.5), (1 / 56, 0.98, 1.0), (1 / 92, 0.92, 1.0), (1 / 150, 0.95, 0.8))
"""layers of dots: spacing in picture sides, diameter in spacings, how far colours are divided"""

FINEST_PX = 1.6

DOT = 96
"""pixels across a dot in the atlas"""

VARIANTS = 8

DOT_PX = 26
"""a layer is painted on a canvas just fine enough to make its dots this wide, and wider in a large print"""


def render(scene: Composition, size: int, rng: np.random.Generator, on_step: Callable[[float], None]) -> Pixels:
    """The composition in dots, RGB [size, size, 3]."""
    scene = legible(scene)
    setting = scene.setting
    soft = blur(scene.lab, 1.2)
    # the ground is primed light where the scene is light, so that gaps glow rather than grey the picture
    primed = mix(
        blur(scene.lab, 10), np.broadcast_to(setting.colours.glow, scene.lab.shape), 0.10 + 0.1 * setting.valence
    )
    layers = [grain for grain in GRAINS if grain[0] * size >= FINEST_PX] or [GRAINS[0]]
    touch = 0.85 + 0.4 * setting.arousal  # a lively hand sets larger dots
    layers = [(spacing * touch, wide, divide) for spacing, wide, divide in layers]
    dot_px = DOT_PX + size / 60
    pixels = ground(primed, min(size, round(dot_px / layers[0][0])))
    height = np.full((min(size, 1536),) * 2, 50, np.uint8)
    for number, (spacing, wide, divide) in enumerate(layers):
        layer = spawn_rng(rng)
        pixels = resized(pixels, max(pixels.shape[0], min(size, round(dot_px / spacing))))
        if number == min(2, len(layers) - 1):
            figure_alpha(pixels, scene, opacity=0.9)
        x, y, third = _lattice(spacing, layer)
        kept = layer.random(len(x)) < sample_nearest(_chance(scene, number), x, y)
        order = layer.permutation(np.nonzero(kept)[0])
        colour = divided(sample_nearest(soft, x, y), scene, third, divide, layer)[order]
        _dots(pixels, height, x[order], y[order], spacing * wide, colour, layer)
        on_step((number + 1) / (len(layers) + 1))
    return light_relief(pixels, height, size, relief=0.10, canvas=0.4)


def _lattice(spacing: float, rng: np.random.Generator) -> tuple[Field, Field, Any]:
    """Points of a hexagonal lattice, hardly moved: the patience of the method is its look. The third array says which
    of a triple each is: neighbours on the lattice are never the same, but one in five is set out of turn."""
    columns = round(1.04 / spacing)
    rows = round(1.04 / (spacing * 0.866))
    row, column = np.divmod(np.arange(rows * columns), columns)
    moved = rng.normal(0, 0.13, (2, rows * columns))
    x = (column + 0.5 * (row % 2) + moved[0]) * spacing - 0.01
    y = (row + moved[1]) * spacing * 0.866 - 0.01
    third = (column + (row % 2) * 2 + rng.integers(0, 3, len(row)) * (rng.random(len(row)) < 0.3)) % 3
    return x.astype(np.float32), y.astype(np.float32), third


def _chance(scene: Composition, number: int) -> Field:
    """Everywhere for the two broad layers; small dots where there is detail to model."""
    if number == 0:
        return np.ones((2, 2), np.float32)
    if number == 1:
        return np.full((2, 2), 0.8, np.float32)
    low, most = ((0.14, 0.75), (0.5, 0.55))[number - 2]
    return np.asarray(most * smoothstep(low, low + 0.45, scene.detail) + (0.06 if number == 2 else 0.0), np.float32)


def divided(lab: Field, scene: Composition, third: Any, share: float, rng: np.random.Generator) -> Field:
    """Each colour [n, 3] turned to one of three purer ones round it, whose mean it is.

    How far apart: the more aroused the song, the farther; less near black and white, where pure colours do not exist.
    """
    count = len(lab)
    room = smoothstep(-0.1, 0.22, lab[:, 0]) * smoothstep(1.08, 0.80, lab[:, 0])
    # a grey song's dots are greys of several leanings: full colour on all sides would make it a fair
    strength = np.clip(np.hypot(lab[:, 1], lab[:, 2]) / 0.11, 0.22 + 0.4 * scene.setting.arousal, 1)
    radius = (0.045 + 0.062 * scene.setting.arousal) * share * room * strength
    # the first of the three lies along the colour's own hue, so that one in three is the local colour, purer
    own_hue = np.arctan2(lab[:, 2], lab[:, 1] + 1e-9)
    angle = own_hue + third * (2 * np.pi / 3) + rng.normal(0, 0.18, count)
    out = lab.copy()
    out[:, 1] += radius * np.cos(angle)
    out[:, 2] += radius * np.sin(angle)
    # dots of blue and violet are dark and those of yellow light, as pigments are; again the mean stays
    out[:, 0] += (third - 1) * -0.035 * share * room + rng.normal(0, 0.012, count)
    out[:, 0] = np.clip(out[:, 0], 0.03, 0.99)
    return out.astype(np.float32)


@cache
def _sprites() -> tuple[Sprites, Sprites]:
    """Round dots a little out of round, as a brush tip sets them: their colour, and how thick they lie."""
    rng = np.random.Generator(np.random.PCG64(11))
    at = (np.arange(DOT, dtype=np.float32) + 0.5) / DOT * 2 - 1
    x, y = at[None, :], at[:, None]
    turn = np.arctan2(y, x)
    colour, height = [], []
    for _ in range(VARIANTS):
        bumps = sum(rng.normal(0, 0.035) * np.cos(k * turn + rng.uniform(0, 6.3)) for k in (2, 3, 5))
        away = np.hypot(x, y) / (0.86 + bumps)
        alpha = smoothstep(1.04, 0.90, away)
        # a touch of a bristle brush: flat, streaked one way, a low rim; a rounded light would make a bead of it
        hair = sum(
            rng.normal(0, 0.014) * np.sin(k * x * 3.1 + 0.4 * k * y + rng.uniform(0, 6.3)) for k in (3, 5, 8, 11)
        )
        shine = np.clip(0.955 + hair, 0.86, 1)
        rise = 0.55 + 2.2 * (shine - 0.955) + 0.12 * smoothstep(0.7, 0.9, away)
        colour.append(np.dstack([shine * 255] * 3 + [alpha * 255]))
        height.append(np.dstack([rise * 255] * 3 + [alpha * 255]))
    boxes = np.array([(0, DOT * k, DOT, DOT) for k in range(VARIANTS)], np.float32)
    sheets = (np.ascontiguousarray(np.concatenate(part).round().astype(np.uint8)) for part in (colour, height))
    first, second = (Sprites(sheet, boxes) for sheet in sheets)
    return first, second


def _dots(
    pixels: Pixels, height: Pixels, x: Field, y: Field, wide: float, lab: Field, rng: np.random.Generator
) -> None:
    """Draw dots of diameter `wide` (unit), in order."""
    colour, thick = _sprites()
    count, side = len(x), pixels.shape[0]
    which = rng.integers(0, VARIANTS, count)
    angle = rng.uniform(0, 2 * np.pi, count)
    length = wide * rng.uniform(0.82, 1.12, count) / 0.86
    rgb = (oklab_to_srgb(lab) * 267 + 0.5).clip(0, 255).astype(np.uint32)
    tint = np.uint32(0xFF000000) | rgb[:, 0] << np.uint32(16) | rgb[:, 1] << np.uint32(8) | rgb[:, 2]
    colour.draw(pixels, which, x * side, y * side, angle, length * side, tint)
    if pixels.shape[0] >= 700:  # smaller, the relief of a dot is finer than a pixel
        grey = np.full(count, 0xFFC0C0C0, np.uint32)
        other = height.shape[0]
        thick.draw(height, which, x * other, y * other, angle, length * other, grey)
