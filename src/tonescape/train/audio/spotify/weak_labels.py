"""Weak labels for Spotify's features: what an artist's other songs have, and what a recording's tags say of it.

No set here has both sound and true values. The tables of features name artists; the mean of an artist's songs is a
noisy label for a clip by that artist. A ridge regression from clues (a published tagging network's tags, AllMusic's
genres and words, the quadrant) to those means then labels every clip, also those whose artist stands in no table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tonescape.mood.spotify import FEATURES
from tonescape.train.corpora.songs import artist_key, music, read_csv, read_parquet
from tonescape.train.corpora.text import rows as text_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path
    from typing import Any

    from numpy.typing import NDArray

    Reals = NDArray[np.float64]

TERMS = (
    "Spotify tracks by genre (Kaggle, maharshipandya), ODbL",
    "Spotify songs of playlists (TidyTuesday 2020-01-21), CC0",
    "playlists and tables of single curators with Spotify's features: no licence stated, research only",
    "lyrics with Spotify's features, research only: features, artist and title only",
)

PRIOR_SONGS = 1.0
"""an artist's mean of k songs counts k / (k + PRIOR_SONGS): a clip differs from the mean of however many songs"""

ENOUGH = 5
"""songs of an artist from which the spread within artists is estimated"""


@dataclass(frozen=True, slots=True, eq=False)
class Artists:
    """Means by artist. values {artist key: [songs, 7]} in the order of FEATURES, nan where unknown"""

    values: Mapping[str, Reals]

    def means(self, names: Iterable[str]) -> tuple[Reals, Reals]:
        """Means [n, 7] (nan for an artist in no table) and numbers of songs [n] for artists' names."""
        empty = np.zeros((0, len(FEATURES)))
        found = [self.values.get(artist_key(name), empty) for name in names]
        counts = np.array([float(len(one)) for one in found])
        nothing = np.full(len(FEATURES), np.nan)
        return np.array([np.nanmean(one, axis=0) if len(one) else nothing for one in found]), counts

    def ceiling(self) -> Reals:
        """[7] the highest r an artist's mean can have with a song's own value: sqrt of the variance between artists
        over all variance, from artists with ENOUGH songs."""
        many = [one for one in self.values.values() if len(one) >= ENOUGH]
        within = np.nanmean([np.nanvar(one, axis=0, ddof=1) for one in many], axis=0)
        between = np.nanvar([np.nanmean(one, axis=0) for one in many], axis=0)
        return np.asarray(np.sqrt(between / (between + within)))


def artists(data: Path | None = None) -> Artists:
    """From all tables that name artists; a song that several tables have counts once, with the mean of its values."""
    songs: dict[tuple[str, str], list[list[float]]] = {}
    for row in _rows(data):
        values = [_number(row.get(name)) for name in FEATURES]
        title = artist_key(str(row.get("title") or "").split(" - ")[0].split("(")[0]) or repr(values)
        for artist in str(row.get("artist") or "").split(";")[:3]:
            if key := artist_key(artist):
                songs.setdefault((key, title), []).append(values)
    grouped: dict[str, list[Reals]] = {}
    for (artist, _), found in songs.items():
        table = np.array(found)
        known = np.isfinite(table)
        mean = np.where(known, table, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
        grouped.setdefault(artist, []).append(np.where(known.any(axis=0), mean, np.nan))
    return Artists({artist: np.array(each) for artist, each in grouped.items()})


def _rows(data: Path | None) -> Iterable[dict[str, Any]]:
    """Rows of every table with "artist", "title" and the features."""
    folder = music(data)
    for file, artist, title in (
        ("spotify_114k.parquet", "artists", "track_name"),
        ("spotify_playlists_tidytuesday.parquet", "track_artist", "track_name"),
        ("spotify_moods/pooled_5class.parquet", "a", None),
        ("deezer/matched_spotify_2160.parquet", "artist_name", "track_name"),
    ):
        columns = read_parquet(folder / file)
        for i in range(len(columns[artist])):
            row = {name: columns[name][i] for name in FEATURES if name in columns}
            yield row | {"artist": columns[artist][i], "title": columns[title][i] if title else ""}
    for file in ("briannasanzone_mood_data.csv", "data_moods_cristobalvch.csv"):
        for line in read_csv(folder / "spotify_moods" / file, ("artist", "name", "valence")):
            yield line | {"title": line["name"]}
    for line in text_rows("lyrics_spotify", data):
        yield line


def _number(cell: Any) -> float:
    try:
        return float(cell)
    except (TypeError, ValueError):
        return float("nan")


def tag_scores(arrays: Mapping[str, NDArray[np.float32]], answers: NDArray[Any]) -> Reals:
    """What the teacher would tag: log odds [50] of its tags, mean over the patches.

    arrays : `musicnn.Teacher.arrays`      answers [p, 1506] : means, then maxima, as `Teacher.answers` gives them
    musicnn/models.py: maxima and means alternate, two dense layers with batch normalisation before each.
    """
    half = answers.shape[1] // 2
    pooled = np.stack([answers[:, half:], answers[:, :half]], axis=2).reshape(len(answers), -1).astype(np.float64)

    def norm(values: Reals, place: int) -> Reals:
        parts = ("gamma", "beta", "moving_mean", "moving_variance")
        gamma, beta, mean, variance = (arrays[f"batch_normalization_{place}/{part}"] for part in parts)
        return np.asarray((values - mean) * gamma / np.sqrt(variance + 1e-3) + beta)

    hidden = np.maximum(norm(pooled, 9) @ arrays["dense/kernel"] + arrays["dense/bias"], 0.0)
    scores = norm(hidden, 10) @ arrays["dense_1/kernel"] + arrays["dense_1/bias"]
    return np.asarray(scores.mean(axis=0))


def ridge(clues: Reals, answers: Reals, weight: Reals, penalty: float) -> tuple[Reals, Reals]:
    """Slopes [c, o] and level [o] of a weighted ridge regression; the level is not penalised."""
    centre = np.average(clues, axis=0, weights=weight)
    level: Reals = np.asarray(np.average(answers, axis=0, weights=weight), np.float64)
    apart = clues - centre
    left = (apart * weight[:, None]).T @ apart + penalty * np.eye(clues.shape[1])
    slopes = np.asarray(np.linalg.solve(left, (apart * weight[:, None]).T @ (answers - level)), np.float64)
    return slopes, level - centre @ slopes


def counted(songs: Reals) -> Reals:
    """How much an artist's mean of so many songs counts, [0, 1)."""
    return np.asarray(songs / (songs + PRIOR_SONGS))
