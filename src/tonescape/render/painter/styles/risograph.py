"""Risograph: two or three spot inks from the drum, grainy, overprinted and never quite in register.

The inks are the machine's own colours. Their shares at each place are solved from the picture with Neugebauer's
equations (1937), overprints being products of the inks, and the three inks are those that come nearest to the picture.
Screened with grain, which is what the machine's "grain touch" mode does.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from tonescape.core.colour import linear_to_srgb, srgb_to_linear, srgb_to_oklab
from tonescape.render.painter.composition.model import WORK
from tonescape.render.painter.raster.filters import blur
from tonescape.render.painter.styles.print import regions, shader
from tonescape.render.painter.styles.print.shader import vector

if TYPE_CHECKING:
    from collections.abc import Callable

    from tonescape.core.records import Pixels
    from tonescape.render.painter.composition.model import Composition
    from tonescape.render.painter.raster.filters import Field

DRUMS: dict[str, str] = {
    "black": "#221f20",
    "burgundy": "#914e72",
    "blue": "#0078bf",
    "green": "#00a95c",
    "medium blue": "#3255a4",
    "bright red": "#f15060",
    "purple": "#765ba7",
    "teal": "#00838a",
    "yellow": "#ffe800",
    "fluorescent pink": "#ff48b0",
    "orange": "#ff6c2f",
    "sunflower": "#ffb511",
    "violet": "#9d7ad2",
    "aqua": "#5ec8e5",
    "federal blue": "#3d5588",
    "crimson": "#e45d50",
}
"""ink drums, sRGB of a solid on white paper"""

PAPER = (0.957, 0.938, 0.890)
"""sRGB of the uncoated sheet, [0, 1]"""

READABLE, SPREAD = 0.44, 0.15
"""mean of OKLab lightness under which a scene is lifted, and its standard deviation at least"""

SHARES = 9
"""steps of each ink's share in the table that is searched"""

DARK = ("black", "federal blue", "medium blue", "purple", "burgundy", "teal")
"""drums that can carry a picture's depths; one of the three is always one of these"""


def render(scene: Composition, size: int, rng: np.random.Generator, on_step: Callable[[float], None]) -> Pixels:
    """The composition printed with three drums, RGB [size, size, 3]."""
    lab = vivid(scene)
    names = drums(lab)
    inks = np.stack([_solid(DRUMS[name]) for name in names])
    shares = separated(lab, inks)
    on_step(0.45)
    pixels = shader.sheet(size)
    textures = {"plate": blur(shares, 0.7), "tile_grain": shader.grain(128, 1), "tile_roll": shader.grain(4, 5)}
    shader.run_program(
        pixels, _body(inks, scene.setting.arousal, min(4600.0 + 0.6 * len(pixels), 3.7 * len(pixels)), rng), textures
    )
    on_step(0.9)
    shader.paper(pixels, fibre=0.05)
    return shader.reduce_sheet(pixels, size)


def vivid(scene: Composition) -> Field:
    """The scene's OKLab with the chroma that spot inks have, its lights and darks far enough apart for a print: grain
    swallows what differs little, and a dark scene is printed on white paper after all."""
    setting = scene.setting
    gain = 1.05 + 0.3 * setting.arousal + 0.1 * setting.joy
    lab = np.array(scene.lab * np.array([1.0, gain, gain], np.float32), np.float32)
    light = lab[::4, ::4, 0]
    middle, spread = float(light.mean()), max(0.04, float(light.std()))
    wide = (lab[..., 0] - middle) * np.clip(SPREAD / spread, 1.0, 1.9)
    wide = np.where(wide > 0, 0.3 * np.tanh(wide / 0.3), wide) if spread < SPREAD else wide  # no lights torn out white
    lab[..., 0] = np.clip(middle + 0.7 * max(0.0, READABLE - middle) + wide, 0.08, 0.985)
    return lab


def _solid(code: str) -> Field:
    return np.array([int(code[i : i + 2], 16) / 255 for i in (1, 3, 5)], np.float32)


def _mixtures(inks: Field) -> tuple[Field, Field]:
    """(shares [n, 3], OKLab [n, 3]) of every mixture of three inks in SHARES steps: the eight overprints, averaged in
    linear light with Demichel's weights."""
    at = np.linspace(0, 1, SHARES)
    shares = np.stack(np.meshgrid(at, at, at, indexing="ij"), -1).reshape(-1, 3)
    colour = np.zeros((len(shares), 3))
    for bits in range(8):
        on = np.array([bits >> i & 1 for i in range(3)], bool)
        weight = np.where(on, shares, 1 - shares).prod(1)
        solid = np.array(PAPER) * np.where(on[:, None], inks, 1.0).prod(0)
        colour += weight[:, None] * srgb_to_linear(solid)
    return shares, srgb_to_oklab(linear_to_srgb(colour))


