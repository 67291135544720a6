"""A picture with what it shows, as sheet and report tell of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tonescape.core.records import Account, Brief, Heard
from tonescape.render import account, follows
from tonescape.show.cover import cover_name


@dataclass(frozen=True, slots=True, eq=False)
class Plate:
    """A picture and what it shows. heard : None for a playlist's picture, and for one painted from a recipe; account :
    what the engine makes of the brief, None where it shows motif and style as they stand there; typed : options that
    painting it again from its song takes, besides engine, motif, style, prompt and seed."""

    brief: Brief
    picture: Path
    heard: Heard | None = None
    engine: str = "painter"
    account: Account | None = None
    typed: tuple[str, ...] = ()

    @property
    def subject(self) -> str:
        return self.account.subject if self.account else self.brief.motif

    @property
    def style(self) -> str:
        return self.account.style if self.account else self.brief.style


def plate_of(
    brief: Brief, picture: Path, engine: str, size: int, heard: Heard | None = None, typed: tuple[str, ...] = ()
) -> Plate:
    """A plate whose captions and reasons are true of the engine that paints it, at so many px."""
    told = account(engine, brief, size)
    return Plate(replace(brief, reasons=told.reasons), picture, heard, engine, told, typed)


def palette_shows(plate: Plate) -> bool:
    """Whether the brief's palette is in the picture: some engines have colours of their own."""
    return "palette" in follows(plate.engine)


def plates(
    briefs: Sequence[Brief],
    out: Path,
    suffix: str,
    engine: str,
    size: int,
    heard: Sequence[Heard] = (),
    whole: Brief | None = None,
    typed: tuple[str, ...] = (),
) -> list[Plate]:
    """A plate for each brief, to lie in `out` under its number and title, and a last one for `whole`, the playlist's.

    heard : as many as briefs, or none      engine, size : what paints them, at how many px      typed : as in Plate
    """
    songs: Sequence[Heard | None] = heard or [None] * len(briefs)
    files = (out / (cover_name(number, len(briefs), b.title) + suffix) for number, b in enumerate(briefs, 1))
    found = [plate_of(b, file, engine, size, song, typed) for b, file, song in zip(briefs, files, songs, strict=True)]
    return found if whole is None else [*found, plate_of(whole, out / f"playlist{suffix}", engine, size)]
