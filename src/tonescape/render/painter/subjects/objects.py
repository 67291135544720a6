"""Signs of life and of its end as polygons in unit coordinates: houses, beasts, tents, kites, ruins, wrecks, fire."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tonescape.render.painter.raster.filters import Field


def _placed(
    parts: Sequence[Sequence[tuple[float, float]]], x: float, foot: float, size: float, facing: int = 1
) -> list[Field]:
    """Outlines given in heights with y up and the origin between the feet, as unit polygons."""
    scale, origin = np.array([size * facing, -size], np.float32), np.array([x, foot], np.float32)
    return [np.array(part, np.float32) * scale + origin for part in parts]


def house(x: float, foot: float, size: float, *, facing: int = 1) -> tuple[list[Field], list[Field], list[Field]]:
    """(walls, roof, windows) of a cottage; `size` is its height."""
    walls = [[(-0.75, 0), (-0.75, 0.5), (0.75, 0.5), (0.75, 0)], [(0.3, 0.5), (0.52, 0.84), (0.75, 0.5)]]
    roof = [[(-0.86, 0.46), (-0.6, 0.92), (0.5, 0.92), (0.28, 0.46)],
            [(-0.35, 0.9), (-0.35, 1.12), (-0.2, 1.12), (-0.2, 0.9)],
            [(0.28, 0.46), (0.5, 0.92), (0.86, 0.44), (0.8, 0.4), (0.51, 0.8), (0.36, 0.46)]]  # fmt: skip
    lights = [[(-0.5, 0.16), (-0.5, 0.34), (-0.32, 0.34), (-0.32, 0.16)],
              [(-0.1, 0.16), (-0.1, 0.34), (0.08, 0.34), (0.08, 0.16)],
              [(0.45, 0.1), (0.45, 0.34), (0.6, 0.34), (0.6, 0.1)]]  # fmt: skip
    return (
        _placed(walls, x, foot, size, facing),
        _placed(roof, x, foot, size, facing),
        _placed(lights, x, foot, size, facing),
    )


def church(x: float, foot: float, size: float, *, facing: int = 1) -> tuple[list[Field], list[Field], list[Field]]:
    """(walls, roofs, windows) of a village church; `size` is the height of its spire."""
    walls = [[(-0.12, 0), (-0.12, 0.52), (0.1, 0.52), (0.1, 0)], [(0.1, 0), (0.1, 0.24), (0.5, 0.24), (0.5, 0)]]
    roof = [[(-0.15, 0.5), (-0.01, 1.0), (0.13, 0.5)], [(0.08, 0.22), (0.14, 0.38), (0.48, 0.38), (0.54, 0.22)]]
    lights = [[(-0.04, 0.34), (-0.04, 0.44), (0.02, 0.44), (0.02, 0.34)]]
    lights += [[(at, 0.07), (at, 0.17), (at + 0.05, 0.17), (at + 0.05, 0.07)] for at in (0.17, 0.29, 0.41)]
    return (
        _placed(walls, x, foot, size, facing),
        _placed(roof, x, foot, size, facing),
        _placed(lights, x, foot, size, facing),
    )


def lighthouse(x: float, foot: float, size: float) -> tuple[list[Field], list[Field], list[Field]]:
    """(tower, bands and cap, lamp)."""
    tower = [[(-0.13, 0), (-0.075, 0.78), (0.075, 0.78), (0.13, 0)]]
    dark = [[(-0.11, 0.3), (-0.095, 0.48), (0.095, 0.48), (0.11, 0.3)],
            [(-0.11, 0.78), (-0.11, 0.82), (0.11, 0.82), (0.11, 0.78)],
            [(-0.08, 0.93), (0, 1.02), (0.08, 0.93)]]  # fmt: skip
    lamp = [[(-0.055, 0.82), (-0.055, 0.93), (0.055, 0.93), (0.055, 0.82)]]
    return _placed(tower, x, foot, size), _placed(dark, x, foot, size), _placed(lamp, x, foot, size)


def deer(x: float, foot: float, size: float, *, facing: int = 1) -> list[Field]:
    """A stag that stands and looks; `size` is its height with antlers."""
    body = [(-0.36, 0.56), (-0.3, 0.62), (0.1, 0.6), (0.22, 0.66), (0.3, 0.82), (0.4, 0.84), (0.5, 0.76), (0.49, 0.72),
            (0.38, 0.72), (0.34, 0.58), (0.24, 0.42), (-0.2, 0.42), (-0.34, 0.4), (-0.4, 0.5)]  # fmt: skip
    legs = [[(at, 0.45), (at + d, 0.22), (at + 0.01, 0), (at + 0.045, 0), (at + d + 0.05, 0.22), (at + 0.1, 0.45)]
            for at, d in ((-0.36, -0.03), (-0.25, 0.03), (0.1, 0.01), (0.19, 0.0))]  # fmt: skip
    antlers = []
    for lean in (-0.1, 0.06):
        antlers.append([(0.32, 0.83), (0.27 + lean, 1.0), (0.29 + lean, 1.0), (0.35, 0.84)])
        antlers.append([(0.29 + lean * 0.6, 0.92), (0.4 + lean, 0.98), (0.4 + lean, 0.965), (0.3 + lean * 0.6, 0.9)])
    tail = [(-0.36, 0.56), (-0.43, 0.48), (-0.4, 0.5), (-0.34, 0.5)]
    return _placed([body, *legs, *antlers, tail], x, foot, size, facing)


def camel(x: float, foot: float, size: float, *, facing: int = 1) -> list[Field]:
    """A camel with its rider, walking; `size` is the height of both."""
    body = [(-0.34, 0.44), (-0.3, 0.54), (-0.12, 0.56), (-0.02, 0.68), (0.08, 0.56), (0.22, 0.5), (0.32, 0.44),
            (0.4, 0.5),
            (0.44, 0.66), (0.52, 0.7), (0.6, 0.66), (0.6, 0.62),
            (0.5, 0.6), (0.48, 0.46), (0.36, 0.34), (0.22, 0.34), (-0.26, 0.34)]  # fmt: skip
    legs = [[(at, 0.38), (at + d, 0.0), (at + d + 0.035, 0.0), (at + 0.08, 0.38)]
            for at, d in ((-0.3, -0.06), (-0.22, 0.07), (0.14, -0.05), (0.24, 0.08))]  # fmt: skip
    rider = [
        (-0.12, 0.62),
        (-0.08, 0.86),
        (-0.05, 0.88),
        (-0.06, 0.96),
        (0.0, 1.0),
        (0.05, 0.96),
        (0.04, 0.88),
        (0.07, 0.84),
        (0.1, 0.6),
    ]
    return _placed([body, *legs, rider], x, foot, size, facing)


def tent(x: float, foot: float, size: float) -> tuple[list[Field], list[Field]]:
    """(cloth, opening) of a pointed tent, lit from inside."""
    cloth = [[(-0.8, 0), (-0.08, 1.0), (0.08, 1.0), (0.8, 0)]]
    return _placed(cloth, x, foot, size), _placed([[(-0.16, 0), (0.0, 0.62), (0.16, 0)]], x, foot, size)


def balloon(x: float, y: float, size: float) -> tuple[list[Field], list[Field]]:
    """(envelope, gores and basket) of a hot-air balloon, its middle at (x, y), `size` high."""
    turn = np.linspace(np.pi * 0.82, np.pi * 2.18, 22)
    rim = [(0.36 * np.cos(a), 0.14 - 0.36 * np.sin(a)) for a in turn]
    gore = [[(0.13 * s * np.cos(a) / 0.36 * 2.1, 0.14 - 0.35 * np.sin(a)) for a in turn] for s in (0.45,)]
    basket = [[(-0.06, -0.5), (-0.07, -0.4), (0.07, -0.4), (0.06, -0.5)],
              [(-0.065, -0.4), (-0.15, -0.17), (-0.14, -0.17), (-0.055, -0.4)],
              [(0.065, -0.4), (0.15, -0.17), (0.14, -0.17), (0.055, -0.4)]]  # fmt: skip
    return _placed([[*rim, (0.1, -0.22), (-0.1, -0.22)]], x, y, size), _placed([*gore, *basket], x, y, size)


def lightning(
    rng: np.random.Generator, start: tuple[float, float], end: tuple[float, float], width: float
) -> list[Field]:
    """A forked bolt from start to end (unit): midpoints thrown aside, branches that end in the air."""

    def broken(a: Field, b: Field, depth: int) -> list[Field]:
        if depth == 0:
            return [a]
        away = (b - a)[::-1] * np.array([-1.0, 1.0]) * rng.normal(0, 0.13)
        middle = (a + b) / 2 + away
        return [*broken(a, middle, depth - 1), *broken(middle, b, depth - 1)]

    def bolt(a: Field, b: Field, thick: float) -> Field:
        path = np.array([*broken(a, b, 5), b])
        half = thick * np.linspace(1, 0.25, len(path))[:, None] * np.array([1.0, 0.25])
        return np.concatenate([path - half, (path + half)[::-1]]).astype(np.float32)

    a, b = np.array(start, np.float64), np.array(end, np.float64)
    state = rng.bit_generator.state
    shapes = [bolt(a, b, width)]
    rng.bit_generator.state = state
    path = np.array([*broken(a, b, 5), b])
    for _ in range(int(rng.integers(2, 5))):
        fork = path[int(rng.integers(6, 24))]
        tip = fork + np.array([rng.uniform(-0.14, 0.14), rng.uniform(0.05, 0.16)])
        shapes.append(bolt(fork, tip, width * 0.5))
    return shapes


def ruin(x: float, foot: float, size: float, *, facing: int = 1) -> list[Field]:
    """What stands of an abbey: a gable with a broken window, a pier, a low wall; `size` is its height."""
    gable = [(-0.6, 0), (-0.6, 0.66), (-0.52, 0.72), (-0.5, 0.9), (-0.44, 0.88), (-0.4, 1.0), (-0.36, 0.96), (-0.36, 0)]
    arch = [(-0.37, 0.52), (-0.37, 0.86), (-0.22, 0.94), (-0.1, 0.82), (-0.06, 0.86), (-0.04, 0.76), (-0.17, 0.74),
            (-0.28, 0.64)]  # fmt: skip
    pier = [(-0.02, 0), (-0.02, 0.5), (0.02, 0.58), (0.06, 0.52), (0.12, 0.56), (0.14, 0)]
    wall = [(-0.36, 0), (-0.36, 0.2), (-0.2, 0.16), (-0.12, 0.22), (-0.02, 0.14), (0.14, 0.3), (0.24, 0.26),
            (0.3, 0.34), (0.42, 0.16), (0.56, 0.18), (0.7, 0)]  # fmt: skip
    return _placed([gable, arch, pier, wall], x, foot, size, facing)


def wreck(x: float, foot: float, size: float, *, facing: int = 1) -> list[Field]:
    """A ship's hull on its side, ribs bare, one mast broken; `size` is about its height."""
    hull = [(-0.95, 0.02), (-0.86, 0.2), (-0.4, 0.14), (0.2, 0.26), (0.75, 0.46), (0.98, 0.62), (0.86, 0.24),
            (0.7, -0.04), (-0.7, -0.04)]  # fmt: skip
    ribs = [[(at, 0.1), (at - 0.1, 0.4 + 0.05 * k), (at - 0.04, 0.42 + 0.05 * k), (at + 0.06, 0.1)]
            for k, at in enumerate((-0.62, -0.4, -0.18))]  # fmt: skip
    mast = [
        [(0.1, 0.16), (0.36, 1.0), (0.4, 0.99), (0.18, 0.16)],
        [(0.02, 0.6), (0.5, 0.78), (0.5, 0.75), (0.03, 0.57)],
    ]
    stays = [[(0.37, 0.97), (0.86, 0.5), (0.87, 0.51), (0.38, 0.98)]]
    return _placed([hull, *ribs, *mast, *stays], x, foot, size, facing)


