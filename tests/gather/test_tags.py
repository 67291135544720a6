"""Tags, lyrics, covers; and files that lie about what they are."""

import os
import time
from pathlib import Path

import pytest
from gather_sounds import mp3_with, write_sound, write_video

from growth import growth, processor_s
from tonescape.core.errors import SongError
from tonescape.gather.media import REFUSED_DEVICES, REFUSED_LISTS, open_media
from tonescape.gather.names import MAX_LYRICS, MAX_TEXT, clean, clean_lines, mended, title_from
from tonescape.gather.tags import MAX_COVER, read_cover, read_tags

TAGS = {
    "title": "Nächte 🌙",
    "artist": "Ørsted",
    "album": "Fjäll",
    "genre": "Folk",
    "date": "1999-02-01",
    "lyrics": "[00:01.50]one\ntwo",
}
SONGS = Path("/usr/share/games/fretsonfire/data/songs/sectoid")


@pytest.mark.parametrize("ending", ["mp3", "m4a", "flac", "opus", "mka"])
def test_tags_of_every_format(tmp_path, ending):
    song = read_tags(write_sound(tmp_path / f"x.{ending}", tags=TAGS))
    assert (song.title, song.artist, song.album, song.genre, song.year) == (
        "Nächte 🌙",
        "Ørsted",
        "Fjäll",
        "Folk",
        1999,
    )
    assert song.lyrics == "one\ntwo"
    assert song.duration_s == pytest.approx(0.5, abs=0.1)
    assert song.path == tmp_path / f"x.{ending}" and song.given is None


def test_vorbis_unsynced_lyrics(tmp_path):
    assert read_tags(write_sound(tmp_path / "x.flac", tags={"UNSYNCEDLYRICS": "la\nla"})).lyrics == "la\nla"


def test_id3_lyrics_and_latin_1(tmp_path):
    path = mp3_with(tmp_path / "x.mp3", (b"TIT2", b"\0Caf\xe9"), (b"USLT", b"\0eng\0w\xf6rds"))
    song = read_tags(path)
    assert (song.title, song.lyrics) == ("Café", "wörds")


def test_utf_8_stored_as_latin_1_is_mended(tmp_path):
    path = mp3_with(tmp_path / "x.mp3", (b"TIT2", b"\0" + "Björk – Jóga".encode()))
    assert read_tags(path).title == "Björk – Jóga"


def test_vorbis_comment_that_is_no_utf_8(tmp_path):
    path = write_sound(tmp_path / "x.flac", tags={"title": "CafQ"})
    path.write_bytes(path.read_bytes().replace(b"CafQ", b"Caf\xe9"))
    assert read_tags(path).title == "Café"


@pytest.mark.parametrize("text", ["Motörhead", "Ænima", "Sigur Rós", "Кино", "日本語", "naïve café", "Ã la carte"])
def test_right_text_is_left_alone(text):
    assert mended(text) == text


def test_hostile_titles_become_one_harmless_line(tmp_path):
    nasty = "a\nb\r\tc\x00\x1b[31m\u202egpj.exe\u2066 ../../etc/passwd"
    title = clean(nasty)
    assert title == "a b c [31mgpj.exe ../../etc/passwd"
    assert clean("👩‍👩‍👧 עברית العربية") == "👩‍👩‍👧 עברית العربية"
    assert clean("e\u0301") == "é"
    assert clean("\ud800x") == "�x"
    assert len(clean("x" * 10_000_000)) == MAX_TEXT
    assert clean_lines("a\n\n\u202eb\x07\n") == "a\n\nb"
    assert len(clean_lines("la\n" * 1_000_000)) <= MAX_LYRICS
    song = read_tags(write_sound(tmp_path / "x.flac", tags={"title": "a\nb\u202ec", "artist": "l" * 5000}))
    assert song.title == "a bc" and len(song.artist) == MAX_TEXT


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("07 - Moonlight.mp3", "Moonlight"),
        ("07. Moonlight.mp3", "Moonlight"),
        ("07 Moonlight.mp3", "Moonlight"),
        ("(7) Moonlight.mp3", "Moonlight"),
        ("1-07 - Moonlight.mp3", "Moonlight"),
        ("07_moon_light.mp3", "moon light"),
        ("99 Luftballons.mp3", "99 Luftballons"),
        ("1999.mp3", "1999"),
        ("7 rings.mp3", "7 rings"),
        ("01.mp3", "01"),
        ("Moonlight.mp3", "Moonlight"),
        ("song.ogg", "Feelings"),
        ("guitar.ogg", "Feelings (guitar)"),
        ("Audio.wav", "Feelings"),
        ("...mp3", ".."),
    ],
)
def test_a_title_from_the_name(tmp_path, name, title):
    assert title_from(tmp_path / "Feelings" / name) == title


