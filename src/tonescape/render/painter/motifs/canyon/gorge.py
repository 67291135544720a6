"""Between walls of stone: a gorge with its river, a slot into which light falls."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.composition.builder import Stage, area_below, contour, flip_about
from tonescape.render.painter.composition.model import WORK, Figure, grid
from tonescape.render.painter.composition.setting import blend, toned
from tonescape.render.painter.motifs.canyon.strata import beds, stairs
from tonescape.render.painter.raster.filters import mix, smoothstep
from tonescape.render.painter.raster.noise import sample_tile
from tonescape.render.painter.subjects import silhouettes
from tonescape.render.painter.subjects.ridges import song_line
from tonescape.render.painter.subjects.weather import flock

if TYPE_CHECKING:
    from tonescape.core.records import Brief
    from tonescape.render.painter.composition.setting import Setting
    from tonescape.render.painter.motifs.canyon.strata import Stone
    from tonescape.render.painter.raster.filters import Field

    Found = tuple[list[Figure], tuple[float, float]]
    """things, focal point"""

WALLS = 4
"""pairs of walls of a gorge"""


def gorge(stage: Stage, brief: Brief, rng: np.random.Generator, stone: Stone, horizon: float, goal: float) -> Found:
    """Walls left and right, each nearer pair taller and wider apart, a river that leads to the light between them."""
    setting, c = stage.setting, stage.setting.colours
    x, y = grid()
    gap = goal + (setting.sun[0] - goal) * 0.35
    top = (horizon - 0.03 - 0.12 * song_line(brief, x, rng, setting)[0]).astype(np.float32)
    _face(stage, "far mesa", 0.1, area_below(stairs(top, 18, 0.7)), stone, far=0.75, facing=0.3, seed=0.2)
    _river(stage, rng, stone.noise, horizon, gap)
    for number in range(WALLS):
        for left in (True, False):
            _wall(stage, brief, rng, stone, horizon, gap, number, left)
    haze = np.exp(-(((y - horizon - 0.01) / 0.05) ** 2)) * np.exp(-(((x - gap) / 0.12) ** 2))
    stage.veil(haze * (0.25 + 0.5 * setting.mist), c.horizon)
    sun_side = 1.0 if setting.sun[0] > 0.5 else -1.0
    return flock(setting, rng, gap + 0.05 * sun_side, horizon - 0.16), (gap, horizon)


def _face(
    stage: Stage, name: str, depth: float, alpha: Field, stone: Stone, *, far: float, facing: float, seed: float,
    scale: float = 1.0,
) -> None:  # fmt: skip
    """One wall of layered stone as a plane."""

    def colour(rows: slice, columns: slice) -> Field:
        return stone.face(far=far, facing=facing, seed=seed, scale=scale, rows=rows, columns=columns)

    stage.paint(name, depth, alpha, colour, 1.57)


def _river(stage: Stage, rng: np.random.Generator, noise: Field, horizon: float, gap: float) -> None:
    """The gorge's floor and the water on it, which leads from our feet to the gap: a mirror or white rapids."""
    setting, c = stage.setting, stage.setting.colours
    x, y = grid()
    water = flip_about(stage.lab, horizon)
    t = np.clip((y - horizon) / (1 - horizon), 0, 1)
    middle = gap + 0.1 * np.sin(t * 5 + rng.uniform(0, 6)) * t + (0.5 - gap) * 0.6 * t
    half = 0.014 + 0.2 * t**1.25 + 0.02 * (sample_tile(noise, x[:, :1] * 0, y * 3) - 0.5)
    near = np.asarray(smoothstep(0, 0.8, t) + 0.3 * (sample_tile(noise, x * 2, y * 5) - 0.5), np.float32)
    earth = mix(blend(c.accent, c.horizon, 0.5)[None, None], blend(c.shadow, c.accent, 0.35), near)
    stage.add_layer("floor", 0.15, area_below(np.full(WORK, horizon + 0.01, np.float32)), earth, 0.1)
    river = np.clip((half - np.abs(x - middle)) * WORK * 0.4 + 0.5, 0, 1) * (y > horizon + 0.012)
    ripple = smoothstep(0.55, 0.75, sample_tile(noise, x * 0.7, y * 7.0)) * (0.1 + 0.35 * setting.wind)
    shown = mix(water, blend(c.zenith, c.shadow, 0.4), np.clip(0.15 + 0.5 * t + ripple, 0, 0.85).astype(np.float32))
    wild = smoothstep(0.5, 0.68, sample_tile(noise, x * 1.6, y * 9.0)) * max(0.0, setting.wind - 0.45) * 1.6
    shown = mix(shown, blend(c.glow, c.horizon, 0.3), np.asarray(np.clip(wild, 0, 0.9), np.float32))
    stage.add_layer("river", 0.18, river.astype(np.float32), shown, 0.0)


