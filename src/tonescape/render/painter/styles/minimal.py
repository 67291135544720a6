"""Minimal: very few flat shapes, one thing to look at, and much space.

Planes are joined until three or four are left, their outlines calmed, and the land is let down so that most of the
sheet is empty; what stands in it, stands alone.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

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

MOST = 4
"""shapes, the empty ground among them"""

LOW = 0.70
"""unit y the horizon is let down to"""

SMOOTH = (3.4, 1.5)
"""cells of the Gaussian that calms the outlines, for a still and for an agitated song"""

APART = 0.085
"""OKLab distance of neighbours in depth, at least, or they would flow together"""

SPREAD = 0.12
"""standard deviation of OKLab lightness over the sheet, at least: a grave sheet is dark, but not all one dark"""

CRUMB = 0.006
"""share of the sheet below which a part of a region is a crumb, unless it is all there is"""

FADE = 0.9
"""share of a region's own change of colour from its upper to its lower half that is kept"""


def render(scene: Composition, size: int, rng: np.random.Generator, on_step: Callable[[float], None]) -> Pixels:
    """The composition in a few flat shapes, RGB [size, size, 3]."""
    sun = regions.disc(scene)
    figures = regions.figure_alpha(scene)
    lab = regions.without_figures(regions.reduced(scene.lab), np.maximum(figures, regions.disc_alpha(sun)))
    setting = scene.setting
    open_sky = scene.masks[0].name == "sky" and scene.horizon < LOW
    labels = regions.groups(scene, MOST if open_sky else MOST + 1, figures)
    if int(labels.max()) == 0:
        labels = _shapes(scene, lab)
    smooth = SMOOTH[0] + (SMOOTH[1] - SMOOTH[0]) * setting.arousal
    if not open_sky:
        smooth *= 0.6  # stems and stripes would melt into drops
    labels = _whole(regions.majority_filter(labels, smooth))  # what is too thin to stand goes before it can melt
    open_sky &= bool((labels[0] == SKY).mean() > 0.9)  # letting down what reaches the upper edge would behead it
    colours = _apart(_colours(lab, labels), setting.contrast, np.bincount(labels.ravel()) / labels.size)
    drop = 0.0
    if open_sky:
        labels, drop = _let_down(labels, scene.horizon), LOW - scene.horizon
    on_step(0.4)
    count = int(labels.max()) + 1
    smooth = max(1.6, 0.7 * smooth)
    textures = {**regions.covers(labels, count, smooth), "tile_grain": shader.grain(128, 1)}
    pixels = shader.sheet(size)
    shader.run_program(pixels, _body(scene, colours, sun, drop), textures, sigma=smooth)
    on_step(0.85)
    for thing in scene.figures:
        foot = max(float(shape[:, 1].max()) for shape in thing.shapes)
        fall = drop if foot <= scene.horizon else drop * max(0.0, 1 - foot) / max(1e-3, 1 - scene.horizon)
        shader.draw(pixels, thing, shader.rgb(thing.lab), (0.0, fall))
    shader.paper(pixels, fibre=0.035)
    return shader.reduce_sheet(pixels, size)


def _whole(labels: Labels) -> Labels:
    """The same regions without crumbs, which join what lies round them: a shape is large or it is not there."""
    from scipy.ndimage import distance_transform_edt, label

    crumbs = np.zeros(labels.shape, bool)
    for number in range(int(labels.max()) + 1):
        parts, count = label(labels == number)
        if count > 1:
            area = np.bincount(parts.ravel())
            crumbs |= (parts > 0) & (area < np.minimum(0.05 * area[1:].max(), CRUMB * labels.size))[parts]
    if crumbs.any():
        labels = labels[tuple(distance_transform_edt(crumbs, return_distances=False, return_indices=True))]
    return np.asarray(np.unique(labels, return_inverse=True)[1].reshape(labels.shape), np.intp)


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
        mean = regions.representative_colour(lab[here])
        middle = np.median(np.nonzero(here)[0])
        rows = np.arange(CUT)[:, None] > middle
        parts = [lab[here & (rows == below)] for below in (False, True)]
        found.append(
            np.stack(
                [mean + FADE * ((regions.representative_colour(part) if len(part) else mean) - mean) for part in parts]
            )
        )
    return found


def _apart(colours: list[Field], contrast: float, area: Field) -> list[Field]:
    """The colours [2, 3] with their lightness spread as the song's contrast is, and neighbours told apart by it.

    area : [n] share of the sheet that each region takes
    """
    light = np.array([pair[:, 0].mean() for pair in colours])
    middle = float(area @ light)
    spread = float(np.sqrt(area @ (light - middle) ** 2))
    gain = float(np.clip(max(0.8 + 0.6 * contrast, SPREAD / max(spread, 1e-3)), 0.8, 2.2))
    found = [pair.copy() for pair in colours]
    for pair in found:
        pair[:, 0] = np.clip(middle + gain * (pair[:, 0] - middle), 0.1, 0.965)
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


def _aglow(scene: Composition, sun: tuple[float, float, float] | None, drop: float) -> str:
    """SkSL: the light of a sky, wide about the sun; where none shows, a pale strip over the horizon."""
    setting = scene.setting
    warm = 0.5 * np.asarray(setting.colours.horizon) + 0.5 * np.asarray(setting.colours.glow)
    if sun is None:
        return f"c = mix(c, {vector(warm)}, 0.5 * exp(-abs(u.y - {LOW - 0.04:.3f}) * 9.0));"
    x, y = sun[0], sun[1] + 0.5 * drop
    share = 0.3 + 0.25 * setting.glow
    return f"c = mix(c, {vector(warm)}, {share:.3f} * exp(-distance(u, float2({x:.4f}, {y:.4f})) * 3.6));"


def _body(scene: Composition, colours: list[Field], sun: tuple[float, float, float] | None, drop: float) -> str:
    lines = []
    for number, (up, down) in enumerate(colours):
        lines.append(
            f"float3 region_{number}(float2 u, float4 k) {{"
            f" float3 c = mix({vector(up)}, {vector(down)}, ramp(0.0, 1.0, u.y));"
        )
        if number == SKY and scene.masks[0].name == "sky":
            lines.append(_aglow(scene, sun, drop))
        if number == SKY and sun is not None:
            x, y, r = sun
            y = y + 0.5 * drop
            light = np.asarray(scene.setting.colours.sun) * 0.7 + 0.3 * np.asarray(scene.setting.colours.accent)
            lines.append(
                f"c = mix(c, {vector(light)}, cover(({r * 1.7:.5f} - distance(u, float2({x:.5f}, {y:.5f}))) * CUT));"
            )
        lines.append("return c; }")
    lines.append(shader.choose(len(colours)))
    lines.append(
        "float3 paint(float2 u) { float3 one, other; float gap; choose(u, float4(0.0), one, other, gap);"
        " float3 c = mix(mix(one, other, 0.5), one, min(1.0, 2.0 * (cover(distance_of(gap)) - 0.5)));"
        " c.x += (tile_grain.eval(u * 1300.0).x - 0.5) * 0.022; return srgb(c); }"
    )
    return "\n".join(lines)
