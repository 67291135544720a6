"""Faces as polygons: a geode, a cut gem, a broken pane, jaws of splinters, floes, a cleft of light, falling shards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.composition.abstract import lighten, ramp, shape
from tonescape.render.painter.composition.model import WORK, Figure, grid
from tonescape.render.painter.composition.setting import blend, toned
from tonescape.render.painter.motifs.shards.voronoi import polygons, rims
from tonescape.render.painter.raster.filters import blur, mix, smoothstep
from tonescape.render.skia import graphics

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tonescape.render.painter.composition.abstract import Piece, Scheme, SongCurves
    from tonescape.render.painter.composition.setting import Setting
    from tonescape.render.painter.raster.filters import Field

    Numbers = NDArray[np.int32]
    Made = tuple[Field, list[Piece], Field, list[Figure]]
    """picture, planes, flow, things"""


def faceted(
    setting: Setting, number: Numbers, sites: Field, tone: Field, rng: np.random.Generator, strength: float = 1.0
) -> Field:
    """Each face a plane of its own tilt: a base tone [n, 3] and a slope of light across it."""
    x, y = grid()
    tilt = rng.uniform(0, 2 * np.pi, len(sites))
    toward = np.arctan2(setting.sun[1] - sites[:, 1], setting.sun[0] - sites[:, 0])
    facing = np.cos(tilt - toward)
    slope = np.stack([np.cos(tilt), np.sin(tilt)], 1).astype(np.float32) * (0.35 + 0.9 * setting.contrast)
    shade = (x - sites[number, 0]) * slope[number, 0] + (y - sites[number, 1]) * slope[number, 1]
    base = tone.copy()
    base[:, 0] += strength * (0.03 + 0.09 * setting.contrast) * facing
    image = lighten(base[number], np.clip(shade, -0.12, 0.12) * strength)
    image[..., 0] = np.clip(image[..., 0], 0.05, 0.985)
    return blur(image, 0.6)


def _made(
    setting: Setting, colours: Scheme, rng: np.random.Generator, ground: Field, faces: list[Field], tones: list[Field]
) -> Made:
    """The picture of `faces` (far to near) with their tones [n, 3] over a ground [WORK, WORK, 3]."""
    whole = np.array([(-0.1, -0.1), (1.1, -0.1), (1.1, 1.1), (-0.1, 1.1)], np.float32)
    number = graphics.numbered([whole, *[np.asarray(face, np.float32) for face in faces]], WORK)
    sites = np.array([whole.mean(0), *[face.mean(0) for face in faces]], np.float32)
    table = np.array([colours.ground, *tones], np.float32)
    image = faceted(setting, number, sites, table, rng, 0.8)
    behind = (number == 0).astype(np.float32)
    image = mix(image, ground, blur(behind, 0.6))
    line = colours.dark if setting.valence < 0.5 else blend(colours.light, setting.colours.sun, 0.5)
    image = mix(image, line, rims(number, 0.8) * (0.15 + 0.3 * setting.contrast))
    near = (number > 0.6 * len(faces)).astype(np.float32)
    pieces: list[Piece] = [
        ("ground", 0.0, np.ones((WORK, WORK), np.float32)),
        ("far faces", 0.4, 1 - behind),
        ("near faces", 0.8, near),
    ]
    flow = rng.uniform(0, np.pi, len(sites))[number]
    return image, pieces, flow, []


def _air(setting: Setting, colours: Scheme, reach: float = 0.32) -> Field:
    """A ground that is light round the focal point and falls off to the palette's depth."""
    x, y = grid()
    away = np.hypot(x - setting.sun[0], y - setting.sun[1])
    glow = setting.colours.sun if setting.valence > 0.35 else blend(colours.light, colours.ground, 0.3)
    return ramp((glow, blend(glow, colours.ground, 0.6), colours.ground, colours.masses[1]), away / (2.4 * reach))


def _tone(setting: Setting, colours: Scheme, rng: np.random.Generator) -> Field:
    """A mass' colour or, seldom, the accent."""
    masses = (colours.masses[0], colours.masses[1], colours.masses[2], colours.accent)
    tone = masses[int(rng.choice(4, p=[0.36, 0.3, 0.2, 0.14]))]
    return toned(tone, float(np.clip(tone[0] + rng.normal(0, 0.05), 0.1, 0.95)))


