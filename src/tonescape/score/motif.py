"""Leitmotifs: a song that comes back on purpose with a character or at a place."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from tonescape.core.records import Scene
from tonescape.score.groups import Group

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float32]

RETURNS = 3
"""times a motif is heard"""

MIN_CUES = 6
"""cues below which a film is too short for a motif"""

COSTLIER = 1.6
"""a motif may cost this many times what its cues' own best songs cost, and .3 more; else the moods are too different"""


@dataclass(frozen=True, slots=True)
class Motif:
    """name of the character or place, its song, and the cues where it is heard."""

    name: str
    song: int
    cues: tuple[int, ...]


def motifs(scenes: tuple[Scene, ...], found: list[Group], costs: Floats, count: int) -> list[Motif]:
    """At most `count`, for the names most present. costs : [groups, songs]. A song or cue is in one motif only."""
    out: list[Motif] = []
    if len(found) < MIN_CUES or costs.shape[1] < 2:
        return out
    cues_taken: set[int] = set()
    songs_taken: list[int] = []
    for name, cues in _candidates(scenes, found):
        if len(out) >= count:
            break
        free = [cue for cue in cues if cue not in cues_taken]
        if len(free) < 2:
            continue
        anchors = _anchors(free, name, scenes, found)
        total = costs[anchors].sum(axis=0)
        total[songs_taken] = np.inf
        song = int(total.argmin())
        own = float(costs[anchors].min(axis=1).mean())
        if float(total[song]) / len(anchors) > COSTLIER * own + 0.3:
            continue
        out.append(Motif(name, song, tuple(anchors)))
        cues_taken.update(anchors)
        songs_taken.append(song)
    return out


def _candidates(scenes: tuple[Scene, ...], found: list[Group]) -> list[tuple[str, list[int]]]:
    """Names with their cues, at least three: characters by how often they come, then places."""
    seen: dict[str, list[int]] = {}
    places: dict[str, list[int]] = {}
    for cue, group in enumerate(found):
        names = Counter(name for i in group.scenes for name in set(scenes[i].characters))
        for name in names:
            seen.setdefault(name, []).append(cue)
        for place in {scenes[i].place.split(" - ")[0] for i in group.scenes if scenes[i].place}:
            places.setdefault(place, []).append(cue)

    def ranked(table: dict[str, list[int]]) -> list[tuple[str, list[int]]]:
        often = [(name, cues) for name, cues in table.items() if 3 <= len(cues) <= max(3, 0.8 * len(found))]
        return sorted(often, key=lambda pair: (-len(pair[1]), pair[0]))

    return ranked(seen) + ranked(places)


def _anchors(cues: list[int], name: str, scenes: tuple[Scene, ...], found: list[Group]) -> list[int]:
    """The cues where a name is most alone, spread over the film: the motif needs room and distance."""

    def alone(cue: int) -> float:
        others = {n for i in found[cue].scenes for n in scenes[i].characters if n != name}
        return len(others) - 0.002 * found[cue].seconds

    thirds = [cues[i * len(cues) // RETURNS : (i + 1) * len(cues) // RETURNS] for i in range(RETURNS)]
    return sorted(min(part, key=alone) for part in thirds if part)
