"""Made music with a known tempo: drum patterns with bass, chords and arpeggios, drawn from a seed.

A pattern is one bar on a grid. Hats play eighths, sixteenths, quarters or off-beats independently of the kick and the
snare, as they do in recordings, so the fastest layer says little about the beat. Nothing here is a recording.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tonescape.core.records import RATE

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    Wave = NDArray[np.float64]

SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Pattern:
    """One bar.

    beats : a bar      grid : steps a beat, 4 straight or 3 in triplets
    kick, snare : steps of the bar      maybe : steps on which a variation adds a kick
    hats : rows of steps within one beat, of which a clip takes one      slow, fast : BPM
    """

    name: str
    beats: int
    grid: int
    kick: tuple[int, ...]
    snare: tuple[int, ...]
    maybe: tuple[int, ...]
    hats: tuple[tuple[int, ...], ...]
    slow: float
    fast: float


QUARTERS, EIGHTHS, SIXTEENTHS, OFFBEATS = (0,), (0, 2), (0, 1, 2, 3), (2,)
PATTERNS = (
    Pattern("rock", 4, 4, (0, 8), (4, 12), (2, 6, 10, 11, 14), (EIGHTHS,), 80.0, 180.0),
    Pattern("rock with a busy kick", 4, 4, (0, 6, 8), (4, 12), (2, 10, 14, 15), (EIGHTHS, QUARTERS), 80.0, 160.0),
    Pattern("sixteenth hats", 4, 4, (0, 8), (4, 12), (3, 6, 7, 10, 11), (SIXTEENTHS,), 64.0, 120.0),
    Pattern("four on the floor", 4, 4, (0, 4, 8, 12), (4, 12), (14,), (OFFBEATS, EIGHTHS, SIXTEENTHS), 95.0, 180.0),
    Pattern("fast rock", 4, 4, (0, 8), (4, 12), (2, 10, 14), (QUARTERS, EIGHTHS), 140.0, 200.0),
    Pattern("double bass drum", 4, 4, (0, 2, 4, 6, 8, 10, 12, 14), (4, 12), (1, 5, 9, 13), (QUARTERS,), 140.0, 200.0),
    Pattern("half-time", 4, 4, (0,), (8,), (3, 6, 10, 14), (QUARTERS, EIGHTHS), 120.0, 180.0),
    Pattern("breakbeat", 4, 4, (0, 10), (4, 12), (2, 7, 9, 15), (EIGHTHS, QUARTERS), 85.0, 180.0),
    Pattern("ballad", 4, 4, (0, 8), (4, 12), (6, 10), (EIGHTHS, SIXTEENTHS), 60.0, 90.0),
    Pattern("hip-hop", 4, 4, (0, 7, 10), (4, 12), (3, 6, 14), (EIGHTHS,), 75.0, 105.0),
    Pattern("swing", 4, 3, (0, 6), (3, 9), (5, 8, 11), ((0, 2), (0,)), 90.0, 200.0),
    Pattern("shuffle", 4, 3, (0, 6), (3, 9), (2, 5, 8), ((0, 2),), 80.0, 140.0),
    Pattern("six-eight", 2, 3, (0,), (3,), (2, 5), ((0, 1, 2),), 50.0, 90.0),
    Pattern("waltz", 3, 4, (0,), (4, 8), (6, 10), (QUARTERS, EIGHTHS), 80.0, 190.0),
    Pattern("one drop", 4, 4, (8,), (8,), (4, 12), (EIGHTHS, OFFBEATS), 120.0, 170.0),
)


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """A made clip: samples float32 [n] at RATE, its pattern's name and its tempo in BPM."""

    samples: NDArray[np.float32]
    pattern: str
    bpm: float


