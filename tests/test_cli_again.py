"""Painting again: from the line in the report, and from recipes; and what a refused run leaves behind."""

from __future__ import annotations

import html
import json
import re
import shlex
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from test_cli import write_song
from tonescape.cli import app
from tonescape.core import settings


@pytest.fixture(scope="module")
def music(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("music")
    for number, name in enumerate(("One", "it's two", "-three")):
        write_song(folder / f"{name}.flac", seconds=3.0, pitch=200 + 50 * number, bpm=90 + 30 * number)
    return folder


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TONESCAPE_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("TONESCAPE_WORKERS", "1")
        settings.settings.cache_clear()
        yield lambda *given: CliRunner().invoke(app, [str(part) for part in given])
    settings.settings.cache_clear()


def lines(out: Path) -> list[list[str]]:
    """What the report says to type, for each picture, without the program's name."""
    found = re.findall(r"<pre><code>(.*?)</code>", (out / "report.html").read_text("utf-8"))
    return [shlex.split(html.unescape(line))[1:] for line in found]


ASKED = [
    (),
    ("--artist", "Nobody & Co", "--png"),
    ("--layout", "banner", "--style", "poster"),
    ("--title", "A set", "--layout", "none", "--seed", 7),
]


def pixels(path: Path) -> bytes:
    return np.asarray(Image.open(path)).tobytes()


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: " ".join(map(str, asked)) or "plain")
def test_the_lines_in_the_report_work_as_copied(run, music, tmp_path, monkeypatch, asked):
    out = tmp_path / "it's here"
    done = run("paint", music, "--size", 96, "--out", out, *asked)
    assert done.exit_code == 0, done.output
    painted = {file: file.read_bytes() for file in sorted(out.glob("*.*g"))}
    recipe = (out / "recipe.json").read_bytes()
    typed = lines(out)
    assert len(typed) == 3  # the playlist's picture stands on the title page, without a line
    monkeypatch.chdir("/")
    for number, line in enumerate(typed, 1):
        (file,) = out.glob(f"0{number}-*.*g")
        file.unlink()
        done = run(*line)
        assert done.exit_code == 0 and done.stderr == "", (line, done.output)
        assert {each: each.read_bytes() for each in sorted(out.glob("*.*g"))} == painted, line
        assert (out / "recipe.json").read_bytes() == recipe and lines(out) == typed


def test_the_lines_of_the_demo_work_as_copied(run, music, tmp_path, monkeypatch):
    monkeypatch.setattr("tonescape.gather.demo.demo_songs", lambda: sorted(music.iterdir())[:2])
    assert run("demo", "--size", 64, "--out", tmp_path / "d").exit_code == 0
    typed = lines(tmp_path / "d")
    assert len(typed) == 2 and typed[1][:1] == ["demo"]
    before = (tmp_path / "d" / "recipe.json").read_bytes()
    for line in typed:
        assert run(*line).exit_code == 0
        assert (tmp_path / "d" / "recipe.json").read_bytes() == before
    assert run(*typed[1], "--motif", "night-sky").exit_code == 0
    found = json.loads((tmp_path / "d" / "recipe.json").read_text())
    assert found[1]["brief"]["motif"] == "night-sky" and found[0] == json.loads(before)[0]


def test_the_line_of_a_single_song_holds_its_title(run, music, tmp_path, monkeypatch):
    given = ("--title", 'It\'s "so" <b>', "--artist", "-", "--size", 96, "--layout", "corner")
    run("paint", music / "One.flac", *given, "--out", tmp_path / "a")
    monkeypatch.chdir(music)
    (line,) = lines(tmp_path / "a")
    assert line[line.index("--title") + 1] == given[1] and "--only" not in line
    (picture,) = (tmp_path / "a").glob("01-*.jpg")
    before = picture.read_bytes()
    picture.unlink()
    assert run(*line).exit_code == 0 and picture.read_bytes() == before


