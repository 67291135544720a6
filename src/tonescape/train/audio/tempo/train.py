"""Trains the choice of the beat's metrical level: tempo.npz and its card.

tonescape train tempo --data FOLDER --out FOLDER
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.core import weights
from tonescape.hear.metrical import INPUTS, MODEL
from tonescape.train.audio.tempo.evaluate import measures
from tonescape.train.audio.tempo.levels import best_ridge, fit, training_set
from tonescape.train.corpora.tempo import TERMS
from tonescape.train.lib import arguments as options

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Train, measure and write tempo.npz. Returns 0."""
    parser = options.parser("Train the choice of the beat among metrical levels.")
    options.add_data(parser)
    options.add_cache(parser)
    options.add_weights(parser)
    given = parser.parse_args(argv)
    clips = training_set(given.data, given.cache)
    ridge = best_ridge(clips)
    weight = fit(clips, ridge)
    about = {
        "what": "which metrical level of a song is the beat",
        "licence": "Apache-2.0",
        "data": list(TERMS),
        "data_terms": "all may be used for any purpose with credit; the file holds weights, no sound",
        "made_by": "tonescape train tempo --data FOLDER",
        "ridge": ridge,
        "reads": list(INPUTS),
        "measures": measures(clips, given.data, given.cache, weight),
    }
    print(weights.write(MODEL, {"weight": weight.astype(np.float32)}, about, given.out))
    return 0
