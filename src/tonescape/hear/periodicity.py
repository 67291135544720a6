"""How a song pulses and how its level is spread, without deciding on a tempo.

The strongest self-similarity of the onset curve in each band of tempi (the "beat histogram" of G. Tzanetakis & P. Cook,
IEEE TSAP 10(5), 2002, section III-B), onsets a second, and the distribution of the frames' levels.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from tonescape.hear.pulse import autocorrelation, moving_mean
from tonescape.hear.spectrum import FRAME_RATE

if TYPE_CHECKING:
    from tonescape.core.records import Floats, Scores
    from tonescape.hear.spectrum import Frames

TEMPI = tuple(float(bpm) for bpm in np.geomspace(30.0, 300.0, 16))
"""BPM, edges of the fifteen bands"""

LAGS = np.arange(8, 130)
"""frames: 323 to 20 BPM"""

PERCENTILES = (5, 10, 25, 50, 75)

LOUD_PERCENTILE = 95.0
"""the level that is 0 dB"""

LEAST_POWER = 1e-6
"""added to the level before its logarithm (-60 dB)"""

NEAR_DB = -10.0
"""a frame is loud down to this"""


def periodicity_values(frames: Frames, heard: Floats) -> Scores:
    """The periodicity descriptors of a sound.

    periodicity.tempo00 .. tempo14 : about [-1, 1], highest autocorrelation of the onset curve between the edges TEMPI
    periodicity.peak : the highest of all      periodicity.peak_bpm : BPM, where      periodicity.mean, std : over LAGS
    periodicity.onsets : a second, peaks of the onset curve above its standard deviation
    periodicity.flux_mean : dB a frame, flux_spread : log dB, flux_skew : of the rise of the bands
    periodicity.level_p05 .. p75 : dB, percentiles of the frames' levels below LOUD_PERCENTILE of them; level_std : dB;
        level_near : share above NEAR_DB; level_motion : dB, mean change from a frame to the next

    heard : float32 [t, 58], of `bands`
    """
    flux = np.zeros(len(heard), dtype=np.float32)
    rise = np.maximum(heard[1:] - heard[:-1], np.float32(0.0))
    flux[1:] = rise @ np.full(heard.shape[1], 1.0 / heard.shape[1], dtype=np.float32)
    onset = np.maximum(flux - moving_mean(flux, round(FRAME_RATE / 2.0)), np.float32(0.0))
    onset /= np.float32(max(float(onset.std()), 1e-6))
    return (*_pulses(onset), *_flux(flux), *_levels(frames.power))


def _pulses(onset: Floats) -> Scores:
    likeness = autocorrelation(onset)[LAGS].astype(np.float64)
    bpm = 60.0 * FRAME_RATE / LAGS
    tempi = [float(likeness[(bpm >= low) & (bpm < high)].max()) for low, high in pairwise(TEMPI)]
    inner = onset[1:-1]
    count = int(np.count_nonzero((inner > onset[:-2]) & (inner >= onset[2:]) & (inner > 1.0))) if len(onset) > 2 else 0
    return (
        *((f"periodicity.tempo{i:02d}", value) for i, value in enumerate(tempi)),
        ("periodicity.peak", float(likeness.max())),
        ("periodicity.peak_bpm", float(bpm[likeness.argmax()])),
        ("periodicity.mean", float(likeness.mean())),
        ("periodicity.std", float(likeness.std())),
        ("periodicity.onsets", count / max(len(onset) / FRAME_RATE, 1.0)),
    )


def _flux(flux: Floats) -> Scores:
    exact = flux.astype(np.float64)
    mean, std = float(exact.mean()), float(exact.std())
    return (
        ("periodicity.flux_mean", mean),
        ("periodicity.flux_spread", float(np.log(std + 1e-3))),
        ("periodicity.flux_skew", float(((exact - mean) ** 3).mean() / max(std, 1e-3) ** 3)),
    )


def _levels(power: Floats) -> Scores:
    loud = max(float(np.percentile(power, LOUD_PERCENTILE)), 1e-12)
    db = 10.0 * np.log10(power.astype(np.float64) / loud + LEAST_POWER)
    motion = float(np.abs(np.diff(db)).mean()) if len(db) > 1 else 0.0
    return (
        *(
            (f"periodicity.level_p{p:02d}", float(v))
            for p, v in zip(PERCENTILES, np.percentile(db, PERCENTILES), strict=True)
        ),
        ("periodicity.level_std", float(db.std())),
        ("periodicity.level_near", float((db > NEAR_DB).mean())),
        ("periodicity.level_motion", motion),
    )
