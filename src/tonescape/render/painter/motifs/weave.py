"""A weave: the song on a loom. Its parts stripe the warp, its bar orders the weft, its curve is the figure.

Over and under follow real bindings (plain, twill, basket; Albers, On Weaving, 1965).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.composition.abstract import (
    abstract_setting,
    add_light,
    disc,
    finish_composition,
    lighten,
    near_third,
    ramp,
    scheme,
    scumble,
    song_curves,
    zigzag,
)
from tonescape.render.painter.composition.model import WORK, Composition, Figure, grid
from tonescape.render.painter.composition.setting import blend, toned
from tonescape.render.painter.composition.variants import Variant, choose
from tonescape.render.painter.raster.filters import mix, smoothstep
from tonescape.render.painter.raster.noise import fractal_noise, sample_tile

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tonescape.core.records import Brief
    from tonescape.render.painter.composition.abstract import Piece, Scheme, SongCurves
    from tonescape.render.painter.composition.setting import Setting
    from tonescape.render.painter.raster.filters import Field

    Mask = NDArray[np.bool_]
    Whole = NDArray[np.int32]
    Made = tuple[Field, list[Piece], Field, list[Figure]]
    """picture, planes, flow, things"""


def compose(brief: Brief, rng: np.random.Generator) -> Composition:
    """The composition of a song. Draws from `rng` in a fixed order, so one seed gives one picture."""
    focus = (near_third(rng), near_third(rng))
    setting = abstract_setting(brief, rng, focus)
    song = song_curves(brief, setting, rng)
    colours = scheme(brief, setting, rng)
    kind = choose(VARIANTS, setting, rng)
    image, pieces, flow, things = VARIANTS[kind].compose(setting, song, colours, rng)
    image = add_light(lighten(image, scumble(rng, cells=9) * 0.04), setting, reach=0.55, strength=0.9)
    parameters = (("threads", float(_threads(setting))), ("variant", float(kind)))
    return finish_composition(image, pieces, flow, setting, focus, things, parameters, horizon=0.5, edges=0.25)


def _threads(setting: Setting) -> int:
    """Threads across the cloth: coarse when calm, fine when excited."""
    return int(16 * round(1.6 + 1.9 * setting.arousal))


def _round(inside: Field) -> Field:
    """Light on a round thread, about 0: bright along its crown, dark at its sides."""
    return np.asarray(0.10 - 0.42 * (inside - 0.46) ** 2 * 4 * 0.6, np.float32)


def _bound(u: Field, v: Field, twill: int) -> tuple[Mask, Whole, Whole, Field, Field]:
    """(warp on top, thread number across, thread number down, place in the warp thread, place in the weft thread).

    twill : 0 plain, 1 over one, 2 a basket, 3 a twill that climbs"""
    i, j = np.floor(u).astype(np.int32), np.floor(v).astype(np.int32)
    if twill == 3:
        over = (i + j) % 4 < 2
    elif twill == 2:
        over = (i // 2 + j // 2) % 2 == 0
    else:
        over = (i + j) % 2 == 0
    return over, i, j, u - np.floor(u), v - np.floor(v)


def _tapestry(setting: Setting, song: SongCurves, colours: Scheme, rng: np.random.Generator) -> Made:
    """A cloth with the song's waveform woven into it, mirrored about its middle line, and a border of beats."""
    x, y = grid()
    count = _threads(setting)
    drift = 0.35 * np.sin(2 * np.pi * (y * rng.uniform(0.4, 0.9) + rng.random())) * (0.4 + setting.arousal)
    u, v = x * count + drift, y * count + 0.3 * np.sin(2 * np.pi * x * 0.7)
    over, i, j, in_warp, in_weft = _bound(u, v, int(rng.choice([0, 2, 3])))
    middle = float(rng.choice([0.42, 0.5, 0.58]))
    column, row = (i + 0.5) / count, (j + 0.5) / count
    tall = 0.05 + (0.16 + 0.16 * setting.arousal) * song.at(column) * (0.75 + 0.25 * song.beat[i % 16])
    off = np.abs(row - middle)
    figure = (off < tall).astype(np.float32)
    part = song.part(np.clip(column, 0, 1))
    warp_tones = np.stack([colours.masses[k % 2] for k in range(len(song.level))])
    warp = ramp((colours.ground, colours.masses[0]), 0.25 + 0.4 * (part % 2))
    weft = np.where(
        (song.beat[j % 16] > 0.55)[..., None], blend(colours.ground, colours.masses[1], 0.7), colours.ground
    )
    bars = ramp((colours.spark, colours.accent, warp_tones[0], colours.masses[2]), off / (tall + 1e-3))
    loud = np.mod(part, 3) == 1
    bars = np.where((loud & (off > tall * 0.55))[..., None], colours.masses[2], bars)
    border = (np.minimum(row, 1 - row) < 0.075) & (np.minimum(row, 1 - row) > 0.025)
    mark = border & (song.beat[i % 16] > 0.4)
    image = np.where(over[..., None], warp, weft).astype(np.float32)
    image = mix(image, bars, figure * (0.75 + 0.25 * over))
    image = mix(image, colours.accent, mark * 0.9)
    image = _threaded(image, over, in_warp, in_weft, setting, rng)
    flow = np.where(over, np.pi / 2, 0.0)
    pieces: list[Piece] = [
        ("weft", 0.2, np.ones((WORK, WORK), np.float32)),
        ("waveform", 0.7, figure),
    ]
    return image, pieces, flow, []


