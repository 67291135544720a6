"""Woods: light shafts between tall stems, birches, a path to a clearing, ridges of pines in mist, a felled wood."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.composition import drawing
from tonescape.render.painter.composition.builder import Stage, area_below, contour, same_winding, shafts
from tonescape.render.painter.composition.model import WORK, Composition, Figure, grid
from tonescape.render.painter.composition.setting import Setting, blend, toned
from tonescape.render.painter.composition.variants import Variant, choose
from tonescape.render.painter.motifs.forest import clearing, glade, woods
from tonescape.render.painter.motifs.forest.stems import bark, near_stems, seen, stems_of, tones_of
from tonescape.render.painter.raster.filters import mix, smoothstep
from tonescape.render.painter.raster.noise import fractal_noise, sample_tile
from tonescape.render.painter.subjects import objects, plants, silhouettes
from tonescape.render.painter.subjects.ridges import ridge_line, song_line
from tonescape.render.painter.subjects.sky import sky
from tonescape.render.painter.subjects.weather import (
    bend_over,
    burning,
    falling,
    flock,
    landscape_setting,
    lightning_bolts,
    rainbow,
    season,
    storm_lean,
)
from tonescape.render.skia import graphics

if TYPE_CHECKING:
    from collections.abc import Callable

    from tonescape.core.records import Brief
    from tonescape.render.painter.raster.filters import Field

    Composer = Callable[[Brief, Setting, np.random.Generator, float], Composition]


def compose(brief: Brief, rng: np.random.Generator) -> Composition:
    """The composition of a song. Draws from `rng` in a fixed order, so one seed gives one picture."""
    ground = float(rng.uniform(0.52, 0.78))
    setting = landscape_setting(brief, rng, horizon=ground - 0.1)
    return VARIANTS[choose(VARIANTS, setting, rng)].compose(brief, setting, rng, ground)


def _inside(brief: Brief, setting: Setting, rng: np.random.Generator, ground: float, kind: str) -> Composition:
    """In the wood: the far light stands at a third, the stems leave it free and the ground leads to it."""
    side = 1.0 if setting.sun[0] > 0.5 else -1.0
    light = (0.5 + side * float(rng.uniform(0.02, 0.26)), ground - float(rng.uniform(0.12, 0.3)))
    thick = float(rng.uniform(0.7, 1.5))  # a young wood stands dense and thin
    noise = fractal_noise(rng, cells=5, octaves=6, gain=0.6)
    when = season(setting, rng)
    lean = 0.3 * side * (storm_lean(setting) + 0.25 * setting.tension)
    tones = tones_of(setting, when)
    stage = Stage(setting, _glow(setting, rng, light, noise, tones), np.full((WORK, WORK), 0.6 * side), "far light")
    x, y = grid()
    roll = (contour(brief, x[0]) - 0.5) * 0.05
    for number, (count, width, far) in enumerate(((26, 0.007, 0.62), (15, 0.014, 0.4), (9, 0.027, 0.2))):
        foot = ground + roll * (0.4 + number * 0.5) + 0.028 * number**1.6
        floor = _floor(setting, light, foot, far, noise, tones, number)
        stage.add_layer("ground", 0.2 + 0.2 * number, area_below(foot), floor, 0.03)
        sparse = 1 - 0.45 * setting.calm  # the gentle wood is an open one
        stems = stems_of(brief, rng, light, foot, round(count * sparse / thick), thick * width, number, lean)
        stage.add_layer(
            "stems", 0.25 + 0.2 * number, seen(stems), bark(stems, light, tones, far, setting, kind, noise), 1.57
        )
        if number == 1:
            beam = shafts(
                setting, rng, (light[0] + side * 0.25, -0.3), noise=fractal_noise(rng, cells=9, octaves=2, size=256)
            )
            strength = (0.55 + 0.5 * setting.contrast) * (0.45 + 0.55 * setting.valence) * (1 - 0.3 * setting.gloom)
            fade = smoothstep(ground + 0.24, ground - 0.1, y * np.ones_like(x))
            stage.veil(
                np.clip(beam * strength * fade, 0, 0.85),
                toned(blend(setting.colours.glow, tones["lit"], 0.5), None, 1.1),
            )
    if kind == "path":
        stage.add_layer(
            "ground", 0.66, _path(rng, light[0], ground, noise), _path_colour(tones, setting, y), 0.3 * side
        )
    held: list[Figure] = []
    focus: tuple[float, float] | None = None
    if kind == "brook":
        held, focus = glade.brook(stage, setting, rng, light, ground, noise, tones)
    elif kind == "hut":
        held, focus = glade.hut(setting, rng, light, ground, when, tones)
    stage.veil(_leaf_light(setting, light, ground, noise), tones["lit"])
    canopy = _canopy(brief, setting, rng, light, noise)
    if when in ("bare", "frost"):  # no leaves: what closes the view above is a few twigs and the near stems
        canopy = canopy * smoothstep(0.5, 0.7, sample_tile(noise, x * 3.4, y * 3.4))
    leaves = sample_tile(noise, x * 2.1 + 0.3, y * 2.1)
    leafy = mix(np.broadcast_to(tones["dark"], (WORK, WORK, 3)), np.broadcast_to(tones["leaf"], (WORK, WORK, 3)),
                smoothstep(0.35, 0.9, leaves + 0.35 * np.exp(-np.hypot(x - light[0], y - light[1]) / 0.3)))  # fmt: skip
    stage.add_layer("canopy", 0.8, canopy, leafy, None)
    if kind == "giant":
        held, focus = glade.giant(stage, setting, rng, light, tones, noise)
    else:
        near = near_stems(rng, light, ground, lean)
        stage.add_layer("near stems", 0.9, seen(near), bark(near, light, tones, 0.0, setting, kind, noise), 1.57)
    stage.lab = falling(stage.lab, setting, rng, when)
    if not held:
        held, focus = _life(setting, rng, light, ground, tones)
    stage.draw(held)
    parameters = (
        ("ground", ground),
        ("light", 1.0 - setting.gloom),
        ("stems", 50.0),
        ("kind", float(NAMES.index(kind))),
    )
    return stage.finish(focus=focus or light, horizon=ground, parameters=parameters, light=light)


def _glow(
    setting: Setting, rng: np.random.Generator, light: tuple[float, float], noise: Field, tones: dict[str, Field]
) -> Field:
    """Behind all stems: the place where the wood ends and light comes in, leaves closing round it."""
    x, y = grid()
    away = np.hypot((x - light[0]) * 1.1, (y - light[1]) * 0.8)
    wide = 0.22 + 0.16 * setting.valence
    lab = mix(np.broadcast_to(tones["air"], (WORK, WORK, 3)), np.broadcast_to(tones["dark"], (WORK, WORK, 3)),
              smoothstep(0.15, 0.95, away) * (0.75 - 0.25 * setting.valence))  # fmt: skip
    lab = mix(lab, np.broadcast_to(tones["lit"], lab.shape), np.exp(-((away / wide) ** 1.5)))
    clump = sample_tile(noise, x * 1.3 + rng.random(), y * 1.3 + rng.random())
    shade = smoothstep(0.42, 0.62, clump + 0.18 * smoothstep(0.1, 0.6, away) - 0.12)
    lab = mix(
        lab,
        np.broadcast_to(tones["leaf"], lab.shape),
        shade * (0.35 + 0.25 * setting.contrast) * smoothstep(0.05, 0.3, away),
    )
    gaps = smoothstep(0.7, 0.86, sample_tile(noise, x * 3.1 + 0.2, y * 3.1 + 0.7)) * np.exp(-away / 0.35)
    return mix(lab, np.broadcast_to(setting.colours.glow, lab.shape), gaps * (0.2 + 0.5 * setting.valence))


def _floor(
    setting: Setting,
    light: tuple[float, float],
    foot: Field,
    far: float,
    noise: Field,
    tones: dict[str, Field],
    number: int,
) -> Field:
    """Moss and leaves: bright under the light, dark towards us, dappled in perspective."""
    x, y = grid()
    down = np.clip(y - foot[None, :], 0.004, 1)
    spots = sample_tile(noise, (x - 0.5) / (down + 0.12) * 0.22 + 0.37 * number, 0.16 / (down + 0.05) + 0 * x)
    near = smoothstep(0.0, 0.36, down + 0.09 * number)
    mossy = blend(tones["air"], tones["leaf"], 0.5)
    body = mix(np.broadcast_to(mossy, (WORK, WORK, 3)), np.broadcast_to(tones["dark"], (WORK, WORK, 3)),
               np.clip(near * 0.95 + 0.1 * (1 - far), 0, 0.94))  # fmt: skip
    pool = np.exp(-((np.abs(x - light[0]) / (0.2 + 0.5 * down)) ** 2)) * (1 - 0.6 * near)
    dapple = smoothstep(0.5, 0.75, spots + 0.16 * pool) * (0.25 + 0.75 * pool)
    return mix(
        body,
        np.broadcast_to(tones["lit"], body.shape),
        np.clip(dapple * (0.3 + 0.5 * setting.contrast * setting.valence) + 0.4 * pool * far, 0, 0.85),
    )


def _path(rng: np.random.Generator, goal: float, ground: float, noise: Field) -> Field:
    """Alpha of a path that winds to the light, narrowing as it goes."""
    x, y = grid()
    t = np.clip((y - ground - 0.03) / (1 - ground), 0, 1.2)
    swing = rng.choice([-1, 1]) * rng.uniform(0.08, 0.16)
    middle = goal + swing * np.sin(t * np.pi * 1.05) + (0.5 + rng.uniform(-0.12, 0.12) - goal) * t**1.3
    half = 0.008 + 0.13 * t**1.35
    ragged = (sample_tile(noise, x * 1.7, y * 3.1) - 0.5) * 0.5
    edge = (half * (1 + ragged) - np.abs(x - middle)) / (0.006 + 0.02 * t)
    return np.asarray(np.clip(edge + 0.5, 0, 1) * np.clip((y - ground - 0.03) * WORK, 0, 1), np.float32)


def _path_colour(tones: dict[str, Field], setting: Setting, y: Field) -> Field:
    far = blend(tones["lit"], tones["air"], 0.25)
    near = blend(blend(tones["dark"], tones["air"], 0.45), setting.colours.accent, 0.25)
    return mix(
        np.broadcast_to(far, (WORK, WORK, 3)),
        np.broadcast_to(near, (WORK, WORK, 3)),
        smoothstep(0.62, 0.98, y) * np.ones((WORK, WORK), np.float32),
    )


def _leaf_light(setting: Setting, light: tuple[float, float], ground: float, noise: Field) -> Field:
    """Haze that glows round the light and thickens along the ground when the song is quiet."""
    x, y = grid()
    away = np.hypot(x - light[0], y - light[1])
    low = (
        np.exp(-(((y - ground) / 0.07) ** 2))
        * smoothstep(0.3, 0.7, sample_tile(noise, x * 0.4, y * 1.5))
        * setting.mist
    )
    return np.asarray(np.clip(0.55 * np.exp(-((away / 0.17) ** 1.4)) * setting.glow + 0.55 * low, 0, 0.8), np.float32)


def _canopy(
    brief: Brief, setting: Setting, rng: np.random.Generator, light: tuple[float, float], noise: Field
) -> Field:
    """Alpha of the leaves overhead: an arch over the light whose edge follows the song's energy."""
    x, y = grid()
    reach = 0.06 + 0.14 * contour(brief, x) + 0.5 * np.abs(x - light[0]) ** 1.4 + 0.06 * setting.gloom
    ragged = (sample_tile(noise, x * 2.2 + rng.random(), y * 2.2 + rng.random()) - 0.5) * 0.3
    return np.asarray(smoothstep(0.0, 0.02, reach + ragged - y), np.float32)


