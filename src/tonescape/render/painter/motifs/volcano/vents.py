"""Volcanoes over land and sea: lava that runs into the sea by night, a ridge of smoking vents in falling ash."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.composition.builder import Stage, area_below, beats, contour, flip_about
from tonescape.render.painter.composition.model import WORK, Figure, grid
from tonescape.render.painter.composition.setting import blend, contrasting_colour, toned
from tonescape.render.painter.motifs.volcano.eruption import Vent, add_lava, fountain, lava_colours, plume
from tonescape.render.painter.motifs.volcano.lavaland import rim, rock
from tonescape.render.painter.raster.filters import blur, mix, smoothstep
from tonescape.render.painter.raster.noise import fractal_noise, sample_tile
from tonescape.render.painter.subjects import objects, silhouettes
from tonescape.render.painter.subjects.sky import sky
from tonescape.render.painter.subjects.water import water
from tonescape.render.painter.subjects.weather import bend_over, falling, flock, storm_lean

if TYPE_CHECKING:
    from tonescape.core.records import Brief
    from tonescape.render.painter.composition.model import Composition
    from tonescape.render.painter.composition.setting import Setting
    from tonescape.render.painter.raster.filters import Field


def delta(brief: Brief, setting: Setting, rng: np.random.Generator, fire: float) -> Composition:
    """Lava over a cliff into the sea: streams on the strong beats, steam where they end, a ship that keeps away."""
    x, y = grid()
    horizon = float(rng.uniform(0.5, 0.66))
    sky_image = sky(setting, rng, horizon)
    stage = Stage(setting, sky_image.lab, sky_image.drift)
    noise, hot, c = (
        fractal_noise(rng, cells=4, octaves=6, gain=0.55, ridged=0.3),
        lava_colours(setting),
        setting.colours,
    )
    side = -1.0 if setting.sun[0] > 0.5 else 1.0  # the cliff stands away from the light
    shore = horizon + 0.012
    run = np.clip(0.5 + side * (x[0] - 0.5), 0, 1)  # 1 at the cliff's edge of the picture
    start, high = float(rng.uniform(0.2, 0.4)), float(rng.uniform(0.16, 0.4))
    rise = smoothstep(start, start + 0.07, run) * (0.25 + 0.75 * np.clip((run - start) / (1 - start), 0, 1) ** 1.3)
    top = rim(rng, shore - high * rise * (0.75 + 0.4 * contour(brief, x[0])) + 0.012, 0.004)
    if rng.random() < 0.6:
        vent = Vent((0.5 + side * float(rng.uniform(0.2, 0.42)), shore - 1.25 * high - 0.08), 0.035)
        peak = vent.crater[1] + 0.85 * np.maximum(np.abs(x[0] - vent.crater[0]) - vent.wide, 0) ** 0.9
        plume(stage, brief, setting, noise, vent, 0.5 * fire, hot)
        back = rim(rng, peak, 0.003)
        stage.add_layer("mountain", 0.2, area_below(back), blend(blend(c.lands[1], c.shadow, 0.4), c.horizon, 0.3), 0.9)
        fountain(stage, rng, vent, 0.35 + 0.4 * fire, hot, 0.7)
    heat = np.zeros((WORK, WORK), np.float32)
    ends: list[float] = []
    strong = beats(brief, 16)
    count = 2 + round(5 * fire)
    for k, beat in enumerate(np.argsort(-strong)[:count].tolist()):
        at = 0.5 + side * (start - 0.5 + 0.08 + (0.92 - start) * (k + rng.uniform(0.1, 0.9)) / count)
        bend = (sample_tile(noise, y * 1.1 + 0.13 * k, y * 0)[:, :1] - 0.5) * 0.16 + (at - 0.5) * (y - shore) * 0.5
        wide = rng.uniform(0.002, 0.02) * (0.3 + float(strong[beat])) * (1 + 4 * np.clip(y - shore + high, 0, 1))
        wind, ends_at = at + bend, rng.uniform(0.2, 1.2) * high
        wide = wide * smoothstep(shore - ends_at - 0.02, shore - ends_at + 0.02, y) + 1e-4
        heat = np.maximum(heat, np.exp(-(((x - wind) / wide) ** 2)))
        ends.append(at)
    land = rock(setting, noise, x * 1.6, y * 0.8 + 0.2 * x, 0.6)
    stage.add_layer("cliff", 0.4, area_below(top), add_lava(land, heat, hot), 1.5)
    sea = water(flip_about(stage.lab, shore), setting, rng, horizon=shore, eye=0.3)
    foot = shore + 0.006 * (sample_tile(noise, x * 2.0, x * 0)[0] - 0.5)
    stage.add_layer("sea", 0.7, area_below(foot.astype(np.float32)), sea, 0.0)
    for at in ends:
        lean = (0.2 + 0.4 * setting.wind) * -side
        up = np.clip(shore + 0.01 - y, 0, 1)
        puff = sample_tile(noise, (x - at) * 1.7 + 0.37 * at, np.log(up + 0.04) * 0.5 + 0 * x)
        reach = np.abs(x - at - lean * up) / (0.02 + 0.45 * up)
        body = (
            smoothstep(1.0, 0.3, reach + 0.9 * (puff - 0.5))
            * np.exp(-up / 0.16)
            * smoothstep(-0.012, 0.01, shore + 0.012 - y)
        )
        tone = mix(blend(c.cloud_lit, c.horizon, 0.4), hot[1], np.exp(-up / 0.05) * np.ones_like(x))
        stage.veil(0.8 * body, tone)
    stage.lab = falling(stage.lab, setting, rng, "summer")
    out = 0.5 - side * float(rng.uniform(0.1, 0.32))
    line = shore + float(rng.uniform(0.05, 0.2))
    if setting.valence > 0.45:
        hull, sails = silhouettes.boat(out, line, 0.07, facing=int(-side))
        figures = [Figure("sail", tuple(sails), contrasting_colour(c)), Figure("boat", tuple(hull), c.shadow)]
    else:
        figures = [Figure("boat", tuple(objects.rowing_boat(out, line, 0.12)), c.shadow)]
        figures[0:0] = [Figure("rower", tuple(silhouettes.walker(rng, out, line, 0.06)), c.shadow)]
    figures += flock(setting, rng, 0.5 - 0.25 * side, horizon * 0.4)
    stage.draw(figures)
    parameters = (("horizon", horizon), ("fire", fire), ("kind", 7.0))
    return stage.finish(focus=(float(np.mean(ends)), shore - 0.5 * high), horizon=horizon, parameters=parameters)


def ridge(brief: Brief, setting: Setting, rng: np.random.Generator, fire: float) -> Composition:
    """Several vents on one ridge that smoke the same way; ash lies on the land before it, and falls."""
    x, y = grid()
    horizon = float(rng.uniform(0.52, 0.66))
    sky_image = sky(setting, rng, horizon)
    stage = Stage(setting, sky_image.lab, sky_image.drift)
    noise, hot, c = (
        fractal_noise(rng, cells=4, octaves=6, gain=0.55, ridged=0.2),
        lava_colours(setting),
        setting.colours,
    )
    count = int(rng.integers(2, 5))
    spots = (np.arange(count) + rng.uniform(0.2, 0.8, count)) / count
    tall = rng.uniform(0.09, 0.17, count)
    tall[int(rng.integers(count))] += float(rng.uniform(0.08, 0.2))
    line = np.full(WORK, horizon, np.float64)
    for at, high in zip(spots, tall, strict=True):
        flat = 0.14 * high
        line = np.minimum(line, horizon - high * np.exp(-np.maximum(np.abs(x[0] - at) - flat, 0) / (0.75 * high)))
    line -= 0.05 * contour(brief, x[0])
    for at, high in sorted(zip(spots.tolist(), tall.tolist(), strict=True), key=lambda one: one[1]):
        crater = (at, float(np.interp(at, x[0], line)))
        plume(stage, brief, setting, noise, Vent(crater, 0.13 * high), 0.3 + 1.3 * high + 0.2 * fire, hot)
    ragged = rim(rng, line, 0.0025)
    body = rock(setting, noise, x * 1.5, y * 1.2 + 0.3 * np.abs(x - 0.5), 0.3)
    body = mix(body, np.broadcast_to(c.horizon, body.shape), 0.25 + 0.35 * setting.mist)
    stage.add_layer("ridge", 0.3, area_below(ragged), body, 0.8)
    down = np.clip((y - horizon) / (1 - horizon), 0.01, 1)
    drifts = sample_tile(noise, (x - 0.5) / (down + 0.25) * 0.5, 0.3 / (down + 0.12) + 0 * x)
    ash = toned(blend(c.horizon, c.lands[3], 0.5), 0.4 + 0.3 * setting.valence, 0.7)
    deep = blend(c.shadow, c.lands[0], 0.4)
    land = mix(
        np.broadcast_to(ash, body.shape),
        np.broadcast_to(deep, body.shape),
        smoothstep(0.4, 0.75, drifts) * (0.3 + 0.5 * down),
    )
    edge = horizon + 0.01 + 0.03 * (sample_tile(noise, x * 0.6, x * 0 + 0.7)[0] - 0.5)
    stage.add_layer("ash", 0.6, area_below(edge.astype(np.float32)), land, 0.05)
    flakes = np.zeros((WORK, WORK), np.float32)
    flakes[rng.integers(0, WORK, 900), rng.integers(0, WORK, 900)] = rng.random(900)
    if setting.valence < 0.5:
        stage.veil(np.clip(blur(flakes, 0.9) * 5, 0, 0.6), toned(ash, 0.8))
    figures = _waste(setting, rng, horizon)
    figures += flock(setting, rng, float(rng.uniform(0.3, 0.7)), horizon * 0.35)
    stage.draw(figures)
    chief = int(np.argmax(tall))
    focus = (float(spots[chief]), float(np.interp(spots[chief], x[0], line)))
    parameters = (("horizon", horizon), ("fire", fire), ("kind", 8.0))
    return stage.finish(focus=(min(0.94, max(0.06, focus[0])), focus[1]), horizon=horizon, parameters=parameters)


def _waste(setting: Setting, rng: np.random.Generator, horizon: float) -> list[Figure]:
    """On the ash: a dead wood, a farm up to its eaves, a line of people who leave, or a leaning fence."""
    side, c = (1.0 if setting.sun[0] > 0.5 else -1.0), setting.colours
    dark = blend(c.shadow, c.lands[0], 0.15)
    kind = rng.choice(["wood", "farm", "exodus", "fence"])
    if kind == "wood":
        wood: list[Field] = []
        for z in np.geomspace(1.0, 3.4, 7).tolist():
            at, tall = 0.5 + rng.uniform(-0.55, 0.55), 0.5 / z
            foot = horizon + 0.36 / z
            wood += bend_over(silhouettes.bare_tree(rng, at, foot, tall), foot, -side * storm_lean(setting))
        return [Figure("tree", tuple(wood), dark)]
    if kind == "farm":
        at, foot = 0.5 - side * float(rng.uniform(0.12, 0.26)), horizon + float(rng.uniform(0.16, 0.24))
        walls, roof, panes = objects.house(at, foot + 0.05, 0.2, facing=int(side))
        drift = np.array([(at - 0.26, foot + 0.06), (at - 0.1, foot + 0.012), (at + 0.05, foot + 0.03),
                          (at + 0.26, foot + 0.065), (at, foot + 0.09)], np.float32)  # fmt: skip
        tree = bend_over(
            silhouettes.bare_tree(rng, at + 0.2 * side, foot + 0.05, 0.34), foot + 0.05, -side * storm_lean(setting)
        )
        tone = toned(blend(c.horizon, c.lands[3], 0.5), 0.4 + 0.3 * setting.valence, 0.7)
        lit = toned(c.glow, 0.7 if setting.arousal > 0.3 else 0.3)
        return [Figure("house", tuple(walls), blend(c.lands[1], c.shadow, 0.3)), Figure("roof", tuple(roof), dark),
                Figure("windows", tuple(panes), lit), Figure("drift", (drift,), tone),
                Figure("tree", tuple(tree), dark)]  # fmt: skip
    if kind == "exodus":
        folk: list[Field] = []
        for z in np.geomspace(1.0, 4.0, 11).tolist():
            folk += silhouettes.walker(
                rng, 0.5 + side * (0.3 - 0.5 / z) + rng.normal(0, 0.01), horizon + 0.3 / z, 0.17 / z
            )
        return [Figure("people", tuple(folk), dark)]
    near, far = (0.5 - 0.55 * side, 1.0), (0.5 + 0.2 * side, horizon + 0.05)
    posts = objects.fence(rng, far, near, (0.02, 0.16))
    lone = silhouettes.bare_tree(rng, 0.5 + 0.24 * side, horizon + 0.2, 0.4)
    return [
        Figure("fence", tuple(posts), dark),
        Figure("tree", tuple(bend_over(lone, horizon + 0.2, -side * storm_lean(setting))), dark),
    ]
