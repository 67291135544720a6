"""Art deco: the picture turned into architecture, symmetric, stepped and fanned out in rays, with inlaid gold.

Travel posters and lift doors of 1925-39: the view is mirrored about the light's own axis, outlines become straight runs
of one stride, every plane is a fan of facets shaded from one side to the other, and gold lines part them.
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
    from tonescape.render.painter.composition.model import Composition, Figure
    from tonescape.render.painter.raster.filters import Field
    from tonescape.render.painter.styles.print.regions import Labels

PLANES = 5

STRIDE = 16
"""columns of the picture's half, each one straight run of an outline"""

RAYS = 15
"""of the sky, from edge to edge"""

FRAME = 0.045

WATERS, AFLOAT = ("water", "sea", "lake", "bay"), ("boat", "sail", "wreck")
"""planes of open water; figures that lie on it"""

PARTS = ("stems", "petals", "hearts", "wilted", "sails", "tail", "leaves", "branch", "blossom", "embers", "lamp")
"""figures that are nothing without others, which may be too tall to be drawn"""

STEP = 0.085
"""of OKLab lightness, at least, from one tier to the next"""


def render(scene: Composition, size: int, rng: np.random.Generator, on_step: Callable[[float], None]) -> Pixels:
    """The composition as an inlay, RGB [size, size, 3]."""
    sun = regions.disc(scene)
    figures = regions.figure_alpha(scene)
    lab = regions.without_figures(regions.reduced(scene.lab), np.maximum(figures, regions.disc_alpha(sun)))
    labels = regions.groups(scene, PLANES, figures)
    if int(labels.max()) < 1 or scene.masks[0].name != "sky":
        labels = _shapes(scene, lab)
    colours = [_facet(lab[labels == number], scene) for number in range(int(labels.max()) + 1)]
    colours[0] = _aglow(lab, labels == SKY, scene)
    colours = _tiered(colours, scene)
    heights = _outlines(labels, scene)
    on_step(0.4)
    pixels = shader.sheet(size)
    textures = {"cell_line": heights, "tile_gold": shader.grain(32, 4)}
    shader.run_program(pixels, _body(scene, colours, sun, rng), textures)
    on_step(0.85)
    for thing in _whole(scene):
        shader.draw(pixels, thing, shader.rgb(thing.lab), (0.5 - _axis(scene), 0.0))
    return shader.reduce_sheet(pixels, size)


def _whole(scene: Composition) -> list[Figure]:
    """The figures that may stand in the inlay: small, whole, inside the frame, not before the light; a boat only where
    the nearest tier is water."""
    planes = [plane.name for plane in scene.masks if plane.name != "front"]
    afloat = planes[-1] in WATERS
    kept = []
    for thing in scene.figures:
        points = np.concatenate(thing.shapes) + np.array([0.5 - _axis(scene), 0.0])
        inside = points.min() > FRAME and points.max() < 1 - FRAME
        if not inside or np.ptp(points[:, 1]) > 0.2:  # what is tall or lies over the edge would break the symmetry
            continue
        wide = max(0.04, scene.setting.sun_size)
        before = np.hypot(*(points.mean(0) - [0.5, scene.light[1]])) < 3 * wide
        if thing.name in PARTS or (thing.name in AFLOAT and not afloat) or (before and thing.name != "birds"):
            continue
        kept.append(thing)
    return kept


def _axis(scene: Composition) -> float:
    """Unit x of the light, about which the view is mirrored."""
    return float(np.clip(scene.light[0], 0.25, 0.75))


def _shapes(scene: Composition, lab: Field) -> Labels:
    """Regions of a picture without planes: its own few colours, light to dark, which become tiers."""
    c = scene.setting.colours
    soft = blur(lab, 6.0)
    found = regions.pigments(soft, np.stack([c.glow, c.sky, c.accent, c.lands[1]]))
    labels = regions.nearest(soft, found[np.argsort(-found[:, 0], kind="stable")])
    return np.unique(labels, return_inverse=True)[1].reshape(labels.shape)


