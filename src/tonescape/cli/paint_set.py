"""The pictures of a run of `tonescape paint`: from songs or recipes, and with `--only` beside those that stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast, get_args

from tonescape.cli.console import warn
from tonescape.core.errors import InputError, UsageError

if TYPE_CHECKING:
    from tonescape.core.records import Brief, Heard
    from tonescape.plan import StyleRule
    from tonescape.plan.recipe import Recipe
    from tonescape.show.paint_job import PaintJob, PaintOptions


def recipes_of(files: Sequence[Path], options: Mapping[str, object]) -> list[Recipe]:
    """The recipes where recipes are named, [] where songs are; UsageError for both at once, and for what recipes hold
    themselves. options : those that recipes cannot change, by name, None where they were not given"""
    from tonescape.show.recipes import SUFFIXES, read_all

    named = [file for file in files if file.suffix.lower() in SUFFIXES]
    if not named:
        return []
    if len(named) < len(files):
        raise UsageError(f"{named[0]} is a recipe or a picture and the rest is music; paint each kind apart")
    for name in (name for name, value in options.items() if value is not None):
        if name == "embed":
            raise UsageError("a recipe names no file of a song; leave --embed out, or name the songs")
        raise UsageError(f"a recipe holds its own {name}; leave --{name} out, or name the songs")
    return read_all(files)


def earlier(out: Path) -> list[Recipe]:
    """The recipes of the set that lies in `out`, [] where there is none."""
    from tonescape.show.recipes import read_all

    file = out / "recipe.json"
    try:
        return read_all([file]) if file.is_file() else []
    except InputError as problem:
        raise InputError(f"{problem}; without --only the whole set is painted again, and its recipe written") from None


def checked_rule(name: str | None) -> StyleRule | None:
    """`name` as a rule for sharing styles; UsageError for any other word."""
    from tonescape.core.settings import among
    from tonescape.plan import StyleRule

    return None if name is None else cast("StyleRule", among(name, get_args(StyleRule), "rule for sharing styles"))


def typed(command: str, files: Sequence[Path], options: Mapping[str, object], png: bool) -> tuple[str, ...]:
    """`PaintOptions.typed`: what was typed, with files by their whole paths, so that it works from any folder.

    options : by their names on the command line, None where they were not given
    """
    given = [str(part) for name, value in options.items() if value is not None for part in (name, value)]
    return (command, *(str(file.absolute()) for file in files), *given, *(["--png"] if png else []))


def from_recipes(recipes: Sequence[Recipe], options: PaintOptions, only: Sequence[str]) -> list[PaintJob]:
    """Jobs of recipes; a playlist's own picture among its songs' is the last, as it was when they were painted.

    Style, motif and seed of `options` change the pictures that `only` names, or all of them.
    """
    from tonescape.show.paint_job import paint_jobs

    briefs = [each.brief for each in recipes]
    wholes = [brief for brief in briefs if brief.songs > 1]
    whole = wholes[0] if len(wholes) == 1 and len(briefs) > 1 else None
    songs = [brief for brief in briefs if brief is not whole]
    return _changed(paint_jobs(songs, options, whole=whole), options, only)


def from_songs(
    heard: Sequence[Heard], options: PaintOptions, title: str, before: Sequence[Recipe], only: Sequence[str]
) -> list[PaintJob]:
    """Jobs of songs. With `only` the other pictures of the set are those `before`, where their songs are there."""
    from tonescape import pipeline
    from tonescape.show.paint_job import paint_jobs

    if not only:
        jobs = pipeline.plan(heard, options, title)
        _warn_of_replaced(jobs, options)
        return jobs
    usual = replace(options, style=None, motif=None, seed=None) if before else options
    jobs = pipeline.plan(heard, usual, title)
    known = {_identity(each.brief, place): each.brief for place, each in enumerate(before)}
    briefs = [known.get(_identity(job.brief, place), job.brief) for place, job in enumerate(jobs)]
    whole = briefs.pop() if len(jobs) > 1 and jobs[-1].brief.songs > 1 else None
    songs = [each for each in heard for _ in range(options.variants)]
    curves = [replace(b, curves=job.brief.curves, embedding=job.brief.embedding) for b, job in zip(briefs, jobs)]  # noqa: B905
    return _changed(paint_jobs(curves, options, songs, whole), options, only)


def _identity(brief: Brief, place: int) -> tuple[int, str, str, int]:
    return place, brief.title, brief.artist, brief.songs


def _changed(jobs: list[PaintJob], options: PaintOptions, only: Sequence[str]) -> list[PaintJob]:
    """Jobs with the style, motif and seed that were asked for, of those that `only` names or else of all."""
    from tonescape.plan import altered
    from tonescape.show.paint_job import chosen

    places = chosen(jobs, only) if only else frozenset(range(len(jobs)))
    asked = any(value is not None for value in (options.style, options.motif, options.seed))
    if only and not asked and all(jobs[place].picture.exists() for place in places):
        warn("--only changes nothing by itself; add --motif, --style or --seed for another picture")
    alter = partial(altered, style=options.style, motif=options.motif, seed=options.seed)
    changed = []
    for place, job in enumerate(jobs):
        brief = alter(job.brief) if place in places else job.brief
        changed.append(job if brief is job.brief else job.showing(brief))
    return changed


def _warn_of_replaced(jobs: Sequence[PaintJob], options: PaintOptions) -> None:
    """Lines that say which pictures of an earlier run this one replaces, and which stay beside it."""
    from tonescape.render import recipe_for
    from tonescape.show.cover import read_recipe
    from tonescape.show.recipes import pictures_in

    there = {file.name for file in pictures_in(options.out)} if options.out.is_dir() else set()
    ours = {job.picture.name: job for job in jobs}
    replaced = [
        name
        for name in sorted(there & set(ours))
        if read_recipe(ours[name].picture)
        != recipe_for(options.engine, ours[name].brief, options.size, options.lettering)
    ]
    if replaced:
        warn(f"{options.out}: {_named(replaced)} of an earlier run will be replaced")
    if stay := sorted(there - set(ours)):
        warn(f"{options.out}: {_named(stay)} of an earlier run will stay, but not in report, sheet and recipe")


def _named(files: Sequence[str]) -> str:
    return files[0] if len(files) == 1 else f"{len(files)} pictures ({files[0]} to {files[-1]})"
