"""Night sky: the Milky Way, star trails, falling stars or a moon over still land; the ridge below is the song's curve.

The Milky Way is as bright along its way as the song is loud; a constellation is the bar, a star for each strong beat.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.composition.abstract import finish_composition, lighten, near_third, ramp, song_curves
from tonescape.render.painter.composition.builder import area_below
from tonescape.render.painter.composition.model import WORK, Composition, Figure, grid
from tonescape.render.painter.composition.setting import blend, setting_for, toned
from tonescape.render.painter.composition.variants import Variant, choose
from tonescape.render.painter.motifs.night_sky.stars import meteors, milky_way, moon, star_count, trails
from tonescape.render.painter.raster.filters import mix, smoothstep
from tonescape.render.painter.raster.noise import fractal_noise, sample_tile
from tonescape.render.painter.subjects import objects, plants, silhouettes
from tonescape.render.painter.subjects.plants import wood_line
from tonescape.render.painter.subjects.water import water
from tonescape.render.painter.subjects.weather import bend_over, flock, storm_lean

if TYPE_CHECKING:
    from tonescape.core.records import Brief
    from tonescape.render.painter.composition.abstract import Piece, SongCurves
    from tonescape.render.painter.composition.setting import Setting
    from tonescape.render.painter.raster.filters import Field


def compose(brief: Brief, rng: np.random.Generator) -> Composition:
    """The composition of a song. Draws from `rng` in a fixed order, so one seed gives one picture."""
    horizon = float(rng.choice([0.68, 0.74, 0.8]))
    setting = setting_for(brief, rng, horizon=horizon - 0.1, phase="night")
    song = song_curves(brief, setting, rng)
    kind = choose(VARIANTS, setting, rng)
    focus = (near_third(rng), horizon * rng.uniform(0.34, 0.56))
    setting = replace(
        setting, sun=focus, sun_size=0.02 if VARIANTS[kind].name != "moon" else float(rng.uniform(0.05, 0.10))
    )
    image = _dark(setting, rng, horizon)
    image, flow, figures = VARIANTS[kind].compose(image, setting, song, rng, horizon)
    image, pieces, flow, ground = _land(image, flow, setting, song, rng, horizon)
    figures += ground
    parameters = (("stars", float(star_count(setting))), ("variant", float(kind)))
    return finish_composition(image, pieces, flow, setting, focus, figures, parameters, horizon=horizon, edges=0.7)


def _dark(setting: Setting, rng: np.random.Generator, horizon: float) -> Field:
    """The sky's gradient: the last of the day low down, more of it the happier; faint clouds of colour."""
    x, y = grid()
    c, v = setting.colours, setting.valence
    low = toned(blend(c.horizon, c.accent, 0.25 + 0.35 * setting.arousal), 0.40 + 0.36 * v, 1.25)
    middle = toned(blend(c.sky, c.lands[2], 0.4), 0.24 + 0.32 * v, 1.2)
    high = toned(c.zenith, 0.12 + 0.27 * v, 1.3)
    side = (x - 0.5) * (0.3 if setting.sun[0] > 0.5 else -0.3)
    noise = fractal_noise(rng, cells=3, octaves=5, gain=0.5, size=256)
    cloud = sample_tile(noise, x * 0.6 + rng.random(), y * 0.8 + rng.random()) - 0.5
    up = np.clip((horizon - y) / horizon + side * 0.5 + 0.10 * cloud, 0, 1)
    image = ramp((low, blend(low, middle, 0.55), middle, high, toned(high, float(high[0]) * 0.85)), up**0.9)
    tint = blend(c.accent, c.lands[3], 0.4)
    return mix(image, tint, smoothstep(0.05, 0.4, cloud) * (0.10 + 0.22 * setting.arousal))


