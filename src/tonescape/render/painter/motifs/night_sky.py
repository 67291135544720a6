"""Night sky: the Milky Way, star trails, falling stars or a moon over still land; the ridge below is the song's curve.

The Milky Way is as bright along its way as the song is loud; a constellation is the bar, a star for each strong beat.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter import figures, plants, props
from tonescape.render.painter.abstract import course, disc, finished, lighter, ramp, third
from tonescape.render.painter.field import blur, look, mix, step, tile
from tonescape.render.painter.plants import wood_line
from tonescape.render.painter.scene import WORK, Composition, Figure, grid
from tonescape.render.painter.setting import blend, setting, toned
from tonescape.render.painter.stage import under
from tonescape.render.painter.water import water
from tonescape.render.painter.weather import bent, flock, gale

if TYPE_CHECKING:
    from tonescape.core.records import Brief
    from tonescape.render.painter.abstract import Course, Piece
    from tonescape.render.painter.field import Field
    from tonescape.render.painter.setting import Setting


def compose(brief: Brief, rng: np.random.Generator) -> Composition:
    """The composition of a song. Draws from `rng` in a fixed order, so one seed gives one picture."""
    horizon = float(rng.choice([0.68, 0.74, 0.8]))
    mood = setting(brief, rng, horizon=horizon - 0.1, phase="night")
    song = course(brief, mood, rng)
    # the river of stars for the calm, their trails for the even, falling ones for the wild, a moon in cloud for the sad
    pull = np.array(
        [
            0.15 + 0.9 * mood.calm,
            0.15 + 0.5 * mood.calm,
            0.08 + 0.9 * mood.tension + 1.1 * mood.joy,
            0.1 + 1.1 * mood.gloom,
        ]
    )
    kind = int(rng.choice(4, p=pull / pull.sum()))
    focus = (third(rng), horizon * rng.uniform(0.34, 0.56))
    mood = replace(mood, sun=focus, sun_size=0.02 if kind != 3 else float(rng.uniform(0.05, 0.10)))
    image = _dark(mood, rng, horizon)
    image, flow, things = (_milky_way, _trails, _meteors, _moon)[kind](image, mood, song, rng, horizon)
    image, pieces, flow, ground = _land(image, flow, mood, song, rng, horizon)
    things += ground
    named = (("stars", float(_stars_wanted(mood))), ("variant", float(kind)))
    return finished(image, pieces, flow, mood, focus, things, named, horizon=horizon, edges=0.7)


def _dark(mood: Setting, rng: np.random.Generator, horizon: float) -> Field:
    """The sky's gradient: the last of the day low down, more of it the happier; faint clouds of colour."""
    x, y = grid()
    c, v = mood.colours, mood.valence
    low = toned(blend(c.horizon, c.accent, 0.25 + 0.35 * mood.arousal), 0.40 + 0.36 * v, 1.25)
    middle = toned(blend(c.sky, c.lands[2], 0.4), 0.24 + 0.32 * v, 1.2)
    high = toned(c.zenith, 0.12 + 0.27 * v, 1.3)
    side = (x - 0.5) * (0.3 if mood.sun[0] > 0.5 else -0.3)
    noise = tile(rng, cells=3, octaves=5, gain=0.5, size=256)
    cloud = look(noise, x * 0.6 + rng.random(), y * 0.8 + rng.random()) - 0.5
    up = np.clip((horizon - y) / horizon + side * 0.5 + 0.10 * cloud, 0, 1)
    image = ramp((low, blend(low, middle, 0.55), middle, high, toned(high, float(high[0]) * 0.85)), up**0.9)
    tint = blend(c.accent, c.lands[3], 0.4)
    return mix(image, tint, step(0.05, 0.4, cloud) * (0.10 + 0.22 * mood.arousal))


def _stars_wanted(mood: Setting) -> int:
    return int(260 + 500 * (1 - 0.75 * mood.gloom) * (0.5 + 0.5 * mood.valence))


