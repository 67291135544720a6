"""The teacher: a published tagging network's answers to three seconds of music, for `distil` to learn.

MSD_musicnn of J. Pons & X. Serra, "musicnn: pre-trained convolutional neural networks for music audio tagging", ISMIR
2019 late-breaking (architecture: Pons et al., "End-to-end learning for music audio tagging at scale", ISMIR 2018),
trained on the Million Song Dataset's tags; ISC licence. Its weights are read out of the package's wheel, musicnn 0.1.0,
without TensorFlow: a checkpoint is an index, a sorted-string table of protocol buffers, and a file of numbers.
"""

from __future__ import annotations

import struct
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tonescape.core.errors import InputError, MissingError
from tonescape.train.lib import arguments

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from numpy.typing import NDArray

    Reals = NDArray[np.float32]

CHECKPOINT = "musicnn/MSD_musicnn/"
RATE, HOP, BANDS, PATCH = 16_000, 256, 96, 187
"""Hz, samples a frame, mel bands, frames a patch (2.99 s): musicnn's configuration.py"""

LEVEL = 0.15
"""RMS every sound is brought to, since the network's logarithm is not free of level"""

EPSILON = 1e-3
"""of TensorFlow's batch normalisation"""

WHEEL = arguments.WHEEL.name
ADVICE = (
    f"the teacher's weights are in {WHEEL}; type: pip download --no-deps musicnn==0.1.0, and name it with --teacher"
)


