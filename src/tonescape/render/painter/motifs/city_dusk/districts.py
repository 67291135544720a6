"""Quarters of a city at dusk: docks with cranes, an elevated railway, a stone bridge with its lamps, a park."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.composition import drawing
from tonescape.render.painter.composition.abstract import box, shape
from tonescape.render.painter.composition.builder import area_below, flip_about, same_winding
from tonescape.render.painter.composition.model import WORK, Figure, grid
from tonescape.render.painter.composition.setting import blend, toned
from tonescape.render.painter.motifs.city_dusk.skyline import columns_of_light, lamp_of, lit_share, steamer, tower_rows
from tonescape.render.painter.raster.filters import mix, smoothstep
from tonescape.render.painter.raster.noise import fractal_noise, sample_tile
from tonescape.render.painter.subjects import city, objects, plants, silhouettes
from tonescape.render.painter.subjects.fireworks import ribbon
from tonescape.render.painter.subjects.sky import sky
from tonescape.render.painter.subjects.water import water
from tonescape.render.painter.subjects.weather import bend_over, flock, leaf_colour, season, storm_lean
from tonescape.render.skia import graphics

if TYPE_CHECKING:
    from tonescape.render.painter.composition.abstract import Piece, SongCurves
    from tonescape.render.painter.composition.setting import Setting
    from tonescape.render.painter.motifs.city_dusk.skyline import Made
    from tonescape.render.painter.raster.filters import Field


def _low(setting: Setting, horizon: float) -> Setting:
    """The setting with its light over the horizon."""
    return replace(setting, sun=(setting.sun[0], min(setting.sun[1], horizon - 0.12)))


def _flow(pieces: list[Piece], drift: Field) -> Field:
    """Brush strokes: drifting in the sky, upright on walls, level on water."""
    flow = np.array(drift, np.float32)
    for name, _, seen in pieces[1:]:
        flow = np.where(seen > 0.5, np.float32(0.0 if name == "water" else np.pi / 2), flow)
    return flow


def _river(image: Field, setting: Setting, rng: np.random.Generator, line: float, pieces: list[Piece]) -> Field:
    river = water(flip_about(image, line), replace(setting, wind=0.6 * setting.wind), rng, horizon=line, eye=0.3)
    wet = area_below(np.full(WORK, line, np.float32))
    pieces.append(("water", 0.8, wet))
    return mix(image, river, wet)


def dark_of(setting: Setting) -> Field:
    return toned(blend(setting.colours.shadow, setting.colours.lands[0], 0.25), 0.13 + 0.1 * setting.valence)


def _crane(x: float, foot: float, size: float, facing: float) -> list[Field]:
    """A gantry crane `size` high: legs, boom with stays, its load on a line."""

    def bar(a: tuple[float, float], b: tuple[float, float], thick: float) -> Field:
        px, py = np.array([a[0], b[0]]) * facing * size + x, foot - np.array([a[1], b[1]]) * size
        return ribbon(px, py, np.full(2, thick * size))

    legs = [((k, 0.0), (0.8 * k, 0.72), 0.016) for k in (-0.2, -0.13, 0.13, 0.2)]
    braces = [((-0.2, 0.3), (0.2, 0.3), 0.012), ((-0.2, 0.02), (0.19, 0.3), 0.006), ((0.2, 0.02), (-0.19, 0.3), 0.006)]
    boom = [((-0.42, 0.72), (0.85, 0.72), 0.022), ((-0.05, 0.72), (-0.02, 1.02), 0.016)]
    stays = [((-0.02, 1.02), (end, 0.74), 0.005) for end in (0.8, 0.4, -0.4)]
    load = [((0.52, 0.72), (0.52, 0.44), 0.004), ((0.43, 0.42), (0.61, 0.42), 0.035), ((0.0, 0.64), (0.12, 0.64), 0.05)]
    return [bar(a, b, thick) for a, b, thick in (*legs, *braces, *boom, *stays, *load)]


def docks(setting: Setting, song: SongCurves, rng: np.random.Generator) -> Made:
    """The docks: cranes from near to far along the quay, a freighter with its boxes, the city small behind."""
    horizon = float(rng.uniform(0.58, 0.74))
    setting = _low(setting, horizon)
    sky_image, c = sky(setting, rng, horizon), setting.colours
    image, rows = tower_rows(
        sky_image.lab.copy(), setting, song, rng, horizon, horizon * float(rng.uniform(0.14, 0.34))
    )
    pieces: list[Piece] = [("sky", 0.0, np.ones((WORK, WORK), np.float32)), *rows]
    image = _river(image, setting, rng, horizon, pieces)
    image = columns_of_light(image, setting, song, horizon)
    away, dark = (-1.0 if setting.sun[0] > 0.5 else 1.0), dark_of(setting)
    figures: list[Figure] = []
    edge = 0.5 + 0.5 * away
    corners = [(edge, horizon + 0.28), (edge - away * 0.95, horizon + 0.02), (edge, horizon + 0.015)]
    quay = np.array(corners, np.float32)
    for far in np.geomspace(3.4, 1.0, int(rng.integers(3, 6))).tolist():
        size = float(rng.uniform(0.55, 0.72)) / far
        at, foot = edge - away * (0.9 - 0.72 / far), horizon + 0.012 + 0.2 / far**1.2
        tone = blend(dark, c.horizon, 0.45 * (1 - 1 / far))
        figures.append(Figure("crane", tuple(_crane(at, foot, size, -away)), tone))
    figures.insert(0, Figure("quay", (quay,), dark))
    ship, boxes = 0.5 - away * float(rng.uniform(0.12, 0.28)), []
    line, size = horizon + float(rng.uniform(0.06, 0.14)), float(rng.uniform(0.36, 0.52))
    for k in range(7):
        for storey in range(1 + int(3 * song.beat[(2 * k) % 16] + rng.random())):
            at = ship + (k - 3.2) * 0.088 * size * away
            boxes.append(box(at, line - (0.13 + 0.05 * storey) * size, 0.08 * size, 0.045 * size))
    tones = (toned(c.accent, 0.42 + 0.15 * setting.valence), blend(c.lands[2], c.horizon, 0.3))
    figures += steamer(setting, ship, line, size, int(away))
    figures += [Figure("boxes", tuple(boxes[k::2]), tones[k]) for k in (0, 1)]
    figures += flock(setting, rng, 0.5 - 0.25 * away, horizon * 0.3)
    return image, pieces, _flow(pieces, sky_image.drift), (ship, line - 0.1 * size), figures, setting, horizon


def railway(setting: Setting, song: SongCurves, rng: np.random.Generator) -> Made:
    """A railway on pillars over the street: it comes out of the picture and runs to one point, a lit train on it."""
    horizon = float(rng.uniform(0.56, 0.72))
    setting = _low(setting, horizon)
    sky_image, c = sky(setting, rng, horizon), setting.colours
    image, rows = tower_rows(
        sky_image.lab.copy(), setting, song, rng, horizon + 0.04, horizon * float(rng.uniform(0.5, 0.85))
    )
    pieces: list[Piece] = [("sky", 0.0, np.ones((WORK, WORK), np.float32)), *rows]
    x, y = grid()
    ground = area_below(np.full(WORK, horizon + 0.04, np.float32))
    road = blend(c.shadow, c.lands[1], 0.35 + 0.3 * setting.valence)
    shine = blend(road, setting.colours.glow, 0.35)
    lit = np.exp(-np.abs(x - setting.sun[0]) / 0.2) * smoothstep(1.0, horizon, y)
    image = mix(image, mix(np.broadcast_to(road, image.shape), np.broadcast_to(shine, image.shape), lit), ground)
    pieces.append(("street", 0.6, ground))
    away, dark = (-1.0 if setting.sun[0] > 0.5 else 1.0), dark_of(setting)
    vanish = np.array([0.5 - away * float(rng.uniform(0.12, 0.4)), horizon])
    near = np.array([0.5 + away * 0.75, float(rng.uniform(0.12, 0.4))])  # the deck where it leaves the picture
    thick = float(rng.uniform(0.05, 0.08))

    def along(t: float, off: float) -> tuple[float, float]:
        """The deck a share t of the way to the near end, `off` below it in near units."""
        return float(vanish[0] + (near[0] - vanish[0]) * t), float(vanish[1] + (near[1] - vanish[1] + off) * t)

    deck = [np.array([along(0.02, 0), along(1, 0), along(1, thick), along(0.02, thick)], np.float32)]
    for t in (0.07, 0.11, 0.17, 0.26, 0.4, 0.62, 0.95):
        top, foot = along(t, thick), horizon + 0.03 + 0.42 * t
        deck.append(box(top[0], (top[1] + foot) / 2, 0.05 * t + 0.002, foot - top[1] + 0.01))
        head_of = [(top[0] - 0.09 * t, top[1]), (top[0] + 0.09 * t, top[1]), (top[0], top[1] + 0.12 * t)]
        deck.append(np.array(head_of, np.float32))
    cars, panes = [], []
    head = float(rng.uniform(0.5, 1.0))
    for k in range(5):
        a, b = head * 0.74**k, head * 0.75 ** (k + 1)
        cars.append(np.array([along(a, -0.15), along(b, -0.15), along(b, -0.01), along(a, -0.01)], np.float32))
        for u in np.linspace(0.06, 0.86, 6).tolist():
            p, q = a + (b - a) * u, a + (b - a) * (u + 0.1)
            panes.append(np.array([along(p, -0.12), along(q, -0.12), along(q, -0.065), along(p, -0.065)], np.float32))
    body = toned(blend(c.accent, c.lands[1], 0.4), 0.26 + 0.14 * setting.valence)
    figures = [Figure("train", tuple(cars), body), Figure("windows", tuple(panes), lamp_of(setting))]
    figures.append(Figure("deck", tuple(deck), dark))
    for t in (0.12, 0.22, 0.42):
        at = (float(vanish[0] - away * 0.5 * t), horizon + 0.02 + 0.1 * t)
        image = city.glow(image, at, 0.004 + 0.014 * t, lamp_of(setting), 0.9)
        foot = horizon + 0.04 + 0.42 * t
        figures.append(Figure("posts", tuple(city.lamp_post(at[0] - 0.03 * t, foot, at[1] - 0.01, 0.05 * t)), dark))
    folk = silhouettes.walker(rng, 0.5 - away * float(rng.uniform(0.1, 0.3)), 0.95, 0.14)
    figures.append(Figure("walker", tuple(folk), dark))
    focus = along(0.5 * head, -0.08)
    focus = (float(np.clip(focus[0], 0.1, 0.9)), focus[1])
    return image, pieces, _flow(pieces, sky_image.drift), focus, figures, setting, horizon


def bridge(setting: Setting, song: SongCurves, rng: np.random.Generator) -> Made:
    """A stone bridge across the river with its lamps and a lit tram, the city behind it, all of it in the water."""
    horizon = float(rng.uniform(0.54, 0.72))
    setting = _low(setting, horizon)
    sky_image, c = sky(setting, rng, horizon), setting.colours
    image, rows = tower_rows(
        sky_image.lab.copy(), setting, song, rng, horizon - 0.02, horizon * float(rng.uniform(0.3, 0.6))
    )
    x, y = grid()
    spans, top = int(rng.integers(2, 7)), horizon - float(rng.uniform(0.12, 0.24))
    slope = float(rng.uniform(-0.16, 0.16))
    rise = slope * (x[0] - 0.5) + 0.06 * ((x[0] - 0.5) ** 2) * 4
    phase = (x[0] * spans + rng.random()) % 1
    arch = top + 0.04 + (horizon - top - 0.04) * np.clip(np.abs(phase - 0.5) * 2.4 - 0.02, 0, 1) ** 2.2
    wall = np.clip(area_below((top + rise).astype(np.float32)) - area_below((arch + rise).astype(np.float32)), 0, 1)
    wall = np.maximum(wall, area_below((top + 0.03 + rise).astype(np.float32)) * (np.abs(phase - 0.5) > 0.42))
    noise = fractal_noise(rng, cells=8, octaves=4, size=256)
    stone = toned(blend(c.lands[1], c.horizon, 0.2), 0.24 + 0.22 * setting.valence)
    courses = smoothstep(0.4, 0.7, sample_tile(noise, x * 1.2, y * 5.0))
    whole = image.shape
    deep = np.broadcast_to(blend(stone, c.shadow, 0.4), whole)
    image = mix(image, mix(np.broadcast_to(stone, whole), deep, courses), wall)
    parapet = np.clip(wall - np.roll(wall, 4, 0), 0, 1)
    image = mix(image, np.broadcast_to(blend(stone, c.glow, 0.4), whole), parapet * 0.7)
    posts: list[Field] = []
    for at in (np.arange(2 * spans + 1) / (2 * spans)).tolist():
        foot = float(np.interp(at, x[0], top + rise))
        posts += [box(at, foot - 0.03, 0.004, 0.06), box(at, foot - 0.063, 0.012, 0.012)]
        image = city.glow(image, (at, foot - 0.063), 0.007, lamp_of(setting), 0.9)
    pieces: list[Piece] = [("sky", 0.0, np.ones((WORK, WORK), np.float32)), *rows, ("bridge", 0.6, wall)]
    image = _river(image, setting, rng, horizon, pieces)
    image = columns_of_light(image, setting, song, horizon)
    dark = dark_of(setting)
    tram = float(rng.uniform(0.25, 0.75))
    foot = float(np.interp(tram, x[0], top + rise))
    body = [box(tram, foot - 0.028, 0.17, 0.046), box(tram, foot - 0.058, 0.012, 0.014)]
    panes = [box(tram + k * 0.026, foot - 0.034, 0.018, 0.02) for k in range(-3, 4)]
    folk: list[Field] = []
    for at in rng.uniform(0.05, 0.95, 2 + round(7 * setting.joy)).tolist():
        folk += silhouettes.walker(rng, at, float(np.interp(at, x[0], top + rise)) + 0.004, 0.045)
    figures = [Figure("posts", (*posts, *folk), dark), Figure("tram", tuple(body), toned(c.accent, 0.38, 1.2)),
              Figure("windows", tuple(panes), lamp_of(setting))]  # fmt: skip
    away = -1.0 if setting.sun[0] > 0.5 else 1.0
    if rng.random() < 0.5:
        boat = objects.rowing_boat(0.5 + 0.2 * away, horizon + 0.2, 0.16)
        figures.append(Figure("boat", (*boat, *silhouettes.walker(rng, 0.5 + 0.2 * away, horizon + 0.195, 0.08)), dark))
    figures += flock(setting, rng, 0.5 + away * 0.2, horizon * 0.3)
    return image, pieces, _flow(pieces, sky_image.drift), (tram, foot - 0.03), figures, setting, horizon


def park(setting: Setting, song: SongCurves, rng: np.random.Generator) -> Made:
    """Towers over the trees of a park: a pond that holds them, lamps on the path, a bench."""
    horizon = float(rng.uniform(0.54, 0.66))
    setting = _low(setting, horizon)
    sky_image, c = sky(setting, rng, horizon), setting.colours
    image, rows = tower_rows(sky_image.lab.copy(), setting, song, rng, horizon, horizon * float(rng.uniform(0.45, 0.8)))
    when, away = season(setting, rng), (-1.0 if setting.sun[0] > 0.5 else 1.0)
    bare, x = when in ("bare", "frost"), grid()[0]
    pieces: list[Piece] = [("sky", 0.0, np.ones((WORK, WORK), np.float32)), *rows]
    green = blend(leaf_colour(setting), c.accent, 0.5) if when == "autumn" else leaf_colour(setting)
    for row in range(2):
        foot = (horizon + 0.03 * row + 0.01 * np.sin(8 * x[0] + row)).astype(np.float32)
        tall = np.full(WORK, 0.09 + 0.05 * row) * (0.6 + 0.8 * song.at(1 - x[0]))
        wood = plants.wood_line(rng, foot, tall, kind="pine" if bare else "round", step=0.03 + 0.02 * row)
        seen = np.maximum(graphics.mask(same_winding(wood), WORK), area_below(foot))
        image = mix(image, np.broadcast_to(blend(green, c.shadow, 0.35 + 0.25 * row), image.shape), seen)
        pieces.append((f"trees {row}", 0.55 + 0.1 * row, seen))
    image = _river(image, setting, rng, horizon + 0.06, pieces)
    for k, at in enumerate(np.linspace(0.06, 0.94, 8).tolist()):
        image = city.glow(image, (at, horizon + 0.03), 0.004 + 0.003 * float(song.beat[2 * k]), lamp_of(setting), 0.9)
    at = np.linspace(0, 1, 64)
    rise = 0.5 + 0.5 * away
    edge = 0.97 - float(rng.uniform(0.08, 0.18)) * np.clip(1 - np.abs(at - rise) / 0.9, 0, 1) ** 1.4
    bank = drawing.ground(at, edge)
    dark = dark_of(setting)
    trunk, tall = rise - away * float(rng.uniform(0.06, 0.2)), float(rng.uniform(0.5, 0.8))
    foot = float(np.interp(trunk, at, edge)) + 0.01
    figures = [Figure("bank", (bank,), blend(green, c.shadow, 0.7))]
    if bare:
        grown = bend_over(silhouettes.bare_tree(rng, trunk, foot, tall), foot, -away * storm_lean(setting))
        figures.append(Figure("tree", tuple(grown), dark))
    else:
        wood, shade, light = plants.broadleaf(rng, trunk, foot, tall, side=-away)
        figures += [Figure("trunk", tuple(wood), dark), Figure("tree", tuple(shade), blend(green, c.shadow, 0.5)),
                   Figure("leaves", tuple(light), blend(green, c.glow, 0.3))]  # fmt: skip
    seat = rise - away * float(rng.uniform(0.32, 0.5))
    low = float(np.interp(seat, at, edge))
    bench = [box(seat, low - 0.03, 0.13, 0.008), box(seat, low - 0.055, 0.13, 0.008)]
    bench += [box(seat + k * 0.055, low - 0.025, 0.006, 0.06) for k in (-1, 1)]
    post = city.lamp_post(seat + away * 0.12, low + 0.02, low - 0.2, -0.02 * away)
    image = city.glow(image, (seat + away * 0.1, low - 0.19), 0.012, lamp_of(setting), 0.9)
    folk: list[Field] = []
    for k in range(int(rng.integers(1, 3))):
        folk += _sitting(seat + 0.035 * (2 * k - 1), low - 0.03, 0.075)
    figures.append(Figure("bench", (*bench, *post, *folk), dark))
    if lit_share(setting) < 0.3:
        figures += flock(setting, rng, 0.5 - 0.2 * away, horizon * 0.3)
    return image, pieces, _flow(pieces, sky_image.drift), (seat, low - 0.06), figures, setting, horizon


def _sitting(x: float, seat: float, size: float) -> list[Field]:
    """Somebody on a bench, seen from behind."""
    coat = np.array([(-0.26, 0.15), (-0.24, -0.5), (-0.1, -0.66), (0.1, -0.66), (0.24, -0.5), (0.26, 0.15)])
    turn = np.linspace(0, 2 * np.pi, 12, endpoint=False)
    head = np.stack([0.15 * np.cos(turn), -0.82 + 0.17 * np.sin(turn)], 1)
    return [shape(coat, x, seat, size), shape(head, x, seat, size)]
