"""Where fireworks are seen from by the water: a bay, a harbour, a canal, a bridge of fire, a lake with lanterns."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.composition import drawing
from tonescape.render.painter.composition.abstract import box, disc, ramp, shape
from tonescape.render.painter.composition.builder import area_below, flip_about
from tonescape.render.painter.composition.model import WORK, Figure, grid
from tonescape.render.painter.composition.setting import blend, toned
from tonescape.render.painter.motifs.fireworks.vantage_land import crowd, ground, seated, whole
from tonescape.render.painter.raster.filters import mix
from tonescape.render.painter.raster.noise import fractal_noise, sample_tile
from tonescape.render.painter.subjects import city, fireworks, objects, silhouettes, street
from tonescape.render.painter.subjects.ridges import ridge_line
from tonescape.render.painter.subjects.water import water

if TYPE_CHECKING:
    from tonescape.render.painter.composition.abstract import Piece
    from tonescape.render.painter.motifs.fireworks.vantage_land import Place, Spot
    from tonescape.render.painter.raster.filters import Field


def _wet(spot: Spot, image: Field, pieces: list[Piece]) -> Field:
    """The picture with water under the spot's line, which mirrors what stands over it."""
    calmer = replace(spot.setting, wind=0.25 + 0.5 * spot.setting.wind)
    bay = water(flip_about(image, spot.line), calmer, spot.rng, horizon=spot.line, eye=0.3)
    seen = area_below(np.full(WORK, spot.line, np.float32))
    pieces.append(("water", 0.8, seen))
    return mix(image, bay, seen)


def _hills(spot: Spot, image: Field, high: float) -> tuple[Field, Field]:
    """Hills across the water: the song's curve or a range of their own."""
    x, y = grid()
    c, rng = spot.setting.colours, spot.rng
    noise = fractal_noise(rng, cells=4, octaves=5, gain=0.5, size=256)
    rag = sample_tile(noise, x * 0.7, x * 0 + rng.random())[0] - 0.5
    form = spot.song.at(x[0]) if rng.random() < 0.5 else ridge_line(x, rng, spot.setting)[0]
    ridge = (spot.line - high * form - 0.012 + 0.03 * rag).astype(np.float32)
    far = area_below(ridge)
    tone = toned(blend(c.lands[0], c.zenith, 0.4), 0.16 + 0.08 * spot.setting.valence)
    return mix(image, ramp((tone, blend(tone, c.horizon, 0.3)), (y - ridge[None]) / (0.08 + high)), far), far


def _houses(spot: Spot, image: Field, tall: float, wide: float, pane: float) -> tuple[Field, Field]:
    houses = city.row(spot.song, spot.setting, spot.rng, foot=spot.line, tall=tall, wide=wide)
    seen = houses.alpha()
    lit, dark = 0.2 + 0.4 * spot.setting.arousal, toned(spot.setting.colours.shadow, 0.12)
    return mix(
        image, city.facades(houses, spot.setting, dark, spot.rng, lit=lit, lamp=spot.lamp, pane=pane), seen
    ), seen


def bay(spot: Spot) -> Place:
    """Over a bay: hills, a town or a few farms, lamps on the quay; on the near bank a crowd, a pier or one alone."""
    setting, rng, c = spot.setting, spot.rng, spot.setting.colours
    image, far = _hills(spot, spot.sky, float(rng.uniform(0.05, 0.22)))
    pieces = [whole(), ("hills", 0.35, far)]
    if rng.random() < 0.55:
        image, seen = _houses(spot, image, 0.07 + 0.05 * setting.arousal, 0.035, 0.008)
        pieces.append(("town", 0.5, seen))
    for number, beat in enumerate(spot.song.beat.tolist()):
        at = ((number + 0.5) / 16, spot.line - 0.004)
        image = city.glow(image, at, 0.003 + 0.003 * beat, spot.lamp, 0.4 + 0.4 * beat)
    image = _wet(spot, image, pieces)
    near = str(rng.choice(["bank", "pier", "boat"]))
    middle = 0.5 - spot.side * float(rng.uniform(0.08, 0.22))
    if near == "bank":
        x = np.linspace(0, 1, 64)
        edge = 0.945 + 0.02 * np.sin(x * 7 + rng.uniform(0, 6)) + 0.05 * spot.side * (x - 0.5)
        folk = crowd(spot, middle, edge, 1 + round(6 * setting.joy + 2 * setting.calm), (0.055, 0.09))
        return image, pieces, [Figure("bank", (ground(edge), *folk), spot.dark)]
    if near == "pier":
        foot, edge_x = spot.line + 0.17, 0.5 - 0.5 * spot.side
        end = edge_x + spot.side * float(rng.uniform(0.4, 0.55))
        deck = np.array([(edge_x, foot + 0.03), (end, foot), (end, foot + 0.014), (edge_x, foot + 0.07)])
        parts = [deck.astype(np.float32)]
        for t in (0.1, 0.4, 0.7, 0.97):
            parts.append(box(edge_x + (end - edge_x) * t, foot + 0.05, 0.008 + 0.006 * (1 - t), 0.1))
        for k in range(1 + round(1.4 * setting.valence)):
            parts += seated(end - spot.side * (0.03 + 0.06 * k), foot + 0.004, 0.08, spot.side)
        return image, pieces, [Figure("pier", tuple(parts), spot.dark)]
    y = spot.line + float(rng.uniform(0.12, 0.16))
    boat = objects.rowing_boat(middle, y, 0.2)
    folk = [
        part for k in range(1 + round(setting.valence)) for part in seated(middle - 0.03 + 0.06 * k, y - 0.005, 0.06)
    ]
    lamp = Figure("lamp", (disc(middle + 0.08 * spot.side, y - 0.05, 0.008)[::6],), spot.lamp)
    return image, pieces, [Figure("boat", (*boat, *folk), toned(c.shadow, 0.09)), lamp]


