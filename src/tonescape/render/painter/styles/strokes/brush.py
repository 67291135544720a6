"""Brush strokes: marks with bristles, laid along the flow of a composition, many thousands at a time.

After Hertzmann, "Painterly Rendering with Curved Brush Strokes of Multiple Sizes" (SIGGRAPH 1998): large brushes first,
small ones only where the picture differs from what the larger could say; a stroke follows the flow from its middle both
ways and ends where the colour under it is no longer its own. All strokes of a layer take their steps together.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from tonescape.core.colour import oklab_to_srgb
from tonescape.render.painter.raster.filters import smoothstep
from tonescape.render.painter.raster.noise import fractal_noise, sample_tile
from tonescape.render.skia.graphics import Sprites

if TYPE_CHECKING:
    from typing import Any

    from tonescape.core.records import Pixels
    from tonescape.render.painter.raster.filters import Field

LONG = 256
"""pixels a mark is long in the atlas"""

ASPECTS = (1.5, 2.6, 4.2, 7.0)
"""length to width of the marks there are"""

CURVES = (-0.22, -0.1, 0.0, 0.1, 0.22)
"""how far a mark bows, in its lengths"""

VARIANTS = 2

TOUCH = 0.8
"""width of a stroke that ends where it begins, in widths of its brush"""

STEPS = 4
"""steps of a stroke from its middle to each end"""


@dataclass(frozen=True, slots=True, eq=False)
class Strokes:
    """n strokes in the order they are painted. x, y : middle of the chord, unit      angle : radians
    length, width : unit      curve : bow in lengths, signed      lab : [n, 3]"""

    x: Field
    y: Field
    angle: Field
    length: Field
    width: Field
    curve: Field
    lab: Field


def follow(
    lab: Field, flow: Field, order: Field, x: Field, y: Field, *, width: float, length: Field, tolerance: float
) -> Strokes:
    """Strokes through the points (x, y), unit coordinates, drawn far planes first.

    lab : [s, s, 3]      flow : [s, s] radians      order : [s, s] number of the plane, 0 the farthest
    length : [n] wished, unit      tolerance : OKLab distance at which a stroke ends
    """
    side = lab.shape[0]
    flat = np.concatenate([lab, np.cos(flow)[..., None], np.sin(flow)[..., None]], -1).reshape(-1, 5)
    flat = np.ascontiguousarray(flat, np.float32)

    def at(px: Field, py: Field) -> Field:
        row = np.clip((py * side).astype(np.int32), 0, side - 1)
        return np.asarray(flat[row * side + np.clip((px * side).astype(np.int32), 0, side - 1)])

    start = at(x, y)
    total, count = start[:, :3].copy(), np.ones(len(x), np.float32)
    ends = []
    for sign in (1.0, -1.0):
        px, py = x.copy(), y.copy()
        dx, dy = start[:, 3] * sign, start[:, 4] * sign
        alive = np.ones(len(x), bool)
        stride = length / (2 * STEPS)
        for _ in range(STEPS):
            nx, ny = px + dx * stride, py + dy * stride
            here = at(nx, ny)
            alive &= np.abs(here[:, :3] - start[:, :3]).sum(1) < tolerance
            px, py = np.where(alive, nx, px), np.where(alive, ny, py)
            total += here[:, :3] * alive[:, None]
            count += alive
            turn = np.where(here[:, 3] * dx + here[:, 4] * dy < 0, -1.0, 1.0).astype(np.float32)
            dx, dy = dx * 0.35 + here[:, 3] * turn * 0.65, dy * 0.35 + here[:, 4] * turn * 0.65
        ends.append((px, py))
    (ax, ay), (bx, by) = ends[1], ends[0]
    chord = np.maximum(np.hypot(bx - ax, by - ay), 1e-6)
    angle = np.arctan2(by - ay, bx - ax)
    still = chord < width * 0.4  # nowhere to go: a touch of the tip
    angle = np.where(still, np.arctan2(start[:, 4], start[:, 3]), angle)
    bow = ((x - (ax + bx) / 2) * -np.sin(angle) + (y - (ay + by) / 2) * np.cos(angle)) / chord
    planes = order.reshape(-1)[
        np.clip((y * side).astype(int), 0, side - 1) * side + np.clip((x * side).astype(int), 0, side - 1)
    ]
    turn_in = np.argsort(planes, kind="stable")
    strokes = Strokes(
        (ax + bx) / 2,
        (ay + by) / 2,
        angle.astype(np.float32),
        np.where(still, width * TOUCH * 1.4, np.maximum(chord, width * 1.25)).astype(np.float32),
        np.where(still, np.float32(width * TOUCH), np.float32(width)),
        np.where(still, 0, bow).clip(-0.3, 0.3).astype(np.float32),
        total / count[:, None],
    )
    return take(strokes, turn_in)


def take(strokes: Strokes, which: Any) -> Strokes:
    """Some of the strokes, in another order."""
    return Strokes(
        strokes.x[which],
        strokes.y[which],
        strokes.angle[which],
        strokes.length[which],
        strokes.width[which],
        strokes.curve[which],
        strokes.lab[which],
    )


def scatter(rng: np.random.Generator, spacing: float, chance: Field) -> tuple[Field, Field]:
    """Points on a jittered grid, in random order, each kept with the probability that `chance` [s, s] has there."""
    count = max(2, round(1.06 / spacing))
    row, column = np.divmod(np.arange(count * count), count)
    jitter = rng.random((2, count * count), dtype=np.float32)
    x = ((column + jitter[0]) / count * 1.06 - 0.03).astype(np.float32)
    y = ((row + jitter[1]) / count * 1.06 - 0.03).astype(np.float32)
    draw = rng.random(count * count, dtype=np.float32)
    mixed = rng.permutation(count * count)
    side = chance.shape[0]
    there = chance[np.clip((y * side).astype(int), 0, side - 1), np.clip((x * side).astype(int), 0, side - 1)]
    kept = mixed[(draw < there)[mixed]]
    return x[kept], y[kept]


@dataclass(frozen=True, slots=True, eq=False)
class Brush:
    """A set of marks: `colour` is tinted, `height` is how thick it lies, `gain` makes up for what hairs darken."""

    colour: Sprites
    height: Sprites
    gain: float


@cache
def brush(bristle: float = 0.5, ragged: float = 0.5, *, wet: float = 0.0) -> Brush:
    """Marks of a brush. bristle : how much single hairs show      ragged : how dry its ends are      wet : soft edge"""
    rng = np.random.Generator(np.random.PCG64(7))
    hair = fractal_noise(rng, cells=16, octaves=4, gain=0.75, size=256)
    rows, boxes, top = [], [], 0
    for aspect in ASPECTS:
        for curve in CURVES:
            for _ in range(VARIANTS):
                mark = _mark(hair, rng, aspect, curve, bristle, ragged, wet)
                rows.append(mark)
                boxes.append((0, top, mark.shape[1], mark.shape[0]))
                top += mark.shape[0]
    sheet = np.concatenate(rows)
    colour, height = sheet[..., [0, 0, 0, 2]], sheet[..., [1, 1, 1, 2]]
    where = np.array(boxes, np.float32)
    alpha = sheet[..., 2].astype(np.float64)
    gain = 255 / float((sheet[..., 0] * alpha).sum() / alpha.sum())
    return Brush(Sprites(np.ascontiguousarray(colour), where), Sprites(np.ascontiguousarray(height), where), gain)


PAD = 6
"""clear pixels round a mark, so that smaller versions do not bleed into each other"""


def _mark(
    hair: Field, rng: np.random.Generator, aspect: float, curve: float, bristle: float, ragged: float, wet: float
) -> Pixels:
    """uint8 [h, LONG + 2 PAD, 3]: brightness, height, cover. The bow's chord lies half a bow off the middle."""
    half = LONG / aspect / 2
    reach = int(np.ceil(half + abs(curve) * LONG / 2)) + PAD
    x = (np.arange(LONG + 2 * PAD, dtype=np.float32) - PAD + 0.5)[None, :] / LONG
    y = (np.arange(2 * reach, dtype=np.float32) - reach + 0.5)[:, None]
    bow = curve * LONG * (0.5 - 4 * (x - 0.5) ** 2)
    across = (y - bow) / half
    swell = 1 - 0.22 * (2 * x - 1) ** 2 * rng.uniform(0.5, 1.5)
    across = across / np.clip(swell, 0.4, 1)
    offset = rng.random(2)
    hairs = sample_tile(hair, x * 0.05 * aspect / 4 + offset[0], across * 0.16 + offset[1])
    clumps = sample_tile(hair, x * 0.02 + offset[1], across * 0.05 + offset[0])
    start = 0.02 + ragged * 0.16 * hairs + 0.05 * clumps
    end = 1 - 0.02 - ragged * 0.34 * (1 - clumps) * (0.4 + hairs)
    # a filbert's tongue: a mark is set down round and lifted off in a taper, or short ones would lie like tiles
    across = (
        across / _tongue(x - 0.02, aspect, rng.uniform(0.8, 1.1)) / _tongue(0.98 - x, aspect, rng.uniform(1.1, 1.8))
    )
    ends = smoothstep(0, 0.03 + 0.1 * wet, x - start) * smoothstep(0, 0.05 + 0.12 * wet, end - x)
    edge = 1 - 0.12 * hairs * ragged
    sides = smoothstep(0, 0.10 + 0.45 * wet, edge - np.abs(across))
    dry = 1 - ragged * bristle * smoothstep(0.5, 0.95, x) * smoothstep(0.55, 0.25, hairs) * 0.9
    alpha = ends * sides * dry
    bright = 1 - bristle * 0.24 * (1 - hairs) - bristle * 0.06 * (1 - clumps)
    rim = smoothstep(0.5, 0.9, np.abs(across)) * 0.32 + smoothstep(0.7, 1.0, x / np.maximum(end, 0.1)) * 0.25
    height = 0.34 + 0.42 * hairs * (0.5 + bristle) + rim
    return (np.stack([bright, np.clip(height, 0, 1), alpha], -1) * 255 + 0.5).clip(0, 255).astype(np.uint8)


