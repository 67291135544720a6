"""What a cell of a table says: numbers, percentages, lengths, keys and lists of names, as programs write them."""

from __future__ import annotations

import json
import math
import re

from tonescape.gather.names import clean

MAX_CELL = 4_096
"""characters of a cell that are looked at"""

_NUMBER = re.compile(r"[+-]?(\d{1,15}([.,]\d{0,20})?|[.,]\d{1,20})([eE][+-]?\d{1,3})?", re.ASCII)
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d\d(?:[.,]\d{1,6})?)", re.ASCII)
_GROUPED = re.compile(r"\d{1,3}(?:[,. '’\u00a0\u202f]\d{3}){1,3}")
_WHEEL = re.compile(r"(1[0-2]|[1-9])([ABdm])", re.IGNORECASE)
_NOTE = re.compile(r"([A-G])\s?([#♯b♭]?)(?:/[A-G][#♯b♭]?)?(?:\s*(major|minor|maj|min|m))?", re.IGNORECASE)
_SEMITONES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_MODES = {"major": 1.0, "maj": 1.0, "minor": 0.0, "min": 0.0, "m": 0.0}
_LIST = re.compile(r"\[.*\]", re.DOTALL)
_QUOTED = re.compile(r"""'((?:[^'\\]|\\.)*+)'|"((?:[^"\\]|\\.)*+)\"""", re.DOTALL)
_ESCAPE = re.compile(r"""\\(['"\\])""")


def number(cell: str) -> float | None:
    """The number in a cell, with a decimal point or comma; None for anything else."""
    cell = cell.strip()
    if len(cell) > 48 or not _NUMBER.fullmatch(cell):
        return None
    value = float(cell.replace(",", "."))
    return value if math.isfinite(value) else None  # "1e999" is infinite


def explicit(cell: str) -> bool | None:
    """True where a song is marked as explicit, else None: Spotify's "false" stands for "no or unknown"."""
    return True if cell.strip().lower() in ("true", "1", "yes") else None


def share(cell: str) -> float | None:
    """The number in a cell; "72%" and "72 %" are .72."""
    value = number(cell.removesuffix("%"))
    return value / 100.0 if value is not None and cell.endswith("%") else value


def seconds(cell: str, per_second: int = 1000) -> float | None:
    """A length in s: numbers count `per_second` to a second (Spotify's are ms); "3:35", "1:02:03" are minutes, hours.

    In a number of ms a comma or a point before three digits parts thousands: "215,000" is 215 s.
    """
    if per_second > 1 and _GROUPED.fullmatch(cell.strip()):
        return int(re.sub(r"\D", "", cell)) / per_second
    if (value := number(cell)) is not None:
        return value / per_second
    clock = _CLOCK.fullmatch(cell.strip())
    if clock is None:
        return None
    return int(clock[1] or 0) * 3600 + int(clock[2]) * 60 + float(clock[3].replace(",", "."))


def key(cell: str) -> float | None:
    """A key as Spotify counts it, 0 for C: from a number, a note such as "C#", "D♯/E♭" or "A minor", or a DJ's
    wheel of fifths: Camelot 8B or Open Key 1d is C major, 8A or 1m is A minor (mixedinkey.com, beatunes.com)."""
    if (value := number(cell)) is not None:
        return value
    if wheel := _WHEEL.fullmatch(cell.strip()):
        place, ring = int(wheel[1]), wheel[2].upper()
        return float((7 * (place - (8 if ring in "AB" else 1)) + (9 if ring in "AM" else 0)) % 12)
    note = _NOTE.fullmatch(cell.strip())
    if note is None:
        return None
    return float((_SEMITONES[note[1].upper()] + {"": 0, "#": 1, "♯": 1}.get(note[2], -1)) % 12)


def mode(cell: str) -> float | None:
    """1 for major, 0 for minor: from a number, a word, or the word after a note."""
    if (value := number(cell)) is not None:
        return value
    note = _NOTE.fullmatch(cell.strip())
    word = (note[3] or "") if note else cell.strip()
    return _MODES.get(word.lower())


def names(cell: str) -> str:
    """Names in one line. exportify.app escapes a comma within a name as "\\,", exportify.net parts names by ";", and
    tables made with Python or JSON hold lists: "['Anna', 'Berta']" is "Anna, Berta"."""
    cell = cell[:MAX_CELL].strip()
    parts = _listed(cell) if _LIST.fullmatch(cell) else None
    if parts is None:
        parts = cell.replace("\\,", ",").split(";")
    return clean(", ".join(part for part in map(words, parts) if part))


def _listed(cell: str) -> list[str] | None:
    """The texts of a list as JSON or Python writes it; None for brackets that are part of a name."""
    try:
        found = json.loads(cell)
    except (ValueError, RecursionError):
        pass
    else:
        return [each for each in found if isinstance(each, str)] if isinstance(found, list) else None
    inside = cell[1:-1]
    if _QUOTED.sub("", inside).strip(", \n\t"):
        return None
    return [_ESCAPE.sub(r"\1", one or other) for one, other in _QUOTED.findall(inside)]


def words(cell: str) -> str:
    """A cell as one line. Spreadsheets guard a formula's text by an apostrophe, which is no part of it."""
    if len(cell) > 1 and cell[0] == "'" and cell[1] in "=+-@":
        cell = cell[1:]
    return clean(cell)
