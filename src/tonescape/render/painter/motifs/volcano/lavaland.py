"""Fire out of the ground, seen close: a crater with its lake of lava, a fissure's curtain of fire, a burning flank."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.composition import drawing
from tonescape.render.painter.composition.builder import Stage, area_below, beats, contour, emboss
from tonescape.render.painter.composition.model import WORK, Figure, grid
from tonescape.render.painter.composition.setting import blend, toned
from tonescape.render.painter.motifs.volcano.eruption import Vent, add_lava, fountain, lava_colours, plume
from tonescape.render.painter.raster.filters import mix, smoothstep
from tonescape.render.painter.raster.noise import fractal_noise, sample_tile
from tonescape.render.painter.subjects import fireworks, objects, silhouettes
from tonescape.render.painter.subjects.ridges import ridge_line
from tonescape.render.painter.subjects.sky import sky
from tonescape.render.painter.subjects.weather import falling, flock

if TYPE_CHECKING:
    from tonescape.core.records import Brief
    from tonescape.render.painter.composition.model import Composition
    from tonescape.render.painter.composition.setting import Setting
    from tonescape.render.painter.raster.filters import Field


def rock(setting: Setting, noise: Field, u: Field, v: Field, dark: float = 0.6) -> Field:
    """OKLab [WORK, WORK, 3] of basalt in a side light. u, v : where the texture is read, tiles"""
    c, side = setting.colours, 1.0 if setting.sun[0] > 0.5 else -1.0
    stone = blend(c.lands[1], c.shadow, dark)
    shape = (WORK, WORK, 3)
    lit = blend(blend(c.lands[2], c.accent, 0.2), c.horizon, 0.25)
    light = emboss(noise, u, v, side=side, depth=1.2)
    return mix(np.broadcast_to(toned(stone, None, 0.9), shape), np.broadcast_to(lit, shape), 0.75 * light**1.6)


def rim(rng: np.random.Generator, line: Field, rag: float) -> Field:
    """`line` [n] broken into rock: steps and notches."""
    n = len(line)
    steps = np.repeat(rng.normal(0, 1, n // 7 + 1), 7)[:n]
    return np.asarray(line + rag * (0.7 * steps + 0.3 * rng.normal(0, 1, n)), np.float32)


def people(setting: Setting, rng: np.random.Generator, edge: Field, at: float, tall: float) -> list[Field]:
    """One or a few who stand at an edge [n]: a rope's length apart."""
    folk: list[Field] = []
    for k in range(int(rng.integers(1, 4))):
        x = at + 0.05 * k
        folk += silhouettes.walker(rng, x, float(np.interp(x, np.linspace(0, 1, len(edge)), edge)) + 0.006, tall)
    return folk


