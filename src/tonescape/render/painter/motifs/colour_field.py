"""Colour fields: few large soft areas that breathe; the song's parts bound them, its curve is the line they meet in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.composition.abstract import (
    Scheme,
    SongCurves,
    abstract_setting,
    add_grain,
    add_light,
    finish_composition,
    lighten,
    near_third,
    ramp,
    scheme,
    scumble,
    song_curves,
)
from tonescape.render.painter.composition.model import WORK, grid
from tonescape.render.painter.composition.setting import blend, toned
from tonescape.render.painter.composition.variants import Variant, choose
from tonescape.render.painter.raster.filters import mix, smoothstep
from tonescape.render.painter.raster.noise import fractal_noise, sample_tile

if TYPE_CHECKING:
    from tonescape.core.records import Brief
    from tonescape.render.painter.composition.abstract import Piece
    from tonescape.render.painter.composition.model import Composition
    from tonescape.render.painter.composition.setting import Setting
    from tonescape.render.painter.raster.filters import Field

    Made = tuple[Field, list[Piece], float, tuple[float, float]]
    """picture, planes, main direction of the brush, focal point"""


def compose(brief: Brief, rng: np.random.Generator) -> Composition:
    """The composition of a song. Draws from `rng` in a fixed order, so one seed gives one picture."""
    setting = abstract_setting(brief, rng, (near_third(rng), near_third(rng)))
    song = song_curves(brief, setting, rng)
    colours = scheme(brief, setting, rng)
    kind = choose(VARIANTS, setting, rng)
    image, pieces, angle, focus = VARIANTS[kind].compose(setting, song, colours, rng)
    noise = scumble(rng, angle, long=2.5) + 0.5 * scumble(rng, angle + 1.3, cells=9)
    image = add_light(add_grain(image, noise, 0.45 + 0.5 * setting.arousal, setting), setting, strength=0.8)
    flow = angle + scumble(rng, cells=3) * (0.4 + 2.2 * setting.arousal)
    parameters = (("fields", float(len(pieces))), ("variant", float(kind)))
    return finish_composition(image, pieces, flow, setting, focus, (), parameters, horizon=focus[1], edges=0.5)


def _edge(setting: Setting, rng: np.random.Generator) -> tuple[float, Field]:
    """Softness of a field's rim (unit) and its unrest [WORK, WORK]: calm edges dissolve, tense ones cut."""
    soft = 0.008 + 0.05 * (1 - setting.arousal) ** 1.3
    return soft, scumble(rng, rng.uniform(0, 3), cells=7) * (0.02 + 0.03 * setting.rough)


def _stacked(setting: Setting, song: SongCurves, colours: Scheme, rng: np.random.Generator) -> Made:
    """Two to four soft blocks one over the other in a margin; heights are the lengths of the song's parts."""
    x, y = grid()
    soft, unrest = _edge(setting, rng)
    count = int(np.clip(len(song.level), 2, 3 + (setting.arousal > 0.4)))
    lengths = np.sort(np.diff(song.cuts))[::-1][:count] + 0.10
    lengths = np.roll(lengths, int(rng.integers(count)))
    margin, gap = rng.uniform(0.06, 0.11), rng.uniform(0.012, 0.035)
    edges = margin + np.append(0, lengths.cumsum() / lengths.sum()) * (1 - 2 * margin)
    image = np.broadcast_to(colours.ground, (WORK, WORK, 3)).astype(np.float32)
    order = rng.permutation(count)
    tones = (*colours.masses, colours.accent)
    lean = (song.at(x) - 0.5) * (0.02 + 0.05 * setting.arousal)
    pieces: list[Piece] = [("ground", 0.0, np.ones((WORK, WORK), np.float32))]
    for number in range(count):
        top = edges[number] + gap / 2 + (lean if number else 0)
        low = edges[number + 1] - gap / 2 + (lean if number < count - 1 else 0)
        inside = np.minimum(np.minimum(y - top, low - y), np.minimum(x - margin, 1 - margin - x)) + unrest
        seen = smoothstep(-soft, soft, inside) * (0.94 - 0.10 * smoothstep(0.0, 0.35, -unrest * 8))
        tone = tones[int(order[number])]
        deep = np.clip((y - top) / (low - top), 0, 1) + 2 * unrest
        inner = ramp((blend(tone, colours.light, 0.16), tone, toned(tone, float(tone[0]) - 0.05)), deep)
        image = mix(image, inner, seen)
        pieces.append((f"field {number + 1}", 0.3 + 0.15 * number, seen))
    largest = int(np.argmax(lengths))
    meet = edges[largest + 1] if largest + 1 < count else edges[largest]
    band = np.exp(-(((y - meet - lean) / 0.012) ** 2)) * smoothstep(margin, margin + 0.12, np.minimum(x, 1 - x))
    image = mix(image, colours.spark, band * (0.35 + 0.4 * setting.joy + 0.3 * setting.tension))
    return image, pieces, 0.0, (0.5, float(meet))


