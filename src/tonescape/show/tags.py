"""Covers and mood tags in sound files. The music is copied byte for byte and read back before anything is renamed."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from tonescape.core.errors import OutputError, SongError, TonescapeError, UsageError
from tonescape.core.store import PARTIAL
from tonescape.gather.media import open_media
from tonescape.show.tagging.parts import COVER_CAP, OWN, Change, Editor, poured

if TYPE_CHECKING:
    from tonescape.core.records import Mood

FORMATS = "MP3, AAC, FLAC, Ogg Vorbis, Opus, M4A/MP4, WAV and AIFF"
"""what can be tagged, for messages"""


def embed_cover(source: Path, destination: Path, jpeg: bytes) -> None:
    """Write a copy of `source` to `destination` with `jpeg` as its front cover.

    The sound and every tag and picture but the front cover are those of `source`, which is never changed. The copy
    appears complete or not at all. SongError where `source` cannot be read; OutputError where its format holds no
    cover or nothing can be written; UsageError where both are the same file.
    """
    with contextlib.suppress(OSError):
        if destination.exists() and source.samefile(destination):
            raise UsageError(f"{source}: a cover goes into a copy; name another file for it")
    if len(jpeg) > COVER_CAP or jpeg[:2] != b"\xff\xd8":
        raise UsageError(f"{source}: a cover to embed is a JPEG of at most {COVER_CAP // 2**20} MiB")
    _rewrite(source, destination, Change(cover=jpeg))


def write_tags(path: Path, mood: Mood) -> None:
    """Write a mood into the tags of `path` itself.

    TONESCAPE_MOOD (the grid's word), TONESCAPE_VALENCE, TONESCAPE_AROUSAL and TONESCAPE_SURENESS ([0, 1], two
    decimals) are written, and MOOD unless somebody else's is there. The new file is made beside the old one, read
    back (same sound packets, no tag or picture lost), synced and renamed over it; at any failure the old file is as
    it was. Permissions stay; the time of change is now, because library programs look at it.
    Errors as in `embed_cover`.
    """
    numbers = (("VALENCE", mood.valence), ("AROUSAL", mood.arousal), ("SURENESS", mood.sureness))
    own = ((OWN + "MOOD", mood.grid), *((OWN + name, f"{value:.2f}") for name, value in numbers))
    path = path.resolve()
    _rewrite(path, path, Change(tags=(("MOOD", mood.grid), *own)))


def _rewrite(source: Path, destination: Path, change: Change) -> None:
    before = _read(source)
    editor = _editor(before.form, source)
    try:
        with source.open("rb") as file, _new_file(destination) as (new, place):
            for data in poured(file, editor(file, source.stat().st_size, change)):
                new.write(data)
            new.flush()
            _check(before, _read(place), change, source)
            os.fsync(new.fileno())
            shutil.copystat(source, place)
            os.utime(place)
            place.replace(destination)
    except TonescapeError as problem:
        raise type(problem)(f"{source}: {problem}") from None
    except OSError as problem:
        raise OutputError(
            f"{destination}: cannot be written ({problem.strerror or problem}); {source} is unchanged"
        ) from None


class _new_file(contextlib.AbstractContextManager["tuple[BinaryIO, Path]"]):
    """A file under a temporary name in the folder of `destination`, removed unless it was renamed."""

    def __init__(self, destination: Path) -> None:
        self._folder = destination.parent

    def __enter__(self) -> tuple[BinaryIO, Path]:
        # Named as core.store names its own, so that its `sweep` finds what a killed run left.
        number, name = tempfile.mkstemp(prefix=f".{os.getpid()}-", suffix=PARTIAL, dir=self._folder)
        self._path, self._file = Path(name), os.fdopen(number, "r+b")
        return self._file, self._path

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._file.close()
        self._path.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class _Reading:
    """What FFmpeg finds in a file. form : its demuxer's name; sound : SHA-256 over the packets of all sound streams;
    tags : (NAME, text) pairs of file and streams; pictures : SHA-256 of each attached picture."""

    form: str
    sound: str
    tags: Counter[tuple[str, str]]
    pictures: Counter[str]


def _read(path: Path) -> _Reading:
    import av

    try:
        with open_media(path) as container:
            digest, pictures = hashlib.sha256(), Counter[str]()
            tags = Counter((name.upper(), text) for name, text in container.metadata.items())
            for stream in container.streams:
                if stream.type == "audio":
                    tags.update((name.upper(), text) for name, text in stream.metadata.items())
            attached = {
                s.index for s in container.streams.video if "attached_pic" in (s.disposition.name or "").lower()
            }
            if not container.streams.audio:
                raise SongError(f"{path}: no sound in this file")
            for packet in container.demux():
                if packet.stream.type == "audio" and packet.size:
                    digest.update(packet.stream.index.to_bytes(2, "big") + packet.size.to_bytes(4, "big"))
                    digest.update(packet)
                elif packet.stream.index in attached and packet.size:
                    pictures[hashlib.sha256(packet).hexdigest()] += 1
            return _Reading(container.format.name, digest.hexdigest(), tags, pictures)
    except (av.FFmpegError, OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or str(problem)
        raise SongError(f"{path}: cannot be read ({reason})") from None


def _check(before: _Reading, after: _Reading, change: Change, source: Path) -> None:
    """OutputError unless the new file has the old one's sound, tags and pictures, and what was asked for."""
    own = {name for name, _ in change.tags}
    lost = [name for name, text in (before.tags - after.tags) if name not in own and name != "ENCODER"]
    missing = [name for name, text in change.tags if name != "MOOD" and (name, text) not in after.tags]
    gone = (before.pictures - after.pictures).total()
    problem = ""
    if before.sound != after.sound or before.form != after.form:
        problem = "the sound would not be the same"
    elif lost or missing:
        problem = f"the tag {(lost + missing)[0]!r} would be lost"
    elif change.cover is None and gone:
        problem = "a picture would be lost"
    elif change.cover is not None and (gone > 1 or hashlib.sha256(change.cover).hexdigest() not in after.pictures):
        problem = "the new cover could not be read back" if gone <= 1 else "another picture would be lost"
    if problem:
        raise OutputError(f"{problem}, so nothing was written")


def _editor(form: str, source: Path) -> Editor:
    """The editor for FFmpeg's name of a container; OutputError for one that holds no tags we can write."""
    from tonescape.show.tagging import chunks, id3, mp4, ogg, vorbis

    editors: dict[str, Editor] = {
        "mp3": id3.edit_mp3,
        "aac": id3.edit_mp3,
        "flac": vorbis.edit_flac,
        "ogg": ogg.edit_ogg,
        "mov,mp4,m4a,3gp,3g2,mj2": mp4.edit_mp4,
        "wav": chunks.edit_wav,
        "aiff": chunks.edit_aiff,
    }
    if form not in editors:
        raise OutputError(
            f"{source}: tags and covers can be written into {FORMATS}, and this is {form}; nothing was written"
        )
    return editors[form]
