"""The sea: a mirror when calm, sails and parasols when glad, breakers and lightning when tense, a wreck in rain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.composition import drawing
from tonescape.render.painter.composition.model import WORK, Composition, Figure, Plane, along_edges, grid
from tonescape.render.painter.composition.setting import Setting, blend, framed, standing_out, toned
from tonescape.render.painter.motifs.sea import shore
from tonescape.render.painter.raster.filters import blur, mix, step
from tonescape.render.painter.raster.noise import look, tile
from tonescape.render.painter.subjects import objects, silhouettes
from tonescape.render.painter.subjects.ridges import song_line
from tonescape.render.painter.subjects.sky import Sky, sky
from tonescape.render.painter.subjects.terrain import across, distances, see
from tonescape.render.painter.subjects.weather import falling, flock, outdoors, rainbow, struck

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
    mood = outdoors(brief, rng, horizon=horizon - 0.03)
    heaven = sky(mood, rng, horizon)
    z = distances(0.45, 22.0)
    height, chop = _swell(mood, rng, z)
    height = np.asarray(height + _breakers(mood, rng, z, chop), np.float32)
    view = see(height, z, EYE, horizon)
    colours, foam = _water_colours(mood, rng, height, chop, z, heaven, horizon)
    lab = mix(heaven.lab, _headland(mood, rng, heaven, horizon), cape := _cape(brief, mood, rng, horizon))
    lab = mix(lab, view.of(colours), view.cover)
    lab = _haze(lab, mood, heaven, horizon)
    lab = falling(rainbow(lab, mood, rng, horizon), mood, rng, "summer")
    things = tuple(_things(mood, rng, horizon))
    lab, front = drawing.draw(lab, things, water_line=horizon)
    lab = framed(lab, mood)
    rest = 1 - front
    planes = (
        Plane("sky", 0.0, ((1 - view.cover) * (1 - cape) * rest).astype(np.float32)),
        Plane("headland", 0.3, ((1 - view.cover) * cape * rest).astype(np.float32)),
        Plane("sea", 0.7, (view.cover * rest).astype(np.float32)),
        Plane("front", 1.0, front),
    )
    run = np.gradient(height, axis=1) / (z / WORK) * 0.5
    flow = np.where(view.cover > 0.5, -np.arctan(view.of(run.astype(np.float32))), heaven.drift)
    fine = np.abs(lab - blur(lab, 4.0)).sum(-1)
    detail = np.clip(blur(fine, 3.0) * 9 + 0.4 * view.of(foam) * view.cover, 0, 1).astype(np.float32)
    flow = along_edges(lab, flow.astype(np.float32), strength=0.7)
    focus = drawing.centre(things, ("boat", "wreck", "lightning", "birds")) or mood.sun
    named = (("swell", mood.wind), ("horizon", horizon), ("cloud", mood.cloud))
    return Composition(lab, planes, flow, detail, mood.sun, focus, horizon, mood, things, named)


def _swell(mood: Setting, rng: np.random.Generator, z: Field) -> tuple[Field, Field]:
    """Height and small chop [SLICES, WORK]: trains of waves whose crests are sharper than their troughs."""
    wide = across(z)
    noise = tile(rng, cells=4, octaves=6, gain=0.55)
    bend = look(noise, wide * 0.09 + rng.random(), z * 0.09 + rng.random() + 0 * wide) - 0.5
    tall = 0.004 + 0.085 * mood.wind**1.4 + 0.05 * mood.tension
    height = np.zeros_like(wide)
    for _ in range(4):
        heading, length = rng.normal(0, 0.35), rng.uniform(0.45, 1.3) * (0.7 + mood.wind)
        phase = (z * np.cos(heading) + wide * np.sin(heading) + bend * (1.1 + mood.wind)) / length * 2 * np.pi
        # exp(sin) has narrow crests, as wind waves do
        height += (np.exp(np.sin(phase + rng.uniform(0, 6.28)) - 1) - 0.45) * length
    chop = look(noise, wide * 0.62 + rng.random(), z * 0.85 + rng.random() + 0 * wide) - 0.5
    height = tall * (height * 0.62 + chop * 0.42)
    calm_afar = np.exp(-z / 9.0)
    return (height * (0.15 + 0.85 * calm_afar)).astype(np.float32), chop


def _breakers(mood: Setting, rng: np.random.Generator, z: Field, chop: Field) -> Field:
    """Two seas that stand up before us when the song is tense: steep towards us, long behind, highest on a third."""
    wide = across(z)
    side = 1.0 if mood.sun[0] < 0.5 else -1.0
    total = np.zeros_like(wide)
    strength = float(np.clip(2.0 * (mood.tension - 0.25), 0, 1))
    for far, tall, x in ((3.4, 0.62, 0.55 * side), (1.75, 0.36, -0.5 * side)):
        bow = far + rng.uniform(-0.3, 0.3) + rng.uniform(0.15, 0.35) * side * wide + 0.12 * wide**2 + 0.9 * chop
        off = z - bow
        # steepened as a sea is that is about to break: the face towards us is a third as long as the back
        body = np.where(off < 0, np.exp(-((off / 0.3) ** 2)), np.exp(-((np.maximum(off, 0) / 0.95) ** 1.3)))
        along = np.exp(-(((wide - x * far * 0.5) / (0.5 * far)) ** 2))
        total = np.maximum(total, strength * tall * body * along * (0.8 + 0.5 * chop))
    return total


def _water_colours(
    mood: Setting, rng: np.random.Generator, height: Field, chop: Field, z: Field, heaven: Sky, horizon: float
) -> tuple[Field, Field]:
    """OKLab [SLICES, WORK, 3] and foam: fronts of waves show the depth, backs the sky, thin crests the light."""
    colours = mood.colours
    shape = (*height.shape, 3)
    toward = np.gradient(height, axis=0) / np.gradient(z, axis=0)  # rising away from us: we look into its front
    sideways = np.gradient(height, axis=1) / (z / WORK)
    tilt = np.clip(0.5 + toward * (2.2 - 0.8 * mood.wind) + chop * 0.5, 0, 1)
    far = np.clip(np.log(z / 0.6) / np.log(22 / 0.6), 0, 1)
    row = np.clip(((horizon * WORK) * (0.25 + 0.7 * far[:, 0])).astype(int), 0, WORK - 1)
    shown = blur(heaven.lab, 5.0)[row]
    deep = blend(colours.lands[1], colours.shadow, 0.4)
    body = toned(blend(colours.lands[2], colours.zenith, 0.3), None, 1.25)
    front = mix(np.broadcast_to(deep, shape), np.broadcast_to(body, shape), np.clip(0.35 + height * 4, 0, 1))
    lab = mix(shown, front, tilt * (0.92 - 0.5 * far))
    crest = step(0.02, 0.10, height / (0.5 + mood.wind)) * tilt
    lab = mix(lab, np.broadcast_to(blend(body, colours.glow, 0.45), shape), crest * (0.25 + 0.4 * mood.valence))
    foam_noise = tile(rng, cells=8, octaves=5, gain=0.7, size=256)
    wide = across(z)
    lace = look(foam_noise, wide * 0.5, z * 0.9 + 0 * wide)
    top = np.quantile(height, 0.94 - 0.1 * mood.tension)
    foam = step(0.75, 1.15, height / (top + 1e-6) + (lace - 0.5) * 0.9) * step(
        0.3, 0.75, mood.wind * np.ones_like(height)
    )
    white = blend(colours.glow, colours.horizon, 0.25 + 0.4 * (mood.phase in ("night", "storm")))
    lab = mix(lab, np.broadcast_to(white, shape), foam * 0.9)
    # glints: facets turned so that they mirror the light, densest under it
    x = (np.arange(WORK, dtype=np.float32) + 0.5)[None, :] / WORK
    width = mood.sun_size * (1.0 + 2.4 * (1 - far)) * (1 + mood.wind)
    beam = np.exp(-(((x - mood.sun[0] + sideways * 0.06) / width) ** 2)) * min(1.0, mood.sun_size / 0.02)
    glint = step(0.06 - 0.30 * beam, 0.2 - 0.28 * beam, -toward * 0.6 + chop) * beam
    lab = mix(lab, np.broadcast_to(colours.glow, shape), 0.3 * beam * mood.glow)
    return mix(lab, np.broadcast_to(colours.sun, shape), np.clip(glint * (0.5 + 0.5 * mood.glow), 0, 1)), foam


def _cape(brief: Brief, mood: Setting, rng: np.random.Generator, horizon: float) -> Field:
    """Cover [WORK, WORK] of the land on the horizon: the song's skyline, kept to the side away from the light."""
    x, y = grid()
    line = song_line(brief, x, rng, mood)[0]
    away = mood.sun[0] < 0.5
    side = x[0] if away else 1 - x[0]
    start = rng.uniform(0.35, 0.75)
    grow = step(start, min(1.0, start + 0.3), side)
    tall = rng.choice([0.0, 0.05, 0.13, 0.22], p=[0.25, 0.35, 0.25, 0.15])
    top = horizon - tall * grow * line - 0.002
    cover = np.clip((y - top[None, :]) * WORK + 0.5, 0, 1) * (grow * tall > 0.004)[None, :]
    return np.asarray(cover, np.float32)