def make(pattern: Pattern, seed: int, *, alone: bool = False) -> Made:
    """A clip of SECONDS; the same for the same seed. The tempo is drawn evenly in octaves between slow and fast.

    alone : drums and nothing else
    """
    rng = np.random.default_rng([seed, *pattern.name.encode()])
    bpm = float(np.exp(rng.uniform(np.log(pattern.slow), np.log(pattern.fast))))
    step_s = 60.0 / bpm / pattern.grid
    late = rng.choice([0.0, 0.004, 0.010])  # s, deviation of a player's timing
    sound = np.zeros(int(SECONDS * RATE))
    steps, start_s = pattern.beats * pattern.grid, rng.uniform(0.0, 1.0)
    bars = int((SECONDS - start_s - 0.5) / (steps * step_s))
    has = rng.random(4) < (0.92, 0.85, 0.75, 0.4)  # drums, bass, chords, arpeggio
    has[0] |= alone or not has[1:].any()
    has[1:] &= not alone
    kick = [*pattern.kick, *(step for step in pattern.maybe if rng.random() < 0.3)]
    voices: list[tuple[Wave, list[int], float]] = []
    if has[0]:
        hats = pattern.hats[rng.integers(len(pattern.hats))]
        hit = [beat * pattern.grid + h for beat in range(pattern.beats) for h in hats]
        voices += [
            (_kick(rng), kick, rng.uniform(0.5, 1.0)),
            (_snare(rng), [*pattern.snare], rng.uniform(0.3, 0.9)),
            (_hat(rng), hit, rng.uniform(0.1, 0.5)),
        ]
    roots = rng.choice([0, 3, 5, 7, 8, 10], size=4) + rng.integers(36, 45)
    bass = _figure(rng, pattern, kick)
    comping, pluck = _figure(rng, pattern, kick), _figure(rng, pattern, [*range(0, steps, pattern.grid // 2 or 1)])
    gains = rng.uniform((0.15, 0.1, 0.1), (0.6, 0.4, 0.3))
    accent = rng.uniform(0.5, 1.0)
    for bar in range(bars):
        root = int(roots[bar % 4])
        playing = list(voices)
        if has[1]:
            playing.append((_tone(root, step_s * _gap(bass, steps)), bass, gains[0]))
        if has[2]:
            length = step_s * _gap(comping, steps)
            triad: Wave = np.sum([_tone(root + i, length) for i in (12, 15, 19)], axis=0)
            playing.append((triad, comping, gains[1]))
        if has[3]:
            playing.append((_tone(root + 24 + int(rng.choice([0, 3, 7, 12])), step_s * 2), pluck, gains[2]))
        for wave, places, gain in playing:
            for step in places:
                at_s = start_s + (bar * steps + step) * step_s + (rng.normal(0.0, late) if late else 0.0)
                level = gain * (1.0 if step % pattern.grid == 0 else accent) * rng.uniform(0.8, 1.0)
                _add(sound, wave * level, at_s)
    sound += rng.standard_normal(len(sound)) * 10.0 ** rng.uniform(-5.0, -2.5)
    return Made((sound / np.abs(sound).max()).astype(np.float32), pattern.name, bpm)


def _figure(rng: Generator, pattern: Pattern, kick: list[int]) -> list[int]:
    """Steps of an accompaniment: with the kick, on the beats, twice a beat, on the bar, or on the off-beats."""
    steps, half = pattern.beats * pattern.grid, max(1, pattern.grid // 2)
    kinds = (
        kick,
        [*range(0, steps, pattern.grid)],
        [*range(0, steps, half)],
        [0],
        [*range(half, steps, pattern.grid)],
    )
    return list(kinds[rng.choice(len(kinds), p=(0.3, 0.2, 0.2, 0.2, 0.1))])


def _gap(places: list[int], steps: int) -> int:
    """Steps between the first two notes, or the whole bar."""
    ordered = sorted(places)
    return ordered[1] - ordered[0] if len(ordered) > 1 else steps


def _add(sound: Wave, wave: Wave, at_s: float) -> None:
    start = max(0, round(at_s * RATE))
    part = wave[: max(0, len(sound) - start)]
    sound[start : start + len(part)] += part


def _kick(rng: Generator) -> Wave:
    t = np.arange(int(0.25 * RATE)) / RATE
    sweep = rng.uniform(45.0, 65.0) * t + rng.uniform(1.0, 4.0) * (1.0 - np.exp(-t / 0.03))
    click: Wave = rng.uniform(0.0, 0.4) * rng.standard_normal(len(t)) * np.exp(-t / 0.003)
    return np.sin(2 * np.pi * sweep) * np.exp(-t / rng.uniform(0.05, 0.12)) + click


def _snare(rng: Generator) -> Wave:
    t = np.arange(int(0.25 * RATE)) / RATE
    noise = rng.standard_normal(len(t)) * np.exp(-t / rng.uniform(0.03, 0.09))
    tone: Wave = np.sin(2 * np.pi * rng.uniform(160.0, 230.0) * t) * np.exp(-t / 0.05)
    return 0.5 * noise + rng.uniform(0.0, 0.6) * tone


def _hat(rng: Generator) -> Wave:
    t = np.arange(int(0.12 * RATE)) / RATE
    wave: Wave = np.diff(rng.standard_normal(len(t) + 1)) * np.exp(-t / rng.uniform(0.01, 0.04))
    return wave


def _tone(midi: int, seconds: float) -> Wave:
    """A plucked tone of six harmonics."""
    t = np.arange(int(min(max(seconds, 0.05), 3.0) * RATE)) / RATE
    hz = 440.0 * 2.0 ** ((midi - 69) / 12)
    tone = np.sum([0.6**h * np.sin(2 * np.pi * hz * (h + 1) * t) for h in range(6)], axis=0)
    wave: Wave = tone * np.minimum(1.0, t / 0.005) * np.exp(-t / 0.6) * np.minimum(1.0, (t[-1] - t) / 0.01 + 1e-3)
    return wave
