"""The error tree. The message holds what happened, to which file, and what to do about it.

TonescapeError
├── InputError            what came in cannot be used (exit code 1)
│   ├── SongError         one song; the run goes on without it
│   ├── PlaylistError     a playlist, table or folder
│   ├── ScriptError       a screenplay
│   └── PromptError       a weighted prompt; carries the position
├── UsageError            what was asked cannot be done as asked (exit code 2)
├── OutputError           a result cannot be written
├── NetError              a service on the network fails; lives in core/net, the only file that opens a socket
├── MissingError          a package, font or model file that is not installed; says what to type
└── WeightsError          a model file that is not the one the weights table names

Context is added once, where the file is known; the text is shown once, by `cli`.
"""

from __future__ import annotations


class Remark(UserWarning):
    """Not an error: something worth one line, by `warnings.warn`, that stops nothing."""


class TonescapeError(Exception):
    """Base of everything Tonescape raises on purpose."""

    exit_code = 1


class InputError(TonescapeError):
    """What came in cannot be used."""


class SongError(InputError):
    """One song cannot be read. `str()` is one line that names the file."""


class PlaylistError(InputError):
    """A playlist, table or folder cannot be read."""


class ScriptError(InputError):
    """A screenplay cannot be read."""


class PromptError(InputError):
    """A weighted prompt does not follow the grammar.

    position : int, 0-based offset in the text where reading stopped
    """

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.position = position


class UsageError(TonescapeError):
    """What was asked cannot be done as asked: an unknown name, a size out of range."""

    exit_code = 2


class OutputError(TonescapeError):
    """A result cannot be written: no permission, no space, not a folder."""


class MissingError(TonescapeError):
    """Something that must be installed is not; the message holds the command."""


class WeightsError(TonescapeError):
    """A model file has the wrong checksum, shape or feature order."""
