"""Valence, arousal and sureness from the twelve features alone: a playlist export without audio.

Spotify's valence is taken as it is. It has no arousal; its energy is the nearest ("intensity and activity", as its
definition has it), and loudness and tempo say the same again, as Ilie & Thompson (Music Perception 23, 2006) found
for music. Centres and scales are rounded medians and spreads of some 100,000 songs' published values.
"""

from __future__ import annotations

from dataclasses import fields
from math import isfinite
from typing import TYPE_CHECKING

from tonescape.core.records import AudioFeatures
from tonescape.mood.affect import certainty
from tonescape.mood.terms import Term, log_odds, logistic

if TYPE_CHECKING:
    from collections.abc import Mapping

AROUSAL: tuple[Term, ...] = (
    Term("energy", 0.60, 0.20, 1.00, "Spotify's definition of energy: intensity and activity"),
    Term("loudness", -8.0, 3.5, 0.25, "Ilie & Thompson 2006: louder is more energetic and more tense"),
    Term("tempo", 118.0, 0.40, 0.20, "Ilie & Thompson 2006: fast is more energetic", octaves=True),
)

VALENCE: tuple[Term, ...] = (
    Term("mode", 0.5, 0.5, 0.35, "Eerola, Friberg & Bresin 2013: major is happy, minor sad"),
    Term("tempo", 118.0, 0.40, 0.20, "Eerola, Friberg & Bresin 2013: fast is happy, slow sad", octaves=True),
)
"""only where valence itself is missing"""

WITHOUT_VALENCE = 0.3
"""what is left of the sureness then"""

_UNITS = frozenset(
    {"danceability", "energy", "mode", "speechiness", "acousticness", "instrumentalness", "liveness", "valence"}
)


def clean(given: AudioFeatures) -> AudioFeatures:
    """The same without values that are no numbers; those in [0, 1] by definition brought there."""
    kept: dict[str, float | None] = {}
    for name in (f.name for f in fields(AudioFeatures)):
        value = getattr(given, name)
        if value is None or not isfinite(value):
            kept[name] = None
        else:
            kept[name] = min(1.0, max(0.0, float(value))) if name in _UNITS else float(value)
    return AudioFeatures(**kept)


def judge(given: AudioFeatures) -> tuple[float, float, float]:
    """Valence, arousal and sureness, each in [0, 1]; .5, .5 and 0 where nothing is known."""
    values: Mapping[str, float] = {name: getattr(given, name) for name in given.known()}
    for_valence, known_valence = log_odds(VALENCE, values)
    if given.valence is None:
        valence, known_valence = logistic(for_valence), WITHOUT_VALENCE * known_valence
    else:
        valence, known_valence = given.valence, 1.0
    arousal, known_arousal = arousal_of(given)
    return valence, arousal, certainty(valence, arousal) * known_valence * known_arousal


def arousal_of(given: AudioFeatures) -> tuple[float, float]:
    """Arousal, and the share of its terms that were known; .5 and 0 where nothing is."""
    odds, known = log_odds(AROUSAL, {name: getattr(given, name) for name in given.known()})
    return logistic(odds), known
