"""A city's skyline at the end of the day: rows of towers, their windows, the quay's lamps, all of it in a river."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.composition.model import WORK, Figure, grid
from tonescape.render.painter.composition.setting import blend, toned
from tonescape.render.painter.raster.filters import mix, smoothstep
from tonescape.render.painter.subjects import city, objects, silhouettes
from tonescape.render.painter.subjects.sky import sky
from tonescape.render.painter.subjects.water import water
from tonescape.render.painter.subjects.weather import flock

if TYPE_CHECKING:
    from tonescape.render.painter.composition.abstract import Piece, SongCurves
    from tonescape.render.painter.composition.setting import Setting
    from tonescape.render.painter.raster.filters import Field

    Made = tuple[Field, list[Piece], Field, tuple[float, float], list[Figure], Setting, float]
    """picture, planes, flow, focal point, things, the setting with its sun put right, horizon"""


def lit_share(setting: Setting) -> float:
    """Share of lit windows: later hours and livelier songs have more."""
    return {"golden": 0.18, "dusk": 0.36, "night": 0.42, "storm": 0.34}[setting.phase] * (0.45 + 0.9 * setting.arousal)


def lamp_of(setting: Setting) -> Field:
    return toned(blend(setting.colours.glow, setting.colours.accent, 0.25), 0.87, 1.3)


def tower_rows(
    image: Field, setting: Setting, song: SongCurves, rng: np.random.Generator, foot: float, tall: float
) -> tuple[Field, list[Piece]]:
    """Three rows of houses, the farthest the highest and palest; the middle one is the song's own."""
    pieces: list[Piece] = []
    colours = setting.colours
    tones = (
        blend(colours.lands[3], colours.horizon, 0.5),
        blend(colours.lands[1], colours.lands[2], 0.35),
        blend(colours.shadow, colours.lands[0], 0.55),
    )
    plan = (
        ("far towers", 1.05, 0.05, 0.3, 0.5),
        ("towers", 0.95, 0.075, 0.6, 0.9),
        ("front houses", 0.38, 0.10, 0.85, 1.0),
    )
    for (name, share, wide, depth, light), tone in zip(plan, tones, strict=True):
        houses = city.row(song, setting, rng, foot=foot, tall=tall * share, wide=wide)
        seen = houses.alpha()
        face = city.facades(
            houses,
            setting,
            tone,
            rng,
            lit=lit_share(setting) * light,
            lamp=lamp_of(setting),
            pane=0.009 + 0.008 * depth,
        )
        image = mix(image, face, seen)
        image = city.veil(image, setting, foot, (0.5 - 0.4 * depth) * (0.5 + setting.mist))
        pieces.append((name, depth * 0.6, seen))
    return image, pieces


