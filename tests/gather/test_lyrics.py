"""A song's words, from where they may lie."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tonescape.core.errors import PlaylistError
from tonescape.core.records import Song
from tonescape.gather.lrc import unstamped
from tonescape.gather.lyrics import MAX_CHARACTERS, read_table, with_lyrics
from tonescape.gather.matching import fold

LRC = "[ar: Somebody]\n[00:12.00]First line\n[00:15.30][00:55.10]Second <00:16.00>line\n\n[01:02]Third"


def one(song: Song, **how: Any) -> str | None:
    return next(iter(with_lyrics([song], **how))).lyrics


def test_time_stamps_go() -> None:
    assert unstamped(LRC) == "First line\nSecond line\n\nThird"


def test_words_in_brackets_are_no_headers() -> None:
    assert unstamped("[Chorus: both]\n[00:12,5]la [x2]\n[Offset:+20]\n12:30") == "[Chorus: both]\nla [x2]\n12:30"


def test_stamps_leave_the_words_of_every_source(tmp_path: Path) -> None:
    song = Song(path=tmp_path / "a.mp3", artist="A", title="B")
    (tmp_path / "beside.lrc").write_text("[00:01.0]la")
    table = {("a", "b"): "[00:01.0]la"}
    assert one(Song(lyrics="[ti:B]\n[00:01.0]la")) == "la"
    assert one(replace(song, path=tmp_path / "beside.mp3", lyrics="[00:01.0]")) == "la"
    assert one(Song(lyrics="[00:01.0]")) is None
    assert one(song, table=table) == "la"
    for record in ({"plainLyrics": "[00:01.0]la"}, {"plainLyrics": None, "syncedLyrics": "[00:01.0]la"}):
        assert one(song, fetch=lambda _, record=record: record) == "la"


def test_own_words_come_before_those_beside_the_file(tmp_path: Path) -> None:
    path = tmp_path / "song.ogg"
    (tmp_path / "song.lrc").write_text(LRC)
    assert one(Song(path=path)) == unstamped(LRC)
    assert one(Song(path=path, lyrics="mine")) == "mine"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_beside_the_file_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "song.txt").write_bytes("Ça va, ça vient".encode(encoding))
    assert one(Song(path=tmp_path / "song.mp3")) == "Ça va, ça vient"


def test_binary_huge_and_missing_neighbours_are_no_words(tmp_path: Path) -> None:
    (tmp_path / "song.txt").write_bytes(b"\x00\x01\x02" * 100)
    assert one(Song(path=tmp_path / "song.mp3")) is None
    (tmp_path / "song.txt").write_bytes(b"la " * 1_000_000)
    assert one(Song(path=tmp_path / "song.mp3")) is None
    assert one(Song(path=tmp_path / "other.mp3")) is None
    assert one(Song(uri="spotify:track:1")) is None


def test_very_long_words_are_cut() -> None:
    words = one(Song(lyrics="la " * 100_000))
    assert words is not None and len(words) == MAX_CHARACTERS


def test_a_table_finds_songs_by_folded_names(tmp_path: Path) -> None:
    path = tmp_path / "words.csv"
    path.write_text("\ufeffArtist,Track,Lyrics\nThe Bánd,My Song (feat. X),la la\nshort row\n", encoding="utf-8")
    table = read_table(path)
    assert one(Song(artist="the bánd", title="My song"), table=table) == "la la"
    assert one(Song(artist="The Bánd", title="Another"), table=table) is None
    assert fold("A.B. ft. C") == "ab"


def test_bad_tables_say_so(tmp_path: Path) -> None:
    path = tmp_path / "words.csv"
    path.write_text("a,b\n1,2\n")
    for where in (path, tmp_path / "none.csv"):
        with pytest.raises(PlaylistError) as problem:
            read_table(where)
        assert str(where) in str(problem.value) and "\n" not in str(problem.value)


RECORDS: list[tuple[Any, str | None]] = [
    ({"plainLyrics": "la\nla", "syncedLyrics": None}, "la\nla"),
    ({"plainLyrics": None, "syncedLyrics": "[00:01.00]la"}, "la"),
    ({"plainLyrics": None, "syncedLyrics": None, "instrumental": True}, None),
    ({"plainLyrics": None, "syncedLyrics": None}, None),
    (None, None),
    ([], None),
]


@pytest.mark.parametrize(("record", "words"), RECORDS)
def test_online_records_with_nulls(record: Any, words: str | None) -> None:
    asked: list[str] = []

    def fetch(address: str) -> Any:
        asked.append(address)
        return record

    song = Song(artist="A & B", title="C/D?", album="E", duration_s=181.6)
    assert one(song, fetch=fetch) == words
    assert "artist_name=A+%26+B" in asked[0] and "track_name=C%2FD%3F" in asked[0] and "duration=182" in asked[0]
    assert one(Song(title="nameless"), fetch=fetch) is None and len(asked) == 1
