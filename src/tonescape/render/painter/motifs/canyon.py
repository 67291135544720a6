"""Canyons: a gorge with its river, mesas seen from the rim, a slot with a beam of light, an arch round the sun."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter import figures
from tonescape.render.painter.field import look, mix, step, tile
from tonescape.render.painter.outline import ridge_line, song_line
from tonescape.render.painter.scene import WORK, Composition, Figure, grid
from tonescape.render.painter.setting import Setting, blend, setting, toned
from tonescape.render.painter.sky import Sky, sky
from tonescape.render.painter.stage import Stage, contour, flipped, under
from tonescape.render.painter.strata import SHAPE, beds, layered, stairs, strata

if TYPE_CHECKING:
    from tonescape.core.records import Brief
    from tonescape.render.painter.field import Field

KINDS = ("gorge", "rim", "slot", "arch")

WALLS = 4
"""pairs of walls of a gorge"""

MESAS = 5


def compose(brief: Brief, rng: np.random.Generator) -> Composition:
    """The composition of a song. Draws from `rng` in a fixed order, so one seed gives one picture."""
    open_view = 0.12 + 0.18 * mood_of(brief)
    weights = np.array([0.3, open_view, 0.36 - 0.14 * mood_of(brief), open_view])
    kind = str(rng.choice(KINDS, p=weights / weights.sum()))
    horizon = {
        "gorge": float(rng.uniform(0.55, 0.64)),
        "rim": float(rng.uniform(0.34, 0.44)),
        "slot": 0.5,
        "arch": 0.7,
    }[kind]
    mood = setting(brief, rng, horizon=horizon - 0.08)
    noise = tile(rng, cells=4, octaves=7, gain=0.55, ridged=0.3 + 0.4 * mood.rough)
    bands = strata(brief, mood, rng)
    goal = 1 / 3 if mood.sun[0] > 0.5 else 2 / 3
    named = [
        ("horizon", horizon),
        ("contrast", mood.contrast),
        ("rough", mood.rough),
        ("kind", float(KINDS.index(kind))),
    ]
    if kind == "slot":
        return _slot(brief, mood, rng, noise, bands, goal, tuple(named))
    if kind == "arch" and mood.sun[1] < 0.34:  # the light stands in the opening, not on the stone
        mood = replace(mood, sun=(0.5 + (mood.sun[0] - 0.5) * 0.8, 0.36 + 0.3 * mood.sun[1]))
    heaven = sky(mood, rng, horizon)
    stage = Stage(mood, heaven.lab, heaven.drift)
    things, focus = {"gorge": _gorge, "rim": _rim, "arch": _arch}[kind](
        stage, brief, rng, heaven, noise, bands, horizon, goal
    )
    stage.draw(things)
    return stage.finish(focus=focus, horizon=horizon, named=tuple(named))


def mood_of(brief: Brief) -> float:
    """The song's valence, [0, 1]: a sad song stays between walls, a glad one stands on the rim."""
    return float(np.clip(np.nan_to_num(brief.mood.valence, nan=0.5), 0, 1))


def _gorge(
    stage: Stage,
    brief: Brief,
    rng: np.random.Generator,
    heaven: Sky,
    noise: Field,
    bands: Field,
    horizon: float,
    goal: float,
) -> tuple[list[Figure], tuple[float, float]]:
    """Walls left and right, each nearer pair taller and wider apart, a river that leads to the light between them."""
    mood, c = stage.mood, stage.mood.colours
    x, y = grid()
    sun_side = 1.0 if mood.sun[0] > 0.5 else -1.0
    gap = goal + (mood.sun[0] - goal) * 0.35
    top = (horizon - 0.03 - 0.12 * song_line(brief, x, rng, mood)[0]).astype(np.float32)
    mesa = layered(mood, noise, bands, heaven.air, far=0.75, facing=0.3, seed=0.2)
    stage.lay("far mesa", 0.1, under(stairs(top, 18, 0.7)), mesa, 1.57)
    _river(stage, rng, noise, horizon, gap)
    for number in range(WALLS):
        for left in (True, False):
            _wall(stage, brief, rng, heaven, noise, bands, horizon, gap, number, left)
    haze = np.exp(-(((y - horizon - 0.01) / 0.05) ** 2)) * np.exp(-(((x - gap) / 0.12) ** 2))
    stage.veil(haze * (0.25 + 0.5 * mood.mist), c.horizon)
    flock = figures.birds(rng, gap + 0.05 * sun_side, horizon - 0.16, 0.016)
    return [Figure("birds", tuple(flock), c.shadow)], (gap, horizon)


