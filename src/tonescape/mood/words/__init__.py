"""The mood of words: how pleasant, how excited and how much in control a text is, its emotions, and what a song's
words say about its sound.

Words tell valence far better than arousal; see docs/ACCURACY.md for the measures behind each number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from tonescape.core.records import Scores, WordMood

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tonescape.mood.words.heads import Heads

    Floats: TypeAlias = NDArray[np.float32]

Kind: TypeAlias = Literal["sentence", "scene", "lyric"]

NEUTRAL = WordMood(0.5, 0.5, 0.5, sureness=0.0)
"""of a text without words"""


@dataclass(frozen=True, slots=True)
class Point:
    """A place in a text: `at` in [0, 1] from beginning to end, and the mood there."""

    at: float
    mood: WordMood


def word_mood(text: str, kind: Kind = "sentence") -> WordMood:
    """The mood of one text; see `word_moods`."""
    return word_moods([text], kind)[0]


def word_moods(texts: Sequence[str], kind: Kind = "sentence") -> list[WordMood]:
    """The mood of each text.

    valence, arousal and dominance are shares of comparable texts that have less of it: sentences of EmoBank, scenes of
    feature films, or songs' words, as `kind` says; .5 is the usual one. emotions : GoEmotions' 27, the same way, from
    the mean probability over the text. A lyric also gets what its words say of the song's sound (`suggests`). A text
    without words is NEUTRAL. Encoding costs about a millisecond a sentence.
    """
    from tonescape.mood.words import encoder, heads, windows

    cut = windows.lyric if kind == "lyric" else windows.prose
    pieces = [cut(text) for text in texts]
    flat = [window for piece in pieces for window in piece]
    model = heads.heads()
    vectors = encoder.encode(flat)
    logits, hidden = model.emotions(vectors)
    axes = model.axes(vectors, hidden, heads.marks_of(flat))
    out: list[WordMood] = []
    at = 0
    for text, piece in zip(texts, pieces, strict=True):
        here = slice(at, at + len(piece))
        at += len(piece)
        mood = _mood(axes[here], logits[here], kind, model) if piece else NEUTRAL
        out.append(replace(mood, suggests=_suggested(text, vectors[here], model)) if kind == "lyric" else mood)
    return out


def mood_curve(text: str, kind: Kind = "scene", *, points: int = 40) -> list[Point]:
    """How the mood moves through a text: at most `points` places, each the mean of the windows round it."""
    from tonescape.mood.words import encoder, heads, windows

    flat = windows.lyric(text) if kind == "lyric" else windows.prose(text)
    model = heads.heads()
    vectors = encoder.encode(flat)
    logits, hidden = model.emotions(vectors)
    axes = model.axes(vectors, hidden, heads.marks_of(flat))
    count = min(points, len(flat))
    out = []
    for i in range(count):
        first, last = i * len(flat) // count, (i + 1) * len(flat) // count
        first, last = max(0, first - 1), min(len(flat), last + 1)
        mood = _mood(axes[first:last], logits[first:last], kind, model)
        out.append(Point((i + 0.5) / count, mood))
    return out


def lyric_features(texts: Sequence[str]) -> list[Scores]:
    """What songs' words say about Spotify's valence, energy, danceability, acousticness and speechiness, [0, 1] each.

    ((name, value), ...) for each text; () for one without words. Not the song's sound: the two are kept apart.
    """
    return [mood.suggests for mood in word_moods(texts, "lyric")]


def _suggested(text: str, vectors: Floats, model: Heads) -> Scores:
    """As `lyric_features`, of one text whose windows are encoded; highest first."""
    from tonescape.mood.words import heads, lyricmodel

    if not len(vectors):
        return ()
    named = zip(heads.LYRIC_TARGETS, map(float, lyricmodel.predict(text, vectors, model)), strict=True)
    return tuple(sorted(named, key=lambda pair: -pair[1]))


def language(text: str) -> str:
    """ISO 639-1 code of the language of a text; "" where it cannot be told (too short, or the package is missing)."""
    if len(text.split()) < 4:
        return ""
    try:
        from py3langid import classify
    except ImportError:
        return ""
    return str(classify(text[:4000])[0])


SPOKEN = frozenset(["ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh"])
"""languages the encoder was trained on. In others its answers are not to be trusted: between Eurovision originals and
their translations valence correlates .77 to .88 in German, French, Italian, Portuguese and Spanish, and -.5 to .4 in
Danish, Finnish, Norwegian and Swedish"""


def readable(text: str) -> bool:
    """Whether a text has words in a language the encoder reads; texts too short to tell count as readable."""
    if not text.strip():
        return False
    code = language(text)
    return not code or code in SPOKEN


def _mood(axes: Floats, logits: Floats, kind: Kind, model: Heads) -> WordMood:
    """Mean over windows, placed among texts of its kind: z = (mean - reference mean) / sd of a mean of n windows."""
    from tonescape.mood.words.heads import EMOTIONS, FLOOR
    from tonescape.mood.words.sureness import balance, sureness

    n = len(axes)
    spread = np.sqrt(model.spread(kind, "axis_var") + model.spread(kind, "axis_noise") / n)
    z = (axes.mean(axis=0) - model.spread(kind, "axis_mean")) / spread
    values = share_below(z)
    chances = (1.0 / (1.0 + np.exp(-logits))).mean(axis=0)
    stands_out = (np.log(chances + FLOOR) - model.spread(kind, "emotion_mean")) / model.spread(kind, "emotion_sd")
    against = share_below(stands_out)
    pairs = sorted(zip(EMOTIONS[:-1], map(float, against[:-1]), strict=True), key=lambda pair: -pair[1])
    signal, noise = (float(model.spread(kind, name)[0]) for name in ("axis_var", "axis_noise"))
    sure = sureness(n, signal, noise, float(chances[-1]), float(z[0]), balance(stands_out))
    return WordMood(float(values[0]), float(values[1]), float(values[2]), tuple(pairs), sureness=sure)


def share_below(z: Floats) -> Floats:
    """The normal distribution function, by Abramowitz & Stegun 7.1.26 (error below 2e-7), kept off 0 and 1."""
    x = np.abs(np.asarray(z, np.float64)) / np.sqrt(2.0)
    t = 1.0 / (1.0 + 0.3275911 * x)
    tail = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    half = 0.5 * tail * np.exp(-x * x)
    out: Floats = np.clip(np.where(np.asarray(z) > 0, 1.0 - half, half), 0.001, 0.999).astype(np.float32)
    return out