def _wall(
    stage: Stage, brief: Brief, rng: np.random.Generator, stone: Stone, horizon: float, gap: float, number: int,
    left: bool,
) -> None:  # fmt: skip
    """One wall of the gorge, number 0 the farthest: its crest follows the song, mirrored on the right. Walls lean back
    when the song is calm and hang over when it is tense."""
    setting, noise = stage.setting, stone.noise
    x, y = grid()
    loud = contour(brief, x[0])
    share = number / (WALLS - 1)
    base = horizon + 0.015 + 0.3 * share**1.7
    wide = 0.035 + 0.3 * share**1.25 + rng.uniform(-0.01, 0.02)
    height = np.clip((base - y) / (0.32 + 0.5 * share), 0, 1.4)
    rag = sample_tile(noise, x[:, :1] * 0 + 0.3 * number, y * 1.3 + 0.5 * left) - 0.5
    ledge = stairs(height + 0.05 * rag, 6, 0.55 + 0.4 * setting.rough)
    lean = (0.1 + 0.12 * share) * (1 + 1.2 * setting.calm - 1.5 * setting.tension)
    edge = (
        wide
        + lean * ledge
        + (0.05 + 0.07 * setting.tension) * (sample_tile(noise, x[:, :1] * 0 + share, y * 2.2) - 0.5)
    )
    away = (gap - x) if left else (x - gap)
    wall = np.clip((away - edge) * WORK * 0.5 + 0.5, 0, 1)
    tall = 0.72 + 0.2 * setting.arousal + 0.4 * setting.tension - 0.25 * setting.calm
    rise = (0.08 + 0.42 * share**0.8) * (tall + 0.4 * (loud if left else loud[::-1]))
    foot = base + 0.02 + 0.42 * np.maximum(away - wide, 0) + 0.02 * (sample_tile(noise, x * 2.6, y * 0 + share) - 0.5)
    crest = area_below(stairs((horizon - rise).astype(np.float32), 14, 0.6))
    shore = crest * np.clip((foot - y) * WORK * 0.5 + 0.5, 0, 1)
    to_sun = left == (setting.sun[0] > 0.5)  # a wall is lit when it looks towards the sun
    seed, scale, facing = 0.37 * number + 0.5 * left, 0.6 + 0.6 * share, 0.9 if to_sun else -0.9
    alpha = np.asarray(wall * shore, np.float32)
    _face(stage, f"wall {number + 1}" + " lr"[1 + (not left)], 0.2 + 0.6 * share, alpha, stone,
          far=0.55 * (1 - share), facing=facing, seed=seed, scale=scale)  # fmt: skip


