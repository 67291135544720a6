"""M3U and M3U8 playlists: lines that name songs, written by any player on any system.

There is no standard beyond RFC 8216 (HLS), which these lists are not. Directives as players write them:
#EXTM3U, #EXTINF:seconds,Artist - Title, #EXTALB, #EXTART, #EXTGENRE, #EXTENC, #PLAYLIST and others without use here.
"""

from __future__ import annotations

import codecs
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from urllib.parse import unquote_to_bytes

from tonescape.core.errors import PlaylistError, Remark
from tonescape.core.records import Failure
from tonescape.gather.files import MUSIC_SUFFIXES, PLAYLIST_SUFFIXES
from tonescape.gather.lines import byte_lines
from tonescape.gather.locate import ENCODINGS, Found, Locator
from tonescape.gather.names import clean, failure, western

MAX_LINE = 8_192
"""bytes of one line; paths of Windows and Linux end at 4,096 characters or before"""

MAX_LINES = 1_000_000
"""lines read of one playlist"""

MAX_PROBED = 2_000
"""lines at the beginning of a playlist that are looked at to find its encoding and its name"""

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]+):", re.IGNORECASE)
_DIRECTIVE = re.compile(r"#(EXT[\w-]*|PLAYLIST|KODIPROP|CURTRACK)(:|$)|#EXTINF\b", re.IGNORECASE)
_EXTINF = re.compile(r"#EXTINF:\s*(-?[\d.]*)([^,]*),?(.*)", re.IGNORECASE | re.DOTALL)
_QUOTED_EXTINF = re.compile(r'#EXTINF:\s*(-?[\d.]*)((?:\s+[\w-]+="[^"]*")+)\s*,(.*)', re.IGNORECASE | re.DOTALL)
_REMOTE = frozenset(
    {"http", "https", "ftp", "ftps", "sftp", "rtsp", "rtmp", "rtmps", "rtp", "mms"}
    | {"mmsh", "udp", "tcp", "smb", "nfs", "dav", "davs", "hls", "icy", "ipfs"}
)


@dataclass(frozen=True, slots=True)
class M3uEntry:
    """One song a playlist names. title, artist, album, genre : from its directives, may be empty
    line : counts from 1
    """

    path: Path
    title: str
    artist: str
    line: int
    album: str = ""
    genre: str = ""


@dataclass(frozen=True, slots=True)
class _Directives:
    """The directives before a song, in the list's own bytes. extinf : the whole line, which is number `line`"""

    extinf: bytes = b""
    line: int = 0
    album: bytes = b""
    artist: bytes = b""
    genre: bytes = b""


def _with(directives: _Directives, directive: str, value: bytes) -> _Directives:
    """What #EXTALB, #EXTART or #EXTGENRE add to it; other directives add nothing."""
    if directive == "EXTALB":
        return replace(directives, album=value)
    if directive == "EXTART":
        return replace(directives, artist=value)
    return replace(directives, genre=value) if directive == "EXTGENRE" else directives


def read_m3u(path: Path) -> Iterator[M3uEntry | Failure]:
    """The entries of a playlist in order; an entry that does not exist or is remote is a Failure.

    Relative paths start at the playlist's folder. How a path is found that is spelled otherwise: `locate`; one
    of another computer is found by its last names below the playlist's folder: C:\\Music\\Band\\Song.mp3 is
    Band/Song.mp3 or Song.mp3.

    A line that begins with "#" and is no directive names a song where that file exists, or where #EXTINF stands
    before it and it ends as music does; else it is a comment. A directive belongs to the next entry alone, but
    #EXTALB, #EXTART and #EXTGENRE before the first one hold for the whole list. Comments, and each #EXTINF
    without an entry, are counted in a Remark.
    Errors: PlaylistError for a playlist that cannot be read, or is an index of stream segments (HLS).
    """
    return _Reader(path, Locator(path.parent, _probed(path).encoding)).entries()


def playlist_title(path: Path) -> str:
    """What #PLAYLIST calls the list; "" where it says nothing. Errors: PlaylistError as `read_m3u`."""
    return _probed(path).title