def _threaded(
    image: Field, over: Mask, in_warp: Field, in_weft: Field, setting: Setting, rng: np.random.Generator
) -> Field:
    """Threads with body: round, dipping under each other, with hairs."""
    across = np.where(over, in_warp, in_weft)
    along = np.where(over, in_weft, in_warp)
    light = _round(across) - 0.16 * (2 * np.abs(along - 0.5)) ** 3
    x, y = grid()
    hair = sample_tile(fractal_noise(rng, cells=16, octaves=4, gain=0.8, size=256), x * 1.5, y * 1.5) - 0.5
    return lighten(image, light * (0.55 + 0.6 * setting.contrast) + 0.07 * hair)


def _ribbons(setting: Setting, song: SongCurves, colours: Scheme, rng: np.random.Generator) -> Made:
    """A few broad ribbons plaited: the upright ones are the song's parts, the level ones its beats, all bent."""
    x, y = grid()
    turn = rng.choice([0.0, np.pi / 4]) * (setting.arousal > 0.4) + rng.normal(0, 0.06) * setting.arousal
    s, t = (x - 0.5) * np.cos(turn) + (y - 0.5) * np.sin(turn), (y - 0.5) * np.cos(turn) - (x - 0.5) * np.sin(turn)
    bend = 0.03 + 0.08 * setting.arousal
    u = s + bend * zigzag(t * rng.uniform(0.7, 1.5) + rng.random(), 0.75 * setting.rough)
    v = t + bend * (2.0 * song.at(np.clip(s + 0.5, 0, 1)) - 1.0)
    count = int(4 + 5 * setting.arousal)
    over, i, j, in_warp, in_weft = _bound(u * count + 20, v * count + 20, 0)
    wide_warp = 0.5 + 0.42 * song.level[i % len(song.level)]
    wide_weft = 0.5 + 0.42 * song.beat[(j * 3) % 16]
    gap = 0.014 * count
    on_warp = smoothstep(0.0, gap * 0.2, wide_warp / 2 - np.abs(in_warp - 0.5))
    on_weft = smoothstep(0.0, gap * 0.2, wide_weft / 2 - np.abs(in_weft - 0.5))
    tones = np.stack(
        [colours.masses[0], colours.masses[1], colours.accent, colours.masses[0], colours.masses[2], colours.light]
    )
    order = rng.permutation(6)
    warp, weft = tones[order[i % 6]], tones[order[(j * 2 + 3) % 6]]
    warp, weft = _satin(warp, (in_warp - 0.5) / wide_warp, setting), _satin(weft, (in_weft - 0.5) / wide_weft, setting)
    image = np.broadcast_to(blend(colours.ground, colours.dark, 0.35), (WORK, WORK, 3)).astype(np.float32)
    lower = np.where(over, on_weft, on_warp)
    image = mix(image, np.where(over[..., None], weft, warp), lower)
    # the upper ribbon throws its shade on the lower one, just beyond its edges
    beyond = np.where(over, np.abs(in_warp - 0.5) - wide_warp / 2, np.abs(in_weft - 0.5) - wide_weft / 2)
    image = lighten(image, -(0.10 + 0.14 * setting.contrast) * np.exp(-np.maximum(beyond, 0) / 0.10))
    upper = np.where(over, on_warp, on_weft)
    image = mix(image, np.where(over[..., None], warp, weft), upper)
    dip = np.where(over, np.abs(in_weft - 0.5), np.abs(in_warp - 0.5))
    image = lighten(image, -0.10 * smoothstep(0.3, 0.5, dip) * upper)
    nearest = np.hypot(x - setting.sun[0], y - setting.sun[1])
    here = np.unravel_index(int(np.argmin(nearest)), nearest.shape)
    chosen = (i == i[here]) & (on_warp > 0.5) & (over | (on_weft < 0.5))
    image = mix(
        image, _satin(np.broadcast_to(colours.spark, image.shape), (in_warp - 0.5) / wide_warp, setting), chosen * 0.92
    )
    flow = np.where(over, turn + np.pi / 2, turn)
    pieces: list[Piece] = [
        ("ground", 0.0, np.ones((WORK, WORK), np.float32)),
        ("under", 0.4, np.maximum(lower, upper)),
        ("over", 0.8, upper),
    ]
    return image, pieces, flow, []


