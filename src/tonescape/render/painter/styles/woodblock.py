"""Woodblock: the print of the floating world, flat planes with wiped gradations, key-block lines, washi and a seal.

After the practice of ukiyo-e (Hiroshige, Yoshida): few pigments, each printed flat from its own block; bokashi, the
block wiped so that a colour fades, in sky and water and at the foot of mountains; a key block for the outlines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.core.colour import oklab_to_oklch, oklch_to_oklab, srgb_to_oklab
from tonescape.render.painter.raster.filters import blur
from tonescape.render.painter.styles.print import regions, shader
from tonescape.render.painter.styles.print.regions import CUT, SKY
from tonescape.render.painter.styles.print.shader import vector
from tonescape.render.painter.styles.seals import SEALS

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from tonescape.core.records import Pixels
    from tonescape.render.painter.composition.model import Composition
    from tonescape.render.painter.raster.filters import Field
    from tonescape.render.painter.styles.print.regions import Labels

BLOCKS = 6
"""most planes that are cut"""

SPREAD = 0.14
"""standard deviation of OKLab lightness over the print, at least"""

VAGUE = 0.55
"""share of cells round about with two planes in them, from which a border is a fading and not a line"""

PAPER = (0.945, 0.915, 0.850)
"""sRGB of washi, [0, 1]"""

LEVEL = 22.0
"""cells of the Gaussian along the rows that levels the tones of water"""

HALO = 26.0
"""cells of the Gaussian that takes the sun's glow out of the tones of the sky: cut, a glow would be a mountain"""

CLOUDS = 0.016
"""standard deviation of lightness from which a sky has clouds worth a block"""

SEAL = (0.72, 0.16, 0.12)
"""sRGB of the seal's vermilion"""

MARGIN = 0.03
"""of the sheet, unit"""

CORNER = 0.02
"""radius of the print's rounded corners, unit"""


def render(scene: Composition, size: int, rng: np.random.Generator, on_step: Callable[[float], None]) -> Pixels:
    """The composition as a woodblock print, RGB [size, size, 3]."""
    sun = regions.disc(scene)
    figures = regions.figure_alpha(scene)
    lab = regions.without_figures(regions.reduced(scene.lab), np.maximum(figures, regions.disc_alpha(sun)))
    labels = regions.groups(scene, BLOCKS, figures)
    count = int(labels.max()) + 1
    exact = _cut(regions.shares(scene, labels, figures), labels)
    names = [plane.name for plane in scene.masks]
    wet = count - 1 if any(name in ("water", "sea", "river") for name in names) and count > 1 else -1
    calm = _contrasted(regions.blur_within(lab, labels, 2.2))
    on_step(0.3)
    tone, colours = _tones(calm, labels, count, _pigments(scene, calm), wet)
    textures = {**regions.covers(labels, count, 1.1, exact), "tone": tone, "tile_wood": shader.grain(4, 6)}
    pixels = shader.sheet(size)
    shader.run_program(pixels, _body(scene, colours, sun, wet, rng), textures, sigma=1.1)
    on_step(0.8)
    for thing in scene.figures:
        deep = thing.lab * np.array([0.92, 1.0, 1.0], np.float32)
        shader.draw(pixels, thing, shader.rgb(deep))
    _sheet(pixels, scene)
    _seal(pixels, scene, rng)
    shader.paper(pixels, fibre=0.08)
    return shader.reduce_sheet(pixels, size)


def _cut(exact: Field, labels: Labels) -> Field:
    """`regions.shares` where a plane fades away cut all the same: a block has an edge or it has none."""
    count = exact.shape[2]
    vague = blur((exact.max(-1) < 0.92).astype(np.float32), 2.0) > VAGUE
    return np.where(vague[..., None], (labels[..., None] == np.arange(count)).astype(np.float32), exact)


def _contrasted(calm: Field) -> Field:
    """The picture with its lights and darks as far apart as prints have them."""
    middle, spread = float(calm[..., 0].mean()), float(calm[..., 0].std())
    calm[..., 0] = np.clip(middle + max(1.08, SPREAD / max(spread, 0.04)) * (calm[..., 0] - middle), 0.09, 0.97)
    return calm


def _key(scene: Composition) -> Field:
    """The key block's ink: sumi with some of the song's shadow in it."""
    return np.asarray(scene.setting.colours.shadow * np.array([0.62, 0.7, 0.7]), np.float32)


def _sheet(pixels: Pixels, scene: Composition) -> None:
    """The margin of washi, as grey as the song is sad, and the key block's line round a print with rounded corners."""
    setting = scene.setting
    tone = shader.rgb(srgb_to_oklab(np.array(PAPER)) * np.array([0.62 + 0.38 * setting.valence**0.7, 1.0, 1.0]))
    outer = np.array([(-0.01, -0.01), (1.01, -0.01), (1.01, 1.01), (-0.01, 1.01)], np.float32)
    wide = 0.0016 + 0.0008 * setting.arousal
    shader.flat(pixels, [outer, _rounded(MARGIN - wide)[::-1]], tone)
    shader.flat(pixels, [_rounded(MARGIN - wide), _rounded(MARGIN)[::-1]], shader.rgb(_key(scene)))