def _ship(spot: Spot, x: float, foot: float, size: float) -> tuple[list[Field], list[Field]]:
    """(hull with masts and stays, lamps along them) of a yawl at its moorings; `size` is the mast's height."""
    facing = -1.0 if spot.rng.random() < 0.5 else 1.0
    hull = np.array([(-0.4, -0.11), (0.46, -0.15), (0.34, 0.02), (-0.34, 0.02)])
    parts = [
        shape(hull * [facing, 1], x, foot, size),
        box(x - 0.08 * facing * size, foot - 0.14 * size, 0.3 * size, 0.07 * size),
    ]
    masts = [(0.02, 1.0), (-0.26, 0.66)][: 1 + int(spot.rng.integers(2))]
    lamps = []
    for at, high in masts:
        mx = x + at * facing * size
        parts.append(box(mx, foot - high * size / 2, 0.014 * size + 0.001, high * size))
        parts.append(box(mx - 0.12 * facing * size, foot - 0.27 * size, 0.28 * size, 0.03 * size))
        for end in (0.45, -0.4):
            ax = np.array([mx, x + end * facing * size])
            ay = np.array([foot - 0.97 * high * size, foot - 0.13 * size])
            parts.append(fireworks.ribbon(ax, ay, np.full(2, 0.0011)))
            if high > 0.9 and spot.rng.random() < 0.3 + 0.6 * spot.setting.joy:
                t = np.linspace(0.05, 0.95, 9)
                lamps += [disc(ax[0] + (ax[1] - ax[0]) * k, ay[0] + (ay[1] - ay[0]) * k, 0.0052)[::6] for k in t]
    return parts, lamps


def harbour(spot: Spot) -> Place:
    """From the water of a harbour: quay houses with gables behind, masts and rigging close, perhaps a lighthouse."""
    setting, rng, c = spot.setting, spot.rng, spot.setting.colours
    image, far = _hills(spot, spot.sky, 0.03)
    image, seen = _houses(spot, image, float(rng.uniform(0.12, 0.2)), 0.06, 0.013)
    pieces = [whole(), ("hills", 0.35, far), ("quay", 0.5, seen)]
    image = _wet(spot, image, pieces)
    figures: list[Figure] = []
    if rng.random() < 0.4:
        at = 0.5 + spot.side * float(rng.uniform(0.3, 0.42))
        tower, bands, lamp = objects.lighthouse(at, spot.line + 0.03, 0.36)
        mole = np.array([(at - 0.2 * spot.side, spot.line + 0.035), (0.5 + 0.6 * spot.side, spot.line + 0.012),
                         (0.5 + 0.6 * spot.side, spot.line + 0.06)])  # fmt: skip
        figures += [Figure("tower", (*tower, mole.astype(np.float32)), toned(c.lands[2], 0.3 + 0.12 * setting.valence)),
                   Figure("bands", tuple(bands), spot.dark), Figure("lamp", tuple(lamp), c.sun)]  # fmt: skip
    places = np.array([-0.34, -0.06, 0.26, 0.42, -0.48])[: int(rng.integers(2, 6))]
    for k, place in enumerate(places):
        size = (0.62, 0.34, 0.42, 0.26, 0.5)[k] * float(rng.uniform(0.85, 1.15))
        foot = spot.line + 0.05 + 0.2 * size
        hull, lamps = _ship(spot, 0.5 + spot.side * float(place), foot, size)
        tone = blend(spot.dark, c.lands[1], 0.35 * (1 - size))
        figures += [Figure("ship", tuple(hull), tone), Figure("lamps", tuple(lamps), spot.lamp)]
    return image, pieces, figures


