"""`tonescape evaluate generator`: one table for everything that draws landscapes, and the section of docs/ACCURACY.md.

    tonescape evaluate generator --data FOLDER [--free RUN --like RUN] [--rows NAME=RUN ...] [--write FILE]

FOLDER comes from `tonescape train generator-data`. The engine `gan` and the painter are always measured, unless
`--only-rows` says otherwise; `--free` is a run without conditions and `--like` a conditional one of as many steps, for
what conditions cost; `--rows` names any further runs, of any family and side.
"""

from __future__ import annotations

import argparse
import json
import warnings
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tonescape.core.errors import Remark, UsageError
from tonescape.core.store import write_atomically
from tonescape.train.lib import arguments as options
from tonescape.train.lib.report import publish
from tonescape.train.pictures import distances as alike
from tonescape.train.pictures import judged as moods
from tonescape.train.pictures.generators import measure
from tonescape.train.pictures.judges import judge

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from tonescape.core.records import Pixels
    from tonescape.train.lib.metrics import Estimate
    from tonescape.train.pictures.generators.measure import Drawer, GeneratorRow, Real

    Reals = NDArray[np.float64]

SECTION = "generators"
PAINTED = 100
"""pictures by the painter, which is slower"""

CANVAS = 128
"""px a side the painter paints them at"""

LANDSCAPES = ("canyon", "desert", "forest", "islands", "meadow", "mountain-lake", "night-sky", "river-valley", "sea")
WORST = 12
"""generated pictures nearest to a training picture, on the sheet"""


def drawer(run: Path, *, steps: int = 64) -> Drawer:
    """A trained run as a drawer; `steps` pictures at a time."""
    import torch

    from tonescape.render.gan import latent
    from tonescape.train.pictures.generators.export import opened
    from tonescape.train.pictures.generators.loop import to_pixels

    model, about = opened(run)
    k, centre, scale = model.settings.conditions, np.array(about["centre"]), np.array(about["scale"])

    def draw(asked: Reals, seeds: Sequence[int]) -> list[Pixels]:
        out: list[Pixels] = []
        for start in range(0, len(asked), steps):
            part = slice(start, start + steps)
            latents = np.stack([latent(seed, model.settings.latent) for seed in seeds[part]])
            given = ((asked[part] - centre) / scale) if k else np.zeros((len(latents), 0))
            out += list(to_pixels(model.sample(torch.from_numpy(latents), torch.from_numpy(given).float())))
        return out

    return draw


def shipped(asked: Reals, seeds: Sequence[int]) -> list[Pixels]:
    """The engine `gan`, before any style."""
    from tonescape.render.gan import draw

    return list(draw(asked[:, 0].tolist(), asked[:, 1].tolist(), seeds))


def painter(asked: Reals, seeds: Sequence[int]) -> list[Pixels]:
    """The painter's landscapes in oil, motifs in turn."""
    briefs = [
        moods.brief_at(v, a, number, LANDSCAPES[number % len(LANDSCAPES)], "oil")
        for (v, a), number in zip(asked, seeds, strict=True)
    ]
    return moods.painted(briefs, CANVAS)


