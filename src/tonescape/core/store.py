"""The catalogue: what is known about files, and the features heard in them, by content.

One SQLite file in WAL mode, safe under several processes and under kill -9. A file whose absolute path, size, times and
inode are known is not read again; one that moved is recognised by its content hash. A row never says where a file is:
what comes back names the file as the caller named it.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import time
import types
import typing
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import fields, is_dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from tonescape.core.errors import OutputError, SongError, UsageError
from tonescape.core.records import Features, Song, readonly

T = TypeVar("T")

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE files (
        path BLOB PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, song BLOB, hash BLOB
    ) WITHOUT ROWID;
    CREATE TABLE features (
        hash BLOB NOT NULL, version INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (hash, version)
    );
    """,
    # Rows of the first layout hold the first spelling of a path and cannot be told apart by what read the tags.
    """
    DROP TABLE files;
    CREATE TABLE files (
        path BLOB PRIMARY KEY, state TEXT NOT NULL, song BLOB, song_version TEXT, hash BLOB
    ) WITHOUT ROWID;
    DROP TABLE features;
    CREATE TABLE features (
        hash BLOB NOT NULL, version TEXT NOT NULL, data BLOB NOT NULL, PRIMARY KEY (hash, version)
    );
    """,
)
"""Migration n brings `PRAGMA user_version` from n to n + 1. Append; never edit one that has shipped."""

PARTIAL = ".partial"
"""Suffix of files being written; `sweep` removes those whose process is gone."""

BUSY_S = 30.0
"""How long a process waits for another one's write."""

COARSEST_NS = 2_000_000_000
"""The coarsest clock of a file system in use (FAT keeps a file's time in steps of 2 s). A file changed less than this
ago could change again without a newer time, so no row is kept or used for it (git's "racy" entries)."""


