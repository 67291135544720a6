"""The last of a picture: paint that stands up in the light, canvas or paper under it. Works in bands of rows."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from tonescape.core.colour import oklab_to_srgb
from tonescape.render.painter.raster.filters import downsample2
from tonescape.render.painter.raster.noise import fractal_noise
from tonescape.render.skia.graphics import Texture, per_pixel

if TYPE_CHECKING:
    from tonescape.core.records import Pixels
    from tonescape.render.painter.raster.filters import Field

BAND = 512
"""rows worked on at once: keeps the memory of an 8192 px picture near that of its pixels"""


def ground(lab: Field, size: int) -> Pixels:
    """RGBA [size, size, 4] opaque: `lab` [s, s, 3] at another size, bilinear."""
    if 2 * size <= len(lab):  # a quarter of the conversions
        lab = np.stack([downsample2(lab[..., channel]) for channel in range(3)], -1)
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
    out = np.empty((size, size, *pixels.shape[2:]), np.uint8)
    for top in range(0, size, BAND):
        rows = min(BAND, size - top)
        box = (0, top * height / size, width, (top + rows) * height / size)
        out[top : top + rows] = image.resize((size, rows), Image.Resampling.BILINEAR, box=box)
    return out


def weave(size: int) -> Field:
    """[p, p] about 0, in [-1, 1]: a canvas of crossing threads that repeats; about 420 threads a picture."""
    period = max(4, round(size / 420)) if size >= 1000 else 4
    at = np.arange(period * 2, dtype=np.float32) / period
    warp, weft = np.cos(2 * np.pi * at)[None, :], np.cos(2 * np.pi * at)[:, None]
    over = np.sign(np.sin(np.pi * at)[None, :] * np.sin(np.pi * at)[:, None] + 1e-6)
    return np.asarray(np.where(over > 0, warp, weft) * 0.6 + 0.4 * warp * weft, np.float32)


LIT = """
uniform shader paint, thick, cloth;
uniform float reach, relief, weave;
half4 main(float2 p) {
    float here = thick.eval(p).r;
    float rise = clamp((here - thick.eval(p - float2(reach, reach)).r) * relief, -0.18, 0.235);
    rise += (cloth.eval(p).r - 0.5) * weave * (1.25 - here);
    float3 colour = paint.eval(p).rgb * (1 + 1.35 * rise) + 0.5 * max(rise - 0.07, 0);
    return half4(half3(saturate(colour)), 1);
}
"""


def light_relief(pixels: Pixels, height: Pixels, size: int, *, relief: float, canvas: float) -> Pixels:
    """RGB [size, size, 3] of an RGBA picture whose paint lies as thick as `height` says, lit from the upper left.

    pixels : [s, s, 4]      height : [t, t]; both of any size
    relief : strength of light and shade on the paint's flanks      canvas : of the weave, felt most where paint is thin
    """
    far = min(1.0, size / 1500)  # a small picture is seen from farther away
    numbers = {
        "reach": max(1.0, size / 1500),
        "relief": relief * far**0.6,
        "weave": canvas * 30 / 255 * 2 * far,
    }
    cloth = np.rint(weave(size) * 127.5 + 127.5).astype(np.uint8)
    out = np.empty((size, size, 4), np.uint8)
    textures = {"paint": Texture(pixels), "thick": Texture(height), "cloth": Texture(cloth, 1.0, repeat=True)}
    per_pixel(out, LIT, textures, numbers)
    return opaque(out)


OKLAB = """
float3 decoded(float3 stored) { return float3(stored.x, stored.yz * 0.8 - 0.4); }
float3 srgb(float3 lab) {
    float l = lab.x + 0.3963377774 * lab.y + 0.2158037573 * lab.z;
    float m = lab.x - 0.1055613458 * lab.y - 0.0638541728 * lab.z;
    float s = lab.x - 0.0894841775 * lab.y - 1.2914855480 * lab.z;
    l = l * l * l; m = m * m * m; s = s * s * s;
    float3 linear = float3(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
        -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
        -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s);
    linear = saturate(linear);
    return mix(12.92 * linear, 1.055 * pow(linear, float3(1 / 2.4)) - 0.055, step(float3(0.0031308), linear));
}
"""
"""functions for programs of `per_pixel`: OKLab (Ottosson 2020) as `encoded` stores it, and to encoded sRGB"""


def encoded(lab: Field) -> Pixels:
    """uint8 [s, s, 4] of OKLab [s, s, 3]: lightness, and a and b from -.4 .. .4; for `decoded` in a program."""
    scale, zero = np.array([255, 318.75, 318.75], np.float32), np.array([0, 127.5, 127.5], np.float32)
    stored = np.zeros((*lab.shape[:2], 4), np.uint8)
    stored[..., :3] = np.rint(lab * scale + zero).clip(0, 255)
    return stored


def opaque(pixels: Pixels) -> Pixels:
    """RGB [s, s, 3] of RGBA."""
    return np.ascontiguousarray(pixels[..., :3])


@cache
def _hills() -> Pixels:
    grain = fractal_noise(np.random.Generator(np.random.PCG64(5)), cells=128, octaves=1)
    ranks = np.searchsorted(np.sort(grain.ravel()[::7]), grain.ravel()) / (grain.size / 7)
    hills: Pixels = np.rint(ranks.clip(0, 1) * 255).astype(np.uint8).reshape(grain.shape)
    return hills


def tooth(size: int) -> tuple[Pixels, float]:
    """The paper's hills, uint8 [512, 512] that repeats, every height as frequent as any other; and how many picture
    pixels each of its pixels is wide: the grain grows with a print, so that it is seen from as far away."""
    return _hills(), max(0.5, min(1.0, size / 1600), size / 3200)