def rows(reference: Real, given: argparse.Namespace) -> tuple[list[GeneratorRow], dict[str, Any], list[Pixels]]:
    """The table, further figures, and the shipped generator's pictures that stand on the sheet."""
    half = len(reference.held) // 2
    order = np.random.default_rng(0).permutation(len(reference.held))
    a, b = reference.held[order[:half]], reference.held[order[half:]]
    floor = measure.row("photographs held out, one half against the other", reference.held_images, reference)
    table = [replace(floor, pictures=half, kid=measure.kid(a, b), frechet=alike.frechet(a, b))]
    table.append(measure.row("noise with their colours", measure.noise(reference.held_images), reference))
    few = np.linspace(0, len(reference.asked) - 1, PAINTED).astype(int)
    table.append(_measured("painter, landscapes in oil", painter, reference, few, given.judged))
    everything = np.arange(len(reference.asked))
    made = shipped(reference.asked, range(len(everything)))
    table.append(_measured("gan (shipped)", shipped, reference, everything, given.judged))
    further: dict[str, Any] = {
        "memory, MB": measure.peak_memory("gan"),
        "painter's, MB": measure.peak_memory("painter"),
    }
    for name, run in (("gan, the same steps as the next", given.like), ("gan, unconditional", given.free)):
        if run is not None:
            table.append(_measured(name, drawer(run), reference, everything, 0))
    table += further_rows(reference, given)
    by_name = {found.name: found.features for found in table}
    like, free = by_name.get("gan, the same steps as the next"), by_name.get("gan, unconditional")
    if given.like and given.free and (like is None or free is None):
        warnings.warn(f"no difference of KID: --like or --free draws less than {measure.SIDE} px a side", Remark, 2)
    elif like is not None and free is not None:
        further["KID conditional less unconditional"] = measure.kid_difference(like, free, reference.held)
    return table, further, made


def further_rows(reference: Real, given: argparse.Namespace) -> list[GeneratorRow]:
    """A line for each of --rows. UsageError for one that is not NAME=RUN, InputError for a run that cannot be read."""
    runs = []
    for text in given.rows:
        name, sign, path = text.rpartition("=")
        if not sign or not name.strip() or not path:
            raise UsageError(f"--rows wants NAME=RUN, such as 'flow, 32 px=runs/flow', not {text!r}")
        runs.append((name.strip(), drawer(Path(path))))  # all are opened before the first is measured
    everything = np.arange(len(reference.asked))
    return [_measured(name, draw, reference, everything, given.judged) for name, draw in runs]


def _measured(name: str, draw: Drawer, reference: Real, chosen: NDArray[Any], judged: int) -> GeneratorRow:
    images, seconds = measure.drawn(draw, reference.asked[chosen], range(len(chosen)))
    found = measure.row(name, images, reference, seconds=seconds)
    print(f"{name}: KID {found.kid}", flush=True)
    if not judged:
        return found
    agreed, chance, _, _ = measure.agreement(draw, graded, judged)
    return replace(found, agreement=agreed, chance=chance)


def graded(images: Sequence[Pixels]) -> Reals:
    """Judge B's valence and arousal [n, 2], in bfloat16 arithmetic (.999 alike, twice as fast)."""
    import torch

    with torch.autocast("cpu", torch.bfloat16):
        return judge("b")(images)


def sheet(path: Path, made: Sequence[Pixels], reference: Real) -> None:
    """The generated pictures nearest to a training picture, each above the training picture it is nearest to."""
    from tonescape.train.pictures.generators.loop import write_grid

    at, far = measure.nearest(measure.seen(made), reference.known)
    worst = np.argsort(far)[:WORST]
    pairs = [made[i] for i in worst] + [reference.known_images[at[i]] for i in worst]
    write_grid(path, pairs, columns=WORST)


def page(table: Sequence[GeneratorRow], further: dict[str, Any], given: argparse.Namespace) -> Iterator[str]:
    """The section."""
    runs = " ".join(f"--{name} RUN" for name in ("like", "free") if getattr(given, name))
    runs += " --rows " + " ".join(f"'{text.rpartition('=')[0]}=RUN'" for text in given.rows) if given.rows else ""
    options = f"--count {given.count} --judged {given.judged} {runs}".rstrip()
    yield "## Generators: landscapes that were learnt"
    yield ""
    yield f"`tonescape evaluate generator --data GENERATOR_DATA {options}`"
    yield ""
    yield f"Reference: {table[0].pictures} photographs held out by place, without near doubles among those learnt from."
    yield "All pictures pass through 64 px, those of smaller generators and their reference through the generator's"
    yield "side (nearest and copied are then left out). KID x 1000 on EfficientNet-Lite0, 95 % intervals by delete-half"
    yield "jackknife;"
    yield "the gan's discriminator looks through EfficientNet-Lite1, of the same design and schooling, which flatters"
    yield "it. Moods are asked over the whole plane and judged by judge B, which labelled nothing: Spearman and 95 %"
    yield "intervals, beside it the range with moods shuffled. Nearest: median cosine distance to the nearest training"
    yield "picture; copied: share nearer than the nearest hundredth of the held-out photographs are."
    yield ""
    yield "| pictures | n | KID x 1000 | FD-EffNetLite0 | valence | arousal | diversity | nearest | copied | s each |"
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for found in table:
        yield _line(found)
    yield ""
    for name, value in further.items():
        yield f"{name}: {_thousand(value) + ' (x 1000)' if hasattr(value, 'low') else f'{value:.0f}'}."


