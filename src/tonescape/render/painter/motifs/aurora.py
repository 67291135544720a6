"""Northern lights over snow: curtains that fold with the song's energy, above a lake, a cabin, peaks or pines."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter import figures, plants, props
from tonescape.render.painter.field import blur, look, mix, step, tile
from tonescape.render.painter.outline import ridge_line, song_line
from tonescape.render.painter.scene import WORK, Composition, Figure, grid
from tonescape.render.painter.setting import Setting, blend, lab, setting, toned
from tonescape.render.painter.sky import sky
from tonescape.render.painter.stage import Stage, beats, contour, emboss, flipped, under
from tonescape.render.painter.water import water

if TYPE_CHECKING:
    from tonescape.core.records import Brief
    from tonescape.render.painter.field import Field

KINDS = ("lake", "cabin", "peaks", "pines")


def compose(brief: Brief, rng: np.random.Generator) -> Composition:
    """The composition of a song. Draws from `rng` in a fixed order, so one seed gives one picture."""
    kind = str(rng.choice(KINDS))
    horizon = float(rng.uniform(0.6, 0.7) if kind != "pines" else rng.uniform(0.78, 0.86))
    mood = _night(setting(brief, rng, horizon=horizon, phase="night"))
    heaven = sky(mood, rng, horizon)
    low, high, green, violet = _curtains(brief, mood, rng, horizon)
    stage = Stage(mood, heaven.lab, np.where(low + high > 0.25, np.pi / 2, heaven.drift))
    stage.veil(np.clip(high * 0.75, 0, 0.8), violet)
    stage.veil(np.clip(low * 0.95, 0, 0.9), green)
    stage.veil(np.clip(low - 0.62, 0, 1) * 1.1, blend(green, mood.colours.glow, 0.7))
    noise = tile(rng, cells=4, octaves=6, gain=0.55, ridged=0.4)
    _range(stage, brief, mood, rng, noise, horizon, green, 0.26 if kind == "peaks" else 0.1)
    if kind == "lake":
        ground = horizon + 0.01
        lake = water(flipped(stage.lab, ground), replace(mood, wind=0.35 * mood.wind), rng, horizon=ground, eye=0.32)
        _, y = grid()
        stage.lay("water", 0.6, np.broadcast_to(np.clip((y - ground) * WORK + 0.5, 0, 1), (WORK, WORK)), lake, 0.0)
    _snow(stage, brief, mood, rng, noise, horizon, green, kind)
    things, focus = _things(brief, mood, rng, kind, horizon)
    stage.draw(things)
    brightest = np.unravel_index(int(np.argmax(blur(low, 12.0))), low.shape)
    named = (("horizon", horizon), ("glow", mood.glow), ("fold", mood.wind), ("kind", float(KINDS.index(kind))))
    return stage.finish(focus=focus or (brightest[1] / WORK, brightest[0] / WORK), horizon=horizon, named=named)


def _night(mood: Setting) -> Setting:
    """A night that a glad song lifts to the blue hour; few clouds; a planet in place of the moon."""
    c, v = mood.colours, mood.valence
    colours = replace(
        c,
        zenith=toned(blend(c.zenith, c.lands[1], 0.3), 0.15 + 0.27 * v, 1.15),
        sky=toned(blend(c.sky, c.lands[1], 0.4), 0.24 + 0.36 * v, 1.15),
        horizon=toned(c.horizon, 0.38 + 0.44 * v, 1.1),
    )
    return replace(
        mood,
        colours=colours,
        cloud=0.12 + 0.4 * mood.tension,
        sun_size=0.0085,
        glow=0.5 * mood.glow,
        mist=0.6 * mood.mist,
    )


def _curtains(
    brief: Brief, mood: Setting, rng: np.random.Generator, horizon: float
) -> tuple[Field, Field, Field, Field]:
    """(low, high, their two colours): light near the curtains' hem and far above it, [WORK, WORK] in [0, 1].

    A curtain is a folded line seen from below: its points are summed into the picture and smeared upwards, so folds
    seen edge-on come out bright, as the real ones do.
    """
    from scipy.signal import lfilter

    hem = np.zeros((WORK, WORK), np.float32)
    t = np.linspace(-0.25, 1.25, 6000)
    rays = tile(rng, cells=8, octaves=5, gain=0.75, size=256)[0]
    loud = contour(brief, t.clip(0, 1))
    slow = np.interp(t, np.linspace(0, 1, 7), contour(brief, np.linspace(0, 1, 7)))  # the hem swings, it does not shake
    count = int(rng.integers(2, 4))
    for number in range(count):
        deep = 0.05 + 0.09 * mood.wind
        place = t + deep * np.sin(2 * np.pi * (t * rng.uniform(1.1, 2.2) + rng.random()))
        place += 0.3 * deep * np.sin(2 * np.pi * (t * rng.uniform(3, 5) + rng.random()))
        rise = rng.choice([-1, 1]) * rng.uniform(0.1, 0.35)
        y = horizon * (0.5 + 0.16 * number) + rise * (t - 0.5) * horizon
        y += deep * 0.5 * np.sin(2 * np.pi * (t * rng.uniform(0.7, 1.6) + rng.random()))
        y -= 0.1 * (slow - 0.5)
        fine = np.interp((t * rng.uniform(1.5, 3.0)) % 1, np.linspace(0, 1, 256), rays)
        bright = (0.25 + 0.75 * loud) * fine**1.5 * (1.0 - 0.25 * number)
        inside = (place > 0) & (place < 1) & (y > 0) & (y < horizon)
        index = (y[inside] * WORK).astype(int) * WORK + (place[inside] * WORK).astype(int)
        hem += np.bincount(index, bright[inside], WORK * WORK).reshape(WORK, WORK).astype(np.float32)
    hem = blur(hem, 1.3) + 0.45 * blur(hem, 7.0)  # the air near a curtain glows too
    found = []
    for reach in (0.05, 0.05 + 0.14 * (0.5 + mood.arousal)):
        decay = np.exp(-1 / (reach * WORK))
        light = lfilter([1 - decay], [1, -decay], hem[::-1], axis=0)[::-1]
        light = blur(np.asarray(light, np.float32), 1.2)
        found.append(light / (float(np.quantile(light, 0.993)) + 1e-9))
    power = 0.45 + 0.4 * mood.arousal + 0.15 * mood.valence
    c = mood.colours
    natural = lab(0.55 + 0.33 * mood.valence, 0.05 + 0.11 * mood.valence + 0.03 * mood.arousal, 168 - 18 * mood.joy)
    ember = toned(blend(c.accent, c.glow, 0.25), 0.6 + 0.1 * mood.valence, 1.15)
    green = blend(natural, ember, float(np.clip(1.5 * mood.tension - 0.15, 0, 1)))
    violet = toned(blend(c.accent, c.zenith, 0.35), 0.36 + 0.3 * mood.valence, 1.1 + 0.3 * mood.arousal)
    low, high = (np.clip(part * power, 0, 1).astype(np.float32) for part in found)
    return low, high, green, violet


def _range(
    stage: Stage,
    brief: Brief,
    mood: Setting,
    rng: np.random.Generator,
    noise: Field,
    horizon: float,
    green: Field,
    tall: float,
) -> None:
    """Snow mountains: the farthest line is the song's; faces turned to the light take the aurora's colour."""
    x, y = grid()
    side = 1.0 if mood.sun[0] > 0.5 else -1.0
    for number in range(2):
        line = song_line(brief, x, rng, mood)[0] if number == 0 else ridge_line(x, rng, mood)[0]
        line = line + (look(noise, x * 1.3 + 0.2 * number, x[:, :1] * 0)[0] - 0.5) * 0.3
        top = (horizon + 0.012 - line * tall * (1 - 0.45 * number) - 0.006).astype(np.float32)
        down = np.maximum(y - top[None, :], 0)
        face = emboss(noise, x * 1.5 + side * down * 1.2, y * 1.1 + 0.3 * number, side=side, depth=1.5)
        lit, dark = _snow_tones(mood, green)
        rock = blend(mood.colours.shadow, mood.colours.zenith, 0.45)
        colour = mix(
            np.broadcast_to(dark, stage.lab.shape), np.broadcast_to(lit, stage.lab.shape), step(0.38, 0.68, face)
        )
        bare = step(0.6, 0.75, look(noise, x * 2.2, y * 2.2)) * (0.25 + 0.5 * mood.rough)
        colour = mix(colour, np.broadcast_to(rock, colour.shape), bare)
        colour = mix(
            colour,
            np.broadcast_to(mood.colours.horizon, colour.shape),
            np.clip(0.5 - 0.25 * number + 0.3 * mood.mist, 0, 0.75),
        )
        stage.lay(f"range {number + 1}", 0.2 + 0.15 * number, under(top), colour, 0.9 * side)


def _snow_tones(mood: Setting, green: Field) -> tuple[Field, Field]:
    """Snow under this sky: lit, and in shade."""
    c = mood.colours
    lit = blend(toned(blend(c.glow, c.sky, 0.35), 0.42 + 0.46 * mood.valence), green, 0.25)
    return lit, toned(blend(c.sky, c.zenith, 0.4), 0.2 + 0.38 * mood.valence, 1.1)


def _snow(
    stage: Stage,
    brief: Brief,
    mood: Setting,
    rng: np.random.Generator,
    noise: Field,
    horizon: float,
    green: Field,
    kind: str,
) -> None:
    """Drifts of snow to our feet, each with a lit back and a blue hollow; woods stand on the farther ones."""
    x, y = grid()
    side = 1.0 if mood.sun[0] > 0.5 else -1.0
    lit, dark = _snow_tones(mood, green)
    first = 0.86 if kind == "lake" else horizon + 0.015
    count = 1 if kind == "lake" else 3
    for number in range(count):
        share = (number + 1) / count
        base = first + (0.93 - first) * number / max(1, count - 1) if count > 1 else first
        wave = (
            np.sin(2 * np.pi * (x[0] * rng.uniform(0.5, 1.1) + rng.random())) * 0.025
            + (look(noise, x * 0.4, x[:, :1] * 0 + share)[0] - 0.5) * 0.05
        )
        if kind == "lake":  # the bank leaves the middle of the lake open
            wave = wave + 0.14 - 0.3 * np.abs(x[0] - (0.72 if mood.sun[0] > 0.5 else 0.28)) ** 1.5
        top = (base + wave).astype(np.float32)
        down = np.maximum(y - top[None, :], 0)
        if number < 2 and kind != "pines":
            tall = (
                (0.03 + 0.05 * contour(brief, x[0]))
                * (0.8 + 0.7 * number)
                * step(0.4, 0.62, look(noise, x * 0.7 + 0.5, x[:, :1] * 0)[0])
            )
            wood = plants.wood_line(rng, top, np.maximum(tall, 0.002), kind="pine", step=0.012 + 0.006 * number)
            stage.polygons(
                f"wood {number + 1}",
                0.62 + 0.05 * number,
                wood,
                blend(mood.colours.shadow, mood.colours.zenith, 0.35 - 0.2 * number),
                1.57,
            )
        soft = emboss(noise, x * 0.5 + 0.2 * number, down * 0.9 + 0.4, side=side, depth=1.3)
        light = np.clip(step(0.3, 0.75, soft) * np.exp(-down / 0.22) + 0.25 * np.exp(-down / 0.03), 0, 1)
        colour = mix(np.broadcast_to(dark, stage.lab.shape), np.broadcast_to(lit, stage.lab.shape), light)
        colour = mix(
            colour,
            np.broadcast_to(mood.colours.shadow, colour.shape),
            0.35 * step(0.0, 0.3, down) * share * (1 - 0.5 * mood.valence),
        )
        stage.lay("snow", 0.75 + 0.1 * share, under(top), colour, 0.06)


def _things(
    brief: Brief, mood: Setting, rng: np.random.Generator, kind: str, horizon: float
) -> tuple[list[Figure], tuple[float, float] | None]:
    """A lit cabin, a tent or a walker on the third; pines that frame, tall on the strong beats."""
    c = mood.colours
    x = (1 / 3 if mood.sun[0] > 0.5 else 2 / 3) + float(rng.uniform(-0.04, 0.04))
    dark, warm = blend(c.shadow, c.zenith, 0.1), toned(blend(c.glow, c.accent, 0.35), 0.82, 1.6)
    things: list[Figure] = []
    frame: list[Field] = []
    bars = beats(brief, 16)
    for k in range(16):
        at = (k + rng.uniform(0.2, 0.8)) / 16
        edge = abs(at - 0.5) * 2
        tall = {"pines": 0.16 + 0.5 * edge**1.2, "lake": 0.0, "cabin": 0.36 * max(0.0, edge - 0.5) * 2, "peaks": 0.0}[
            kind
        ]
        if tall > 0.05:
            frame += figures.pine(rng, at, 1.02, tall * (0.6 + 0.6 * float(bars[k])))
    if kind == "lake":
        away = 0.06 if mood.sun[0] > 0.5 else 0.94
        for _ in range(5):
            frame += figures.pine(rng, away + rng.normal(0, 0.05), 0.97, rng.uniform(0.2, 0.5))
    choice = "cabin" if kind == "cabin" else str(rng.choice(["tent", "walker", "deer"]))
    foot = {"lake": 0.955, "cabin": horizon + 0.12, "peaks": 0.9, "pines": 0.94}[kind]
    if choice == "cabin":
        parts = props.house(x, foot, 0.085, facing=1 if mood.sun[0] > 0.5 else -1)
        tints = (dark, _snow_tones(mood, c.glow)[0], warm)
        things += [Figure("house", tuple(part), tint) for part, tint in zip(parts, tints, strict=True)]
    elif choice == "tent":
        cloth, door = props.tent(x, foot, 0.06)
        things += [Figure("tent", tuple(cloth), blend(warm, c.accent, 0.45)), Figure("door", tuple(door), warm)]
    elif choice == "deer":
        things.append(Figure("deer", tuple(props.deer(x, foot, 0.1, facing=1 if x < 0.5 else -1)), c.shadow))
    else:
        things.append(Figure("walker", tuple(figures.walker(rng, x, foot, 0.075)), c.shadow))
    if frame:
        things.insert(0, Figure("pines", tuple(frame), dark))
    return things, (x, foot - 0.03)
