"""The last of a picture: paint that stands up in the light, canvas or paper under it. Works in bands of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.core.colour import oklab_to_srgb

if TYPE_CHECKING:
    from tonescape.core.records import Pixels
    from tonescape.render.painter.field import Field

BAND = 256
"""rows worked on at once: keeps the memory of an 8192 px picture near that of its pixels"""


def ground(lab: Field, size: int) -> Pixels:
    """RGBA [size, size, 4] opaque: `lab` [s, s, 3] enlarged, bilinear."""
    small = np.full((*lab.shape[:2], 4), 255, np.uint8)
    small[..., :3] = (oklab_to_srgb(lab) * 255 + 0.5).clip(0, 255)
    return resized(small, size)


def resized(pixels: Pixels, size: int) -> Pixels:
    """A square picture, RGBA [s, s, 4] or one channel [s, s], at another size; bilinear. Itself if that is its size."""
    if pixels.shape[0] == size:
        return pixels
    from PIL import Image  # two to three times as fast as Skia at this

    height, width = pixels.shape[:2]
    kind = "L" if pixels.ndim == 2 else "RGBX"  # not RGBA: that would multiply colours with alpha and back
    image = Image.frombuffer(kind, (width, height), np.ascontiguousarray(pixels), "raw", kind, 0, 1)
    return np.array(image.resize((size, size), Image.Resampling.BILINEAR))


def weave(size: int) -> Field:
    """[p, p] about 0, in [-1, 1]: a canvas of crossing threads that repeats; about 420 threads a picture."""
    period = max(4, round(size / 420)) if size >= 1000 else 4
    at = np.arange(period * 2, dtype=np.float32) / period
    warp, weft = np.cos(2 * np.pi * at)[None, :], np.cos(2 * np.pi * at)[:, None]
    over = np.sign(np.sin(np.pi * at)[None, :] * np.sin(np.pi * at)[:, None] + 1e-6)
    return np.asarray(np.where(over > 0, warp, weft) * 0.6 + 0.4 * warp * weft, np.float32)


def lit(pixels: Pixels, height: Pixels, *, relief: float, canvas: float) -> Pixels:
    """RGB [s, s, 3] of an RGBA picture whose paint lies as thick as `height` [s, s] says, lit from the upper left.

    relief : strength of light and shade on the paint's flanks      canvas : of the weave, felt most where paint is thin
    """
    size = pixels.shape[0]
    reach = max(1, round(size / 1500))
    relief *= min(1.0, size / 1500) ** 0.6  # a small picture is seen from farther away
    threads = weave(size)
    period = threads.shape[0]
    out = np.empty((size, size, 3), np.uint8)
    cover = np.tile(threads, (BAND // period + 2, size // period + 2))[:, :size] * np.float32(
        canvas * 30 * min(1.0, size / 1500)
    )
    for top in range(0, size, BAND):
        rows = min(BAND, size - top)
        block = height[np.clip(np.arange(top - reach, top + rows), 0, size - 1)].astype(np.int16)
        here, before = block[reach:], np.empty((rows, size), np.int16)
        before[:, reach:] = block[:rows, : size - reach]
        before[:, :reach] = here[:, :reach]
        rise = (here - before).astype(np.float32)
        phase = top % period
        rise = np.clip(rise * np.float32(relief), -46, 60)
        rise += cover[phase : phase + rows] * (1.25 - here * np.float32(1 / 255))
        factor = np.rint(256 + rise * 1.35).astype(np.int32)[..., None]
        band = pixels[top : top + rows, :, :3] * factor
        band >>= 8
        shine = np.maximum(rise - 18, 0) * 0.5
        band += shine.astype(np.int32)[..., None]
        np.clip(band, 0, 255, out=band)
        out[top : top + rows] = band
    return out
