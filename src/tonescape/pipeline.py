"""The main path: gather -> hear -> mood -> plan -> render -> show."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from tonescape.core import work
from tonescape.core.records import Failure, Heard, Song
from tonescape.core.store import Store, sweep

if TYPE_CHECKING:
    from tonescape.show.plate import Plate

SIZE = 3000  # px a side of a picture, as shops ask for covers


@dataclass(frozen=True, slots=True)
class Order:
    """Where, with what engine, px a side, ".jpg" or ".png", style, motif, seed, layout of the title, way to prompt."""

    out: Path
    engine: str = "painter"
    size: int = SIZE
    suffix: str = ".jpg"
    style: str | None = None
    motif: str | None = None
    seed: int | None = None
    layout: str = ""
    prompt: str | None = None
    typed: tuple[str, ...] = ()  # options that painting one of its songs again takes; see `Plate`


def hear(sources: Sequence[str | Path], folder: Path | None, workers: int) -> Iterator[Heard | Failure]:
    """gather -> hear -> mood: every song of `sources` in order, as soon as it is ready; known ones cost no work.

    folder : of the catalogue; None keeps it in memory      workers : processes
    """
    from tonescape.gather import gather, tags

    songs = gather(sources, read=lambda path: _store(folder, os.getpid()).song(path, tags.VERSION, tags.read_tags))
    known, listen = partial(_known, folder), partial(_listen, folder)
    return (result for _, result in work.run(listen, songs, workers=workers, known=known, name=_name))


def plan(heard: Sequence[Heard], order: Order, title: str) -> list[Plate]:
    """mood -> plan: a plate for each song and, of more than one, a last one for all of them, called `title`."""
    from tonescape.plan import plan_set
    from tonescape.show.plate import plates

    songs = [(each.song, each.features, each.mood) for each in heard]
    briefs, whole = plan_set(songs, title, style=order.style, motif=order.motif, seed=order.seed, prompt=order.prompt)
    return plates(briefs, order.out, order.suffix, order.engine, order.size, heard, whole, order.typed)


def paint(plates: Sequence[Plate], order: Order, workers: int) -> Iterator[tuple[Plate, str | Failure]]:
    """render: (plate, recipe) as each picture is there; one that is there from the same recipe is left alone."""
    sweep(order.out)
    return work.run(partial(_paint, order), plates, workers=min(workers, len(plates)), name=lambda p: p.brief.title)


@cache
def _store(folder: Path | None, process: int) -> Store:
    return Store(folder)  # one a process: a connection must not cross a fork


def _name(song: Song | Failure) -> str:
    return song.source if isinstance(song, Failure) else str(song.path or song.uri or song.title)


def _known(folder: Path | None, song: Song | Failure) -> Heard | Failure | None:
    from tonescape import hear, mood

    if isinstance(song, Failure):
        return song
    features = _store(folder, os.getpid()).known(song.path, hear.VERSION) if song.path else None
    return None if song.path and features is None else mood.judged(song, features)


def _listen(folder: Path | None, song: Song) -> Heard:
    from tonescape import hear, mood

    assert song.path is not None
    return mood.judged(song, _store(folder, os.getpid()).features(song.path, hear.VERSION, hear.listen))


def _paint(order: Order, plate: Plate) -> str:
    from tonescape import render
    from tonescape.show import cover, typeset

    wanted = render.written(order.engine, plate.brief, order.size, order.layout)
    if cover.read_recipe(plate.picture) != wanted:
        picture = render.engine(order.engine)(plate.brief, size=order.size)
        cover.save_cover(typeset.lettered(replace(picture, recipe=wanted), plate.brief, order.layout), plate.picture)
    return wanted
