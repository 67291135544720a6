"""cues.html: a cue sheet to listen and choose in. One file, no network; it reads well without its script too."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from tonescape.core.records import Cue, FilmScore, Match, Placement, Scene, WordMood
from tonescape.score.cost import NEAR
from tonescape.show import pages
from tonescape.show.accuracy import measured
from tonescape.show.cue_arc import arc
from tonescape.show.cue_words import clock, emotions_told, link_to, sounding, title_of
from tonescape.show.moodmap import dial, tint
from tonescape.show.phrases import share

ROLES = {
    "song": "",
    "leitmotif": "Leitmotif",
    "repeat": "Repeat",
    "continues": "Continues",
    "silence": "Silence",
}

PEOPLE = 8
"""most characters of a scene that are named"""

NO_MOOD = "#888888"
"""colour of a song without a mood"""


@dataclass(frozen=True, slots=True)
class CueRow:
    """A scene as the template reads it. where : its length and characters      told : what its words say
    badge : the role of its music, "" for a song of its own      match : the song in the plan, None for silence"""

    scene: Scene
    mood: WordMood
    start: float
    role: str
    badge: str
    where: str
    told: str
    why: str
    match: Match | None
    matches: tuple[Match, ...]


def page(film: FilmScore, folder: Path) -> str:
    """The page, to lie in `folder`; links to songs are relative to it."""
    return pages.page(
        "cues.html",
        script="cues.js",
        data=_data(film, folder),
        media="'self' file:",
        film=film,
        title=film.script.title or "Untitled",
        arc=arc(film),
        rows=[_row(cue, entry) for cue, entry in zip(film.cues, film.plan, strict=True)],
        near=f"{NEAR:g}",
        measured=measured(("valence", "arousal")),
        source=partial(_source, folder),
        title_of=title_of,
        **_DRAWN,
    )


_DRAWN: dict[str, Any] = {"clock": clock, "dial": dial, "share": share}
"""what cues_moods.html calls"""


def moods(match: Match) -> str:
    """A song's sound and words, apart, and its part, as markup."""
    return pages.fragment("cues_moods.html", match=match, **_DRAWN)


def _row(cue: Cue, entry: Placement) -> CueRow:
    scene, mood = cue.scene, cue.mood
    people = ", ".join(scene.characters[:PEOPLE]) + (" …" if len(scene.characters) > PEOPLE else "")
    told = ", ".join(emotions_told(mood)) or "no emotion stands out"
    return CueRow(
        scene=scene,
        mood=mood,
        start=entry.start,
        role=entry.role,
        badge=ROLES.get(entry.role, ""),
        where=" · ".join(part for part in (clock(scene.seconds), people) if part),
        told=told if mood.sureness is None else f"{told} · sure {share(mood.sureness)}",
        why=entry.why,
        match=entry.match,
        matches=cue.matches,
    )


def _source(folder: Path, match: Match) -> str:
    """A song's link, with its in point as a media fragment (W3C Media Fragments URI 1.0, section 4.2.1), so that a
    player begins there."""
    part = match.excerpt
    start = f"#t={part.start:.2f}" if match.song.path and part and part.start else ""
    return link_to(match.song, folder) + start


def _data(film: FilmScore, folder: Path) -> dict[str, object]:
    """What the script needs."""
    heads = {entry.scene: round(seconds, 1) for entry, seconds in sounding(film.plan)}
    scenes = [
        {
            "scene": cue.scene.number,
            "heading": cue.scene.heading,
            "start": entry.start,
            "seconds": cue.scene.seconds,
            "role": entry.role,
            "music": heads.get(cue.scene.number, 0),
            "chosen": _entry(entry.match, folder) if entry.match else None,
            "options": [_entry(match, folder) for match in cue.matches],
        }
        for cue, entry in zip(film.cues, film.plan, strict=True)
    ]
    return {"title": film.script.title, "scenes": scenes}


def _entry(match: Match, folder: Path) -> dict[str, object]:
    song, mood = match.song, match.mood
    return {
        "title": title_of(song)[:300],
        "artist": song.artist[:300],
        "file": str(song.path.absolute()) if song.path else song.uri or "",
        "src": _source(folder, match),
        "in": match.excerpt.start if match.excerpt else 0,
        "seconds": song.duration_s,
        "distance": match.distance,
        "why": match.why,
        "tint": tint(mood.valence, mood.arousal) if mood else NO_MOOD,
        "moods": moods(match),
    }
