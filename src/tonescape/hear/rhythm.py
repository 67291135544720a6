"""Rhythm: onset strength, tempo, beats, downbeats, meter and their descriptors, from `Frames`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from tonescape.core.records import readonly
from tonescape.hear.metrical import SAME, beat_period
from tonescape.hear.pulse import (
    autocorrelation,
    between_frames,
    height_at,
    moving_mean,
    onset_strength,
    period,
    smooth,
    tempo_of,
    track,
)
from tonescape.hear.spectrum import FRAME_RATE

if TYPE_CHECKING:
    from tonescape.core.records import Floats, Scores
    from tonescape.hear.spectrum import Frames

PEAK_REACH, PEAK_RISE = 3, 0.08
"""an onset is the highest frame within PEAK_REACH either way and PEAK_RISE above the mean of 1 s around it"""

FEWEST_PAIRS, SOFT_SHARE, SOFT_ALONG = 4, 0.5, 0.9
"""off-beats that were taken for beats are known by their loudness rising less than half as much as that of the beats
between them, in nine of ten pairs: .12 in drums with equal hi-hats, 1 in equal clicks, .72 in bars of clicks of which
one is accented"""

TRIPLE_BIAS = 0.1
"""by how much (in correlation) 3 beats a bar must explain the accents better than 4: most music has 4"""


@dataclass(frozen=True, slots=True, eq=False)
class Rhythm:
    """How a song moves in time.

    onset [t] in [0, 1] : onset strength, 1 = mean of the strongest 1 % of the frames
    tempo : BPM, 0 if there is no pulse      beats [b], downbeats [d] : s, increasing      meter : beats a bar, 3 or 4
    pulse [p] : s, increasing, points at the strongest period of the onset curve, which is a metrical level but not
        always the beat. All descriptors stand on these points and not on `beats`, here and where chords and sections
        are found: the mood models learnt from descriptors made that way.
    values : (name, value), each finite, "beat" standing for the points of `pulse`:
        rhythm.tempo            BPM of `pulse`, 0 if there is none
        rhythm.pulse_clarity    [0, 1], autocorrelation of the onset curve at the beat period (Lartillot et al.,
                                "Multi-feature modeling of pulse clarity", ISMIR 2008)
        rhythm.onset_rate       onsets/s (peak picking after Böck, Krebs & Schedl, ISMIR 2012)
        rhythm.onset_strength   [0, 1], mean of the onset curve
        rhythm.onset_regularity [0, 1], 1 / (1 + coefficient of variation of the times between onsets)
        rhythm.beat_strength    [0, 1], mean onset strength on the beats
        rhythm.beat_contrast    [-1, 1], (on - off) / (on + off): beats against the points midway between them
        rhythm.bass_pulse       [0, 1], autocorrelation of the low band's rises at the beat period
        rhythm.tempo_stability  [0, 1], 1 - interquartile range / median of the times between beats
        rhythm.triple           [-1, 1], how much better 3 beats a bar explain the accents than 4
    """

    onset: Floats
    tempo: float
    beats: Floats
    downbeats: Floats
    meter: int
    pulse: Floats
    values: Scores


def analyse_rhythm(frames: Frames) -> Rhythm:
    """Onsets, tempo, beats and meter of a sound. Silence, noise and single events have tempo 0 and no beats."""
    onset = onset_strength(frames.flux)
    lag, clarity, halved = period(onset)
    at = track(onset, lag) if lag else np.zeros(0, dtype=np.int64)
    if len(at) < 3:
        lag, clarity, at = 0.0, 0.0, at[:0]
    pulse = _level(frames, onset, at)
    beat = beat_period(frames, onset, lag) if lag else 0.0
    beat_at = at if abs(beat - lag) <= SAME * lag else track(onset, beat)
    if beat_at is not at:
        halved = 0  # the level was chosen
    while halved and (stronger := _alternating(frames, beat_at)) is not None:
        beat_at, halved = beat_at[stronger::2], halved - 1
    level = pulse if beat_at is at else _level(frames, onset, beat_at, otherwise=pulse)
    peaks = _peaks(onset)
    values = (
        ("rhythm.tempo", pulse.tempo),
        ("rhythm.pulse_clarity", clarity),
        ("rhythm.onset_rate", len(peaks) / max(len(onset) / FRAME_RATE, 1.0)),
        ("rhythm.onset_strength", float(onset.mean()) if len(onset) else 0.0),
        ("rhythm.onset_regularity", _regularity(peaks)),
        *_beat_values(frames, onset, at, lag),
        ("rhythm.triple", pulse.triple),
    )
    meter = 3 if level.triple > TRIPLE_BIAS else 4
    downbeats = level.beats[_first_downbeat(level.accents, meter) :: meter]
    return Rhythm(
        readonly(onset), level.tempo, readonly(level.beats), readonly(downbeats), meter, readonly(pulse.beats), values
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Level:
    """A metrical level: its tempo in BPM, beats [b] in s, their accents [b], and `_triple` of those."""

    tempo: float
    beats: Floats
    accents: Floats
    triple: float


def _level(frames: Frames, onset: Floats, at: np.ndarray, otherwise: _Level | None = None) -> _Level:
    """The level whose beats are at these frames; `otherwise` for fewer than 3, if given."""
    if otherwise and len(at) < 3:
        return otherwise
    beats, accents = between_frames(onset, at), _accents(frames, onset, at)
    return _Level(tempo_of(beats) if len(at) else 0.0, beats, accents, _triple(accents))


def _rise(curve: Floats) -> Floats:
    """Half-wave rectified difference, in the units of its own standard deviation."""
    rise = np.maximum(np.diff(curve, prepend=curve[:1]), 0.0)
    spread = float(rise.std())
    scaled: Floats = rise * np.float32(1.0 / spread if spread > 0.0 else 0.0)
    return scaled


def _alternating(frames: Frames, at: np.ndarray) -> int | None:
    """Which of two neighbouring beats is the louder all along (0 the first, 1 the second); None where neither is.

    Onset strength is in dB and hardly tells a drum with a hi-hat from a hi-hat; the rise of power^0.3 does.
    """
    pairs = len(at) // 2
    if pairs < FEWEST_PAIRS:
        return None
    around = np.clip(at[: 2 * pairs, None] + np.arange(-2, 3), 0, len(frames.power) - 1)
    first, second = _rise(frames.power**0.3)[around].max(axis=1).reshape(pairs, 2).T
    for place, (loud, soft) in enumerate(((first, second), (second, first))):
        if soft.mean() < SOFT_SHARE * loud.mean() and (soft < loud).mean() >= SOFT_ALONG:
            return place
    return None


def _accents(frames: Frames, onset: Floats, at: np.ndarray) -> Floats:
    """Accent of each beat [b]: onset, loudness, bass and change of harmony, each with mean 0 and deviation 1, added.

    Loudness is power^0.3 (Stevens' law), since the flux in dB hardly tells a loud beat from a soft one.
    """
    total = np.zeros(len(at), dtype=np.float32)
    if len(at) < 2:
        return total
    around = np.clip(at[:, None] + np.arange(-2, 3), 0, len(onset) - 1)
    curves = (onset, _rise(frames.power**0.3), _rise(frames.low**0.3))
    pitch = np.sqrt(np.add.reduceat(frames.pitch, at, axis=0))
    pitch /= np.maximum(np.linalg.norm(pitch, axis=1, keepdims=True), np.float32(1e-9))
    change = np.concatenate([[0.0], 1.0 - (pitch[1:] * pitch[:-1]).sum(axis=1)])
    for accent in [curve[around].max(axis=1) for curve in curves] + [change]:
        spread = float(accent.std())
        if spread > 1e-3 * max(float(np.abs(accent).mean()), 1e-6):
            total += ((accent - accent.mean()) / spread).astype(np.float32)
    return total


def _bar_likeness(accents: Floats, meter: int) -> float:
    """Autocorrelation of the accents at one and two bars, mean, in [-1, 1]."""
    centred = accents - accents.mean()
    power = float(np.mean(centred**2))
    if power <= 0.0 or len(accents) < 4 * meter:
        return 0.0
    return float(np.mean([np.mean(centred[k:] * centred[:-k]) for k in (meter, 2 * meter)])) / power


def _triple(accents: Floats) -> float:
    """How much better bars of 3 explain the accents than bars of 4, in [-1, 1]; 0 for fewer than 16 beats."""
    if len(accents) < 16:
        return 0.0
    return float(np.clip(_bar_likeness(accents, 3) - _bar_likeness(accents, 4), -1.0, 1.0))


def _first_downbeat(accents: Floats, meter: int) -> int:
    """Index of the first beat of a bar: the phase with the strongest accents."""
    if len(accents) < 2 * meter:
        return 0
    return int(np.argmax([round(float(accents[phase::meter].mean()), 3) for phase in range(meter)]))


def _peaks(onset: Floats) -> np.ndarray:
    """Frames of the onsets, int64."""
    if len(onset) < 2 * PEAK_REACH + 1:
        return np.zeros(0, dtype=np.int64)
    around = sliding_window_view(np.pad(onset, PEAK_REACH), 2 * PEAK_REACH + 1).max(axis=1)
    high = (onset >= around) & (onset > moving_mean(onset, round(FRAME_RATE / 2.0)) + np.float32(PEAK_RISE))
    return np.flatnonzero(high)


def _regularity(peaks: np.ndarray) -> float:
    if len(peaks) < 3:
        return 0.0
    gaps = np.diff(peaks)
    return float(1.0 / (1.0 + gaps.std() / gaps.mean()))


def _beat_values(frames: Frames, onset: Floats, at: np.ndarray, lag: float) -> Scores:
    """The descriptors that need beats; all 0 without."""
    if not len(at):
        names = ("beat_strength", "beat_contrast", "bass_pulse", "tempo_stability")
        return tuple((f"rhythm.{name}", 0.0) for name in names)
    wide = sliding_window_view(np.pad(onset, 1), 3).max(axis=1)
    on, off = float(wide[at].mean()), float(wide[(at[1:] + at[:-1]) // 2].mean())
    bass = autocorrelation(smooth(_rise(frames.low**0.3), 1.0))
    gaps = np.diff(at)
    quarters = np.percentile(gaps, (25, 50, 75))
    return (
        ("rhythm.beat_strength", on),
        ("rhythm.beat_contrast", (on - off) / max(on + off, 1e-9)),
        ("rhythm.bass_pulse", float(np.clip(height_at(bass, lag), 0.0, 1.0))),
        ("rhythm.tempo_stability", float(np.clip(1.0 - (quarters[2] - quarters[0]) / quarters[1], 0.0, 1.0))),
    )
