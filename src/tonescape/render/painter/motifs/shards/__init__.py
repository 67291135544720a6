"""Shards: a crystal's faces, split by the song: large and clear when it is calm, splinters when it is tense.

Faces are the cells of a Voronoi diagram; where its sites stand is the composition: on rings round the focal point, in a
row of prisms as high as the song's parts are loud, or along a crack.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.composition.abstract import (
    abstract_setting,
    add_light,
    fill_alpha,
    finish_composition,
    lighten,
    near_third,
    ramp,
    scheme,
    scumble,
    shape,
    song_curves,
    window,
)
from tonescape.render.painter.composition.model import WORK, Composition, Figure, grid
from tonescape.render.painter.composition.setting import blend, toned
from tonescape.render.painter.composition.variants import Variant, choose
from tonescape.render.painter.motifs.shards import crystals
from tonescape.render.painter.motifs.shards.voronoi import cells, rims, splinters
from tonescape.render.painter.raster.filters import mix, smoothstep

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tonescape.core.records import Brief
    from tonescape.render.painter.composition.abstract import Piece, Scheme, SongCurves
    from tonescape.render.painter.composition.setting import Setting
    from tonescape.render.painter.raster.filters import Field

    Numbers = NDArray[np.int32]
    Made = tuple[Field, list[Piece], Field, list[Figure]]
    """picture, planes, flow, things"""


def compose(brief: Brief, rng: np.random.Generator) -> Composition:
    """The composition of a song. Draws from `rng` in a fixed order, so one seed gives one picture."""
    focus = (near_third(rng), near_third(rng))
    setting = abstract_setting(brief, rng, focus)
    song = song_curves(brief, setting, rng)
    colours = scheme(brief, setting, rng)
    kind = choose(VARIANTS, setting, rng)
    if VARIANTS[kind].name == "ice":
        focus = (focus[0], 0.24)  # its light stands in the sky
        setting = replace(setting, sun=focus)
    image, pieces, flow, figures = VARIANTS[kind].compose(setting, song, colours, rng)
    noise = scumble(rng, cells=9)
    image = add_light(lighten(image, noise * 0.05), setting, reach=0.45, strength=0.9)
    parameters = (("faces", float(_count(setting))), ("angular", setting.rough), ("variant", float(kind)))
    return finish_composition(image, pieces, flow, setting, focus, figures, parameters, horizon=focus[1], edges=0.7)


def _count(setting: Setting) -> int:
    """Faces: few and large when calm."""
    return int(26 + 150 * setting.arousal * (0.6 + 0.4 * setting.rough))


def _burst(setting: Setting, song: SongCurves, colours: Scheme, rng: np.random.Generator) -> Made:
    """Splinters fly from the focal point; how long they are that way is the song's curve round the clock."""
    x0, y0 = setting.sun
    count = _count(setting)
    start = rng.uniform(0, 2 * np.pi)
    turn = rng.random(count)
    # more faces near the point; whole rays share an angle, so that splinters stand in line with it
    spokes = int(14 + 22 * setting.rough)
    turn = (np.floor(turn * spokes) + rng.normal(0.5, 0.12, count)) / spokes
    loud = song.at(turn % 1)
    away = 0.02 + (rng.random(count) ** 1.2) * 1.15 * (0.55 + 0.6 * loud)
    angle = start + 2 * np.pi * turn
    sites: Field = np.stack([x0 + away * np.cos(angle), y0 + away * np.sin(angle)], 1)
    if setting.rough > 0.4:
        number, sites = splinters(away, angle, (x0, y0), 1.6 + 3.0 * setting.rough)
    else:
        number, sites = cells(np.concatenate([sites, [(x0, y0)]]))
    away = np.hypot(sites[:, 0] - x0, sites[:, 1] - y0)
    angle = np.arctan2(sites[:, 1] - y0, sites[:, 0] - x0)
    hot = song.at(((angle - start) / (2 * np.pi)) % 1)
    stops = (
        blend(colours.spark, colours.light, 0.4),
        colours.accent,
        colours.masses[0],
        colours.masses[1],
        colours.ground,
    )
    place = np.clip(
        0.05 + away * 1.35 - 0.28 * (hot - 0.4) + rng.normal(0, 0.07 + 0.08 * setting.rough, len(sites)), 0, 1
    )
    image = crystals.faceted(setting, number, sites, ramp(stops, place), rng)
    rim = rims(number, 0.9)
    line = colours.dark if setting.valence < 0.5 else blend(colours.light, setting.colours.sun, 0.5)
    image = mix(image, line, rim * (0.25 + 0.35 * setting.contrast))
    x, y = grid()
    flow = np.arctan2(y - y0, x - x0)
    rays = np.exp(-np.hypot(x - x0, y - y0) / 0.12)
    image = mix(image, setting.colours.sun if setting.valence > 0.35 else colours.spark, 0.75 * rays)
    far = away[number]
    pieces: list[Piece] = [
        ("far shards", 0.1, np.ones((WORK, WORK), np.float32)),
        ("middle shards", 0.45, (far < 0.5).astype(np.float32)),
        ("near shards", 0.8, (far < 0.22).astype(np.float32)),
    ]
    chips = []
    for _ in range(int(5 + 14 * setting.rough)):
        a, r = rng.uniform(0, 2 * np.pi), rng.uniform(0.12, 0.5)
        chip = np.array([(-0.8, -0.22), (1.0, 0.0), (-0.5, 0.30)]) * rng.uniform(0.5, 1.2)
        chips.append(shape(chip, x0 + r * np.cos(a), y0 + r * np.sin(a), 0.012 + 0.02 * rng.random(), a))
    return (
        image,
        pieces,
        flow,
        [Figure("chips", tuple(chips), colours.light if setting.valence < 0.6 else colours.accent)],
    )


