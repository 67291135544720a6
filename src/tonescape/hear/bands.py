"""The mel bands that every codec keeps, below 8 kHz, in dB against the loud passages: input of `hear/learned.py`."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from tonescape.core.records import readonly

if TYPE_CHECKING:
    from tonescape.core.records import Floats
    from tonescape.hear.spectrum import Frames

N_BANDS = 58
"""of the 64 mel bands, those that end below 8.2 kHz: a codec at a low rate leaves nothing above, or noise of its own,
and whatever is measured there tells codecs apart, not songs"""

LOUD_PERCENTILE = 95.0
"""of the frames' strongest bands: the level of the loud passages, which is 0 dB"""

DEPTH_DB = 60.0
"""what lies further below the loud passages is raised to that: codecs and converters fill it as they like"""


def bands(frames: Frames) -> Floats:
    """Mel bands [t, 58] in [-DEPTH_DB, about 10] dB; the same for a sound at any level, all 0 for silence."""
    db = frames.mel_db[:, :N_BANDS]
    top = np.percentile(db.max(axis=1), LOUD_PERCENTILE)
    return readonly(np.maximum(db - np.float32(top), np.float32(-DEPTH_DB)))


def grouped(values: Floats, count: int) -> Floats:
    """Means of neighbouring columns of [t, n], `count` groups of about equal width: [t, count]."""
    edges = np.linspace(0, values.shape[1], count + 1).round().astype(np.int64)
    into = np.zeros((values.shape[1], count), dtype=np.float32)
    for group, (start, end) in enumerate(pairwise(edges)):
        into[start:end, group] = 1.0 / (end - start)
    means: Floats = values @ into
    return means


def spread_of(name: str, curve: Floats) -> tuple[tuple[str, float], ...]:
    """Six numbers of a curve [t]: NAME_mean, _std, _p10, _p50, _p90 (percentiles) and _motion, the mean change from a
    frame to the next without its sign."""
    low, middle, high = np.percentile(curve, (10.0, 50.0, 90.0))
    motion = float(np.abs(np.diff(curve)).mean()) if len(curve) > 1 else 0.0
    numbers = (float(curve.mean()), float(curve.std()), float(low), float(middle), float(high), motion)
    kinds = ("mean", "std", "p10", "p50", "p90", "motion")
    return tuple((f"{name}_{kind}", number) for kind, number in zip(kinds, numbers, strict=True))
