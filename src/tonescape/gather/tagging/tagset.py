"""What every parser of tags gives back, and how they read bytes that nobody vouches for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from tonescape.core.errors import SongError

TAG_CAP = 64 * 2**20
"""longest tag, comment packet or `moov` atom that is read into memory, bytes"""

TEXT_CAP = 2**20
"""bytes of one text that are read; the rest of a longer one is not looked at"""

ITEM_CAP = 100_000
"""most frames, comments, atoms, chunks or blocks in one file"""

FRONT = 3
"""picture type "cover (front)", id3v2.4.0-frames section 4.14; FLAC and Ogg use the same numbers"""

SINGLE = frozenset({"TITLE", "ARTIST", "ALBUM", "ALBUMARTIST", "GENRE"})
"""names that each format has a field of its own for; a free-form item of that name is kept apart (`free_name`)"""


@dataclass(frozen=True, slots=True)
class AttachedPicture:
    """A picture in a tag. kind : ID3's picture type, 0 where the format has none; data : JPEG, PNG, ... as stored"""

    kind: int
    data: bytes


@dataclass(frozen=True, slots=True)
class TagSet:
    """One tag of a file, in the order in which it is believed.

    form : the format's name, "ID3v2", "APEv2", ...
    texts : (NAME, value) pairs in the file's order, several of one name where there are several values. Names are
        upper-case and Vorbis' (TITLE, ARTIST, ALBUMARTIST, DATE, ...) where a format's own means the same
    pictures : in the file's order
    """

    form: str
    texts: tuple[tuple[str, str], ...] = ()
    pictures: tuple[AttachedPicture, ...] = ()

    def values(self, name: str) -> list[str]:
        """The values of one name that are not blank, each once."""
        return list(dict.fromkeys(value for each, value in self.texts if each == name and value.strip()))


def cover_of(pictures: Iterable[AttachedPicture]) -> bytes | None:
    """The picture that stands for a file: its first front cover, else its first picture.

    The one rule for reading and for writing: a new cover is put in as a front cover and before all others, so that it
    is the one for players that go by the type and for those that take the first.
    """
    found = list(pictures)
    return next((each.data for each in found if each.kind == FRONT), found[0].data if found else None)


def free_name(name: str, prefix: str) -> str:
    """The name of a free-form item; one that would pass for the format's own field gets a prefix."""
    name = name.upper()
    return f"{prefix}:{name}" if name in SINGLE else name


def damaged(what: str) -> SongError:
    """The one way to say that a file's structure cannot be trusted; whoever knows the file's name adds it."""
    return SongError(what)


def read_at(file: BinaryIO, start: int, length: int, *, cap: int = TAG_CAP) -> bytes:
    """Exactly `length` bytes from `start`. SongError where the file ends sooner or `length` is over `cap`."""
    if length > cap:
        raise damaged(f"a tag of {length} bytes is longer than the {cap} that are read")
    file.seek(start)
    data = file.read(length)
    if len(data) != length:
        raise damaged(f"it ends in the middle of a tag, at byte {start + len(data)}")
    return data


def numbered(name: str, values: Iterable[str]) -> Iterator[tuple[str, str]]:
    """One (name, value) pair for each value that is not empty."""
    return ((name, value) for value in values if value)
