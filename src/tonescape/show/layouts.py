"""Four ways to set title and artist: lines of type with their places, in unit coordinates of the picture."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tonescape.core.errors import UsageError
from tonescape.show.faces import BOLD, MEDIUM, REGULAR, Face, cut, paragraph

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tonescape.core.records import Box, Places

LAYOUTS = ("corner", "centre", "banner", "headline")
AUTO = "auto"
"""the layout whose best place in the picture is the quietest"""

MARGIN = 0.07
"""distance of letters from the edge, in picture sides"""

AWAY = 0.03
"""least distance of letters from what must stay free, in picture sides; as far as the shade behind them reaches"""

FOCUS, FOCUS_REACH = 0.5, 0.12
"""unrest of letters on the focal point, and the distance, in picture sides, at which 1/e of it is left"""

PLACES = {
    "top-left": (0.0, 0.0), "top": (0.5, 0.0), "top-right": (1.0, 0.0),
    "left": (0.0, 0.5), "middle": (0.5, 0.5), "right": (1.0, 0.5),
    "bottom-left": (0.0, 1.0), "bottom": (0.5, 1.0), "bottom-right": (1.0, 1.0),
}  # fmt: skip
"""names of places for the letters: (x, y) in [0, 1]"""

SMALLEST = 0.024
"""least height of type, in picture sides: still readable where a shop shows a cover at 300 px"""

_STEP = 0.94
"""one size of type to the next smaller one that is tried"""


@dataclass(frozen=True, slots=True)
class TextBlock:
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
class Typesetting:
    """One way to set a cover. blocks : title and artist; band : (top, bottom) of a field of plain colour, or None;
    busy : [0, 1], how restless the picture is where the letters stand"""

    layout: str
    blocks: tuple[TextBlock, ...]
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


@dataclass(frozen=True, slots=True)
class Words:
    """What is set. font : file of a font that takes the place of every layout's own, None for those"""

    title: str
    artist: str
    font: Path | None = None

    def face(self, family: str, weight: int, tracking: float, leading: float) -> Face:
        return Face(family, weight, tracking, leading, self.font)


def checked_place(text: str) -> tuple[float, float]:
    """Where the middle of the letters is to stand, (x, y) in [0, 1] of the picture from its top left.

    text : a name of PLACES, or two shares as in "0.3,0.85"; UsageError for anything else
    """
    if text in PLACES:
        return PLACES[text]
    shares = re.fullmatch(r"([01]|[01]?\.\d{1,6}),([01]|[01]?\.\d{1,6})", text.replace(" ", ""))
    x, y = (float(share) for share in shares.groups()) if shares else (2.0, 2.0)
    if max(x, y) > 1.0:
        raise UsageError(
            f"no place is called {text[:80]!r}; there is {', '.join(PLACES)}, or two shares of the picture from its "
            "top left, such as 0.3,0.85"
        )
    return x, y


def area(setting: Typesetting) -> Box:
    """(left, top, right, bottom) of the letters, or of the band that they stand on."""
    if setting.band is not None:
        return 0.0, setting.band[0], 1.0, setting.band[1]
    blocks = setting.blocks
    return (
        min(block.left for block in blocks),
        min(block.top for block in blocks),
        max(block.left + block.width for block in blocks),
        max(block.top + block.height for block in blocks),
    )


def covers(setting: Typesetting, places: Places) -> bool:
    """Whether letters would stand on, or closer than AWAY to, what must stay free."""
    left, top, right, bottom = area(setting)
    return any(
        left - AWAY < box[2] and right + AWAY > box[0] and top - AWAY < box[3] and bottom + AWAY > box[1]
        for box in places.kept_free
    )


def nearness(setting: Typesetting, places: Places) -> float:
    """Unrest for the focal point: FOCUS for letters on it, less the farther they are; 0 where it is unknown."""
    if places.focus is None:
        return 0.0
    left, top, right, bottom = area(setting)
    x, y = places.focus
    away = math.hypot(max(left - x, 0.0, x - right), max(top - y, 0.0, y - bottom))
    return FOCUS * math.exp(-((away / FOCUS_REACH) ** 2))


def moved_to(settings: list[Typesetting], x: float, y: float, places: Places) -> Typesetting:
    """That setting which already stands nearest to (x, y), moved there: its middle, as far as the margins let it; then
    up or down, off what must stay free."""

    def distance(setting: Typesetting) -> float:
        left, top, right, bottom = area(setting)
        return math.hypot((left + right) / 2 - x, (top + bottom) / 2 - y)

    setting = min(settings, key=distance)
    left, top, right, bottom = area(setting)
    edge = 0.0 if setting.band is not None else MARGIN
    across = _within(x - (right - left) / 2, edge, 1 - edge - (right - left)) - left
    down = _within(y - (bottom - top) / 2, edge, 1 - edge - (bottom - top)) - top
    there = _shifted(setting, across, down)
    if not covers(there, places):
        return there
    height = bottom - top
    tops = [each for box in places.kept_free for each in (box[1] - AWAY - height, box[3] + AWAY)]
    inside = sorted((t for t in tops if edge <= t <= 1 - edge - height), key=lambda t: abs(t - (top + down)))
    tried = (_shifted(setting, across, t - top) for t in inside)
    return next((each for each in tried if not covers(each, places)), there)


def _within(value: float, low: float, high: float) -> float:
    return max(low, min(value, high))


