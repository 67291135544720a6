"""WAV (RIFF) and AIFF (IFF-85 FORM): an ID3 tag in a chunk of its own, at the end."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO, Literal

from tonescape.show.tagging import id3
from tonescape.show.tagging.parts import Change, Piece, Span, damaged, read_at

_LARGEST = 2**32 - 2
_CHUNKS = 100_000
"""most chunks that are looked at in one file"""


def edit_wav(file: BinaryIO, size: int, change: Change) -> Iterable[Piece]:
    """RIFF, little-endian lengths."""
    return _edit(file, size, change, b"RIFF", "little", b"id3 ")


def edit_aiff(file: BinaryIO, size: int, change: Change) -> Iterable[Piece]:
    """FORM, big-endian lengths."""
    return _edit(file, size, change, b"FORM", "big", b"ID3 ")


def _edit(
    file: BinaryIO, size: int, change: Change, magic: bytes, order: Literal["little", "big"], name: bytes
) -> Iterable[Piece]:
    head = read_at(file, 0, 12)
    if head[:4] != magic:
        raise damaged(f"it begins with {head[:4]!r}, and only {magic.decode()} can be tagged here")
    end = 8 + int.from_bytes(head[4:8], order)
    if end > size:
        raise damaged(f"its header claims {end} bytes and the file has {size}")
    tag = id3.Tag(3, ())
    kept: list[Span] = []
    at = 12
    while at + 8 <= end:
        if len(kept) > _CHUNKS:
            raise damaged(f"it has more than {_CHUNKS} chunks")
        header = read_at(file, at, 8)
        length = int.from_bytes(header[4:8], order)
        after = at + 8 + length + length % 2
        if at + 8 + length > end:
            raise damaged(f"its chunk at byte {at} runs past the end")
        if header[:4].upper() == b"ID3 ":
            data = read_at(file, at + 8, length)
            if id3.tag_length(data[:10]) > length or not id3.tag_length(data[:10]):
                raise damaged(f"its ID3 chunk at byte {at} is damaged")
            tag = id3.parse(data)
        else:
            kept.append(Span(at, min(after, end)))
        at = after
    new = id3.build(id3.changed(tag, change))
    # A last chunk of odd length may lack its pad byte; without it ours would begin at an odd place.
    pad = b"\0" if sum(span.end - span.start for span in kept) % 2 else b""
    chunk = pad + name + len(new).to_bytes(4, order) + new + b"\0" * (len(new) % 2)
    total = 4 + sum(span.end - span.start for span in kept) + len(chunk)
    if total > _LARGEST:
        raise damaged("with a cover it would be longer than the 4 GiB that its format can hold")
    return (magic + total.to_bytes(4, order) + head[8:12], *kept, chunk, Span(end, size))
