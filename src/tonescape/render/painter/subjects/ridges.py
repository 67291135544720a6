"""Outlines that motifs share: the song as a skyline, mountain ranges, the bank that frames a view."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.composition import drawing
from tonescape.render.painter.composition.model import Figure
from tonescape.render.painter.raster.filters import mix
from tonescape.render.painter.subjects import silhouettes

if TYPE_CHECKING:
    from tonescape.core.records import Brief
    from tonescape.render.painter.composition.setting import Setting
    from tonescape.render.painter.raster.filters import Field


def song_line(brief: Brief, x: Field, rng: np.random.Generator, setting: Setting) -> Field:
    """The energy curve as a mountain range; where the song is even, a peak of its own stands by the thirds."""
    contour = np.nan_to_num(np.array(brief.contour or (0.5,), np.float64), nan=0.5)
    kernel = np.hanning(9 if setting.rough > 0.5 else 13)
    smooth = np.convolve(np.pad(contour, 8, mode="edge"), kernel / kernel.sum(), "same")[8:-8]
    span = float(np.ptp(smooth))
    at = np.linspace(0, 1, len(smooth))
    line = (np.interp(x[0], at, smooth) - smooth.min()) / max(span, 0.12)
    own = ridge_line(x, rng, setting)[0]
    trust = min(1.0, span / 0.25)
    return np.asarray((0.22 + 0.78 * (line * 0.75 * trust + own * (1 - 0.55 * trust)))[None, :], np.float32)


def ridge_line(x: Field, rng: np.random.Generator, setting: Setting) -> Field:
    """A range with one chief peak near a third and lesser ones beside it; pointed when rough, domed when calm."""
    chief = (1 / 3 if rng.random() < 0.5 else 2 / 3) + rng.normal(0, 0.07)
    point = 1.75 - 0.95 * setting.rough  # domes soothe, points agitate
    line = 0.28 + 0.62 * np.exp(-(np.abs((x - chief) / rng.uniform(0.13, 0.24)) ** point))
    for _ in range(int(rng.integers(2, 5))):
        place, wide = rng.uniform(-0.1, 1.1), rng.uniform(0.05, 0.16)
        line = np.maximum(line, rng.uniform(0.3, 0.72) * np.exp(-(np.abs((x - place) / wide) ** point)))
    return np.asarray(line, np.float32)


def bank(setting: Setting, rng: np.random.Generator) -> list[Figure]:
    """A framing bank with what grows on it, on the side away from the light; sometimes nothing."""
    away = -1 if setting.sun[0] > 0.5 else 1
    edge = 0.5 + away * 0.5
    kind = rng.choice(
        ["pines", "tree", "reeds", "none"], p=[0.45, 0.1 + 0.15 * setting.gloom, 0.2, 0.25 - 0.15 * setting.gloom]
    )
    if kind == "none":
        return []
    x = np.linspace(0, 1, 80)
    near = 1 - np.abs(x - edge)
    bank = 1.0 - rng.uniform(0.05, 0.11) * np.clip(near * 1.5 - 0.55, 0, 1) ** 1.2
    bank -= 0.012 * np.cumsum(rng.normal(0, 0.35, 80)).clip(-1.5, 1.5)
    bank = np.where(near > 0.36, bank, 1.02)
    shapes = [drawing.ground(x, bank)]
    if kind == "pines":
        tall = rng.uniform(0.25, 0.5)
        for _ in range(int(rng.integers(3, 10))):
            at = edge - away * abs(rng.normal(0.02, 0.13))
            shapes += silhouettes.pine(rng, at, float(np.interp(at, x, bank)) + 0.01, tall * rng.uniform(0.4, 1.0))
    elif kind == "tree":
        at = edge - away * rng.uniform(0.10, 0.2)
        shapes += silhouettes.bare_tree(rng, at, float(np.interp(at, x, bank)) + 0.01, rng.uniform(0.4, 0.7))
    if kind in ("reeds", "tree"):
        for _ in range(6):
            at = edge - away * abs(rng.normal(0.1, 0.16))
            shapes += silhouettes.reeds(rng, at, float(np.interp(at, x, bank)), rng.uniform(0.05, 0.13), 0.03, 14)
    dark = mix(setting.colours.shadow, setting.colours.lands[0], 0.2)
    return [Figure("front", tuple(shapes), dark)]
