"""The blind study: a page on which people place songs and pictures on the plane of valence and arousal.

Each pair is a picture and 30 s of the song it was painted from. They are shown one at a time, all in random order, and
nothing on the page says which belong together; the answers are saved as a file that `tonescape evaluate study` reads.
"""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tonescape.core.errors import InputError
from tonescape.core.store import write_atomically
from tonescape.gather.files import MUSIC_SUFFIXES
from tonescape.show import pages
from tonescape.show.cover import read_recipe
from tonescape.show.thumbs import thumbnail

if TYPE_CHECKING:
    from tonescape.core.records import Sound

SIDE = 640
"""px a side of a picture on the page"""

EXCERPT_S = 30.0
"""s of a song, from its middle: what studies of music and emotion mostly play (Eerola & Vuoskoski 2013)"""

BIT_RATE = 96_000
"""of the excerpt, bit/s"""

MOST = 100
"""pairs on a page: 200 judgements are an hour's work, and the page stays under some 60 MB"""

PICTURES = (".jpg", ".jpeg", ".png")


@dataclass(frozen=True, slots=True)
class Pair:
    """A picture and its song. key : names the pair in answers, the same for the same picture file"""

    key: str
    picture: Path
    song: Path


def write_study(folder: Path, out: Path) -> int:
    """Write the page for the pairs in `folder`, as `paint --embed` leaves them, and return how many there are.

    InputError where there are none; songs that cannot be read raise SongError.
    """
    found = pairs(folder)
    items = [item for pair in found for item in _items(pair)]
    page = pages.page(
        "study.html",
        script="study.js",
        data={"study": _key(b"".join(p.key.encode() for p in found)), "items": items},
        images="data:",
        media="data:",
        judgements=len(items),
    )
    write_atomically(out, page.encode())
    return len(found)


def pairs(folder: Path) -> list[Pair]:
    """Pictures in a folder that have a song of the same name beside them, by name; at most MOST."""
    if not folder.is_dir():
        raise InputError(f"{folder}: not a folder; name one that `tonescape paint --embed` wrote")
    beside: dict[str, list[Path]] = {}
    for file in sorted(folder.iterdir()):
        beside.setdefault(file.stem, []).append(file)
    found = []
    for group in beside.values():
        picture = next((file for file in group if file.suffix.lower() in PICTURES and read_recipe(file)), None)
        song = next((file for file in group if file.is_file() and file.suffix.lower() in MUSIC_SUFFIXES), None)
        if picture and song:
            found.append(Pair(_key(picture.read_bytes()), picture, song))
    if not found:
        raise InputError(
            f"{folder}: no picture with its song beside it; type: tonescape paint SONG... --embed --out {folder}"
        )
    return found[:MOST]


def _items(pair: Pair) -> Iterator[dict[str, str]]:
    from PIL import Image

    from tonescape.hear.decode import decode

    out = io.BytesIO()
    Image.fromarray(thumbnail(pair.picture, SIDE)).save(out, "JPEG", quality=85)
    yield {"pair": pair.key, "kind": "picture", "data": _data("image/jpeg", out.getvalue())}
    yield {"pair": pair.key, "kind": "song", "data": _data("audio/mp4", excerpt(decode(pair.song)))}


def excerpt(sound: Sound) -> bytes:
    """EXCERPT_S from the middle of a sound, or all of a shorter one, as AAC in MP4 at equal loudness, without tags.

    Equal loudness (-18 LUFS, as EBU R 128 s2 asks of streams, but never clipped), so that nobody judges the mastering.
    """
    import av
    import numpy as np

    length = min(len(sound.samples), round(EXCERPT_S * sound.rate))
    start = (len(sound.samples) - length) // 2
    samples = sound.samples[start : start + length]
    peak = float(np.abs(samples).max(initial=0.0)) or 1.0
    gain = min(10 ** ((-18.0 - sound.loudness_lufs) / 20), 0.98 / peak)
    fade = np.minimum(1.0, np.minimum(np.arange(length), np.arange(length)[::-1]) / (0.2 * sound.rate))
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as file:
        stream = file.add_stream("aac", rate=sound.rate, bit_rate=BIT_RATE, layout="mono")
        made = (samples * gain * fade).astype(np.float32)
        for at in range(0, length, 1024):
            frame = av.AudioFrame.from_ndarray(made[None, at : at + 1024], format="fltp", layout="mono")
            frame.sample_rate, frame.pts = sound.rate, at
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return out.getvalue()


def _data(kind: str, data: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def _key(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:12]
