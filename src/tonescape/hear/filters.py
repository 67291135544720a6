"""The constants of the transform: its window, its mel filters, its bands. Computed once, on first use."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from tonescape.core.records import RATE, readonly

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from tonescape.core.records import Floats

N_FFT = 2048
"""samples a frame, 93 ms"""

N_MEL = 64

LOW_HZ, HIGH_HZ = 250.0, 2000.0
"""where the low band ends and the high band begins"""

CONTRAST_EDGES_HZ = (0.0, 200.0, 400.0, 800.0, 1600.0, 3200.0, 6400.0, RATE / 2)
CONTRAST_SHARE = 0.02
"""the strongest and weakest share of a band's bins that make its peak and its valley (Jiang et al. 2002)"""

GROUP = 32
"""bins summed together in the first step of finding the rolloff"""

MEL_SPLIT = 4
"""a mel filter covers few bins: products with a quarter of the filters at a time cost a third of one with all"""


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """Constants of the transform, f = N_FFT / 2 + 1 bins; matrices come with the bins and the columns they are for.

    window [N_FFT] : Hann, periodic, scaled so that the powers of a frame's bins add up to its mean square
    hz [f], ones [f] : frequency of each bin; ones, to sum by a product (three times as fast as `sum`)
    loud [f] : power gain of the K-weighting
    moments [f, 2] : hz, hz squared
    """

    window: Floats
    hz: Floats
    ones: Floats
    loud: Floats
    moments: Floats
    mel: tuple[tuple[slice, slice, Floats], ...]
    groups: tuple[tuple[slice, slice, Floats], ...]
    bands: tuple[tuple[str, slice], ...]
    contrast: tuple[tuple[slice, int], ...]


def mel_bands() -> Floats:
    """Slaney's mel filters, [f, 64], 0 Hz to RATE / 2, each of unit area over Hz.

    Source: M. Slaney, "Auditory Toolbox", 1998, mfcc.m: linear to 1 kHz (200/3 Hz a mel), then logarithmic
    (27 mels for a factor of 6.4).
    """
    step, knee, grow = 200.0 / 3.0, 15.0, np.log(6.4) / 27.0
    top = knee + np.log(RATE / 2 / 1000.0) / grow
    mels = np.linspace(0.0, top, N_MEL + 2)
    edges = np.where(mels < knee, mels * step, 1000.0 * np.exp((mels - knee) * grow))
    hz = np.arange(N_FFT // 2 + 1)[:, None] * (RATE / N_FFT)
    rising = (hz - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - hz) / (edges[2:] - edges[1:-1])
    filters = np.maximum(0.0, np.minimum(rising, falling)) * (2.0 / (edges[2:] - edges[:-2]))
    return np.asarray(filters, dtype=np.float32)


def k_weighting(rate: int, size: int) -> NDArray[Any]:
    """Power gain of the K-weighting at the bins of a real transform of `size` samples, [size // 2 + 1].

    rate : Hz, above 3364

    ITU-R BS.1770-4 gives its two filters (annex 1, tables 1 and 2) for 48 kHz only. These are the analogue prototypes
    behind them, transformed to any rate: B. De Man, "Evaluation of Implementations of the EBU R128 Loudness
    Measurement", AES 2018 (libebur128 and pyloudnorm use the same numbers).
    """
    at = np.exp(-2j * np.pi * np.arange(size // 2 + 1) / size)
    tangent = np.tan(np.pi * 1681.974450955533 / rate)
    quality, high = 0.7071752369554196, 10.0 ** (3.999843853973347 / 20.0)
    middle = high**0.4996667741545416
    below = 1.0 + tangent / quality + tangent**2
    shelf = (
        (high + middle * tangent / quality + tangent**2)
        + 2.0 * (tangent**2 - high) * at
        + (high - middle * tangent / quality + tangent**2) * at**2
    ) / (below + 2.0 * (tangent**2 - 1.0) * at + (1.0 - tangent / quality + tangent**2) * at**2)
    tangent, quality = np.tan(np.pi * 38.13547087602444 / rate), 0.5003270373238773
    below = 1.0 + tangent / quality + tangent**2
    pass_high = (1.0 - at) ** 2 / (
        1.0 + 2.0 * (tangent**2 - 1.0) / below * at + (1.0 - tangent / quality + tangent**2) / below * at**2
    )
    gain: NDArray[Any] = np.abs(shelf * pass_high) ** 2
    return gain


@lru_cache(maxsize=1)
def tables() -> Tables:
    """The one set of tables."""
    bins = N_FFT // 2 + 1
    hz = np.arange(bins) * (RATE / N_FFT)
    hann = 0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(N_FFT) / N_FFT)
    window = hann * (2.0 / (N_FFT * np.sum(hann**2))) ** 0.5
    groups = (np.arange(bins)[:, None] // GROUP == np.arange(bins // GROUP)).astype(np.float32)
    groups[-1, -1] = 1.0  # the bin at RATE / 2 joins the last full group
    low, high = np.searchsorted(hz, [LOW_HZ, HIGH_HZ]).tolist()
    return Tables(
        window=readonly(window.astype(np.float32)),
        hz=readonly(hz.astype(np.float32)),
        ones=readonly(np.ones(bins, dtype=np.float32)),
        loud=readonly(k_weighting(RATE, N_FFT).astype(np.float32)),
        moments=readonly(np.stack([hz, hz**2], axis=1).astype(np.float32)),
        mel=_split(mel_bands()),
        groups=_split(groups),
        bands=(("low", slice(0, low)), ("mid", slice(low, high)), ("high", slice(high, bins))),
        contrast=_contrast(hz),
    )


def _split(matrix: Floats) -> tuple[tuple[slice, slice, Floats], ...]:
    """A matrix [f, n] as MEL_SPLIT runs of columns, each with only the bins that are not all zero."""
    width = matrix.shape[1] // MEL_SPLIT
    parts = []
    for start in range(0, matrix.shape[1], width):
        columns = slice(start, start + width)
        used = np.flatnonzero(matrix[:, columns].any(axis=1))
        bins = slice(int(used[0]), int(used[-1]) + 1)
        parts.append((bins, columns, readonly(np.ascontiguousarray(matrix[bins, columns]))))
    return tuple(parts)


def _contrast(hz: NDArray[Any]) -> tuple[tuple[slice, int], ...]:
    """Bins of each octave band and how many of them make a peak; bands overlap by a bin, as librosa's do."""
    bands = []
    for low, high in pairwise(CONTRAST_EDGES_HZ):
        inside = np.flatnonzero((hz >= low) & (hz <= high))
        first, end = max(int(inside[0]) - (low > 0.0), 0), int(inside[-1]) + 1
        size = max(1, round(CONTRAST_SHARE * (end - first)))
        bands.append((slice(first, end - (end < len(hz))), size))
    return tuple(bands)
