"""Songs heard through the catalogue: what is known of a file costs no work, what is not is heard and kept."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from tonescape import hear, mood
from tonescape.core.records import Failure, Heard, Song
from tonescape.core.store import Store
from tonescape.gather import tags


@cache
def _store_of(folder: Path | None, process: int) -> Store:
    return Store(folder)


def _store(folder: Path | None) -> Store:
    """The catalogue in `folder`, opened once in each process: an SQLite connection must not cross a fork."""
    return _store_of(folder, os.getpid())


def read_tags(folder: Path | None, path: Path) -> Song:
    """The tags of the file at `path`, through the catalogue in `folder` (None: in memory)."""
    return _store(folder).song(path, tags.VERSION, tags.read_tags)


def known(folder: Path | None, song: Song | Failure) -> Heard | Failure | None:
    """A song that needs no listening: heard before, without a file, or a Failure; None for any other."""
    if isinstance(song, Failure):
        return song
    features = _store(folder).known(song.path, hear.VERSION) if song.path else None
    return None if song.path and features is None else mood.judged(song, features)


def listen(folder: Path | None, song: Song) -> Heard:
    """A song with a file, heard; SongError where it cannot be."""
    assert song.path is not None
    return mood.judged(song, _store(folder).features(song.path, hear.VERSION, hear.listen))


def name(song: Song | Failure) -> str:
    """What a message calls a song: its file, its address, or its title."""
    return song.source if isinstance(song, Failure) else str(song.path or song.uri or song.title)
