"""Listening histories: Spotify's account data, short (StreamingHistory_music_*.json) and extended
(Streaming_History_Audio_*.json, endsong_*.json): single files, the folder of an export, or its ZIP as it comes.

Internet addresses, user agents, places and user names stand in the extended files; they are not read into anything.
"""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, TypeAlias

from tonescape.core.errors import PlaylistError
from tonescape.core.records import Play
from tonescape.gather.archive import members
from tonescape.gather.names import clean

MAX_BYTES = 64 << 20
"""bytes of one file; Spotify cuts its own at 12.5 MB"""

MAX_FILES = 1000
MAX_PLAYS = 5_000_000

PATTERNS = ("streaminghistory*.json", "streaming_history_audio*.json", "endsong*.json")
"""names of files with plays, in small letters"""

ARCHIVE_SUFFIX = ".zip"

MINUTE_S = 60.0

SAME_LENGTH_S = 1.0
"""s by which the two exports' lengths of one play may differ"""

NAMED = 3
"""files that are named in a remark about many"""


@dataclass(frozen=True, slots=True)
class History:
    """plays in order of time      remarks : one line for what was broken, or held something else"""

    plays: tuple[Play, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _File:
    """The plays of one file. exact : which of them tell the second and not the minute only"""

    plays: list[Play]
    exact: list[bool]
    remark: str = ""


def is_history(path: Path) -> bool:
    """Whether a path is a listening history, an archive, or a folder that holds one of them."""
    if path.is_dir():
        return any(True for _ in _files(path))
    return path.suffix.lower() in (".json", ARCHIVE_SUFFIX) and path.is_file()


def read_histories(paths: Sequence[Path]) -> History:
    """All plays of files, folders and archives of one account, each once; see `_once` for what is the same play.

    A file that was cut off gives the plays before the cut, and a remark.
    Raises PlaylistError where there is no play at all.
    """
    files: list[_File] = []
    for path in paths:
        for each in (sorted(_files(path)) if path.is_dir() else [path])[:MAX_FILES]:
            files += _archived(each) if each.suffix.lower() == ARCHIVE_SUFFIX else [_read(each)]
            if sum(len(file.plays) for file in files) > MAX_PLAYS:
                raise PlaylistError(f"{clean(str(path))}: more than {MAX_PLAYS:,} plays; name fewer files")
    remarks = [file.remark for file in files if file.remark]
    if not any(file.plays for file in files):
        raise PlaylistError(remarks[0] if remarks else _nothing(paths))
    plays = sorted(_once(files), key=lambda play: (play.at, play.artist, play.title, play.seconds))
    return History(tuple(plays), tuple(dict.fromkeys(remarks)))


def _nothing(paths: Sequence[Path]) -> str:
    where = ", ".join(clean(str(path)) for path in paths[:NAMED])
    return (
        f"{where}: no StreamingHistory or Streaming_History_Audio file is here; name the file, the folder or the ZIP "
        "that Spotify sent"
    )


def _is_plays(name: str) -> bool:
    return any(fnmatch(name.lower(), pattern) for pattern in PATTERNS)


def _files(folder: Path) -> Iterator[Path]:
    """Files of plays below a folder, and archives that hold some."""
    for file in folder.rglob("*"):
        if (_is_plays(file.name) or _holds_plays(file)) and file.is_file():
            yield file


def _holds_plays(file: Path) -> bool:
    """Whether a file is an archive with plays, or would be one if it were whole: its name says that it is Spotify's."""
    if file.suffix.lower() != ARCHIVE_SUFFIX:
        return False
    try:
        return any(_is_plays(member.name) for member in members(file, lambda name: False))
    except PlaylistError:
        return "spotify" in file.name.lower()


def _archived(path: Path) -> list[_File]:
    """The files of plays in an archive; what else it holds is counted in a remark."""
    shown = clean(str(path))
    files: list[_File] = []
    others: list[str] = []
    try:
        for member in members(path, _is_plays):
            if member.problem:
                files.append(_File([], [], f"{shown}: {member.problem}"))
            elif member.data is None:
                others.append(clean(member.name, 60))
            else:
                files.append(_plays(member.data, f"{shown}: {clean(member.name)}"))
    except PlaylistError as problem:
        return [*files, _File([], [], str(problem))]
    if others:
        kinds = ", ".join(others[:NAMED]) + (" and others" if len(others) > NAMED else "")
        none = "no StreamingHistory or Streaming_History_Audio file is in this archive (unpack it if it holds music); "
        remark = f"{shown}: {'' if files else none}{len(others)} of its files hold no plays and are not read: {kinds}"
        files.append(_File([], [], remark))
    elif not files:
        files.append(_File([], [], f"{shown}: an empty archive; name the one that Spotify sent"))
    return files


def _read(file: Path) -> _File:
    shown = clean(str(file))
    try:
        if file.stat().st_size > MAX_BYTES:
            return _File([], [], f"{shown}: larger than {MAX_BYTES >> 20} MB; not read")
        return _plays(file.read_bytes(), shown)
    except OSError as problem:
        return _File([], [], f"{shown}: cannot be read ({problem.strerror})")


def _plays(data: bytes, shown: str) -> _File:
    records, whole = _records(data.decode("utf-8-sig", "replace"))
    found = [(play, "ts" in record) for record in records if (play := _play(record)) is not None]
    plays, exact = [play for play, _ in found], [each for _, each in found]
    if not whole:
        return _File(plays, exact, f"{shown}: the JSON is broken or cut off; {len(plays)} plays before that are used")
    return _File(plays, exact, "" if plays else f"{shown}: no plays of music in it")


Name: TypeAlias = tuple[str, str]
"""(artist, title) as the export writes them"""


def _once(files: Iterable[_File]) -> Iterator[Play]:
    """Every play once.

    Files of an export overlap, and the two exports of one account tell of the same plays: the extended one to the
    second, the short one to the minute. Two plays that end in the same second are one. So are two of the same
    minute and length, if they come from different files, or are as long as that minute and so cannot both end in it. A
    play of the short export is one of the extended export that ends within a minute of it and is as long.
    """
    exact: dict[tuple[Name, float], Play] = {}
    rough: Counter[tuple[Name, float, float]] = Counter()
    for file in files:
        own: Counter[tuple[Name, float, float]] = Counter()
        for play, is_exact in zip(file.plays, file.exact, strict=True):
            name = (play.artist, play.title)
            if is_exact:
                known = exact.setdefault((name, play.at), play)
                if play.seconds > known.seconds:
                    exact[name, play.at] = play
            else:
                own[name, play.at, play.seconds] += 1
        for key, number in own.items():
            rough[key] = max(rough[key], 1 if key[2] >= MINUTE_S else number)
    near: dict[tuple[Name, float], list[Play]] = defaultdict(list)
    for (name, at), play in exact.items():
        near[name, math.floor(at / MINUTE_S)].append(play)
    yield from exact.values()
    for (name, at, seconds), number in rough.items():
        minute = math.floor(at / MINUTE_S)
        for _ in range(number):
            if not _taken(near, name, minute, seconds):
                yield Play(at, seconds, *name)


def _taken(near: dict[tuple[Name, float], list[Play]], name: Name, minute: int, seconds: float) -> bool:
    """Whether the extended export has this play; if so it is taken out of `near`, so that it stands for one only."""
    for place in (minute, minute - 1, minute + 1):
        plays = near.get((name, place), [])
        for index, play in enumerate(plays):
            if abs(play.seconds - seconds) <= SAME_LENGTH_S:
                del plays[index]
                return True
    return False


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
    seconds = min(max(0, length), 24 * 3_600_000) / 1000.0
    return Play(at, seconds, artist[:300], title[:300], uri if isinstance(uri, str) else None)


def _time(text: Any) -> float | None:
    """Seconds since 1970 of "2021-03-04 05:06" or "2021-03-04T05:06:07Z", both UTC."""
    if not isinstance(text, str):
        return None
    try:
        at = datetime.fromisoformat(text.replace("Z", "+00:00"))
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
