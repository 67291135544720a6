"""Stained glass: a leaded window whose pieces follow the masses of the picture, lit from behind.

The cuts follow the drawing, as a glazier's cartoon does: every plane and tone is cut along its own outline, then into
pieces along the way its strokes would run; the sky's pieces stand round the light like rays. Lead has the same width
everywhere, glass is uneven: streaks, seeds, a darker rim where patina gathers, and light that spills over the lead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.core.colour import into_gamut, oklab_to_oklch, oklch_to_oklab
from tonescape.render.painter.raster.filters import blur, sample_nearest
from tonescape.render.painter.styles.print import regions, shader
from tonescape.render.painter.styles.print.regions import CUT, SKY
from tonescape.render.painter.styles.print.shader import vector
from tonescape.render.painter.styles.strokes.canvas import legible

if TYPE_CHECKING:
    from collections.abc import Callable

    from tonescape.core.records import Pixels
    from tonescape.render.painter.composition.model import Composition
    from tonescape.render.painter.raster.filters import Field
    from tonescape.render.painter.styles.print.regions import Labels

PIECE = (27.0, 18.0)
"""cells from piece to piece, for a still and for an agitated song"""

ROUND = 1.5
"""cells of the Gaussian that rounds the pieces, as a cutter's wheel does"""

LEAD = 1.2
"""half the lead's width, cells"""

FRAME = 0.052
"""width of the border of small panes, unit"""


def render(scene: Composition, size: int, rng: np.random.Generator, on_step: Callable[[float], None]) -> Pixels:
    """The composition as a window, RGB [size, size, 3]."""
    scene = legible(scene)
    sun = regions.disc(scene)
    figures = regions.figure_alpha(scene)
    lab = regions.without_figures(regions.reduced(scene.lab), np.maximum(figures, regions.disc_alpha(sun)))
    labels = regions.majority_filter(regions.groups(scene, 6, figures), 2.0)
    whole = None
    if sun is not None:
        labels = _with_sun(labels, sun)
        whole = labels == labels.max()
    calm = regions.blur_within(lab, labels, 3.5)
    masses = _masses(calm, labels)
    pieces = _pieces(masses, labels == SKY, whole, scene, rng)
    on_step(0.4)
    fine, _, gap = regions.cut(pieces, ROUND)
    away = _leads(fine, gap)
    glass = _glass(lab, pieces, fine, sun, scene, rng)
    shine = blur(glass[::2, ::2], 9.0)
    textures = {"lead": away, "cell_glass": glass, "shine": shine, "tile_glass": shader.grain(4, 6)}
    pixels = shader.sheet(size)
    shader.run_program(pixels, _body(scene, rng), textures)
    on_step(0.85)
    wide = round(FRAME * len(pixels))
    kept = pixels[:wide].copy(), pixels[-wide:].copy(), pixels[:, :wide].copy(), pixels[:, -wide:].copy()
    for thing in scene.figures:
        shader.draw(pixels, thing, shader.rgb(_stain(thing.lab[None], 1.1, 0.0)[0]))
    pixels[:wide], pixels[-wide:], pixels[:, :wide], pixels[:, -wide:] = kept  # figures stand behind the border
    return shader.reduce_sheet(pixels, size)


def _with_sun(labels: Labels, sun: tuple[float, float, float]) -> Labels:
    """The sun or moon as a region of its own, and a ring of glory round it."""
    at = (np.arange(CUT) + 0.5) / CUT
    away = np.hypot(at[None, :] - sun[0], at[:, None] - sun[1]) / sun[2]
    sky, result = labels == SKY, labels.copy()
    result[sky & (away < 2.1)] = labels.max() + 1
    result[sky & (away < 1.15)] = labels.max() + 2
    return result


def _masses(calm: Field, labels: Labels) -> Labels:
    """Planes split into a dark and a light tone where they have two; small scraps join the other tone."""
    result = labels * 2
    light = calm[..., 0]
    for number in range(int(labels.max()) + 1):
        here = labels == number
        if here.sum() < 900 or light[here].std() < 0.022:
            continue
        lit = (light > light[here].mean()).astype(np.float32)
        share = regions.blur_within((lit * here)[..., None], labels, 5.0)[..., 0]
        result[here & (share > 0.5)] += 1
    return result


