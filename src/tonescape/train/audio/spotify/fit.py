"""How seven of Spotify's features are learnt from sound, by weak labels: data, labels, machine and scale.

Two steps. A label model (`weak_labels`) learns from the clips whose artists stand in tables of Spotify's features and
labels all clips of 4Q and Emotify. A kernel machine (`kernels`) then learns those labels from the descriptors of each
recording and of its re-encoding. Everything is repeated without a fold's artists to measure it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tonescape.mood.spotify import FEATURES, REACH, STEPS
from tonescape.train.audio import features_cache, kernels, musicnn
from tonescape.train.audio.spotify import weak_labels
from tonescape.train.corpora import emotify, mer_4q, spotify
from tonescape.train.corpora.songs import music, read_csv
from tonescape.train.lib.metrics import correlation
from tonescape.train.lib.splits import grouped_folds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tonescape.core.records import Floats
    from tonescape.mood.kernel import KernelRidge

    Reals = NDArray[np.float64]
    Rows = NDArray[np.int64]

RECIPE = kernels.KernelRecipe(kernels.BLOCKS, ridge=1.5, landmarks=300)

PENALTY = 80.0
"""ridge of the label model, on standardised clues"""

WORDS = 1.5
"""how large the clues of AllMusic (0 or 1) are beside the standardised tags"""

PATCHES = 10

AXES = ("valence_high", "arousal_high")
"""4Q's halves of Russell's plane, answered beside the seven"""

ANSWERS = (*FEATURES, *AXES)

MIX = {
    "energy": {"energy": 1.0, "arousal_high": 0.3},
    "valence": {"valence": 1.0, "danceability": 0.3, "valence_high": 0.35, "arousal_high": 0.2},
    "liveness": {"energy": 1.0, "danceability": -0.6, "speechiness": 0.2, "acousticness": 0.5},
}
"""features that are helped by, or made of, the other answers, all in deviations. Energy and
valence: 4Q's quadrants are labels of the clips themselves, where an artist's mean knows nothing of what differs between
the artist's songs. Liveness: as it goes with the others over the 114,000 tracks (linear regression), since nothing
here hears an audience and an artist's other songs do not tell which one is live (r = -.05)"""

SPOKEN = "comedy"
"""the genre of the 114,000 tracks that is people talking before an audience, not music: a hundredth of them, but nearly
all of the highest speechiness and liveness, which rap would be given"""

LEAST_TRUST, MOST_TRUST = 0.2, 0.95


@dataclass(frozen=True, slots=True, eq=False)
class FeatureClips:
    """Clips of 4Q, then of Emotify.

    names (k,), clean and coded [n, k] : descriptors of the recordings and of their re-encodings
    tags [n, 50] : the teacher's, standardised      words [n, w] : AllMusic's genres and words, quadrant; 0 for Emotify
    means [n, 7], songs [n] : of the artist (nan and 0 where unknown)      axes [n, 2] : nan for Emotify
    quadrant [4Q] and groups [4Q] : for folds
    """

    names: tuple[str, ...]
    clean: Floats
    coded: Floats
    tags: Reals
    words: Reals
    means: Reals
    songs: Reals
    axes: Reals
    quadrant: Reals
    groups: Rows

    def four(self) -> Rows:
        return np.arange(len(self.groups))

    def emotify(self) -> Rows:
        return np.arange(len(self.groups), len(self.tags))


def clips(data: Path | None, cache: Path, wheel: Path) -> FeatureClips:
    """Everything that is learnt from. wheel : the teacher's; its tags are read from it"""
    four, emo = mer_4q.load(data), emotify.load(data)
    tutor = musicnn.read(wheel)
    kept = features_cache.keep([*four.paths, *emo.paths], cache, most_patches=PATCHES, tutor=tutor)
    wanted = kernels.names_of(RECIPE, features_cache.names())
    clean, coded = features_cache.tables(kept, wanted)
    tags = np.array([weak_labels.tag_scores(tutor.arrays, one.answers) for one in kept])
    rows = {row["Song"]: row["Artist"] for row in read_csv(music(data) / "mer_4q.csv", ("Song", "Artist"))}
    means, songs = weak_labels.artists(data).means([rows[name] for name in four.ids])
    quadrant = four.targets["quadrant"]
    words = np.hstack([four.targets["genres"], four.targets["words"], np.eye(4)[quadrant.astype(int)]])
    axes = np.stack([four.targets["valence"], four.targets["arousal"]], axis=1)
    more = len(emo)
    return FeatureClips(
        wanted, clean, coded, (tags - tags.mean(0)) / tags.std(0), np.pad(words, ((0, more), (0, 0))),
        np.pad(means, ((0, more), (0, 0)), constant_values=np.nan), np.pad(songs, (0, more)),
        np.pad(axes, ((0, more), (0, 0)), constant_values=np.nan), quadrant, four.groups,
    )  # fmt: skip


