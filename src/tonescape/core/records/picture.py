"""What is to be painted, and what was painted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from tonescape.core.records.mood import Mood
from tonescape.core.records.song import Curves

if TYPE_CHECKING:
    from tonescape.core.records.arrays import Floats, Pixels

OKLCH: TypeAlias = tuple[float, float, float]
"""lightness [0, 1], chroma [0, about .4], hue in degrees [0, 360)"""


RGB: TypeAlias = tuple[int, int, int]
"""sRGB, 0-255 each"""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a choice was made, in words a listener understands: `choice` "deep blue sky", `because` "valence .21"."""

    choice: str
    because: str


@dataclass(frozen=True, slots=True)
class Description:
    """What an engine makes of a brief, for captions: `subject` "sea" or "a learned landscape", `style` "oil"; and
    those reasons, the brief's or its own, that are true of its picture."""

    subject: str
    style: str
    reasons: tuple[Reason, ...]


Box: TypeAlias = tuple[float, float, float, float]
"""left, top, right, bottom in [0, 1] of a picture, from its top left"""


@dataclass(frozen=True, slots=True)
class Places:
    """What letters on a picture stay away from. focus : (x, y) in [0, 1] to which the composition leads the eye, None
    where unknown      kept_free : such as the painter's seal"""

    focus: tuple[float, float] | None = None
    kept_free: tuple[Box, ...] = ()


ANYWHERE = Places()
"""nothing to stay away from is known"""


@dataclass(frozen=True, slots=True)
class Lettering:
    """How title and artist are set on a picture. layout : "" for no letters      at : the place asked for, as typed, ""
    for the quietest      font : family and checksum of the user's own font, "" for those that come along"""

    layout: str = ""
    at: str = ""
    font: str = ""


NO_LETTERS = Lettering()


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
