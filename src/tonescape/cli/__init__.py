"""The commands, a file for each topic; `console` turns what goes wrong into text and an exit code.

Results go to standard output; progress and warnings to standard error. Exit codes: 0 all done, 1 something could not
be used, 2 asked for something that cannot be, 130 stopped with Ctrl-C.
"""

from __future__ import annotations

import io
import os
import sys
from typing import Annotated

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")  # before numpy: songs run side by side, so each keeps to one core

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # torch's idle threads must not spin on a busy machine

import typer  # noqa: E402

from tonescape.cli.hear import hear  # noqa: E402
from tonescape.cli.machine import doctor, engines, fetch, styles  # noqa: E402
from tonescape.cli.models import PASSED_ON, evaluate, train  # noqa: E402
from tonescape.cli.paint import demo, paint  # noqa: E402
from tonescape.cli.score import score  # noqa: E402
from tonescape.cli.sheet import sheet  # noqa: E402
from tonescape.cli.study import study  # noqa: E402
from tonescape.cli.taste import taste  # noqa: E402

app = typer.Typer(
    help="Hear a song, see its mood.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

for _each in (hear, paint, demo, sheet, study, score, taste):
    app.command()(_each)
for _each in (train, evaluate):
    app.command(context_settings=PASSED_ON)(_each)
for _each in (styles, engines, fetch, doctor):
    app.command()(_each)


def _version(wanted: bool) -> None:
    if wanted:
        from tonescape import __version__

        print(__version__)
        raise typer.Exit()


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """The entry point."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a title the terminal cannot show must not end the run
    app(prog_name="tonescape")
