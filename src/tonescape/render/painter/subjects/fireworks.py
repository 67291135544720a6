"""What a rocket leaves in the sky: peony, chrysanthemum, willow, palm, ring, crossette, spider, comet, wheel."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tonescape.render.painter.composition.abstract import disc
from tonescape.render.painter.composition.model import WORK, Figure, grid
from tonescape.render.painter.composition.setting import blend, toned
from tonescape.render.painter.raster.filters import mix

if TYPE_CHECKING:
    from tonescape.render.painter.composition.abstract import SongCurves
    from tonescape.render.painter.composition.setting import Setting
    from tonescape.render.painter.raster.filters import Field

KINDS = ("peony", "chrysanthemum", "willow", "palm", "ring", "crossette", "spider")

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
    kind: str


def plan_bursts(
    setting: Setting,
    song: SongCurves,
    rng: np.random.Generator,
    focus: tuple[float, float],
    *,
    sky: float,
    count: int,
    full: float,
) -> list[Burst]:
    """The great one at the focal point, the others where the bar's strong beats fall, smaller and farther back.

    sky : unit y they stay over      count : all of them      full : unit radius of the great one
    """
    c = setting.colours
    # pointed kinds agitate, those that hang down mourn or soothe; a song keeps to one, two or three kinds
    weights = np.array(
        [
            0.2 + setting.joy,
            0.2 + setting.joy,
            0.1 + setting.gloom + setting.calm,
            0.1 + 0.6 * setting.joy,
            0.1 + 0.6 * setting.calm + 0.3 * setting.joy,
            0.05 + setting.tension,
            0.05 + setting.tension,
        ]
    )
    kinds = rng.choice(KINDS, int(rng.integers(1, 4)), replace=False, p=weights / weights.sum())
    rich = (c.accent, c.glow, blend(c.lands[3], c.accent, 0.3), c.lands[3], c.horizon)
    tones = [rich[k] for k in rng.permutation(5)[: int(rng.integers(1, 6))]]
    found: list[Burst] = []
    taken = [(focus, full)]
    strong = np.argsort(-song.beat, kind="stable")[: max(0, count - 1)]
    for place, beat in enumerate(strong.tolist()):
        size = full * float(rng.uniform(0.36, 0.72)) * (0.75 + 0.4 * float(song.beat[beat]))
        at = _room(taken, beat, float(song.at(np.array(beat / 15))), size, rng, sky)
        taken.append((at, size))
        tone = toned(tones[(place + 1) % len(tones)], 0.70 + 0.08 * setting.valence, 1.25)
        kind = str(kinds[(place + 1) % len(kinds)])
        found.append(Burst(at, size, tone, c.sun, int(rng.integers(24, 38)), float(rng.uniform(0.5, 1)), kind))
    if count:
        tone = toned(tones[0], 0.72 + 0.08 * setting.valence, 1.3)
        chief = Burst(focus, full, tone, c.sun, int(rng.integers(46, 66)), float(rng.uniform(0.55, 0.8)), str(kinds[0]))
        found.append(chief)
    return found


def _room(
    taken: list[tuple[tuple[float, float], float]],
    beat: int,
    loud: float,
    size: float,
    rng: np.random.Generator,
    sky: float,
) -> tuple[float, float]:
    """Where a burst opens: near its beat's place in the bar and its loudness' height, as clear of the others as may
    be. Of eight tries the one that overlaps least."""
    tries = []
    for number in range(8):
        wander = 0.05 + 0.05 * number
        x = float(np.clip(0.06 + 0.88 * (beat + 0.5) / 16 + wander * rng.normal(), 0.04, 0.96))
        y = sky * float(np.clip(0.66 - 0.46 * loud + wander * rng.normal(), 0.12, 0.74))
        clear = min((np.hypot(x - at[0], y - at[1]) - 0.8 * (size + other) for at, other in taken), default=1.0)
        tries.append((min(0.0, float(clear)) - 0.02 * number, (x, y)))
    return max(tries)[1]


def draw_burst_glow(image: Field, flow: Field, burst: Burst) -> None:
    """A burst's glow, drawn into picture and flow: what shines between its rays, and its heart."""
    x, y = grid()
    reach = 1.4 * burst.radius
    rows = slice(max(0, int((burst.at[1] - reach) * WORK)), max(0, int((burst.at[1] + 1.2 * reach) * WORK)))
    columns = slice(max(0, int((burst.at[0] - reach) * WORK)), max(0, int((burst.at[0] + reach) * WORK)))
    px, py = (x[:, columns] - burst.at[0]) / burst.radius, (y[rows] - burst.at[1]) / burst.radius
    if not px.size or not py.size:
        return
    sunk = {"willow": 0.8, "palm": 0.5}.get(burst.kind, FALL * burst.age)
    py = py - sunk * (px * px + np.minimum(py * py, 1))  # taking the fall back makes bent paths straight
    away, turn = np.hypot(px, py), np.arctan2(py, px)
    haze = np.exp(-((away / 0.62) ** 2)) * 0.55 * (0.6 + 0.4 * np.cos(turn * burst.rays))
    if burst.kind == "ring":
        haze = haze * 0.5
    heart = np.exp(-((away / 0.14) ** 2)) * (1.1 - 0.6 * burst.age)
    part = mix(image[rows, columns], burst.tone, np.clip(haze, 0, 0.8))
    image[rows, columns] = mix(part, burst.core, np.clip(heart, 0, 1))
    flow[rows, columns] = np.where(away < 1.1, turn, flow[rows, columns])


