"""How sure the mood of a text is: how many words tell it, whether they tell any, and whether two readings agree.

Measured on EmoBank's test sentences with readers' own valence (`tonescape evaluate sureness`, docs/ACCURACY.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.mood.words.heads import EMOTIONS

if TYPE_CHECKING:
    from tonescape.mood.words.heads import Floats

PLEASANT = (
    "admiration", "amusement", "approval", "caring", "excitement", "gratitude", "joy", "love", "optimism", "pride",
    "relief",
)  # fmt: skip
UNPLEASANT = (
    "anger", "annoyance", "disappointment", "disapproval", "disgust", "embarrassment", "fear", "grief", "nervousness",
    "remorse", "sadness",
)  # fmt: skip
"""emotions by the sign of their valence; desire, surprise, confusion, curiosity and realization have none"""

BALANCE_SD = 0.65
"""standard deviation of the balance below: .60 among scenes, .72 among sentences"""

PLAIN, PLAIN_WORTH = (0.44, 0.67), 0.66
"""mean chance of "neutral" of the most and the least emotional third of sentences, and what valence is worth in the
last: its sign is right in 66 % there and in 75 % in the first, .16 and .25 above chance"""

APART, APART_WORTH = (0.6, 1.2), 0.77
"""standard deviations between the two readings of valence: up to the first the emotions agree with readers with r .56;
of the third beyond it with .44"""


def sureness(windows: int, signal: float, noise: float, neutral: float, valence_z: float, balance: float) -> float:
    """In [0, 1], the product of three.

    windows : of the text; signal, noise : variance of valence among texts of the kind, and within one from window to
        window. The square root of signal / (signal + noise / windows), the index of reliability (Kelley 1947, ch. 11):
        the correlation of what is read in so many windows with what would be read in endlessly many.
    neutral : mean chance of "neutral", of words that tell no emotion
    valence_z, balance : valence by the head for valence, and by the emotions, both in standard deviations
    """
    index = float(np.sqrt(signal / (signal + noise / max(1, windows))))
    plain = float(np.interp(neutral, PLAIN, (1.0, PLAIN_WORTH)))
    agree = float(np.interp(abs(valence_z - balance / BALANCE_SD), APART, (1.0, APART_WORTH)))
    return index * plain * agree


def balance(emotions_z: Floats) -> float:
    """Pleasant less unpleasant emotions. emotions_z [28] in standard deviations from the usual, in EMOTIONS' order"""
    pleasant, unpleasant = ([EMOTIONS.index(name) for name in names] for names in (PLEASANT, UNPLEASANT))
    return float(emotions_z[pleasant].mean() - emotions_z[unpleasant].mean())
