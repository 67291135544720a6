"""A value that is there is never lost: ID3v1, APEv2, INFO, second ID3 chunks, pictures of every type, odd headers."""

import base64
import struct
from dataclasses import replace

import mutagen.flac
import mutagen.id3
import mutagen.mp4
import numpy as np
import pytest
from show_samples import make_jpeg
from tag_songs import FORMATS, JPEG, MOOD, frame, make_song, read, read_names

from tonescape.core.errors import OutputError
from tonescape.gather.tagging import id3 as id3_reading
from tonescape.gather.tags import read_cover, read_tags
from tonescape.show.tagging import id3
from tonescape.show.tags import embed_cover, write_tags


def v1_tag():
    return b"TAG" + b"Old Tune".ljust(30, b"\0") + b"Old Band".ljust(60, b"\0") + b"1999" + bytes(30) + b"\x11"


def ape_tag(*items):
    body = b"".join(struct.pack("<II", len(value), flags) + key + b"\0" + value for key, value, flags in items)
    return body + struct.pack("<8sIII8x", b"APETAGEX", 2000, len(body) + 32, len(items)) + bytes(4)


def bare(path):
    """An MP3 without any tag."""
    data = make_song(path, 0.2).read_bytes()
    path.write_bytes(data[id3_reading.tag_length(data[:10]) :])
    return path


def chunk(name, body):
    return name + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)


def test_a_new_tag_says_what_the_old_ones_say(tmp_path):
    """A first ID3v2 tag hides APEv2 and ID3v1 from ffmpeg and others."""
    song = bare(tmp_path / "song.mp3")
    sound = song.read_bytes()
    behind = ape_tag((b"Artist", "Eins\0Zwei ü".encode(), 0), (b"Mood", b"wistful", 0)) + v1_tag()
    song.write_bytes(sound + behind)
    before = read_tags(song)
    write_tags(song, MOOD)
    assert song.read_bytes().endswith(sound + behind)
    assert replace(before, duration_s=None) == replace(read_tags(song), duration_s=None)
    tagged = mutagen.id3.ID3(song, load_v1=False)
    assert (tagged["TIT2"], tagged["TPE1"].text, str(tagged["TDRC"])) == ("Old Tune", ["Eins", "Zwei ü"], "1999")
    assert tagged["TCON"].genres == ["Rock"] and tagged["TXXX:TONESCAPE_MOOD"] == "Melancholy"
    assert "TITLE" in read_names(song)
    song.write_bytes(sound + v1_tag())
    write_tags(song, MOOD)
    assert song.read_bytes()[3] == 3 and b"TYER" in song.read_bytes()


def test_pictures_of_an_ape_tag_come_along(tmp_path):
    song = bare(tmp_path / "song.mp3")
    old = make_jpeg().replace(b"JFIF", b"JFIX")
    song.write_bytes(song.read_bytes() + ape_tag((b"Cover Art (Front)", b"a.jpg\0" + old, 2)))
    assert read_cover(song) == old
    write_tags(song, MOOD)
    assert read_cover(song) == old and mutagen.id3.ID3(song)["APIC:"].data == old
    embed_cover(song, tmp_path / "copy.mp3", JPEG)
    assert read_cover(tmp_path / "copy.mp3") == JPEG and old in (tmp_path / "copy.mp3").read_bytes()


def test_info_is_copied_and_both_stay(tmp_path):
    song = make_song(tmp_path / "song.wav", 0.2, title="A title ü", artist="Who")
    write_tags(song, MOOD)
    assert b"LIST" in song.read_bytes() and b"INAM" in song.read_bytes()
    assert [str(mutagen.File(song)[name]) for name in ("TIT2", "TPE1")] == ["A title ü", "Who"]
    assert (read_tags(song).title, read_tags(song).artist) == ("A title ü", "Who")


def test_info_that_says_less_than_the_id3_chunk_stops_nothing(tmp_path):
    song = make_song(tmp_path / "song.wav", 0.2, title="A Full Title")
    data = song.read_bytes() + chunk(b"id3 ", b"ID3\3\0\0" + id3._safe(29) + frame(b"TIT2", b"\0A Full Title, Long"))
    song.write_bytes(data[:4] + struct.pack("<I", len(data) - 8) + data[8:])
    write_tags(song, MOOD)
    embed_cover(song, tmp_path / "copy.wav", JPEG)
    assert read_tags(tmp_path / "copy.wav").title == "A Full Title, Long"
    assert b"INAM\x0d" in (tmp_path / "copy.wav").read_bytes() and read_cover(tmp_path / "copy.wav") == JPEG


def test_of_two_id3_chunks_the_first_is_changed_and_both_stay(tmp_path):
    song = make_song(tmp_path / "song.wav", 0.2)
    first, second = (b"ID3\3\0\0" + id3._safe(16) + frame(b"TIT2", b"\0" + name) for name in (b"First", b"Later"))
    data = song.read_bytes() + chunk(b"ID3 ", first) + chunk(b"id3 ", second)
    song.write_bytes(data[:4] + struct.pack("<I", len(data) - 8) + data[8:])
    write_tags(song, MOOD)
    tagged = mutagen.File(song)
    assert tagged["TIT2"] == "First" and tagged["TXXX:TONESCAPE_MOOD"] == "Melancholy"
    assert read_tags(song).title == "First" and chunk(b"id3 ", second) in song.read_bytes()


