"""Texts with moods: what each set is, where it came from, and its terms. The files stay where they are.

The folder is named by the environment variable TONESCAPE_DATA; it holds `text/` and `music/`.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tonescape.core.errors import MissingError

if TYPE_CHECKING:
    from numpy.typing import NDArray

TERMS = {
    "emobank": "EmoBank (Buechel & Hahn 2017), CC BY-SA 4.0",
    "goemotions": "GoEmotions (Demszky et al. 2020), Apache-2.0",
    "lyrics_spotify": "lyrics with Spotify's audio features; the lyrics are third parties' copyright, research only",
    "eurovision": "Eurovision lyrics and translations 1956-2021; third parties' copyright, research only",
    "screenplays": "screenplays as found on script sites; third parties' copyright, research only",
    "moodspace": "the training set of MoodSpace (2021): 717 songs; third parties' copyright, research only",
}


@dataclass(frozen=True, slots=True, eq=False)
class Lyrics:
    """Songs with words and Spotify's features; `artists` are normalised for grouping, nan where a value is unknown."""

    texts: tuple[str, ...]
    artists: NDArray[Any]
    values: dict[str, NDArray[np.float64]]


def folder(data: Path | None = None) -> Path:
    """The folder of data. Raises MissingError where there is none."""
    named = data or (Path(os.environ["TONESCAPE_DATA"]) if "TONESCAPE_DATA" in os.environ else None)
    if named is None or not (named / "text").is_dir():
        raise MissingError(
            "the training data are not here; name the folder that holds text/ and music/ with --data or TONESCAPE_DATA"
        )
    return named


def rows(name: str, data: Path | None = None) -> list[dict[str, Any]]:
    """The rows of `text/NAME.parquet`."""
    try:
        from pyarrow import parquet
    except ImportError:
        raise MissingError("reading the data needs pyarrow; type: pip install pyarrow") from None
    out: list[dict[str, Any]] = parquet.read_table(folder(data) / "text" / f"{name}.parquet").to_pylist()
    return out


def group(artist: str | None) -> str:
    """An artist's name for grouping: letters and digits, without what follows "feat."."""
    main = re.split(r"\b(?:feat|ft|featuring)\b\.?", (artist or "").lower())[0]
    return re.sub(r"[\W_]", "", main) or "?"


@cache
def lyrics(data: Path | None = None) -> Lyrics:
    """6,262 songs."""
    found = rows("lyrics_spotify", data)
    names = ("valence", "energy", "danceability", "acousticness", "speechiness", "tempo", "liveness")
    values = {n: np.array([np.nan if r[n] is None else r[n] for r in found], np.float64) for n in names}
    return Lyrics(tuple(r["lyrics"] or "" for r in found), np.array([group(r["artist"]) for r in found]), values)


def emobank(data: Path | None = None) -> tuple[list[str], NDArray[Any], NDArray[np.float64]]:
    """(sentences, split, [n, 3] valence, arousal, dominance 1..5); split is train, dev or test."""
    found = rows("emobank", data)
    values = np.array([[r["V"], r["A"], r["D"]] for r in found], np.float64)
    return [r["text"] or "" for r in found], np.array([r["split"] for r in found]), values


def goemotions(split: str, data: Path | None = None) -> tuple[list[str], NDArray[np.float32]]:
    """(comments, [n, 28] 0 or 1) of the official train, dev or test split."""
    found = rows(f"goemotions/{split}", data)
    labels = np.zeros((len(found), 28), np.float32)
    for index, row in enumerate(found):
        labels[index, [int(label) for label in row["labels"].split(",")]] = 1
    return [row["text"] or "" for row in found], labels


def screenplays(data: Path | None = None) -> list[tuple[str, str]]:
    """(name, text) of 135 films."""
    return [(row["name"], row["text"]) for row in rows("screenplays_imsdb", data)]
