"""Measure valence and arousal from sound on clips of artists the model has not heard, and write the section on it.

    tonescape evaluate affect --data FOLDER [--teacher WHEEL] [--write]

Five folds of 4Q, whole artists on one side. For each fold everything is made anew from the other four: the student
network (it hears no sound of the fold's clips), the means and widths of the kernels, and by inner folds the ridge, the
learned block's weight and the calibration. Students are kept in --cache, since each costs minutes.
"""

from __future__ import annotations

import argparse
import hashlib
import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tonescape import hear
from tonescape.core.store import write_atomically
from tonescape.hear.learned import unpack
from tonescape.mood.affect import AROUSED, PLEASED, certainty, probabilities
from tonescape.train.audio import distil, features_cache, musicnn
from tonescape.train.audio.affect import report as affect_page
from tonescape.train.audio.affect import train as affect
from tonescape.train.corpora import emotify, mer_4q
from tonescape.train.lib import arguments as options
from tonescape.train.lib.metrics import shuffled
from tonescape.train.lib.report import publish, write_lines
from tonescape.train.lib.splits import grouped_folds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tonescape.hear.learned import Network
    from tonescape.train.audio.affect.report import Measured
    from tonescape.train.audio.features_cache import KeptRecording
    from tonescape.train.corpora.songs import Recordings

    Reals = NDArray[np.float64]

HAND_MADE = affect.BLOCKS[:-1]
FOLDS = 5
GAINS_DB = (-12.0, 12.0)
GAIN_CLIPS = 12
"""clips that are heard again at each gain"""


@dataclass(frozen=True, slots=True, eq=False)
class FoldPredictions:
    """What the folds' models say. p [n, 2] : valence and arousal of each clip, by the model that has not heard it

    coded [n, 2] : of its re-encoding      original [n, 2] : of the original MP3, nan where there is none
    """

    p: Reals
    coded: Reals
    original: Reals


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """All recordings as they are kept. original : of the MP3s, by the name of the clip"""

    four: Recordings
    emo: Recordings
    kept: list[KeptRecording]
    original: dict[str, KeptRecording]
    names: tuple[str, ...]


def main(argv: list[str] | None = None) -> int:
    """Print the section; --write and --lines say which files get it too. Returns 0."""
    arguments = _arguments(argv)
    four, emo = mer_4q.load(arguments.data), emotify.load(arguments.data)
    tutor = musicnn.read(arguments.teacher) if arguments.teacher.is_file() else None
    kept = affect.kept_of((four, emo), arguments.cache, tutor)
    mp3 = mer_4q.load(arguments.data, original=True)
    original = dict(zip(mp3.ids, affect.kept_of((mp3,), arguments.cache, None), strict=True))
    material = Material(four, emo, kept, original, features_cache.names())
    measured = measure(material, arguments.cache, range(arguments.seeds), range(arguments.hand_seeds))
    text, figure, lines = affect_page.page(measured)
    publish("affect", text, arguments.write)
    if arguments.write:
        affect_page.write_figure(arguments.write.parent, figure)
    if arguments.lines:
        write_lines(arguments.lines, lines)
    return 0


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = options.parser("Measure valence and arousal from sound.")
    options.add_data(parser)
    options.add_teacher(parser)
    options.add_cache(parser)
    parser.add_argument("--seeds", type=int, default=1, help="splits with students, five each")
    parser.add_argument("--hand-seeds", type=int, default=3, help="splits without students")
    options.add_write(parser, lines=True)
    return parser.parse_args(argv)


def measure(material: Material, cache: Path, seeds: Sequence[int], hand_seeds: Sequence[int]) -> Measured:
    """Every row of the section."""
    clips = affect.clips_of(material.four, material.kept[: len(material.four)], material.names, None)
    controls = {seed: shuffled(clips.quadrant, seed=seed) for seed in hand_seeds}
    rows: dict[str, list[FoldPredictions]] = {
        "random forest on librosa-type statistics (timbre.*, tempo)": [_forest(clips, s) for s in hand_seeds],
        "hand-made blocks": [_folds(clips, material, s, HAND_MADE) for s in hand_seeds],
        "control: hand-made blocks, labels in random order": [
            _folds(clips, material, s, HAND_MADE, labels=controls[s]) for s in hand_seeds
        ],
        "student only": [],
        "both, as shipped": [],
    }
    for seed in seeds:
        networks = [
            _student(material, train, seed, fold, cache)
            for fold, (train, _) in enumerate(grouped_folds(clips.quadrant, clips.groups, folds=FOLDS, seed=seed))
        ]
        rows["student only"].append(_with_students(clips, material, seed, ("learned",), networks))
        rows["both, as shipped"].append(_with_students(clips, material, seed, affect.BLOCKS, networks))
    gain = _gain(clips, material.four)
    return affect_page.Measured(
        quadrant=clips.quadrant,
        groups=clips.groups,
        predicted={name: [one.p for one in many] for name, many in rows.items()},
        coded=[one.coded for one in rows["both, as shipped"]],
        original=[one.original for one in rows["both, as shipped"]],
        gain=gain,
        sure=[np.array([certainty(*pair) for pair in one.p]) for one in rows["both, as shipped"]],
    )


