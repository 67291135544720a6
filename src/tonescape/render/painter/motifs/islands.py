"""Islands: an archipelago in mist, a lagoon with palms, huts on stilts, a cove, one rock with cypresses, sea stacks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.composition.builder import Stage, beats, contour, emboss, flip_about
from tonescape.render.painter.composition.model import WORK, Composition, Figure, grid
from tonescape.render.painter.composition.setting import Setting, blend, contrasting_colour, lab, toned
from tonescape.render.painter.composition.variants import Variant, choose
from tonescape.render.painter.raster.filters import mix, smoothstep
from tonescape.render.painter.raster.noise import fractal_noise, sample_tile
from tonescape.render.painter.subjects import objects, plants, silhouettes
from tonescape.render.painter.subjects.sky import Sky, sky
from tonescape.render.painter.subjects.water import water
from tonescape.render.painter.subjects.weather import (
    falling,
    flock,
    landscape_setting,
    leaf_colour,
    lightning_bolts,
    rainbow,
    storm_lean,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tonescape.core.records import Brief
    from tonescape.render.painter.raster.filters import Field

    Plan = list[tuple[float, float, float, float, float]]
    """(middle, half width, height, share, steep) of each island, far to near. Masses balance: the greatest stands on
    the third away from the light."""
    Planner = Callable[[Brief, float, np.random.Generator], Plan]


EYE = 0.34
"""height of the eye over the water"""


@dataclass(frozen=True, slots=True, eq=False)
class Isle:
    """rise : [WORK] unit height over the water by column      line : unit y of its water line
    foot : [WORK] how far its shore comes forward of that      share : 0 far .. 1 near      steep : 0 hill .. 1 cliff"""

    rise: Field
    foot: Field
    line: float
    share: float
    steep: float


def compose(brief: Brief, rng: np.random.Generator) -> Composition:
    """The composition of a song. Draws from `rng` in a fixed order, so one seed gives one picture."""
    horizon = float(rng.choice([0.4, 0.5, 0.58]))
    setting = landscape_setting(brief, rng, horizon=horizon - 0.04)
    number = choose(VARIANTS, setting, rng)
    kind = VARIANTS[number].name
    sky_image = sky(setting, rng, horizon)
    noise = fractal_noise(rng, cells=4, octaves=7, gain=0.55, ridged=0.2 + 0.5 * setting.rough)
    isles = _isles(brief, setting, rng, noise, horizon, VARIANTS[number])
    coats = [_coat(isle, setting, sky_image, noise, kind) for isle in isles]
    mirror = flip_about(sky_image.lab, horizon)
    for isle, coat in zip(isles, coats, strict=True):
        reach = int((isle.line + float(isle.rise.max())) * WORK) + 2
        rows = slice(int(isle.line * WORK), min(WORK, reach))
        mirror[rows] = mix(mirror[rows], flip_about(coat, isle.line)[rows], flip_about(_cover(isle), isle.line)[rows])
    sea = water(mirror, setting, rng, horizon=horizon, eye=EYE)
    sea = _shallows(sea, setting, isles, kind)
    sea = _whitecaps(sea, setting, noise, horizon)
    stage = Stage(setting, sky_image.lab, sky_image.drift)
    _, y = grid()
    stage.add_layer("sea", 0.1, np.broadcast_to(np.clip((y - horizon) * WORK + 0.5, 0, 1), (WORK, WORK)), sea, 0.0)
    drift = sample_tile(noise, grid()[0] * 0.4 + rng.random(), y * 1.7)
    for place, (isle, coat) in enumerate(zip(isles, coats, strict=True)):
        stage.add_layer(
            f"isle {place + 1}", 0.15 + 0.7 * isle.share, _cover(isle), coat, 1.57 if isle.steep > 0.5 else 0.5
        )
        fog = np.exp(-(((y - isle.line) / (0.012 + 0.04 * setting.mist)) ** 2)) * smoothstep(0.3, 0.75, drift)
        stage.veil(fog * (0.15 + 0.7 * setting.mist) * (1 - 0.5 * isle.share), sky_image.air[None])
    stage.lab = falling(rainbow(stage.lab, setting, rng, horizon), setting, rng, "summer")
    figures, focus = _figures(setting, rng, isles, horizon, kind)
    stage.draw(figures, water_line=horizon)
    parameters = (
        ("islands", float(len(isles))),
        ("horizon", horizon),
        ("mist", setting.mist),
        ("kind", float(number)),
    )
    return stage.finish(focus=focus or setting.sun, horizon=horizon, parameters=parameters)


def _plan_archipelago(brief: Brief, third: float, rng: np.random.Generator) -> Plan:
    """Many islands, one behind the other on both sides."""
    plan: Plan = []
    for number in range(int(rng.integers(6, 9))):
        share = number / 8
        side = third if number % 2 == 0 else 1 - third
        plan.append(
            (
                side + rng.normal(0, 0.2),
                0.07 + 0.16 * rng.random() + 0.12 * share,
                0.05 + 0.09 * rng.random() + 0.05 * share,
                share,
                0.3,
            )
        )
    return plan


def _plan_lagoon(brief: Brief, third: float, rng: np.random.Generator) -> Plan:
    """A long low island far off, a hill before it, a beach by the edge."""
    plan: Plan = [
        (1 - third + rng.normal(0, 0.1), 0.3, rng.uniform(0.07, 0.14), 0.0, 0.1),
        (third, rng.uniform(0.16, 0.24), rng.uniform(0.1, 0.2), 0.25, 0.2),
    ]
    plan.append((0.02 if third < 0.5 else 0.98, rng.uniform(0.3, 0.4), 0.06, 0.85, 0.0))
    return plan


def _plan_huts(brief: Brief, third: float, rng: np.random.Generator) -> Plan:
    """Two low islands far off; the huts stand before them."""
    plan: Plan = [
        (1 - third + rng.normal(0, 0.12), 0.34, rng.uniform(0.1, 0.2), 0.0, 0.3),
        (third, 0.16, 0.05, 0.1, 0.1),
    ]
    return plan


def _plan_cove(brief: Brief, third: float, rng: np.random.Generator) -> Plan:
    """A gate of two cliffs, the higher one on the third's side; an island far out between them."""
    edge = 0.0 if third < 0.5 else 1.0
    plan: Plan = [
        (1 - third, rng.uniform(0.1, 0.2), rng.uniform(0.06, 0.12), 0.05, 0.4),
        (1 - edge, rng.uniform(0.2, 0.28), rng.uniform(0.2, 0.3), 0.5, 0.8),
        (edge, rng.uniform(0.3, 0.42), rng.uniform(0.42, 0.56), 0.75, 0.8),
    ]
    return plan


