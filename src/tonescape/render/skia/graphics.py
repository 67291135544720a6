"""The one place that knows Skia: masks from polygons, brush sprites on a canvas."""

from __future__ import annotations

import os
from functools import cache, lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tonescape.core.errors import MissingError
from tonescape.render.skia import gl_stubs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from numpy.typing import NDArray

    from tonescape.core.records import Pixels
    from tonescape.render.painter.raster.filters import Field

    Skia = Any


@cache
def skia() -> Skia:
    """The Skia module. MissingError, saying what to type, where it cannot be loaded.

    Its Linux wheel wants libGL and libEGL, which slim systems lack, for GPU surfaces that nothing here uses. Where they
    are missing, libraries of that name are put in their place, whose functions all answer 0 (see gl_stubs.py).
    """
    try:
        return import_module("skia")
    except ImportError as problem:
        reason = str(problem)
    if any(name in reason for name in gl_stubs.STUB_LIBRARIES) and gl_stubs.load_stubs():
        try:
            return import_module("skia")
        except ImportError as problem:
            reason = str(problem)
    remedy = "apt install libgl1 libegl1 libexpat1" if ".so" in reason else "pip install skia-python"
    raise MissingError(f"skia-python cannot be loaded ({reason}); type: {remedy}")


@cache
def fonts() -> Any:
    """Skia's font manager, an `skia.FontMgr`.

    The fontconfig in Skia's wheel complains on standard error about settings newer than itself, straight to the file
    descriptor; that is nobody's concern who paints a song, so the descriptor points elsewhere for the moment.
    """
    lib = skia()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        return lib.FontMgr()
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def mask(shapes: Sequence[Field], side: int) -> Field:
    """Alpha [side, side] in [0, 1] of filled polygons (each [n, 2], unit coordinates), anti-aliased."""
    lib = skia()
    pixels = np.zeros((side, side), np.uint8)  # cover alone: a tenth of the time that four channels take
    info = lib.ImageInfo.Make(side, side, lib.kAlpha_8_ColorType, lib.kPremul_AlphaType)
    path = lib.Path()
    for shape in shapes:
        path.addPoly([lib.Point(x, y) for x, y in (shape * side).tolist()], True)
    with lib.Surface.MakeRasterDirect(info, pixels, pixels.strides[0]) as canvas:
        canvas.drawPath(path, lib.Paint(AntiAlias=True, Color=lib.ColorWHITE))
    return (pixels / np.float32(255)).astype(np.float32)


def numbered(shapes: Sequence[Field], side: int) -> NDArray[np.int32]:
    """[side, side] the number of the polygon (unit coordinates) seen at each pixel, the last one on top; no blending.

    At most 2**24 - 1 polygons; 0 also where there is none."""
    lib = skia()
    pixels = np.zeros((side, side, 4), np.uint8)
    canvas = lib.Canvas(pixels)
    for number, shape in enumerate(shapes):
        path = lib.Path()
        path.addPoly([lib.Point(x, y) for x, y in (shape * side).tolist()], True)
        colour = lib.ColorSetARGB(255, number >> 16 & 255, number >> 8 & 255, number & 255)
        canvas.drawPath(path, lib.Paint(AntiAlias=False, Color=colour))
    wide = pixels.astype(np.int32)
    return np.asarray(wide[..., 0] << 16 | wide[..., 1] << 8 | wide[..., 2], np.int32)


def fill(pixels: Pixels, shapes: Sequence[Field], colour: tuple[int, int, int], opacity: float = 1.0) -> None:
    """Filled polygons (unit coordinates) in an sRGB colour onto RGBA [s, s, 4], anti-aliased."""
    lib = skia()
    side = pixels.shape[0]
    info = lib.ImageInfo.Make(side, side, lib.kRGBA_8888_ColorType, lib.kOpaque_AlphaType)
    path = lib.Path()
    for shape in shapes:
        path.addPoly([lib.Point(x, y) for x, y in (shape * side).tolist()], True)
    paint = lib.Paint(AntiAlias=True, Color=lib.ColorSetARGB(round(opacity * 255), *colour))
    with lib.Surface.MakeRasterDirect(info, pixels, pixels.strides[0]) as canvas:
        canvas.drawPath(path, paint)


