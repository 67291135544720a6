"""The pulse: its strongest period and where its beats fall, from an onset curve at `FRAME_RATE`.

The chain is that of D. Ellis, "Beat tracking by dynamic programming", JNMR 36(1), 2007: the autocorrelation of the
onset curve under a log-normal prior gives a first guess of the tempo, then dynamic programming finds the row of beats
that best trades onset strength against evenness. Two things differ. A clear pulse whose off-beats are as strong as
its beats is taken at twice the tempo, so equal clicks are heard at their true rate. And the tempo that is reported is
measured on the tracked beats between frames, not read off the autocorrelation, whose lags are 1-9 % apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from tonescape.hear.spectrum import FRAME_RATE

if TYPE_CHECKING:
    from tonescape.core.records import Floats

TOP_SHARE = 0.01
"""the strongest share of the frames, whose mean flux is onset strength 1"""

TOP_AT_LEAST_DB, RIPPLE_DB = 2.0, 0.25
"""flux that onset strength 1 stands for at least (steady noise has 1.3, recordings have 7 to 21), and flux that is no
onset at all (a steady tone has .1, as its partials pass from bin to bin)"""

TEMPO_MIN, TEMPO_MAX = 36.0, 240.0
"""BPM; the search covers the pulses people tap to with a margin"""

PRIOR_BPM, PRIOR_OCTAVES = 120.0, 0.7
"""centre and width of the log-normal prior. Ellis 2007, equation 6, has .9 octaves; with .7, 31 of 36 recordings
agree with librosa instead of 28, and 6 of the 8 whose tempo is known have it, octave and all, instead of 5"""

WINDOW, STEP = 768, 256
"""frames: the autocorrelation is taken over windows of 18 s and averaged, so a drifting tempo does not smear it"""

OFFBEAT, OFFBEAT_CLEAR = 0.94, 0.7
"""off-beats are beats when the autocorrelation at half the period is at least this share of that at the period, and
at least that high: in music, where other layers fill the gaps, equal eighths are common and are not the beat"""

SURE = 5.0
"""standard errors by which a periodicity must stand out of that of unordered onsets to be called a pulse"""

TIGHTNESS = 100.0
"""weight of evenness against onset strength in the beat tracker (Ellis 2007, alpha)"""

LATEST = 1.5
"""the tracker looks for a beat's predecessor between 1 / LATEST and LATEST periods back"""

ONSET_LEAD_S = 0.023
"""s: the flux peaks one frame before the event, when most of the event has come into the window (2,048 samples at
both sides of the frame's centre); measured 20-30 ms on clicks of three kinds, with and without a noise floor"""


def onset_strength(flux: Floats) -> Floats:
    """Onset strength [t] in [0, 1]: clipped, so that one crash or a start out of silence does not rule the rest.

    flux [t] : dB, rise of one or more bands
    """
    count = max(1, round(TOP_SHARE * len(flux)))
    top = float(np.partition(flux, -count)[-count:].mean()) if len(flux) else 0.0
    strength: Floats = np.minimum(flux * np.float32(1.0 / max(top, TOP_AT_LEAST_DB)), np.float32(1.0))
    strength[flux < RIPPLE_DB] = 0.0
    return strength


def moving_mean(curve: Floats, reach: int) -> Floats:
    """Mean of the values within `reach` either way, fewer at the ends."""
    total = np.concatenate([[0.0], np.cumsum(curve, dtype=np.float64)])
    index = np.arange(len(curve))
    first, end = np.maximum(index - reach, 0), np.minimum(index + reach + 1, len(curve))
    mean: Floats = ((total[end] - total[first]) / (end - first)).astype(np.float32)
    return mean


def smooth(curve: Floats, sigma: float) -> Floats:
    """Convolution with a Gaussian of `sigma` frames and sum 1."""
    reach = max(1, round(3.0 * sigma))
    bell: Floats = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2).astype(np.float32)
    wide: Floats = np.convolve(curve, bell / bell.sum(), mode="full")
    return wide[reach : reach + len(curve)]


