"""ID3v2.2, 2.3 and 2.4 (id3.org: id3v2-00, id3v2.3.0, id3v2.4.0-structure) as raw frames; `id3_frames` reads them."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from typing import BinaryIO

from tonescape.gather.tagging.tagset import ITEM_CAP, TAG_CAP, damaged, read_at

HEADER = 10
"""bytes in front of the frames"""

_NAME = re.compile(rb"[A-Z][A-Z0-9]{2}[A-Z0-9\0 ]?\Z")
"""iTunes wrote three-letter names of ID3v2.2 into longer fields"""

_UNSYNC, _EXTENDED = 0x80, 0x40


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame. name : 3 (v2.2) or 4 letters; flags : 0 or 2 bytes; body : as stored."""

    name: bytes
    flags: bytes
    body: bytes


@dataclass(frozen=True, slots=True)
class Tag:
    """A whole tag. version : 2, 3 or 4; unsync : v2.4's header flag: every frame is unsynchronised;
    damage : what is wrong behind the last frame, "" where nothing is."""

    version: int
    frames: tuple[Frame, ...]
    unsync: bool = False
    damage: str = ""


def tag_length(head: bytes) -> int:
    """Bytes of the tag that begins with these ten, header and footer included; 0 where none begins."""
    if len(head) < HEADER or head[:3] != b"ID3" or head[3] not in (2, 3, 4) or max(head[6:10]) > 127:
        return 0
    return HEADER + _unsafe(head[6:10]) + (10 if head[3] == 4 and head[5] & 0x10 else 0)


def in_front(file: BinaryIO, size: int) -> tuple[list[Tag], int]:
    """(the tags that a file begins with, where what follows them begins). Some files have several in a row.

    A tag that claims more bytes than the file has is read as far as it goes, and is damaged.
    """
    found, end = _places(file, size)
    return [parse(_upto(file, at, length, size)) for at, length in found], end


def end_of_tags(file: BinaryIO, size: int) -> int:
    """Where what follows the tags in front begins."""
    return _places(file, size)[1]


def _places(file: BinaryIO, size: int) -> tuple[list[tuple[int, int]], int]:
    """(start and length of each tag in front, where what follows them begins)."""
    found: list[tuple[int, int]] = []
    at = 0
    while at < size and len(found) < ITEM_CAP and (length := tag_length(_upto(file, at, HEADER, size))):
        found.append((at, length))
        at += length
    return found, min(at, size)


def _upto(file: BinaryIO, at: int, length: int, size: int) -> bytes:
    return read_at(file, at, max(0, min(length, size - at, TAG_CAP + 1)))


def parse(data: bytes) -> Tag:
    """A tag's frames, up to the first that does not add up. SongError where its form hides them all."""
    version, flags = data[3], data[5]
    claimed = _unsafe(data[6:10])
    body = data[HEADER : HEADER + claimed]
    damage = "" if len(body) == claimed else "its ID3 tag claims more bytes than there are"
    if version == 2 and flags & _EXTENDED:
        raise damaged("its ID3v2.2 tag is compressed as a whole")
    if version < 4 and flags & _UNSYNC:
        body = body.replace(b"\xff\x00", b"\xff")
    at = 0
    if version > 2 and flags & _EXTENDED:
        # The extended header holds a checksum and the padding's length: both would be wrong afterwards.
        at = _unsafe(body[:4]) if version == 4 else 4 + int.from_bytes(body[:4], "big")
    frames: list[Frame] = []
    width, header = (3, 6) if version == 2 else (4, 10)
    while at + header <= len(body) and body[at : at + width].strip(b"\0"):
        name = body[at : at + width]
        length = _frame_length(body, at, version)
        if not _NAME.match(name) or at + header + length > len(body) or len(frames) >= ITEM_CAP:
            damage = f"its ID3 tag is damaged at byte {HEADER + at}"
            break
        start = at + header
        frames.append(Frame(name, body[at + 8 : start] if width == 4 else b"", body[start : start + length]))
        at = start + length
    return Tag(version, tuple(frames), version == 4 and bool(flags & _UNSYNC), damage)


def content(tag: Tag, frame: Frame) -> bytes:
    """A frame's body in the clear; b"" where it is encrypted or its compression is damaged.

    What stands in front of a body for each format flag: id3v2.3.0 section 3.3.1, id3v2.4.0-structure section 4.1.2.
    """
    if tag.version == 2:
        return frame.body
    form, body = frame.flags[1], frame.body
    if tag.version == 3:
        grouped, packed, encrypted, sized, unsync = form & 0x20, form & 0x80, form & 0x40, form & 0x80, False
    else:
        grouped, packed, encrypted, sized = form & 0x40, form & 0x08, form & 0x04, form & 0x01
        unsync = bool(form & 0x02 or tag.unsync)
    if encrypted:
        return b""
    if tag.version == 3:
        body = body[(4 if sized else 0) + (1 if grouped else 0) :]
    else:
        body = body[(1 if grouped else 0) + (4 if sized else 0) :]
    if unsync:
        body = body.replace(b"\xff\x00", b"\xff")
    if packed:
        try:
            body = zlib.decompressobj().decompress(body, TAG_CAP)
        except zlib.error:
            return b""
    return body


def _frame_length(body: bytes, at: int, version: int) -> int:
    """A frame's length. Old iTunes wrote v2.4 lengths as plain numbers, which shows in what follows the frame."""
    if version == 2:
        return int.from_bytes(body[at + 3 : at + 6], "big")
    plain = int.from_bytes(body[at + 4 : at + 8], "big")
    if version == 3 or plain < 128:
        return plain
    safe = _unsafe(body[at + 4 : at + 8])
    if max(body[at + 4 : at + 8]) > 127:
        return plain
    return safe if _fits(body, at + 10 + safe) or not _fits(body, at + 10 + plain) else plain


def _fits(body: bytes, end: int) -> bool:
    """Whether a frame may end here: at the tag's end, at padding or at another frame."""
    follows = body[end : end + 4]
    return end == len(body) or (end < len(body) and (not follows.strip(b"\0") or bool(_NAME.match(follows))))


def _unsafe(data: bytes) -> int:
    """Synchsafe integer: seven bits a byte (id3v2.4.0-structure section 6.2)."""
    number = 0
    for byte in data:
        number = number << 7 | byte & 127
    return number
