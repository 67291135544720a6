"""Cubism: the scene cut into facets along its planes and edges, each seen from a place of its own, muted and shaded.

After Braque and Picasso, 1909-12: facets turn and open into one another where tones are near (passage), and a dark line
parts them elsewhere. Facets come from cutting the picture in two again and again (binary space partition), each laid
along the strongest edge of the part it divides, so that long straight lines run along the scene's contours. A facet
that such a mass as a mountain, a shore or a cloud crosses keeps each mass in its own mean, so that silhouettes stay.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tonescape.core.colour import oklab_to_srgb
from tonescape.render.painter.composition.model import WORK, grid
from tonescape.render.painter.composition.setting import toned
from tonescape.render.painter.raster.filters import blur, mix, sample_nearest, smoothstep
from tonescape.render.painter.styles.strokes.brush import brush
from tonescape.render.painter.styles.strokes.canvas import (
    EVERYWHERE,
    FINEST_PX,
    Canvas,
    Coat,
    detail_mask,
    figure_alpha,
    spawn_rng,
)
from tonescape.render.skia.graphics import fill, numbered

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from tonescape.core.records import Pixels
    from tonescape.render.painter.composition.model import Composition
    from tonescape.render.painter.raster.filters import Field

WIDTHS = (1 / 22, 1 / 40, 1 / 70, 1 / 120, 1 / 210)
"""of the brushes that fill the facets, in picture sides"""

READABLE = 0.46
"""mean OKLab lightness below which a scene is lifted"""

SPREAD = 0.125
"""standard deviation of OKLab lightness that a scene has at least"""

SEEN = 0.28
"""share of what a facet shows from its own place; the rest is the mean of the masses it cuts, in their true outlines"""

APART = 1.25
"""times the masses' colours lie farther from the picture's mean than in the scene"""

OUTLINE = 0.2
"""of OKLab lightness that the drawn outline of a layer is darker"""

GRID = 128
"""points a side at which edges are weighed for the cuts"""


@dataclass(frozen=True, slots=True, eq=False)
class Facets:
    """n convex polygons that tile the picture.

    cell : int [WORK, WORK] which facet is seen      middle : [n, 2] unit      wide : [n] unit, root of the area
    edge : [n, 3] a, b, c of the line a x + b y = c along which the facet is shaded, (a, b) pointing into it
    cuts : [m, 2, 2] the ends of the lines that parted them, first cuts first
    """

    cell: Any
    middle: Field
    wide: Field
    edge: Field
    cuts: Field


def render(scene: Composition, size: int, rng: np.random.Generator, on_step: Callable[[float], None]) -> Pixels:
    """The composition in facets, RGB [size, size, 3]."""
    setting = scene.setting
    facets = facetted(scene, spawn_rng(rng))
    lab = _shown(scene, facets, spawn_rng(rng))
    flow = np.arctan2(facets.edge[:, 0], -facets.edge[:, 1])[facets.cell].astype(np.float32)  # along the shaded side
    order = np.zeros((WORK, WORK), np.float32)
    on_step(0.2)
    canvas = Canvas(
        mix(blur(lab, 4), np.broadcast_to(setting.colours.lands[2], lab.shape), 0.15), size, WIDTHS[0], thick=50
    )
    tool = brush(0.5, 0.45)
    length = (2.2, 4.0 + 2.0 * setting.arousal)  # hatched all one way, as Cezanne's constructive stroke
    count = sum(width * size >= FINEST_PX for width in WIDTHS)
    for number, width in enumerate(WIDTHS[:count]):
        base, gain = ((1, 0), (1, 0), (0.25, 8), (0.03, 8), (0.0, 7))[number]
        chance = EVERYWHERE if base == 1 else detail_mask(lab, width, base=base, gain=gain)
        coat = Coat(width, chance, length, (0.2, 0.12, 0.10, 0.09, 0.08)[number], 0.9 - 0.1 * number, 1.3, touches=0.0)
        canvas.add_coat(coat, lab, flow, order, tool, spawn_rng(rng), _vary)
        on_step(0.2 + 0.7 * (number + 1) / count)
    canvas.grow()
    figure_alpha(canvas.pixels, scene, 0.88)  # whole, or a scene in pieces has no subject; the cuts run on over them
    _contours(canvas.pixels, scene, facets, lab, spawn_rng(rng))
    return canvas.finish(relief=0.2 + 0.12 * setting.arousal, canvas=0.45)


def _vary(lab: Field, rng: np.random.Generator) -> Field:
    return np.asarray(lab + rng.normal(0, 1, lab.shape) * (0.014, 0.006, 0.006), np.float32)


def facetted(scene: Composition, rng: np.random.Generator) -> Facets:
    """Cut where the scene has edges until there are enough facets; more of them for an agitated song."""
    setting = scene.setting
    tone = blur(scene.lab[:: WORK // GRID, :: WORK // GRID], 1.2) @ np.array([1.0, 0.6, 0.6], np.float32)
    down, right = np.gradient(tone)
    at = (np.arange(GRID) + 0.5) / GRID
    x, y = (part.ravel() for part in np.meshgrid(at, at))
    slope = np.hypot(down, right).ravel()
    edges = Edges(x, y, right.ravel(), down.ravel(), slope)
    lean = rng.uniform(0.35, 0.75) * (1 if scene.light[0] < 0.5 else -1)
    leans = np.array([lean, lean + np.pi / 2, lean + rng.uniform(0.7, 0.9), np.pi / 2 - lean / 3])
    parts = [(np.array([(-0.02, -0.02), (1.02, -0.02), (1.02, 1.02), (-0.02, 1.02)]), np.arange(len(x)))]
    cuts = []
    common = float(slope.mean()) + 1e-6
    worth = [1.0]
    for _ in range(round(34 + 40 * setting.arousal)):
        chosen = int(np.argmax(worth))
        polygon, inside = parts.pop(chosen)
        worth.pop(chosen)
        normal, offset = _cut(edges, inside, leans, rng)
        positive, ends = _clip(polygon, normal, offset)
        negative, _ = _clip(polygon, -normal, -offset)
        if len(ends) < 2 or min(_area(positive), _area(negative)) < 0.16 * _area(polygon):
            normal, offset = _across(polygon, rng)
            positive, ends = _clip(polygon, normal, offset)
            negative, _ = _clip(polygon, -normal, -offset)
        over = x[inside] * normal[0] + y[inside] * normal[1] > offset
        for part, own_points in ((positive, inside[over]), (negative, inside[~over])):
            keen = 0.35 + float(slope[own_points].mean()) / common if len(own_points) > 24 else 0.0
            parts.append((part, own_points))
            worth.append(_area(part) ** 0.9 * keen)
        cuts.append(ends[:2])
    return _tiled([polygon for polygon, _ in parts], np.array(cuts, np.float32), rng)


@dataclass(frozen=True, slots=True, eq=False)
class Edges:
    """Where the scene changes, on a coarse grid. All [n]: place, gradient, and its size."""

    x: Field
    y: Field
    right: Field
    down: Field
    slope: Field


def _area(polygon: Field) -> float:
    x, y = polygon[:, 0], polygon[:, 1]
    return float(abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2)


def _cut(edges: Edges, inside: Any, leans: Field, rng: np.random.Generator) -> tuple[Field, float]:
    """Normal [2] and offset of a cut along an edge of this part: through one of its strong points, in its direction."""
    force = edges.slope[inside] ** 2 + 1e-9
    place = inside[int(rng.choice(len(inside), p=force / force.sum()))]
    near = inside[np.hypot(edges.x[inside] - edges.x[place], edges.y[inside] - edges.y[place]) < 0.16]
    right, down = edges.right[near], edges.down[near]
    angle = np.arctan2(2 * (right * down).sum(), (right**2 - down**2).sum()) / 2
    if rng.random() < 0.15:  # a cut of the picture's own scaffold instead
        angle = rng.choice(leans)
    angle += rng.normal(0, 0.07)
    normal = np.array([np.cos(angle), np.sin(angle)])
    return normal, float(normal @ (edges.x[place], edges.y[place]))


def _across(polygon: Field, rng: np.random.Generator) -> tuple[Field, float]:
    """A cut through the middle, across the polygon's length."""
    spread = polygon - polygon.mean(0)
    along = np.linalg.eigh(spread.T @ spread)[1][:, 1]
    turn = rng.normal(0, 0.35)
    normal = np.array(
        [np.cos(turn) * along[0] - np.sin(turn) * along[1], np.sin(turn) * along[0] + np.cos(turn) * along[1]]
    )
    return normal, float(normal @ polygon.mean(0))


