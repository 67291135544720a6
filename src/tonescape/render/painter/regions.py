"""A picture as a printer or glazier sees it: few regions, cut out crisply at any size, inks on a sheet.

Regions are decided on a small grid. Each becomes a soft cover (its mask under a Gaussian), and a pixel program asks at
every pixel of the final size which cover is greatest: so the outlines are smooth curves, the same at 64 and 8192 px,
and as sharp as the pixels. Between two regions the difference of covers is erf(d / (sigma sqrt 2)), d the distance to
a straight border, which gives lines of any width along the borders.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from tonescape.core.colour import into_gamut, oklab_to_oklch, oklab_to_srgb, oklch_to_oklab
from tonescape.render.painter import graphics
from tonescape.render.painter.field import blur, doubled, norm, tile
from tonescape.render.painter.finish import BAND

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from numpy.typing import NDArray

    from tonescape.core.records import Pixels
    from tonescape.render.painter.field import Field
    from tonescape.render.painter.scene import Composition, Figure

    Labels = NDArray[np.intp]

CUT = 320
"""cells a side of the grid on which regions are decided; a knife or a lead line makes no finer shapes"""

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
"""SkSL that every program may use. cover : of an edge `cells` away, anti-aliased      distance_of : cells from a
border, by Winitzki's inverse of erf (2008)      srgb : of OKLab (Ottosson 2020)"""


