"""`tonescape paint` and `tonescape demo`: songs in, pictures and a report out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tonescape.cli.console import command, heard_songs, made_folder, progress, warn
from tonescape.cli.options import Json, Out, Size
from tonescape.core.errors import InputError, TonescapeError, UsageError

if TYPE_CHECKING:
    from tonescape.core.records import Brief, Failure, Heard
    from tonescape.plan.recipe import Recipe
    from tonescape.show.paint_job import PaintJob, PaintOptions

EMBEDDED = 1400
"""px a side of a cover in a song's tags: sharp on any player's screen, and some 1 MB"""

DEMO_SIZE = 1500
"""px a side: the demo is for looking at, and soon"""


@command
def paint(
    sources: Annotated[list[str], typer.Argument(metavar="SONG|FOLDER|PLAYLIST|RECIPE...", show_default=False)],
    out: Out = Path("tonescape"),
    style: Annotated[str | None, typer.Option(help="Way of painting; see `tonescape styles`.")] = None,
    motif: Annotated[str | None, typer.Option(help="What is painted; see `tonescape styles`.")] = None,
    engine: Annotated[str | None, typer.Option(help="What paints (painter); see `tonescape engines`.")] = None,
    size: Size = None,
    seed: Annotated[int | None, typer.Option(help="Another number, another picture of the same mood.")] = None,
    prompt: Annotated[
        str | None,
        typer.Option(help="Words for engines that read: weighted, titles, lyrics, emotions, album and more."),
    ] = None,
    title: Annotated[str | None, typer.Option(help="Title of the song, or of the playlist.")] = None,
    artist: Annotated[str | None, typer.Option(help="Artist of the song or songs.")] = None,
    layout: Annotated[
        str | None, typer.Option(help="How title and artist are set: auto, corner, centre, banner, headline or none.")
    ] = None,
    embed: Annotated[bool, typer.Option("--embed", help="Also copy the songs, with the cover in them.")] = False,
    png: Annotated[bool, typer.Option("--png", help="Pictures as PNG instead of JPEG.")] = False,
    json: Json = False,
) -> int:
    """Paint a picture for each song, and a report that says why.

    Of several songs one more picture, playlist.jpg, shows them all. A RECIPE (recipe.json, or a picture made here) is
    painted again as it was; only --size and --layout may differ. With --title, --artist or --layout the pictures carry
    their title and artist in letters.
    """
    from tonescape.show.paint_job import SIZE, PaintOptions

    suffix = ".png" if png else ".jpg"
    held = {"engine": engine, "style": style, "motif": motif, "seed": seed, "prompt": prompt, "title": title,
            "artist": artist}  # fmt: skip
    if found := _recipes([Path(source) for source in sources], held, embed):
        engine, usual, drawn = found[0].engine, found[0].layout, found[0].size
    else:
        engine, usual, drawn = engine or "painter", "" if title is artist is None else "auto", SIZE
    px = drawn if size is None else size
    options = PaintOptions(out, engine, px, suffix, style, motif, seed, _layout(layout, usual), prompt)
    _check(options)
    with made_folder(out):
        if found:
            return _paint(_known([each.brief for each in found], options), options, [], json=json)
        return _paint(*_planned(sources, options, title, artist), json=json, embed=embed)


def _recipes(files: list[Path], options: Mapping[str, object], embed: bool) -> list[Recipe]:
    """The recipes where recipes are named, [] where songs are; UsageError for both at once, and for what recipes hold
    themselves. options : by name, None where they were not given"""
    from tonescape.show.recipes import SUFFIXES, read_all

    named = [file for file in files if file.suffix.lower() in SUFFIXES]
    if not named:
        return []
    if len(named) < len(files):
        raise UsageError(f"{named[0]} is a recipe or a picture and the rest is music; paint each kind apart")
    for name in (name for name, value in options.items() if value is not None):
        raise UsageError(f"a recipe holds its own {name}; leave --{name} out, or name the songs")
    if embed:
        raise UsageError("a recipe names no file of a song; leave --embed out, or name the songs")
    return read_all(files)


def _layout(asked: str | None, usual: str) -> str:
    from tonescape.show.typeset import checked_layout

    if asked is None:
        return usual and checked_layout(usual)  # a recipe's may have been changed
    return "" if asked == "none" else checked_layout(asked)


@command
def demo(
    songs: Annotated[str | None, typer.Argument(help="Your own song, folder or playlist.", show_default=False)] = None,
    out: Out = Path("demo-out"),
    size: Size = DEMO_SIZE,
) -> int:
    """Hear the songs that come with the demo (or your own) and paint them."""
    from tonescape.gather.demo import demo_songs
    from tonescape.show.paint_job import PaintOptions

    sources = [str(Path(songs).expanduser())] if songs else [str(path) for path in demo_songs()]
    options = PaintOptions(out, size=DEMO_SIZE if size is None else size)
    _check(options)
    with made_folder(out):
        return _paint(*_planned(sources, options, None if songs else "Ten songs, five moods"))


def _known(briefs: list[Brief], options: PaintOptions) -> list[PaintJob]:
    """Plates of recipes; a playlist's own picture among its songs' is the last, as it was when they were painted."""
    from tonescape.show.paint_job import paint_jobs

    wholes = [brief for brief in briefs if brief.songs > 1]
    whole = wholes[0] if len(wholes) == 1 and len(briefs) > 1 else None
    songs = [brief for brief in briefs if brief is not whole]
    return paint_jobs(songs, options, whole=whole)


def _planned(
    sources: list[str], options: PaintOptions, title: str | None = None, artist: str | None = None
) -> tuple[list[PaintJob], PaintOptions, list[Failure]]:
    """Hear, and plan what to paint; with the songs that could not be heard. title : of the song, or of the playlist"""
    from tonescape import pipeline
    from tonescape.gather import set_title
    from tonescape.gather.lyrics import with_lyrics
    from tonescape.plan.approaches import LYRICS

    failures: list[Failure] = []
    heard = [each for each in heard_songs(sources, failures.append) if each is not None]
    if not heard:
        raise InputError("none of these could be heard, so there is nothing to paint")
    own = title if len(heard) == 1 else None
    named = [each if own is artist is None else _named(each, own, artist) for each in heard]
    if options.prompt == LYRICS:
        songs = with_lyrics([each.song for each in named])
        named = [replace(each, song=song) for each, song in zip(named, songs, strict=True)]
    options = replace(options, typed=_typed(options, own, artist))
    return pipeline.plan(named, options, title or set_title(sources[0])), options, failures


def _typed(options: PaintOptions, title: str | None, artist: str | None) -> tuple[str, ...]:
    """`PaintOptions.typed`: the options that are not the default. title, artist : of each song, None if not given"""
    from tonescape.show.paint_job import SIZE

    usual = "" if title is artist is None else "auto"
    words = {
        "--size": str(options.size) if options.size != SIZE else None,
        "--title": title,
        "--artist": artist,
        "--layout": options.layout or "none" if options.layout != usual else None,
    }
    given = [part for option, value in words.items() if value is not None for part in (option, value)]
    return (*given, *(["--png"] if options.suffix == ".png" else []))


def _named(heard: Heard, title: str | None, artist: str | None) -> Heard:
    song = heard.song
    title, artist = song.title if title is None else title, song.artist if artist is None else artist
    return replace(heard, song=replace(song, title=title, artist=artist))


def _paint(
    jobs: list[PaintJob], options: PaintOptions, failures: list[Failure], *, json: bool = False, embed: bool = False
) -> int:
    from tonescape import pipeline
    from tonescape.core.settings import settings
    from tonescape.render import engine
    from tonescape.show import table

    painted = []
    if options.layout:
        _warn_of_letters([job.brief for job in jobs])
    workers = 1 if engine(options.engine).exclusive else settings().workers
    for job, recipe in progress(pipeline.paint(jobs, options, workers), "painting", len(jobs)):
        if not isinstance(recipe, str):
            failures.append(recipe)
            warn(recipe.error)
            continue
        painted.append((job, recipe))
        print(table.painted_line(job, json=json), flush=True)
        if embed and job.heard and job.heard.song.path:
            failures += _embed(job.heard.song.path, job.picture)
    if not painted:
        return 1
    report = pipeline.publish(painted, options, failures)
    if not json:
        print(f"\nthe report: {report.resolve().as_uri()}")
    return 1 if failures else 0


def _warn_of_letters(briefs: list[Brief]) -> None:
    from tonescape.show.faces import lacking

    missing = lacking(" ".join(f"{brief.title} {brief.artist}" for brief in briefs)[:1000])
    if missing:
        warn(f"no font here has {missing[:20]!r}; boxes stand for them; type: sudo apt install fonts-noto-core "
              "fonts-noto-cjk fonts-noto-color-emoji")  # fmt: skip


def _check(options: PaintOptions) -> None:
    """UsageError before anything is heard or written."""
    from tonescape.core.settings import checked
    from tonescape.plan import approaches
    from tonescape.plan.seed import checked as checked_seed
    from tonescape.render import checked_size, engine, ready

    for group, name in (("engines", options.engine), ("styles", options.style), ("motifs", options.motif)):
        if name is not None:
            checked(group, name)
    checked_size(options.size)
    ready(options.engine)
    if options.seed is not None:
        checked_seed(options.seed)
    if options.prompt is not None:
        approaches.checked(options.prompt)
    for name in ("motif", "style", "prompt"):
        if getattr(options, name) is not None and name not in engine(options.engine).uses:
            warn(f"the engine {options.engine} uses no {name}: --{name} changes nothing in its pictures")


def _embed(song: Path, picture: Path) -> list[Failure]:
    from tonescape.core.records import Failure
    from tonescape.show.cover import jpeg_bytes
    from tonescape.show.tags import embed_cover
    from tonescape.show.thumbs import thumbnail

    try:
        copy = picture.with_suffix(song.suffix)
        embed_cover(song, copy, jpeg_bytes(thumbnail(picture, EMBEDDED)))
    except TonescapeError as problem:
        warn(str(problem))
        return [Failure(str(song), str(problem))]
    return []
