"""The sea: a mirror when calm, sails and parasols when glad, breakers and lightning when tense, a wreck in rain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.composition import drawing
from tonescape.render.painter.composition.model import WORK, Composition, Figure, LayerMask, along_edges, grid
from tonescape.render.painter.composition.setting import Setting, blend, contrasting_colour, toned, with_vignette
from tonescape.render.painter.motifs.sea import shore
from tonescape.render.painter.raster.filters import blur, mix, smoothstep
from tonescape.render.painter.raster.noise import fractal_noise, sample_tile
from tonescape.render.painter.subjects import objects, silhouettes
from tonescape.render.painter.subjects.ridges import song_line
from tonescape.render.painter.subjects.sky import Sky, sky
from tonescape.render.painter.subjects.terrain import across, distances, see
from tonescape.render.painter.subjects.weather import falling, flock, landscape_setting, lightning_bolts, rainbow

if TYPE_CHECKING:
    from tonescape.core.records import Brief
    from tonescape.render.painter.raster.filters import Field

EYE = 0.30
"""height of the eye over the water"""


def compose(brief: Brief, rng: np.random.Generator) -> Composition:
    """The composition of a song. Draws from `rng` in a fixed order, so one seed gives one picture."""
    horizon = float(rng.choice([0.40, 0.52, 0.62, 0.70], p=[0.25, 0.25, 0.25, 0.25]))
    if brief.mood.arousal < 0.35:  # stillness is room: the sky takes most of the picture
        horizon = max(horizon, 0.56)
    setting = landscape_setting(brief, rng, horizon=horizon - 0.03)
    sky_image = sky(setting, rng, horizon)
    z = distances(0.45, 22.0)
    height, chop = _swell(setting, rng, z)
    height = np.asarray(height + _breakers(setting, rng, z, chop), np.float32)
    view = see(height, z, EYE, horizon)
    colours, foam = _water_colours(setting, rng, height, chop, z, sky_image, horizon)
    lab = mix(sky_image.lab, _headland(setting, rng, sky_image, horizon), cape := _cape(brief, setting, rng, horizon))
    lab = mix(lab, view.of(colours), view.alpha)
    lab = _haze(lab, setting, sky_image, horizon)
    lab = falling(rainbow(lab, setting, rng, horizon), setting, rng, "summer")
    figures = tuple(_figures(setting, rng, horizon))
    lab, front = drawing.draw_figures(lab, figures, water_line=horizon)
    lab = with_vignette(lab, setting)
    rest = 1 - front
    planes = (
        LayerMask("sky", 0.0, ((1 - view.alpha) * (1 - cape) * rest).astype(np.float32)),
        LayerMask("headland", 0.3, ((1 - view.alpha) * cape * rest).astype(np.float32)),
        LayerMask("sea", 0.7, (view.alpha * rest).astype(np.float32)),
        LayerMask("front", 1.0, front),
    )
    run = np.gradient(height, axis=1) / (z / WORK) * 0.5
    flow = np.where(view.alpha > 0.5, -np.arctan(view.of(run.astype(np.float32))), sky_image.drift)
    fine = np.abs(lab - blur(lab, 4.0)).sum(-1)
    detail = np.clip(blur(fine, 3.0) * 9 + 0.4 * view.of(foam) * view.alpha, 0, 1).astype(np.float32)
    flow = along_edges(lab, flow.astype(np.float32), strength=0.7)
    focus = drawing.centre(figures, ("boat", "wreck", "lightning", "birds")) or setting.sun
    parameters = (("swell", setting.wind), ("horizon", horizon), ("cloud", setting.cloud))
    return Composition(lab, planes, flow, detail, setting.sun, focus, horizon, setting, figures, parameters)


def _swell(setting: Setting, rng: np.random.Generator, z: Field) -> tuple[Field, Field]:
    """Height and small chop [SLICES, WORK]: trains of waves whose crests are sharper than their troughs."""
    wide = across(z)
    noise = fractal_noise(rng, cells=4, octaves=6, gain=0.55)
    bend = sample_tile(noise, wide * 0.09 + rng.random(), z * 0.09 + rng.random() + 0 * wide) - 0.5
    tall = 0.004 + 0.085 * setting.wind**1.4 + 0.05 * setting.tension
    height = np.zeros_like(wide)
    for _ in range(4):
        heading, length = rng.normal(0, 0.35), rng.uniform(0.45, 1.3) * (0.7 + setting.wind)
        phase = (z * np.cos(heading) + wide * np.sin(heading) + bend * (1.1 + setting.wind)) / length * 2 * np.pi
        # exp(sin) has narrow crests, as wind waves do
        height += (np.exp(np.sin(phase + rng.uniform(0, 6.28)) - 1) - 0.45) * length
    chop = sample_tile(noise, wide * 0.62 + rng.random(), z * 0.85 + rng.random() + 0 * wide) - 0.5
    height = tall * (height * 0.62 + chop * 0.42)
    calm_afar = np.exp(-z / 9.0)
    return (height * (0.15 + 0.85 * calm_afar)).astype(np.float32), chop


def _breakers(setting: Setting, rng: np.random.Generator, z: Field, chop: Field) -> Field:
    """Two seas that stand up before us when the song is tense: steep towards us, long behind, highest on a third."""
    wide = across(z)
    side = 1.0 if setting.sun[0] < 0.5 else -1.0
    total = np.zeros_like(wide)
    strength = float(np.clip(2.0 * (setting.tension - 0.25), 0, 1))
    for far, tall, x in ((3.4, 0.62, 0.55 * side), (1.75, 0.36, -0.5 * side)):
        bow = far + rng.uniform(-0.3, 0.3) + rng.uniform(0.15, 0.35) * side * wide + 0.12 * wide**2 + 0.9 * chop
        off = z - bow
        # steepened as a sea is that is about to break: the face towards us is a third as long as the back
        body = np.where(off < 0, np.exp(-((off / 0.3) ** 2)), np.exp(-((np.maximum(off, 0) / 0.95) ** 1.3)))
        along = np.exp(-(((wide - x * far * 0.5) / (0.5 * far)) ** 2))
        total = np.maximum(total, strength * tall * body * along * (0.8 + 0.5 * chop))
    return total


def _water_colours(
    setting: Setting, rng: np.random.Generator, height: Field, chop: Field, z: Field, sky_image: Sky, horizon: float
) -> tuple[Field, Field]:
    """OKLab [SLICES, WORK, 3] and foam: fronts of waves show the depth, backs the sky, thin crests the light."""
    colours = setting.colours
    shape = (*height.shape, 3)
    toward = np.gradient(height, axis=0) / np.gradient(z, axis=0)  # rising away from us: we look into its front
    sideways = np.gradient(height, axis=1) / (z / WORK)
    tilt = np.clip(0.5 + toward * (2.2 - 0.8 * setting.wind) + chop * 0.5, 0, 1)
    far = np.clip(np.log(z / 0.6) / np.log(22 / 0.6), 0, 1)
    row = np.clip(((horizon * WORK) * (0.25 + 0.7 * far[:, 0])).astype(int), 0, WORK - 1)
    shown = blur(sky_image.lab, 5.0)[row]
    deep = blend(colours.lands[1], colours.shadow, 0.4)
    body = toned(blend(colours.lands[2], colours.zenith, 0.3), None, 1.25)
    front = mix(np.broadcast_to(deep, shape), np.broadcast_to(body, shape), np.clip(0.35 + height * 4, 0, 1))
    lab = mix(shown, front, tilt * (0.92 - 0.5 * far))
    crest = smoothstep(0.02, 0.10, height / (0.5 + setting.wind)) * tilt
    lab = mix(lab, np.broadcast_to(blend(body, colours.glow, 0.45), shape), crest * (0.25 + 0.4 * setting.valence))
    foam_noise = fractal_noise(rng, cells=8, octaves=5, gain=0.7, size=256)
    wide = across(z)
    lace = sample_tile(foam_noise, wide * 0.5, z * 0.9 + 0 * wide)
    top = np.quantile(height, 0.94 - 0.1 * setting.tension)
    foam = smoothstep(0.75, 1.15, height / (top + 1e-6) + (lace - 0.5) * 0.9) * smoothstep(
        0.3, 0.75, setting.wind * np.ones_like(height)
    )
    white = blend(colours.glow, colours.horizon, 0.25 + 0.4 * (setting.phase in ("night", "storm")))
    lab = mix(lab, np.broadcast_to(white, shape), foam * 0.9)
    # glints: facets turned so that they mirror the light, densest under it
    x = (np.arange(WORK, dtype=np.float32) + 0.5)[None, :] / WORK
    width = setting.sun_size * (1.0 + 2.4 * (1 - far)) * (1 + setting.wind)
    beam = np.exp(-(((x - setting.sun[0] + sideways * 0.06) / width) ** 2)) * min(1.0, setting.sun_size / 0.02)
    glint = smoothstep(0.06 - 0.30 * beam, 0.2 - 0.28 * beam, -toward * 0.6 + chop) * beam
    lab = mix(lab, np.broadcast_to(colours.glow, shape), 0.3 * beam * setting.glow)
    return mix(lab, np.broadcast_to(colours.sun, shape), np.clip(glint * (0.5 + 0.5 * setting.glow), 0, 1)), foam


def _cape(brief: Brief, setting: Setting, rng: np.random.Generator, horizon: float) -> Field:
    """Alpha [WORK, WORK] of the land on the horizon: the song's skyline, kept to the side away from the light."""
    x, y = grid()
    line = song_line(brief, x, rng, setting)[0]
    away = setting.sun[0] < 0.5
    side = x[0] if away else 1 - x[0]
    start = rng.uniform(0.35, 0.75)
    grow = smoothstep(start, min(1.0, start + 0.3), side)
    tall = rng.choice([0.0, 0.05, 0.13, 0.22], p=[0.25, 0.35, 0.25, 0.15])
    top = horizon - tall * grow * line - 0.002
    alpha = np.clip((y - top[None, :]) * WORK + 0.5, 0, 1) * (grow * tall > 0.004)[None, :]
    return np.asarray(alpha, np.float32)


