"""How a song sounds: the colour of its spectrum, as means and standard deviations over its frames.

Frames more than 60 dB below the song's mean power (the silence before, after and between) are left out: a rendering
with a longer fade-out is the same song.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from tonescape.core.records import readonly
from tonescape.hear.filters import N_MEL

if TYPE_CHECKING:
    from tonescape.core.records import Floats, Scores
    from tonescape.hear.spectrum import Frames

N_MFCC = 13

AUDIBLE = 1e-6
"""power below which a frame is left out, relative to the sound's mean square (-60 dB)"""


def timbre_values(frames: Frames) -> Scores:
    """The timbre descriptors of a sound, (name, value); all 0 for silence, none depends on the level.

    Each NAME below comes as timbre.NAME_mean and timbre.NAME_std, over the frames that are not silent:

    mfcc0 .. mfcc12 : mel-frequency cepstral coefficients, orthonormal DCT-II of 64 mel bands in dB (librosa's `mfcc`;
        Davis & Mermelstein 1980); mfcc0 is for the sound at RMS 1
    centroid, spread, rolloff : Hz      flatness, zero_crossings : [0, 1]      flux : dB a frame
    contrast0 .. contrast6 : dB, octave bands from 0-200 Hz to above 6.4 kHz      (all described in `Frames`)
    low, mid, high : share of the frame's power below 250 Hz, between, above 2 kHz, [0, 1]
    """
    total = np.maximum(frames.low + frames.mid + frames.high, np.float32(1e-12))
    columns: dict[str, Floats] = {f"mfcc{i}": row for i, row in enumerate(mfcc(frames).T)}
    for name in ("centroid", "spread", "rolloff", "flatness", "zero_crossings", "flux"):
        columns[name] = getattr(frames, name)
    columns |= {f"contrast{i}": row for i, row in enumerate(frames.contrast.T)}
    columns |= {name: getattr(frames, name) / total for name in ("low", "mid", "high")}
    table = np.stack(list(columns.values()))[:, frames.power > AUDIBLE].astype(np.float64)
    if table.shape[1] == 0:
        table = np.zeros((len(columns), 1))
    means, stds = table.mean(axis=1).tolist(), table.std(axis=1).tolist()
    values: list[tuple[str, float]] = []
    for name, mean, std in zip(columns, means, stds, strict=True):
        values += [(f"timbre.{name}_mean", mean), (f"timbre.{name}_std", std)]
    return tuple(values)


def mfcc(frames: Frames) -> Floats:
    """Mel-frequency cepstral coefficients, [t, 13]."""
    return frames.mel_db @ _cosines()


@lru_cache(maxsize=1)
def _cosines() -> Floats:
    """The first N_MFCC rows of the orthonormal DCT-II of N_MEL values, as columns: [64, 13]."""
    at, row = np.arange(N_MEL)[:, None] + 0.5, np.arange(N_MFCC)
    table = np.cos(np.pi / N_MEL * at * row) * (2.0 / N_MEL) ** 0.5
    table[:, 0] *= 0.5**0.5
    return readonly(table.astype(np.float32))
