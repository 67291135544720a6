"""A volcano: an eruption with its plume, a sleeping cone over a lake, or the field of lava before it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.composition.builder import Stage, flip_about
from tonescape.render.painter.composition.model import WORK, Composition, Figure, grid
from tonescape.render.painter.composition.setting import Setting, blend, contrasting_colour, toned
from tonescape.render.painter.composition.variants import Variant, choose
from tonescape.render.painter.motifs.volcano import foothills, lavaland, vents
from tonescape.render.painter.motifs.volcano.eruption import Cone, add_lava, fountain, lava_colours, plume, streams
from tonescape.render.painter.raster.filters import blur, mix, smoothstep
from tonescape.render.painter.raster.noise import fractal_noise, sample_tile
from tonescape.render.painter.subjects import objects, silhouettes
from tonescape.render.painter.subjects.ridges import song_line
from tonescape.render.painter.subjects.sky import Sky, sky
from tonescape.render.painter.subjects.terrain import Relief, View, across, distances, relief, see
from tonescape.render.painter.subjects.water import water
from tonescape.render.painter.subjects.weather import falling, flock, landscape_setting, rainbow

if TYPE_CHECKING:
    from collections.abc import Callable

    from tonescape.core.records import Brief
    from tonescape.render.painter.raster.filters import Field

    Composer = Callable[[Brief, Setting, np.random.Generator, float, float], Composition]


EYE = 0.5
"""height of the eye over the plain"""


def compose(brief: Brief, rng: np.random.Generator) -> Composition:
    """The composition of a song. Draws from `rng` in a fixed order, so one seed gives one picture."""
    horizon = float(rng.uniform(0.6, 0.72))
    setting = landscape_setting(brief, rng, horizon=horizon - 0.16)
    return VARIANTS[choose(VARIANTS, setting, rng)].compose(brief, setting, rng, _fire(setting), horizon)


def _fire(setting: Setting) -> float:
    """How strongly it burns, [0, 1]; a glad song's mountain is a picture over a lake, however loud."""
    return float(
        np.clip(setting.arousal * 0.75 + setting.tension * 0.7 - 0.25 * setting.calm - 0.6 * setting.joy, 0, 1)
    )


def _over_plain(
    brief: Brief, setting: Setting, rng: np.random.Generator, fire: float, horizon: float, *, kind: str
) -> Composition:
    """A cone over a plain or a lake."""
    fire = fire if kind in ("eruption", "lava") else 0.25 * fire
    sky_image = sky(setting, rng, horizon)
    noise = fractal_noise(rng, cells=4, octaves=7, gain=0.55, ridged=0.3 + 0.4 * setting.rough)
    cone = _cone(brief, setting, rng, noise, horizon, kind)
    side = 1.0 if setting.sun[0] > 0.5 else -1.0
    lit = relief(cone.height, cone.z, side=side, low=0.35 + 0.5 * setting.valence)
    view = see(cone.height, cone.z, EYE, horizon)
    stage = Stage(setting, sky_image.lab, sky_image.drift)
    hot = lava_colours(setting)
    plume(stage, brief, setting, noise, cone, fire, hot)
    land = view.of(_colours(setting, rng, cone, lit, sky_image, noise, kind))
    lava = streams(brief, rng, noise, cone, fire, kind)
    land = add_lava(land, view.of(lava), hot)
    far = np.interp(view.slice, np.arange(len(cone.z)), cone.z[:, 0])
    for name, depth, low, high in (
        ("far range", 0.2, 11.5, np.inf),
        ("volcano", 0.4, 4.2, 11.5),
        ("plain", 0.7, 0.0, 4.2),
    ):
        here = (view.alpha * ((far >= low) & (far < high))).astype(np.float32)
        stage.add_layer(name, depth, here, land, _downhill(view, lit) if depth < 0.6 else 0.1)
    fountain(stage, rng, cone, fire, hot)
    if kind == "lake":
        _lake(stage, setting, rng, noise, horizon)
    stage.lab = falling(rainbow(stage.lab, setting, rng, horizon), setting, rng, "frost" if fire < 0.3 else "summer")
    figures, focus = _figures(setting, rng, cone, kind, fire, horizon)
    stage.draw(figures)
    parameters = (
        ("horizon", horizon),
        ("fire", fire),
        ("plume", setting.wind),
        ("kind", float(NAMES.index(kind))),
    )
    return stage.finish(focus=focus, horizon=horizon, parameters=parameters)


