"""The desert: a great dune, a sea of dunes, an oasis, spires of rock or a cracked flat; the song's energy far off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.composition import drawing
from tonescape.render.painter.composition.builder import Stage, flip_about
from tonescape.render.painter.composition.model import WORK, Composition, Figure, grid
from tonescape.render.painter.composition.setting import Setting, blend, lab, toned
from tonescape.render.painter.composition.variants import Variant, choose
from tonescape.render.painter.motifs.desert import dunes
from tonescape.render.painter.raster.filters import blur, mix, smoothstep
from tonescape.render.painter.raster.noise import fractal_noise, sample_tile
from tonescape.render.painter.subjects import objects, plants, silhouettes
from tonescape.render.painter.subjects.sky import Sky, sky
from tonescape.render.painter.subjects.terrain import Relief, across, distances, relief, see
from tonescape.render.painter.subjects.water import water
from tonescape.render.painter.subjects.weather import (
    bend_over,
    falling,
    flock,
    landscape_setting,
    leaf_colour,
    lightning_bolts,
    rainbow,
    storm_lean,
)

if TYPE_CHECKING:
    from tonescape.core.records import Brief
    from tonescape.render.painter.raster.filters import Field
    from tonescape.render.painter.subjects.terrain import View

# still dunes for the calm, water and palms for the glad, needles of rock for the tense, a dry lake for the sad
VARIANTS = (
    Variant("crest", lambda s: 0.25 * s.valence + 0.5 * s.calm, dunes.crest),
    Variant("sea", lambda s: 0.15 * s.valence + 0.35 * s.calm + 0.2 * s.tension, dunes.sea),
    Variant("oasis", lambda s: 0.04 + 1.1 * s.joy, dunes.oasis),
    Variant("spires", lambda s: 1.4 * max(0.0, s.tension - 0.15), dunes.spires),
    Variant("flat", lambda s: 1.5 * max(0.0, s.gloom - 0.15), dunes.flat),
)

EYE = 0.62
"""height of the eye over the plain"""


def compose(brief: Brief, rng: np.random.Generator) -> Composition:
    """The composition of a song. Draws from `rng` in a fixed order, so one seed gives one picture."""
    horizon = float(rng.choice([0.36, 0.45, 0.55], p=[0.35, 0.4, 0.25]))
    setting = landscape_setting(brief, rng, horizon=horizon - 0.02)
    number = choose(VARIANTS, setting, rng)
    kind = VARIANTS[number].name
    sky_image = sky(setting, rng, horizon)
    z = distances(0.9, 16.0)
    sand, strength = VARIANTS[number].compose(brief, setting, rng, z)
    height = blur(sand + dunes.far_range(brief, setting, rng, z), 1.4)  # no slice may stand out alone
    side = 1.0 if setting.sun[0] > 0.5 else -1.0
    lit = relief(height, z, side=side, low=0.17 + (0.2 if kind != "sea" else 0.06) * setting.valence, depth=0.12)
    view = see(height, z, EYE, horizon)
    land = view.of(_sand(setting, rng, height, lit, z, sky_image, strength, kind))
    stage = Stage(setting, sky_image.lab, sky_image.drift)
    at = np.interp(view.slice, np.arange(len(z)), z[:, 0])
    comb = _combed(view, height, z)
    for low, high, name, depth in (
        (8.5, np.inf, "range", 0.2),
        (3.5, 8.5, "far dunes", 0.5),
        (0.0, 3.5, "near dunes", 0.8),
    ):
        stage.add_layer(name, depth, (view.alpha * ((at >= low) & (at < high))).astype(np.float32), land, comb)
    if kind == "oasis":
        _pool(stage, setting, rng, sky_image, horizon)
    else:
        stage.lab = falling(rainbow(stage.lab, setting, rng, horizon), setting, rng, "summer")
    figures = _figures(setting, rng, horizon, height, z, kind)
    stage.draw(figures)
    focus = (
        drawing.centre(figures, ("caravan", "walkers", "tree", "skull", "tent", "palms", "lightning", "birds"))
        or setting.sun
    )
    parameters = (
        ("horizon", horizon),
        ("wind", setting.wind),
        ("cloud", setting.cloud),
        ("kind", float(number)),
    )
    return stage.finish(focus=focus, horizon=horizon, parameters=parameters)


def _pool(stage: Stage, setting: Setting, rng: np.random.Generator, sky_image: Sky, horizon: float) -> None:
    """Water in the hollow before us, with the sky in it."""
    x, y = grid()
    middle, level = 0.5 + (setting.sun[0] - 0.5) * 0.35, horizon + 0.2
    bend = 0.02 * np.sin(x * 9 + rng.uniform(0, 6)) + 0.012 * np.sin(x * 23 + 1)
    away = ((x - middle) / 0.36) ** 2 + ((y - level - 0.06 - bend) / 0.075) ** 2
    mirror = flip_about(sky_image.lab, horizon + 0.04)  # the sky overhead, which a pool shows whatever stands round it
    shown = water(mirror, setting, rng, horizon=horizon + 0.1, eye=0.3)
    wet = blend(setting.colours.shadow, setting.colours.accent, 0.4)
    stage.veil(np.clip(1.9 - 1.5 * away, 0, 0.7), blend(wet, setting.colours.lands[3], 0.4))
    stage.add_layer("pool", 0.9, smoothstep(1.02, 0.97, away), shown, 0.0)


def _sand(
    setting: Setting, rng: np.random.Generator, height: Field, lit: Relief, z: Field, sky_image: Sky, strength: float,
    kind: str,
) -> Field:  # fmt: skip
    """OKLab [SLICES, WORK, 3]: warm light, cool shade with the sky in it, wind ripples close by."""
    colours = setting.colours
    shape = (*height.shape, 3)
    wide = across(z)
    ripple = sample_tile(fractal_noise(rng, cells=8, octaves=4, gain=0.6, size=256), wide * 0.35, z * 1.4 + wide * 0.4)
    dull = min(0.6, 0.9 * setting.gloom)  # weak light wraps round a crest: no pale mass with a hard edge
    lambert = smoothstep(0.07 - 0.06 * dull, 0.34 + 0.4 * dull, blur(lit.light, 1.5 + 7 * dull))
    drift = sample_tile(fractal_noise(rng, cells=3, octaves=4, size=256), wide * 0.09, z * 0.09 + 0 * wide)
    lambert = lambert * (1 - dull * (0.1 + 0.45 * drift))
    light = np.clip(lambert + (ripple - 0.5) * 0.36 * np.exp(-z / 4), 0, 1)
    sand = blend(colours.accent, colours.glow, 0.4 * (1 - setting.tension))
    warm = lab(
        0.52 + 0.3 * setting.valence, 0.085 + 0.04 * setting.arousal, 68
    )  # sand stays sand in a palette without ochre
    sand = blend(sand, warm, 0.45 * setting.valence * (1 - 0.6 * setting.arousal) * (setting.phase != "night"))
    lamp = blend(sand, colours.glow, 0.55 * (1 - 0.7 * setting.tension) if setting.phase != "night" else 0.25)
    bounce = toned(blend(blend(colours.lands[1], colours.zenith, 0.4), sand, 0.25), None, 1.2)
    shade = mix(np.broadcast_to(bounce, shape), np.broadcast_to(sand, shape), np.clip(0.05 + height * 0.08, 0, 0.25))
    shown = mix(shade, np.broadcast_to(lamp, shape), np.clip(light * (0.75 + 0.25 * setting.contrast) * strength, 0, 1))
    if kind == "flat":  # a dried lake: plates with dark seams
        vein = np.abs(sample_tile(_seams(rng), wide * 0.42, z * 0.42 + 0 * wide) - 0.5)
        seam = smoothstep(0.07, 0.02, vein) * np.exp(-z / 5.0)
        shown = mix(shown, np.broadcast_to(blend(colours.shadow, bounce, 0.2), shape), 0.8 * seam)
    near = np.exp(-z / 2.2)
    close = blend(colours.shadow, colours.accent, 0.35)
    shown = mix(shown, np.broadcast_to(close, shape), np.broadcast_to(near * 0.28, height.shape))
    haze = np.clip(1 - np.exp(-np.maximum(z - 3.0, 0) / (30 - 17 * setting.mist)), 0, 0.7)
    air = sky_image.air + (colours.glow - sky_image.air) * (sky_image.scatter * 0.4)[:, None]
    return mix(shown, np.broadcast_to(air[None], shape), np.broadcast_to(haze, height.shape))


def _seams(rng: np.random.Generator) -> Field:
    return fractal_noise(rng, cells=7, octaves=3, gain=0.45)


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


def _figures(
    setting: Setting, rng: np.random.Generator, horizon: float, height: Field, z: Field, kind: str
) -> list[Figure]:
    """A caravan or walkers on a crest; palms, tents, a balloon by the water; a dead tree, bones of a cart, crows."""
    away = -1 if setting.sun[0] > 0.5 else 1
    colours = setting.colours
    dark = mix(colours.shadow, colours.lands[0], 0.25)
    x, far = 0.5 + away * float(rng.uniform(0.08, 0.2)), float(rng.uniform(2.6, 4.2))
    spot = (x, horizon * float(rng.uniform(0.3, 0.6)))
    if kind == "oasis":
        return _camp(setting, rng, horizon, away, dark)
    if kind == "spires":
        found = lightning_bolts(setting, rng, 0.5 - away * 0.22, horizon)
        return [*found, *flock(setting, rng, *spot, 0.017), *_riders(setting, rng, horizon, height, z, "walkers")]
    if kind == "flat" or (setting.valence < 0.4 and rng.random() < 0.5):
        foot = _stand(height, z, x, 2.0, horizon)
        wood = bend_over(
            silhouettes.bare_tree(rng, x, foot + 0.02, rng.uniform(0.34, 0.5)), foot, -away * storm_lean(setting)
        )
        bones = objects.fence(rng, (0.5 - away * 0.5, 0.9), (0.5 - away * 0.05, horizon + 0.04), (0.14, 0.016))
        found = [Figure("fence", tuple(bones), dark)] if rng.random() < 0.6 else []
        return [*found, Figure("tree", tuple(wood), dark), *flock(setting, rng, *spot, 0.015)]
    choice = str(rng.choice(["caravan", "walkers", "birds"], p=[0.55, 0.25, 0.2]))
    if choice == "birds":  # and one who walks under them, or the sand would be empty
        return [*flock(setting, rng, *spot), *_riders(setting, rng, horizon, height, z, "walkers", x, 2.2)[:1]]
    found = _riders(setting, rng, horizon, height, z, choice, x, far)
    return [*found, *(flock(setting, rng, 1 - x, spot[1]) if setting.joy > 0.45 else [])]


def _riders(
    setting: Setting, rng: np.random.Generator, horizon: float, height: Field, z: Field, choice: str,
    x: float | None = None, far: float = 3.2,
) -> list[Figure]:  # fmt: skip
    """A caravan or a few walkers on the sand; one alone when the song is calm."""
    away = -1 if setting.sun[0] > 0.5 else 1
    dark = mix(setting.colours.shadow, setting.colours.lands[0], 0.25)
    x = 0.5 - away * 0.1 if x is None else x
    size = 0.075 if choice == "caravan" else 0.05
    count = round((2 + 6 * setting.arousal) * (1.0 if choice == "caravan" else 0.5))
    shapes: list[Field] = []
    for number in range(max(1, count)):
        at = x + number * away * size * (0.95 if choice == "caravan" else 0.6)
        if not 0.03 < at < 0.97:
            break
        foot = _stand(height, z, at, far, horizon) + 0.004
        one = (
            objects.camel(at, foot, size, facing=-away)
            if choice == "caravan"
            else silhouettes.walker(rng, at, foot, size)
        )
        shapes += one
    return [Figure(choice, tuple(shapes), dark)]


def _camp(setting: Setting, rng: np.random.Generator, horizon: float, away: int, dark: Field) -> list[Figure]:
    """Palms and tents by the water, flowers on its bank and a balloon over it when glad."""
    colours = setting.colours
    edge = 0.5 + (setting.sun[0] - 0.5) * 0.35 + away * 0.33
    shapes: list[Field] = []
    for k in range(int(rng.integers(3, 6))):
        at = edge + away * 0.035 * k + float(rng.normal(0, 0.015))
        lean = float(rng.normal(-away * 0.12, 0.12))
        shapes += plants.palm(rng, at, horizon + 0.25, float(rng.uniform(0.24, 0.42)), lean=lean)
    inside = toned(colours.glow, 0.9, 1.5) if setting.phase != "day" else dark
    camp: list[Figure] = []
    for k, tone in enumerate((colours.accent, blend(colours.glow, colours.accent, 0.3))[: 1 + (setting.joy > 0.4)]):
        cloth, door = objects.tent(edge - away * (0.12 + 0.1 * k), horizon + 0.16 + 0.012 * k, 0.05)
        camp += [Figure("tent", tuple(cloth), toned(tone, None, 1.1)), Figure("door", tuple(door), inside)]
    camp.append(Figure("palms", tuple(shapes), blend(dark, leaf_colour(setting), 0.6 * setting.valence)))
    if setting.valence > 0.6:
        spots = rng.uniform(0.02, 0.98, (2, int(20 + 60 * setting.joy)))
        heads = plants.scatter_flowers(rng, spots[0], horizon + 0.36 + 0.2 * spots[1], 0.011, "poppy")
        camp.append(Figure("petals", tuple(heads), toned(blend(colours.accent, colours.glow, 0.1), None, 1.3)))
    if setting.joy > 0.45:
        globe, gores = objects.balloon(0.5 + away * 0.1, horizon * 0.45, 0.15)
        camp.append(Figure("balloon", tuple(globe), toned(colours.accent, None, 1.2)))
        camp.append(Figure("gores", tuple(gores), toned(colours.glow, 0.94)))
    return [*camp, *flock(setting, rng, 0.5 - away * 0.1, horizon * 0.4)]
