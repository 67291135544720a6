"""WAV (RIFF, and RF64 of EBU Tech 3306) and AIFF (FORM): chunks, and the tags in them."""

from __future__ import annotations

import contextlib
import re
import struct
from dataclasses import dataclass
from typing import BinaryIO, Literal

from tonescape.core.errors import SongError
from tonescape.gather.names import western
from tonescape.gather.tagging import id3, id3_frames
from tonescape.gather.tagging.tagset import ITEM_CAP, TEXT_CAP, TagSet, damaged, read_at

_NOT_KNOWN = 0x7FFF0000
"""lengths from here on that pass the file's end are what programs write into a pipe, where they cannot come back to
say the right one: ffmpeg 0xFFFFFFFF, sox 0x7FFFF000 and 36 more, arecord 0x80000000; others write 0"""

_INFO = {
    b"INAM": "TITLE", b"IART": "ARTIST", b"IPRD": "ALBUM", b"IGNR": "GENRE", b"ICRD": "DATE", b"ICMT": "COMMENT",
    b"ITRK": "TRACKNUMBER", b"IPRT": "TRACKNUMBER", b"IMUS": "COMPOSER",
}  # fmt: skip
_INFO_NAME = re.compile(rb"I[A-Z]{3}")

_AIFF = {b"NAME": "TITLE", b"AUTH": "ARTIST", b"(c) ": "COPYRIGHT", b"ANNO": "COMMENT"}
"""text chunks of the AIFF 1.3 specification"""


@dataclass(frozen=True, slots=True)
class Chunk:
    """name : four letters; start : of its header; body, end : of what it holds, without the pad byte"""

    name: bytes
    start: int
    body: int
    end: int


@dataclass(frozen=True, slots=True)
class Form:
    """A RIFF or FORM file. magic : its first four letters; kind : WAVE, AIFF or AIFC; end : of its last chunk;
    piped : its header leaves the sound's length open; problem : where its chunks do not add up, "" where they do;
    excess : bytes by which its last chunk runs past the end."""

    magic: bytes
    kind: bytes
    order: Literal["little", "big"]
    chunks: tuple[Chunk, ...]
    end: int
    piped: bool = False
    problem: str = ""
    excess: int = 0


def read_form(file: BinaryIO, size: int) -> Form:
    """The chunks of a file, as far as they can be followed. SongError where it is no such file."""
    magic, kind = read_at(file, 0, 4), read_at(file, 8, 4)
    if magic not in (b"RIFF", b"RF64", b"BW64", b"FORM"):
        raise damaged(f"it begins with {magic!r} and not as WAV or AIFF do")
    order: Literal["little", "big"] = "big" if magic == b"FORM" else "little"
    claimed = int.from_bytes(read_at(file, 4, 4), order)
    long_data = 0
    if magic in (b"RF64", b"BW64") and read_at(file, 12, 4) == b"ds64":
        claimed, long_data = struct.unpack("<QQ", read_at(file, 20, 16))
    piped = magic == b"RIFF" and _open(claimed, 8, size)
    end = size if piped else 8 + claimed
    problem = f"its header claims {end} bytes and the file has {size}" if end > size else ""
    chunks: list[Chunk] = []
    at = 12
    excess = 0
    while at + 8 <= min(end, size) and not excess:
        header = read_at(file, at, 8)
        name, length = header[:4], int.from_bytes(header[4:], order)
        if name == b"data" and length == 0xFFFFFFFF and long_data:
            length = long_data
        if name == b"data" and magic == b"RIFF" and _open(length, at + 8, size) and (length or piped or end <= at + 8):
            length, piped, end = size - at - 8, True, size
        excess = max(0, at + 8 + length - min(end, size))
        if excess:
            problem = problem or f"its chunk at byte {at} runs past the end"
        if len(chunks) >= ITEM_CAP:
            problem = f"it has more than {ITEM_CAP} chunks"
            break
        chunks.append(Chunk(name, at, at + 8, min(at + 8 + length, size)))
        at += 8 + length + length % 2
    return Form(magic, kind, order, tuple(chunks), min(end, size), piped, problem, excess)


def _open(length: int, start: int, size: int) -> bool:
    """Whether a length is one that says nothing, and more bytes are there than it admits or fewer than it claims."""
    return start < size and (length == 0 or (length >= _NOT_KNOWN and start + length > size))


def read(file: BinaryIO, size: int) -> list[TagSet]:
    """The ID3 chunks in order, without those that are damaged past reading, then INFO or AIFF's text chunks."""
    form = read_form(file, size)
    found: list[TagSet] = []
    for chunk in filter(is_id3, form.chunks):
        with contextlib.suppress(SongError):
            found.append(id3_frames.read(id3_chunk(file, chunk)))
    texts: list[tuple[str, str]] = []
    for chunk in form.chunks:
        if form.order == "big" and chunk.name in _AIFF:
            texts.append((_AIFF[chunk.name], _text(read_at(file, chunk.body, min(chunk.end - chunk.body, TEXT_CAP)))))
        elif chunk.name == b"LIST" and chunk.end - chunk.body >= 4 and read_at(file, chunk.body, 4) == b"INFO":
            texts += _info(read_at(file, chunk.body + 4, chunk.end - chunk.body - 4))
    name = "AIFF text" if form.order == "big" else "INFO"
    return [*found, TagSet(name, tuple((key, text) for key, text in texts if text))]


def is_id3(chunk: Chunk) -> bool:
    """Whether a chunk holds an ID3 tag; programs write its name in capitals or not."""
    return chunk.name.upper() == b"ID3 "


def id3_chunk(file: BinaryIO, chunk: Chunk) -> id3.Tag:
    """The tag in a chunk. SongError where none begins there."""
    data = read_at(file, chunk.body, chunk.end - chunk.body)
    if not id3.tag_length(data[:10]):
        raise damaged(f"its ID3 chunk at byte {chunk.start} is damaged")
    return id3.parse(data)


def _info(data: bytes) -> list[tuple[str, str]]:
    """The texts of a LIST chunk of type INFO (Microsoft, Multimedia Programming Interface 1.0)."""
    texts: list[tuple[str, str]] = []
    at = 0
    while at + 8 <= len(data) and len(texts) < ITEM_CAP:
        name, length = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        text = _text(data[at + 8 : at + 8 + min(length, TEXT_CAP)])
        texts.append((_INFO.get(name, name.decode("latin-1").upper()), text))
        at += 8 + length
        if length % 2 and not (data[at : at + 1] != b"\0" and _INFO_NAME.match(data, at)):
            at += 1  # the pad byte, which some programs leave out
    return texts


def _text(raw: bytes) -> str:
    return western(raw.partition(b"\0")[0]).strip()
