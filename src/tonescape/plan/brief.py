"""What to paint for one song."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tonescape.core.colour import nearest_name
from tonescape.core.records import Brief, Colours, Mood, Song
from tonescape.core.settings import checked
from tonescape.plan import motif as motifs
from tonescape.plan import palette as colours
from tonescape.plan import seed as seeds
from tonescape.plan import shape
from tonescape.plan import style as styles
from tonescape.plan.prompt import song_prompt
from tonescape.plan.reasons import explain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tonescape.core.records import Features


def colours_of(mood: Mood) -> Colours:
    """A song's colours alone, as `plan` gives them to its brief, in a tenth of the time."""
    palette = colours.palette(mood.valence, mood.arousal, mood.audio)
    return Colours(colours.main_colour(mood.audio), colours.mood_colour(mood.audio), palette)


def plan(
    song: Song,
    features: Features | None,
    mood: Mood,
    *,
    style: str | None = None,
    motif: str | None = None,
    seed: int | None = None,
    used: Mapping[str, int] | None = None,
    used_styles: Mapping[str, int] | None = None,
) -> Brief:
    """What to paint for a song.

    features : None for a song without audio; contour and bar are then flat
    style, motif : names that are installed, or None to choose by mood
    seed : 0 .. 2**32 - 1, also decides between motifs and styles that suit the mood; None takes the song's own
    used, used_styles : how often the other pictures of a set show each motif, and each style
    UsageError for a name that is not installed (with the nearest ones) and for a seed out of range.
    """
    brief = bare_brief(song, mood, style, motif, seed, used, used_styles)
    curves = features.curves if features is not None else None
    brief = replace(
        brief,
        contour=shape.contour(curves),
        beat_bars=shape.beat_bars(curves),
        sections=shape.sections(curves),
        curves=curves,
    )
    return replace(brief, reasons=explain(brief, asked=asked_for(style, motif, seed)))


def altered(brief: Brief, *, style: str | None = None, motif: str | None = None, seed: int | None = None) -> Brief:
    """A brief with another style, motif or seed; what the music decided stays. The brief itself where nothing differs.

    The words for the style in its prompt change with it. UsageError for a name that is not installed.
    """
    made = replace(
        brief,
        style=brief.style if style is None else checked("styles", style),
        motif=brief.motif if motif is None else checked("motifs", motif),
        seed=brief.seed if seed is None else seeds.checked(seed),
    )
    changed = frozenset(name for name in ("style", "motif", "seed") if getattr(made, name) != getattr(brief, name))
    if not changed:
        return brief
    made = replace(made, prompt=brief.prompt.replace(styles.words(brief.style), styles.words(made.style)))
    return replace(made, reasons=explain(made, asked=changed, voices=brief.songs if brief.songs > 1 else 0))


def restyled(brief: Brief, style: str, asked: frozenset[str], shared: str) -> Brief:
    """A song's brief in a style that it shares with others of its set. asked, shared : as in `explain`"""
    prompt = prompt_of(brief.title, brief.mood, brief.main_name, brief.mood_name, style)
    brief = replace(brief, style=style, prompt=prompt)
    return replace(brief, reasons=explain(brief, asked=asked, shared=shared))


def prompt_of(title: str, mood: Mood, main_name: str, mood_name: str, style: str) -> str:
    """The weighted prompt of a song in a style."""
    words, light = styles.words(style), styles.lighting(mood)
    return song_prompt(title, mood, main_name, mood_name, style=words, lighting=light)


def bare_brief(
    song: Song,
    mood: Mood,
    style: str | None,
    motif: str | None,
    seed: int | None,
    used: Mapping[str, int] | None = None,
    used_styles: Mapping[str, int] | None = None,
) -> Brief:
    """All but what the song's course over time and the reasons add."""
    identity = seeds.identity(song.title, song.artist, seed)
    own = colours_of(mood)
    main_name, mood_name = nearest_name(own.main), nearest_name(own.mood_colour)
    chosen = styles.pick(mood, identity, style, song.genre, used_styles)
    return Brief(
        title=song.title,
        artist=song.artist,
        genre=song.genre,
        mood=mood,
        palette=own.palette,
        main=own.main,
        mood_colour=own.mood_colour,
        main_name=main_name,
        mood_name=mood_name,
        motif=motifs.pick(mood, identity, motif, song.genre, used),
        style=chosen,
        prompt=prompt_of(song.title, mood, main_name, mood_name, chosen),
        seed=seeds.seed(song.title, song.artist, mood) if seed is None else seeds.checked(seed),
        contour=(shape.FLAT,) * shape.CONTOUR,
        beat_bars=(shape.FLAT,) * shape.BAR,
    )


def asked_for(style: str | None, motif: str | None, seed: int | None) -> frozenset[str]:
    """Those of "style", "motif" and "seed" that were asked for."""
    asked = {"style": style, "motif": motif, "seed": seed}
    return frozenset(name for name, value in asked.items() if value is not None)
