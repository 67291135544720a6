"""A composition built from the back to the front: planes laid over each other, mist and light between them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.composition import drawing
from tonescape.render.painter.composition.model import WORK, Composition, LayerMask, along_edges, grid
from tonescape.render.painter.composition.setting import with_vignette
from tonescape.render.painter.raster.filters import blur, downsample2, mix, norm, upsample2
from tonescape.render.painter.raster.noise import sample_tile
from tonescape.render.skia import graphics

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tonescape.core.records import Brief
    from tonescape.render.painter.composition.model import Figure
    from tonescape.render.painter.composition.setting import Setting
    from tonescape.render.painter.raster.filters import Field


class Stage:
    """What is painted so far. lab : OKLab [WORK, WORK, 3]      flow : [WORK, WORK] radians

    Every motif of several depths repeats the same steps: lay a plane over those behind it, take its alpha off theirs,
    give its strokes a direction. They are here once.
    """

    def __init__(self, setting: Setting, lab: Field, flow: Field, name: str = "sky") -> None:
        self.setting = setting
        self.lab = np.array(lab, np.float32)
        self.flow = np.array(np.broadcast_to(flow, lab.shape[:2]), np.float32)
        self.masks: list[tuple[str, float, Field]] = [(name, 0.0, np.ones(lab.shape[:2], np.float32))]
        self.figures: list[Figure] = []

    def add_layer(self, name: str, depth: float, alpha: Field, lab: Field, flow: Field | float | None = None) -> None:
        """A plane in front of all others. alpha : [WORK, WORK]      lab : [3] or [WORK, WORK, 3]

        depth : 0 far .. 1 near, not less than that of the plane before      flow : None keeps what was there
        """
        rows = np.flatnonzero(alpha.max(axis=1) > 0)
        if not rows.size:
            return
        band = slice(int(rows[0]), int(rows[-1]) + 1)
        part = alpha[band]
        colour = np.broadcast_to(lab, self.lab.shape)[band]
        self.lab[band] = mix(self.lab[band], colour, part)
        for _, _, before in self.masks:
            before[band] *= 1 - part
        if self.masks[-1][0] == name:
            self.masks[-1][2][band] += part
        else:
            self.masks.append((name, depth, np.array(alpha, np.float32)))
        if flow is not None:
            self.flow[band] = np.where(part > 0.5, np.broadcast_to(flow, alpha.shape)[band], self.flow[band])

    def paint(
        self, name: str, depth: float, alpha: Field, colour: Callable[[slice, slice], Field], flow: float | None = None
    ) -> None:
        """As `add_layer`; `colour` is called only for rows and columns where `alpha` is not 0: [rows, columns, 3]"""
        rows, columns = (np.flatnonzero(alpha.any(axis=axis)) for axis in (1, 0))
        if not rows.size:
            return
        part = slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)
        self.lab[part] = mix(self.lab[part], colour(*part), alpha[part])
        for _, _, before in self.masks:
            before[part] *= 1 - alpha[part]
        self.masks.append((name, depth, np.array(alpha, np.float32)))
        if flow is not None:
            self.flow[part] = np.where(alpha[part] > 0.5, flow, self.flow[part])

    def veil(self, amount: Field, lab: Field) -> None:
        """Mist or light over all that stands so far: colours only, the planes stay. amount : [WORK, WORK]"""
        self.lab = mix(self.lab, np.broadcast_to(lab, self.lab.shape), np.broadcast_to(amount, self.lab.shape[:2]))

    def polygons(
        self, name: str, depth: float, shapes: Sequence[Field], lab: Field, flow: float | None = None
    ) -> Field:
        """Filled polygons as a plane. Returns their alpha [WORK, WORK]."""
        alpha = graphics.mask(same_winding(shapes), WORK)
        self.add_layer(name, depth, alpha, lab, flow)
        return alpha

    def draw(self, figures: Sequence[Figure], *, water_line: float | None = None) -> None:
        """The sharp things in front of everything else, in order; they make the last plane, "front"."""
        figures = [replace(figure, shapes=same_winding(figure.shapes)) for figure in figures if figure.shapes]
        self.figures += figures
        if not figures:
            return
        before = self.lab
        self.lab, alpha = drawing.draw_figures(before, figures, water_line)
        painted = self.lab
        self.add_layer("front", 1.0, alpha, painted)
        self.lab = painted
        self.flow = np.where(alpha > 0.5, np.float32(np.pi / 2), self.flow)

    def finish(
        self,
        *,
        focus: tuple[float, float],
        horizon: float,
        parameters: tuple[tuple[str, float], ...],
        light: tuple[float, float] | None = None,
        outline: float = 1.0,
    ) -> Composition:
        """The composition. outline : how far strokes turn along edges, [0, 1]"""
        lab = with_vignette(self.lab, self.setting)
        planes = tuple(LayerMask(name, depth, alpha) for name, depth, alpha in self.masks if alpha.max() > 0.3)
        flow = along_edges(lab, self.flow, strength=outline)
        return Composition(
            lab,
            planes,
            flow,
            detail_of(lab),
            self.setting.sun if light is None else light,
            focus,
            horizon,
            self.setting,
            tuple(self.figures),
            parameters,
        )


def same_winding(shapes: Sequence[Field]) -> tuple[Field, ...]:
    """The polygons, all turning the same way: where two that overlap turn against each other, a fill leaves a hole."""
    return tuple(shape if _area(shape) >= 0 else shape[::-1].copy() for shape in shapes)


def _area(shape: Field) -> float:
    """Twice the signed area of a polygon (the shoelace formula)."""
    x, y = shape[:, 0], shape[:, 1]
    return float(x[:-1] @ y[1:] - y[:-1] @ x[1:] + x[-1] * y[0] - y[-1] * x[0])


def detail_of(lab: Field) -> Field:
    """[WORK, WORK] in [0, 1]: where small brushes pay, the edges of things and of light."""
    total: Field = np.zeros((lab.shape[0] // 2, lab.shape[1] // 2), np.float32)
    for channel in range(3):
        small = downsample2(lab[..., channel])
        total += np.abs(small - blur(small, 2.0))
    return np.asarray(np.clip(upsample2(blur(total, 1.4)) * 9, 0, 1), np.float32)


def area_below(line: Field, *, foot: float = 2.0) -> Field:
    """Alpha [WORK, WORK] of what lies below the outline `line` (unit y by column, [WORK]) and above `foot`."""
    _, y = grid()
    alpha = np.clip((y - line[None, :]) * WORK + 0.5, 0, 1)
    if foot < 1:
        alpha = alpha * np.clip((foot - y) * WORK + 0.5, 0, 1)
    return np.asarray(alpha, np.float32)


def emboss(texture: Field, u: Field, v: Field, *, side: float, depth: float = 1.0) -> Field:
    """Light on a rough face, about .5 and in [0, 1], from the left (side < 0) or the right and from above.

    u, v : [WORK, WORK] where the texture is read, tiles      depth : of the relief
    """
    # the step towards the light is the same everywhere, so it is taken once in the texture, not at every pixel
    steps = np.arange(texture.shape[0], dtype=np.float32) / texture.shape[0]
    beyond = sample_tile(texture, (steps + np.float32(0.012 * side))[None], (steps - np.float32(0.009))[:, None])
    return np.asarray(np.clip(sample_tile((texture - beyond) * np.float32(3.2 * depth), u, v) + 0.5, 0, 1), np.float32)


def beats(brief: Brief, count: int = 16) -> Field:
    """[count] in [0, 1]: the song's mean bar, repeated or cut to `count`; flat .5 where nothing was heard."""
    bar = np.nan_to_num(np.array(brief.beat_bars or (0.5,), np.float64), nan=0.5).clip(0, 1)
    return np.resize(bar, count)


