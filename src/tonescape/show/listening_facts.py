"""What a listening history says by itself: how much, of whom, when, in one go, what was new and what was kept."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import exp, log
from statistics import median

from tonescape.core.records import Play
from tonescape.gather.matching import artist_of, fold_title

MIN_PLAY_S = 30.0
"""seconds from which a play counts, as Spotify's own counting has it"""

SESSION_GAP_S = 1800.0
"""s without music after which a new session begins: half an hour, a convention of this page"""

LOYAL_MONTHS = 3
"""months in which an artist was played who counts as kept"""

FAVOURITES = 10
"""most played artists whose share of all plays is told"""

MAX_MONTHS = 600
"""months of the time line; of a history that claims to be longer, the last with plays"""


@dataclass(frozen=True, slots=True)
class Name:
    """An artist, or a song with its artist: how often it was played for MIN_PLAY_S and more, and s of all plays."""

    title: str
    artist: str
    plays: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Month:
    """name : "2021-03"      seconds : of all plays      plays : of MIN_PLAY_S and more
    new : artists that were not played so before
    """

    name: str
    seconds: float
    plays: int
    new: int


@dataclass(frozen=True, slots=True)
class Sessions:
    """Runs of plays without a gap of SESSION_GAP_S. median_s, longest_s : from first start to last end
    longest_day : "2021-03-04", of its end
    """

    number: int
    median_s: float
    longest_s: float
    longest_day: str


@dataclass(frozen=True, slots=True)
class Listening:
    """plays, short : of MIN_PLAY_S and more, and shorter      seconds : of all plays      first, last : "2021-03-04"
    artists, songs : most played first      months : in order, those without plays too
    hours (24), days (7, Monday first) : s of all plays that ended in that hour of the day, UTC, or on that weekday
    favourites : share of plays of the FAVOURITES most played artists, in [0, 1]
    kept : artists with plays in LOYAL_MONTHS months and more      once : artists with a single play
    breadth : effective number of artists, the exponential of the entropy of their plays (Hill 1973, number of order 1)
    """

    plays: int
    short: int
    seconds: float
    first: str
    last: str
    artists: tuple[Name, ...]
    songs: tuple[Name, ...]
    months: tuple[Month, ...]
    hours: tuple[float, ...]
    days: tuple[float, ...]
    sessions: Sessions
    favourites: float
    kept: int
    once: int
    breadth: float


def listening(plays: Sequence[Play]) -> Listening | None:
    """The facts of a history, None without plays. Artists and songs are the same where `matching` folds them alike."""
    if not plays:
        return None
    ordered = sorted(plays, key=lambda play: play.at)
    counted = [play for play in ordered if play.seconds >= MIN_PLAY_S]
    artists = _names(ordered, lambda play: (artist_of(play.artist),), with_title=False)
    songs = _names(ordered, lambda play: (artist_of(play.artist), fold_title(play.title)), with_title=True)
    played = [name.plays for name in artists if name.plays]
    total = sum(played) or 1
    spread: dict[str, set[str]] = defaultdict(set)
    for play in counted:
        spread[artist_of(play.artist)].add(_day(play.at)[:7])
    hours, days = [0.0] * 24, [0.0] * 7
    for play in ordered:
        at = _moment(play.at)
        hours[at.hour] += play.seconds
        days[at.weekday()] += play.seconds
    return Listening(
        plays=len(counted),
        short=len(ordered) - len(counted),
        seconds=sum(play.seconds for play in ordered),
        first=_day(ordered[0].at),
        last=_day(ordered[-1].at),
        artists=artists,
        songs=songs,
        months=_months(ordered),
        hours=tuple(hours),
        days=tuple(days),
        sessions=_sessions(ordered),
        favourites=sum(sorted(played, reverse=True)[:FAVOURITES]) / total,
        kept=sum(len(months) >= LOYAL_MONTHS for months in spread.values()),
        once=sum(number == 1 for number in played),
        breadth=exp(-sum(n / total * log(n / total) for n in played)) if played else 0.0,
    )


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)


def _day(at: float) -> str:
    return _moment(at).date().isoformat()


def _names(plays: Sequence[Play], key: Callable[[Play], tuple[str, ...]], *, with_title: bool) -> tuple[Name, ...]:
    """Artists or songs, most played first, then longest; called as in their first play."""
    first: dict[tuple[str, ...], Play] = {}
    counts: Counter[tuple[str, ...]] = Counter()
    seconds: defaultdict[tuple[str, ...], float] = defaultdict(float)
    for play in plays:
        name = key(play)
        first.setdefault(name, play)
        counts[name] += play.seconds >= MIN_PLAY_S
        seconds[name] += play.seconds
    order = sorted(first, key=lambda name: (-counts[name], -seconds[name]))
    return tuple(
        Name(first[name].title if with_title else "", first[name].artist, counts[name], seconds[name]) for name in order
    )


def _months(plays: Sequence[Play]) -> tuple[Month, ...]:
    seconds: defaultdict[str, float] = defaultdict(float)
    counts: Counter[str] = Counter()
    new: Counter[str] = Counter()
    known: set[str] = set()
    for play in plays:
        month = _day(play.at)[:7]
        seconds[month] += play.seconds
        if play.seconds >= MIN_PLAY_S:
            counts[month] += 1
            artist = artist_of(play.artist)
            new[month] += artist not in known
            known.add(artist)
    return tuple(Month(name, seconds[name], counts[name], new[name]) for name in _calendar(sorted(seconds)))


def _calendar(months: Sequence[str]) -> Sequence[str]:
    """Every month from the first to the last, or the last of those given where that would be more than MAX_MONTHS."""
    first, last = (int(name[:4]) * 12 + int(name[5:7]) - 1 for name in (months[0], months[-1]))
    if last - first >= MAX_MONTHS:
        return months[-MAX_MONTHS:]
    return [f"{number // 12:04d}-{number % 12 + 1:02d}" for number in range(first, last + 1)]


def _sessions(plays: Sequence[Play]) -> Sessions:
    """Plays are told by their ends; each begins as much earlier as it is long."""
    spans: list[tuple[float, float]] = []
    for play in plays:
        start = play.at - play.seconds
        if spans and start - spans[-1][1] <= SESSION_GAP_S:
            spans[-1] = (min(spans[-1][0], start), max(spans[-1][1], play.at))
        else:
            spans.append((start, play.at))
    lengths = [end - start for start, end in spans]
    longest = max(range(len(spans)), key=lengths.__getitem__)
    return Sessions(len(spans), median(lengths), lengths[longest], _day(spans[longest][1]))
