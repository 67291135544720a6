"""Engines through the command line: what is asked of them, what is said of their pictures, and counts of steps."""

from __future__ import annotations

import json
import shlex
from importlib.metadata import EntryPoint
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from test_cli import write_song
from tonescape.cli import app
from tonescape.core import settings
from tonescape.plan import recipe
from tonescape.plan.approaches import APPROACHES
from tonescape.plan.prompt import parse
from tonescape.show.cover import read_recipe

READER = '''
"""An engine that reads prompts and works in steps: its picture's brightness is the number of steps."""
import warnings
from functools import partial
import numpy as np
from tonescape.core.errors import Remark
from tonescape.core.records import Description, Reason
from tonescape.render import Engine, Steps

SEEN = []

def worked(steps):
    return f"{steps} turns"

def describe(brief, size):
    return Description("words", "read aloud", (Reason("read aloud", "that is all it can do"),))

def paint(brief, *, size, on_step, steps=7):
    SEEN.append((brief.prompt, steps))
    if "Longwinded" in brief.title:
        warnings.warn("a prompt of 90 tokens", Remark)
    return np.full((size, size, 3), steps % 256, np.uint8)

ENGINE = Engine(paint, frozenset({"prompt"}), exclusive=True, describe=describe,
                steps=Steps(lambda steps: partial(paint, steps=steps), worked))
'''


@pytest.fixture(scope="module")
def song(tmp_path_factory) -> Path:
    path = write_song(tmp_path_factory.mktemp("music") / "Kiwi.flac", seconds=3.0)
    path.with_suffix(".txt").write_text("Kill the lights\nThe river runs to the sea\n[Chorus]\nMorning comes again\n")
    return path


@pytest.fixture
def reader(tmp_path, monkeypatch):
    """The module of a made-up engine, `reader`, installed for one test."""
    import importlib

    (tmp_path / "made_up_reader.py").write_text(READER)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(__import__("sys").modules, "made_up_reader", raising=False)
    point = EntryPoint("reader", "made_up_reader:ENGINE", "tonescape.engines")
    monkeypatch.setitem(settings.plugins("engines"), "reader", point)
    return importlib.import_module("made_up_reader")