def geode(setting: Setting, song: SongCurves, colours: Scheme, rng: np.random.Generator) -> Made:
    """Crystals that grow inwards from all sides, as long as the song is loud round the clock."""
    middle = np.array(setting.sun)
    faces: list[Field] = []
    tones: list[Field] = []
    start = rng.uniform(0, 6.28)
    for row, (hole, count) in enumerate(((0.13, 30), (0.24, 24), (0.38, 18))):
        for k in rng.permutation(count).tolist():
            turn = start + 2 * np.pi * (k + rng.uniform(0.1, 0.9)) / count
            loud = float(song.at(np.array(((turn - start) / 6.283) % 1)))
            reach = hole * (1.35 - 0.6 * loud) * rng.uniform(0.85, 1.2)
            wide = (0.035 + 0.035 * row) * rng.uniform(0.7, 1.4)
            way = np.array([np.cos(turn), np.sin(turn)])
            side = np.array([-way[1], way[0]]) * wide
            tip, neck, foot = middle + way * reach, middle + way * (reach + 1.8 * wide), middle + way * 1.5
            split = side * rng.uniform(-0.4, 0.4)
            tone = blend(_tone(setting, colours, rng), colours.dark, 0.16 * row * (1 - setting.valence) + 0.05 * row)
            faces += [
                np.stack([tip, neck - side, foot - side, foot + split, neck + split]),
                np.stack([tip, neck + side, foot + side, foot + split, neck + split]),
            ]
            gain = 0.05 + 0.06 * setting.contrast
            tones += [toned(tone, float(np.clip(tone[0] + s * gain, 0.06, 0.95))) for s in (1, -1)]
    return _made(setting, colours, rng, _air(setting, colours, 0.2), faces, tones)


def gem(setting: Setting, song: SongCurves, colours: Scheme, rng: np.random.Generator) -> Made:
    """One great cut stone seen from above, lesser ones round it; each ring of facets a bar of the song."""
    faces: list[Field] = []
    tones: list[Field] = []
    places = rng.uniform((0.04, 0.04, 0.05), (0.96, 0.96, 0.18), (int(rng.integers(4, 13)), 3))
    stones = [(x, y, size) for x, y, size in places.tolist()]
    stones.append(
        (0.5 + 0.6 * (setting.sun[0] - 0.5), 0.5 + 0.6 * (setting.sun[1] - 0.5), float(rng.uniform(0.34, 0.46)))
    )
    for cx, cy, size in stones:
        sides = int(rng.integers(5, 10))
        squash, tilt = float(rng.uniform(0.8, 1.0)), float(rng.uniform(0, 6.28))
        own = _tone(setting, colours, rng)

        def ring(radius: float, offset: float, sides: int = sides, tilt: float = tilt) -> Field:
            turn = tilt + 2 * np.pi * (np.arange(sides) + offset) / sides
            return np.stack([radius * np.cos(turn), radius * np.sin(turn)], 1)

        table, star, girdle = ring(0.45, 0), ring(0.7, 0.5), ring(1.0, 0)
        cuts: list[Field] = [table]
        for k in range(sides):
            n = (k + 1) % sides
            cuts += [np.stack([table[k], star[k], table[n]]), np.stack([star[k], girdle[n], table[n]])]
            cuts += [np.stack([star[k], girdle[k], table[k]]), np.stack([girdle[k], star[k], girdle[n]])]
        for k, cut in enumerate(cuts):
            faces.append(shape(cut, cx, cy, (size, size * squash)))
            beat = 0.5 * float(song.beat[k % 16]) + 0.5 * float(song.at(np.array(k / len(cuts)))) - 0.4
            light = float(np.clip(own[0] + 0.32 * beat * (0.4 + setting.contrast) + rng.normal(0, 0.05), 0.08, 0.95))
            tones.append(toned(blend(own, colours.spark if beat > 0.4 else colours.accent, 0.25 * abs(beat)), light))
    return _made(setting, colours, rng, _air(setting, colours, 0.5), faces, tones)


def pane(setting: Setting, song: SongCurves, colours: Scheme, rng: np.random.Generator) -> Made:
    """A broken pane: cracks run out from the blow, rings cross them, what has fallen out shows the night behind."""
    x0, y0 = setting.sun
    spokes = int(9 + 9 * setting.rough)
    turns = np.sort((np.arange(spokes) + rng.uniform(0.1, 0.9, spokes)) / spokes) * 2 * np.pi
    radii = np.array([0.0, 0.06, 0.14, 0.26, 0.42, 0.64, 1.5])
    wobble = rng.uniform(0.75, 1.25, (len(radii), spokes))
    bend = rng.normal(0, 0.05, (len(radii), spokes)).cumsum(0)
    x, y = x0 + radii[:, None] * wobble * np.cos(turns + bend), y0 + radii[:, None] * wobble * np.sin(turns + bend)
    faces: list[Field] = []
    tones: list[Field] = []
    for k in range(spokes):
        n = (k + 1) % spokes
        loud = float(song.at(np.array(k / spokes)))
        for r in range(len(radii) - 1):
            if rng.random() < (0.95, 0.75, 0.4, 0.18, 0.08, 0.0)[r] * (0.5 + loud):
                continue
            corner = ([r, r + 1, r + 1, r], [k, k, n, n])
            faces.append(np.stack([x[corner], y[corner]], 1) + rng.normal(0, 0.006, 2))
            glass = blend(colours.light, colours.masses[0], 0.2 + 0.5 * rng.random())
            light = float(np.clip(0.34 + 0.42 * setting.valence + rng.normal(0, 0.1), 0.15, 0.95))
            tones.append(toned(blend(glass, _tone(setting, colours, rng), 0.3), light))
    px, py = grid()
    night = (blend(colours.accent, colours.dark, 0.3), colours.dark, colours.dark)
    behind = ramp(night, np.hypot(px - x0, py - y0) * 2.5)
    made = _made(setting, colours, rng, behind, faces, tones)
    chip = np.array([(-1, -0.4), (0.9, 0), (-0.5, 0.6)])
    chips = [
        shape(
            chip, x0 + rng.normal(0, 0.14), y0 + rng.uniform(0.1, 0.5), 0.02 * rng.uniform(0.4, 1.3), rng.uniform(0, 6)
        )
        for _ in range(int(6 + 12 * setting.arousal))
    ]
    return *made[:3], [Figure("chips", tuple(chips), colours.light)]


