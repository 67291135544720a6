"""M3U: every player's way to write it, and every way to break it."""

import tracemalloc
from pathlib import Path

import pytest

from tonescape.core.errors import PlaylistError
from tonescape.core.records import Failure
from tonescape.gather.m3u import MAX_LINE, Entry, locate, parse_extinf, read_m3u


@pytest.fixture
def music(tmp_path) -> Path:
    for name in ("a.mp3", "Band/b c.mp3", "Band/Live/d.mp3", "naïve.mp3", "x#y.mp3", "100%.mp3"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    return tmp_path


def entries(folder: Path, content: str | bytes, name: str = "list.m3u") -> list[Entry | Failure]:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read_m3u(path))


def found(folder: Path, content: str | bytes) -> list[str | None]:
    return [
        str(entry.path.resolve().relative_to(folder.resolve())) if isinstance(entry, Entry) else None
        for entry in entries(folder, content)
    ]


def test_a_plain_list(music):
    assert found(music, "a.mp3\nBand/b c.mp3\n") == ["a.mp3", "Band/b c.mp3"]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_an_extended_list(music, ending):
    text = ending.join(
        ["#EXTM3U", "#EXTINF:61,Some One - A Song", "a.mp3", "", "# a remark", "#EXTALB:x", "Band/b c.mp3"]
    )
    first, second = entries(music, text)
    assert (first.title, first.artist, first.line) == ("A Song", "Some One", 3)
    assert (second.title, second.artist, second.line) == ("", "", 7)


@pytest.mark.parametrize(
    ("line", "title", "artist"),
    [
        ("#EXTINF:123,Artist - Title", "Title", "Artist"),
        ("#EXTINF:-1,Title only", "Title only", ""),
        ("#EXTINF:123.5, A - B - C ", "B - C", "A"),
        ("#EXTINF:0,A – B", "B", "A"),
        ('#EXTINF:9 tvg-id="x, y" group="z",A - B', "B", "A"),
        ("#extinf:9,Jay-Z", "Jay-Z", ""),
        ("#EXTINF:9", "", ""),
        ("#EXTINF:", "", ""),
        ("#EXTINF:9, - ", "-", ""),
        ("#EXTINF:9,a\u202eb - c\x1b", "c", "ab"),
    ],
)
def test_extinf(line, title, artist):
    assert parse_extinf(line) == (title, artist)


@pytest.mark.parametrize(
    "line",
    [
        "Band\\b c.mp3",
        ".\\Band\\b c.mp3",
        "C:\\Music\\Band\\b c.mp3",
        "C:/Music/Band/b c.mp3",
        "d:\\elsewhere\\Band\\b c.mp3",
        "\\\\server\\share\\Music\\Band\\b c.mp3",
        "\\Music\\Band\\b c.mp3",
        "..\\Music\\Band\\b c.mp3",
        "/home/other/Music/Band/b c.mp3",
        "Band/b%20c.mp3",
        "file:///C:/Music/Band/b%20c.mp3",
        "file:///C|/Music/Band/b%20c.mp3",
        "file://C:/Music/Band/b%20c.mp3",
    ],
)
def test_paths_of_other_systems(music, line):
    assert found(music, line) == ["Band/b c.mp3"]


def test_the_longest_ending_of_a_foreign_path_wins(music):
    (music / "d.mp3").write_bytes(b"")
    assert found(music, "C:\\M\\Band\\Live\\d.mp3\nC:\\M\\Other\\d.mp3") == ["Band/Live/d.mp3", "d.mp3"]


def test_absolute_paths_and_file_urls(music):
    path = music / "Band" / "b c.mp3"
    lines = [str(path), path.as_uri(), path.as_uri().replace("file:///", "file://localhost/"), f"file:{path}"]
    assert found(music, "\n".join(lines)) == ["Band/b c.mp3"] * 4


def test_names_that_look_like_something_else(music):
    assert found(music, "x#y.mp3\n100%.mp3\n./x#y.mp3") == ["x#y.mp3", "100%.mp3", "x#y.mp3"]
    (music / "AC: DC.mp3").write_bytes(b"")
    (music / "back\\slash.mp3").write_bytes(b"")
    assert found(music, "AC: DC.mp3\nback\\slash.mp3") == ["AC: DC.mp3", "back\\slash.mp3"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings(music, encoding):
    text = "#EXTM3U\r\n#EXTINF:3,Zoë - Naïveté\r\nnaïve.mp3\r\n"
    (entry,) = entries(music, text.encode(encoding))
    assert isinstance(entry, Entry) and (entry.title, entry.artist) == ("Naïveté", "Zoë")


def test_two_encodings_in_one_file(music):
    assert found(music, "naïve.mp3\n".encode() + "naïve.mp3\n".encode("latin-1")) == ["naïve.mp3"] * 2


def test_both_unicode_compositions_and_old_disks(tmp_path):
    import os

    (tmp_path / "e\u0301.mp3").write_bytes(b"")
    (tmp_path / os.fsdecode(b"\xfc.mp3")).write_bytes(b"")
    assert locate("\u00e9.mp3", tmp_path) and locate("\u00fc.mp3", tmp_path)


def test_a_missing_song_does_not_end_the_list(music):
    first, second, third = entries(music, "a.mp3\ngone/no.mp3\nBand/b c.mp3")
    assert isinstance(first, Entry) and isinstance(third, Entry)
    assert second.source == "gone/no.mp3" and "no such file" in second.error and "line 2 of list.m3u" in second.error


@pytest.mark.parametrize(
    "line",
    ["http://example.org/a.mp3", "HTTPS://example.org/a.mp3", "rtsp://x/y", "mms://x", "odd://x", "smb://nas/a.mp3"],
)
def test_remote_songs_are_never_fetched(music, line):
    (failure,) = entries(music, line)
    assert isinstance(failure, Failure) and "never fetched" in failure.error


def test_a_file_of_another_computer(music):
    (failure,) = entries(music, "file://nas/music/a.mp3")
    assert isinstance(failure, Failure) and "another computer" in failure.error


def test_an_index_of_stream_segments_is_no_list_of_songs(music):
    with pytest.raises(PlaylistError, match="HLS"):
        entries(music, "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\na.mp3")


@pytest.mark.parametrize(
    "line", ["a\0b.mp3", "\x1b[31m\u202e", "../" * 2000 + "x", "é" * 300 + ".mp3", "%00", "%ff%fe"]
)
def test_hostile_lines_are_failures_of_one_line(music, line):
    (failure,) = entries(music, line)
    assert isinstance(failure, Failure)
    assert failure.error.isprintable() and len(failure.error) < 1000


def test_a_line_beyond_the_cap_costs_no_memory(music):
    path = music / "long.m3u"
    path.write_bytes(b"a.mp3\n" + b"x" * 20_000_000 + b"\na.mp3\n")
    tracemalloc.start()
    first, second, third = read_m3u(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(first, Entry) and isinstance(third, Entry)
    assert f"{MAX_LINE:,}" in second.error and peak < 2_000_000


def test_a_list_that_cannot_be_read(tmp_path):
    for path in (tmp_path / "none.m3u", tmp_path, Path("/dev/zero")):
        with pytest.raises(PlaylistError) as problem:
            list(read_m3u(path))
        assert "\n" not in str(problem.value)


def test_entries_come_as_they_are_read(music):
    (music / "list.m3u").write_text("a.mp3\n" * 200_000)
    tracemalloc.start()
    reader = read_m3u(music / "list.m3u")
    assert isinstance(next(reader), Entry)
    assert tracemalloc.get_traced_memory()[1] < 2_000_000
    tracemalloc.stop()
