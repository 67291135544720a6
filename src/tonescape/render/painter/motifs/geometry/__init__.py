"""Geometry: discs, bars, wedges in balance. Round and level forms for gentle songs, sharp and slanting ones for tense.

Angles and diagonals threaten and excite, curves are warm (Lundholm 1921; Poffenberger & Barrows 1924; Aronoff 2006;
Bar & Neta 2006). A ladder of sixteen rungs is the song's bar, a row of sticks its energy curve.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.composition.abstract import (
    abstract_setting,
    box,
    disc,
    finish_composition,
    lighten,
    near_third,
    round_corners,
    scheme,
    shape,
    song_curves,
)
from tonescape.render.painter.composition.model import Composition, grid
from tonescape.render.painter.composition.setting import blend, toned
from tonescape.render.painter.composition.variants import Variant, choose
from tonescape.render.painter.motifs.geometry.relief import Board

if TYPE_CHECKING:
    from tonescape.core.records import Brief
    from tonescape.render.painter.composition.abstract import SongCurves
    from tonescape.render.painter.raster.filters import Field


def compose(brief: Brief, rng: np.random.Generator) -> Composition:
    """The composition of a song. Draws from `rng` in a fixed order, so one seed gives one picture."""
    focus = (near_third(rng), near_third(rng))
    setting = abstract_setting(brief, rng, focus)
    song = song_curves(brief, setting, rng)
    colours = scheme(brief, setting, rng)
    slant = (
        (1 if rng.random() < 0.5 else -1) * float(np.clip(0.05 + 0.95 * setting.rough, 0, 0.9)) * rng.uniform(0.7, 1)
    )
    board = Board(setting, colours, rng, slant)
    kind = choose(VARIANTS, setting, rng)
    VARIANTS[kind].compose(board, song, focus, rng)
    if setting.joy > 0.35:
        _confetti(board, song, focus, rng)
    x, y = grid()
    board.image = lighten(board.image, 0.05 * np.exp(-((np.hypot(x - focus[0], y - focus[1]) / 0.25) ** 2)))
    parameters = (("slant", abs(slant)), ("forms", float(len(board.pieces) - 1)), ("variant", float(kind)))
    return finish_composition(
        board.image, board.pieces, board.flow, setting, focus, board.figures, parameters, horizon=focus[1], edges=0.6
    )  # fmt: skip


def _rungs(board: Board, song: SongCurves, x: float, y: float, size: float, angle: float) -> None:
    """The bar as a ladder: sixteen rungs side by side, each as long as its beat is strong."""
    rungs = []
    for number, beat in enumerate(song.beat.tolist()):
        off = (number - 7.5) / 16 * size
        at = (x + off * np.cos(angle), y + off * np.sin(angle))
        rungs.append(box(*at, size / 16 * 0.42, size * (0.06 + 0.34 * beat), angle))
    board.add_figure("bar", board.colours.dark if board.colours.bright else board.colours.light, *rungs)


def _at(point: Field) -> tuple[float, float]:
    return float(point[0]), float(point[1])


def _planes_in_space(board: Board, song: SongCurves, focus: tuple[float, float], rng: np.random.Generator) -> None:
    """A large quadrilateral and bars afloat along one diagonal, heavy at the focal point, light at the other end."""
    colours, axis = board.colours, board.axis
    along, off = np.array([np.cos(axis), np.sin(axis)]), np.array([-np.sin(axis), np.cos(axis)])
    away = np.array([0.5, 0.5]) - focus
    sign = 1.0 if float(away @ along) > 0 else -1.0
    centre = np.array(focus) + 0.25 * away
    big = rng.uniform(0.34, 0.46)
    skew = rng.uniform(-0.12, 0.12, (4, 2)) * board.setting.rough
    quad = np.array([(-0.5, -0.36), (0.5, -0.42), (0.46, 0.4), (-0.5, 0.36)]) + skew
    if rng.random() < 0.4 + 0.4 * (1 - board.setting.rough):
        board.add_form(
            "disc",
            blend(colours.masses[1], colours.light, 0.2),
            disc(*_at(centre - sign * along * 0.05 - off * 0.1), big * 0.62),
        )
    board.add_form("plane", colours.masses[0], shape(quad, *_at(centre), big, axis))
    for number, loud in enumerate(song.level[:6].tolist()):
        share = (number + 1) / (min(6, len(song.level)) + 1)
        at = centre + sign * along * (share * 0.85 - 0.22) + off * (0.30 * (loud - 0.5) + 0.09 * (-1) ** number)
        length, thick = 0.14 + 0.42 * loud, 0.018 + 0.06 * (1 - share) * rng.uniform(0.5, 1.2)
        tone = (colours.accent, colours.masses[1], colours.dark, colours.masses[2])[number % 4]
        tilt = axis + (np.pi / 2 if number % 3 == 2 else 0.0) + rng.normal(0, 0.10 * board.setting.rough)
        board.add_form(f"beam {number + 1}", tone, box(*_at(at), length, thick, tilt), turn=tilt)
    end = np.array([0.5, 0.5]) + sign * along * 0.36 - off * 0.16
    _rungs(board, song, *_at(end), 0.2, axis)
    dot = np.array(focus) - off * big * 0.1
    board.add_figure("dot", colours.spark, disc(*_at(dot), 0.026))
    board.add_figure("line", colours.spark, box(*_at(centre + off * 0.24), 0.8, 0.004, axis + 0.06))


def _wedge(board: Board, song: SongCurves, focus: tuple[float, float], rng: np.random.Generator) -> None:
    """Splinters driven into a disc: one for each part of the song, as long as the part is loud."""
    colours = board.colours
    x, y = focus
    radius = rng.uniform(0.2, 0.27)
    from_side = np.arctan2(y - 0.5, x - 0.5) + rng.normal(0, 0.25)  # the wedge comes across the whole picture
    half = box(0.5 + 0.55 * np.cos(from_side), 0.5 + 0.55 * np.sin(from_side), 1.1, 2.4, from_side)
    board.add_form("half", blend(colours.masses[0], colours.dark, 0.35), half)
    board.add_form("disc", colours.masses[1], disc(x, y, radius))
    board.add_form(
        "ring", blend(colours.ground, colours.masses[2], 0.5), disc(x, y, radius * 0.72, inner=radius * 0.62)
    )
    order = np.argsort(song.level)[:6]
    for number, part in enumerate(order.tolist()):
        loud = float(song.level[part])
        spread = (number - (len(order) - 1) / 2) * 0.26 + rng.normal(0, 0.05)
        angle = from_side + spread
        tip = (x - radius * 0.3 * np.cos(angle), y - radius * 0.3 * np.sin(angle))
        long, wide = 0.35 + 0.75 * loud, 0.05 + 0.10 * loud
        spike = np.array([(0.0, 0.0), (-long, -wide), (-long * 0.92, wide * 0.7)])
        tone = (colours.masses[2], colours.dark, colours.masses[0], colours.accent)[number % 4]
        board.add_form(f"splinter {number + 1}", tone, shape(spike, *tip, 1.0, angle), turn=angle)
    main = np.array([(0.0, 0.0), (-1.1, -0.20), (-1.1, 0.20)])
    inside = (x + radius * 0.45 * np.cos(from_side), y + radius * 0.45 * np.sin(from_side))
    board.add_form("wedge", colours.accent, shape(main, *inside, 1.0, from_side), turn=from_side)
    sparks = []
    for _ in range(9):
        turn, far = from_side + rng.normal(0, 0.5), radius * rng.uniform(1.15, 2.0)
        at = (x + far * np.cos(turn), y + far * np.sin(turn))
        sparks.append(shape(np.array([(-0.5, -0.3), (0.8, 0.0), (-0.4, 0.4)]), *at, rng.uniform(0.012, 0.035), turn))
    board.add_figure("sparks", colours.spark, *sparks)
    _rungs(board, song, 1 - x, float(np.clip(1 - y, 0.2, 0.8)), 0.22, from_side)


def _discs(board: Board, song: SongCurves, focus: tuple[float, float], rng: np.random.Generator) -> None:
    """Discs in one space: the largest at the focal point, the others strung along the song's curve."""
    colours = board.colours
    count = len(song.level)
    radius = rng.uniform(0.2, 0.27)
    board.add_form("halo", blend(colours.masses[0], colours.ground, 0.45), disc(*focus, radius * 1.34), glass=0.35)
    board.add_form("sun", colours.masses[0], disc(*focus, radius))
    board.add_form("core", colours.accent, disc(focus[0] - radius * 0.2, focus[1] + radius * 0.12, radius * 0.55))
    side = -1 if focus[0] > 0.5 else 1
    for number in np.argsort(-np.diff(song.cuts))[:6].tolist():
        share = float(song.cuts[number] + song.cuts[number + 1]) / 2
        x = 0.5 + side * (share - 0.42) * 0.9
        y = 0.78 - 0.56 * float(song.at(np.array([share]))[0]) if count > 1 else 0.5
        own = 0.03 + 0.22 * float(song.cuts[number + 1] - song.cuts[number]) + 0.02 * rng.random()
        if np.hypot(x - focus[0], y - focus[1]) < 0.4 * radius:
            x += side * radius
        tone = (colours.masses[1], colours.masses[2], colours.dark, colours.accent)[number % 4]
        board.add_form(f"disc {number + 1}", tone, disc(x, y, own), glass=0.22)
        board.add_figure("rim", colours.spark, disc(x, y, own * 1.16, inner=own * 1.12))
    line = np.linspace(0.06, 0.94, 60)
    wave = 0.78 - 0.56 * song.at(line if side > 0 else 1 - line)
    ribbon = np.concatenate([np.stack([line, wave - 0.003], 1), np.stack([line, wave + 0.003], 1)[::-1]])
    board.add_figure("line", colours.dark if colours.bright else colours.light, ribbon.astype(np.float32))
    board.add_figure("dot", colours.spark, disc(focus[0] - radius * 0.2, focus[1] + radius * 0.12, radius * 0.13))


