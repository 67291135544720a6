"""What `evaluate` measures: do finished pictures carry the mood that was asked for?

200 briefs spread over the plane, motifs and styles dealt out in turn so that neither knows the mood, are painted and
graded by a judge. Beside them two controls: the asked moods in random order, and the palette of another brief on the
same composition, which shows how much composition alone carries.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from tonescape.core.records import AudioFeatures, Brief, Song
from tonescape.core.settings import plugins
from tonescape.mood import named
from tonescape.plan import plan
from tonescape.render import paint
from tonescape.train.lib import arguments as options
from tonescape.train.lib import metrics

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from tonescape.core.records import Pixels
    from tonescape.train.lib.metrics import Estimate

    Reals = NDArray[np.float64]

BRIEFS, SIZE = 200, 256
AXES = ("valence", "arousal")
FEWEST = 8
"""briefs below which a correlation of one motif or style is not printed"""

MOODS = ((0.2, 0.2), (0.2, 0.8), (0.8, 0.2), (0.8, 0.8))
"""where diversity and consistency are measured"""

WITHIN, SEEDS = 10, 4
"""pictures of one mood by ten songs; pictures of one brief by four seeds"""


@dataclass(frozen=True, slots=True, eq=False)
class JudgedPictures:
    """What was painted and how it was graded; every array [n, 2] in the order of `briefs`.

    recoloured : the grades of the same compositions in the palette of briefs[swap]
    chosen : the grades of `planned`, the same moods with motif and style as the plan chooses them
    spread : SD of the grades over seeds of one brief (root mean square over the briefs tried)
    """

    briefs: tuple[Brief, ...]
    asked: Reals
    judged: Reals
    recoloured: Reals
    swap: NDArray[np.int64]
    chosen: Reals
    spread: Reals
    images: tuple[Pixels, ...]
    planned: tuple[Pixels, ...]
    alike: dict[str, tuple[Pixels, ...]]
    judge: str
    size: int


def plane(count: int) -> Reals:
    """[count, 2] points spread evenly over the plane, the same every time.

    Roberts's R2 sequence (2018): multiples of 1/g and 1/g^2 modulo 1, g the plastic number.
    """
    g = 1.32471795724474602596
    steps = np.arange(1, count + 1)[:, None] * np.array([1 / g, 1 / g**2])
    points: Reals = np.round((0.5 + steps) % 1.0, 4)
    return points


def song_mood(valence: float, arousal: float, rng: np.random.Generator) -> AudioFeatures:
    """The features of a made-up song of that mood; what mood does not decide is drawn."""
    free = rng.random(6).round(3)
    return AudioFeatures(
        danceability=float(free[0]),
        energy=arousal,
        key=float(int(free[1] * 12)),
        loudness=round(-24.0 + 18.0 * arousal, 2),
        mode=float(free[2] < 0.25 + 0.5 * valence),
        speechiness=0.05,
        acousticness=round(float(np.clip(1.0 - arousal + 0.6 * (free[3] - 0.5), 0.0, 1.0)), 3),
        instrumentalness=float(free[4]),
        liveness=0.12,
        valence=valence,
        tempo=round(70.0 + 70.0 * float(0.5 * arousal + 0.5 * free[5]), 1),
        time_signature=4.0,
    )


def dealt(count: int, *, chosen: bool = False) -> tuple[Brief, ...]:
    """`count` briefs over the plane. Motifs and styles in turn, or with `chosen` as the plan picks them by mood."""
    pairs = list(product(sorted(plugins("motifs")), sorted(plugins("styles"))))
    order = np.random.default_rng(0).permutation(np.arange(count) % len(pairs))
    briefs = []
    for index, (valence, arousal) in enumerate(plane(count)):
        motif, style = pairs[order[index]]
        briefs.append(brief_at(valence, arousal, index, *((None, None) if chosen else (motif, style))))
    return tuple(briefs)


def brief_at(valence: float, arousal: float, number: int, motif: str | None = None, style: str | None = None) -> Brief:
    """The brief of made-up song `number` with that mood."""
    valence, arousal = float(valence), float(arousal)
    audio = song_mood(valence, arousal, np.random.default_rng(number))
    mood = named(valence, arousal, 1.0, audio)
    return plan(Song(title=f"Song {number}", artist="Nobody"), None, mood, motif=motif, style=style)


def recoloured(briefs: Sequence[Brief], swap: NDArray[np.int64]) -> list[Brief]:
    """Every brief with the colours of another: briefs[swap]."""
    return [
        replace(brief, palette=other.palette, main=other.main, mood_colour=other.mood_colour)
        for brief, other in zip(briefs, (briefs[int(i)] for i in swap), strict=True)
    ]


def counter(total: int) -> Callable[[], None]:
    """What is called after each picture and keeps a line on standard error."""
    done = 0

    def tell() -> None:
        nonlocal done
        done += 1
        print(f"\rpainted {done} of {total}", end="\n" if done == total else "", file=sys.stderr, flush=True)

    return tell


def painted(
    briefs: Sequence[Brief], size: int, painter: str = "painter", tell: Callable[[], None] | None = None
) -> list[Pixels]:
    """Pictures [size, size, 3] of briefs by the engine `painter`; tell : called after each"""
    images, tell = [], tell or counter(len(briefs))
    for brief in briefs:
        images.append(paint(painter, brief, size=size).image)
        tell()
    return images


def asking(description: str, *, count: int, size: int) -> argparse.ArgumentParser:
    """The options of a command that paints and judges."""
    parser = options.parser(description)
    options.add_data(parser)
    parser.add_argument("--count", type=int, default=count, help="pictures")
    parser.add_argument("--size", type=int, default=size, help="px a side")
    options.add_write(parser)
    return parser


def run(
    grade: Callable[[Sequence[Pixels]], Reals],
    *,
    judge: str = "b",
    painter: str = "painter",
    count: int = BRIEFS,
    size: int = SIZE,
) -> JudgedPictures:
    """Paint and grade everything. grade : [n] pictures to [n, 2] valence and arousal (a Judge)"""
    tell = counter(3 * count + len(MOODS) * (WITHIN + SEEDS))
    briefs = dealt(count)
    swap = np.random.default_rng(1).permutation(count)
    images = painted(briefs, size, painter, tell)
    other = painted(recoloured(briefs, swap), size, painter, tell)
    free = painted(dealt(count, chosen=True), size, painter, tell)
    alike, spread = {}, []
    for place, (valence, arousal) in enumerate(MOODS):
        songs = [brief_at(valence, arousal, 1000 * (place + 1) + number) for number in range(WITHIN)]
        alike[f"valence {valence}, arousal {arousal}"] = tuple(painted(songs, size, painter, tell))
        repeats = painted([replace(songs[0], seed=seed) for seed in range(SEEDS)], size, painter, tell)
        spread.append(grade(repeats).var(axis=0, ddof=1))
    return JudgedPictures(
        briefs=briefs,
        asked=plane(count),
        judged=grade(images),
        recoloured=grade(other),
        swap=swap,
        chosen=grade(free),
        spread=np.sqrt(np.mean(spread, axis=0)),
        images=tuple(images),
        planned=tuple(free),
        alike=alike,
        judge=judge,
        size=size,
    )


def spearman(a: NDArray[Any], b: NDArray[Any]) -> float:
    """Rank correlation, ties sharing their mean rank; 0 if either is constant."""
    from scipy.stats import rankdata

    return metrics.correlation(rankdata(a), rankdata(b))


def agreement(asked: Reals, judged: Reals) -> tuple[Estimate, Estimate]:
    """Spearman of valence and of arousal, with 95 % intervals over briefs. Both [n, 2]."""
    rows = np.arange(len(asked))
    valence, arousal = (
        metrics.bootstrap(lambda r, i=i: spearman(asked[r, i], judged[r, i]), rows)  # type: ignore[misc]
        for i in range(len(AXES))
    )
    return valence, arousal


def chance(asked: Reals, judged: Reals, *, draws: int = 500) -> tuple[Estimate, Estimate]:
    """The same with asked moods in random order: mean, and the range of 95 % of the orders."""
    rng = np.random.default_rng(0)
    found = np.array(
        [
            [spearman(asked[order, axis], judged[:, axis]) for axis in range(len(AXES))]
            for order in (rng.permutation(len(asked)) for _ in range(draws))
        ]
    )
    low, high = np.quantile(found, [0.025, 0.975], axis=0)
    valence, arousal = (
        metrics.Estimate(float(found[:, i].mean()), float(low[i]), float(high[i])) for i in range(len(AXES))
    )
    return valence, arousal


def by(kind: str, result: JudgedPictures) -> dict[str, tuple[int, Estimate, Estimate]]:
    """{motif or style: (briefs, valence, arousal)}; kind is "motif" or "style"."""
    names = np.array([getattr(brief, kind) for brief in result.briefs])
    out = {}
    for name in np.unique(names):
        rows = np.flatnonzero(names == name)
        if len(rows) >= FEWEST:
            out[str(name)] = (len(rows), *agreement(result.asked[rows], result.judged[rows]))
    return out
