"""One song written in many ways is one song; another recording is another."""

import pytest

from tonescape.core.records import Song
from tonescape.gather.matching import Index, artists_of, fold, fold_title


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Here Comes The Sun", "here comes the sun - Remastered 2009"),
        ("Come Together", "Come Together (2019 Remaster)"),
        ("Déjà Vu", "Deja vu"),
        ("Don't Stop", "Dont Stop"),
        ("Sway (feat. Anna)", "Sway"),
        ("Sway ft. Anna", "Sway"),
        ("Sway (with Anna)", "Sway"),
        ("Rock & Roll", "Rock and Roll"),
        ("Let It Go - From \"Frozen\"", "Let It Go"),
        ("Sway - Radio Edit - Remastered", "sway"),
        ("Smørrebrød", "smorrebrod"),
        ("ＡＢＣ", "abc"),
        ("Straße", "STRASSE"),
        ("e\u0301te\u0301", "été"),
    ],
)  # fmt: skip
def test_one_recording(one, other):
    assert fold_title(one) == fold_title(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sway", "Sway - Live"),
        ("Sway", "Sway (Live from Paris)"),
        ("Sway", "Sway - Live / Remastered 2011"),
        ("Sway", "Sway (Acoustic)"),
        ("Sway", "Sway - Anna Remix"),
        ("Sway", "Sway (Instrumental)"),
        ("Sway", "Sway (Part 2)"),
        ("か", "が"),
        ("!!!", "???"),
        ("(Remastered)", "(Remastered 2011)"),
    ],
)
def test_other_recordings_and_other_songs(one, other):
    assert fold_title(one) != fold_title(other)


def test_a_name_of_signs_alone_stays():
    assert fold("???") == "???" and fold("feat. X") == "featx" and fold("") == ""
    assert len(fold("a" * 100_000)) <= 512


def test_each_artist_of_several_is_named():
    assert list(artists_of("Anna, Berta & The Carls")) == ["annabertaandthecarls", "anna", "berta", "carls"]
    assert list(artists_of("The Beatles")) == ["beatles"]
    assert len(list(artists_of("x; " * 1000))) < 20


SONGS = [
    Song(title="Duet", artist="Anna, Berta", uri="spotify:track:1"),
    Song(title="Duet", artist="Berta"),
    Song(title="September", artist="Earth, Wind & Fire"),
    Song(title="Alone"),
]


@pytest.mark.parametrize(
    ("uri", "artist", "title", "index"),
    [
        (None, "Anna", "duet", 0),
        (None, "Berta", "Duet", 1),  # her own before one of which she is the second
        (None, "Anna, Berta", "Duet", 0),
        (None, "Earth, Wind & Fire", "September - Remastered", 2),
        (None, "Earth Wind and Fire", "September", 2),
        (None, "Somebody", "Duet", None),
        ("spotify:track:1", "Somebody", "Else", 0),
        ("spotify:track:2", "Anna", "Duet", 0),
        (None, "Anna", "Duet (Live)", None),
    ],
)
def test_plays_find_their_songs(uri, artist, title, index):
    assert Index(SONGS).find(uri, artist, title) == index
