"""The records that cross room borders. Frozen; arrays are read-only; no dict ever crosses.

Valence, arousal and sureness are in [0, 1] everywhere (.5 neutral); `affect_from_*` below are the only
conversions. The twelve audio features have Spotify's names, ranges and units.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import numpy as np

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float32]
    Pixels: TypeAlias = NDArray[np.uint8]

OKLCH: TypeAlias = tuple[float, float, float]
"""lightness [0, 1], chroma [0, about .4], hue in degrees [0, 360)"""

RGB: TypeAlias = tuple[int, int, int]
"""sRGB, 0-255 each"""

Scores: TypeAlias = tuple[tuple[str, float], ...]
"""(name, value) pairs, highest value first"""

Array = TypeVar("Array", bound="NDArray[Any]")

RATE = 22050
"""sample rate of every Sound, Hz"""


@dataclass(frozen=True, slots=True)
class AudioFeatures:
    """The twelve, named and scaled as Spotify's audio-features endpoint had them; None where unknown.

    danceability, energy, speechiness, acousticness, instrumentalness, liveness, valence : [0, 1]
    key : 0 (C) .. 11 (B), -1 when no key stands out      mode : 0 minor, 1 major
    loudness : dB relative to full scale, typically -60 .. 0      tempo : BPM      time_signature : beats a bar
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


@dataclass(frozen=True, slots=True)
class WordMood:
    """The mood of words, each the share of comparable texts (scenes, songs' words) that have less of it; .5 is usual.

    emotions : 27, highest first; () for a text without words
    suggests : what a song's words say of its sound, in Spotify's features, [0, 1] each; () for other texts
    """

    valence: float
    arousal: float
    dominance: float
    emotions: Scores = ()
    suggests: Scores = ()


@dataclass(frozen=True, slots=True)
class Mood:
    """What a song's sound (or the features that came with it) says about its mood.

    valence, arousal, sureness : [0, 1]      quadrant : "Q1" happy, "Q2" tense, "Q3" sad, "Q4" calm
    grid : one of 25 (energy x valence)      russell : one of 17 words      thayer : one of 4
    audio : the twelve, as complete as they can be      given : names of those that came with a playlist export
    tags : AllMusic's mood words, each with the share of songs that have less of it
    gems : nine emotions of the Geneva Emotional Music Scale, each the share of listeners who would feel it
    """

    valence: float
    arousal: float
    sureness: float
    quadrant: str
    grid: str
    russell: str
    thayer: str
    audio: AudioFeatures
    given: tuple[str, ...] = ()
    classes: Scores = ()
    tags: Scores = ()
    gems: Scores = ()
    words: WordMood | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """A song with what was heard in it (None without audio) and the mood it carries."""

    song: Song
    features: Features | None
    mood: Mood


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a choice was made, in words a listener understands: `choice` "deep blue sky", `because` "valence .21"."""

    choice: str
    because: str


@dataclass(frozen=True, slots=True)
class Account:
    """What an engine makes of a brief, for captions: `subject` "sea" or "a learned landscape", `style` "oil"; and
    those reasons, the brief's or its own, that are true of its picture."""

    subject: str
    style: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Colours:
    """A song's colours, as in its Brief: main, mood_colour : sRGB, Pixtape's two      palette : OKLCH, darkest first"""

    main: RGB
    mood_colour: RGB
    palette: tuple[OKLCH, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Brief:
    """Everything an engine needs to paint a song, and nothing else. Plain values, so it can be written to a recipe.

    palette : 5-7 OKLCH colours, darkest first      main, mood_colour : sRGB, Pixtape's two colours
    main_name, mood_name : nearest colour names
    contour : [64] in [0, 1], the song's energy over its length, rounded to 4 decimals (flat .5 without audio)
    beat_bars : [16] in [0, 1], mean onset strength at 16 positions within a bar, rounded to 4 decimals
    curves : for engines that move with the music; not part of a recipe      embedding : [k] for engines that hear
    songs : that it stands for; more than one for a playlist's own
    """

    title: str
    artist: str
    mood: Mood
    palette: tuple[OKLCH, ...]
    main: RGB
    mood_colour: RGB
    main_name: str
    mood_name: str
    motif: str
    style: str
    prompt: str
    seed: int
    contour: tuple[float, ...]
    beat_bars: tuple[float, ...]
    sections: tuple[float, ...] = ()
    reasons: tuple[Reason, ...] = ()
    genre: str = ""
    songs: int = 1
    curves: Curves | None = None
    embedding: Floats | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One plane of a composition. image : uint8 [h, w, 4] sRGB with straight alpha; depth 0 far .. 1 near."""

    name: str
    depth: float
    image: Pixels


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A finished picture. image : uint8 [h, w, 3] sRGB; `recipe` is the JSON text that makes it again."""

    image: Pixels
    recipe: str
    engine: str
    seconds: float
    layers: tuple[Layer, ...] | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """One scene of a screenplay. page counts from 1; seconds is an estimate, a page a minute."""

    number: int
    heading: str
    place: str
    time_of_day: str
    characters: tuple[str, ...]
    action: str
    dialogue: str
    page: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Script:
    """A screenplay, read. remarks : one line for what the file holds besides the film, with its count"""

    path: Path | None
    title: str
    scenes: tuple[Scene, ...]
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The part of a song that is heard, in s from the song's beginning, and why it begins and ends there."""

    start: float
    end: float
    why: str


@dataclass(frozen=True, slots=True)
class Match:
    """A song for a scene: distance >= 0 (smaller fits better) and the reason in words.

    mood : the song's own; its `words` is the mood of the lyrics, kept apart from the sound's
    excerpt : the part that is heard in the scene; None where the song's length is unknown
    """

    song: Song
    distance: float
    why: str
    mood: Mood | None = None
    excerpt: Excerpt | None = None


@dataclass(frozen=True, slots=True)
class Cue:
    """A scene, its mood and the songs that carry it, best first."""

    scene: Scene
    mood: WordMood
    matches: tuple[Match, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Placement:
    """What is heard in a scene of a whole-film plan.

    scene : its number      role : "song", "leitmotif" (back on purpose), "repeat" (for want of songs), "continues"
    (the music of the scene before goes on) or "silence"      start : s from the film's beginning
    seconds : of music in this scene, 0 in silence      match : None in silence
    """

    scene: int
    role: str
    match: Match | None
    start: float
    seconds: float
    why: str


@dataclass(frozen=True, slots=True)
class FilmScore:
    """A screenplay with its music: a cue for every scene, and the plan for the whole film in the same order."""

    script: Script
    cues: tuple[Cue, ...]
    plan: tuple[Placement, ...]
    remarks: tuple[str, ...] = ()


def readonly(array: Array) -> Array:
    """The same array with its write flag off."""
    array.flags.writeable = False
    return array


def affect_from_signed(value: float) -> float:
    """-1..1 (Russell's axes) to [0, 1]."""
    return min(1.0, max(0.0, (value + 1.0) / 2.0))


def affect_to_signed(value: float) -> float:
    """[0, 1] to -1..1."""
    return 2.0 * value - 1.0


@dataclass(frozen=True, slots=True)
class Play:
    """One time a song was listened to: `at` in s since 1970 UTC, `seconds` of it. Nothing about where or with what."""

    at: float
    seconds: float
    artist: str
    title: str
    uri: str | None = None
