"""How data are divided: whole artists on one side, classes in proportion, the same twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    Fold: TypeAlias = tuple[NDArray[np.int64], NDArray[np.int64]]


def grouped_folds(labels: NDArray[Any], groups: NDArray[np.int64], *, folds: int = 5, seed: int = 0) -> list[Fold]:
    """(train, test) rows of each fold; no group stands on both sides, classes are spread evenly.

    Groups in random order, the largest first, each go to the fold where the class counts end up most even (the
    greedy rule of scikit-learn's StratifiedGroupKFold, written out so that a split never changes with a release).
    """
    classes, coded = np.unique(np.asarray(labels), return_inverse=True)
    numbers, member = np.unique(groups, return_inverse=True)
    if folds < 2 or folds > len(numbers):
        raise ValueError(f"cannot make {folds} folds of {len(numbers)} groups")
    counts = np.zeros((len(numbers), len(classes)))
    np.add.at(counts, (member, coded), 1.0)
    rng = np.random.default_rng(seed)
    shuffled = rng.permutation(len(numbers))
    order = shuffled[np.argsort(-counts[shuffled].std(axis=1), kind="stable")]
    filled = np.zeros((folds, len(classes)))
    total = np.maximum(counts.sum(axis=0), 1.0)
    fold_of = np.zeros(len(numbers), dtype=np.int64)
    for group in order:
        trial = np.repeat(filled[None], folds, axis=0)
        trial[np.arange(folds), np.arange(folds)] += counts[group]
        unevenness = (trial / total).std(axis=1).mean(axis=1)
        size = filled.sum(axis=1)
        fold = min(range(folds), key=lambda f: (round(float(unevenness[f]), 12), size[f]))
        filled[fold] += counts[group]
        fold_of[group] = fold
    where = fold_of[member]
    return [(np.flatnonzero(where != fold), np.flatnonzero(where == fold)) for fold in range(folds)]


def group_folds(groups: NDArray[Any], *, folds: int = 5, seed: int = 0) -> list[Fold]:
    """(train, test) rows of each fold where there are no classes to spread: a group [n] is on one side only.

    The groups in random order are dealt round. ValueError for more folds than groups.
    """
    names, member = np.unique(groups, return_inverse=True)
    if folds < 2 or folds > len(names):
        raise ValueError(f"cannot make {folds} folds of {len(names)} groups")
    where = (np.random.default_rng(seed).permutation(len(names)) % folds)[member]
    return [(np.flatnonzero(where != fold), np.flatnonzero(where == fold)) for fold in range(folds)]


def clip_folds(count: int, *, folds: int = 10, seed: int = 0) -> list[Fold]:
    """(train, test) rows for a corpus without artists: every clip on its own."""
    if folds < 2 or folds > count:
        raise ValueError(f"cannot make {folds} folds of {count} clips")
    where = np.random.default_rng(seed).permutation(np.arange(count) % folds)
    return [(np.flatnonzero(where != fold), np.flatnonzero(where == fold)) for fold in range(folds)]


def holdout(labels: NDArray[Any], *, share: float = 0.33, seed: int = 0) -> Fold:
    """One stratified split that ignores artists, as older projects had it; it flatters."""
    rng = np.random.default_rng(seed)
    coded = np.unique(np.asarray(labels), return_inverse=True)[1]
    test = np.zeros(len(coded), dtype=bool)
    for label in range(int(coded.max()) + 1):
        rows = rng.permutation(np.flatnonzero(coded == label))
        test[rows[: round(share * len(rows))]] = True
    return np.flatnonzero(~test), np.flatnonzero(test)
