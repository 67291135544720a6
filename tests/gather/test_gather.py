"""The door: what a person names becomes songs, in order; what cannot be used becomes a Failure in its place."""

from dataclasses import replace
from pathlib import Path

import pytest
from gather_sounds import write_sound, write_video

from tonescape.core.errors import SongError
from tonescape.core.records import AudioFeatures, Failure, Song
from tonescape.gather import MAX_LISTS_DEEP, gather


@pytest.fixture
def music(tmp_path) -> Path:
    write_sound(tmp_path / "10 - Ten.mp3")
    write_sound(tmp_path / "2 - Two.mp3", tags={"title": "Zwei", "artist": "Wir"})
    (tmp_path / "table.csv").write_text("Track Name,Valence\nFrom a table,0.25\n")
    (tmp_path / "list.m3u").write_text("#EXTINF:1,Somebody - Ten of Ten\n10 - Ten.mp3\n#EXTINF:1,A - B\n2 - Two.mp3\n")
    return tmp_path


def told(*sources: str | Path) -> list[str]:
    return [f"! {item.error}" if isinstance(item, Failure) else item.title for item in gather(sources)]


def test_files_folders_lists_and_tables_in_order(music):
    found = told(music / "list.m3u", music / "table.csv", music / "10 - Ten.mp3", music, music / "none.mp3")
    assert found[:6] == ["Ten of Ten", "Zwei", "From a table", "Ten", "Zwei", "Ten"]
    assert len(found) == 7 and "no such file" in found[6]


def test_a_playlist_fills_what_tags_leave_open(music):
    ten, two = gather([music / "list.m3u"])
    assert (ten.title, ten.artist) == ("Ten of Ten", "Somebody")
    assert (two.title, two.artist) == ("Zwei", "Wir")


def test_a_table_gives_features_and_no_path(music):
    (song,) = gather([str(music / "table.csv")])
    assert song == Song(title="From a table", given=AudioFeatures(valence=0.25))


def test_a_named_file_is_tried_whatever_its_name(music):
    path = write_sound(music / "x.mp3").rename(music / "music.xyz")
    (song,) = gather([path])
    assert isinstance(song, Song) and song.duration_s


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("no/such/file.mp3", "no such file"),
        ("http://example.org/a.mp3", "never fetched"),
        ("https://example.org/a.m3u8", "never fetched"),
        ("", "an empty name"),
        ("  ", "an empty name"),
        ("x" * 5000, "too long"),
        ("a\0b", "no such file"),
        ("/dev/null", "not a plain file"),
        ("new\nline.mp3", "no such file"),
    ],
)
def test_what_cannot_be_used_is_one_line(source, why):
    (failure,) = gather([source])
    assert isinstance(failure, Failure) and why in failure.error and len(failure.error) < 1000
    assert failure.error.isprintable() and failure.source.isprintable()


def test_lists_of_other_programs_say_what_to_do(music):
    for name in ("x.pls", "x.xspf", "x.xlsx"):
        (music / name).write_text("[playlist]")
        (failure,) = gather([music / name])
        assert isinstance(failure, Failure) and ".m3u8" in failure.error


def test_an_empty_list_a_broken_table_and_an_empty_folder_say_so(tmp_path):
    (tmp_path / "x.m3u").write_text("#EXTM3U\n")
    (tmp_path / "x.csv").write_text("Apples,Pears\n1,2\n")
    (tmp_path / "y.csv").write_text("Track Name,Tempo\n,,\n")
    (tmp_path / "folder").mkdir()
    found = told(*(tmp_path / name for name in ("x.m3u", "x.csv", "y.csv", "folder")))
    assert "names no songs" in found[0] and '"Apples"' in found[1] and "names no songs" in found[2]
    assert "no music" in found[3] and len(found) == 4


def test_lists_within_lists_in_a_circle_end(music):
    (music / "a.m3u").write_text("a.m3u\nb.m3u\n2 - Two.mp3")
    (music / "b.m3u").write_text("./a.m3u\nlist.m3u\nlink.m3u")
    (music / "link.m3u").symlink_to(music / "a.m3u")
    found = told(music / "a.m3u")
    assert [title for title in found if title[0] != "!"] == ["Ten of Ten", "Zwei", "Zwei"]
    assert sum("names itself" in title for title in found) == 3


def test_lists_that_multiply_stay_few(music):
    for depth in range(MAX_LISTS_DEEP - 1):
        (music / f"{depth}.m3u").write_text(f"{depth + 1}.m3u\n" * 20 + ".\n" * 20 + "table.csv\n" * 20)
    (music / f"{MAX_LISTS_DEEP - 1}.m3u").write_text("2 - Two.mp3")
    found = list(gather([music / "0.m3u"]))
    assert len(found) < 2000 and sum(isinstance(each, Song) for each in found) == 1 + 2 + 1


def test_lists_nested_too_deep_end(music):
    for depth in range(MAX_LISTS_DEEP + 5):
        (music / f"{depth}.m3u").write_text(f"{depth + 1}.m3u")
    (only,) = told(music / "0.m3u")
    assert str(MAX_LISTS_DEEP) in only


def test_a_list_may_name_folders_and_tables(music):
    (music / "more").mkdir()
    write_sound(music / "more" / "song.mp3")
    (music / "x.m3u").write_text("more\ntable.csv\n")
    assert told(music / "x.m3u") == ["more", "From a table"]


@pytest.mark.parametrize("name", ["🎵.mp3", "a\nb.mp3", "x" * 250 + ".mp3", "עברית.mp3", "\u202egnp.mp3", "-rf.mp3"])
def test_names_of_every_kind(music, name):
    path = write_sound(music / "x.mp3").rename(music / name)
    (song,) = gather([path])
    assert song.path == path and song.title.isprintable() and song.duration_s


def test_damage_is_left_to_whoever_decodes(tmp_path):
    (tmp_path / "empty.mp3").write_bytes(b"")
    (tmp_path / "text.mp3").write_text("words")
    assert told(tmp_path) == ["empty", "text"]


def test_videos_are_songs(tmp_path):
    write_video(tmp_path / "clip.mp4", sound=True)
    assert told(tmp_path) == ["clip"]


def test_songs_come_one_by_one(music):
    songs = gather([music, music / "none"])
    assert next(songs).title == "Zwei"
    (music / "10 - Ten.mp3").unlink()
    assert "no such file" in next(songs).error


def test_a_catalogue_can_answer_for_the_tags(music):
    asked = []

    def read(path: Path) -> Song:
        asked.append(path.name)
        if path.name.startswith("2"):
            raise SongError(f"{path}: no")
        return Song(path=path, title="Ten", album="Known")

    first, second = gather([music / "list.m3u"], read=read)
    assert asked == ["10 - Ten.mp3", "2 - Two.mp3"]
    assert replace(first, path=None) == Song(title="Ten of Ten", artist="Somebody", album="Known")
    assert isinstance(second, Failure) and second.error.endswith(": no")


@pytest.mark.usefixtures("obeys_permissions")
def test_files_that_may_not_be_read(music):
    for name in ("2 - Two.mp3", "list.m3u", "table.csv"):
        (music / name).chmod(0)
        (failure,) = told(music / name)
        assert "permission denied" in failure