def _life(
    setting: Setting,
    rng: np.random.Generator,
    light: tuple[float, float],
    ground: float,
    tones: dict[str, Field],
) -> tuple[list[Figure], tuple[float, float] | None]:
    """Before the light a stag or a walker; flowers and petals when glad, fire when tense, a fallen stem when sad."""
    dark = mix(setting.colours.shadow, tones["dark"], 0.3)
    figures: list[Figure] = []
    choice = rng.choice(["deer", "walker", "none"], p=[0.4, 0.3, 0.3])
    x, foot = light[0] + float(rng.uniform(-0.03, 0.03)), ground + float(rng.uniform(0.045, 0.07))
    if setting.tension > 0.5 and rng.random() < 0.6:
        figures += burning(setting, rng, light[0], ground + 0.06, 0.4, 0.24 + 0.2 * setting.tension)
        return figures, (light[0], ground)
    if choice == "deer":
        facing = -1 if light[0] > 0.5 else 1
        figures.append(Figure("deer", tuple(objects.deer(x, foot, 0.105, facing=facing)), dark))
    elif choice == "walker":
        figures.append(Figure("walker", tuple(silhouettes.walker(rng, x, foot, 0.085)), dark))
    if setting.gloom > 0.3:
        side = -1 if light[0] > 0.5 else 1
        fallen = plants.limb((0.5 + side * 0.46, 0.95), (0.5 - side * 0.12, 0.84), 0.026, 0.01, bend=0.03 * side)
        snags = [
            plants.limb((0.5 + side * at, 0.9), (0.5 + side * (at - 0.06), 0.8), 0.006, 0.002) for at in (0.24, 0.1)
        ]
        figures.append(Figure("fallen", (fallen, *snags), dark))
    if setting.valence > 0.3:
        ferns: list[Field] = []
        for _ in range(9):
            at = 0.5 + rng.choice([-1, 1]) * rng.uniform(0.15, 0.55)
            ferns += silhouettes.reeds(rng, at, 1.0, rng.uniform(0.06, 0.16), 0.04, 12)
        figures.append(
            Figure("ferns", tuple(ferns), blend(setting.colours.shadow, tones["leaf"], 0.25 + 0.3 * setting.valence))
        )
    if setting.joy > 0.3:
        at = rng.uniform(0, 1, (2, int(70 * setting.joy)))
        heads = plants.scatter_flowers(rng, at[0], 0.84 + 0.15 * at[1], 0.012, "poppy")
        figures.append(Figure("petals", tuple(heads), toned(setting.colours.accent, None, 1.2)))
    if rng.random() < 0.3 + 0.5 * setting.joy + 0.2 * setting.calm - setting.gloom:
        drift = plants.petals(rng, 26, (light[0], light[1] + 0.1), 0.2, 0.008)
        figures.append(Figure("leaves", tuple(drift), blend(setting.colours.accent, setting.colours.glow, 0.35)))
    return figures, ((x, foot - 0.05) if choice != "none" else None)


