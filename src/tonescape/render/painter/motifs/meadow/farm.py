"""What stands in worked fields as polygons in unit coordinates: bales, a windmill, sunflowers, a fruit tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.subjects import plants

if TYPE_CHECKING:
    from tonescape.render.painter.raster.filters import Field

    Ground = tuple[float, float, float]
    """unit x of the vanishing point, unit y of the horizon there, height of the eye"""


def place(ground: Ground, x: float, z: float) -> tuple[float, float]:
    """Where a point of the ground appears: x to the side of the vanishing point, z away, both in eye's widths."""
    return ground[0] + x / z, ground[1] + ground[2] / z


def bale(x: float, foot: float, size: float, *, side: float) -> tuple[list[Field], list[Field], list[Field]]:
    """(side, shaded belly and windings, face) of a round bale `size` high whose face is turned to the light."""
    turn = np.linspace(0, 2 * np.pi, 28, endpoint=False)
    rim = np.stack([0.45 * np.cos(turn), 0.5 * np.sin(turn)], 1)
    far = rim + np.array([-0.62 * side, -0.05])
    before = np.cos(turn) * side > -0.1
    hull = np.concatenate([rim[before], far[~before]])
    middle = hull.mean(0)
    hull = hull[np.argsort(np.arctan2(*(hull - middle).T[::-1]))]
    low = hull[:, 1] > 0.16
    belly = np.concatenate([hull[low], hull[low][::-1] * [1, 0.55]])
    rings = [np.concatenate([rim * outer, rim[::-1] * (outer - 0.05)]) for outer in (0.86, 0.6, 0.34)]

    def put(shape: Field) -> Field:
        return np.asarray(shape * size + [x, foot - 0.5 * size], np.float32)

    return [put(hull)], [put(belly)], [put(rim), *(put(ring) for ring in rings)]


def windmill(
    rng: np.random.Generator, x: float, foot: float, size: float, *, torn: bool
) -> tuple[list[Field], list[Field], list[Field]]:
    """(tower, cap and door, sails) of a tower mill `size` high with its sails; torn: sails that are bare or gone."""
    tower = [np.array([(-0.17, 0), (-0.1, -0.56), (0.1, -0.56), (0.17, 0)])]
    dark = [
        np.array([(-0.125, -0.55), (-0.1, -0.63), (-0.03, -0.69), (0.04, -0.69), (0.1, -0.63), (0.125, -0.55)]),
        np.array([(-0.035, 0), (-0.035, -0.11), (0.035, -0.11), (0.035, 0)]),
        np.array([(-0.02, -0.3), (-0.02, -0.36), (0.02, -0.36), (0.02, -0.3)]),
    ]
    sails: list[Field] = []
    start = rng.uniform(0.15, 1.3)
    for number in range(4):
        turn = start + number * np.pi / 2
        out, across = np.array([np.cos(turn), np.sin(turn)]), np.array([-np.sin(turn), np.cos(turn)])
        long = 0.46 if not (torn and number == 2) else 0.2
        arms: list[tuple[tuple[float, float], ...]] = [((0, -0.011), (long, -0.006), (long, 0.006), (0, 0.011))]
        if not (torn and number in (1, 2)):
            arms.append(((0.1, 0.016), (long, 0.016), (long, 0.1), (0.1, 0.085)))
        elif number == 1:  # the frame without its cloth
            arms.append(((0.1, 0.088), (long, 0.096), (long, 0.104), (0.1, 0.096)))
            arms += [((at, 0), (at + 0.012, 0), (at + 0.012, 0.1), (at, 0.1)) for at in (0.12, 0.2, 0.29, 0.38)]
        for arm in arms:
            sails.append(np.array([along * out + off * across for along, off in arm]) + np.array([0, -0.62]))

    def put(shapes: list[Field]) -> list[Field]:
        return [np.asarray(shape * size + [x, foot], np.float32) for shape in shapes]

    return put(tower), put(dark), put(sails)


def sunflower(
    rng: np.random.Generator, x: float, head: float, foot: float, size: float, *, sag: float
) -> tuple[list[Field], list[Field], list[Field]]:
    """(stem and leaves, petals, heart) of a sunflower; sag : 0 turned to the light .. 1 hanging, its petals shed."""
    way = 1.0 if rng.random() < 0.5 else -1.0
    neck = (x, head - 0.4 * size * sag)
    at = np.array([x + way * 0.9 * size * sag, head + 0.5 * size * sag])
    green = [plants.limb((x - way * 0.3 * size, foot), neck, 0.1 * size, 0.07 * size, bend=0.04 * way)]
    if sag > 0.3:
        green.append(plants.limb(neck, (float(at[0]), float(at[1])), 0.075 * size, 0.06 * size, bend=-0.3 * way))
    for number in range(3):
        base = np.array([x, head + (foot - head) * (0.3 + 0.22 * number)])
        tip = base + np.array([(1 if number % 2 else -1) * 1.15 * size, (0.1 + 0.9 * sag) * size])
        middle, side = (base + tip) / 2, np.array([0, 0.28 * size])
        green.append(np.array([base, middle - side * 1.1, tip, middle + side * 0.6], np.float32))
    petals: list[Field] = []
    tilt, squash = rng.uniform(-0.3, 0.3), 1.0 - 0.45 * sag
    for turn in np.linspace(0, 2 * np.pi, 17, endpoint=False) + tilt:
        if rng.random() < 0.7 * sag:
            continue
        out, across = np.array([np.cos(turn), np.sin(turn) * squash]), np.array([-np.sin(turn), np.cos(turn) * squash])
        long = size * rng.uniform(0.88, 1.08)
        leaf_at = ((0.4, -0.1), (0.7, -0.16), (1.0, 0.0), (0.7, 0.16), (0.4, 0.1))
        petals.append(np.array([at + long * along * out + size * off * across for along, off in leaf_at], np.float32))
    ring = np.linspace(0, 2 * np.pi, 20, endpoint=False)
    heart = at + size * 0.52 * np.stack([np.cos(ring), squash * np.sin(ring)], 1)
    return [np.asarray(shape, np.float32) for shape in green], petals, [heart.astype(np.float32)]


def fruit_tree(
    rng: np.random.Generator, x: float, foot: float, high: float, side: float
) -> tuple[list[Field], list[Field], list[Field]]:
    """(wood, leaves in shade, leaves in light) of a low round tree."""
    wood = [plants.limb((x, foot + 0.02 * high), (x, foot - 0.5 * high), 0.035 * high, 0.02 * high)]
    shade, light = [], []
    for turn in np.linspace(0, 2 * np.pi, 6, endpoint=False) + rng.uniform(0, 1):
        at = (x + 0.26 * high * np.cos(turn), foot - (0.68 + 0.17 * np.sin(turn)) * high)
        shade.append(plants.blob(rng, *at, 0.16 * high, 0.13 * high, points=14, rag=0.3))
    shade.append(plants.blob(rng, x, foot - 0.68 * high, 0.26 * high, 0.2 * high, points=14))
    wood += [plants.limb((x, foot - 0.36 * high), (x + way * 0.2 * high, foot - 0.62 * high), 0.018 * high, 0.01 * high)
             for way in (-1, 1)]  # fmt: skip
    for _ in range(11):
        at = (x + (0.1 * side + rng.normal(0, 0.17)) * high, foot - (0.73 + rng.normal(0, 0.11)) * high)
        light.append(plants.blob(rng, *at, 0.055 * high, 0.038 * high, points=9, rag=0.35))
    return wood, shade, light
