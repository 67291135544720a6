"""Every style that is installed: size, sameness to the byte, one composition at every size, unlike the others."""

from __future__ import annotations

from functools import cache
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tonescape.core.colour import srgb_to_oklab
from tonescape.core.records import AudioFeatures, Brief, Mood
from tonescape.core.settings import plugin, plugins
from tonescape.plan.palette import palette
from tonescape.render.painter.finish import OKLAB, encoded, opaque, resized, tooth
from tonescape.render.painter.graphics import Texture, per_pixel

if TYPE_CHECKING:
    from tonescape.render.painter.scene import Composition

STYLES = tuple(plugins("styles"))

FAITHFUL = ("cubism", "expressionism", "impressionism", "oil", "pastel", "pointillism")
"""styles that keep the mean colour of the composition: mixtures and turns of hue, but no other paper or inks"""


@cache
def scene(valence: float, arousal: float, motif: str = "mountain-lake") -> Composition:
    audio = AudioFeatures(danceability=0.5, energy=arousal, key=2.0, mode=1.0, acousticness=0.3, valence=valence)
    brief = Brief(
        title="A song",
        artist="Somebody",
        mood=Mood(valence, arousal, 0.7, "Q1", "Cheerful", "happy", "exuberance", audio),
        palette=palette(valence, arousal, audio),
        main=(150, 180, 80),
        mood_colour=(160, 190, 70),
        main_name="khaki",
        mood_name="khaki",
        motif=motif,
        style="oil",
        prompt="",
        seed=3,
        contour=(0.3, 0.6, 0.4, 0.9, 0.5, 0.7, 0.2, 0.6),
        beat_bars=(0.5,) * 16,
    )
    return plugin("motifs", motif)(brief, np.random.Generator(np.random.PCG64([3, 1])))  # type: ignore[operator]


def drawn(style: str, size: int, valence: float = 0.75, arousal: float = 0.6) -> np.ndarray:
    told: list[float] = []
    rng = np.random.Generator(np.random.PCG64([3, 2]))
    image = plugin("styles", style)(scene(valence, arousal), size, rng, told.append)  # type: ignore[operator]
    assert told == sorted(told) and all(0 <= share <= 1 for share in told), "progress rises from 0 to 1"
    return image


@cache
def kept(style: str, size: int) -> np.ndarray:
    return drawn(style, size)


def thumbnail(image: np.ndarray, side: int = 32) -> np.ndarray:
    """Means over side x side cells; both sizes in use are multiples of 32."""
    step = len(image) // side
    return image.reshape(side, step, side, step, 3).astype(np.float64).mean((1, 3))


@pytest.mark.parametrize("style", STYLES)
def test_shape_and_the_same_bytes_twice(style: str) -> None:
    first, second = kept(style, 64), drawn(style, 64)
    assert first.shape == (64, 64, 3) and first.dtype == np.uint8
    assert first.tobytes() == second.tobytes()


@pytest.mark.parametrize("style", STYLES)
def test_one_composition_at_every_size(style: str) -> None:
    small, large = (thumbnail(kept(style, size)).ravel() for size in (128, 512))
    assert np.corrcoef(small, large)[0, 1] > 0.9
    assert abs(small.mean() - large.mean()) < 8


@pytest.mark.parametrize("style", [name for name in FAITHFUL if name in STYLES])
def test_the_mean_colour_is_the_compositions(style: str) -> None:
    wanted = scene(0.75, 0.6).lab.reshape(-1, 3).mean(0)
    found = srgb_to_oklab(kept(style, 512) / 255).reshape(-1, 3).mean(0)
    assert abs(found - wanted).max() < 0.045


@pytest.mark.parametrize("style", STYLES)
def test_a_sad_song_is_darker_than_a_glad_one(style: str) -> None:
    glad, sad = (srgb_to_oklab(drawn(style, 64, *mood) / 255)[..., 0].mean() for mood in ((0.85, 0.3), (0.12, 0.3)))
    assert glad > sad + 0.06


def test_no_two_styles_look_alike() -> None:
    looks = {style: thumbnail(kept(style, 512), 64) for style in STYLES}
    for one, other in combinations(STYLES, 2):
        assert np.sqrt(((looks[one] - looks[other]) ** 2).mean()) > 7, (one, other)


def test_pointillism_divides_colours_whose_mean_stays() -> None:
    from tonescape.render.painter.styles.pointillism import divided

    colour = np.tile(np.float32([0.6, 0.06, 0.02]), (3000, 1))
    dots = divided(colour, scene(0.75, 0.6), np.arange(3000) % 3, 1.0, np.random.default_rng(1))
    assert np.abs(dots.mean(0) - colour[0]).max() < 0.004
    assert dots[:, 1:].std(0).min() > 0.03


def test_cubism_facets_tile_the_picture() -> None:
    from tonescape.render.painter.styles.cubism import facetted

    facets = facetted(scene(0.75, 0.6), np.random.default_rng(1))
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
