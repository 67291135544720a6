"""The comparison sheet: a song in several styles, motifs, engines and counts of steps, on one labelled grid."""

from __future__ import annotations

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
from tonescape.show.sheet import MOST, Caption, contact_sheet

if TYPE_CHECKING:
    from tonescape.core.records import Heard

LARGEST = 1500
"""px a side of a picture: a sheet is for comparing, and no wider than 4800 px"""

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

    @property
    def columns(self) -> int:
        """Counts of steps side by side; of one the styles, then motifs, then seeds, of one picture only the engines."""
        if self.iterations:
            return len(self.iterations)
        return next((n for n in (len(self.styles), len(self.motifs), self.seeds) if n > 1), len(self.engines))


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


def draw(grid: Grid, heard: Sequence[Heard], out: Path, workers: int) -> Iterator[Brief]:
    """Paint all and write the sheet to `out`, .jpg or .png; yields each picture's brief as it is done.

    The first seed is the song's own; the others follow from it. TonescapeError where a picture cannot be painted,
    OutputError where the sheet cannot be written.
    """
    from tonescape.show.cover import save_cover

    with tempfile.TemporaryDirectory(prefix="tonescape-") as folder:
        cells = list(_cells(grid, heard, Path(folder)))
        for cell, result in work.run(_paint, cells, workers=min(workers, len(cells)), name=lambda c: c.brief.title):
            if isinstance(result, Failure):
                raise UsageError(f"{cell.caption.title}, {cell.caption.artist}: {result.error}")
            yield cell.brief
        pictures = ((cell.file, cell.caption) for cell in cells)
        title = cells[0].brief.title if len(heard) == 1 else f"{len(heard)} songs"
        note = _note(grid, cells[0].brief, len(heard))
        save_cover(contact_sheet(pictures, len(cells), title=title, note=note, columns=grid.columns), out)


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
                small = _small_print(grid, name, steps, seed, own.title, heard)
                caption = _caption(name, brief, grid.size, small)
                yield _Cell(brief, name, steps, grid.size, caption, folder / f"{number}.png")
                number += 1


def _caption(name: str, brief: Brief, size: int, small: str) -> Caption:
    description = engine(name).describe(brief, size)
    return Caption(description.style, description.subject, small)


def _small_print(grid: Grid, name: str, steps: int | None, seed: int, title: str, heard: Sequence[Heard]) -> str:
    parts = (
        title if len(heard) > 1 else "",
        name if len(grid.engines) > 1 or grid.iterations else "",
        checked_steps(name).describe(steps) if steps is not None else "",
        f"seed {seed}" if grid.seeds > 1 else "",
    )
    return "  ·  ".join(part for part in parts if part)


def _note(grid: Grid, brief: Brief, songs: int) -> str:
    mood = brief.mood
    own = f"valence {mood.valence:.2f}, arousal {mood.arousal:.2f}" if songs == 1 else ""
    return "  ·  ".join(part for part in (own, ", ".join(grid.engines)) if part)


def _paint(cell: _Cell) -> str:
    from tonescape.show.cover import save_cover

    save_cover(paint(cell.engine, cell.brief, size=cell.size, steps=cell.steps), cell.file)
    return cell.brief.title