def jaws(setting: Setting, song: SongCurves, colours: Scheme, rng: np.random.Generator) -> Made:
    """Splinters from above and from below that close on a strip of light: the song's curve is the gap."""
    faces: list[Field] = []
    tones: list[Field] = []
    lean = float(rng.uniform(-0.35, 0.35))
    for row in range(3):
        for edge, way in ((-0.3, 1.0), (1.3, -1.0)):
            count = int(4 + 4 * setting.rough + 2 * row)
            for at in ((np.arange(count) + rng.uniform(0, 1, count)) / count).tolist():
                loud = float(song.at(np.array(at)))
                gap = (0.05 + 0.10 * row) * (1.5 - loud) + abs(at - setting.sun[0]) * 0.1
                tip = setting.sun[1] - way * gap * rng.uniform(0.6, 1.4) + lean * (at - setting.sun[0])
                wide = rng.uniform(0.05, 0.13) * (1.3 - 0.5 * setting.rough)
                split, drift = at + wide * rng.uniform(-0.4, 0.4), rng.normal(0, 0.06)
                tone = blend(_tone(setting, colours, rng), colours.dark, 0.2 + 0.2 * row * (1 - setting.valence))
                faces += [np.array([(at + drift, tip), (at - wide, edge), (split, edge)]),
                          np.array([(at + drift, tip), (at + wide, edge), (split, edge)])]  # fmt: skip
                tones += [toned(tone, float(np.clip(tone[0] + s * 0.07, 0.06, 0.95))) for s in (1, -1)]
    return _made(setting, colours, rng, _air(setting, colours, 0.3), faces, tones)


def floes(setting: Setting, song: SongCurves, colours: Scheme, rng: np.random.Generator) -> Made:
    """Plates of ice on dark water to a far horizon, a low light at its end; a berg on a third."""
    horizon = float(rng.uniform(0.3, 0.5))
    x, y = grid()
    glow = setting.colours.sun if setting.valence > 0.35 else colours.light
    high, low = blend(colours.ground, colours.masses[1], 0.5), blend(glow, colours.masses[1], 0.4)
    sky = ramp((high, blend(colours.ground, glow, 0.4), glow), y / horizon + 0 * x)
    deep = ramp((low, colours.masses[1], colours.dark), (y - horizon) / (1 - horizon) + 0 * x)
    ground = mix(sky, deep, smoothstep(horizon - 0.002, horizon + 0.002, y) * np.ones_like(x))
    sites = np.stack([rng.uniform(-5, 5, 150), np.geomspace(0.9, 9.0, 150) * rng.uniform(0.9, 1.1, 150)], 1)
    faces: list[Field] = []
    tones: list[Field] = []
    loud = song.at(np.linspace(0, 1, 150))
    white = blend(colours.light, setting.colours.glow, 0.5)
    order = np.argsort(-sites[:, 1])
    cells = polygons(sites)
    for k in order.tolist():
        plate = (cells[k] - sites[k]) * (0.5 + 0.4 * float(loud[k])) + sites[k]
        z = np.clip(plate[:, 1], 0.45, 40)
        flat = np.stack([0.5 + plate[:, 0] / z * 0.5, horizon + (0.62 - 0.62 * horizon) / z], 1)
        if flat[:, 0].max() < -0.1 or flat[:, 0].min() > 1.1:
            continue
        tone = blend(white, colours.masses[0], 0.15 + 0.5 * rng.random() + 0.2 * (1 - setting.valence))
        edge = np.array([0.0, 0.03 / float(z.mean())])
        faces += [flat + edge, flat]
        light = float(np.clip(tone[0] + rng.normal(0, 0.05), 0.2, 0.96))
        tones += [blend(tone, colours.dark, 0.55), toned(tone, light)]
    at, tall = setting.sun[0], float(rng.uniform(0.12, 0.3))
    for dx, share, wide in ((-0.10, 0.6, 0.09), (0.09, 0.5, 0.1), (0.0, 1.0, 0.1)):
        tip, foot = (at + dx * 0.8, horizon - share * tall), horizon + 0.012
        faces += [np.array([tip, (at + dx - wide, foot), (at + dx + 0.1 * wide, foot)]),
                  np.array([tip, (at + dx + 0.1 * wide, foot), (at + dx + wide, foot)])]  # fmt: skip
        tones += [toned(white, 0.45 + 0.48 * setting.valence), blend(white, colours.masses[1], 0.6)]
    return _made(setting, colours, rng, ground, faces, tones)


