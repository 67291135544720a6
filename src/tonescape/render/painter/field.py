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

COARSE = 2.5
"""standard deviation, pixels, from which a blur is done at half size"""

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
    total: Field = np.zeros((size, knots.shape[1]), np.float32)
    for row, weight in _spline(len(knots), size):
        part = knots.take(row, axis=0)
        part *= weight
        total += part
    return total


def _surface(knots: Field, size: int) -> Field:
    """[size, size] of a periodic bicubic B-spline with knots [cells, cells]."""
    return _risen(np.ascontiguousarray(_risen(knots, size).T), size)


def _refined(knots: Field) -> Field:
    """The same periodic cubic spline along the first axis, with twice as many knots (Lane & Riesenfeld, IEEE PAMI 2,
    1980): weights (1 4 6 4 1) / 8."""
    before, after = np.roll(knots, 1, 0), np.roll(knots, -1, 0)
    fine = np.empty((2 * len(knots), knots.shape[1]), np.float32)
    fine[0::2] = (before + 6 * knots + after) / 8
    fine[1::2] = (knots + after) / 2
    return fine


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
            total = _refined(_refined(total).T).T + weight * knots
        total = _surface(total, size)
    low, high = np.quantile(total[::4, ::4], (0.004, 0.996))
    return np.asarray(np.clip((total - low) / (high - low + 1e-9), 0, 1), np.float32)


def look(texture: Field, u: Field, v: Field) -> Field:
    """The periodic texture at u (across) and v (down), in tiles; bilinear. Shape: u and v broadcast.

    texture : its side is a power of two
    u [1, n] with v [m, 1] is read row by row and column by column, ten times as fast as where both vary everywhere.
    """
    size = texture.shape[0]
    if u.ndim == v.ndim == 2 and u.shape[0] == 1 and v.shape[1] == 1:
        top, below, down = _between(v[:, 0], size)
        left, beyond, right = _between(u[0], size)
        rows = texture[top] + (texture[below] - texture[top]) * down[:, None]
        near: Field = rows[:, left]
        near += (rows[:, beyond] - near) * right
        return near
    across, down = _placed(u, size), _placed(v, size)
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


def _placed(at: Field, size: int) -> Field:
    """Texels of a coordinate in tiles."""
    return np.multiply(at, np.float32(size), dtype=np.float32, casting="same_kind")


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
    if image.ndim == 2 or row.size * 4 < height * width:
        return np.asarray(image[row, column])
    place = row * np.int32(width) + column
    planes = [np.ascontiguousarray(image[..., channel]).ravel().take(place) for channel in range(image.shape[2])]
    return np.moveaxis(np.stack(planes), 0, -1)


def blur(image: Field, sigma: float) -> Field:
    """Gaussian blur with standard deviation `sigma` pixels, border repeated.

    A broad one is done at half size, an eighth of the work: pooling adds a variance of .25, the tent that enlarges .5.
    """
    if image.ndim == 3:
        soft = np.empty((image.shape[2], *image.shape[:2]), np.float32)
        for channel in range(len(soft)):
            soft[channel] = blur(image[..., channel], sigma)
        return soft.transpose(1, 2, 0)
    if image.ndim != 2 or min(image.shape) < 32:
        from scipy.ndimage import gaussian_filter

        fine: Field = gaussian_filter(image, sigma, mode="nearest", truncate=2.5)
        return fine
    height, width = image.shape
    if sigma >= COARSE and min(height, width) >= 64 and not (height % 2 or width % 2):
        return doubled(blur(halved(image), float(np.sqrt(sigma**2 - 0.75)) / 2))
    # as scipy's gaussian_filter(truncate=2.5) but in single precision: .28 to .65 of its time at sigma .75 to 1.2
    reach = int(2.5 * sigma + 0.5)
    bell = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    weights = (bell / bell.sum())[reach:].astype(np.float32)
    tall = np.empty((height + 2 * reach, width), np.float32)  # by hand: np.pad takes longer than a small blur
    tall[:reach], tall[reach : reach + height], tall[reach + height :] = image[0], image, image[-1]
    down = _weighed([tall[k : k + height] for k in range(2 * reach + 1)], weights)
    wide = np.empty((height, width + 2 * reach), np.float32)
    wide[:, :reach], wide[:, reach : reach + width], wide[:, reach + width :] = down[:, :1], down, down[:, -1:]
    return _weighed([wide[:, k : k + width] for k in range(2 * reach + 1)], weights)


def _weighed(shifted: list[Field], weights: Field) -> Field:
    """Sum of 2 r + 1 equal arrays, symmetric weights: [r + 1], the middle one's first."""
    reach = len(weights) - 1
    total: Field = shifted[reach] * weights[0]
    for k in range(1, reach + 1):
        pair = shifted[reach - k] + shifted[reach + k]
        pair *= weights[k]
        total += pair
    return total


def halved(image: Field) -> Field:
    """Means over two by two pixels of [h, w], both even."""
    rows = image[0::2] + image[1::2]
    small: Field = rows[:, 0::2] + rows[:, 1::2]
    small *= np.float32(0.25)
    return small


def doubled(image: Field) -> Field:
    """[h, w] twice as large, bilinear."""
    height, width = image.shape
    near, far = image * np.float32(0.75), image * np.float32(0.25)
    tall = np.empty((2 * height, width), np.float32)
    tall[0], tall[-1] = image[0], image[-1]
    np.add(near[1:], far[:-1], out=tall[2::2])
    np.add(near[:-1], far[1:], out=tall[1:-1:2])
    whole = np.empty((2 * height, 2 * width), np.float32)
    whole[:, 0], whole[:, -1] = tall[:, 0], tall[:, -1]
    near, far = tall * np.float32(0.75), tall * np.float32(0.25)
    np.add(near[:, 1:], far[:, :-1], out=whole[:, 2::2])
    np.add(near[:, :-1], far[:, 1:], out=whole[:, 1:-1:2])
    return whole


def norm(x: Field, y: Field) -> Field:
    """Euclidean length of (x, y), broadcast; np.hypot, which guards against overflow, takes three times as long."""
    length: Field = np.sqrt(x * x + y * y)
    return length


def step(low: Any, high: Any, value: Field) -> Field:
    """Smooth step from 0 at `low` to 1 at `high` (Hermite)."""
    t = np.clip((value - low) / (high - low), 0, 1)
    result: Field = t * t * (3 - 2 * t)
    return result


def mix(first: Field, second: Field, amount: Field | float) -> Field:
    """first + (second - first) * amount; a 2-D `amount` is spread over the colour axis.

    Three colours over a picture come back as [h, w, 3] whose planes lie one after the other in memory, where numpy is
    twice as fast as with colours side by side.
    """
    if isinstance(amount, np.ndarray) and amount.dtype != np.float32:
        amount = amount.astype(np.float32)  # in double precision every channel would take twice as long
    weight = amount[..., None] if isinstance(amount, np.ndarray) and amount.ndim else amount
    shape = np.broadcast_shapes(first.shape, second.shape, np.shape(weight))
    if len(shape) < 3:
        return np.asarray(first + np.subtract(second, first, dtype=np.float32) * weight, np.float32)
    planes = np.empty((shape[-1], *shape[:-1]), np.float32)
    for channel, plane in enumerate(planes):
        here = first[..., min(channel, first.shape[-1] - 1)]
        np.subtract(second[..., min(channel, second.shape[-1] - 1)], here, out=plane, casting="same_kind")
        np.multiply(plane, amount, out=plane, casting="same_kind")
        np.add(plane, here, out=plane, casting="same_kind")
    return np.moveaxis(planes, 0, -1)
