"""Cells as programs write them, and columns in percent."""

from pathlib import Path

import pytest

from tonescape.core.errors import Remark
from tonescape.core.records import Failure, Song
from tonescape.gather import gather
from tonescape.gather import values as say
from tonescape.gather.exportify import read_export
from tonescape.gather.scales import divisors


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("['Anna', 'Berta']", "Anna, Berta"),
        ("[\"Guns N' Roses\", 'Anna']", "Guns N' Roses, Anna"),
        ('["Anna", "B\\u00e9la"]', "Anna, Béla"),
        ('[\'It\\\'s\', "A \\"B\\""]', 'It\'s, A "B"'),
        ("['Anna' 'Berta']", "Anna, Berta"),
        ("['Anna']", "Anna"),
        ("[]", ""),
        ("[null, 3]", ""),
        ("[:SITD:]", "[:SITD:]"),
        ("[Anna, Berta]", "[Anna, Berta]"),
        ("Anna;Berta", "Anna, Berta"),
        ("Tyler\\, The Creator;Anna", "Tyler, The Creator, Anna"),
        ("['" + "a" * 9000, "['" + "a" * 510),
        ("[" * 3000 + "]" * 1000, "[" * 512),
    ],
)
def test_lists_of_names(cell, text):
    assert say.names(cell) == text


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("215000", 215.0),
        ("215,000", 215.0),
        ("215.000", 215.0),
        ("1 215 000", 1215.0),
        ("3:35", 215.0),
        ("1:02:03", 3723.0),
        ("0:03,5", 3.5),
        ("", None),
        ("3:5", None),
        ("x", None),
    ],
)
def test_lengths(cell, value):
    assert say.seconds(cell) == value


@pytest.mark.parametrize(
    ("cell", "key", "mode"),
    [
        ("9", 9.0, 9.0),
        ("C#", 1.0, None),
        ("D♯/E♭ Major", 3.0, 1.0),
        ("Cb minor", 11.0, 0.0),
        ("Am", 9.0, 0.0),
        ("B minor", 11.0, 0.0),
        ("Bb", 10.0, None),
        ("Minor", None, 0.0),
        ("8B", 0.0, None),
        ("8A", 9.0, None),
        ("1d", 0.0, None),
        ("1m", 9.0, None),
        ("4A", 5.0, None),
        ("12B", 4.0, None),
        ("13A", None, None),
        ("H", None, None),
    ],
)
def test_keys_and_modes(cell, key, mode):
    assert (say.key(cell), say.mode(cell)) == (key, mode)


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"energy": "72 20", "valence": "88 15"}, {"energy": 100.0, "valence": 100.0}),
        ({"energy": "72 20", "speechiness": "3 4", "instrumentalness": "0 1"}, dict.fromkeys(
            ("energy", "speechiness", "instrumentalness"), 100.0)),
        ({"energy": ".72 .2", "instrumentalness": "0 1"}, {"energy": 1.0, "instrumentalness": 1.0}),
        ({"energy": "72 20", "valence": ".3 .4", "instrumentalness": "0 1"}, {
            "energy": 100.0, "valence": 1.0, "instrumentalness": 1.0}),
        ({"energy": ".72 .2 .4 72 5"}, {"energy": 1.0}),
        ({"energy": "72,5 20,1 0,4"}, {"energy": 100.0}),
        ({"energy": "7 5 8"}, {"energy": None}),
        ({"energy": "720 500 8"}, {"energy": None}),
        ({"energy": "72 500 " + "50 " * 20}, {"energy": 100.0}),
        ({"energy": "72% 20%"}, {"energy": 1.0}),
        ({"energy": ""}, {"energy": 1.0}),
    ],
)  # fmt: skip
def test_the_scale_of_a_column(columns, expected):
    assert divisors({name: ("", cells.split()) for name, cells in columns.items()}) == expected


def test_a_header_with_a_percent_sign():
    assert divisors({"energy": ("energy_%", ["1", "0"])}) == {"energy": 100.0}