@dataclass(frozen=True, slots=True)
class _Probe:
    encoding: str | None
    title: str


def _probed(path: Path) -> _Probe:
    """The encoding in which names at the list's beginning are files, and the list's own name."""
    locator = Locator(path.parent)
    encoding, title = None, b""
    for _, line in islice(_lines(path), MAX_PROBED):
        if directive := _directive(line):
            value = line.partition(b":")[2].strip()
            if directive == "PLAYLIST":
                title = title or value
            elif directive == "EXTENC":
                encoding = encoding or _known_encoding(value)
        elif encoding is None and not line.isascii() and not line.startswith(b"#"):
            found = locator.find(line)
            encoding = found.encoding if found else None
    return _Probe(encoding, clean(_decoded(title, encoding)))


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """(number from 1, line) of every line that is not blank; lists joined without a line end are parted."""
    for number, raw in enumerate(byte_lines(path, MAX_LINE + 1), start=1):
        if number > MAX_LINES:
            raise PlaylistError(f"{clean(str(path))}: more than {MAX_LINES:,} lines; the rest is not read. Split it")
        for line in raw.strip(b"\0").split(codecs.BOM_UTF8):
            if line.strip():
                yield number, line


def _directive(line: bytes) -> str:
    """The name of the directive a line is, in capitals; "" for any other line."""
    match = _DIRECTIVE.match(line[:64].strip().decode("ascii", "replace"))
    return (match[1] or "EXTINF").upper() if match else ""


def _known_encoding(name: bytes) -> str | None:
    """The encoding that #EXTENC names, if it is one of text."""
    try:
        known = codecs.lookup(name.decode("ascii")).name
    except (LookupError, UnicodeError, ValueError):
        return None
    usual = {codecs.lookup(each).name for each in (*ENCODINGS, "shift_jis", "euc_jp", "euc_kr", "gbk", "gb2312")}
    return known if known in usual or known.startswith("iso8859") else None


