"""Every motif carries the mood in its composition: its four corners differ, light follows valence, unrest arousal."""

from __future__ import annotations

from functools import cache
from itertools import combinations

import numpy as np
import pytest
from test_painter import brief

from tonescape.core.settings import plugin, plugins
from tonescape.render import engine
from tonescape.render.painter import figures, props, weather
from tonescape.render.painter.field import blur
from tonescape.render.painter.scene import WORK, Composition
from tonescape.render.painter.setting import setting

MOTIFS = tuple(plugins("motifs"))
GLOOM, TENSION, CALM, JOY = (0.12, 0.12), (0.12, 0.88), (0.88, 0.12), (0.88, 0.88)
CORNERS = (GLOOM, TENSION, CALM, JOY)
SEEDS = (5, 6)


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64([seed, 1]))


@cache
def scene(motif: str, corner: tuple[float, float], seed: int) -> Composition:
    made = plugin("motifs", motif)(brief(*corner, seed, motif), rng(seed))
    return made  # type: ignore[no-any-return]


def thumbnail(motif: str, corner: tuple[float, float], seed: int) -> np.ndarray:
    side = WORK // 21 * 21
    return scene(motif, corner, seed).lab[:side, :side].reshape(24, 21, 24, 21, 3).mean((1, 3))


def apart(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.linalg.norm(one - other, axis=-1).mean())


def unrest(motif: str, corner: tuple[float, float]) -> float:
    """Mean steepness of lightness over the seeds: how many edges there are, and how hard."""
    steep = []
    for seed in SEEDS:
        small = scene(motif, corner, seed).lab[..., 0].reshape(256, 2, 256, 2).mean((1, 3))
        steep.append(np.hypot(*np.gradient(small)).mean())
    return float(np.mean(steep))


@pytest.mark.parametrize("motif", MOTIFS)
def test_corners_of_the_plane_differ_more_than_seeds_of_one_corner(motif: str) -> None:
    seeds = np.mean([apart(*(thumbnail(motif, corner, seed) for seed in SEEDS)) for corner in CORNERS])
    corners = [
        np.mean([apart(thumbnail(motif, one, a), thumbnail(motif, other, b)) for a in SEEDS for b in SEEDS])
        for one, other in combinations(CORNERS, 2)
    ]
    assert np.mean(corners) > 1.3 * seeds


@pytest.mark.parametrize("motif", MOTIFS)
def test_light_follows_valence_at_every_arousal(motif: str) -> None:
    light = {c: np.mean([scene(motif, c, seed).lab[..., 0].mean() for seed in SEEDS]) for c in CORNERS}
    margin = 0.05 if motif == "fireworks" else 0.1  # fireworks are always of the night
    assert light[CALM] > light[GLOOM] + margin
    assert light[JOY] > light[TENSION] + margin


@pytest.mark.parametrize("motif", MOTIFS)
def test_edges_follow_arousal(motif: str) -> None:
    still, wild = (np.mean([unrest(motif, corner) for corner in pair]) for pair in ((GLOOM, CALM), (TENSION, JOY)))
    assert wild > 1.05 * still


@pytest.mark.parametrize("motif", MOTIFS)
def test_there_is_something_to_look_at_where_the_eye_is_led(motif: str) -> None:
    """The focal point lies in the picture, and what stands out most there does so more than the picture's average."""
    y, x = (np.mgrid[0:WORK, 0:WORK] + 0.5) / WORK
    for corner in CORNERS:
        made = scene(motif, corner, SEEDS[0])
        assert all(0.03 < at < 0.97 for at in made.focus)
        distinct = np.abs(made.lab - blur(made.lab, 40.0)).sum(-1)
        near = np.hypot(x - made.focus[0], y - made.focus[1]) < 0.16
        assert np.quantile(distinct[near], 0.98) > distinct.mean()


def test_a_landscape_says_its_mood_in_things() -> None:
    found = {
        corner: {thing.name for seed in SEEDS for thing in scene("meadow", corner, seed).figures} for corner in CORNERS
    }
    assert "petals" in found[JOY] | found[CALM]
    assert not {"petals", "kite", "balloon"} & (found[GLOOM] | found[TENSION])
    assert {"fence", "fire", "lightning", "tree"} & found[TENSION]
    assert not {"fire", "lightning", "fence"} & (found[JOY] | found[CALM])
    assert "wreck" in {thing.name for seed in range(4) for thing in scene("sea", GLOOM, seed).figures}


def test_seasons_trees_and_birds_follow_the_mood() -> None:
    moods = {c: setting(brief(*c, 3), rng(), horizon=0.5) for c in CORNERS}
    draws = {c: {weather.season(mood, rng(seed)) for seed in range(30)} for c, mood in moods.items()}
    assert draws[GLOOM] <= {"bare", "frost"}
    assert draws[JOY] <= {"blossom", "summer"}
    count = {c: len(weather.flock(mood, rng(), 0.5, 0.3)[0].shapes) for c, mood in moods.items()}
    assert count[JOY] > 2 * count[CALM]
    assert weather.gale(moods[TENSION]) > weather.gale(moods[JOY]) == weather.gale(moods[CALM]) == 0
    upright = figures.bare_tree(rng(), 0.5, 0.9, 0.4)
    blown = weather.bent(upright, 0.9, 0.3)
    assert blown[0][:2] == pytest.approx(upright[0][:2], abs=1e-3)  # the foot stays
    assert np.concatenate(blown)[:, 0].mean() > np.concatenate(upright)[:, 0].mean() + 0.01
    hidden = sum(weather.overcast(weather.outdoors(brief(*GLOOM, 3), rng(seed), horizon=0.5)) for seed in range(20))
    assert hidden > 12
    assert not any(weather.overcast(weather.outdoors(brief(*JOY, 3), rng(seed), horizon=0.5)) for seed in range(20))


def test_weather_leaves_a_glad_picture_alone_and_marks_a_sad_one() -> None:
    plain = np.full((WORK, WORK, 3), 0.5, np.float32)
    glad = weather.outdoors(brief(*JOY, 3), rng(), horizon=0.5)
    sads = (weather.outdoors(brief(*GLOOM, 3), rng(seed), horizon=0.5) for seed in range(9))
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
    for shapes in (props.ruin(0.5, 0.9, 0.2), props.wreck(0.5, 0.9, 0.2), props.rowing_boat(0.5, 0.9, 0.1)):
        assert np.concatenate(shapes)[:, 1].max() == pytest.approx(0.9, abs=0.02)
    posts = np.concatenate(props.fence(rng(), (0.0, 0.9), (0.6, 0.6), (0.15, 0.03)))
    assert posts[:, 1].min() > 0.55 and posts[:, 1].max() == pytest.approx(0.9)
    fire = np.concatenate(props.flames(rng(), 0.5, 0.8, 0.2, 0.2))
    assert 0.55 < fire[:, 1].min() < 0.75
    cloth, tail = props.kite(rng(), 0.5, 0.3, 0.1)
    assert np.concatenate(tail)[:, 1].max() > np.concatenate(cloth)[:, 1].max()


@pytest.mark.parametrize("motif", MOTIFS[::4])
def test_a_picture_of_64_pixels_is_whole(motif: str) -> None:
    image = engine("painter")(brief(*TENSION, 3, motif), size=64).image
    assert image.shape == (64, 64, 3)
    assert image.std() > 8
