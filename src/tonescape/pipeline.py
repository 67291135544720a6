"""The main path: gather -> hear -> mood -> plan -> render -> show; and its branches `sheet`, `score` and `taste`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tonescape.core import work
from tonescape.core.records import Failure, Heard
from tonescape.core.store import sweep

if TYPE_CHECKING:
    from tonescape.core.records import Brief, FilmScore, Play, Script, WordMood
    from tonescape.score import ScoreOptions
    from tonescape.show.compare import Grid
    from tonescape.show.paint_job import PaintJob, PaintOptions
    from tonescape.show.taste_facts import Taste


def hear(sources: Sequence[str | Path], folder: Path | None, workers: int) -> Iterator[Heard | Failure]:
    """gather -> hear -> mood: every song of `sources` in order, as soon as it is ready; known ones cost no work.

    folder : of the catalogue; None keeps it in memory      workers : processes
    """
    from tonescape.gather import gather
    from tonescape.mood import catalogue

    songs = gather(sources, read=partial(catalogue.read_tags, folder))
    known, listen = partial(catalogue.known, folder), partial(catalogue.listen, folder)
    return (result for _, result in work.run(listen, songs, workers=workers, known=known, name=catalogue.name))


def plan(heard: Sequence[Heard], options: PaintOptions, title: str) -> list[PaintJob]:
    """mood -> plan: a job for each song and, of more than one, a last one for all of them, called `title`."""
    from tonescape.plan import plan_set
    from tonescape.show.paint_job import paint_jobs

    songs = [(each.song, each.features, each.mood) for each in heard]
    briefs, whole = plan_set(songs, title, style=options.style, motif=options.motif, seed=options.seed,
                             prompt=options.prompt, rule=options.rule, variants=options.variants)  # fmt: skip
    return paint_jobs(briefs, options, [each for each in heard for _ in range(options.variants)], whole)


def paint(jobs: Sequence[PaintJob], options: PaintOptions, workers: int) -> Iterator[tuple[PaintJob, str | Failure]]:
    """render: (job, recipe) as each picture is there; one that is there from the same recipe is left alone."""
    sweep(options.out)
    run = partial(_paint, options)
    return work.run(run, jobs, workers=min(workers, len(jobs)), name=lambda job: job.brief.title)


def publish(painted: Sequence[tuple[PaintJob, str]], options: PaintOptions, failures: Sequence[Failure]) -> Path:
    """show: recipe.json, the contact sheet and the report of what `paint` gave; the report's path."""
    from tonescape import show

    return show.publish(options.out, painted, failures, options.suffix)


def sheet(grid: Grid, heard: Sequence[Heard], out: Path, workers: int) -> Iterator[Brief | Path]:
    """plan -> render -> show: songs in several ways on a labelled sheet, `out`; briefs as painted, then its pages."""
    from tonescape.show import compare

    return compare.draw(grid, heard, out, workers)


def score(
    script: Script,
    heard: Sequence[Heard],
    out: Path,
    options: ScoreOptions,
    moods: Sequence[WordMood] | None = None,
    remarks: Sequence[str] = (),
) -> tuple[FilmScore, list[Path]]:
    """score -> show: a film's score, and the files of its cue sheet, written into `out`; the page first."""
    from tonescape.score import score as film_score
    from tonescape.show.cues import write_cues

    film = film_score(script, heard, options, moods, remarks)
    return film, write_cues(film, out)


def taste(heard: Sequence[Heard], plays: Sequence[Play], out: Path, *, silent: int, remarks: Sequence[str]) -> Taste:
    """show: what songs and plays say of a taste, also written as the page `out`. The rest as `taste_facts.taste`."""
    from tonescape.show import taste, taste_facts

    found = taste_facts.taste(heard, plays, silent=silent, remarks=remarks)
    taste.write_taste(found, out)
    return found


def _paint(options: PaintOptions, job: PaintJob) -> str:
    from tonescape.render import recipe_for
    from tonescape.show import cover
    from tonescape.show.paint_job import picture_of

    recipe = recipe_for(options.engine, job.brief, options.size, options.lettering)
    if cover.read_recipe(job.picture) != recipe:
        cover.save_cover(picture_of(job, options), job.picture)
    return recipe
