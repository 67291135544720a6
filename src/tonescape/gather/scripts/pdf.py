"""Screenplay PDFs: lines with their column and place on the page, for the reader of plain scripts to classify."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tonescape.core.errors import ScriptError
from tonescape.core.settings import package
from tonescape.gather.scripts.lines import BLANK, Line

if TYPE_CHECKING:
    from pathlib import Path

COLUMN = 7.2
"""points; one character of 12 point Courier"""

MAX_PAGES = 1000
"""pages; four hours of film are 240"""

MARGIN = 72.0
"""points above and below the text"""

EDGE = 0.045
"""share of the text area at its head and its foot, margins included, where running heads stand"""

MAX_LINES = 200
"""lines of text taken from one page"""

MIN_CHARACTERS = 20
"""characters a page, on average; with fewer the pages are pictures of text"""


def lines_of(path: Path) -> list[Line]:
    """The lines of a PDF, blank lines restored from the gaps, page numbers and running heads left in.

    Raises ScriptError for a broken, locked or scanned PDF; MissingError without pypdfium2.
    """
    pypdfium2 = package("pypdfium2", "reading a PDF", "words")
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as problem:
        if "password" in str(problem).lower():
            raise ScriptError(f"{path}: the PDF is locked with a password; save a copy without one.") from None
        raise ScriptError(f"{path}: this is not a readable PDF ({problem}).") from None
    with document:
        pages = len(document)
        if pages > MAX_PAGES:
            raise ScriptError(f"{path}: the PDF has {pages:,} pages; a screenplay has at most {MAX_PAGES:,}.")
        lines: list[Line] = []
        characters = 0
        for number in range(pages):
            found = _page_lines(document, number, path)
            characters += sum(len(line.text) for line in found)
            lines.extend(found)
            lines.append(BLANK)
    if characters < MIN_CHARACTERS * pages:
        raise ScriptError(
            f"{path}: the PDF has {pages} pages but {characters} characters of text: it is a scan. "
            "Run text recognition over it first (ocrmypdf, for one)."
        )
    return lines


def _page_lines(document: Any, number: int, path: Path) -> list[Line]:
    import pypdfium2

    try:
        page = document[number]
        words = page.get_textpage()
        height = page.get_height() or 792.0
        runs = []
        for index in range(min(words.count_rects(), 8 * MAX_LINES)):
            left, bottom, right, top = words.get_rect(index)
            text = words.get_text_bounded(left, bottom, right, top)
            if text.strip():
                runs.append((top, bottom, left, right, text))
    except pypdfium2.PdfiumError as problem:
        raise ScriptError(f"{path}: page {number + 1} of the PDF cannot be read ({problem}).") from None
    return _laid_out(runs, number, height)


def _laid_out(runs: list[tuple[float, float, float, float, str]], number: int, height: float) -> list[Line]:
    """Runs of text to lines: those at one height are joined, a gap of over a line and a half is a blank line."""
    rows: list[list[tuple[float, float, float, float, str]]] = []
    for run in sorted(runs, key=lambda r: -(r[0] + r[1])):
        middle = (run[0] + run[1]) / 2
        if rows and abs(middle - (rows[-1][0][0] + rows[-1][0][1]) / 2) < 4.0:
            rows[-1].append(run)
        else:
            rows.append([run])
    lines: list[Line] = []
    last = None
    for row in rows[:MAX_LINES]:
        row.sort(key=lambda r: r[2])
        middle = (row[0][0] + row[0][1]) / 2
        # 12 points a line; printed scripts leave 24 where a line is empty
        if last is not None and last - middle > 18.0:
            lines.append(BLANK)
        last = middle
        indent = max(0, round(row[0][2] / COLUMN))
        down = min(0.99, max(0.0, _down(middle, height)))
        lines.append(Line(indent, _joined(row), number + 1 + down, edge=not EDGE < down < 1 - EDGE, sheet=number + 1))
    return lines


def _down(middle: float, height: float) -> float:
    """How far down the text area of a page a line stands, 0 to 1; the margins are an inch each."""
    return (height - MARGIN - middle) / max(1.0, height - 2 * MARGIN)


def _joined(row: list[tuple[float, float, float, float, str]]) -> str:
    text = ""
    end = 0.0
    for _, _, left, right, words in row:
        gap = left - end
        text += (" " * max(1, min(8, round(gap / COLUMN))) if text and gap > 1.5 else "") + words
        end = right
    # PDFium writes U+0002 for a hyphen at the end of a line
    return " ".join(text.replace("\x02", "-").replace("\r", " ").split("\n")).strip()
