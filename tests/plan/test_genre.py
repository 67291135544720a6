"""A genre tips the scale between what the mood suits, and says so; so does what a set shows already."""

from collections import Counter

import pytest

from tonescape.core.records import AudioFeatures, Song
from tonescape.core.settings import plugins
from tonescape.mood import named
from tonescape.plan import motif, plan, plan_set, style
from tonescape.plan.genre import LEANINGS, leanings


def test_everything_a_genre_leans_to_is_there():
    names = {name for _, names in LEANINGS for name in names}
    assert names <= set(style.STYLES) | set(motif.MOTIFS)
    assert set(style.STYLES) <= set(plugins("styles")) and set(motif.MOTIFS) <= set(plugins("motifs"))


KNOWN = {
    "Black Metal": "expressionism",
    "Hip-Hop/Rap": "poster",
    "Unknown; Jazz": "art-deco",
    "Synthwave": "holographic",
    "Film Score": "oil",
}


@pytest.mark.parametrize(("genre", "name"), KNOWN.items())
def test_names_are_found_as_tags_have_them(genre, name):
    assert name in leanings(genre)


@pytest.mark.parametrize("genre", ["", "Schlager", ";;;", "x" * 10_000, "trapeze music? no", "\0"])
def test_unknown_genres_lean_to_nothing(genre):
    assert leanings(genre) <= {name for _, names in LEANINGS for name in names}
    assert leanings("Schlager") == frozenset() == leanings("unmetallic")


def test_a_genre_changes_some_choices_and_the_reason_names_it():
    mood = named(0.45, 0.6, 0.5, AudioFeatures(valence=0.45, energy=0.6))
    plain = [plan(Song(title=f"song {i}"), None, mood) for i in range(60)]
    metal = [plan(Song(title=f"song {i}", genre="Metal"), None, mood) for i in range(60)]
    wanted = leanings("Metal")
    assert sum(b.style in wanted for b in metal) > 8 + sum(b.style in wanted for b in plain)
    assert sum(b.motif in wanted for b in metal) > 8 + sum(b.motif in wanted for b in plain)
    told = [reason.because for brief in metal for reason in brief.reasons if "Metal leans to it" in reason.because]
    assert len(told) == sum((b.style in wanted) + (b.motif in wanted) for b in metal)


def test_songs_of_one_mood_are_drawn_from_what_suits_it():
    mood = named(0.9, 0.85, 0.9, AudioFeatures(valence=0.9, energy=0.85))
    briefs = [plan(Song(title=f"song {i}"), None, mood) for i in range(60)]
    shown, painted = (Counter(getattr(brief, name) for brief in briefs) for name in ("motif", "style"))
    assert len(shown) >= 3 and max(shown.values()) <= 45 and len(painted) >= 3 and max(painted.values()) <= 45
    assert not {"volcano", "city-rain", "geometry"} & set(shown) and not {"cubism", "minimal"} & set(painted)


def test_a_set_of_one_mood_shows_many_motifs():
    mood = named(0.8, 0.05, 0.5, AudioFeatures(valence=0.8, energy=0.1))
    briefs, whole = plan_set([(Song(title=f"song {i}"), None, mood) for i in range(10)], "Set")
    assert len({brief.motif for brief in briefs}) >= 6 and len({brief.style for brief in briefs}) == 1
    assert whole is not None
    again, _ = plan_set([(Song(title=f"song {i}"), None, mood) for i in range(10)], "Set", motif="sea")
    assert {brief.motif for brief in again} == {"sea"}
