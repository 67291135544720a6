"""Texts as the word models see them: windows of words, encoded once and kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from tonescape.mood.words import encoder, heads
from tonescape.train.lib import kept

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float32]
    Arrays: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """Windows of many texts: vectors [n, 512], offsets [texts + 1], marks [n, 2]."""

    vectors: Floats
    offsets: NDArray[np.int64]
    marks: Floats

    def of(self, index: int) -> Floats:
        return self.vectors[self.offsets[index] : self.offsets[index + 1]]


def encoded(name: str, texts: Sequence[str], cut: Callable[[str], list[str]], cache: Path | None) -> Encoded:
    """The windows of texts, encoded; kept as float16 in `cache`, by name, the encoder's version and every window."""
    pieces = [cut(text) or [""] for text in texts]
    flat = [window for piece in pieces for window in piece]
    offsets = np.cumsum([0, *map(len, pieces)])
    found = kept.arrays(
        cache, name, [encoder.VERSION, *flat], lambda: {"vectors": encoder.encode(flat).astype(np.float16)}
    )
    return Encoded(found["vectors"].astype(np.float32), offsets, heads.marks_of(flat))


def whole(text: str) -> list[str]:
    """A sentence of EmoBank or GoEmotions as it is."""
    return [text]
