"""What is measured of generators, on features and pictures with known answers."""

import numpy as np
import pytest

from tonescape.train.pictures.generators import measure


def features(n, shift=0.0, seed=0):
    return (np.random.default_rng(seed).random((n, 32)) + shift).astype(np.float32)


def test_kid_is_about_nothing_for_one_kind_of_pictures_and_grows_with_the_gap():
    reference = features(120)
    same, other, far = (measure.kid(features(120, shift, 1), reference) for shift in (0.0, 0.1, 0.4))
    assert same.low < 0.0 < same.high
    assert 0.0 < other.low < other.value < far.low


def test_a_difference_of_two_alike_generators_covers_zero_and_of_unlike_ones_does_not():
    reference = features(120)
    alike = measure.kid_difference(features(120, 0.1, 1), features(120, 0.1, 2), reference)
    worse = measure.kid_difference(features(120, 0.4, 1), features(120, 0.1, 2), reference)
    assert alike.low < 0.0 < alike.high and worse.low > 0.0
    same = measure.kid_difference(reference, reference, features(120, 0.2, 3))
    assert (same.low, same.value, same.high) == (0.0, 0.0, 0.0)


def test_a_copy_is_found_as_the_nearest_picture():
    known = features(50)
    at, far = measure.nearest(known[[7, 31]] * 2.0, known)  # brighter all over: the same direction
    assert at.tolist() == [7, 31] and np.allclose(far, 0.0, atol=1e-6)


def test_noise_has_the_colours_of_its_picture_and_no_shapes():
    image = np.zeros((64, 64, 3), np.uint8)
    image[:, :32], image[:, 32:] = (90, 120, 150), (130, 140, 170)
    (made,) = measure.noise([image])
    assert np.allclose(made.mean((0, 1)), image.mean((0, 1)), atol=2.0)
    assert np.allclose(made.std((0, 1)), image.std((0, 1)), atol=2.0)
    assert abs(float(made[:, :32].mean()) - float(made[:, 32:].mean())) < 2.0


def test_pictures_come_in_the_order_asked_whatever_the_batch():
    def draw(asked, seeds):
        return [np.full((4, 4, 3), int(100 * v) + seed, np.uint8) for (v, _), seed in zip(asked, seeds, strict=True)]

    asked = np.linspace(0, 1, 21)[:, None].repeat(2, axis=1)
    images, seconds = measure.drawn(draw, asked, range(21), batch=8)
    assert [int(image[0, 0, 0]) for image in images] == [int(100 * v) + seed for seed, (v, _) in enumerate(asked)]
    assert seconds >= 0.0


def test_memory_of_an_engine_that_is_not_there_is_unknown():
    assert np.isnan(measure.peak_memory("no-such-engine"))


def test_memory_of_the_painter_is_known():
    pytest.importorskip("skia")
    assert 20.0 < measure.peak_memory("painter") < 4000.0


def test_further_runs_are_measured_by_name(tmp_path, monkeypatch):
    import argparse

    from tonescape.core.errors import UsageError
    from tonescape.train.pictures.generators import evaluate as generator_eval

    held = (np.zeros((64, 64, 3), np.uint8),) * 40
    reference = measure.Real(features(40), features(60, 0.0, 1), held, (), np.full((40, 2), 0.5))
    sides = []

    def drawer(run):
        image = np.full((32, 32, 3), 9, np.uint8) if run.name == "far" else np.zeros((64, 64, 3), np.uint8)
        return lambda asked, seeds: [image] * len(asked)

    def seen(images, side=measure.SIDE):
        sides.append((int(images[0].max()), side))
        return features(len(images), 0.2 if images[0].max() else 0.0, 2)

    monkeypatch.setattr(generator_eval, "drawer", drawer)
    monkeypatch.setattr(measure, "seen", seen)
    given = argparse.Namespace(rows=["near one=runs/near", "far, a=b=runs/far"], judged=0)
    near, far = generator_eval.further_rows(reference, given)
    assert (near.name, far.name) == ("near one", "far, a=b")
    assert near.pictures == 40 and near.kid.value < far.kid.value
    assert sides == [(0, 64), (9, 32), (0, 32)]  # photographs are brought to a small generator's side
    assert near.copied is not None and far.copied is None
    for wrong in ("runs/near", "=runs/near", "name="):
        with pytest.raises(UsageError, match="NAME=RUN"):
            generator_eval.further_rows(reference, argparse.Namespace(rows=[wrong], judged=0))
