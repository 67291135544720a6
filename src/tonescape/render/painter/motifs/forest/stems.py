"""The stems of a wood, by depth: where they stand, how they lean, the light down their sides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.composition.builder import beats, same_winding
from tonescape.render.painter.composition.model import WORK, grid
from tonescape.render.painter.composition.setting import Setting, blend, toned
from tonescape.render.painter.raster.filters import blur, mix, norm, smoothstep
from tonescape.render.painter.raster.noise import sample_tile
from tonescape.render.painter.subjects import plants
from tonescape.render.painter.subjects.weather import bend_over, leaf_colour
from tonescape.render.skia import graphics

if TYPE_CHECKING:
    from tonescape.core.records import Brief
    from tonescape.render.painter.raster.filters import Field


def stems_of(
    brief: Brief,
    rng: np.random.Generator,
    light: tuple[float, float],
    foot: Field,
    count: int,
    width: float,
    number: int,
    lean: float,
) -> list[tuple[float, Field]]:
    """(x, alpha) of the stems of one depth, thick on the strong beats, with the light left open; storms lean them."""
    strong, gap = beats(brief, count), 0.02 + 0.03 * number
    groups: dict[bool, list[Field]] = {True: [], False: []}
    for k in range(count):
        x = (k + rng.uniform(0.1, 0.9)) / count * 1.1 - 0.05
        if abs(x - light[0]) < gap:
            x += np.sign(x - light[0] + 1e-6) * gap * 1.5
        base = float(np.interp(x, np.linspace(0, 1, WORK), foot)) + rng.uniform(0.0, 0.03) * (1 + number)
        thick = width * rng.uniform(0.6, 1.1) * (0.7 + 0.7 * float(strong[k]))
        stem = plants.trunk(rng, x, base, thick, branches=2 + int(rng.integers(3)))
        groups[x < light[0]] += bend_over(stem, base, lean * rng.uniform(0.2, 1.5))
    return [
        (0.0 if left else 1.0, graphics.mask(same_winding(shapes), WORK)) for left, shapes in groups.items() if shapes
    ]


def near_stems(
    rng: np.random.Generator, light: tuple[float, float], ground: float, lean: float
) -> list[tuple[float, Field]]:
    """One to three great stems that frame the view: the thick one away from the light, a lesser one beyond it."""
    away = -1 if light[0] > 0.5 else 1
    groups: dict[bool, list[Field]] = {True: [], False: []}
    spots = [(0.5 + away * rng.uniform(0.3, 0.42), rng.uniform(0.07, 0.12))]
    if rng.random() < 0.75:
        spots.append((0.5 - away * rng.uniform(0.38, 0.48), rng.uniform(0.04, 0.07)))
    if rng.random() < 0.45:
        spots.append((spots[0][0] - away * rng.uniform(0.1, 0.16), rng.uniform(0.025, 0.04)))
    for x, width in spots:
        foot = min(0.98, ground + 0.12 + width * 1.5)
        stem = plants.trunk(rng, float(x), float(foot), float(width), branches=3)
        groups[bool(x < light[0])] += bend_over(stem, foot, 0.6 * lean)
    return [
        (0.0 if left else 1.0, graphics.mask(same_winding(shapes), WORK)) for left, shapes in groups.items() if shapes
    ]


def seen(stems: list[tuple[float, Field]]) -> Field:
    return np.asarray(np.maximum.reduce([alpha for _, alpha in stems]), np.float32)


def bark(
    stems: list[tuple[float, Field]],
    light: tuple[float, float],
    tones: dict[str, Field],
    far: float,
    setting: Setting,
    kind: str,
    noise: Field,
) -> Field:
    """Stems by depth: pale in the distance, dark near by; light runs down the side that faces it."""
    x, y = grid()
    white = kind == "birches"
    own = blend(tones["dark"], tones["air"], far * 1.15)
    if white:
        own = blend(own, toned(setting.colours.glow, 0.42 + 0.5 * setting.valence), 0.55 * (1 - 0.5 * far))
    grain = sample_tile(noise, x * 9.0, y * 0.7)
    lab = mix(
        np.broadcast_to(own, (WORK, WORK, 3)),
        np.broadcast_to(tones["dark"], (WORK, WORK, 3)),
        smoothstep(0.4, 0.8, grain) * 0.5 * (1 - far),
    )
    if white:
        scar = smoothstep(0.66, 0.74, sample_tile(noise, x * 1.2, y * 6.5)) * (1 - far)
        lab = mix(lab, np.broadcast_to(tones["dark"], lab.shape), scar * 0.85)
    warm = np.exp(-norm(x - light[0], (y - light[1]) * 0.6) / 0.34)
    for right, alpha in stems:
        reach = 3 if far > 0.3 else (4 if far > 0.1 else 9)
        hidden = np.clip(alpha - np.roll(alpha, -reach if right else reach, 1), 0, 1)
        lab = mix(lab, np.broadcast_to(tones["dark"], lab.shape), blur(hidden, 1.6) * (0.75 - 0.6 * far))
        shifted = np.roll(alpha, reach if right else -reach, 1)  # what the stem hides of itself from the light
        rim = np.clip(alpha - shifted, 0, 1)
        lab = mix(
            lab,
            np.broadcast_to(blend(tones["lit"], tones["leaf"], 0.25), lab.shape),
            blur(rim, 1.2) * (0.25 + 0.75 * warm) * (0.4 + 0.5 * setting.contrast),
        )
    return lab


def tones_of(setting: Setting, when: str) -> dict[str, Field]:
    """The wood's own colours: lit air, leaf, middle, dark, in its season."""
    c = setting.colours
    blossom = toned(blend(c.glow, c.accent, 0.5), 0.74, 1.1)
    own = {
        "blossom": blend(leaf_colour(setting), blossom, 0.5),
        "summer": leaf_colour(setting),
        "autumn": blend(c.lands[3], c.accent, 0.8),
        "bare": blend(c.lands[2], c.shadow, 0.3),
        "frost": blend(c.lands[3], c.glow, 0.3),
    }[when]
    lit = blend(c.glow, blend(c.horizon, c.sky, 0.4), 0.3 + 0.25 * setting.gloom)
    low = 0.42 + 0.5 * setting.valence + 0.05 * setting.arousal + 0.12 * setting.gloom  # grief is mist, not night
    air = toned(blend(blend(lit, c.lands[3], 0.5), own, 0.3), 0.3 + 0.45 * setting.valence + 0.1 * setting.gloom, 1.1)
    dark = toned(blend(c.shadow, c.lands[1], 0.25 + 0.35 * setting.valence), None, 1.1)
    return {
        "lit": toned(lit, min(0.96, low + 0.06), 1.15),
        "air": air,
        "leaf": toned(own, 0.3 + 0.38 * setting.valence, 1.15),
        "dark": blend(dark, air, 0.34 * (1 - setting.arousal)),  # still air softens what stands in it
    }
