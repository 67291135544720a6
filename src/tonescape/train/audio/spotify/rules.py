"""Spotify's features from sound by tables of published relations, nothing trained: the baseline of `evaluate`.

The rows turn the words of Spotify's definitions into descriptors; biases put an average song at the median of some
100,000 songs' published values (danceability .60, energy .68, speechiness .05, acousticness .16, liveness .13).
"""

from __future__ import annotations

from math import log, log2
from typing import TYPE_CHECKING

from tonescape.mood.terms import Term, log_odds, logistic

if TYPE_CHECKING:
    from collections.abc import Mapping

DANCE_BPM = 118.0
"""the tempo people prefer to move to lies near 2 Hz: Moelants, "Preferred tempo reconsidered", ICMPC 2002"""

FROM_DANCE = "spotify.octaves_from_dance_tempo"
"""octaves between the tempo and DANCE_BPM, the one descriptor made here; 1 without a pulse"""

ENERGY = (
    Term("loudness.lufs", -13.5, 3.5, 0.32, "definition: perceived loudness"),
    Term("rhythm.onset_rate", 3.7, 0.8, 0.24, "definition: onset rate; fast"),
    Term("harmony.chroma_entropy", 0.83, 0.09, 0.17, "definition: general entropy"),
    Term("timbre.contrast3_mean", 18.5, 2.2, -0.32, "definition: timbre; noisy"),
    Term("timbre.centroid_mean", 1950.0, 650.0, 0.17, "definition: timbre"),
    Term("loudness.range", 3.8, 2.0, -0.14, "definition: dynamic range; a compressed song is intense throughout"),
)

DANCEABILITY = (
    Term("rhythm.pulse_clarity", 0.42, 0.18, 0.15, "definition: rhythm stability"),
    Term("rhythm.tempo_stability", 0.955, 0.03, 0.09, "definition: rhythm stability"),
    Term("rhythm.beat_strength", 0.51, 0.12, 0.09, "definition: beat strength"),
    Term("rhythm.bass_pulse", 0.25, 0.25, 0.12, "definition: beat strength, in the bass"),
    Term("timbre.flux_mean", 1.15, 0.25, 0.21, "definition: beat strength; attacks over the whole spectrum"),
    Term("rhythm.onset_regularity", 0.68, 0.045, 0.09, "definition: overall regularity"),
    Term(FROM_DANCE, 0.3, 0.25, -0.12, "definition: tempo"),
)

ACOUSTICNESS = (
    Term("timbre.contrast3_mean", 18.5, 2.2, 0.70, "clear partials, little noise between them: no distortion"),
    Term("loudness.lufs", -13.5, 3.5, -0.40, "acoustic recordings are less compressed and quieter"),
    Term("timbre.centroid_mean", 1950.0, 650.0, -0.40, "fewer cymbals, synthesisers and distortion"),
    Term("timbre.mid_mean", 0.42, 0.17, 0.30, "neither heavy electric bass nor bright electronics"),
    Term("rhythm.bass_pulse", 0.25, 0.25, -0.20, "no drum machine or kick drum"),
)

INSTRUMENTALNESS = (
    Term("timbre.mfcc4_std", 9.0, 2.0, -0.40, "a voice moves its formants: Rocamora & Herrera, SBCM 2007"),
    Term("timbre.mfcc5_std", 8.0, 2.0, -0.24, "a voice moves its formants: Rocamora & Herrera 2007"),
    Term("timbre.mid_std", 0.21, 0.055, -0.16, "a voice comes and goes in the middle band"),
)

SPEECHINESS = (
    Term("timbre.zero_crossings_std", 0.04, 0.02, 0.40, "speech alternates tone and hiss: Saunders, ICASSP 1996"),
    Term("harmony.key_strength", 0.83, 0.08, -0.35, "spoken words have no key"),
    Term("harmony.consonance", 0.12, 0.10, -0.30, "spoken words have no chords"),
)

LIVENESS = (
    Term("timbre.contrast3_mean", 18.5, 2.2, -0.15, "an audience and a hall fill the gaps between the partials"),
    Term("timbre.low_std", 0.23, 0.06, -0.15, "a hall blurs the bass"),
    Term("rhythm.tempo_stability", 0.955, 0.03, -0.15, "played without a click"),
)
"""No descriptor here hears applause. Kept near the median on purpose: a guess must not call a song live"""

_MEDIANS = {
    "energy": 0.62,
    "danceability": 0.58,
    "acousticness": 0.25,
    "instrumentalness": 0.15,
    "speechiness": 0.07,
    "liveness": 0.15,
}
"""what an average song gets: published medians, moved a little towards the means of such skewed features"""

TABLES = {
    "energy": ENERGY,
    "danceability": DANCEABILITY,
    "acousticness": ACOUSTICNESS,
    "instrumentalness": INSTRUMENTALNESS,
    "speechiness": SPEECHINESS,
    "liveness": LIVENESS,
}


def rules(name: str, values: Mapping[str, float]) -> float:
    """One of TABLES for a song's descriptors by name, [0, 1]."""
    return judge(name, {**values, FROM_DANCE: octaves_from_dance(values.get("rhythm.tempo"))})


def judge(name: str, values: Mapping[str, float]) -> float:
    """One of TABLES for a song's descriptors, [0, 1]."""
    median = _MEDIANS[name]
    return logistic(log(median / (1.0 - median)) + log_odds(TABLES[name], values)[0])


def octaves_from_dance(tempo: float | None) -> float:
    """Octaves between a tempo and DANCE_BPM, >= 0; 1 without a pulse."""
    return abs(log2(tempo / DANCE_BPM)) if tempo is not None and tempo > 0.0 else 1.0
