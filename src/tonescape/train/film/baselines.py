"""Other signs that a song belongs to a film than its mood: shared rare words, names of characters, and the years.

Each is a table of distances [films, songs], for `evaluate_matching` to judge. None of them uses the credits.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tonescape.mood.words import lyricstyle, windows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Reals = NDArray[np.float64]

EVERYDAY = 300
"""songs beyond which a word says nothing of a film"""

SPREAD = 90
"""films beyond which it does not either"""


def tables(
    films: Sequence[tuple[str, str]],
    people: Sequence[frozenset[str]],
    songs: Sequence[dict[str, Any]],
    year_of: Callable[[str], float],
) -> dict[str, Reals]:
    """films : (name, text)      people : their characters' names      songs : rows with lyrics and year"""
    lyrics = [Counter(lyricstyle.words_of(windows.tidy(song["lyrics"] or ""))) for song in songs]
    scripts = [Counter(lyricstyle.words_of(windows.tidy(text))) for _, text in films]
    in_songs, in_films = (Counter(word for text in texts for word in text) for texts in (lyrics, scripts))
    kept = [word for word, count in in_songs.items() if count >= 3 and 0 < in_films[word] <= SPREAD]
    place = {word: index for index, word in enumerate(kept)}
    rare = _weighted(scripts, place, in_films) @ _weighted(lyrics, place, in_songs).T
    years = np.array([math.nan if song["year"] is None else float(song["year"]) for song in songs])
    return {
        "shared rare words": 1.0 - rare.toarray(),
        "characters' names in the song": _names(people, lyrics, in_songs),
        "years between song and film": np.stack([_years(year_of(name), years) for name, _ in films]),
    }


def _weighted(texts: Sequence[Counter[str]], place: dict[str, int], seen: Counter[str]) -> Any:
    """Rows of length 1: (1 + log count) x log inverse document frequency."""
    import scipy.sparse

    cells = [(row, place[w], (1 + math.log(k)) * math.log((1 + len(texts)) / (1 + seen[w])))
             for row, text in enumerate(texts) for w, k in text.items() if w in place]  # fmt: skip
    rows, columns, values = zip(*cells, strict=True)
    matrix = scipy.sparse.csr_matrix((values, (rows, columns)), shape=(len(texts), len(place)))
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return scipy.sparse.diags(1 / np.maximum(lengths, 1e-9)) @ matrix


def _names(people: Sequence[frozenset[str]], lyrics: Sequence[Counter[str]], seen: Counter[str]) -> Reals:
    out = np.zeros((len(people), len(lyrics)))
    for film, names in enumerate(people):
        telling = {name for name in names if 0 < seen[name] <= EVERYDAY}
        for song, words in enumerate(lyrics):
            out[film, song] = -sum(math.log(len(lyrics) / seen[name]) for name in telling & words.keys())
    return out


def _years(film: float, songs: Reals) -> Reals:
    """log years that a song is older than its film; a younger song is as far as a very old one, an unknown between."""
    gap = film - songs
    out: Reals = np.where(np.isfinite(gap), np.where(gap >= -1, np.log1p(np.maximum(gap, 0.0)), 4.0), 2.0)
    return out
