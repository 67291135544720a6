"""M3U: every player's way to write it, and every way to break it."""

import tracemalloc
from pathlib import Path

import pytest

from tonescape.core.errors import PlaylistError, Remark
from tonescape.core.records import Failure
from tonescape.gather import set_title
from tonescape.gather.locate import Locator
from tonescape.gather.m3u import MAX_LINE, M3uEntry, parse_extinf, playlist_title, read_m3u


@pytest.fixture
def music(tmp_path) -> Path:
    for name in ("a.mp3", "Band/b c.mp3", "Band/Live/d.mp3", "naïve.mp3", "x#y.mp3", "100%.mp3"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    return tmp_path


def entries(folder: Path, content: str | bytes, name: str = "list.m3u") -> list[M3uEntry | Failure]:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read_m3u(path))


def found(folder: Path, content: str | bytes) -> list[str | None]:
    return [
        str(entry.path.resolve().relative_to(folder.resolve())) if isinstance(entry, M3uEntry) else None
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
    assert isinstance(entry, M3uEntry) and (entry.title, entry.artist) == ("Naïveté", "Zoë")


def test_two_encodings_in_one_file(music):
    assert found(music, "naïve.mp3\n".encode() + "naïve.mp3\n".encode("latin-1")) == ["naïve.mp3"] * 2


def test_both_unicode_compositions_and_old_disks(tmp_path):
    import os

    (tmp_path / "e\u0301.mp3").write_bytes(b"")
    (tmp_path / os.fsdecode(b"\xfc.mp3")).write_bytes(b"")
    locator = Locator(tmp_path)
    assert locator.find("\u00e9.mp3".encode()) and locator.find("\u00fc.mp3".encode())


def test_a_missing_song_does_not_end_the_list(music):
    first, second, third = entries(music, "a.mp3\ngone/no.mp3\nBand/b c.mp3")
    assert isinstance(first, M3uEntry) and isinstance(third, M3uEntry)
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
    assert isinstance(first, M3uEntry) and isinstance(third, M3uEntry)
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
    assert isinstance(next(reader), M3uEntry)
    assert tracemalloc.get_traced_memory()[1] < 2_000_000
    tracemalloc.stop()


def touch(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"")
    return folder


def test_a_name_that_begins_with_a_hash_is_an_entry_with_its_own_extinf(tmp_path):
    touch(tmp_path, "#1 Tune.mp3", "Band/Other.mp3", "#hash/x.mp3")
    text = "#EXTM3U\n#EXTINF:2,Someone - #1 Tune\n#1 Tune.mp3\nBand/Other.mp3\n#hash\\x.mp3\n"
    first, second, third = entries(tmp_path, text)
    assert (first.path.name, first.title, first.artist) == ("#1 Tune.mp3", "#1 Tune", "Someone")
    assert (second.path.name, second.title, second.artist) == ("Other.mp3", "", "")
    assert third.path == tmp_path / "#hash" / "x.mp3"


def test_a_lost_name_with_a_hash_is_said_and_its_extinf_does_not_slide(tmp_path):
    touch(tmp_path, "Other.mp3")
    first, second = entries(tmp_path, "#EXTINF:2,Someone - #1 Tune\n#1 Tune.mp3\nOther.mp3")
    assert isinstance(first, Failure) and first.source == "#1 Tune.mp3" and "no such file" in first.error
    assert (second.title, second.artist) == ("", "")


def test_a_song_that_is_commented_out_is_no_entry_and_takes_its_extinf_along(tmp_path):
    touch(tmp_path, "Gone.mp3", "Other.mp3")
    with pytest.warns(Remark) as said:
        (only,) = entries(tmp_path, "#EXTINF:2,A - Gone\n# Gone.mp3\nOther.mp3")
    assert (only.path.name, only.title, only.artist) == ("Other.mp3", "", "")
    assert any("comments" in str(each.message) and "line 2" in str(each.message) for each in said)
    assert any("no song comes after it" in str(each.message) and "line 1" in str(each.message) for each in said)


def test_the_later_of_two_extinf_lines_counts_and_the_other_is_said(tmp_path):
    touch(tmp_path, "b.mp3")
    with pytest.warns(Remark, match="no song comes after it: the #EXTINF in line 1"):
        (only,) = entries(tmp_path, "#EXTINF:2,A - First\n#EXTINF:2,B - Second\nb.mp3")
    assert (only.title, only.artist) == ("Second", "B")


def test_comments_are_counted_and_directives_are_not_comments(tmp_path, recwarn):
    touch(tmp_path, "a.mp3", "b.mp3")
    text = "#EXTM3U\n#PLAYLIST:x\n#EXTVLCOPT:start-time=3\n#EXTINF:1,A - B\n# one\na.mp3\n#two\nb.mp3"
    first, second = entries(tmp_path, text)
    assert (first.title, second.title) == ("B", "")
    (said,) = recwarn
    assert "2 lines (the first is line 5)" in str(said.message)


def test_a_comment_is_not_found_by_its_last_names(tmp_path):
    touch(tmp_path, "a.mp3", "old/a.mp3")
    assert found(tmp_path, "#C:\\old\\a.mp3\n#old\\\\a.mp3\na.mp3") == ["a.mp3"]


def test_album_artist_and_genre_of_the_list_and_of_one_song(tmp_path):
    touch(tmp_path, "a.mp3", "b.mp3")
    text = "#EXTALB:All\n#EXTGENRE:Rock\n#EXTART:Them\n#EXTINF:1,A - One\n#EXTALB:Mine\na.mp3\n#EXTINF:1,Two\nb.mp3"
    first, second = entries(tmp_path, text)
    assert (first.artist, first.album, first.genre) == ("A", "Mine", "Rock")
    assert (second.title, second.artist, second.album, second.genre) == ("Two", "Them", "All", "Rock")


def test_letter_case_of_windows(tmp_path):
    touch(tmp_path, "Band/Song.mp3", "Band/Übung.mp3")
    text = "band\\SONG.mp3\nC:\\Users\\me\\Music\\BAND\\song.MP3\nBAND/ÜBUNG.MP3\nx/../bAnd/./song.mp3"
    assert found(tmp_path, text) == ["Band/Song.mp3", "Band/Song.mp3", "Band/Übung.mp3", None]


def test_letter_case_within_the_longest_ending_comes_before_a_shorter_one(tmp_path):
    touch(tmp_path, "song.mp3", "Band/Song.mp3")
    assert found(tmp_path, "C:\\Music\\BAND\\song.mp3") == ["Band/Song.mp3"]


def test_the_exact_name_comes_first_and_two_that_fit_alike_are_not_guessed(tmp_path):
    touch(tmp_path, "a/Song.mp3", "a/SONG.mp3", "A/other.mp3")
    exact, alike, elsewhere = entries(tmp_path, "a/SONG.mp3\na/song.mp3\na/OTHER.mp3")
    assert exact.path.name == "SONG.mp3" and elsewhere.path == tmp_path / "A" / "other.mp3"
    assert isinstance(alike, Failure) and "Song.mp3" in alike.error and "SONG.mp3" in alike.error


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("Кино.mp3", "cp1251"),
        ("Кино.mp3", "koi8_r"),
        ("Кино.mp3", "cp866"),
        ("日本.mp3", "cp932"),
        ("表示ソ.mp3", "cp932"),  # second bytes that are a backslash in ASCII
        ("한국.mp3", "cp949"),
        ("中国.mp3", "gb18030"),
        ("Łódź.mp3", "cp1250"),
        ("Ωδή.mp3", "cp1253"),
        ("Größe.mp3", "mac_roman"),
    ],
)
def test_the_encoding_is_the_one_that_makes_files(tmp_path, name, encoding):
    touch(tmp_path, f"Музыка/{name}", name)
    (tmp_path / "plain.mp3").write_bytes(b"")
    text = f"#PLAYLIST:{name[:-4]}\r\n#EXTINF:1,{name[:-4]} - {name[:-4]}\r\nplain.mp3\r\n{name}\r\n"
    first, second = entries(tmp_path, text.encode(encoding))
    assert second.path == tmp_path / name
    assert (first.title, first.artist) == (name[:-4], name[:-4])
    assert playlist_title(tmp_path / "list.m3u") == name[:-4]


