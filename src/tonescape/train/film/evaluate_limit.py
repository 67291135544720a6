"""Measures the distance beyond which `score` calls no song near: clips of 4Q against scenes of screenplays.

    tonescape evaluate score-limit [--write docs/ACCURACY.md]

The words of a scene say its quadrant of valence and arousal, AllMusic's editors that of a clip. Valence and arousal of
a clip come from a model that was fitted without its artist: the shipped model keeps the descriptors of its clips, so no
sound is read. Intervals are of 95 %, with films and artists drawn anew at once (the pigeonhole bootstrap: A. B. Owen,
Annals of Applied Statistics 1(2), 2007).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tonescape.core import weights
from tonescape.core.errors import InputError
from tonescape.core.records import AudioFeatures, Heard, Mood, Scene, Song, WordMood
from tonescape.mood import affect as shipped
from tonescape.mood.words import word_moods
from tonescape.score import ScoreOptions, axes, cost
from tonescape.train.audio.affect import train as affect
from tonescape.train.audio.features_cache import HEARD_ALL
from tonescape.train.corpora import mer_4q
from tonescape.train.corpora import text as corpora
from tonescape.train.film.ground_truth import MIN_WORDS
from tonescape.train.lib import arguments as options
from tonescape.train.lib.metrics import LEVEL, shuffled
from tonescape.train.lib.progress import tracked
from tonescape.train.lib.report import publish
from tonescape.train.lib.splits import grouped_folds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Reals = NDArray[np.float64]
    Whole = NDArray[np.int64]

EDGES = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.4, 1.6, 2.0, np.inf)
"""of the bands of distance"""

SCENES = 4
"""of each film, drawn by seed"""

LIBRARIES, SIZES = 200, (4, 10, 20, 40)
"""random libraries of each size"""

WORDED = 300
"""clips that are given the words of other songs, to compare distances by sound, by words and by both"""

DRAWS, SHUFFLES, SEED = 1000, 20, 0

OPPOSITE = np.array([2, 3, 0, 1])
"""the quadrant across the middle from Q1 to Q4"""


@dataclass(frozen=True, slots=True, eq=False)
class SceneClipPairs:
    """n scenes of films and m clips by artists.

    moods (n,) and scenes (n,), library (m,) : as `score` has them
    films [n], artists [m] : group numbers      wanted [n], quadrant [m] : 0 to 3, of the words and of the editors
    """

    scenes: Sequence[Scene]
    moods: Sequence[WordMood]
    library: Sequence[Heard]
    films: Whole
    artists: Whole
    wanted: Whole
    quadrant: Whole


@dataclass(frozen=True, slots=True)
class IntervalEstimate:
    """A share or a distance with its interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.2f} [{self.low:.2f}, {self.high:.2f}]"


@dataclass(frozen=True, slots=True)
class Band:
    """Clips at distances low to high. share : of all pairs; own, opposite : of the pairs in the band, in the scene's
    own and in the opposite quadrant; control_own, control_opposite : the same with the clips' quadrants shuffled"""

    low: float
    high: float
    share: float
    own: IntervalEstimate
    opposite: IntervalEstimate
    control_own: float
    control_opposite: float


def pairs(data: Path | None) -> SceneClipPairs:
    """Scenes and clips from the folder of data. InputError where the clips are not those of the shipped model."""
    films, scenes = _scenes(data)
    moods = word_moods([f"{scene.action}\n{scene.dialogue}" for scene in scenes], "scene")
    four = mer_4q.load(data)
    quadrant = four.targets["quadrant"].astype(np.int64)
    predicted = unheard(quadrant, four.groups)
    wanted = quadrant_of(np.array([[mood.valence, mood.arousal] for mood in moods]))
    library = [_heard(float(valence), float(arousal)) for valence, arousal in predicted]
    return SceneClipPairs(scenes, moods, library, films, four.groups, wanted, quadrant)


def unheard(quadrant: Whole, groups: Whole) -> Reals:
    """Valence and arousal [m, 2] of each clip of 4Q by a model fitted without its artist.

    InputError where the shipped model was not fitted to so many clips.
    """
    names = tuple(json.loads(weights.card(shipped.MODEL).text)["inputs"])
    _, model = shipped._model(names)
    machine = model.machine
    if len(machine.landmarks) != len(quadrant):
        raise InputError(f"the model knows {len(machine.landmarks)} clips and mer_4q.csv {len(quadrant)}")
    vectors = machine.landmarks * machine.scale + machine.centre
    clips = affect.AffectClips(vectors, vectors, names, quadrant, groups)
    predicted = np.full((len(quadrant), 2), np.nan)
    folds = grouped_folds(quadrant, groups, seed=SEED)
    for train, test in tracked(folds, "models", "folds"):
        fitted, _ = affect.fit(clips, train, blocks=affect.BLOCKS)
        predicted[test] = np.stack(shipped.probabilities(fitted, vectors[test]), axis=1)
    return predicted


