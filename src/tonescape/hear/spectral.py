"""The shape of the spectrum below 8 kHz over time: where it lies, how wide and how noisy it is.

Centroid, spread, rolloff and flatness as in G. Peeters, "A large set of audio features for sound description", IRCAM
2004, sections 6.1 and 6.2, but over the mel bands of `bands`, so on the mel scale and without what codecs cut off.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.hear.bands import N_BANDS, spread_of

if TYPE_CHECKING:
    from tonescape.core.records import Floats, Scores
    from tonescape.hear.spectrum import Frames

ROLLOFF = 0.85
"""share of a frame's magnitude that lies below its rolloff"""

LEAST_POWER = 1e-6
"""of a frame's low, middle or high band, against the sound's mean square (-60 dB)"""

LEAST_CROSSINGS = 2e-3
"""added before the logarithm: about one sign change in a frame"""


def spectral_values(frames: Frames, heard: Floats) -> Scores:
    """Six numbers (`spread_of`) for each of these curves:

    spectral.centroid, spread : mel bands, mean and standard deviation of the band number weighted by magnitude
    spectral.rolloff : mel bands, ROLLOFF of the magnitude lies below
    spectral.flatness : dB, geometric over arithmetic mean of the bands' power
    spectral.crossings : log of the share of neighbouring samples that change sign
    spectral.bass, treble : decades, power below 250 Hz and above 2 kHz against that between

    heard : float32 [t, 58], of `bands`
    """
    power = np.power(np.float32(10.0), heard * np.float32(0.1))
    magnitude = np.sqrt(power)
    band = np.arange(N_BANDS, dtype=np.float32)
    sums = magnitude @ np.stack([np.ones_like(band), band, band * band], axis=1)
    centroid = sums[:, 1] / sums[:, 0]
    running = np.cumsum(magnitude, axis=1)
    crossed = running >= sums[:, :1] * np.float32(ROLLOFF)
    parts = [np.log10(np.maximum(part, np.float32(LEAST_POWER))) for part in (frames.low, frames.mid, frames.high)]
    curves = {
        "centroid": centroid,
        "spread": np.sqrt(np.maximum(sums[:, 2] / sums[:, 0] - centroid * centroid, np.float32(0.0))),
        "rolloff": crossed.argmax(axis=1).astype(np.float32),
        "flatness": heard.mean(axis=1) - np.float32(10.0) * np.log10(power.mean(axis=1)),
        "crossings": np.log(frames.zero_crossings + np.float32(LEAST_CROSSINGS)),
        "bass": parts[0] - parts[1],
        "treble": parts[2] - parts[1],
    }
    return tuple(value for name, curve in curves.items() for value in spread_of(f"spectral.{name}", curve))