def _satin(tone: Field, across: Field, setting: Setting) -> Field:
    """A ribbon's sheen: light along one side, shade along the other, two fine seams."""
    sheen = 0.10 * np.exp(-(((across + 0.18) / 0.16) ** 2)) - 0.10 * smoothstep(0.1, 0.5, across)
    seam = np.exp(-(((np.abs(across) - 0.40) / 0.02) ** 2))
    return lighten(
        np.asarray(tone, np.float32), (sheen * (0.5 + 0.7 * setting.contrast) - 0.08 * seam).astype(np.float32)
    )


def _chevrons(setting: Setting, song: SongCurves, colours: Scheme, rng: np.random.Generator) -> Made:
    """Bands that climb and fall: steep points for a tense song, waves for a mild one; each band one beat of the bar."""
    x, y = grid()
    folds = float(rng.choice([1.5, 2.0, 3.0])) * (0.7 + 0.6 * setting.arousal)
    tall = 0.06 + 0.20 * setting.rough
    wave = tall * zigzag(x * folds + rng.random(), setting.rough) * (0.35 + 0.9 * song.at(x))
    lines = int(10 + 14 * setting.arousal)
    place = (y + wave) * lines + 40
    widths = 0.35 + song.beat
    edges = np.append(0, (widths / widths.sum()).cumsum()) * 16
    shifted = np.interp(place % 16, edges, np.arange(17)) + np.floor(place / 16) * 16
    number = np.floor(shifted).astype(np.int32)
    inside = shifted - number
    stops = np.stack(
        [
            colours.ground,
            colours.masses[0],
            colours.ground,
            colours.masses[1],
            colours.masses[0],
            colours.accent,
            colours.dark,
            colours.masses[2],
        ]
    )
    pattern = rng.permutation(8)
    share = song.part(np.broadcast_to(np.clip(y + wave, 0, 1), (WORK, WORK)))
    tone = stops[pattern[(number + 3 * share) % 8]]
    count = _threads(setting)
    stitch = np.floor(x * count * 2).astype(np.int32)
    in_stitch = x * count * 2 - stitch
    knit = 0.035 * np.cos(2 * np.pi * (in_stitch + 0.5 * inside)) + 0.03 * ((stitch + number) % 2)
    image = lighten(tone.astype(np.float32), _round(inside) * 0.6 + knit * (0.5 + setting.contrast))
    best = int(np.argmax(song.level))
    middle = float(song.cuts[best] + song.cuts[best + 1]) / 2
    bright = np.exp(-(((y + wave - middle) / 0.012) ** 2))
    image = mix(image, colours.spark, bright * 0.95)
    away = np.abs(y + wave - middle)
    image = lighten(image, 0.05 * np.exp(-away / 0.1) - 0.05)
    slope = np.arctan(np.gradient(-wave[0]) * WORK) * np.ones((WORK, 1))
    pieces: list[Piece] = [
        ("far bands", 0.1, np.ones((WORK, WORK), np.float32)),
        ("bands", 0.5, (tone[..., 0] < np.median(tone[..., 0])).astype(np.float32)),
        ("song", 0.8, (away < 0.02).astype(np.float32)),
    ]
    return image, pieces, slope.astype(np.float32), []


