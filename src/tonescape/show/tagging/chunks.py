"""WAV (RIFF) and AIFF (IFF-85 FORM): an ID3 tag in a chunk of its own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from tonescape.gather.tagging.riff import Chunk, Form, id3_chunk, is_id3, read, read_form
from tonescape.gather.tagging.tagset import damaged, read_at
from tonescape.show.tagging import id3
from tonescape.show.tagging.parts import Change, Piece, Span, unsupported, whole

_LARGEST = 2**32 - 2


def edit(file: BinaryIO, size: int, change: Change) -> Iterable[Piece]:
    """The first ID3 chunk, which is the one that other programs read, is written anew in its place.

    Where there is none, one comes at the end and says what INFO or AIFF's text chunks say. Every other chunk stays. A
    WAV out of a pipe, whose header leaves the sound's length open, gets the lengths that it has.
    """
    form = read_form(file, size)
    if form.magic not in (b"RIFF", b"FORM"):
        raise unsupported(f"it is {form.magic.decode()}, and of WAV only RIFF can be tagged")
    if form.problem:
        raise damaged(form.problem)
    first = next((chunk for chunk in form.chunks if is_id3(chunk)), None)
    tag = whole(id3_chunk(file, first)) if first else id3.filled(read(file, size))
    new = id3.build(id3.changed(tag, change))
    name = read_at(file, first.start, 4) if first else b"ID3 " if form.order == "big" else b"id3 "
    ours = [name + len(new).to_bytes(4, form.order), new, bytes(len(new) % 2)]
    pieces: list[Piece] = []
    for chunk in form.chunks:
        pieces += ours if chunk is first else _kept(form, chunk)
    pieces += [] if first else ours
    total = 4 + sum(len(piece) if isinstance(piece, bytes) else piece.end - piece.start for piece in pieces)
    if total > _LARGEST:
        raise unsupported("it would be longer than the 4 GiB that its format can hold")
    return (form.magic + total.to_bytes(4, form.order) + form.kind, *pieces, Span(form.end, size))


def _kept(form: Form, chunk: Chunk) -> list[Piece]:
    """A chunk as it is, with its pad byte, which the last one may lack, and with its true length if it was open."""
    length = chunk.end - chunk.body
    if length > _LARGEST:
        raise unsupported("it is longer than the 4 GiB that its format can hold")
    padded = min(chunk.end + length % 2, form.end)
    header: Piece = Span(chunk.start, chunk.body)
    if form.piped and chunk.name == b"data":
        header = chunk.name + length.to_bytes(4, form.order)
    return [header, Span(chunk.body, padded), bytes(length % 2 - (padded - chunk.end))]
