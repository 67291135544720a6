"""Ogg (RFC 3533) with Vorbis or Opus (RFC 7845): the header packets are paged anew, later pages renumbered."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from tonescape.gather.tagging.ogg import CONTINUED, HEADERS, Page, header_packets, read_page
from tonescape.gather.tagging.tagset import damaged
from tonescape.show.tagging.parts import Change, Piece, Span, unsupported
from tonescape.show.tagging.vorbis import changed_comments

_FLIP = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def packed(page: Page, number: int) -> bytes:
    """The page's bytes under a number of its own, checksum included."""
    head = struct.pack("<4sBB8s4sI", b"OggS", 0, page.flags, page.granule, page.serial, number)
    tail = bytes((len(page.lacing),)) + page.lacing + page.body
    return head + struct.pack("<I", checksum(head + bytes(4) + tail)) + tail


def checksum(page: bytes) -> int:
    """Ogg's CRC: polynomial 0x04C11DB7, start 0, no reflection. zlib's is the same polynomial mirrored."""
    mirrored = zlib.crc32(page.translate(_FLIP), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{mirrored:032b}"[::-1], 2)


def edit_ogg(file: BinaryIO, size: int, change: Change) -> Iterable[Piece]:
    """Vorbis and Opus; a second stream beside the music is refused, one that follows it stays as it is."""
    first = read_page(file, 0)
    kind = next((kind for kind in HEADERS if first.body.startswith(kind)), None)
    if kind is None:
        raise unsupported("it holds neither Vorbis nor Opus, and other streams in Ogg cannot be tagged yet")
    count, begins = HEADERS[kind]
    packets, after, pages, complete = header_packets(file, first, count - 1, alone=True)
    if not complete:
        raise unsupported("its music begins on the same page as its comments")
    if not packets[0].startswith(begins):
        raise damaged("its second packet holds no comments")
    packets[0] = begins + changed_comments(packets[0][len(begins) :], change, picture=True)
    head = list(_paged(packets, first.serial))
    return _renumbered(file, size, first, head, after, pages)


def _renumbered(file: BinaryIO, size: int, first: Page, head: list[Page], after: int, old: int) -> Iterator[Piece]:
    yield packed(first, first.number)
    for number, page in enumerate(head):
        yield packed(page, first.number + 1 + number)
    shift, at = len(head) - old, after
    if not shift:
        yield Span(after, size)
        return
    while at < size:
        page = read_page(file, at)
        if page.serial != first.serial:
            # A chained stream: it numbers its own pages, and so does everything behind it.
            yield Span(at, size)
            return
        yield packed(page, page.number + shift & 0xFFFFFFFF)
        at = page.end


def _paged(packets: list[bytes], serial: bytes) -> Iterator[Page]:
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
        yield Page(CONTINUED if continued else 0, bytes(8) if ends else b"\xff" * 8, serial, 0, lacing, body, 0)
        continued = not page[-1][1]
