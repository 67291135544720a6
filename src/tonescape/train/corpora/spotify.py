"""Tables of Spotify's audio features: a large one by genre, and several whose rows carry a mood.

Every function returns a `Table`; a feature that a table lacks is a column of nan.
"""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from tonescape.core.records import AudioFeatures
from tonescape.train.corpora.songs import Table, group_numbers, music, numbers, read_csv, read_parquet

NAMES = tuple(field.name for field in fields(AudioFeatures))
"""the order of the columns of every table here; units as in `AudioFeatures`"""

TERMS_114K = "Spotify tracks by genre (Kaggle, maharshipandya): ODbL"
TERMS_MOODS = "playlists and tables of single curators with Spotify's features: no licence stated, research only"

CURATED = {
    "data_moods": ("data_moods_cristobalvch.csv", "artist", "mood"),
    "brianna": ("briannasanzone_mood_data.csv", "artist", "mood"),
}
"""tables of one curator: file, column of the artist, column of the class"""

EI_FIVE = {"upbeat": "Energetic", "relax": "Relaxing", "sad": "Sad", "happy": "Happy", "focus": "Focused"}
"""the playlists of `ei_music` that stand for the five classes"""


def tracks_114k(data: Path | None = None) -> Table:
    """114,000 tracks; the label is the genre. Its genre "happy" is happy hardcore, not the mood."""
    columns = read_parquet(music(data) / "spotify_114k.parquet")
    return _table("spotify_114k", TERMS_114K, columns, columns["artists"], columns["track_genre"])


def pooled(data: Path | None = None) -> Table:
    """5,582 tracks of several curators in five classes, pooled; nine of the twelve features."""
    columns = read_parquet(music(data) / "spotify_moods" / "pooled_5class.parquet")
    return _table("pooled_5class", TERMS_MOODS, columns, columns["a"], columns["c"])


def curated(name: str, data: Path | None = None) -> Table:
    """One curator's table: "data_moods" (four moods), "brianna" (several) or "ei_music" (five). Doubles dropped.

    A track with more than one mood is dropped whole: its label says nothing.
    """
    folder = music(data) / "spotify_moods"
    if name == "ei_music":
        rows = [
            row | {"mood": label, "artist": row["artists"], "track_id": row["id"]}
            for file, label in EI_FIVE.items()
            for row in read_csv(folder / "ei_music" / f"{file}.csv", ("artists", "id", "valence"))
        ]
        artist, label = "artist", "mood"
    else:
        file, artist, label = CURATED[name]
        rows = read_csv(folder / file, (artist, label, "valence"))
    moods: dict[str, set[str]] = {}
    for row in rows:
        moods.setdefault(_track(row), set()).add(row[label])
    kept = {_track(row): row for row in rows if len(moods[_track(row)]) == 1}
    columns = {n: [row.get(n) for row in kept.values()] for n in NAMES}
    artists = [row[artist] for row in kept.values()]
    return _table(name, TERMS_MOODS, columns, artists, [row[label] for row in kept.values()])


def _track(row: dict[str, Any]) -> str:
    return str(row.get("track_id") or row.get("id"))


def _table(name: str, terms: str, columns: dict[str, list[Any]], artists: list[Any], labels: list[Any]) -> Table:
    empty: list[Any] = [None] * len(labels)
    return Table(
        name=name,
        terms=terms,
        values=np.column_stack([numbers(columns.get(n, empty)) for n in NAMES]),
        names=NAMES,
        groups=group_numbers([str(a or "") for a in artists]),
        labels=tuple(str(label or "") for label in labels),
    )
