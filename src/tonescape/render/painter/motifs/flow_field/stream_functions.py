"""Stream functions: eddies, two poles, a shell, stones in a river, tree rings, a fall; level lines never cross.

Each gives (level, way along) [WORK, WORK]; sums of vortices and a uniform stream are those of plane potential flow
(Lamb, Hydrodynamics, 1932, sections 64 and 155).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.composition.abstract import disc
from tonescape.render.painter.composition.model import Figure, grid
from tonescape.render.painter.composition.setting import blend
from tonescape.render.painter.raster.filters import norm, smoothstep
from tonescape.render.painter.raster.noise import fractal_noise, sample_tile

if TYPE_CHECKING:
    from tonescape.render.painter.composition.abstract import Scheme, SongCurves
    from tonescape.render.painter.composition.setting import Setting
    from tonescape.render.painter.raster.filters import Field

    Place = tuple[float, float]
    Levels = tuple[Field, Field]


def warp(setting: Setting, rng: np.random.Generator, x: Field, y: Field, share: float = 1.0) -> tuple[Field, Field]:
    """x and y bent by slow noise, more and finer the more aroused the song. share : of the full bend"""
    noise = fractal_noise(rng, cells=3, octaves=2 + round(2 * setting.rough), gain=0.34 + 0.1 * setting.rough, size=256)
    strength = share * (0.02 + 0.3 * setting.rough)
    dx = sample_tile(noise, x * 0.5 + rng.random(), y * 0.5 + rng.random()) - 0.5
    dy = sample_tile(noise, x * 0.5 + rng.random(), y * 0.5 + rng.random()) - 0.5
    return x + strength * dx, y + strength * dy


def eddies(setting: Setting, song: SongCurves, rng: np.random.Generator, focus: Place) -> Levels:
    """Vortices of both hands strewn in a slow stream, as strong as the parts of the song are loud."""
    x, y = grid()
    u, v = warp(setting, rng, x, y, 0.3)
    turn = float(rng.uniform(0, 2 * np.pi))
    level = (u * np.sin(turn) + v * np.cos(turn)) * float(rng.uniform(0.2, 0.7))
    count = int(rng.integers(3, 6 + round(5 * setting.arousal)))
    places = np.concatenate([[focus], rng.uniform(0, 1, (count - 1, 2))])
    for number, (px, py) in enumerate(places.tolist()):
        loud = 0.35 + float(song.at(np.array(number / count)))
        core = 0.03 + 0.05 * (1 - setting.arousal)
        force = (1 if number % 2 else -1) * loud * (0.16 if number else 0.24)
        level = level + force * 0.5 * np.log((u - px) ** 2 + (v - py) ** 2 + core**2)
    return level, u * np.cos(turn) - v * np.sin(turn)


def poles(setting: Setting, song: SongCurves, rng: np.random.Generator, focus: Place) -> Levels:
    """Two poles that hold the whole field between them, as iron filings show it, or a ring that rises like smoke."""
    x, y = grid()
    u, v = warp(setting, rng, x, y, 0.35)
    reach, turn = float(rng.uniform(0.12, 0.34)), float(rng.uniform(0, np.pi))
    middle = (0.5 + 0.6 * (focus[0] - 0.5), 0.5 + 0.6 * (focus[1] - 0.5))
    dx, dy = reach * np.cos(turn), reach * np.sin(turn)
    one = (u - middle[0] - dx) ** 2 + (v - middle[1] - dy) ** 2 + 0.002
    two = (u - middle[0] + dx) ** 2 + (v - middle[1] + dy) ** 2 + 0.002
    across = (u - middle[0]) * np.cos(turn) + (v - middle[1]) * np.sin(turn)
    away = norm(u - middle[0], v - middle[1])
    loud = song.at(np.clip(away, 0, 1))
    stream = float(rng.uniform(-1.6, 1.6))
    return 0.5 * np.log(one / two) + stream * across + 0.25 * loud * np.sin(6 * away), away


def shell(setting: Setting, song: SongCurves, rng: np.random.Generator, focus: Place) -> Levels:
    """A shell: arms that wind out of one point, each turn wider than the one before."""
    x, y = grid()
    u, v = warp(setting, rng, x, y, 0.18)
    squash = float(rng.uniform(0.75, 1.0))
    dx, dy = u - focus[0], (v - focus[1]) / squash
    away, turn = np.maximum(norm(dx, dy), 0.004), np.arctan2(dy, dx) / (2 * np.pi)
    hand, arms = (1 if rng.random() < 0.5 else -1), int(rng.integers(1, 4))
    pitch = float(rng.uniform(0.5, 1.1)) * (0.7 + 0.7 * setting.arousal)
    rib = 0.05 * (0.3 + setting.arousal) * np.cos(2 * np.pi * turn * int(rng.integers(7, 19)))
    swell = 0.16 * (song.at(np.clip(away / 0.9, 0, 1)) - 0.5)
    return (pitch * np.log(away) + hand * arms * turn + rib + swell) % 1.0, away


def stones(setting: Setting, song: SongCurves, rng: np.random.Generator, focus: Place) -> Levels:
    """A stream that parts about round stones; `boulders` draws them, so call both with the same generator."""
    x, y = grid()
    u, v = warp(setting, rng, x, y, 0.12)
    turn = float(rng.normal(0, 0.3))
    s, t = u * np.cos(turn) + v * np.sin(turn), v * np.cos(turn) - u * np.sin(turn)
    level = t + 0.06 * (song.at(np.clip(s, 0, 1)) - 0.5)
    for px, py, size in boulders(setting, song, focus):
        ds, dt = (u - px) * np.cos(turn) + (v - py) * np.sin(turn), (v - py) * np.cos(turn) - (u - px) * np.sin(turn)
        level = level - size**2 * dt / np.maximum(ds**2 + dt**2, 0.6 * size**2)
    return level, s


def boulders(setting: Setting, song: SongCurves, focus: Place) -> list[tuple[float, float, float]]:
    """x, y and radius of the stones: one at the focal point, the others where the bar's strong beats fall."""
    found = [(*focus, 0.09 + 0.05 * setting.calm)]
    for number, beat in enumerate(np.argsort(-song.beat, kind="stable")[: 3 + round(4 * setting.arousal)].tolist()):
        x, y = (beat + 0.5) / 16, (0.17 + 0.618 * number + 0.5 * float(song.beat[beat])) % 1.0
        size = 0.03 + 0.045 * float(song.beat[(beat + number) % 16])
        if all(np.hypot(x - a, y - b) > size + c + 0.03 for a, b, c in found):
            found.append((x, y, size))
    return found


