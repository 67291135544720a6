"""Ogg (RFC 3533) with Vorbis or Opus (RFC 7845): the header packets are paged anew, later pages renumbered."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from tonescape.show.tagging.parts import TAG_CAP, Change, Piece, Span, damaged, read_at
from tonescape.show.tagging.vorbis import changed_comments

_FLIP = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
_HEADERS = {b"\x01vorbis": (3, b"\x03vorbis"), b"OpusHead": (2, b"OpusTags")}
"""first packet's beginning -> (number of header packets, the comment packet's beginning)"""

_CONTINUED, _FIRST = 1, 2


@dataclass(frozen=True, slots=True)
class _Page:
    """flags, granule, serial, number and lacing as in RFC 3533 section 6; body; where the next page begins."""

    flags: int
    granule: bytes
    serial: bytes
    number: int
    lacing: bytes
    body: bytes
    end: int

    def packed(self, number: int) -> bytes:
        """The page's bytes under a number of its own, checksum included."""
        head = struct.pack("<4sBB8s4sI", b"OggS", 0, self.flags, self.granule, self.serial, number)
        tail = bytes((len(self.lacing),)) + self.lacing + self.body
        return head + struct.pack("<I", checksum(head + bytes(4) + tail)) + tail


def checksum(page: bytes) -> int:
    """Ogg's CRC: polynomial 0x04C11DB7, start 0, no reflection. zlib's is the same polynomial mirrored."""
    mirrored = zlib.crc32(page.translate(_FLIP), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{mirrored:032b}"[::-1], 2)


def edit_ogg(file: BinaryIO, size: int, change: Change) -> Iterable[Piece]:
    """Vorbis and Opus; a second stream beside the music is refused, one that follows it stays as it is."""
    first = _page(file, 0)
    kind = next((kind for kind in _HEADERS if first.body.startswith(kind)), None)
    if kind is None:
        raise damaged("it holds neither Vorbis nor Opus, and other music in Ogg cannot be tagged yet")
    count, begins = _HEADERS[kind]
    packets, after, pages = _header_packets(file, first, count - 1)
    if not packets[0].startswith(begins):
        raise damaged("its second packet holds no comments")
    packets[0] = begins + changed_comments(packets[0][len(begins) :], change, picture=True)
    head = list(_paged(packets, first.serial))
    return _renumbered(file, size, first, head, after, pages)


def _renumbered(file: BinaryIO, size: int, first: _Page, head: list[_Page], after: int, old: int) -> Iterator[Piece]:
    yield first.packed(first.number)
    for number, page in enumerate(head):
        yield page.packed(first.number + 1 + number)
    shift, at = len(head) - old, after
    if not shift:
        yield Span(after, size)
        return
    while at < size:
        page = _page(file, at)
        if page.serial != first.serial:
            # A chained stream: it numbers its own pages, and so does everything behind it.
            yield Span(at, size)
            return
        yield page.packed(page.number + shift & 0xFFFFFFFF)
        at = page.end


def _page(file: BinaryIO, at: int) -> _Page:
    head = read_at(file, at, 27)
    magic, version, flags, granule, serial, number, _, count = struct.unpack("<4sBB8s4sIIB", head)
    if magic != b"OggS" or version != 0:
        raise damaged(f"no Ogg page begins at byte {at}")
    lacing = read_at(file, at + 27, count)
    body = read_at(file, at + 27 + count, sum(lacing))
    return _Page(flags, granule, serial, number, lacing, body, at + 27 + count + len(body))


def _header_packets(file: BinaryIO, first: _Page, count: int) -> tuple[list[bytes], int, int]:
    """(the `count` packets after the first, where the page after them begins, pages they took)."""
    packets: list[bytes] = []
    part, at, pages, held = bytearray(), first.end, 0, 0
    while len(packets) < count:
        page = _page(file, at)
        if page.flags & _FIRST or page.serial != first.serial:
            raise damaged("it holds another stream beside the music")
        offset, pages, at, held = 0, pages + 1, page.end, held + len(page.body)
        if held > TAG_CAP:
            raise damaged(f"its comments are longer than {TAG_CAP} bytes")
        for lace in page.lacing:
            part += page.body[offset : offset + lace]
            offset += lace
            if lace < 255:
                packets.append(bytes(part))
                part = bytearray()
    if part or len(packets) > count:
        raise damaged("its music begins on the same page as its comments")
    return packets, at, pages


def _paged(packets: list[bytes], serial: bytes) -> Iterator[_Page]:
    """Packets as pages of 255 segments. Granule 0 where a packet ends, -1 where none does (RFC 3533 section 6)."""
    segments: list[tuple[bytes, bool]] = []
    for packet in packets:
        for at in range(0, len(packet) + 1, 255):
            segment = packet[at : at + 255]
            segments.append((segment, len(segment) < 255))
    continued = False
    for start in range(0, len(segments), 255):
        page = segments[start : start + 255]
        ends = any(last for _, last in page)
        body = b"".join(segment for segment, _ in page)
        lacing = bytes(len(segment) for segment, _ in page)
        yield _Page(_CONTINUED if continued else 0, bytes(8) if ends else b"\xff" * 8, serial, 0, lacing, body, 0)
        continued = not page[-1][1]
