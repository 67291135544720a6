"""Every motif carries the mood in its composition, not in the palette alone: light follows valence, edges arousal.

So every corner of the plane is composed with one palette; what the palette adds: tests/plan/test_palette.py.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations, product

import numpy as np
import pytest
from songs import brief

from tonescape.core.settings import plugin, plugins
from tonescape.plan.palette import palette
from tonescape.render.painter.composition.model import WORK
from tonescape.render.painter.composition.setting import setting_for
from tonescape.render.painter.raster.filters import blur, downsample2
from tonescape.render.painter.subjects import objects, silhouettes, weather

MOTIFS = tuple(plugins("motifs"))
GLOOM, TENSION, CALM, JOY = (0.12, 0.12), (0.12, 0.88), (0.88, 0.12), (0.88, 0.88)
CORNERS = (GLOOM, TENSION, CALM, JOY)
SEED, OTHER = 5, 6
PALETTE = palette(0.5, 0.5)


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64([seed, 1]))


@dataclass(frozen=True)
class Seen:
    """Of a composition what the tests look at. lab : OKLab [256, 256, 3]"""

    lab: np.ndarray
    focus: tuple[float, float]
    things: frozenset[str]


@cache
def seen(motif: str, corner: tuple[float, float], seed: int = SEED) -> Seen:
    made = plugin("motifs", motif)(replace(brief(*corner, seed, motif), palette=PALETTE), rng(seed))
    return Seen(downsample2(made.lab), made.focus, frozenset(thing.name for thing in made.figures))


def apart(one: Seen, other: Seen) -> float:
    """Mean distance of colours, seen from afar: cells of a 24th of the picture."""
    far = [made.lab[:240, :240].reshape(24, 10, 24, 10, 3).mean((1, 3)) for made in (one, other)]
    return float(np.linalg.norm(far[0] - far[1], axis=-1).mean())


def unrest(made: Seen) -> float:
    """Mean steepness of lightness: how many edges there are, and how hard."""
    return float(np.hypot(*np.gradient(made.lab[..., 0])).mean())


@pytest.mark.parametrize("motif", MOTIFS)
def test_light_follows_valence_at_every_arousal(motif: str) -> None:
    light = {corner: seen(motif, corner).lab[..., 0].mean() for corner in CORNERS}
    assert light[CALM] > light[GLOOM] + 0.03
    assert light[JOY] > light[TENSION]


def test_edges_follow_arousal() -> None:
    """Over motifs, not in each: with another seed a wood or a night sky may have its edges in another corner."""
    ratios = []
    for motif in MOTIFS:
        gloom, tension, calm, joy = (unrest(seen(motif, corner)) for corner in CORNERS)
        ratios.append((tension + joy) / (gloom + calm))
    assert np.exp(np.log(ratios).mean()) > 1.3
    assert np.mean(np.array(ratios) > 1) >= 0.8


def test_moods_differ_more_than_seeds() -> None:
    """Geometric mean over motifs; in woods and cities the palette does more than the composition."""
    ratios = []
    for motif in MOTIFS:
        corners = [apart(seen(motif, one), seen(motif, other)) for one, other in combinations(CORNERS, 2)]
        ratios.append(np.mean(corners) / apart(seen(motif, CALM), seen(motif, CALM, OTHER)))
    assert np.exp(np.log(ratios).mean()) > 1.4


def test_the_eye_is_led_to_what_stands_out() -> None:
    """Contrast near the focal point against contrast elsewhere, geometric mean over motifs and corners.

    Not of every single picture: woven threads stand out everywhere, and a wood's clearing is the quiet place.
    """
    y, x = (np.mgrid[0:256, 0:256] + 0.5) / 256
    ratios = []
    for motif, corner in product(MOTIFS, CORNERS):
        made = seen(motif, corner)
        assert all(0.03 < at < 0.97 for at in made.focus), motif
        distinct = np.abs(made.lab - blur(made.lab, 20.0)).sum(-1)
        near = np.hypot(x - made.focus[0], y - made.focus[1]) < 0.16
        ratios.append(distinct[near].mean() / distinct[~near].mean())
    assert np.exp(np.log(ratios).mean()) > 1.29  # 1.24 with the focal point of another picture, .91 anywhere


def test_a_landscape_says_its_mood_in_things() -> None:
    found = {c: seen("meadow", c).things | seen("meadow", c, OTHER).things for c in CORNERS}
    assert "petals" in found[JOY] | found[CALM]
    assert not {"petals", "kite", "balloon"} & (found[GLOOM] | found[TENSION])
    assert {"fence", "fire", "lightning", "tree"} & found[TENSION]
    assert not {"fire", "lightning", "fence"} & (found[JOY] | found[CALM])
    assert any("wreck" in seen("sea", GLOOM, seed).things for seed in range(4))


def test_seasons_trees_and_birds_follow_the_mood() -> None:
    moods = {c: setting_for(brief(*c, 3), rng(), horizon=0.5) for c in CORNERS}
    draws = {c: {weather.season(mood, rng(seed)) for seed in range(30)} for c, mood in moods.items()}
    assert draws[GLOOM] <= {"bare", "frost"}
    assert draws[JOY] <= {"blossom", "summer"}
    count = {c: len(weather.flock(mood, rng(), 0.5, 0.3)[0].shapes) for c, mood in moods.items()}
    assert count[JOY] > 2 * count[CALM]
    assert weather.storm_lean(moods[TENSION]) > weather.storm_lean(moods[JOY]) == weather.storm_lean(moods[CALM]) == 0
    upright = silhouettes.bare_tree(rng(), 0.5, 0.9, 0.4)
    blown = weather.bend_over(upright, 0.9, 0.3)
    assert blown[0][:2] == pytest.approx(upright[0][:2], abs=1e-3)  # the foot stays
    assert np.concatenate(blown)[:, 0].mean() > np.concatenate(upright)[:, 0].mean() + 0.01
    hidden = sum(
        weather.overcast(weather.landscape_setting(brief(*GLOOM, 3), rng(seed), horizon=0.5)) for seed in range(20)
    )
    assert hidden > 12
    assert not any(
        weather.overcast(weather.landscape_setting(brief(*JOY, 3), rng(seed), horizon=0.5)) for seed in range(20)
    )


def test_weather_leaves_a_glad_picture_alone_and_marks_a_sad_one() -> None:
    plain = np.full((WORK, WORK, 3), 0.5, np.float32)
    glad = weather.landscape_setting(brief(*JOY, 3), rng(), horizon=0.5)
    sads = (weather.landscape_setting(brief(*GLOOM, 3), rng(seed), horizon=0.5) for seed in range(9))
    sad = next(mood for mood in sads if weather.overcast(mood))
    assert weather.falling(plain, glad, rng(), "summer") is plain
    wet, white = (weather.falling(plain, sad, rng(3), when) for when in ("summer", "frost"))
    assert np.abs(wet - plain).max() > 0.02
    assert white[..., 0].max() > wet[..., 0].max()
    bows = [weather.rainbow(plain, glad, rng(seed), 0.5) for seed in range(12)]
    shown = [bow for bow in bows if bow is not plain]
    assert 0 < len(shown) < 12
    assert all(np.array_equal(bow[WORK // 2 + 1 :], plain[WORK // 2 + 1 :]) for bow in shown)
    assert weather.rainbow(plain, sad, rng(), 0.5) is plain


def test_ruins_and_wrecks_stand_where_they_are_put() -> None:
    for shapes in (objects.ruin(0.5, 0.9, 0.2), objects.wreck(0.5, 0.9, 0.2), objects.rowing_boat(0.5, 0.9, 0.1)):
        assert np.concatenate(shapes)[:, 1].max() == pytest.approx(0.9, abs=0.02)
    posts = np.concatenate(objects.fence(rng(), (0.0, 0.9), (0.6, 0.6), (0.15, 0.03)))
    assert posts[:, 1].min() > 0.55 and posts[:, 1].max() == pytest.approx(0.9)
    fire = np.concatenate(objects.flames(rng(), 0.5, 0.8, 0.2, 0.2))
    assert 0.55 < fire[:, 1].min() < 0.75
    cloth, tail = objects.kite(rng(), 0.5, 0.3, 0.1)
    assert np.concatenate(tail)[:, 1].max() > np.concatenate(cloth)[:, 1].max()
