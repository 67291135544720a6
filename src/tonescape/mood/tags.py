"""What people would say a song makes them feel (GEMS), and the mood words editors would give it, from sound.

GEMS: the Geneva Emotional Music Scale's nine (M. Zentner, D. Grandjean, K. Scherer, "Emotions evoked by the sound of
music", Emotion 8(4), 2008): the share of listeners who would feel each, as Emotify's 318 clips were judged.
Words: AllMusic's mood words, as 4Q has them; of each, the share of 4Q's 706 clips that have less of it. Words that the
sound does not tell well enough are left out (`train/audio/tags`). Cards: weights/gems.json and weights/tags.json.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING

from tonescape.core import weights
from tonescape.core.errors import WeightsError
from tonescape.mood.spotify import SILENCE_LUFS

if TYPE_CHECKING:
    from tonescape.core.records import Features, Floats, Scores
    from tonescape.mood.kernel import KernelRidge

GEMS, WORDS = "gems", "tags"
"""names of the models"""

STEPS = 33
"""quantiles from which a word's score becomes a share of clips"""

MOST_WORDS, LEAST_SHARE = 8, 0.8
"""so many words a song, and only those it has more of than this share of songs"""


def gems(features: Features) -> Scores:
    """The nine, highest first, each the share of listeners in [0, 1]; () for silence. WeightsError: `kernel.inputs`."""
    if features["loudness.lufs"] < SILENCE_LUFS:
        return ()
    from tonescape.mood import kernel

    machine, names = _machine(GEMS)
    predicted = machine(kernel.inputs(GEMS, features))[0].clip(0.0, 1.0)
    return tuple(sorted(zip(names, predicted.tolist(), strict=True), key=lambda pair: -pair[1]))


def tags(features: Features) -> Scores:
    """At most MOST_WORDS words, highest first, each with the share of songs that have less of it; () for silence."""
    shares = sorted(words(features), key=lambda pair: -pair[1])
    return tuple(pair for pair in shares[:MOST_WORDS] if pair[1] >= LEAST_SHARE)


def words(features: Features) -> Scores:
    """Every word the model knows, in its order, with the share of songs that have less of it; () for silence."""
    if features["loudness.lufs"] < SILENCE_LUFS:
        return ()
    from tonescape.mood import kernel

    machine, names = _machine(WORDS)
    table = weights.load(WORDS).shaped("quantiles", len(names), STEPS)
    predicted = machine(kernel.inputs(WORDS, features))[0]
    return tuple(zip(names, shares(predicted, table).tolist(), strict=True))


def names(model: str) -> tuple[str, ...]:
    """What GEMS or WORDS answers, in its order."""
    return _machine(model)[1]


def shares(predicted: Floats, table: Floats) -> Floats:
    """[k] in [0, 1]: the share of songs below each of k scores, by their quantiles [k, STEPS], ascending."""
    import numpy as np

    at = np.linspace(0.0, 1.0, table.shape[1])
    return np.array([np.interp(one, row, at) for one, row in zip(predicted, table, strict=True)], np.float32)


@cache
def _machine(name: str) -> tuple[KernelRidge, tuple[str, ...]]:
    """The model and what it answers, which its card names."""
    from tonescape.mood import kernel

    stored = weights.load(name)
    names = json.loads(stored.card.text).get("answers", [])
    if not names:
        raise WeightsError(f"weights/{name}.json does not name its answers; reinstall tonescape")
    return kernel.from_arrays(stored, len(names)), tuple(names)