def quadrant_of(points: Reals) -> Whole:
    """0 to 3 for Q1 to Q4 of valence and arousal [n, 2] in [0, 1]."""
    pleased, aroused = (points >= 0.5).T
    out: Whole = np.where(aroused, np.where(pleased, 0, 1), np.where(pleased, 3, 2)).astype(np.int64)
    return out


def _scenes(data: Path | None) -> tuple[Whole, list[Scene]]:
    from tonescape.gather.scripts import parse_text
    from tonescape.gather.scripts.text import text_of

    random = np.random.default_rng(SEED)
    films: list[int] = []
    scenes: list[Scene] = []
    for film, (name, text) in enumerate(tracked(corpora.screenplays(data), "scenes", "screenplays")):
        found = parse_text(text_of(text.encode(), name)).scenes
        worded = [scene for scene in found if len(f"{scene.action} {scene.dialogue}".split()) >= MIN_WORDS]
        drawn = random.choice(len(worded), min(SCENES, len(worded)), replace=False)
        scenes += [worded[index] for index in sorted(drawn)]
        films += [film] * len(drawn)
    return np.array(films, np.int64), scenes


def _heard(valence: float, arousal: float) -> Heard:
    mood = Mood(valence, arousal, 1.0, "Q1", "", "", "", AudioFeatures())
    return Heard(Song(title="clip"), None, mood)


def distances(found: SceneClipPairs, library: Sequence[Heard], options: ScoreOptions) -> Reals:
    """[n, m] as `score` has them."""
    asked, offered = axes.targets(found.scenes, found.moods), axes.offers(library)
    return cost.distances(asked, offered, options).astype(np.float64)


# ---- which quadrants lie how far away ---------------------------------------------------------------------------


def by_distance(found: SceneClipPairs, near: Reals) -> tuple[list[Band], IntervalEstimate]:
    """The bands, and the distance from which on the opposite quadrant is more frequent than the scene's own.

    near [n, m] : distances
    """
    own, opposite = _agreement(found.wanted, found.quadrant)
    controls = [_agreement(found.wanted, shuffled(found.quadrant, seed=seed)) for seed in range(SHUFFLES)]
    scene_draws, clip_draws = _drawn(found.films, DRAWS, 1), _drawn(found.artists, DRAWS, 2)

    def counts(mask: NDArray[np.bool_]) -> Reals:
        """[draws + 1] of all as it is, then as drawn."""
        table = mask.astype(np.float64)
        drawn = ((scene_draws @ table) * clip_draws).sum(axis=1)
        return np.concatenate([[table.sum()], drawn])

    bands, more = [], []
    for low, high in pairwise(EDGES):
        inside = (near >= low) & (near < high)
        total = np.maximum(counts(inside), 1.0)
        ours, theirs = counts(inside & own) / total, counts(inside & opposite) / total
        control = [[float((inside & mask).sum() / total[0]) for mask in masks] for masks in controls]
        mean_own, mean_opposite = np.mean(control, axis=0)
        share = float(inside.mean())
        bands.append(Band(low, high, share, _figure(ours), _figure(theirs), float(mean_own), float(mean_opposite)))
        more.append(theirs >= ours)  # a band that holds no pair of a sample decides nothing
    return bands, _figure(crossing(np.array(more).T))


def crossing(more: NDArray[np.bool_]) -> Reals:
    """For each row [bands], the lower edge of the first band from which on all are true; the last edge where none."""
    always = np.flip(np.logical_and.accumulate(np.flip(more, axis=1), axis=1), axis=1)
    first = np.where(always.any(axis=1), always.argmax(axis=1), len(EDGES) - 2)
    out: Reals = np.array(EDGES)[first]
    return out


def _agreement(wanted: Whole, quadrant: Whole) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """[n, m] whether a clip is in the scene's own quadrant, and whether in the opposite one."""
    return wanted[:, None] == quadrant[None], OPPOSITE[wanted][:, None] == quadrant[None]


def _drawn(groups: Whole, draws: int, seed: int) -> Reals:
    """[draws, rows] how often each row stands in a sample where whole groups are drawn with replacement."""
    _, member = np.unique(groups, return_inverse=True)
    count = int(member.max()) + 1
    times = np.random.default_rng(seed).multinomial(count, np.full(count, 1.0 / count), size=draws)
    out: Reals = times[:, member].astype(np.float64)
    return out


