"""Where fireworks are seen from on land: over roofs, from a hill over the town, up between eaves or crowns."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tonescape.render.painter.composition import drawing
from tonescape.render.painter.composition.abstract import box, disc, ramp, shape
from tonescape.render.painter.composition.builder import area_below
from tonescape.render.painter.composition.model import WORK, Figure, grid
from tonescape.render.painter.composition.setting import blend, toned
from tonescape.render.painter.raster.filters import mix, smoothstep
from tonescape.render.painter.raster.noise import fractal_noise, sample_tile
from tonescape.render.painter.subjects import city, objects, plants, silhouettes
from tonescape.render.painter.subjects.ridges import ridge_line
from tonescape.render.painter.subjects.weather import leaf_colour

if TYPE_CHECKING:
    from tonescape.render.painter.composition.abstract import Piece, SongCurves
    from tonescape.render.painter.composition.setting import Setting
    from tonescape.render.painter.raster.filters import Field

    Place = tuple[Field, list[Piece], list[Figure]]
    """picture with sky and land, planes, things before the rays"""


class Spot(NamedTuple):
    """What a place is made from. sky : the night, bursts in it      line : unit y of its foot
    side : -1 or 1, which way the focal point lies"""

    sky: Field
    setting: Setting
    song: SongCurves
    rng: np.random.Generator
    line: float
    focus: tuple[float, float]

    @property
    def side(self) -> float:
        return 1.0 if self.focus[0] > 0.5 else -1.0

    @property
    def lamp(self) -> Field:
        return toned(blend(self.setting.colours.glow, self.setting.colours.accent, 0.25), 0.85, 1.2)

    @property
    def dark(self) -> Field:
        return toned(self.setting.colours.shadow, 0.09 + 0.04 * self.setting.valence)


def whole() -> Piece:
    return "sky", 0.0, np.ones((WORK, WORK), np.float32)


def crowd(spot: Spot, middle: float, foot: Field, count: int, tall: tuple[float, float]) -> list[Field]:
    """People side by side about unit x `middle`, on the ground `foot` (unit y by x in 64 steps)."""
    shapes: list[Field] = []
    for number in range(count):
        at = float(np.clip(middle + (number - (count - 1) / 2) * spot.rng.uniform(0.03, 0.06), 0.04, 0.96))
        y = float(np.interp(at, np.linspace(0, 1, len(foot)), foot)) + 0.006
        shapes += silhouettes.walker(spot.rng, at, y, float(spot.rng.uniform(*tall)))
    return shapes


def ground(edge: Field) -> Field:
    """The polygon under an outline [n] in unit y."""
    return drawing.ground(np.linspace(-0.02, 1.02, len(edge)), edge)


def seated(x: float, foot: float, size: float, facing: float = 1.0) -> list[Field]:
    """Somebody who sits on the ground, knees up."""
    back = [(-0.2, 0.02), (-0.25, -0.3), (-0.2, -0.52), (-0.08, -0.62), (0.02, -0.56), (0.05, -0.34)]
    body = np.array([*back, (0.2, -0.4), (0.28, -0.34), (0.32, -0.02), (0.4, 0.02)])
    head = disc(x - 0.05 * facing * size, foot - 0.74 * size, 0.115 * size)
    return [shape(body * [facing, 1], x, foot, size), head]


def roofs(spot: Spot) -> Place:
    """Over gables and chimneys: far ones small, one great roof by the edge with a lit attic and who sits on it."""
    setting, rng, c = spot.setting, spot.rng, spot.setting.colours
    image = city.glow(spot.sky, (0.5, spot.line + 0.05), 0.16, toned(c.accent, 0.4), 0.35)
    figures: list[Figure] = []
    for row, (top, size) in enumerate(((spot.line, 0.08), (spot.line + 0.07, 0.13), (spot.line + 0.16, 0.2))):
        tone = toned(blend(c.lands[1], c.shadow, 0.3 + 0.3 * row), 0.27 - 0.06 * row + 0.05 * setting.valence)
        outlines: list[Field] = []
        panes: list[Field] = []
        x = -size * rng.random()
        while x < 1.05:
            wide, tip = size * rng.uniform(0.7, 1.3), top + rng.normal(0, 0.012)
            high = wide * rng.uniform(0.4, 0.75)
            peak = rng.uniform(0.3, 0.7)
            gable = [(x, 1.1), (x, tip + high), (x + peak * wide, tip), (x + wide, tip + high), (x + wide, 1.1)]
            outlines.append(np.array(gable, np.float32))
            stack = x + wide * rng.uniform(0.62, 0.8)
            outlines += [box(stack, tip + 0.35 * high, 0.12 * size, high)]
            outlines += [box(stack, tip - 0.14 * high, 0.17 * size, 0.02)]
            if tip + high * 1.2 < 0.94 and rng.random() < 0.3 + 0.4 * setting.arousal:
                pane = np.array([(-0.5, -0.6), (0.5, -0.6), (0.5, 0.6), (-0.5, 0.6)])
                panes.append(shape(pane, x + 0.45 * wide, tip + high * 1.1, 0.13 * size))
            x += wide * rng.uniform(0.8, 1.02)
        figures += [Figure(f"roofs {row}", tuple(outlines), tone), Figure("windows", tuple(panes), spot.lamp)]
    figures += _great_roof(spot) if rng.random() < 0.6 else _terrace(spot)
    _, y = grid()
    low = smoothstep(spot.line - 0.02, spot.line + 0.06, y) * np.ones((1, WORK), np.float32)
    return image, [whole(), ("haze over town", 0.3, low)], figures


def _great_roof(spot: Spot) -> list[Figure]:
    """A roof by the edge with its stacks and a lit dormer; somebody sits on the ridge."""
    rng, side, setting = spot.rng, spot.side, spot.setting
    edge, scale = 0.5 - 0.5 * side, float(rng.uniform(0.8, 1.6))
    ridge = spot.line - float(rng.uniform(-0.06, 0.14))
    flat = 0.14 * scale + 0.06
    slope = [(edge, 1.1), (edge, ridge), (edge + side * flat, ridge), (edge + side * (flat + 0.32 * scale), 1.1)]
    stack = edge + side * float(rng.uniform(0.04, 0.1))
    body = [np.array(slope, np.float32), box(stack, ridge - 0.04 * scale, 0.06 * scale, 0.2 * scale)]
    body.append(box(stack, ridge - 0.14 * scale, 0.08 * scale, 0.02))
    body += [box(stack + 0.018 * k * scale, ridge - 0.16 * scale, 0.016 * scale, 0.04) for k in (-1, 1)]
    dormer, high = edge + side * float(rng.uniform(0.1, 0.2)) * scale, ridge + 0.15
    cross = (box(dormer, high, 0.005, 0.08), box(dormer, high, 0.07, 0.005))
    folk: list[Field] = []
    for k in range(1 + round(2 * setting.joy + setting.calm)):
        folk += seated(edge + side * (flat - 0.01 - 0.055 * k), ridge + 0.004, 0.07, side)
    return [
        Figure("roof", tuple(body), spot.dark),
        Figure("attic", (box(dormer, high, 0.07, 0.08),), spot.lamp),
        Figure("frame", cross, spot.dark),
        Figure("watchers", tuple(folk), spot.dark),
    ]


def _terrace(spot: Spot) -> list[Figure]:
    """A roof terrace across the foreground: a rail, pots, a tank on legs, those who stand there."""
    rng, side, setting = spot.rng, spot.side, spot.setting
    top = float(rng.uniform(0.86, 0.92))
    parts = [box(0.5, (top + 1.1) / 2, 1.1, 1.1 - top), box(0.5, top - 0.055, 1.1, 0.006)]
    parts += [box(x, top - 0.028, 0.003, 0.056) for x in np.arange(0.0, 1.01, 0.024)]
    tank, size = 0.5 - side * float(rng.uniform(0.26, 0.4)), float(rng.uniform(0.2, 0.3))
    barrel = np.array(
        [(-0.36, -0.8), (0, -1.0), (0.36, -0.8), (0.31, -0.8), (0.29, -0.36), (-0.29, -0.36), (-0.31, -0.8)]
    )
    parts.append(shape(barrel, tank, top, size))
    parts += [box(tank + k * 0.22 * size, top - 0.18 * size, 0.035 * size, 0.4 * size) for k in (-1, 0, 1)]
    parts += crowd(
        spot,
        0.5 + side * rng.uniform(-0.1, 0.2),
        np.full(8, top),
        1 + round(5 * setting.joy + 2 * setting.calm),
        (0.11, 0.15),
    )
    return [Figure("terrace", tuple(parts), spot.dark)]


def hill(spot: Spot) -> Place:
    """From a hill: the town's lamps small on the plain, a river between them; a tree and two who look."""
    setting, rng, c, side = spot.setting, spot.rng, spot.setting.colours, spot.side
    x, y = grid()
    noise = fractal_noise(rng, cells=5, octaves=5, gain=0.6, size=256)
    line = (spot.line - 0.05 * ridge_line(x, rng, setting)[0]).astype(np.float32)
    far = area_below(line)
    down = np.clip((y - spot.line) / (1 - spot.line), 0, 1)
    plain = toned(blend(c.lands[1], c.shadow, 0.35), 0.18 + 0.09 * setting.valence)
    tone = ramp((blend(plain, c.horizon, 0.35), plain, toned(plain, 0.12)), down + 0 * x)
    image = mix(spot.sky, tone, far)
    bend = 0.5 - 0.1 * side + 0.16 * np.sin(7 * np.sqrt(down + 0.02) + rng.uniform(0, 6)) * (0.3 + down)
    river = smoothstep(0.006 + 0.05 * down, 0.003 + 0.03 * down, np.abs(x - bend)) * (y > spot.line + 0.02)
    image = mix(image, toned(blend(c.horizon, c.zenith, 0.5), 0.34 + 0.15 * setting.valence), 0.6 * river)
    count = round(420 + 700 * setting.arousal)
    deep = rng.random(count) ** 1.7
    px, py = rng.normal(spot.focus[0], 0.2 + 0.16 * deep), spot.line + 0.015 + deep * (0.9 - spot.line)
    seen = sample_tile(noise, px[None].astype(np.float32), (3 * py[None]).astype(np.float32))[0] > 0.4
    size = 0.0011 + 0.0022 * deep
    dots = [box(a, b, s * 1.4, s) for a, b, s in zip(px[seen], py[seen], size[seen], strict=True)]
    figures = [Figure("town lamps", tuple(dots), spot.lamp)]
    if rng.random() < 0.5:
        steeple = objects.church(spot.focus[0] + rng.uniform(-0.2, 0.2), spot.line + rng.uniform(0.06, 0.12), 0.12)
        figures += [Figure("church", (*steeple[0], *steeple[1]), toned(c.shadow, 0.13)),
                   Figure("windows", tuple(steeple[2]), spot.lamp)]  # fmt: skip
    at = np.linspace(0, 1, 64)
    rise = 0.5 - 0.5 * side
    edge = 0.99 - rng.uniform(0.14, 0.26) * np.clip(1 - np.abs(at - rise) / 0.85, 0, 1) ** 1.5
    edge += 0.003 * np.cumsum(rng.normal(0, 0.5, 64)).clip(-2, 2)
    figures += _on_the_hill(spot, rise, at, edge)
    folk: list[Field] = []
    for k in range(1 + round(2 * setting.valence)):
        sx = rise + side * (0.3 + 0.06 * k)
        folk += seated(sx, float(np.interp(sx, at, edge)) + 0.004, 0.075, side)
    figures.append(Figure("hill", (ground(edge), *folk), spot.dark))
    return image, [whole(), ("plain", 0.4, far)], figures


