"""The commands, one short function each; `console` turns what goes wrong into text and an exit code.

Results go to standard output; progress and warnings to standard error. Exit codes: 0 all done, 1 something could not
be used, 2 asked for something that cannot be, 130 stopped with Ctrl-C.
"""

from __future__ import annotations

import io
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")  # before numpy: songs run side by side, so each keeps to one core

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # torch's idle threads must not spin on a busy machine

import typer  # noqa: E402

from tonescape.console import command, heard_songs, progress, warn  # noqa: E402
from tonescape.core.errors import InputError, TonescapeError, UsageError  # noqa: E402

if TYPE_CHECKING:
    from tonescape.core.records import Brief, Failure, Heard
    from tonescape.pipeline import Order
    from tonescape.show.report import Plate

EMBEDDED = 1400
"""px a side of a cover in a song's tags: sharp on any player's screen, and some 1 MB"""

DEMO_SIZE = 1500
"""px a side: the demo is for looking at, and soon"""

SCRIPTS = frozenset({".fountain", ".spmd", ".fdx", ".pdf", ".txt"})
"""endings of screenplays; in `score`, whatever else is named is music"""

app = typer.Typer(
    help="Hear a song, see its mood.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Sources = Annotated[list[str], typer.Argument(metavar="SONG|FOLDER|PLAYLIST...", show_default=False)]
Out = Annotated[Path, typer.Option(help="Folder for everything that is written.", metavar="DIR")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")]
Size = Annotated[int | None, typer.Option(help="Side of each picture, 64 to 8192 pixels (3000).", metavar="PX")]


@app.command()
@command
def hear(
    sources: Sources,
    json: Json = False,
    csv: Annotated[Path | None, typer.Option(help="Write a table as CSV.", metavar="FILE")] = None,
    parquet: Annotated[Path | None, typer.Option(help="Write a table as Parquet.", metavar="FILE")] = None,
    write_tags: Annotated[bool, typer.Option("--write-tags", help="Write each mood into the song's own tags.")] = False,
) -> int:
    """Say what mood songs carry and how sure that is."""
    from tonescape.plan import colours_of
    from tonescape.show import table

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


@app.command()
@command
def paint(
    sources: Annotated[list[str], typer.Argument(metavar="SONG|FOLDER|PLAYLIST|RECIPE...", show_default=False)],
    out: Out = Path("tonescape"),
    style: Annotated[str | None, typer.Option(help="Way of painting; see `tonescape styles`.")] = None,
    motif: Annotated[str | None, typer.Option(help="What is painted; see `tonescape styles`.")] = None,
    engine: Annotated[str, typer.Option(help="What paints; see `tonescape engines`.")] = "painter",
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
    """Paint a picture for each song, one for the whole playlist, and a report that says why they look so.

    A RECIPE (recipe.json, or a picture made here) is painted again as it was; only --size and --layout may differ. With
    --title, --artist or --layout the pictures carry their title and artist in letters.
    """
    from tonescape.pipeline import SIZE, Order
    from tonescape.show.recipes import SUFFIXES, read_all
    from tonescape.show.report import plates

    suffix, files = ".png" if png else ".jpg", [Path(source) for source in sources]
    if all(path.suffix.lower() in SUFFIXES for path in files):
        found = read_all(files)
        order = Order(out, found[0].engine, size or found[0].size, suffix, layout=_layout(layout, found[0].layout))
        held = {"style": style, "motif": motif, "seed": seed, "prompt": prompt, "title": title, "artist": artist}
        for name in (name for name, value in held.items() if value is not None):
            raise UsageError(f"a recipe holds its own {name}; leave --{name} out, or name the songs")
        order = _checked(order)
        known = plates([each.brief for each in found], out, suffix, order.engine, order.size)
        return _paint(known, order, [], json=json)
    type_set = _layout(layout, "" if title is artist is None else "auto")
    order = _checked(Order(out, engine, size or SIZE, suffix, style, motif, seed, type_set, prompt))
    return _paint(*_planned(sources, order, title, artist), json=json, embed=embed)


def _layout(asked: str | None, usual: str) -> str:
    from tonescape.show.typeset import checked_layout

    layout = usual if asked is None else "" if asked == "none" else asked
    return layout and checked_layout(layout)


@app.command()
@command
def demo(
    songs: Annotated[str | None, typer.Argument(help="Your own song, folder or playlist.", show_default=False)] = None,
    out: Out = Path("demo-out"),
    size: Size = DEMO_SIZE,
) -> int:
    """Hear the songs that come with the demo (or your own) and paint them."""
    from tonescape.gather.demo import demo_songs
    from tonescape.pipeline import Order

    sources = [str(Path(songs).expanduser())] if songs else [str(path) for path in demo_songs()]
    order = _checked(Order(out, size=size or DEMO_SIZE))
    return _paint(*_planned(sources, order, None if songs else "Ten songs, five moods"))


def _planned(
    sources: list[str], order: Order, title: str | None = None, artist: str | None = None
) -> tuple[list[Plate], Order, list[Failure]]:
    """Hear, and plan what to paint; with the songs that could not be heard. title : of the song, or of the playlist"""
    from tonescape import pipeline
    from tonescape.gather.lyrics import with_lyrics
    from tonescape.plan.approaches import LYRICS

    failures: list[Failure] = []
    heard = [each for each in heard_songs(sources, failures.append) if each is not None]
    if not heard:
        raise InputError("none of these could be heard, so there is nothing to paint")
    own = title if len(heard) == 1 else None
    named = [each if own is artist is None else _named(each, own, artist) for each in heard]
    if order.prompt == LYRICS:
        songs = with_lyrics([each.song for each in named])
        named = [replace(each, song=song) for each, song in zip(named, songs, strict=True)]
    return pipeline.plan(named, order, title or Path(sources[0]).absolute().stem), order, failures


def _named(heard: Heard, title: str | None, artist: str | None) -> Heard:
    song = heard.song
    title, artist = song.title if title is None else title, song.artist if artist is None else artist
    return replace(heard, song=replace(song, title=title, artist=artist))


def _paint(
    plates: list[Plate], order: Order, failures: list[Failure], *, json: bool = False, embed: bool = False
) -> int:
    from tonescape import pipeline
    from tonescape.core.settings import settings
    from tonescape.render import alone
    from tonescape.show import publish, table

    painted = []
    if order.layout:
        _warn_of_letters([plate.brief for plate in plates])
    workers = 1 if alone(order.engine) else settings().workers
    for plate, recipe in progress(pipeline.paint(plates, order, workers), "painting", len(plates)):
        if not isinstance(recipe, str):
            failures.append(recipe)
            warn(recipe.error)
            continue
        painted.append((plate, recipe))
        print(table.painted_line(plate, json=json), flush=True)
        if embed and plate.heard and plate.heard.song.path:
            failures += _embed(plate.heard.song.path, plate.picture)
    report = publish(order.out, painted, failures, order.suffix)
    if not json:
        print(f"\nthe report: {report.resolve().as_uri()}")
    return 1 if failures else 0


def _warn_of_letters(briefs: list[Brief]) -> None:
    from tonescape.show.faces import lacking

    missing = lacking(" ".join(f"{brief.title} {brief.artist}" for brief in briefs)[:1000])
    if missing:
        warn(f"no font here has {missing[:20]!r}; boxes stand for them; type: sudo apt install fonts-noto-core "
              "fonts-noto-cjk fonts-noto-color-emoji")  # fmt: skip


def _checked(order: Order) -> Order:
    """The order, or UsageError or OutputError before anything is heard."""
    from tonescape.core.settings import checked
    from tonescape.core.store import make_folder
    from tonescape.plan import approaches
    from tonescape.plan.seed import checked as checked_seed
    from tonescape.render import checked_size, follows

    for group, name in (("engines", order.engine), ("styles", order.style), ("motifs", order.motif)):
        if name is not None:
            checked(group, name)
    checked_size(order.size)
    if order.seed is not None:
        checked_seed(order.seed)
    if order.prompt is not None:
        approaches.checked(order.prompt)
    for name in ("motif", "style", "prompt"):
        if getattr(order, name) is not None and name not in follows(order.engine):
            warn(f"the engine {order.engine} heeds no {name}: --{name} changes nothing in its pictures")
    make_folder(order.out)
    return order


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


@app.command()
@command
def sheet(
    sources: Sources,
    engines: Annotated[str, typer.Option(help="What paints, by commas.", metavar="A,B")] = "painter",
    styles: Annotated[str, typer.Option(help="Ways of painting, by commas; all where no motif is named.")] = "",
    motifs: Annotated[str, typer.Option(help="What is painted, by commas, or all.", metavar="X,Y")] = "",
    iterations: Annotated[str, typer.Option(help="Counts of steps, for engines that have them.", metavar="N,M")] = "",
    seeds: Annotated[int, typer.Option(help="So many of each.")] = 1,
    size: Annotated[int, typer.Option(help="Side of each picture, 64 to 1500 pixels.", metavar="PX")] = 512,
    out: Annotated[Path, typer.Option(help="The sheet, .jpg or .png.", metavar="FILE")] = Path("sheet.jpg"),
) -> int:
    """Paint a song in several ways, onto one labelled sheet."""
    from tonescape.core.settings import settings
    from tonescape.render import alone
    from tonescape.show import compare

    grid = compare.Grid.of(engines, styles, motifs, seeds, size, iterations)
    results = list(heard_songs(sources, lambda failure: None))
    heard = [each for each in results if each is not None]
    if not heard:
        raise InputError("none of these could be heard, so there is nothing to paint")
    total = compare.count(grid, len(heard))
    workers = 1 if any(alone(name) for name in grid.engines) else settings().workers
    for _ in progress(compare.draw(grid, heard, out, workers), "painting", total):
        pass
    print(f"the sheet: {out.resolve().as_uri()}")
    return 1 if len(heard) < len(results) else 0


@app.command()
@command
def study(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where `paint --embed` wrote.")],
    out: Annotated[Path, typer.Option(help="The page to write.", metavar="FILE")] = Path("study.html"),
) -> int:
    """Make a page on which people rate songs and pictures blindly; `tonescape evaluate study` compares the answers."""
    from tonescape.show.study import write_study

    print(f"the page, with {write_study(folder, out)} pairs: {out.resolve().as_uri()}")
    return 0


@app.command()
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
    json: Json = False,
) -> int:
    """Choose songs of yours for the scenes of a screenplay, and write a cue sheet.

    A SCRIPT is .fountain, .fdx, .pdf or .txt; whatever else is named belongs to the library.
    """
    from tonescape.gather.lyrics import reader
    from tonescape.gather.scripts import read_script
    from tonescape.score import Options, weights_from, with_words
    from tonescape.score import like as known
    from tonescape.score import score as score_film
    from tonescape.show.cues import json_lines, write_cues

    options = Options(
        per_scene, cast("Any", by), vary, leitmotifs=leitmotifs, music=music, weights=weights_from(weight)
    ).checked()
    if "list" in like:
        print("\n".join(f"{each.name:<16} {each.film}: {each.scene}" for each in known.examples()))
        return 0
    with_lyrics = reader(lyrics)  # before hearing, as the scripts: what cannot be read fails at once
    scripts = [source for source in sources or [] if Path(source).suffix.lower() in SCRIPTS]
    films: list[tuple[Any, Any]] = [(read_script(path), None) for path in scripts]
    films += [known.like(like)] if like else []
    music_of = [*library, *(source for source in sources or [] if source not in scripts)]
    if not films or not music_of:
        raise UsageError("name a screenplay (.fountain, .fdx, .pdf, .txt) and, with --library, where your music is")
    failures: list[Failure] = []
    heard = [each for each in heard_songs(music_of, failures.append) if each is not None]
    songs = with_lyrics([each.song for each in heard])
    heard = [replace(each, song=song) for each, song in zip(heard, songs, strict=True)]
    heard = heard if by == "sound" else with_words(heard)
    for script, moods in films:
        film = score_film(script, heard, options, moods)
        name = script.path.stem if script.path else "like"
        written = write_cues(film, out / name if len(films) > 1 else out)
        print("\n".join(json_lines(film)) if json else f"the cue sheet: {written[0].resolve().as_uri()}", flush=True)
    return 1 if failures else 0


@app.command()
@command
def taste(
    sources: Annotated[list[str], typer.Argument(metavar="LIBRARY|EXPORT...", show_default=False)],
    out: Annotated[Path, typer.Option(help="The page to write.", metavar="FILE")] = Path("taste.html"),
) -> int:
    """Draw what your library, or your listening history, says of your taste.

    An EXPORT is an Exportify table, or Spotify's StreamingHistory files or their folder.
    """
    from tonescape.gather.history import is_history, read_history
    from tonescape.show.taste import write_taste
    from tonescape.show.taste_facts import taste as facts

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


_PASSED_ON = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}


@app.command(context_settings=_PASSED_ON)
@command
def train(
    context: typer.Context, name: Annotated[str, typer.Argument(help="Which; without it, all are listed.")] = ""
) -> int:
    """Make a model again from data; `tonescape train NAME --help` says what it wants."""
    return _run("train", name, context.args)


@app.command(context_settings=_PASSED_ON)
@command
def evaluate(
    context: typer.Context, name: Annotated[str, typer.Argument(help="Which; without it, all are listed.")] = ""
) -> int:
    """Measure a model, as docs/ACCURACY.md shows it; `tonescape evaluate NAME --help` says what it wants."""
    return _run("evaluate", name, context.args)


def _run(verb: str, name: str, arguments: list[str]) -> int:
    from tonescape.train import TABLES, run

    if name in ("", "-h", "--help"):
        print("\n".join(sorted(TABLES[verb])))
        return 0
    return run(verb, name, arguments)


@app.command()
@command
def styles() -> None:
    """List ways of painting and what can be painted."""
    from tonescape.core.settings import plugins

    print("styles: " + ", ".join(plugins("styles")))
    print("motifs: " + ", ".join(plugins("motifs")))


@app.command()
@command
def engines() -> None:
    """List what can paint."""
    from tonescape.core.settings import plugins

    print("\n".join(plugins("engines")))


@app.command()
@command
def fetch(names: Annotated[list[str], typer.Argument(metavar="NAME...", show_default=False)]) -> None:
    """Bring models that are too large to ship; `tonescape doctor` lists them."""
    from tonescape.core.weights import fetch as bring

    def tell(file: str, have: int, whole: int) -> None:
        if sys.stderr.isatty():
            print(
                f"\r{file}: {have / 1e6:.0f} MB" + (f" of {whole / 1e6:.0f}" if whole else ""), end="", file=sys.stderr
            )

    for name in names:
        print(f"{name}: {bring(name, tell)}")


@app.command()
@command
def doctor() -> int:
    """Check everything Tonescape needs, and say how to mend what is missing."""
    from tonescape.doctor import examine

    sick = 0
    for finding in examine():
        sign = {True: "ok  ", None: "note", False: "FAIL"}[finding.ok]
        print(f"{sign}  {finding.subject:<13} {finding.detail}")
        if not finding.ok and finding.mend:
            print(f"                  -> {finding.mend}")
        sick += finding.ok is False
    return 1 if sick else 0


def _version(wanted: bool) -> None:
    if wanted:
        from tonescape import __version__

        print(__version__)
        raise typer.Exit()


@app.callback()
def _options(version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True)] = False) -> None:
    pass


def main() -> None:
    """The entry point."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a title the terminal cannot show must not end the run
    app(prog_name="tonescape")
