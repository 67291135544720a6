"""A city's parts: a skyline with lit windows, lamps and their halos, umbrellas, cars, damp air."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.composition.abstract import box, disc, fill_alpha, shape
from tonescape.render.painter.composition.model import WORK, grid
from tonescape.render.painter.composition.setting import blend
from tonescape.render.painter.raster.filters import mix, smoothstep

if TYPE_CHECKING:
    from tonescape.render.painter.composition.abstract import SongCurves
    from tonescape.render.painter.composition.setting import Setting
    from tonescape.render.painter.raster.filters import Field


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """Houses side by side. left, right, top : unit [n], left to right      shapes : their outlines with roofs"""

    left: Field
    right: Field
    top: Field
    shapes: tuple[Field, ...]

    def alpha(self) -> Field:
        """[WORK, WORK] in [0, 1] of the houses."""
        return fill_alpha(*self.shapes)


def row(song: SongCurves, setting: Setting, rng: np.random.Generator, *, foot: float, tall: float, wide: float) -> Row:
    """A row of houses as high as the song is loud where they stand. tall, wide : unit, of the highest and the mean"""
    edges = [-0.04]
    while edges[-1] < 1.04:
        edges.append(edges[-1] + wide * rng.uniform(0.45, 1.6))
    at = np.array(edges, np.float32)
    middle = (at[:-1] + at[1:]) / 2
    loud = song.at(np.clip(middle, 0, 1))
    jitter = rng.uniform(-0.5, 0.5, len(middle)) * (0.25 + 0.45 * setting.rough)
    top = foot - tall * np.clip(0.18 + 0.72 * loud + 0.30 * jitter, 0.10, 1.05)
    shapes: list[Field] = []
    for a, b, t, beat in zip(at[:-1], at[1:], top, song.beat[np.arange(len(middle)) % 16], strict=True):
        shapes += _house(float(a), float(b), float(t), tall, foot, float(beat), setting, rng)
    return Row(at[:-1], at[1:], top.astype(np.float32), tuple(shapes))


def _house(
    a: float, b: float, top: float, tall: float, foot: float, beat: float, setting: Setting, rng: np.random.Generator
) -> list[Field]:
    """One outline and its roof: stepped, flat, slanting, domed; masts and spires rise with the beat."""
    w, x = b - a, (a + b) / 2
    shapes = [np.array([(a, foot + 0.02), (a, top), (b + 0.001, top), (b + 0.001, foot + 0.02)], np.float32)]
    kind = rng.choice(["flat", "step", "slant", "spire", "dome", "mast"], p=[0.3, 0.24, 0.13, 0.1, 0.07, 0.16])
    slender = w < 0.6 * (foot - top)
    if kind == "step":
        for number in (1, 2):
            size = w * (1 - 0.3 * number)
            shapes.append(box(x, top - tall * 0.05 * number, size, tall * 0.12))
    elif kind == "slant":
        shapes.append(
            np.array([(a, top + 0.002), (b, top + 0.002), (b, top - w * (0.25 + 0.5 * setting.rough))], np.float32)
        )
    elif kind == "dome" and slender and setting.rough < 0.6:
        shapes.append(disc(x, top + 0.002, w * 0.42, start=np.pi, end=2 * np.pi))
        shapes.append(box(x, top - w * 0.5, w * 0.03, w * 0.3))
    elif kind == "spire" and slender:
        shapes.append(
            shape(
                np.array([(-0.5, 0.02), (-0.06, -1), (0.06, -1), (0.5, 0.02)]), x, top, (w, tall * (0.12 + 0.16 * beat))
            )
        )
        shapes.append(box(x, top - tall * 0.25 * beat - tall * 0.1, 0.0022, tall * 0.16))
    elif kind == "mast":
        shapes.append(
            box(x + w * rng.uniform(-0.3, 0.3), top - tall * 0.08 * beat, 0.0026, tall * (0.10 + 0.18 * beat))
        )
    if rng.random() < 0.3:
        shapes.append(box(x + w * rng.uniform(-0.3, 0.3), top - 0.006, w * 0.2, 0.02))
    return shapes


def facades(
    houses: Row, setting: Setting, tone: Field, rng: np.random.Generator, *, lit: float, lamp: Field, pane: float
) -> Field:
    """OKLab [WORK, WORK, 3] of a row's walls: a sunward flank, floors of windows, some lit.

    lit : share of lit windows      pane : unit width of a window with its wall
    """
    x, y = grid()
    count = len(houses.left)
    which = np.clip(np.searchsorted(houses.left, x[0], side="right") - 1, 0, count - 1)
    u, top = x[0] - houses.left[which], houses.top[which]
    width = houses.right[which] - houses.left[which]
    shade = rng.normal(0, 0.02 + 0.015 * setting.contrast, count)[which]
    side = np.where(setting.sun[0] > houses.left[which], 1.0, -1.0)
    edge = np.where(side > 0, width - u, u) / width
    flank = smoothstep(0.30, 0.27, edge)  # the face turned to the light
    near = np.exp(-np.abs(x[0] - setting.sun[0]) / 0.25)
    base = np.broadcast_to(tone, (1, WORK, 3)) + np.zeros((1, WORK, 3), np.float32)
    warm = blend(tone, setting.colours.horizon, 0.5)
    column = mix(base[0], np.broadcast_to(warm, (WORK, 3)), flank * (0.15 + 0.5 * near) * setting.contrast)
    column[:, 0] += shade
    image = np.broadcast_to(column[None], (WORK, WORK, 3)).astype(np.float32)
    own = pane * rng.choice([0.8, 1.0, 1.3], count)[which]
    panes = np.maximum(1, np.round(width * 0.86 / own))
    fx = (u / width - 0.07) / 0.86 * panes
    fy = (y - top - 0.012) / (pane * rng.uniform(1.1, 1.7, count)[which])
    i, j = np.floor(fx).astype(int), np.floor(fy).astype(int)
    table = rng.random((count, 64, 40), dtype=np.float32)
    share = lit * rng.uniform(0.3, 1.5, count)[which]
    draw = table[which, np.clip(j, 0, 63), np.clip(i, 0, 39)]
    tall = rng.uniform(0.5, 0.85, count)[which]
    inside = (
        (np.abs(fx - i - 0.5) < 0.3) & (np.abs(fy - j - tall / 2) < tall / 2 - 0.06) & (i >= 0) & (i < panes) & (j >= 0)
    )
    dark = blend(tone, setting.colours.shadow, 0.35)
    image = mix(image, dark, inside * 0.55)
    bright = inside * (draw < share)
    return mix(image, lamp, bright * (0.62 + 0.38 * (draw / np.maximum(share, 1e-3))))


def glow(image: Field, at: tuple[float, float], size: float, tone: Field, strength: float = 1.0) -> Field:
    """A lamp's halo on the picture, in place of the part it touches. size : unit radius of the bright heart"""
    reach = int(size * 9 * WORK) + 2
    row, column = int(at[1] * WORK), int(at[0] * WORK)
    rows = slice(max(0, row - reach), min(WORK, row + reach))
    columns = slice(max(0, column - reach), min(WORK, column + reach))
    if rows.start >= rows.stop or columns.start >= columns.stop:
        return image
    x, y = grid()
    away = np.hypot(x[:, columns] - at[0], y[rows] - at[1]) / size
    amount = np.clip(np.exp(-(away**2)) + 0.30 * np.exp(-away / 2.0), 0, 1) * smoothstep(9.0, 6.0, away)
    image[rows, columns] = mix(image[rows, columns], tone, amount * strength)
    return image


