"""Folders: order, links, what counts as music, what cannot be read."""

import os
from pathlib import Path

import pytest

from tonescape.core.records import Failure
from tonescape.gather.files import MAX_DEPTH, MUSIC_SUFFIXES, natural, walk


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"")


def names(folder: Path) -> list[str]:
    return [str(item.relative_to(folder)) if isinstance(item, Path) else f"! {item.error}" for item in walk(folder)]


def test_track_2_comes_before_track_10(tmp_path):
    touch(tmp_path, "10 b.mp3", "2 a.mp3", "B.flac", "a.OGG", "1/x.mp3", "disc 10/1.mp3", "disc 2/1.mp3")
    assert names(tmp_path) == [
        "1/x.mp3",
        "2 a.mp3",
        "10 b.mp3",
        "a.OGG",
        "B.flac",
        "disc 2/1.mp3",
        "disc 10/1.mp3",
    ]


def test_natural_order_is_a_total_order():
    texts = ["", "1", "01", "a1", "A1", "a01", "٣", "²", "1" * 400, "\udce9", "é", "e\u0301"]
    ordered = sorted(texts, key=natural)
    assert sorted(reversed(texts), key=natural) == ordered
    assert len({natural(text) for text in texts}) == len(texts)


def test_only_music_and_nothing_hidden(tmp_path):
    touch(tmp_path, "a.mp3", "b.txt", "c.jpg", ".d.mp3", "._a.mp3", ".hidden/e.mp3", "__MACOSX/f.mp3", "g", "h.mp4")
    touch(tmp_path, "list.m3u", "table.csv")
    assert names(tmp_path) == ["a.mp3", "h.mp4"]
    assert {".mp3", ".flac", ".ogg", ".opus", ".m4a", ".wav", ".mkv", ".webm", ".mov", ".mp4"} <= MUSIC_SUFFIXES


def test_links_in_a_circle_end(tmp_path):
    touch(tmp_path, "a/1.mp3", "a/b/2.mp3")
    (tmp_path / "a" / "b" / "up").symlink_to(tmp_path)
    (tmp_path / "a" / "b" / "self").symlink_to(tmp_path / "a" / "b")
    (tmp_path / "z").symlink_to(tmp_path / "a")
    (tmp_path / "zz.mp3").symlink_to(tmp_path / "a" / "1.mp3")
    assert names(tmp_path) == ["a/1.mp3", "a/b/2.mp3"]


def test_a_link_to_another_place_is_followed(tmp_path):
    touch(tmp_path / "elsewhere", "1.mp3")
    (tmp_path / "music").mkdir()
    (tmp_path / "music" / "link").symlink_to(tmp_path / "elsewhere")
    assert names(tmp_path / "music") == ["link/1.mp3"]


def test_a_link_to_nowhere_or_itself_is_a_failure(tmp_path):
    touch(tmp_path, "a.mp3")
    (tmp_path / "b.mp3").symlink_to(tmp_path / "gone.mp3")
    (tmp_path / "c.mp3").symlink_to(tmp_path / "c.mp3")
    found = names(tmp_path)
    assert found[0] == "a.mp3" and all(text.startswith("! ") for text in found[1:]) and len(found) == 3


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "a.mp3")
    (failure,) = walk(tmp_path)
    assert isinstance(failure, Failure) and "not a plain file" in failure.error


def test_a_folder_without_music_says_so_in_one_line(tmp_path):
    (failure,) = walk(tmp_path)
    assert isinstance(failure, Failure) and "no music" in failure.error and str(tmp_path) in failure.error
    touch(tmp_path, "notes.txt", "my list.m3u8")
    (failure,) = walk(tmp_path)
    assert "my list.m3u8" in failure.error and "\n" not in failure.error


def test_an_unreadable_folder_does_not_end_the_walk(tmp_path, monkeypatch):
    touch(tmp_path, "a/1.mp3", "b/2.mp3", "c/3.mp3")
    scan = os.scandir

    def guarded(path):
        if Path(path).name == "b":
            raise PermissionError(13, "Permission denied")
        return scan(path)

    monkeypatch.setattr(os, "scandir", guarded)
    found = names(tmp_path)
    assert found[0] == "a/1.mp3" and "permission denied" in found[1] and found[2] == "c/3.mp3"


@pytest.mark.usefixtures("obeys_permissions")
def test_a_truly_unreadable_folder(tmp_path):
    touch(tmp_path, "a/1.mp3", "b/2.mp3")
    (tmp_path / "b").chmod(0)
    try:
        assert "permission denied" in names(tmp_path)[1]
    finally:
        (tmp_path / "b").chmod(0o700)


def test_folders_nested_without_end_are_left_at_the_cap(tmp_path):
    deep = tmp_path
    for _ in range(MAX_DEPTH + 5):
        deep = deep / "d"
    deep.mkdir(parents=True)
    touch(deep, "x.mp3")
    (failure,) = walk(tmp_path)
    assert isinstance(failure, Failure) and str(MAX_DEPTH) in failure.error


@pytest.mark.parametrize(
    "name", ["🎵 emoji.mp3", "new\nline.mp3", "x" * 250 + ".mp3", "עברית.mp3", "\u202egpj.mp3", "..mp3"]
)
def test_names_of_every_kind(tmp_path, name):
    touch(tmp_path, name)
    if name.startswith("."):
        touch(tmp_path, "a.mp3")
        assert names(tmp_path) == ["a.mp3"]
    else:
        assert names(tmp_path) == [name]


def test_a_folder_that_changes_while_it_is_walked(tmp_path):
    touch(tmp_path, "a/1.mp3", "b/2.mp3")
    walker = walk(tmp_path)
    assert isinstance(next(walker), Path)
    (tmp_path / "b" / "2.mp3").unlink()
    (tmp_path / "b").rmdir()
    assert all(isinstance(item, Path | Failure) for item in walker)
