"""When nothing is near: measured on scenes and clips whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from tonescape.core.errors import InputError
from tonescape.core.records import AudioFeatures, Heard, Mood, Scene, Song, WordMood
from tonescape.train.film import evaluate_limit as measure

CORNERS = np.array([[0.8, 0.8], [0.2, 0.8], [0.2, 0.2], [0.8, 0.2]])


def pairs(scenes: int = 40, clips: int = 80, seed: int = 0) -> measure.SceneClipPairs:
    """Scenes and clips in the middles of the four quadrants, moved a little."""
    random = np.random.default_rng(seed)
    wanted, quadrant = np.arange(scenes) % 4, np.arange(clips) % 4
    asked = CORNERS[wanted] + random.uniform(-0.05, 0.05, (scenes, 2))
    has = CORNERS[quadrant] + random.uniform(-0.05, 0.05, (clips, 2))
    moods = [WordMood(float(v), float(a), 0.5) for v, a in asked]
    library = [
        Heard(Song(title="x"), None, Mood(float(v), float(a), 1.0, "Q1", "", "", "", AudioFeatures())) for v, a in has
    ]
    made = [Scene(i, "", "", "", (), "", "", 1.0, 60.0) for i in range(scenes)]
    return measure.SceneClipPairs(made, moods, library, np.arange(scenes) // 4, np.arange(clips) // 4, wanted, quadrant)


def test_near_clips_are_of_the_own_quadrant_and_far_ones_of_the_opposite() -> None:
    found = pairs()
    near = measure.distances(found, found.library, measure.ScoreOptions(by="sound"))
    bands, cross = measure.by_distance(found, near)
    assert sum(band.share for band in bands) == pytest.approx(1.0)
    first, last = bands[0], [band for band in bands if band.share][-1]
    assert (first.own.value, first.opposite.value) == (1.0, 0.0)
    assert (last.own.value, last.opposite.value) == (0.0, 1.0)
    assert cross.low <= cross.value <= cross.high
    beyond = [band for band in bands if band.low >= cross.value]
    assert all(band.own.value <= band.opposite.value for band in beyond)
    (before,) = [band for band in bands if band.high == cross.value]
    assert before.own.value > before.opposite.value
    assert first.control_own == pytest.approx(0.25, abs=0.08) == first.control_opposite


def test_a_label_that_means_nothing_crosses_nowhere() -> None:
    found = pairs()
    random = np.random.default_rng(1)
    bands, _ = measure.by_distance(found, random.uniform(0.5, 1.6, (len(found.scenes), len(found.library))))
    wide = [band for band in bands if band.share > 0.01]
    assert len(wide) >= 9 and all(abs(band.own.value - band.opposite.value) < 0.12 for band in wide)


def test_the_crossing_is_the_last_change_of_sign() -> None:
    rows = np.zeros((4, len(measure.EDGES) - 1), bool)
    rows[0, 7:] = rows[1, 7:] = True
    rows[1, 2] = True  # by chance, and not from there on
    rows[2] = True
    assert measure.crossing(rows).tolist() == [1.1, 1.1, 0.0, 2.0]


def test_quadrants_of_points() -> None:
    assert measure.quadrant_of(CORNERS).tolist() == [0, 1, 2, 3]
    assert [int(measure.OPPOSITE[q]) for q in range(4)] == [2, 3, 0, 1]


def test_groups_are_drawn_whole_and_as_many() -> None:
    drawn = measure._drawn(np.array([5, 5, 5, 7, 9]), 500, 0)
    assert (drawn[:, 0] == drawn[:, 1]).all() and (drawn[:, 0] == drawn[:, 2]).all()
    assert (drawn[:, [0, 3, 4]].sum(axis=1) == 3).all() and drawn.mean() == pytest.approx(1.0, abs=0.1)


def test_a_larger_library_leaves_fewer_scenes_silent() -> None:
    found = pairs()
    few, many = (measure.silent(found, size) for size in (2, 12))
    # two clips of four quadrants leave at least half of the scenes without their own
    assert few[0].value > many[0].value and few[1] <= few[0].value <= few[2]
    assert many[0].low <= many[0].value <= many[0].high <= 1.0


def test_another_number_of_clips_is_not_taken_for_the_models() -> None:
    with pytest.raises(InputError, match="the model knows 706 clips and"):
        measure.unheard(np.arange(8) % 4, np.arange(8))
