"""A street seen along its axis: houses with windows and shops, their mirror in wet ground, lamps, people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.composition.abstract import fill_alpha, window
from tonescape.render.painter.composition.model import WORK, Figure, grid
from tonescape.render.painter.composition.setting import blend, toned
from tonescape.render.painter.raster.filters import blur, mix, smoothstep
from tonescape.render.painter.raster.noise import fractal_noise, sample_tile
from tonescape.render.painter.subjects.city import glow, lamp_post, streak, umbrella
from tonescape.render.painter.subjects.silhouettes import walker

if TYPE_CHECKING:
    from tonescape.render.painter.composition.abstract import SongCurves
    from tonescape.render.painter.composition.setting import Setting
    from tonescape.render.painter.raster.filters import Field


@dataclass(frozen=True, slots=True, eq=False)
class Street:
    """A street seen along its axis. vanish : unit x, y      eye : its height, half : half its width, in the same unit
    z : [1, WORK] distance of the wall in each column      height : [WORK, WORK] over the ground, or less than 0
    wall : [WORK, WORK] cover of houses      ground : of the street      mirror : what wet ground shows of them"""

    vanish: tuple[float, float]
    eye: float
    half: float
    z: Field
    height: Field
    wall: Field
    ground: Field
    mirror: Field

    def at(self, x: float, height: float, z: float) -> tuple[float, float]:
        """Unit position of a point beside the axis by x, over the ground, z away."""
        return self.vanish[0] + x / z, self.vanish[1] - (height - self.eye) / z


FAR = 16.0
"""distance at which a street ends"""


def perspective(
    song: SongCurves,
    setting: Setting,
    rng: np.random.Generator,
    vanish: tuple[float, float],
    *,
    eye: float,
    half: float,
) -> tuple[Street, tuple[Field, Field, Field]]:
    """(the street, (number of its house, place in it [0, 1], windows of the house) by column, each [WORK]).

    Houses are as high as the song is loud.

    The left side is the song's first half coming toward us, the right its second half going away."""
    x, y = grid()
    dx = np.maximum(np.abs(x - vanish[0]), half / FAR)
    z = half / dx
    deep = np.log(z) / np.log(FAR)
    count = int(6 + 5 * setting.arousal)
    bounds = np.append(np.sort(rng.uniform(0.0, 0.95, count - 1) * 0.35 + np.linspace(0.02, 0.6, count - 1)), 1.5)
    number = np.searchsorted(bounds, deep[0])
    left = x[0] < vanish[0]
    ends = FAR ** np.append(-0.35, bounds)  # in steps that are equal to the eye
    place = (z[0] - ends[number]) / (ends[np.minimum(number + 1, count)] - ends[number])
    panes = np.clip(np.round(np.diff(ends, append=ends[-1] + 1)[number] / (0.17 * half / 0.5)), 2, 30)
    share = np.where(left, 0.5 - 0.5 * (number + 0.5) / count, 0.5 + 0.5 * (number + 0.5) / count)
    own = rng.uniform(0.7, 1.25, (2, count + 1))[left.astype(int), number]
    tall = (0.45 + (0.8 + 0.7 * setting.rough) * song.at(share)) * own * (half / 0.5)
    number = number + left * (count + 1)
    height = (vanish[1] - y) * z + eye
    soft = z / WORK
    wall = np.clip((tall - height) / soft + 0.5, 0, 1) * np.clip(height / soft + 0.5, 0, 1)
    ground = np.clip(-height / soft + 0.5, 0, 1) * (y > vanish[1])
    mirror = np.clip((tall + height) / soft + 0.5, 0, 1) * ground
    parts = (z, height, wall, ground, mirror)
    return Street(vanish, eye, half, *(part.astype(np.float32) for part in parts)), (
        number,
        place.astype(np.float32),
        panes,
    )


def walls(
    view: Street, houses: tuple[Field, Field, Field], setting: Setting, rng: np.random.Generator, *, lit: float,
    lamp: Field, sign: Field,
) -> Field:  # fmt: skip
    """OKLab [WORK, WORK, 3] of the houses and, under the ground line, of their mirror image: windows, shops, signs."""
    colours = setting.colours
    number, place, panes = houses
    count = int(number.max()) + 1
    h = np.abs(view.height)
    tones = np.stack(
        [colours.lands[0], colours.lands[1], colours.lands[2], blend(colours.lands[1], colours.accent, 0.3)]
    )
    tone = tones[rng.integers(0, 4, count)][number]
    light = np.where(np.arange(WORK) / WORK < view.vanish[0], 1.0, -1.0) * (1 if setting.sun[0] > 0.5 else -1)
    tone = mix(tone, np.broadcast_to(colours.shadow, tone.shape), 0.45 - 0.2 * light * setting.contrast)
    image = np.broadcast_to(tone[None], (WORK, WORK, 3)).astype(np.float32)
    floor = 0.13 * (view.half / 0.5)
    fy = (h - 1.25 * floor) / floor
    fx = place[None] * panes[None]
    i, j = np.floor(fx).astype(int), np.floor(fy).astype(int)
    table = rng.random((count, 32, 32), dtype=np.float32)
    draw = table[number, np.clip(j, 0, 31), np.clip(i, 0, 31)]
    inside = (np.abs(fx - i - 0.5) < 0.27) & (np.abs(fy - j - 0.45) < 0.29) & (j >= 0)
    image = mix(image, colours.shadow, inside * 0.5)
    share = lit * rng.uniform(0.4, 1.5, count)[number]
    image = mix(image, lamp, inside * (draw < share) * (0.6 + 0.4 * draw / np.maximum(share, 1e-3)))
    shop = (h < 1.0 * floor) & (h > 0.12 * floor) & (np.abs(place[None] - 0.5) < 0.42)
    open_ = rng.random(count) < 0.25 + 0.55 * lit
    image = mix(image, blend(lamp, colours.glow, 0.3), shop * open_[number] * 0.85)
    awning = (h >= 1.0 * floor) & (h < 1.2 * floor) & (np.abs(place[None] - 0.5) < 0.46)
    image = mix(image, sign, awning * open_[number] * 0.8)
    neon = (rng.random(count) < 0.12 + 0.5 * setting.arousal) & open_
    tube = (np.abs(place[None] - 0.12) < 0.05) & (h > 1.6 * floor) & (h < (2.6 + 2.0 * setting.arousal) * floor)
    image = mix(image, sign, tube * neon[number] * 0.95)
    haze = np.clip(1 - np.exp(-(view.z - 0.8) / (9.0 - 5.5 * setting.mist)), 0, 0.92)
    return mix(image, blend(colours.horizon, colours.sky, 0.35), np.broadcast_to(haze, (WORK, WORK)))


