"""What a run is asked to paint, picture by picture: options of the whole run, and a job for each picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tonescape.core.records import Brief, Description, Heard, Picture
from tonescape.render import engine, paint
from tonescape.show.cover import cover_name

SIZE = 3000
"""px a side of a picture, as shops ask for covers"""


@dataclass(frozen=True, slots=True)
class PaintOptions:
    """What is asked of a run.

    out : folder      engine : its name      size : px a side      suffix : ".jpg" or ".png"
    style, motif, seed : None takes what suits the song      layout : of title and artist, "" for no letters
    prompt : way to word the prompt, None takes the weighted one
    typed : command line options that painting one of its songs again takes; see `PaintJob`
    """

    out: Path
    engine: str = "painter"
    size: int = SIZE
    suffix: str = ".jpg"
    style: str | None = None
    motif: str | None = None
    seed: int | None = None
    layout: str = ""
    prompt: str | None = None
    typed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class PaintJob:
    """A picture and what it shows.

    picture : its file      size : px a side
    heard : None for a playlist's picture, and for one painted from a recipe
    typed : options that painting it again from its song takes, besides engine, motif, style, prompt and seed
    """

    brief: Brief
    picture: Path
    heard: Heard | None = None
    engine: str = "painter"
    size: int = SIZE
    typed: tuple[str, ...] = ()

    @property
    def description(self) -> Description:
        """What the engine makes of the brief."""
        return engine(self.engine).describe(self.brief, self.size)

    @property
    def subject(self) -> str:
        return self.description.subject

    @property
    def style(self) -> str:
        return self.description.style

    @property
    def uses(self) -> frozenset[str]:
        """Which of "motif", "style", "palette" and "prompt" change the engine's pictures."""
        return engine(self.engine).uses


def paint_jobs(
    briefs: Sequence[Brief], options: PaintOptions, heard: Sequence[Heard] = (), whole: Brief | None = None
) -> list[PaintJob]:
    """A job for each brief, whose file is named by number and title, and a last one for `whole`, the playlist's.

    heard : as many as briefs, or none
    """
    songs: Sequence[Heard | None] = heard or [None] * len(briefs)
    names = (cover_name(number, len(briefs), brief.title) for number, brief in enumerate(briefs, 1))
    jobs = [
        _job(brief, name, options, song, options.typed) for brief, name, song in zip(briefs, names, songs, strict=True)
    ]
    return jobs if whole is None else [*jobs, _job(whole, "playlist", options)]


def _job(
    brief: Brief, name: str, options: PaintOptions, heard: Heard | None = None, typed: tuple[str, ...] = ()
) -> PaintJob:
    """A job whose captions and reasons are true of the engine that paints it."""
    job = PaintJob(brief, options.out / (name + options.suffix), heard, options.engine, options.size, typed)
    return replace(job, brief=replace(brief, reasons=job.description.reasons))


def picture_of(job: PaintJob, options: PaintOptions) -> Picture:
    """The picture of a job, painted now, with title and artist in letters where the options name a layout.

    UsageError, MissingError and WeightsError as `render.paint`.
    """
    from tonescape.show.typeset import lettered

    painted = paint(options.engine, job.brief, size=options.size, layout=options.layout)
    return lettered(painted, job.brief, options.layout)
