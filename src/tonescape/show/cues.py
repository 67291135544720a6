"""A film's cue sheet: a page to listen and choose in, a table, playlists, and marks for the editing suite."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from tonescape.core.records import FilmScore, Match, Song
from tonescape.core.store import write_atomically
from tonescape.show import cue_marks, cue_page
from tonescape.show.cue_words import clock, emotions_told, title_of
from tonescape.show.faces import plain

COLUMNS = (
    "scene", "start", "seconds", "page", "heading", "characters", "scene valence", "scene arousal", "emotions", "role",
    "music seconds", "title", "artist", "file", "in", "out", "distance", "song valence", "song arousal",
    "lyric valence", "lyric arousal", "lyric suggests", "why", "other songs",
)  # fmt: skip
"""of cues.csv"""


def write_cues(film: FilmScore, out: Path) -> list[Path]:
    """Writes cues.html, cues.csv, film.m3u8, scenes/NNN.m3u8, cues.edl and, with OpenTimelineIO, cues.otio.

    Returns the files written, the page first. Players refer to the songs where they lie; nothing is copied.
    Raises OutputError where the folder cannot be written.
    """
    out = out.absolute()
    files: dict[Path, str] = {
        out / "cues.html": cue_page.page(film, out),
        out / "cues.csv": table(film),
        out / "film.m3u8": playlist([each.match.song for each in film.plan if each.match and each.role != "continues"]),
        out / "cues.edl": cue_marks.edl(film),
    }
    for cue in film.cues:
        songs = [match.song for match in cue.matches]
        files[out / "scenes" / f"{cue.scene.number:03d}.m3u8"] = playlist(songs)
    timeline = cue_marks.otio(film)
    if timeline is not None:
        files[out / "cues.otio"] = timeline
    for path, text in files.items():
        write_atomically(path, text.encode("utf-8", "surrogateescape"))
    return list(files)


def json_lines(film: FilmScore) -> Iterator[str]:
    """One JSON object a scene, as `tonescape score --json` prints them: its mood, its songs, nearest first, and what
    the plan of the whole film has there. `in` and `out` are seconds from the song's beginning, null where unknown."""
    for cue, entry in zip(film.cues, film.plan, strict=True):
        scene, mood = cue.scene, cue.mood
        record = {
            "scene": scene.number,
            "heading": scene.heading,
            "page": scene.page,
            "seconds": scene.seconds,
            "mood": {
                "valence": round(mood.valence, 4),
                "arousal": round(mood.arousal, 4),
                "emotions": {emotion: round(value, 4) for emotion, value in mood.emotions},
                "sureness": None if mood.sureness is None else round(mood.sureness, 4),
            },
            "songs": [
                {
                    "path": _where(match.song),
                    "distance": match.distance,
                    "why": match.why,
                    **_part(match),
                    "near": match.near,
                }
                for match in cue.matches
            ],
            "plan": {
                "role": entry.role,
                "start": entry.start,
                "seconds": entry.seconds,
                "path": _where(entry.match.song) if entry.match else None,
                "why": entry.why,
                **_part(entry.match),
            },
            "script": _text_of(film.script.path) if film.script.path else None,
        }
        yield json.dumps(record, ensure_ascii=False)


def _part(match: Match | None) -> dict[str, float | None]:
    part = match.excerpt if match else None
    return {"in": part.start if part else None, "out": part.end if part else None}


def _where(song: Song) -> str | None:
    return _text_of(song.path) if song.path else song.uri


def _text_of(path: Path) -> str:
    return os.fsencode(path).decode("utf-8", "replace")


def table(film: FilmScore) -> str:
    """cues.csv, a row for each scene, with the byte order mark that makes spreadsheets read UTF-8."""
    sheet = io.StringIO()
    writer = csv.writer(sheet, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for cue, entry in zip(film.cues, film.plan, strict=True):
        scene, mood, match = cue.scene, cue.mood, entry.match
        own = match.mood if match else None
        others = [title_of(other.song) for other in cue.matches if match is None or other.song != match.song]
        cells = (
            scene.number, clock(entry.start), scene.seconds, scene.page, scene.heading, "; ".join(scene.characters),
            f"{mood.valence:.2f}", f"{mood.arousal:.2f}", "; ".join(emotions_told(mood)), entry.role,
            entry.seconds, *_song_cells(match), *_points(match), f"{match.distance:.2f}" if match else "",
            f"{own.valence:.2f}" if own else "", f"{own.arousal:.2f}" if own else "",
            f"{own.words.valence:.2f}" if own and own.words else "",
            f"{own.words.arousal:.2f}" if own and own.words else "",
            "; ".join(f"{name} {v:.2f}" for name, v in own.words.suggests) if own and own.words else "",
            entry.why, "; ".join(others),
        )  # fmt: skip
        writer.writerow([_safe(cell) for cell in cells])
    return "\ufeff" + sheet.getvalue().encode("utf-8", "replace").decode()


def _song_cells(match: Match | None) -> tuple[str, str, str]:
    if match is None:
        return "", "", ""
    return title_of(match.song), match.song.artist, str(match.song.path or match.song.uri or "")


def _points(match: Match | None) -> tuple[str, str]:
    """In and out point in the song, in s; empty where unknown."""
    part = match.excerpt if match else None
    return (f"{part.start:.2f}", f"{part.end:.2f}") if part else ("", "")


def _safe(cell: object) -> object:
    """A text that a spreadsheet would run as a formula gets an apostrophe in front."""
    if isinstance(cell, str):
        text = plain(cell, 4000)
        return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text
    return cell


def playlist(songs: Sequence[Song]) -> str:
    """M3U8 of songs with their full paths; a song without a file is named in a comment."""
    lines = ["#EXTM3U"]
    for song in songs:
        lines.append(f"#EXTINF:{round(song.duration_s or -1)},{plain(_label(song), 300)}")
        where = os.fspath(song.path.absolute()) if song.path else song.uri or ""
        lines.append("# the name of this file holds a line break" if "\n" in where or "\r" in where else where)
    return "\n".join(lines) + "\n"


def _label(song: Song) -> str:
    return f"{song.artist} - {title_of(song)}" if song.artist else title_of(song)
