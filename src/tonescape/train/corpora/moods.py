"""The songs of mood playlists in five classes, each once, with as many of the twelve features as its table has."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tonescape.core.errors import InputError
from tonescape.train.corpora.songs import Table, artist_key, group_numbers, music, numbers, read_csv, read_parquet
from tonescape.train.corpora.spotify import CURATED, EI_FIVE, NAMES, TERMS_114K, TERMS_MOODS, curated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

SHARED = (
    "danceability", "energy", "loudness", "speechiness", "acousticness", "instrumentalness", "liveness", "valence",
    "tempo",
)  # fmt: skip
"""the nine that every table has; together they tell one song from another"""

RENAMED = {"Calm": "Relaxing", "study": "Focused"}

STUDY = "study"
"""the genre that stands for Focused in the table by genre"""

TERMS = (TERMS_MOODS, TERMS_114K)


def pooled(data: Path | None = None, *, clear: bool = True) -> Table:
    """All curators together in five classes. Key, mode and time signature are found again in the single tables by
    the other nine values; mode is nan where they do not have it.

    clear : each song once, and without those that stand in playlists of more than one class, whose label would be the
        first one met
    """
    folder = music(data) / "spotify_moods"
    columns = read_parquet(folder / "pooled_5class.parquet")
    found = _everywhere(folder)
    rows, kept, met = [], [], set()
    for place, values in enumerate(zip(*(columns[name] for name in SHARED), strict=True)):
        there = found.get(_key(values), [])
        if not there:
            raise InputError(f"{folder}: row {place} of pooled_5class.parquet stands in none of the single tables")
        kept.append(not clear or (len({mood for mood, _ in there}) == 1 and _key(values) not in met))
        met.add(_key(values))
        more = {name: _first([row.get(name) for _, row in there]) for name in NAMES if name not in SHARED}
        rows.append([{**dict(zip(SHARED, values, strict=True)), **more}[name] for name in NAMES])
    keep = np.array(kept)
    return Table(
        name="pooled",
        terms=TERMS_MOODS,
        values=np.array([numbers(row) for row in rows])[keep],
        names=NAMES,
        groups=group_numbers([str(a or "") for a in columns["a"]])[keep],
        labels=tuple(str(label) for label, whether in zip(columns["c"], kept, strict=True) if whether),
    )


def one_curator(name: str, data: Path | None = None) -> Table:
    """ "data_moods", "brianna" (four moods each, Calm called Relaxing) or "ei_music" (five); broken rows dropped."""
    table = curated(name, data)
    labels = np.array([RENAMED.get(label, label) for label in table.labels])
    shared = [NAMES.index(feature) for feature in SHARED]
    keep = np.isfinite(table.values[:, shared]).all(axis=1) & np.isin(labels, [*EI_FIVE.values()])
    return replace(
        table, values=table.values[keep], groups=table.groups[keep], labels=tuple(str(x) for x in labels[keep])
    )


def by_genre(data: Path | None = None) -> list[tuple[NDArray[np.float64], NDArray[np.int64]]]:
    """(the twelve [n, 12], genre [n]) of two large tables, for learning what goes together before any mood is seen.

    Left out: every artist of the mood tables, so that nothing is known of a test song's artist, and the genre that
    one of the classes is made of.
    """
    folder = music(data)
    known = {artist_key(str(a or "")) for a in read_parquet(folder / "spotify_moods" / "pooled_5class.parquet")["a"]}
    known |= {artist_key(row["artists"]) for row in _ei(folder / "spotify_moods")}
    out = []
    for file, artist, genre in (
        ("spotify_114k", "artists", "track_genre"),
        ("spotify_playlists_tidytuesday", "track_artist", "playlist_subgenre"),
    ):
        columns = read_parquet(folder / f"{file}.parquet")
        pairs = zip(columns[artist], columns[genre], strict=True)
        keep = np.array([artist_key(str(a or "")) not in known and g != STUDY for a, g in pairs])
        empty: list[Any] = [None] * len(keep)
        values = np.column_stack([numbers(columns.get(name, empty)) for name in NAMES])[keep]
        out.append((values, np.unique(np.array(columns[genre])[keep], return_inverse=True)[1].astype(np.int64)))
    return out


def _everywhere(folder: Path) -> dict[tuple[float, ...], list[tuple[str, dict[str, Any]]]]:
    """(class, row) pairs by the nine shared values, over all single tables."""
    found: dict[tuple[float, ...], list[tuple[str, dict[str, Any]]]] = {}
    for mood, row in _labelled(folder):
        try:
            found.setdefault(_key([row[name] for name in SHARED]), []).append((mood, row))
        except (TypeError, ValueError):
            continue  # a row whose cells slipped; its song is not in the pooled table either
    return found


def _labelled(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for file, artist, label in CURATED.values():
        for row in read_csv(folder / file, (artist, label, "valence")):
            yield RENAMED.get(row[label], row[label]), row
    for row in _ei(folder):
        yield row["class"], row
    columns = read_parquet(folder.parent / "spotify_114k.parquet")
    for place, genre in enumerate(columns["track_genre"]):
        if genre == STUDY:
            yield RENAMED[STUDY], {name: columns[name][place] for name in NAMES}


def _ei(folder: Path) -> Iterator[dict[str, str]]:
    for file, label in EI_FIVE.items():
        for row in read_csv(folder / "ei_music" / f"{file}.csv", ("artists", "id", "valence")):
            yield {**row, "class": label}


def _key(values: Any) -> tuple[float, ...]:
    return tuple(round(float(value), 6) for value in values)


def _first(cells: list[Any]) -> Any:
    return next((cell for cell in cells if cell not in (None, "")), None)