def _prisms(setting: Setting, song: SongCurves, colours: Scheme, rng: np.random.Generator) -> Made:
    """A druse: standing crystals, behind each other, as high as the song is loud there; light behind them."""
    x, y = grid()
    up = ramp((colours.masses[1], colours.ground, blend(colours.ground, colours.light, 0.5)), y * np.ones_like(x))
    away = np.hypot(x - setting.sun[0], (y - setting.sun[1]) * 1.2)
    glow = setting.colours.sun if setting.valence > 0.35 else colours.light
    image = mix(up, glow, np.exp(-((away / 0.30) ** 1.3)) * (0.35 + 0.5 * setting.glow))
    pieces: list[Piece] = [("air", 0.0, np.ones((WORK, WORK), np.float32))]
    flow = np.zeros((WORK, WORK), np.float32)
    tones = (colours.masses[0], colours.masses[1], colours.masses[2], colours.accent)
    fan = 0.25 + 0.55 * setting.rough
    for row, (foot, size) in enumerate(((0.95, 0.78), (1.02, 0.6), (1.1, 0.4))):
        seen_row = np.zeros((WORK, WORK), np.float32)
        count = int(4 + 4 * setting.arousal + row)
        for place in rng.permutation(count):
            at = (place + rng.uniform(0.2, 0.8)) / count
            loud = float(song.at(np.array([at]))[0])
            high = size * (0.32 + 0.8 * loud) * rng.uniform(0.85, 1.1)
            wide = high * rng.uniform(0.16, 0.26) * (1.3 - 0.5 * setting.rough)
            lean = (at - 0.5) * fan + rng.normal(0, 0.10 + 0.14 * setting.rough)
            tone = blend(
                tones[int(rng.choice(4, p=[0.4, 0.3, 0.2, 0.1]))], colours.dark, 0.18 * row * (1 - setting.valence)
            )
            tone = _apart(blend(tone, colours.ground, 0.45 - 0.2 * row) if row < 2 else tone, colours)
            image, seen = _crystal(image, setting, colours, tone, at, foot, high, wide, lean, rng)
            seen_row = np.maximum(seen_row, seen)
            flow[seen > 0.5] = np.pi / 2 + lean
        pieces.append((f"crystals {row + 1}", 0.3 + 0.3 * row, seen_row))
        haze = smoothstep(0.45, 1.0, y) * (0.22 - 0.10 * row) * (0.4 + setting.mist)
        image = mix(image, blend(colours.ground, glow, 0.4), haze * np.ones_like(x))
    return image, pieces, flow, []


def _apart(tone: Field, colours: Scheme) -> Field:
    """The tone, darker where it would melt into the air behind it."""
    near = float(np.abs(tone - colours.ground).sum()) < 0.16 and colours.bright
    return toned(tone, float(tone[0]) - 0.2, 1.2) if near else tone


