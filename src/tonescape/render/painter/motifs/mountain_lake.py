"""Mountains over a lake. The highest range follows the song's own energy curve; its beats notch the range before it.

Everything on land is one height field seen in perspective (terrain.py), so light, mist, shore and mirror images agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.composition import drawing
from tonescape.render.painter.composition.model import WORK, Composition, Figure, LayerMask, along_edges, grid
from tonescape.render.painter.composition.setting import Setting, blend, contrasting_colour, toned, with_vignette
from tonescape.render.painter.raster.filters import blur, mix, smoothstep
from tonescape.render.painter.raster.noise import fractal_noise, sample_tile
from tonescape.render.painter.subjects import objects, plants, silhouettes
from tonescape.render.painter.subjects.ridges import bank, ridge_line, song_line
from tonescape.render.painter.subjects.sky import Sky, sky
from tonescape.render.painter.subjects.terrain import SLICES, Relief, View, across, distances, relief, see
from tonescape.render.painter.subjects.water import water
from tonescape.render.painter.subjects.weather import (
    falling,
    flock,
    landscape_setting,
    leaf_colour,
    lightning_bolts,
    rainbow,
    season,
    tree,
)

if TYPE_CHECKING:
    from tonescape.core.records import Brief
    from tonescape.render.painter.raster.filters import Field

EYE = 0.32
"""height of the eye over the water"""


@dataclass(frozen=True, slots=True, eq=False)
class Land:
    """height : [SLICES, WORK] over the water, negative under it      z : [SLICES, 1]
    crests : distances of the ranges, near to far      detail : fractal noise on the same grid, [0, 1]"""

    height: Field
    z: Field
    crests: tuple[float, ...]
    detail: Field


def compose(brief: Brief, rng: np.random.Generator) -> Composition:
    """The composition of a song. Draws from `rng` in a fixed order, so one seed gives one picture."""
    horizon = float(rng.choice([0.47, 0.54, 0.6, 0.66], p=[0.2, 0.3, 0.3, 0.2]))
    setting = landscape_setting(brief, rng, horizon=horizon - 0.06)
    when = season(setting, rng)
    sky_image = sky(setting, rng, horizon)
    land = _land(brief, setting, rng, horizon)
    ground = np.maximum(land.height, 0)
    side = 1.0 if setting.sun[0] > 0.5 else -1.0
    low = 0.45 + 0.9 * max(0.0, horizon - setting.sun[1])
    lit = relief(ground, land.z, side=side, low=low)
    colours = _land_colours(setting, land, lit, sky_image, rng)
    wet = smoothstep(0.0, 0.004, -land.height)
    view = see(ground, land.z, EYE, horizon)
    flipped = see(ground, land.z, EYE, horizon, mirrored=True)
    mirror = _mirror(sky_image.lab, flipped, colours, wet, horizon)
    lake = water(mirror, setting, rng, horizon=horizon, eye=EYE)
    on_water = view.of(wet) * view.alpha
    lab = mix(sky_image.lab, view.of(colours), view.alpha)
    lab = mix(lab, lake, on_water)
    lab = _mist(lab, view, land, setting, rng, sky_image, horizon)
    lab = rainbow(lab, setting, rng, horizon)
    lab = falling(lab, setting, rng, when)
    middle = _focal(setting, rng, horizon, on_water)
    full = any(figure.name in ("gate", "jetty") for figure in middle)  # a tree would stand before it
    figures = tuple(middle + (bank(setting, rng) if full else _shore_things(setting, rng, when)))
    lab, front = drawing.draw_figures(lab, figures, water_line=horizon)
    focus = drawing.centre(figures, ("gate", "boat", "lightning", "tree", "birds")) or setting.sun
    lab = with_vignette(lab, setting)
    planes = _planes(view, land, on_water, front)
    flow = along_edges(lab, _flow(view, lit, sky_image, on_water, front))
    detail = _detail(lab, front, view)
    parameters = (
        ("ranges", float(len(land.crests))),
        ("horizon", horizon),
        ("mist", setting.mist),
        ("rough", setting.rough),
    )
    return Composition(lab, planes, flow, detail, setting.sun, focus, horizon, setting, figures, parameters)


def _land(brief: Brief, setting: Setting, rng: np.random.Generator, horizon: float) -> Land:
    z = distances()
    wide = across(z)
    rock = fractal_noise(rng, cells=3, octaves=8, gain=0.50 + 0.06 * setting.rough, ridged=0.25 + 0.6 * setting.rough)
    hills = fractal_noise(rng, cells=3, octaves=5, gain=0.42, size=256)
    detail = sample_tile(rock, wide * 0.11 + rng.random(), z * 0.11 + rng.random() + 0 * wide)
    soft = sample_tile(hills, wide * 0.06 + rng.random(), z * 0.06 + rng.random() + 0 * wide)
    count = int(rng.integers(2, 5))
    crests = tuple(float(c) for c in np.geomspace(rng.uniform(5.0, 6.2), 15.0, count + 1))
    x = np.linspace(0, 1, WORK, dtype=np.float32)[None, :]
    wander = (sample_tile(hills, x * 0.5 + rng.random(), x * 0 + rng.random()) - 0.5) * 0.25
    height = np.full((SLICES, WORK), -0.12, np.float32)
    shore = rng.uniform(3.2, 4.6) * (1 + wander * 1.6)
    height += smoothstep(0.0, 1.0, (z - shore) / 2.0) * 0.22 + (soft - 0.5) * 0.16
    # a calm song's hills lie low under a wide sky, an excited one's peaks fill it
    top = (horizon - 0.10) * rng.uniform(0.72, 0.95) * (0.45 + 0.62 * setting.arousal)
    for number, crest in enumerate(crests):
        share = number / max(1, len(crests) - 1)
        tall = top * (0.20 + 0.8 * share**1.3) * rng.uniform(0.8, 1.1) * (1 if share == 1 else rng.uniform(0.6, 1.0))
        line = song_line(brief, x, rng, setting) if share == 1 else ridge_line(x, rng, setting)
        line = line + (sample_tile(rock, x * 0.9 + rng.random(), x * 0 + rng.random()) - 0.5) * (
            0.12 + 0.22 * setting.rough
        )
        if number == len(crests) - 2:
            line = line * (0.9 + 0.2 * np.interp(x, np.linspace(0, 1, 16), np.array(brief.beat_bars or (0.5,) * 16)))
        body = np.exp(-(np.abs((z - crest * (1 + wander * (1 - 0.6 * share))) / (0.14 * crest)) ** 1.5))
        # ravines and spurs: the noise bites deeper below the crest line than on it, so the line stays the song's
        bite = (detail - 0.62) * (0.35 + 0.5 * setting.rough) + (soft - 0.5) * 0.3 * (1 - share)
        height += (tall * crest * body * np.maximum(line + bite * (0.45 + 0.3 * share), 0.02)).astype(np.float32)
    height += (detail - 0.5) * 0.05 * smoothstep(0.0, 0.2, height)
    return Land(height.astype(np.float32), z, crests, detail)


def _land_colours(setting: Setting, land: Land, lit: Relief, sky_image: Sky, rng: np.random.Generator) -> Field:
    """OKLab [SLICES, WORK, 3]: local colour by range, height and slope; warm light, cool shade; distance last."""
    colours, z = setting.colours, land.z
    far = np.log(z / z[0]) / np.log(z[-1] / z[0])
    place = np.clip((far - 0.42) / 0.5, 0, 1)[:, 0]
    stops = np.linspace(0, 1, len(colours.lands))
    local = np.stack([np.interp(place, stops, [c[i] for c in colours.lands]) for i in range(3)], -1)
    shape = (*land.height.shape, 3)
    local = np.broadcast_to(local[:, None, :], shape).astype(np.float32)
    patch = smoothstep(0.35, 0.75, land.detail)
    local = mix(local, np.broadcast_to(colours.accent, shape), patch * rng.uniform(0.06, 0.28))
    light = smoothstep(0.12, 0.85, lit.light) * (0.08 + 0.92 * place[:, None] ** 1.2)
    cool = blend(colours.shadow, colours.zenith, 0.35)
    shade = mix(local, np.broadcast_to(cool, shape), 0.40 + 0.25 * setting.contrast)
    lamp = blend(
        blend(colours.accent, colours.glow, 0.5 * (1 - setting.tension)),
        colours.horizon,
        0.6 if setting.phase == "night" else 0.25,
    )
    warm = mix(local, np.broadcast_to(lamp, shape), 0.72)
    lab = mix(shade, warm, light * (0.5 + 0.5 * setting.contrast))
    if setting.phase != "dusk" or setting.rough > 0.5:
        # snow lies high and not too steep, and takes the light's colour
        line = np.quantile(land.height[-60:], rng.uniform(0.72, 0.9))
        snow = smoothstep(line * 0.8, line * 1.25, land.height + (land.detail - 0.5) * line * 0.7) * smoothstep(
            2.6, 1.1, lit.slope
        )
        bright = mix(np.broadcast_to(colours.cloud_dark, shape), np.broadcast_to(colours.glow, shape), light)
        lab = mix(
            lab,
            bright,
            snow * float(rng.choice([0.0, 0.75, 0.9], p=[0.35, 0.35, 0.3])) * (0.5 + 0.5 * (1 - setting.tension)),
        )
    haze = np.clip(1 - np.exp(-np.maximum(z - 4.0, 0) / (26.0 - 16.0 * setting.mist)), 0, 0.9)
    air = sky_image.air + (colours.glow - sky_image.air) * (sky_image.scatter * 0.5)[:, None]
    return mix(lab, np.broadcast_to(air[None], shape), np.broadcast_to(haze, shape[:2]))


def _mirror(above: Field, view: View, colours: Field, wet: Field, horizon: float) -> Field:
    """What a flat mirror would show under the horizon: the sky upside down, then the land upside down."""
    rows = np.clip((2 * horizon * WORK - np.arange(WORK)).astype(int), 0, WORK - 1)
    land = view.alpha * (1 - view.of(wet))
    return mix(above[rows], view.of(colours), land)


def _mist(
    lab: Field, view: View, land: Land, setting: Setting, rng: np.random.Generator, sky_image: Sky, horizon: float
) -> Field:
    """Mist in the valleys and over the far shore: thickest low, torn by noise, lit by the sun's side."""
    drift = fractal_noise(rng, cells=3, octaves=5, gain=0.5, size=256)
    x, y = grid()
    height = view.of(np.maximum(land.height, 0) / land.z)
    far = view.slice / SLICES
    torn = sample_tile(drift, x * 0.5 + rng.random(), y * 1.9 + rng.random())
    low = np.exp(-height / (0.018 + 0.05 * torn)) * smoothstep(0.42, 0.62, far)
    veil = np.exp(-(((y - horizon) / 0.035) ** 2)) * smoothstep(0.3, 0.7, torn) * 0.8
    amount = np.clip(np.maximum(low * view.alpha, veil) * setting.mist * 1.25 * (0.4 + 0.8 * torn), 0, 0.88)
    air = sky_image.air + (setting.colours.glow - sky_image.air) * (sky_image.scatter * 0.6)[:, None]
    return mix(lab, np.broadcast_to(air[None], lab.shape), amount)


