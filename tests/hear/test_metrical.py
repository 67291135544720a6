"""The beat among the metrical levels: drums at known tempi, whose strongest period is often another."""

from __future__ import annotations

import hear_sounds as sounds
import numpy as np
import pytest

from tonescape.hear import analyse, metrical
from tonescape.hear.pulse import onset_strength, period
from tonescape.hear.rhythm import analyse_rhythm
from tonescape.hear.spectrum import FRAME_RATE, frames

EIGHTHS, QUARTERS = tuple(range(0, 16, 2)), (0, 4, 8, 12)
ROCK = {"kick": (0, 8), "snare": (4, 12), "hat": EIGHTHS}
PUSHED = {"kick": (0, 6, 8, 10), "snare": (4, 12), "hat": EIGHTHS}
FAST = {"kick": (0, 8), "snare": (4, 12), "hat": QUARTERS}
FLOOR = {"kick": QUARTERS, "snare": (4, 12), "hat": (2, 6, 10, 14)}


@pytest.mark.parametrize(
    ("bar", "tempi"),
    [
        pytest.param(ROCK, (88, 100, 108, 116, 124, 132, 140), id="eighth hats"),
        pytest.param(PUSHED, (92, 104, 116, 128), id="eighth hats, busy kick"),
        pytest.param(FAST, (150, 165, 180), id="fast"),
        pytest.param(FLOOR, (110, 124, 138), id="four on the floor"),
    ],
)
def test_drums_have_the_tempo_they_are_counted_in(bar: dict[str, tuple[int, ...]], tempi: tuple[int, ...]) -> None:
    for bpm in tempi:
        rhythm = analyse_rhythm(frames(sounds.drums(bpm, bar)))
        assert rhythm.tempo == pytest.approx(bpm, rel=0.01), bpm
        assert np.median(np.diff(rhythm.beats)) == pytest.approx(60.0 / bpm, rel=0.02), bpm


def test_beats_and_bars_follow_the_chosen_level_and_descriptors_do_not() -> None:
    rhythm = analyse_rhythm(frames(sounds.drums(100, ROCK)))
    assert dict(rhythm.values)["rhythm.tempo"] == pytest.approx(200, rel=0.01)
    assert np.median(np.diff(rhythm.pulse)) == pytest.approx(0.3, rel=0.02)
    assert np.median(np.diff(rhythm.downbeats)) == pytest.approx(2.4, rel=0.02)
    true = 0.2 + 0.6 * np.arange(len(rhythm.beats))
    assert np.abs(rhythm.beats - true).max() < 0.04


def test_the_strongest_period_alone_makes_the_descriptors(monkeypatch: pytest.MonkeyPatch) -> None:
    from tonescape.core.records import RATE, Sound

    samples = sounds.drums(100, ROCK)
    sound = Sound(samples, RATE, len(samples) / RATE, RATE, 1, False, -14.0)
    ours = analyse(sound)
    monkeypatch.setattr("tonescape.hear.rhythm.beat_period", lambda frames, onset, strongest: strongest)
    other = analyse(sound)
    assert ours.audio.tempo == pytest.approx(100, rel=0.01) and other.audio.tempo == pytest.approx(200, rel=0.01)
    np.testing.assert_array_equal(ours.vector, other.vector)


def test_levels_are_described_once_each_and_finitely() -> None:
    heard = frames(sounds.drums(100, ROCK))
    onset = onset_strength(heard.flux)
    strongest, *_ = period(onset)
    curves = metrical.onset_curves(heard, onset)
    lags = metrical.candidates(curves, strongest)
    assert lags[0] == pytest.approx(strongest)
    tempi = 60.0 * FRAME_RATE / lags
    for bpm in (50, 100, 200):
        assert np.abs(tempi / bpm - 1.0).min() < 0.02
    gaps = np.abs(np.log(lags[:, None] / lags)) + np.eye(len(lags))
    assert gaps.min() > metrical.SAME
    values = metrical.level_values(curves, lags)
    assert values.shape == (len(lags), len(metrical.INPUTS)) and np.isfinite(values).all()
    of = dict(zip(metrical.INPUTS, values[np.abs(tempi / 100 - 1.0).argmin()], strict=True))
    # kick and snare come on the beats, the hats twice a beat, the snare a beat after the kick
    assert of["low autocorrelation x 1.000"] > 0.8 > 0.3 > of["low autocorrelation x 0.500"]
    assert of["high autocorrelation x 0.500"] > 0.5
    assert of["low with middle x 1.000"] > 0.8 > 0.6 > of["low with middle x 0.500"]
    assert of["prior -0.25"] == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize("seconds", [1.0, 2.0, 3.5])
def test_short_sounds_have_levels_too(seconds: float) -> None:
    rhythm = analyse_rhythm(frames(sounds.drums(140, ROCK, seconds)))
    assert np.isfinite(rhythm.tempo) and 0.0 <= rhythm.tempo < 320.0


def test_one_layer_keeps_the_strongest_period(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise AssertionError("levels of one layer were compared")

    monkeypatch.setattr(metrical, "level_values", fail)
    assert analyse_rhythm(frames(sounds.clicks(210, 12.0)[0])).tempo == pytest.approx(210, rel=0.01)
    with pytest.raises(AssertionError, match="compared"):
        analyse_rhythm(frames(sounds.drums(100, ROCK)))
