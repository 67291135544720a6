"""A judgement as a table: descriptors, each centred, scaled, weighted and sourced, summed and put through a logistic.

For what no trained model judges: features that come without sound (`given`).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, isfinite, log2
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LIMIT = 2.5
"""scales from the centre at which a term stops growing: one odd descriptor must not decide alone"""

NO_PULSE_BPM = 50.0
"""BPM; what a slower tempo counts as"""


@dataclass(frozen=True, slots=True)
class Term:
    """One relation. descriptor : a name in Features.names      centre, scale : in its unit
    weight : log odds a scale; positive where more of the descriptor means more of what is judged
    source : who found the relation; centre and scale are medians and spreads of real songs (docs/LOG.md)
    octaves : take log2 first (for tempo)
    """

    descriptor: str
    centre: float
    scale: float
    weight: float
    source: str
    octaves: bool = False

    def value(self, raw: float) -> float:
        """The term's share of the log odds."""
        centre = self.centre
        if self.octaves:
            raw, centre = log2(max(raw, NO_PULSE_BPM)), log2(centre)
        return self.weight * min(LIMIT, max(-LIMIT, (raw - centre) / self.scale))


def log_odds(terms: Sequence[Term], values: Mapping[str, float]) -> tuple[float, float]:
    """The summed log odds, and the share of the weights that had a value, [0, 1]. Absent or non-finite
    descriptors count as average."""
    total = known = 0.0
    for term in terms:
        raw = values.get(term.descriptor)
        if raw is not None and isfinite(raw):
            total += term.value(raw)
            known += abs(term.weight)
    return total, known / sum(abs(term.weight) for term in terms)


def logistic(odds: float) -> float:
    """Log odds to [0, 1]."""
    return 1.0 / (1.0 + exp(-min(60.0, max(-60.0, odds))))
