"""Watercolour on paper: washes over white, dark wet edges, blooms, pigment that settles in the grain.

After Curtis et al., "Computer-Generated Watercolor" (SIGGRAPH 1997): edge darkening, backruns and granulation, here as
filters of the tones instead of a simulated flow. The tones come from the working grid; where a wash ends is found for
every pixel of the print, so that its edge is as crisp and as ragged as the paper makes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.core.colour import oklab_to_oklch, oklch_to_oklab
from tonescape.render.painter.raster.filters import blur
from tonescape.render.painter.raster.noise import fractal_noise
from tonescape.render.painter.styles.strokes.canvas import figure_alpha, legible, spawn_rng
from tonescape.render.painter.styles.surface import OKLAB, encoded, opaque, tooth
from tonescape.render.skia.graphics import Texture, per_pixel

if TYPE_CHECKING:
    from collections.abc import Callable

    from tonescape.core.records import Pixels
    from tonescape.render.painter.composition.model import Composition
    from tonescape.render.painter.raster.filters import Field

WASHED = """
uniform shader paint, planes, glaze, hills, drift;
uniform float side, strength, seed_x, seed_y, wet_in_wet, blooms, count;
float noise(float2 p, float2 scale, float2 off) {
    return drift.eval(p * (512 / side) * scale + 512 * (off + float2(seed_x, seed_y))).r - 0.5;
}
float tone(float2 q, float bleed) { return (1 - paint.eval(q).r) * 6 + bleed; }
half4 main(float2 p) {
    float hill = hills.eval(p).r - 0.5;
    float wander = noise(p, float2(1.1), float2(0, 0.6));
    float fine = noise(p, float2(7.3), float2(0.4, 0.1));
    // the hand wavers, and the paper's fibres draw the edge about
    float2 q = p + side * (0.014 * float2(noise(p, float2(0.9), float2(0)), noise(p, float2(0.9), float2(0.5, 0.2)))
        + 0.0022 * float2(fine, noise(p, float2(7.9), float2(0.1, 0.7)))) + side * 0.0005 * hill;
    float3 lab = decoded(paint.eval(q).rgb);
    float bleed = 0.66 * wander + 0.10 * fine;
    float e = side / 900;
    float level = tone(q, bleed);
    float2 slope = float2(tone(q + float2(e, 0), bleed) - level, tone(q + float2(0, e), bleed) - level) / e;
    float steep = max(length(slope), 1.2 / side);
    float under = level - 0.25 - 0.05 * hill;
    float wash_number = clamp(floor(under + 0.5), 0, 5);
    float over = under - wash_number;
    float wet = smoothstep(-1, 1, over / max(0.55 * steep * max(side / 1500, 1), wet_in_wet));
    float depth = wash_number + wet;
    // pigment gathers where a wash dries: at its rim, on the inside
    float edge = wet * exp(-max(over, 0) / (steep * side / 420)) * (0.42 + 0.09 * wash_number);
    edge *= smoothstep(0.8, 4.0, steep * side / 6);
    float turn = planes.eval(q).r * count;
    float2 across = float2(planes.eval(q + float2(e, 0)).r, planes.eval(q + float2(0, e)).r) * count - turn;
    float sharp = length(across) / e;
    float off = fract(turn) - 0.5;
    float rim = smoothstep(0.0, 0.6, sharp * side / 700) * exp(-abs(off) / (sharp * side / 1500 + 1e-5));
    float back = noise(p, float2(0.55), float2(0.15, 0.45)) + 0.07 * fine;
    float bloom = smoothstep(0.10, 0.125, back) * smoothstep(0.30, 0.14, back);
    float light = 0.42 * (1 - depth / 6) + 0.58 * lab.x - 0.045 * bleed * 3;
    light += 0.05 * blooms * bloom - 0.15 * edge - 0.10 * rim;
    float rich = 1 + 0.9 * edge + 0.5 * rim;
    float dark = clamp(1.12 - light, 0, 1);
    light -= strength * dark * (0.085 * hill + 0.05 * fine);  // granulation: pigment sinks into the valleys
    float3 wash = srgb(float3(clamp(light, 0.06, 0.99), lab.yz * rich * (1 - 0.12 * strength * hill)));
    wash *= glaze.eval(q).rgb;
    float spark = smoothstep(0.08, 0.16, noise(p, float2(0.4, 2.2), float2(0.3, 0.9)) + 0.10 * hill);
    spark *= smoothstep(0.74, 0.97, light);
    float3 sheet = float3(0.985, 0.972, 0.945);
    wash = mix(wash, sheet, 0.75 * spark);  // a dry brush leaves the paper's hills white
    float inside = min(min(p.x, side - p.x), min(p.y, side - p.y)) / side;
    float ragged = inside + 0.030 * noise(p, float2(0.8), float2(0.7, 0.3)) + 0.010 * fine + 0.002 * hill;
    float painted = smoothstep(0.0155, 0.0185, ragged);
    wash *= 1 - 0.13 * painted * exp(-max(ragged - 0.017, 0) * 260);
    float3 colour = mix(sheet, wash, painted);
    float relief = hill - (hills.eval(p - float2(1.2)).r - 0.5);
    return half4(half3(saturate(colour * (1 + strength * 0.045 * relief))), 1);
}
"""


def render(scene: Composition, size: int, rng: np.random.Generator, on_step: Callable[[float], None]) -> Pixels:
    """The composition in watercolour, RGB [size, size, 3]."""
    scene = legible(scene)
    setting = scene.setting
    drift = fractal_noise(spawn_rng(rng), cells=5, octaves=6, gain=0.62)
    thin = _pale(blur(scene.lab, 1.4), setting.valence, setting.arousal)
    order = scene.order()
    count = max(1, len(scene.masks) - 1)
    on_step(0.3)
    glaze = np.full((size, size, 4), 255, np.uint8)
    figure_alpha(glaze, scene, opacity=0.8)
    hills, scale = tooth(size)
    images = {
        "paint": Texture(encoded(thin)),
        "planes": Texture(np.rint(blur(order, 1.2) * (255 / count)).astype(np.uint8)),
        "glaze": Texture(glaze),
        "hills": Texture(hills, scale, repeat=True),
        "drift": Texture(np.rint(drift * 255).astype(np.uint8), 1.0, repeat=True),
    }
    seed_x, seed_y = rng.random(2)
    numbers = {
        "side": float(size),
        "strength": 0.5 + 0.5 * min(1.0, size / 1200),
        "seed_x": seed_x,
        "seed_y": seed_y,
        "wet_in_wet": 0.10 - 0.06 * setting.arousal,
        "blooms": 1.2 - 0.6 * setting.arousal,
        "count": float(count),
    }
    out = np.empty((size, size, 4), np.uint8)
    per_pixel(out, OKLAB + WASHED, images, numbers)
    del glaze, images
    return opaque(out)


def _pale(lab: Field, valence: float, arousal: float) -> Field:
    """Transparent paint: lighter than the scene, and clean in hue; dark moods keep their depth."""
    lch = oklab_to_oklch(lab)
    lift = 0.20 + 0.12 * valence - 0.05 * arousal
    light = 1 - (1 - lch[..., 0]) ** (1.06 - 0.14 * valence) * (1 - lift)
    rich = lch[..., 1] * (1.05 + 0.35 * arousal) + 0.008
    return oklch_to_oklab(np.stack([light, rich, lch[..., 2]], -1)).astype(np.float32)
