"""What pictures without things share: the song as numbers, a scheme of colours, shapes, the finished composition."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.composition import drawing
from tonescape.render.painter.composition.builder import same_winding
from tonescape.render.painter.composition.model import WORK, Composition, LayerMask, along_edges, grid
from tonescape.render.painter.composition.setting import blend, lab, roles, setting_for, toned, with_vignette
from tonescape.render.painter.raster.filters import blur, mix, norm, smoothstep
from tonescape.render.painter.raster.noise import fractal_noise, sample_tile
from tonescape.render.skia import graphics

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tonescape.core.records import Brief
    from tonescape.render.painter.composition.model import Figure
    from tonescape.render.painter.composition.setting import Setting
    from tonescape.render.painter.raster.filters import Field

    Piece = tuple[str, float, Field]
    """name, depth 0 far .. 1 near, cover [WORK, WORK] as if nothing stood before it"""

FLAT_BELOW = 0.12
"""a curve that spans less than this says nothing: the seed speaks in its place"""


MOST_PARTS = 12
"""parts of a song that a picture takes up; the eye counts no more"""


@dataclass(frozen=True, slots=True, eq=False)
class SongCurves:
    """A song's way through time, stretched to [0, 1].

    curve : [64] energy      beat : [16] strength round the bar      cuts : [n + 1] bounds of the parts, 0 .. 1
    level : [n] mean of the curve in each part
    """

    curve: Field
    beat: Field
    cuts: Field
    level: Field

    def at(self, share: Field) -> Field:
        """The energy at a share of the song, [0, 1]; the same shape as `share`."""
        return np.asarray(np.interp(share, np.linspace(0, 1, len(self.curve)), self.curve), np.float32)

    def round_bar(self, turn: Field) -> Field:
        """The beat at `turn` bars, periodic and smooth, [0, 1]."""
        knots = np.append(self.beat, self.beat[0])
        return np.asarray(np.interp(turn % 1.0, np.linspace(0, 1, len(knots)), knots), np.float32)

    def part(self, share: Field) -> NDArray[np.intp]:
        """Number of the part that a share of the song lies in."""
        return np.searchsorted(self.cuts[1:-1], share, side="right")


def song_curves(brief: Brief, setting: Setting, rng: np.random.Generator) -> SongCurves:
    """The song's curves; where it has none (no sound was heard) the seed's own. Draws the same numbers either way.

    A gentle song's curve is drawn with a longer pencil: curves soothe, corners agitate (Lundholm 1921)."""
    x = np.linspace(0, 1, 64)
    fast = 0.3 + 0.7 * setting.arousal
    waves = fast * rng.uniform(1.0, 7.0, 3)[:, None] * x[None] * 2 * np.pi + rng.uniform(0, 6.3, 3)[:, None]
    own_curve = (np.sin(waves) * np.array([[1.0], [0.6], [0.4]])).sum(0)
    own_beat = np.tile([1.0, 0.12, 0.4, 0.15, 0.7, 0.12, 0.45, 0.2], 2) * rng.uniform(0.5, 1.0, 16)
    own_cuts = np.sort(rng.dirichlet(np.full(int(rng.integers(3, 6)), 4.0)).cumsum()[:-1])
    long = round(2 + 7 * (1 - setting.rough))
    heard = _stretch(np.array(brief.contour or (0.5,), np.float64), long)
    curve = heard if heard is not None else (own_curve - own_curve.min()) / np.ptp(own_curve)
    beat = _stretch(np.array(brief.beat_bars or (0.5,), np.float64))
    beat = beat if beat is not None else own_beat
    heard_cuts = sorted(cut for cut in brief.sections if 0.0 < cut < 1.0)[:MOST_PARTS]
    cuts = np.array([0.0, *(heard_cuts or own_cuts), 1.0])
    curve = np.interp(x, np.linspace(0, 1, len(curve)), curve)
    beat = np.interp(np.linspace(0, 1, 16), np.linspace(0, 1, len(beat)), beat)
    level = np.array([np.interp(np.linspace(a, b, 16), x, curve).mean() for a, b in pairwise(cuts)])
    return SongCurves(*(part.astype(np.float32) for part in (curve, beat, cuts, level)))


def _stretch(values: Field, smooth: int = 0) -> Field | None:
    """The values stretched to [0, 1] after a running mean over 2 smooth + 1 of them; None where they say nothing."""
    values = np.nan_to_num(values, nan=0.5)
    if smooth:
        kernel = np.hanning(2 * smooth + 3)[1:-1]
        values = np.convolve(np.pad(values, smooth, mode="edge"), kernel / kernel.sum(), "valid")
    span = float(np.ptp(values))
    return (values - values.min()) / span if span > FLAT_BELOW else None


@dataclass(frozen=True, slots=True, eq=False)
class Scheme:
    """OKLab [3] of what a picture without things is made of. masses : most weight first      ground : behind them
    spark : the one small strong contrast      dark, light : the ends of the palette      bright : ground is light"""

    ground: Field
    masses: tuple[Field, ...]
    accent: Field
    spark: Field
    dark: Field
    light: Field
    bright: bool


