"""Recordings whose tempo is known: from their makers, from the charts of rhythm games, or from beats marked by ear."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tonescape.train.corpora.songs import music, read_csv

if TYPE_CHECKING:
    from pathlib import Path

MAY_TRAIN = ("macleod", "fretsonfire")
MEASURE_ONLY = ("fnf", "opentaiko", "gtzan_classical")
"""sets whose terms let a model learn from them, and sets that are for measuring"""

TERMS = (
    "174 pieces by Kevin MacLeod (incompetech.com): CC BY 3.0 and 4.0",
    "8 songs of Frets on Fire: MIT-like and CC BY-SA 3.0",
    "drum patterns with bass and chords made by tonescape.train.audio.tempo.patterns",
)
"""of what the model learns from"""


@dataclass(frozen=True, slots=True)
class Tune:
    """A recording. bpm : its tempo      librosa : BPM that librosa's beat tracker says, as its labels hold it"""

    corpus: str
    name: str
    path: Path
    bpm: float
    librosa: float


def load(corpus: str, data: Path | None = None) -> tuple[Tune, ...]:
    """The recordings of one of MAY_TRAIN or MEASURE_ONLY that have a tempo, by name."""
    folder = music(data) / corpus if corpus == "macleod" else music(data) / "charts" / corpus
    marked = "bpm_in_clip" if corpus == "gtzan_classical" else "bpm"
    rows = read_csv(folder / "labels.csv", ("id", marked, "librosa_tempo"))
    files = {path.stem: path for path in (folder / "audio").iterdir()}
    return tuple(
        Tune(corpus, row["id"], files[row["id"]], float(row[marked]), float(row["librosa_tempo"] or 0.0))
        for row in sorted(rows, key=lambda row: row["id"])
        if float(row[marked] or 0.0) > 0.0 and row["id"] in files
    )