def _on_the_hill(spot: Spot, rise: float, at: Field, edge: Field) -> list[Figure]:
    """What grows there: one great tree, a stand of pines, a bare tree, or only grass."""
    rng, setting, side = spot.rng, spot.setting, spot.side
    trunk = rise + side * float(rng.uniform(0.05, 0.18))
    foot, tall = float(np.interp(trunk, at, edge)), float(rng.uniform(0.42, 0.74))
    kind = rng.choice(["tree", "pines", "grass"], p=[0.45, 0.3, 0.25])
    if kind == "grass":
        tufts = [silhouettes.reeds(rng, rise + side * x, float(np.interp(rise + side * x, at, edge)), 0.09, 0.04, 14)
                 for x in rng.uniform(0, 0.7, 8)]  # fmt: skip
        return [Figure("grass", tuple(part for tuft in tufts for part in tuft), spot.dark)]
    if kind == "pines":
        spots = [rise + side * abs(float(x)) for x in rng.normal(0, 0.16, 7)]
        stand = [
            silhouettes.pine(rng, x, float(np.interp(x, at, edge)) + 0.01, tall * rng.uniform(0.4, 1)) for x in spots
        ]
        return [Figure("pines", tuple(part for one in stand for part in one), spot.dark)]
    if setting.valence < 0.4:
        return [Figure("tree", tuple(silhouettes.bare_tree(rng, trunk, foot, tall)), spot.dark)]
    wood, shade, light = plants.broadleaf(rng, trunk, foot, tall, side=side)
    tone, rim = (
        blend(leaf_colour(setting), setting.colours.shadow, 0.6),
        blend(leaf_colour(setting), setting.colours.accent, 0.4),
    )
    return [Figure("tree", (*wood, *shade), toned(tone, 0.17)), Figure("leaves", tuple(light), toned(rim, 0.3))]


