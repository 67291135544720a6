"""What the picture shows. A new motif is a row here and an entry point; without a row it is painted when asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tonescape.core.settings import checked
from tonescape.plan.choose import Affinity, choose

if TYPE_CHECKING:
    from tonescape.core.records import Mood

DEFAULT = "mountain-lake"

MOTIFS: dict[str, Affinity] = {
    "mountain-lake": Affinity(0.55, 0.40, acoustic=0.3, because="wide and neither hurried nor still"),
    "sea": Affinity(0.40, 0.65, because="restless, with a pull downward"),
    "forest": Affinity(0.55, 0.25, acoustic=0.6, dance=-0.3, because="quiet and made by hand"),
    "meadow": Affinity(0.85, 0.55, acoustic=0.4, because="bright and light-footed"),
    "city": Affinity(0.55, 0.75, acoustic=-0.7, dance=0.5, because="made of machines and movement"),
    "desert": Affinity(0.50, 0.45, acoustic=0.1, dance=-0.1, because="wide and sparse"),
    "night-sky": Affinity(0.30, 0.20, acoustic=-0.1, because="still and turned inward"),
    "storm": Affinity(0.15, 0.85, dance=-0.2, because="loud and troubled"),
    "abstract": Affinity(0.60, 0.90, acoustic=-0.5, dance=0.6, because="more pulse than place"),
}
"""Our own judgement of what suits what; the mood of finished pictures is measured elsewhere, this table is not"""


def pick(mood: Mood, identity: int, asked: str | None = None) -> str:
    """The motif for a mood, or the one asked for (UsageError if it is not installed)."""
    return choose("motif", MOTIFS, DEFAULT, mood, identity) if asked is None else checked("motifs", asked)


def because(name: str) -> str:
    """Why this motif, completing "it suits music that is ..."; empty for one without a row."""
    return MOTIFS[name].because if name in MOTIFS else ""
