"""The maps: published points name themselves, and properties hold over the whole plane."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tonescape.core.records import AudioFeatures, affect_from_signed
from tonescape.mood import maps, named

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


@given(unit, unit)
def test_every_map_has_a_word_for_every_point(one: float, other: float) -> None:
    assert maps.grid(one, other) in maps.GRID
    assert maps.russell(one, other) in maps.RUSSELL
    assert maps.lastfm(one, other) in maps.LASTFM
    assert maps.thayer(one, other) in maps.THAYER.values()


@pytest.mark.parametrize("corner", [(0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0), (0.5, 0.0), (0.0, 0.5), (0.5, 1.0)])
def test_a_hair_over_a_border_changes_one_side_only(corner: tuple[float, float]) -> None:
    valence, arousal = corner
    below, above = np.nextafter(0.5, 0), 0.5
    assert (maps.quadrant(below, arousal) in ("Q2", "Q3")) and (maps.quadrant(above, arousal) in ("Q1", "Q4"))
    assert (maps.quadrant(valence, below) in ("Q3", "Q4")) and (maps.quadrant(valence, above) in ("Q1", "Q2"))


opposite = {"Q1": "Q3", "Q3": "Q1", "Q2": "Q4", "Q4": "Q2"}


@given(unit.filter(lambda v: v != 0.5), unit.filter(lambda v: v != 0.5))
def test_the_opposite_point_lies_in_the_opposite_quadrant(valence: float, arousal: float) -> None:
    if 1.0 - valence != 0.5 and 1.0 - arousal != 0.5:
        assert maps.quadrant(1.0 - valence, 1.0 - arousal) == opposite[maps.quadrant(valence, arousal)]


@given(st.floats(0.01, 0.5), st.floats(0.01, 0.5), st.floats(0, 6.28))
def test_the_direction_matters_more_than_the_strength(one: float, other: float, angle: float) -> None:
    """Two points of one direction get words of about one direction, however strong they are."""
    words = [
        np.array(maps.RUSSELL[maps.russell(0.5 + r * np.cos(angle), 0.5 + r * np.sin(angle))]) for r in (one, other)
    ]
    assert words[0] @ words[1] / np.prod([np.linalg.norm(w) for w in words]) > 0.5


@given(unit, unit)
def test_last_fm_points_the_same_way(valence: float, arousal: float) -> None:
    x, y = 2 * valence - 1, 2 * arousal - 1
    if np.hypot(x, y) > 0.05:
        a, b = maps.lastfm_point(maps.lastfm(valence, arousal))
        assert (a * x + b * y) / np.hypot(x, y) / np.hypot(a, b) > 0.5


@pytest.mark.parametrize("category", maps.LASTFM)
def test_each_category_names_itself_and_each_of_its_tags_leads_back(category: str) -> None:
    x, y = maps.lastfm_point(category)
    assert maps.lastfm(affect_from_signed(x), affect_from_signed(y)) == category
    tags, words = maps.LASTFM[category]
    assert {maps.lastfm_category(tag.upper()) for tag in tags} == {category} and set(words) <= set(maps.RUSSELL)


def test_a_tag_stands_in_one_category_only() -> None:
    tags = [tag for tags, _ in maps.LASTFM.values() for tag in tags]
    assert len(tags) == len(set(tags))
    assert maps.lastfm_category("Chill-Out") == "calm" and maps.lastfm_category("seen live") == ""


def test_colours_as_pixtape_had_them() -> None:
    from tonescape.core.colour import NAMES, nearest_name

    assert {name.replace("gray", "grey") for name in maps.COLOURS} <= set(
        NAMES
    )  # a name that no colour ever gets would be a dead row
    said = {name: maps.of_colour(nearest_name(NAMES[name])) for name in NAMES}
    assert said["maroon"] == said["red"] == "anger" and said["teal"] == "calm" and said["black"] == "melancholic"
    assert said["white"] == "" and maps.of_colour("Grey") == maps.of_colour("gray") == "melancholic"


@given(st.text())
def test_any_text_is_a_tag_or_a_colour_or_not(text: str) -> None:
    assert maps.lastfm_category(text) in ("", *maps.LASTFM) and maps.of_colour(text) in ("", *maps.COLOURS.values())


@settings(max_examples=400)
@given(unit, unit, unit)
def test_the_names_of_a_point_do_not_contradict_each_other(valence, arousal, energy):
    """Each word's own place lies on the point's side of both axes, or on the axis."""
    right, up = (1 if value >= 0.5 else -1 for value in (valence, arousal))
    mood = named(valence, arousal, 0.5, AudioFeatures(energy=energy), ("energy",))
    centre = abs(valence - 0.5) < 1e-6 and abs(arousal - 0.5) < 1e-6
    grid_energy, grid_valence = maps.GRID[mood.grid]
    places = [(2 * grid_valence - 1, 2 * grid_energy - 1)]
    places += [] if centre else [maps.RUSSELL[mood.russell], maps.lastfm_point(maps.lastfm(valence, arousal))]
    for x, y in places:
        assert right * x > -maps.BORDER and up * y > -maps.BORDER, (mood.grid, mood.russell, x, y)
    assert mood.thayer == maps.THAYER[mood.quadrant]


def test_words_that_stood_beside_the_wrong_quadrant():
    beside = named(0.8, 0.48, 0.5, AudioFeatures(energy=0.62), ("energy",))
    assert beside.quadrant == "Q4" and beside.grid != "Lively" and beside.russell != "pleased"


def test_each_word_lies_in_the_quadrant_of_its_meaning():
    """Russell's figure: fear and anger are unpleasant and aroused, and so on."""
    signs = {
        "afraid": (-1, 1),
        "angry": (-1, 1),
        "nervous": (-1, 1),
        "excited": (1, 1),
        "calm": (1, -1),
        "sad": (-1, -1),
    }
    for word, side in (*signs.items(), ("sad", (-1, -1))):
        assert tuple(np.sign(maps.RUSSELL[word])) == side, word
