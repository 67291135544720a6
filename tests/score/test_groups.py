"""Cues: which scenes share one, at each threshold."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tonescape.score.axes import Targets
from tonescape.score.groups import BREAKS, GLIMPSE_S, HOLDS, LONGEST_S, SHORT_S, groups


def asked(valences: list[float], seconds: list[float]) -> Targets:
    """Scenes that differ in valence only, in standard deviations."""
    sound = np.array([[valence, 0.0] for valence in valences], np.float32)
    words = np.concatenate([sound, sound[:, :1]], axis=1)
    return Targets(
        sound,
        words,
        np.zeros((len(sound), 27), np.float32),
        np.array(seconds, np.float32),
        np.ones(len(sound), np.float32),
    )


def cues(valences: list[float], seconds: list[float]) -> list[tuple[int, int]]:
    return [(group.first, group.last) for group in groups(asked(valences, seconds))]


def test_scenes_share_a_cue_only_where_the_mood_holds() -> None:
    found = groups(asked([0, 0.1, 3, 3, -2], [20, 20, 60, 60, 5]))
    assert [(g.first, g.last) for g in found] == [(0, 1), (2, 2), (3, 3), (4, 4)]
    assert [g.start for g in found] == [0, 40, 100, 160]


BETWEEN = (HOLDS + BREAKS) / 2


@pytest.mark.parametrize(
    ("valences", "seconds", "one"),
    [
        ([0, HOLDS - 0.1], [20, 20], True),
        ([0, BETWEEN], [20, 20], False),
        ([0, BETWEEN], [20, GLIMPSE_S - 1], True),
        ([0, BETWEEN], [20, GLIMPSE_S], False),
        ([0, BETWEEN], [GLIMPSE_S - 1, 20], True),
        ([0, BETWEEN], [GLIMPSE_S, 20], False),
        ([0, BREAKS + 0.1], [20, GLIMPSE_S - 1], False),
        ([0, 0], [SHORT_S - 1, 20], True),
        ([0, 0], [SHORT_S, 20], False),
        ([0, 0], [SHORT_S, GLIMPSE_S - 1], True),
        ([0, 0], [LONGEST_S - 1, 1], True),
        ([0, 0], [LONGEST_S - 1, 2], False),
    ],
)
def test_two_scenes_at_each_threshold(valences: list[float], seconds: list[float], one: bool) -> None:
    assert 0 < GLIMPSE_S < SHORT_S < LONGEST_S and 0 < HOLDS < BREAKS
    assert cues(valences, seconds) == ([(0, 1)] if one else [(0, 0), (1, 1)])


def test_a_glimpse_has_no_music_of_its_own() -> None:
    """A scene of ten seconds between two minutes joins the one before, though its mood differs somewhat."""
    assert cues([0, 1.1, 0], [60, 10, 60]) == [(0, 1), (2, 2)]


def test_unsure_words_do_not_join_scenes_whose_moods_differ() -> None:
    sure = asked([0.0, 3.0, -3.0], [30.0] * 3)
    unsure = replace(sure, sound=0.2 * sure.sound, sure=np.full(3, 0.2, np.float32))
    assert [(g.first, g.last) for g in groups(unsure)] == [(0, 0), (1, 1), (2, 2)] == cues([0.0, 3.0, -3.0], [30.0] * 3)
