"""The pictures of a run of `tonescape paint`: from songs or recipes, and with `--only` beside those that stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, cast, get_args

from tonescape.cli.console import warn
from tonescape.core.errors import InputError, OutputError, UsageError

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
    jobs = paint_jobs(songs, options, whole=whole)
    _refuse_foreign(jobs)
    return _changed(jobs, options, only)


def from_songs(
    heard: Sequence[Heard], options: PaintOptions, title: str, before: Sequence[Recipe], only: Sequence[str]
) -> list[PaintJob]:
    """Jobs of songs. With `only` the other pictures of the set are those `before`, where their songs are there."""
    from tonescape import pipeline
    from tonescape.show.paint_job import paint_jobs

    if not only or not before:
        jobs = pipeline.plan(heard, options, title)
        _refuse_foreign(jobs)
        if not only:
            _warn_of_replaced(jobs, options)
        return _changed(jobs, options, only) if only else jobs
    jobs = pipeline.plan(heard, replace(options, style=None, motif=None, seed=None), title)
    asked, there = [_identity(job.brief) for job in jobs], [_identity(each.brief) for each in before]
    if asked != there:
        strange = next((a or b for a, b in zip_longest(asked, there) if a != b), None)
        raise UsageError(
            f"{options.out} holds a set of {len(there)} pictures, and these songs, with these --variants, make "
            f"{len(asked)}, or others; the first that differs: {strange[0] if strange else ''!r}. Change it by its "
            f"recipe: tonescape paint {options.out / 'recipe.json'} --only NAME --out {options.out}"
        )
    briefs = [
        replace(each.brief, curves=job.brief.curves, embedding=job.brief.embedding)
        for each, job in zip(before, jobs, strict=True)
    ]
    whole = briefs.pop() if len(jobs) > 1 and jobs[-1].brief.songs > 1 else None
    songs = [each for each in heard for _ in range(options.variants)]
    return _changed(paint_jobs(briefs, options, songs, whole), options, only)


def suffix_of(out: Path, png: bool) -> str:
    """Ending of the pictures: that of the set in `out` where it has only one kind, else as asked."""
    from tonescape.show.recipes import pictures_in

    kinds = {file.suffix for file in pictures_in(out)} if out.is_dir() else set()
    return ".png" if png or kinds == {".png"} else ".jpg"


def _identity(brief: Brief) -> tuple[str, str, int]:
    return brief.title, brief.artist, brief.songs


def _refuse_foreign(jobs: Sequence[PaintJob]) -> None:
    """OutputError where a picture would replace a file that Tonescape did not paint."""
    from tonescape.show.cover import read_recipe

    for job in jobs:
        if job.picture.exists() and read_recipe(job.picture) is None:
            raise OutputError(f"{job.picture}: not painted here, and left as it is; choose another folder with --out")


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