def _pieces(masses: Labels, sky: Field, whole: Field | None, scene: Composition, rng: np.random.Generator) -> Labels:
    """[CUT, CUT] numbers of the pieces: in every mass the nearest of scattered seeds, with a measure that is longer
    across the strokes than along them; in the sky along rays of the light; what is `whole` stays in one piece."""
    at = (np.arange(CUT, dtype=np.float32) + 0.5) / CUT
    flow = sample_nearest(scene.flow, at[None, :], at[:, None])
    rays = np.arctan2(at[:, None] - scene.light[1], at[None, :] - scene.light[0])
    turn = np.where(sky, rays, flow)
    piece = PIECE[0] + (PIECE[1] - PIECE[0]) * scene.setting.arousal
    count = int(CUT / piece)
    rows, columns = np.divmod(np.arange(count * count), count)
    places = (np.stack([rows, columns], 1) + 0.5 + rng.uniform(-0.36, 0.36, (count * count, 2))) * (CUT / count)
    spot = [s for s in np.clip(places, 0, CUT - 1) if whole is None or not whole[int(s[0]), int(s[1])]]
    if whole is not None and whole.any():
        spot.append(np.argwhere(whole).mean(0))
    for mass in np.unique(masses):  # none goes without a seed
        inside = np.argwhere(masses == mass)
        owned = [s for s in spot if masses[int(s[0]), int(s[1])] == mass]
        if whole is not None and whole[tuple(inside[0])]:
            continue
        want = max(1, round(len(inside) / piece**2 * 0.8))
        while len(owned) < want:
            owned.append(inside[rng.integers(len(inside))].astype(float))
            spot.append(owned[-1])
    best = np.full((CUT, CUT), np.inf, np.float32)
    result = np.full((CUT, CUT), -1, np.intp)
    reach = int(piece * 3.2)
    for number, (row, column) in enumerate(spot):
        r, c = int(row), int(column)
        top, left = max(0, r - reach), max(0, c - reach)
        area = (slice(top, r + reach), slice(left, c + reach))
        dy = np.arange(top, min(CUT, r + reach), dtype=np.float32)[:, None] - np.float32(row)
        dx = np.arange(left, min(CUT, c + reach), dtype=np.float32)[None, :] - np.float32(column)
        cos, sin = np.cos(turn[r, c]), np.sin(turn[r, c])
        along, across = dx * cos + dy * sin, dy * cos - dx * sin
        gap = (along / 1.5) ** 2 + (across * 1.25) ** 2
        gap[masses[area] != masses[r, c]] = np.inf
        closer = gap < best[area]
        best[area][closer] = gap[closer]
        result[area][closer] = number
    if (result < 0).any():
        from scipy.ndimage import distance_transform_edt

        result = result[tuple(distance_transform_edt(result < 0, return_distances=False, return_indices=True))]
    return result


def _leads(labels: Labels, gap: Field) -> Field:
    """A texture [2 CUT, 2 CUT, 3]: distance from the nearest cut in sixteenths of cells, and which way it lies."""
    from scipy.ndimage import distance_transform_edt
    from scipy.special import erfinv

    near = ROUND * np.sqrt(2) * erfinv(np.clip(gap, 0, 1 - 1e-6))
    border = np.zeros(labels.shape, bool)
    border[:-1] |= labels[:-1] != labels[1:]
    border[:, :-1] |= labels[:, :-1] != labels[:, 1:]
    far = blur(distance_transform_edt(~border).astype(np.float32), 2.0) / 2
    trust = np.clip((far / ROUND - 0.9) / 0.8, 0, 1)  # the tail of a Gaussian says little
    away = np.minimum(np.minimum(near, far + 1) * (1 - trust) + far * trust, 16) / 16
    down, across = np.gradient(away)
    return np.stack([away, np.clip(0.5 + across * 8, 0, 1), np.clip(0.5 + down * 8, 0, 1)], -1).astype(np.float32)


def _stain(lab: Field, rich: float, lift: float) -> Field:
    """Colours as glass shows them with light behind: richer, darks lifted a little off black."""
    lch = oklab_to_oklch(lab)
    lch[..., 1] = np.clip(lch[..., 1] * 1.6 * rich + 0.012, 0, 0.28)
    lch[..., 0] = np.clip(0.07 + 0.93 * lch[..., 0] + lift, 0.12, 0.93)
    return np.asarray(oklch_to_oklab(into_gamut(lch)), np.float32)


