"""taste.html: what a library and a listening history say about a taste, in one file that fetches nothing."""

from __future__ import annotations

from pathlib import Path

from tonescape.core.store import write_atomically
from tonescape.show import pages
from tonescape.show.accuracy import measured
from tonescape.show.cue_words import title_of
from tonescape.show.listening import sections, summary
from tonescape.show.sections import Cell, Column, PageSection, PageTable, counted
from tonescape.show.taste_facts import DAYS, Taste
from tonescape.show.taste_plots import mood_map, moods_of, strip

MOST = 15
"""rows of a list of songs"""

MOODS = 8
"""moods whose songs are listed"""


LEGEND = (
    "A bar is as high as it is played and has the colour of its mean mood; the dot is its valence and the ring its "
    "arousal, from 0 at the foot to 1 at the top."
)


def write_taste(facts: Taste, path: Path, *, title: str = "Your taste") -> None:
    """Writes the page, whole or not at all. Raises OutputError where the file cannot be written."""
    write_atomically(path, page(facts, title).encode("utf-8", "replace"))


def page(facts: Taste, title: str) -> str:
    """The page as text; the same facts give the same bytes."""
    moods = [_map(facts), *_times(facts), *_habits(facts), _played(facts), *_by_mood(facts), *_twins(facts)]
    return pages.page(
        "taste.html",
        title=title,
        remarks=_remarks(facts),
        sections=[*(moods if facts.songs else []), *(sections(facts.listening) if facts.listening else [])],
        moods=bool(facts.songs),
        measured=measured(("valence", "arousal", "key", "tempo")),
    )


def _remarks(facts: Taste) -> list[str]:
    lines = [summary(facts.listening)] if facts.listening else []
    if facts.songs:
        lines.append(f"{len(facts.songs)} {'song' if len(facts.songs) == 1 else 'songs'} with a mood")
    if facts.plays and facts.songs:
        rest = "" if facts.matched == facts.plays else "; the others have no known mood"
        lines.append(f"{facts.matched} of {facts.plays} plays are of these songs{rest}")
    if facts.silent:
        lines.append(f"left out, for they could not be used: {facts.silent}")
    lines += facts.remarks
    if facts.songs:
        lines.append(f"variety: as if {facts.variety:.1f} of 25 moods were played equally often")
    return lines


def _map(facts: Taste) -> PageSection:
    words = counted([(word, 100 * share) for word, share in facts.grid[:12]], " %")
    return PageSection("Moods", drawing=mood_map(facts.songs), counts=(("", words),))


def _times(facts: Taste) -> list[PageSection]:
    if not facts.matched:
        return []
    hours = moods_of([str(hour) for hour in range(24)], facts.hours, "Moods by hour", every=2)
    days = moods_of([day[:3] for day in DAYS], facts.days, "Moods by weekday")
    out = [PageSection("By hour", LEGEND, hours), PageSection("By weekday", drawing=days)]
    if len(facts.years) > 1:
        years = moods_of([year for year, _ in facts.years], [cell for _, cell in facts.years], "Moods by year")
        out.append(PageSection("By year", drawing=years))
    if len(facts.months) > 1:
        months, cells = [month for month, _ in facts.months], [cell for _, cell in facts.months]
        drawing, ends = strip(months, cells), (months[0], months[-1])
        out.append(PageSection("The colours of your months", "Stretched to their own range.", drawing, ends))
    return out


def _habits(facts: Taste) -> list[PageSection]:
    keys = counted([(key, float(songs)) for key, songs in facts.keys[:12]], "")
    tempi = counted([(f"{bpm} to {bpm + 9} BPM", float(songs)) for bpm, songs in facts.tempi], "")
    return [PageSection("Habits", counts=(("Keys", keys), ("Tempo", tempi)))] if keys or tempi else []


def _played(facts: Taste) -> PageSection:
    columns = (
        Column("Song", "name"),
        Column("Artist", "name"),
        Column("Mood", "text"),
        Column("Valence", "axis"),
        Column("Arousal", "axis"),
        Column("Plays", "number"),
    )
    rows = tuple(
        (
            title_of(heard.song),
            heard.song.artist,
            heard.mood.grid,
            f"{heard.mood.valence:.2f}",
            f"{heard.mood.arousal:.2f}",
            str(times),
        )
        for heard, times in facts.songs[:MOST]
    )
    return PageSection("Most played" if facts.matched else "Songs", table=PageTable(columns, rows))


def _by_mood(facts: Taste) -> list[PageSection]:
    """The three most played songs of each of the commonest moods."""
    rows: list[tuple[Cell, ...]] = []
    for word, part in facts.grid[:MOODS]:
        own = [heard.song for heard, _ in facts.songs if heard.mood.grid == word][:3]
        rows.append((word, f"{100 * part:.0f} %", tuple((title_of(song), song.artist) for song in own)))
    columns = Column("Mood", "text"), Column("Share", "number"), Column("Most played", "songs")
    return [PageSection("Most played by mood", table=PageTable(columns, tuple(rows)))] if rows else []


def _twins(facts: Taste) -> list[PageSection]:
    rows = tuple(
        (title_of(one.song), tuple((title_of(heard.song), "") for heard in others))
        for one, others in facts.twins[:MOST]
    )
    columns = Column("Song", "name"), Column("Its mood twins", "songs")
    return [PageSection("Mood twins", table=PageTable(columns, rows))] if rows else []
