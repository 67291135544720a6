"""The desert: one great dune with its crest in an S, a sea of dunes, an oasis; the song's energy as a far range."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter import figures, plants, props
from tonescape.render.painter.field import blur, look, mix, step, tile
from tonescape.render.painter.outline import song_line
from tonescape.render.painter.scene import WORK, Composition, Figure, grid
from tonescape.render.painter.setting import Setting, blend, lab, setting, toned
from tonescape.render.painter.sky import Sky, sky
from tonescape.render.painter.stage import Stage, contour, flipped
from tonescape.render.painter.terrain import Relief, across, distances, relief, see
from tonescape.render.painter.water import water

if TYPE_CHECKING:
    from tonescape.core.records import Brief
    from tonescape.render.painter.field import Field
    from tonescape.render.painter.terrain import View

KINDS = ("crest", "sea", "oasis")

EYE = 0.62
"""height of the eye over the plain"""

RANGE_AT = 11.0
"""distance of the song's range"""


def compose(brief: Brief, rng: np.random.Generator) -> Composition:
    """The composition of a song. Draws from `rng` in a fixed order, so one seed gives one picture."""
    horizon = float(rng.choice([0.36, 0.45, 0.55], p=[0.35, 0.4, 0.25]))
    mood = setting(brief, rng, horizon=horizon - 0.02)
    weights = np.array([0.5, 0.28, 0.1 + 0.35 * mood.valence])
    kind = str(rng.choice(KINDS, p=weights / weights.sum()))
    heaven = sky(mood, rng, horizon)
    z = distances(0.9, 16.0)
    dunes, strength = (_dunes(mood, rng, z), 1.0) if kind == "sea" else (_crests(brief, mood, rng, z, kind), 1.15)
    height = blur(dunes + _far_range(brief, mood, rng, z), 1.4)  # no slice may stand out alone
    side = 1.0 if mood.sun[0] > 0.5 else -1.0
    lit = relief(height, z, side=side, low=0.17 + (0.2 if kind != "sea" else 0.06) * mood.valence, depth=0.12)
    view = see(height, z, EYE, horizon)
    land = view.of(_sand(mood, rng, height, lit, z, heaven, strength))
    stage = Stage(mood, heaven.lab, heaven.drift)
    at = np.interp(view.slice, np.arange(len(z)), z[:, 0])
    comb = _combed(view, height, z)
    for low, high, name, depth in (
        (8.5, np.inf, "range", 0.2),
        (3.5, 8.5, "far dunes", 0.5),
        (0.0, 3.5, "near dunes", 0.8),
    ):
        stage.lay(name, depth, (view.cover * ((at >= low) & (at < high))).astype(np.float32), land, comb)
    if kind == "oasis":
        _pool(stage, mood, rng, heaven, horizon)
    things = _things(mood, rng, horizon, height, z, kind)
    stage.draw(things)
    focus = figures.centre(things, ("caravan", "walkers", "tree", "tent", "palms", "birds")) or mood.sun
    named = (("horizon", horizon), ("wind", mood.wind), ("cloud", mood.cloud), ("kind", float(KINDS.index(kind))))
    return stage.finish(focus=focus, horizon=horizon, named=named)


def _crests(brief: Brief, mood: Setting, rng: np.random.Generator, z: Field, kind: str) -> Field:
    """Dunes with a knife's edge that winds away from us: the great one peaks on the third away from the light.

    The song's energy, from its beginning near us to its end far off, is the rise and fall of every crest.
    Windward it rises at a tenth to a fifth, leeward it falls at sand's angle of repose (Bagnold 1941, ch. 13).
    """
    wide = across(z)
    soft = tile(rng, cells=3, octaves=4, gain=0.42, size=256)
    side = 1.0 if mood.sun[0] > 0.5 else -1.0
    song = 0.72 + 0.5 * contour(brief, np.clip(np.log(z / 1.5) / np.log(9 / 1.5), 0, 1))
    floor = 0.3 * look(soft, wide * 0.07 + rng.random(), z * 0.07 + rng.random() + 0 * wide) * step(0.5, 3.0, z)
    height = floor
    plan = [(float(rng.uniform(4.6, 6.2)), 1.0, side * rng.uniform(-0.04, 0.12))]
    plan += [(float(rng.uniform(7.0, 9.5)), rng.uniform(0.5, 0.8), side * rng.uniform(0.2, 0.45)) for _ in range(2)]
    if kind == "oasis":
        plan = [(far + 1.6, tall * 0.8, x * 1.3) for far, tall, x in plan]
    for number, (far, tall, x) in enumerate(plan):
        reach = far * rng.uniform(0.36, 0.5) * (1.0 if number or kind == "oasis" else 1.5)
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
            * (1 + 0.25 * (look(soft, z * 0.2, z * 0 + x) - 0.5))
        )
        off = (wide - crest) * side
        lee, windward = 0.62, 0.30 - 0.06 * mood.calm
        slope = np.where(off > 0, windward * off, -lee * off)
        body = top - slope
        height = np.maximum(height, body) + 0.06 * np.exp(
            -(((height - body) / 0.12) ** 2)
        )  # where dunes meet, sand gathers
    return np.asarray(height, np.float32)


