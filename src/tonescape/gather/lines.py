"""Lines of a text file of unknown encoding, size and honesty, in bounded memory."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from tonescape.core.errors import PlaylistError, SongError
from tonescape.gather.media import check_plain
from tonescape.gather.names import clean, western

MAX_BYTES = 256 * 2**20
"""bytes read of one playlist or table; 10,000 rows of an export are about 5 MB"""

CHUNK = 65_536
"""bytes read at a time"""


def lines(path: Path, max_line: int) -> Iterator[str]:
    """The lines of a text file as text: what is no UTF-8 is Windows-1252 or Latin-1. Else as `byte_lines`."""
    return map(western, byte_lines(path, max_line))


def byte_lines(path: Path, max_line: int) -> Iterator[bytes]:
    r"""The lines of a text file without their ends (\n, \r\n or \r); UTF-16 becomes UTF-8.

    max_line : bytes kept of a line; the rest of a longer one is read past, not kept
    A byte order mark at the beginning of a line is left out: files that were joined have one in their middle.
    Errors: PlaylistError for a file that cannot be read, or is longer than MAX_BYTES (after the lines within it).
    """
    try:
        check_plain(path)
        with path.open("rb") as handle:
            for raw in _raw_lines(_utf8_chunks(handle, path), max_line):
                yield raw.removeprefix(codecs.BOM_UTF8)
    except SongError as problem:
        raise PlaylistError(str(problem)) from None
    except OSError as problem:
        raise PlaylistError(f"{clean(str(path))}: {(problem.strerror or 'cannot be read').lower()}") from None


def _utf8_chunks(handle: BinaryIO, path: Path) -> Iterator[bytes]:
    """The file in pieces; UTF-16 becomes UTF-8, everything else passes as it is."""
    taken = 0
    decoder: codecs.IncrementalDecoder | None = None
    while chunk := handle.read(CHUNK):
        if taken == 0 and (encoding := _utf16(chunk)):
            decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        taken += len(chunk)
        if taken > MAX_BYTES:
            raise PlaylistError(
                f"{clean(str(path))}: longer than {MAX_BYTES // 2**20} MB; the rest is not read. Split the file"
            )
        yield decoder.decode(chunk).encode("utf-8", "replace") if decoder else chunk


def _utf16(head: bytes) -> str | None:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    # UTF-16 without a mark: the upper bytes of line ends, slashes and endings such as .mp3 are zero, so one half of
    # the bytes has zeros and the other has none but for a rare character such as U+3000.
    sample = head[:1024]
    half = len(sample) // 2
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if half >= 4 and max(even, odd) >= 0.1 * half and 4 * min(even, odd) < max(even, odd):
        return "utf-16-le" if odd > even else "utf-16-be"
    return None


def _raw_lines(chunks: Iterator[bytes], max_line: int) -> Iterator[bytes]:
    r"""Splits at \n, \r\n and \r. `held` is the beginning of a line whose end has not come yet."""
    held = b""
    for chunk in chunks:
        if len(held) > max_line and not held.endswith(b"\r") and b"\n" not in chunk and b"\r" not in chunk:
            continue  # in the middle of a line that is too long: what is kept of it is kept already
        text = held + chunk
        # a \r at the very end may be half of a \r\n
        tail = b"\r" if text.endswith(b"\r") else b""
        parts = text[: len(text) - len(tail)].splitlines(keepends=True)
        held = b""
        if parts and not parts[-1].endswith((b"\n", b"\r")):
            held = parts.pop()[: max_line + 1]
        held += tail
        for part in parts:
            yield part.rstrip(b"\r\n")[:max_line]
    if held:
        yield held.rstrip(b"\r\n")[:max_line]
