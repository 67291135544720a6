"""Timbre against librosa and against what ears say."""

from __future__ import annotations

import numpy as np
import pytest

from tonescape.core.records import RATE
from tonescape.hear.filters import N_FFT
from tonescape.hear.spectrum import HOP, frames
from tonescape.hear.timbre import mfcc, timbre_values


def noise(low: float, high: float, seconds: float = 3.0) -> np.ndarray:
    """Noise between two frequencies."""
    spectrum = np.fft.rfft(np.random.default_rng(0).standard_normal(round(seconds * RATE)))
    hz = np.arange(len(spectrum)) / seconds
    spectrum[(hz < low) | (hz > high)] *= 1e-3
    sound = np.fft.irfft(spectrum)
    return (0.3 * sound / np.abs(sound).max()).astype(np.float32)


def values(sound: np.ndarray) -> dict[str, float]:
    return dict(timbre_values(frames(sound.astype(np.float32))))


def test_mfcc_is_librosas() -> None:
    librosa = pytest.importorskip("librosa")
    sound = noise(50, 8000) + noise(200, 500)
    heard = frames(sound)
    power = np.abs(librosa.stft((sound - sound.mean()) / heard.level, n_fft=N_FFT, hop_length=HOP)) ** 2
    wanted = librosa.feature.mfcc(
        S=librosa.power_to_db(librosa.feature.melspectrogram(S=power, sr=RATE, n_mels=64)), n_mfcc=13
    ).T
    difference = np.abs(mfcc(heard) - wanted)[5:-5]
    assert difference[:, 1:].max() < 0.05
    constant = (mfcc(heard) - wanted)[5:-5, 0]  # the first counts the transform's constant factor
    assert constant.std() < 0.05


def test_names_and_finiteness() -> None:
    found = values(noise(50, 10000))
    assert len(found) == 2 * (13 + 6 + 7 + 3)
    assert {"timbre.mfcc0_mean", "timbre.mfcc12_std", "timbre.contrast6_mean", "timbre.flux_mean"} <= set(found)
    assert np.isfinite(list(found.values())).all()
    assert not any(values(np.zeros(RATE)).values())


def test_bright_sounds_are_bright_and_noise_is_flat() -> None:
    dark, bright = values(noise(60, 400)), values(noise(3000, 9000))
    for name in ("timbre.centroid_mean", "timbre.rolloff_mean", "timbre.zero_crossings_mean", "timbre.high_mean"):
        assert bright[name] > 2 * dark[name], name
    assert dark["timbre.low_mean"] > 0.4 and bright["timbre.low_mean"] < 0.01
    white = values(noise(0, RATE / 2))
    tone = values(0.3 * np.sin(2 * np.pi * 1000 * np.arange(2 * RATE) / RATE))
    assert white["timbre.flatness_mean"] > 0.4 > 0.01 > tone["timbre.flatness_mean"]
    assert tone["timbre.contrast3_mean"] > white["timbre.contrast3_mean"] + 5.0


def test_silence_around_a_sound_does_not_count() -> None:
    sound = noise(100, 5000)
    padded = np.concatenate([np.zeros(5 * RATE, np.float32), sound, np.zeros(5 * RATE, np.float32)])
    one, other = values(sound), values(padded)
    for name in ("timbre.centroid_mean", "timbre.mid_mean", "timbre.rolloff_mean"):
        assert other[name] == pytest.approx(one[name], rel=0.05), name