def _rounded(inset: float) -> Field:
    """A square with rounded corners, `inset` from the sheet's edges, unit coordinates [n, 2]."""
    turn = np.linspace(0, np.pi / 2, 12)
    radius = CORNER + MARGIN - inset
    far = 0.5 - inset - radius
    quarter = np.stack([far + radius * np.cos(turn), far + radius * np.sin(turn)], 1)
    turns = (np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]]) for a in np.arange(4) * np.pi / 2)
    return np.asarray(np.concatenate([quarter @ one for one in turns]) + 0.5, np.float32)


def _pigments(scene: Composition, calm: Field) -> Field:
    """[8, 3]: the palette's colours moved to what the picture has most of, and a paper white."""
    c = scene.setting.colours
    start = np.stack([c.shadow, c.lands[1], c.lands[3], c.accent, c.sky, c.horizon, c.glow, c.zenith])
    return regions.pigments(calm, start, keep=0.3)


def _tones(calm: Field, labels: Labels, count: int, inks: Field, wet: int) -> tuple[Field, list[Field]]:
    """(texture, colours): in the texture's first channel how light a place is within its region, .5 on the border of
    its two tones, in the second the streaks of cloud; the colours, OKLab [4, 3], are a region's dark and light tone,
    above and below. wet : number of the water's region, -1 without one"""
    texture = np.full((CUT, CUT, 3), 0.5, np.float32)
    colours = []
    rows = np.repeat(np.arange(CUT, dtype=np.float32)[:, None], CUT, 1)
    for number in range(count):
        here = labels == number
        if number == SKY:
            light, middle = sky_tones(calm[..., 0], here, level=number == wet)
        else:
            light = _levelled(calm[..., 0]) if number == wet else calm[..., 0]
            middle = two_means(light[here])
        spread = max(0.05, float(light[here].std()) * 2)
        texture[..., 0][here] = np.clip(0.5 + (light[here] - middle) / spread * 0.5, 0, 1)
        top, bottom = np.quantile(rows[here], (0.15, 0.85))
        found = []
        for lit in (False, True):
            for lower in (False, True):
                part = here & ((light > middle) == lit)
                half = part & ((rows > (top + bottom) / 2) == lower)
                pick = half if half.sum() > 60 else (part if part.sum() > 60 else here)
                found.append(_printed(calm[pick].mean(0), inks))
        colours.append(np.stack([*found, (top / CUT, bottom / CUT, 0.0)]))
    texture[..., 0] = blur(texture[..., 0], 1.0)
    return texture, colours


def sky_tones(light: Field, sky: NDArray[np.bool_], *, level: bool = False) -> tuple[Field, float]:
    """How the clouds of a sky are cut: its lightness without the glow of the sun, and the lightness that parts cloud
    from sky. A sky that varies by less than CLOUDS has no clouds: it is printed in one tone.

    light : [CUT, CUT] OKLab      sky : where the region lies      level : it also holds water, in level bands
    """
    light = _levelled(light) if level else light
    light = light - _glow(light, sky)
    middle = two_means(light[sky])
    if float(light[sky].std()) < CLOUDS:
        middle = float(light[sky].max()) + 0.05
    return light, middle


def two_means(values: Field, rounds: int = 6) -> float:
    """The threshold between two tones of [n] values: half way between the means above and below it (Ridler & Calvard,
    IEEE Trans. Syst. Man Cybern. 8, 1978)."""
    middle = float(np.mean(values))
    for _ in range(rounds):
        low, high = values[values <= middle], values[values > middle]
        if not len(high):
            break
        middle = float((low.mean() + high.mean()) / 2)
    return middle


def _levelled(light: Field) -> Field:
    """Lightness [CUT, CUT] drawn out along the rows, as water is printed."""
    from scipy.ndimage import gaussian_filter1d

    return np.asarray(gaussian_filter1d(light, LEVEL, axis=1))


def _glow(light: Field, here: NDArray[np.bool_]) -> Field:
    """The slow part of a region's lightness, which bokashi prints better than a cut; its mean over the region is 0."""
    inside = here.astype(np.float32)
    slow = blur(light * inside, HALO) / np.maximum(blur(inside, HALO), 1e-3)
    return np.asarray(slow - slow[here].mean(), np.float32)


