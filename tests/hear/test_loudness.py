"""Loudness against the EBU's test signals and pyloudnorm."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hear_files import sine, stereo, write_sound

from tonescape.core.records import RATE
from tonescape.hear.decode import decode
from tonescape.hear.filters import k_weighting
from tonescape.hear.loudness import channel_weights, integrated, loudness_values
from tonescape.hear.spectrum import frames


def lufs(tmp_path: Path, samples: np.ndarray, rate: int = 48000, layout: str = "stereo") -> float:
    return decode(write_sound(tmp_path / "a.wav", samples, rate, layout=layout, codec="pcm_f32le")).loudness_lufs


def level(db: float) -> float:
    return 10 ** (db / 20)


@pytest.mark.parametrize("rate", [44100, 48000, 22050, 96000])
@pytest.mark.parametrize("db", [-23.0, -33.0])
def test_ebu_3341_cases_1_and_2(tmp_path: Path, rate: int, db: float) -> None:
    assert lufs(tmp_path, stereo(sine(1000.0, 20.0, rate, level(db))), rate) == pytest.approx(db, abs=0.1)


def test_ebu_3341_case_3_the_relative_gate(tmp_path: Path) -> None:
    parts = [sine(1000.0, s, 48000, level(db)) for s, db in ((10, -36.0), (60, -23.0), (10, -36.0))]
    assert lufs(tmp_path, stereo(np.concatenate(parts))) == pytest.approx(-23.0, abs=0.1)


def test_ebu_3341_case_4_the_absolute_gate(tmp_path: Path) -> None:
    course = ((10, -72.0), (10, -36.0), (60, -23.0), (10, -36.0), (10, -72.0))
    parts = [sine(1000.0, s, 48000, level(db)) for s, db in course]
    assert lufs(tmp_path, stereo(np.concatenate(parts))) == pytest.approx(-23.0, abs=0.1)


def test_ebu_3341_case_6_surround(tmp_path: Path) -> None:
    tone = sine(1000.0, 20.0, 48000, 1.0)
    levels = (-28.0, -28.0, -24.0, -100.0, -30.0, -30.0)  # front left and right, centre, low, surround
    samples = np.stack([tone * level(db) for db in levels], axis=1)
    assert lufs(tmp_path, samples, layout="5.1") == pytest.approx(-23.0, abs=0.1)
    assert channel_weights(["FL", "FR", "FC", "LFE", "BL", "BR"]) == (1.0, 1.0, 1.0, 0.0, 1.41, 1.41)


def noise(rate: int, seconds: float = 12.0) -> np.ndarray:
    """Brownish noise with a beat and a wide stereo image."""
    rng = np.random.default_rng(5)
    white = rng.standard_normal((round(seconds * rate), 2))
    spectrum = np.fft.rfft(white, axis=0)
    spectrum /= np.maximum(np.arange(len(spectrum))[:, None] / seconds, 30.0) ** 0.5
    coloured = np.fft.irfft(spectrum, axis=0)
    beat = 0.1 + np.exp(-(np.arange(len(coloured)) % (rate // 2)) / (rate / 8))
    return 0.3 * coloured / np.abs(coloured).max() * beat[:, None]


def oracle(samples: np.ndarray, rate: int) -> float:
    """pyloudnorm with the standard's filters; those it takes by default are up to .3 LU off at 8 kHz."""
    pyloudnorm = pytest.importorskip("pyloudnorm")
    return float(pyloudnorm.Meter(rate, filter_class="DeMan").integrated_loudness(samples))


def test_the_weighting_is_the_standards() -> None:
    from scipy.signal import freqz

    shelf = [1.53512485958697, -2.69169618940638, 1.19839281085285], [1.0, -1.69065929318241, 0.73248077421585]
    high_pass = [1.0, -2.0, 1.0], [1.0, -1.99004745483398, 0.99007225036621]
    at = np.arange(1, 2400) * 2 * np.pi / 4800
    wanted = np.abs(freqz(*shelf, at)[1] * freqz(*high_pass, at)[1]) ** 2  # BS.1770-4, tables 1 and 2
    assert np.abs(10 * np.log10(k_weighting(48000, 4800)[1:2400] / wanted)).max() < 1e-6