def test_one_picture_of_a_set_is_changed_and_the_others_stay(run, music, tmp_path):
    out = tmp_path / "album"
    run("paint", music, "--size", 64, "--style", "ink", "--seed", 9, "--out", out)
    before = {file.name: (file.read_bytes(), file.stat().st_mtime_ns) for file in out.iterdir()}
    recipes = json.loads((out / "recipe.json").read_text())
    done = run("paint", music, "--only", "ONE", "--motif", "night-sky", "--out", out)  # size, style, seed: as they are
    assert done.exit_code == 0 and done.stderr == "", done.output
    after = {file.name: (file.read_bytes(), file.stat().st_mtime_ns) for file in out.iterdir()}
    assert set(after) == set(before)
    kept = {"01-three.jpg", "02-it-s-two.jpg", "playlist.jpg"}
    assert {name for name in before if after[name] == before[name]} == kept
    changed = json.loads((out / "recipe.json").read_text())
    assert [a == b for a, b in zip(recipes, changed, strict=True)] == [True, True, False, True]
    assert changed[2]["brief"]["motif"] == "night-sky" and changed[2]["brief"]["style"] == "ink"
    assert changed[2]["size"] == 64 and changed[2]["brief"]["seed"] == 9
    assert {"choice": "motif night-sky", "because": "you asked for it"} in changed[2]["brief"]["reasons"]
    page = (out / "report.html").read_text("utf-8")
    assert all(f'href="./{name}"' in page for name in (*kept, "03-one.jpg"))
    # the same from the recipe, and by number; and the playlist's own picture
    assert run("paint", out / "recipe.json", "--only", 1, "--style", "oil", "--out", out).exit_code == 0
    assert run("paint", music, "--only", "playlist", "--seed", 5, "--out", out).exit_code == 0
    last = json.loads((out / "recipe.json").read_text())
    assert [each["brief"]["style"] for each in last] == ["oil", "ink", "ink", "ink"]
    assert [each["brief"]["seed"] for each in last] == [9, 9, 9, 5] and last[2] == changed[2]


@pytest.mark.parametrize(("name", "words"), [
    ("Onee", "no song of this set is called 'onee'; there is one"), ("4", "there is"), ("t", "fits pictures 1, 2"),
])  # fmt: skip
def test_a_picture_that_is_not_in_the_set_is_answered_with_those_that_are(run, music, tmp_path, name, words):
    done = run("paint", music, "--only", name, "--motif", "sea", "--size", 64, "--out", tmp_path / "o")
    assert done.exit_code == 2 and words in done.stderr and not (tmp_path / "o").exists()


def test_what_another_run_left_is_named(run, music, tmp_path):
    run("paint", music, "--size", 64, "--out", tmp_path / "o")
    same = run("paint", music, "--size", 64, "--out", tmp_path / "o")
    assert same.exit_code == 0 and same.stderr == ""
    other = run("paint", music / "One.flac", "--size", 64, "--out", tmp_path / "o")
    assert "will stay" in other.stderr and "4 pictures (01-three.jpg to playlist.jpg)" in other.stderr
    again = run("paint", music / "One.flac", "--size", 96, "--out", tmp_path / "o")
    assert "01-one.jpg of an earlier run will be replaced" in again.stderr


def test_files_that_were_not_painted_here_are_left_alone(run, music, tmp_path):
    out = tmp_path / "o"
    out.mkdir()
    Image.new("RGB", (8, 8)).save(out / "playlist.jpg")
    before = (out / "playlist.jpg").read_bytes()
    done = run("paint", music, "--size", 64, "--out", out)
    assert done.exit_code == 1 and "playlist.jpg: not painted here" in done.stderr
    assert [file.name for file in out.iterdir()] == ["playlist.jpg"]
    assert (out / "playlist.jpg").read_bytes() == before


def test_a_copy_with_a_cover_replaces_no_other_song(run, music, tmp_path):
    (tmp_path / "o").mkdir()
    other = write_song(tmp_path / "o" / "01-one.flac", seconds=2.0, pitch=500)
    before = other.read_bytes()
    done = run("paint", music / "One.flac", "--size", 64, "--embed", "--out", tmp_path / "o")
    assert done.exit_code == 1 and "01-one.flac: holds another song" in done.stderr and other.read_bytes() == before
    other.unlink()
    for _ in range(2):  # a copy of the same song is replaced
        assert run("paint", music / "One.flac", "--size", 64, "--embed", "--out", tmp_path / "o").exit_code == 0


