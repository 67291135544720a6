"""Fireworks over a bay: a burst for each strong beat, as high as the song is loud there, mirrored in dark water."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tonescape.render.painter import city, figures
from tonescape.render.painter.abstract import course, disc, finished, ramp, third
from tonescape.render.painter.field import look, mix, step, tile
from tonescape.render.painter.scene import WORK, Composition, Figure, grid
from tonescape.render.painter.setting import blend, setting, toned
from tonescape.render.painter.stage import flipped, under
from tonescape.render.painter.water import water

if TYPE_CHECKING:
    from tonescape.core.records import Brief
    from tonescape.render.painter.abstract import Course, Piece
    from tonescape.render.painter.field import Field
    from tonescape.render.painter.setting import Setting

FEWEST, MOST = 1, 7
"""bursts of the stillest and of the liveliest song"""

FALL = 0.22
"""how far a burst has sunk at its rim when it is oldest, of its radius"""


class Burst(NamedTuple):
    """One rocket's flower. at, radius : unit      tone, core : OKLab [3]      rays : how many      age : 0 .. 1"""

    at: tuple[float, float]
    radius: float
    tone: Field
    core: Field
    rays: int
    age: float


def compose(brief: Brief, rng: np.random.Generator) -> Composition:
    """The composition of a song. Draws from `rng` in a fixed order, so one seed gives one picture."""
    horizon = float(rng.choice([0.70, 0.76, 0.80]))
    mood = setting(brief, rng, horizon=horizon - 0.1, phase="night")
    song = course(brief, mood, rng)
    focus = (third(rng), horizon * float(rng.uniform(0.34, 0.46)))
    mood = replace(mood, sun=focus, sun_size=0.03)
    bursts = _bursts(mood, song, rng, focus, horizon)
    image = _night(mood, rng, horizon, bursts)
    flow = np.full((WORK, WORK), 0.0, np.float32)
    for burst in bursts:
        _open(image, flow, burst)
    rays = [figure for burst in bursts for figure in _rays(burst, mood, rng)]
    image, _ = figures.draw(image, rays)  # once before the water, which mirrors them
    image, pieces = _shore(image, mood, song, rng, horizon)
    bay = water(flipped(image, horizon), replace(mood, wind=0.25 + 0.5 * mood.wind), rng, horizon=horizon, eye=0.3)
    wet = under(np.full(WORK, horizon, np.float32))
    image = mix(image, bay, wet)
    pieces.append(("bay", 0.8, wet))
    flow = np.where(wet > 0.5, np.float32(0), flow)
    named = (("bursts", float(len(bursts))), ("horizon", horizon))
    things = [*rays, *_people(mood, rng, focus)]
    return finished(image, pieces, flow, mood, focus, things, named, horizon=horizon, edges=0.5)


def _bursts(
    mood: Setting, song: Course, rng: np.random.Generator, focus: tuple[float, float], horizon: float
) -> list[Burst]:
    """The great one at the focal point, the others where the bar's strong beats fall, smaller and farther back."""
    c = mood.colours
    lively = mood.arousal * (0.6 + 0.4 * mood.valence)
    count = round(FEWEST + (MOST - FEWEST) * lively)
    tones = (c.accent, c.glow, blend(c.lands[3], c.accent, 0.3), c.lands[3], c.horizon)
    full = 0.16 + 0.15 * mood.arousal + 0.03 * mood.joy
    found: list[Burst] = []
    taken = [(focus, full)]
    for place, beat in enumerate(np.argsort(-song.beat, kind="stable")[: count - 1].tolist()):
        size = full * float(rng.uniform(0.40, 0.68)) * (0.75 + 0.4 * float(song.beat[beat]))
        at = _room(taken, beat, float(song.at(np.array(beat / 15))), size, rng, horizon)
        taken.append((at, size))
        tone = toned(tones[(place + 1) % len(tones)], 0.70 + 0.08 * mood.valence, 1.25)
        found.append(Burst(at, size, tone, c.sun, int(rng.integers(26, 42)), float(rng.uniform(0.5, 1))))
    tone = toned(tones[0], 0.72 + 0.08 * mood.valence, 1.3)
    found.append(Burst(focus, full, tone, c.sun, int(rng.integers(48, 72)), float(rng.uniform(0.55, 0.8))))
    return found


