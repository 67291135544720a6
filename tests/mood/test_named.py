"""The names of a mood's point, and which energy the grid is looked up by."""

from __future__ import annotations

from tonescape.core.records import AudioFeatures
from tonescape.mood import maps, named


def test_the_grid_is_looked_up_by_a_playlists_energy_and_else_by_arousal() -> None:
    loud = AudioFeatures(energy=0.95)
    assert maps.grid(0.95, 0.2) != maps.grid(0.55, 0.2)
    assert named(0.2, 0.55, 0.5, loud, given=("energy",)).grid == maps.grid(0.95, 0.2)
    assert named(0.2, 0.55, 0.5, loud).grid == maps.grid(0.55, 0.2)
    assert named(0.2, 0.55, 0.5, loud, given=("valence",)).grid == maps.grid(0.55, 0.2)
    assert named(0.2, 0.55, 0.5, AudioFeatures(), given=("energy",)).grid == maps.grid(0.55, 0.2)
