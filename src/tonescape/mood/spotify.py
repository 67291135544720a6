"""The twelve features with Spotify's names, from sound, by a trained model.

Spotify published what each feature means, not how it was computed, and no set with sound and true values was there to
learn from. The model learnt from weak labels (`train/audio/spotify/weak_labels`): the means of artists' other songs in
tables of Spotify's features, carried to all clips by what a tagging network says of them. It gives each song a place
among others; the place becomes a value by Spotify's own distribution over 114,000 tracks, drawn towards the middle as
far as the place is unsure. Loudness, tempo, key, mode and time signature are measured in `hear`. Its card is
weights/features.json.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from tonescape.core import weights

if TYPE_CHECKING:
    from tonescape.core.records import AudioFeatures, Features, Floats
    from tonescape.mood.kernel import KernelRidge

MODEL = "features"

FEATURES = ("danceability", "energy", "speechiness", "acousticness", "instrumentalness", "liveness", "valence")
"""what the model answers, in its order"""

REACH, STEPS = 5.0, 81
"""the tables from place to value go from -REACH to REACH deviations in so many steps"""

SILENCE_LUFS = -65.0
"""below this there is nothing to judge"""


def twelve(features: Features) -> AudioFeatures:
    """All twelve from what was heard: five measured, seven judged, each in [0, 1].

    Independent of the level. A silent song has no energy and cannot be danced to, and none of the others can be said:
    None. WeightsError where a descriptor that the model reads was not heard.
    """
    if features["loudness.lufs"] < SILENCE_LUFS:
        return replace(features.audio, energy=0.0, danceability=0.0)
    from tonescape.mood import kernel

    machine, tables = _model()
    predicted = values(machine(kernel.inputs(MODEL, features)), tables)[0]
    return replace(features.audio, **dict(zip(FEATURES, predicted.tolist(), strict=True)))


def values(places: Floats, tables: Floats) -> Floats:
    """Values [n, 7] in [0, 1] of places [n, 7] in deviations, by tables [7, STEPS]."""
    import numpy as np

    steps = np.linspace(-REACH, REACH, STEPS)
    columns = [np.interp(place, steps, table) for place, table in zip(places.T, tables, strict=True)]
    return np.stack(columns, axis=1).astype(np.float32)


@cache
def _model() -> tuple[KernelRidge, Floats]:
    from tonescape.mood import kernel

    stored = weights.load(MODEL)
    return kernel.from_arrays(stored, len(FEATURES)), stored.shaped("tables", len(FEATURES), STEPS)
