"""Colours for a song: Pixtape's two, and a six-colour palette in OKLCH from valence and arousal.

What the palette follows:
* Valdez & Mehrabian, "Effects of color on emotions", J. Exp. Psychol. General 123 (1994): pleasure = .69 brightness
  + .22 saturation, arousal = -.31 brightness + .60 saturation. So light grows with valence, chroma with both.
* Palmer, Schloss, Xu & Prado-León, "Music-color associations are mediated by emotion", PNAS 110 (2013): faster and
  major music goes with lighter, more saturated, yellower colours; slower and minor with darker, greyer, bluer ones.
* Figures of the same group's 37 colours (Schloss, Witzel & Lai 2020): "happy" correlates with L* .60 and C* .71,
  "sad" -.55 and -.75, "angry" with redness a* .63.
* Emotion-colour choices of 500-600 people (Bottini Lab, 12 patches): happy yellow 57 %, angry red 95 %, sad blue or
  light blue 69 %, calm cyan, light blue or lime 71 %.

How it is built: nine hand-made palettes stand on a 3 x 3 lattice of the valence-arousal plane and are blended in
OKLab, so it is continuous. In no role do two neighbours on the lattice have opposite hues, so no blend runs through
mud. Every anchor climbs in lightness by at least MIN_STEP, hence every blend does.
"""

from __future__ import annotations

import colorsys
from typing import TYPE_CHECKING

import numpy as np

from tonescape.core.colour import into_gamut, oklab_to_oklch, oklch_to_oklab

if TYPE_CHECKING:
    from tonescape.core.colour import Doubles
    from tonescape.core.records import OKLCH, RGB, AudioFeatures

ROLES = ("shadow", "deep", "body", "accent", "light", "glow")
"""what each colour is for, darkest first; `accent` is the one that stands apart in hue or chroma"""

MIN_STEP = 0.06
"""least difference in OKLab lightness between neighbours"""

MIN_CONTRAST = 7.0
"""WCAG contrast of `glow` on `shadow` at least (level AAA for text)"""

LATTICE = (0.2, 0.5, 0.8)
"""where the anchors stand on both axes; beyond the outermost the colours stay as they are"""

# (lightness, chroma, hue) of shadow, deep, body, accent, light, glow at [valence][arousal] of the lattice
_ANCHORS: tuple[tuple[tuple[OKLCH, ...], ...], ...] = (
    (
        # sad: wet slate and ash under a drab sky, one faded rose
        ((0.18, 0.020, 265), (0.31, 0.024, 255), (0.43, 0.024, 246), (0.53, 0.045, 30), (0.63, 0.018, 105),
         (0.78, 0.012, 100)),
        # brooding: bruise and rust under ash
        ((0.14, 0.024, 300), (0.25, 0.046, 318), (0.36, 0.060, 345), (0.47, 0.125, 30), (0.57, 0.045, 35),
         (0.77, 0.030, 65)),
        # tense: soot, dried blood and scarlet under a sky of smoke, a sulphur glow
        ((0.11, 0.014, 15), (0.21, 0.040, 16), (0.32, 0.065, 20), (0.48, 0.200, 27), (0.57, 0.055, 38),
         (0.81, 0.080, 80)),
    ),
    (
        # mist: grey-green water, clay
        ((0.20, 0.035, 245), (0.34, 0.045, 225), (0.48, 0.050, 215), (0.60, 0.070, 35), (0.74, 0.028, 225),
         (0.88, 0.016, 90)),
        # dusk: the blue hour with a peach horizon
        ((0.19, 0.050, 272), (0.34, 0.080, 262), (0.50, 0.085, 262), (0.64, 0.125, 28), (0.77, 0.085, 58),
         (0.90, 0.045, 78)),
        # electric: indigo and violet, hot coral, amber
        ((0.18, 0.075, 290), (0.33, 0.150, 295), (0.48, 0.200, 312), (0.63, 0.205, 16), (0.77, 0.160, 56),
         (0.92, 0.090, 84)),
    ),
    (
        # calm: a deep still lake under a clear evening, apricot light: full in tone, as photographs of still water are
        ((0.27, 0.060, 238), (0.44, 0.085, 228), (0.60, 0.092, 205), (0.73, 0.125, 56), (0.86, 0.080, 85),
         (0.96, 0.042, 92)),
        # content: lake green and meadow, coral, straw
        ((0.25, 0.060, 235), (0.43, 0.090, 215), (0.59, 0.110, 178), (0.70, 0.150, 42), (0.85, 0.105, 96),
         (0.955, 0.045, 98)),
        # joyful: deep sea blue and turquoise, coral, gold
        ((0.20, 0.095, 266), (0.40, 0.155, 250), (0.60, 0.145, 208), (0.70, 0.200, 34), (0.84, 0.175, 82),
         (0.955, 0.085, 94)),
    ),
)  # fmt: skip

KEY_TURN = 3.0
"""degrees of hue a step on the circle of fifths: the twelve keys span -15 (D flat) to 18 (F sharp) about C"""

LIGHT_TURN = 0.4
"""the share of that turn the two lights follow: a gold sky must not turn green with the key"""

EARTH_HUE, EARTH_PULL = 62.0, 0.020
"""acoustic songs lean towards ochre: hue in degrees, OKLab distance at acousticness 1"""

EARTH_FADE = 0.22
"""share of the chroma that acousticness 1 takes away"""

ACCENT_GAIN = 0.45
"""the accent's chroma at danceability 1 against that at 0, as a difference about 1"""

MODE_PULL, WARM_HUE, COOL_HUE = 0.018, 70.0, 268.0
"""major warms the lights, minor cools the shadows: OKLab distance and hues"""

