"""The colourist's step between composition and brush: contrast by arousal, clearness of colour and light by valence.

Why so: saturated and light colours please, saturated ones excite (Valdez & Mehrabian 1994; Wilms & Oberfeld 2018 for
chroma and brightness apart). Contrast is our own addition: of all changes tried on finished pictures it moved the
arousal that a judge sees most (docs/LOG.md).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from tonescape.render.painter.composition.model import Composition
    from tonescape.render.painter.composition.setting import Setting
    from tonescape.render.painter.raster.filters import Field

CONTRAST = (0.66, 1.4)
"""times the composition's own, for the stillest and the most excited song"""

TENSION = 0.15
"""contrast that tension adds"""

CHROMA = (0.56, 1.3)
"""times the composition's own, for the saddest and the happiest song"""

GLEE = 0.1
"""chroma that joy adds: of two pleasant songs the livelier has the richer colours"""

LIFT, EASE, DREAD = 0.04, 0.04, 0.04
"""OKLab lightness that pleasure adds and grief takes; what calm adds and tension takes besides"""

DARKEST, LIGHTEST = 0.08, 0.985


def graded(scene: Composition) -> Composition:
    """The composition as the mood would have it printed; its sharp figures change with it."""
    middle = float(np.clip(scene.lab[..., 0].mean(), 0.3, 0.7))
    figures = tuple(replace(figure, lab=_graded(figure.lab, middle, scene.setting)) for figure in scene.figures)
    return replace(scene, lab=_graded(scene.lab, middle, scene.setting), figures=figures)


def _graded(lab: Field, middle: float, setting: Setting) -> Field:
    """OKLab [..., 3] with lightness spread round `middle` and chroma multiplied."""
    low, high = CONTRAST
    spread = low + (high - low) * setting.arousal + TENSION * setting.tension
    away = lab[..., 0] - np.float32(middle)
    room = np.where(away > 0, LIGHTEST - middle, middle - DARKEST)
    share = np.clip(np.abs(away) / room, 0, 1)
    # a curve, not a line, where contrast grows: nothing is crushed to black or burnt to white
    gain = spread - (spread - 1) * share if spread > 1 else np.full_like(share, spread)
    light = middle + away * gain + LIFT * (2 * setting.valence - 1) + EASE * setting.calm - DREAD * setting.tension
    out = np.empty_like(lab, dtype=np.float32)
    out[..., 0] = np.clip(light, DARKEST, LIGHTEST)
    clear = CHROMA[0] + (CHROMA[1] - CHROMA[0]) * setting.valence + GLEE * setting.joy
    out[..., 1:] = lab[..., 1:] * np.float32(clear)
    return out
