"""OKLab and OKLCH, contrast and colour names. numpy only, vectorised over leading axes.

Sources: OKLab: B. Ottosson, "A perceptual color space for image processing" (2020), matrices as corrected
2021-01-25. sRGB transfer: IEC 61966-2-1. Contrast: WCAG 2.2, "relative luminance" and "contrast ratio".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from typing import TypeAlias

    from numpy.typing import ArrayLike, NDArray

    from tonescape.core.records import OKLCH, RGB

    Doubles: TypeAlias = NDArray[np.float64]

# Ottosson 2020: linear sRGB -> cone responses, their cube roots -> Lab; inverses are computed, not retyped.
_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_FROM_LMS = np.linalg.inv(_TO_LMS)
_FROM_LAB = np.linalg.inv(_TO_LAB)

_LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
"""WCAG 2.2 weights of linear R, G, B"""

_GAMUT_SLACK = 2e-4
"""how far outside [0, 1] an encoded channel may be and still count as inside; a twentieth of an 8-bit step"""

_GAMUT_STEPS = 18
"""halvings of the chroma interval: .4 / 2**18 is far below an 8-bit step"""

# fmt: off
NAMES: dict[str, RGB] = {
    "black": (0, 0, 0), "dark grey": (54, 55, 55), "medium grey": (125, 127, 124), "grey": (146, 149, 145),
    "light grey": (216, 220, 214), "white": (255, 255, 255), "maroon": (101, 0, 33), "dark red": (132, 0, 0),
    "red": (229, 0, 0), "crimson": (140, 0, 15), "brick": (160, 54, 35), "rust": (168, 60, 9), "brown": (101, 55, 0),
    "dark brown": (52, 28, 2), "light brown": (173, 129, 80), "sienna": (169, 86, 30), "terracotta": (202, 102, 65),
    "clay": (182, 106, 80), "tan": (209, 178, 111), "sand": (226, 202, 118), "beige": (230, 218, 166),
    "cream": (255, 255, 194), "khaki": (170, 166, 98), "coral": (252, 90, 80), "salmon": (255, 121, 108),
    "peach": (255, 176, 124), "orange": (249, 115, 6), "burnt orange": (192, 78, 1), "amber": (254, 179, 8),
    "ochre": (191, 144, 5), "mustard": (206, 179, 1), "gold": (219, 180, 12), "yellow": (255, 255, 20),
    "pale yellow": (255, 255, 132), "olive": (110, 117, 14), "dark olive": (55, 62, 2), "moss": (118, 153, 88),
    "sage": (135, 174, 115), "lime": (170, 255, 50), "light green": (150, 249, 123), "green": (21, 176, 26),
    "dark green": (3, 53, 0), "grass green": (63, 155, 11), "mint": (159, 254, 176), "sea green": (83, 252, 161),
    "emerald": (1, 160, 73), "teal": (2, 147, 134), "dark teal": (1, 77, 78), "turquoise": (6, 194, 172),
    "aqua": (19, 234, 201), "cyan": (0, 255, 255), "sky blue": (117, 187, 253), "light blue": (149, 208, 252),
    "pale blue": (208, 254, 254), "steel blue": (90, 125, 154), "blue": (3, 67, 223),
    "royal blue": (5, 4, 170), "cobalt": (30, 72, 143), "dark blue": (0, 3, 91), "navy": (1, 21, 62),
    "cerulean": (4, 133, 209), "indigo": (56, 2, 130), "periwinkle": (142, 130, 254), "lavender": (199, 159, 239),
    "violet": (154, 14, 234), "purple": (126, 30, 156), "dark purple": (53, 6, 62), "light purple": (191, 119, 246),
    "plum": (88, 15, 65), "mauve": (174, 113, 129), "magenta": (194, 0, 120), "hot pink": (255, 2, 141),
    "pink": (255, 129, 192), "light pink": (255, 209, 223), "dark pink": (203, 65, 107), "rose": (207, 98, 117),
    "grey blue": (107, 139, 164), "grey green": (120, 155, 115), "greyish purple": (136, 113, 145),
    "greyish brown": (122, 106, 79), "reddish grey": (153, 117, 112), "purplish brown": (107, 66, 71),
    "greyish pink": (200, 141, 148), "dark grey blue": (41, 70, 91), "taupe": (185, 162, 129),
}
# fmt: on
"""words for colours, each with the sRGB value that people gave that word to most in xkcd's colour survey (R. Munroe
2010, CC0): some eighty of its 949"""

GREYS = frozenset({"black", "dark grey", "medium grey", "grey", "light grey", "white"})
"""those of NAMES without a hue"""

_GREY = 0.018
"""OKLCH chroma below which a colour is called by one of GREYS, as light or as dark as it may be"""

_HUE_WEIGHT = 2.0
"""of a and b against lightness in `nearest_name`: of 516 other colours of that survey, whose names end in a basic
colour word, 98.1 % get a word of that family; 97.5 % with weight 1, 97.5 % by CIEDE2000"""


def srgb_to_linear(srgb: ArrayLike) -> Doubles:
    """Encoded sRGB to linear light (IEC 61966-2-1), odd-symmetric below 0. Any shape."""
    value = np.asarray(srgb, np.float64)
    size = np.abs(value)
    linear = np.where(size <= 0.04045, size / 12.92, ((size + 0.055) / 1.055) ** 2.4)
    return np.asarray(np.copysign(linear, value))


def linear_to_srgb(linear: ArrayLike) -> Doubles:
    """Linear light to encoded sRGB, odd-symmetric below 0; not clipped. Any shape."""
    value = np.asarray(linear, np.float64)
    size = np.abs(value)
    encoded = np.where(size <= 0.0031308, size * 12.92, 1.055 * size ** (1 / 2.4) - 0.055)
    return np.asarray(np.copysign(encoded, value))


def srgb_to_oklab(srgb: ArrayLike) -> Doubles:
    """srgb : [..., 3] encoded, in [0, 1].  Returns OKLab [..., 3]: L in [0, 1], a and b about -.4 .. .4."""
    return np.asarray(np.cbrt(srgb_to_linear(srgb) @ _TO_LMS.T) @ _TO_LAB.T)


def oklab_to_srgb(oklab: ArrayLike) -> Doubles:
    """oklab : [..., 3].  Returns encoded sRGB [..., 3], not clipped: outside [0, 1] is out of gamut."""
    return linear_to_srgb((np.asarray(oklab, np.float64) @ _FROM_LAB.T) ** 3 @ _FROM_LMS.T)


def oklch_to_oklab(oklch: ArrayLike) -> Doubles:
    """oklch : [..., 3], hue in degrees.  Returns OKLab [..., 3]."""
    value = np.asarray(oklch, np.float64)
    lightness, chroma, hue = value[..., 0], value[..., 1], np.radians(value[..., 2])
    return np.stack([lightness, chroma * np.cos(hue), chroma * np.sin(hue)], axis=-1)


def oklab_to_oklch(oklab: ArrayLike) -> Doubles:
    """oklab : [..., 3].  Returns OKLCH [..., 3], hue in degrees in [0, 360); a grey's hue means nothing."""
    value = np.asarray(oklab, np.float64)
    lightness, a, b = value[..., 0], value[..., 1], value[..., 2]
    hue = np.degrees(np.arctan2(b, a)) % 360.0
    return np.stack([lightness, np.hypot(a, b), np.where(hue >= 360.0, 0.0, hue)], axis=-1)


