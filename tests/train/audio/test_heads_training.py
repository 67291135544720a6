"""Training of kernel machines, weak labels and the pages they write, on small made-up data with known answers."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tonescape.core.errors import InputError
from tonescape.mood.kernel import from_arrays
from tonescape.mood.spotify import FEATURES, REACH, STEPS
from tonescape.train.audio import kernels
from tonescape.train.audio.gems import report as gems_page
from tonescape.train.audio.spotify import fit as features_fit
from tonescape.train.audio.spotify import weak_labels
from tonescape.train.audio.spotify.rules import TABLES, rules
from tonescape.train.audio.tags import report as tags_page
from tonescape.train.corpora import emotify, spotify
from tonescape.train.lib import report as metric_page

RECIPE = kernels.KernelRecipe((("a", 4, 1.0), ("b", 2, 1.0)), ridge=0.1, landmarks=40)
NAMES = ("other.x", *(f"a.{i}" for i in range(6)), *(f"b.{i}" for i in range(3)))


def made(songs: int = 120) -> tuple[tuple[str, ...], np.ndarray, np.ndarray]:
    """Descriptors, and two answers that a smooth function of them gives."""
    rng = np.random.default_rng(0)
    hidden = rng.standard_normal((songs, 3))
    vectors = (hidden @ rng.standard_normal((3, 9)) + 0.1 * rng.standard_normal((songs, 9))).astype(np.float32)
    answers = np.stack([np.tanh(hidden[:, 0]), 0.5 + 0.2 * hidden[:, 1]], axis=1)
    return kernels.names_of(RECIPE, NAMES), vectors, answers


def test_a_machine_learns_and_a_shuffled_one_does_not() -> None:
    names, vectors, answers = made()
    rows = np.arange(120)
    folds = [(rows[rows % 4 != f], rows[rows % 4 == f]) for f in range(4)]
    predicted = kernels.cross_val_predict(RECIPE, names, vectors, answers, folds)
    assert min(np.corrcoef(predicted[:, j], answers[:, j])[0, 1] for j in (0, 1)) > 0.85
    mixed = answers[np.random.default_rng(1).permutation(120)]
    nothing = kernels.cross_val_predict(RECIPE, names, vectors, mixed, folds)
    assert abs(np.corrcoef(nothing[:, 0], mixed[:, 0])[0, 1]) < 0.3


def test_a_machine_comes_back_from_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tonescape.core import weights

    names, vectors, answers = made()
    machine = kernels.fit(RECIPE, names, vectors, answers)
    card = dict.fromkeys(("what", "licence", "data_terms", "made_by"), "made up") | {"data": [], "inputs": list(names)}
    weights.write("made_up", machine.arrays(), card, tmp_path)
    monkeypatch.setattr(weights, "_folder", lambda: tmp_path)
    again = from_arrays(weights.load("made_up"), 2)
    assert again(vectors) == pytest.approx(machine(vectors), abs=2e-2)
    assert again.landmarks.shape == (40, 6)


def test_weights_say_which_songs_count() -> None:
    names, vectors, answers = made(60)
    wrong = answers.copy()
    wrong[:30] += 3.0
    weight = np.where(np.arange(60) < 30, 1e-6, 1.0)
    predicted = kernels.fit(RECIPE, names, vectors, wrong, weight=weight)(vectors)
    assert np.abs(predicted - answers).mean() < 0.25


def test_a_block_that_is_not_heard_is_named() -> None:
    with pytest.raises(InputError, match=r"b\.\*"):
        kernels.names_of(RECIPE, NAMES[:7])


def test_ridge_finds_a_line_and_a_penalty_shrinks_it() -> None:
    clues = np.linspace(-1, 1, 50)[:, None]
    slopes, level = weak_labels.ridge(clues, 2 * clues + 1, np.ones(50), 1e-9)
    assert slopes[0, 0] == pytest.approx(2.0, abs=1e-6) and level[0] == pytest.approx(1.0, abs=1e-6)
    assert abs(weak_labels.ridge(clues, 2 * clues + 1, np.ones(50), 100.0)[0][0, 0]) < 1.0


def test_artists_means_and_their_ceiling() -> None:
    rng = np.random.default_rng(0)
    own = rng.normal(0.5, 0.2, (200, 7))
    catalogue = weak_labels.Artists({f"a{i}": own[i] + rng.normal(0, 0.2, (8, 7)) for i in range(200)})
    means, songs = catalogue.means(["A0", "the a1", "nobody"])
    assert songs.tolist() == [8, 8, 0] and np.isnan(means[2]).all()
    assert means[0] == pytest.approx(own[0], abs=0.3)
    assert catalogue.ceiling() == pytest.approx(np.full(7, 0.5**0.5), abs=0.08)  # as much within as between


def test_tags_of_the_teacher_are_its_dense_layers() -> None:
    rng = np.random.default_rng(0)
    arrays: dict[str, np.ndarray] = {}
    for place, size in ((9, 12), (10, 5)):
        for part, value in (("gamma", 1.0), ("beta", 0.0), ("moving_mean", 0.0), ("moving_variance", 1.0 - 1e-3)):
            arrays[f"batch_normalization_{place}/{part}"] = np.full(size, value, np.float32)
    arrays |= {"dense/kernel": np.eye(12, 5, dtype=np.float32), "dense/bias": np.zeros(5, np.float32)}
    arrays |= {"dense_1/kernel": np.eye(5, 3, dtype=np.float32), "dense_1/bias": np.ones(3, np.float32)}
    answers = rng.uniform(0, 1, (4, 12))
    means, maxima = answers[:, :6].mean(axis=0), answers[:, 6:].mean(axis=0)
    assert weak_labels.tag_scores(arrays, answers) == pytest.approx(
        1.0 + np.array([maxima[0], means[0], maxima[1]]), abs=1e-5
    )


def test_the_first_version_has_a_rule_for_all_but_valence() -> None:
    assert set(TABLES) == set(FEATURES) - {"valence"}
    assert rules("energy", {"loudness.lufs": -8.0}) > rules("energy", {"loudness.lufs": -20.0})


def test_tables_with_full_trust_are_quantiles_and_with_little_lie_near_the_mean(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from tonescape.train.corpora.songs import Table

    rng = np.random.default_rng(0)
    values = rng.uniform(0, 1, (5000, 7))
    table = Table("made up", "", values, FEATURES, np.arange(5000), ("pop",) * 5000)
    monkeypatch.setattr(spotify, "tracks_114k", lambda data: table)
    places = rng.standard_normal((4000, 7))
    exact, vague = (features_fit.tables(places, np.full(7, trust), None)[0] for trust in (0.999, 0.2))
    steps = np.linspace(-REACH, REACH, STEPS)
    assert (np.diff(exact) >= 0).all() and (np.diff(vague) >= 0).all()
    assert exact[np.argmin(abs(steps))] == pytest.approx(0.5, abs=0.05)
    assert exact[np.argmin(abs(steps - 1))] == pytest.approx(0.841, abs=0.05)
    assert np.ptp(vague) < 0.5 * np.ptp(exact)


def test_pages_and_lines_keep_what_others_wrote(tmp_path: Path) -> None:
    file = tmp_path / "accuracy.json"
    metric_page.write_lines(file, {"valence": "old", "tempo": "kept"})
    metric_page.write_lines(file, {"valence": "new"})
    assert json.loads(file.read_text()) == {"tempo": "kept", "valence": "new"}
    row = {"r": 0.5, "interval": [0.4, 0.6], "ceiling": 0.8}
    found = dict.fromkeys(emotify.EMOTIONS, row) | {
        "clips": 9, "listeners a clip": "10", "mean r": row, "mean r, shuffled": 0.0, "codec, mean change": 0.01,
    }  # fmt: skip
    assert gems_page.page(found).count("0.50 [0.40, 0.60]") == 10 and "0.50" in gems_page.lines_of(found)["gems"]
    word = {"auc": 0.9, "interval": [0.8, 0.95], "clips": 30, "kept": True}
    page = tags_page.page({
        "clips": 9, "words": 2, "rule": "kept above", "mean AUC of all words": word, "mean AUC, shuffled": 0.5,
        "codec, mean change of the share": 0.01, "auc": {"Angry": word, "Fun": word | {"auc": 0.55, "kept": False}},
    })  # fmt: skip
    assert "| Angry | 30 | 0.90 [0.80, 0.95] |" in page and "Dropped: Fun 0.55." in page and "| Fun |" not in page