def stone_figures(setting: Setting, song: SongCurves, colours: Scheme, focus: Place) -> list[Figure]:
    """The stones of `stones` as figures: body, a lit cap towards the upper left or right."""
    side = 1.0 if setting.sun[0] > 0.5 else -1.0
    spots = boulders(setting, song, focus)
    body = tuple(disc(x, y, 0.86 * size) for x, y, size in spots)
    cap = tuple(disc(x + 0.2 * side * size, y - 0.22 * size, 0.5 * size) for x, y, size in spots)
    tone = blend(colours.dark, colours.masses[1], 0.25)
    return [Figure("stones", body, tone), Figure("caps", cap, blend(tone, colours.light, 0.3))]


def rings(setting: Setting, song: SongCurves, rng: np.random.Generator, focus: Place) -> Levels:
    """The rings of a tree cut across: a year for each part of the song, a knot or two that they flow round."""
    x, y = grid()
    u, v = warp(setting, rng, x, y, 0.45)
    far = float(rng.uniform(0.0, 0.5))
    heart = (0.5 + (focus[0] - 0.5) * (1 + 2.4 * far), 0.5 + (focus[1] - 0.5) * (1 + 2.4 * far))
    turn = float(rng.uniform(0, np.pi))
    dx, dy = u - heart[0], v - heart[1]
    s, t = dx * np.cos(turn) + dy * np.sin(turn), dy * np.cos(turn) - dx * np.sin(turn)
    away = norm(s, t * float(rng.uniform(1.0, 2.2)))
    level = away + 0.10 * song.at(np.clip(away, 0, 1))
    for _ in range(int(rng.integers(0, 4))):
        px, py, size = rng.uniform(0.05, 0.95), rng.uniform(0.05, 0.95), rng.uniform(0.05, 0.11)
        level = level + 0.22 * float(rng.choice([-1, 1])) * np.exp(-((norm(u - px, v - py) / size) ** 1.4))
    return level, np.arctan2(t, s) / np.pi


def fall(setting: Setting, song: SongCurves, rng: np.random.Generator, focus: Place) -> Levels:
    """A curtain that hangs or falls, straight above, thrown into curls below; loud parts push it aside."""
    x, y = grid()
    low = float(rng.uniform(0.35, 0.7))
    deep = smoothstep(low - 0.25, low + 0.35, y) * np.ones_like(x)
    noise = fractal_noise(rng, cells=3, octaves=3, gain=0.45, size=256)
    strength = (0.06 + 0.32 * setting.arousal) * deep + 0.02
    u = x + strength * (sample_tile(noise, x * 0.9 + 0.2, y * 0.9) - 0.5) * 2
    v = y + strength * (sample_tile(noise, x * 0.9 + 0.6, y * 0.9 + 0.4) - 0.5) * 2
    pinch = 1 + 1.4 * float(rng.uniform(-0.5, 1.0)) * (v - 0.5)
    sway = 0.16 * (song.at(np.clip(v, 0, 1)) - 0.5) * (0.4 + setting.arousal)
    fold = 0.03 * np.sin(float(rng.uniform(14, 30)) * u) * (1 - deep)
    return (u - focus[0]) * pinch + sway + fold, v
