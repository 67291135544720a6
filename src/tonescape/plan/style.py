"""How the picture is painted, and the words for it that go into prompts. A new style is a row and an entry point."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING

from tonescape.core.settings import checked
from tonescape.plan.choose import Affinity, choose

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tonescape.core.records import Mood

DEFAULT = "oil"

REACH = 0.22
"""see `choose`: shorter than a motif's, since a style says more of the mood than what is shown (docs/LOG.md)"""

STYLES: dict[str, Affinity] = {
    "oil": Affinity(0.90, 0.56, because="full-bodied, warm and open"),
    "impressionism": Affinity(0.74, 0.24, acoustic=0.3, because="bright and soft-edged"),
    "expressionism": Affinity(0.50, 0.95, because="driven and swept along"),
    "pointillism": Affinity(0.40, 0.14, dance=0.4, because="quiet and made of many small beats"),
    "fauvism": Affinity(0.82, 0.82, dance=0.3, because="bright and loud"),
    "cubism": Affinity(0.08, 0.22, acoustic=-0.2, because="angular, seen from many sides at once"),
    "watercolour": Affinity(0.82, 0.34, acoustic=0.5, because="light and unhurried"),
    "pastel": Affinity(0.72, 0.60, acoustic=0.3, because="warm and soft-edged"),
    "ink": Affinity(0.22, 0.80, acoustic=0.2, dance=-0.2, because="stark and sudden"),
    "woodblock": Affinity(0.62, 0.15, acoustic=0.2, because="clear in line and calm"),
    "stained-glass": Affinity(0.12, 0.60, acoustic=0.1, because="solemn and glowing"),
    "holographic": Affinity(0.86, 0.76, acoustic=-0.7, because="made by machines, smooth and shimmering"),
    "poster": Affinity(0.44, 0.50, acoustic=-0.5, dance=0.5, because="clean-cut and made to move"),
    "psychedelic": Affinity(0.68, 0.88, acoustic=-0.2, because="overflowing"),
    "art-deco": Affinity(0.52, 0.28, dance=0.3, because="composed and elegant"),
    "risograph": Affinity(0.34, 0.80, acoustic=-0.1, dance=0.2, because="grainy, worn and restless"),
    "minimal": Affinity(0.36, 0.06, acoustic=-0.1, dance=-0.2, because="made of very little"),
}
"""Our own judgement and the tuning judges', as in `motif.MOTIFS`"""

TOLD: dict[str, tuple[float, int]] = {
    "oil": (12, 12),
    "impressionism": (12, 12),
    "expressionism": (10, 12),
    "pointillism": (10.5, 12),
    "fauvism": (11, 12),
    "cubism": (20, 20),
    "watercolour": (12, 12),
    "pastel": (10.5, 12),
    "ink": (12, 12),
    "woodblock": (12, 12),
    "stained-glass": (10, 12),
    "holographic": (11, 12),
    "poster": (12, 12),
    "psychedelic": (10.5, 12),
    "art-deco": (19.5, 20),
    "risograph": (11, 12),
    "minimal": (11, 12),
}
"""(motifs told, thumbnails): how often one reader who knows the motifs told them blind from 160 px, as
`bench/blind_sheet.py` deals them; seed 1, art deco and cubism seed 7 after they were mended (3 and 4.5 of 12 before). A
guess between two motifs counts half. Others than that reader will tell fewer"""

WORDS: dict[str, str] = {
    "oil": "fauvism painting",
    "watercolour": "watercolour painting",
    "pastel": "pastel drawing",
    "ink": "ink wash painting",
    "woodblock": "woodblock print",
    "stained-glass": "stained glass window",
    "holographic": "holographic render",
    "poster": "screen print concert poster",
    "psychedelic": "psychedelic poster art",
    "art-deco": "art deco illustration",
    "risograph": "risograph print",
    "minimal": "minimalist illustration",
    "none": "landscape",
}
"""style and medium for a prompt where "STYLE painting" will not do; "fauvism painting" is Pixtape's own"""

LIGHTING: tuple[tuple[str, float, float], ...] = (
    ("golden hour light", 0.85, 0.75),
    ("bright morning light", 0.85, 0.45),
    ("soft diffused light", 0.75, 0.15),
    ("neon light", 0.55, 0.90),
    ("blue hour light", 0.50, 0.45),
    ("overcast light", 0.35, 0.15),
    ("moonlight", 0.15, 0.20),
    ("low dim light", 0.15, 0.50),
    ("dramatic lighting", 0.15, 0.85),
)
"""(words, valence, arousal): the light named in prompts and reasons is the nearest"""


def pick(
    mood: Mood, identity: int, asked: str | None = None, genre: str = "", used: Mapping[str, int] | None = None
) -> str:
    """The style for a mood, a genre and what the set has `used` already, or the one asked for (UsageError if it is not
    installed)."""
    if asked is not None:
        return checked("styles", asked)
    return choose("style", STYLES, DEFAULT, mood, identity, reach=REACH, genre=genre, used=used, weights=WEIGHTS)


def legibility(told: float, shown: int) -> float:
    """Log-odds, 0 for a perfect reading and less otherwise: the logarithm of (told + 1) / (shown + 2), Laplace's rule
    of succession, less that of a perfect reading of as many, so that few thumbnails do not count against a style.

    told : thumbnails whose motif was told, of `shown`
    """
    return log((told + 1) / (shown + 1))


WEIGHTS = {name: legibility(*counts) for name, counts in TOLD.items()}


def because(name: str) -> str:
    """Why this style, completing "it suits music that is ..."; empty for one without a row."""
    return STYLES[name].because if name in STYLES else ""


def words(name: str) -> str:
    """Style and medium for a prompt."""
    return WORDS.get(name, f"{name} painting")


def lighting(mood: Mood) -> str:
    """The light that suits a mood."""
    return min(LIGHTING, key=lambda row: (row[1] - mood.valence) ** 2 + (row[2] - mood.arousal) ** 2)[0]
