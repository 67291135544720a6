"""Still to rough water: what it mirrors, how it wavers, and the path of light on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.composition.model import WORK, grid
from tonescape.render.painter.raster.filters import mix, sample_nearest, smoothstep
from tonescape.render.painter.raster.noise import fractal_noise, sample_tile

if TYPE_CHECKING:
    from tonescape.render.painter.composition.setting import Setting
    from tonescape.render.painter.raster.filters import Field


def water(mirror: Field, setting: Setting, rng: np.random.Generator, *, horizon: float, eye: float) -> Field:
    """OKLab [WORK, WORK, 3] of a water plane; only what lies under the horizon means anything.

    mirror : OKLab [WORK, WORK, 3], what a flat mirror in place of the water would show
    """
    x, y = grid()
    down = np.maximum(y - horizon, 0.5 / WORK)
    z = eye / down
    ripples = fractal_noise(rng, cells=6, octaves=5, gain=0.6, size=256)
    u, v = (x - 0.5) * z * 0.42 + rng.random(), z * 1.25 + rng.random() + 0 * x
    wave = sample_tile(ripples, u, v) - 0.5
    swell = sample_tile(ripples, u * 0.31 + 0.4, v * 0.37 + 0.7) - 0.5
    near = np.clip(down / 0.45, 0, 1)
    slope = (wave * 0.7 + swell * 0.7) * (0.25 + 0.75 * setting.wind)
    shown = _displaced(mirror, slope * (0.012 + 0.06 * near), slope * (0.03 + 0.30 * near**0.8))
    body = mix(setting.colours.lands[1], setting.colours.shadow, 0.35)
    depth = np.clip(0.10 + 0.42 * near + 0.5 * slope * (0.3 + near), 0, 0.75)
    lab = mix(shown, np.broadcast_to(body, shown.shape), depth * (0.55 + 0.35 * setting.contrast))
    # wind lies on the water in long bands that mirror a higher, lighter part of the sky
    band = smoothstep(0.56, 0.72, sample_tile(ripples, u * 0.12 + 0.2, v * 0.16 + 0.1)) * (1 - 0.6 * near)
    lab = mix(lab, np.broadcast_to(setting.colours.horizon, lab.shape), band * (0.10 + 0.24 * setting.wind))
    return _path(lab, setting, wave, swell, horizon)


def _displaced(image: Field, dx: Field, dy: Field) -> Field:
    """`image` read at (x + dx, y + dy), unit shifts, nearest pixel."""
    x, y = grid()
    return sample_nearest(image, x + dx, y + dy)


def _path(lab: Field, setting: Setting, wave: Field, swell: Field, horizon: float) -> Field:
    """Glints under the light: many and small far away, few and long near by; broken by the swell."""
    x, y = grid()
    down = np.clip((y - horizon) / (1 - horizon + 1e-6), 0, 1)
    width = setting.sun_size * (0.8 + 2.2 * down) * (0.9 + 0.9 * setting.wind)
    beam = np.exp(-(((x - setting.sun[0] + swell * 0.05 * down) / width) ** 2))
    height = np.clip((horizon - setting.sun[1]) / max(horizon, 0.05), 0, 1)
    reach = np.exp(-((down - 0.75 * height) ** 2) / 0.5)
    glint = smoothstep(0.10 - 0.36 * beam, 0.22 - 0.30 * beam, wave + 0.3 * swell) * beam * reach
    seen = min(1.0, setting.sun_size / 0.006)  # no path under a light behind cloud
    strength = (
        seen * setting.glow * {"day": 0.8, "golden": 1.0, "dusk": 0.9, "storm": 0.6, "night": 0.85}[setting.phase]
    )
    lab = mix(lab, np.broadcast_to(setting.colours.glow, lab.shape), 0.30 * strength * beam * reach)
    return mix(lab, np.broadcast_to(setting.colours.sun, lab.shape), np.clip(0.95 * strength * glint, 0, 1))
