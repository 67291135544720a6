"""An embedding of a song by a small network, distilled from a large network that was trained to tag music.

Five convolutions over three seconds of the bands below 8 kHz, their means and maxima over the patch, and one layer
more. It learnt to say what a published tagging network says of the same sound (J. Pons & X. Serra, "musicnn:
pre-trained convolutional neural networks for music audio tagging", ISMIR 2019 late-breaking; the method is G. Hinton,
O. Vinyals, J. Dean, "Distilling the knowledge in a neural network", 2015), also where a codec had been over it. Its
card is weights/ear.json. The forward pass is matrix products, so that hearing needs numpy and nothing else.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from tonescape.core import weights
from tonescape.hear.bands import DEPTH_DB, N_BANDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tonescape.core.records import Floats, Scores

    Network = tuple[tuple[tuple[Floats, Floats], ...], tuple[Floats, Floats]]
    """kernels and shifts of the layers, and the last layer's matrix and bias"""

MODEL = "ear"

PATCH = 130
"""frames of a patch, 3.02 s"""

MOST_PATCHES = 24
"""of a song, evenly spread; more than 72 s of it change the mean little and cost time"""

AT_ONCE = 2
"""patches whose layers are worked out together: they stay in the processor's cache"""

LENGTH = 192
"""numbers in the answer"""

SCALE_DB = DEPTH_DB / 3.0
"""dB that are 1 for the network; 0 dB are 1 and the floor is -2"""

NAMES = tuple(f"learned.{i:03d}" for i in range(LENGTH))


def learned_values(heard: Floats) -> Scores:
    """learned.000 .. learned.191 : what the last layer answers, at least 0, mean over the patches.

    heard : float32 [t, 58], of `bands`; shorter sounds than a patch are repeated
    """
    return tuple(zip(NAMES, embed(patches(heard)).mean(axis=0).tolist(), strict=True))


def patches(heard: Floats) -> Floats:
    """Patches [n, 130, 58] one after the other, at most MOST_PATCHES, scaled for the network; n >= 1."""
    if len(heard) < PATCH:
        heard = np.tile(heard, (-(-PATCH // len(heard)), 1))
    count = len(heard) // PATCH
    chosen = np.unique(np.linspace(0, count - 1, min(count, MOST_PATCHES)).round().astype(np.int64))
    whole = heard[: count * PATCH].reshape(count, PATCH, N_BANDS)[chosen]
    return whole * np.float32(1.0 / SCALE_DB) + np.float32(1.0)


def embed(batch: Floats, network: Network | None = None) -> Floats:
    """The network's answer [n, 192] to patches [n, 130, 58].

    network : of `unpack`; the shipped one by default
    """
    layers, (matrix, bias) = network or _shipped()
    answers = []
    for start in range(0, len(batch), AT_ONCE):
        x = batch[start : start + AT_ONCE, :, :, None]
        for kernel, shift in layers:
            x = _convolve(x, kernel, shift)
        pooled = np.concatenate([x.mean(axis=(1, 2)), x.max(axis=(1, 2))], axis=1)
        answers.append(np.maximum(pooled @ matrix + bias, np.float32(0.0)))
    return np.concatenate(answers)


def _convolve(x: Floats, kernel: Floats, shift: Floats) -> Floats:
    """A 3 x 3 convolution of x [n, t, f, c] with kernel [9 c, k], one zero around, every second frame and
    band kept; then shift [k] and half-wave rectification: [n, t', f', k]."""
    padded = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
    views = sliding_window_view(padded, (3, 3), axis=(1, 2))[:, ::2, ::2].transpose(0, 1, 2, 4, 5, 3)
    n, frames, places = views.shape[:3]
    out = views.reshape(n * frames * places, len(kernel)) @ kernel
    out += shift
    np.maximum(out, np.float32(0.0), out=out)
    return out.reshape(n, frames, places, -1)


@lru_cache(maxsize=1)
def _shipped() -> Network:
    return unpack(weights.load(MODEL).shaped)


def unpack(shaped: Callable[..., Floats]) -> Network:
    """A network from its arrays. shaped : answers the array of a name and a shape, -1 for any length"""
    layers, channels = [], 1
    for i in range(5):
        kernel = shaped(f"kernel{i}", 9 * channels, -1)
        channels = kernel.shape[1]
        layers.append((kernel, shaped(f"shift{i}", channels)))
    return tuple(layers), (shaped("matrix", 2 * channels, LENGTH), shaped("bias", LENGTH))
