"""What the report says of a song: label, mood, colours, sound, reasons; `templates/report_song.html` sets it."""

from __future__ import annotations

import base64
import io
import math
import shlex
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

from tonescape.core.colour import hex_of, oklch_to_srgb8
from tonescape.core.records import AudioFeatures, Brief, Heard, Mood, Reason, Scores
from tonescape.mood.classes import shown
from tonescape.mood.maps import lastfm
from tonescape.show.accuracy import classes_figure, feature_figure, figure, own_name, point_figure, shown_name
from tonescape.show.links import PLAYABLE, file_link
from tonescape.show.paint_job import PaintJob
from tonescape.show.phrases import (
    NO_BEAT,
    NO_KEY,
    class_disagrees,
    duration,
    key_name,
    quadrant_word,
    share,
    sound_line,
    sureness_word,
)
from tonescape.show.plots import Dot, bar, chip, contour_curve, energy_curve, small_plane, strip
from tonescape.show.thumbs import thumbnail

if TYPE_CHECKING:
    from markupsafe import Markup

REASONS = 40
"""most reasons shown"""

_QUALITY = 82
"""of an embedded picture, JPEG"""


@dataclass(frozen=True, slots=True)
class EmbeddedPicture:
    """A picture reduced to width x height px, as a data URI, with a link to its file."""

    data: Markup
    width: int
    height: int
    alt: str
    link: str


@dataclass(frozen=True, slots=True)
class NumberRow:
    """A number with what was measured about it. bar : how full it is, drawn; "" where it is no amount"""

    label: str
    value: str
    figure: str
    source: str = ""
    bar: str = ""


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """A line of scores, with the figure that was measured under a name. remark : said below it, "" for nothing"""

    heading: str
    listed: str
    figure: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class NamedColour:
    """One of Pixtape's two colours of the music. code : "#285a8c" """

    label: str
    name: str
    code: str
    chip: Markup


@dataclass(frozen=True, slots=True)
class SongEntry:
    """A song, or the playlist, as the templates read it.

    number : of the song on the page, 0 where there is only one      words : (map of moods, its word)
    sound : link to the song's file, "" where there is none that browsers play
    palette : codes of the colours the engine paints with, () where it uses none
    main_colours : main and mood colour, () where the engine reads neither
    curve, curve_note : the drawing of the energy, "" where no sound was heard, and what it shows
    prompt : "" where the engine reads none      again : what to type to paint the picture again
    options : those that give another picture
    """

    number: int
    title: str
    artist: str
    facts: tuple[str, ...]
    sound: str
    picture: EmbeddedPicture
    mood: Mood
    axes: tuple[NumberRow, ...]
    sureness: str
    words: tuple[tuple[str, str], ...]
    plane: Markup
    scores: tuple[ScoreLine, ...]
    chip: Markup
    palette: tuple[str, ...]
    palette_strip: Markup
    main_colours: tuple[NamedColour, ...]
    curve: str
    curve_note: str
    reasons: tuple[Reason, ...]
    features: tuple[NumberRow, ...]
    prompt: str
    again: str
    options: str


def entry(job: PaintJob, folder: Path, side: int, number: int) -> SongEntry:
    """A job as a report in `folder` shows it, its picture reduced to `side` px. number : 0 where it has none"""
    brief, heard, uses = job.brief, job.heard, job.uses
    mood = brief.mood
    measured = heard.features is not None if heard else bool(mood.gems)  # a recipe names no song
    colours = [oklch_to_srgb8(colour) for colour in brief.palette] if "palette" in uses else []
    curve, note = _curve(brief, heard)
    return SongEntry(
        number=number,
        title=brief.title,
        artist=brief.artist,
        facts=_facts(mood.audio, heard),
        sound=_sound(heard, folder),
        picture=_picture(job, folder, side),
        mood=mood,
        axes=tuple(
            NumberRow(label, share(value), point_figure(label.lower(), mood, heard=measured))
            for label, value in (("Valence", mood.valence), ("Arousal", mood.arousal))
        ),
        sureness=f"{sureness_word(mood.sureness).capitalize()} (sureness {share(mood.sureness)})",
        words=_words(mood),
        plane=small_plane(Dot(mood, brief.main, "")),
        scores=tuple(_scores(mood, heard=measured)),
        chip=chip(brief.main),
        palette=tuple(hex_of(colour) for colour in colours),
        palette_strip=strip(colours),
        main_colours=_main_colours(brief) if uses & {"palette", "prompt"} else (),
        curve=curve,
        curve_note=note,
        reasons=_reasons(job),
        features=_features(mood, heard),
        prompt=brief.prompt if "prompt" in uses else "",
        again=again(job),
        options=" or ".join(f"--{name}" for name in ("motif", "style", "seed") if name in {*job.uses, "seed"}),
    )


def spoken(brief: Brief) -> str:
    """ "Blue in Green by Miles Davis"."""
    return f"{brief.title or 'Untitled'} by {brief.artist}" if brief.artist else brief.title or "Untitled"