def _headland(setting: Setting, rng: np.random.Generator, sky_image: Sky, horizon: float) -> Field:
    """Its colours: rock lit from the light's side, pale towards the water."""
    x, y = grid()
    rock = fractal_noise(rng, cells=5, octaves=6, gain=0.55, ridged=0.5, size=256)
    colours = setting.colours
    facet = sample_tile(rock, x * 1.6 + y * 0.4, y * 1.1 + x * 0.3)
    dark = blend(colours.lands[1], colours.zenith, 0.25)
    lamp = blend(colours.lands[3], colours.accent, 0.4)
    lab = mix(
        np.broadcast_to(dark, (WORK, WORK, 3)), np.broadcast_to(lamp, (WORK, WORK, 3)), smoothstep(0.3, 0.8, facet)
    )
    near_water = np.exp(-np.maximum(horizon - y, 0) / 0.035) * np.ones_like(facet)
    return mix(
        lab, np.broadcast_to(sky_image.air[None], lab.shape), np.clip(0.25 + 0.45 * setting.mist * near_water, 0, 0.9)
    )


def _haze(lab: Field, setting: Setting, sky_image: Sky, horizon: float) -> Field:
    """The line where sea meets sky is soft in mist and sharp in clear air."""
    _, y = grid()
    veil = np.exp(-((np.abs(y - horizon) / (0.006 + 0.05 * setting.mist)) ** 1.4)) * (0.25 + 0.6 * setting.mist)
    return mix(lab, np.broadcast_to(sky_image.air[None], lab.shape), np.broadcast_to(veil, lab.shape[:2]))


