"""Links from a page to files on the same machine."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

PLAYABLE = frozenset({".mp3", ".m4a", ".aac", ".ogg", ".oga", ".opus", ".flac", ".wav"})
"""suffixes of sound files that browsers play"""


def file_link(path: Path, folder: Path) -> str:
    """A relative link from a page in `folder` to a file; where there is none, the file's own URI."""
    try:
        relative = os.path.relpath(path.absolute(), folder.absolute())
    except ValueError:  # Windows: the file is on another drive
        return path.absolute().as_uri()
    linked = quote(Path(relative).as_posix().encode("utf-8", "surrogateescape"))
    return linked if linked.startswith(".") else f"./{linked}"
