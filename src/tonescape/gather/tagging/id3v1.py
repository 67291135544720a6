"""ID3v1 and 1.1 (id3.org/ID3v1): the last 128 bytes of a file; and the list of genres that ID3v2 and MP4 share."""

from __future__ import annotations

from typing import BinaryIO

from tonescape.gather.names import western
from tonescape.gather.tagging.tagset import TagSet, read_at

LENGTH = 128

GENRES = (
    "Blues", "Classic Rock", "Country", "Dance", "Disco", "Funk", "Grunge", "Hip-Hop", "Jazz", "Metal", "New Age",
    "Oldies", "Other", "Pop", "R&B", "Rap", "Reggae", "Rock", "Techno", "Industrial", "Alternative", "Ska",
    "Death Metal", "Pranks", "Soundtrack", "Euro-Techno", "Ambient", "Trip-Hop", "Vocal", "Jazz+Funk", "Fusion",
    "Trance", "Classical", "Instrumental", "Acid", "House", "Game", "Sound Clip", "Gospel", "Noise", "Alt. Rock",
    "Bass", "Soul", "Punk", "Space", "Meditative", "Instrumental Pop", "Instrumental Rock", "Ethnic", "Gothic",
    "Darkwave", "Techno-Industrial", "Electronic", "Pop-Folk", "Eurodance", "Dream", "Southern Rock", "Comedy",
    "Cult", "Gangsta Rap", "Top 40", "Christian Rap", "Pop/Funk", "Jungle", "Native American", "Cabaret", "New Wave",
    "Psychedelic", "Rave", "Showtunes", "Trailer", "Lo-Fi", "Tribal", "Acid Punk", "Acid Jazz", "Polka", "Retro",
    "Musical", "Rock & Roll", "Hard Rock", "Folk", "Folk-Rock", "National Folk", "Swing", "Fast-Fusion", "Bebop",
    "Latin", "Revival", "Celtic", "Bluegrass", "Avantgarde", "Gothic Rock", "Progressive Rock", "Psychedelic Rock",
    "Symphonic Rock", "Slow Rock", "Big Band", "Chorus", "Easy Listening", "Acoustic", "Humour", "Speech", "Chanson",
    "Opera", "Chamber Music", "Sonata", "Symphony", "Booty Bass", "Primus", "Porn Groove", "Satire", "Slow Jam",
    "Club", "Tango", "Samba", "Folklore", "Ballad", "Power Ballad", "Rhythmic Soul", "Freestyle", "Duet", "Punk Rock",
    "Drum Solo", "A Cappella", "Euro-House", "Dance Hall", "Goa", "Drum & Bass", "Club-House", "Hardcore", "Terror",
    "Indie", "BritPop", "Afro-Punk", "Polsk Punk", "Beat", "Christian Gangsta Rap", "Heavy Metal", "Black Metal",
    "Crossover", "Contemporary Christian", "Christian Rock", "Merengue", "Salsa", "Thrash Metal", "Anime", "JPop",
    "Synthpop", "Abstract", "Art Rock", "Baroque", "Bhangra", "Big Beat", "Breakbeat", "Chillout", "Downtempo", "Dub",
    "EBM", "Eclectic", "Electro", "Electroclash", "Emo", "Experimental", "Garage", "Global", "IDM", "Illbient",
    "Industro-Goth", "Jam Band", "Krautrock", "Leftfield", "Lounge", "Math Rock", "New Romantic", "Nu-Breakz",
    "Post-Punk", "Post-Rock", "Psytrance", "Shoegaze", "Space Rock", "Trop Rock", "World Music", "Neoclassical",
    "Audiobook", "Audio Theatre", "Neue Deutsche Welle", "Podcast", "Indie Rock", "G-Funk", "Dubstep", "Garage Rock",
    "Psybient",
)  # fmt: skip
"""0-79 are of ID3v1 (id3v2.3.0, appendix A), the others were added by Winamp, the last in 5.6"""


def genre_name(number: int) -> str:
    """The genre of a number; "" where there is none."""
    return GENRES[number] if 0 <= number < len(GENRES) else ""


def starts(file: BinaryIO, size: int) -> int:
    """Where the tag begins; `size` where there is none."""
    return size - LENGTH if size >= LENGTH and read_at(file, size - LENGTH, 3) == b"TAG" else size


def read(file: BinaryIO, size: int) -> list[TagSet]:
    """The tag, or nothing."""
    at = starts(file, size)
    if at == size:
        return []
    data = read_at(file, at, LENGTH)
    track = data[126] if data[125] == 0 else 0  # ID3v1.1 takes the comment's last two bytes for it
    fields = (
        ("TITLE", _text(data[3:33])),
        ("ARTIST", _text(data[33:63])),
        ("ALBUM", _text(data[63:93])),
        ("DATE", _text(data[93:97])),
        ("COMMENT", _text(data[97 : 125 if track else 127])),
        ("TRACKNUMBER", str(track) if track else ""),
        ("GENRE", genre_name(data[127])),
    )
    return [TagSet("ID3v1", tuple((name, text) for name, text in fields if text))]


def _text(raw: bytes) -> str:
    return western(raw.partition(b"\0")[0]).strip()
