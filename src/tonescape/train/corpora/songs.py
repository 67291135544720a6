"""What a corpus of songs gives: one frozen record for recordings, one for tables, and how to find the folder.

Every loader in this package is one function of the folder of data (`music/` and `text/` lie in it), or of the
environment variable TONESCAPE_DATA. The files are research data and stay where they are.
"""

from __future__ import annotations

import csv
import os
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tonescape.core.errors import InputError, MissingError

if TYPE_CHECKING:
    from numpy.typing import NDArray

FEATURING = re.compile(r"\s*[(\[]?\b(?:feat|ft|featuring|with)\b\.?.*$")
"""what follows an artist's name in a credit for guests"""


@dataclass(frozen=True, slots=True, eq=False)
class Recordings:
    """Recordings with labels, n clips in a fixed order.

    paths (n,) : the files      ids (n,) : their names in the corpus      terms : what the owner allows
    groups [n] int : clips of one artist share a number; a clip without an artist is its own group
    targets {name: [n] or [n, k] float} and columns {name: (k,)} : the labels and what their columns are called
    """

    name: str
    terms: str
    ids: tuple[str, ...]
    paths: tuple[Path, ...]
    groups: NDArray[np.int64]
    targets: dict[str, NDArray[np.float64]]
    columns: dict[str, tuple[str, ...]]

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Songs as a table of audio features, no recordings.

    values [n, k] float : nan where unknown      names (k,) : Spotify's names of the columns
    groups [n] int : artist      labels (n,) : the class of each row, "" where there is none
    """

    name: str
    terms: str
    values: NDArray[np.float64]
    names: tuple[str, ...]
    groups: NDArray[np.int64]
    labels: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.labels)


def music(data: Path | None = None) -> Path:
    """The folder with the music corpora. Raises MissingError where there is none."""
    named = data or (Path(os.environ["TONESCAPE_DATA"]) if "TONESCAPE_DATA" in os.environ else None)
    if named is None or not (named / "music").is_dir():
        raise MissingError(
            "the training data are not here; name the folder that holds music/ with --data or TONESCAPE_DATA"
        )
    return named / "music"


def artist_key(name: str) -> str:
    """An artist's name for grouping: no case, accents, punctuation, leading "the" or guests; "" stays "".

    A credit of several artists ("A;B", "A, B") goes by the first.
    """
    plain = unicodedata.normalize("NFKD", name).casefold()
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    first = FEATURING.sub("", re.split(r"[;|]|, (?!the\b)", plain)[0]).strip()
    first = re.sub(r"^the\s+|,\s*the$", "", first)
    return re.sub(r"[\W_]", "", first)


def group_numbers(artists: list[str]) -> NDArray[np.int64]:
    """A number for each artist; every empty name gets a number of its own. shape [n]"""
    keys = [artist_key(a) or f"?{i}" for i, a in enumerate(artists)]
    numbers = {key: i for i, key in enumerate(dict.fromkeys(keys))}
    return np.array([numbers[key] for key in keys], dtype=np.int64)


def read_csv(path: Path, needed: tuple[str, ...]) -> list[dict[str, str]]:
    """Rows of a CSV file with a header. Raises InputError if it lacks a needed column."""
    if not path.is_file():
        raise MissingError(f"{path} is not there; is this the right folder of data?")
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    lacking = [name for name in needed if not rows or name not in rows[0]]
    if lacking:
        raise InputError(f"{path} has no column {', '.join(lacking)}")
    return rows


def read_parquet(path: Path) -> dict[str, list[Any]]:
    """Columns of a Parquet file."""
    try:
        from pyarrow import parquet
    except ImportError:
        raise MissingError("reading the data needs pyarrow; type: pip install pyarrow") from None
    if not path.is_file():
        raise MissingError(f"{path} is not there; is this the right folder of data?")
    columns: dict[str, list[Any]] = parquet.read_table(path).to_pydict()
    return columns


def numbers(column: list[Any]) -> NDArray[np.float64]:
    """A column as floats, nan for what is empty or no number. shape [n]"""

    def one(cell: Any) -> float:
        try:
            return float(cell)
        except (TypeError, ValueError):
            return float("nan")

    return np.array([one(cell) for cell in column], dtype=np.float64)


def indicators(lists: list[str], *, at_least: int, split: str = "; ") -> tuple[NDArray[np.float64], tuple[str, ...]]:
    """Which of the words that occur `at_least` times each row has: [n, k] of 0 and 1, and the words by frequency."""
    each = [{w.strip() for w in cell.split(split.strip()) if w.strip()} for cell in lists]
    counts: dict[str, int] = {}
    for words in each:
        for word in words:
            counts[word] = counts.get(word, 0) + 1
    kept = tuple(w for w in sorted(counts, key=lambda w: (-counts[w], w)) if counts[w] >= at_least)
    return np.array([[float(w in words) for w in kept] for words in each]).reshape(len(each), len(kept)), kept
