"""Ogg (RFC 3533): pages, and the header packets of Vorbis, Opus (RFC 7845), FLAC and Speex in it."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import BinaryIO

from tonescape.gather.tagging.tagset import TAG_CAP, TagSet, damaged, read_at
from tonescape.gather.tagging.vorbis import read_comments

HEADERS = {b"\x01vorbis": (3, b"\x03vorbis"), b"OpusHead": (2, b"OpusTags")}
"""first packet's beginning -> (number of header packets, the comment packet's beginning)"""

_ONLY_READ = {b"\x7fFLAC": (2, b"\x04"), b"Speex   ": (2, b"")}
"""the same for music whose tags are read and not written; a block header of FLAC is four bytes"""

CONTINUED, FIRST = 1, 2
"""flags of a page"""

_STREAMS = 64
"""most streams side by side that are looked at"""


@dataclass(frozen=True, slots=True)
class Page:
    """flags, granule, serial, number and lacing as in RFC 3533 section 6; body; where the next page begins."""

    flags: int
    granule: bytes
    serial: bytes
    number: int
    lacing: bytes
    body: bytes
    end: int


def read(file: BinaryIO, size: int) -> list[TagSet]:
    """The comments of the first stream that is music. SongError where they are damaged."""
    at = 0
    for _ in range(_STREAMS):
        first = read_page(file, at)
        for kind, (_, begins) in (HEADERS | _ONLY_READ).items():
            if first.body.startswith(kind):
                packet = header_packets(file, first, 1, alone=False)[0][0]
                if not packet.startswith(begins):
                    raise damaged("its second packet holds no comments")
                return [read_comments(packet[4 if kind == b"\x7fFLAC" else len(begins) :])]
        at = first.end
        if not first.flags & FIRST or at >= size:
            break
    return []


def read_page(file: BinaryIO, at: int) -> Page:
    """The page that begins at a byte. SongError where none does."""
    head = read_at(file, at, 27)
    magic, version, flags, granule, serial, number, _, count = struct.unpack("<4sBB8s4sIIB", head)
    if magic != b"OggS" or version != 0:
        raise damaged(f"no Ogg page begins at byte {at}")
    lacing = read_at(file, at + 27, count)
    body = read_at(file, at + 27 + count, sum(lacing))
    return Page(flags, granule, serial, number, lacing, body, at + 27 + count + len(body))


def header_packets(file: BinaryIO, first: Page, count: int, *, alone: bool) -> tuple[list[bytes], int, int, bool]:
    """(the `count` packets after the first, where the page after them begins, pages they took, whether that is all).

    alone : whether pages of another stream between them are an error; else they are passed over
    "All" is False where more packets begin on the last of these pages.
    """
    packets: list[bytes] = []
    part, at, pages, held = bytearray(), first.end, 0, 0
    while len(packets) < count:
        page = read_page(file, at)
        at, held = page.end, held + len(page.lacing) + 27 + len(page.body)
        if held > TAG_CAP:
            raise damaged(f"its comments are longer than {TAG_CAP} bytes")
        if page.flags & FIRST or page.serial != first.serial:
            if alone:
                raise damaged("it holds another stream beside the music, which cannot be tagged yet")
            continue
        offset, pages = 0, pages + 1
        for lace in page.lacing:
            part += page.body[offset : offset + lace]
            offset += lace
            if lace < 255:
                packets.append(bytes(part))
                part = bytearray()
    return packets[:count], at, pages, not part and len(packets) == count
