"""Minimal: very few flat shapes, one thing to look at, and much space.

Planes are joined until three or four are left, their outlines calmed, and the land is let down so that most of the
sheet is empty; what stands in it, stands alone.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter import regions
from tonescape.render.painter.field import blur
from tonescape.render.painter.regions import CUT, vector

if TYPE_CHECKING:
    from collections.abc import Callable

    from tonescape.core.records import Pixels
    from tonescape.render.painter.field import Field
    from tonescape.render.painter.regions import Labels
    from tonescape.render.painter.scene import Composition

MOST = 4
"""shapes, the empty ground among them"""

LOW = 0.70
"""unit y the horizon is let down to"""

SMOOTH = (3.4, 1.5)
"""cells of the Gaussian that calms the outlines, for a still and for an agitated song"""

APART = 0.075
"""OKLab distance of neighbours in depth, at least, or they would flow together"""


def render(scene: Composition, size: int, rng: np.random.Generator, on_step: Callable[[float], None]) -> Pixels:
    """The composition in a few flat shapes, RGB [size, size, 3]."""
    sun = regions.disc(scene)
    figures = regions.masked(scene)
    lab = regions.without_figures(regions.reduced(scene.lab), np.maximum(figures, regions.masked_disc(sun)))
    mood = scene.setting
    open_sky = scene.planes[0].name == "sky" and scene.horizon < LOW
    labels = regions.groups(scene, MOST if open_sky else MOST + 1, figures)
    if int(labels.max()) == 0:
        labels = _shapes(scene, lab)
    smooth = SMOOTH[0] + (SMOOTH[1] - SMOOTH[0]) * mood.arousal
    labels = regions.calmed(labels, smooth)  # what is too thin to stand goes before it can melt
    open_sky &= bool((labels[0] == 0).mean() > 0.9)  # letting down what reaches the upper edge would behead it
    colours = _apart(_colours(lab, labels), mood.contrast)
    drop = 0.0
    if open_sky:
        labels, drop = _let_down(labels, scene.horizon), LOW - scene.horizon
    on_step(0.4)
    count = int(labels.max()) + 1
    smooth = max(1.6, 0.7 * smooth)
    textures = {**regions.covers(labels, count, smooth), "tile_grain": regions.grain(128, 1)}
    pixels = regions.sheet(size)
    regions.printed(pixels, _body(scene, colours, sun, drop), textures, sigma=smooth)
    on_step(0.85)
    for thing in scene.figures:
        foot = max(float(shape[:, 1].max()) for shape in thing.shapes)
        fall = drop if foot <= scene.horizon else drop * max(0.0, 1 - foot) / max(1e-3, 1 - scene.horizon)
        regions.draw(pixels, thing, regions.rgb(thing.lab), (0.0, fall))
    regions.paper(pixels, fibre=0.035)
    return regions.taken(pixels, size)


def _shapes(scene: Composition, lab: Field) -> Labels:
    """Regions of a picture without a sky: the places nearest to one of its own few colours."""
    c = scene.setting.colours
    soft = blur(lab, 11.0)
    found = regions.pigments(soft, np.stack([c.shadow, c.lands[2], c.accent, c.glow]), rounds=8)
    number = regions.nearest(soft, found)
    return np.unique(number, return_inverse=True)[1].reshape(number.shape)


def _colours(lab: Field, labels: Labels) -> list[Field]:
    """OKLab [2, 3] of each region, above and below: its mean, and how it goes down the sheet, far from strongly."""
    found: list[Field] = []
    for number in range(int(labels.max()) + 1):
        here = labels == number
        mean = regions.rich(lab[here])
        middle = np.median(np.nonzero(here)[0])
        rows = np.arange(CUT)[:, None] > middle
        parts = [lab[here & (rows == below)] for below in (False, True)]
        found.append(np.stack([mean + 0.5 * ((regions.rich(part) if len(part) else mean) - mean) for part in parts]))
    return found


def _apart(colours: list[Field], contrast: float) -> list[Field]:
    """The colours [2, 3] with their lightness spread as the song's contrast is, and neighbours told apart by it."""
    middle = float(np.mean([pair[:, 0].mean() for pair in colours]))
    found = [pair.copy() for pair in colours]
    for pair in found:
        pair[:, 0] = middle + (0.75 + 0.6 * contrast) * (pair[:, 0] - middle)
    for before, pair in pairwise(found):
        gap = float(np.linalg.norm(pair.mean(0) - before.mean(0)))
        if gap < APART:
            way = 1.0 if pair[:, 0].mean() > before[:, 0].mean() else -1.0
            if not 0.12 < pair[:, 0].mean() + way * APART < 0.95:
                way = -way
            pair[:, 0] += way * (APART - gap)
    return found


def _let_down(labels: Labels, horizon: float) -> Labels:
    """The same regions with the horizon at LOW: the sky grows above, what lies under the horizon is pressed flat."""
    y = (np.arange(CUT) + 0.5) / CUT
    above = y - (LOW - horizon)
    below = horizon + (y - LOW) * (1 - horizon) / (1 - LOW)
    rows = np.clip(np.where(y < LOW, above, below) * CUT, 0, CUT - 1).astype(int)
    moved = labels[rows]
    moved[y < LOW - horizon] = 0
    return np.asarray(moved, np.intp)


def _body(scene: Composition, colours: list[Field], sun: tuple[float, float, float] | None, drop: float) -> str:
    lines = []
    for number, (up, down) in enumerate(colours):
        lines.append(
            f"float3 region_{number}(float2 u, float4 k) {{"
            f" float3 c = mix({vector(up)}, {vector(down)}, ramp(0.0, 1.0, u.y));"
        )
        if number == 0 and sun is not None:
            x, y, r = sun
            y = y + 0.5 * drop
            light = np.asarray(scene.setting.colours.sun) * 0.7 + 0.3 * np.asarray(scene.setting.colours.accent)
            lines.append(
                f"c = mix(c, {vector(light)}, cover(({r * 1.7:.5f} - distance(u, float2({x:.5f}, {y:.5f}))) * CUT));"
            )
        lines.append("return c; }")
    lines.append(regions.choose(len(colours)))
    lines.append(
        "float3 paint(float2 u) { float3 one, other; float gap; choose(u, float4(0.0), one, other, gap);"
        " float3 c = mix(mix(one, other, 0.5), one, min(1.0, 2.0 * (cover(distance_of(gap)) - 0.5)));"
        " c.x += (tile_grain.eval(u * 1300.0).x - 0.5) * 0.022; return srgb(c); }"
    )
    return "\n".join(lines)
