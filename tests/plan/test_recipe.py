"""Recipes: exact round trip, and nothing but one-line errors for anything else."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tonescape.core.errors import InputError
from tonescape.core.records import AudioFeatures, Brief, Song, WordMood
from tonescape.mood import named
from tonescape.plan import plan, recipe

unit = st.floats(0, 1)


def brief_at(valence: float = 0.3, arousal: float = 0.6, title: str = "Täg | 1", **audio: float) -> Brief:
    return plan(Song(title=title, artist="A\nB"), None, named(valence, arousal, 0.3, AudioFeatures(**audio)))


def plain(brief: Brief) -> str:
    return repr(replace(brief, curves=None, embedding=None))


@settings(max_examples=60, deadline=None)
@given(unit, unit, st.text(max_size=80), unit, st.floats(30, 250))
def test_round_trip_is_exact(valence: float, arousal: float, title: str, energy: float, tempo: float) -> None:
    brief = brief_at(valence, arousal, title, energy=energy, tempo=tempo, key=3, mode=1.0)
    text = recipe.write(brief, engine="painter", size=3000)
    found = recipe.read(text)
    assert (found.engine, found.size) == ("painter", 3000)
    assert found.brief.palette == brief.palette and found.brief.contour == brief.contour
    assert recipe.write(found.brief, engine="painter", size=3000) == text
    assert "\n" not in text


def test_full_mood_survives_and_heavy_things_stay_out() -> None:
    brief = brief_at()
    words = WordMood(0.1, 0.2, 0.3, (("joy", 0.7), ("fear", 0.1)))
    mood = replace(brief.mood, classes=(("sad", 0.9),), tags=(("rain", 0.4),), words=words, given=("energy",))
    brief = replace(brief, mood=mood, sections=(0.2, 0.7), embedding=np.ones(4, np.float32))
    text = recipe.write(brief, engine="painter", size=64)
    assert "embedding" not in text and "curves" not in text
    assert plain(recipe.read(text).brief) == plain(brief)


def changed(*path: Any, to: Any) -> str:
    whole = json.loads(recipe.write(brief_at(), engine="painter", size=64))
    inner = whole
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = to
    return json.dumps(whole)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "not JSON"),
        ("[1, 2", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "recipe: an object expected"),
        ("{}", "recipe.format: a whole number expected, nothing found"),
        (changed("size", to="big"), "recipe.size: a whole number"),
        (changed("size", to=True), "recipe.size: a whole number"),
        (changed("engine", to=None), "recipe.engine: text expected"),
        (changed("brief", "title", to=3), "recipe.brief.title: text"),
        (changed("brief", "mood", to=[]), "recipe.brief.mood.audio: an object|recipe.brief.mood: an object"),
        (changed("brief", "mood", "valence", to=1.5), "not in 0 .. 1"),
        (changed("brief", "mood", "valence", to="x"), "a number expected, str"),
        (changed("brief", "mood", "tags", to=[["a"]]), "a name and a number"),
        (changed("brief", "palette", to=[[0.1, 0.1, 3]] * 9), "5 to 7 colours"),
        (changed("brief", "palette", 2, to=[0.1, 0.1]), r"palette\[2\]: 3 entries expected, 2"),
        (changed("brief", "main", 1, to=256), r"main\[1\]: 256 is not in 0 .. 255"),
        (changed("brief", "contour", to=[0.5]), "64 entries expected, 1"),
        (changed("brief", "seed", to=1.5), "seed: a whole number"),
        (changed("brief", "seed", to=10**30), "seed: a whole number"),
        (changed("brief", "mood", "sureness", to=10**400), "not JSON|a number"),
        (changed("brief", "mood", "sureness", to=float("nan")), "NaN is not a number"),
        (changed("brief", "reasons", to=[3]), r"reasons\[0\]: an object"),
        ("x" * (recipe.MAX_RECIPE + 1), "at most"),
    ],
)
def test_bad_recipes_are_refused_in_one_line(text: str, says: str) -> None:
    with pytest.raises(InputError, match=says) as caught:
        recipe.read(text)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 300


def test_a_newer_format_says_to_update() -> None:
    whole = json.loads(recipe.write(brief_at(), engine="painter", size=64))
    whole |= {"format": recipe.FORMAT + 1, "tonescape": "9.9"}
    with pytest.raises(InputError, match=r"'9\.9'.*pip install --upgrade tonescape"):
        recipe.read(json.dumps(whole))


@settings(max_examples=150)
@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
    )
)
def test_any_json_is_refused_cleanly(value: object) -> None:
    with pytest.raises(InputError):
        recipe.read(json.dumps(value))


def test_nothing_about_where_or_when() -> None:
    keys = set(json.loads(recipe.write(brief_at(), engine="painter", size=64))["brief"])
    assert keys == set(asdict(replace(brief_at(), curves=None))) - {"curves", "embedding"}