def _figures(setting: Setting, rng: np.random.Generator, horizon: float) -> list[Figure]:
    """Sails and gulls when glad, one small sail or nothing when calm, a ship that fights or lightning when tense, a
    wreck on a bar or an empty boat when sad."""
    away = -1 if setting.sun[0] > 0.5 else 1
    colours = setting.colours
    found: list[Figure] = []
    kind = rng.choice(["boat", "gulls", "both", "none"], p=[0.4, 0.2, 0.25, 0.15])
    x, y = 0.5 + (setting.sun[0] - 0.5) * rng.uniform(-0.2, 0.9), horizon + rng.uniform(0.015, 0.10)
    size, spot = float(rng.uniform(0.05, 0.12)), (0.5 + away * rng.uniform(0.05, 0.22), horizon * rng.uniform(0.3, 0.6))
    lean = setting.wind * 0.35 * away + 0.7 * max(0.0, setting.tension - 0.4) * away
    found += lightning_bolts(setting, rng, 0.5 + away * 0.28, horizon)
    if setting.gloom > 0.36 and kind != "none":
        if kind == "gulls":
            return [*found, Figure("boat", tuple(objects.rowing_boat(x, y + 0.08, 1.2 * size)), colours.shadow)]
        if rng.random() < 0.45:  # stakes that run out to nowhere, and one empty boat or none
            left = [Figure("boat", tuple(objects.rowing_boat(x, y + 0.06, 1.2 * size)), colours.shadow)]
            row = shore.stakes(rng, horizon, away)
            lone = left if kind == "both" else []
            return [*found, *lone, Figure("stakes", tuple(row), colours.shadow), *flock(setting, rng, *spot)]
        third = 0.5 + away * float(rng.uniform(0.14, 0.2))
        return [*found, *_stranded(setting, rng, third, max(0.8, horizon + 0.16), away), *flock(setting, rng, *spot)]
    found += shore.shore(setting, rng, horizon, away)
    if kind in ("boat", "both"):
        for number in range(1 + round(5 * max(0.0, setting.joy - 0.3))):
            shift, small = (0.0, 0.16, 0.26, -0.14)[number % 4], (1.0, 0.6, 0.42, 0.5)[number % 4]
            at = (x + away * shift, horizon + (y - horizon) * (1.0, 0.5, 0.3, 0.4)[number % 4])
            parts = silhouettes.boat(*at, size * small * (1 - 0.45 * setting.calm), facing=away)
            hull, sails = ([_leant(shape, *at, lean) for shape in part] for part in parts)
            tone = contrasting_colour(colours) if number % 2 == 0 else toned(colours.glow, 0.95)
            found.append(Figure("sail", tuple(sails), tone))
            found.append(Figure("boat", tuple(hull), colours.shadow))
    if kind in ("gulls", "both") or setting.tension > 0.5:
        found += flock(setting, rng, *spot, span=0.018)
    return found


