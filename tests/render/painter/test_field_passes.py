"""The quick ways of blurs, noise, masks and brush marks give what the plain ways give."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from tonescape.render.painter.raster.filters import blur
from tonescape.render.painter.raster.noise import _refine, _spline_rows
from tonescape.render.painter.styles.print import regions
from tonescape.render.skia import graphics


@pytest.mark.parametrize("sigma", [0.5, 1.2, 2.4])
@pytest.mark.parametrize("shape", [(64, 64), (33, 201)])
def test_blur_is_scipys(sigma: float, shape: tuple[int, int]) -> None:
    image = np.random.default_rng(1).random(shape, dtype=np.float32)
    assert np.abs(blur(image, sigma) - gaussian_filter(image, sigma, mode="nearest", truncate=2.5)).max() < 1e-6


def test_twice_the_knots_are_the_same_spline() -> None:
    knots = np.random.default_rng(2).standard_normal((8, 3), dtype=np.float32)
    assert np.abs(_spline_rows(knots, 96) - _spline_rows(_refine(knots), 96)).max() < 1e-5


def test_regions_do_not_bleed_into_each_other() -> None:
    labels = np.zeros((regions.CUT, regions.CUT), np.intp)
    labels[100:] = 1
    labels[10:13, 300:] = 3  # number 2 is nowhere
    image = np.stack([labels == 0, labels == 3], -1).astype(np.float32)
    assert np.abs(regions.blur_within(image, labels, 2.2) - image).max() < 1e-5


def test_no_marks_and_small_marks() -> None:
    atlas = np.full((20, 40, 4), 255, np.uint8)
    marks = graphics.Sprites(atlas, np.array([(0, 0, 40, 20)], np.float32))
    for length, area in ((5.0, 12.5), (40.0, 800.0), (80.0, 3200.0)):
        pixels = np.zeros((100, 100), np.uint8)
        one = np.array([50.0]), np.array([50.0]), np.array([0.3]), np.array([length])
        marks.draw(pixels, np.array([0]), *one, np.array([0xFFFFFFFF], np.uint32))
        assert pixels.sum() / 255 == pytest.approx(area, rel=0.25, abs=3)
    none = np.zeros(0)
    marks.draw(pixels, np.zeros(0, int), none, none, none, none, np.zeros(0, np.uint32))
