"""Songs that belong together: who shares a style, variants, and a brief changed by hand."""

from __future__ import annotations

import math
from collections import Counter

import pytest

from tonescape.core.errors import UsageError
from tonescape.core.records import AudioFeatures, Brief, Mood, Reason, Song
from tonescape.mood import named
from tonescape.plan import StyleRule, altered, plan, plan_set
from tonescape.plan.sets import TOGETHER, spread
from tonescape.plan.style import words

AUDIO = AudioFeatures(danceability=0.5, energy=0.5, key=7.0, mode=1.0, acousticness=0.5, valence=0.5)
CORNERS = ((0.85, 0.8), (0.15, 0.85), (0.15, 0.15), (0.8, 0.2))


def mood_at(valence: float, arousal: float) -> Mood:
    return named(valence, arousal, 0.6, AUDIO)


def planned(
    points: list[tuple[float, float]], rule: StyleRule | None = None, variants: int = 1
) -> tuple[list[Brief], Brief | None]:
    songs = [(Song(title=f"Song {n}", artist="A"), None, mood_at(*point)) for n, point in enumerate(points)]
    return plan_set(songs, "A set", rule=rule, variants=variants)


def test_spread_has_known_values() -> None:
    assert spread([mood_at(0.3, 0.7)]) == 0.0
    assert spread([mood_at(v, a) for v in (0.0, 1.0) for a in (0.0, 1.0)]) == pytest.approx(math.sqrt(0.5))
    even = [mood_at((n + 0.5) / 20, (m + 0.5) / 20) for n in range(20) for m in range(20)]
    quarter = [mood_at((n + 0.5) / 20, (m + 0.5) / 20) for n in range(10) for m in range(10)]
    assert spread(even) == pytest.approx(math.sqrt(1 / 6), rel=0.01) and spread(even) > TOGETHER
    assert spread(quarter) == pytest.approx(math.sqrt(1 / 24), rel=0.02) and spread(quarter) < TOGETHER


def test_songs_of_one_mood_share_a_style_and_a_mixed_set_has_one_for_each_quadrant() -> None:
    alike, whole = planned([(0.8 + 0.01 * n, 0.2) for n in range(8)])
    assert whole and {brief.style for brief in alike} == {whole.style}
    mixed, whole = planned([corner for corner in CORNERS for _ in range(3)])
    found = {brief.mood.quadrant: {each.style for each in mixed if each.mood.quadrant == brief.mood.quadrant}
             for brief in mixed}  # fmt: skip
    assert set(found) == {"Q1", "Q2", "Q3", "Q4"} and all(len(each) == 1 for each in found.values())
    assert len(set.union(*found.values())) == 4  # no two quadrants share one
    assert whole and whole.style in set.union(*found.values())
    reasons = [reason for reason in mixed[0].reasons if reason.choice == f"style {mixed[0].style}"]
    assert len(reasons) == 1 and words(mixed[0].style) in mixed[0].prompt
    assert reasons[0].because.startswith("chosen for the set's happy songs: the mean mood is that of music that is")
    assert Reason(f"style {whole.style}", "the commonest of the set's pictures: 3 of 12") in whole.reasons
    assert any(reason.because.startswith("chosen for the whole set") for reason in alike[0].reasons)


def test_a_rule_that_is_asked_for_is_kept() -> None:
    mixed = [corner for corner in CORNERS for _ in range(4)]
    one, whole = planned(mixed, "one")
    assert whole and {brief.style for brief in one} == {whole.style}
    apart, whole = planned(mixed, "song")
    assert len({brief.style for brief in apart}) >= 8
    commonest = max(Counter(brief.style for brief in apart).values())
    assert whole and Counter(brief.style for brief in apart)[whole.style] == commonest
    alike, _ = planned([(0.8, 0.2)] * 3, "mood")
    assert len({brief.style for brief in alike}) == 1


def test_variants_come_after_one_another_and_the_first_is_the_songs_own() -> None:
    briefs, whole = planned(list(CORNERS[:2]), variants=5)
    assert [brief.title for brief in briefs] == ["Song 0"] * 5 + ["Song 1"] * 5
    for number in range(2):
        own = plan(Song(title=f"Song {number}", artist="A"), None, mood_at(*CORNERS[number]))
        mine = briefs[5 * number : 5 * number + 5]
        assert (mine[0].motif, mine[0].style, mine[0].seed) == (own.motif, own.style, own.seed)
        assert [each.seed - mine[0].seed for each in mine] == [0, 1, 2, 3, 4]
        assert len({each.motif for each in mine}) == 5 and len({each.style for each in mine}) == 5
    assert whole and whole.songs == 2
    with pytest.raises(UsageError, match="choose 1 to"):
        planned([CORNERS[0]], variants=0)


def test_a_seed_that_is_asked_for_changes_motif_and_style_too() -> None:
    song, mood = Song(title="S"), mood_at(0.5, 0.5)
    found = [plan(song, None, mood, seed=seed) for seed in range(20)]
    assert len({brief.motif for brief in found}) > 3 and len({brief.style for brief in found}) > 2
    again = plan(song, None, mood, seed=7)
    assert (again.motif, again.style) == (found[7].motif, found[7].style)


def test_a_changed_brief_keeps_the_music_and_says_who_chose() -> None:
    brief = plan(Song(title="S"), None, mood_at(0.2, 0.8), style="ink", motif="sea")
    assert altered(brief) is brief and altered(brief, style="ink", motif="sea") is brief
    made = altered(brief, style="oil", seed=4)
    assert (made.style, made.motif, made.seed, made.palette, made.mood) == ("oil", "sea", 4, brief.palette, brief.mood)
    assert words("oil") in made.prompt and words("ink") not in made.prompt
    because = {reason.choice: reason.because for reason in made.reasons}
    assert because["style oil"] == because["seed 4"] == "you asked for it"
    for wrong in ({"style": "oill"}, {"motif": "see"}, {"seed": -1}):
        with pytest.raises(UsageError):
            altered(brief, **wrong)  # type: ignore[arg-type]