def test_a_relative_name_still_finds_its_folder(tmp_path, monkeypatch):
    (tmp_path / "Feelings").mkdir()
    monkeypatch.chdir(tmp_path / "Feelings")
    assert title_from(Path("song.ogg")) == "Feelings"


@pytest.mark.parametrize("content", [b"", b"hello, I am text\n" * 500, os.urandom(5000), b"ID3\3\0\0\x7f\x7f\x7f\x7f"])
def test_what_is_no_music_keeps_its_name(tmp_path, content):
    path = tmp_path / "03 - Not music.mp3"
    path.write_bytes(content)
    song = read_tags(path)
    assert song.title == "Not music" and song.lyrics is None


def test_missing_folder_pipe_and_device_are_errors(tmp_path):
    os.mkfifo(tmp_path / "pipe.mp3")
    for path in (tmp_path / "none.mp3", tmp_path, tmp_path / "pipe.mp3", Path("/dev/zero"), tmp_path / "a\0b"):
        for function in (read_tags, read_cover, open_media):
            with pytest.raises(SongError) as problem:
                function(path)
            assert "\n" not in str(problem.value)


def test_a_file_that_may_not_be_read_says_so(tmp_path, monkeypatch):
    path = write_sound(tmp_path / "x.mp3")

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(SongError, match="permission denied"):
        read_tags(path)


@pytest.mark.parametrize("sound", [True, False])
def test_a_video_has_tags_too(tmp_path, sound):
    song = read_tags(write_video(tmp_path / "clip.mp4", sound=sound))
    assert song.title == "clip" and song.duration_s


@pytest.mark.parametrize("name", ["http:x.mp3", "concat:a|b.mp3", "a:b.mp3", "%d.mp3", "naïve 🎵\n.mp3", "-i.mp3"])
def test_names_are_names_and_not_protocols(tmp_path, name):
    assert read_tags(write_sound(tmp_path / "x.mp3").rename(tmp_path / name)).duration_s


def test_a_name_that_is_no_utf_8(tmp_path):
    path = tmp_path / os.fsdecode(b"caf\xe9.mp3")
    write_sound(tmp_path / "x.mp3").rename(path)
    song = read_tags(path)
    assert song.duration_s and song.title == "caf�"


def test_a_file_cannot_make_ffmpeg_open_another(tmp_path):
    write_sound(tmp_path / "secret.flac", tags={"title": "secret"})
    bait = {
        "concat.mp3": "ffconcat version 1.0\nfile secret.flac\n",
        "hls.mp3": "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nsecret.flac\n#EXT-X-ENDLIST\n",
        "sdp.mp3": "v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 9 RTP/AVP 0\n",
    }
    for name, text in bait.items():
        (tmp_path / name).write_text(text)
        with pytest.raises(SongError):
            open_media(tmp_path / name)
        song = read_tags(tmp_path / name)
        assert song.title == name.removesuffix(".mp3") and song.duration_s is None


def test_the_refused_formats_are_names_ffmpeg_has():
    import av

    assert {"concat", "hls", "sdp", "lavfi", "image2"} <= (REFUSED_LISTS | REFUSED_DEVICES) & av.formats_available


PICTURE = b"\xff\xd8\xff\xe0" + b"picture" * 100


