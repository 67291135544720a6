"""`tonescape evaluate classes`: mood classes from the twelve features, both kinds of split, every model side by side.

Prints the tables; --plots DIR draws the learning curve, the confusion matrix and the calibration as SVG; --write and
--lines name the page and the file of reports' lines that are written too.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tonescape.mood.classes import CLASSES, FEATURES, UNUSED, networks
from tonescape.train.audio.classes import baselines, from_audio
from tonescape.train.audio.classes import nets as class_nets
from tonescape.train.audio.classes import report as class_page
from tonescape.train.audio.classes import train as classes
from tonescape.train.audio.classes.train import FOLDS, ClassPredictions
from tonescape.train.corpora import moods
from tonescape.train.lib import arguments as options
from tonescape.train.lib import metrics
from tonescape.train.lib.report import publish, write_lines
from tonescape.train.lib.splits import grouped_folds, holdout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tonescape.train.audio.classes.train import Predict
    from tonescape.train.corpora.songs import Table

    Reals = NDArray[np.float64]
    Labels = NDArray[np.int64]

SHARES = (0.1, 0.2, 0.4, 0.7, 1.0)
"""of the training artists, for the learning curve"""


def logistic(table: Table, labels: Labels, train: Labels, test: Labels) -> Reals:
    """[test, 5] probabilities of a logistic regression taught on `train`."""
    x = baselines.scaled(table.values, baselines.usable(table.values), train)
    return baselines.full(baselines.logistic(x[train], labels[train]), x[test])


def hidden_layer(table: Table, labels: Labels, train: Labels, test: Labels) -> Reals:
    """[test, 5] probabilities of a network with one hidden layer, alpha and width searched inside `train`."""
    x = baselines.scaled(table.values, baselines.usable(table.values), train)
    return baselines.full(baselines.hidden_layer(x[train], labels[train], table.groups[train]), x[test])


def seeing_mode(table: Table, labels: Labels, train: Labels, test: Labels) -> Reals:
    """Gradient boosting that takes nan as a value: the trap that UNUSED keeps out."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    model = HistGradientBoostingClassifier(max_iter=100, learning_rate=0.06, max_leaf_nodes=12, random_state=0)
    return baselines.full(model.fit(table.values[train], labels[train]), table.values[test])


def trees(table: Table, labels: Labels, train: Labels, test: Labels) -> Reals:
    """A random forest on the features without mode; nan, which only key and time signature have, as -2."""
    from sklearn.ensemble import RandomForestClassifier

    x = np.nan_to_num(table.values[:, ~np.isin(FEATURES, UNUSED)], nan=-2.0)
    model = RandomForestClassifier(300, min_samples_leaf=3, random_state=0, n_jobs=1)
    return baselines.full(model.fit(x[train], labels[train]), x[test])


def at_random(predict: Predict, table: Table, labels: Labels) -> float:
    """Accuracy on one stratified 33 %, as Pixtape measured: artists stand on both sides."""
    train, test = holdout(labels, share=0.33)
    return metrics.accuracy(labels[test], predict(table, labels, train, test).argmax(axis=1))


def table_rows(name: str, table: Table, models: dict[str, Predict]) -> tuple[list[str], dict[str, ClassPredictions]]:
    """A Markdown row for each model on one table."""
    labels = classes.places(table)
    artists = len(np.unique(table.groups))
    head = f"| {name} | {len(labels)}, {artists} | always the commonest class | {metrics.trivial(labels):.3f} | | | |"
    rows, judged = [head], {}
    for model, predict in models.items():
        predicted = classes.across_artists(predict, table, labels)
        judged[model] = predicted
        rows.append(
            f"| {name} | {len(labels)}, {artists} | {model} | {at_random(predict, table, labels):.3f} | "
            f"{predicted.accuracy()} | {predicted.macro_f1()} | {predicted.calibration_error():.3f} |"
        )
        print(rows[-1], flush=True)
    return rows, judged


