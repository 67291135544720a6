"""What mood a song or a text carries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from tonescape.core.records.song import AudioFeatures, Features, Song

Scores: TypeAlias = tuple[tuple[str, float], ...]
"""(name, value) pairs, highest value first"""


@dataclass(frozen=True, slots=True)
class WordMood:
    """The mood of words, each the share of comparable texts (scenes, songs' words) that have less of it; .5 is usual.

    emotions : 27, highest first; () for a text without words
    suggests : what a song's words say of its sound, in Spotify's features, [0, 1] each; () for other texts
    sureness : [0, 1], see `mood/words/sureness`; 0 for a text without words, None where it was not measured
    """

    valence: float
    arousal: float
    dominance: float
    emotions: Scores = ()
    suggests: Scores = ()
    sureness: float | None = None


@dataclass(frozen=True, slots=True)
class Mood:
    """What a song's sound (or the features that came with it) says about its mood.

    valence, arousal, sureness : [0, 1]      quadrant : "Q1" happy, "Q2" tense, "Q3" sad, "Q4" calm
    grid : one of 25 (energy x valence)      russell : one of 17 words      thayer : one of 4
    audio : the twelve, as complete as they can be      given : names of those that came with a playlist export
    tags : AllMusic's mood words, each with the share of songs that have less of it
    gems : nine emotions of the Geneva Emotional Music Scale, each the share of listeners who would feel it
    """

    valence: float
    arousal: float
    sureness: float
    quadrant: str
    grid: str
    russell: str
    thayer: str
    audio: AudioFeatures
    given: tuple[str, ...] = ()
    classes: Scores = ()
    tags: Scores = ()
    gems: Scores = ()
    words: WordMood | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """A song with what was heard in it (None without audio) and the mood it carries."""

    song: Song
    features: Features | None
    mood: Mood


def affect_from_signed(value: float) -> float:
    """-1..1 (Russell's axes) to [0, 1]."""
    return min(1.0, max(0.0, (value + 1.0) / 2.0))


def affect_to_signed(value: float) -> float:
    """[0, 1] to -1..1."""
    return 2.0 * value - 1.0