def _stranded(setting: Setting, rng: np.random.Generator, x: float, foot: float, away: int) -> list[Figure]:
    """A bar of dark sand before us with a wreck on it."""
    at = np.linspace(-0.1, 1.1, 60)
    line = (
        foot + 0.05 - 0.06 * np.exp(-(((at - x) / 0.26) ** 2)) + 0.004 * np.cumsum(rng.normal(0, 0.4, 60)).clip(-2, 2)
    )
    # a spit that comes from the near edge and dips under the water beyond the wreck
    line = line + 0.45 * np.maximum((x - at) * away - 0.2, 0) ** 1.25 - 0.03 * np.clip((at - x) * away, 0, 0.5)
    bar = drawing.ground(at, line)
    dark = blend(setting.colours.shadow, setting.colours.lands[1], 0.35)
    hull = objects.wreck(x, foot - 0.004, float(rng.uniform(0.2, 0.27)), facing=away)
    return [Figure("front", (bar,), dark), Figure("wreck", tuple(hull), toned(setting.colours.shadow, 0.13))]


def _leant(shape: Field, x: float, y: float, angle: float) -> Field:
    """A polygon turned about (x, y)."""
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]], np.float32)
    return np.asarray((shape - [x, y]) @ turn + [x, y], np.float32)