def _focal(setting: Setting, rng: np.random.Generator, horizon: float, on_water: Field) -> list[Figure]:
    """A boat by the path of light, several when glad; lightning when tense, a hull adrift when sad; birds."""
    colours = setting.colours
    away = -1 if setting.sun[0] > 0.5 else 1
    found: list[Figure] = []
    choice = rng.choice(["boat", "birds", "both", "none"], p=[0.34, 0.24, 0.22, 0.2])
    x, y = 0.5 + (setting.sun[0] - 0.5) * rng.uniform(0.5, 1.0), horizon + rng.uniform(0.09, 0.17)
    size = float(rng.uniform(0.045, 0.085))
    spot = (0.5 + away * rng.uniform(0.02, 0.2), horizon * rng.uniform(0.22, 0.5))
    afloat = on_water[int(y * WORK), int(x * WORK)] > 0.9
    bolt = lightning_bolts(setting, rng, 0.5 + away * 0.2, horizon - 0.12)
    if choice == "none" and setting.calm > 0.4:  # stillness shows beside one small thing
        choice = "boat" if afloat else "birds"
    if setting.valence < 0.4:
        if choice != "birds" and afloat and setting.tension < 0.5:
            found.append(Figure("boat", tuple(objects.rowing_boat(x, y, 1.3 * size)), colours.shadow))
        return [*bolt, *found, *flock(setting, rng, *spot, span=0.014)]
    if choice in ("boat", "both") and afloat:
        for number in range(1 + round(3.4 * max(0.0, setting.joy - 0.35))):
            at = (x + away * (0.0, 0.17, 0.3)[number % 3], y - (0.0, 0.035, 0.055)[number % 3])
            if on_water[int(at[1] * WORK), int(np.clip(at[0], 0, 0.999) * WORK)] > 0.9:
                hull, sails = silhouettes.boat(*at, size * (1.0, 0.7, 0.5)[number % 3], facing=away)
                found.append(Figure("sail", tuple(sails), contrasting_colour(colours)))
                found.append(Figure("boat", tuple(hull), colours.shadow))
    if choice in ("birds", "both") or setting.joy > 0.5:
        found += flock(setting, rng, *spot, span=0.015)
    return [*_quiet(setting, rng, horizon, on_water, away), *found]


