"""A board on which flat forms are laid one over the other, each with its shadow and light."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.composition.abstract import (
    add_grain,
    add_light,
    fill_alpha,
    lighten,
    scumble,
    shadow_of,
    window,
)
from tonescape.render.painter.composition.model import WORK, Figure, grid
from tonescape.render.painter.raster.filters import mix

if TYPE_CHECKING:
    from tonescape.render.painter.composition.abstract import Piece, Scheme
    from tonescape.render.painter.composition.setting import Setting
    from tonescape.render.painter.raster.filters import Field


SHADOW = 24
"""pixels a form's shadow reaches beyond it"""


class Board:
    """A picture while forms are laid on it, one over the other."""

    def __init__(self, setting: Setting, colours: Scheme, rng: np.random.Generator, axis: float) -> None:
        self.setting, self.colours, self.axis = setting, colours, axis
        self.noise = scumble(rng, axis, long=3.0) + 0.6 * scumble(rng, axis + 1.2, cells=11)
        image = np.broadcast_to(colours.ground, (WORK, WORK, 3)).astype(np.float32)
        self.image = add_light(add_grain(image, self.noise, 0.55, setting), setting, strength=0.9)
        self.pieces: list[Piece] = [("ground", 0.0, np.ones((WORK, WORK), np.float32))]
        self.flow = np.full((WORK, WORK), axis, np.float32)
        self.figures: list[Figure] = []

    def add_form(self, name: str, tone: Field, *shapes: Field, turn: float | None = None, glass: float = 0.0) -> None:
        """A form as a plane of its own, with a soft shadow and light across it. glass : how far it is see-through"""
        seen, middle = fill_alpha(*shapes), np.concatenate(shapes).mean(axis=0)
        rows, columns = window(seen, SHADOW)
        x, y = grid()
        x, y, part, image = x[:, columns], y[rows], seen[rows, columns], self.image[rows, columns]
        shade = shadow_of(part, 0.006, 0.010, 6.0)
        under = mix(image, self.colours.dark, (0.34 if self.colours.bright else 0.5) * shade * (1 - glass))
        across = (x - middle[0]) * np.cos(self.axis + 0.8) + (y - middle[1]) * np.sin(self.axis + 0.8)
        slope = (0.10 + 0.12 * self.setting.contrast) * np.clip(-across, -0.5, 0.5)
        paint = lighten(np.broadcast_to(tone, image.shape), slope)
        shift = np.arange(columns.start, columns.stop) + 97 * len(self.pieces)
        paint = add_grain(paint, self.noise[rows, shift % WORK], 0.45, self.setting)
        self.image[rows, columns] = mix(under, paint, part * (1 - glass))
        self.flow[seen > 0.5] = self.axis + np.pi / 2 if turn is None else turn
        self.pieces.append((name, min(0.95, 0.12 + 0.09 * len(self.pieces)), seen * (glass < 0.6)))

    def add_figure(self, name: str, tone: Field, *shapes: Field) -> None:
        """Small sharp things, drawn last."""
        self.figures.append(Figure(name, shapes, tone))
