"""How a motif or style is drawn among those installed: the better it suits mood and sound, the better its odds."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from math import exp, log
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

EQUAL_SHARES = 2.0
"""equal shares of the draw that one name has at most: songs of one mood are many, and they must not all look alike"""

LEAST = -30.0
"""log-odds behind the best, below which a name counts as this far behind: its chance stays a positive number"""


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
    weights: Mapping[str, float] | None = None,
) -> str:
    """An installed name, drawn with the chances of `chances`. Names without a row in the table are only taken when
    asked for, unless nothing else is installed.

    kind : "motif" or "style"      identity : the song's own number; the same song gets the same answer
    reach : distance on the valence-arousal plane at which the odds have fallen to 1/e
    genre : of the song, "" where unknown; see `genre.leanings`
    used : how often each name stands in the same set already; REPEAT speaks against each time
    weights : log-odds added to a name's for any mood, 0 where it has none
    """
    names = installed(f"{kind}s", default)
    known = [name for name in names if name in table]
    if not known:
        return default if default in names else names[0]
    rows = {name: table[name] for name in known}
    found = chances(rows, mood, reach=reach, genre=genre, used=used, weights=weights)
    return max(found, key=lambda name: (log(found[name]) + _gumbel(name, identity), name))


def chances(
    table: Mapping[str, Affinity],
    mood: Mood,
    *,
    reach: float,
    genre: str = "",
    used: Mapping[str, int] | None = None,
    weights: Mapping[str, float] | None = None,
) -> dict[str, float]:
    """Chance of each of the SUITABLE best names, summing to 1: the softmax of their log-odds, none above
    EQUAL_SHARES before what the set has `used` speaks against them; what is cut off goes to the others in proportion.
    Arguments as in `choose`."""
    leant, used, weights = leanings(genre), used or {}, weights or {}
    total = {
        name: log_odds(row, mood, reach) + LEAN * (name in leant) + weights.get(name, 0.0)
        for name, row in table.items()
    }
    worn = {name: REPEAT * used.get(name, 0) for name in table}
    best = sorted(total, key=lambda name: (worn[name] - total[name], name))[:SUITABLE]
    capped = _capped({name: total[name] for name in best})
    fresh = min(worn[name] for name in best)
    found = {name: chance * exp(max(fresh - worn[name], LEAST)) for name, chance in capped.items()}
    return {name: chance / sum(found.values()) for name, chance in found.items()}


def _capped(total: Mapping[str, float]) -> dict[str, float]:
    """The softmax of log-odds with no chance above EQUAL_SHARES."""
    top = max(total.values())
    found = {name: exp(max(odds - top, LEAST)) for name, odds in total.items()}
    most = min(1.0, EQUAL_SHARES / len(found))
    held: set[str] = set()  # the likeliest come first, so that one pass finds all that are cut
    left, rest = 1.0, sum(found.values())
    for name in sorted(found, key=lambda name: (-found[name], name)):
        if found[name] / rest * left <= most:
            break
        held.add(name)
        left, rest = left - most, sum(odds for other, odds in found.items() if other not in held)
        if not rest:
            break
    return {name: most if name in held else odds / rest * left for name, odds in found.items()}


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
