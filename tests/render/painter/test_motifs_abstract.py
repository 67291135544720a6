"""Motifs of the city, the night and those without things: the song and its mood shape them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib import import_module

import numpy as np
import pytest
from songs import brief

from tonescape.render.painter.composition import abstract
from tonescape.render.painter.composition.model import WORK, Composition
from tonescape.render.skia import graphics

CITY = ("night-sky", "city-dusk", "city-rain")
ABSTRACT = ("flow-field", "geometry", "cymatics", "colour-field", "shards", "weave")

RISE = tuple(float(v) for v in np.linspace(0, 1, 64))


def composed(name: str, song, seed: int = 3) -> Composition:  # type: ignore[no-untyped-def]
    module = import_module("tonescape.render.painter.motifs." + name.replace("-", "_"))
    return module.compose(replace(song, seed=seed), np.random.Generator(np.random.PCG64([seed, 1])))


@cache
def plain(name: str) -> Composition:
    return composed(name, brief())


@pytest.mark.parametrize("name", CITY + ABSTRACT)
def test_a_composition_is_whole(name: str) -> None:
    scene = plain(name)
    assert scene.lab.shape == (WORK, WORK, 3)
    for field in (scene.lab, scene.flow, scene.detail):
        assert np.isfinite(field).all()
    total = sum(plane.alpha for plane in scene.masks)
    assert float(np.abs(total - 1).max()) < 0.01
    depths = [plane.depth for plane in scene.masks]
    assert depths == sorted(depths)
    assert scene.masks[-1].name == "front"
    assert len({plane.name for plane in scene.masks}) == len(depths)
    for x, y in (scene.light, scene.focus):
        assert 0 <= x <= 1
        assert 0 <= y <= 1
    assert dict(scene.parameters)["horizon"] == scene.horizon


@pytest.mark.parametrize("name", CITY + ABSTRACT)
def test_the_same_twice_and_another_with_another_seed_or_song(name: str) -> None:
    first, again = plain(name), composed(name, brief())
    assert np.array_equal(first.lab, again.lab)
    assert np.array_equal(first.flow, again.flow)
    assert np.abs(first.lab - composed(name, brief(), seed=4).lab).mean() > 0.01
    # a second song of the same mood, key and seed, which only grows louder
    assert np.abs(first.lab - composed(name, replace(brief(), contour=RISE)).lab).mean() > 0.004


def test_the_ground_is_light_for_happy_songs_and_dark_for_sad_ones() -> None:
    grounds = []
    for v in (0.1, 0.9):
        song = brief(valence=v, arousal=0.4)
        rng = np.random.Generator(np.random.PCG64(2))
        mood = abstract.abstract_setting(song, rng, (0.4, 0.4))
        schemes = [abstract.scheme(song, mood, rng) for _ in range(60)]
        grounds.append(float(np.mean([one.ground[0] for one in schemes])))
    assert grounds[1] > grounds[0] + 0.25


def test_tense_geometry_slants_and_calm_geometry_lies_level() -> None:
    calm, tense = (
        [dict(composed("geometry", brief(valence=v, arousal=a), seed=seed).parameters)["slant"] for seed in range(2)]
        for v, a in ((0.85, 0.1), (0.12, 0.9))
    )
    assert max(calm) < min(tense)


def test_a_wave_is_a_sine_when_calm_and_a_triangle_when_tense() -> None:
    phase = np.linspace(0, 1, 401)
    soft, sharp = abstract.zigzag(phase, 0.0), abstract.zigzag(phase, 1.0)
    for wave in (soft, sharp):
        assert wave.min() == pytest.approx(-1, abs=1e-6)
        assert wave.max() == pytest.approx(1, abs=1e-6)
    bend = [np.abs(np.diff(wave, 2)).max() for wave in (soft, sharp)]
    assert bend[1] > 20 * bend[0]


def test_a_song_without_sound_gets_a_course_of_its_own_and_bad_values_do_no_harm() -> None:
    mood = plain("weave").setting
    flat = replace(brief(), contour=(0.5,) * 64, beat_bars=(0.5,) * 16, sections=())
    courses = [abstract.song_curves(flat, mood, np.random.Generator(np.random.PCG64(seed))) for seed in (1, 2)]
    assert np.abs(courses[0].curve - courses[1].curve).mean() > 0.05
    odd = replace(brief(), contour=(float("nan"), 0.2, 0.9), sections=(0.9, -1.0, 0.4, float("nan"), 2.0))
    song = abstract.song_curves(odd, mood, np.random.Generator(np.random.PCG64(1)))
    assert song.cuts.tolist() == pytest.approx([0, 0.4, 0.9, 1])
    assert np.isfinite(song.curve).all()
    assert np.isfinite(song.level).all()
    many = replace(brief(), sections=tuple(i / 100 for i in range(1, 100)))
    assert (
        len(abstract.song_curves(many, mood, np.random.Generator(np.random.PCG64(1))).level) <= abstract.MOST_PARTS + 1
    )


def test_the_loud_part_is_told_from_the_quiet_one() -> None:
    mood = plain("weave").setting
    song = abstract.song_curves(
        replace(brief(), contour=RISE, sections=(0.5,)), mood, np.random.Generator(np.random.PCG64(1))
    )
    assert song.level[1] > song.level[0] + 0.4
    assert song.part(np.array([0.2, 0.8])).tolist() == [0, 1]
    assert float(song.at(np.array([0.9]))[0]) > float(song.at(np.array([0.1]))[0]) + 0.6


def test_polygons_are_numbered_the_last_on_top() -> None:
    whole, half = abstract.box(0.5, 0.5, 1.2, 1.2), abstract.box(0.0, 0.5, 1.0, 1.2)
    number = graphics.numbered([abstract.box(0.9, 0.9, 0.1, 0.1), *[whole] * 299, half], 64)
    assert number[32, 10] == 300
    assert number[32, 50] == 299


def test_rounded_corners_stay_within_the_polygon() -> None:
    square = abstract.box(0.5, 0.5, 0.6, 0.6)
    soft = abstract.round_corners(square, 3)
    assert len(soft) == 32
    assert float(abstract.fill_alpha(soft).sum()) < float(abstract.fill_alpha(square).sum())
    assert np.array_equal(abstract.round_corners(square, 0), square)


def test_skylines_are_the_songs_own() -> None:
    """Of two songs that differ only in their energy curve, the one that rises has its towers on the right."""
    tops = []
    for contour in (RISE, RISE[::-1]):
        from tonescape.render.painter.subjects import city

        song = replace(brief(), contour=contour)
        mood = plain("city-dusk").setting
        course = abstract.song_curves(song, mood, np.random.Generator(np.random.PCG64(5)))
        houses = city.row(course, mood, np.random.Generator(np.random.PCG64(6)), foot=0.7, tall=0.5, wide=0.06)
        tops.append(np.polyfit((houses.left + houses.right) / 2, houses.top, 1)[0])
    assert tops[0] < -0.1
    assert tops[1] > 0.1
