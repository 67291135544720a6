"""Small sound files with tags, made here, for the tests of gather."""

import struct
from pathlib import Path

import av
import numpy as np

RATE = 48000
CODECS = {
    "mp3": "libmp3lame",
    "m4a": "aac",
    "flac": "flac",
    "opus": "libopus",
    "wav": "pcm_s16le",
    "mka": "aac",
    "aiff": "pcm_s16be",
}


def write_sound(path: Path, *, tags: dict[str, str] | None = None, seconds: float = 0.5, ending: str = "") -> Path:
    """A sine in the format its name says (or `ending`), with tags."""
    codec = CODECS[ending or path.suffix[1:]]
    form = {"m4a": "ipod", "mka": "matroska"}.get(ending or path.suffix[1:], ending or path.suffix[1:])
    with av.open(str(path), "w", format=form) as container:
        for key, value in (tags or {}).items():
            container.metadata[key] = value
        stream = container.add_stream(codec, rate=RATE, layout="mono")
        wave = (np.sin(np.arange(round(RATE * seconds)) * 0.05) * 8000).astype("<i2")
        frame = av.AudioFrame.from_ndarray(wave[None], format="s16", layout="mono")
        frame.sample_rate, frame.pts = RATE, 0
        stream.codec_context.open()
        resampler = av.AudioResampler(
            format=stream.codec_context.format,
            layout="mono",
            rate=RATE,
            frame_size=stream.codec_context.frame_size or None,
        )
        for piece in [*resampler.resample(frame), *resampler.resample(None), None]:
            container.mux(stream.encode(piece))
    return path


def write_video(path: Path, *, sound: bool) -> Path:
    """Four grey frames, with or without a sound track."""
    with av.open(str(path), "w") as container:
        picture = container.add_stream("mpeg4", rate=25)
        picture.width = picture.height = 64
        picture.pix_fmt = "yuv420p"
        track = container.add_stream("aac", rate=RATE, layout="mono") if sound else None
        for _ in range(4):
            container.mux(picture.encode(av.VideoFrame(64, 64, "yuv420p")))
        container.mux(picture.encode(None))
        if track is not None:
            if not track.codec_context.is_open:
                track.codec_context.open()
            wave = np.zeros((1, track.codec_context.frame_size), "float32")
            for number in range(8):
                frame = av.AudioFrame.from_ndarray(wave, format="fltp", layout="mono")
                frame.sample_rate, frame.pts = RATE, number * wave.shape[1]
                container.mux(track.encode(frame))
            container.mux(track.encode(None))
    return path


def id3(*frames: tuple[bytes, bytes]) -> bytes:
    """An ID3v2.3 tag of raw frames, as careless programs write them."""
    body = b"".join(name + struct.pack(">I", len(data)) + b"\0\0" + data for name, data in frames)
    size = bytes((len(body) >> shift) & 127 for shift in (21, 14, 7, 0))
    return b"ID3\3\0\0" + size + body


def mp3_with(path: Path, *frames: tuple[bytes, bytes]) -> Path:
    """An MP3 whose only tag is the one given."""
    raw = write_sound(path).read_bytes()
    length = sum((byte & 127) << shift for byte, shift in zip(raw[6:10], (21, 14, 7, 0), strict=True))
    path.write_bytes(id3(*frames) + raw[10 + length if raw.startswith(b"ID3") else 0 :])
    return path
