"""Psychedelic: bands that echo every form outwards, warped, in pairs of colours that vibrate against each other.

After the ballroom posters of San Francisco (Wes Wilson, Victor Moscoso, 1966-67): outlines repeated like ripples,
neighbouring colours of opposite hue and nearly one lightness, so that the border seems to move (Moscoso had learned
that from Albers, Interaction of Color, 1963).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.core.colour import into_gamut, oklab_to_oklch, oklch_to_oklab
from tonescape.render.painter.raster.filters import blur
from tonescape.render.painter.styles.print import regions, shader
from tonescape.render.painter.styles.print.regions import CUT, SKY
from tonescape.render.painter.styles.print.shader import vector

if TYPE_CHECKING:
    from collections.abc import Callable

    from tonescape.core.records import Pixels
    from tonescape.render.painter.composition.model import Composition
    from tonescape.render.painter.raster.filters import Field
    from tonescape.render.painter.styles.print.regions import Labels

PLANES = 5

BANDS = 5
"""colours of a plane, from its outline inwards, over and over"""


def render(scene: Composition, size: int, rng: np.random.Generator, on_step: Callable[[float], None]) -> Pixels:
    """The composition in echoing bands, RGB [size, size, 3]."""
    sun = regions.disc(scene)
    figures = regions.figure_alpha(scene)
    lab = regions.without_figures(regions.reduced(scene.lab), np.maximum(figures, regions.disc_alpha(sun)))
    labels = regions.groups(scene, PLANES, figures)
    planes = int(labels.max()) > 0
    if not planes:
        labels = _forms(scene, lab)
    count = int(labels.max()) + 1
    calm = regions.blur_within(lab, labels, 6.0)
    phase = _phase(scene, labels, calm, rng)
    on_step(0.4)
    colours = [_colours(scene, calm[labels == number], rng) for number in range(count)]
    exact = regions.shares(scene, labels, figures) if planes else None
    textures = {**regions.covers(labels, count, 1.6, exact), "wave": phase}
    pixels = shader.sheet(size)
    shader.run_program(pixels, _body(scene, colours, sun, rng), textures, sigma=1.6)
    on_step(0.85)
    for thing in scene.figures:
        ink = oklab_to_oklch(thing.lab) * np.array([0.9, 1.6, 1.0]) + np.array([0.0, 0.03, 0.0])
        shader.draw(pixels, thing, shader.rgb(oklch_to_oklab(ink)))
    return shader.reduce_sheet(pixels, size)


def _forms(scene: Composition, lab: Field) -> Labels:
    """Regions of a picture without planes: its own few colours."""
    c = scene.setting.colours
    soft = blur(lab, 4.0)
    start = np.stack([c.shadow, c.lands[2], c.accent, c.sky, c.glow])
    found = regions.nearest(soft, regions.pigments(soft, start))
    return np.unique(found, return_inverse=True)[1].reshape(found.shape)


def _phase(scene: Composition, labels: Labels, calm: Field, rng: np.random.Generator) -> Field:
    """A texture whose first channel counts the bands (in 64ths): distance from each form's outline, bent by the flow
    of tones and by slow waves; in the farthest plane also distance from the light."""
    from scipy.ndimage import distance_transform_edt

    at = (np.arange(CUT, dtype=np.float32) + 0.5) / CUT
    x, y = np.meshgrid(at, at)
    away = np.zeros((CUT, CUT), np.float32)
    for number in range(int(labels.max()) + 1):
        here = labels == number
        padded = np.pad(here, 1, mode="edge")
        away[here] = distance_transform_edt(padded)[1:-1, 1:-1][here] / CUT
    turn = rng.uniform(0, 2 * np.pi, 4)
    bend = 0.014 + 0.022 * scene.setting.arousal
    warp = np.sin(9 * x + 5 * y + turn[0]) + np.sin(13 * y - 6 * x + turn[1]) + 0.6 * np.sin(21 * x + turn[2])
    around = np.hypot(x - scene.light[0], y - scene.light[1])
    angle = np.arctan2(y - scene.light[1], x - scene.light[0])
    petals = around * (1 + 0.10 * np.sin(angle * rng.integers(5, 9) + turn[3] + 5 * around))
    soft = blur(away, 2.0)
    far = labels == SKY
    phase = np.where(far, 0.75 * petals + 0.25 * soft, soft) + bend * warp * np.minimum(1, soft * 9 + 0.25 * far)
    phase = phase + 0.16 * (blur(calm[..., 0], 5.0) - 0.5)
    rate = 15 + 7 * scene.setting.arousal
    counted = np.clip(phase * rate / 64 + 0.25, 0, 1)
    down, across = np.gradient(counted * 64)
    steep = np.hypot(down, across)
    return np.stack([counted, np.clip(blur(steep, 2.0), 0.02, 1), np.zeros_like(steep)], -1).astype(np.float32)


def _colours(scene: Composition, own: Field, rng: np.random.Generator) -> Field:
    """[BANDS, 3] OKLab round a plane's own colour: its hue, the opposite, and the palette's, near it in lightness."""
    setting = scene.setting
    mean = regions.representative_colour(own)
    light, chroma, hue = (float(value) for value in oklab_to_oklch(mean))
    accent = float(oklab_to_oklch(setting.colours.accent)[2])
    glow = float(oklab_to_oklch(setting.colours.glow)[2])
    deep = float(oklab_to_oklch(setting.colours.lands[1])[2])
    hues = [hue, accent, hue + (150 if rng.random() < 0.5 else 210), glow, deep]
    # dark yellow is mud; violet, its opposite, glows at that lightness, and crimson where the song is angry
    clean = 352.0 if setting.tension > 0.4 else 290.0
    hues = [clean if 62 < turn % 360 < 140 and light < 0.6 else turn for turn in hues]
    # opposite hues are for the song that shouts or rejoices; a dull one keeps to kin of its own
    spread = 0.3 + 0.7 * max(setting.arousal, 0.85 * setting.valence)
    hues = [hue + spread * ((turn - hue + 180) % 360 - 180) for turn in hues]
    steps = np.array([0.0, 0.07, -0.05, 0.15, -0.13]) * (0.35 + 1.1 * setting.contrast)
    rich = 0.02 + 0.125 * setting.arousal + 0.025 * setting.valence + 0.7 * chroma
    rows = [
        (np.clip(light + rise, 0.12, 0.95), rich * (1.0 if number != 2 else 0.35 + 0.6 * setting.arousal), turn)
        for number, (rise, turn) in enumerate(zip(steps, hues, strict=True))
    ]
    return np.asarray(oklch_to_oklab(into_gamut(rows)), np.float32)


def _body(
    scene: Composition, colours: list[Field], sun: tuple[float, float, float] | None, rng: np.random.Generator
) -> str:
    """SkSL: bands by the phase, bold outlines round the forms, an eye for a sun."""
    dark = np.asarray(scene.setting.colours.shadow) * np.array([0.75, 1.2, 1.2])
    lines = []
    for number, bands in enumerate(colours):
        offset = rng.integers(BANDS)
        lines.append(f"float3 region_{number}(float2 u, float4 k) {{ float n = mod(k.x + {offset}.0, {BANDS}.0);")
        lines.append(f"float3 a = {vector(bands[0])}; float3 b = a;")
        for band in range(BANDS):
            following = bands[(band + 1) % BANDS]
            lines.append(f"if (n > {band}.0 - 0.5) {{ a = {vector(bands[band])}; b = {vector(following)}; }}")
        lines.append("float3 c = mix(a, b, k.y);")
        if number == SKY and sun is not None:
            lines.append(_eye(scene, sun, dark))
        lines.append("return c; }")
    lines.append(shader.choose(len(colours)))
    width = 0.8 + 0.7 * scene.setting.arousal
    lines.append(
        "float3 paint(float2 u) { float3 w = wave.eval(u * CUT).rgb; float n = (w.x - 0.25) * 64.0 + 39.5;"
        " float turn = cover((fract(n) - 0.5) / max(w.y, 0.02));"
        " float3 one; float3 other; float gap; choose(u, float4(floor(n), turn, 0.0, 0.0), one, other, gap);"
        f" return srgb(mix(one, {vector(dark)}, cover({width:.3f} - distance_of(gap)))); }}"
    )
    return "\n".join(lines)


def _eye(scene: Composition, sun: tuple[float, float, float], dark: Field) -> str:
    """SkSL: the sun or moon as rings."""
    x, y, r = sun
    light, accent = np.asarray(scene.setting.colours.sun), np.asarray(scene.setting.colours.accent)
    lines = [f"float far = distance(u, float2({x:.5f}, {y:.5f})) / {r:.5f};"]
    for reach, colour in ((2.2, dark), (2.05, accent), (1.5, dark), (1.35, light), (0.62, accent), (0.34, dark)):
        lines.append(f"c = mix(c, {vector(colour)}, cover(({reach:.2f} - far) * {r * CUT:.3f}));")
    return "\n".join(lines)
