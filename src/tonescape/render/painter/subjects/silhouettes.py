"""Silhouettes that carry a picture: pines, a bare tree, birds, a sailing boat, reeds. Polygons in unit coordinates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from tonescape.render.painter.raster.filters import Field


def pine(rng: np.random.Generator, x: float, foot: float, height: float) -> list[Field]:
    """A conifer: ragged tiers of branches round a straight trunk."""
    tiers = int(np.clip(height * 90, 7, 22))
    t = np.linspace(0.03, 1, tiers)
    reach = height * 0.17 * t**0.85 * rng.uniform(0.7, 1.15, tiers)
    lean = height * rng.uniform(-0.015, 0.015)
    right, left = [], []
    for i in range(tiers):
        at = foot - height * (1 - t[i] * 0.93)
        droop = height * 0.028 * rng.uniform(0.5, 1.3)
        middle = x + lean * (1 - t[i])
        right += [(middle + reach[i] * 0.30, at - droop * 0.4), (middle + reach[i], at + droop)]
        left += [(middle - reach[i] * 0.30 * rng.uniform(0.8, 1.2), at - droop * 0.4)]
        left += [(middle - reach[i] * rng.uniform(0.75, 1.1), at + droop)]
    crown = [(x + lean, foot - height), *right, *left[::-1]]
    trunk = height * 0.014
    stem = [(x - trunk, foot - height * 0.2), (x + trunk, foot - height * 0.2), (x + trunk * 1.3, foot + 0.01),
            (x - trunk * 1.3, foot + 0.01)]  # fmt: skip
    return [np.array(crown, np.float32), np.array(stem, np.float32)]


def bare_tree(rng: np.random.Generator, x: float, foot: float, height: float) -> list[Field]:
    """A leafless tree: branches fork three to five times, thinner and more bent each time."""
    shapes: list[Field] = []

    def grow(at: tuple[float, float], angle: float, length: float, width: float, depth: int) -> None:
        end = (at[0] + np.sin(angle) * length, at[1] - np.cos(angle) * length)
        side = np.array([np.cos(angle), np.sin(angle)], np.float32)
        a, b = np.array(at, np.float32), np.array(end, np.float32)
        thin = width * 0.62
        shapes.append(np.stack([a - side * width, a + side * width, b + side * thin, b - side * thin]))
        if depth == 0:
            return
        for turn in (-1, 1):
            bend = turn * rng.uniform(0.25, 0.62) + rng.uniform(-0.12, 0.12)
            grow(end, angle + bend, length * rng.uniform(0.62, 0.84), thin, depth - 1)

    grow((x, foot), rng.uniform(-0.12, 0.12), height * 0.3, height * 0.022, 5)
    return shapes


def birds(rng: np.random.Generator, x: float, y: float, span: float, *, count: int | None = None) -> list[Field]:
    """A loose flock, each bird two bent wings. count : by default the seed's, 3 to 8"""
    shapes = []
    own = int(rng.integers(3, 9))
    for _ in range(own if count is None else count):
        bx, by = x + rng.normal(0, 0.065), y + rng.normal(0, 0.028)
        s, lift, tilt = span * rng.uniform(0.55, 1.1), rng.uniform(0.25, 0.6), rng.uniform(-0.25, 0.25)
        wing = np.array(
            [(-1, -lift), (-0.45, -lift * 0.95), (0, 0), (0.45, -lift * 0.95), (1, -lift),
             (0.42, -lift * 0.62), (0, 0.26), (-0.42, -lift * 0.62)], np.float32)  # fmt: skip
        turn = np.array([[np.cos(tilt), np.sin(tilt)], [-np.sin(tilt), np.cos(tilt)]], np.float32)
        shapes.append(wing @ turn * np.float32(s) + np.array([bx, by], np.float32))
    return shapes