def _plan_rock(brief: Brief, third: float, rng: np.random.Generator) -> Plan:
    """One high rock before a long low shore."""
    middle = 0.5 + (third - 0.5) * rng.uniform(0.2, 0.7)
    plan: Plan = [
        (1 - third, 0.3, 0.03, 0.0, 0.1),
        (middle, rng.uniform(0.2, 0.27), rng.uniform(0.26, 0.36), 0.55, 1.0),
    ]
    return plan


def _plan_stacks(brief: Brief, third: float, rng: np.random.Generator) -> Plan:
    """A row of needles as high as the bar's beats, a cliff by the edge."""
    strong = beats(brief, 8)
    plan: Plan = [(1 - third, 0.4, 0.06, 0.0, 0.3)]
    for number in range(5):
        plan.append(
            (
                third + (number - 2) * 0.14 * (1 if third < 0.5 else -1) + rng.normal(0, 0.02),
                rng.uniform(0.025, 0.06),
                0.07 + 0.2 * float(strong[number]),
                0.15 + 0.1 * number,
                1.0,
            )
        )
    plan.append((0.0 if third < 0.5 else 1.0, rng.uniform(0.24, 0.32), rng.uniform(0.16, 0.24), 0.6, 0.9))
    return plan


def _isles(
    brief: Brief, setting: Setting, rng: np.random.Generator, noise: Field, horizon: float, variant: Variant[Planner]
) -> list[Isle]:
    """Far to near; heights follow the song."""
    x = grid()[0][0]
    third = 1 / 3 if setting.sun[0] > 0.5 else 2 / 3
    isles = []
    for middle, wide, tall, share, steep in variant.compose(brief, third, rng):
        away = np.clip(np.abs(x - middle) / wide, 0, 1)
        body = np.maximum(1 - away**2, 0) ** (1.15 - 0.85 * steep)
        rag = 1 + (sample_tile(noise, x[None] * 1.4 + share, x[None, :1].T * 0 + share)[0] - 0.5) * (
            0.5 + 0.5 * setting.rough
        )
        song = 0.6 + 0.55 * contour(brief, np.clip((x - middle) / wide / 2 + 0.5, 0, 1))
        # a cliff breaks off in steps, a hill rolls
        crag = sample_tile(noise, x[None] * 4.2 + 0.2, x[None, :1].T * 0 + 0.5 + share)[0]
        rise = tall * body * rag * song * (1 + steep * (0.5 + 0.3 * setting.rough) * (np.round(crag * 5) / 5 - 0.5))
        if variant.name == "rock" and steep == 1.0:  # two horns round a dark cove
            rise *= 1 - 0.55 * np.exp(-(((x - middle) / (0.28 * wide)) ** 2))
        line = horizon + 0.006 + 0.26 * share**1.6 * (1 - horizon) / 0.5
        # rocks at its foot: a shelf a little wider than the body, whose shore bends towards us and is nowhere straight
        torn = sample_tile(noise, x[None] * 5.0 + 0.4 + share, x[None, :1].T * 0 + 0.7 * share)[0]
        apron = np.sqrt(np.clip(1 - (np.abs(x - middle) / (1.16 * wide)) ** 2, 0, 1))
        shelf = np.maximum((0.012 + 0.02 * share) * (2.4 * torn - 0.9), 0.0) * np.minimum(1, 4 * apron)
        rise = np.maximum(np.maximum(rise, 0), shelf * (tall > 0.05))
        foot = (0.004 + 0.026 * share) * apron * (0.55 + 0.9 * torn) * (rise > 0.002)
        isles.append(Isle(rise.astype(np.float32), foot.astype(np.float32), line, share, steep))
    return isles


