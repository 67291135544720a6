"""The maps: published points name themselves, and properties hold over the whole plane."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tonescape.core.records import affect_from_signed
from tonescape.mood import maps

unit = st.floats(0, 1)


@given(unit, unit)
def test_quadrants_by_definition(valence: float, arousal: float) -> None:
    expected = {(True, True): "Q1", (False, True): "Q2", (False, False): "Q3", (True, False): "Q4"}
    found = maps.quadrant(valence, arousal)
    assert found == expected[valence >= 0.5, arousal >= 0.5]
    assert maps.thayer(valence, arousal) == maps.THAYER[found]


@pytest.mark.parametrize("word", maps.RUSSELL)
def test_each_of_russells_words_names_itself(word: str) -> None:
    x, y = maps.RUSSELL[word]
    assert maps.russell(affect_from_signed(x), affect_from_signed(y)) == word


@given(st.floats(0, 6.28), st.floats(0.05, 0.5))
def test_russell_word_points_the_same_way(angle: float, radius: float) -> None:
    valence, arousal = 0.5 + radius * np.cos(angle), 0.5 + radius * np.sin(angle)
    x, y = maps.RUSSELL[maps.russell(valence, arousal)]
    assert x * np.cos(angle) + y * np.sin(angle) > 0.3


def test_russell_near_the_centre() -> None:
    assert maps.russell(0.5, 0.5) == "calm"
    assert maps.russell(0.56, 0.54) == "happy"
    assert maps.russell(0.44, 0.47) == "sad"


@pytest.mark.parametrize("word", maps.GRID)
def test_each_grid_mood_names_itself(word: str) -> None:
    assert maps.grid(*maps.GRID[word]) == word


def test_grid_has_the_25_corners_right() -> None:
    assert len(maps.GRID) == 25
    corners = [maps.grid(e, v) for e in (0, 1) for v in (0, 1)]
    assert corners == ["Somber", "Peaceful", "Aggressive", "Excited"]
    assert maps.grid(0.3, 0.2) == "Somber"  # half way: the first of the table, as numpy's argmin gives


@given(unit, unit)
def test_grid_is_the_nearest_point_in_pixtapes_order(energy: float, valence: float) -> None:
    points = np.array(list(maps.GRID.values()))
    nearest = int(np.argmin(np.sum((points - (energy, valence)) ** 2, axis=1)))
    assert maps.grid(energy, valence) == list(maps.GRID)[nearest]
