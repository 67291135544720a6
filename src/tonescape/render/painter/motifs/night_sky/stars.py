"""What shows in a night sky: a river of stars, their trails, falling stars, a moon behind cloud."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.composition.abstract import disc, ramp
from tonescape.render.painter.composition.model import WORK, Figure, grid
from tonescape.render.painter.composition.setting import blend, toned
from tonescape.render.painter.raster.filters import blur, mix, smoothstep
from tonescape.render.painter.raster.noise import fractal_noise, sample_tile

if TYPE_CHECKING:
    from tonescape.render.painter.composition.abstract import SongCurves
    from tonescape.render.painter.composition.setting import Setting
    from tonescape.render.painter.raster.filters import Field


def star_count(setting: Setting) -> int:
    return int(260 + 500 * (1 - 0.75 * setting.gloom) * (0.5 + 0.5 * setting.valence))


def sprinkled(image: Field, setting: Setting, rng: np.random.Generator, chance: Field) -> tuple[Field, list[Figure]]:
    """Stars where `chance` [WORK, WORK] lets them; the few bright ones are figures, so that every style keeps them."""
    count = star_count(setting) * 4
    column, row = rng.integers(3, WORK - 3, count), rng.integers(3, WORK - 3, count)
    kept = rng.random(count) < chance[row, column]
    size = rng.pareto(2.2, count)
    spark = np.zeros((WORK, WORK), np.float32)
    spark[row[kept], column[kept]] = np.clip(0.35 + 0.6 * size[kept], 0, 2.5)
    image = mix(image, setting.colours.sun, np.clip(blur(spark, 0.8) * 3.2, 0, 1) * 0.9)
    bright = np.flatnonzero(kept)[np.argsort(-size[kept])[: 14 + int(16 * setting.valence)]]
    shapes = tuple(
        disc((column[k] + 0.5) / WORK, (row[k] + 0.5) / WORK, 0.0014 + 0.0022 * rng.random()) for k in bright
    )
    return image, [Figure("stars", shapes, toned(setting.colours.sun, 0.96))] if shapes else []


def milky_way(
    image: Field, setting: Setting, song: SongCurves, rng: np.random.Generator, horizon: float
) -> tuple[Field, Field, list[Figure]]:
    """A river of light across the sky, split by dust; loud parts of the song shine."""
    x, y = grid()
    noise = fractal_noise(rng, cells=4, octaves=6, gain=0.6, size=256)
    dust = fractal_noise(rng, cells=4, octaves=5, gain=0.55, ridged=0.5, size=256)
    lean = (1 if setting.sun[0] < 0.5 else -1) * rng.uniform(0.5, 1.25)
    bend = rng.uniform(-0.25, 0.25) * (0.5 + setting.arousal)
    px, py = x - setting.sun[0], y - setting.sun[1]
    along, off = px * np.cos(lean) + py * np.sin(lean), py * np.cos(lean) - px * np.sin(lean)
    off = off + bend * along**2 + 0.08 * (sample_tile(noise, along * 0.3 + 0.2, off * 0.3 + 0.7) - 0.5)
    loud = song.at(np.clip(along * 0.75 + 0.5, 0, 1))
    wide = 0.07 + 0.09 * np.exp(-((along / 0.35) ** 2)) + 0.03 * setting.arousal
    body = np.exp(-((off / wide) ** 2))
    cloud = sample_tile(noise, along * 0.7 + rng.random(), off * 0.9 + rng.random())
    lane = sample_tile(dust, along * 0.45 + rng.random(), off * 0.8 + rng.random())
    light = body * (0.22 + 0.95 * cloud) * (0.45 + 0.75 * loud)
    light *= 1 - 0.85 * smoothstep(0.55, 0.85, lane) * np.exp(-((off / (0.55 * wide)) ** 2))
    c = setting.colours
    halo = toned(blend(c.lands[3], c.accent, 0.45), 0.45 + 0.15 * setting.valence, 1.5)
    image = mix(
        image,
        halo,
        np.clip(np.exp(-((off / (2.4 * wide)) ** 2)) * (0.28 + 0.35 * setting.arousal) * (0.6 + 0.6 * cloud), 0, 0.8),
    )
    image = mix(image, blend(c.glow, c.accent, 0.25), np.clip(light * 0.95, 0, 0.92))
    heart = np.exp(-((np.hypot(along, off * 1.8) / 0.16) ** 2)) * body
    image = mix(image, c.sun, np.clip(heart * light * 1.1, 0, 0.8))
    chance = np.clip(0.10 + 0.75 * light, 0, 1) * smoothstep(horizon, horizon - 0.2, y)
    image, figures = sprinkled(image, setting, rng, chance)
    figures += constellation(setting, song, rng, horizon)
    flow = np.broadcast_to(lean + 1.2 * (cloud - 0.5) * (0.4 + setting.arousal), (WORK, WORK))
    return image, flow, figures


def constellation(setting: Setting, song: SongCurves, rng: np.random.Generator, horizon: float) -> list[Figure]:
    """The bar written in stars: the strong beats joined by thin lines, on the quiet side of the sky."""
    strong = np.flatnonzero(song.beat > 0.45)[:8]
    if len(strong) < 3:
        return []
    across = 0.04 + 0.30 * strong / 15
    x = across if setting.sun[0] > 0.5 else 1 - across
    y = horizon * (0.12 + 0.30 * (1 - song.beat[strong]) + rng.uniform(0, 0.16, len(strong)))
    stars = tuple(disc(float(a), float(b), 0.0042) for a, b in zip(x, y, strict=True))
    lines = []
    for k in range(len(strong) - 1):
        a, b = np.array([x[k], y[k]]), np.array([x[k + 1], y[k + 1]])
        side = np.array([-(b - a)[1], (b - a)[0]]) / (np.hypot(*(b - a)) + 1e-6) * 0.0007
        lines.append(np.stack([a - side, b - side, b + side, a + side]).astype(np.float32))
    pale = blend(setting.colours.zenith, setting.colours.sun, 0.45)
    return [Figure("lines", tuple(lines), pale), Figure("constellation", stars, toned(setting.colours.sun, 0.96))]


def trails(
    image: Field, setting: Setting, song: SongCurves, rng: np.random.Generator, horizon: float
) -> tuple[Field, Field, list[Figure]]:
    """The stars' paths round the pole: radius is the song's time, loud parts are bright rings; long when slow."""
    x, y = grid()
    x0, y0 = setting.sun[0], setting.sun[1]
    away, turn = np.hypot(x - x0, y - y0), np.arctan2(y - y0, x - x0)
    rings = 150
    ring = np.floor(away * rings * 0.9).astype(np.int32)
    inside = away * rings * 0.9 - ring
    start = rng.uniform(0, 2 * np.pi, (rings * 2, 3))
    long = (0.5 + 1.5 * (1 - setting.arousal)) * rng.uniform(0.5, 1.3, (rings * 2, 3))
    strong = rng.random((rings * 2, 3)) ** 1.6
    light = np.zeros((WORK, WORK), np.float32)
    for k in range(3):
        at = (turn - start[ring, k]) % (2 * np.pi) / long[ring, k]
        light = np.maximum(light, (at < 1) * (0.25 + 0.75 * at) * strong[ring, k])
    loud = song.at(np.clip(away / 0.95, 0, 1))
    light = light * np.exp(-(((inside - 0.5) / 0.3) ** 2)) * (0.35 + 0.9 * loud)
    c = setting.colours
    tones = ramp((c.sun, c.accent, c.glow, c.lands[3]), (np.sin(ring * 12.9) * 0.5 + 0.5))
    wash = np.exp(-away / 0.3) * (0.25 + 0.35 * setting.valence)
    image = mix(image, toned(blend(c.lands[3], c.horizon, 0.4), 0.5 + 0.15 * setting.valence, 1.3), wash)
    image = mix(image, blend(c.glow, c.sun, 0.5), 0.16 * loud * np.exp(-away / 0.5))
    image = mix(image, tones, np.clip(light * 1.25, 0, 0.95) * smoothstep(horizon + 0.02, horizon - 0.12, y))
    return image, turn + np.pi / 2, [Figure("pole star", (disc(x0, y0, 0.006),), toned(c.sun, 0.97))]


def meteors(
    image: Field, setting: Setting, song: SongCurves, rng: np.random.Generator, horizon: float
) -> tuple[Field, Field, list[Figure]]:
    """Stars that fall from one point of the sky: one for each strong beat, one great one at the focal point."""
    x, y = grid()
    chance = np.clip(0.14 + 0 * x, 0, 1) * smoothstep(horizon, horizon - 0.25, y)
    image, figures = sprinkled(image, setting, rng, chance)
    fx, fy = setting.sun
    ox, oy = (1.15 if fx < 0.5 else -0.15) + rng.normal(0, 0.06), -0.18 + rng.normal(0, 0.05)
    c = setting.colours
    heads: list[Field] = []
    ends = [(fx, fy, 1.0)]
    for beat in song.beat[song.beat > 0.5][: 2 + round(9 * setting.arousal)].tolist():
        ends.append((float(rng.uniform(0.03, 0.97)), horizon * float(rng.uniform(0.12, 0.9)), 0.2 + 0.32 * beat))
    for ex, ey, size in ends:
        dx, dy = ex - ox, ey - oy
        far = float(np.hypot(dx, dy))
        dx, dy = dx / far, dy / far
        along, off = (x - ex) * dx + (y - ey) * dy, (y - ey) * dx - (x - ex) * dy
        tail = (0.30 + 0.28 * setting.arousal) * size + 0.05
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
    return image, flow, [*figures, Figure("meteors", tuple(heads), toned(c.sun, 0.97))]


def moon(
    image: Field, setting: Setting, song: SongCurves, rng: np.random.Generator, horizon: float
) -> tuple[Field, Field, list[Figure]]:
    """A great moon behind bars of cloud; the clouds lie as the song's parts follow each other."""
    x, y = grid()
    chance = 0.05 * smoothstep(horizon, horizon - 0.3, y) * np.ones_like(x)
    image, _ = sprinkled(image, setting, rng, chance)
    c = setting.colours
    x0, y0, radius = setting.sun[0], setting.sun[1], setting.sun_size
    away = np.hypot(x - x0, y - y0)
    image = mix(
        image,
        blend(c.horizon, c.glow, 0.4),
        (0.3 + 0.3 * setting.valence) * np.exp(-np.maximum(away - radius, 0) / 0.13),
    )
    image = mix(image, c.glow, 0.4 * np.exp(-np.maximum(away - radius, 0) / 0.03))
    noise = fractal_noise(rng, cells=3, octaves=5, gain=0.55, size=256)
    seas = sample_tile(noise, (x - x0) / radius * 0.16 + 0.4, (y - y0) / radius * 0.16 + 0.3)
    tone = c.sun if setting.tension < 0.45 else toned(blend(c.accent, c.glow, 0.35), 0.72, 1.3)
    face = mix(
        np.broadcast_to(tone, image.shape).astype(np.float32),
        toned(tone, float(tone[0]) - 0.16),
        smoothstep(0.45, 0.75, seas) * 0.7,
    )
    phase = rng.uniform(-0.2, 1.6)
    lit = (
        smoothstep(-0.12, 0.12, 1 - np.hypot(x - x0 - phase * radius * 1.1, y - y0 + 0.3 * radius) / (1.04 * radius))
        if phase < 0.7 and phase > 0.25
        else 0 * away
    )
    disc_cover = smoothstep(radius + 0.0016, radius - 0.0016, away)
    image = mix(image, face, disc_cover * (1 - 0.9 * lit))
    long = sample_tile(noise, x * 0.32 + rng.random(), y * 1.7 + rng.random())
    order = song.at(np.clip(y / horizon, 0, 1))
    edge = 0.62 - 0.28 * setting.cloud * (0.5 + order)
    dense = smoothstep(edge, edge + 0.2, long) * 0.8
    near = np.exp(-np.maximum(away - radius, 0) / 0.16)
    cloud = mix(
        blend(c.zenith, c.cloud_dark, 0.5), blend(c.horizon, c.glow, 0.45), np.clip(near * (1.25 - dense), 0, 1)
    )
    image = mix(image, cloud, dense * (1 - 0.25 * disc_cover))
    return image, 0.12 * np.sin(x * 7 + 9 * long), []
