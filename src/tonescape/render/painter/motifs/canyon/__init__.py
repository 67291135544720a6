"""Canyons: a gorge with its river, mesas seen from the rim, a slot with a beam of light, an arch round the sun."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tonescape.render.painter.composition.builder import Stage, area_below, contour
from tonescape.render.painter.composition.model import WORK, Composition, Figure, grid
from tonescape.render.painter.composition.setting import blend, toned
from tonescape.render.painter.composition.variants import MoodVariant, choose_by_mood
from tonescape.render.painter.motifs.canyon.gorge import gorge, slot
from tonescape.render.painter.motifs.canyon.strata import Stone, stairs, strata
from tonescape.render.painter.raster.filters import mix, smoothstep
from tonescape.render.painter.raster.noise import fractal_noise, sample_tile
from tonescape.render.painter.subjects import silhouettes
from tonescape.render.painter.subjects.ridges import ridge_line, song_line
from tonescape.render.painter.subjects.sky import sky
from tonescape.render.painter.subjects.weather import (
    falling,
    flock,
    landscape_setting,
    lightning_bolts,
    rainbow,
    season,
    tree,
    valence_arousal,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tonescape.core.records import Brief
    from tonescape.render.painter.motifs.canyon.gorge import Found
    from tonescape.render.painter.raster.filters import Field

MESAS = 5


class Site(NamedTuple):
    """low, high : unit y of the horizon, from and to      make : what stands under the sky; None where no sky shows"""

    low: float
    high: float
    make: Callable[[Stage, Brief, np.random.Generator, Stone, float, float], Found] | None


def compose(brief: Brief, rng: np.random.Generator) -> Composition:
    """The composition of a song. Draws from `rng` in a fixed order, so one seed gives one picture."""
    v, a = valence_arousal(brief)
    number = choose_by_mood(VARIANTS, v, a, rng)
    kind, (low, high, make) = VARIANTS[number].name, VARIANTS[number].compose
    horizon = float(rng.uniform(low, high))
    setting = landscape_setting(brief, rng, horizon=horizon - 0.08)
    noise = fractal_noise(rng, cells=4, octaves=7, gain=0.55, ridged=0.3 + 0.4 * setting.rough)
    bands = strata(brief, setting, rng)
    goal = 1 / 3 if setting.sun[0] > 0.5 else 2 / 3
    parameters = (
        ("horizon", horizon),
        ("contrast", setting.contrast),
        ("rough", setting.rough),
        ("kind", float(number)),
    )
    if make is None:
        stone = Stone(setting, noise, bands, np.zeros((WORK, 3), np.float32))
        stage, (figures, focus) = slot(brief, setting, rng, stone, goal)
        stage.draw(figures)
        return stage.finish(focus=focus, horizon=horizon, parameters=parameters, light=(goal, 0.08))
    if kind == "arch" and setting.sun[1] < 0.34:  # the light stands in the opening, not on the stone
        setting = replace(setting, sun=(0.5 + (setting.sun[0] - 0.5) * 0.8, 0.36 + 0.3 * setting.sun[1]))
    sky_image = sky(setting, rng, horizon)
    stage = Stage(setting, sky_image.lab, sky_image.drift)
    stage.lab = rainbow(stage.lab, setting, rng, horizon)
    figures, focus = make(stage, brief, rng, Stone(setting, noise, bands, sky_image.air), horizon, goal)
    stage.lab = falling(stage.lab, setting, rng, "summer")
    if kind != "arch":
        figures = [*lightning_bolts(setting, rng, 1 - goal, horizon - 0.03), *figures]
    stage.draw(figures)
    return stage.finish(focus=focus, horizon=horizon, parameters=parameters)


def _rim(stage: Stage, brief: Brief, rng: np.random.Generator, stone: Stone, horizon: float, goal: float) -> Found:
    """Mesa behind mesa down to the abyss, a ledge at our feet with one who looks, or a tree in its season."""
    setting, c = stage.setting, stage.setting.colours
    x = grid()[0]
    for number in range(MESAS):
        _mesa(stage, brief, rng, stone, horizon, number)
    left = goal < 0.5
    side = x[0] if left else 1 - x[0]
    rag = sample_tile(stone.noise, x * 2.5, x[:, :1] * 0 + 0.9)[0] - 0.5
    ledge = 0.74 + 0.3 * smoothstep(0.3, 0.62, side) + 0.03 * rag + 0.05 * side

    def near(rows: slice, columns: slice) -> Field:
        return mix(stone.face(facing=-0.2, seed=0.77, scale=1.4, rows=rows, columns=columns), c.shadow, 0.45)

    stage.paint("ledge", 0.9, area_below(ledge.astype(np.float32)), near, 0.2)
    at = goal + (-0.08 if left else 0.08)
    foot = float(ledge[int(at * WORK)]) + 0.008
    birds = flock(setting, rng, 1 - goal, horizon * float(rng.uniform(0.4, 0.7)))
    if rng.random() < 0.5 - 0.2 * setting.gloom:
        return [*birds, Figure("walker", tuple(silhouettes.walker(rng, at, foot, 0.12)), c.shadow)], (at, foot - 0.06)
    tall = float(rng.uniform(0.32, 0.45))
    return [*birds, *tree(setting, rng, season(setting, rng), at, foot, tall, side=1.0 if left else -1.0)], (
        at,
        foot - 0.2,
    )


def _mesa(stage: Stage, brief: Brief, rng: np.random.Generator, stone: Stone, horizon: float, number: int) -> None:
    """One mesa seen from the rim, number 0 the farthest; the second's outline is the song's. Level tables when calm,
    broken towers when excited."""
    setting, c = stage.setting, stage.setting.colours
    x, y = grid()
    share = number / (MESAS - 1)
    line = song_line(brief, x, rng, setting)[0] if number == 1 else ridge_line(x, rng, setting)[0]
    rag = sample_tile(stone.noise, x * 1.5 + share, x[:, :1] * 0 + share)[0] - 0.5
    line = stairs(line + (0.05 + 0.3 * setting.rough) * rag, 5, 0.75 + 0.2 * setting.rough)
    top = horizon + 0.015 + 0.42 * share**1.25 - line * (0.03 + 0.2 * share) * (0.5 + 0.9 * setting.arousal)
    far, facing, scale = 0.8 * (1 - share) ** 1.2, 0.35 - 0.5 * share, 0.35 + 0.75 * share
    down = np.maximum(y - top[None, :], 0)

    def colour(rows: slice, columns: slice) -> Field:
        face = stone.face(far=far, facing=facing, seed=0.31 * number, scale=scale, rows=rows, columns=columns)
        deep = down[rows, columns]
        lamp = toned(blend(c.glow, c.accent, 0.35), 0.5 + 0.4 * setting.valence)
        face = mix(face, lamp, np.asarray(np.exp(-deep / 0.008) * (0.2 + 0.4 * setting.contrast), np.float32))
        shade = smoothstep(0.02, 0.25, deep) * (0.3 + 0.3 * share)
        return mix(face, blend(c.shadow, c.zenith, 0.3), np.asarray(shade, np.float32))

    stage.paint(f"mesa {number + 1}", 0.15 + 0.15 * number, area_below(top.astype(np.float32)), colour, 1.57)
    fog = np.exp(-(((y - top[None, :] - 0.14) / 0.06) ** 2))
    stage.veil(np.asarray(fog * setting.mist * 0.6 * (1 - share), np.float32), stone.air[None])


def _arch(stage: Stage, brief: Brief, rng: np.random.Generator, stone: Stone, horizon: float, goal: float) -> Found:
    """A stone arch over the plain; the light and the song's far mesas stand in its opening."""
    setting, c, noise = stage.setting, stage.setting.colours, stone.noise
    x, y = grid()
    line = stairs(song_line(brief, x, rng, setting)[0], 4, 0.8)

    def far(rows: slice, columns: slice) -> Field:
        return stone.face(far=0.62, facing=0.2, seed=0.1, scale=0.5, rows=rows, columns=columns)

    stage.paint("mesas", 0.2, area_below((horizon - 0.02 - 0.13 * line).astype(np.float32)), far, 1.57)
    deep = np.asarray(
        smoothstep(horizon, 1.0, y) * 0.9 + 0.35 * (sample_tile(noise, x * 1.2, y * 4.0) - 0.5), np.float32
    )
    plain = mix(blend(c.accent, c.glow, 0.3)[None, None], blend(c.shadow, c.accent, 0.4), deep)
    stage.add_layer("plain", 0.4, area_below(np.full(WORK, horizon, np.float32)), plain, 0.05)
    middle = 0.5 + (setting.sun[0] - 0.5) * 0.75
    rag = (sample_tile(noise, x * 1.1 + rng.random(), y * 1.1) - 0.5) * (0.06 + 0.16 * setting.rough)
    wide, high = rng.uniform(0.2, 0.27), horizon * rng.uniform(0.62, 0.74)
    foot = horizon + 0.1
    inner = ((x - middle) / wide) ** 2 + (np.minimum(y - foot, 0) / high) ** 2 + rag * 1.4
    thick = 0.16 + 0.1 * contour(brief, x) + 0.14 * np.clip((y - 0.25) / 0.6, 0, 1)
    outer = ((x - middle) / (wide + thick)) ** 2 + (np.minimum(y - foot, 0) / (high + 0.09)) ** 2 + rag
    stands = foot + 0.35 * np.abs(rag) + 0.05 * sample_tile(noise, x * 2.3, y * 2.3) - y
    alpha = smoothstep(0.0, 0.03, 1.0 - outer) * smoothstep(0.0, 0.03, inner - 1.0) * smoothstep(0.0, 0.012, stands)
    rim = np.asarray(np.exp(-np.maximum(inner - 1, 0) / 0.16), np.float32)

    def near(rows: slice, columns: slice) -> Field:
        face = stone.face(facing=-0.15, seed=0.6, scale=1.1, rows=rows, columns=columns)
        face = mix(face, blend(c.shadow, c.zenith, 0.2), 0.35 * (1 - rim[rows, columns]))
        lamp = toned(blend(c.glow, c.accent, 0.4), 0.52 + 0.4 * setting.valence)
        return mix(face, lamp, rim[rows, columns] * np.float32(0.55 * setting.contrast))

    stage.paint("arch", 0.7, alpha.astype(np.float32), near, 1.57)
    side = 1.0 if setting.sun[0] > 0.5 else -1.0
    shade = np.exp(-(((y - foot - 0.05) / 0.05) ** 2)) * np.exp(-(((x - middle + side * 0.1) / (wide + 0.2)) ** 4))
    stage.veil(np.asarray(shade * 0.5, np.float32), c.shadow)
    at = middle - side * wide * 0.4
    walker = Figure("walker", tuple(silhouettes.walker(rng, at, foot + 0.03, 0.07)), c.shadow)
    return [walker, *flock(setting, rng, middle + side * 0.05, horizon - 0.22)], (at, foot)


# a sad song stays between walls, a glad one stands on the rim; the tense go through the gorge
VARIANTS = (
    MoodVariant("gorge", lambda v, a: 0.12 + 0.4 * a, Site(0.55, 0.64, gorge)),
    MoodVariant("rim", lambda v, a: 0.12 + 0.5 * v * (1 - a), Site(0.34, 0.44, _rim)),
    MoodVariant("slot", lambda v, a: 0.06 + 0.6 * (1 - v) * (1 - 0.5 * a), Site(0.5, 0.5, None)),
    MoodVariant("arch", lambda v, a: 0.1 + 0.4 * v, Site(0.7, 0.7, _arch)),
)
