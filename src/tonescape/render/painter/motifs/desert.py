"""Dunes: crests that divide light from shade, the song's energy as a far range, one small thing in the emptiness."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter import figures
from tonescape.render.painter.field import blur, look, mix, step, tile
from tonescape.render.painter.outline import song_line
from tonescape.render.painter.scene import WORK, Composition, Figure, Plane, along_edges
from tonescape.render.painter.setting import Setting, blend, framed, setting, toned
from tonescape.render.painter.sky import Sky, sky
from tonescape.render.painter.terrain import Relief, across, distances, relief, see

if TYPE_CHECKING:
    from tonescape.core.records import Brief
    from tonescape.render.painter.field import Field
    from tonescape.render.painter.terrain import View

EYE = 0.62
"""height of the eye over the plain"""

RANGE_AT = 11.0
"""distance of the song's range"""


def compose(brief: Brief, rng: np.random.Generator) -> Composition:
    """The composition of a song. Draws from `rng` in a fixed order, so one seed gives one picture."""
    horizon = float(rng.choice([0.36, 0.45, 0.55], p=[0.35, 0.4, 0.25]))
    mood = setting(brief, rng, horizon=horizon - 0.02)
    heaven = sky(mood, rng, horizon)
    z = distances(0.9, 16.0)
    height = blur(_dunes(mood, rng, z) + _far_range(brief, mood, rng, z), 1.4)  # no slice may stand out alone
    side = 1.0 if mood.sun[0] > 0.5 else -1.0
    lit = relief(height, z, side=side, low=0.2 + 0.22 * mood.valence, depth=0.12)
    view = see(height, z, EYE, horizon)
    lab = mix(heaven.lab, view.of(_sand(mood, rng, height, lit, z, heaven)), view.cover)
    things = tuple(_things(mood, rng, horizon, view))
    lab, front = figures.draw(lab, things)
    lab = framed(lab, mood)
    at = np.interp(view.slice, np.arange(len(z)), z[:, 0])
    rest = 1 - front
    bands = ((8.5, np.inf, "range", 0.2), (3.5, 8.5, "far dunes", 0.5), (0.0, 3.5, "near dunes", 0.8))
    planes = [Plane("sky", 0.0, ((1 - view.cover) * rest).astype(np.float32))]
    for low, high, name, depth in bands:
        planes.append(Plane(name, depth, (view.cover * ((at >= low) & (at < high)) * rest).astype(np.float32)))
    planes.append(Plane("front", 1.0, front))
    flow = np.where(view.cover > 0.5, _combed(view, height, z), heaven.drift).astype(np.float32)
    fine = np.abs(lab - blur(lab, 4.0)).sum(-1)
    named = (("horizon", horizon), ("wind", mood.wind), ("cloud", mood.cloud))
    focus = figures.centre(things, ("walkers", "tree", "birds")) or mood.sun
    detail = np.clip(blur(fine, 3.0) * 9, 0, 1).astype(np.float32)
    return Composition(
        lab, tuple(planes), along_edges(lab, flow), detail, mood.sun, focus, horizon, mood, things, named
    )


def _dunes(mood: Setting, rng: np.random.Generator, z: Field) -> Field:
    """Long waves of sand: a gentle windward slope, a sharp crest that wanders, a steep lee (Bagnold 1941)."""
    wide = across(z)
    soft = tile(rng, cells=3, octaves=4, gain=0.42, size=256)
    height = np.zeros_like(wide)
    side = 1.0 if mood.sun[0] > 0.5 else -1.0
    for scale, tall in ((4.6, 0.62), (2.1, 0.2)):
        turn = side * rng.uniform(0.5, 1.0)
        along = z * np.cos(turn) + wide * np.sin(turn)
        wander = look(soft, wide * 0.05 + rng.random(), z * 0.05 + rng.random() + 0 * wide)
        phase = (along + wander * (3.4 + 2.0 * mood.arousal)) / scale + rng.random()
        saw = phase - np.floor(phase)
        lee = rng.uniform(0.24, 0.34)
        shape = np.where(saw < 1 - lee, saw / (1 - lee), (1 - saw) / lee)
        swell = 0.35 + 0.9 * look(soft, wide * 0.035 + rng.random(), z * 0.035 + rng.random() + 0 * wide)
        height += tall * shape**1.25 * swell * (0.75 + 0.5 * mood.rough)
    return (height * step(0.0, 2.4, z) * (0.6 + 0.45 * step(1.5, 7.0, z))).astype(np.float32)


