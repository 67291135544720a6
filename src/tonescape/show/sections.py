"""What the sections of a taste page are made of; `templates/taste.html` sets them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from markupsafe import Markup

from tonescape.show.plots import bar

SongName: TypeAlias = tuple[str, str]
"""title, artist; the artist is "" where only the title is shown"""

Cell: TypeAlias = str | tuple[SongName, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """kind : "name" for titles and artists, "songs" for several, "number", "axis" (a number that a phone has no room
    for) or "text" """

    heading: str
    kind: Literal["name", "songs", "number", "axis", "text"]


@dataclass(frozen=True, slots=True)
class PageTable:
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Count:
    """A line of a list with a bar, as long as its value against the largest."""

    name: str
    value: str
    bar: Markup


@dataclass(frozen=True, slots=True)
class PageSection:
    """note : a line below the heading      drawing : SVG      ends : what stands below it, at its left and right
    counts : lists side by side, each with its heading      table : below all"""

    heading: str
    note: str = ""
    drawing: Markup | None = None
    ends: tuple[str, str] | None = None
    counts: tuple[tuple[str, tuple[Count, ...]], ...] = ()
    table: PageTable | None = None


def counted(pairs: Sequence[tuple[str, float]], unit: str) -> tuple[Count, ...]:
    """Values with their names, to be shown as bars."""
    most = max((value for _, value in pairs), default=1.0) or 1.0
    return tuple(Count(name, f"{value:.0f}{unit}", bar(value / most)) for name, value in pairs)