def rowing_boat(x: float, foot: float, size: float) -> list[Field]:
    """An empty rowing boat, `size` long, one oar out."""
    hull = [(-0.5, 0.12), (-0.36, -0.04), (0.36, -0.04), (0.5, 0.14), (0.3, 0.06), (-0.3, 0.05)]
    return _placed([hull, [(-0.1, 0.08), (0.62, -0.03), (0.62, -0.05), (-0.1, 0.05)]], x, foot, size)


def fence(
    rng: np.random.Generator, start: tuple[float, float], end: tuple[float, float], tall: tuple[float, float]
) -> list[Field]:
    """Posts that lean this way and that, and a slack wire; from near to far. tall : of the first and the last post"""
    shapes, tops = [], []
    share = np.linspace(0, 1, 9) ** 0.75
    for t in share.tolist():
        x, y = start[0] + (end[0] - start[0]) * t, start[1] + (end[1] - start[1]) * t
        high = tall[0] + (tall[1] - tall[0]) * t
        lean, thick = rng.normal(0, 0.14) * high, 0.055 * high
        top = (x + lean, y - high * rng.uniform(0.8, 1.1))
        shapes.append(np.array([(x - thick, y), (top[0] - thick, top[1]), (top[0] + thick, top[1]), (x + thick, y)]))
        tops.append((x + 0.7 * lean, y - 0.72 * high, 0.012 * high))
    for (ax, ay, aw), (bx, by, bw) in pairwise(tops):
        sag = ((ax + bx) / 2, (ay + by) / 2 + 0.2 * abs(bx - ax))
        wire = [
            (ax, ay - aw),
            (sag[0], sag[1] - aw),
            (bx, by - bw),
            (bx, by + bw),
            (sag[0], sag[1] + aw),
            (ax, ay + aw),
        ]
        shapes.append(np.array(wire))
    return [np.asarray(shape, np.float32) for shape in shapes]


