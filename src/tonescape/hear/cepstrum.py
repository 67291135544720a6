"""The colour of the spectrum that codecs keep: cepstral coefficients below 8 kHz, their spread and their motion.

Beside `timbre`, whose thirteen coefficients reach to 11 kHz: these are made of the bands of `bands`, and their
spreads are logarithms, which is how they are compared. Davis & Mermelstein, IEEE TASSP 28, 1980; delta coefficients
after Furui, IEEE TASSP 34, 1986.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from tonescape.core.records import readonly
from tonescape.hear.bands import N_BANDS

if TYPE_CHECKING:
    from tonescape.core.records import Floats, Scores

N_COEFFICIENTS = 20

LAG = 2
"""frames between the two whose difference is a coefficient's motion, 46 ms"""

LEAST_DB = 0.1
"""added before a logarithm"""


def cepstrum_values(heard: Floats) -> Scores:
    """Of the cepstral coefficients 0 .. 19 (orthonormal DCT-II of `bands`, [t, 58], dB):

    cepstrum.mean1 .. mean19 : dB      cepstrum.spread0 .. spread19 : log of the standard deviation, dB
    cepstrum.motion0 .. motion19 : log of the standard deviation of the change over LAG frames, dB
    """
    coefficients = heard @ _cosines()
    change = coefficients[LAG:] - coefficients[:-LAG] if len(heard) > LAG else np.zeros_like(coefficients)
    spread, motion = (np.log(values.std(axis=0) + np.float32(LEAST_DB)) for values in (coefficients, change))
    columns = {"mean": coefficients.mean(axis=0), "spread": spread, "motion": motion}
    return tuple(
        (f"cepstrum.{name}{i}", value)
        for name, values in columns.items()
        for i, value in enumerate(values.tolist())
        if (name, i) != ("mean", 0)  # the level, which is 0 dB by definition of the bands
    )


@lru_cache(maxsize=1)
def _cosines() -> Floats:
    """The first rows of the orthonormal DCT-II of N_BANDS values, as columns: [58, 20]."""
    at, row = np.arange(N_BANDS)[:, None] + 0.5, np.arange(N_COEFFICIENTS)
    table = np.cos(np.pi / N_BANDS * at * row) * (2.0 / N_BANDS) ** 0.5
    table[:, 0] *= 0.5**0.5
    return readonly(table.astype(np.float32))
