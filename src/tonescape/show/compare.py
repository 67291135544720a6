"""The comparison sheet: a song in several styles, motifs, engines and counts of steps, on one labelled grid."""

from __future__ import annotations

import shlex
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from tonescape.core import work
from tonescape.core.errors import UsageError
from tonescape.core.records import Brief, Failure
from tonescape.core.settings import checked, plugins
from tonescape.plan.seed import MAX_SEED
from tonescape.render import MAX_STEPS, checked_steps, engine, paint
from tonescape.show.sheet import Caption, Heading, save_sheets

if TYPE_CHECKING:
    from tonescape.core.records import Heard

LARGEST = 1500
"""px a side of a picture: a sheet is for comparing, and shows none larger than 900 px"""

MOST = 2000
"""most pictures of one comparison"""

ALL = "all"


@dataclass(frozen=True, slots=True)
class Grid:
    """What is compared. styles, motifs : () for the one that suits the song; seeds : of each; size : px a side
    iterations : counts of steps for engines that work in steps, () for their own; other engines paint once
    """

    engines: tuple[str, ...]
    styles: tuple[str, ...]
    motifs: tuple[str, ...]
    seeds: int
    size: int
    iterations: tuple[int, ...] = ()

    @classmethod
    def of(cls, engines: str, styles: str, motifs: str, seeds: int, size: int, iterations: str = "") -> Grid:
        """From names with commas between; "all" stands for all installed. UsageError for what cannot be.

        With neither styles nor motifs nor iterations named, all styles are compared.
        """
        if not 1 <= seeds <= MOST or not 64 <= size <= LARGEST:
            raise UsageError(f"--seeds goes from 1 to {MOST} and --size from 64 to {LARGEST}")
        grid = cls(
            _names("engines", engines),
            _names("styles", styles or ("" if motifs or iterations else ALL)),
            _names("motifs", motifs),
            seeds,
            size,
            _counts(iterations),
        )
        if not grid.engines:
            raise UsageError("--engines names nothing; `tonescape engines` lists what can paint")
        if grid.iterations and all(grid.steps(name) == (None,) for name in grid.engines):
            raise UsageError(f"{', '.join(grid.engines)}: no engine that works in steps, so leave --iterations out")
        for name in grid.engines:
            steps = engine(name).steps
            if steps and (most := max(filter(None, grid.steps(name)), default=0)) > steps.most:
                raise UsageError(f"--iterations is {most}; the engine {name} can do {steps.most} at most")
        return grid

    def steps(self, name: str) -> tuple[int | None, ...]:
        """Counts an engine is painted with; (None,) for one without steps, and where none are named."""
        return self.iterations if self.iterations and engine(name).steps else (None,)

    def columns(self, songs: int) -> int:
        """Counts of steps side by side, or of two things compared the first; 0 for one, which has no rows to align."""
        if self.iterations:
            return len(self.iterations)
        compared = [n for n in (len(self.styles), len(self.motifs), self.seeds, len(self.engines), songs) if n > 1]
        return compared[0] if len(compared) > 1 else 0


@dataclass(frozen=True, slots=True, eq=False)
class _Cell:
    brief: Brief
    engine: str
    steps: int | None
    size: int
    caption: Caption
    file: Path


def count(grid: Grid, songs: int) -> int:
    """How many pictures a sheet has; UsageError where they are too many."""
    turns = sum(len(grid.steps(name)) for name in grid.engines)
    total = songs * grid.seeds * turns * max(1, len(grid.styles)) * max(1, len(grid.motifs))
    if total > MOST:
        raise UsageError(
            f"that makes {total} pictures and a sheet holds {MOST}; name fewer styles, motifs, iterations or seeds"
        )
    return total


def draw(grid: Grid, heard: Sequence[Heard], out: Path, workers: int) -> Iterator[Brief | Path]:
    """Paint all, then write the pages of the sheet: `out`, .jpg or .png, and NAME-2, NAME-3 beside it.

    Yields each picture's brief as it is done, and after them each page's file. The first seed is the song's own; the
    others follow from it. TonescapeError where a picture cannot be painted, OutputError where a page cannot be written.
    """
    with tempfile.TemporaryDirectory(prefix="tonescape-") as folder:
        cells = list(_cells(grid, heard, Path(folder)))
        for cell, result in work.run(_paint, cells, workers=min(workers, len(cells)), name=lambda c: c.brief.title):
            if isinstance(result, Failure):
                raise UsageError(f"{cell.caption.title}, {cell.caption.artist}: {result.error}")
            yield cell.brief
        tiles = [(cell.file, cell.caption) for cell in cells]
        heading = _heading(grid, cells[0].brief, heard)
        yield from save_sheets(tiles, out, heading, columns=grid.columns(len(heard)), largest=grid.size)