@pytest.mark.parametrize("rate", [8000, 22050, 44100, 48000, 96000])
def test_pyloudnorm_agrees_on_noise(tmp_path: Path, rate: int) -> None:
    sound = noise(rate)
    assert lufs(tmp_path, sound, rate) == pytest.approx(oracle(sound, rate), abs=0.1)


@pytest.mark.parametrize("hz", [40.0, 60.0, 100.0, 250.0, 400.0, 700.0, 1000.0, 3000.0, 10000.0, 18000.0])
def test_pyloudnorm_agrees_on_sines(tmp_path: Path, hz: float) -> None:
    sound = stereo(sine(hz, 6.0, 44100, 0.1))
    assert lufs(tmp_path, sound, 44100) == pytest.approx(oracle(sound, 44100), abs=0.1)


@pytest.mark.parametrize("name", ["Feelings", "Metal madness"])
def test_pyloudnorm_agrees_on_songs(name: str) -> None:
    path = Path("/usr/share/games/fretsonfire/data/songs/sectoid") / name / "song.ogg"
    if not path.exists():
        pytest.skip("Debian's fretsonfire-songs-sectoid is not installed")
    import soundfile

    samples, rate = soundfile.read(path, frames=60 * 44100)
    assert decode(path, cap_s=60.0).loudness_lufs == pytest.approx(oracle(samples, rate), abs=0.1)


def test_short_and_silent(tmp_path: Path) -> None:
    assert lufs(tmp_path, np.zeros((48000, 2))) == -70.0
    assert lufs(tmp_path, stereo(sine(1000.0, 0.2, 48000, level(-23.0)))) == pytest.approx(-23.0, abs=0.3)
    assert integrated(np.zeros(0, np.float32), np.zeros(0, np.float32)) == -70.0


def values(samples: np.ndarray) -> dict[str, float]:
    sound = samples.astype(np.float32)
    return dict(loudness_values(sound, frames(sound), -20.0))


def test_a_sine_has_a_crest_of_three_decibels() -> None:
    found = values(sine(1000.0, 5.0, RATE, 0.5))
    assert found["loudness.crest"] == pytest.approx(3.01, abs=0.05)
    assert found["loudness.peak"] == pytest.approx(-6.02, abs=0.05)
    assert found["loudness.rms"] == pytest.approx(-9.03, abs=0.05)
    assert found["loudness.dynamic"] == pytest.approx(0.0, abs=0.1)
    assert found["loudness.range"] == pytest.approx(0.0, abs=0.1)


@pytest.mark.parametrize(("one", "other", "wanted"), [(-20.0, -30.0, 10.0), (-20.0, -15.0, 5.0), (-40.0, -20.0, 20.0)])
def test_ebu_3342_cases_1_to_3_loudness_range(one: float, other: float, wanted: float) -> None:
    parts = [sine(1000.0, 20.0, RATE, level(one)), sine(1000.0, 20.0, RATE, level(other))]
    assert values(np.concatenate(parts))["loudness.range"] == pytest.approx(wanted, abs=1.0)


def test_louder_is_louder_and_swings_more_is_more_dynamic() -> None:
    steady = sine(1000.0, 12.0, RATE, 0.1)
    bursts = steady * (1.0 + 8.0 * (np.arange(len(steady)) % RATE < RATE // 20))
    assert values(3 * steady)["loudness.rms"] > values(steady)["loudness.rms"] + 9.0
    for name in ("loudness.crest", "loudness.dynamic", "loudness.complexity"):
        assert values(bursts)[name] > values(steady)[name] + 3.0, name
