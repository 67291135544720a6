"""Harmony: tuned chroma, key and mode, chords, consonance and movement, from `Frames`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from tonescape.core.records import readonly
from tonescape.hear.pulse import spans
from tonescape.hear.spectrum import FRAME_RATE, N_PITCH

if TYPE_CHECKING:
    from tonescape.core.records import Floats, Scores
    from tonescape.hear.spectrum import Frames

MAJOR = (0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081)
MINOR = (0.220, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052)
"""share of each scale degree in music in major and in minor, tonic first: J. Albrecht & D. Shanahan, "The use of
large corpora to train a new type of key-finding algorithm", Music Perception 31(1), 2013. Of 600 self-made triads,
scales and progressions they named 590, Krumhansl & Kessler's (1982) 540, Temperley's (2007) 576"""

CONSONANCE = (-1.428, -0.582, 0.594, 0.386, 1.240, -0.453)
"""consonance of minor second .. tritone with their inversions, mean 0 over the intervals, standard deviation 1:
D. Huron, "Interval-class content in equally tempered pitch-class sets", Music Perception 11(3), 1994"""

CENTROID_RADII = ((7, 1.0), (3, 1.0), (4, 0.5))
"""semitones a step and radius of the circles of fifths, minor and major thirds (Harte, Sandler & Gasser, "Detecting
harmonic change in musical audio", AMCMM 2006)"""

TUNED = 0.04
"""length of the mean phase of all pitches within their semitone above which they share a tuning; else 440 Hz"""

QUIET = 0.05
"""share of the loudest frame's summed salience below which a frame's chroma fades out"""

KEY_CONTRAST, KEY_FIT = 0.3, 0.55
"""a key stands out if the mean chroma varies by this share of its mean, and its profile correlates this well"""

STEP_S = 0.45
"""s: chords are looked for a beat at a time; longer beats are divided"""

CHORD_SHARPNESS, CHORD_COST, NO_CHORD = 12.0, 2.5, 0.62
"""natural log odds a unit of template likeness; of changing chord from a step to the next; likeness of "no chord" """


@dataclass(frozen=True, slots=True, eq=False)
class Harmony:
    """What a song sounds together and after one another.

    chroma [t, 12] in [0, 1] : salience of C, C sharp ... B after tuning, 1 = the strongest of the frame; 0 in silence
    key : 0 (C) .. 11 (B), -1 when none stands out      mode : 1 major, 0 minor (by `mode_score` when there is no key)
    values : (name, value), each finite, all 0 for silence:
        harmony.key_strength      [0, 1], correlation of the mean chroma with the best key profile
        harmony.key_margin        [0, 2], by how much it beats the best profile on any other tonic
        harmony.mode_score        [-2, 2], best correlation with a major profile minus best with a minor one
        harmony.third             [-2, 2], major minus minor profile on the best tonic
        harmony.tuning_cents      [-50, 50), above A = 440 Hz
        harmony.chord_change_rate chord changes a second
        harmony.major_chords      [0, 1], share of the steps with a chord whose chord is major; .5 without any
        harmony.chord_fit         [0, 1], mean likeness of a step and its chord's template
        harmony.consonance        [-1.43, 1.24], mean of CONSONANCE over all pairs of sounding pitch classes, each
                                  weighted by the product of their salience; 0 for noise
        harmony.chroma_entropy    [0, 1], mean entropy of a step's chroma over that of a flat one
        harmony.tonal_movement    distance of the tonal centroids of successive steps, a second (Harte et al. 2006)
    """

    chroma: Floats
    key: int
    mode: int
    values: Scores


def analyse_harmony(frames: Frames, beats: Floats) -> Harmony:
    """Chroma, key, mode and chords. Noise and silence have key -1.

    beats : float32 [b] s, may be empty; chords then change on an even grid
    """
    cents = _tuning(frames.pitch)
    salience = frames.pitch @ _folding(round(cents))
    total = salience.sum(axis=1)
    loudest = float(total.max(initial=0.0))
    if loudest <= 0.0:
        empty = np.zeros((len(frames), 12), dtype=np.float32)
        return Harmony(readonly(empty), -1, 1, tuple((name, 0.0) for name in _NAMES))
    top = np.maximum(salience.max(axis=1), np.float32(1e-6))
    chroma = salience * (np.minimum(total / (QUIET * loudest), 1.0) / top)[:, None]
    key, mode, fits = _key(salience.mean(axis=0))
    starts = spans(beats, len(frames), STEP_S)
    steps = np.add.reduceat(salience, starts, axis=0)
    loud = steps.sum(axis=1)
    weight = loud / max(float(loud.sum()), 1e-9)
    steps /= np.maximum(loud, 1e-9 * float(loud.max()) + 1e-30)[:, None]
    seconds = max(len(frames) / FRAME_RATE, 1.0)
    values = (*fits, cents, *_chords(steps, weight, seconds), _consonance(steps, weight), _entropy(steps, weight))
    named = zip(_NAMES, (*values, _movement(steps) / seconds), strict=True)
    return Harmony(readonly(chroma.astype(np.float32)), key, mode, tuple((n, float(v)) for n, v in named))


_NAMES = tuple(
    f"harmony.{name}"
    for name in (
        *("key_strength", "key_margin", "mode_score", "third", "tuning_cents", "chord_change_rate", "major_chords"),
        *("chord_fit", "consonance", "chroma_entropy", "tonal_movement"),
    )
)


def _tuning(pitch: Floats) -> float:
    """Cents in [-50, 50) by which the song lies above A = 440 Hz: the mean phase of its pitches within the semitone.

    Source: the circular mean that Dressler & Streich use, "Tuning frequency estimation using circular statistics",
    ISMIR 2007.
    """
    salience = pitch.sum(axis=0).astype(np.float64)
    sum_, bins = float(salience.sum()), N_PITCH // 12
    if sum_ <= 0.0:
        return 0.0
    phase = np.sum(salience * np.exp(2j * np.pi * np.arange(N_PITCH) / bins)) / sum_
    cents = float(np.angle(phase)) / (2.0 * np.pi) * 100.0
    return (cents + 50.0) % 100.0 - 50.0 if abs(phase) > TUNED else 0.0


@lru_cache(maxsize=101)
def _folding(cents: int) -> Floats:
    """[120, 12]: weight cos^2 of a bin's distance to the tuned semitone, 0 half way to the next."""
    distance = 10.0 * np.arange(N_PITCH)[:, None] - 100.0 * np.arange(12) - cents
    distance = (distance + 600.0) % 1200.0 - 600.0
    weights = np.where(np.abs(distance) < 50.0, np.cos(np.pi * distance / 100.0) ** 2, 0.0)
    return readonly(weights.astype(np.float32))


@lru_cache(maxsize=1)
def profiles() -> Floats:
    """[24, 12]: C major .. B major, C minor .. B minor, each with mean 0 and length 1."""
    rows = np.array([np.roll(profile, tonic) for profile in (MAJOR, MINOR) for tonic in range(12)])
    rows -= rows.mean(axis=1, keepdims=True)
    return readonly((rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32))


def _key(mean: Floats) -> tuple[int, int, tuple[float, float, float, float]]:
    """Key, mode and (strength, margin, mode score, third) of a mean chroma [12]: the profile that correlates best.

    Source: C. Krumhansl, "Cognitive Foundations of Musical Pitch", 1990, chapter 4 (with M. Schmuckler).
    """
    centred = mean - mean.mean()
    length = float(np.linalg.norm(centred))
    if length < 1e-6 * float(mean.sum()):
        return -1, 1, (0.0, 0.0, 0.0, 0.0)
    fit = (profiles() @ (centred / length)).reshape(2, 12)
    by_tonic = fit.max(axis=0)
    tonic = int(by_tonic.argmax())
    best, other = float(by_tonic[tonic]), float(np.delete(by_tonic, tonic).max())
    score = float(fit[0].max() - fit[1].max())
    third = float(fit[0, tonic] - fit[1, tonic])
    clear = best >= KEY_FIT and float(mean.std()) >= KEY_CONTRAST * float(mean.mean())
    values = (max(best, 0.0), best - other, score, third)
    return (tonic if clear else -1), int((third if clear else score) > 0.0), values


@lru_cache(maxsize=1)
def _templates() -> Floats:
    """[12, 24]: major then minor triads, each of length 1. The root's overtones make root and fifth the strongest."""
    rows = np.zeros((24, 12))
    for root in range(12):
        for row, third in ((root, 4), (12 + root, 3)):
            rows[row, [root, (root + third) % 12, (root + 7) % 12]] = 1.0
    return readonly((rows / np.linalg.norm(rows, axis=1, keepdims=True)).T.astype(np.float32))


def _chords(steps: Floats, weight: Floats, seconds: float) -> tuple[float, float, float]:
    """Changes a second, share of major chords and mean likeness, of steps [s, 12] that add up to 1.

    Triad templates and the most likely path through them (T. Cho & J. P. Bello, "On the relative importance of
    individual components of chord recognition systems", IEEE TASLP 22(2), 2014), all changes alike. With a single
    cost of change the best predecessor is either the same chord or the best of all: one comparison a step.
    """
    length = np.maximum(np.linalg.norm(steps, axis=1, keepdims=True), np.float32(1e-9))
    likeness = np.concatenate([(steps / length) @ _templates(), np.full((len(steps), 1), NO_CHORD)], axis=1)
    likeness[weight < 0.02 * weight.max(), :-1] = 0.0  # silence is no chord
    odds = CHORD_SHARPNESS * likeness
    score, came = odds[0].copy(), np.empty(odds.shape, dtype=np.int64)
    same = np.arange(odds.shape[1])
    for i in range(1, len(odds)):
        best = int(score.argmax())
        stay = score >= score[best] - CHORD_COST
        came[i] = np.where(stay, same, best)
        score = np.maximum(score, score[best] - CHORD_COST) + odds[i]
    path = np.empty(len(odds), dtype=np.int64)
    path[-1] = int(score.argmax())
    for i in range(len(odds) - 1, 0, -1):
        path[i - 1] = came[i, path[i]]
    chords = path[path < 24]
    changes = np.count_nonzero(np.diff(chords)) / seconds
    fit = float(likeness[np.arange(len(path)), path][path < 24].mean()) if len(chords) else 0.0
    return changes, (float(np.mean(chords < 12)) if len(chords) else 0.5), fit


def _consonance(steps: Floats, weight: Floats) -> float:
    """Mean consonance of all pairs of pitch classes in the steps [s, 12], each step weighted by its loudness."""
    pairs, value = np.zeros(len(steps)), np.zeros(len(steps))
    for interval, consonance in enumerate(CONSONANCE, start=1):
        together = (steps * np.roll(steps, interval, axis=1)).sum(axis=1) * (0.5 if interval == 6 else 1.0)
        pairs += together
        value += consonance * together
    return float(np.sum(weight * value / np.maximum(pairs, 1e-9)))


def _entropy(steps: Floats, weight: Floats) -> float:
    bits = -(steps * np.log2(np.maximum(steps, np.float32(1e-12)))).sum(axis=1) / np.log2(12.0)
    return float(np.clip(np.sum(weight * bits), 0.0, 1.0))


def _movement(steps: Floats) -> float:
    """Summed distance of successive tonal centroids [s, 6]."""
    angles = [2.0 * np.pi * k * np.arange(12) / 12.0 for k, _ in CENTROID_RADII]
    waves = [
        radius * wave(angle)
        for angle, (_, radius) in zip(angles, CENTROID_RADII, strict=True)
        for wave in (np.sin, np.cos)
    ]
    centroids = steps @ np.array(waves, dtype=np.float32).T
    return float(np.linalg.norm(np.diff(centroids, axis=0), axis=1).sum())