def _crystal(
    image: Field, setting: Setting, colours: Scheme, tone: Field, x: float, foot: float, high: float, wide: float,
    lean: float, rng: np.random.Generator,
) -> tuple[Field, Field]:  # fmt: skip
    """A six-sided column with a slanting point: three faces seen, the one toward the light the brightest."""
    split, cap = rng.uniform(-0.35, 0.35), rng.uniform(0.16, 0.3)
    tip = (rng.uniform(-0.3, 0.3), -1.0)
    shoulder = -1 + cap
    left = np.array([(-0.5, 0.05), (split - 0.12, 0.05), (split - 0.12, shoulder + 0.05), tip, (-0.5, shoulder)])
    right = np.array([(split - 0.12, 0.05), (0.5, 0.05), (0.5, shoulder + 0.02), tip, (split - 0.12, shoulder + 0.05)])
    facet = np.array([(split - 0.12, shoulder + 0.05), tip, (0.5, shoulder + 0.02)])
    size = (2 * wide, high)
    parts = [shape(part * size, x, foot, 1.0, lean) for part in (left, right, facet)]
    side = 1.0 if setting.sun[0] > x else -1.0
    gain, strength = 0.05 + 0.10 * setting.contrast, 0.9 + 0.08 * setting.contrast
    seen = np.zeros((WORK, WORK), np.float32)
    _, y = grid()
    for part, light in zip(parts, (-side * gain, side * gain, side * gain * 0.4 + gain * 0.8), strict=True):
        here = fill_alpha(part)
        face = toned(tone, float(np.clip(tone[0] + light, 0.08, 0.96)))
        top = blend(face, setting.colours.glow, 0.25 + 0.2 * setting.valence)
        rows, columns = window(here)
        rise = np.clip((foot - y[rows]) / max(high, 0.05), 0, 1) ** 1.6
        paint = ramp((face, top), rise[:, 0] * 0.8)[:, None]
        part = here[rows, columns]
        image[rows, columns] = mix(image[rows, columns], np.broadcast_to(paint, (*part.shape, 3)), part * strength)
        seen = np.maximum(seen, here)
    ridge = shape(
        np.array(
            [
                (split - 0.125, shoulder + 0.05),
                (split - 0.115, shoulder + 0.05),
                (split - 0.11, 0.0),
                (split - 0.13, 0.0),
            ]
        )
        * size,
        x,
        foot,
        1.0,
        lean,
    )
    line = fill_alpha(ridge)
    rows, columns = window(line)
    image[rows, columns] = mix(image[rows, columns], blend(tone, colours.light, 0.7), line[rows, columns] * 0.6)
    return image, seen


