"""Worked fields as things with colours: an avenue, an orchard, bales, sunflowers, a mill, by season and mood."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.composition.model import Figure
from tonescape.render.painter.composition.setting import blend, lab, toned
from tonescape.render.painter.motifs.meadow import farm
from tonescape.render.painter.subjects import objects, plants, silhouettes
from tonescape.render.painter.subjects.weather import bend_over, leaf_colour, storm_lean

if TYPE_CHECKING:
    from tonescape.render.painter.composition.setting import Setting
    from tonescape.render.painter.raster.filters import Field


def standing(
    setting: Setting, rng: np.random.Generator, kind: str, goal: float, ground: farm.Ground, when: str
) -> tuple[list[Figure], tuple[float, float] | None]:
    """What stands on a worked field, and where to look."""
    c = setting.colours
    if kind == "bales":
        middle = (0.5 + 0.3 * (goal - 0.5), ground[1], ground[2])
        return bales(setting, rng, middle, goal), (goal, ground[1] + 0.8 * ground[2])
    if kind == "avenue":
        figures = avenue(setting, rng, ground, when)
        if setting.valence < 0.6 or rng.random() < 0.5:
            x, foot = farm.place(ground, 0.04, 2.6)
            figures.append(Figure("walker", tuple(silhouettes.walker(rng, x, foot, 0.075)), c.shadow))
        return figures, (goal, ground[1] + 0.02)
    if kind == "orchard":
        near = (ground[0], ground[1], 1.5 * ground[2])
        return orchard(setting, rng, near, when), (goal, ground[1] + 0.1)
    return _heads(setting, rng), (goal, ground[1])


def _heads(setting: Setting, rng: np.random.Generator) -> list[Figure]:
    """Sunflowers before the eye, the outer ones the tallest, so that they open on the far field; they hang when sad."""
    c, sag = setting.colours, float(np.clip(1.5 * (0.5 - setting.valence), 0, 1))
    green = blend(leaf_colour(setting), c.shadow, 0.5)
    yellow, brown = sunny(setting), toned(blend(c.shadow, lab(0.3, 0.06, 50), 0.6), 0.2 + 0.08 * setting.valence)
    places = np.linspace(0.03, 0.97, 7) + rng.normal(0, 0.03, 7)
    figures: list[Figure] = []
    for x in sorted(places.tolist(), key=lambda at: -abs(at - 0.5)):
        tall = 0.2 + 0.34 * abs(x - 0.5) / 0.5 + rng.normal(0, 0.03)
        size = rng.uniform(0.06, 0.085) * (0.8 + 0.7 * abs(x - 0.5))
        stem, petals, heart = farm.sunflower(rng, x, 1.0 - tall, 1.03, size, sag=sag)
        figures.append(Figure("stems", tuple(stem), green))
        if petals:
            figures.append(
                Figure(
                    "wilted" if sag > 0.3 else "petals", tuple(petals), toned(yellow, None, 0.9 + 0.2 * rng.random())
                )
            )
        figures.append(Figure("hearts", tuple(heart), brown))
    return figures


def mill(
    setting: Setting, rng: np.random.Generator, goal: float, foot: float
) -> tuple[list[Figure], tuple[float, float] | None]:
    """A windmill on the rise, its sails torn where the song is sad, a low house beside it."""
    c, size = setting.colours, float(rng.uniform(0.4, 0.54))
    side = 1.0 if setting.sun[0] > goal else -1.0
    wall = blend(toned(c.glow, 0.36 + 0.46 * setting.valence, 0.8), c.shadow, 0.25)
    roof, cloth = blend(c.accent, c.shadow, 0.35), blend(c.accent, c.shadow, 0.15 + 0.25 * setting.calm)
    tower, dark, sails = farm.windmill(rng, goal, foot + 0.01, size, torn=setting.valence < 0.42)
    top, floor = tower[0][1:3].mean(0), tower[0][[0, 3]].mean(0)
    shade = np.array([*tower[0][:2], top, floor] if side > 0 else [*tower[0][2:], floor, top], np.float32)
    figures = [
        Figure("mill", tuple(tower), wall),
        Figure("mill", (shade,), blend(wall, c.shadow, 0.4)),
        Figure("mill", tuple(dark), roof),
    ]
    parts = objects.house(goal + 0.2 * side * size, foot + 0.012, 0.1 * size, facing=int(side))
    figures += [Figure("house", tuple(p), t) for p, t in zip(parts, (wall, roof, c.shadow), strict=True)]
    figures.append(Figure("sails", tuple(sails), c.shadow if setting.valence < 0.42 else cloth))
    return figures, (goal, foot - 0.6 * size)


def sunny(setting: Setting) -> Field:
    """A sunflower's yellow: dulled to ochre and brown as the song grows sad."""
    bright = lab(0.5 + 0.34 * setting.valence, 0.05 + 0.12 * setting.valence, 84)
    return blend(bright, setting.colours.glow, 0.15)


