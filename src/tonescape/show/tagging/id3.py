"""ID3v2 written: the frames that are not ours stay to the byte (id3.org: id3v2-00, id3v2.3.0, id3v2.4.0-structure)."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Sequence
from typing import BinaryIO

from tonescape.gather.tagging import apev2, id3v1
from tonescape.gather.tagging.id3 import Frame, Tag, content, in_front, tag_length
from tonescape.gather.tagging.id3_frames import NAMES, attached_picture, user_text
from tonescape.gather.tagging.tagset import FRONT, TAG_CAP, AttachedPicture, TagSet, read_at
from tonescape.show.tagging.parts import Change, Piece, Span, settle, unsupported, whole

_UNSYNC = 0x80
_FRAMES = {name: frame for frame, name in reversed(NAMES.items()) if len(frame) == 4}
"""the frame of each name that ID3v2.3 and 2.4 have one for; DATE is TDRC, and TYER in 2.3"""


def edit_mp3(file: BinaryIO, size: int, change: Change) -> Iterable[Piece]:
    """MP3 and ADTS: the first tag in front is written anew, everything behind it stays.

    A first ID3v2 tag hides APEv2 and ID3v1 tags from most players, so it is given what they say.
    """
    tags, _ = in_front(file, size)
    if not tags:
        return (build(changed(filled([*apev2.read(file, size), *id3v1.read(file, size)]), change)), Span(0, size))
    length = tag_length(read_at(file, 0, 10))
    return (build(changed(whole(tags[0]), change)), Span(length, size))


def filled(sets: Sequence[TagSet]) -> Tag:
    """A new tag that says what a file's other tags say in fields that ID3v2 has, and holds their pictures.

    Version 2.3, which the most players read, unless a date is more than a year or a field has several values.
    """
    names = dict.fromkeys(name for tags in sets for name, _ in tags.texts if name in (*_FRAMES, "COMMENT", "LYRICS"))
    fields = {name: next(filter(None, (tags.values(name) for tags in sets)), []) for name in names}
    dates = [*fields.get("DATE", ()), *fields.get("ORIGINALDATE", ())]
    later = any(len(values) > 1 for values in fields.values()) or any(len(date) > 4 for date in dates)
    version = 4 if later else 3
    frames = [_field(name, values, version) for name, values in fields.items() if values]
    for picture in next((tags.pictures for tags in sets if tags.pictures), ()):
        frames.append(_new(Tag(version, ()), "APIC", _picture(picture, short=False)))
    return Tag(version, tuple(frames))


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
        raise unsupported(f"its ID3 tag would grow to {len(body)} bytes")
    return b"ID3" + bytes((tag.version, 0, _UNSYNC if tag.unsync else 0)) + _safe(len(body)) + bytes(body)


def changed(tag: Tag, change: Change) -> Tag:
    """The tag with the change made: our own texts and the first front cover replaced, every other frame untouched.

    The new cover stands before all other pictures (`cover_of`).
    """
    own = [user_text(tag, frame)[0].upper() for frame in tag.frames]
    present = {name: user_text(tag, frame)[1] for name, frame in zip(own, tag.frames, strict=True) if name}
    tags = settle(change, present)
    replaced = {name for name, _ in tags}
    kept = [frame for name, frame in zip(own, tag.frames, strict=True) if name not in replaced]
    kinds = [picture_kind(tag, frame) for frame in kept]
    place = next((number for number, kind in enumerate(kinds) if kind is not None), len(kept))
    new = [_new(tag, "TXXX", _text(name) + _text(text)[1:]) for name, text in tags]
    if change.cover is not None:
        if FRONT in kinds:
            del kept[kinds.index(FRONT)]
        new.append(_new(tag, "APIC", _picture(AttachedPicture(FRONT, change.cover), short=tag.version == 2)))
    kept[place:place] = new
    return Tag(tag.version, tuple(kept), tag.unsync)


def picture_kind(tag: Tag, frame: Frame) -> int | None:
    """The type of the picture in a frame; None for any other frame, -1 for a picture that cannot be looked into."""
    if frame.name.rstrip(b"\0 ") not in (b"APIC", b"PIC"):
        return None
    picture = attached_picture(content(tag, frame), short=tag.version == 2)
    return picture.kind if picture else -1


def _new(tag: Tag, name: str, body: bytes) -> Frame:
    if tag.version == 2:
        return Frame({"TXXX": b"TXX", "APIC": b"PIC"}[name], b"", body)
    if tag.unsync:
        body = body.replace(b"\xff\x00", b"\xff\x00\x00")
        body = re.sub(rb"\xff(?=[\xe0-\xff])", b"\xff\x00", body) + (b"\0" if body[-1:] == b"\xff" else b"")
        return Frame(name.encode(), b"\x00\x02", body)
    return Frame(name.encode(), b"\x00\x00", body)


def _picture(picture: AttachedPicture, *, short: bool) -> bytes:
    """APIC's body, or ID3v2.2's PIC: encoding, media type, picture type, empty description, data."""
    png = picture.data[:4] == b"\x89PNG"
    kind = (b"\0PNG" if png else b"\0JPG") if short else (b"\0image/png\0" if png else b"\0image/jpeg\0")
    return kind + bytes((picture.kind & 255, 0)) + picture.data


def _text(text: str) -> bytes:
    """Encoding byte 0 and a terminated Latin-1 string: our tags are ASCII, which every version and reader knows."""
    return b"\0" + text.encode("ascii", "replace") + b"\0"


def _field(name: str, values: list[str], version: int) -> Frame:
    """A text frame, a comment or lyrics; Latin-1 where it suffices, else UTF-16 with its mark."""
    text = "\0".join(values)
    wide = not text.isascii()  # Latin-1 is what programs of other countries read as their own code page
    body = text.encode("utf-16") if wide else text.encode("ascii")
    encoding = b"\1" if wide else b"\0"
    if name in ("COMMENT", "LYRICS"):  # language not known, no description
        body = encoding + b"XXX" + ("\0".encode("utf-16") if wide else b"\0") + body
        return Frame(b"COMM" if name == "COMMENT" else b"USLT", bytes(2), body)
    frame = {"DATE": b"TYER", "ORIGINALDATE": b"TORY"}.get(name, _FRAMES[name]) if version == 3 else _FRAMES[name]
    return Frame(frame, bytes(2), encoding + body)


def _safe(number: int) -> bytes:
    return bytes(number >> shift & 127 for shift in (21, 14, 7, 0))
