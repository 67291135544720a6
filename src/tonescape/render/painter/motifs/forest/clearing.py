"""A felled wood: stumps in rows to a dark edge of trees, one tree left standing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.composition.builder import Stage, area_below, contour, same_winding
from tonescape.render.painter.composition.model import WORK, Figure, grid
from tonescape.render.painter.composition.setting import blend, toned
from tonescape.render.painter.raster.filters import mix, smoothstep
from tonescape.render.painter.raster.noise import fractal_noise, sample_tile
from tonescape.render.painter.subjects import plants, silhouettes
from tonescape.render.painter.subjects.ridges import ridge_line
from tonescape.render.painter.subjects.sky import sky
from tonescape.render.painter.subjects.weather import (
    bend_over,
    burning,
    falling,
    flock,
    lightning_bolts,
    season,
    storm_lean,
)
from tonescape.render.skia import graphics

if TYPE_CHECKING:
    from tonescape.core.records import Brief
    from tonescape.render.painter.composition.model import Composition
    from tonescape.render.painter.composition.setting import Setting
    from tonescape.render.painter.raster.filters import Field

EYE = 0.2
"""height of the eye over the clearing, in its widths"""


def felled(brief: Brief, setting: Setting, rng: np.random.Generator) -> Composition:
    """The composition: an empty sky, a low far edge of pines, stumps that grow towards us, the last tree on a third."""
    horizon = float(rng.uniform(0.5, 0.62))
    sky_image = sky(setting, rng, horizon)
    stage = Stage(setting, sky_image.lab, sky_image.drift)
    c, noise = setting.colours, fractal_noise(rng, cells=5, octaves=6, gain=0.58, size=256)
    x, _ = grid()
    away = -1.0 if setting.sun[0] > 0.5 else 1.0
    for number, share in enumerate((0.35, 0.7)):
        line = horizon + 0.015 - ridge_line(x, rng, setting)[0] * (0.05 - 0.025 * number)
        tall = (0.02 + 0.035 * contour(brief, x[0])) * (0.8 + 0.6 * number)
        pines = plants.wood_line(rng, line.astype(np.float32), tall, kind="pine", step=0.011 + 0.006 * number)
        alpha = np.maximum(area_below(line.astype(np.float32)), graphics.mask(same_winding(pines), WORK))
        tone = blend(blend(c.lands[1], c.shadow, 0.5), sky_image.air.mean(0), 0.7 - 0.5 * share)
        stage.add_layer(f"edge {number + 1}", 0.2 + 0.2 * number, alpha, tone, 1.57)
    ground = (horizon + 0.02 + 0.012 * (sample_tile(noise, x * 0.7, x * 0)[0] - 0.5)).astype(np.float32)
    stage.add_layer("clearing", 0.5, area_below(ground), _earth(setting, noise, ground), 0.06)
    stage.lab = falling(stage.lab, setting, rng, season(setting, rng))
    figures, focus = _standing(setting, rng, horizon + 0.02, away)
    stage.draw(figures)
    parameters = (("horizon", horizon), ("mist", setting.mist), ("kind", 4.0))
    return stage.finish(focus=focus, horizon=horizon, parameters=parameters)


def _earth(setting: Setting, noise: Field, edge: Field) -> Field:
    """Torn ground: pale far off and where water stands, dark furrows of brushwood towards us."""
    x, y = grid()
    c = setting.colours
    down = np.clip(y - edge[None, :], 0.004, 1)
    z = EYE / (down + 0.02)
    litter = sample_tile(noise, (x - 0.5) * z * 1.1, z * 1.9)
    broad = sample_tile(noise, (x - 0.5) * z * 0.2 + 0.4, z * 0.4)
    near = smoothstep(0.0, 0.4, down)
    pale = toned(blend(c.horizon, c.lands[3], 0.45), 0.36 + 0.34 * setting.valence)
    dark = blend(c.shadow, c.lands[0], 0.35)
    shape = (WORK, WORK, 3)
    body = mix(np.broadcast_to(pale, shape), np.broadcast_to(dark, shape), 0.15 + 0.6 * near)
    wet = smoothstep(0.62, 0.74, broad) * (1 - 0.4 * near)
    body = mix(body, np.broadcast_to(blend(c.sky, c.horizon, 0.5), shape), 0.7 * wet)
    return mix(body, np.broadcast_to(dark, shape), smoothstep(0.5, 0.75, litter) * (0.25 + 0.4 * near) * (1 - wet))


def snag(rng: np.random.Generator, x: float, foot: float, height: float) -> list[Field]:
    """A dead conifer: a bare leaning mast, its branches broken off short, a torn top."""
    lean = rng.normal(0, 0.05) * height
    wood = [plants.limb((x, foot), (x + lean, foot - height), 0.024 * height, 0.005 * height, bend=rng.normal(0, 0.02))]
    for number, share in enumerate((np.linspace(0.4, 0.94, 12) + rng.normal(0, 0.02, 12)).tolist()):
        way = 1.0 if number % 2 else -1.0
        start = (x + lean * share, foot - height * share)
        reach = height * rng.uniform(0.06, 0.19) * (1.1 - 0.7 * share)
        end = (start[0] + way * reach, start[1] + reach * rng.uniform(-0.25, 0.35))
        wood.append(plants.limb(start, end, 0.008 * height * (1.2 - share), 0.002 * height, bend=0.1 * way))
    return wood


def _stump(rng: np.random.Generator, x: float, foot: float, size: float) -> tuple[list[Field], list[Field]]:
    """(wood, its cut face) of a stump `size` wide, roots spread."""
    high = size * rng.uniform(0.4, 0.75)
    tilt = rng.uniform(-0.12, 0.12) * size
    sides = np.array(
        [(-0.85, 0.08), (-0.55, -0.06), (-0.47, -0.5), (-0.44, -1), (0.44, -1), (0.47, -0.5), (0.58, -0.04), (0.9, 0.1)]
    )
    wood = sides * [size, high] + [x, foot]
    turn = np.linspace(0, 2 * np.pi, 18, endpoint=False)
    face = np.stack([x + 0.45 * size * np.cos(turn), foot - high + 0.13 * size * np.sin(turn)], 1)
    face[:, 1] += tilt * np.cos(turn)
    splinter = np.array([(-0.44, -1.0), (-0.3, -1.55), (-0.2, -1.02)]) * [size, high] + [x, foot]
    pieces = [wood, splinter] if rng.random() < 0.35 else [wood]
    return [np.asarray(p, np.float32) for p in pieces], [face.astype(np.float32)]


def _standing(
    setting: Setting, rng: np.random.Generator, horizon: float, away: float
) -> tuple[list[Figure], tuple[float, float]]:
    """Stumps from far to near, the one tree, a fire or crows."""
    c = setting.colours
    bark, cut = blend(c.shadow, c.lands[0], 0.25), toned(blend(c.glow, c.accent, 0.35), 0.5 + 0.36 * setting.valence)
    figures: list[Figure] = []
    other = 0.5 - 0.22 * away
    figures += lightning_bolts(setting, rng, other, horizon)
    if setting.tension > 0.4:
        figures += burning(setting, rng, other, horizon + 0.01, 0.3, 0.06 + 0.08 * setting.tension)
    at = 0.5 + 0.17 * away
    for z in np.geomspace(5.5, 0.62, 8).tolist():
        wood: list[Field] = []
        faces: list[Field] = []
        reach = int(0.7 * z / 0.42) + 1
        for column in range(-reach, reach + 1):
            x = 0.5 + (column * 0.42 + rng.normal(0, 0.09)) / z
            if not -0.1 < x < 1.1 or rng.random() < 0.22 or abs(x - at) < 0.05:
                continue
            parts = _stump(rng, x, horizon + EYE / z, 0.085 / z)
            wood, faces = wood + parts[0], faces + parts[1]
        air = float(np.clip(0.62 * (1 - 0.9 / z) if z > 0.9 else 0, 0, 0.62))
        if wood:
            figures.append(Figure("stumps", tuple(wood), blend(bark, c.horizon, air)))
            figures.append(Figure("stumps", tuple(faces), blend(cut, c.horizon, air)))
    foot, tall = horizon + EYE / 1.5, float(rng.uniform(0.42, 0.54))
    bare = rng.random() < 0.5
    last = silhouettes.bare_tree(rng, at, foot, tall) if bare else silhouettes.pine(rng, at, foot, tall)
    figures.append(Figure("tree", tuple(bend_over(last, foot, -away * storm_lean(setting))), toned(bark, 0.16)))
    figures += flock(setting, rng, at - 0.1 * away, foot - tall * float(rng.uniform(0.85, 1.05)), 0.016)
    return figures, (at, foot - 0.55 * tall)