def _printed(colour: Field, inks: Field) -> Field:
    """A mean colour drawn towards the nearest pigment, a little richer than the scene."""
    gaps = ((inks - colour) ** 2).sum(1)
    lch = oklab_to_oklch(0.45 * colour + 0.55 * inks[int(np.argmin(gaps))])
    lch[1] = lch[1] * 1.2 + 0.005
    lch[0] = 0.045 + 0.95 * float(lch[0])
    return np.asarray(oklch_to_oklab(lch), np.float32)


def _body(
    scene: Composition, colours: list[Field], sun: tuple[float, float, float] | None, wet: int, rng: np.random.Generator
) -> str:
    """SkSL: planes with two tones and a wiped gradation each, sun, wave lines, key lines, the grain of the wood."""
    setting = scene.setting
    lines = []
    for number, (dark_up, dark_down, lit_up, lit_down, span) in enumerate(colours):
        y0, y1 = float(span[0]), float(max(span[1], span[0] + 0.02))
        lines.append(
            f"float3 region_{number}(float2 u, float4 k) {{ float t = ramp({y0:.4f}, {y1:.4f}, u.y + k.y);"
            f" float3 c = mix(mix({vector(dark_up)}, {vector(dark_down)}, t),"
            f" mix({vector(lit_up)}, {vector(lit_down)}, t), k.x);"
        )
        if number == SKY:  # ichimonji bokashi: the band of deep colour wiped along the upper edge
            deep = 0.5 * np.asarray(setting.colours.zenith) + 0.5 * np.asarray(dark_up) - np.array([0.05, 0, 0])
            lines.append(f"c = mix(c, {vector(deep)}, 0.75 * ramp(0.19, 0.03, u.y + 0.5 * k.y));")
            if sun is not None:
                x, y, r = sun
                disc = np.asarray(setting.colours.sun) * 0.85 + 0.15 * np.asarray(setting.colours.accent)
                lines.append(
                    f"float far = distance(u, float2({x:.5f}, {y:.5f}));"
                    f" c = mix(c, {vector(disc)}, cover(({r * 1.08:.5f} - far) * CUT));"
                )
        if number == wet:
            swell = rng.uniform(0.7, 1.3)
            lines.append(
                f"float far = max(u.y - {scene.horizon:.4f}, 0.004);"
                f" float w = sin(log(far) * 34.0 * {swell:.3f} + 3.0 * k.z + 2.5 * sin(u.x * 9.0 + 11.0 * log(far)));"
                f" c.x -= 0.055 * ramp(0.80, 0.93, w) * ramp(0.38, 0.62, k.w) * ramp(0.0, 0.05, far);"
            )
        lines.append("return c; }")
    ink = _key(scene)
    width = 0.42 + 0.25 * setting.arousal
    lines.append(shader.choose(len(colours)))
    lines.append(
        "float3 paint(float2 u) {"
        " float3 wood = tile_wood.eval(float2(u.x * 300.0, u.y * 2600.0)).rgb;"
        " float3 slow = tile_wood.eval(float2(u.x * 700.0 + 90.0, u.y * 700.0)).rgb;"
        " float3 t = tone.eval(u * CUT).rgb;"
        " float lit = cover((t.x - 0.5) * 26.0 + (slow.y - 0.5) * 0.8);"
        " float3 one, other; float d;"
        " choose(u, float4(lit, (slow.x - 0.5) * 0.05, slow.y, slow.z), one, other, d); d = distance_of(d);"
        f" float w = {width:.3f} * (0.35 + 1.1 * slow.z);"
        " one.x += (wood.x - 0.5) * 0.035 + (slow.x - 0.5) * 0.02;"
        f" float line = cover(w - d) * ramp(0.02, 0.09, distance(one, other));"
        f" one = mix(one, {vector(ink)}, line * 0.92);"
        " return srgb(one); }"
    )
    return "\n".join(lines)


def _seal(pixels: Pixels, scene: Composition, rng: np.random.Generator) -> None:
    """A vermilion seal with a carved sign, other for every song, in the lower corner away from the light."""
    seal = SEALS["woodblock"]
    left, top = seal.corner(scene.light)

    def carve(x0: float, y0: float, x1: float, y1: float, colour: tuple[float, float, float]) -> None:
        corners = np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)]) * np.array([seal.width, seal.height])
        shape = (corners + np.array([left, top])).astype(np.float32)
        shader.flat(pixels, [shape], np.array(colour))

    carve(0, 0, 1, 1, SEAL)
    stroke = 0.05
    for place in (0.24, 0.5, 0.76):
        x0, x1 = sorted(float(x) for x in rng.choice([0.16, 0.33, 0.67, 0.84], 2, replace=False))
        carve(x0, place - stroke, x1, place + stroke, PAPER)
    for place in rng.choice([0.24, 0.5, 0.76], 2, replace=False):
        y0, y1 = sorted(float(y) for y in rng.choice([0.14, 0.4, 0.62, 0.86], 2, replace=False))
        carve(place - stroke, y0, place + stroke, y1, PAPER)
