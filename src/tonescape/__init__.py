"""Tonescape: hear a song, see its mood.

    heard = tonescape.listen("song.flac")
    tonescape.save(tonescape.paint(heard, size=1024), "cover.jpg")
    film = tonescape.score("film.fountain", tonescape.listen_all(["music"]))
    tonescape.mood_of_words("I miss you every day").valence

Everything runs on this machine and nothing is sent anywhere. What a name refers to is imported when it is first used,
so `import tonescape` takes a few milliseconds.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tonescape.api import (
        Failure,
        FilmScore,
        Heard,
        Mood,
        Picture,
        ScoreOptions,
        Script,
        TonescapeError,
        WordMood,
        listen,
        listen_all,
        mood_of_words,
        paint,
        save,
        score,
    )

__version__ = "0.1.0"

__all__ = [
    "Failure",
    "FilmScore",
    "Heard",
    "Mood",
    "Picture",
    "ScoreOptions",
    "Script",
    "TonescapeError",
    "WordMood",
    "listen",
    "listen_all",
    "mood_of_words",
    "paint",
    "save",
    "score",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'tonescape' has no attribute {name!r}")
    from tonescape import api

    return getattr(api, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


class _Package(ModuleType):
    """This package. Python sets a package's attribute to each submodule that is imported; the submodule
    `tonescape.score` would so replace the function of that name, which is the public one."""

    def __setattr__(self, name: str, value: object) -> None:
        if not (isinstance(value, ModuleType) and name in __all__):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
