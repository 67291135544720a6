"""A flow field: one current that the eye can ride, its banks the song's curve, its bands the bar's sixteen beats.

The bands are the level lines of a stream function, so they never cross; hairs run along them by reading a noise at
(way along, level), which costs one look-up where line integral convolution (Cabral & Leedom 1993) costs dozens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.core.colour import oklab_to_oklch
from tonescape.render.painter.composition.abstract import (
    abstract_setting,
    add_light,
    disc,
    finish_composition,
    lighten,
    near_third,
    ramp,
    scheme,
    song_curves,
    zigzag,
)
from tonescape.render.painter.composition.model import Composition, Figure, grid
from tonescape.render.painter.composition.setting import blend, toned
from tonescape.render.painter.composition.variants import Variant, choose
from tonescape.render.painter.motifs.flow_field import stream_functions
from tonescape.render.painter.motifs.flow_field.stream_functions import warp
from tonescape.render.painter.raster.filters import blur, mix, smoothstep
from tonescape.render.painter.raster.noise import fractal_noise, sample_tile

if TYPE_CHECKING:
    from tonescape.core.records import Brief
    from tonescape.render.painter.composition.abstract import Piece, Scheme, SongCurves
    from tonescape.render.painter.composition.setting import Setting
    from tonescape.render.painter.raster.filters import Field

BANDS = 24


def compose(brief: Brief, rng: np.random.Generator) -> Composition:
    """The composition of a song. Draws from `rng` in a fixed order, so one seed gives one picture."""
    focus = (near_third(rng), near_third(rng))
    setting = abstract_setting(brief, rng, focus)
    song = song_curves(brief, setting, rng)
    colours = scheme(brief, setting, rng)
    kind = choose(VARIANTS, setting, rng)
    level, along = VARIANTS[kind].compose(setting, song, rng, focus)
    level = np.asarray((level - level.min()) / np.ptp(level), np.float32)
    number, inside, edges = _bands(level, song, setting, float(rng.choice([0.5, 1.0, 1.0, 1.7])))
    image = _painted(level, along, number, inside, setting, colours, rng)
    if rng.random() < 0.3:
        image = _alone(image, level, setting, colours, rng)
    down, right = np.gradient(blur(level, 1.0))
    flow = np.arctan2(right, -down)
    current = float(rng.uniform(0.25, 0.45)) + 0.3 * float(song.curve.mean())
    if rng.random() < 0.75:
        image = _current(image, level, along, current, setting, song, colours)
    image = add_light(image, setting, reach=0.5, strength=0.9)
    stones = VARIANTS[kind].compose is stream_functions.stones
    lying = stream_functions.stone_figures(setting, song, colours, focus) if stones else []
    figures = (*lying, *_sparks(setting, colours, rng))
    near = np.array([-1.0, *np.quantile(level[::4, ::4], (0.42, 0.76))])
    names = (("far current", 0.1), ("middle current", 0.45), ("near current", 0.8))
    pieces: list[Piece] = [
        (name, depth, (level >= low).astype(np.float32)) for (name, depth), low in zip(names, near, strict=True)
    ]
    parameters = (("bands", float(len(edges) - 1)), ("turbulence", setting.rough), ("variant", float(kind)))
    return finish_composition(
        image, pieces, flow.astype(np.float32), setting, focus, figures, parameters, horizon=focus[1], edges=0.4
    )


def _waves(
    setting: Setting, song: SongCurves, rng: np.random.Generator, focus: tuple[float, float]
) -> tuple[Field, Field]:
    """A river across the picture; its line is the song's curve, spread wide at one side and narrow at the other."""
    x, y = grid()
    u, v = warp(setting, rng, x, y)
    tilt = rng.uniform(-0.7, 0.7) * setting.arousal  # level lines rest, slants move
    lean = (song.at(u) - 0.5) * (0.08 + 0.5 * setting.arousal)
    pinch = 1 + 1.3 * np.exp(-(((u - focus[0]) / 0.3) ** 2)) * (0.4 + setting.arousal)
    teeth = rng.uniform(1.0, 1.6) * (0.5 + 1.2 * setting.arousal + 2.5 * setting.tension)
    swell = (0.02 + 0.09 * setting.arousal) * zigzag(u * teeth + rng.random() + v * 0.3, setting.rough)
    return (v - focus[1] + lean + tilt * (u - focus[0]) + swell) * pinch, u


