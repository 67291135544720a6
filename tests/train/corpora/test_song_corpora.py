import os
from pathlib import Path

import numpy as np
import pytest

from tonescape.core.errors import InputError, MissingError
from tonescape.train.corpora import emotify, mer_4q, songs, spotify

HERE = pytest.mark.skipif("TONESCAPE_DATA" not in os.environ, reason="TONESCAPE_DATA names no folder of data")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The Beatles", "Beatles, the"),
        ("Beyoncé", "BEYONCE"),
        ("Doja Cat", "Doja Cat (feat. SZA)"),
        ("Gen Hoshino", "Gen Hoshino;Ingrid"),
        ("Sigur Rós", "sigur ros"),
    ],
)
def test_one_artist_however_written(one: str, other: str) -> None:
    assert songs.artist_key(one) == songs.artist_key(other) != ""


def test_clips_without_artist_are_groups_of_their_own() -> None:
    groups = songs.group_numbers(["", "Abba", "", "ABBA"])
    assert groups[1] == groups[3]
    assert len(set(groups)) == 3


def test_indicators_keep_the_frequent_words_in_order() -> None:
    values, names = songs.indicators(["Sad; Calm", "Sad", "", "Sad; Odd; Calm"], at_least=2)
    assert names == ("Sad", "Calm")
    assert values.tolist() == [[1, 1], [1, 0], [0, 0], [1, 1]]


def write(folder: Path, name: str, text: str) -> None:
    path = folder / "music" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_4q_from_a_small_folder(tmp_path: Path) -> None:
    head = "Song,Artist,Title,Quadrant,PQuad,MoodsStr,GenresStr\n"
    write(tmp_path, "mer_4q.csv", head + "B,X,t,Q2,0.6,Angry,Rock\nA,,t,Q4,0.7,Calm; Sad,Jazz\n")
    write(tmp_path, "mer_4q_mp3/B.mp3", "")
    clips = mer_4q.load(tmp_path)
    assert clips.ids == ("A", "B")
    assert clips.targets["quadrant"].tolist() == [3, 1]
    assert clips.targets["arousal"].tolist() == [0, 1]
    assert clips.targets["valence"].tolist() == [1, 0]
    assert clips.paths[0].name == "A.opus"
    twins = mer_4q.load(tmp_path, original=True)
    assert twins.ids == ("B",)
    assert twins.targets["quadrant"].tolist() == [1]


def test_missing_data_and_missing_columns_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TONESCAPE_DATA", raising=False)
    with pytest.raises(MissingError, match="TONESCAPE_DATA"):
        mer_4q.load()
    with pytest.raises(MissingError, match="TONESCAPE_DATA"):
        emotify.load(tmp_path)
    write(tmp_path, "emotify.csv", "clip,listeners\nrock_1,10\n")
    with pytest.raises(InputError, match="genre, amazement"):
        emotify.load(tmp_path)


def test_a_track_with_two_moods_says_nothing(tmp_path: Path) -> None:
    text = "artist,track_id,valence,energy,mood\nX,1,.5,.2,Sad\nX,1,.5,.2,Happy\nY,2,.9,oops,Happy\nY,2,.9,.4,Happy\n"
    write(tmp_path, "spotify_moods/briannasanzone_mood_data.csv", text)
    table = spotify.curated("brianna", tmp_path)
    assert table.labels == ("Happy",)
    assert table.values[0, table.names.index("valence")] == 0.9
    assert np.isnan(table.values[0, table.names.index("mode")])


@HERE
def test_the_real_corpora() -> None:
    clips = mer_4q.load()
    assert len(clips) == 706
    assert all(path.is_file() for path in clips.paths)
    assert len(mer_4q.load(original=True)) == 27
    assert len(clips.columns["words"]) == 86
    felt = emotify.load()
    assert len(felt) == 318
    assert all(path.is_file() for path in felt.paths)
    assert felt.targets["emotions"].min() >= 0
    assert felt.targets["emotions"].max() <= 1
    assert len(spotify.pooled()) == 5582
    assert set(spotify.curated("ei_music").labels) == set(spotify.EI_FIVE.values())
    assert len(spotify.curated("data_moods")) > 600
