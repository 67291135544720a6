"""Rhythm: clicks at known tempi, accents, nothing at all; then recordings against librosa."""

from __future__ import annotations

import warnings
from itertools import pairwise
from pathlib import Path

import hear_sounds as sounds
import numpy as np
import pytest

from tonescape.core.records import RATE
from tonescape.hear import pulse
from tonescape.hear.rhythm import analyse_rhythm
from tonescape.hear.spectrum import frames

SONGS = Path("/usr/share/games/fretsonfire/data/songs/sectoid")
AUTHORED = {"Escape from chaosland": 135.0, "Feelings": 95.0, "Metal madness": 150.0, "War of freedom": 140.0}
"""BPM in the songs' notes.mid, which the game plays along with"""


def rhythm_of(sound):
    return analyse_rhythm(frames(np.asarray(sound, dtype=np.float32)))


@pytest.mark.parametrize("kind,noise", [("sine", 0.0), ("noise", 1e-3), ("impulse", 0.0)])
def test_clicks_have_their_true_tempo_and_beats(kind: str, noise: float) -> None:
    for bpm in range(40, 225, 5):
        sound, times = sounds.clicks(bpm, 12.0, kind=kind, noise=noise)
        rhythm = rhythm_of(sound)
        assert rhythm.tempo == pytest.approx(bpm, rel=0.01)
        assert len(rhythm.beats) == len(times), bpm
        assert np.abs(rhythm.beats - times).max() < 0.035, bpm
        assert dict(rhythm.values)["rhythm.onset_rate"] == pytest.approx(len(times) / 12.0, rel=0.02)


@pytest.mark.parametrize("bar", [3, 4])
@pytest.mark.parametrize("bpm", [70, 100, 137, 180])
def test_accents_make_bars(bar: int, bpm: int) -> None:
    sound, times = sounds.clicks(bpm, 25.0, kind="noise", bar=bar)
    rhythm = rhythm_of(sound)
    assert rhythm.tempo == pytest.approx(bpm, rel=0.01)
    assert rhythm.meter == bar
    assert len(rhythm.downbeats) == len(times[::bar])
    assert np.abs(rhythm.downbeats - times[::bar]).max() < 0.035


