"""Mood from descriptors, from given features and from both: meaning first, then the tables themselves."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given as holds_for
from hypothesis import settings
from hypothesis import strategies as st

from tonescape.core.errors import UsageError
from tonescape.core.records import AudioFeatures, Curves, Features, Song, Sound
from tonescape.mood import affect, estimate, spotify
from tonescape.mood import given as told
from tonescape.mood.terms import LIMIT, Term, log_odds, logistic

TABLES = (affect.AROUSAL, affect.VALENCE, *spotify.TABLES.values())
CENTRES = {term.descriptor: term.centre for table in TABLES for term in table if term.descriptor != spotify.FROM_DANCE}
unit = st.floats(0, 1)
shifts = st.floats(-3, 3)


def features(seconds: float = 60.0, audio: AudioFeatures | None = None, **changes: float) -> Features:
    """An average song; changes by descriptor with "__" for the dot."""
    values = CENTRES | {name.replace("__", "."): value for name, value in changes.items()}
    empty = np.zeros(0, np.float32)
    times = np.linspace(0, seconds, 100, dtype=np.float32)
    curves = Curves(
        times, times, times, times, times, times, np.zeros((100, 12), np.float32), empty, empty, empty, (), empty
    )
    measured = audio or AudioFeatures(loudness=-9.0, tempo=120.0, key=0.0, mode=1.0, time_signature=4.0)
    return Features(measured, np.array(list(values.values()), np.float32), tuple(values), curves)


def silence() -> Features:
    nothing = {name.replace(".", "__"): 0.0 for name in CENTRES} | {"loudness__lufs": -70.0}
    return features(audio=AudioFeatures(loudness=-70.0, tempo=0.0, key=-1.0, mode=1.0), **nothing)


def test_an_average_song_is_neutral() -> None:
    mood = estimate(Song(), features())
    assert mood.valence == pytest.approx(0.5, abs=0.06) and mood.arousal == pytest.approx(0.5, abs=0.06)
    assert mood.sureness < 0.1 and mood.tags == () and mood.given == ()
    assert len(mood.audio.known()) == 12


@settings(max_examples=60, deadline=None)
@holds_for(shifts, shifts, shifts, st.floats(0.05, 1))
def test_louder_faster_brighter_is_more_arousing(loud: float, fast: float, bright: float, step: float) -> None:
    def song(by: float) -> Features:
        return features(
            loudness__lufs=-13.5 + 2 * (loud + by),
            rhythm__onset_rate=3.7 + 0.5 * (fast + by),
            rhythm__tempo=110 * 2 ** (0.2 * (fast + by)),
            timbre__centroid_mean=1950 + 400 * (bright + by),
        )

    before, after = estimate(Song(), song(0)), estimate(Song(), song(step))
    assert after.arousal >= before.arousal
    assert (after.audio.energy or 0) >= (before.audio.energy or 0)


@settings(max_examples=60, deadline=None)
@holds_for(st.floats(-0.4, 0.3), st.floats(60, 140), st.floats(0.02, 0.2))
def test_major_and_faster_is_more_positive(mode: float, tempo: float, step: float) -> None:
    sadder = estimate(Song(), features(harmony__mode_score=mode, rhythm__tempo=tempo))
    happier = estimate(Song(), features(harmony__mode_score=mode + step, rhythm__tempo=tempo * (1 + step)))
    assert happier.valence > sadder.valence
    assert happier.audio.valence == happier.valence


def test_extremes_land_in_their_quadrants() -> None:
    loud = {"loudness__lufs": -8.0, "rhythm__onset_rate": 6.0, "timbre__centroid_mean": 3000.0, "rhythm__tempo": 150.0}
    soft = {"loudness__lufs": -22.0, "rhythm__onset_rate": 2.0, "timbre__centroid_mean": 1000.0, "rhythm__tempo": 66.0}
    glad = {"harmony__mode_score": 0.4, "harmony__consonance": 0.35, "harmony__key_strength": 0.95}
    grim = {"harmony__mode_score": -0.3, "harmony__consonance": -0.1, "harmony__key_strength": 0.65}
    quadrants = [estimate(Song(), features(**a, **v)).quadrant for a in (loud, soft) for v in (glad, grim)]
    assert quadrants == ["Q1", "Q2", "Q4", "Q3"]


def test_silence_is_calm_and_unsure() -> None:
    mood = estimate(Song(), silence())
    assert mood.quadrant == "Q4" and mood.valence == 0.5 and mood.arousal < 0.1
    assert mood.sureness == 0.0
    assert mood.audio.energy == mood.audio.danceability == 0.0 and mood.audio.speechiness is None


def test_less_to_go_on_is_less_sure() -> None:
    clear = {"loudness__lufs": -8.0, "rhythm__onset_rate": 6.0, "harmony__mode_score": 0.5}
    whole, scrap = (estimate(Song(), features(seconds, **clear)) for seconds in (60, 2))
    assert 0 < scrap.sureness < 0.2 * whole.sureness
    heard = features(**clear)
    few = replace(heard, names=heard.names[:3], vector=heard.vector[:3])
    assert estimate(Song(), few).sureness < 0.5 * whole.sureness


@settings(max_examples=80, deadline=None)
@holds_for(st.lists(st.floats(width=32), min_size=len(CENTRES), max_size=len(CENTRES)))
def test_any_descriptors_give_numbers_in_range(numbers: list[float]) -> None:
    wild = replace(features(), vector=np.array(numbers, np.float32))
    mood = estimate(Song(), wild)
    for value in (mood.valence, mood.arousal, mood.sureness):
        assert type(value) is float and 0 <= value <= 1
    for name in mood.audio.known():
        value = getattr(mood.audio, name)
        assert math.isfinite(value)
        assert name in ("loudness", "tempo", "key", "time_signature") or 0 <= value <= 1


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
    assert both.audio.tempo == 120.0 and both.audio.speechiness == alone.audio.speechiness
    assert both.given == ("energy", "key", "acousticness", "valence") or set(both.given) == set(given.known())
    assert alone.valence < both.valence < 0.9 and alone.arousal < both.arousal
    partial = estimate(Song(given=AudioFeatures(danceability=0.9)), features())
    assert (partial.valence, partial.arousal) == (alone.valence, alone.arousal)


def test_given_numbers_that_are_none_are_dropped_or_bounded() -> None:
    wild = AudioFeatures(valence=float("nan"), energy=3.0, tempo=float("inf"), mode=-2.0, loudness=-7.0)
    clean = told.clean(wild)
    assert clean == AudioFeatures(energy=1.0, mode=0.0, loudness=-7.0)
    assert estimate(Song(given=wild), None).given == ("energy", "loudness", "mode")


@holds_for(unit, unit, st.floats(-60, 0), st.floats(0, 250))
def test_given_arousal_grows_with_each_cue(energy: float, valence: float, loudness: float, tempo: float) -> None:
    def arousal(**more: float) -> float:
        values = {"energy": energy, "valence": valence, "loudness": loudness, "tempo": tempo} | more
        return told.judge(AudioFeatures(**values))[1]

    assert arousal(energy=min(1, energy + 0.1)) >= arousal()
    assert arousal(loudness=loudness + 2) >= arousal() and arousal(tempo=tempo * 1.2) >= arousal()


def test_every_row_names_its_source_and_moves_the_right_way() -> None:
    for table in (*TABLES, told.AROUSAL, told.VALENCE):
        assert len({term.descriptor for term in table}) == len(table)
        for term in table:
            assert len(term.source) > 10 and term.scale > 0 and term.weight != 0
            assert term.value(term.centre) == pytest.approx(0)


def test_terms_are_bounded_and_skip_what_is_not_there() -> None:
    terms = (Term("a", 1.0, 0.5, 2.0, "x"), Term("b", 0.0, 1.0, -1.0, "x"))
    assert log_odds(terms, {"a": 1e30, "b": float("nan")}) == (2.0 * LIMIT, pytest.approx(2 / 3))
    assert log_odds(terms, {}) == (0.0, 0.0)
    assert logistic(-1e9) >= 0 and logistic(1e9) <= 1 and logistic(0) == 0.5


def test_the_tables_know_the_names_that_are_heard() -> None:
    from tonescape.hear import analyse

    samples = (0.1 * np.random.default_rng(1).standard_normal(22050 * 4)).astype(np.float32)
    heard = analyse(Sound(samples, 22050, 4.0, 22050, 1, False, -20.0))
    assert set(CENTRES) <= set(heard.names)


def chord_song(semitones: tuple[int, ...], gain: float, every_s: float) -> Features:
    """Struck chords with a few overtones, 20 s."""
    from tonescape.hear import analyse

    time = np.arange(22050 * 20) / 22050
    ring = np.exp(-4 * (time % every_s) / every_s)
    tones = [220 * 2 ** (s / 12) * k for s in semitones for k in (1, 2, 3)]
    sound = sum(np.sin(2 * np.pi * hz * time) / (1 + i % 3) for i, hz in enumerate(tones))
    samples = (gain * ring * sound / np.abs(sound).max()).astype(np.float32)
    return analyse(Sound(samples, 22050, 20.0, 22050, 1, False, 20 * math.log10(gain) - 8))


def test_real_sound_louder_and_faster_arouses_major_pleases() -> None:
    calm, lively = (estimate(Song(), chord_song((0, 4, 7), *how)) for how in ((0.05, 1.5), (0.8, 0.25)))
    assert lively.arousal > calm.arousal + 0.1
    major, minor = (estimate(Song(), chord_song(notes, 0.4, 0.5)) for notes in ((0, 4, 7), (0, 3, 7)))
    assert major.valence > minor.valence + 0.05
