"""`tonescape train classes`: the networks for the mood classes, and the bridge that lets them judge recordings.

tonescape train classes --data FOLDER --out FOLDER          both, some minutes on one core
tonescape train classes --data FOLDER --out FOLDER --heard  the bridge only, when `hear` or the twelve features change
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tonescape.core import weights
from tonescape.mood.classes import CLASSES, FEATURES, UNUSED, Bridge, networks
from tonescape.train.audio.classes import from_audio
from tonescape.train.audio.classes import nets as class_nets
from tonescape.train.corpora import moods
from tonescape.train.lib import arguments as options
from tonescape.train.lib import metrics
from tonescape.train.lib.splits import grouped_folds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from tonescape.mood.classes import Networks
    from tonescape.train.corpora.songs import Table

    Reals = NDArray[np.float64]
    Labels = NDArray[np.int64]
    Predict = Callable[[Table, Labels, Labels, Labels], Reals]
    """(table, labels, rows to learn from, rows to judge) -> probabilities [judged, 5]"""

FOLDS = 5
LICENCE = "Apache-2.0"
AFFECT_HELP = ".npz with ids and p [n, 2] of the 4Q clips: valence and arousal by models that had not heard the artist"


@dataclass(frozen=True, slots=True)
class ClassPredictions:
    """What was said of songs by models that had not seen their artists. p [n, 5], labels [n], groups [n]"""

    p: Reals
    labels: Labels
    groups: Labels

    def accuracy(self) -> metrics.Estimate:
        predicted = self.p.argmax(axis=1)
        return metrics.bootstrap(lambda rows: metrics.accuracy(self.labels[rows], predicted[rows]), self.groups)

    def macro_f1(self) -> metrics.Estimate:
        predicted = self.p.argmax(axis=1)
        return metrics.bootstrap(lambda rows: metrics.macro_f1(self.labels[rows], predicted[rows]), self.groups)

    def calibration_error(self) -> float:
        """Of the likeliest class."""
        return metrics.calibration_error(self.p.argmax(axis=1) == self.labels, self.p.max(axis=1))


def places(table: Table) -> Labels:
    """[n] of a table's labels in CLASSES."""
    return np.array([CLASSES.index(label) for label in table.labels])


def through(trunks: class_nets.Trunks) -> Predict:
    """The networks that ship, as one of the models compared."""

    def nets(table: Table, labels: Labels, train: Labels, test: Labels) -> Reals:
        return class_nets.finetune(trunks, table.values[train], labels[train])(table.values[test])

    return nets


def across_artists(predict: Predict, table: Table, labels: Labels) -> ClassPredictions:
    """What a model says of songs whose artists it has not seen: taught anew for every fold of artists."""
    p = np.zeros((len(labels), len(CLASSES)))
    for train, test in grouped_folds(labels, table.groups, folds=FOLDS):
        p[test] = predict(table, labels, train, test)
    return ClassPredictions(p, labels, table.groups)


def about(judged: ClassPredictions, command: str, **more: Any) -> dict[str, Any]:
    """The part of a card that both models share."""
    accuracy, f1 = judged.accuracy(), judged.macro_f1()
    return {
        "licence": LICENCE,
        "made_by": command,
        "inputs": list(FEATURES),
        "classes": list(CLASSES),
        "focused": "what playlists for studying hold: a cue of genre, not a feeling",
        "seed": 0,
        **more,
        "measures": {
            "command": "tonescape evaluate classes --data FOLDER",
            "split": f"{FOLDS} folds, whole artists",
            "n": len(judged.labels),
            "accuracy": [round(v, 4) for v in (accuracy.value, accuracy.low, accuracy.high)],
            "macro_f1": [round(v, 4) for v in (f1.value, f1.low, f1.high)],
            "majority": round(metrics.trivial(judged.labels), 4),
            "calibration_error": round(judged.calibration_error(), 4),
        },
    }


