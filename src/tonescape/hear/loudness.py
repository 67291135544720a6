"""How loud a song is, and how much that varies.

Integrated loudness follows ITU-R BS.1770-4: K-weighting, mean squares of 400 ms blocks that overlap by 75 %, channel
weights, an absolute gate at -70 LUFS and a relative one at -10 LU. The K-weighted energies come from the spectra with
which the file is resampled (`mixdown`), by Parseval's theorem, which costs a quarter of running the two filters over
the samples and stays within .1 LU of them (tests; .3 LU for a pure tone at 30 Hz).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.core.records import RATE
from tonescape.hear.spectrum import LOUDEST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tonescape.core.records import Floats
    from tonescape.hear.spectrum import Frames

STEP_S = 0.1
"""gating blocks start this far apart"""

GATING_S = 0.4
OFFSET_LU = -0.691
"""BS.1770-4, equation 2: makes a 997 Hz sine at 0 dBFS in one channel read -3.01 LUFS"""

ABSOLUTE_GATE = -70.0
"""LUFS; also the answer for silence"""

RELATIVE_GATE = -10.0
RANGE_GATE = -20.0
"""LU, EBU Tech 3342"""

SHORT_TERM_S = 3.0
"""the window of short-term loudness (EBU Tech 3341) and of the blocks of the dynamic range"""

SURROUND_WEIGHT = 1.41
"""BS.1770-4, table 3: left and right surround; the low-frequency channel is left out"""

SURROUND = frozenset({"BL", "BR", "SL", "SR", "BC", "LS", "RS"})
LOW_FREQUENCY = frozenset({"LFE", "LFE2"})

LOUDEST_SHARE = 0.2
"""share of the 3 s blocks whose level the dynamic range is taken from"""


def channel_weights(names: Sequence[str]) -> tuple[float, ...]:
    """Weight of each channel's energy, by its name in ffmpeg's notation ("FL", "LFE", ...)."""
    return tuple(
        0.0 if name in LOW_FREQUENCY else SURROUND_WEIGHT if name in SURROUND and len(names) > 3 else 1.0
        for name in names
    )


def integrated(energies: Floats, seconds: Floats) -> float:
    """Integrated loudness, LUFS (BS.1770-4, equations 3 to 7).

    energies [n] : K-weighted mean squares of successive stretches of sound, channels summed by weight
    seconds [n] : how long each lasts, about .1
    -70 if nothing passes the absolute gate. A sound shorter than one 400 ms block, for which the standard has no
    answer, is taken as one block.
    """
    ends = np.concatenate([[0.0], np.cumsum(seconds, dtype=np.float64)])
    sums = np.concatenate([[0.0], np.cumsum(energies * seconds, dtype=np.float64)])
    if ends[-1] <= 0.0:
        return ABSOLUTE_GATE
    size = min(GATING_S, float(ends[-1]))
    starts = np.arange(int((ends[-1] - size) / STEP_S + 1e-6) + 1) * STEP_S
    blocks = (np.interp(starts + size, ends, sums) - np.interp(starts, ends, sums)) / size
    blocks = blocks[blocks > _energy(ABSOLUTE_GATE)]
    if len(blocks) == 0:
        return ABSOLUTE_GATE
    gate = blocks.mean() * 10.0 ** (RELATIVE_GATE / 10.0)
    return max(_lufs(float(blocks[blocks > gate].mean())), ABSOLUTE_GATE)


def _energy(lufs: float) -> float:
    return float(10.0 ** ((lufs - OFFSET_LU) / 10.0))


def _lufs(energy: float) -> float:
    return OFFSET_LU + 10.0 * float(np.log10(max(energy, 1e-12)))


def loudness_values(samples: Floats, frames: Frames, lufs: float) -> tuple[tuple[str, float], ...]:
    """The loudness descriptors of a sound.

    samples : float32 [n], mono at RATE      frames : of the same samples      lufs : integrated, of the file

    lufs : LUFS, integrated loudness of the file's own channels, -70 for silence
    rms : dB full scale, RMS of the mono mix without DC, -100 for silence
    peak : dB full scale, largest sample of the mono mix, -100 for silence
    crest : dB, peak - rms (a sine has 3.01)
    range : LU, loudness range: 10th to 95th percentile of gated short-term loudness (EBU Tech 3342), of the mono mix
        up to RATE / 2; 0 for less than 3 s
    dynamic : dB, peak of the second-loudest 3 s block over the RMS of the loudest fifth of the blocks, RMS of a sine
        counted as its peak (the "DR" of the Pleasurize Music Foundation's TT meter, on the mono mix)
    complexity : dB, mean distance of the frames' levels from the RMS level, frames more than 60 dB below left out
        (dynamic complexity: S. Streich, "Music complexity", 2007, section 4.2, without his smoothing)
    """
    if frames.level <= 0.0:
        return (
            ("loudness.lufs", lufs), ("loudness.rms", -100.0), ("loudness.peak", -100.0), ("loudness.crest", 0.0),
            ("loudness.range", 0.0), ("loudness.dynamic", 0.0), ("loudness.complexity", 0.0),
        )  # fmt: skip
    rms = 20.0 * float(np.log10(frames.level))
    with np.errstate(all="ignore"):
        high = float(max(samples.max(), -samples.min()))
    if not high <= LOUDEST:  # also when it is not a number
        samples = np.where(np.abs(samples) <= LOUDEST, samples, np.float32(0.0))
        high = float(np.abs(samples).max())
    peak = 20.0 * float(np.log10(max(high, 1e-5)))
    loud = frames.power[frames.power > 1e-6]
    spread = float(np.abs(10.0 * np.log10(loud)).mean()) if len(loud) else 0.0
    return (
        ("loudness.lufs", lufs), ("loudness.rms", rms), ("loudness.peak", peak), ("loudness.crest", peak - rms),
        ("loudness.range", loudness_range(frames)), ("loudness.dynamic", _dynamic(samples)),
        ("loudness.complexity", spread),
    )  # fmt: skip


def loudness_range(frames: Frames) -> float:
    """Loudness range, LU (EBU Tech 3342): short-term loudness every 100 ms or so, gated at -70 LUFS and -20 LU."""
    size = round(SHORT_TERM_S * frames.rate_hz)
    every = round(STEP_S * frames.rate_hz)
    if len(frames) < size:
        return 0.0
    sums = np.cumsum(np.concatenate([[0.0], frames.weighted.astype(np.float64)])) * frames.level**2
    short = ((sums[size:] - sums[:-size]) / size)[::every]
    short = short[short > _energy(ABSOLUTE_GATE)]
    if len(short) == 0:
        return 0.0
    short = short[short > short.mean() * 10.0 ** (RANGE_GATE / 10.0)]
    low, high = np.percentile(10.0 * np.log10(short), [10.0, 95.0])
    return float(high - low)


def _dynamic(samples: Floats) -> float:
    size = round(SHORT_TERM_S * RATE)
    count = max(1, len(samples) // size)
    size = min(size, len(samples))
    blocks = samples[: count * size].reshape(count, size)
    squares = np.einsum("ij,ij->i", blocks, blocks).astype(np.float64) / size
    peaks = np.sort(np.maximum(blocks.max(axis=1), -blocks.min(axis=1)))
    loudest = np.sort(squares)[-max(1, round(LOUDEST_SHARE * count)) :]
    peak, rms = float(peaks[max(0, count - 2)]), float((2.0 * loudest.mean()) ** 0.5)
    return 20.0 * float(np.log10(peak / rms)) if peak > 0.0 and rms > 0.0 else 0.0