def _pool(stage: Stage, mood: Setting, rng: np.random.Generator, heaven: Sky, horizon: float) -> None:
    """Water in the hollow before us, with the sky in it."""
    x, y = grid()
    middle, level = 0.5 + (mood.sun[0] - 0.5) * 0.35, horizon + 0.2
    bend = 0.02 * np.sin(x * 9 + rng.uniform(0, 6)) + 0.012 * np.sin(x * 23 + 1)
    away = ((x - middle) / 0.36) ** 2 + ((y - level - 0.06 - bend) / 0.075) ** 2
    mirror = flipped(heaven.lab, horizon + 0.04)  # the sky overhead, which a pool shows whatever stands round it
    shown = water(mirror, mood, rng, horizon=horizon + 0.1, eye=0.3)
    wet = blend(mood.colours.shadow, mood.colours.accent, 0.4)
    stage.veil(np.clip(1.9 - 1.5 * away, 0, 0.7), blend(wet, mood.colours.lands[3], 0.4))
    stage.lay("pool", 0.9, step(1.02, 0.97, away), shown, 0.0)


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


def _sand(
    mood: Setting, rng: np.random.Generator, height: Field, lit: Relief, z: Field, heaven: Sky, strength: float
) -> Field:
    """OKLab [SLICES, WORK, 3]: warm light, cool shade with the sky in it, wind ripples close by."""
    colours = mood.colours
    shape = (*height.shape, 3)
    wide = across(z)
    ripple = look(tile(rng, cells=8, octaves=4, gain=0.6, size=256), wide * 0.35, z * 1.4 + wide * 0.4)
    dull = min(0.6, 0.9 * mood.gloom)  # weak light wraps round a crest: no pale mass with a hard edge
    lambert = step(0.07 - 0.06 * dull, 0.34 + 0.4 * dull, blur(lit.light, 1.5 + 7 * dull))
    drift = look(tile(rng, cells=3, octaves=4, size=256), wide * 0.09, z * 0.09 + 0 * wide)
    lambert = lambert * (1 - dull * (0.1 + 0.45 * drift))
    light = np.clip(lambert + (ripple - 0.5) * 0.36 * np.exp(-z / 4), 0, 1)
    sand = blend(colours.accent, colours.glow, 0.4 * (1 - mood.tension))
    warm = lab(0.52 + 0.3 * mood.valence, 0.085 + 0.04 * mood.arousal, 68)  # sand stays sand in a palette without ochre
    sand = blend(sand, warm, 0.45 * mood.valence * (1 - 0.6 * mood.arousal) * (mood.phase != "night"))
    lamp = blend(sand, colours.glow, 0.55 * (1 - 0.7 * mood.tension) if mood.phase != "night" else 0.25)
    bounce = toned(blend(blend(colours.lands[1], colours.zenith, 0.4), sand, 0.25), None, 1.2)
    shade = mix(np.broadcast_to(bounce, shape), np.broadcast_to(sand, shape), np.clip(0.05 + height * 0.08, 0, 0.25))
    shown = mix(shade, np.broadcast_to(lamp, shape), np.clip(light * (0.75 + 0.25 * mood.contrast) * strength, 0, 1))
    near = np.exp(-z / 2.2)
    close = blend(colours.shadow, colours.accent, 0.35)
    shown = mix(shown, np.broadcast_to(close, shape), np.broadcast_to(near * 0.28, height.shape))
    haze = np.clip(1 - np.exp(-np.maximum(z - 3.0, 0) / (30 - 17 * mood.mist)), 0, 0.7)
    air = heaven.air + (colours.glow - heaven.air) * (heaven.scatter * 0.4)[:, None]
    return mix(shown, np.broadcast_to(air[None], shape), np.broadcast_to(haze, height.shape))