def ribbon(x: Field, y: Field, wide: Field) -> Field:
    """A strip along a path; wide : half its width by point"""
    dx, dy = np.gradient(x), np.gradient(y)
    length = np.hypot(dx, dy) + 1e-9
    nx, ny = -dy / length * wide, dx / length * wide
    strip = np.concatenate([np.stack([x + nx, y + ny], 1), np.stack([x - nx, y - ny], 1)[::-1]])
    return np.asarray(strip, np.float32)


def rays(burst: Burst, setting: Setting, rng: np.random.Generator) -> list[Figure]:
    """The burst's paths of light and the sparks at their ends."""
    shapes: dict[bool, list[Field]] = {True: [], False: []}
    sparks: list[Field] = []
    few = {"palm": 11, "crossette": 13, "ring": 26, "willow": 34, "spider": 26}
    count = min(burst.rays, few.get(burst.kind, burst.rays))
    for number in range(count):
        turn = 2 * np.pi * (number + rng.uniform(-0.35, 0.35)) / count
        # seen from below, some rays come towards us and look shorter
        far = float(rng.choice([1.0, 0.62, 0.36], p=[0.6, 0.28, 0.12]) * rng.uniform(0.85, 1.05))
        for x, y, wide in _paths(burst, turn, far, setting):
            shapes[number % 3 == 0].append(ribbon(x, y, wide))
            if burst.kind not in ("willow", "spider", "palm"):
                sparks.append(disc(float(x[-1]), float(y[-1]), float(wide[-1]) * 1.5)[::4])
    figures = [
        Figure("rays", tuple(shapes[False]), burst.tone),
        Figure("rays", tuple(shapes[True]), blend(burst.tone, burst.core, 0.5)),
    ]
    return [*figures, Figure("sparks", tuple(sparks), burst.core)] if sparks else figures


