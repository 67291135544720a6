"""Spotify's features, GEMS emotions and mood words by trained models: order on self-made sound, ranges, refusal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields, replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tonescape.core import weights
from tonescape.core.errors import WeightsError
from tonescape.core.records import RATE, AudioFeatures, Features, Sound
from tonescape.hear import analyse, listen
from tonescape.mood import kernel, spotify, tags

SONGS = Path("/usr/share/games/fretsonfire/data/songs/sectoid")
SECONDS = 16.0
TIME = np.arange(round(RATE * SECONDS)) / RATE
MODELS = {"features": spotify.twelve, "gems": tags.gems, "tags": tags.words}

Samples = NDArray[np.float64]


def sound(samples: Samples, peak: float = 0.5) -> Sound:
    scaled = (samples * peak / max(float(np.abs(samples).max()), 1e-9)).astype(np.float32)
    return Sound(scaled, RATE, SECONDS, RATE, 1, False, 20 * float(np.log10(max(peak, 1e-9))) - 10.0)


def strings() -> Samples:
    """A soft, slow chord of many partials that swells."""
    chord = sum(np.sin(2 * np.pi * root * k * TIME) / k**2 for root in (196.0, 246.9, 293.7) for k in range(1, 6))
    return np.asarray(chord * (0.6 + 0.4 * np.sin(2 * np.pi * TIME / 8)))


def drums() -> Samples:
    """Kick and hiss at 124 BPM under a distorted bass."""
    beat = 60 / 124
    kick = np.sin(2 * np.pi * 55 * TIME) * np.exp(-25 * (TIME % beat))
    hiss = np.random.default_rng(0).standard_normal(len(TIME)) * np.exp(-40 * (TIME % (beat / 2)))
    return np.asarray(kick + 0.7 * hiss + 0.4 * np.tanh(6 * np.sin(2 * np.pi * 110 * TIME)))


def speech() -> Samples:
    """A voice without a tune: pulses at a wandering pitch, vowels' resonances that change, and sibilants between."""
    rng = np.random.default_rng(1)
    pitch = 115 * 2 ** np.interp(TIME, np.arange(0, SECONDS, 0.2), rng.normal(0, 0.2, round(SECONDS / 0.2)))
    pulses = np.diff(np.floor(np.cumsum(pitch) / RATE), prepend=0.0)
    out = np.zeros(len(TIME))
    ring = np.arange(round(0.03 * RATE)) / RATE
    step = round(0.18 * RATE)
    for start in range(0, len(TIME), step):
        low, high = rng.uniform(300, 800), rng.uniform(900, 2300)
        vowel = (np.sin(2 * np.pi * low * ring) + np.sin(2 * np.pi * high * ring)) * np.exp(-90 * ring)
        part = np.convolve(pulses[start : start + step], vowel)[: len(out) - start][:step]
        loud = rng.choice([0.0, 1.0], p=[0.25, 0.75])
        out[start : start + len(part)] = loud * part + 0.3 * (1 - loud) * rng.standard_normal(len(part))
    return out


def hiss() -> Samples:
    return np.random.default_rng(2).standard_normal(len(TIME))


def sine() -> Samples:
    return np.asarray(np.sin(2 * np.pi * 220 * TIME))


MADE = {"strings": strings, "drums": drums, "speech": speech, "hiss": hiss, "sine": sine}


@cache
def heard(name: str, peak: float = 0.5) -> Features:
    return analyse(sound(MADE[name](), peak))


@cache
def twelve(name: str) -> dict[str, float]:
    found = spotify.twelve(heard(name))
    return {one: float(getattr(found, one)) for one in found.known()}


def test_drums_against_strings() -> None:
    loud, soft = twelve("drums"), twelve("strings")
    assert loud["energy"] > soft["energy"] + 0.05
    assert loud["danceability"] > soft["danceability"] + 0.1
    assert soft["acousticness"] > loud["acousticness"] + 0.1
    assert loud["valence"] > soft["valence"]


def test_speech_against_a_pad() -> None:
    assert twelve("speech")["speechiness"] > twelve("strings")["speechiness"]
    assert twelve("speech")["instrumentalness"] < twelve("strings")["instrumentalness"]


def test_noise_against_a_tone() -> None:
    assert twelve("hiss")["energy"] > twelve("sine")["energy"]
    assert twelve("hiss")["acousticness"] < twelve("sine")["acousticness"]


def test_emotions_and_words_point_the_right_way() -> None:
    power, calm = (dict(tags.gems(heard(name))) for name in ("drums", "strings"))
    assert power["power"] > calm["power"] and calm["calmness"] > power["calmness"]
    loud, soft = (dict(tags.words(heard(name))) for name in ("drums", "strings"))
    assert soft["Calm/Peaceful"] > loud["Calm/Peaceful"] and loud["Energetic"] > soft["Energetic"]


