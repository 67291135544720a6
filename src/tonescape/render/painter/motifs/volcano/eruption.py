"""A volcano at work: lava on its flanks, ash over it, glowing stones; and the cone it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.composition.builder import Stage, beats, contour, emboss
from tonescape.render.painter.composition.model import grid
from tonescape.render.painter.composition.setting import Setting, blend, toned
from tonescape.render.painter.raster.filters import blur, mix, smoothstep
from tonescape.render.painter.raster.noise import sample_tile
from tonescape.render.painter.subjects.terrain import across

if TYPE_CHECKING:
    from tonescape.core.records import Brief
    from tonescape.render.painter.raster.filters import Field


@dataclass(frozen=True, slots=True, eq=False)
class Vent:
    """crater : unit x and y where it is seen      wide : unit half width of the crater"""

    crater: tuple[float, float]
    wide: float


@dataclass(frozen=True, slots=True, eq=False)
class Cone(Vent):
    """height : [SLICES, WORK]      z : [SLICES, 1]      away, angle : of each cell from the axis; 0 rad towards us
    reach : of the foot"""

    height: Field
    z: Field
    away: Field
    angle: Field
    reach: float


def lava_colours(setting: Setting) -> tuple[Field, Field, Field]:
    """Lava where it is hottest, where it flows, where it dies: from the palette's glow to its accent, never cold."""
    c = setting.colours
    ember = toned(blend(c.accent, np.array([0.6, 0.17, 0.12], np.float32), 0.45), 0.6, 1.2)
    return toned(blend(c.glow, ember, 0.2), 0.92, 1.5), ember, toned(ember, 0.36, 0.85)


def streams(brief: Brief, rng: np.random.Generator, noise: Field, cone: Cone, fire: float, kind: str) -> Field:
    """[SLICES, WORK] heat in [0, 1]: streams from the crater on the strong beats; cracks in the plain."""
    heat = np.zeros_like(cone.away)
    if fire < 0.3:
        return heat
    bars = beats(brief, 16)
    count = 2 + round(4 * fire)
    chosen = np.sort(np.argsort(-(bars + 0.05 * rng.random(16)))[:count])
    wander = sample_tile(noise, cone.away * 0.16, cone.away * 0.05 + 0.3) - 0.5
    for number, k in enumerate(chosen):
        way = -1.25 + 2.5 * (number + rng.uniform(0.2, 0.8)) / count
        run = cone.reach * (0.45 + 0.6 * float(bars[k]))
        off = np.abs(cone.angle - way - wander * 0.7 - 0.25 * np.sin(cone.away * 1.7 + k) * 0.3) * cone.away
        thick = 0.045 + 0.10 * np.clip(cone.away / cone.reach, 0, 1)
        heat = np.maximum(
            heat,
            np.exp(-((off / thick) ** 2))
            * np.clip((run - cone.away) / (0.35 * run), 0, 1)
            * (np.abs(cone.angle - way) < 1.2),
        )
    if kind == "lava":
        wide = across(cone.z)
        vein = np.abs(sample_tile(noise, wide * 0.2 + 0.4, cone.z * 0.2) - 0.5) + 0.5 * np.abs(
            sample_tile(noise, wide * 0.55, cone.z * 0.55 + 0.6) - 0.5
        )
        crack = smoothstep(0.075, 0.02, vein) * smoothstep(5.4, 3.2, cone.z)
        heat = np.maximum(heat, crack)
    return np.asarray(heat, np.float32)


def add_lava(land: Field, heat: Field, hot: tuple[Field, Field, Field]) -> Field:
    """Heat over the land: red light round it, the stream, its white heart."""
    halo = blur(heat, 9.0)
    land = mix(land, np.broadcast_to(hot[2], land.shape), np.clip(halo * 1.3, 0, 0.75))
    land = mix(land, np.broadcast_to(hot[1], land.shape), smoothstep(0.2, 0.55, heat))
    return mix(land, np.broadcast_to(hot[0], land.shape), smoothstep(0.6, 0.97, heat))