def _cone(brief: Brief, setting: Setting, rng: np.random.Generator, noise: Field, horizon: float, kind: str) -> Cone:
    """A concave cone with ravines and a broken rim; behind it a low range that is the song's energy curve."""
    z = distances(0.8, 15.0)
    wide = across(z)
    middle, far = 0.5 + (-1 if setting.sun[0] > 0.5 else 1) * rng.uniform(0.0, 0.3), float(rng.uniform(6.6, 9.8))
    axis = (middle - 0.5) * far
    away = np.hypot(wide - axis, z - far)
    angle = np.arctan2(wide - axis, far - z)
    reach = far * float(rng.uniform(0.36, 0.6))
    tall = EYE + far * (horizon - rng.uniform(0.2, 0.44))
    mouth = reach * float(rng.uniform(0.06, 0.2))
    spoke = sample_tile(noise, angle / (2 * np.pi) * 2.0 + 0.3, away * 0.035 + 0.2)
    rough = sample_tile(noise, wide * 0.16, z * 0.16)
    body = np.clip(1 - (away - mouth) / (reach - mouth), 0, 1) ** float(rng.uniform(1.1, 2.2))
    body = np.where(away < mouth, 1 - 0.5 * (1 - away / mouth), body)
    height = tall * body * (1 + (spoke - 0.55) * 0.34 * smoothstep(0, 0.6, 1 - body) + (rough - 0.5) * 0.08)
    height += (rough - 0.5) * (0.16 if kind != "lava" else 0.28) * smoothstep(0.8, 3.0, z)
    x = ((np.arange(WORK, dtype=np.float32) + 0.5) / WORK)[None, :]
    ridge = song_line(brief, x, rng, setting) * (0.16 + 0.07 * rng.random()) * 13
    height = np.maximum(height, ridge * smoothstep(11.5, 13.5, z) * (0.85 + 0.3 * rough))
    if kind == "lake":
        height = np.where(z < 4.0, np.minimum(height, 0.02), height)
    top = horizon - (tall * 0.96 - EYE) / far
    return Cone(
        crater=(float(middle), float(top)),
        wide=float(mouth / far),
        height=blur(height.astype(np.float32), 0.8),
        z=z,
        away=away,
        angle=angle,
        reach=float(reach),
    )


def _colours(
    setting: Setting, rng: np.random.Generator, cone: Cone, lit: Relief, sky_image: Sky, noise: Field, kind: str
) -> Field:
    """OKLab [SLICES, WORK, 3]: ash and basalt, grass low down when it sleeps, snow on the cap when it is cold."""
    c, z = setting.colours, cone.z
    shape = (*cone.height.shape, 3)
    wide = across(z)
    grain = sample_tile(noise, wide * 0.3, z * 0.3)
    asleep = kind in ("lake", "sleeping")
    rock = blend(c.lands[1], c.shadow, 0.25 if asleep else 0.6)
    ash = blend(c.lands[2], c.accent, 0.25 if asleep else 0.12)
    local = mix(np.broadcast_to(rock, shape), np.broadcast_to(ash, shape), smoothstep(0.35, 0.75, grain) * 0.8)
    level = np.clip(cone.height / (float(cone.height.max()) + 1e-6), 0, 1)
    if asleep:
        green = toned(blend(c.lands[3], c.lands[2], 0.4), 0.28 + 0.34 * setting.valence, 1.1)
        local = mix(local, np.broadcast_to(green, shape), smoothstep(0.5, 0.12, level + 0.3 * (grain - 0.5)) * 0.8)
    light = smoothstep(0.12, 0.8, lit.light)
    shade = mix(local, np.broadcast_to(blend(c.shadow, c.zenith, 0.35), shape), 0.45 + 0.25 * setting.contrast)
    lamp = blend(blend(c.accent, c.glow, 0.55), c.horizon, 0.3)
    lab = mix(shade, mix(local, np.broadcast_to(lamp, shape), 0.62), light * (0.45 + 0.5 * setting.contrast))
    if asleep:
        line = float(rng.uniform(0.42, 0.66))
        cap = smoothstep(
            line,
            line + 0.1,
            level + (grain - 0.5) * 0.35 + 0.12 * (sample_tile(noise, cone.angle * 0.9, cone.away * 0.05) - 0.5),
        ) * smoothstep(11.5, 10.5, z)
        snow = mix(np.broadcast_to(blend(c.cloud_dark, c.zenith, 0.3), shape), np.broadcast_to(c.glow, shape), light)
        lab = mix(lab, snow, cap * 0.92)
    haze = np.clip(1 - np.exp(-np.maximum(z - 4.0, 0) / (22.0 - 13.0 * setting.mist)), 0, 0.85)
    air = sky_image.air + (c.glow - sky_image.air) * (sky_image.scatter * 0.5)[:, None]
    return mix(lab, np.broadcast_to(air[None], shape), np.broadcast_to(haze, shape[:2]))