@pytest.mark.parametrize("name", MADE)
def test_ranges(name: str) -> None:
    assert all(0.0 <= twelve(name)[one] <= 1.0 for one in spotify.FEATURES)
    emotions, words = tags.gems(heard(name)), tags.tags(heard(name))
    assert len(emotions) == 9 and all(0.0 <= p <= 1.0 for _, p in emotions)
    assert list(emotions) == sorted(emotions, key=lambda pair: -pair[1])
    assert len(words) <= tags.MOST_WORDS and all(tags.LEAST_SHARE <= p <= 1.0 for _, p in words)


def test_silence_says_nothing() -> None:
    silent = analyse(Sound(np.zeros(RATE * 5, np.float32), RATE, 5.0, RATE, 1, False, -70.0))
    found = spotify.twelve(silent)
    assert found.energy == found.danceability == 0.0
    assert found.acousticness is None and found.speechiness is None
    assert tags.gems(silent) == tags.tags(silent) == ()


@pytest.mark.parametrize("name", ["drums", "strings", "speech"])
def test_the_level_changes_nothing_but_loudness(name: str) -> None:
    quiet, loud = (heard(name, peak) for peak in (0.2, 0.8))  # 12 dB
    ours, theirs = spotify.twelve(quiet), spotify.twelve(loud)
    for field in fields(AudioFeatures):
        if field.name != "loudness":
            assert getattr(ours, field.name) == pytest.approx(getattr(theirs, field.name), abs=0.01), field.name
    assert ours.loudness == pytest.approx((theirs.loudness or 0.0) - 12.04, abs=0.01)
    for ask in (tags.gems, tags.words):
        assert dict(ask(quiet)) == pytest.approx(dict(ask(loud)), abs=0.02)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([1.0, 1e3, 1e30]))
def test_any_descriptors_give_values_in_range(seed: int, size: float) -> None:
    like = heard("sine")
    wild = np.random.default_rng(seed).standard_normal(len(like.vector)).astype(np.float32) * np.float32(size)
    wild[like.names.index("loudness.lufs")] = -14.0
    song = replace(like, vector=wild)
    assert all(0.0 <= float(getattr(spotify.twelve(song), one)) <= 1.0 for one in spotify.FEATURES)
    assert all(0.0 <= p <= 1.0 for _, p in (*tags.gems(song), *tags.words(song)))


def test_places_become_values_by_the_tables() -> None:
    tables = np.tile(np.linspace(0, 1, spotify.STEPS, dtype=np.float32), (7, 1))
    places = np.array([[-99.0, -spotify.REACH, 0.0, spotify.REACH, 99.0, 1.0, -1.0]], np.float32)
    assert spotify.values(places, tables)[0] == pytest.approx([0, 0, 0.5, 1, 1, 0.6, 0.4], abs=1e-6)


def test_a_share_is_where_a_score_lies_among_quantiles() -> None:
    table = np.array([[0.0, 1.0, 3.0], [-1.0, 0.0, 1.0]], np.float32)
    assert tags.shares(np.array([2.0, -5.0], np.float32), table) == pytest.approx([0.75, 0.0])


@pytest.mark.skipif(not SONGS.is_dir(), reason="Debian's fretsonfire-songs-sectoid is not installed")
def test_metal_beside_a_slow_song() -> None:
    metal, slow = (spotify.twelve(listen(SONGS / name / "song.ogg")) for name in ("Metal madness", "Feelings"))
    assert (metal.energy or 0) > 0.8 > (slow.energy or 0) and (metal.acousticness or 0) < 0.05 < (
        slow.acousticness or 0
    )
    assert (slow.instrumentalness or 0) > 0.2  # neither has a singer


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder in the place of the package's weights, with nothing kept in memory from before or for after."""
    caches = (weights.load, kernel.order, spotify._model, tags._machine)
    heard("sine")
    for name in MODELS:
        for ending in ("npz", "json"):
            (tmp_path / f"{name}.{ending}").write_bytes((weights._folder() / f"{name}.{ending}").read_bytes())
    monkeypatch.setattr(weights, "_folder", lambda: tmp_path)
    for one in caches:
        one.cache_clear()
    yield tmp_path
    for one in caches:
        one.cache_clear()


@pytest.mark.parametrize("name", MODELS)
def test_another_file_than_the_card_names_is_refused(package: Path, name: str) -> None:
    file = package / f"{name}.npz"
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    with pytest.raises(WeightsError, match="not the file its card describes"):
        MODELS[name](heard("sine"))


@pytest.mark.parametrize("name", MODELS)
def test_a_wrong_shape_is_refused(package: Path, name: str) -> None:
    stored = weights.load(name)
    card = {k: v for k, v in json.loads(stored.card.text).items() if k not in ("file", "sha256", "bytes")}
    weights.write(name, dict(stored.arrays) | {"landmarks": stored["landmarks"][:, :-1]}, card, package)
    with pytest.raises(WeightsError, match="shape"):
        MODELS[name](heard("sine"))


@pytest.mark.parametrize("name", MODELS)
def test_a_missing_descriptor_is_named(name: str) -> None:
    song = heard("sine")
    kept = [i for i, one in enumerate(song.names) if not one.startswith("cepstrum.")]
    with pytest.raises(WeightsError, match=r"wants 'cepstrum\."):
        MODELS[name](replace(song, vector=song.vector[kept], names=tuple(song.names[i] for i in kept)))
