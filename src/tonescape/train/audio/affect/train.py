"""Train what says valence and arousal: the small network's weights (`distil`) and the kernel model on top of it.

    tonescape train affect --data FOLDER --teacher WHEEL
    tonescape train affect --data FOLDER --keep-embedding  without the teacher: only the kernel model

Sound of 4Q and Emotify, without labels, teaches the network what a published tagging network hears; the quadrants of 4Q
alone teach the kernel model. What is worked out of a recording is kept in --cache, so a second run is quick.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tonescape.core import weights
from tonescape.hear.learned import unpack
from tonescape.mood.affect import AROUSED, PLEASED, Model, along
from tonescape.mood.kernel import KernelRidge, squared
from tonescape.train.audio import distil, features_cache, musicnn
from tonescape.train.corpora import emotify, mer_4q
from tonescape.train.lib import arguments as options
from tonescape.train.lib.splits import grouped_folds

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from numpy.typing import NDArray

    from tonescape.hear.learned import Network
    from tonescape.train.corpora.songs import Recordings

    Reals = NDArray[np.float64]

BLOCKS = ("tonal", "fluctuation", "cepstrum", "periodicity", "spectral", "learned")
"""kinds of descriptors, each with a kernel of its own. Spectral contrast, which tells codecs apart, is left out"""

LEARNED_SHARES, RIDGES = (1.0, 2.0, 3.0), (0.1, 0.3, 1.0)
"""weights of the learned block's kernel against the others' 1, and ridges, that are tried inside the training clips"""

INNER = 5
"""folds inside the training clips, grouped by artist, for these two and for the calibration"""

PATCHES = 10
"""of a clip that the teacher hears: all of 30 s"""

SEED = 0


@dataclass(frozen=True, slots=True, eq=False)
class AffectClips:
    """Recordings of 4Q with descriptors. vectors [n, k] by `names`, coded: re-encoded      quadrant [n] 0..3"""

    vectors: Reals
    coded: Reals
    names: tuple[str, ...]
    quadrant: NDArray[np.int64]
    groups: NDArray[np.int64]


def main(argv: list[str] | None = None) -> int:
    """Train and write weights/ear.npz and weights/affect.npz. Returns 0."""
    arguments = _arguments(argv)
    four, emo = mer_4q.load(arguments.data), emotify.load(arguments.data)
    tutor = None if arguments.keep_embedding else musicnn.read(arguments.teacher)
    kept = kept_of((four, emo), arguments.cache, tutor)
    names = features_cache.names()
    network: Network | None = None
    if tutor is not None:
        lessons = features_cache.lessons_of(kept, (*four.ids, *emo.ids))
        arrays = distil.teach(lessons, np.arange(len(lessons.owners)), seed=SEED)
        half = {name: array.astype(np.float16) for name, array in arrays.items()}
        print(weights.write("ear", half, embedding_card(len(kept), len(lessons.owners)), arguments.out))
        network = unpack(lambda name, *_: half[name].astype(np.float32))
    clips = clips_of(four, kept[: len(four)], names, network)
    model, chosen = fit(clips, np.arange(len(clips.quadrant)), blocks=BLOCKS)
    print(f"chosen inside the clips: {chosen}")
    columns = block_columns(names, BLOCKS)
    inputs = [names[i] for block in columns for i in block]
    print(weights.write("affect", packed(model), affect_card(len(clips.quadrant), inputs, chosen), arguments.out))
    return 0


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = options.parser("Train what predicts valence and arousal from sound.")
    options.add_data(parser)
    options.add_teacher(parser)
    parser.add_argument(
        "--keep-embedding", action="store_true", help="train the kernel model only, on the network that is installed"
    )
    options.add_cache(parser)
    options.add_weights(parser, "both models and their cards")
    return parser.parse_args(argv)


def kept_of(
    corpora: Sequence[Recordings], cache: Path, tutor: musicnn.Teacher | None
) -> list[features_cache.KeptRecording]:
    """What is kept of all their recordings, in order."""
    paths = [path for corpus in corpora for path in corpus.paths]
    return features_cache.keep(paths, cache, most_patches=PATCHES, tutor=tutor)


def clips_of(
    corpus: Recordings, kept: Sequence[features_cache.KeptRecording], names: tuple[str, ...], network: Network | None
) -> AffectClips:
    """4Q with its descriptors; network : the student that gives "learned.*", the shipped one by default"""
    return AffectClips(
        vectors=np.array([features_cache.learned(one.clean, names, network) for one in kept], dtype=np.float64),
        coded=np.array([features_cache.learned(one.coded, names, network) for one in kept], dtype=np.float64),
        names=names,
        quadrant=corpus.targets["quadrant"].astype(np.int64),
        groups=corpus.groups,
    )


def block_columns(names: Sequence[str], blocks: Sequence[str]) -> list[list[int]]:
    """Where the descriptors of each block stand."""
    return [[i for i, name in enumerate(names) if name.split(".")[0] == block] for block in blocks]


def fit(
    clips: AffectClips, rows: NDArray[np.int64], *, blocks: Sequence[str], quadrant: NDArray[np.int64] | None = None
) -> tuple[Model, dict[str, float]]:
    """The model from these rows, and what was chosen: everything, also the calibration, from them alone.

    quadrant [n] : other labels than the clips' own (for the control with shuffled ones)
    """
    labels = (clips.quadrant if quadrant is None else quadrant)[rows]
    columns = block_columns(clips.names, blocks)
    bare = _standardised(clips.vectors[rows][:, [i for block in columns for i in block]], columns)
    kernels = _kernels(bare)
    target = np.eye(4)[labels]
    folds = grouped_folds(labels, clips.groups[rows], folds=INNER, seed=SEED)
    learned = [block == "learned" for block in blocks]
    shares = LEARNED_SHARES if any(learned) and len(blocks) > 1 else (1.0,)
    best: tuple[float, float, float, Reals] | None = None
    for share in shares:
        kernel = _mix(kernels, learned, share)
        for ridge in RIDGES:
            scores = np.zeros((len(rows), 4))
            for train, test in folds:
                duals, rest = _solve(kernel[np.ix_(train, train)], target[train], ridge)
                scores[test] = rest + kernel[np.ix_(test, train)] @ duals
            error = float(((scores - target) ** 2).mean())
            if best is None or error < best[0]:
                best = error, share, ridge, scores
    assert best is not None
    _, share, ridge, scores = best
    weighed = np.array([share if one else 1.0 for one in learned])
    duals, rest = _solve(_mix(kernels, learned, share), target, ridge)
    valence, arousal = (logistic_fit(along(scores, high), np.array(high)[labels]) for high in (PLEASED, AROUSED))
    machine = replace(bare, share=weighed / weighed.sum(), dual_coef=duals, level=rest)
    return Model(machine, valence, arousal), {"learned share": share, "ridge": ridge}


def _standardised(vectors: Reals, columns: list[list[int]]) -> KernelRidge:
    """A machine without answers: means, deviations, known clips as they are, and widths."""
    sizes = np.array([(len(block), len(block)) for block in columns])
    scale = np.maximum(vectors.std(axis=0), 1e-6)
    nothing = np.zeros(0)
    bare = KernelRidge(vectors.mean(axis=0), scale, sizes, (), nothing, nothing, nothing, nothing, nothing)
    points = bare.components(vectors)
    parts = np.split(points, np.cumsum(sizes[:, 0])[:-1], axis=1)
    widths = [np.median(squared(part, part)) for part in parts]
    return replace(bare, landmarks=points, width=np.maximum(np.array(widths), 1e-6))


def _kernels(bare: KernelRidge) -> list[Reals]:
    """Each block's kernel [m, m]."""
    return [replace(bare, share=one).likeness(bare.landmarks) for one in np.eye(len(bare.sizes))]


