"""The ablation of diffusion that hears: fusions x conditions x samplers, `tonescape evaluate fusion --data CSV`.

Each fusion is trained from the same start on the same share of the pairs as the original (3429 of 4899). Of the rest:
the error on the noise given text alone, text and the picture's music, text and another's music, each also as what it
is more than that of text without any fusion, before training and after; and for pictures made by each sampler, how far
they are from the real ones. Real pairs of music and covers are not here; `tiny` makes some to try it on.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from tonescape.core.errors import InputError, UsageError
from tonescape.core.weights import folder_of
from tonescape.render.fusion import FUSIONS
from tonescape.train.lib import arguments as options
from tonescape.train.lib import checkpoints
from tonescape.train.lib.metrics import bootstrap
from tonescape.train.lib.progress import Progress
from tonescape.train.pictures.fusion.data import Pairs, read_pairs
from tonescape.train.pictures.fusion.train import FusionRun, FusionSettings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

SHARE = 3429 / 4899
"""of the pairs that are trained on"""

SAMPLERS = ("ddpm", "pndm")
CONDITIONS = {"text": "none", "text + music": "own", "text + another's music": "another's"}
"""by name: whose music is heard, as `Run.loss` wants it"""

DRAWS = 8
"""random times and noises a held-out picture is measured at"""

HEAD = (
    "| fusion | condition | MSE on noise | more than text alone, untrained | the same, trained | "
    + " | ".join(f"KID x 1000 {s} | FD-EffNetLite0 {s}" for s in SAMPLERS)
    + " |"
)


def errors(run: FusionRun) -> dict[str, Numbers]:
    """[held] Mean squared error on the noise of each held-out pair by condition, at the same times and noises."""
    held = torch.arange(run.learn, len(run.pairs.prompts))
    found = {}
    for name, whose in CONDITIONS.items():
        with torch.no_grad():
            draws = (checkpoints.chance(run.settings.seed, number, 9) for number in range(DRAWS))
            losses = [run.loss(held, draw, 0.0, whose) for draw in draws]
        found[name] = torch.stack(losses).mean(0).double().cpu().numpy()
    return found


def more(one: Numbers, other: Numbers) -> str:
    """Mean difference of pairs, and its 95 % bootstrap interval over them."""
    gap = one - other
    figure = bootstrap(lambda rows: float(gap[rows].mean()), np.arange(len(gap)))
    return f"{figure.value:+.4f} [{figure.low:+.4f}, {figure.high:+.4f}]"


def distances(run: FusionRun, sampler: str, steps: int, music: float) -> tuple[float, float]:
    """(KID, Frechet distance) of pictures made for the held-out pairs from the real ones, on EfficientNet-Lite0."""
    from tonescape.train.pictures import distances

    held = torch.arange(run.learn, len(run.pairs.prompts))
    parts = torch.split(held, 8)
    made = torch.cat([run.sample(part, sampler, steps, music=music, seed=int(part[0])) for part in parts])
    sets = [[picture.permute(1, 2, 0).numpy() for picture in part] for part in (made, run.pairs.pictures[held])]
    one, other = (distances.embed(part, through=min(224, made.shape[-1])) for part in sets)
    return distances.kid(one, other), distances.frechet(one, other)


def table(pipe: Any, pairs: Pairs, settings: FusionSettings, kinds: Sequence[str], steps: int) -> Iterator[str]:
    """The table's lines, each as soon as it is known. steps : of the samplers. InputError for fewer than 7 pairs."""
    count = len(pairs.prompts)
    learn = round(count * SHARE)
    if count - learn < 2:
        raise InputError(f"{count} pairs leave {count - learn} to measure on; 7 or more are needed")
    yield HEAD
    yield "|" + "---|" * (5 + 2 * len(SAMPLERS))
    alone = errors(FusionRun(replace(settings, kind="text", unet=False), pipe, pairs, learn))["text"]
    for kind in kinds:
        run = FusionRun(replace(settings, kind=kind, unet=False), pipe, pairs, learn)
        untrained = errors(run)
        progress = Progress(f"fusion {kind}", settings.steps if kind != "text" else 0)
        while run.step < progress.total:
            loss = checkpoints.checked(run.advance(), run.step, Path("-"))
            progress.advance(values={"loss": loss})
        progress.close()
        for name, error in errors(run).items():
            if kind == "text" and name != "text":
                continue
            cells = [f"{kind}", name, f"{error.mean():.4f}"]
            cells += ["", ""] if kind == "text" else [more(untrained[name], alone), more(error, alone)]
            for sampler in SAMPLERS:
                if "another" in name:
                    cells += ["", ""]
                    continue
                near, far = distances(run, sampler, steps, 0.0 if name == "text" else 2.0)
                cells += [f"{1000 * near:.1f}", f"{far:.1f}"]
            yield "| " + " | ".join(cells) + " |"


def main(argv: list[str] | None = None) -> int:
    """The command."""
    from tonescape.render.diffusion import load

    ask, plain = options.parser("Compare fusions, conditions and samplers."), FusionSettings()
    options.add_data(ask, "CSV of pairs, with the columns picture, prompt and music; paths are from its folder")
    ask.add_argument("--model", default="minisd", help="row of the weights table or folder")
    ask.add_argument("--fusions", nargs="+", choices=list(FUSIONS), default=list(FUSIONS), help="which are compared")
    ask.add_argument("--optimiser", choices=("sgd", "adamw"), default=plain.optimiser, help="sgd as the original")
    ask.add_argument("--rate", type=float, default=plain.rate, help="highest learning rate")
    ask.add_argument("--steps", type=int, default=plain.steps, help="of training")
    ask.add_argument("--warm-up", type=int, default=plain.warm_up, help="steps until the highest learning rate")
    ask.add_argument("--batch", type=int, default=plain.batch, help="pairs a step")
    ask.add_argument("--sampling", type=int, default=150, help="steps of the samplers")
    ask.add_argument("--seed", type=int, default=plain.seed, help="of the random numbers")
    given = ask.parse_args(argv)
    if min(given.steps, given.batch, given.sampling) < 1:
        raise UsageError("steps, batch and sampling must be above 0")
    if given.warm_up < 0:
        raise UsageError(f"--warm-up is {given.warm_up}; choose 0 or more")
    pipe = load(folder_of(given.model), exact=True)
    pairs = read_pairs(given.data, pipe.unet.config.sample_size * pipe.vae_scale_factor)
    settings = FusionSettings(
        optimiser=given.optimiser, rate=given.rate, warm_up=given.warm_up, steps=given.steps, batch=given.batch,
        seed=given.seed,
    )  # fmt: skip
    for line in table(pipe, pairs, settings, given.fusions, given.sampling):
        print(line, flush=True)
    return 0
