"""The main path: gather -> hear -> mood -> plan -> render -> show."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path

from tonescape.core import work
from tonescape.core.records import Brief, Failure, Heard, Song
from tonescape.core.store import Store


@dataclass(frozen=True, slots=True)
class Order:
    """How to paint: where to, with what, how large; None leaves the choice to the music."""

    out: Path
    engine: str = "painter"
    style: str | None = None
    motif: str | None = None
    size: int = 3000
    seed: int | None = None
    suffix: str = ".jpg"


@dataclass(frozen=True, slots=True, eq=False)
class Painted:
    """A song's brief and where its picture lies; `fresh` is False where it lay there already."""

    brief: Brief
    path: Path
    fresh: bool


def hear(sources: Sequence[str | Path], *, folder: Path | None, workers: int) -> Iterator[Heard | Failure]:
    """Every song of `sources` in order, heard, as soon as it is ready.

    folder : of the catalogue; None for none      workers : processes
    """
    from tonescape.gather import gather

    songs = gather(sources, read=partial(_song, folder))
    for _, result in work.run(partial(_listen, folder), songs, workers=workers, known=partial(_known, folder), name=_name):
        yield result


def paint(heard: Sequence[Heard], order: Order, *, workers: int) -> Iterator[Painted | Failure]:
    """Paint every song of `heard` in order; a picture that is already there, from the same recipe, stays."""
    from tonescape.plan import plan, shared_style

    style = order.style or (shared_style([each.mood for each in heard]) if len(heard) > 1 else None)
    jobs = (
        (plan(each.song, each.features, each.mood, style=style, motif=order.motif, seed=order.seed), number)
        for number, each in enumerate(heard, 1)
    )
    for _, result in work.run(partial(_paint, order), jobs, workers=workers, name=lambda job: job[0].title):
        yield result


def _listen(folder: Path | None, song: Song) -> Heard:
    from tonescape import hear as room
    from tonescape.mood import estimate

    assert song.path is not None
    features = _store(folder, os.getpid()).features(song.path, room.VERSION, room.listen)
    return Heard(song, features, estimate(song, features))


def _known(folder: Path | None, song: Song | Failure) -> Heard | Failure | None:
    from tonescape.hear import VERSION
    from tonescape.mood import estimate

    if isinstance(song, Failure):
        return song
    features = _store(folder, os.getpid()).known(song.path, VERSION) if song.path else None
    if song.path and features is None:
        return None
    return Heard(song, features, estimate(song, features))
