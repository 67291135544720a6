"""City at dusk: the song's energy as a skyline: over water, from the roofs, along an avenue."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.composition.abstract import box, course, cover, finished, ramp, scumble, shape, third
from tonescape.render.painter.composition.model import WORK, Composition, Figure, grid
from tonescape.render.painter.composition.setting import blend, setting, toned
from tonescape.render.painter.motifs.city_dusk import districts, facades, skyline
from tonescape.render.painter.raster.filters import mix, step
from tonescape.render.painter.subjects import city, silhouettes, street
from tonescape.render.painter.subjects.sky import sky
from tonescape.render.painter.subjects.weather import falling, flock, struck

if TYPE_CHECKING:
    from tonescape.core.records import Brief
    from tonescape.render.painter.composition.abstract import Course, Piece
    from tonescape.render.painter.composition.setting import Setting
    from tonescape.render.painter.motifs.city_dusk.skyline import Made
    from tonescape.render.painter.raster.filters import Field


def compose(brief: Brief, rng: np.random.Generator) -> Composition:
    """The composition of a song. Draws from `rng` in a fixed order, so one seed gives one picture."""
    v, a = brief.mood.valence, brief.mood.arousal
    hours = np.array([max(0.0, v - 0.3) * 1.4, 0.5, max(0.0, 0.75 - v), max(0.0, a - v) * 1.2])
    phase = ("golden", "dusk", "night", "storm")[int(rng.choice(4, p=hours / hours.sum()))]
    mood = setting(brief, rng, horizon=0.6, phase=phase)
    song = course(brief, mood, rng)
    # water and parks for the calm and the glad, dark roofs and one lit window for the sad, streets, docks and towers
    # that close overhead for the tense
    joy, calm, gloom, tension = mood.joy, mood.calm, mood.gloom, mood.tension
    pull = np.array(
        [
            0.06 + 0.4 * calm + 0.35 * joy + 0.15 * gloom,
            0.06 + 0.35 * gloom + 0.15 * calm + 0.15 * joy,
            0.05 + 0.45 * tension + 0.25 * joy,
            0.05 + 0.3 * tension + 0.25 * calm + 0.2 * joy + 0.2 * gloom,
            0.05 + 0.35 * tension + 0.25 * joy,
            0.04 + 0.32 * gloom + 0.16 * tension,
            0.03 + 0.34 * tension + 0.2 * joy,
            0.05 + 0.3 * calm + 0.3 * joy + 0.15 * gloom,
            0.03 + 0.35 * calm + 0.3 * joy + 0.15 * gloom,
        ]
    )
    kind = int(rng.choice(len(KINDS), p=pull / pull.sum()))
    image, pieces, flow, focus, things, mood, horizon = KINDS[kind](mood, song, rng)
    image = falling(image, mood, rng, "frost" if mood.gloom > 0.5 and rng.random() < 0.5 else "summer")
    bolt = struck(mood, rng, 1 - mood.sun[0], horizon - 0.3)
    if KINDS[kind] not in (facades.window, facades.upward):  # there walls stand before the sky
        things = [*bolt, *things]
    named = (("lit", skyline.lit_share(mood)), ("variant", float(kind)))
    return finished(image, pieces, flow, mood, focus, things, named, horizon=horizon)


def _roofs(mood: Setting, song: Course, rng: np.random.Generator) -> Made:
    """Over the roofs: near ones dark with tanks, aerials and a lit attic, the towers beyond, somebody looking out."""
    horizon = float(rng.choice([0.68, 0.75]))
    mood = replace(mood, sun=(mood.sun[0], min(mood.sun[1], horizon - 0.16)))
    heaven = sky(mood, rng, horizon)
    image, rows = skyline.tower_rows(
        heaven.lab.copy(), mood, song, rng, horizon + 0.16, horizon * rng.uniform(0.6, 0.8)
    )
    dark = toned(blend(mood.colours.shadow, mood.colours.lands[0], 0.25), 0.13 + 0.08 * mood.valence)
    away = -1 if mood.sun[0] > 0.5 else 1
    edge = 0.5 + away * 0.5
    steps = [
        (edge, 0.62, horizon + 0.08),
        (edge - away * 0.5, 0.5, horizon + 0.17),
        (edge - away * 0.95, 0.5, horizon + 0.11),
    ]
    near: list[Field] = []
    for x, wide, top in steps:
        top += rng.uniform(-0.02, 0.03)
        near += [box(x, (top + 1.1) / 2, wide, 1.1 - top), box(x, top + 0.006, wide + 0.02, 0.014)]
        near.append(box(x + rng.uniform(-0.15, 0.15) * wide, top - 0.03, 0.03, 0.07))
    home = edge - away * rng.uniform(0.10, 0.2)
    near += _tank(home, steps[0][2] + 0.01, rng.uniform(0.13, 0.2))
    for _ in range(3):
        near += _aerial(rng, edge - away * rng.uniform(0.3, 0.9), horizon + 0.2, rng.uniform(0.12, 0.22))
    seen = cover(*near)
    _, down = grid()
    grain = scumble(rng, 0.0, cells=7)
    deep = ramp((blend(dark, mood.colours.lands[1], 0.45), dark), (down - horizon - 0.05) / 0.2 + grain * 0.9)
    image = mix(image, deep, seen)
    rim = np.clip(seen - np.roll(seen, 3, 0), 0, 1)
    image = mix(image, blend(mood.colours.horizon, mood.colours.sun, 0.4), rim * 0.5 * mood.contrast)
    attic = edge - away * 0.16
    panes = [box(attic + k * 0.045, horizon + 0.19, 0.03, 0.045) for k in (-1, 0, 1)]
    stands = edge - away * rng.uniform(0.30, 0.34)
    folk = silhouettes.walker(rng, stands, horizon + 0.105, 0.085)
    things = [Figure("attic", tuple(panes), skyline.lamp_of(mood)), Figure("onlooker", tuple(folk), dark)]
    spot = (0.5 - away * rng.uniform(0.0, 0.2), horizon * rng.uniform(0.2, 0.4))
    if rng.random() < 0.7:
        things += flock(mood, rng, *spot, 0.014)
    pieces: list[Piece] = [("sky", 0.0, np.ones((WORK, WORK), np.float32)), *rows, ("roofs", 0.85, seen)]
    walls = np.maximum.reduce([r[2] for r in rows]) > 0.5
    flow = np.where(seen > 0.5, 0.1, np.where(walls, np.pi / 2, heaven.drift))
    return image, pieces, flow.astype(np.float32), (stands, horizon + 0.05), things, mood, horizon


def _tank(x: float, foot: float, size: float) -> list[Field]:
    """A water tank on its legs."""
    roof = np.array([(-0.36, -0.78), (0, -1.0), (0.36, -0.78)])
    barrel = np.array([(-0.31, -0.8), (0.31, -0.8), (0.29, -0.36), (-0.29, -0.36)])
    legs = [box(x + k * size * 0.22, foot - size * 0.18, size * 0.035, size * 0.4) for k in (-1, 0, 1)]
    return [
        shape(roof, x, foot, size),
        shape(barrel, x, foot, size),
        *legs,
        box(x, foot - size * 0.2, size * 0.5, size * 0.02),
    ]


def _aerial(rng: np.random.Generator, x: float, foot: float, size: float) -> list[Field]:
    """A roof aerial: a mast and a few rods, one bent."""
    shapes = [box(x, foot - size / 2, size * 0.016, size)]
    for number in range(int(rng.integers(2, 6))):
        shapes.append(
            box(x, foot - size * (1 - 0.09 * number), size * (0.3 - 0.03 * number), size * 0.014, rng.normal(0, 0.05))
        )
    return shapes


def _avenue(mood: Setting, song: Course, rng: np.random.Generator) -> Made:
    """Along an avenue into the last light: houses both sides, cars' lamps as two threads, all lines to the sun."""
    horizon, vx = float(rng.uniform(0.38, 0.7)), third(rng, 0.08)
    mood = replace(mood, sun=(vx, horizon - rng.uniform(0.05, 0.09)), sun_size=mood.sun_size * 1.15)
    if mood.phase in ("night", "storm"):  # no moon at the end of a street: it hangs over the roofs, or behind cloud
        hidden = mood.phase == "storm"
        mood = replace(mood, sun=(vx, horizon * 0.3), sun_size=0.0015 if hidden else mood.sun_size)
    heaven = sky(mood, rng, horizon)
    eye, half = rng.uniform(0.16, 0.6), rng.uniform(0.32, 0.62)
    view, plots = street.perspective(song, mood, rng, (vx, horizon), eye=eye, half=half)
    lamp, sign = skyline.lamp_of(mood), toned(mood.colours.accent, None, 1.25)
    houses = street.walls(view, plots, mood, rng, lit=skyline.lit_share(mood), lamp=lamp, sign=sign)
    x, y = grid()
    image = mix(heaven.lab, houses, view.wall)
    z = view.eye / np.maximum(y - horizon, 0.003)
    off = np.abs(x - vx) * z
    road = blend(mood.colours.shadow, mood.colours.lands[1], 0.5 + 0.3 * mood.valence)
    ground = np.broadcast_to(road, image.shape).astype(np.float32)
    ground = mix(
        ground,
        mood.colours.glow,
        0.55 * np.exp(-(((x - vx) / (0.05 + 0.35 * np.maximum(y - horizon, 0))) ** 2)) * mood.glow,
    )
    ground = mix(ground, blend(road, mood.colours.lands[3], 0.5), step(0.74, 0.75, off / view.half))
    dash = (np.abs(off) < 0.012) & ((np.log(z + 1e-3) * 5) % 1 < 0.5)
    ground = mix(ground, mood.colours.glow, dash * 0.6)
    haze = np.clip(1 - np.exp(-(z - 0.6) / (8.0 - 4.0 * mood.mist)), 0, 0.9)
    ground = mix(ground, blend(mood.colours.horizon, mood.colours.sun, 0.3), haze)
    image = mix(image, ground, view.ground)
    image = city.veil(image, mood, horizon, 0.3)
    # a low light shines up the street; under a heavy sky it is only paler air there, or it would look like a blast
    image = city.glow(image, mood.sun, 0.05, mood.colours.sun, 0.12 + 0.5 * mood.glow * mood.valence)
    image = _threads_of_light(image, view, mood, song)
    side = view.half * 0.8
    image, posts = street.flock_of_lamps(
        image,
        view,
        mood,
        lamp,
        [(s * side, float(k)) for k in np.geomspace(1.0, 6.0, 5) for s in (-1, 1)],
        tall=0.5,
        wetness=0.0,
    )
    things = [Figure("posts", tuple(posts), toned(mood.colours.shadow, 0.13))]
    walk = [
        silhouettes.walker(rng, *view.at(s * side * rng.uniform(0.95, 1.1), 0.0, far), 0.17 / far)
        for s, far in ((-1, 1.5), (1, 2.2))
    ]
    things.append(Figure("walkers", tuple(part for one in walk for part in one), toned(mood.colours.shadow, 0.12)))
    pieces: list[Piece] = [
        ("sky", 0.0, np.ones((WORK, WORK), np.float32)),
        ("far houses", 0.3, view.wall * (view.z > 3.0)),
        ("houses", 0.5, view.wall * (view.z <= 3.0)),
        ("street", 0.8, view.ground),
    ]
    toward = np.arctan2(y - horizon, x - vx)
    flow = np.where(view.ground > 0.5, toward, np.where(view.wall > 0.5, np.pi / 2, heaven.drift))
    return image, pieces, flow.astype(np.float32), mood.sun, things, mood, horizon


def _threads_of_light(image: Field, view: street.Street, mood: Setting, song: Course) -> Field:
    """Cars' lamps, a pair for every beat that is strong enough: red ones going away, white ones coming."""
    away, toward = toned(mood.colours.accent, 0.6, 1.3), toned(mood.colours.glow, 0.96)
    for number, beat in enumerate(song.beat.tolist()):
        far = 1.1 * 1.16**number
        if beat < 0.35 + 0.3 * (1 - mood.arousal):
            continue
        for lane, tone in ((0.17, away), (-0.17, toward)):
            at = view.at(lane * view.half / 0.5, 0.05, far)
            for eye in (-0.035, 0.035):
                image = city.glow(image, (at[0] + eye / far, at[1]), 0.0075 / far + 0.001, tone, 0.95)
    return image


KINDS = (
    skyline.waterfront,
    _roofs,
    _avenue,
    districts.docks,
    districts.railway,
    facades.window,
    facades.upward,
    districts.bridge,
    districts.park,
)
