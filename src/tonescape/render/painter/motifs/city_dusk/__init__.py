"""City at dusk: the song's energy as a skyline: over water, from the roofs, along an avenue."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.composition.abstract import (
    box,
    fill_alpha,
    finish_composition,
    near_third,
    ramp,
    scumble,
    shape,
    song_curves,
)
from tonescape.render.painter.composition.model import WORK, Composition, Figure, grid
from tonescape.render.painter.composition.setting import blend, setting_for, toned
from tonescape.render.painter.composition.variants import Variant, choose
from tonescape.render.painter.motifs.city_dusk import districts, facades, skyline
from tonescape.render.painter.raster.filters import mix, smoothstep
from tonescape.render.painter.subjects import city, silhouettes, street
from tonescape.render.painter.subjects.sky import sky
from tonescape.render.painter.subjects.weather import falling, flock, lightning_bolts

if TYPE_CHECKING:
    from tonescape.core.records import Brief
    from tonescape.render.painter.composition.abstract import Piece, SongCurves
    from tonescape.render.painter.composition.setting import Setting
    from tonescape.render.painter.motifs.city_dusk.skyline import Made
    from tonescape.render.painter.raster.filters import Field


def compose(brief: Brief, rng: np.random.Generator) -> Composition:
    """The composition of a song. Draws from `rng` in a fixed order, so one seed gives one picture."""
    v, a = brief.mood.valence, brief.mood.arousal
    hours = np.array([max(0.0, v - 0.3) * 1.4, 0.5, max(0.0, 0.75 - v), max(0.0, a - v) * 1.2])
    phase = ("golden", "dusk", "night", "storm")[int(rng.choice(4, p=hours / hours.sum()))]
    setting = setting_for(brief, rng, horizon=0.6, phase=phase)
    song = song_curves(brief, setting, rng)
    kind = choose(VARIANTS, setting, rng)
    image, pieces, flow, focus, figures, setting, horizon = VARIANTS[kind].compose(setting, song, rng)
    image = falling(image, setting, rng, "frost" if setting.gloom > 0.5 and rng.random() < 0.5 else "summer")
    bolt = lightning_bolts(setting, rng, 1 - setting.sun[0], horizon - 0.3)
    if VARIANTS[kind].compose not in (facades.window, facades.upward):  # there walls stand before the sky
        figures = [*bolt, *figures]
    parameters = (("lit", skyline.lit_share(setting)), ("variant", float(kind)))
    return finish_composition(image, pieces, flow, setting, focus, figures, parameters, horizon=horizon)


def _roofs(setting: Setting, song: SongCurves, rng: np.random.Generator) -> Made:
    """Over the roofs: near ones dark with tanks, aerials and a lit attic, the towers beyond, somebody looking out."""
    horizon = float(rng.choice([0.68, 0.75]))
    setting = replace(setting, sun=(setting.sun[0], min(setting.sun[1], horizon - 0.16)))
    sky_image = sky(setting, rng, horizon)
    image, rows = skyline.tower_rows(
        sky_image.lab.copy(), setting, song, rng, horizon + 0.16, horizon * rng.uniform(0.6, 0.8)
    )
    dark = toned(blend(setting.colours.shadow, setting.colours.lands[0], 0.25), 0.13 + 0.08 * setting.valence)
    away = -1 if setting.sun[0] > 0.5 else 1
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
    seen = fill_alpha(*near)
    _, down = grid()
    grain = scumble(rng, 0.0, cells=7)
    deep = ramp((blend(dark, setting.colours.lands[1], 0.45), dark), (down - horizon - 0.05) / 0.2 + grain * 0.9)
    image = mix(image, deep, seen)
    rim = np.clip(seen - np.roll(seen, 3, 0), 0, 1)
    image = mix(image, blend(setting.colours.horizon, setting.colours.sun, 0.4), rim * 0.5 * setting.contrast)
    attic = edge - away * 0.16
    panes = [box(attic + k * 0.045, horizon + 0.19, 0.03, 0.045) for k in (-1, 0, 1)]
    stands = edge - away * rng.uniform(0.30, 0.34)
    folk = silhouettes.walker(rng, stands, horizon + 0.105, 0.085)
    figures = [Figure("attic", tuple(panes), skyline.lamp_of(setting)), Figure("onlooker", tuple(folk), dark)]
    spot = (0.5 - away * rng.uniform(0.0, 0.2), horizon * rng.uniform(0.2, 0.4))
    if rng.random() < 0.7:
        figures += flock(setting, rng, *spot, 0.014)
    pieces: list[Piece] = [("sky", 0.0, np.ones((WORK, WORK), np.float32)), *rows, ("roofs", 0.85, seen)]
    walls = np.maximum.reduce([r[2] for r in rows]) > 0.5
    flow = np.where(seen > 0.5, 0.1, np.where(walls, np.pi / 2, sky_image.drift))
    return image, pieces, flow.astype(np.float32), (stands, horizon + 0.05), figures, setting, horizon


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


def _avenue(setting: Setting, song: SongCurves, rng: np.random.Generator) -> Made:
    """Along an avenue into the last light: houses both sides, cars' lamps as two threads, all lines to the sun."""
    horizon, vx = float(rng.uniform(0.38, 0.7)), near_third(rng, 0.08)
    setting = replace(setting, sun=(vx, horizon - rng.uniform(0.05, 0.09)), sun_size=setting.sun_size * 1.15)
    if setting.phase in ("night", "storm"):  # no moon at the end of a street: it hangs over the roofs, or behind cloud
        hidden = setting.phase == "storm"
        setting = replace(setting, sun=(vx, horizon * 0.3), sun_size=0.0015 if hidden else setting.sun_size)
    sky_image = sky(setting, rng, horizon)
    eye, half = rng.uniform(0.16, 0.6), rng.uniform(0.32, 0.62)
    view, plots = street.perspective(song, setting, rng, (vx, horizon), eye=eye, half=half)
    lamp, sign = skyline.lamp_of(setting), toned(setting.colours.accent, None, 1.25)
    houses = street.walls(view, plots, setting, rng, lit=skyline.lit_share(setting), lamp=lamp, sign=sign)
    x, y = grid()
    image = mix(sky_image.lab, houses, view.wall)
    z = view.eye / np.maximum(y - horizon, 0.003)
    off = np.abs(x - vx) * z
    road = blend(setting.colours.shadow, setting.colours.lands[1], 0.5 + 0.3 * setting.valence)
    ground = np.broadcast_to(road, image.shape).astype(np.float32)
    ground = mix(
        ground,
        setting.colours.glow,
        0.55 * np.exp(-(((x - vx) / (0.05 + 0.35 * np.maximum(y - horizon, 0))) ** 2)) * setting.glow,
    )
    ground = mix(ground, blend(road, setting.colours.lands[3], 0.5), smoothstep(0.74, 0.75, off / view.half))
    dash = (np.abs(off) < 0.012) & ((np.log(z + 1e-3) * 5) % 1 < 0.5)
    ground = mix(ground, setting.colours.glow, dash * 0.6)
    haze = np.clip(1 - np.exp(-(z - 0.6) / (8.0 - 4.0 * setting.mist)), 0, 0.9)
    ground = mix(ground, blend(setting.colours.horizon, setting.colours.sun, 0.3), haze)
    image = mix(image, ground, view.ground)
    image = city.veil(image, setting, horizon, 0.3)
    # a low light shines up the street; under a heavy sky it is only paler air there, or it would look like a blast
    image = city.glow(image, setting.sun, 0.05, setting.colours.sun, 0.12 + 0.5 * setting.glow * setting.valence)
    image = _threads_of_light(image, view, setting, song)
    side = view.half * 0.8
    image, posts = street.flock_of_lamps(
        image,
        view,
        setting,
        lamp,
        [(s * side, float(k)) for k in np.geomspace(1.0, 6.0, 5) for s in (-1, 1)],
        tall=0.5,
        wetness=0.0,
    )
    figures = [Figure("posts", tuple(posts), toned(setting.colours.shadow, 0.13))]
    walk = [
        silhouettes.walker(rng, *view.at(s * side * rng.uniform(0.95, 1.1), 0.0, far), 0.17 / far)
        for s, far in ((-1, 1.5), (1, 2.2))
    ]
    figures.append(Figure("walkers", tuple(part for one in walk for part in one), toned(setting.colours.shadow, 0.12)))
    pieces: list[Piece] = [
        ("sky", 0.0, np.ones((WORK, WORK), np.float32)),
        ("far houses", 0.3, view.wall * (view.z > 3.0)),
        ("houses", 0.5, view.wall * (view.z <= 3.0)),
        ("street", 0.8, view.ground),
    ]
    toward = np.arctan2(y - horizon, x - vx)
    flow = np.where(view.ground > 0.5, toward, np.where(view.wall > 0.5, np.pi / 2, sky_image.drift))
    return image, pieces, flow.astype(np.float32), setting.sun, figures, setting, horizon


