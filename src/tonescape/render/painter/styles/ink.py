"""Ink wash: a few graded washes and dry strokes of one ink on absorbent paper, most of it left empty; one colour.

After sumi-e and the literati landscape: a range is dark along its crest and dissolves downward into mist,
which is the paper; near things are black and wet, far ones pale; the sun alone, and what it colours, has the palette's
accent. How much of the sheet the ink covers, and how black it is, goes with the mood: a dark song darkens the sky too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.core.colour import oklab_to_srgb, srgb_to_oklab
from tonescape.render.painter.composition.model import WORK, along_edges, grid
from tonescape.render.painter.composition.setting import blend, toned
from tonescape.render.painter.raster.filters import blur, sample_nearest, smoothstep
from tonescape.render.painter.raster.noise import fractal_noise, sample_tile
from tonescape.render.painter.styles.seals import SEALS
from tonescape.render.painter.styles.strokes.brush import Strokes, brush, follow, paint_strokes, scatter, take
from tonescape.render.painter.styles.strokes.canvas import spawn_rng
from tonescape.render.painter.styles.surface import opaque, tooth
from tonescape.render.skia.graphics import Texture, fill, per_pixel

if TYPE_CHECKING:
    from collections.abc import Callable

    from tonescape.core.records import Pixels
    from tonescape.render.painter.composition.model import Composition
    from tonescape.render.painter.raster.filters import Field

INKED = """
uniform shader washes, dry, hills, drift;
uniform float red, green, blue, ink_r, ink_g, ink_b, dye_r, dye_g, dye_b, side, strength, sun_x, sun_y, sun_size;
half4 main(float2 p) {
    float hill = hills.eval(p).r - 0.5;
    float wander = drift.eval(p * (512 / side) * 2.3).r - 0.5;
    float fine = drift.eval(p * (512 / side) * 9.7 + 130).r - 0.5;
    // a wash creeps along the fibres: it is read a little off, and its pigment pools at its edges
    float2 q = p + side * 0.006 * float2(wander + 0.7 * fine, 0.7 * fine - wander);
    float4 wash = washes.eval(q);
    float ink = wash.r;
    float pool = 0;
    for (int k = 0; k < 3; k++) {
        float over = ink - 0.10 - 0.22 * float(k) - 0.08 * wander;
        pool += exp(-max(over, 0) * 36) * smoothstep(-0.008, 0.005, over);
    }
    ink *= 1 + 0.15 * pool + 0.45 * wander + 0.16 * fine;
    ink += strength * 0.22 * hill * ink * (1.3 - ink);
    ink = 1 - (1 - clamp(ink, 0, 1)) * (1 - clamp(dry.eval(p).r * (1.0 + 0.2 * strength * hill), 0, 1));
    float away = length(q - side * float2(sun_x, sun_y)) / side - sun_size;
    float disc = smoothstep(0.0016, -0.0016, away) * smoothstep(0.35, 0.65, washes.eval(p).b);
    float rim = exp(min(away, 0) * 150);
    float colour = max(wash.g * (1 + 0.6 * wander), disc * (0.80 + 0.25 * rim + 0.7 * wander));
    colour *= 1 + strength * 0.35 * hill;
    float3 sheet = float3(red, green, blue) * (1 + strength * (0.03 * hill + 0.015 * fine));
    // density adds up (Beer's law): thin ink shows its tint, thick ink is black
    float3 seen = sheet * pow(float3(ink_r, ink_g, ink_b), float3(2.3 * ink * ink + 0.75 * ink));
    seen *= pow(float3(dye_r, dye_g, dye_b), float3(1.15 * max(colour, 0)));
    return half4(half3(saturate(seen)), 1);
}
"""


def render(scene: Composition, size: int, rng: np.random.Generator, on_step: Callable[[float], None]) -> Pixels:
    """The composition in ink, RGB [size, size, 3]."""
    order = scene.order()
    drift = fractal_noise(spawn_rng(rng), cells=4, octaves=6, gain=0.62)
    washes = _washes(scene, order, drift, spawn_rng(rng))
    on_step(0.3)
    dry = np.zeros((size, size, 4), np.uint8)
    dry[..., 3] = 255
    layer = spawn_rng(rng)
    paint_strokes(dry, _dry(scene, order, washes[..., 0], layer), brush(0.95, 0.95), layer)
    for figure in scene.figures:
        black = _black(figure.lab)
        fill(dry, figure.shapes, (black, black, black))
    on_step(0.6)
    hills, scale = tooth(size)
    images = {
        "washes": Texture(np.rint(washes * 255).clip(0, 255).astype(np.uint8)),
        "dry": Texture(dry),
        "hills": Texture(hills, scale, repeat=True),
        "drift": Texture(np.rint(drift * 255).astype(np.uint8), 1.0, repeat=True),
    }
    setting = scene.setting
    out = np.empty((size, size, 4), np.uint8)
    numbers = {"side": float(size), "strength": 0.5 + 0.5 * min(1.0, size / 1200)}
    numbers |= {"sun_x": scene.light[0], "sun_y": scene.light[1], "sun_size": 1.15 * setting.sun_size}
    accent = toned(setting.colours.accent, 0.58, 0.9 + 0.7 * setting.arousal)
    for names, colour in (
        (("red", "green", "blue"), _sheet(scene)),
        (("ink_r", "ink_g", "ink_b"), toned(_tint(scene), 0.36 + 0.24 * setting.calm)),
        (("dye_r", "dye_g", "dye_b"), accent),
    ):
        numbers |= dict(zip(names, np.clip(oklab_to_srgb(colour), 0.02, 1).tolist(), strict=True))
    per_pixel(out, INKED, images, numbers)
    del dry, images
    fill(out, _seal(scene), _rgb(toned(accent, 0.52)), 0.92)
    return opaque(out)


def _rgb(lab: Field) -> tuple[int, int, int]:
    red, green, blue = (int(c) for c in (oklab_to_srgb(lab) * 255 + 0.5).clip(0, 255))
    return red, green, blue


def _black(lab: Field) -> int:
    """How black a figure is drawn, 0 .. 255: dark ones wet and full, light ones (a sail) hardly at all."""
    light = float(lab[0])
    return int(255 * np.clip(1.08 - 0.95 * light, 0.06, 0.94))


def _sheet(scene: Composition) -> Field:
    """OKLab [3] of the paper: raw white for a bright song, greyer for a sad one."""
    setting = scene.setting
    return toned(setting.colours.glow, 0.76 + 0.2 * setting.valence, 0.3 + 0.35 * setting.valence)


def _tint(scene: Composition) -> Field:
    """OKLab [3] of the ink: pine soot is bluish, lamp black brown; ours leans as far to the song's own land."""
    c = scene.setting.colours
    have = float(np.hypot(*scene.lab[::4, ::4, 1:].reshape(-1, 2).T).mean())
    own = blend(c.shadow, c.lands[2], 0.5)
    return toned(own, None, float(np.clip(0.9 * have / (float(np.hypot(own[1], own[2])) + 1e-3), 0.6, 2.2)))


