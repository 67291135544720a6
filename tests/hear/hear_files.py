"""Sound files for the tests, made with PyAV: any container, codec, rate and layout."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np

CODECS = {
    "wav": "pcm_s16le", "flac": "flac", "mp3": "libmp3lame", "ogg": "vorbis", "opus": "libopus", "m4a": "aac",
    "aac": "aac", "aiff": "pcm_s16be", "wma": "wmav2", "mka": "flac", "webm": "libopus", "ac3": "ac3",
}  # fmt: skip


def write_sound(
    path: Path,
    samples: np.ndarray,
    rate: int = 44100,
    *,
    layout: str = "stereo",
    codec: str | None = None,
    bit_rate: int | None = None,
) -> Path:
    """samples float [n, channels] in [-1, 1]"""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec or CODECS[path.suffix[1:]], rate=rate, layout=layout)
        if bit_rate or path.suffix == ".wma":
            stream.bit_rate = bit_rate or 128000
        if stream.codec_context.name == "vorbis":
            stream.codec_context.options = {"strict": "experimental"}
        resampler = av.AudioResampler(format=stream.codec_context.format, layout=layout, rate=rate)
        for start in range(0, len(samples), rate):
            part = np.ascontiguousarray(samples[start : start + rate].T, dtype=np.float32)
            frame = av.AudioFrame.from_ndarray(part, format="fltp", layout=layout)
            frame.sample_rate = rate
            frame.pts = start
            for piece in resampler.resample(frame):
                container.mux(stream.encode(piece))
        for piece in resampler.resample(None):
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return path


def write_video(path: Path, samples: np.ndarray | None, rate: int = 44100) -> Path:
    """A two-second video, with a stereo track if there are samples."""
    with av.open(str(path), "w") as container:
        picture = container.add_stream("mpeg4", rate=10)
        picture.width, picture.height, picture.pix_fmt = 64, 48, "yuv420p"
        sound = None if samples is None else container.add_stream("aac", rate=rate, layout="stereo")
        for _ in range(20):
            frame = av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), dtype=np.uint8), format="rgb24")
            container.mux(picture.encode(frame))
        if sound is not None and samples is not None:
            resampler = av.AudioResampler(format="fltp", layout="stereo", rate=rate, frame_size=1024)
            part = np.ascontiguousarray(samples.T, dtype=np.float32)
            frame = av.AudioFrame.from_ndarray(part, format="fltp", layout="stereo")
            frame.sample_rate = rate
            for piece in resampler.resample(frame):
                container.mux(sound.encode(piece))
            container.mux(sound.encode(None))
        container.mux(picture.encode(None))
    return path


def stereo(mono: np.ndarray) -> np.ndarray:
    return np.stack([mono, mono], axis=1)


def sine(hz: float, seconds: float, rate: int = 44100, level: float = 0.5) -> np.ndarray:
    return level * np.sin(2.0 * np.pi * hz * np.arange(round(seconds * rate)) / rate)
