"""taste.html: what a library and a listening history say about a taste, in one file that fetches nothing."""

from __future__ import annotations

from pathlib import Path

from tonescape.core.store import write_atomically
from tonescape.show.cue_words import title_of
from tonescape.show.listening import sections, summary
from tonescape.show.markup import csp_hash, esc, name, piece
from tonescape.show.taste_facts import DAYS, Taste
from tonescape.show.taste_plots import counts, mood_map, moods_of, strip

MOST = 15
"""rows of a list of songs"""

MOODS = 8
"""moods whose songs are listed"""


LEGEND = (
    "A bar is as high as it is played and has the colour of its mean mood; the dot is its valence and the ring its "
    "arousal, from 0 at the foot to 1 at the top."
)


HOW_TO_ADD_MOODS = (
    "<p>No song with a mood. Name your music, or a table of Exportify (exportify.app), beside the history, and this "
    "page says in which moods you listen, when, and to what:</p><pre><code>tonescape taste HISTORY ~/Music\n"
    "tonescape taste HISTORY playlist.csv</code></pre>"
)


def write_taste(facts: Taste, path: Path, *, title: str = "Your taste") -> None:
    """Writes the page, whole or not at all. Raises OutputError where the file cannot be written."""
    write_atomically(path, page(facts, title).encode("utf-8", "replace"))


def page(facts: Taste, title: str) -> str:
    """The page as text; the same facts give the same bytes."""
    style = piece("taste.css")
    policy = f"default-src 'none'; style-src-elem '{csp_hash(style)}'; style-src-attr 'unsafe-inline'; base-uri 'none'"
    parts = [
        _head(facts, title),
        *([_map(facts), *_times(facts), _habits(facts), _played(facts), _by_mood(facts), _twins(facts)] if facts.songs
          else []),
        *([_section(*each) for each in sections(facts.listening)] if facts.listening else []),
        "" if facts.songs else _section("Moods", HOW_TO_ADD_MOODS),
    ]  # fmt: skip
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}"><title>{esc(title)}</title>'
        f"<style>{style}</style></head><body>{''.join(parts)}"
        "<footer><p>Valence and arousal run from 0 to 1. Times are UTC. "
        "A play of less than 30 seconds adds to the time and not to the plays.</p>"
        "</footer>"
        "</body></html>"
    )


def _head(facts: Taste, title: str) -> str:
    said = [summary(facts.listening)] if facts.listening else []
    if facts.songs:
        said.append(f"{len(facts.songs)} {'song' if len(facts.songs) == 1 else 'songs'} with a mood")
    if facts.plays and facts.songs:
        rest = "" if facts.matched == facts.plays else "; the others have no known mood"
        said.append(f"{facts.matched} of {facts.plays} plays are of these songs{rest}")
    if facts.silent:
        said.append(f"left out, for they could not be used: {facts.silent}")
    said += facts.remarks
    if facts.songs:
        said.append(f"variety: as if {facts.variety:.1f} of 25 moods were played equally often")
    rows = "".join(f"<li>{esc(line)}</li>" for line in said)
    return f'<header><p class="kicker">Taste report</p><h1>{name(title)}</h1><ul class="remarks">{rows}</ul></header>'


def _section(heading: str, body: str, note: str = "") -> str:
    return f"<section><h2>{heading}</h2>{f'<p>{note}</p>' if note else ''}{body}</section>"


def _map(facts: Taste) -> str:
    words = counts([(word, 100 * share) for word, share in facts.grid[:12]], " %")
    return _section("Moods", f'<div class="pair">{mood_map(facts.songs)}{words}</div>')


def _times(facts: Taste) -> list[str]:
    if not facts.matched:
        return []
    hours = moods_of([str(hour) for hour in range(24)], facts.hours, "Moods by hour", every=2)
    days = moods_of([day[:3] for day in DAYS], facts.days, "Moods by weekday")
    out = [
        _section("By hour", hours, LEGEND),
        _section("By weekday", days),
    ]
    if len(facts.years) > 1:
        years = moods_of([year for year, _ in facts.years], [cell for _, cell in facts.years], "Moods by year")
        out.append(_section("By year", years))
    if len(facts.months) > 1:
        months, cells = [month for month, _ in facts.months], [cell for _, cell in facts.months]
        ends = f'<p class="ends"><span>{esc(months[0])}</span><span>{esc(months[-1])}</span></p>'
        out.append(_section("The colours of your months", strip(months, cells) + ends, "Stretched to their own range."))
    return out


def _habits(facts: Taste) -> str:
    keys = counts([(key, float(n)) for key, n in facts.keys[:12]], "")
    tempi = counts([(f"{bpm} to {bpm + 9} BPM", float(n)) for bpm, n in facts.tempi], "")
    body = f'<div class="pair"><div><h3>Keys</h3>{keys}</div><div><h3>Tempo</h3>{tempi}</div></div>'
    return _section("Habits", body) if facts.keys or facts.tempi else ""


def _played(facts: Taste) -> str:
    rows = "".join(
        f"<tr><td>{name(title_of(heard.song))}</td><td>{name(heard.song.artist)}</td><td>{esc(heard.mood.grid)}</td>"
        f'<td class="axis">{heard.mood.valence:.2f}</td><td class="axis">{heard.mood.arousal:.2f}</td>'
        f"<td>{times}</td></tr>"
        for heard, times in facts.songs[:MOST]
    )
    axes = '<th class="axis">Valence</th><th class="axis">Arousal</th>'  # on a phone there is no room for them
    head = f"<tr><th>Song</th><th>Artist</th><th>Mood</th>{axes}<th>Plays</th></tr>"
    title = "Most played" if facts.matched else "Songs"
    return _section(title, f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>")


def _by_mood(facts: Taste) -> str:
    """The three most played songs of each of the commonest moods."""
    rows = []
    for word, share in facts.grid[:MOODS]:
        own = [heard for heard, _ in facts.songs if heard.mood.grid == word][:3]
        songs = "<br>".join(f'{name(title_of(h.song))} <span class="by">{name(h.song.artist)}</span>' for h in own)
        rows.append(f"<tr><td>{esc(word)}</td><td>{100 * share:.0f} %</td><td>{songs}</td></tr>")
    head = "<tr><th>Mood</th><th>Share</th><th>Most played</th></tr>"
    table = f"<table><thead>{head}</thead><tbody>{''.join(rows)}</tbody></table>"
    return _section("Most played by mood", table) if rows else ""


def _twins(facts: Taste) -> str:
    rows = "".join(
        f"<tr><td>{name(title_of(one.song))}</td><td>{'<br>'.join(name(title_of(h.song)) for h in others)}</td></tr>"
        for one, others in facts.twins[:MOST]
    )
    head = "<tr><th>Song</th><th>Its mood twins</th></tr>"
    return _section("Mood twins", f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>") if rows else ""
