"""The transform: against librosa, against sounds whose spectrum is known, and at any level."""

from __future__ import annotations

import numpy as np
import pytest

from tonescape.core.records import RATE
from tonescape.hear.filters import N_FFT, mel_bands
from tonescape.hear.spectrum import BLOCK, HOP, Frames, frames

INNER = slice(5, -5)
"""frames that no padding reaches"""


def tone(hz: float, seconds: float = 2.0, level: float = 0.3) -> np.ndarray:
    return (level * np.sin(2 * np.pi * hz * np.arange(round(seconds * RATE)) / RATE)).astype(np.float32)


def music(seconds: float = 6.0) -> np.ndarray:
    """Noise in all bands, notes that come and go."""
    rng = np.random.default_rng(3)
    out = 0.02 * rng.standard_normal(round(seconds * RATE))
    for start in range(0, len(out) - RATE, RATE // 4):
        note = tone(float(rng.uniform(80, 3000)), 0.6, 0.2) * np.exp(-np.arange(round(0.6 * RATE)) / 3000)
        out[start : start + len(note)] += note
    return out.astype(np.float32)


@pytest.fixture(scope="module")
def both() -> tuple[Frames, np.ndarray, np.ndarray]:
    """Our frames, the levelled sound, and librosa's magnitudes of it."""
    librosa = pytest.importorskip("librosa")
    sound = music()
    ours = frames(sound)
    levelled = (sound - sound.mean()) / ours.level
    return ours, levelled, np.abs(librosa.stft(levelled, n_fft=N_FFT, hop_length=HOP))


def test_shapes_and_times() -> None:
    heard = frames(music(3.0))
    count = 1 + 3 * RATE // HOP
    assert len(heard) == count and heard.rate_hz == pytest.approx(43.07, abs=0.01)
    assert heard.mel.shape == heard.mel_db.shape == (count, 64)
    assert heard.pitch.shape == (count, 120) and heard.contrast.shape == (count, 7)
    assert heard.times[10] == pytest.approx(10 * HOP / RATE) and not heard.mel.flags.writeable
    for name in ("power", "weighted", "flux", "low", "mid", "high", "centroid", "spread", "rolloff", "flatness"):
        assert getattr(heard, name).shape == (count,) and getattr(heard, name).dtype == np.float32


def test_mel_filters_are_librosas() -> None:
    librosa = pytest.importorskip("librosa")
    assert np.allclose(mel_bands().T, librosa.filters.mel(sr=RATE, n_fft=N_FFT, n_mels=64), atol=1e-7)


def test_mel_and_flux_are_librosas(both: tuple[Frames, np.ndarray, np.ndarray]) -> None:
    librosa = pytest.importorskip("librosa")
    ours, _, magnitude = both
    mel = librosa.feature.melspectrogram(S=magnitude**2, sr=RATE, n_mels=64)
    scale = mel.sum() / ours.mel.sum()
    assert np.allclose(ours.mel * scale, mel.T, rtol=1e-3, atol=1e-4 * mel.max())
    db = librosa.power_to_db(mel, ref=1.0, top_db=80.0)
    assert np.abs((ours.mel_db - ours.mel_db.max()) - (db.T - db.max())).max() < 0.01
    assert np.abs(ours.flux - librosa.onset.onset_strength(S=db, sr=RATE, center=False)).max() < 0.01


@pytest.mark.parametrize(
    ("ours", "theirs", "most"),
    [
        ("centroid", "spectral_centroid", 0.5),
        ("spread", "spectral_bandwidth", 0.5),
        ("rolloff", "spectral_rolloff", 11.0),  # a bin
    ],
)
def test_shape_descriptors_are_librosas(both, ours: str, theirs: str, most: float) -> None:  # type: ignore[no-untyped-def]
    librosa = pytest.importorskip("librosa")
    heard, _, magnitude = both
    wanted = getattr(librosa.feature, theirs)(S=magnitude, sr=RATE)[0]
    assert np.abs(getattr(heard, ours) - wanted)[INNER].max() < most


def test_flatness_contrast_and_crossings_are_librosas(both: tuple[Frames, np.ndarray, np.ndarray]) -> None:
    librosa = pytest.importorskip("librosa")
    heard, levelled, magnitude = both
    flatness = librosa.feature.spectral_flatness(S=magnitude)[0]
    assert np.abs(heard.flatness - flatness)[INNER].max() < 1e-3
    contrast = librosa.feature.spectral_contrast(S=magnitude, sr=RATE).T
    assert np.abs(heard.contrast - contrast)[INNER].max() < 0.01
    crossings = librosa.feature.zero_crossing_rate(levelled)[0]
    assert np.abs(heard.zero_crossings - crossings)[INNER].max() < 3e-3


def test_powers_add_up() -> None:
    heard = frames(tone(1000.0))
    assert heard.level == pytest.approx(0.3 / 2**0.5, rel=1e-3)
    assert heard.power[INNER] == pytest.approx(1.0, rel=2e-3)
    assert (heard.low + heard.mid + heard.high)[INNER] == pytest.approx(1.0, rel=1e-3)
    assert heard.mid[INNER].min() > 0.999
    assert frames(tone(100.0)).low[INNER].min() > 0.99 and frames(tone(5000.0)).high[INNER].min() > 0.999


@pytest.mark.parametrize("hz", [110.0, 261.63, 440.0, 987.77, 1244.5, 2093.0, 445.0, 435.0])
def test_pitch_of_a_tone(hz: float) -> None:
    wanted = 120 * np.log2(hz / 261.6256) % 120
    found = int(frames(tone(hz)).pitch[INNER].sum(axis=0).argmax())
    assert min(abs(found - wanted), 120 - abs(found - wanted)) <= 1.0


@pytest.mark.parametrize("gain_db", [-40.0, -12.0, 12.0])
def test_level_changes_nothing_but_level(gain_db: float) -> None:
    sound = music()
    quiet = frames(sound)
    loud = frames((sound * np.float32(10 ** (gain_db / 20))).astype(np.float32))
    assert 20 * np.log10(loud.level / quiet.level) == pytest.approx(gain_db, abs=1e-3)
    for name in ("power", "mel_db", "flux", "centroid", "rolloff", "flatness", "contrast", "pitch"):
        one, other = getattr(quiet, name), getattr(loud, name)
        assert np.abs(one - other).mean() <= 1e-4 * max(1.0, np.abs(one).mean()), name


def test_blocks_have_no_seams() -> None:
    sound = music(BLOCK * HOP / RATE + 3.0)
    whole = frames(sound)
    start = (BLOCK - 40) * HOP
    part = frames(sound[start:])
    level = (whole.level / part.level) ** 2
    inner = slice(BLOCK - 30, BLOCK + 30)
    shifted = slice(10, 70)
    assert np.allclose(whole.power[inner] * level, part.power[shifted], rtol=1e-3)
    assert np.allclose(whole.centroid[inner], part.centroid[shifted], rtol=1e-3)
    assert np.allclose(whole.zero_crossings[inner], part.zero_crossings[shifted], atol=2e-3)


@pytest.mark.parametrize(
    "samples",
    [
        np.zeros(0), np.zeros(1), np.zeros(RATE), np.full(RATE, 0.3), np.full(RATE, 1e30), np.full(RATE, np.nan),
        np.full(RATE, 1e-7) * np.random.default_rng(0).standard_normal(RATE),
    ],
)  # fmt: skip
def test_silence_is_all_zero(samples: np.ndarray) -> None:
    heard = frames(samples.astype(np.float32))
    assert heard.level == 0.0 and len(heard) == 1 + len(samples) // HOP
    for name in ("power", "mel", "flux", "pitch", "centroid", "rolloff", "flatness", "contrast", "zero_crossings"):
        assert not getattr(heard, name).any(), name


def test_samples_that_are_none_are_left_out() -> None:
    sound = music(2.0)
    broken = sound.copy()
    broken[1000], broken[2000], broken[3000] = np.nan, np.inf, -1e25
    heard, whole = frames(broken), frames(sound)
    assert heard.level == pytest.approx(whole.level, rel=1e-3)
    assert np.allclose(heard.centroid[20:], whole.centroid[20:], rtol=1e-2)
