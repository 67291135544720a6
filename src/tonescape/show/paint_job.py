"""What a run is asked to paint, picture by picture: options of the whole run, and a job for each picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tonescape.core.errors import UsageError
from tonescape.core.records import NO_LETTERS, Brief, Description, Heard, Lettering, Picture
from tonescape.core.settings import among
from tonescape.plan import StyleRule
from tonescape.render import engine, paint
from tonescape.show.cover import cover_name

SIZE = 3000
"""px a side of a picture, as shops ask for covers"""


@dataclass(frozen=True, slots=True)
class PaintOptions:
    """What is asked of a run.

    out : folder      engine : its name      size : px a side      suffix : ".jpg" or ".png"
    style, motif, seed : None takes what suits the song      layout : of title and artist, "" for no letters
    at : place of the letters, "" for the quietest      font : file of a font for them, None for those that come along
    prompt : way to word the prompt, None takes the weighted one
    rule : who shares a style, None decides by how alike the moods are (`plan.sets`)      variants : of each song
    typed : the words of the command line, without the program's name, `--only` and `--out`; see `PaintJob.again`
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
    rule: StyleRule | None = None
    variants: int = 1
    at: str = ""
    font: Path | None = None
    typed: tuple[str, ...] = ()

    @property
    def lettering(self) -> Lettering:
        """Layout, place and font as a recipe holds them; UsageError for a font that cannot be used."""
        from tonescape.show.faces import checked_font

        if not self.layout:
            return NO_LETTERS
        return Lettering(self.layout, self.at, checked_font(self.font) if self.font else "")


@dataclass(frozen=True, slots=True, eq=False)
class PaintJob:
    """A picture and what it shows.

    picture : its file      size : px a side
    heard : None for a playlist's picture, and for one painted from a recipe
    again : the words of the command line that paints it again into its place, without the program's name; () where
        there is none
    """

    brief: Brief
    picture: Path
    heard: Heard | None = None
    engine: str = "painter"
    size: int = SIZE
    again: tuple[str, ...] = ()

    def showing(self, brief: Brief) -> PaintJob:
        """The same job for another brief, with the reasons that are true of the engine."""
        job = replace(self, brief=brief)
        return replace(job, brief=replace(brief, reasons=job.description.reasons))

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
    many = len(briefs) > 1
    jobs = [
        _job(brief, cover_name(number, len(briefs), brief.title), options, song, str(number) if many else "")
        for number, (brief, song) in enumerate(zip(briefs, songs, strict=True), 1)
    ]
    return jobs if whole is None else [*jobs, _job(whole, PLAYLIST, options, None, PLAYLIST)]


def _job(brief: Brief, name: str, options: PaintOptions, heard: Heard | None, only: str) -> PaintJob:
    """A job whose captions and reasons are true of the engine that paints it. only : what `--only` calls it"""
    place = ("--only", only) if only else ()
    again = (*options.typed, *place, "--out", str(options.out.absolute())) if options.typed else ()
    job = PaintJob(brief, options.out / (name + options.suffix), heard, options.engine, options.size, again)
    return job.showing(brief)


def picture_of(job: PaintJob, options: PaintOptions) -> Picture:
    """The picture of a job, painted now, with title and artist in letters where the options name a layout.

    UsageError, MissingError and WeightsError as `render.paint`.
    """
    from tonescape.show.typeset import lettered

    lettering = options.lettering
    painted = paint(options.engine, job.brief, size=options.size, lettering=lettering)
    if not lettering.layout:
        return painted
    return lettered(painted, job.brief, lettering, engine(options.engine).places(job.brief), options.font)


def chosen(jobs: Sequence[PaintJob], names: Sequence[str]) -> frozenset[int]:
    """Places in `jobs` of the pictures that `--only` names: by number, "playlist", whole title, or a part of one title.

    UsageError for a name that fits none or several, with the titles that are there.
    """
    return frozenset(_place(jobs, name) for name in names)


def _place(jobs: Sequence[PaintJob], name: str) -> int:
    wanted = " ".join(name.casefold().split())
    titles = [" ".join(job.brief.title.casefold().split()) for job in jobs]
    files = [job.picture.stem for job in jobs]
    songs = [place for place, file in enumerate(files) if file != PLAYLIST]
    if wanted in files:
        return files.index(wanted)
    if wanted.isdecimal() and 1 <= int(wanted[:9]) <= len(songs):
        return int(wanted) - 1
    for fits in ([p for p in songs if titles[p] == wanted], [p for p in songs if wanted and wanted in titles[p]]):
        if len(fits) == 1:
            return fits[0]
        if fits:
            numbers = ", ".join(str(place + 1) for place in fits)
            raise UsageError(f"--only {name!r} fits pictures {numbers}; name one of these numbers")
    return titles.index(among(wanted, titles, "song of this set"))


PLAYLIST = "playlist"
"""file name, without ending, of the picture of a whole set"""
