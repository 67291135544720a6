"""What can be counted in a song's words: length, repetition, sounds, whom they speak of; and hashed words and pairs."""

from __future__ import annotations

import math
import re
import zlib
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float32]
    Ints: TypeAlias = NDArray[np.int64]
    Counts: TypeAlias = tuple[Ints, Floats]

NAMES: Final = (
    "log_words", "distinct_words", "distinct_pairs", "distinct_fours", "top_ten_share", "compressed", "word_length",
    "long_words", "syllables_of_joy", "first_person", "second_person", "we", "the_of", "apostrophes", "dropped_g",
    "brackets",
)  # fmt: skip
"""the descriptors of `describe`, in order; shares are of the words, `compressed` is zlib's ratio at level 6"""

BUCKETS, LETTER_BUCKETS = 1 << 17, 1 << 15
"""hash buckets of words and word pairs, and of runs of letters"""

MAX_TIMES = 50
"""repetitions of one word that are spelled out"""

_WORD: Final = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_CALLS: Final = frozenset(
    ["na", "la", "oh", "yeah", "ooh", "hey", "uh", "ah", "whoa", "woah", "ay", "mm", "doo", "da", "ha"]
)
_FIRST: Final = frozenset(("i", "me", "my", "i'm"))
_SECOND: Final = frozenset(("you", "your", "you're", "u"))
_WE: Final = frozenset(("we", "us", "our"))


def words_of(tidy: str) -> list[str]:
    """Words of a text that `windows.tidy` made."""
    return _WORD.findall(tidy)


def describe(tidy: str, words: list[str]) -> Floats:
    """Float32 [16], see NAMES; zeros for a text without words."""
    n = len(words)
    if not n:
        return np.zeros(len(NAMES), np.float32)
    counts = Counter(words)
    raw = tidy[:20_000].encode()

    def share(test: frozenset[str]) -> float:
        return sum(counts[word] for word in test) / n

    values = (
        math.log1p(n),
        len(counts) / n,
        len(set(pairwise(words))) / n,
        len(set(zip(words, words[1:], words[2:], words[3:], strict=False))) / n,
        sum(k for _, k in counts.most_common(10)) / n,
        len(zlib.compress(raw, 6)) / max(1, len(raw)),
        sum(map(len, words)) / n,
        sum(len(word) > 7 for word in words) / n,
        share(_CALLS),
        share(_FIRST),
        share(_SECOND),
        share(_WE),
        share(frozenset(("the", "of"))),
        sum("'" in word for word in words) / n,
        sum(word.endswith(("in'", "in")) for word in words) / n,
        tidy.count("(") / n,
    )
    return np.array(values, np.float32)


def hashed(words: list[str]) -> Counts:
    """(buckets, weights) of the words and neighbouring pairs: 1 + log of their counts, as sublinear tf (Salton).

    The bucket is crc32 modulo BUCKETS, the same on every machine.
    """
    pairs = (f"{one} {two}" for one, two in pairwise(words))
    return _counted([*words, *pairs], BUCKETS)


def spelled(words: list[str]) -> Counts:
    """As `hashed`, of runs of three and four letters within words, the space before and after counting as one."""
    pieces = []
    for word, times in Counter(words).items():
        wide = f" {word} "
        runs = [wide[i : i + size] for size in (3, 4) for i in range(len(wide) - size + 1)]
        pieces += runs * min(times, MAX_TIMES)
    return _counted(pieces, LETTER_BUCKETS)


def _counted(pieces: list[str], size: int) -> Counts:
    counts: Counter[int] = Counter()
    for piece, times in Counter(pieces).items():
        counts[zlib.crc32(piece.encode()) % size] += times
    buckets = np.fromiter(counts, np.int64, len(counts))
    weights = 1.0 + np.log(np.fromiter(counts.values(), np.float64, len(counts)))
    return buckets, weights.astype(np.float32)
