"""`tonescape study`: a page on which people rate songs and pictures blindly."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tonescape.cli.console import command


@command
def study(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where `paint --embed` wrote.")],
    out: Annotated[Path, typer.Option(help="The page to write.", metavar="FILE")] = Path("study.html"),
) -> int:
    """Make a page on which people rate songs and pictures blindly; `tonescape evaluate study` compares the answers."""
    from tonescape.core.store import checked_file
    from tonescape.show.study import write_study

    print(f"the page, with {write_study(folder, checked_file(out))} pairs: {out.resolve().as_uri()}")
    return 0
