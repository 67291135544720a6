"""Which part of a song is heard under a cue: from a boundary of its sections, as lively as the scene, to a downbeat."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.core.records import Excerpt, Heard

if TYPE_CHECKING:
    from tonescape.core.records import Curves

EARLY_S, EARLY_SHARE = 6.0, 0.1
"""a part may end this many seconds, and this share of the cue, before the cue does, to end on a boundary"""

BOUNDARY = 0.15
"""an end on a section's boundary counts as much as this share of the song's range of energy"""

SHORTEST_S = 3.0
"""s below which a part begins with the song: there is no room to look for a boundary"""


def excerpt(heard: Heard, seconds: float, arousal: float) -> Excerpt | None:
    """The part of a song for a cue of `seconds`, never longer than that nor than the song; None where the song's
    length is unknown.

    arousal : what the scene asks, [0, 1]. Of the parts that begin on a section's boundary (or on the last downbeat
    from which the song is long enough) the one is taken whose mean energy, between the song's calmest (0) and
    liveliest (1) such part, is nearest to it. It ends on a section's boundary or else a downbeat shortly before the
    cue's end, where there is one.
    """
    length = heard.song.duration_s
    if length is None or length <= 0:
        return None
    if seconds >= length:
        return Excerpt(0.0, round(length, 3), "the whole song")
    curves = heard.features.curves if heard.features else None
    if curves is None or not len(curves.times) or seconds < SHORTEST_S:
        return Excerpt(0.0, round(seconds, 3), "from the beginning")
    starts = _starts(curves, length - seconds)
    ends = [_end(curves, start, seconds) for start in starts]
    energies = np.array([_energy(curves, start, end) for start, (end, _) in zip(starts, ends, strict=True)])
    low, high = float(energies.min()), float(energies.max())
    rank = (energies - low) / (high - low) if high > low else np.full(len(starts), arousal)
    cost = np.abs(rank - arousal) - BOUNDARY * np.array([on == "a section's end" for _, on in ends])
    best = int(np.argmin(cost))
    start, (end, on) = starts[best], ends[best]
    begins = "a section's start" if start in [0.0, *(s.start for s in curves.sections)] else "a downbeat"
    begins = "the beginning" if start == 0.0 else begins
    return Excerpt(round(start, 3), round(end, 3), f"from {begins} to {on}")


def _starts(curves: Curves, latest: float) -> list[float]:
    """Seconds at which a part may begin: sections, and the last downbeat, up to `latest`."""
    found = {0.0, *(section.start for section in curves.sections if section.start <= latest)}
    beats = curves.downbeats[curves.downbeats <= latest]
    return sorted(found | ({float(beats[-1])} if len(beats) else set()))


def _end(curves: Curves, start: float, seconds: float) -> tuple[float, str]:
    """Where a part from `start` ends, and on what."""
    last = start + seconds
    first = last - min(EARLY_S, EARLY_SHARE * seconds)
    edges = [section.end for section in curves.sections if first <= section.end <= last]
    if edges:
        return edges[-1], "a section's end"
    beats = curves.downbeats[(curves.downbeats >= first) & (curves.downbeats <= last)]
    return (float(beats[-1]), "a downbeat") if len(beats) else (last, "the cue's end")


def _energy(curves: Curves, start: float, end: float) -> float:
    inside = (curves.times >= start) & (curves.times < end)
    return float(curves.energy[inside].mean()) if inside.any() else 0.0
