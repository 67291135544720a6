"""Poster: a screen print for a concert, four inks, big shapes, halftone where tones meet, a calm zone for the type.

Gig posters are printed from as few screens as will do. Each place takes the ink its colour is nearest to; where two
inks meet softly, dots of one stand on the other (amplitude-modulated halftone). Type wants a quiet ground, so the
quieter of the upper and lower fifth fades into one flat ink.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.core.colour import oklab_to_oklch, oklch_to_oklab
from tonescape.render.painter.raster.filters import blur, smoothstep
from tonescape.render.painter.styles.print import regions, shader
from tonescape.render.painter.styles.print.regions import CUT, SKY
from tonescape.render.painter.styles.print.shader import vector

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from tonescape.core.records import Pixels
    from tonescape.render.painter.composition.model import Composition, Figure
    from tonescape.render.painter.raster.filters import Field

INKS = 4

ZONE = (0.15, 0.25)
"""unit height of the calm zone, and where its fading ends"""

SCREEN = 84.0
"""rows of dots across the picture"""

SOFT = 7.0
"""cells over which one ink goes over to the next within a plane, in dots"""

MARGIN = 0.032

LOST = 0.06
"""squared OKLab distance that an ink gives away for being the figure's own ground"""

BIGGEST = 3.2
"""radius of the printed sun with its ring, at most, in radii of the scene's"""


def render(scene: Composition, size: int, rng: np.random.Generator, on_step: Callable[[float], None]) -> Pixels:
    """The composition as a screen print, RGB [size, size, 3]."""
    sun = regions.disc(scene)
    figures = regions.figure_alpha(scene)
    lab = regions.without_figures(regions.reduced(scene.lab), np.maximum(figures, regions.disc_alpha(sun)))
    labels = regions.groups(scene, 6, figures)
    patterned = scene.masks[0].name != "sky" and regions.variance_explained(lab, labels) < regions.TOLD  # tones are cut
    if patterned:
        labels = np.zeros_like(labels)
    calm = regions.blur_within(lab, labels, 1.4 if patterned else 3.0)
    inks = _inks(scene, calm)
    on_step(0.3)
    soft = _calmed(_shares(scene, calm, labels, inks), scene)
    textures = {f"part{n}": blur(np.pad(soft, ((0, 0), (0, 0), (0, 2)))[..., 3 * n : 3 * n + 3], 0.8) for n in (0, 1)}
    textures["edge"] = _edges(labels, regions.shares(scene, labels, figures), scene)
    pixels = shader.sheet(size)
    shader.run_program(pixels, _body(scene, inks, sun, rng), textures)
    on_step(0.85)
    for thing in scene.figures:
        far = ((inks - thing.lab) ** 2).sum(1)
        far[_beneath(soft, thing)] += LOST  # in the ink it stands on it would not be seen
        shader.draw(pixels, thing, shader.rgb(inks[int(np.argmin(far))]))
    shader.border(pixels, MARGIN, shader.rgb(inks[-1 if scene.setting.valence > 0.42 else 0]))
    return shader.reduce_sheet(pixels, size)


def _inks(scene: Composition, calm: Field) -> Field:
    """[INKS, 3] OKLab, dark to light: the palette, moved a little to what the picture is made of, on a ladder of
    lightness and rich in colour."""
    c = scene.setting.colours
    start = np.stack([c.shadow, c.lands[3], c.accent, c.glow])
    found = regions.pigments(calm, start, keep=0.75)
    found = found[np.argsort(found[:, 0], kind="stable")]
    for number in range(1, INKS):
        found[number, 0] = max(found[number, 0], found[number - 1, 0] + 0.11 + 0.05 * scene.setting.contrast)
    found[:, 0] -= max(0.0, float(found[-1, 0]) - 0.955)
    lch = oklab_to_oklch(found)
    lch[:, 1] = lch[:, 1] * (0.95 + 0.6 * scene.setting.arousal) + 0.01
    return np.asarray(oklch_to_oklab(lch), np.float32)


