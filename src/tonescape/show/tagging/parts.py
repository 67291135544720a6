"""What the editors share: the change asked for, and a new file as a list of pieces."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO, TypeAlias

from tonescape.core.errors import OutputError
from tonescape.gather.tagging import id3
from tonescape.gather.tagging.tagset import damaged, read_at

COVER_CAP = 12 * 2**20
"""longest picture that is embedded, bytes; FLAC's blocks end at 16 MiB and base64 adds a third"""

COPY_STEP = 2**20
"""bytes copied at a time"""

OWN = "TONESCAPE_"
"""every tag that is ours alone begins with this"""


@dataclass(frozen=True, slots=True)
class Change:
    """What to write. tags : (NAME, text) pairs, names upper-case ASCII; cover : JPEG bytes, or None to leave as is."""

    tags: tuple[tuple[str, str], ...] = ()
    cover: bytes | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes start..end of the old file."""

    start: int
    end: int


Piece: TypeAlias = bytes | Span
Editor: TypeAlias = Callable[[BinaryIO, int, Change], Iterable[Piece]]
"""(old file, its size in bytes, change) -> the new file's pieces, in order"""


def settle(change: Change, present: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The tags to write, given what the file has. MOOD is a name other programs use too: theirs stays.

    present : values by upper-case name
    """
    theirs = present.get("MOOD") not in (None, present.get(OWN + "MOOD"))
    return tuple((name, text) for name, text in change.tags if not (name == "MOOD" and theirs))


def unsupported(what: str) -> OutputError:
    """The one way to say that a file is sound and its form is one that cannot be tagged; see `damaged` for the rest."""
    return OutputError(what)


def whole(tag: id3.Tag) -> id3.Tag:
    """The tag; SongError where its end is damaged, because what is there would be lost in a new one."""
    if tag.damage:
        raise damaged(tag.damage)
    return tag


def poured(file: BinaryIO, pieces: Iterable[Piece]) -> Iterator[bytes]:
    """The pieces as bytes, the old file's in steps of COPY_STEP, so that a long file needs little memory."""
    for piece in pieces:
        if isinstance(piece, bytes):
            yield piece
            continue
        at = piece.start
        while at < piece.end:
            data = read_at(file, at, min(COPY_STEP, piece.end - at))
            at += len(data)
            yield data