@dataclass(frozen=True, slots=True, eq=False)
class Teacher:
    """The network's arrays by their names in the checkpoint."""

    arrays: dict[str, Reals]

    def answers(self, patches: Reals) -> Reals:
        """Means then maxima over a patch of its 753 features, [n, 1506], for patches [n, 187, 96] of `log_mel`."""
        import torch

        with torch.inference_mode():
            features = self._features(torch.from_numpy(patches))
            both = torch.cat([features.mean(dim=2), features.amax(dim=2)], dim=1)
        answers: Reals = both.numpy()
        return answers

    def _features(self, sound: Any) -> Any:
        """[n, 753, 187]: timbral and temporal filters, and three residual layers over them."""
        import torch
        from torch.nn.functional import pad

        gain, shift = self._norm(0)
        sound = sound[:, None] * gain + shift
        wide = pad(sound, (0, 0, 3, 3))
        first = [self._front(wide, i) for i in (0, 1)]
        for i in (2, 3, 4):
            length = self.arrays[_numbered("conv2d", i) + "/kernel"].shape[0]
            first.append(self._front(pad(sound, (0, 0, (length - 1) // 2, length // 2)), i))
        front = torch.cat(first, dim=1)
        one = self._layer(front, 5)
        two = self._layer(one, 6) + one
        three = self._layer(two, 7) + two
        return torch.cat([front, one, two, three], dim=1)

    def _front(self, sound: Any, i: int) -> Any:
        """A layer over time and frequency, its maximum over frequency: [n, k, t]."""
        import torch

        kernel, bias, gain, shift = self._weights(i)
        predicted = torch.relu(torch.nn.functional.conv2d(sound, kernel.permute(3, 2, 0, 1), bias))
        return (predicted * gain[:, None, None] + shift[:, None, None]).amax(dim=3)

    def _layer(self, features: Any, i: int) -> Any:
        """A layer over time alone, [n, k, t]."""
        import torch
        from torch.nn.functional import conv1d, pad

        kernel, bias, gain, shift = self._weights(i)
        predicted = torch.relu(conv1d(pad(features, (3, 3)), kernel[:, :, 0].permute(2, 1, 0), bias))
        return predicted * gain[:, None] + shift[:, None]

    def _weights(self, i: int) -> tuple[Any, Any, Any, Any]:
        import torch

        name = _numbered("conv2d", i)
        return (*(torch.from_numpy(self.arrays[f"{name}/{part}"]) for part in ("kernel", "bias")), *self._norm(i + 1))

    def _norm(self, i: int) -> tuple[Any, Any]:
        """Gain and shift of a batch normalisation."""
        import torch

        parts = ("gamma", "beta", "moving_mean", "moving_variance")
        gamma, beta, mean, variance = (self.arrays[f"{_numbered('batch_normalization', i)}/{part}"] for part in parts)
        gain = gamma / np.sqrt(variance + np.float32(EPSILON))
        return torch.from_numpy(gain), torch.from_numpy(beta - mean * gain)


def _numbered(name: str, i: int) -> str:
    return f"{name}_{i}" if i else name


def log_mel(samples: Reals) -> Reals:
    """The network's input [t, 96] of mono samples at RATE: log10(1 + 10,000 mel power), librosa's mel bands."""
    try:
        import librosa
    except ImportError:
        raise MissingError("the teacher's mel bands want librosa; type: pip install librosa") from None
    samples = samples - samples.mean()
    samples = samples * np.float32(LEVEL / max(float(np.sqrt(np.mean(samples * samples))), 1e-9))
    mel = librosa.feature.melspectrogram(y=samples, sr=RATE, hop_length=HOP, n_fft=512, n_mels=BANDS)
    table: Reals = np.log10(10_000.0 * mel.T + 1.0).astype(np.float32)
    return table


def patches(table: Reals, most: int) -> tuple[Reals, NDArray[np.float64]]:
    """Patches [n, 187, 96] of a `log_mel`, end to end or, if there are more than `most`, evenly spread; and where each
    starts, s. None of a sound shorter than a patch."""
    count = len(table) // PATCH
    chosen = np.unique(np.linspace(0, max(count - 1, 0), min(count, most)).round().astype(np.int64)) * PATCH
    found = [table[start : start + PATCH] for start in chosen] if count else []
    cut: Reals = np.array(found, dtype=np.float32).reshape(-1, PATCH, BANDS)
    starts = chosen[: len(found)].astype(np.float64) * (HOP / RATE)
    return cut, starts


def read(wheel: Path) -> Teacher:
    """The teacher in a wheel. MissingError where there is none, InputError where it holds another."""
    if not wheel.is_file():
        raise MissingError(f"{wheel} is not there; {ADVICE}")
    try:
        with zipfile.ZipFile(wheel) as package:
            index = package.read(CHECKPOINT + ".index")
            data = package.read(CHECKPOINT + ".data-00000-of-00001")
        return Teacher(dict(_tensors(index, data)))
    except (zipfile.BadZipFile, KeyError, IndexError, struct.error, ValueError) as problem:
        raise InputError(f"{wheel} is not musicnn's wheel ({problem!r}); {ADVICE}") from problem


def _tensors(index: bytes, data: bytes) -> Iterator[tuple[str, Reals]]:
    """Names and arrays of a TensorFlow checkpoint: tensor_bundle.proto, in LevelDB's table format."""
    footer = index[-48:]
    at = _varint(footer, _varint(footer, 0)[1])[1]  # skip the handle of the meta-index block
    for _, handle in _block(index, *_handle(footer, at)):
        for name, entry in _block(index, *_handle(handle, 0)):
            fields = dict(_fields(entry))
            if name and fields.get(1) == 1:  # DT_FLOAT
                shape = [dict(_fields(size)).get(1, 0) for kind, size in _fields(fields.get(2, b"")) if kind == 2]
                start = fields.get(4, 0)
                numbers = np.frombuffer(data[start : start + fields[5]], "<f4")
                yield name.decode(), numbers.reshape(shape).copy()


def _handle(data: bytes, at: int) -> tuple[int, int]:
    offset, at = _varint(data, at)
    return offset, _varint(data, at)[0]


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A variable-length integer, and where the next thing starts."""
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def _block(data: bytes, offset: int, size: int) -> Iterator[tuple[bytes, bytes]]:
    """Keys, which share prefixes with the one before, and values of an uncompressed block."""
    if data[offset + size] != 0:
        raise ValueError("a compressed checkpoint")
    block = data[offset : offset + size]
    end = size - 4 - 4 * int(struct.unpack("<I", block[-4:])[0])
    at, key = 0, b""
    while at < end:
        shared, at = _varint(block, at)
        fresh, at = _varint(block, at)
        length, at = _varint(block, at)
        key = key[:shared] + block[at : at + fresh]
        at += fresh
        yield key, block[at : at + length]
        at += length


def _fields(message: bytes) -> Iterator[tuple[int, Any]]:
    """Number and value of the fields of a protocol buffer: varints as int, the rest as bytes."""
    at = 0
    while at < len(message):
        tag, at = _varint(message, at)
        kind = tag & 7
        if kind == 0:
            value, at = _varint(message, at)
            yield tag >> 3, value
            continue
        size = {1: 8, 5: 4}.get(kind)
        if size is None:
            size, at = _varint(message, at)
        yield tag >> 3, message[at : at + size]
        at += size
