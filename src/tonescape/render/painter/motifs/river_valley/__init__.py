"""A river in its valley: meanders that lead to the light, mist over the meadows, poplars, a village at the bend."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.composition.builder import Stage, beats, flipped, wound
from tonescape.render.painter.composition.model import WORK, Composition, Figure, grid
from tonescape.render.painter.composition.setting import Setting, blend, lab, toned
from tonescape.render.painter.motifs.river_valley.valley import Valley, in_sight, valley_of
from tonescape.render.painter.raster.filters import blur, mix, step
from tonescape.render.painter.raster.noise import look, tile
from tonescape.render.painter.subjects import objects, plants, silhouettes
from tonescape.render.painter.subjects.sky import Sky, sky
from tonescape.render.painter.subjects.terrain import Relief, View, across, relief, see
from tonescape.render.painter.subjects.weather import (
    bent,
    falling,
    felt,
    flock,
    gale,
    outdoors,
    rainbow,
    season,
    struck,
    tree,
)
from tonescape.render.skia import graphics

if TYPE_CHECKING:
    from tonescape.core.records import Brief
    from tonescape.render.painter.raster.filters import Field

KINDS = ("meander", "gorge", "bank", "plain")

LOOKS = {"meander": (0.34, 1.1), "gorge": (0.4, 0.8), "bank": (0.5, 0.5), "plain": (0.46, 0.8)}
"""unit y of the horizon and height of the eye over the river"""


def compose(brief: Brief, rng: np.random.Generator) -> Composition:
    """The composition of a song. Draws from `rng` in a fixed order, so one seed gives one picture."""
    v, a = felt(brief)
    # open meadows for the glad, a still bank for the calm, a ravine for the tense, a flat in fog for the sad
    weights = np.array(
        [0.12 + 0.7 * v, 0.06 + 1.0 * a * (1 - v), 0.12 + 0.6 * v * (1 - a), 0.12 + 0.5 * (1 - v) * (1 - a)]
    )
    kind = str(rng.choice(KINDS, p=weights / weights.sum()))
    horizon, eye = LOOKS[kind]
    horizon += float(rng.uniform(-0.03, 0.04))
    mood = outdoors(brief, rng, horizon=horizon - 0.05)
    when = season(mood, rng)
    heaven = sky(mood, rng, horizon)
    valley = valley_of(brief, mood, rng, kind, horizon, eye)
    side = 1.0 if mood.sun[0] > 0.5 else -1.0
    lit = relief(valley.height, valley.z, side=side, low=0.4 + 0.4 * mood.valence)
    view = see(valley.height, valley.z, eye, horizon)
    land = view.of(_land_colours(mood, rng, valley, lit, heaven))
    stage = Stage(mood, heaven.lab, heaven.drift)
    far = np.interp(view.slice, np.arange(len(valley.z)), valley.z[:, 0])
    wet = view.of(valley.wet) * view.cover
    fall = view.of(np.stack([np.cos(lit.fall), np.sin(lit.fall)], -1))
    down = np.arctan2(fall[..., 1], fall[..., 0])
    for name, depth, low, high in (
        ("mountains", 0.15, 11.0, np.inf),
        ("hills", 0.35, 5.5, 11.0),
        ("valley", 0.55, 0.0, 5.5),
    ):
        stage.lay(name, depth, (view.cover * ((far >= low) & (far < high))).astype(np.float32), land, down)
        if name != "valley":
            _woods(stage, brief, mood, rng, valley, far, low, min(high, 14.0), heaven, when)
    stage.lay("river", 0.6, wet, _river(mood, valley, heaven), 0.0)
    _woods(stage, brief, mood, rng, valley, far, 2.6 if kind != "bank" else 3.4, 5.5, heaven, when)
    _mist(stage, mood, rng, valley, view, heaven)
    stage.lab = falling(rainbow(stage.lab, mood, rng, horizon), mood, rng, when)
    things, focus = _things(mood, rng, valley, far, kind, when)
    stage.draw(things)
    named = (("horizon", horizon), ("mist", mood.mist), ("eye", eye), ("kind", float(KINDS.index(kind))))
    return stage.finish(focus=focus, horizon=horizon, named=named)


def _green(mood: Setting) -> Field:
    """Pasture: the palette's land with leaf in it when glad, straw or ash when not."""
    own = mood.colours.lands[3]
    if mood.phase in ("night", "storm"):
        return toned(own, 0.24 + 0.24 * mood.valence)
    leaf = lab(0.42 + 0.28 * mood.valence, 0.07 + 0.06 * mood.arousal, 126 - 45 * (1 - mood.valence))
    return toned(blend(own, leaf, 0.15 + 0.35 * mood.valence), 0.33 + 0.36 * mood.valence, 1.05)