def sheet(size: int) -> Pixels:
    """RGBA [k size, k size, 4], white and opaque, k the smallest that makes it SHEET wide (at most 8)."""
    times = min(8, -(-SHEET // size))
    return np.full((size * times, size * times, 4), 255, np.uint8)


def taken(pixels: Pixels, size: int) -> Pixels:
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


def printed(pixels: Pixels, body: str, textures: dict[str, Field], *, sigma: float = 1.0, blend: str = "src") -> None:
    """Run `body` (see `program`) over the sheet; it reads the textures [h, w, 3] at their own pixels.

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


def reduced(field: Field) -> Field:
    """A field [WORK, WORK] or [WORK, WORK, c] on the grid of the regions: means over areas."""
    from PIL import Image

    planes = [field] if field.ndim == 2 else [field[..., channel] for channel in range(field.shape[2])]
    small = [
        np.array(Image.fromarray(np.ascontiguousarray(one, np.float32)).resize((CUT, CUT), Image.Resampling.BOX))
        for one in planes
    ]
    return small[0] if field.ndim == 2 else np.stack(small, -1)


def disc(scene: Composition) -> tuple[float, float, float] | None:
    """Unit x, y and radius of the sun or moon, where it can be seen: brighter than what is round it."""
    (x, y), radius = scene.light, scene.setting.sun_size
    at = (np.arange(CUT, dtype=np.float32) + 0.5) / CUT
    away = norm(at[None, :] - x, at[:, None] - y) / max(radius, 1e-3)
    light = reduced(scene.lab[..., :1])[..., 0]
    inside, ring = light[away < 0.8], light[(away > 1.3) & (away < 2.0)]
    if len(inside) < 20 or len(ring) < 20 or np.median(inside) < np.median(ring) + 0.035 or inside.std() > 0.07:
        return None
    return x, y, radius


def masked(scene: Composition) -> Field:
    """[CUT, CUT] in [0, 1], where figures, sun and moon stand, which a style draws crisply on its own."""
    cover = np.zeros((CUT, CUT), np.float32)
    for thing in scene.figures:
        cover = np.maximum(cover, graphics.mask(thing.shapes, CUT))
    return cover


def masked_disc(found: tuple[float, float, float] | None) -> Field:
    """[CUT, CUT], 1 on the disc of the sun or moon and a little round it."""
    if found is None:
        return np.zeros((CUT, CUT), np.float32)
    at = (np.arange(CUT, dtype=np.float32) + 0.5) / CUT
    away = norm(at[None, :] - found[0], at[:, None] - found[1])
    return np.asarray(away < found[2] * 1.12 + 1 / CUT, np.float32)


def without_figures(image: Field, figures: Field) -> Field:
    """`image` [CUT, CUT, c] with what lies behind the figures guessed from round about them, near before far."""
    if not figures.any():
        return image
    free = (figures < 0.02).astype(np.float32)[..., None]
    result, weight = image * free, free
    for sigma in (2.0, 6.0, 20.0, 60.0):
        step = max(1, int(sigma // 3))
        small, trust = (blur(part[::step, ::step], sigma / step) for part in (image * free, free))
        guess = small / np.maximum(trust, 1e-6)
        guess = np.repeat(np.repeat(guess, step, 0), step, 1)[:CUT, :CUT]
        sure = np.clip(np.repeat(np.repeat(trust, step, 0), step, 1)[:CUT, :CUT] * 8, 0, 1) * (1 - weight)
        result, weight = result + guess * sure, weight + sure
    return np.asarray(result / np.maximum(weight, 1e-6), np.float32)


def groups(scene: Composition, most: int, figures: Field) -> Labels:
    """[CUT, CUT] numbers of at most `most` regions, far to near: the planes without the figures, neighbours in depth
    joined, the smallest first. Far away is 0; numbers are without gaps."""
    from scipy.ndimage import distance_transform_edt

    covers = np.stack([reduced(plane.cover) for plane in scene.planes])
    labels = np.argmax(covers, axis=0)
    hidden = figures > 0.3
    if hidden.any() and not hidden.all():
        nearest = distance_transform_edt(hidden, return_distances=False, return_indices=True)
        labels = labels[tuple(nearest)]
    while True:
        present, labels = np.unique(labels, return_inverse=True)
        labels = labels.reshape(CUT, CUT)
        area = np.bincount(labels.ravel(), minlength=len(present))
        if len(present) <= 1 or (len(present) <= most and area.min() >= 0.004 * CUT * CUT):
            return np.asarray(labels, np.intp)
        small = int(np.argmin(area))
        beside = [n for n in (small - 1, small + 1) if 0 <= n < len(present)]
        labels[labels == small] = min(beside, key=lambda n: int(area[n]))


def within(image: Field, labels: Labels, sigma: float) -> Field:
    """`image` [CUT, CUT, c] blurred inside each region, so that borders stay and everything else calms down."""
    result = np.zeros_like(image)
    step = 2 if sigma >= 3 else 1
    for number in range(int(labels.max()) + 1):
        here = (labels == number).astype(np.float32)[..., None]
        both = blur(np.concatenate([image * here, here], -1)[::step, ::step], sigma / step)
        mean = both[..., :-1] / np.maximum(both[..., -1:], 1e-4)
        result += here * np.repeat(np.repeat(mean, step, 0), step, 1)[:CUT, :CUT]
    return result


def covers(labels: Labels, count: int, sigma: float, exact: Field | None = None) -> dict[str, Field]:
    """Textures "part0", "part1" ... [CUT, CUT, 3] with the soft covers of regions 0 .. count - 1, three in each.

    exact : `shares` of the regions, for outlines finer than the grid
    """
    found = {}
    for first in range(0, count, 3):
        numbers = range(first, first + 3)
        masks = [labels == n if exact is None or n >= exact.shape[2] else exact[..., n] for n in numbers]
        found[f"part{first // 3}"] = blur(np.stack(masks, -1).astype(np.float32), sigma)
    return found


def shares(scene: Composition, labels: Labels, figures: Field) -> Field:
    """[CUT, CUT, count] how much of each cell the regions of `groups` take: without it a line that is nearly level
    would climb in steps of a cell. Where figures hide the planes, or a scrap changed sides, it is all or nothing."""
    count = int(labels.max()) + 1
    whole = (labels[..., None] == np.arange(count)).astype(np.float32)
    planes = np.stack([reduced(plane.cover) for plane in scene.planes], -1)
    seen = np.argmax(planes, -1)
    part = np.zeros_like(whole)
    group = np.full(planes.shape[2], -1)
    for number in range(planes.shape[2]):
        own = labels[seen == number]
        if len(own):
            group[number] = np.bincount(own).argmax()
            part[..., group[number]] += planes[..., number]
    total = part.sum(-1, keepdims=True)
    sure = (group[seen] == labels) & (figures < 0.02) & (total[..., 0] > 0.9)
    return np.asarray(np.where(sure[..., None], part / np.maximum(total, 1e-6), whole), np.float32)


def border_distance(exact: Field, sigma: float) -> Field:
    """[2 CUT, 2 CUT] cells to the nearest border of the regions `exact` [CUT, CUT, count] (see `shares`), at most 8;
    smooth along a border, by the inverse of what a Gaussian makes of it."""
    from scipy.special import erfinv

    if exact.shape[2] < 2:
        return np.full((2 * CUT, 2 * CUT), 8.0, np.float32)
    planes = (blur(np.ascontiguousarray(exact[..., number]), sigma) for number in range(exact.shape[2]))
    soft = np.sort(np.stack([doubled(plane) for plane in planes]), 0)
    gap = np.clip(soft[-1] - soft[-2], 0, 1 - 1e-6)
    return np.asarray(np.minimum(sigma * np.sqrt(2) * erfinv(gap), 8), np.float32)


def calmed(labels: Labels, sigma: float) -> Labels:
    """The same regions without what is finer than `sigma` cells: everywhere the one most common round about."""
    count = int(labels.max()) + 1
    common = [blur((labels == number).astype(np.float32), sigma) for number in range(count)]
    found = np.unique(np.argmax(np.stack(common), axis=0), return_inverse=True)[1]
    return np.asarray(found.reshape(labels.shape), np.intp)


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


def rich(colours: Field) -> Field:
    """OKLab [3] that stands for colours [n, 3]: their mean with their mean chroma, since unlike hues add up to grey;
    where they fall into two hues, those of the greater half only."""
    off = colours[:, 1:] - colours[:, 1:].mean(0)
    _, turn = np.linalg.eigh(off.T @ off)
    side = off @ turn[:, 1] > 0
    if 0 < side.sum() < len(side):
        halves = colours[side], colours[~side]
        if float(np.linalg.norm(halves[0][:, 1:].mean(0) - halves[1][:, 1:].mean(0))) > 0.11:
            light = colours[:, 0].mean()
            colours = max(halves, key=len).copy()
            colours[:, 0] += 0.5 * (light - colours[:, 0].mean())
    mean = colours.mean(0)
    have = max(float(np.hypot(mean[1], mean[2])), 0.02)
    gain = min(1.7, float(np.hypot(colours[:, 1], colours[:, 2]).mean()) / have)
    return np.asarray(mean * np.array([1.0, gain, gain]), np.float32)


def pigments(lab: Field, start: Field, rounds: int = 6, keep: float = 0.0) -> Field:
    """[k, 3] OKLab: the picture's own k colours, by Lloyd's iteration from `start` (IEEE Trans. Inf. Theory 28, 1982).

    keep : share of the starting colour that is kept, [0, 1]
    """
    points = lab[::4, ::4].reshape(-1, 3).astype(np.float64)
    centres = np.array(start, np.float64)
    for _ in range(rounds):
        nearest = np.argmin(((points[:, None] - centres[None]) ** 2).sum(-1), 1)
        for number in range(len(centres)):
            own = points[nearest == number]
            if len(own):
                centres[number] = rich(own)
    return np.asarray(centres + keep * (np.asarray(start) - centres), np.float32)


def nearest(lab: Field, colours: Field) -> Labels:
    """[s, s] number of the nearest of `colours` [k, 3]."""
    gaps = np.stack([((lab - colour) ** 2).sum(-1) for colour in colours])
    return np.asarray(np.argmin(gaps, axis=0), np.intp)


@cache
def grain(cells: int, octaves: int, seed: int = 11) -> Field:
    """A periodic texture [512, 512, 3] of three unlike noises in [0, 1], for paper, wood and ink."""
    rng = np.random.Generator(np.random.PCG64(seed))
    return np.stack([tile(rng, cells=cells, octaves=octaves, gain=0.62) for _ in range(3)], -1)


def flat(pixels: Pixels, shapes: Sequence[Field], colour: Field, opacity: float = 1.0) -> None:
    """Filled polygons in one flat colour. colour : sRGB [3] in [0, 1]"""
    red, green, blue = (int(value) for value in np.rint(np.clip(colour, 0, 1) * 255))
    graphics.fill(pixels, shapes, (red, green, blue), opacity)


def draw(pixels: Pixels, thing: Figure, colour: Field, shift: tuple[float, float] = (0.0, 0.0)) -> None:
    """A figure as one flat shape. colour : sRGB [3] in [0, 1]      shift : unit x and y"""
    flat(pixels, [shape + np.array(shift, np.float32) for shape in thing.shapes], colour)


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


def paper(pixels: Pixels, *, fibre: float) -> None:
    """Paper's grain over everything, finest at print size. fibre : share of light it takes at most, [0, 1]"""
    body = (
        "float3 paint(float2 u) {"
        " float3 fine = tile_paper.eval(u * 3300.0).rgb, coarse = tile_paper.eval(u * 1170.0 + 77.0).rgb;"
        # fibres lie every way: two families of hairs, thin where their noises peak
        " float3 hair = tile_paper.eval(float2(u.x * 300.0 + u.y * 90.0, u.y * 3900.0 - u.x * 700.0)).rgb;"
        " float3 lint = tile_paper.eval(float2(u.x * 3700.0 + u.y * 900.0, u.y * 330.0 - u.x * 60.0) + 211.0).rgb;"
        " float thread = ramp(0.62, 0.80, hair.z) + ramp(0.64, 0.82, lint.y);"
        " float g = (fine.x - 0.5) * 1.1 + (coarse.y - 0.5) * 0.2 + 0.25 * thread;"
        f" return float3(clamp(1.0 - {fibre / 2:.4f} + {fibre:.4f} * g, 0.0, 1.0)); }}"
    )
    printed(pixels, body, {"tile_paper": grain(32, 4)}, blend="multiply")