def _paths(burst: Burst, turn: float, far: float, setting: Setting) -> list[tuple[Field, Field, Field]]:
    """x, y and half width along each path of one star of a burst."""
    r, (x0, y0), bold = burst.radius, burst.at, 0.8 + 0.5 * setting.arousal
    cos, sin = float(np.cos(turn)), float(np.sin(turn))
    if burst.kind == "willow":
        t = np.linspace(0.06, 1, 11)
        out = 1 - np.exp(-2.8 * t)
        x, y = x0 + r * far * cos * out, y0 + r * (0.75 * far * sin * out + (0.55 + 0.5 * far) * t**2.1)
        return [(x, y, r * (0.017 - 0.013 * t) * bold)]
    if burst.kind == "palm":
        t = np.linspace(0.04, 1, 10)
        x, y = x0 + r * cos * t * 1.05, y0 + r * ((0.9 * min(sin, 0.25) - 0.15) * t + 0.75 * t**2.2)
        return [(x, y, r * 0.042 * np.sin(np.pi * (0.12 + 0.86 * t)) ** 0.7)]
    if burst.kind == "ring":
        squash, tilt = 0.35 + 0.6 * burst.age, 2.4 * burst.age + 0.3
        px, py = cos, squash * sin
        px, py = px * np.cos(tilt) - py * np.sin(tilt), px * np.sin(tilt) + py * np.cos(tilt)
        t = np.linspace(0.74, 1.0, 4)
        inner = np.linspace(0.05, 0.30, 4)
        return [
            (x0 + r * px * t, y0 + r * py * t, r * 0.014 * bold * (t - 0.5) * 2),
            (x0 + r * cos * inner, y0 + r * sin * inner, r * 0.010 * bold * np.ones(4)),
        ]
    if burst.kind == "spider":
        t = np.linspace(0.03, 1, 6)
        far = 1.12 * far**0.5
        x, y = x0 + r * far * cos * t, y0 + r * (far * sin * t + 0.06 * t**2)
        return [(x, y, r * (0.012 - 0.008 * t) * bold)]
    if burst.kind == "crossette":
        t, reach = np.linspace(0.16, 0.74, 5), 0.3 + 0.7 * far
        x, y = x0 + r * reach * cos * t, y0 + r * (reach * sin * t + 0.1 * t**2)
        paths: list[tuple[Field, Field, Field]] = [(x, y, r * 0.010 * bold * np.ones(5))]
        u = np.linspace(0, 1, 4)
        for k in range(4):
            way = turn + np.pi / 4 + k * np.pi / 2
            paths.append(
                (x[-1] + 0.2 * r * np.cos(way) * u, y[-1] + 0.2 * r * np.sin(way) * u, r * (0.006 + 0.007 * u) * bold)
            )
        return paths
    dense = burst.kind == "chrysanthemum"
    t = np.linspace(0.08 if dense else 0.12 + 0.30 * burst.age, 1.0, 7)
    x = x0 + r * far * t * cos
    y = y0 + r * (far * t * sin + FALL * burst.age * (far * t) ** 2)
    wide = r * (0.013 - 0.008 * t if dense else 0.004 + 0.010 * t) * bold
    return [(x, y, wide)]


def rising(setting: Setting, rng: np.random.Generator, count: int, foot: float, top: float) -> list[Figure]:
    """Comets on their way up: a bright head on a tail that thins out downwards."""
    tails: list[Field] = []
    heads: list[Field] = []
    for _ in range(count):
        x0, t = rng.uniform(0.1, 0.9), np.linspace(0, 1, 8)
        lean, high = rng.normal(0, 0.05), rng.uniform(top, 0.6 * top + 0.4 * foot)
        x, y = x0 + lean * t**1.4, foot + (high - foot) * t
        tails.append(ribbon(x, y, 0.0010 + 0.0016 * t))
        heads.append(disc(float(x[-1]), float(y[-1]), 0.0045)[::4])
    gold = toned(blend(setting.colours.glow, setting.colours.accent, 0.4), 0.72, 1.2)
    return [Figure("comets", tuple(tails), gold), Figure("sparks", tuple(heads), setting.colours.sun)] if count else []


def wheel(rng: np.random.Generator, x: float, y: float, radius: float) -> list[Field]:
    """A Catherine wheel: sparks leave its rim along the tangent and bend outward."""
    hand = 1 if rng.random() < 0.5 else -1
    t, shapes = np.linspace(0, 1, 7), []
    for number in range(30):
        start = 2 * np.pi * (number + rng.uniform(-0.3, 0.3)) / 30
        turn, far = start + hand * 1.5 * t, radius * (0.3 + rng.uniform(0.5, 0.8) * t)
        shapes.append(ribbon(x + far * np.cos(turn), y + far * np.sin(turn), radius * (0.026 - 0.022 * t)))
    return shapes


def fountain(rng: np.random.Generator, x: float, foot: float, tall: float) -> list[Field]:
    """A sheaf of sparks thrown up and falling to both sides."""
    t, shapes = np.linspace(0.02, 1, 9), []
    for _ in range(34):
        aim, speed = rng.normal(0, 0.22), rng.uniform(0.6, 1.0)
        px = x + tall * 1.3 * aim * speed * t
        py = foot - tall * (2.1 * speed * t - 1.55 * t**2)
        shapes.append(ribbon(px, py, tall * (0.011 - 0.008 * t)))
    return shapes