def test_a_set_is_not_mixed_up_where_its_songs_have_changed(run, music, tmp_path):
    out = tmp_path / "o"
    run("paint", music, "--size", 64, "--out", out)
    before = {file.name: file.read_bytes() for file in out.iterdir()}
    for songs, more in (((music / "One.flac", music / "-three.flac"), ()), ((music,), ("--variants", 2))):
        done = run("paint", *songs, "--only", 1, "--motif", "sea", "--out", out, *more)
        assert done.exit_code == 2 and "recipe.json --only NAME" in done.stderr
        assert {file.name: file.read_bytes() for file in out.iterdir()} == before


def test_a_set_keeps_its_kind_of_file_and_the_demo_its_size(run, music, tmp_path, monkeypatch):
    run("paint", music, "--size", 64, "--png", "--out", tmp_path / "o")
    assert run("paint", music, "--only", 1, "--motif", "sea", "--out", tmp_path / "o").exit_code == 0
    assert not list((tmp_path / "o").glob("*.jpg")) and len(list((tmp_path / "o").glob("*.png"))) == 5
    monkeypatch.setattr("tonescape.gather.demo.demo_songs", lambda: sorted(music.iterdir())[:2])
    run("demo", "--size", 64, "--out", tmp_path / "d")
    assert run("demo", "--only", 2, "--motif", "sea", "--out", tmp_path / "d").exit_code == 0
    assert Image.open(next((tmp_path / "d").glob("02-*.jpg"))).size == (64, 64)


def test_recipes_take_another_style_motif_or_seed(run, music, tmp_path):
    run("paint", music / "One.flac", "--size", 64, "--style", "ink", "--out", tmp_path / "a")
    (first,) = json.loads((tmp_path / "a" / "recipe.json").read_text())
    asked = ("--style", "oil", "--motif", "sea", "--seed", 3)
    assert run("paint", tmp_path / "a" / "01-one.jpg", *asked, "--out", tmp_path / "b").exit_code == 0
    (found,) = json.loads((tmp_path / "b" / "recipe.json").read_text())
    assert [found["brief"][name] for name in ("style", "motif", "seed")] == ["oil", "sea", 3]
    assert found["brief"]["mood"] == first["brief"]["mood"] and "fauvism painting" in found["brief"]["prompt"]


def test_variants_differ_in_motif_and_style(run, music, tmp_path):
    done = run("paint", music / "One.flac", "--variants", 6, "--size", 64, "--out", tmp_path / "o")
    assert done.exit_code == 0, done.output
    found = [each["brief"] for each in json.loads((tmp_path / "o" / "recipe.json").read_text())]
    assert (
        len(found) == 6 and len({each["motif"] for each in found}) >= 4 and len({each["style"] for each in found}) >= 4
    )
    assert len({each["seed"] for each in found}) == 6 and not (tmp_path / "o" / "playlist.jpg").exists()
    line = lines(tmp_path / "o")[4]
    (tmp_path / "o" / "05-one.jpg").unlink()
    assert run(*line).exit_code == 0
    assert [each["brief"] for each in json.loads((tmp_path / "o" / "recipe.json").read_text())] == found
    assert run("paint", music, "--variants", 25, "--out", tmp_path / "p").exit_code == 2