def _room(
    taken: list[tuple[tuple[float, float], float]],
    beat: int,
    loud: float,
    size: float,
    rng: np.random.Generator,
    horizon: float,
) -> tuple[float, float]:
    """Where a burst opens: near its beat's place in the bar and its loudness' height, as clear of the others as may
    be. Of eight tries the one that overlaps least."""
    tries = []
    for number in range(8):
        wander = 0.05 + 0.05 * number
        x = float(np.clip(0.06 + 0.88 * (beat + 0.5) / 16 + wander * rng.normal(), 0.04, 0.96))
        y = horizon * float(np.clip(0.66 - 0.46 * loud + wander * rng.normal(), 0.12, 0.74))
        clear = min((np.hypot(x - at[0], y - at[1]) - 0.8 * (size + other) for at, other in taken), default=1.0)
        tries.append((min(0.0, float(clear)) - 0.02 * number, (x, y)))
    return max(tries)[1]


def _night(mood: Setting, rng: np.random.Generator, horizon: float, bursts: list[Burst]) -> Field:
    """The sky: the last of the day low down, smoke that drifts and takes the colour of the fire above it."""
    x, y = grid()
    c, v = mood.colours, mood.valence
    low = toned(blend(c.lands[2], c.accent, 0.2 + 0.3 * mood.joy), 0.26 + 0.14 * v, 1.2)
    high = toned(c.zenith, 0.13 + 0.06 * v, 1.2)
    image = ramp((low, blend(low, high, 0.6), high), np.clip((horizon - y) / horizon, 0, 1) ** 0.8 + 0 * x)
    noise = tile(rng, cells=3, octaves=5, gain=0.55, size=256)
    smoke = look(noise, x * 0.9 + rng.random(), y * 1.3 + rng.random())
    for burst in bursts:
        away = np.hypot(x - burst.at[0], 0.9 * (y - burst.at[1])) / burst.radius
        halo = np.exp(-((away / 1.15) ** 2)) * (0.16 + 0.26 * mood.glow) * (0.35 + 0.9 * smoke)
        image = mix(image, toned(burst.tone, 0.52, 0.9), np.clip(halo, 0, 0.7))
    drift = step(0.55, 0.85, look(noise, x * 0.5 + 0.3, y * 1.1 + 0.6)) * (0.10 + 0.5 * mood.gloom + 0.15 * mood.mist)
    return mix(image, blend(c.cloud_dark, low, 0.5), drift)


def _open(image: Field, flow: Field, burst: Burst) -> None:
    """A burst's glow, drawn into picture and flow: what shines between its rays, and its heart."""
    x, y = grid()
    reach = 1.4 * burst.radius
    rows = slice(max(0, int((burst.at[1] - reach) * WORK)), max(0, int((burst.at[1] + 1.2 * reach) * WORK)))
    columns = slice(max(0, int((burst.at[0] - reach) * WORK)), max(0, int((burst.at[0] + reach) * WORK)))
    px, py = (x[:, columns] - burst.at[0]) / burst.radius, (y[rows] - burst.at[1]) / burst.radius
    if not px.size or not py.size:
        return
    py = py - FALL * burst.age * (px * px + py * py)  # taking the fall back makes bent paths straight
    away, turn = np.hypot(px, py), np.arctan2(py, px)
    spokes = 0.6 + 0.4 * np.cos(turn * burst.rays)
    haze = np.exp(-((away / 0.62) ** 2)) * 0.55 * spokes
    heart = np.exp(-((away / 0.14) ** 2)) * (1.1 - 0.6 * burst.age)
    part = mix(image[rows, columns], burst.tone, np.clip(haze, 0, 0.8))
    image[rows, columns] = mix(part, burst.core, np.clip(heart, 0, 1))
    flow[rows, columns] = np.where(away < 1.1, turn, flow[rows, columns])


