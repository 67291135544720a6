"""The file that a playlist names, on a disk that may spell it otherwise.

A playlist made elsewhere names a file in another encoding, with other slashes, in other letter case, in the other
Unicode composition, percent-encoded, in quotes, or by the folders of another computer. Which of these readings is
right is decided by what exists.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath, PureWindowsPath
from urllib.parse import unquote_to_bytes

from tonescape.gather.files import MAX_ENTRIES

MAX_SUFFIX_PARTS = 8
"""names at the end of a path that are looked for below the playlist's folder when the path itself is not there"""

MAX_LISTINGS = 500
"""folders whose names are read, for one playlist, to find a name in other letter case"""

MAX_LISTED = 2 * MAX_ENTRIES
"""names kept of those folders, all together"""

MAX_ALIKE = 16
"""paths followed at the same time that differ in letter case only"""

MAX_GUESSED = 10_000
"""names without a file for which every encoding is tried, of one playlist; then the list's own encoding alone"""

ENCODINGS = (
    *("cp1252", "cp1251", "cp932", "gb18030", "cp949", "big5", "cp1250", "mac_roman", "koi8_r", "cp866"),
    *("cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "cp874", "latin_1"),
)
"""tried in this order for bytes that are no UTF-8: Western, Cyrillic, Japanese, Chinese, Korean, and the others that
players on Windows, DOS and classic Mac OS wrote"""

DRIVE = re.compile(r"^[a-z]:([\\/]|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """paths : the file; several where the name fits more than one, which differ in letter case only
    encoding : in which the name was read where that made a difference, else None
    """

    paths: tuple[Path, ...]
    encoding: str | None


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to read a name. dropped : names left out at its beginning      parts : below `base`"""

    dropped: int
    base: Path
    parts: tuple[str, ...]
    encoding: str | None


@dataclass(slots=True)
class Locator:
    """Finds the files that a playlist in `folder` names. encoding : of the list, where it is known; tried first."""

    folder: Path
    encoding: str | None = None
    _listings: dict[Path, dict[str, list[str]]] = field(default_factory=dict)
    _listed: int = 0
    _guessed: int = 0

    def find(self, name: bytes, *, moved: bool = True) -> Found | None:
        """The file that is called `name`; None where no reading of the name exists.

        moved : whether a path of another computer may be found by its last names below the folder
        """
        if b"\0" in name:
            return None
        readings = sorted(self._readings(name, moved), key=lambda reading: reading.dropped)
        for reading in readings:
            if (path := _as_spelled(reading)) is not None:
                return Found((path,), reading.encoding)
            if paths := self._in_any_case(reading):
                return Found(paths, reading.encoding)
        self._guessed += not name.isascii()
        return None

    def _readings(self, name: bytes, moved: bool) -> Iterator[_Reading]:
        for raw in dict.fromkeys(_variants(name)):
            for text, encoding in self._decodings(raw):
                for dropped, parts in _splits(text, moved):
                    base = Path(parts[0]) if dropped == 0 and parts[0].startswith("/") else self.folder
                    decisive = encoding is not None and not all(part.isascii() for part in parts)
                    yield _Reading(dropped, base, parts, encoding if decisive else None)

    def _decodings(self, raw: bytes) -> Iterator[tuple[str, str | None]]:
        """(text, encoding); encoding None for text that is read as it stands on the disk."""
        text = os.fsdecode(raw)
        yield text, None
        try:
            raw.decode("utf-8")
        except UnicodeDecodeError:
            encodings: tuple[str | None, ...] = (self.encoding, *(ENCODINGS if self._guessed < MAX_GUESSED else ()))
        else:
            encodings = (self.encoding,) if not raw.isascii() else ()
        for encoding in dict.fromkeys(encodings):
            if encoding is not None:
                with suppress(UnicodeDecodeError):
                    yield raw.decode(encoding), encoding

    def _in_any_case(self, reading: _Reading) -> tuple[Path, ...]:
        """Paths whose every name is the reading's but for letter case and Unicode composition."""
        places = [reading.base]
        for part in reading.parts:
            if part.startswith("/"):
                continue  # the base itself
            if part == "..":
                places = [place / part for place in places]
            else:
                places = [place / name for place in places for name in self._names(place).get(_key(part), ())]
                places = places[:MAX_ALIKE]
            if not places:
                return ()
        return tuple(places)

    def _names(self, folder: Path) -> dict[str, list[str]]:
        """The names in a folder by their key; {} for one more folder than may be listed."""
        if folder not in self._listings:
            if len(self._listings) >= MAX_LISTINGS or self._listed >= MAX_LISTED:
                return {}
            self._listings[folder] = _listing(folder)
            self._listed += sum(map(len, self._listings[folder].values()))
        return self._listings[folder]


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _listing(folder: Path) -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    with suppress(OSError, ValueError), os.scandir(folder) as scan:
        for _, entry in zip(range(MAX_ENTRIES), scan, strict=False):
            names.setdefault(_key(entry.name), []).append(entry.name)
    return {key: sorted(same) for key, same in names.items()}


def _variants(name: bytes) -> Iterator[bytes]:
    """The name as written, without spaces around it, without quotes, percent-decoded."""
    yield name
    bare = name.strip()
    yield bare
    if len(bare) > 2 and bare[:1] == bare[-1:] and bare[:1] in b"\"'":
        bare = bare[1:-1].strip()
        yield bare
    if b"%" in bare:
        yield unquote_to_bytes(bare)


def _splits(text: str, moved: bool) -> Iterator[tuple[int, tuple[str, ...]]]:
    """(names left out, names of the path), likeliest first; an absolute path's first name is "/"."""
    if "\0" in text or not text:
        return
    whole = PurePosixPath(text)
    yield 0, whole.parts or (".",)
    windows = bool(DRIVE.match(text)) or "\\" in text
    if windows and not DRIVE.match(text) and not text.startswith("\\"):
        yield 0, PurePosixPath(text.replace("\\", "/")).parts or (".",)
    pure: PureWindowsPath | PurePosixPath = PureWindowsPath(text) if windows else whole
    if moved and (pure.anchor or windows):
        names = [part for part in pure.parts[1 if pure.anchor else 0 :] if part not in ("..", ".")]
        names = names[-MAX_SUFFIX_PARTS:]
        for start in range(len(names)):
            yield start + 1, tuple(names[start:])


def _as_spelled(reading: _Reading) -> Path | None:
    """The path as written, in either Unicode composition (Apple's systems decompose), or as an old disk has it."""
    for parts in dict.fromkeys(_spellings(reading.parts)):
        path = reading.base.joinpath(*parts)
        try:
            path.stat()
        except (OSError, ValueError):
            continue
        return path
    return None


def _spellings(parts: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    yield parts
    if all(part.isascii() for part in parts):
        return
    yield tuple(unicodedata.normalize("NFC", part) for part in parts)
    yield tuple(unicodedata.normalize("NFD", part) for part in parts)
    with suppress(UnicodeError):
        yield tuple(os.fsdecode(part.encode("cp1252")) for part in parts)
