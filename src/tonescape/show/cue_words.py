"""What the parts of a cue sheet share: names, links and times of songs and of pieces of music."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tonescape.core.records import Placement, Song, WordMood
from tonescape.show.links import file_link

TOLD = 0.6
"""share of scenes with less of an emotion from which it is named; below it a scene has no more of it than is usual"""


def title_of(song: Song) -> str:
    """A song's title, or the name of its file."""
    return song.title or (song.path.stem if song.path else song.uri or "untitled")


def emotions_told(mood: WordMood) -> tuple[str, ...]:
    """The emotions that stand out most, up to three."""
    return tuple(emotion for emotion, share in mood.emotions[:3] if share >= TOLD)


def link_to(song: Song, folder: Path) -> str:
    """A relative link from a page in `folder` to the song's file; "" for a song without one."""
    if song.path is None:
        return ""
    return file_link(song.path, folder)


def clock(seconds: float) -> str:
    """1:02:03 or 2:03."""
    whole = max(0, round(seconds))
    hours, minutes = whole // 3600, whole // 60 % 60
    return f"{hours}:{minutes:02d}:{whole % 60:02d}" if hours else f"{minutes}:{whole % 60:02d}"


def sounding(plan: Sequence[Placement]) -> list[tuple[Placement, float]]:
    """Each piece of music with its whole length: placements that start one, with what continues it added."""
    out: list[tuple[Placement, float]] = []
    silent = True
    for entry in plan:
        if entry.match is None or entry.seconds <= 0:
            silent = True
        elif entry.role == "continues" and not silent:
            head, seconds = out[-1]
            out[-1] = (head, seconds + entry.seconds)
        else:
            out.append((entry, entry.seconds))
            silent = False
    return out
