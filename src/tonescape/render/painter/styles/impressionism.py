"""Impressionism: short dabs of broken colour that follow the form; shadows filled with the complement of the light.

No black and no outline (Monet, Sisley, Pissarro, from 1869 on): a shadow is what the sky lends it, and dabs beside one
another differ in hue by so much that the eye mixes them. Hues turn both ways, so that the mean stays the scene's.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from tonescape.core.colour import oklab_to_oklch
from tonescape.render.painter.composition.model import WORK
from tonescape.render.painter.raster.filters import blur, mix, smoothstep
from tonescape.render.painter.styles.strokes.brush import brush
from tonescape.render.painter.styles.strokes.canvas import (
    EVERYWHERE,
    FINEST_PX,
    Canvas,
    Coat,
    detail_mask,
    disc_alpha,
    figure_alpha,
    legible,
    spawn_rng,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tonescape.core.records import Pixels
    from tonescape.render.painter.composition.model import Composition
    from tonescape.render.painter.raster.filters import Field

WIDTHS = (1 / 18, 1 / 32, 1 / 48, 1 / 76, 1 / 125, 1 / 210)
"""of the brushes, in picture sides, coarse to fine; none is fine enough to draw with"""

TOLERANCES = (0.4, 0.3, 0.22, 0.16, 0.12, 0.1)

FIGURES_AT = 3
"""the coat under which the figures are drawn, so that dabs break their outlines"""


def render(scene: Composition, size: int, rng: np.random.Generator, on_step: Callable[[float], None]) -> Pixels:
    """The composition in impressionist dabs, RGB [size, size, 3]."""
    scene = legible(scene)
    setting = scene.setting
    tool = brush(0.6, 0.6, wet=0.1)
    seen = filled_with_light(scene)
    order = scene.order()
    under = mix(blur(seen, 14), np.broadcast_to(_complement(scene), seen.shape), 0.18)
    canvas = Canvas(under, size, WIDTHS[0], thick=40)
    count = sum(width * size >= FINEST_PX for width in WIDTHS)
    # the lively hand lays longer and less orderly dabs
    length = (1.2 + 0.3 * setting.arousal, 2.3 + 1.2 * setting.arousal)
    for number, width in enumerate(WIDTHS[:count]):
        layer = spawn_rng(rng)
        canvas.grow(width)
        if number == min(FIGURES_AT, count - 1):
            figure_alpha(canvas.pixels, scene)
        flow = scene.flow + _waver(layer, 0.14 + 0.22 * setting.arousal)
        coat = Coat(
            width, _chance(scene, seen, number, width), length, TOLERANCES[number], 0.95 - 0.08 * number, spacing=1.25
        )
        canvas.add_coat(coat, seen, flow, order, tool, layer, partial(broken, scene=scene, number=number))
        on_step((number + 1) / (count + 1))
    return canvas.finish(relief=0.26, canvas=0.45)


def filled_with_light(scene: Composition) -> Field:
    """OKLab [WORK, WORK, 3]: shadows lifted a little and turned to the complement of the light, lights warmed."""
    setting = scene.setting
    light = scene.lab[..., 0]
    low, high = np.quantile(light[::4, ::4], (0.03, 0.97))
    shade = smoothstep(low + 0.45 * (high - low), low, light)
    lit = smoothstep(low + 0.6 * (high - low), high, light)
    lab = scene.lab.copy()
    lab[..., 0] += 0.05 * (0.4 + 0.6 * setting.valence) * shade - 0.012 * lit
    cool, warm = _complement(scene), setting.colours.glow
    lab[..., 1:] += (cool[1:] - lab[..., 1:]) * (0.34 * shade)[..., None]
    lab[..., 1:] += (warm[1:] - lab[..., 1:]) * (0.12 * lit)[..., None]
    lab[..., 1:] *= 1.08
    return lab.astype(np.float32)


def _complement(scene: Composition) -> Field:
    """OKLab [3]: across the colour circle from the light, as blue or violet as it may be, never quite grey."""
    glow = scene.setting.colours.glow
    chroma = float(np.hypot(glow[1], glow[2])) + 1e-6
    turned = -glow[1:] / chroma
    blue = np.array([0.15, -1.0])  # skylight fills shadows, whatever the lamp
    way = 0.55 * turned + 0.45 * blue
    way /= float(np.hypot(*way)) + 1e-6
    return np.array([0.42, *(way * (0.05 + 0.05 * scene.setting.arousal))], np.float32)


def _waver(rng: np.random.Generator, wide: float) -> Field:
    """[WORK, WORK] turns of the wrist, radians: neighbouring dabs lie differently."""
    coarse = rng.normal(0, wide, (WORK // 8, WORK // 8)).astype(np.float32)
    return np.repeat(np.repeat(coarse, 8, 0), 8, 1)


def _chance(scene: Composition, seen: Field, number: int, width: float) -> Field:
    if number < 3:
        return EVERYWHERE if number != 1 else EVERYWHERE * 0.9
    base, gain = ((0.30, 8), (0.05, 8), (0.0, 7))[number - 3]
    return np.clip(detail_mask(seen, width, base=base, gain=gain) + 0.9 * disc_alpha(scene) * (number == 4), 0, 1)


def broken(lab: Field, rng: np.random.Generator, *, scene: Composition, number: int) -> Field:
    """Each dab's colour [n, 3]: hue turned up to a sixth of the circle either way, lightness kept near."""
    setting, count = scene.setting, len(lab)
    drive = (0.75 + 0.5 * setting.arousal) / (1 + 0.14 * number)
    clean = 1 - 0.8 * smoothstep(0.88, 0.96, lab[:, 0])
    lch = oklab_to_oklch(lab)
    turn = np.radians(rng.choice((-1.0, 1.0), count) * np.abs(rng.normal(14, 12, count)) * drive * clean)
    chroma = lch[:, 1] * (1.1 + rng.normal(0, 0.18, count) * clean) + 0.012 * drive * clean
    light = np.clip(lab[:, 0] + rng.normal(0, 0.026 * drive, count) * clean, 0.05, 0.985)
    hue = np.radians(lch[:, 2]) + turn
    out = np.stack([light, chroma * np.cos(hue), chroma * np.sin(hue)], 1)
    # one dab in ten answers with the complement, two in ten with the light
    answer = rng.random(count)
    cool, warm = _complement(scene), setting.colours.glow
    out[:, 1:] += (cool[1:] * 1.3 - out[:, 1:]) * ((answer < 0.10) * 0.5 * clean)[:, None]
    out[:, 1:] += (warm[1:] - out[:, 1:]) * ((answer > 0.82) * 0.3 * clean)[:, None]
    return out.astype(np.float32)