def plume(
    stage: Stage,
    brief: Brief,
    setting: Setting,
    noise: Field,
    cone: Vent,
    fire: float,
    hot: tuple[Field, Field, Field],
) -> None:
    """Ash or steam: it leans with the wind, swells where the song is loud, and glows below from the fire."""
    x, y = grid()
    up = np.clip(cone.crater[1] + 0.02 - y, 0, 1)
    lean = (1.0 if cone.crater[0] < 0.5 else -1.0) * (0.1 + 0.5 * setting.wind)
    spine = cone.crater[0] + lean * up**1.5
    loud = contour(brief, np.clip(up / 0.45, 0, 1))
    half = cone.wide * 0.8 + up * (0.14 + 0.75 * fire) * (0.45 + 0.9 * loud)
    across_it = (x - spine) / half
    puff = sample_tile(noise, (x - spine) * 2.0 + 0.3, np.log(up + 0.05) * 0.55 + 0 * x)
    body = smoothstep(1.05, 0.5, np.abs(across_it) + (puff - 0.5) * 1.5) * smoothstep(0.0, 0.02, up)
    thick = body * np.clip(0.35 + 0.75 * fire, 0, 0.97) * np.exp(-up * (2.6 - 2.6 * fire))
    c, side = setting.colours, (1.0 if setting.sun[0] > 0.5 else -1.0)
    roll = emboss(noise, (x - spine) * 2.0 + 0.3, np.log(up + 0.05) * 0.55 + 0 * x, side=side, depth=1.3)
    ash = blend(c.cloud_dark, c.shadow, 0.75 * fire)
    lab = mix(
        np.broadcast_to(ash, stage.lab.shape),
        np.broadcast_to(blend(c.cloud_lit, ash, 0.5 * fire), stage.lab.shape),
        np.clip(roll + 0.25 * side * across_it, 0, 1),
    )
    lab = mix(lab, np.broadcast_to(hot[1], lab.shape), np.exp(-up / (0.03 + 0.1 * fire)) * fire * (0.4 + 0.6 * roll))
    stage.add_layer("plume", 0.1, thick.astype(np.float32), lab, np.arctan2(-1.0, lean + 1.2 * (puff - 0.5)))
    glow = np.exp(-np.hypot(x - cone.crater[0], (y - cone.crater[1]) * 1.2) / (0.06 + 0.14 * fire))
    stage.veil(glow * fire * 0.8, hot[1])


def fountain(
    stage: Stage,
    rng: np.random.Generator,
    cone: Vent,
    fire: float,
    hot: tuple[Field, Field, Field],
    scale: float = 1.0,
) -> None:
    """Glowing stones thrown up on parabolas, and the hot mouth itself."""
    if fire < 0.3:
        return
    arcs, count = [], int(14 + 46 * fire)
    for _ in range(count):
        t, speed, aim = (
            np.linspace(0, rng.uniform(0.35, 1.0), 9),
            scale * rng.uniform(0.25, 1.0) * (0.1 + 0.14 * fire),
            rng.normal(0, 0.38),
        )
        px = cone.crater[0] + rng.normal(0, 0.4) * cone.wide + 1.6 * speed * np.sin(aim) * t
        py = cone.crater[1] - 2.6 * speed * np.cos(aim) * t + 2.1 * speed * t**2
        half = 0.0016 * scale * (1 - 0.6 * t)
        arcs.append(
            np.concatenate([np.stack([px - half, py], 1), np.stack([px + half, py], 1)[::-1]])[4:-4].astype(np.float32)
        )
    stage.polygons("fountain", 0.7, arcs, hot[0])
    x, y = grid()
    mouth = np.exp(
        -((np.abs(x - cone.crater[0]) / (cone.wide * 1.05)) ** 4) - ((y - cone.crater[1] + 0.004) / 0.012) ** 2
    )
    stage.veil(mouth * fire, hot[0])
