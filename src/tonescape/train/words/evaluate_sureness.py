"""Measures what the sureness of words tells of their errors, on sentences whose readers gave a valence.

    tonescape evaluate sureness [--write docs/ACCURACY.md]

EmoBank's test sentences, never trained on. Each sign that sureness is made of parts them into thirds; if it tells
errors, valence agrees better with the readers in one third than in another. Intervals are 95 % bootstrap intervals.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tonescape.mood.words import encoder, heads
from tonescape.mood.words.sureness import BALANCE_SD, balance, sureness
from tonescape.train.corpora import text as corpora
from tonescape.train.lib import arguments as options
from tonescape.train.lib.metrics import Estimate, bootstrap, correlation, shuffled
from tonescape.train.lib.report import publish

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Reals = NDArray[np.float64]
    Whole = NDArray[np.int64]

THIRDS = 3

KIND = "sentence"
"""what the sentences are compared with"""

LENGTHS = (1, 2, 4, 8)
"""sentences in a text of like valence"""

UNLIKE = 0.5
"""standard deviations of the readers' valence within such a text, about"""

SEED = 0


@dataclass(frozen=True, slots=True, eq=False)
class Sentences:
    """n sentences. readers [n] : valence, in standard deviations from the mean

    axis, chances : [n, 3] by the head and [n, 28] of the emotions      valence, emotions [n] : two readings of valence,
    by the head and by the emotions' balance, in standard deviations
    """

    readers: Reals
    axis: Reals
    chances: Reals
    valence: Reals
    emotions: Reals

    def signs(self) -> dict[str, Reals]:
        """What parts the sentences: sureness, and what it is made of, each turned so that more is surer. [n] each"""
        model = heads.heads()
        signal, noise = (float(model.spread(KIND, name)[0]) for name in ("axis_var", "axis_noise"))
        each = zip(self.chances[:, -1], self.valence, self.emotions * BALANCE_SD, strict=True)
        sure = np.array([sureness(1, signal, noise, *map(float, row)) for row in each])
        return {
            "sureness": sure,
            "little chance of neutral": -self.chances[:, -1],
            "the two readings agree": -np.abs(self.valence - self.emotions),
            "control: sureness shuffled": shuffled(sure, seed=SEED),
        }


@dataclass(frozen=True, slots=True)
class Third:
    """Of a third of the sentences: r of each reading with the readers, and how often the head's sign is right."""

    count: int
    valence: Estimate
    emotions: Estimate
    right: Estimate


def sentences(data: Path | None) -> Sentences:
    """EmoBank's test sentences, read as `word_moods` reads them."""
    texts, split, values = corpora.emobank(data)
    test = np.flatnonzero(split == "test")
    return read([texts[i] for i in test], values[test, 0])


def read(texts: Sequence[str], readers: Reals) -> Sentences:
    """Sentences and the valence that readers gave them, on any scale, with what the models say."""
    model = heads.heads()
    vectors = encoder.encode(list(texts))
    logits, hidden = model.emotions(vectors)
    axis = model.axes(vectors, hidden, heads.marks_of(list(texts))).astype(np.float64)
    chances = 1.0 / (1.0 + np.exp(-logits.astype(np.float64)))
    return Sentences(
        (readers - readers.mean()) / readers.std(), axis, chances, _head(axis, 1), _balances(chances) / BALANCE_SD
    )


def _head(axis: Reals, windows: int) -> Reals:
    """Valence [n] of texts of so many windows in standard deviations from the usual, as `mood.words` has it."""
    model = heads.heads()
    spread = np.sqrt(model.spread(KIND, "axis_var") + model.spread(KIND, "axis_noise") / windows)
    out: Reals = ((axis - model.spread(KIND, "axis_mean")) / spread)[:, 0].astype(np.float64)
    return out


def _balances(chances: Reals) -> Reals:
    model = heads.heads()
    usual, spread = model.spread(KIND, "emotion_mean"), model.spread(KIND, "emotion_sd")
    return np.array([balance((np.log(row + heads.FLOOR) - usual) / spread) for row in chances])


def thirds(found: Sentences, sign: Reals) -> list[Third]:
    """The least sure first. sign [n] : more is surer"""
    return [_third(found, rows) for rows in np.array_split(np.argsort(sign, kind="stable"), THIRDS)]


def _third(found: Sentences, rows: Whole) -> Third:
    readers, valence, emotions = found.readers[rows], found.valence[rows], found.emotions[rows]
    right = (np.sign(valence) == np.sign(readers)).astype(np.float64)
    each = np.arange(len(rows))
    return Third(
        len(rows),
        bootstrap(lambda drawn: correlation(readers[drawn], valence[drawn]), each),
        bootstrap(lambda drawn: correlation(readers[drawn], emotions[drawn]), each),
        bootstrap(lambda drawn: float(right[drawn].mean()), each),
    )


def by_length(found: Sentences, count: int) -> Estimate:
    """r of valence with readers for means of `count` sentences of like valence."""
    random = np.random.default_rng(SEED)
    order = np.argsort(found.readers + random.normal(0.0, UNLIKE, len(found.readers)))
    rows = order[: len(order) // count * count].reshape(-1, count)
    readers, valence = found.readers[rows].mean(axis=1), found.valence[rows].mean(axis=1)
    return bootstrap(lambda drawn: correlation(readers[drawn], valence[drawn]), np.arange(len(rows)))


def section(found: Sentences) -> Iterator[str]:
    """The part of docs/ACCURACY.md."""
    yield "## Words: what sureness tells\n"
    yield "`tonescape evaluate sureness --write docs/ACCURACY.md`\n"
    yield f"{len(found.readers)} sentences of EmoBank, official test split, with the valence that readers gave."
    yield "Each sign parts them into thirds, the least sure first. r with the readers of valence by its head and by the"
    yield "balance of emotions; then how often the head is on the right side of the readers' mean. 95 % bootstrap"
    yield "intervals over sentences. The bends of sureness were set by eye on these sentences, so it is optimistic."
    yield "Each sentence is one window long: what length does for sureness is not in this table.\n"
    yield "| sign | third | n | valence, r | emotions, r | right side |"
    yield "|---|---|---|---|---|---|"
    for name, sign in found.signs().items():
        for place, third in enumerate(thirds(found, sign), 1):
            yield f"| {name} | {place} | {third.count} | {third.valence} | {third.emotions} | {third.right} |"
    yield "\nA longer text is read better. r of valence for means of several sentences of like valence (put together by"
    yield f"the readers' valence and noise of {UNLIKE} standard deviations, so optimistic):"
    yield ", ".join(f"{count}: {by_length(found, count)}" for count in LENGTHS) + "."
    yield "Nobody's judgements of whole film scenes are at hand: how well sureness tells errors there is unmeasured."


def main(arguments: Sequence[str] | None = None) -> int:
    parser = options.parser("Measure what the sureness of words tells of their errors.")
    options.add_data(parser)
    options.add_write(parser)
    given = parser.parse_args(arguments)
    publish("sureness", "\n".join(section(sentences(given.data))), given.write)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
