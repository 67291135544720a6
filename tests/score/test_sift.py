"""What of a library a score may use: filters, and songs that clash with a clean rating."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from score_samples import library, script, song

from tonescape.core.errors import InputError, UsageError
from tonescape.core.records import Heard, Song, WordMood
from tonescape.score import ScoreOptions, score, sift
from tonescape.score.clean import clash, swears, words


def named(title: str, lyrics: str | None = None, explicit: bool | None = None) -> Heard:
    made = song(0.5, 0.5, title)
    return replace(made, song=replace(made.song, lyrics=lyrics, explicit=explicit))


@pytest.mark.parametrize("text", ["Fuck You", "F**k You", "what the f***", "SCHEISSE!", "Scheiße", "oh, shit's real",
                                  "«Пиздец»", "bullshit.", "co\u006e\u0303o", "mother-fucker"])  # fmt: skip
def test_swearing_is_found(text: str) -> None:
    assert swears(text)


@pytest.mark.parametrize("text", ["Scunthorpe United", "Shiitake", "Moby Dick", "Cock Robin", "Cono Sur", "Penistone",
                                  "class assassin", "Swedish: slut", "****", "* * *", "Hancock", "", "5**", "Pussy Cat",
                                  "Dickinson", "Essex", "cum laude", "Arsenal", "f*", "s*n"])  # fmt: skip
def test_harmless_words_stay(text: str) -> None:
    assert not swears(text)


def test_the_list_is_in_small_letters_and_every_word_is_found() -> None:
    assert len(words()) > 100 and all(word == word.lower() and swears(f"so, {word.upper()}!") for word in words())


def test_the_reasons() -> None:
    assert clash(named("Song", explicit=True).song) == "being marked explicit"
    assert clash(named("Song [Explicit Version]").song) == "being marked explicit"
    assert clash(named("Shit").song) == "a word in its title"
    assert clash(Song(path=Path("/m/shit happens.mp3"))) == "a word in its title"
    assert clash(named("Song", "la la\nfucking la").song) == "a word in its lyrics"
    assert clash(named("Song", "la la", explicit=False).song) == clash(named("Explicit").song) == ""


MIXED = [named("Fine"), named("Marked", explicit=True), named("Sung", "you bitch"), named("Clean", "you")]


def test_clean_leaves_out_what_clashes_and_says_how_many() -> None:
    assert len(sift(MIXED, ScoreOptions()).songs) == 4 and sift(MIXED, ScoreOptions()).remarks == ()
    sifted = sift(MIXED, ScoreOptions(clean=True))
    assert [heard.song.title for heard in sifted.songs] == ["Fine", "Clean"]
    told = "--clean leaves out 2 of 4 songs: 1 for a word in its lyrics, 1 for being marked explicit"
    assert sifted.remarks == (told,)
    film = score(script(2), MIXED, ScoreOptions(clean=True, by="sound"), [WordMood(0.5, 0.5, 0.5)] * 2)
    assert {match.song.title for cue in film.cues for match in cue.matches} == {"Fine", "Clean"}
    assert told in film.remarks


def test_a_filter_holds_for_what_is_offered_and_for_the_plan() -> None:
    songs = [replace(h, song=replace(h.song, year=1980 + i if i % 2 else None)) for i, h in enumerate(library(20))]
    film = score(script(4), songs, ScoreOptions(where="year>1990", by="sound"), [WordMood(0.5, 0.5, 0.5)] * 4)
    offered = [match.song.year for cue in film.cues for match in cue.matches]
    assert offered and all(year and year > 1990 for year in offered)
    assert all(entry.match.song.year > 1990 for entry in film.plan if entry.match and entry.match.song.year)
    assert '"year>1990" keeps 5 of 20 songs' in film.remarks
    assert any("10 whose year is unknown" in remark for remark in film.remarks)


def test_nothing_left_says_why() -> None:
    with pytest.raises(InputError, match=r"\"year>1990\" keeps 0 of 4 songs.*4 whose year is unknown"):
        sift(MIXED, ScoreOptions(where="year>1990"))
    with pytest.raises(InputError, match="--clean leaves out 1 of 1 songs"):
        sift(MIXED[1:2], ScoreOptions(clean=True))
    with pytest.raises(UsageError, match="character 1"):
        ScoreOptions(where="yaer>3").checked()
