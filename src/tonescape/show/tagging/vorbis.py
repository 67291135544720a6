"""Vorbis comments (xiph.org Vorbis I section 5) and FLAC's PICTURE block, written into FLAC (RFC 9639) files."""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterable
from typing import BinaryIO

from tonescape.gather.tagging.id3 import in_front, tag_length
from tonescape.gather.tagging.tagset import FRONT, damaged, read_at
from tonescape.gather.tagging.vorbis import (
    COMMENT_BLOCK,
    PICTURE,
    PICTURE_BLOCK,
    blocks,
    name_of,
    picture_kind,
    read_comments,
    split,
)
from tonescape.show.tagging import id3
from tonescape.show.tagging.parts import Change, Piece, Span, settle, unsupported, whole

_LONGEST_BLOCK = 2**24 - 1
_PADDING_BLOCK = 1


def changed_comments(data: bytes, change: Change, *, picture: bool) -> bytes:
    """A comment header with the change made. What follows the comments (Vorbis' framing bit, padding) stays.

    data : vendor string, count, comments, rest      picture : whether the cover goes in as a comment (Ogg); it takes
    the first front cover's place in the count and stands before all other pictures (`cover_of`)
    """
    vendor, comments, rest = split(data)
    present = {name_of(raw): raw.partition(b"=")[2].decode("utf-8", "replace") for raw in comments}
    tags = settle(change, present)
    replaced = {name for name, _ in tags}
    kept = [raw for raw in comments if name_of(raw) not in replaced]
    kinds = [picture_kind(raw) for raw in kept]
    place = next((number for number, kind in enumerate(kinds) if kind is not None), len(kept))
    new = [f"{name}={text}".encode() for name, text in tags]
    if picture and change.cover is not None:
        if FRONT in kinds:
            del kept[kinds.index(FRONT)]
        new.append(f"{PICTURE}=".encode() + base64.b64encode(picture_block(change.cover)))
    kept[place:place] = new
    body = b"".join(struct.pack("<I", len(raw)) + raw for raw in kept)
    return struct.pack("<I", len(vendor)) + vendor + struct.pack("<I", len(kept)) + body + rest


def picture_block(jpeg: bytes) -> bytes:
    """A front cover as RFC 9639 section 8.8 lays it out: type, media type, description, size, depth, colours, data."""
    width, height = jpeg_size(jpeg)
    kind = b"image/jpeg"
    head = struct.pack(">II", FRONT, len(kind)) + kind + struct.pack(">I", 0)
    return head + struct.pack(">IIIII", width, height, 24, 0, len(jpeg)) + jpeg


def jpeg_size(jpeg: bytes) -> tuple[int, int]:
    """(width, height) from the first frame header (ITU-T T.81 B.2.2); OutputError for what is not a JPEG."""
    at = 2
    while jpeg[:2] == b"\xff\xd8" and at + 9 <= len(jpeg) and jpeg[at] == 0xFF:
        marker = jpeg[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", jpeg[at + 5 : at + 9])
            return width, height
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    raise damaged("the cover is not a JPEG picture")


def edit_flac(file: BinaryIO, size: int, change: Change) -> Iterable[Piece]:
    """FLAC: the comment block and the first front cover are written anew, every other block and all sound stays."""
    tags, start = in_front(file, size)
    front: list[Piece] = [Span(0, start)]
    if change.cover is not None and any(
        id3.picture_kind(tags[0], frame) is not None for tag in tags[:1] for frame in tag.frames
    ):
        # Players that go by the ID3 tag in front show its picture.
        new = id3.build(id3.changed(whole(tags[0]), Change(cover=change.cover)))
        front = [new, Span(tag_length(read_at(file, 0, 10)), start)]
    found: list[tuple[int, Piece]] = []
    at, commented, covered = start + 4, False, False
    for kind, at, end in blocks(file, start, size):
        if kind == COMMENT_BLOCK:
            commented = True
            found.append((kind, changed_comments(read_at(file, at, end - at), change, picture=False)))
        elif change.cover is not None and not covered and _is_front(file, kind, at, end):
            covered = True
        else:
            found.append((kind, Span(at, end)))
        at = end
    if not commented:
        found.insert(1, (COMMENT_BLOCK, changed_comments(struct.pack("<II", 0, 0), change, picture=False)))
    if change.cover is not None:
        found.insert(_cover_place(found), (PICTURE_BLOCK, picture_block(change.cover)))
    return (*front, b"fLaC", *_headed(found), Span(at, size))


def _headed(found: list[tuple[int, Piece]]) -> Iterable[Piece]:
    """The blocks, each behind its header; the last says that it is."""
    for number, (kind, body) in enumerate(found):
        length = len(body) if isinstance(body, bytes) else body.end - body.start
        if length > _LONGEST_BLOCK:
            raise unsupported(f"a metadata block would grow to {length} bytes and FLAC's end at {_LONGEST_BLOCK}")
        flag = 128 if number == len(found) - 1 else 0
        yield bytes((kind | flag,)) + length.to_bytes(3, "big")
        yield body


def _is_front(file: BinaryIO, kind: int, at: int, end: int) -> bool:
    return kind == PICTURE_BLOCK and end - at >= 4 and read_at(file, at, 4) == struct.pack(">I", FRONT)


def _cover_place(found: list[tuple[int, Piece]]) -> int:
    """Where a new picture goes: before every other picture, so that it is the first, and before the padding."""
    for number, (kind, body) in enumerate(found):
        pictured = kind == COMMENT_BLOCK and isinstance(body, bytes) and bool(read_comments(body).pictures)
        if kind in (PICTURE_BLOCK, _PADDING_BLOCK) or pictured:
            return number
    return len(found)