def _arches(board: Board, song: SongCurves, focus: tuple[float, float], rng: np.random.Generator) -> None:
    """Half rounds that stand on one another like hills or doors; rings in them, one a part, as wide as it is long."""
    colours = board.colours
    base = 0.5 + 0.28 * rng.random()
    lower = (
        blend(colours.masses[2], colours.dark, 0.15)
        if not colours.bright
        else blend(colours.masses[1], colours.light, 0.35)
    )
    board.add_form("floor", lower, box(0.5, (base + 1.1) / 2, 1.3, 1.1 - base), turn=0.0)
    places = [(focus[0], 0.36), (1 - focus[0] + rng.uniform(-0.06, 0.06), 0.24), (0.5 + rng.uniform(-0.3, 0.3), 0.16)]
    tones = [*colours.masses[:3], colours.accent, colours.ground, colours.light]
    for number, (x, radius) in enumerate(places[: 2 + (board.setting.arousal > 0.3)]):
        down = number == 2
        lengths = np.diff(song.cuts)[:5]
        bounds = radius * (1 - np.append(0, lengths.cumsum() / lengths.sum())[:-1] * 0.9)
        for ring, bound in enumerate(bounds.tolist()):
            tone = tones[(ring + 2 * number) % len(tones)]
            start = 0.0 if down else np.pi
            part = disc(x, base, bound, start=start, end=start + np.pi)
            board.add_form(f"arch {number + 1}.{ring + 1}", tone, part)
    high = max(0.1, base - 0.36 - rng.uniform(0.06, 0.16))
    x = 1 - focus[0] + rng.uniform(-0.05, 0.05)
    board.add_form("sun", colours.spark, disc(x, high, 0.055 + 0.03 * rng.random()))
    steps = []
    for number, loud in enumerate(song.curve[::4].tolist()):
        steps.append(box(0.08 + 0.84 * number / 15, 0.965 - 0.04 * loud, 0.028, 0.012 + 0.08 * loud))
    board.add_figure("sticks", colours.dark if colours.bright else colours.light, *steps)


