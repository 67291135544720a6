"""Plants as polygons in unit coordinates: broad-leaved trees, trunks, cypresses, palms, flowers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from tonescape.render.painter.raster.filters import Field


def blob(
    rng: np.random.Generator, x: float, y: float, wide: float, high: float, *, points: int = 14, rag: float = 0.22
) -> Field:
    """A ragged ellipse [points, 2] with half axes `wide` and `high`."""
    turn = np.linspace(0, 2 * np.pi, points, endpoint=False)
    reach = 1 + rng.uniform(-rag, rag, points)
    return np.stack([x + wide * reach * np.cos(turn), y + high * reach * np.sin(turn)], 1).astype(np.float32)


def limb(a: tuple[float, float], b: tuple[float, float], thick: float, thin: float, bend: float = 0.0) -> Field:
    """A tapering branch from a to b, [6, 2]; bend : how far its middle lies off the line, in its lengths."""
    start, end = np.array(a, np.float32), np.array(b, np.float32)
    along = end - start
    side = np.array([-along[1], along[0]], np.float32) / (float(np.hypot(*along)) + 1e-6)
    middle = (start + end) / 2 + np.array([-along[1], along[0]], np.float32) * np.float32(bend)
    half = (thick + thin) / 2
    return np.stack([start - side * thick, middle - side * half, end - side * thin,
                     end + side * thin, middle + side * half, start + side * thick])  # fmt: skip


def broadleaf(
    rng: np.random.Generator, x: float, foot: float, height: float, *, side: float, spread: float = 0.5
) -> tuple[list[Field], list[Field], list[Field]]:
    """(wood, leaves in shade, leaves in light) of an oak or a lime: limbs that fan out, a clump of leaves on each, sky
    between them. side : where light is, -1 left .. 1 right"""
    lean = rng.normal(0, 0.04) * height
    fork = (x + lean, foot - height * rng.uniform(0.3, 0.38))
    wood = [limb((x, foot + 0.01 * height), fork, 0.038 * height, 0.026 * height, bend=rng.normal(0, 0.05))]
    wood += [
        limb(
            (x + way * 0.065 * height, foot + 0.014 * height), (x, foot - 0.09 * height), 0.006 * height, 0.026 * height
        )
        for way in (-1, 1)
    ]
    count = int(rng.integers(6, 9))
    fan = np.linspace(-1.32, 1.32, count) + rng.normal(0, 0.12, count)
    reach = rng.uniform(0.34, 0.47, count) * (1 - 0.16 * np.abs(fan))
    inner = rng.uniform(-0.5, 0.5, 3)
    fan, reach = np.concatenate([fan, inner]), np.concatenate([reach, rng.uniform(0.16, 0.26, 3)])
    shade: list[Field] = []
    light: list[Field] = []
    for angle, far in zip(fan.tolist(), reach.tolist(), strict=True):
        at = (fork[0] + np.sin(angle) * far * 2 * spread * height, fork[1] - np.cos(angle) * far * height)
        wood.append(limb(fork, at, 0.017 * height, 0.006 * height, bend=0.12 * np.sign(angle)))
        size = height * rng.uniform(0.105, 0.15)
        shade.append(blob(rng, *at, size * 1.3, size * 0.88, points=24, rag=0.16))
        for turn in rng.uniform(0, 2 * np.pi, 7).tolist():  # leaves that stick out
            small = size * rng.uniform(0.2, 0.34)
            edge = (at[0] + 1.22 * size * np.cos(turn), at[1] + 0.84 * size * np.sin(turn))
            shade.append(blob(rng, *edge, small * 1.2, small, points=8, rag=0.3))
        for _ in range(4):
            small = size * rng.uniform(0.22, 0.42)
            lx, ly = at[0] + size * (0.42 * side + rng.normal(0, 0.3)), at[1] - size * (0.36 + rng.normal(0, 0.16))
            light.append(blob(rng, lx, ly, small * 1.3, small * 0.8, points=12, rag=0.35))
    return wood, shade, light


def trunk(
    rng: np.random.Generator, x: float, foot: float, width: float, *, top: float = -0.05, branches: int = 3
) -> list[Field]:
    """A tall stem that leaves the picture at the top: wavering sides, a flared foot, some bare branches."""
    at = np.linspace(0, 1, 14)
    y = foot + (top - foot) * at
    sway = np.cumsum(rng.normal(0, 0.12, 14)) * width + rng.normal(0, 0.05) * at * (foot - top)
    half = width * (0.5 - 0.16 * at + 0.45 * np.exp(-at * 26)) * (1 + rng.normal(0, 0.03, 14))
    shapes = [np.concatenate([np.stack([x + sway - half, y], 1), np.stack([x + sway + half, y], 1)[::-1]])]
    for _ in range(branches):
        i = int(rng.integers(4, 13))
        start = (x + float(sway[i]), float(y[i]))
        turn = (1 if rng.random() < 0.5 else -1) * rng.uniform(0.7, 1.25)
        reach = width * rng.uniform(2.0, 4.6)
        end = (start[0] + np.sin(turn) * reach, start[1] - np.cos(turn) * reach)
        bend = rng.uniform(-0.15, 0.15)
        shapes.append(limb(start, end, width * 0.16, width * 0.035, bend))
        twig = (end[0] + rng.uniform(-0.5, 0.5) * reach * 0.6, end[1] - reach * rng.uniform(0.15, 0.5))
        middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
        shapes.append(limb(middle, twig, width * 0.08, width * 0.02, -bend))
    return [np.asarray(shape, np.float32) for shape in shapes]


def cypress(rng: np.random.Generator, x: float, foot: float, height: float, *, slim: float = 0.11) -> list[Field]:
    """A cypress or a poplar: one flame, licking at its edges."""
    count = 16 if height < 0.2 else 40  # near by, its single tufts show
    at = np.linspace(0, 1, count)
    half = height * slim * np.sin(np.pi * np.clip(at * 0.93 + 0.07, 0, 1) ** 0.72) ** 0.8
    left, right = half * (1 + rng.normal(0, 0.14, count)), half * (1 + rng.normal(0, 0.14, count))
    sway = rng.normal(0, 0.02) * height * at**2
    y = foot - height * at
    crown = np.concatenate([np.stack([x - left + sway, y], 1), np.stack([x + right + sway, y], 1)[::-1]])
    stem = limb((x, foot + 0.015 * height), (x, foot - 0.1 * height), 0.018 * height, 0.015 * height)
    return [crown.astype(np.float32), stem]


def palm(rng: np.random.Generator, x: float, foot: float, height: float, *, lean: float) -> list[Field]:
    """A palm that leans (unit x at its head, in heights): a bowed stem, nine feathered fronds."""
    head = (x + lean * height, foot - height)
    shapes = [limb((x, foot + 0.01), head, 0.022 * height, 0.013 * height, bend=0.08 * np.sign(lean or 1.0))]
    for k in range(9):
        angle = -np.pi / 2 + (k - 4) * 0.46 + rng.normal(0, 0.1)
        reach = height * rng.uniform(0.36, 0.5)
        at = np.linspace(0, 1, 12)
        droop = 0.62 * reach * at**2
        mx, my = head[0] + np.cos(angle) * reach * at, head[1] + np.sin(angle) * reach * at * 0.75 + droop
        width = reach * 0.085 * np.sin(np.pi * at**0.7) ** 0.7
        fringe = np.where(np.arange(12) % 2, 1.5, 0.7)
        upper, lower = np.stack([mx, my - width * 0.35], 1), np.stack([mx, my + width * fringe], 1)
        shapes.append(np.concatenate([upper, lower[::-1]]).astype(np.float32))
    return shapes


def flower(rng: np.random.Generator, x: float, y: float, size: float, kind: str) -> tuple[list[Field], list[Field]]:
    """(petals, heart) of a flower head seen a little from above. kind : "daisy", "poppy", "tulip" or "bell" """
    tilt, squash = rng.uniform(-0.4, 0.4), rng.uniform(0.55, 0.9)
    turn = np.array([[np.cos(tilt), np.sin(tilt)], [-np.sin(tilt), np.cos(tilt)]])

    def placed(shape: Field) -> Field:
        return np.asarray(shape * size @ turn + [x, y], np.float32)

    if kind in ("tulip", "bell"):
        cup = np.array([(-0.42, 0.5), (-0.6, -0.1), (-0.46, -0.75), (-0.2, -0.35), (0, -0.85), (0.2, -0.35),
                        (0.46, -0.75), (0.6, -0.1), (0.42, 0.5), (0, 0.68)])  # fmt: skip
        inner = np.array([(-0.12, 0.3), (-0.16, -0.3), (0, -0.8), (0.16, -0.3), (0.12, 0.3)])
        flip = -1.0 if kind == "bell" else 1.0
        return [placed(cup * [1, flip])], [placed(inner * [1, flip])]
    count = int(rng.integers(9, 13)) if kind == "daisy" else int(rng.integers(4, 6))
    wide = 0.2 if kind == "daisy" else 0.62
    petals, start = [], rng.uniform(0, 6.28)
    leaf = np.array([(0.15, -0.3), (0.6, -0.95), (0.9, -0.7), (1.0, 0), (0.9, 0.7), (0.6, 0.95), (0.15, 0.3)])
    for k in range(count):
        a = start + 2 * np.pi * k / count
        along, across = np.array([np.cos(a), np.sin(a)]), np.array([-np.sin(a), np.cos(a)])
        outline = leaf[:, :1] * along + leaf[:, 1:] * wide * across
        petals.append(placed(outline * rng.uniform(0.88, 1.08) * [1, squash]))
    ring = np.linspace(0, 2 * np.pi, 9, endpoint=False)
    heart = np.stack([0.27 * np.cos(ring), 0.27 * squash * np.sin(ring)], 1)
    return petals, [placed(heart)]


def scatter_flowers(rng: np.random.Generator, x: Field, y: Field, size: float, kind: str) -> list[Field]:
    """Petals of flower heads at the places x, y [n], each a little smaller or larger than `size`."""
    return [
        petal
        for at, down in zip(x.tolist(), y.tolist(), strict=True)
        for petal in flower(rng, at, down, size * rng.uniform(0.8, 1.2), kind)[0]
    ]


def wood_line(rng: np.random.Generator, line: Field, heights: Field, *, kind: str, step: float) -> list[Field]:
    """Trees side by side on an outline. line : unit y by column [n]      heights : unit by column [n]

    kind : "pine", "round" or "cypress"      step : mean distance, unit
    """
    from tonescape.render.painter.subjects.silhouettes import pine

    at, shapes = np.linspace(0, 1, len(line)), []
    x = -step * rng.random()
    while x < 1 + step:
        foot, tall = float(np.interp(x, at, line)), float(np.interp(x, at, heights)) * rng.uniform(0.65, 1.15)
        if kind == "pine":
            shapes += pine(rng, x, foot + 0.004, tall)
        elif kind == "cypress":
            shapes += cypress(rng, x, foot + 0.004, tall)
        else:
            for _ in range(3):
                dx, dy = rng.normal(0, 0.22) * tall, rng.uniform(0.35, 0.72) * tall
                shapes.append(blob(rng, x + dx, foot - dy, 0.32 * tall, 0.3 * tall, points=12, rag=0.25))
            shapes.append(blob(rng, x, foot - 0.25 * tall, 0.4 * tall, 0.32 * tall, points=12))
        x += step * rng.uniform(0.5, 1.5)
    return shapes


def petals(rng: np.random.Generator, count: int, middle: tuple[float, float], reach: float, size: float) -> list[Field]:
    """Leaves or petals adrift round a place, larger the lower they are."""
    shapes = []
    for _ in range(count):
        x, y = rng.normal(middle[0], reach), rng.normal(middle[1], reach)
        s, a = size * rng.uniform(0.5, 1.0) * (0.6 + 0.7 * min(1.0, max(0.0, y))), rng.uniform(0, np.pi)
        leaf = np.array([(-1, 0), (-0.3, -0.42), (0.5, -0.35), (1, 0), (0.4, 0.4), (-0.4, 0.3)])
        turn = np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]])
        shapes.append(np.asarray(leaf * [1, rng.uniform(0.4, 1)] * s @ turn + [x, y], np.float32))
    return shapes
