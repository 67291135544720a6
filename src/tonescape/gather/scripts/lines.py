"""What every reader makes of a file: lines with their place on the page, and classified elements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["heading", "action", "character", "parenthetical", "dialogue", "transition", "break"]
"""`break` starts a scene without a heading: a section mark, a transition in a script that has no headings"""

PAGE_LINES = 55
"""lines on a page of a screenplay in 12 point Courier on US letter"""

ACTION_COLUMNS = 61
"""characters in a line of action; the industry's 6 inches at 10 characters an inch, as Final Draft sets it"""

DIALOGUE_COLUMNS = 35
"""characters in a line of dialogue, 3.5 inches"""


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it stands. indent : columns of space before it; page : position from 1.0, None if unknown."""

    indent: int
    text: str
    page: float | None = None


BLANK = Line(0, "")


@dataclass(frozen=True, slots=True)
class Element:
    """One paragraph of a screenplay. page as in `Line`."""

    kind: Kind
    text: str
    page: float | None = None


def printed_lines(element: Element) -> int:
    """How many lines of a printed page an element takes, with the blank line before it where one belongs."""
    width = DIALOGUE_COLUMNS if element.kind in ("dialogue", "parenthetical") else ACTION_COLUMNS
    rows = sum(max(1, -(-len(row) // width)) for row in element.text.split("\n"))
    before = {"heading": 2, "action": 1, "character": 1, "transition": 1, "break": 0}
    return rows + before.get(element.kind, 0)
