"""The near shore of a sea: stakes that run out into it, a pier, a beach with parasols or one empty chair."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.composition import drawing
from tonescape.render.painter.composition.model import Figure
from tonescape.render.painter.composition.setting import blend, lab, toned
from tonescape.render.painter.subjects import objects, plants

if TYPE_CHECKING:
    from tonescape.render.painter.composition.setting import Setting
    from tonescape.render.painter.raster.filters import Field


def shore(setting: Setting, rng: np.random.Generator, horizon: float, away: int) -> list[Figure]:
    """What lies before the sea, on the side away from the light; often nothing. away : -1 left, 1 right"""
    chance, c = float(rng.random()), setting.colours
    if setting.tension > 0.45:  # breakers leave no room
        return []
    if chance < 0.2 or (setting.valence < 0.42 and chance < 0.35):
        return [Figure("stakes", tuple(stakes(rng, horizon, away)), blend(c.shadow, c.lands[1], 0.2))]
    if setting.valence < 0.42:
        return []
    if chance < 0.36:
        end = (0.5 + 0.1 * away, horizon + 0.03)
        planks, posts = objects.jetty((0.5 + 0.36 * away, 1.04), end, (0.24, 0.012))
        deck = blend(toned(c.glow, 0.45 + 0.3 * setting.valence), blend(c.shadow, c.lands[1], 0.4), 0.35)
        return [Figure("posts", tuple(posts), blend(c.shadow, c.lands[1], 0.25)), Figure("jetty", tuple(planks), deck)]
    return beach(setting, rng, away) if chance < 0.66 else []


def stakes(rng: np.random.Generator, horizon: float, away: int) -> list[Field]:
    """A groyne: old posts, no two of one height, from the near corner out into the water."""
    shapes = []
    for share in (np.linspace(0, 1, 17) ** 0.62).tolist():
        x = 0.5 + away * (0.4 - 0.34 * share)
        foot = 0.98 + (horizon + 0.03 - 0.98) * share
        high = (0.15 - 0.143 * share) * rng.uniform(0.65, 1.15)
        thick, lean = 0.075 * high + 0.0012, rng.normal(0, 0.05) * high
        post = [
            (x - thick, foot),
            (x - thick + lean, foot - high),
            (x + thick + lean, foot - 0.93 * high),
            (x + thick, foot),
        ]
        shapes.append(np.array(post, np.float32))
    return shapes


def parasol(x: float, foot: float, size: float, lean: float) -> tuple[list[Field], list[Field], list[Field]]:
    """(pole, every other gore of the canopy, the gores between) of a beach parasol `size` high."""
    head = np.array([x + lean * size, foot - size])
    pole = [plants.limb((x, foot), (float(head[0]), float(head[1])), 0.016 * size, 0.012 * size)]
    turn = np.array([[np.cos(lean), np.sin(lean)], [-np.sin(lean), np.cos(lean)]])
    rim = np.linspace(-1, 1, 7)
    one: list[Field] = []
    other: list[Field] = []
    for number, (a, b) in enumerate(zip(rim[:-1].tolist(), rim[1:].tolist(), strict=True)):
        t = np.linspace(0, 1, 7)
        sides = [
            np.stack([edge * 0.62 * np.sin(t * np.pi / 2), 0.34 * (1 - np.cos(t * np.pi / 2))], 1) for edge in (a, b)
        ]
        hem = np.array([((a + b) / 2 * 0.62, 0.31)])
        gore = np.concatenate([sides[0], hem, sides[1][::-1]]) * size @ turn + head
        (one if number % 2 == 0 else other).append(gore.astype(np.float32))
    return pole, one, other


def beach(setting: Setting, rng: np.random.Generator, away: int) -> list[Figure]:
    """Sand along the lower edge with a rim of foam: parasols when the song is glad, one chair when it is calm."""
    c = setting.colours
    at = np.linspace(-0.05, 1.05, 60)
    rise = 0.93 - 0.085 * np.clip(0.5 + away * (at - 0.5), 0, 1) ** 1.5 + 0.012 * np.sin(at * 9 + rng.uniform(0, 6))
    sand = drawing.ground(at, rise)
    foam = np.array([*zip(at, rise - 0.012, strict=True), *zip(at[::-1], rise[::-1] + 0.004, strict=True)], np.float32)
    warm = blend(lab(0.5 + 0.34 * setting.valence, 0.06, 80), c.glow, 0.3)
    figures = [Figure("sand", (sand,), warm), Figure("foam", (foam,), toned(c.glow, 0.95))]
    shade = blend(c.shadow, warm, 0.45)
    places = [(0.5 + 0.27 * away, 0.19)]
    if setting.joy > 0.35:
        places += [(0.5 + 0.43 * away, 0.13), (0.5 + 0.04 * away, 0.11)]
    tones = (toned(c.accent, None, 1.3), toned(c.zenith, 0.5, 1.3), toned(blend(c.accent, c.glow, 0.4), None, 1.2))
    for number, (x, size) in enumerate(sorted(places, key=lambda place: place[1])):
        foot = float(np.interp(x, at, rise)) + 0.035 + 0.12 * (size - 0.1)
        ring = np.linspace(0, 2 * np.pi, 20, endpoint=False)
        pool = np.stack([x + 0.1 * away * size + 0.5 * size * np.cos(ring), foot + 0.09 * size * np.sin(ring)], 1)
        pole, one, other = parasol(x, foot, size, 0.14 * away)
        figures += [Figure("shade", (pool.astype(np.float32),), shade), Figure("pole", tuple(pole), c.shadow)]
        figures += [
            Figure("parasol", tuple(one), tones[number % 3]),
            Figure("parasol", tuple(other), toned(c.glow, 0.95)),
        ]
        chair = [(-0.42, 0.0), (-0.6, -0.34), (-0.56, -0.36), (-0.36, -0.1), (0.02, -0.1), (0.06, 0.0), (0.03, 0.0),
                 (0.0, -0.06), (-0.34, -0.06), (-0.38, 0.0)]  # fmt: skip
        seat = np.array(chair) * [-away * 0.8 * size, 0.8 * size] + [x, foot + 0.01]
        figures.append(Figure("chair", (seat.astype(np.float32),), c.shadow))
    return figures
