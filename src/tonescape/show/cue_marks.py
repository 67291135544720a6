"""Marks for the editing suite: CMX 3600 edit decision lists, and OpenTimelineIO where it is installed."""

from __future__ import annotations

from tonescape.core.records import FilmScore, Placement, Scene
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

    Columns: event 1, reel 6 (AX: no tape), channels 15 (AA: both), cut 21, source in and out 30, record in and out 54.
    A locator is a comment of the event before it, as editing suites write them; its time is the film's.
    """
    lines = [f"TITLE: {_ascii(film.script.title or 'untitled')[:60]}", "FCM: NON-DROP FRAME", ""]
    events = sounding(film.plan)[:MAX_EVENTS]
    marked = 0
    for number, (entry, seconds) in enumerate(events, start=1):
        assert entry.match is not None
        first, last = (round((HOUR_S + at) * FPS) for at in (entry.start, entry.start + seconds))
        # in frames: source and record must be equally long, or the suite refuses the event
        times = " ".join(timecode(frames / FPS) for frames in (0, last - first, first, last))
        lines.append(f"{number:03d}  AX       AA    C        {times}")
        lines.append(f"* FROM CLIP NAME: {_ascii(title_of(entry.match.song))[:80]}")
        until = events[number][0].start if number < len(events) else float("inf")
        while marked < len(film.plan) and film.plan[marked].start < until:
            lines.append(_locator(film.cues[marked].scene, film.plan[marked]))
            marked += 1
        lines.append("")
    return "\n".join(lines) + "\n"


def _locator(scene: Scene, entry: Placement) -> str:
    name = _ascii(scene.heading)[:60] or "SCENE"
    return f"* LOC: {timecode(HOUR_S + entry.start)} {_colour(entry.role):<7} {scene.number} {name}"


def timecode(seconds: float) -> str:
    """HH:MM:SS:FF at FPS, non-drop."""
    frames = round(seconds * FPS)
    return f"{frames // (3600 * FPS):02d}:{frames // (60 * FPS) % 60:02d}:{frames // FPS % 60:02d}:{frames % FPS:02d}"


def _colour(role: str) -> str:
    return {"leitmotif": "MAGENTA", "repeat": "YELLOW", "silence": "WHITE", "continues": "CYAN"}.get(role, "GREEN")


def _ascii(text: str) -> str:
    """EDLs are ASCII."""
    import unicodedata

    return unicodedata.normalize("NFKD", plain(text, 200)).encode("ascii", "ignore").decode().strip()


def otio(film: FilmScore) -> str | None:
    """An OpenTimelineIO timeline: one audio track, a marker for each scene; None where the package is missing."""
    try:
        import opentimelineio as io
    except ImportError:
        return None
    rate = float(FPS)

    def span(start: float, seconds: float) -> io.opentime.TimeRange:
        frames = (io.opentime.RationalTime(round(value * rate), rate) for value in (start, seconds))
        return io.opentime.TimeRange(*frames)

    timeline = io.schema.Timeline(name=film.script.title)
    track = io.schema.Track(name="Music", kind=io.schema.TrackKind.Audio)
    timeline.tracks.append(track)
    at = 0.0
    for entry, seconds in sounding(film.plan):
        assert entry.match is not None
        if entry.start > at + 0.5 / rate:
            track.append(io.schema.Gap(source_range=span(0, entry.start - at)))
        song = entry.match.song
        media = (
            io.schema.ExternalReference(target_url=song.path.absolute().as_uri())
            if song.path
            else io.schema.MissingReference()
        )
        clip = io.schema.Clip(name=title_of(song), media_reference=media, source_range=span(0, seconds))
        clip.metadata["tonescape"] = {"role": entry.role, "why": entry.why}
        track.append(clip)
        at = entry.start + seconds
    for cue, entry in zip(film.cues, film.plan, strict=True):
        name = f"{cue.scene.number} {cue.scene.heading}".strip()
        timeline.tracks.markers.append(io.schema.Marker(name=name, marked_range=span(entry.start, cue.scene.seconds)))
    return str(io.adapters.write_to_string(timeline, "otio_json"))
