"""What was heard, as JSON lines, CSV or Parquet."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tonescape import __version__
from tonescape.core import weights
from tonescape.core.colour import hex_of, oklch_to_srgb8
from tonescape.core.errors import MissingError
from tonescape.core.records import AudioFeatures, Colours, Failure, Heard, Song
from tonescape.core.store import write_atomically
from tonescape.mood import tags
from tonescape.mood.classes import CLASSES
from tonescape.show.phrases import sound_line

if TYPE_CHECKING:
    from tonescape.show.paint_job import PaintJob

DIGITS = 4
"""Digits behind the point of every number written: finer than any of them is known."""


def json_line(heard: Heard, colours: Colours) -> str:
    """One JSON object on one line, as the README documents it; `path` is null for a song without audio."""
    song, mood = heard.song, heard.mood
    return _dump({
        "path": None if song.path is None else str(song.path),
        "uri": song.uri,
        "title": song.title,
        "artist": song.artist,
        "duration_s": _number(song.duration_s),
        "features": {name: _feature(name, value) for name, value in asdict(mood.audio).items()},
        "given": list(mood.given),
        "mood": {
            "valence": _number(mood.valence),
            "arousal": _number(mood.arousal),
            "sureness": _number(mood.sureness),
            "quadrant": mood.quadrant,
            "classes": {name: _number(p) for name, p in mood.classes},
            "tags": {name: _number(p) for name, p in mood.tags},
            "gems": {name: _number(p) for name, p in mood.gems},
            "grid": mood.grid,
            "russell": mood.russell,
            "thayer": mood.thayer,
        },
        "colours": {
            "main": hex_of(colours.main),
            "mood": hex_of(colours.mood_colour),
            "palette": [hex_of(oklch_to_srgb8(colour)) for colour in colours.palette],
        },
    })  # fmt: skip


def failure_line(failure: Failure) -> str:
    """The JSON line of a song that could not be read."""
    return _dump({"path": failure.source, "error": failure.error})


def text_line(heard: Heard) -> str:
    """One line for a person: who, where on the plane, and the mood's name."""
    mood, audio = heard.mood, heard.mood.audio
    sound = sound_line(audio, heard=heard.features is not None)
    return (
        f"{_plain(heard.song)}: {mood.grid.lower()}, {mood.russell} ({mood.quadrant})  valence {mood.valence:.2f}  "
        f"arousal {mood.arousal:.2f}  sureness {mood.sureness:.2f}" + (f"  {sound}" if sound else "")
    )


def painted_line(job: PaintJob, *, json: bool) -> str:
    """Where a song's picture lies; as JSON {"picture", "title", "artist", "motif", "style", "seed"} or for a person.

    motif, style : as the engine made them, such as "a learned landscape"
    """
    brief, path = job.brief, job.picture
    if json:
        return _dump({"picture": str(path), "title": brief.title, "artist": brief.artist, "motif": job.subject,
                      "style": job.style, "seed": brief.seed})  # fmt: skip
    return f"{path}  {brief.mood.grid.lower()}: {job.subject} in {job.style}"


def _plain(song: Song) -> str:
    return " ".join((f"{song.artist} - {song.title}" if song.artist else song.title).split())


def write_csv(path: Path, rows: Sequence[tuple[Heard, Colours]]) -> None:
    """One row a song, UTF-8 with a header, empty where unknown.

    A text that a spreadsheet would take for a formula gets a leading '.
    """
    columns, table = _table(rows)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(name for name, _ in columns)
    writer.writerows([_inert(cell) for cell in row] for row in table)
    write_atomically(path, text.getvalue().encode("utf-8", "replace"))


def check_parquet() -> None:
    """MissingError where pyarrow is not installed: to be asked before hours of hearing."""
    if find_spec("pyarrow") is None:
        raise MissingError("Parquet needs pyarrow; type: pip install 'tonescape[parquet]' (or use --csv)")


