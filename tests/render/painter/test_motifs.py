"""Every installed motif: whole planes, clean numbers, one seed one composition, other seeds others, moods that show."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest
from songs import brief

from tonescape.core.colour import oklab_to_srgb
from tonescape.core.settings import plugin, plugins
from tonescape.render.painter.composition.builder import (
    Stage,
    area_below,
    beats,
    contour,
    flip_about,
    same_winding,
)
from tonescape.render.painter.composition.model import WORK
from tonescape.render.painter.subjects.objects import camel, deer, house, lightning
from tonescape.render.painter.subjects.plants import broadleaf, cypress, flower, palm, trunk
from tonescape.render.skia.graphics import mask

if TYPE_CHECKING:
    from tonescape.render.painter.composition.model import Composition

MOTIFS = tuple(plugins("motifs"))

NATURE = {"forest", "desert", "meadow", "canyon", "aurora", "river-valley", "islands", "volcano"}


@cache
def scene(motif: str, valence: float = 0.9, arousal: float = 0.5, seed: int = 5) -> Composition:
    """The composition of a made-up song; kept, because several tests look at one."""
    found = plugin("motifs", motif)(brief(valence, arousal, seed, motif), rng(seed))
    return found  # type: ignore[no-any-return]


def rng(seed: int = 3) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64([seed, 1]))


def test_the_nature_motifs_are_installed() -> None:
    assert set(MOTIFS) >= NATURE


@pytest.mark.parametrize("motif", MOTIFS)
def test_a_composition_is_whole(motif: str) -> None:
    one = scene(motif)
    total = np.sum([plane.alpha for plane in one.masks], axis=0)
    assert np.quantile(np.abs(total - 1), 0.98) < 0.06
    assert all(plane.alpha.min() > -1e-3 and plane.alpha.max() < 1 + 1e-3 for plane in one.masks)
    depths = [plane.depth for plane in one.masks]
    assert depths == sorted(depths)
    assert len(one.masks) >= 2
    assert one.lab.shape == (WORK, WORK, 3)
    for field in (one.lab, one.flow, one.detail, one.order()):
        assert np.isfinite(field).all()
    assert one.detail.min() >= 0 and one.detail.max() <= 1
    srgb = oklab_to_srgb(one.lab[::4, ::4])
    assert np.mean((srgb < -0.15) | (srgb > 1.15)) < 0.08  # a little out of gamut is clipped, much would band
    assert all(-0.3 <= at <= 1.3 for at in (*one.light, *one.focus))
    assert len(one.parameters) >= 2
    assert all(name and np.isfinite(value) for name, value in one.parameters)
    assert all(len(shape) >= 3 and np.isfinite(shape).all() for thing in one.figures for shape in thing.shapes)


@pytest.mark.parametrize("motif", sorted(NATURE))
def test_one_seed_one_composition(motif: str) -> None:
    one, again = scene(motif), plugin("motifs", motif)(brief(0.9, 0.5, 5, motif), rng(5))
    assert np.array_equal(one.lab, again.lab)
    assert np.array_equal(one.flow, again.flow)


@pytest.mark.parametrize("motif", ["forest", "islands", "volcano"])
def test_another_seed_another_picture(motif: str) -> None:
    assert np.abs(scene(motif).lab - scene(motif, seed=6).lab).mean() > 0.02


@pytest.mark.parametrize("motif", sorted(NATURE))
def test_the_songs_course_shows(motif: str) -> None:
    song = brief(0.9, 0.5, 5, motif)
    other = replace(song, contour=tuple(1 - value for value in song.contour), beat_bars=(1.0, 0.1, 0.4, 0.0) * 4)
    assert np.abs(scene(motif).lab - plugin("motifs", motif)(other, rng(5)).lab).mean() > 2e-3


def test_a_brief_with_nothing_heard_still_has_a_picture() -> None:
    silent = replace(brief(0.5, 0.5, 2, "meadow"), contour=(), beat_bars=(float("nan"),) * 16)
    assert np.isfinite(plugin("motifs", "meadow")(silent, rng()).lab).all()


def test_planes_laid_over_each_other_share_the_picture() -> None:
    mood = scene("meadow").setting
    stage = Stage(mood, np.zeros((WORK, WORK, 3), np.float32), np.zeros((WORK, WORK), np.float32))
    stage.add_layer(
        "ground", 0.5, area_below(np.full(WORK, 0.5, np.float32)), np.array([0.8, 0.0, 0.0], np.float32), 1.0
    )
    stage.add_layer("nothing", 0.6, np.zeros((WORK, WORK), np.float32), np.ones(3, np.float32))
    assert [name for name, _, _ in stage.masks] == ["sky", "ground"]
    assert np.allclose(stage.masks[0][2] + stage.masks[1][2], 1)
    assert stage.lab[-1, 0, 0] == pytest.approx(0.8)
    assert stage.lab[0, 0, 0] == 0
    assert stage.flow[-1, 0] == 1
    assert stage.flow[0, 0] == 0


def test_overlapping_polygons_leave_no_hole() -> None:
    square = np.array([(0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8)], np.float32)
    assert mask([square, square[::-1]], 32)[16, 16] == 0  # why `same_winding` is needed
    assert mask(same_winding([square, square[::-1]]), 32)[16, 16] == 1


def test_still_water_shows_the_rows_upside_down() -> None:
    image = np.arange(WORK, dtype=np.float32)[:, None]
    mirrored = flip_about(image, 0.5)
    assert mirrored[WORK // 2, 0] == WORK // 2 - 1
    assert mirrored[-1, 0] == 0


def test_contour_and_beats_are_the_songs_own() -> None:
    song = replace(brief(), contour=tuple(np.linspace(0, 1, 64)), beat_bars=tuple([1.0] + [0.0] * 15))
    assert np.all(np.diff(contour(song, np.linspace(0, 1, 32))) >= 0)
    assert beats(song, 32)[[0, 16]].tolist() == [1, 1]
    flat = replace(song, contour=(0.4,) * 64)
    assert set(contour(flat, np.linspace(0, 1, 8)).tolist()) == {0.5}


def test_trees_and_beasts_stand_where_they_are_put() -> None:
    wood, shade, light = broadleaf(rng(), 0.5, 0.9, 0.4, side=1.0)
    crown = np.concatenate([*shade, *light])
    assert crown[:, 1].min() > 0.9 - 0.4 * 1.15
    assert np.concatenate(light)[:, 0].mean() > np.concatenate(shade)[:, 0].mean()  # the lit leaves face the light
    for shapes in (wood, cypress(rng(), 0.5, 0.9, 0.4), palm(rng(), 0.5, 0.9, 0.4, lean=0.2), deer(0.5, 0.9, 0.1)):
        assert np.concatenate(shapes)[:, 1].max() == pytest.approx(0.9, abs=0.02)
    assert np.concatenate(camel(0.5, 0.9, 0.1))[:, 1].min() == pytest.approx(0.8)
    assert np.concatenate(trunk(rng(), 0.5, 0.8, 0.05))[:, 1].min() < 0  # it leaves the picture
    assert all(len(part) for part in house(0.5, 0.9, 0.1))
    petals, heart = flower(rng(), 0.5, 0.5, 0.1, "daisy")
    assert len(petals) >= 9 and len(heart) == 1
    bolt = lightning(rng(), (0.5, 0.0), (0.4, 0.6), 0.004)
    assert bolt[0][:, 1].max() == pytest.approx(0.6, abs=0.01)


def test_beds_of_stone_repeat_without_an_edge() -> None:
    from tonescape.render.painter.motifs.canyon.strata import beds

    bands = np.arange(256, dtype=np.float32)[:, None]
    just_below = np.array([-1e-6, 0.0, 255.9, 256.0], np.float32)
    assert float(np.mod(just_below[0], np.float32(256))) == 256  # why the remainder is taken of whole numbers
    assert beds(bands, just_below)[:, 0].tolist() == [255, 0, 255, 0]
