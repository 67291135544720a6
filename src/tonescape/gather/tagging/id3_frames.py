"""What ID3v2 frames say (id3v2.4.0-frames, id3v2.3.0 section 4, id3v2-00 section 4): texts, lyrics, pictures."""

from __future__ import annotations

import re

from tonescape.gather.names import western
from tonescape.gather.tagging.id3 import Frame, Tag, content
from tonescape.gather.tagging.id3v1 import genre_name
from tonescape.gather.tagging.tagset import ITEM_CAP, TEXT_CAP, AttachedPicture, TagSet, free_name, numbered

NAMES = {
    b"TIT2": "TITLE", b"TPE1": "ARTIST", b"TPE2": "ALBUMARTIST", b"TALB": "ALBUM", b"TCON": "GENRE", b"TDRC": "DATE",
    b"TYER": "DATE", b"TDOR": "ORIGINALDATE", b"TORY": "ORIGINALDATE", b"TRCK": "TRACKNUMBER", b"TPOS": "DISCNUMBER",
    b"TCOM": "COMPOSER", b"TT2": "TITLE", b"TP1": "ARTIST", b"TP2": "ALBUMARTIST", b"TAL": "ALBUM", b"TCO": "GENRE",
    b"TYE": "DATE", b"TOR": "ORIGINALDATE", b"TRK": "TRACKNUMBER", b"TPA": "DISCNUMBER", b"TCM": "COMPOSER",
}  # fmt: skip
"""frames that mean what a Vorbis comment of that name means; other text frames keep their own name"""

_GENRES = re.compile(r"((?:\((?:\d+|RX|CR)\))*)(.*)", re.DOTALL)
"""(4)(17)Text: id3v2.3.0 section 4.2.1, TCON"""

_CODE = re.compile(r"\d+|RX|CR")


def read(tag: Tag) -> TagSet:
    """The texts and pictures of a tag."""
    texts: list[tuple[str, str]] = []
    pictures: list[AttachedPicture] = []
    for frame in tag.frames:
        name = frame.name.rstrip(b"\0 ")
        if name in (b"APIC", b"PIC"):
            picture = attached_picture(content(tag, frame), short=tag.version == 2)
            pictures += [picture] if picture else []
        else:
            texts += _texts(name, content(tag, frame)[:TEXT_CAP])
    return TagSet("ID3v2", tuple(texts), tuple(pictures))


def user_text(tag: Tag, frame: Frame) -> tuple[str, str]:
    """(description, value) of a user text frame (TXXX), ("", "") for any other."""
    if frame.name.rstrip(b"\0 ") not in (b"TXXX", b"TXX"):
        return "", ""
    description, value, *_ = (*strings(content(tag, frame)[:TEXT_CAP]), "", "")
    return description, value


def attached_picture(body: bytes, *, short: bool) -> AttachedPicture | None:
    """APIC: encoding, media type, picture type, description, data; ID3v2.2's PIC has three letters for the type.

    None for what is cut short, and for the address of a picture (type "-->"), which is never fetched.
    """
    at = 5 if short else _terminator(body, 1, wide=False) + 1
    if len(body) < at or body[1:4] == b"-->":
        return None
    end = _terminator(body, at, wide=body[0] in (1, 2))
    return AttachedPicture(body[at - 1], body[end:]) if end <= len(body) else None


def strings(body: bytes) -> list[str]:
    """The texts of a body that begins with an encoding byte, split where they are terminated."""
    if not body:
        return []
    texts = decoded(body[0], body[1:]).split("\0")
    return [text.lstrip("\ufeff") for text in texts[:ITEM_CAP]]


def decoded(encoding: int, raw: bytes) -> str:
    """Text in one of ID3's encodings: 0 Latin-1, 1 UTF-16 with a mark, 2 UTF-16BE, 3 UTF-8.

    Latin-1 is read as `names.western` does, because programs write UTF-8 and Windows-1252 under that number. UTF-16
    that lacks its mark is of the order that puts the zero bytes of Western text in the high place.
    """
    if encoding not in (1, 2):
        return western(raw)
    raw = raw[: len(raw) // 2 * 2]
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        codec = "utf-16"
    elif encoding == 2:
        codec = "utf-16-be"
    else:
        codec = "utf-16-be" if raw[0::2].count(0) > raw[1::2].count(0) else "utf-16-le"
    return raw.decode(codec, "replace")


def _texts(name: bytes, body: bytes) -> list[tuple[str, str]]:
    if name in (b"TXXX", b"TXX"):
        description, *values = strings(body) or [""]
        return list(numbered(free_name(description, "TXXX"), values))
    if name in (b"USLT", b"ULT", b"COMM", b"COM"):
        # encoding, three letters of language, description, text
        description, *values = strings(body[:1] + body[4:]) or [""]
        if name[:1] == b"U":
            return list(numbered("LYRICS", ["\n".join(filter(None, values))]))
        return list(numbered(f"COMMENT:{description.upper()}" if description else "COMMENT", values))
    if name in (b"SYLT", b"SLT"):
        return list(numbered("SYNCEDLYRICS", [_timed(body)]))
    if name[:1] != b"T":
        return []
    values = strings(body)
    if name in (b"TCON", b"TCO"):
        values = [genre for value in values for genre in genres(value)]
    return list(numbered(NAMES.get(name, name.decode("ascii")), values))


def genres(text: str) -> list[str]:
    """A genre's names: "(4)(17)Text", "17", "RX" and "CR" stand for entries of ID3v1's list, Remix and Cover."""
    match = _GENRES.fullmatch(text)
    codes, rest = match.groups() if match else ("", text)
    if text.isascii() and (text.isdigit() or text in ("RX", "CR")):
        codes, rest = text, ""
    named = {"RX": "Remix", "CR": "Cover"}
    found = [named.get(code) or genre_name(int(code[:4])) for code in _CODE.findall(codes)]
    found.append(rest[1:] if rest.startswith("((") else rest)
    return list(dict.fromkeys(filter(None, found)))


def _timed(body: bytes) -> str:
    """SYLT's words: encoding, language, format of the times, kind of content, description, then text and time.

    Texts are lines, unless some begin with a line's end: then they are syllables (id3v2.4.0-frames section 4.9).
    """
    if len(body) < 6 or body[5] not in (0, 1, 2):  # kinds that are words: other, lyrics, transcription
        return ""
    wide = body[0] in (1, 2)
    at = _terminator(body, 6, wide=wide)
    mark = body[6:8] if wide and body[6:8] in (b"\xff\xfe", b"\xfe\xff") else b""
    texts: list[str] = []
    while at < len(body) and len(texts) < ITEM_CAP:
        end = _terminator(body, at, wide=wide)
        raw = body[at : end - (2 if wide else 1)] if end <= len(body) else body[at:]
        marked = raw[:2] in (b"\xff\xfe", b"\xfe\xff")
        texts.append(decoded(body[0], raw if marked or not raw else mark + raw).lstrip("\ufeff"))
        at = end + 4
    joined = "".join(texts) if any("\n" in text or "\r" in text for text in texts) else "\n".join(texts)
    return joined.strip()


def _terminator(body: bytes, at: int, *, wide: bool) -> int:
    """Where the text that begins at `at` has ended, its terminator included; past the body where it has none."""
    if not wide:
        end = body.find(b"\0", at)
        return end + 1 if end >= 0 else len(body) + 1
    end = body.find(b"\0\0", at)
    while end >= 0 and (end - at) % 2:  # the halves of two characters
        end = body.find(b"\0\0", end + 1)
    return end + 2 if end >= 0 else len(body) + 1
