"""Expressionism: the scene bends and swirls, strokes are long and heavy, light and dark clash, contours are black.

After Munch and the Bruecke painters: what is felt distorts what is seen. One displacement bends picture, planes and
figures alike, the stronger the more aroused the song; the brush follows whirls that the same field drives.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.composition.model import WORK, along_edges, grid
from tonescape.render.painter.raster.filters import blur, mix, sample_nearest, smoothstep
from tonescape.render.painter.styles.strokes.brush import Strokes, brush, follow, paint_strokes
from tonescape.render.painter.styles.strokes.canvas import (
    EVERYWHERE,
    FINEST_PX,
    Canvas,
    Coat,
    detail_mask,
    disc_alpha,
    legible,
    spawn_rng,
)
from tonescape.render.skia.graphics import fill

if TYPE_CHECKING:
    from collections.abc import Callable

    from tonescape.core.records import Pixels
    from tonescape.render.painter.composition.model import Composition
    from tonescape.render.painter.raster.filters import Field

WIDTHS = (1 / 11, 1 / 20, 1 / 34, 1 / 58, 1 / 100, 1 / 180)

TOLERANCES = (0.6, 0.4, 0.28, 0.2, 0.14, 0.11)

WHIRLS = 5

SPACING = 1.75
"""between strokes, in widths: strokes as long as these cover the ground twice over even so"""


def render(scene: Composition, size: int, rng: np.random.Generator, on_step: Callable[[float], None]) -> Pixels:
    """The composition in expressionist strokes, RGB [size, size, 3]."""
    scene = legible(scene)
    setting = scene.setting
    tool = brush(0.8, 0.5)
    dx, dy, swirl = _bend(scene, rng)
    x, y = grid()
    lab = clash(sample_nearest(scene.lab, x + dx, y + dy), scene)
    order = sample_nearest(scene.order(), x + dx, y + dy)
    turn = 0.55 + 0.3 * setting.arousal
    flow = along_edges(lab, _turned(sample_nearest(scene.flow, x + dx, y + dy), swirl, turn), strength=0.9)
    canvas = Canvas(mix(blur(lab, 8), setting.colours.shadow, 0.35), size, WIDTHS[0])
    count = sum(width * size >= FINEST_PX for width in WIDTHS)
    length = (3.2 + 2.0 * setting.arousal, 6.5 + 3.0 * setting.arousal)
    for number, width in enumerate(WIDTHS[:count]):
        chance, load = _chance(scene, lab, number, width), 1.0 - 0.06 * number
        coat = Coat(width, chance, length, TOLERANCES[number], load, spacing=SPACING)
        canvas.add_coat(coat, lab, flow, order, tool, spawn_rng(rng), partial(_streaks, scene=scene, number=number))
        on_step((number + 1) / (count + 2))
    canvas.grow()
    for figure in scene.figures:
        shapes = tuple(_bent(shape, dx, dy) for shape in figure.shapes)
        colour = clash(figure.lab[None, None], scene, scene.lab)[0, 0]
        fill(canvas.pixels, shapes, _rgb(colour))
    layer = spawn_rng(rng)
    contours = _contours(scene, lab, order, flow, layer)
    paint_strokes(canvas.pixels, contours, brush(0.7, 0.6), layer, canvas.height)
    return canvas.finish(relief=0.34 + 0.2 * setting.arousal, canvas=0.3)


def _rgb(lab: Field) -> tuple[int, int, int]:
    from tonescape.core.colour import oklab_to_srgb

    red, green, blue = (int(c) for c in (oklab_to_srgb(lab) * 255 + 0.5).clip(0, 255))
    return red, green, blue


def _bend(scene: Composition, rng: np.random.Generator) -> tuple[Field, Field, Field]:
    """Displacement dx, dy (unit) and the direction [WORK, WORK] of the whirls behind it."""
    setting = scene.setting
    x, y = grid()
    along: Field = np.zeros((WORK, WORK), np.float32)
    down: Field = np.zeros((WORK, WORK), np.float32)
    places = [(scene.light[0], scene.light[1]), *rng.uniform(0.05, 0.95, (WHIRLS - 1, 2)).tolist()]
    for number, (at_x, at_y) in enumerate(places):
        wide = rng.uniform(0.10, 0.24)
        sign = 1.0 if number % 2 else -1.0
        px, py = x - np.float32(at_x), y - np.float32(at_y)
        strength = sign * np.exp(-(px**2 + py**2) / np.float32(2 * wide**2)) / np.float32(wide)
        along, down = along - py * strength, down + px * strength
    phase = rng.uniform(0, 2 * np.pi, 3)
    wave = np.sin(2 * np.pi * (1.6 * x + 0.5 * y) + phase[0]) + 0.6 * np.sin(2 * np.pi * (3.1 * x - 0.9 * y) + phase[1])
    down = down + np.float32(0.45) * wave.astype(np.float32)
    along = along + np.float32(0.35) * np.sin(2 * np.pi * 1.9 * y + phase[2]).astype(np.float32)
    reach = np.float32(0.012 + 0.026 * setting.arousal)
    edge = smoothstep(0.0, 0.08, np.minimum(np.minimum(x, 1 - x), np.minimum(y, 1 - y)) + 0 * x)
    near = smoothstep(0.02, 0.12, np.hypot(x - scene.focus[0], y - scene.focus[1]))  # the eye's goal keeps its shape
    calm = edge * (0.35 + 0.65 * near)
    return along * reach * calm, down * reach * calm, np.arctan2(down, along + np.float32(0.25))


def _turned(flow: Field, swirl: Field, share: float) -> Field:
    """Directions of `flow` drawn towards those of `swirl`, mixed as doubled angles."""
    x = (1 - share) * np.cos(2 * flow) + share * np.cos(2 * swirl)
    y = (1 - share) * np.sin(2 * flow) + share * np.sin(2 * swirl)
    return np.asarray(np.arctan2(y, x) / 2, np.float32)


def _bent(shape: Field, dx: Field, dy: Field) -> Field:
    """A polygon moved as the picture is: what is read from p + d is seen at about p - d."""
    at_x, at_y = shape[:, 0], shape[:, 1]
    return np.stack([at_x - sample_nearest(dx, at_x, at_y), at_y - sample_nearest(dy, at_x, at_y)], 1).astype(
        np.float32
    )


def clash(lab: Field, scene: Composition, whole: Field | None = None) -> Field:
    """Contrast about the mean: darks darker, lights lighter, colour stronger; the order of tones and their mean stay,
    for what the contours take away is given to the rest.

    whole : the picture whose mean counts, by default `lab`
    """
    setting = scene.setting
    mean = float((lab if whole is None else whole)[::4, ::4, 0].mean())
    out = lab.copy()
    away = lab[..., 0] - mean
    out[..., 0] = np.clip(mean + away * (1.22 + 0.25 * setting.contrast) + 0.045, 0.05, 0.975)
    out[..., 1:] *= 1.12 + 0.22 * setting.arousal
    return out.astype(np.float32)


def _chance(scene: Composition, lab: Field, number: int, width: float) -> Field:
    if number < 3:
        return EVERYWHERE
    base, gain = ((0.10, 8), (0.02, 7), (0.0, 6))[number - 3]
    return np.clip(detail_mask(lab, width, base=base, gain=gain) + 0.9 * disc_alpha(scene) * (number == 3), 0, 1)


def _streaks(lab: Field, rng: np.random.Generator, *, scene: Composition, number: int) -> Field:
    """Neighbouring strokes clash: one darker, the next lighter, some in the accent's hue."""
    setting, count = scene.setting, len(lab)
    clean = 1 - 0.85 * smoothstep(0.86, 0.95, lab[:, 0])
    drive = (0.7 + 0.6 * setting.arousal) / (1 + 0.2 * number) * clean
    out = lab.copy()
    out[:, 0] += rng.choice((-1.0, 1.0), count) * np.abs(rng.normal(0.042, 0.02, count)) * drive
    out[:, 1:] *= (1.08 + rng.normal(0, 0.15, count) * drive)[:, None]
    out[:, 1:] += rng.normal(0, 0.014, (count, 2)) * drive[:, None]
    lean = (rng.random(count) < 0.16) * rng.uniform(0.2, 0.6, count) * drive
    out[:, 1:] += (setting.colours.accent[1:] - out[:, 1:]) * lean[:, None]
    out[:, 0] = np.clip(out[:, 0], 0.04, 0.985)
    return out.astype(np.float32)