def _strings(setting: Setting, song: SongCurves, colours: Scheme, rng: np.random.Generator) -> Made:
    """Stretched strings that swing: bundles of standing waves, one a part of the song, crossing at the focal point."""
    x, y = grid()
    sky = ramp((colours.masses[1], colours.ground, blend(colours.ground, colours.masses[0], 0.5)), y * np.ones_like(x))
    image = lighten(sky, 0.0)
    pieces: list[Piece] = [("ground", 0.0, np.ones((WORK, WORK), np.float32))]
    flow = np.zeros((WORK, WORK), np.float32)
    tones = (colours.masses[0], colours.accent, colours.masses[2], colours.light, colours.masses[1], colours.spark)
    bundles = int(np.clip(len(song.level), 2, 5))
    fx, fy = setting.sun
    for number in range(bundles):
        loud = float(song.level[number])
        tilt = (number - (bundles - 1) / 2) * (0.16 + 0.22 * setting.arousal) + rng.normal(0, 0.06)
        nodes = 1 + number % 3 + round(2 * setting.arousal)
        # a node at the focal point, so that all bundles pass through it
        swing = zigzag((x - fx) * nodes * 0.5 + 0.25, 0.7 * setting.rough)
        envelope = (0.05 + 0.22 * loud) * (0.5 + 0.8 * setting.arousal) * (0.5 + song.at(x))
        centre = fy + tilt * (x - fx)
        lines = int(5 + 9 * loud)
        seen, best = np.zeros((WORK, WORK), np.float32), np.zeros((WORK, WORK), np.float32)
        hull = np.abs(y - centre) < np.abs(swing) * envelope + 0.006
        image = mix(image, tones[number], 0.30 * hull)
        for line in range(lines):
            height = centre + swing * envelope * (2 * line / (lines - 1) - 1)
            thick = 0.0022 + 0.0028 * (1 - setting.arousal)
            here = smoothstep(thick * 1.5, thick * 0.5, np.abs(y - height))
            seen = np.maximum(seen, here)
            best = np.where(here > 0.3, np.gradient(height[0])[None, :] * WORK, best)
        shade = np.roll(seen, 5, 0)
        image = mix(image, colours.dark, 0.25 * shade)
        tone = toned(tones[number], float(np.clip(tones[number][0] + (-0.12 if colours.bright else 0.12), 0.1, 0.96)))
        image = mix(image, tone, seen * 0.95)
        flow = np.where(hull, np.arctan(best), flow).astype(np.float32)
        pieces.append((f"bundle {number + 1}", 0.2 + 0.15 * number, hull.astype(np.float32)))
    away = np.hypot(x - fx, y - fy)
    image = mix(
        image, setting.colours.sun if not colours.bright else colours.spark, 0.6 * np.exp(-((away / 0.05) ** 1.2))
    )
    return image, pieces, flow, [Figure("knot", (disc(fx, fy, 0.014),), colours.spark)]


# broad ribbons for the glad, steep points for the tense, a still cloth for the calm, slack strings for the sad
VARIANTS = (
    Variant("tapestry", lambda s: 0.15 + 0.7 * s.calm, _tapestry),
    Variant("ribbons", lambda s: 0.08 + 1.1 * s.joy, _ribbons),
    Variant("chevrons", lambda s: 0.06 + 1.3 * s.tension + 0.2 * s.joy, _chevrons),
    Variant("strings", lambda s: 0.1 + 0.8 * s.gloom, _strings),
)
