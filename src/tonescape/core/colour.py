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

NAMES: dict[str, RGB] = {
    # the 16 basic colours of HTML 4.01, section 6.5 (CSS Color Module 4 keeps them)
    "aqua": (0, 255, 255),
    "black": (0, 0, 0),
    "blue": (0, 0, 255),
    "fuchsia": (255, 0, 255),
    "gray": (128, 128, 128),
    "green": (0, 128, 0),
    "lime": (0, 255, 0),
    "maroon": (128, 0, 0),
    "navy": (0, 0, 128),
    "olive": (128, 128, 0),
    "purple": (128, 0, 128),
    "red": (255, 0, 0),
    "silver": (192, 192, 192),
    "teal": (0, 128, 128),
    "white": (255, 255, 255),
    "yellow": (255, 255, 0),
    # Pixtape's other words, and neighbours that fill the largest gaps (CSS Color Module 4)
    "pink": (255, 192, 203),
    "orange": (255, 165, 0),
    "brown": (165, 42, 42),
    "coral": (255, 127, 80),
    "gold": (255, 215, 0),
    "khaki": (240, 230, 140),
    "turquoise": (64, 224, 208),
    "skyblue": (135, 206, 235),
    "steelblue": (70, 130, 180),
    "slateblue": (106, 90, 205),
    "indigo": (75, 0, 130),
    "violet": (238, 130, 238),
    "crimson": (220, 20, 60),
    "salmon": (250, 128, 114),
    "sienna": (160, 82, 45),
    "tan": (210, 180, 140),
    "beige": (245, 245, 220),
    "seagreen": (46, 139, 87),
    "darkslategray": (47, 79, 79),
    "slategray": (112, 128, 144),
}
"""the colour words that prompts and reports use: sRGB by name"""


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
    low, high = np.zeros(len(outside)), outside[:, 1].copy()
    for _ in range(_GAMUT_STEPS):
        outside[:, 1] = (low + high) / 2
        fits = _in_gamut(outside)
        low, high = np.where(fits, outside[:, 1], low), np.where(fits, high, outside[:, 1])
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
    """The word of `NAMES` whose colour is nearest in OKLab (Euclidean)."""
    distance = np.sum((_name_labs() - srgb_to_oklab(np.array(colour) / 255)) ** 2, axis=1)
    return list(NAMES)[int(np.argmin(distance))]


_labs: list[Doubles] = []


def _name_labs() -> Doubles:
    if not _labs:
        _labs.append(srgb_to_oklab(np.array(list(NAMES.values())) / 255))
    return _labs[0]
