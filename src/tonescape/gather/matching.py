"""Titles and artists compared: the same song is written in many ways, and a history names its first artist only."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from tonescape.core.records import Song

MAX_NAME = 512
"""characters of a name that are compared"""

MAX_ARTISTS = 16
"""artists of one song that are looked at"""

_NOT_WORD = re.compile(r"[\W_]+")
_FEATURED = re.compile(r"\s*[(\[]?\b(?:feat|ft|featuring)\b\.?.*$", re.IGNORECASE)
_BRACKETED = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]\s*$|\s+[-–—]\s+([^-–—]+)$")
_SAME_RECORDING = re.compile(
    r"\bre-?master(ed)?\b|\b(single|album|original|radio|mono|stereo|lp|explicit|clean|us|uk) (version|edit|mix)\b"
    r"|^(mono|stereo|explicit|bonus track|deluxe( edition)?)$|^with |^from |^(\w+ )?original motion picture soundtrack",
    re.IGNORECASE,
)
_OTHER_RECORDING = re.compile(
    r"\b(live|acoustic|unplugged|remix(ed)?|instrumental|karaoke|demo|cover|sessions?|rehearsal|orchestral|sped up)\b",
    re.IGNORECASE,
)
_PARTED = re.compile(r"\s*(?:[,;/、，&+×]|\b(?:feat|ft|featuring|and|with|vs|x|und|et|y)\b\.?)\s*", re.IGNORECASE)
_LETTERS = str.maketrans({"ø": "o", "đ": "d", "ð": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i"})
_ACCENTS = re.compile(r"[\u0300-\u036f]")


def fold(name: str) -> str:
    """A name for comparing: letters and digits, without case, accents, and "feat." with what follows.

    A name of punctuation alone ("???") stays as it is.
    """
    name = name[:MAX_NAME]
    return _plain(_FEATURED.sub("", name)) or _plain(name) or " ".join(name.split())


def _plain(name: str) -> str:
    spelled = name.casefold().replace("&", " and ").translate(_LETTERS)
    bare = unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFKD", spelled)))
    return _NOT_WORD.sub("", bare)  # after composing: a Japanese sound mark is part of its letter


def fold_title(title: str) -> str:
    """As `fold`, without words at the end that name another issue of the same recording: "- Remastered 2011",
    "(Radio Edit)". Words for another recording (live, acoustic, remix, instrumental, demo) stay."""
    title = title[:MAX_NAME]
    while found := _BRACKETED.search(title):
        words, rest = found[1] or found[2] or "", title[: found.start()].strip()
        if not rest or _OTHER_RECORDING.search(words) or not _SAME_RECORDING.search(words):
            break
        title = rest
    return fold(title)


def artists_of(artist: str) -> Iterator[str]:
    """An artist field as a whole, then each of its artists, folded; the first "the" of each is left out."""
    artist = artist[:MAX_NAME]
    seen = dict.fromkeys([artist, *_PARTED.split(artist)[:MAX_ARTISTS]])
    for name in seen:
        folded = fold(re.sub(r"^\s*the\s+", "", name, count=1, flags=re.IGNORECASE))
        if folded:
            yield folded


def artist_of(artist: str) -> str:
    """An artist field as a whole, folded; "" for none."""
    return next(artists_of(artist), "")


class Index:
    """Finds a song among `songs` by its URI, or by title and artist.

    A field with several artists is found by any of them. Where songs compete for a name, one whose whole artist field
    is the name comes before one of whose artists it is the first, and that before the others.
    """

    def __init__(self, songs: Sequence[Song]) -> None:
        self._by_uri: dict[str, int] = {}
        self._by_name: dict[tuple[str, str], int] = {}
        ranked: list[tuple[int, int, tuple[str, str]]] = []
        for index, song in enumerate(songs):
            if song.uri:
                self._by_uri.setdefault(song.uri, index)
            title = fold_title(song.title)
            ranked += [(rank, index, (artist, title)) for rank, artist in enumerate(artists_of(song.artist))]
            if not song.artist.strip():
                ranked.append((0, index, ("", title)))
        for _, index, name in sorted(ranked):
            self._by_name.setdefault(name, index)

    def find(self, uri: str | None, artist: str, title: str) -> int | None:
        """The position of the song; None where it is not among them."""
        if uri and uri in self._by_uri:
            return self._by_uri[uri]
        folded = fold_title(title)
        return next((self._by_name[a, folded] for a in artists_of(artist) if (a, folded) in self._by_name), None)
