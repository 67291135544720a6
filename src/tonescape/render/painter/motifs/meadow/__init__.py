"""Meadows and fields: a tree, a path, flowers, bales, a mill, sunflowers, an avenue, an orchard; bare when sad."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.composition import drawing
from tonescape.render.painter.composition.builder import Stage, area_below, beats, contour
from tonescape.render.painter.composition.model import WORK, Composition, Figure, grid
from tonescape.render.painter.composition.setting import Setting, blend, lab, toned
from tonescape.render.painter.composition.variants import MoodVariant, choose_by_mood
from tonescape.render.painter.motifs.meadow import crops
from tonescape.render.painter.raster.filters import mix, smoothstep
from tonescape.render.painter.raster.noise import fractal_noise, sample_tile
from tonescape.render.painter.subjects import objects, plants, silhouettes
from tonescape.render.painter.subjects.ridges import ridge_line, song_line
from tonescape.render.painter.subjects.sky import Sky, sky
from tonescape.render.painter.subjects.weather import (
    bend_over,
    burning,
    falling,
    flock,
    landscape_setting,
    lightning_bolts,
    rainbow,
    season,
    storm_lean,
    tree,
    valence_arousal,
)
from tonescape.render.skia import graphics

if TYPE_CHECKING:
    from tonescape.core.records import Brief
    from tonescape.render.painter.raster.filters import Field

# blossoms, sunflowers and orchards crowd for the glad, ordered fields lie for the calm, a single tree, an avenue or
# wilted heads stand for the sad, a mill in the wind for the tense
VARIANTS = (
    MoodVariant("tree", lambda v, a: 0.24 + 0.4 * (1 - v), (0.5, 0.66)),
    MoodVariant("rows", lambda v, a: 0.08 + 0.5 * (v * (1 - a)), (0.36, 0.48)),
    MoodVariant("close", lambda v, a: 0.05 + 0.7 * (v * a), (0.6, 0.72)),
    MoodVariant("path", lambda v, a: 0.12 + 0.35 * v, (0.42, 0.52)),
    MoodVariant("bales", lambda v, a: 0.1 + 0.6 * (v * (1 - a)) + 0.15 * ((1 - v) * (1 - a)), (0.3, 0.42)),
    MoodVariant("mill", lambda v, a: 0.14 + 0.4 * ((1 - v) * a) + 0.3 * (v * (1 - a)), (0.6, 0.74)),
    MoodVariant("sunflowers", lambda v, a: 0.05 + 0.7 * (v * a) + 0.4 * ((1 - v) * (1 - a)), (0.34, 0.46)),
    MoodVariant("avenue", lambda v, a: 0.14 + 0.5 * ((1 - v) * (1 - a)) + 0.4 * ((1 - v) * a), (0.52, 0.62)),
    MoodVariant("orchard", lambda v, a: 0.05 + 0.5 * v + 0.15 * ((1 - v) * (1 - a)), (0.3, 0.4)),
)
"""the last of each: unit y of the horizon, from and to"""

ROLLING = ("tree", "path", "mill")
"""kinds whose ground swells; the others lie level, as worked fields do"""


def compose(brief: Brief, rng: np.random.Generator) -> Composition:
    """The composition of a song. Draws from `rng` in a fixed order, so one seed gives one picture."""
    v, a = valence_arousal(brief)
    number = choose_by_mood(VARIANTS, v, a, rng)
    kind = VARIANTS[number].name
    horizon = float(rng.uniform(*VARIANTS[number].compose))
    setting = landscape_setting(brief, rng, horizon=horizon - 0.06)
    when = season(setting, rng)
    sky_image = sky(setting, rng, horizon)
    noise = fractal_noise(rng, cells=5, octaves=6, gain=0.6, size=256)
    stage = Stage(setting, sky_image.lab, sky_image.drift)
    x, _ = grid()
    _hills(stage, brief, setting, rng, sky_image, horizon)
    swell = 0.06 * ridge_line(x, rng, setting)[0] if kind in ROLLING else 0.012 * contour(brief, x[0])
    edge = (horizon + 0.05 - swell).astype(np.float32)
    goal = 1 / 3 if setting.sun[0] > 0.5 else 2 / 3
    ground = _worked(_grass(setting, sky_image, noise, edge), brief, setting, rng, noise, edge, goal, kind)
    stage.add_layer("meadow", 0.6, area_below(edge), ground, 0.12 * (1 if goal > 0.5 else -1) + 0.1)
    share = {"rows": 0.0, "bales": 0.0, "sunflowers": 0.0, "close": 0.55, "avenue": 0.6}.get(kind, 1.0)
    if share and _bloom(setting) > 0.02:
        _drifts(stage, brief, setting, rng, edge, share)
    stage.lab = falling(rainbow(stage.lab, setting, rng, horizon), setting, rng, when)
    figures, focus = _focal(setting, rng, kind, goal, edge, when)
    figures = [*_omens(setting, rng, goal, horizon, edge, fenced=kind in ("tree", "rows", "close", "mill")), *figures]
    figures += _blossoms(brief, setting, rng, kind)
    stage.draw(figures)
    parameters = (
        ("horizon", horizon),
        ("wind", setting.wind),
        ("flowers", _bloom(setting)),
        ("kind", float(number)),
    )
    focus = (
        focus
        or drawing.centre(figures, ("fire", "lightning", "kite", "balloon", "hearts", "fence", "birds"))
        or setting.sun
    )
    return stage.finish(focus=focus, horizon=horizon, parameters=parameters)


def _worked(
    ground: Field,
    brief: Brief,
    setting: Setting,
    rng: np.random.Generator,
    noise: Field,
    edge: Field,
    goal: float,
    kind: str,
) -> Field:
    """The grass with what has been made of it: rows of flowers, a path, a lane, stubble."""
    if kind == "rows":
        return mix(ground, *_rows(brief, setting, noise, edge, goal, _flower_colours(setting)[0]))
    if kind == "sunflowers":
        return mix(ground, *_rows(brief, setting, noise, edge, goal, crops.sunny(setting)))
    if kind == "bales":
        return mix(ground, *_stubble(setting, noise, edge, goal))
    if kind in ("path", "avenue"):
        return mix(ground, *_path(setting, rng, noise, edge, goal, straight=kind == "avenue"))
    return ground


def _bloom(setting: Setting) -> float:
    """How richly it flowers, [0, 1]: a glad song's meadow is full, a sad one's is past its season."""
    return float(np.clip(1.25 * setting.valence + 0.35 * setting.joy - 0.2, 0.0, 1))


def _green(setting: Setting) -> Field:
    """Grass: the palette's own land, a little towards the green of leaves when the song is glad, of hay when not."""
    own = setting.colours.lands[3]
    if setting.phase in ("night", "storm"):
        return toned(blend(own, setting.colours.lands[0], 0.5), 0.2 + 0.22 * setting.valence, 1.0)
    leaf = lab(0.44 + 0.24 * setting.valence, 0.1 + 0.05 * setting.arousal, 128 - 45 * (1 - setting.valence))
    return toned(blend(own, leaf, 0.2 + 0.35 * setting.valence), 0.32 + 0.34 * setting.valence, 1.1)