def _shifted(setting: Typesetting, across: float, down: float) -> Typesetting:
    blocks = tuple(replace(block, left=block.left + across, top=block.top + down) for block in setting.blocks)
    band = None if setting.band is None else (setting.band[0] + down, setting.band[1] + down)
    return replace(setting, blocks=blocks, band=band)


def fitted(text: str, face: Face, width: float, height: float, most: float, align: str) -> TextBlock:
    """The text as large as it goes into (width, height): sizes from `most` down to SMALLEST, then cut."""

    def shaped(part: str, size: float) -> Any:  # measured on a picture of 1000 px a side
        return paragraph(part, size * 1000, face, width=width * 1000, align=align)

    def fits(part: str, size: float) -> bool:
        shape = shaped(part, size)
        return bool(shape.Height <= height * 1000 and shape.MinIntrinsicWidth <= width * 1000)

    if shaped(text, most) is None:  # no font at all: one line in Pillow's own
        return TextBlock(text, face, SMALLEST * 1.5, 0.0, 0.0, width, SMALLEST * 2, align)
    steps = int(np.log(SMALLEST / most) / np.log(_STEP))
    size = next((size for size in (most * _STEP**n for n in range(steps + 1)) if fits(text, size)), SMALLEST)
    text = cut(text, lambda part: fits(part, size))
    shape = shaped(text, size)
    return TextBlock(
        text, face, size, 0.0, 0.0, min(width, shape.LongestLine / 1000 + 0.002), shape.Height / 1000, align
    )


def _stacked(
    title: TextBlock | None, artist: TextBlock | None, left: float, right: float, top: float, gap: float
) -> tuple[TextBlock, ...]:
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


def _pair(words: Words, faces: tuple[Face, Face], box: tuple[float, float], most: tuple[float, float],
          align: str) -> tuple[TextBlock | None, TextBlock | None]:  # fmt: skip
    width, height = box
    title, artist = words.title, words.artist
    first = fitted(title, faces[0], width, height, most[0], align) if title else None
    second = fitted(artist, faces[1], width, 3.2 * most[1], most[1], align) if artist else None
    return first, second


def _heights(blocks: tuple[TextBlock | None, ...], gap: float) -> float:
    there = [block.height for block in blocks if block is not None]
    return sum(there) + gap * (len(there) - 1)


def _corner(words: Words) -> Iterator[Typesetting]:
    """Serif title over a small artist, flush left or right, in the quietest of four corners."""
    faces = words.face("serif", MEDIUM, -0.005, 1.02), words.face("sans", MEDIUM, 0.015, 1.2)
    for align in ("left", "right"):
        title_block, artist_block = _pair(words, faces, (0.66, 0.32), (0.088, 0.032), align)
        height = _heights((title_block, artist_block), 0.016)
        for top in (1 - MARGIN - height, MARGIN * 0.9):
            yield Typesetting("corner", _stacked(title_block, artist_block, MARGIN, 1 - MARGIN, top, 0.016))


def _centre(words: Words) -> Iterator[Typesetting]:
    """Widely spaced capitals in the middle, on one of three heights."""
    faces = words.face("sans", REGULAR, 0.2, 1.35), words.face("serif", REGULAR, 0.02, 1.2)
    title_block, artist_block = _pair(
        replace(words, title=words.title.upper()), faces, (0.8, 0.3), (0.052, 0.036), "center"
    )
    height = _heights((title_block, artist_block), 0.02)
    for top in (MARGIN * 1.3, 1 - MARGIN * 1.3 - height, 0.5 - height / 2):
        yield Typesetting("centre", _stacked(title_block, artist_block, 0.1, 0.9, top, 0.02), busy=0.02)


def _banner(words: Words) -> Iterator[Typesetting]:
    """A plain field at the foot or the top, with the title at its left and the artist at its right."""
    title, artist = words.title, words.artist
    left_width = 0.52 if title and artist else 0.86
    first = fitted(title, words.face("sans", BOLD, 0.0, 1.1), left_width, 0.1, 0.05, "left") if title else None
    second = fitted(artist, words.face("serif", REGULAR, 0.01, 1.15), 0.3 if title else 0.86, 0.1, 0.034,
                    "right" if title else "left") if artist else None  # fmt: skip
    height = max(block.height for block in (first, second) if block) + 0.06
    placed = []
    for block, left in ((first, MARGIN), (second, 1 - MARGIN - (second.width if second else 0) if title else MARGIN)):
        if block is not None:
            placed.append(replace(block, left=left, top=1 - height / 2 - block.height / 2))
    foot = Typesetting("banner", tuple(placed), band=(1 - height, 1.0))
    yield foot
    yield _shifted(foot, 0.0, height - 1)


def _headline(words: Words) -> Iterator[Typesetting]:
    """Bold letters over the whole width, at the top or at the foot."""
    faces = words.face("sans", BOLD, -0.02, 0.95), words.face("sans", MEDIUM, 0.02, 1.2)
    title_block, artist_block = _pair(words, faces, (1 - 2 * MARGIN, 0.42), (0.17, 0.034), "left")
    height = _heights((title_block, artist_block), 0.02)
    for top in (MARGIN * 0.8, 1 - MARGIN - height):
        yield Typesetting("headline", _stacked(title_block, artist_block, MARGIN, 1 - MARGIN, top, 0.02), busy=0.04)


SETTERS = {"corner": _corner, "centre": _centre, "banner": _banner, "headline": _headline}
