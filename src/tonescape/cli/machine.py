"""`tonescape styles`, `engines`, `fetch` and `doctor`: what is here, and what is missing."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from tonescape.cli.console import command


@command
def styles() -> None:
    """List ways of painting and what can be painted, each with the music it suits."""
    from tonescape.core.settings import plugins
    from tonescape.plan import motif, style

    for group, because in (("styles", style.because), ("motifs", motif.because)):
        print(f"{group}, for music that is")
        for name in plugins(group):
            print(f"  {name:<14} {because(name) or 'only when asked for'}")
        print()
    print("To see them: `tonescape sheet SONG` paints a song of yours in every style, `--motifs all` with every motif.")


@command
def engines() -> None:
    """List what can paint, and which options each uses."""
    from tonescape import render

    for name in render.engines():
        found = render.engine(name)
        used = [f"--{option}" for option in ("style", "motif", "prompt") if option in found.uses]
        steps = ["sheet --iterations"] if found.steps else []
        print(f"{name:<11} uses {', '.join(used + steps) or 'none of the options'}")


@command
def fetch(names: Annotated[list[str], typer.Argument(metavar="NAME...", show_default=False)]) -> None:
    """Bring models that are too large to ship; `tonescape doctor` lists them."""
    from tonescape.core.weights import fetch as bring

    def on_bytes(file: str, have: int, whole: int) -> None:
        if sys.stderr.isatty():
            print(
                f"\r{file}: {have / 1e6:.0f} MB" + (f" of {whole / 1e6:.0f}" if whole else ""), end="", file=sys.stderr
            )

    for name in names:
        print(f"{name}: {bring(name, on_bytes)}")


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