def _ridges(brief: Brief, setting: Setting, rng: np.random.Generator) -> Composition:
    """Over the tree tops: ridge behind ridge of pines, mist between; the farthest ridge is the song's."""
    horizon = float(rng.uniform(0.42, 0.56))
    sky_image = sky(setting, rng, horizon)
    stage = Stage(setting, sky_image.lab, sky_image.drift)
    x, y = grid()
    c, noise = setting.colours, fractal_noise(rng, cells=4, octaves=5, size=256)
    layers = int(rng.integers(4, 6))
    for number in range(layers):
        share = number / (layers - 1)
        raw = song_line(brief, x, rng, setting)[0] if number == 0 else ridge_line(x, rng, setting)[0]
        base = horizon + (0.98 - horizon) * share**1.25
        line = base - raw * (0.17 + 0.05 * share) - (sample_tile(noise, x * 2, x * 0 + share)[0] - 0.5) * 0.02
        tall = (0.014 + 0.15 * share**1.7) * (0.75 + 0.5 * contour(brief, 1 - x[0]))
        dense = 0.007 + 0.02 * share**1.4
        local = blend(c.lands[2], blend(c.lands[1], c.shadow, 0.7), share**0.8)
        air = sky_image.air + (c.glow - sky_image.air) * (sky_image.scatter * 0.5)[:, None]
        colour = mix(
            np.broadcast_to(local, (WORK, WORK, 3)),
            np.broadcast_to(air[None], (WORK, WORK, 3)),
            0.62 * (1 - share) ** 1.3,
        )
        name, depth = f"ridge {number + 1}", 0.2 + 0.7 * share
        for row in range(1 if number == 0 else 3):  # trees stand down the slope too, each row a little darker
            clump = 0.55 + 0.9 * smoothstep(0.3, 0.75, sample_tile(noise, x * 1.6 + 0.4 * row, x * 0 + share)[0])
            own = (line + row * 0.5 * tall).astype(np.float32)
            shapes = plants.wood_line(rng, own, tall * clump, kind="pine", step=dense * (1 + 0.5 * row))
            alpha = np.maximum(area_below(own - 0.12 * tall * clump), graphics.mask(same_winding(shapes), WORK))
            stage.add_layer(
                name, depth, alpha, mix(colour, np.broadcast_to(c.shadow, colour.shape), 0.13 * row * share), 1.57
            )
        if number < layers - 1:
            torn = sample_tile(noise, x * 0.5 + 0.3 * number, y * 2.2 + 0.17 * number)
            fog = np.exp(-(((y - base - 0.03) / (0.05 + 0.03 * share)) ** 2)) * smoothstep(0.2, 0.75, torn)
            stage.veil(fog * (0.3 + 0.55 * setting.mist), mix(air, np.broadcast_to(c.glow, air.shape), 0.15)[None])
    away = -1 if setting.sun[0] > 0.5 else 1
    stage.lab = falling(rainbow(stage.lab, setting, rng, horizon), setting, rng, season(setting, rng))
    figures = lightning_bolts(setting, rng, 0.5 + away * 0.22, horizon + 0.05)
    figures += flock(setting, rng, 0.5 + away * rng.uniform(0.05, 0.22), horizon * rng.uniform(0.3, 0.55), 0.018)
    # one that stands out from all the others: tall and whole, or dead and bare
    at, tall = 0.5 - away * float(rng.uniform(0.14, 0.2)), float(rng.uniform(0.5, 0.66))
    lone = clearing.snag(rng, at, 1.03, 1.15 * tall) if setting.valence < 0.4 else silhouettes.pine(rng, at, 1.03, tall)
    figures.append(Figure("tree", tuple(bend_over(lone, 1.03, away * storm_lean(setting))), toned(c.shadow, None, 0.9)))
    stage.draw(figures)
    parameters = (("ridges", float(layers)), ("horizon", horizon), ("mist", setting.mist), ("kind", 3.0))
    focus = drawing.centre(figures, ("lightning",)) or (at, 1.03 - 0.7 * tall)
    return stage.finish(focus=focus, horizon=horizon, parameters=parameters)


