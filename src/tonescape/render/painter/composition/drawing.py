"""Figures drawn on a composition, and where they and their ground lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.composition.model import WORK
from tonescape.render.painter.raster.filters import blur, mix
from tonescape.render.skia import graphics

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tonescape.render.painter.composition.model import Figure
    from tonescape.render.painter.raster.filters import Field


def draw_figures(lab: Field, figures: Sequence[Figure], water_line: float | None = None) -> tuple[Field, Field]:
    """(OKLab, alpha) with the figures on it, in order. A boat also shows in the water under it."""
    front, lab = np.zeros(lab.shape[:2], np.float32), lab.copy(order="K")
    for figure in figures:
        alpha = graphics.mask(figure.shapes, WORK)
        front = np.maximum(front, alpha)
        if figure.name in ("boat", "sail") and water_line is not None:
            row = int(boat_line(figures) * WORK)
            deep = min(row, WORK - row)
            echo = np.zeros_like(alpha)
            echo[row : row + deep] = alpha[row - deep : row][::-1]
            lab = mix(lab, mix(np.broadcast_to(figure.lab, lab.shape), lab, 0.35), blur(echo, 1.5) * 0.6)
        part = bounding_slices(alpha)  # most things are small: a tenth of the time
        lab[part] = mix(lab[part], figure.lab, alpha[part])
    return lab, front


def bounding_slices(alpha: Field) -> tuple[slice, slice]:
    """Rows and columns of the picture outside of which `cover` [WORK, WORK] is 0."""
    spans = [np.flatnonzero(alpha.any(axis=axis)) for axis in (1, 0)]
    rows, columns = (slice(int(span[0]), int(span[-1]) + 1) if span.size else slice(0, 0) for span in spans)
    return rows, columns


def boat_line(figures: Sequence[Figure]) -> float:
    """Unit y of the water line of the boat among the figures: a little over its keel."""
    return (
        max(float(shape[:, 1].max()) for figure in figures if figure.name == "boat" for shape in figure.shapes) - 0.004
    )


def centre(figures: Sequence[Figure], names: tuple[str, ...]) -> tuple[float, float] | None:
    """The middle of the first figure with one of the names; None where there is none."""
    for name in names:
        for figure in figures:
            if figure.name == name:
                middle = np.concatenate(figure.shapes).mean(axis=0)
                return float(middle[0]), float(middle[1])
    return None


def ground(x: Field, line: Field) -> Field:
    """The polygon under an outline (unit x and y, each [n]), down to below the picture."""
    return np.array([*zip(x, line, strict=True), (x[-1], 1.2), (x[0], 1.2)], np.float32)
