"""Pastel: chalk on toned, toothed paper; the side of the stick for masses, its edge for accents.

The paper's tooth is in the paper, not in the stroke: strokes only say how hard the chalk was pressed. At the
end the hills of the grain take the chalk, while its valleys keep the tone of the sheet.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from tonescape.core.colour import oklab_to_srgb
from tonescape.render.painter.composition.model import WORK, grid
from tonescape.render.painter.composition.setting import blend, toned
from tonescape.render.painter.raster.filters import blur, mix, smoothstep
from tonescape.render.painter.raster.noise import fractal_noise, sample_tile
from tonescape.render.painter.styles.strokes.brush import brush
from tonescape.render.painter.styles.strokes.canvas import (
    FINEST_PX,
    Canvas,
    Coat,
    detail_mask,
    disc_alpha,
    figure_alpha,
    legible,
    spawn_rng,
)
from tonescape.render.painter.styles.surface import opaque, tooth
from tonescape.render.skia.graphics import Texture, per_pixel

if TYPE_CHECKING:
    from collections.abc import Callable

    from tonescape.core.records import Pixels
    from tonescape.render.painter.composition.model import Composition
    from tonescape.render.painter.raster.filters import Field

WIDTHS = (1 / 9, 1 / 15, 1 / 26, 1 / 48, 1 / 95, 1 / 180)
"""sides of the stick, then its edge, in picture sides"""

TOLERANCES = (0.35, 0.26, 0.20, 0.15, 0.12, 0.10)

PRESSED = (0.55, 0.52, 0.60, 0.85, 0.95, 1.0)
"""how hard, [0, 1]; the last accents fill the grain"""

ON_PAPER = """
uniform shader chalk, pressed, hills;
uniform float red, green, blue, strength;
half4 main(float2 p) {
    // laid paper: a fine tooth in a coarse one, longer across than down
    float hill = 0.42 * hills.eval(p * float2(0.8, 1.15)).r + 0.38 * hills.eval(p * float2(1.7, 2.3) + 91).r
        + 0.20 * hills.eval(p * 0.31 + 17).r;
    hill = clamp((hill - 0.5) * 1.5 + 0.5, 0.0, 1.0);
    float3 sheet = float3(red, green, blue) * (1 + 0.14 * (hill - 0.5));
    float force = pressed.eval(p).r;
    float taken = smoothstep(-0.32, 0.32, hill - 0.86 + force * 1.45);
    float3 dust = mix(sheet, chalk.eval(p).rgb, 0.42);
    float3 colour = chalk.eval(p).rgb * (1 + 0.10 * strength * (hill - 0.5));
    return half4(half3(saturate(mix(dust, colour, mix(1.0, taken, strength)))), 1);
}
"""


def render(scene: Composition, size: int, rng: np.random.Generator, on_step: Callable[[float], None]) -> Pixels:
    """The composition in pastel, RGB [size, size, 3]."""
    scene = legible(scene)
    setting = scene.setting
    side_of_chalk, edge_of_chalk = brush(0.25, 0.75, wet=0.7), brush(0.5, 0.85, wet=0.15)
    lab = _chalky(scene)
    order = scene.order()
    sheet = paper(scene)
    chalked = _chalked(spawn_rng(rng))
    canvas = Canvas(mix(blur(lab, 9), np.broadcast_to(sheet, lab.shape), 1 - 0.5 * chalked), size, WIDTHS[0], thick=70)
    count = sum(width * size >= FINEST_PX for width in WIDTHS)
    for number, width in enumerate(WIDTHS[:count]):
        layer = spawn_rng(rng)
        canvas.grow(width)
        if number == min(4, count - 1):
            figure_alpha(canvas.pixels, scene, opacity=0.8)
        broad = number < 3
        # the side of a stick is dragged across the form, its edge along it
        flow = scene.flow + np.float32(layer.normal(0, 0.25)) if broad else scene.flow
        length = (1.3, 2.2 + setting.arousal) if broad else (2.0 + 1.5 * setting.arousal, 4.5 + 4.5 * setting.arousal)
        coat = Coat(
            width,
            _chance(scene, lab, number, width) * chalked[::2, ::2],
            length,
            TOLERANCES[number],
            PRESSED[number],
            1.2,
            0.62 if broad else 0.85,
        )
        tool = side_of_chalk if broad else edge_of_chalk
        canvas.add_coat(coat, lab, flow, order, tool, layer, partial(_sticks, scene=scene, number=number))
        on_step((number + 1) / (count + 1))
    out = np.empty((size, size, 4), np.uint8)
    red, green, blue = (float(c) for c in np.clip(oklab_to_srgb(sheet), 0, 1))
    numbers = {"red": red, "green": green, "blue": blue, "strength": 0.7 + 0.3 * min(1.0, size / 1200)}
    hills, scale = tooth(size)
    images = {
        "chalk": Texture(canvas.pixels),
        "pressed": Texture(canvas.height),
        "hills": Texture(hills, scale, repeat=True),
    }
    per_pixel(out, ON_PAPER, images, numbers)
    return opaque(out)


def paper(scene: Composition) -> Field:
    """OKLab [3] of the sheet: a quiet middle tone of the picture's own light, dark for a dark song."""
    setting = scene.setting
    mean = float(scene.lab[::4, ::4, 0].mean())
    base = blend(setting.colours.lands[2], setting.colours.accent, 0.35)
    return toned(base, 0.30 + 0.5 * mean, 0.55)


