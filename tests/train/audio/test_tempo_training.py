"""Made music has the tempo it says, and the choice among levels is learnt from what tells them apart."""

from __future__ import annotations

import numpy as np
import pytest

from tonescape.core.records import RATE
from tonescape.train.audio.tempo import evaluate, levels
from tonescape.train.audio.tempo.patterns import PATTERNS, SECONDS, make

OF = {pattern.name: pattern for pattern in PATTERNS}


def clips(count: int, *, group: str = "") -> list[levels.Clip]:
    """Three levels each, of which the one with the larger second value is right; the other values are noise."""
    rng = np.random.default_rng(5)
    found = []
    for i in range(count):
        values = rng.standard_normal((3, 4)).astype(np.float32)
        tempi = np.array([60.0, 90.0, 120.0], dtype=np.float32)
        bpm = float(tempi[values[:, 1].argmax()])
        found.append(levels.Clip("set", group or str(i), bpm, 0.0, 60.0, tempi, values))
    return found


def test_a_made_clip_is_the_same_again_and_within_its_range() -> None:
    first, again, other = (make(OF["waltz"], seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.samples, again.samples)
    assert first.bpm == again.bpm != other.bpm
    assert OF["waltz"].slow <= first.bpm <= OF["waltz"].fast
    assert len(first.samples) == SECONDS * RATE and np.abs(first.samples).max() == pytest.approx(1.0)


def test_drums_alone_repeat_on_the_beat() -> None:
    """The energy repeats most strongly after a whole number of beats."""
    made = make(OF["four on the floor"], 3, alone=True)
    energy = np.add.reduceat(made.samples.astype(np.float64) ** 2, np.arange(0, len(made.samples), 441))
    curve = energy - energy.mean()
    lags = np.arange(20, 200)
    best = lags[int(np.argmax([curve[lag:] @ curve[:-lag] for lag in lags]))]
    beats = best * 441 / RATE * made.bpm / 60.0
    assert beats == pytest.approx(round(beats), abs=0.05) and round(beats) >= 1


def test_the_fit_finds_what_tells_the_levels_apart() -> None:
    weight = levels.fit(clips(200), 1e-3)
    assert weight[1] > 5.0 * np.abs(np.delete(weight, 1)).max()
    fresh = clips(250)[200:]
    assert np.mean([levels.chosen(weight, clip) == clip.bpm for clip in fresh]) > 0.9


def test_a_ridge_is_chosen_by_answers_not_by_fit() -> None:
    assert levels.best_ridge(clips(60)) in levels.RIDGES


@pytest.mark.parametrize(
    ("tempo", "once", "octave"),
    [
        (100, True, True),
        (103.9, True, True),
        (104.1, False, False),
        (200, False, True),
        (33.3, False, True),
        (0, False, False),
    ],
)
def test_right_is_within_four_percent_of_the_tempo_or_a_multiple(tempo: float, once: bool, octave: bool) -> None:
    assert levels.right(tempo, 100.0) is once
    assert levels.right(tempo, 100.0, levels.OCTAVES) is octave


def test_a_clip_without_a_pulse_counts_as_wrong() -> None:
    empty = levels.Clip("set", "a", 100.0, 0.0, 0.0, np.zeros(0, np.float32), np.zeros((0, 4), np.float32))
    assert levels.chosen(np.zeros(4), empty) == 0.0
    row = evaluate._row([empty, *clips(3)], [0.0, *(clip.bpm for clip in clips(3))])
    assert row["chosen within"]["value"] == 0.75 and row["unanswered"] == 0.25 and row["librosa within"] is None
