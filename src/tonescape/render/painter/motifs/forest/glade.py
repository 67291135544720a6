"""What a wood holds: a brook under a fallen tree, a hunter's hut, one giant of a tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.composition.builder import Stage, flip_about, same_winding
from tonescape.render.painter.composition.model import WORK, Figure, grid
from tonescape.render.painter.composition.setting import blend, lab, toned
from tonescape.render.painter.motifs.forest.stems import bark
from tonescape.render.painter.raster.filters import mix, smoothstep
from tonescape.render.painter.raster.noise import sample_tile
from tonescape.render.painter.subjects import objects, plants, silhouettes
from tonescape.render.painter.subjects.water import water
from tonescape.render.skia import graphics

if TYPE_CHECKING:
    from tonescape.render.painter.composition.setting import Setting
    from tonescape.render.painter.raster.filters import Field

    Tones = dict[str, Field]
    Place = tuple[float, float]


def brook(
    stage: Stage,
    setting: Setting,
    rng: np.random.Generator,
    light: Place,
    ground: float,
    noise: Field,
    tones: Tones,
) -> tuple[list[Figure], Place]:
    """Water that winds out of the light towards us, stones in it, a tree fallen across it."""
    x, y = grid()
    t = np.clip((y - ground - 0.02) / (0.98 - ground), 0, 1.2)
    swing, lands = float(rng.choice([-1, 1])) * float(rng.uniform(0.08, 0.2)), 0.5 + float(rng.uniform(-0.15, 0.15))
    middle = light[0] + swing * np.sin(t * np.pi * 1.2) + (lands - light[0]) * t**1.2
    half = (0.012 + 0.3 * t**1.5) * (1 + (sample_tile(noise, x * 1.2, y * 3.0) - 0.5) * 0.5)
    wet = np.clip((half - np.abs(x - middle)) * 90 + 0.5, 0, 1) * np.clip((y - ground - 0.02) * WORK, 0, 1)
    shown = water(flip_about(stage.lab, ground + 0.03), setting, rng, horizon=ground, eye=0.25)
    shown = mix(
        shown,
        np.broadcast_to(tones["lit"], shown.shape),
        0.3 * smoothstep(0.6, 0.8, sample_tile(noise, x * 0.8, y * 9.0)),
    )
    bank = np.clip((1.12 * half - np.abs(x - middle)) * 60 + 0.5, 0, 1) * (1 - wet) * (y > ground + 0.03)
    stage.veil(0.6 * bank, tones["dark"])
    stage.add_layer("brook", 0.7, wet.astype(np.float32), shown, 0.4)
    stones: list[Field] = []
    tops: list[Field] = []
    for _ in range(int(rng.integers(7, 16))):
        share = rng.uniform(0.15, 1.0)
        row = ground + share * (0.98 - ground)
        reach = 0.012 + 0.3 * share**1.5
        at = float(np.interp(row, y[:, 0], middle[:, 0])) + rng.choice([-1, 1]) * reach * rng.uniform(0.3, 1.1)
        size = (0.008 + 0.05 * share) * rng.uniform(0.5, 1.2)
        stones.append(plants.blob(rng, at, row, size, 0.6 * size, points=11, rag=0.18))
        tops.append(plants.blob(rng, at, row - 0.18 * size, 0.8 * size, 0.36 * size, points=11, rag=0.15))
    cross = ground + float(rng.uniform(0.14, 0.26))
    tilt = float(rng.uniform(0.03, 0.1)) * float(rng.choice([-1, 1]))
    log = plants.limb((-0.02, cross - tilt), (1.02, cross + tilt), 0.03, 0.019, bend=0.02)
    moss = plants.limb((-0.02, cross - tilt - 0.014), (1.02, cross + tilt - 0.009), 0.012, 0.008, bend=0.02)
    stubs = []
    for at in rng.uniform(0.1, 0.9, 5).tolist():
        root = cross + tilt * (2 * at - 1)
        stubs.append(plants.limb((at, root), (at + rng.normal(0, 0.05), root - rng.uniform(0.04, 0.14)), 0.007, 0.002))
    deep = blend(tones["dark"], setting.colours.shadow, 0.5)
    figures = [
        Figure("stones", tuple(stones), blend(deep, tones["air"], 0.15)),
        Figure("stone tops", tuple(tops), blend(deep, tones["air"], 0.5)),
    ]
    if rng.random() < 0.65:
        figures += [Figure("fallen", (log, *stubs), deep), Figure("moss", (moss,), blend(tones["leaf"], deep, 0.35))]
    return figures, (float(np.interp(cross, y[:, 0], middle[:, 0])), cross)


def hut(
    setting: Setting, rng: np.random.Generator, light: Place, ground: float, when: str, tones: Tones
) -> tuple[list[Figure], Place]:
    """A hunter's hut where the light is, smoke over it, firs beside it; alone it sits small, in a glad wood large."""
    c, side = setting.colours, 1 if light[0] < 0.5 else -1
    size = float(rng.uniform(0.08, 0.24))
    foot = ground + 0.05 + 0.3 * size
    walls, roof, panes = objects.house(light[0], foot, size, facing=side)
    snow = toned(c.glow, 0.55 + 0.35 * setting.valence, 0.5)
    cap = snow if when == "frost" else blend(tones["dark"], c.accent, 0.3 + 0.3 * setting.valence)
    wood = blend(lab(0.3 + 0.3 * setting.valence, 0.03 + 0.04 * setting.valence, 55), tones["air"], 0.25)
    smoke = []
    for k in range(11):
        drift = side * 0.006 * k**1.4 * (0.6 + setting.wind)
        puff = (light[0] - 0.27 * side * size + drift, foot - 1.12 * size - 0.018 * k)
        smoke.append(plants.blob(rng, *puff, 0.008 + 0.0035 * k, 0.016 + 0.001 * k, points=16, rag=0.1))
    firs: list[Field] = []
    for _ in range(int(rng.integers(2, 7))):
        at = light[0] + float(rng.choice([-1, 1])) * size * float(rng.uniform(0.9, 2.4))
        firs += silhouettes.pine(rng, at, foot + float(rng.uniform(-0.03, 0.05)), size * float(rng.uniform(1.2, 2.8)))
    pane = toned(blend(c.glow, c.accent, 0.3), 0.9 if rng.random() < 0.7 else 0.2, 1.3)
    figures = [
        Figure("smoke", tuple(smoke[: round(11 * rng.random())]), blend(tones["air"], tones["lit"], 0.35)),
        Figure("firs", tuple(firs), blend(tones["dark"], c.shadow, 0.4)),
        Figure("walls", tuple(walls), wood),
        Figure("roof", tuple(roof), cap),
        Figure("windows", tuple(panes), pane),
    ]
    return figures, (light[0], foot - 0.4 * size)


