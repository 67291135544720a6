"""The compositions that a motif chooses from: each with the odds that a mood gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tonescape.render.painter.composition.setting import Setting

F = TypeVar("F")


class Variant(NamedTuple, Generic[F]):
    """name : for the eye of whoever reads the table      compose : makes the picture, with its motif's own arguments
    odds : weight against the other variants, 0 or more, from the setting; they need not add up to 1"""

    name: str
    odds: Callable[[Setting], float]
    compose: F


def choose(variants: Sequence[Variant[F]], setting: Setting, rng: np.random.Generator) -> int:
    """Number of the variant that the seed picks by its odds; draws one number."""
    weights = np.array([variant.odds(setting) for variant in variants])
    return int(rng.choice(len(variants), p=weights / weights.sum()))
