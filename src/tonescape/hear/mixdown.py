"""From decoded frames of one format to mono at RATE: blocks, loudness meter, mix, resampler."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.core.errors import SongError
from tonescape.core.records import RATE
from tonescape.hear.loudness import LOW_FREQUENCY, SURROUND, channel_weights
from tonescape.hear.resample import ResamplePlan, convert, plan, weighted
from tonescape.hear.spectrum import LOUDEST

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from numpy.typing import NDArray

    from tonescape.core.records import Floats

LEAST_RATE, MOST_RATE = 4000, 768_000
"""Hz, what a file's header may claim"""

MOST_CHANNELS = 64

TOGETHER = 48
"""steps of the plan worked on together, 4 s or so: a multiple of 16, the most transforms that vector instructions do at
once, and enough that calls into numpy are few"""

MOST_VALUES = 4_000_000
"""values a block may hold, all channels together: 16 MB"""

SCALES = {
    "u8": ("u1", 128.0, 128.0),
    "s16": ("i2", 0.0, 2.0**15),
    "s32": ("i4", 0.0, 2.0**31),
    "s64": ("i8", 0.0, 2.0**63),
    "flt": ("f4", 0.0, 1.0),
    "dbl": ("f8", 0.0, 1.0),
}
"""ffmpeg's sample format: numpy's type, the value of silence, and of full scale above it"""


def readable(frame: Any) -> bool:
    """Whether a decoded frame's rate, channels and sample format are ones a FrameConverter can take."""
    return bool(
        LEAST_RATE <= frame.sample_rate <= MOST_RATE
        and 0 < frame.layout.nb_channels <= MOST_CHANNELS
        and frame.format.name.removesuffix("p") in SCALES
    )