def slot(brief: Brief, setting: Setting, rng: np.random.Generator, stone: Stone, goal: float) -> tuple[Stage, Found]:
    """Folds of stone that lean over each other, light falling through the crack above; wide and bright for the glad."""
    x, y = grid()
    c = setting.colours
    lit = toned(blend(c.glow, c.horizon, 0.4), 0.5 + 0.45 * setting.valence, 1.2)
    stage = Stage(setting, np.broadcast_to(lit, (WORK, WORK, 3)), np.full((WORK, WORK), 1.57), "light")
    loud = contour(brief, 1 - y[:, 0])[:, None]
    broad = 0.6 + 0.9 * setting.valence
    for number in range(5):
        for left in (True, False):
            _fold(stage, rng, stone, lit, loud * broad, goal, number, left)
    beam = np.exp(-((np.abs(x - goal - 0.25 * (y - 0.3) * (0.5 - goal)) / (0.035 + 0.06 * y)) ** 2)) * smoothstep(
        0.98, 0.2, y
    )
    stage.veil(beam * (0.2 + 0.45 * setting.glow), lit)
    floor = (0.9 + 0.03 * np.sin(6 * x[0] + 1) + 0.1 * np.abs(x[0] - goal) ** 1.5).astype(np.float32)
    pool = np.broadcast_to(np.exp(-(((x - goal) / 0.1) ** 2)) * 0.75, (WORK, WORK)).astype(np.float32)
    stage.add_layer("sand", 0.95, area_below(floor), mix(blend(c.shadow, c.accent, 0.45)[None, None], lit, pool), 0.05)
    at = goal + 0.01
    foot = float(floor[int(at * WORK)]) + 0.012
    return stage, ([Figure("walker", tuple(silhouettes.walker(rng, at, foot, 0.1)), c.shadow)], (at, foot - 0.05))


def _fold(
    stage: Stage,
    rng: np.random.Generator,
    stone: Stone,
    lit: Field,
    loud: Field,
    goal: float,
    number: int,
    left: bool,
) -> None:
    """One fold of a slot's wall, number 0 the farthest; waves when calm, notches when tense."""
    setting, share = stage.setting, number / 4
    x, y = grid()
    sway: Field = np.zeros_like(y)
    for k in range(3):
        phase = 2 * np.pi * (y * rng.uniform(0.5, 1.0) * (k + 1) * (0.7 + setting.arousal) + rng.random())
        sharp = 2 / np.pi * np.arcsin(np.sin(phase))  # a triangle of the same period
        sway = sway + rng.uniform(0.02, 0.06) / (k + 1) * ((1 - setting.rough) * np.sin(phase) + setting.rough * sharp)
    gap = 0.015 + 0.075 * number + 0.05 * (1 - y) * (0.3 + share) + 0.06 * (loud - 0.5) * (1 - share)
    edge = goal + (-1 if left else 1) * gap + sway * (0.6 + 0.8 * share)
    depth = (edge - x) if left else (x - edge)

    def colour(rows: slice, columns: slice) -> Field:
        deep, level = depth[rows, columns], y[rows]
        fold = sample_tile(stone.noise, deep * 0.8 + 0.2 * number, level * 0.45 + 0.3 * left) - 0.5
        tone = beds(stone.bands, (level * 0.75 + deep * (1.1 if left else -0.8) + 0.16 * fold + 0.21 * number) * 256)
        bright = np.exp(-np.maximum(deep, 0) / (0.05 + 0.05 * share)) * (1 - 0.75 * share) * (1.1 - 0.7 * level)
        dim = np.clip(0.1 + 0.55 * share + 0.35 * level + 0.5 * fold, 0, 0.92) * (1 - bright)
        tone = mix(tone, setting.colours.shadow, np.asarray(dim * (1.1 - 0.4 * setting.valence), np.float32))
        glow = np.clip(bright, 0, 1) * (0.55 + 0.3 * setting.contrast)
        return mix(tone, lit, np.asarray(glow, np.float32))

    alpha = np.clip(depth * WORK + 0.5, 0, 1).astype(np.float32)
    stage.paint(
        f"fold {number + 1}" + " lr"[1 + (not left)], 0.1 + 0.2 * number, alpha, colour, 1.57 + (0.5 if left else -0.5)
    )
