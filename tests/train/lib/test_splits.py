import numpy as np
import pytest

from tonescape.train.lib.splits import clip_folds, group_folds, grouped_folds, holdout


def corpus(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    groups = rng.integers(0, 120, 400)
    return rng.integers(0, 4, 120)[groups], groups


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_no_artist_on_both_sides_and_every_clip_tested_once(seed: int) -> None:
    labels, groups = corpus(seed)
    folds = grouped_folds(labels, groups, seed=seed)
    for train, test in folds:
        assert not set(groups[train]) & set(groups[test])
        assert len(train) + len(test) == len(labels)
    assert sorted(np.concatenate([test for _, test in folds])) == list(range(len(labels)))


def test_classes_are_spread_evenly() -> None:
    labels, groups = corpus()
    for _, test in grouped_folds(labels, groups):
        share = np.bincount(labels[test], minlength=4) / np.bincount(labels, minlength=4)
        assert np.all(np.abs(share - 0.2) < 0.1)


def test_same_seed_same_folds_other_seed_other_folds() -> None:
    labels, groups = corpus()
    first, again, other = (grouped_folds(labels, groups, seed=s)[0][1] for s in (3, 3, 4))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_groups_without_classes_stay_together_and_are_dealt_round() -> None:
    groups = np.random.default_rng(4).permutation([f"artist {i % 60}" for i in range(300)])
    folds = group_folds(groups)
    assert sorted(np.concatenate([test for _, test in folds])) == list(range(300))
    assert {len(np.unique(groups[test])) for _, test in folds} == {12}
    for train, test in folds:
        assert not set(groups[train]) & set(groups[test])
    with pytest.raises(ValueError, match="61 folds of 60 groups"):
        group_folds(groups, folds=61)


def test_too_few_groups_is_said() -> None:
    with pytest.raises(ValueError, match="5 folds of 2 groups"):
        grouped_folds(np.zeros(6), np.array([0, 0, 0, 1, 1, 1]))
    with pytest.raises(ValueError, match="10 folds of 3 clips"):
        clip_folds(3)


def test_clip_folds_cover_everything_in_near_equal_parts() -> None:
    folds = clip_folds(318)
    assert sorted(np.concatenate([test for _, test in folds])) == list(range(318))
    assert {len(test) for _, test in folds} == {31, 32}


def test_holdout_keeps_the_class_shares() -> None:
    labels = np.repeat([0, 1, 2], [300, 60, 30])
    train, test = holdout(labels)
    assert not set(train) & set(test)
    assert list(np.bincount(labels[test])) == [99, 20, 10]