def _lake(stage: Stage, setting: Setting, rng: np.random.Generator, noise: Field, horizon: float) -> None:
    """Still water before the cone, which shows it upside down."""
    x, y = grid()
    shore = horizon + 0.125
    lake = water(flip_about(stage.lab, shore), setting, rng, horizon=shore, eye=EYE * 0.5)
    edge = shore + 0.01 * (sample_tile(noise, x * 0.8, y * 0 + 0.3) - 0.5)
    stage.add_layer("lake", 0.8, np.clip((y - edge) * WORK + 0.5, 0, 1).astype(np.float32), lake, 0.0)
    stage.veil(np.exp(-(((y - shore) / 0.018) ** 2)) * (0.1 + 0.6 * setting.mist) + 0 * x, setting.colours.horizon)


def _downhill(view: View, lit: Relief) -> Field:
    fall = view.of(np.stack([np.cos(lit.fall), np.sin(lit.fall)], -1))
    return np.asarray(np.arctan2(fall[..., 1], fall[..., 0]), np.float32)


def _figures(
    setting: Setting, rng: np.random.Generator, cone: Cone, kind: str, fire: float, horizon: float
) -> tuple[list[Figure], tuple[float, float]]:
    """Lightning in the ash and one who watches; a branch in blossom or bare, a sail, birds as the song has them."""
    c, away = setting.colours, (1 if cone.crater[0] < 0.5 else -1)
    figures: list[Figure] = []
    if fire > 0.55 and rng.random() < 0.8:
        start = (cone.crater[0] + away * float(rng.uniform(0.1, 0.2)), float(rng.uniform(0.0, 0.08)))
        bolt = objects.lightning(rng, start, (cone.crater[0] + away * 0.06, cone.crater[1] - 0.03), 0.0035)
        figures.append(Figure("lightning", tuple(bolt), toned(c.glow, 0.95)))
    if kind == "lake":
        x, y = 0.5 + away * float(rng.uniform(0.14, 0.26)), horizon + float(rng.uniform(0.17, 0.2))
        if setting.valence < 0.4:
            figures.append(Figure("boat", tuple(objects.rowing_boat(x, y, 0.08)), c.shadow))
        else:
            hull, sails = silhouettes.boat(x, y, 0.055, facing=-away)
            figures += [Figure("sail", tuple(sails), contrasting_colour(c)), Figure("boat", tuple(hull), c.shadow)]
    if kind in ("lake", "sleeping"):
        side = -1 if setting.sun[0] > 0.5 else 1  # not before the light
        figures += (
            foothills.pleasant(setting, rng, side) if setting.valence > 0.45 else foothills.waste(setting, rng, side)
        )
        figures += flock(setting, rng, 0.5 - 0.2 * side, horizon * 0.35)
    if kind in ("eruption", "lava"):
        figures += foothills.before(setting, rng, away, horizon)
    return figures, cone.crater


def _near(make: Callable[[Brief, Setting, np.random.Generator, float], Composition]) -> Composer:
    """A composition close to the fire, which lays its own horizon and always burns."""
    return lambda brief, setting, rng, fire, horizon: make(brief, setting, rng, max(fire, 0.4))


VARIANTS: tuple[Variant[Composer], ...] = (
    Variant("eruption", lambda s: 0.7 * _fire(s), partial(_over_plain, kind="eruption")),
    Variant("lava", lambda s: 0.02 + 0.35 * _fire(s) * (1 - s.valence), partial(_over_plain, kind="lava")),
    Variant("lake", lambda s: 0.02 + 0.8 * (1 - _fire(s)) * (0.3 + s.valence), partial(_over_plain, kind="lake")),
    Variant("sleeping", lambda s: 0.02 + 0.7 * (1 - _fire(s)), partial(_over_plain, kind="sleeping")),
    Variant("crater", lambda s: max(0.0, 0.65 * _fire(s) * (1 - s.valence) - 0.05), _near(lavaland.crater)),
    Variant("fissure", lambda s: max(0.0, 0.65 * _fire(s) * (1 - s.valence) - 0.05), _near(lavaland.fissure)),
    Variant("flank", lambda s: max(0.0, 0.65 * _fire(s) * (0.3 + (1 - s.valence)) - 0.05), _near(lavaland.flank)),
    Variant("delta", lambda s: 0.02 + 0.5 * _fire(s) + 0.4 * s.joy, _near(vents.delta)),
    Variant("ridge", lambda s: 0.02 + 0.5 * s.gloom + 0.3 * s.tension, _near(vents.ridge)),
)

NAMES = tuple(variant.name for variant in VARIANTS)
