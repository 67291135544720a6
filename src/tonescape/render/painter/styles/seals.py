"""Where the painter's seal stands, in the styles that have one: letters are never set on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tonescape.core.records import Box


@dataclass(frozen=True, slots=True)
class Seal:
    """A seal low on the side away from the light, in unit coordinates. left, right : of its left edge on either side"""

    left: float
    right: float
    top: float
    width: float
    height: float

    def corner(self, light: tuple[float, float]) -> tuple[float, float]:
        """(left, top) of the seal in a picture lit from `light`."""
        return self.left if light[0] > 0.5 else self.right, self.top


SEALS = {
    "ink": Seal(0.072, 0.928 - 0.034, 0.89, 0.034, 0.034),
    "woodblock": Seal(0.03 + 0.025, 1 - 0.03 - 0.025 - 0.052, 1 - 0.03 - 0.025 - 0.052 * 1.25, 0.052, 0.052 * 1.25),
}
"""by style; a woodblock's sheet has a margin of .03, and its seal stands .025 inside the print"""


def seal_box(style: str, light: tuple[float, float]) -> Box | None:
    """What the seal covers; None for a style without one."""
    seal = SEALS.get(style)
    if seal is None:
        return None
    left, top = seal.corner(light)
    return left, top, left + seal.width, top + seal.height
