"""Deserts as height fields: knife-edged dunes, long waves of sand, needles of rock, a flat."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.composition.builder import contour
from tonescape.render.painter.composition.model import WORK
from tonescape.render.painter.composition.setting import Setting
from tonescape.render.painter.raster.filters import smoothstep
from tonescape.render.painter.raster.noise import fractal_noise, sample_tile
from tonescape.render.painter.subjects.ridges import song_line
from tonescape.render.painter.subjects.terrain import across

if TYPE_CHECKING:
    from tonescape.core.records import Brief
    from tonescape.render.painter.raster.filters import Field

    Heights = tuple[Field, float]
    """height [SLICES, WORK] of the ground, and how strongly light models it"""


RANGE_AT = 11.0
"""distance of the song's range"""


def crest(brief: Brief, setting: Setting, rng: np.random.Generator, z: Field) -> Heights:
    """A great dune and two behind it."""
    return _crests(brief, setting, rng, z, oasis=False), 1.15


def oasis(brief: Brief, setting: Setting, rng: np.random.Generator, z: Field) -> Heights:
    """Dunes farther off, round a hollow."""
    return _crests(brief, setting, rng, z, oasis=True), 1.15


def sea(brief: Brief, setting: Setting, rng: np.random.Generator, z: Field) -> Heights:
    """Long waves of sand."""
    return _dunes(brief, setting, rng, z), 1.0


def flat(brief: Brief, setting: Setting, rng: np.random.Generator, z: Field) -> Heights:
    """A dried lake."""
    soft = sample_tile(fractal_noise(rng, cells=3, octaves=4, size=256), across(z) * 0.1, z * 0.1 + 0 * across(z))
    return np.asarray(0.05 * soft, np.float32), 0.8


def spires(brief: Brief, setting: Setting, rng: np.random.Generator, z: Field) -> Heights:
    """Needles of rock."""
    return _spires(brief, setting, rng, z), 1.1


def _spires(brief: Brief, setting: Setting, rng: np.random.Generator, z: Field) -> Field:
    """Needles of rock on a broken plain, leaning one way; the song's energy is their height from left to right."""
    wide = across(z)
    rock = fractal_noise(rng, cells=5, octaves=6, gain=0.55, ridged=0.6)
    height = 0.35 * sample_tile(rock, wide * 0.12, z * 0.12 + 0 * wide) * smoothstep(0.8, 3.0, z)
    side = 1.0 if setting.sun[0] > 0.5 else -1.0
    for number in range(9):
        far = 8.6 - 0.7 * number + rng.uniform(-0.2, 0.2)
        x = (rng.random() - 0.5) * far if number else -side * 0.17 * far
        tall = (
            far
            * (0.1 + 0.2 * float(contour(brief, np.array(x / far + 0.5))))
            * rng.uniform(0.5, 1.0)
            * (1 + (not number))
        )
        half = tall * rng.uniform(0.14, 0.26)
        ragged = 0.5 * (sample_tile(rock, wide * 0.7 + number, z * 0.7) - 0.5)
        lean = 0.25 * side * half
        off = np.abs(wide - x - lean) / half + np.abs(z - far) / (1.6 * half) + ragged
        height = np.maximum(height, tall * np.clip(1.15 - off, 0, 1) ** 0.7)
    return np.asarray(height, np.float32)