def _land(
    image: Field, flow: Field, setting: Setting, song: SongCurves, rng: np.random.Generator, horizon: float
) -> tuple[Field, list[Piece], Field, list[Figure]]:
    """What lies under the sky: the song's ridge, a nearer one, perhaps water between; somebody small."""
    x, _ = grid()
    noise = fractal_noise(rng, cells=4, octaves=6, gain=0.5, ridged=0.7 * setting.rough, size=256)
    rag, fine = (sample_tile(noise, x * 0.7, x * 0 + rng.random())[0] - 0.5 for _ in range(2))
    c = setting.colours
    tall = (0.05 + 0.10 * rng.random()) * (0.6 + 0.6 * setting.arousal) + 0.2 * setting.tension * setting.rough
    knots = np.linspace(0, 1, 15)
    peaks = np.interp(x[0], knots, song.at(knots) + (0.5 * rng.random(15) - 0.25) * setting.rough)
    line = song.at(x[0]) + (peaks - song.at(x[0])) * setting.rough  # hills for the gentle, teeth for the rough
    ridge = horizon - tall * line - rag * (0.05 + 0.12 * setting.rough)
    far = area_below(ridge.astype(np.float32))
    # darker than any sky, or a blue ridge under an orange glow reads as the sky hanging down
    tone = blend(c.lands[0], c.lands[1], 0.45)
    foot = blend(tone, c.horizon, 0.15 + 0.35 * setting.mist)
    shade = ramp((tone, foot), (grid()[1] - ridge[None]) / 0.18)
    sky_only = image
    image = mix(image, shade, far)
    pieces: list[Piece] = [("sky", 0.0, np.ones((WORK, WORK), np.float32)), ("ridge", 0.4, far)]
    flow = np.where(far > 0.5, 0.2, flow)
    if rng.random() < 0.25 + 0.75 * setting.calm:
        mirror = image[np.clip((2 * horizon * WORK - np.arange(WORK)).astype(int), 0, WORK - 1)]
        lake = water(mirror, replace(setting, wind=0.5 * setting.wind), rng, horizon=horizon, eye=0.25)
        wet = area_below(np.full(WORK, horizon, np.float32))
        image = mix(image, lake, wet)
        pieces.append(("water", 0.65, wet))
        flow = np.where(wet > 0.5, 0.0, flow)
    else:
        middle = horizon + (1 - horizon) * 0.42 - 0.6 * tall * song.at(1 - x[0]) + fine * (0.05 + 0.10 * setting.rough)
        hill = area_below(middle.astype(np.float32))
        body = toned(tone, float(tone[0]) * 0.72)
        image = mix(image, ramp((body, blend(body, foot, 0.6)), (grid()[1] - middle[None]) / 0.2), hill)
        pieces.append(("hill", 0.6, hill))
        flow = np.where(hill > 0.5, -0.15, flow)
    away = -1.0 if setting.sun[0] > 0.5 else 1.0
    slope = 0.5 + 0.5 * away * (2 * x[0] - 1)
    near = 0.985 - (1 - horizon) * (0.12 + 0.62 * slope**2.2) + 0.03 * fine
    seen = area_below(near.astype(np.float32))
    dark = toned(c.shadow, 0.10 + 0.13 * setting.valence)
    image = mix(image, lighten(np.broadcast_to(dark, sky_only.shape), 0.0), seen)
    pieces.append(("near land", 0.85, seen))
    flow = np.where(seen > 0.5, 0.15, flow)
    return image, pieces, flow.astype(np.float32), _beings(setting, rng, near, away, dark)


def _beings(setting: Setting, rng: np.random.Generator, near: Field, away: float, dark: Field) -> list[Figure]:
    """On the near land, away from the light: a lit tent and lanterns that rise when glad, a watcher or a wood when
    calm, a bare or broken tree when tense, a ruin when sad."""
    v, c = setting.valence, setting.colours
    camp, dead = 0.1 + 0.8 * setting.joy + 0.2 * setting.calm, 0.1 + 0.6 * setting.tension + 0.3 * setting.gloom
    weights = np.array([0.3, camp, dead, 0.3 * (1 - setting.joy), 0.02 + 0.8 * setting.gloom * (v < 0.45)])
    kind = rng.choice(["watcher", "tent", "tree", "wood", "ruin"], p=weights / weights.sum())
    at = 0.5 + away * rng.uniform(0.2, 0.34)
    foot = float(near[int(np.clip(at, 0, 0.999) * WORK)]) + 0.006
    figures: list[Figure] = []
    if kind == "wood":
        columns = np.linspace(0, 1, 64)
        line = np.interp(columns, np.linspace(0, 1, WORK), near).astype(np.float32)
        heights = (0.03 + 0.11 * np.abs(columns - (0.5 - 0.5 * away)) ** 1.5).astype(np.float32)
        figures.append(Figure("wood", tuple(wood_line(rng, line + 0.012, heights, kind="pine", step=0.028)), dark))
    elif kind == "tree":
        wood = bend_over(
            silhouettes.bare_tree(rng, at, foot, rng.uniform(0.28, 0.42)), foot, -away * storm_lean(setting)
        )
        figures.append(Figure("tree", tuple(wood), dark))
    elif kind == "ruin":
        figures.append(Figure("ruin", tuple(objects.ruin(at, foot + 0.004, 0.18, facing=int(-away))), dark))
    elif kind == "tent":
        cloth, opening = objects.tent(at, foot, 0.055)
        figures.append(Figure("tent", tuple(cloth), toned(c.accent, 0.6, 1.2)))
        figures.append(Figure("lamp", tuple(opening), toned(c.glow, 0.95)))
    if kind in ("watcher", "tent"):
        figures.append(Figure("watcher", tuple(silhouettes.walker(rng, at - away * 0.09, foot + 0.004, 0.06)), dark))
    if setting.joy > 0.3:  # paper lanterns, let go one after the other
        paper = [
            plants.blob(rng, float(px), float(py), 0.011 * s, 0.015 * s, points=10, rag=0.06)
            for px, py, s in zip(
                rng.normal(0.5 + 0.1 * away, 0.2, 18),
                rng.uniform(0.16, 0.74, 18),
                rng.uniform(0.4, 1.2, 18),
                strict=True,
            )
        ]
        figures.append(Figure("lanterns", tuple(paper), toned(blend(c.glow, c.accent, 0.3), 0.86, 1.5)))
    if v < 0.36:
        figures += flock(setting, rng, 0.5 - 0.15 * away, 0.3, 0.014)
    return figures


# the river of stars for the calm, their trails for the even, falling ones for the wild, a moon in cloud for the sad
VARIANTS = (
    Variant("milky way", lambda s: 0.15 + 0.9 * s.calm, milky_way),
    Variant("trails", lambda s: 0.15 + 0.5 * s.calm, trails),
    Variant("meteors", lambda s: 0.08 + 0.9 * s.tension + 1.1 * s.joy, meteors),
    Variant("moon", lambda s: 0.1 + 1.1 * s.gloom, moon),
)
