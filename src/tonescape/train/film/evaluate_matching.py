"""Does matching words find a film's own songs? Films' soundtrack credits x their screenplays x a pool of lyrics.

    tonescape evaluate score --cache DIR [--write docs/ACCURACY.md]

For each credited song that is in the pool, two questions: how near it is among all songs of the pool (percentile, 1 is
nearest), and how near its own film is among all films for that song, which takes out songs that are near to every
film. Both are .5 by chance; the second is the honest one, for popular songs fit many films. Intervals are 95 %
bootstrap intervals over films.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tonescape.train.corpora import text as corpora
from tonescape.train.film.ground_truth import Ground, ground
from tonescape.train.lib import arguments as options
from tonescape.train.lib.metrics import bootstrap
from tonescape.train.lib.report import publish

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Reals = NDArray[np.float64]

# ---- ways to measure a film against all songs: [songs] distances ------------------------------------------------


def _whole(g: Ground, name: str, film: int) -> Reals:
    here = g.scenes[name][g.scene_film == film].mean(axis=0)
    out: Reals = _apart(here[None], g.songs[name], name)[0]
    return out


def _nearest(g: Ground, name: str, film: int, count: int = 3) -> Reals:
    """Mean of the three nearest scenes: a song belongs to a scene, not to a film."""
    near = _apart(g.scenes[name][g.scene_film == film], g.songs[name], name)
    rows = min(count, len(near))
    out: Reals = np.partition(near, rows - 1, axis=0)[:rows].mean(axis=0)
    return out


def _apart(left: Reals, right: Reals, name: str) -> Reals:
    if name == "sentence":
        cosine: Reals = 1.0 - left @ right.T
        return cosine
    squares = (left**2).sum(axis=1)[:, None] + (right**2).sum(axis=1)[None] - 2.0 * left @ right.T
    out: Reals = np.sqrt(np.maximum(squares, 0.0) / left.shape[1])
    return out


METHODS: dict[str, Callable[[Ground, int], Reals]] = {
    "film's mean valence, arousal, dominance": lambda g, f: _whole(g, "axes", f),
    "three nearest scenes, the same": lambda g, f: _nearest(g, "axes", f),
    "film's mean emotions": lambda g, f: _whole(g, "emotions", f),
    "three nearest scenes, emotions": lambda g, f: _nearest(g, "emotions", f),
    "film's mean sentence vector": lambda g, f: _whole(g, "sentence", f),
    "three nearest scenes, sentence vectors": lambda g, f: _nearest(g, "sentence", f),
    "best scene, emotions": lambda g, f: _nearest(g, "emotions", f, 1),
    "best scene, sentence vectors": lambda g, f: _nearest(g, "sentence", f, 1),
    "shared rare words": lambda g, f: g.tables["shared rare words"][f],
    "characters' names in the song": lambda g, f: g.tables["characters' names in the song"][f],
    "years between song and film": lambda g, f: g.tables["years between song and film"][f],
    "rare words and sentence vectors": lambda g, f: (
        _standard(g.tables["shared rare words"][f]) + _standard(_nearest(g, "sentence", f))
    ),
}

ERA = 5.0
"""years: films this near in time are a control that the years cannot tell apart"""


def evaluate(g: Ground) -> dict[str, Any]:
    """For each method: percentile among songs, the same with films shuffled, and percentile among films."""
    films = np.unique(g.scene_film)
    out: dict[str, Any] = {
        "pairs": len(g.pairs),
        "films": len({film for film, _ in g.pairs}),
        "pool": len(g.songs["axes"]),
    }
    groups = np.array([film for film, _ in g.pairs])
    for name, method in METHODS.items():
        # each film's distances are standardised over the songs: a film of many scenes must not be near to everything
        table = {int(film): _standard(method(g, int(film))) for film in films}
        ranks = {film: row.argsort().argsort() / (len(row) - 1) for film, row in table.items()}
        songs = np.array([1.0 - ranks[film][song] for film, song in g.pairs])
        others = np.array([np.mean([1.0 - ranks[f][song] for f in ranks if f != film]) for film, song in g.pairs])
        among = np.array([_among_films(table, film, song, list(table)) for film, song in g.pairs])
        kin = np.array([_among_films(table, film, song, _kin(g, film, table)) for film, song in g.pairs])
        era = np.array([_among_films(table, film, song, _era(g, film, table)) for film, song in g.pairs])
        rank = 1.0 + np.round((1.0 - among) * (len(table) - 1))
        out[name] = {
            "among_songs": _row(songs, groups),
            "shuffled_films": round(float(others.mean()), 3),
            "among_films": _row(among, groups),
            "mrr_of_film": _row(1.0 / rank, groups),
            "among_films_of_its_genres": _row(kin, groups),
            "among_films_of_its_time": _row(era, groups),
        }
    return out


SHOWN_BY = "rare words and sentence vectors"
"""the method whose hits and misses are shown as examples"""


def examples(g: Ground, titles: Sequence[str], count: int = 4) -> Iterator[str]:
    """Rows of a table: the pairs that SHOWN_BY ranks best, in the middle, and worst, and the film it would take."""
    films = [int(film) for film in np.unique(g.scene_film)]
    table = np.array([_standard(METHODS[SHOWN_BY](g, film)) for film in films])
    ranked = sorted(
        (int((table[:, song] < table[films.index(film), song]).sum()) + 1, film, song) for film, song in g.pairs
    )
    middle = (len(ranked) - count) // 2
    for rank, film, song in (*ranked[:count], *ranked[middle : middle + count], *ranked[-count:]):
        nearest = g.films[films[int(table[:, song].argmin())]].replace("-", " ")
        yield f"| {titles[song]} | {g.films[film].replace('-', ' ')} | {rank} of {len(films)} | {nearest} |"


def _standard(row: Reals) -> Reals:
    out: Reals = (row - row.mean()) / (row.std() + 1e-9)
    return out


def _kin(g: Ground, film: int, table: dict[int, Reals]) -> list[int]:
    return [other for other in table if g.genres[other] & g.genres[film]]


def _era(g: Ground, film: int, table: dict[int, Reals]) -> list[int]:
    return [other for other in table if abs(g.years[other] - g.years[film]) <= ERA]


def _among_films(table: dict[int, Reals], film: int, song: int, films: list[int]) -> float:
    """Share of the other films that are farther from the song; ties and no other film count half."""
    own = table[film][song]
    rest = np.array([table[other][song] for other in films if other != film])
    return float(((rest > own) + 0.5 * (rest == own)).mean()) if len(rest) else 0.5


def _row(values: Reals, groups: NDArray[Any]) -> dict[str, Any]:
    return bootstrap(lambda rows: float(values[rows].mean()), groups).kept()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = options.parser("Measure how well a film's own songs are found.")
    options.add_data(parser)
    options.add_cache(parser)
    options.add_write(parser)
    given = parser.parse_args(arguments)
    found = ground(given.data, given.cache)
    titles = [f"{row['title']}, {row['artist']}" for row in corpora.rows("lyrics_spotify", given.data)]
    shown = [
        "",
        f"Examples, by {SHOWN_BY}: the best, the middle and the worst.",
        "",
        "| song | credited in | its film comes | nearest film |",
        "|---|---|---|---|",
        *examples(found, titles),
    ]
    text = "\n".join((*section(evaluate(found), len(found.films)), *shown))
    publish("score", text, given.write)
    return 0


def section(measures: dict[str, Any], films: int) -> Iterator[str]:
    """The part of docs/ACCURACY.md."""
    chance = float((1.0 / np.arange(1, films + 1)).mean())
    yield "## Film songs: does matching find a film's own?\n"
    yield "`tonescape evaluate score --cache DIR --write docs/ACCURACY.md`\n"
    yield f"{measures['pairs']} credited songs of {measures['films']} films whose words stand in a pool of"
    yield f"{measures['pool']} lyrics, against {films} screenplays. Percentile of the true film among all for its song"
    yield f"(.5 by chance) and its mean reciprocal rank ({chance:.3f} by chance); then the percentile of the song in"
    yield "the pool, and what it gets with the films shuffled. 95 % bootstrap intervals over films. Of many ways tried"
    yield "one in forty lies above chance by chance. No published figure is known.\n"
    yield "| method | film | MRR | film among its genres | film among its time | song in pool | films shuffled |"
    yield "|---|---|---|---|---|---|---|"
    for name, row in measures.items():
        if isinstance(row, dict):
            yield f"| {name} | {' | '.join(_interval(row[cell]) for cell in CELLS)} | {row['shuffled_films']:.3f} |"


CELLS = ("among_films", "mrr_of_film", "among_films_of_its_genres", "among_films_of_its_time", "among_songs")


def _interval(row: dict[str, Any]) -> str:
    return f"{row['value']:.3f} [{row['interval'][0]:.3f}, {row['interval'][1]:.3f}]"


if __name__ == "__main__":
    raise SystemExit(main())