def _vortex(
    setting: Setting, song: SongCurves, rng: np.random.Generator, focus: tuple[float, float]
) -> tuple[Field, Field]:
    """A spiral round the focal point that loosens outwards; the curve swells its arms."""
    x, y = grid()
    u, v = warp(setting, rng, x, y)
    away = np.hypot(u - focus[0], v - focus[1]) + 0.015
    turn = np.arctan2(v - focus[1], u - focus[0]) / (2 * np.pi)
    hand = 1 if rng.random() < 0.5 else -1
    arms = int(rng.integers(1, 4))
    spiral = np.log(away) * (0.55 - 0.2 * setting.arousal)
    bend = 0.14 * np.sin(2 * np.pi * (arms * turn + hand * np.log(away) * (0.5 + 0.5 * setting.arousal)))
    return spiral + bend * (0.6 + 0.8 * song.at(np.clip(away / 0.9, 0, 1))), np.abs(turn) * 2


def _fan(
    setting: Setting, song: SongCurves, rng: np.random.Generator, focus: tuple[float, float]
) -> tuple[Field, Field]:
    """Streams that spread from a spring beyond a corner, like a delta seen from above; bent by the song's curve."""
    x, y = grid()
    u, v = warp(setting, rng, x, y)
    ox, oy = (-0.12 if focus[0] > 0.5 else 1.12), (1.12 if focus[1] < 0.5 else -0.12)
    away = np.hypot(u - ox, v - oy)
    turn = np.arctan2(v - oy, u - ox) if ox < 0 else np.arctan2(v - oy, ox - u)
    bend = (song.at(np.clip(away / 1.5, 0, 1)) - 0.5) * (0.25 + 0.4 * setting.arousal)
    return turn + bend + 0.10 * np.sin(away * rng.uniform(4, 9) + rng.uniform(0, 6)) * setting.arousal, away


def _dunes(
    setting: Setting, song: SongCurves, rng: np.random.Generator, focus: tuple[float, float]
) -> tuple[Field, Field]:
    """Round swellings that the current parts about, one for each part of the song, as high as the part is loud."""
    x, y = grid()
    u, v = warp(setting, rng, x, y)
    turn = rng.uniform(-0.7, 0.7)
    s, t = (u - 0.5) * np.cos(turn) + (v - 0.5) * np.sin(turn), (v - 0.5) * np.cos(turn) - (u - 0.5) * np.sin(turn)
    level = t.copy()
    for number, loud in enumerate(song.level[:6]):
        at = (float(song.cuts[number] + song.cuts[number + 1]) / 2 - 0.5) * 1.1
        side = (-1) ** number * rng.uniform(0.02, 0.2)
        wide = rng.uniform(0.09, 0.2)
        hill = np.exp(-(((s - at) / wide) ** 2) - (((t - side) / (wide * 1.1)) ** 2))
        level = level + (-1) ** number * (0.08 + 0.2 * float(loud)) * (0.6 + 0.8 * setting.arousal) * hill
    return level, s


def _bands(level: Field, song: SongCurves, setting: Setting, many: float) -> tuple[Field, Field, Field]:
    """Number of each pixel's band, where in it (0 .. 1) and the bounds; the beats set how wide the bands are.

    many : times as many as usual"""
    count = max(4, int(many * BANDS * (0.3 + 0.95 * setting.arousal)))
    widths = 0.3 + song.beat[np.arange(count) % 16]
    edges = np.append(0, widths.cumsum() / widths.sum())
    edges = np.clip(edges, 0, 1)
    # equal shares of the picture, so that no band is a splinter or a sea
    knots = np.quantile(level[::4, ::4], edges)
    knots += np.arange(len(knots)) * 1e-6
    place = np.interp(level, knots, np.arange(len(knots)))
    number = np.clip(np.floor(place), 0, count - 1)
    return number.astype(np.int32), (place - number).astype(np.float32), edges


def _painted(
    level: Field, along: Field, number: Field, inside: Field, setting: Setting, colours: Scheme,
    rng: np.random.Generator,
) -> Field:  # fmt: skip
    """Bands in the palette's order from one bank to the other, each a rounded ribbon with hairs along it."""
    count = int(number.max()) + 1
    stops = [colours.ground, colours.masses[0], colours.masses[1], colours.accent, colours.masses[2]]
    if rng.random() < 0.5:
        stops = [stops[1], stops[0], stops[3], stops[2], colours.light]
    own = np.linspace(0, 1, count) + rng.normal(0, 0.08 + 0.12 * setting.contrast, count)
    table = ramp(stops, own)
    loud = rng.random(count) < 0.05 + 0.06 * setting.arousal
    table[loud] = colours.spark
    table[:, 0] += rng.normal(0, 0.02 + 0.03 * setting.contrast, count)
    image = table[number]
    soft = 0.5 + 0.5 * setting.contrast
    image = lighten(image, soft * (0.10 * (inside - 0.5) - 0.12 * np.exp(-((inside / 0.12) ** 2))))
    hair = fractal_noise(rng, cells=8, octaves=5, gain=0.7, size=256)
    fibre = sample_tile(hair, along * 0.22, level * (3.0 + 2 * setting.arousal)) - 0.5
    return lighten(
        mix(image, setting.colours.glow, 0.25 * smoothstep(0.2, 0.42, fibre)), 0.10 * fibre * (0.5 + setting.contrast)
    )


