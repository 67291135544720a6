"""cues.html: a cue sheet to listen and choose in. One file, no network; it reads well without its script too."""

from __future__ import annotations

import json
from pathlib import Path

from tonescape.core.records import Cue, FilmScore, Match, Mood, Placement, WordMood
from tonescape.score.cost import NEAR
from tonescape.show.cue_arc import arc, tint
from tonescape.show.cue_words import clock, emotions_told, link_to, title_of
from tonescape.show.markup import csp_hash, esc, name, piece

ROLES = {
    "song": "",
    "leitmotif": "Leitmotif",
    "repeat": "Repeat",
    "continues": "Continues",
    "silence": "Silence",
}


def page(film: FilmScore, folder: Path) -> str:
    """The page, to lie in `folder`; links to songs are relative to it."""
    style, script = (piece(file) for file in ("cues.css", "cues.js"))
    title = film.script.title or "Untitled"
    rows = "".join(_row(cue, entry, folder) for cue, entry in zip(film.cues, film.plan, strict=True))
    remarks = "".join(f"<li>{esc(remark)}</li>" for remark in film.remarks)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{_policy(style, script)}">'
        f"<title>Cue sheet: {esc(title)}</title><style>{style}</style></head><body>"
        f'<header><p class="kicker">Cue sheet</p><h1>{name(title)}</h1><ul class="remarks">{remarks}</ul>'
        '<p class="tools"><button type="button" data-save="csv">Save choice as CSV</button>'
        '<button type="button" data-save="m3u8">Save as playlist</button>'
        '<button type="button" data-reset>Back to the first plan</button>'
        '<span class="keys">J K scene · Space play · 1 to 9 take that song</span></p></header>'
        f'<figure class="film">{arc(film)}<figcaption><span class="key valence">Valence</span>'
        '<span class="key arousal">Arousal</span>'
        "<span>of the scenes' words, against scenes of 68 feature films; the music lies below the scenes.</span>"
        "</figcaption></figure>"
        f'<main><ol class="scenes">{rows}</ol></main>'
        f"{_notes()}"
        f'<script type="application/json" id="film">{_data(film, folder)}</script><script>{script}</script>'
        "</body></html>"
    )