def read(path: Path, *rows: str) -> list[Song | Failure]:
    path.write_text("\n".join(rows), encoding="utf-8")
    return list(read_export(path))


def test_a_table_in_percent_is_said_once(tmp_path):
    with pytest.warns(Remark) as said:
        one, two = read(
            tmp_path / "x.csv",
            "Song,Artist,BPM,Energy,Danceability,Instrumentalness,Valence,Speechiness,Spotify Track Id",
            "One,Anna,120,72,61,0,88,3,cccccccccccccccccccccc",
            "Two,Berta,90,20,30,1,15,4,dddddddddddddddddddddd",
        )
    assert (one.given.energy, one.given.danceability, one.given.valence) == (0.72, 0.61, 0.88)
    assert (one.given.tempo, one.given.speechiness, two.given.instrumentalness) == (120.0, 0.03, 0.01)
    assert len(said) == 1 and "read as percent: danceability, energy" in str(said[0].message)
    assert one.uri == "spotify:track:cccccccccccccccccccccc"


def test_cells_with_percent_signs_and_decimal_commas(tmp_path):
    one, two = read(tmp_path / "x.csv", "Song;Energy;Valence;Tempo", "One;72%;0,88;120,5", "Two;5 %;0,1;90")
    assert (one.given.energy, one.given.valence, one.given.tempo) == (0.72, 0.88, 120.5)
    assert two.given.energy == 0.05


def test_a_column_of_unknown_scale_is_left_out_and_said(tmp_path):
    with pytest.warns(Remark, match="left out, .*: energy"):
        one, _ = read(tmp_path / "x.csv", "Song,Energy,Tempo", "One,7,120", "Two,5,90")
    assert one.given.energy is None and one.given.tempo == 120.0


def test_words_for_columns_of_playlist_analysers(tmp_path):
    (one,) = read(
        tmp_path / "x.csv",
        "#,Song,Artist,BPM,Genres,Album,Album Date,Time,Dance,Energy,Acoustic,Happy,Live,Loud (Db),Key,id",
        "1,One,Anna,120,pop,A,2001-01-01,03:35,61,72,5,88,10,-7,A minor,cccccccccccccccccccccc",
    )
    given = one.given
    assert (given.danceability, given.acousticness, given.valence, given.liveness) == (0.61, 0.05, 0.88, 0.1)
    assert (given.loudness, given.key, one.year) == (-7.0, 9.0, 2001)
    assert one.uri == "spotify:track:cccccccccccccccccccccc"


def test_songs_without_features_are_one_message_with_the_next_step(tmp_path):
    path = tmp_path / "bare.csv"
    path.write_text("Track Name,Artist Name(s)\n" + "".join(f"Song {n},Band\n" for n in range(30)))
    (only,) = gather([path])
    assert isinstance(only, Failure) and "none of its 30 songs has" in only.error
    assert "Song 0, Song 1, Song 2 and others" in only.error and "exportify.app" in only.error
    path.write_text("Track Name,Tempo\nOne,120\nTwo,\n")
    song, rest = gather([path])
    assert isinstance(song, Song) and "1 of its 2 songs have no" in rest.error and "Two" in rest.error


@pytest.mark.parametrize(
    ("header", "cells", "lengths"),
    [
        ("Duration", ["215", "180.5"], [215.0, 180.5]),
        ("Length (s)", ["215.4", "5"], [215.4, 5.0]),
        ("duration_ms", ["4000", "9500"], [4.0, 9.5]),
        ("Duration (ms)", ['"215,000"', "1.215.000"], [215.0, 1215.0]),
        ("Time", ["3:35", "215"], [215.0, 215.0]),
        ("Duration", ["215000", "180500"], [215.0, 180.5]),
    ],
)
def test_lengths_in_seconds_and_in_thousands(tmp_path, header, cells, lengths):
    path = tmp_path / "x.csv"
    path.write_text(f"Track Name,{header}\n" + "".join(f"Song {n},{cell}\n" for n, cell in enumerate(cells)))
    assert [song.duration_s for song in read_export(path)] == lengths
