"""Music files in folders: which names count as music, and how a folder is walked."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tonescape.core.records import Failure
from tonescape.gather.names import clean, failure

# fmt: off
AUDIO_SUFFIXES = frozenset({
    ".mp3", ".mp2", ".mp1", ".mpga", ".m4a", ".m4b", ".m4r", ".aac", ".adts", ".alac", ".flac", ".fla",
    ".ogg", ".oga", ".opus", ".spx", ".wav", ".wave", ".w64", ".rf64", ".bwf", ".aif", ".aiff", ".aifc",
    ".au", ".snd", ".caf", ".wma", ".asf", ".ape", ".wv", ".tta", ".tak", ".mpc", ".mp+", ".mpp", ".ac3",
    ".eac3", ".ec3", ".dts", ".mka", ".weba", ".dsf", ".dff", ".shn", ".ra", ".rm", ".amr", ".3ga", ".gsm",
    ".voc", ".oma", ".aa3", ".at3", ".qoa", ".mlp", ".thd", ".sln", ".vqf",
})
# fmt: on
"""endings of sound files a folder is searched for"""

VIDEO_SUFFIXES = frozenset({".mp4", ".mkv", ".webm", ".mov"})
"""endings of video files that are music as often as not; a folder is searched for these too"""

MUSIC_SUFFIXES = AUDIO_SUFFIXES | VIDEO_SUFFIXES

PLAYLIST_SUFFIXES = frozenset({".m3u", ".m3u8"})
TABLE_SUFFIXES = frozenset({".csv", ".tsv"})

MAX_DEPTH = 64
"""folders within folders"""

MAX_ENTRIES = 200_000
"""names read of one folder"""

_SKIPPED = frozenset({"__macosx", "$recycle.bin", "system volume information", "lost+found"})
_DIGITS = re.compile(r"(\d{1,18})")


@dataclass(frozen=True, slots=True)
class _Entry:
    path: Path
    is_folder: bool
    identity: tuple[int, int] | None


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """A sort key that puts "2" before "10" and ignores case; equal names differ by their letters at last."""
    parts = _DIGITS.split(clean(name).casefold())
    key = [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part]
    return (*key, (2, 0, name))


def walk(folder: Path) -> Iterator[Path | Failure]:
    """Music files below a folder, in natural order of their names, folders where their own name falls.

    Hidden names are skipped. Links are followed, but no folder is entered and no file given twice, so that links in
    a circle end. A folder that may not be read, and a link that leads nowhere, are Failures; so is a
    folder without any music.
    """
    seen: set[tuple[int, int]] = set()
    found = 0
    listed: list[str] = []
    waiting: list[Iterator[_Entry | Failure]] = [_listing(folder, listed)]
    if (own := _identity(folder)) is not None:
        seen.add(own)
    while waiting:
        entry = next(waiting[-1], None)
        if entry is None:
            waiting.pop()
            continue
        if isinstance(entry, Failure):
            found += 1  # said already what is wrong: "no music" on top would mislead
            yield entry
            continue
        if entry.identity is not None:
            if entry.identity in seen:
                continue
            seen.add(entry.identity)
        if not entry.is_folder:
            found += 1
            yield entry.path
        elif len(waiting) >= MAX_DEPTH:
            found += 1
            yield failure(entry.path, f"more than {MAX_DEPTH} folders deep; name this folder itself")
        else:
            waiting.append(_listing(entry.path, listed))
    if not found:
        yield failure(folder, _no_music(folder, listed))


def _listing(folder: Path, listed: list[str]) -> Iterator[_Entry | Failure]:
    """Music and folders directly in a folder, sorted. Names of playlists go to `listed`, for the error message."""
    try:
        with os.scandir(folder) as scan:
            names = [name for name, _ in zip((entry.name for entry in scan), range(MAX_ENTRIES + 1), strict=False)]
    except OSError as problem:
        yield failure(folder, f"the folder cannot be read: {(problem.strerror or 'error').lower()}")
        return
    if len(names) > MAX_ENTRIES:
        names.pop()
        yield failure(folder, f"holds more than {MAX_ENTRIES:,} names; only so many are read")
    names = [name for name in names if not name.startswith(".") and name.casefold() not in _SKIPPED]
    for name in sorted(names, key=natural):
        path = folder / name
        suffix = path.suffix.lower()
        if suffix in PLAYLIST_SUFFIXES | TABLE_SUFFIXES and len(listed) < 3:
            listed.append(name)
        yield from _entry(path, suffix in MUSIC_SUFFIXES)


def _entry(path: Path, is_music: bool) -> Iterator[_Entry | Failure]:
    try:
        is_folder = path.is_dir()
        if not is_folder and not is_music:
            return
        identity = _identity(path)
        if not is_folder and not path.is_file():
            why = "not a plain file" if path.exists() else "no such file any more"
            why = "a link that leads nowhere" if path.is_symlink() else why
            yield failure(path, why)
            return
    except OSError as problem:
        if is_music or not path.suffix:
            yield failure(path, (problem.strerror or "cannot be read").lower())
        return
    yield _Entry(path, is_folder, identity)


def _identity(path: Path) -> tuple[int, int] | None:
    """Device and inode, the same for every name a file or folder has; None where the system has no such numbers."""
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_dev, found.st_ino) if found.st_ino else None


def _no_music(folder: Path, listed: list[str]) -> str:
    message = "no music in this folder or below it (looked for .mp3, .flac, .ogg, .m4a, .wav and the like)"
    if listed:
        message += f"; it holds {', '.join(clean(name) for name in listed)}: name that file to read it"
    return message
