"""A river in its valley: meanders that lead to the light, mist over the meadows, poplars, a village at the bend."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.composition.builder import Stage, beats, flip_about, same_winding
from tonescape.render.painter.composition.model import WORK, Composition, Figure, grid
from tonescape.render.painter.composition.setting import Setting, blend, lab, toned
from tonescape.render.painter.composition.variants import MoodVariant, choose_by_mood
from tonescape.render.painter.motifs.river_valley.valley import Valley, in_sight, valley_of
from tonescape.render.painter.raster.filters import blur, mix, smoothstep
from tonescape.render.painter.raster.noise import fractal_noise, sample_tile
from tonescape.render.painter.subjects import objects, plants, silhouettes
from tonescape.render.painter.subjects.sky import Sky, sky
from tonescape.render.painter.subjects.terrain import Relief, View, across, relief, see
from tonescape.render.painter.subjects.weather import (
    bend_over,
    falling,
    flock,
    landscape_setting,
    lightning_bolts,
    rainbow,
    season,
    storm_lean,
    tree,
    valence_arousal,
)
from tonescape.render.skia import graphics

if TYPE_CHECKING:
    from tonescape.core.records import Brief
    from tonescape.render.painter.raster.filters import Field

# open meadows for the glad, a still bank for the calm, a ravine for the tense, a flat in fog for the sad
VARIANTS = (
    MoodVariant("meander", lambda v, a: 0.12 + 0.7 * v, (0.34, 1.1)),
    MoodVariant("gorge", lambda v, a: 0.06 + 1.0 * a * (1 - v), (0.4, 0.8)),
    MoodVariant("bank", lambda v, a: 0.12 + 0.6 * v * (1 - a), (0.5, 0.5)),
    MoodVariant("plain", lambda v, a: 0.12 + 0.5 * (1 - v) * (1 - a), (0.46, 0.8)),
)
"""the last of each: unit y of the horizon and height of the eye over the river"""


def compose(brief: Brief, rng: np.random.Generator) -> Composition:
    """The composition of a song. Draws from `rng` in a fixed order, so one seed gives one picture."""
    v, a = valence_arousal(brief)
    number = choose_by_mood(VARIANTS, v, a, rng)
    kind = VARIANTS[number].name
    horizon, eye = VARIANTS[number].compose
    horizon += float(rng.uniform(-0.03, 0.04))
    setting = landscape_setting(brief, rng, horizon=horizon - 0.05)
    when = season(setting, rng)
    sky_image = sky(setting, rng, horizon)
    valley = valley_of(brief, setting, rng, kind, horizon, eye)
    side = 1.0 if setting.sun[0] > 0.5 else -1.0
    lit = relief(valley.height, valley.z, side=side, low=0.4 + 0.4 * setting.valence)
    view = see(valley.height, valley.z, eye, horizon)
    land = view.of(_land_colours(setting, rng, valley, lit, sky_image))
    stage = Stage(setting, sky_image.lab, sky_image.drift)
    far = np.interp(view.slice, np.arange(len(valley.z)), valley.z[:, 0])
    wet = view.of(valley.wet) * view.alpha
    fall = view.of(np.stack([np.cos(lit.fall), np.sin(lit.fall)], -1))
    down = np.arctan2(fall[..., 1], fall[..., 0])
    for name, depth, low, high in (
        ("mountains", 0.15, 11.0, np.inf),
        ("hills", 0.35, 5.5, 11.0),
        ("valley", 0.55, 0.0, 5.5),
    ):
        stage.add_layer(name, depth, (view.alpha * ((far >= low) & (far < high))).astype(np.float32), land, down)
        if name != "valley":
            _woods(stage, brief, setting, rng, valley, far, low, min(high, 14.0), sky_image, when)
    stage.add_layer("river", 0.6, wet, _river(setting, valley, sky_image), 0.0)
    _woods(stage, brief, setting, rng, valley, far, 2.6 if kind != "bank" else 3.4, 5.5, sky_image, when)
    _mist(stage, setting, rng, valley, view, sky_image)
    stage.lab = falling(rainbow(stage.lab, setting, rng, horizon), setting, rng, when)
    figures, focus = _figures(setting, rng, valley, far, kind, when)
    stage.draw(figures)
    parameters = (("horizon", horizon), ("mist", setting.mist), ("eye", eye), ("kind", float(number)))
    return stage.finish(focus=focus, horizon=horizon, parameters=parameters)


def _green(setting: Setting) -> Field:
    """Pasture: the palette's land with leaf in it when glad, straw or ash when not."""
    own = setting.colours.lands[3]
    if setting.phase in ("night", "storm"):
        return toned(own, 0.24 + 0.24 * setting.valence)
    leaf = lab(0.42 + 0.28 * setting.valence, 0.07 + 0.06 * setting.arousal, 126 - 45 * (1 - setting.valence))
    return toned(blend(own, leaf, 0.15 + 0.35 * setting.valence), 0.33 + 0.36 * setting.valence, 1.05)


