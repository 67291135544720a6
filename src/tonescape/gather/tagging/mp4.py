"""MP4/M4A (ISO/IEC 14496-12): atoms, and iTunes' list of tags in moov/udta/meta/ilst."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO, TypeAlias

from tonescape.gather.names import western
from tonescape.gather.tagging.id3v1 import genre_name
from tonescape.gather.tagging.tagset import (
    ITEM_CAP,
    TEXT_CAP,
    AttachedPicture,
    TagSet,
    damaged,
    free_name,
    numbered,
    read_at,
)

Atom: TypeAlias = tuple[bytes, bytes]
"""(type, payload)"""

_NAMES = {
    b"\xa9nam": "TITLE", b"\xa9ART": "ARTIST", b"aART": "ALBUMARTIST", b"\xa9alb": "ALBUM", b"\xa9gen": "GENRE",
    b"\xa9day": "DATE", b"\xa9lyr": "LYRICS", b"\xa9wrt": "COMPOSER", b"\xa9cmt": "COMMENT",
}  # fmt: skip
_UTF_16, _IMAGES = 2, (13, 14, 27, 0)
"""types of a data atom (QuickTime File Format, "Well-known types"): 13 JPEG, 14 PNG, 27 BMP, 0 not said"""


def read(file: BinaryIO, size: int) -> list[TagSet]:
    """The list of tags, or nothing. SongError where it is damaged."""
    moov = next((read_at(file, body, end - body) for kind, _, body, end in top(file, size) if kind == b"moov"), b"")
    meta = dict(children(dict(children(moov)).get(b"udta", b""))).get(b"meta", b"")
    items = children(dict(children(meta[len(meta_prefix(meta)) :])).get(b"ilst", b""))
    texts: list[tuple[str, str]] = []
    pictures: list[AttachedPicture] = []
    for kind, payload in items:
        inner = children(payload) if kind else []
        values = [(int.from_bytes(data[1:4], "big"), data[8:]) for name, data in inner if name == b"data"]
        if kind == b"covr":
            pictures += [AttachedPicture(0, data) for form, data in values if form in _IMAGES and data]
        elif kind == b"gnre":
            texts += numbered("GENRE", [genre_name(int.from_bytes(data[:2], "big") - 1) for _, data in values])
        elif name := free_form_name(inner) if kind == b"----" else _NAMES.get(kind, ""):
            found = [_text(form, data) for form, data in values]
            texts += numbered(free_name(name, "----") if kind == b"----" else name, found)
    return [TagSet("MP4", tuple(texts), tuple(pictures))]


def top(file: BinaryIO, size: int) -> Iterator[tuple[bytes, int, int, int]]:
    """(type, start, payload's start, end) of each atom of the file."""
    at = 0
    for _ in range(ITEM_CAP):
        if at + 8 > size:
            return
        length, kind = struct.unpack(">I4s", read_at(file, at, 8))
        body = at + 8
        if length == 1:
            length, body = int.from_bytes(read_at(file, at + 8, 8), "big"), at + 16
        end = size if length == 0 else at + length
        if end < body or end > size:
            raise damaged(f"its atom at byte {at} claims more than the file has")
        yield kind, at, body, end
        at = end
    raise damaged(f"it has more than {ITEM_CAP} atoms")


def children(payload: bytes) -> list[Atom]:
    """The atoms in a payload; four zero bytes at the end of a QuickTime `udta` are kept as an atom without type."""
    found: list[Atom] = []
    at = 0
    while at < len(payload):
        length = int.from_bytes(payload[at : at + 4], "big")
        if at + 8 > len(payload) or length == 0:
            if payload[at:].strip(b"\0"):
                raise damaged("its MP4 header is damaged")
            found.append((b"", payload[at:]))
            break
        if length < 8 or at + length > len(payload) or len(found) >= ITEM_CAP:
            raise damaged("its MP4 header is damaged")
        found.append((payload[at + 4 : at + 8], payload[at + 8 : at + length]))
        at += length
    return found


def meta_prefix(meta: bytes) -> bytes:
    """The version field in front of `meta`'s children: MP4's has one, QuickTime's has none."""
    return b"" if meta[4:8] == b"hdlr" else meta[:4]


def free_form_name(inner: list[Atom]) -> str:
    """Upper-case name of a free-form item ("----"), from its atoms; "" where it has none."""
    return dict(inner).get(b"name", b"")[4:].decode("utf-8", "replace").upper()


def _text(form: int, data: bytes) -> str:
    return data[:TEXT_CAP].decode("utf-16-be", "replace") if form == _UTF_16 else western(data[:TEXT_CAP])