def drums(lab: Field) -> tuple[str, str, str]:
    """The three drums whose mixtures come nearest to a picture's colours. lab : OKLab [s, s, 3]"""
    points = regions.pigments(lab, lab[20::120, 20::120].reshape(-1, 3), rounds=2)
    best, found = np.inf, ("black", "blue", "yellow")
    reach = np.stack([_solid(code) for code in DRUMS.values()])
    names = tuple(DRUMS)
    corners = np.array([[bits >> i & 1 for i in range(3)] for bits in range(8)], bool)
    steps = np.stack(np.meshgrid(*[np.linspace(0, 1, 4)] * 3, indexing="ij"), -1).reshape(-1, 3)
    weights = np.where(corners[None], steps[:, None], 1 - steps[:, None]).prod(-1)
    for triple in combinations(range(len(names)), 3):
        if sum(names[i] in DARK for i in triple) != 1:
            continue
        solids = np.array(PAPER) * np.where(corners[..., None], reach[list(triple)][None], 1.0).prod(1)
        mixed = srgb_to_oklab(linear_to_srgb(weights @ srgb_to_linear(solids)))
        gaps = ((points[:, None] - mixed[None]) ** 2 * (0.7, 1.6, 1.6)).sum(-1).min(1)
        if gaps.mean() < best:
            best, found = float(gaps.mean()), (names[triple[0]], names[triple[1]], names[triple[2]])
    return found


def separated(lab: Field, inks: Field) -> Field:
    """Shares [s, s, 3] in [0, 1] of three inks that together look most like OKLab `lab`, through a table of 24^3."""
    from scipy.spatial import cKDTree

    shares, mixed = _mixtures(inks)
    cells = 24
    axis = [np.linspace(low, high, cells) for low, high in ((0.0, 1.0), (-0.3, 0.3), (-0.3, 0.3))]
    wanted = np.stack(np.meshgrid(*axis, indexing="ij"), -1).reshape(-1, 3)
    _, near = cKDTree(mixed).query(wanted, k=4)
    table = shares[near].mean(1).astype(np.float32)
    index = [
        np.clip((lab[..., i] - a[0]) / (a[-1] - a[0]) * (cells - 1) + 0.5, 0, cells - 1).astype(int)
        for i, a in enumerate(axis)
    ]
    return np.asarray(table[(index[0] * cells + index[1]) * cells + index[2]], np.float32)


def _body(inks: Field, arousal: float, fine: float, rng: np.random.Generator) -> str:
    """SkSL: each ink from its own plate, shifted a little, grain for a screen, laid over the others as a product.

    fine : grains across the picture; never much finer than its pixels, or they would beat with them
    """
    slack = 0.0014 + 0.0026 * arousal
    crisp = 0.6 + 0.55 * arousal  # a calm song's tones lie smoother
    lines = [f"float3 paint(float2 u) {{ float3 c = {vector(PAPER)}; float3 roll = tile_roll.eval(u * 460.0).rgb;"]
    turn = rng.uniform(0, 2 * np.pi)
    for number, ink in enumerate(inks):
        angle = turn + number * 2 * np.pi / 3
        dx, dy = slack * np.cos(angle), slack * np.sin(angle)
        channel = "xyz"[number]
        lines.append(
            f"{{ float2 v = u + float2({dx:.6f}, {dy:.6f});"
            f" float want = plate.eval(v * {WORK}.0).{channel};"
            f" float noise = tile_grain.eval(v * {fine:.1f} + {number * 171.0:.1f}).{channel};"
            f" noise = clamp((noise - 0.5) * {crisp:.3f} + 0.5, 0.0, 1.0);"
            f" float on = ramp(-0.16, 0.16, want * 1.12 - 0.06 - noise + (roll.{channel} - 0.5) * 0.12);"
            f" on *= 0.90 + 0.10 * roll.{'yzx'[number]};"
            f" c *= mix(float3(1.0), {vector(ink)}, on); }}"
        )
    lines.append("return c; }")
    return "\n".join(lines)
