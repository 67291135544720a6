"""Tonality as a shape: the scale seen from the tonic, major against minor, intervals, triads and their motion.

Beside `harmony`, which decides on a key, a mode and chords: nothing is decided here, everything is a degree.
Fourier coefficients of pitch-class distributions: I. Quinn, "General equal-tempered harmony", Perspectives of New Music
44(2), 2006, and E. Amiot, "Music through Fourier space", 2016 (the 5th is how diatonic a set is, the 3rd how much of
major-third chains, the 6th of a whole-tone scale). Tonal motion: C. Harte, M. Sandler, M. Gasser, AMCMM 2006.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from tonescape.core.records import readonly
from tonescape.hear.harmony import profiles

if TYPE_CHECKING:
    from tonescape.core.records import Floats, Scores
    from tonescape.hear.harmony import Harmony
    from tonescape.hear.spectrum import Frames

SEGMENT = 40
"""frames, .93 s: about a chord"""

TRIADS = {"major": (4, 7), "minor": (3, 7), "diminished": (3, 6), "augmented": (4, 8), "suspended": (5, 7)}
"""semitones of the other two notes above the root"""

LEAST = 1e-5
"""added to a product of three shares before its logarithm"""


def tonal_values(frames: Frames, harmony: Harmony) -> Scores:
    """The tonal descriptors of a sound. A frame's chroma is taken as shares that add up to 1.

    tonal.degree0 .. degree11 : [0, 1], share of each semitone above the tonic of the best key (loud frames count more)
    tonal.major, minor : [-1, 1], correlation with the best major and minor key profile; tonal.mode, their difference
    tonal.local_major, local_minor, local_mode, local_mode_std, local_major_share : the same in segments, and the
        share of the segments that are rather major
    tonal.fourier1 .. 6 : [0, 1], magnitude of the Fourier coefficients of the song's chroma; _frame, _segment: mean
        over frames and segments; _spread: standard deviation over segments
    tonal.motion1 .. 6 : mean distance of the coefficients of successive segments
    tonal.interval0 .. 6 : [0, 1], autocorrelation of the song's chroma at so many semitones; _segment: mean of segments
    tonal.triad_KIND : mean over segments of the log of the strongest triad's product of shares
    tonal.entropy_mean, entropy_std : nats, of frames' chroma      tonal.strongest : [0, 1], of the strongest pitch
    tonal.partials_mean, partials_std : pitches a frame      tonal.tuned : [0, 1], how well they share a tuning
    tonal.between : [0, 1], share of what lies between the semitones
    """
    total = harmony.chroma.sum(axis=1, keepdims=True)
    shares = harmony.chroma / np.maximum(total, np.float32(1e-9))
    weight = np.sqrt(frames.power)
    song = (weight @ shares) / np.float32(max(float(weight.sum()), 1e-9))
    song /= np.float32(max(float(song.sum()), 1e-9))
    size = min(SEGMENT, len(shares))
    count = max(1, len(shares) // size)
    segments = shares[: count * size].reshape(count, size, 12).mean(axis=1)
    return (
        *_keys(song, segments),
        *_fourier(song, shares, segments),
        *_intervals(song, segments),
        *_triads(segments),
        *_pitches(frames.pitch, shares),
    )


def _fits(chroma: Floats) -> Floats:
    """Correlation [..., 24] of chroma [..., 12] with the key profiles."""
    centred = chroma - chroma.mean(axis=-1, keepdims=True)
    length = np.maximum(np.linalg.norm(centred, axis=-1, keepdims=True), np.float32(1e-9))
    fits: Floats = (centred / length) @ profiles().T
    return fits


def _keys(song: Floats, segments: Floats) -> Scores:
    fits, local = _fits(song), _fits(segments)
    degrees = np.roll(song, -(int(fits.argmax()) % 12))
    major, minor = float(fits[:12].max()), float(fits[12:].max())
    local_major, local_minor = local[:, :12].max(axis=1), local[:, 12:].max(axis=1)
    mode = local_major - local_minor
    return (
        *((f"tonal.degree{i}", value) for i, value in enumerate(degrees.tolist())),
        ("tonal.major", major),
        ("tonal.minor", minor),
        ("tonal.mode", major - minor),
        ("tonal.local_major", float(local_major.mean())),
        ("tonal.local_minor", float(local_minor.mean())),
        ("tonal.local_mode", float(mode.mean())),
        ("tonal.local_mode_std", float(mode.std())),
        ("tonal.local_major_share", float((mode > 0.0).mean())),
    )


@lru_cache(maxsize=1)
def _waves() -> Floats:
    """[12, 12]: cosines then sines of the coefficients 1 to 6, as columns."""
    angle = 2.0 * np.pi * np.arange(12)[:, None] * np.arange(1, 7) / 12.0
    return readonly(np.concatenate([np.cos(angle), np.sin(angle)], axis=1).astype(np.float32))


def _fourier(song: Floats, shares: Floats, segments: Floats) -> Scores:
    def length(waves: Floats) -> Floats:
        lengths: Floats = np.sqrt(np.square(waves[..., :6]) + np.square(waves[..., 6:]))
        return lengths

    of_segments = segments @ _waves()
    lengths = length(of_segments)
    still = np.zeros(6, dtype=np.float32)
    columns = {
        "fourier{}": length(song @ _waves()),
        "fourier{}_frame": length(shares @ _waves()).mean(axis=0),
        "fourier{}_segment": lengths.mean(axis=0),
        "fourier{}_spread": lengths.std(axis=0),
        "motion{}": length(np.diff(of_segments, axis=0)).mean(axis=0) if len(segments) > 1 else still,
    }
    return tuple(
        (f"tonal.{name.format(i)}", value)
        for name, values in columns.items()
        for i, value in enumerate(values.tolist(), start=1)
    )


def _intervals(song: Floats, segments: Floats) -> Scores:
    values: list[tuple[str, float]] = []
    for step in range(7):
        values.append((f"tonal.interval{step}", float((song * np.roll(song, step)).sum())))
        local = float((segments * np.roll(segments, step, axis=1)).sum(axis=1).mean())
        values.append((f"tonal.interval{step}_segment", local))
    return tuple(values)


def _triads(segments: Floats) -> Scores:
    values = []
    for kind, (third, fifth) in TRIADS.items():
        products = segments * np.roll(segments, -third, axis=1) * np.roll(segments, -fifth, axis=1)
        values.append((f"tonal.triad_{kind}", float(np.log(products.max(axis=1) + np.float32(LEAST)).mean())))
    return tuple(values)


def _pitches(pitch: Floats, shares: Floats) -> Scores:
    entropy = -(shares * np.log(shares + np.float32(1e-9))).sum(axis=1)
    total = np.maximum(pitch.sum(axis=1), np.float32(1e-9))
    partials = np.count_nonzero(pitch, axis=1)
    by_cent = ((1.0 / total) @ pitch).reshape(12, 10).sum(axis=0).astype(np.float64)
    sounding = max(float(by_cent.sum()), 1e-9)
    phase = complex((by_cent * np.exp(2j * np.pi * np.arange(10) / 10.0)).sum())
    shift = int(np.rint(np.angle(phase) / (2.0 * np.pi) * 10.0))
    between = np.roll(by_cent, -shift)[3:8].sum() / sounding
    return (
        ("tonal.entropy_mean", float(entropy.mean())),
        ("tonal.entropy_std", float(entropy.std())),
        ("tonal.strongest", float((pitch.max(axis=1) / total).mean())),
        ("tonal.partials_mean", float(partials.mean())),
        ("tonal.partials_std", float(partials.std())),
        ("tonal.tuned", abs(phase) / sounding),
        ("tonal.between", float(between)),
    )