def _washes(scene: Composition, order: Field, drift: Field, rng: np.random.Generator) -> Field:
    """[WORK, WORK, 4]: ink, colour, where the disc of the sun may be seen, nothing. All in [0, 1]."""
    setting = scene.setting
    x, y = grid()
    light = blur(scene.lab, 3.0)[..., 0]
    low, high = np.quantile(light[::4, ::4], (0.02, 0.96))
    gloom = float(np.clip(1.15 - 1.25 * scene.lab[::8, ::8, 0].mean(), 0, 1))  # how dark the whole is to be
    tone = np.clip((high - light) / (high - low + 1e-6), 0, 1)
    open_to = 0.42 - 0.42 * gloom
    massed = smoothstep(open_to, 1.05, tone) * (0.42 + 0.5 * gloom)
    figurative = scene.masks[0].name == "sky"
    near = np.array([plane.depth for plane in scene.masks], np.float32)[order.astype(int)]
    crest = np.exp(-_descent(order) / np.float32(0.05 + 0.06 * (1 - setting.arousal)))
    weight = (0.16 + 0.62 * near**1.3) * (0.55 + 0.45 * gloom)
    ink = massed * (0.35 + 0.65 * near if figurative else 0.9) + crest * weight * (order > 0) * (0.35 + 0.65 * tone)
    ink += 0.20 * gloom**1.5 * (0.4 + 0.6 * tone)
    # the middle of the sheet holds the picture; towards the border the brush runs dry
    inside = np.minimum(np.minimum(x, 1 - x), np.minimum(y, 1 - y))
    ragged = sample_tile(drift, x * 0.9 + rng.random() + 0 * y, y * 0.9 + 0 * x) - 0.5
    ink *= (0.55 * gloom) + (1 - 0.55 * gloom) * smoothstep(0.0, 0.10, inside + 0.11 * ragged)
    sky = (order == order[_at(scene.light)]).astype(np.float32)
    colour = np.zeros_like(ink)
    disc = sky if figurative and scene.light == setting.sun and setting.phase != "night" else np.zeros_like(sky)
    if figurative and setting.phase == "night":
        halo = np.hypot(x - scene.light[0], y - scene.light[1]) - setting.sun_size
        ink = np.where(
            sky > 0.5, ink * smoothstep(-0.002, 0.05, halo) + 0.10 * np.exp(-np.abs(halo) * 22) * (halo > 0), ink
        )
    ink = np.where(disc * (np.hypot(x - scene.light[0], y - scene.light[1]) < 1.15 * setting.sun_size), ink * 0.25, ink)
    accent = setting.colours.accent[1:]
    apart = np.hypot(*(blur(scene.lab[..., k + 1], 3.0) - accent[k] for k in (0, 1)))
    keen = float(np.quantile(apart[::4, ::4], 0.17 if figurative else 0.22))
    spread = (
        (0.24 + 0.42 * setting.arousal)
        * smoothstep(keen * 1.25, keen * 0.7, apart)
        * float(np.clip(np.hypot(*accent) / 0.09, 0, 1))
    )
    colour = np.maximum(colour, spread * (1.0 if figurative else 1.5))
    return np.stack([ink.clip(0, 1), colour.clip(0, 1), disc, np.zeros_like(ink)], -1).astype(np.float32)