def _policy(style: str, script: str) -> str:
    # tints are set as attributes of elements, which style-src-attr covers
    return (
        f"default-src 'none'; media-src * file:; script-src '{csp_hash(script)}'; "
        f"style-src-elem '{csp_hash(style)}'; style-src-attr 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    )


def _row(cue: Cue, entry: Placement, folder: Path) -> str:
    scene, mood = cue.scene, cue.mood
    people = ", ".join(scene.characters[:8]) + (" …" if len(scene.characters) > 8 else "")
    told = ", ".join(emotions_told(mood)) or "no emotion stands out"
    if mood.sureness is not None:
        told += f" · sure {_two(mood.sureness)}"
    role = ROLES.get(entry.role, "")
    heading = scene.heading or f"Part {scene.number}"
    badge = f'<span class="role">{role}</span>' if role else ""
    options = "".join(_option(number, match) for number, match in enumerate(cue.matches, 1))
    where = " · ".join(part for part in (clock(scene.seconds), people) if part)
    return (
        f'<li class="cue {entry.role}" id="scene-{scene.number}" data-scene="{scene.number}">'
        f'<div class="slate"><span class="no">{scene.number}</span>'
        f'<time>{clock(entry.start)}</time><span class="pg">p. {int(scene.page)}</span></div>'
        f'<div class="scene"><h2>{esc(heading)}</h2><p class="who">{esc(where)}</p>'
        f'<p class="read">{_dial(mood)}<span>{esc(told)}</span></p></div>'
        f'<div class="chosen">{badge}{_chosen(entry, folder)}<p class="why">{esc(entry.why)}</p></div>'
        f'<div class="others"><h3>Nearest songs</h3><ol>{options}</ol></div></li>'
    )


def _chosen(entry: Placement, folder: Path) -> str:
    if entry.match is None:
        return '<p class="title none">No music</p>'
    return _song(entry.match, folder)


def _song(match: Match, folder: Path) -> str:
    song = match.song
    by = f'<span class="by">{name(song.artist)}</span>' if song.artist else ""
    link = link_to(song, folder) + _from(match)
    player = (
        f'<audio controls preload="none" src="{esc(link, 8000)}"></audio>'
        if song.path
        else '<p class="nofile">no file to play</p>'
    )
    return (
        f'<p class="title"><cite>{name(title_of(song))}</cite>{by}</p>{player}'
        f'<p class="moods">{moods(match.mood)}{_part(match)}</p>'
    )


def moods(mood: Mood | None) -> str:
    """A song's sound and words, apart."""
    if mood is None:
        return ""
    out = f'<span class="m"><b>sound</b>{_dial(mood)}</span>'
    if mood.words is None:
        return out
    said = ", ".join(f"{feature} {_two(value)}" for feature, value in mood.words.suggests)
    told = f' title="its words alone would suggest a sound of {esc(said)}"' if said else ""
    return f'{out}<span class="m"{told}><b>words</b>{_dial(mood.words)}</span>'


def _from(match: Match) -> str:
    """The in point as a media fragment (W3C Media Fragments URI 1.0, section 4.2.1), so that a player begins there."""
    return f"#t={match.excerpt.start:.2f}" if match.song.path and match.excerpt and match.excerpt.start else ""


def _part(match: Match) -> str:
    """In and out point in the song."""
    part = match.excerpt
    if part is None:
        return ""
    return f'<span class="m" title="{esc(part.why)}"><b>part</b>{clock(part.start)}–{clock(part.end)}</span>'


def _option(number: int, match: Match) -> str:
    song = match.song
    return (
        f'<li><button type="button" data-take="{number - 1}" title="Take this song">'
        f'<span class="n">{number}</span><cite>{name(title_of(song))}</cite>'
        f'<span class="d" title="distance">{match.distance:.2f}</span></button></li>'
    )


def _dial(mood: Mood | WordMood) -> str:
    """A small map of valence and arousal with its numbers."""
    x, y = 2 + 18 * mood.valence, 20 - 18 * mood.arousal
    colour = tint(mood.valence, mood.arousal)
    return (
        '<svg class="dial" viewBox="0 0 22 22" aria-hidden="true"><path d="M11 1V21M1 11H21"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.4" fill="{colour}"/></svg>'
        f'<span class="va">{_two(mood.valence)}<i>/</i>{_two(mood.arousal)}</span>'
    )


def _two(value: float) -> str:
    return f"{value:.2f}".removeprefix("0")


def _notes() -> str:
    return (
        "<footer><p>The pairs are valence / arousal, from 0 to 1. A scene's are read from its words and say what share "
        "of film scenes have less; a song's sound is heard, its words are read, and the two are kept apart. "
        "Words tell valence (r .63 with readers' judgement of single sentences) better than arousal (.47), and the "
        "match of a scene and a song is a proposal: no measure says that a film's own music would be found this way. "
        "A page of screenplay counts as a minute.</p>"
        "<p>The number beside a song is its distance: how many standard deviations the moods lie apart, 0 being the "
        f"same; beyond {NEAR:g} a song is not near, and a scene without a near one stays silent. Sure, from 0 to 1, is "
        "how far a scene's words can be believed: few, plain or contradictory words make it less.</p></footer>"
    )


def _data(film: FilmScore, folder: Path) -> str:
    """What the script needs, as JSON that cannot end its element."""
    from tonescape.show.cue_words import sounding

    heads = {entry.scene: round(seconds, 1) for entry, seconds in sounding(film.plan)}
    scenes = []
    for cue, entry in zip(film.cues, film.plan, strict=True):
        chosen = entry.match
        options = [_entry(match, folder) for match in cue.matches]
        scenes.append(
            {
                "scene": cue.scene.number,
                "heading": cue.scene.heading,
                "start": entry.start,
                "seconds": cue.scene.seconds,
                "role": entry.role,
                "music": heads.get(cue.scene.number, 0),
                "chosen": _entry(chosen, folder) if chosen else None,
                "options": options,
            }
        )
    text = json.dumps({"title": film.script.title, "scenes": scenes}, ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("&", "\\u0026")


def _entry(match: Match, folder: Path) -> dict[str, object]:
    song, mood = match.song, match.mood
    return {
        "title": title_of(song)[:300],
        "artist": song.artist[:300],
        "file": str(song.path.absolute()) if song.path else song.uri or "",
        "src": link_to(song, folder) + _from(match),
        "in": match.excerpt.start if match.excerpt else 0,
        "seconds": song.duration_s,
        "distance": match.distance,
        "why": match.why,
        "tint": tint(mood.valence, mood.arousal) if mood else "#888888",
        "moods": moods(mood) + _part(match),
    }
