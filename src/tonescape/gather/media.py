"""The one way a media file is opened: quietly, and without a file leading to other files or to the network."""

from __future__ import annotations

import stat
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from tonescape.core.errors import SongError
from tonescape.gather.names import clean
from tonescape.gather.tagging.riff import read_form
from tonescape.gather.tagging.tagset import TAG_CAP

if TYPE_CHECKING:
    from av.container import InputContainer

OPEN_TIMEOUT = 10.0
"""seconds a file may keep ffmpeg waiting for bytes (a network drive that hangs)"""

TAG_PROBE = 65_536
"""bytes ffmpeg may look at to name the streams when only tags are wanted; its own default is 5 MB, which makes
a WAV file (searched for hidden DTS) cost 9 ms instead of 2"""

REFUSED_LISTS = frozenset(
    {"concat", "concatf", "hls", "dash", "imf", "sdp", "rtsp", "rtp", "rtp_mpegts", "sap", "mpjpeg", "vobsub"}
    | {"webm_dash_manifest", "smoothstreaming", "ffmetadata", "avisynth", "vapoursynth"}
)
"""demuxers that make ffmpeg open other things, which the file names"""

REFUSED_DEVICES = frozenset(
    {"lavfi", "alsa", "oss", "jack", "pulse", "sndio", "fbdev", "kmsgrab", "x11grab", "xcbgrab", "openal"}
    | {"video4linux2,v4l2", "iec61883", "libcdio", "image2", "image2pipe", "tty"}
)
"""demuxers that are devices, or make pictures or sound out of any text"""


def open_media(path: Path, *, probe_bytes: int | None = None) -> InputContainer:
    """An open container; close it, or use it in a `with`. Nothing is decoded but what ffmpeg needs to name streams.

    probe_bytes : how much of the file ffmpeg may look at for that; None for its own default
    Text that is not UTF-8 arrives with surrogates (see `names.mended`).
    Errors: SongError for a file that is not there, not a plain file, not readable, or no media.
    """
    import av
    from av.error import FFmpegError

    _check_lists(path, check_plain(path))
    options = {"protocol_whitelist": "file", "format_whitelist": _allowed_formats()}
    if probe_bytes is not None:
        options["probesize"] = str(probe_bytes)
    try:
        # "file:" because a name such as "http:x.mp3" or "a:b.mp3" is a name, not a protocol
        return av.open(f"file:{path}", options=options, metadata_errors="surrogateescape", timeout=OPEN_TIMEOUT)
    except PermissionError:
        raise SongError(_denied(path)) from None
    except (FFmpegError, OSError, ValueError, OverflowError):
        raise SongError(
            f"{clean(str(path))}: no sound or picture format ffmpeg knows; the file is damaged or not music"
        ) from None


def is_media(path: Path) -> bool:
    """Whether ffmpeg knows the format of a plain file."""
    try:
        open_media(path).close()
    except SongError:
        return False
    return True


def _check_lists(path: Path, size: int) -> None:
    """SongError for a WAV whose list of tags claims gigabytes: ffmpeg allocates and clears all of them."""
    with path.open("rb") as file:
        if size < 12 or file.read(4) not in (b"RIFF", b"RF64", b"BW64"):
            return
        form = read_form(file, size)
    if form.excess > TAG_CAP and form.chunks[-1].name != b"data":
        raise SongError(
            f"{clean(str(path))}: its chunk at byte {form.chunks[-1].start} claims {form.excess} bytes more than "
            "there are; the file is damaged"
        )


def check_plain(path: Path) -> int:
    """The size in bytes of a plain file that may be read; SongError for anything else (a pipe blocks for ever)."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise SongError(f"{clean(str(path))}: not a plain file")
        path.open("rb").close()  # asking for the rights tells less: drives of other systems have rules of their own
    except PermissionError:
        raise SongError(_denied(path)) from None
    except (OSError, ValueError) as problem:
        why = getattr(problem, "strerror", None) or "not a name a file can have"
        raise SongError(f"{clean(str(path))}: {why.lower()}") from None
    return found.st_size


def _denied(path: Path) -> str:
    return f"{clean(str(path))}: permission denied. Check who may read it: ls -l"


@cache
def _allowed_formats() -> str:
    import av

    refused = REFUSED_LISTS | REFUSED_DEVICES | {name for name in av.formats_available if name.endswith("_pipe")}
    return ",".join(sorted(av.formats_available - refused))
