"""`tonescape hear`: what mood songs carry, as lines, JSON or a table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tonescape.cli.console import command, heard_songs, warn
from tonescape.cli.options import Json, Sources
from tonescape.core.errors import TonescapeError

if TYPE_CHECKING:
    from tonescape.core.records import Heard


@command
def hear(
    sources: Sources,
    json: Json = False,
    csv: Annotated[Path | None, typer.Option(help="Write a table as CSV.", metavar="FILE")] = None,
    parquet: Annotated[Path | None, typer.Option(help="Write a table as Parquet.", metavar="FILE")] = None,
    write_tags: Annotated[bool, typer.Option("--write-tags", help="Write each mood into the song's own tags.")] = False,
) -> int:
    """Say what mood songs carry and how sure that is."""
    from tonescape.core.store import checked_file
    from tonescape.plan import colours_of
    from tonescape.show import table

    for file in filter(None, (csv, parquet)):
        checked_file(file)
    if parquet:
        table.check_parquet()
    rows, failed = [], 0
    for result in heard_songs(sources, on_failure=lambda failure: print(table.failure_line(failure)) if json else None):
        if result is None:
            failed += 1
            continue
        colours = colours_of(result.mood)
        print(table.json_line(result, colours) if json else table.text_line(result), flush=True)
        if csv or parquet:
            rows.append((result, colours))
        if write_tags and result.song.path:
            failed += _tag(result)
    if csv:
        table.write_csv(csv, rows)
    if parquet:
        table.write_parquet(parquet, rows)
    return 1 if failed else 0


def _tag(heard: Heard) -> int:
    from tonescape.show.tags import write_tags

    assert heard.song.path is not None
    try:
        write_tags(heard.song.path, heard.mood)
    except TonescapeError as problem:
        warn(str(problem))
        return 1
    return 0
