"""Sections of docs/ACCURACY.md on words, scripts and film songs: every figure with n, baseline and interval."""

from __future__ import annotations

import json
from collections import Counter
from importlib import resources

import numpy as np
import pytest

from tonescape.train.film import baselines, evaluate_matching
from tonescape.train.film.evaluate_headings import Counts, heading_lines
from tonescape.train.words import report as words_page

CARD = json.loads((resources.files("tonescape") / "weights" / "words.json").read_text())


def test_the_card_becomes_three_sections() -> None:
    found = dict(words_page.sections(CARD["measures"]))
    assert tuple(found) == words_page.SECTIONS
    assert "| valence, r | EmoBank, test | 1000 | 0.630 [0.589, 0.669] | 0.494 |" in found["words"]
    rows = [line for line in found["lyrics"].splitlines() if line.startswith(("| tempo", "| liveness"))]
    assert len(rows) == 2 and all("no: words do not tell" in row for row in rows)
    assert "| Finnish | 25 |" in found["languages"]


def test_intervals_of_a_correlation_and_of_a_share() -> None:
    # Fisher's z: r = .5, n = 103 gives atanh(.5) +- .196
    assert words_page._fisher(0.5, 103) == "0.50 [0.34, 0.63]"
    assert Counts(68, 68, 69).cells() == "1.000 [0.947, 1.000] (68/68) | 0.986 [0.922, 0.997] (68/69)"
    assert Counts(0, 0, 3).cells().startswith("none found | 0.000 [0.000,")


def test_heading_lines_are_numbered_as_an_editor_does() -> None:
    text = "FADE IN:\n\nINT. ROOM - DAY\n\nA chair.\n\n          ADA\n     Yes.\n\nEXT. ROAD - NIGHT\n\nRain.\n"
    assert heading_lines(text) == {3, 10}


def test_signs_point_to_the_film_they_belong_to() -> None:
    films = [("Sea", "harpoon whale captain " * 9), ("Moon", "rocket crater astronaut " * 9)]
    words = ["a whale and a harpoon for me", "the rocket in the crater", "my love my love"] * 3
    songs = [{"lyrics": text, "year": year} for text, year in zip(words, (1950, 1990, None) * 3, strict=True)]
    people = [frozenset({"ahab"}), frozenset({"love"})]
    found = baselines.tables(films, people, songs, {"Sea": 1956.0, "Moon": 1989.0}.__getitem__)
    rare, years = found["shared rare words"], found["years between song and film"]
    assert rare[0, 0] < rare[0, 1] and rare[1, 1] < rare[1, 0]
    assert years[0, 0] < years[0, 2] < years[0, 1] and years[1, 1] < years[1, 0]
    assert found["characters' names in the song"][1, 2] < 0 == found["characters' names in the song"][0, 2]
    assert Counter(map(np.shape, found.values())) == {(2, 9): 3}


def test_a_true_film_in_front_has_percentile_one() -> None:
    table = {0: np.array([0.0, 1.0]), 1: np.array([1.0, 0.0]), 2: np.array([2.0, 2.0])}
    assert evaluate_matching._among_films(table, 0, 0, [0, 1, 2]) == 1.0
    assert evaluate_matching._among_films(table, 2, 0, [0, 1, 2]) == 0.0
    assert evaluate_matching._among_films(table, 0, 0, [0]) == pytest.approx(0.5)