def _decoded(raw: bytes, encoding: str | None) -> str:
    """Text of a list: UTF-8 if it is that, else in the list's encoding, else Western."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        return raw.decode(encoding) if encoding else western(raw)
    except UnicodeDecodeError:
        return western(raw)


@dataclass(slots=True)
class _Count:
    """How many lines, and which was the first."""

    number: int = 0
    first: int = 0

    def add(self, line: int) -> None:
        self.first = self.first or line
        self.number += 1

    def __str__(self) -> str:
        return f"line {self.first}" if self.number == 1 else f"{self.number} lines (the first is line {self.first})"


@dataclass(slots=True)
class _Reader:
    """Reads one list, and keeps what directives say of the next entry and what is passed over.

    of_list, of_next : of every entry, and of the next      comments, unused : places of comments and of #EXTINF lines
    without an entry      named, missing : entries, and those of them that are not there
    """

    path: Path
    locator: Locator
    of_list: _Directives = _Directives()
    of_next: _Directives = _Directives()
    begun: bool = False
    comments: _Count = field(default_factory=_Count)
    unused: _Count = field(default_factory=_Count)
    named: int = 0
    missing: int = 0

    def entries(self) -> Iterator[M3uEntry | Failure]:
        for number, line in _lines(self.path):
            if directive := _directive(line):
                self._heed(directive, line, number)
            elif line.strip().startswith(b"#") and not self._names_song(line):
                self.comments.add(number)
                if _ends_as_music(line):
                    self._drop()  # the song that was spoken of is commented out
            else:
                directives, self.of_next, self.begun = self.of_next, _Directives(), True
                yield self._entry(line, number, directives)
        self._drop()
        self._warn()

    def _heed(self, directive: str, line: bytes, number: int) -> None:
        if directive in ("EXT-X-TARGETDURATION", "EXT-X-STREAM-INF"):
            raise PlaylistError(f"{clean(str(self.path))}: an index of stream segments (HLS), not a list of songs")
        if directive == "EXTINF":
            self._drop()
            self.begun = True
            self.of_next = replace(self.of_next, extinf=line.strip(), line=number)
            return
        value = line.partition(b":")[2].strip()
        if self.begun:
            self.of_next = _with(self.of_next, directive, value)
        else:
            self.of_list = _with(self.of_list, directive, value)

    def _names_song(self, line: bytes) -> bool:
        """Whether a line that begins with "#" names a song: one that is there, or one that #EXTINF speaks of."""
        found = self.locator.find(line, moved=False)
        if found is not None:
            return any(path.is_file() for path in found.paths)
        spoken_of = bool(self.of_next.extinf) and _ends_as_music(line)
        return spoken_of and self.locator.find(line.strip().lstrip(b"# "), moved=False) is None

    def _drop(self) -> None:
        """Forget an #EXTINF that no entry followed."""
        if self.of_next.extinf:
            self.unused.add(self.of_next.line)
            self.of_next = _Directives()

    def _entry(self, line: bytes, number: int, directives: _Directives) -> M3uEntry | Failure:
        where = f"line {number} of {clean(self.path.name)}"
        shown = _decoded(line.strip(), self.locator.encoding)
        if len(line) > MAX_LINE:
            return failure(clean(shown, 80), f"longer than a path can be ({MAX_LINE:,} bytes) ({where})")
        name = line
        scheme = _SCHEME.match(shown.strip("\"' "))
        if scheme and scheme[1].lower() == "file":
            local = _from_file_url(line.strip(b"\"' "))
            if local is None:
                return failure(shown, f"a file on another computer; copy it here first ({where})")
            name = local
        elif scheme and (scheme[1].lower() in _REMOTE or shown.strip("\"' ")[scheme.end() :].startswith("//")):
            return failure(shown, f"remote songs are never fetched; download it and name the file ({where})")
        self.named += 1
        found = self.locator.find(name)
        if found is None:
            self.missing += 1
            return failure(shown, f"no such file ({where})")
        if len(found.paths) > 1:
            names = ", ".join(clean(str(path)) for path in found.paths[:3])
            return failure(shown, f"could be {names}; write one of them as it is spelled ({where})")
        return self._described(found, number, directives)

    def _described(self, found: Found, number: int, directives: _Directives) -> M3uEntry:
        def text(field: str) -> str:
            raw = getattr(directives, field) or getattr(self.of_list, field)
            return _decoded(raw, found.encoding or self.locator.encoding)

        title, artist = parse_extinf(text("extinf"))
        return M3uEntry(
            found.paths[0], title, artist or clean(text("artist")), number, clean(text("album")), clean(text("genre"))
        )

    def _warn(self) -> None:
        """One line for each kind of thing that was passed over."""
        remarks = []
        if self.comments.number:
            remarks.append(f"passed over as comments (they begin with # and name no file here): {self.comments}")
        if self.unused.number:
            remarks.append(f"passed over, for no song comes after it: the #EXTINF in {self.unused}")
        if self.missing == self.named > 1:
            remarks.append(
                f"none of its {self.named} files is here; put the list into the folder from which its paths start, "
                "or name the folder of the music instead"
            )
        for line in remarks:
            warnings.warn(Remark(f"{clean(str(self.path))}: {line}"), stacklevel=2)


def _ends_as_music(line: bytes) -> bool:
    name = line.strip().strip(b"\"'").lower()
    suffix = b"." + name.rpartition(b".")[2]
    return suffix.decode("ascii", "replace") in MUSIC_SUFFIXES | PLAYLIST_SUFFIXES


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


def _from_file_url(url: bytes) -> bytes | None:
    """The path in a file: URL, percent-decoded; None where it names another host."""
    rest = url[5:]
    if rest.startswith(b"//"):
        host, slash, rest = rest[2:].partition(b"/")
        if re.fullmatch(rb"[a-z][:|]", host, re.IGNORECASE):  # file://C:/Music, as some players write it
            rest = host[:1] + b":/" + rest
        elif host.lower() not in (b"", b"localhost", b"127.0.0.1"):
            return None
        else:
            rest = slash + rest
    path = unquote_to_bytes(rest)
    if re.match(rb"/[a-z][:|][\\/]", path, re.IGNORECASE):  # /C:/Music
        path = path[1:2] + b":" + path[3:]
    return path
