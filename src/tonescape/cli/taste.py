"""`tonescape taste`: what a library, or a listening history, says of its owner's taste."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tonescape.cli.console import command, heard_songs
from tonescape.core.errors import InputError


@command
def taste(
    sources: Annotated[list[str], typer.Argument(metavar="LIBRARY|EXPORT...", show_default=False)],
    out: Annotated[Path, typer.Option(help="The page to write.", metavar="FILE")] = Path("taste.html"),
) -> int:
    """Draw what your library, or your listening history, says of your taste.

    An EXPORT is an Exportify table, or Spotify's StreamingHistory files or their folder.
    """
    from tonescape.core.store import checked_file
    from tonescape.gather.history import is_history, read_history
    from tonescape.show.taste import write_taste
    from tonescape.show.taste_facts import taste as facts

    checked_file(out)
    histories = [read_history(Path(source)) for source in sources if is_history(Path(source))]
    library = [source for source in sources if not is_history(Path(source))]
    results = list(heard_songs(library, lambda failure: None)) if library else []
    heard = [each for each in results if each is not None]
    plays = [play for history in histories for play in history.plays]
    remarks = [remark for history in histories for remark in history.remarks]
    if not heard and not plays:
        raise InputError("none of these holds a song that can be read or a play, so there is nothing to draw")
    write_taste(facts(heard, plays, silent=len(results) - len(heard), remarks=remarks), out)
    print(f"the page: {out.resolve().as_uri()}")
    return 1 if len(heard) < len(results) else 0
