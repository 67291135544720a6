"""How good a prediction is, and how sure that figure is. numpy only; one function a measure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

LEVEL = 0.95
"""of every interval"""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A measure with its bootstrap interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"

    def kept(self) -> dict[str, Any]:
        """As a card or a table of measures keeps it, to three decimals."""
        return {"value": round(self.value, 3), "interval": [round(self.low, 3), round(self.high, 3)]}


def accuracy(truth: NDArray[Any], predicted: NDArray[Any]) -> float:
    """Share of rows that agree."""
    return float(np.mean(truth == predicted))


def macro_f1(truth: NDArray[Any], predicted: NDArray[Any]) -> float:
    """Mean over the classes in `truth` of 2 TP / (2 TP + FP + FN)."""
    scores = []
    for label in np.unique(truth):
        hits = np.sum((truth == label) & (predicted == label))
        scores.append(2.0 * hits / (np.sum(truth == label) + np.sum(predicted == label)))
    return float(np.mean(scores))


def auc(truth: NDArray[Any], score: NDArray[Any]) -> float:
    """Chance that a row of truth 1 scores above a row of truth 0, ties counting half; nan if one kind is missing.

    Mann-Whitney U over n1 n0 (Hanley & McNeil, Radiology 143, 1982).
    """
    from scipy.stats import rankdata

    positive = np.asarray(truth) > 0.5
    ones, zeros = int(positive.sum()), int((~positive).sum())
    if not ones or not zeros:
        return float("nan")
    return float((rankdata(score)[positive].sum() - ones * (ones + 1) / 2) / (ones * zeros))


def correlation(truth: NDArray[Any], predicted: NDArray[Any]) -> float:
    """Pearson's r; 0 if either is constant."""
    a, b = np.asarray(truth, float) - np.mean(truth), np.asarray(predicted, float) - np.mean(predicted)
    below = float(np.sqrt(np.sum(a * a) * np.sum(b * b)))
    return float(np.sum(a * b)) / below if below > 0.0 else 0.0


def r2(truth: NDArray[Any], predicted: NDArray[Any]) -> float:
    """1 - squared error over the variance round the mean, at most 1; 0 for always saying the mean."""
    return float(1 - ((truth - predicted) ** 2).sum() / ((truth - truth.mean()) ** 2).sum())


def brier(truth: NDArray[Any], probability: NDArray[Any]) -> float:
    """Mean squared error of a probability (Brier 1950); .25 for always saying .5."""
    return float(np.mean((np.asarray(probability, float) - np.asarray(truth, float)) ** 2))


def reliability(truth: NDArray[Any], probability: NDArray[Any], *, bins: int = 10) -> Numbers:
    """Rows of (mean probability, share of truth 1, count), a row for each bin with anything in it, by probability.

    The bins hold about equal numbers of rows: equal widths leave most of them empty.
    """
    order = np.argsort(probability, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    p, t = np.asarray(probability, float), np.asarray(truth, float)
    return np.array([[p[part].mean(), t[part].mean(), len(part)] for part in parts])


def calibration_error(truth: NDArray[Any], probability: NDArray[Any], *, bins: int = 10) -> float:
    """Expected calibration error: mean gap of the reliability rows, weighted by count (Naeini et al. 2015)."""
    rows = reliability(truth, probability, bins=bins)
    return float(np.sum(np.abs(rows[:, 0] - rows[:, 1]) * rows[:, 2]) / rows[:, 2].sum())


def noise_ceiling(share: NDArray[Any], raters: NDArray[Any]) -> float:
    """The highest r a perfect model can reach against shares of n yes/no votes.

    share [n] : of the raters who said yes      raters [n] : how many there were
    sqrt(reliability), reliability = 1 - mean sampling variance p (1 - p) / (n - 1) over the variance of the shares
    (Lord & Novick 1968, 3.3: the index of reliability).
    """
    share, raters = np.asarray(share, float), np.asarray(raters, float)
    noise = float(np.mean(share * (1.0 - share) / np.maximum(raters - 1.0, 1.0)))
    spread = float(np.var(share, ddof=1))
    return float(np.sqrt(max(0.0, 1.0 - noise / spread))) if spread > 0.0 else 0.0


def bootstrap(
    measure: Callable[[NDArray[np.int64]], float],
    groups: NDArray[Any],
    *,
    draws: int = 1000,
    seed: int = 0,
) -> Estimate:
    """`measure` of all rows, and its percentile interval when whole groups are drawn with replacement.

    measure : takes row numbers, returns the figure for them      groups [n] : artist or film of each row
    Drawing artists, not clips, because clips of one artist resemble each other (Efron & Tibshirani 1993, 8.4).
    """
    _, member = np.unique(groups, return_inverse=True)
    order = np.argsort(member, kind="stable")
    rows = np.split(order, np.cumsum(np.bincount(member))[:-1])
    rng = np.random.default_rng(seed)
    values = []
    for _ in range(draws):
        drawn = np.concatenate([rows[i] for i in rng.integers(0, len(rows), len(rows))])
        values.append(measure(drawn))
    low, high = np.nanquantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Estimate(float(measure(np.arange(len(groups)))), float(low), float(high))


def trivial(truth: NDArray[Any]) -> float:
    """Accuracy of always naming the commonest class."""
    return float(np.unique(truth, return_counts=True)[1].max() / len(truth))


def shuffled(truth: NDArray[Any], *, seed: int = 0) -> NDArray[Any]:
    """The labels in random order: a model trained on them must fall to chance, or the split leaks."""
    return np.asarray(truth)[np.random.default_rng(seed).permutation(len(truth))]
