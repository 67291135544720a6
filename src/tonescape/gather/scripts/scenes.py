"""Elements to scenes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tonescape.core.records import Scene, Script
from tonescape.gather.scripts.headings import place_and_time
from tonescape.gather.scripts.lines import PAGE_LINES, Element, Reading, printed_lines

SECONDS_A_PAGE = 60.0
"""the trade's rule of thumb: a page a minute"""

MAX_SCENES = 2000
"""scenes kept; the longest of 1,100 scripts looked at has under 600"""

PART_PAGES = 2.5
"""pages of a part where nothing tells one scene from the next; the usual scene has one or two"""

_EXTENSION = re.compile(r"\s*[(\[].*$")
_MIN_SECONDS = 1.0


def script_of(path: Path | None, reading: Reading) -> Script:
    """A Script of classified elements. With no heading and no break at all it is cut by length, between paragraphs."""
    elements = reading.elements
    title = reading.title or _title_from(path)
    pages, end = _page_numbers(elements)
    starts = _starts(elements, pages)
    scenes: list[Scene] = []
    if not starts:
        return Script(path, title, (), reading.remarks)
    for number, (first, after) in enumerate(zip(starts, [*starts[1:], len(elements)], strict=True), start=1):
        last = pages[after] if after < len(elements) else end
        scenes.append(_scene(number, elements[first:after], pages[first], max(0.0, last - pages[first])))
        if number == MAX_SCENES:
            break
    return Script(path, title, tuple(scenes), (*reading.remarks, *_unread(elements[: starts[0]], len(starts))))


def _unread(before: list[Element], scenes: int) -> Iterator[str]:
    """Remarks on what belongs to no scene. before : the elements in front of the first scene"""
    paragraphs = sum(element.kind in ("action", "dialogue") for element in before)
    if paragraphs:
        yield f"paragraphs before the first scene heading, read as a title page: {paragraphs}"
    if scenes > MAX_SCENES:
        yield f"scenes after the first {MAX_SCENES:,}, which were not read: {scenes - MAX_SCENES:,}"


def _page_numbers(elements: list[Element]) -> tuple[list[float], float]:
    """Where each element stands, from 1.0, and where the last one ends: the file's own pages, or counted in lines."""
    pages: list[float] = []
    at = 1.0
    own = any(element.page is not None for element in elements)
    for element in elements:
        if own:
            at = max(at, element.page or at)
            pages.append(at)
        else:
            pages.append(at)
            at += printed_lines(element) / PAGE_LINES
    if own and elements:
        at += printed_lines(elements[-1]) / PAGE_LINES
    return pages, at


def _starts(elements: list[Element], pages: list[float]) -> list[int]:
    """Indices where scenes start. What stands before the first heading is a scene only if it is more than a title."""
    headings = [i for i, element in enumerate(elements) if element.kind == "heading"]
    if not headings:
        return _cut_by_length(elements, pages, 0, len(elements))
    before = [e for e in elements[: headings[0]] if e.kind in ("action", "dialogue")]
    words = sum(len(e.text.split()) for e in before)
    spoken = any(e.kind == "dialogue" for e in before)
    starts = [0, *headings] if headings[0] and words >= 40 and spoken else headings
    if len(starts) * SPARSE_PAGES >= pages[-1] - 1.0:
        return starts
    parts = zip(starts, [*starts[1:], len(elements)], strict=True)
    return [cut for first, after in parts for cut in _cut_by_length(elements, pages, first, after)]


SPARSE_PAGES = 12.0
"""pages a heading; where headings are rarer than this, the parts between them are cut like a script without any"""


def _cut_by_length(elements: list[Element], pages: list[float], first: int, after: int) -> list[int]:
    """A new part at a break once the last part has half a page, and at any paragraph once it has PART_PAGES."""
    starts = [first] if after > first else []
    for i in range(first + 1, after):
        length = pages[i] - pages[starts[-1]]
        marked = elements[i].kind == "break" and length >= 0.5
        full = length >= PART_PAGES and elements[i].kind in ("action", "character")
        if marked or full:
            starts.append(i)
    return starts


def _scene(number: int, elements: list[Element], page: float, length: float) -> Scene:
    heading = elements[0].text if elements[0].kind == "heading" else ""
    place, when = place_and_time(heading) if heading else ("", "")
    names: dict[str, None] = {}
    for element in elements:
        if element.kind == "character":
            names.setdefault(_EXTENSION.sub("", element.text).strip(" :*^").upper(), None)
    return Scene(
        number=number,
        heading=heading,
        place=place,
        time_of_day=when,
        characters=tuple(name for name in names if name),
        action=_words(elements, ("action",)),
        dialogue=_words(elements, ("dialogue",)),
        page=round(page, 2),
        seconds=round(max(_MIN_SECONDS, length * SECONDS_A_PAGE), 1),
    )


def _words(elements: list[Element], kinds: tuple[str, ...]) -> str:
    return "\n".join(element.text for element in elements if element.kind in kinds and element.text)


def _title_from(path: Path | None) -> str:
    return re.sub(r"[_\s]+", " ", path.stem).strip() if path else ""
