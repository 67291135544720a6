"""Scenes and songs on the same axes: standard deviations from what is usual for their kind.

A word mood's numbers are already shares among texts of its kind (`mood/words`), so the normal quantile brings them
back; a song's sound is standardised within the library, drawn towards the middle while the library is small.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from tonescape.core.records import Heard, Scene, WordMood
from tonescape.mood.words.heads import EMOTIONS as ALL_EMOTIONS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float32]

PRIOR_SONGS = 12
"""songs that the prior below is worth; a library of a dozen is half its own measure"""

PRIOR_MEAN, PRIOR_SD = 0.5, 0.15
"""of valence and arousal of songs as `mood` estimates them"""

EMOTIONS = ALL_EMOTIONS[:-1]
"""27; the set's 28th is neutral"""

LIMIT = 2.5
"""standard deviations beyond which more makes no difference"""


@dataclass(frozen=True, slots=True, eq=False)
class Targets:
    """What scenes ask for. sound [n, 2] valence, arousal; words [n, 3] and dominance; emotions [n, 27] of length 1;
    sure [n] how much the emotions count, [0, 1]."""

    sound: Floats
    words: Floats
    emotions: Floats
    seconds: Floats
    sure: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Offers:
    """What songs offer. As Targets, and worded [m]: 1 where a song's words are known, else 0."""

    sound: Floats
    words: Floats
    emotions: Floats
    worded: Floats
    seconds: Floats


def targets(scenes: Sequence[Scene], moods: Sequence[WordMood]) -> Targets:
    """What scenes ask for: their words' axes as quantiles, their emotions, their length in s.

    The axes are drawn towards the usual by the words' sureness, as a true score is estimated from an observed one
    (Kelley 1947, ch. 11); words whose sureness was not measured are taken as they are.
    """
    sure = np.array([1.0 if mood.sureness is None else mood.sureness for mood in moods], np.float32)
    words = quantile(np.array([[m.valence, m.arousal, m.dominance] for m in moods], np.float64)) * sure[:, None]
    seconds = np.array([scene.seconds for scene in scenes], np.float32)
    return Targets(words[:, :2], words, _profiles(moods), seconds, sure)


def offers(library: Sequence[Heard]) -> Offers:
    """What songs bring: sound standardised within the library, words as quantiles, length in s."""
    raw = np.array([[each.mood.valence, each.mood.arousal] for each in library], np.float64).reshape(-1, 2)
    n = len(raw)
    mean = (raw.sum(axis=0) + PRIOR_SONGS * PRIOR_MEAN) / (n + PRIOR_SONGS)
    spread = np.sqrt((((raw - mean) ** 2).sum(axis=0) + PRIOR_SONGS * PRIOR_SD**2) / (n + PRIOR_SONGS))
    sound = np.clip((raw - mean) / spread, -LIMIT, LIMIT).astype(np.float32)
    moods = [each.mood.words or NEUTRAL for each in library]
    words = quantile(np.array([[m.valence, m.arousal, m.dominance] for m in moods], np.float64))
    worded = np.array([each.mood.words is not None for each in library], np.float32)
    # a song of unknown length fits every scene
    seconds = np.array([each.song.duration_s or 1e6 for each in library], np.float32)
    return Offers(sound, words, _profiles(moods), worded, np.maximum(seconds, 1.0))


NEUTRAL = WordMood(0.5, 0.5, 0.5)


def quantile(share: NDArray[np.float64]) -> Floats:
    """Standard deviations of a share of the normal distribution, within LIMIT: inverse of `mood.words.share_below`.

    Winitzki's approximation of the inverse error function (2008, a = .147); exact to .002 within LIMIT.
    """
    signed = np.clip(2.0 * share - 1.0, -0.9999, 0.9999)
    log = np.log1p(-signed * signed)
    half = 2 / (np.pi * 0.147) + log / 2
    z = np.sign(signed) * np.sqrt(2.0 * (np.sqrt(half * half - log / 0.147) - half))
    out: Floats = np.clip(z, -LIMIT, LIMIT).astype(np.float32)
    return out


def _profiles(moods: Sequence[WordMood]) -> Floats:
    """[n, 27] of length 1: each emotion in standard deviations from the usual; 0 for a text without emotions."""
    place = {name: index for index, name in enumerate(EMOTIONS)}
    share = np.full((len(moods), len(EMOTIONS)), 0.5)
    for row, mood in enumerate(moods):
        for name, value in mood.emotions:
            if name in place:
                share[row, place[name]] = value
    out = quantile(share)
    unit: Floats = (out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-6)).astype(np.float32)
    return unit
