"""From the file's rate to RATE, in blocks of spectra that the loudness meter reads too.

Blocks of the input go through a transform, the bins above the lower of the two half rates are cut off with a
raised-cosine edge, and an inverse transform of another length gives the block at the new rate (overlap-save; e.g.
M. Borgerding, "Turning overlap-save into a multiband mixing, downsampling filter bank", IEEE Signal Processing
Magazine 23(2), 2006). Blocks overlap by more than the edge's ringing, so what is kept has no seams.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from tonescape.core.records import RATE, readonly
from tonescape.hear.filters import k_weighting

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from tonescape.core.records import Floats

BLOCK_S = 0.09
"""a block is at least this long: about the 100 ms in which BS.1770-4's blocks advance"""

MARGIN_S = 0.005
"""what is thrown away at both ends of a block: the edge's ringing is 90 dB down after it"""

PASS = 0.91
"""share of the lower half rate that passes untouched, as in librosa's default resampler"""

MOST_DENOMINATOR = 512
"""odd rates are taken as the nearest ratio to RATE with at most this denominator: at most 4 millionths off"""


BLEND = (16, 96)
"""bins between which the meter goes over from Hann-windowed spectra to plain ones. Plain ones leak: a tone at 40 Hz,
where the K-weighting falls steeply, would read .5 LU too loud. Windowed ones hardly leak, but cost time."""


@dataclass(frozen=True, slots=True, eq=False)
class ResamplePlan:
    """How a rate is converted; sizes in samples.

    taken [block, margins included], margin, step = taken - 2 * margin : of the input      given, given_margin : output
    edge [bins] : the filter      loud [2 * (taken // 2 + 1)] : K-weighting over the squares of the real and imaginary
    parts as they lie in memory, so that the product is the sum of the block's weighted squares; without what is in
    loud_low [2 * (BLEND[1] - 1)] : the same for bins 1 to BLEND[1] of the Hann-windowed block
    """

    taken: int
    margin: int
    step: int
    given: int
    given_margin: int
    edge: Floats
    loud: Floats
    loud_low: Floats


@lru_cache(maxsize=8)
def plan(rate: int) -> ResamplePlan:
    """The plan for a source rate, Hz."""
    ratio = Fraction(rate, RATE).limit_denominator(MOST_DENOMINATOR)
    unit, made = ratio.numerator, ratio.denominator  # so many samples in are so many out
    margin = ceil(MARGIN_S * rate / unit)
    blocks = 4
    while blocks * unit < BLOCK_S * rate or blocks < 4 * margin:
        blocks *= 2  # transforms like powers of two
    taken, given = blocks * unit, blocks * made
    bins = min(taken, given) // 2 + 1
    across = np.arange(bins) / (min(taken, given) / 2)
    edge = 0.5 + 0.5 * np.cos(np.pi * np.clip((across - PASS) / (1.0 - PASS), 0.0, 1.0))
    loud = k_weighting(rate, taken) * 2.0 / taken
    loud[[0, -1]] *= 0.5  # the ends stand for one bin of the full transform, the others for two
    plain = np.clip((np.arange(len(loud)) - BLEND[0]) / (BLEND[1] - BLEND[0]), 0.0, 1.0)
    low = ((1.0 - plain) * loud / 0.375)[1 : BLEND[1]]  # .375: what a Hann window leaves of a mean square
    return ResamplePlan(
        taken=taken,
        margin=margin * unit,
        step=taken - 2 * margin * unit,
        given=given,
        given_margin=margin * made,
        edge=readonly((edge * given / taken).astype(np.float32)),
        loud=readonly(np.repeat(loud * plain, 2).astype(np.float32)),
        loud_low=readonly(np.repeat(low, 2).astype(np.float32)),
    )


def weighted(spectra: NDArray[Any], how: ResamplePlan) -> Floats:
    """Sums of the K-weighted squares of blocks, [...], from their spectra, complex64 [..., taken // 2 + 1]."""
    plain: Floats = np.square(spectra.view(np.float32)) @ how.loud
    end = BLEND[1]
    hann = 0.5 * spectra[..., 1:end] - 0.25 * (spectra[..., : end - 1] + spectra[..., 2 : end + 1])
    low: Floats = np.square(np.ascontiguousarray(hann, dtype=np.complex64).view(np.float32)) @ how.loud_low
    plain += low
    return plain


def convert(spectra: NDArray[Any], how: ResamplePlan) -> Floats:
    """Blocks' spectra, complex64 [blocks, bins of the edge], to their samples at RATE, without the margins."""
    import scipy.fft

    made = scipy.fft.irfft(spectra * how.edge, how.given, axis=1)
    kept: Floats = made[:, how.given_margin : how.given - how.given_margin].reshape(-1)
    return kept