def _mix(kernels: list[Reals], learned: list[bool], share: float) -> Reals:
    weighed = np.array([share if one else 1.0 for one in learned])
    return np.asarray(np.tensordot(weighed / weighed.sum(), np.array(kernels), axes=1))


def _solve(kernel: Reals, target: Reals, ridge: float) -> tuple[Reals, Reals]:
    """Duals [m, 4] and rest [4] of a ridge regression through the mean."""
    rest = target.mean(axis=0)
    return np.linalg.solve(kernel + ridge * np.eye(len(kernel)), target - rest), rest


def logistic_fit(scores: Reals, truth: Reals) -> Reals:
    """Slope and intercept of a logistic function from scores to truth 0 or 1, by Newton's method, with Platt's targets
    ((n + 1) / (n + 2) in place of 1 and 1 / (n + 2) in place of 0)."""
    ones = float(truth.sum())
    zeros = len(truth) - ones
    target = np.where(truth > 0.5, (ones + 1.0) / (ones + 2.0), 1.0 / (zeros + 2.0))
    rows, found = np.stack([scores, np.ones_like(scores)], axis=1), np.zeros(2)
    for _ in range(50):
        p = 1.0 / (1.0 + np.exp(-(rows @ found)))
        slope = rows.T @ (p - target)
        bend = (rows * (p * (1.0 - p))[:, None]).T @ rows + 1e-6 * np.eye(2)
        found = found - np.linalg.solve(bend, slope)
    return found


