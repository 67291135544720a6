"""The songs of a library that a score may use: those a filter keeps and, on request, those without a clash."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tonescape.core.errors import InputError
from tonescape.core.records import Heard
from tonescape.mood.where import where
from tonescape.score.clean import clash
from tonescape.score.options import ScoreOptions


@dataclass(frozen=True, slots=True)
class Sifted:
    """songs : those left, in order      remarks : how many were left out, and why"""

    songs: tuple[Heard, ...]
    remarks: tuple[str, ...]


def sift(library: Sequence[Heard], options: ScoreOptions) -> Sifted:
    """The songs that `options.where` and `options.clean` leave. Raises InputError where they leave none of some."""
    songs = tuple(library)
    remarks: list[str] = []
    if options.where:
        kept = where(options.where).keep(songs)
        if len(kept.songs) < len(songs):
            remarks.append(f'"{options.where}" keeps {len(kept.songs)} of {len(songs)} songs')
            remarks += [remark] if (remark := kept.remark()) else []
        songs = kept.songs
    if options.clean:
        why = [clash(heard.song) for heard in songs]
        counts = Counter(reason for reason in why if reason)
        if counts:
            by_reason = ", ".join(f"{count} for {reason}" for reason, count in sorted(counts.items()))
            remarks.append(f"--clean leaves out {counts.total()} of {len(songs)} songs: {by_reason}")
        songs = tuple(heard for heard, reason in zip(songs, why, strict=True) if not reason)
    if library and not songs:
        raise InputError(f"no song is left to score with: {'; '.join(remarks)}")
    return Sifted(songs, tuple(remarks))