def _land_colours(setting: Setting, rng: np.random.Generator, valley: Valley, lit: Relief, sky_image: Sky) -> Field:
    """OKLab [SLICES, WORK, 3]: fields of several crops on the floor, woods and rock above, light, air."""
    c, z = setting.colours, valley.z
    shape = (*valley.height.shape, 3)
    wide = across(z)
    green = _green(setting)
    crop = toned(blend(green, c.glow, 0.5), min(0.92, float(green[0]) + 0.1))
    fallow = blend(green, c.accent, 0.45)
    turn = rng.uniform(0, np.pi)
    u, v = wide * np.cos(turn) + z * np.sin(turn), z * np.cos(turn) - wide * np.sin(turn)
    cell = np.sin(np.floor(u / 0.85) * 12.9898 + np.floor(v / 1.4) * 78.233) * 43758.5453
    cell = cell - np.floor(cell)
    lab_ = np.broadcast_to(green, shape)
    lab_ = mix(lab_, np.broadcast_to(crop, shape), smoothstep(0.6, 0.62, cell))
    lab_ = mix(lab_, np.broadcast_to(fallow, shape), smoothstep(0.24, 0.22, cell) * (0.5 + 0.4 * setting.arousal))
    furrow = 0.5 + 0.5 * np.sin(u * 40)
    lab_ = mix(lab_, np.broadcast_to(blend(green, c.shadow, 0.4), shape), 0.22 * furrow * np.exp(-z / 3.0))
    grain = sample_tile(valley.noise, wide * 0.5, z * 0.5)
    high = smoothstep(0.12, 0.8, valley.height / (0.12 * z + 0.3))
    wood = mix(
        np.broadcast_to(blend(green, c.shadow, 0.55), shape),
        np.broadcast_to(blend(c.lands[2], green, 0.4), shape),
        grain,
    )
    lab_ = mix(lab_, wood, np.clip(high + 0.7 * (grain - 0.5), 0, 1) * 0.9)
    rock = smoothstep(9.0, 12.0, z) * np.ones(shape[:2], np.float32)
    lab_ = mix(lab_, np.broadcast_to(c.lands[2], shape), rock * 0.8)
    light = smoothstep(0.15, 0.85, lit.light)
    shade = mix(lab_, np.broadcast_to(blend(c.shadow, c.zenith, 0.3), shape), 0.32 + 0.25 * setting.contrast)
    lamp = blend(blend(c.accent, c.glow, 0.6), c.horizon, 0.3)
    lab_ = mix(shade, mix(lab_, np.broadcast_to(lamp, shape), 0.42), light * (0.55 + 0.4 * setting.contrast))
    shore = np.exp(-np.maximum(valley.off - 0.2, 0) / 0.07)
    lab_ = mix(lab_, np.broadcast_to(blend(c.shadow, green, 0.35), shape), shore * 0.4)
    haze = np.clip(1 - np.exp(-np.maximum(z - 2.5, 0) / (20.0 - 13.0 * setting.mist)), 0, 0.82)
    air = sky_image.air + (c.glow - sky_image.air) * (sky_image.scatter * 0.5)[:, None]
    return mix(lab_, np.broadcast_to(air[None], shape), np.broadcast_to(haze, shape[:2]))


