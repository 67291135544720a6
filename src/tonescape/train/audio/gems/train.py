"""Trains the nine GEMS emotions from sound, on Emotify: gems.npz and its card.

tonescape train gems --data FOLDER --out FOLDER
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.core import weights
from tonescape.mood.tags import GEMS
from tonescape.train.audio.described import described, fit
from tonescape.train.audio.gems.evaluate import RECIPE, measures
from tonescape.train.corpora import emotify
from tonescape.train.lib import arguments as options

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Train, measure and write gems.npz. Returns 0."""
    parser = options.parser("Train the nine GEMS emotions from sound.")
    options.add_data(parser)
    options.add_cache(parser)
    options.add_weights(parser)
    given = parser.parse_args(argv)
    from_ = described(emotify.load(given.data), given.cache, RECIPE)
    truth = from_.corpus.targets["emotions"]
    machine = fit(RECIPE, from_, truth, np.arange(len(truth)))
    about = {
        "what": "the share of listeners who would feel each of nine GEMS emotions, from sound",
        "licence": "Apache-2.0",
        "data": [emotify.TERMS],
        "data_terms": "labels and sound for non-commercial use; the file holds descriptors of clips, no sound",
        "made_by": "tonescape train gems --data FOLDER",
        "seed": 0,
        "answers": list(emotify.EMOTIONS),
        "inputs": list(from_.names),
        "measures": measures(from_),
    }
    print(weights.write(GEMS, machine.arrays(), about, given.out))
    return 0
