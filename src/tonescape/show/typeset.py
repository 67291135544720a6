"""Title and artist on a cover: four layouts, set where the picture is quiet and readable by WCAG's contrast.

    lettered(picture, brief, layout) -> picture

Nothing depends on the picture's size but the sharpness of the letters.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from tonescape.core.colour import linear_to_srgb, oklab_to_oklch, oklch_to_srgb8, srgb_to_linear, srgb_to_oklab
from tonescape.core.errors import UsageError
from tonescape.core.records import RGB
from tonescape.show.faces import BOLD, MEDIUM, REGULAR, Face, cut, paragraph, plain
from tonescape.show.lettering import covered, tint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from tonescape.core.records import Brief, Picture, Pixels

    Doubles = NDArray[np.float64]

LAYOUTS = ("corner", "centre", "banner", "headline")
AUTO = "auto"
"""the layout whose best place in the picture is the quietest"""

READABLE = 4.5
"""WCAG 2.2, success criterion 1.4.3 (AA): contrast of text against what is behind it"""

HARD = 0.06
"""share of what is behind the letters that may have less contrast than READABLE: single bright strokes"""

LOOK = 256
"""px a side of the small copy in which quiet places are looked for"""

MARGIN = 0.07
"""distance of letters from the edge, in picture sides"""

SMALLEST = 0.024
"""least height of type, in picture sides: still readable where a shop shows a cover at 300 px"""

_LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
"""of linear sRGB, as in WCAG 2.2, "relative luminance" """

_STEP = 0.94
"""one size of type to the next smaller one that is tried"""


@dataclass(frozen=True, slots=True)
class Block:
    """Lines as they are set, in unit coordinates of the picture.

    left, top, width, height : of the box they fill      size : height of the type      align : as in `paragraph`
    """

    text: str
    face: Face
    size: float
    left: float
    top: float
    width: float
    height: float
    align: str = "left"


@dataclass(frozen=True, slots=True)
class Setting:
    """One way to set a cover. blocks : title and artist; band : (top, bottom) of a field of plain colour, or None;
    busy : [0, 1], how restless the picture is where the letters stand"""

    layout: str
    blocks: tuple[Block, ...]
    band: tuple[float, float] | None = None
    busy: float = 0.0


def checked_layout(name: str) -> str:
    """`name` if it is a layout or "auto"; UsageError naming them where it is not."""
    if name not in (AUTO, *LAYOUTS):
        import difflib

        known = (AUTO, *LAYOUTS, "none")
        near = difflib.get_close_matches(name[:80].lower(), known, n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        raise UsageError(f"no layout is called {name[:80]!r}; {hint}there is {', '.join(known)}")
    return name


def lettered(picture: Picture, brief: Brief, layout: str) -> Picture:
    """The picture with its song's title and artist on it; layout : one of LAYOUTS, "auto", or "" to leave it bare."""
    return replace(picture, image=set_type(picture.image, brief.title, brief.artist, layout)) if layout else picture


def set_type(image: Pixels, title: str, artist: str, layout: str = AUTO) -> Pixels:
    """A copy of the image [s, s, 3] with title and artist on it; the image itself where both are empty.

    layout : one of LAYOUTS, or "auto"      Long titles are set smaller, then end in an ellipsis.
    """
    title, artist = plain(title), plain(artist)
    if not title and not artist:
        return image
    small = _small(image)
    wanted = LAYOUTS if layout == AUTO else (checked_layout(layout),)
    busy = _busyness(small)
    settings = [best(busy, list(_SETTERS[name](title, artist))) for name in wanted]
    setting = min(settings, key=lambda each: each.busy)
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


def best(busy: Doubles, settings: list[Setting]) -> Setting:
    """The setting whose letters stand where the picture is quietest; of equals the first. busy : [LOOK, LOOK]"""

    def unrest(setting: Setting) -> float:
        if setting.band is not None:  # a plain field is quiet, but hides that much of the picture
            return 0.24
        areas = [_area(busy, block) for block in setting.blocks]
        return float(np.concatenate([area.ravel() for area in areas]).mean()) + setting.busy

    scored = [(unrest(setting), setting) for setting in settings]
    least, found = min(scored, key=lambda pair: pair[0])
    return Setting(found.layout, found.blocks, found.band, least)


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


def _area(field: Doubles, block: Block) -> Doubles:
    side = field.shape[0]
    top, left = int(block.top * side), int(block.left * side)
    bottom, right = (int(np.ceil(edge * side)) for edge in (block.top + block.height, block.left + block.width))
    return field[max(0, top) : max(top + 1, bottom), max(0, left) : max(left + 1, right)]


def fitted(text: str, face: Face, width: float, height: float, most: float, align: str) -> Block:
    """The text as large as it goes into (width, height): sizes from `most` down to SMALLEST, then cut."""

    def shaped(part: str, size: float) -> Any:  # measured on a picture of 1000 px a side
        return paragraph(part, size * 1000, face, width=width * 1000, align=align)

    def fits(part: str, size: float) -> bool:
        shape = shaped(part, size)
        return bool(shape.Height <= height * 1000 and shape.MinIntrinsicWidth <= width * 1000)

    if shaped(text, most) is None:  # no font at all: one line in Pillow's own
        return Block(text, face, SMALLEST * 1.5, 0.0, 0.0, width, SMALLEST * 2, align)
    steps = int(np.log(SMALLEST / most) / np.log(_STEP))
    size = next((size for size in (most * _STEP**n for n in range(steps + 1)) if fits(text, size)), SMALLEST)
    text = cut(text, lambda part: fits(part, size))
    shape = shaped(text, size)
    return Block(text, face, size, 0.0, 0.0, min(width, shape.LongestLine / 1000 + 0.002), shape.Height / 1000, align)


