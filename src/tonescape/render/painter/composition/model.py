"""What a motif hands to a style: a composition, still without brush strokes.

It lives on a fixed working grid, so one seed gives one composition at every picture size. Unit coordinates:
x to the right and y down, both in [0, 1]. Colours are OKLab (Ottosson 2020), because mixtures in it look clean.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from tonescape.core.colour import oklab_to_srgb
from tonescape.core.records import Layer
from tonescape.render.painter.raster.filters import blur, downsample2, upsample2

if TYPE_CHECKING:
    from tonescape.render.painter.composition.setting import Setting
    from tonescape.render.painter.raster.filters import Field

WORK = 512
"""pixels a side of the working grid; the finest brush at 3000 px is one and a half of these wide"""


@dataclass(frozen=True, slots=True, eq=False)
class LayerMask:
    """Where one layer of a composition is seen. alpha : [WORK, WORK] in [0, 1]      depth : 0 far .. 1 near"""

    name: str
    depth: float
    alpha: Field


@dataclass(frozen=True, slots=True, eq=False)
class Figure:
    """A thing with a sharp outline that a style may draw crisply at any size: a boat, a bird, a tree.

    shapes : filled polygons [n, 2], unit coordinates      lab : OKLab [3]
    """

    name: str
    shapes: tuple[Field, ...]
    lab: Field


@dataclass(frozen=True, slots=True, eq=False)
class Composition:
    """A picture before the brush.

    lab : [WORK, WORK, 3] OKLab      masks : of its layers, far to near; together they cover the picture
    flow : [WORK, WORK] direction of a brush stroke, radians, x right and y down
    detail : [WORK, WORK] in [0, 1], where small brushes are worth it
    light : unit position of the sun, moon or brightest place      focus : unit position of the focal point
    figures : also part of `lab`      horizon : unit y
    parameters : named numbers that say how the song shaped the composition
    """

    lab: Field
    masks: tuple[LayerMask, ...]
    flow: Field
    detail: Field
    light: tuple[float, float]
    focus: tuple[float, float]
    horizon: float
    setting: Setting
    figures: tuple[Figure, ...] = ()
    parameters: tuple[tuple[str, float], ...] = field(default=())

    def order(self) -> Field:
        """[WORK, WORK] number of the layer seen at each pixel, 0 the farthest."""
        result: Field = np.argmax(np.stack([mask.alpha for mask in self.masks]), axis=0).astype(np.float32)
        return result

    def layers(self) -> tuple[Layer, ...]:
        """The layers as pictures with alpha, far to near, for those who move or repaint them."""
        colour = np.rint(oklab_to_srgb(self.lab) * 255).clip(0, 255).astype(np.uint8)
        alpha = (np.clip(mask.alpha, 0, 1) * 255 + 0.5 for mask in self.masks)
        return tuple(
            Layer(mask.name, mask.depth, np.dstack([colour, a.astype(np.uint8)]))
            for mask, a in zip(self.masks, alpha, strict=True)
        )


def grid() -> tuple[Field, Field]:
    """Unit x [1, WORK] and y [WORK, 1] of the pixel centres."""
    centre = ((np.arange(WORK, dtype=np.float32) + 0.5) / WORK).astype(np.float32)
    return centre[None, :], centre[:, None]


def along_edges(lab: Field, flow: Field, *, strength: float = 1.0) -> Field:
    """`flow` turned to run along edges where the picture has strong ones, as a painter follows an outline.

    Directions are mixed as doubled angles, so that opposite ways of the same stroke agree.
    """
    # at half size: strokes are wider than two pixels, and this is four times as fast
    soft: Field = np.asarray(lab[..., 0] + np.float32(0.6) * (lab[..., 1] + lab[..., 2]), np.float32)
    down, right = (np.asarray(part, np.float32) / 2 for part in np.gradient(blur(downsample2(soft), 0.75)))
    # structure tensor, smoothed: its doubled angle is that of the gradient, without the sign
    double_x, double_y = (upsample2(blur(part, 0.9)) for part in (right * right - down * down, 2 * right * down))
    size = np.sqrt(double_x * double_x + double_y * double_y) + np.float32(1e-12)
    share = np.float32(strength) / (size + np.float32(1.2e-4))
    rest = 1 - share * size
    twice = np.multiply(flow, np.float32(2), dtype=np.float32)
    x, y = rest * np.cos(twice) - share * double_x, rest * np.sin(twice) - share * double_y
    return np.asarray(np.arctan2(y, x) / 2, np.float32)
