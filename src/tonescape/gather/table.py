"""Rows of a delimited text file that may be broken anywhere, in bounded memory."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice

DELIMITERS = ",;\t|"

MAX_LINE = 2 * 2**20
"""bytes kept of one line of a table"""

MAX_RECORD_LINES = 1_000
"""lines one quoted cell may run over; a quote that is not closed by then was a stray one"""

MAX_RECORD = 2 * MAX_LINE
"""characters of one row"""

MAX_CELLS = 1_000
"""cells kept of a row"""

SAMPLE_ROWS = 50
"""rows looked at to find the delimiter and what the columns hold"""

_SAFE_RECORD = 100_000
"""characters; the csv module refuses cells of 131,072 (one number for the whole process, so it is not changed here)"""


def records(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """(number of its first line from 1, text) of every record: a line, or the lines a quoted cell runs over.

    A quote that never closes costs its own line only: reading goes on with the line after it.
    """
    source = enumerate(lines, start=1)
    waiting: deque[tuple[int, str]] = deque()
    while True:
        first = waiting.popleft() if waiting else next(source, None)
        if first is None:
            return
        number, text = first
        if text.count('"') % 2 == 0:
            yield number, text
            continue
        taken: list[tuple[int, str]] = []
        size, closed = len(text), False
        while not closed and len(taken) < MAX_RECORD_LINES and size < MAX_RECORD:
            more = waiting.popleft() if waiting else next(source, None)
            if more is None:
                break
            taken.append(more)
            size += len(more[1])
            closed = more[1].count('"') % 2 == 1
        if closed:
            yield number, "\n".join([text, *(line for _, line in taken)])
        else:
            waiting.extendleft(reversed(taken))
            yield number, text


def cells(record: str, delimiter: str) -> list[str]:
    """The cells of a record, unquoted, without spaces around them; never fails."""
    if '"' not in record:
        return [cell.strip() for cell in record.split(delimiter, MAX_CELLS)[:MAX_CELLS]]
    if len(record) < _SAFE_RECORD and record.count('"') % 2 == 0:
        try:
            row = next(csv.reader([record], delimiter=delimiter, skipinitialspace=True), [])
            return [cell.strip() for cell in row[:MAX_CELLS]]
        except csv.Error:  # a line break outside quotes: the splitter below does not mind
            pass
    return _split(record, delimiter)


def _split(record: str, delimiter: str) -> list[str]:
    """The same by a pattern, for records the csv module will not take."""
    found: list[str] = []
    position = 0
    pattern = _cell(delimiter)
    while position <= len(record) and len(found) < MAX_CELLS:
        match = pattern.match(record, position)
        if match is None:
            break
        quoted, plain = match.groups()
        found.append((plain if quoted is None else quoted.replace('""', '"')).strip())
        position = match.end() + 1
    return found


@cache
def _cell(delimiter: str) -> re.Pattern[str]:
    """One cell, quoted or not. Possessive, so that there is no backtracking however long it is."""
    other = f"[^{re.escape(delimiter)}]*+"
    return re.compile(rf'"((?:[^"]++|"")*+)"?{other}|({other})')


def sniff(sample: Iterable[str], known: frozenset[str]) -> str:
    """The delimiter under which the first record has most of the `known` names, then most columns that rows agree on.

    known : header cells, as `plain` makes them
    """
    rows = list(islice(sample, SAMPLE_ROWS))

    def fitness(delimiter: str) -> tuple[int, float]:
        split = [cells(row, delimiter) for row in rows]
        width = len(split[0]) if split else 0
        if width < 2:
            return (0, 0.0)
        agree = sum(len(row) == width for row in split) / len(split)
        return (sum(plain(cell) in known for cell in split[0]), agree * min(width, 60))

    return max(DELIMITERS, key=fitness)


def plain(cell: str) -> str:
    """A header cell as it is compared: letters and digits only, small. "Artist Name(s)" is "artistnames"."""
    return "".join(letter for letter in cell[:100].casefold() if letter.isalnum())