def _sprinkled(image: Field, mood: Setting, rng: np.random.Generator, chance: Field) -> tuple[Field, list[Figure]]:
    """Stars where `chance` [WORK, WORK] lets them; the few bright ones are figures, so that every style keeps them."""
    count = _stars_wanted(mood) * 4
    column, row = rng.integers(3, WORK - 3, count), rng.integers(3, WORK - 3, count)
    kept = rng.random(count) < chance[row, column]
    size = rng.pareto(2.2, count)
    spark = np.zeros((WORK, WORK), np.float32)
    spark[row[kept], column[kept]] = np.clip(0.35 + 0.6 * size[kept], 0, 2.5)
    image = mix(image, mood.colours.sun, np.clip(blur(spark, 0.8) * 3.2, 0, 1) * 0.9)
    bright = np.flatnonzero(kept)[np.argsort(-size[kept])[: 14 + int(16 * mood.valence)]]
    shapes = tuple(
        disc((column[k] + 0.5) / WORK, (row[k] + 0.5) / WORK, 0.0014 + 0.0022 * rng.random()) for k in bright
    )
    return image, [Figure("stars", shapes, toned(mood.colours.sun, 0.96))] if shapes else []


def _milky_way(
    image: Field, mood: Setting, song: Course, rng: np.random.Generator, horizon: float
) -> tuple[Field, Field, list[Figure]]:
    """A river of light across the sky, split by dust; loud parts of the song shine."""
    x, y = grid()
    noise = tile(rng, cells=4, octaves=6, gain=0.6, size=256)
    dust = tile(rng, cells=4, octaves=5, gain=0.55, ridged=0.5, size=256)
    lean = (1 if mood.sun[0] < 0.5 else -1) * rng.uniform(0.5, 1.25)
    bend = rng.uniform(-0.25, 0.25) * (0.5 + mood.arousal)
    px, py = x - mood.sun[0], y - mood.sun[1]
    along, off = px * np.cos(lean) + py * np.sin(lean), py * np.cos(lean) - px * np.sin(lean)
    off = off + bend * along**2 + 0.08 * (look(noise, along * 0.3 + 0.2, off * 0.3 + 0.7) - 0.5)
    loud = song.at(np.clip(along * 0.75 + 0.5, 0, 1))
    wide = 0.07 + 0.09 * np.exp(-((along / 0.35) ** 2)) + 0.03 * mood.arousal
    body = np.exp(-((off / wide) ** 2))
    cloud = look(noise, along * 0.7 + rng.random(), off * 0.9 + rng.random())
    lane = look(dust, along * 0.45 + rng.random(), off * 0.8 + rng.random())
    light = body * (0.22 + 0.95 * cloud) * (0.45 + 0.75 * loud)
    light *= 1 - 0.85 * step(0.55, 0.85, lane) * np.exp(-((off / (0.55 * wide)) ** 2))
    c = mood.colours
    halo = toned(blend(c.lands[3], c.accent, 0.45), 0.45 + 0.15 * mood.valence, 1.5)
    image = mix(
        image,
        halo,
        np.clip(np.exp(-((off / (2.4 * wide)) ** 2)) * (0.28 + 0.35 * mood.arousal) * (0.6 + 0.6 * cloud), 0, 0.8),
    )
    image = mix(image, blend(c.glow, c.accent, 0.25), np.clip(light * 0.95, 0, 0.92))
    heart = np.exp(-((np.hypot(along, off * 1.8) / 0.16) ** 2)) * body
    image = mix(image, c.sun, np.clip(heart * light * 1.1, 0, 0.8))
    chance = np.clip(0.10 + 0.75 * light, 0, 1) * step(horizon, horizon - 0.2, y)
    image, things = _sprinkled(image, mood, rng, chance)
    things += _constellation(mood, song, rng, horizon)
    flow = np.broadcast_to(lean + 1.2 * (cloud - 0.5) * (0.4 + mood.arousal), (WORK, WORK))
    return image, flow, things


def _constellation(mood: Setting, song: Course, rng: np.random.Generator, horizon: float) -> list[Figure]:
    """The bar written in stars: the strong beats joined by thin lines, on the quiet side of the sky."""
    strong = np.flatnonzero(song.beat > 0.45)[:8]
    if len(strong) < 3:
        return []
    across = 0.04 + 0.30 * strong / 15
    x = across if mood.sun[0] > 0.5 else 1 - across
    y = horizon * (0.12 + 0.30 * (1 - song.beat[strong]) + rng.uniform(0, 0.16, len(strong)))
    stars = tuple(disc(float(a), float(b), 0.0042) for a, b in zip(x, y, strict=True))
    lines = []
    for k in range(len(strong) - 1):
        a, b = np.array([x[k], y[k]]), np.array([x[k + 1], y[k + 1]])
        side = np.array([-(b - a)[1], (b - a)[0]]) / (np.hypot(*(b - a)) + 1e-6) * 0.0007
        lines.append(np.stack([a - side, b - side, b + side, a + side]).astype(np.float32))
    pale = blend(mood.colours.zenith, mood.colours.sun, 0.45)
    return [Figure("lines", tuple(lines), pale), Figure("constellation", stars, toned(mood.colours.sun, 0.96))]


