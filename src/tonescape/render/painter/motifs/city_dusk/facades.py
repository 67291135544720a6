"""A city's walls close by: one lit window among dark ones, towers that close overhead."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.composition.abstract import box, disc, fill_alpha, shape
from tonescape.render.painter.composition.model import WORK, Figure, grid
from tonescape.render.painter.composition.setting import blend, toned
from tonescape.render.painter.motifs.city_dusk.skyline import lamp_of, lit_share, tower_rows
from tonescape.render.painter.raster.filters import mix, smoothstep
from tonescape.render.painter.raster.noise import fractal_noise, sample_tile
from tonescape.render.painter.subjects import objects, silhouettes
from tonescape.render.painter.subjects.fireworks import ribbon
from tonescape.render.painter.subjects.sky import sky
from tonescape.render.painter.subjects.weather import flock

if TYPE_CHECKING:
    from tonescape.render.painter.composition.abstract import Piece, SongCurves
    from tonescape.render.painter.composition.setting import Setting
    from tonescape.render.painter.motifs.city_dusk.skyline import Made
    from tonescape.render.painter.raster.filters import Field


def window(setting: Setting, song: SongCurves, rng: np.random.Generator) -> Made:
    """A house wall across the yard, its windows dark but one, somebody in it; beside it the towers far off."""
    horizon, away = float(rng.uniform(0.7, 0.86)), (-1.0 if setting.sun[0] > 0.5 else 1.0)
    setting = replace(setting, sun=(setting.sun[0], min(setting.sun[1], horizon - 0.25)))
    sky_image, c = sky(setting, rng, horizon), setting.colours
    image, rows = tower_rows(
        sky_image.lab.copy(), setting, song, rng, horizon + 0.16, horizon * float(rng.uniform(0.4, 0.7))
    )
    edge, wide = 0.5 + 0.5 * away, float(rng.uniform(0.5, 0.74))
    top = float(rng.uniform(-0.05, 0.16))
    wall = box(edge - away * (wide / 2 - 0.01), (top + 1.1) / 2, wide + 0.02, 1.1 - top)
    seen = fill_alpha(wall)
    x, y = grid()
    noise = fractal_noise(rng, cells=8, octaves=4, size=256)
    brick = toned(blend(c.lands[1], c.accent, 0.3), 0.25 + 0.28 * setting.valence)
    joints = smoothstep(0.42, 0.66, sample_tile(noise, x * 1.1, y * 5.5))
    whole = image.shape
    mortar = np.broadcast_to(blend(brick, c.shadow, 0.4), whole)
    skin = mix(np.broadcast_to(brick, whole), mortar, 0.6 * joints)
    skin = mix(skin, np.broadcast_to(c.shadow, whole), 0.35 * smoothstep(0.4, 1.0, y) * np.ones_like(x))
    image = mix(image, skin, seen)
    columns, storeys = int(rng.integers(2, 5)), int(rng.integers(2, 5))
    cell, tall = (wide - 0.04) / columns, (0.98 - top) / storeys
    chosen = (int(rng.integers(columns)), int(rng.integers(max(1, storeys - 1))))
    frames: list[Field] = []
    dark: list[Field] = []
    lit: list[Field] = []
    focus = (0.5, 0.5)
    for i in range(columns):
        for j in range(storeys):
            at = (edge - away * (0.02 + (i + 0.5) * cell), top + 0.06 + (j + 0.45) * tall)
            frames.append(box(*at, 0.56 * cell, 0.66 * tall))
            frames.append(box(at[0], at[1] + 0.36 * tall, 0.66 * cell, 0.05 * tall))
            here = (i, j) == chosen
            shines = here or rng.random() < 0.35 * lit_share(setting) * setting.joy
            (lit if shines else dark).append(box(*at, 0.5 * cell, 0.6 * tall))
            focus = at if here else focus
    stone = toned(blend(brick, c.horizon, 0.4), 0.3 + 0.35 * setting.valence)
    inside, room = toned(blend(c.shadow, c.zenith, 0.4), 0.16 + 0.08 * setting.valence), (0.5 * cell, 0.6 * tall)
    who = _in_the_window(rng, focus, room)
    cross = (focus[0], focus[1] - 0.12 * tall)
    bars = [box(*focus, 0.016 * cell + 0.002, room[1]), box(*cross, room[0], 0.016 * tall + 0.001)]
    curtains = [box(focus[0] + k * 0.4 * room[0], focus[1], 0.2 * room[0], room[1]) for k in (-1, 1)]
    night = toned(c.shadow, 0.12)
    figures = [
        Figure("frames", tuple(frames), stone),
        Figure("panes", tuple(dark), inside),
        Figure("lit", tuple(lit), lamp_of(setting)),
        Figure("curtains", tuple(curtains), toned(c.accent, 0.5 + 0.2 * setting.valence)),
        Figure("who", tuple(who), night),
        Figure("bars", tuple(bars), stone),
    ]
    if rng.random() < 0.6:
        figures += _line_of_washing(setting, rng, edge - away * wide, away)
    figures += flock(setting, rng, 0.5 - away * 0.35, 0.2)
    pieces: list[Piece] = [("sky", 0.0, np.ones((WORK, WORK), np.float32)), *rows, ("wall", 0.8, seen)]
    flow = np.where(seen > 0.5, np.float32(0.0), sky_image.drift).astype(np.float32)
    return image, pieces, flow, focus, figures, setting, horizon


def _in_the_window(rng: np.random.Generator, at: tuple[float, float], room: tuple[float, float]) -> list[Field]:
    """Somebody who stands there, a cat, or a plant in a pot."""
    low, size = at[1] + 0.5 * room[1], room[1]
    kind = rng.choice(["somebody", "cat", "plant"], p=[0.5, 0.25, 0.25])
    if kind == "somebody":
        x = at[0] + float(rng.uniform(-0.12, 0.12)) * room[0]
        body = np.array([(-0.2, 0.0), (-0.19, -0.36), (-0.08, -0.46), (0.08, -0.46), (0.19, -0.36), (0.2, 0.0)])
        return [shape(body, x, low, size), disc(x, low - 0.56 * size, 0.1 * size)]
    if kind == "cat":
        ears = [(-0.06, -0.24), (-0.09, -0.36), (-0.04, -0.32), (0.02, -0.32), (0.06, -0.37), (0.05, -0.24)]
        cat = np.array([(-0.12, 0), (-0.14, -0.14), *ears, (0.1, -0.12), (0.1, -0.02), (0.24, 0.0)])
        return [shape(cat, at[0], low, size)]
    pot = np.array([(-0.09, 0), (-0.12, -0.14), (0.12, -0.14), (0.09, 0)])
    stalks = silhouettes.reeds(rng, at[0], low - 0.13 * size, 0.42 * size, 0.012, 9)
    return [shape(pot, at[0], low, size), *stalks]


def _line_of_washing(setting: Setting, rng: np.random.Generator, start: float, away: float) -> list[Figure]:
    """A line from the wall to beyond the picture, shirts and sheets on it."""
    t, high = np.linspace(0, 1, 20), float(rng.uniform(0.3, 0.7))
    end = 0.5 - 0.56 * away
    x, y = start + (end - start) * t, high + 0.03 * np.sin(np.pi * t) - 0.02 * t
    cloth: list[Field] = []
    for k in range(2, 18, 3):
        wide, long = rng.uniform(0.02, 0.04), rng.uniform(0.04, 0.09)
        low, sway = y[k] + long, 0.03 * setting.wind * away
        corners = [(x[k] - wide, y[k]), (x[k] + wide, y[k]), (x[k] + wide - sway, low), (x[k] - wide - sway, low)]
        cloth.append(np.array(corners, np.float32))
    tone = toned(blend(setting.colours.glow, setting.colours.horizon, 0.3), 0.5 + 0.35 * setting.valence)
    return [Figure("line", (ribbon(x, y, np.full(20, 0.0012)),), toned(setting.colours.shadow, 0.14)),
            Figure("washing", tuple(cloth), tone)]  # fmt: skip


def upward(setting: Setting, song: SongCurves, rng: np.random.Generator) -> Made:
    """From the ground of a street straight up: towers lean in from all sides as high as the song is loud."""
    x, y = grid()
    vanish = (0.5 + float(rng.choice([-1, 1])) * float(rng.uniform(0.04, 0.16)), float(rng.uniform(0.3, 0.6)))
    setting = replace(setting, sun=vanish)
    sky_image, c = sky(replace(setting, sun_size=min(setting.sun_size, 0.03)), rng, 0.96), setting.colours
    dx, dy = x - vanish[0], y - vanish[1]
    away, turn = np.maximum(np.abs(dx), np.abs(dy)), np.arctan2(dy, dx) / (2 * np.pi) + 0.5
    count = int(rng.integers(7, 13))
    bounds = np.append(np.sort((np.arange(count) + rng.uniform(0.1, 0.9, count)) / count), 2.0)
    number = np.searchsorted(bounds, turn).astype(np.int32) % count
    low = np.append(bounds[-2] - 1, bounds[:-1])[number]
    high = np.where(number == 0, bounds[0], bounds[number])
    low = np.where((number == 0) & (turn > bounds[-2]), bounds[-2], low)
    high = np.where((number == 0) & (turn > bounds[-2]), bounds[0] + 1, high)
    place = (turn - low) / (high - low)
    loud = song.at((np.arange(count) + 0.5) / count)
    tip = (0.30 - 0.22 * loud * rng.uniform(0.6, 1.1, count))[number]
    wall = smoothstep(-0.003, 0.003, away - tip)
    tones = np.stack([c.lands[0], c.lands[1], blend(c.lands[1], c.accent, 0.25), blend(c.lands[0], c.shadow, 0.5)])
    tone = tones[rng.integers(0, 4, count)][number]
    skin = mix(tone, np.broadcast_to(c.horizon, tone.shape), 0.45 * np.exp(-(away - tip) / 0.12))
    skin = mix(
        skin,
        np.broadcast_to(c.shadow, tone.shape),
        0.5 * smoothstep(0.2, 0.75, away) + 0.3 * smoothstep(0.06, 0.0, place),
    )
    floors, panes = np.log(np.maximum(away / tip, 1e-3)) * 7.0, np.round((high - low) * 44) * place
    i, j = np.floor(panes).astype(np.int32), np.floor(floors).astype(np.int32)
    inside = (np.abs(panes - i - 0.5) < 0.3) & (np.abs(floors - j - 0.5) < 0.3) & (floors > 0.3)
    table = rng.random((count, 32, 32), dtype=np.float32)
    draw = table[number, np.clip(j, 0, 31), np.clip(i, 0, 31)]
    skin = mix(skin, np.broadcast_to(c.shadow, tone.shape), 0.5 * inside)
    skin = mix(skin, np.broadcast_to(lamp_of(setting), tone.shape), inside * (draw < 0.2 + lit_share(setting)) * 0.9)
    image = mix(sky_image.lab, skin, wall)
    pieces: list[Piece] = [("sky", 0.0, np.ones((WORK, WORK), np.float32)), ("towers", 0.5, wall),
                           ("near walls", 0.8, wall * smoothstep(0.3, 0.34, away))]  # fmt: skip
    flow = np.where(wall > 0.5, np.arctan2(dy, dx), sky_image.drift).astype(np.float32)
    figures = flock(setting, rng, vanish[0], vanish[1], 0.013)
    if rng.random() < 0.4:
        globe, gores = objects.balloon(vanish[0] + 0.03, vanish[1] - 0.02, 0.07)
        if setting.joy > 0.3:
            figures += [Figure("balloon", (*globe, *gores), toned(c.accent, None, 1.2))]
    return image, pieces, flow, vanish, figures, setting, 0.96
