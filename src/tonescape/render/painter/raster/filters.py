"""The few image operations that the painter's rooms share. All arrays are float32."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from typing import Any, TypeAlias

    from numpy.typing import NDArray

    Field: TypeAlias = NDArray[np.floating[Any]]
    """an array of numbers on the working grid; float32 unless a formula widened it"""

COARSE = 2.5
"""standard deviation, pixels, from which a blur is done at half size"""


def sample_nearest(image: Field, x: Field, y: Field) -> Field:
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
        return upsample2(blur(downsample2(image), float(np.sqrt(sigma**2 - 0.75)) / 2))
    # as scipy's gaussian_filter(truncate=2.5) but in single precision: .28 to .65 of its time at sigma .75 to 1.2
    reach = int(2.5 * sigma + 0.5)
    bell = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    weights = (bell / bell.sum())[reach:].astype(np.float32)
    tall = np.empty((height + 2 * reach, width), np.float32)  # by hand: np.pad takes longer than a small blur
    tall[:reach], tall[reach : reach + height], tall[reach + height :] = image[0], image, image[-1]
    down = _symmetric_sum([tall[k : k + height] for k in range(2 * reach + 1)], weights)
    wide = np.empty((height, width + 2 * reach), np.float32)
    wide[:, :reach], wide[:, reach : reach + width], wide[:, reach + width :] = down[:, :1], down, down[:, -1:]
    return _symmetric_sum([wide[:, k : k + width] for k in range(2 * reach + 1)], weights)


def _symmetric_sum(shifted: list[Field], weights: Field) -> Field:
    """Sum of 2 r + 1 equal arrays, symmetric weights: [r + 1], the middle one's first."""
    reach = len(weights) - 1
    total: Field = shifted[reach] * weights[0]
    for k in range(1, reach + 1):
        pair = shifted[reach - k] + shifted[reach + k]
        pair *= weights[k]
        total += pair
    return total


def downsample2(image: Field) -> Field:
    """Means over two by two pixels of [h, w], both even."""
    rows = image[0::2] + image[1::2]
    small: Field = rows[:, 0::2] + rows[:, 1::2]
    small *= np.float32(0.25)
    return small


def upsample2(image: Field) -> Field:
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


def smoothstep(low: Any, high: Any, value: Field) -> Field:
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