def write_networks(model: Networks, judged: ClassPredictions, folder: Path | None) -> Path:
    """Write weights/classes.npz and its card, and return the file. folder : by default the package's own"""
    arrays = {
        name: array.astype(np.float32 if name in ("centre", "scale") else np.float16)
        for name, array in model.arrays.items()
    }
    card = about(
        judged,
        "tonescape train classes --data FOLDER",
        what="five mood classes of a song from as many of Spotify's twelve features as are known",
        data=[*moods.TERMS, "Spotify tracks with playlist subgenres (TidyTuesday 2020): CC0"],
        data_terms="mood tables of single curators without a stated licence: research only; genre tables ODbL and CC0",
        units="as Spotify's; an unknown feature is hidden from the networks, not filled in",
        unused=list(UNUSED),
    )
    return weights.write("classes", arrays, card, folder)


def write_bridge(model: Networks, clips: from_audio.ClassClips, reference: Reals, folder: Path | None) -> Path:
    """Fit the bridge, write weights/classes_heard.npz and its card, and return the file."""
    bridge = from_audio.fit(clips, reference, model)
    arrays = {
        "ours": bridge.ours.astype(np.float32),
        "theirs": bridge.theirs.astype(np.float32),
        "trusted": bridge.trusted,
        "weight": bridge.weight.astype(np.float32),
        "level": bridge.level.astype(np.float32),
    }
    card = about(
        judged_clips(clips, reference, model),
        "tonescape train classes --data FOLDER --heard",
        what="brings the twelve features as heard to the scale of the published ones, and their classes to recordings",
        data=[from_audio.TERMS, *moods.TERMS[1:]],
        data_terms="30 s commercial previews and mood words: research only; table by genre ODbL",
        trusted=[name for name, good in zip(FEATURES, bridge.trusted, strict=True) if good],
    )
    return weights.write("classes_heard", arrays, card, folder)


def judged_clips(
    clips: from_audio.ClassClips, reference: Reals, model: Networks, variant: str = from_audio.SHIPS[1]
) -> ClassPredictions:
    """What is said of clips whose artists were not in the calibration; see classes_heard.VARIANTS."""
    own = clips.labels >= 0
    values, affect = clips.values[own], clips.affect[own]
    labels, groups = clips.labels[own], clips.groups[own]
    matching, calibrating, affected = from_audio.VARIANTS[variant]
    ours, theirs, trusted = from_audio.matched(clips.values, reference, matching=matching)
    bare = Bridge(ours, theirs, trusted, np.zeros((7, 5)), np.zeros(5))
    p = model(bare.published(values))
    if not calibrating:
        return ClassPredictions(p, labels, groups)
    seen, out = np.where(affected, affect, 0.5), np.zeros_like(p)
    if calibrating == "affect":
        p = np.full_like(p, 1.0 / len(CLASSES))
    for train, test in grouped_folds(labels, groups, folds=FOLDS):
        weight, level = from_audio.calibrate(p[train], seen[train], labels[train])
        out[test] = Bridge(ours, theirs, trusted, weight, level).calibrated(p[test], seen[test])
    return ClassPredictions(out, labels, groups)


def main(argv: Sequence[str] | None = None) -> int:
    parser = options.parser("Train the networks for the mood classes, and the bridge from recordings to them.")
    options.add_data(parser)
    options.add_cache(parser)
    parser.add_argument(
        "--heard", action="store_true", help="only the bridge for recordings, from the networks that are installed"
    )
    options.add_weights(parser, "the models and their cards")
    parser.add_argument("--affect", type=Path, metavar="FILE", help=AFFECT_HELP)
    parser.add_argument("--workers", type=int, default=1, help="processes that listen")
    given = parser.parse_args(argv)
    if given.heard:
        model = networks()
    else:
        trunks = class_nets.pretrain(moods.by_genre(given.data))
        table = moods.pooled(given.data)
        labels = places(table)
        model = class_nets.finetune(trunks, table.values, labels)
        print(write_networks(model, across_artists(through(trunks), table, labels), given.out))
    clips = from_audio.clips(given.data, given.cache, given.workers, given.affect)
    print(write_bridge(model, clips, from_audio.published(given.data), given.out))
    return 0