def test_a_folder_of_another_encoding_comes_before_a_shorter_ending(tmp_path):
    touch(tmp_path, "Музыка/song.mp3", "song.mp3")
    assert found(tmp_path, "D:\\Музыка\\song.mp3".encode("cp1251")) == ["Музыка/song.mp3"]


def test_the_encoding_that_a_list_names(tmp_path):
    touch(tmp_path, "a.mp3")
    (entry,) = entries(tmp_path, "#EXTENC: windows-1251\n#EXTINF:1,Кино - Кино\na.mp3".encode("cp1251"))
    assert entry.title == "Кино"
    (entry,) = entries(tmp_path, b"#EXTENC: zlib\n#EXTINF:1,\xe9\na.mp3")
    assert entry.title == "é"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_lists_joined_with_their_marks(tmp_path, encoding):
    touch(tmp_path, "Кино.mp3")
    assert found(tmp_path, "Кино.mp3\n".encode(encoding) * 2) == ["Кино.mp3"] * 2


def test_lists_joined_without_a_line_end(tmp_path):
    touch(tmp_path, "Кино.mp3")
    assert found(tmp_path, "Кино.mp3".encode("utf-8-sig") * 3) == ["Кино.mp3"] * 3


@pytest.mark.parametrize(
    "line",
    [
        '"Кино.mp3"',
        "'Кино.mp3'",
        "%D0%9A%D0%B8%D0%BD%D0%BE.mp3",
        "file:%CA%E8%ED%EE.mp3",
        '"file:///x/%CA%E8%ED%EE.mp3"',
    ],
)
def test_quoted_and_percent_encoded_names(tmp_path, line):
    touch(tmp_path, "Кино.mp3")
    assert found(tmp_path, line) == ["Кино.mp3"]


