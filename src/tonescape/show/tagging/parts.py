"""What the editors share: the change asked for, and a new file as a list of pieces."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO, TypeAlias

from tonescape.core.errors import OutputError

TAG_CAP = 64 * 2**20
"""longest tag, comment packet or `moov` atom that is read into memory, bytes"""

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


def damaged(what: str) -> OutputError:
    """The one way to say that a file is left alone because its structure cannot be trusted."""
    return OutputError(f"{what}; the file is left as it is")


def read_at(file: BinaryIO, start: int, length: int, *, cap: int = TAG_CAP) -> bytes:
    """Exactly `length` bytes from `start`. OutputError where the file ends sooner or `length` is over `cap`."""
    if length > cap:
        raise damaged(f"a tag of {length} bytes is longer than the {cap} that are read")
    file.seek(start)
    data = file.read(length)
    if len(data) != length:
        raise damaged(f"it ends in the middle of a tag, at byte {start + len(data)}")
    return data


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
