"""Trains the nine GEMS emotions from sound, on Emotify: weights/gems.npz.

tonescape train gems --data FOLDER [--cache FOLDER]
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tonescape.core import weights
from tonescape.mood.tags import GEMS
from tonescape.train.audio import features_cache, kernels
from tonescape.train.corpora import emotify
from tonescape.train.lib import report as metric_page
from tonescape.train.lib.metrics import Figure, bootstrap, correlation, noise_ceiling, shuffled
from tonescape.train.lib.splits import clip_folds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tonescape.core.records import Floats
    from tonescape.mood.kernel import Machine
    from tonescape.train.corpora.songs import Recordings
    from tonescape.train.lib.splits import Fold

    Reals = NDArray[np.float64]
    Rows = NDArray[np.int64]

RECIPE = kernels.Recipe(kernels.BLOCKS, ridge=0.7, landmarks=300)

BASELINE, AIM = 0.51, 0.58
"""mean r of an SVR on 122 statistics of the spectrum (same data, ten folds by clip), and what was to be reached"""

PATCHES = 10
COMMAND = "tonescape evaluate gems --data FOLDER --write"
PAGE = Path("docs/ACCURACY.md")
LINES = Path("src/tonescape/show/accuracy.json")


@dataclass(frozen=True, slots=True, eq=False)
class Described:
    """A corpus with its descriptors. names (k,) of clean and coded [n, k], the recordings and their re-encodings"""

    corpus: Recordings
    names: tuple[str, ...]
    clean: Floats
    coded: Floats


def described(corpus: Recordings, cache: Path, recipe: kernels.Recipe) -> Described:
    """A corpus as the recipe reads it, from the cache where it has been heard."""
    kept = features_cache.keep(corpus.paths, cache, most_patches=PATCHES, say=print)
    wanted = kernels.names_of(recipe, features_cache.names())
    return Described(corpus, wanted, *features_cache.tables(kept, wanted))


def fit(recipe: kernels.Recipe, from_: Described, answers: Reals, rows: Rows) -> Machine:
    """A machine from these recordings and their re-encodings, half the weight each: they are one song."""
    vectors = np.concatenate([from_.clean[rows], from_.coded[rows]])
    return kernels.fit(
        recipe, from_.names, vectors, np.tile(answers[rows], (2, 1)), weight=np.full(len(vectors), 0.5)
    )  # fmt: skip


def crossed(recipe: kernels.Recipe, from_: Described, answers: Reals, folds: list[Fold]) -> tuple[Reals, Reals]:
    """What machines say that did not see a fold, [n, o], of the recordings and of their re-encodings."""
    said = np.full((2, *answers.shape), np.nan)
    for train, test in folds:
        machine = fit(recipe, from_, answers, train)
        said[0, test], said[1, test] = machine(from_.clean[test]), machine(from_.coded[test])
    return said[0], said[1]


def mean_r(truth: Reals, said: Reals, rows: Rows) -> float:
    """Mean Pearson r over the emotions, of these rows of truth and said [n, 9]."""
    return float(np.mean([correlation(truth[rows, j], said[rows, j]) for j in range(truth.shape[1])]))


def measures(from_: Described) -> dict[str, Any]:
    """Figures for the card."""
    truth, listeners = (from_.corpus.targets[name] for name in ("emotions", "listeners"))
    folds, each = clip_folds(len(truth)), np.arange(len(truth))
    said, coded = crossed(RECIPE, from_, truth, folds)
    mixed = crossed(RECIPE, from_, shuffled(truth), folds)[0]
    whole = bootstrap(lambda rows: mean_r(truth, said, rows), each)
    out: dict[str, Any] = {
        "command": COMMAND,
        "split": "ten folds by clip; the corpus names no artists, so clips of one artist may be on both sides",
        "clips": len(truth),
        "listeners a clip": f"{int(listeners.min())} to {int(listeners.max())}, median {int(np.median(listeners))}",
        "mean r": _row(whole) | {"baseline": BASELINE, "aim": AIM},
        "mean r, shuffled": round(mean_r(shuffled(truth), mixed, each), 3),
        "codec, mean change": round(float(np.abs(said - coded).mean()), 3),
        "note": features_cache.HEARD_ALL,
    }
    for j, name in enumerate(emotify.EMOTIONS):
        found = bootstrap(lambda rows, j=j: correlation(truth[rows, j], said[rows, j]), each)  # type: ignore[misc]
        out[name] = _row(found) | {"ceiling": round(noise_ceiling(truth[:, j], listeners), 2)}
    return out


def _row(found: Figure) -> dict[str, Any]:
    return {"r": round(found.value, 3), "interval": [round(found.low, 3), round(found.high, 3)]}


def page(found: dict[str, Any]) -> str:
    """The section of docs/ACCURACY.md."""
    whole = found["mean r"]
    lines = [
        "## GEMS emotions from sound",
        "",
        f"Emotify, {found['clips']} clips, share of listeners ({found['listeners a clip']}) who felt each; ten folds "
        "by clip (the set names no artists, so this may flatter), 95 % bootstrap intervals over clips. The ceiling is "
        f"the highest r a perfect model could reach against so few listeners' votes. Shuffled labels: "
        f"{found['mean r, shuffled']:.2f}. Mean change by a codec: {found['codec, mean change']:.3f}. "
        f"Note: {features_cache.HEARD_ALL}.",
        "",
        "| emotion | r | ceiling |",
        "|---|---|---|",
        *(f"| {name.replace('_', ' ')} | {_text(found[name])} | {found[name]['ceiling']:.2f} |"
          for name in emotify.EMOTIONS),
        f"| mean (baseline {BASELINE:.2f}, aim {AIM:.2f}) | {_text(whole)} | "
        f"{np.mean([found[name]['ceiling'] for name in emotify.EMOTIONS]):.2f} |",
        "",
        f"`{COMMAND}`",
    ]  # fmt: skip
    return "\n".join(lines)


def _text(row: dict[str, Any]) -> str:
    return f"{row['r']:.2f} [{row['interval'][0]:.2f}, {row['interval'][1]:.2f}]"


def lines_of(found: dict[str, Any]) -> dict[str, str]:
    """What the reports print."""
    whole = found["mean r"]
    low, high = whole["interval"]
    return {"gems": f"r = {whole['r']:.2f} ({low:.2f} to {high:.2f}) on average with listeners, {found['clips']} clips"}


def parser_of(what: str) -> argparse.ArgumentParser:
    """--data, --cache and --out."""
    from tonescape.core.settings import settings

    parser = argparse.ArgumentParser(description=what)
    parser.add_argument("--data", type=Path, help="folder with music/ (default: $TONESCAPE_DATA)")
    parser.add_argument("--cache", type=Path, default=settings().cache / "train", help="folder (%(default)s)")
    parser.add_argument("--out", type=Path, help="folder for the weights (default: the package's own)")
    return parser


def main(argv: list[str] | None = None) -> int:
    """Train, measure and write weights/gems.npz. Returns 0."""
    arguments = parser_of("Train the nine GEMS emotions from sound.").parse_args(argv)
    from_ = described(emotify.load(arguments.data), arguments.cache, RECIPE)
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
    print(weights.write(GEMS, machine.arrays(), about, arguments.out))
    return 0


def evaluate(argv: list[str] | None = None) -> int:
    """Print the table; with --write into docs/ACCURACY.md and show/accuracy.json. Returns 0."""
    parser = parser_of("Measure the GEMS emotions on Emotify.")
    parser.add_argument("--write", action="store_true", help=f"write {PAGE} and {LINES}")
    arguments = parser.parse_args(argv)
    found = measures(described(emotify.load(arguments.data), arguments.cache, RECIPE))
    print(page(found))
    if arguments.write:
        metric_page.write_section(PAGE, "gems", page(found))
        metric_page.write_lines(LINES, lines_of(found))
    return 0
