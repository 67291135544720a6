"""What all commands share: an error becomes a line and an exit code here and nowhere else; progress on a terminal."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import typer

from tonescape.core.errors import Remark, TonescapeError

if TYPE_CHECKING:
    from tonescape.core.records import Failure, Heard


LONGEST = 2000
"""characters of a message that are shown: it may quote what stood in a file"""


def command(function: Callable[..., int | None]) -> Callable[..., None]:
    """Turn what a command raises or returns into a line and an exit code."""

    @wraps(function)
    def run(*arguments: Any, **options: Any) -> None:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("always", Remark)
                warnings.showwarning = partial(_show, warnings.showwarning)
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


def _show(usual: Callable[..., None], message: Warning | str, kind: type[Warning], *where: Any) -> None:
    """A remark as one line, other warnings as ever."""
    if issubclass(kind, Remark):
        warn(str(message))
    else:
        usual(message, kind, *where)


def _fail(message: str, code: int) -> NoReturn:
    warn(message)
    raise typer.Exit(code)


def warn(message: str) -> None:
    """One line on standard error."""
    line = " ".join(message[: 4 * LONGEST].split())  # one line, whatever a file name or a recipe holds
    print("tonescape: " + (line if len(line) <= LONGEST else line[:LONGEST] + "…"), file=sys.stderr)


def heard_songs(sources: list[str], on_failure: Callable[[Failure], object]) -> Iterator[Heard | None]:
    """Songs as they are heard; None for one that could not be, after its line on standard error."""
    from tonescape import pipeline
    from tonescape.core.records import Failure
    from tonescape.core.settings import settings

    results = pipeline.hear(sources, settings().cache, settings().workers)
    for result in progress(results, "hearing", None):
        if isinstance(result, Failure):
            warn(result.error)
            on_failure(result)
            yield None
        else:
            yield result


def progress(results: Iterator[Any], verb: str, total: int | None) -> Iterator[Any]:
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


@contextmanager
def made_folder(out: Path) -> Iterator[None]:
    """The folder for output, made; where nothing comes to lie in it, it goes again, with those made above it."""
    from tonescape.core.store import make_folder

    new = [each for each in (out, *out.parents) if not os.path.lexists(each)]
    make_folder(out)
    try:
        yield
    finally:
        with suppress(OSError):  # not empty
            for each in new:
                each.rmdir()
