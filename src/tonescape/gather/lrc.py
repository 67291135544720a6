"""LRC, the text format of timed lyrics, made plain. The one place where time stamps leave a song's words."""

from __future__ import annotations

import re
from typing import Final

_STAMP: Final = re.compile(r"\[\d{1,3}:\d{1,2}(?:[.:,]\d{1,3})?\]|<\d{1,3}:\d{1,2}(?:[.:,]\d{1,3})?>")
"""[mm:ss.xx] before a line, and the enhanced format's <mm:ss.xx> before a word"""

_ID_TAG: Final = re.compile(r"\[(?:ar|al|ti|au|by|offset|length|re|ve|la|tool|#)\s*:[^\]]*\]", re.IGNORECASE)
"""a whole line that is an ID tag of LRC. Only known names, because "[Chorus: both]" is part of the words"""


def unstamped(text: str) -> str:
    """Words without the time stamps and ID tags of LRC; text that has none stays, but for spaces around its lines."""
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(_STAMP.sub("", line).strip() for line in lines if not _ID_TAG.fullmatch(line)).strip()