def _cover(isle: Isle) -> Field:
    _, y = grid()
    above = np.clip((y - (isle.line - isle.rise[None, :])) * WORK + 0.5, 0, 1) * (isle.rise > 0.002)
    return np.asarray(above * np.clip((isle.line + isle.foot[None, :] - y) * WORK + 0.5, 0, 1), np.float32)


def _coat(isle: Isle, setting: Setting, sky_image: Sky, noise: Field, kind: str) -> Field:
    """[WORK, WORK, 3] with an island's colours in the rows where it stands: rock lit from the light's side, green
    on its back, a beach where it is low, air last."""
    x, y = grid()
    rows = slice(
        max(0, int((isle.line - float(isle.rise.max())) * WORK) - 1),
        min(WORK, int((isle.line + float(isle.foot.max())) * WORK) + 2),
    )
    y = y[rows]
    c, side = setting.colours, (1.0 if setting.sun[0] > 0.5 else -1.0)
    down = (y - (isle.line - isle.rise[None, :])) / (isle.rise[None, :] + isle.foot[None, :] + 0.004)
    slope = np.gradient(isle.rise) * WORK
    turn = np.clip(0.5 - 0.35 * side * slope / (0.3 + np.abs(slope)), 0, 1)[None, :]
    face = emboss(noise, x * 2.4 + 0.3 * isle.share, y * (0.9 if isle.steep > 0.5 else 2.0), side=side, depth=1.4)
    light = smoothstep(0.32, 0.72, 0.62 * face + 0.38 * turn + 0.1 * (setting.valence - 0.5))
    rock = blend(c.lands[1], c.lands[2], 0.5 * (1 - isle.share))
    leaf = blend(c.lands[3], lab(0.36 + 0.25 * setting.valence, 0.1, 140), 0.35 * setting.valence)
    lamp = blend(toned(blend(c.lands[3], c.accent, 0.45), 0.34 + 0.42 * setting.valence), c.glow, 0.25)
    shape = (len(y), WORK, 3)
    dark = blend(rock, c.shadow, 0.3 + 0.3 * isle.share)
    colour = mix(np.broadcast_to(dark, shape), np.broadcast_to(lamp, shape), light * (0.35 + 0.5 * setting.contrast))
    tuft = sample_tile(noise, x * 6.0, y * 6.0)
    green = smoothstep(0.62, 0.3, down + 0.5 * (tuft - 0.5)) * (0.9 - 0.55 * isle.steep)
    wood = mix(
        np.broadcast_to(blend(leaf, c.shadow, 0.5), shape),
        np.broadcast_to(toned(leaf, None, 1.15), shape),
        np.clip(light * 0.6 + tuft * 0.5, 0, 1),
    )
    colour = mix(colour, wood, np.clip(green, 0, 1))
    if kind in ("lagoon", "huts") and setting.valence > 0.35:
        beach = smoothstep(0.62, 0.82, down) * (isle.steep < 0.5)
        colour = mix(
            colour,
            np.broadcast_to(toned(blend(c.glow, c.accent, 0.2), 0.55 + 0.4 * setting.valence), shape),
            beach * np.ones(shape[:2], np.float32),
        )
    foot = smoothstep(0.86, 1.0, down) * (0.5 + 0.2 * isle.steep)
    colour = mix(colour, np.broadcast_to(c.shadow, shape), foot * (kind not in ("lagoon", "huts")))
    air = sky_image.air + (c.glow - sky_image.air) * (sky_image.scatter * 0.5)[:, None]
    far = float(np.clip((0.66 + 0.2 * setting.mist) * (1 - isle.share) ** 1.4, 0, 0.86))
    full = np.zeros((WORK, WORK, 3), np.float32)
    full[rows] = mix(colour, np.broadcast_to(air[None], shape), far)
    return full