def _steady(tone: Field) -> Field:
    """[WORK, WORK] in [0, 1], how far the edges round about run one way: coherence of the structure tensor (Weickert,
    Anisotropic Diffusion, 1998, eq. 2.23). Where it is low a contour would be a scribble."""
    down, right = np.gradient(tone)
    xx, yy, xy = (blur(np.asarray(part, np.float32), 5.0) for part in (right * right, down * down, right * down))
    return np.asarray(np.hypot(xx - yy, 2 * xy) / (xx + yy + np.float32(1e-9)), np.float32)


def _contours(scene: Composition, lab: Field, order: Field, flow: Field, rng: np.random.Generator) -> Strokes:
    """Heavy dark strokes along the edges of planes and of strong tones, thick and thin as the hand presses."""
    tone = blur(lab[..., 0], 2.5)
    slope = np.hypot(*np.gradient(tone))
    steady = _steady(tone)
    down, across = np.diff(order, axis=0, append=order[-1:]), np.diff(order, axis=1, append=order[:, -1:])
    planes = (down != 0) | (across != 0)
    front = blur((order == len(scene.masks) - 1).astype(np.float32), 2.0) < 0.2
    crest = (slope > np.quantile(slope[::4, ::4], 0.93)) & (steady > 0.55) & (rng.random(slope.shape) < 0.054)
    planes = planes & (steady > 0.3) & (rng.random(slope.shape) < 0.125)
    row, column = np.nonzero((planes | crest) & front if len(scene.masks) > 1 else crest)
    x, y = ((column + 0.5) / WORK).astype(np.float32), ((row + 0.5) / WORK).astype(np.float32)
    width = 0.0056 + 0.0045 * scene.setting.arousal
    length = (width * rng.uniform(4, 8, len(x))).astype(np.float32)
    dark = np.broadcast_to(scene.setting.colours.shadow, lab.shape)
    drawn = np.stack([4 * tone, order / len(scene.masks), 0 * tone], -1)  # strong, so that no stroke crosses an edge
    strokes = follow(dark, along_edges(drawn, flow), order, x, y, width=width, length=length, tolerance=9.0)
    strokes.lab[:] = scene.setting.colours.shadow * (0.8, 1, 1) + rng.normal(0, 0.012, (len(x), 3))
    strokes.width[:] *= rng.uniform(0.55, 1.25, len(x)).astype(np.float32)
    return strokes