def crows(
    rng: np.random.Generator, x: float, y: float, span: float, count: int, reach: tuple[float, float]
) -> list[Field]:
    """Heavy birds with fingered wings and a wedge of a tail, scattered by `reach` (unit, across and down)."""
    wing = np.array(
        [(-1.0, -0.30), (-0.82, -0.34), (-0.5, -0.42), (-0.18, -0.16), (-0.05, -0.22), (0.05, -0.22), (0.18, -0.16),
         (0.5, -0.46), (0.86, -0.40), (1.0, -0.34), (0.84, -0.24), (0.9, -0.14), (0.7, -0.12), (0.72, -0.02),
         (0.34, 0.06), (0.14, 0.12), (0.16, 0.34), (0.0, 0.28), (-0.16, 0.34), (-0.14, 0.12), (-0.34, 0.06),
         (-0.74, 0.02), (-0.7, -0.1), (-0.92, -0.1), (-0.86, -0.2)], np.float32)  # fmt: skip
    shapes = []
    for _ in range(count):
        at = np.array([x + rng.normal(0, reach[0]), y + rng.normal(0, reach[1])], np.float32)
        lift, tilt = rng.uniform(0.5, 1.5), rng.uniform(-0.6, 0.6)
        turn = np.array([[np.cos(tilt), np.sin(tilt)], [-np.sin(tilt), np.cos(tilt)]], np.float32)
        shapes.append((wing * np.array([1, lift], np.float32)) @ turn * np.float32(span * rng.uniform(0.6, 1.3)) + at)
    return shapes


def boat(x: float, y: float, size: float, *, facing: int) -> tuple[list[Field], list[Field]]:
    """(hull and mast, sails) of a small sailing boat on the water line y."""
    f = np.array([facing * size, size], np.float32)
    o = np.array([x, y], np.float32)
    hull = np.array([(-0.55, -0.12), (0.6, -0.15), (0.42, 0.06), (-0.42, 0.06)], np.float32)
    mast = np.array([(-0.02, -1.32), (0.02, -1.32), (0.025, -0.1), (-0.025, -0.1)], np.float32)
    main = np.array([(0.04, -1.28), (0.2, -0.8), (0.5, -0.26), (0.04, -0.22)], np.float32)
    jib = np.array([(-0.05, -1.18), (-0.05, -0.24), (-0.5, -0.2), (-0.28, -0.62)], np.float32)
    return [hull * f + o, mast * f + o], [main * f + o, jib * f + o]


def reeds(rng: np.random.Generator, x: float, foot: float, height: float, spread: float, count: int) -> list[Field]:
    """A tuft of grass blades, bent by one wind."""
    wind = rng.uniform(-0.5, 0.5)
    roots = rng.normal(x, spread, count)
    tall = height * rng.uniform(0.4, 1.0, count)
    bend = wind * tall * 0.5 + rng.normal(0, 0.12, count) * tall
    thick = height * 0.016
    return [
        np.array([(r - thick, foot + 0.02), (r + b * 0.35, foot - t * 0.55), (r + b, foot - t),
                  (r + b * 0.35 + thick, foot - t * 0.55), (r + thick, foot + 0.02)], np.float32)
        for r, t, b in zip(roots, tall, bend, strict=True)
    ]  # fmt: skip


def walker(rng: np.random.Generator, x: float, foot: float, height: float) -> list[Field]:
    """A far-off figure in a long coat: coat, head, and a shadow-thin pair of legs."""
    s = np.array([height, height], np.float32)
    o = np.array([x, foot], np.float32)
    stride = rng.uniform(0.04, 0.12)
    coat = np.array([(-0.09, -0.80), (0.09, -0.80), (0.17, -0.24), (-0.17, -0.24)], np.float32)
    around = np.linspace(0, 2 * np.pi, 10, endpoint=False)
    head = np.stack([0.085 * np.cos(around), -0.89 + 0.1 * np.sin(around)], 1).astype(np.float32)
    left = np.array([(-0.09, -0.26), (-0.01, -0.26), (-stride, 0), (-stride - 0.06, 0)], np.float32)
    right = np.array([(0.01, -0.26), (0.09, -0.26), (stride + 0.06, 0), (stride, 0)], np.float32)
    return [part * s + o for part in (coat, head, left, right)]
