"""Screenplays, and the music chosen for them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tonescape.core.records.mood import Mood, WordMood
from tonescape.core.records.song import Song


@dataclass(frozen=True, slots=True)
class Scene:
    """One scene of a screenplay. page counts from 1; seconds is an estimate, a page a minute."""

    number: int
    heading: str
    place: str
    time_of_day: str
    characters: tuple[str, ...]
    action: str
    dialogue: str
    page: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Script:
    """A screenplay, read. remarks : one line for what the file holds besides the film, with its count"""

    path: Path | None
    title: str
    scenes: tuple[Scene, ...]
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The part of a song that is heard, in s from the song's beginning, and why it begins and ends there."""

    start: float
    end: float
    why: str


@dataclass(frozen=True, slots=True)
class Match:
    """A song for a scene: distance >= 0 (smaller fits better) and the reason in words.

    mood : the song's own; its `words` is the mood of the lyrics, kept apart from the sound's
    excerpt : the part that is heard in the scene; None where the song's length is unknown
    near : whether the distance lies within the limit of what counts as near
    """

    song: Song
    distance: float
    why: str
    mood: Mood | None = None
    excerpt: Excerpt | None = None
    near: bool = True


@dataclass(frozen=True, slots=True)
class Cue:
    """A scene, its mood and the songs that carry it, best first."""

    scene: Scene
    mood: WordMood
    matches: tuple[Match, ...] = ()


@dataclass(frozen=True, slots=True)
class Placement:
    """What is heard in a scene of a whole-film plan.

    scene : its number      role : "song", "leitmotif" (back on purpose), "repeat" (for want of songs), "continues"
    (the music of the scene before goes on) or "silence"      start : s from the film's beginning
    seconds : of music in this scene, 0 in silence      match : None in silence
    """

    scene: int
    role: str
    match: Match | None
    start: float
    seconds: float
    why: str


@dataclass(frozen=True, slots=True)
class FilmScore:
    """A screenplay with its music: a cue for every scene, and the plan for the whole film in the same order."""

    script: Script
    cues: tuple[Cue, ...]
    plan: tuple[Placement, ...]
    remarks: tuple[str, ...] = ()