@pytest.mark.parametrize("claimed", [0, 0x7FFFF000, 0x80000000, 0xFFFFFFFF])
@pytest.mark.parametrize("odd", [0, 1])
def test_a_wav_from_a_pipe_gets_its_lengths(tmp_path, claimed, odd):
    song = make_song(tmp_path / "song.wav", 0.2)
    data = song.read_bytes() + bytes(odd)
    at = data.index(b"data") + 4
    total = min(claimed + 36, 2**32 - 1) if claimed else 0
    song.write_bytes(data[:4] + struct.pack("<I", total) + data[8:at] + struct.pack("<I", claimed) + data[at + 4 :])
    before = read(song)
    write_tags(song, MOOD)
    new = song.read_bytes()
    assert new[4:8] == struct.pack("<I", len(new) - 8)
    assert new[at : at + 4] == struct.pack("<I", len(data) - at - 4)
    assert np.array_equal(read(song)[0], before[0])
    tagged = mutagen.File(song)
    assert tagged["TXXX:TONESCAPE_MOOD"] == "Melancholy" and tagged.info.length == pytest.approx(0.2, abs=1e-4)


def test_what_is_refused_names_the_way_out(tmp_path):
    song = make_song(tmp_path / "a: song.wav", 0.2)
    whole = song.read_bytes()
    song.write_bytes(whole[:-1000])
    with pytest.raises(OutputError) as problem:
        write_tags(song, MOOD)
    assert str(problem.value).endswith("ffmpeg -i './a: song.wav' -c copy './a: song-new.wav'")
    assert song.read_bytes() == whole[:-1000]
    sizes = chunk(b"ds64", struct.pack("<QQQI", len(whole) + 28, len(whole) - whole.index(b"data") - 8, 0, 0))
    song.write_bytes(b"RF64" + b"\xff" * 4 + b"WAVE" + sizes + whole[12:])
    with pytest.raises(OutputError, match=r"RF64.* ffmpeg -i '\./a: song.wav' '\./a: song-new.flac'$"):
        write_tags(song, MOOD)


@pytest.mark.parametrize("ending", ["mp3", "ogg", "flac", "m4a", "wav"])
def test_a_new_cover_is_the_one_that_is_shown(tmp_path, ending):
    """Whatever pictures were there: players take the first front cover or the first picture, and `read_cover` too."""
    song, old = make_song(tmp_path / f"song.{ending}", 0.2), make_jpeg().replace(b"JFIF", b"JFIX")
    pictured(song, [(0, old), (4, old + b"back"), (3, old + b"front"), (3, old + b"second front")])
    assert read_cover(song) == (old if ending == "m4a" else old + b"front")
    embed_cover(song, tmp_path / f"copy.{ending}", JPEG)
    assert read_cover(tmp_path / f"copy.{ending}") == JPEG
    shown = read(tmp_path / f"copy.{ending}")[2]
    kept = [old + b"back", old + b"front" if ending == "m4a" else old, old + b"second front"]
    assert shown[0] == JPEG and sorted(shown[1:]) == sorted(kept)


def pictured(path, pictures):
    """Attach pictures, (type, data) pairs, with mutagen."""
    file = mutagen.File(path)
    if path.suffix == ".m4a":
        file["covr"] = [mutagen.mp4.MP4Cover(data, mutagen.mp4.MP4Cover.FORMAT_JPEG) for _, data in pictures]
    elif path.suffix in (".mp3", ".wav"):
        if file.tags is None:
            file.add_tags()
        for kind, data in pictures:
            file.tags.add(mutagen.id3.APIC(encoding=0, mime="image/jpeg", type=kind, desc=f"{len(data)}", data=data))
    else:
        blocks = []
        for kind, data in pictures:
            picture = mutagen.flac.Picture()
            picture.type, picture.mime, picture.data = kind, "image/jpeg", data
            blocks.append(picture)
        if path.suffix == ".flac":
            for picture in blocks:
                file.add_picture(picture)
        else:
            file["metadata_block_picture"] = [base64.b64encode(picture.write()).decode() for picture in blocks]
    file.save()


def test_the_id3_tag_in_front_of_a_flac_shows_the_new_cover_too(tmp_path):
    song, old = make_song(tmp_path / "song.flac", 0.2), make_jpeg().replace(b"JFIF", b"JFIX")
    body = frame(b"APIC", b"\0image/jpeg\0\3\0" + old)
    song.write_bytes(b"ID3\3\0\0" + id3._safe(len(body)) + body + song.read_bytes())
    embed_cover(song, tmp_path / "copy.flac", JPEG)
    assert read(tmp_path / "copy.flac")[2] == [JPEG, JPEG]
    assert read_cover(tmp_path / "copy.flac") == JPEG


@pytest.mark.parametrize("ending", FORMATS)
def test_mutagen_reads_what_is_written(tmp_path, ending):
    song = make_song(tmp_path / f"song.{ending}", 0.2)
    write_tags(song, MOOD)
    embed_cover(song, tmp_path / f"copy.{ending}", JPEG)
    copy = tmp_path / f"copy.{ending}"
    tags = mutagen.id3.ID3(copy) if ending == "aac" else mutagen.File(copy).tags
    found = {name.upper().rpartition(":")[2]: value for name, value in dict(tags).items()}
    value = found["TONESCAPE_VALENCE"]
    assert str(value[0].decode() if ending == "m4a" else value[0]) == "0.21"
