"""Folds and bootstrap intervals that keep a group (an artist, a film) together."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Reals = NDArray[np.float64]

ROUNDS = 1000
FOLDS = 5


def folds_of(groups: NDArray[Any], count: int = FOLDS, seed: int = 0) -> NDArray[np.int64]:
    """The fold of each row; a group is in one fold only."""
    names = np.unique(groups)
    order = np.random.default_rng(seed).permutation(len(names))
    place = {name: int(position) % count for name, position in zip(names, order, strict=True)}
    return np.array([place[name] for name in groups])


def interval(score: Callable[[NDArray[Any]], float], groups: NDArray[Any], rounds: int = ROUNDS) -> tuple[float, float]:
    """95 % bootstrap interval of `score(rows)`, drawing whole groups."""
    random = np.random.default_rng(0)
    order = np.argsort(groups, kind="stable")
    blocks = np.split(order, np.flatnonzero(np.diff(np.unique(groups, return_inverse=True)[1][order])) + 1)
    drawn = []
    for _ in range(rounds):
        picks = random.integers(0, len(blocks), len(blocks))
        drawn.append(score(np.concatenate([blocks[pick] for pick in picks])))
    low, high = np.percentile(drawn, [2.5, 97.5])
    return float(low), float(high)


def r2(true: Reals, said: Reals) -> float:
    """1 - squared error over the variance round the mean."""
    return float(1 - ((true - said) ** 2).sum() / ((true - true.mean()) ** 2).sum())


def r(true: Reals, said: Reals) -> float:
    return float(np.corrcoef(true, said)[0, 1])


def row(value: float, low_high: tuple[float, float], n: int) -> dict[str, Any]:
    return {"value": round(value, 3), "interval": [round(low_high[0], 3), round(low_high[1], 3)], "n": n}