def _river(setting: Setting, valley: Valley, sky_image: Sky) -> Field:
    """The sky in the river, brightest towards the light; banks darken it, wind breaks it."""
    x, y = grid()
    c, horizon = setting.colours, valley.horizon
    shown = blur(flip_about(sky_image.lab, horizon), 2.0)
    far = np.exp(-np.maximum(y - horizon, 0) / 0.3)
    lab_ = mix(shown, np.broadcast_to(c.horizon, shown.shape), 0.35 * far * np.ones_like(x))
    lab_ = mix(
        lab_,
        np.broadcast_to(toned(c.glow, 0.5 + 0.46 * setting.valence), shown.shape),
        far * np.exp(-(((x - setting.sun[0]) / 0.24) ** 2)) * (0.35 + 0.3 * setting.glow),
    )
    ripple = smoothstep(0.5, 0.78, sample_tile(valley.noise, x * 0.8, y * 9.0))
    return mix(
        lab_,
        np.broadcast_to(blend(c.lands[1], c.zenith, 0.4), shown.shape),
        ripple * (0.12 + 0.4 * setting.wind) + 0.25 * (1 - far),
    )


def _woods(
    stage: Stage,
    brief: Brief,
    setting: Setting,
    rng: np.random.Generator,
    valley: Valley,
    far: Field,
    low: float,
    high: float,
    sky_image: Sky,
    when: str,
) -> None:
    """Trees of one stretch of distance, along the banks and on the slopes: rounds, poplars on the strong beats."""
    c, bars = setting.colours, beats(brief, 16)
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
    sunny = 1.0 if setting.sun[0] > 0.5 else -1.0
    for z, wide in sorted(spots, reverse=True):
        x, y = valley.seen(wide, z)
        beat = float(bars[int(np.clip(x, 0, 0.999) * 16)])
        tall = rng.uniform(0.14, 0.24) / z
        if when in ("bare", "frost"):
            if len(shapes) < 700:  # some twenty trees: fewer stand when they are bare
                shapes += bend_over(silhouettes.bare_tree(rng, x, y + 0.004, 1.7 * tall), y, 2 * storm_lean(setting))
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
    air = sky_image.air + (c.glow - sky_image.air) * (sky_image.scatter * 0.4)[:, None]
    green, depth = _green(setting), stage.masks[-1][1] + 0.02
    if when == "blossom":
        green = toned(blend(c.glow, c.accent, 0.5), 0.74, 1.2)
    elif when == "autumn":
        green = blend(green, c.accent, 0.7)
    tones = (blend(c.shadow, green, 0.5), blend(green, c.glow, 0.18 + 0.2 * setting.valence))
    for part, tone in zip((shapes, lit), tones, strict=True):
        alpha = graphics.mask(same_winding(part), WORK)
        alpha *= (stage.masks[0][2] < 0.5) | (alpha > 0.5)
        haze = np.broadcast_to(air[None], stage.lab.shape)
        colour = mix(np.broadcast_to(tone, stage.lab.shape), haze, 0.66 * (1 - near) + 0.1 * setting.mist)
        stage.add_layer("trees", depth, alpha, colour, 1.57)


def _mist(stage: Stage, setting: Setting, rng: np.random.Generator, valley: Valley, view: View, sky_image: Sky) -> None:
    """It lies where the land is low, over the river and the far floor; thick in quiet songs, torn at its top."""
    x, y = grid()
    drift = sample_tile(fractal_noise(rng, cells=3, octaves=5, size=256), x * 0.6 + 0.2, y * 2.4)
    height = view.of(valley.height)
    far = view.of(np.broadcast_to(valley.z, valley.height.shape).astype(np.float32))
    low = np.exp(-height / (0.10 + 0.35 * drift)) * smoothstep(2.2, 6.0, far) * view.alpha
    veil = np.exp(-(((y - valley.horizon - 0.01) / 0.03) ** 2)) * smoothstep(0.35, 0.7, drift)
    amount = np.clip(np.maximum(low, 0.8 * veil) * (0.15 + 0.85 * setting.mist) * (0.45 + 0.8 * drift), 0, 0.85)
    air = sky_image.air + (setting.colours.glow - sky_image.air) * (sky_image.scatter * 0.5)[:, None]
    stage.veil(amount.astype(np.float32), air[None])


