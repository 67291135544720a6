"""Playlist exports of Exportify, in both dialects and any language: songs with features and without sound.

exportify.app: "Track URI, Track Name, Artist URI(s), Artist Name(s), ... Danceability, ... Time Signature", with
translated headers. exportify.net: "Spotify ID, Artist IDs, Track Name, ... Genres, Danceability, ...", later
"Track URI, Track Name, Album Name, ...". How columns are recognised: `columns`.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from tonescape.core.errors import PlaylistError, Remark
from tonescape.core.records import AudioFeatures, Failure, Song
from tonescape.gather.columns import NAMES as KNOWN
from tonescape.gather.columns import ORDER, RANGES, WHOLE_NUMBERS, Columns, by_name, recognise
from tonescape.gather.lines import lines
from tonescape.gather.names import clean, failure
from tonescape.gather.scales import SHARES, divisors, remarks
from tonescape.gather.table import DELIMITERS, MAX_LINE, SAMPLE_ROWS, cells, plain, records, sniff
from tonescape.gather.values import explicit, key, mode, names, number, seconds, share, words

MAX_ROWS = 1_000_000
"""rows read of one table"""

LONGEST_S = 86_400.0
"""seconds a song of an export may last"""

SHORTEST_HALF_S = 10.0
"""s below which half the songs of a table do not last; numbers of ms that say so are seconds"""

EXPECTED = (
    'expected an Exportify file: a column "Track URI" or "Track Name" (or "Spotify ID"), '
    '"Artist Name(s)", "Danceability" ... "Time Signature"'
)

_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?', re.IGNORECASE)
_URI = re.compile(r"spotify:[a-z]+:\S.*", re.IGNORECASE)
_URL = re.compile(r"https?://open\.spotify\.com/(?:intl-\w+/)?(track|episode)/([0-9A-Za-z]{22})", re.IGNORECASE)
_ID = re.compile(r"[0-9A-Za-z]{22}")
_YEAR = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d)")
_NO_SONG = re.compile(r"[\s,;|\"']*")


def read_export(path: Path) -> Iterator[Song | Failure]:
    """The songs of an export, row by row, `path` None; a row that names no song is a Failure.

    Cells are text and nothing else: a formula stays the words it is written in. A value that is no number or out of
    its range is unknown (None), the row stays; columns in percent are divided by 100 (`scales`), with a Remark. Blank
    rows and repeated headers are passed over.
    Errors: PlaylistError for a table that cannot be read or has neither a track's name nor its URI.
    """
    source = records(lines(path, MAX_LINE))
    delimiter, source = _delimiter(path, source)
    head = [(place, cells(text, delimiter)) for place, text in islice(source, SAMPLE_ROWS)]
    header, body = _parted(head)
    columns = recognise(header, [row for _, row in body])
    if columns.of("title") is None and columns.of("uri") is None:
        raise PlaylistError(f"{clean(str(path))}: no song names found. It has {_found(header, head)}; {EXPECTED}")
    scales = _scales(header, [row for _, row in body], columns)
    for remark in remarks(scales):
        warnings.warn(Remark(f"{clean(str(path))}: {remark}"), stacklevel=2)
    per_second = _lengths_per_second(header, [row for _, row in body], columns)
    reader = _Reader(path, columns, scales, per_second)
    rest = ((place, cells(text, delimiter)) for place, text in source)
    for count, (place, row) in enumerate(chain(body, rest)):
        if count >= MAX_ROWS:
            raise PlaylistError(f"{clean(str(path))}: more than {MAX_ROWS:,} rows; the rest is not read")
        if not any(row) or row == header:
            continue
        # the first cells alone are looked at in every row; all of them in a row that looks like a header
        if any(plain(cell) in KNOWN for cell in row[:2]) and len(found := by_name(row)) > 3:
            # tables pasted together, the second perhaps of the other dialect
            reader = _Reader(path, Columns(tuple(found.items()), frozenset()), scales, per_second)
            continue
        yield reader.song(row, place)


def _delimiter(path: Path, source: Iterator[tuple[int, str]]) -> tuple[str, Iterator[tuple[int, str]]]:
    """The delimiter, and the records from the first that is not blank."""
    first = next((record for record in source if not _NO_SONG.fullmatch(record[1][:1000])), None)
    if first is None:
        raise PlaylistError(f"{clean(str(path))}: the table is empty; {EXPECTED}")
    if (declared := _SEPARATOR_LINE.fullmatch(first[1].strip())) and declared[1] in DELIMITERS:
        return declared[1], source  # Excel's "sep=;"
    sample = [first, *islice(source, SAMPLE_ROWS - 1)]
    delimiter = sniff((text for _, text in sample if text.strip()), frozenset(KNOWN))
    return delimiter, chain(sample, source)


Rows = list[tuple[int, list[str]]]


def _parted(head: Rows) -> tuple[list[str], Rows]:
    """Header and rows; the header is empty where the first row is a song already."""
    head = [(place, row) for place, row in head if any(row)]
    if not head:
        return [], []
    first = head[0][1]
    is_song = any(_URI.fullmatch(cell) or _URL.match(cell) for cell in first)
    numbers = sum(number(cell) is not None for cell in first)
    return ([], head) if is_song or numbers >= len(ORDER) else (first, head[1:])


def _scales(header: Sequence[str], rows: Sequence[Sequence[str]], columns: Columns) -> dict[str, float | None]:
    places = {name: index for name in SHARES if (index := columns.of(name)) is not None}
    return divisors(
        {
            name: (header[at] if at < len(header) else "", [row[at] for row in rows if at < len(row)])
            for name, at in places.items()
        }
    )


def _lengths_per_second(header: Sequence[str], rows: Sequence[Sequence[str]], columns: Columns) -> int:
    """1000 for a column of lengths in ms, 1 for one in s: as its header says, else 1 where half would be below 10 s."""
    at = columns.of("duration")
    if at is None:
        return 1000
    name = plain(header[at]) if at < len(header) else ""
    if name.endswith(("ms", "milliseconds")):
        return 1000
    if name.endswith(("lengths", "durations", "sec", "seconds")):
        return 1
    cells_of_lengths = [row[at] for row in rows if at < len(row) and ":" not in row[at]]
    lengths = sorted(length for cell in cells_of_lengths if (length := seconds(cell)))
    return 1 if lengths and lengths[len(lengths) // 2] < SHORTEST_HALF_S else 1000


def _found(header: Sequence[str], head: Rows) -> str:
    row = header or (head[0][1] if head else [])
    if len(row) < 2:
        return f'one column, "{clean(row[0], 60) if row else ""}" (is the delimiter one of , ; tab | ?)'
    shown = ", ".join(f'"{clean(cell, 30)}"' for cell in row[:6])
    return f"{len(row)} columns: {shown}{' ...' if len(row) > 6 else ''}"


@dataclass(frozen=True, slots=True)
class _Places:
    """Positions in a row, -1 where the table has no such column."""

    uri: int
    title: int
    artist: int
    album: int
    genre: int
    release: int
    duration: int
    explicit: int


class _Reader:
    """Turns rows into songs; looks the columns up once for the table."""

    def __init__(self, path: Path, columns: Columns, scales: Mapping[str, float | None], per_second: int) -> None:
        self._path, self._scales, self._per_second = path, scales, per_second

        def at(name: str) -> int:
            index = columns.of(name)
            return -1 if index is None else index

        self._at = _Places(*(at(name) for name in _Places.__dataclass_fields__))
        self._features = tuple((name, index) for name in ORDER if (index := columns.of(name)) is not None)

    def song(self, row: Sequence[str], place: int) -> Song | Failure:
        """The song in a row. place : line of the file, from 1"""

        def cell(index: int) -> str:
            return row[index] if 0 <= index < len(row) else ""

        at = self._at
        title = words(cell(at.title))
        uri = _uri(cell(at.uri))
        if not title and uri is None:
            return failure(self._path, f"line {place} names no song (no track name, no URI)")
        released = _YEAR.search(cell(at.release)[:64])
        length = seconds(cell(at.duration), self._per_second)
        return Song(
            uri=uri,
            title=title or uri or "",
            artist=names(cell(at.artist)),
            album=words(cell(at.album)),
            genre=names(cell(at.genre)),
            year=int(released[1]) if released else None,
            duration_s=length if length is not None and 1.0 <= length <= LONGEST_S else None,
            given=self._given(row),
            explicit=explicit(cell(at.explicit)),
        )

    def _given(self, row: Sequence[str]) -> AudioFeatures | None:
        values: dict[str, float] = {}
        for name, index in self._features:
            if index >= len(row) or (value := self._value(name, row[index])) is None:
                continue
            low, high = RANGES[name]
            if low <= value <= high and (name not in WHOLE_NUMBERS or value == int(value)):
                values[name] = value
        found = AudioFeatures(**values)
        return found if found.known() else None

    def _value(self, name: str, cell: str) -> float | None:
        if name not in SHARES:
            return {"key": key, "mode": mode}.get(name, number)(cell)
        divisor = 1.0 if cell.endswith("%") else self._scales.get(name, 1.0)
        value = share(cell)
        return None if value is None or divisor is None else value / divisor


def _uri(cell: str) -> str | None:
    if match := _URL.match(cell):
        return f"spotify:{match[1].lower()}:{match[2]}"
    if _ID.fullmatch(cell):
        return f"spotify:track:{cell}"
    return clean(cell, 200) if _URI.fullmatch(cell) else None
