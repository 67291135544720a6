"""Every style that is installed: the same bytes twice, one composition at every size, moods in order, its own look."""

from __future__ import annotations

from functools import cache
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pytest
from songs import brief

from tonescape.core.colour import srgb_to_oklab
from tonescape.core.settings import plugin, plugins
from tonescape.render.painter.composition.grading import graded
from tonescape.render.painter.motifs import mountain_lake
from tonescape.render.painter.styles.surface import OKLAB, encoded, opaque, resized, tooth
from tonescape.render.skia.graphics import Texture, per_pixel

if TYPE_CHECKING:
    from tonescape.render.painter.composition.model import Composition

STYLES = tuple(plugins("styles"))

FAITHFUL = ("cubism", "expressionism", "impressionism", "oil", "pastel", "pointillism")
"""styles that keep the mean colour of the composition: mixtures and turns of hue, but no other paper or inks"""


GLOOM, TENSION, JOY = (0.12, 0.12), (0.12, 0.88), (0.88, 0.88)


@cache
def scene(valence: float, arousal: float) -> Composition:
    """What `paint` hands to a style, at one seed."""
    return graded(mountain_lake.compose(brief(valence, arousal, 3), np.random.Generator(np.random.PCG64([3, 1]))))


def drawn(style: str, size: int, mood: tuple[float, float] = JOY) -> np.ndarray:
    told: list[float] = []
    rng = np.random.Generator(np.random.PCG64([3, 2]))
    image = plugin("styles", style)(scene(*mood), size, rng, told.append)  # type: ignore[operator]
    assert told == sorted(told) and all(0 <= share <= 1 for share in told), "progress rises from 0 to 1"
    return image


kept = cache(drawn)


@cache
def lab(style: str, mood: tuple[float, float]) -> np.ndarray:
    """OKLab [64, 64, 3]"""
    return srgb_to_oklab(kept(style, 64, mood) / 255)


def thumbnail(image: np.ndarray, side: int = 32) -> np.ndarray:
    """Means over side x side cells; both sizes in use are multiples of 32."""
    step = len(image) // side
    return image.reshape(side, step, side, step, 3).astype(np.float64).mean((1, 3))


@pytest.mark.parametrize("style", STYLES)
def test_shape_and_the_same_bytes_twice(style: str) -> None:
    first, second = kept(style, 64, JOY), drawn(style, 64)
    assert first.shape == (64, 64, 3) and first.dtype == np.uint8
    assert first.tobytes() == second.tobytes()


@pytest.mark.parametrize("style", STYLES)
def test_one_composition_at_every_size(style: str) -> None:
    small, large = (thumbnail(kept(style, size)).ravel() for size in (128, 512))
    assert np.corrcoef(small, large)[0, 1] > 0.9
    assert abs(small.mean() - large.mean()) < 8


@pytest.mark.parametrize("style", [name for name in FAITHFUL if name in STYLES])
def test_the_mean_colour_is_the_compositions(style: str) -> None:
    wanted = scene(*JOY).lab.reshape(-1, 3).mean(0)
    found = srgb_to_oklab(kept(style, 512) / 255).reshape(-1, 3).mean(0)
    assert abs(found - wanted).max() < 0.05


@pytest.mark.parametrize("style", STYLES)
def test_corners_of_the_plane_keep_their_order(style: str) -> None:
    """Lighter with valence, richer with arousal at low valence, whatever the style."""
    light, chroma = {}, {}
    for corner in (GLOOM, TENSION, JOY):
        seen = lab(style, corner).reshape(16, 4, 16, 4, 3).mean((1, 3))  # from afar: dots mix to what they mean
        light[corner], chroma[corner] = seen[..., 0].mean(), np.hypot(seen[..., 1], seen[..., 2]).mean()
    assert light[JOY] > light[TENSION] + 0.08
    assert chroma[TENSION] > chroma[GLOOM]
    assert chroma[JOY] > chroma[GLOOM] + 0.02


