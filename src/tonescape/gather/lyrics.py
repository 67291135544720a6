"""A song's words: from its tags, from a .lrc or .txt beside it, from a table, and, only when asked, from LRCLIB."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeAlias
from urllib.parse import urlencode

from tonescape.core.errors import PlaylistError, UsageError
from tonescape.core.net import Client
from tonescape.core.records import Song
from tonescape.core.settings import settings
from tonescape.gather.lrc import unstamped
from tonescape.gather.matching import artist_of, artists_of, fold_title

MAX_BYTES = 1 << 20
"""bytes of a file of words; the longest of 6,262 songs has 36 kB"""

MAX_CHARACTERS = 100_000
"""characters kept of a song's words"""

MAX_TABLE_BYTES = 256 << 20
MAX_CELL = 1 << 20

LRCLIB: Final = "https://lrclib.net/api/get"

Table: TypeAlias = Mapping[tuple[str, str], str]
"""(artist, title), as `matching` folds them, to words"""

Fetch: TypeAlias = Callable[[str], Any]
"""address to parsed JSON, or None for "not found"; `core.net.get_json` has this shape"""


def reader(source: str) -> Callable[[list[Song]], Iterator[Song]]:
    """`with_lyrics` as a person names it: "local", "online" (asks lrclib.net), or the path of a CSV.

    UsageError for anything else, PlaylistError for a table that cannot be read, MissingError without httpx2.
    """
    if source == "local":
        return with_lyrics
    if source == "online":
        client = Client(frozenset({"lrclib.net"}), settings().cache / "net").ready()
        return partial(with_lyrics, fetch=client.get_json)
    if Path(source).suffix.lower() != ".csv":
        raise UsageError(f"--lyrics is local, online, or a CSV with artist, title and lyrics, not {source!r}")
    return partial(with_lyrics, table=read_table(Path(source)))


def with_lyrics(songs: Iterable[Song], *, table: Table | None = None, fetch: Fetch | None = None) -> Iterator[Song]:
    """Songs with their words where any are found: own tags first, then beside the file, the table, and `fetch`.

    Time stamps and headers of LRC are taken out of the words of every source.
    Never raises for a missing or broken file of words: such a song simply has none.
    """
    for song in songs:
        own = unstamped(song.lyrics or "")
        found = own or _beside(song.path) or _in_table(song, table) or (_online(song, fetch) if fetch else "")
        yield replace(song, lyrics=unstamped(found)[:MAX_CHARACTERS] or None)


def _beside(path: Path | None) -> str:
    """Words of NAME.lrc or NAME.txt in the song's folder; "" if there is none that is text."""
    if path is None:
        return ""
    for suffix in (".lrc", ".txt", ".LRC", ".TXT"):
        file = path.with_suffix(suffix)
        try:
            if not file.is_file() or file.stat().st_size > MAX_BYTES:
                continue
            data = file.read_bytes()
        except OSError:
            continue
        text = _decoded(data)
        if unstamped(text):
            return text
    return ""


def _decoded(data: bytes) -> str:
    if b"\x00" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ""
    for encoding in ("utf-8-sig", "utf-16") if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig",):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("cp1252", errors="replace")


def read_table(path: Path) -> dict[tuple[str, str], str]:
    """Words of a CSV with columns artist, title (or track, song) and lyrics (or text, words).

    Raises PlaylistError for a table that is missing, too large or has no such columns.
    """
    try:
        if path.stat().st_size > MAX_TABLE_BYTES:
            raise PlaylistError(f"{path}: a table of lyrics has at most {MAX_TABLE_BYTES >> 20} MB")
        text = _decoded(path.read_bytes())
    except OSError as problem:
        raise PlaylistError(f"{path}: cannot be read ({problem.strerror})") from None
    csv.field_size_limit(MAX_CELL)
    rows = csv.reader(io.StringIO(text))
    try:
        header = [cell.strip().lower() for cell in next(rows, [])]
        places = [_column(header, names) for names in _COLUMNS]
        if None in places:
            raise PlaylistError(f"{path}: give the table the columns artist, title and lyrics")
        artist, title, words = (int(place) for place in places if place is not None)
        wide = max(artist, title, words)
        return {(artist_of(r[artist]), fold_title(r[title])): r[words][:MAX_CHARACTERS] for r in rows if len(r) > wide}
    except csv.Error as problem:
        raise PlaylistError(f"{path}: not a readable CSV ({problem})") from None


_COLUMNS: Final = (
    ("artist", "artists", "performer", "artist name", "artist name(s)"),
    ("title", "track", "song", "name", "track name", "trackname"),
    ("lyrics", "lyric", "text", "words"),
)


def _column(header: list[str], names: tuple[str, ...]) -> int | None:
    return next((header.index(name) for name in names if name in header), None)


def _in_table(song: Song, table: Table | None) -> str:
    if not table or not song.title:
        return ""
    title = fold_title(song.title)
    names = [*artists_of(song.artist)] or [""]  # a song without an artist is a row without one
    return next((table[name, title] for name in names if (name, title) in table), "")


def _online(song: Song, fetch: Fetch) -> str:
    """LRCLIB's record for artist, title and, if known, album and length; "" where it has none or null words.

    Instrumental pieces come back with nulls, and unknown ones as "not found": both are an answer.
    """
    if not (song.artist and song.title):
        return ""
    query = {"artist_name": song.artist, "track_name": song.title}
    if song.album:
        query["album_name"] = song.album
    if song.duration_s:
        query["duration"] = str(round(song.duration_s))
    found = fetch(f"{LRCLIB}?{urlencode(query)}")
    if not isinstance(found, dict) or found.get("instrumental"):
        return ""
    plain, stamped = found.get("plainLyrics"), found.get("syncedLyrics")
    if isinstance(plain, str) and plain.strip():
        return plain
    return stamped if isinstance(stamped, str) else ""
