"""Features -> Mood."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tonescape.core.records import Mood
from tonescape.mood import maps

if TYPE_CHECKING:
    from tonescape.core.records import AudioFeatures


def named(
    valence: float, arousal: float, sureness: float, audio: AudioFeatures, given: tuple[str, ...] = ()
) -> Mood:
    """A mood with the names of its point: quadrant, grid, Russell's and Thayer's words."""
    energy = arousal if audio.energy is None else audio.energy
    return Mood(
        valence=valence,
        arousal=arousal,
        sureness=sureness,
        quadrant=maps.quadrant(valence, arousal),
        grid=maps.grid(energy, valence),
        russell=maps.russell(valence, arousal),
        thayer=maps.thayer(valence, arousal),
        audio=audio,
        given=given,
    )
