"""A made-up song for the painter's tests, and pictures at the size of a thumbnail."""

from __future__ import annotations

import numpy as np

from tonescape.core.records import AudioFeatures, Brief, Mood
from tonescape.plan.palette import palette


def brief(
    valence: float = 0.7, arousal: float = 0.6, seed: int = 1, motif: str = "mountain-lake", style: str = "oil"
) -> Brief:
    audio = AudioFeatures(danceability=0.5, energy=arousal, key=2.0, mode=1.0, acousticness=0.3, valence=valence)
    mood = Mood(valence, arousal, 0.7, "Q1", "Cheerful", "happy", "exuberance", audio)
    rng = np.random.default_rng(seed)
    wave = 0.5 + 0.3 * np.sin(np.linspace(0, rng.uniform(4, 12), 64) + rng.uniform(0, 6))
    return Brief(
        title="A song",
        artist="Somebody",
        mood=mood,
        palette=palette(valence, arousal, audio),
        main=(150, 180, 80),
        mood_colour=(160, 190, 70),
        main_name="khaki",
        mood_name="khaki",
        motif=motif,
        style=style,
        prompt="a song: 1",
        seed=seed,
        contour=tuple(round(float(value), 4) for value in wave),
        beat_bars=(0.5,) * 16,
    )


def thumbnail(image: np.ndarray, side: int = 32) -> np.ndarray:
    """Means over side x side cells, float [side, side, 3]."""
    edges = np.linspace(0, len(image), side + 1).astype(int)[:-1]
    sums = np.add.reduceat(np.add.reduceat(image.astype(np.float64), edges, 0), edges, 1)
    counts = np.diff(np.append(edges, len(image)))
    return sums / (counts[:, None] * counts[None, :])[..., None]