def _headland(mood: Setting, rng: np.random.Generator, heaven: Sky, horizon: float) -> Field:
    """Its colours: rock lit from the light's side, pale towards the water."""
    x, y = grid()
    rock = tile(rng, cells=5, octaves=6, gain=0.55, ridged=0.5, size=256)
    colours = mood.colours
    facet = look(rock, x * 1.6 + y * 0.4, y * 1.1 + x * 0.3)
    dark = blend(colours.lands[1], colours.zenith, 0.25)
    lamp = blend(colours.lands[3], colours.accent, 0.4)
    lab = mix(np.broadcast_to(dark, (WORK, WORK, 3)), np.broadcast_to(lamp, (WORK, WORK, 3)), step(0.3, 0.8, facet))
    near_water = np.exp(-np.maximum(horizon - y, 0) / 0.035) * np.ones_like(facet)
    return mix(lab, np.broadcast_to(heaven.air[None], lab.shape), np.clip(0.25 + 0.45 * mood.mist * near_water, 0, 0.9))


def _haze(lab: Field, mood: Setting, heaven: Sky, horizon: float) -> Field:
    """The line where sea meets sky is soft in mist and sharp in clear air."""
    _, y = grid()
    veil = np.exp(-((np.abs(y - horizon) / (0.006 + 0.05 * mood.mist)) ** 1.4)) * (0.25 + 0.6 * mood.mist)
    return mix(lab, np.broadcast_to(heaven.air[None], lab.shape), np.broadcast_to(veil, lab.shape[:2]))


