"""The whole room: any sound gives finite features, level does not matter, real songs make sense."""

from __future__ import annotations

import importlib.util
import warnings
from pathlib import Path

import numpy as np
import pytest
from hear_files import sine, stereo, write_sound
from hear_sounds import chord, clicks, triad

from tonescape.core.records import RATE, Features, Sound
from tonescape.hear import VERSION, analyse, listen

GROUPS = {
    *("loudness", "timbre", "rhythm", "harmony", "structure"),
    *("tonal", "fluctuation", "cepstrum", "periodicity", "spectral", "learned"),
}
SONGS = sorted(Path("/usr/share/games/fretsonfire/data/songs/sectoid").glob("*/*.ogg"))


def sound(samples: np.ndarray) -> Sound:
    return Sound(samples.astype(np.float32), RATE, len(samples) / RATE, 44100, 1, False, -14.0)


def song(seconds: float = 24.0) -> np.ndarray:
    """A C major cadence over a beat of 120 BPM."""
    bars = [(48, 60, 64, 67), (53, 60, 65, 69), (55, 59, 62, 67), (48, 60, 64, 67)]
    tune = np.concatenate([chord(notes, 2.0) for notes in bars * round(seconds / 8.0)])
    beat, _ = clicks(120.0, len(tune) / RATE, kind="noise", bar=4)
    return 0.5 * tune[: len(beat)] + beat[: len(tune)]


def checked(features: Features) -> Features:
    """Features whose every number is in its range."""
    assert len(features.vector) == len(features.names) == len(set(features.names))
    assert np.isfinite(features.vector).all()
    curves = features.curves
    count = len(curves.times)
    for name in ("energy", "low", "mid", "high", "onset"):
        curve = getattr(curves, name)
        assert curve.shape == (count,) and curve.dtype == np.float32
        assert curve.min() >= 0.0 and curve.max() <= 1.0 + 1e-6, name
    assert curves.chroma.shape == (count, 12) and curves.chroma.min() >= 0.0 and curves.chroma.max() <= 1.0 + 1e-6
    assert curves.beat_energy.shape == curves.beats.shape
    assert curves.section_energy.shape == (len(curves.sections),)
    assert all(name.split(".")[0] in GROUPS for name in features.names)
    return features


EDGES = {
    "nothing": np.zeros(0),
    "one sample": np.ones(1),
    "a tenth": sine(440.0, 0.1, RATE),
    "silence": np.zeros(5 * RATE),
    "dc": np.full(5 * RATE, 0.7),
    "noise": np.random.default_rng(0).standard_normal(5 * RATE) * 0.2,
    "clipping": np.clip(50 * sine(220.0, 5.0, RATE), -1, 1),
    "click": np.eye(1, 5 * RATE, RATE)[0],
    "nan": np.where(np.arange(5 * RATE) % 1000 == 0, np.nan, sine(440.0, 5.0, RATE)),
    "huge": sine(440.0, 5.0, RATE, 1e5),
    "denormal": sine(440.0, 5.0, RATE, 1e-39),
    "nyquist": np.tile([0.5, -0.5], 2 * RATE),
    "late": np.concatenate([np.zeros(30 * RATE), sine(440.0, 0.5, RATE)]),
}


