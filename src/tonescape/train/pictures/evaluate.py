"""The report of `tonescape evaluate pictures`: tables for the terminal and for docs/ACCURACY.md.

tonescape evaluate pictures [--count 200] [--size 256] [--judge b] [--write FILE]
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tonescape.core.errors import Remark
from tonescape.train.corpora.pictures import pictures
from tonescape.train.lib.report import publish
from tonescape.train.pictures import distances as alike
from tonescape.train.pictures import judged as judged_by
from tonescape.train.pictures.judges import judge

if TYPE_CHECKING:
    from tonescape.core.records import Floats, Pixels
    from tonescape.train.lib.metrics import Estimate
    from tonescape.train.pictures.judged import JudgedPictures

SECTION = "pictures"
THROUGH = 96
"""px a side all pictures pass for the distances: the smallest of the reference sets"""

MOST = 400
"""reference pictures of a set, drawn evenly"""

PLACELESS = frozenset({"flow-field", "geometry", "cymatics", "colour-field", "shards", "weave"})
"""motifs that are no landscapes"""


def report(
    data: Path | None = None,
    *,
    name: str = "b",
    count: int = judged_by.BRIEFS,
    size: int = judged_by.SIZE,
) -> str:
    """Everything measured, as Markdown.

    Distances to photographs and art are left out, with a Remark, where no data are named; MissingError where data are
    named that are not there. What is missing is said before the painting, not after.
    """
    judge(name)([np.zeros((32, 32, 3), np.uint8)])
    photographs = _references(data)
    references = {name: alike.embed(images, through=THROUGH) for name, images in photographs.items()}
    result = judged_by.run(judge(name), judge=name, count=count, size=size)
    lines = [*_heading(result, judge(name).card), *_overall(result), *_other_judge(result)]
    lines += _ceiling(photographs)
    for kind in ("motif", "style"):
        lines += ["", f"| {kind} | briefs | valence | arousal |", "|---|---|---|---|"]
        lines += [f"| {key} | {n} | {v} | {a} |" for key, (n, v, a) in judged_by.by(kind, result).items()]
    return "\n".join([*lines, "", *_looks(result, references)]) + "\n"


def _heading(result: JudgedPictures, card: dict[str, Any]) -> Iterator[str]:
    kinds = ("this judge, painters of the other judge, r", "this judge, themes of the other judge, r")
    people = [" and ".join(_with_interval(card["measures"][kind][axis]) for axis in judged_by.AXES) for kind in kinds]
    seen = [card["measures"][kind]["valence"]["n"] for kind in kinds]
    yield "## Pictures: the mood asked for and the mood judged"
    yield ""
    options = f"--judge {result.judge} --count {len(result.briefs)} --size {result.size}"
    yield f"`tonescape evaluate pictures {options}`"
    yield ""
    yield "Spearman, with 95 % bootstrap intervals over briefs. Motifs and styles are dealt out in turn, so they know"
    yield "nothing of the mood. How far the judge can be trusted, r with people's valence and arousal:"
    yield f"{people[1]} on {seen[1]} photographs of themes it has not seen; {people[0]} on {seen[0]} paintings by"
    yield "painters it has not seen. So the table says whether pictures move the way such a judge sees mood; whether"
    yield "people agree, only people can say."
    yield ""


def _with_interval(figure: dict[str, Any]) -> str:
    low, high = figure["interval"]
    return f"{figure['value']:.2f} [{low:.2f}, {high:.2f}]"


def _overall(result: JudgedPictures) -> Iterator[str]:
    asked, judged = result.asked, result.judged
    rows: list[tuple[str, tuple[Estimate, Estimate]]] = [
        ("asked and judged", judged_by.agreement(asked, judged)),
        ("the same, motif and style as the plan chooses them", judged_by.agreement(asked, result.chosen)),
        ("control: asked moods in random order", judged_by.chance(asked, judged)),
        ("palette of another brief: with the mood of the composition", judged_by.agreement(asked, result.recoloured)),
        ("palette of another brief: with the mood of the palette", _palette(result)),
    ]
    yield "| what | valence | arousal |"
    yield "|---|---|---|"
    yield from (f"| {text} | {v} | {a} |" for text, (v, a) in rows)
    cross = [judged_by.spearman(asked[:, i], judged[:, 1 - i]) for i in (0, 1)]
    yield ""
    yield f"Across: asked valence with judged arousal {cross[0]:.2f}, asked arousal with judged valence {cross[1]:.2f}."
    between = judged.std(axis=0, ddof=1)
    seeds = ", ".join(f"{a} {s:.3f}" for a, s in zip(judged_by.AXES, result.spread, strict=True))
    briefs = ", ".join(f"{a} {s:.3f}" for a, s in zip(judged_by.AXES, between, strict=True))
    yield f"Same brief, other seeds: SD of the judged value {seeds}; over the whole plane: {briefs}."


def _other_judge(result: JudgedPictures) -> Iterator[str]:
    other = "a" if result.judge == "b" else "b"
    for which, images, judged in (
        ("dealt out", result.images, result.judged),
        ("chosen by the plan", result.planned, result.chosen),
    ):
        predicted = judge(other)(images)
        asked, both = judged_by.agreement(result.asked, predicted), judged_by.agreement(judged, predicted)
        yield f"Judge {other.upper()}, motif and style {which}: valence {asked[0]}, arousal {asked[1]};"
        yield f"the two judges with each other: valence {both[0]}, arousal {both[1]}."
    yield "Judge A was used while the painter was tuned, judge B looked at between rounds: A's figures flatter,"
    yield "B's may a little."


def _ceiling(photographs: dict[str, list[Pixels]]) -> Iterator[str]:
    """How far two judges agree where nothing is painted: more can hardly be asked of a picture."""
    for kind, images in photographs.items():
        if kind.endswith("photographs"):
            valence, arousal = judged_by.agreement(judge("a")(images), judge("b")(images))
            yield f"The two judges with each other on {len(images)} {kind}: valence {valence}, arousal {arousal}."


def _palette(result: JudgedPictures) -> tuple[Estimate, Estimate]:
    return judged_by.agreement(result.asked[result.swap], result.recoloured)


def _looks(result: JudgedPictures, references: dict[str, Floats]) -> Iterator[str]:
    """Diversity, and distances to references where there are any."""
    own = alike.embed(result.images, through=THROUGH)
    yield "| pictures | diversity (mean pairwise cosine distance, EfficientNet-Lite0) |"
    yield "|---|---|"
    for mood, images in result.alike.items():
        yield f"| {len(images)} of one mood, {mood} | {alike.diversity(alike.embed(images, through=THROUGH)):.3f} |"
    yield f"| {len(own)} of all moods | {alike.diversity(own):.3f} |"
    for name, features in references.items():
        yield f"| for reference: {name} ({len(features)}) | {alike.diversity(features):.3f} |"
    if not references:
        return
    places = [i for i, brief in enumerate(result.briefs) if brief.motif not in PLACELESS]
    rows = {f"our landscapes ({len(places)})": own[places]} if len(places) > 1 else {}

    yield ""
    yield f"| KID x 1000 (range of draws) and FD-EffNetLite0, all through {THROUGH} px | {' | '.join(references)} |"
    yield "|---|" + "---|" * len(references)
    for text, features in (rows | references).items():
        cells = [_distance(features, other) if features is not other else "" for other in references.values()]
        yield f"| {text} | {' | '.join(cells)} |"
    cells = [_distance(features[::2], features[1::2]) for features in references.values()]
    yield f"| one half against the other | {' | '.join(cells)} |"


def _distance(a: Floats, b: Floats) -> str:
    value, low, high = (1000 * figure for figure in alike.kid_interval(a, b))
    return f"{value:.0f} [{low:.0f}, {high:.0f}], {alike.frechet(a, b):.1f}"


def _references(data: Path | None) -> dict[str, list[Pixels]]:
    if data is None and "TONESCAPE_DATA" not in os.environ:
        warnings.warn("no distances to photographs and art: name the data with --data or TONESCAPE_DATA", Remark, 3)
        return {}
    sets = {
        "nature photographs": pictures("nature", data),
        "desert photographs": pictures("desert", data),
        "public-domain art": pictures("art", data),
    }
    out: dict[str, list[Pixels]] = {}
    for name, stored in sets.items():
        rows = np.linspace(0, len(stored.keys) - 1, min(MOST, len(stored.keys))).astype(int).tolist()
        out[name] = stored.images(THROUGH, rows)
    return out


def main(arguments: Sequence[str] | None = None) -> int:
    parser = judged_by.asking("Grade painted pictures.", count=judged_by.BRIEFS, size=judged_by.SIZE)
    parser.add_argument("--judge", default="b", choices=("a", "b"), help="which judge grades")
    given = parser.parse_args(arguments)
    publish(SECTION, report(given.data, name=given.judge, count=given.count, size=given.size), given.write)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
