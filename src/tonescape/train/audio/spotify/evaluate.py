"""How far Spotify's features from sound agree with weak labels, and how little a codec moves them.

tonescape evaluate features --data FOLDER --teacher WHEEL [--write]
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tonescape.core import weights
from tonescape.mood.spotify import FEATURES, MODEL, values
from tonescape.train.audio import features_cache
from tonescape.train.audio.spotify import fit as features_fit
from tonescape.train.audio.spotify import weak_labels
from tonescape.train.audio.spotify.rules import TABLES, rules
from tonescape.train.corpora import mer_4q
from tonescape.train.lib import arguments as options
from tonescape.train.lib.metrics import Estimate, bootstrap, correlation
from tonescape.train.lib.report import publish, write_lines
from tonescape.train.lib.splits import grouped_folds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tonescape.train.audio.spotify.fit import FeatureClips, Scale

    Reals = NDArray[np.float64]
    Rows = NDArray[np.int64]

SONGS = 3
"""an artist's mean is a label to measure with from so many songs"""

VIBENET = {
    "energy": 0.90,
    "acousticness": 0.83,
    "valence": 0.79,
    "danceability": 0.76,
    "speechiness": 0.72,
    "instrumentalness": 0.40,
    "liveness": 0.04,
}
"""r of VibeNet 0.1.0 on 35 songs with true values: another measure on other songs, so not to be compared directly"""

PAGE = Path("docs/ACCURACY.md")
LINES = Path("src/tonescape/show/accuracy.json")
COMMAND = "tonescape evaluate features --data FOLDER --teacher WHEEL --write"


def measures(from_: FeatureClips, raw: Reals, coded: Reals, to: Scale) -> dict[str, Any]:
    """Figures for the card. raw, coded [4Q, 9] : crossed answers for the clips and their re-encodings"""
    known = judged(from_, raw)
    places = to.places(raw)
    predicted, moved = (values(to.places(one).astype(np.float32), to.tables.astype(np.float32)) for one in (raw, coded))
    out: dict[str, Any] = {
        "command": COMMAND,
        "what": f"r with the mean of the artist's other songs in Spotify's tables ({SONGS} or more): weak labels",
        "split": "5 folds of 4Q grouped by artist; label model and kernel machine both without the fold's artists",
        "clips": len(known),
        "artists": len(np.unique(from_.groups[known])),
        "note": features_cache.HEARD_ALL,
    }
    for j, name in enumerate(FEATURES):
        found = agreement(from_, places[:, j], j, known)
        out[name] = {
            "r": round(found.value, 3),
            "interval": [round(found.low, 3), round(found.high, 3)],
            "codec, mean change": round(float(np.abs(predicted[:, j] - moved[:, j]).mean()), 3),
        }
    both = mean_agreement(from_, places, known)
    out["mean r"] = {"r": round(both.value, 3), "interval": [round(both.low, 3), round(both.high, 3)]}
    return out


def judged(from_: FeatureClips, raw: Reals) -> Rows:
    """The clips whose artists have enough songs to measure with."""
    return np.flatnonzero(from_.songs[: len(raw)] >= SONGS)


def agreement(from_: FeatureClips, predicted: Reals, j: int, known: Rows) -> Estimate:
    """r with the artists' means of feature j, with its interval over artists."""
    truth, mine = from_.means[known, j], predicted[known]
    return bootstrap(lambda rows: correlation(truth[rows], mine[rows]), from_.groups[known])


def mean_agreement(from_: FeatureClips, predicted: Reals, known: Rows) -> Estimate:
    """Mean of the seven r, with its interval over artists."""
    truth, mine = from_.means[known], predicted[known]

    def mean(rows: Rows) -> float:
        return float(np.mean([correlation(truth[rows, j], mine[rows, j]) for j in range(len(FEATURES))]))

    return bootstrap(mean, from_.groups[known])


