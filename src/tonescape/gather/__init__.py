"""Songs come in: files, folders, M3U playlists and Exportify tables, one record at a time.

The doors: `gather`, `set_title`, `tags.read_tags`, `tags.read_cover`, and `media.open_media` for whoever decodes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from tonescape.core.errors import InputError, PlaylistError
from tonescape.core.records import Failure, Song
from tonescape.gather.exportify import read_export
from tonescape.gather.files import PLAYLIST_SUFFIXES, TABLE_SUFFIXES, walk
from tonescape.gather.m3u import M3uEntry, playlist_title, read_m3u
from tonescape.gather.media import is_media
from tonescape.gather.names import clean, failure, spaced, title_from
from tonescape.gather.tags import read_tags

__all__ = ["MAX_LISTS_DEEP", "gather", "set_title"]

MAX_LISTS_DEEP = 16
"""playlists within playlists"""

OTHER_KINDS = {
    **dict.fromkeys((".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz"), "an archive; unpack it and name the "
                    "folder (`tonescape taste` reads Spotify's as it comes)"),
    ".json": "no music; if it is a listening history of Spotify's, type: tonescape taste FILE",
    **dict.fromkeys((".html", ".htm", ".txt", ".pdf", ".docx"), "no music; name a song, a folder or a playlist"),
    **dict.fromkeys((".fountain", ".spmd", ".fdx"), "a screenplay; type: tonescape score FILE --library FOLDER"),
}  # fmt: skip
"""endings of files that are named in the place of music and hold none, and what to do with them"""

NAMED = 3
"""songs that are named in a message about many"""

FOREIGN_LISTS = frozenset({".pls", ".xspf", ".wpl", ".asx", ".zpl", ".cue", ".b4s", ".xlsx", ".xls", ".ods"})
"""playlists and tables that are not read; the message says what to save them as"""


def gather(sources: Sequence[str | Path], *, read: Callable[[Path], Song] = read_tags) -> Iterator[Song | Failure]:
    """The songs of files, folders, .m3u/.m3u8 playlists and .csv/.tsv exports, in order, as they are found.

    A file that is named is taken whatever its name; a folder gives the files whose names end as music does
    (`files.MUSIC_SUFFIXES`), recursively. What cannot be used comes as a Failure in its place, and the
    rest goes on: nothing is raised for anything on the disk. Nothing is decoded, and nothing remote is fetched.
    read : tags of a file, for instance `read_tags` by way of a catalogue
    """
    for source in sources:
        text = str(source)
        if not text.strip():
            yield Failure("", "an empty name; name a song, a folder, a playlist (.m3u) or an export (.csv)")
        elif "://" in text[:16] and isinstance(source, str):
            yield failure(text, "remote songs are never fetched; download it and name the file")
        else:
            yield from _Gatherer(read).anything(Path(source), ())


def set_title(source: str | Path) -> str:
    """What a set of songs is called: the playlist's own name (#PLAYLIST), else the file's or folder's name."""
    path = Path(source).absolute()
    own = ""
    if path.suffix.lower() in PLAYLIST_SUFFIXES:
        with suppress(PlaylistError):  # whoever reads its songs says what is wrong with it
            own = playlist_title(path)
    name = clean(path.name if path.is_dir() else path.stem)
    return own or spaced(name) or name


Trail = tuple[object, ...]
"""identities of the playlists that led to a place, outermost first"""


@dataclass(frozen=True, slots=True)
class _Gatherer:
    """Reads one source.

    opened : the playlists, tables and folders read so far. Each is read once, so that lists which name each other end,
        and a list that names a folder a thousand times costs one folder.
    """

    read: Callable[[Path], Song]
    opened: set[object] = field(default_factory=set)

    def anything(self, path: Path, above: Trail) -> Iterator[Song | Failure]:
        """Whatever is at `path`."""
        suffix = path.suffix.lower()
        try:
            if not path.exists():
                yield failure(path, "no such file or folder; check the name, and quote one that holds spaces")
            elif path.is_dir() or suffix in PLAYLIST_SUFFIXES | TABLE_SUFFIXES:
                yield from self._many(path, suffix, above)
            elif suffix in FOREIGN_LISTS:
                yield failure(path, f"{suffix} files are not read; save the list as .m3u8 or .csv")
            elif suffix in OTHER_KINDS and not is_media(path):
                yield failure(path, OTHER_KINDS[suffix])
            else:
                yield self.song(path)
        except InputError as problem:
            yield Failure(clean(str(path)), clean(str(problem), 2_000))
        except (OSError, ValueError) as problem:
            why = getattr(problem, "strerror", None) or "not a name a file can have"
            yield failure(path, f"{why.lower()}; check the name")

    def _many(self, path: Path, suffix: str, above: Trail) -> Iterator[Song | Failure]:
        """The songs of a folder, a playlist or a table."""
        found = path.stat()
        identity: object = (found.st_dev, found.st_ino) if found.st_ino else path.resolve()
        if identity in above:
            yield failure(path, "a playlist that names itself, or a list that names it; passed over")
        elif identity in self.opened:
            yield failure(path, "was read already for this source; passed over")
        elif len(above) >= MAX_LISTS_DEEP:
            yield failure(path, f"more than {MAX_LISTS_DEEP} playlists within each other; passed over")
        else:
            self.opened.add(identity)
            if path.is_dir():
                for item in walk(path):
                    yield item if isinstance(item, Failure) else self.song(item)
            else:
                table = suffix in TABLE_SUFFIXES
                empty = True
                for song in self._table(path) if table else self._playlist(path, (*above, identity)):
                    empty = False
                    yield song
                if empty:
                    yield failure(path, f"the {'table' if table else 'playlist'} names no songs; is it the right file?")

    def _table(self, path: Path) -> Iterator[Song | Failure]:
        """The songs of a table that have features; the others in one Failure at its end."""
        bare: list[Song] = []
        number = total = 0
        for song in read_export(path):
            if isinstance(song, Song):
                total += 1
                if song.given is None:
                    number += 1
                    bare += [song] if number <= NAMED else []
                    continue
            yield song
        if number:
            shown = ", ".join(clean(song.title, 40) for song in bare) + (" and others" if number > NAMED else "")
            every = f"none of its {total} songs has" if number == total else f"{number} of its {total} songs have no"
            yield failure(
                path,
                f"{every} audio features (danceability, energy, valence, tempo and so on): {shown}. Nothing can be "
                "said of their mood from this table. Export it with exportify.app, whose tables hold them, or name "
                "the files or the folder of these songs instead",
            )

    def _playlist(self, path: Path, above: Trail) -> Iterator[Song | Failure]:
        for entry in read_m3u(path):
            if isinstance(entry, Failure):
                yield entry
            elif entry.path.is_dir() or entry.path.suffix.lower() in PLAYLIST_SUFFIXES | TABLE_SUFFIXES | FOREIGN_LISTS:
                yield from self.anything(entry.path, above)
            else:
                yield self.song(entry.path, entry)

    def song(self, path: Path, entry: M3uEntry | None = None) -> Song | Failure:
        """A file's song; what the file does not say of itself comes from the playlist, then from its name."""
        try:
            song = self.read(path)
        except InputError as problem:
            return Failure(clean(str(path)), clean(str(problem), 2_000))
        if entry is None:
            return song
        title = entry.title if entry.title and song.title == title_from(path) else song.title
        artist, album, genre = song.artist or entry.artist, song.album or entry.album, song.genre or entry.genre
        return replace(song, title=title, artist=artist, album=album, genre=genre)
