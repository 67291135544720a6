"""A song's words to Spotify's features: kernel ridge regression.

The kernel is a sum: hashed words and pairs, hashed letters (both linear, so their part is a table of weights), and two
Gaussian kernels against the songs learnt from, over the encoder's vectors (reduced by PCA) and over what is counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from tonescape.mood.words import lyricstyle, windows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tonescape.mood.words.heads import Heads

    Floats: TypeAlias = NDArray[np.float32]

SHARES = {"word": 0.7, "letter": 0.7, "pool": 0.6, "style": 0.3}
"""weight of each kernel, which is 1 between a song and itself; chosen on the folds, flat round here"""


def predict(text: str, vectors: Floats, heads: Heads) -> Floats:
    """Float32 [5] in [0, 1], in the order of LYRIC_TARGETS. vectors : [n, 512], the encoded windows, n >= 1."""
    a = heads.arrays
    tidy = windows.tidy(text)
    words = lyricstyle.words_of(tidy)
    total = (
        a["lyric_bias"] + _linear(lyricstyle.hashed(words), "word", a) + _linear(lyricstyle.spelled(words), "letter", a)
    )
    deep = ((pooled(vectors) - a["pool_mean"]) @ a["pool_basis"])[None]
    counts = ((lyricstyle.describe(tidy, words) - a["style_mean"]) / a["style_sd"])[None]
    total = total + gaussian(deep, a["pool_songs"], float(a["pool_gamma"])) @ a["lyric_alpha"] * SHARES["pool"]
    total = total + gaussian(counts, a["style_songs"], float(a["style_gamma"])) @ a["lyric_alpha"] * SHARES["style"]
    out: Floats = np.clip(total[0], 0.0, 1.0).astype(np.float32)
    return out


def _linear(counts: lyricstyle.Counts, name: str, a: dict[str, Floats]) -> Floats:
    buckets, weights = counts
    if not len(buckets):
        return np.zeros(a["lyric_bias"].shape, np.float32)
    scaled = weights * a[f"{name}_idf"][buckets]
    unit = (scaled / max(1e-9, float(np.sqrt(scaled @ scaled)))).astype(np.float32)
    out: Floats = unit @ a[f"{name}_table"][buckets]
    return out


def pooled(vectors: Floats) -> Floats:
    """[1024]: mean and standard deviation of a song's windows."""
    out: Floats = np.concatenate([vectors.mean(axis=0), vectors.std(axis=0)])
    return out


def gaussian(left: Floats, right: Floats, gamma: float) -> Floats:
    """[n, m]: exp(-gamma |left - right|^2)."""
    squares = (left**2).sum(axis=1)[:, None] + (right**2).sum(axis=1)[None] - 2.0 * (left @ right.T)
    out: Floats = np.exp(-gamma * np.maximum(squares, 0.0)).astype(np.float32)
    return out