def test_the_cover_comes_out_as_it_went_in(tmp_path):
    path = mp3_with(tmp_path / "x.mp3", (b"APIC", b"\0image/jpeg\0\3\0" + PICTURE))
    assert read_cover(path) == PICTURE
    assert read_cover(write_sound(tmp_path / "y.mp3")) is None


def test_a_film_is_no_cover(tmp_path):
    assert read_cover(write_video(tmp_path / "clip.mp4", sound=True)) is None


def test_a_cover_beyond_the_cap_counts_as_none(tmp_path):
    path = mp3_with(tmp_path / "x.mp3", (b"APIC", b"\0image/jpeg\0\3\0" + PICTURE + bytes(MAX_COVER)))
    assert read_cover(path) is None
    assert read_tags(path).duration_s


@pytest.mark.parametrize("ending", ["mp3", "m4a", "flac", "opus", "wav", "mka", "aiff"])
def test_damaged_files_cost_no_more_than_whole_ones_and_no_crash(tmp_path, ending):
    import random

    sound = write_sound(tmp_path / f"x.{ending}", tags=TAGS)
    whole = sound.read_bytes()
    whole_s = processor_s(lambda: read_tags(sound)) + 1e-3
    chance = random.Random(1)
    spent = 0.0
    path = tmp_path / f"broken.{ending}"
    for trial in range(40):
        broken = bytearray(whole[: chance.randrange(len(whole))] if trial % 2 else whole)
        for _ in range(min(len(broken), 20)):
            broken[chance.randrange(min(len(broken), 3000))] = chance.randrange(256)
        path.write_bytes(broken)
        start = time.process_time()
        song = read_tags(path)
        spent = max(spent, time.process_time() - start)
        assert song.title and len(song.title) <= MAX_TEXT and "\n" not in song.title
        try:
            assert len(read_cover(path) or b"") <= MAX_COVER
        except SongError as problem:
            assert "\n" not in str(problem)
    assert spent < 50 * whole_s, "damage makes a file costly"


def test_a_header_that_claims_4_gb(tmp_path):
    raw = bytearray(write_sound(tmp_path / "x.wav").read_bytes())
    raw[4:8] = raw[40:44] = b"\xff\xff\xff\xff"
    (tmp_path / "x.wav").write_bytes(raw)
    assert read_tags(tmp_path / "x.wav").title == "x"


@pytest.mark.skipif(not SONGS.is_dir(), reason="Debian's fretsonfire-songs-sectoid is not installed")
def test_real_songs_without_tags_are_named_by_their_folder():
    song = read_tags(SONGS / "Feelings" / "guitar.ogg")
    assert song.title == "Feelings (guitar)" and song.duration_s == pytest.approx(288.0, abs=0.1)


def test_tags_of_a_long_song_cost_no_more_than_those_of_a_short_one(tmp_path):
    """Lengths and tags come from headers, not from the sound."""
    sounds = {seconds: write_sound(tmp_path / f"{seconds}.mp3", tags=TAGS, seconds=seconds) for seconds in (20, 80)}
    assert growth(lambda seconds: [read_tags(sounds[seconds]) for _ in range(10)], 20) < 0.5


@pytest.mark.parametrize(("said", "explicit"), [("1", True), ("4", True), ("2", False), ("0", None), ("x", None)])
def test_the_advisory_of_a_file(tmp_path, said, explicit):
    assert read_tags(write_sound(tmp_path / "x.flac", tags={"ITUNESADVISORY": said})).explicit is explicit
    assert read_tags(write_sound(tmp_path / "x.mp3", tags={"ITUNESADVISORY": said})).explicit is explicit


def test_the_advisory_of_an_mp4_is_its_rating_and_other_files_ratings_are_stars(tmp_path):
    mp4 = pytest.importorskip("mutagen.mp4")
    path = write_sound(tmp_path / "x.m4a")
    assert read_tags(path).explicit is None
    for value, explicit in ((1, True), (4, True), (2, False), (0, None)):
        tags = mp4.MP4(path)
        tags["rtng"] = [value]
        tags.save()
        assert read_tags(path).explicit is explicit
    assert read_tags(write_sound(tmp_path / "x.flac", tags={"RATING": "1"})).explicit is None