def test_a_style_has_a_look_of_its_own_at_every_mood() -> None:
    """At the size of a thumbnail, with what the mood does to all styles alike taken out.

    A look is what shifting a picture does not change: means, spreads and how fast light and colour vary.
    """

    def look(seen: np.ndarray) -> np.ndarray:
        steps = [np.abs(np.diff(seen, axis=axis)).mean((0, 1)) for axis in (0, 1)]
        blocks = seen.reshape(16, 4, 16, 4, 3)
        rim = np.concatenate([seen[:2], seen[-2:]]).mean((0, 1)) - seen[8:-8, 8:-8].mean((0, 1))
        return np.concatenate([seen.mean((0, 1)), seen.std((0, 1)), *steps, blocks.std((1, 3)).mean((0, 1)), rim])

    looks = np.array([[look(lab(style, corner)) for corner in (GLOOM, TENSION, JOY)] for style in STYLES])
    looks -= looks.mean(0)
    looks /= looks.std((0, 1)) + 1e-9
    centres = looks.mean(1)
    within = np.linalg.norm(looks - centres[:, None], axis=-1).mean()
    apart = np.linalg.norm(centres[:, None] - centres[None], axis=-1)[np.triu_indices(len(STYLES), 1)]
    assert np.median(apart) > 1.5 * within
    assert apart.min() > 0.5 * within


def test_no_two_styles_look_alike() -> None:
    looks = {style: thumbnail(kept(style, 512), 64) for style in STYLES}
    for one, other in combinations(STYLES, 2):
        assert np.sqrt(((looks[one] - looks[other]) ** 2).mean()) > 7, (one, other)


def test_pointillism_divides_colours_whose_mean_stays() -> None:
    from tonescape.render.painter.styles.pointillism import divided

    colour = np.tile(np.float32([0.6, 0.06, 0.02]), (3000, 1))
    dots = divided(colour, scene(*JOY), np.arange(3000) % 3, 1.0, np.random.default_rng(1))
    assert np.abs(dots.mean(0) - colour[0]).max() < 0.004
    assert dots[:, 1:].std(0).min() > 0.03


def test_cubism_facets_tile_the_picture() -> None:
    from tonescape.render.painter.styles.cubism import facetted

    facets = facetted(scene(*JOY), np.random.default_rng(1))
    counts = np.bincount(facets.cell.ravel(), minlength=len(facets.wide))
    assert len(facets.wide) > 40 and (counts > 0).mean() > 0.95
    shares = counts / facets.cell.size
    assert np.abs(shares - facets.wide**2)[counts > 200].max() < 0.02  # the border's facets reach over the edge


def test_ink_descends_from_the_upper_edge_of_each_plane() -> None:
    from tonescape.render.painter.styles.ink import WORK, _descent

    order = np.zeros((WORK, WORK), np.float32)
    order[100:] = 1
    below = _descent(order)
    assert below[90, 5] == pytest.approx(90 / WORK, abs=0.01)
    assert below[120, 5] == pytest.approx(20 / WORK, abs=0.01)


def test_oklab_in_a_program_agrees_with_ours() -> None:
    rng = np.random.default_rng(2)
    srgb = rng.uniform(0.1, 0.9, (8, 8, 3))
    pixels = np.empty((8, 8, 4), np.uint8)
    source = (
        OKLAB + "uniform shader lab; half4 main(float2 p) { return half4(half3(srgb(decoded(lab.eval(p).rgb))), 1); }"
    )
    per_pixel(pixels, source, {"lab": Texture(encoded(srgb_to_oklab(srgb)))})
    assert np.abs(opaque(pixels) / 255 - srgb).max() < 0.03  # a and b are kept in steps of .003


def test_resizing_in_bands_is_resizing() -> None:
    ramp = np.tile(np.linspace(0, 255, 700).astype(np.uint8)[:, None], (1, 700))
    large = resized(ramp, 1300)
    assert large.shape == (1300, 1300)
    assert np.abs(np.diff(large[:, 5].astype(int))).max() <= 1  # no seam between bands


def test_the_papers_hills_are_of_every_height() -> None:
    hills, scale = tooth(3000)
    assert scale == 1.0
    assert np.histogram(hills, 8, (0, 256))[0].std() / hills.size < 0.01
