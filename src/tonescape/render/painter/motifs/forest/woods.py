"""A wood from elsewhere than its inside: over a field, straight up into its crowns, on a hill in a storm."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.composition.builder import Stage, area_below, contour, same_winding
from tonescape.render.painter.composition.model import WORK, Figure, grid
from tonescape.render.painter.composition.setting import blend, toned
from tonescape.render.painter.motifs.forest.stems import tones_of
from tonescape.render.painter.raster.filters import mix, smoothstep
from tonescape.render.painter.raster.noise import fractal_noise, sample_tile
from tonescape.render.painter.subjects import objects, plants, silhouettes
from tonescape.render.painter.subjects.ridges import ridge_line
from tonescape.render.painter.subjects.sky import sky
from tonescape.render.painter.subjects.weather import (
    bend_over,
    burning,
    falling,
    flock,
    lightning_bolts,
    rainbow,
    season,
    tree,
)
from tonescape.render.skia import graphics

if TYPE_CHECKING:
    from tonescape.core.records import Brief
    from tonescape.render.painter.composition.model import Composition
    from tonescape.render.painter.composition.setting import Setting
    from tonescape.render.painter.raster.filters import Field


def outside(brief: Brief, setting: Setting, rng: np.random.Generator) -> Composition:
    """A wall of trees behind a field: ploughed, under snow or in grass; a track leads in."""
    horizon = float(rng.uniform(0.46, 0.7))
    sky_image = sky(setting, rng, horizon)
    stage = Stage(setting, sky_image.lab, sky_image.drift)
    when = season(setting, rng)
    tones, c = tones_of(setting, when), setting.colours
    noise = fractal_noise(rng, cells=5, octaves=6, gain=0.58, size=256)
    x, _ = grid()
    side = -1.0 if setting.sun[0] > 0.5 else 1.0
    far = horizon + 0.01 - 0.12 * ridge_line(x, rng, setting)[0]
    pale = blend(blend(c.lands[2], tones["dark"], 0.3), c.horizon, 0.55)
    stage.add_layer("far hills", 0.2, area_below(far.astype(np.float32)), pale, 0.2)
    gap = float(rng.uniform(0.2, 0.42)) if rng.random() < 0.6 else 2.0  # open on the light's side, or closed
    place = np.clip((side * (x[0] - 0.5) + gap) / 0.25, 0.15, 1) if gap < 1 else np.ones(WORK)
    high = float(rng.uniform(0.14, 0.36)) * place * (0.6 + 0.6 * contour(brief, x[0]))
    bare = when in ("bare", "frost")
    for row in range(3):
        foot = (horizon + 0.012 * row + 0.006 * np.sin(9 * x[0] + row)).astype(np.float32)
        tone = blend(tones["dark"] if bare else blend(tones["leaf"], tones["dark"], 0.3), c.horizon, 0.5 - 0.22 * row)
        if bare and row:
            wood = _bare_row(rng, foot, high * (0.8 + 0.1 * row), 9 + 3 * row)
        else:
            kind = "pine" if bare or rng.random() < 0.4 else "round"
            wood = plants.wood_line(rng, foot, high * (1.0 - 0.2 * row), kind=kind, step=0.03 + 0.012 * row)
        seen = graphics.mask(same_winding(wood), WORK)
        stage.add_layer(f"wood {row}", 0.3 + 0.1 * row, seen, tone, 1.57)
    soil = _field(setting, rng, noise, when, horizon)
    stage.add_layer("field", 0.7, area_below(np.full(WORK, horizon + 0.02, np.float32)), soil, 0.05)
    stage.lab = falling(rainbow(stage.lab, setting, rng, horizon), setting, rng, when)
    figures, focus = _before(setting, rng, horizon, side, when)
    stage.draw(figures)
    parameters = (("horizon", horizon), ("mist", setting.mist), ("kind", 8.0))
    return stage.finish(focus=focus, horizon=horizon, parameters=parameters)


def _bare_row(rng: np.random.Generator, foot: Field, high: Field, count: int) -> list[Field]:
    shapes: list[Field] = []
    for at in ((np.arange(count) + rng.uniform(0.1, 0.9, count)) / count).tolist():
        k = min(WORK - 1, int(at * WORK))
        shapes += silhouettes.bare_tree(rng, at, float(foot[k]) + 0.005, float(high[k]) * rng.uniform(1.0, 1.5))
    return shapes


def _field(setting: Setting, rng: np.random.Generator, noise: Field, when: str, horizon: float) -> Field:
    """Furrows or tracks that run to one point of the wood's edge."""
    x, y = grid()
    c, down = setting.colours, np.clip((y - horizon) / (1 - horizon), 0.01, 1)
    vanish, z = float(rng.uniform(0.2, 0.8)), 0.3 / (down + 0.03)
    across = (x - vanish) * z
    tones = tones_of(setting, when)
    if when == "frost":
        base, line = (
            toned(blend(c.horizon, c.glow, 0.4), 0.5 + 0.4 * setting.valence, 0.7),
            blend(c.sky, c.lands[1], 0.5),
        )
    elif when == "bare":
        base, line = blend(c.lands[2], c.lands[3], 0.5), blend(c.shadow, c.lands[0], 0.4)
    else:
        base, line = toned(tones["leaf"], None, 1.1), blend(tones["leaf"], tones["dark"], 0.6)
    shape = (WORK, WORK, 3)
    rows = 0.5 + 0.5 * np.sin(across * float(rng.uniform(14, 34)))
    rough = sample_tile(noise, across * 0.5, z * 0.7 + 0 * x)
    furrow = rows * (0.15 + 0.5 * rough) * smoothstep(0.0, 0.3, down)
    body = mix(np.broadcast_to(base, shape), np.broadcast_to(line, shape), furrow)
    body = mix(body, np.broadcast_to(tones["dark"], shape), 0.45 * smoothstep(0.3, 1.0, down) * (0.5 + 0.5 * rough))
    path = smoothstep(0.10, 0.05, np.abs(across - 0.3 * np.sin(2.2 * z + 1.0) * 0.2 - 0.1))
    return mix(body, np.broadcast_to(blend(base, c.horizon, 0.5), shape), 0.7 * path)