def scheme(brief: Brief, setting: Setting, rng: np.random.Generator) -> Scheme:
    """The palette shared out by weight: a light ground pleases, a dark one does not (Valdez & Mehrabian 1994: pleasure
    = .69 brightness + .22 saturation); in between the seed decides. One small colour stands against the rest (Itten's
    contrast of extension, The Art of Color, 1961)."""
    shadow, deep, body, accent, light, glow = (lab(*(float(x) for x in row)) for row in roles(brief))
    v = setting.valence
    weights = np.array(
        [max(0.0, 0.62 - v) * 1.9, 0.35 + 0.5 * setting.arousal * (1 - abs(2 * v - 1)), max(0.0, v - 0.42) * 1.9]
    )
    kind = int(rng.choice(3, p=weights / weights.sum()))
    turn = rng.permutation(2)
    if kind == 0:
        ground = toned(blend(shadow, deep, rng.uniform(0.15, 0.55)), 0.16 + 0.12 * v, 1.1)
        masses, spark = (*[(deep, body)[i] for i in turn], accent, light), glow
    elif kind == 1:
        ground = toned(blend(deep, body, rng.uniform(0.2, 0.8)), 0.3 + 0.3 * v, 1.1)
        masses, spark = ((light, accent)[turn[0]], shadow, (light, accent)[turn[1]], glow), glow
    else:
        ground = toned(blend(glow, light, rng.uniform(0.05, 0.4)), 0.84 + 0.1 * v)
        masses, spark = (*[(body, light)[i] for i in turn], deep, accent), accent
    return Scheme(ground, masses, accent, spark, shadow, glow, kind == 2)


def abstract_setting(brief: Brief, rng: np.random.Generator, light: tuple[float, float]) -> Setting:
    """The setting of a picture without a sky: its sun is the lit place, small, so that no style draws a disc there."""
    setting = setting_for(brief, rng, horizon=0.6)
    return replace(setting, sun=light, sun_size=0.018)


def near_third(rng: np.random.Generator, spread: float = 0.03) -> float:
    """Near a third or two thirds, where a focal point sits well."""
    return float((1 / 3 if rng.random() < 0.5 else 2 / 3) + rng.normal(0, spread))


def add_light(image: Field, setting: Setting, *, reach: float = 0.55, strength: float = 1.0) -> Field:
    """A flat picture with light in it: lighter and warmer round the light, darker away from it."""
    x, y = grid()
    away = norm(x - setting.sun[0], y - setting.sun[1])
    near = np.exp(-((away / reach) ** 2)) * strength
    result = mix(image, setting.colours.glow, 0.22 * near * (0.5 + 0.5 * setting.valence))
    result[..., 0] += 0.05 * near - 0.09 * strength * np.clip(away - 0.3, 0, 1)
    return result


def scumble(rng: np.random.Generator, angle: float = 0.0, *, long: float = 3.0, cells: int = 5) -> Field:
    """[WORK, WORK] about 0, in [-.5, .5]: the unevenness of paint drawn out along `angle` (radians)."""
    noise = fractal_noise(rng, cells=cells, octaves=5, gain=0.55, size=256)
    x, y = grid()
    along, off = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    return sample_tile(noise, along * (0.9 / long) + rng.random(), off * 0.9 + rng.random()) - np.float32(0.5)


def ramp(stops: Sequence[Field], at: Field) -> Field:
    """OKLab [..., 3] between evenly spaced colours, at 0 .. 1."""
    where, knots = np.clip(at, 0, 1), np.linspace(0, 1, len(stops))
    return np.stack([np.interp(where, knots, [one[i] for one in stops]) for i in range(3)], -1).astype(np.float32)


def lighten(image: Field, by: Field | float) -> Field:
    """The picture with `by` added to its lightness."""
    result = image.copy()
    result[..., 0] += by
    return result


def shape(points: Field, x: float, y: float, size: float | tuple[float, float], angle: float = 0.0) -> Field:
    """Points [n, 2] about 0, scaled, turned (radians, clockwise as seen) and put at (x, y)."""
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]], np.float32)
    scaled = np.asarray(points, np.float32) * np.asarray(size, np.float32)
    return (scaled @ turn + np.array([x, y], np.float32)).astype(np.float32)


def box(x: float, y: float, width: float, height: float, angle: float = 0.0) -> Field:
    """A bar about (x, y)."""
    return shape(np.array([(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)]), x, y, (width, height), angle)


def disc(x: float, y: float, radius: float, *, inner: float = 0.0, start: float = 0.0, end: float = 2 * np.pi) -> Field:
    """A disc, a ring or a sector of one; angles in radians, clockwise from the right as seen."""
    at = np.linspace(start, end, 96)
    rim = np.stack([np.cos(at), np.sin(at)], 1)
    whole = abs(end - start) > 6.28
    inside = rim[::-1] * (inner / radius) if inner else (np.empty((0, 2)) if whole else np.zeros((1, 2)))
    return shape(np.concatenate([rim, inside]), x, y, radius)