def _trails(
    image: Field, mood: Setting, song: Course, rng: np.random.Generator, horizon: float
) -> tuple[Field, Field, list[Figure]]:
    """The stars' paths round the pole: radius is the song's time, loud parts are bright rings; long when slow."""
    x, y = grid()
    x0, y0 = mood.sun[0], mood.sun[1]
    away, turn = np.hypot(x - x0, y - y0), np.arctan2(y - y0, x - x0)
    rings = 150
    ring = np.floor(away * rings * 0.9).astype(np.int32)
    inside = away * rings * 0.9 - ring
    start = rng.uniform(0, 2 * np.pi, (rings * 2, 3))
    long = (0.5 + 1.5 * (1 - mood.arousal)) * rng.uniform(0.5, 1.3, (rings * 2, 3))
    strong = rng.random((rings * 2, 3)) ** 1.6
    light = np.zeros((WORK, WORK), np.float32)
    for k in range(3):
        at = (turn - start[ring, k]) % (2 * np.pi) / long[ring, k]
        light = np.maximum(light, (at < 1) * (0.25 + 0.75 * at) * strong[ring, k])
    loud = song.at(np.clip(away / 0.95, 0, 1))
    light = light * np.exp(-(((inside - 0.5) / 0.3) ** 2)) * (0.35 + 0.9 * loud)
    c = mood.colours
    tones = ramp((c.sun, c.accent, c.glow, c.lands[3]), (np.sin(ring * 12.9) * 0.5 + 0.5))
    wash = np.exp(-away / 0.3) * (0.25 + 0.35 * mood.valence)
    image = mix(image, toned(blend(c.lands[3], c.horizon, 0.4), 0.5 + 0.15 * mood.valence, 1.3), wash)
    image = mix(image, blend(c.glow, c.sun, 0.5), 0.16 * loud * np.exp(-away / 0.5))
    image = mix(image, tones, np.clip(light * 1.25, 0, 0.95) * step(horizon + 0.02, horizon - 0.12, y))
    return image, turn + np.pi / 2, [Figure("pole star", (disc(x0, y0, 0.006),), toned(c.sun, 0.97))]


def _meteors(
    image: Field, mood: Setting, song: Course, rng: np.random.Generator, horizon: float
) -> tuple[Field, Field, list[Figure]]:
    """Stars that fall from one point of the sky: one for each strong beat, one great one at the focal point."""
    x, y = grid()
    chance = np.clip(0.14 + 0 * x, 0, 1) * step(horizon, horizon - 0.25, y)
    image, things = _sprinkled(image, mood, rng, chance)
    fx, fy = mood.sun
    ox, oy = (1.15 if fx < 0.5 else -0.15) + rng.normal(0, 0.06), -0.18 + rng.normal(0, 0.05)
    c = mood.colours
    heads: list[Field] = []
    ends = [(fx, fy, 1.0)]
    for beat in song.beat[song.beat > 0.5][: 2 + round(9 * mood.arousal)].tolist():
        ends.append((float(rng.uniform(0.03, 0.97)), horizon * float(rng.uniform(0.12, 0.9)), 0.2 + 0.32 * beat))
    for ex, ey, size in ends:
        dx, dy = ex - ox, ey - oy
        far = float(np.hypot(dx, dy))
        dx, dy = dx / far, dy / far
        along, off = (x - ex) * dx + (y - ey) * dy, (y - ey) * dx - (x - ex) * dy
        tail = (0.30 + 0.28 * mood.arousal) * size + 0.05
        t = np.clip(-along / tail, 0, 1)
        wide = 0.0035 * (0.35 + 0.9 * size) * (1.02 - t) + 0.0006
        beam = np.exp(-((off / wide) ** 2)) * (1 - t) ** 1.2 * (along < 0.001)
        haze = np.exp(-((off / (wide * 5)) ** 2)) * (1 - t) ** 2 * (along < 0.004) * 0.35
        image = mix(image, blend(c.glow, c.accent, 0.5), haze * size)
        image = mix(image, c.sun, np.clip(beam * (0.35 + 0.65 * size), 0, 1))
        heads.append(disc(ex, ey, 0.0022 + 0.0040 * size))
    away = np.hypot(x - fx, y - fy)
    image = mix(image, c.glow, 0.35 * np.exp(-away / 0.07))
    flow = np.arctan2(y - oy, x - ox)
    return image, flow, [*things, Figure("meteors", tuple(heads), toned(c.sun, 0.97))]


