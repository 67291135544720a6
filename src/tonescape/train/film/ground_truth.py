"""What `evaluate_matching` measures on: films' scenes, songs' words, and which song is credited in which film."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tonescape.mood.words import heads, windows
from tonescape.train.corpora import text as corpora
from tonescape.train.film import baselines
from tonescape.train.words.encode import Encoded, encoded

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Reals = NDArray[np.float64]

MIN_TITLE = 9
"""letters of a title that is taken for the same song without its performer"""

MIN_WORDS = 20
"""words of a scene that is measured"""


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """films [f] with scenes; songs [s]; pairs of (film, song) that belong together.

    scenes : film of each scene; the arrays hold, for each scene and each song, standardised axes [n, 3], emotions
    [n, 27] and the mean of its sentence vectors [n, 512]
    tables : other signs than mood, distances [films, songs]; see `baselines`      years : of the films, nan unknown
    """

    films: list[str]
    genres: list[frozenset[str]]
    scene_film: NDArray[np.int64]
    scenes: dict[str, Reals]
    songs: dict[str, Reals]
    pairs: list[tuple[int, int]]
    tables: dict[str, Reals]
    years: Reals


def fold(title: str) -> str:
    """A title for comparing; "Crow,-The" and "The Crow" are one."""
    title = title.replace("-", " ")
    turned = re.match(r"(.*), (The|A|An|L') ?(.*)$", title)
    title = f"{turned[2]} {turned[1]} {turned[3]}" if turned else title
    return re.sub(r"\(.*?\)|[\W_]", "", title.lower())


def ground(data: Path | None, cache: Path | None) -> Ground:
    """Everything the measures need, from the folder of data. cache : keeps the encoded sentences"""
    scripts = corpora.screenplays(data)
    texts, film, people = _scenes(scripts)
    songs = corpora.lyrics(data)
    scenes = _described(encoded("scenes_all", texts, windows.prose, cache))
    lyrics = _described(encoded("lyrics", songs.texts, windows.lyric, cache))
    meta = {row["name"]: frozenset(row["genres"] or ()) for row in corpora.rows("screenplays_meta", data)}
    names = [name for name, _ in scripts]
    released = {fold(row["film"]): float(row["year"]) for row in corpora.rows("film_soundtracks", data) if row["year"]}
    signs = baselines.tables(
        scripts, people, corpora.rows("lyrics_spotify", data), lambda name: released.get(fold(name), np.nan)
    )
    years = np.array([released.get(fold(name), np.nan) for name in names])
    genres = [meta.get(name, frozenset()) for name in names]
    return Ground(names, genres, film, scenes, lyrics, _pairs(names, data), signs, years)


def _scenes(scripts: Sequence[tuple[str, str]]) -> tuple[list[str], NDArray[np.int64], list[frozenset[str]]]:
    from tonescape.gather.scripts import parse_text
    from tonescape.gather.scripts.text import text_of

    texts, film, people = [], [], []
    for index, (name, text) in enumerate(scripts):
        script = parse_text(text_of(text.encode(), name))
        predicted = {word.lower() for scene in script.scenes for who in scene.characters for word in who.split()}
        people.append(frozenset(word for word in predicted if len(word) > 2 and word.isalpha()))
        for scene in script.scenes:
            words = f"{scene.action}\n{scene.dialogue}"
            if len(words.split()) >= MIN_WORDS:
                texts.append(words)
                film.append(index)
    return texts, np.array(film), people


def _described(data: Encoded) -> dict[str, Reals]:
    """Means over windows, each column standardised over the texts."""
    model = heads.heads()
    logits, hidden = model.emotions(data.vectors)
    axes = model.axes(data.vectors, hidden, data.marks).astype(np.float64)
    count = np.diff(data.offsets)[:, None]

    def mean(values: NDArray[Any]) -> Reals:
        out: Reals = np.add.reduceat(values.astype(np.float64), data.offsets[:-1]) / count
        return out

    def standard(values: Reals) -> Reals:
        out: Reals = (values - values.mean(axis=0)) / (values.std(axis=0) + 1e-9)
        return out

    emotions = np.log(mean(1 / (1 + np.exp(-logits)))[:, :27] + heads.FLOOR)
    sentence = mean(data.vectors)
    sentence -= sentence.mean(axis=0)
    sentence /= np.linalg.norm(sentence, axis=1, keepdims=True) + 1e-9
    return {"axes": standard(mean(axes)), "emotions": standard(emotions), "sentence": sentence}


def _pairs(names: list[str], data: Path | None) -> list[tuple[int, int]]:
    """A cover has the same words, so a long title is enough; a short one needs its performer too."""
    place = {fold(name): index for index, name in enumerate(names)}
    pool: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for index, row in enumerate(corpora.rows("lyrics_spotify", data)):
        pool[fold(row["title"] or "")].append((index, corpora.group(row["artist"])))
    found: dict[tuple[int, str], int] = {}
    for row in corpora.rows("film_soundtracks", data):
        film, title = place.get(fold(row["film"])), fold(row["song"] or "")
        if film is None or not title:
            continue
        credit = re.sub(r"[\W_]", "", f"{row['performer'] or ''}{row['raw'] or ''}".lower())
        for index, artist in pool.get(title, []):
            if len(title) >= MIN_TITLE or (len(artist) > 3 and artist in credit):
                found.setdefault((film, title), index)
    return [(film, song) for (film, _), song in sorted(found.items())]
