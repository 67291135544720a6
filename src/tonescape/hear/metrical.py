"""Which metrical level is the beat: the strongest period of the onset curve, or its half, double, two thirds ...

Hats in eighths repeat more strongly than the kick and the snare on the beats, and a slow bass line more strongly than
a fast beat, so the strongest period is often not the beat. Each candidate level is described by how the whole, the
low (kick), the middle (snare) and the high band (hats) repeat at it and at its multiples, and a linear model that
learnt from music with known tempo says which is the likeliest: a conditional logit (D. McFadden, "Conditional logit
analysis of qualitative choice behavior", 1974) over the levels of a song. Its card is weights/tempo.json.

Autocorrelation confuses a period with its multiples and the Fourier tempogram with its fractions (G. Peeters,
"Template-based estimation of time-varying tempo", EURASIP JASP 2007), so the model reads both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from tonescape.core import weights
from tonescape.hear.pulse import (
    STEP,
    WINDOW,
    autocorrelation,
    chance_level,
    moving_mean,
    onset_strength,
    peaks_of,
    smooth,
)
from tonescape.hear.spectrum import FRAME_RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tonescape.core.records import Floats
    from tonescape.hear.spectrum import Frames

    Reals = NDArray[np.float64]

MODEL = "tempo"

BANDS = (slice(0, 3), slice(3, 24), slice(42, 58))
"""mel bands of the kick (below 200 Hz), the snare (to 1.6 kHz) and the hats (4 to 8 kHz; codecs leave nothing above)"""

TEMPO_MIN, TEMPO_MAX = 40.0, 240.0
"""BPM, of a beat that is reported"""

RATIOS = (1.0, 1 / 4, 1 / 3, 1 / 2, 2 / 3, 3 / 4, 4 / 3, 3 / 2, 2.0, 3.0, 4.0)
"""candidate levels, of the strongest period"""

MOST_PEAKS = 8
"""highest peaks of the autocorrelation that are candidates besides"""

SAME = 0.03
"""periods closer than this share are one candidate"""

ONE_LAYER = 0.97
"""where each band's onset curve correlates with the whole one at least this much, all sound together: there are no
layers to compare, and the strongest period is the beat. Clicks have .98 to 1, drums with loud hats .91"""

LAG_MULTIPLES = (1 / 4, 1 / 3, 1 / 2, 2 / 3, 3 / 4, 1.0, 3 / 2, 2.0, 3.0, 4.0, 6.0, 8.0)
FREQUENCY_MULTIPLES = (1 / 8, 1 / 6, 1 / 4, 1 / 3, 1 / 2, 2 / 3, 1.0, 3 / 2, 2.0, 3.0, 4.0)
CROSS_MULTIPLES = (0.0, 1 / 2, 1.0, 2.0, 4.0)
"""of the period, of its frequency, and of the period between two bands"""

PRIOR_OCTAVES, PRIOR_WIDTH = (-1.25, -0.75, -0.5, -0.25, 0.0, 0.25, 0.5, 0.75, 1.0), 0.2
"""centres and deviation in octaves from 120 BPM of the bells that make up the prior"""

FARTHEST = int(0.9 * WINDOW)
"""frames; at longer lags the autocorrelation stands on too little"""

CURVES = ("whole", "low", "middle", "high")
INPUTS = (
    *(f"{curve} autocorrelation x {m:.3f}" for curve in CURVES for m in LAG_MULTIPLES),
    *(f"{curve} tempogram x {m:.3f}" for curve in CURVES for m in FREQUENCY_MULTIPLES),
    *(f"low with {curve} x {m:.3f}" for curve in CURVES[2:] for m in CROSS_MULTIPLES),
    *(f"{curve} onsets a beat" for curve in CURVES),
    *(f"prior {octave:+.2f}" for octave in PRIOR_OCTAVES),
    "octaves from 120 BPM",
    "octaves squared",
)
"""what the model reads of a level, in order"""

ONSET_RISE = 0.08
"""onset strength above its surroundings from which a peak counts as an onset"""


def beat_period(frames: Frames, onset: Floats, strongest: float) -> float:
    """The period of the beat in frames, one of `candidates`; `strongest` where the sound has but one layer.

    onset [t] in [0, 1] : onset strength of the whole sound      strongest : frames, > 0, its period
    """
    curves = onset_curves(frames, onset)
    if _one_layer(curves):
        return strongest
    lags = candidates(curves, strongest)
    if len(lags) < 2:
        return strongest
    model = weights.load(MODEL)
    score = level_values(curves, lags) @ model.shaped("weight", len(INPUTS))
    return float(lags[int(score.argmax())])


def onset_curves(frames: Frames, onset: Floats) -> Floats:
    """Onset curves [4, t] of the whole sound, the low, the middle and the high band, less their mean over 2 s."""
    rises = [onset]
    for band in BANDS:
        rise = np.zeros(len(onset), dtype=np.float32)
        of = frames.mel_db[:, band]
        mean = np.full(of.shape[1], 1.0 / of.shape[1], dtype=np.float32)
        rise[1:] = np.maximum(of[1:] - of[:-1], np.float32(0.0)) @ mean
        rises.append(onset_strength(rise))
    return np.stack([smooth(curve - moving_mean(curve, round(FRAME_RATE)), 1.0) for curve in rises])


def candidates(curves: Floats, strongest: float) -> Floats:
    """Periods [n] in frames that could be the beat, `strongest` first if it lies between TEMPO_MIN and TEMPO_MAX."""
    shortest, longest = 60.0 * FRAME_RATE / TEMPO_MAX, 60.0 * FRAME_RATE / TEMPO_MIN
    peaks = peaks_of(autocorrelation(curves[0]), shortest, min(longest, curves.shape[1] / 2, WINDOW / 2))
    high = sorted((peak for peak in peaks if peak[1] >= chance_level(curves.shape[1])), key=lambda peak: -peak[1])
    found: list[float] = []
    for lag in (*(strongest * ratio for ratio in RATIOS), *(lag for lag, _ in high[:MOST_PEAKS])):
        inside = shortest * (1.0 - SAME / 3.0) <= lag <= longest * (1.0 + SAME / 3.0)
        if inside and all(abs(np.log(lag / other)) > SAME for other in found):
            found.append(lag)
    return np.array(found, dtype=np.float32)


def level_values(curves: Floats, lags: Floats) -> Floats:
    """What the model reads of each level: [n, len(INPUTS)].

    Autocorrelation at LAG_MULTIPLES of the period; magnitude of the Fourier tempogram at FREQUENCY_MULTIPLES;
    cross-correlation of the low band with the middle and the high one at CROSS_MULTIPLES (kick and snare alternate a
    beat apart); log2 of the onsets a beat; and the tempo, as the prior needs it.
    """
    lag_places, cross_places = np.outer(lags, LAG_MULTIPLES), np.outer(lags, CROSS_MULTIPLES[1:])
    bins = np.outer(4.0 * WINDOW / lags, FREQUENCY_MULTIPLES)
    columns = [_at(autocorrelation(curve), FARTHEST, lag_places) for curve in curves]
    columns += [_at(_tempogram(curve), 2 * WINDOW - 1, bins) for curve in curves]
    for other in curves[2:]:
        cross = _cross_correlation(curves[1], other)
        columns += [np.full((len(lags), 1), cross[0]), _at(cross, FARTHEST, cross_places)]
    tops = (curves[:, 1:-1] > curves[:, :-2]) & (curves[:, 1:-1] >= curves[:, 2:]) & (curves[:, 1:-1] > ONSET_RISE)
    columns.append(np.log2(np.outer(lags, np.maximum(np.count_nonzero(tops, axis=1), 1) / curves.shape[1])))
    octaves = np.log2(60.0 * FRAME_RATE / lags / 120.0)[:, None]
    columns += [np.exp(-0.5 * ((octaves - np.array(PRIOR_OCTAVES)) / PRIOR_WIDTH) ** 2), octaves, octaves**2]
    return np.concatenate(columns, axis=1).astype(np.float32)


def _one_layer(curves: Floats) -> bool:
    spread = curves.std(axis=1)
    if not spread.all():
        return True
    likeness = (curves[1:] @ curves[0]) / (curves.shape[1] * spread[1:] * spread[0])
    return bool((likeness >= ONE_LAYER).all())


def _at(values: Floats, last: int, places: Reals) -> Floats:
    """The highest of the three values around each place [n, m], which lies between 2 and `last` at most."""
    around = np.maximum(np.maximum(values[:-2], values[1:-1]), values[2:])
    return around[np.clip(np.rint(places).astype(np.int64), 2, last) - 1]


def _tempogram(curve: Floats) -> Floats:
    """Magnitude of the curve's Fourier transform in Hann windows of WINDOW frames, root mean square over them.

    Bin b is a period of 4 WINDOW / b frames. Relative to the curve's own root mean square in the windows.
    """
    import scipy.fft

    size = min(WINDOW, len(curve))
    views = sliding_window_view(curve, size)[::STEP] * np.hanning(size).astype(np.float32)
    spectrum = scipy.fft.rfft(views, 4 * WINDOW, axis=1)
    power = np.square(spectrum.real) + np.square(spectrum.imag)
    total = float(np.square(views).sum(axis=1).mean())
    return np.asarray(8.0 * np.sqrt(power.mean(axis=0) / max(size * total, 1e-9)), dtype=np.float32)


def _cross_correlation(one: Floats, other: Floats) -> Floats:
    """Cross-correlation [WINDOW] of two curves, mean of both directions and over windows; 1 for equal ones at 0."""
    import scipy.fft

    size = min(WINDOW, len(one))
    first, second = (
        scipy.fft.rfft(sliding_window_view(curve - curve.mean(), size)[::STEP], 2 * WINDOW, axis=1)
        for curve in (one, other)
    )
    product = (first.real * second.real + first.imag * second.imag).mean(axis=0)  # the part that is even in the lag
    powers = [float((np.square(s.real) + np.square(s.imag)).mean()) for s in (first, second)]
    sums = scipy.fft.irfft(product)[:WINDOW] / np.maximum(size - np.arange(WINDOW), size / 4) * size
    return np.asarray(sums / max((powers[0] * powers[1]) ** 0.5, 1e-9), dtype=np.float32)
