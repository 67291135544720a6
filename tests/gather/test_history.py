"""Plays counted once: of the same minute, of overlapping files, of both exports, out of Spotify's archive."""

from __future__ import annotations

import errno
import io
import json
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tonescape.core.errors import PlaylistError
from tonescape.gather import archive, gather
from tonescape.gather.history import History, is_history, read_histories


def short(minute: str, seconds: float, title: str = "X", artist: str = "Art") -> dict[str, Any]:
    return {"endTime": minute, "artistName": artist, "trackName": title, "msPlayed": round(1000 * seconds)}


def extended(moment: str, seconds: float, title: str = "X", artist: str = "Art") -> dict[str, Any]:
    return {
        "ts": moment,
        "ms_played": round(1000 * seconds),
        "master_metadata_track_name": title,
        "master_metadata_album_artist_name": artist,
        "spotify_track_uri": "spotify:track:a",
    }


def read(folder: Path, **files: list[dict[str, Any]]) -> History:
    for name, records in files.items():
        (folder / f"{name}.json").write_text(json.dumps(records))
    return read_histories([folder])


def seconds(history: History) -> list[float]:
    return [play.seconds for play in history.plays]


def test_two_plays_of_one_minute_both_count(tmp_path: Path) -> None:
    found = read(tmp_path, StreamingHistory_music_0=[short("2023-09-15 14:04", 215), short("2023-09-15 14:04", 1.5)])
    assert seconds(found) == [1.5, 215.0]


def test_files_that_overlap_tell_a_play_once(tmp_path: Path) -> None:
    one = [short("2023-09-15 14:04", 215), short("2023-09-15 14:04", 3), short("2023-09-15 14:04", 3)]
    found = read(tmp_path, StreamingHistory_music_0=one, StreamingHistory_music_1=[*one, short("2023-09-16 14:04", 9)])
    assert seconds(found) == [3.0, 3.0, 215.0, 9.0]


def test_two_plays_of_a_minute_and_more_cannot_both_end_in_one_minute(tmp_path: Path) -> None:
    found = read(tmp_path, StreamingHistory_music_0=[short("2023-09-15 14:04", 215)] * 2)
    assert seconds(found) == [215.0]


def test_plays_that_end_in_the_same_second_are_one_and_the_longer_stays(tmp_path: Path) -> None:
    found = read(tmp_path, endsong_0=[extended("2023-09-15T14:04:09Z", 1), extended("2023-09-15T14:04:09Z", 215)])
    assert seconds(found) == [215.0]


def test_both_exports_of_one_account_tell_a_play_once(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        StreamingHistory_music_0=[
            short("2023-09-15 14:04", 215),
            short("2023-09-15 14:05", 180.4),  # rounded up: it ended at 14:04:58
            short("2023-09-15 14:20", 215),  # another time
            short("2023-09-15 14:04", 100),  # another length
            short("2023-09-15 14:04", 215, artist="Else"),
        ],
        Streaming_History_Audio_2023=[extended("2023-09-15T14:04:09Z", 215), extended("2023-09-15T14:04:58Z", 180.4)],
    )
    assert sorted(seconds(found)) == [100.0, 180.4, 215.0, 215.0, 215.0]
    assert sum(play.uri is not None for play in found.plays) == 2


def test_one_extended_play_stands_for_one_short_play_only(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        StreamingHistory_music_0=[short("2023-09-15 14:04", 9), short("2023-09-15 14:04", 9)],
        endsong_0=[extended("2023-09-15T14:04:09Z", 9)],
    )
    assert seconds(found) == [9.0, 9.0]


def test_the_two_exports_may_be_named_apart(tmp_path: Path) -> None:
    one, other = tmp_path / "a.json", tmp_path / "b.json"
    one.write_text(json.dumps([short("2023-09-15 14:04", 215)]))
    other.write_text(json.dumps([extended("2023-09-15T14:04:09Z", 215)]))
    assert len(read_histories([one, other, one]).plays) == 1


@pytest.mark.parametrize("length", [10**400, -5, float("nan"), float("inf"), True])
def test_odd_lengths_stay_within_a_day(tmp_path: Path, length: float) -> None:
    (tmp_path / "x.json").write_text(json.dumps([{**short("2023-09-15 14:04", 1), "msPlayed": length}]))
    (play,) = read_histories([tmp_path / "x.json"]).plays
    assert 0.0 <= play.seconds <= 86_400.0


