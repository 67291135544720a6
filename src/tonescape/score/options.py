"""What a person may ask of a film's score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Literal, TypeAlias

from tonescape.core.errors import UsageError
from tonescape.mood.where import where

By: TypeAlias = Literal["sound", "words", "both"]


@dataclass(frozen=True, slots=True)
class AxisWeights:
    """How much each axis counts; all >= 0, only their proportions matter.

    valence, arousal : of the song's sound against the scene
    lyric : the song's words as a whole, beside its sound      emotions : profile of 27 emotions, within the words
    length : a song too short for its scene      smooth : jumps between neighbours that the film does not make
    """

    valence: float = 1.0
    arousal: float = 0.8
    lyric: float = 0.6
    emotions: float = 0.7
    length: float = 0.3
    smooth: float = 0.25


@dataclass(frozen=True, slots=True)
class ScoreOptions:
    """per_scene : songs offered for a scene      by : what of the song is matched      vary : 0, or another good plan
    leitmotifs : characters or places with a song of their own      music : share of the film with music, (0, 1]
    limit : distance beyond which no song is near; None for the measured one, see `score/cost`
    where : a filter on the library, see `mood/where`      clean : leaves out songs that clash, see `score/clean`
    """

    per_scene: int = 3
    by: By = "both"
    vary: int = 0
    leitmotifs: int = 1
    music: float = 0.7
    weights: AxisWeights = AxisWeights()
    where: str = ""
    clean: bool = False
    limit: float | None = None

    def checked(self) -> ScoreOptions:
        """Itself. Raises UsageError naming what is out of range."""
        if self.by not in ("sound", "words", "both"):
            raise UsageError(f"--by {self.by}: there is sound, words and both")
        if not 1 <= self.per_scene <= MAX_PER_SCENE:
            raise UsageError(f"--per-scene {self.per_scene}: give 1 to {MAX_PER_SCENE}")
        if not 0 < self.music <= 1:
            raise UsageError(f"--music {self.music}: give a share of the film above 0 and up to 1")
        if not 0 <= self.vary <= 1_000_000 or not 0 <= self.leitmotifs <= 20:
            raise UsageError("--vary wants 0 to 1,000,000 and --leitmotifs 0 to 20")
        if self.limit is not None and not self.limit > 0:
            raise UsageError(f"--limit {self.limit}: give a distance above 0")
        if self.where:
            where(self.where)
        if any(getattr(self.weights, each.name) < 0 for each in fields(AxisWeights)):
            raise UsageError("weights must be 0 or more")
        return self


MAX_PER_SCENE = 50
"""songs offered for one scene"""


def weights_from(given: Sequence[str]) -> AxisWeights:
    """Weights of texts such as "valence=2" and "length=0"; what is not named keeps its default.

    Raises UsageError for a name that does not exist or a number that is none.
    """
    known = {each.name for each in fields(AxisWeights)}
    found: dict[str, float] = {}
    for text in given:
        name, _, number = text.partition("=")
        try:
            value = float(number)
        except ValueError:
            value = -1.0
        if name.strip() not in known or not 0 <= value <= 1000:
            raise UsageError(f"--weight {text}: write NAME=NUMBER, with NAME one of {', '.join(sorted(known))}")
        found[name.strip()] = value
    return replace(AxisWeights(), **found)