@pytest.mark.parametrize("name", EDGES)
def test_any_sound_gives_finite_features_without_a_warning(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        checked(analyse(sound(EDGES[name])))


def test_names_are_the_same_for_every_sound() -> None:
    assert analyse(sound(EDGES["silence"])).names == analyse(sound(song())).names


def test_silence_and_dc_have_no_tempo_and_no_key() -> None:
    for name in ("silence", "dc"):
        heard = analyse(sound(EDGES[name]))
        assert set(heard.audio.known()) == {"loudness"}, "unknown is not a number"
        assert len(heard.curves.beats) == 0 and not heard.curves.energy.any()


def test_a_song_is_understood() -> None:
    heard = checked(analyse(sound(song())))
    assert heard.audio.tempo == pytest.approx(120.0, rel=0.01)
    assert (heard.audio.key, heard.audio.mode, heard.audio.time_signature) == (0.0, 1.0, 4.0)
    assert heard.audio.loudness == -14.0
    assert heard["rhythm.tempo"] == pytest.approx(heard.audio.tempo)
    assert VERSION >= 1
    with pytest.raises(KeyError):
        heard["no.such"]


@pytest.mark.parametrize("gain_db", [-12.0, 12.0])
def test_level_changes_only_the_levels(gain_db: float) -> None:
    quiet = analyse(sound(song()))
    loud = analyse(sound(song() * 10 ** (gain_db / 20)))
    levels = {"loudness.lufs", "loudness.rms", "loudness.peak"}
    for name in set(quiet.names) - levels:
        assert loud[name] == pytest.approx(quiet[name], rel=2e-3, abs=2e-3), name
    assert loud["loudness.rms"] - quiet["loudness.rms"] == pytest.approx(gain_db, abs=0.01)
    assert np.abs(loud.curves.energy - quiet.curves.energy).max() < 1e-3
    assert np.array_equal(loud.curves.beats, quiet.curves.beats)


def test_curves_follow_the_song() -> None:
    quiet, loud = 0.05 * np.tile(triad(0, 1), 4), 0.8 * np.tile(triad(0, 1), 4)
    curves = analyse(sound(np.concatenate([quiet, loud]))).curves
    half = len(quiet) / RATE
    assert np.allclose(np.diff(curves.times), 0.1, atol=1e-5)
    assert curves.times[-1] == pytest.approx(2 * half, abs=0.15)
    early, late = curves.energy[curves.times < half - 1], curves.energy[curves.times > half + 1]
    assert late.mean() > early.mean() + 0.3
    assert curves.sections[0].start == 0.0 and curves.sections[-1].end == pytest.approx(2 * half, abs=0.1)
    chroma = curves.chroma[curves.times > half].mean(axis=0)
    assert set(np.argsort(chroma)[-3:]) == {0, 4, 7}


def test_bands_tell_bass_from_treble() -> None:
    curves = analyse(sound(np.concatenate([sine(80.0, 4.0, RATE), sine(5000.0, 4.0, RATE)]))).curves
    early, late = curves.times < 3.5, curves.times > 4.5
    assert curves.low[early].mean() > 0.9 > 0.1 > curves.low[late].mean()
    assert curves.high[late].mean() > 0.9 > 0.1 > curves.high[early].mean()


@pytest.mark.parametrize(
    ("rate", "layout", "codec"),
    [(8000, "mono", "pcm_u8"), (44100, "stereo", "pcm_s16le"), (48000, "5.1", "flac"), (192000, "stereo", "pcm_s24le")],
)
def test_files_of_every_rate_and_layout(tmp_path: Path, rate: int, layout: str, codec: str) -> None:
    channels = {"mono": 1, "stereo": 2, "5.1": 6}[layout]
    mono = sine(440.0, 2.0, rate)
    path = tmp_path / ("a.flac" if codec == "flac" else "a.wav")
    heard = checked(listen(write_sound(path, np.repeat(mono[:, None], channels, 1), rate, layout=layout, codec=codec)))
    assert heard["timbre.centroid_mean"] == pytest.approx(440.0, rel=0.6)
    assert heard.curves.chroma.mean(axis=0).argmax() == 9


def test_the_same_file_twice_gives_the_same_numbers(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "a.mp3", stereo(song(8.0)), RATE)
    one, other = listen(path), listen(path)
    assert np.array_equal(one.vector, other.vector) and one.audio == other.audio
    assert np.array_equal(one.curves.energy, other.curves.energy)


@pytest.mark.skipif(not SONGS, reason="Debian's fretsonfire-songs-sectoid is not installed")
@pytest.mark.parametrize("path", SONGS, ids=lambda path: f"{path.parent.name} {path.stem}")
def test_real_songs(path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        heard = checked(listen(path))
    assert -40.0 < heard["loudness.lufs"] < -5.0
    assert 300.0 < heard["timbre.centroid_mean"] < 5000.0
    if path.stem == "song":
        assert 40.0 <= (heard.audio.tempo or 0.0) <= 240.0
        assert 1 <= len(heard.curves.sections) <= 30
        assert heard.curves.energy.mean() > 0.5


def test_generated_clips() -> None:
    package = importlib.util.find_spec("immich_memories_music")
    if package is None or package.origin is None:
        pytest.skip("immich-memories-music (the demo extra) is not installed")
    clips = sorted(Path(package.origin).parent.glob("tracks/*/*.opus"))
    heard = [checked(listen(path)) for path in clips[::7]]
    assert len(heard) >= 4
    assert all(one.audio.tempo for one in heard)
