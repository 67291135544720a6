import numpy as np
import pytest

from tonescape.train.lib import metrics


def test_auc_of_perfect_reversed_tied_and_one_sided() -> None:
    truth = np.array([0, 0, 1, 1])
    assert metrics.auc(truth, np.array([0.1, 0.2, 0.3, 0.4])) == 1.0
    assert metrics.auc(truth, np.array([0.4, 0.3, 0.2, 0.1])) == 0.0
    assert metrics.auc(truth, np.full(4, 0.5)) == 0.5
    assert np.isnan(metrics.auc(np.ones(3), np.arange(3.0)))


def test_measures_agree_with_scikit_learn() -> None:
    sk = pytest.importorskip("sklearn.metrics", reason="the training extra is not installed")
    rng = np.random.default_rng(0)
    truth, predicted = rng.integers(0, 4, 200), rng.integers(0, 4, 200)
    assert metrics.macro_f1(truth, predicted) == pytest.approx(sk.f1_score(truth, predicted, average="macro"))
    score = np.round(rng.random(200) + 0.3 * (truth > 1), 1)
    assert metrics.auc(truth > 1, score) == pytest.approx(sk.roc_auc_score(truth > 1, score))
    p = rng.random(200)
    assert metrics.brier(truth > 1, p) == pytest.approx(sk.brier_score_loss(truth > 1, p))


def test_a_calibrated_probability_has_a_small_error_and_an_overconfident_one_a_large() -> None:
    rng = np.random.default_rng(1)
    p = rng.random(20_000)
    truth = rng.random(20_000) < p
    assert metrics.calibration_error(truth, p) < 0.02
    assert metrics.calibration_error(truth, np.clip(3 * (p - 0.5) + 0.5, 0, 1)) > 0.1
    rows = metrics.reliability(truth, p)
    assert rows.shape == (10, 3)
    assert rows[:, 2].sum() == 20_000
    assert np.all(np.diff(rows[:, 0]) > 0)


def test_correlation_of_a_line_is_one_and_of_a_constant_nothing() -> None:
    x = np.arange(9.0)
    assert metrics.correlation(x, 3 * x - 1) == pytest.approx(1.0)
    assert metrics.correlation(x, -x) == pytest.approx(-1.0)
    assert metrics.correlation(x, np.ones(9)) == 0.0


def test_r2_is_one_for_the_truth_none_for_its_mean_and_less_for_worse() -> None:
    truth = np.array([0.0, 1.0, 2.0, 5.0])
    assert metrics.r2(truth, truth) == 1.0
    assert metrics.r2(truth, np.full(4, 2.0)) == 0.0
    assert metrics.r2(truth, 4.0 - truth) == pytest.approx(-3.0)


def test_a_figure_is_kept_with_its_interval() -> None:
    assert metrics.Estimate(0.12345, 0.1, 0.2).kept() == {"value": 0.123, "interval": [0.1, 0.2]}


def test_noise_ceiling_is_what_the_true_shares_reach() -> None:
    rng = np.random.default_rng(2)
    true, raters = rng.beta(2, 4, 4000), np.full(4000, 30)
    votes = rng.binomial(30, true) / 30
    assert metrics.noise_ceiling(votes, raters) == pytest.approx(np.corrcoef(true, votes)[0, 1], abs=0.01)
    assert metrics.noise_ceiling(rng.binomial(30, 0.5, 4000) / 30, raters) < 0.25


def test_bootstrap_covers_the_truth_and_widens_when_clips_come_in_artists() -> None:
    rng = np.random.default_rng(3)
    artist = np.repeat(np.arange(40), 10)
    right = (rng.random(40) < 0.7)[artist].astype(float)

    def share(rows: np.ndarray) -> float:
        return float(right[rows].mean())

    by_artist = metrics.bootstrap(share, artist, draws=300)
    by_clip = metrics.bootstrap(share, np.arange(400), draws=300)
    assert by_artist.low < by_artist.value == right.mean() < by_artist.high
    assert by_artist.high - by_artist.low > 2 * (by_clip.high - by_clip.low)
    assert str(metrics.Estimate(0.5, 0.4, 0.61)) == "0.500 [0.400, 0.610]"


def test_baseline_and_control() -> None:
    truth = np.array([0, 0, 0, 1])
    assert metrics.trivial(truth) == 0.75
    mixed = metrics.shuffled(np.arange(50), seed=1)
    assert sorted(mixed) == list(range(50))
    assert not np.array_equal(mixed, np.arange(50))