KEEP_CHROMA = 0.6
"""exponent that gives back chroma lost by blending; 1 gives nothing back, 0 everything (and breaks at grey)"""


def palette(valence: float, arousal: float, audio: AudioFeatures | None = None) -> tuple[OKLCH, ...]:
    """Six displayable OKLCH colours in the order of ROLES, for a mood; key, mode, acousticness and danceability
    of `audio`, where known, make the palettes of two songs with one mood differ.

    valence, arousal : [0, 1]
    Neighbours differ by at least MIN_STEP in lightness; glow on shadow has at least MIN_CONTRAST.
    """
    lab = _blend(valence, arousal)
    if audio is not None:
        lab = _personal(lab, audio)
    rows = into_gamut(oklab_to_oklch(lab))
    return tuple((float(row[0]), float(row[1]), float(row[2])) for row in rows)


def _blend(valence: float, arousal: float) -> Doubles:
    """OKLab [6, 3]: the anchors weighted by how near they stand, with chroma kept up."""
    weights = np.outer(_hats(valence), _hats(arousal))
    anchors = np.array(_ANCHORS)
    lab: Doubles = np.einsum("ij,ijrc->rc", weights, oklch_to_oklab(anchors))
    wanted: Doubles = np.einsum("ij,ijr->r", weights, anchors[..., 1])
    share = np.hypot(lab[:, 1], lab[:, 2]) / wanted
    lab[:, 1:] *= (np.maximum(share, 1e-9) ** (KEEP_CHROMA - 1.0))[:, None]
    return lab


def _hats(value: float) -> Doubles:
    """Weights of the three lattice lines, adding up to 1; smooth at the lines so that no crease shows."""
    low, middle, high = LATTICE
    below = _smooth((middle - value) / (middle - low))
    above = _smooth((value - middle) / (high - middle))
    return np.array([below, 1.0 - below - above, above])


def _smooth(t: float) -> float:
    """Half linear, half smoothstep: monotone, without the plateaus of a full smoothstep."""
    t = min(1.0, max(0.0, t))
    return 0.5 * t + 0.5 * t * t * (3.0 - 2.0 * t)


def _personal(lab: Doubles, audio: AudioFeatures) -> Doubles:
    """The song's own turn of the palette; lightness is left alone, so the ladder stands."""
    earth = audio.acousticness or 0.0
    lab = lab.copy()
    turn = np.radians(key_turn(audio.key)) * np.array([1, 1, 1, 1, LIGHT_TURN, LIGHT_TURN])
    a, b = lab[:, 1].copy(), lab[:, 2].copy()
    lab[:, 1], lab[:, 2] = a * np.cos(turn) - b * np.sin(turn), a * np.sin(turn) + b * np.cos(turn)
    if audio.danceability is not None:
        lab[ROLES.index("accent"), 1:] *= 1.0 + ACCENT_GAIN * (audio.danceability - 0.5)
    lab[:, 1:] *= 1.0 - EARTH_FADE * earth
    ground = np.array([0.3, 0.8, 1.0, 0.5, 0.6, 0.4])  # the pull is felt where earth would be: in the middle
    lab[:, 1:] += (EARTH_PULL * earth * ground)[:, None] * _direction(EARTH_HUE)
    if audio.mode is not None:
        major = min(1.0, max(0.0, audio.mode))
        lab[4:, 1:] += MODE_PULL * major * _direction(WARM_HUE)
        lab[:2, 1:] += MODE_PULL * (1.0 - major) * _direction(COOL_HUE)
    return lab


def key_turn(key: float | None) -> float:
    """Degrees of hue for a key (0 C .. 11 B; None: 0): its place on the circle of fifths, -5 .. 6."""
    if key is None:
        return 0.0
    fifths = (round(key) * 7 + 5) % 12 - 5
    return fifths * KEY_TURN


def _direction(hue: float) -> Doubles:
    return np.array([np.cos(np.radians(hue)), np.sin(np.radians(hue))])


def main_colour(audio: AudioFeatures) -> RGB:
    """Pixtape's main colour: (R, G, B) = (energy, valence, acousticness) times 255; .5 where unknown."""
    red, green, blue = (
        round(255 * min(1.0, max(0.0, _or_half(value)))) for value in (audio.energy, audio.valence, audio.acousticness)
    )
    return red, green, blue


MOOD_VALUE = (0.45, 0.95)
"""HSV value of the mood colour in minor and in major"""


def mood_colour(audio: AudioFeatures) -> RGB:
    """Pixtape's mood colour as its text defines it: the main colour's hue, saturation = danceability, and value
    from the mode: major bright, minor dark (MOOD_VALUE; a playlist's mean mode lies between; unknown counts as .5)."""
    dark, bright = MOOD_VALUE
    return _hsv(audio, dark + (bright - dark) * _or_half(audio.mode))


def mood_colour_2022(audio: AudioFeatures) -> RGB:
    """The variant "pixtape-2022": as Pixtape's code computed it, value = 1 - mode, so that every major song came
    out black. Kept to make its pictures again; `mood_colour` is what its text meant."""
    return _hsv(audio, 1.0 - _or_half(audio.mode))


MOOD_COLOURS = {"text": mood_colour, "pixtape-2022": mood_colour_2022}
"""the mood colour's variants by name"""


def _hsv(audio: AudioFeatures, value: float) -> RGB:
    hue = colorsys.rgb_to_hsv(*(channel / 255 for channel in main_colour(audio)))[0]
    saturation = min(1.0, max(0.0, _or_half(audio.danceability)))
    red, green, blue = colorsys.hsv_to_rgb(hue, saturation, min(1.0, max(0.0, value)))
    return round(red * 255), round(green * 255), round(blue * 255)


def _or_half(value: float | None) -> float:
    return 0.5 if value is None else value
