"""`tonescape train` and `tonescape evaluate`: models made again, and measured."""

from __future__ import annotations

from typing import Annotated

import typer

from tonescape.cli.console import command

PASSED_ON = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}


@command
def train(
    context: typer.Context, name: Annotated[str, typer.Argument(help="Which; without it, all are listed.")] = ""
) -> int:
    """Make a model again from data; `tonescape train NAME --help` says what it wants."""
    return _run("train", name, context.args)


@command
def evaluate(
    context: typer.Context, name: Annotated[str, typer.Argument(help="Which; without it, all are listed.")] = ""
) -> int:
    """Measure a model, as docs/ACCURACY.md shows it; `tonescape evaluate NAME --help` says what it wants."""
    return _run("evaluate", name, context.args)


def _run(verb: str, name: str, arguments: list[str]) -> int:
    from tonescape.train import listed, run

    if name in ("", "-h", "--help"):
        print(f"Usage: tonescape {verb} NAME ...      (`tonescape {verb} NAME --help` says what each wants)\n")
        print(listed(verb))
        return 0
    return run(verb, name, arguments)