def streak(image: Field, at: tuple[float, float], wide: float, long: float, tone: Field, strength: float) -> Field:
    """A lamp's long reflection on wet ground below `at`, broken into dashes."""
    x, y = grid()
    dashes = 0.62 + 0.38 * np.cos(y * 260 + 40 * at[0]) * np.cos(y * 97 + 11 * at[0])
    fall = np.where(y < at[1], np.exp(-((at[1] - y) / (0.25 * long))), np.exp(-((y - at[1]) / long)))
    left = max(0, int((at[0] - 3 * wide) * WORK))
    right = min(WORK, int((at[0] + 3 * wide) * WORK) + 1)
    if left >= right:
        return image
    amount = np.exp(-(((x[:, left:right] - at[0]) / wide) ** 2)) * fall * dashes * strength
    image[:, left:right] = mix(image[:, left:right], tone, np.clip(amount, 0, 0.95))
    return image


def lamp_post(x: float, foot: float, top: float, arm: float) -> list[Field]:
    """A post with a bent arm towards `arm` (unit, signed) and a hood."""
    thick = max(0.0014, 0.011 * (foot - top))
    return [
        box(x, (foot + top) / 2, thick, foot - top),
        box(x + arm / 2, top, abs(arm) + thick, thick),
        box(x + arm, top + thick, abs(arm) * 0.55 + thick, thick * 1.8),
    ]


