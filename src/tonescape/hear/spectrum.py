"""The one short-time Fourier transform. Everything else in this room reads its `Frames`.

The transform runs in blocks that stay in the processor's cache, and each block is reduced to a few numbers a
frame at once: a 20-minute song needs its samples and some 50 MB, never a whole spectrogram.

Sounds are compared at one level: the mean (DC) is taken off and the sound is scaled to a mean square of 1 before
anything else, so every number here except `level` is the same for a song and its copy at another gain.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tonescape.core.records import RATE, readonly
from tonescape.hear.filters import CONTRAST_EDGES_HZ, GROUP, N_FFT, N_MEL, tables

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from tonescape.core.records import Floats

HOP = 512
"""samples from a frame to the next, 23 ms"""

FRAME_RATE = RATE / HOP
"""frames a second"""

N_PITCH = 120
"""pitch bins an octave, 10 cents each"""

PITCH_MIN_HZ, PITCH_MAX_HZ = 65.0, 2100.0
"""C2 to C7: below, a frame cannot tell neighbouring notes apart; above, there are mostly overtones"""

PEAK_FLOOR = 0.02
"""a spectral peak counts if it is at least this share of the strongest peak of its frame, in magnitude (-34 dB)"""

ROLLOFF = 0.85
"""share of a frame's magnitude that lies below its rolloff (librosa's default)"""

SILENCE = 1e-5
"""RMS below which a sound counts as silent, -100 dB full scale: quieter than the noise of any 16-bit file"""

FLOOR = 1e-10
"""power a bin is given at least before a logarithm, relative to the sound's mean square (-100 dB)"""

TOP_DB = 80.0
"""mel bands further than this below the sound's loudest one are raised to it (librosa's power_to_db default)"""

LOUDEST = 1e6
"""larger samples, and those that are not finite, count as 0; full scale is 1"""

PIECE = 1 << 16
"""samples whose squares are summed together"""

BLOCK = 256
"""frames worked on together: their spectra fit a 2 MB cache, and calls into numpy are few"""


@dataclass(frozen=True, slots=True, eq=False)
class Frames:
    """What the transform leaves of a sound, t frames. All float32, all finite; all zero for silence.

    level : RMS of the sound, full scale 1; everything below is of the sound divided by it
    times [t] : s, the centre of each frame; frame i is centred on sample i * HOP
    power [t] : mean square of the frame's samples, no window
    weighted [t] : K-weighted power (ITU-R BS.1770-4, Hann window), for how loudness varies
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
    contrast [t, 7] : dB (10 log10 of magnitude, as librosa), peak over valley in octave bands (Jiang et al. 2002)
    """

    level: float
    times: Floats
    power: Floats
    weighted: Floats
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


def frames(samples: Floats) -> Frames:
    """Transform a sound.

    samples : float32 [n], mono at RATE, any level; values that are not finite count as 0
    returns 1 + n // HOP frames; the sound is padded with N_FFT / 2 zeros at both ends
    """
    import scipy.fft
    from numpy.lib.stride_tricks import sliding_window_view

    samples, mean, level = _level(samples)
    count = 1 + len(samples) // HOP
    out = _empty(count)
    for start in range(0, count if level > 0.0 else 0, BLOCK):
        part = slice(start, min(start + BLOCK, count))
        piece = _piece(samples, part, mean, level)
        _in_time(piece, part, out)
        views = sliding_window_view(piece, N_FFT)[::HOP]
        _reduce(scipy.fft.rfft(views * tables().window, axis=1), part, out)
    flatness = _divide(np.exp(out.pop("log_power") / len(tables().hz)), out.pop("all_power"))
    peaks, valleys = (np.maximum(out.pop(name), np.float32(FLOOR**0.5)) for name in ("peaks", "valleys"))
    out["flatness"] = flatness * np.float32(len(tables().hz))
    out["contrast"] = np.float32(10.0) * np.log10(peaks / valleys)
    out["mel_db"], out["flux"] = _rise(out["mel"])
    out["times"] = (np.arange(count) * (HOP / RATE)).astype(np.float32)
    return Frames(level, **{name: readonly(array) for name, array in out.items()})


def _level(samples: Floats) -> tuple[Floats, float, float]:
    """The sound with what cannot be a sample set to 0, its mean, and its RMS without the mean (0 if silent)."""
    with np.errstate(all="ignore"):
        mean = float(samples.mean()) if len(samples) else 0.0
        square = 0.0
        for start in range(0, len(samples), PIECE):  # in pieces: a copy of a long song would cost 100 MB
            piece = samples[start : start + PIECE] - np.float32(mean)
            square += float(np.dot(piece, piece))
    if not np.isfinite(square):
        return _level(np.where(np.abs(samples) <= LOUDEST, samples, np.float32(0.0)))
    level = (square / max(len(samples), 1)) ** 0.5
    return samples, mean, level if level >= SILENCE else 0.0


def _piece(samples: Floats, part: slice, mean: float, level: float) -> Floats:
    """The samples under a run of frames at mean 0 and RMS 1, zeros beyond the ends of the sound."""
    first = part.start * HOP - N_FFT // 2
    piece = np.zeros((part.stop - part.start - 1) * HOP + N_FFT, dtype=np.float32)
    start, stop = max(0, first), min(len(samples), first + len(piece))
    body = piece[start - first : stop - first]
    np.subtract(samples[start:stop], np.float32(mean), out=body)
    body *= np.float32(1.0 / level)
    return piece