def into_gamut(oklch: ArrayLike) -> Doubles:
    """What sRGB can show of OKLCH colours: chroma reduced, lightness (clipped to [0, 1]) and hue kept.

    oklch : [..., 3].  The method of CSS Color Module 4, section 13.2, without its local clipping.
    """
    wanted = np.array(oklch, np.float64)
    wanted[..., 0] = np.clip(wanted[..., 0], 0.0, 1.0)
    wanted[..., 1] = np.maximum(wanted[..., 1], 0.0)
    inside = _in_gamut(wanted)
    if inside.all():
        return wanted
    outside = wanted[~inside]  # [n, 3]; a picture's colours are mostly inside
    # cone responses are linear in chroma, and linear light tells as well what fits: half the time
    hue = np.radians(outside[:, 2])
    grey = _FROM_LAB[:, :1] * outside[:, 0]
    slope = _FROM_LAB[:, 1:] @ np.stack([np.cos(hue), np.sin(hue)])
    least, most = srgb_to_linear([-_GAMUT_SLACK, 1 + _GAMUT_SLACK])
    low, high = np.zeros(len(outside)), outside[:, 1].copy()
    for _ in range(_GAMUT_STEPS):
        middle = (low + high) / 2
        cones = grey + middle * slope
        light = _FROM_LMS @ (cones * cones * cones)
        fits = ((light >= least) & (light <= most)).all(axis=0)
        low, high = np.where(fits, middle, low), np.where(fits, high, middle)
    outside[:, 1] = low
    wanted[~inside] = outside
    return wanted


def _in_gamut(oklch: Doubles) -> NDArray[np.bool_]:
    srgb = oklab_to_srgb(oklch_to_oklab(oklch))
    return np.asarray(((srgb >= -_GAMUT_SLACK) & (srgb <= 1 + _GAMUT_SLACK)).all(axis=-1))


def oklch_to_srgb(oklch: ArrayLike) -> Doubles:
    """oklch : [..., 3].  Returns encoded sRGB [..., 3] in [0, 1], gamut-mapped by `into_gamut`."""
    return np.clip(oklab_to_srgb(oklch_to_oklab(into_gamut(oklch))), 0.0, 1.0)


def oklch_to_srgb8(colour: OKLCH) -> RGB:
    """One OKLCH colour as 8-bit sRGB, gamut-mapped by `into_gamut`."""
    red, green, blue = (round(float(value) * 255) for value in oklch_to_srgb(colour))
    return red, green, blue


def srgb8_to_oklch(colour: RGB) -> OKLCH:
    """8-bit sRGB as OKLCH."""
    lightness, chroma, hue = (float(value) for value in oklab_to_oklch(srgb_to_oklab(np.array(colour) / 255)))
    return lightness, chroma, hue


def contrast_ratio(one: RGB, other: RGB) -> float:
    """WCAG 2.2 contrast ratio of two 8-bit sRGB colours, 1 .. 21, whichever comes first."""
    first, second = (float(srgb_to_linear(np.array(colour) / 255) @ _LUMINANCE) for colour in (one, other))
    return (max(first, second) + 0.05) / (min(first, second) + 0.05)


def hex_of(colour: RGB) -> str:
    """ "#rrggbb"."""
    return "#{:02x}{:02x}{:02x}".format(*colour)


def nearest_name(colour: RGB) -> str:
    """The word of `NAMES` whose colour is nearest in OKLab, a difference of hue or chroma counting double."""
    lab = srgb_to_oklab(np.array(colour) / 255)
    distance = np.sum(((_name_labs() - lab) * (1.0, _HUE_WEIGHT, _HUE_WEIGHT)) ** 2, axis=1)
    if np.hypot(lab[1], lab[2]) < _GREY:
        distance[[name not in GREYS for name in NAMES]] = np.inf
    return list(NAMES)[int(np.argmin(distance))]


_labs: list[Doubles] = []


def _name_labs() -> Doubles:
    if not _labs:
        _labs.append(srgb_to_oklab(np.array(list(NAMES.values())) / 255))
    return _labs[0]
