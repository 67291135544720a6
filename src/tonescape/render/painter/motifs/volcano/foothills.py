"""What stands before a volcano: a town, those who leave or look on, pines, a hut, a branch in blossom, dead wood."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.composition import drawing
from tonescape.render.painter.composition.model import Figure
from tonescape.render.painter.composition.setting import blend, toned
from tonescape.render.painter.subjects import objects, plants, silhouettes
from tonescape.render.painter.subjects.weather import bend_over, leaf_colour, storm_lean, tree

if TYPE_CHECKING:
    from tonescape.render.painter.composition.setting import Setting
    from tonescape.render.painter.raster.filters import Field


def before(setting: Setting, rng: np.random.Generator, away: int, horizon: float) -> list[Figure]:
    """Before an eruption: one who watches from a rise, a town with its lamps lit, bare trees, or people on the road."""
    c = setting.colours
    dark, side = blend(c.shadow, c.lands[0], 0.15), -float(away)
    kind = rng.choice(["rise", "town", "trees", "road"])
    at = 0.5 + away * float(rng.uniform(0.16, 0.3))
    if kind == "rise":
        hill = np.linspace(at - 0.3, at + 0.3, 40)
        crest = 0.9 + 0.12 * ((hill - at) / 0.3) ** 2 + rng.normal(0, 0.002, 40)
        rock = drawing.ground(hill, crest)
        return [Figure("front", (rock, *silhouettes.walker(rng, at, 0.905, 0.085)), dark)]
    if kind == "town":
        walls: list[Field] = []
        panes: list[Field] = []
        for x in np.arange(-0.05, 1.05, 0.062).tolist():
            size, foot = float(rng.uniform(0.07, 0.12)), 0.99 - 0.05 * abs(x - at)
            parts = objects.house(x, foot, size, facing=1 if rng.random() < 0.5 else -1)
            walls, panes = walls + parts[0] + parts[1], panes + parts[2]
        tower = objects.church(at, 0.97, float(rng.uniform(0.24, 0.34)))
        ground = np.array([(0, 0.97), (1, 0.97), (1, 1.05), (0, 1.05)], np.float32)
        lit = toned(blend(c.glow, c.accent, 0.3), 0.8)
        return [
            Figure("town", (*walls, *tower[0], *tower[1], ground), dark),
            Figure("windows", (*panes, *tower[2]), lit),
        ]
    if kind == "trees":
        wood: list[Field] = []
        for x, tall in ((at, 0.62), (at + 0.14 * away, 0.46), (at - 0.2 * away, 0.24), (0.5 - 0.45 * away, 0.34)):
            wood += silhouettes.bare_tree(rng, x, 1.0, tall * rng.uniform(0.85, 1.15))
        return [Figure("tree", tuple(bend_over(wood, 1.0, side * storm_lean(setting))), dark)]
    folk: list[Field] = []
    for z in np.geomspace(0.9, 4.5, 12).tolist():
        x = 0.5 + away * (0.34 / z - 0.06) + rng.normal(0, 0.012)
        folk += silhouettes.walker(rng, x, horizon + 0.26 / z, 0.15 / z)
    return [Figure("people", tuple(folk), dark)]


def pleasant(setting: Setting, rng: np.random.Generator, side: int) -> list[Figure]:
    """Before a mountain at peace: a branch in blossom, pines, a hut under a tree, flowers, balloons, or nothing."""
    c = setting.colours
    kind = rng.choice(["branch", "pines", "hut", "flowers", "balloons", "none"], p=[0.28, 0.2, 0.18, 0.14, 0.1, 0.1])
    if kind == "branch":
        return _branch(setting, rng, side)
    at = np.linspace(-0.05, 1.05, 60)
    rise = 0.985 - float(rng.uniform(0.03, 0.12)) * np.exp(-(((at - 0.5 - 0.45 * side) / 0.4) ** 2))
    bank = drawing.ground(at, rise)
    grass = blend(leaf_colour(setting), c.shadow, 0.45)
    if kind == "pines":
        shapes: list[Field] = [bank]
        for _ in range(int(rng.integers(1, 7))):
            x = 0.5 + side * (0.5 - abs(float(rng.normal(0.06, 0.11))))
            shapes += silhouettes.pine(rng, x, float(np.interp(x, at, rise)) + 0.01, float(rng.uniform(0.25, 0.62)))
        return [Figure("pines", tuple(shapes), blend(leaf_colour(setting), c.shadow, 0.7))]
    if kind == "hut":
        x = 0.5 + side * float(rng.uniform(0.22, 0.34))
        walls, roof, panes = objects.house(x, float(np.interp(x, at, rise)) + 0.01, 0.13, facing=side)
        figures = tree(setting, rng, "summer", x + 0.15 * side, 0.96, float(rng.uniform(0.3, 0.5)), side=-side)
        home = Figure("walls", tuple(walls), toned(c.glow, 0.86)), Figure("roof", tuple(roof), toned(c.accent, 0.45))
        return [Figure("bank", (bank,), grass), *figures, *home, Figure("windows", tuple(panes), c.shadow)]
    if kind == "balloons":
        figures = []
        for k in range(1 + round(3 * setting.joy + setting.calm)):
            x, y, size = 0.5 + side * (0.06 + 0.14 * k), 0.16 + 0.12 * float(rng.random()), 0.16 / (1 + 0.6 * k)
            cloth, gores = objects.balloon(x, y, size)
            figures += [Figure("balloon", tuple(cloth), toned(c.accent, None, 1.2)),
                       Figure("gores", tuple(gores), toned(c.glow, 0.93))]  # fmt: skip
        return figures
    if kind == "none":
        return []
    spots = rng.uniform(0, 1, (2, 60))
    heads = plants.scatter_flowers(
        rng, spots[0], 0.93 + 0.06 * spots[1], 0.014, str(rng.choice(["daisy", "poppy", "tulip"]))
    )
    stalks = [part for x in rng.uniform(0, 1, 14) for part in silhouettes.reeds(rng, float(x), 1.0, 0.09, 0.03, 10)]
    bloom = toned(blend(c.accent, c.glow, 0.3), 0.55 + 0.25 * setting.valence, 1.2)
    return [Figure("grass", (bank, *stalks), grass), Figure("flowers", tuple(heads), bloom)]


def _branch(setting: Setting, rng: np.random.Generator, side: int) -> list[Figure]:
    """A branch in blossom that comes in from the upper corner, fuller the gladder the song."""
    corner = 0.0 if side < 0 else 1.0
    twigs, buds = [], []
    for _ in range(4):
        start = (corner, float(rng.uniform(-0.02, 0.12)))
        end = (corner - side * float(rng.uniform(0.18, 0.4)), float(rng.uniform(0.06, 0.26)))
        twigs.append(plants.limb(start, end, 0.011, 0.002, bend=side * 0.12))
        for t in rng.uniform(0.2, 1.0, 8 + round(9 * setting.valence)):
            bx, by = start[0] + (end[0] - start[0]) * t, start[1] + (end[1] - start[1]) * t
            for _ in range(2):
                at = (bx + rng.normal(0, 0.016), by + rng.normal(0, 0.012))
                buds.append(plants.blob(rng, *at, 0.013, 0.011, points=9))
    adrift = plants.petals(rng, round(24 * setting.joy), (0.5 + 0.2 * side, 0.5), 0.22, 0.007)
    pink = toned(blend(setting.colours.accent, setting.colours.glow, 0.5), 0.45 + 0.35 * setting.valence)
    return [Figure("branch", tuple(twigs), setting.colours.shadow), Figure("blossom", (*buds, *adrift), pink)]


def waste(setting: Setting, rng: np.random.Generator, side: int) -> list[Figure]:
    """Before a dead mountain: a rise of ash with dead trees, or what stands of a house of stone."""
    x = 0.5 + side * float(rng.uniform(0.24, 0.32))
    at = np.linspace(-0.05, 1.05, 60)
    line = 0.94 - 0.05 * np.exp(-(((at - x) / 0.3) ** 2)) + 0.004 * np.cumsum(rng.normal(0, 0.4, 60)).clip(-2, 2)
    rise = drawing.ground(at, line)
    dark = blend(setting.colours.shadow, setting.colours.lands[0], 0.15)
    figures = [Figure("front", (rise,), dark)]
    if rng.random() < 0.35:
        return [*figures, Figure("ruin", tuple(objects.ruin(x, 0.91, 0.26, facing=-side)), setting.colours.shadow)]
    wood: list[Field] = []
    for k, tall in enumerate((0.42, 0.26, 0.2)):
        wood += silhouettes.bare_tree(rng, x - side * 0.13 * k, 0.92 + 0.01 * k, tall * rng.uniform(0.8, 1.1))
    return [*figures, Figure("tree", tuple(bend_over(wood, 0.92, -side * storm_lean(setting))), dark)]
