"""How alike pictures are: diversity, KID and a Frechet distance, on features of EfficientNet-Lite0.

These are not the published FID and KID, which use Inception-v3: the distance is called FD-EffNetLite0 and neither may
be compared with a figure from elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tonescape.core.records import Floats, Pixels

NETWORK = "lite0"
SIDE = 224
"""px a side that the network looks at"""

SUBSET, SUBSETS = 100, 50
"""pictures in a draw of KID, and draws"""


def embed(images: Sequence[Pixels], *, through: int = SIDE) -> Floats:
    """float32 [n, 1280], square root of the head's mean activations.

    through : px a side that pictures are brought to first. Sets are comparable only through the same size, the
        smallest of theirs: resolution alone can cost more than content.
    """
    from tonescape.train.corpora.pictures import resized
    from tonescape.train.pictures.judges.backbone import describe

    small = [resized(image, through) for image in images]
    return describe(NETWORK, small, side=SIDE, flip=False)[2]


def diversity(features: NDArray[Any]) -> float:
    """Mean cosine distance of all pairs, [0, 1] for features >= 0; 0 for fewer than two pictures.

    features : [n, k]
    """
    n = len(features)
    if n < 2:
        return 0.0
    unit = features / np.maximum(np.linalg.norm(features, axis=1, keepdims=True), 1e-12)
    total = float(np.sum(unit.sum(axis=0) ** 2) - np.sum(unit * unit))
    return 1.0 - total / (n * (n - 1))


def kid(a: NDArray[Any], b: NDArray[Any]) -> float:
    """Unbiased squared maximum mean discrepancy with the cubic kernel; about 0 for the same kind of pictures.

    a [n, k], b [m, k], two or more each. Binkowski et al., "Demystifying MMD GANs" (ICLR 2018), section 4; the
    estimator is Gretton et al. (JMLR 2012), eq. 3.
    """
    n, m = len(a), len(b)
    if n < 2 or m < 2:
        raise ValueError("KID needs two pictures or more in each set")
    aa, bb, ab = _cubic(a, a), _cubic(b, b), _cubic(a, b)
    inside = (aa.sum() - np.trace(aa)) / (n * (n - 1)) + (bb.sum() - np.trace(bb)) / (m * (m - 1))
    return float(inside - 2.0 * ab.mean())


def kid_interval(a: NDArray[Any], b: NDArray[Any], *, seed: int = 0) -> tuple[float, float, float]:
    """(KID of all, 2.5 % and 97.5 % points over SUBSETS draws without replacement of up to SUBSET of each)."""
    rng = np.random.default_rng(seed)
    n, m = min(SUBSET, len(a)), min(SUBSET, len(b))
    drawn = [kid(a[rng.permutation(len(a))[:n]], b[rng.permutation(len(b))[:m]]) for _ in range(SUBSETS)]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return kid(a, b), float(low), float(high)


def _cubic(a: NDArray[Any], b: NDArray[Any]) -> NDArray[np.float64]:
    out: NDArray[np.float64] = (a.astype(np.float64) @ b.T.astype(np.float64) / a.shape[1] + 1.0) ** 3
    return out


def frechet(a: NDArray[Any], b: NDArray[Any]) -> float:
    """FD-EffNetLite0: |mean difference|^2 + tr(A + B - 2 (A B)^1/2), >= 0; biased upwards for small sets.

    Dowson & Landau (1982), eq. 4, as Heusel et al. (2017), eq. 6, apply it. The trace of the root comes from singular
    values of the product of the centred sets, [n, m], so no [k, k] root is taken and few pictures are no problem.
    """
    x, y = (part.astype(np.float64) - part.mean(axis=0, dtype=np.float64) for part in (a, b))
    x, y = x / np.sqrt(max(1, len(x) - 1)), y / np.sqrt(max(1, len(y) - 1))
    gap = a.mean(axis=0, dtype=np.float64) - b.mean(axis=0, dtype=np.float64)
    root = np.linalg.svd(x @ y.T, compute_uv=False).sum()
    return float(max(0.0, gap @ gap + (x * x).sum() + (y * y).sum() - 2.0 * root))