def _folds(
    clips: affect.AffectClips,
    material: Material,
    seed: int,
    blocks: Sequence[str],
    *,
    labels: NDArray[np.int64] | None = None,
) -> FoldPredictions:
    folds = grouped_folds(clips.quadrant, clips.groups, folds=FOLDS, seed=seed)
    predicted = _empty(len(clips.quadrant))
    for train, test in folds:
        _one_fold(clips, material, train, test, blocks, None, predicted, labels)
    return predicted


def _with_students(
    clips: affect.AffectClips, material: Material, seed: int, blocks: Sequence[str], networks: Sequence[Network]
) -> FoldPredictions:
    folds = grouped_folds(clips.quadrant, clips.groups, folds=FOLDS, seed=seed)
    predicted = _empty(len(clips.quadrant))
    for (train, test), network in zip(folds, networks, strict=True):
        again = affect.clips_of(material.four, material.kept[: len(material.four)], material.names, network)
        _one_fold(again, material, train, test, blocks, network, predicted, None)
    return predicted


def _one_fold(
    clips: affect.AffectClips,
    material: Material,
    train: NDArray[np.int64],
    test: NDArray[np.int64],
    blocks: Sequence[str],
    network: Network | None,
    predicted: FoldPredictions,
    labels: NDArray[np.int64] | None,
) -> None:
    """Train on some rows and fill in what the model says of the others."""
    model, _ = affect.fit(clips, train, blocks=blocks, quadrant=labels)
    columns = [i for block in affect.block_columns(clips.names, blocks) for i in block]
    predicted.p[test] = np.stack(probabilities(model, clips.vectors[test][:, columns]), axis=1)
    predicted.coded[test] = np.stack(probabilities(model, clips.coded[test][:, columns]), axis=1)
    for row in test:
        kept = material.original.get(material.four.ids[row])
        if kept is not None:
            vector = features_cache.learned(kept.clean, clips.names, network)[None, columns].astype(np.float64)
            predicted.original[row] = np.concatenate(probabilities(model, vector))


def _empty(count: int) -> FoldPredictions:
    return FoldPredictions(*(np.full((count, 2), np.nan) for _ in range(3)))


def _forest(clips: affect.AffectClips, seed: int) -> FoldPredictions:
    """The first baseline: 500 trees on means and deviations of timbre, and the tempo."""
    from sklearn.ensemble import RandomForestClassifier

    columns = [i for i, name in enumerate(clips.names) if name.startswith("timbre.") or name == "rhythm.tempo"]
    predicted = _empty(len(clips.quadrant))
    for train, test in grouped_folds(clips.quadrant, clips.groups, folds=FOLDS, seed=seed):
        model = RandomForestClassifier(500, random_state=seed, n_jobs=1)
        model.fit(clips.vectors[train][:, columns], clips.quadrant[train])
        shares = model.predict_proba(clips.vectors[test][:, columns])
        predicted.p[test] = shares @ np.array([PLEASED, AROUSED]).T
    return predicted


def _student(material: Material, train: NDArray[np.int64], seed: int, fold: int, cache: Path) -> Network:
    """The student that has heard the training clips and all of Emotify, from the cache if it is there."""
    names = [*(material.four.ids[row] for row in train), *material.emo.ids]
    kept = [*(material.kept[row] for row in train), *material.kept[len(material.four) :]]
    lessons = features_cache.lessons_of(kept, names)
    recipe = (distil.WIDTHS, distil.EPOCHS, distil.BATCH, distil.RATE, hear.VERSION, len(lessons.owners))
    key = hashlib.sha256(repr((recipe, sorted(names))).encode()).hexdigest()[:12]
    file = cache / "students" / f"{seed}-{fold}-{key}.npz"
    if not file.is_file():
        arrays = distil.teach(
            lessons, np.arange(len(lessons.owners)), seed=seed, name=f"student {fold + 1} of {FOLDS}, split {seed}"
        )
        buffer = io.BytesIO()
        np.savez(buffer, allow_pickle=False, **arrays)
        write_atomically(file, buffer.getvalue())
    with np.load(file, allow_pickle=False) as row:
        arrays = {name: row[name] for name in row.files}
    return unpack(lambda name, *_: arrays[name])


def _gain(clips: affect.AffectClips, four: Recordings) -> tuple[float, float]:
    """Largest change of a probability, and of a descriptor that is no loudness against its deviation, at GAINS_DB."""
    from dataclasses import replace

    from tonescape.hear.decode import decode
    from tonescape.mood.affect import judge

    most_p = most_d = 0.0
    spread = clips.vectors.std(axis=0) + 1e-6
    free = np.array([not name.startswith("loudness.") for name in clips.names])
    for path in four.paths[:: max(1, len(four) // GAIN_CLIPS)][:GAIN_CLIPS]:
        sound = decode(path)
        before = hear.analyse(sound)
        for gain in GAINS_DB:
            louder = replace(
                sound,
                samples=sound.samples * np.float32(10.0 ** (gain / 20.0)),
                loudness_lufs=sound.loudness_lufs + gain,
            )
            after = hear.analyse(louder)
            most_p = max(most_p, float(np.abs(np.subtract(judge(after)[:2], judge(before)[:2])).max()))
            most_d = max(most_d, float((np.abs(after.vector - before.vector) / spread)[free].max()))
    return most_p, most_d
