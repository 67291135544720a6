"""Measures the GEMS emotions from sound on Emotify: `tonescape evaluate gems --data FOLDER [--write]`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tonescape.train.audio import kernels
from tonescape.train.audio.described import Described, cross_val_predict, described
from tonescape.train.audio.features_cache import HEARD_ALL
from tonescape.train.audio.gems.report import AIM, BASELINE, COMMAND, lines_of, page
from tonescape.train.corpora import emotify
from tonescape.train.lib import arguments as options
from tonescape.train.lib.metrics import Estimate, bootstrap, correlation, noise_ceiling, shuffled
from tonescape.train.lib.report import publish, write_lines
from tonescape.train.lib.splits import clip_folds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Reals = NDArray[np.float64]
    Rows = NDArray[np.int64]

RECIPE = kernels.KernelRecipe(kernels.BLOCKS, ridge=0.7, landmarks=300)


def mean_r(truth: Reals, predicted: Reals, rows: Rows) -> float:
    """Mean Pearson r over the emotions, of these rows of truth and said [n, 9]."""
    return float(np.mean([correlation(truth[rows, j], predicted[rows, j]) for j in range(truth.shape[1])]))


def measures(from_: Described) -> dict[str, Any]:
    """Figures for the card."""
    truth, listeners = (from_.corpus.targets[name] for name in ("emotions", "listeners"))
    folds, each = clip_folds(len(truth)), np.arange(len(truth))
    predicted, coded = cross_val_predict(RECIPE, from_, truth, folds)
    mixed = cross_val_predict(RECIPE, from_, shuffled(truth), folds)[0]
    whole = bootstrap(lambda rows: mean_r(truth, predicted, rows), each)
    out: dict[str, Any] = {
        "command": COMMAND,
        "split": "ten folds by clip; the corpus names no artists, so clips of one artist may be on both sides",
        "clips": len(truth),
        "listeners a clip": f"{int(listeners.min())} to {int(listeners.max())}, median {int(np.median(listeners))}",
        "mean r": _row(whole) | {"baseline": BASELINE, "aim": AIM},
        "mean r, shuffled": round(mean_r(shuffled(truth), mixed, each), 3),
        "codec, mean change": round(float(np.abs(predicted - coded).mean()), 3),
        "note": HEARD_ALL,
    }
    for j, name in enumerate(emotify.EMOTIONS):
        found = bootstrap(lambda rows, j=j: correlation(truth[rows, j], predicted[rows, j]), each)  # type: ignore[misc]
        out[name] = _row(found) | {"ceiling": round(noise_ceiling(truth[:, j], listeners), 2)}
    return out


def _row(found: Estimate) -> dict[str, Any]:
    return {"r": round(found.value, 3), "interval": [round(found.low, 3), round(found.high, 3)]}


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table; --write and --lines say which files get it too. Returns 0."""
    parser = options.parser("Measure the GEMS emotions on Emotify.")
    options.add_data(parser)
    options.add_cache(parser)
    options.add_write(parser, lines=True)
    given = parser.parse_args(argv)
    found = measures(described(emotify.load(given.data), given.cache, RECIPE))
    publish("gems", page(found), given.write)
    if given.lines:
        write_lines(given.lines, lines_of(found))
    return 0