def wet(mirror: Field, dry: Field, view: Street, setting: Setting, rng: np.random.Generator, depth: float) -> Field:
    """Wet ground: the mirror image drawn out downwards by ripples, brighter than the asphalt between puddles."""
    from scipy.ndimage import gaussian_filter1d

    x, y = grid()
    down = np.clip((y - view.vanish[1]) / (1 - view.vanish[1]), 0, 1)
    noise = fractal_noise(rng, cells=6, octaves=5, gain=0.6, size=256)
    z = view.eye / np.maximum(y - view.vanish[1], 0.01)
    u, v = (x - view.vanish[0]) * z * 0.9, z * 1.6
    wave = sample_tile(noise, u + rng.random(), v + rng.random()) - 0.5
    shift = (wave * 26 * down * (0.4 + setting.wind)).astype(np.float32)
    rows = np.clip(np.arange(WORK)[:, None] + 2.2 * shift, 0, WORK - 1).astype(np.int32)
    columns = np.clip(np.arange(WORK)[None, :] + 0.5 * shift, 0, WORK - 1).astype(np.int32)
    drawn = gaussian_filter1d(mirror, 7.0, axis=0, mode="nearest", truncate=2.5)[rows, columns]
    pool = smoothstep(0.34, 0.56, sample_tile(noise, u * 0.22 + 0.3, v * 0.22 + 0.6))
    shown = np.clip(depth * (0.42 + 0.5 * pool), 0, 0.95)
    return mix(dry, drawn, shown)


def flock_of_lamps(
    image: Field,
    view: Street,
    setting: Setting,
    tone: Field,
    places: list[tuple[float, float]],
    *,
    tall: float,
    wetness: float,
) -> tuple[Field, list[Field]]:
    """Lamps along a street at (side, distance): halo, reflection; returns the picture and the posts."""
    posts: list[Field] = []
    for x, z in sorted(places, key=lambda one: -one[1]):
        foot, top = view.at(x, 0.0, z), view.at(x, tall, z)
        arm = -np.sign(x) * 0.06 / z
        posts += lamp_post(foot[0], foot[1], top[1], float(arm))
        bulb = (top[0] + float(arm), top[1] + 0.012 / z)
        image = glow(image, bulb, max(0.004, 0.018 / z), tone, 0.95)
        if wetness:
            image = streak(
                image, (bulb[0], view.at(x, -tall, z)[1]), max(0.004, 0.014 / z), 0.10 + 0.12 / z, tone, 0.75 * wetness
            )
    return image, posts


def people(
    view: Street, setting: Setting, rng: np.random.Generator, places: list[tuple[float, float]], cloth: Field
) -> list[Figure]:
    """Walkers with umbrellas at (side, distance), 0.17 tall; one umbrella bears the accent."""
    found: list[Figure] = []
    for number, (x, z) in enumerate(sorted(places, key=lambda one: -one[1])):
        at = view.at(x, 0.0, z)
        tall = 0.17 / z * (view.half / 0.5) ** 0.5
        last = number == len(places) - 1
        found.append(Figure("walker", tuple(walker(rng, at[0], at[1], tall)), toned(setting.colours.shadow, 0.12)))
        lean = float(np.clip(setting.wind * 0.25, 0, 0.2)) * (1 if rng.random() < 0.5 else -1)
        tone = cloth if last else blend(setting.colours.shadow, setting.colours.lands[1], 0.5)
        found.append(Figure("umbrella", tuple(umbrella(at[0], at[1], tall, lean)), tone))
    return found


def mirrored(image: Field, folk: list[Figure]) -> Field:
    """The dark mirror images of walkers and their umbrellas, which come in pairs, on wet ground under their feet."""
    for one, other in zip(folk[::2], folk[1::2], strict=True):
        foot = float(np.concatenate(one.shapes)[:, 1].max())
        for figure in (one, other):
            echo = fill_alpha(*(np.stack([part[:, 0], 2 * foot - part[:, 1]], 1) for part in figure.shapes))
            part = window(echo, 8)
            image[part] = mix(image[part], figure.lab, blur(echo[part], 2.0) * 0.5)
    return image
