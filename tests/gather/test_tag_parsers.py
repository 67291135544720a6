"""Our parsers of tags against mutagen, another program's reading of the same specifications, and hostile bytes."""

import random
import struct
import zlib

import mutagen
import pytest
from gather_sounds import id3, mp3_with, write_sound
from mutagen import apev2 as mutagen_ape
from mutagen import id3 as mutagen_id3
from mutagen.flac import FLAC, Picture
from mutagen.mp4 import MP4, MP4Cover, MP4FreeForm

from tonescape.core.errors import SongError
from tonescape.gather.media import open_media
from tonescape.gather.tagging import AttachedPicture, cover_of, id3_frames, read_tag_sets, tagset
from tonescape.gather.tagging import id3 as id3_tags
from tonescape.gather.tagging.id3v1 import GENRES
from tonescape.gather.tags import read_cover, read_tags

JPEG = b"\xff\xd8\xff\xe0" + b"front" * 50
BACK = b"\xff\xd8\xff\xe0" + b"back" * 50
WORDS = ("Nächte 🌙", "Кино", "日本語", "plain")
LANGUAGE_FREE = {"lang": "eng", "desc": ""}


def v1(title=b"", artist=b"", album=b"", year=b"", comment=b"", genre=255):
    fields = (title.ljust(30, b"\0"), artist.ljust(30, b"\0"), album.ljust(30, b"\0"), year.ljust(4, b"\0"))
    return b"TAG" + b"".join(fields) + comment.ljust(30, b"\0") + bytes((genre,))


def ape(*items, footer=None):
    body = b"".join(struct.pack("<II", len(value), flags) + key + b"\0" + value for key, value, flags in items)
    return body + struct.pack("<8sIII8x", b"APETAGEX", 2000, footer or len(body) + 32, len(items)) + bytes(4)


def chunk(name, body):
    return name + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)


def wav(*chunks, size=None):
    form = chunk(b"fmt ", struct.pack("<HHIIHH", 1, 1, 44100, 88200, 2, 16))
    body = b"WAVE" + form + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body) if size is None else size) + body


SOUND = chunk(b"data", bytes(random.Random(2).randbytes(4000)))


def test_the_list_of_genres_is_mutagens():
    assert list(GENRES) == list(mutagen._constants.GENRES)


ENCODINGS = {3: (0, 1), 4: (0, 1, 2, 3)}
"""text encodings of each minor version of ID3v2: Latin-1, UTF-16, UTF-16BE, UTF-8"""


@pytest.mark.parametrize(
    ("version", "encoding", "title"),
    [(v, e, title) for v in ENCODINGS for e in ENCODINGS[v] for title in WORDS if e != 0 or title == "plain"],
)
def test_id3_in_every_encoding(tmp_path, version, encoding, title):
    path = mp3_with(tmp_path / "x.mp3")
    tags = mutagen_id3.ID3()
    tags.add(mutagen_id3.TIT2(encoding=encoding, text=[title]))
    tags.add(mutagen_id3.TPE1(encoding=encoding, text=[title, "B"]))
    tags.add(mutagen_id3.TCON(encoding=encoding, text=["17", "(4)(RX)Own"]))
    tags.add(mutagen_id3.TDRC(encoding=encoding, text=["1987-05"]))
    tags.add(mutagen_id3.USLT(encoding=encoding, text=f"{title}\nzwei", **LANGUAGE_FREE))
    tags.save(path, v2_version=version, v23_sep=None)
    song = read_tags(path)
    assert (song.title, song.artist, song.year) == (title, f"{title}, B", 1987)
    assert song.lyrics == f"{title}\nzwei"
    assert song.genre == ", ".join(mutagen_id3.ID3(path)["TCON"].genres) == "Rock, Disco, Remix, Own"


