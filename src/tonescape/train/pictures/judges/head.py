"""The small trained part of a judge: kernel ridge regression on a backbone's three depths."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tonescape.core.errors import WeightsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tonescape.core.records import Floats

    Reals = NDArray[np.float64]

RIDGE = 0.05
PAINTINGS = 3.0
"""how many photographs a painting counts for; 1, 3 and 6 measure the same, 0 loses the paintings"""


@dataclass(frozen=True, slots=True, eq=False)
class JudgeHead:
    """centre, scale [k] of the depths side by side; rows float16 [n, k] of the training pictures, scaled;
    alpha [n, 2]; offset [2] the mean rating of paintings; widths (3,) of the depths"""

    centre: Floats
    scale: Floats
    rows: NDArray[np.float16]
    alpha: Floats
    offset: Floats
    widths: tuple[int, ...]

    def predict(self, depths: Sequence[Floats]) -> Reals:
        """[n, 2] valence and arousal, about [0, 1] (a mean of raters hardly reaches the ends)."""
        if tuple(part.shape[1] for part in depths) != self.widths:
            raise WeightsError("the judge's head and backbone do not fit together; reinstall tonescape")
        seen = (np.concatenate(list(depths), axis=1) - self.centre) / self.scale
        predicted: Reals = kernel(seen, self.rows, self.widths) @ self.alpha.astype(np.float64) + self.offset
        return predicted

    def arrays(self) -> dict[str, NDArray[Any]]:
        return {
            "centre": self.centre,
            "scale": self.scale,
            "rows": self.rows,
            "alpha": self.alpha,
            "offset": self.offset,
            "widths": np.array(self.widths),
        }


def kernel(a: NDArray[Any], b: NDArray[Any], widths: Sequence[int]) -> Reals:
    """[n, m]: mean over the depths of exp(-mean squared difference), every depth counting the same."""
    out = np.zeros((len(a), len(b)))
    start = 0
    for width in widths:
        x, y = (part[:, start : start + width].astype(np.float64) for part in (a, b))
        squares = (x * x).sum(1)[:, None] + (y * y).sum(1)[None] - 2.0 * x @ y.T
        out += np.exp(-np.maximum(squares, 0.0) / width)
        start += width
    return out / len(widths)


def fit(depths: Sequence[Floats], ratings: Reals, paintings: NDArray[np.bool_]) -> JudgeHead:
    """Kernel ridge (Saunders, Gammerman & Vovk 1998, eq. 7), photographs and paintings each round their own mean.

    depths : [n, width] each      ratings [n, 2]      paintings [n]
    Its own mean because people sat before two different sets of pictures: the level of one says nothing of the other.
    """
    seen = np.concatenate(list(depths), axis=1)
    photographs = seen[~paintings] if (~paintings).any() else seen
    centre, scale = photographs.mean(axis=0), photographs.std(axis=0) + 1e-6
    rows = ((seen - centre) / scale).astype(np.float16)
    widths = tuple(part.shape[1] for part in depths)
    offsets = np.zeros_like(ratings)
    for kind in (paintings, ~paintings):
        if kind.any():
            offsets[kind] = ratings[kind].mean(axis=0)
    gram = kernel(rows, rows, widths)
    gram[np.diag_indices_from(gram)] += RIDGE / np.where(paintings, PAINTINGS, 1.0)
    alpha = np.linalg.solve(gram, ratings - offsets)
    offset = ratings[paintings if paintings.any() else ~paintings].mean(axis=0)
    return JudgeHead(centre, scale, rows, alpha.astype(np.float32), offset.astype(np.float32), widths)
