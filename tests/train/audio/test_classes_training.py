"""Training the mood classes on songs made here, whose answers are known."""

from __future__ import annotations

import os
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from tonescape.core.errors import InputError
from tonescape.mood.classes import CLASSES, FEATURES, Bridge, knowledge
from tonescape.train.audio.classes import baselines, from_audio
from tonescape.train.audio.classes import nets as class_nets
from tonescape.train.audio.classes import report as class_page
from tonescape.train.audio.classes import train as classes
from tonescape.train.corpora import moods, spotify
from tonescape.train.corpora.songs import Table
from tonescape.train.lib import charts

torch = pytest.importorskip("torch", reason="the extra `torch` is not installed")
HERE = pytest.mark.skipif("TONESCAPE_DATA" not in os.environ, reason="TONESCAPE_DATA names no folder of data")
ENERGY, VALENCE = FEATURES.index("energy"), FEATURES.index("valence")


def songs(count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Plausible values of the twelve, and classes that energy and valence decide."""
    random = np.random.default_rng(seed)
    values = random.random((count, len(FEATURES)))
    values[:, FEATURES.index("loudness")] = -20.0 * values[:, FEATURES.index("loudness")] - 2.0
    values[:, FEATURES.index("tempo")] = 60.0 + 120.0 * values[:, FEATURES.index("tempo")]
    values[:, FEATURES.index("key")] = random.integers(0, 12, count)
    values[:, FEATURES.index("mode")] = np.nan
    values[:, FEATURES.index("time_signature")] = 4.0
    high, glad = values[:, ENERGY] > 0.5, values[:, VALENCE] > 0.5
    names = np.where(high, np.where(glad, "Happy", "Energetic"), np.where(glad, "Relaxing", "Sad"))
    return values, np.array([CLASSES.index(name) for name in names])


def table(count: int) -> Table:
    values, labels = songs(count)
    groups = np.arange(count) // 3
    return Table("made", "none", values, FEATURES, groups, tuple(CLASSES[label] for label in labels))


@pytest.fixture(scope="module")
def trunks() -> class_nets.Trunks:
    values, _ = songs(1500, seed=5)
    return class_nets.pretrain([(values, (values[:, 0] * 3).astype(np.int64))], members=1, epochs=2)


def test_known_odds_ratios_are_recovered() -> None:
    random = np.random.default_rng(1)
    values, _ = songs(6000)
    z = (values[:, [ENERGY, VALENCE]] - 0.5) * np.sqrt(12.0)  # deviations of a uniform value
    odds = np.exp(np.log(3.0) * z[:, 0] - np.log(2.0) * z[:, 1] - 0.5)
    labels = np.where(random.random(6000) < odds / (1 + odds), CLASSES.index("Happy"), CLASSES.index("Sad"))
    names = ("danceability", "energy", "valence", "tempo")
    found = {
        (o.label, o.feature): o for o in baselines.odds_ratios(values, labels, np.arange(6000) // 4, names)
    }  # fmt: skip
    energy, valence, dance = (found["Happy", name] for name in ("energy", "valence", "danceability"))
    assert energy.low < 3.0 < energy.high and energy.ratio == pytest.approx(3.0, rel=0.15)
    assert valence.low < 0.5 < valence.high and valence.ratio == pytest.approx(0.5, rel=0.15)
    assert dance.low < 1.0 < dance.high
    assert found["Sad", "energy"].ratio == pytest.approx(1 / energy.ratio, rel=1e-6)  # two classes: the other way round


def test_intervals_widen_when_the_songs_of_an_artist_are_copies() -> None:
    values, labels = songs(300)
    labels = np.where(np.random.default_rng(2).random(300) < 0.2, CLASSES.index("Sad"), labels)
    alone = baselines.odds_ratios(values, labels, np.arange(300), ("tempo",))[0]
    many = baselines.odds_ratios(
        np.repeat(values, 6, axis=0), np.repeat(labels, 6), np.repeat(np.arange(300), 6), ("tempo",)
    )[0]
    assert many.ratio == pytest.approx(alone.ratio, rel=1e-3)
    assert many.high / many.low == pytest.approx(alone.high / alone.low, rel=0.02)


def test_columns_that_some_songs_lack_are_left_out_of_the_simple_models() -> None:
    values, _ = songs(50)
    assert "mode" not in baselines.usable(values) and "time_signature" not in baselines.usable(values)
    assert {"energy", "tempo"} <= set(baselines.usable(values))


def test_the_networks_learn_the_rule_and_live_without_a_feature(trunks: class_nets.Trunks) -> None:
    values, labels = songs(1200)
    model = class_nets.finetune(trunks, values[:800], labels[:800], epochs=12)
    p = model(values[800:])
    assert np.allclose(p.sum(axis=1), 1.0) and (p >= 0.0).all()
    right = (p.argmax(axis=1) == labels[800:]).mean()
    assert right > 0.85
    hidden = values[800:].copy()
    hidden[:, VALENCE] = np.nan
    without = model(hidden)
    assert np.isfinite(without).all() and 0.4 < (without.argmax(axis=1) == labels[800:]).mean() < right
    assert without.max(axis=1).mean() < p.max(axis=1).mean()


def test_the_same_seed_makes_the_same_networks_and_numpy_runs_what_torch_trained(trunks: class_nets.Trunks) -> None:
    values, labels = songs(200)
    one, other = (class_nets.finetune(trunks, values, labels, epochs=2) for _ in range(2))
    assert all(np.array_equal(one.arrays[name], other.arrays[name]) for name in one.arrays)
    trunk = trunks.members[0]
    x = torch.zeros(4, trunk["first"].in_features) + 0.3
    arrays = class_nets._arrays(trunk, torch.nn.Linear(class_nets.NARROW, 5))
    from tonescape.mood.classes import gelu

    v = gelu(x.numpy() @ arrays["first"] + arrays["first_bias"])
    v = v + gelu(v @ arrays["second"] + arrays["second_bias"])
    ours = np.tanh(v @ arrays["narrow"] + arrays["narrow_bias"])
    assert ours == pytest.approx(class_nets._forward(trunk, x, 0.0).detach().numpy(), abs=1e-5)


def test_mode_is_hidden_in_training_too() -> None:
    values, _ = songs(20)
    values[:, FEATURES.index("mode")] = 1.0
    assert not knowledge(values)[:, FEATURES.index("mode")].any()


def test_grouped_figures_on_made_songs(trunks: class_nets.Trunks) -> None:
    made = table(600)
    judged = classes.across_artists(classes.through(trunks), made, classes.places(made))
    figure = judged.accuracy()
    assert figure.low <= figure.value <= figure.high and figure.value > 0.7
    assert 0.0 <= judged.calibration_error() <= 0.5
    about = classes.about(judged, "a command", what="x", data=["y"], data_terms="z")
    assert about["inputs"] == list(FEATURES) and about["measures"]["n"] == 600
    assert class_page.odds_table(made).count("\n") > 5


def test_quantiles_of_a_bent_feature_are_straightened() -> None:
    reference, _ = songs(4000, seed=4)
    heard, _ = songs(3000, seed=6)
    truth = heard[:, ENERGY].copy()
    heard[:, ENERGY] = 0.3 + 0.4 * truth**2
    ours, theirs, trusted = from_audio.matched(heard, reference)
    back = Bridge(ours, theirs, trusted, np.zeros((7, 5)), np.zeros(5)).published(heard)
    inside = (truth > 0.03) & (truth < 0.97)
    assert np.abs(back[inside, ENERGY] - truth[inside]).max() < 0.05
    tempo = FEATURES.index("tempo")
    assert back[:, tempo] == pytest.approx(heard[:, tempo])


def test_calibration_wants_all_classes() -> None:
    p = np.full((8, 5), 0.2)
    with pytest.raises(InputError, match="all five classes"):
        from_audio.calibrate(p, np.full((8, 2), 0.5), np.array([0, 1, 2, 3] * 2))


def test_affect_of_unheard_artists_is_read_by_name_or_refused(tmp_path: Path) -> None:
    file = tmp_path / "p.npz"
    np.savez(file, ids=np.array(["B", "A"]), p=np.array([[0.1, 0.2], [0.3, 0.4]]))
    assert from_audio._unheard(file, ["A", "B"]).tolist() == [[0.3, 0.4], [0.1, 0.2]]
    for songs in (["A", "C"], ["A"] * 0):
        with pytest.raises(InputError, match=r"p\.npz"):
            from_audio._unheard(file, songs)


def test_charts_are_well_formed() -> None:
    pages = (
        charts.lines("A < B", {"one & two": [(10.0, 0.5), (20.0, 0.6)]}, across="songs", up="accuracy"),
        charts.lines("c", {"x": [(0.2, 0.3)]}, across="said", up="right", diagonal=True),
        charts.matrix("m", np.array([[3, 1], [0, 0]]), ("a", "b")),
    )
    for page in pages:
        assert "nan" not in page and ElementTree.fromstring(page).tag.endswith("svg")
    assert ">0.75<" in pages[2]


@HERE
def test_the_pooled_songs_stand_once_with_key_and_without_contradiction() -> None:
    whole, clear = moods.pooled(clear=False), moods.pooled()
    assert len(whole) == 5582 and len(clear) == 5269 and set(clear.labels) == set(CLASSES)
    key, mode = FEATURES.index("key"), FEATURES.index("mode")
    assert FEATURES == spotify.NAMES == clear.names and np.isfinite(clear.values[:, key]).all()
    shared = [FEATURES.index(name) for name in moods.SHARED]
    assert len(np.unique(clear.values[:, shared], axis=0)) == len(clear)
    known = np.isfinite(clear.values[:, mode])
    assert (np.array(clear.labels)[known] == "Focused").mean() > 0.9  # why no model may see whether mode is known


@HERE
def test_what_ships_does_well_on_the_songs_it_learnt_from() -> None:
    from tonescape.mood.classes import networks

    made = moods.pooled()
    p = networks()(made.values)
    assert (p.argmax(axis=1) == classes.places(made)).mean() > 0.62


def test_the_folder_must_be_the_right_one(tmp_path: Path) -> None:
    from tonescape.core.errors import MissingError

    with pytest.raises(MissingError):
        moods.pooled(tmp_path)