def _picture(job: PaintJob, folder: Path, side: int) -> EmbeddedPicture:
    from markupsafe import Markup
    from PIL import Image

    out = io.BytesIO()
    small = thumbnail(job.picture, side)
    Image.fromarray(small).save(out, "JPEG", quality=_QUALITY)
    data = Markup("data:image/jpeg;base64," + base64.b64encode(out.getvalue()).decode())
    painted = job.style, job.subject, *([job.brief.main_name] if job.engine == "painter" else [])
    alt = f"Painting of {spoken(job.brief)}: {', '.join(painted)}"
    return EmbeddedPicture(data, small.shape[1], small.shape[0], alt, file_link(job.picture, folder))


def _facts(audio: AudioFeatures, heard: Heard | None) -> tuple[str, ...]:
    sound = sound_line(audio, heard=bool(heard and heard.features))
    if heard is None:
        return (sound,) if sound else ()
    song = heard.song
    year = str(song.year) if song.year else ""
    return tuple(filter(None, (song.album, year, song.genre, duration(song.duration_s), sound)))


def _sound(heard: Heard | None, folder: Path) -> str:
    path = heard.song.path if heard else None
    return file_link(path, folder) if path and path.suffix.lower() in PLAYABLE else ""


def _words(mood: Mood) -> tuple[tuple[str, str], ...]:
    names = (
        ("Russell", mood.russell),
        ("Thayer", mood.thayer),
        ("Last.fm", lastfm(mood.valence, mood.arousal)),
        ("Quadrant", f"{mood.quadrant}, {quadrant_word(mood)}"),
    )
    return tuple((kind, word) for kind, word in names if word)


def _scores(mood: Mood, *, heard: bool) -> list[ScoreLine]:
    """Classes, mood words and emotions, those that there are. heard : there was sound"""
    lines = (
        ("Classes", mood.classes, classes_figure(mood, heard=heard), class_disagrees(mood)),
        ("AllMusic mood words, more than this share of songs", mood.tags, figure("tags"), ""),
        ("GEMS emotions, felt by this share of listeners", mood.gems, figure("gems"), ""),
    )
    return [ScoreLine(heading, _listed(scores), how, remark) for heading, scores, how, remark in lines if scores]


def _listed(scores: Scores) -> str:
    return ", ".join(f"{shown(label).replace('_', ' ')[:60]} {share(value)}" for label, value in scores[:9])


def _main_colours(brief: Brief) -> tuple[NamedColour, ...]:
    return tuple(
        NamedColour(label, word, hex_of(colour), chip(colour))
        for label, colour, word in (
            ("Main colour", brief.main, brief.main_name),
            ("Mood colour", brief.mood_colour, brief.mood_name),
        )
    )


def _reasons(job: PaintJob) -> tuple[Reason, ...]:
    """Main and mood colour are reasons only where a prompt names them."""
    read = "prompt" in job.uses
    kept = (r for r in job.brief.reasons if read or not r.choice.startswith(("main colour ", "mood colour ")))
    return tuple(kept)[:REASONS]


def _curve(brief: Brief, heard: Heard | None) -> tuple[str, str]:
    """(drawing, what it shows)"""
    curves = heard.features.curves if heard and heard.features else brief.curves
    if curves is not None and curves.energy.size:
        seconds = heard.song.duration_s if heard and heard.song.duration_s else 0.0
        note = "Energy from start to end. Letters: sections, alike where they sound alike. Ticks: beats, bars longer."
        return energy_curve(curves, seconds), note
    if len(set(brief.contour)) > 1:
        return contour_curve(brief.contour), "Energy from start to end."
    return "", "No sound was heard: these are a playlist's numbers."


def _features(mood: Mood, heard: Heard | None) -> tuple[NumberRow, ...]:
    measured = heard.features.audio if heard and heard.features else None
    return tuple(_feature(field.name, mood, measured) for field in fields(AudioFeatures))


NOT_THERE = {"key": NO_KEY, "tempo": NO_BEAT}
"""what is said of a song that was heard and has none"""


def _feature(label: str, mood: Mood, measured: AudioFeatures | None) -> NumberRow:
    """A row of the twelve. measured : what was measured in the sound, None where there was none"""
    value = getattr(mood.audio, label)
    heading = shown_name(own_name(label))
    if value is None or not math.isfinite(value):
        return NumberRow(heading, NOT_THERE.get(label, "unknown") if measured is not None else "unknown", "")
    heard = measured is not None and getattr(measured, label) is not None
    source = "from the playlist" if label in mood.given else "measured" if heard else "estimated"
    return NumberRow(heading, _value(label, mood.audio), feature_figure(label, mood), source, bar(_part(label, value)))


def _value(label: str, audio: AudioFeatures) -> str:
    """A known feature in its unit."""
    value = float(getattr(audio, label))
    if label == "key":
        return key_name(AudioFeatures(key=value))
    if label == "mode":
        return "major" if round(value) == 1 else "minor"
    if label == "time_signature":
        return f"{value:.0f}/4"
    return {"loudness": f"{value:.1f} dB", "tempo": f"{value:.1f} BPM"}.get(label, share(value))


def _part(label: str, value: float) -> float | None:
    """How full a feature's bar is; None for those that are no amounts."""
    if label in ("key", "mode", "time_signature"):
        return None
    return {"loudness": (value + 60) / 60, "tempo": value / 220}.get(label, value)


def again(job: PaintJob) -> str:
    """What to type to paint a picture again; "" where nothing is known to type."""
    return shlex.join(("tonescape", *job.again)) if job.again else ""
