"""Five mood classes from as many of the twelve features as are known: small networks, run with numpy.

The classes are those of mood playlists. "Focused" is what playlists for studying hold, much of it quiet and without
voice: it says what kind of music a song resembles more than what it makes anybody feel, and is shown with that name.

A network sees each feature standardised, and beside it whether it is known: an unknown one is 0 and said to be
unknown, never filled in. Mode is not used at all (see `UNUSED`). What is heard in a recording is not on the scale of
the published values the networks learnt from; `heard` brings it there first (weights/classes_heard.npz).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from tonescape.core import weights
from tonescape.core.errors import WeightsError
from tonescape.core.records import AudioFeatures

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from numpy.typing import NDArray

    from tonescape.core.records import Mood, Scores

    Reals = NDArray[np.float64]

CLASSES: Final = ("Energetic", "Focused", "Happy", "Relaxing", "Sad")

FEATURES: Final = tuple(field.name for field in fields(AudioFeatures))

UNUSED: Final = ("mode",)
"""of the tables the classes are learnt from, only those of Focused songs and one small other bring the mode: a model
that may see it learns which table a song stands in"""

FOCUSED: Final = "Focused (as study playlists sound)"

SIDES: Final[Mapping[str, tuple[float, float]]] = {
    "Energetic": (0.0, 1.0),
    "Focused": (0.0, 0.0),
    "Happy": (1.0, 0.0),
    "Relaxing": (0.0, -1.0),
    "Sad": (-1.0, 0.0),
}
"""the side of valence and of arousal that a class's plain meaning names; 0 where it says nothing about it"""


def disagrees(mood: Mood) -> bool:
    """Whether the likeliest class names another side of the plane than the one where the song's point lies."""
    if not mood.classes:
        return False
    sides = SIDES[mood.classes[0][0]]
    return any(side * (value - 0.5) < 0.0 for side, value in zip(sides, (mood.valence, mood.arousal), strict=True))


DEPTH: Final = 5.0
"""deviations from the mean at which an input is cut"""

NO_PULSE_BPM: Final = 40.0
"""what a tempo below counts as"""


def shown(name: str) -> str:
    """A class as people read it."""
    return FOCUSED if name == "Focused" else name


def inputs(values: Reals) -> tuple[Reals, NDArray[np.intp]]:
    """What the networks see of the twelve [n, 12] (nan where unknown): [n, k], and which of the twelve each is of [k].

    Skewed features also as logarithms; tempo in octaves and, since half and double tempo are often mistaken for one
    another, as a place on the circle of an octave; key as a place on the circle of fifths, its centre for no key.
    """
    of = {name: values[:, place] for place, name in enumerate(FEATURES)}
    octave = np.log2(np.maximum(of["tempo"], NO_PULSE_BPM))
    fifths, has_key = 2.0 * np.pi * of["key"] * 7.0 / 12.0, of["key"] >= 0.0
    silent = np.where(np.isnan(of["key"]), np.nan, 0.0)
    acoustic = np.clip(of["acousticness"], 0.0, 1.0)
    columns: list[tuple[str, Reals]] = [(name, of[name]) for name in PLAIN]
    columns += [
        ("speechiness", np.log(np.maximum(of["speechiness"], 0.02))),
        ("instrumentalness", np.log(np.maximum(of["instrumentalness"], 0.0) + 1e-5)),
        ("acousticness", np.log((acoustic + 1e-3) / (1.001 - acoustic))),
        ("liveness", np.log(np.maximum(of["liveness"], 0.0) + 0.02)),
        ("loudness", np.log(np.maximum(0.5, -of["loudness"]))),
        ("tempo", octave),
        ("tempo", np.cos(2.0 * np.pi * octave)),
        ("tempo", np.sin(2.0 * np.pi * octave)),
        ("key", np.where(has_key, np.cos(fifths), silent)),
        ("key", np.where(has_key, np.sin(fifths), silent)),
        ("time_signature", np.where(np.isnan(of["time_signature"]), np.nan, of["time_signature"] == 3.0)),
        ("time_signature", np.where(np.isnan(of["time_signature"]), np.nan, of["time_signature"] == 4.0)),
    ]
    return np.stack([column for _, column in columns], axis=1), np.array([FEATURES.index(n) for n, _ in columns])


