"""Distances of picture sets with known answers, and the report on a painter and a judge made here."""

from __future__ import annotations

import io
from contextlib import redirect_stderr
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tonescape.core.errors import MissingError, Remark
from tonescape.core.records import Brief, Picture
from tonescape.train.lib import report as metric_page
from tonescape.train.pictures import distances as alike
from tonescape.train.pictures import evaluate as evaluate_pictures
from tonescape.train.pictures import judged as metric_judged
from tonescape.train.pictures.judges import judge


def cloud(count: int, seed: int, shift: float = 0.0, width: int = 16) -> np.ndarray:
    return np.random.default_rng(seed).normal(1.0 + shift, 1.0, (count, width))


def test_kid_is_nothing_for_one_kind_and_grows_with_distance() -> None:
    same = [alike.kid(cloud(60, seed), cloud(60, 100 + seed)) for seed in range(60)]
    error = np.std(same) / np.sqrt(len(same))
    assert abs(np.mean(same)) < 3 * error, "unbiased: the mean of many is 0, so some are negative"
    assert min(same) < 0
    near, far = (alike.kid(cloud(60, 1), cloud(60, 2, shift)) for shift in (0.5, 1.0))
    assert 0 < near < far


def test_kid_by_hand() -> None:
    a, b = np.array([[0.0], [1.0]]), np.array([[1.0], [2.0]])
    # cubic kernel (xy + 1)^3: inside a 1, inside b 27, across mean of 1, 1, 8, 27
    assert alike.kid(a, b) == pytest.approx(1 + 27 - 2 * 37 / 4)
    with pytest.raises(ValueError, match="two pictures"):
        alike.kid(a[:1], b)


def test_kid_interval_is_about_the_value() -> None:
    value, low, high = alike.kid_interval(cloud(150, 1), cloud(150, 2, 0.5))
    assert low < value < high


def test_frechet_of_known_gaussians() -> None:
    a = cloud(400, 0, width=3)
    assert alike.frechet(a, a) == pytest.approx(0.0, abs=1e-9)
    assert alike.frechet(a, a + np.array([3.0, 0.0, 4.0])) == pytest.approx(25.0, rel=1e-6)
    # covariances C and 4 C: trace(C + 4 C - 2 * 2 C) = trace(C)
    some = a
    twice = 2 * (some - some.mean(0)) + some.mean(0)
    assert alike.frechet(some, twice) == pytest.approx(np.trace(np.cov(some.T)), rel=1e-6)


def test_frechet_agrees_with_the_matrix_root() -> None:
    from scipy.linalg import sqrtm

    a, b = cloud(90, 1, width=5), cloud(70, 2, 0.3, width=5) * [1, 2, 0.5, 1, 3]
    root = np.trace(sqrtm(np.cov(a.T) @ np.cov(b.T)).real)
    gap = a.mean(0) - b.mean(0)
    assert alike.frechet(a, b) == pytest.approx(gap @ gap + np.trace(np.cov(a.T) + np.cov(b.T)) - 2 * root)


def test_diversity() -> None:
    assert alike.diversity(np.eye(4)) == pytest.approx(1.0)
    assert alike.diversity(np.ones((4, 3))) == pytest.approx(0.0)
    assert alike.diversity(np.ones((1, 3))) == 0.0
    assert alike.diversity(np.zeros((3, 3))) == pytest.approx(1.0)


def test_the_plane_is_covered_evenly() -> None:
    points = metric_judged.plane(200)
    assert points.shape == (200, 2) and points.min() >= 0 and points.max() <= 1
    counts = np.histogram2d(*points.T, bins=4, range=[[0, 1]] * 2)[0]
    assert counts.min() >= 10 and counts.max() <= 16
    assert abs(np.corrcoef(points.T)[0, 1]) < 0.08


def test_briefs_are_dealt_evenly_and_know_their_mood() -> None:
    briefs = metric_judged.dealt(90)
    pairs = [(brief.motif, brief.style) for brief in briefs]
    counts = [pairs.count(pair) for pair in set(pairs)]
    assert max(counts) - min(counts) <= 1
    assert np.allclose([[b.mood.valence, b.mood.arousal] for b in briefs], metric_judged.plane(90))
    assert len({brief.seed for brief in briefs}) == 90
    swap = np.random.default_rng(0).permutation(90)
    other = metric_judged.recoloured(briefs, swap)
    assert all(o.palette == briefs[i].palette for o, i in zip(other, swap, strict=True))
    assert all(o.mood == b.mood and o.seed == b.seed for o, b in zip(other, briefs, strict=True))