def learning_curve(predict: Predict, table: Table) -> dict[str, list[tuple[float, float]]]:
    """Accuracy on training songs and on those of unseen artists, for growing shares of the training artists."""
    labels = classes.places(table)
    random = np.random.default_rng(0)
    curve: dict[str, list[tuple[float, float]]] = {"songs learnt from": [], "artists not seen": []}
    train, test = grouped_folds(labels, table.groups, folds=FOLDS)[0]
    artists = random.permutation(np.unique(table.groups[train]))
    for share in SHARES:
        some = train[np.isin(table.groups[train], artists[: round(share * len(artists))])]
        p = predict(table, labels, some, np.concatenate([some, test])).argmax(axis=1)
        curve["songs learnt from"].append((float(len(some)), metrics.accuracy(labels[some], p[: len(some)])))
        curve["artists not seen"].append((float(len(some)), metrics.accuracy(labels[test], p[len(some) :])))
    return curve


def heard_rows(data: Path | None, cache: Path, affect: Path | None = None) -> tuple[str, ClassPredictions]:
    """Markdown of the classes of recordings, each way of `from_audio.VARIANTS`, and the one that ships.

    Without `affect` there are no rows with valence and arousal: see `from_audio.clips`.
    """
    clips, reference = from_audio.clips(data, cache, affect=affect), from_audio.published(data)
    model, lines = networks(), ["| recordings | accuracy | macro F1 | ECE |", "|---|---|---|---|"]
    own = clips.labels[clips.labels >= 0]
    lines.append(f"| always the commonest class | {metrics.trivial(own):.3f} | | |")
    ships = from_audio.SHIPS[affect is not None]
    for variant, (_, _, affected) in from_audio.VARIANTS.items():
        if affected and affect is None:
            continue
        predicted = classes.judged_clips(clips, reference, model, variant)
        name = f"{variant}, ships" if variant == ships else variant
        lines.append(
            f"| {name} | {predicted.accuracy()} | {predicted.macro_f1()} | {predicted.calibration_error():.3f} |"
        )
    mixed = replace(clips, labels=clips.labels.copy())
    mixed.labels[clips.labels >= 0] = metrics.shuffled(own)
    chance = classes.judged_clips(mixed, reference, model, ships).accuracy()
    lines.append(f"| control: classes in random order | {chance} | | |")
    return "\n".join(lines), classes.judged_clips(clips, reference, model, ships)


def main(argv: Sequence[str] | None = None) -> int:
    parser = options.parser("Measure the mood classes: every model, both kinds of split.")
    options.add_data(parser)
    options.add_cache(parser)
    parser.add_argument("--affect", type=Path, metavar="FILE", help=classes.AFFECT_HELP)
    parser.add_argument("--plots", type=Path, metavar="DIR", help="draw the SVG charts there")
    options.add_write(parser, lines=True)
    given = parser.parse_args(argv)
    trunks = class_nets.pretrain(moods.by_genre(given.data))
    nets, pool = classes.through(trunks), moods.pooled(given.data)
    models: dict[str, Predict] = {
        "logistic regression": logistic,
        "one hidden layer (alpha, width searched)": hidden_layer,
        "random forest": trees,
        "networks": nets,
    }
    rows, judged = table_rows("pooled", pool, models)
    whole = moods.pooled(given.data, clear=False)
    rows += table_rows("pooled, as given", whole, {"networks": nets})[0]
    for name in ("data_moods", "ei_music"):
        rows += table_rows(f"one curator: {name}", moods.one_curator(name, given.data), models)[0]
    rows += table_rows("one curator: brianna", moods.one_curator("brianna", given.data), {"networks": nets})[0]
    labels = classes.places(pool)
    chance = classes.across_artists(nets, pool, metrics.shuffled(labels)).accuracy()
    trap = classes.across_artists(seeing_mode, pool, labels).accuracy()
    known = np.isfinite(pool.values[:, FEATURES.index("mode")])
    focused = float(np.mean(labels[known] == CLASSES.index("Focused")))
    control = (
        f"Control: the networks on classes in random order, pooled: {chance}. A trap: of {known.sum()} pooled songs "
        f"whose mode is known {focused:.0%} are Focused; gradient boosting that may see whether it is known reaches "
        f"{trap} by telling the tables apart. No model here may see it."
    )
    odds = class_page.odds_table(pool)
    heard, shipped = heard_rows(given.data, given.cache, given.affect)
    text = class_page.section(rows, odds, heard, control, class_page.agreement(given.data))
    publish("classes", text, given.write)
    if given.plots:
        class_page.draw(given.plots, judged["networks"], learning_curve(nets, pool))
    if given.lines:
        write_lines(given.lines, class_page.lines(judged["networks"], shipped))
    return 0
