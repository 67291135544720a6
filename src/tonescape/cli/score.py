"""`tonescape score`: songs of a library for the scenes of a screenplay."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from tonescape.cli.console import command, heard_songs, made_folder, warn
from tonescape.cli.options import Json, Out
from tonescape.core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tonescape.core.records import Failure, Script

SCRIPTS = frozenset({".fountain", ".spmd", ".fdx", ".pdf", ".txt"})
"""endings of screenplays; whatever else is named is music"""


def _checked_words(by: str, *, needed: bool) -> str:
    """What is matched; "sound", after a line that says so, where it was "both" and words cannot be read.

    needed : whether scenes are read, which is done by their words. MissingError where words are needed.
    """
    from tonescape.core.errors import MissingError
    from tonescape.mood.words.encoder import ready

    try:
        ready()
    except MissingError as problem:
        if needed or by == "words":
            raise
        if by == "both":
            warn(f"songs are matched by their sound alone: {problem}")
            return "sound"
    return by


@command
def score(
    sources: Annotated[list[str] | None, typer.Argument(metavar="SCRIPT... [SONG|FOLDER|PLAYLIST...]")] = None,
    library: Annotated[list[str], typer.Option(help="Where your music is; more may follow.", metavar="FOLDER")] = [],  # noqa: B006
    like: Annotated[list[str], typer.Option(help="Instead of a script: a known scene; `list` names ten.")] = [],  # noqa: B006
    out: Out = Path("cues"),
    per_scene: Annotated[int, typer.Option(help="Songs offered for each scene.")] = 3,
    by: Annotated[str, typer.Option(help="What is matched: sound, words or both.")] = "both",
    vary: Annotated[int, typer.Option(help="Another number, another good plan.")] = 0,
    lyrics: Annotated[str, typer.Option(help="local, a CSV of lyrics, or online: ask lrclib.net.")] = "local",
    leitmotifs: Annotated[int, typer.Option(help="Characters or places with a song of their own.")] = 1,
    music: Annotated[float, typer.Option(help="Share of the film that carries music, 0 to 1.")] = 0.7,
    weight: Annotated[list[str], typer.Option(help="Weight of one axis, such as valence=2.", metavar="NAME=N")] = [],  # noqa: B006
    limit: Annotated[float | None, typer.Option(help="Distance beyond which no song is near; default: 1.1.")] = None,
    where: Annotated[str, typer.Option(help='Only songs such as "year>=1990 and not explicit".', metavar="TEXT")] = "",
    clean: Annotated[bool, typer.Option("--clean", help="No song marked explicit, or with swearing in it.")] = False,
    json: Json = False,
) -> int:
    """Choose songs of yours for the scenes of a screenplay, and write a cue sheet.

    A SCRIPT is .fountain, .fdx, .pdf or .txt; whatever else is named belongs to the library.
    """
    from tonescape import pipeline
    from tonescape.gather.lyrics import reader
    from tonescape.gather.scripts import read_script
    from tonescape.score import ScoreOptions, sift, weights_from, with_words
    from tonescape.score import like as known
    from tonescape.show.cues import json_lines

    scripts = [source for source in sources or [] if Path(source).suffix.lower() in SCRIPTS]
    if "list" not in like:  # before hearing: what is missing is found at once
        by = _checked_words(by, needed=bool(scripts))
    weights = weights_from(weight)
    options = ScoreOptions(per_scene, cast("Any", by), vary, leitmotifs, music, weights, where, clean, limit).checked()
    if "list" in like:
        print("\n".join(f"{each.name:<16} {each.film}: {each.scene}" for each in known.examples()))
        return 0
    with_lyrics = reader(lyrics)  # as the scripts: what cannot be read fails at once
    films: list[tuple[Any, Any]] = [(read_script(path), None) for path in scripts]
    for script, _ in films:
        for remark in script.remarks:
            warn(f"{script.path}: {remark}")
    films += [known.like(like)] if like else []
    music_of = [*library, *(source for source in sources or [] if source not in scripts)]
    if not films or not music_of:
        raise UsageError("name a screenplay (.fountain, .fdx, .pdf, .txt) and, with --library, where your music is")
    failures: list[Failure] = []
    with made_folder(out):
        heard = [each for each in heard_songs(music_of, failures.append) if each is not None]
        songs = with_lyrics([each.song for each in heard])
        heard = [replace(each, song=song) for each, song in zip(heard, songs, strict=True)]
        kept = sift(heard, options)
        heard = list(kept.songs) if by == "sound" else with_words(kept.songs)
        for (script, moods), folder in zip(films, _folders([script for script, _ in films], out), strict=True):
            film, files = pipeline.score(script, heard, folder, options, moods, kept.remarks)
            print("\n".join(json_lines(film)) if json else f"the cue sheet: {files[0].resolve().as_uri()}", flush=True)
        if all(path.suffix != ".otio" for path in files):
            warn("cues.otio was not written, for OpenTimelineIO is missing: pip install 'tonescape[otio]'")
    return 1 if failures else 0


def _folders(scripts: Sequence[Script], out: Path) -> list[Path]:
    """Where the cue sheet of each script goes: `out` itself for one, else a folder for each, by the script's name.

    Scripts of one name, also where only letter case or ending differ, get numbers in the order they were named.
    """
    if len(scripts) == 1:
        return [out]
    found: list[Path] = []
    taken: set[str] = set()
    for script in scripts:
        stem = script.path.stem if script.path else "like"
        name, number = stem, 1
        while name.casefold() in taken:
            number += 1
            name = f"{stem}-{number}"
        taken.add(name.casefold())
        found.append(out / name)
    return found