def _shares(scene: Composition, calm: Field, labels: regions.Labels, inks: Field) -> Field:
    """[CUT, CUT, INKS]: every plane in one ink that its neighbour in depth does not have, its shade in the next darker
    and its light in the next lighter one; the sky goes over to another ink towards the horizon."""
    which = np.zeros((CUT, CUT), np.intp)
    before = -1
    count = int(labels.max()) + 1
    for number in range(count):
        here = labels == number
        if count == 1:
            which = regions.nearest(calm, inks)
            break
        gaps = _unlike(inks, calm[here])
        if before >= 0:
            gaps[before] = np.inf
        base = int(np.argmin(gaps))
        off = calm[..., 0] - calm[..., 0][here].mean()
        wide = max(0.028, 0.75 * float(calm[..., 0][here].std()))
        which[here] = np.clip(base + (off > wide).astype(int) - (off < -wide), 0, INKS - 1)[here]
        before = base
    held = np.stack([which == ink for ink in range(INKS)], -1).astype(np.float32)
    held = blur(held, 0.4 * SOFT) if count == 1 else regions.blur_within(held, labels, SOFT)
    if scene.masks[0].name == "sky" and count > 1:
        _sky(held, scene, labels == SKY, calm, inks)
    return held


def _beneath(held: Field, thing: Figure) -> int:
    """The ink there is most of round the corners of a figure."""
    corners = (np.concatenate(thing.shapes) * CUT).astype(int)
    inside = corners[(corners.min(1) >= 0) & (corners.max(1) < CUT)]
    return int(np.argmax(held[inside[:, 1], inside[:, 0]].sum(0))) if len(inside) else 0


def _unlike(inks: Field, colours: Field) -> Field:
    """[INKS] squared distance of the inks from what colours [n, 3] amount to; hue counts more than lightness."""
    return np.asarray(((inks - regions.representative_colour(colours)) ** 2 * (1.0, 3.0, 3.0)).sum(1))


def _sky(held: Field, scene: Composition, sky: NDArray[np.bool_], calm: Field, inks: Field) -> None:
    """Write into `held` a sky of two inks, the lower one growing towards the horizon as ever larger dots."""
    rows = np.nonzero(sky)[0]
    top, foot = np.quantile(rows, 0.15), np.quantile(rows, 0.97)
    upper = calm[sky & (np.arange(CUT)[:, None] <= top)]
    high = int(np.argmin(_unlike(inks, upper)))
    lower = calm[sky & (np.arange(CUT)[:, None] >= foot - 0.2 * (foot - top))]
    gaps = _unlike(inks, lower)
    gaps[high] = np.inf
    low = int(np.argmin(gaps))
    y = np.broadcast_to((np.arange(CUT, dtype=np.float32) / CUT)[:, None], (CUT, CUT))
    x_at, y_at = scene.light
    around = np.hypot((np.arange(CUT, dtype=np.float32) / CUT)[None, :] - x_at, y - y_at)
    growth = -0.42 + 0.85 * (y - ZONE[1]) / max(0.08, foot / CUT - ZONE[1]) + 0.25 * np.exp(-((around / 0.22) ** 2))
    shares = np.zeros((CUT, CUT, INKS), np.float32)
    shares[..., low] = 0.5 + 0.5 * np.clip(growth, -1, 1)
    shares[..., high] = 1 - shares[..., low]
    held[sky] = shares[sky]


def zone(scene: Composition) -> str:
    """ "top" or "bottom": where the type goes, the quieter one; sky wins when in doubt, but not with the sun in it."""
    high = int(ZONE[0] * len(scene.detail))
    sun = regions.disc(scene)
    taken = sun is not None and sun[1] - sun[2] * BIGGEST < ZONE[0]
    top, bottom = scene.detail[:high].mean() + 0.3 * taken, scene.detail[-high:].mean() + 0.06
    return "top" if top <= bottom else "bottom"


