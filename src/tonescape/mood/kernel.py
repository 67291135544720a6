"""Kernel ridge regression: a song is judged by how much it resembles some songs whose answers are known.

The descriptors come in blocks (all that share a prefix, such as "tonal"). Each block is standardised, cut at CLIP
deviations, reduced to its first principal components (or left whole) and compared with the landmarks by a Gaussian
kernel; the blocks' likenesses are averaged with fixed weights, and the answers are linear in them (subset of
regressors: Quiñonero-Candela & Rasmussen, "A unifying view of sparse approximate Gaussian process regression", JMLR 6,
2005, equation 16; with every known song a landmark it is kernel ridge regression).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from tonescape.core import weights

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from tonescape.core.records import Features, Floats

CLIP = 5.0
"""deviations from the mean beyond which a descriptor counts as no further: one odd number must not decide alone"""


@dataclass(frozen=True, slots=True, eq=False)
class KernelRidge:
    """k descriptors in b blocks, m landmarks, o answers.

    centre, scale [k] : of the descriptors      sizes [b, 2] : descriptors and components of each block
    axes (b arrays [descriptors, components]) : principal axes; () where descriptors are compared as they are
    width [b] : of the kernels, squared distance at 1/e
    share [b] : of each block in the likeness, together 1      landmarks [m, all components]
    dual_coef [m, o], level [o] : the linear part, called as in scikit-learn's KernelRidge; "answers" in files
    Single precision, or double throughout; it answers in that of its landmarks.
    """

    centre: NDArray[Any]
    scale: NDArray[Any]
    sizes: NDArray[Any]
    axes: tuple[NDArray[Any], ...]
    width: NDArray[Any]
    share: NDArray[Any]
    landmarks: NDArray[Any]
    dual_coef: NDArray[Any]
    level: NDArray[Any]

    def components(self, vectors: NDArray[Any]) -> NDArray[Any]:
        """[n, all components] of descriptors [n, k]."""
        standard = np.clip((vectors - self.centre) / self.scale, -CLIP, CLIP)
        if not self.axes:
            return np.asarray(standard)
        ends = np.cumsum(self.sizes[:, 0])[:-1]
        parts = np.split(standard, ends, axis=1)
        return np.hstack([part @ axes for part, axes in zip(parts, self.axes, strict=True)])

    def likeness(self, components: NDArray[Any]) -> NDArray[Any]:
        """[n, m] in [0, 1] to the landmarks, of components [n, all]."""
        ends = np.cumsum(self.sizes[:, 1])[:-1]
        like = np.zeros((len(components), len(self.landmarks)), self.landmarks.dtype)
        pairs = zip(np.split(components, ends, axis=1), np.split(self.landmarks, ends, axis=1), strict=True)
        for (ours, theirs), width, share in zip(pairs, self.width, self.share, strict=True):
            like += share * np.exp(-squared(ours, theirs) / width)
        return like

    def __call__(self, vectors: NDArray[Any]) -> NDArray[Any]:
        """Answers [n, o] for descriptors [n, k]."""
        predicted: NDArray[Any] = self.likeness(self.components(vectors)) @ self.dual_coef + self.level
        return predicted

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What the model's file holds; half precision where it costs nothing."""
        halves = {f"axes{i}": axes.astype(np.float16) for i, axes in enumerate(self.axes)}
        return halves | {
            "centre": self.centre,
            "scale": self.scale,
            "sizes": self.sizes,
            "width": self.width,
            "share": self.share,
            "landmarks": self.landmarks.astype(np.float16),
            "answers": self.dual_coef.astype(np.float16),
            "level": self.level,
        }


def squared(one: NDArray[Any], other: NDArray[Any]) -> NDArray[Any]:
    """Squared distances [n, m] of rows [n, k] and [m, k]."""
    apart = (one * one).sum(1)[:, None] + (other * other).sum(1) - 2.0 * one @ other.T
    return np.asarray(np.maximum(apart, 0.0))


def from_arrays(stored: weights.Weights, answers: int) -> KernelRidge:
    """The machine of a model file. WeightsError where a shape is not what the others make it."""
    count = len(stored.card.inputs)
    sizes = stored.shaped("sizes", -1, 2)
    blocks, wide = len(sizes), int(sizes[:, 1].sum())
    landmarks = stored.shaped("landmarks", -1, wide)
    return KernelRidge(
        stored.shaped("centre", count),
        stored.shaped("scale", count),
        sizes,
        tuple(stored.shaped(f"axes{i}", int(rows), int(columns)) for i, (rows, columns) in enumerate(sizes)),
        stored.shaped("width", blocks),
        stored.shaped("share", blocks),
        landmarks,
        stored.shaped("answers", len(landmarks), answers),
        stored.shaped("level", answers),
    )


@lru_cache(maxsize=8)
def order(name: str, names: tuple[str, ...]) -> NDArray[Any]:
    """Where each input of the model `name` stands among a song's descriptors, [k]; WeightsError if one is missing."""
    return weights.order(name, names)


def inputs(name: str, features: Features) -> Floats:
    """What the model `name` reads of a song, [1, k]; WeightsError where a descriptor is not heard."""
    read: Floats = features.vector[order(name, features.names)][None]
    return read