def _shallows(sea: Field, setting: Setting, isles: list[Isle], kind: str) -> Field:
    """Clear water over sand round the islands of a lagoon; foam where the sea is wild."""
    _, y = grid()
    for isle in isles:
        # where the water meets the rock it is darkest: without it an island floats
        shore = y - isle.line - isle.foot[None, :]
        touch = np.exp(-np.maximum(shore, 0) / (0.006 + 0.02 * isle.share)) * np.minimum(1, isle.rise[None, :] * 30)
        sea = mix(sea, setting.colours.shadow, touch * (shore > -0.02) * (0.12 + 0.4 * isle.share))
    for isle in isles[1:]:
        near = np.exp(-np.abs(y - isle.line) / 0.05) * np.minimum(1, isle.rise[None, :] * 40)
        if kind in ("lagoon", "huts"):
            bright = toned(blend(setting.colours.sky, lab(0.8, 0.11, 190), 0.6), 0.4 + 0.45 * setting.valence, 1.2)
            sea = mix(sea, np.broadcast_to(bright, sea.shape), near * 0.75 * (0.3 + 0.7 * setting.valence))
        surf = np.exp(-(((y - isle.line - isle.foot[None, :] - 0.003) / 0.004) ** 2)) * np.minimum(
            1, isle.rise[None, :] * 60
        )
        sea = mix(
            sea,
            np.broadcast_to(blend(setting.colours.glow, setting.colours.horizon, 0.4), sea.shape),
            surf * (0.3 + 0.6 * setting.wind),
        )
    return sea


def _whitecaps(sea: Field, setting: Setting, noise: Field, horizon: float) -> Field:
    """Broken crests all over a wild sea, long and torn near by, short far off."""
    wild = max(0.0, 1.5 * (setting.wind - 0.5) + setting.tension - 0.4)
    if wild <= 0:
        return sea
    x, y = grid()
    z = 0.3 / np.maximum(y - horizon, 0.01)
    crest = sample_tile(noise, (x - 0.5) * z * 0.5 + 0.2, z * 1.1 + 0.06 * np.sin(14 * x))
    torn = sample_tile(noise, (x - 0.5) * z * 1.6, z * 3.0)
    foam = smoothstep(0.66, 0.74, crest + 0.3 * (torn - 0.5)) * min(0.95, wild)
    trough = smoothstep(0.5, 0.3, crest) * min(0.5, wild)
    sea = mix(sea, setting.colours.shadow, np.asarray(trough, np.float32))
    return mix(sea, blend(setting.colours.glow, setting.colours.horizon, 0.25), np.asarray(foam, np.float32))


def _open_water(isles: list[Isle], x: float, y: float, size: float) -> bool:
    """Whether a boat there stands clear of all islands, so that it never lies on land or grows a rock for a mast."""
    band = slice(max(0, int((x - size) * WORK)), int((x + size) * WORK))
    return all(
        y > isle.line + 0.012 and float(isle.rise[band].max()) < 1.3 * size + 0.1
        for isle in isles
        if isle.rise[band].max() > 0.01
    )


