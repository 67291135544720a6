"""Covers and tags in sound files: nothing lost, the music the same to the byte, the old file safe at any failure."""

import base64
import os
import struct
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from tag_songs import CODECS, FORMATS, JPEG, MOOD, frame, make_song, read, read_names

from tonescape.core.errors import OutputError, SongError, TonescapeError, UsageError
from tonescape.gather.tagging import id3 as id3_reading
from tonescape.gather.tagging.ogg import read_page
from tonescape.show import tags
from tonescape.show.tagging import id3, ogg, parts, vorbis
from tonescape.show.tags import embed_cover, write_tags


@pytest.fixture(params=FORMATS)
def song(request, tmp_path):
    return make_song(tmp_path / f"song.{request.param}")


@pytest.mark.parametrize("name", ["Name: Part", "http:x", "concat:a|b", "pipe:0", "-", "song-%03d", "|ls", "a\nb"])
def test_a_name_is_a_name_and_no_protocol(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    make_song(tmp_path / "a.flac", 0.2).rename(f"{name}.flac")
    embed_cover(Path(f"{name}.flac"), Path("copy.flac"), JPEG)
    write_tags(Path(f"{name}.flac"), MOOD)
    assert read(Path("copy.flac"))[2] == [JPEG]
    assert b"TONESCAPE_MOOD" in Path(f"{name}.flac").read_bytes()


def test_a_copy_gets_the_cover_and_keeps_everything_else(song, tmp_path):
    original = song.read_bytes()
    copy = tmp_path / f"copy{song.suffix}"
    embed_cover(song, copy, JPEG)
    before, after = read(song), read(copy)
    assert np.array_equal(before[0], after[0])
    assert before[1].items() <= after[1].items()
    assert after[2] == [JPEG]
    assert song.read_bytes() == original


def test_mood_tags_are_read_back_and_the_old_ones_stay(song):
    before = read(song)
    write_tags(song, MOOD)
    after = read(song)
    assert np.array_equal(before[0], after[0])
    assert before[1].items() <= after[1].items()
    wanted = {
        "MOOD": "Melancholy",
        "TONESCAPE_VALENCE": "0.21",
        "TONESCAPE_AROUSAL": "0.34",
        "TONESCAPE_SURENESS": "0.50",
    }
    assert wanted.items() <= after[1].items()


def test_writing_again_replaces_and_does_not_grow(song):
    write_tags(song, MOOD)
    size = song.stat().st_size
    write_tags(song, replace(MOOD, valence=0.87))
    assert song.stat().st_size == size
    assert read(song)[1]["TONESCAPE_VALENCE"] == "0.87"
    copy = song.with_name("copy" + song.suffix)
    embed_cover(song, copy, JPEG)
    embed_cover(copy, song, JPEG)
    assert read(song)[2] == [JPEG] and read(song)[1]["TONESCAPE_VALENCE"] == "0.87"


def test_the_same_twice(song, tmp_path):
    for name in ("a", "b"):
        embed_cover(song, tmp_path / f"{name}{song.suffix}", JPEG)
    assert (tmp_path / f"a{song.suffix}").read_bytes() == (tmp_path / f"b{song.suffix}").read_bytes()


def test_a_mood_of_somebody_else_stays(tmp_path):
    for form in ("flac", "opus", "mp3"):
        song = make_song(tmp_path / f"song.{form}", 0.2, title="T", MOOD="wistful")
        write_tags(song, MOOD)
        tagged = read(song)[1]
        assert tagged["MOOD"] == "wistful" and tagged["TONESCAPE_MOOD"] == "Melancholy"


def test_mode_and_links_stay_and_the_time_moves_on(tmp_path):
    song = make_song(tmp_path / "song.mp3", 0.2)
    song.chmod(0o640)
    os.utime(song, (1e9, 1e9))
    (tmp_path / "link.mp3").symlink_to(song)
    write_tags(tmp_path / "link.mp3", MOOD)
    assert (tmp_path / "link.mp3").is_symlink() and "TONESCAPE_MOOD" in read(song)[1]
    assert song.stat().st_mode & 0o777 == 0o640 and song.stat().st_mtime > 1e9


def failing(monkeypatch, how):
    if how == "full disk":

        def full(_):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
    elif how == "sound differs":
        real, seen = tags._read, []

        def changed(path):
            seen.append(path)
            return replace(real(path), sound="other") if len(seen) > 1 else real(path)

        monkeypatch.setattr(tags, "_read", changed)
    elif how == "tag lost":
        real, seen = tags._read, []

        def poorer(path):
            seen.append(path)
            return replace(real(path), sets=()) if len(seen) > 1 else real(path)

        monkeypatch.setattr(tags, "_read", poorer)
    else:
        monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(PermissionError(13, "Permission denied")))


