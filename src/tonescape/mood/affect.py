"""Valence, arousal and sureness from sound: a trained model's calibrated probabilities.

The model (`mood.kernel`) compares a song with some 700 clips whose quadrant of Russell's plane is known from the words
that AllMusic's editors gave them: kernel ridge regression (C. Saunders, A. Gammerman, V. Vovk, "Ridge regression
learning algorithm in dual variables", ICML 1998) under the mean of one Gaussian kernel for each block of descriptors
(F. Bach, G. Lanckriet, M. Jordan, "Multiple kernel learning, conic duality, and the SMO algorithm", ICML 2004, with
fixed weights), then a logistic function for each axis (J. Platt, "Probabilistic outputs for support vector machines",
1999). So valence is the probability that a song lies in the positive half of the plane, arousal that it lies in the
energetic half; neither is a degree of anything, and .5 says that it could be either. Its card is weights/affect.json;
`train/audio/affect` makes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from tonescape.core import weights
from tonescape.core.errors import WeightsError

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from tonescape.core.records import Features
    from tonescape.mood.kernel import KernelRidge

MODEL = "affect"

SILENCE_LUFS, AUDIBLE_LUFS = -69.0, -60.0
"""between these a song fades from nothing to judge into something to judge"""

ENOUGH_S = 20.0
"""s of sound that a judgement wants; less lowers the sureness. The clips it was learnt from have 30 s"""

AROUSED, PLEASED = (1.0, 1.0, 0.0, 0.0), (1.0, 0.0, 0.0, 1.0)
"""which of the quadrants Q1 to Q4 lie in the high half of each axis"""


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """machine : answers by quadrant, about [0, 1], from some 700 known clips as they are, in double precision
    valence, arousal [2] : slope and intercept of the two logistic functions
    """

    machine: KernelRidge
    valence: NDArray[Any]
    arousal: NDArray[Any]


def judge(features: Features) -> tuple[float, float, float]:
    """Valence, arousal and sureness, each in [0, 1].

    sureness : `certainty` of the two, times presence (0 for silence), times the share of ENOUGH_S that was heard
    Silence is neutral in valence, calm, and not sure at all. WeightsError where the features lack a descriptor.
    """
    import numpy as np

    order, model = _model(features.names)
    vector = np.nan_to_num(features.vector[order].astype(np.float64), posinf=0.0, neginf=0.0)
    valence, arousal = (float(axis[0]) for axis in probabilities(model, vector[None]))
    present = presence(features["loudness.lufs"])
    times = features.curves.times
    heard = min(1.0, float(times[-1]) / ENOUGH_S) if len(times) else 0.0
    valence, arousal = 0.5 + (valence - 0.5) * present, arousal * present
    return valence, arousal, certainty(valence, arousal) * present * heard


def probabilities(model: Model, vectors: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Valence and arousal [n] of descriptors [n, k] in the model's order."""
    import numpy as np

    scores = model.machine(vectors)
    axes = ((PLEASED, model.valence), (AROUSED, model.arousal))
    valence, arousal = (1.0 / (1.0 + np.exp(-(slope * along(scores, high) + at))) for high, (slope, at) in axes)
    return valence, arousal


def along(scores: NDArray[Any], high: tuple[float, ...]) -> NDArray[Any]:
    """The scores [n, 4] of an axis's high quadrants added up, [n], within [0, 1]: some 700 clips do not know enough to
    be surer than the surest of them, and sounds unlike all of them go beyond."""
    import numpy as np

    bounded: NDArray[Any] = np.clip(scores @ np.array(high), 0.0, 1.0)
    return bounded


@cache
def _model(names: tuple[str, ...]) -> tuple[NDArray[Any], Model]:
    """Where the model's descriptors stand among these names, and the model."""
    import numpy as np

    from tonescape.mood.kernel import KernelRidge

    order = weights.order(MODEL, names)
    read, k = weights.load(MODEL), len(order)
    blocks, points = read.shaped("blocks", -1), read.shaped("points", -1, k)
    if blocks.sum() != k:
        raise WeightsError(f"weights/{MODEL}.npz: its blocks hold {blocks.sum()} descriptors, its card names {k}")
    wide = {"mean": (k,), "scale": (k,), "widths": (len(blocks),), "shares": (len(blocks),)}
    shapes = wide | {"duals": (len(points), 4), "rest": (4,), "valence": (2,), "arousal": (2,)}
    found = {name: read.shaped(name, *shape).astype(float) for name, shape in shapes.items()}
    machine = KernelRidge(
        centre=found["mean"],
        scale=found["scale"],
        sizes=np.stack([blocks, blocks], axis=1),
        axes=(),
        width=found["widths"],
        share=found["shares"],
        landmarks=points.astype(float),
        dual_coef=found["duals"],
        level=found["rest"],
    )
    return order, Model(machine, found["valence"], found["arousal"])


def certainty(valence: float, arousal: float) -> float:
    """Chance of the right quadrant from two probabilities, rescaled from [1/4, 1] to [0, 1]."""
    chance = max(valence, 1.0 - valence) * max(arousal, 1.0 - arousal)
    return (chance - 0.25) / 0.75


def presence(lufs: float | None) -> float:
    """0 for silence, 1 for sound, [0, 1]; 1 where the loudness is unknown."""
    if lufs is None:
        return 1.0
    return min(1.0, max(0.0, (lufs - SILENCE_LUFS) / (AUDIBLE_LUFS - SILENCE_LUFS)))