def _clip(polygon: Field, normal: Field, offset: float) -> tuple[Field, list[Field]]:
    """The part of a convex polygon with normal . p > offset, and where the line meets its border."""
    away = polygon @ normal - offset
    kept, ends = [], []
    for number, here in enumerate(polygon):
        following = (number + 1) % len(polygon)
        if away[number] > 0:
            kept.append(here)
        if (away[number] > 0) != (away[following] > 0):
            share = away[number] / (away[number] - away[following])
            ends.append(here + share * (polygon[following] - here))
            kept.append(ends[-1])
    return np.array(kept or [polygon[0]]), ends


def _tiled(polygons: list[Field], cuts: Field, rng: np.random.Generator) -> Facets:
    cell = numbered(polygons, WORK)
    middle = np.array([polygon.mean(0) for polygon in polygons], np.float32)
    wide = np.sqrt([_area(polygon) for polygon in polygons]).astype(np.float32)
    lines = []
    for polygon, centre in zip(polygons, middle, strict=True):
        sides = np.roll(polygon, -1, 0) - polygon
        number = int(np.argmax(np.hypot(sides[:, 0], sides[:, 1]) * rng.uniform(0.6, 1.0, len(sides))))
        normal = np.array([-sides[number, 1], sides[number, 0]]) / (np.hypot(*sides[number]) + 1e-9)
        normal *= np.sign(normal @ (centre - polygon[number])) or 1.0
        lines.append((*normal, normal @ polygon[number]))
    return Facets(cell, middle, wide, np.array(lines, np.float32), cuts)


