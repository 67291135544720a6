"""A valley as a height field: a floor with a winding river, slopes, the song as mountains behind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.composition.model import WORK
from tonescape.render.painter.composition.setting import Setting
from tonescape.render.painter.raster.filters import blur, smoothstep
from tonescape.render.painter.raster.noise import fractal_noise, sample_tile
from tonescape.render.painter.subjects.ridges import ridge_line, song_line
from tonescape.render.painter.subjects.terrain import across, distances

if TYPE_CHECKING:
    from tonescape.core.records import Brief
    from tonescape.render.painter.raster.filters import Field


@dataclass(frozen=True, slots=True, eq=False)
class Valley:
    """height : [SLICES, WORK]      z : [SLICES, 1]      course : [SLICES] world X of the river by distance
    wet : [SLICES, WORK] in [0, 1]      off : distance to the river      eye, horizon : of the view
    noise : texture"""

    height: Field
    z: Field
    course: Field
    wet: Field
    off: Field
    eye: float
    horizon: float
    noise: Field

    def seen(self, wide: float, z: float) -> tuple[float, float]:
        """Where a point of the valley's floor or slope appears: unit x and y."""
        row = int(np.argmin(np.abs(self.z[:, 0] - z)))
        x = wide / z + 0.5
        column = int(np.clip(x * WORK, 0, WORK - 1))
        return x, self.horizon - (float(self.height[row, column]) - self.eye) / z


def valley_of(
    brief: Brief, setting: Setting, rng: np.random.Generator, kind: str, horizon: float, eye: float
) -> Valley:
    """A floor with a winding river, slopes on both sides, and behind them the song as a range of mountains."""
    z = distances(0.75, 15.0)
    wide = across(z)
    noise = fractal_noise(rng, cells=4, octaves=7, gain=0.5, ridged=0.5 * setting.rough)
    deep = z[:, 0]
    swing = {"meander": 0.75, "gorge": 0.5, "bank": 0.55, "plain": 0.95}[kind] * rng.uniform(0.8, 1.2)
    goal = (setting.sun[0] - 0.5) * 9.0
    length = rng.uniform(3.2, 4.6)
    course = (
        swing
        * np.sin(2 * np.pi * deep / length * (1 + 0.15 * np.log(deep)) + rng.uniform(0, 6.28))
        * (0.35 + deep / 5)
        * np.exp(-deep / 14)
    )
    course = course + goal * smoothstep(4.0, 14.0, deep) + rng.uniform(-0.12, 0.12)
    broad = (0.22 if kind != "bank" else 0.42) * rng.uniform(0.85, 1.25) * (1 + 0.25 * np.sin(deep * 1.3))
    rag = (sample_tile(noise, wide * 0.3, z * 0.3) - 0.5) * 0.12
    off = np.abs(wide - course[:, None]) + rag
    wet = smoothstep(broad[:, None] + 0.03, broad[:, None] - 0.03, off)
    slope = {"meander": 0.8, "gorge": 1.7, "bank": 0.7, "plain": 0.4}[kind] * (
        0.6 + 0.5 * setting.arousal + 0.5 * setting.tension
    )
    foot = {"meander": 0.9, "gorge": 0.55, "bank": 1.1, "plain": 1.6}[kind]
    rise = np.maximum(np.abs(wide - 0.55 * course[:, None]) - foot - 0.1 * z, 0)
    hills = sample_tile(noise, wide * 0.1 + 0.3, z * 0.1 + 0.1)
    height = slope * rise**1.15 / (1 + 0.22 * rise) * (0.35 + 0.95 * hills)
    cap = (horizon - 0.06) * z * (0.5 if kind == "gorge" else 0.34) + eye
    height = cap * (1 - np.exp(-height / cap)) * (0.8 + 0.4 * sample_tile(noise, wide * 0.2, z * 0.2 + 0.6))
    height = height + 0.05 * (sample_tile(noise, wide * 0.35, z * 0.35 + 0.4) - 0.5) * smoothstep(
        0.0, 0.5, off - broad[:, None]
    )
    x = ((np.arange(WORK, dtype=np.float32) + 0.5) / WORK)[None, :]
    tall = (horizon - 0.05) * rng.uniform(0.3, 0.5) * (0.6 + 0.9 * setting.arousal)
    rock = sample_tile(noise, wide * 0.14 + 0.7, z * 0.14)
    for at, line in ((9.5, 0.45 * ridge_line(x, rng, setting)), (13.0, song_line(brief, x, rng, setting))):
        ridge = (tall * at * line * (0.8 + 0.4 * rock) + eye * 0.6) * smoothstep(at - 2.0, at, z)
        height = np.maximum(height, ridge * smoothstep(0.15, 0.8, off - 0.2) if at < 10 else ridge)
    height = np.maximum(height, 0) * smoothstep(
        0.0, 0.12, off - broad[:, None]
    )  # no step at the bank: it would show as teeth
    return Valley(
        blur(height.astype(np.float32), 0.7),
        z,
        course,
        wet.astype(np.float32),
        off.astype(np.float32),
        eye,
        horizon,
        noise,
    )


def in_sight(valley: Valley, far: Field, wide: float, z: float) -> bool:
    """Whether the ground there is seen and low enough for a tree or a house. far : [WORK, WORK] distance by pixel"""
    x, y = valley.seen(wide, z)
    row, column = int(np.clip((y + 0.004) * WORK, 0, WORK - 1)), int(np.clip(x * WORK, 0, WORK - 1))
    return abs(float(far[row, column]) - z) < 0.08 * z and y > valley.horizon - 0.1