def test_the_name_as_written_comes_before_the_one_it_may_stand_for(tmp_path):
    touch(tmp_path, '"a".mp3', "a%20b.mp3", "a b.mp3", '"c.mp3"', "c.mp3")
    assert found(tmp_path, '"a".mp3\na%20b.mp3\n"c.mp3"') == ['"a".mp3', "a%20b.mp3", '"c.mp3"']


def test_a_list_of_which_nothing_is_here_says_what_to_do(tmp_path):
    with pytest.warns(Remark, match="none of its 3 files is here; put the list into"):
        entries(tmp_path, "a.mp3\nb.mp3\nc.mp3")


def test_looking_for_names_costs_bounded_work(tmp_path, monkeypatch):
    from tonescape.gather import locate

    calls = []
    listing = locate._listing
    monkeypatch.setattr(locate, "_listing", lambda folder: calls.append(folder) or listing(folder))
    touch(tmp_path, *(f"d{n}/x.mp3" for n in range(20)))
    monkeypatch.setattr(locate, "MAX_LISTINGS", 10)
    entries(tmp_path, "".join(f"D{n % 20}/gone.mp3\n" for n in range(500)))
    assert len(calls) == 10
    monkeypatch.setattr(locate, "MAX_GUESSED", 3)
    locator = locate.Locator(tmp_path)
    tried = [len(list(locator._decodings(b"\xff\xe9.mp3"))) for _ in range(5) if locator.find(b"\xff\xe9.mp3") is None]
    assert tried[0] > 10 and tried[-1] == 1


@pytest.mark.parametrize(
    "text", ["#PLAYLIST: Summer 2024 \na.mp3", "#EXTM3U\n#EXTINF:1,x\na.mp3\n#playlist:Summer 2024"]
)
def test_the_title_of_a_set(tmp_path, text):
    (tmp_path / "my_list.m3u").write_text(text)
    assert set_title(tmp_path / "my_list.m3u") == "Summer 2024"


def test_the_title_of_a_set_without_its_own(tmp_path):
    for name, title in (("my_list.m3u", "my list"), ("a_b c.csv", "a_b c"), ("Vol. 2", "Vol. 2"), ("__.csv", "__")):
        path = tmp_path / name
        path.write_text("#EXTM3U") if path.suffix in (".m3u", ".csv") else path.mkdir()
        assert set_title(path) == title
    assert set_title(tmp_path / "gone.m3u") == "gone"