def _at(place: tuple[float, float]) -> tuple[int, int]:
    column, row = (min(WORK - 1, max(0, int(value * WORK))) for value in place)
    return row, column


def _descent(order: Field) -> Field:
    """[WORK, WORK] unit height below the upper edge of the plane seen at each pixel."""
    below = np.zeros((WORK, WORK), np.float32)
    for row in range(1, WORK):
        below[row] = np.where(order[row] == order[row - 1], below[row - 1] + 1, 0)
    return blur(below / WORK, 2.5)


def _dry(scene: Composition, order: Field, ink: Field, rng: np.random.Generator) -> Strokes:
    """Strokes of a brush half dry: along crests, then texture where the wash is dark, following slopes and water."""
    setting = scene.setting
    drawn = np.stack([order / max(1, len(scene.masks) - 1), blur(scene.lab[..., 0], 2.0), np.zeros_like(order)], -1)
    flow = along_edges(drawn.astype(np.float32), scene.flow)
    near = np.array([plane.depth for plane in scene.masks], np.float32)[order.astype(int)]
    upper = np.zeros((WORK, WORK), bool)
    upper[1:] = order[1:] > order[:-1]
    row, column = np.nonzero(upper & (blur(upper.astype(np.float32), 5.0) < 0.30) & (order < len(scene.masks) - 1))
    kept = rng.random(len(row)) < 0.07
    crest_x, crest_y = (column[kept] + 0.5) / WORK, (row[kept] + 0.5) / WORK + 0.002
    spread_x, spread_y = scatter(rng, 1 / 30, 0.75 * smoothstep(0.22, 0.8, ink))
    x = np.concatenate([crest_x, spread_x]).astype(np.float32)
    y = np.concatenate([crest_y, spread_y]).astype(np.float32)
    width = 0.0115 + 0.006 * setting.arousal
    length = (width * rng.uniform(4, 9 + 4 * setting.arousal, len(x))).astype(np.float32)
    flat = np.zeros((*order.shape, 3), np.float32)
    strokes = follow(flat, flow, np.zeros_like(order), x, y, width=width, length=length, tolerance=1.0)
    depth, wet = sample_nearest(near, strokes.x, strokes.y), sample_nearest(ink, strokes.x, strokes.y)
    grey = np.clip((0.14 + 0.5 * depth) * (0.45 + wet) * rng.uniform(0.5, 1.15, len(x)), 0.04, 0.85)
    strokes.width[:] *= (0.35 + 0.9 * depth) * rng.uniform(0.6, 1.3, len(x))
    strokes.lab[:] = srgb_to_oklab(np.repeat(grey[:, None], 3, 1))
    return take(strokes, np.argsort(grey, kind="stable"))  # the darker over the paler, never the other way


def _seal(scene: Composition) -> list[Field]:
    """The painter's seal, low on the side away from the light: a square with its signs cut out, as polygons."""
    seal = SEALS["ink"]
    left, top = seal.corner(scene.light)
    unit = [(0, 0, 1, 0.16), (0, 0.84, 1, 1), (0, 0.16, 0.16, 0.84), (0.84, 0.16, 1, 0.84), (0.16, 0.42, 0.62, 0.55)]
    unit += [(0.42, 0.16, 0.55, 0.42), (0.42, 0.66, 0.84, 0.76), (0.68, 0.28, 0.84, 0.4)]
    box = [np.array([(a, b), (c, b), (c, d), (a, d)], np.float32) for a, b, c, d in unit]
    return [shape * np.float32(seal.width) + np.array([left, top], np.float32) for shape in box]