def _land_colours(mood: Setting, rng: np.random.Generator, valley: Valley, lit: Relief, heaven: Sky) -> Field:
    """OKLab [SLICES, WORK, 3]: fields of several crops on the floor, woods and rock above, light, air."""
    c, z = mood.colours, valley.z
    shape = (*valley.height.shape, 3)
    wide = across(z)
    green = _green(mood)
    crop = toned(blend(green, c.glow, 0.5), min(0.92, float(green[0]) + 0.1))
    fallow = blend(green, c.accent, 0.45)
    turn = rng.uniform(0, np.pi)
    u, v = wide * np.cos(turn) + z * np.sin(turn), z * np.cos(turn) - wide * np.sin(turn)
    cell = np.sin(np.floor(u / 0.85) * 12.9898 + np.floor(v / 1.4) * 78.233) * 43758.5453
    cell = cell - np.floor(cell)
    lab_ = np.broadcast_to(green, shape)
    lab_ = mix(lab_, np.broadcast_to(crop, shape), step(0.6, 0.62, cell))
    lab_ = mix(lab_, np.broadcast_to(fallow, shape), step(0.24, 0.22, cell) * (0.5 + 0.4 * mood.arousal))
    furrow = 0.5 + 0.5 * np.sin(u * 40)
    lab_ = mix(lab_, np.broadcast_to(blend(green, c.shadow, 0.4), shape), 0.22 * furrow * np.exp(-z / 3.0))
    grain = look(valley.noise, wide * 0.5, z * 0.5)
    high = step(0.12, 0.8, valley.height / (0.12 * z + 0.3))
    wood = mix(
        np.broadcast_to(blend(green, c.shadow, 0.55), shape),
        np.broadcast_to(blend(c.lands[2], green, 0.4), shape),
        grain,
    )
    lab_ = mix(lab_, wood, np.clip(high + 0.7 * (grain - 0.5), 0, 1) * 0.9)
    rock = step(9.0, 12.0, z) * np.ones(shape[:2], np.float32)
    lab_ = mix(lab_, np.broadcast_to(c.lands[2], shape), rock * 0.8)
    light = step(0.15, 0.85, lit.light)
    shade = mix(lab_, np.broadcast_to(blend(c.shadow, c.zenith, 0.3), shape), 0.32 + 0.25 * mood.contrast)
    lamp = blend(blend(c.accent, c.glow, 0.6), c.horizon, 0.3)
    lab_ = mix(shade, mix(lab_, np.broadcast_to(lamp, shape), 0.42), light * (0.55 + 0.4 * mood.contrast))
    shore = np.exp(-np.maximum(valley.off - 0.2, 0) / 0.07)
    lab_ = mix(lab_, np.broadcast_to(blend(c.shadow, green, 0.35), shape), shore * 0.4)
    haze = np.clip(1 - np.exp(-np.maximum(z - 2.5, 0) / (20.0 - 13.0 * mood.mist)), 0, 0.82)
    air = heaven.air + (c.glow - heaven.air) * (heaven.scatter * 0.5)[:, None]
    return mix(lab_, np.broadcast_to(air[None], shape), np.broadcast_to(haze, shape[:2]))


def _river(mood: Setting, valley: Valley, heaven: Sky) -> Field:
    """The sky in the river, brightest towards the light; banks darken it, wind breaks it."""
    x, y = grid()
    c, horizon = mood.colours, valley.horizon
    shown = blur(flipped(heaven.lab, horizon), 2.0)
    far = np.exp(-np.maximum(y - horizon, 0) / 0.3)
    lab_ = mix(shown, np.broadcast_to(c.horizon, shown.shape), 0.35 * far * np.ones_like(x))
    lab_ = mix(
        lab_,
        np.broadcast_to(toned(c.glow, 0.5 + 0.46 * mood.valence), shown.shape),
        far * np.exp(-(((x - mood.sun[0]) / 0.24) ** 2)) * (0.35 + 0.3 * mood.glow),
    )
    ripple = step(0.5, 0.78, look(valley.noise, x * 0.8, y * 9.0))
    return mix(
        lab_,
        np.broadcast_to(blend(c.lands[1], c.zenith, 0.4), shown.shape),
        ripple * (0.12 + 0.4 * mood.wind) + 0.25 * (1 - far),
    )


