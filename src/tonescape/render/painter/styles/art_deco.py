"""Art deco: an inlay of lacquer and gold that keeps every silhouette, under a patterned sky in a stepped frame.

Travel posters and lift doors of 1925-39: few flat planes cut along the drawing, each shaded from its upper edge down
as with an airbrush (Cassandre), so that light always stands against dark; gold lines part them, and rays, arches,
scales or steps surround the light.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.core.colour import into_gamut, oklab_to_oklch, oklch_to_oklab
from tonescape.render.painter.raster.filters import blur
from tonescape.render.painter.styles.print import regions, shader
from tonescape.render.painter.styles.print.regions import CUT, SKY
from tonescape.render.painter.styles.print.shader import vector

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from tonescape.core.records import Pixels
    from tonescape.render.painter.composition.model import Composition
    from tonescape.render.painter.raster.filters import Field
    from tonescape.render.painter.styles.print.regions import Labels

PLANES = 5

TONES = (0.012, 0.03)
"""standard deviations of OKLab lightness (colour counts half) within a plane, above which it is cut into two, and into
three tones"""

SMOOTH = 0.028
"""root mean square (lightness; colour counts half) by which a sky may leave a gradient and still be shown as one"""

ALONE = 5
"""tones of a picture whose planes say little"""

SCRAP = 45
"""cells that a piece has at least; a smaller one joins what is round it"""

ROUND = 1.3
"""cells of the Gaussian that rounds the pieces"""

HEAVY, FINE = 0.95, 0.4
"""half the width of the gold between planes, and of that between tones that differ much, cells"""

FADE = 34.0
"""cells over which a piece is shaded from its upper edge down"""

RAYS = 15
"""of the sky, from edge to edge"""

FRAME, STAIR = 0.045, 0.026
"""unit width of the frame, and of one of the three steps in its corners"""

STEP = 0.085
"""of OKLab lightness, at least, from one plane to the next"""


def render(scene: Composition, size: int, rng: np.random.Generator, on_step: Callable[[float], None]) -> Pixels:
    """The composition as an inlay, RGB [size, size, 3]."""
    sun = regions.disc(scene)
    figures = regions.figure_alpha(scene)
    lab = regions.without_figures(regions.reduced(scene.lab), np.maximum(figures, regions.disc_alpha(sun)))
    planes = regions.groups(scene, PLANES, figures)
    open_sky = scene.masks[0].name == "sky"
    if not open_sky and regions.variance_explained(lab, planes) < regions.TOLD:
        planes = np.zeros_like(planes)
    sky = _smooth_sky(lab, planes == SKY, scene) if open_sky else None
    pieces, plane_of = _pieces(lab, planes, whole_sky=sky is not None)
    colours = _colours(lab, pieces, plane_of, scene)
    on_step(0.3)
    labels, beside, gap = regions.cut(pieces, ROUND)
    pairs = _gold_widths(colours, plane_of)
    seen = (plane_of == SKY).take(labels) if open_sky else np.zeros(labels.shape, bool)
    width = pairs.ravel().take(labels * len(plane_of) + beside)
    textures = {
        "cell_tone": _tones(colours, labels, pieces, sky, seen, scene),
        "edge": _bytes(gap, width, seen),
        "tile_gold": shader.grain(32, 4),
    }
    on_step(0.4)
    pixels = shader.sheet(size)
    shader.run_program(pixels, _body(scene, sun, rng, plain=sky is not None), textures, sigma=ROUND)
    on_step(0.85)
    kept = _corners(pixels)
    for thing in scene.figures:
        shader.draw(pixels, thing, shader.rgb(_against(thing.lab, colours, pieces, thing.shapes)))
    _restore(pixels, kept)
    return shader.reduce_sheet(pixels, size)


def _smooth_sky(lab: Field, here: NDArray[np.bool_], scene: Composition) -> Field | None:
    """OKLab [CUT, CUT, 3]: the gradient that the sky `here` amounts to, by least squares on the height and the distance
    from the light, both and their squares; None where the sky shows more than that: aurora, plumes of smoke."""
    at = ((np.arange(CUT) + 0.5) / CUT).astype(np.float32)
    y = np.broadcast_to(at[:, None], here.shape)
    away = np.hypot(at[None, :] - scene.light[0], at[:, None] - scene.light[1]).astype(np.float32)
    known = np.stack([np.ones_like(y), y, y**2, away, away**2], -1)
    own, terms = lab[here][::5], known[here][::5]
    found = np.linalg.lstsq(terms, own, rcond=None)[0].astype(np.float32)
    off = (own - terms @ found) * np.array([1.0, 0.5, 0.5], np.float32)
    if float(np.sqrt((off**2).sum(1).mean())) > SMOOTH:
        return None
    fitted = known @ found
    fitted[..., 1:] *= 1.1 + 0.35 * scene.setting.arousal
    return np.asarray(np.clip(fitted, (0.1, -0.3, -0.3), (0.95, 0.3, 0.3)), np.float32)


def _pieces(lab: Field, planes: Labels, *, whole_sky: bool) -> tuple[Labels, NDArray[np.intp]]:
    """[CUT, CUT] numbers of the pieces, without gaps, and [pieces] the plane of each: planes cut along their tones."""
    count = int(planes.max()) + 1
    calm = regions.blur_within(lab, planes, 3.0)
    result = planes * ALONE
    for plane in range(count):
        here = planes == plane
        own = calm[here] * np.array([1.0, 0.5, 0.5], np.float32)
        off = own - own.mean(0)
        along = off @ np.linalg.eigh(off.T @ off)[1][:, -1]
        spread = float(along.std())
        tones = ALONE if count == 1 else 1 + sum(spread > least for least in TONES)
        if whole_sky and plane == SKY:
            continue
        result[here] += _levels(along, tones)
    result = _without_scraps(result)
    there = np.bincount(result.ravel()) > 0
    return (np.cumsum(there) - 1)[result], np.flatnonzero(there) // ALONE


def _levels(values: Field, count: int) -> Labels:
    """[n] the level of each value [n], of `count` that lie where the values do (Lloyd 1982, in one dimension)."""
    centres = np.quantile(values, (np.arange(count) + 0.5) / count)
    for _ in range(5):
        level = np.searchsorted((centres[1:] + centres[:-1]) / 2, values)
        size = np.bincount(level, minlength=count)
        centres = np.where(size > 0, np.bincount(level, values, count) / np.maximum(size, 1), centres)
    return np.asarray(np.searchsorted((centres[1:] + centres[:-1]) / 2, values), np.intp)


def _without_scraps(labels: Labels) -> Labels:
    """The labels, with every connected part of fewer than SCRAP cells given to its nearest neighbour."""
    from scipy.ndimage import distance_transform_edt, label

    small = np.zeros(labels.shape, bool)
    for number in np.flatnonzero(np.bincount(labels.ravel())):
        parts, _ = label(labels == number)
        area = np.bincount(parts.ravel())
        area[0] = SCRAP
        small |= (area < SCRAP)[parts]
    if not small.any() or small.all():
        return labels
    return np.asarray(
        labels[tuple(distance_transform_edt(small, return_distances=False, return_indices=True))], np.intp
    )


def _colours(lab: Field, pieces: Labels, plane_of: NDArray[np.intp], scene: Composition) -> Field:
    """OKLab [pieces, 3]: the tones of a plane spread apart, every plane a step of lightness from the one behind it."""
    setting = scene.setting
    count = len(plane_of)
    area = np.bincount(pieces.ravel(), minlength=count)
    fewer, theirs = lab[1::2, 1::2], pieces[1::2, 1::2]
    own = np.stack([regions.representative_colour(fewer[theirs == number]) for number in range(count)])
    behind = None
    for plane in range(int(plane_of.max()) + 1):
        here = plane_of == plane
        if not here.any():
            continue
        mean = np.average(own[here], axis=0, weights=area[here])
        own[here] = mean + (own[here] - mean) * (1.3 + 0.5 * setting.contrast)
        if behind is not None:
            step = STEP if behind > 0.32 else 0.6 * STEP
            if abs(mean[0] - behind) < step:
                to = behind - step if behind > 0.3 and mean[0] <= behind + 0.5 * step else behind + step
                own[here, 0] += to - mean[0]
                mean[0] = to
        behind = float(mean[0])
    lch = oklab_to_oklch(own)
    lch[:, 1] = lch[:, 1] * (1.05 + 0.45 * setting.arousal) + 0.006
    lch[:, 0] = np.clip(lch[:, 0], 0.12, 0.95)
    return np.asarray(oklch_to_oklab(into_gamut(lch)), np.float32)


def _gold_widths(colours: Field, plane_of: NDArray[np.intp]) -> Field:
    """[pieces, pieces]: half the width of the gold between two pieces, cells."""
    apart = np.abs(colours[:, None, 0] - colours[None, :, 0])
    tones = FINE * np.clip(apart / 0.1, 0.35, 1.0)
    return np.asarray(np.where(plane_of[:, None] != plane_of[None, :], HEAVY, tones), np.float32)


def _tones(
    colours: Field, labels: Labels, pieces: Labels, sky: Field | None, seen: NDArray[np.bool_], scene: Composition
) -> Pixels:
    """A texture [2 CUT, 2 CUT, 4] of OKLab, a and b raised by .5: every piece in its colour, lighter at its upper edge
    and darker FADE cells below it; a smooth `sky` where it is `seen`."""
    depth = np.zeros((CUT, CUT), np.float32)
    for row in range(1, CUT):
        depth[row] = (depth[row - 1] + 1) * (pieces[row] == pieces[row - 1])
    wide = 0.05 + 0.09 * scene.setting.contrast
    shade = wide * (0.6 - blur(np.minimum(depth, FADE) / FADE, 1.2))
    light, green, blue = (colours[:, channel].take(labels) for channel in range(3))
    shade = shade.repeat(2, 0).repeat(2, 1)
    if sky is not None:
        shade[seen] = 0.0
        for channel, plane in enumerate((light, green, blue)):
            np.copyto(plane, sky[..., channel].repeat(2, 0).repeat(2, 1), where=seen)
    return _bytes(light + shade, green + np.float32(0.5), blue + np.float32(0.5))


def _bytes(*channels: Field | NDArray[np.bool_]) -> Pixels:
    """Three channels in [0, 1] as a texture of 8 bits, which a program reads in half the time."""
    found = np.full((*channels[0].shape, 4), 255, np.uint8)
    for number, channel in enumerate(channels):
        if channel.dtype == bool:
            found[..., number] = channel * np.uint8(255)
        else:
            np.clip(channel * np.float32(255) + np.float32(0.5), 0, 255, out=found[..., number], casting="unsafe")
    return found


def _against(lab: Field, colours: Field, pieces: Labels, shapes: tuple[Field, ...]) -> Field:
    """OKLab of a figure, moved away from its ground where it would not be seen on it."""
    corners = (np.concatenate(shapes) * CUT).astype(int)
    inside = corners[(corners.min(1) >= 0) & (corners.max(1) < CUT)]
    if not len(inside):
        return lab
    ground = colours[pieces[inside[:, 1], inside[:, 0]]].mean(0)
    gap = lab - ground
    if np.hypot(gap[0], np.hypot(gap[1], gap[2])) > 0.14:
        return lab
    return np.asarray(lab + np.array([0.14 if ground[0] < 0.45 else -0.14, 0, 0]), np.float32)


def _gold(scene: Composition) -> tuple[Field, Field]:
    """OKLab of gold in light and in shade; paler, nearly silver, where the song is sad."""
    setting = scene.setting
    rich = 0.35 + 0.65 * max(setting.valence, setting.arousal)  # silver for a sad song, old gold for an angry one
    return (
        np.array([0.74 + 0.16 * setting.valence, 0.005, 0.115 * rich], np.float32),
        np.array([0.52 + 0.14 * setting.valence, 0.022, 0.095 * rich], np.float32),
    )


def _body(scene: Composition, sun: tuple[float, float, float] | None, rng: np.random.Generator, *, plain: bool) -> str:
    """SkSL: the pieces, shaded; rays and rings of the sky; gold between them; a frame with stepped corners.

    plain : the sky is one piece, on which the pattern may be gold; elsewhere it only tints, or it would hide aurora
    and clouds
    """
    c = scene.setting.colours
    disc = 0.6 * np.asarray(c.sun) + 0.4 * np.asarray(c.glow)
    x, y = (float(np.clip(at, 0.1, 0.9)) for at in scene.light)
    r = (sun[2] if sun is not None else 0.04) * 1.3
    rays = RAYS + 2 * int(rng.integers(0, 4))
    kind = int(rng.integers(4)) if plain and sun is not None else 0
    shown = f"""
  for (int i = 0; i < 3; i++) {{
    float ring = {r:.4f} * (1.35 + 0.42 * float(i));
    gold = max(gold, gold_at((far - ring) * CUT, 0.65 - 0.15 * float(i)) * sky);
  }}
  c = mix(c, {vector(disc)}, cover(({r:.4f} - far) * CUT) * sky);
  gold *= 1.0 - cover(({r:.4f} - far) * CUT) * sky;"""
    return f"""
