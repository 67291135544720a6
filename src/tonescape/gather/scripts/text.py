"""Bytes to text: UTF-8, UTF-16 with a mark, or the legacy Western encoding; binary files are refused."""

from __future__ import annotations

import re

from tonescape.core.errors import ScriptError

_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_DOUBLE = re.compile("Â([\x80-\xbf])")
_CONTROL = bytes(range(0x00, 0x09)) + bytes(range(0x0E, 0x1B)) + b"\x7f"

CONTROL_SHARE = 0.02
"""share of control bytes above which a file is binary; text has none but form feeds and tabs"""


def text_of(data: bytes, name: str) -> str:
    """The text of a file with newlines as \\n. Raises ScriptError for an empty or binary file.

    name : for the message
    """
    if not data.strip():
        raise ScriptError(f"{name}: the file is empty; give a screenplay as Fountain, FDX, PDF or plain text.")
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            text = data.decode(encoding, errors="replace")
            break
    else:
        sample = data[:65536]
        if len(sample) - len(sample.translate(None, _CONTROL)) > CONTROL_SHARE * len(sample):
            raise ScriptError(f"{name}: this is a binary file; give a screenplay as Fountain, FDX, PDF or plain text.")
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            text = data.decode("cp1252", errors="replace")
    text = _DOUBLE.sub(r"\1", text).replace("\xad", "").replace("\xa0", " ").replace("\x00", "")
    if not text.strip():
        raise ScriptError(f"{name}: the file holds no words; give a screenplay as Fountain, FDX, PDF or plain text.")
    return text.replace("\r\n", "\n").replace("\r", "\n")
