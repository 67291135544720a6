"""The small models on top of the encoder, read from `weights/words.npz`; training is in `train/words/train.py`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np

from tonescape.core import weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float32]

EMOTIONS: Final = (
    "admiration", "amusement", "anger", "annoyance", "approval", "caring", "confusion", "curiosity", "desire",
    "disappointment", "disapproval", "disgust", "embarrassment", "excitement", "fear", "gratitude", "grief", "joy",
    "love", "nervousness", "optimism", "pride", "realization", "relief", "remorse", "sadness", "surprise", "neutral",
)  # fmt: skip
"""Demszky et al., "GoEmotions: A Dataset of Fine-Grained Emotions" (ACL 2020): 27 and neutral, in the set's order"""

AXES: Final = ("valence", "arousal", "dominance")

LYRIC_TARGETS: Final = ("valence", "energy", "danceability", "acousticness", "speechiness")
"""what a song's words say something about; tempo and liveness they do not (R2 about 0), so these are not offered"""

FLOOR: Final = 0.02
"""added to a mean probability before its logarithm: differences below it are noise"""

KINDS: Final = ("sentence", "scene", "lyric")
"""what a text is compared with"""


@dataclass(frozen=True, slots=True, eq=False)
class Heads:
    """Arrays by name, see `train/words/train.py` for their shapes."""

    arrays: dict[str, Any]

    def emotions(self, vectors: Floats) -> tuple[Floats, Floats]:
        """(logits [n, 28], hidden [n, h]) of encoded windows; tanh-approximated GELU between two layers."""
        a = self.arrays
        hidden = _gelu(vectors @ a["emotion_w1"] + a["emotion_b1"])
        return hidden @ a["emotion_w2"] + a["emotion_b2"], hidden

    def axes(self, vectors: Floats, hidden: Floats, marks: Floats) -> Floats:
        """[n, 3] valence, arousal, dominance on EmoBank's 1..5. marks : [n, 2], see `marks_of`."""
        inputs: Any = np.concatenate([vectors, hidden, marks], axis=1)
        out: Floats = inputs @ self.arrays["axis_w"] + self.arrays["axis_b"]
        return out

    def spread(self, kind: str, name: str) -> Floats:
        """Reference statistics of a kind of text: `name` is axis_mean, axis_var, axis_noise, emotion_mean or _sd."""
        out: Floats = self.arrays[f"{kind}_{name}"]
        return out


def marks_of(windows: list[str]) -> Floats:
    """Float32 [n, 2]: whether a window holds an exclamation mark, and a question mark."""
    return np.array([["!" in window, "?" in window] for window in windows], np.float32).reshape(-1, 2)


def _gelu(x: Floats) -> Floats:
    # Hendrycks & Gimpel (2016), eq. 2, the tanh form
    out: Floats = (0.5 * x * (1.0 + np.tanh(0.7978845608 * (x + 0.044715 * x * x * x)))).astype(np.float32)
    return out


@cache
def heads() -> Heads:
    """The shipped heads. Raises WeightsError where the file is not the one its card names."""
    return Heads(dict(weights.load("words").arrays))