def _weight(board: Board, song: SongCurves, focus: tuple[float, float], rng: np.random.Generator) -> None:
    """What is left to a sad song: a mass that hangs over a small disc, an eclipse, or one door at the end of rooms."""
    (_hanging, _eclipse, _doorway)[int(rng.integers(3))](board, song, focus, rng)


def _hanging(board: Board, song: SongCurves, focus: tuple[float, float], rng: np.random.Generator) -> None:
    """A dark mass that hangs over one small light disc; from its foot the bar hangs in sixteen threads."""
    colours = board.colours
    foot = float(rng.uniform(0.5, 0.62))
    tilt = float(rng.choice([-1, 1]) * rng.uniform(0.02, 0.07))
    heavy = toned(colours.dark, 0.14 if not colours.bright else 0.3)
    air, floor = toned(blend(colours.ground, colours.masses[1], 0.5), 0.46), toned(colours.masses[0], 0.36)
    board.add_form("air", air, box(0.5, 0.45, 1.3, 1.0), turn=0.0)
    board.add_form("floor", floor, box(0.5, 1.0, 1.3, 0.24), turn=0.0)
    bounds = 0.12 + 0.76 * song.cuts
    for number, loud in enumerate(song.level[:5].tolist()):
        left, right = float(bounds[number]), float(bounds[number + 1])
        low = foot - 0.2 + 0.26 * loud
        tone = blend(heavy, colours.masses[number % 2], 0.1 + 0.3 * (number % 2))
        board.add_form(
            f"block {number + 1}", tone, box((left + right) / 2, low / 2 - 0.05, right - left + 0.004, low + 0.1, tilt)
        )
    threads = []
    for number, beat in enumerate(song.beat.tolist()):
        x = 0.14 + 0.72 * (number + 0.5) / 16
        long = 0.03 + 0.2 * beat
        threads.append(box(x, foot - 0.02 + long / 2, 0.0035, long))
    board.add_figure("bar", heavy, *threads)
    board.add_figure("dot", colours.light, disc(focus[0], 0.84, 0.035))