float gold_at(float d, float w) {{ return cover(w - abs(d)); }}
float3 paint(float2 u) {{
  float3 line = edge.eval(u * CUT * 2.0).rgb;
  float3 c = cell_tone.eval(u * CUT * 2.0).rgb - float3(0.0, 0.5, 0.5);
  float sky = clamp((line.z - 0.5) * 3.0 + 0.5, 0.0, 1.0);
  float2 v = u - float2({x:.4f}, {y:.4f});
  float far = length(v);
  float fall = ramp(0.0, 0.75, far);
  float ray, alternate, gold;
  {_pattern(rays, y, r, kind)}
  gold *= sky * {0.75 if plain else 0.0:.2f};
  c.x += sky * ({0.055 if plain else 0.03:.3f} * (0.5 - alternate) + 0.03 * (0.5 - fall));
  {shown if sun is not None else ""}
  gold = max(gold, cover(line.y - distance_of(line.x)));
{_frame(scene)}"""


def _pattern(rays: int, y: float, r: float, kind: int) -> str:
    """SkSL that sets `ray`, the place within a facet of the sky, `alternate`, 0 or 1 by turns, and `gold` between them:
    rays of the light, arches round it, scales as on a fan, or a grille of steps that climb to it."""
    turned = f"atan(v.x, -v.y) / 6.28318 * {2 * rays}.0 + 0.5"
    if kind == 1:
        return (
            f"float arch = max(far - {r * 2.4:.4f}, 0.0) / 0.085; ray = fract(arch); alternate = mod(floor(arch), 2.0);"
            f" gold = gold_at((0.5 - abs(ray - 0.5)) * 0.085 * CUT, 0.3 + 0.2 * fall) * step({r * 2.4:.4f}, far);"
        )
    if kind == 2:
        return (
            "float near = 9.0; float2 q = u * float2(7.0, 12.0); float row0 = floor(q.y);"
            " for (int k = 2; k >= 0; k--) { float row = row0 + float(k) - 1.0; float shift = mod(row, 2.0) * 0.5;"
            " float column = floor(q.x + shift) + 0.5 - shift;"
            " float d = length(float2(q.x - column, (q.y - row - 1.0) * 0.5833)) / 0.5833;"
            " if (d < 1.0) { near = d; } }"
            " float scale = near * 3.0; ray = fract(scale); alternate = mod(floor(scale), 2.0);"
            " gold = gold_at((1.0 - near) * CUT / 12.0, 0.5);"
            " gold = max(gold, gold_at((0.667 - near) * CUT / 12.0, 0.2));"
        )
    if kind == 3:
        return (
            "float bars = abs(u.x - 0.5) * 22.0; float j0 = floor(bars);"
            f" float rise = (u.y - {y:.4f}) * 14.0 + j0 * 0.8; ray = fract(bars);"
            " alternate = mod(floor(rise) + j0, 2.0) * 0.9;"
            " gold = max(gold_at(min(ray, 1.0 - ray) / 22.0 * CUT, 0.3),"
            " gold_at((0.5 - abs(fract(rise) - 0.5)) / 14.0 * CUT, 0.25));"
        )
    return (
        f"float turn = {turned}; ray = fract(turn); alternate = mod(floor(turn), 2.0);"
        f" gold = gold_at(min(ray, 1.0 - ray) * 6.28318 / {2 * rays}.0 * far * CUT, 0.22 + 0.25 * fall);"
    )


def _frame(scene: Composition) -> str:
    """SkSL: the metal of the lines, and the frame."""
    bright, shade = _gold(scene)
    dark = np.asarray(scene.setting.colours.shadow) * np.array([0.75, 1.0, 1.0])
    return f"""
  float3 fleck = tile_gold.eval(u * 900.0).rgb;
  float sheen = 0.5 + 0.5 * sin((u.x + u.y) * 11.0 + fleck.x * 0.8);
  float3 metal = mix({vector(shade)}, {vector(bright)}, sheen);
  metal.x += (fleck.y - 0.5) * 0.05;
  c.x += (fleck.z - 0.5) * 0.012;
  float2 rim = min(u, 1.0 - u);
  float stair = 9.0;
  for (int i = 0; i < 4; i++) {{
    float a = {FRAME} + {STAIR} * float(i), b = {FRAME} + {STAIR} * float(3 - i);
    stair = min(stair, max(rim.x - a, rim.y - b));
  }}
  float inner = min(min(rim.x, rim.y) - {FRAME}, stair) * CUT;
  c = mix({vector(dark)}, c, cover(inner));
  gold *= cover(inner);
  gold = max(gold, gold_at(inner, 0.9));
  gold = max(gold, gold_at(inner + 3.4, 0.4));
  gold = max(gold, gold_at((min(rim.x, rim.y) - 0.010) * CUT, 0.55));
  return srgb(mix(c, metal, gold));
}}"""


def _corners(pixels: Pixels) -> tuple[Pixels, ...]:
    """Copies of the four border strips that hold the frame."""
    wide = round((FRAME + 3.5 * STAIR) * len(pixels))
    return pixels[:wide].copy(), pixels[-wide:].copy(), pixels[:, :wide].copy(), pixels[:, -wide:].copy()


def _restore(pixels: Pixels, kept: tuple[Pixels, ...]) -> None:
    """Put the frame back over figures that reach into it; `kept` as from `_corners`."""
    side, wide = len(pixels), len(kept[0])
    at = (np.arange(side) + 0.5) / side
    rim = np.minimum(at, 1 - at)
    for part, rows, columns in (
        (kept[0], slice(0, wide), slice(None)),
        (kept[1], slice(side - wide, side), slice(None)),
        (kept[2], slice(None), slice(0, wide)),
        (kept[3], slice(None), slice(side - wide, side)),
    ):
        x, y = rim[columns][None, :], rim[rows][:, None]
        inner = np.minimum(x, y) - FRAME
        for number in range(4):
            inner = np.minimum(inner, np.maximum(x - FRAME - STAIR * number, y - FRAME - STAIR * (3 - number)))
        frame = inner * CUT < 1.1
        pixels[rows, columns][frame] = part[frame]
