"""Filters over songs: known answers, unknown values, and errors that show the place."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tonescape.core.errors import UsageError
from tonescape.core.records import AudioFeatures, Heard, Mood, Song
from tonescape.mood.where import FIELDS, where


def song(title: str, valence: float = 0.5, **facts: object) -> Heard:
    named = {name: facts.pop(name) for name in ("tempo", "instrumentalness") if name in facts}
    mood = Mood(valence, 0.5, 0.8, "Q1", "Upbeat", "happy", "exuberance", AudioFeatures(**named))  # type: ignore[arg-type]
    return Heard(Song(title=title, **facts), None, mood)  # type: ignore[arg-type]


LIBRARY = [
    song("old jazz", 0.2, year=1959, genre="Jazz, Bebop", tempo=96.0, explicit=False, instrumentalness=0.9),
    song("new jazz", 0.9, year=2004, genre="acid jazz", tempo=118.0),
    song("fast jazz", 0.6, year=1999, genre="JAZZ", tempo=180.0, explicit=True, instrumentalness=0.1),
    song("rap", 0.4, year=1994, genre="hip-hop", tempo=90.0, explicit=True),
    song("bare"),
]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("year>=1990 and tempo<120 and genre~jazz and not explicit", "new jazz"),
        ("genre = hip-hop", "rap"),
        ("genre != hip-hop", "old jazz, new jazz, fast jazz"),
        ("explicit", "fast jazz, rap"),
        ("not explicit", "old jazz, new jazz, bare"),
        ("instrumental", "old jazz"),
        ("not instrumental", "fast jazz"),
        ("valence > 0.5 or year < 1960", "old jazz, new jazz, fast jazz"),
        ("year<1960 or genre~jazz and tempo>150", "old jazz, fast jazz"),  # "and" binds before "or"
        ("(year<1960 or genre~jazz) and tempo>150", "fast jazz"),
        ("not (year<1960 or tempo>150)", "new jazz, rap"),
        ("not year >= 1990", "old jazz"),
        ('title ~ "W J" and YEAR == 2004', "new jazz"),
        ("title='old jazz'", "old jazz"),
        ("valence = .5", "bare"),
        (
            "year > 1 or valence = .5",
            "old jazz, new jazz, fast jazz, rap, bare",
        ),  # what decides makes unknown irrelevant
    ],
)
def test_known_answers(text: str, kept: str) -> None:
    assert ", ".join(heard.song.title for heard in where(text).keep(LIBRARY).songs) == kept


def test_songs_left_out_for_an_unknown_value_are_counted() -> None:
    found = where("year>=1990 and tempo<120").keep(LIBRARY)
    assert found.unknown == (("tempo", 1), ("year", 1))
    assert found.remark() == (
        "the filter left out songs without a value: 1 whose tempo is unknown, 1 whose year is unknown"
    )
    assert where("year>=1990 and valence>.99").keep(LIBRARY).unknown == ()  # valence decides
    assert where("instrumental").keep(LIBRARY).unknown == (("instrumentalness", 3),)
    assert where("not explicit").keep(LIBRARY).remark() == ""


def test_letter_case_and_composed_letters_do_not_count() -> None:
    library = [song("x", artist="BJÖRK")]
    assert where("artist = 'bjo\u0308rk'").keep(library).songs == tuple(library)


def test_the_audio_features_are_the_moods_own() -> None:
    heard = song("x", 0.1)
    heard = replace(heard, mood=replace(heard.mood, audio=replace(heard.mood.audio, valence=0.9)))
    assert where("valence < .2 and audio_valence > .8").keep([heard]).songs
    assert {"danceability", "energy", "key", "loudness", "mode", "time_signature"} <= set(FIELDS)


@pytest.mark.parametrize(
    ("text", "at", "words"),
    [
        ("", 1, "a field must stand here, not the end"),
        ("tmpo<120", 1, 'there is no field "tmpo"; the nearest is tempo'),
        ("year>=1990 and gener~jazz", 16, "the nearest is genre"),
        ("year>=1990 an tempo<3", 12, 'join the two with "and" or "or"'),
        ("year>=", 7, "a value is missing"),
        ("year", 5, "compared with something: year >= 1"),
        ("artist", 7, "artist ~ word"),
        ("year~jazz", 5, "year is a number"),
        ("year>nineties", 6, '"nineties" is none'),
        ("year>inf", 6, '"inf" is none'),
        ("genre<3", 6, "genre is text"),
        ("explicit=1", 9, "explicit is a flag"),
        ("(year>1990", 11, '")" is missing'),
        ("year>1990)", 10, '")" follows'),
        ("title='open", 7, "quote is not closed"),
        ("and year>3", 1, 'no field "and"'),
        ("year>3 !", 8, "! means nothing"),
        ("not " * 60 + "explicit", 165, "within each other"),
        ("(" * 60, 42, "within each other"),
    ],
)
def test_errors_show_the_place(text: str, at: int, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        where(text)
    assert f"character {at}:" in str(caught.value) and words in str(caught.value)


def test_a_filter_of_a_megabyte_is_refused() -> None:
    with pytest.raises(UsageError, match="1,000,000 characters"):
        where("x" * 1_000_000)


@given(st.text(alphabet="year<>=!~()'\" and or not explicit 19.tempo\n\u0000夜", max_size=60))
def test_any_text_is_a_filter_or_a_usage_error(text: str) -> None:
    try:
        where(text).keep(LIBRARY)
    except UsageError as problem:
        assert "character " in str(problem)
