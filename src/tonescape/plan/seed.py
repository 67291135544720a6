"""A song's own number: the same on every machine, in every process and at every version of Python."""

from __future__ import annotations

import unicodedata
from hashlib import blake2b
from typing import TYPE_CHECKING

from tonescape.core.errors import UsageError

if TYPE_CHECKING:
    from tonescape.core.records import Mood

MAX_SEED = 2**32 - 1
"""seeds are 32-bit and not negative"""


def identity(title: str, artist: str, asked: int | None = None) -> int:
    """A 32-bit number from title and artist alone (Unicode NFC, case folded, blanks joined): it decides between
    equally good choices, so that a new version of the mood models does not reshuffle them.

    asked : a seed that a person asked for decides too, so that another seed gives another motif and style
    """
    return _number(_plain(title), _plain(artist), *([] if asked is None else [str(asked)]))


def seed(title: str, artist: str, mood: Mood) -> int:
    """The 32-bit seed of a song's picture, from title, artist and the mood to two decimals."""
    return _number(_plain(title), _plain(artist), f"{mood.valence:.2f}", f"{mood.arousal:.2f}")


def checked(value: int) -> int:
    """A seed from outside; UsageError if it is not in 0 .. MAX_SEED."""
    if not 0 <= value <= MAX_SEED:
        raise UsageError(f"the seed {value} is not in 0 .. {MAX_SEED}")
    return value


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _number(*parts: str) -> int:
    text = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(text, digest_size=4).digest(), "big")