def _river(stage: Stage, rng: np.random.Generator, noise: Field, horizon: float, gap: float) -> None:
    """The gorge's floor and the water on it, which leads from our feet to the gap."""
    mood, c = stage.mood, stage.mood.colours
    x, y = grid()
    water = flipped(stage.lab, horizon)
    t = np.clip((y - horizon) / (1 - horizon), 0, 1)
    middle = gap + 0.1 * np.sin(t * 5 + rng.uniform(0, 6)) * t + (0.5 - gap) * 0.6 * t
    half = 0.014 + 0.2 * t**1.25 + 0.02 * (look(noise, x[:, :1] * 0, y * 3) - 0.5)
    earth = mix(
        np.broadcast_to(blend(c.accent, c.horizon, 0.5), SHAPE),
        np.broadcast_to(blend(c.shadow, c.accent, 0.35), SHAPE),
        step(0, 0.8, t) + 0.3 * (look(noise, x * 2, y * 5) - 0.5),
    )
    stage.lay("floor", 0.15, under(np.full(WORK, horizon + 0.01, np.float32)), earth, 0.1)
    river = np.clip((half - np.abs(x - middle)) * WORK * 0.4 + 0.5, 0, 1) * (y > horizon + 0.012)
    ripple = step(0.55, 0.75, look(noise, x * 0.7, y * 7.0)) * (0.1 + 0.35 * mood.wind)
    deep = np.broadcast_to(blend(c.zenith, c.shadow, 0.4), SHAPE)
    stage.lay("river", 0.18, river.astype(np.float32), mix(water, deep, np.clip(0.15 + 0.5 * t + ripple, 0, 0.85)), 0.0)


def _wall(
    stage: Stage,
    brief: Brief,
    rng: np.random.Generator,
    heaven: Sky,
    noise: Field,
    bands: Field,
    horizon: float,
    gap: float,
    number: int,
    left: bool,
) -> None:
    """One wall of the gorge, number 0 the farthest: its crest follows the song, mirrored on the right."""
    mood = stage.mood
    x, y = grid()
    loud = contour(brief, x[0])
    share = number / (WALLS - 1)
    base = horizon + 0.015 + 0.3 * share**1.7
    wide = 0.035 + 0.3 * share**1.25 + rng.uniform(-0.01, 0.02)
    height = np.clip((base - y) / (0.32 + 0.5 * share), 0, 1.4)
    rag = look(noise, x[:, :1] * 0 + 0.3 * number, y * 1.3 + 0.5 * left) - 0.5
    ledge = stairs(height + 0.05 * rag, 6, 0.55 + 0.4 * mood.rough)
    edge = wide + (0.1 + 0.12 * share) * ledge + 0.05 * (look(noise, x[:, :1] * 0 + share, y * 2.2) - 0.5)
    away = (gap - x) if left else (x - gap)
    wall = np.clip((away - edge) * WORK * 0.5 + 0.5, 0, 1)
    rise = (0.08 + 0.42 * share**0.8) * (0.75 + 0.4 * (loud if left else loud[::-1]))
    foot = base + 0.02 + 0.42 * np.maximum(away - wide, 0) + 0.02 * (look(noise, x * 2.6, y * 0 + share) - 0.5)
    crest = under(stairs((horizon - rise).astype(np.float32), 14, 0.6))
    shore = crest * np.clip((foot - y) * WORK * 0.5 + 0.5, 0, 1)
    to_sun = left == (mood.sun[0] > 0.5)  # a wall is lit when it looks towards the sun
    seed, scale = 0.37 * number + 0.5 * left, 0.6 + 0.6 * share
    facing = 0.9 if to_sun else -0.9
    stone = layered(mood, noise, bands, heaven.air, far=0.55 * (1 - share), facing=facing, seed=seed, scale=scale)
    stage.lay(f"wall {number + 1}", 0.2 + 0.6 * share, wall * shore, stone, 1.57)


def _rim(
    stage: Stage,
    brief: Brief,
    rng: np.random.Generator,
    heaven: Sky,
    noise: Field,
    bands: Field,
    horizon: float,
    goal: float,
) -> tuple[list[Figure], tuple[float, float]]:
    """Mesa behind mesa down to the abyss, a ledge at our feet with one who looks, or a tree that holds on."""
    mood, c = stage.mood, stage.mood.colours
    x = grid()[0]
    for number in range(MESAS):
        _mesa(stage, brief, rng, heaven, noise, bands, horizon, number)
    left = goal < 0.5
    side = x[0] if left else 1 - x[0]
    rag = look(noise, x * 2.5, x[:, :1] * 0 + 0.9)[0] - 0.5
    ledge = 0.74 + 0.3 * step(0.3, 0.62, side) + 0.03 * rag + 0.05 * side
    near = layered(mood, noise, bands, None, far=0, facing=-0.2, seed=0.77, scale=1.4)
    near = mix(near, np.broadcast_to(c.shadow, SHAPE), 0.45)
    stage.lay("ledge", 0.9, under(ledge.astype(np.float32)), near, 0.2)
    at = goal + (-0.08 if left else 0.08)
    foot = float(ledge[int(at * WORK)]) + 0.008
    if rng.random() < 0.5 - 0.2 * mood.gloom:
        return [Figure("walker", tuple(figures.walker(rng, at, foot, 0.12)), c.shadow)], (at, foot - 0.06)
    tree = figures.bare_tree(rng, at, foot, rng.uniform(0.32, 0.45))
    return [Figure("tree", tuple(tree), c.shadow)], (at, foot - 0.2)


