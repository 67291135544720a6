"""report.html: a catalogue of the pictures of a run, in one file that opens anywhere and fetches nothing."""

from __future__ import annotations

import base64
import io
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from string import Template
from urllib.parse import quote

from tonescape.core.records import Brief, Failure
from tonescape.core.store import write_atomically
from tonescape.show import report_song as song_page
from tonescape.show.markup import csp_hash, esc, name, piece
from tonescape.show.paint_job import PaintJob
from tonescape.show.phrases import QUADRANTS, share
from tonescape.show.plots import Dot, chip, mood_map
from tonescape.show.thumbs import thumbnail

SIDES = ((24, 900), (80, 640), (250, 420), (1000, 300))
"""(up to so many songs, px of an embedded picture): the file stays under some 20 MB"""

SMALLEST = 160
"""px of a picture in a report of more songs than SIDES names"""

_QUALITY = 82


def write_report(
    path: Path,
    jobs: Sequence[PaintJob],
    *,
    title: str = "",
    playlist: PaintJob | None = None,
    failures: Sequence[Failure] = (),
) -> None:
    """Write the catalogue of `jobs`, in order, whole or not at all.

    Pictures are embedded, reduced; each leads to its file by a relative link. The same input gives the same bytes.
    Raises OutputError where the file cannot be written.
    """
    heading = title or (playlist.brief.title if playlist else jobs[0].brief.title if len(jobs) == 1 else "")
    style = piece("report.css")
    page = Template(piece("report.html")).substitute(
        title=esc(heading or "Tonescape"),
        style=style,
        hash=csp_hash(style),
        measured=song_page.measured(),
        main="".join(_body(path.parent, heading, jobs, playlist, failures)),
    )
    write_atomically(path, page.encode("utf-8", "replace"))


def _body(
    folder: Path, heading: str, jobs: Sequence[PaintJob], playlist: PaintJob | None, failures: Sequence[Failure]
) -> Iterator[str]:
    many = len(jobs) > 1 or playlist is not None
    side = next((px for most, px in SIDES if len(jobs) <= most), SMALLEST)
    if many or not jobs:
        yield _title_page(folder, heading, jobs, playlist)
    if many:
        yield _overview(jobs)
        yield '<section aria-labelledby="plates"><h2 id="plates" class="rubric">Plates</h2>'
    for number, job in enumerate(jobs, 1):
        picture = figure(folder, job, side)
        yield song_page.article(job, picture, number if many else 0)
    if many:
        yield "</section>"
    if failures:
        rows = "".join(f"<tr><th scope=row>{name(f.source)}</th><td>{esc(f.error)}</td></tr>" for f in failures)
        yield (
            '<section class="failures" aria-labelledby="failures"><h2 id="failures" class="rubric">Not painted</h2>'
            "<table><thead><tr><th scope=col>Source</th><th scope=col>Why</th></tr></thead>"
            f"<tbody>{rows}</tbody></table></section>"
        )


def _title_page(folder: Path, heading: str, jobs: Sequence[PaintJob], playlist: PaintJob | None) -> str:
    count = len(jobs)
    counts = Counter(job.brief.mood.quadrant for job in jobs)
    kinds = ", ".join(f"{counts[quadrant]} {word}" for quadrant, word in QUADRANTS.items() if counts[quadrant])
    lead = f"{count} song{'s' * (count > 1)}, heard and painted: {kinds}." if count else "No song was painted."
    words, picture, reasons = "", "", ""
    if playlist:
        words = song_page.playlist_label(playlist)
        reasons = song_page.more(0) + song_page.reasons(playlist)
        picture = figure(folder, playlist, SIDES[0][1])
    elif count:
        mean = [sum(getattr(job.brief.mood, axis) for job in jobs) / count for axis in ("valence", "arousal")]
        words = f"<p>On average: valence {share(mean[0])}, arousal {share(mean[1])}.</p>"
    return (
        f'<header class="title-page{" with-picture" if picture else ""}"><div class="words">'
        f'<p class="kicker">A Tonescape catalogue</p>'
        f"<h1{song_page.long_class(heading)}>{name(heading or 'Untitled')}</h1>"
        f'<p class="lead">{esc(lead)}</p>{words}</div>{picture}{reasons}</header>'
    )


def _overview(jobs: Sequence[PaintJob]) -> str:
    """The map of all songs and the list of jobs beside it."""
    dots = [
        Dot(job.brief.mood, job.brief.main, _spoken(job.brief), f"song-{number}", str(number))
        for number, job in enumerate(jobs, 1)
    ]
    items = "".join(
        f'<li><a href="#song-{number}"><span class="no">{number}</span>{chip(job.brief.main)}'
        f'<span class="what"><cite>{name(job.brief.title or "Untitled", 160)}</cite> '
        f'<span class="by">{name(job.brief.artist, 120)}</span></span>'
        f'<span class="word">{esc(job.brief.mood.grid)}</span></a></li>'
        for number, job in enumerate(jobs, 1)
    )
    size = "few" if len(jobs) <= 24 else "many"
    return (
        f'<section class="overview {size}" aria-labelledby="moods"><h2 id="moods" class="rubric">Moods</h2>'
        f"<figure>{mood_map(dots, heading='All songs by valence and arousal')}"
        "<figcaption>Each dot is a song in its main colour; the larger, the surer its place.</figcaption></figure>"
        f'<ol class="index">{items}</ol></section>'
    )


def figure(folder: Path, job: PaintJob, side: int) -> str:
    """A picture as an element, reduced to `side` px, leading to its file."""
    from PIL import Image

    out = io.BytesIO()
    small = thumbnail(job.picture, side)
    Image.fromarray(small).save(out, "JPEG", quality=_QUALITY)
    data = base64.b64encode(out.getvalue()).decode()
    height, width = small.shape[:2]
    painted = job.style, job.subject, *([job.brief.main_name] if job.engine == "painter" else [])
    alt = f"Painting of {_spoken(job.brief)}: {', '.join(painted)}"
    image = f'<img src="data:image/jpeg;base64,{data}" width="{width}" height="{height}" alt="{esc(alt)}">'
    try:
        link = quote(Path(os.path.relpath(job.picture, folder)).as_posix().encode("utf-8", "surrogateescape"))
    except ValueError:  # Windows: the picture is on another drive
        return f'<figure class="picture">{image}</figure>'
    return f'<figure class="picture"><a href="./{esc(link, 4000)}" title="Full size">{image}</a></figure>'


def _spoken(brief: Brief) -> str:
    return f"{brief.title or 'Untitled'} by {brief.artist}" if brief.artist else brief.title or "Untitled"