def _moon(
    image: Field, mood: Setting, song: Course, rng: np.random.Generator, horizon: float
) -> tuple[Field, Field, list[Figure]]:
    """A great moon behind bars of cloud; the clouds lie as the song's parts follow each other."""
    x, y = grid()
    chance = 0.05 * step(horizon, horizon - 0.3, y) * np.ones_like(x)
    image, _ = _sprinkled(image, mood, rng, chance)
    c = mood.colours
    x0, y0, radius = mood.sun[0], mood.sun[1], mood.sun_size
    away = np.hypot(x - x0, y - y0)
    image = mix(
        image, blend(c.horizon, c.glow, 0.4), (0.3 + 0.3 * mood.valence) * np.exp(-np.maximum(away - radius, 0) / 0.13)
    )
    image = mix(image, c.glow, 0.4 * np.exp(-np.maximum(away - radius, 0) / 0.03))
    noise = tile(rng, cells=3, octaves=5, gain=0.55, size=256)
    seas = look(noise, (x - x0) / radius * 0.16 + 0.4, (y - y0) / radius * 0.16 + 0.3)
    tone = c.sun if mood.tension < 0.45 else toned(blend(c.accent, c.glow, 0.35), 0.72, 1.3)
    face = mix(
        np.broadcast_to(tone, image.shape).astype(np.float32),
        toned(tone, float(tone[0]) - 0.16),
        step(0.45, 0.75, seas) * 0.7,
    )
    phase = rng.uniform(-0.2, 1.6)
    lit = (
        step(-0.12, 0.12, 1 - np.hypot(x - x0 - phase * radius * 1.1, y - y0 + 0.3 * radius) / (1.04 * radius))
        if phase < 0.7 and phase > 0.25
        else 0 * away
    )
    disc_cover = step(radius + 0.0016, radius - 0.0016, away)
    image = mix(image, face, disc_cover * (1 - 0.9 * lit))
    long = look(noise, x * 0.32 + rng.random(), y * 1.7 + rng.random())
    order = song.at(np.clip(y / horizon, 0, 1))
    edge = 0.62 - 0.28 * mood.cloud * (0.5 + order)
    dense = step(edge, edge + 0.2, long) * 0.8
    near = np.exp(-np.maximum(away - radius, 0) / 0.16)
    cloud = mix(
        blend(c.zenith, c.cloud_dark, 0.5), blend(c.horizon, c.glow, 0.45), np.clip(near * (1.25 - dense), 0, 1)
    )
    image = mix(image, cloud, dense * (1 - 0.25 * disc_cover))
    return image, 0.12 * np.sin(x * 7 + 9 * long), []


def _land(
    image: Field, flow: Field, mood: Setting, song: Course, rng: np.random.Generator, horizon: float
) -> tuple[Field, list[Piece], Field, list[Figure]]:
    """What lies under the sky: the song's ridge, a nearer one, perhaps water between; somebody small."""
    x, _ = grid()
    noise = tile(rng, cells=4, octaves=6, gain=0.5, ridged=0.7 * mood.rough, size=256)
    rag, fine = (look(noise, x * 0.7, x * 0 + rng.random())[0] - 0.5 for _ in range(2))
    c = mood.colours
    tall = (0.05 + 0.10 * rng.random()) * (0.6 + 0.6 * mood.arousal) + 0.2 * mood.tension * mood.rough
    knots = np.linspace(0, 1, 15)
    peaks = np.interp(x[0], knots, song.at(knots) + (0.5 * rng.random(15) - 0.25) * mood.rough)
    line = song.at(x[0]) + (peaks - song.at(x[0])) * mood.rough  # hills for the gentle, teeth for the rough
    ridge = horizon - tall * line - rag * (0.05 + 0.12 * mood.rough)
    far = under(ridge.astype(np.float32))
    # darker than any sky, or a blue ridge under an orange glow reads as the sky hanging down
    tone = blend(c.lands[0], c.lands[1], 0.45)
    foot = blend(tone, c.horizon, 0.15 + 0.35 * mood.mist)
    shade = ramp((tone, foot), (grid()[1] - ridge[None]) / 0.18)
    sky_only = image
    image = mix(image, shade, far)
    pieces: list[Piece] = [("sky", 0.0, np.ones((WORK, WORK), np.float32)), ("ridge", 0.4, far)]
    flow = np.where(far > 0.5, 0.2, flow)
    if rng.random() < 0.25 + 0.75 * mood.calm:
        mirror = image[np.clip((2 * horizon * WORK - np.arange(WORK)).astype(int), 0, WORK - 1)]
        lake = water(mirror, replace(mood, wind=0.5 * mood.wind), rng, horizon=horizon, eye=0.25)
        wet = under(np.full(WORK, horizon, np.float32))
        image = mix(image, lake, wet)
        pieces.append(("water", 0.65, wet))
        flow = np.where(wet > 0.5, 0.0, flow)
    else:
        middle = horizon + (1 - horizon) * 0.42 - 0.6 * tall * song.at(1 - x[0]) + fine * (0.05 + 0.10 * mood.rough)
        hill = under(middle.astype(np.float32))
        body = toned(tone, float(tone[0]) * 0.72)
        image = mix(image, ramp((body, blend(body, foot, 0.6)), (grid()[1] - middle[None]) / 0.2), hill)
        pieces.append(("hill", 0.6, hill))
        flow = np.where(hill > 0.5, -0.15, flow)
    away = -1.0 if mood.sun[0] > 0.5 else 1.0
    slope = 0.5 + 0.5 * away * (2 * x[0] - 1)
    near = 0.985 - (1 - horizon) * (0.12 + 0.62 * slope**2.2) + 0.03 * fine
    seen = under(near.astype(np.float32))
    dark = toned(c.shadow, 0.10 + 0.13 * mood.valence)
    image = mix(image, lighter(np.broadcast_to(dark, sky_only.shape), 0.0), seen)
    pieces.append(("near land", 0.85, seen))
    flow = np.where(seen > 0.5, 0.15, flow)
    return image, pieces, flow.astype(np.float32), _beings(mood, rng, near, away, dark)


