"""Trains AllMusic's mood words from sound, on 4Q: tags.npz and its card.

    tonescape train tags --data FOLDER --out FOLDER

A word is kept if the lower end of its AUC's interval, over artists, lies above `evaluate.KEPT`; what a word must be
before it is looked at is `mer_4q.WORD_CLIPS`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from tonescape.core import weights
from tonescape.mood.tags import STEPS, WORDS
from tonescape.train.audio.described import described, fit
from tonescape.train.audio.tags.evaluate import RECIPE, measures, predicted_by
from tonescape.train.corpora import mer_4q
from tonescape.train.lib import arguments as options

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Train, measure and write tags.npz. Returns 0."""
    parser = options.parser("Train AllMusic's mood words from sound.")
    options.add_data(parser)
    options.add_cache(parser)
    options.add_weights(parser)
    given = parser.parse_args(argv)
    from_ = described(mer_4q.load(given.data), given.cache, RECIPE)
    truth, names = from_.corpus.targets["words"], from_.corpus.columns["words"]
    predicted, coded = predicted_by(from_, truth)
    found = measures(from_, predicted, coded)
    kept = [j for j, name in enumerate(names) if found["auc"][name]["kept"]]
    machine = fit(RECIPE, from_, truth, np.arange(len(truth)))
    machine = replace(machine, dual_coef=machine.dual_coef[:, kept], level=machine.level[kept])
    quantiles = np.quantile(predicted[:, kept], np.linspace(0.0, 1.0, STEPS), axis=0).T
    about = {
        "what": "which of AllMusic's mood words a song has more of than others, from sound",
        "licence": "Apache-2.0",
        "data": [mer_4q.TERMS],
        "data_terms": "labels and sound for research; the file holds descriptors of clips, no sound",
        "made_by": "tonescape train tags --data FOLDER",
        "seed": 0,
        "answers": [names[j] for j in kept],
        "inputs": list(from_.names),
        "measures": found,
    }
    arrays = machine.arrays() | {"quantiles": quantiles.astype(np.float32)}
    print(weights.write(WORDS, arrays, about, given.out))
    return 0