def packed(path: Path, files: dict[str, Any], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as made:
        for name, content in files.items():
            made.writestr(name, content if isinstance(content, str | bytes) else json.dumps(content))
    return path


PLAYS = [short("2023-09-15 14:04", 215)]


def test_the_archive_is_read_as_it_comes_and_the_rest_is_counted(tmp_path: Path) -> None:
    files = {
        "Spotify Account Data/StreamingHistory_music_0.json": PLAYS,
        "Spotify Account Data/Playlist1.json": {},
        "Spotify Account Data/Userdata.json": {},
        "__MACOSX/": "",
    }
    found = read_histories([packed(tmp_path / "my_spotify_data.zip", files)])
    assert seconds(found) == [215.0]
    (remark,) = found.remarks
    assert "2 of its files hold no plays and are not read: Playlist1.json, Userdata.json" in remark


def test_several_archives_and_archives_within_a_folder(tmp_path: Path) -> None:
    packed(tmp_path / "1.zip", {"StreamingHistory_music_0.json": PLAYS})
    (tmp_path / "deep").mkdir()
    other = {"a/b/endsong_0.json": [extended("2023-09-15T14:04:09Z", 215), extended("2023-09-16T14:04:09Z", 50)]}
    packed(tmp_path / "deep" / "2.ZIP", other)
    packed(tmp_path / "deep" / "music.zip", {"a.mp3": b"x"})
    assert is_history(tmp_path) and is_history(tmp_path / "deep" / "2.ZIP")
    assert len(read_histories([tmp_path]).plays) == 2
    assert len(read_histories([tmp_path / "1.zip", tmp_path / "deep" / "2.ZIP"]).plays) == 2


def test_a_folder_of_music_with_some_archive_is_no_history(tmp_path: Path) -> None:
    packed(tmp_path / "booklet.zip", {"a.pdf": b"x"})
    assert not is_history(tmp_path)


def test_names_that_climb_are_names_only(tmp_path: Path) -> None:
    path = packed(tmp_path / "x.zip", {"../../../StreamingHistory_music_0.json": PLAYS, "/etc/x\x1b[31m": b"x"})
    found = read_histories([path])
    assert len(found.plays) == 1 and [each.name for each in tmp_path.iterdir()] == ["x.zip"]
    assert all(remark.isprintable() for remark in found.remarks)


def refused(path: Path) -> str:
    with pytest.raises(PlaylistError) as problem:
        read_histories([path])
    assert "\n" not in str(problem.value) and str(path) in str(problem.value)
    return str(problem.value)


def test_an_archive_without_plays_says_what_to_name(tmp_path: Path) -> None:
    assert "unpack it if it holds music" in refused(packed(tmp_path / "x.zip", {"a.mp3": b"x"}))
    assert "an empty archive" in refused(packed(tmp_path / "y.zip", {}))


def test_an_archive_that_the_disk_does_not_give_is_not_called_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = packed(tmp_path / "x.zip", {"a.json": b"[]"})

    def fails(*_: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(archive.zipfile.ZipFile, "open", fails)
    (member,) = archive.members(file, lambda name: True)
    assert member.data is None and member.problem == "a.json: cannot be read: Input/output error"
    monkeypatch.setattr(archive.zipfile, "ZipFile", fails)
    with pytest.raises(PlaylistError, match=r"x\.zip: cannot be read: Input/output error"):
        list(archive.members(file, lambda name: True))


@pytest.mark.parametrize("content", [b"", b"PK\3\4" + bytes(500), b"no archive", bytes(100_000)])
def test_what_is_no_archive(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.zip").write_bytes(content)
    assert "damaged ZIP" in refused(tmp_path / "x.zip")


@pytest.mark.parametrize("at", range(0, 400, 7))
def test_an_archive_with_any_byte_changed_ends_in_a_line(tmp_path: Path, at: int) -> None:
    path = packed(tmp_path / "x.zip", {"StreamingHistory_music_0.json": PLAYS * 3, "other.json": {}})
    data = bytearray(path.read_bytes())
    data[at % len(data)] ^= 0xFF
    path.write_bytes(data)
    try:
        read_histories([path])
    except PlaylistError as problem:
        assert "\n" not in str(problem)


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    bomb = packed(tmp_path / "x.zip", {"StreamingHistory_music_0.json": b" " * 30_000_000})
    assert bomb.stat().st_size < 100_000
    assert "too large once unpacked" in refused(bomb)


def test_an_archive_that_lies_about_sizes_is_read_to_its_cap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_TOTAL", 1000)
    files = {f"StreamingHistory_music_{n}.json": json.dumps(PLAYS) + " " * 600 for n in range(3)}
    found = read_histories([packed(tmp_path / "x.zip", files, zipfile.ZIP_STORED)])
    assert len(found.plays) == 1 and sum("too large" in remark for remark in found.remarks) == 2


def test_an_archive_of_many_names_is_not_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = packed(tmp_path / "x.zip", {f"{n}.json": {} for n in range(200)})
    monkeypatch.setattr(archive, "MAX_NAMES", 100)
    assert "more than 100 files" in refused(path)
    monkeypatch.setattr(archive, "MAX_DIRECTORY", 1000)
    monkeypatch.setattr(zipfile, "ZipFile", None)  # it must not come so far
    assert "more files than are read" in refused(path)


def test_a_locked_file_is_said(tmp_path: Path) -> None:
    path = packed(tmp_path / "x.zip", {"StreamingHistory_music_0.json": PLAYS})
    data = path.read_bytes().replace(b"PK\1\2\x14\3\x14\0\0\0", b"PK\1\2\x14\3\x14\0\1\0")
    assert data != path.read_bytes()
    path.write_bytes(data)
    assert "locked with a password" in refused(path)


def test_an_archive_within_an_archive_is_counted(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as made:
        made.writestr("StreamingHistory_music_0.json", json.dumps(PLAYS))
    assert "inner.zip" in refused(packed(tmp_path / "x.zip", {"inner.zip": inner.getvalue()}))


@pytest.mark.parametrize(
    ("name", "says"),
    [("x.zip", "unpack it"), ("x.json", "tonescape taste"), ("x.fountain", "tonescape score"), ("x.html", "no music")],
)
def test_what_is_named_in_the_place_of_music_is_said(tmp_path: Path, name: str, says: str) -> None:
    (tmp_path / name).write_bytes(b"PK\3\4 []")
    (failure,) = gather([tmp_path / name])
    assert says in failure.error
