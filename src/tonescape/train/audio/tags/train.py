"""Trains AllMusic's mood words from sound, on 4Q: weights/tags.npz.

    tonescape train tags --data FOLDER [--cache FOLDER]

A word is kept if the lower end of its AUC's interval, over artists, lies above KEPT; what a word must be before it is
looked at is `mer_4q.WORD_CLIPS`.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tonescape.core import weights
from tonescape.mood.tags import STEPS, WORDS
from tonescape.train.audio import features_cache, kernels
from tonescape.train.audio.gems.train import crossed, described, fit, parser_of
from tonescape.train.corpora import mer_4q
from tonescape.train.lib import report as metric_page
from tonescape.train.lib.metrics import auc, bootstrap, shuffled
from tonescape.train.lib.splits import grouped_folds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tonescape.train.audio.gems.train import Described
    from tonescape.train.lib.metrics import Figure

    Reals = NDArray[np.float64]
    Rows = NDArray[np.int64]

RECIPE = kernels.Recipe(kernels.BLOCKS, ridge=3.0, landmarks=300)
"""a word has 20 to 70 clips, so the ridge is strong"""

KEPT = 0.6
"""AUC; the lower end of the 95 % interval must lie above"""

COMMAND = "tonescape evaluate tags --data FOLDER --write"
PAGE = Path("docs/ACCURACY.md")
LINES = Path("src/tonescape/show/accuracy.json")


def said_by(from_: Described, truth: Reals) -> tuple[Reals, Reals]:
    """Crossed answers [n, w] over artists, and of the re-encodings."""
    folds = grouped_folds(from_.corpus.targets["quadrant"], from_.corpus.groups, seed=0)
    return crossed(RECIPE, from_, truth, folds)


def judged(from_: Described, said: Reals) -> list[Figure]:
    """AUC of each word with its interval over artists."""
    truth = from_.corpus.targets["words"]
    return [
        bootstrap(lambda rows, j=j: auc(truth[rows, j], said[rows, j]), from_.corpus.groups, draws=400)  # type: ignore[misc]
        for j in range(truth.shape[1])
    ]


def measures(from_: Described, said: Reals, coded: Reals) -> dict[str, Any]:
    """Figures for the card; words by AUC."""
    names, truth = from_.corpus.columns["words"], from_.corpus.targets["words"]
    figures = judged(from_, said)
    mixed = shuffled(truth)
    control = said_by(from_, mixed)[0]
    groups = from_.corpus.groups

    def mean(rows: Rows) -> float:
        return float(np.nanmean([auc(truth[rows, j], said[rows, j]) for j in range(len(names))]))

    whole = bootstrap(mean, groups, draws=200)
    ranks = [np.argsort(np.argsort(one, axis=0), axis=0) / len(truth) for one in (said, coded)]
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
        "note": features_cache.HEARD_ALL,
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


def page(found: dict[str, Any]) -> str:
    """The section of docs/ACCURACY.md."""
    kept = {name: row for name, row in found["auc"].items() if row["kept"]}
    dropped = [f"{name} {row['auc']:.2f}" for name, row in found["auc"].items() if not row["kept"]]
    whole = found["mean AUC of all words"]
    lines = [
        "## Mood words from sound",
        "",
        f"AllMusic's mood words on {found['clips']} clips of 4Q; AUC of the {found['words']} words with at least "
        f"{mer_4q.WORD_CLIPS} clips, five folds grouped by artist, 95 % bootstrap intervals over artists. Guessing is "
        f".50; shuffled labels {found['mean AUC, shuffled']:.2f}. Mean of all words {whole['auc']:.3f} "
        f"[{whole['interval'][0]:.3f}, {whole['interval'][1]:.3f}]. A word is {found['rule']}: {len(kept)} words. A "
        f"codec moves a song's place among the others by {found['codec, mean change of the share']:.3f} on average. "
        f"Note: {features_cache.HEARD_ALL}.",
        "",
        "| word | clips | AUC |",
        "|---|---|---|",
        *(f"| {name} | {row['clips']} | {row['auc']:.2f} [{row['interval'][0]:.2f}, {row['interval'][1]:.2f}] |"
          for name, row in kept.items()),
        "",
        f"Dropped: {', '.join(dropped) or 'none'}.",
        "",
        f"`{COMMAND}`",
    ]  # fmt: skip
    return "\n".join(lines)


def lines_of(found: dict[str, Any]) -> dict[str, str]:
    """What the reports print."""
    rows = [row["auc"] for row in found["auc"].values() if row["kept"]]
    return {"tags": f"AUC {np.mean(rows):.2f} on average over the {len(rows)} words kept by it, {found['clips']} clips"}


def main(argv: list[str] | None = None) -> int:
    """Train, measure and write weights/tags.npz. Returns 0."""
    arguments = parser_of("Train AllMusic's mood words from sound.").parse_args(argv)
    from_ = described(mer_4q.load(arguments.data), arguments.cache, RECIPE)
    truth, names = from_.corpus.targets["words"], from_.corpus.columns["words"]
    said, coded = said_by(from_, truth)
    found = measures(from_, said, coded)
    kept = [j for j, name in enumerate(names) if found["auc"][name]["kept"]]
    machine = fit(RECIPE, from_, truth, np.arange(len(truth)))
    machine = replace(machine, answers=machine.answers[:, kept], level=machine.level[kept])
    quantiles = np.quantile(said[:, kept], np.linspace(0.0, 1.0, STEPS), axis=0).T
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
    print(weights.write(WORDS, arrays, about, arguments.out))
    return 0


def evaluate(argv: list[str] | None = None) -> int:
    """Print the table; with --write into docs/ACCURACY.md and show/accuracy.json. Returns 0."""
    parser = parser_of("Measure AllMusic's mood words on 4Q.")
    parser.add_argument("--write", action="store_true", help=f"write {PAGE} and {LINES}")
    arguments = parser.parse_args(argv)
    from_ = described(mer_4q.load(arguments.data), arguments.cache, RECIPE)
    found = measures(from_, *said_by(from_, from_.corpus.targets["words"]))
    print(page(found))
    if arguments.write:
        metric_page.write_section(PAGE, "tags", page(found))
        metric_page.write_lines(LINES, lines_of(found))
    return 0
