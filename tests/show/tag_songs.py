"""Small sound files with tags, for the tests of tag writing, and what FFmpeg reads in them."""

import struct

import av
import numpy as np
from show_samples import make_brief, make_jpeg

JPEG = make_jpeg()
MOOD = make_brief().mood
CODECS = {"mp3": "libmp3lame", "flac": "flac", "m4a": "aac", "wav": "pcm_s16le", "aiff": "pcm_s16be", "opus": "libopus",
          "ogg": "vorbis", "aac": "aac"}  # fmt: skip
FORMATS = sorted(CODECS)


def make_song(path, seconds=1.0, **metadata):
    """Noise in any format, with the tags given."""
    codec = CODECS[path.suffix[1:]]
    rate = 48000 if codec == "libopus" else 44100
    with av.open(str(path), "w", format={"m4a": "ipod", "aac": "adts"}.get(path.suffix[1:])) as file:
        file.metadata.update(metadata or {"title": "A title — ü", "artist": "Somebody", "album": "An album"})
        options = {"strict": "-2"} if codec == "vorbis" else {}
        stream = file.add_stream(codec, rate=rate, layout="stereo", options=options)
        samples = np.random.default_rng(1).normal(0, 3000, (1, 2 * int(rate * seconds))).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="stereo")
        frame.rate, frame.pts = rate, 0
        for packet in (*stream.encode(frame), *stream.encode(None)):
            file.mux(packet)
    return path


def read(path):
    """(decoded sound, metadata by upper-case name, attached pictures)."""
    with av.open(str(path)) as file:
        metadata = {name.upper(): text for name, text in file.metadata.items()}
        metadata |= {name.upper(): text for name, text in file.streams.audio[0].metadata.items()}
        pictures = [bytes(packet) for packet in file.demux() if packet.size and packet.stream.type == "video"]
    with av.open(str(path)) as file:
        sound = [frame.to_ndarray() for frame in file.decode(audio=0)]
    return np.concatenate(sound, axis=1), metadata, pictures


def frame(name, body, version=3):
    size = len(body)
    packed = struct.pack(">I", size) if version == 3 else bytes(size >> shift & 127 for shift in (21, 14, 7, 0))
    return name + packed + b"\0\0" + body


def read_names(path):
    with av.open(str(path), metadata_errors="replace") as file:
        names = {name.upper() for name in file.metadata}
        return names | {name.upper() for s in file.streams.audio for name in s.metadata}
