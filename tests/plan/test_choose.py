"""The odds of motifs and styles, and the tables they come from."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from math import log

import pytest

from tonescape.core.records import AudioFeatures
from tonescape.mood import named
from tonescape.plan import motif, style
from tonescape.plan.choose import EQUAL_SHARES, SUITABLE, Affinity, chances, log_odds

ROWS = {**motif.MOTIFS, **style.STYLES}
HERE = Affinity(0.5, 0.5, acoustic=0.6, dance=-0.3)


def odds(row: Affinity, valence: float, arousal: float, **audio: float) -> float:
    return log_odds(row, named(valence, arousal, 0.5, AudioFeatures(**audio)), 0.25)


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
def test_every_row_is_a_point_of_the_plane_with_leanings(row: Affinity) -> None:
    assert 0 <= row.valence <= 1 and 0 <= row.arousal <= 1
    assert -1 <= row.acoustic <= 1 and -1 <= row.dance <= 1 and row.because


def test_odds_fall_to_one_part_in_e_at_the_reach() -> None:
    plain = replace(HERE, acoustic=0.0, dance=0.0)
    assert odds(plain, 0.5, 0.5) == 0
    assert odds(plain, 0.75, 0.5) == odds(plain, 0.5, 0.25) == pytest.approx(-1)
    assert odds(plain, 0.65, 0.3) == pytest.approx(-1)  # 3, 4, 5


def test_leanings_count_by_their_sign_and_the_unknown_is_neutral() -> None:
    assert odds(HERE, 0.5, 0.5) == odds(HERE, 0.5, 0.5, acousticness=0.5, danceability=0.5) == 0
    assert odds(HERE, 0.5, 0.5, acousticness=1.0) == -odds(HERE, 0.5, 0.5, acousticness=0.0) > 0
    assert odds(HERE, 0.5, 0.5, danceability=1.0) == -odds(HERE, 0.5, 0.5, danceability=0.0) < 0
    assert odds(HERE, 0.5, 0.5, acousticness=1.0) == pytest.approx(-2 * odds(HERE, 0.5, 0.5, danceability=1.0))


def test_chances_are_known_cut_at_two_equal_shares_and_sum_to_one() -> None:
    mood = named(0.5, 0.5, 0.5, AudioFeatures())
    at = Affinity(0.5, 0.5)
    even = chances({name: at for name in "abcdef"}, mood, reach=0.25)
    assert list(even.values()) == pytest.approx([1 / 6] * 6)
    three = chances({name: at for name in "abc"}, mood, reach=0.25, weights={"a": log(2)})
    assert three == pytest.approx({"a": 0.5, "b": 0.25, "c": 0.25})
    steep = chances({name: at for name in "abcdef"}, mood, reach=0.25, weights={"a": 5.0, "b": 3.0})
    assert steep == pytest.approx({"a": 1 / 3, "b": 1 / 3, "c": 1 / 12, "d": 1 / 12, "e": 1 / 12, "f": 1 / 12})
    assert chances({"a": at}, mood, reach=0.25) == {"a": 1.0}
    worn = chances({name: at for name in "abcdef"}, mood, reach=0.25, weights={"a": 5.0}, used={"a": 100})
    assert worn["a"] < 1e-9 and worn["b"] == pytest.approx(1 / 5)  # what a set has used goes below its share
    far = chances({"a": at, "b": Affinity(1, 1)}, mood, reach=0.001)
    assert far["b"] > 0 and sum(far.values()) == pytest.approx(1)


@pytest.mark.parametrize(
    ("table", "reach", "weights"),
    [(style.STYLES, style.REACH, style.WEIGHTS), (motif.MOTIFS, motif.REACH, None)],
    ids=["styles", "motifs"],
)
def test_no_name_has_more_than_its_share_of_the_plane(
    table: dict[str, Affinity], reach: float, weights: dict[str, float] | None
) -> None:
    total: Counter[str] = Counter()
    grid = [(v / 10, a / 10) for v in range(11) for a in range(11)]
    for valence, arousal in grid:
        mood = named(valence, arousal, 0.5, AudioFeatures())
        found = chances(table, mood, reach=reach, weights=weights)
        assert sum(found.values()) == pytest.approx(1) and max(found.values()) <= EQUAL_SHARES / SUITABLE + 1e-9
        total.update(found)  # type: ignore[arg-type]
    assert max(total.values()) / len(grid) <= 0.15
    assert set(total) == set(table) and min(total.values()) / len(grid) > 0.005  # and none is forgotten


def test_a_style_that_is_read_less_often_is_shown_less_often() -> None:
    assert style.legibility(12, 12) == 0 == style.legibility(20, 20)
    assert style.legibility(3, 12) == pytest.approx(log(4 / 13))
    assert style.legibility(3, 12) < style.legibility(10, 12) < 0
    mood = named(0.52, 0.28, 0.5, AudioFeatures())
    before = chances(style.STYLES, mood, reach=style.REACH, weights=style.WEIGHTS)
    poor = {**style.WEIGHTS, "art-deco": style.legibility(3, 12)}
    assert chances(style.STYLES, mood, reach=style.REACH, weights=poor)["art-deco"] < before["art-deco"]
    assert set(style.TOLD) == set(style.STYLES)
    assert all(0 <= told <= shown for told, shown in style.TOLD.values())


def test_a_song_gets_the_same_answer_each_time_and_songs_differ() -> None:
    mood = named(0.85, 0.88, 0.5, AudioFeatures())
    shown = [motif.pick(mood, number) for number in range(400)]
    assert shown == [motif.pick(mood, number) for number in range(400)]
    share = Counter(shown)["fireworks"] / len(shown)
    assert share == pytest.approx(chances(motif.MOTIFS, mood, reach=motif.REACH)["fireworks"], abs=0.08)
    assert share < 0.42