def _woods(
    stage: Stage,
    brief: Brief,
    mood: Setting,
    rng: np.random.Generator,
    valley: Valley,
    far: Field,
    low: float,
    high: float,
    heaven: Sky,
    when: str,
) -> None:
    """Trees of one stretch of distance, along the banks and on the slopes: rounds, poplars on the strong beats."""
    c, bars = mood.colours, beats(brief, 16)
    spots = []
    for _ in range(9 if low > 3 else 5):  # groups: a tree alone is a dot
        z = float(np.exp(rng.uniform(np.log(low), np.log(high))))
        row = int(np.argmin(np.abs(valley.z[:, 0] - z)))
        middle = float(valley.course[row]) + rng.choice([-1, 1]) * (0.42 + abs(rng.normal(0, 0.8)) * z * 0.2)
        for _ in range(int(rng.integers(3, 8))):
            near, wide = z * rng.uniform(0.95, 1.05), middle + rng.normal(0, 0.16)
            if abs(wide / z) < 0.56 and in_sight(valley, far, wide, near):
                spots.append((near, wide))
    shapes: list[Field] = []
    lit: list[Field] = []
    sunny = 1.0 if mood.sun[0] > 0.5 else -1.0
    for z, wide in sorted(spots, reverse=True):
        x, y = valley.seen(wide, z)
        beat = float(bars[int(np.clip(x, 0, 0.999) * 16)])
        tall = rng.uniform(0.14, 0.24) / z
        if when in ("bare", "frost"):
            if len(shapes) < 700:  # some twenty trees: fewer stand when they are bare
                shapes += bent(silhouettes.bare_tree(rng, x, y + 0.004, 1.7 * tall), y, 2 * gale(mood))
            continue
        if beat > 0.6:
            shapes += plants.cypress(rng, x, y + 0.003, tall * (1.3 + 1.2 * beat), slim=0.12)
            continue
        shapes.append(plants.limb((x, y + 0.003), (x, y - 0.4 * tall), 0.07 * tall, 0.05 * tall))
        for aside, up, size in ((-0.24, 0.5, 0.3), (0.24, 0.55, 0.3), (0.0, 0.78, 0.32)):
            at = (x + (aside + rng.normal(0, 0.06)) * tall, y - up * tall)
            shapes.append(plants.blob(rng, *at, size * tall, 0.86 * size * tall, points=14, rag=0.14))
            high_at = (at[0] + 0.3 * sunny * size * tall, at[1] - 0.3 * size * tall)
            lit.append(plants.blob(rng, *high_at, 0.6 * size * tall, 0.5 * size * tall, points=12, rag=0.2))
    near = float(np.clip(1 - (low - 2) / 9, 0.1, 1))
    air = heaven.air + (c.glow - heaven.air) * (heaven.scatter * 0.4)[:, None]
    green, depth = _green(mood), stage.planes[-1][1] + 0.02
    if when == "blossom":
        green = toned(blend(c.glow, c.accent, 0.5), 0.74, 1.2)
    elif when == "autumn":
        green = blend(green, c.accent, 0.7)
    tones = (blend(c.shadow, green, 0.5), blend(green, c.glow, 0.18 + 0.2 * mood.valence))
    for part, tone in zip((shapes, lit), tones, strict=True):
        cover = graphics.mask(wound(part), WORK)
        cover *= (stage.planes[0][2] < 0.5) | (cover > 0.5)
        haze = np.broadcast_to(air[None], stage.lab.shape)
        colour = mix(np.broadcast_to(tone, stage.lab.shape), haze, 0.66 * (1 - near) + 0.1 * mood.mist)
        stage.lay("trees", depth, cover, colour, 1.57)


def _mist(stage: Stage, mood: Setting, rng: np.random.Generator, valley: Valley, view: View, heaven: Sky) -> None:
    """It lies where the land is low, over the river and the far floor; thick in quiet songs, torn at its top."""
    x, y = grid()
    drift = look(tile(rng, cells=3, octaves=5, size=256), x * 0.6 + 0.2, y * 2.4)
    height = view.of(valley.height)
    far = view.of(np.broadcast_to(valley.z, valley.height.shape).astype(np.float32))
    low = np.exp(-height / (0.10 + 0.35 * drift)) * step(2.2, 6.0, far) * view.cover
    veil = np.exp(-(((y - valley.horizon - 0.01) / 0.03) ** 2)) * step(0.35, 0.7, drift)
    amount = np.clip(np.maximum(low, 0.8 * veil) * (0.15 + 0.85 * mood.mist) * (0.45 + 0.8 * drift), 0, 0.85)
    air = heaven.air + (mood.colours.glow - heaven.air) * (heaven.scatter * 0.5)[:, None]
    stage.veil(amount.astype(np.float32), air[None])


