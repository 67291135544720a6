"""Which tags a file may carry, and in which order they are believed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, TypeAlias

from tonescape.core.errors import SongError
from tonescape.gather.tagging import apev2, id3, id3_frames, id3v1, mp4, ogg, riff, vorbis
from tonescape.gather.tagging.tagset import TagSet, read_at

Reader: TypeAlias = Callable[[BinaryIO, int], list[TagSet]]
"""(file, its size in bytes) -> its tags of one format, first the one that is believed first"""


def read_tag_sets(path: Path) -> tuple[TagSet, ...]:
    """Every tag in a file that our parsers know, first the one that is believed first; () where there is none.

    The order is TagLib's: the container's own before a foreign one, ID3v2 before APEv2 before ID3v1, of two of a kind
    the first; in WAV and AIFF the ID3 chunk before INFO and text chunks. A tag that is damaged past reading is left
    out, so that the others and what ffmpeg finds still count. The cost is bounded by tagset's caps.
    Errors: OSError where the file cannot be read.
    """
    size = path.stat().st_size
    found: list[TagSet] = []
    with path.open("rb") as file:
        for reader in _readers(file, size):
            try:
                found += reader(file, size)
            except SongError:
                continue
    return tuple(tags for tags in found if tags.texts or tags.pictures)


def _readers(file: BinaryIO, size: int) -> Iterator[Reader]:
    head = read_at(file, 0, min(12, size))
    if head[:4] == b"OggS":
        yield ogg.read
    elif head[:4] in (b"RIFF", b"RF64", b"BW64", b"FORM"):
        yield riff.read
    elif head[4:8] == b"ftyp":
        yield mp4.read
    elif head[:4] != b"\x1aE\xdf\xa3":  # Matroska: ffmpeg reads its tags, and its end is not looked at
        if head[:4] == b"fLaC" or _flac_behind_id3(file, size):
            yield vorbis.read_flac
        yield from (_read_id3, apev2.read, id3v1.read)


def _read_id3(file: BinaryIO, size: int) -> list[TagSet]:
    return [id3_frames.read(tag) for tag in id3.in_front(file, size)[0]]


def _flac_behind_id3(file: BinaryIO, size: int) -> bool:
    start = id3.end_of_tags(file, size)
    return 0 < start <= size - 4 and read_at(file, start, 4) == b"fLaC"
