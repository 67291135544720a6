"""What of a song's course over time goes into the brief: a contour, a bar, and where its parts meet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from tonescape.core.colour import Doubles
    from tonescape.core.records import Curves, Floats

CONTOUR = 64
"""points of the contour"""

BAR = 16
"""positions within a bar"""

FLAT = 0.5
"""what stands where nothing was heard"""

DECIMALS = 4


def contour(curves: Curves | None) -> tuple[float, ...]:
    """Mean energy in each of 64 equal stretches of the song, [0, 1], 4 decimals; flat .5 without audio."""
    if curves is None or len(curves.times) < 2:
        return (FLAT,) * CONTOUR
    edges = np.linspace(float(curves.times[0]), float(curves.times[-1]), CONTOUR + 1)
    return _rounded(_means(curves.times, curves.energy, edges[:-1], edges[1:]))


def beat_bars(curves: Curves | None) -> tuple[float, ...]:
    """Mean onset strength round each sixteenth of a bar, over all bars, [0, 1], 4 decimals.

    A song without two downbeats has no bar: its mean onset strength everywhere. Flat .5 without audio.
    """
    if curves is None or len(curves.times) < 2:
        return (FLAT,) * BAR
    bars = np.asarray(curves.downbeats, np.float64)
    if len(bars) < 2:
        return _rounded(np.full(BAR, float(np.mean(curves.onset))))
    length = np.diff(bars)[:, None]
    starts = bars[:-1, None] + length * (np.arange(BAR) - 0.5) / BAR
    strength = _means(curves.times, curves.onset, starts.ravel(), (starts + length / BAR).ravel())
    return _rounded(strength.reshape(-1, BAR).mean(axis=0))


def sections(curves: Curves | None) -> tuple[float, ...]:
    """Where one part of the song ends and the next begins, as fractions of its length, increasing, 4 decimals."""
    if curves is None or len(curves.sections) < 2:
        return ()
    first, last = curves.sections[0].start, curves.sections[-1].end
    if last <= first:
        return ()
    inner = {round((part.start - first) / (last - first), DECIMALS) for part in curves.sections[1:]}
    return tuple(sorted(at for at in inner if 0.0 < at < 1.0))


def _means(times: Floats, curve: Floats, starts: Doubles, ends: Doubles) -> Doubles:
    """Means of a curve between pairs of times, from its running integral (trapezoids)."""
    at, values = np.asarray(times, np.float64), np.asarray(curve, np.float64)
    area = np.concatenate([[0.0], np.cumsum(np.diff(at) * (values[1:] + values[:-1]) / 2)])
    starts, ends = np.clip(starts, at[0], at[-1]), np.clip(ends, at[0], at[-1])
    span = ends - starts
    total = np.interp(ends, at, area) - np.interp(starts, at, area)
    return np.asarray(np.where(span > 1e-9, total / np.maximum(span, 1e-9), np.interp(starts, at, values)))


def _rounded(values: Doubles) -> tuple[float, ...]:
    clean = np.nan_to_num(np.clip(values, 0.0, 1.0), nan=FLAT)
    return tuple(round(float(value), DECIMALS) for value in clean)
