"""Vorbis comments (xiph.org Vorbis I section 5) and FLAC's blocks (RFC 9639): the comments and the pictures."""

from __future__ import annotations

import base64
import binascii
import struct
from collections.abc import Iterator
from typing import BinaryIO

from tonescape.gather.names import western
from tonescape.gather.tagging import id3
from tonescape.gather.tagging.tagset import ITEM_CAP, TEXT_CAP, AttachedPicture, TagSet, damaged, read_at

PICTURE = "METADATA_BLOCK_PICTURE"
COMMENT_BLOCK, PICTURE_BLOCK = 4, 6


def read_flac(file: BinaryIO, size: int) -> list[TagSet]:
    """The comment block and the picture blocks. SongError where they are damaged."""
    start = id3.end_of_tags(file, size)
    texts: tuple[tuple[str, str], ...] = ()
    pictures: list[AttachedPicture] = []
    for kind, at, end in blocks(file, start, size):
        if kind == COMMENT_BLOCK and not texts:
            tags = read_comments(read_at(file, at, end - at))
            texts = tags.texts
            pictures += tags.pictures
        elif kind == PICTURE_BLOCK:
            picture = read_picture(read_at(file, at, end - at))
            pictures += [picture] if picture else []
    return [TagSet("Vorbis", texts, tuple(pictures))]


def blocks(file: BinaryIO, start: int, size: int) -> Iterator[tuple[int, int, int]]:
    """(type, payload's start, end) of each metadata block of the FLAC stream that begins at `start`."""
    if read_at(file, start, 4) != b"fLaC":
        raise damaged("it does not begin as FLAC does")
    at, last = start + 4, False
    for _ in range(ITEM_CAP):
        if last:
            return
        header = read_at(file, at, 4)
        last, kind, end = bool(header[0] & 128), header[0] & 127, at + 4 + int.from_bytes(header[1:], "big")
        if end > size or kind == 127:
            raise damaged(f"its metadata block at byte {at} is damaged")
        yield kind, at + 4, end
        at = end
    raise damaged(f"it has more than {ITEM_CAP} metadata blocks")


def split(data: bytes) -> tuple[bytes, list[bytes], bytes]:
    """(vendor, comments, what follows) of a comment header. SongError where they do not add up."""

    def text(at: int) -> tuple[bytes, int]:
        length = int.from_bytes(data[at : at + 4], "little")
        if at + 4 + length > len(data):
            raise damaged("its comments are damaged")
        return data[at + 4 : at + 4 + length], at + 4 + length

    vendor, at = text(0)
    count = int.from_bytes(data[at : at + 4], "little")
    at += 4
    if count > ITEM_CAP or at > len(data):
        raise damaged(f"it claims {count} comments")
    comments = []
    for _ in range(count):
        comment, at = text(at)
        comments.append(comment)
    return vendor, comments, data[at:]


def read_comments(data: bytes) -> TagSet:
    """The texts of a comment header, and the pictures that Ogg keeps there."""
    texts: list[tuple[str, str]] = []
    pictures: list[AttachedPicture] = []
    for raw in split(data)[1]:
        name, value = name_of(raw), raw.partition(b"=")[2]
        if name == PICTURE:
            picture = read_picture(_base64(value))
            pictures += [picture] if picture else []
        elif value:
            texts.append(({"ALBUM ARTIST": "ALBUMARTIST"}.get(name, name), western(value[:TEXT_CAP])))
    return TagSet("Vorbis", tuple(texts), tuple(pictures))


def name_of(comment: bytes) -> str:
    """A comment's field name, upper-case; case does not count in it."""
    return comment.partition(b"=")[0].decode("latin-1").upper()


def read_picture(block: bytes) -> AttachedPicture | None:
    """A picture as RFC 9639 section 8.8 lays it out; None where it is damaged."""
    try:
        kind, mime = struct.unpack_from(">II", block, 0)
        (description,) = struct.unpack_from(">I", block, 8 + mime)
        at = 12 + mime + description
        (length,) = struct.unpack_from(">I", block, at + 16)
    except struct.error:
        return None
    data = block[at + 20 : at + 20 + length]
    return AttachedPicture(kind, data) if data and len(data) == length else None


def picture_kind(comment: bytes) -> int | None:
    """The type of the picture in a comment; None where it holds none."""
    head = _base64(comment.partition(b"=")[2][:8]) if name_of(comment) == PICTURE else b""
    return int.from_bytes(head[:4], "big") if len(head) >= 4 else None


def _base64(text: bytes) -> bytes:
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError):
        return b""
