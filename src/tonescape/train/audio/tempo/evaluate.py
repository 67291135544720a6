"""Measures the tempo: `tonescape evaluate tempo --data FOLDER [--write]`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tonescape.core import weights
from tonescape.hear.metrical import INPUTS, MODEL
from tonescape.train.audio.tempo.levels import (
    MADE,
    OCTAVES,
    best_ridge,
    chosen,
    fit,
    recordings,
    right,
    training_set,
)
from tonescape.train.corpora.tempo import MEASURE_ONLY
from tonescape.train.lib import arguments as options
from tonescape.train.lib.metrics import bootstrap
from tonescape.train.lib.report import publish
from tonescape.train.lib.splits import group_folds

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from tonescape.train.audio.tempo.levels import Clip

    Reals = NDArray[np.float64]

COMMAND = "tonescape evaluate tempo --data FOLDER --write"

FOLDS = 5

TITLES = {
    "fnf": "songs of a rhythm game, measured only",
    "opentaiko": "songs of a drum game, measured only",
    "gtzan_classical": "classical, 15 s, measured only",
    "fretsonfire": "rock and metal, the set left out",
    "macleod": "one composer, five folds by piece",
    "macleod left out": "one composer, the set left out",
    MADE: "made, five folds by pattern",
}


def measures(clips: Sequence[Clip], data: Path | None, cache: Path, weight: Reals) -> dict[str, Any]:
    """Figures for the card: a row of TITLES each, of clips that the choice has not learnt from.

    clips : of `training_set`      weight : learnt from all of them, for the sets of MEASURE_ONLY
    """
    rows: dict[str, Any] = {}
    for name in MEASURE_ONLY:
        rows[name] = _row(found := recordings(name, data, cache), [chosen(weight, clip) for clip in found])
    for name, row in (("fretsonfire", "fretsonfire"), ("macleod", "macleod left out")):
        left_out = _learnt([clip for clip in clips if clip.corpus != name])
        of = [clip for clip in clips if clip.corpus == name]
        rows[row] = _row(of, [chosen(left_out, clip) for clip in of])
    folded = np.zeros(len(clips))
    for train, test in group_folds(np.array([f"{clip.corpus} {clip.group}" for clip in clips]), folds=FOLDS):
        fold_weight = _learnt([clips[i] for i in train])
        folded[test] = [chosen(fold_weight, clips[i]) for i in test]
    for name in ("macleod", MADE):
        at = [i for i, clip in enumerate(clips) if clip.corpus == name]
        rows[name] = _row([clips[i] for i in at], folded[at])
    return rows


def _learnt(clips: Sequence[Clip]) -> Reals:
    """A model whose ridge was chosen within these clips."""
    return fit(clips, best_ridge(clips))


def _row(clips: Sequence[Clip], said: Sequence[float] | Reals) -> dict[str, Any]:
    """Shares of right answers with intervals: the model's, the strongest period's and librosa's."""
    groups = np.array([clip.group for clip in clips])
    answers = {
        "chosen": list(said),
        "strongest": [clip.strongest for clip in clips],
        "librosa": [clip.librosa for clip in clips],
    }
    row: dict[str, Any] = {"clips": len(clips), "unanswered": float(np.mean([not clip.strongest for clip in clips]))}
    for who, tempi in answers.items():
        for measure, multiples in (("within", (1.0,)), ("octave", OCTAVES)):
            hits = np.array([right(t, c.bpm, multiples) for t, c in zip(tempi, clips, strict=True)], dtype=np.float64)
            found = bootstrap(lambda rows, hits=hits: float(hits[rows].mean()), groups)  # type: ignore[misc]
            row[f"{who} {measure}"] = found.kept() if any(tempi) else None
    return row


def page(rows: dict[str, Any]) -> str:
    """The section of docs/ACCURACY.md."""
    lines = [
        "## Tempo",
        "",
        "Share of clips whose tempo is within 4 % of the true one / of it, its double, half, triple or third "
        "(\"accuracy 1\" and \"2\" of Gouyon et al. 2006), with 95 % bootstrap intervals over recordings (made clips: "
        "over patterns). No clip is measured with a model that learnt from it, and the ridge penalty is chosen within "
        "the clips that the model learns from. \"Strongest period\" is the strongest period of the onset curve under "
        "a prior, which was the answer before the metrical level was learnt. librosa's default answers are those that "
        "the sets' labels hold. No answer counts as a wrong one.",
        "",
        "| set | clips | Tonescape | strongest period | librosa | no answer |",
        "|---|---|---|---|---|---|",
        *(
            f"| {name.split(' ')[0]}: {title} | {rows[name]['clips']} | {_text(rows[name], 'chosen')} | "
            f"{_text(rows[name], 'strongest')} | {_text(rows[name], 'librosa')} | {rows[name]['unanswered']:.0%} |"
            for name, title in TITLES.items()
        ),
        "",
        f"`{COMMAND}`",
    ]  # fmt: skip
    return "\n".join(lines)


def _text(row: dict[str, Any], who: str) -> str:
    cells = []
    for found in (row[f"{who} within"], row[f"{who} octave"]):
        if found is None:
            return "-"
        low, high = found["interval"]
        cells.append(f"{found['value']:.2f} [{low:.2f}, {high:.2f}]")
    return " / ".join(cells)


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table; --write says which file gets it too. Returns 0."""
    parser = options.parser("Measure the tempo on recordings and made music whose tempo is known.")
    options.add_data(parser)
    options.add_cache(parser)
    options.add_write(parser)
    given = parser.parse_args(argv)
    weight = weights.load(MODEL).shaped("weight", len(INPUTS)).astype(np.float64)
    publish(
        "tempo", page(measures(training_set(given.data, given.cache), given.data, given.cache, weight)), given.write
    )
    return 0