def _hills(
    stage: Stage, brief: Brief, setting: Setting, rng: np.random.Generator, sky_image: Sky, horizon: float
) -> None:
    """Two or three blue ranges, the farthest the song's own, with woods on the nearest."""
    x, _ = grid()
    c = setting.colours
    air = (sky_image.air + (c.glow - sky_image.air) * (sky_image.scatter * 0.5)[:, None])[None]
    count = int(rng.integers(2, 4))
    for number in range(count):
        share = number / count
        line = song_line(brief, x, rng, setting)[0] if number == 0 else ridge_line(x, rng, setting)[0]
        top = (horizon + 0.05 * share - line * rng.uniform(0.07, 0.15) * (1 - 0.45 * share) - 0.005).astype(np.float32)
        alpha = area_below(top)
        if number == count - 1:
            woods = 0.008 + 0.03 * contour(brief, x[0]) ** 2
            alpha = np.maximum(alpha, graphics.mask(plants.wood_line(rng, top, woods, kind="round", step=0.022), WORK))
        local = blend(blend(c.lands[2], c.lands[3], 0.4), _green(setting), 0.55 * share)
        colour = mix(
            np.broadcast_to(local, stage.lab.shape), np.broadcast_to(air, stage.lab.shape), 0.62 - 0.32 * share
        )
        stage.add_layer(f"hills {number + 1}", 0.2 + 0.1 * number, alpha, colour, 0.08)


