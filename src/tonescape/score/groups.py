"""Cues of a film: scenes that share one piece of music, and cues that are left silent.

Thresholds are an editor's judgement, not a measurement; they are constants so that they can be disputed.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from tonescape.core.records import Scene
from tonescape.score.axes import Targets

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float32]

SHORT_S = 60.0
"""a cue shorter than this takes in the next scene where the mood holds"""

GLIMPSE_S = 15.0
"""a scene shorter than this is too short for music of its own, unless the mood breaks"""

LONGEST_S = 240.0
"""a cue does not grow beyond this"""

HOLDS, BREAKS = 0.9, 1.4
"""standard deviations of mood within which music goes on over a cut, and beyond which it never does"""

FEW = 6
"""cues below which none is silent"""

MAX_SILENT_RUN = 3
"""cues in a row without music"""


@dataclass(frozen=True, slots=True)
class Group:
    """Scenes first..last (indices, inclusive) under one cue; start and seconds of film time."""

    first: int
    last: int
    start: float
    seconds: float

    @property
    def scenes(self) -> range:
        return range(self.first, self.last + 1)


def groups(targets: Targets) -> list[Group]:
    """Every scene in one group, in order."""
    # as the words read, however sure they are: HOLDS and BREAKS are on that scale
    moods = (targets.sound / np.maximum(targets.sure, 1e-3)[:, None]).astype(np.float32)
    out: list[Group] = []
    start = 0.0
    for index, seconds in enumerate(targets.seconds):
        length = float(seconds)
        if out and _goes_on(out[-1], index, length, moods):
            last = out[-1]
            out[-1] = Group(last.first, index, last.start, last.seconds + length)
        else:
            out.append(Group(index, index, start, length))
        start += length
    return out


def _goes_on(group: Group, index: int, length: float, moods: Floats) -> bool:
    here = moods[list(group.scenes)].mean(axis=0)
    jump = float(np.hypot(*(moods[index] - here)))
    if group.seconds + length > LONGEST_S or jump > BREAKS:
        return False
    if length < GLIMPSE_S or group.seconds < GLIMPSE_S:
        return True
    return jump < HOLDS and group.seconds < SHORT_S


def pooled(targets: Targets, found: list[Group]) -> Targets:
    """Targets of the groups: means over their scenes, weighted by length."""

    def mean(values: Floats) -> Floats:
        rows = []
        for group in found:
            weights = targets.seconds[list(group.scenes)]
            rows.append((values[list(group.scenes)] * weights[:, None]).sum(axis=0) / weights.sum())
        return np.array(rows, np.float32)

    emotions = mean(targets.emotions)
    emotions /= np.maximum(np.linalg.norm(emotions, axis=1, keepdims=True), 1e-6)
    seconds = np.array([group.seconds for group in found], np.float32)
    return Targets(mean(targets.sound), mean(targets.words), emotions, seconds, mean(targets.sure[:, None])[:, 0])


def silent(
    scenes: tuple[Scene, ...],
    found: list[Group],
    asks: Targets,
    nearest: Floats,
    music: float,
    kept: set[int],
    bare: Set[int] = frozenset(),
) -> set[int]:
    """Which groups have no music: those that talk most, feel least and fit worst, until `music` of the film is left.

    nearest : [groups] distance of the best song      kept : groups that must have music
    bare : groups that no song is near to; they are silent in any case
    The first and the last cue keep theirs otherwise, and never more than MAX_SILENT_RUN in a row are silent.
    """
    if len(found) < FEW:
        return set(bare)
    total = sum(group.seconds for group in found)
    spoken = np.array([talk(scenes, group) for group in found])
    feel = np.minimum(np.hypot(asks.sound[:, 0], asks.sound[:, 1]), 2.0)
    fit = nearest - np.median(nearest)
    wish = spoken - 0.6 * feel + 0.25 * fit
    chosen = set(bare)
    left = total - sum(found[cue].seconds for cue in bare)
    for index in np.argsort(-wish, kind="stable"):
        cue = int(index)
        if left <= music * total:
            break
        if cue in kept or cue in bare or cue in (0, len(found) - 1) or _run(chosen, cue) > MAX_SILENT_RUN:
            continue
        if left - found[cue].seconds < 0.9 * music * total:
            continue  # one long scene must not take nearly all the music with it
        chosen.add(cue)
        left -= found[cue].seconds
    return chosen


def talk(scenes: tuple[Scene, ...], group: Group) -> float:
    """Share of a group's words that are spoken."""
    spoken = sum(len(scenes[i].dialogue) for i in group.scenes)
    return spoken / max(1, spoken + sum(len(scenes[i].action) for i in group.scenes))


def _run(chosen: set[int], cue: int) -> int:
    """How long the silence round `cue` would be."""
    left, right = cue, cue
    while left - 1 in chosen:
        left -= 1
    while right + 1 in chosen:
        right += 1
    return right - left + 1
