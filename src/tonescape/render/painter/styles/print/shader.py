"""How regions are printed: pixel programs that cut them crisply at any size, inks and shapes on a sheet, paper.

A program asks at every pixel of the final size which region's soft cover is greatest (`choose`): so the outlines are
smooth curves, the same at 64 and 8192 px, and as sharp as the pixels. Between two regions the difference of covers is
erf(d / (sigma sqrt 2)), d the distance to a straight border, which gives lines of any width along the borders.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from tonescape.core.colour import into_gamut, oklab_to_oklch, oklab_to_srgb, oklch_to_oklab
from tonescape.render.painter.raster.noise import fractal_noise
from tonescape.render.painter.styles.print.regions import CUT
from tonescape.render.painter.styles.surface import BAND
from tonescape.render.skia import graphics

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from tonescape.core.records import Pixels
    from tonescape.render.painter.composition.model import Figure
    from tonescape.render.painter.raster.filters import Field

SHEET = 500
"""pixels a side a picture is printed at, at least: smaller ones are printed larger and reduced, so lines stay fine"""

PRELUDE = """
float cover(float cells) { return clamp(cells * SIDE / CUT + 0.5, 0.0, 1.0); }
float ramp(float a, float b, float x) { return smoothstep(a, b, x); }
float distance_of(float gap) {
  float l = log(max(1.0 - gap * gap, 1e-6)), h = 4.3307 + 0.5 * l;
  return SIGMA * 1.41421 * sqrt(max(sqrt(h * h - l * 6.8027) - h, 0.0));
}
float3 srgb(float3 lab) {
  float3 lms = float3(lab.x + 0.3963377774 * lab.y + 0.2158037573 * lab.z,
    lab.x - 0.1055613458 * lab.y - 0.0638541728 * lab.z, lab.x - 0.0894841775 * lab.y - 1.2914855480 * lab.z);
  lms = lms * lms * lms;
  float3 rgb = float3(4.0767416621 * lms.x - 3.3077115913 * lms.y + 0.2309699292 * lms.z,
    -1.2684380046 * lms.x + 2.6097574011 * lms.y - 0.3413193965 * lms.z,
    -0.0041960863 * lms.x - 0.7034186147 * lms.y + 1.7076147010 * lms.z);
  rgb = clamp(rgb, 0.0, 1.0);
  return mix(12.92 * rgb, 1.055 * pow(max(rgb, 1e-5), float3(0.41667)) - 0.055, step(0.0031308, rgb));
}
"""
"""SkSL that every program may use. alpha : of an edge `cells` away, anti-aliased      distance_of : cells from a
border, by Winitzki's inverse of erf (2008)      srgb : of OKLab (Ottosson 2020)"""