class Texture(NamedTuple):
    """An image that a pixel program reads.

    image : uint8 [h, w], uint8 [h, w, 4] (alpha ignored) or float [h, w, 3] in [0, 1]
    scale : how many pixels of the picture one of its own is wide; 0 stretches it once over the picture
    repeat : it goes on for ever; otherwise its border does
    reading : between its pixels "linear", "cubic" (Mitchell and Netravali, SIGGRAPH 1988) or "nearest"
    """

    image: Pixels | Field
    scale: float = 0.0
    repeat: bool = False
    reading: str = "linear"


@lru_cache(maxsize=32)  # some programs carry a song's own numbers, so they do not end
def _program(source: str) -> Any:
    return skia().RuntimeEffect.MakeForShader(source)


def per_pixel(
    pixels: Pixels,
    source: str,
    textures: Mapping[str, Texture],
    numbers: Mapping[str, float] | None = None,
    *,
    blend: str = "src",
) -> None:
    """Compute every pixel of RGBA [h, w, 4] with a program in Skia's shading language, without further memory.

    It runs at 20-70 ns a pixel, so texture can be made at print size from fields on the working grid.
    source : `half4 main(float2 p)`, p in pixels; each texture is a `uniform shader`, each number a `uniform float`
    blend : "src" replaces, "multiply" and "screen" as in the W3C's Compositing and Blending Level 1
    """
    lib = skia()
    builder = lib.RuntimeShaderBuilder(_program(source))
    kept = []  # Skia reads these arrays while it draws
    for name, texture in textures.items():
        image, kind = _texels(texture.image)
        kept.append(image)
        picture = lib.Image.fromarray(image, kind, lib.kOpaque_AlphaType, copy=False)
        mode = lib.TileMode.kRepeat if texture.repeat else lib.TileMode.kClamp
        across, down = (texture.scale or pixels.shape[side] / image.shape[side] for side in (1, 0))
        place = lib.Matrix.Scale(across, down)
        builder.setChild(name, picture.makeShader(mode, mode, _sampling(texture.reading), place))
    for name, value in (numbers or {}).items():
        builder.setUniform(name, float(value))
    modes = {"src": lib.BlendMode.kSrc, "multiply": lib.BlendMode.kMultiply, "screen": lib.BlendMode.kScreen}
    info = lib.ImageInfo.Make(*pixels.shape[1::-1], lib.kRGBA_8888_ColorType, lib.kOpaque_AlphaType)
    with lib.Surface.MakeRasterDirect(info, pixels, pixels.strides[0]) as canvas:
        canvas.drawPaint(lib.Paint(Shader=builder.makeShader(), BlendMode=modes[blend]))


def _texels(image: Any) -> tuple[Any, Any]:
    """The image as Skia takes it, and Skia's name for its kind."""
    lib = skia()
    if image.dtype == np.uint8:
        return np.ascontiguousarray(image), lib.kGray_8_ColorType if image.ndim == 2 else lib.kRGBA_8888_ColorType
    texels = np.ones((*image.shape[:2], 4), np.float32)
    texels[..., :3] = image
    return texels, lib.kRGBA_F32_ColorType


def _sampling(reading: str) -> Any:
    lib = skia()
    if reading == "cubic":
        return lib.SamplingOptions(lib.CubicResampler.Mitchell())
    return lib.SamplingOptions(lib.FilterMode.kNearest if reading == "nearest" else lib.FilterMode.kLinear)


LEVELS = 4
"""sizes in which an atlas holds its marks, each half the one before"""

TEXELS = 1.25
"""texels to a pixel that a mark is drawn with, at least, where it has them"""