def labels(from_: FeatureClips, rows: Rows) -> Reals:
    """Labels [n, 9] of all clips, in the order of ANSWERS, from what is known about the clips of 4Q in `rows`.

    The seven: the label model's, from tags and words for 4Q, from tags alone for Emotify. The two: 4Q's own, or from
    the tags.
    """
    known = rows[from_.songs[rows] > 0]
    weight = weak_labels.counted(from_.songs[known])
    out = np.zeros((len(from_.tags), len(ANSWERS)))
    both = np.hstack([from_.tags, WORDS * from_.words])
    means = np.where(np.isfinite(from_.means), from_.means, np.nanmean(from_.means[known], axis=0))
    for clues, where in ((both, from_.four()), (from_.tags, from_.emotify())):
        slopes, level = weak_labels.ridge(clues[known], means[known], weight, PENALTY)
        out[where, : len(FEATURES)] = clues[where] @ slopes + level
    slopes, level = weak_labels.ridge(from_.tags[rows], from_.axes[rows], np.ones(len(rows)), PENALTY)
    out[:, len(FEATURES) :] = np.where(np.isfinite(from_.axes), from_.axes, from_.tags @ slopes + level)
    return out


def fit(from_: FeatureClips, rows: Rows, *, answers: Reals | None = None) -> KernelRidge:
    """A machine with the nine raw answers, from the clips of 4Q in `rows` and all of Emotify, each also re-encoded."""
    target = labels(from_, rows) if answers is None else answers
    used = np.concatenate([rows, from_.emotify()])
    vectors = np.concatenate([from_.clean[used], from_.coded[used]])
    # half the weight each: a recording and its re-encoding are one song
    return kernels.fit(
        RECIPE, from_.names, vectors, np.tile(target[used], (2, 1)), weight=np.full(len(vectors), 0.5)
    )  # fmt: skip


def cross_val_predict(from_: FeatureClips, *, seed: int = 0) -> tuple[Reals, Reals]:
    """Raw answers [4Q, 9] of machines and label models that never met the clip's artist, for recordings and codings."""
    predicted = np.zeros((2, len(from_.groups), len(ANSWERS)))
    for train, test in grouped_folds(from_.quadrant, from_.groups, seed=seed):
        machine = fit(from_, train)
        predicted[0, test], predicted[1, test] = machine(from_.clean[test]), machine(from_.coded[test])
    return predicted[0], predicted[1]


@dataclass(frozen=True, slots=True, eq=False)
class Scale:
    """From raw answers to places in deviations, raw @ slopes [9, 7] + level [7], and by tables [7, STEPS] to values.

    ceiling [7] : `weak_labels.Artists.ceiling`
    """

    slopes: Reals
    level: Reals
    tables: Reals
    ceiling: Reals

    def places(self, raw: Reals) -> Reals:
        return np.asarray(raw @ self.slopes + self.level)


def scaled(from_: FeatureClips, raw: Reals, data: Path | None) -> Scale:
    """The scale of crossed answers [4Q, 9]."""
    mix = np.zeros((len(ANSWERS), len(FEATURES)))
    for j, name in enumerate(FEATURES):
        for part, share in MIX.get(name, {name: 1.0}).items():
            mix[ANSWERS.index(part), j] = share
    slopes = mix / raw.std(axis=0)[:, None]
    places = raw @ slopes
    level, spread = -places.mean(axis=0) / places.std(axis=0), places.std(axis=0)
    ceiling = weak_labels.artists(data).ceiling()
    return Scale(
        slopes / spread, level, tables(places / spread + level, trusted(from_, places, ceiling), data), ceiling
    )


def tables(places: Reals, trust: Reals, data: Path | None) -> Reals:
    """[7, STEPS] the mean value of tracks where a song's place is one of the STEPS.

    The share of places [n, 7] below becomes a normal deviate; the true deviate is normal about trust times it, with
    deviation sqrt(1 - trust^2); its share is looked up among the 114,000 tracks. With trust 1: quantile matching.
    """
    from scipy.special import ndtr, ndtri

    tracks = spotify.tracks_114k(data)
    music_only = np.array([genre != SPOKEN for genre in tracks.labels])
    middle = ndtri((np.arange(200) + 0.5) / 200)
    out = np.zeros((len(FEATURES), STEPS))
    for j, name in enumerate(FEATURES):
        known = np.sort(tracks.values[music_only, tracks.names.index(name)])
        known = known[np.isfinite(known)]
        steps = np.linspace(-REACH, REACH, STEPS)
        below = np.searchsorted(np.sort(places[:, j]), steps) + 0.5
        deviate = ndtri(below / (len(places) + 1.0))
        true = trust[j] * deviate[:, None] + np.sqrt(1.0 - trust[j] ** 2) * middle
        place = np.clip(ndtr(true) * len(known), 0, len(known) - 1).astype(int)
        out[j] = known[place].mean(axis=1)
    return out


def trusted(from_: FeatureClips, places: Reals, ceiling: Reals) -> Reals:
    """[7] r with the true value, estimated: r with the artist's mean over the highest r that mean can have
    (Spearman's correction for attenuation, 1904), within LEAST_TRUST and MOST_TRUST."""
    known = np.flatnonzero(from_.songs[: len(places)] > 2)
    found = np.array([correlation(from_.means[known, j], places[known, j]) for j in range(len(FEATURES))])
    return np.clip(found / ceiling, LEAST_TRUST, MOST_TRUST)


def whole(from_: FeatureClips, to: Scale) -> KernelRidge:
    """The machine that ships: trained on everything, answering places."""
    machine = fit(from_, from_.four())
    return replace(
        machine,
        dual_coef=(machine.dual_coef @ to.slopes).astype(np.float32),
        level=(machine.level @ to.slopes + to.level).astype(np.float32),
    )
