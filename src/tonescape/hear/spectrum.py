"""The one short-time Fourier transform. Everything else in this room reads its `Frames`.

The transform runs in blocks that stay in the processor's cache, and each block is reduced to a few numbers a
frame at once: a 20-minute song needs its samples and some 50 MB, never a whole spectrogram.

Sounds are compared at one level: the mean (DC) is taken off and the sound is scaled to a mean square of 1 before
anything else, so every number here except `level` is the same for a song and its copy at another gain.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from tonescape.core.records import RATE, readonly

if TYPE_CHECKING:
    from tonescape.core.records import Floats

N_FFT = 2048
"""samples a frame, 93 ms"""

HOP = 512
"""samples from a frame to the next, 23 ms"""

FRAME_RATE = RATE / HOP
"""frames a second"""

N_MEL = 64
N_PITCH = 120
"""pitch bins an octave, 10 cents each"""

LOW_HZ, HIGH_HZ = 250.0, 2000.0
"""where the low band ends and the high band begins"""

PITCH_MIN_HZ, PITCH_MAX_HZ = 65.0, 2100.0
"""C2 to C7: below, a frame cannot tell neighbouring notes apart; above, there are mostly overtones"""

PEAK_FLOOR = 0.02
"""a spectral peak counts if it is at least this share of the strongest peak of its frame, in magnitude (-34 dB)"""

ROLLOFF = 0.85
"""share of a frame's magnitude that lies below its rolloff (librosa's default)"""

CONTRAST_EDGES_HZ = (0.0, 200.0, 400.0, 800.0, 1600.0, 3200.0, 6400.0, RATE / 2)
CONTRAST_SHARE = 0.02
"""the strongest and weakest share of a band's bins that make its peak and its valley (Jiang et al. 2002)"""

SILENCE = 1e-5
"""RMS below which a sound counts as silent, -100 dB full scale: quieter than the noise of any 16-bit file"""

FLOOR = 1e-10
"""power a bin is given at least before a logarithm, relative to the sound's mean square (-100 dB)"""

TOP_DB = 80.0
"""mel bands further than this below the sound's loudest one are raised to it (librosa's power_to_db default)"""

BLOCK = 128
"""frames worked on together: their spectra fit a 2 MB cache"""

GROUP = 32
"""bins summed together in the first step of finding the rolloff"""


@dataclass(frozen=True, slots=True, eq=False)
class Frames:
    """What the transform leaves of a sound, t frames. All float32, all finite; all zero for silence.

    level : RMS of the sound, full scale 1; everything below is of the sound divided by it
    times [t] : s, the centre of each frame; frame i is centred on sample i * HOP
    power [t] : mean square of the frame's samples, no window
    mel [t, 64] : power in Slaney's mel bands (librosa's `htk=False, norm="slaney"`, up to one constant factor)
    mel_db [t, 64] : the same in dB, floored TOP_DB below the loudest
    flux [t] : mean over mel bands of the rise of mel_db since the frame before, falls counted as 0, dB
        (librosa `onset_strength`; Böck & Widmer, "Maximum filter vibrato suppression", DAFx 2013, section 2)
    pitch [t, 120] : magnitude of spectral peaks between PITCH_MIN_HZ and PITCH_MAX_HZ, folded to one octave in bins
        of 10 cents; bin 0 is centred on C at A = 440 Hz, bin 10 k on the k-th semitone above
    low, mid, high [t] : power below LOW_HZ, between, above HIGH_HZ (Hann window); they add up to about `power`
    centroid, spread [t] : Hz, mean and standard deviation of frequency weighted by magnitude (Peeters 2004, 6.1)
    rolloff [t] : Hz, ROLLOFF of the magnitude lies below
    flatness [t] : geometric over arithmetic mean of power over the bins, [0, 1] (Dubnov 2004; librosa)
    zero_crossings [t] : share of neighbouring samples that change sign, [0, 1]
    contrast [t, 7] : dB (of magnitude, as librosa), peak over valley in octave bands (Jiang et al., ICME 2002)
    """

    level: float
    times: Floats
    power: Floats
    mel: Floats
    mel_db: Floats
    flux: Floats
    pitch: Floats
    low: Floats
    mid: Floats
    high: Floats
    centroid: Floats
    spread: Floats
    rolloff: Floats
    flatness: Floats
    zero_crossings: Floats
    contrast: Floats

    @property
    def rate_hz(self) -> float:
        """Frames a second."""
        return FRAME_RATE

    def __len__(self) -> int:
        return len(self.times)


@dataclass(frozen=True, slots=True, eq=False)
class _Tables:
    """Constants of the transform. f = N_FFT / 2 + 1 bins."""

    window: Floats  # [N_FFT], scaled so that the powers of all bins add up to the mean square
    hz: Floats  # [f]
    of_power: Floats  # [f, 64 mel + 3 bands]
    of_magnitude: Floats  # [f, 32 groups + f**1 + f**2]
    bands: tuple[tuple[int, int, int], ...]  # contrast: first bin, end bin, bins in a peak