def _names(group: str, names: str) -> tuple[str, ...]:
    if names == ALL:
        return tuple(plugins(group))
    return tuple(dict.fromkeys(checked(group, name.strip()) for name in names.split(",") if name.strip()))


def _counts(text: str) -> tuple[int, ...]:
    """Numbers with commas between, each once. UsageError for anything else."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    longest = len(str(MAX_STEPS))  # int() refuses endless digits in its own words
    if any(not part.isdecimal() or len(part) > longest or not 1 <= int(part) <= MAX_STEPS for part in parts):
        raise UsageError(f"--iterations is {text[:80]!r}; write counts from 1 to {MAX_STEPS}, such as 50,200,800")
    return tuple(dict.fromkeys(int(part) for part in parts))


def _cells(grid: Grid, heard: Sequence[Heard], folder: Path) -> Iterator[_Cell]:
    from tonescape.plan import plan

    number = 0
    for song in heard:
        brief_of = partial(plan, song.song, song.features, song.mood)
        own = brief_of()
        # engines that paint once come last, so that each row holds one engine's counts
        engines = sorted(grid.engines, key=lambda name: bool(grid.iterations) and grid.steps(name) == (None,))
        ways = product(engines, range(grid.seeds), grid.motifs or (None,), grid.styles or (None,))
        for name, turn, motif, style in ways:
            seed = (own.seed + turn) % (MAX_SEED + 1) if turn else own.seed
            brief = brief_of(style=style, motif=motif, seed=seed)
            for steps in grid.steps(name):
                small = _small_print(grid, name, steps, own.title, heard)
                caption = _caption(grid, name, brief, small)
                yield _Cell(brief, name, steps, grid.size, caption, folder / f"{number}.png")
                number += 1


def _caption(grid: Grid, name: str, brief: Brief, small: str) -> Caption:
    description = engine(name).describe(brief, grid.size)
    return Caption(description.style, description.subject, small, command=_options(grid, name, brief))


def _options(grid: Grid, name: str, brief: Brief) -> str:
    """What makes a picture another than its neighbours, as options of `tonescape paint`."""
    uses = engine(name).uses
    parts = (
        ("--engine", name if len(grid.engines) > 1 else ""),
        ("--style", brief.style if "style" in uses else ""),
        ("--motif", brief.motif if "motif" in uses else ""),
        ("--seed", str(brief.seed)),
    )
    return " ".join(f"{option} {shlex.quote(value)}" for option, value in parts if value)


def _small_print(grid: Grid, name: str, steps: int | None, title: str, heard: Sequence[Heard]) -> str:
    parts = (
        title if len(heard) > 1 else "",
        name if len(grid.engines) > 1 or grid.iterations else "",
        checked_steps(name).describe(steps) if steps is not None else "",
    )
    return "  ·  ".join(part for part in parts if part)


def _heading(grid: Grid, brief: Brief, heard: Sequence[Heard]) -> Heading:
    """The song, or how many; and the part of the command line that all pictures share."""
    mood, path = brief.mood, heard[0].song.path
    alone = len(heard) == 1
    own = f"valence {mood.valence:.2f}, arousal {mood.arousal:.2f}" if alone else ""
    song = shlex.quote(str(path)) if alone and path else "SONG"
    engines = f" --engine {shlex.quote(grid.engines[0])}" if len(grid.engines) == 1 else ""
    return Heading(
        brief.title if alone else f"{len(heard)} songs",
        "  ·  ".join(part for part in (own, "" if engines else ", ".join(grid.engines)) if part),
        f"tonescape paint {song}{engines} --size {grid.size}",
    )


def _paint(cell: _Cell) -> str:
    from tonescape.show.cover import save_cover

    save_cover(paint(cell.engine, cell.brief, size=cell.size, steps=cell.steps), cell.file)
    return cell.brief.title