@pytest.mark.parametrize("how", ["full disk", "sound differs", "tag lost", "no permission"])
def test_at_any_failure_the_old_file_is_as_it_was(tmp_path, monkeypatch, how):
    song = make_song(tmp_path / "song.flac", 0.2)
    before = song.read_bytes()
    failing(monkeypatch, how)
    with pytest.raises(OutputError) as problem:
        write_tags(song, MOOD)
    assert str(song) in str(problem.value) and "\n" not in str(problem.value)
    assert song.read_bytes() == before and list(tmp_path.iterdir()) == [song]


def test_ctrl_c_leaves_nothing_behind(tmp_path, monkeypatch):
    song = make_song(tmp_path / "song.wav", 0.2)

    def interrupted(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_tags(song, MOOD)
    assert list(tmp_path.iterdir()) == [song]


def test_what_cannot_be_done_says_so(tmp_path):
    song = make_song(tmp_path / "song.mp3", 0.2)
    with pytest.raises(UsageError, match="copy"):
        embed_cover(song, song, JPEG)
    with pytest.raises(UsageError, match="JPEG"):
        embed_cover(song, tmp_path / "b.mp3", b"GIF89a")
    with pytest.raises(OutputError, match="unchanged"):
        embed_cover(song, tmp_path / "absent" / "b.mp3", JPEG)
    with pytest.raises(SongError):
        write_tags(tmp_path / "absent.mp3", MOOD)
    (tmp_path / "text.mp3").write_text("no music")
    with pytest.raises(SongError):
        write_tags(tmp_path / "text.mp3", MOOD)


def test_formats_without_room_for_tags_are_refused(tmp_path):
    CODECS["mka"] = "flac"
    try:
        song = make_song(tmp_path / "song.mka", 0.2)
    finally:
        del CODECS["mka"]
    before = song.read_bytes()
    with pytest.raises(OutputError, match="MP3, AAC, FLAC"):
        write_tags(song, MOOD)
    assert song.read_bytes() == before


RARE = (
    (b"USLT", b"\0deuDescription\0line one\nline two"), (b"SYLT", b"\0eng\2\1\0abc\0\0\0\0\1"),
    (b"POPM", b"me@example.org\0\xc8\0\0\0\5"), (b"UFID", b"http://musicbrainz.org\0abc"),
    (b"COMM", b"\0engiTunNORM\0 000"), (b"PRIV", b"owner\0\1\2\3"), (b"CHAP", b"c1\0" + bytes(8) + b"\xff" * 8),
    (b"APIC", b"\0image/png\0\4back\0\x89PNG..."), (b"GEOB", b"\0a/b\0\0\0data"),
)  # fmt: skip


def retagged(path, version, *, unsync=False):
    """The MP3 with a tag of rare frames, as raw bytes in front of its sound."""
    data = path.read_bytes()
    body = b"".join(frame(name, text, version) for name, text in RARE)
    if unsync:
        body = body.replace(b"\xff\x00", b"\xff\x00\x00").replace(b"\xff\xff", b"\xff\x00\xff\x00")
    head = b"ID3" + bytes((version, 0, 0x80 if unsync else 0)) + id3._safe(len(body) + 64)
    path.write_bytes(head + body + bytes(64) + data[id3.tag_length(data[:10]) :])
    return path


@pytest.mark.parametrize("version", [3, 4])
def test_rare_id3_frames_are_kept_to_the_byte(tmp_path, version):
    song = retagged(make_song(tmp_path / "song.mp3", 0.2), version)
    write_tags(song, MOOD)
    embed_cover(song, tmp_path / "copy.mp3", JPEG)
    data = (tmp_path / "copy.mp3").read_bytes()
    assert data[3] == version
    for name, text in RARE:
        assert frame(name, text, version) in data, name


def test_unsynchronised_tags_keep_their_content(tmp_path):
    song = retagged(make_song(tmp_path / "song.mp3", 0.2), 3, unsync=True)
    write_tags(song, MOOD)
    data = song.read_bytes()
    kept = {f.name: f.body for f in id3_reading.parse(data[: id3.tag_length(data[:10])]).frames}
    assert all(kept[name] == text for name, text in RARE)
    tag = id3_reading.Tag(4, (id3_reading.Frame(b"TIT2", b"\0\0", b"\0T"),), unsync=True)
    cover = b"\xff\xd8\xff\xe0\xff\x00\x12\xff"
    new = id3.changed(tag, parts.Change(cover=cover))
    assert id3_reading.content(new, new.frames[-1]).endswith(cover)
    assert b"\xff\xd8\xff\xe0" not in id3.build(new)


def test_old_itunes_lengths_in_id3_24_are_understood():
    body = b"\0" + b"x" * 299
    plain = b"TIT2" + struct.pack(">I", 300) + b"\0\0" + body + frame(b"TPE1", b"\0A", 4)
    tag = id3_reading.parse(b"ID3\4\0\0" + id3._safe(len(plain)) + plain)
    assert [f.name for f in tag.frames] == [b"TIT2", b"TPE1"] and tag.frames[0].body == body
    assert id3_reading.parse(id3.build(tag)) == tag


def test_id3_22_takes_its_own_frames():
    tag = id3_reading.Tag(2, (id3_reading.Frame(b"TT2", b"", b"\0Title"),))
    change = parts.Change((("TONESCAPE_MOOD", "Calm"),), JPEG)
    new = id3_reading.parse(id3.build(id3.changed(id3_reading.parse(id3.build(tag)), change)))
    assert [f.name for f in new.frames] == [b"TT2", b"TXX", b"PIC"]
    assert id3.changed(new, change) == id3_reading.Tag(2, new.frames)


def test_flac_blocks_that_nobody_knows_are_kept(tmp_path):
    song = make_song(tmp_path / "song.flac", 0.2)
    data = song.read_bytes()
    application, back = b"\2\0\0\7ownrdat", vorbis.picture_block(JPEG).replace(b"\0\0\0\3", b"\0\0\0\4", 1)
    first = 8 + int.from_bytes(data[5:8], "big")
    song.write_bytes(data[:first] + application + b"\6" + len(back).to_bytes(3, "big") + back + data[first:])
    other = vorbis.picture_block(JPEG)
    embed_cover(song, tmp_path / "copy.flac", JPEG)
    copied = (tmp_path / "copy.flac").read_bytes()
    assert application in copied and back in copied and other in copied
    assert read(tmp_path / "copy.flac")[2] == [JPEG, JPEG]


def test_ogg_pages_have_the_right_sums_and_numbers(tmp_path):
    song = make_song(tmp_path / "song.opus", 3.0)
    embed_cover(song, tmp_path / "copy.opus", JPEG * 1 + bytes(200_000))
    with (tmp_path / "copy.opus").open("rb") as file:
        size, at, numbers = os.fstat(file.fileno()).st_size, 0, []
        while at < size:
            page = read_page(file, at)
            raw = parts.read_at(file, at, page.end - at)
            assert raw == ogg.packed(page, page.number)
            numbers.append(page.number)
            at = page.end
    assert numbers == list(range(len(numbers))) and len(numbers) > 5


def test_ogg_pictures_are_flac_blocks():
    data = struct.pack("<I", 3) + b"own" + struct.pack("<I", 1) + struct.pack("<I", 3) + b"A=b" + b"\1"
    new = vorbis.changed_comments(data, parts.Change(cover=JPEG), picture=True)
    assert new.endswith(b"\1") and new.startswith(data[:7]) and b"A=b" in new
    assert base64.b64encode(vorbis.picture_block(JPEG)) in new
    assert vorbis.jpeg_size(JPEG) == (64, 64)


def test_mp4_with_the_header_in_front_moves_its_chunks(tmp_path):
    song = tmp_path / "song.m4a"
    with av.open(str(make_song(tmp_path / "a.m4a"))) as source, av.open(
        str(song), "w", format="ipod", options={"movflags": "faststart"}
    ) as file:  # fmt: skip
        stream = file.add_stream_from_template(source.streams.audio[0])
        for packet in source.demux(audio=0):
            if packet.dts is not None:
                packet.stream = stream
                file.mux(packet)
    assert song.read_bytes().index(b"moov") < song.read_bytes().index(b"mdat")
    before = read(song)
    write_tags(song, MOOD)
    embed_cover(song, tmp_path / "copy.m4a", JPEG)
    after = read(tmp_path / "copy.m4a")
    assert np.array_equal(before[0], after[0]) and after[2] == [JPEG] and after[1]["TONESCAPE_MOOD"] == "Melancholy"


@pytest.mark.parametrize("form", FORMATS)
def test_broken_files_are_refused_or_come_out_whole(tmp_path, form):
    song = make_song(tmp_path / f"song.{form}", 0.1)
    data = song.read_bytes()
    random = np.random.default_rng(len(form))
    for number in range(12):
        broken = bytearray(data if number % 2 else data[: int(random.integers(8, len(data)))])
        for place in random.integers(0, min(len(broken), 400), 4):
            broken[place] = int(random.integers(0, 256))
        song.write_bytes(broken)
        try:
            write_tags(song, MOOD)
        except TonescapeError as problem:
            assert song.read_bytes() == bytes(broken) and "\n" not in str(problem)
        else:
            assert "TONESCAPE_MOOD" in read_names(song)
        assert list(tmp_path.iterdir()) == [song]


SECTOID = Path("/usr/share/games/fretsonfire/data/songs/sectoid")


@pytest.mark.skipif(not SECTOID.is_dir(), reason="Debian's fretsonfire-songs-sectoid is not installed")
def test_real_ogg_files_take_a_cover(tmp_path):
    source = min(SECTOID.glob("*/*.ogg"), key=lambda path: path.stat().st_size)
    embed_cover(source, tmp_path / "a.ogg", JPEG)
    assert read(tmp_path / "a.ogg")[2] == [JPEG]
    write_tags(tmp_path / "a.ogg", MOOD)
    assert tags._read(source).sound == tags._read(tmp_path / "a.ogg").sound
