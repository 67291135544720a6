"""A fair by night: the great wheel, a carousel, striped tents, strings of lamps, a crowd."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.composition.abstract import box, disc, shape
from tonescape.render.painter.composition.model import WORK, Figure, grid
from tonescape.render.painter.composition.setting import blend, toned
from tonescape.render.painter.motifs.fireworks.vantage_land import crowd, ground, whole
from tonescape.render.painter.raster.filters import smoothstep
from tonescape.render.painter.subjects import city, fireworks, objects, plants

if TYPE_CHECKING:
    from tonescape.render.painter.motifs.fireworks.vantage_land import Place, Spot
    from tonescape.render.painter.raster.filters import Field


def fair(spot: Spot) -> Place:
    """The wheel on a third or cut by the edge and tents, or a carousel close by; lamps over them, a crowd in front."""
    rng = spot.rng
    close = rng.random() < 0.35
    image = city.glow(spot.sky, (0.5, spot.line), 0.2, toned(spot.lamp, 0.55), 0.55)
    figures = [] if close else _wheel(spot)
    figures.append(
        Figure("trees", tuple(_crowns(rng, spot.line + 0.03, 0.05)), toned(spot.setting.colours.shadow, 0.14))
    )
    figures += _strings(spot) + (_carousel(spot) if close else _tents(spot))
    edge = np.full(64, 0.955)
    folk = crowd(spot, 0.5, edge + 0.01, 5 + round(9 * spot.setting.joy), (0.07, 0.11))
    figures.append(Figure("crowd", (ground(edge), *folk), spot.dark))
    _, y = grid()
    glow = smoothstep(spot.line - 0.1, spot.line, y) * np.ones((1, WORK), np.float32)
    return image, [whole(), ("glow", 0.3, glow)], figures


def _wheel(spot: Spot) -> list[Figure]:
    rng, c, side = spot.rng, spot.setting.colours, spot.side
    near = rng.random() < 0.35  # under the wheel, which is cut by the edge, or across the ground from it
    radius = float(rng.uniform(0.4, 0.5) if near else rng.uniform(0.17, 0.29))
    hub = (0.5 - side * float(rng.uniform(0.36, 0.5) if near else rng.uniform(0.12, 0.26)), spot.line - radius * 0.9)
    iron = toned(blend(c.lands[3], c.glow, 0.3), 0.5 + 0.1 * spot.setting.valence)

    def spoke(turn: float) -> Field:
        ends = np.array([0.0, radius])
        return fireworks.ribbon(hub[0] + ends * np.cos(turn), hub[1] + ends * np.sin(turn), np.full(2, 0.0015))

    legs = [
        fireworks.ribbon(np.array([hub[0], hub[0] + k * radius * 0.5]), np.array([hub[1], spot.line + 0.04]),
                      np.array([0.006, 0.008]))
        for k in (-1, 1)
    ]  # fmt: skip
    turn = np.linspace(0, 2 * np.pi, 14, endpoint=False) + rng.uniform(0, 0.4)
    around = np.linspace(0, 2 * np.pi, 80)
    hoops = [
        fireworks.ribbon(hub[0] + r * np.cos(around), hub[1] + r * np.sin(around), np.full(80, 0.0025))
        for r in (radius, 0.86 * radius)
    ]
    bulbs = [
        disc(hub[0] + radius * np.cos(a), hub[1] + radius * np.sin(a), 0.0042)[::6]
        for a in np.linspace(0, 2 * np.pi, 42, endpoint=False).tolist()
    ]
    cars: tuple[list[Field], list[Field]] = ([], [])
    cabin = np.array([(-0.5, -0.6), (0.5, -0.6), (0.62, 0), (0.4, 0.6), (-0.4, 0.6), (-0.62, 0)])
    for k, a in enumerate(turn.tolist()):
        cars[k % 2].append(shape(cabin, hub[0] + radius * np.cos(a), hub[1] + radius * np.sin(a) + 0.02, 0.16 * radius))
    return [
        Figure("legs", tuple(legs), spot.dark),
        Figure("wheel", (*hoops, *map(spoke, turn.tolist()), disc(*hub, 0.02)), iron),
        Figure("cars", tuple(cars[0]), toned(c.accent, 0.6, 1.3)),
        Figure("cars", tuple(cars[1]), toned(c.glow, 0.8)),
        Figure("bulbs", tuple(bulbs), spot.lamp),
    ]


def _bulbs(a: tuple[float, float], b: tuple[float, float], sag: float) -> tuple[Field, list[Field]]:
    """(wire, bulbs) of a string of lamps that hangs from a to b."""
    t = np.linspace(0, 1, 24)
    x, y = a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t + 4 * sag * t * (1 - t)
    lamps = [disc(float(p), float(q) + 0.008, 0.0062)[::6] for p, q in zip(x[1::2], y[1::2], strict=True)]
    return fireworks.ribbon(x, y, np.full(24, 0.0014)), lamps


def _strings(spot: Spot) -> list[Figure]:
    """Lamps on wires from a mast to both sides."""
    wires: list[Field] = []
    lamps: list[Field] = []
    mast, top = 0.5 + spot.side * float(spot.rng.uniform(0.1, 0.2)), spot.line - 0.12
    for end in ((-0.02, top - 0.03), (1.02, top + 0.02)):
        wire, hung = _bulbs((mast, top - 0.04), end, 0.09)
        wires.append(wire)
        lamps += hung
    wires.append(box(mast, (top + 1) / 2 - 0.02, 0.007, 1 - top))
    return [Figure("wires", tuple(wires), spot.dark), Figure("lamps", tuple(lamps), spot.lamp)]


def _carousel(spot: Spot) -> list[Figure]:
    """A roundabout seen from near: striped roof, lamps round its edge, beasts on poles."""
    rng, c, v = spot.rng, spot.setting.colours, spot.setting.valence
    x, wide = 0.5 - spot.side * float(rng.uniform(0.08, 0.24)), float(rng.uniform(0.26, 0.36))
    foot, eave = 0.93, 0.93 - float(rng.uniform(0.26, 0.32))
    peak, sag = eave - 0.42 * wide, 0.05 * wide
    t = np.linspace(-1, 1, 25)
    rim = np.stack([x + wide * t, eave + sag * (1 - t**2) + 0.025 * np.abs(np.sin(6 * np.pi * t))], 1)
    roof = np.concatenate([[(x, peak)], rim]).astype(np.float32)
    stripes = [np.array([(x, peak), *rim[2 * k : 2 * k + 3].tolist()], np.float32) for k in range(0, 12, 2)]
    at = np.linspace(-0.86, 0.86, 7)
    poles = [box(x + wide * float(k), (eave + foot) / 2, 0.006, foot - eave) for k in at]
    floor = [box(x, foot + 0.01, 1.9 * wide, 0.03), box(x, peak - 0.03, 0.004, 0.07)]
    pennant = np.array([(x, peak - 0.065), (x + 0.05, peak - 0.05), (x, peak - 0.035)], np.float32)
    inside = np.array([(x - 0.9 * wide, eave), (x + 0.9 * wide, eave), (x + 0.9 * wide, foot), (x - 0.9 * wide, foot)])
    beasts: tuple[list[Field], list[Field]] = ([], [])
    for number, k in enumerate(at.tolist()):
        high = foot - 0.03 - 0.05 * float(spot.song.beat[(2 * number) % 16])
        beasts[number % 2].extend(objects.deer(x + wide * k, high, 0.11, facing=int(spot.side)))
    bulbs = [disc(float(a), float(b) + 0.004, 0.006)[::6] for a, b in rim]
    return [
        Figure("inside", (inside.astype(np.float32),), toned(blend(spot.lamp, c.accent, 0.5), 0.45 + 0.15 * v)),
        Figure("poles", (*poles, *floor), spot.dark),
        Figure("beasts", tuple(beasts[0]), toned(c.glow, 0.86)),
        Figure("beasts", tuple(beasts[1]), toned(c.shadow, 0.2)),
        Figure("roof", (roof, pennant), toned(c.glow, 0.55 + 0.25 * v)),
        Figure("stripes", tuple(stripes), toned(c.accent, 0.42 + 0.12 * v, 1.2)),
        Figure("bulbs", tuple(bulbs), spot.lamp),
    ]


def _tents(spot: Spot) -> list[Figure]:
    rng, c, v = spot.rng, spot.setting.colours, spot.setting.valence
    tents: list[Field] = []
    stripes: list[Field] = []
    size, foot = float(rng.uniform(0.085, 0.15)), 0.97
    for x in np.arange(rng.uniform(0, 0.2), 1.02, size * rng.uniform(1.9, 3.4)).tolist():
        at, wide = x + rng.normal(0, 0.03), size * rng.uniform(0.8, 1.1)
        eave = foot - wide * rng.uniform(0.8, 1.2)
        peak = eave - 0.7 * wide
        cloth = [(at - wide, eave), (at, peak), (at + wide, eave), (at + 0.9 * wide, foot), (at - 0.9 * wide, foot)]
        tents.append(np.array(cloth, np.float32))
        for k in (-0.75, -0.25, 0.25, 0.75):
            a, b = (k - 0.13) * wide, (k + 0.13) * wide
            strip = [(at + a, eave), (at, peak), (at + b, eave), (at + 0.9 * b, foot), (at + 0.9 * a, foot)]
            stripes.append(np.array(strip, np.float32))
    return [
        Figure("tents", tuple(tents), toned(c.glow, 0.5 + 0.25 * v)),
        Figure("stripes", tuple(stripes), toned(c.accent, 0.4 + 0.12 * v, 1.2)),
    ]


def _crowns(rng: np.random.Generator, foot: float, size: float) -> list[Field]:
    """A line of round trees and the dark ground under it."""
    spots = np.arange(-0.02, 1.03, 0.6 * size).tolist()
    crowns = [plants.blob(rng, x, foot - rng.uniform(0, 0.6) * size, size, size * 0.8, points=12) for x in spots]
    return [*crowns, np.array([(0, foot), (1, foot), (1, 1.05), (0, 1.05)], np.float32)]
