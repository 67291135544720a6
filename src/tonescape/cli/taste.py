"""`tonescape taste`: what a library, or a listening history, says of its owner's taste."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tonescape.cli.console import command, heard_songs, warn
from tonescape.core.errors import InputError


@command
def taste(
    sources: Annotated[list[str], typer.Argument(metavar="LIBRARY|EXPORT...", show_default=False)],
    out: Annotated[Path, typer.Option(help="The page to write.", metavar="FILE")] = Path("taste.html"),
) -> int:
    """Draw what your library, or your listening history, says of your taste.

    An EXPORT is an Exportify table, or what Spotify sends of your account: its ZIP as it comes, its folder, or its
    StreamingHistory files. Several may be named; a play that two of them tell of counts once.
    """
    from tonescape import pipeline
    from tonescape.core.store import checked_file
    from tonescape.gather.history import History, is_history, read_histories
    from tonescape.show.listening import summary

    checked_file(out)
    exports = [Path(source) for source in sources if is_history(Path(source))]
    history = read_histories(exports) if exports else History((), ())
    for remark in history.remarks:
        warn(remark)
    library = [source for source in sources if Path(source) not in exports or _holds_music(Path(source))]
    results = list(heard_songs(library, lambda failure: None)) if library else []
    heard = [each for each in results if each is not None]
    if not heard and not history.plays:
        raise InputError(
            "none of these holds a song that can be read or a play, so there is nothing to draw; name a folder of "
            "music, a table of Exportify (.csv), or the history that Spotify sent (.json, its folder or .zip)"
        )
    found = pipeline.taste(heard, history.plays, out, silent=len(results) - len(heard), remarks=history.remarks)
    if found.listening:
        print(summary(found.listening))
    if not heard:
        warn(
            "no song with a mood: for moods, name your music or a table of Exportify (.csv) beside the history, "
            "as in: tonescape taste HISTORY ~/Music"
        )
    elif history.plays:
        print(f"{found.matched} of {found.plays} plays are of these songs")
    print(f"the page: {out.resolve().as_uri()}")
    return 1 if len(heard) < len(results) else 0


def _holds_music(path: Path) -> bool:
    from tonescape.gather.files import walk

    return path.is_dir() and any(isinstance(each, Path) for each in walk(path))