def _empty(count: int) -> dict[str, Floats]:
    """Room for the numbers of every frame, by their names in `Frames`, and four that `frames` finishes."""
    one = ("power", "weighted", "low", "mid", "high", "centroid", "spread", "rolloff", "zero_crossings")
    bands = len(CONTRAST_EDGES_HZ) - 1
    wide = {"mel": N_MEL, "pitch": N_PITCH, "peaks": bands, "valleys": bands}
    out = {name: np.zeros(count, dtype=np.float32) for name in (*one, "log_power", "all_power")}
    return out | {name: np.zeros((count, width), dtype=np.float32) for name, width in wide.items()}


def _reduce(spectrum: NDArray[Any], part: slice, out: dict[str, Floats]) -> None:
    """Reduce a block of spectra, complex64 [b, f], to the numbers of its frames."""
    fixed = tables()
    magnitude = np.abs(spectrum)
    power = np.square(magnitude)
    for bins, columns, filters in fixed.mel:
        out["mel"][part, columns] = power[:, bins] @ filters
    for name, bins in fixed.bands:
        out[name][part] = power[:, bins] @ fixed.ones[bins]
    out["weighted"][part] = power @ fixed.loud
    groups = np.concatenate([magnitude[:, bins] @ into for bins, _, into in fixed.groups], axis=1)
    total = groups.sum(axis=1)
    first, second = (magnitude @ fixed.moments).T
    centroid = _divide(first, total)
    out["centroid"][part] = centroid
    out["spread"][part] = np.sqrt(np.maximum(_divide(second, total) - centroid * centroid, 0.0))
    out["rolloff"][part] = _rolloff(magnitude, groups)
    out["pitch"][part] = _pitch(magnitude)
    _extremes(magnitude, out["peaks"][part], out["valleys"][part])
    np.maximum(power, np.float32(FLOOR), out=power)
    out["all_power"][part] = power @ fixed.ones
    out["log_power"][part] = np.log(power, out=power) @ fixed.ones


def _divide(above: Floats, below: Floats) -> Floats:
    """above / below; 0 where below is next to nothing."""
    tiny = np.float32(FLOOR)
    return np.where(below > tiny, above / np.maximum(below, tiny), np.float32(0.0))


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
    hz: Floats = tables().hz[bins[rows, step]]
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
    flat = magnitude.reshape(-1)
    places = rows * magnitude.shape[1] + (columns + (low - 1))
    tiny = np.float32(1e-20)
    left, at, right = (np.log(np.maximum(flat.take(places + i), tiny)) for i in range(3))
    shift = np.float32(0.5) * (left - right) / np.minimum(left - np.float32(2.0) * at + right, -np.float32(1e-9))
    height = np.exp(at - np.float32(0.25) * (left - right) * shift)
    hz = ((columns + low).astype(np.float32) + shift) * np.float32(RATE / N_FFT)
    octaves = np.log2(hz * np.float32(1.0 / 440.0)) + np.float32(0.75)  # A lies 9 semitones above C
    bins = np.rint(octaves * np.float32(N_PITCH)).astype(np.int64) % N_PITCH
    size = len(magnitude) * N_PITCH
    folded = np.bincount(rows * N_PITCH + bins, weights=height, minlength=size)
    return folded.reshape(len(magnitude), N_PITCH).astype(np.float32)


def _extremes(magnitude: Floats, peaks: Floats, valleys: Floats) -> None:
    """Fill the means of each contrast band's strongest and weakest bins, [b, 7] each."""
    for column, (bins, size) in enumerate(tables().contrast):
        band = magnitude[:, bins]
        if size == 1:
            peaks[:, column], valleys[:, column] = band.max(axis=1), band.min(axis=1)
        else:
            ordered = np.sort(band, axis=1)
            mean = np.full(size, 1.0 / size, dtype=np.float32)
            peaks[:, column], valleys[:, column] = ordered[:, -size:] @ mean, ordered[:, :size] @ mean


def _in_time(piece: Floats, part: slice, out: dict[str, Floats]) -> None:
    """Mean square and share of sign changes of the samples of each frame, from sums over hops."""
    hops = piece.reshape(-1, HOP)
    squares = np.einsum("ij,ij->i", hops, hops) / np.float32(N_FFT)
    signs = np.signbit(hops)
    changes = np.count_nonzero(signs[:, 1:] != signs[:, :-1], axis=1) / np.float32(N_FFT - N_FFT // HOP)
    count = part.stop - part.start
    for i in range(N_FFT // HOP):
        out["power"][part] += squares[i : i + count]
        out["zero_crossings"][part] += changes[i : i + count]


def _rise(mel: Floats) -> tuple[Floats, Floats]:
    """mel in dB, floored, [t, 64], and the flux [t]."""
    top = float(mel.max(initial=0.0))
    flux = np.zeros(len(mel), dtype=np.float32)
    if top <= 0.0:
        return np.zeros_like(mel), flux
    db = np.maximum(mel, np.float32(top * 10.0 ** (-TOP_DB / 10.0)))
    np.log10(db, out=db)
    db *= np.float32(10.0)
    rise = np.maximum(db[1:] - db[:-1], np.float32(0.0))
    flux[1:] = rise @ np.full(mel.shape[1], 1.0 / mel.shape[1], dtype=np.float32)
    return db, flux
