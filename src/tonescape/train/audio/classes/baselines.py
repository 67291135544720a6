"""The two models Pixtape had, measured as they should be: logistic regression with odds ratios, one hidden layer."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tonescape.mood.classes import CLASSES, FEATURES, UNUSED
from tonescape.train.lib.splits import grouped_folds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Reals = NDArray[np.float64]
    Labels = NDArray[np.int64]

ALPHAS, WIDTHS = (0.01, 0.1, 1.0), (5, 10, 20)
"""what is searched, inside the training part only; Pixtape chose alpha .1 and 10 units"""

ITERATIONS = 150
NEWTON_STEPS, TOLERANCE, RIDGE = 40, 1e-8, 1e-6
NORMAL_975 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Odds:
    """How a class's odds multiply with one standard deviation more of a feature, the others held; 95 % interval."""

    label: str
    feature: str
    ratio: float
    low: float
    high: float


def usable(values: Reals) -> tuple[str, ...]:
    """The features that every song of a table has and that differ at all; key is no quantity, and mode see UNUSED
    unless the whole table has it."""
    there = np.isfinite(values).all(axis=0) & (np.nan_to_num(values).std(axis=0) > 0.0)
    return tuple(name for name, good in zip(FEATURES, there, strict=True) if good and name != "key")


def scaled(values: Reals, names: Sequence[str], rows: Labels) -> Reals:
    """[n, len(names)] by the mean and deviation of `rows` (the training part)."""
    chosen = values[:, [FEATURES.index(name) for name in names]]
    return np.asarray((chosen - chosen[rows].mean(axis=0)) / (chosen[rows].std(axis=0) + 1e-12))


def logistic(x: Reals, labels: Labels) -> Any:
    """Multinomial logistic regression."""
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(max_iter=2000).fit(x, labels)


def hidden_layer(x: Reals, labels: Labels, groups: Labels, *, seed: int = 0) -> Any:
    """One hidden layer; alpha and width by accuracy on a fifth of the training artists, then fitted on all."""
    from sklearn.neural_network import MLPClassifier

    def make(alpha: float, width: int) -> Any:
        return MLPClassifier((width,), alpha=alpha, max_iter=ITERATIONS, batch_size=100, random_state=seed)

    inside, check = grouped_folds(labels, groups, seed=seed)[0]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that ITERATIONS were not enough to converge: stopping early is meant
        scores = {
            (alpha, width): make(alpha, width).fit(x[inside], labels[inside]).score(x[check], labels[check])
            for alpha in ALPHAS
            for width in WIDTHS
        }
        return make(*max(scores, key=lambda pair: scores[pair])).fit(x, labels)


def full(model: Any, x: Reals) -> Reals:
    """[n, 5] probabilities in the order of CLASSES; 0 for a class that the model never met."""
    out = np.zeros((len(x), len(CLASSES)))
    out[:, model.classes_] = model.predict_proba(x)
    return out


def odds_ratios(values: Reals, labels: Labels, groups: Labels, names: Sequence[str] | None = None) -> list[Odds]:
    """Each class against the rest, features per standard deviation.

    Maximum likelihood by Newton's method; intervals from the sandwich covariance summed over artists, since songs of
    one artist are not independent (Liang & Zeger, Biometrika 73, 1986, equation 7).
    """
    names = tuple(name for name in usable(values) if name not in UNUSED) if names is None else tuple(names)
    x = np.column_stack([np.ones(len(labels)), scaled(values, names, np.arange(len(labels)))])
    out = []
    for place in np.unique(labels):
        beta, covariance = _against_the_rest(x, (labels == place).astype(np.float64), groups)
        spread = NORMAL_975 * np.sqrt(np.diag(covariance))
        for number, name in enumerate(names, start=1):
            ends = np.exp([beta[number], beta[number] - spread[number], beta[number] + spread[number]])
            out.append(Odds(CLASSES[place], name, *map(float, ends)))
    return out


def _against_the_rest(x: Reals, truth: Reals, groups: Labels) -> tuple[Reals, Reals]:
    beta = np.zeros(x.shape[1])
    for _ in range(NEWTON_STEPS):
        p = 1.0 / (1.0 + np.exp(-np.clip(x @ beta, -30.0, 30.0)))
        hessian = (x * (p * (1.0 - p))[:, None]).T @ x + RIDGE * np.eye(len(beta))
        step = np.linalg.solve(hessian, x.T @ (truth - p) - RIDGE * beta)
        beta = beta + step
        if np.abs(step).max() < TOLERANCE:
            break
    numbers = np.unique(groups, return_inverse=True)[1]
    by_artist = np.zeros((numbers.max() + 1, len(beta)))
    np.add.at(by_artist, numbers, x * (truth - p)[:, None])
    bread = np.linalg.inv(hessian)
    return beta, bread @ (by_artist.T @ by_artist) @ bread