def _things(mood: Setting, rng: np.random.Generator, horizon: float) -> list[Figure]:
    """Sails and gulls when glad, one small sail or nothing when calm, a ship that fights or lightning when tense, a
    wreck on a bar or an empty boat when sad."""
    away = -1 if mood.sun[0] > 0.5 else 1
    colours = mood.colours
    found: list[Figure] = []
    kind = rng.choice(["boat", "gulls", "both", "none"], p=[0.4, 0.2, 0.25, 0.15])
    x, y = 0.5 + (mood.sun[0] - 0.5) * rng.uniform(-0.2, 0.9), horizon + rng.uniform(0.015, 0.10)
    size, spot = float(rng.uniform(0.05, 0.12)), (0.5 + away * rng.uniform(0.05, 0.22), horizon * rng.uniform(0.3, 0.6))
    lean = mood.wind * 0.35 * away + 0.7 * max(0.0, mood.tension - 0.4) * away
    found += struck(mood, rng, 0.5 + away * 0.28, horizon)
    if mood.gloom > 0.36 and kind != "none":
        if kind == "gulls":
            return [*found, Figure("boat", tuple(objects.rowing_boat(x, y + 0.08, 1.2 * size)), colours.shadow)]
        if rng.random() < 0.45:  # stakes that run out to nowhere, and one empty boat or none
            left = [Figure("boat", tuple(objects.rowing_boat(x, y + 0.06, 1.2 * size)), colours.shadow)]
            row = shore.stakes(rng, horizon, away)
            lone = left if kind == "both" else []
            return [*found, *lone, Figure("stakes", tuple(row), colours.shadow), *flock(mood, rng, *spot)]
        third = 0.5 + away * float(rng.uniform(0.14, 0.2))
        return [*found, *_stranded(mood, rng, third, max(0.8, horizon + 0.16), away), *flock(mood, rng, *spot)]
    found += shore.shore(mood, rng, horizon, away)
    if kind in ("boat", "both"):
        for number in range(1 + round(5 * max(0.0, mood.joy - 0.3))):
            shift, small = (0.0, 0.16, 0.26, -0.14)[number % 4], (1.0, 0.6, 0.42, 0.5)[number % 4]
            at = (x + away * shift, horizon + (y - horizon) * (1.0, 0.5, 0.3, 0.4)[number % 4])
            parts = silhouettes.boat(*at, size * small * (1 - 0.45 * mood.calm), facing=away)
            hull, sails = ([_leant(shape, *at, lean) for shape in part] for part in parts)
            tone = standing_out(colours) if number % 2 == 0 else toned(colours.glow, 0.95)
            found.append(Figure("sail", tuple(sails), tone))
            found.append(Figure("boat", tuple(hull), colours.shadow))
    if kind in ("gulls", "both") or mood.tension > 0.5:
        found += flock(mood, rng, *spot, span=0.018)
    return found


def _stranded(mood: Setting, rng: np.random.Generator, x: float, foot: float, away: int) -> list[Figure]:
    """A bar of dark sand before us with a wreck on it."""
    at = np.linspace(-0.1, 1.1, 60)
    line = (
        foot + 0.05 - 0.06 * np.exp(-(((at - x) / 0.26) ** 2)) + 0.004 * np.cumsum(rng.normal(0, 0.4, 60)).clip(-2, 2)
    )
    # a spit that comes from the near edge and dips under the water beyond the wreck
    line = line + 0.45 * np.maximum((x - at) * away - 0.2, 0) ** 1.25 - 0.03 * np.clip((at - x) * away, 0, 0.5)
    bar = drawing.ground(at, line)
    dark = blend(mood.colours.shadow, mood.colours.lands[1], 0.35)
    hull = objects.wreck(x, foot - 0.004, float(rng.uniform(0.2, 0.27)), facing=away)
    return [Figure("front", (bar,), dark), Figure("wreck", tuple(hull), toned(mood.colours.shadow, 0.13))]


def _leant(shape: Field, x: float, y: float, angle: float) -> Field:
    """A polygon turned about (x, y)."""
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]], np.float32)
    return np.asarray((shape - [x, y]) @ turn + [x, y], np.float32)
