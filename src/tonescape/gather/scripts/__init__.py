"""Screenplays: Fountain, Final Draft FDX, PDF and plain text, to the record `Script`."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from tonescape.core.errors import ScriptError
from tonescape.core.records import Script

if TYPE_CHECKING:
    from tonescape.gather.scripts.lines import Element, Reading

MAX_BYTES = 16 << 20
"""bytes of a text or FDX script; the longest of 1,100 looked at has .9 MB"""

MAX_PDF_BYTES = 128 << 20
"""bytes of a PDF; scans are large, and are told apart only once open"""

MIN_SPEECHES = 0.02
"""share of lines that are names over a speech, below which a text without headings is prose and not a script"""


def read_script(path: str | os.PathLike[str]) -> Script:
    """Reads one screenplay, whatever its format; the format is told by content first, then by name.

    Raises ScriptError, one line, for a file that is missing, empty, binary, huge, locked, scanned, broken or prose.
    """
    from tonescape.gather.scripts.scenes import script_of

    path = Path(path)
    head = _head(path)
    if head.startswith(b"%PDF"):
        _check_size(path, MAX_PDF_BYTES)
        from tonescape.gather.scripts import pdf, plain

        reading = plain.read(pdf.lines_of(path))
        _check_script(path, reading.elements)
        return script_of(path, reading)
    _check_size(path, MAX_BYTES)
    data = path.read_bytes()
    if _is_xml(head) or path.suffix.lower() == ".fdx":
        from tonescape.gather.scripts import fdx

        if not data.strip():
            raise ScriptError(f"{path}: the file is empty; give a screenplay as Fountain, FDX, PDF or plain text.")
        reading = fdx.read(data, str(path))
    else:
        reading = _read_text(path, data)
    if not reading.elements:
        raise ScriptError(f"{path}: there is no scene in this script.")
    return script_of(path, reading)


def parse_text(text: str, *, fountain: bool = False) -> Script:
    """A Script of text already in memory, such as a scene pasted into a page. path is None."""
    from tonescape.gather.scripts import fountain as fountain_reader
    from tonescape.gather.scripts import plain
    from tonescape.gather.scripts.scenes import script_of

    return script_of(None, fountain_reader.read(text) if fountain else plain.read(plain.to_lines(text)))


def _read_text(path: Path, data: bytes) -> Reading:
    from tonescape.gather.scripts import fountain, plain
    from tonescape.gather.scripts.text import text_of

    text = text_of(data, str(path))
    if path.suffix.lower() in (".fountain", ".spmd"):
        return fountain.read(text)
    reading = plain.read(plain.to_lines(text))
    _check_script(path, reading.elements)
    return reading


def _check_script(path: Path, elements: list[Element]) -> None:
    """Prose has no headings and next to no names above speeches."""
    from tonescape.gather.scripts.headings import marked_heading, timed_heading

    titles = [element.text for element in elements if element.kind == "heading"]
    if any(marked_heading(title) or timed_heading(title) for title in titles):
        return
    words = sum(len(element.text.split()) for element in elements)
    names = sum(element.kind == "character" for element in elements)
    if words >= 400 and names < MIN_SPEECHES * len(elements) + 1:
        raise ScriptError(
            f"{path}: this reads as prose, not as a screenplay: no scene headings and no names above speeches. "
            "Start each scene with a line such as INT. KITCHEN - NIGHT."
        )


def _head(path: Path) -> bytes:
    if path.is_dir():
        raise ScriptError(f"{path}: this is a folder; give one screenplay (Fountain, FDX, PDF or plain text).")
    if path.exists() and not path.is_file():
        raise ScriptError(f"{path}: this is not a regular file.")
    try:
        with path.open("rb") as file:
            return file.read(1024).lstrip(b"\xef\xbb\xbf \t\r\n")
    except FileNotFoundError:
        raise ScriptError(f"{path}: no such file.") from None
    except OSError as problem:
        raise ScriptError(f"{path}: cannot be opened ({problem.strerror}).") from None


def _check_size(path: Path, limit: int) -> None:
    size = path.stat().st_size
    if size > limit:
        raise ScriptError(f"{path}: the file has {size / 1e6:.0f} MB; a screenplay has at most {limit / 1e6:.0f} MB.")


def _is_xml(head: bytes) -> bool:
    return bool(re.match(rb"(?:\xff\xfe|\xfe\xff)?<\x00?\x00?(?:\?|F|!)", head))
