"""Holographic: the picture pressed into foil, thin-film colours that run with its folds, rims of light, glitter, lines.

Interference in a thin film: light reflected from both of its faces cancels or adds up by wavelength, with the path
2 n d cos(theta) between them (Born & Wolf, Principles of Optics, 7.6.1); here for three wavelengths, one a channel.
Thickness follows the tones, the folds and the distance from the outlines; lightness stays the picture's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.core.colour import oklab_to_oklch, oklch_to_oklab
from tonescape.render.painter.raster.filters import blur
from tonescape.render.painter.raster.noise import fractal_noise, sample_tile
from tonescape.render.painter.styles.print import regions, shader
from tonescape.render.painter.styles.print.regions import CUT

if TYPE_CHECKING:
    from collections.abc import Callable

    from tonescape.core.records import Pixels
    from tonescape.render.painter.composition.model import Composition
    from tonescape.render.painter.raster.filters import Field

WAVES = (0.650, 0.532, 0.450)
"""micrometres: red, green, blue"""

SCANS = 270.0
"""lines across the picture"""

RIM = 1.2
"""cells of the Gaussian that softens the outlines"""


def render(scene: Composition, size: int, rng: np.random.Generator, on_step: Callable[[float], None]) -> Pixels:
    """The composition in foil, RGB [size, size, 3]."""
    sun = regions.disc(scene)
    figures = regions.figure_alpha(scene)
    lab = regions.without_figures(regions.reduced(scene.lab), np.maximum(figures, regions.disc_alpha(sun)))
    labels = regions.groups(scene, 6, figures)
    calm = regions.blur_within(lab, labels, 5.0)
    base, film = _film(scene, calm, labels, rng)
    on_step(0.4)
    exact = regions.shares(scene, labels, figures)
    parts = regions.covers(labels, exact.shape[2], RIM, exact)
    textures = {
        **parts,
        "base": base,
        "film": film,
        "tile_glitter": shader.grain(128, 1),
        "tile_soft": shader.grain(4, 5),
    }
    pixels = shader.sheet(size)
    shader.run_program(pixels, _body(scene, sun, exact.shape[2]), textures, sigma=RIM)
    on_step(0.8)
    for thing in scene.figures:
        dark = oklab_to_oklch(thing.lab) * np.array([0.85, 1.2, 1.0])
        for shift, hue in ((-0.0022, 200.0), (0.0022, 340.0)):  # colour fringes, as at the edge of a hologram
            fringe = oklch_to_oklab(np.array([0.45 + 0.45 * dark[0], 0.16, hue]))
            shader.draw(pixels, thing, shader.rgb(fringe), (shift, 0.0))
        shader.draw(pixels, thing, shader.rgb(oklch_to_oklab(dark)))
    _glitter(pixels, scene, film, rng)
    return shader.reduce_sheet(pixels, size)


def _film(scene: Composition, calm: Field, labels: regions.Labels, rng: np.random.Generator) -> tuple[Field, Field]:
    """Textures: the calm picture as OKLab (a and b moved by .5), and the film: thickness in micrometres but for the
    step from plane to plane, nearness to the outlines, the slope of the folds across."""
    soft = fractal_noise(rng, cells=3, octaves=3, gain=0.4, size=256)
    at = (np.arange(CUT, dtype=np.float32) + 0.5) / CUT
    x, y = np.meshgrid(at, at)
    bend = sample_tile(soft, x * 0.35 + 0.2, y * 0.35) - 0.5
    turn = rng.uniform(0, 2 * np.pi)
    folds = sample_tile(soft, (x * np.cos(turn) + y * np.sin(turn)) * 0.9 + bend * 0.5, (y - x) * 0.18 + bend * 0.3)
    folds = blur(folds, 3.0)
    rim = np.zeros((CUT, CUT), np.float32)
    shade = np.zeros((CUT, CUT), np.float32)
    for number in range(1, int(labels.max()) + 1):
        nearer = (labels >= number).astype(np.float32)
        thin, wide = blur(nearer, 2.5), blur(nearer, 16.0)
        rim = np.maximum(rim, np.clip(4 * thin * (1 - thin), 0, 1))
        shade = np.where(nearer > 0, 1 - wide, shade)
    thick = 0.28 + 0.55 * folds + 0.45 * blur(calm[..., 0], 4.0) + 0.5 * shade
    down, across = np.gradient(folds * CUT)
    slope = np.clip(0.5 + 0.07 * (across + down), 0, 1)
    base = calm.copy()
    mean = float(calm[..., 0].mean())  # folds and calm take contrast, which is given back
    base[..., 0] = mean + (1.02 + 0.2 * scene.setting.arousal) * (calm[..., 0] - mean) + 0.05 * shade
    base[..., 1:] += 0.5
    film = np.stack([np.clip(thick / 2.5, 0, 1), np.clip(rim, 0, 1), slope], -1)
    # the outlines are cut in the program; what jumps from cell to cell here would show the grid
    return blur(base.astype(np.float32), 1.5), blur(film.astype(np.float32), 1.5)


def _body(scene: Composition, sun: tuple[float, float, float] | None, count: int) -> str:
    """SkSL: colour of the film, held to the picture's lightness, folds, rims, scan lines and dust of glitter."""
    setting = scene.setting
    # as rich as the song's own colours: foil about a grey one is pearl, about a bright one a rainbow
    own = float(np.hypot(scene.lab[::4, ::4, 1], scene.lab[::4, ::4, 2]).mean())
    sheen = (0.5 + 0.5 * setting.arousal) * float(np.clip(0.25 + own / 0.10, 0.35, 1.3))
    region_functions = "\n".join(
        f"float3 region_{n}(float2 u, float4 k) {{ return float3({n}.0, 0.0, 0.0); }}" for n in range(count)
    )
    return f"""
{region_functions}
{shader.choose(count)}
float3 spectrum(float thick) {{
  return 0.5 + 0.5 * cos(6.28318 * 2.0 * thick / float3({WAVES[0]}, {WAVES[1]}, {WAVES[2]}));
}}
float3 lab_of(float3 c) {{
  float3 l = pow(float3(0.4122 * c.r + 0.5363 * c.g + 0.0514 * c.b, 0.2119 * c.r + 0.6807 * c.g + 0.1074 * c.b,
    0.0883 * c.r + 0.2817 * c.g + 0.63 * c.b), float3(0.33333));
  return float3(0.21045 * l.x + 0.79362 * l.y - 0.00407 * l.z, 1.978 * l.x - 2.42859 * l.y + 0.45059 * l.z,
    0.0259 * l.x + 0.78277 * l.y - 0.80868 * l.z);
}}
float3 paint(float2 u) {{
  float3 f = film.eval(u * CUT).rgb;
  float3 b = base.eval(u * CUT).rgb - float3(0.0, 0.5, 0.5);
  float3 soft = tile_soft.eval(u * 520.0).rgb;
  float3 one, other; float gap;
  choose(u, float4(0.0), one, other, gap);
  float far_off = distance_of(gap) - 1.1;
  float rim = exp(-far_off * far_off * 1.6) * step(other.x + 0.5, one.x) * ramp(0.15, 0.5, f.y);
  float thick = f.x * 2.5 + 0.12 * one.x + (soft.x - 0.5) * 0.05;
  float3 s = lab_of(spectrum(thick) * 0.9 + 0.06);
  float3 lab = b;
  lab.x = b.x * 0.96 + 0.03 + (s.x - 0.6) * 0.16 * {sheen:.3f};
  float strength = {0.62 * sheen:.3f} * ramp(0.02, 0.35, b.x) * ramp(1.08, 0.75, lab.x);
  strength *= 1.0 - 0.6 * ramp(0.0, 0.10, -s.y) * ramp(0.0, 0.10, s.z);  // yellow-green reads as tarnish
  lab.yz = b.yz * 0.9 + s.yz * strength;
  float fold = f.z - 0.5;
  lab.x += fold * {0.22 + 0.26 * setting.contrast:.3f};
  lab.x += 0.10 * ramp(0.62, 0.86, f.z) - 0.06 * ramp(0.4, 0.16, f.z);
  {_ball(*sun) if sun else ""}
  lab.x = mix(lab.x, 0.97, rim * {0.30 + 0.40 * setting.valence:.3f});
  lab.yz = mix(lab.yz, s.yz * {1.3 * sheen:.3f}, rim * 0.6);
  float line = 0.5 + 0.5 * cos(u.y * {SCANS * 2 * np.pi:.2f});
  lab.x *= 0.972 + 0.028 * line;
  float3 dust = tile_glitter.eval(u * 2600.0).rgb;
  float spark = ramp(0.93, 1.0, dust.x) * ramp(0.35, 0.8, soft.y);
  lab.x += spark * 0.16 * (0.4 + lab.x);
  lab.x = clamp(lab.x, 0.03, 0.985);
  return srgb(lab);
}}"""


