"""A file's sound: whatever ffmpeg reads, as mono at RATE, in bounded memory and time; and its loudness.

The file is decoded once. Its own samples, channels and rate go in blocks of three seconds through the loudness meter,
then are mixed to one channel and resampled. Nothing but the mono result grows.

Mixing: the weighted mean of the channels, the weights adding up to 1, so that the same signal in all channels keeps
its level and nothing can clip that was not clipped: left and right 1, centre .707 of both sides, surround .707 as
in ITU-R BS.775 (left and right mixed), low-frequency channel left out. Channels without a known place weigh the same.
If the mix cancels (one side is the other turned over), the first channel is taken alone.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tonescape.core.errors import SongError
from tonescape.core.records import RATE, Sound, readonly
from tonescape.gather.media import open_media
from tonescape.hear.loudness import integrated
from tonescape.hear.mixdown import FrameConverter, Sink, readable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from tonescape.core.records import Floats

CAP_S = 1200.0
"""s; of a longer file only this much is heard"""

LEAST_S = 0.05
"""s; less decoded sound than this is no song"""

BUDGET_S = 180.0
"""s of wall clock a file may take; ordinary 20-minute files take one to three"""

COUNTED_S = 6 * 3600.0
"""s of a file longer than CAP_S that are decoded to learn how long it is; of a longer one its header is asked"""

LONGEST_CLAIM_S = 7 * 86_400.0
"""s; a header that claims more is not believed at all"""

MOST_ERRORS = 1000
"""packets in a row that may fail before the rest of the file is given up"""

MOST_SILENT_PACKETS = 100_000
"""packets in a row that may give no sound at all"""

MOST_CHANGES = 100
"""times the format may change inside a file; frames of other formats are left out after that"""

CANCELLED = 1e-3
"""a mix with less than this share of the channels' mean energy has cancelled"""


def decode(path: str | Path, *, rate: int = RATE, cap_s: float = CAP_S) -> Sound:
    """Read a file's best audio stream.

    path : any format ffmpeg reads, video too      rate : Hz, only RATE      cap_s : s, at most this much is read
    errors : SongError for what holds no sound or less than LEAST_S of it. Damaged files give what can be decoded.

    The duration is that of what decodes, whatever a header says; what lies beyond the cap is decoded to be counted
    only. Where that ends early (after COUNTED_S, or for want of time, see BUDGET_S), a header's larger word stands.
    """
    if rate != RATE:
        raise ValueError(f"sounds are decoded to {RATE} Hz, not {rate}")
    path = Path(path)
    read = _read(path, cap_s, first_only=False)
    if _cancelled(read):
        read = _read(path, cap_s, first_only=True)
    samples = read.samples
    decoded_s = len(samples) / RATE
    if decoded_s < LEAST_S:
        raise SongError(f"{shown(path)}: no sound could be decoded; is the file complete?")
    return Sound(
        samples=readonly(samples),
        rate=RATE,
        duration_s=read.length_s if read.truncated else decoded_s,
        source_rate=read.rate,
        channels=read.channels,
        truncated=read.truncated,
        loudness_lufs=integrated(read.energies, read.seconds),
    )


def shown(path: str | Path) -> str:
    """A path as one printable line."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in str(path))


@dataclass(frozen=True, slots=True, eq=False)
class _Read:
    samples: Floats
    energies: Floats
    seconds: Floats
    rate: int
    channels: int
    length_s: float
    truncated: bool


def _cancelled(read: _Read) -> bool:
    if read.channels != 2 or len(read.energies) == 0:
        return False
    mixed = float(np.dot(read.samples, read.samples)) / max(len(read.samples), 1)
    return mixed < CANCELLED * float(read.energies.mean()) / 2.0 and float(read.energies.mean()) > 1e-8


def _read(path: Path, cap_s: float, *, first_only: bool) -> _Read:
    """Decode a file; every error of ffmpeg's becomes a SongError here."""
    import av

    av.logging.set_level(None)
    try:
        with open_media(path) as container:
            return _stream(path, container, cap_s, first_only)
    except (av.error.FFmpegError, OSError, ValueError, EOFError, MemoryError) as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise SongError(f"{shown(path)}: cannot be read as sound ({shown(reason)})") from error


def _stream(path: Path, container: Any, cap_s: float, first_only: bool) -> _Read:
    streams = container.streams
    stream = streams.best("audio") or next(iter(streams.audio), None)
    if stream is None or stream.codec_context is None:
        raise SongError(f"{shown(path)}: there is no sound in it")
    stream.codec_context.thread_count = 1  # songs are worked on side by side, not parts of one
    claimed_s = _claimed(container, stream)
    sink = Sink(round(cap_s * RATE), claimed_s)
    line: FrameConverter | None = None
    first: FrameConverter | None = None
    energies: list[tuple[Floats, Floats]] = []
    changes = 0
    came_s = 0.0
    frames = _frames(path, container, stream)
    for frame in frames:
        if line is None or not line.fits(frame):
            if line is not None and (changes > MOST_CHANGES or not readable(frame)):
                continue  # a frame with a damaged header
            if line is not None:
                energies.append(line.finish(sink))
            line = FrameConverter(shown(path), frame, first_only)
            first = first or line
            changes += 1
        line.take(frame, sink)
        came_s += frame.samples / frame.sample_rate
        if sink.full:
            break
    if line is None or first is None:
        raise SongError(f"{shown(path)}: no sound could be decoded; is it really a sound file?")
    energies.append(line.finish(sink))
    squares, seconds = (np.concatenate(parts) for parts in zip(*energies, strict=True))
    inside = np.cumsum(seconds) <= cap_s + 0.05  # the last block may reach beyond the cap
    length_s = _counted(frames, came_s, claimed_s) if sink.full else came_s
    return _Read(sink.done(), squares[inside], seconds[inside], first.rate, first.channels, length_s, sink.full)


def _counted(frames: Iterator[Any], came_s: float, claimed_s: float) -> float:
    """Duration in s of a file of which `came_s` have been decoded: counted on, or claimed where that takes too long."""
    try:
        for frame in frames:
            came_s += frame.samples / frame.sample_rate if frame.sample_rate else 0.0
            if came_s > COUNTED_S:
                return max(came_s, claimed_s)
    except SongError:  # out of time
        return max(came_s, claimed_s)
    return came_s


def _claimed(container: Any, stream: Any) -> float:
    """The duration the file's header claims, s; 0 if it claims none that can be believed."""
    claims = [0.0]
    if container.duration is not None:
        claims.append(container.duration / 1e6)
    if stream.duration is not None and stream.time_base is not None:
        claims.append(float(stream.duration * stream.time_base))
    return max(claim for claim in claims if claim <= LONGEST_CLAIM_S)


def _frames(path: Path, container: Any, stream: Any) -> Iterator[Any]:
    """Decoded frames; damaged packets are skipped, a damaged container ends the song."""
    import av

    end = time.monotonic() + BUDGET_S
    failed = silent = 0
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets, None)
        except (av.error.FFmpegError, OSError, ValueError):
            packet = None
        if packet is None or failed > MOST_ERRORS or silent > MOST_SILENT_PACKETS:
            return
        if time.monotonic() > end:
            raise SongError(f"{shown(path)}: decoding takes longer than {BUDGET_S:.0f} s")
        try:
            decoded = packet.decode()
        except (av.error.FFmpegError, OSError, ValueError):
            failed += 1
            continue
        failed = 0
        silent = 0 if decoded else silent + 1
        yield from decoded
