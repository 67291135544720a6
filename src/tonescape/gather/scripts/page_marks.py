"""What a printed script has around its text: page numbers, (MORE), CONTINUED:, running heads, dates of revision."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

from tonescape.gather.scripts.headings import is_omitted, marked_heading
from tonescape.gather.scripts.lines import BLANK, Line

_SCENE = r"[A-Z]{0,3}\d{1,4}[A-Z]{0,3}"
_CONTINUED = re.compile(
    rf"^(?:{_SCENE}[.)]?\s+)?(?:[(\[]\s*(?:MORE|CONT(?:INUED|['’]?D)?)\s*\.?[)\]].{{0,20}}"
    rf"|CONT(?:INUED|['’]D)\s*[:.]*\s*(?:[(\[]?\d{{1,3}}[)\]]?)?(?:\s+{_SCENE})?)\s*\*?$"
)
_NUMBER = re.compile(r"^(?:\d{1,3}[A-Z]?[.)]?|-\s?\d{1,4}\s?-|PAGE \d{1,4}(?: OF \d{1,4})?\.?)$")
_REVISION = re.compile(
    r"^.{0,60}\bREV(?:ISED|ISIONS?|\.)?(?=[\s.(:]).{0,40}\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}.{0,20}$", re.IGNORECASE
)

MAX_HEAD = 90
"""characters of a running head"""


def without_page_marks(lines: list[Line]) -> tuple[list[Line], Counter[str]]:
    """The lines, with those that belong to the page and not to the film made blank, and how many there were of each."""
    heads = _running_heads(lines)
    left_out: Counter[str] = Counter()
    kept: list[Line] = []
    for line in lines:
        kind = "running heads" if line.edge and (line.sheet, line.text) in heads else ""
        if line.text and not kind:
            kind = _kind(line, starts=not kept or not kept[-1].text)
        left_out[kind] += bool(kind)
        kept.append(BLANK if kind else line)
    return kept, left_out


def _kind(line: Line, *, starts: bool) -> str:
    """The kind of page mark a line is, "" for none. starts : whether no text stands right above it."""
    text = line.text
    if len(text) > 2 * MAX_HEAD:
        return ""
    if _CONTINUED.match(text):
        return "CONTINUED and (MORE)"
    if _NUMBER.match(text) and (starts or line.edge):  # "42." right under a name is an answer
        return "page numbers"
    if is_omitted(text):
        return "omitted scenes"
    return "dates of revision" if _REVISION.match(text) and (starts or line.edge) else ""


def _running_heads(lines: list[Line]) -> set[tuple[int, str]]:
    """(page, text) of the lines that stand at the edge of many pages, or count the pages."""
    sheets = max((line.sheet for line in lines), default=0)
    shapes: defaultdict[str, list[Line]] = defaultdict(list)
    for line in lines:
        if line.edge and line.text and len(line.text) < MAX_HEAD and not marked_heading(line.text):
            shapes[re.sub(r"\d+", "#", line.text)].append(line)
    heads: set[tuple[int, str]] = set()
    for shape, found in shapes.items():
        pages = {line.sheet for line in found}
        usual = sheets >= 6 and len(pages) >= 0.4 * sheets
        if usual or ("#" in shape and len(shape) > 2 and _counts_pages(found)):
            heads |= {(line.sheet, line.text) for line in found}
    return heads


def _counts_pages(lines: list[Line]) -> bool:
    """Whether a number in lines of one shape grows by one from page to page."""
    numbers = [[int(number) for number in re.findall(r"\d{1,9}", line.text)] for line in lines]
    columns = min(map(len, numbers))
    return len({line.sheet for line in lines}) > 1 and any(
        len({row[column] - line.sheet for row, line in zip(numbers, lines, strict=True)}) == 1
        for column in range(columns)
    )