def _outlines(labels: Labels, scene: Composition) -> Field:
    """A texture [2, STRIDE + 1, 3]: unit y of the upper edge of planes 1, 2, 3 (first row) and 4, 5 at the ends of the
    straight runs, from the axis outwards. A column's share of nearer planes is its height, so that shapes that do not
    stand on the ground become tiers as well."""
    axis = _axis(scene)
    side = 1 if axis < 0.5 else -1
    result = np.full((2, STRIDE + 1, 3), 1.2, np.float32)
    before = np.full(STRIDE + 1, -1.0)
    for number in range(1, int(labels.max()) + 1):
        share = 1 - (labels >= number).mean(0)
        ends = np.linspace(0, 0.5, STRIDE + 1)
        at = np.clip((axis + side * ends) * CUT, 0, CUT - 1)
        line = np.interp(at, np.arange(CUT), blur(share.astype(np.float32), 3.0))
        line = np.round(line * 56) / 56
        line = np.maximum(line, before + 0.022)
        result[(number - 1) // 3, :, (number - 1) % 3] = line
        before = line
    return result


def _facet(own: Field, scene: Composition) -> Field:
    """OKLab [2, 3] of a plane's facets: turned to the light, turned away; flat lacquer, deeper than the scene."""
    mean = oklab_to_oklch(regions.representative_colour(own))
    setting = scene.setting
    wide = 0.015 + 0.1 * setting.contrast
    lit = mean + np.array([wide, 0.012, 0.0])
    dim = mean + np.array([-wide * 1.3, 0.006, 0.0])
    both = np.stack([lit, dim])
    both[:, 1] = both[:, 1] * (1.0 + 0.45 * setting.arousal)
    both[:, 0] = np.clip(both[:, 0], 0.1, 0.95)
    return np.asarray(oklch_to_oklab(into_gamut(both)), np.float32)


def _aglow(lab: Field, sky: NDArray[np.bool_], scene: Composition) -> Field:
    """[4, 3]: the facets of the farthest plane near the light, then those far from it, as the sky itself goes over."""
    at = (np.arange(CUT) + 0.5) / CUT
    away = np.hypot(at[None, :] - scene.light[0], at[:, None] - scene.light[1])
    middle = float(np.median(away[sky]))
    return np.concatenate([_facet(lab[sky & (away <= middle)], scene), _facet(lab[sky & (away >= middle)], scene)])


def _tiered(colours: list[Field], scene: Composition) -> list[Field]:
    """The colours with every tier a step of lightness from the one behind it, the nearer the deeper; a quiet song's
    one tone is a ladder of tones, and its nearest tier but one takes up the accent."""
    accent = scene.setting.colours.accent[1:]
    found = [colours[0]]
    for number, pair in enumerate(colours[1:], 1):
        light, behind = float(pair[:, 0].mean()), float(found[-1][:, 0].mean())
        step = STEP if behind > 0.32 else 0.5 * STEP
        if abs(light - behind) < step:
            pair = pair + np.array([behind - step - light if behind > 0.3 else behind + step - light, 0, 0])
        if number == len(colours) - 2:
            pair = pair + np.array([0, *(0.22 * accent)])
        found.append(np.asarray(pair, np.float32))
    return found


def _gold(scene: Composition) -> tuple[Field, Field]:
    """OKLab of gold in light and in shade; paler, nearly silver, where the song is sad."""
    setting = scene.setting
    rich = 0.35 + 0.65 * max(setting.valence, setting.arousal)  # silver for a sad song, old gold for an angry one
    return (
        np.array([0.74 + 0.16 * setting.valence, 0.005, 0.115 * rich], np.float32),
        np.array([0.52 + 0.14 * setting.valence, 0.022, 0.095 * rich], np.float32),
    )


def _body(
    scene: Composition, colours: list[Field], sun: tuple[float, float, float] | None, rng: np.random.Generator
) -> str:
    """SkSL: rays and rings of the sky, tiers of facets, gold between them, a frame with stepped corners."""
    count = len(colours)
    wet = any(plane.name in ("water", "sea", "river") for plane in scene.masks) and count > 2
    disc = 0.6 * np.asarray(scene.setting.colours.sun) + 0.4 * np.asarray(scene.setting.colours.glow)
    lines = [_sky(scene, colours[0], disc, (sun[2] if sun is not None else 0.04) * 1.5, rng)]
    lines.append("float top; float slope; float inside; float lit; float below; float last; float place;")
    for number in range(1, count):
        lines += _tier(number, colours[number], sea=wet and number == count - 1)
    if wet:
        lines.append(_lane(disc))
    return "\n".join([*lines, _frame(scene)])


def _sky(scene: Composition, colours: Field, disc: Field, r: float, rng: np.random.Generator) -> str:
    """SkSL: the outlines at this column, rays from the light, rings round it, its disc of radius `r`."""
    y = float(np.clip(scene.light[1], 0.1, 0.75))
    rays = RAYS + 2 * int(rng.integers(0, 4))
    return f"""
float gold_at(float d, float w) {{ return cover(w - abs(d)); }}
float3 paint(float2 u) {{
  float m = abs(u.x - 0.5) * {2 * STRIDE}.0;
  float j = floor(m), f = fract(m);
  float3 h0 = cell_line.eval(float2(j + 0.5, 0.5)).rgb, h1 = cell_line.eval(float2(j + 1.5, 0.5)).rgb;
  float3 g0 = cell_line.eval(float2(j + 0.5, 1.5)).rgb, g1 = cell_line.eval(float2(j + 1.5, 1.5)).rgb;
  float2 v = u - float2(0.5, {y:.4f});
  float far = length(v);
  float fall = ramp(0.0, 0.75, far);
  float ray, alternate, gold;
  {_pattern(rays, y, r, int(rng.integers(4)))}
  float turned = alternate * 0.75 + 0.25 * fall;
  float3 c = mix(mix({vector(colours[0])}, {vector(colours[1])}, turned),
    mix({vector(colours[2])}, {vector(colours[3])}, turned), fall);
  c.x += 0.07 * (1.0 - fall) - 0.05 * fall + 0.05 * (ray - 0.5) * (1.0 - 2.0 * alternate);
  for (int i = 0; i < 3; i++) {{
    float ring = {r:.4f} * (1.35 + 0.42 * float(i));
    gold = max(gold, gold_at((far - ring) * CUT, 0.65 - 0.15 * float(i)));
  }}
  c.x = mix(c.x, c.x - 0.06, cover(({r * 1.35:.4f} - far) * CUT));
  c = mix(c, {vector(disc)}, cover(({r:.4f} - far) * CUT));
  gold *= cover((far - {r:.4f}) * CUT);"""


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


def _tier(number: int, colours: Field, *, sea: bool) -> list[str]:
    """SkSL of one plane: facets under its outline, straight or stepped by turns, with a double line of gold."""
    name, row = (("h", "0.5"), ("g", "1.5"))[(number - 1) // 3]
    channel = "xyz"[(number - 1) % 3]
    stepped = number % 2 == 0 and not sea
    here, following = f"{name}0.{channel}", f"{name}1.{channel}"
    lit, dim = (vector(colour) for colour in colours)
    lines = [
        f"top = {here if stepped else f'mix({here}, {following}, f)'};"
        f" slope = {'0.0' if stepped else f'({following} - {here}) * {2 * STRIDE}.0'};"
        " below = (u.y - top) * CUT * inversesqrt(1.0 + slope * slope); inside = cover(below);"
        " lit = (u.x < 0.5 ? 1.0 : -1.0) * (slope > 0.0 ? 1.0 : -1.0);"
        f" lit = mix(0.5 + 0.5 * lit, fract(j * 0.5) * 2.0, {0.85 if stepped else 0.6:.2f});"
        f" lit = clamp(lit - ramp(0.0, {40 if stepped else 70}.0, below) * 0.6 + 0.2 * f, 0.0, 1.0);"
        f" c = mix(c, mix({dim}, {lit}, lit), inside); gold *= 1.0 - inside;"
        " gold = max(gold, gold_at(below, 0.95)); gold = max(gold, gold_at(below - 3.4, 0.32) * inside);"
    ]
    if stepped:  # the risers of the steps
        lines.append(
            f"last = cell_line.eval(float2(max(j - 0.5, 0.5), {row})).{channel}; place = f / {2 * STRIDE}.0 * CUT;"
            f" if (f < 0.5) gold = max(gold, gold_at(place, 0.75) * step(min({here}, last), u.y)"
            f" * step(u.y, max({here}, last)));"
        )
    elif not sea:
        lines.append(f"gold = max(gold, gold_at(min(f, 1.0 - f) / {2 * STRIDE}.0 * CUT, 0.22) * inside * 0.8);")
    return lines


def _lane(disc: Field) -> str:
    """SkSL: the light's lane on water, bars that widen towards us between lines of gold."""
    return (
        "{ float deep = max(below, 0.0) / CUT; float row = log(1.0 + deep * 26.0) * 5.5; float k = floor(row);"
        " float bar = 0.5 - abs(fract(row) - 0.5); float steep = 5.5 * 26.0 / (1.0 + deep * 26.0);"
        " float wide = 0.03 + 0.055 * k + 0.05 * mod(k * 7.0, 3.0); float off = abs(u.x - 0.5);"
        f" float3 lane = mix(c, {vector(disc)}, 0.75 * ramp(0.5, 0.0, off * 2.0));"
        " float on = cover((bar - 0.27) / steep * CUT) * cover((wide - off) * CUT) * inside;"
        " c = mix(c, lane, on * step(0.5, k));"
        " gold = max(gold, gold_at((0.5 - bar) / steep * CUT, 0.22) * inside * 0.6 * step(0.5, row)); }"
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
    float a = {FRAME} + 0.026 * float(i), b = {FRAME} + 0.026 * float(3 - i);
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