def _figures(
    setting: Setting, rng: np.random.Generator, isles: list[Isle], horizon: float, kind: str
) -> tuple[list[Figure], tuple[float, float] | None]:
    """What each kind is known by: palms, cypresses, a lighthouse; a sail on the open water; birds."""
    c, away = setting.colours, (-1 if setting.sun[0] > 0.5 else 1)
    dark, figures = blend(c.shadow, c.lands[1], 0.15), []
    x, y = 0.5 - away * float(rng.uniform(0.08, 0.2)), horizon + float(rng.uniform(0.1, 0.2))
    focus: tuple[float, float] | None = (x, y - 0.05)
    size = float(rng.uniform(0.06, 0.1))
    if kind == "lagoon":
        edge = 0.0 if away < 0 else 1.0
        palms: list[Field] = []
        for k in range(int(rng.integers(2, 4))):
            at = edge - away * float(rng.uniform(0.07, 0.12) + 0.07 * k)
            palms += plants.palm(
                rng, at, isles[-1].line - 0.02, rng.uniform(0.34, 0.56), lean=-away * float(rng.uniform(0.15, 0.4))
            )
        figures.append(Figure("palms", tuple(palms), blend(dark, leaf_colour(setting), 0.65 * setting.valence)))
        if setting.joy > 0.35:
            shore = isles[-1].line - isles[-1].rise
            for tone in (toned(c.accent, None, 1.3), toned(c.glow, 0.95)):
                places = np.abs(edge - rng.uniform(0, 0.3, 16))
                line = np.interp(places, np.linspace(0, 1, WORK), shore) + 0.02
                heads = plants.scatter_flowers(rng, places, line, 0.012, "poppy")
                figures.append(Figure("petals", tuple(heads), tone))
    elif kind == "huts":
        figures += _village(setting, rng, horizon, away)
        x, y, focus = 0.5 + 0.16 * away, horizon + 0.05, (0.5 - 0.16 * away, horizon + 0.08)
    elif kind == "cove":
        figures += _pines(setting, rng, isles[-2:])
        x, y, focus = 0.5 + 0.1 * away, horizon + float(rng.uniform(0.06, 0.12)), None
    elif kind == "rock":
        isle = isles[-1]
        middle = float((np.arange(WORK) * isle.rise).sum() / isle.rise.sum() / WORK)
        count = int(rng.integers(5, 8))
        behind: list[Field] = []
        before: list[Field] = []  # two rows with air between the trees, or they are one black block
        for k, at in enumerate(np.linspace(-1, 1, count) * rng.uniform(0.075, 0.1)):
            tall = rng.uniform(0.13, 0.17) + 0.1 * float(np.exp(-((at / 0.05) ** 2)))
            row = before if k % 2 else behind
            row += plants.cypress(rng, middle + at + rng.normal(0, 0.006), isle.line + 0.004, tall, slim=0.075)
        figures.append(Figure("cypresses", tuple(behind), blend(dark, blend(c.lands[3], c.horizon, 0.3), 0.4)))
        figures.append(Figure("cypresses", tuple(before), blend(dark, c.lands[2], 0.15)))
        x, y, size, focus = middle + 0.03 * away, isle.line + 0.09, 0.05, (middle, isle.line - 0.1)
    elif kind == "stacks":
        isle = isles[-1]
        at = 0.1 if away < 0 else 0.9
        foot = isle.line - float(isle.rise[int(at * WORK)]) + 0.006
        tints = (toned(c.glow, 0.45 + 0.45 * setting.valence), blend(c.accent, c.shadow, 0.3), toned(c.glow, 0.94, 1.5))
        parts = objects.lighthouse(at, foot, 0.15)
        figures += [Figure("lighthouse", tuple(p), t) for p, t in zip(parts, tints, strict=True)]
        focus = (at, foot - 0.1)
    if _open_water(isles, x, y, size):
        figures += _afloat(setting, isles, (x, y), size, horizon)
    figures += lightning_bolts(setting, rng, 0.5 - away * 0.14, horizon)
    spot = (0.5 + away * rng.uniform(0.0, 0.15), horizon * rng.uniform(0.3, 0.55))
    if rng.random() < 0.6 + 0.4 * setting.joy:
        figures += flock(setting, rng, *spot, 0.014)
    return figures, focus


def _village(setting: Setting, rng: np.random.Generator, horizon: float, away: int) -> list[Figure]:
    """Huts on stilts over clear water, far to near, and the footbridge that leads to them from the near corner."""
    c = setting.colours
    post, thatch = blend(c.shadow, c.lands[1], 0.2), blend(toned(c.accent, 0.4 + 0.3 * setting.valence), c.glow, 0.2)
    wall = blend(toned(c.glow, 0.4 + 0.3 * setting.valence), c.accent, 0.35)
    planks, posts = objects.jetty((0.5 + 0.26 * away, 1.03), (0.5 - 0.1 * away, horizon + 0.115), (0.19, 0.022))
    figures = [Figure("posts", tuple(posts), post), Figure("jetty", tuple(planks), blend(thatch, c.glow, 0.35))]
    for number in range(int(rng.integers(3, 5)) - 1, -1, -1):
        at = 0.5 - away * (0.12 + 0.115 * number + float(rng.normal(0, 0.01)))
        size = (0.19, 0.155, 0.125, 0.1)[number] * float(rng.uniform(0.9, 1.1))
        parts = objects.stilt_hut(at, horizon + 0.13 - 0.022 * number, size, facing=-away)
        tones = (post, blend(thatch, c.horizon, 0.12 * number), blend(wall, c.horizon, 0.12 * number))
        figures += [
            Figure("hut", tuple(p), tone)
            for p, tone in zip((parts[0], parts[2], parts[1]), (tones[0], tones[2], tones[1]), strict=True)
        ]
    return figures


