"""`tonescape paint` and `tonescape demo`: songs in, pictures and a report out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tonescape.cli.console import command, heard_songs, made_folder, progress, warn
from tonescape.cli.options import Json, Motif, Only, Out, Seed, Size, Style
from tonescape.core.errors import InputError, TonescapeError, UsageError

if TYPE_CHECKING:
    from tonescape.core.records import Brief, Failure, Heard, Lettering
    from tonescape.show.paint_job import PaintJob, PaintOptions

EMBEDDED = 1400
"""px a side of a cover in a song's tags: sharp on any player's screen, and some 1 MB"""

DEMO_SIZE = 1500
"""px a side: the demo is for looking at, and soon"""


@command
def paint(
    sources: Annotated[list[str], typer.Argument(metavar="SONG|FOLDER|PLAYLIST|RECIPE...", show_default=False)],
    out: Out = Path("tonescape"),
    style: Style = None,
    motif: Motif = None,
    engine: Annotated[str | None, typer.Option(help="What paints (painter); see `tonescape engines`.")] = None,
    size: Size = None,
    seed: Seed = None,
    prompt: Annotated[
        str | None,
        typer.Option(help="Words for engines that read: weighted, titles, lyrics, emotions, album and more."),
    ] = None,
    title: Annotated[str | None, typer.Option(help="Title of the song, or of the playlist.")] = None,
    artist: Annotated[str | None, typer.Option(help="Artist of the song or songs.")] = None,
    layout: Annotated[
        str | None, typer.Option(help="How title and artist are set: auto, corner, centre, banner, headline or none.")
    ] = None,
    at: Annotated[
        str | None, typer.Option(help="Place of the letters: top-left to bottom-right, or shares such as 0.3,0.85.")
    ] = None,
    font: Annotated[
        Path | None, typer.Option(help="Font for the letters, a .ttf or .otf file.", metavar="FILE")
    ] = None,
    styles: Annotated[
        str | None,
        typer.Option(
            help="Who shares a style: one (the whole set), mood (songs of one quadrant) or song (nobody).",
            metavar="one|mood|song",
        ),
    ] = None,
    variants: Annotated[int, typer.Option(help="Pictures of each song, of other motifs and styles.", metavar="N")] = 1,
    only: Only = [],  # noqa: B006
    embed: Annotated[bool, typer.Option("--embed", help="Also copy the songs, with the cover in them.")] = False,
    png: Annotated[bool, typer.Option("--png", help="Pictures as PNG instead of JPEG.")] = False,
    json: Json = False,
) -> int:
    """Paint a picture for each song, and a report that says why.

    Of several songs one more picture, playlist.jpg, shows them all. A RECIPE (recipe.json, or a picture made here) is
    painted again as it was, or with another --style, --motif, --seed, --size or --layout. With --only the other
    pictures of the set in --out stay as they are. With --title, --artist, --layout, --at or --font the pictures carry
    their title and artist in letters.
    """
    from tonescape.cli import paint_set
    from tonescape.show.paint_job import SIZE, PaintOptions

    suffix = paint_set.suffix_of(out, png) if only else ".png" if png else ".jpg"
    files = [Path(source) for source in sources]
    held = {"engine": engine, "prompt": prompt, "title": title, "artist": artist, "styles": styles,
            "variants": None if variants == 1 else variants, "embed": embed or None}  # fmt: skip
    recipes = paint_set.recipes_of(files, held)
    earlier = recipes or (paint_set.earlier(out) if only else [])
    lettered = "" if all(given is None for given in (title, artist, at, font)) else "auto"
    usual = earlier[0] if earlier else None
    options = PaintOptions(
        out,
        engine or (usual.engine if usual else "painter"),
        size if size is not None else usual.size if usual else SIZE,
        suffix,
        style,
        motif,
        seed,
        _layout(layout, (usual.lettering.layout if usual else "") or lettered),
        prompt,
        paint_set.checked_rule(styles),
        variants,
        at if at is not None else usual.lettering.at if usual and layout != "none" else "",
        font,
    )
    _check(options)
    _check_letters(options, usual.lettering if usual else None)
    words = {"--engine": engine, "--style": style, "--motif": motif, "--seed": seed, "--prompt": prompt,
             "--size": size, "--title": title, "--artist": artist, "--layout": layout, "--at": at,
             "--font": font.absolute() if font else None, "--styles": styles,
             "--variants": None if variants == 1 else variants}  # fmt: skip
    options = replace(options, typed=paint_set.typed("paint", files, words, png))
    with made_folder(out):
        if recipes:
            return _paint(paint_set.from_recipes(recipes, options, only), options, [], json=json)
        heard, failures = _heard(sources, title, artist, prompt)
        jobs = paint_set.from_songs(heard, options, title or _set_title(sources), earlier, only)
        return _paint(jobs, options, failures, json=json, embed=embed)


def _layout(asked: str | None, usual: str) -> str:
    from tonescape.show.layouts import checked_layout

    if asked is None:
        return usual and checked_layout(usual)  # a recipe's may have been changed
    return "" if asked == "none" else checked_layout(asked)


def _check_letters(options: PaintOptions, usual: Lettering | None) -> None:
    """UsageError for a place or a font that cannot be used. usual : of the recipes that are painted again"""
    from tonescape.show.layouts import checked_place

    if not options.layout:
        if options.at or options.font:
            raise UsageError("there are no letters with --layout none; leave --at and --font out, or name a layout")
        return
    if options.at:
        checked_place(options.at)
    if usual and usual.font and not options.font:
        raise UsageError(f"the letters were set in the font {usual.font}; name its file: --font FILE, or --layout none")
    _ = options.lettering  # reads the font


@command
def demo(
    songs: Annotated[str | None, typer.Argument(help="Your own song, folder or playlist.", show_default=False)] = None,
    out: Out = Path("demo-out"),
    size: Annotated[
        int | None, typer.Option(help=f"Side of each picture, 64 to 8192 pixels ({DEMO_SIZE}).", metavar="PX")
    ] = None,
    style: Style = None,
    motif: Motif = None,
    seed: Seed = None,
    only: Only = [],  # noqa: B006
) -> int:
    """Hear the songs that come with the demo (or your own) and paint them."""
    from tonescape.cli import paint_set
    from tonescape.gather.demo import demo_songs
    from tonescape.show.paint_job import PaintOptions

    sources = [str(Path(songs).expanduser())] if songs else [str(path) for path in demo_songs()]
    earlier = paint_set.earlier(out) if only else []
    usual = earlier[0].size if earlier else DEMO_SIZE
    options = PaintOptions(out, size=usual if size is None else size, style=style, motif=motif, seed=seed)
    _check(options)
    words = {"--size": size, "--style": style, "--motif": motif, "--seed": seed}
    options = replace(options, typed=paint_set.typed("demo", [Path(songs)] if songs else [], words, False))
    with made_folder(out):
        heard, failures = _heard(sources)
        title = _set_title(sources) if songs else "Ten songs, five moods"
        return _paint(paint_set.from_songs(heard, options, title, earlier, only), options, failures)


def _set_title(sources: list[str]) -> str:
    from tonescape.gather import set_title

    return set_title(sources[0])


def _heard(
    sources: list[str], title: str | None = None, artist: str | None = None, prompt: str | None = None
) -> tuple[list[Heard], list[Failure]]:
    """The songs, with title (of a single one) and artist as typed, and those that could not be heard."""
    from tonescape.gather.lyrics import with_lyrics
    from tonescape.plan.approaches import LYRICS

    failures: list[Failure] = []
    heard = [each for each in heard_songs(sources, failures.append) if each is not None]
    if not heard:
        raise InputError("none of these could be heard, so there is nothing to paint")
    own = title if len(heard) == 1 else None
    named = [each if own is artist is None else _named(each, own, artist) for each in heard]
    if prompt == LYRICS:
        songs = with_lyrics([each.song for each in named])
        named = [replace(each, song=song) for each, song in zip(named, songs, strict=True)]
    return named, failures


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
        _warn_of_letters([job.brief for job in jobs], options.font)
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


def _warn_of_letters(briefs: list[Brief], font: Path | None) -> None:
    from tonescape.show.faces import lacking, lacking_in

    text = " ".join(f"{brief.title} {brief.artist}" for brief in briefs)[:1000]
    if font and (missing := lacking_in(font, text)):
        warn(f"{font} has no {missing[:20]!r}; titles and artists with these letters are set in another font")
    missing = lacking(text)
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
