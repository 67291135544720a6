"""The records that cross room borders. Frozen; arrays are read-only; no dict ever crosses.

Valence, arousal and sureness are in [0, 1] everywhere (.5 neutral); `affect_from_*` are the only conversions. The
twelve audio features have Spotify's names, ranges and units.
"""

from typing import TYPE_CHECKING

from tonescape.core.records.arrays import readonly
from tonescape.core.records.film import Cue, Excerpt, FilmScore, Match, Placement, Scene, Script
from tonescape.core.records.mood import Heard, Mood, Scores, WordMood, affect_from_signed, affect_to_signed
from tonescape.core.records.picture import (
    ANYWHERE,
    NO_LETTERS,
    OKLCH,
    RGB,
    Box,
    Brief,
    Colours,
    Description,
    Layer,
    Lettering,
    Picture,
    Places,
    Reason,
)
from tonescape.core.records.song import RATE, AudioFeatures, Curves, Failure, Features, Play, Section, Song, Sound

if TYPE_CHECKING:
    from tonescape.core.records.arrays import Floats, Pixels

__all__ = [
    "ANYWHERE",
    "NO_LETTERS",
    "OKLCH",
    "RATE",
    "RGB",
    "AudioFeatures",
    "Box",
    "Brief",
    "Colours",
    "Cue",
    "Curves",
    "Description",
    "Excerpt",
    "Failure",
    "Features",
    "FilmScore",
    "Floats",
    "Heard",
    "Layer",
    "Lettering",
    "Match",
    "Mood",
    "Picture",
    "Pixels",
    "Placement",
    "Places",
    "Play",
    "Reason",
    "Scene",
    "Scores",
    "Script",
    "Section",
    "Song",
    "Sound",
    "WordMood",
    "affect_from_signed",
    "affect_to_signed",
    "readonly",
]