def _alone(image: Field, level: Field, setting: Setting, colours: Scheme, rng: np.random.Generator) -> Field:
    """Only a part of the bands, on an empty ground: one broad ribbon, its shadow beside it."""
    low = float(rng.uniform(0.1, 0.5))
    a, b = np.quantile(level[::4, ::4], (low, low + float(rng.uniform(0.25, 0.45))))
    soft = 0.004
    kept = smoothstep(a - soft, a + soft, level) * smoothstep(b + soft, b - soft, level)
    shade = np.exp(-np.maximum(a - level, 0) / 0.05) * 0.6 + np.exp(-np.maximum(level - b, 0) / 0.05) * 0.6
    x, y = grid()
    ground = ramp((colours.ground, blend(colours.ground, colours.masses[0], 0.35)), 0.5 * (x + y))
    ground = mix(
        ground, blend(colours.ground, colours.dark, 0.5), np.clip(shade, 0, 1) * (0.25 + 0.3 * setting.contrast)
    )
    return mix(ground, image, kept)


def _current(
    image: Field, level: Field, along: Field, at: float, setting: Setting, song: SongCurves, colours: Scheme
) -> Field:  # fmt: skip
    """The one bright stream; it swells where the song does."""
    threshold = float(np.quantile(level[::4, ::4], at))
    reach = along - along.min()
    loud = song.at(np.clip(reach / (np.ptp(reach) + 1e-6), 0, 1))
    width = float(np.ptp(np.quantile(level[::4, ::4], [max(0, at - 0.05), min(1, at + 0.05)]))) * (0.25 + 0.9 * loud)
    off = np.abs(level - threshold) / (width + 1e-6)
    dark = colours.bright and setting.valence < 0.8
    tone = colours.dark if dark else blend(colours.spark, setting.colours.sun, 0.4)
    body = smoothstep(1.05, 0.85, off)
    strands = 0.5 + 0.5 * np.cos(off * np.pi * 5)
    image = mix(image, colours.dark, 0.3 * np.exp(-((np.maximum(off - 1, 0) / 0.5) ** 2)) * (1 - body))
    return mix(image, tone, body * (0.72 + 0.25 * strands))


def _sparks(setting: Setting, colours: Scheme, rng: np.random.Generator) -> tuple[Figure, ...]:
    """A few drops thrown off the current near the focal point: more of them the more excited the song."""
    count = int(3 + 10 * setting.arousal)
    x, y = setting.sun[0] + rng.normal(0, 0.13, count), setting.sun[1] + rng.normal(0, 0.13, count)
    size = rng.uniform(0.003, 0.006, count) * (1 + 2.2 * (rng.random(count) < 0.2))
    light = float(oklab_to_oklch(colours.ground)[0]) < 0.6
    shapes = tuple(disc(*one) for one in zip(x.tolist(), y.tolist(), size.tolist(), strict=True))
    drops = Figure("drops", shapes, colours.light if light else colours.accent)
    if setting.gloom < 0.4:
        return (drops,)
    return drops, Figure("eye", (disc(*setting.sun, 0.034),), toned(colours.light, 0.8 if light else 0.3))


# level waves, stones and rings for the calm, whirls for the tense and the sad, fans, eddies and shells for the glad
VARIANTS = (
    Variant("waves", lambda s: 0.05 + 0.5 * s.calm + 0.1 * s.gloom, _waves),
    Variant("vortex", lambda s: 0.04 + 0.4 * s.tension + 0.2 * s.gloom, _vortex),
    Variant("fan", lambda s: 0.05 + 0.35 * s.joy, _fan),
    Variant("dunes", lambda s: 0.06 + 0.25 * s.gloom + 0.1 * s.calm, _dunes),
    Variant("eddies", lambda s: 0.04 + 0.35 * s.joy + 0.4 * s.tension, stream_functions.eddies),
    Variant("poles", lambda s: 0.05 + 0.25 * s.joy + 0.2 * s.tension + 0.2 * s.gloom, stream_functions.poles),
    Variant("shell", lambda s: 0.04 + 0.3 * s.joy + 0.15 * s.calm + 0.2 * s.tension, stream_functions.shell),
    Variant("stones", lambda s: 0.04 + 0.4 * s.calm + 0.2 * s.gloom + 0.15 * s.joy, stream_functions.stones),
    Variant("rings", lambda s: 0.04 + 0.3 * s.gloom + 0.3 * s.calm + 0.1 * s.tension, stream_functions.rings),
    Variant("fall", lambda s: 0.04 + 0.25 * s.joy + 0.25 * s.tension + 0.25 * s.gloom, stream_functions.fall),
)