def crater(brief: Brief, setting: Setting, rng: np.random.Generator, fire: float) -> Composition:
    """From the rim into the crater: its far wall in the glow, below a lake of fire under a torn crust."""
    x, y = grid()
    high = float(rng.uniform(0.24, 0.4))
    sky_image = sky(setting, rng, high)
    stage = Stage(setting, sky_image.lab, sky_image.drift)
    noise, hot = fractal_noise(rng, cells=4, octaves=6, gain=0.55), lava_colours(setting)
    middle, level = float(rng.uniform(0.34, 0.66)), high + float(rng.uniform(0.2, 0.3))
    steam = Vent((middle, level), float(rng.uniform(0.04, 0.1)))
    far = rim(rng, high - 0.1 * ridge_line(x, rng, setting)[0] - 0.08 * contour(brief, x[0]) + 0.08, 0.006)
    wall = rock(setting, noise, x * 1.3, y * 0.9 + 0.5 * np.abs(x - middle), 0.5)
    deep = np.clip((y - high) / (level - high), 0, 1) + 0 * x
    wall = mix(wall, np.broadcast_to(hot[2], wall.shape), 0.75 * deep**2 * np.exp(-np.abs(x - middle) / 0.5))
    strata = smoothstep(0.5, 0.8, sample_tile(noise, x * 0.5, (y - 0.12 * np.abs(x - middle)) * 5.0))
    wall = mix(wall, np.broadcast_to(setting.colours.shadow, wall.shape), 0.4 * strata)
    stage.add_layer("crater wall", 0.3, area_below(far), wall, 1.2)
    half, tall = float(rng.uniform(0.36, 0.52)), float(rng.uniform(0.11, 0.16))
    lake_y = level + tall
    rag = 0.25 * (sample_tile(noise, x * 1.1 + 0.3, y * 2.2) - 0.5)
    inside = smoothstep(1.03, 0.97, np.hypot((x - middle) / half, (y - lake_y) / tall) + rag)
    z = 0.1 / np.maximum(y - level + 0.06, 0.02)
    u, v = (x - middle) * z * 1.6, z * 1.1 + 0 * x
    plate = np.abs(sample_tile(noise, u, v) - 0.5) + 0.4 * np.abs(sample_tile(noise, 2.3 * u + 0.4, 2.3 * v) - 0.5)
    open_ = np.exp(-((np.hypot(x - middle, 2.5 * (y - lake_y)) / (0.12 + 0.3 * fire)) ** 2))
    heat = np.clip(smoothstep(0.12, 0.015, plate) + open_ * (0.5 + 0.5 * sample_tile(noise, u * 0.7, v * 0.7)), 0, 1)
    crust = np.broadcast_to(blend(hot[2], setting.colours.shadow, 0.55), wall.shape)
    stage.add_layer("lake of fire", 0.5, inside, add_lava(np.array(crust), heat * inside, hot), 0.0)
    stage.veil(np.exp(-np.hypot((x - middle) / 0.4, (y - lake_y) / 0.22)) * 0.55, hot[1])
    plume(stage, brief, setting, noise, steam, 0.25 + 0.35 * fire, hot)
    fountain(stage, rng, Vent((middle + rng.normal(0, 0.08), lake_y), 0.04), max(0.35, fire), hot, 0.8)
    at = np.linspace(0, 1, 200)
    side = 1.0 if middle < 0.5 else -1.0
    slope = 0.97 - rng.uniform(0.1, 0.3) * np.clip(0.5 + side * (at - 0.5), 0, 1) ** 2
    near = rim(rng, slope - 0.06 * np.abs(at - 0.5), 0.007)
    cliff = drawing.ground(at, near)
    spot = 0.5 + side * float(rng.uniform(0.14, 0.3))
    folk = people(setting, rng, near, spot, float(rng.uniform(0.07, 0.13)))
    stage.draw([Figure("front", (cliff, *folk), blend(setting.colours.shadow, setting.colours.lands[0], 0.1))])
    parameters = (("horizon", high), ("fire", fire), ("kind", 4.0))
    return stage.finish(focus=(middle, lake_y), horizon=high, parameters=parameters, light=(middle, lake_y))