def umbrella(x: float, foot: float, height: float, lean: float = 0.0) -> list[Field]:
    """The cloth of an umbrella held by somebody `height` tall whose feet are at (x, foot); its rim is scalloped."""
    turn = np.linspace(np.pi, 2 * np.pi, 25)
    rim = np.stack([np.cos(turn), 0.72 * np.sin(turn)], 1)
    low = np.linspace(1, -1, 25)
    scallop = np.stack([low, -0.10 * np.abs(np.sin(low * np.pi * 2))], 1)
    cloth = shape(np.concatenate([rim, scallop]), x + lean * height, foot - height * 0.98, height * 0.46, lean)
    tip = box(x + lean * height * 1.3, foot - height * 1.34, height * 0.02, height * 0.10, lean)
    return [cloth, tip]


def car(x: float, foot: float, width: float) -> tuple[list[Field], list[Field]]:
    """(body, its two lamps) of a car seen from behind or in front."""
    body = np.array(
        [
            (-0.5, 0.0),
            (-0.5, -0.34),
            (-0.40, -0.42),
            (-0.30, -0.68),
            (0.30, -0.68),
            (0.40, -0.42),
            (0.5, -0.34),
            (0.5, 0),
        ]
    )
    lamps = [disc(x + s * width * 0.37, foot - width * 0.27, width * 0.075) for s in (-1, 1)]
    return [shape(body, x, foot, width)], lamps


def veil(image: Field, setting: Setting, horizon: float, strength: float) -> Field:
    """Damp air over the far end: lighter toward the light, thickest at the horizon."""
    x, y = grid()
    air = blend(setting.colours.horizon, setting.colours.sky, 0.3)
    amount = np.exp(-np.abs(y - horizon) / (0.06 + 0.12 * setting.mist)) * strength
    return mix(image, air, amount * (0.6 + 0.4 * np.exp(-((x - setting.sun[0]) ** 2) / 0.1)))


def ball(image: Field, seen: Field, at: tuple[float, float], radius: float, tone: Field, strength: float) -> None:
    """A light out of focus: an even disc with a brighter rim, onto the picture and its alpha, in place."""
    rows = slice(max(0, int((at[1] - radius) * WORK) - 3), max(0, int((at[1] + radius) * WORK) + 4))
    columns = slice(max(0, int((at[0] - radius) * WORK) - 3), max(0, int((at[0] + radius) * WORK) + 4))
    x, y = grid()
    away = np.hypot(x[:, columns] - at[0], y[rows] - at[1]) / radius
    inside = smoothstep(1.06, 0.94, away)
    image[rows, columns] = mix(
        image[rows, columns], tone, inside * strength * (0.72 + 0.28 * smoothstep(0.6, 0.98, away))
    )
    seen[rows, columns] = np.maximum(seen[rows, columns], inside)