def _grass(setting: Setting, sky_image: Sky, noise: Field, edge: Field) -> Field:
    """Grass in perspective: pale and smooth far off, dark and tufted near by, lit from the light's side."""
    x, y = grid()
    down = np.clip(y - edge[None, :], 0.003, 1)
    z = 0.2 / (down + 0.02)
    tufts = sample_tile(noise, (x - 0.5) * z * 0.9 + 0.1, z * 1.7)
    broad = sample_tile(noise, (x - 0.5) * z * 0.16 + 0.6, z * 0.3 + 0.2)
    green, c = _green(setting), setting.colours
    near = smoothstep(0.02, 0.42, down)
    shape = (WORK, WORK, 3)
    lit = blend(toned(green, min(0.93, float(green[0]) + 0.12), 1.0), c.glow, 0.3)
    body = mix(np.broadcast_to(lit, shape), np.broadcast_to(blend(green, c.shadow, 0.62), shape), 0.12 + 0.72 * near)
    toward = np.exp(-(((x - setting.sun[0]) / 0.4) ** 2)) * (1 - 0.7 * near)
    light = np.clip(smoothstep(0.42, 0.72, broad) * 0.5 + (tufts - 0.5) * 0.6 * near + 0.4 * toward, 0, 1)
    body = mix(body, np.broadcast_to(lit, shape), light * (0.3 + 0.4 * setting.contrast))
    haze = np.exp(-down / (0.02 + 0.05 * setting.mist)) * (0.2 + 0.5 * setting.mist)
    return mix(body, np.broadcast_to(sky_image.air[None], shape), haze)


def _stubble(setting: Setting, noise: Field, edge: Field, goal: float) -> tuple[Field, Field]:
    """(colour, alpha) of a mown field: broad swaths, light and dark by turns, that run to a point beyond the goal."""
    x, y = grid()
    down = np.clip(y - edge[None, :] + 0.02, 0.01, 1)
    across = (x - (1.4 * goal - 0.2)) / down * 1.1
    tufts = sample_tile(noise, across * 0.5, 0.35 / down + 0 * x)
    swath = smoothstep(0.35, 0.65, np.abs((across * 0.5) % 1.0 * 2 - 1) + (tufts - 0.5) * 0.35)
    hay = crops.straw(setting)
    shape = (WORK, WORK, 3)
    dark = np.broadcast_to(blend(hay, setting.colours.shadow, 0.34), shape)
    light = np.broadcast_to(toned(blend(hay, setting.colours.glow, 0.3), None, 1.05), shape)
    alpha = np.broadcast_to(smoothstep(0.0, 0.06, y - edge[None, :]) * 0.92, shape[:2])
    return mix(dark, light, np.clip(0.75 * swath + 0.5 * (tufts - 0.5), 0, 1)), np.asarray(alpha, np.float32)


