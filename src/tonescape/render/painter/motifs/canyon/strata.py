"""Layered stone: beds as thick as the song's beats are strong, fluted by rain, stepped where a bed is hard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.composition.builder import beats, emboss
from tonescape.render.painter.composition.model import grid
from tonescape.render.painter.composition.setting import blend, toned
from tonescape.render.painter.raster.filters import mix, smoothstep
from tonescape.render.painter.raster.noise import sample_tile

if TYPE_CHECKING:
    from tonescape.core.records import Brief
    from tonescape.render.painter.composition.setting import Setting
    from tonescape.render.painter.raster.filters import Field

ALL = slice(None)
"""every row, or every column"""


def strata(brief: Brief, setting: Setting, rng: np.random.Generator) -> Field:
    """[256, 3] OKLab: beds of stone from top to bottom, thick where the bar is strong."""
    c = setting.colours
    low = 0.3 + 0.3 * setting.valence
    warm = blend(c.accent, c.glow, 0.25)
    pool = [toned(warm, low + 0.14), toned(c.accent, low + 0.02), toned(blend(c.accent, c.shadow, 0.4), low - 0.06),
            toned(blend(c.lands[3], c.accent, 0.5), low + 0.06),
            toned(blend(warm, c.horizon, 0.5), low + 0.2)]  # fmt: skip
    thick = np.cumsum(0.25 + beats(brief, 16) + 0.3 * rng.random(16))
    which = rng.integers(0, len(pool), 16)
    at = np.searchsorted(thick / thick[-1], np.linspace(0, 0.999, 256))
    table = np.stack([pool[which[min(15, k)]] for k in at])
    return np.asarray((table + np.roll(table, 1, 0) + np.roll(table, -1, 0)) / 3, np.float32)


def beds(bands: Field, place: Field) -> Field:
    """Colours at `place`, in rows of `bands`; wrapped as whole numbers, because a float remainder can be 256."""
    row = np.floor(place).astype(np.int32) % len(bands)
    planes = np.empty((bands.shape[1], *row.shape), np.float32)
    for channel, plane in enumerate(planes):  # one colour at a time is several times as fast as three side by side
        np.ascontiguousarray(bands[:, channel]).take(row, out=plane)
    return np.moveaxis(planes, 0, -1)


@dataclass(frozen=True, slots=True, eq=False)
class Stone:
    """What all walls of one canyon share. noise : texture      bands : [256, 3] its beds      air : [WORK, 3]"""

    setting: Setting
    noise: Field
    bands: Field
    air: Field

    def face(
        self,
        *,
        far: float = 0.0,
        facing: float,
        seed: float,
        scale: float = 1.0,
        rows: slice = ALL,
        columns: slice = ALL,
    ) -> Field:
        """[rows, columns, 3]: layered stone, fluted by rain.

        far : 0 near .. 1 in the haze      facing : -1 shade .. 1 light
        """
        x, y = grid()
        x, y, setting, noise = x[:, columns], y[rows], self.setting, self.noise
        c, side = setting.colours, (1.0 if setting.sun[0] > 0.5 else -1.0)
        warp = sample_tile(noise, x * 0.6 + seed, y * 0.3 + seed) - 0.5
        colour = beds(self.bands, (y / scale * 1.15 + 0.09 * warp + seed) * 256)
        flute = emboss(noise, x * 1.7 / scale + seed, y * 0.75 / scale + 0.4, side=side, depth=0.9)
        # hard beds stand out, soft ones lie back
        bed = sample_tile(noise, x[:, :1] * 0 + seed, y * 4.0 / scale + 0.03 * seed) + 0.6 * warp
        light = np.clip(0.5 + 0.34 * facing + (flute - 0.5) * (0.7 + 0.4 * setting.contrast) + 0.35 * (bed - 0.5), 0, 1)
        cool = blend(blend(c.shadow, c.zenith, 0.3), c.accent, 0.15)
        colour = mix(colour, cool, (1 - light) * (0.62 + 0.25 * setting.contrast))
        lamp = toned(blend(c.glow, c.accent, 0.35), 0.5 + 0.42 * setting.valence)
        colour = mix(colour, lamp, smoothstep(0.55, 1.0, light) * (0.25 + 0.35 * setting.contrast))
        return mix(colour, self.air[None, columns], min(0.85, far * (0.7 + 0.35 * setting.mist))) if far > 0 else colour


def stairs(line: Field, count: int, hard: float) -> Field:
    """An outline with ledges: `count` steps, sharp as `hard`."""
    level = line * count
    stairs = (np.floor(level) + smoothstep(0.6, 1.0, level - np.floor(level))) / count
    return np.asarray(line + (stairs - line) * hard, np.float32)
