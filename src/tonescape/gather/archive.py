"""Files within a ZIP archive, read into memory one by one, in bounded time and memory; nothing is unpacked to disk."""

from __future__ import annotations

import errno
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tonescape.core.errors import InputError, PlaylistError
from tonescape.gather.media import check_plain
from tonescape.gather.names import clean

MAX_ARCHIVE = 512 << 20
"""bytes of an archive"""

MAX_NAMES = 10_000
"""files in an archive"""

MAX_DIRECTORY = 4 << 20
"""bytes of an archive's list of files, which is read as a whole"""

MAX_MEMBER = 64 << 20
"""bytes of one file, unpacked"""

MAX_TOTAL = 1 << 30
"""bytes of all files that are read, unpacked"""

MAX_RATIO = 200
"""times a file may become larger; text packs to a tenth or twentieth"""

_BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, ValueError, EOFError, RuntimeError)
"""what `zipfile` raises for damaged archives, unknown ways of packing (NotImplementedError) and locked files"""

_END = b"PK\5\6"
_END_BYTES = 22
_LOCATOR_64 = b"PK\6\7"
_LOCATOR_BYTES = 20


@dataclass(frozen=True, slots=True)
class Member:
    """A file of an archive. data : None where it was not read, and `problem` says why"""

    name: str
    data: bytes | None
    problem: str = ""


def members(path: Path, wanted: Callable[[str], bool]) -> Iterator[Member]:
    """Every file of an archive in its order; those whose last name is `wanted` with what they hold.

    Raises PlaylistError for what is no archive, or one beyond the caps.
    """
    try:
        check_plain(path)
        _check_directory(path)
        with zipfile.ZipFile(path) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
            if len(infos) > MAX_NAMES:
                raise PlaylistError(f"{_shown(path)}: more than {MAX_NAMES:,} files; unpack it and name the folder")
            left = MAX_TOTAL
            for info in infos:
                name = info.filename.replace("\\", "/").rpartition("/")[2]
                member = _read(archive, info, name, left) if wanted(name) else Member(name, None)
                left -= len(member.data or b"")
                yield member
    except PlaylistError:
        raise
    except InputError as problem:
        raise PlaylistError(str(problem)) from None
    except OSError as problem:
        raise PlaylistError(f"{_shown(path)}: {_unread(problem, 'a damaged ZIP archive; download it again')}") from None
    except _BROKEN:
        raise PlaylistError(f"{_shown(path)}: a damaged ZIP archive; download it again") from None


def _unread(problem: OSError, damaged: str) -> str:
    """What to say of an OSError; `damaged` where `zipfile` went to an offset below 0 that a damaged archive tells."""
    return damaged if problem.errno == errno.EINVAL else f"cannot be read: {problem.strerror or problem}"


def _shown(path: Path) -> str:
    return clean(str(path))


def _check_directory(path: Path) -> None:
    """PlaylistError where reading the list of files alone would cost too much: `zipfile` reads whatever it is told."""
    size = path.stat().st_size
    if size > MAX_ARCHIVE:
        raise PlaylistError(f"{_shown(path)}: larger than {MAX_ARCHIVE >> 20} MB; unpack it and name the folder")
    with path.open("rb") as file:
        file.seek(max(0, size - _END_BYTES - 65_536 - _LOCATOR_BYTES))
        tail = file.read()
    at = tail.find(_END)
    while at >= 0:
        directory = int.from_bytes(tail[at + 12 : at + 16], "little")
        wide = tail[max(0, at - _LOCATOR_BYTES) : at].startswith(_LOCATOR_64)
        if directory > MAX_DIRECTORY or wide:
            raise PlaylistError(
                f"{_shown(path)}: more files than are read of an archive; unpack it and name the folder"
            )
        at = tail.find(_END, at + 1)


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, left: int) -> Member:
    shown = clean(name)
    if info.flag_bits & 1:
        return Member(name, None, f"{shown}: locked with a password; unpack the archive and name the folder")
    if info.file_size > MAX_MEMBER or info.file_size > MAX_RATIO * max(1, info.compress_size):
        return Member(name, None, f"{shown}: too large once unpacked; not read")
    try:
        with archive.open(info) as file:
            data = file.read(min(MAX_MEMBER, left) + 1)  # the size the archive tells may be a lie
    except OSError as problem:
        return Member(name, None, f"{shown}: {_unread(problem, 'damaged; download the archive again')}")
    except _BROKEN:
        return Member(name, None, f"{shown}: damaged; download the archive again")
    if len(data) > min(MAX_MEMBER, left):
        return Member(name, None, f"{shown}: too large once unpacked; not read")
    return Member(name, data)
