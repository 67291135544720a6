"""Text from outside made safe to show: tags, file names, cells of a table."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from tonescape.core.records import Failure

MAX_TEXT = 512
"""characters kept of a title, an artist or any other one-line text"""

MAX_LYRICS = 65_536
"""characters kept of a song's words"""

# Direction marks and overrides reorder what stands around them ("gpj.exe" can look like "exe.jpg");
# U+2028/9 break lines, U+FEFF and U+FFFC show nothing. The zero width joiner stays: emoji need it.
_HIDDEN = dict.fromkeys([0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF, 0xFFFC])
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_SURROGATE = re.compile(r"[\ud800-\udfff]")

_TRACK_NUMBER = re.compile(
    r"""^\s*(?: [\[(]\d{1,3}[\])]\s*[-._]?\s*      # (07) Name
              | (?:\d{1,2}[-.])?\d{1,3}\s*[-.)_]+\s* # 07 - Name, 1-07. Name, 7_Name
              | 0\d\s+                               # 07 Name; a number without its zero may be the name's own
              )(?=\S)""",
    re.VERBOSE,
)

WHOLE_SONG_NAMES = frozenset({"song", "track", "audio", "music", "mix", "master", "untitled", "output"})
"""file names that say nothing: the folder's name is the title"""

PART_NAMES = frozenset({"guitar", "bass", "rhythm", "drums", "vocals", "keys", "piano", "backing", "lead"})
"""file names of one part of a song: the folder's name and the part make the title"""


def clean(text: str, limit: int = MAX_TEXT) -> str:
    """One line without control characters, direction overrides or half characters, at most `limit` characters.

    Letters keep their script, emoji stay whole, composed as NFC (file systems of Apple hand out NFD).
    """
    text = text[: 4 * limit]
    if text.isascii() and text.isprintable():
        return " ".join(text.split())[:limit].rstrip()
    text = text.translate(_HIDDEN)
    text = _SURROGATE.sub("\ufffd", _CONTROL.sub(" ", text))
    return " ".join(unicodedata.normalize("NFC", text).split())[:limit].rstrip()


def clean_lines(text: str, limit: int = MAX_LYRICS) -> str:
    """Like `clean`, but lines stay lines; for lyrics."""
    lines = (clean(line, limit) for line in text[:limit].splitlines())
    return "\n".join(lines).strip()


def mended(text: str) -> str:
    """Text whose bytes were read in the wrong encoding, read again in the right one where that is certain.

    Two cases are mended. Bytes that were no UTF-8 (they arrive as surrogates) are Windows-1252 or Latin-1.
    UTF-8 that was stored as if it were Latin-1 ("BjÃ¶rk") decodes as UTF-8 a second time; text that is
    truly Latin-1 almost never does.
    """
    if text.isascii():
        return text
    if _SURROGATE.search(text):
        return western(text.encode("utf-8", "surrogateescape"))
    for encoding in ("latin-1", "cp1252"):
        try:
            return text.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
    return text


def western(raw: bytes) -> str:
    """Bytes as UTF-8, else as Windows-1252, else (its five holes) as Latin-1. Never fails."""
    for encoding in ("utf-8", "cp1252"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")


def failure(where: str | Path, why: str) -> Failure:
    """A Failure at a place; its one line names the place, because a terminal shows that line alone."""
    place = clean(str(where))
    return Failure(place, f"{place}: {why}")


def title_from(path: Path) -> str:
    """A title for a file without tags, from its name, and from its folder's where the name says nothing.

    "07 - Moonlight.mp3" is "Moonlight"; "Feelings/song.ogg" is "Feelings"; "Feelings/guitar.ogg" is
    "Feelings (guitar)". Never empty.
    """
    stem = clean(path.stem)
    folder = clean(path.absolute().parent.name)
    plain = stem.casefold()
    if folder and plain in WHOLE_SONG_NAMES:
        return folder
    if folder and plain in PART_NAMES:
        return clean(f"{folder} ({plain})")
    return spaced(_TRACK_NUMBER.sub("", stem, count=1)) or stem or "untitled"


def spaced(name: str) -> str:
    """A name without spaces, in which underscores stand for them, with spaces."""
    return name if " " in name else name.replace("_", " ").strip()