def _far_range(brief: Brief, mood: Setting, rng: np.random.Generator, z: Field) -> Field:
    """Table mountains whose outline is the song's energy curve, terraced when the song is rough."""
    x = ((np.arange(WORK, dtype=np.float32) + 0.5) / WORK)[None, :]
    line = song_line(brief, x, rng, mood)
    steps = 5
    stairs = (np.floor(line * steps) + step(0.55, 1.0, line * steps % 1)) / steps
    line = line + (stairs - line) * (0.3 + 0.6 * mood.rough)
    tall = rng.uniform(0.05, 0.2)
    wall = step(RANGE_AT - 1.2, RANGE_AT + 0.6, z)
    return np.asarray((tall * RANGE_AT * line + 0.2) * wall, np.float32)


def _sand(mood: Setting, rng: np.random.Generator, height: Field, lit: Relief, z: Field, heaven: Sky) -> Field:
    """OKLab [SLICES, WORK, 3]: warm light, cool shade with the sky in it, wind ripples close by."""
    colours = mood.colours
    shape = (*height.shape, 3)
    wide = across(z)
    ripple = look(tile(rng, cells=8, octaves=4, gain=0.6, size=256), wide * 0.35, z * 1.4 + wide * 0.4)
    light = np.clip(step(0.07, 0.34, blur(lit.light, 1.5)) + (ripple - 0.5) * 0.22 * np.exp(-z / 4), 0, 1)
    sand = blend(colours.accent, colours.glow, 0.4 * (1 - mood.tension))
    lamp = blend(sand, colours.glow, 0.55 * (1 - 0.7 * mood.tension) if mood.phase != "night" else 0.25)
    bounce = toned(blend(colours.lands[1], colours.zenith, 0.4), None, 1.15)
    shade = mix(np.broadcast_to(bounce, shape), np.broadcast_to(sand, shape), np.clip(0.05 + height * 0.08, 0, 0.25))
    lab = mix(shade, np.broadcast_to(lamp, shape), light * (0.7 + 0.3 * mood.contrast))
    near = np.exp(-z / 2.2)
    close = blend(colours.shadow, colours.accent, 0.35)
    lab = mix(lab, np.broadcast_to(close, shape), np.broadcast_to(near * 0.28, height.shape))
    haze = np.clip(1 - np.exp(-np.maximum(z - 3.0, 0) / (30 - 17 * mood.mist)), 0, 0.7)
    air = heaven.air + (colours.glow - heaven.air) * (heaven.scatter * 0.4)[:, None]
    return mix(lab, np.broadcast_to(air[None], shape), np.broadcast_to(haze, height.shape))


def _combed(view: View, height: Field, z: Field) -> Field:
    """Strokes run along the dune as it is seen, level or rising with its back."""
    rise = blur(np.gradient(height, axis=1) / (z / WORK), 3.0)
    return np.asarray(-np.arctan(view.of(rise) * 0.8), np.float32)


def _things(mood: Setting, rng: np.random.Generator, horizon: float, view: View) -> list[Figure]:
    """Walkers on a crest, a bare tree, birds, or nothing; each stands on the sand it is over."""
    away = -1 if mood.sun[0] > 0.5 else 1
    colours = mood.colours
    dark = mix(colours.shadow, colours.lands[0], 0.25)
    kind = rng.choice(
        ["walkers", "tree", "birds", "none"], p=[0.42, 0.16 + 0.1 * mood.gloom, 0.2, 0.22 - 0.1 * mood.gloom]
    )
    x = 0.5 + away * rng.uniform(0.1, 0.22)
    y = float(rng.uniform(horizon + 0.10, horizon + 0.25))
    if kind == "walkers":
        shapes: list[Field] = []
        for number in range(int(rng.integers(1, 6))):
            shapes += figures.walker(rng, x + number * 0.024 * away, y + number * 0.003, 0.034)
        return [Figure("walkers", tuple(shapes), dark)]
    if kind == "tree":
        return [Figure("tree", tuple(figures.bare_tree(rng, x, y + 0.1, rng.uniform(0.3, 0.5))), dark)]
    if kind == "birds":
        flock = figures.birds(rng, x, horizon * rng.uniform(0.3, 0.6), 0.016)
        return [Figure("birds", tuple(flock), mix(colours.shadow, colours.sky, 0.15))]
    return []