class Store:
    """What is known about songs, kept between runs.

    folder : where `catalogue.sqlite3` lies; None keeps everything in memory for this run
    Raises UsageError where the catalogue was written by a newer version, OutputError where it cannot be opened.
    """

    def __init__(self, folder: Path | None) -> None:
        self._path = None if folder is None else folder / "catalogue.sqlite3"
        try:
            if folder is not None:
                folder.mkdir(parents=True, exist_ok=True)
            self._db = self._open()
        except (OSError, sqlite3.Error) as problem:
            raise self._failure(problem) from problem

    def _open(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._path or ":memory:", timeout=BUSY_S, isolation_level=None)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        if _version(db) < len(MIGRATIONS):
            db.execute("BEGIN IMMEDIATE")
            for number in range(_version(db), len(MIGRATIONS)):
                for statement in filter(str.strip, MIGRATIONS[number].split(";")):
                    db.execute(statement)
                db.execute(f"PRAGMA user_version = {number + 1}")
            db.execute("COMMIT")
        elif _version(db) > len(MIGRATIONS):
            raise UsageError(
                f"the catalogue {self._path} was written by a newer Tonescape. "
                "Update Tonescape, or set TONESCAPE_CACHE to another folder."
            )
        return db

    def close(self) -> None:
        """Close the file; the store cannot be used afterwards."""
        self._db.close()

    def song(self, path: Path, version: int, read: Callable[[Path], Song]) -> Song:
        """The song in the file at `path`: from the catalogue where the file is unchanged, else by `read`.

        The song's path is `path`, as it was asked for.
        version : of what `read` makes of a file; rows of another one are read again
        Raises OutputError where the catalogue cannot be read or written, and whatever `read` raises.
        """
        key, state, label = _key(path), _state(path), _label(Song, version)
        if state is None:
            return read(path)
        row = self._row("SELECT song FROM files WHERE path = ? AND state = ? AND song_version = ?", (key, state, label))
        if row:
            return replace(unpack(Song, row[0]), path=path)
        song = read(path)
        with self._writing() as db:
            db.execute(
                "INSERT INTO files (path, state, song, song_version) VALUES (?, ?, ?, ?) ON CONFLICT (path) DO UPDATE "
                "SET song = excluded.song, song_version = excluded.song_version, state = excluded.state, "
                "hash = CASE WHEN state = excluded.state THEN hash END",
                (key, state, pack(replace(song, path=None)), label),
            )
        return song

    def known(self, path: Path, version: int) -> Features | None:
        """The features of an unchanged file, without reading it; None where it must be looked at.

        Raises OutputError where the catalogue cannot be read.
        """
        row = self._row(
            "SELECT data FROM files JOIN features USING (hash) WHERE path = ? AND state = ? AND version = ?",
            (_key(path), _state(path), _label(Features, version)),
        )
        return unpack(Features, row[0]) if row else None

    def features(self, path: Path, version: int, listen: Callable[[Path], Features]) -> Features:
        """The features of the file at `path`: from the catalogue by content, else by `listen`, which is kept.

        Raises SongError where the file cannot be read, OutputError where the catalogue cannot be read or written, and
        whatever `listen` raises.
        """
        found = self.known(path, version)
        if found is not None:
            return found
        before, state, digest, label = _stamp(path), _state(path), content_hash(path), _label(Features, version)
        row = self._row("SELECT data FROM features WHERE hash = ? AND version = ?", (digest, label))
        result = unpack(Features, row[0]) if row else listen(path)
        if _stamp(path) != before:
            return result  # it changed meanwhile, so nobody knows which content was heard
        with self._writing() as db:
            if not row:
                db.execute("INSERT OR IGNORE INTO features VALUES (?, ?, ?)", (digest, label, pack(result)))
            if state is not None:
                db.execute(
                    "INSERT INTO files (path, state, hash) VALUES (?, ?, ?) ON CONFLICT (path) DO UPDATE SET hash = "
                    "excluded.hash, song = CASE WHEN state = excluded.state THEN song END, state = excluded.state",
                    (_key(path), state, digest),
                )
        return result

    def _row(self, query: str, values: tuple[object, ...]) -> tuple[bytes] | None:
        """The first row that a query gives; None where there is none, OutputError where the catalogue fails."""
        try:
            row: tuple[bytes] | None = self._db.execute(query, values).fetchone()
        except sqlite3.Error as problem:
            raise self._failure(problem) from problem
        return row

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: committed at the end, or rolled back where anything fails; sqlite3.Error as OutputError."""
        try:
            self._db.execute("BEGIN IMMEDIATE")
            yield self._db
            self._db.execute("COMMIT")
        except BaseException as problem:
            if self._db.in_transaction:
                with suppress(sqlite3.Error):  # the first failure is the one to tell
                    self._db.execute("ROLLBACK")
            if isinstance(problem, sqlite3.Error):
                raise self._failure(problem) from problem
            raise

    def _failure(self, problem: sqlite3.Error | OSError) -> OutputError:
        """What to say and to do where the catalogue cannot be used."""
        if type(problem) is sqlite3.DatabaseError:  # SQLITE_CORRUPT and SQLITE_NOTADB; the rest are its subclasses
            return OutputError(
                f"the catalogue {self._path} is damaged ({problem}). Delete it; songs will be heard again."
            )
        return OutputError(
            f"cannot use the catalogue {self._path}: {problem}. Set TONESCAPE_CACHE to a folder you can write."
        )


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def _key(path: Path) -> bytes:
    """Where a file is: the same relative path from another folder is another file."""
    return os.fsencode(path.absolute())


def _stamp(path: Path) -> tuple[int, int, int, int] | None:
    """What changes when a file does: size, time of change, time of change of its inode (a copy may carry the older
    file's time, and this one too), inode (a link may lead elsewhere now). None where there is no file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino


def _state(path: Path) -> str | None:
    """A file's stamp as rows hold it; None where a row would prove nothing (see COARSEST_NS)."""
    stamp = _stamp(path)
    if stamp is None or abs(time.time_ns() - stamp[1]) < COARSEST_NS:
        return None
    return " ".join(map(str, stamp))


def content_hash(path: Path) -> bytes:
    """BLAKE2b-160 of the file's bytes; SongError where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=20)).digest()
    except OSError as problem:
        raise SongError(f"{path}: cannot be read: {problem.strerror}") from problem


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file whole or not at all: to a temporary name beside it, synced, then renamed.

    Raises OutputError with one line where that cannot be done; an older file at `path` is then untouched.
    """
    name = hashlib.blake2b(os.fsencode(path.name), digest_size=6).hexdigest()
    partial = path.with_name(f".{os.getpid()}-{name}{PARTIAL}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as problem:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise OutputError(f"cannot write {path}: {problem.strerror or problem}. Choose another folder.") from problem


def checked_file(file: Path) -> Path:
    """`file`, checked before long work: a result can be written to it later. Nothing is made or written here.

    Raises OutputError where `file` is a folder, or where its nearest existing parent is no folder that can be written.
    """
    if file.is_dir():
        raise OutputError(f"{file}: a folder; name the file to write in it")
    folder = next(each for each in file.absolute().parents if os.path.lexists(each))
    if not folder.is_dir():
        raise OutputError(f"cannot write {file}: {folder} is no folder. Choose another folder.")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise OutputError(f"cannot write {file}: Permission denied in {folder}. Choose another folder.")
    return file


def make_folder(folder: Path) -> None:
    """Make a folder for output; OutputError where that cannot be, or where it could not be written to."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise OutputError(f"cannot make the folder {folder}: {problem.strerror}. Choose another folder.") from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise OutputError(f"cannot write into {folder}: Permission denied. Choose another folder.")


def sweep(folder: Path) -> None:
    """Remove what killed runs left half-written in `folder`."""
    for partial in folder.glob(f".*-*{PARTIAL}"):
        owner = partial.name[1:].split("-")[0]
        if owner.isdigit() and not _alive(int(owner)):
            partial.unlink(missing_ok=True)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass  # not ours to signal, so it lives
    return True


# Records as bytes: a length, a JSON header, then the arrays' raw bytes. It needs no pickle, keeps nested records, and
# opens in a fifth of np.load's time (.1 ms against .5 ms for one song), which a second run over a library feels.


def pack(record: Any) -> bytes:
    """A record, with its nested records, tuples and arrays, as bytes."""
    arrays: list[bytes] = []

    def plain(value: Any) -> Any:
        if is_dataclass(value):
            return [plain(getattr(value, f.name)) for f in fields(value)]
        if isinstance(value, np.ndarray):
            arrays.append(np.ascontiguousarray(value).tobytes())
            return [value.dtype.str, list(value.shape)]
        if isinstance(value, tuple):
            return [plain(part) for part in value]
        return os.fspath(value) if isinstance(value, Path) else value

    header = json.dumps(plain(record), separators=(",", ":")).encode()
    return b"".join((len(header).to_bytes(4, "little"), header, *arrays))


def unpack(kind: type[T], data: bytes) -> T:
    """The record of class `kind` that `pack` wrote; its arrays are read-only."""
    size = int.from_bytes(data[:4], "little")
    offset = 4 + size

    def build(wanted: Any, value: Any) -> Any:
        nonlocal offset
        if value is None:
            return None
        origin, arguments = typing.get_origin(wanted), typing.get_args(wanted)
        if origin in (typing.Union, types.UnionType):
            return build(next(a for a in arguments if a is not type(None)), value)
        if is_dataclass(wanted):
            hints = _hints(typing.cast(type, wanted))
            return wanted(*(build(hint, part) for hint, part in zip(hints, value, strict=True)))  # type: ignore[operator]
        if origin is np.ndarray:
            dtype, shape = np.dtype(value[0]), tuple(value[1])
            array = np.frombuffer(data, dtype, count=int(np.prod(shape)), offset=offset).reshape(shape)
            offset += array.nbytes
            return readonly(array)
        if origin is tuple:
            if not value:
                return ()
            each = arguments[0] if len(arguments) == 2 and arguments[1] is Ellipsis else None
            if each in (str, float, int):
                return tuple(value)
            kinds = [each] * len(value) if each is not None else arguments
            return tuple(build(k, part) for k, part in zip(kinds, value, strict=True))
        return Path(value) if wanted is Path else value

    return typing.cast(T, build(kind, json.loads(data[4 : 4 + size])))


@cache
def _label(record: type, version: int) -> str:
    """What rows of a record are marked with: the version of what made it, and a checksum of its fields, since `unpack`
    can only read what was packed with the same ones."""
    return f"{version} {hashlib.blake2b(_layout(record).encode(), digest_size=6).hexdigest()}"


def _layout(kind: Any) -> str:
    """A type's name with the names of its fields, and theirs."""
    if not is_dataclass(kind):
        return " ".join(filter(None, (_layout(part) for part in typing.get_args(kind))))
    inner = zip(fields(kind), _hints(typing.cast(type, kind)), strict=True)
    return "(" + ", ".join(f"{field.name}: {field.type} {_layout(hint)}" for field, hint in inner) + ")"


@cache
def _hints(record: type) -> tuple[Any, ...]:
    from numpy.typing import NDArray

    arrays = {"Floats": NDArray[np.float32], "Pixels": NDArray[np.uint8]}  # names for type checkers only
    hints = typing.get_type_hints(record, localns=arrays)
    return tuple(hints[f.name] for f in fields(typing.cast(Any, record)))