def eaves(spot: Spot) -> Place:
    """Straight up out of a yard or a clearing: roofs or crowns from all sides, the sky is a hole full of fire."""
    setting, rng, c = spot.setting, spot.rng, spot.setting.colours
    middle = np.array([0.5 + 0.4 * (spot.focus[0] - 0.5), 0.5 + 0.4 * (spot.focus[1] - 0.5)])
    green = rng.random() < 0.5
    land = blend(leaf_colour(setting), c.shadow, 0.6) if green else blend(c.lands[1], c.shadow, 0.5)
    hole = float(rng.uniform(0.36, 0.46))
    figures: list[Figure] = []
    for depth, tone in ((0.0, 0.18 + 0.06 * setting.valence), (0.1, 0.1)):
        parts = (_crowns_above if green else _yard)(rng, middle, hole + depth)
        figures.append(Figure("frame", tuple(parts), toned(land, tone)))
        if not green and not depth:
            panes = [(k, far) for far in (0.05, 0.075) for k in np.arange(0, 6.28, 0.16) if rng.random() < 0.22]
            lit = [box(*_rim(middle, hole + far, k), 0.022, 0.03, k + np.pi / 2) for k, far in panes]
            figures.append(Figure("windows", tuple(lit), spot.lamp))
    return spot.sky, [whole()], figures