def giant(
    stage: Stage, setting: Setting, rng: np.random.Generator, light: Place, tones: Tones, noise: Field
) -> tuple[list[Figure], Place]:
    """One tree as wide as a house, roots like arms, a hollow in it; beside it somebody small."""
    away = -1 if light[0] > 0.5 else 1
    at, wide = 0.5 + away * float(rng.uniform(0.1, 0.26)), float(rng.uniform(0.2, 0.34))
    foot = float(rng.uniform(0.86, 0.94))
    shapes = plants.trunk(rng, at, foot, wide, branches=4)
    for k in np.linspace(-1, 1, 8).tolist():
        end = (at + k * wide * rng.uniform(0.9, 1.6), foot + 0.1 * rng.random() - 0.02 * abs(k))
        shapes.append(plants.limb((at + 0.3 * k * wide, foot - 0.16 * (1.2 - abs(k))), end, 0.05, 0.008, bend=0.12 * k))
    for k in (-1, 1):
        start = (at + 0.2 * k * wide, float(rng.uniform(0.0, 0.3)))
        tip = (at + k * float(rng.uniform(0.4, 0.7)), start[1] - float(rng.uniform(0.05, 0.25)))
        shapes.append(plants.limb(start, tip, 0.24 * wide, 0.02, bend=0.14 * k))
    alpha = graphics.mask(same_winding([np.asarray(shape, np.float32) for shape in shapes]), WORK)
    stems = [(1.0 if at > light[0] else 0.0, alpha)]
    skin = bark(stems, light, tones, 0.08, setting, "pillars", noise)
    x, y = grid()
    furrow = sample_tile(noise, (x - at) / wide * 0.8 + 0.1 * sample_tile(noise, x * 2, y * 2), y * 0.35)
    skin = mix(
        skin, np.broadcast_to(blend(tones["air"], tones["dark"], 0.35), skin.shape), 0.5 * smoothstep(0.5, 0.7, furrow)
    )
    round_ = np.clip(np.abs(x - at) / (0.5 * wide), 0, 1) ** 2.5
    skin = mix(skin, np.broadcast_to(setting.colours.shadow, skin.shape), 0.55 * round_ * (np.sign(x - at) == away))
    stage.add_layer("giant", 0.92, alpha, skin, 1.57)
    deep = toned(setting.colours.shadow, 0.1)
    figures: list[Figure] = []
    if rng.random() < 0.5:
        hollow = plants.blob(rng, at, foot - 0.12, 0.16 * wide, 0.09, points=16, rag=0.1)
        figures.append(Figure("hollow", (hollow,), blend(deep, tones["dark"], 0.55)))
    x0 = at - away * (0.75 * wide + 0.05)
    folk = (
        objects.deer(x0, foot, 0.12, facing=away)
        if rng.random() < 0.4
        else silhouettes.walker(rng, x0, foot + 0.01, 0.11)
    )
    figures.append(Figure("small one", tuple(folk), blend(deep, tones["dark"], 0.3)))
    return figures, (x0, foot - 0.06)
