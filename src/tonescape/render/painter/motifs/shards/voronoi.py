"""Faces of a crystal: Voronoi cells as polygons, drawn out along rays, and the edges between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.composition.model import WORK
from tonescape.render.painter.raster.filters import blur
from tonescape.render.skia import graphics

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tonescape.render.painter.raster.filters import Field

    Numbers = NDArray[np.int32]


def polygons(sites: Field) -> list[Field]:
    """The polygon of each site's Voronoi cell; none reaches to infinity."""
    from scipy.spatial import Voronoi

    middle, reach = (sites.max(0) + sites.min(0)) / 2, float(np.ptp(sites, axis=0).max()) + 1
    around = middle + reach * 6 * np.array([(-1, 0.1), (1, 0), (0.1, -1), (0, 1)])
    diagram = Voronoi(np.concatenate([sites, around]))
    return [diagram.vertices[diagram.regions[r]].astype(np.float32) for r in diagram.point_region[: len(sites)]]


def cells(sites: Field) -> tuple[Numbers, Field]:
    """Number of the face at each pixel [WORK, WORK] and the sites kept [n, 2]."""
    inside = sites[(np.abs(sites - 0.5) < 0.9).all(axis=1)]
    return graphics.numbered(polygons(inside), WORK), inside.astype(np.float32)


def splinters(away: Field, angle: Field, at: tuple[float, float], long: float) -> tuple[Numbers, Field]:
    """Faces drawn out along the rays from a point: cells in (angle, log radius), put back on the picture.

    long : how much longer than wide"""
    # a ring within and one beyond the picture, or the outermost cells would fan out round the whole turn
    ring = np.linspace(0, 2 * np.pi, 32, endpoint=False)
    angle, away = np.concatenate([angle, ring, ring]), np.concatenate([away, ring * 0 + 0.004, ring * 0 + 2.2])
    turns = np.concatenate([angle % (2 * np.pi) + k for k in (-2 * np.pi, 0, 2 * np.pi)])
    radius = np.tile(np.log(away), 3) / long
    faces = polygons(np.stack([turns, radius], 1))
    faces = [face for face, turn in zip(faces, turns, strict=True) if -0.8 < turn < 2 * np.pi + 0.8]
    put = []
    for face in faces:
        r = np.exp(np.clip(face[:, 1] * long, -9, 1.2))
        put.append(np.stack([at[0] + r * np.cos(face[:, 0]), at[1] + r * np.sin(face[:, 0])], 1).astype(np.float32))
    put = put[::-1]  # bisectors may cross near the rim: there the song's own faces lie on top of the ring's
    middles = np.array([face.mean(axis=0) for face in put], np.float32)
    return graphics.numbered(put, WORK), middles


def rims(number: Numbers, wide: float) -> Field:
    """[WORK, WORK] in [0, 1]: the edges between faces."""
    edge = (np.diff(number, axis=0, append=number[-1:]) != 0) | (np.diff(number, axis=1, append=number[:, -1:]) != 0)
    return np.asarray(np.clip(blur(edge.astype(np.float32), wide) * wide * 2.2, 0, 1), np.float32)
