"""Harmony: triads, scales and progressions with known keys and chords; nothing at all; librosa's chroma."""

from __future__ import annotations

import warnings

import hear_sounds as sounds
import numpy as np
import pytest

from tonescape.core.records import RATE
from tonescape.hear.harmony import analyse_harmony
from tonescape.hear.rhythm import analyse_rhythm
from tonescape.hear.spectrum import frames


def harmony_of(sound):
    heard = frames(np.asarray(sound, dtype=np.float32))
    return analyse_harmony(heard, analyse_rhythm(heard).pulse)


@pytest.mark.parametrize("a4", [440.0, 432.0, 446.0])
def test_triads_in_all_keys(a4: float) -> None:
    for tonic in range(12):
        for mode in (0, 1):
            found = harmony_of(sounds.triad(tonic, mode, a4=a4))
            values = dict(found.values)
            assert (found.key, found.mode) == (tonic, mode)
            assert values["harmony.tuning_cents"] == pytest.approx(1200 * np.log2(a4 / 440), abs=5)
            assert values["harmony.chord_change_rate"] == 0.0
            assert values["harmony.major_chords"] == mode
            assert (values["harmony.third"] > 0) == (values["harmony.mode_score"] > 0) == (mode == 1)


@pytest.mark.parametrize("a4", [440.0, 432.0, 446.0])
@pytest.mark.parametrize("name,mode", sounds.SCALES)
def test_scales_in_all_keys(name: str, mode: int, a4: float) -> None:
    for tonic in range(12):
        found = harmony_of(sounds.scale(tonic, sounds.SCALES[name, mode], a4=a4))
        assert (found.key, found.mode) == (tonic, mode)


@pytest.mark.parametrize("drums", [False, True])
@pytest.mark.parametrize("mode", [0, 1])
def test_progressions_in_all_keys(mode: int, drums: bool) -> None:
    for tonic in range(12):
        found = harmony_of(sounds.progression(tonic, mode, [0, 3, 4, 0, 5, 2, 4, 0], 0.8, drums=drums))
        assert (found.key, found.mode) == (tonic, mode)


@pytest.mark.parametrize(
    "seconds,drums", [(0.5, False), (0.8, False), (0.8, True), (1.0, True), (2.0, False), (2.0, True), (3.0, True)]
)
def test_chords_change_as_often_as_they_do(seconds: float, drums: bool) -> None:
    order = [0, 3, 4, 5] * max(1, round(4 / seconds))
    sound = sounds.progression(2, 1, order, seconds, drums=drums)
    rate = dict(harmony_of(sound).values)["harmony.chord_change_rate"]
    assert rate == pytest.approx((len(order) - 1) / (len(order) * seconds), rel=0.15)


def test_chroma_holds_the_notes() -> None:
    found = harmony_of(sounds.triad(9, 0))
    assert found.chroma.dtype == np.float32 and found.chroma.shape[1] == 12
    assert found.chroma.min() >= 0.0 and found.chroma.max() <= 1.0
    assert set(np.argsort(found.chroma.mean(axis=0))[-3:]) == {9, 0, 4}


def test_consonance_entropy_and_movement_have_a_direction() -> None:
    fifth = dict(harmony_of(sounds.chord([60, 67], 4.0)).values)
    second = dict(harmony_of(sounds.chord([60, 61], 4.0)).values)
    cluster = dict(harmony_of(sounds.chord(range(60, 72), 4.0)).values)
    assert fifth["harmony.consonance"] > 0.6 > 0.0 > second["harmony.consonance"]
    assert cluster["harmony.chroma_entropy"] > 0.9 > fifth["harmony.chroma_entropy"]
    still = dict(harmony_of(sounds.triad(0, 1)).values)
    moving = dict(harmony_of(sounds.progression(0, 1, [0, 3, 4, 5] * 2, 0.8)).values)
    assert moving["harmony.tonal_movement"] > 3 * still["harmony.tonal_movement"]


@pytest.mark.parametrize("name", sounds.hostile())
def test_nothing_to_find_is_an_answer(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = harmony_of(sounds.hostile()[name])
    assert np.isfinite([value for _, value in found.values]).all()
    assert np.isfinite(found.chroma).all() and found.chroma.min(initial=0) >= 0 and found.chroma.max(initial=0) <= 1
    if name in ("empty", "one sample", "silence", "one click", "dc", "nan", "noise"):
        assert found.key == -1


def test_all_twelve_notes_alike_have_no_key() -> None:
    sound = np.concatenate([sounds.note(60 + i, 0.3) for i in list(range(12)) * 3])
    assert harmony_of(sound).key == -1


def test_level_changes_nothing() -> None:
    sound = sounds.progression(4, 0, [0, 2, 3, 0], 1.0, drums=True)
    first = harmony_of(sound)
    for gain in (0.25, 4.0, 0.01):
        other = harmony_of(sound * gain)
        assert (other.key, other.mode) == (first.key, first.mode)
        np.testing.assert_allclose([v for _, v in other.values], [v for _, v in first.values], rtol=1e-3, atol=1e-3)


def test_chroma_agrees_with_librosa() -> None:
    """Mean chroma against the constant-Q one: correlation above .85."""
    librosa = pytest.importorskip("librosa")
    for tonic, mode in ((0, 1), (5, 0), (10, 1)):
        sound = sounds.progression(tonic, mode, [0, 3, 4, 0], 1.0)
        ours = harmony_of(sound).chroma.mean(axis=0)
        theirs = librosa.feature.chroma_cqt(y=sound, sr=RATE, tuning=0.0).mean(axis=1)
        assert np.corrcoef(ours, theirs)[0, 1] > 0.85