PLAIN: Final = (
    "danceability",
    "energy",
    "loudness",
    "speechiness",
    "acousticness",
    "instrumentalness",
    "liveness",
    "valence",
)  # fmt: skip


def standard(seen: Reals, owner: NDArray[np.intp], centre: Reals, scale: Reals, known: NDArray[np.bool_]) -> Reals:
    """[n, k + 12]: the standardised inputs, 0 where unknown, and beside them 1 for each of the twelve that is known.

    known [n, 12] : False hides a feature that has a value
    """
    there = known[:, owner] & np.isfinite(seen)
    inside = np.where(there, np.clip((np.where(there, seen, 0.0) - centre) / scale, -DEPTH, DEPTH), 0.0)
    return np.concatenate([inside, known.astype(np.float64)], axis=1)


def knowledge(values: Reals) -> NDArray[np.bool_]:
    """[n, 12]: which of the twelve have a value that is used."""
    return np.isfinite(values) & ~np.isin(FEATURES, UNUSED)


@dataclass(frozen=True, slots=True, eq=False)
class Networks:
    """m networks of two hidden layers, a shortcut round the second, and a narrow last layer; their mean is the answer.

    first [m, k + 12, w], second [m, w, w], narrow [m, w, h], last [m, h, 5], each with its bias [m, .]
    centre, scale [k] : of the inputs
    """

    arrays: Mapping[str, NDArray[Any]]

    def __call__(self, values: Reals) -> Reals:
        """[n, 5] probabilities in the order of CLASSES, for the twelve [n, 12], nan where unknown."""
        a = self.arrays
        seen, owner = inputs(values)
        x = standard(seen, owner, a["centre"], a["scale"], knowledge(values))
        out = np.zeros((len(values), len(CLASSES)))
        for member in range(len(a["first"])):
            v = gelu(x @ a["first"][member] + a["first_bias"][member])
            v = v + gelu(v @ a["second"][member] + a["second_bias"][member])
            h = np.tanh(v @ a["narrow"][member] + a["narrow_bias"][member])
            out += softmax(h @ a["last"][member] + a["last_bias"][member])
        return out / len(a["first"])


def gelu(x: Reals) -> Reals:
    """Hendrycks & Gimpel (2016), equation 2, the tanh form."""
    out: Reals = 0.5 * x * (1.0 + np.tanh(0.7978845608028654 * (x + 0.044715 * x * x * x)))
    return out


def softmax(logits: Reals) -> Reals:
    """Probabilities of logits, over the last axis of [n, k]."""
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    out: Reals = raised / raised.sum(axis=1, keepdims=True)
    return out


@dataclass(frozen=True, slots=True, eq=False)
class Bridge:
    """From what is heard to what was published, and from those probabilities to the ones that hold for recordings.

    ours, theirs [12, q] : quantiles of each feature as heard in many recordings and as published; equal rows for a
    feature that passes as it is      trusted [12] bool : the others count as unknown
    weight [5 + 2, 5], level [5] : multinomial logistic of log probabilities, valence - .5 and arousal - .5
    """

    ours: Reals
    theirs: Reals
    trusted: NDArray[np.bool_]
    weight: Reals
    level: Reals

    def published(self, values: Reals) -> Reals:
        """[n, 12] as heard -> as it would have been published; nan for what is not trusted."""
        out = np.full(values.shape, np.nan)
        for place in np.flatnonzero(self.trusted):
            out[:, place] = np.interp(values[:, place], self.ours[place], self.theirs[place])
        return np.where(np.isfinite(values), out, np.nan)

    def calibrated(self, p: Reals, affect: Reals) -> Reals:
        """[n, 5] from the networks' [n, 5] and valence and arousal [n, 2]."""
        return softmax(evidence(p, affect) @ self.weight + self.level)


