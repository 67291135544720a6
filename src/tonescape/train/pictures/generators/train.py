"""Trains a generator: `tonescape train generator NAME --data FOLDER|PARQUET --out DIR`; --help lists the rest."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from tonescape.train.pictures.generators import FAMILIES

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, or go on training, one family."""
    parser = argparse.ArgumentParser(description="Train a generator of pictures; run it again to go on.")
    parser.add_argument("name", choices=tuple(FAMILIES))
    parser.add_argument("--data", type=Path, required=True, help="folder of pictures, or .parquet with a column image")
    parser.add_argument("--out", type=Path, required=True, help="checkpoint, sample grids and curves")
    parser.add_argument(
        "--conditions", type=Path, metavar="CSV", help="a row a picture; default: the Parquet's columns"
    )
    parser.add_argument("--columns", default="", help="conditions, such as valence,arousal; none by default")
    parser.add_argument("--group", default="", help="column, such as album, over which conditions are averaged")
    parser.add_argument("--side", type=int, default=64)
    parser.add_argument("--width", type=int, default=32)
    parser.add_argument("--latent", type=int, default=64)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--steps", type=int, default=20000)
    parser.add_argument("--rate", type=float, default=2e-4)
    parser.add_argument("--ema", type=float, default=500.0, help="half-life in steps")
    parser.add_argument("--minutes", type=float, default=1e9, help="stop after so long; run again to go on")
    parser.add_argument("--keep", default="", help="steps whose checkpoints stay, such as 500,1000")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--bf16", action="store_true", help="default on an accelerator")
    parser.add_argument("--device", default="")
    run(parser.parse_args(arguments))
    return 0


def run(given: argparse.Namespace) -> None:
    import torch

    from tonescape.core.errors import UsageError
    from tonescape.train.pictures.generators import data, loop
    from tonescape.train.pictures.generators.family import Settings

    if given.side < 16 or given.side & (given.side - 1):
        raise UsageError(f"--side {given.side} cannot be; choose a power of two from 16")
    device = given.device or ("cuda" if torch.cuda.is_available() else "cpu")
    columns = tuple(name for name in given.columns.split(",") if name)
    pool = data.read(given.data, given.side, table=given.conditions, columns=columns, group=given.group)
    settings = Settings(
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
    print(f"{given.name}: {len(pool)} pictures; {loop.describe(settings)}", flush=True)
    keep = tuple(int(step) for step in given.keep.split(",") if step)
    model = loop.train(given.name, pool, settings, given.out, seed=given.seed, minutes=given.minutes, keep=keep)
    print(f"step {model.position} of {settings.steps}; {given.out}/checkpoint.safetensors")


if __name__ == "__main__":
    raise SystemExit(main())
