"""Songs that a film for all ages had better not play: marked explicit, or with a word of a small list.

The rule of the list (`clean_words.txt`): a word is on it if in songs it is swearing or a slur, in any of the languages
that the word encoder reads and that the list covers. Names, animals, tools and everyday words of another of these
languages are not, even where they can be meant so. Only whole words count, so Scunthorpe and shiitake stay. A word with
asterisks counts where one of the list fits it letter for letter ("f**k"). What the list does not hold is not found: it
is a sieve, not a rating.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files

from tonescape.core.records import Song

_WORD = re.compile(r"[\w*]+(?:['’][\w*]+)*")
_MARKED = re.compile(r"[(\[]\s*explicit\b[^)\]]*[)\]]", re.IGNORECASE)
"""as shops add it to a title: "(Explicit)", "[Explicit Version]"."""


def clash(song: Song) -> str:
    """Why a song clashes with a clean rating, as a remark says it: "being marked explicit", "a word in its title" or
    "a word in its lyrics"; "" where nothing is found, also where a song brings no lyrics."""
    title = song.title or (song.path.stem if song.path else "")
    if song.explicit or _MARKED.search(title):
        return "being marked explicit"
    if swears(title):
        return "a word in its title"
    return "a word in its lyrics" if swears(song.lyrics or "") else ""


def swears(text: str) -> bool:
    """Whether a text holds a word of the list."""
    return any(_listed(word) for word in _WORD.findall(_folded(text)))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text.lower())


@cache
def words() -> frozenset[str]:
    """The list, in small letters."""
    text = files("tonescape.score").joinpath("clean_words.txt").read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return frozenset(word for line in lines for word in line.partition(":")[2].split())


@lru_cache(65_536)
def _listed(word: str) -> bool:
    plain = re.split(r"['’]", word)[0]  # "bitch's"
    if word in words() or plain in words():
        return True
    if "*" not in word or not word.strip("*"):
        return False
    pattern = re.compile(re.escape(word).replace(r"\*", r"\w"))
    return any(pattern.fullmatch(each) for each in words())