def cleft(setting: Setting, song: SongCurves, colours: Scheme, rng: np.random.Generator) -> Made:
    """A wall of faces split from edge to edge: light stands in the crack, which runs as the song does."""
    angle = float(rng.uniform(0.35, 1.2)) * float(rng.choice([-1, 1]))
    cos, sin = float(np.cos(angle)), float(np.sin(angle))
    count = int(40 + 90 * setting.arousal)
    sites = rng.uniform(-0.2, 1.2, (count, 2))
    off = (sites[:, 1] - setting.sun[1]) * cos - (sites[:, 0] - setting.sun[0]) * sin
    along = (sites[:, 0] - setting.sun[0]) * cos + (sites[:, 1] - setting.sun[1]) * sin
    crack: Field = 0.14 * (song.at(np.clip(along + 0.5, 0, 1)) - 0.5)
    hand = np.where(off > crack, 1.0, -1.0)
    wide = (0.025 + 0.07 * setting.arousal) * (0.5 + song.at(np.clip(0.5 - along, 0, 1)))
    faces: list[Field] = []
    tones: list[Field] = []
    far = np.abs(off - crack)
    for k, cell in enumerate(polygons(sites)):
        if np.abs(cell - 0.5).max() > 2.5:
            continue
        push = hand[k] * wide[k]
        faces.append(np.asarray(cell + np.array([-sin, cos]) * push + rng.normal(0, 0.008, 2), np.float32))
        tone = blend(_tone(setting, colours, rng), colours.light, 0.5 * float(np.exp(-far[k] / 0.12)))
        tones.append(blend(tone, colours.dark, 0.45 * float(np.clip(far[k] - 0.1, 0, 0.6)) * (1.4 - setting.valence)))
    glow = setting.colours.sun if setting.valence > 0.35 else colours.spark
    x, y = grid()
    light = ramp((glow, blend(glow, colours.accent, 0.5)), np.hypot(x - setting.sun[0], y - setting.sun[1]) * 1.4)
    return _made(setting, colours, rng, light, faces, tones)


def falling(setting: Setting, song: SongCurves, colours: Scheme, rng: np.random.Generator) -> Made:
    """Single shards adrift in the light, small far off, great near by: a rain when tense, a drift of gems when calm."""
    count = int(26 + 110 * setting.arousal)
    way = float(rng.uniform(0.9, 1.5) if setting.tension > 0.4 else rng.uniform(0, 3.1))
    faces: list[Field] = []
    tones: list[Field] = []
    for k, near in enumerate(np.sort(rng.random(count) ** 2.4).tolist()):
        at = (float(rng.uniform(-0.05, 1.05)), float(rng.uniform(-0.05, 1.05)))
        size = 0.012 + 0.14 * near * (0.6 + 0.8 * float(song.at(np.clip(np.array(at[0]), 0, 1))))
        at = (at[0] + 0.5 * (setting.sun[0] - at[0]) * (1 - near), at[1] + 0.5 * (setting.sun[1] - at[1]) * (1 - near))
        long = 1.2 + 2.2 * setting.rough + 0.8 * float(song.beat[k % 16])
        turn = way + rng.normal(0, 0.2 + 0.9 * setting.calm + 0.5 * setting.joy)
        mid = rng.uniform(-0.25, 0.25)
        tip, tail = (long, 0.0), (-long * rng.uniform(0.3, 0.8), 0.0)
        tone = blend(_tone(setting, colours, rng), colours.ground, 0.5 * (1 - near))
        for s in (1.0, -1.0):
            faces.append(shape(np.array([tip, (mid, s * 0.42), tail]), *at, size, turn))
            tones.append(toned(tone, float(np.clip(tone[0] + s * (0.05 + 0.07 * setting.contrast), 0.06, 0.95))))
    return _made(setting, colours, rng, _air(setting, colours, 0.34), faces, tones)
