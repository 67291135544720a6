"""`tonescape sheet`: a song painted in several ways, on a labelled sheet of one page or more."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tonescape.cli.console import command, heard_songs, progress
from tonescape.cli.options import Sources
from tonescape.core.errors import InputError


@command
def sheet(
    sources: Sources,
    engines: Annotated[str, typer.Option(help="What paints, by commas.", metavar="A,B")] = "painter",
    styles: Annotated[str, typer.Option(help="Ways of painting, by commas; all where no motif is named.")] = "",
    motifs: Annotated[str, typer.Option(help="What is painted, by commas, or all.", metavar="X,Y")] = "",
    iterations: Annotated[
        str, typer.Option(help="Counts of steps, for engines that have them: diffusion, vqgan-clip.", metavar="N,M")
    ] = "",
    seeds: Annotated[int, typer.Option(help="So many of each.")] = 1,
    size: Annotated[int, typer.Option(help="Side of each picture, 64 to 1500 pixels.", metavar="PX")] = 512,
    out: Annotated[Path, typer.Option(help="The first page, .jpg or .png.", metavar="FILE")] = Path("sheet.jpg"),
) -> int:
    """Paint a song in several ways, onto one labelled sheet.

    Under each picture stand the options of `tonescape paint` that make it again. A sheet that does not fit on 4096
    pixels a side goes on in sheet-2.jpg, sheet-3.jpg and so on.
    """
    from tonescape import pipeline
    from tonescape.core.settings import settings
    from tonescape.core.store import checked_file
    from tonescape.render import engine, ready
    from tonescape.show import compare
    from tonescape.show.cover import checked_suffix

    grid = compare.Grid.of(engines, styles, motifs, seeds, size, iterations)
    checked_suffix(checked_file(out))
    for name in grid.engines:
        ready(name)
    results = list(heard_songs(sources, lambda failure: None))
    heard = [each for each in results if each is not None]
    if not heard:
        raise InputError("none of these could be heard, so there is nothing to paint")
    total = compare.count(grid, len(heard))
    workers = 1 if any(engine(name).exclusive for name in grid.engines) else settings().workers
    for done in progress(pipeline.sheet(grid, heard, out, workers), "painting", total):
        if isinstance(done, Path):
            print(f"the sheet: {done.resolve().as_uri()}")
    return 1 if len(heard) < len(results) else 0
