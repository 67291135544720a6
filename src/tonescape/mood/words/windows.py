"""Long texts to pieces of the size the models were trained on."""

from __future__ import annotations

import re
from typing import Final

PROSE_WORDS = 24
"""words in a window of prose; the sentences of EmoBank and GoEmotions have 15 and 13 on average"""

LYRIC_WORDS = 40
"""words in a window of a song's words, about a verse; lines are too short and not all sources keep them"""

MAX_WINDOWS = 160
"""windows read of one text, evenly spread over a longer one"""

MAX_CHARACTERS = 400_000
"""characters looked at in one text; the longest screenplay of 1,100 has 900,000 in all its scenes together"""

_SENTENCE: Final = re.compile(r"(?<=[.!?…。！？])[\"'”’)\]]{0,2}\s+|\n+")
_STAGE: Final = re.compile(r"\[[^\]\n]{0,80}\]")
_SPACE: Final = re.compile(r"\s+")


def prose(text: str) -> list[str]:
    """Windows of prose: whole sentences, joined up to PROSE_WORDS words; a longer sentence is cut. [] without words."""
    windows: list[str] = []
    held: list[str] = []
    for sentence in _SENTENCE.split(text[:MAX_CHARACTERS]):
        words = (sentence or "").split()
        if held and len(held) + len(words) > PROSE_WORDS:
            windows.append(" ".join(held))
            held = []
        while len(words) > PROSE_WORDS:
            windows.append(" ".join(words[:PROSE_WORDS]))
            words = words[PROSE_WORDS:]
        held += words
    if held:
        windows.append(" ".join(held))
    return spread(windows)


def lyric(text: str) -> list[str]:
    """Windows of a song's words, LYRIC_WORDS each. [] without words."""
    words = tidy(text).split(" ")
    found = [" ".join(words[at : at + LYRIC_WORDS]) for at in range(0, len(words), LYRIC_WORDS)]
    return spread([window for window in found if window])


def tidy(text: str) -> str:
    """A song's words on one line in lower case, without marks such as [Chorus]."""
    text = text[:MAX_CHARACTERS].replace("’", "'")
    return _SPACE.sub(" ", _STAGE.sub(" ", text)).strip().lower()


def spread(windows: list[str]) -> list[str]:
    """At most MAX_WINDOWS of them, evenly from beginning to end."""
    n = len(windows)
    if n <= MAX_WINDOWS:
        return windows
    return [windows[(2 * i + 1) * n // (2 * MAX_WINDOWS)] for i in range(MAX_WINDOWS)]