def test_a_playlist_comes_back_as_a_playlist(run, music, tmp_path, monkeypatch):
    run("paint", music, "--size", 64, "--out", tmp_path / "a")
    done = run("paint", tmp_path / "a" / "recipe.json", "--out", tmp_path / "b")
    assert done.exit_code == 0, done.output
    assert {p.name for p in (tmp_path / "a").iterdir()} == {p.name for p in (tmp_path / "b").iterdir()}
    for name in ("playlist.jpg", "sheet.jpg", "recipe.json", "03-one.jpg"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name
    assert "3 songs, heard and painted" in (tmp_path / "b" / "report.html").read_text()
    typed = lines(tmp_path / "b")
    assert len(typed) == 3 and typed[2][:2] == ["paint", str(tmp_path / "a" / "recipe.json")]
    (tmp_path / "b" / "03-one.jpg").unlink()
    assert run(*typed[2]).exit_code == 0
    assert (tmp_path / "a" / "03-one.jpg").read_bytes() == (tmp_path / "b" / "03-one.jpg").read_bytes()


def test_every_picture_of_playlists_painted_again_is_in_the_report(run, music, tmp_path):
    run("paint", music, "--size", 64, "--out", tmp_path / "a")
    one, whole = tmp_path / "a" / "03-one.jpg", tmp_path / "a" / "playlist.jpg"
    for again in ((whole, whole), (one, whole), (whole, one, whole)):
        out = tmp_path / str(len(list(tmp_path.iterdir())))
        assert run("paint", *again, "--out", out).exit_code == 0
        page = (out / "report.html").read_text("utf-8")
        painted = [each.name for each in out.glob("*.jpg") if each.name != "sheet.jpg"]
        assert len(painted) == len(again) and all(f'href="./{each}"' in page for each in painted), again


def test_a_recipe_from_before_playlists_were_marked_is_read(run, music, tmp_path):
    run("paint", music, "--size", 64, "--out", tmp_path / "a")
    recipes = json.loads((tmp_path / "a" / "recipe.json").read_text())
    assert [each["brief"]["songs"] for each in recipes] == [1, 1, 1, 3]
    for each in recipes:
        del each["brief"]["songs"]
    (tmp_path / "old.json").write_text(json.dumps(recipes))
    assert run("paint", tmp_path / "old.json", "--out", tmp_path / "b").exit_code == 0
    assert len(list((tmp_path / "b").glob("0*.jpg"))) == 4


def test_what_a_recipe_holds_is_refused_and_not_ignored(run, music, tmp_path):
    run("paint", music / "One.flac", "--size", 64, "--out", tmp_path / "a")
    for option in (("--engine", "gan"), ("--engine", "painter"), ("--embed",)):
        done = run("paint", tmp_path / "a" / "recipe.json", *option, "--out", tmp_path / "b")
        assert done.exit_code == 2 and f"leave {option[0]} out" in done.stderr
    assert not (tmp_path / "b").exists()


@pytest.mark.parametrize("layout", ["center", "Centre", "banners", "head-line"])
def test_a_layout_nearly_named_is_hinted_at(run, music, tmp_path, layout):
    done = run("paint", music, "--layout", layout, "--out", tmp_path / "o")
    meant = {"center": "centre", "Centre": "centre", "banners": "banner", "head-line": "headline"}[layout]
    assert done.exit_code == 2 and f"did you mean {meant}?" in done.stderr and not (tmp_path / "o").exists()


def test_a_run_that_paints_nothing_leaves_no_folder(run, tmp_path):
    (tmp_path / "text.mp3").write_text("words")
    out = tmp_path / "new" / "deeper"
    assert run("paint", tmp_path / "text.mp3", "--out", out).exit_code == 1
    assert not (tmp_path / "new").exists()
    (tmp_path / "mine").mkdir()
    assert run("paint", tmp_path / "text.mp3", "--out", tmp_path / "mine" / "deeper").exit_code == 1
    assert list((tmp_path / "mine").iterdir()) == []


def test_more_steps_than_an_engine_can_do_are_refused_before_anything_is_heard(run, music, tmp_path):
    asked = ("--iterations", "50,1001", "--out", tmp_path / "s.jpg")
    done = run("sheet", tmp_path / "no such song", "--engines", "diffusion", *asked)
    assert done.exit_code == 2 and "1000 at most" in done.stderr and "no such song" not in done.stderr
    done = run("sheet", tmp_path / "no such song", "--engines", "vqgan-clip", *asked)
    assert done.exit_code == 1 and "1000" not in done.stderr


@pytest.mark.parametrize("verb", ["train", "evaluate"])
def test_each_model_has_a_line(run, verb):
    from tonescape.train import TABLES

    for asked in ([verb], [verb, "--help"]):
        done = run(*asked)
        rows = done.stdout.splitlines()[2:]
        assert done.exit_code == 0 and [row.split()[0] for row in rows] == list(TABLES[verb])
        assert all(len(row.split()) > 2 and len(row) < 120 for row in rows)
    assert "diffusion   uses --style, --motif, --prompt, sheet --iterations" in run("engines").stdout


def test_tables_have_every_score(run, music, tmp_path):
    import csv

    pytest.importorskip("pyarrow.parquet")
    import pyarrow.parquet

    done = run("hear", music / "One.flac", "--json", "--csv", tmp_path / "t.csv", "--parquet", tmp_path / "t.parquet")
    mood = json.loads(done.stdout)["mood"]
    (row,) = csv.DictReader((tmp_path / "t.csv").open(encoding="utf-8"))
    (other,) = pyarrow.parquet.read_table(tmp_path / "t.parquet").to_pylist()
    assert list(row) == list(other)
    for first, held in (("class", "classes"), ("tag", "tags"), ("gems", "gems")):
        assert {f"{first}_{name}" for name in mood[held]} <= {name for name in row if name.startswith(f"{first}_")}
        for name, value in mood[held].items():
            assert float(row[f"{first}_{name}"]) == other[f"{first}_{name}"] == value


ODD = [
    (["paint", "{music}", "--size", "0"], 2, "64"),
    (["paint", "{music}", "--layout", ""], 2, "no layout is called ''"),
    (["paint", "{music}", "--engine", "diffusion"], 1, "tonescape fetch"),
    (["paint", "{music}", "{recipe}"], 2, "paint each kind apart"),
    (["paint", "{recipe}", "--size", "0"], 2, "64"),
    (["paint", "nothere.png"], 1, "No such file"),
    (["hear", "{music}", "--csv", "."], 1, "a folder; name the file"),
    (["hear", "{music}", "--parquet", "{music}"], 1, "a folder; name the file"),
    (["sheet", "{music}", "--out", "sheet.gif"], 2, ".jpg or a .png"),
    (["sheet", "{music}", "--out", "."], 1, "a folder; name the file"),
    (["sheet", "{music}", "--engines", "diffusion"], 1, "tonescape fetch"),
    (["study", ".", "--out", "."], 1, "a folder; name the file"),
    (["taste", "{music}", "--out", "."], 1, "a folder; name the file"),
]


@pytest.mark.parametrize(("asked", "code", "words"), ODD, ids=lambda value: str(value)[:40])
def test_what_cannot_be_is_said_before_anything_is_heard(run, music, tmp_path, monkeypatch, asked, code, words):
    run("paint", music / "One.flac", "--size", 64, "--out", tmp_path / "a")
    monkeypatch.chdir(tmp_path)
    for name in ("TONESCAPE_DIFFUSION", "TONESCAPE_MODELS"):
        monkeypatch.delenv(name, raising=False)
    before = sorted(tmp_path.rglob("*"))
    done = run(*(part.format(music=music, recipe="a/recipe.json") for part in asked))
    assert done.exit_code == code and done.stdout == "" and words in done.stderr
    assert len(done.stderr.splitlines()) == 1 and done.stderr.startswith("tonescape: ")
    assert sorted(tmp_path.rglob("*")) == before


def test_reasons_name_main_and_mood_colour_only_where_they_are_in_the_prompt(run, music, tmp_path):
    run("paint", music / "One.flac", "--size", 64, "--out", tmp_path / "a")
    page = (tmp_path / "a" / "report.html").read_text("utf-8")
    reasons = page.split('class="reasons"')[1].split("</section>")[0]
    assert "seed" in reasons and "main colour" not in reasons and "Main colour" in page


def test_an_engine_that_can_paint_nothing_leaves_no_report(run, music, tmp_path, monkeypatch):
    from tonescape import pipeline
    from tonescape.core.errors import MissingError

    def lacking(*_):
        raise MissingError("something is not here")

    monkeypatch.setattr(pipeline, "_paint", lacking)
    done = run("paint", music / "One.flac", "--size", 64, "--out", tmp_path / "o")
    assert done.exit_code == 1 and "something is not here" in done.stderr and not (tmp_path / "o").exists()


@pytest.mark.parametrize("damage", ["{", "", '[1, null, {"x": 3}]'])
def test_one_picture_of_a_set_whose_recipe_is_damaged(run, music, tmp_path, damage):
    out = tmp_path / "out"
    out.mkdir()
    (out / "recipe.json").write_text(damage)
    refused = run("paint", music, "--out", out, "--size", 64, "--only", "One", "--motif", "sea")
    assert refused.exit_code == 1
    assert refused.stderr.count("\n") == 1 and "without --only the whole set is painted again" in refused.stderr
    assert [file.name for file in out.iterdir()] == ["recipe.json"]
    assert (out / "recipe.json").read_text() == damage