def _eclipse(board: Board, song: SongCurves, focus: tuple[float, float], rng: np.random.Generator) -> None:
    """A dark disc before a pale one, over an empty plain; under it the bar as a row of stones, small as graves."""
    colours = board.colours
    level, radius = float(rng.uniform(0.7, 0.78)), float(rng.uniform(0.2, 0.27))
    x, y = focus[0], level - radius - float(rng.uniform(0.08, 0.14))
    turn, slip = float(rng.uniform(-2.6, -0.5)), float(rng.uniform(0.2, 0.32)) * radius
    board.add_form("air", toned(blend(colours.ground, colours.masses[1], 0.4), 0.4), box(0.5, 0.4, 1.3, 1.2), turn=0.0)
    for number, loud in enumerate(song.level[:3].tolist()):  # the light's rings, as the song's parts are loud
        wide = radius * (1.25 + 0.3 * number + 0.12 * loud)
        tone = toned(colours.light, 0.5 - 0.045 * number, 0.8)
        board.add_form(f"ring {number + 1}", tone, disc(x, y, wide), turn=0.0, glass=0.55)
    board.add_form("light", toned(colours.light, 0.86), disc(x, y, radius))
    dark = disc(x - slip * np.cos(turn), y - slip * np.sin(turn), radius * 1.02)
    board.add_form("dark", toned(colours.dark, 0.2), dark)
    board.add_form("plain", toned(colours.masses[0], 0.27), box(0.5, (level + 1.1) / 2, 1.3, 1.1 - level), turn=0.0)
    stones = []
    for number, beat in enumerate(song.beat.tolist()):
        high = 0.012 + 0.045 * beat
        stones.append(box(0.1 + 0.8 * (number + 0.5) / 16, level + 0.12 - high / 2, 0.016, high))
    board.add_figure("bar", toned(colours.light, 0.6), *stones)


