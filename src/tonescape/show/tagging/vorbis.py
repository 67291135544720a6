"""Vorbis comments (xiph.org Vorbis I section 5) and FLAC's PICTURE block, in FLAC (RFC 9639) files."""

from __future__ import annotations

import base64
import binascii
import struct
from collections.abc import Iterable
from typing import BinaryIO

from tonescape.show.tagging import id3
from tonescape.show.tagging.parts import Change, Piece, Span, damaged, read_at, settle

PICTURE = "METADATA_BLOCK_PICTURE"
_COMMENT_BLOCK, _PICTURE_BLOCK, _LONGEST_BLOCK = 4, 6, 2**24 - 1
_COMMENTS = 100_000
"""most comments in one file"""


def changed_comments(data: bytes, change: Change, *, picture: bool) -> bytes:
    """A comment header with the change made. What follows the comments (Vorbis' framing bit, padding) stays.

    data : vendor string, count, comments, rest      picture : whether the cover goes in as a comment (Ogg)
    """
    vendor, comments, rest = _split(data)
    named = [(raw.partition(b"=")[0].decode("latin-1").upper(), raw) for raw in comments]
    present = {name: raw.partition(b"=")[2].decode("utf-8", "replace") for name, raw in named}
    tags = settle(change, present)
    replaced = {name for name, _ in tags}
    kept = [raw for name, raw in named if name not in replaced and not (picture and change.cover and _front(name, raw))]
    kept += [f"{name}={text}".encode() for name, text in tags]
    if picture and change.cover is not None:
        kept.append(f"{PICTURE}=".encode() + base64.b64encode(picture_block(change.cover)))
    body = b"".join(struct.pack("<I", len(raw)) + raw for raw in kept)
    return struct.pack("<I", len(vendor)) + vendor + struct.pack("<I", len(kept)) + body + rest


def picture_block(jpeg: bytes) -> bytes:
    """A front cover as RFC 9639 section 8.8 lays it out: type, media type, description, size, depth, colours, data."""
    width, height = jpeg_size(jpeg)
    kind = b"image/jpeg"
    head = struct.pack(">II", id3.FRONT, len(kind)) + kind + struct.pack(">I", 0)
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
    """FLAC: the comment block and the front cover are written anew, every other block and all sound stays."""
    at = id3.tag_length(read_at(file, 0, min(10, size)))
    if read_at(file, at, 4) != b"fLaC":
        raise damaged("it does not begin as FLAC does")
    pieces: list[Piece] = []
    blocks: list[tuple[int, Piece]] = []
    start, at, last, seen = at, at + 4, False, False
    while not last:
        header = read_at(file, at, 4)
        last, kind, length = bool(header[0] & 128), header[0] & 127, int.from_bytes(header[1:], "big")
        if at + 4 + length > size or kind == 127:
            raise damaged(f"its metadata block at byte {at} is damaged")
        if kind == _COMMENT_BLOCK:
            seen = True
            data = changed_comments(read_at(file, at + 4, length), change, picture=False)
            blocks.append((kind, data))
        elif not (kind == _PICTURE_BLOCK and change.cover and read_at(file, at + 4, 4) == struct.pack(">I", id3.FRONT)):
            blocks.append((kind, Span(at + 4, at + 4 + length)))
        at += 4 + length
    if not seen:
        blocks.insert(1, (_COMMENT_BLOCK, changed_comments(struct.pack("<II", 0, 0), change, picture=False)))
    if change.cover is not None:
        blocks.insert(_before_padding(blocks), (_PICTURE_BLOCK, picture_block(change.cover)))
    for number, (kind, body) in enumerate(blocks):
        length = len(body) if isinstance(body, bytes) else body.end - body.start
        if length > _LONGEST_BLOCK:
            raise damaged(f"a metadata block would grow to {length} bytes and FLAC's end at {_LONGEST_BLOCK}")
        flag = 128 if number == len(blocks) - 1 else 0
        pieces += [bytes((kind | flag,)) + length.to_bytes(3, "big"), body]
    return (Span(0, start + 4), *pieces, Span(at, size))


def _before_padding(blocks: list[tuple[int, Piece]]) -> int:
    """Where a new picture goes: before other pictures, so that it is shown first, and before the padding."""
    return next((n for n, (kind, _) in enumerate(blocks) if kind in (_PICTURE_BLOCK, 1)), len(blocks))


def _split(data: bytes) -> tuple[bytes, list[bytes], bytes]:
    """(vendor, comments, what follows)."""

    def text(at: int) -> tuple[bytes, int]:
        length = int.from_bytes(data[at : at + 4], "little")
        if at + 4 + length > len(data):
            raise damaged("its comments are damaged")
        return data[at + 4 : at + 4 + length], at + 4 + length

    vendor, at = text(0)
    count = int.from_bytes(data[at : at + 4], "little")
    at += 4
    if count > _COMMENTS or at > len(data):
        raise damaged(f"it claims {count} comments")
    comments = []
    for _ in range(count):
        comment, at = text(at)
        comments.append(comment)
    return vendor, comments, data[at:]


def _front(name: str, raw: bytes) -> bool:
    """Whether a comment is a front cover."""
    if name != PICTURE:
        return False
    try:
        return base64.b64decode(raw.partition(b"=")[2][:8])[:4] == struct.pack(">I", id3.FRONT)
    except binascii.Error:
        return False