def _stacked(
    title: Block | None, artist: Block | None, left: float, right: float, top: float, gap: float
) -> tuple[Block, ...]:
    """Title above artist between two edges, each by its own alignment."""
    placed = []
    for block in (title, artist):
        if block is None:
            continue
        spare = right - left - block.width
        x = left + {"left": 0.0, "center": spare / 2, "right": spare}[block.align]
        placed.append(replace(block, left=x, top=top))
        top += block.height + gap
    return tuple(placed)


def _pair(title: str, artist: str, faces: tuple[Face, Face], box: tuple[float, float], most: tuple[float, float],
          align: str) -> tuple[Block | None, Block | None]:  # fmt: skip
    width, height = box
    first = fitted(title, faces[0], width, height, most[0], align) if title else None
    second = fitted(artist, faces[1], width, 3.2 * most[1], most[1], align) if artist else None
    return first, second


def _heights(blocks: tuple[Block | None, ...], gap: float) -> float:
    there = [block.height for block in blocks if block is not None]
    return sum(there) + gap * (len(there) - 1)


def _corner(title: str, artist: str) -> Iterator[Setting]:
    """Serif title over a small artist, flush left or right, in the quietest of four corners."""
    faces = Face("serif", MEDIUM, -0.005, 1.02), Face("sans", MEDIUM, 0.015, 1.2)
    for align in ("left", "right"):
        title_block, artist_block = _pair(title, artist, faces, (0.66, 0.32), (0.088, 0.032), align)
        height = _heights((title_block, artist_block), 0.016)
        for top in (1 - MARGIN - height, MARGIN * 0.9):
            yield Setting("corner", _stacked(title_block, artist_block, MARGIN, 1 - MARGIN, top, 0.016))


def _centre(title: str, artist: str) -> Iterator[Setting]:
    """Widely spaced capitals in the middle, on one of three heights."""
    faces = Face("sans", REGULAR, 0.2, 1.35), Face("serif", REGULAR, 0.02, 1.2)
    title_block, artist_block = _pair(title.upper(), artist, faces, (0.8, 0.3), (0.052, 0.036), "center")
    height = _heights((title_block, artist_block), 0.02)
    for top in (MARGIN * 1.3, 1 - MARGIN * 1.3 - height, 0.5 - height / 2):
        yield Setting("centre", _stacked(title_block, artist_block, 0.1, 0.9, top, 0.02), busy=0.02)


def _banner(title: str, artist: str) -> Iterator[Setting]:
    """A plain field below the picture, with the title at its left and the artist at its right."""
    left_width = 0.52 if title and artist else 0.86
    first = fitted(title, Face("sans", BOLD, 0.0, 1.1), left_width, 0.1, 0.05, "left") if title else None
    second = fitted(artist, Face("serif", REGULAR, 0.01, 1.15), 0.3 if title else 0.86, 0.1, 0.034,
                    "right" if title else "left") if artist else None  # fmt: skip
    height = max(block.height for block in (first, second) if block) + 0.06
    placed = []
    for block, left in ((first, MARGIN), (second, 1 - MARGIN - (second.width if second else 0) if title else MARGIN)):
        if block is not None:
            placed.append(replace(block, left=left, top=1 - height / 2 - block.height / 2))
    yield Setting("banner", tuple(placed), band=(1 - height, 1.0))


def _headline(title: str, artist: str) -> Iterator[Setting]:
    """Bold letters over the whole width, at the top or at the foot."""
    faces = Face("sans", BOLD, -0.02, 0.95), Face("sans", MEDIUM, 0.02, 1.2)
    title_block, artist_block = _pair(title, artist, faces, (1 - 2 * MARGIN, 0.42), (0.17, 0.034), "left")
    height = _heights((title_block, artist_block), 0.02)
    for top in (MARGIN * 0.8, 1 - MARGIN - height):
        yield Setting("headline", _stacked(title_block, artist_block, MARGIN, 1 - MARGIN, top, 0.02), busy=0.04)


_SETTERS = {"corner": _corner, "centre": _centre, "banner": _banner, "headline": _headline}


def _inks(small: Doubles, setting: Setting) -> tuple[RGB, RGB]:
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


def _scrim(image: Pixels, small: Doubles, setting: Setting, ink: RGB) -> None:
    """Darken or lighten the picture softly behind the letters, no more than READABLE wants."""
    from PIL import Image
    from scipy.ndimage import gaussian_filter

    shade = np.zeros((LOOK, LOOK))
    for block in setting.blocks:
        wide = Block("", block.face, 0, block.left - 0.03, block.top - 0.02, block.width + 0.06, block.height + 0.04)
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


def _worst(srgb: Doubles, shade: Doubles, goal: float, setting: Setting, ink: RGB) -> float:
    mixed = np.asarray(srgb_to_linear(srgb * (1 - shade[..., None]) + goal * shade[..., None]), np.float64)
    where = np.concatenate([_area(mixed, block).reshape(-1, 3) for block in setting.blocks])
    return float(np.quantile(_contrast(where, ink), HARD))


def _draw(image: Pixels, block: Block, ink: RGB) -> None:
    side = image.shape[0]
    text: Any = paragraph(block.text, block.size * side, block.face, width=block.width * side + 2, align=block.align)
    left, top = round(block.left * side), round(block.top * side)
    if text is None:
        from tonescape.show.lettering import letter

        letter(image, block.text, (left, top, side - left), block.size * side, ink)
        return
    shape = (min(round(block.width * side) + 4, side - left), min(round(block.height * side) + 4, side - top))
    tint(image[top : top + shape[1], left : left + shape[0]], covered(text, shape), ink)
