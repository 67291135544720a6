"""Covers and mood tags in sound files. The music is copied byte for byte and read back before anything is renamed."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shlex
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from tonescape.core.errors import OutputError, SongError, UsageError
from tonescape.core.store import PARTIAL
from tonescape.gather.media import open_media
from tonescape.gather.tagging import TagSet, cover_of
from tonescape.gather.tags import tag_sets
from tonescape.show.tagging.parts import COVER_CAP, OWN, Change, Editor, poured

if TYPE_CHECKING:
    from tonescape.core.records import Mood

FORMATS = "MP3, AAC, FLAC, Ogg Vorbis, Opus, M4A/MP4, WAV and AIFF"
"""what can be tagged, for messages"""


def embed_cover(source: Path, destination: Path, jpeg: bytes) -> None:
    """Write a copy of `source` to `destination` with `jpeg` as its front cover.

    The sound and every tag and picture but the front cover are those of `source`, which is never changed. The copy
    appears complete or not at all. SongError where `source` cannot be read; OutputError where its format holds no
    cover, nothing can be written, or another song lies at `destination`; UsageError where both are the same file.
    """
    with contextlib.suppress(OSError):
        if destination.exists() and source.samefile(destination):
            raise UsageError(f"{source}: a cover goes into a copy; name another file for it")
    if destination.exists() and _read(destination).sound != _read(source).sound:
        raise OutputError(f"{destination}: holds another song and is left as it is; choose another folder with --out")
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
            _check(before, _read_back(place), change)
            os.fsync(new.fileno())
            shutil.copystat(source, place)
            os.utime(place)
            place.replace(destination)
    except SongError as problem:  # the parsers' word for a structure that they cannot trust
        way_out = _way_out(source, "-c copy", source.suffix)
        raise OutputError(f"{source}: {problem}; the file is left as it is. {way_out}") from None
    except OutputError as problem:
        raise OutputError(f"{source}: {problem}; nothing was written. {_way_out(source, '', '.flac')}") from None
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


def _way_out(source: Path, how: str, suffix: str) -> str:
    """What to type for a copy that can be tagged."""
    words = ["ffmpeg", "-i", source.name, *how.split(), f"{source.stem}-new{suffix}"]
    # ffmpeg takes a name with a colon for a protocol, and one that begins with "-" for an option.
    named = [f"./{word}" if number in (2, len(words) - 1) else word for number, word in enumerate(words)]
    return f"For a copy that can be tagged, type in its folder: {shlex.join(named)}"


@dataclass(frozen=True, slots=True)
class _Reading:
    """A file, for comparison.

    form : FFmpeg's name of its format; sound : SHA-256 over the packets of all sound streams
    sets : its tags, as `read_tags` and `read_cover` read them
    """

    form: str
    sound: str
    sets: tuple[TagSet, ...]

    def values_of(self, name: str) -> list[str]:
        """The values of a name, in the first tag that has any."""
        return next(filter(None, (tags.values(name) for tags in self.sets)), [])

    def texts(self) -> Counter[tuple[str, str, str]]:
        """(form, NAME, value) of every tag."""
        return Counter((tags.form, name, text) for tags in self.sets for name, text in tags.texts)

    def pictures(self) -> Counter[bytes]:
        """SHA-256 of every picture."""
        return Counter(hashlib.sha256(each.data).digest() for tags in self.sets for each in tags.pictures)

    def cover(self) -> bytes | None:
        """The picture that stands for the file."""
        return cover_of(next((tags.pictures for tags in self.sets if tags.pictures), ()))


def _read(path: Path) -> _Reading:
    import av

    digest = hashlib.sha256()
    with open_media(path) as container:
        if not container.streams.audio:
            raise SongError(f"{path}: no sound in this file")
        try:
            for packet in container.demux(container.streams.audio):
                if packet.size:
                    digest.update(packet.stream.index.to_bytes(2, "big") + packet.size.to_bytes(4, "big"))
                    digest.update(packet)
        except (av.FFmpegError, OSError, ValueError) as problem:
            reason = getattr(problem, "strerror", None) or str(problem)
            raise SongError(f"{path}: cannot be read ({reason})") from None
        return _Reading(container.format.name, digest.hexdigest(), tag_sets(path))


def _read_back(path: Path) -> _Reading:
    try:
        return _read(path)
    except SongError:
        raise OutputError("the new file could not be read back") from None


def _check(before: _Reading, after: _Reading, change: Change) -> None:
    """OutputError unless the new file has the old one's sound, tags and pictures, and what was asked for.

    Each value must be there in its own tag, and be the one that is read first.
    """
    own = {name for name, _ in change.tags}
    lost = [name for _, name, _ in before.texts() - after.texts() if name not in own]
    lost += [
        name for _, name, _ in before.texts() if name not in own and before.values_of(name) != after.values_of(name)
    ]
    lost += [name for name, text in change.tags if name != "MOOD" and text not in after.values_of(name)]
    gone = list((before.pictures() - after.pictures()).elements())
    cover = before.cover()
    if change.cover is not None and cover is not None and hashlib.sha256(cover).digest() in gone:
        gone.remove(hashlib.sha256(cover).digest())
    problem = ""
    if before.sound != after.sound or before.form != after.form:
        problem = "the sound would not be the same"
    elif lost:
        problem = f"the tag {lost[0]!r} would be lost"
    elif gone:
        problem = "a picture would be lost"
    elif change.cover is not None and after.cover() != change.cover:
        problem = "the new cover would not be the one that is shown"
    if problem:
        raise OutputError(problem)


def _editor(form: str, source: Path) -> Editor:
    """The editor for FFmpeg's name of a container; OutputError for one that holds no tags we can write."""
    from tonescape.show.tagging import chunks, id3, mp4, ogg, vorbis

    editors: dict[str, Editor] = {
        "mp3": id3.edit_mp3,
        "aac": id3.edit_mp3,
        "flac": vorbis.edit_flac,
        "ogg": ogg.edit_ogg,
        "mov,mp4,m4a,3gp,3g2,mj2": mp4.edit_mp4,
        "wav": chunks.edit,
        "aiff": chunks.edit,
    }
    if form not in editors:
        raise OutputError(
            f"{source}: tags and covers can be written into {FORMATS}, and this is {form}; nothing was written. "
            f"{_way_out(source, '', '.flac')}"
        )
    return editors[form]
