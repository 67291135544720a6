"""Recordings whose headers say another length than they have, or none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import av
import numpy as np

RATE = 44_100
SECONDS = 9.0


def encoded(path: Path, codec: str, seconds: float = SECONDS, rate: int = RATE) -> Path:
    """Noise that grows quieter, so that the rate of a variable bit rate at its start is not the whole's."""
    random = np.random.default_rng(1)
    noise = random.standard_normal(round(seconds * rate)) * np.linspace(0.3, 0.001, round(seconds * rate))
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate, layout="mono")
        resampler = av.AudioResampler(
            format=stream.codec_context.format or "s16", layout="mono", rate=rate, frame_size=1152
        )
        frame = av.AudioFrame.from_ndarray(noise.astype(np.float32)[None], "flt", "mono")
        frame.sample_rate = rate
        for piece in (*resampler.resample(frame), *resampler.resample(None)):
            piece.pts = None
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return path


def piped_flac(folder: Path) -> Path:
    """A header without a number of samples, as it is written into a pipe."""
    path = encoded(folder / "piped.flac", "flac")
    data = bytearray(path.read_bytes())
    data[21] &= 0xF0  # STREAMINFO: 36 bits of total samples (RFC 9639, 8.2)
    data[22:26] = bytes(4)
    path.write_bytes(data)
    return path


def xing(folder: Path, share: float) -> Path:
    """An MP3 whose Xing header counts other than its frames."""
    path = encoded(folder / "said.mp3", "libmp3lame")
    data = bytearray(path.read_bytes())
    at = max(data.find(b"Xing"), data.find(b"Info"))
    assert at > 0 and data[at + 7] & 1
    frames = int.from_bytes(data[at + 8 : at + 12], "big")
    data[at + 8 : at + 12] = round(frames * share).to_bytes(4, "big")
    path.write_bytes(data)
    return path


def cut_mp3(folder: Path) -> Path:
    """The first third of a file of three times the length."""
    path = encoded(folder / "cut.mp3", "libmp3lame", 3 * SECONDS)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 3])
    return path


def raw_aac(folder: Path) -> Path:
    return encoded(folder / "raw.aac", "aac")


def chained_opus(folder: Path) -> Path:
    """Two Ogg streams, one after the other."""
    parts = [encoded(folder / f"{n}.opus", "libopus", SECONDS / 2, 48_000).read_bytes() for n in range(2)]
    path = folder / "chained.opus"
    path.write_bytes(b"".join(parts))
    return path


WRITERS: dict[str, Callable[[Path], Path]] = {
    "piped.flac": piped_flac,
    "short.mp3": lambda folder: xing(folder, 0.3),
    "long.mp3": lambda folder: xing(folder, 3.0),
    "cut.mp3": cut_mp3,
    "raw.aac": raw_aac,
    "chained.opus": chained_opus,
}
