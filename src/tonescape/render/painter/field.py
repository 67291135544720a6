"""Smooth random fields and the few image operations the motifs share. All arrays are float32.

A `tile` is a periodic texture; motifs read it at any coordinates with `look`, so one tile serves clouds,
rock and ripples. Units: one tile is one unit wide and high.
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


def _risen(knots: Field, size: int) -> Field:
    """[size, n] from [cells, n]: the spline along the first axis. Sums of rows, not a matrix product, so that the
    number of threads of a linear algebra library can change neither the result nor the time."""
    parts = [knots[row] * weight for row, weight in _spline(len(knots), size)]
    total: Field = parts[0]
    for part in parts[1:]:
        total += part
    return total


def tile(
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
    total = np.zeros((size, size), np.float32)
    amplitude = 1.0
    for octave in range(octaves):
        count = cells << octave
        if count > size // 4:
            break
        knots = rng.standard_normal((count, count), dtype=np.float32) * np.float32(1 / SPLINE_DEVIATION)
        noise = _risen(np.ascontiguousarray(_risen(knots, size).T), size)
        if ridged:
            noise = (1 - ridged) * noise + ridged * (1.4 - 1.75 * np.abs(noise))
        total += np.float32(amplitude) * noise
        amplitude *= gain
    low, high = np.quantile(total[::4, ::4], (0.004, 0.996))
    return np.asarray(np.clip((total - low) / (high - low + 1e-9), 0, 1), np.float32)


def look(texture: Field, u: Field, v: Field) -> Field:
    """The periodic texture at u (across) and v (down), in tiles; bilinear. Shape: u and v broadcast.

    u [1, n] with v [m, 1] is read row by row and column by column, fifteen times as fast as where both vary everywhere.
    """
    from scipy.ndimage import map_coordinates

    size = texture.shape[0]
    if u.ndim == v.ndim == 2 and u.shape[0] == 1 and v.shape[1] == 1:
        top, below, down = _between(v[:, 0], size)
        left, beyond, right = _between(u[0], size)
        rows = texture[top] + (texture[below] - texture[top]) * down[:, None]
        near: Field = rows[:, left]
        near += (rows[:, beyond] - near) * right
        return near
    where = np.stack(np.broadcast_arrays(v * size, u * size)).astype(np.float32)
    found: Field = map_coordinates(texture, where, np.float32, order=1, mode="grid-wrap", prefilter=False)
    return found


def _between(at: Field, size: int) -> tuple[NDArray[np.intp], NDArray[np.intp], Field]:
    """The two texels a coordinate (in tiles) lies between, and the share of the second."""
    place = np.asarray(at, np.float32) * np.float32(size)
    low = np.floor(place)
    first = low.astype(np.intp) % size
    return first, (first + 1) % size, place - low


def sample(image: Field, x: Field, y: Field) -> Field:
    """`image` [h, w] or [h, w, c] at unit coordinates, nearest pixel, clamped at the border."""
    height, width = image.shape[:2]
    column = np.clip((x * width).astype(np.int32), 0, width - 1)
    row = np.clip((y * height).astype(np.int32), 0, height - 1)
    return np.asarray(image[row, column])


def blur(image: Field, sigma: float) -> Field:
    """Gaussian blur with standard deviation `sigma` pixels, border repeated."""
    from scipy.ndimage import gaussian_filter

    axes = (sigma, sigma, 0.0)[: image.ndim]
    soft: Field = gaussian_filter(image, axes, mode="nearest", truncate=2.5)
    return soft


def step(low: Any, high: Any, value: Field) -> Field:
    """Smooth step from 0 at `low` to 1 at `high` (Hermite)."""
    t = np.clip((value - low) / (high - low), 0, 1)
    result: Field = t * t * (3 - 2 * t)
    return result


def _rowwise(image: Field) -> Field:
    """One colour spread over a picture as one row of it: numpy is six times as fast along a row as along a colour."""
    if image.ndim == 3 and image.strides[0] == image.strides[1] == 0 and image.shape[0] > 1:
        return np.ascontiguousarray(image[:1])
    return image


def mix(first: Field, second: Field, amount: Field | float) -> Field:
    """first + (second - first) * amount; a 2-D `amount` is spread over the colour axis."""
    if isinstance(amount, np.ndarray) and amount.ndim:
        amount = amount[..., None]
    shape = np.broadcast_shapes(first.shape, second.shape, np.shape(amount))
    first, second = _rowwise(first), _rowwise(second)
    result: Field = np.subtract(second, first, dtype=np.float32)
    result = np.multiply(result, amount, out=result) if result.shape == shape else result * amount
    result = np.add(result, first, out=result) if result.shape == shape else result + first
    return result if result.shape == shape else np.array(np.broadcast_to(result, shape))