def _threads_of_light(image: Field, view: street.Street, setting: Setting, song: SongCurves) -> Field:
    """Cars' lamps, a pair for every beat that is strong enough: red ones going away, white ones coming."""
    away, toward = toned(setting.colours.accent, 0.6, 1.3), toned(setting.colours.glow, 0.96)
    for number, beat in enumerate(song.beat.tolist()):
        far = 1.1 * 1.16**number
        if beat < 0.35 + 0.3 * (1 - setting.arousal):
            continue
        for lane, tone in ((0.17, away), (-0.17, toward)):
            at = view.at(lane * view.half / 0.5, 0.05, far)
            for eye in (-0.035, 0.035):
                image = city.glow(image, (at[0] + eye / far, at[1]), 0.0075 / far + 0.001, tone, 0.95)
    return image


# water and parks for the calm and the glad, dark roofs and one lit window for the sad, streets, docks and towers
# that close overhead for the tense
VARIANTS = (
    Variant("waterfront", lambda s: 0.06 + 0.4 * s.calm + 0.35 * s.joy + 0.15 * s.gloom, skyline.waterfront),
    Variant("roofs", lambda s: 0.06 + 0.35 * s.gloom + 0.15 * s.calm + 0.15 * s.joy, _roofs),
    Variant("avenue", lambda s: 0.05 + 0.45 * s.tension + 0.25 * s.joy, _avenue),
    Variant("docks", lambda s: 0.05 + 0.3 * s.tension + 0.25 * s.calm + 0.2 * s.joy + 0.2 * s.gloom, districts.docks),
    Variant("railway", lambda s: 0.05 + 0.35 * s.tension + 0.25 * s.joy, districts.railway),
    Variant("window", lambda s: 0.04 + 0.32 * s.gloom + 0.16 * s.tension, facades.window),
    Variant("upward", lambda s: 0.03 + 0.34 * s.tension + 0.2 * s.joy, facades.upward),
    Variant("bridge", lambda s: 0.05 + 0.3 * s.calm + 0.3 * s.joy + 0.15 * s.gloom, districts.bridge),
    Variant("park", lambda s: 0.03 + 0.35 * s.calm + 0.3 * s.joy + 0.15 * s.gloom, districts.park),
)
