"""How a motif or style is chosen among those installed: affinity to mood and sound, with a little chance per song."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from math import exp
from typing import TYPE_CHECKING

from tonescape.core.settings import plugins
from tonescape.plan.genre import LEAN, leanings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tonescape.core.records import Mood

WIDTH = 0.4
"""distance on the valence-arousal plane at which an affinity has fallen to 1/e"""

CHANCE = 0.45
"""how much of the score chance decides, so that ten sad songs are not ten times one motif"""


REPEAT = 0.3
"""what each earlier use in the same set takes from a name, so that songs of one mood are not all one picture"""


@dataclass(frozen=True, slots=True)
class Affinity:
    """What a motif or style suits. valence, arousal : where it is at home, [0, 1]
    acoustic, dance : -1 .. 1, how far acousticness and danceability above .5 speak for it (below .5: against)
    because : words for the reason, completing "it suits music that is ..." """

    valence: float
    arousal: float
    acoustic: float = 0.0
    dance: float = 0.0
    because: str = ""


def installed(group: str, default: str) -> tuple[str, ...]:
    """Names of a plug-in group, sorted; (default,) where none is registered."""
    return tuple(plugins(group)) or (default,)


def choose(
    kind: str,
    table: Mapping[str, Affinity],
    default: str,
    mood: Mood,
    identity: int,
    genre: str = "",
    used: Mapping[str, int] | None = None,
) -> str:
    """The installed name that suits best. Names without a row in the table are only taken when asked for, unless
    nothing else is installed.

    kind : "motif" or "style"      identity : the song's own number; the same song gets the same answer
    genre : of the song, "" where unknown; see `genre.leanings`
    used : how often each name stands in the same set already; REPEAT speaks against each time
    """
    leant = leanings(genre)
    names = installed(f"{kind}s", default)
    known = [name for name in names if name in table]
    if not known:
        return default if default in names else names[0]

    def total(name: str) -> float:
        worn = REPEAT * used.get(name, 0) if used else 0.0
        return score(table[name], mood) + CHANCE * _chance(name, identity) + LEAN * (name in leant) - worn

    return max(known, key=lambda name: (total(name), name))


def score(row: Affinity, mood: Mood) -> float:
    """How well a row suits a mood, about [-.5, 1.5]: exp(-(distance / WIDTH)^2) plus the two leanings."""
    distance = ((mood.valence - row.valence) ** 2 + (mood.arousal - row.arousal) ** 2) / WIDTH**2
    acoustic, dance = (0.5 if x is None else x for x in (mood.audio.acousticness, mood.audio.danceability))
    return exp(-distance) + 0.5 * row.acoustic * (acoustic - 0.5) + 0.5 * row.dance * (dance - 0.5)


def _chance(name: str, identity: int) -> float:
    digest = blake2b(f"{name}:{identity}".encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") / 2**32