def kite(rng: np.random.Generator, x: float, y: float, size: float) -> tuple[list[Field], list[Field]]:
    """(cloth, tail and line) of a kite that stands in the wind, its middle at (x, y)."""
    lean = rng.uniform(-0.5, 0.5)
    cloth = np.array([(0, -0.6), (0.4, -0.1), (0, 0.6), (-0.4, -0.1)])
    turn = np.array([[np.cos(lean), np.sin(lean)], [-np.sin(lean), np.cos(lean)]])
    t = np.linspace(0, 1, 14)
    tail = np.stack([x + lean * size * 0.6 + 0.12 * size * np.sin(9 * t), y + size * (0.55 + 1.5 * t)], 1)
    aside = np.array([0.02 * size, 0])
    strip = np.concatenate([tail - aside, (tail + aside)[::-1]])
    bows = [tail[k] + size * np.array([(-0.11, -0.06), (0.11, 0.06), (0.11, -0.06), (-0.11, 0.06)]) for k in (4, 8, 12)]
    return [(cloth * size @ turn + [x, y]).astype(np.float32)], [np.asarray(p, np.float32) for p in (strip, *bows)]


def stilt_hut(x: float, foot: float, size: float, *, facing: int = 1) -> tuple[list[Field], list[Field], list[Field]]:
    """(posts and floor, thatched roof, wall) of a hut over the water; `size` is its height with the posts."""
    posts = [[(at, -0.04), (at, 0.34), (at + 0.035, 0.34), (at + 0.035, -0.04)] for at in (-0.36, -0.13, 0.12, 0.33)]
    posts.append([(-0.5, 0.3), (-0.5, 0.35), (0.52, 0.35), (0.52, 0.3)])
    wall = [[(-0.34, 0.35), (-0.34, 0.62), (0.34, 0.62), (0.34, 0.35)]]
    roof = [[(-0.56, 0.56), (-0.4, 0.72), (-0.2, 0.94), (-0.05, 1.02), (0.1, 0.96), (0.36, 0.74), (0.56, 0.54),
             (0.3, 0.6), (0.0, 0.57), (-0.3, 0.61)],
            [(-0.06, 0.35), (-0.06, 0.55), (0.1, 0.55), (0.1, 0.35)]]  # fmt: skip
    return (
        _placed(posts, x, foot, size, facing),
        _placed(roof, x, foot, size, facing),
        _placed(wall, x, foot, size, facing),
    )


