"""What every reader makes of a file: lines with their place on the page, and classified elements."""

from __future__ import annotations

from collections import Counter
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
    """One line as it stands. indent : columns of space before it; page : position from 1.0, None if unknown.

    edge : whether it stands at the head or foot of a page, where running heads do      sheet : the page's number from 1
    in the file, 0 if the file does not say where pages end
    """

    indent: int
    text: str
    page: float | None = None
    edge: bool = False
    sheet: int = 0


BLANK = Line(0, "")


@dataclass(frozen=True, slots=True)
class Element:
    """One paragraph of a screenplay. page as in `Line`."""

    kind: Kind
    text: str
    page: float | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader finds in a file. title : "" if the file has none      remarks : see `Script`"""

    title: str
    elements: list[Element]
    remarks: tuple[str, ...] = ()


MAX_NAMED = 12
"""kinds of left-out things named in a remark"""


def left_out_remark(left_out: Counter[str]) -> str:
    """One line that says what was not read as part of the film and how many of each; "" for nothing."""
    counts = [(" ".join(name.split())[:60], n) for name, n in left_out.most_common() if n]
    if not counts:
        return ""
    named = ", ".join(f"{name} ({n})" for name, n in counts[:MAX_NAMED])
    others = sum(n for _, n in counts[MAX_NAMED:])
    return f"not read as part of the film: {named}" + (f", and {others} more" if others else "")


def printed_lines(element: Element) -> int:
    """How many lines of a printed page an element takes, with the blank line before it where one belongs."""
    width = DIALOGUE_COLUMNS if element.kind in ("dialogue", "parenthetical") else ACTION_COLUMNS
    rows = sum(max(1, -(-len(row) // width)) for row in element.text.split("\n"))
    before = {"heading": 2, "action": 1, "character": 1, "transition": 1, "break": 0}
    return rows + before.get(element.kind, 0)