def _doorway(board: Board, song: SongCurves, focus: tuple[float, float], rng: np.random.Generator) -> None:
    """Room behind room, each darker, and at the end a door that is open on a pale light; somebody stands there."""
    colours = board.colours
    fx, floor = focus[0], 0.74
    rooms = 5
    frames = np.linspace(1.0, 0.2, rooms + 1) ** 1.1
    for number in range(rooms + 1):
        share = number / rooms
        size = float(frames[number]) * (1 + 0.06 * float(song.at(np.array([share]))[0]))
        x, foot = 0.5 + (fx - 0.5) * share, 1.02 + (floor - 1.02) * share
        high = size * 0.98
        light = 0.5 - 0.34 * share + 0.06 * (number % 2)
        tone = toned(blend(colours.masses[number % 2], colours.ground, 0.4), light)
        board.add_form(f"room {number + 1}", tone, box(x, foot - high / 2, size * 1.02, high), turn=np.pi / 2)
    wide, tall = 0.085, 0.27
    foot = floor + 0.003
    board.add_form("door", toned(colours.light, 0.93), box(fx, foot - tall / 2, wide, tall), turn=np.pi / 2)
    lean = float(rng.uniform(-0.16, 0.16))
    beam = np.array([(fx - wide / 2, foot), (fx + wide / 2, foot), (fx + lean + 0.2, 1.02), (fx + lean - 0.12, 1.02)])
    board.add_form("beam", toned(colours.light, 0.7), beam.astype(np.float32), turn=np.pi / 2, glass=0.35)
    body = [box(fx, foot - 0.045, 0.02, 0.075), disc(fx, foot - 0.096, 0.011)]
    board.add_figure("bar", toned(colours.dark, 0.12), *body)


def _confetti(board: Board, song: SongCurves, focus: tuple[float, float], rng: np.random.Generator) -> None:
    """Small discs, triangles and bars of every colour, thrown up from the focal point; the livelier, the more."""
    colours = board.colours
    tones = (colours.accent, colours.masses[1], colours.masses[2], colours.dark, colours.light)
    thrown: list[list[Field]] = [[] for _ in tones]
    for _ in range(int(60 * board.setting.joy)):
        turn, far = rng.uniform(0, 2 * np.pi), 0.16 + 0.5 * rng.random()
        at = (focus[0] + far * np.cos(turn), focus[1] + far * np.sin(turn))
        size = 0.006 + 0.014 * rng.random() * (0.5 + float(song.at(np.array([turn / 6.3]))[0]))
        form = int(rng.integers(3))
        if form == 0:
            piece = disc(*at, size)
        elif form == 1:
            piece = shape(np.array([(-0.8, -0.6), (0.9, 0.0), (-0.7, 0.7)]), *at, 1.4 * size, turn)
        else:
            piece = box(*at, 3.2 * size, 0.9 * size, turn)
        thrown[int(rng.integers(len(tones)))].append(piece)
    for tone, pieces in zip(tones, thrown, strict=True):
        if pieces:
            board.add_figure("confetti", tone, *pieces)