def _rays(burst: Burst, mood: Setting, rng: np.random.Generator) -> list[Figure]:
    """The burst's paths of light, thin at the heart, sinking under their weight, each ending in a spark."""
    shapes: dict[bool, list[Field]] = {True: [], False: []}
    sparks = []
    t = np.linspace(0.12 + 0.30 * burst.age, 1.0, 7)
    for number in range(burst.rays):
        turn = 2 * np.pi * (number + rng.uniform(-0.35, 0.35)) / burst.rays
        # seen from below, some rays come towards us and look shorter
        far = t * float(rng.choice([1.0, 0.62, 0.36], p=[0.6, 0.28, 0.12]) * rng.uniform(0.85, 1.05))
        x = burst.at[0] + burst.radius * far * np.cos(turn)
        y = burst.at[1] + burst.radius * (far * np.sin(turn) + FALL * burst.age * far**2)
        wide = burst.radius * (0.004 + 0.010 * t) * (0.8 + 0.5 * mood.arousal)
        dx, dy = -np.sin(turn) * wide, np.cos(turn) * wide
        shape = np.concatenate([np.stack([x + dx, y + dy], 1), np.stack([x - dx, y - dy], 1)[::-1]])
        shapes[number % 3 == 0].append(np.asarray(shape, np.float32))
        sparks.append(disc(float(x[-1]), float(y[-1]), float(wide[-1]) * 1.5))
    warm = blend(burst.tone, burst.core, 0.5)
    return [
        Figure("rays", tuple(shapes[False]), burst.tone),
        Figure("rays", tuple(shapes[True]), warm),
        Figure("sparks", tuple(sparks), burst.core),
    ]


def _shore(
    image: Field, mood: Setting, song: Course, rng: np.random.Generator, horizon: float
) -> tuple[Field, list[Piece]]:
    """Hills across the bay along the song's curve, houses at their foot, lamps on the quay."""
    x, y = grid()
    c = mood.colours
    noise = tile(rng, cells=4, octaves=5, gain=0.5, size=256)
    rag = look(noise, x * 0.7, x * 0 + rng.random())[0] - 0.5
    ridge = (horizon - (0.03 + 0.08 * rng.random()) * song.at(x[0]) - 0.012 + 0.02 * rag).astype(np.float32)
    far = under(ridge)
    tone = toned(blend(c.lands[0], c.zenith, 0.4), 0.16 + 0.05 * mood.valence)
    image = mix(image, ramp((tone, blend(tone, c.horizon, 0.25)), (y - ridge[None]) / 0.14), far)
    houses = city.row(song, mood, rng, foot=horizon, tall=0.07 + 0.05 * mood.arousal, wide=0.035)
    seen = houses.cover()
    lamp = toned(blend(c.glow, c.accent, 0.25), 0.85, 1.2)
    lit = 0.25 + 0.35 * mood.arousal
    dark = toned(c.shadow, 0.12)
    image = mix(image, city.facades(houses, mood, dark, rng, lit=lit, lamp=lamp, pane=0.008), seen)
    for number, beat in enumerate(song.beat.tolist()):
        image = city.glow(image, ((number + 0.5) / 16, horizon - 0.004), 0.003 + 0.003 * beat, lamp, 0.4 + 0.4 * beat)
    pieces: list[Piece] = [("sky", 0.0, np.ones((WORK, WORK), np.float32)), ("hills", 0.35, far), ("town", 0.5, seen)]
    return image, pieces


def _people(mood: Setting, rng: np.random.Generator, focus: tuple[float, float]) -> list[Figure]:
    """Those who watch from the near bank: a crowd for a merry song, one alone for a sad one."""
    x = np.linspace(0, 1, 64)
    side = 1.0 if focus[0] > 0.5 else -1.0
    edge = 0.955 + 0.02 * np.sin(x * 7 + rng.uniform(0, 6)) + 0.03 * side * (x - 0.5)
    bank = np.concatenate([np.stack([x, edge], 1), [[1.0, 1.02], [0.0, 1.02]]]).astype(np.float32)
    dark = toned(mood.colours.shadow, 0.09)
    things = [Figure("bank", (bank,), dark)]
    count = 1 + round(6 * mood.joy + 2 * mood.calm)
    middle = 0.5 - side * rng.uniform(0.08, 0.22)
    shapes: list[Field] = []
    for number in range(count):
        at = float(np.clip(middle + (number - (count - 1) / 2) * rng.uniform(0.035, 0.055), 0.05, 0.95))
        foot = float(np.interp(at, x, edge)) + 0.006
        shapes += figures.walker(rng, at, foot, float(rng.uniform(0.055, 0.085)))
    things.append(Figure("watchers", tuple(shapes), dark))
    sparks = tuple(
        disc(focus[0] + rng.normal(0, 0.10), focus[1] + abs(rng.normal(0, 0.16)), 0.0016 + 0.0016 * rng.random())
        for _ in range(round(26 * mood.arousal))
    )
    return [Figure("sparks", sparks, toned(mood.colours.sun, 0.97)), *things] if sparks else things
