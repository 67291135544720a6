"""From decoded frames of one format to mono at RATE: blocks, loudness meter, mix, resampler."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.core.errors import SongError
from tonescape.core.records import RATE
from tonescape.hear.loudness import LOW_FREQUENCY, SURROUND, Meter, channel_weights
from tonescape.hear.resample import Resampler
from tonescape.hear.spectrum import LOUDEST

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from tonescape.core.records import Floats

LEAST_RATE, MOST_RATE = 4000, 768_000
"""Hz, what a file's header may claim"""

MOST_CHANNELS = 64

BLOCK_STEPS = 30
"""loudness steps (100 ms each) a block"""

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


class Line:
    """The way of frames of one format: block, meter, mix, resampler."""

    def __init__(self, name: str, frame: Any, first_only: bool) -> None:
        self.rate: int = frame.sample_rate
        names = [channel.name for channel in frame.layout.channels]
        self.channels = len(names)
        if not LEAST_RATE <= self.rate <= MOST_RATE or not 0 < self.channels <= MOST_CHANNELS:
            raise SongError(f"{name}: {self.channels} channels at {self.rate} Hz are more than can be read")
        self._format: str = frame.format.name
        self._kind, self._zero, self._full = SCALES[self._format.removesuffix("p")]
        self._planar: bool = frame.format.is_planar
        self._meter = Meter(self.rate, channel_weights(names))
        self._resampler = Resampler(self.rate)
        self._mix = mix_weights(names, first_only)
        steps = max(1, min(BLOCK_STEPS, MOST_VALUES // (self._meter.step * self.channels)))
        self._size = steps * self._meter.step
        self._pieces: list[Sequence[Any]] = []
        self._held = 0
        self._tail = np.zeros((self.channels, 0), dtype=np.float32)

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
        if self._held >= self._size:
            self._pass_on(sink)

    def finish(self, sink: Sink) -> Floats:
        """Pass on what is left; the energies the meter has seen."""
        self._pass_on(sink)
        sink.put(self._resampler.finish())
        return self._meter.energies()

    def _pass_on(self, sink: Sink) -> None:
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
        self._held = 0
        if self._zero:
            new -= np.float32(self._zero)
        if self._full != 1.0:
            new *= np.float32(1.0 / self._full)
        mono = self._mixed(new)
        whole = block.shape[1] // self._meter.step * self._meter.step
        self._meter.feed(block[:, :whole])
        self._tail = block[:, whole:].copy()
        sink.put(self._resampler.feed(mono))

    def _mixed(self, block: Floats) -> Floats:
        """The mono mix of [channels, n]; samples that cannot be are set to 0 in place first."""
        with np.errstate(all="ignore"):
            mono: Floats = np.dot(self._mix, block)
            if float(np.dot(mono, mono)) <= LOUDEST * LOUDEST:
                return mono
        block[~(np.abs(block) <= LOUDEST)] = 0.0  # also what is not a number
        clean: Floats = np.dot(self._mix, block)
        return clean


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
