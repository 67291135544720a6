"""A felled wood: stumps in rows to a dark edge of trees, one tree left standing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.composition.builder import Stage, contour, under, wound
from tonescape.render.painter.composition.model import WORK, Figure, grid
from tonescape.render.painter.composition.setting import blend, toned
from tonescape.render.painter.raster.filters import mix, step
from tonescape.render.painter.raster.noise import look, tile
from tonescape.render.painter.subjects import plants, silhouettes
from tonescape.render.painter.subjects.ridges import ridge_line
from tonescape.render.painter.subjects.sky import sky
from tonescape.render.painter.subjects.weather import bent, burning, falling, flock, gale, season, struck
from tonescape.render.skia import graphics

if TYPE_CHECKING:
    from tonescape.core.records import Brief
    from tonescape.render.painter.composition.model import Composition
    from tonescape.render.painter.composition.setting import Setting
    from tonescape.render.painter.raster.filters import Field

EYE = 0.2
"""height of the eye over the clearing, in its widths"""


def felled(brief: Brief, mood: Setting, rng: np.random.Generator) -> Composition:
    """The composition: an empty sky, a low far edge of pines, stumps that grow towards us, the last tree on a third."""
    horizon = float(rng.uniform(0.5, 0.62))
    heaven = sky(mood, rng, horizon)
    stage = Stage(mood, heaven.lab, heaven.drift)
    c, noise = mood.colours, tile(rng, cells=5, octaves=6, gain=0.58, size=256)
    x, _ = grid()
    away = -1.0 if mood.sun[0] > 0.5 else 1.0
    for number, share in enumerate((0.35, 0.7)):
        line = horizon + 0.015 - ridge_line(x, rng, mood)[0] * (0.05 - 0.025 * number)
        tall = (0.02 + 0.035 * contour(brief, x[0])) * (0.8 + 0.6 * number)
        pines = plants.wood_line(rng, line.astype(np.float32), tall, kind="pine", step=0.011 + 0.006 * number)
        cover = np.maximum(under(line.astype(np.float32)), graphics.mask(wound(pines), WORK))
        tone = blend(blend(c.lands[1], c.shadow, 0.5), heaven.air.mean(0), 0.7 - 0.5 * share)
        stage.lay(f"edge {number + 1}", 0.2 + 0.2 * number, cover, tone, 1.57)
    ground = (horizon + 0.02 + 0.012 * (look(noise, x * 0.7, x * 0)[0] - 0.5)).astype(np.float32)
    stage.lay("clearing", 0.5, under(ground), _earth(mood, noise, ground), 0.06)
    stage.lab = falling(stage.lab, mood, rng, season(mood, rng))
    things, focus = _standing(mood, rng, horizon + 0.02, away)
    stage.draw(things)
    named = (("horizon", horizon), ("mist", mood.mist), ("kind", 4.0))
    return stage.finish(focus=focus, horizon=horizon, named=named)


def _earth(mood: Setting, noise: Field, edge: Field) -> Field:
    """Torn ground: pale far off and where water stands, dark furrows of brushwood towards us."""
    x, y = grid()
    c = mood.colours
    down = np.clip(y - edge[None, :], 0.004, 1)
    z = EYE / (down + 0.02)
    litter = look(noise, (x - 0.5) * z * 1.1, z * 1.9)
    broad = look(noise, (x - 0.5) * z * 0.2 + 0.4, z * 0.4)
    near = step(0.0, 0.4, down)
    pale = toned(blend(c.horizon, c.lands[3], 0.45), 0.36 + 0.34 * mood.valence)
    dark = blend(c.shadow, c.lands[0], 0.35)
    shape = (WORK, WORK, 3)
    body = mix(np.broadcast_to(pale, shape), np.broadcast_to(dark, shape), 0.15 + 0.6 * near)
    wet = step(0.62, 0.74, broad) * (1 - 0.4 * near)
    body = mix(body, np.broadcast_to(blend(c.sky, c.horizon, 0.5), shape), 0.7 * wet)
    return mix(body, np.broadcast_to(dark, shape), step(0.5, 0.75, litter) * (0.25 + 0.4 * near) * (1 - wet))


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
    mood: Setting, rng: np.random.Generator, horizon: float, away: float
) -> tuple[list[Figure], tuple[float, float]]:
    """Stumps from far to near, the one tree, a fire or crows."""
    c = mood.colours
    bark, cut = blend(c.shadow, c.lands[0], 0.25), toned(blend(c.glow, c.accent, 0.35), 0.5 + 0.36 * mood.valence)
    things: list[Figure] = []
    other = 0.5 - 0.22 * away
    things += struck(mood, rng, other, horizon)
    if mood.tension > 0.4:
        things += burning(mood, rng, other, horizon + 0.01, 0.3, 0.06 + 0.08 * mood.tension)
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
            things.append(Figure("stumps", tuple(wood), blend(bark, c.horizon, air)))
            things.append(Figure("stumps", tuple(faces), blend(cut, c.horizon, air)))
    foot, tall = horizon + EYE / 1.5, float(rng.uniform(0.42, 0.54))
    bare = rng.random() < 0.5
    last = silhouettes.bare_tree(rng, at, foot, tall) if bare else silhouettes.pine(rng, at, foot, tall)
    things.append(Figure("tree", tuple(bent(last, foot, -away * gale(mood))), toned(bark, 0.16)))
    things += flock(mood, rng, at - 0.1 * away, foot - tall * float(rng.uniform(0.85, 1.05)), 0.016)
    return things, (at, foot - 0.55 * tall)
