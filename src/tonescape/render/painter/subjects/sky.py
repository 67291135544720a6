"""Sky: a gradient of light, sun or moon with its glow, clouds in perspective with a lit side, stars, rays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.composition.model import WORK, grid
from tonescape.render.painter.raster.filters import blur, downsample2, mix, norm, smoothstep, upsample2
from tonescape.render.painter.raster.noise import fractal_noise, sample_tile

if TYPE_CHECKING:
    from tonescape.render.painter.composition.setting import Setting
    from tonescape.render.painter.raster.filters import Field


@dataclass(frozen=True, slots=True, eq=False)
class Sky:
    """lab : [WORK, WORK, 3], also below the horizon, where the gradient simply goes on
    cloud : [WORK, WORK] cover      drift : [WORK, WORK] direction of clouds, radians
    air : [WORK, 3] the colour of distance, by column      scatter : [WORK] light added to it"""

    lab: Field
    cloud: Field
    drift: Field
    air: Field
    scatter: Field


def sky(setting: Setting, rng: np.random.Generator, horizon: float) -> Sky:
    """The sky over `horizon` (unit y)."""
    x, y = grid()
    up = np.clip((horizon - y) / max(horizon, 0.05), 0, 1)
    colours, sun = setting.colours, setting.sun
    away = norm(x - sun[0], y - sun[1])
    lab = _gradient(setting, up, away)
    density, lit, drift = _clouds(setting, rng, horizon)
    if setting.phase == "night":
        lab = _stars(lab, setting, rng, up)
    disc = smoothstep(setting.sun_size * 1.04, setting.sun_size * 0.94, away)
    lab = mix(lab, colours.sun, disc)
    near = np.exp(-away / 0.16)
    rim = np.clip(lit * (0.75 + 0.7 * near) + 0.35 * near * (1 - density), 0, 1)
    cloud_lab = mix(mix(colours.cloud_dark, lab, 0.2), mix(colours.cloud_lit, colours.sun, near * 0.5), rim)
    lab = mix(lab, cloud_lab, density * (1 - 0.75 * disc * (setting.phase != "storm")))
    lab = _rays(lab, setting, rng, away, density)
    air = mix(colours.horizon, blur(lab[int(horizon * WORK * 0.93)][None], 30)[0], 0.5)
    scatter = np.exp(-np.abs(x[0] - sun[0]) / 0.2).astype(np.float32) * setting.glow
    return Sky(lab, density, drift, air, scatter)


def _gradient(setting: Setting, up: Field, away: Field) -> Field:
    """Three colours from the horizon up, and two halos that warm them round the light."""
    colours = setting.colours
    low = smoothstep(0.0, 0.42, up)
    high = smoothstep(0.25, 1.0, up)
    column = mix(mix(colours.horizon, colours.sky, low), colours.zenith, high).reshape(WORK, 1, 3)
    strength = setting.glow * (0.55 if setting.phase == "night" else 1.0)
    soft = downsample2(away)  # halos are soft, and a power of every pixel is dear
    wide = upsample2(np.exp(-((soft / 0.36) ** 1.3)) * np.float32(0.62 * strength))
    tight = upsample2(np.exp(-((soft / (setting.sun_size * 2.4)) ** 1.15)) * np.float32(0.5 * strength))
    warm = mix(colours.horizon, colours.glow, 0.35)
    return mix(mix(column, warm, wide), colours.sun, tight)


def _clouds(setting: Setting, rng: np.random.Generator, horizon: float) -> tuple[Field, Field, Field]:
    """Cover, lit share and drift [WORK, WORK], computed at half size: clouds are soft.

    The cloud deck is a plane seen from below: its coordinates shrink as 1 / height over the horizon.
    """
    half = WORK // 2
    centre = (np.arange(half, dtype=np.float32) + 0.5) / half
    x, y = centre[None, :], centre[:, None]
    billow = fractal_noise(rng, cells=3, octaves=7, gain=0.52, ridged=0.0 if setting.calm > 0.45 else 0.25)
    warp = fractal_noise(rng, cells=2, octaves=4, gain=0.5, size=256)
    height = np.maximum(horizon - y, 0) / max(horizon, 0.05) + 0.16
    long = rng.uniform(1.0, 1.9) + 0.9 * (1 - setting.arousal)
    tilt = rng.uniform(-0.35, 0.35)
    u = (x - 0.5 + tilt * (height - 0.5)) / height * 0.26 / long * 1.6 + rng.random()
    v = 0.34 / height + rng.random() + 0 * x
    twist = 0.05 + 0.09 * setting.wind
    bend = sample_tile(warp, u * 0.8, v * 0.8) - 0.5
    u, v = u + twist * bend, v + twist * 0.7 * (sample_tile(warp, u * 0.8 + 0.37, v * 0.8 + 0.61) - 0.5)
    field = sample_tile(billow, u, v)
    to_sun_x, to_sun_y = setting.sun[0] - x, setting.sun[1] - y
    reach = 0.022 / (norm(to_sun_x, to_sun_y) + 0.08)
    beyond = sample_tile(billow, u + to_sun_x * reach * 0.8, v - to_sun_y * reach * 1.1)
    edge = np.quantile(field[: int(half * max(horizon, 0.2))], 1 - setting.cloud)
    soft = 0.10 + 0.22 * (1 - setting.contrast)
    density = smoothstep(edge - soft * 0.5, edge + soft, field) * (0.72 + 0.25 * setting.contrast)
    density *= smoothstep(1.02, 0.75, (y / max(horizon, 0.05)) * np.ones_like(field)) * 0.6 + 0.4
    lit = np.clip(0.5 + (field - beyond) * 4.2 + (0.35 - (field - edge)) * 0.7, 0, 1) * (1 - 0.35 * setting.gloom)
    drift = np.arctan2(np.full_like(field, 0.18), to_sun_x * 0 + 1) * (tilt * 2) + bend * (1.2 + 3.2 * setting.wind)
    return upsample2(density), upsample2(lit.astype(np.float32)), upsample2(drift.astype(np.float32))


def _stars(lab: Field, setting: Setting, rng: np.random.Generator, up: Field) -> Field:
    count = int(60 + 160 * rng.random())
    sx, sy = rng.integers(2, WORK - 2, count), rng.integers(2, int(WORK * 0.5), count)
    spark = np.zeros((WORK, WORK), np.float32)
    spark[sy, sx] = rng.uniform(0.3, 1.0, count) ** 2
    spark = np.clip(blur(spark, 0.75) * 4.5, 0, 1) * smoothstep(0.25, 0.7, up)
    return mix(lab, setting.colours.sun, spark * (0.85 - 0.5 * setting.cloud))


def _rays(lab: Field, setting: Setting, rng: np.random.Generator, away: Field, density: Field) -> Field:
    """Beams that leave the light between clouds: noise over the angle, fading with distance."""
    strength = {"storm": 0.5, "golden": 0.22, "day": 0.1, "dusk": 0.2, "night": 0.0}[setting.phase] * setting.glow
    noise = fractal_noise(rng, cells=5, octaves=3, size=256)[0]
    if not strength:
        return lab
    half = WORK // 2
    centre = (np.arange(half, dtype=np.float32) + 0.5) / half
    angle = np.arctan2(centre[:, None] - setting.sun[1], centre[None, :] - setting.sun[0]) / (2 * np.pi)
    beam = smoothstep(0.45, 0.9, noise.take((angle * 256).astype(np.int32) % 256))
    soft = downsample2(away)
    beam = beam * np.exp(-soft / 0.34) * smoothstep(0.0, setting.sun_size * 2.5, soft)
    return mix(lab, setting.colours.glow, upsample2(beam * np.float32(strength)) * (1 - 0.55 * density))
