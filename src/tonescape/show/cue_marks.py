"""Marks for the editing suite: CMX 3600 edit decision lists, and OpenTimelineIO where it is installed."""

from __future__ import annotations

from typing import Any

from tonescape.core.records import FilmScore, Match, Placement, Scene
from tonescape.show.clip_names import ascii_text, clip_name, file_of, reels
from tonescape.show.cue_words import sounding, title_of
from tonescape.show.faces import plain

FPS = 24
"""frames per second, film"""

HOUR_S = 3600
"""record time starts at hour one, as is the custom"""

MAX_EVENTS = 999
"""of CMX 3600, which numbers events with three digits"""


def edl(film: FilmScore) -> str:
    """CMX 3600 (SMPTE 258M's predecessor): an audio event for each piece of music, every scene as a locator.

    Columns: event 1, reel 6, channels 15 (AA: both), cut 21, source in and out 30, record in and out 54; non-drop
    timecode at FPS. A reel is a file (`clip_names.reels`); FROM CLIP NAME is the file's name (`clip_names.clip_name`)
    and FROM FILE its whole address as a URI, so that no name is lost in ASCII. No event takes more of a song than the
    song's length. A locator is a comment of the event before it, as editing suites write them; its time is the film's.
    """
    title = ascii_text(plain(film.script.title, 200))[:60] or "UNTITLED"
    lines = [f"TITLE: {title}", "FCM: NON-DROP FRAME", ""]
    events = sounding(film.plan)
    reel_of = reels(entry.match.song for entry, _ in events if entry.match)
    marked = 0
    for number, (entry, seconds) in enumerate(events[:MAX_EVENTS], start=1):
        assert entry.match is not None
        song = entry.match.song
        times = " ".join(timecode(frames / FPS) for frames in _frames(entry, entry.match, seconds))
        lines.append(f"{number:03d}  {reel_of[file_of(song)]:<8} AA    C        {times}")
        lines.append(f"* FROM CLIP NAME: {clip_name(song)}")
        if song.path:
            lines.append(f"* FROM FILE: {file_of(song)}")
        lines.append(f"* COMMENT: {ascii_text(plain(', '.join(filter(None, (title_of(song), song.artist))), 200))}")
        until = events[number][0].start if number < len(events) else float("inf")
        while marked < len(film.plan) and film.plan[marked].start < until:
            lines.append(_locator(film.cues[marked].scene, film.plan[marked]))
            marked += 1
        lines.append("")
    if len(events) > MAX_EVENTS:
        lines.append(f"* {len(events) - MAX_EVENTS} MORE EVENTS DO NOT FIT INTO A CMX 3600 LIST")
    return "\n".join(lines) + "\n"


def _frames(entry: Placement, match: Match, seconds: float) -> tuple[int, int, int, int]:
    """Source in and out, record in and out, in frames. Both are equally long, or the suite refuses the event, and the
    source ends within the song."""
    first, last = (round((HOUR_S + at) * FPS) for at in (entry.start, entry.start + seconds))
    length, begin = last - first, round(match.excerpt.start * FPS) if match.excerpt else 0
    if match.song.duration_s:
        whole = int(match.song.duration_s * FPS)
        length = min(length, whole)
        begin = min(begin, whole - length)
    return begin, begin + length, first, first + length


def _locator(scene: Scene, entry: Placement) -> str:
    name = ascii_text(plain(scene.heading, 200))[:60] or "SCENE"
    return f"* LOC: {timecode(HOUR_S + entry.start)} {_colour(entry.role):<7} {scene.number} {name}"


def timecode(seconds: float) -> str:
    """HH:MM:SS:FF at FPS, non-drop."""
    frames = round(seconds * FPS)
    return f"{frames // (3600 * FPS):02d}:{frames // (60 * FPS) % 60:02d}:{frames // FPS % 60:02d}:{frames % FPS:02d}"


def _colour(role: str) -> str:
    return {"leitmotif": "MAGENTA", "repeat": "YELLOW", "silence": "WHITE", "continues": "CYAN"}.get(role, "GREEN")


def otio(film: FilmScore) -> str | None:
    """An OpenTimelineIO timeline: one audio track, a marker for each scene; None where the package is missing."""
    try:
        import opentimelineio as io
    except ImportError:
        return None
    rate = float(FPS)

    def span(first: int, length: int) -> io.opentime.TimeRange:
        return io.opentime.TimeRange(io.opentime.RationalTime(first, rate), io.opentime.RationalTime(length, rate))

    timeline = io.schema.Timeline(name=film.script.title)
    timeline.global_start_time = io.opentime.RationalTime(HOUR_S * FPS, rate)
    track = io.schema.Track(name="Music", kind=io.schema.TrackKind.Audio)
    timeline.tracks.append(track)
    at = HOUR_S * FPS
    for entry, seconds in sounding(film.plan):
        assert entry.match is not None
        begin, end, first, last = _frames(entry, entry.match, seconds)
        if first > at:
            track.append(io.schema.Gap(source_range=span(0, first - at)))
        song = entry.match.song
        media: Any = io.schema.MissingReference(name=song.uri or "")
        if song.path:
            media = io.schema.ExternalReference(target_url=file_of(song))
            if song.duration_s:
                media.available_range = span(0, int(song.duration_s * FPS))
        clip = io.schema.Clip(name=title_of(song), media_reference=media, source_range=span(begin, end - begin))
        clip.metadata["tonescape"] = {"role": entry.role, "why": entry.why, "distance": entry.match.distance}
        track.append(clip)
        at = last
    for cue, entry in zip(film.cues, film.plan, strict=True):
        name = f"{cue.scene.number} {cue.scene.heading}".strip()
        marked = span(round(entry.start * FPS), round(cue.scene.seconds * FPS))
        marker = io.schema.Marker(name=name, marked_range=marked, color=_colour(entry.role))
        timeline.tracks.markers.append(marker)
    return str(io.adapters.write_to_string(timeline, "otio_json"))