def _crests(brief: Brief, setting: Setting, rng: np.random.Generator, z: Field, *, oasis: bool) -> Field:
    """Dunes with a knife's edge that winds away from us: the great one peaks on the third away from the light.

    The song's energy, from its beginning near us to its end far off, is the rise and fall of every crest.
    Leeward it falls at sand's angle of repose (Bagnold 1941); windward it rises at about a quarter, our own choice.
    """
    wide = across(z)
    soft = fractal_noise(rng, cells=3, octaves=4, gain=0.42, size=256)
    side = 1.0 if setting.sun[0] > 0.5 else -1.0
    song = 0.72 + 0.5 * contour(brief, np.clip(np.log(z / 1.5) / np.log(9 / 1.5), 0, 1))
    floor = (
        0.3
        * sample_tile(soft, wide * 0.07 + rng.random(), z * 0.07 + rng.random() + 0 * wide)
        * smoothstep(0.5, 3.0, z)
    )
    height = floor
    plan = [(float(rng.uniform(4.6, 6.2)), 1.0, side * rng.uniform(-0.04, 0.12))]
    plan += [(float(rng.uniform(7.0, 9.5)), rng.uniform(0.5, 0.8), side * rng.uniform(0.2, 0.45)) for _ in range(2)]
    if oasis:
        plan = [(far + 1.6, tall * 0.8, x * 1.3) for far, tall, x in plan]
    for number, (far, tall, x) in enumerate(plan):
        reach = far * rng.uniform(0.36, 0.5) * (1.0 if number or oasis else 1.5)
        swing = far * rng.uniform(0.1, 0.17)
        bend = rng.uniform(0.55, 0.9) * 2 * np.pi / far
        start = rng.uniform(0, 2 * np.pi)
        crest = (
            x * far
            + swing * (np.sin(z * bend + start) - np.sin(far * bend + start))
            + (far - z) * rng.uniform(-0.1, 0.25) * side
        )
        top = (
            tall
            * (0.21 * far)
            * song
            * np.exp(-((np.abs(z - far) / reach) ** 2.0))
            * (1 + 0.25 * (sample_tile(soft, z * 0.2, z * 0 + x) - 0.5))
        )
        off = (wide - crest) * side
        lee, windward = 0.62, 0.30 - 0.06 * setting.calm
        slope = np.where(off > 0, windward * off, -lee * off)
        body = top - slope
        height = np.maximum(height, body) + 0.06 * np.exp(
            -(((height - body) / 0.12) ** 2)
        )  # where dunes meet, sand gathers
    return np.asarray(height, np.float32)


def _dunes(brief: Brief, setting: Setting, rng: np.random.Generator, z: Field) -> Field:
    """Long waves of sand: a gentle windward slope, a sharp crest that wanders, a steep lee (Bagnold 1941)."""
    wide = across(z)
    soft = fractal_noise(rng, cells=3, octaves=4, gain=0.42, size=256)
    height = np.zeros_like(wide)
    side = 1.0 if setting.sun[0] > 0.5 else -1.0
    for scale, tall in ((4.6, 0.62), (2.1, 0.2)):
        turn = side * rng.uniform(0.5, 1.0)
        along = z * np.cos(turn) + wide * np.sin(turn)
        wander = sample_tile(soft, wide * 0.05 + rng.random(), z * 0.05 + rng.random() + 0 * wide)
        phase = (along + wander * (3.4 + 2.0 * setting.arousal)) / scale + rng.random()
        saw = phase - np.floor(phase)
        lee = rng.uniform(0.24, 0.34)
        shape = np.where(saw < 1 - lee, saw / (1 - lee), (1 - saw) / lee)
        swell = 0.35 + 0.9 * sample_tile(soft, wide * 0.035 + rng.random(), z * 0.035 + rng.random() + 0 * wide)
        height += tall * shape**1.25 * swell * (0.75 + 0.5 * setting.rough)
    height *= 0.7 + 0.6 * contour(brief, (np.arange(WORK, dtype=np.float32) + 0.5) / WORK)[None]
    return (height * smoothstep(0.0, 2.4, z) * (0.6 + 0.45 * smoothstep(1.5, 7.0, z))).astype(np.float32)


def far_range(brief: Brief, setting: Setting, rng: np.random.Generator, z: Field) -> Field:
    """Table mountains whose outline is the song's energy curve, terraced when the song is rough."""
    x = ((np.arange(WORK, dtype=np.float32) + 0.5) / WORK)[None, :]
    line = song_line(brief, x, rng, setting)
    steps = 5
    stairs = (np.floor(line * steps) + smoothstep(0.55, 1.0, line * steps % 1)) / steps
    line = line + (stairs - line) * (0.3 + 0.6 * setting.rough)
    tall = rng.uniform(0.05, 0.2)
    wall = smoothstep(RANGE_AT - 1.2, RANGE_AT + 0.6, z)
    return np.asarray((tall * RANGE_AT * line + 0.2) * wall, np.float32)