def canal(spot: Spot) -> Place:
    """Along a canal between houses that run to one point; all of it again in the water, a gondola on it."""
    setting, rng, c = spot.setting, spot.rng, spot.setting.colours
    vanish = (0.5 + 0.6 * (spot.focus[0] - 0.5), spot.line)
    eye, half = float(rng.uniform(0.16, 0.26)), float(rng.uniform(0.36, 0.5))
    view, plots = street.perspective(spot.song, setting, rng, vanish, eye=eye, half=half)
    sign = toned(c.accent, 0.5, 1.2)
    houses = street.walls(view, plots, setting, rng, lit=0.2 + 0.4 * setting.arousal, lamp=spot.lamp, sign=sign)
    houses = mix(houses, toned(c.shadow, 0.13), 0.35)
    image = mix(spot.sky, houses, view.wall)
    mirror = mix(flip_about(image, spot.line), houses, view.mirror)
    dry = np.broadcast_to(toned(blend(c.lands[1], c.zenith, 0.5), 0.16), image.shape)
    image = mix(image, street.wet(mirror, dry, view, setting, rng, 1.0), view.ground)
    pieces = [whole(), ("houses", 0.5, view.wall), ("canal", 0.8, view.ground)]
    at = (vanish[0] - spot.side * float(rng.uniform(0.04, 0.16)), spot.line + float(rng.uniform(0.14, 0.22)))
    hull = np.array([(-0.5, -0.16), (-0.42, -0.02), (0.36, -0.02), (0.52, -0.22), (0.4, 0.07), (-0.38, 0.07)])
    boat = [shape(hull, *at, 0.26), *silhouettes.walker(rng, at[0] - 0.08, at[1] - 0.005, 0.11)]
    oar = fireworks.ribbon(np.array([at[0] - 0.10, at[0] - 0.02]), at[1] + np.array([-0.07, 0.04]), np.full(2, 0.002))
    lamp = Figure("lamp", (disc(at[0] + 0.1, at[1] - 0.03, 0.008)[::6],), spot.lamp)
    return image, pieces, [Figure("gondola", (*boat, oar), spot.dark), lamp]


def bridge(spot: Spot) -> Place:
    """A stone bridge over the river; fire falls from its parapet, wheels turn on it, sheaves rise from rafts."""
    setting, rng, c = spot.setting, spot.rng, spot.setting.colours
    x, _ = grid()
    image, far = _hills(spot, spot.sky, 0.06)
    image, seen = _houses(spot, image, 0.08, 0.04, 0.009)
    near = rng.random() < 0.4  # two great arches, or many small ones farther off
    top, thick = (
        spot.line - float(rng.uniform(0.26, 0.34) if near else rng.uniform(0.1, 0.17)),
        0.055 if near else 0.035,
    )
    spans, burns = int(rng.integers(1, 3) if near else rng.integers(4, 8)), rng.random() < 0.5
    fire = toned(blend(c.glow, c.accent, 0.35), 0.8, 1.25)
    phase = (x[0] * spans + rng.random()) % 1
    arch = top + thick + (spot.line - top - thick) * np.clip(np.abs(phase - 0.5) * 2.5 - 0.05, 0, 1) ** 2.2
    hump = -0.03 * np.cos((x[0] - 0.5) * 2.6) + 0.02
    stone = np.clip(area_below((top + hump).astype(np.float32)) - area_below((arch + hump).astype(np.float32)), 0, 1)
    stone = np.maximum(stone, area_below(np.full(WORK, spot.line - 0.004, np.float32)) * (np.abs(phase - 0.5) > 0.44))
    tone = toned(blend(c.lands[1], c.accent, 0.15), 0.26 + 0.12 * setting.valence)
    image = mix(image, tone, stone)
    t = np.linspace(0, 1, 5)
    fall = []
    for at in np.arange(0.02, 1, 0.0065) + rng.normal(0, 0.002, 151) if burns else ():
        drop, y0 = rng.uniform(0.35, 1.0) * (spot.line - top), top + 0.01 - 0.03 * np.cos((at - 0.5) * 2.6) + 0.02
        fall.append(fireworks.ribbon(at + rng.normal(0, 0.004) * t, y0 + drop * t, 0.0021 * (1 - 0.8 * t)))
    wheels, sheaves = [], []
    for k in range(1 + round(2.4 * setting.arousal)):
        at = 0.5 + spot.side * (-0.28 + 0.27 * k)
        if rng.random() < 0.5:
            wheels += fireworks.wheel(rng, at, top - 0.07, float(rng.uniform(0.07, 0.11)))
        else:
            sheaves += fireworks.fountain(rng, at, top + 0.01, float(rng.uniform(0.14, 0.26)))
    outline = np.concatenate([np.stack([x[0], top + hump], 1), np.stack([x[0], arch + hump], 1)[::-1]])
    lights = [
        Figure("bridge", (outline.astype(np.float32),), tone),
        Figure("falling fire", tuple(fall), fire),
        Figure("wheels", tuple(wheels), toned(c.accent, 0.72, 1.3)),
        Figure("sheaves", tuple(sheaves), toned(c.glow, 0.9)),
    ]
    lights = [one for one in lights if one.shapes]
    image, _ = drawing.draw_figures(image, lights)
    for k in range(10):
        image = city.glow(
            image, ((k + 0.5) / 10, spot.line - 0.05 if burns else top), 0.03 if burns else 0.007, fire, 0.4
        )
    pieces = [whole(), ("hills", 0.3, far), ("town", 0.4, seen), ("bridge", 0.6, stone)]
    image = _wet(spot, image, pieces)
    folk: list[Field] = []
    for _ in range(round(10 * setting.arousal)):
        at = rng.uniform(0.04, 0.96)
        folk += silhouettes.walker(rng, at, top + 0.004 - 0.03 * np.cos((at - 0.5) * 2.6) + 0.02, 0.04)
    return image, pieces, [*lights, Figure("on the bridge", tuple(folk), spot.dark)] if folk else lights


