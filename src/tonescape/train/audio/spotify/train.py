"""Trains `mood.spotify`: seven of Spotify's features from sound, by weak labels; see `fit`.

tonescape train features --data FOLDER --teacher WHEEL --out FOLDER [--cache FOLDER]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.core import weights
from tonescape.mood.spotify import FEATURES, MODEL
from tonescape.train.audio.spotify import fit as features_fit
from tonescape.train.audio.spotify import weak_labels
from tonescape.train.audio.spotify.evaluate import measures
from tonescape.train.corpora import emotify, mer_4q
from tonescape.train.lib import arguments as options

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from typing import Any

    from tonescape.train.audio.spotify.fit import FeatureClips


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = options.parser("Train seven of Spotify's features from sound, by weak labels.")
    options.add_data(parser)
    options.add_teacher(parser)
    options.add_cache(parser)
    options.add_weights(parser)
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """Train, measure and write weights/features.npz. Returns 0."""
    arguments = _arguments(argv)
    from_ = features_fit.clips(arguments.data, arguments.cache, arguments.teacher)
    raw, coded = features_fit.cross_val_predict(from_)
    to = features_fit.scaled(from_, raw, arguments.data)
    machine = features_fit.whole(from_, to)
    arrays = machine.arrays() | {"tables": to.tables.astype(np.float32)}
    about = card(from_, measures(from_, raw, coded, to))
    print(weights.write(MODEL, arrays, about, arguments.out))
    return 0


def card(from_: FeatureClips, measured: dict[str, Any]) -> dict[str, Any]:
    """What weights/features.json says."""
    return {
        "what": "seven of Spotify's audio features from sound: " + ", ".join(FEATURES),
        "use": "no true values were there to learn from or to measure with: weak labels only, see measures",
        "licence": "Apache-2.0",
        "data": [mer_4q.TERMS, f"{emotify.TERMS}: sound only", *weak_labels.TERMS, "tags by musicnn 0.1.0 (ISC)"],
        "data_terms": "sound and labels for research; the file holds descriptors of 300 clips, no sound",
        "made_by": "tonescape train features --data FOLDER --teacher WHEEL",
        "seed": 0,
        "units": "places in deviations, then values in [0, 1] by tables from 114,000 tracks",
        "answers": list(FEATURES),
        "inputs": list(from_.names),
        "measures": measured,
    }