def gate(x: float, foot: float, size: float) -> tuple[list[Field], list[Field]]:
    """(gate, its image in still water) of wood that stands in a lake: two posts, two beams, the upper one bowed."""
    posts = [
        [(s * 0.36 - 0.035, 0), (s * 0.31 - 0.03, 0.86), (s * 0.31 + 0.03, 0.86), (s * 0.36 + 0.035, 0)]
        for s in (-1, 1)
    ]
    t = np.linspace(-1, 1, 15)
    upper = [(0.6 * at, 0.9 + 0.07 * at * at) for at in t] + [(0.56 * at, 0.8 + 0.05 * at * at) for at in t[::-1]]
    lower = [(-0.44, 0.58), (-0.44, 0.65), (0.44, 0.65), (0.44, 0.58)]
    parts = [*posts, upper, lower, [(-0.03, 0.64), (-0.03, 0.82), (0.03, 0.82), (0.03, 0.64)]]
    mirrored = [[(a, -0.92 * b) for a, b in part] for part in parts]
    return _placed(parts, x, foot, size), _placed(mirrored, x, foot, size)


def jetty(
    start: tuple[float, float], end: tuple[float, float], wide: tuple[float, float]
) -> tuple[list[Field], list[Field]]:
    """(planks, posts) of a footbridge over the water from near to far; wide : unit at both ends"""
    planks: list[Field] = []
    posts: list[Field] = []
    stops = np.linspace(0, 1, 19) ** 0.6
    for number, (a, b) in enumerate(pairwise(stops.tolist())):
        b = a + 0.86 * (b - a)
        corners = []
        for share, way in ((a, -1), (a, 1), (b, 1), (b, -1)):
            half = (wide[0] + (wide[1] - wide[0]) * share) / 2
            corners.append(
                (start[0] + (end[0] - start[0]) * share + way * half, start[1] + (end[1] - start[1]) * share)
            )
        planks.append(np.array(corners, np.float32))
        if number % 3 == 0:
            for x, y in corners[:2]:
                size = wide[0] + (wide[1] - wide[0]) * a
                post = [(-0.05, 0.35), (-0.05, -0.5), (0.05, -0.5), (0.05, 0.35)]
                posts.append((np.array(post) * size + [x, y]).astype(np.float32))
    return planks, posts


def flames(rng: np.random.Generator, x: float, foot: float, wide: float, tall: float) -> list[Field]:
    """Tongues of fire on a line `wide` about x, the highest in the middle; each licks to one side and back."""
    shapes = []
    t = np.linspace(0, 1, 9)
    for _ in range(int(14 + 70 * wide)):
        at = rng.normal(0, 0.3)
        high = tall * rng.uniform(0.3, 1.0) * np.exp(-((at / 0.45) ** 2))
        half = high * rng.uniform(0.1, 0.17) * np.sin(np.pi * (0.22 + 0.78 * t)) ** 0.8
        sway = high * rng.uniform(-0.2, 0.2) * np.sin(rng.uniform(2.5, 4.5) * t) * t
        middle, y = x + at * wide + sway, foot + rng.uniform(-0.004, 0.012) - high * t
        shapes.append(np.concatenate([np.stack([middle - half, y], 1), np.stack([middle + half, y], 1)[::-1]]))
    return [np.asarray(shape, np.float32) for shape in shapes]
