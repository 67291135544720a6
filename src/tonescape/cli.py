"""The commands, one short function each; the only place where an error becomes text and an exit code.

Results go to standard output; progress and warnings to standard error. Exit codes: 0 all done, 1 something could not
be used, 2 asked for something that cannot be, 130 stopped with Ctrl-C.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, cast

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")  # before numpy: songs run side by side, so each keeps to one core

import typer  # noqa: E402

from tonescape.core.errors import InputError, TonescapeError, UsageError  # noqa: E402

if TYPE_CHECKING:
    from tonescape.core.records import Failure, Heard
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


def _command(function: Callable[..., int | None]) -> Callable[..., None]:
    """Turn what a command raises or returns into a line and an exit code."""

    @wraps(function)
    def run(*arguments: Any, **options: Any) -> None:
        try:
            code = function(*arguments, **options)
            sys.stdout.flush()
        except TonescapeError as problem:
            _fail(str(problem), problem.exit_code)
        except KeyboardInterrupt:
            _fail("stopped; what is finished is kept, and the same command goes on from there", 130)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader has left; nobody to tell
            raise typer.Exit(1) from None
        raise typer.Exit(code or 0)

    return run


def _fail(message: str, code: int) -> NoReturn:
    _warn(message)
    raise typer.Exit(code)


def _warn(message: str) -> None:
    print("tonescape: " + " ".join(message.split()), file=sys.stderr)  # one line, whatever a file name holds


@app.command()
@_command
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
    for result in _heard(sources, on_failure=lambda failure: print(table.failure_line(failure)) if json else None):
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
        _warn(str(problem))
        return 1
    return 0


@app.command()
@_command
def paint(
    sources: Annotated[list[str], typer.Argument(metavar="SONG|FOLDER|PLAYLIST|RECIPE...", show_default=False)],
    out: Out = Path("tonescape"),
    style: Annotated[str | None, typer.Option(help="Way of painting; see `tonescape styles`.")] = None,
    motif: Annotated[str | None, typer.Option(help="What is painted; see `tonescape styles`.")] = None,
    engine: Annotated[str, typer.Option(help="What paints; see `tonescape engines`.")] = "painter",
    size: Size = None,
    seed: Annotated[int | None, typer.Option(help="Another number, another picture of the same mood.")] = None,
    title: Annotated[str | None, typer.Option(help="Title of the song, or of the playlist.")] = None,
    artist: Annotated[str | None, typer.Option(help="Artist of the song or songs.")] = None,
    embed: Annotated[bool, typer.Option("--embed", help="Also copy the songs, with the cover in them.")] = False,
    png: Annotated[bool, typer.Option("--png", help="Pictures as PNG instead of JPEG.")] = False,
    json: Json = False,
) -> int:
    """Paint a picture for each song, one for the whole playlist, and a report that says why they look so.

    A RECIPE (recipe.json, or a picture made here) is painted again as it was, at --size.
    """
    from tonescape.pipeline import SIZE, Order
    from tonescape.show.recipes import SUFFIXES, read_all
    from tonescape.show.report import plates

    suffix, files = ".png" if png else ".jpg", [Path(source) for source in sources]
    if all(path.suffix.lower() in SUFFIXES for path in files):
        found = read_all(files)
        order = _checked(Order(out, found[0].engine, size or found[0].size, suffix))
        return _paint(plates([each.brief for each in found], out, suffix), order, [], json=json)
    order = _checked(Order(out, engine, size or SIZE, suffix, style, motif, seed))
    return _paint(*_planned(sources, order, title, artist), json=json, embed=embed)


@app.command()
@_command
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

    failures: list[Failure] = []
    heard = [each for each in _heard(sources, failures.append) if each is not None]
    if not heard:
        raise InputError("none of these could be heard, so there is nothing to paint")
    own = title if len(heard) == 1 else None
    named = [each if own is artist is None else _named(each, own, artist) for each in heard]
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
    from tonescape.show import publish, table

    painted = []
    for plate, recipe in _progress(pipeline.paint(plates, order, settings().workers), "painting", len(plates)):
        if not isinstance(recipe, str):
            failures.append(recipe)
            _warn(recipe.error)
            continue
        painted.append((plate, recipe))
        print(table.painted_line(plate.picture, plate.brief, json=json), flush=True)
        if embed and plate.heard and plate.heard.song.path:
            failures += _embed(plate.heard.song.path, plate.picture)
    report = publish(order.out, painted, failures, order.suffix)
    if not json:
        print(f"\nthe report: {report.resolve().as_uri()}")
    return 1 if failures else 0


def _checked(order: Order) -> Order:
    """The order, or UsageError or OutputError before anything is heard."""
    from tonescape.core.settings import checked
    from tonescape.core.store import make_folder
    from tonescape.plan.seed import checked as checked_seed
    from tonescape.render import checked_size

    for group, name in (("engines", order.engine), ("styles", order.style), ("motifs", order.motif)):
        if name is not None:
            checked(group, name)
    checked_size(order.size)
    if order.seed is not None:
        checked_seed(order.seed)
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
        _warn(str(problem))
        return [Failure(str(song), str(problem))]
    return []


def _heard(sources: list[str], on_failure: Callable[[Failure], object]) -> Iterator[Heard | None]:
    """Songs as they are heard; None for one that could not be, after its line on standard error."""
    from tonescape import pipeline
    from tonescape.core.records import Failure
    from tonescape.core.settings import settings

    results = pipeline.hear(sources, settings().cache, settings().workers)
    for result in _progress(results, "hearing", None):
        if isinstance(result, Failure):
            _warn(result.error)
            on_failure(result)
            yield None
        else:
            yield result


def _progress(results: Iterator[Any], verb: str, total: int | None) -> Iterator[Any]:
    """A line on a terminal's standard error with songs, songs/s and the time left; nothing where it is no terminal."""
    if not sys.stderr.isatty():
        yield from results
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"),
               TimeRemainingColumn())  # fmt: skip
    # no refresh thread: worker processes are forked while this shows
    with Progress(*columns, console=Console(stderr=True), auto_refresh=False, transient=True) as progress:
        task = progress.add_task(verb, total=total, rate="")
        for result in results:
            progress.console.file.flush()
            progress.advance(task)
            speed = progress.tasks[0].speed
            progress.update(task, rate=f"{speed:.1f}/s" if speed else "")
            progress.refresh()
            yield result