def _rows(brief: Brief, setting: Setting, noise: Field, edge: Field, goal: float, flower: Field) -> tuple[Field, Field]:
    """(colour, alpha) of rows that run together at the goal, wide where the bar is strong."""
    x, y = grid()
    down = np.clip(y - edge[None, :] + 0.006, 0.004, 1)
    across = (x - goal) / down * 0.42
    bars = beats(brief, 16)
    stops = np.concatenate([[0], np.cumsum(0.45 + bars)])
    turn = across / 6.0 - np.floor(across / 6.0)
    place = np.interp(turn, stops / stops[-1], np.arange(17)).astype(np.float32)
    ridge = 1 - np.abs(2 * (place - np.floor(place)) - 1)
    z = 0.2 / (down + 0.02)
    tufts = sample_tile(noise, across * 1.4, z * 2.6 + 0 * x)
    alpha = smoothstep(0.22, 0.5, ridge + (tufts - 0.5) * 0.5) * smoothstep(0.006, 0.05, down)
    deep = setting.colours.shadow
    dark = blend(flower, deep, 0.62)
    side = np.clip(
        (place - np.floor(place) - 0.5) * (1 if setting.sun[0] > goal else -1) + 0.5 + (tufts - 0.5) * 0.9, 0, 1
    )
    colour = mix(np.broadcast_to(dark, (WORK, WORK, 3)), np.broadcast_to(flower, (WORK, WORK, 3)), side)
    tips = smoothstep(0.62, 0.8, tufts) * smoothstep(0.5, 0.9, side)
    colour = mix(
        colour,
        np.broadcast_to(blend(flower, setting.colours.glow, 0.6), colour.shape),
        tips * (0.3 + 0.5 * setting.valence),
    )
    return colour, np.asarray(alpha * (0.45 + 0.5 * _bloom(setting)), np.float32)


def _path(
    setting: Setting, rng: np.random.Generator, noise: Field, edge: Field, goal: float, *, straight: bool
) -> tuple[Field, Field]:
    """(colour, alpha) of a trodden path in an S to the goal, or of a straight lane there."""
    x, y = grid()
    t = np.clip((y - edge[None, :] - 0.004) / (1 - edge[None, :]), 0, 1.1)
    bend = rng.choice([-1, 1]) * rng.uniform(0.1, 0.18)
    middle = goal + bend * np.sin(t**0.8 * np.pi * 1.5) * t**0.5 + (0.5 - goal) * 0.8 * t
    half = 0.004 + 0.075 * t**1.3
    if straight:
        middle, half = goal + 0 * t, 0.004 + 0.24 * t
    ragged = sample_tile(noise, x * 2.5, y * 4.0) - 0.5
    alpha = np.clip((half * (1 + ragged) - np.abs(x - middle)) / (0.004 + 0.02 * t) + 0.5, 0, 1) * (t > 0)
    earth = toned(blend(setting.colours.accent, setting.colours.horizon, 0.65), 0.42 + 0.45 * setting.valence)
    near = blend(earth, setting.colours.shadow, 0.3)
    return mix(
        np.broadcast_to(earth, (WORK, WORK, 3)), np.broadcast_to(near, (WORK, WORK, 3)), smoothstep(0.1, 1.0, t)
    ), alpha.astype(np.float32)


def _flower_colours(setting: Setting) -> tuple[Field, Field, Field]:
    """Three kinds of flowers: the accent, a light, and one cool beside them; muted where the song is."""
    c = setting.colours
    rich, low = 0.75 + 0.6 * setting.arousal, 0.36 + 0.32 * setting.valence
    cool = blend(c.zenith, c.accent, 0.3)
    return (
        toned(c.accent, min(0.75, low + 0.08), rich * 1.15),
        toned(c.glow, 0.45 + 0.5 * setting.valence, 1.1),
        toned(cool, low + 0.1, rich * 1.2),
    )