def _things(
    mood: Setting, rng: np.random.Generator, valley: Valley, far: Field, kind: str, when: str
) -> tuple[list[Figure], tuple[float, float]]:
    """At the bend a village, or a ruin when the song is sad; over it balloons, birds, lightning; growth close by."""
    c, away = mood.colours, (-1 if mood.sun[0] > 0.5 else 1)
    third = 0.5 + away * float(rng.uniform(0.12, 0.2))
    z = float(rng.uniform(4.2, 5.6))
    x, y = valley.seen((third - 0.5) * z, z)
    ruined = mood.valence < 0.36 and rng.random() < 0.75
    if ruined:
        stones = objects.ruin(x, y + 0.006, 0.11, facing=-away)
        things = [Figure("ruin", tuple(stones), blend(c.shadow, c.lands[1], 0.2))]
    else:
        things = _village(mood, valley, far, third, z, away)
    things += struck(mood, rng, 0.5 - away * 0.2, valley.horizon)
    if mood.joy > 0.3 and rng.random() < 0.75:
        for k in range(1 + (mood.joy > 0.5)):
            at = (0.5 + away * (0.26 - 0.2 * k), valley.horizon * (0.45 - 0.17 * k))
            envelope, gores = objects.balloon(*at, 0.13 - 0.05 * k)
            tones = (toned(c.accent, None, 1.2), blend(c.accent, c.glow, 0.7))
            things.append(Figure("balloon", tuple(envelope), tones[k]))
            things.append(Figure("gores", tuple(gores), tones[1 - k]))
    if mood.calm < 0.65:
        things += flock(mood, rng, 0.5 - away * 0.08, valley.horizon * 0.5)
    if kind in ("bank", "plain") or abs(mood.valence - 0.5) > 0.25:
        things += _near_growth(mood, rng, away, when)
    return things, (x, y - 0.05)


def _village(mood: Setting, valley: Valley, far: Field, third: float, z: float, away: int) -> list[Figure]:
    """A church and the houses round it that stand in sight."""
    c = mood.colours
    x, y = valley.seen((third - 0.5) * z, z)
    bright = toned(c.glow, 0.42 + 0.48 * mood.valence)
    window = toned(c.glow, 0.92, 1.5) if mood.phase != "day" else c.shadow
    tints = (bright, blend(c.accent, c.shadow, 0.35), window)
    village = [list(part) for part in objects.church(x, y + 0.004, 0.1, facing=-away)]
    for k in range(3):
        place = (third - 0.5) * z + (k - 1.2) * 0.28 * away + 0.3 * away
        if not in_sight(valley, far, place, z * 1.02):
            continue
        hx, hy = valley.seen(place, z * 1.02)
        extra = objects.house(hx, hy + 0.004, 0.026, facing=away)
        for part, more in zip(village, extra, strict=True):
            part += more
    return [Figure("village", tuple(part), tint) for part, tint in zip(village, tints, strict=True)]


def _near_growth(mood: Setting, rng: np.random.Generator, away: int, when: str) -> list[Figure]:
    """On the near bank: a dead tree and a fence when sad, a tree in leaf and flowers when glad, else reeds."""
    c, edge = mood.colours, 0.5 + 0.5 * away
    dark = blend(c.shadow, _green(mood), 0.25)
    reeds: list[Field] = []
    for _ in range(8):
        at = edge - away * abs(rng.normal(0.05, 0.12))
        reeds += bent(silhouettes.reeds(rng, at, 1.0, rng.uniform(0.1, 0.24), 0.03, 14), 1.0, -away * 2 * gale(mood))
    things = [Figure("reeds", tuple(reeds), dark)]
    if mood.valence < 0.4 and rng.random() < 0.6:
        return [*things, *tree(mood, rng, "bare", edge - away * 0.14, 1.0, 0.5, side=-float(away))]
    if mood.valence > 0.6 and rng.random() < 0.6 - 0.3 * mood.calm:
        things = [*tree(mood, rng, when, edge - away * 0.12, 1.0, 0.52, side=-float(away)), *things]
    for tone in (toned(c.accent, None, 1.25), toned(c.glow, 0.95))[: 2 * (mood.joy > 0.3)]:
        spots = rng.random((2, 30))
        heads = plants.strewn(rng, np.abs(edge - 0.6 * spots[0]), 0.9 + 0.1 * spots[1], 0.013, "daisy")
        things.append(Figure("petals", tuple(heads), tone))
    return things
