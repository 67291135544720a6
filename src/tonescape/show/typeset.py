"""Title and artist on a cover: four layouts, set where the picture is quiet and readable by WCAG's contrast.

    lettered(picture, brief, lettering) -> picture

Nothing depends on the picture's size but the sharpness of the letters.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from tonescape.core.colour import linear_to_srgb, oklab_to_oklch, oklch_to_srgb8, srgb_to_linear, srgb_to_oklab
from tonescape.core.records import ANYWHERE, RGB, Lettering, Places
from tonescape.show.faces import paragraph, plain
from tonescape.show.layouts import (
    AUTO,
    LAYOUTS,
    SETTERS,
    TextBlock,
    Typesetting,
    Words,
    checked_layout,
    checked_place,
    covers,
    moved_to,
    nearness,
)
from tonescape.show.lettering import covered, tint

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from tonescape.core.records import Brief, Picture, Pixels

    Doubles = NDArray[np.float64]

READABLE = 4.5
"""WCAG 2.2, success criterion 1.4.3 (AA): contrast of text against what is behind it"""

HARD = 0.06
"""share of what is behind the letters that may have less contrast than READABLE: single bright strokes"""

LOOK = 256
"""px a side of the small copy in which quiet places are looked for"""

_LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
"""of linear sRGB, as in WCAG 2.2, "relative luminance" """

COVERED = 10.0
"""unrest of letters on what must stay free: more than all else together"""


def lettered(
    picture: Picture, brief: Brief, lettering: Lettering, places: Places = ANYWHERE, font: Path | None = None
) -> Picture:
    """The picture with its song's title and artist on it, set as `lettering` says; bare where its layout is "".

    places : what the letters stay away from      font : the file behind `lettering.font`
    """
    if not lettering.layout:
        return picture
    words = Words(plain(brief.title), plain(brief.artist), font)
    at = checked_place(lettering.at) if lettering.at else None
    return replace(picture, image=set_type(picture.image, words, lettering.layout, at=at, places=places))


def set_type(
    image: Pixels,
    words: Words,
    layout: str = AUTO,
    *,
    at: tuple[float, float] | None = None,
    places: Places = ANYWHERE,
) -> Pixels:
    """A copy of the image [s, s, 3] with title and artist on it; the image itself where both are empty.

    layout : one of LAYOUTS, or "auto"      Long titles are set smaller, then end in an ellipsis.
    at : where the middle of the letters is to stand, (x, y) in [0, 1]; None for the quietest place
    """
    if not words.title and not words.artist:
        return image
    small = _small(image)
    wanted = LAYOUTS if layout == AUTO else (checked_layout(layout),)
    busy = _busyness(small)
    choices = [list(SETTERS[name](words)) for name in wanted]
    if at is not None:
        choices = [[moved_to(settings, *at, places)] for settings in choices]
    setting = min((best(busy, settings, places) for settings in choices), key=lambda each: each.busy)
    result = image.copy()
    paper, ink = _inks(small, setting)
    if setting.band is not None:
        top, bottom = (round(edge * image.shape[0]) for edge in setting.band)
        result[top:bottom] = np.array(paper, np.uint8)
    else:
        _scrim(result, small, setting, ink)
    for block in setting.blocks:
        _draw(result, block, ink)
    result.flags.writeable = False
    return result


def best(busy: Doubles, settings: list[Typesetting], places: Places = ANYWHERE) -> Typesetting:
    """The setting whose letters stand where the picture is quietest, off what must stay free and away from the focal
    point; of equals the first. busy : [LOOK, LOOK]"""

    def unrest(setting: Typesetting) -> float:
        away = nearness(setting, places) + COVERED * covers(setting, places)
        if setting.band is not None:  # a plain field is quiet, but hides that much of the picture
            return 0.24 + away
        areas = [_area(busy, block) for block in setting.blocks]
        return float(np.concatenate([area.ravel() for area in areas]).mean()) + setting.busy + away

    least, found = min(((unrest(setting), setting) for setting in settings), key=lambda pair: pair[0])
    return replace(found, busy=least)


def _small(image: Pixels) -> Doubles:
    """The picture in linear light, [LOOK, LOOK, 3]."""
    from PIL import Image

    copy = Image.fromarray(image).resize((LOOK, LOOK), Image.Resampling.BOX)
    return np.asarray(srgb_to_linear(np.asarray(copy) / 255), np.float64)


def _busyness(small: Doubles) -> Doubles:
    """[LOOK, LOOK] in [0, 1]: change of lightness over some 3 % of a side, most at the picture's focal places."""
    from scipy.ndimage import uniform_filter

    light = np.cbrt(small @ _LUMINANCE)
    down, across = np.gradient(light)
    change = uniform_filter(np.hypot(down, across), 7) + 0.35 * np.abs(light - uniform_filter(light, 25))
    return np.asarray(np.clip(change / 0.12, 0, 1))