def _drifts(stage: Stage, brief: Brief, setting: Setting, rng: np.random.Generator, edge: Field, amount: float) -> None:
    """Flowers far and middling: points in perspective, gathered in drifts on the strong beats."""
    from scipy.ndimage import grey_dilation

    bars, patch = beats(brief, 16), fractal_noise(rng, cells=4, octaves=4, size=128)
    count = int(6500 * _bloom(setting) * amount)
    t = rng.random(count) ** 1.35
    x = rng.random(count)
    y = np.interp(x, np.linspace(0, 1, WORK), edge) + 0.008 + 0.34 * t
    z = 1 / (0.06 + t)
    drift = sample_tile(patch, (x - 0.5) * z * 0.22, z * 0.12) + 0.45 * (bars[(x * 16).astype(int)] - 0.5)
    kept = (drift > 0.4) & (y < 1)
    x, y, t = x[kept], y[kept], t[kept]
    tints = _flower_colours(setting)
    kind = (sample_tile(patch, x * 0.9 + 0.4, y * 0.9) * 3.2 + rng.normal(0, 0.25, len(x))).astype(int).clip(0, 2)
    for number, tint in enumerate(tints):
        for low, high, size in ((0.0, 0.12, 2), (0.12, 0.4, 3), (0.4, 1.1, 5)):
            here = (kind == number) & (t >= low) & (t < high)
            spots = np.zeros((WORK, WORK), np.float32)
            spots[(y[here] * WORK).astype(int), (x[here] * WORK).astype(int)] = rng.uniform(0.6, 1, int(here.sum()))
            grown = grey_dilation(spots, (max(1, size - 1), size))
            stage.veil(grown * (0.5 + 0.45 * setting.contrast), tint)


def _blossoms(brief: Brief, setting: Setting, rng: np.random.Generator, kind: str) -> list[Figure]:
    """Flowers and grasses close to the eye: stems, petals by colour, hearts; tall where the song is loud."""
    count = {"close": 30, "path": 14, "tree": 12, "mill": 16, "orchard": 8}.get(kind, 0)
    if not count:
        return []
    tall, size = (0.34, 0.034) if kind == "close" else (0.14, 0.02)
    sort = str(rng.choice(["daisy", "poppy", "tulip", "bell"]))
    wind = rng.choice([-1, 1]) * (0.25 * setting.wind + 0.6 * storm_lean(setting))
    count = int(count * (1.0 + 0.8 * setting.joy) * _bloom(setting))
    stems: list[Field] = []
    heads: list[list[Field]] = [[], [], []]
    hearts: list[Field] = []
    loud = contour(brief, np.linspace(0, 1, 64))
    for k in range(count):
        x = (k + rng.uniform(0.1, 0.9)) / count
        reach = tall * (0.35 + 0.8 * float(np.interp(x, np.linspace(0, 1, 64), loud))) * rng.uniform(0.55, 1.1)
        head = (x + wind * reach, 1.01 - reach)
        stems.append(plants.limb((x, 1.02), head, 0.003, 0.0017, bend=-wind * 0.4))
        petals, heart = plants.flower(rng, *head, size * rng.uniform(0.6, 1.15), sort)
        heads[int(rng.choice(3, p=[0.55, 0.25, 0.2]))] += petals
        hearts += heart
    for _ in range(10):
        tuft = silhouettes.reeds(rng, rng.random(), 1.0, tall * rng.uniform(0.3, 0.75), 0.06, 14)
        stems += bend_over(tuft, 1.02, float(wind))
    tints = _flower_colours(setting)
    figures = [Figure("stems", tuple(stems), blend(_green(setting), setting.colours.shadow, 0.66))]
    figures += [Figure("petals", tuple(part), tint) for part, tint in zip(heads, tints, strict=True) if part]
    middle = (
        blend(setting.colours.shadow, setting.colours.accent, 0.3)
        if sort != "daisy"
        else toned(setting.colours.glow, 0.7, 1.8)
    )
    return [*figures, Figure("hearts", tuple(hearts), middle)] if hearts else figures


