"""Listening histories: Spotify's account data, short (StreamingHistory_music_*.json) and extended
(Streaming_History_Audio_*.json), single files or the folder of an export.

Internet addresses, user agents, places and user names stand in the extended files; they are not read into anything.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tonescape.core.errors import PlaylistError
from tonescape.core.records import Play

MAX_BYTES = 64 << 20
"""bytes of one file; Spotify cuts its own at 12.5 MB"""

MAX_FILES = 1000
MAX_PLAYS = 5_000_000

PATTERNS = ("StreamingHistory*.json", "Streaming_History_Audio*.json", "endsong*.json")


@dataclass(frozen=True, slots=True)
class History:
    """plays in order of time      remarks : one line for each file that was broken or held something else"""

    plays: tuple[Play, ...]
    remarks: tuple[str, ...]


def is_history(path: Path) -> bool:
    """Whether a path is a listening history, or a folder that holds one."""
    if path.is_dir():
        return any(True for _ in _files(path))
    return path.suffix.lower() == ".json" and path.is_file()


def read_history(path: Path) -> History:
    """All plays of a file or a folder. A file that was cut off gives the plays before the cut, and a remark.

    Raises PlaylistError where there is no play at all.
    """
    files = sorted(_files(path)) if path.is_dir() else [path]
    plays: list[Play] = []
    remarks: list[str] = []
    for file in files[:MAX_FILES]:
        found, remark = _read(file)
        plays += found
        if remark:
            remarks.append(remark)
        if len(plays) > MAX_PLAYS:
            raise PlaylistError(f"{path}: more than {MAX_PLAYS:,} plays")
    if not plays:
        reason = remarks[0] if remarks else f"{path}: no StreamingHistory or Streaming_History_Audio file is here"
        raise PlaylistError(reason)
    # an export repeats plays where its files overlap
    unique = {(play.at, play.artist, play.title): play for play in plays}
    return History(tuple(sorted(unique.values(), key=lambda play: (play.at, play.artist, play.title))), tuple(remarks))


def _files(folder: Path) -> Iterator[Path]:
    for pattern in PATTERNS:
        yield from (file for file in folder.rglob(pattern) if file.is_file())


def _read(file: Path) -> tuple[list[Play], str]:
    try:
        if file.stat().st_size > MAX_BYTES:
            return [], f"{file}: larger than {MAX_BYTES >> 20} MB; not read"
        text = file.read_bytes().decode("utf-8-sig", "replace")
    except OSError as problem:
        return [], f"{file}: cannot be read ({problem.strerror})"
    records, whole = _records(text)
    plays = [play for play in map(_play, records) if play is not None]
    if not whole:
        return plays, f"{file}: the JSON is broken or cut off; {len(plays)} plays before that are used"
    return plays, "" if plays else f"{file}: no plays of music in it"


def _records(text: str) -> tuple[list[Any], bool]:
    """(objects of a JSON list, whether it was whole); objects before a break are kept."""
    try:
        found = json.loads(text)
        return (found if isinstance(found, list) else []), True
    except (ValueError, RecursionError):
        pass
    decoder, out = json.JSONDecoder(), []
    at = text.find("{")
    while at >= 0:
        try:
            record, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            break
        out.append(record)
        at = text.find("{", end)
    return out, False


def _play(record: Any) -> Play | None:
    if not isinstance(record, dict):
        return None
    title = record.get("trackName") or record.get("master_metadata_track_name")
    artist = record.get("artistName") or record.get("master_metadata_album_artist_name")
    length = record.get("msPlayed", record.get("ms_played"))
    at = _time(record.get("endTime") or record.get("ts"))
    if not isinstance(title, str) or not isinstance(artist, str) or at is None or not isinstance(length, (int, float)):
        return None
    uri = record.get("spotify_track_uri")
    seconds = min(max(0.0, float(length) / 1000.0), 24 * 3600.0)
    return Play(at, seconds, artist[:300], title[:300], uri if isinstance(uri, str) else None)


def _time(text: Any) -> float | None:
    """Seconds since 1970 of "2021-03-04 05:06" or "2021-03-04T05:06:07Z", both UTC."""
    if not isinstance(text, str):
        return None
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00")).replace(tzinfo=UTC).timestamp()
    except (ValueError, OverflowError):
        return None
