"""ID3v2.2, 2.3 and 2.4 (id3.org: id3v2-00, id3v2.3.0, id3v2.4.0-structure) as raw frames that stay as they are."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import BinaryIO

from tonescape.show.tagging.parts import TAG_CAP, Change, Piece, Span, damaged, read_at, settle

FRONT = 3
"""picture type "cover (front)", id3v2.4.0-frames section 4.14; FLAC uses the same numbers"""

_NAME = re.compile(rb"[A-Z][A-Z0-9]{2,3}\Z")
_UNSYNC, _EXTENDED = 0x80, 0x40
_OPAQUE = {3: 0xE0, 4: 0x4C}
"""format flags (second flag byte) of frames that are grouped, compressed or encrypted: never looked into"""


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame. name : 3 (v2.2) or 4 letters; flags : 0 or 2 bytes; body : as stored."""

    name: bytes
    flags: bytes
    body: bytes


@dataclass(frozen=True, slots=True)
class Tag:
    """A whole tag. version : 2, 3 or 4; unsync : v2.4's header flag: every frame is unsynchronised."""

    version: int
    frames: tuple[Frame, ...]
    unsync: bool = False


def edit_mp3(file: BinaryIO, size: int, change: Change) -> Iterable[Piece]:
    """MP3 and ADTS: the tag in front is written anew, everything behind it stays."""
    head = read_at(file, 0, min(10, size))
    length = tag_length(head)
    if length > size:
        raise damaged("its ID3 tag claims more bytes than the file has")
    tag = parse(read_at(file, 0, length)) if length else Tag(3, ())
    return (build(changed(tag, change)), Span(length, size))


def tag_length(head: bytes) -> int:
    """Bytes of the tag that begins with these ten, header and footer included; 0 where none begins."""
    if len(head) < 10 or head[:3] != b"ID3" or head[3] not in (2, 3, 4) or max(head[6:10]) > 127:
        return 0
    return 10 + _unsafe(head[6:10]) + (10 if head[3] == 4 and head[5] & 0x10 else 0)


def parse(data: bytes) -> Tag:
    """A tag's frames. OutputError where they do not add up."""
    version, flags = data[3], data[5]
    body = data[10 : 10 + _unsafe(data[6:10])]
    if version == 2 and flags & _EXTENDED:
        raise damaged("its ID3v2.2 tag is compressed as a whole")
    if version < 4 and flags & _UNSYNC:
        body = body.replace(b"\xff\x00", b"\xff")
    at = 0
    if version > 2 and flags & _EXTENDED:
        # The extended header holds a checksum and the padding's length: both would be wrong afterwards.
        at = _unsafe(body[:4]) if version == 4 else 4 + int.from_bytes(body[:4], "big")
    frames = []
    width, header = (3, 6) if version == 2 else (4, 10)
    while at + header <= len(body) and body[at : at + width].strip(b"\0"):
        name = body[at : at + width]
        length = _frame_length(body, at, version)
        if not _NAME.match(name) or at + header + length > len(body):
            raise damaged(f"its ID3 tag is damaged at byte {10 + at}")
        frames.append(Frame(name, body[at + 8 : at + header] if width == 4 else b"", body[at + header :][:length]))
        at += header + length
    return Tag(version, tuple(frames), unsync=version == 4 and bool(flags & _UNSYNC))


def build(tag: Tag) -> bytes:
    """The tag's bytes, without extended header, footer or padding."""
    body = bytearray()
    for frame in tag.frames:
        length = len(frame.body)
        if tag.version == 2:
            body += frame.name + length.to_bytes(3, "big") + frame.body
        else:
            body += frame.name + (_safe(length) if tag.version == 4 else struct.pack(">I", length)) + frame.flags
            body += frame.body
    if len(body) > TAG_CAP:
        raise damaged(f"its ID3 tag would grow to {len(body)} bytes")
    return b"ID3" + bytes((tag.version, 0, _UNSYNC if tag.unsync else 0)) + _safe(len(body)) + bytes(body)


