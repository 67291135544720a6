"""Prompts of albums, lyrics and playlists: their words, their caps, and that they always read back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tonescape.core.records import AudioFeatures, Song
from tonescape.mood import named
from tonescape.plan import plan
from tonescape.plan.approaches import (
    APPROACHES,
    MAX_LYRICS,
    MAX_TITLES,
    WEIGHTED,
    album_prompt,
    asked,
    emotions_prompt,
    lyrics_prompt,
    titles_prompt,
)
from tonescape.plan.prompt import Part, parse


def test_album_and_genre_in_the_original_words() -> None:
    assert parse(album_prompt("Blue | Vol: 2", "jazz")) == (
        Part("Create an album cover for the album Blue | Vol: 2. The genre is jazz."),
    )
    assert parse(album_prompt("Blue"))[0].text == "Create an album cover for the album Blue."
    assert "untitled" in album_prompt("  ", "")


def test_the_strongest_emotions_come_first() -> None:
    scores = (("joy", 0.2), ("awe", 0.9), ("fear", 0.1), ("calm", 0.5), ("none", 0.0))
    assert emotions_prompt("A", "rock", scores).startswith(
        "Create an album cover for the album A. The genre is rock. The emotions are awe, calm and joy."
    )
    assert "The emotion is awe." in emotions_prompt("A", "", scores, top=1)
    assert emotions_prompt("A", "rock", ()) == album_prompt("A", "rock")


def test_lyrics_lose_unsafe_lines_marks_and_repeats() -> None:
    words = """[Chorus]
    [00:12.50] The river runs to the sea
    They shot him in the street
    the river runs to the sea
    I'm gonna kill the lights
    Morning comes (ooh) again"""
    assert lyrics_prompt(words) == "The river runs to the sea, Morning comes again: 1"
    assert lyrics_prompt("[Intro]\n...\nfucking murder") is None
    assert lyrics_prompt("") is None


@pytest.mark.parametrize("line", ["Scunthorpe and Essex", "a gunnel, a shotput", "the cockatoo sings", "grape skies"])
def test_words_that_only_contain_an_unsafe_one_stay(line: str) -> None:
    assert lyrics_prompt(line) == f"{line}: 1"


@given(st.text(max_size=2000), st.integers(1, 400))
def test_lyrics_keep_to_the_cap(text: str, cap: int) -> None:
    made = lyrics_prompt(text, cap=cap)
    assert made is None or len(parse(made)[0].text) <= cap


def test_a_long_line_is_cut_at_a_word() -> None:
    made = lyrics_prompt("word " * 200)
    assert made is not None
    text = parse(made)[0].text
    assert set(text.split()) == {"word"} and MAX_LYRICS - 5 <= len(text) <= MAX_LYRICS


def test_a_playlist_by_its_titles_colour_and_mood() -> None:
    titles = ["Kiwi", "Golden", "Kiwi", " Sun  Flower "]
    assert titles_prompt(titles, "abstract cubism") == "Kiwi, Golden, Sun Flower: 1 | abstract cubism: 0.9"
    assert titles_prompt(titles[:1], "s", colour="navy") == "Kiwi: 1 | navy: 0.9 | s: 0.9"
    assert titles_prompt(titles[:1], "s", mood="calm") == "Kiwi: 1 | calm: 0.9 | s: 0.9"
    assert titles_prompt([], "s") == "untitled: 1 | s: 0.9"


@given(st.lists(st.text(max_size=300), max_size=60), st.text(max_size=20))
def test_any_titles_make_a_prompt_that_reads_back(titles: list[str], style: str) -> None:
    assert len(parse(titles_prompt(titles, style))[0].text) <= MAX_TITLES


SONGS = (
    Song(title="Kiwi", album="Fruit", genre="rock", lyrics="The river runs to the sea\nMorning comes again"),
    Song(title="Golden", album="Metal", genre="jazz"),
    Song(title="Silver", genre="jazz"),
)
BRIEF = plan(SONGS[0], None, named(0.8, 0.7, 0.5, AudioFeatures()))


def prompt_of(approach: str, *songs: Song) -> str:
    return asked(BRIEF, songs, approach).prompt


def test_a_song_is_asked_for_by_its_own_album_lyrics_and_title() -> None:
    one = SONGS[0]
    assert prompt_of("album", one) == album_prompt("Fruit", "rock")
    assert prompt_of("album", SONGS[2]) == album_prompt("Silver", "jazz")  # no album: its title
    assert prompt_of("lyrics", one) == "The river runs to the sea, Morning comes again: 1"
    assert prompt_of("titles", one).startswith("Kiwi: 1 | abstract ")
    assert BRIEF.main_name in prompt_of("titles-colour", one) and BRIEF.main_name not in prompt_of("titles", one)
    assert len(parse(prompt_of("titles-mood", one))) == len(parse(prompt_of("titles", one))) + 1


def test_a_playlist_is_asked_for_by_its_commonest_genre_and_all_titles() -> None:
    assert prompt_of("album", *SONGS) == album_prompt(BRIEF.title, "jazz")
    assert prompt_of("album", *SONGS[:2]) == album_prompt(BRIEF.title, "jazz")  # as common: the first by name
    assert prompt_of("titles", *SONGS).startswith("Kiwi, Golden, Silver: 1 | abstract ")


@pytest.mark.parametrize(
    ("songs", "why"),
    [
        (SONGS, "the playlist has no lyrics of its own"),
        (SONGS[1:2], "the song has no lyrics here that are fit for a prompt"),
        ((replace(SONGS[0], lyrics="fucking murder"),), "the song has no lyrics here that are fit for a prompt"),
    ],
)
def test_without_lyrics_the_prompt_stays_and_the_reason_says_so(songs: tuple[Song, ...], why: str) -> None:
    made = asked(BRIEF, songs, "lyrics")
    assert made.prompt == BRIEF.prompt and len(made.reasons) == len(BRIEF.reasons) + 1
    assert made.reasons[-1].because == f"you asked for lyrics, but {why}"


def test_the_reason_names_the_way_of_prompting() -> None:
    assert asked(BRIEF, SONGS, WEIGHTED).prompt == BRIEF.prompt
    assert asked(BRIEF, SONGS, WEIGHTED).reasons[-1].because == "you asked for it"
    assert APPROACHES["album"] in asked(BRIEF, SONGS, "album").reasons[-1].because