def avenue(setting: Setting, rng: np.random.Generator, ground: farm.Ground, when: str) -> list[Figure]:
    """Two rows of trees along a lane, from far to near: poplars, bare in a sad season, blown aside in a storm."""
    c, side = setting.colours, 1.0 if setting.sun[0] > ground[0] else -1.0
    bare = when in ("bare", "frost")
    wide, tall = rng.uniform(0.34, 0.46), rng.uniform(0.42, 0.56)
    lean = -side * 0.7 * storm_lean(setting)
    tone = blend(c.shadow, c.lands[0], 0.2) if bare else blend(leaf_colour(setting), c.shadow, 0.5)
    if when == "autumn":
        tone = blend(tone, c.accent, 0.6)
    figures: list[Figure] = []
    for number, z in enumerate(np.geomspace(7.0, 0.92, 8).tolist()):
        dark: list[Field] = []
        lit: list[Field] = []
        for way in (-1, 1):
            x, foot = farm.place(ground, way * wide, z * rng.uniform(0.96, 1.04))
            high = tall / z * rng.uniform(0.88, 1.12)
            if bare:
                dark += bend_over(silhouettes.bare_tree(rng, x, foot, 1.05 * high), foot, lean)
                continue
            crown = plants.cypress(rng, x, foot, high, slim=0.13)
            dark += bend_over(crown, foot, lean)
            near = np.array([x, foot - 0.5 * high], np.float32)
            sun = (crown[0] - near) * np.array([0.5, 0.82], np.float32) + near + np.array([0.045 * side * high, 0])
            lit += bend_over([sun.astype(np.float32)], foot, lean)
        air = 0.75 * (1 - number / 7) ** 1.2
        figures.append(Figure("avenue", tuple(dark), blend(tone, c.horizon, air)))
        if lit:
            shine = toned(blend(tone, c.glow, 0.3), min(0.9, float(tone[0]) + 0.13))
            figures.append(Figure("avenue", tuple(lit), blend(shine, c.horizon, air)))
    return figures


def orchard(setting: Setting, rng: np.random.Generator, ground: farm.Ground, when: str) -> list[Figure]:
    """Fruit trees in ranks, the far ones small and pale: in blossom, in leaf, or bare."""
    c, side = setting.colours, 1.0 if setting.sun[0] > ground[0] else -1.0
    bare = when in ("bare", "frost")
    tone = leaf_colour(setting)
    if when == "blossom":
        tone = toned(blend(c.glow, c.accent, 0.5), 0.66 + 0.14 * setting.valence, 1.2)
    elif when == "autumn":
        tone = blend(tone, c.accent, 0.7)
    step, shift = rng.uniform(0.8, 0.96), rng.uniform(-0.15, 0.15)
    figures: list[Figure] = []
    for number, z in enumerate(np.geomspace(5.6, 1.12, 5).tolist()):
        wood: list[Field] = []
        shade: list[Field] = []
        light: list[Field] = []
        reach = int(0.65 * z / step) + 1
        for column in range(-reach, reach + 1):
            x, foot = farm.place(ground, (column + 0.5) * step + shift, z * rng.uniform(0.97, 1.03))
            high = 0.36 / z * rng.uniform(0.85, 1.15)
            if not -0.2 < x < 1.2:
                continue
            if bare:
                wood += bend_over(silhouettes.bare_tree(rng, x, foot, high), foot, -side * storm_lean(setting))
                continue
            parts = farm.fruit_tree(rng, x, foot, high, side)
            wood, shade, light = wood + parts[0], shade + parts[1], light + parts[2]
        air = 0.7 * (1 - number / 4) ** 1.3
        figures.append(Figure("wood", tuple(wood), blend(blend(c.shadow, c.lands[0], 0.3), c.horizon, air)))
        if not bare:
            deep = toned(tone, float(tone[0]) - 0.12, 1.25) if when == "blossom" else blend(tone, c.shadow, 0.42)
            shine = toned(blend(tone, c.glow, 0.4), min(0.95, float(tone[0]) + 0.12), 1.05)
            figures.append(Figure("orchard", tuple(shade), blend(deep, c.horizon, air)))
            figures.append(Figure("orchard", tuple(light), blend(shine, c.horizon, air)))
    return figures


def bales(setting: Setting, rng: np.random.Generator, ground: farm.Ground, goal: float) -> list[Figure]:
    """Round bales on a mown field, far to near: one large by the goal's third, the others lead back from it."""
    c, side = setting.colours, 1.0 if setting.sun[0] > goal else -1.0
    hay = straw(setting)
    tones = (blend(hay, c.shadow, 0.3), blend(hay, c.shadow, 0.6), toned(blend(hay, c.glow, 0.3), None, 1.1))
    first = goal - ground[0]
    spots = [(first * 1.05, 1.0)]
    spots += [(first * 1.05 * (1 - 0.5 * k) + rng.normal(0, 0.5), 1.7 + 1.1 * k) for k in range(4)]
    spots += [(-2.2 * first + rng.normal(0, 0.3), 2.3), (-1.9 * first, 1.4)][: 1 + int(rng.random() < 0.5)]
    figures: list[Figure] = []
    for x, z in sorted(spots, key=lambda spot: -spot[1]):
        at = farm.place(ground, x, z)
        air = 0.55 * (1 - 1 / z)
        parts = farm.bale(*at, 0.25 / z, side=side)
        figures += [Figure("bale", tuple(p), blend(tone, c.horizon, air)) for p, tone in zip(parts, tones, strict=True)]
    return figures


def straw(setting: Setting) -> Field:
    """Hay and stubble: golden when glad, bleached or sodden when not."""
    gold = lab(0.5 + 0.33 * setting.valence, 0.03 + 0.1 * setting.valence, 88)
    return blend(gold, setting.colours.lands[3], 0.35)
