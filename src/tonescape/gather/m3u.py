"""M3U and M3U8 playlists: lines that name songs, written by any player on any system."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from urllib.parse import unquote_to_bytes

from tonescape.core.errors import PlaylistError
from tonescape.core.records import Failure
from tonescape.gather.lines import lines
from tonescape.gather.names import clean, failure, western

MAX_LINE = 8_192
"""bytes of one line; paths of Windows and Linux end at 4,096 characters or before"""

MAX_SUFFIX_PARTS = 8
"""names at the end of a path that are looked for below the playlist's folder when the path itself is gone"""

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]+):", re.IGNORECASE)
_DRIVE = re.compile(r"^[a-z]:([\\/]|$)", re.IGNORECASE)
_EXTINF = re.compile(r"#EXTINF:\s*(-?[\d.]*)([^,]*),?(.*)", re.IGNORECASE | re.DOTALL)
_QUOTED_EXTINF = re.compile(r'#EXTINF:\s*(-?[\d.]*)((?:\s+[\w-]+="[^"]*")+)\s*,(.*)', re.IGNORECASE | re.DOTALL)
_REMOTE = frozenset(
    {"http", "https", "ftp", "ftps", "sftp", "rtsp", "rtmp", "rtmps", "rtp", "mms"}
    | {"mmsh", "udp", "tcp", "smb", "nfs", "dav", "davs", "hls", "icy", "ipfs"}
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One song a playlist names. title, artist : from #EXTINF, may be empty      line : counts from 1"""

    path: Path
    title: str
    artist: str
    line: int


def read_m3u(path: Path) -> Iterator[Entry | Failure]:
    """The entries of a playlist in order; an entry that does not exist or is remote is a Failure.

    Relative paths start at the playlist's folder. A path that is not there is tried with its slashes turned, with
    %20 and the like decoded, in the other Unicode composition, and, for an absolute one (a drive of
    another computer), by its last names below the playlist's folder: C:\\Music\\Band\\Song.mp3 is
    found as Band/Song.mp3 or Song.mp3.
    Errors: PlaylistError for a playlist that cannot be read, or is an index of stream segments (HLS).
    """
    title = artist = ""
    for number, raw in enumerate(lines(path, MAX_LINE + 1), start=1):
        line = raw.strip().strip("\0")
        if not line:
            continue
        if line.startswith("#"):
            if line[:7].upper() == "#EXTINF":
                title, artist = parse_extinf(line)
            elif line.upper().startswith(("#EXT-X-TARGETDURATION", "#EXT-X-STREAM-INF")):
                raise PlaylistError(f"{clean(str(path))}: an index of stream segments (HLS), not a list of songs")
            continue
        yield _entry(path, line, number, title, artist)
        title = artist = ""


def parse_extinf(line: str) -> tuple[str, str]:
    """(title, artist) of "#EXTINF:seconds,Artist - Title"; without " - " all of it is the title."""
    match = _QUOTED_EXTINF.match(line) or _EXTINF.match(line)
    if match is None:
        return "", ""
    text = match[3].strip()
    for dash in (" - ", " – ", " — "):
        artist, found, title = text.partition(dash)
        if found and artist.strip() and title.strip():
            return clean(title), clean(artist)
    return clean(text), ""


def _entry(playlist: Path, line: str, number: int, title: str, artist: str) -> Entry | Failure:
    where = f"line {number} of {clean(playlist.name)}"
    if len(line.encode("utf-8", "replace")) > MAX_LINE:
        return failure(clean(line, 80), f"longer than a path can be ({MAX_LINE:,} bytes) ({where})")
    scheme = _SCHEME.match(line)
    if scheme and scheme[1].lower() == "file":
        local = _from_file_url(line)
        if local is None:
            return failure(line, f"a file on another computer; copy it here first ({where})")
        line = local
    elif scheme and (scheme[1].lower() in _REMOTE or line[scheme.end() :].startswith("//")):
        return failure(line, f"remote songs are never fetched; download it and name the file ({where})")
    found = locate(line, playlist.parent)
    if found is None:
        return failure(line, f"no such file ({where})")
    return Entry(found, title, artist, number)


def _from_file_url(url: str) -> str | None:
    """The path in a file: URL; None where it names another host."""
    rest = url[5:]
    if rest.startswith("//"):
        host, slash, rest = rest[2:].partition("/")
        if re.fullmatch(r"[a-z][:|]", host, re.IGNORECASE):  # file://C:/Music, as some players write it
            rest = f"{host[0]}:/{rest}"
        elif host.casefold() not in ("", "localhost", "127.0.0.1"):
            return None
        else:
            rest = slash + rest
    text = western(unquote_to_bytes(rest))
    if re.match(r"/[a-z][:|][\\/]", text, re.IGNORECASE):  # /C:/Music
        text = f"{text[1]}:{text[3:]}"
    return text


def locate(name: str, folder: Path) -> Path | None:
    """Where the file is that a playlist in `folder` calls `name`; None where no reading of the name exists."""
    if "\0" in name:
        return None
    texts = [name]
    if "%" in name:
        texts.append(western(unquote_to_bytes(name)))
    for text in texts:
        for parts in _readings(text):
            for spelling in dict.fromkeys(_spellings(parts)):
                candidate = folder.joinpath(*spelling)
                if _exists(candidate):
                    return candidate
    return None


def _spellings(parts: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """As written, in either Unicode composition (Apple's systems decompose), and as an old disk has it."""
    yield parts
    if all(part.isascii() for part in parts):
        return
    yield tuple(unicodedata.normalize("NFC", part) for part in parts)
    yield tuple(unicodedata.normalize("NFD", part) for part in parts)
    with suppress(UnicodeError):
        yield tuple(os.fsdecode(part.encode("cp1252")) for part in parts)


def _readings(text: str) -> Iterator[tuple[str, ...]]:
    """The ways to read a path, likeliest first, as parts to join to the playlist's folder."""
    yield (text,)
    windows = bool(_DRIVE.match(text)) or "\\" in text
    if windows and not _DRIVE.match(text) and not text.startswith("\\"):
        yield (text.replace("\\", "/"),)
    pure: PureWindowsPath | PurePosixPath = PureWindowsPath(text) if windows else PurePosixPath(text)
    if pure.anchor or windows:
        names = [part for part in pure.parts[1 if pure.anchor else 0 :] if part not in ("..", ".")]
        names = names[-MAX_SUFFIX_PARTS:]
        for start in range(len(names)):
            yield tuple(names[start:])


def _exists(path: Path) -> bool:
    try:
        path.stat()
    except (OSError, ValueError):
        return False
    return True
