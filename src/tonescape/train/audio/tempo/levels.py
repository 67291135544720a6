"""The metrical levels of clips with known tempo, and the conditional logit that chooses among them."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tonescape import hear
from tonescape.core.store import write_atomically
from tonescape.hear import metrical
from tonescape.hear.pulse import onset_strength, period
from tonescape.hear.spectrum import FRAME_RATE, frames
from tonescape.train.audio.tempo.patterns import PATTERNS, make
from tonescape.train.corpora import tempo as corpus
from tonescape.train.lib.progress import tracked
from tonescape.train.lib.splits import group_folds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from typing import Any

    from numpy.typing import NDArray

    from tonescape.core.records import Floats
    from tonescape.hear.spectrum import Frames
    from tonescape.train.audio.tempo.patterns import Pattern

    Reals = NDArray[np.float64]

WITHIN = 0.04
"""share of the true tempo by which an answer may differ and be right (Gouyon et al., "An experimental comparison of
audio tempo induction algorithms", IEEE TASLP 14(5), 2006, "accuracy 1")"""

OCTAVES = (1.0, 2.0, 1 / 2, 3.0, 1 / 3)
"""multiples of the true tempo that are right too in "accuracy 2" of the same"""

SEEDS, SEEDS_ALONE = range(40), range(12)
"""clips of each pattern with a band, and with drums alone"""

MADE = "made"
MADE_WEIGHT = 0.15
"""of a made clip in the fit, against 1 of a recording"""

RIDGES = (3e-3, 1e-2, 3e-2, 1e-1)
"""ridge penalties that inner folds choose from"""


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """A clip with its candidate levels.

    corpus, group : the set, and the pattern of a made clip or the recording's name      bpm : true      librosa : BPM
    strongest : BPM of the strongest period, 0 without a pulse
    tempi [n] : BPM of the levels      values [n, k] : `metrical.level_values`
    """

    corpus: str
    group: str
    bpm: float
    librosa: float
    strongest: float
    tempi: Floats
    values: Floats


def right(tempo: float, bpm: float, multiples: Sequence[float] = (1.0,)) -> bool:
    """Whether a tempo lies WITHIN the true one or a multiple of it."""
    return any(abs(tempo / (bpm * multiple) - 1.0) <= WITHIN for multiple in multiples)


def recordings(name: str, data: Path | None, cache: Path) -> list[Clip]:
    """The clips of a set of `corpora.tempo`; what was worked out of a recording is kept in `cache`."""
    from tonescape.hear.decode import decode

    clips = []
    for tune in tracked(corpus.load(name, data), name, "recordings"):
        tempi, values, strongest, _ = _levels(cache, f"{name} {tune.name}", lambda: (decode(tune.path).samples, 0.0))  # noqa: B023
        clips.append(Clip(name, tune.name, tune.bpm, tune.librosa, strongest, tempi, values))
    return clips


def made(cache: Path) -> list[Clip]:
    """The made clips, of every pattern and seed."""
    each = [(pattern, seed, False) for seed in SEEDS for pattern in PATTERNS]
    each += [(pattern, seed, True) for seed in SEEDS_ALONE for pattern in PATTERNS]
    clips = []
    for pattern, seed, alone in tracked(each, MADE, "clips"):

        def draw(pattern: Pattern = pattern, seed: int = seed, alone: bool = alone) -> tuple[Floats, float]:
            drawn = make(pattern, seed, alone=alone)
            return drawn.samples, drawn.bpm

        tempi, values, strongest, bpm = _levels(cache, f"{MADE} {pattern.name} {seed} {alone}", draw)
        clips.append(Clip(MADE, pattern.name, bpm, 0.0, strongest, tempi, values))
    return clips


def training_set(data: Path | None, cache: Path) -> list[Clip]:
    """All clips that a model may learn from."""
    return [clip for name in corpus.MAY_TRAIN for clip in recordings(name, data, cache)] + made(cache)


def _levels(cache: Path, name: str, sound: Callable[[], tuple[Floats, float]]) -> tuple[Floats, Floats, float, float]:
    """Tempi and values of the candidates, BPM of the strongest period, and the tempo that came with the sound."""
    key = hashlib.sha256(f"{name} {hear.VERSION} {metrical.INPUTS}".encode()).hexdigest()[:12]
    file = cache / f"tempo-{key}.npz"
    if not file.exists():
        samples, bpm = sound()
        buffer = io.BytesIO()
        np.savez(buffer, allow_pickle=False, bpm=bpm, **_described(frames(samples)))
        cache.mkdir(parents=True, exist_ok=True)
        write_atomically(file, buffer.getvalue())
    with np.load(file, allow_pickle=False) as kept:
        return kept["tempi"], kept["values"], float(kept["strongest"]), float(kept["bpm"])


def _described(heard: Frames) -> dict[str, Any]:
    onset = onset_strength(heard.flux)
    lag, *_ = period(onset)
    curves = metrical.onset_curves(heard, onset)
    lags = metrical.candidates(curves, lag) if lag else np.zeros(0, np.float32)
    values = metrical.level_values(curves, lags) if len(lags) else np.zeros((0, len(metrical.INPUTS)), np.float32)
    return {"tempi": 60.0 * FRAME_RATE / lags, "values": values, "strongest": 60.0 * FRAME_RATE / lag if lag else 0.0}


def chosen(weight: Reals, clip: Clip) -> float:
    """BPM of the level with the highest score; 0 without a pulse. weight [k] : of `fit`"""
    return float(clip.tempi[int((clip.values @ weight).argmax())]) if len(clip.tempi) else 0.0


def fit(clips: Sequence[Clip], ridge: float) -> Reals:
    """Weights [k] of the inputs: the conditional logit whose penalised likelihood is highest.

    The likelihood of a clip is the share of its right levels in the softmax of all; clips without a right level say
    nothing. ridge : penalty on the squared weights of standardised inputs
    """
    from scipy.optimize import minimize

    of = [clip for clip in clips if any(right(tempo, clip.bpm) for tempo in clip.tempi)]
    values = np.concatenate([clip.values for clip in of]).astype(np.float64)
    spread = values.std(axis=0) + 1e-3
    values = (values - values.mean(axis=0)) / spread
    starts = np.cumsum([0, *(len(clip.tempi) for clip in of)])[:-1]
    member = np.repeat(np.arange(len(of)), [len(clip.tempi) for clip in of])
    good = np.array([right(tempo, clip.bpm) for clip in of for tempo in clip.tempi], dtype=np.float64)
    share = np.array([MADE_WEIGHT if clip.corpus == MADE else 1.0 for clip in of])
    share /= share.sum()

    def loss(weight: Reals) -> tuple[float, Reals]:
        score = values @ weight
        chance = np.exp(score - np.maximum.reduceat(score, starts)[member])
        chance /= np.add.reduceat(chance, starts)[member]
        hit = np.maximum(np.add.reduceat(chance * good, starts), 1e-12)
        slope = share[member] * chance * (1.0 - good / hit[member])
        penalty = ridge * float(weight @ weight)
        return penalty - float(share @ np.log(hit)), values.T @ slope + 2.0 * ridge * weight

    found = minimize(loss, np.zeros(values.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 300})
    return np.asarray(found.x / spread, dtype=np.float64)


def best_ridge(clips: Sequence[Clip]) -> float:
    """The ridge of RIDGES with the most right answers in three folds, by recording and by pattern; made clips count
    MADE_WEIGHT."""
    folds = group_folds(np.array([f"{clip.corpus} {clip.group}" for clip in clips]), folds=3)
    total = dict.fromkeys(RIDGES, 0.0)
    for train, test in folds:
        for ridge in RIDGES:
            weight = fit([clips[i] for i in train], ridge)
            for clip in (clips[i] for i in test):
                worth = MADE_WEIGHT if clip.corpus == MADE else 1.0
                total[ridge] += worth * right(chosen(weight, clip), clip.bpm)
    return max(total, key=lambda ridge: total[ridge])