def _chalked(rng: np.random.Generator) -> Field:
    """[WORK, WORK] in [0, 1], where there is chalk: not quite to the edges of the sheet, which shows its tint there."""
    x, y = grid()
    inside = np.minimum(np.minimum(x, 1 - x), np.minimum(y, 1 - y))
    wander = sample_tile(fractal_noise(rng, cells=7, octaves=3, size=256), x + 0 * y, y + 0 * x) - 0.5
    return smoothstep(0.012, 0.055, inside + np.float32(0.035) * wander)


def _chalky(scene: Composition) -> Field:
    """Pigment in chalk: no deep black, a powdery lightness; the order of tones and of colour strength stays."""
    lab = blur(scene.lab, 1.0)
    mean = float(lab[::4, ::4, 0].mean())
    # the sheet that shines through takes some of both, so they are given more beforehand
    lab[..., 0] = np.clip(0.085 + 0.90 * (mean + 1.22 * (lab[..., 0] - mean)), 0.05, 0.985)
    lab[..., 1:] *= 1.2
    return lab


def _chance(scene: Composition, lab: Field, number: int, width: float) -> Field:
    if number < 2:
        return np.ones((WORK // 2, WORK // 2), np.float32)
    base, gain = ((0.75, 4), (0.16, 7), (0.02, 7), (0.0, 6))[number - 2]
    return np.clip(detail_mask(lab, width, base=base, gain=gain) + 0.9 * disc_alpha(scene) * (number == 3), 0, 1)


def _sticks(lab: Field, rng: np.random.Generator, *, scene: Composition, number: int) -> Field:
    """Colours of the sticks in the box: few, so each is a little off the one wanted; light ones glow on dark paper."""
    setting, count = scene.setting, len(lab)
    clean = 1 - 0.8 * smoothstep(0.88, 0.96, lab[:, 0])
    drive = (0.6 + 0.7 * setting.arousal) * clean / (1 + 0.1 * number)
    out = lab + rng.normal(0, 1, lab.shape) * (0.03, 0.014, 0.014) * drive[:, None]
    lean = (rng.random(count) < 0.18) * rng.uniform(0.1, 0.4, count) * clean
    out[:, 1:] += (setting.colours.accent[1:] - out[:, 1:]) * lean[:, None]
    out[:, 0] = np.clip(out[:, 0], 0.06, 0.985)
    return np.asarray(out, np.float32)
