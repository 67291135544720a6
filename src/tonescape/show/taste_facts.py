"""What a library and a listening history say about a taste: counts and means, before anything is drawn."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import exp, hypot, log

from tonescape.core.records import Heard, Play
from tonescape.gather.matching import Index, artist_of, fold_title
from tonescape.show.listening_facts import MIN_PLAY_S, Listening, listening
from tonescape.show.phrases import key_name

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

TWINS = 3
TWIN_SONGS = 40
"""songs whose twins are listed"""


@dataclass(frozen=True, slots=True)
class Cell:
    """Mean mood of some plays: valence, arousal in [0, 1], and how many."""

    valence: float
    arousal: float
    plays: int


@dataclass(frozen=True, slots=True, eq=False)
class Taste:
    """songs : heard, with times played (1 each without a history), most played first
    hours (24), days (7) : Cell or None      years, months : ("2021" or "2021-03", Cell), in order of time
    grid : (mood word, share of plays), most first      keys : (name, songs)      tempi : (BPM from, songs) in tens
    variety : effective number of the 25 moods, 1 to 25      twins : (song, its nearest others)
    plays, matched : all plays that count, and those of songs with a known mood      silent : songs without a mood
    listening : what the history says by itself; None without one
    """

    songs: tuple[tuple[Heard, int], ...]
    hours: tuple[Cell | None, ...]
    days: tuple[Cell | None, ...]
    years: tuple[tuple[str, Cell], ...]
    months: tuple[tuple[str, Cell], ...]
    grid: tuple[tuple[str, float], ...]
    keys: tuple[tuple[str, int], ...]
    tempi: tuple[tuple[int, int], ...]
    variety: float
    twins: tuple[tuple[Heard, tuple[Heard, ...]], ...]
    plays: int
    matched: int
    silent: int
    remarks: tuple[str, ...] = ()
    listening: Listening | None = None


def taste(heard: Sequence[Heard], plays: Sequence[Play], *, silent: int = 0, remarks: Sequence[str] = ()) -> Taste:
    """Facts about songs with moods and, where there is one, a history of plays. silent : songs that gave no mood."""
    counted = [play for play in plays if play.seconds >= MIN_PLAY_S]
    library = Index([each.song for each in heard])
    times: Counter[int] = Counter()
    moods: list[tuple[datetime, Heard]] = []
    for play in counted:
        index = library.find(play.uri, play.artist, play.title)
        if index is not None:
            times[index] += 1
            moods.append((datetime.fromtimestamp(play.at, UTC), heard[index]))
    weights = {index: times[index] if counted else 1 for index in range(len(heard))}
    order = sorted(weights, key=lambda index: (-weights[index], index))
    grid = Counter[str]()
    for index, weight in weights.items():
        grid[heard[index].mood.grid] += weight
    total = sum(grid.values()) or 1
    shares = tuple((word, n / total) for word, n in grid.most_common() if n)
    return Taste(
        songs=tuple((heard[index], weights[index]) for index in order),
        hours=tuple(_cell([h for at, h in moods if at.hour == hour]) for hour in range(24)),
        days=tuple(_cell([h for at, h in moods if at.weekday() == day]) for day in range(7)),
        years=_by(moods, "%Y"),
        months=_by(moods, "%Y-%m"),
        grid=shares,
        keys=_keys(heard),
        tempi=_tempi(heard),
        variety=exp(-sum(share * log(share) for _, share in shares)) if shares else 0.0,
        twins=_twins([heard[index] for index in order]),
        plays=len(counted),
        matched=len(moods),
        silent=silent,
        remarks=tuple(remarks),
        listening=listening(plays),
    )


def _cell(heard: Sequence[Heard]) -> Cell | None:
    if not heard:
        return None
    n = len(heard)
    return Cell(sum(h.mood.valence for h in heard) / n, sum(h.mood.arousal for h in heard) / n, n)


def _by(moods: Sequence[tuple[datetime, Heard]], form: str) -> tuple[tuple[str, Cell], ...]:
    groups: dict[str, list[Heard]] = defaultdict(list)
    for at, heard in moods:
        groups[at.strftime(form)].append(heard)
    return tuple((name, cell) for name in sorted(groups) if (cell := _cell(groups[name])))


def _keys(heard: Sequence[Heard]) -> tuple[tuple[str, int], ...]:
    counts: Counter[str] = Counter()
    for each in heard:
        if key := key_name(each.mood.audio):
            counts[key] += 1
    return tuple(counts.most_common())


def _tempi(heard: Sequence[Heard]) -> tuple[tuple[int, int], ...]:
    counts = Counter(int(h.mood.audio.tempo // 10) * 10 for h in heard if h.mood.audio.tempo is not None)
    return tuple((bpm, counts.get(bpm, 0)) for bpm in range(min(counts), max(counts) + 10, 10)) if counts else ()


def _twins(heard: Sequence[Heard]) -> tuple[tuple[Heard, tuple[Heard, ...]], ...]:
    """The nearest by valence and arousal, other than the same title by the same artist."""
    out = []
    for each in heard[:TWIN_SONGS]:
        others = [h for h in heard if _name(h) != _name(each)]
        near = sorted(
            others, key=lambda h: hypot(h.mood.valence - each.mood.valence, h.mood.arousal - each.mood.arousal)
        )
        if near:
            out.append((each, tuple(near[:TWINS])))
    return tuple(out)


def _name(heard: Heard) -> tuple[str, str]:
    return artist_of(heard.song.artist), fold_title(heard.song.title) or str(heard.song.path)
