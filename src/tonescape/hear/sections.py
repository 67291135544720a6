"""Sections: where a song changes, and which of its parts sound alike, from `Frames`."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from tonescape.core.records import Section
from tonescape.hear.pulse import spans
from tonescape.hear.spectrum import FRAME_RATE

if TYPE_CHECKING:
    from tonescape.core.records import Floats
    from tonescape.hear.spectrum import Frames

STEP_S = 0.6
"""s: the song is compared beat by beat; longer beats are divided"""

KERNEL_S = 12.0
"""s: how far the change detector looks to either side; a phrase or two, so that chords and fills average out"""

SHORTEST_S = 6.0
"""s: no section is shorter, unless the song is"""

N_CEPSTRA = 14
"""coefficients of the log mel spectrum's cosine transform; the first is the loudness"""

CHROMA_SHARE = 0.35
"""of the variance that is compared, the share of harmony; the rest is timbre and loudness"""

CHANGE = 0.3
"""squared distance between the means before and after from which a change may be a boundary. Measured: a new key .95,
a new arrangement 2 to 3, chance in an even part up to .57; what chance cuts is joined again, as it sounds alike"""

ALIKE = 0.35
"""squared distance of their means up to which two sections share a letter"""


def find_sections(frames: Frames, chroma: Floats, beats: Floats, duration_s: float) -> tuple[Section, ...]:
    """The parts of a song in order, without gaps, from 0 to `duration_s`; () if that is 0.

    chroma : float32 [t, 12] in [0, 1], of the same frames      beats : float32 [b] s, may be empty
    Neighbours that sound alike are one section; sections that sound alike share a letter, A first.
    """
    if duration_s <= 0.0:
        return ()
    starts = spans(beats, len(frames), STEP_S)
    features = _features(frames, chroma, starts)
    reach = min(round(KERNEL_S / STEP_S), len(features) // 3)
    if reach < 3:
        return (Section(0.0, duration_s, "A"),)
    times = starts / FRAME_RATE
    bounds = _boundaries(novelty(features, reach), times, min(duration_s, len(frames) / FRAME_RATE))
    letters = _letters(features, [0, *bounds, len(features)])
    edges = [0.0, *(float(times[i]) for i in bounds), duration_s]
    merged: list[Section] = []
    for (start, end), letter in zip(pairwise(edges), letters, strict=True):
        if merged and merged[-1].label == letter:
            start = merged.pop().start
        merged.append(Section(start, end, letter))
    return tuple(merged)


def _features(frames: Frames, chroma: Floats, starts: np.ndarray) -> Floats:
    """[s, 26] a step: cepstra and chroma, centred, scaled to their share of the variance, rows at most about 1 long.

    Rows are shortened to their median length, so that a silent second does not outweigh the rest of the song.
    """
    import scipy.fft

    lengths = np.diff(np.append(starts, len(frames)))[:, None].astype(np.float32)
    mel = np.add.reduceat(frames.mel_db, starts, axis=0) / lengths
    cepstra = scipy.fft.dct(mel, axis=1, norm="ortho")[:, :N_CEPSTRA]
    harmony = np.add.reduceat(chroma, starts, axis=0) / lengths
    parts = []
    for part, share in ((cepstra, 1.0 - CHROMA_SHARE), (harmony, CHROMA_SHARE)):
        part = part - part.mean(axis=0)
        spread = float(np.mean(np.sum(part**2, axis=1))) ** 0.5
        parts.append(part * (share**0.5 / spread if spread > 1e-3 else 0.0))
    rows = np.concatenate(parts, axis=1)
    size = np.linalg.norm(rows, axis=1, keepdims=True)
    typical = max(float(np.median(size)), 1e-9)
    scaled: Floats = (rows / np.maximum(size, typical)).astype(np.float32)
    return scaled


def novelty(features: Floats, reach: int) -> Floats:
    """How much the song changes at the start of each step [s]: 0 not at all, 2 to 3 from one arrangement to another.

    features : float32 [s, k]      reach : steps to either side
    This is J. Foote's novelty ("Automatic audio segmentation using a measure of audio novelty", ICME 2000, section
    3): a Gaussian checkerboard slid along the diagonal of the self-similarity matrix. The checkerboard is the outer
    product of one vector u with itself and sums to 0, so with minus half the squared distance as similarity
    u' S u = |u' features|^2: a filter of the features gives the same curve without the matrix.
    """
    offsets = np.arange(-reach, reach) + 0.5
    bell = np.exp(-0.5 * (offsets / (0.5 * reach)) ** 2)
    kernel = (np.sign(offsets) * bell / bell[reach:].sum()).astype(np.float32)
    padded = np.pad(features, ((reach, reach - 1), (0, 0)), mode="edge")
    change = sliding_window_view(padded, 2 * reach, axis=0) @ kernel
    return np.asarray(np.einsum("ij,ij->i", change, change), dtype=np.float32)


def _boundaries(curve: Floats, times: np.ndarray, end: float) -> list[int]:
    """Steps at which a section begins, without the first: the highest peaks first, SHORTEST_S apart."""
    inner = curve[1:-1]
    peaks = 1 + np.flatnonzero((inner >= curve[:-2]) & (inner > curve[2:]) & (inner >= CHANGE))
    taken: list[int] = []
    for i in peaks[np.argsort(-curve[peaks], kind="stable")]:
        edges = [0.0, end, *(float(times[j]) for j in taken)]
        if min(abs(float(times[i]) - edge) for edge in edges) >= SHORTEST_S:
            taken.append(int(i))
    return sorted(taken)


def _letters(features: Floats, bounds: list[int]) -> list[str]:
    """A letter for each part: that of the earlier sound whose mean is nearest, if it is near, else the next letter."""
    sounds: list[tuple[Floats, int]] = []  # sum of the features and number of the steps
    names = []
    for first, end in pairwise(bounds):
        total, count = features[first:end].sum(axis=0), end - first
        far = [float(np.sum((total / count - other / n) ** 2)) for other, n in sounds]
        nearest = int(np.argmin(far)) if far else -1
        if nearest < 0 or far[nearest] > ALIKE:
            nearest = len(sounds)
            sounds.append((total, count))
        else:
            sounds[nearest] = (sounds[nearest][0] + total, sounds[nearest][1] + count)
        names.append(_letter(nearest))
    return names


def _letter(index: int) -> str:
    """A .. Z, then AA, AB, ..."""
    return (_letter(index // 26 - 1) if index >= 26 else "") + chr(ord("A") + index % 26)
