"""Names of clips and reels in ASCII, as edit decision lists need them, for files named in any script."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

from tonescape.core.records import Song
from tonescape.show.cue_words import title_of

REEL = 8
"""characters of a reel's name in a CMX 3600 list"""

RESERVED = frozenset({"AX", "BL", "BLACK", "BARS", "AUX"})
"""reel names with a meaning of their own: no tape, black, colour bars"""

PLAIN_LETTERS = str.maketrans({
    "ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D",
    "’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-",
})  # fmt: skip
"""characters without a decomposition in Unicode that have a usual spelling in ASCII"""


def clip_name(song: Song) -> str:
    """The name of a song's file in ASCII, never empty; without a file its title.

    A name in ASCII stays as it is, so that an editing suite finds the file by it. Any other is percent-encoded as in
    a URI (RFC 3986, section 2.1, of its UTF-8 bytes): the name can be had back, and two names do not become one.
    """
    name = song.path.name if song.path else title_of(song)
    if name.isascii() and name.isprintable():
        return name.strip() or "untitled"
    return quote(name.encode("utf-8", "surrogateescape"), safe=" !#$&'()+,;=@[]^`{}~")


def ascii_text(text: str) -> str:
    """A heading or a title in ASCII: letters lose their marks, and what has no spelling in ASCII is percent-encoded."""
    bare = unicodedata.normalize("NFKD", text.translate(PLAIN_LETTERS))
    kept = "".join(each for each in bare if not unicodedata.combining(each))
    shown = "".join(each if each.isascii() else quote(each.encode("utf-8", "replace")) for each in kept)
    return " ".join("".join(each for each in shown if each.isprintable()).split())


def reels(songs: Iterable[Song]) -> dict[str, str]:
    """A reel's name for each file: 1 to REEL capital letters and digits, another for each file, the same every time.

    The keys are those of `file_of`. The letters are those of the file's name, or the code points of its characters
    where it has none of ASCII ("U591C" of a night in Chinese); names that would be the same are numbered.
    """
    found: dict[str, str] = {}
    taken: set[str] = set(RESERVED)
    for song in songs:
        file = file_of(song)
        if file not in found:
            found[file] = _free(_reel(song), taken)
            taken.add(found[file])
    return found


def file_of(song: Song) -> str:
    """What tells songs apart: the file's address as a URI, the song's own URI, or its title."""
    return song.path.absolute().as_uri() if song.path else song.uri or title_of(song)


def _reel(song: Song) -> str:
    stem = Path(song.path.name).stem if song.path else title_of(song)
    bare = unicodedata.normalize("NFKD", stem.translate(PLAIN_LETTERS)).upper()
    letters = "".join(re.findall(r"[A-Z0-9]", bare))
    if not letters:
        letters = "".join(f"U{ord(each):X}" for each in stem if not each.isspace()) or "SONG"
    return letters[:REEL]


def _free(wanted: str, taken: set[str]) -> str:
    name, number = wanted, 1
    while name in taken:
        number += 1
        name = f"{wanted[: REEL - len(str(number))]}{number}"
    return name