def _before(
    setting: Setting, rng: np.random.Generator, horizon: float, side: float, when: str
) -> tuple[list[Figure], tuple[float, float]]:
    """On the field: deer, a walker, a hut, a fence, one tree; birds over it."""
    c = setting.colours
    dark = blend(c.shadow, c.lands[0], 0.2)
    at, foot = 0.5 - side * float(rng.uniform(0.1, 0.24)), horizon + float(rng.uniform(0.07, 0.16))
    kind = rng.choice(["deer", "walker", "hut", "fence", "tree"])
    figures: list[Figure] = []
    if setting.tension > 0.55 and rng.random() < 0.5:
        figures += burning(setting, rng, 0.5 + 0.2 * side, horizon + 0.02, 0.5, 0.24)
    if kind == "deer":
        herd: list[Field] = []
        for k in range(1 + int(rng.integers(0, 2 + round(3 * setting.valence)))):
            herd += objects.deer(at + 0.09 * k, foot + 0.015 * (k % 2), 0.1 * rng.uniform(0.8, 1.1), facing=int(side))
        figures.append(Figure("deer", tuple(herd), dark))
    elif kind == "walker":
        figures.append(Figure("walker", tuple(silhouettes.walker(rng, at, foot + 0.03, 0.12)), dark))
    elif kind == "hut":
        walls, roof, panes = objects.house(at, foot, 0.13, facing=int(side))
        figures += [Figure("walls", tuple(walls), blend(c.lands[1], c.shadow, 0.3)), Figure("roof", tuple(roof), dark),
                   Figure("windows", tuple(panes), toned(c.glow, 0.85))]  # fmt: skip
    elif kind == "fence":
        posts = objects.fence(rng, (at, horizon + 0.04), (0.5 + 0.56 * side, 1.0), (0.02, 0.15))
        figures.append(Figure("fence", tuple(posts), dark))
    else:
        figures += tree(setting, rng, when, at, foot + 0.1, float(rng.uniform(0.4, 0.66)), side=-side)
    figures += flock(setting, rng, 0.5 - 0.2 * side, horizon * float(rng.uniform(0.3, 0.6)))
    return figures, (at, foot - 0.05)


