"""Trains a generator: `tonescape train generator NAME --data FOLDER|PARQUET --out DIR`; --help lists the rest."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tonescape.train.lib import arguments as options
from tonescape.train.pictures.generators import FAMILIES

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence


CONDITIONS = (
    "table with a row for each picture. Its column `file` (or `key`, or `path`) names the picture: the path below the "
    "folder of --data, with or without the ending, or the Parquet's key; the columns of --columns hold numbers. "
    "`tonescape train label FOLDER` makes one. Without it the columns are the Parquet's own"
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, or go on training, one family."""
    parser = options.parser("Train a generator of pictures; the same command again goes on.")
    parser.add_argument("name", choices=tuple(FAMILIES), help="the family of networks")
    options.add_data(parser, "folder of pictures (png, jpg, webp), or .parquet with a column image")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoint, sample grids and curves")
    parser.add_argument("--conditions", type=Path, metavar="CSV", help=CONDITIONS)
    parser.add_argument("--columns", default="", help="conditions, such as valence,arousal; without it there are none")
    parser.add_argument("--group", default="", help="column, such as album, over which conditions are averaged")
    parser.add_argument("--side", type=int, default=64, help="px a side, a power of two from 16")
    parser.add_argument("--width", type=int, default=32, help="channels of the narrowest layer")
    parser.add_argument("--latent", type=int, default=64, help="random numbers that a picture is drawn from")
    parser.add_argument("--batch", type=int, default=16, help="pictures a step and process")
    parser.add_argument("--steps", type=int, default=20000, help="in all, those of earlier runs counted in")
    parser.add_argument("--rate", type=float, default=2e-4, help="learning rate of Adam")
    parser.add_argument("--ema", type=float, default=500.0, help="half-life of the averaged generator, in steps")
    parser.add_argument(
        "--minutes", type=float, default=float("inf"), help="stop after so many, and go on another time"
    )
    parser.add_argument("--keep", default="", help="steps whose checkpoints stay, such as 500,1000")
    parser.add_argument("--seed", type=int, default=0, help="of the random numbers")
    parser.add_argument("--bf16", action="store_true", help="bfloat16 arithmetic, which is on with a GPU anyway")
    parser.add_argument("--device", default="", help="cpu or cuda; without it cuda where there is one")
    run(parser.parse_args(arguments))
    return 0


def run(given: argparse.Namespace) -> None:
    import torch

    from tonescape.core.errors import UsageError
    from tonescape.train.pictures.generators import data, loop
    from tonescape.train.pictures.generators.family import GeneratorSettings

    if given.side < 16 or given.side & (given.side - 1):
        raise UsageError(f"--side {given.side} cannot be; choose a power of two from 16")
    device = given.device or ("cuda" if torch.cuda.is_available() else "cpu")
    columns = tuple(name for name in given.columns.split(",") if name)
    pool = data.read(given.data, given.side, table=given.conditions, columns=columns, group=given.group)
    settings = GeneratorSettings(
        side=given.side,
        width=given.width,
        latent=given.latent,
        batch=given.batch,
        steps=given.steps,
        rate=given.rate,
        ema=given.ema,
        bf16=given.bf16 or device.startswith("cuda"),
        conditions=len(columns),
        device=device,
    )
    print(f"{given.name}: {len(pool)} pictures; {loop.describe(settings)}", file=sys.stderr, flush=True)
    keep = tuple(int(step) for step in given.keep.split(",") if step)
    model = loop.train(
        given.name,
        pool,
        settings,
        given.out,
        seed=given.seed,
        minutes=given.minutes,
        keep=keep,
    )
    print(f"step {model.position} of {settings.steps}; {given.out}/checkpoint.safetensors")


if __name__ == "__main__":
    raise SystemExit(main())
