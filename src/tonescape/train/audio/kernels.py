"""Fits the kernel machines that `mood.kernel` runs: kernel ridge regression on a subset of the songs as landmarks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tonescape.core.errors import InputError
from tonescape.mood.kernel import CLIP, KernelRidge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tonescape.core.records import Floats

    Reals = NDArray[np.float64]
    Rows = NDArray[np.int64]

LEAST_SCALE = 1e-4
"""a descriptor that hardly varies in training is not blown up by dividing by its deviation"""


@dataclass(frozen=True, slots=True)
class KernelRecipe:
    """blocks : (prefix, components, share) of each      ridge : penalty, in squared units of one landmark's weight
    landmarks : how many songs are kept; 0 for all
    """

    blocks: tuple[tuple[str, int, float], ...]
    ridge: float
    landmarks: int


BLOCKS = (
    ("tonal", 40, 1.0),
    ("fluctuation", 60, 1.0),
    ("cepstrum", 50, 1.0),
    ("periodicity", 30, 1.0),
    ("spectral", 40, 1.0),
    ("learned", 96, 5.0),
)
"""descriptors that hardly change with codec and never with level; the learned one counts as all others together"""


def names_of(recipe: KernelRecipe, names: Sequence[str]) -> tuple[str, ...]:
    """The descriptors a recipe reads, block by block. InputError for a block that is not heard."""
    out: list[str] = []
    for prefix, _, _ in recipe.blocks:
        block = [name for name in names if name.startswith(prefix + ".")]
        if not block:
            raise InputError(f"no descriptor called {prefix}.* is heard; is this the version the recipe was made for?")
        out += block
    return tuple(out)


def likeness(recipe: KernelRecipe, names: Sequence[str], vectors: Floats, rows: Rows) -> KernelRidge:
    """A machine that compares, without answers: everything that needs no labels, from the songs in `rows`.

    names, vectors [n, k] : of `names_of`; the landmarks are the rows' own components, in their order
    """
    known = vectors[rows].astype(np.float64)
    centre, scale = known.mean(axis=0), np.maximum(known.std(axis=0), LEAST_SCALE)
    standard = np.clip((known - centre) / scale, -CLIP, CLIP)
    sizes, axes, widths, parts = [], [], [], []
    for prefix, components, _ in recipe.blocks:
        block = standard[:, [i for i, name in enumerate(names) if name.startswith(prefix + ".")]]
        variance, vectors_of = np.linalg.eigh(np.cov(block.T))
        main = vectors_of[:, np.argsort(-variance)[: min(components, block.shape[1])]]
        main = main.astype(np.float16).astype(np.float64)  # as it will be read from the file
        part = block @ main
        square = (part * part).sum(axis=1)
        apart = square[:, None] + square - 2.0 * part @ part.T
        sizes.append(main.shape)
        axes.append(main.astype(np.float32))
        widths.append(float(np.median(apart[np.triu_indices(len(part), 1)])))
        parts.append(part)
    shares = np.array([share for _, _, share in recipe.blocks])
    empty = np.zeros((len(rows), 0), np.float32)
    return KernelRidge(
        centre.astype(np.float32), scale.astype(np.float32), np.array(sizes), tuple(axes),
        np.array(widths, np.float32), (shares / shares.sum()).astype(np.float32),
        np.hstack(parts).astype(np.float16).astype(np.float32), empty, np.zeros(0, np.float32),
    )  # fmt: skip


def fit(
    recipe: KernelRecipe,
    names: Sequence[str],
    vectors: Floats,
    answers: Reals,
    *,
    rows: Rows | None = None,
    weight: Reals | None = None,
    seed: int = 0,
) -> KernelRidge:
    """A machine that answers [n, o] from descriptors [n, k] (those of `names_of`), by the songs in `rows`.

    weight [n] : how much each song counts, > 0
    """
    rows = np.arange(len(vectors)) if rows is None else rows
    machine = likeness(recipe, names, vectors, rows)
    count = min(recipe.landmarks or len(rows), len(rows))
    kept = np.sort(np.random.default_rng(seed).permutation(len(rows))[:count])
    kernel = machine.likeness(machine.landmarks).astype(np.float64)
    counts = np.ones(len(rows)) if weight is None else weight[rows]
    target = answers[rows]
    level = (target * counts[:, None]).sum(axis=0) / counts.sum()
    seen = kernel[:, kept]
    left = (seen * counts[:, None]).T @ seen + recipe.ridge * kernel[np.ix_(kept, kept)]
    left[np.diag_indices(count)] += 1e-6
    solved = np.linalg.solve(left, (seen * counts[:, None]).T @ (target - level))
    return KernelRidge(
        machine.centre, machine.scale, machine.sizes, machine.axes, machine.width, machine.share,
        machine.landmarks[kept], solved.astype(np.float32), level.astype(np.float32),
    )  # fmt: skip


def cross_val_predict(
    recipe: KernelRecipe,
    names: Sequence[str],
    vectors: Floats,
    answers: Reals,
    folds: Sequence[tuple[Rows, Rows]],
    *,
    weight: Reals | None = None,
) -> Reals:
    """[n, o]: what machines say that did not see the fold; nan for songs in no fold's test part."""
    predicted = np.full((len(vectors), answers.shape[1]), np.nan)
    for train, test in folds:
        predicted[test] = fit(recipe, names, vectors, answers, rows=train, weight=weight)(vectors[test])
    return predicted