def _quiet(setting: Setting, rng: np.random.Generator, horizon: float, on_water: Field, away: int) -> list[Figure]:
    """What a calm lake is known by, beside what floats on it: a gate in the water, a footbridge with a boat, a hut."""
    chance, at = rng.random(), 0.5 + away * float(rng.uniform(0.12, 0.2))
    c, foot = setting.colours, horizon + float(rng.uniform(0.1, 0.15))
    if setting.calm < 0.35 or on_water[int(foot * WORK), int(at * WORK)] < 0.9:
        return []
    wood = blend(c.shadow, c.lands[1], 0.25)
    if chance < 0.18:
        parts = objects.gate(0.5 + 0.3 * (at - 0.5), foot, float(rng.uniform(0.14, 0.2)))  # clear of the bank
        tone = toned(c.accent, 0.38 + 0.2 * setting.valence, 1.1)
        return [Figure("echo", tuple(parts[1]), blend(tone, c.sky, 0.6)), Figure("gate", tuple(parts[0]), tone)]
    if chance < 0.5:
        end = (0.5 + 0.08 * away, horizon + float(rng.uniform(0.16, 0.2)))
        planks, posts = objects.jetty((0.5 + 0.34 * away, 1.03), end, (0.17, 0.035))
        boat = objects.rowing_boat(end[0] - 0.07 * away, end[1] + 0.03, 0.09)
        deck = blend(toned(c.glow, 0.5 + 0.25 * setting.valence), wood, 0.35)
        return [
            Figure("posts", tuple(posts), wood),
            Figure("jetty", tuple(planks), deck),
            Figure("moored", tuple(boat), wood),
        ]
    if chance < 0.75:
        parts3 = objects.stilt_hut(at, horizon + 0.055, 0.085, facing=-away)
        tones = (wood, blend(c.accent, c.shadow, 0.3), blend(toned(c.glow, 0.6), c.accent, 0.4))
        return [Figure("hut", tuple(parts3[k]), tones[k]) for k in (0, 2, 1)]
    return []


