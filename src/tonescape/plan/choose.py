"""How a motif or style is drawn among those installed: the better it suits mood and sound, the better its odds."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from math import log
from typing import TYPE_CHECKING

from tonescape.core.settings import plugins
from tonescape.plan.genre import LEAN, leanings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tonescape.core.records import Mood

SUITABLE = 6
"""so many names with the best odds are in the draw: nobody meets a name that is out of place"""

LEANING = 1.0
"""log-odds that acousticness or danceability of 0 or 1 add or take, where a row leans wholly that way"""

REPEAT = 1.2
"""log-odds that each earlier use in the same set takes from a name, so that one mood is not one picture"""


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
    *,
    reach: float,
    genre: str = "",
    used: Mapping[str, int] | None = None,
) -> str:
    """An installed name, drawn from the SUITABLE best with the odds that `log_odds` gives. Names without a row in the
    table are only taken when asked for, unless nothing else is installed.

    kind : "motif" or "style"      identity : the song's own number; the same song gets the same answer
    reach : distance on the valence-arousal plane at which the odds have fallen to 1/e
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
        return log_odds(table[name], mood, reach) + LEAN * (name in leant) - worn

    best = sorted(known, key=lambda name: (-total(name), name))[:SUITABLE]
    return max(best, key=lambda name: (total(name) + _gumbel(name, identity), name))


def log_odds(row: Affinity, mood: Mood, reach: float) -> float:
    """How well a row suits a mood: -(distance / reach)^2 plus the two leanings."""
    distance = ((mood.valence - row.valence) ** 2 + (mood.arousal - row.arousal) ** 2) / reach**2
    acoustic, dance = (0.5 if x is None else x for x in (mood.audio.acousticness, mood.audio.danceability))
    return LEANING * (2 * acoustic - 1) * row.acoustic + LEANING * (2 * dance - 1) * row.dance - distance


def _gumbel(name: str, identity: int) -> float:
    """Standard Gumbel noise, the same for a song and a name each time: the greatest of log-odds plus such noise is a
    draw with those odds (Gumbel 1954)."""
    digest = blake2b(f"{name}:{identity}".encode(), digest_size=4).digest()
    return -log(-log((int.from_bytes(digest, "big") + 0.5) / 2**32))
