"""What a mood does to a landscape: its sky, its season, what falls, what grows, who flies.

Open sky, water, leaves, flowers and many clear colours please, bare trees, murk and wreckage do not; fire, lightning
and steep forms excite, level lines and empty space calm. So people rate photographs (OASIS: Kurdi, Lozano & Banaji
2017) and drawn lines (Lundholm 1921); which thing stands for which mood here is our own reading of that.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.composition.model import WORK, Figure, grid
from tonescape.render.painter.composition.setting import blend, lab, setting_for, toned
from tonescape.render.painter.raster.filters import mix, smoothstep
from tonescape.render.painter.raster.noise import fractal_noise, sample_tile
from tonescape.render.painter.subjects import objects, plants, silhouettes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tonescape.core.records import Brief
    from tonescape.render.painter.composition.setting import Setting
    from tonescape.render.painter.raster.filters import Field

SEASONS = ("blossom", "summer", "autumn", "bare", "frost")


def valence_arousal(brief: Brief) -> tuple[float, float]:
    """(valence, arousal) of a song in [0, 1], .5 where it is no number: for choices made before the setting."""
    v, a = (float(np.clip(np.nan_to_num(x, nan=0.5), 0, 1)) for x in (brief.mood.valence, brief.mood.arousal))
    return v, a


def landscape_setting(brief: Brief, rng: np.random.Generator, *, horizon: float) -> Setting:
    """The setting of an open landscape: as `setting` has it, but a gloomy song mostly hides its moon behind cloud."""
    v, a = valence_arousal(brief)
    dull = float(rng.random()) < 1.25 * (1 - v) * (1 - a) - 0.1
    setting = setting_for(brief, rng, horizon=horizon, phase="storm" if dull else None)
    if not dull:
        return setting
    c = setting.colours
    # a pale lid of cloud over dark land: what stands there shows as an outline, in styles of few tones too
    pale = replace(
        c,
        zenith=toned(c.zenith, 0.40),
        sky=toned(c.sky, 0.56, 0.9),
        horizon=toned(c.horizon, 0.70, 0.8),
        cloud_dark=toned(c.cloud_dark, 0.43),
        cloud_lit=toned(c.cloud_lit, 0.72, 0.8),
    )
    return replace(setting, sun_size=0.0015, cloud=0.96, glow=0.2, mist=min(1.0, setting.mist + 0.1), colours=pale)


def overcast(setting: Setting) -> bool:
    """Whether neither sun nor moon shows."""
    return setting.sun_size < 0.002


def season(setting: Setting, rng: np.random.Generator) -> str:
    """Blossom and leaf for a glad song, bare wood for a sad one; the seed decides in between."""
    v, a = setting.valence, setting.arousal
    weights = np.array(
        [
            max(0.0, v - 0.5) * 1.6,
            max(0.0, v - 0.25) * (0.5 + a),
            0.5 * max(0.0, 1 - 3 * abs(v - 0.5)),
            max(0.0, 0.6 - v) * 2.0,
            max(0.0, 0.45 - v) * (1 - a) * 1.2,
        ]
    )
    return SEASONS[int(rng.choice(5, p=(weights + 1e-9) / (weights + 1e-9).sum()))]


def leaf_colour(setting: Setting) -> Field:
    """Green as the mood has it: fresh when glad, of hay when not."""
    fresh = lab(0.44 + 0.24 * setting.valence, 0.1 + 0.05 * setting.arousal, 132 - 40 * (1 - setting.valence))
    return blend(setting.colours.lands[3], fresh, 0.15 + 0.5 * setting.valence)


def tree(
    setting: Setting, rng: np.random.Generator, when: str, x: float, foot: float, height: float, *, side: float
) -> list[Figure]:
    """A broad-leaved tree in a season, bent when the song is stormy. side : where the light is, -1 or 1"""
    c, lean = setting.colours, side * storm_lean(setting)  # blown inwards: it leads the eye back
    if when in ("bare", "frost"):
        wood = bend_over(silhouettes.bare_tree(rng, x, foot, height), foot, lean)
        return [Figure("tree", tuple(wood), blend(c.shadow, c.lands[0], 0.15))]
    wood, shade, light = (bend_over(part, foot, lean) for part in plants.broadleaf(rng, x, foot, height, side=side))
    tone = leaf_colour(setting)
    if when == "blossom":
        tone = toned(blend(c.glow, c.accent, 0.55), 0.62 + 0.14 * setting.valence, 1.2)
    elif when == "autumn":
        tone = blend(tone, c.accent, 0.75)
    lit = toned(blend(tone, c.glow, 0.3), min(0.93, float(tone[0]) + 0.1), 1.1)
    deep = blend(tone, c.shadow, 0.45 if when != "blossom" else 0.2)
    return [
        Figure("trunk", tuple(wood), c.shadow),
        Figure("tree", tuple(shade), deep),
        Figure("leaves", tuple(light), lit),
    ]


def storm_lean(setting: Setting) -> float:
    """How far a tree's head is blown aside, in its heights: nothing up to a breeze, a third in a storm."""
    return 0.55 * max(0.0, setting.tension - 0.3) + 0.1 * max(0.0, setting.wind - 0.7)