def round_corners(points: Field, rounds: int) -> Field:
    """A closed polygon with its corners cut off `rounds` times (Chaikin 1974); 0 leaves it sharp."""
    for _ in range(rounds):
        after = np.roll(points, -1, 0)
        points = np.stack([0.75 * points + 0.25 * after, 0.25 * points + 0.75 * after], 1).reshape(-1, 2)
    return np.asarray(points, np.float32)


def fill_alpha(*shapes: Field) -> Field:
    """[WORK, WORK] in [0, 1] of filled polygons."""
    return graphics.mask(shapes, WORK)


def window(seen: Field, pad: int = 0) -> tuple[slice, slice]:
    """Rows and columns in which a form lies, and `pad` pixels more; most forms are small, and the whole picture costs
    time."""
    spans = []
    for axis in (1, 0):
        there = np.flatnonzero(seen.any(axis=axis))
        first, last = (int(there[0]), int(there[-1])) if there.size else (0, 0)
        spans.append(slice(max(0, first - pad), min(WORK, last + 1 + pad)))
    return spans[0], spans[1]


def finish_composition(
    image: Field,
    pieces: Sequence[Piece],
    flow: Field,
    setting: Setting,
    focus: tuple[float, float],
    figures: Sequence[Figure] = (),
    parameters: tuple[tuple[str, float], ...] = (),
    *,
    horizon: float = 0.5,
    edges: float = 0.8,
) -> Composition:
    """The composition of a picture: things drawn, framed, planes that hide each other, strokes along edges.

    pieces : far to near, the first the ground (its alpha is taken as whole)      edges : how far strokes follow edges
    """
    figures = [replace(figure, shapes=same_winding(figure.shapes)) for figure in figures if figure.shapes]
    image, front = drawing.draw_figures(image, figures)
    image = with_vignette(image, setting)
    pieces = _separate_layers(image, pieces)
    rest = 1 - front
    planes = [LayerMask("front", 1.0, front)]
    for name, depth, seen in reversed(pieces[1:]):
        planes.append(LayerMask(name, depth, (seen * rest).astype(np.float32)))
        rest = rest * (1 - seen)
    planes.append(LayerMask(pieces[0][0], pieces[0][1], rest.astype(np.float32)))
    fine = np.abs(image - blur(image, 4.0)).sum(-1)
    detail = np.clip(blur(fine, 3.0) * 9 + 0.35 * front, 0, 1).astype(np.float32)
    flow = along_edges(image, np.broadcast_to(flow, (WORK, WORK)).astype(np.float32), strength=edges)
    every_parameter = (("horizon", horizon), ("rough", setting.rough), ("contrast", setting.contrast), *parameters)
    return Composition(
        image.astype(np.float32),
        tuple(planes[::-1]),
        flow,
        detail,
        setting.sun,
        focus,
        horizon,
        setting,
        tuple(figures),
        every_parameter,
    )


APART = 0.04
"""OKLab lightness that the planes of a picture span at least, or a style of few flat shapes would show nothing"""


def _separate_layers(image: Field, pieces: Sequence[Piece]) -> Sequence[Piece]:
    """The pieces; where they are all of one lightness, its broad darks as one more in front."""
    light = image[::4, ::4, 0]
    shown, rest = [], np.ones_like(light)
    for _, _, seen in reversed(pieces[1:]):
        here = seen[::4, ::4] * rest
        rest = rest - here
        shown.append((float(here.sum()), float((light * here).sum())))
    shown.append((float(rest.sum()), float((light * rest).sum())))
    means = [total / area for area, total in shown if area > 0.04 * light.size]
    if len(means) > 1 and max(means) - min(means) > APART:
        return pieces
    soft = blur(image[..., 0], 6.0)
    dark = smoothstep(0.01, -0.01, soft - np.float32(np.quantile(soft[::4, ::4], 0.42)))
    return [*pieces, ("darks", min(0.95, pieces[-1][1] + 0.02), np.asarray(dark, np.float32))]


def shadow_of(mask: Field, dx: float, dy: float, soft: float) -> Field:
    """A cast shadow: the mask moved by (dx, dy) >= 0, unit, and blurred by `soft` pixels, where the mask is not."""
    down, right = round(dy * WORK), round(dx * WORK)
    moved = np.zeros_like(mask)
    moved[down:, right:] = mask[: len(mask) - down, : mask.shape[1] - right]
    return np.asarray(blur(moved, soft) * (1 - mask), np.float32)


def zigzag(phase: Field, sharp: float) -> Field:
    """A wave of period 1 in [-1, 1]: a sine when sharp is 0, a triangle when it is 1."""
    triangle = 4 * np.abs(phase - np.floor(phase + 0.5)) - 1
    return np.asarray(-(1 - sharp) * np.cos(2 * np.pi * phase) + sharp * triangle, np.float32)


def add_grain(image: Field, noise: Field, amount: float, setting: Setting) -> Field:
    """Broken colour: lightness and hue wander with the noise (in [-.5, .5])."""
    lean = mix(image, setting.colours.accent, 0.28 * smoothstep(0.12, 0.45, noise) * amount)
    return lighten(lean, noise * np.float32(0.16 * amount))