def _glass(
    lab: Field,
    pieces: Labels,
    fine: Labels,
    sun: tuple[float, float, float] | None,
    scene: Composition,
    rng: np.random.Generator,
) -> Field:
    """sRGB [2 CUT, 2 CUT, 3]: each piece in one colour, the mean of what it covers, no two quite alike."""
    count = int(pieces.max()) + 1
    flat = pieces.ravel()
    area = np.maximum(np.bincount(flat, minlength=count), 1)
    mean = np.stack([np.bincount(flat, lab[..., i].ravel(), count) / area for i in range(3)], -1)
    chroma = np.bincount(flat, np.hypot(lab[..., 1], lab[..., 2]).ravel(), count) / area
    mean[:, 1:] *= (chroma / np.maximum(np.hypot(mean[:, 1], mean[:, 2]), 0.015)).clip(1, 1.7)[:, None]
    setting, middle = scene.setting, float(lab[..., 0].mean())
    mean[:, 0] = middle + (1.0 + 0.4 * setting.arousal - 0.25 * setting.calm) * (mean[:, 0] - middle)
    mean[:, 0] += rng.normal(0, 0.016 + 0.02 * setting.arousal, count)
    lean = (rng.random(count) < 0.16) * rng.uniform(0.15, 0.45, count)
    mean[:, 1:] += (scene.setting.colours.accent[1:] - mean[:, 1:]) * lean[:, None]
    stained = shader.rgb(_stain(mean, 0.85 + 0.35 * setting.arousal, 0.03 + 0.03 * setting.valence))[fine]
    if sun is not None:
        at = (np.arange(2 * CUT) + 0.5) / (2 * CUT)
        inside = np.hypot(at[None, :] - sun[0], at[:, None] - sun[1]) < sun[2] * 1.15
        stained[inside] = shader.rgb(_stain(scene.setting.colours.sun[None], 1.0, 0.0))[0]
    return np.asarray(stained, np.float32)


def _body(scene: Composition, rng: np.random.Generator) -> str:
    """SkSL: glass with streaks and seeds, a dark rim, lead with light on its edges, a border of small panes."""
    c = scene.setting.colours
    # a border as merry as the song, or it would outshine a sad window
    setting = scene.setting
    cheer = 0.45 + 0.65 * max(setting.valence, 0.8 * setting.arousal)
    panes = shader.rgb(_stain(np.stack([c.accent, c.lands[1], c.sky]), cheer, 0.02 - 0.14 * (1 - setting.valence)))
    tilt = rng.uniform(-0.6, 0.6)
    x, y = scene.light
    glow = 0.10 + 0.16 * scene.setting.valence
    return f"""
float3 paint(float2 u) {{
  float3 l = lead.eval(u * CUT * 2.0).rgb;
  float d = l.x * 16.0;
  float3 g = cell_glass.eval(u * CUT * 2.0).rgb;
  float3 streak = tile_glass.eval(float2(u.x + {tilt:.3f} * u.y, u.y - {tilt:.3f} * u.x) * float2(1500.0, 330.0)).rgb;
  float3 slow = tile_glass.eval(u * 620.0).rgb;
  float3 fine = tile_glass.eval(u * 3100.0).rgb;
  float2 rim = min(u, 1.0 - u);
  float edge = min(rim.x, rim.y);
  float run = rim.x < rim.y ? u.y : u.x;
  float place = fract(run * 17.0), turn = mod(floor(run * 17.0), 3.0);
  bool framed = edge < {FRAME};
  if (framed) {{
    g = turn < 0.5 ? {vector(panes[0])} : (turn < 1.5 ? {vector(panes[1])} : {vector(panes[2])});
    float corner = max(rim.x, rim.y);
    if (corner < {FRAME}) g = {vector(panes[0])};
    float side = min(edge, {FRAME} - edge) * CUT;
    d = min(side, corner < {FRAME} ? 9.0 : min(place, 1.0 - place) / 17.0 * CUT);
    l.yz = float2(0.5);
  }} else {{
    d = min(d, (edge - {FRAME}) * CUT);
  }}
  float thick = (streak.x - 0.5) * 0.30 + (slow.y - 0.5) * 0.24 + (fine.z - 0.5) * 0.06;
  float body = 0.88 + 0.24 * ramp(0.0, 7.0, d) + thick;
  float3 glass = g * body + 0.10 * g * g * ramp(5.0, 12.0, d);
  glass += max(0.0, fine.x * slow.z - 0.62) * 0.5;
  float3 spill = shine.eval(u * CUT).rgb;
  float near = exp(-distance(u, float2({x:.4f}, {y:.4f})) * 3.2);
  glass *= 0.94 + {glow:.3f} * 1.6 * near;
  float half_lead = {LEAD * (0.9 + 0.35 * setting.arousal):.3f} * (framed ? 0.8 : 1.0) + (slow.x - 0.5) * 0.35;
  float round = clamp(d / half_lead, 0.0, 1.0);
  float light = clamp(dot(l.yz - 0.5, float2(-0.7, -0.7)) * 9.0, -1.0, 1.0) * (1.0 - abs(round * 2.0 - 1.0));
  float3 came = float3(0.055, 0.055, 0.065) + 0.05 * (1.0 - round) + 0.07 * max(light, 0.0);
  came += spill * spill * (0.05 + {glow:.3f} * 0.9 * near) + 0.03 * (fine.y - 0.5);
  float3 outer = mix(came, glass, cover(d - half_lead));
  return clamp(mix(outer, float3(0.05, 0.05, 0.06), cover((0.006 - edge) * CUT)), 0.0, 1.0);
}}"""