def _ball(x: float, y: float, r: float) -> str:
    """SkSL: the sun or moon, slit into bars towards its foot, and the light of the sky about it."""
    return (
        f"float far = distance(u, float2({x:.5f}, {y:.5f})) / {r * 1.25:.5f};"
        f" float ball = cover((1.0 - far) * {r * 1.25 * CUT:.3f}) * (1.0 - rim) * step(one.x, 0.5);"
        f" float slit = 0.08 * ramp(-0.2, 1.0, (u.y - {y:.5f}) * 9.0);"
        " float bars = ramp(0.0, 0.12, abs(fract(u.y * 60.0) - 0.5) - slit);"
        " lab = mix(lab, float3(0.95, 0.5 * lab.y, 0.5 * lab.z), ball * (0.6 + 0.4 * bars));"
        " float sky = (1.0 - ball) * step(one.x, 0.5);"
        " lab.x += sky * (0.10 * exp(-max(far - 1.0, 0.0) * 1.6) - 0.16 * exp(-abs(far - 1.1) * 9.0));"
    )


def _glitter(pixels: Pixels, scene: Composition, film: Field, rng: np.random.Generator) -> None:
    """Four-pointed glints on the rims and crests of the folds."""
    count = round(26 + 40 * scene.setting.arousal)
    chance = film[..., 1] ** 2 + 0.25 * np.clip(film[..., 2] - 0.62, 0, 1) + 1e-4
    spots = rng.choice(CUT * CUT, count, replace=False, p=(chance / chance.sum()).ravel())
    long = 0.004 + 0.016 * rng.random(count) ** 3
    for spot, reach in zip(spots, long, strict=True):
        row, column = divmod(int(spot), CUT)
        angle = np.linspace(0, 2 * np.pi, 8, endpoint=False)
        radius = np.where(np.arange(8) % 2 == 0, reach, reach * 0.10)
        star = np.stack([column + 0.5, row + 0.5]) / CUT + np.stack([np.cos(angle), np.sin(angle)], 1) * radius[:, None]
        shader.flat(pixels, [star.astype(np.float32)], np.array([1.0, 1.0, 1.0]), 0.9)
