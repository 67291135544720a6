"""The comparison sheet: a song in several styles, motifs and engines, on one labelled grid."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tonescape.core import work
from tonescape.core.errors import UsageError
from tonescape.core.records import Brief, Failure
from tonescape.core.settings import checked, plugins
from tonescape.show.sheet import MOST, Caption, contact_sheet

if TYPE_CHECKING:
    from tonescape.core.records import Heard

LARGEST = 1500
"""px a side of a picture: a sheet is for comparing, and no wider than 4800 px"""

ALL = "all"


@dataclass(frozen=True, slots=True)
class Grid:
    """What is compared. styles, motifs : () for the one that suits the song; seeds : of each; size : px a side"""

    engines: tuple[str, ...]
    styles: tuple[str, ...]
    motifs: tuple[str, ...]
    seeds: int
    size: int

    @classmethod
    def of(cls, engines: str, styles: str, motifs: str, seeds: int, size: int) -> Grid:
        """From names with commas between; "all" stands for all installed. UsageError for what cannot be.

        With neither styles nor motifs named, all styles are compared.
        """
        if not 1 <= seeds <= MOST or not 64 <= size <= LARGEST:
            raise UsageError(f"--seeds goes from 1 to {MOST} and --size from 64 to {LARGEST}")
        grid = cls(
            _names("engines", engines),
            _names("styles", styles or ("" if motifs else ALL)),
            _names("motifs", motifs),
            seeds,
            size,
        )
        if not grid.engines:
            raise UsageError("--engines names nothing; `tonescape engines` lists what can paint")
        return grid

    @property
    def columns(self) -> int:
        """Styles side by side; of one style the motifs, of one of both the seeds, of one picture only the engines."""
        return next((n for n in (len(self.styles), len(self.motifs), self.seeds) if n > 1), len(self.engines))


@dataclass(frozen=True, slots=True, eq=False)
class _Cell:
    brief: Brief
    engine: str
    size: int
    caption: Caption
    file: Path


def count(grid: Grid, songs: int) -> int:
    """How many pictures a sheet has; UsageError where they are too many."""
    total = songs * grid.seeds * len(grid.engines) * max(1, len(grid.styles)) * max(1, len(grid.motifs))
    if total > MOST:
        raise UsageError(f"that makes {total} pictures and a sheet holds {MOST}; name fewer styles, motifs or seeds")
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


def _cells(grid: Grid, heard: Sequence[Heard], folder: Path) -> Iterator[_Cell]:
    from tonescape.plan import plan

    number = 0
    for song in heard:
        brief_of = partial(plan, song.song, song.features, song.mood)
        own = brief_of()
        for engine in grid.engines:
            for turn in range(grid.seeds):
                for motif in grid.motifs or (None,):
                    for style in grid.styles or (None,):
                        seed = (own.seed + turn) % 2**63 if turn else own.seed
                        brief = brief_of(style=style, motif=motif, seed=seed)
                        caption = Caption(brief.style, brief.motif, _small_print(grid, engine, seed, own.title, heard))
                        yield _Cell(brief, engine, grid.size, caption, folder / f"{number}.png")
                        number += 1


def _small_print(grid: Grid, engine: str, seed: int, title: str, heard: Sequence[Heard]) -> str:
    parts = (
        title if len(heard) > 1 else "",
        engine if len(grid.engines) > 1 else "",
        f"seed {seed}" if grid.seeds > 1 else "",
    )
    return "  ·  ".join(part for part in parts if part)


def _note(grid: Grid, brief: Brief, songs: int) -> str:
    mood = brief.mood
    own = f"valence {mood.valence:.2f}, arousal {mood.arousal:.2f}" if songs == 1 else ""
    return "  ·  ".join(part for part in (own, ", ".join(grid.engines)) if part)


def _paint(cell: _Cell) -> str:
    from tonescape import render
    from tonescape.show.cover import save_cover

    save_cover(render.engine(cell.engine)(cell.brief, size=cell.size), cell.file)
    return cell.brief.title
