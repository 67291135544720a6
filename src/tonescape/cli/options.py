"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Sources = Annotated[list[str], typer.Argument(metavar="SONG|FOLDER|PLAYLIST...", show_default=False)]
Out = Annotated[Path, typer.Option(help="Folder for everything that is written.", metavar="DIR")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")]
Size = Annotated[int | None, typer.Option(help="Side of each picture, 64 to 8192 pixels (3000).", metavar="PX")]
Style = Annotated[str | None, typer.Option(help="Way of painting; see `tonescape styles`.", metavar="NAME")]
Motif = Annotated[str | None, typer.Option(help="What is painted; see `tonescape styles`.", metavar="NAME")]
Seed = Annotated[int | None, typer.Option(help="Another number, another picture of the same mood.", metavar="N")]
Only = Annotated[
    list[str],
    typer.Option(help="Change only this picture of a set: its number, title or `playlist`.", metavar="NAME"),
]
