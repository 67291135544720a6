"""The taste report: histories read, moods counted, nothing private kept, hostile names harmless."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "score"))

from score_samples import song

from tonescape.core.errors import PlaylistError
from tonescape.core.records import Play
from tonescape.gather.history import History, is_history, read_histories
from tonescape.show.taste import page, write_taste
from tonescape.show.taste_facts import taste

SHORT = [
    {"endTime": "2021-03-04 05:06", "artistName": "Nobody", "trackName": "joy", "msPlayed": 200000},
    {"endTime": "2021-03-04 23:10", "artistName": "Nobody", "trackName": "grief", "msPlayed": 200000},
    {"endTime": "2021-03-04 23:11", "artistName": "Nobody", "trackName": "grief", "msPlayed": 2000},
]
LONG = [
    {
        "ts": "2022-07-01T12:00:00Z",
        "ms_played": 61000,
        "master_metadata_track_name": "joy",
        "master_metadata_album_artist_name": "Nobody",
        "spotify_track_uri": "spotify:track:1",
        "ip_addr_decrypted": "203.0.113.7",
        "user_agent_decrypted": "Secret Browser",
        "username": "somebody",
    },
    {"ts": "2022-07-01T12:00:00Z", "ms_played": 5, "episode_name": "a podcast", "master_metadata_track_name": None},
]


def read_history(path: Path) -> History:
    return read_histories([path])


def folder(tmp_path: Path) -> Path:
    (tmp_path / "StreamingHistory_music_0.json").write_text(json.dumps(SHORT))
    (tmp_path / "Streaming_History_Audio_2022_1.json").write_text(json.dumps(LONG))
    return tmp_path


def test_both_kinds_of_history_are_read_in_order(tmp_path: Path) -> None:
    found = read_history(folder(tmp_path))
    assert [play.title for play in found.plays] == ["joy", "grief", "grief", "joy"]
    assert found.plays[0].at == datetime(2021, 3, 4, 5, 6, tzinfo=UTC).timestamp()
    assert found.plays[-1].uri == "spotify:track:1" and found.plays[-1].seconds == 61
    assert is_history(tmp_path) and is_history(tmp_path / "StreamingHistory_music_0.json")
    assert not is_history(tmp_path / "song.ogg")


def test_addresses_and_browsers_are_dropped(tmp_path: Path) -> None:
    text = repr(read_history(folder(tmp_path)))
    assert "203.0.113" not in text and "Secret" not in text and "somebody" not in text


@pytest.mark.parametrize("keep", [0.3, 0.5, 0.8, 0.99])
def test_a_file_cut_in_half_gives_what_stands_before_the_cut(tmp_path: Path, keep: float) -> None:
    text = json.dumps(SHORT * 50)
    path = tmp_path / "StreamingHistory_music_0.json"
    path.write_text(text[: int(len(text) * keep)])
    found = read_history(path)
    assert found.plays and "cut off" in found.remarks[0] and str(path) in found.remarks[0]


@pytest.mark.parametrize("text", ["", "null", "{}", "[1, 2]", '["a"]', "[" * 100_000, '[{"endTime": 5}]', "\x00\x01"])
def test_other_json_is_no_history(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(text)
    with pytest.raises(PlaylistError) as problem:
        read_history(path)
    assert "\n" not in str(problem.value)


def test_an_empty_folder_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(PlaylistError, match="StreamingHistory"):
        read_history(tmp_path)


HEARD = [song(0.9, 0.9, "joy"), song(0.1, 0.1, "grief"), song(0.85, 0.88, "glee"), song(0.15, 0.12, "gloom")]


def test_plays_give_songs_their_weight_and_hours_their_mood(tmp_path: Path) -> None:
    facts = taste(HEARD, read_history(folder(tmp_path)).plays)
    assert facts.plays == 3 and facts.matched == 3  # two seconds of grief do not count
    assert [(h.song.title, n) for h, n in facts.songs][:2] == [("joy", 2), ("grief", 1)]
    assert facts.hours[5] and facts.hours[5].valence == 0.9 and facts.hours[23] and facts.hours[23].valence == 0.1
    assert facts.hours[0] is None
    assert [year for year, _ in facts.years] == ["2021", "2022"]
    assert dict((o.song.title, t[0].song.title) for o, t in facts.twins) == {
        "joy": "glee", "grief": "gloom", "glee": "joy", "gloom": "grief",
    }  # fmt: skip


def test_without_a_history_every_song_counts_once() -> None:
    facts = taste(HEARD, [], silent=3)
    assert [n for _, n in facts.songs] == [1, 1, 1, 1] and facts.matched == 0
    text = page(facts, "Mine")
    assert "left out, for they could not be used: 3" in text and "By hour" not in text


def test_unknown_plays_are_counted_and_said() -> None:
    facts = taste(HEARD[:1], [Play(0.0, 100.0, "Nobody", "joy"), Play(1.0, 100.0, "Else", "where")])
    assert "1 of 2 plays are of these songs" in page(facts, "x")


def test_nothing_at_all_is_a_page_too() -> None:
    assert "No song with a mood" in page(taste([], []), "Empty") and "Artists" not in page(taste([], []), "Empty")


def test_hostile_titles_stay_text(tmp_path: Path) -> None:
    text = page(taste([song(0.5, 0.5, "<script>alert(1)</script>")], []), "<b>x</b>")
    assert "<script" not in text and "<b>" not in text
    write_taste(taste(HEARD, []), tmp_path / "taste.html")
    assert (tmp_path / "taste.html").read_text().startswith("<!DOCTYPE html>")


def test_variety_is_the_number_of_moods() -> None:
    assert taste([song(0.5, 0.5)] * 4, []).variety == pytest.approx(1.0)
