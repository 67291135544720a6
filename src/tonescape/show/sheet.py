"""The contact sheet: all pictures of a run on one, each with its title, artist and mood."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tonescape.core.colour import oklch_to_srgb8
from tonescape.core.records import RGB, Brief, Picture
from tonescape.show.lettering import letter
from tonescape.show.phrases import share
from tonescape.show.thumbs import thumbnail

if TYPE_CHECKING:
    from tonescape.core.records import Pixels

PAPER: RGB = (245, 242, 236)
INK: RGB = (33, 30, 27)
QUIET: RGB = (112, 105, 96)
"""colours of the sheet; QUIET on PAPER has a contrast of 4.9, over WCAG AA's 4.5"""

WIDEST = 4800
"""widest sheet, px: five hundred songs keep 13 px type"""

LARGEST_CELL = 900
"""px; a sheet of one song needs no more"""

MOST = 2000
"""most pictures on one sheet; those behind are left out and the heading says so"""


@dataclass(frozen=True, slots=True)
class Caption:
    """What stands under a picture. note : the mood line; colours : a strip of them, or none."""

    title: str
    artist: str = ""
    note: str = ""
    colours: tuple[RGB, ...] = ()


@dataclass(frozen=True, slots=True)
class _Grid:
    """Measures in px. cell : side of a picture; gap : between columns; head, caption : heights; type, title : sizes."""

    columns: int
    cell: int
    gap: int
    margin: int
    head: int
    caption: int
    type: float
    title: float

    @property
    def width(self) -> int:
        return 2 * self.margin + self.columns * self.cell + (self.columns - 1) * self.gap

    @property
    def row(self) -> int:
        return self.cell + self.caption


def caption_of(brief: Brief, *, palette: bool = True) -> Caption:
    """Title, artist, mood word and the two numbers of a song, and its palette where the picture is painted in it."""
    mood = brief.mood
    note = f"{mood.grid}  ·  valence {share(mood.valence)}  ·  arousal {share(mood.arousal)}"
    colours = tuple(oklch_to_srgb8(colour) for colour in brief.palette) if palette else ()
    return Caption(brief.title or "Untitled", brief.artist, note, colours)


def contact_sheet(
    pictures: Iterable[tuple[Path | Pixels, Caption]], count: int, *, title: str = "", note: str = "", columns: int = 0
) -> Picture:
    """A sheet of `count` pictures, in order; `save_cover` writes it.

    pictures : (file or uint8 [h, w, 3], caption); taken one at a time, so that memory holds one picture and the sheet
    (at most 4800 px wide). A file that cannot be read leaves a grey field.
    columns : so many beside each other; 0 for as many as look well
    """
    shown = max(1, min(count, MOST))
    grid = _grid(shown, columns)
    rows = math.ceil(shown / grid.columns)
    sheet = np.empty((grid.head + rows * grid.row + grid.margin - grid.gap, grid.width, 3), np.uint8)
    sheet[:] = np.array(PAPER, np.uint8)
    _heading(sheet, grid, title, note, count)
    for number, (picture, caption) in enumerate(pictures):
        if number >= shown:
            break
        row, column = divmod(number, grid.columns)
        left = grid.margin + column * (grid.cell + grid.gap)
        _cell(sheet, grid, (left, grid.head + row * grid.row), thumbnail(picture, grid.cell, grow=True), caption)
    sheet.flags.writeable = False
    return Picture(sheet, "", "sheet", 0.0)


def _grid(count: int, columns: int = 0) -> _Grid:
    """Columns so that the sheet comes out a little wider than high and its last row as full as may be."""
    ideal = math.sqrt(1.35 * count)
    near = range(max(1, math.floor(ideal * 0.8)), math.ceil(ideal * 1.2) + 1)
    columns = columns or min(near, key=lambda number: (-count % number) / number + 1.5 * abs(math.log(number / ideal)))
    cell = min(LARGEST_CELL if columns < 3 else 640, round(WIDEST / (columns * 1.1 + 0.2)))
    gap = round(cell * 0.1)
    size = max(13.0, cell * 0.042)
    width = columns * cell
    title = max(size * 1.9, min(110.0, width * 0.026))
    margin = round(max(gap * 1.2, width * 0.028))
    head = round(margin + title * 2.1 + max(size, title * 0.36) * 1.6)
    return _Grid(columns, cell, gap, margin, head, round(size * 5.6 + gap * 0.9), size, title)


def _heading(sheet: Pixels, grid: _Grid, title: str, note: str, count: int) -> None:
    inner, top = grid.width - 2 * grid.margin, round(grid.margin * 0.9)
    letter(sheet, title or "Contact sheet", (grid.margin, top, inner), grid.title, INK, serif=True)
    songs = note or ("1 song" if count == 1 else f"{count} songs")
    songs += f", {MOST} shown" if count > MOST else ""
    place = (grid.margin, top + round(grid.title * 1.35), inner)
    letter(sheet, songs, place, max(grid.type, grid.title * 0.36), QUIET)


def _cell(sheet: Pixels, grid: _Grid, place: tuple[int, int], picture: Pixels, caption: Caption) -> None:
    left, top = place
    height, width = picture.shape[:2]
    # A picture that is not square is centred in its square.
    y, x = top + (grid.cell - height) // 2, left + (grid.cell - width) // 2
    sheet[y : y + height, x : x + width] = picture
    line = top + grid.cell
    strip = max(4, round(grid.cell * 0.014))
    for number, colour in enumerate(caption.colours):
        start, end = (left + grid.cell * step // len(caption.colours) for step in (number, number + 1))
        sheet[line : line + strip, start:end] = colour
    line += strip + round(grid.type * 0.55)
    letter(sheet, caption.title, (left, line, grid.cell), grid.type * 1.22, INK, serif=True)
    line += round(grid.type * 1.62)
    if caption.artist:
        letter(sheet, caption.artist, (left, line, grid.cell), grid.type, QUIET)
        line += round(grid.type * 1.4)
    letter(sheet, caption.note, (left, line, grid.cell), grid.type * 0.88, QUIET)
