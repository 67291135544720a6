"""Two judges of a picture's valence and arousal, trained on people's ratings of different pictures.

Judge "a" may be looked at while the painter is tuned and may label pictures; judge "b" only grades. They share no
theme of OASIS, no painter and no backbone. Neither is a target: what a judge says of a picture is an estimate of
what people would say, and on paintings a weak one (see the cards, `weights/judge_*.json`).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from tonescape.core import weights
from tonescape.core.errors import UsageError
from tonescape.train.pictures.judges import backbone
from tonescape.train.pictures.judges.head import JudgeHead

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tonescape.core.records import Pixels

__all__ = ["BACKBONES", "Judge", "judge", "part_of"]

BACKBONES = {"a": "lite1", "b": "lite2"}


@dataclass(frozen=True, slots=True, eq=False)
class Judge:
    """One judge. card : what it was trained on and how well it predicts"""

    name: str
    head: JudgeHead
    card: dict[str, Any]

    def __call__(self, images: Sequence[Pixels]) -> NDArray[np.float64]:
        """[n, 2] valence and arousal, about [0, 1]: compare them with each other, not with a song's.

        images : uint8 [h, w, 3] sRGB, any size      MissingError without the extra `torch`
        """
        if not images:
            return np.zeros((0, 2))
        return self.head.predict(backbone.describe(BACKBONES[self.name], images))


def part_of(group: str) -> str:
    """Which judge may learn from a theme or painter: the parity of its SHA-256. The larger part is the grader's."""
    return "ab"[hashlib.sha256(group.encode()).digest()[-1] % 2]


@cache
def judge(name: str) -> Judge:
    """Judge "a" or "b". UsageError for another name, WeightsError where the file is not the one its card names."""
    if name not in BACKBONES:
        raise UsageError(f"there is no judge {name!r}; choose a or b")
    model = weights.load(f"judge_{name}")
    arrays = dict(model.arrays)
    widths = tuple(int(width) for width in arrays.pop("widths"))
    return Judge(name, JudgeHead(**arrays, widths=widths), json.loads(model.card.text))