@pytest.mark.parametrize("bpm", [90, 100, 116])
@pytest.mark.parametrize("start", [0, 1])
def test_hi_hats_between_drums_are_not_beats(bpm: int, start: int) -> None:
    """Drums on the beats, hi-hats on all eighths; start : 1 where the sound begins with an off-beat."""
    noise = np.random.default_rng(7)
    eighth = 30.0 / bpm
    sound = np.zeros(int(25.0 * RATE), dtype=np.float32)
    fade = np.exp(-np.arange(RATE // 10) / (0.02 * RATE))
    hat = 0.08 * noise.standard_normal(len(fade)) * fade
    drum = 0.8 * np.sin(2.0 * np.pi * 60.0 * np.arange(len(fade)) / RATE) * fade + 3.0 * hat
    times = np.arange(0.1, 24.5, eighth)
    for place, time in enumerate(times):
        at = round(time * RATE)
        sound[at : at + len(fade)] += (hat + (drum if place % 2 == start else 0.0)).astype(np.float32)
    rhythm = rhythm_of(sound)
    assert rhythm.tempo == pytest.approx(bpm, rel=0.01)
    assert np.abs(rhythm.beats[:, None] - times[start::2]).min(axis=1).max() < 0.035


def test_a_drifting_pulse_is_followed() -> None:
    times = np.cumsum(60.0 / np.linspace(100.0, 112.0, 50))
    sound = np.zeros(int((times[-1] + 1) * RATE), dtype=np.float32)
    for time in times:
        one = sounds.click()
        sound[round(time * RATE) : round(time * RATE) + len(one)] += one
    beats = rhythm_of(sound).beats
    assert np.abs(beats[:, None] - times).min(axis=0).max() < 0.035


def test_tracking_in_blocks_is_tracking_frame_by_frame() -> None:
    """The block-wise recursion against the plain one of Ellis 2007."""
    onset = np.random.default_rng(0).random(700).astype(np.float32) ** 4
    for lag in (11.7, 21.5, 43.2):
        near, far = int(np.ceil(lag / pulse.LATEST)), int(lag * pulse.LATEST)
        local = pulse.smooth(onset, max(lag / 32.0, 0.5)) / onset.std()
        total, back = np.zeros(len(onset)), np.full(len(onset), -1)
        for i in range(len(onset)):
            options = [
                ((total[i - d] if i >= d else 0.0) - pulse.TIGHTNESS * np.log(d / lag) ** 2, -d)
                for d in range(near, far + 1)
            ]
            best, step = max(options)
            total[i], back[i] = local[i] + max(best, 0.0), i + step
        beats = pulse.track(onset, lag)
        assert len(beats) > 5
        assert all(back[late] == early for early, late in pairwise(beats))


@pytest.mark.parametrize("name", sounds.hostile())
def test_nothing_to_find_is_an_answer(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        rhythm = rhythm_of(sounds.hostile()[name])
    assert rhythm.tempo == 0.0 and not len(rhythm.beats) and not len(rhythm.downbeats)
    assert rhythm.meter == 4
    assert np.isfinite([value for _, value in rhythm.values]).all()
    assert rhythm.onset.dtype == np.float32 and rhythm.onset.min(initial=0) >= 0 and rhythm.onset.max(initial=0) <= 1


def test_level_changes_nothing() -> None:
    sound, _ = sounds.clicks(123, 12.0, kind="noise", bar=4, noise=1e-3)
    first = rhythm_of(sound)
    for gain in (0.25, 4.0, 0.01):
        other = rhythm_of(sound * gain)
        np.testing.assert_allclose([v for _, v in other.values], [v for _, v in first.values], rtol=1e-3, atol=1e-3)
        np.testing.assert_allclose(other.beats, first.beats, atol=1e-3)


def test_descriptors_mean_what_they_say() -> None:
    steady = dict(rhythm_of(sounds.clicks(120, 20.0)[0]).values)
    gaps = np.random.default_rng(5).uniform(0.2, 0.9, 40).cumsum()
    ragged = np.zeros(int((gaps[-1] + 1) * RATE))
    ragged[(gaps * RATE).astype(int)] = 1.0
    ragged = dict(rhythm_of(ragged).values)
    assert steady["rhythm.pulse_clarity"] > 0.9 and ragged["rhythm.pulse_clarity"] < 0.5
    assert steady["rhythm.tempo_stability"] > 0.9
    assert steady["rhythm.onset_regularity"] > 0.9 > ragged["rhythm.onset_regularity"]
    assert steady["rhythm.beat_contrast"] > 0.9
    fast = dict(rhythm_of(sounds.clicks(200, 20.0)[0]).values)
    assert fast["rhythm.onset_rate"] > steady["rhythm.onset_rate"]


def test_spans_cover_everything_in_order() -> None:
    beats = np.array([1.0, 1.5, 2.0, 4.0], dtype=np.float32)
    starts = pulse.spans(beats, 300, 0.6)
    assert starts[0] == 0 and (np.diff(starts) > 0).all() and starts[-1] < 300
    assert np.diff(np.append(starts, 300)).max() <= 0.6 * pulse.FRAME_RATE + 1
    for beat in beats:
        assert round(float(beat) * pulse.FRAME_RATE) in starts
    assert pulse.spans(np.zeros(0, dtype=np.float32), 1, 0.6).tolist() == [0]


@pytest.mark.skipif(not SONGS.is_dir(), reason="Debian's fretsonfire-songs-sectoid is not installed")
@pytest.mark.parametrize("name", AUTHORED)
def test_real_songs_have_the_tempo_their_authors_wrote_down(name: str) -> None:
    from tonescape.hear.decode import decode

    tempo = rhythm_of(decode(SONGS / name / "song.ogg").samples).tempo
    assert min(abs(tempo * ratio / AUTHORED[name] - 1) for ratio in (0.5, 1.0, 2.0)) < 0.01


@pytest.mark.skipif(not SONGS.is_dir(), reason="Debian's fretsonfire-songs-sectoid is not installed")
@pytest.mark.parametrize("name", ["Escape from chaosland", "War of freedom"])
def test_beats_of_real_songs_agree_with_librosa(name: str) -> None:
    """F-measure at 70 ms (Davies, Degara & Plumbley 2009). librosa places beats one frame later than the clicks are."""
    librosa = pytest.importorskip("librosa")
    from tonescape.hear.decode import decode

    samples = decode(SONGS / name / "song.ogg").samples[: 60 * RATE]
    ours = rhythm_of(samples).beats
    _, theirs = librosa.beat.beat_track(y=np.asarray(samples), sr=RATE, units="time")
    gaps = np.abs(theirs[:, None] - ours)
    hits = (gaps.min(axis=1) < 0.07).sum() + (gaps.min(axis=0) < 0.07).sum()
    assert hits / (len(theirs) + len(ours)) > 0.8
