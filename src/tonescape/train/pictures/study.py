"""Compares people's ratings of songs and of their pictures: `tonescape evaluate study --data FILE...`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tonescape.core.errors import InputError
from tonescape.train.lib import arguments as options
from tonescape.train.lib.metrics import bootstrap, correlation
from tonescape.train.lib.report import publish

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from tonescape.train.lib.metrics import Estimate

    Numbers = NDArray[np.float64]

LARGEST = 10_000_000
"""bytes of a file of answers that are read"""

FEW = 5
"""people below which intervals are drawn over pairs instead of people, since so few people say little of others"""


@dataclass(frozen=True, slots=True, eq=False)
class Ratings:
    """Complete pairs, a row for each person and pair.

    rater, pair [n] : numbers from 0      song, picture [n, 2] : valence and arousal in [0, 1]
    alone : judgements whose other half is missing
    """

    rater: NDArray[np.int64]
    pair: NDArray[np.int64]
    song: Numbers
    picture: Numbers
    alone: int


def read(files: Sequence[Path]) -> Ratings:
    """The answers of several people. InputError, naming the file, for what is no answers, or of another study.

    A person's file given twice counts once.
    """
    found: dict[tuple[str, str], dict[str, tuple[float, float]]] = {}
    studies = set()
    for file in files:
        study, rater, answers = _one(file)
        studies.add(study)
        for answer in answers:
            kind, place = answer["kind"], (float(answer["valence"]), float(answer["arousal"]))
            if kind not in ("song", "picture") or not all(0.0 <= value <= 1.0 for value in place):
                raise InputError(f"{file}: an answer is no place on the plane; the file was changed or is damaged")
            found.setdefault((rater, str(answer["pair"])), {})[kind] = place
    if len(studies) > 1:
        raise InputError(f"these answers are from {len(studies)} different studies; evaluate each by itself")
    whole = {key: each for key, each in sorted(found.items()) if len(each) == 2}
    if not whole:
        raise InputError("nobody has judged both a song and its picture; more answers are wanted")
    raters, pairs = (sorted({key[part] for key in whole}) for part in (0, 1))
    return Ratings(
        np.array([raters.index(rater) for rater, _ in whole]),
        np.array([pairs.index(pair) for _, pair in whole]),
        np.array([each["song"] for each in whole.values()]),
        np.array([each["picture"] for each in whole.values()]),
        len(found) - len(whole),
    )


def _one(file: Path) -> tuple[str, str, list[Any]]:
    try:
        if file.stat().st_size > LARGEST:
            raise InputError(f"{file}: more than {LARGEST // 1_000_000} MB; these are no answers")
        body = json.loads(file.read_text("utf-8"))
        if body["tonescape"] != "study":
            raise KeyError("tonescape")
        answers = body["answers"]
        for answer in answers:
            float(answer["valence"]), float(answer["arousal"]), answer["kind"], answer["pair"]
        return str(body["study"]), str(body["rater"]), answers
    except OSError as problem:
        raise InputError(f"{file}: cannot be read: {problem.strerror}") from None
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        raise InputError(f"{file}: no answers of a study; name files that its page saved") from None


def report(ratings: Ratings) -> str:
    """Errors between song and picture with 95 % intervals, beside the error when pictures are exchanged."""
    people, pairs = len(set(ratings.rater)), len(set(ratings.pair))
    groups = ratings.rater if people >= FEW else ratings.pair
    over = "people" if people >= FEW else "pairs"
    lines = [
        f"{people} people, {pairs} pairs, {len(ratings.pair)} judged twice over"
        + (f", {ratings.alone} left out for want of their other half" if ratings.alone else ""),
        f"Intervals: 95 %, bootstrap over {over}. Exchanged: the same person's other pictures in the picture's place.",
        "",
        "| | song to picture | exchanged |",
        "|---|---|---|",
    ]
    off = np.abs(ratings.song - ratings.picture)
    for name, own, strange in (
        ("valence, mean error", off[:, 0], _exchanged(ratings, 0)),
        ("arousal, mean error", off[:, 1], _exchanged(ratings, 1)),
        ("distance on the plane", np.hypot(off[:, 0], off[:, 1]), _exchanged(ratings, None)),
    ):
        lines.append(f"| {name} | {_mean(own, groups)} | {_mean(strange, groups)} |")
    song, picture = _by_pair(ratings)
    for axis, name in enumerate(("valence", "arousal")):

        def r(rows: NDArray[np.int64], axis: int = axis) -> float:
            return correlation(song[rows, axis], picture[rows, axis])

        figure = bootstrap(r, np.arange(len(song)))
        lines.append(f"| {name}, r of the pairs' means | {figure} | 0 |")
    return "\n".join(lines)


def _mean(values: Numbers, groups: NDArray[np.int64]) -> Estimate:
    return bootstrap(lambda rows: float(np.nanmean(values[rows])), groups)


def _exchanged(ratings: Ratings, axis: int | None) -> Numbers:
    """[n] mean distance of each song from the pictures of the same person's other pairs; nan where there is none."""
    out = np.full(len(ratings.pair), np.nan)
    for rater in set(ratings.rater):
        rows = np.flatnonzero(ratings.rater == rater)
        if len(rows) < 2:
            continue
        away = ratings.song[rows][:, None] - ratings.picture[rows][None]
        size = np.hypot(away[..., 0], away[..., 1]) if axis is None else np.abs(away[..., axis])
        out[rows] = (size.sum(1) - np.diag(size)) / (len(rows) - 1)
    return out


def _by_pair(ratings: Ratings) -> tuple[Numbers, Numbers]:
    members = [ratings.pair == pair for pair in sorted(set(ratings.pair))]
    song, picture = (np.array([values[m].mean(0) for m in members]) for values in (ratings.song, ratings.picture))
    return song, picture


def main(arguments: Sequence[str] | None = None) -> int:
    parser = options.parser("Compare people's ratings of songs and of their pictures.")
    options.add_data(parser, "files that the study's page saved", nargs="+", metavar="FILE")
    options.add_write(parser)
    given = parser.parse_args(arguments)
    publish("study", report(read(given.data)), given.write)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