@pytest.fixture
def run(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("TONESCAPE_CACHE", str(tmp_path_factory.mktemp("cache")))
    monkeypatch.setenv("TONESCAPE_WORKERS", "1")
    settings.settings.cache_clear()
    yield lambda *given: CliRunner().invoke(app, [str(part) for part in given])
    settings.settings.cache_clear()


def prompts(out: Path) -> list[str]:
    return [each["brief"]["prompt"] for each in json.loads((out / "recipe.json").read_text())]


def test_each_way_of_prompting_reaches_the_engine_and_the_recipe(run, reader, song, tmp_path):
    found = {}
    for name in APPROACHES:
        done = run("paint", song, "--engine", "reader", "--prompt", name, "--out", tmp_path / name, "--size", 64)
        assert done.exit_code == 0 and done.stderr == "", done.stderr
        (found[name],) = prompts(tmp_path / name)
        assert reader.SEEN[-1] == (found[name], 7) and parse(found[name])
        # any recipe of this format reads back, and the engine is asked the same again
        again = run("paint", tmp_path / name / "recipe.json", "--out", tmp_path / f"{name} again")
        assert again.exit_code == 0 and reader.SEEN[-1][0] == found[name]
    assert len(set(found.values())) == len(APPROACHES)
    assert found["lyrics"] == "The river runs to the sea, Morning comes again: 1"
    assert found["album"] == "Create an album cover for the album Kiwi.: 1"
    assert found["emotions"].startswith("Create an album cover for the album Kiwi. The emotions are ")
    assert found["titles"].startswith("Kiwi: 1 | abstract ")
    usual = run("paint", song, "--engine", "reader", "--out", tmp_path / "usual", "--size", 64)
    assert usual.exit_code == 0 and prompts(tmp_path / "usual") == [found["weighted"]]


def test_a_playlist_is_asked_for_by_all_its_titles(run, reader, song, tmp_path):
    other = write_song(tmp_path / "Golden.flac", seconds=3.0, pitch=330.0)
    done = run("paint", song, other, "--engine", "reader", "--prompt", "titles", "--out", tmp_path / "o", "--size", 64)
    assert done.exit_code == 0
    starts = [prompt.partition(": 1")[0] for prompt in prompts(tmp_path / "o")]
    assert starts == ["Kiwi", "Golden", "Kiwi, Golden"]
    done = run("paint", song, other, "--engine", "reader", "--prompt", "lyrics", "--out", tmp_path / "l", "--size", 64)
    assert done.exit_code == 0 and "you asked for lyrics, but" not in done.output
    told = json.loads((tmp_path / "l" / "recipe.json").read_text())
    assert [each["brief"]["prompt"].count("river") for each in told] == [1, 0, 0]


def test_unknown_ways_recipes_and_deaf_engines_are_said_in_one_line(run, song, tmp_path):
    wrong = run("paint", song, "--prompt", "lyrcs", "--out", tmp_path / "w")
    assert wrong.exit_code == 2 and "no way of prompting is called 'lyrcs'; there is lyrics" in wrong.stderr
    assert len(wrong.stderr.splitlines()) == 1
    deaf = run("paint", song, "--prompt", "album", "--out", tmp_path / "d", "--size", 64, "--style", "minimal")
    assert deaf.exit_code == 0 and "the engine painter uses no prompt" in deaf.stderr
    assert len(deaf.stderr.splitlines()) == 1 and prompts(tmp_path / "d")[0].startswith("Create an album cover")
    for option, value in (("prompt", "album"), ("variants", 2), ("styles", "one"), ("title", "X")):
        both = run("paint", tmp_path / "d" / "recipe.json", f"--{option}", value, "--out", tmp_path / "b")
        assert both.exit_code == 2 and f"a recipe holds its own {option}; leave --{option} out" in both.stderr


def test_captions_and_reasons_are_those_of_the_engine(run, reader, song, tmp_path):
    done = run("paint", song, "--engine", "reader", "--motif", "sea", "--out", tmp_path / "o", "--size", 64)
    assert done.exit_code == 0 and "uses no motif: --motif changes nothing" in done.stderr
    assert "words in read aloud" in done.stdout
    page = (tmp_path / "o" / "report.html").read_text()
    assert "read aloud, words" in page and "that is all it can do" in page
    assert "--engine reader" in page and "Motif sea" not in page
    assert "Add --seed for another picture in its place." in page  # it uses neither motif nor style
    told = json.loads((tmp_path / "o" / "recipe.json").read_text())[0]["brief"]["reasons"]
    assert told == [{"choice": "read aloud", "because": "that is all it can do"}]


def test_a_learned_landscape_is_called_one(run, song, tmp_path):
    pytest.importorskip("onnxruntime")
    done = run("paint", song, "--engine", "gan", "--out", tmp_path / "o", "--size", 160, "--style", "minimal", "--json")
    assert done.exit_code == 0, done.stderr
    row = json.loads(done.stdout.splitlines()[0])
    assert row["motif"] == "a learned landscape" and row["style"] == "minimal"
    brief = recipe.read(read_recipe(Path(row["picture"]))).brief
    choices = [reason.choice for reason in brief.reasons]
    assert choices[0] == "a learned landscape" and "style minimal" in choices
    assert not any(choice.startswith(("motif", "hues", "warmer", "cooler")) for choice in choices)
    again = run("paint", row["picture"], "--out", tmp_path / "again")
    assert again.exit_code == 0
    assert Path(row["picture"]).read_bytes() == (tmp_path / "again" / Path(row["picture"]).name).read_bytes()


def test_a_remark_of_an_engine_is_one_line_and_stops_nothing(run, reader, song, tmp_path):
    asked = ("--title", "Longwinded", "--layout", "none", "--engine", "reader", "--size", 64)
    for turn in ("a", "b"):  # said each time, not once a process
        done = run("paint", song, *asked, "--out", tmp_path / turn)
        assert done.exit_code == 0 and done.stderr == "tonescape: a prompt of 90 tokens\n"


def test_a_sheet_of_engines_and_counts_of_steps(run, reader, song, tmp_path, monkeypatch):
    from tonescape.show import compare

    drawn = []
    whole = compare.save_sheets

    def kept(tiles, *place, **more):
        from PIL import Image

        drawn.extend((caption, np.asarray(Image.open(file))[0, 0, 0]) for file, caption in tiles)
        return whole(tiles, *place, **more)

    monkeypatch.setattr(compare, "save_sheets", kept)
    out = tmp_path / "sheet.png"
    asked = ("--engines", "painter,reader", "--iterations", "50,200,50", "--size", 64, "--out", out)
    done = run("sheet", song, *asked)
    assert done.exit_code == 0 and out.exists(), done.stderr
    captions = [caption for caption, _ in drawn]
    assert [caption.note for caption in captions] == ["reader  ·  50 turns", "reader  ·  200 turns", "painter"]
    assert [int(light) for _, light in drawn[:2]] == [50, 200]
    assert captions[0].title == "read aloud" and captions[0].artist == "words" != captions[2].artist
    for wrong in ("0", "ten", "50,-1", "6000", "9" * 5000):
        refused = run("sheet", song, "--engines", "reader", "--iterations", wrong, "--out", out)
        assert refused.exit_code == 2 and "50,200,800" in refused.stderr
    without = run("sheet", song, "--engines", "painter", "--iterations", "50", "--out", out)
    assert without.exit_code == 2 and "leave --iterations out" in without.stderr


def test_the_command_under_a_tile_paints_that_tile(run, song, tmp_path, monkeypatch):
    from PIL import Image

    from tonescape.show import compare

    drawn, headings = [], []

    def kept(tiles, out, heading, **more):
        drawn.extend((caption.command, np.asarray(Image.open(file))) for file, caption in tiles)
        headings.append(heading)
        return [out, out.with_stem("sheet-2")]

    monkeypatch.setattr(compare, "save_sheets", kept)
    asked = (
        "--styles",
        "oil,ink",
        "--motifs",
        "sea,volcano",
        "--seeds",
        2,
        "--size",
        64,
        "--out",
        tmp_path / "sheet.jpg",
    )
    done = run("sheet", song, *asked)
    assert done.exit_code == 0, done.stderr
    assert done.stdout.splitlines() == [
        f"the sheet: {(tmp_path / name).as_uri()}" for name in ("sheet.jpg", "sheet-2.jpg")
    ]
    assert len(drawn) == len({command for command, _ in drawn}) == 8
    program, *constant = shlex.split(headings[0].command)
    assert program == "tonescape" and constant == ["paint", str(song), "--engine", "painter", "--size", "64"]
    for command, tile in (drawn[0], drawn[3], drawn[-1]):
        out = tmp_path / str(len(list(tmp_path.iterdir())))
        assert run(*constant, *shlex.split(command), "--png", "--out", out).exit_code == 0
        assert np.array_equal(np.asarray(Image.open(next(out.glob("01-*.png")))), tile)
