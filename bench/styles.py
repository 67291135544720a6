"""How fast the painter's styles are and how much memory they take; its rows are part of `make bench`."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tonescape.core.settings import plugins
from tonescape.render import paint
from tonescape.train.pictures.judged import brief_at

MOTIFS = ("mountain-lake", "city-dusk", "forest", "sea", "cymatics", "flow-field")
SMALL, PRINT, LARGEST = 512, 3000, 8192

ALONE = """
import resource, sys, time
from tonescape.render import paint
from tonescape.train.pictures.judged import brief_at
brief = brief_at(0.7, 0.7, 4, "mountain-lake", sys.argv[1])
start = time.process_time()
paint("painter", brief, size=int(sys.argv[2]))
print(time.process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20)
"""
"""one picture in a process of its own: processor seconds of painting, and GiB the process held at most (Linux)"""


def small(styles: tuple[str, ...]) -> dict[str, float]:
    """Median processor seconds of a warm picture at SMALL px over MOTIFS, by style."""
    found = {}
    for style in styles:
        briefs = [brief_at(0.7, 0.7, number, motif, style) for number, motif in enumerate(MOTIFS)]
        paint("painter", briefs[0], size=SMALL)
        spent = []
        for brief in briefs:
            start = time.process_time()
            paint(replace(brief, seed=brief.seed + 1), size=SMALL)
            spent.append(time.process_time() - start)
        found[style] = statistics.median(spent)
    return found


def alone(style: str, size: int) -> tuple[float, float]:
    """(processor seconds, GiB at most) of one picture in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", ALONE, style, str(size)],
        capture_output=True,
        check=True,
        text=True,
    )
    seconds, peak = done.stdout.split()
    return float(seconds), float(peak)


def rows(command: Callable[[str], float]) -> list[tuple[str, str, str, str]]:
    """Lines of the table. command : paints a song in a style at PRINT px, cold, and gives the processor seconds"""
    styles = tuple(sorted(plugins("styles")))
    warm = small(styles)
    print({style: round(value, 3) for style, value in warm.items()}, flush=True)
    cold = {style: command(style) for style in styles}
    print({style: round(value, 2) for style, value in cold.items()}, flush=True)
    held = {style: alone(style, LARGEST) for style in styles}
    print({style: tuple(round(part, 2) for part in value) for style, value in held.items()}, flush=True)
    slowest, fattest = max(cold, key=lambda s: cold[s]), max(held, key=lambda s: held[s][1])
    longest = max(held, key=lambda s: held[s][0])
    return [
        (f"a {SMALL} px picture, warm, one core: median over {len(styles)} styles (slowest), {len(MOTIFS)} motifs",
         f"{statistics.median(warm.values()):.2f} s ({max(warm.values()):.2f} s)", "0.8 s", "0.3 s"),
        (f"`paint --style` at {PRINT} px, whole command, cold, processor seconds: median over styles",
         f"{statistics.median(cold.values()):.1f} s", "8 s", "5 s"),
        (f"  the slowest style, {slowest}", f"{cold[slowest]:.1f} s", "20 s", "12 s"),
        (f"most memory at {LARGEST} px over all styles, {fattest}", f"{held[fattest][1]:.2f} GiB", "2 GiB", "1 GiB"),
        (f"  median over styles; longest time, {longest}",
         f"{statistics.median(peak for _, peak in held.values()):.2f} GiB; {held[longest][0]:.0f} s", "", ""),
    ]  # fmt: skip


def painted(song: Path, folder: Path, run: Callable[..., bytes]) -> Callable[[str], float]:
    """A timer of processor seconds for `rows`: run(*arguments, cache=...) is the command."""

    def seconds(style: str) -> float:
        before = os.times()
        run("paint", song, "--style", style, "--out", folder / f"out-{style}", cache=folder / f"cold-{style}")
        after = os.times()
        return after.children_user - before.children_user + after.children_system - before.children_system

    return seconds