def _own_ground(make: Callable[[Brief, Setting, np.random.Generator], Composition]) -> Composer:
    """A composition that is not seen from inside the wood and lays its own ground."""
    return lambda brief, setting, rng, ground: make(brief, setting, rng)


# paths and brooks for the glad, birches for the gentle, dead stems and a storm for the tense, stumps, tree tops in
# mist and bare woods over a field for the sad
VARIANTS: tuple[Variant[Composer], ...] = (
    Variant("path", lambda s: 0.06 + 0.6 * s.joy, partial(_inside, kind="path")),
    Variant("birches", lambda s: 0.05 + 0.6 * s.calm, partial(_inside, kind="birches")),
    Variant("pillars", lambda s: 0.08 + 0.3 * s.tension, partial(_inside, kind="pillars")),
    Variant("ridges", lambda s: 0.02 + 0.25 * s.gloom + 0.1 * s.tension + 0.2 * s.calm, _own_ground(_ridges)),
    Variant("felled", lambda s: max(0.0, 0.35 * s.gloom + 0.3 * s.tension - 0.1), _own_ground(clearing.felled)),
    Variant("brook", lambda s: 0.04 + 0.45 * s.calm + 0.4 * s.joy, partial(_inside, kind="brook")),
    Variant("hut", lambda s: 0.04 + 0.3 * s.gloom + 0.15 * s.calm, partial(_inside, kind="hut")),
    Variant(
        "giant",
        lambda s: 0.04 + 0.25 * s.joy + 0.2 * s.calm + 0.25 * s.tension + 0.1 * s.gloom,
        partial(_inside, kind="giant"),
    ),
    Variant(
        "outside",
        lambda s: 0.04 + 0.45 * s.gloom + 0.3 * s.joy + 0.3 * s.calm + 0.2 * s.tension,
        _own_ground(woods.outside),
    ),
    Variant(
        "above",
        lambda s: 0.04 + 0.25 * s.joy + 0.2 * s.calm + 0.2 * s.tension + 0.12 * s.gloom,
        _own_ground(woods.above),
    ),
    Variant("storm", lambda s: max(0.0, 0.8 * s.tension - 0.12), _own_ground(woods.storm)),
)

NAMES = tuple(variant.name for variant in VARIANTS)