def _combed(view: View, height: Field, z: Field) -> Field:
    """Strokes run along the dune as it is seen, level or rising with its back."""
    rise = blur(np.gradient(height, axis=1) / (z / WORK), 3.0)
    return np.asarray(-np.arctan(view.of(rise) * 0.8), np.float32)


def _stand(height: Field, z: Field, x: float, far: float, horizon: float) -> float:
    """Unit y of the sand at unit x that is nearest `far` away and not hidden behind a nearer crest."""
    column = int(np.clip(x * WORK, 0, WORK - 1))
    shown = horizon - (height[:, column] - EYE) / z[:, 0]
    edge = np.minimum.accumulate(shown)
    seen = np.flatnonzero(shown <= edge + 1e-4)
    return float(shown[seen[np.argmin(np.abs(z[seen, 0] - far))]])


def _things(
    mood: Setting, rng: np.random.Generator, horizon: float, height: Field, z: Field, kind: str
) -> list[Figure]:
    """A caravan or walkers on a crest, a bare tree, a tent, birds; palms and a tent by the water."""
    away = -1 if mood.sun[0] > 0.5 else 1
    colours = mood.colours
    dark = mix(colours.shadow, colours.lands[0], 0.25)
    weights = np.array([0.34, 0.2, 0.12 + 0.3 * mood.gloom, 0.14, 0.2])
    choice = str(rng.choice(["caravan", "walkers", "tree", "tent", "birds"], p=weights / weights.sum()))
    x, far = 0.5 + away * float(rng.uniform(0.08, 0.2)), float(rng.uniform(2.6, 4.2))
    shapes: list[Field] = []
    if kind == "oasis":
        edge = 0.5 + (mood.sun[0] - 0.5) * 0.35 + away * 0.33
        for k in range(int(rng.integers(3, 6))):
            at = edge + away * 0.035 * k + float(rng.normal(0, 0.015))
            shapes += plants.palm(
                rng, at, horizon + 0.25, float(rng.uniform(0.24, 0.42)), lean=float(rng.normal(-away * 0.12, 0.12))
            )
        cloth, door = props.tent(edge - away * 0.12, horizon + 0.16, 0.05)
        lamp = toned(colours.glow, 0.9, 1.5)
        inside = lamp if mood.phase != "day" else dark
        camp = [Figure("tent", tuple(cloth), toned(colours.accent, None, 1.1)), Figure("door", tuple(door), inside)]
        return [*camp, Figure("palms", tuple(shapes), dark)]
    if choice in ("caravan", "walkers"):
        size = 0.075 if choice == "caravan" else 0.05
        for number in range(int(rng.integers(3, 7)) if choice == "caravan" else int(rng.integers(1, 4))):
            at = x + number * away * size * (0.95 if choice == "caravan" else 0.6)
            if not 0.03 < at < 0.97:
                break
            foot = _stand(height, z, at, far, horizon) + 0.004
            one = (
                props.camel(at, foot, size, facing=-away)
                if choice == "caravan"
                else figures.walker(rng, at, foot, size)
            )
            shapes += one
        return [Figure(choice, tuple(shapes), dark)]
    foot = _stand(height, z, x, 2.2, horizon)
    if choice == "tree":
        return [Figure("tree", tuple(figures.bare_tree(rng, x, foot + 0.01, rng.uniform(0.3, 0.45))), dark)]
    if choice == "tent":
        cloth, door = props.tent(x, foot + 0.01, 0.06)
        return [
            Figure("tent", tuple(cloth), toned(blend(colours.accent, colours.shadow, 0.25), None, 1.1)),
            Figure("door", tuple(door), toned(colours.glow, 0.92, 1.5)),
        ]
    flock = figures.birds(rng, x, horizon * rng.uniform(0.3, 0.6), 0.016)
    return [Figure("birds", tuple(flock), mix(colours.shadow, colours.sky, 0.15))]