def _shore_things(setting: Setting, rng: np.random.Generator, when: str) -> list[Figure]:
    """What frames the view: a tree in its season with flowers under it, or the bank's own growth, or nothing."""
    away = -1 if setting.sun[0] > 0.5 else 1
    grown = rng.random()
    if setting.calm > 0.6 and grown < 0.45:
        return []
    if grown > 0.25 + 0.45 * abs(2 * setting.valence - 1):
        return bank(setting, rng)
    x = 0.5 + away * float(rng.uniform(0.28, 0.38))
    foot = float(rng.uniform(0.93, 0.97))
    along = np.linspace(0, 1, 60)
    line = foot + 0.012 - 0.05 * np.exp(-(((along - x) / 0.3) ** 2)) + 0.28 * np.clip(-away * (along - x) - 0.16, 0, 1)
    green = blend(leaf_colour(setting), setting.colours.shadow, 0.55 + 0.2 * (1 - setting.valence))
    figures = [Figure("front", (drawing.ground(along, line),), green)]
    figures += tree(setting, rng, when, x, foot - 0.02, float(rng.uniform(0.4, 0.6)), side=-float(away))
    if setting.valence > 0.6:
        at = rng.uniform(0, 1, int(14 + 40 * setting.joy))
        petals = plants.scatter_flowers(
            rng, at, np.interp(at, along, line) + rng.uniform(0, 0.05, len(at)), 0.011, "daisy"
        )
        figures.append(Figure("petals", tuple(petals), toned(setting.colours.accent, None, 1.2)))
    return figures


def _planes(view: View, land: Land, on_water: Field, front: Field) -> tuple[LayerMask, ...]:
    """Sky, the ranges far to near, the water, the foreground."""
    cuts = [np.sqrt(a * b) for a, b in zip(land.crests[:-1], land.crests[1:], strict=True)]
    at = np.interp(view.slice, np.arange(SLICES), land.z[:, 0]).astype(np.float32)
    solid, rest = view.alpha * (1 - on_water), 1 - front
    planes = [LayerMask("sky", 0.0, (1 - view.alpha) * rest)]
    edges = [0.0, *cuts, np.inf]
    for number in range(len(edges) - 1, 0, -1):
        inside = (at >= edges[number - 1]) & (at < edges[number])
        planes.append(LayerMask(f"range {number}", 0.85 - 0.7 * number / len(edges), solid * inside * rest))
    planes += [LayerMask("water", 0.9, on_water * rest), LayerMask("front", 1.0, front)]
    return tuple(LayerMask(p.name, p.depth, p.alpha.astype(np.float32)) for p in planes)


def _flow(view: View, lit: Relief, sky_image: Sky, on_water: Field, front: Field) -> Field:
    """Clouds drift, slopes fall, water lies, trees stand."""
    fall = view.of(np.stack([np.cos(lit.fall), np.sin(lit.fall)], -1))
    land = np.arctan2(fall[..., 1], fall[..., 0])
    flow = np.where(view.alpha > 0.5, land, sky_image.drift)
    flow = np.where(on_water > 0.5, 0.0, flow)
    return np.where(front > 0.5, np.pi / 2, flow).astype(np.float32)


def _detail(lab: Field, front: Field, view: View) -> Field:
    """Where small brushes pay: edges of things and of light."""
    fine = np.abs(lab - blur(lab, 4.0)).sum(-1)
    return np.asarray(np.clip(blur(fine, 3.0) * 9 + 0.35 * front + 0.1 * view.alpha, 0, 1), np.float32)