def bend_over(shapes: Sequence[Field], foot: float, lean: float) -> list[Field]:
    """Polygons that stand on unit y `foot`, blown aside: `lean` heights at the height of one third of the picture."""
    if not lean:
        return list(shapes)
    bowed = []
    for shape in shapes:
        up = np.maximum(foot - shape[:, 1], 0)
        moved = np.stack([shape[:, 0] + 3 * lean * up**1.7 * 0.6, shape[:, 1] + 0.35 * abs(lean) * up], 1)
        bowed.append(np.asarray(moved, np.float32))
    return bowed


def flock(setting: Setting, rng: np.random.Generator, x: float, y: float, span: float = 0.016) -> list[Figure]:
    """Birds as the song has them: a flight of swallows, a lone gull, crows that circle; none in a heavy sky."""
    c = setting.colours
    pale = setting.phase in ("storm", "night") and setting.valence > 0.4
    tone = mix(c.shadow, c.glow, 0.65) if pale else mix(c.shadow, c.sky, 0.1)
    if setting.valence < 0.42:
        count = round(2 + 12 * setting.tension + 2 * setting.gloom)
        reach = (0.05 + 0.22 * setting.tension, 0.03 + 0.1 * setting.tension)
        shapes = silhouettes.crows(rng, x, y, span * 1.25, count, reach)
        return [Figure("birds", tuple(shapes), blend(c.shadow, c.lands[0], 0.1))]
    count = round(1 + 3 * (1 - setting.calm) + 11 * max(0.0, setting.joy - 0.2))
    shapes = silhouettes.birds(rng, x, y, span, count=count)
    return [Figure("birds", tuple(shapes), tone)]


def rain(image: Field, setting: Setting, rng: np.random.Generator, amount: float, tone: Field) -> Field:
    """Rain drawn as slanting strokes of light, in three distances; the wind leans them. amount : [0, 1]"""
    x, y = grid()
    lean = (0.05 + 0.45 * setting.wind) * (1 if rng.random() < 0.5 else -1)
    noise = fractal_noise(rng, cells=64, octaves=1, size=256)
    fall = np.zeros((WORK, WORK), np.float32)
    for scale, strength in ((0.8, 0.5), (1.5, 0.4), (2.4, 0.28)):
        u, v = (x + lean * y) * scale * 1.25, y * scale * 0.05
        drop = sample_tile(noise, u + rng.random(), v + rng.random())
        fall = np.maximum(fall, smoothstep(0.80, 0.97, drop) * strength * amount)
    return mix(image, tone, fall)


