"""The odds of motifs and styles, and the tables they come from."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tonescape.core.records import AudioFeatures
from tonescape.mood import named
from tonescape.plan import motif, style
from tonescape.plan.choose import Affinity, log_odds

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
