"""Which column of a playlist export holds what: by name, else by content, else by Spotify's fixed order.

The rule, in full:

1. A column with a known English name is what it is called, in either dialect of Exportify and in the common data
   sets made from Spotify's interface (`NAMES`).
2. What names leave open in a header that is not English is found by content. Unmistakable are: track, artist and
   album URIs, bare Spotify IDs, dates, lengths in ms. The title is the first column of words after the track's
   URI; the artist and the album are the first words after their own URIs (the translated dialect always writes
   those). Two columns of words without such URIs: the one that repeats itself more is the artist. Words right
   before the features are the genres, if other words are left for a title, an artist and an album.
3. The features cannot be told apart one by one: seven of the twelve are just numbers in [0, 1]. They are
   recognised as a whole: twelve neighbouring columns in the order in which Spotify's interface and both
   dialects have them (`ORDER`), each within its range, loudness negative, tempo above 30. Where a column
   of the twelve is missing and the names are not English, only loudness (negative, in dB) and tempo (50-220, with
   decimals) are taken; the others stay unknown rather than guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields

from tonescape.core.records import AudioFeatures
from tonescape.gather.table import plain
from tonescape.gather.values import number

ORDER = tuple(field.name for field in fields(AudioFeatures))
"""the twelve in the order of Spotify's audio features object, which both dialects keep"""

RANGES: dict[str, tuple[float, float]] = {name: (0.0, 1.0) for name in ORDER} | {
    "key": (-1.0, 11.0),
    "loudness": (-80.0, 10.0),
    "tempo": (0.0, 400.0),
    "time_signature": (0.0, 16.0),
}
"""values outside are unknown. Units as in AudioFeatures; louder than 0 dB happens in heavily limited masters"""

WHOLE_NUMBERS = frozenset({"key", "mode", "time_signature"})

NAMES: dict[str, str] = {
    name: field
    for field, names in {
        "uri": "trackuri spotifyuri spotifytrackuri uri spotifyid trackid spotifytrackid",
        "title": "trackname title tracktitle songname songtitle track song name",
        "artist": "artistnames artistname artist artists trackartist trackartists",
        "album": "albumname album albumtitle trackalbumname",
        "genre": "genres artistgenres genre trackgenre playlistgenre",
        "release": "releasedate albumreleasedate trackalbumreleasedate albumdate year",
        "duration": "durationms trackdurationms duration time length lengthms songlength tracklength"
        " durations durationsec durationseconds lengths lengthsec lengthseconds",
        "danceability": "danceability dance",
        "loudness": "loudness louddb loudnessdb",
        "speechiness": "speechiness speech",
        "acousticness": "acousticness acoustic",
        "instrumentalness": "instrumentalness instrumental",
        "liveness": "liveness live",
        "valence": "valence happy happiness",
        "tempo": "tempo bpm",
        "time_signature": "timesignature",
        "explicit": "explicit isexplicit trackexplicit",
    }.items()
    for name in names.split()
} | {name: name for name in ("energy", "key", "mode")}
"""header cells as `table.plain` makes them -> what the column holds"""

_ENGLISH_ONLY = {"artist", "duration", "release", *ORDER} - {"tempo", "mode", "valence", "energy"}
"""a header that names one of these is English, and what it does not name is not there; "Track URI", "Album Name",
"Tempo" and the like are written the same, or nearly, in other languages too"""

_TRACK = re.compile(r"spotify:(track|local|episode):\S|https?://open\.spotify\.com/(intl-\w+/)?track/\w", re.IGNORECASE)
_ARTISTS = re.compile(r"spotify:artist:\w", re.IGNORECASE)
_ALBUM = re.compile(r"spotify:album:\w", re.IGNORECASE)
_ID = re.compile(r"[0-9A-Za-z]{22}")
_IDS = re.compile(r"[0-9A-Za-z]{22}(,\s?[0-9A-Za-z]{22})*")
_DATE = re.compile(r"(1[89]|20)\d\d([-/.]\d\d?){0,2}|\d\d?[-/.]\d\d?[-/.](1[89]|20)\d\d")
_NOT_WORDS = re.compile(
    r"spotify:\S+:\S*|https?://\S+|[A-Z]{2}[A-Z0-9]{3}\d{7}|true|false|\d{4}-\d\d-\d\dT\S+|[\d\W_]+", re.IGNORECASE
)

Column = Sequence[str]
"""the cells of one column that are not empty, of the sampled rows"""


@dataclass(frozen=True, slots=True)
class Columns:
    """Position of each column by what it holds, counted from 0. by_content : those not found by an English name"""

    at: tuple[tuple[str, int], ...]
    by_content: frozenset[str]

    def of(self, name: str) -> int | None:
        """Where `name` is; None where it is not."""
        return next((index for field, index in self.at if field == name), None)


def by_name(header: Sequence[str]) -> dict[str, int]:
    """What the known names of a header say; the first column of a name counts."""
    found: dict[str, int] = {}
    for index, cell in enumerate(header):
        if field := NAMES.get(plain(cell)):
            found.setdefault(field, index)
    return found