def autocorrelation(curve: Floats) -> Floats:
    """Autocorrelation [WINDOW] of a curve without its slow part, mean over windows; 1 at lag 0, or all zero."""
    import scipy.fft

    curve = curve - curve.mean()
    size = min(WINDOW, len(curve))
    views = sliding_window_view(curve, size)[::STEP]
    spectrum = scipy.fft.rfft(views, 2 * WINDOW, axis=1)
    power = np.square(spectrum.real) + np.square(spectrum.imag)
    sums = scipy.fft.irfft(power.mean(axis=0))[:WINDOW]
    sums = sums / np.maximum(size - np.arange(WINDOW), size / 4)  # unbiased up to three quarters of the window
    return np.asarray(sums / sums[0] if sums[0] > 0.0 else np.zeros(WINDOW), dtype=np.float32)


def height_at(curve: Floats, lag: float) -> float:
    """Highest value of a parabola through the frames around `lag`, so that lags between frames lose nothing."""
    return _vertex(curve, int(np.clip(round(lag), 1, len(curve) - 2)))[1]


def _vertex(curve: Floats, i: int) -> tuple[float, float]:
    """Position and value of the parabola through i - 1, i, i + 1; within half a frame of i."""
    left, middle, right = (float(v) for v in curve[i - 1 : i + 2])
    bend = left - 2.0 * middle + right
    shift = float(np.clip(0.5 * (left - right) / bend, -0.5, 0.5)) if bend < 0.0 else 0.0
    return i + shift, middle - 0.25 * (left - right) * shift


def chance_level(count: int) -> float:
    """Autocorrelation that unordered onsets in `count` frames hardly exceed: smoothing leaves about one independent
    value in 3.5 frames."""
    return float(SURE * (3.5 / count) ** 0.5)


def peaks_of(curve: Floats, shortest: float, longest: float) -> list[tuple[float, float]]:
    """(lag in frames, height) of the peaks of an autocorrelation about from `shortest` to `longest`, in order."""
    low, high = int(shortest), int(longest)
    inner = curve[low : high + 1]
    tops = low + np.flatnonzero((inner >= curve[low - 1 : high]) & (inner > curve[low + 1 : high + 2]))
    return [_vertex(curve, int(top)) for top in tops]