def _edges(labels: regions.Labels, exact: Field, scene: Composition) -> Field:
    """A texture: 1 where there is no sky; the distance from the planes' borders in eighths of cells; 1 in the zone."""
    away = regions.border_distance(exact, 1.2) / 8
    side = len(away)
    y = np.broadcast_to(((np.arange(side) + 0.5) / side)[:, None], (side, side))
    near = smoothstep(ZONE[1], ZONE[0], y if zone(scene) == "top" else 1 - y)
    land = blur(1 - exact[..., 0] if exact.shape[2] > 1 else (labels > 0).astype(np.float32), 0.9)
    return np.stack([land.repeat(2, 0).repeat(2, 1), away, near], -1).astype(np.float32)


def _calmed(held: Field, scene: Composition) -> Field:
    """The inks' shares [CUT, CUT, INKS] with the type's zone given over to the ink it has most of."""
    y = ((np.arange(CUT, dtype=np.float32) + 0.5) / CUT)[:, None, None]
    from_edge = y if zone(scene) == "top" else 1 - y
    flat = np.zeros(INKS, np.float32)
    high = int(ZONE[0] * CUT)
    part = held[:high] if zone(scene) == "top" else held[-high:]
    flat[int(np.argmax(part.mean((0, 1))))] = 1.0
    share = smoothstep(ZONE[1], ZONE[0] + 0.02, from_edge)
    return np.asarray(held + (flat - held) * share, np.float32)


def _body(scene: Composition, inks: Field, sun: tuple[float, float, float] | None, rng: np.random.Generator) -> str:
    """SkSL: the inks by their shares plus a screen of dots; the sun, large, with a ring round it."""
    lines = [
        f"float3 region_{number}(float2 u, float4 k) {{ return {vector(shader.rgb(ink))}; }}"
        for number, ink in enumerate(inks)
    ]
    lines.append(shader.choose(INKS))
    lines.append("float3 paint(float2 u) {")
    lines.append(
        "float3 key = edge.eval(u * CUT * 2.0).rgb;"
        f"float2 q = float2(u.x + u.y, u.x - u.y) * {SCREEN * np.pi / 2**0.5:.3f};"
        " float3 one, other; float gap; choose(u, float4(0.0), one, other, gap);"
        # the darker of the two inks stands as dots on the lighter; along the outline of a plane the cut is clean
        " float dark = dot(one - other, float3(0.3, 0.6, 0.1)) < 0.0 ? 1.0 : -1.0;"
        f" float most = min(0.92, 1.0 - {SCREEN * 1.8:.1f} / SIDE);"  # a full ink has no dots, however few the pixels
        " float dots = cos(q.x) * cos(q.y) * most * ramp(0.6, 2.4, key.y * 8.0);"
        f" float ink = clamp((gap * dark - dots) * SIDE / {SCREEN * 3.2:.1f} + 0.5, 0.0, 1.0);"
        " float3 c = mix(dark > 0.0 ? other : one, dark > 0.0 ? one : other, ink);"
    )
    if sun is not None:
        x, y, r = sun
        modest = zone(scene) == "top" and y - r * BIGGEST < ZONE[0]  # where type goes there is no room for rings
        wide = r * (1.1 if modest else 1.9 + 0.8 * scene.setting.arousal)
        lines.append(f"float far = distance(u, float2({x:.5f}, {y:.5f}));")
        lines.append("float sky = cover((0.5 - key.x) * 2.2);")
        lines.append(f"float ball = cover(({wide:.5f} - far) * CUT) * sky;")
        lines.append(f"c = mix(c, {vector(shader.rgb(inks[-1]))}, ball);")
        accent = int(np.argmax(oklab_to_oklch(inks[:-1])[:, 1]))
        ring = "0.0" if modest else f"cover((0.0045 - abs(far - {wide * 1.16:.5f})) * CUT)"
        lines.append(f"c = mix(c, {vector(shader.rgb(inks[-1]))}, {ring} * sky);")
        if rng.random() < 0.5 and not modest:
            bull = f"cover(({wide * 0.80:.5f} - far) * CUT) * sky"
            lines.append(f"c = mix(c, {vector(shader.rgb(inks[accent]))}, {bull});")
    line = 0.55 + 0.35 * scene.setting.arousal
    lines.append(f"return mix(c, {vector(shader.rgb(inks[0]))}, cover({line:.3f} - key.y * 8.0) * (1.0 - key.z)); }}")
    return "\n".join(lines)
