"""City in the rain: a wet street that doubles its lights, an umbrella on its way, drops on a window pane."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.composition.abstract import box, finish_composition, lighten, near_third, song_curves
from tonescape.render.painter.composition.model import WORK, Composition, Figure, grid
from tonescape.render.painter.composition.setting import blend, setting_for, toned
from tonescape.render.painter.composition.variants import Variant, choose
from tonescape.render.painter.raster.filters import blur, mix, smoothstep
from tonescape.render.painter.subjects import city, street
from tonescape.render.painter.subjects.sky import sky
from tonescape.render.painter.subjects.weather import lightning_bolts, rain, rainbow

if TYPE_CHECKING:
    from tonescape.core.records import Brief
    from tonescape.render.painter.composition.abstract import Piece, SongCurves
    from tonescape.render.painter.composition.setting import Setting
    from tonescape.render.painter.raster.filters import Field

    Made = tuple[Field, list[Piece], Field, tuple[float, float], list[Figure]]
    """picture, planes, flow, focal point, things"""


def compose(brief: Brief, rng: np.random.Generator) -> Composition:
    """The composition of a song. Draws from `rng` in a fixed order, so one seed gives one picture."""
    horizon = float(rng.choice([0.38, 0.45, 0.52]))
    v, a = brief.mood.valence, brief.mood.arousal
    hours = np.array([max(0.03, v - 0.35), 0.35, max(0.05, 0.8 - v), max(0.0, a - v)])
    phase = ("day", "dusk", "night", "storm")[int(rng.choice(4, p=hours / hours.sum()))]
    setting = setting_for(brief, rng, horizon=horizon - 0.03, phase=phase)
    setting = replace(setting, cloud=max(0.75, setting.cloud), mist=min(1.0, 0.25 + setting.mist), sun_size=0.0015)
    song = song_curves(brief, setting, rng)
    kind = choose(VARIANTS, setting, rng)
    image, pieces, flow, focus, figures = VARIANTS[kind].compose(setting, song, rng, horizon)
    setting = replace(setting, sun=focus)
    parameters = (("wet", 0.6 + 0.4 * (1 - setting.valence)), ("rain", _amount(setting)), ("variant", float(kind)))
    return finish_composition(image, pieces, flow, setting, focus, figures, parameters, horizon=horizon)


def _amount(setting: Setting) -> float:
    """How hard it rains, [0, 1]: a shower in the sun for the happy, a downpour for the tense."""
    return float(np.clip(0.25 + 0.35 * setting.arousal + 0.35 * (1 - setting.valence), 0, 1))


def _lamplight(setting: Setting) -> tuple[Field, Field]:
    """The colours of lamps and of signs: warm against the rest, stronger the later the hour."""
    lamp = blend(setting.colours.glow, setting.colours.accent, 0.25 + 0.2 * setting.arousal)
    return toned(lamp, 0.86 if setting.phase != "day" else 0.93, 1.3), toned(setting.colours.accent, None, 1.25)


def _avenue(setting: Setting, song: SongCurves, rng: np.random.Generator, horizon: float) -> Made:
    """Along a street: houses as high as the song is loud, the light at its end, lamps, tail lights, an umbrella."""
    vx = near_third(rng, 0.05)
    setting = replace(setting, sun=(vx, horizon - 0.05))
    sky_image = sky(setting, rng, horizon)
    eye, half = rng.uniform(0.22, 0.34), rng.uniform(0.42, 0.6)
    view, plots = street.perspective(song, setting, rng, (vx, horizon), eye=eye, half=half)
    lamp, sign = _lamplight(setting)
    lit = {"day": 0.12, "dusk": 0.4, "night": 0.5, "storm": 0.4}[setting.phase] * (0.6 + 0.8 * setting.arousal)
    houses = street.walls(view, plots, setting, rng, lit=lit, lamp=lamp, sign=sign)
    x, y = grid()
    end = np.hypot((x - vx) * 1.4, y - horizon + 0.03)
    light = setting.colours.sun if setting.valence > 0.4 or setting.phase != "night" else setting.colours.horizon
    above = mix(sky_image.lab, light, np.exp(-end / 0.10) * (0.35 + 0.5 * setting.valence + 0.2 * setting.arousal))
    above = rainbow(above, setting, rng, horizon)
    image = mix(above, houses, view.wall)
    flipped = above[np.clip((2 * horizon * WORK - np.arange(WORK)).astype(int), 0, WORK - 1)]
    mirror = mix(flipped, houses, view.mirror)
    dry = blend(setting.colours.lands[0], setting.colours.lands[1], 0.4 + 0.4 * setting.valence)
    wet = street.wet(mirror, np.broadcast_to(dry, mirror.shape).astype(np.float32), view, setting, rng, 0.95)
    wet = _kerbs(wet, view, setting)
    image = mix(image, wet, view.ground)
    image = city.veil(image, setting, horizon, 0.25 + 0.3 * setting.mist)
    side = view.half * 0.82
    lamps = [(s * side, float(z)) for z in np.geomspace(0.95, 6.5, 5) for s in (-1, 1) if s < 0 or rng.random() < 0.75]
    image, posts = street.flock_of_lamps(image, view, setting, lamp, lamps, tall=0.5, wetness=1.0)
    figures = [Figure("posts", tuple(posts), toned(setting.colours.shadow, 0.13))]
    image, cars = _traffic(image, view, setting, song)
    figures = [*lightning_bolts(setting, rng, vx, horizon - 0.12), *figures, *cars]
    far = float(rng.uniform(0.75, 1.15))
    walkers = [
        ((1 - vx + float(rng.normal(0, 0.05)) - vx) * far * 0.75, far)
    ]  # across the axis from the vanishing point
    for _ in range(int(rng.integers(0, 2 + round(4 * setting.arousal))) + round(4 * setting.joy)):
        walkers.append((float(rng.choice([-1, 1]) * side * rng.uniform(0.75, 1.05)), float(rng.uniform(1.4, 3.5))))
    folk = street.people(view, setting, rng, walkers, _cloth(setting, wet))
    folk = _bright(setting, folk)
    image = street.mirrored(image, folk)
    image = rain(image, setting, rng, _amount(setting), blend(setting.colours.glow, setting.colours.sky, 0.4))
    near = smoothstep(0.06, 0.07, y - horizon)
    pieces: list[Piece] = [
        ("sky", 0.0, np.ones((WORK, WORK), np.float32)),
        ("far houses", 0.3, view.wall * (view.z > 3.0)),
        ("houses", 0.5, view.wall * (view.z <= 3.0)),
        ("street", 0.7, view.ground),
        ("near street", 0.85, view.ground * near * (y > 0.78)),
    ]
    flow = np.where(view.wall > 0.5, np.pi / 2, sky_image.drift)
    flow = np.where(view.ground > 0.5, np.pi / 2, flow)
    focus = folk[-1].shapes[0].mean(axis=0)
    return image, pieces, flow.astype(np.float32), (float(focus[0]), float(focus[1])), figures + folk


def _bright(setting: Setting, folk: list[Figure]) -> list[Figure]:
    """The people of a glad song under umbrellas of every colour; the last one's is as it was."""
    if setting.joy < 0.3:
        return folk
    c = setting.colours
    tones = (toned(c.glow, 0.93), toned(c.accent, 0.66, 1.3), toned(c.lands[3], 0.7, 1.5), toned(c.sun, 0.88, 1.6))
    last = len(folk) - 1
    return [
        replace(one, lab=tones[(number // 2) % 4]) if one.name == "umbrella" and number < last else one
        for number, one in enumerate(folk)
    ]


def _cloth(setting: Setting, behind: Field) -> Field:
    """The umbrella's colour: the accent, or a light one where the street is of the accent's lightness."""
    accent = toned(setting.colours.accent, None, 1.3)
    level = float(behind[int(WORK * 0.6) :, :, 0].mean())
    return (
        accent if abs(level - float(accent[0])) > 0.16 else toned(setting.colours.glow, 0.95 if level < 0.7 else 0.35)
    )


def _kerbs(ground: Field, view: street.Street, setting: Setting) -> Field:
    """The pavement's edge on both sides, and the pavement a shade lighter."""
    x, y = grid()
    z = view.eye / np.maximum(y - view.vanish[1], 0.004)
    off = np.abs(x - view.vanish[0]) * z
    kerb = view.half * 0.74
    ground = lighten(ground, 0.03 * smoothstep(kerb, kerb * 1.01, off))
    line = np.exp(-(((off - kerb) / (0.008 * np.maximum(z, 0.6))) ** 2))
    return mix(ground, blend(setting.colours.sky, setting.colours.glow, 0.3), 0.35 * line)


def _traffic(image: Field, view: street.Street, setting: Setting, song: SongCurves) -> tuple[Field, list[Figure]]:
    """Cars, more of them the busier the song: red lamps going away, white ones coming; spaced by the bar's beats."""
    strong = np.flatnonzero(song.beat > 0.6)[: 1 + round(4 * setting.arousal)]
    figures: list[Figure] = []
    for beat in strong[::-1]:
        z = float(1.5 + 5.0 * beat / 16)
        lane = -0.16 if beat % 2 else 0.16
        at = view.at(lane * view.half / 0.5, 0.0, z)
        away = lane > 0
        tone = toned(
            blend(setting.colours.accent, setting.colours.glow, 0.0 if away else 0.9), 0.62 if away else 0.96, 1.3
        )
        body, lamps = city.car(at[0], at[1], 0.15 / z)
        for one in lamps:
            middle = one.mean(axis=0)
            image = city.streak(
                image, (float(middle[0]), 2 * at[1] - float(middle[1])), 0.014 / z, 0.16 / z + 0.05, tone, 0.8
            )
        figures.append(Figure("car", tuple(body), blend(setting.colours.shadow, setting.colours.lands[1], 0.25)))
        figures.append(Figure("lights", tuple(lamps), tone))
    return image, figures


def _quay(setting: Setting, song: SongCurves, rng: np.random.Generator, horizon: float) -> Made:
    """Across a wide wet square or a canal: a front of houses, all its lit windows hanging upside down below it."""
    foot = horizon + 0.12
    sky_image = sky(setting, rng, foot)
    far = city.row(song, setting, rng, foot=foot, tall=0.36, wide=0.05)
    near = city.row(song, setting, rng, foot=foot, tall=0.22 + 0.12 * setting.arousal, wide=0.11)
    lamp, _ = _lamplight(setting)
    lit = {"day": 0.15, "dusk": 0.45, "night": 0.5, "storm": 0.4}[setting.phase] * (0.6 + 0.7 * setting.arousal)
    back = blend(setting.colours.lands[2], setting.colours.horizon, 0.6)
    front = blend(setting.colours.lands[0], setting.colours.lands[1], 0.5)
    seen_far, seen = far.alpha(), near.alpha()
    image = mix(
        sky_image.lab, city.facades(far, setting, back, rng, lit=lit * 0.4, lamp=lamp, pane=0.010), seen_far * 0.9
    )
    image = city.veil(image, setting, foot, 0.35)
    image = mix(image, city.facades(near, setting, front, rng, lit=lit, lamp=lamp, pane=0.021), seen)
    x, y = grid()
    shops = (y > foot - 0.035) & (y < foot - 0.006)
    image = mix(image, lamp, shops * smoothstep(0.3, 0.6, np.sin(x * 70 + 9 * song.at(x))) * min(1.0, lit * 1.6))
    rows = np.clip((2 * foot * WORK - np.arange(WORK)).astype(int), 0, WORK - 1)
    plain = np.zeros((WORK, WORK), np.float32)
    view = street.Street((0.5, foot - 0.02), 0.3, 0.5, np.ones((1, WORK), np.float32), plain, plain, plain, plain)
    dry = np.broadcast_to(blend(setting.colours.lands[0], setting.colours.sky, 0.25), image.shape).astype(np.float32)
    wet = street.wet(image[rows], dry, view, setting, rng, 1.0)
    ground = smoothstep(foot - 0.002, foot + 0.002, y) * np.ones_like(x)
    image = mix(image, wet, ground)
    image, posts = street.flock_of_lamps(
        image, replace(view, vanish=(0.5, foot - 0.1)), setting, lamp,
        [(float(at), 1.25) for at in np.linspace(-0.52, 0.52, int(rng.integers(3, 6))) + rng.uniform(-0.06, 0.06)],
        tall=0.42, wetness=0.9,
    )  # fmt: skip
    figures = [Figure("posts", tuple(posts), toned(setting.colours.shadow, 0.13))]
    walk = near_third(rng, 0.04) - 0.5
    folk = street.people(replace(view, vanish=(0.5, foot - 0.06)), setting, rng, [(walk, 1.0)], _cloth(setting, wet))
    image = street.mirrored(image, folk)
    image = rain(image, setting, rng, _amount(setting), blend(setting.colours.glow, setting.colours.sky, 0.4))
    pieces: list[Piece] = [
        ("sky", 0.0, np.ones((WORK, WORK), np.float32)),
        ("far houses", 0.3, seen_far),
        ("houses", 0.5, seen * (1 - ground)),
        ("wet ground", 0.75, ground),
    ]
    flow = np.where(seen > 0.5, np.pi / 2, sky_image.drift)
    flow = np.where(ground > 0.5, np.pi / 2, flow)
    focus = folk[-1].shapes[0].mean(axis=0)
    return image, pieces, flow.astype(np.float32), (float(focus[0]), float(focus[1])), figures + folk


def _window(setting: Setting, song: SongCurves, rng: np.random.Generator, horizon: float) -> Made:
    """Out of a window: the city's lights out of focus, drops that hold it upside down, some have run."""
    sky_image = sky(setting, rng, horizon + 0.25)
    back = city.row(song, setting, rng, foot=1.05, tall=0.8, wide=0.13)
    lamp, sign = _lamplight(setting)
    seen = back.alpha()
    tone = blend(setting.colours.lands[0], setting.colours.lands[1], 0.5)
    image = mix(sky_image.lab, city.facades(back, setting, tone, rng, lit=0.25, lamp=lamp, pane=0.045), seen)
    image = blur(image, 9.0)
    count = int(16 + 40 * setting.arousal)
    tones = (lamp, sign, setting.colours.glow, blend(sign, lamp, 0.5))
    far = np.zeros((WORK, WORK), np.float32)
    for number in range(count):
        at = rng.random()
        y = 1.0 - 0.72 * float(song.at(np.array([at]))[0]) * rng.uniform(0.15, 1.0) - 0.05
        radius = rng.uniform(0.012, 0.042) * (1.2 - 0.5 * setting.arousal)
        strength = (0.55 + 0.3 * rng.random()) * (1.0 if setting.phase != "day" else 0.7)
        city.ball(image, far, (at, y), radius, tones[number % 4], strength)
    image, drops = _drops(image, setting, rng)
    frame = blend(setting.colours.shadow, setting.colours.lands[0], 0.3)
    bar = near_third(rng, 0.02)
    bars = [box(bar, 0.5, 0.022, 1.1), box(0.5, 0.97, 1.1, 0.07), box(0.5, 0.3 if bar > 0.5 else 0.66, 1.1, 0.016)]
    pieces: list[Piece] = [
        ("sky", 0.0, np.ones((WORK, WORK), np.float32)),
        ("houses", 0.3, (seen > 0.5).astype(np.float32)),
        ("lights", 0.5, far),
        ("pane", 0.8, drops),
    ]
    focus = (bar + (0.2 if bar < 0.5 else -0.2), 0.55)
    return image, pieces, np.full((WORK, WORK), np.pi / 2, np.float32), focus, [Figure("frame", tuple(bars), frame)]


def _drops(image: Field, setting: Setting, rng: np.random.Generator) -> tuple[Field, Field]:
    """Drops as small lenses: each shows the view upside down, a dark upper rim and a glint; some have run."""
    x, y = grid()
    amount = np.zeros((WORK, WORK), np.float32)
    dx, dy = np.zeros_like(amount), np.zeros_like(amount)
    light = np.zeros_like(amount)
    for number in range(int(70 + 150 * _amount(setting))):
        size = 0.004 + 0.016 * rng.random() ** 3
        at = rng.random(2)
        long = 1.0 + (0.35 + 6.0 * (number % 9 == 0)) * rng.random()
        reach = int(size * long * 2 * WORK) + 2
        row, column = int(at[1] * WORK), int(at[0] * WORK)
        part = (slice(max(0, row - reach), row + reach), slice(max(0, column - reach), column + reach))
        u = (x[:, part[1]] - at[0]) / size * (1.0 + 0.25 * (y[part[0]] < at[1]))
        v = (y[part[0]] - at[1]) / (size * np.where(y[part[0]] < at[1], long, 1.0))
        r = np.hypot(u, v)
        inside = smoothstep(1.0, 0.85, r)
        amount[part] = np.maximum(amount[part], inside)
        dx[part] += -u * inside * 0.10
        dy[part] += -v * inside * 0.16
        light[part] += inside * (
            0.22 * np.exp(-((u - 0.3) ** 2 + (v - 0.45) ** 2) / 0.15) - 0.14 * smoothstep(-0.2, -1.0, v)
        )
    rows = np.clip((np.arange(WORK)[:, None] + dy * WORK), 0, WORK - 1).astype(np.int32)
    columns = np.clip((np.arange(WORK)[None, :] + dx * WORK), 0, WORK - 1).astype(np.int32)
    return lighten(mix(image, image[rows, columns], amount), light), amount


# the street for the lively, the quiet square for the calm, behind the pane for the sad
VARIANTS = (
    Variant("avenue", lambda s: 0.12 + 0.8 * s.arousal, _avenue),
    Variant("quay", lambda s: 0.08 + 0.9 * s.calm + 0.3 * s.gloom, _quay),
    Variant("window", lambda s: 0.06 + 0.6 * s.gloom, _window),
)