def _horizon(setting: Setting, song: SongCurves, colours: Scheme, rng: np.random.Generator) -> Made:
    """Two fields and the lit line between them, which is the song's own curve drawn across."""
    x, y = grid()
    meet = float(rng.choice([0.33, 0.42, 0.62, 0.7]))
    soft, unrest = _edge(setting, rng)
    line = meet - (song.at(x) - 0.5) * (0.01 + 0.26 * setting.arousal)
    above = ramp((colours.masses[0], blend(colours.masses[0], colours.ground, 0.6), colours.light), y / (line + 1e-3))
    tone = blend(colours.dark, colours.masses[1], 0.25 + 0.5 * setting.valence)
    below = ramp((blend(tone, colours.accent, 0.5), tone, toned(tone, float(tone[0]) * 0.8)), (y - line) / 0.5)
    seen = smoothstep(-soft, soft, y - line + unrest)
    image = mix(above, below, seen)
    glow = np.exp(-((np.abs(y - line) / (0.02 + 0.06 * setting.glow)) ** 1.2)) * (
        0.4 + 0.6 * np.exp(-(((x - setting.sun[0]) / 0.3) ** 2))
    )
    image = mix(image, colours.spark if not colours.bright else setting.colours.sun, glow * (0.5 + 0.4 * setting.joy))
    low = smoothstep(0.0, 0.5, (y - line - 0.12) / 0.3)
    pieces: list[Piece] = [
        ("upper field", 0.0, np.ones((WORK, WORK), np.float32)),
        ("lower field", 0.5, seen),
        ("depth", 0.8, seen * (low > 0.5)),
    ]
    return image, pieces, 0.0, (setting.sun[0], meet)


def _veils(setting: Setting, song: SongCurves, colours: Scheme, rng: np.random.Generator) -> Made:
    """Thin poured colours that overlap: a veil for each part of the song, as wide as it is long."""
    x, y = grid()
    noise = fractal_noise(rng, cells=3, octaves=5, gain=0.5, size=256)
    image = np.broadcast_to(colours.ground, (WORK, WORK, 3)).astype(np.float32)
    pieces: list[Piece] = [("ground", 0.0, np.ones((WORK, WORK), np.float32))]
    count = len(song.level)
    top_bend = 0.5 + rng.uniform(-0.1, 0.1)
    upright = rng.random() < 0.65
    s, t = (x, y) if upright else (y, x)
    fan = rng.uniform(-0.25, 0.55)
    for number in rng.permutation(min(count, 6)):
        left, right = float(song.cuts[number]), float(song.cuts[number + 1])
        middle = 0.12 + 0.76 * (left + right) / 2
        wide = 0.07 + 0.42 * (right - left)
        drift = (sample_tile(noise, s * 0.1 + number * 0.37, t * 0.35 + number * 0.21) - 0.5) * (
            0.10 + 0.22 * setting.arousal
        )
        centre = top_bend + (middle - top_bend) * (1 + fan * (t - 0.5) * 2) + drift
        start = 0.32 * (1 - float(song.level[number])) * rng.uniform(0.4, 1)
        inside = np.minimum(wide - np.abs(s - centre), (t - start + drift) * 0.6)
        seen = smoothstep(0.0, 0.012 + 0.05 * (1 - setting.arousal), inside)
        rim = np.exp(-((inside / 0.012) ** 2)) * 0.3
        tone = (*colours.masses, colours.accent, colours.spark)[number % 6]
        image = mix(image, tone, np.clip(seen * (0.66 + 0.2 * setting.contrast) + rim * seen, 0, 0.95))
        pieces.append((f"veil {len(pieces)}", 0.2 + 0.1 * len(pieces), seen * (seen > 0.5)))
    best = int(np.argmax(song.level))
    at = 0.12 + 0.76 * float(song.cuts[best] + song.cuts[best + 1]) / 2
    return image, pieces, np.pi / 2 if upright else 0.0, (at, 0.45) if upright else (0.45, at)


