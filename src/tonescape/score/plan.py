"""The whole film: which cues are silent, which song comes back, and one song for each of the rest."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from tonescape.core.records import Scene
from tonescape.score import cost
from tonescape.score.assign import Task, assign
from tonescape.score.axes import Offers, Targets
from tonescape.score.groups import Group, groups, pooled, silent, talk
from tonescape.score.motif import Motif, motifs

if TYPE_CHECKING:
    from tonescape.score.options import ScoreOptions


ENDED = "the song has ended"
"""why a scene is silent whose song is shorter than its cue"""


@dataclass(frozen=True, slots=True)
class PlannedScene:
    """A scene of the plan. song : index or None; music : seconds of it that are heard in the scene; see `Placement`.

    nearest : of a scene that is silent because no song is near, the song that is nearest; `distance` is its own
    """

    role: str
    song: int | None
    distance: float
    music: float
    why: str
    nearest: int | None = None


@dataclass(frozen=True, slots=True)
class ScorePlan:
    """An entry for each scene, and what is to be said about the whole."""

    entries: tuple[PlannedScene, ...]
    remarks: tuple[str, ...]


def plan_film(scenes: tuple[Scene, ...], asked: Targets, songs: Offers, options: ScoreOptions) -> ScorePlan:
    """A plan for all scenes; needs at least one song."""
    found = groups(asked)
    asks = pooled(asked, found)
    near = cost.distances(asks, songs, options)
    far = near > cost.limit(options)
    costs = cost.costs(near, asks, songs, options)
    bare = set(np.flatnonzero(far.all(axis=1)).tolist())
    wanted = np.where(far, costs + np.float32(FAR), costs).astype(np.float32)
    themes = [
        each for each in motifs(scenes, found, wanted, options.leitmotifs) if not far[list(each.cues), each.song].any()
    ]
    fixed = {cue: theme.song for theme in themes for cue in theme.cues}
    quiet = silent(scenes, found, asks, costs.min(axis=1), options.music, set(fixed), bare)
    loud = [cue for cue in range(len(found)) if cue not in quiet]
    uses = -(-len(loud) // costs.shape[1])
    chosen = _assigned(loud, wanted, asks, songs, fixed, uses, options) if loud else {}
    for cue, song in chosen.items():
        if far[cue, song]:  # the near ones are taken by other cues, so one of them comes again
            chosen[cue] = int(wanted[cue].argmin())
    entries = _entries(scenes, found, chosen, themes, costs, songs, asked)
    entries = _without_near(entries, found, bare, near)
    remarks = _remarks(found, loud, themes, costs.shape[1], uses, asked, entries)
    if bare:
        cues, reach = f"{len(bare)} cue{'s' if len(bare) > 1 else ''}", f"{cost.limit(options):g}"
        remarks = (*remarks, f"nothing near for {cues}, so silence: no song lies within {reach} of their mood")
    return ScorePlan(entries, remarks)


FAR = 10.0
"""added to the cost of a song that is not near, so that any near one is taken before it"""


def _without_near(
    entries: tuple[PlannedScene, ...], found: list[Group], bare: set[int], near: cost.Floats
) -> tuple[PlannedScene, ...]:
    """The entries, those of cues without a near song silent with the song that is nearest."""
    out = list(entries)
    for cue in bare:
        song = int(near[cue].argmin())
        for index in found[cue].scenes:
            out[index] = PlannedScene(
                "silence", None, float(near[cue, song]), 0.0, "nothing near in this library", song
            )
    return tuple(out)


def _assigned(
    loud: list[int],
    costs: cost.Floats,
    asks: Targets,
    songs: Offers,
    fixed: dict[int, int],
    uses: int,
    options: ScoreOptions,
) -> dict[int, int]:
    """Cue to song, for the cues with music."""
    beside = np.array([float(b - a == 1) for a, b in pairwise(loud)], np.float32)
    task = Task(costs[loud], songs.sound, asks.sound[loud], beside, options.weights.smooth, uses)
    place = {cue: row for row, cue in enumerate(loud)}
    plan = assign(task, {place[cue]: song for cue, song in fixed.items()})
    return {cue: int(plan[row]) for cue, row in place.items()}


def _entries(
    scenes: tuple[Scene, ...],
    found: list[Group],
    chosen: dict[int, int],
    themes: list[Motif],
    costs: cost.Floats,
    songs: Offers,
    asked: Targets,
) -> tuple[PlannedScene, ...]:
    named = {cue: theme.name for theme in themes for cue in theme.cues}
    used: set[int] = set()
    out: list[PlannedScene] = []
    for cue, group in enumerate(found):
        song = chosen.get(cue)
        if song is None:
            carried = talk(scenes, group) > 0.45
            reason = "its dialogue carries it" if carried else "a plain moment; the quiet makes the next cue count"
            out += [PlannedScene("silence", None, 0.0, 0.0, reason) for _ in group.scenes]
            continue
        role, reason = "song", ""
        if cue in named:
            role = "leitmotif"
            again = "comes back" if song in used else "is heard first"
            reason = f"leitmotif of {named[cue]}, which {again} here"
        elif song in used:
            role, reason = "repeat", "again, for want of another near song"
        used.add(song)
        left = float(songs.seconds[song])
        for index in group.scenes:
            music = min(left, float(asked.seconds[index]))
            left -= music
            goes_on = index != group.first
            if music <= 0.0:
                out.append(PlannedScene("silence", None, 0.0, 0.0, ENDED))
                continue
            out.append(
                PlannedScene(
                    "continues" if goes_on else role,
                    song,
                    float(costs[cue, song]),
                    music,
                    "goes on over the cut" if goes_on else reason,
                )
            )
    return tuple(out)


def _remarks(
    found: list[Group],
    loud: list[int],
    themes: list[Motif],
    songs: int,
    uses: int,
    asked: Targets,
    entries: tuple[PlannedScene, ...],
) -> tuple[str, ...]:
    total = float(asked.seconds.sum())
    music = sum(entry.music for entry in entries)
    remarks = [
        f"{_clock(music)} of music in {_clock(total)} of film: {len(loud)} cues, {len(found) - len(loud)} silent"
    ]
    if uses > 1:
        remarks.append(f"the library has {songs} song{'s' if songs != 1 else ''} for {len(loud)} cues, so songs repeat")
    remarks += [f"{theme.name} has a leitmotif, heard {len(theme.cues)} times" for theme in themes]
    return tuple(remarks)


def _clock(seconds: float) -> str:
    whole = round(seconds)
    return (
        f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"
        if whole >= 3600
        else f"{whole // 60}:{whole % 60:02d}"
    )
