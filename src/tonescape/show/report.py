"""report.html: a catalogue of the pictures of a run, in one file that opens anywhere and needs no network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tonescape.core.records import Failure
from tonescape.core.store import write_atomically
from tonescape.show import pages
from tonescape.show.accuracy import measured
from tonescape.show.paint_job import PaintJob
from tonescape.show.phrases import QUADRANTS, share
from tonescape.show.plots import Dot, mood_map
from tonescape.show.report_song import entry, spoken

SIDES = ((24, 900), (80, 640), (250, 420), (1000, 300))
"""(up to so many songs, px of an embedded picture): the file stays under some 20 MB"""

SMALLEST = 160
"""px of a picture in a report of more songs than SIDES names"""


def write_report(
    path: Path,
    jobs: Sequence[PaintJob],
    *,
    title: str = "",
    playlist: PaintJob | None = None,
    failures: Sequence[Failure] = (),
) -> None:
    """Write the catalogue of `jobs`, in order, whole or not at all.

    Pictures are embedded, reduced; each leads to its file by a relative link, and so does a player to the file of its
    song. The same input gives the same bytes.
    Raises OutputError where the file cannot be written.
    """
    many = len(jobs) > 1 or playlist is not None
    side = next((px for most, px in SIDES if len(jobs) <= most), SMALLEST)
    folder = path.parent
    text = pages.page(
        "report.html",
        script="report.js",
        images="data: 'self' file:",
        media="'self' file:",
        heading=title or (playlist.brief.title if playlist else jobs[0].brief.title if len(jobs) == 1 else ""),
        summary=_summary(jobs) if many or not jobs else None,
        average=_average(jobs, playlist),
        playlist=entry(playlist, folder, SIDES[0][1], 0) if playlist else None,
        mood_map=_map(jobs) if many else "",
        artists=any(job.brief.artist for job in jobs),
        entries=[entry(job, folder, side, number if many else 0) for number, job in enumerate(jobs, 1)],
        failures=failures,
        measured=measured(),
    )
    write_atomically(path, text.encode("utf-8", "replace"))


def _summary(jobs: Sequence[PaintJob]) -> str:
    count = len(jobs)
    counts = Counter(job.brief.mood.quadrant for job in jobs)
    kinds = ", ".join(f"{counts[quadrant]} {word}" for quadrant, word in QUADRANTS.items() if counts[quadrant])
    return f"{count} song{'s' * (count > 1)}, heard and painted: {kinds}." if count else "No song was painted."


def _average(jobs: Sequence[PaintJob], playlist: PaintJob | None) -> str:
    if playlist:
        mood = playlist.brief.mood
        return f"On the whole {mood.grid.lower()}: valence {share(mood.valence)}, arousal {share(mood.arousal)}."
    if not jobs:
        return ""
    mean = [sum(getattr(job.brief.mood, axis) for job in jobs) / len(jobs) for axis in ("valence", "arousal")]
    return f"On average: valence {share(mean[0])}, arousal {share(mean[1])}."


def _map(jobs: Sequence[PaintJob]) -> str:
    dots = [
        Dot(job.brief.mood, job.brief.main, spoken(job.brief), f"song-{number}", str(number))
        for number, job in enumerate(jobs, 1)
    ]
    return mood_map(dots, heading="All songs by valence and arousal")