def _area(field: Doubles, block: TextBlock) -> Doubles:
    side = field.shape[0]
    top, left = int(block.top * side), int(block.left * side)
    bottom, right = (int(np.ceil(edge * side)) for edge in (block.top + block.height, block.left + block.width))
    return field[max(0, top) : max(top + 1, bottom), max(0, left) : max(left + 1, right)]


def _inks(small: Doubles, setting: Typesetting) -> tuple[RGB, RGB]:
    """(paper, ink): near white and near black in the picture's own hue, the one that reads better as ink."""
    where = np.concatenate([_area(small, block).reshape(-1, 3) for block in setting.blocks])
    hue = float(oklab_to_oklch(srgb_to_oklab(linear_to_srgb(small.reshape(-1, 3).mean(0))))[2])
    light, dark = oklch_to_srgb8((0.965, 0.018, hue)), oklch_to_srgb8((0.2, 0.035, hue))
    if setting.band is not None:
        mean = float((small.reshape(-1, 3) @ _LUMINANCE).mean())
        return (dark, light) if mean < 0.3 else (light, dark)
    reads = {ink: float(np.quantile(_contrast(where, ink), HARD)) for ink in (light, dark)}
    return (dark, light) if reads[light] >= reads[dark] else (light, dark)


def _contrast(linear: Doubles, ink: RGB) -> Doubles:
    """WCAG contrast of each colour [n, 3], linear sRGB, with the ink."""
    behind = linear @ _LUMINANCE + 0.05
    letters = float(srgb_to_linear(np.array(ink) / 255) @ _LUMINANCE) + 0.05
    return np.asarray(np.maximum(behind, letters) / np.minimum(behind, letters))


def _scrim(image: Pixels, small: Doubles, setting: Typesetting, ink: RGB) -> None:
    """Darken or lighten the picture softly behind the letters, no more than READABLE wants."""
    from PIL import Image
    from scipy.ndimage import gaussian_filter

    shade = np.zeros((LOOK, LOOK))
    for block in setting.blocks:
        wide = TextBlock(
            "", block.face, 0, block.left - 0.03, block.top - 0.02, block.width + 0.06, block.height + 0.04
        )
        _area(shade, wide)[:] = 1.0
    shade = np.clip(gaussian_filter(shade, 9) * 1.25, 0, 1)
    srgb = linear_to_srgb(small)
    goal = 0.0 if sum(ink) > 382 else 1.0
    strength = next(
        (part for part in np.arange(0.0, 0.96, 0.05) if _worst(srgb, shade * part, goal, setting, ink) >= READABLE),
        0.95,
    )
    if strength == 0.0:
        return
    soft = Image.fromarray(np.asarray(shade * strength, np.float32))
    side = image.shape[0]
    rows = 256
    for top in range(0, side, rows):
        bottom = min(side, top + rows)
        box = (0.0, top / side * LOOK, float(LOOK), bottom / side * LOOK)
        part = np.asarray(soft.resize((image.shape[1], bottom - top), Image.Resampling.BILINEAR, box))[..., None]
        mixed = image[top:bottom] * (1 - part) + np.float32(goal * 255) * part
        image[top:bottom] = np.round(mixed).astype(np.uint8)


def _worst(srgb: Doubles, shade: Doubles, goal: float, setting: Typesetting, ink: RGB) -> float:
    mixed = np.asarray(srgb_to_linear(srgb * (1 - shade[..., None]) + goal * shade[..., None]), np.float64)
    where = np.concatenate([_area(mixed, block).reshape(-1, 3) for block in setting.blocks])
    return float(np.quantile(_contrast(where, ink), HARD))


def _draw(image: Pixels, block: TextBlock, ink: RGB) -> None:
    side = image.shape[0]
    text: Any = paragraph(block.text, block.size * side, block.face, width=block.width * side + 2, align=block.align)
    left, top = round(block.left * side), round(block.top * side)
    if text is None:
        from tonescape.show.lettering import letter

        letter(image, block.text, (left, top, side - left), block.size * side, ink)
        return
    shape = (min(round(block.width * side) + 4, side - left), min(round(block.height * side) + 4, side - top))
    tint(image[top : top + shape[1], left : left + shape[0]], covered(text, shape), ink)
