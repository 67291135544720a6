"""How a song moves, ten times a second: what the painter and the film follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.core.records import Curves, readonly
from tonescape.hear.spectrum import FRAME_RATE

if TYPE_CHECKING:
    from tonescape.core.records import Floats, Section
    from tonescape.hear.harmony import Harmony
    from tonescape.hear.rhythm import Rhythm
    from tonescape.hear.spectrum import Frames

STEP_S = 0.1
"""s from a point of the curves to the next"""

DEPTH_DB = 40.0
"""this far below a song's loud passages a curve is at 0"""

LOUD_PERCENTILE = 95.0
"""the level of the loud passages, which is 1 on the curves"""

BAND_DEPTH_DB = 30.0
"""a band whose own loud passages lie further below the whole's is not blown up to 1"""


def trace(frames: Frames, rhythm: Rhythm, harmony: Harmony, sections: tuple[Section, ...]) -> Curves:
    """The curves of a sound; `times` are 0, .1, .2 ... s, each the start of the step its values are means over.

    energy : [0, 1], K-weighted level in dB, from DEPTH_DB below the song's loud passages to those
    low, mid, high : [0, 1], the same for the power below 250 Hz, between, above 2 kHz, each against its own loud
        passages      onset : [0, 1], the strongest of the step      chroma : [0, 1], means
    beat_energy, section_energy : [0, 1], mean of the energy from a beat (section) to the next; the last beat lasts to
        the end. No curve depends on the level of the recording.
    """
    count = max(1, int(np.ceil((len(frames) - 1) / FRAME_RATE / STEP_S)))
    times = np.arange(count) * STEP_S
    starts = np.minimum(np.round(times * FRAME_RATE).astype(np.int64), len(frames) - 1)
    energy = _level(frames.weighted, 0.0)
    whole = _loud(frames.low + frames.mid + frames.high)
    bands = [_level(band, whole * 10.0 ** (-BAND_DEPTH_DB / 10.0)) for band in (frames.low, frames.mid, frames.high)]
    low, mid, high = (_means(band, starts) for band in bands)
    return Curves(
        times=readonly(times.astype(np.float32)),
        energy=_means(energy, starts),
        low=low,
        mid=mid,
        high=high,
        onset=readonly(np.maximum.reduceat(rhythm.onset, starts)),
        chroma=_means(harmony.chroma, starts),
        beats=rhythm.beats,
        downbeats=rhythm.downbeats,
        beat_energy=_between(energy, rhythm.beats),
        sections=sections,
        section_energy=_between(energy, np.array([s.start for s in sections], dtype=np.float32)),
    )


def _loud(power: Floats) -> float:
    return float(np.percentile(power, LOUD_PERCENTILE))


def _level(power: Floats, least: float) -> Floats:
    """Power [t] as a level in [0, 1]; its loud passages, or `least` if that is more, are 1."""
    loud = max(_loud(power), least)
    if loud <= 0.0:
        loud = float(power.max(initial=0.0))  # a short sound in a long silence
    if loud <= 0.0:
        return np.zeros_like(power)
    db = 10.0 * np.log10(np.maximum(power / np.float32(loud), np.float32(1e-9)))
    level: Floats = np.clip(1.0 + db / DEPTH_DB, 0.0, 1.0).astype(np.float32)
    return level


def _means(values: Floats, starts: np.ndarray) -> Floats:
    """Means of values [t, ...] from each start to the next, the last to the end."""
    counts = np.diff(starts, append=len(values)).astype(np.float32)
    sums = np.add.reduceat(values, starts, axis=0)
    return readonly(np.clip(sums / counts.reshape(-1, *[1] * (values.ndim - 1)), 0.0, 1.0).astype(np.float32))


def _between(energy: Floats, times: Floats) -> Floats:
    """Mean energy from each of increasing times, s, to the next."""
    if len(times) == 0:
        return readonly(np.zeros(0, dtype=np.float32))
    starts = np.minimum(np.round(times * FRAME_RATE).astype(np.int64), len(energy) - 1)
    # Two times inside one frame would make an empty span, which reduceat answers with the frame itself: as it should.
    counts = np.maximum(np.diff(starts, append=len(energy)), 1)
    means = np.add.reduceat(energy, starts) / counts
    return readonly(np.clip(means, 0.0, 1.0).astype(np.float32))