def _rim(middle: Field, hole: float, turn: float) -> tuple[float, float]:
    """A point on the edge of a hole between square and round."""
    cos, sin = float(np.cos(turn)), float(np.sin(turn))
    far = hole / (abs(cos) ** 4 + abs(sin) ** 4) ** 0.25
    return float(middle[0] + far * cos), float(middle[1] + far * sin)


def _crowns_above(rng: np.random.Generator, middle: Field, hole: float) -> list[Field]:
    """Tree tops round a clearing: a torn ring of leaf, stems that run outwards."""
    turn = np.linspace(0, 2 * np.pi, 150, endpoint=False)
    waves = sum(np.sin(k * turn + rng.uniform(0, 6.3)) * s for k, s in ((3, 0.035), (7, 0.03), (17, 0.018)))
    torn = hole + waves + rng.normal(0, 0.012, 150)
    inner = np.array([_rim(middle, float(h), float(t)) for h, t in zip(torn, turn, strict=True)])
    outer = np.stack([0.5 + 1.6 * np.cos(turn), 0.5 + 1.6 * np.sin(turn)], 1)
    band = [np.stack([inner[k - 1], inner[k], outer[k], outer[k - 1]]).astype(np.float32) for k in range(len(turn))]
    twigs = []
    for t in rng.uniform(0, 6.28, 16).tolist():
        end = _rim(middle, hole - rng.uniform(0.03, 0.1), t)
        twigs.append(plants.limb(_rim(middle, hole + 0.25, t + rng.normal(0, 0.1)), end, 0.014, 0.001, bend=0.08))
        twigs.append(plants.blob(rng, *end, 0.02, 0.014, points=9, rag=0.4))
    return band + twigs


def _yard(rng: np.random.Generator, middle: Field, hole: float) -> list[Field]:
    """House fronts round a yard seen from its ground: straight eaves that run to one point, chimneys over them."""
    bounds = np.sort(rng.uniform(0, 2 * np.pi, 9))
    parts: list[Field] = []
    for a, b in zip(bounds, [*bounds[1:], bounds[0] + 2 * np.pi], strict=True):
        deep = hole + rng.uniform(-0.03, 0.06)
        turn = np.linspace(a, b + 0.01, 8)
        edge = [_rim(middle, deep, float(t)) for t in turn]
        far = [(0.5 + 1.6 * np.cos(t), 0.5 + 1.6 * np.sin(t)) for t in turn[::-1]]
        parts.append(np.array([*edge, *far], np.float32))
        if b - a > 0.7:
            stack = float(rng.uniform(a + 0.1, b - 0.1))
            parts.append(box(*_rim(middle, deep - 0.01, stack), 0.09, 0.06, stack))
    return parts