def fissure(brief: Brief, setting: Setting, rng: np.random.Generator, fire: float) -> Composition:
    """The plain torn open: a row of fountains from near to far, each as high as its beat, a stream that leaves it."""
    x, y = grid()
    horizon = float(rng.uniform(0.5, 0.66))
    sky_image = sky(setting, rng, horizon)
    stage = Stage(setting, sky_image.lab, sky_image.drift)
    noise, hot, c = (
        fractal_noise(rng, cells=4, octaves=6, gain=0.55, ridged=0.3),
        lava_colours(setting),
        setting.colours,
    )
    for number in range(2):
        line = horizon + 0.01 - (0.12 - 0.05 * number) * ridge_line(x, rng, setting)[0]
        tone = blend(blend(c.lands[1], c.shadow, 0.3 + 0.3 * number), c.horizon, 0.4 - 0.2 * number)
        stage.add_layer(f"range {number}", 0.2 + 0.1 * number, area_below(line.astype(np.float32)), tone, 0.4)
    side = 1.0 if rng.random() < 0.5 else -1.0
    far, near = 0.5 + side * rng.uniform(-0.05, 0.3), 0.5 - side * rng.uniform(0.1, 0.5)
    down = np.clip((y - horizon) / (1 - horizon), 0.004, 1)
    z = 0.25 / down
    bend = float(rng.uniform(0, 6))
    line = far + (near - far) * down + 0.05 * np.sin(1.7 * z + bend) * down
    off = np.abs(x - line) / (0.006 + 0.03 * down)
    vein = np.abs(sample_tile(noise, (x - 0.5) * z * 0.5 + 0.4, z * 0.5 + 0 * x) - 0.5)
    flows = smoothstep(0.09, 0.02, vein) * smoothstep(16.0, 2.0, off)
    heat = np.clip(np.exp(-(off**2)) + flows, 0, 1)
    land = rock(setting, noise, (x - 0.5) * z * 0.7, z * 1.1 + 0 * x, 0.65)
    stage.add_layer(
        "plain", 0.5, area_below(np.full(WORK, horizon + 0.008, np.float32)), add_lava(land, heat, hot), 0.05
    )
    strong = beats(brief, 16)
    tongues: list[Field] = []
    core: list[Field] = []
    arcs: list[Field] = []
    for k, share in enumerate((np.linspace(0.08, 0.98, 22) ** 1.6).tolist()):
        foot = horizon + share * (1 - horizon)
        at = far + (near - far) * share + 0.05 * np.sin(1.7 * 0.25 / share + bend) * share
        force = float(strong[k % 16]) * float(rng.uniform(0.3, 1.1))
        tall = (0.02 + 0.42 * share) * (0.12 + 0.95 * force) * (0.55 + 0.6 * fire)
        tongues += objects.flames(rng, at, foot, 0.3 * tall + 0.01, tall)
        core += objects.flames(rng, at, foot, 0.10 * tall, 0.55 * tall)
        t = np.linspace(0.1, 1, 7)
        for _ in range(4):
            aim = rng.normal(0, 0.3)
            arc_x, arc_y = at + tall * aim * t, foot - tall * (2.6 * t - 1.7 * t**2) * rng.uniform(0.6, 1.1)
            arcs.append(fireworks.ribbon(arc_x, arc_y, tall * 0.006 * (1.2 - t)))
        if k % 4 == 0:
            stage.veil(0.3 * np.exp(-np.hypot(x - at, y - foot + 0.4 * tall) / (0.5 * tall + 0.05)), hot[1])
    smoke = (
        smoothstep(0.42, 0.75, sample_tile(noise, x * 0.4 + 0.25 * y, y * 0.9))
        * smoothstep(horizon, 0.0, y)
        * (0.3 + 0.4 * fire)
    )
    stage.veil(smoke, blend(c.cloud_dark, c.shadow, 0.5))
    stage.lab = falling(stage.lab, setting, rng, "summer")
    figures = [Figure("fire", tuple(tongues), hot[1]), Figure("fire", tuple(core), hot[0])]
    figures.append(Figure("fountain", tuple(arcs), toned(hot[0], 0.86)))
    spot = 0.5 + side * float(rng.uniform(0.16, 0.34))
    foot = horizon + float(rng.uniform(0.18, 0.3))
    folk = [
        part for k in range(int(rng.integers(1, 5))) for part in silhouettes.walker(rng, spot + 0.045 * k, foot, 0.09)
    ]
    figures.append(Figure("those who flee", tuple(folk), c.shadow))
    stage.draw(figures)
    middle = (float(far + (near - far) * 0.45), horizon + 0.1)
    parameters = (("horizon", horizon), ("fire", fire), ("kind", 5.0))
    return stage.finish(focus=middle, horizon=horizon, parameters=parameters)