def _omens(
    setting: Setting, rng: np.random.Generator, goal: float, horizon: float, edge: Field, *, fenced: bool
) -> list[Figure]:
    """Over and behind the grass: a kite, balloons, swallows; a fence, crows, lightning, a fire on the horizon."""
    c, away = setting.colours, (-1.0 if goal < 0.5 else 1.0)
    figures: list[Figure] = []
    other = 1.0 - goal
    chance = rng.random(3)
    if setting.tension > 0.45 and chance[0] < 0.55:
        foot = float(edge[int(other * WORK)]) + 0.004
        figures += burning(setting, rng, other, foot, 0.5, 0.09 + 0.09 * setting.tension)
    else:
        figures += lightning_bolts(setting, rng, other, horizon)
    if fenced and setting.valence < 0.42 and chance[1] < 0.65:
        posts = objects.fence(
            rng, (0.5 + 0.56 * away, 0.93), (goal - 0.03 * away, float(edge[int(goal * WORK)]) + 0.02), (0.17, 0.02)
        )
        figures.append(Figure("fence", tuple(posts), c.shadow))
    if setting.joy > 0.4 and chance[1] < 0.75:
        at = (other + float(rng.normal(0, 0.05)), horizon * float(rng.uniform(0.3, 0.5)))
        if chance[2] < 0.5:
            cloth, tail = objects.kite(rng, *at, 0.12)
            figures += [Figure("tail", tuple(tail), c.shadow), Figure("kite", tuple(cloth), toned(c.accent, None, 1.3))]
        else:
            globe, gores = objects.balloon(*at, 0.17)
            figures += [
                Figure("balloon", tuple(globe), toned(c.accent, None, 1.2)),
                Figure("gores", tuple(gores), toned(c.glow, 0.94)),
            ]
    if setting.calm < 0.6:
        figures += flock(setting, rng, 0.5 - 0.1 * away, horizon * float(rng.uniform(0.3, 0.6)))
    return figures


def _focal(
    setting: Setting, rng: np.random.Generator, kind: str, goal: float, edge: Field, when: str
) -> tuple[list[Figure], tuple[float, float] | None]:
    """One thing to look at, on the third away from the light: a tree, a house, a walker, birds."""
    c, side = setting.colours, 1.0 if setting.sun[0] > goal else -1.0
    foot = float(edge[int(goal * WORK)]) + 0.012
    dark = blend(c.shadow, _green(setting), 0.3)
    ground = (goal, foot - 0.012, 0.56 * (1.0 - foot))
    if kind in ("bales", "sunflowers", "avenue", "orchard"):
        return crops.standing(setting, rng, kind, goal, ground, when)
    if kind == "mill":
        return crops.mill(setting, rng, goal, foot)
    sort = {"tree": "tree", "rows": "house", "close": "birds", "path": "walker"}[kind]
    if sort == "tree":
        tall = float(rng.uniform(0.26, 0.4))
        return tree(setting, rng, when, goal, foot, tall, side=side), (goal, foot - tall * 0.6)
    if sort == "house":
        parts = objects.house(goal, foot, 0.05, facing=int(side))
        window = toned(c.glow, 0.92, 1.4) if setting.phase != "day" else c.shadow
        tints = (toned(c.glow, 0.5 + 0.4 * setting.valence), blend(c.accent, c.shadow, 0.35), window)
        trees = plants.cypress(rng, goal - 0.06 * side, foot, 0.11) + plants.cypress(
            rng, goal - 0.085 * side, foot, 0.085
        )
        figures = [Figure("trees", tuple(trees), dark)]
        figures += [Figure("house", tuple(p), t) for p, t in zip(parts, tints, strict=True)]
        return figures, (goal, foot - 0.03)
    if sort == "walker":
        x, at = goal + 0.02, 1.0 - goal + rng.uniform(-0.08, 0.08)
        figures = [Figure("walker", tuple(silhouettes.walker(rng, x, foot + 0.03, 0.085)), c.shadow)]
        base, tall = float(edge[int(at * WORK)]) + 0.02, float(rng.uniform(0.14, 0.22))
        return [*figures, *tree(setting, rng, when, at, base, tall, side=side)], (x, foot)
    return [], None