def _pines(setting: Setting, rng: np.random.Generator, cliffs: list[Isle]) -> list[Figure]:
    """Umbrella pines on the cliffs' tops, bent when it storms, bare poles when all is sad."""
    c, at = setting.colours, np.linspace(0, 1, WORK)
    wood: list[Field] = []
    crowns: list[Field] = []
    for isle in cliffs:
        edge = 0.0 if isle.rise[0] > isle.rise[-1] else 1.0
        for _ in range(5):
            x = abs(edge - float(rng.uniform(0.01, 0.24)))
            high = float(np.interp(x, at, isle.rise))
            if high < 0.08:
                continue
            foot, tall = isle.line - high + 0.012, float(rng.uniform(0.08, 0.15)) * (0.6 + 0.6 * isle.share)
            lean = (1 if edge < 0.5 else -1) * (0.18 + 0.5 * storm_lean(setting))
            head = (x + lean * tall, foot - tall)
            wood.append(plants.limb((x, foot), head, 0.035 * tall, 0.02 * tall, bend=0.06))
            if setting.valence < 0.3 and rng.random() < 0.6:
                continue
            for shift in (-0.34, -0.1, 0.12, 0.36):
                spot = (head[0] + shift * tall, head[1] + 0.05 * tall * rng.normal())
                crowns.append(plants.blob(rng, *spot, 0.28 * tall, 0.13 * tall, points=14, rag=0.25))
    tone = blend(blend(c.shadow, leaf_colour(setting), 0.15 + 0.5 * setting.valence), c.lands[1], 0.15)
    return [Figure("wood", tuple(wood), c.shadow), Figure("pines", tuple(crowns), tone)]


def _afloat(setting: Setting, isles: list[Isle], at: tuple[float, float], size: float, horizon: float) -> list[Figure]:
    """What is on the open water: a wreck or an empty boat for a sad song, a sail or a fleet for a glad one."""
    c, away, (x, y), figures = setting.colours, (-1 if setting.sun[0] > 0.5 else 1), at, []
    if setting.valence < 0.42:
        hull = (
            objects.wreck(x, y + 0.004, 0.15, facing=away) if setting.arousal > 0.4 else objects.rowing_boat(x, y, 0.09)
        )
        figures.append(Figure("wreck", tuple(hull), blend(c.shadow, c.lands[0], 0.1)))
    else:
        for number in range(min(3, 1 + round(4 * max(0.0, setting.joy - 0.3)))):
            spot = (x + away * (0.0, 0.16, 0.26)[number], horizon + (y - horizon) * (1.0, 0.62, 0.4)[number])
            if number and not _open_water(isles, *spot, size):
                continue
            hull, sails = silhouettes.boat(*spot, size * (1.0, 0.62, 0.45)[number], facing=away)
            figures.append(Figure("sail", tuple(sails), contrasting_colour(c)))
            figures.append(Figure("boat", tuple(hull), c.shadow))
    return figures


# far islands in mist for the calm, a lagoon for the glad, the one rock for the sad, stacks in surf for the tense
VARIANTS: tuple[Variant[Planner], ...] = (
    Variant("archipelago", lambda s: 0.08 + 0.6 * s.calm, _plan_archipelago),
    Variant("lagoon", lambda s: 0.02 + 0.9 * s.joy + 0.1 * s.calm, _plan_lagoon),
    Variant("rock", lambda s: 1.2 * max(0.02, s.gloom - 0.1), _plan_rock),
    Variant("stacks", lambda s: 1.5 * max(0.02, s.tension - 0.1), _plan_stacks),
    Variant("huts", lambda s: max(0.0, 0.7 * s.joy + 0.5 * s.calm - 0.15), _plan_huts),
    Variant("cove", lambda s: 0.06 + 0.35 * s.joy + 0.3 * s.calm + 0.25 * max(0.0, s.gloom - 0.2), _plan_cove),
)
