"""How far each song is from each scene."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from tonescape.score.axes import Offers, Targets
from tonescape.score.options import ScoreOptions

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float32]

BLOCK = 8192
"""songs at a time: 200 scenes x 8192 songs x 4 bytes stay in the processor's cache"""

VARY = 0.35
"""standard deviations of noise on the distance when another plan is asked for"""

NEAR = 1.1
"""distance beyond which no song is near. From here on a song is more often of the quadrant opposite to the scene's
(.22) than of the scene's own (.14); up to .7 more than half are of its own, and .25 would be chance (docs/ACCURACY.md,
"when nothing is near"). By words, and by both, as many pairs of scene and song lie within 1.12, 1.14."""

UNWORDED = 99.0
"""distance of a song without words where only words count"""


def distances(scenes: Targets, songs: Offers, options: ScoreOptions) -> Floats:
    """Float32 [scenes, songs], >= 0, in standard deviations: root of a weighted mean of squared differences per axis.

    With by="both" a song without words is measured by its sound alone.
    """
    out = np.empty((len(scenes.sound), len(songs.sound)), np.float32)
    for first in range(0, len(songs.sound), BLOCK):
        part = slice(first, first + BLOCK)
        out[:, part] = _block(scenes, songs, part, options)
    return out


def costs(near: Floats, scenes: Targets, songs: Offers, options: ScoreOptions) -> Floats:
    """What a choice goes by: distances, with more for a song shorter than its scene, and noise for another plan."""
    out = near.copy()
    for first in range(0, len(songs.sound), BLOCK):
        part = slice(first, first + BLOCK)
        short = np.log(np.maximum(1.0, scenes.seconds[:, None] / songs.seconds[None, part]))
        out[:, part] += options.weights.length * short
    if options.vary:
        out += _noise(options.vary, out.shape)
    return np.maximum(out, 0.0, out=out)


def limit(options: ScoreOptions) -> float:
    """The distance beyond which no song is near."""
    return NEAR if options.limit is None else options.limit


def _block(scenes: Targets, songs: Offers, part: slice, options: ScoreOptions) -> Floats:
    w = options.weights
    sound = _squares(scenes.sound, songs.sound[part], np.array([w.valence, w.arousal]))
    if options.by == "sound":
        near = sound
    else:
        # dominance is read worst of the three (see docs/ACCURACY.md), so it counts least
        axes = _squares(scenes.words, songs.words[part], np.array([1.0, 0.5, 0.25]))
        profile = 2.0 - 2.0 * (scenes.emotions @ songs.emotions[part].T)
        weight = w.emotions * scenes.sure[:, None]
        words = (axes + weight * profile) / (1.0 + weight)
        worded = songs.worded[part]
        if options.by == "words":
            near = np.where(worded > 0, words, np.float32(UNWORDED**2))
        else:
            near = (sound + w.lyric * worded * words) / (1.0 + w.lyric * worded)
    out: Floats = np.sqrt(np.maximum(near, 0.0)).astype(np.float32)
    return out


def _squares(left: Floats, right: Floats, weights: NDArray[np.float64]) -> Floats:
    """[n, m] weighted mean of squared differences."""
    share = (weights / max(1e-9, float(weights.sum()))).astype(np.float32)
    a, b = left * np.sqrt(share), right * np.sqrt(share)
    return (a * a).sum(axis=1)[:, None] + (b * b).sum(axis=1)[None] - 2.0 * (a @ b.T)  # type: ignore[no-any-return]


def _noise(seed: int, shape: tuple[int, int]) -> Floats:
    return np.random.default_rng(seed).normal(0.0, VARY, shape).astype(np.float32)


def best(costs: Floats, count: int) -> NDArray[np.int64]:
    """[scenes, count] indices of the nearest songs, nearest first; ties by index."""
    count = min(count, costs.shape[1])
    if costs.shape[1] > 4 * count:
        near = np.argpartition(costs, count - 1, axis=1)[:, :count]
        near.sort(axis=1)
    else:
        near = np.broadcast_to(np.arange(costs.shape[1]), costs.shape)
    order = np.argsort(np.take_along_axis(costs, near, axis=1), axis=1, kind="stable")
    return np.take_along_axis(near, order, axis=1)[:, :count].astype(np.int64)
