"""Sounds made here, with known answers: clicks, notes, chords, progressions. All float32 mono at 22,050 Hz."""

from __future__ import annotations

import numpy as np

from tonescape.core.records import RATE

TRIADS = {1: (0, 4, 7), 0: (0, 3, 7)}
SCALES = {
    ("major", 1): (0, 2, 4, 5, 7, 9, 11, 12),
    ("natural minor", 0): (0, 2, 3, 5, 7, 8, 10, 12),
    ("harmonic minor", 0): (0, 2, 3, 5, 7, 8, 11, 12),
}
DEGREES = {
    1: ((0, 1), (2, 0), (4, 0), (5, 1), (7, 1), (9, 0)),
    0: ((0, 0), (3, 1), (5, 0), (7, 1), (8, 1), (10, 1)),
}
"""(semitones above the tonic, major?) of the chords of a key"""


def click(kind: str = "sine") -> np.ndarray:
    t = np.arange(int(0.02 * RATE)) / RATE
    if kind == "sine":
        return np.sin(2 * np.pi * 1000 * t) * np.exp(-t / 0.005)
    if kind == "noise":
        return np.random.default_rng(0).standard_normal(len(t)) * np.exp(-t / 0.004)
    return (t == 0).astype(float)


def clicks(bpm: float, seconds: float = 15.0, *, kind: str = "sine", bar: int = 0, noise: float = 0.0):
    """Clicks from .3 s on, the first of each bar 8 dB louder if `bar`; and their times in s."""
    times = np.arange(0.3, seconds - 0.1, 60.0 / bpm)
    sound = noise * np.random.default_rng(1).standard_normal(int(seconds * RATE))
    for i, time in enumerate(times):
        start, one = round(time * RATE), click(kind)
        gain = 0.5 if not bar or i % bar == 0 else 0.2
        sound[start : start + len(one)] += gain * one
    return sound.astype(np.float32), times


def note(midi: int, seconds: float, *, a4: float = 440.0, harmonics: int = 6, decay: float = 0.7) -> np.ndarray:
    t = np.arange(int(seconds * RATE)) / RATE
    hz = a4 * 2 ** ((midi - 69) / 12)
    wave = sum(decay ** (h - 1) * np.sin(2 * np.pi * hz * h * t + h) for h in range(1, harmonics + 1))
    return 0.1 * wave * np.minimum(1, t / 0.01) * np.exp(-t / 1.5) * np.minimum(1, (seconds - t) / 0.02)


def chord(midi, seconds: float, **how) -> np.ndarray:
    return np.sum([note(m, seconds, **how) for m in midi], axis=0)


def triad(tonic: int, mode: int, **how) -> np.ndarray:
    return np.tile(chord([60 + tonic + i for i in TRIADS[mode]], 1.0, **how), 3).astype(np.float32)


def scale(tonic: int, steps, **how) -> np.ndarray:
    return np.concatenate([note(60 + tonic + i, 0.4, **how) for i in steps]).astype(np.float32)


def progression(tonic: int, mode: int, chords, seconds: float, *, drums: bool = False, **how) -> np.ndarray:
    """Chords by index into DEGREES, `seconds` each, over their roots; with a hit every quarter chord if `drums`."""
    rng = np.random.default_rng(2)
    parts = []
    for index in chords:
        root, major = DEGREES[mode][index]
        low = 48 + (tonic + root) % 12
        part = chord([*(low + i for i in TRIADS[major]), low - 12], seconds, **how)
        for beat in range(4 if drums else 0):
            start, hit = beat * len(part) // 4, np.exp(-np.arange(1764) / 441) * 0.3
            part[start : start + 1764] += rng.standard_normal(1764) * hit
        parts.append(part)
    return np.concatenate(parts).astype(np.float32)


def hostile() -> dict[str, np.ndarray]:
    """Sounds in which there is next to nothing to find."""
    rng = np.random.default_rng(3)
    second = np.zeros(RATE)
    one = np.append(second, 1.0)
    return {
        "empty": np.zeros(0),
        "one sample": np.ones(1),
        "a tenth of a second of noise": rng.standard_normal(RATE // 10),
        "silence": np.zeros(10 * RATE),
        "one click": np.concatenate([one, np.zeros(8 * RATE)]),
        "two clicks": np.concatenate([one, one, second]),
        "dc": np.ones(5 * RATE),
        "nan": np.full(3 * RATE, np.nan),
        "noise": 0.1 * rng.standard_normal(20 * RATE),
        "tone": np.sin(np.arange(20 * RATE) * 0.1),
        "clipped": np.clip(5 * rng.standard_normal(5 * RATE), -1, 1),
        "noise between silences": np.concatenate([np.zeros(9 * RATE), rng.standard_normal(RATE), np.zeros(9 * RATE)]),
        "odd length": rng.standard_normal(513),
    }


def drums(bpm: float, bar: dict[str, tuple[int, ...]], seconds: float = 20.0) -> np.ndarray:
    """Bars of 16 steps, four a beat. bar : steps of "kick" (60 Hz), "snare" (noise and 190 Hz) and "hat" (hiss)"""
    rng, t = np.random.default_rng(4), np.arange(int(0.15 * RATE)) / RATE
    noise = rng.standard_normal(len(t) + 1)
    voices = {
        "kick": np.sin(2 * np.pi * (60 * t + 2 * (1 - np.exp(-t / 0.02)))) * np.exp(-t / 0.08),
        "snare": (0.4 * noise[1:] + 0.4 * np.sin(2 * np.pi * 190 * t)) * np.exp(-t / 0.05),
        "hat": 0.2 * np.diff(noise) * np.exp(-t / 0.02),
    }
    step = 15.0 / bpm
    sound = 1e-4 * rng.standard_normal(int((seconds + 0.5) * RATE))
    for name, steps in bar.items():
        for count in range(int(seconds / step)):
            if count % 16 in steps:
                start = round((0.2 + count * step) * RATE)
                part = voices[name][: max(0, len(sound) - start)]
                sound[start : start + len(part)] += 0.5 * part
    return sound.astype(np.float32)
