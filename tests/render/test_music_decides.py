"""Every feature of the music that is said to change a picture does, and the report says so."""

from dataclasses import replace

import numpy as np
import pytest

from tonescape.core.records import AudioFeatures, Song
from tonescape.mood import named
from tonescape.plan import plan
from tonescape.render import paint

BASE = AudioFeatures(
    danceability=0.5, energy=0.5, key=0.0, loudness=-10.0, mode=1.0, speechiness=0.05, acousticness=0.2,
    instrumentalness=0.5, liveness=0.1, valence=0.5, tempo=105.0, time_signature=4.0,
)  # fmt: skip
CHANGED = {
    "mode": (0.0, "cooler shadows"),
    "tempo": (180.0, "faster wind"),
    "danceability": (0.95, "a strong accent"),
    "acousticness": (0.95, "earthier colours"),
    "instrumentalness": (0.02, "a larger light"),
    "liveness": (0.9, "rougher edges"),
    "key": (6.0, "hues turned"),
}


def brief(audio=BASE, **changes):
    mood = named(changes.pop("valence", 0.6), changes.pop("arousal", 0.5), 0.8, audio)
    made = plan(Song(title="Tide", artist="Nobody"), None, mood, style="oil", motif="mountain-lake", seed=5)
    return replace(made, **changes)


def picture(made, size=96):
    return paint("painter", made, size=size).image.astype(float)


@pytest.fixture(scope="module")
def plain():
    return picture(brief())


@pytest.mark.parametrize("name", CHANGED)
def test_each_feature_changes_the_picture_and_is_explained(name, plain):
    value, words = CHANGED[name]
    made = brief(replace(BASE, **{name: value}))
    assert np.abs(picture(made) - plain).mean() > 0.5
    assert any(reason.choice.startswith(words) for reason in made.reasons)
    assert not any(reason.choice.startswith(words) for reason in brief().reasons)


def test_the_songs_own_course_changes_the_picture(plain):
    rise = tuple(round(i / 63, 4) for i in range(64))
    assert np.abs(picture(brief(contour=rise)) - plain).mean() > 0.5


@pytest.mark.parametrize(("axis", "low", "high"), [("valence", 0.15, 0.85), ("arousal", 0.1, 0.9)])
def test_mood_changes_light_and_strength_of_colour(axis, low, high):
    dim, bright = (picture(brief(**{axis: value})) for value in (low, high))
    if axis == "valence":
        assert bright.mean() > dim.mean() + 10
    else:
        chroma = [np.ptp(image, axis=2).mean() for image in (dim, bright)]
        assert chroma[1] > 1.3 * chroma[0]