def changed(tag: Tag, change: Change) -> Tag:
    """The tag with the change made: our own texts and the front cover replaced, every other frame untouched."""
    present = {name.upper(): text for name, text in (_own_text(tag, frame) for frame in tag.frames) if name}
    tags = settle(change, present)
    replaced = {name for name, _ in tags}
    kept = [
        frame
        for frame in tag.frames
        if _own_text(tag, frame)[0].upper() not in replaced and not (change.cover is not None and _is_front(tag, frame))
    ]
    new = [_new(tag, "TXXX", _text(name) + _text(text)[1:]) for name, text in tags]
    if change.cover is not None:
        kind = b"\0JPG" if tag.version == 2 else b"\0image/jpeg\0"
        new.append(_new(tag, "APIC", kind + bytes((FRONT, 0)) + change.cover))
    return Tag(tag.version, (*kept, *new), tag.unsync)


def _new(tag: Tag, name: str, body: bytes) -> Frame:
    if tag.version == 2:
        return Frame({"TXXX": b"TXX", "APIC": b"PIC"}[name], b"", body)
    if tag.unsync:
        body = body.replace(b"\xff\x00", b"\xff\x00\x00")
        body = re.sub(rb"\xff(?=[\xe0-\xff])", b"\xff\x00", body) + (b"\0" if body[-1:] == b"\xff" else b"")
        return Frame(name.encode(), b"\x00\x02", body)
    return Frame(name.encode(), b"\x00\x00", body)


def _text(text: str) -> bytes:
    """Encoding byte 0 and a terminated Latin-1 string: our tags are ASCII, which every version and reader knows."""
    return b"\0" + text.encode("ascii", "replace") + b"\0"


def _content(tag: Tag, frame: Frame) -> bytes:
    """A frame's body in the clear, or b"" where it is grouped, compressed or encrypted."""
    if tag.version == 2:
        return frame.body
    form = frame.flags[1]
    if form & _OPAQUE[tag.version]:
        return b""
    body = frame.body
    if tag.version == 4:
        body = body[4:] if form & 0x01 else body
        body = body.replace(b"\xff\x00", b"\xff") if form & 0x02 or tag.unsync else body
    return body


def _own_text(tag: Tag, frame: Frame) -> tuple[str, str]:
    """(description, value) of a user text frame, ("", "") for any other."""
    if frame.name not in (b"TXXX", b"TXX"):
        return "", ""
    body = _content(tag, frame)
    codec = {0: "latin-1", 1: "utf-16", 2: "utf-16-be", 3: "utf-8"}.get(body[0] if body else 0, "latin-1")
    text = body[1:].decode(codec, "replace").split("\0")
    return text[0].lstrip("\ufeff"), (text[1] if len(text) > 1 else "").lstrip("\ufeff")


def _is_front(tag: Tag, frame: Frame) -> bool:
    body = _content(tag, frame)
    if frame.name == b"PIC":
        return body[4:5] == bytes((FRONT,))
    return frame.name == b"APIC" and body[1:].partition(b"\0")[2][:1] == bytes((FRONT,))


def _frame_length(body: bytes, at: int, version: int) -> int:
    """A frame's length. Old iTunes wrote v2.4 lengths as plain numbers, which shows in what follows the frame."""
    if version == 2:
        return int.from_bytes(body[at + 3 : at + 6], "big")
    plain = int.from_bytes(body[at + 4 : at + 8], "big")
    if version == 3 or plain < 128:
        return plain
    safe = _unsafe(body[at + 4 : at + 8])
    if max(body[at + 4 : at + 8]) > 127:
        return plain
    return safe if _fits(body, at + 10 + safe) or not _fits(body, at + 10 + plain) else plain


def _fits(body: bytes, end: int) -> bool:
    """Whether a frame may end here: at the tag's end, at padding or at another frame."""
    follows = body[end : end + 4]
    return end == len(body) or (end < len(body) and (not follows.strip(b"\0") or bool(_NAME.match(follows))))


def _unsafe(data: bytes) -> int:
    """Synchsafe integer: seven bits a byte (id3v2.4.0-structure section 6.2)."""
    number = 0
    for byte in data:
        number = number << 7 | byte & 127
    return number


def _safe(number: int) -> bytes:
    return bytes(number >> shift & 127 for shift in (21, 14, 7, 0))