def frames(samples: Floats) -> Frames:
    """Transform a sound.

    samples : float32 [n], mono at RATE, any level; values that are not finite count as 0
    returns 1 + n // HOP frames; the sound is padded with N_FFT / 2 zeros at both ends
    """
    import scipy.fft
    from numpy.lib.stride_tricks import sliding_window_view

    padded, level = _levelled(samples)
    count = 1 + len(samples) // HOP
    out = _empty(count)
    if level > 0.0:
        tables = _tables()
        views = sliding_window_view(padded, N_FFT)[::HOP][:count]
        for start in range(0, count, BLOCK):
            part = slice(start, min(start + BLOCK, count))
            _reduce(scipy.fft.rfft(views[part] * tables.window, axis=1), part, out)
        out["power"][:], out["zero_crossings"][:] = _in_time(padded, count)
    mel_db, flux = _rise(out["mel"])
    times = (np.arange(count) * (HOP / RATE)).astype(np.float32)
    arrays = {name: readonly(array) for name, array in out.items()}
    return Frames(level=level, times=readonly(times), mel_db=readonly(mel_db), flux=readonly(flux), **arrays)


def _levelled(samples: Floats) -> tuple[Floats, float]:
    """The sound without DC at mean square 1, padded for centred frames; and the RMS it had (0 if silent)."""
    mean = float(samples.mean()) if len(samples) else 0.0
    if not np.isfinite(mean):
        samples = np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0)
        mean = float(samples.mean(dtype=np.float64))
    padded = np.zeros((len(samples) // HOP + N_FFT // HOP) * HOP + HOP, dtype=np.float32)
    body = padded[N_FFT // 2 : N_FFT // 2 + len(samples)]
    np.subtract(samples, np.float32(mean), out=body)
    square = float(np.dot(body, body)) / max(len(body), 1)
    if not np.isfinite(square):  # values beyond 1e19: no sound, but no reason to fail either
        body /= np.abs(body).max()
        square = float(np.dot(body, body)) / len(body)
    level = square**0.5
    if level < SILENCE:
        return padded, 0.0
    body *= np.float32(1.0 / level)
    return padded, level


def _empty(count: int) -> dict[str, Floats]:
    one = ("power", "low", "mid", "high", "centroid", "spread", "rolloff", "flatness", "zero_crossings")
    wide = {"mel": N_MEL, "pitch": N_PITCH, "contrast": len(CONTRAST_EDGES_HZ) - 1}
    out = {name: np.zeros(count, dtype=np.float32) for name in one}
    return out | {name: np.zeros((count, width), dtype=np.float32) for name, width in wide.items()}


def _reduce(spectrum: np.ndarray, part: slice, out: dict[str, Floats]) -> None:
    """Reduce a block of spectra, complex64 [b, f], to the numbers of its frames."""
    tables = _tables()
    power = np.square(spectrum.real)
    power += np.square(spectrum.imag)
    bands = power @ tables.of_power
    out["mel"][part] = bands[:, :N_MEL]
    out["low"][part], out["mid"][part], out["high"][part] = bands[:, N_MEL:].T
    magnitude = np.sqrt(power)
    sums = magnitude @ tables.of_magnitude
    groups, first, second = sums[:, :-2], sums[:, -2], sums[:, -1]
    total = np.maximum(groups.sum(axis=1), np.float32(FLOOR))
    centroid = first / total
    out["centroid"][part] = centroid
    out["spread"][part] = np.sqrt(np.maximum(second / total - centroid * centroid, 0.0))
    out["rolloff"][part] = _rolloff(magnitude, groups)
    out["pitch"][part] = _pitch(magnitude)
    out["contrast"][part] = _contrast(magnitude)
    np.maximum(power, np.float32(FLOOR), out=power)
    mean = power.mean(axis=1)
    out["flatness"][part] = np.exp(np.log(power, out=power).mean(axis=1)) / mean


def _rolloff(magnitude: Floats, groups: Floats) -> Floats:
    """Frequency of the first bin at which the running sum reaches ROLLOFF: first its group, then the bin."""
    running = np.cumsum(groups, axis=1)
    goal = running[:, -1] * np.float32(ROLLOFF)
    group = np.minimum((running < goal[:, None]).sum(axis=1), groups.shape[1] - 1)
    rows = np.arange(len(magnitude))
    before = running[rows, group] - groups[rows, group]
    bins = group[:, None] * GROUP + np.arange(GROUP)
    inside = np.cumsum(magnitude[rows[:, None], bins], axis=1)
    step = np.minimum((inside < (goal - before)[:, None]).sum(axis=1), GROUP - 1)
    hz: Floats = _tables().hz[bins[rows, step]]
    return np.where(goal > 0.0, hz, np.float32(0.0))


def _pitch(magnitude: Floats) -> Floats:
    """Pitch salience [b, 120] of a block.

    A peak is a bin above both neighbours; its frequency and height come from a parabola through the logarithms of
    the three (J. O. Smith, "Spectral Audio Signal Processing", section "Quadratic interpolation of spectral peaks").
    """
    low, high = int(PITCH_MIN_HZ * N_FFT / RATE), int(PITCH_MAX_HZ * N_FFT / RATE) + 1
    region = magnitude[:, low - 1 : high + 1]
    middle = region[:, 1:-1]
    floor = np.maximum(middle.max(axis=1, keepdims=True) * np.float32(PEAK_FLOOR), np.float32(FLOOR**0.5))
    found = (middle > region[:, :-2]) & (middle >= region[:, 2:]) & (middle > floor)
    rows, columns = np.divmod(np.flatnonzero(found), middle.shape[1])
    at = np.log(middle[rows, columns])
    tiny = np.float32(1e-20)
    left = np.log(np.maximum(region[rows, columns], tiny))
    right = np.log(np.maximum(region[rows, columns + 2], tiny))
    shift = 0.5 * (left - right) / np.minimum(left - 2.0 * at + right, -np.float32(1e-9))
    height = np.exp(at - 0.25 * (left - right) * shift)
    octaves = np.log2((columns + low + shift) * (RATE / N_FFT / 440.0)) + 0.75  # A lies 9 semitones above C
    bins = np.rint(octaves * N_PITCH).astype(np.int64) % N_PITCH
    size = len(magnitude) * N_PITCH
    folded = np.bincount(rows * N_PITCH + bins, weights=height, minlength=size)
    return folded.reshape(len(magnitude), N_PITCH).astype(np.float32)


def _contrast(magnitude: Floats) -> Floats:
    """Spectral contrast [b, 7] of a block: dB between the mean of a band's strongest and of its weakest bins."""
    result = np.empty((len(magnitude), len(_tables().bands)), dtype=np.float32)
    floor = np.float32(FLOOR**0.5)
    for column, (first, end, size) in enumerate(_tables().bands):
        ordered = np.sort(magnitude[:, first:end], axis=1)
        peak = np.maximum(ordered[:, -size:].mean(axis=1), floor)
        valley = np.maximum(ordered[:, :size].mean(axis=1), floor)
        result[:, column] = 10.0 * np.log10(peak / valley)
    return result


def _in_time(padded: Floats, count: int) -> tuple[Floats, Floats]:
    """Mean square [t] and share of sign changes [t] of the samples of each frame, from sums over hops."""
    hops = padded[: len(padded) // HOP * HOP].reshape(-1, HOP)
    squares = np.einsum("ij,ij->i", hops, hops)
    signs = np.signbit(padded)
    changes = np.zeros(len(padded), dtype=bool)
    np.not_equal(signs[1:], signs[:-1], out=changes[1:])
    crossings = np.count_nonzero(changes[: hops.size].reshape(-1, HOP), axis=1).astype(np.float32)
    steps = N_FFT // HOP
    power = sum(squares[i : i + count] for i in range(steps)) / np.float32(N_FFT)
    share = sum(crossings[i : i + count] for i in range(steps)) / np.float32(N_FFT)
    return np.asarray(power, dtype=np.float32), np.asarray(share, dtype=np.float32)


def _rise(mel: Floats) -> tuple[Floats, Floats]:
    """mel in dB above the floor, [t, 64], and the flux [t]."""
    top = float(mel.max(initial=0.0))
    if top <= 0.0:
        return np.zeros_like(mel), np.zeros(len(mel), dtype=np.float32)
    db = np.maximum(mel, np.float32(top * 10.0 ** (-TOP_DB / 10.0)))
    np.log10(db, out=db)
    db *= np.float32(10.0)
    flux = np.zeros(len(mel), dtype=np.float32)
    np.maximum(db[1:] - db[:-1], 0.0).mean(axis=1, out=flux[1:])
    return db, flux


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


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    bins = N_FFT // 2 + 1
    hz = np.arange(bins) * (RATE / N_FFT)
    hann = 0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(N_FFT) / N_FFT)
    window = hann * (2.0 / (N_FFT * np.sum(hann**2))) ** 0.5
    bands = np.stack([hz < LOW_HZ, (hz >= LOW_HZ) & (hz < HIGH_HZ), hz >= HIGH_HZ], axis=1)
    groups = np.arange(bins)[:, None] // GROUP == np.arange(-(-bins // GROUP))
    groups[-1, -2:] = True, False  # the Nyquist bin joins the last full group
    of_magnitude = np.column_stack([groups[:, :-1], hz, hz**2])
    return _Tables(
        window=readonly(window.astype(np.float32)),
        hz=readonly(hz.astype(np.float32)),
        of_power=readonly(np.column_stack([mel_bands(), bands]).astype(np.float32)),
        of_magnitude=readonly(of_magnitude.astype(np.float32)),
        bands=_contrast_bands(hz),
    )


def _contrast_bands(hz: np.ndarray) -> tuple[tuple[int, int, int], ...]:
    """First bin, end bin and bins in a peak of each octave band; bands overlap by a bin, as librosa's do."""
    bands = []
    for low, high in pairwise(CONTRAST_EDGES_HZ):
        inside = np.flatnonzero((hz >= low) & (hz <= high))
        first, end = max(int(inside[0]) - (low > 0.0), 0), int(inside[-1]) + 1
        size = max(1, round(CONTRAST_SHARE * (end - first)))
        bands.append((first, end - (end < len(hz)), size))
    return tuple(bands)
