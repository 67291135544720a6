"""Measures AllMusic's mood words from sound on 4Q: `tonescape evaluate tags --data FOLDER [--write]`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tonescape.train.audio import kernels
from tonescape.train.audio.described import Described, cross_val_predict, described
from tonescape.train.audio.features_cache import HEARD_ALL
from tonescape.train.audio.tags.report import COMMAND, lines_of, page
from tonescape.train.corpora import mer_4q
from tonescape.train.lib import arguments as options
from tonescape.train.lib.metrics import Estimate, auc, bootstrap, shuffled
from tonescape.train.lib.report import publish, write_lines
from tonescape.train.lib.splits import grouped_folds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Reals = NDArray[np.float64]
    Rows = NDArray[np.int64]

RECIPE = kernels.KernelRecipe(kernels.BLOCKS, ridge=3.0, landmarks=300)
"""a word has 20 to 70 clips, so the ridge is strong"""

KEPT = 0.6
"""AUC; the lower end of the 95 % interval must lie above"""


def predicted_by(from_: Described, truth: Reals) -> tuple[Reals, Reals]:
    """Crossed answers [n, w] over artists, and of the re-encodings."""
    folds = grouped_folds(from_.corpus.targets["quadrant"], from_.corpus.groups, seed=0)
    return cross_val_predict(RECIPE, from_, truth, folds)


def judged(from_: Described, predicted: Reals) -> list[Estimate]:
    """AUC of each word with its interval over artists."""
    truth = from_.corpus.targets["words"]
    return [
        bootstrap(lambda rows, j=j: auc(truth[rows, j], predicted[rows, j]), from_.corpus.groups, draws=400)  # type: ignore[misc]
        for j in range(truth.shape[1])
    ]


def measures(from_: Described, predicted: Reals, coded: Reals) -> dict[str, Any]:
    """Figures for the card; words by AUC."""
    names, truth = from_.corpus.columns["words"], from_.corpus.targets["words"]
    figures = judged(from_, predicted)
    mixed = shuffled(truth)
    control = predicted_by(from_, mixed)[0]
    groups = from_.corpus.groups

    def mean(rows: Rows) -> float:
        return float(np.nanmean([auc(truth[rows, j], predicted[rows, j]) for j in range(len(names))]))

    whole = bootstrap(mean, groups, draws=200)
    ranks = [np.argsort(np.argsort(one, axis=0), axis=0) / len(truth) for one in (predicted, coded)]
    return {
        "command": COMMAND,
        "split": "five folds grouped by artist; intervals over artists",
        "clips": len(truth),
        "words": len(names),
        "rule": f"kept where the lower end of the interval lies above {KEPT}",
        "mean AUC of all words": {
            "auc": round(whole.value, 3),
            "interval": [round(whole.low, 3), round(whole.high, 3)],
        },
        "mean AUC, shuffled": round(float(np.mean([auc(mixed[:, j], control[:, j]) for j in range(len(names))])), 3),
        "codec, mean change of the share": round(float(np.abs(ranks[0] - ranks[1]).mean()), 3),
        "note": HEARD_ALL,
        "auc": {
            names[j]: {
                "auc": round(figures[j].value, 3),
                "interval": [round(figures[j].low, 3), round(figures[j].high, 3)],
                "clips": int(truth[:, j].sum()),
                "kept": figures[j].low > KEPT,
            }
            for j in sorted(range(len(names)), key=lambda j: -figures[j].value)
        },
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table; --write and --lines say which files get it too. Returns 0."""
    parser = options.parser("Measure AllMusic's mood words on 4Q.")
    options.add_data(parser)
    options.add_cache(parser)
    options.add_write(parser, lines=True)
    given = parser.parse_args(argv)
    from_ = described(mer_4q.load(given.data), given.cache, RECIPE)
    found = measures(from_, *predicted_by(from_, from_.corpus.targets["words"]))
    publish("tags", page(found), given.write)
    if given.lines:
        write_lines(given.lines, lines_of(found))
    return 0
