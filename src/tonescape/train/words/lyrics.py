"""Trains what reads a song's words: kernel ridge regression on songs with Spotify's features.

What is read, and how a song is judged afterwards, is in `mood/words/lyricmodel`; `train` puts the file together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tonescape.mood.words import heads, lyricmodel, lyricstyle, windows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tonescape.train.words.encode import Arrays, Encoded, Floats

SEED = 20
LYRIC_RIDGE = 2.0
POOL_AXES = 160
"""principal axes of the pooled vectors that are kept"""

STYLE_GAMMA = 0.04
MIN_SONGS = 3
"""songs a bucket must occur in"""


@dataclass(frozen=True, slots=True, eq=False)
class LyricInputs:
    """What the lyric model sees of each song, before anything is fitted."""

    pools: Floats
    styles: Floats
    words: list[lyricstyle.Counts]
    letters: list[lyricstyle.Counts]


def lyric_inputs(texts: Sequence[str], data: Encoded) -> LyricInputs:
    """What the lyric model reads of texts whose sentences are encoded in `data`."""
    tidy = [windows.tidy(text) for text in texts]
    words = [lyricstyle.words_of(text) for text in tidy]
    pools = np.stack([lyricmodel.pooled(data.of(index)) for index in range(len(texts))])
    styles = np.stack([lyricstyle.describe(text, own) for text, own in zip(tidy, words, strict=True)])
    hashes = [lyricstyle.hashed(own) for own in words], [lyricstyle.spelled(own) for own in words]
    return LyricInputs(pools, styles, *hashes)


def lyric_targets(values: dict[str, NDArray[np.float64]]) -> NDArray[np.float64]:
    """[n, 5]; nan where unknown."""
    return np.stack([values[name] for name in heads.LYRIC_TARGETS], axis=1)


def train_lyrics(inputs: LyricInputs, targets: NDArray[np.float64], rows: NDArray[Any]) -> Arrays:
    """Kernel ridge on the songs `rows`; nan targets count as the mean."""
    from scipy.linalg import solve

    made = _dense_parts(inputs, rows)
    shares = lyricmodel.SHARES
    words, made["word_idf"] = _tfidf([inputs.words[index] for index in rows], lyricstyle.BUCKETS)
    letters, made["letter_idf"] = _tfidf([inputs.letters[index] for index in rows], lyricstyle.LETTER_BUCKETS)
    gram = shares["pool"] * lyricmodel.gaussian(made["pool_songs"], made["pool_songs"], made["pool_gamma"])
    gram += shares["style"] * lyricmodel.gaussian(made["style_songs"], made["style_songs"], made["style_gamma"])
    gram = gram.astype(np.float64)
    gram += (words @ words.T).toarray() * shares["word"]
    gram += (letters @ letters.T).toarray() * shares["letter"]
    gram[np.diag_indices_from(gram)] += LYRIC_RIDGE
    mean = np.nanmean(targets[rows], axis=0)
    alpha = solve(gram, np.nan_to_num(targets[rows] - mean), assume_a="pos", overwrite_a=True)
    made |= {"lyric_alpha": alpha, "lyric_bias": mean}
    made |= {"word_table": words.T @ alpha * shares["word"], "letter_table": letters.T @ alpha * shares["letter"]}
    return made


def _dense_parts(inputs: LyricInputs, rows: NDArray[Any]) -> Arrays:
    """The songs as the Gaussian kernels see them, rounded to float16 as they are shipped."""
    pools, styles = inputs.pools[rows], inputs.styles[rows]
    mean = pools.mean(axis=0)
    # one scale for the means and one for the deviations, so that strong directions stay strong
    scale = np.repeat([pools[:, :512].std(), pools[:, 512:].std()], 512)
    scaled = (pools - mean) / scale
    _, axes = np.linalg.eigh(scaled.T @ scaled)
    basis = (axes[:, ::-1][:, :POOL_AXES] / scale[:, None]).astype(np.float16).astype(np.float32)
    deep = ((pools - mean) @ basis).astype(np.float16).astype(np.float32)
    some = deep[np.random.default_rng(SEED).choice(len(deep), min(500, len(deep)), replace=False)]
    squares = (some**2).sum(axis=1)
    gamma = 0.5 / float(np.median(squares[:, None] + squares[None] - 2 * some @ some.T))
    spread = styles.std(axis=0) + 1e-6
    counts = ((styles - styles.mean(axis=0)) / spread).astype(np.float16).astype(np.float32)
    made: Arrays = {"pool_mean": mean, "pool_basis": basis, "pool_songs": deep, "pool_gamma": gamma}
    return made | {
        "style_mean": styles.mean(axis=0),
        "style_sd": spread,
        "style_songs": counts,
        "style_gamma": STYLE_GAMMA,
    }


def _tfidf(counts: Sequence[lyricstyle.Counts], size: int) -> tuple[Any, Floats]:
    """(sparse [n, size] with rows of length 1, idf); buckets in fewer than MIN_SONGS songs get idf 0."""
    import scipy.sparse

    seen = np.zeros(size)
    for buckets, _ in counts:
        seen[buckets] += 1
    idf = np.where(seen >= MIN_SONGS, np.log((1 + len(counts)) / (1 + seen)) + 1, 0.0)
    idf = idf.astype(np.float16).astype(np.float32)
    pointers = np.cumsum([0, *(len(buckets) for buckets, _ in counts)])
    columns = np.concatenate([buckets for buckets, _ in counts])
    cells = np.concatenate([weights for _, weights in counts]) * idf[columns]
    matrix = scipy.sparse.csr_matrix((cells, columns, pointers), shape=(len(counts), size))
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return scipy.sparse.diags(1 / np.maximum(lengths, 1e-9)) @ matrix, idf
