"""The part of a taste page that a listening history fills by itself."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from tonescape.show.listening_facts import FAVOURITES, LOYAL_MONTHS, SESSION_GAP_S, Listening, Name
from tonescape.show.pages import escaped, num
from tonescape.show.sections import Column, PageSection, PageTable

MOST = 15
"""rows of a list of artists or songs"""

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

MONTH_NAMES = 6
"""most months of a plot that carry their names: as many as a phone has room for"""


def summary(facts: Listening) -> str:
    """One line: plays, time, artists, songs."""
    return (
        f"{facts.plays:,} {_plural(facts.plays, 'play')} of 30 s and more, {length(facts.seconds)} in all, "
        f"{len(facts.artists):,} {_plural(len(facts.artists), 'artist')}, "
        f"{len(facts.songs):,} {_plural(len(facts.songs), 'song')}, {facts.first} to {facts.last}"
    )


def length(seconds: float) -> str:
    """A length of time, to three digits or so: "216.5 s", "48 min", "12.3 h", "1,230 h"."""
    if seconds < 600:
        return f"{seconds:.1f}".removesuffix(".0") + " s"
    if seconds < 7200:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h" if seconds < 360_000 else f"{seconds / 3600:,.0f} h"


def sections(facts: Listening) -> list[PageSection]:
    """What the history says by itself."""
    months = [month.name for month in facts.months]
    every = max(1, -(-len(months) // MONTH_NAMES))
    out = [
        PageSection("Artists", _loyalty(facts), table=_table(facts.artists, song=False)),
        PageSection("Songs", _once(facts), table=_table(facts.songs, song=True)),
    ]
    if len(months) > 1:
        new = bars(months, [month.new for month in facts.months], "New artists by month", "new artists", every=every)
        hours = bars(months, [month.seconds / 3600 for month in facts.months], "Hours by month", "h", every=every)
        out.append(PageSection("By month", f"Hours listened, {months[0]} to {months[-1]}.", hours))
        out.append(PageSection("Discovery", _discovery(facts), new))
    of_day = [seconds / 3600 for seconds in facts.hours]
    clock = bars([str(hour) for hour in range(24)], of_day, "Hours by time of day", "h", every=2)
    week = bars(DAYS, [s / 3600 for s in facts.days], "Hours by weekday", "h")
    out.append(PageSection("Time of day", "Hours listened by the hour of the day, UTC.", clock))
    out.append(PageSection("Weekday", "Hours listened by weekday.", week))
    out.append(PageSection("Sessions", _sessions(facts)))
    return out


def _plural(number: int, word: str) -> str:
    return word if number == 1 else word + "s"


def _loyalty(facts: Listening) -> str:
    artists = sum(artist.plays > 0 for artist in facts.artists)
    if not artists:
        return "No play was of 30 seconds and more."
    of = f"the {FAVOURITES} most played artists have " if artists > FAVOURITES else "all artists have "
    return (
        f"Of {facts.plays:,} plays {of}{100 * facts.favourites:.0f} %. "
        f"Of {artists:,} {_plural(artists, 'artist')} {facts.kept:,} {'was' if facts.kept == 1 else 'were'} played in "
        f"{LOYAL_MONTHS} months and more, {facts.once:,} once only. Breadth: as if {facts.breadth:.1f} artists were "
        "played equally often."
    )


def _once(facts: Listening) -> str:
    again = sum(song.plays > 1 for song in facts.songs)
    heard = sum(song.plays > 0 for song in facts.songs)
    short = f"; {facts.short:,} {_plural(facts.short, 'play')} ended within 30 seconds" if facts.short else ""
    return f"{again:,} of {heard:,} {_plural(heard, 'song')} were played more than once{short}."


def _discovery(facts: Listening) -> str:
    later = facts.months[1:]
    mean = sum(month.new for month in later) / len(later)
    return (
        f"Artists that were never played before in this history: {mean:.1f} a month on average after the first month, "
        "in which every artist is new."
    )


def _sessions(facts: Listening) -> str:
    found = facts.sessions
    return (
        f"{found.number:,} {_plural(found.number, 'session')}, parted by {SESSION_GAP_S / 60:.0f} minutes without "
        f"music: half of them last {length(found.median_s)} or longer; the longest, of {length(found.longest_s)}, "
        f"ended on {found.longest_day}."
    )


def _table(names: Sequence[Name], *, song: bool) -> PageTable:
    columns = Column("Artist", "name"), Column("Plays", "number"), Column("Time", "number")
    rows = tuple((each.artist, f"{each.plays:,}", length(each.seconds)) for each in names[:MOST])
    if not song:
        return PageTable(columns, rows)
    titles = [each.title for each in names[:MOST]]
    whole = tuple((title, *row) for title, row in zip(titles, rows, strict=True))
    return PageTable((Column("Song", "name"), *columns), whole)


def bars(names: Sequence[str], values: Sequence[float], title: str, unit: str, *, every: int = 1) -> Markup:
    """Upright bars, one for each name, as high as its value; every so many-th carries its name."""
    width, height = 900, 110
    most = max(values, default=0.0) or 1.0
    step = width / max(1, len(names))
    parts = []
    for index, (label, value) in enumerate(zip(names, values, strict=True)):
        x, high = index * step, height * value / most
        box = f'<rect x="{num(x + step * 0.06)}" y="{num(height - high)}" width="{num(step * 0.88)}"'
        text = f"{label}: {num(value)} {unit}"
        parts.append(f'<g><title>{escaped(text)}</title>{box} height="{num(high)}"/></g>')
        if index % every == 0:
            parts.append(
                f'<text x="{num(x + step / 2)}" y="{height + 16}" text-anchor="middle">{escaped(label)}</text>'
            )
    peak = names[max(range(len(values)), key=values.__getitem__)] if values else ""
    opening = f'<svg class="bars plain" viewBox="0 0 {width} {height + 22}" role="img"'
    label = escaped(f"{title}: most in {peak}")
    return Markup(f'{opening} aria-label="{label}">{"".join(parts)}</svg>')
