"""Mood classes: what they mean, what they do without some of the twelve, and the numbers that ship."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tonescape.core import weights
from tonescape.core.records import AudioFeatures, Mood
from tonescape.mood import classes, named

DANCE = AudioFeatures(danceability=0.74, energy=0.88, key=5, loudness=-4.5, mode=0, speechiness=0.06,
                      acousticness=0.02, instrumentalness=0.0, liveness=0.12, valence=0.5, tempo=128,
                      time_signature=4)  # fmt: skip
SUNNY = AudioFeatures(danceability=0.72, energy=0.72, loudness=-5.5, speechiness=0.05, acousticness=0.15,
                      instrumentalness=0.0, liveness=0.1, valence=0.92, tempo=112)  # fmt: skip
BALLAD = AudioFeatures(danceability=0.45, energy=0.3, loudness=-9, speechiness=0.035, acousticness=0.75,
                       instrumentalness=0.0, liveness=0.1, valence=0.22, tempo=92)  # fmt: skip
STUDY = AudioFeatures(danceability=0.65, energy=0.25, loudness=-15, speechiness=0.05, acousticness=0.6,
                      instrumentalness=0.92, liveness=0.11, valence=0.3, tempo=80)  # fmt: skip
PIANO = AudioFeatures(danceability=0.35, energy=0.03, loudness=-27, speechiness=0.04, acousticness=0.99,
                      instrumentalness=0.93, liveness=0.09, valence=0.12, tempo=75)  # fmt: skip
unknown = st.none()
unit = st.one_of(unknown, st.floats(0, 1))
anything = st.builds(
    AudioFeatures,
    danceability=unit, energy=unit, speechiness=unit, acousticness=unit, instrumentalness=unit, liveness=unit,
    valence=unit, key=st.one_of(unknown, st.integers(-1, 11)), mode=st.one_of(unknown, st.integers(0, 1)),
    loudness=st.one_of(unknown, st.floats(-80, 5)), tempo=st.one_of(unknown, st.floats(0, 400)),
    time_signature=st.one_of(unknown, st.integers(0, 7)),
)  # fmt: skip


@pytest.mark.parametrize(
    ("audio", "expected"),
    [(DANCE, {"Energetic"}), (SUNNY, {"Happy"}), (BALLAD, {"Sad"}), (STUDY, {"Focused"}), (PIANO, {"Relaxing"})],
)
def test_plain_cases(audio: AudioFeatures, expected: set[str]) -> None:
    assert classes.given(audio)[0][0] in expected


@settings(max_examples=60, deadline=None)
@given(anything)
def test_probabilities_sum_to_one_and_come_sorted(audio: AudioFeatures) -> None:
    for found in (classes.given(audio), classes.heard(audio, 0.3, 0.8)):
        if found:
            assert {name for name, _ in found} == set(classes.CLASSES)
            p = [value for _, value in found]
            assert sum(p) == pytest.approx(1.0) and p == sorted(p, reverse=True) and min(p) >= 0.0
    if set(audio.known()) - set(classes.UNUSED):
        assert classes.given(audio)


def test_nothing_known_is_no_class() -> None:
    assert classes.given(AudioFeatures()) == classes.heard(AudioFeatures(), 0.5, 0.5) == ()
    assert classes.given(AudioFeatures(mode=1.0)) == ()


def test_mode_changes_nothing() -> None:
    from dataclasses import replace

    assert len({classes.given(replace(DANCE, mode=mode)) for mode in (None, 0.0, 1.0)}) == 1


def test_an_unknown_feature_is_not_the_same_as_an_average_one() -> None:
    values = classes.row(SUNNY)
    seen, owner = classes.inputs(values)
    centre, scale = np.nan_to_num(seen[0]), np.ones(seen.shape[1])
    known = classes.knowledge(values)
    x = classes.standard(seen, owner, centre, scale, known)
    assert np.all(x[0, : seen.shape[1]] == 0.0)  # at the mean, and unknown: both 0
    assert x[0, seen.shape[1] :].tolist() == known[0].astype(float).tolist() and not known.all()


def test_fewer_features_make_it_less_sure() -> None:
    little = classes.given(AudioFeatures(tempo=128.0))
    assert little[0][1] < 0.4 < classes.given(DANCE)[0][1]


def test_octaves_and_fifths_go_in_circles() -> None:
    def circle(**changes: float) -> np.ndarray:
        return classes.inputs(classes.row(AudioFeatures(**changes)))[0][0]

    slow, fast = circle(tempo=70.0), circle(tempo=140.0)
    assert slow[14:16] == pytest.approx(fast[14:16]) and fast[13] - slow[13] == pytest.approx(1.0)
    c, g, d = (circle(key=key)[16:18] for key in (0.0, 7.0, 2.0))
    assert np.linalg.norm(c - g) < np.linalg.norm(c - d)
    assert classes.inputs(classes.heard_row(AudioFeatures()))[0][0][16:18].tolist() == [0.0, 0.0]
    assert classes.heard_row(AudioFeatures(key=3.0, tempo=90.0)).tolist()[0][2] == 3.0
    assert np.isnan(circle(key=-1.0)[16:18]).all(), "a playlist's -1 is an unknown key"
    assert np.isnan(circle(tempo=90.0)[16:18]).all()


def test_the_bridge_keeps_order_and_hides_what_it_does_not_trust() -> None:
    across = classes.bridge()
    place = classes.FEATURES.index("energy")
    values = np.full((50, 12), 0.4)
    values[:, place] = np.linspace(0, 1, 50)
    out = across.published(values)
    assert np.all(np.diff(out[:, place]) >= 0.0) and out[:, place].min() >= 0.0 and out[:, place].max() <= 1.0
    assert np.isnan(out[:, classes.FEATURES.index("liveness")]).all()
    assert np.isfinite(out[:, across.trusted]).all()
    assert np.isnan(across.published(np.full((1, 12), np.nan))).all()


def test_a_playlist_with_figures_is_judged_by_them_and_sound_by_the_bridge() -> None:
    mood = named(0.5, 0.7, 0.4, DANCE, DANCE.known())
    assert classes.of(mood, recorded=False) == classes.of(mood, recorded=True) == classes.given(DANCE)
    heard = named(0.5, 0.7, 0.4, DANCE)
    assert classes.of(heard, recorded=True) == classes.heard(DANCE, 0.5, 0.7)
    assert classes.of(named(0.5, 0.5, 0.0, AudioFeatures(loudness=-70.0)), recorded=True) == ()


def test_more_arousal_never_makes_it_less_energetic() -> None:
    def energetic(mood: Mood) -> float:
        return dict(classes.of(mood, recorded=True))["Energetic"]

    low, high = (named(0.4, arousal, 0.4, DANCE) for arousal in (0.2, 0.9))
    assert energetic(high) >= energetic(low)  # equal where the bridge was made without affect


def test_what_ships_is_small_and_says_what_it_is() -> None:
    assert weights.card("classes").bytes < 300_000 and weights.card("classes_heard").bytes < 20_000
    assert "genre" in weights.card("classes").text and classes.shown("Focused") != "Focused"
    assert classes.shown("Sad") == "Sad"