def write_parquet(path: Path, rows: Sequence[tuple[Heard, Colours]]) -> None:
    """The same table as Parquet, typed, null where unknown. MissingError where pyarrow is not installed.

    The file's metadata hold the version of Tonescape ("tonescape") and the SHA-256 of each model ("weights.NAME"). CSV
    has no place for them.
    """
    check_parquet()
    import pyarrow
    import pyarrow.parquet

    columns, table = _table(rows)
    kinds = {str: pyarrow.string(), int: pyarrow.int64(), float: pyarrow.float64()}
    made = {"tonescape": __version__, **{f"weights.{name}": weights.card(name).sha256 for name in HEARD_BY}}
    schema = pyarrow.schema([(name, kinds[kind]) for name, kind in columns], metadata=made)
    cells = [[_cell(kind, row[index]) for row in table] for index, (_, kind) in enumerate(columns)]
    sink = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.table(cells, schema=schema), sink)
    write_atomically(path, sink.getvalue())


def _cell(kind: type, value: Any) -> Any:
    """A value for a typed column. A file name that is not UTF-8 cannot be kept as it is."""
    if value is None:
        return None
    return value.encode("utf-8", "replace").decode() if kind is str else kind(value)


HEARD_BY = ("affect", "classes", "classes_heard", "ear", "features", "gems", "tags")
"""the models whose numbers stand in a table"""

_WHOLE = frozenset({"year", "key", "mode", "time_signature"})
_TWELVE = tuple(field.name for field in fields(AudioFeatures))
_NUMBERS = frozenset({"duration_s", *_TWELVE, "mood_valence", "mood_arousal", "sureness"}) - _WHOLE
_COLUMNS = (
    "path", "uri", "title", "artist", "album", "genre", "year", "duration_s", *_TWELVE, "given",
    "mood_valence", "mood_arousal", "sureness", "quadrant", "grid", "russell", "thayer",
    "main_colour", "mood_colour", "palette",
)  # fmt: skip


def columns_of_tables() -> list[tuple[str, type]]:
    """Name and type of every column, the same for any songs: those of _COLUMNS, then the classes, mood words and GEMS
    emotions in the order of their models, such as "class_Sad", "tag_Gloomy" and "gems_sadness"."""
    scores = [
        *(f"class_{name}" for name in CLASSES),
        *(f"tag_{name}" for name in tags.names(tags.WORDS)),
        *(f"gems_{name}" for name in tags.names(tags.GEMS)),
    ]
    plain = [(name, int if name in _WHOLE else float if name in _NUMBERS else str) for name in _COLUMNS]
    return [*plain, *((name, float) for name in scores)]


def _table(rows: Sequence[tuple[Heard, Colours]]) -> tuple[list[tuple[str, type]], list[list[Any]]]:
    """The columns, and rows with None for whatever is not known of a song."""
    columns = columns_of_tables()
    table = []
    for heard, colours in rows:
        found = {f"class_{name}": p for name, p in heard.mood.classes}
        found |= {f"tag_{name}": p for name, p in (tags.words(heard.features) if heard.features else heard.mood.tags)}
        found |= {f"gems_{name}": p for name, p in heard.mood.gems}
        scores = (_number(found.get(name)) for name, _ in columns[len(_COLUMNS) :])
        table.append([*_row(heard, colours), *scores])
    return columns, table


def _row(heard: Heard, colours: Colours) -> tuple[Any, ...]:
    song, mood = heard.song, heard.mood
    return (
        None if song.path is None else str(song.path), song.uri, song.title, song.artist, song.album, song.genre,
        song.year, _number(song.duration_s), *(_feature(name, getattr(mood.audio, name)) for name in _TWELVE),
        " ".join(mood.given), _number(mood.valence), _number(mood.arousal), _number(mood.sureness), mood.quadrant,
        mood.grid, mood.russell, mood.thayer, hex_of(colours.main), hex_of(colours.mood_colour),
        " ".join(hex_of(oklch_to_srgb8(colour)) for colour in colours.palette),
    )  # fmt: skip


def _number(value: float | None) -> float | None:
    return None if value is None else round(float(value), DIGITS)


def _feature(name: str, value: float | None) -> float | None:
    """Key, mode and time signature without a point, as Spotify has them."""
    whole = name in ("key", "mode", "time_signature") and value is not None and float(value).is_integer()
    return int(value) if whole and value is not None else _number(value)


def _inert(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def _dump(value: dict[str, Any]) -> str:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    # a file name that is not UTF-8 cannot be printed as it is: then everything is escaped, which JSON reads back
    return text if _is_utf8(text) else json.dumps(value, allow_nan=False)


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
