"""The contact sheet: the pictures of a run in a grid, each with its title, artist and mood, on one page or more."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from tonescape.core.colour import oklch_to_srgb8
from tonescape.core.records import RGB, Brief, Picture
from tonescape.show.cover import save_cover
from tonescape.show.lettering import letter, wrapped
from tonescape.show.phrases import share
from tonescape.show.thumbs import thumbnail

if TYPE_CHECKING:
    from tonescape.core.records import Pixels

PAPER: RGB = (245, 242, 236)
INK: RGB = (33, 30, 27)
QUIET: RGB = (112, 105, 96)
"""colours of the sheet; QUIET on PAPER has a contrast of 4.9, over WCAG AA's 4.5"""

LARGEST_SIDE = 4096
"""px a side of a page: what viewers, phones and texture memory open without scaling it down"""

LARGEST_CELL = 900
"""px; a sheet of one song needs no more"""

LEAST_CELL = 240
"""px; smaller pictures tell nothing, so more of them go onto another page"""

LEAST_TYPE = 15.0
"""px, of an artist's name; the smallest line is SMALL of it, which is over 13 px"""

SMALL = 0.88
"""size of the note and of the command, of the artist's name"""

LEADING = 1.4
"""distance of lines of type, of their size"""


@dataclass(frozen=True, slots=True)
class Caption:
    """What stands under a picture. note : the mood line; colours : a strip of them, or none; command : options of the
    command that makes the picture, in as many lines as they need."""

    title: str
    artist: str = ""
    note: str = ""
    colours: tuple[RGB, ...] = ()
    command: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands at the top of each page. note : "" for the number of songs; command : see `Caption`."""

    title: str = ""
    note: str = ""
    command: str = ""


Tile: TypeAlias = "tuple[Path | Pixels, Caption]"


@dataclass(frozen=True, slots=True)
class _Grid:
    """Measures in px. cell : side of a picture; gap : between columns; head, caption : heights; type, title : sizes.

    columns, rows : of a page      command : lines of the heading's command
    """

    columns: int
    rows: int
    cell: int
    gap: int
    margin: int
    head: int
    caption: int
    type: float
    title: float
    command: tuple[str, ...]

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


def save_sheets(
    tiles: Sequence[Tile], out: Path, heading: Heading, *, columns: int = 0, largest: int = LARGEST_CELL
) -> list[Path]:
    """Write the pages of `contact_sheets`: the first to `out`, .jpg or .png, the others beside it as NAME-2, NAME-3.

    Returns the pages' files in order. Raises OutputError where one cannot be written.
    """
    files = []
    for number, page in zip(count(1), contact_sheets(tiles, heading, columns=columns, largest=largest), strict=False):
        files.append(out if number == 1 else out.with_stem(f"{out.stem}-{number}"))
        save_cover(page, files[-1])
    return files


def contact_sheets(
    tiles: Sequence[Tile], heading: Heading, *, columns: int = 0, largest: int = LARGEST_CELL
) -> Iterator[Picture]:
    """The pages of a sheet of pictures, in order, each at most LARGEST_SIDE px a side.

    tiles : (file or uint8 [h, w, 3], caption); files are read one at a time, so that memory holds one picture and one
    page. A file that cannot be read leaves a grey field.
    columns : so many beside each other where they fit; 0 for as many as look well      largest : px, of a picture
    """
    grid = _grid([caption for _, caption in tiles], heading, columns, max(LEAST_CELL, min(largest, LARGEST_CELL)))
    each = grid.columns * grid.rows
    pages = [tiles[start : start + each] for start in range(0, max(1, len(tiles)), each)]
    for number, page in enumerate(pages, 1):
        sheet = _paper(grid, -(-len(page) // grid.columns))
        _heading(sheet, grid, heading, len(tiles), f"page {number} of {len(pages)}" if len(pages) > 1 else "")
        for place, (picture, caption) in enumerate(page):
            row, column = divmod(place, grid.columns)
            left, top = grid.margin + column * (grid.cell + grid.gap), grid.head + row * grid.row
            _cell(sheet, grid, (left, top), thumbnail(picture, grid.cell, grow=True), caption)
        sheet.flags.writeable = False
        yield Picture(sheet, "", "sheet", 0.0)


def _paper(grid: _Grid, rows: int) -> Pixels:
    sheet = np.empty((grid.head + max(1, rows) * grid.row + grid.margin - grid.gap, grid.width, 3), np.uint8)
    sheet[:] = np.array(PAPER, np.uint8)
    return sheet


def _widest_cell(columns: int) -> int:
    """px of a cell of so many columns that fill a page; the rest are gaps and margins as in `_grid`."""
    return int(LARGEST_SIDE / (1.1 * columns - 0.1 + 2 * max(0.12, 0.028 * columns)))


def _columns(shown: int, asked: int) -> int:
    """Those asked for, where they fit; else so many that the sheet comes out a little wider than high, and its last
    row as full as may be."""
    most = next(number - 1 for number in count(2) if _widest_cell(number) < LEAST_CELL)
    if 1 <= asked <= most:
        return asked
    ideal = math.sqrt(1.35 * shown)
    if ideal > most:
        return most
    near = range(max(1, math.floor(ideal * 0.8)), min(most, math.ceil(ideal * 1.2)) + 1)
    return min(near, key=lambda number: (-shown % number) / number + 1.5 * abs(math.log(number / ideal)))


def _grid(captions: Sequence[Caption], heading: Heading, asked: int, largest: int) -> _Grid:
    shown = max(1, len(captions))
    columns = _columns(shown, asked)
    cell = min(largest, LARGEST_CELL if columns < 3 else 640, _widest_cell(columns))
    gap = int(cell * 0.1)
    size = max(LEAST_TYPE, cell * 0.042)
    lines = max((len(wrapped(each.command, cell, size * SMALL)) for each in captions), default=0)
    caption = round(size * (4.2 + LEADING * SMALL * (lines + any(each.note for each in captions))) + gap * 0.9)
    width = columns * cell
    title = max(size * 1.9, min(110.0, width * 0.026))
    margin = int(max(gap * 1.2, width * 0.028))
    note = _note_size(size, title)
    command = wrapped(heading.command, width + (columns - 1) * gap, note)
    head = round(margin + title * 2.1 + note * (1.6 + LEADING * len(command)))
    fit = max(1, (LARGEST_SIDE - head - margin + gap) // (cell + caption))
    needed = -(-shown // columns)
    rows = -(-needed // -(-needed // fit))  # pages of equal height rather than a last one with a single row
    return _Grid(columns, rows, cell, gap, margin, head, caption, size, title, command)


def _note_size(size: float, title: float) -> float:
    return max(size, title * 0.36)


def _heading(sheet: Pixels, grid: _Grid, heading: Heading, songs: int, page: str) -> None:
    inner, top = grid.width - 2 * grid.margin, round(grid.margin * 0.9)
    letter(sheet, heading.title or "Contact sheet", (grid.margin, top, inner), grid.title, INK, serif=True)
    note = heading.note or ("1 song" if songs == 1 else f"{songs} songs")
    size, line = _note_size(grid.type, grid.title), top + round(grid.title * 1.35)
    letter(sheet, "  ·  ".join(filter(None, (note, page))), (grid.margin, line, inner), size, QUIET)
    for text in grid.command:
        line += round(size * LEADING)
        letter(sheet, text, (grid.margin, line, inner), size, INK)


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
        line += round(grid.type * LEADING)
    small = grid.type * SMALL
    for text, colour in ((caption.note, QUIET), *((text, INK) for text in wrapped(caption.command, grid.cell, small))):
        if text:
            letter(sheet, text, (left, line, grid.cell), small, colour)
            line += round(small * LEADING)