def _tongue(along: Field, aspect: float, long: float) -> Field:
    """Share of its width a mark has `along` [1, n] from its tip, in lengths: an ellipse `long` half-widths long."""
    t = np.clip(along * (2 * aspect) / long, 0, 1)
    return np.asarray(np.clip(np.sqrt(1 - (1 - t) ** 2), 0.08, 1), np.float32)


def paint_strokes(
    pixels: Pixels,
    strokes: Strokes,
    tool: Brush,
    rng: np.random.Generator,
    height: Pixels | None = None,
    *,
    load: float = 1.0,
    alpha: float = 1.0,
) -> None:
    """Draw strokes in order onto `pixels` (RGBA [s, s, 4]) and their thickness onto `height` ([t, t]).

    load : how much paint the brush holds, [0, 1]
    """
    if not len(strokes.x):
        return
    side = pixels.shape[0]
    thick = 1.0 if height is None else height.shape[0] / side
    aspect = np.log(strokes.length / strokes.width)[:, None]
    shape = np.argmin(np.abs(aspect - np.log(np.array(ASPECTS, np.float32))[None]), 1)
    bend = np.argmin(np.abs(strokes.curve[:, None] - np.array(CURVES, np.float32)[None]), 1)
    which = (shape * len(CURVES) + bend) * VARIANTS + rng.integers(0, VARIANTS, len(shape))
    flip = rng.random(len(shape)) < 0.5  # half of them are pulled the other way: half a turn, opposite bow
    mirrored = (shape * len(CURVES) + (len(CURVES) - 1 - bend)) * VARIANTS + which % VARIANTS
    which = np.where(flip, mirrored, which)
    angle = strokes.angle + np.where(flip, np.pi, 0)
    # the mark's own aspect decides its width; its length is a compromise that keeps the area
    own = np.array(ASPECTS, np.float32)[shape]
    length = np.sqrt(strokes.length * strokes.width * own) * side * (LONG + 2 * PAD) / LONG
    rgb = (oklab_to_srgb(strokes.lab) * (255 * tool.gain) + 0.5).clip(0, 255).astype(np.uint32)
    opaque = np.uint32(int(alpha * 255)) << np.uint32(24)
    tint = opaque | rgb[:, 0] << np.uint32(16) | rgb[:, 1] << np.uint32(8) | rgb[:, 2]
    off = np.array(CURVES, np.float32)[bend] * length / 2  # from the chord's middle to the mark's
    x = strokes.x * side - np.sin(strokes.angle) * off
    y = strokes.y * side + np.cos(strokes.angle) * off
    tool.colour.draw(pixels, which, x, y, angle, length, tint)
    if height is not None:
        thickness = (rng.uniform(0.6, 1.0, len(shape)) * 255 * load).astype(np.uint32)
        grey = np.uint32(0xFF000000) | thickness << np.uint32(16) | thickness << np.uint32(8) | thickness
        tool.height.draw(height, which, x * thick, y * thick, angle, length * thick, grey)
