"""The part of a song under a cue: on boundaries, as lively as the scene, never longer than cue or song."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from score_samples import script, song

from tonescape.core.records import AudioFeatures, Curves, Excerpt, Features, Heard, Section, WordMood
from tonescape.score import ScoreOptions, score
from tonescape.score import excerpt as excerpts
from tonescape.score.excerpt import excerpt


def structured(seconds: float = 120.0) -> Heard:
    """A song of three sections: 0-40 s calm, 40-80 s loud, 80-120 s in between; a bar is 2 s."""
    times = np.arange(0, seconds, 0.1, dtype=np.float32)
    energy = np.where(times < 40, 0.1, np.where(times < 80, 0.9, 0.5)).astype(np.float32)
    flat, none = np.zeros_like(times), np.zeros(0, np.float32)
    downbeats = np.arange(0.0, seconds, 2.0, dtype=np.float32)
    parts = (Section(0.0, 40.0, "A"), Section(40.0, 80.0, "B"), Section(80.0, seconds, "C"))
    curves = Curves(times, energy, flat, flat, flat, flat, np.zeros((len(times), 12), np.float32), downbeats,
                    downbeats, none, parts, np.array([0.1, 0.9, 0.5], np.float32))  # fmt: skip
    features = Features(AudioFeatures(), np.zeros(0, np.float32), (), curves, seconds)
    made = song(0.5, 0.5, "structured", seconds=seconds)
    return Heard(made.song, features, made.mood)


@pytest.mark.parametrize(("arousal", "start"), [(0.0, 0.0), (1.0, 40.0), (0.5, 80.0)])
def test_a_scene_gets_the_part_that_is_as_lively(arousal: float, start: float) -> None:
    part = excerpt(structured(), 40.0, arousal)
    assert part == Excerpt(start, start + 40.0, part.why) and "a section's end" in part.why


def test_a_part_ends_shortly_before_the_cue_on_a_boundary() -> None:
    part = excerpt(structured(), 41.5, 1.0)
    assert part and (part.start, part.end) == (40.0, 80.0)
    part = excerpt(structured(), 30.9, 1.0)
    assert part and (part.start, part.end) == (40.0, 70.0) and part.why == "from a section's start to a downbeat"


@pytest.mark.parametrize("seconds", [0.5, 3.0, 17.3, 60.0, 119.9, 120.0, 500.0])
@pytest.mark.parametrize("arousal", [0.0, 0.4, 1.0])
def test_no_part_is_longer_than_its_cue_or_its_song(seconds: float, arousal: float) -> None:
    part = excerpt(structured(), seconds, arousal)
    assert part and 0 <= part.start < part.end <= 120.0 and part.end - part.start <= seconds + 1e-3
    assert part.end - part.start >= min(seconds, 120.0) * 0.9 - 1e-3


def test_songs_without_curves_or_length() -> None:
    assert excerpt(song(0.5, 0.5), 60.0, 0.5) == Excerpt(0.0, 60.0, "from the beginning")
    assert excerpt(song(0.5, 0.5, seconds=30.0), 60.0, 0.5) == Excerpt(0.0, 30.0, "the whole song")
    endless = song(0.5, 0.5)
    assert excerpt(replace(endless, song=replace(endless.song, duration_s=None)), 60.0, 0.5) is None


def test_a_song_over_several_scenes_is_cut_without_gaps_and_ends_in_silence() -> None:
    made = script(3)
    lengths = (50.0, 50.0, 10.0)  # the last is too short for music of its own
    film = replace(made, scenes=tuple(replace(s, seconds=t) for s, t in zip(made.scenes, lengths, strict=True)))
    moods = [WordMood(0.5, 0.5, 0.5)] * 3
    plan = score(film, [structured(90.0)], ScoreOptions(by="sound"), moods).plan
    assert [entry.role for entry in plan] == ["song", "continues", "silence"] and plan[2].why == "the song has ended"
    parts = [entry.match.excerpt for entry in plan if entry.match]
    assert [(part.start, part.end) for part in parts if part] == [(0.0, 50.0), (50.0, 90.0)]
    assert [entry.seconds for entry in plan] == [50.0, 40.0, 0.0]


def test_scenes_after_the_end_of_the_chosen_part_name_no_music(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excerpts, "excerpt", lambda *_: Excerpt(20.0, 60.0, "a part shorter than the cue"))
    made = script(3)
    lengths = (40.0, 50.0, 10.0)
    film = replace(made, scenes=tuple(replace(s, seconds=t) for s, t in zip(made.scenes, lengths, strict=True)))
    plan = score(film, [structured(200.0)], ScoreOptions(by="sound"), [WordMood(0.5, 0.5, 0.5)] * 3).plan
    for entry, start in zip(plan[1:], (40.0, 90.0), strict=True):
        assert (entry.role, entry.match, entry.start, entry.seconds) == ("silence", None, start, 0.0)
        assert entry.why == "the song has ended"
    assert plan[0].role == "song" and plan[0].match and plan[0].match.excerpt
    assert (plan[0].match.excerpt.start, plan[0].match.excerpt.end) == (20.0, 60.0)