def above(brief: Brief, setting: Setting, rng: np.random.Generator) -> Composition:
    """Straight up: stems run together towards one point, their crowns leave a hole for the sky."""
    x, y = grid()
    vanish = (0.5 + float(rng.choice([-1, 1])) * float(rng.uniform(0.06, 0.18)), float(rng.uniform(0.32, 0.6)))
    when = season(setting, rng)
    tones, c = tones_of(setting, when), setting.colours
    noise = fractal_noise(rng, cells=5, octaves=6, gain=0.6, size=256)
    dx, dy = x - vanish[0], y - vanish[1]
    away, turn = np.hypot(dx, dy), np.arctan2(dy, dx) / (2 * np.pi)
    glow = toned(blend(c.glow, c.horizon, 0.4), 0.45 + 0.48 * setting.valence)
    shape = (WORK, WORK, 3)
    blue = np.broadcast_to(toned(c.sky, 0.36 + 0.4 * setting.valence), shape)
    sky_image = mix(blue, np.broadcast_to(glow, shape), np.exp(-((away / 0.3) ** 2)))
    clouds = smoothstep(0.5, 0.8, sample_tile(noise, x * 0.5 + 0.3, y * 0.5))
    sky_image = mix(
        sky_image, np.broadcast_to(toned(c.cloud_lit, 0.5 + 0.42 * setting.valence), sky_image.shape), clouds * 0.5
    )
    stage = Stage(setting, sky_image, turn * 2 * np.pi)
    bare = when in ("bare", "frost")
    hole = 0.16 + 0.18 * contour(brief, (turn + 0.5) % 1.0)
    for depth in range(2):
        ring = hole * (1.0 + 0.8 * depth) + 0.35 * (sample_tile(noise, x * 1.6 + 0.4 * depth, y * 1.6) - 0.5)
        ring = ring + 0.22 * (sample_tile(noise, x * 4.3, y * 4.3 + 0.3 * depth) - 0.5)
        leaves = smoothstep(0.0, 0.02, away - ring)
        light = np.exp(-away / 0.35) * (0.6 + 0.6 * sample_tile(noise, x * 3.3, y * 3.3))
        green = blend(tones["leaf"], tones["dark"], 0.35 + 0.35 * depth)
        bright = np.broadcast_to(tones["lit"], shape)
        tone = mix(np.broadcast_to(green, shape), bright, np.clip(light * (0.55 - 0.3 * depth), 0, 1))
        torn = sample_tile(noise, x * 4.3 + 0.2, y * 4.3)
        sieve = 0.45 * smoothstep(0.52, 0.6, torn) if bare else 1 - 0.8 * smoothstep(0.66, 0.72, torn)
        stage.add_layer(f"crowns {depth}", 0.3 + 0.2 * depth, (leaves * sieve).astype(np.float32), tone)
        wood = _towards(rng, vanish, 9 + 4 * depth, 0.012 + 0.022 * depth, 0.05 + 0.1 * (1 - depth), bare)
        seen = graphics.mask(same_winding(wood), WORK)
        skin = blend(tones["dark"], tones["air"], 0.3 - 0.2 * depth)
        shine = 0.5 * np.exp(-away / 0.25) * smoothstep(0.3, 0.7, sample_tile(noise, turn * 6, away * 0.4))
        stage.add_layer(f"stems {depth}", 0.4 + 0.2 * depth, seen, mix(np.broadcast_to(skin, shape), bright, shine))
    stage.veil(0.5 * np.exp(-((away / 0.2) ** 2)) * setting.glow, glow)
    figures = flock(setting, rng, vanish[0], vanish[1], 0.014)
    if setting.joy > 0.25 or when == "autumn":
        adrift = plants.petals(rng, 40, vanish, 0.25, 0.009)
        figures.append(Figure("leaves", tuple(adrift), toned(blend(c.accent, c.glow, 0.3), None, 1.2)))
    stage.draw(figures)
    parameters = (("horizon", 0.97), ("mist", setting.mist), ("kind", 9.0))
    return stage.finish(focus=vanish, horizon=0.97, parameters=parameters, light=vanish)


def _towards(
    rng: np.random.Generator, vanish: tuple[float, float], count: int, wide: float, short: float, bare: bool
) -> list[Field]:
    """Stems from outside the picture towards `vanish`, thinner as they rise, with branches near their tops."""
    shapes: list[Field] = []
    for turn in ((np.arange(count) + rng.uniform(0.1, 0.9, count)) * 2 * np.pi / count).tolist():
        way = np.array([np.cos(turn), np.sin(turn)])
        end = np.array(vanish) + way * rng.uniform(short, short + 0.14)
        start = np.array(vanish) + way * 1.2
        size = wide * rng.uniform(0.6, 1.7)
        bend = rng.normal(0, 0.03)
        shapes.append(plants.limb(_pair(start), _pair(end), 2.2 * size, 0.12 * size, bend=bend))
        for share in rng.uniform(0.55, 0.97, 9 if bare else 4).tolist():
            root = start + (end - start) * share
            aim = turn + np.pi + float(rng.choice([-1, 1])) * rng.uniform(0.5, 1.2)
            reach = rng.uniform(0.05, 0.16)
            tip = root + reach * np.array([np.cos(aim), np.sin(aim)])
            bend = rng.normal(0, 0.1)
            shapes.append(plants.limb(_pair(root), _pair(tip), 0.25 * size, 0.04 * size, bend=bend))
    return shapes


