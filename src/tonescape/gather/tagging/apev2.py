"""APEv1 and APEv2 (wiki.hydrogenaud.io, "APEv2 specification") at the end of a file, before an ID3v1 tag."""

from __future__ import annotations

import struct
from typing import BinaryIO

from tonescape.gather.names import western
from tonescape.gather.tagging import id3v1
from tonescape.gather.tagging.tagset import FRONT, ITEM_CAP, TEXT_CAP, AttachedPicture, TagSet, damaged, read_at

_FOOTER = 32
_NAMES = {"YEAR": "DATE", "ALBUM ARTIST": "ALBUMARTIST", "TRACK": "TRACKNUMBER", "DISC": "DISCNUMBER"}
_BINARY = 1
_PICTURES = {"COVER ART (FRONT)": FRONT, "COVER ART (BACK)": 4}


def read(file: BinaryIO, size: int) -> list[TagSet]:
    """The tag, or nothing. SongError where it is damaged."""
    end = _lyrics3_starts(file, id3v1.starts(file, size))
    if end < _FOOTER:
        return []
    magic, _, length, count = struct.unpack("<8sIII", read_at(file, end - _FOOTER, 20))
    if magic != b"APETAGEX":
        return []
    if not _FOOTER <= length <= end or count > ITEM_CAP:
        raise damaged("its APE tag is damaged")
    data = read_at(file, end - length, length - _FOOTER)
    texts: list[tuple[str, str]] = []
    pictures: list[AttachedPicture] = []
    at = 0
    for _ in range(count):
        if at + 8 > len(data):
            break
        length, flags = struct.unpack_from("<II", data, at)
        key, found, _ = data[at + 8 : at + 8 + 256].partition(b"\0")
        start = at + 8 + len(key) + 1
        if not found or start + length > len(data):
            break
        name, value = key.decode("latin-1").upper(), data[start : start + length]
        if name in _PICTURES:
            pictures.append(AttachedPicture(_PICTURES[name], value.partition(b"\0")[2]))
        elif flags >> 1 & 3 != _BINARY:
            values = western(value[:TEXT_CAP]).split("\0")
            texts += [(_NAMES.get(name, name), each) for each in values if each]
        at = start + length
    return [TagSet("APEv2", tuple(texts), tuple(pictures))]


def _lyrics3_starts(file: BinaryIO, end: int) -> int:
    """Where a Lyrics3v2 block (id3.org/Lyrics3v2) that ends here begins; `end` where there is none."""
    if end < 15 or read_at(file, end - 9, 9) != b"LYRICS200":
        return end
    length = read_at(file, end - 15, 6)
    start = end - 15 - int(length) if length.isdigit() else -1
    return start if start >= 0 and read_at(file, start, 11) == b"LYRICSBEGIN" else end