FLOOR: Final = 1e-3
"""below it the logarithm of a probability says no more"""


def evidence(p: Reals, affect: Reals) -> Reals:
    """[n, 5 + 2]: log probabilities, and how far valence and arousal are from neutral."""
    return np.concatenate([np.log(np.maximum(p, FLOOR)), affect - 0.5], axis=1)


@lru_cache(maxsize=1)
def networks() -> Networks:
    """The shipped networks. WeightsError where the file is not the one its card names or wants other features."""
    model = weights.load("classes")
    weights.order("classes", FEATURES)
    if model.card.inputs != FEATURES:
        raise WeightsError("weights/classes wants the twelve features in another order; reinstall tonescape")
    return Networks({name: array.astype(np.float64) for name, array in model.arrays.items()})


@lru_cache(maxsize=1)
def bridge() -> Bridge:
    """The shipped bridge for recordings. WeightsError as in `networks`."""
    model, n, k = weights.load("classes_heard"), len(FEATURES), len(CLASSES)
    if model.card.inputs != FEATURES:
        raise WeightsError("weights/classes_heard wants the twelve features in another order; reinstall tonescape")
    return Bridge(
        model.shaped("ours", n, -1),
        model.shaped("theirs", n, -1),
        model.shaped("trusted", n).astype(bool),
        model.shaped("weight", k + 2, k),
        model.shaped("level", k),
    )


def row(audio: AudioFeatures) -> Reals:
    """[1, 12] of a song's features, nan where unknown."""
    values = [getattr(audio, name) for name in FEATURES]
    return np.array([[np.nan if value is None else float(value) for value in values]])


NOTHING_HEARD: Final = {"tempo": 0.0, "key": -1.0}
"""how the tables that the networks learnt from write "no steady beat" and "no key". In a recording, where both were
listened for, that is something known about it, and not the same as a feature that nobody has looked for"""


def heard_row(audio: AudioFeatures) -> Reals:
    """[1, 12] of a recording's features: as `row`, with NOTHING_HEARD for what was listened for and is not there."""
    values = row(audio)
    for name, written in NOTHING_HEARD.items():
        if getattr(audio, name) is None:
            values[0, FEATURES.index(name)] = written
    return values


def given(audio: AudioFeatures) -> Scores:
    """The classes of published features, likeliest first; () where none of those used is known."""
    values = row(audio)
    return scores(networks()(values)[0]) if knowledge(values).any() else ()


def heard(audio: AudioFeatures, valence: float, arousal: float) -> Scores:
    """The classes of what was heard in a recording; () where nothing was."""
    if not knowledge(row(audio)).any():
        return ()
    across = bridge()
    values = across.published(heard_row(audio))
    return scores(across.calibrated(networks()(values), np.array([[valence, arousal]]))[0])


ENOUGH: Final = frozenset({"danceability", "energy", "acousticness", "instrumentalness", "valence"})
"""a playlist that brings these is believed about a recording's classes, since the networks learnt from such values"""


def from_given(mood: Mood, *, recorded: bool) -> bool:
    """Whether a song's classes are judged from the features that came with it, not from its sound."""
    return not recorded or set(mood.given) >= ENOUGH


def of(mood: Mood, *, recorded: bool) -> Scores:
    """The classes of a song whose point and features are known; () where there is nothing to judge by.

    recorded : there is sound, so that features not in `mood.given` were heard
    """
    if from_given(mood, recorded=recorded):
        return given(AudioFeatures(**{name: getattr(mood.audio, name) for name in mood.given}))
    return heard(mood.audio, mood.valence, mood.arousal) if mood.sureness > 0.0 else ()


def scores(p: Reals) -> Scores:
    """(class, probability) pairs, likeliest first."""
    order = np.argsort(-p, kind="stable")
    return tuple((CLASSES[place], float(p[place])) for place in order)