def _shown(scene: Composition, facets: Facets, rng: np.random.Generator) -> Field:
    """OKLab [WORK, WORK, 3]: each facet's view of the scene, simplified, muted, and shaded away from one side."""
    setting = scene.setting
    x, y = grid()
    count, cell = len(facets.wide), facets.cell
    mx, my = facets.middle[:, 0][cell], facets.middle[:, 1][cell]
    px, py = x - mx, y - my
    jump = (rng.normal(0, 0.007 + 0.014 * setting.arousal, (2, count))).astype(np.float32)
    angle = rng.normal(0, 0.04 + 0.06 * setting.arousal, count).astype(np.float32)[cell]
    large = rng.uniform(0.9, 1.03, count).astype(np.float32)[cell]
    at_x = mx + jump[0][cell] + large * (np.cos(angle) * px - np.sin(angle) * py)
    at_y = my + jump[1][cell] + large * (np.sin(angle) * px + np.cos(angle) * py)
    seen = sample_nearest(blur(scene.lab, 1.2), at_x, at_y)
    # the facet as a plane: the mean of each mass it cuts, which keeps silhouettes whole, under what it shows
    masses = _masses(scene)
    most = int(masses.max()) + 1
    part = (cell * most + masses).ravel()
    size = np.bincount(part, minlength=count * most) + 1e-6
    mean = [(np.bincount(part, scene.lab[..., k].ravel(), count * most) / size).astype(np.float32) for k in range(3)]
    flat = np.stack([one.take(part) for one in mean], -1).reshape(seen.shape)
    lab = mix(flat, seen, SEEN)
    middle = lab.mean((0, 1))
    lab = np.asarray(middle + APART * (lab - middle), np.float32)
    lab[..., 0] -= OUTLINE * _outlines(masses // 3)
    # passage: dark or light along one side, opening towards the other
    a, b, c = (facets.edge[:, k][cell] for k in range(3))
    inward = (a * x + b * y - c) / (0.55 * facets.wide[cell])
    sign = rng.choice((-1.0, 1.0), count, p=(0.6, 0.4)).astype(np.float32)
    depth = (
        sign * rng.uniform(0.03 + 0.04 * setting.contrast, 0.07 + 0.10 * setting.contrast, count).astype(np.float32)
    )[cell]
    fade = np.exp(-np.clip(inward, 0, 6))
    room = np.where(depth > 0, smoothstep(0.97, 0.75, lab[..., 0]), smoothstep(0.02, 0.3, lab[..., 0]))
    lab[..., 0] += depth * (fade - 0.38) * room
    lab[..., 0] += _planes_through(scene, rng)
    lab[..., 1:] = lab[..., 1:] * (0.9 + 0.3 * setting.arousal)
    # the palette of 1910 is grey and ochre, never black: a dark scene is lifted until its facets can be told apart
    level, spread = float(lab[..., 0].mean()), float(lab[..., 0].std())
    want = level + 0.8 * max(0.0, READABLE - level)
    lab[..., 0] = want + (lab[..., 0] - level) * max(1.0, SPREAD / max(spread, 0.03))
    turned = _turned(scene, facets, rng)[cell]
    turned -= np.float32(min(0.0, float(turned.mean())))  # the whole grows no darker by it
    lab[..., 0] = np.clip(lab[..., 0] + turned, 0.07, 0.97)
    # light planes lean to the palette's warm end, dark ones to its earth
    warm, earth = setting.colours.glow[1:] + setting.colours.accent[1:], toned(setting.colours.lands[2], None, 0.8)[1:]
    lab[..., 1:] += (
        np.clip(turned, 0, 0.3)[..., None] * warm * 0.9 + np.clip(0.3 - turned, 0, 0.4)[..., None] * earth * 0.4
    )
    return np.asarray(lab, np.float32)


def _masses(scene: Composition) -> Any:
    """int [WORK, WORK]: the layers of the scene, each parted into its dark, middle and light tones."""
    order = scene.order().astype(int)
    light = blur(scene.lab[..., 0], 2.5)
    result = 3 * order
    for layer in range(int(order.max()) + 1):
        here = order == layer
        if here.any():
            low, high = np.quantile(light[here][::7], (1 / 3, 2 / 3))
            result[here] += (light[here] > low).astype(int) + (light[here] > high)
    return np.asarray(result)


def _outlines(layers: Any) -> Field:
    """[WORK, WORK] in [0, 1]: 1 on the borders of the layers."""
    edge = np.zeros(layers.shape, np.float32)
    edge[1:] += layers[1:] != layers[:-1]
    edge[:, 1:] += layers[:, 1:] != layers[:, :-1]
    return np.asarray(np.clip(2.2 * blur(np.minimum(edge, 1), 1.0), 0, 1), np.float32)


def _turned(scene: Composition, facets: Facets, rng: np.random.Generator) -> Field:
    """[n] of lightness: how far each facet is turned to the light; most and brightest near the focal point, where a
    grave picture needs its one clear place, and away from it at the border."""
    setting = scene.setting
    x, y = (np.clip(at, 0.22, 0.78) for at in scene.focus)
    away = np.hypot(facets.middle[:, 0] - x, facets.middle[:, 1] - y)
    grave = 0.4 + 0.6 * (1 - setting.valence)
    either = rng.choice((-1.0, 0.0, 1.0), len(away), p=(0.36, 0.34, 0.3)) * rng.uniform(0.02, 0.06, len(away))
    near = np.exp(-((away / 0.2) ** 2))
    lit = either * (0.5 + 0.5 * grave + 0.5 * near) + grave * (
        0.17 * near * (either > -0.02) - 0.06 * smoothstep(0.3, 0.7, away)
    )
    return np.asarray(lit, np.float32)


def _planes_through(scene: Composition, rng: np.random.Generator) -> Field:
    """[WORK, WORK] of lightness: broad wedges of glass that lie over several facets and fade."""
    x, y = grid()
    total = np.zeros((WORK, WORK), np.float32)
    for number in range(5):
        angle, wide = rng.uniform(0, 2 * np.pi), rng.uniform(0.5, 1.1)
        at = scene.focus if number == 0 else tuple(rng.uniform(0.15, 0.85, 2))
        px, py = x - np.float32(at[0]), y - np.float32(at[1])
        one = px * np.float32(np.cos(angle)) + py * np.float32(np.sin(angle))
        other = px * np.float32(np.cos(angle + wide)) + py * np.float32(np.sin(angle + wide))
        inside = (one > 0) & (other > 0)
        total += (0.04 if number % 2 == 0 else -0.04) * inside * np.exp(-np.minimum(one, other) * 5.5)
    return total


def _contours(pixels: Pixels, scene: Composition, facets: Facets, lab: Field, rng: np.random.Generator) -> None:
    """The cuts as drawn lines: heavy where tones part, open where they pass into one another, swelling at one end."""
    setting = scene.setting
    start, end = facets.cuts[:, 0], facets.cuts[:, 1]
    way = end - start
    long = np.hypot(way[:, 0], way[:, 1]) + 1e-6
    way = way / long[:, None]
    side = np.stack([-way[:, 1], way[:, 0]], 1)
    tone = blur(lab, 2.0)
    quads: list[Field] = []
    faint: list[Field] = []
    for number in range(len(start)):
        pieces = max(1, round(float(long[number]) / 0.06))
        stops = start[number] + way[number] * (long[number] * np.linspace(0, 1, pieces + 1))[:, None]
        middles = ((stops[1:] + stops[:-1]) / 2).astype(np.float32)
        beyond, before = (sample_nearest(tone, *(middles + sign * 0.016 * side[number]).T) for sign in (1, -1))
        heavy = np.clip((np.abs(beyond - before).sum(1) - 0.03) / 0.16, 0, 1) ** 0.7
        # the pen presses at the stops, so that a line swells and thins without a break
        press = rng.uniform(0.7, 1.25) * np.linspace(1.1, 0.7, pieces + 1)
        ends = (np.r_[heavy[:1], heavy] + np.r_[heavy, heavy[-1:]]) / 2
        thick = ((0.0009 + (0.0018 + 0.0016 * setting.arousal) * ends) * press)[:, None] * side[number]
        for piece in range(pieces):
            following = piece + 1
            corners = (
                stops[piece] + thick[piece],
                stops[following] + thick[following],
                stops[following] - thick[following],
                stops[piece] - thick[piece],
            )
            (quads if heavy[piece] > 0.12 else faint).append(np.array(corners, np.float32))
    red, green, blue = (int(c) for c in (oklab_to_srgb(toned(setting.colours.shadow, 0.17)) * 255).clip(0, 255))
    fill(pixels, faint, (red, green, blue), 0.22)
    fill(pixels, quads, (red, green, blue), 0.84)