def falling(image: Field, setting: Setting, rng: np.random.Generator, when: str) -> Field:
    """Rain or snow over a landscape, where the song is heavy enough for it; a picture without is given back."""
    heavy = (0.9 * setting.gloom + 0.7 * setting.tension - 0.28) * (setting.phase in ("storm", "night"))
    if heavy <= 0 or rng.random() > 0.35 + heavy:
        return image
    tone = blend(setting.colours.glow, setting.colours.sky, 0.45)
    if when != "frost" or setting.arousal > 0.5:
        return rain(image, setting, rng, min(0.75, 0.3 + heavy), tone)
    flakes = np.zeros((WORK, WORK), np.float32)
    for radius, count in ((1, 700), (2, 160), (3, 40)):
        for column, row in rng.integers(4, WORK - 4, (count, 2)).tolist():
            flakes[row - radius + 1 : row + radius, column - radius + 1 : column + radius] = 0.5 + 0.12 * radius
    return mix(image, toned(setting.colours.glow, 0.92, 0.5), flakes)


def lightning_bolts(setting: Setting, rng: np.random.Generator, x: float, foot: float) -> list[Figure]:
    """Lightning down to (x, foot), where the song is tense enough; the same draws in any case."""
    start = (x + float(rng.uniform(-0.14, 0.14)), -0.02)
    bolt = objects.lightning(rng, start, (x, foot), 0.0038)
    if rng.random() > 1.7 * (setting.tension - 0.35) or setting.phase not in ("storm", "night", "dusk"):
        return []
    return [Figure("lightning", tuple(bolt), toned(setting.colours.glow, 0.96))]


def burning(
    setting: Setting, rng: np.random.Generator, x: float, foot: float, wide: float, tall: float
) -> list[Figure]:
    """A fire with its red rim, its body and its white heart, and sparks over it."""
    c = setting.colours
    ember = blend(c.accent, np.array([0.6, 0.17, 0.12], np.float32), 0.5)
    tones = (toned(ember, 0.5, 1.1), toned(blend(ember, c.glow, 0.35), 0.68, 1.4), toned(c.glow, 0.93, 1.2))
    parts = [
        Figure("fire", tuple(objects.flames(rng, x, foot, wide * share, tall * high)), tone)
        for share, high, tone in zip((1.0, 0.8, 0.5), (1.0, 0.72, 0.4), tones, strict=True)
    ]
    sparks = plants.petals(rng, 26, (x, foot - 1.3 * tall), 0.4 * tall + 0.04, 0.003)
    return [*parts, Figure("embers", tuple(sparks), tones[1])]


def rainbow(image: Field, setting: Setting, rng: np.random.Generator, horizon: float) -> Field:
    """A bow opposite the light of a joyful day: red outside, 42 degrees about the point across from the sun, so seen
    as a wide ring that stands on the horizon."""
    chance = rng.random()
    if chance > 1.1 * (setting.joy - 0.42) or setting.phase not in ("day", "golden"):
        return image
    x, y = grid()
    middle = 0.5 + (0.5 - setting.sun[0]) * 2.2
    away = np.hypot(x - middle, (y - horizon - 0.12) * 1.05)
    radius = 0.46
    place = (away - radius) / 0.055
    body = np.exp(-((np.abs(place - 0.5) / 0.5) ** 4)) * (y < horizon) * smoothstep(-0.1, 0.55, y / horizon)
    hues = np.radians(np.array([300.0, 250.0, 190.0, 145.0, 105.0, 65.0, 30.0]))
    at = np.clip(place, 0, 1) * 6
    knots = np.arange(7)
    bow = np.stack(
        [
            np.interp(at, knots, [0.62, 0.66, 0.78, 0.84, 0.92, 0.8, 0.66]),
            0.13 * np.interp(at, knots, np.cos(hues)),
            0.13 * np.interp(at, knots, np.sin(hues)),
        ],
        -1,
    ).astype(np.float32)
    return mix(image, bow, np.asarray(0.62 * body, np.float32))