def contour(brief: Brief, x: Field) -> Field:
    """The song's energy curve over x in [0, 1], smoothed, stretched to [0, 1]; .5 everywhere where it is flat."""
    curve = np.nan_to_num(np.array(brief.contour or (0.5,), np.float64), nan=0.5)
    smooth = np.convolve(np.pad(curve, 4, mode="edge"), np.hanning(7) / np.hanning(7).sum(), "same")[4:-4]
    span = float(np.ptp(smooth))
    if span < 1e-3:
        return np.full_like(np.asarray(x, np.float32), 0.5)
    level = (np.interp(x, np.linspace(0, 1, len(smooth)), smooth) - smooth.min()) / max(span, 0.15)
    return np.asarray(level, np.float32)


def shafts(
    setting: Setting, rng: np.random.Generator, source: tuple[float, float], *, noise: Field, tight: float = 1.0
) -> Field:
    """[WORK, WORK] in [0, 1]: beams that leave `source` (unit, may lie outside the picture), widening on their way.

    noise : a periodic texture whose first row says where leaves let light through
    """
    x, y = grid()
    angle = np.arctan2(x - source[0], y - source[1] + 1e-6)
    place = angle / np.pi * 1.6 * tight + rng.random()
    row = noise[0]
    at = place * len(row)
    low = np.floor(at).astype(np.int32)
    value = row[low % len(row)] + (row[(low + 1) % len(row)] - row[low % len(row)]) * (at - low)
    away = norm(x - source[0], y - source[1])
    return np.asarray(np.clip((value - 0.5) * 4.5, 0, 1) * np.exp(-away / (0.55 + 0.3 * setting.glow)), np.float32)


def flip_about(image: Field, line: float) -> Field:
    """`image` turned upside down about unit y `line`, as still water shows it; rows that would lie outside repeat."""
    rows = np.clip(2 * line * WORK - np.arange(WORK) - 1, 0, WORK - 1).astype(np.intp)
    return np.asarray(image[rows])
