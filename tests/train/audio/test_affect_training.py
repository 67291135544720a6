"""Training and measuring valence and arousal, on made-up clips: signal is found, noise is not, nothing leaks."""

from __future__ import annotations

import re
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest

from tonescape.core import weights
from tonescape.core.errors import InputError, MissingError
from tonescape.core.records import RATE, Sound
from tonescape.hear.learned import LENGTH, PATCH, embed, unpack
from tonescape.mood import affect as judging
from tonescape.mood.affect import probabilities
from tonescape.train.audio import distil, features_cache, musicnn
from tonescape.train.audio.affect import report as affect_page
from tonescape.train.audio.affect import train as affect

BLOCKS = ("tonal", "spectral")


def clips(count: int = 160, noise: float = 1.0) -> affect.AffectClips:
    """Clips whose first descriptor tells the arousal and whose fourth the valence; one artist for two clips."""
    rng = np.random.default_rng(0)
    quadrant = rng.integers(0, 4, count)
    vectors = rng.standard_normal((count, 6)) * noise
    vectors[:, 0] += 3.0 * np.isin(quadrant, (0, 1))
    vectors[:, 3] += 3.0 * np.isin(quadrant, (0, 3))
    names = (*(f"tonal.{i}" for i in range(3)), *(f"spectral.{i}" for i in range(3)))
    return affect.AffectClips(vectors, vectors, names, quadrant.astype(np.int64), np.arange(count) // 2)


def test_a_model_learns_what_is_there_and_is_calibrated() -> None:
    every = clips()
    model, chosen = affect.fit(every, np.arange(100), blocks=BLOCKS)
    p = np.stack(probabilities(model, every.vectors[100:]), axis=1)
    assert (affect_page.quadrants(p) == every.quadrant[100:]).mean() > 0.7
    assert set(chosen) == {"learned share", "ridge"} and model.machine.share.sum() == pytest.approx(1)
    assert model.machine.landmarks.shape == (100, 6) and model.machine.dual_coef.shape == (100, 4)


def test_shuffled_labels_teach_nothing() -> None:
    every = clips()
    labels = np.random.default_rng(1).permutation(every.quadrant)
    model, _ = affect.fit(every, np.arange(100), blocks=BLOCKS, quadrant=labels)
    p = np.stack(probabilities(model, every.vectors[100:]), axis=1)
    assert (affect_page.quadrants(p) == every.quadrant[100:]).mean() < 0.5
    assert np.abs(p - 0.5).mean() < 0.25


def test_a_kernel_is_one_for_a_clip_and_itself() -> None:
    machine = affect.fit(clips(), np.arange(60), blocks=BLOCKS)[0].machine
    same = machine.likeness(machine.components(clips().vectors[:60]))
    assert np.allclose(np.diag(same), 1.0) and same.min() >= 0 and np.allclose(same, same.T)


def test_a_logistic_function_is_found_again() -> None:
    rng = np.random.default_rng(2)
    scores = rng.normal(size=20_000)
    truth = (rng.random(20_000) < 1 / (1 + np.exp(-(2.0 * scores - 0.5)))).astype(float)
    assert affect.logistic_fit(scores, truth) == pytest.approx([2.0, -0.5], abs=0.1)


def test_packed_weights_answer_as_the_model_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    every = clips()
    model, chosen = affect.fit(every, np.arange(100), blocks=BLOCKS)
    card = affect.affect_card(100, list(every.names), chosen)
    assert {"what", "licence", "data", "data_terms", "made_by", "measures", "inputs"} <= set(card)
    weights.write("affect", affect.packed(model), card, tmp_path)
    monkeypatch.setattr(weights, "_folder", lambda: tmp_path)
    weights.load.cache_clear()
    small = judging._model.__wrapped__(every.names)[1]
    weights.load.cache_clear()
    for one, other in zip(probabilities(model, every.vectors), probabilities(small, every.vectors), strict=True):
        assert np.abs(one - other).max() < 0.01


def lessons(count: int = 256) -> distil.Lessons:
    """Patches of noise at two levels; the teacher says which, in many numbers."""
    rng = np.random.default_rng(3)
    loud = rng.integers(0, 2, count)
    sound = (rng.standard_normal((count, PATCH, 58)) * 0.1 - 1.0 + loud[:, None, None]).astype(np.float16)
    answers = (loud[:, None] * np.linspace(1, 2, 150) + 0.1 * rng.standard_normal((count, 150))).astype(np.float16)
    return distil.Lessons(sound, sound, answers, np.array([f"clip{i % 20}" for i in range(count)]))


def test_a_student_learns_and_its_arrays_are_the_ones_hear_reads() -> None:
    torch = pytest.importorskip("torch", reason="the extra `torch` is not installed")
    torch.set_num_threads(1)  # on a busy machine two wait for each other
    given = lessons()
    arrays = distil.teach(given, np.arange(192), epochs=2)
    heard = embed(given.clean.astype(np.float32), unpack(lambda name, *_: arrays[name]))
    assert heard.shape == (256, LENGTH) and np.isfinite(heard).all()
    loud = given.answers[:, 0].astype(float) > 0.5
    gap = np.abs(heard[loud].mean(axis=0) - heard[~loud].mean(axis=0)) / (heard.std(axis=0) + 1e-6)
    assert gap.max() > 1.5


def test_goals_have_unit_variance_and_shares() -> None:
    wanted = distil.goals(lessons().answers, np.arange(200))
    assert wanted.values.shape == (256, distil.COMPONENTS) and wanted.shares.sum() == pytest.approx(1, abs=1e-5)
    assert wanted.values[:200].std(axis=0) == pytest.approx(np.ones(distil.COMPONENTS), abs=0.05)
    assert wanted.shares[0] == wanted.shares.max()


@pytest.mark.parametrize("codec", range(len(features_cache.CODECS)))
def test_a_codec_leaves_the_sound_what_it_was(codec: int) -> None:
    time = np.arange(4 * RATE) / RATE
    tone = (0.5 * np.sin(2 * np.pi * 440 * time)).astype(np.float32)
    again = features_cache.reencoded(Sound(tone, RATE, 4.0, RATE, 1, False, -9.0), codec)
    assert again.duration_s == pytest.approx(4.0, abs=0.15)
    spectrum = np.abs(np.fft.rfft(again.samples))
    assert spectrum.argmax() * RATE / len(again.samples) == pytest.approx(440, abs=1)


def test_what_is_kept_is_found_again(tmp_path: Path) -> None:
    from scipy.io import wavfile

    path = tmp_path / "a.wav"
    wavfile.write(path, RATE, (3000 * np.random.default_rng(0).standard_normal(4 * RATE)).astype(np.int16))
    first = features_cache.keep([path], tmp_path / "cache", most_patches=2)[0]
    files = list((tmp_path / "cache").iterdir())
    assert len(files) == 1 and len(first.answers) == 0
    again = features_cache.keep([path], tmp_path / "cache", most_patches=2)[0]
    assert np.array_equal(first.clean.vector, again.clean.vector) and np.array_equal(
        first.coded.bands, again.coded.bands
    )
    files[0].write_bytes(files[0].read_bytes()[:500])
    assert np.array_equal(
        features_cache.keep([path], tmp_path / "cache", most_patches=2)[0].clean.vector, first.clean.vector
    )


def test_lessons_are_the_patches_the_teacher_heard() -> None:
    bands = np.arange(300, dtype=np.float16)[:, None] * np.ones((1, 58), np.float16) * np.float16(0.1)
    version = features_cache.SoundFeatures(np.zeros(1, np.float32), bands)
    starts = np.array([0.0, 2.992, 5.9], dtype=np.float32)
    kept = features_cache.KeptRecording(version, version, 0, starts, np.arange(3, dtype=np.float16)[:, None])
    made = features_cache.lessons_of([kept], ["a"])
    assert made.clean.shape == (2, PATCH, 58) and list(made.answers[:, 0]) == [0, 1]  # the third runs over the end
    assert float(made.clean[1, 0, 0]) == pytest.approx(1 + 12.9 / 20, abs=0.01)


def test_the_teachers_patches_are_end_to_end_or_spread() -> None:
    table = np.zeros((musicnn.PATCH * 10 + 5, musicnn.BANDS), np.float32)
    cut, starts = musicnn.patches(table, 20)
    assert len(cut) == 10 and np.diff(starts) == pytest.approx(np.full(9, 2.992))
    assert len(musicnn.patches(table, 4)[0]) == 4 and len(musicnn.patches(table[:100], 4)[0]) == 0


def test_a_wheel_that_is_missing_or_another_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(MissingError, match="pip download"):
        musicnn.read(tmp_path / "no.whl")
    for name, data in (("x.whl", b"nothing"), ("y.whl", b"")):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(InputError, match="not musicnn's wheel"):
            musicnn.read(tmp_path / name)
    with zipfile.ZipFile(tmp_path / "z.whl", "w") as package:
        package.writestr(musicnn.CHECKPOINT + ".index", b"\x00" * 60)
        package.writestr(musicnn.CHECKPOINT + ".data-00000-of-00001", b"")
    with pytest.raises(InputError, match="not musicnn's wheel"):
        musicnn.read(tmp_path / "z.whl")


def test_a_checkpoint_is_read_as_tensorflow_writes_it() -> None:
    """A table with one block that holds one tensor of 2 x 3 floats."""
    numbers = np.arange(6, dtype="<f4")
    entry = bytes([8, 1, 18, 8, 18, 2, 8, 2, 18, 2, 8, 3, 32, 0, 40, 24])
    key = b"dense/kernel"
    block = bytes([0, len(key), len(entry)]) + key + entry + struct.pack("<II", 0, 1)
    handle = bytes([0, len(block)])
    top = bytes([0, 1, len(handle)]) + b"e" + handle + struct.pack("<II", 0, 1)
    at = len(block) + 5
    footer = (bytes([0, 0, at, len(top)])).ljust(40, b"\x00") + b"\x00" * 8
    index = block + b"\x00" * 5 + top + b"\x00" * 5 + footer
    found = dict(musicnn._tensors(index, numbers.tobytes()))
    assert list(found) == ["dense/kernel"] and np.array_equal(found["dense/kernel"], numbers.reshape(2, 3))


def measured() -> affect_page.Measured:
    rng = np.random.default_rng(5)
    quadrant = rng.integers(0, 4, 80)
    truth = np.stack([affect_page.PLEASED[quadrant], affect_page.AROUSED[quadrant]], axis=1)
    p = np.clip(truth * 0.6 + 0.2 + rng.normal(0, 0.2, truth.shape), 0.01, 0.99)
    original = np.where(np.arange(80)[:, None] < 5, p + 0.01, np.nan)
    predicted = {"control": [rng.random((80, 2))], affect_page.SHIPPED: [p]}
    sure = [np.abs(p - 0.5).sum(axis=1)]
    return affect_page.Measured(quadrant, np.arange(80) // 2, predicted, [p + 0.02], [original], (0.001, 0.002), sure)


def test_the_page_says_what_was_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(affect_page, "DRAWS", 50)
    m = measured()
    right = (affect_page.quadrants(m.predicted[affect_page.SHIPPED][0]) == m.quadrant).mean()
    text, figure, lines = affect_page.page(m)
    assert f"| {affect_page.SHIPPED} | 1 | {right:.3f} [" in text and "| original MP3 and its Opus | 5 | 0.010" in text
    assert "one of seven re-encodings | 80 | 0.020" in text and figure.count("<circle") == 20
    assert set(lines) == {"valence", "arousal", "quadrant", "sureness"}
    low, _, high = affect_page.thirds(m)
    assert high > low


def test_the_figure_lies_where_the_page_shows_it(tmp_path: Path) -> None:
    affect_page.write_figure(tmp_path / "docs", "<svg/>")
    text = affect_page.page(measured())[0]
    shown = re.findall(r"!\[[^]]*\]\(([^)]+)\)", text)
    assert shown and (tmp_path / "docs" / shown[0]).read_text() == "<svg/>"