def period(onset: Floats) -> tuple[float, float, int]:
    """(strongest period in frames, its autocorrelation in [0, 1], how often it was halved as off-beats are as strong).

    (0, 0, 0) when nothing repeats.
    The beat is this or another metrical level, see `metrical`.
    """
    shortest, longest = 60.0 * FRAME_RATE / TEMPO_MAX, 60.0 * FRAME_RATE / TEMPO_MIN
    if len(onset) < 3.0 * shortest:
        return 0.0, 0.0, 0
    curve = autocorrelation(smooth(onset - moving_mean(onset, round(FRAME_RATE)), 1.0))
    chance = chance_level(len(onset))
    best, best_score = 0.0, 0.0
    for lag, height in peaks_of(curve, shortest, min(int(longest) + 1, len(onset) // 2, WINDOW // 2)):
        if height < chance or not shortest <= lag <= longest:
            continue
        prior = np.exp(-0.5 * (np.log2(60.0 * FRAME_RATE / lag / PRIOR_BPM) / PRIOR_OCTAVES) ** 2)
        if height * prior > best_score:
            best, best_score = lag, height * prior
    if not best:
        return 0.0, 0.0, 0
    halved = 0
    while best / 2.0 >= shortest and height_at(curve, best / 2.0) > max(
        OFFBEAT * height_at(curve, best), OFFBEAT_CLEAR
    ):
        best /= 2.0
        halved += 1
    best = _vertex(curve, int(np.clip(round(best), 1, WINDOW - 2)))[0]
    return best, float(np.clip(height_at(curve, best), 0.0, 1.0)), halved


def track(onset: Floats, lag: float) -> np.ndarray:
    """Frames of the beats [b], int64, by dynamic programming (Ellis 2007, equations 1-4).

    The score of a frame is its onset strength plus the best score a period or so before, less
    TIGHTNESS * log(distance / lag)^2. A predecessor lies at least lag / LATEST back, so that many frames can be
    scored in one step: the same result as frame by frame in less than half the time.
    """
    spread = float(onset.std())
    if spread <= 0.0:
        return np.zeros(0, dtype=np.int64)
    local = smooth(onset, max(lag / 32.0, 0.5)) / np.float32(spread)
    near, far = max(1, int(np.ceil(lag / LATEST))), max(2, int(lag * LATEST))
    distance = np.arange(far, near - 1, -1)
    cost = (-TIGHTNESS * np.log(distance / lag) ** 2).astype(np.float32)
    total = np.zeros(far + len(local), dtype=np.float32)
    back = np.empty(len(local), dtype=np.int64)
    views, rows = sliding_window_view(total, len(cost)), np.arange(near)
    for start in range(0, len(local), near):
        end = min(start + near, len(local))
        reach = views[start:end] + cost
        pick = reach.argmax(axis=1)
        back[start:end] = pick
        total[far + start : far + end] = local[start:end] + np.maximum(reach[rows[: end - start], pick], 0.0)
    back = np.arange(len(local)) - distance[back]
    return _walk_back(total[far:], back, local)


def _walk_back(total: Floats, back: np.ndarray, local: Floats) -> np.ndarray:
    """Follow the predecessors from the last good frame; drop beats in the silence before and after the music."""
    inner = total[1:-1]
    tops = 1 + np.flatnonzero((inner >= total[:-2]) & (inner > total[2:]))
    if not len(tops):
        return np.zeros(0, dtype=np.int64)
    i = int(tops[total[tops] >= 0.5 * np.median(total[tops])][-1])
    path = []
    while i >= 0:
        path.append(i)
        i = int(back[i])
    beats = np.array(path[::-1], dtype=np.int64)
    strength = np.maximum(
        np.maximum(local[beats], local[np.maximum(beats - 1, 0)]), local[np.minimum(beats + 1, len(local) - 1)]
    )
    loud = np.flatnonzero(strength > 0.5 * float(np.mean(strength**2)) ** 0.5)
    return beats[loud[0] : loud[-1] + 1] if len(loud) else beats[:0]


def between_frames(onset: Floats, at: np.ndarray) -> Floats:
    """Times of the beats in s, between frames."""
    if not len(at):
        return np.zeros(0, dtype=np.float32)
    curve = np.pad(smooth(onset, 1.0), 2)
    around = curve[at[:, None] + np.arange(5)]  # frames -2 .. 2
    top = 1 + around[:, 1:4].argmax(axis=1)
    rows = np.arange(len(at))
    left, middle, right = around[rows, top - 1], around[rows, top], around[rows, top + 1]
    bend = left - 2.0 * middle + right
    peaked = (bend < 0.0) & (middle >= left) & (middle >= right)
    shift = np.where(peaked, 0.5 * (left - right) / np.where(peaked, bend, -1.0) + top - 2, 0.0)
    return np.maximum((at + shift) / FRAME_RATE + ONSET_LEAD_S, 0.0).astype(np.float32)


def tempo_of(beats: Floats) -> float:
    """BPM: median time over 8 beats, so that the error of one beat counts an eighth."""
    span = min(8, len(beats) - 1)
    exact = beats.astype(np.float64)
    return float(60.0 * span / np.median(exact[span:] - exact[:-span]))


def spans(beats: Floats, count: int, longest_s: float) -> np.ndarray:
    """First frames of the parts between beats, int64, increasing from 0, none longer than about `longest_s`.

    Long beats are halved, thirded ...; before the first and after the last beat, and where there are none, the parts
    go on in even steps. `count` is the number of frames.
    """
    marks = np.concatenate([[0.0], beats.astype(np.float64) * FRAME_RATE, [float(count)]])
    marks = np.maximum.accumulate(np.clip(marks, 0.0, float(count)))
    pieces = np.maximum(1, np.ceil(np.diff(marks) / (longest_s * FRAME_RATE) - 1e-6)).astype(np.int64)
    firsts = np.repeat(marks[:-1], pieces)
    steps = np.repeat(np.diff(marks) / pieces, pieces)
    within = np.arange(len(firsts)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    starts = np.unique(np.rint(firsts + steps * within).astype(np.int64))
    return starts[starts < count]