def _line(found: GeneratorRow) -> str:
    mood = ["", ""]
    if found.agreement and found.chance:
        mood = [
            f"{a} (shuffled {c.low:.2f} .. {c.high:.2f})" for a, c in zip(found.agreement, found.chance, strict=True)
        ]
    cells = [
        found.name,
        str(found.pictures),
        _thousand(found.kid),
        f"{found.frechet:.1f}",
        *mood,
        f"{found.variety:.3f}",
    ]
    cells += [_or_not(found.nearest, ".3f"), _or_not(found.copied, ".3f"), _or_not(found.seconds, ".3f")]
    return f"| {' | '.join(cells)} |"


def _thousand(figure: Estimate) -> str:
    return f"{1000 * figure.value:.1f} [{1000 * figure.low:.1f}, {1000 * figure.high:.1f}]"


def _or_not(value: float | None, form: str) -> str:
    return "" if value is None else f"{value:{form}}"


def measures(table: Sequence[GeneratorRow], further: dict[str, Any]) -> dict[str, Any]:
    """What the model's card says: the shipped generator's figures beside floor, ceiling and painter."""
    out: dict[str, Any] = {"command": "tonescape evaluate generator", "reference": table[0].pictures}
    for found in table:
        row: dict[str, Any] = {"KID x 1000": _thousand(found.kid), "FD-EffNetLite0": round(found.frechet, 1)}
        if found.agreement:
            row["asked and judged, Spearman"] = [str(figure) for figure in found.agreement]
        out[found.name] = row
    return out | {name: _thousand(value) for name, value in further.items() if hasattr(value, "low")}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = options.parser("Measure all that draws landscapes.")
    options.add_data(parser, "folder of `tonescape train generator-data`")
    parser.add_argument("--count", type=int, default=500, help="held-out photographs, and pictures drawn")
    parser.add_argument("--judged", type=int, default=200, help="pictures whose mood is judged")
    parser.add_argument("--free", type=Path, help="run without conditions")
    parser.add_argument("--like", type=Path, help="conditional run of as many steps")
    parser.add_argument("--rows", nargs="+", default=[], metavar="NAME=RUN", help="further runs, by the name to print")
    parser.add_argument("--only-rows", action="store_true", help="print the lines of --rows and stop")
    options.add_cache(parser)
    parser.add_argument("--sheet", type=Path, help="PNG: nearest training pictures")
    parser.add_argument("--json", type=Path, help="figures for the model's card")
    options.add_write(parser)
    given = parser.parse_args(arguments)
    if given.only_rows and not given.rows:
        raise UsageError("--only-rows wants --rows NAME=RUN")
    reference = measure.real(given.data, given.count, given.cache)
    if given.only_rows:
        print("\n".join(_line(found) for found in further_rows(reference, given)))
        return 0
    table, further, made = rows(reference, given)
    publish(SECTION, "\n".join(page(table, further, given)) + "\n", given.write)
    if given.sheet:
        sheet(given.sheet, made, reference)
    if given.json:
        write_atomically(given.json, json.dumps(measures(table, further), indent=1).encode())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
