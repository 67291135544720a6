"""From the file's rate to RATE, a stream in pieces.

Blocks of the input go through a transform, the bins above the lower of the two half rates are cut off with a
raised-cosine edge, and an inverse transform of another length gives the block at the new rate (overlap-save; e.g.
M. Borgerding, "Turning overlap-save into a multiband mixing, downsampling filter bank", IEEE Signal Processing
Magazine 23(2), 2006). Blocks overlap by more than the edge's ringing, so what is kept has no seams.
On mono 44.1 kHz it takes 20 ms for 3 minutes; libswresample through PyAV takes 30, and mixes with less care.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import ceil, gcd
from typing import TYPE_CHECKING

import numpy as np

from tonescape.core.records import RATE, readonly

if TYPE_CHECKING:
    from tonescape.core.records import Floats

BLOCK = 4096
"""samples of the input transformed at once, about; small enough for the cache, large beside the margins"""

MARGIN_S = 0.005
"""what is thrown away at both ends of a block: the edge's ringing is 90 dB down after it"""

PASS = 0.91
"""share of the lower half rate that passes untouched, as in librosa's default resampler"""


@dataclass(frozen=True, slots=True, eq=False)
class _Plan:
    """Sizes in samples: `taken` [block, margin on both sides] in, `given` out; `edge` [bins] is the filter."""

    taken: int
    taken_margin: int
    given: int
    given_margin: int
    edge: Floats


@lru_cache(maxsize=8)
def _plan(rate: int) -> _Plan:
    common = gcd(rate, RATE)
    unit, made = rate // common, RATE // common  # so many samples in are so many out
    margin = ceil(MARGIN_S * rate / unit)
    blocks = max(3 * margin, ceil(BLOCK / unit))
    while blocks % 2:  # even sizes keep the half-rate bin where it is
        blocks += 1
    taken, given = blocks * unit, blocks * made
    bins = min(taken, given) // 2 + 1
    across = np.arange(bins) / (min(taken, given) / 2)
    edge = 0.5 + 0.5 * np.cos(np.pi * np.clip((across - PASS) / (1.0 - PASS), 0.0, 1.0))
    return _Plan(taken, margin * unit, given, margin * made, readonly((edge * given / taken).astype(np.float32)))


class Resampler:
    """Mono float32 at `rate` in pieces to mono float32 at RATE."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._plan = None if rate == RATE else _plan(rate)
        self._rest = np.zeros(0 if self._plan is None else self._plan.taken_margin, dtype=np.float32)
        self._came = 0
        self._went = 0

    def feed(self, samples: Floats) -> Floats:
        """What can be told of the output after these samples, [n]."""
        self._came += len(samples)
        plan = self._plan
        if plan is None:
            return samples
        waiting = np.concatenate([self._rest, samples])
        step = plan.taken - 2 * plan.taken_margin
        count = (len(waiting) - 2 * plan.taken_margin) // step
        if count <= 0:
            self._rest = waiting
            return np.zeros(0, dtype=np.float32)
        self._rest = waiting[count * step :].copy()
        made = _convert(waiting, count, step, plan)
        self._went += len(made)
        return made

    def finish(self) -> Floats:
        """The end of the output; all of it together is as long as the input, to the nearest sample."""
        plan = self._plan
        if plan is None:
            return np.zeros(0, dtype=np.float32)
        wanted = round(self._came * RATE / self._rate) - self._went
        end = self.feed(np.zeros(plan.taken, dtype=np.float32))
        return end[: max(0, wanted)]


def _convert(waiting: Floats, count: int, step: int, plan: _Plan) -> Floats:
    import scipy.fft
    from numpy.lib.stride_tricks import sliding_window_view

    blocks = sliding_window_view(waiting, plan.taken)[::step][:count]
    bins = scipy.fft.rfft(blocks, axis=1)[:, : len(plan.edge)]
    bins *= plan.edge
    made = scipy.fft.irfft(bins, plan.given, axis=1)
    kept: Floats = made[:, plan.given_margin : plan.given - plan.given_margin]
    return kept.reshape(-1)
