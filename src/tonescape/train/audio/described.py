"""Corpora with their descriptors, and kernel regressions learnt from recordings together with their re-encodings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tonescape.train.audio import features_cache, kernels

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from tonescape.core.records import Floats
    from tonescape.mood.kernel import KernelRidge
    from tonescape.train.corpora.songs import Recordings
    from tonescape.train.lib.splits import Fold

    Reals = NDArray[np.float64]
    Rows = NDArray[np.int64]

PATCHES = 10
"""patches of 3 s of a recording that the teacher hears: all of 30 s"""


@dataclass(frozen=True, slots=True, eq=False)
class Described:
    """A corpus with its descriptors. names (k,) of clean and coded [n, k], the recordings and their re-encodings"""

    corpus: Recordings
    names: tuple[str, ...]
    clean: Floats
    coded: Floats


def described(corpus: Recordings, cache: Path, recipe: kernels.KernelRecipe) -> Described:
    """A corpus as the recipe reads it, from the cache where it has been heard."""
    kept = features_cache.keep(corpus.paths, cache, most_patches=PATCHES)
    wanted = kernels.names_of(recipe, features_cache.names())
    return Described(corpus, wanted, *features_cache.tables(kept, wanted))


def fit(recipe: kernels.KernelRecipe, from_: Described, answers: Reals, rows: Rows) -> KernelRidge:
    """A machine from these recordings and their re-encodings, half the weight each: they are one song."""
    vectors = np.concatenate([from_.clean[rows], from_.coded[rows]])
    return kernels.fit(
        recipe, from_.names, vectors, np.tile(answers[rows], (2, 1)), weight=np.full(len(vectors), 0.5)
    )  # fmt: skip


def cross_val_predict(
    recipe: kernels.KernelRecipe, from_: Described, answers: Reals, folds: list[Fold]
) -> tuple[Reals, Reals]:
    """What machines say that did not see a fold, [n, o], of the recordings and of their re-encodings."""
    predicted = np.full((2, *answers.shape), np.nan)
    for train, test in folds:
        machine = fit(recipe, from_, answers, train)
        predicted[0, test], predicted[1, test] = machine(from_.clean[test]), machine(from_.coded[test])
    return predicted[0], predicted[1]