@app.command()
@_command
def score(
    sources: Annotated[list[str], typer.Argument(metavar="SCRIPT... [SONG|FOLDER|PLAYLIST...]", show_default=False)],
    library: Annotated[list[str], typer.Option(help="Where your music is; more may follow.", metavar="FOLDER")] = [],  # noqa: B006
    out: Out = Path("cues"),
    per_scene: Annotated[int, typer.Option(help="Songs offered for each scene.")] = 3,
    by: Annotated[str, typer.Option(help="What is matched: sound, words or both.")] = "both",
    vary: Annotated[int, typer.Option(help="Another number, another good plan.")] = 0,
    lyrics: Annotated[str, typer.Option(help="local, or online: ask lrclib.net for what is missing.")] = "local",
    music: Annotated[float, typer.Option(help="Share of the film that carries music, 0 to 1.")] = 0.7,
    weight: Annotated[list[str], typer.Option(help="Weight of one axis, such as valence=2.", metavar="NAME=N")] = [],  # noqa: B006
    json: Json = False,
) -> int:
    """Choose songs of yours for the scenes of a screenplay, and write a cue sheet.

    A SCRIPT is .fountain, .fdx, .pdf or .txt; whatever else is named belongs to the library.
    """
    from tonescape.core.settings import settings
    from tonescape.gather.lyrics import with_lyrics
    from tonescape.gather.scripts import read_script
    from tonescape.score import Options, weights_from, with_words
    from tonescape.score import score as score_film
    from tonescape.show.cues import json_lines, write_cues

    options = Options(
        per_scene=per_scene, by=cast("Any", by), vary=vary, music=music, weights=weights_from(weight)
    ).checked()
    if lyrics not in ("local", "online"):
        raise UsageError(f"--lyrics is local or online, not {lyrics!r}")
    scripts = [source for source in sources if Path(source).suffix.lower() in SCRIPTS]
    films = [read_script(path) for path in scripts]  # before hearing: a bad script fails at once
    music_of = [*library, *(source for source in sources if source not in scripts)]
    if not films or not music_of:
        raise UsageError("name a screenplay (.fountain, .fdx, .pdf, .txt) and, with --library, where your music is")
    failures: list[Failure] = []
    heard = [each for each in _heard(music_of, failures.append) if each is not None]
    songs = with_lyrics(
        [each.song for each in heard], fetch=_lyrics_fetcher(settings().cache) if lyrics == "online" else None
    )
    heard = [replace(each, song=song) for each, song in zip(heard, songs, strict=True)]
    heard = heard if by == "sound" else with_words(heard)
    for script in films:
        film = score_film(script, heard, options)
        written = write_cues(film, out / script.path.stem if len(films) > 1 and script.path else out)
        print("\n".join(json_lines(film)) if json else f"the cue sheet: {written[0].resolve().as_uri()}", flush=True)
    return 1 if failures else 0


def _lyrics_fetcher(cache: Path) -> Any:
    from tonescape.core.net import Client

    return Client(frozenset({"lrclib.net"}), cache / "net").get_json


@app.command()
@_command
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
    results = list(_heard(library, lambda failure: None)) if library else []
    heard = [each for each in results if each is not None]
    plays = [play for history in histories for play in history.plays]
    remarks = [remark for history in histories for remark in history.remarks]
    write_taste(facts(heard, plays, silent=len(results) - len(heard), remarks=remarks), out)
    print(f"the page: {out.resolve().as_uri()}")
    return 1 if len(heard) < len(results) else 0


_PASSED_ON = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}


@app.command(context_settings=_PASSED_ON)
@_command
def train(
    context: typer.Context, name: Annotated[str, typer.Argument(help="Which; without it, all are listed.")] = ""
) -> int:
    """Make a model again from data; `tonescape train NAME --help` says what it wants."""
    return _run("train", name, context.args)


@app.command(context_settings=_PASSED_ON)
@_command
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
@_command
def styles() -> None:
    """List ways of painting and what can be painted."""
    from tonescape.core.settings import plugins

    print("styles: " + ", ".join(plugins("styles")))
    print("motifs: " + ", ".join(plugins("motifs")))


@app.command()
@_command
def engines() -> None:
    """List what can paint."""
    from tonescape.core.settings import plugins

    print("\n".join(plugins("engines")))


@app.command()
@_command
def doctor() -> int:
    """Check everything Tonescape needs, and say how to mend what is missing."""
    from tonescape.doctor import examine

    sick = 0
    for finding in examine():
        sign = {True: "ok  ", None: "note", False: "FAIL"}[finding.ok]
        print(f"{sign}  {finding.subject:<11} {finding.detail}")
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