class Sprites:
    """Brush marks side by side in one picture, drawn many at a time with turn, scale and tint.

    atlas : uint8 [h, w, 4], not premultiplied      boxes : [n, 4] x, y, width, height in atlas pixels
    """

    def __init__(self, atlas: Pixels, boxes: Field) -> None:
        lib = skia()
        self.boxes = boxes
        # every mark in halves, quarters and eighths beside it: Skia's own mipmaps do nothing in drawAtlas
        sheet, self.rects = _halvings(atlas, boxes.astype(int))
        self.image = lib.Image.fromarray(sheet, lib.kRGBA_8888_ColorType, lib.kUnpremul_AlphaType, copy=True)

    def draw(self, pixels: Pixels, which: Any, x: Field, y: Field, angle: Field, length: Field, tint: Any) -> None:
        """Draw marks in order onto `pixels` (RGBA [h, w, 4] or one channel [h, w]).

        which : int [n] sprite      x, y : [n] centre, px      angle : [n] radians      length : [n] px, along it
        tint : uint32 [n] 0xAARRGGBB, multiplied with the sprite
        """
        if not len(which):
            return
        lib = skia()
        if pixels.ndim == 2:
            info = lib.ImageInfo.Make(pixels.shape[1], pixels.shape[0], lib.kGray_8_ColorType, lib.kOpaque_AlphaType)
        else:
            info = lib.ImageInfo.Make(pixels.shape[1], pixels.shape[0], lib.kRGBA_8888_ColorType, lib.kOpaque_AlphaType)
        surface = lib.Surface.MakeRasterDirect(info, pixels, pixels.strides[0])
        boxes = self.boxes[which]
        scale = length / boxes[:, 2]
        level = np.clip(np.floor(-np.log2(scale * TEXELS)), 0, LEVELS - 1).astype(int)
        cos, sin = np.cos(angle) * scale, np.sin(angle) * scale
        half_w, half_h = boxes[:, 2] / 2, boxes[:, 3] / 2
        left, top = x - cos * half_w + sin * half_h, y - sin * half_w - cos * half_h
        larger = 2.0**level
        moves = map(lib.RSXform, (cos * larger).tolist(), (sin * larger).tolist(), left.tolist(), top.tolist())
        rects = map(self.rects.__getitem__, (which * LEVELS + level).tolist())
        # a mark that has a texel for every pixel needs none between them: a third of the time at 512 px
        fine = np.quantile(scale, 0.9) <= 1
        sampling = lib.SamplingOptions(lib.FilterMode.kNearest if fine else lib.FilterMode.kLinear)
        with surface as canvas:
            canvas.drawAtlas(
                self.image, list(moves), list(rects), tint.tolist(), lib.BlendMode.kModulate, sampling, None, None
            )


def _halvings(atlas: Pixels, boxes: NDArray[np.intp]) -> tuple[Pixels, list[Any]]:
    """An atlas with every mark at `LEVELS` sizes, and where: number * LEVELS + level. Colours weigh by their alpha."""
    from PIL import Image

    grid = 1 << (LEVELS - 1)
    wide, tall = (-(-boxes[:, side] // grid) * grid for side in (2, 3))
    top = [0, *np.cumsum(tall).tolist()]
    whole = np.zeros((top[-1], int(wide.max()), 4), np.uint8)
    for (x, y, w, h), at in zip(boxes.tolist(), top[:-1], strict=True):
        whole[at : at + h, :w] = atlas[y : y + h, x : x + w]
    sheet = np.zeros((len(whole), 2 * whole.shape[1], 4), np.uint8)
    rects, left = [], 0
    for level in range(LEVELS):
        part = 1 << level
        smaller = np.asarray(Image.fromarray(whole).reduce(part))  # Pillow weighs colours with alpha
        sheet[: len(smaller), left : left + smaller.shape[1]] = smaller
        places = zip(top[:-1], boxes[:, 2:].tolist(), strict=True)
        rects.append([skia().Rect.MakeXYWH(left, y / part, w / part, h / part) for y, (w, h) in places])
        left += smaller.shape[1]
    return sheet, [rect for of_mark in zip(*rects, strict=True) for rect in of_mark]