def _mesa(
    stage: Stage,
    brief: Brief,
    rng: np.random.Generator,
    heaven: Sky,
    noise: Field,
    bands: Field,
    horizon: float,
    number: int,
) -> None:
    """One mesa seen from the rim, number 0 the farthest; the second's outline is the song's."""
    mood, c = stage.mood, stage.mood.colours
    x, y = grid()
    share = number / (MESAS - 1)
    line = song_line(brief, x, rng, mood)[0] if number == 1 else ridge_line(x, rng, mood)[0]
    rag = look(noise, x * 1.5 + share, x[:, :1] * 0 + share)[0] - 0.5
    line = stairs(line + 0.12 * rag, 5, 0.75 + 0.2 * mood.rough)
    top = horizon + 0.015 + 0.42 * share**1.25 - line * (0.03 + 0.2 * share)
    far, facing, scale = 0.8 * (1 - share) ** 1.2, 0.35 - 0.5 * share, 0.35 + 0.75 * share
    stone = layered(mood, noise, bands, heaven.air, far=far, facing=facing, seed=0.31 * number, scale=scale)
    down = np.maximum(y - top[None, :], 0)
    lamp = toned(blend(c.glow, c.accent, 0.35), 0.5 + 0.4 * mood.valence)
    stone = mix(stone, np.broadcast_to(lamp, SHAPE), np.exp(-down / 0.008) * (0.2 + 0.4 * mood.contrast))
    shade = np.broadcast_to(blend(c.shadow, c.zenith, 0.3), SHAPE)
    stone = mix(stone, shade, step(0.02, 0.25, down) * (0.3 + 0.3 * share))
    stage.lay(f"mesa {number + 1}", 0.15 + 0.15 * number, under(top.astype(np.float32)), stone, 1.57)
    fog = np.exp(-(((y - top[None, :] - 0.14) / 0.06) ** 2))
    stage.veil(fog * mood.mist * 0.6 * (1 - share), heaven.air[None])


def _arch(
    stage: Stage,
    brief: Brief,
    rng: np.random.Generator,
    heaven: Sky,
    noise: Field,
    bands: Field,
    horizon: float,
    goal: float,
) -> tuple[list[Figure], tuple[float, float]]:
    """A stone arch over the plain; the light and the song's far mesas stand in its opening."""
    mood, c = stage.mood, stage.mood.colours
    x, y = grid()
    line = stairs(song_line(brief, x, rng, mood)[0], 4, 0.8)
    stage.lay(
        "mesas",
        0.2,
        under((horizon - 0.02 - 0.13 * line).astype(np.float32)),
        layered(mood, noise, bands, heaven.air, far=0.62, facing=0.2, seed=0.1, scale=0.5),
        1.57,
    )
    plain = mix(
        np.broadcast_to(blend(c.accent, c.glow, 0.3), SHAPE),
        np.broadcast_to(blend(c.shadow, c.accent, 0.4), SHAPE),
        step(horizon, 1.0, y) * 0.9 + 0.35 * (look(noise, x * 1.2, y * 4.0) - 0.5),
    )
    stage.lay("plain", 0.4, under(np.full(WORK, horizon, np.float32)), plain, 0.05)
    middle = 0.5 + (mood.sun[0] - 0.5) * 0.75
    rag = (look(noise, x * 1.1 + rng.random(), y * 1.1) - 0.5) * 0.12
    wide, high = rng.uniform(0.2, 0.27), horizon * rng.uniform(0.62, 0.74)
    foot = horizon + 0.1
    inner = ((x - middle) / wide) ** 2 + (np.minimum(y - foot, 0) / high) ** 2 + rag * 1.4
    thick = 0.16 + 0.1 * contour(brief, x) + 0.14 * np.clip((y - 0.25) / 0.6, 0, 1)
    outer = ((x - middle) / (wide + thick)) ** 2 + (np.minimum(y - foot, 0) / (high + 0.09)) ** 2 + rag
    cover = (
        step(0.0, 0.03, 1.0 - outer)
        * step(0.0, 0.03, inner - 1.0)
        * step(0.0, 0.012, foot + 0.35 * np.abs(rag) + 0.05 * look(noise, x * 2.3, y * 2.3) - y)
    )
    side = 1.0 if mood.sun[0] > 0.5 else -1.0
    stone = layered(mood, noise, bands, None, far=0, facing=-0.15, seed=0.6, scale=1.1)
    rim = np.exp(-np.maximum(inner - 1, 0) / 0.16)
    stone = mix(stone, np.broadcast_to(blend(c.shadow, c.zenith, 0.2), SHAPE), 0.35 * (1 - rim))
    stone = mix(
        stone,
        np.broadcast_to(toned(blend(c.glow, c.accent, 0.4), 0.52 + 0.4 * mood.valence), SHAPE),
        rim * 0.55 * mood.contrast,
    )
    stage.lay("arch", 0.7, cover.astype(np.float32), stone, 1.57)
    shade = np.exp(-(((y - foot - 0.05) / 0.05) ** 2)) * np.exp(-(((x - middle + side * 0.1) / (wide + 0.2)) ** 4))
    stage.veil(shade * 0.5, c.shadow)
    at = middle - side * wide * 0.4
    return [Figure("walker", tuple(figures.walker(rng, at, foot + 0.03, 0.07)), c.shadow)], (at, foot)


