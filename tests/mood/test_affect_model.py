"""Valence and arousal by the trained model: what is obvious comes out in the obvious order, bad weights are refused."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tonescape.core import weights
from tonescape.core.errors import WeightsError
from tonescape.core.records import RATE, Features, Sound
from tonescape.hear import analyse, listen
from tonescape.mood import affect

SONGS = Path("/usr/share/games/fretsonfire/data/songs/sectoid")


def ring(semitones: tuple[int, ...], every_s: float, root: float, *, beat: float = 0.0, seconds: float = 24.0) -> Sound:
    """Struck chords, with a hit of noise at every half chord if `beat`."""
    time = np.arange(round(RATE * seconds)) / RATE
    decay = np.exp(-5 * (time % every_s) / every_s)
    steps = np.array([0, 5, 7, 0])[(time // every_s).astype(int) % 4]
    tune = sum(
        np.sin(2 * np.pi * root * 2 ** ((s + steps) / 12) * k * time) / k**1.5 for s in semitones for k in range(1, 7)
    )
    hits = np.random.default_rng(0).standard_normal(len(time)) * np.exp(-30 * (time % (every_s / 2)))
    samples = decay * tune / np.abs(tune).max() + beat * hits
    samples *= 0.5 / np.abs(samples).max()
    return Sound(samples.astype(np.float32), RATE, seconds, RATE, 1, False, -14.0)


@cache
def song() -> Features:
    return analyse(ring((0, 4, 7), 0.5, 220.0, beat=0.5))


def test_fast_and_struck_is_more_energetic_than_slow_and_soft() -> None:
    lively = affect.judge(analyse(ring((0, 4, 7), 0.4, 330.0, beat=1.0)))
    still = affect.judge(analyse(ring((0, 4, 7), 3.0, 165.0)))
    assert lively[1] > 0.6 > 0.3 > still[1]


def test_bright_major_is_more_positive_than_dark_minor() -> None:
    happy = affect.judge(analyse(ring((0, 4, 7), 0.4, 330.0, beat=0.3)))
    sad = affect.judge(analyse(ring((0, 3, 7), 2.5, 147.0)))
    assert happy[0] > sad[0] + 0.15 and happy[1] > sad[1]


@pytest.mark.skipif(not SONGS.is_dir(), reason="Debian's fretsonfire-songs-sectoid is not installed")
def test_metal_is_energetic_beside_a_slow_song() -> None:
    metal, slow = (affect.judge(listen(SONGS / name / "song.ogg")) for name in ("Metal madness", "Feelings"))
    assert metal[1] > 0.8 > 0.4 > slow[1] and metal[0] < 0.5


def test_generated_clips_stand_in_the_order_of_their_names() -> None:
    package = importlib.util.find_spec("immich_memories_music")
    if package is None or package.origin is None:
        pytest.skip("immich-memories-music (the demo extra) is not installed")
    tracks = Path(package.origin).parent / "tracks"
    lively, calm = (
        np.mean([affect.judge(listen(path)) for path in sorted((tracks / name).glob("*electronic*.opus"))[:2]], axis=0)
        for name in ("energetic", "calm")
    )
    assert lively[1] > calm[1] + 0.15


def test_silence_is_neutral_calm_and_unsure() -> None:
    nothing = analyse(Sound(np.zeros(5 * RATE, np.float32), RATE, 5.0, RATE, 1, False, -70.0))
    assert affect.judge(nothing) == (0.5, 0.0, 0.0)


def test_a_short_sound_is_less_sure() -> None:
    whole = affect.judge(song())
    times = song().curves.times
    short = replace(song(), curves=replace(song().curves, times=times[times <= 2.0]))
    assert affect.judge(short)[:2] == whole[:2] and 0 < affect.judge(short)[2] < 0.2 * whole[2]


@pytest.mark.parametrize("gain_db", [-12.0, 12.0])
def test_level_changes_nothing(gain_db: float) -> None:
    sound = ring((0, 3, 7), 0.6, 220.0, beat=0.5)
    louder = replace(
        sound, samples=(sound.samples * 10 ** (gain_db / 20)).astype(np.float32), loudness_lufs=-14 + gain_db
    )
    assert np.allclose(affect.judge(analyse(louder)), affect.judge(analyse(sound)), atol=2e-3)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**31), st.sampled_from([1.0, 1e3, 1e30, float("inf"), float("nan")]))
def test_any_descriptors_give_numbers_in_range(seed: int, size: float) -> None:
    names = song().names
    vector = np.random.default_rng(seed).standard_normal(len(names)).astype(np.float32)
    with np.errstate(all="ignore"):
        vector[:: 1 + seed % 7] *= np.float32(size)
    vector[names.index("loudness.lufs")] = -14.0
    for value in affect.judge(replace(song(), vector=vector)):
        assert type(value) is float and 0.0 <= value <= 1.0


def test_certainty_is_zero_at_the_centre_and_one_in_the_corner() -> None:
    assert affect.certainty(0.5, 0.5) == 0.0 and affect.certainty(1.0, 0.0) == 1.0
    assert affect.certainty(0.9, 0.5) == pytest.approx((0.45 - 0.25) / 0.75)


def test_golden() -> None:
    """The shipped weights on a sound made here; wide enough for another processor, not for another model."""
    valence, arousal, _ = affect.judge(song())
    assert (valence, arousal) == pytest.approx(GOLDEN, abs=0.01)


GOLDEN = (0.896, 0.808)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of weights with a copy of the model, for spoiling."""
    for file in (Path(weights.__file__).parents[1] / "weights").glob("affect.*"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    monkeypatch.setattr(weights, "_folder", lambda: tmp_path)
    weights.load.cache_clear()
    affect._model.cache_clear()
    yield tmp_path
    monkeypatch.undo()
    weights.load.cache_clear()
    affect._model.cache_clear()


def arrays(folder: Path) -> dict[str, np.ndarray]:
    with np.load(folder / "affect.npz") as row:
        return {name: row[name] for name in row.files}


def test_another_file_is_refused(folder: Path) -> None:
    data = bytearray((folder / "affect.npz").read_bytes())
    data[len(data) // 2] ^= 1
    (folder / "affect.npz").write_bytes(bytes(data))
    with pytest.raises(WeightsError, match="not the file its card describes"):
        affect.judge(song())


@pytest.mark.parametrize("name", ["points", "duals", "mean", "valence", "blocks"])
def test_another_shape_is_refused(folder: Path, name: str) -> None:
    about = json.loads((folder / "affect.json").read_text())
    weights.write("affect", arrays(folder) | {name: arrays(folder)[name][..., :-1]}, about, folder)
    with pytest.raises(WeightsError, match="affect"):
        affect.judge(song())


def test_descriptors_in_another_order_are_found_by_name_and_missing_ones_refused(folder: Path) -> None:
    turned = replace(song(), names=song().names[::-1], vector=song().vector[::-1].copy())
    assert affect.judge(turned) == pytest.approx(affect.judge(song()))
    lacking = [i for i, name in enumerate(song().names) if name != "tonal.mode"]
    fewer = replace(song(), names=tuple(song().names[i] for i in lacking), vector=song().vector[lacking])
    with pytest.raises(WeightsError, match=r"tonal\.mode"):
        affect.judge(fewer)