def _beings(mood: Setting, rng: np.random.Generator, near: Field, away: float, dark: Field) -> list[Figure]:
    """On the near land, away from the light: a lit tent and lanterns that rise when glad, a watcher or a wood when
    calm, a bare or broken tree when tense, a ruin when sad."""
    v, c = mood.valence, mood.colours
    camp, dead = 0.1 + 0.8 * mood.joy + 0.2 * mood.calm, 0.1 + 0.6 * mood.tension + 0.3 * mood.gloom
    pull = np.array([0.3, camp, dead, 0.3 * (1 - mood.joy), 0.02 + 0.8 * mood.gloom * (v < 0.45)])
    kind = rng.choice(["watcher", "tent", "tree", "wood", "ruin"], p=pull / pull.sum())
    at = 0.5 + away * rng.uniform(0.2, 0.34)
    foot = float(near[int(np.clip(at, 0, 0.999) * WORK)]) + 0.006
    things: list[Figure] = []
    if kind == "wood":
        columns = np.linspace(0, 1, 64)
        line = np.interp(columns, np.linspace(0, 1, WORK), near).astype(np.float32)
        heights = (0.03 + 0.11 * np.abs(columns - (0.5 - 0.5 * away)) ** 1.5).astype(np.float32)
        things.append(Figure("wood", tuple(wood_line(rng, line + 0.012, heights, kind="pine", step=0.028)), dark))
    elif kind == "tree":
        wood = bent(figures.bare_tree(rng, at, foot, rng.uniform(0.28, 0.42)), foot, -away * gale(mood))
        things.append(Figure("tree", tuple(wood), dark))
    elif kind == "ruin":
        things.append(Figure("ruin", tuple(props.ruin(at, foot + 0.004, 0.18, facing=int(-away))), dark))
    elif kind == "tent":
        cloth, opening = props.tent(at, foot, 0.055)
        things.append(Figure("tent", tuple(cloth), toned(c.accent, 0.6, 1.2)))
        things.append(Figure("lamp", tuple(opening), toned(c.glow, 0.95)))
    if kind in ("watcher", "tent"):
        things.append(Figure("watcher", tuple(figures.walker(rng, at - away * 0.09, foot + 0.004, 0.06)), dark))
    if mood.joy > 0.3:  # paper lanterns, let go one after the other
        paper = [
            plants.blob(rng, float(px), float(py), 0.011 * s, 0.015 * s, points=10, rag=0.06)
            for px, py, s in zip(
                rng.normal(0.5 + 0.1 * away, 0.2, 18),
                rng.uniform(0.16, 0.74, 18),
                rng.uniform(0.4, 1.2, 18),
                strict=True,
            )
        ]
        things.append(Figure("lanterns", tuple(paper), toned(blend(c.glow, c.accent, 0.3), 0.86, 1.5)))
    if v < 0.36:
        things += flock(mood, rng, 0.5 - 0.15 * away, 0.3, 0.014)
    return things
