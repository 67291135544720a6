"""Land as a height field seen in perspective: slices of distance, far behind near, lit from the side.

The field lives on a grid [SLICES, WORK]: a row is one distance z, a column one column of the picture, so a cell's
place in the world is X = (x - .5) * z. A point of height h appears (h - eye) / z over the horizon. Drawing it is
the running maximum of that over distance ("voxel space"), done for all columns at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.composition.model import WORK
from tonescape.render.painter.raster.filters import blur, norm

if TYPE_CHECKING:
    from tonescape.render.painter.raster.filters import Field

SLICES = 280
NEAR, FAR = 0.7, 18.0
"""distances of the first and the last slice; the eye's height is the unit's scale"""


def distances(near: float = NEAR, far: float = FAR) -> Field:
    """[SLICES, 1] from near to far, each a fixed share beyond the one before."""
    return np.geomspace(near, far, SLICES, dtype=np.float32)[:, None]


def across(z: Field) -> Field:
    """[SLICES, WORK] world X of every cell."""
    x = (np.arange(WORK, dtype=np.float32) + 0.5) / WORK - 0.5
    return np.asarray(x[None, :] * z, np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """Which cell each pixel shows. slice : [WORK, WORK] fractional row of the grid      alpha : [0, 1], 0 where sky"""

    slice: Field
    alpha: Field

    def of(self, values: Field) -> Field:
        """`values` [SLICES, WORK] or [SLICES, WORK, c] as the picture sees them; where there is sky, no matter what."""
        rows = np.flatnonzero(self.alpha.any(axis=1))
        top = int(rows[0]) if rows.size else WORK
        seen = self.slice[top:]
        low = np.minimum(seen.astype(np.intp), len(values) - 2)
        share = np.asarray(seen - low, np.float32)
        low = low * WORK + np.arange(WORK)
        planes = values[None] if values.ndim == 2 else np.moveaxis(values, -1, 0)
        found = np.empty((len(planes), WORK, WORK), np.float32)
        for plane, out in zip(planes, found, strict=True):
            flat = np.ascontiguousarray(plane, np.float32).ravel()
            here = flat.take(low)
            here += (flat[WORK:].take(low) - here) * share
            out[top:] = here
            out[:top] = out[top] if top < WORK else flat[-WORK:]
        return found[0] if values.ndim == 2 else np.moveaxis(found, 0, -1)


def see(height: Field, z: Field, eye: float, horizon: float, *, mirrored: bool = False) -> View:
    """How the land looks from `eye` with the horizon at unit y; mirrored: as still water shows it."""
    # the mirrored eye is under water and sees only what stands out of it
    rise = np.where(height > 0, (height + eye) / z, 0) if mirrored else (height - eye) / z
    top = (horizon + rise if mirrored else horizon - rise) * WORK
    edge = np.maximum.accumulate(top, axis=0) if mirrored else np.minimum.accumulate(top, axis=0)
    if mirrored:
        edge = WORK - edge
    # the first slice whose running edge lies above the pixel's middle, counted instead of searched for
    rows = np.clip(np.ceil(edge - 0.5), 0, WORK).astype(np.int64)
    flat = rows * WORK + np.arange(WORK)[None, :]
    counts = np.bincount(flat.ravel(), minlength=(WORK + 1) * WORK)[: WORK * WORK].reshape(WORK, WORK)
    seen_by = np.cumsum(counts, axis=0, dtype=np.int32)  # slices whose edge is at or above the pixel
    index = SLICES - seen_by
    hit = np.clip(index, 0, SLICES - 1)
    columns = np.arange(WORK)[None, :]
    here, before = edge[hit, columns], edge[np.maximum(hit - 1, 0), columns]
    middle = (np.arange(WORK, dtype=np.float32) + 0.5)[:, None]
    part = np.clip((before - middle) / np.maximum(before - here, 1e-6), 0, 1)
    own = (WORK - top if mirrored else top)[np.maximum(hit - 1, 0), columns]
    hidden = own > before + 0.5  # the slice before lies lower behind a nearer crest: no blending across the gap
    place = np.where(hidden, hit, np.maximum(hit - 1 + part, 0)).astype(np.float32)
    crest = edge[-1][None, :]
    alpha = np.clip(middle - crest + 0.5, 0, 1).astype(np.float32)
    if mirrored:
        return View(place[::-1].copy(), alpha[::-1].copy())
    return View(place, alpha)


@dataclass(frozen=True, slots=True, eq=False)
class Relief:
    """What light makes of the land, each [SLICES, WORK].

    light : [0, 1] Lambert with cast shadows      slope : steepness, 0 flat      fall : downhill as seen, radians
    """

    light: Field
    slope: Field
    fall: Field


def relief(height: Field, z: Field, *, side: float, low: float, depth: float = 0.35) -> Relief:
    """Light from the left (side < 0) or right. low : tangent of its height      depth : share from behind us"""
    spacing = z / WORK
    across_slope = np.gradient(height, axis=1) / spacing
    away_slope = np.gradient(height, axis=0) / np.gradient(z, axis=0)
    sign = 1.0 if side > 0 else -1.0
    upright = np.sqrt(1 + across_slope**2 + away_slope**2)
    direction = np.array([sign, -depth, low], np.float32)
    direction /= np.linalg.norm(direction)
    lambert = (-across_slope * direction[0] - away_slope * direction[1] + direction[2]) / upright
    ray = height - sign * across(z) * low  # constant along a sunbeam: the highest on the way shades the rest
    order = ray[:, ::-1] if sign > 0 else ray
    peak = np.maximum.accumulate(order, axis=1)
    peak = peak[:, ::-1] if sign > 0 else peak
    shade = blur(np.clip((peak - ray) / (0.04 * z + 0.01), 0, 1), 5.0)
    light = np.clip(lambert, 0, 1) * (1 - 0.6 * shade)
    steep = norm(across_slope, away_slope)
    fall = np.arctan2(steep**2 * 0.9 + 0.02, -across_slope)
    return Relief(light.astype(np.float32), steep.astype(np.float32), fall.astype(np.float32))