def _figures(
    setting: Setting, rng: np.random.Generator, valley: Valley, far: Field, kind: str, when: str
) -> tuple[list[Figure], tuple[float, float]]:
    """At the bend a village, or a ruin when the song is sad; over it balloons, birds, lightning; growth close by."""
    c, away = setting.colours, (-1 if setting.sun[0] > 0.5 else 1)
    third = 0.5 + away * float(rng.uniform(0.12, 0.2))
    z = float(rng.uniform(4.2, 5.6))
    x, y = valley.seen((third - 0.5) * z, z)
    ruined = setting.valence < 0.36 and rng.random() < 0.75
    if ruined:
        stones = objects.ruin(x, y + 0.006, 0.11, facing=-away)
        figures = [Figure("ruin", tuple(stones), blend(c.shadow, c.lands[1], 0.2))]
    else:
        figures = _village(setting, valley, far, third, z, away)
    figures += lightning_bolts(setting, rng, 0.5 - away * 0.2, valley.horizon)
    if setting.joy > 0.3 and rng.random() < 0.75:
        for k in range(1 + (setting.joy > 0.5)):
            at = (0.5 + away * (0.26 - 0.2 * k), valley.horizon * (0.45 - 0.17 * k))
            envelope, gores = objects.balloon(*at, 0.13 - 0.05 * k)
            tones = (toned(c.accent, None, 1.2), blend(c.accent, c.glow, 0.7))
            figures.append(Figure("balloon", tuple(envelope), tones[k]))
            figures.append(Figure("gores", tuple(gores), tones[1 - k]))
    if setting.calm < 0.65:
        figures += flock(setting, rng, 0.5 - away * 0.08, valley.horizon * 0.5)
    if kind in ("bank", "plain") or abs(setting.valence - 0.5) > 0.25:
        figures += _near_growth(setting, rng, away, when)
    return figures, (x, y - 0.05)


def _village(setting: Setting, valley: Valley, far: Field, third: float, z: float, away: int) -> list[Figure]:
    """A church and the houses round it that stand in sight."""
    c = setting.colours
    x, y = valley.seen((third - 0.5) * z, z)
    bright = toned(c.glow, 0.42 + 0.48 * setting.valence)
    window = toned(c.glow, 0.92, 1.5) if setting.phase != "day" else c.shadow
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


def _near_growth(setting: Setting, rng: np.random.Generator, away: int, when: str) -> list[Figure]:
    """On the near bank: a dead tree and a fence when sad, a tree in leaf and flowers when glad, else reeds."""
    c, edge = setting.colours, 0.5 + 0.5 * away
    dark = blend(c.shadow, _green(setting), 0.25)
    reeds: list[Field] = []
    for _ in range(8):
        at = edge - away * abs(rng.normal(0.05, 0.12))
        reeds += bend_over(
            silhouettes.reeds(rng, at, 1.0, rng.uniform(0.1, 0.24), 0.03, 14), 1.0, -away * 2 * storm_lean(setting)
        )
    figures = [Figure("reeds", tuple(reeds), dark)]
    if setting.valence < 0.4 and rng.random() < 0.6:
        return [*figures, *tree(setting, rng, "bare", edge - away * 0.14, 1.0, 0.5, side=-float(away))]
    if setting.valence > 0.6 and rng.random() < 0.6 - 0.3 * setting.calm:
        figures = [*tree(setting, rng, when, edge - away * 0.12, 1.0, 0.52, side=-float(away)), *figures]
    for tone in (toned(c.accent, None, 1.25), toned(c.glow, 0.95))[: 2 * (setting.joy > 0.3)]:
        spots = rng.random((2, 30))
        heads = plants.scatter_flowers(rng, np.abs(edge - 0.6 * spots[0]), 0.9 + 0.1 * spots[1], 0.013, "daisy")
        figures.append(Figure("petals", tuple(heads), tone))
    return figures
