"""Mood from descriptors, from given features and from both: meaning first, then the tables themselves."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given as holds_for
from hypothesis import strategies as st

from tonescape.core.errors import UsageError
from tonescape.core.records import AudioFeatures, Features, Song, Sound
from tonescape.hear import analyse
from tonescape.mood import affect, estimate
from tonescape.mood import given as told
from tonescape.mood.terms import LIMIT, Term, log_odds, logistic

unit = st.floats(0, 1)


def sound(samples: np.ndarray, lufs: float = -14.0) -> Sound:
    return Sound(samples.astype(np.float32), 22050, len(samples) / 22050, 22050, 1, False, lufs)


@cache
def features() -> Features:
    """Twenty seconds of struck chords over a beat, analysed."""
    time = np.arange(22050 * 20) / 22050
    ring = np.exp(-4 * (time % 0.5))
    tune = sum(np.sin(2 * np.pi * 220 * 2 ** (s / 12) * k * time) / k for s in (0, 4, 7) for k in (1, 2, 3))
    hits = np.random.default_rng(0).standard_normal(len(time)) * np.exp(-40 * (time % 0.25))
    return analyse(sound(0.1 * ring * tune + 0.1 * hits))


@cache
def silence() -> Features:
    return analyse(sound(np.zeros(22050 * 5), -70.0))


def test_a_song_has_a_point_and_the_twelve() -> None:
    mood = estimate(Song(), features())
    assert (mood.valence, mood.arousal, mood.sureness) == affect.judge(features())
    assert mood.given == () and len(mood.audio.known()) == 12


def test_silence_is_calm_and_unsure() -> None:
    mood = estimate(Song(), silence())
    assert mood.quadrant == "Q4" and mood.valence == 0.5 and mood.arousal < 0.1
    assert mood.sureness == 0.0
    assert mood.audio.energy == mood.audio.danceability == 0.0 and mood.audio.speechiness is None


def test_without_audio_the_given_values_speak() -> None:
    given = AudioFeatures(valence=0.2, energy=0.9, loudness=-4.0, tempo=170.0, danceability=0.3, mode=0.0)
    mood = estimate(Song(uri="spotify:track:x", given=given), None)
    assert mood.valence == 0.2 and mood.arousal > 0.8 and mood.quadrant == "Q2"
    assert mood.grid == "Aggressive" and mood.audio == given and mood.given == given.known()
    assert mood.sureness > 0.4


def test_missing_given_values_are_neutral_and_unsure() -> None:
    nothing = estimate(Song(given=AudioFeatures()), None)
    assert (nothing.valence, nothing.arousal, nothing.sureness, nothing.given) == (0.5, 0.5, 0.0, ())
    half = estimate(Song(given=AudioFeatures(energy=0.95)), None)
    assert half.valence == 0.5 and half.arousal > 0.7 and half.sureness == 0.0
    major, minor = (estimate(Song(given=AudioFeatures(mode=m, energy=0.9)), None) for m in (1.0, 0.0))
    assert major.valence > 0.5 > minor.valence and 0 < major.sureness < 0.2


def test_neither_sound_nor_features_is_a_mistake() -> None:
    with pytest.raises(UsageError, match="Tide: neither"):
        estimate(Song(title="Tide"), None)


def test_with_both_the_given_twelve_win_and_the_plane_is_shared() -> None:
    given = AudioFeatures(valence=0.9, energy=0.95, acousticness=0.123, key=5.0)
    alone = estimate(Song(), features())
    both = estimate(Song(given=given), features())
    assert (both.audio.acousticness, both.audio.key, both.audio.energy) == (0.123, 5.0, 0.95)
    assert both.audio.tempo == alone.audio.tempo and both.audio.speechiness == alone.audio.speechiness
    assert both.given == ("energy", "key", "acousticness", "valence") or set(both.given) == set(given.known())
    assert alone.valence < both.valence < 0.9 and alone.arousal < both.arousal
    partial = estimate(Song(given=AudioFeatures(danceability=0.9)), features())
    assert (partial.valence, partial.arousal) == (alone.valence, alone.arousal)


def test_given_numbers_that_are_none_are_dropped_or_bounded() -> None:
    wild = AudioFeatures(valence=float("nan"), energy=3.0, tempo=float("inf"), mode=-2.0, loudness=-7.0)
    clean = told.clean(wild)
    assert clean == AudioFeatures(energy=1.0, mode=0.0, loudness=-7.0)
    assert estimate(Song(given=wild), None).given == ("energy", "loudness", "mode")


@holds_for(unit, unit, st.floats(-60, 0), st.floats(1, 250))
def test_given_arousal_grows_with_each_cue(energy: float, valence: float, loudness: float, tempo: float) -> None:
    def arousal(**more: float) -> float:
        values = {"energy": energy, "valence": valence, "loudness": loudness, "tempo": tempo} | more
        return told.judge(AudioFeatures(**values))[1]

    assert arousal(energy=min(1, energy + 0.1)) >= arousal()
    assert arousal(loudness=loudness + 2) >= arousal() and arousal(tempo=tempo * 1.2) >= arousal()


def test_every_row_names_its_source_and_moves_the_right_way() -> None:
    for table in (told.AROUSAL, told.VALENCE):
        assert len({term.descriptor for term in table}) == len(table)
        for term in table:
            assert len(term.source) > 10 and term.scale > 0 and term.weight != 0
            assert term.value(term.centre) == pytest.approx(0)


def test_terms_are_bounded_and_skip_what_is_not_there() -> None:
    terms = (Term("a", 1.0, 0.5, 2.0, "x"), Term("b", 0.0, 1.0, -1.0, "x"))
    assert log_odds(terms, {"a": 1e30, "b": float("nan")}) == (2.0 * LIMIT, pytest.approx(2 / 3))
    assert log_odds(terms, {}) == (0.0, 0.0)
    assert logistic(-1e9) >= 0 and logistic(1e9) <= 1 and logistic(0) == 0.5
