"""A film's score made without models, for the tests of the cue sheet."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "score"))

from score_samples import library, script

from tonescape.core.records import Cue, FilmScore, Match, Placement, WordMood


def film(scenes: int = 6, title: str = "A Film") -> FilmScore:
    """A score without the models: song i for scene i, scene 3 silent, scene 2 going on from 1."""
    made, songs = script(scenes), library(scenes + 3)
    cues, plan = [], []
    for i, scene in enumerate(made.scenes):
        matches = tuple(Match(h.song, 0.1 * j, "sounds even", h.mood) for j, h in enumerate(songs[i : i + 3]))
        cues.append(Cue(scene, WordMood(0.1 + 0.1 * i, 0.5, 0.5, (("joy", 0.9), ("fear", 0.5))), matches))
        role = "silence" if i == 3 else "continues" if i == 2 else "leitmotif" if i == 4 else "song"
        match = None if role == "silence" else plan[-1].match if role == "continues" else matches[0]
        plan.append(Placement(scene.number, role, match, 60.0 * i, 0.0 if match is None else 60.0, "because"))
    return FilmScore(replace(made, title=title), tuple(cues), tuple(plan), ("5:00 of music",))
