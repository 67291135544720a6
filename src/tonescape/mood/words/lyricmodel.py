"""A song's words to Spotify's features: ridge regression on hashed words, random Fourier features and counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from tonescape.mood.words import lyricstyle, windows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tonescape.mood.words.heads import Heads

    Floats: TypeAlias = NDArray[np.float32]

ROOTED = (3, 4)
"""targets modelled as their square root, since most songs have next to none: acousticness, speechiness"""


def predict(text: str, vectors: Floats, heads: Heads) -> Floats:
    """Float32 [5] in [0, 1], in the order of LYRIC_TARGETS. vectors : [n, 512], the encoded windows, n >= 1."""
    a = heads.arrays
    tidy = windows.tidy(text)
    words = lyricstyle.words_of(tidy)
    dense = dense_of(vectors, lyricstyle.describe(tidy, words), a)
    total = dense @ a["lyric_dense"] + a["lyric_bias"]
    buckets, weights = lyricstyle.hashed(words)
    if len(buckets):
        scaled = weights * a["lyric_idf"][buckets]
        length = float(np.sqrt(scaled @ scaled))
        if length > 0:
            total = total + (scaled / length) @ a["lyric_hashed"][buckets]
    values = np.clip(total, 0.0, 1.0)
    for index in ROOTED:
        values[index] = values[index] ** 2
    out: Floats = values.astype(np.float32)
    return out


def pooled(vectors: Floats) -> Floats:
    """[1024]: mean and standard deviation of a song's windows."""
    out: Floats = np.concatenate([vectors.mean(axis=0), vectors.std(axis=0)])
    return out


def dense_of(vectors: Floats, style: Floats, a: dict[str, Floats]) -> Floats:
    """Random Fourier features of the pooled vectors and of the counts (Rahimi & Recht 2007, alg. 1), side by side."""
    deep = (pooled(vectors) - a["pool_mean"]) / a["pool_sd"]
    counts = (style - a["style_mean"]) / a["style_sd"]
    parts = [
        np.cos(deep @ a["pool_w"] + a["pool_phase"]) * a["pool_gain"],
        np.cos(counts @ a["style_w"] + a["style_phase"]) * a["style_gain"],
    ]
    out: Floats = np.concatenate(parts)
    return out
