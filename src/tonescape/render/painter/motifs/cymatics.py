"""Resonance made visible: sand on a ringing plate. Radius is the song's time, angle its bar.

A round plate's modes are J_n(k r) cos(n a) (Chladni, Die Akustik, 1802; Rayleigh, Theory of Sound, ch. 10); a square
plate's are cos(m x) cos(n y) -+ cos(n x) cos(m y). Sand lies where their sum is still.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.composition.abstract import (
    abstract_setting,
    add_grain,
    add_light,
    disc,
    finish_composition,
    lighten,
    near_third,
    ramp,
    scheme,
    scumble,
    shadow_of,
    song_curves,
    zigzag,
)
from tonescape.render.painter.composition.model import WORK, Composition, Figure, grid
from tonescape.render.painter.composition.setting import blend, toned
from tonescape.render.painter.composition.variants import Variant, choose
from tonescape.render.painter.raster.filters import blur, mix, smoothstep
from tonescape.render.painter.raster.noise import fractal_noise, sample_tile

if TYPE_CHECKING:
    from tonescape.core.records import Brief
    from tonescape.render.painter.composition.abstract import Piece, Scheme, SongCurves
    from tonescape.render.painter.composition.setting import Setting
    from tonescape.render.painter.raster.filters import Field

    Made = tuple[Field, list[Piece], Field, tuple[float, float], list[Figure]]
    """picture, planes, flow, focal point, things"""


def compose(brief: Brief, rng: np.random.Generator) -> Composition:
    """The composition of a song. Draws from `rng` in a fixed order, so one seed gives one picture."""
    x, y = (0.5, 0.5) if rng.random() < 0.45 else (near_third(rng), near_third(rng))
    setting = abstract_setting(brief, rng, (x, y))
    song = song_curves(brief, setting, rng)
    colours = scheme(brief, setting, rng)
    kind = choose(VARIANTS, setting, rng)
    image, pieces, flow, focus, figures = VARIANTS[kind].compose(setting, song, colours, rng)
    image = add_light(add_grain(image, scumble(rng, cells=7), 0.4, setting), setting, reach=0.6)
    parameters = (("folds", float(_folds(setting))), ("variant", float(kind)))
    return finish_composition(image, pieces, flow, setting, focus, figures, parameters, horizon=focus[1], edges=0.5)


def _folds(setting: Setting) -> int:
    """How many times the figure repeats round the centre: few when calm, many when excited."""
    return (3, 4, 5, 6, 8, 10, 12)[int(np.clip(round(6.4 * (0.15 + 0.75 * setting.arousal)), 0, 6))]


def _polar(x0: float, y0: float) -> tuple[Field, Field]:
    x, y = grid()
    return np.hypot(x - x0, y - y0).astype(np.float32), np.arctan2(y - y0, x - x0).astype(np.float32)


def _rings(setting: Setting) -> float:
    return float(4.0 + 12.0 * setting.arousal**1.2)


def _plate(setting: Setting, song: SongCurves, colours: Scheme, rng: np.random.Generator) -> Made:
    """A round plate: rings times folds; how far a ring strays into the fold is the song's curve at its radius."""
    cx, cy = 0.5 + 0.4 * (setting.sun[0] - 0.5), 0.5 + 0.4 * (setting.sun[1] - 0.5)
    radius = rng.uniform(0.40, 0.46)
    away, turn = _polar(cx, cy)
    r = away / radius
    folds, count = _folds(setting), _rings(setting)
    turn = turn + rng.uniform(0, 6.3) + rng.uniform(-0.8, 0.8) * setting.arousal * r
    share = np.clip(r, 0, 1)
    loud = song.at(share)
    petals = zigzag(turn * folds / (2 * np.pi), setting.rough)
    bar = song.round_bar(turn / (2 * np.pi) * (1 if folds % 2 else 2)) - 0.5
    wave = np.cos(np.pi * r * count)
    cross = np.cos(np.pi * r * count * 0.5 + 1.1) * petals
    u = wave * (1.15 - 0.6 * loud) + (0.25 + 1.2 * loud) * cross + 0.5 * bar * (0.3 + setting.arousal)
    thin = (0.16 + 0.14 * (1 - setting.arousal)) * (0.6 + 0.8 * loud)
    sand = np.exp(-((u / thin) ** 2))
    on = smoothstep(1.004, 0.996, r)
    ground = np.broadcast_to(colours.ground, (WORK, WORK, 3)).astype(np.float32)
    ground = mix(ground, colours.dark, 0.4 * shadow_of(on, 0.012, 0.02, 14.0))
    tones = [
        colours.light if not colours.bright else colours.masses[1],
        colours.accent,
        colours.masses[0],
        colours.dark,
    ]
    body = ramp(tones, np.clip(0.12 + 0.8 * share + 0.12 * np.tanh(u), 0, 1))
    grain = fractal_noise(rng, cells=32, octaves=3, gain=0.8, size=256)
    x, y = grid()
    speck = sample_tile(grain, x * 1.7, y * 1.7)
    white = colours.spark if not colours.bright else setting.colours.sun
    image = mix(ground, mix(body, white, np.clip(sand * (0.55 + 0.9 * speck), 0, 1) * 0.92), on)
    image = mix(image, white, 0.6 * np.exp(-(((r - 1) / 0.012) ** 2)))
    flow = np.where(on > 0.5, turn + np.pi / 2, 0.3)
    inner = float(song.cuts[max(1, len(song.cuts) // 2)])
    pieces: list[Piece] = [
        ("ground", 0.0, np.ones((WORK, WORK), np.float32)),
        ("plate", 0.4, on),
        ("heart", 0.7, smoothstep(inner * 0.8 + 0.1 + 0.01, inner * 0.8 + 0.1, r)),
    ]
    return image, pieces, flow, (cx, cy), []


def _square(setting: Setting, song: SongCurves, colours: Scheme, rng: np.random.Generator) -> Made:
    """A square plate that fills the picture; the song's parts choose its modes, the loudest counts most."""
    x, y = grid()
    noise = fractal_noise(rng, cells=3, octaves=3, size=256)
    # a tense plate is bent out of its symmetry
    bend = (sample_tile(noise, x * 0.5, y * 0.5) - 0.5) * 0.10 * (0.1 + setting.arousal + 4.0 * setting.tension)
    px, py = (x - 0.5 + bend) * 2, (y - 0.5 - bend) * 2
    u = np.zeros((WORK, WORK), np.float32)
    top = 1.2 + 4.8 * setting.arousal
    for loud in song.level[:3]:
        m, n = 1 + float(loud) * top, 2 + rng.uniform(0.3, 1.0) * top
        m, n = round(m), round(n) + (round(m) == round(n))
        sign = 1 if rng.random() < 0.5 else -1
        mode = np.cos(m * np.pi * px) * np.cos(n * np.pi * py) + sign * np.cos(n * np.pi * px) * np.cos(m * np.pi * py)
        u += (0.25 + float(loud) ** 2) * mode
    u /= np.abs(u).max()
    thin = 0.05 + 0.10 * (1 - setting.arousal)
    sand = np.exp(-((u / thin) ** 2))
    tones = [colours.dark, colours.masses[0], colours.ground, colours.masses[1], colours.accent]
    away = np.hypot(x - setting.sun[0], y - setting.sun[1])
    image = ramp(tones, np.clip(0.5 + 0.55 * np.tanh(2.6 * u), 0, 1))
    down, right = np.gradient(blur(u, 1.5))
    image = lighten(image, np.asarray(np.clip((-right - down) * 2.5, -0.10, 0.10) * (0.5 + setting.contrast)))
    grain = sample_tile(fractal_noise(rng, cells=32, octaves=3, gain=0.8, size=256), x * 1.7, y * 1.7)
    white = colours.spark if not colours.bright else setting.colours.sun
    image = mix(image, white, np.clip(sand * (0.5 + grain), 0, 1) * (0.55 + 0.4 * np.exp(-away / 0.35)))
    image = lighten(image, 0.08 * np.exp(-((away / 0.3) ** 2)) - 0.10 * smoothstep(0.35, 0.8, away))
    pieces: list[Piece] = [
        ("valleys", 0.2, np.ones((WORK, WORK), np.float32)),
        ("hills", 0.6, (u > 0).astype(np.float32)),
    ]
    return image, pieces, np.arctan2(right, -down), setting.sun, []


def _pools(setting: Setting, song: SongCurves, colours: Scheme, rng: np.random.Generator) -> Made:
    """Drops on still water: rings from two or three springs run through each other; the loud parts ring the widest."""
    x, y = grid()
    springs = [setting.sun]
    for _ in range(1 + (rng.random() < 0.5)):
        springs.append((1 - setting.sun[0] + rng.uniform(-0.2, 0.2), 1 - setting.sun[1] + rng.uniform(-0.2, 0.2)))
    u = np.zeros((WORK, WORK), np.float32)
    squash = float(rng.choice([1.0, 1.7]))
    for number, (sx, sy) in enumerate(springs):
        away = np.hypot(x - sx, (y - sy) * squash)
        loud = song.at(np.clip(away * 1.15, 0, 1))
        size = 1.0 if number == 0 else 0.55
        u += size * (0.25 + loud) * zigzag(away * (5 + 12 * setting.arousal), 0.6 * setting.rough) / (0.8 + 1.6 * away)
    down, right = np.gradient(blur(u, 1.2))
    facing = np.clip((right * 0.6 + down) * 9 / (1 + 1.4 * setting.arousal), -1, 1)
    depth = np.clip(y * 0.9 + 0.12 * u, 0, 1)
    tones = [
        blend(colours.masses[0], colours.light, 0.35),
        colours.masses[0],
        colours.ground,
        blend(colours.dark, colours.masses[1], 0.5),
    ]
    image = ramp(tones if setting.valence > 0.4 else tones[1:], depth)
    lightest = setting.colours.sun if setting.valence > 0.4 else colours.light
    image = mix(image, lightest, 0.75 * smoothstep(0.12, 0.8, np.asarray(facing)))
    image = mix(image, blend(colours.dark, colours.masses[1], 0.3), 0.6 * smoothstep(0.12, 0.9, np.asarray(-facing)))
    image = mix(
        image,
        colours.accent,
        0.6 * smoothstep(0.5, 1.0, u) * np.exp(-np.hypot(x - setting.sun[0], y - setting.sun[1]) / 0.3),
    )
    drop = disc(setting.sun[0], setting.sun[1], 0.011 + 0.006 * rng.random())
    near: Field = np.hypot(x - setting.sun[0], (y - setting.sun[1]) * squash).astype(np.float32)
    pieces: list[Piece] = [
        ("water", 0.1, np.ones((WORK, WORK), np.float32)),
        ("rings", 0.5, smoothstep(0.46, 0.44, near)),
        ("spring", 0.8, smoothstep(0.17, 0.16, near)),
    ]
    flow = np.arctan2(right, -down)
    return image, pieces, flow, setting.sun, [Figure("drop", (drop,), colours.spark)]


def _bloom(setting: Setting, song: SongCurves, colours: Scheme, rng: np.random.Generator) -> Made:
    """Standing waves as a flower: closed lines one in the other, each a part of the song bent by its bar."""
    x0, y0 = setting.sun
    away, turn = _polar(x0, y0)
    start = rng.uniform(0, 6.3)
    folds = _folds(setting)
    reach = 0.72 + 0.5 * max(abs(x0 - 0.5), abs(y0 - 0.5))
    image = np.broadcast_to(colours.ground, (WORK, WORK, 3)).astype(np.float32)
    pieces: list[Piece] = [("ground", 0.0, np.ones((WORK, WORK), np.float32))]
    count = int(5 + 9 * setting.arousal)
    twist = rng.uniform(-0.25, 0.25)
    tones = ramp(
        (colours.masses[0], colours.masses[1], colours.accent, colours.masses[2], colours.light),
        np.linspace(0, 1, count),
    )
    for number in range(count):
        share = 1 - number / count
        loud = float(song.at(np.array([1 - share]))[0])
        phase = turn + start + twist * number
        wave = zigzag(phase * folds / (2 * np.pi), setting.rough)
        bar = song.round_bar(phase / (2 * np.pi) * (1 if folds % 2 else 2)) - 0.5
        line = reach * share**1.25 * (1 + (0.07 + 0.16 * loud) * wave + 0.12 * bar * (0.4 + setting.arousal))
        inside = line - away
        seen = smoothstep(-0.0015, 0.0015, inside)
        tone = toned(tones[number], float(tones[number, 0]) + (0.05 if number % 2 else -0.05) * setting.contrast)
        image = lighten(image, -0.14 * setting.contrast * np.exp(-np.maximum(-inside, 0) / 0.02) * (1 - seen))
        petal = lighten(np.broadcast_to(tone, image.shape), 0.09 * np.exp(-np.maximum(inside, 0) / 0.03))
        image = mix(image, petal, seen)
        if number in (count // 3, 2 * count // 3):
            image = mix(image, colours.spark, 0.8 * np.exp(-((inside / 0.004) ** 2)))
        if number % max(1, count // 4) == 0:
            pieces.append((f"ring {len(pieces)}", min(0.95, 0.15 + 0.18 * len(pieces)), seen))
    figures = [Figure("heart", (disc(x0, y0, 0.018 + 0.012 * rng.random()),), colours.spark)]
    return image, pieces, turn + np.pi / 2, (x0, y0), figures


# rings on still water for the calm, a flower for the glad, a crowded square for the tense, a dim plate for the sad
VARIANTS = (
    Variant("plate", lambda s: 0.15 + 0.8 * s.gloom, _plate),
    Variant("square", lambda s: 0.04 + 1.3 * s.tension, _square),
    Variant("pools", lambda s: 0.06 + 1.2 * s.calm, _pools),
    Variant("bloom", lambda s: 0.06 + 1.3 * s.joy, _bloom),
)