def lanterns(spot: Spot) -> Place:
    """Paper lanterns let rise over a lake: near ones large, far ones a drift of sparks; one who let them go."""
    setting, rng, c = spot.setting, spot.rng, spot.setting.colours
    image, far = _hills(spot, spot.sky, float(rng.uniform(0.16, 0.3)))
    pieces = [whole(), ("hills", 0.35, far)]
    paper = toned(blend(c.glow, c.accent, 0.5), 0.72 + 0.08 * setting.valence, 1.35)
    heart = toned(blend(c.glow, c.accent, 0.2), 0.93, 1.1)
    count = 9 + round(26 * setting.valence + 20 * setting.arousal)
    size = 0.006 + 0.05 * rng.random(count) ** 3.2
    t = rng.random(count)
    drift = spot.side * 0.25
    x = spot.focus[0] + drift * (t - 0.5) * -1.4 + rng.normal(0, 0.2, count)
    y = spot.line * (0.96 - 0.92 * t) - 0.4 * size
    x[0], y[0], size[0] = spot.focus[0], spot.focus[1], 0.05
    shell = np.array([(-0.5, -0.35), (-0.36, -0.62), (0, -0.7), (0.36, -0.62), (0.5, -0.35), (0.34, 0.5), (-0.34, 0.5)])
    flame = np.array([(-0.3, 0.5), (-0.22, 0.0), (0, -0.3), (0.22, 0.0), (0.3, 0.5)])
    order = np.argsort(size)
    for k in order.tolist():
        image = city.glow(image, (float(x[k]), float(y[k])), float(size[k]) * 0.8, paper, 0.6)
    body = [shape(shell, x[k], y[k], 1.3 * size[k]) for k in order.tolist()]
    light = [shape(flame, x[k], y[k], 1.3 * size[k]) for k in order.tolist()]
    lit = [Figure("lanterns", tuple(body), paper), Figure("flames", tuple(light), heart)]
    image, _ = drawing.draw_figures(image, lit)
    image = _wet(spot, image, pieces)
    at = np.linspace(0, 1, 64)
    rise = 0.5 - 0.5 * spot.side
    edge = 0.995 - 0.1 * np.clip(1 - np.abs(at - rise) / 0.7, 0, 1) ** 1.3
    shapes = [ground(edge)]
    for _ in range(5):
        root = rise + spot.side * float(abs(rng.normal(0, 0.16)))
        shapes += silhouettes.reeds(rng, root, float(np.interp(root, at, edge)), rng.uniform(0.08, 0.18), 0.03, 12)
    shapes += crowd(spot, rise + 0.24 * spot.side, edge, 1 + round(2.5 * setting.valence), (0.11, 0.15))
    return image, pieces, [*lit, Figure("bank", tuple(shapes), spot.dark)]