@pytest.mark.parametrize("order", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_its_mark(tmp_path, order):
    for text in ("Between", "Café"):
        path = mp3_with(tmp_path / "x.mp3", (b"TIT2", b"\1" + text.encode(order)))
        assert read_tags(path).title == text


def test_timed_lyrics_are_lines_or_syllables(tmp_path):
    path = mp3_with(tmp_path / "x.mp3")
    tags = mutagen_id3.ID3()
    tags.add(
        mutagen_id3.SYLT(encoding=1, lang="eng", format=2, type=1, desc="d", text=[("eins 🌙", 10), ("zwei", 256)])
    )
    tags.save(path)
    assert read_tags(path).lyrics == "eins 🌙\nzwei"
    tags.setall("SYLT", [mutagen_id3.SYLT(encoding=3, type=1, text=[("Ei", 1), ("ne", 2), ("\nZwei", 256)])])
    tags.save(path)
    assert read_tags(path).lyrics == "Eine\nZwei"
    tags.setall("SYLT", [mutagen_id3.SYLT(encoding=3, type=5, text=[("C#m7", 1)])])
    tags.save(path)
    assert read_tags(path).lyrics is None  # chords are no words


def test_compressed_and_grouped_frames_are_read_and_encrypted_ones_are_not():
    packed = struct.pack(">I", 6) + zlib.compress(b"\0Title")
    frames = (
        id3_tags.Frame(b"TIT2", b"\0\x80", packed),
        id3_tags.Frame(b"TPE1", b"\0\x20", b"\x07\0Artist"),
        id3_tags.Frame(b"TALB", b"\0\x40", b"\x07\0Album"),
    )
    assert id3_frames.read(id3_tags.Tag(3, frames)).texts == (("TITLE", "Title"), ("ARTIST", "Artist"))
    later = id3_tags.Frame(b"TIT2", b"\0\x49", b"\x07" + packed)
    assert id3_frames.read(id3_tags.Tag(4, (later,))).values("TITLE") == ["Title"]


def test_fields_that_a_first_tag_lacks_come_from_the_next(tmp_path):
    raw = write_sound(tmp_path / "x.mp3").read_bytes()
    raw = raw[id3_tags.tag_length(raw[:10]) :]
    behind = ape((b"Title", b"Ape", 0), (b"Artist", b"One\0Two", 0), (b"Year", b"1971", 0), (b"Icon", b"\0\1", 2))
    old = v1(b"Old", b"Band", b"Old album", b"1960", genre=17)
    path = tmp_path / "y.mp3"
    path.write_bytes(id3((b"TIT2", b"\0New")) + raw + behind + old)
    song = read_tags(path)
    assert (song.title, song.artist, song.album, song.year, song.genre) == (
        "New",
        "One, Two",
        "Old album",
        1971,
        "Rock",
    )
    assert list(mutagen_ape.APEv2(path)["Artist"]) == ["One", "Two"]
    assert [tags.form for tags in read_tag_sets(path)] == ["ID3v2", "APEv2", "ID3v1"]
    path.write_bytes(raw + behind + b"LYRICSBEGIN" + b"LYR00002la" + b"000021LYRICS200" + old)
    assert read_tags(path).title == "Ape"


def test_of_two_tags_of_a_kind_the_first_counts(tmp_path):
    raw = write_sound(tmp_path / "x.mp3").read_bytes()
    raw = raw[id3_tags.tag_length(raw[:10]) :]
    (tmp_path / "x.mp3").write_bytes(id3((b"TIT2", b"\0First")) + id3((b"TIT2", b"\0Second"), (b"TPE1", b"\0B")) + raw)
    assert (read_tags(tmp_path / "x.mp3").title, read_tags(tmp_path / "x.mp3").artist) == ("First", "B")
    first, second = (chunk(b"id3 ", id3((b"TIT2", b"\0" + title))) for title in (b"First", b"Second"))
    (tmp_path / "x.wav").write_bytes(wav(SOUND, first, second))
    assert read_tags(tmp_path / "x.wav").title == str(mutagen.File(tmp_path / "x.wav")["TIT2"]) == "First"


def test_wav_id3_comes_before_info_and_a_broken_one_does_not_hide_it(tmp_path):
    info = chunk(b"LIST", b"INFO" + chunk(b"INAM", b"Inf\xf6\0") + chunk(b"IART", b"Somebody\0"))
    path = tmp_path / "x.wav"
    path.write_bytes(wav(info, SOUND, chunk(b"ID3 ", id3((b"TIT2", b"\0Whole")))))
    assert (read_tags(path).title, read_tags(path).artist) == ("Whole", "Somebody")
    path.write_bytes(wav(info, SOUND, chunk(b"ID3 ", b"no tag")))
    assert read_tags(path).title == "Infö"
    path.write_bytes(wav(info, SOUND, chunk(b"ID3 ", b"ID3\2\0\x40\0\0\0\2ab")))
    assert read_tags(path).title == "Infö"


def test_a_wav_of_more_than_4_gb_by_its_header(tmp_path):
    info = chunk(b"LIST", b"INFO" + chunk(b"INAM", b"Long\0"))
    body = wav(b"", size=0)[12:] + b"data" + b"\xff" * 4 + SOUND[8:] + info
    sizes = chunk(b"ds64", struct.pack("<QQQI", 4 + 36 + len(body), len(SOUND) - 8, 0, 0))
    (tmp_path / "x.wav").write_bytes(b"RF64" + b"\xff" * 4 + b"WAVE" + sizes + body)
    assert [tags.values("TITLE") for tags in read_tag_sets(tmp_path / "x.wav")] == [["Long"]]


@pytest.mark.parametrize("ending", ["flac", "opus"])
def test_vorbis_comments(tmp_path, ending):
    path = write_sound(tmp_path / f"x.{ending}")
    file = mutagen.File(path)
    file["title"], file["ARTIST"], file["Genre"] = WORDS[0], ["A", "A", "B"], ["Folk", "Rock"]
    file["date"], file["unsyncedlyrics"] = "1999-01-02", "[00:01.0]la"
    file.save()
    song, again = read_tags(path), mutagen.File(path)
    assert (song.title, song.artist, song.genre, song.year, song.lyrics) == (WORDS[0], "A, B", "Folk, Rock", 1999, "la")
    assert [again["title"], again["date"]] == [[song.title], ["1999-01-02"]]


def test_mp4_items(tmp_path):
    path = write_sound(tmp_path / "x.m4a")
    file = MP4(path)
    file["\xa9nam"], file["\xa9ART"], file["aART"], file["\xa9day"] = [WORDS[2]], ["A", "B"], ["All"], ["1999"]
    file["\xa9lyr"], file["\xa9gen"] = ["eins\nzwei"], ["Fo"]
    file["----:com.apple.iTunes:ARTIST"] = [MP4FreeForm(b"another thing")]
    file["covr"] = [MP4Cover(JPEG, MP4Cover.FORMAT_JPEG), MP4Cover(BACK, MP4Cover.FORMAT_JPEG)]
    file.save()
    song = read_tags(path)
    assert (song.title, song.artist, song.year, song.lyrics) == (WORDS[2], "A, B", 1999, "eins\nzwei")
    assert read_cover(path) == JPEG
    named = b"\xa9gen" + struct.pack(">I4sII", 18, b"data", 1, 0) + b"Fo"
    numbered = b"gnre" + struct.pack(">I4sII", 18, b"data", 0, 0) + b"\0\x12"
    path.write_bytes(path.read_bytes().replace(named, numbered))
    assert [read_tags(path).genre] == MP4(path)["\xa9gen"] == ["Rock"]


def test_aiff_text_chunks_stand_behind_its_id3(tmp_path):
    path = write_sound(tmp_path / "x.aiff")
    raw = path.read_bytes()
    text = b"NAME" + struct.pack(">I", 4) + b"Name" + b"AUTH" + struct.pack(">I", 3) + b"Who\0"
    path.write_bytes(raw[:4] + struct.pack(">I", len(raw) - 8 + len(text)) + raw[8:] + text)
    assert (read_tags(path).title, read_tags(path).artist) == ("Name", "Who")
    file = mutagen.File(path)
    file.add_tags()
    file.tags.add(mutagen_id3.TIT2(encoding=3, text=["Tag"]))
    file.save()
    assert (read_tags(path).title, read_tags(path).artist) == ("Tag", "Who")


def test_the_cover_is_the_first_front_cover_else_the_first_picture(tmp_path):
    front, other, back = AttachedPicture(3, b"f"), AttachedPicture(0, b"o"), AttachedPicture(4, b"b")
    assert cover_of([other, front, AttachedPicture(3, b"g")]) == b"f"
    assert cover_of([back, other]) == b"b" and cover_of([]) is None
    flac = FLAC(write_sound(tmp_path / "x.flac"))
    mp3 = mutagen_id3.ID3()
    for kind, data in ((4, BACK), (3, JPEG)):
        picture = Picture()
        picture.type, picture.data, picture.mime, picture.desc = kind, data, "image/jpeg", f"Bild 🌙 {kind}"
        flac.add_picture(picture)
        mp3.add(mutagen_id3.APIC(encoding=1, mime="image/jpeg", type=kind, desc=f"Bild 🌙 {kind}", data=data))
    flac.save()
    assert read_cover(tmp_path / "x.flac") == JPEG
    mp3.save(mp3_with(tmp_path / "x.mp3"))
    assert read_cover(tmp_path / "x.mp3") == JPEG
    (tmp_path / "x.wav").write_bytes(wav(SOUND, chunk(b"id3 ", id3((b"APIC", b"\0image/jpeg\0\4\0" + BACK)))))
    assert read_cover(tmp_path / "x.wav") == BACK


def hostile():
    """(name, bytes) of files whose tags claim what is not there."""
    many = b"".join(b"TXXX\0\0\0\0\0\0" for _ in range(tagset.ITEM_CAP + 10))
    size = bytes(len(many) >> shift & 127 for shift in (21, 14, 7, 0))
    yield "mp3", b"ID3\3\0\0" + size + many + bytes(1000)
    yield "mp3", id3((b"TIT2", b"\1")) + id3((b"APIC", b"\1image/jpeg")) + id3((b"SYLT", b"\1eng\2\1ab")) + bytes(900)
    yield "mp3", b"ID3\4\0\x40\0\0\0\x20" + b"\x7f" * 4 + bytes(1000)
    yield "mp3", b"ID3\3\0\0\0\0\0\0" * 5000
    yield "mp3", bytes(1000) + ape((b"Title", b"x", 0), footer=2**32 - 1)
    yield "mp3", bytes(1000) + struct.pack("<II", 2**32 - 1, 0) + ape((b"Title", b"x", 0), footer=60)
    yield "mp3", b"999999LYRICS200" + v1(b"x")
    yield "wav", wav(*[chunk(b"junk", b"")] * (tagset.ITEM_CAP + 10))
    yield "wav", wav(chunk(b"LIST", b"INFO" + b"INAM" + b"\xff" * 4 + b"x"), chunk(b"id3 ", b""), chunk(b"LIST", b""))
    yield "wav", wav(b"data\xff\xff\xff\xff", size=2**32 - 1)
    yield "flac", b"fLaC" + b"\x04\xff\xff\xff" + bytes(100)
    yield "flac", b"fLaC" + b"\0\0\0\0" * 1000 + b"\x84\0\0\x08" + struct.pack("<II", 0, 2**32 - 1)
    yield "m4a", b"\0\0\0\x14ftypM4A \0\0\0\0M4A " + b"\0\0\0\0moov" + b"\0\0\0\x08free" * 1000
    yield "m4a", b"\0\0\0\x14ftypM4A \0\0\0\0M4A " + b"\0\0\0\x01moov" + b"\0" * 7 + b"\x05"
    yield "ogg", b"OggS\0\2" + bytes(20) + b"\1\x1e\1vorbis" + bytes(23)
    yield "ogg", (b"OggS\0\2" + bytes(20) + b"\0") * 5000


@pytest.mark.parametrize("case", range(len(list(hostile()))))
def test_tags_that_lie_cost_no_more_than_they_are_long(tmp_path, case):
    ending, raw = list(hostile())[case]
    path = tmp_path / f"Name.{ending}"
    path.write_bytes(raw)
    found = read_tag_sets(path)
    assert sum(len(tags.texts) for tags in found) <= tagset.ITEM_CAP
    song = read_tags(path)
    assert song.title in ("Name", "x") and "\n" not in song.title


def test_a_list_that_claims_gigabytes_is_not_handed_to_ffmpeg(tmp_path):
    """ffmpeg allocates and clears what a LIST chunk claims: 4 GB for a file of 5 kB."""
    claims = b"LIST" + struct.pack("<I", 2**32 - 2) + b"INFO" + chunk(b"INAM", b"Name\0")
    (tmp_path / "x.wav").write_bytes(wav(SOUND, claims))
    with pytest.raises(SongError, match="claims"):
        open_media(tmp_path / "x.wav")
    assert read_tags(tmp_path / "x.wav").title == "Name"
    (tmp_path / "x.wav").write_bytes(wav(SOUND, chunk(b"LIST", b"INFO" + chunk(b"INAM", b"Name\0"))[:-2]))
    open_media(tmp_path / "x.wav").close()  # cut off while it was copied: still music
    assert read_tags(tmp_path / "x.wav").title == "Name"


@pytest.mark.parametrize("ending", ["mp3", "flac", "opus", "m4a", "wav", "aiff"])
def test_no_broken_byte_raises(tmp_path, ending):
    """What the parsers raise themselves is caught by them; anything else would come out here."""
    path = write_sound(tmp_path / f"x.{ending}", tags={"title": "T", "artist": "A", "lyrics": "la"})
    whole = path.read_bytes() + ape((b"Title", b"x", 0)) + v1(b"x")
    chance = random.Random(3)
    for trial in range(300):
        broken = bytearray(whole[: chance.randrange(len(whole))] if trial % 3 == 0 else whole)
        for _ in range(min(len(broken), 12)):
            place = chance.randrange(len(broken))
            broken[place if trial % 2 else min(place, 600, len(broken) - 1)] = chance.choice(
                (0, 255, chance.randrange(256))
            )
        path.write_bytes(broken)
        assert all(isinstance(text, str) for tags in read_tag_sets(path) for pair in tags.texts for text in pair)


def test_the_address_of_a_picture_is_no_picture(tmp_path):
    link, real = b"\0-->\0\3\0http://example.org/a.jpg", b"\0image/jpeg\0\3\0" + JPEG
    assert read_cover(mp3_with(tmp_path / "x.mp3", (b"APIC", link), (b"APIC", real))) == JPEG
    assert read_cover(mp3_with(tmp_path / "x.mp3", (b"APIC", link))) is None


@pytest.mark.parametrize("pad", [b"", b"\0"])
def test_info_of_odd_length_with_and_without_its_pad_byte(tmp_path, pad):
    texts = (b"INAM", b"Odd1\0"), (b"IART", b"Art"), (b"ICRD", b"2004")
    info = b"".join(name + struct.pack("<I", len(text)) + text + pad * (len(text) % 2) for name, text in texts)
    path = tmp_path / "x.wav"
    path.write_bytes(wav(SOUND, chunk(b"LIST", b"INFO" + info)))
    song = read_tags(path)
    assert (song.title, song.artist, song.year) == ("Odd1", "Art", 2004)
