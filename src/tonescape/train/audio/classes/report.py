"""The section on mood classes in docs/ACCURACY.md, its charts, and the line that the reports print."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.core.errors import OutputError
from tonescape.core.store import write_atomically
from tonescape.mood.classes import CLASSES
from tonescape.train.audio.classes import baselines
from tonescape.train.audio.classes import train as classes
from tonescape.train.corpora import moods
from tonescape.train.lib import charts, metrics

if TYPE_CHECKING:
    from pathlib import Path

    from tonescape.train.audio.classes.train import ClassPredictions
    from tonescape.train.corpora.songs import Table

COMMAND = "tonescape evaluate classes --data FOLDER --write"


def odds_table(table: Table) -> str:
    """Markdown: features down, classes across; * where the interval holds no 1."""
    found = baselines.odds_ratios(table.values, classes.places(table), table.groups)
    there = [label for label in CLASSES if any(odds.label == label for odds in found)]
    lines = [f"| odds ratio per s.d. | {' | '.join(there)} |", f"|---|{'---|' * len(there)}"]
    for feature in dict.fromkeys(odds.feature for odds in found):
        own = [odds for odds in found if odds.feature == feature]
        cells = [f"{o.ratio:.2f} [{o.low:.2f}, {o.high:.2f}]{'' if o.low <= 1 <= o.high else ' *'}" for o in own]
        lines.append(f"| {feature} | {' | '.join(cells)} |")
    return "\n".join(lines)


def draw(folder: Path, judged: ClassPredictions, curve: dict[str, list[tuple[float, float]]]) -> None:
    """learning_curve.svg, confusion.svg and calibration.svg."""
    predicted = judged.p.argmax(axis=1)
    counts = np.zeros((len(CLASSES), len(CLASSES)), int)
    np.add.at(counts, (judged.labels, predicted), 1)
    rows = metrics.reliability(predicted == judged.labels, judged.p.max(axis=1))
    pages = {
        "learning_curve": charts.lines("Learning curve", curve, across="songs learnt from", up="accuracy"),
        "confusion": charts.matrix("Said and true, artists not seen", counts, CLASSES),
        "calibration": charts.lines(
            "Calibration of the likeliest class",
            {"tenths of the songs": [(float(p), float(share)) for p, share, _ in rows]},
            across="probability said",
            up="share that was right",
            diagonal=True,
        ),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise OutputError(f"cannot make the folder {folder}: {problem}") from problem
    for name, page in pages.items():
        write_atomically(folder / f"{name}.svg", page.encode())
        print(folder / f"{name}.svg")


def agreement(data: Path | None) -> str:
    """How many songs contradict themselves."""
    whole, clear = moods.pooled(data, clear=False), moods.pooled(data)
    return (
        f"{len(whole) - len(clear)} of {len(whole)} pooled songs stand in playlists of more than one class, or there "
        f'twice under two ids, and are left out ("as given" keeps them under the first class met).'
    )


INTRODUCTION = """
Energetic, Relaxing, Sad, Happy and Focused from the twelve features; labels are the playlist that a song stands in.
Focused is a cue of genre: what playlists for studying hold. "By artist" is five folds of whole artists with a 95 %
interval from drawing artists; the random split lets an artist stand on both sides. Pixtape reported .71 on 3,100 songs
of 35 playlists, split at random. ECE: calibration error of the likeliest class. The networks ship; they were chosen,
and their settings among three, on these same folds, which flatters a little: the forest lies inside their interval."""

ODDS = """
Odds of a class against the rest for one standard deviation more of a feature, the others held; pooled songs, 95 %
intervals that allow for songs of one artist; * where the interval holds no 1."""

RECORDINGS = """
Classes of recordings: clips of 4Q whose AllMusic words name a class, five folds of whole artists; features as heard,
those not trusted hidden. The model of the twelve has learnt from weak labels of these very clips (not from these
classes), and the quantiles are those of all clips, so the figures may flatter."""


PLOTS = (
    "Drawn with `--plots docs/accuracy`: [learning curve](accuracy/learning_curve.svg), "
    "[confusion](accuracy/confusion.svg), [calibration](accuracy/calibration.svg)."
)


def section(rows: list[str], odds: str, heard: str, control: str, agreed: str) -> str:
    """The whole section as Markdown."""
    head = "| songs | songs, artists | model | accuracy, random 67/33 | accuracy, by artist | macro F1 | ECE |"
    table = "\n".join([head, "|---|---|---|---|---|---|---|", *rows])
    opening = f"## Mood classes\n\n`{COMMAND}`"
    blocks = [
        opening,
        f"{INTRODUCTION.strip()} {agreed}",
        table,
        control,
        ODDS.strip(),
        odds,
        RECORDINGS.strip(),
        heard,
        PLOTS,
    ]
    return "\n\n".join(blocks)


def lines(given: ClassPredictions, heard: ClassPredictions) -> dict[str, str]:
    """What a report says beside the classes."""

    def one(judged: ClassPredictions) -> str:
        figure = judged.accuracy()
        return f"{figure.value:.2f} [{figure.low:.2f}, {figure.high:.2f}] of {len(judged.labels)}"

    return {
        "classes": f"right for {one(heard)} clips from sound",
        "given classes": f"right for {one(given)} songs from published features",
    }