def recognise(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Columns:
    """The columns of a table from its header (empty where it has none) and its first rows, by the rule above."""
    named = by_name(header)
    width = max([len(header), *(len(row) for row in rows)], default=0)
    columns = [[row[i] for row in rows if i < len(row) and row[i]] for i in range(width)]
    found = dict(named)
    bare = next((index for index, cell in enumerate(header) if plain(cell) == "id"), None)
    if "uri" not in found and bare is not None and bare < width and _share(columns[bare], _ID.fullmatch):
        found["uri"] = bare  # any table may number its rows; Spotify's IDs have a form of their own
    if not named.keys() & _ENGLISH_ONLY:
        _add_features(found, columns)
        _add_facts(found, columns)
        _add_words(found, columns)
    return Columns(tuple(found.items()), frozenset(found) - frozenset(named))


def _add_features(found: dict[str, int], columns: Sequence[Column]) -> None:
    known = {name: found[name] for name in ORDER if name in found}
    for start in range(len(columns) - len(ORDER) + 1):
        places = {name: start + i for i, name in enumerate(ORDER)}
        agrees = all(places[name] == index for name, index in known.items())
        if agrees and all(_fits(name, columns[index]) for name, index in places.items()):
            found.update(places)
            return
    taken = set(found.values())
    free = [(i, column) for i, column in enumerate(columns) if i not in taken]
    for name, test in (("loudness", _is_loudness), ("tempo", _is_tempo)):
        if name not in found and (index := next((i for i, column in free if test(column)), None)) is not None:
            found[name] = index


def _values(column: Column) -> list[float]:
    return [value for cell in column if (value := number(cell)) is not None]


def _fits(name: str, column: Column) -> bool:
    values = _values(column)
    if not values or len(values) < 0.9 * len(column):
        return False
    low, high = RANGES[name]
    inside = sum(low <= v <= high and (name not in WHOLE_NUMBERS or v == int(v)) for v in values)
    if inside < 0.9 * len(values):
        return False
    if name == "loudness":
        return sum(v < 0 for v in values) > 0.5 * len(values)
    return name != "tempo" or sorted(values)[len(values) // 2] > 30.0


def _has_decimals(values: Sequence[float]) -> bool:
    return sum(v != int(v) for v in values) > 0.5 * len(values)


def _is_loudness(column: Column) -> bool:
    values = _values(column)
    return bool(values) and _fits("loudness", column) and sum(v < 0 for v in values) >= 0.9 * len(values)


def _is_tempo(column: Column) -> bool:
    values = _values(column)
    return _fits("tempo", column) and _has_decimals(values) and sum(50 <= v <= 220 for v in values) >= 0.9 * len(values)


def _share(column: Column, test: Callable[[str], object]) -> bool:
    return bool(column) and sum(bool(test(cell)) for cell in column) >= 0.8 * len(column)


def _is_length(column: Column) -> bool:
    values = _values(column)
    whole = [v for v in values if v == int(v) and 1_000 <= v <= 86_400_000]
    return len(values) > 0 and len(whole) >= 0.9 * len(column) and sorted(whole)[len(whole) // 2] >= 20_000


def _first(columns: Sequence[Column], taken: set[int], test: Callable[[str], object]) -> int | None:
    return next((i for i, column in enumerate(columns) if i not in taken and _share(column, test)), None)


def _add_facts(found: dict[str, int], columns: Sequence[Column]) -> None:
    """URIs, dates and lengths: recognised by their form alone."""
    taken = set(found.values())
    for name, test in (("uri", _TRACK.match), ("uri", _ID.fullmatch), ("release", _DATE.fullmatch)):
        if name not in found and (index := _first(columns, taken, test)) is not None:
            found[name] = index
            taken.add(index)
    if "duration" not in found:
        index = next((i for i, column in enumerate(columns) if i not in taken and _is_length(column)), None)
        if index is not None:
            found["duration"] = index


def _is_words(cell: str) -> bool:
    return not _NOT_WORDS.fullmatch(cell) and not _IDS.fullmatch(cell)


def _add_words(found: dict[str, int], columns: Sequence[Column]) -> None:
    """Title, artist, album and genre, by what stands before them."""
    if "uri" not in found and "loudness" not in found and "title" not in found:
        return  # any table has columns of words; without a sign of music they mean nothing
    taken = set(found.values())
    words = [i for i, column in enumerate(columns) if i not in taken and _majority_words(column)]

    def after(place: int) -> int | None:
        return next((i for i in words if i > place), None)

    def take(name: str, index: int | None) -> None:
        if name not in found and index is not None:
            found[name] = index
            words.remove(index)

    feature = found.get("danceability")
    genre = feature - 1 if feature is not None and feature - 1 in words and len(words) > 3 else None
    take("genre", genre)
    take("title", after(found.get("uri", -1)) if words else None)
    artist_uris = _first(columns, set(), _ARTISTS.match)
    album_uris = _first(columns, set(), _ALBUM.match)
    if artist_uris is not None:
        take("artist", after(artist_uris))
    if album_uris is not None:
        take("album", after(album_uris))
    pair = [index for index in words if index > found.get("title", -1)][:2]
    if "uri" not in found and "loudness" not in found:
        return
    if "artist" not in found and "album" not in found and len(pair) == 2:
        pair.sort(key=lambda index: len(set(columns[index])) / len(columns[index]))
        take("artist", pair[0])
        take("album", pair[1])
    elif "artist" not in found and artist_uris is None and pair:
        take("artist", pair[0])


def _majority_words(column: Column) -> bool:
    return bool(column) and sum(_is_words(cell) for cell in column) > 0.5 * len(column)