def test_spearman() -> None:
    a = np.arange(20.0)
    assert metric_judged.spearman(a, np.exp(a)) == pytest.approx(1.0)
    assert metric_judged.spearman(a, -a) == pytest.approx(-1.0)
    assert metric_judged.spearman(a, np.ones(20)) == 0.0


def _paint(brief: Brief, *, size: int = 64, seed: int | None = None, on_step: object = None) -> Picture:
    """Red says arousal; green says how light the palette is, one axis from composition, one from colour."""
    light = float(np.mean([colour[0] for colour in brief.palette]))
    image = np.zeros((size, size, 3), np.uint8)
    image[...] = (round(255 * brief.mood.arousal), round(255 * light), (brief.seed if seed is None else seed) % 9)
    return Picture(image, "{}", "flat", 0.0)


def _grade(images: list[np.ndarray]) -> np.ndarray:
    return np.array([[image[0, 0, 1] / 255, image[0, 0, 0] / 255] for image in images])


class Stub:
    """Grades as `_grade` does, with a real judge's card."""

    def __init__(self, card: dict[str, Any]) -> None:
        self.card = card

    def __call__(self, images: list[np.ndarray]) -> np.ndarray:
        return _grade(images)


@pytest.fixture(scope="module")
def judged() -> metric_judged.JudgedPictures:
    predicted = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stderr(predicted):
        patch.setattr(metric_judged, "paint", lambda name, brief, **asked: _paint(brief, **asked))
        result = metric_judged.run(_grade, count=90, size=64)
    pictures = 3 * 90 + 4 * (10 + 4)
    assert predicted.getvalue() == "".join(f"\rpainted {n} of {pictures}" for n in range(1, pictures + 1)) + "\n"
    return result


def test_the_controls_tell_composition_from_colour(judged: metric_judged.JudgedPictures) -> None:
    asked, recoloured = judged.asked, judged.recoloured
    valence, arousal = metric_judged.agreement(asked, judged.judged)
    assert arousal.value > 0.99 and valence.value > 0.3
    composition, palette = (metric_judged.agreement(asked[r], recoloured) for r in (np.arange(90), judged.swap))
    assert composition[1].value > 0.99 and abs(composition[0].value) < 0.3
    assert palette[0].value == pytest.approx(valence.value) and abs(palette[1].value) < 0.3
    for figure in metric_judged.chance(asked, judged.judged):
        assert abs(figure.value) < 0.05 and figure.low < 0 < figure.high
    assert judged.spread == pytest.approx([0.0, 0.0])
    for kind in ("motif", "style"):
        assert all(n >= metric_judged.FEWEST and a.value > 0.9 for n, _, a in metric_judged.by(kind, judged).values())


def test_the_report(monkeypatch: pytest.MonkeyPatch, judged: metric_judged.JudgedPictures, tmp_path: Path) -> None:
    one = judge("b")
    monkeypatch.setattr(metric_judged, "run", lambda *a, **k: judged)
    monkeypatch.setattr(evaluate_pictures, "judge", lambda name: Stub(one.card))
    monkeypatch.setattr(alike, "embed", lambda images, through: np.stack([i[0, 0].astype(float) for i in images]))
    with pytest.raises(MissingError, match="the pictures are not here"):
        evaluate_pictures.report(tmp_path)  # before anything is painted
    monkeypatch.delenv("TONESCAPE_DATA", raising=False)
    with pytest.warns(Remark, match="no distances"):
        text = evaluate_pictures.report()
    assert "asked and judged" in text and "in random order" in text and "Judge A" in text
    assert "diversity" in text and "KID" not in text, "without the reference pictures no distances"
    text = "\n".join(evaluate_pictures._looks(judged, {"clouds": cloud(30, 0, width=3)}))
    assert "KID" in text and "our landscapes" in text and "nan" not in text


def test_sections_leave_each_other_alone(tmp_path: Path) -> None:
    page = tmp_path / "ACCURACY.md"
    metric_page.write_section(page, "songs", "first")
    metric_page.write_section(page, "pictures", r"old \1")
    page.write_text(page.read_text("utf-8") + "\nby hand\n", "utf-8")
    metric_page.write_section(page, "pictures", r"new \g<0>")
    text = page.read_text("utf-8")
    assert "first" in text and r"new \g<0>" in text and "old" not in text and text.endswith("by hand\n")
    assert text.count("<!-- pictures:begin -->") == 1
