"""The bridge from heard features to mood classes: which of the twelve to trust, quantile matching, and its accuracy."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tonescape.core import work
from tonescape.core.errors import InputError
from tonescape.core.records import Failure, Heard, Song
from tonescape.mood.classes import CLASSES, FEATURES, UNUSED, Bridge, Networks, evidence, heard_row
from tonescape.train.corpora.songs import group_numbers, music, numbers, read_csv, read_parquet

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Reals = NDArray[np.float64]
    Labels = NDArray[np.int64]

QUANTILES = 33
MATCHED = ("danceability", "energy", "loudness", "speechiness", "acousticness", "instrumentalness", "valence")
"""amounts; tempo, key and time signature are measured, and pass as they are"""

UNTRUSTED = ("liveness", "time_signature", *UNUSED)
"""audience noise is not heard here (see the feature's own accuracy); a time signature says nothing of a class"""

PENALTY = 0.1
"""C of the logistic calibration: some 280 clips are few"""

VARIANTS: dict[str, tuple[bool, str, bool]] = {
    "as heard": (False, "", False),
    "quantiles matched": (True, "", False),
    "as heard, calibrated": (False, "classes", False),
    "matched and calibrated": (True, "classes", False),
    "with valence and arousal": (True, "classes", True),
    "valence and arousal alone": (True, "affect", True),
}
"""ways from heard features to classes that are compared: (match quantiles, what is calibrated, with affect)"""

SHIPS = ("matched and calibrated", "with valence and arousal")
"""which of them ships: made without and with the affect of unheard artists"""

TERMS = "five classes read off AllMusic's mood words for clips of 4Q; word groups are a judgement, Focused is a proxy"


@dataclass(frozen=True, slots=True, eq=False)
class ClassClips:
    """Recordings with a class. values [n, 12] as `mood` has them, affect [n, 2] valence and arousal
    by models that have not heard the artist; labels [n] as
    places in CLASSES, -1 where a clip has none; groups [n] : artists"""

    values: Reals
    affect: Reals
    labels: Labels
    groups: Labels


def clips(data: Path | None, cache: Path, workers: int = 1, affect: Path | None = None) -> ClassClips:
    """All 4Q clips as the program hears them today; those with a class among them. Sound is decoded once.

    affect : .npz of ids [n] and p [n, 2], valence and arousal that models said of clips whose artists they had not
        heard. The shipped model of affect learnt from these very clips and is too good on them: without the file
        both count as neutral, and the bridge makes no use of them.
    """
    folder = music(data)
    named = {r["Song"]: r["c5"].split("(")[0] for r in read_csv(folder / "mer_4q_five_classes.csv", ("Song", "c5"))}
    rows = sorted(read_csv(folder / "mer_4q.csv", ("Song", "Artist")), key=lambda r: r["Song"])
    paths = [folder / "mer_4q" / f"{r['Song']}.opus" for r in rows]
    values = []
    for path, (_, result) in zip(paths, work.run(partial(_hear, cache), paths, workers=workers, name=str), strict=True):
        if isinstance(result, Failure):
            raise InputError(f"{path} cannot be heard: {result.error}")
        values.append(heard_row(result.mood.audio)[0])
    return ClassClips(
        np.array(values),
        _unheard(affect, [r["Song"] for r in rows]) if affect else np.full((len(rows), 2), 0.5),
        np.array([CLASSES.index(named[r["Song"]]) if r["Song"] in named else -1 for r in rows]),
        group_numbers([r["Artist"] for r in rows]),
    )


def _unheard(file: Path, songs: list[str]) -> Reals:
    """[n, 2] from the file of `clips`, in the order of `songs`."""
    try:
        with np.load(file, allow_pickle=False) as kept:
            predicted = dict(zip(map(str, kept["ids"]), np.asarray(kept["p"], np.float64), strict=True))
        found = np.array([predicted[song] for song in songs])
    except (OSError, KeyError, ValueError) as problem:
        raise InputError(f"{file} does not hold ids and p of all 4Q clips ({problem!r})") from problem
    if found.shape != (len(songs), 2) or not np.isfinite(found).all():
        raise InputError(f"{file}: p has shape {found.shape} or holds no numbers; wanted {(len(songs), 2)}")
    return found


def _hear(cache: Path, path: Path) -> Heard:
    """As the pipeline does it; the features are kept in the catalogue of `cache`, the mood is judged anew."""
    from tonescape import hear, mood
    from tonescape.core.store import Store

    features = Store(cache).features(path, hear.VERSION, hear.listen)
    song = Song(path=path)
    return Heard(song, features, mood.place(song, features))


def published(data: Path | None) -> Reals:
    """[n, 12] of the large table by genre: what the features are like over all kinds of music."""
    columns = read_parquet(music(data) / "spotify_114k.parquet")
    return np.column_stack([numbers(columns[name]) for name in FEATURES])


def matched(heard: Reals, reference: Reals, *, matching: bool = True) -> tuple[Reals, Reals, NDArray[np.bool_]]:
    """(ours, theirs, trusted) of a `Bridge`: quantiles of MATCHED, the identity for the rest."""
    steps = (np.arange(QUANTILES) + 0.5) / QUANTILES
    ours, theirs = np.zeros((len(FEATURES), QUANTILES)), np.zeros((len(FEATURES), QUANTILES))
    for place, name in enumerate(FEATURES):
        if matching and name in MATCHED:
            seen = heard[np.isfinite(heard[:, place]), place]
            # np.interp wants rising places; features with a heap at one value would have equal ones
            ours[place] = np.quantile(seen, steps) + np.arange(QUANTILES) * 1e-7
            theirs[place] = np.quantile(reference[:, place], steps)
        else:
            both = np.concatenate([heard[:, place], reference[:, place]])
            both = both[np.isfinite(both)]
            ours[place] = theirs[place] = np.linspace(both.min(), both.max(), QUANTILES) if len(both) else 0.0
    return ours, theirs, ~np.isin(FEATURES, UNTRUSTED)


def calibrate(p: Reals, affect: Reals, labels: Labels) -> tuple[Reals, Reals]:
    """(weight [7, 5], level [5]) of a logistic regression on the networks' probabilities and valence and arousal.

    p [n, 5], affect [n, 2], labels [n] in which every class occurs.
    """
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=PENALTY, max_iter=2000).fit(evidence(p, affect), labels)
    if len(model.classes_) != len(CLASSES):
        raise InputError("the clips do not hold all five classes; is this the right folder of data?")
    return model.coef_.T.copy(), model.intercept_.copy()


def fit(clips: ClassClips, reference: Reals, networks: Networks) -> Bridge:
    """The bridge that ships: quantiles over all clips, calibration on those with a class."""
    ours, theirs, trusted = matched(clips.values, reference)
    bare = Bridge(ours, theirs, trusted, np.zeros((7, 5)), np.zeros(5))
    own = clips.labels >= 0
    p = networks(bare.published(clips.values[own]))
    return Bridge(ours, theirs, trusted, *calibrate(p, clips.affect[own], clips.labels[own]))
