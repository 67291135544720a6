"""Mood -> Brief: palette, motif, style, seed, prompt, and the reasons for them."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields, replace
from typing import TYPE_CHECKING

from tonescape.core.colour import nearest_name
from tonescape.core.errors import UsageError
from tonescape.core.records import AudioFeatures, Brief, Colours, Mood, Song
from tonescape.mood import named
from tonescape.plan import approaches, shape
from tonescape.plan import motif as motifs
from tonescape.plan import palette as colours
from tonescape.plan import seed as seeds
from tonescape.plan import style as styles
from tonescape.plan.prompt import song_prompt
from tonescape.plan.reasons import explain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tonescape.core.records import Features

__all__ = ["colours_of", "plan", "plan_set", "playlist_brief"]


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
) -> Brief:
    """What to paint for a song.

    features : None for a song without audio; contour and bar are then flat
    style, motif : names that are installed, or None to choose by mood      seed : 0 .. 2**32 - 1, or None
    used : how often the other pictures of a set show each motif
    UsageError for a name that is not installed (with the nearest ones) and for a seed out of range.
    """
    brief = _brief(song, mood, style, motif, seed, used)
    curves = features.curves if features is not None else None
    brief = replace(
        brief,
        contour=shape.contour(curves),
        beat_bars=shape.beat_bars(curves),
        sections=shape.sections(curves),
        curves=curves,
    )
    return replace(brief, reasons=explain(brief, asked=_asked(style, motif, seed)))


def playlist_brief(
    title: str,
    briefs: Sequence[Brief],
    *,
    style: str | None = None,
    motif: str | None = None,
    seed: int | None = None,
) -> Brief:
    """One picture for many songs: from their mean mood and mean features, the commonest key, the mean contour.

    The rest as in `plan`. UsageError for no briefs.
    """
    if not briefs:
        raise UsageError("a playlist picture needs at least one song")
    brief = _brief(Song(title=title), _mean_mood([one.mood for one in briefs]), style, motif, seed)
    brief = replace(
        brief,
        contour=_mean_curve([one.contour for one in briefs]),
        beat_bars=_mean_curve([one.beat_bars for one in briefs]),
        songs=len(briefs),
    )
    return replace(brief, reasons=explain(brief, asked=_asked(style, motif, seed), voices=len(briefs)))


def plan_set(
    songs: Sequence[tuple[Song, Features | None, Mood]],
    title: str,
    *,
    style: str | None = None,
    motif: str | None = None,
    seed: int | None = None,
    prompt: str | None = None,
) -> tuple[list[Brief], Brief | None]:
    """What to paint for songs that belong together: a brief each, and one for all of them (None for a single song).

    The set hangs together: where no style is asked for, all share the one that suits their mean mood. Motifs that the
    set shows already are taken less gladly.
    title : of the playlist      prompt : of `approaches.APPROACHES`, None for the weighted one
    The rest, and the errors, as in `plan`.
    """
    briefs: list[Brief] = []
    used: Counter[str] = Counter()
    for song, heard, mood in songs:
        briefs.append(plan(song, heard, mood, style=style, motif=motif, seed=seed, used=used))
        used[briefs[-1].motif] += 1
    whole = playlist_brief(title, briefs, style=style, motif=motif, seed=seed) if len(briefs) > 1 else None
    if whole is not None and style is None:
        asked = _asked(style, motif, seed)
        briefs = [_restyled(brief, whole.style, asked) for brief in briefs]
    if prompt is not None:
        own = [song for song, _, _ in songs]
        briefs = [approaches.asked(brief, [song], prompt) for brief, song in zip(briefs, own, strict=True)]
        whole = approaches.asked(whole, own, prompt) if whole is not None else None
    return briefs, whole


def _restyled(brief: Brief, style: str, asked: frozenset[str]) -> Brief:
    prompt = _prompt(brief.title, brief.mood, brief.main_name, brief.mood_name, style)
    brief = replace(brief, style=style, prompt=prompt)
    return replace(brief, reasons=explain(brief, asked=asked, shared=True))


def _prompt(title: str, mood: Mood, main_name: str, mood_name: str, style: str) -> str:
    words, light = styles.words(style), styles.lighting(mood)
    return song_prompt(title, mood, main_name, mood_name, style=words, lighting=light)


def _brief(
    song: Song,
    mood: Mood,
    style: str | None,
    motif: str | None,
    seed: int | None,
    used: Mapping[str, int] | None = None,
) -> Brief:
    """All but what the song's course over time and the reasons add."""
    identity = seeds.identity(song.title, song.artist)
    own = colours_of(mood)
    main_name, mood_name = nearest_name(own.main), nearest_name(own.mood_colour)
    chosen = styles.pick(mood, identity, style, song.genre)
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
        prompt=_prompt(song.title, mood, main_name, mood_name, chosen),
        seed=seeds.seed(song.title, song.artist, mood) if seed is None else seeds.checked(seed),
        contour=(shape.FLAT,) * shape.CONTOUR,
        beat_bars=(shape.FLAT,) * shape.BAR,
    )


def _asked(style: str | None, motif: str | None, seed: int | None) -> frozenset[str]:
    asked = {"style": style, "motif": motif, "seed": seed}
    return frozenset(name for name, value in asked.items() if value is not None)


def _mean_mood(moods: Sequence[Mood]) -> Mood:
    """Mean point and mean features; names of the mean point. Features nobody knows stay None."""
    means: dict[str, float | None] = {}
    for name in (f.name for f in fields(AudioFeatures)):
        known = [value for mood in moods if (value := getattr(mood.audio, name)) is not None]
        means[name] = sum(known) / len(known) if known else None
    for name in ("key", "time_signature"):  # a mean of names means nothing: the commonest, of equals the lowest
        counts = Counter(value for mood in moods if (value := getattr(mood.audio, name)) is not None)
        means[name] = min(counts, key=lambda value: (-counts[value], value)) if counts else None
    valence, arousal, sureness = (
        sum(getattr(mood, name) for mood in moods) / len(moods) for name in ("valence", "arousal", "sureness")
    )
    given = tuple(f.name for f in fields(AudioFeatures) if any(f.name in mood.given for mood in moods))
    return named(valence, arousal, sureness, AudioFeatures(**means), given)


def _mean_curve(curves: Sequence[tuple[float, ...]]) -> tuple[float, ...]:
    return tuple(round(sum(column) / len(curves), shape.DECIMALS) for column in zip(*curves, strict=True))
