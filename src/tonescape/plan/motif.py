"""What the picture shows. A new motif is a row here and an entry point; without a row it is painted when asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tonescape.core.settings import checked
from tonescape.plan.choose import Affinity, choose

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tonescape.core.records import Mood

DEFAULT = "mountain-lake"

REACH = 0.28
"""see `choose`"""

MOTIFS: dict[str, Affinity] = {
    "mountain-lake": Affinity(0.82, 0.32, acoustic=0.3, because="wide and neither hurried nor still"),
    "sea": Affinity(0.76, 0.26, because="wide and slow"),
    "forest": Affinity(0.26, 0.26, acoustic=0.6, dance=-0.3, because="quiet and made by hand"),
    "desert": Affinity(0.48, 0.26, acoustic=0.1, dance=-0.1, because="wide and sparse"),
    "meadow": Affinity(0.88, 0.50, acoustic=0.4, because="bright and light-footed"),
    "canyon": Affinity(0.38, 0.62, acoustic=0.1, because="broad and full of force"),
    "aurora": Affinity(0.66, 0.62, acoustic=-0.3, because="cool and full of colour"),
    "night-sky": Affinity(0.62, 0.42, acoustic=-0.1, because="still, with depth behind it"),
    "city-dusk": Affinity(0.38, 0.70, acoustic=-0.6, dance=0.4, because="made of machines and movement"),
    "city-rain": Affinity(0.14, 0.46, acoustic=-0.5, because="lonely among many sounds"),
    "river-valley": Affinity(0.72, 0.38, acoustic=0.4, because="flowing, mild and unhurried"),
    "islands": Affinity(0.82, 0.42, acoustic=0.2, because="far away and at ease"),
    "volcano": Affinity(0.16, 0.90, dance=-0.2, because="loud and close to breaking"),
    "fireworks": Affinity(0.85, 0.88, dance=0.3, because="a celebration"),
    "flow-field": Affinity(0.60, 0.70, acoustic=-0.5, dance=0.5, because="one long current of sound"),
    "geometry": Affinity(0.26, 0.18, acoustic=-0.6, dance=0.3, because="exact and grave"),
    "cymatics": Affinity(0.44, 0.46, acoustic=-0.5, because="built on resonance and repetition"),
    "colour-field": Affinity(0.36, 0.12, acoustic=-0.2, dance=-0.3, because="slow and made of single long sounds"),
    "shards": Affinity(0.14, 0.70, acoustic=-0.4, because="sharp-edged and tense"),
    "weave": Affinity(0.32, 0.36, acoustic=-0.3, dance=0.6, because="more pulse than place"),
}
"""Our own judgement of what suits what, moved towards how two tuning judges of pictures see each (`tonescape evaluate
effects`); the judge that grades what comes of it was not asked."""


def pick(
    mood: Mood, identity: int, asked: str | None = None, genre: str = "", used: Mapping[str, int] | None = None
) -> str:
    """The motif for a mood, a genre and what the set has `used` already, or the one asked for (UsageError if it is not
    installed)."""
    if asked is not None:
        return checked("motifs", asked)
    return choose("motif", MOTIFS, DEFAULT, mood, identity, reach=REACH, genre=genre, used=used)


def because(name: str) -> str:
    """Why this motif, completing "it suits music that is ..."; empty for one without a row."""
    return MOTIFS[name].because if name in MOTIFS else ""