def _beams(setting: Setting, song: SongCurves, colours: Scheme, rng: np.random.Generator) -> Made:
    """Broad see-through planes of light that cross: two for each part of the song, their overlaps the subject."""
    x, y = grid()
    image = ramp((colours.masses[0], colours.ground, colours.masses[1]), 0.5 + 0.6 * (y - 0.5) + 0.3 * (x - 0.5))
    pieces: list[Piece] = [("ground", 0.0, np.ones((WORK, WORK), np.float32))]
    flow = np.full((WORK, WORK), 0.2 + 0.5 * setting.arousal, np.float32)
    base = rng.choice([-1, 1]) * rng.uniform(0.5, 1.0) * (0.25 + 0.8 * setting.arousal)  # nearly level when calm
    tones = (colours.light, colours.accent, colours.masses[2], colours.dark, colours.masses[1], colours.spark)
    total = np.zeros((WORK, WORK), np.float32)
    for number in range(2 * min(6, len(song.level))):
        loud = float(song.level[number // 2])
        angle = base * (1 if number % 2 else -1) + rng.normal(0, 0.12 + 0.3 * setting.rough)
        through = (setting.sun[0] + rng.normal(0, 0.16), setting.sun[1] + rng.normal(0, 0.16))
        off = (x - through[0]) * -np.sin(angle) + (y - through[1]) * np.cos(angle)
        along = (x - through[0]) * np.cos(angle) + (y - through[1]) * np.sin(angle)
        wide = (0.03 + 0.16 * loud) * (1 + rng.uniform(-0.3, 0.9) * along)
        seen = smoothstep(-0.0022, 0.0022, off + wide) * smoothstep(0.0022, -0.0022, off - wide)
        hard = np.clip((off + wide) / (2 * np.abs(wide) + 1e-3), 0, 1)  # dense at one edge, clear at the other
        amount = seen * (0.10 + 0.58 * hard**1.3) * (0.75 + 0.25 * setting.contrast)
        image = mix(image, tones[number % 6], amount)
        total += seen
        flow = np.where(amount > 0.35, angle, flow).astype(np.float32)
        if number % 3 == 1:
            pieces.append(
                (f"beam {len(pieces)}", min(0.9, 0.2 + 0.16 * len(pieces)), (amount > 0.3).astype(np.float32))
            )
    crossing = np.clip(total - 2, 0, 4) / 4
    away = np.hypot(x - setting.sun[0], y - setting.sun[1])
    heart = setting.colours.sun if setting.valence > 0.35 else colours.light
    image = mix(
        image, heart, np.clip(crossing * 0.8 * np.exp(-away / 0.25) + 0.35 * np.exp(-((away / 0.12) ** 2)), 0, 1)
    )
    kite = np.array([(0, -1.0), (0.45, 0), (0, 0.8), (-0.45, 0)])
    return image, pieces, flow, [Figure("kite", (shape(kite, *setting.sun, 0.035, base * 0.4),), colours.spark)]


def _ice(setting: Setting, song: SongCurves, colours: Scheme, rng: np.random.Generator) -> Made:
    """A land and its sky of the same crystal; the song's curve parts them, so the skyline breaks as they do."""
    count = int(_count(setting) * 1.5) + 30
    level = rng.uniform(0.5, 0.62)
    sites: Field = np.stack([rng.uniform(-0.1, 1.1, count), rng.normal(level, 0.3, count)], 1)
    sites = np.concatenate([sites, np.stack([np.linspace(0, 1, 5), np.full(5, 1.25)], 1)])
    number, sites = cells(sites)
    line = level - (song.at(sites[:, 0]) - 0.45) * (0.25 + 0.3 * setting.arousal)
    low = sites[:, 1] - line
    near = low > 0.2 + 0.12 * np.cos(4 * sites[:, 0] + 6 * setting.sun[0])
    wander = rng.normal(0, 0.08 + 0.08 * setting.rough, len(sites))
    away = np.hypot(sites[:, 0] - setting.sun[0], (sites[:, 1] - setting.sun[1]))
    glow = setting.colours.sun if setting.valence > 0.35 else colours.light
    sky = ramp((glow, blend(glow, colours.ground, 0.55), colours.ground, colours.masses[1]), away * 1.5 + wander * 0.6)
    far = ramp((blend(colours.masses[0], colours.light, 0.35), colours.masses[0], colours.accent), low * 2.6 + wander)
    deep = ramp(
        (blend(colours.masses[2], colours.dark, 0.3), blend(colours.masses[1], colours.dark, 0.55), colours.dark),
        low * 1.5 + wander,
    )
    tone = np.where((low < 0)[:, None], sky, np.where(near[:, None], deep, far)).astype(np.float32)
    loud = (rng.random(len(sites)) < 0.03 + 0.04 * setting.arousal) & near
    tone[loud] = colours.accent
    image = crystals.faceted(setting, number, sites, tone, rng, 0.85)
    side = (low > 0).astype(np.int32) + near
    image = mix(image, colours.dark, rims(number, 0.9) * (0.08 + 0.2 * setting.contrast))
    image = mix(image, colours.spark, rims(side[number], 1.2) * (0.25 + 0.5 * setting.contrast))
    pieces: list[Piece] = [
        ("sky", 0.0, np.ones((WORK, WORK), np.float32)),
        ("far faces", 0.4, (side[number] >= 1).astype(np.float32)),
        ("near faces", 0.8, (side[number] == 2).astype(np.float32)),
    ]
    flow = (rng.uniform(0, np.pi, len(sites)))[number]
    kite = np.array([(0, -1.0), (0.5, 0), (0, 1.0), (-0.5, 0)])
    return image, pieces, flow, [Figure("kite", (shape(kite, *setting.sun, 0.022),), colours.spark)]


# splinters, a broken pane and jaws for the tense, standing crystals and gems for the glad, clear beams for the
# calm, ice for the sad
VARIANTS = (
    Variant("burst", lambda s: 0.03 + 0.5 * s.tension + 0.15 * s.joy, _burst),
    Variant("prisms", lambda s: 0.05 + 0.4 * s.joy + 0.1 * s.calm, _prisms),
    Variant("beams", lambda s: 0.05 + 0.5 * s.calm + 0.1 * s.joy, _beams),
    Variant("ice", lambda s: 0.05 + 0.4 * s.gloom, _ice),
    Variant("geode", lambda s: 0.05 + 0.35 * s.joy + 0.15 * s.gloom + 0.15 * s.tension, crystals.geode),
    Variant("gem", lambda s: 0.04 + 0.45 * s.joy + 0.3 * s.calm, crystals.gem),
    Variant("pane", lambda s: 0.03 + 0.4 * s.tension + 0.25 * s.gloom, crystals.pane),
    Variant("jaws", lambda s: 0.02 + 0.36 * s.tension + 0.1 * s.gloom, crystals.jaws),
    Variant("floes", lambda s: 0.03 + 0.5 * s.gloom + 0.35 * s.calm, crystals.floes),
    Variant("cleft", lambda s: 0.03 + 0.4 * s.tension + 0.2 * s.joy + 0.15 * s.gloom, crystals.cleft),
    Variant("falling", lambda s: 0.04 + 0.3 * s.tension + 0.3 * s.joy + 0.3 * s.calm + 0.1 * s.gloom, crystals.falling),
)