def waterfront(setting: Setting, song: SongCurves, rng: np.random.Generator) -> Made:
    """The skyline over a river that mirrors it; sometimes a bridge hangs across, sometimes a sail goes by."""
    horizon = float(rng.uniform(0.44, 0.76))
    setting = replace(setting, sun=(setting.sun[0], min(setting.sun[1], horizon - 0.12)))
    sky_image = sky(setting, rng, horizon)
    image, rows = tower_rows(
        sky_image.lab.copy(),
        setting,
        song,
        rng,
        horizon,
        horizon * rng.uniform(0.26, 0.78) * (0.55 + 0.55 * setting.arousal),
    )
    mirror = image[np.clip((2 * horizon * WORK - np.arange(WORK)).astype(int), 0, WORK - 1)]
    river = water(mirror, replace(setting, wind=0.6 * setting.wind), rng, horizon=horizon, eye=0.3)
    x, y = grid()
    wet = smoothstep(horizon - 0.001, horizon + 0.002, y) * np.ones_like(x)
    image = mix(image, river, wet)
    image = columns_of_light(image, setting, song, horizon)
    figures: list[Figure] = []
    focus = setting.sun
    choice = rng.choice(["sail", "steamer", "birds", "none"], p=[0.35, 0.25, 0.2, 0.2])
    away = -1 if setting.sun[0] > 0.5 else 1
    if choice == "steamer":
        focus = (0.5 + away * rng.uniform(0.0, 0.25), horizon + rng.uniform(0.05, 0.16))
        figures += steamer(setting, *focus, float(rng.uniform(0.16, 0.34)), int(away))
    if choice == "sail":
        focus = (0.5 + away * rng.uniform(0.05, 0.2), horizon + rng.uniform(0.07, 0.14))
        for number in range(min(4, 1 + round(5 * max(0.0, setting.joy - 0.25)))):
            shift, size = (0.0, -0.2, 0.17, -0.34)[number], (0.06, 0.045, 0.04, 0.034)[number]
            at = (focus[0] + away * shift, focus[1] - 0.4 * (0.06 - size))
            hull, sails = silhouettes.boat(*at, size, facing=away)
            tone = toned(setting.colours.glow, 0.93) if number % 2 == 0 else toned(setting.colours.accent, None, 1.2)
            figures += [Figure("sail", tuple(sails), tone), Figure("boat", tuple(hull), setting.colours.shadow)]
    if choice == "birds" or setting.joy > 0.4:
        figures += flock(setting, rng, 0.5 + away * 0.2, horizon * 0.25)
    if setting.joy > 0.35 and rng.random() < 0.3:
        globe, gores = objects.balloon(0.5 + away * 0.3, horizon * 0.2, 0.12)
        figures.append(Figure("balloon", tuple(globe), toned(setting.colours.accent, None, 1.2)))
        figures.append(Figure("gores", tuple(gores), toned(setting.colours.glow, 0.94)))
    pieces: list[Piece] = [("sky", 0.0, np.ones((WORK, WORK), np.float32)), *rows, ("water", 0.8, wet)]
    flow = np.where(wet > 0.5, 0.0, np.where(np.maximum.reduce([r[2] for r in rows]) > 0.5, np.pi / 2, sky_image.drift))
    return image, pieces, flow.astype(np.float32), focus, figures, setting, horizon


def columns_of_light(image: Field, setting: Setting, song: SongCurves, horizon: float) -> Field:
    """The quay's lamps, one a beat of the bar, each with its long reflection."""
    lamp = lamp_of(setting)
    for number, beat in enumerate(song.beat.tolist()):
        at = ((number + 0.5) / 16, horizon - 0.006)
        image = city.glow(image, at, 0.0035 + 0.003 * beat, lamp, 0.5 + 0.45 * beat)
        image = city.streak(
            image, (at[0], horizon + 0.01), 0.004 + 0.004 * beat, 0.05 + 0.12 * beat, lamp, 0.25 + 0.4 * beat
        )
    return image


def steamer(setting: Setting, x: float, foot: float, size: float, facing: int) -> list[Figure]:
    """A ferry `size` long: hull, decks with a row of lit windows, a funnel and its smoke."""
    at, scale = np.array([x, foot], np.float32), np.array([facing * size, size], np.float32)

    def placed(*parts: list[tuple[float, float]]) -> tuple[Field, ...]:
        return tuple(np.array(part, np.float32) * scale + at for part in parts)

    hull = [(-0.5, -0.1), (0.56, -0.13), (0.46, 0.03), (-0.46, 0.03)]
    decks = [(-0.42, -0.1), (-0.42, -0.2), (0.3, -0.2), (0.34, -0.1)]
    bridge = [(-0.1, -0.2), (-0.1, -0.27), (0.22, -0.27), (0.24, -0.2)]
    funnel = [(-0.12, -0.26), (-0.1, -0.46), (0.0, -0.46), (0.0, -0.26)]
    across = np.linspace(-0.38, 0.24, 8).tolist()
    panes = [[(k, -0.12), (k, -0.17), (k + 0.05, -0.17), (k + 0.05, -0.12)] for k in across]
    turn = np.linspace(0, 2 * np.pi, 12, endpoint=False).tolist()
    smoke = []
    for k in range(5):
        puff, px, py = 0.03 + 0.022 * k, -0.08 - 0.13 * k, -0.52 - 0.05 * k
        smoke.append([(px + puff * float(np.cos(a)), py + puff * float(np.sin(a))) for a in turn])
    c = setting.colours
    return [
        Figure("smoke", placed(*smoke), blend(c.cloud_dark, c.horizon, 0.4)),
        Figure("decks", placed(decks, bridge), toned(blend(c.glow, c.horizon, 0.3), 0.4 + 0.4 * setting.valence)),
        Figure("hull", placed(hull, funnel), toned(blend(c.shadow, c.accent, 0.2), 0.16 + 0.1 * setting.valence)),
        Figure("windows", placed(*panes), lamp_of(setting)),
    ]
