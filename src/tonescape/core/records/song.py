"""What comes in and what is heard in it: songs, sound, features, and plays of a listening history."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tonescape.core.records.arrays import Floats

RATE = 22050
"""sample rate of every Sound, Hz"""


SLOWEST = 1.0
"""BPM; a tempo below is none"""


@dataclass(frozen=True, slots=True)
class AudioFeatures:
    """The twelve, named and scaled as Spotify's audio-features endpoint had them; None where unknown.

    danceability, energy, speechiness, acousticness, instrumentalness, liveness, valence : [0, 1]
    key : 0 (C) .. 11 (B), None when no key stands out      mode : 0 minor, 1 major
    loudness : dB relative to full scale, typically -60 .. 0
    tempo : BPM, above 0; None when there is no steady beat      time_signature : beats a bar, from 1
    Spotify wrote an unknown key as -1, an unknown tempo or time signature as 0: these become None here, so that no
    record holds a number that means "unknown".
    """

    danceability: float | None = None
    energy: float | None = None
    key: float | None = None
    loudness: float | None = None
    mode: float | None = None
    speechiness: float | None = None
    acousticness: float | None = None
    instrumentalness: float | None = None
    liveness: float | None = None
    valence: float | None = None
    tempo: float | None = None
    time_signature: float | None = None

    def __post_init__(self) -> None:
        for name, least in (("key", 0.0), ("tempo", SLOWEST), ("time_signature", 1.0)):
            value = getattr(self, name)
            if value is not None and value < least:
                object.__setattr__(self, name, None)

    def known(self) -> tuple[str, ...]:
        """Names of the features that have a value, in field order."""
        return tuple(f.name for f in fields(self) if getattr(self, f.name) is not None)


@dataclass(frozen=True, slots=True)
class Song:
    """One song. `path` is None for a row of a playlist export.

    duration_s : of what decodes, once it is heard; before that what a file or playlist claims, which is not for results
    explicit : marked as explicit (True) by the file or the table, or as clean (False) by the file; None without a mark
    """

    path: Path | None = None
    uri: str | None = None
    title: str = ""
    artist: str = ""
    album: str = ""
    genre: str = ""
    year: int | None = None
    duration_s: float | None = None
    lyrics: str | None = None
    given: AudioFeatures | None = None
    explicit: bool | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """A song or playlist that could not be used: where it was, and one line that says why."""

    source: str
    error: str


@dataclass(frozen=True, slots=True)
class Play:
    """One time a song was listened to: `at` in s since 1970 UTC, `seconds` of it. Nothing about where or with what."""

    at: float
    seconds: float
    artist: str
    title: str
    uri: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Sound:
    """Decoded sound.

    samples : float32 [n], mono, in [-1, 1], at RATE
    duration_s : of the whole file, also when truncated; what decodes, not what a header says (see `hear.decode`)
    source_rate : Hz      channels : of the file      truncated : the file was longer than the published cap
    loudness_lufs : integrated loudness by ITU-R BS.1770-4 of the file's own channels, measured while decoding;
        -70 (the standard's absolute gate) for silence
    """

    samples: Floats
    rate: int
    duration_s: float
    source_rate: int
    channels: int
    truncated: bool
    loudness_lufs: float


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a song: start and end in s, and a letter; parts that sound alike share a letter."""

    start: float
    end: float
    label: str


@dataclass(frozen=True, slots=True, eq=False)
class Curves:
    """How a song moves; what the painter and the film follow.

    times [t] s; energy [t], low [t], mid [t], high [t], onset [t] in [0, 1]; chroma [t, 12] in [0, 1], C first
    beats [b] s, downbeats [d] s
    beat_energy [b] : mean energy between a beat and the next      section_energy [len(sections)]
    """

    times: Floats
    energy: Floats
    low: Floats
    mid: Floats
    high: Floats
    onset: Floats
    chroma: Floats
    beats: Floats
    downbeats: Floats
    beat_energy: Floats
    sections: tuple[Section, ...]
    section_energy: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """What was heard.

    audio : those of the twelve that are measured, not judged: loudness, tempo, key, mode, time_signature
    vector : float32 [k] of descriptors, `names` (k,) in the same order; each is documented where it is computed
    duration_s : of the whole file that was heard, as in Sound
    """

    audio: AudioFeatures
    vector: Floats
    names: tuple[str, ...]
    curves: Curves
    duration_s: float

    def __getitem__(self, name: str) -> float:
        """The descriptor called `name`; KeyError if there is none."""
        try:
            return float(self.vector[self.names.index(name)])
        except ValueError:
            raise KeyError(name) from None