def _figure(values: Reals) -> IntervalEstimate:
    low, high = np.quantile(values[1:], [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return IntervalEstimate(float(values[0]), float(low), float(high))


# ---- what the limit means for a library -------------------------------------------------------------------------


def silent(found: SceneClipPairs, size: int) -> tuple[IntervalEstimate, float, float]:
    """Share of scenes without a near song in random libraries of `size` clips, interval over films; and the shares of
    the luckiest and the unluckiest twentieth of the libraries."""
    random = np.random.default_rng(SEED + size)
    far = np.array([_far(found, random.choice(len(found.library), size, replace=False)) for _ in range(LIBRARIES)])
    draws = _drawn(found.films, DRAWS, 3)
    each = far.mean(axis=0)
    low, high = np.quantile(far.mean(axis=1), [0.05, 0.95])
    return _figure(np.concatenate([[each.mean()], draws @ each / draws.sum(axis=1)])), float(low), float(high)


def _far(found: SceneClipPairs, chosen: Whole) -> NDArray[np.bool_]:
    """[n] whether a scene has no near song among the chosen clips."""
    near = distances(found, [found.library[i] for i in chosen], ScoreOptions(by="sound"))
    out: NDArray[np.bool_] = near.min(axis=1) > cost.NEAR
    return out


def within_alike(found: SceneClipPairs, data: Path | None) -> tuple[float, dict[str, float]]:
    """Share of pairs within the limit by sound, and the distances by words and by both that hold as many.

    The clips have no words at hand, so each of some is given the words of a song drawn at random.
    """
    random = np.random.default_rng(SEED)
    texts = corpora.lyrics(data).texts
    words = word_moods([texts[i] for i in random.choice(len(texts), WORDED, replace=False)], "lyric")
    chosen = random.choice(len(found.library), WORDED, replace=False)
    library = [
        replace(found.library[i], mood=replace(found.library[i].mood, words=mood))
        for i, mood in zip(chosen, words, strict=True)
    ]
    share = float((distances(found, library, ScoreOptions(by="sound")) <= cost.NEAR).mean())
    alike = {by: distances(found, library, ScoreOptions(by=by)) for by in ("words", "both")}
    return share, {by: float(np.quantile(near, share)) for by, near in alike.items()}


# ---- the section ------------------------------------------------------------------------------------------------


def section(found: SceneClipPairs, data: Path | None) -> Iterator[str]:
    """The part of docs/ACCURACY.md."""
    bands, cross = by_distance(found, distances(found, found.library, ScoreOptions(by="sound")))
    share, alike = within_alike(found, data)
    predicted = quadrant_of(np.array([[heard.mood.valence, heard.mood.arousal] for heard in found.library]))
    agrees = float((predicted == found.quadrant).mean())
    artists, films = len(np.unique(found.artists)), len(np.unique(found.films))
    yield "## Film scores: when nothing is near\n"
    yield "`tonescape evaluate score-limit --write docs/ACCURACY.md`\n"
    yield f"{len(found.library)} clips of 4Q by {artists} artists against {len(found.scenes)} scenes of {films} films."
    yield "Of the clips at a distance from a scene, the share in the scene's own quadrant and in the opposite one."
    yield (
        "A clip's quadrant is its editors', a scene's is read from its words: nobody has judged the pairs. "
        "The valence and"
    )
    yield "arousal that make the distance come from models fitted without the clip's artist, five folds,"
    yield f"{agrees:.2f} of the quadrants right ({HEARD_ALL})."
    yield "95 % intervals, films and artists drawn anew at once.\n"
    yield "| distance | of all pairs | own quadrant | opposite | quadrants shuffled: own, opposite |"
    yield "|---|---|---|---|---|"
    for band in bands:
        span = f"{band.low:g} to {band.high:g}" if np.isfinite(band.high) else f"{band.low:g} and more"
        control = f"{band.control_own:.2f}, {band.control_opposite:.2f}"
        yield f"| {span} | {band.share:.3f} | {band.own} | {band.opposite} | {control} |"
    yield f"\nThe opposite quadrant is more frequent from {cross} on; the limit is {cost.NEAR}."
    yield f"Within it lie {share:.2f} of the pairs by sound; by words as many lie within {alike['words']:.2f}, by both"
    yield f"within {alike['both']:.2f} ({WORDED} clips with the words of other songs, drawn at random).\n"
    yield f"Scenes without a near song in random libraries of these clips, {LIBRARIES} of each size:\n"
    yield "| songs | scenes left silent | in the luckiest and the unluckiest twentieth of libraries |"
    yield "|---|---|---|"
    for size in SIZES:
        figure, low, high = silent(found, size)
        yield f"| {size} | {figure} | {low:.2f}, {high:.2f} |"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = options.parser("Measure the distance beyond which no song is near a scene.")
    options.add_data(parser)
    options.add_write(parser)
    given = parser.parse_args(arguments)
    publish("score-limit", "\n".join(section(pairs(given.data), given.data)), given.write)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
