"""Smooth random fields. All arrays are float32.

`fractal_noise` makes a periodic texture, a tile; motifs read it at any coordinates with `sample_tile`, so that one tile
serves clouds, rock and ripples. Units: one tile is one unit wide and high.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from typing import Any, TypeAlias

    from numpy.typing import NDArray

    Field: TypeAlias = NDArray[np.floating[Any]]
    """an array of numbers on the working grid; float32 unless a formula widened it"""

TILE = 512
"""pixels a side of a periodic texture"""

SPLINE_DEVIATION = 0.479
"""standard deviation of a bicubic B-spline surface over independent unit normal knots: mean of its squared weights"""


@cache
def _spline(cells: int, size: int) -> tuple[tuple[NDArray[np.intp], Field], ...]:
    """The four knots and weights [size, 1] of each sample of a periodic uniform cubic B-spline."""
    at = np.arange(size) * (cells / size)
    first = np.floor(at).astype(np.intp)
    t = at - first
    cubes = ((1 - t) ** 3, 3 * t**3 - 6 * t**2 + 4, -3 * t**3 + 3 * t**2 + 3 * t + 1, t**3)
    return tuple(
        ((first + offset - 1) % cells, (cube / 6).astype(np.float32)[:, None]) for offset, cube in enumerate(cubes)
    )


def _spline_rows(knots: Field, size: int) -> Field:
    """[size, n] from [cells, n]: the spline along the first axis. Sums of rows, not a matrix product, so that the
    number of threads of a linear algebra library can change neither the result nor the time."""
    total: Field = np.zeros((size, knots.shape[1]), np.float32)
    for row, weight in _spline(len(knots), size):
        part = knots.take(row, axis=0)
        part *= weight
        total += part
    return total


def _surface(knots: Field, size: int) -> Field:
    """[size, size] of a periodic bicubic B-spline with knots [cells, cells]."""
    return _spline_rows(np.ascontiguousarray(_spline_rows(knots, size).T), size)


def _refine(knots: Field) -> Field:
    """The same periodic cubic spline along the first axis, with twice as many knots (Lane & Riesenfeld, IEEE PAMI 2,
    1980): weights (1 4 6 4 1) / 8."""
    before, after = np.roll(knots, 1, 0), np.roll(knots, -1, 0)
    fine = np.empty((2 * len(knots), knots.shape[1]), np.float32)
    fine[0::2] = (before + 6 * knots + after) / 8
    fine[1::2] = (knots + after) / 2
    return fine


def fractal_noise(
    rng: np.random.Generator,
    *,
    cells: int = 4,
    octaves: int = 6,
    gain: float = 0.5,
    ridged: float = 0.0,
    size: int = TILE,
) -> Field:
    """A periodic fractal noise [size, size] with values in [0, 1].

    cells : features across in the coarsest octave      gain : amplitude of an octave to the one before
    ridged : 0 smooth hills .. 1 sharp crests, 1 - |n| (Musgrave, in Ebert et al., Texturing & Modeling, ch. 16)
    """
    levels, amplitude = [], 1.0
    for octave in range(octaves):
        count = cells << octave
        if count > size // 4:
            break
        knots = rng.standard_normal((count, count), dtype=np.float32) * np.float32(1 / SPLINE_DEVIATION)
        levels.append((np.float32(amplitude), knots))
        amplitude *= gain
    if ridged:
        total = np.zeros((size, size), np.float32)
        for weight, knots in levels:
            noise = _surface(knots, size)
            total += weight * ((1 - ridged) * noise + ridged * (1.4 - 1.75 * np.abs(noise)))
    else:  # a sum of splines is a spline on the finest knots: one surface instead of one an octave, half the time
        total = levels[0][0] * levels[0][1]
        for weight, knots in levels[1:]:
            total = _refine(_refine(total).T).T + weight * knots
        total = _surface(total, size)
    low, high = np.quantile(total[::4, ::4], (0.004, 0.996))
    return np.asarray(np.clip((total - low) / (high - low + 1e-9), 0, 1), np.float32)


def sample_tile(texture: Field, u: Field, v: Field) -> Field:
    """The periodic texture at u (across) and v (down), in tiles; bilinear. Shape: u and v broadcast.

    texture : its side is a power of two
    u [1, n] with v [m, 1] is read row by row and column by column, ten times as fast as where both vary everywhere.
    """
    size = texture.shape[0]
    if u.ndim == v.ndim == 2 and u.shape[0] == 1 and v.shape[1] == 1:
        top, below, down = _neighbouring_texels(v[:, 0], size)
        left, beyond, right = _neighbouring_texels(u[0], size)
        rows = texture[top] + (texture[below] - texture[top]) * down[:, None]
        near: Field = rows[:, left]
        near += (rows[:, beyond] - near) * right
        return near
    across, down = _texel_coordinates(u, size), _texel_coordinates(v, size)
    column, row = np.floor(across), np.floor(down)
    across, down = across - column, down - row
    wide = size + 1  # one more row and column than the texture, so that the next texel is always the next number
    texels = np.pad(texture, ((0, 1), (0, 1)), mode="wrap").ravel()
    # a remainder of division costs ten times as much as the lower bits, which are the same for powers of two
    last = np.int32(size - 1)
    place = (row.astype(np.int32) & last) * np.int32(wide) + (column.astype(np.int32) & last)
    place = place.astype(np.intp)  # once, not in each of the four reads
    near, far = texels.take(place), texels[wide:].take(place)
    near += (texels[1:].take(place) - near) * across
    far += (texels[wide + 1 :].take(place) - far) * across
    far -= near
    far *= down
    near += far
    return near


def _texel_coordinates(at: Field, size: int) -> Field:
    """Texels of a coordinate in tiles."""
    return np.multiply(at, np.float32(size), dtype=np.float32, casting="same_kind")


def _neighbouring_texels(at: Field, size: int) -> tuple[NDArray[np.intp], NDArray[np.intp], Field]:
    """The two texels a coordinate (in tiles) lies between, and the share of the second."""
    place = np.asarray(at, np.float32) * np.float32(size)
    low = np.floor(place)
    first = low.astype(np.intp) % size
    return first, (first + 1) % size, place - low