def packed(model: Model) -> dict[str, NDArray[Any]]:
    """The model's arrays; those that are large in half precision."""
    machine = model.machine
    arrays: dict[str, NDArray[Any]] = {
        "mean": machine.centre, "scale": machine.scale, "widths": machine.width, "shares": machine.share,
        "duals": machine.dual_coef, "rest": machine.level, "valence": model.valence, "arousal": model.arousal,
    }  # fmt: skip
    small = {name: array.astype(np.float32) for name, array in arrays.items()}
    return small | {"blocks": machine.sizes[:, 0], "points": machine.landmarks.astype(np.float16)}


def embedding_card(recordings: int, lessons: int) -> dict[str, Any]:
    """What weights/ear.json says."""
    return {
        "what": "192 numbers of three seconds of the bands below 8 kHz: what a small network learnt from a large one",
        "licence": "Apache-2.0",
        "data": [
            f"{mer_4q.TERMS}: sound only",
            f"{emotify.TERMS}: sound only",
            "teacher: musicnn 0.1.0, MSD_musicnn (Pons & Serra 2019), ISC",
        ],
        "data_terms": "sound for research; the file holds a network's weights, no sound and no label",
        "made_by": "tonescape train affect --data FOLDER --teacher WHEEL",
        "seed": SEED,
        "measures": {
            "recordings": recordings,
            "lessons": lessons,
            "widths": distil.WIDTHS,
            "epochs": distil.EPOCHS,
            "accuracy": "docs/ACCURACY.md, affect: the rows with and without the learned block",
        },
    }


def affect_card(clips: int, inputs: list[str], chosen: dict[str, float]) -> dict[str, Any]:
    """What weights/affect.json says."""
    return {
        "what": "probabilities that a song lies in the positive and in the energetic half of the valence-arousal plane",
        "units": "valence and arousal in [0, 1], .5 either; not degrees",
        "licence": "Apache-2.0",
        "data": [mer_4q.TERMS],
        "data_terms": "previews for research; the file holds 520 descriptors of each of the clips, no sound",
        "made_by": "tonescape train affect --data FOLDER --teacher WHEEL",
        "seed": SEED,
        "measures": {
            "clips": clips,
            "chosen inside the clips": chosen,
            "accuracy": "docs/ACCURACY.md, affect: tonescape evaluate affect --data FOLDER",
        },
        "inputs": inputs,
    }