class FrameConverter:
    """The way of frames of one format: block, meter, mix, resampler."""

    def __init__(self, name: str, frame: Any, first_only: bool) -> None:
        self.rate: int = frame.sample_rate
        names = [channel.name for channel in frame.layout.channels]
        self.channels = len(names)
        if not readable(frame):
            raise SongError(f"{name}: {self.channels} channels at {self.rate} Hz ({frame.format.name}) cannot be read")
        self._format: str = frame.format.name
        self._kind, self._zero, self._full = SCALES[self._format.removesuffix("p")]
        self._planar: bool = frame.format.is_planar
        self._weights = np.array(channel_weights(names), dtype=np.float32)
        self._mix = mix_weights(names, first_only)
        self._plan = plan(self.rate)
        together = max(1, min(TOGETHER, MOST_VALUES // (self._plan.step * self.channels)))
        self._size = together * self._plan.step + 2 * self._plan.margin
        self._pieces: list[Sequence[Any]] = []
        self._held = 0
        self._tail = np.zeros((self.channels, self._plan.margin), dtype=np.float32)
        self._sums: list[Floats] = []
        self._came = 0
        self._went = 0

    def fits(self, frame: Any) -> bool:
        """Whether a frame has this line's format."""
        return bool(
            frame.sample_rate == self.rate
            and frame.format.name == self._format
            and frame.layout.nb_channels == self.channels
        )

    def take(self, frame: Any, sink: Sink) -> None:
        """Hold a frame; pass on what is held once it fills a block."""
        count = frame.samples
        planes = frame.planes
        if not self._planar:
            self._pieces.append([np.frombuffer(planes[0], self._kind, count * self.channels)])
        elif len(planes) == self.channels:
            self._pieces.append([np.frombuffer(plane, self._kind, count) for plane in planes])
        else:  # more planes than ffmpeg's frame has room for
            self._pieces.append(frame.to_ndarray())
        self._held += count
        if self._held + self._tail.shape[1] >= self._size:
            self._pass_on(sink)

    def finish(self, sink: Sink) -> tuple[Floats, Floats]:
        """Pass on what is left. K-weighted mean square of every step of the whole, and how many seconds it lasts."""
        how = self._plan
        self._pass_on(sink)
        came, self._came = self._came, 0
        wanted = round(came * RATE / self.rate) - self._went
        end = self._convert(np.concatenate([self._tail, np.zeros((self.channels, how.taken), np.float32)], axis=1))
        sink.put(end[: max(0, wanted)])
        sums = np.concatenate(self._sums)
        starts = np.arange(len(sums)) * how.step
        inside = np.minimum(starts + how.taken - how.margin, came) - np.maximum(starts - how.margin, 0)
        seconds = np.clip(came - starts, 0, how.step) / self.rate
        return (sums / np.maximum(inside, 1)).astype(np.float32), seconds.astype(np.float32)

    def _pass_on(self, sink: Sink) -> None:
        """Turn what is held into samples at RATE."""
        if not self._held:
            return
        before = self._tail.shape[1]
        block = np.empty((self.channels, before + self._held), dtype=np.float32)
        block[:, :before] = self._tail
        new = block[:, before:]
        if self._planar:
            for channel in range(self.channels):
                np.concatenate([piece[channel] for piece in self._pieces], out=new[channel], casting="same_kind")
        else:
            new[:] = np.concatenate([piece[0] for piece in self._pieces]).reshape(-1, self.channels).T
        self._pieces.clear()
        self._came += self._held
        self._held = 0
        if self._zero:
            new -= np.float32(self._zero)
        if self._full != 1.0:
            new *= np.float32(1.0 / self._full)
        made = self._convert(block)
        self._went += len(made)
        sink.put(made)

    def _convert(self, block: Floats) -> Floats:
        """Meter and resample the whole steps of [channels, n]; keep the rest as the next block's beginning."""
        how = self._plan
        count = max(0, (block.shape[1] - 2 * how.margin) // how.step)
        self._tail = block[:, count * how.step :].copy()
        if count == 0:
            return np.zeros(0, dtype=np.float32)
        with np.errstate(all="ignore"):
            spectra, sums = _spectra(block, count, how)
            sane = bool((sums <= LOUDEST * LOUDEST).all())
        if not sane:
            for part in (block, self._tail):
                part[~(np.abs(part) <= LOUDEST)] = 0.0  # also what is not a number
            spectra, sums = _spectra(block, count, how)
        self._sums.append(self._weights @ sums)
        if self.rate == RATE:
            plain: Floats = np.dot(self._mix, block[:, how.margin : how.margin + count * how.step])
            return plain
        spectra = spectra[:, :, : len(how.edge)]
        mixed = spectra[0] * self._mix[0]
        for channel in range(1, self.channels):
            mixed += spectra[channel] * self._mix[channel]
        return convert(mixed, how)


def _spectra(block: Floats, count: int, how: ResamplePlan) -> tuple[NDArray[Any], Floats]:
    """Spectra of the overlapping blocks, [channels, blocks, bins], and their sums of K-weighted squares."""
    import scipy.fft
    from numpy.lib.stride_tricks import sliding_window_view

    windows = sliding_window_view(block, how.taken, axis=1)[:, :: how.step][:, :count]
    spectra = scipy.fft.rfft(windows, axis=2)
    return spectra, weighted(spectra, how)


def mix_weights(names: Sequence[str], first_only: bool = False) -> Floats:
    """Share of each channel, by its name in ffmpeg's notation, in the mono mix; they add up to 1."""
    if first_only or len(names) == 1:
        weights = np.eye(1, len(names))[0]
    elif len(names) <= 2:
        weights = np.ones(len(names))
    else:
        side, both = 2.0**-0.5, 2.0**0.5
        weights = np.array(
            [0.0 if n in LOW_FREQUENCY else both if n == "FC" else side if n in SURROUND else 1.0 for n in names]
        )
    shares: Floats = (weights / max(float(weights.sum()), 1e-9)).astype(np.float32)
    return shares


class Sink:
    """The mono result: room for what the file claims, more if there is more, never more than the cap."""

    def __init__(self, cap: int, claimed_s: float) -> None:
        self._cap = cap
        self._size = 0
        # Pages that are never written cost nothing, so a false claim does no harm.
        self._array = np.empty(min(cap, max(RATE, round(min(claimed_s, 1e6) * RATE) + RATE)), dtype=np.float32)

    @property
    def full(self) -> bool:
        """Whether the cap is reached."""
        return self._size >= self._cap

    def put(self, samples: Floats) -> None:
        """Append; what is over the cap is dropped."""
        samples = samples[: self._cap - self._size]
        need = self._size + len(samples)
        if need > len(self._array):
            self._array.resize(min(self._cap, max(need, len(self._array) * 3 // 2)), refcheck=False)
        self._array[self._size : need] = samples
        self._size = need

    def done(self) -> Floats:
        """All of it, the spare room given back."""
        self._array.resize(self._size, refcheck=False)
        return self._array
