"""What a music file says about itself: title, artist, lyrics, cover. Nothing is decoded here."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

from tonescape.core.errors import SongError
from tonescape.core.records import Song
from tonescape.gather.lrc import unstamped
from tonescape.gather.media import TAG_PROBE, check_plain, open_media
from tonescape.gather.names import MAX_LYRICS, clean, clean_lines, mended, title_from
from tonescape.gather.tagging import TagSet, cover_of, read_tag_sets

if TYPE_CHECKING:
    from collections.abc import Mapping

    from av.container import InputContainer

VERSION = 3
"""goes up whenever `read_tags` makes something else of a file; the catalogue reads known files again then"""

MAX_COVER = 16 * 2**20
"""bytes of an embedded picture"""

MAX_DURATION = 7 * 86_400.0
"""seconds a header may claim before the claim is ignored"""

_YEAR = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d)")
_LYRICS = ("LYRICS", "UNSYNCEDLYRICS", "UNSYNCED LYRICS", "UNSYNCHRONISED LYRICS", "SYNCEDLYRICS", "USLT", "©LYR")
_ARTISTS = ("ARTIST", "ALBUMARTIST")
_YEARS = ("DATE", "YEAR", "ORIGINALDATE", "ORIGINALYEAR", "©DAY")


def read_tags(path: Path) -> Song:
    """The song in a file, by its tags; the title falls back to the file's name (`names.title_from`).

    Each field comes from the first tag that has it: those our parsers read, in the order of `read_tag_sets`, then what
    ffmpeg finds (Matroska, ASF and others have no parser of ours). Several artists or genres are joined by ", ".
    A file that ffmpeg cannot open has no duration: whoever decodes it says why.
    Errors: SongError for a file that is not there, not a plain file, or not readable.
    """
    check_plain(path)
    sets, duration = list(tag_sets(path)), None
    with contextlib.suppress(SongError), open_media(path, probe_bytes=TAG_PROBE) as container:
        sets.append(_of_ffmpeg(container))
        duration = _duration_s(container)
    return Song(
        path=path,
        title=_joined(sets, "TITLE") or title_from(path),
        artist=_joined(sets, *_ARTISTS),
        album=_joined(sets, "ALBUM"),
        genre=_joined(sets, "GENRE"),
        year=_year(sets),
        duration_s=duration,
        lyrics=_lyrics(sets),
        explicit=_explicit(sets),
    )


def tag_sets(path: Path) -> tuple[TagSet, ...]:
    """`read_tag_sets`, with its OSError as a SongError."""
    try:
        return read_tag_sets(path)
    except OSError as problem:
        raise SongError(f"{clean(str(path))}: cannot be read ({problem.strerror})") from None


def read_cover(path: Path) -> bytes | None:
    """The embedded picture as it is stored (JPEG, PNG, ...), unchecked; None where there is none.

    Of several it is that of `tagging.cover_of`, in the first tag that has any. At most MAX_COVER bytes; a larger one
    counts as none. Errors: SongError as `open_media`.
    """
    with open_media(path) as container:
        pictures = next((tags.pictures for tags in tag_sets(path) if tags.pictures), ())
        cover = cover_of(pictures) or _cover_of_ffmpeg(container)
    return cover if cover and len(cover) <= MAX_COVER else None


def _cover_of_ffmpeg(container: InputContainer) -> bytes | None:
    import av
    from av.error import FFmpegError
    from av.stream import Disposition

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
            return bytes(stream.data or b"")
    return None


def _of_ffmpeg(container: InputContainer) -> TagSet:
    """What ffmpeg shows: the container's tags before the sound stream's (Ogg and Opus keep them there).

    It names an ID3 USLT frame "lyrics-" and its language, and an MP4's atom `rtng`, Apple's advisory, "rating", which
    in other files is a listener's stars.
    """
    mp4 = "mp4" in container.format.name
    texts: list[tuple[str, str]] = []
    sources: list[Mapping[str, str]] = [container.metadata]
    sources += [stream.metadata for stream in container.streams.audio[:1]]
    for source in sources:
        known = {name for name, _ in texts}
        for key, value in source.items():
            name = mended(key).upper()
            name = "LYRICS" if name.startswith("LYRICS-") else name.replace("ALBUM_ARTIST", "ALBUMARTIST")
            name = "ITUNESADVISORY" if mp4 and name == "RATING" else name
            if name not in known:
                texts.append((name, mended(value[: 2 * MAX_LYRICS])))
    return TagSet("ffmpeg", tuple(texts))


def _joined(sets: list[TagSet], *names: str) -> str:
    """The values of the first name that any tag has, in the first tag that has it."""
    found = (tags.values(name) for name in names for tags in sets)
    return next(filter(None, (clean(", ".join(map(_mended, values))) for values in found)), "")


def _mended(text: str) -> str:
    return mended(text[: 2 * MAX_LYRICS])


def _year(sets: list[TagSet]) -> int | None:
    texts = (value[:64] for name in _YEARS for tags in sets for value in tags.values(name))
    return next((int(match[0]) for text in texts if (match := _YEAR.search(text))), None)


def _explicit(sets: list[TagSet]) -> bool | None:
    """Apple's advisory: 1 (4 in older files) is explicit, 2 clean, 0 nothing said."""
    advisory = next((value for tags in sets for value in tags.values("ITUNESADVISORY")), "")
    return {"1": True, "4": True, "2": False}.get(advisory.strip())


def _lyrics(sets: list[TagSet]) -> str | None:
    """The words without the time stamps of LRC."""
    texts = (value for name in _LYRICS for tags in sets for value in tags.values(name))
    return next(filter(None, (clean_lines(unstamped(_mended(text)[:MAX_LYRICS])) for text in texts)), None)


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
