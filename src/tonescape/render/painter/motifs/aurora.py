"""Northern lights over snow: curtains that fold with the song's energy, above a lake, a cabin, peaks or pines."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.composition.builder import (
    Stage,
    area_below,
    beats,
    contour,
    emboss,
    flip_about,
)
from tonescape.render.painter.composition.model import WORK, Composition, Figure, grid
from tonescape.render.painter.composition.setting import Setting, blend, lab, setting_for, toned
from tonescape.render.painter.composition.variants import MoodVariant, choose_by_mood
from tonescape.render.painter.raster.filters import blur, mix, smoothstep, upsample2
from tonescape.render.painter.raster.noise import fractal_noise, sample_tile
from tonescape.render.painter.subjects import objects, plants, silhouettes
from tonescape.render.painter.subjects.ridges import ridge_line, song_line
from tonescape.render.painter.subjects.sky import sky
from tonescape.render.painter.subjects.water import water
from tonescape.render.painter.subjects.weather import bend_over, falling, storm_lean, valence_arousal

if TYPE_CHECKING:
    from collections.abc import Callable

    from tonescape.core.records import Brief
    from tonescape.render.painter.raster.filters import Field

# a mirror for the calm, a lit home for the glad, bare peaks for the tense, dark pines for the sad
VARIANTS = (
    MoodVariant("lake", lambda v, a: 0.1 + 0.7 * v * (1 - a), (0.6, 0.7)),
    MoodVariant("cabin", lambda v, a: 0.1 + 0.6 * v, (0.6, 0.7)),
    MoodVariant("peaks", lambda v, a: 0.1 + 0.9 * a * (1 - v), (0.6, 0.7)),
    MoodVariant("pines", lambda v, a: 0.14 + 0.4 * (1 - v), (0.78, 0.86)),
)
"""the last of each: unit y of the horizon, from and to"""


def compose(brief: Brief, rng: np.random.Generator) -> Composition:
    """The composition of a song. Draws from `rng` in a fixed order, so one seed gives one picture."""
    v, a = valence_arousal(brief)
    number = choose_by_mood(VARIANTS, v, a, rng)
    kind = VARIANTS[number].name
    horizon = float(rng.uniform(*VARIANTS[number].compose))
    setting = _night(setting_for(brief, rng, horizon=horizon, phase="night"))
    sky_image = sky(setting, rng, horizon)
    low, high = _curtains(brief, setting, rng, horizon)
    green, violet = _lights(setting)
    stage = Stage(setting, sky_image.lab, np.where(low + high > 0.25, np.pi / 2, sky_image.drift))
    stage.veil(np.clip(0.3 * blur(low, 30.0), 0, 0.4), blend(green, setting.colours.sky, 0.35))
    stage.veil(np.clip(high, 0, 0.85), violet)
    stage.veil(np.clip(low * 1.15, 0, 0.96), green)
    stage.veil(np.clip(low - 0.6, 0, 1) * 1.5, blend(green, setting.colours.glow, 0.6))
    stage.add_layer(
        "aurora", 0.05, smoothstep(0.3, 0.5, low), stage.lab
    )  # a plane of its own, so that no style loses its outline
    noise = fractal_noise(rng, cells=4, octaves=6, gain=0.55, ridged=0.4)
    tall = (0.2 + 0.16 * setting.arousal) if kind == "peaks" else 0.05 + 0.1 * setting.arousal
    _range(stage, brief, rng, noise, horizon, green, tall)
    if kind == "lake":
        ground = horizon + 0.01
        lake = water(
            flip_about(stage.lab, ground), replace(setting, wind=0.35 * setting.wind), rng, horizon=ground, eye=0.32
        )
        _, y = grid()
        stage.add_layer(
            "water", 0.6, np.broadcast_to(np.clip((y - ground) * WORK + 0.5, 0, 1), (WORK, WORK)), lake, 0.0
        )
    _snow(stage, brief, rng, noise, horizon, green, kind)
    figures, focus = _figures(brief, setting, rng, kind, horizon)
    if setting.gloom > 0.35:
        stage.lab = falling(stage.lab, setting, rng, "frost")
    stage.draw(figures)
    brightest = np.unravel_index(int(np.argmax(blur(low, 12.0))), low.shape)
    parameters = (
        ("horizon", horizon),
        ("glow", setting.glow),
        ("fold", setting.wind),
        ("kind", float(number)),
    )
    return stage.finish(
        focus=focus or (brightest[1] / WORK, brightest[0] / WORK), horizon=horizon, parameters=parameters
    )


def _night(setting: Setting) -> Setting:
    """A night that a glad song lifts to the blue hour; few clouds; a planet in place of the moon."""
    c, v = setting.colours, setting.valence
    colours = replace(
        c,
        zenith=toned(blend(c.zenith, c.lands[1], 0.3), 0.14 + 0.19 * v, 1.2),
        sky=toned(blend(c.sky, c.lands[1], 0.4), 0.22 + 0.24 * v, 1.2),
        horizon=toned(c.horizon, 0.36 + 0.3 * v, 1.1),
    )
    return replace(
        setting,
        colours=colours,
        cloud=0.12 + 0.4 * setting.tension,
        sun_size=0.0085,
        glow=0.5 * setting.glow,
        mist=0.6 * setting.mist,
    )


def _curtains(brief: Brief, setting: Setting, rng: np.random.Generator, horizon: float) -> tuple[Field, Field]:
    """(low, high): light of the curtains and of the fringe far above their hem, [WORK, WORK] in [0, 1].

    A curtain hangs from a hem that swings across the whole picture: bright and sharp below, fading upwards over a
    height that the song's energy draws, in broad folds. Fine rays only modulate it: alone, a brush would tear them.
    """
    half = WORK // 2  # light in the air is soft
    centre = (np.arange(half, dtype=np.float32) + 0.5) / half
    x, y = centre[None, :], centre[:, None]
    folds = fractal_noise(rng, cells=3, octaves=3, gain=0.6, size=256)
    dark: Field = np.ones((half, half), np.float32)
    high: Field = np.zeros((half, half), np.float32)
    loud = contour(brief, x)
    # one still arc, a ribbon, or veils that whip across each other
    weights = np.array([0.15 + 1.2 * setting.calm + 0.5 * setting.gloom, 0.3, 0.1 + 0.9 * setting.arousal])
    form = str(rng.choice(["arc", "ribbon", "veils"], p=weights / weights.sum()))
    swing = 0.02 + 0.13 * setting.wind
    for number in range({"arc": 1, "ribbon": 2, "veils": 3}[form]):
        phase = rng.uniform(0, 2 * np.pi, 4)
        # seen from below a curtain overhangs itself: where it hangs depends on the height too
        at = x + swing * np.sin(2 * np.pi * y / horizon * rng.uniform(0.7, 1.2) + phase[0]).astype(np.float32)
        hem = (
            0.6
            - 0.16 * number
            + rng.choice([-1, 1]) * rng.uniform(0.1, 0.35 + 0.4 * setting.tension) * (at - 0.5) * (form != "arc")
        )
        if form == "arc":
            hem = hem + 0.14 - 0.3 * np.cos((at - rng.uniform(0.3, 0.7)) * 2.2)
        hem = hem + swing * np.sin(2 * np.pi * at * rng.uniform(1.2, 2.0) + phase[1])
        hem = horizon * (hem + 0.6 * swing * np.sin(2 * np.pi * at * rng.uniform(2.8, 4.2) + phase[2]))
        lean = rng.uniform(-0.3, 0.3)
        above = np.asarray(hem - y, np.float32)
        across = at + lean * above
        fold = smoothstep(0.2, 0.8, sample_tile(folds, across * rng.uniform(0.7, 1.1), x * 0 + rng.random()))
        fold = fold * np.exp(-(((at - rng.uniform(0.25, 0.75)) / rng.uniform(0.4, 0.6)) ** 4))
        ray = sample_tile(folds, across * 5.0, x * 0 + rng.random())
        tall = horizon * (0.16 + 0.14 * setting.arousal + 0.16 * loud) * (0.6 + 0.7 * fold) * (1 - 0.15 * number)
        up = np.maximum(above, 0)
        shine = (0.2 + 0.6 * fold + 0.2 * loud) * (0.72 + 0.4 * ray) * (1 - 0.18 * number)
        light = smoothstep(-0.02, 0.025, above) * np.exp(-((up / tall) ** 1.4)) * shine
        dark = dark * (1 - np.clip(light, 0, 1))
        high = np.maximum(high, np.exp(-up / (1.5 * tall)) * smoothstep(0.0, 0.9, up / tall) * shine)
    power = 0.8 + 0.3 * setting.arousal + 0.1 * setting.valence
    power = power * (1 - 0.35 * setting.gloom)
    low, top = np.clip((1 - dark) * power, 0, 1), np.clip(high * power, 0, 1)
    return upsample2(low.astype(np.float32)), upsample2(top.astype(np.float32))


def _lights(setting: Setting) -> tuple[Field, Field]:
    """The curtain's colour, green as oxygen's line, or the palette's ember when the song is tense; its fringe's."""
    c, v = setting.colours, setting.valence
    natural = lab(0.56 + 0.32 * v, 0.07 + 0.11 * v + 0.03 * setting.arousal, 165 - 15 * setting.joy)
    ember = toned(blend(c.accent, c.glow, 0.35), 0.62 + 0.12 * v, 1.15)
    green = blend(natural, ember, float(np.clip(1.5 * setting.tension - 0.15, 0, 1)))
    return green, toned(blend(c.accent, c.zenith, 0.3), 0.34 + 0.26 * v, 1.2 + 0.3 * setting.arousal)


def _range(
    stage: Stage,
    brief: Brief,
    rng: np.random.Generator,
    noise: Field,
    horizon: float,
    green: Field,
    tall: float,
) -> None:
    """Snow mountains: the farthest line is the song's; faces turned to the light take the aurora's colour."""
    setting = stage.setting
    x, y = grid()
    side = 1.0 if setting.sun[0] > 0.5 else -1.0
    for number in range(2):
        line = song_line(brief, x, rng, setting)[0] if number == 0 else ridge_line(x, rng, setting)[0]
        line = line + (sample_tile(noise, x * 1.3 + 0.2 * number, x[:, :1] * 0)[0] - 0.5) * 0.3
        top = (horizon + 0.012 - line * tall * (1 - 0.45 * number) - 0.006).astype(np.float32)
        down = np.maximum(y - top[None, :], 0)
        lit, dark = _snow_tones(setting, green)
        rock = blend(setting.colours.shadow, setting.colours.zenith, 0.45)
        far = float(np.clip(0.5 - 0.25 * number + 0.3 * setting.mist, 0, 0.75))
        colour = _faces(setting, noise, down, (lit, dark, rock), 0.3 * number, far)
        stage.paint(f"range {number + 1}", 0.2 + 0.15 * number, area_below(top), colour, 0.9 * side)


def _faces(
    setting: Setting, noise: Field, down: Field, tones: tuple[Field, Field, Field], shift: float, far: float
) -> Callable[[slice, slice], Field]:
    """Snow lit and in shade and bare rock on a mountain, by rows and columns. down : [WORK, WORK] under its crest"""
    x, y = grid()
    side = 1.0 if setting.sun[0] > 0.5 else -1.0

    def colour(rows: slice, columns: slice) -> Field:
        at, level = x[:, columns], y[rows]
        face = emboss(noise, at * 1.5 + side * down[rows, columns] * 1.2, level * 1.1 + shift, side=side, depth=1.5)
        tone = mix(tones[1][None, None], tones[0], smoothstep(0.38, 0.68, face))
        bare = smoothstep(0.6, 0.75, sample_tile(noise, at * 2.2, level * 2.2)) * (0.25 + 0.5 * setting.rough)
        return mix(mix(tone, tones[2], np.asarray(bare, np.float32)), setting.colours.horizon, far)

    return colour


def _snow_tones(setting: Setting, green: Field) -> tuple[Field, Field]:
    """Snow under this sky: lit, and in shade."""
    c = setting.colours
    lit = toned(blend(blend(c.glow, c.sky, 0.3), green, 0.25), 0.44 + 0.52 * setting.valence)
    return lit, toned(blend(c.sky, c.zenith, 0.4), 0.22 + 0.46 * setting.valence)


def _snow(
    stage: Stage,
    brief: Brief,
    rng: np.random.Generator,
    noise: Field,
    horizon: float,
    green: Field,
    kind: str,
) -> None:
    """Drifts of snow to our feet, each with a lit back and a blue hollow; woods stand on the farther ones."""
    setting = stage.setting
    x, y = grid()
    side = 1.0 if setting.sun[0] > 0.5 else -1.0
    lit, dark = _snow_tones(setting, green)
    first = 0.86 if kind == "lake" else horizon + 0.015
    count = 1 if kind == "lake" else 3
    for number in range(count):
        share = (number + 1) / count
        base = first + (0.93 - first) * number / max(1, count - 1) if count > 1 else first
        wave = (
            np.sin(2 * np.pi * (x[0] * rng.uniform(0.5, 1.1) + rng.random())) * 0.025
            + (sample_tile(noise, x * 0.4, x[:, :1] * 0 + share)[0] - 0.5) * 0.05
        )
        if kind == "lake":  # the bank leaves the middle of the lake open
            wave = wave + 0.14 - 0.3 * np.abs(x[0] - (0.72 if setting.sun[0] > 0.5 else 0.28)) ** 1.5
        top = (base + wave).astype(np.float32)
        down = np.maximum(y - top[None, :], 0)
        if number < 2 and kind != "pines":
            tall = (
                (0.03 + 0.05 * contour(brief, x[0]))
                * (0.8 + 0.7 * number)
                * smoothstep(0.4, 0.62, sample_tile(noise, x * 0.7 + 0.5, x[:, :1] * 0)[0])
            )
            wood = plants.wood_line(rng, top, np.maximum(tall, 0.002), kind="pine", step=0.012 + 0.006 * number)
            stage.polygons(
                f"wood {number + 1}",
                0.62 + 0.08 * number,
                wood,
                blend(setting.colours.shadow, setting.colours.zenith, 0.35 - 0.2 * number),
                1.57,
            )
        soft = emboss(noise, x * 0.5 + 0.2 * number, down * 0.9 + 0.4, side=side, depth=1.3)
        light = np.clip(smoothstep(0.3, 0.75, soft) * np.exp(-down / 0.22) + 0.25 * np.exp(-down / 0.03), 0, 1)
        colour = mix(np.broadcast_to(dark, stage.lab.shape), np.broadcast_to(lit, stage.lab.shape), light)
        colour = mix(
            colour,
            np.broadcast_to(setting.colours.shadow, colour.shape),
            0.35 * smoothstep(0.0, 0.3, down) * share * (1 - 0.5 * setting.valence),
        )
        stage.add_layer("snow", 0.64 + 0.08 * number if number < count - 1 else 0.85, area_below(top), colour, 0.06)


def _figures(
    brief: Brief, setting: Setting, rng: np.random.Generator, kind: str, horizon: float
) -> tuple[list[Figure], tuple[float, float] | None]:
    """A lit cabin, a tent or a walker on the third; pines that frame, tall on the strong beats."""
    c = setting.colours
    x = (1 / 3 if setting.sun[0] > 0.5 else 2 / 3) + float(rng.uniform(-0.04, 0.04))
    dark, warm = blend(c.shadow, c.zenith, 0.1), toned(blend(c.glow, c.accent, 0.35), 0.82, 1.6)
    figures: list[Figure] = []
    frame: list[Field] = []
    bars = beats(brief, 16)
    for k in range(16):
        at = (k + rng.uniform(0.2, 0.8)) / 16
        edge = abs(at - 0.5) * 2
        tall = {"pines": 0.16 + 0.5 * edge**1.2, "lake": 0.0, "cabin": 0.36 * max(0.0, edge - 0.5) * 2, "peaks": 0.0}[
            kind
        ]
        if tall > 0.05:
            frame += silhouettes.pine(rng, at, 1.02, tall * (0.6 + 0.6 * float(bars[k])))
    if kind == "lake":
        away = 0.06 if setting.sun[0] > 0.5 else 0.94
        for _ in range(5):
            frame += silhouettes.pine(rng, away + rng.normal(0, 0.05), 0.97, rng.uniform(0.2, 0.5))
    choice = "cabin" if kind == "cabin" else str(rng.choice(["tent", "walker", "deer"]))
    if setting.valence < 0.4 and rng.random() < 0.7:
        choice = "ruin" if setting.arousal < 0.5 else "tree"
    foot = {"lake": 0.955, "cabin": horizon + 0.12, "peaks": 0.9, "pines": 0.94}[kind]
    if choice == "cabin":
        parts = objects.house(x, foot, 0.085, facing=1 if setting.sun[0] > 0.5 else -1)
        tints = (dark, _snow_tones(setting, c.glow)[0], warm)
        figures += [Figure("house", tuple(part), tint) for part, tint in zip(parts, tints, strict=True)]
    elif choice == "tent":
        cloth, door = objects.tent(x, foot, 0.06)
        figures += [Figure("tent", tuple(cloth), blend(warm, c.accent, 0.45)), Figure("door", tuple(door), warm)]
    elif choice == "ruin":
        figures.append(
            Figure("ruin", tuple(objects.ruin(x, foot + 0.005, 0.16, facing=1 if x < 0.5 else -1)), c.shadow)
        )
    elif choice == "tree":
        wood = bend_over(silhouettes.bare_tree(rng, x, foot + 0.01, 0.4), foot, (0.5 - x) * storm_lean(setting) * 3)
        figures.append(Figure("tree", tuple(wood), c.shadow))
    elif choice == "deer":
        figures.append(Figure("deer", tuple(objects.deer(x, foot, 0.1, facing=1 if x < 0.5 else -1)), c.shadow))
    else:
        figures.append(Figure("walker", tuple(silhouettes.walker(rng, x, foot, 0.075)), c.shadow))
    if frame:
        figures.insert(0, Figure("pines", tuple(frame), dark))
    return figures, (x, foot - 0.03)
