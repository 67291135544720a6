"""A composition read off a finished picture, so that styles can paint over what another engine drew."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from tonescape.core.colour import srgb_to_oklab
from tonescape.render.painter.composition.model import WORK, Composition, LayerMask, along_edges
from tonescape.render.painter.composition.setting import setting_for
from tonescape.render.painter.raster.filters import blur, smoothstep

if TYPE_CHECKING:
    from tonescape.core.records import Brief, Pixels
    from tonescape.render.painter.raster.filters import Field

ROWS = 64
"""rows and columns in which the skyline is looked for"""

HIGHEST, LOWEST = 0.15, 0.85
"""unit y between which it may lie"""

STEEP = 2
"""rows it may rise or fall from one column to the next"""


def traced(image: Pixels, brief: Brief, rng: np.random.Generator) -> Composition:
    """The composition of a picture of any size: sky and land parted at the skyline, strokes along its edges.

    image : uint8 [h, w, 3] sRGB      brief : gives the mood's setting, whose accents styles use
    """
    lab = enlarged(image)
    line = skyline(lab)
    horizon = float(np.median(line))
    y = (np.arange(WORK, dtype=np.float32)[:, None] + 0.5) / WORK
    land = smoothstep(-0.004, 0.004, np.asarray(y - line[None, :], np.float32))
    bright = blur(lab[..., :1], 12.0)[..., 0] * (1.0 - land)
    fine = np.abs(lab - blur(lab, 5.0)).sum(-1)
    detail = np.clip(blur(fine, 4.0) * 12.0, 0.0, 1.0).astype(np.float32)
    light, focus = _place(bright), _place(blur(detail * land, 20.0))
    setting = replace(setting_for(brief, rng, horizon=max(0.1, horizon - 0.03)), sun=light)
    flow = along_edges(lab, np.zeros((WORK, WORK), np.float32), strength=0.9)
    planes = (LayerMask("sky", 0.0, 1.0 - land), LayerMask("land", 0.8, land))
    return Composition(lab, planes, flow, detail, light, focus, horizon, setting, (), (("horizon", horizon),))


def enlarged(image: Pixels) -> Field:
    """OKLab [WORK, WORK, 3] of a smaller picture, its edges drawn together again after enlarging.

    Each round of a shock filter takes the brighter or darker neighbour on either side of an edge (Osher & Rudin, SIAM
    J. Numer. Anal. 27, 1990, eq. 2.5 with the sign of the Laplacian), so that enlarging leaves shapes and no fog.
    """
    from PIL import Image
    from scipy.ndimage import grey_dilation, grey_erosion

    large = np.asarray(Image.fromarray(image).resize((WORK, WORK), Image.Resampling.BICUBIC), np.float32) / 255.0
    lab = np.asarray(srgb_to_oklab(large), np.float32)
    for sigma in (5.0, 3.0, 2.0):
        curve = (blur(lab, sigma) - blur(lab, 1.3 * sigma))[..., 0]
        for _ in range(2):
            high = np.stack([grey_dilation(lab[..., i], size=3) for i in range(3)], -1)
            low = np.stack([grey_erosion(lab[..., i], size=3) for i in range(3)], -1)
            amount = np.clip(curve[..., None] * 60.0, -0.6, 0.6)
            moved = np.maximum(amount, 0) * (high - lab) + np.maximum(-amount, 0) * (low - lab)
            lab = np.asarray(lab + moved, np.float32)
    return np.asarray(blur(lab, 1.0), np.float32)


def skyline(lab: Field) -> Field:
    """Unit y [WORK] of the line across the picture over the strongest change from above to below.

    The best path from left to right by dynamic programming, at most STEEP rows up or down a column.
    """
    rows = WORK // ROWS
    small = lab.reshape(ROWS, rows, ROWS, rows, 3).mean((1, 3))
    change = np.zeros((ROWS, ROWS))
    change[1:-1] = np.linalg.norm(small[2:] - small[:-2], axis=-1)
    change[: int(HIGHEST * ROWS)] = change[int(LOWEST * ROWS) :] = -1.0
    best, came = change.copy(), np.zeros((ROWS, ROWS), np.int64)
    moves = np.arange(-STEEP, STEEP + 1)
    for column in range(1, ROWS):
        at = np.clip(np.arange(ROWS)[:, None] + moves[None, :], 0, ROWS - 1)
        reached = best[at, column - 1] - 0.02 * np.abs(moves)[None, :]
        choice = reached.argmax(axis=1)
        came[:, column] = at[np.arange(ROWS), choice]
        best[:, column] += reached.max(axis=1)
    path = np.zeros(ROWS, np.int64)
    path[-1] = int(best[:, -1].argmax())
    for column in range(ROWS - 1, 0, -1):
        path[column - 1] = came[path[column], column]
    centres = (np.arange(ROWS) + 0.5) / ROWS
    found = np.interp((np.arange(WORK) + 0.5) / WORK, centres, (path + 0.5) / ROWS)
    return np.asarray(found, np.float32)


def _place(field: Field) -> tuple[float, float]:
    """Unit x and y of the greatest value."""
    y, x = np.unravel_index(int(np.argmax(field)), field.shape)
    return (float(x) + 0.5) / WORK, (float(y) + 0.5) / WORK
