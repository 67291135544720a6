"""What a music file says about itself: title, artist, lyrics, cover. Nothing is decoded here."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from tonescape.core.errors import SongError
from tonescape.core.records import Song
from tonescape.gather.lrc import unstamped
from tonescape.gather.media import TAG_PROBE, check_plain, open_media
from tonescape.gather.names import MAX_LYRICS, clean, clean_lines, mended, title_from

if TYPE_CHECKING:
    from collections.abc import Mapping

    from av.container import InputContainer

VERSION = 1
"""goes up whenever `read_tags` makes something else of a file; the catalogue reads known files again then"""

MAX_COVER = 16 * 2**20
"""bytes of an embedded picture"""

MAX_DURATION = 7 * 86_400.0
"""seconds a header may claim before the claim is ignored"""

_YEAR = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d)")
_LYRIC_KEYS = ("lyrics", "unsyncedlyrics", "unsynced lyrics", "unsynchronised lyrics", "uslt", "©lyr")
_YEAR_KEYS = ("date", "year", "tdrc", "tyer", "originaldate", "originalyear", "tdor", "©day")


def read_tags(path: Path) -> Song:
    """The song in a file, by its tags; the title falls back to the file's name (`names.title_from`).

    A file that ffmpeg cannot open gives a Song that knows its path and title only: whoever decodes it says why.
    Errors: SongError for a file that is not there, not a plain file, or not readable.
    """
    check_plain(path)
    try:
        container = open_media(path, probe_bytes=TAG_PROBE)
    except SongError:
        return Song(path=path, title=title_from(path))
    with container:
        tags = _texts(container)
        duration = _duration_s(container)
    return Song(
        path=path,
        title=clean(tags.get("title", "")) or title_from(path),
        artist=clean(tags.get("artist") or tags.get("album_artist") or tags.get("albumartist") or ""),
        album=clean(tags.get("album", "")),
        genre=clean(tags.get("genre", "")),
        year=_year(tags),
        duration_s=duration,
        lyrics=_lyrics(tags),
    )


def read_cover(path: Path) -> bytes | None:
    """The embedded picture as it is stored (JPEG, PNG, ...), unchecked; None where there is none.

    At most MAX_COVER bytes; a larger one counts as none. Errors: SongError as `open_media`.
    """
    import av
    from av.error import FFmpegError
    from av.stream import Disposition

    with open_media(path) as container:
        pictures = [stream for stream in container.streams if Disposition.attached_pic in stream.disposition]
        if pictures:
            try:
                # ffmpeg queues attached pictures before anything else: the first packet is the picture
                packet = next(iter(container.demux(pictures[0])), None)
            except (FFmpegError, OSError, ValueError):
                return None
            return bytes(packet) if packet is not None and 0 < packet.size <= MAX_COVER else None
        for stream in container.streams:  # Matroska keeps covers as attached files
            if isinstance(stream, av.stream.AttachmentStream) and (stream.mimetype or "").startswith("image/"):
                data = stream.data or b""
                return bytes(data) if 0 < len(data) <= MAX_COVER else None
    return None


def _texts(container: InputContainer) -> dict[str, str]:
    """Tags by lower-case name; the container's win over the sound stream's (Ogg and Opus keep them there)."""
    found: dict[str, str] = {}
    sources: list[Mapping[str, str]] = [container.metadata]
    sources += [stream.metadata for stream in container.streams.audio[:1]]
    for source in sources:
        for key, value in source.items():
            if value.strip():
                found.setdefault(mended(key).lower(), mended(value[: 2 * MAX_LYRICS]))
    return found


def _year(tags: Mapping[str, str]) -> int | None:
    for key in _YEAR_KEYS:
        if match := _YEAR.search(tags.get(key, "")[:64]):
            return int(match[0])
    return None


def _lyrics(tags: Mapping[str, str]) -> str | None:
    """Words without the time stamps of .lrc; ffmpeg names an ID3 USLT frame "lyrics-" and its language."""
    texts = [tags.get(key, "") for key in _LYRIC_KEYS]
    texts += [value for key, value in tags.items() if key.startswith("lyrics-")]
    for text in texts:
        if words := clean_lines(unstamped(text[:MAX_LYRICS])):
            return words
    return None


def _duration_s(container: InputContainer) -> float | None:
    import av

    seconds: float | None = None
    if container.duration is not None:
        seconds = container.duration / av.time_base
    else:
        for stream in container.streams.audio[:1]:
            if stream.duration is not None and stream.time_base is not None:
                seconds = float(stream.duration * stream.time_base)
    return round(seconds, 6) if seconds is not None and 0 < seconds <= MAX_DURATION else None