def _chamber(setting: Setting, song: SongCurves, colours: Scheme, rng: np.random.Generator) -> Made:
    """A lit room: rounded frames one in the other, each as deep as a part of the song, light at the end."""
    x, y = grid()
    cx, cy = 0.5 + rng.uniform(-0.06, 0.06), 0.5 + rng.uniform(-0.04, 0.08)
    power = 2.0 + 5.0 * setting.rough if rng.random() < 0.6 else 2.0
    wide, high = rng.uniform(0.85, 1.1), rng.uniform(0.85, 1.1)
    wave = (song.round_bar(np.arctan2(y - cy, x - cx) / (2 * np.pi) + 0.25) - 0.5) * 0.10 * setting.rough
    away = (np.abs((x - cx) / wide) ** power + np.abs((y - cy) / high) ** power) ** (1 / power) / 0.62 + wave
    depth = 1 - np.clip(away, 0, 1)
    bounds = 0.12 + 0.62 * song.cuts[1:-1][:5]
    stops = [
        colours.dark if not colours.bright else colours.masses[0],
        *colours.masses[:2],
        colours.accent,
        colours.light,
    ]
    if rng.random() < 0.5:
        stops[1:3] = stops[2:0:-1]
    image = ramp(stops, depth * 1.12)
    pieces: list[Piece] = [("frame", 0.0, np.ones((WORK, WORK), np.float32))]
    soft = 0.006 + 0.05 * (1 - setting.arousal) ** 1.5
    for number, bound in enumerate(bounds):
        seen = smoothstep(bound - soft, bound + soft, depth)
        image = mix(image, ramp(stops, np.clip(depth * 0.5 + bound * 0.75 + 0.08, 0, 1)), seen * 0.75)
        image = lighten(image, -0.07 * np.exp(-(((depth - bound) / 0.02) ** 2)) * (1 - seen) * setting.contrast)
        pieces.append((f"room {number + 1}", 0.2 + 0.12 * number, seen))
    end = float(bounds[-1]) if len(bounds) else 0.5
    image = mix(
        image, setting.colours.sun if setting.valence > 0.35 else colours.spark, 0.8 * smoothstep(end, 1.0, depth)
    )
    return image, pieces, 0.0, (cx, cy)


def _torn(setting: Setting, song: SongCurves, colours: Scheme, rng: np.random.Generator) -> Made:
    """Jagged curtains of one strong colour, torn open: each edge is the song's curve, upright, magnified by tension."""
    x, y = grid()
    noise = fractal_noise(rng, cells=6, octaves=6, gain=0.62, ridged=0.8 * setting.rough, size=256)
    image = np.broadcast_to(colours.ground, (WORK, WORK, 3)).astype(np.float32)
    pieces: list[Piece] = [("ground", 0.0, np.ones((WORK, WORK), np.float32))]
    opening = near_third(rng, 0.05)
    count = int(rng.integers(3, 6))
    for number in range(count):
        at = opening + (number - (count - 1) / 2) * rng.uniform(0.16, 0.26)
        ragged = (sample_tile(noise, y * 0.9 + number * 0.23, x * 0.12 + number * 0.41) - 0.5) * (
            0.05 + 0.25 * setting.rough
        )
        line = at + (song.at((y + number * 0.21) % 1.0) - 0.5) * (0.05 + 0.16 * setting.arousal) + ragged
        sign = -1.0 if at < opening else 1.0
        seen = smoothstep(0.0, 0.006 + 0.03 * setting.calm, (x - line) * sign)
        tone = (colours.masses[0], colours.dark, colours.accent, colours.masses[1], colours.masses[2])[number % 5]
        shade = np.exp(-np.clip((x - line) * sign, 0, 1) / 0.10)
        image = mix(
            image, lighten(ramp((tone, blend(tone, colours.dark, 0.5)), y * np.ones_like(x)), 0.08 * shade), seen
        )
        image = mix(image, colours.spark, np.exp(-(((x - line) / 0.006) ** 2)) * (0.5 * setting.contrast))
        pieces.append((f"curtain {number + 1}", 0.25 + 0.14 * number, seen))
    return image, pieces, np.pi / 2, (opening, 0.4)


# one level line for the calm, blocks that weigh for the sad, bright veils and a lit room for the glad, tears for
# the tense
VARIANTS = (
    Variant("stacked", lambda s: 0.1 + 1.1 * s.gloom + 0.2 * s.calm, _stacked),
    Variant("horizon", lambda s: 0.06 + 1.1 * s.calm + 0.2 * s.gloom, _horizon),
    Variant("veils", lambda s: 0.06 + 1.1 * s.joy, _veils),
    Variant("chamber", lambda s: 0.08 + 0.6 * s.joy + 0.2 * s.calm, _chamber),
    Variant("torn", lambda s: 1.6 * max(0.02, s.tension - 0.1), _torn),
)