def by_words(from_: FeatureClips) -> Reals:
    """[4Q, 7] baseline: AllMusic's genres, words and quadrant alone, no sound; crossed over artists."""
    out = np.zeros((len(from_.groups), len(FEATURES)))
    for train, test in grouped_folds(from_.quadrant, from_.groups, seed=0):
        known = train[from_.songs[train] > 0]
        means = np.where(np.isfinite(from_.means[known]), from_.means[known], np.nanmean(from_.means[known], axis=0))
        slopes, level = weak_labels.ridge(from_.words[known], means, weak_labels.counted(from_.songs[known]), 8.0)
        out[test] = from_.words[test] @ slopes + level
    return out


def by_rules(data: Path | None, cache: Path) -> Reals:
    """[4Q, 7] baseline: tables of published relations (`rules`); none for valence (nan)."""
    kept = features_cache.keep(mer_4q.load(data).paths, cache, most_patches=features_fit.PATCHES)
    names = features_cache.names()
    rows = [dict(zip(names, one.clean.vector.tolist(), strict=True)) for one in kept]
    return np.array([[rules(name, row) if name in TABLES else np.nan for name in FEATURES] for row in rows])


def page(from_: FeatureClips, raw: Reals, coded: Reals, to: Scale, first: Reals) -> str:
    """The section of docs/ACCURACY.md."""
    known, words, places = judged(from_, raw), by_words(from_), to.places(raw)
    found = measures(from_, raw, coded, to)
    lines = [
        "## Spotify's features from sound",
        "",
        f"Weak labels only: r with the mean of the artist's other songs in Spotify's tables ({len(known)} clips of 4Q "
        f"by {found['artists']} artists with {SONGS} songs or more), not with the clip's own value, which nobody here "
        "has. A perfect model would reach the ceiling, which an artist's mean sets. Five folds grouped by artist, 95 % "
        "bootstrap intervals over artists. A constant has r = 0. Liveness agrees with nothing: take it for a guess. "
        f"Note: {features_cache.HEARD_ALL}.",
        "",
        "| feature | r, sound | untrained rules | AllMusic's genres and words, no sound | ceiling "
        "| codec, mean change |",
        "|---|---|---|---|---|---|",
    ]
    for j, name in enumerate(FEATURES):
        ours = agreement(from_, places[:, j], j, known)
        old, other = (
            "" if np.isnan(base[:, j]).any() else f"{correlation(from_.means[known, j], base[known, j]):.2f}"
            for base in (first, words)
        )
        change = found[name]["codec, mean change"]
        lines.append(f"| {name} | {ours} | {old} | {other} | {to.ceiling[j]:.2f} | {change:.3f} |")
    marks = ", ".join(f"{name} {r:.2f}" for name, r in VIBENET.items())
    lines += [
        f"| mean | {mean_agreement(from_, places, known)} | | | | |",
        "",
        f"Best published figures, on 35 songs with true values (not comparable): VibeNet 0.1.0, {marks}.",
        "",
        f"`{COMMAND}`",
    ]
    return "\n".join(lines)


def lines_of(from_: FeatureClips, raw: Reals, to: Scale) -> dict[str, str]:
    """What the reports print beside each feature; "spotify valence" is the feature, "valence" the mood's axis."""
    known, places = judged(from_, raw), to.places(raw)
    out = {}
    for j, name in enumerate(FEATURES):
        found = agreement(from_, places[:, j], j, known)
        out["spotify valence" if name == "valence" else name] = (
            f"r = {found.value:.2f} ({found.low:.2f} to {found.high:.2f}) with the mean of the artist's other songs, "
            f"{len(known)} clips; never measured against Spotify's own value of a song"
        )
    return out


def main(argv: list[str] | None = None) -> int:
    """Print the table; --write and --lines say which files get it too. Returns 0."""
    parser = options.parser("Measure Spotify's features from sound against weak labels.")
    options.add_data(parser)
    options.add_teacher(parser)
    options.add_cache(parser)
    options.add_write(parser, lines=True)
    arguments = parser.parse_args(argv)
    weights.card(MODEL)
    from_ = features_fit.clips(arguments.data, arguments.cache, arguments.teacher)
    raw, coded = features_fit.cross_val_predict(from_)
    to = features_fit.scaled(from_, raw, arguments.data)
    text = page(from_, raw, coded, to, by_rules(arguments.data, arguments.cache))
    publish("features", text, arguments.write)
    if arguments.lines:
        write_lines(arguments.lines, lines_of(from_, raw, to))
    return 0