def sheet(size: int) -> Pixels:
    """RGBA [k size, k size, 4], white and opaque, k the smallest that makes it SHEET wide (at most 8)."""
    times = min(8, -(-SHEET // size))
    return np.full((size * times, size * times, 4), 255, np.uint8)


def reduce_sheet(pixels: Pixels, size: int) -> Pixels:
    """RGB [size, size, 3]: the finished sheet, reduced by whole numbers."""
    if pixels.shape[0] != size:
        from PIL import Image

        times = pixels.shape[0] // size
        return np.array(Image.fromarray(pixels[..., :3]).reduce(times))
    out = np.empty((size, size, 3), np.uint8)
    for top in range(0, size, BAND):
        out[top : top + BAND] = pixels[top : top + BAND, :, :3]
    return out


def program(body: str, textures: tuple[str, ...], side: int, sigma: float = 1.0) -> str:
    """SkSL: the textures declared, PRELUDE, then `body`, in which p becomes unit coordinates `u`.

    body : functions, and `float3 paint(float2 u)` that gives sRGB
    """
    children = "".join(f"uniform shader {name};\n" for name in textures)
    lines = f"const float SIDE = {side:.1f}, CUT = {CUT:.1f}, SIGMA = {sigma:.4f};\n{children}{PRELUDE}{body}"
    return lines + "\nhalf4 main(float2 p) { return half4(half3(paint(p / SIDE)), 1.0); }\n"


def run_program(
    pixels: Pixels, body: str, textures: Mapping[str, Any], *, sigma: float = 1.0, blend: str = "src"
) -> None:
    """Run `body` (see `program`) over the sheet; it reads the textures (see graphics.Texture) at their own pixels.

    A texture repeats where its name begins with "tile", has hard pixels where it begins with "cell" and is cubic else.
    """
    ways = {"tile": "linear", "cell": "nearest"}
    read = {
        name: graphics.Texture(image, 1.0, name.startswith("tile"), ways.get(name[:4], "cubic"))
        for name, image in textures.items()
    }
    graphics.per_pixel(pixels, program(body, tuple(textures), pixels.shape[0], sigma), read, blend=blend)


def vector(values: Any) -> str:
    """A colour or other numbers as SkSL."""
    numbers = ", ".join(f"{float(value):.6f}" for value in np.ravel(values))
    return f"float{np.size(values)}({numbers})"


def rgb(lab: Field) -> Field:
    """sRGB [..., 3] in [0, 1] of OKLab colours, chroma reduced where the screen cannot show them."""
    inside = oklch_to_oklab(into_gamut(oklab_to_oklch(lab)))
    return np.clip(oklab_to_srgb(inside), 0, 1).astype(np.float32)


def choose(count: int, bias: str = "") -> str:
    """SkSL `void choose(float2 u, float4 k, out float3 one, out float3 other, out float gap)`: what `region_i(u, k)`
    gives for the region at u and for its nearest neighbour, and how much greater the first one's cover is.

    bias : added to the cover of region {i}
    """
    lines = ["void choose(float2 u, float4 k, out float3 one, out float3 other, out float gap) {"]
    lines += [f"float3 m{i} = part{i}.eval(u * CUT).rgb;" for i in range(-(-count // 3))]
    lines.append("float best = -1.0, next = -1.0; float at = 0.0, beside = 0.0;")
    for number in range(count):
        m = f"m{number // 3}.{'xyz'[number % 3]}"
        lines.append(
            (f"{m} += {bias.format(i=number)}; " if bias else "")
            + f"if ({m} > best) {{ next = best; beside = at; best = {m}; at = {number}.0; }}"
            f" else if ({m} > next) {{ next = {m}; beside = {number}.0; }}"
        )
    lines.append(f"gap = clamp(best - {'next' if bias else 'max(next, 0.0)'}, 0.0, 1.0);")
    for name, which in (("one", "at"), ("other", "beside")):
        for number in range(count):
            test = f"if ({which} < {number}.5) " if number < count - 1 else ""
            lines.append(("else " if number else "") + f"{test}{{ {name} = region_{number}(u, k); }}")
    return "\n".join([*lines, "}"])


@cache
def grain(cells: int, octaves: int, seed: int = 11) -> Field:
    """A periodic texture [512, 512, 3] of three unlike noises in [0, 1], for paper, wood and ink."""
    rng = np.random.Generator(np.random.PCG64(seed))
    return np.stack([fractal_noise(rng, cells=cells, octaves=octaves, gain=0.62) for _ in range(3)], -1)


def flat(pixels: Pixels, shapes: Sequence[Field], colour: Field, opacity: float = 1.0) -> None:
    """Filled polygons in one flat colour. colour : sRGB [3] in [0, 1]"""
    red, green, blue = (int(value) for value in np.rint(np.clip(colour, 0, 1) * 255))
    graphics.fill(pixels, shapes, (red, green, blue), opacity)


def draw(pixels: Pixels, figure: Figure, colour: Field, shift: tuple[float, float] = (0.0, 0.0)) -> None:
    """A figure as one flat shape. colour : sRGB [3] in [0, 1]      shift : unit x and y"""
    flat(pixels, [shape + np.array(shift, np.float32) for shape in figure.shapes], colour)


def border(pixels: Pixels, width: float, colour: Field, *, inner: float | None = None) -> None:
    """A margin `width` wide (unit) all round, or, with `inner`, a frame line that wide just inside it."""
    near, far = (0.0, width) if inner is None else (width, width + inner)
    low, high = near, 1 - near
    bars = (
        (low, low, high, far),
        (low, 1 - far, high, high),
        (low, low, far, high),
        (1 - far, low, high, high),
    )
    shapes = [np.array([(a, b), (c, b), (c, d), (a, d)], np.float32) for a, b, c, d in bars]
    for shape in shapes:
        flat(pixels, [shape], colour)


GRAIN = """
float unevenness(float2 u) {
  float3 fine = tile_paper.eval(u * 3300.0).rgb, coarse = tile_paper.eval(u * 1170.0 + 77.0).rgb;
  // fibres lie every way: two families of hairs, thin where their noises peak
  float3 hair = tile_paper.eval(float2(u.x * 300.0 + u.y * 90.0, u.y * 3900.0 - u.x * 700.0)).rgb;
  float3 lint = tile_paper.eval(float2(u.x * 3700.0 + u.y * 900.0, u.y * 330.0 - u.x * 60.0) + 211.0).rgb;
  float thread = ramp(0.62, 0.80, hair.z) + ramp(0.64, 0.82, lint.y);
  return (fine.x - 0.5) * 1.1 + (coarse.y - 0.5) * 0.2 + 0.25 * thread;
}
"""
"""SkSL: paper's light and dark, from -.65 to 1.15"""

KEPT = 3200
"""pixels a side of the largest sheet whose grain is kept for the next picture (10 MB)"""


def paper(pixels: Pixels, *, fibre: float) -> None:
    """Paper's grain over everything, finest at print size. fibre : share of light it takes at most, [0, 1]"""
    side = pixels.shape[0]
    if side > KEPT:
        textures: dict[str, Any] = {"tile_paper": grain(32, 4)}
        body, here = GRAIN, "unevenness(u)"
    else:  # the same under every picture: once kept, it costs a third
        textures = {"cell_paper": _unevenness(side)}
        body, here = "", "(cell_paper.eval(u * SIDE).x * 2.0 - 0.75)"
    body += f"float3 paint(float2 u) {{ return float3(clamp(1.0 + {fibre:.4f} * ({here} - 0.5), 0.0, 1.0)); }}"
    run_program(pixels, body, textures, blend="multiply")


@lru_cache(maxsize=1)
def _unevenness(side: int) -> Pixels:
    """uint8 [side, side], from -.75 to 1.25."""
    sheet = np.empty((side, side, 4), np.uint8)
    body = GRAIN + "float3 paint(float2 u) { return float3((unevenness(u) + 0.75) / 2.0); }"
    run_program(sheet, body, {"tile_paper": grain(32, 4)})
    return sheet[..., 0].copy()
