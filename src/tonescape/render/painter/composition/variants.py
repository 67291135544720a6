"""The compositions that a motif chooses from: a table of names, odds and what makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tonescape.render.painter.composition.setting import Setting

F = TypeVar("F")


class Variant(NamedTuple, Generic[F]):
    """name : for the eye of whoever reads the table
    odds : weight against the other variants, 0 or more, from the setting; they need not add up to 1
    compose : what makes it, as its motif needs it: a function, or the numbers by which variants differ"""

    name: str
    odds: Callable[[Setting], float]
    compose: F


class MoodVariant(NamedTuple, Generic[F]):
    """As Variant, for motifs that choose before they have a setting. odds : from valence and arousal, [0, 1]"""

    name: str
    odds: Callable[[float, float], float]
    compose: F


def choose(variants: Sequence[Variant[F]], setting: Setting, rng: np.random.Generator) -> int:
    """Number of the variant that the seed picks by its odds; draws one number."""
    return _pick([variant.odds(setting) for variant in variants], rng)


def choose_by_mood(variants: Sequence[MoodVariant[F]], valence: float, arousal: float, rng: np.random.Generator) -> int:
    """As `choose`, from valence and arousal."""
    return _pick([variant.odds(valence, arousal) for variant in variants], rng)


def _pick(odds: Sequence[float], rng: np.random.Generator) -> int:
    weights = np.array(odds)
    return int(rng.choice(len(weights), p=weights / weights.sum()))
