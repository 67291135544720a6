"""What a style must pass on: the order of moods in light and colour; what it must add: a look of its own."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from test_painter import brief, thumbnail

from tonescape.core.colour import srgb_to_oklab
from tonescape.core.errors import UsageError
from tonescape.core.settings import plugin, plugins
from tonescape.render.painter import paint
from tonescape.render.painter.grade import graded
from tonescape.render.painter.motifs import mountain_lake
from tonescape.render.painter.scene import Composition

STYLES = tuple(sorted(plugins("styles")))

CORNERS = ((0.12, 0.12), (0.12, 0.88), (0.88, 0.12), (0.88, 0.88))


@cache
def scene(valence: float, arousal: float, seed: int) -> Composition:
    rng = np.random.Generator(np.random.PCG64([seed, 1]))
    return graded(mountain_lake.compose(brief(valence, arousal, seed), rng))


def small(style: str, valence: float, arousal: float, seed: int = 3, size: int = 64) -> np.ndarray:
    rng = np.random.Generator(np.random.PCG64([seed, 2]))
    return plugin("styles", style)(scene(valence, arousal, seed), size, rng, lambda share: None)  # type: ignore[operator]


@pytest.mark.parametrize("style", STYLES)
def test_corners_of_the_plane_keep_their_order(style: str) -> None:
    """Lighter with valence at either arousal, richer with arousal at low valence, whatever the style."""
    light, chroma = {}, {}
    for corner in CORNERS:
        lab = srgb_to_oklab(thumbnail(small(style, *corner)) / 255)
        light[corner], chroma[corner] = lab[..., 0].mean(), np.hypot(lab[..., 1], lab[..., 2]).mean()
    for arousal in (0.12, 0.88):
        assert light[0.88, arousal] > light[0.12, arousal] + 0.08
    assert chroma[0.12, 0.88] > chroma[0.12, 0.12]
    assert max(chroma[0.88, 0.12], chroma[0.88, 0.88]) > chroma[0.12, 0.12] + 0.02


def test_styles_differ_more_than_seeds_do() -> None:
    """At the size of a thumbnail: unlike looks, with the composition's own place of things taken out.

    A look is what shifting a picture does not change: means, spreads and how fast light and colour vary.
    """

    def look(image: np.ndarray) -> np.ndarray:
        lab = srgb_to_oklab(image / 255)
        steps = [np.abs(np.diff(lab, axis=axis)).mean((0, 1)) for axis in (0, 1)]
        blocks = lab.reshape(16, 4, 16, 4, 3)
        rim = np.concatenate([lab[:2].reshape(-1, 3), lab[-2:].reshape(-1, 3)]).mean(0) - lab[8:-8, 8:-8].mean((0, 1))
        return np.concatenate([lab.mean((0, 1)), lab.std((0, 1)), *steps, blocks.std((1, 3)).mean((0, 1)), rim])

    looks = np.array([[look(small(style, 0.75, 0.6, seed)) for seed in (3, 4, 5)] for style in STYLES])
    looks /= looks.std((0, 1)) + 1e-9
    within = np.linalg.norm(looks - looks.mean(1, keepdims=True), axis=-1).mean()
    centres = looks.mean(1)
    apart = np.linalg.norm(centres[:, None] - centres[None], axis=-1)[np.triu_indices(len(STYLES), 1)]
    assert np.median(apart) > 1.5 * within
    assert apart.min() > 0.6 * within


@pytest.mark.parametrize("style", STYLES)
def test_the_same_picture_small_and_large(style: str) -> None:
    small_one, large = (thumbnail(small(style, 0.75, 0.6, size=size), 32).ravel() for size in (256, 640))
    assert np.corrcoef(small_one, large)[0, 1] > 0.9


@pytest.mark.parametrize("size", [63, 8193, -5])
def test_no_style_takes_a_size_out_of_range(size: int) -> None:
    with pytest.raises(UsageError, match="64 to 8192"):
        paint(brief(style="poster"), size=size)
