"""Valence, arousal and sureness from sound: the first version, from published relations.

Which way each descriptor points, and which weigh most, is taken from the studies named in its row; centres and scales
are rounded medians and spreads over songs of many kinds, so that an average song is neutral. Nothing here is fitted to
mood labels. Trained models will replace the tables; `judge` stays.

G&L10   Gabrielsson & Lindström, "The role of structure in the musical expression of emotions", in Juslin & Sloboda
        (eds.), Handbook of Music and Emotion, 2010, chapter 14
EFB13   Eerola, Friberg & Bresin, "Emotional expression in music: contribution, linearity, and additivity of primary
        musical cues", Frontiers in Psychology 4:487, 2013: mode, tempo, register, dynamics, articulation and timbre,
        in this order; linear and additive, which is why a weighted sum will do
J&L03   Juslin & Laukka, "Communication of emotions in vocal expression and music performance: different channels,
        same code?", Psychological Bulletin 129, 2003
I&T06   Ilie & Thompson, "A comparison of acoustic cues in music and speech for three dimensions of affect", Music
        Perception 23, 2006: loud is more energetic and more tense, fast is more energetic
EFA12   Eerola, Ferrer & Alluri, "Timbre and affect dimensions: evidence from affect and similarity ratings and
        acoustic correlates of isolated instrument sounds", Music Perception 30, 2012
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tonescape.mood.terms import Term, log_odds, logistic

if TYPE_CHECKING:
    from collections.abc import Mapping

AROUSAL: tuple[Term, ...] = (
    Term("loudness.lufs", -13.5, 3.5, 0.50, "I&T06: louder is more energetic and more tense"),
    Term("rhythm.onset_rate", 3.7, 0.8, 0.55, "G&L10, J&L03: many notes a second, activity, joy and anger"),
    Term("rhythm.tempo", 105.0, 0.45, 0.35, "I&T06, EFB13: fast is more energetic", octaves=True),
    Term("timbre.centroid_mean", 1950.0, 650.0, 0.40, "J&L03, EFA12: high-frequency energy, anger and joy"),
    Term("harmony.chroma_entropy", 0.83, 0.09, 0.35, "G&L10: dense, complex harmony, excitement and tension"),
    Term("timbre.contrast3_mean", 18.5, 2.2, -0.25, "EFA12: noise between the partials, higher energy"),
    Term("loudness.range", 3.8, 2.0, -0.20, "G&L10: small changes of loudness, activity"),
)

VALENCE: tuple[Term, ...] = (
    Term("harmony.mode_score", 0.06, 0.18, 0.55, "EFB13: major is happy, minor sad: the strongest of six cues"),
    Term("harmony.key_strength", 0.83, 0.08, 0.30, "G&L10: tonal is joyful and peaceful, chromatic and atonal angry"),
    Term("harmony.consonance", 0.12, 0.10, 0.25, "G&L10: consonant is happy and relaxed, dissonant unpleasant"),
    Term("rhythm.onset_rate", 3.7, 0.8, 0.35, "EFB13, G&L10: fast is happy, slow sad"),
    Term("rhythm.tempo", 105.0, 0.45, 0.20, "EFB13: fast is happy, slow sad", octaves=True),
    Term("rhythm.onset_regularity", 0.68, 0.045, 0.20, "J&L03: regular timing is happy, irregular angry and afraid"),
    Term("timbre.contrast3_mean", 18.5, 2.2, 0.35, "EFA12: noise between the partials, lower valence"),
)

SILENCE_LUFS, AUDIBLE_LUFS = -65.0, -45.0
"""between these a song fades from nothing to judge into something to judge"""

ENOUGH_S = 20.0
"""s of sound that a judgement wants; less lowers the sureness"""


def judge(values: Mapping[str, float], duration_s: float | None = None) -> tuple[float, float, float]:
    """Valence, arousal and sureness, each in [0, 1], from descriptors by name.

    sureness : the chance that the quadrant is right if the two logistic values were honest probabilities, rescaled
        so that guessing (1/4) is 0; times the share of the descriptors that were there, times presence (0 for
        silence), times the share of ENOUGH_S that was heard
    Silence is neutral in valence, calm, and not sure at all.
    """
    for_valence, known_valence = log_odds(VALENCE, values)
    for_arousal, known_arousal = log_odds(AROUSAL, values)
    present = presence(values.get("loudness.lufs"))
    valence, arousal = logistic(for_valence * present), logistic(for_arousal)
    length = 1.0 if duration_s is None else min(1.0, max(0.0, duration_s / ENOUGH_S))
    sureness = certainty(valence, arousal) * present * known_valence * known_arousal * length
    return valence, arousal, sureness


def certainty(valence: float, arousal: float) -> float:
    """Chance of the right quadrant from two probabilities, rescaled from [1/4, 1] to [0, 1]."""
    chance = max(valence, 1.0 - valence) * max(arousal, 1.0 - arousal)
    return (chance - 0.25) / 0.75


def presence(lufs: float | None) -> float:
    """0 for silence, 1 for sound, [0, 1]; 1 where the loudness is unknown."""
    if lufs is None:
        return 1.0
    return min(1.0, max(0.0, (lufs - SILENCE_LUFS) / (AUDIBLE_LUFS - SILENCE_LUFS)))
