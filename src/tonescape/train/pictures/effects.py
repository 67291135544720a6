"""What each motif and style does to the mood that judges see: `tonescape evaluate effects`, a tool for tuning.

Motifs and styles are dealt out at random over the plane, and the judged values, standardised, are taken apart into
the mood asked for, the motif and the style (an additive ridge model). Two tuning judges answer: judge "a", and a head
on another backbone taught the same photographs and paintings. What both say is less likely one network's quirk.
Judge "b" is not asked: it only grades (`tonescape evaluate pictures`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tonescape.core.errors import UsageError
from tonescape.core.settings import plugins
from tonescape.train.lib import arguments as options
from tonescape.train.lib.report import publish
from tonescape.train.pictures.judged import AXES, asking, brief_at, painted, plane, spearman
from tonescape.train.pictures.judges import judge, part_of
from tonescape.train.pictures.judges.backbone import describe
from tonescape.train.pictures.judges.train import seen

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tonescape.core.records import Pixels

    Reals = NDArray[np.float64]
    Whole = NDArray[np.int64]
    Grade = Callable[[Sequence[Pixels]], Reals]

SECTION = "effects"
SECOND = "lite0"
"""backbone of the second tuning judge; "a" has lite1, the grader lite2"""

COUNT, SIZE = 600, 224
RIDGE = 3.0
"""pictures' worth of doubt about every motif and style"""


@dataclass(frozen=True, slots=True, eq=False)
class Effects:
    """In standard deviations of the judged values. slopes [2, 2] : asked axis by judged axis, over the whole plane
    motifs, styles [k, 2] : what each adds      rest [2] : SD of what is left      agree : between the two judges, r of
    the motifs' and of the styles' effects, [2, 2]"""

    slopes: Reals
    motifs: Reals
    styles: Reals
    rest: Reals
    agree: Reals


def second(data: Path | None, cache: Path | None) -> Grade:
    """A judge on backbone SECOND that learnt from judge a's share of themes and painters alone."""
    rated = seen(SECOND, data, cache)
    rows = np.flatnonzero([part_of(group) == "a" for group in rated.groups])
    head = rated.fit(rows)
    return lambda images: head.predict(describe(SECOND, images))


def dealt(count: int, motifs: int, styles: int) -> tuple[Whole, Whole]:
    """[count] numbers of motif and style, each as often as any other to within one, in two independent orders."""
    rng = np.random.default_rng(7)

    def order(kinds: int) -> Whole:
        rounds = [rng.permutation(kinds) for _ in range(-(-count // kinds))]
        return np.concatenate(rounds)[:count].astype(np.int64)

    return order(motifs), order(styles)


def effects(asked: Reals, motif: Whole, style: Whole, judged: Sequence[Reals]) -> Effects:
    """The additive model of the mean of the judges, each standardised. asked, judged[i] [n, 2]      motif, style [n]"""
    kinds = (int(motif.max()) + 1, int(style.max()) + 1)
    design = np.zeros((len(asked), 2 + sum(kinds)))
    design[:, :2] = asked - 0.5
    rows = np.arange(len(asked))
    design[rows, 2 + motif] = 1.0
    design[rows, 2 + kinds[0] + style] = 1.0
    doubt = RIDGE * np.diag([0.0, 0.0, *[1.0] * sum(kinds)])
    level = [(one - one.mean(axis=0)) / one.std(axis=0) for one in judged]
    fits = [np.linalg.solve(design.T @ design + doubt, design.T @ one) for one in level]
    both = np.mean(fits, axis=0)
    parts = (slice(2, 2 + kinds[0]), slice(2 + kinds[0], None))
    agree = [[float(np.corrcoef(fits[0][part, axis], fits[-1][part, axis])[0, 1]) for axis in (0, 1)] for part in parts]
    rest = np.std(np.mean(level, axis=0) - design @ both, axis=0)
    return Effects(both[:2], both[parts[0]], both[parts[1]], rest, np.array(agree))


def report(data: Path | None, cache: Path | None, *, count: int = COUNT, size: int = SIZE) -> str:
    """The table as Markdown. MissingError without the data, UsageError for fewer pictures than motifs or styles."""
    motifs, styles = sorted(plugins("motifs")), sorted(plugins("styles"))
    if count < max(len(motifs), len(styles)):
        raise UsageError(f"--count {count} leaves motifs or styles out; choose {max(len(motifs), len(styles))} or more")
    motif, style = dealt(count, len(motifs), len(styles))
    asked = plane(count)
    briefs = [brief_at(asked[i, 0], asked[i, 1], i, motifs[motif[i]], styles[style[i]]) for i in range(count)]
    graders = (judge("a"), second(data, cache))
    for grade in graders:  # what is missing is said before all the painting, not after
        grade([np.zeros((32, 32, 3), np.uint8)])
    images = painted(briefs, size)
    judged = [grade(images) for grade in graders]
    found = effects(asked, motif, style, judged)
    plain = [[spearman(asked[:, axis], one[:, axis]) for axis in (0, 1)] for one in judged]
    lines = [
        "## Pictures: what each motif and style does to the judged mood",
        "",
        f"`tonescape evaluate effects --count {count} --size {size}`",
        "",
        f"Additive ridge model of the mean of two tuning judges (a; {SECOND} taught the same pictures), in standard",
        "deviations of what is judged. A slope says how far the whole way across the plane moves the judged value.",
        "",
        "| asked | judged valence | judged arousal |",
        "|---|---|---|",
        *(f"| {name}, slope | {row[0]:+.2f} | {row[1]:+.2f} |" for name, row in zip(AXES, found.slopes, strict=True)),
        f"| left over, SD | {found.rest[0]:.2f} | {found.rest[1]:.2f} |",
        f"| Spearman with all dealt at random, a | {plain[0][0]:.2f} | {plain[0][1]:.2f} |",
        f"| the same, {SECOND} | {plain[1][0]:.2f} | {plain[1][1]:.2f} |",
        f"| the two judges' effects of motifs, r | {found.agree[0, 0]:.2f} | {found.agree[0, 1]:.2f} |",
        f"| the two judges' effects of styles, r | {found.agree[1, 0]:.2f} | {found.agree[1, 1]:.2f} |",
    ]
    for kind, names, rows in (("motif", motifs, found.motifs), ("style", styles, found.styles)):
        lines += ["", f"| {kind} | valence | arousal |", "|---|---|---|"]
        lines += [f"| {name} | {row[0]:+.2f} | {row[1]:+.2f} |" for name, row in zip(names, rows, strict=True)]
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = asking("What motifs and styles do to the mood two tuning judges see.", count=COUNT, size=SIZE)
    options.add_cache(parser)
    given = parser.parse_args(arguments)
    publish(SECTION, report(given.data, given.cache, count=given.count, size=given.size), given.write)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
