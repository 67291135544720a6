"""The commands, one short function each; the only place where an error becomes text and an exit code.

Results go to standard output; progress and warnings to standard error. Exit codes: 0 all done, 1 something could not
be used, 2 asked for something that cannot be, 130 stopped with Ctrl-C.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")  # before numpy: songs run side by side, so each keeps to one core

import typer

from tonescape.core.errors import InputError, TonescapeError

if TYPE_CHECKING:
    from tonescape.core.records import Failure, Heard
    from tonescape.pipeline import Order

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
Size = Annotated[int, typer.Option(help="Side of each picture in pixels, 64 to 8192.", metavar="PX")]


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
    from tonescape.plan import plan
    from tonescape.show import table

    rows, failed = [], 0
    for result in _heard(sources, on_failure=lambda failure: print(table.failure_line(failure)) if json else None):
        if result is None:
            failed += 1
            continue
        brief = plan(result.song, result.features, result.mood)
        print(table.json_line(result, brief) if json else table.text_line(result), flush=True)
        if csv or parquet:
            rows.append((result, brief))
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
    sources: Sources,
    out: Out = Path("tonescape"),
    style: Annotated[str | None, typer.Option(help="Way of painting; see `tonescape styles`.")] = None,
    motif: Annotated[str | None, typer.Option(help="What is painted; see `tonescape styles`.")] = None,
    engine: Annotated[str, typer.Option(help="What paints; see `tonescape engines`.")] = "painter",
    size: Size = 3000,
    seed: Annotated[int | None, typer.Option(help="Another number, another picture of the same mood.")] = None,
    title: Annotated[str | None, typer.Option(help="Use this title (one song).")] = None,
    artist: Annotated[str | None, typer.Option(help="Use this artist.")] = None,
    embed: Annotated[bool, typer.Option("--embed", help="Also write copies of the songs with the cover inside.")] = False,
    png: Annotated[bool, typer.Option("--png", help="Pictures as PNG instead of JPEG.")] = False,
    json: Json = False,
) -> int:
    """Paint a picture for each song, one for the whole playlist, and a report that says why they look so."""
    from tonescape.pipeline import Order

    order = Order(out, engine, style, motif, size, seed, ".png" if png else ".jpg", title, artist, embed)
    return _paint(sources, order, json)


@app.command()
@_command
def demo(
    songs: Annotated[str | None, typer.Argument(help="Your own song, folder or playlist.", show_default=False)] = None,
    out: Out = Path("demo-out"),
    size: Size = 1500,
) -> int:
    """Hear the songs that come with the demo (or your own) and paint them."""
    from tonescape.gather.demo import demo_songs
    from tonescape.pipeline import Order

    code = _paint([songs] if songs else [str(path) for path in demo_songs()], Order(out, size=size), json=False)
    report = out / "report.html"
    if report.exists():
        print(f"\nLook at it: {report.resolve().as_uri()}")
    return code


def _paint(sources: list[str], order: Order, json: bool) -> int:
    from tonescape import pipeline
    from tonescape.core.settings import settings
    from tonescape.show import table

    pipeline.check(order)
    failures: list[Failure] = []
    heard = [each for each in _heard(sources, failures.append) if each is not None]
    if not heard:
        raise InputError("none of these could be heard, so there is nothing to paint")
    painted = []
    results = pipeline.paint(heard, order, workers=settings().workers)
    for each, result in zip(heard, _progress(results, "painting", len(heard)), strict=True):
        if isinstance(result, pipeline.Painted):
            painted.append((each.song, result))
            print(table.painted_line(result.path, result.brief, json=json), flush=True)
        else:
            failures.append(result)
            _warn(result.error)
    report = pipeline.finish(painted, failures, order)
    if not json:
        print(f"\n{report}")
    return 1 if failures else 0


def _heard(sources: list[str], on_failure: Callable[[Failure], object]) -> Iterator[Heard | None]:
    """Songs as they are heard; None for one that could not be, after its line on standard error."""
    from tonescape import pipeline
    from tonescape.core.records import Failure
    from tonescape.core.settings import settings

    results = pipeline.hear(sources, folder=settings().cache, workers=settings().workers)
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
    app()
