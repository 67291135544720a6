"""Fauvism: light and shade become pure colours of the palette, flat patches with bold outlines and visible canvas.

Tones keep their order of lightness but not their hue (Matisse and Derain at Collioure, 1905): each plane takes its own
walk through the palette, so that land may be red and water yellow and the picture still reads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.core.colour import into_gamut, oklab_to_oklch, oklch_to_oklab
from tonescape.render.painter.composition.model import WORK, along_edges, grid
from tonescape.render.painter.composition.setting import blend, toned
from tonescape.render.painter.raster.filters import blur, smoothstep
from tonescape.render.painter.styles.strokes.brush import Strokes, brush, follow, paint_strokes
from tonescape.render.painter.styles.strokes.canvas import (
    FINEST_PX,
    Canvas,
    Coat,
    detail_mask,
    disc_alpha,
    figure_alpha,
    spawn_rng,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tonescape.core.records import Pixels
    from tonescape.render.painter.composition.model import Composition
    from tonescape.render.painter.raster.filters import Field

WIDTHS = (1 / 10, 1 / 20, 1 / 36, 1 / 64, 1 / 110, 1 / 200)

TOLERANCES = (0.45, 0.22, 0.15, 0.12, 0.10, 0.09)

TONES = 7
"""flat tones a plane is split into"""


def render(scene: Composition, size: int, rng: np.random.Generator, on_step: Callable[[float], None]) -> Pixels:
    """The composition in fauvist colour, RGB [size, size, 3]."""
    wild = recoloured(scene, rng)
    tool = brush(0.35, 0.55)
    order = scene.order()
    free = 1 - _small_things(scene, order)
    canvas = Canvas(_toned_ground(scene), size, WIDTHS[0], thick=50)
    count = sum(width * size >= FINEST_PX for width in WIDTHS)
    length = (1.5 + scene.setting.arousal, 3.4 + 2.2 * scene.setting.arousal)
    broad = _broad_things(scene, order)
    for number, width in enumerate(WIDTHS[:count]):
        if number == min(3, count - 1):
            figure_alpha(canvas.pixels, scene)  # what is broad is brushed over again, what is thin stays as it is drawn
        load = 0.95 if number < 3 else 0.7
        chance = (
            free * 0.95
            if number < 3
            else np.maximum(
                free[::2, ::2] * _chance(wild, scene, number, width), broad[::2, ::2] * (0.85, 0.35, 0.15)[number - 3]
            )
        )
        coat = Coat(width, chance, length, TOLERANCES[number], load, 1.4, touches=0.3)
        canvas.add_coat(coat, wild, scene.flow, order, tool, spawn_rng(rng), _vary)
        on_step((number + 1) / (count + 2))
    canvas.grow()
    layer = spawn_rng(rng)
    paint_strokes(canvas.pixels, _outlines(scene, order, layer), brush(0.3, 0.3), layer, canvas.height)
    return canvas.finish(relief=0.24, canvas=0.5)


def _vary(lab: Field, rng: np.random.Generator) -> Field:
    return np.asarray(lab + rng.normal(0, 0.02, lab.shape) * (1.0, 0.8, 0.8), np.float32)


def _small_things(scene: Composition, order: Field) -> Field:
    """[WORK, WORK] 1 on birds and twigs: those are drawn whole, later."""
    front = (order == len(scene.masks) - 1).astype(np.float32)
    return np.asarray(front * (blur(front, 6.0) < 0.7), np.float32)


def _broad_things(scene: Composition, order: Field) -> Field:
    """[WORK, WORK] 1 inside what stands in front and is broader than a brush."""
    front = (order == len(scene.masks) - 1).astype(np.float32)
    return np.asarray(front * (blur(front, 6.0) > 0.85), np.float32)


def _toned_ground(scene: Composition) -> Field:
    """A ground of one colour, which shows between the patches; as light as the song, or the gaps would glitter."""
    colours = scene.setting.colours
    lab = 0.5 * colours.accent + 0.5 * colours.glow
    lab[0] = 0.3 * lab[0] + 0.7 * float(scene.lab[::4, ::4, 0].mean()) + 0.04
    return np.broadcast_to(lab, (16, 16, 3)).astype(np.float32)


def recoloured(scene: Composition, rng: np.random.Generator) -> Field:
    """OKLab [WORK, WORK, 3] with lightness in flat tones and hues from a walk through the palette, one walk a plane."""
    setting = scene.setting
    c = setting.colours
    pure = [c.shadow, c.lands[1], c.lands[3], c.accent, c.sky, c.horizon, c.glow]
    hues = np.radians([float(oklab_to_oklch(one)[2]) for one in pure])
    foreign = float(np.arctan2(-c.accent[2], -c.accent[1]))  # the accent's complement, which no palette of ours holds
    lightness = blur(scene.lab[..., 0], 1.5)
    chroma = np.hypot(scene.lab[..., 1], scene.lab[..., 2])
    low, high = np.quantile(lightness[::4, ::4], (0.02, 0.98))
    tone = np.clip((lightness - low) / (high - low + 1e-6), 0, 1)
    hue, flat = np.zeros_like(tone), np.zeros_like(tone)
    for number, plane in enumerate(scene.masks):
        walk = hues[rng.permutation(len(hues))[:4]]
        if number % 2 == 1 and rng.random() < 0.75 * setting.arousal:
            walk[rng.integers(4)] = foreign
        steps = np.clip((tone * TONES).astype(int), 0, TONES - 1)
        own = np.concatenate([walk, walk[::-1]])[steps]
        here = plane.alpha > 0.5
        hue[here], flat[here] = own[here], ((steps + 0.5) / TONES)[here]
    natural = np.arctan2(scene.lab[..., 2], scene.lab[..., 1])
    # a calm song keeps nearer to nature: pure colour at full strength shouts (Valdez & Mehrabian 1994)
    wild = 0.34 + 0.54 * setting.arousal
    x, y = (1 - wild) * np.cos(natural) + wild * np.cos(hue), (1 - wild) * np.sin(natural) + wild * np.sin(hue)
    bright = low + (high - low) * (0.5 * flat + 0.5 * tone)
    middle = float(bright.mean())
    bright = middle + (1.08 + 0.1 * (1 - setting.valence)) * (bright - middle)
    bright = np.clip(bright + 0.05 * setting.valence + 0.02 - 0.035 * setting.calm, 0.1, 0.955 - 0.1 * setting.joy)
    # pure even where the song is quiet: a calm one in clear pale colours, a sad one in deep muted ones
    base = 0.014 + 0.15 * setting.arousal**1.5 + 0.05 * setting.calm + 0.005 * setting.gloom
    rich = np.clip(base + (0.85 - 0.1 * setting.arousal) * chroma, 0, 0.26)
    rich = rich * smoothstep(1.0, 0.86, bright)
    x_at, y_at = grid()
    within = np.hypot(x_at - setting.sun[0], y_at - setting.sun[1]) < setting.sun_size
    disc = within & (lightness > high - 0.12)
    disc &= bool(disc.sum() > 0.7 * within.sum())  # where land hides it, no scraps of it
    bright[disc], rich[disc] = 0.96, 0.05
    hue_at = np.where(disc, hues[-1], np.arctan2(y, x))
    lch = np.stack([bright, rich, np.degrees(hue_at) % 360], -1)[::2, ::2]
    lab = oklch_to_oklab(into_gamut(lch)).astype(np.float32)
    return np.repeat(np.repeat(lab, 2, 0), 2, 1)[:WORK, :WORK]


def _chance(lab: Field, scene: Composition, number: int, width: float) -> Field:
    base = (0.1, 0.0, 0.0)[number - 3]
    return np.clip(detail_mask(lab, width, base=base, gain=6, least=0.02) + 0.9 * disc_alpha(scene, 1.1), 0, 1)


def _outlines(scene: Composition, order: Field, rng: np.random.Generator) -> Strokes:
    """Bold dark strokes where one plane ends and the next begins; broken, as a loaded brush leaves them."""
    edge = (np.abs(np.diff(order, axis=0, append=order[-1:])) > 0) | (
        np.abs(np.diff(order, axis=1, append=order[:, -1:])) > 0
    )
    front = blur((order == len(scene.masks) - 1).astype(np.float32), 2.0)
    edge &= front < 0.02  # not between thin things, whose gaps would each get a stroke as thick as they
    row, column = np.nonzero(edge)
    keep = rng.random(len(row)) < 0.11
    row, column = row[keep], column[keep]
    x, y = ((column + 0.5) / WORK).astype(np.float32), ((row + 0.5) / WORK).astype(np.float32)
    width = 0.007 + 0.0035 * scene.setting.arousal
    length = np.full(len(x), width * 5.5, np.float32)
    dark = np.broadcast_to(scene.setting.colours.shadow, scene.lab.shape)
    outline = along_edges(np.stack([order / len(scene.masks)] * 3, -1), scene.flow)
    strokes = follow(dark, outline, order, x, y, width=width, length=length, tolerance=9.0)
    setting = scene.setting
    # drawn with a colour, not with black: deep for a loud song, a mere shade of the land for a quiet one
    tone = toned(blend(setting.colours.shadow, setting.colours.lands[1], 0.35 + 0.4 * setting.calm), None, 1.3)
    strokes.lab[:] = tone + rng.normal(0, 0.012, (len(x), 3)).astype(np.float32)
    return strokes
