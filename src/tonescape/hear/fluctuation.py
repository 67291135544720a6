"""Fluctuation patterns: how strongly each region of the spectrum swells and fades at rates from .25 to 20 Hz.

E. Pampalk, A. Rauber, D. Merkl, "Content-based organization and visualization of music archives", ACM Multimedia 2002,
section 3.2, with the logarithmic rates, long blocks and the percentile over blocks of T. Pohle, D. Schnitzer,
M. Schedl, P. Knees, G. Widmer, "On rhythm and general music similarity", ISMIR 2009 ("onset patterns"). Levels in dB
stand for their sones.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from tonescape.core.records import readonly
from tonescape.hear.bands import grouped
from tonescape.hear.spectrum import FRAME_RATE

if TYPE_CHECKING:
    from tonescape.core.records import Floats, Scores

N_REGIONS = 10
"""of the spectrum, each about six mel bands; twice as many tell moods apart no better"""

RATES_HZ = tuple(float(hz) for hz in np.geomspace(0.25, 20.0, 13))
"""edges of the twelve rates"""

BLOCK, STEP = 512, 128
"""frames of a block, 11.9 s, and from a block to the next"""

PERCENTILE = 60.0
"""of the blocks (Pohle et al. take a value near the median so that breaks do not count)"""

FLOOR_DB = 0.01
"""amplitude below which a fluctuation is nothing"""

NAMES = tuple(f"fluctuation.region{b}_rate{r:02d}" for r in range(len(RATES_HZ) - 1) for b in range(N_REGIONS))


def fluctuation_values(heard: Floats) -> Scores:
    """fluctuation.regionB_rateR : log of the mean amplitude, dB, at which region B (0 lowest) of the spectrum moves at
    rates between RATES_HZ[R] and RATES_HZ[R + 1].

    heard : float32 [t, 58], of `bands`
    """
    import scipy.fft

    regions = grouped(heard, N_REGIONS)
    size = min(BLOCK, len(regions))
    starts = range(0, max(1, len(regions) - size + 1), STEP)
    blocks = np.stack([regions[start : start + size] for start in starts])
    blocks -= blocks.mean(axis=1, keepdims=True)
    blocks *= np.hanning(size).astype(np.float32)[:, None]
    # A sound shorter than a block is transformed as if silence followed.
    amplitude = np.abs(scipy.fft.rfft(blocks, BLOCK, axis=1)) / np.float32(size)
    rates = np.log(np.matmul(_rates(), amplitude) + np.float32(FLOOR_DB))
    values = np.percentile(rates, PERCENTILE, axis=0).ravel()
    return tuple(zip(NAMES, values.tolist(), strict=True))


@lru_cache(maxsize=1)
def _rates() -> Floats:
    """[12, 257]: takes the mean of a block's amplitudes between the edges of each rate."""
    hz = np.arange(BLOCK // 2 + 1) * FRAME_RATE / BLOCK
    rows = np.array([(hz >= low) & (hz < high) for low, high in pairwise(RATES_HZ)])
    return readonly((rows / rows.sum(axis=1, keepdims=True)).astype(np.float32))