def _quarters(board: Board, song: SongCurves, focus: tuple[float, float], rng: np.random.Generator) -> None:
    """A board of squares, each a quarter round, a half, a disc, a wedge; how loud the song is there picks the form."""
    colours, rough = board.colours, board.setting.rough
    count = int(rng.choice([3, 4, 5], p=[0.4, 0.4, 0.2]))
    side = 0.9 / count
    tones = [colours.masses[0], colours.masses[1], colours.accent, colours.masses[2], colours.dark, colours.light]
    weights = np.array([0.26, 0.22, 0.12, 0.14, 0.14, 0.12])
    fx, fy = int(focus[0] * count), int(focus[1] * count)
    grounds: dict[int, list[Field]] = {}
    forms: dict[int, list[Field]] = {}
    for cell in range(count * count):
        row, column = divmod(cell, count)
        x, y = 0.05 + (column + 0.5) * side, 0.05 + (row + 0.5) * side
        loud = float(song.at(np.array([cell / (count * count)]))[0])
        back, form = rng.choice(6, 2, replace=False, p=weights).tolist()
        here = (row, column) == (fy, fx)
        grounds.setdefault(4 if here else back, []).append(box(x, y, side * 1.002, side * 1.002))
        forms.setdefault(2 if here else form, []).append(_form(x, y, side, loud, rough, rng, here))
    for tone, shapes in grounds.items():
        board.add_form(f"squares {tone + 1}", tones[tone], *shapes, turn=board.axis)
    for tone, shapes in forms.items():
        tint = toned(tones[tone], float(tones[tone][0]) + (0.06 if rng.random() < 0.5 else -0.05))
        board.add_form(f"forms {tone + 1}", tint, *shapes)
    beats = [
        box(0.05 + 0.9 * (i + 0.5) / 16, 0.975, 0.9 / 16 * 0.5, 0.006 + 0.022 * b)
        for i, b in enumerate(song.beat.tolist())
    ]
    board.add_figure("bar", colours.dark if colours.bright else colours.light, *beats)
    x, y = 0.05 + (fx + 0.5) * side, 0.05 + (fy + 0.5) * side
    board.add_figure("eye", colours.spark, disc(x, y, side * 0.16))


def _form(x: float, y: float, side: float, loud: float, rough: float, rng: np.random.Generator, here: bool) -> Field:
    """What stands in a square: round for quiet and gentle, cut for loud and rough."""
    corner = int(rng.integers(4))
    sharp = rng.random() < 0.15 + 0.75 * rough * (0.4 + 0.8 * loud)
    if here:
        return disc(x, y, side * 0.36)
    if sharp:
        points = (
            np.array([(-0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)])
            if rng.random() < 0.6
            else np.array([(-0.5, -0.5), (0.5, 0), (-0.5, 0.5)])
        )
        return shape(round_corners(points, 0), x, y, side, corner * np.pi / 2)
    kind = int(rng.choice(3, p=[0.55, 0.25, 0.2]))
    turn = corner * np.pi / 2
    if kind == 0:
        cx, cy = x + side / 2 * (1 if corner in (1, 2) else -1), y + side / 2 * (1 if corner >= 2 else -1)
        return disc(cx, cy, side * (0.7 + 0.3 * loud), start=turn, end=turn + np.pi / 2)
    if kind == 1:
        return disc(x, y, side / 2, start=turn, end=turn + np.pi)
    return disc(x, y, side * (0.22 + 0.2 * loud), inner=side * 0.1)


VARIANTS = (
    Variant("planes in space", lambda s: 0.2 + 0.6 * s.rough**1.5, _planes_in_space),
    Variant("wedge", lambda s: 2.4 * s.tension * s.rough**1.5, _wedge),
    Variant("discs", lambda s: 0.04 + 2 * (1.2 * (1 - s.rough) ** 1.5 * max(0.0, s.valence - 0.35)), _discs),
    Variant("arches", lambda s: 0.06 + 1.4 * (1.2 * (1 - s.rough) ** 1.5 * max(0.0, s.valence - 0.35)), _arches),
    Variant("quarters", lambda s: 0.1 + 1.6 * s.joy, _quarters),
    Variant("weight", lambda s: 1.8 * max(0.0, s.gloom - 0.2), _weight),
)