def flank(brief: Brief, setting: Setting, rng: np.random.Generator, fire: float) -> Composition:
    """On the mountain itself: its slope cuts the picture, the mouth stands high at one side, streams run down to us."""
    x, y = grid()
    sky_image = sky(setting, rng, 0.6)
    stage = Stage(setting, sky_image.lab, sky_image.drift)
    noise, hot, c = (
        fractal_noise(rng, cells=4, octaves=6, gain=0.55, ridged=0.4),
        lava_colours(setting),
        setting.colours,
    )
    side = 1.0 if rng.random() < 0.5 else -1.0
    vent = Vent(
        (0.5 - side * float(rng.uniform(0.2, 0.42)), float(rng.uniform(0.22, 0.38))), float(rng.uniform(0.06, 0.1))
    )
    plume(stage, brief, setting, noise, vent, fire, hot)
    run = side * (x[0] - vent.crater[0])
    fall = float(rng.uniform(0.4, 1.0))
    line = vent.crater[1] + np.where(
        run > 0, fall * np.maximum(run - vent.wide, 0) ** 1.15, 0.45 * np.maximum(-run - vent.wide, 0)
    )
    ragged = rim(rng, line + 0.02 * (sample_tile(noise, x * 1.5, x * 0)[0] - 0.5), 0.003)
    below = np.clip(y - ragged[None], 0, 1)
    bend = x - vent.crater[0]
    land = rock(setting, noise, bend * 0.9 / (0.3 + below), np.log(below + 0.06) * 0.5 + 0 * x, 0.6)
    heat = np.zeros((WORK, WORK), np.float32)
    strong = np.argsort(-beats(brief, 16))[: 2 + round(4 * fire)]
    for k, beat in enumerate(strong.tolist()):
        way = side * (-0.35 + 1.3 * (k + rng.uniform(0.2, 0.8)) / len(strong))
        drop = y - vent.crater[1]
        path = (
            vent.crater[0]
            + way * np.maximum(drop, 0) * 1.1
            + 0.05 * (sample_tile(noise, y * 0.8 + 0.1 * beat, y * 0)[:, :1] - 0.5) * 4 * np.maximum(drop, 0)
        )
        wide = 0.008 + 0.05 * np.maximum(drop, 0)
        end = rng.uniform(0.3, 0.75)
        heat = np.maximum(heat, np.exp(-(((x - path) / wide) ** 2)) * smoothstep(end, 0.6 * end, drop) * (drop > -0.01))
    stage.add_layer("flank", 0.5, area_below(ragged), add_lava(land, heat, hot), np.arctan2(fall, side))
    fountain(stage, rng, vent, fire, hot, float(rng.uniform(1.3, 2.0)))
    stage.lab = falling(stage.lab, setting, rng, "summer")
    at = np.linspace(0, 1, 160)
    edge = rim(rng, 0.96 - rng.uniform(0.05, 0.16) * np.clip(0.5 - side * (at - 0.5), 0, 1), 0.006)
    ground = drawing.ground(at, edge)
    lump = np.array([(-1, 0), (-0.6, -0.7), (0.2, -1), (0.9, -0.5), (1, 0.3), (0, 0.6)])
    places = rng.uniform((0, 0.84, 0.01), (1, 1, 0.035), (9, 3)).tolist()
    stones = [(lump * size + [px, py]).astype(np.float32) for px, py, size in places]
    folk = people(setting, rng, edge, 0.5 + side * float(rng.uniform(0.05, 0.3)), 0.09)
    shapes = (ground, *stones, *folk)
    figures = [Figure("front", shapes, blend(c.shadow, c.lands[0], 0.1))]
    if fire > 0.5 and rng.random() < 0.6:
        start = (vent.crater[0] + side * 0.1, 0.0)
        bolt = objects.lightning(rng, start, (vent.crater[0] + side * 0.16, vent.crater[1] - 0.05), 0.0035)
        figures.insert(0, Figure("lightning", tuple(bolt), toned(c.glow, 0.95)))
    figures += flock(setting, rng, 0.5 + 0.2 * side, 0.25)
    stage.draw(figures)
    parameters = (("horizon", 0.6), ("fire", fire), ("kind", 6.0))
    return stage.finish(focus=vent.crater, horizon=0.6, parameters=parameters)