def _pair(point: Field) -> tuple[float, float]:
    return float(point[0]), float(point[1])


def storm(brief: Brief, setting: Setting, rng: np.random.Generator) -> Composition:
    """The last trees on a slope, blown one way; one is broken, leaves fly, somebody holds on to a coat."""
    x, _ = grid()
    horizon = float(rng.uniform(0.62, 0.8))
    sky_image = sky(setting, rng, horizon)
    stage = Stage(setting, sky_image.lab, sky_image.drift)
    c, side = setting.colours, 1.0 if setting.sun[0] > 0.5 else -1.0
    noise = fractal_noise(rng, cells=5, octaves=6, gain=0.58, size=256)
    dark = blend(c.shadow, c.lands[0], 0.15)
    slope = float(rng.uniform(-0.3, 0.3))
    for row in range(2):
        line = horizon + 0.06 * row + slope * (1 + row) * 0.5 * (x[0] - 0.5) - 0.07 * (contour(brief, x[0]) - 0.5)
        tall = (0.05 + 0.05 * row) * (0.6 + 0.8 * sample_tile(noise, x * 1.5 + 0.3 * row, x * 0)[0])
        wood = plants.wood_line(rng, line.astype(np.float32), tall, kind="pine", step=0.014 + 0.01 * row)
        lean = -side * (0.15 + 0.2 * setting.tension)
        seen = np.maximum(
            area_below(line.astype(np.float32)), graphics.mask(same_winding(bend_over(wood, horizon, lean)), WORK)
        )
        tone = blend(blend(c.lands[1], c.shadow, 0.4 + 0.3 * row), c.horizon, 0.45 - 0.25 * row)
        stage.add_layer(f"wood {row}", 0.3 + 0.2 * row, seen, tone, 0.3 * side)
    stage.lab = falling(stage.lab, setting, rng, "summer")
    at = np.linspace(0, 1, 90)
    edge = 0.93 + 0.8 * slope * (at - 0.5) - rng.uniform(0.03, 0.09) * np.sin(np.pi * at) + 0.004 * rng.normal(0, 1, 90)
    ground = np.concatenate([np.stack([at, edge], 1), [[1.0, 1.2], [0.0, 1.2]]]).astype(np.float32)
    shapes = [ground]
    chief = 0.5 - side * float(rng.uniform(0.1, 0.24))
    spots = [(chief, float(rng.uniform(0.56, 0.78)))]
    lesser = int(rng.integers(1, 5))
    spots += [(chief + float(rng.normal(0, 0.2)), float(rng.uniform(0.2, 0.44))) for _ in range(lesser)]
    bare = rng.random() < 0.5
    for place, tall in spots:
        foot = float(np.interp(place, at, edge)) + 0.01
        grown = silhouettes.bare_tree(rng, place, foot, tall) if bare else silhouettes.pine(rng, place, foot, tall)
        shapes += bend_over(grown, foot, -side * (0.12 + 0.32 * setting.tension) * float(rng.uniform(0.7, 1.1)))
    for root in rng.uniform(0, 1, 16).tolist():
        foot = float(np.interp(root, at, edge))
        shapes += bend_over(silhouettes.reeds(rng, root, foot, 0.08, 0.03, 8), foot, -side * 2.0)
    broken = chief + side * float(rng.uniform(0.22, 0.34))
    foot = float(np.interp(broken, at, edge))
    neck = (broken - 0.02 * side, foot - 0.155)
    shapes.append(plants.limb((broken, foot + 0.02), neck, 0.02, 0.013))
    shapes.append(plants.limb(neck, (broken - 0.24 * side, foot - 0.01), 0.013, 0.003, bend=0.06))
    walker = silhouettes.walker(rng, broken - 0.1 * side, foot + 0.01, 0.1)
    shapes += bend_over(walker, foot, -side * 0.5)
    flying = plants.petals(rng, 46, (0.5 - 0.1 * side, 0.5), 0.24, 0.008)
    figures = [*lightning_bolts(setting, rng, 0.5 + 0.3 * side, horizon), Figure("front", tuple(shapes), dark)]
    figures += [Figure("leaves", tuple(flying), blend(dark, c.accent, 0.5))]
    figures += flock(setting, rng, 0.5 + 0.2 * side, 0.3)
    stage.draw(figures)
    parameters = (("horizon", horizon), ("mist", setting.mist), ("kind", 10.0))
    return stage.finish(focus=(chief, 0.93 - 0.6 * spots[0][1]), horizon=horizon, parameters=parameters)
