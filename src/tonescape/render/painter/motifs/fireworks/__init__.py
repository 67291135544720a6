"""Fireworks: a burst for each strong beat, over a bay, a harbour, a canal, roofs, a fair, a hill or a bridge."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tonescape.render.painter.composition import drawing
from tonescape.render.painter.composition.abstract import disc, finish_composition, near_third, ramp, song_curves
from tonescape.render.painter.composition.model import WORK, Composition, Figure, grid
from tonescape.render.painter.composition.setting import blend, setting_for, toned
from tonescape.render.painter.composition.variants import MoodVariant, choose_by_mood
from tonescape.render.painter.motifs.fireworks import fairground, vantage_land, vantage_water
from tonescape.render.painter.raster.filters import mix, sample_nearest, smoothstep
from tonescape.render.painter.raster.noise import fractal_noise, sample_tile
from tonescape.render.painter.subjects import fireworks
from tonescape.render.painter.subjects.weather import valence_arousal

if TYPE_CHECKING:
    from collections.abc import Callable

    from tonescape.core.records import Brief
    from tonescape.render.painter.composition.setting import Setting
    from tonescape.render.painter.raster.filters import Field
    from tonescape.render.painter.subjects.fireworks import Burst

FEWEST, MOST = 1, 9
"""bursts of the stillest and of the liveliest song"""


class Place(NamedTuple):
    """Where fireworks are seen from. horizon : unit y, from and to      bursts : share of the song's
    scale : size of the great one, 1 as elsewhere"""

    paint: Callable[[vantage_land.Spot], vantage_land.Place]
    horizon: tuple[float, float]
    bursts: float
    scale: float


# a fair and a harbour for the glad, lanterns and a hill for the calm, one who looks on for the sad, walls and
# falling fire for the tense
VARIANTS = (
    MoodVariant(
        "bay",
        lambda v, a: 0.15 + 0.4 * ((1 - v) * (1 - a)) + 0.2 * (v * (1 - a)) + 0.2 * (v * a),
        Place(vantage_water.bay, (0.68, 0.8), 1.0, 1.0),
    ),
    MoodVariant(
        "harbour",
        lambda v, a: 0.1 + 0.5 * (v * a) + 0.4 * (v * (1 - a)),
        Place(vantage_water.harbour, (0.72, 0.82), 1.0, 1.0),
    ),
    MoodVariant(
        "canal",
        lambda v, a: 0.05 + 0.4 * (v * a) + 0.4 * ((1 - v) * a),
        Place(vantage_water.canal, (0.56, 0.66), 0.9, 0.85),
    ),
    MoodVariant(
        "bridge",
        lambda v, a: 0.03 + 0.25 * (v * a) + 0.7 * ((1 - v) * a),
        Place(vantage_water.bridge, (0.66, 0.76), 0.5, 0.7),
    ),
    MoodVariant(
        "lanterns",
        lambda v, a: 0.9 * (v * (1 - a)) + 0.3 * ((1 - v) * (1 - a)),
        Place(vantage_water.lanterns, (0.72, 0.84), 0.0, 0.4),
    ),
    MoodVariant(
        "roofs",
        lambda v, a: 0.05 + 0.4 * (v * a) + 0.5 * ((1 - v) * (1 - a)) + 0.6 * ((1 - v) * a),
        Place(vantage_land.roofs, (0.62, 0.72), 1.0, 1.0),
    ),
    MoodVariant("fair", lambda v, a: 0.65 * (v * a), Place(fairground.fair, (0.74, 0.8), 0.6, 0.75)),
    MoodVariant(
        "hill",
        lambda v, a: 0.1 + 0.3 * (v * a) + 0.6 * (v * (1 - a)) + 0.7 * ((1 - v) * (1 - a)),
        Place(vantage_land.hill, (0.54, 0.64), 0.25, 1.35),
    ),
    MoodVariant(
        "eaves",
        lambda v, a: 0.04 + 0.35 * (v * a) + 0.6 * ((1 - v) * a),
        Place(vantage_land.eaves, (0.97, 0.97), 0.8, 1.15),
    ),
)


def compose(brief: Brief, rng: np.random.Generator) -> Composition:
    """The composition of a song. Draws from `rng` in a fixed order, so one seed gives one picture."""
    number = choose_by_mood(VARIANTS, *valence_arousal(brief), rng)
    name, (paint, (high, low), share, scale) = VARIANTS[number].name, VARIANTS[number].compose
    horizon = float(rng.uniform(high, low))
    setting = setting_for(brief, rng, horizon=horizon - 0.1, phase="night")
    song = song_curves(brief, setting, rng)
    sky = min(horizon - {"bridge": 0.2, "canal": 0.1}.get(name, 0.0), 0.8)
    focus = (near_third(rng, 0.05), sky * float(rng.uniform(0.30, 0.50)))
    setting = replace(setting, sun=focus, sun_size=0.03)
    lively = setting.arousal * (0.6 + 0.4 * setting.valence)
    count = round((FEWEST + (MOST - FEWEST) * lively * float(rng.uniform(0.45, 1.15))) * share)
    full = (0.15 + 0.14 * setting.arousal + 0.03 * setting.joy) * scale * float(rng.uniform(0.85, 1.15))
    count = 0 if not share else max(1, count)
    plan = fireworks.plan_bursts(setting, song, rng, focus, sky=sky, count=count, full=full)
    image = _night(setting, rng, horizon, plan)
    flow = np.full((WORK, WORK), 0.0, np.float32)
    for burst in plan:
        fireworks.draw_burst_glow(image, flow, burst)
    rays = [figure for burst in plan for figure in fireworks.rays(burst, setting, rng)]
    if rng.random() < 0.4 * setting.arousal and name != "lanterns":
        rays += fireworks.rising(setting, rng, int(rng.integers(2, 6)), horizon, 0.35 * sky)
    if name in ("bay", "harbour", "canal", "bridge"):
        image, _ = drawing.draw_figures(image, rays)  # once before the water, which mirrors them
    image, pieces, things = paint(vantage_land.Spot(image, setting, song, rng, horizon, focus))
    for plane, _, alpha in pieces:
        if plane in ("water", "canal"):
            flow = np.where(alpha > 0.5, np.float32(0), flow)
    parameters = (("bursts", float(len(plan))), ("kind", float(number)))
    walls = next((alpha for plane, _, alpha in pieces if plane == "houses"), None)
    shown = rays if walls is None else _unhidden(rays, walls)
    things = [*shown, *_ash(setting, rng, focus, sky), *things]
    return finish_composition(image, pieces, flow, setting, focus, things, parameters, horizon=horizon, edges=0.5)


def _unhidden(rays: list[Figure], walls: Field) -> list[Figure]:
    """The paths of light that no wall stands before; walls : alpha [WORK, WORK]"""
    kept = []
    for figure in rays:
        free = [shape for shape in figure.shapes if sample_nearest(walls, shape[:, 0], shape[:, 1]).max() < 0.5]
        kept.append(replace(figure, shapes=tuple(free)))
    return kept


def _night(setting: Setting, rng: np.random.Generator, horizon: float, plan: list[Burst]) -> Field:
    """The sky: late dusk or deep night, smoke that drifts and takes the colour of the fire above it, stars."""
    x, y = grid()
    c, v = setting.colours, setting.valence
    dusk = float(rng.random()) ** 1.5  # how much of the day is left
    low = toned(blend(c.lands[2], c.accent, 0.2 + 0.3 * setting.joy), 0.22 + 0.17 * v + 0.2 * dusk * v, 1.2)
    high = toned(c.zenith, 0.12 + 0.10 * v + 0.08 * dusk * v, 1.2)
    band = blend(low, high, 0.75 - 0.4 * dusk)
    image = ramp((low, band, high), np.clip((horizon - y) / horizon, 0, 1) ** 0.8 + 0 * x)
    noise = fractal_noise(rng, cells=3, octaves=5, gain=0.55, size=256)
    smoke = sample_tile(noise, x * 0.9 + rng.random(), y * 1.3 + rng.random())
    for burst in plan:
        away = np.hypot(x - burst.at[0], 0.9 * (y - burst.at[1])) / burst.radius
        halo = np.exp(-((away / 1.15) ** 2)) * (0.16 + 0.26 * setting.glow) * (0.35 + 0.9 * smoke)
        image = mix(image, toned(burst.tone, 0.52, 0.9), np.clip(halo, 0, 0.7))
    drift = smoothstep(0.55, 0.85, sample_tile(noise, x * 0.5 + 0.3, y * 1.1 + 0.6)) * (
        0.10 + 0.5 * setting.gloom + 0.15 * setting.mist
    )
    return mix(image, blend(c.cloud_dark, low, 0.5), drift)


def _ash(setting: Setting, rng: np.random.Generator, focus: tuple[float, float], sky: float) -> list[Figure]:
    """Embers under the great burst, or stars where the sky is still."""
    if setting.arousal < 0.45:
        stars = tuple(
            disc(rng.random(), sky * rng.random() ** 1.3, 0.0010 + 0.0016 * rng.random())[::8] for _ in range(60)
        )
        return [Figure("stars", stars, blend(setting.colours.zenith, setting.colours.sun, 0.6))]
    sparks = tuple(
        disc(focus[0] + rng.normal(0, 0.10), focus[1] + abs(rng.normal(0, 0.16)), 0.0016 + 0.0016 * rng.random())[::8]
        for _ in range(round(26 * setting.arousal))
    )
    return [Figure("sparks", sparks, toned(setting.colours.sun, 0.97))]