def _slot(
    brief: Brief,
    mood: Setting,
    rng: np.random.Generator,
    noise: Field,
    bands: Field,
    goal: float,
    named: tuple[tuple[str, float], ...],
) -> Composition:
    """Between walls: folds of stone that lean over each other, light falling through the crack above."""
    x, y = grid()
    c = mood.colours
    lit = toned(blend(c.glow, c.horizon, 0.4), 0.5 + 0.45 * mood.valence, 1.2)
    stage = Stage(mood, np.broadcast_to(lit, SHAPE), np.full((WORK, WORK), 1.57), "light")
    loud = contour(brief, 1 - y[:, 0])[:, None]
    for number in range(5):
        share = number / 4
        for left in (True, False):
            sway = 0.0
            for k in range(3):
                sway = sway + rng.uniform(0.02, 0.06) / (k + 1) * np.sin(
                    2 * np.pi * (y * rng.uniform(0.5, 1.0) * (k + 1) + rng.random())
                )
            gap = 0.015 + 0.075 * number + 0.05 * (1 - y) * (0.3 + share) + 0.06 * (loud - 0.5) * (1 - share)
            edge = goal + (-1 if left else 1) * gap + sway * (0.6 + 0.8 * share)
            depth = (edge - x) if left else (x - edge)
            cover = np.clip(depth * WORK + 0.5, 0, 1)
            fold = look(noise, depth * 0.8 + 0.2 * number, y * 0.45 + 0.3 * left) - 0.5
            colour = beds(bands, (y * 0.75 + depth * (1.1 if left else -0.8) + 0.16 * fold + 0.21 * number) * 256)
            bright = np.exp(-np.maximum(depth, 0) / (0.05 + 0.05 * share)) * (1 - 0.75 * share) * (1.1 - 0.7 * y)
            colour = mix(
                colour,
                np.broadcast_to(c.shadow, SHAPE),
                np.clip(0.1 + 0.55 * share + 0.35 * y + 0.5 * fold, 0, 0.92)
                * (1 - bright)
                * (1.1 - 0.4 * mood.valence),
            )
            colour = mix(colour, np.broadcast_to(lit, SHAPE), np.clip(bright, 0, 1) * (0.55 + 0.3 * mood.contrast))
            stage.lay(
                f"fold {number + 1}",
                0.1 + 0.2 * number,
                cover.astype(np.float32),
                colour,
                1.57 + (0.5 if left else -0.5),
            )
    beam = np.exp(-((np.abs(x - goal - 0.25 * (y - 0.3) * (0.5 - goal)) / (0.035 + 0.06 * y)) ** 2)) * step(
        0.98, 0.2, y
    )
    stage.veil(beam * (0.2 + 0.45 * mood.glow), lit)
    floor = (0.9 + 0.03 * np.sin(6 * x[0] + 1) + 0.1 * np.abs(x[0] - goal) ** 1.5).astype(np.float32)
    sand = mix(
        np.broadcast_to(blend(c.shadow, c.accent, 0.45), SHAPE),
        np.broadcast_to(lit, SHAPE),
        np.exp(-(((x - goal) / 0.1) ** 2)) * np.ones((WORK, 1)) * 0.75,
    )
    stage.lay("sand", 0.95, under(floor), sand.astype(np.float32), 0.05)
    at = goal + 0.01
    foot = float(floor[int(at * WORK)]) + 0.012
    stage.draw([Figure("walker", tuple(figures.walker(rng, at, foot, 0.1)), c.shadow)])
    return stage.finish(focus=(at, foot - 0.05), horizon=0.5, named=named, light=(goal, 0.08))
