"""The commands as a person meets them: results on standard output, one line per trouble, the right exit code."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import av
import numpy as np
import pytest

RATE = 44100
NAMES = [
    "danceability",
    "energy",
    "key",
    "loudness",
    "mode",
    "speechiness",
    "acousticness",
    "instrumentalness",
    "liveness",
    "valence",
    "tempo",
    "time_signature",
]


def write_song(path: Path, seconds: float = 6.0, pitch: float = 220.0, bpm: float = 120.0) -> Path:
    """A chord over a beat: enough music for every part to have something to do."""
    t = np.arange(int(RATE * seconds)) / RATE
    chord = sum(np.sin(2 * np.pi * pitch * ratio * t) for ratio in (1, 1.25, 1.5))
    beat = np.random.default_rng(0).standard_normal(len(t)) * np.exp(-30 * (t % (60 / bpm)))
    sound = (0.15 * chord + 0.2 * beat).astype(np.float32)
    with av.open(str(path), "w") as container:
        container.metadata["title"] = path.stem
        stream = container.add_stream("pcm_s16le" if path.suffix == ".wav" else "flac", rate=RATE, layout="mono")
        frame = av.AudioFrame.from_ndarray((sound * 32767).astype(np.int16)[None], "s16", "mono")
        frame.sample_rate = RATE
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


@pytest.fixture(scope="module")
def music(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("music")
    for number, name in enumerate(("One", "Two", "Three")):
        write_song(folder / f"{name}.flac", pitch=200 + 50 * number, bpm=90 + 30 * number)
    return folder


@pytest.fixture
def tonescape(tmp_path_factory):
    cache = tmp_path_factory.mktemp("cache")
    environment = {**os.environ, "TONESCAPE_CACHE": str(cache), "TONESCAPE_WORKERS": "1"}

    def run(*arguments, workers=1, start=False, **options):
        environment["TONESCAPE_WORKERS"] = str(workers)
        line = [sys.executable, "-m", "tonescape", *map(str, arguments)]
        if start:
            # a shell's background jobs ignore Ctrl-C, and their children would inherit that
            return subprocess.Popen(line, env=environment, text=True, preexec_fn=_hears_ctrl_c, **options)
        return subprocess.run(line, env=environment, capture_output=True, text=True, timeout=120, **options)

    return run


def _hears_ctrl_c() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def one_line(text: str) -> bool:
    return len(text.strip().splitlines()) == 1 and text.startswith("tonescape: ") and "Traceback" not in text


def test_hear_prints_an_object_a_song(tonescape, music):
    done = tonescape("hear", music, "--json")
    assert done.returncode == 0 and done.stderr == ""
    songs = [json.loads(line) for line in done.stdout.splitlines()]
    assert [song["title"] for song in songs] == ["One", "Three", "Two"]
    for song in songs:
        assert list(song["features"]) == NAMES
        assert isinstance(song["features"]["key"], int) and song["features"]["mode"] in (0, 1)
        mood = song["mood"]
        assert all(0 <= mood[axis] <= 1 for axis in ("valence", "arousal", "sureness"))
        assert mood["quadrant"] in ("Q1", "Q2", "Q3", "Q4")
        assert len(mood["gems"]) == 9 and all(0 <= p <= 1 for p in (*mood["gems"].values(), *mood["tags"].values()))
        assert abs(sum(mood["classes"].values()) - 1) < 1e-3 and len(mood["classes"]) == 5
        assert song["duration_s"] == pytest.approx(6, abs=0.1) and Path(song["path"]).exists()
        colours = [song["colours"]["main"], song["colours"]["mood"], *song["colours"]["palette"]]
        assert all(len(c) == 7 and int(c[1:], 16) >= 0 for c in colours) and 5 <= len(colours) - 2 <= 7


def test_the_same_bytes_with_one_process_or_two_and_from_the_cache(tonescape, music):
    first, again, two = (tonescape("hear", music, "--json", workers=n).stdout for n in (1, 1, 2))
    assert first == again == two != ""


def test_hear_writes_tables(tonescape, music, tmp_path):
    done = tonescape("hear", music, "--csv", tmp_path / "t.csv")
    assert done.returncode == 0 and "valence" in done.stdout
    rows = list(csv.DictReader((tmp_path / "t.csv").open(encoding="utf-8")))
    assert [row["title"] for row in rows] == ["One", "Three", "Two"] and 0 <= float(rows[0]["mood_valence"]) <= 1


def test_tables_have_the_same_typed_columns_for_any_songs(tonescape, music, tmp_path, monkeypatch):
    parquet = pytest.importorskip("pyarrow.parquet")
    playlist = tmp_path / "p.csv"
    playlist.write_text("Track Name,Energy,Valence,Tempo,Key\nA,.5,.5,0,-1\n")
    found = []
    for name, source in (("heard", music), ("given", playlist)):
        files = tmp_path / f"{name}.out.csv", tmp_path / f"{name}.parquet"
        done = tonescape("hear", source, "--csv", files[0], "--parquet", files[1])
        assert done.returncode == 0, done.stderr
        found.append((list(csv.DictReader(files[0].open(encoding="utf-8"))), parquet.read_table(files[1])))
    (heard, heard_table), (given, given_table) = found
    assert heard_table.schema.equals(given_table.schema, check_metadata=True)
    assert list(heard[0]) == list(given[0]) == heard_table.column_names
    words = [name for name in heard[0] if name.startswith("tag_")]
    assert len(words) == 67 and all(row[word] != "" for row in heard for word in words)
    assert given[0]["tempo"] == given[0]["key"] == given[0][words[0]] == ""
    row = given_table.to_pylist()[0]
    assert row["tempo"] is None and row["key"] is None and row["energy"] == 0.5
    made = {key.decode(): value.decode() for key, value in heard_table.schema.metadata.items()}
    assert made["tonescape"] and len(made["weights.affect"]) == 64


def test_a_missing_pyarrow_is_found_before_anything_is_heard(tmp_path, monkeypatch):
    from tonescape.core.errors import MissingError
    from tonescape.show import table

    monkeypatch.setattr(table, "find_spec", lambda name: None)
    with pytest.raises(MissingError, match=r"pip install 'tonescape\[parquet\]'"):
        table.check_parquet()


def test_paint_writes_everything_it_promises(tonescape, music, tmp_path):
    done = tonescape("paint", music, "--out", tmp_path / "out", "--size", "200")
    assert done.returncode == 0, done.stderr
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == [
        "01-one.jpg",
        "02-three.jpg",
        "03-two.jpg",
        "playlist.jpg",
        "recipe.json",
        "report.html",
        "sheet.jpg",
    ]
    assert len(json.loads((tmp_path / "out" / "recipe.json").read_text())) == 4
    assert str(tmp_path / "out" / "report.html") in done.stdout


def test_paint_twice_gives_the_same_bytes_and_paints_only_once(tonescape, music, tmp_path):
    contents = []
    for out in ("a", "b"):
        tonescape("paint", music, "--out", tmp_path / out, "--size", "128", workers=1 if out == "a" else 2)
        here = str(tmp_path / out).encode()  # stands in the lines that paint the pictures again
        contents.append({p.name: p.read_bytes().replace(here, b"OUT") for p in (tmp_path / out).iterdir()})
    assert contents[0] == contents[1]
    before = (tmp_path / "a" / "01-one.jpg").stat().st_mtime_ns
    tonescape("paint", music, "--out", tmp_path / "a", "--size", "128")
    assert (tmp_path / "a" / "01-one.jpg").stat().st_mtime_ns == before
    tonescape("paint", music, "--out", tmp_path / "a", "--size", "136")
    assert (tmp_path / "a" / "01-one.jpg").stat().st_mtime_ns != before


def test_a_recipe_paints_the_same_picture_again(tonescape, music, tmp_path):
    tonescape("paint", music / "One.flac", "--out", tmp_path / "a", "--size", "128")
    done = tonescape("paint", tmp_path / "a" / "recipe.json", "--out", tmp_path / "b")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "b" / "01-one.jpg").read_bytes() == (tmp_path / "a" / "01-one.jpg").read_bytes()
    done = tonescape("paint", tmp_path / "a" / "01-one.jpg", "--out", tmp_path / "c")
    assert (tmp_path / "c" / "01-one.jpg").read_bytes() == (tmp_path / "a" / "01-one.jpg").read_bytes()


def test_a_killed_run_goes_on_where_it_stopped(tonescape, music, tmp_path):
    out = tmp_path / "out"
    run = tonescape("paint", music, "--out", out, "--size", "512", start=True)
    deadline = time.monotonic() + 60
    while not (out / "01-one.jpg").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    os.kill(run.pid, signal.SIGKILL)
    run.wait()
    kept = (out / "01-one.jpg").stat().st_mtime_ns
    assert not (out / "report.html").exists()
    done = tonescape("paint", music, "--out", out, "--size", "512")
    assert done.returncode == 0 and (out / "01-one.jpg").stat().st_mtime_ns == kept
    assert not list(out.glob(".*")) and (out / "report.html").exists()


@pytest.mark.parametrize("workers", [1, 2])
def test_ctrl_c_stops_at_once_and_keeps_what_is_finished(tonescape, music, tmp_path, workers):
    out = tmp_path / "out"
    run = tonescape("paint", music, "--out", out, "--size", "1024", workers=workers, start=True, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 60
    while not list(out.glob("0*.jpg")) and time.monotonic() < deadline:
        time.sleep(0.01)
    run.send_signal(signal.SIGINT)
    _, error = run.communicate(timeout=60)
    assert run.returncode == 130 and one_line(error) and "kept" in error
    assert 1 <= len(list(out.glob("0*.jpg"))) < 3, "it went on to the last picture"


def test_two_runs_into_one_folder(tonescape, music, tmp_path):
    runs = [tonescape("paint", music, "--out", tmp_path, "--size", "256", start=True) for _ in range(2)]
    assert [run.wait(120) for run in runs] == [0, 0]
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [
        ".html",
        ".jpg",
        ".jpg",
        ".jpg",
        ".jpg",
        ".jpg",
        ".json",
    ]


def test_a_bad_song_does_not_stop_the_others(tonescape, music, tmp_path):
    (tmp_path / "text.mp3").write_text("these are words")
    done = tonescape("hear", tmp_path / "text.mp3", music / "One.flac", tmp_path / "gone.mp3", "--json")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1 and len(lines) == 3
    assert "text.mp3" in lines[0]["error"] and lines[1]["title"] == "One" and "gone.mp3" in lines[2]["path"]
    assert len(done.stderr.splitlines()) == 2 and all(x.startswith("tonescape: ") for x in done.stderr.splitlines())


@pytest.mark.parametrize(
    "arguments, code, words",
    [
        (["paint", "{music}", "--size", "63"], 2, "64"),
        (["paint", "{music}", "--size", "8193"], 2, "8192"),
        (["paint", "{music}", "--style", "oyl"], 2, "oil"),
        (["paint", "{music}", "--motif", "mountain-lak"], 2, "mountain-lake"),
        (["paint", "{music}", "--engine", "crayon"], 2, "painter"),
        (["paint", "{music}", "--seed", "-1"], 2, "seed"),
        (["paint", "{music}", "--out", "{file}"], 1, "{file}"),
        (["paint", "{empty}"], 1, "{empty}"),
        (["hear", "{empty}"], 1, "{empty}"),
        (["hear", "{music}", "--csv", "{file}/t.csv"], 1, "{file}"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(tonescape, music, tmp_path, arguments, code, words):
    names = {"music": music, "file": tmp_path / "file", "empty": tmp_path / "empty"}
    names["file"].write_text("")
    names["empty"].mkdir()
    done = tonescape(*(a.format(**names) for a in arguments), cwd=tmp_path)
    assert done.returncode == code, done.stderr
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("tonescape: ") and "Traceback" not in done.stderr
    assert words.format(**names) in done.stderr


def test_unwritable_cache(tonescape, music, tmp_path):
    (tmp_path / "file").write_text("")
    environment = {**os.environ, "TONESCAPE_CACHE": str(tmp_path / "file" / "cache")}
    line = [sys.executable, "-m", "tonescape", "hear", str(music)]
    done = subprocess.run(line, env=environment, capture_output=True, text=True)
    assert done.returncode == 1 and one_line(done.stderr) and "TONESCAPE_CACHE" in done.stderr
    environment = {**os.environ, "TONESCAPE_WORKERS": "many"}
    done = subprocess.run(line, env=environment, capture_output=True, text=True)
    assert done.returncode == 2 and one_line(done.stderr) and "TONESCAPE_WORKERS" in done.stderr


def test_a_reader_that_leaves(music, tmp_path):
    environment = {**os.environ, "TONESCAPE_CACHE": str(tmp_path)}
    run = subprocess.Popen([sys.executable, "-m", "tonescape", "hear", str(music), "--json"], env=environment,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # fmt: skip
    run.stdout.close()
    try:
        assert "Traceback" not in run.communicate(timeout=90)[1]
    finally:
        run.kill()  # a run that hangs fails this test and holds up no other


@pytest.mark.parametrize("key", ["layout", "engine"])
def test_a_recipe_with_an_absurd_name_is_refused_at_once_in_one_short_line(tonescape, music, tmp_path, key):
    tonescape("paint", music / "One.flac", "--out", tmp_path / "a", "--size", "64")
    recipes = json.loads((tmp_path / "a" / "recipe.json").read_text())
    recipes[0][key] = "y" * 900_000
    (tmp_path / "changed.json").write_text(json.dumps(recipes[:1]))
    done = tonescape("paint", tmp_path / "changed.json", "--out", tmp_path / "b")
    assert done.returncode == 2 and one_line(done.stderr) and len(done.stderr) < 2100 and not (tmp_path / "b").exists()


def test_help_styles_engines_doctor_version(tonescape):
    for command in ([], ["--help"], ["hear", "--help"], ["paint", "--help"], ["demo", "--help"]):
        assert "Usage: tonescape" in (done := tonescape(*command)).stdout + done.stderr
    listed = tonescape("styles").stdout
    assert "  oil            full-bodied, warm and open\n" in listed and "  sea            wide and slow\n" in listed
    assert "tonescape sheet SONG" in listed
    assert "painter" in tonescape("engines").stdout
    assert tonescape("--version").stdout[0].isdigit()
    done = tonescape("doctor")
    assert done.returncode == 0 and "FAIL" not in done.stdout and "codecs" in done.stdout


def test_a_playlist_without_audio_is_painted(tonescape, tmp_path):
    header = ("Track URI,Track Name,Album Name,Artist Name(s),Release Date,Duration (ms),Popularity,Explicit,Added By,"
              "Added At,Genres,Record Label,Danceability,Energy,Key,Loudness,Mode,Speechiness,Acousticness,"
              "Instrumentalness,Liveness,Valence,Tempo,Time Signature")  # fmt: skip
    row = ("spotify:track:{0:022d},Song {0},Album,Somebody,2001-02-03,200000,50,false,,2020-01-01T00:00:00Z,pop,Label,"
           "0.5,0.{0},5,-7.5,1,0.05,0.2,0.0,0.1,0.{0},120.0,4")  # fmt: skip
    (tmp_path / "list.csv").write_text("\n".join([header, *(row.format(n) for n in (1, 9))]))
    heard = [json.loads(line) for line in tonescape("hear", tmp_path / "list.csv", "--json").stdout.splitlines()]
    assert [song["path"] for song in heard] == [None, None] and heard[0]["uri"].startswith("spotify:track:")
    assert heard[0]["features"]["valence"] == 0.1 and len(heard[0]["given"]) == 12
    assert heard[0]["mood"]["quadrant"] == "Q3" and heard[1]["mood"]["quadrant"] == "Q1"
    done = tonescape("paint", tmp_path / "list.csv", "--out", tmp_path / "out", "--size", "128")
    assert done.returncode == 0 and (tmp_path / "out" / "02-song-9.jpg").exists()


def test_import_costs_little():
    heavy = "('numpy', 'scipy', 'av', 'skia', 'PIL', 'rich')"
    code = f"import sys, tonescape.cli; print([m for m in {heavy} if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"


def test_letters_in_a_font_of_ones_own_and_where_they_are_asked(tonescape, music, tmp_path):
    from importlib.resources import files

    font = tmp_path / "mine.ttf"
    font.write_bytes((files("font_source_serif_pro") / "files" / "SourceSerifPro-Bold.ttf").read_bytes())
    asked = ("--out", tmp_path / "out", "--size", "128", "--font", font, "--at", "top-left", "--title", "One 夜")
    done = tonescape("paint", music / "One.flac", *asked)
    assert done.returncode == 0 and "mine.ttf has no '夜'" in done.stderr
    (recipe,) = json.loads((tmp_path / "out" / "recipe.json").read_text())
    assert recipe["at"] == "top-left" and recipe["font"].startswith("Source Serif Pro ")
    assert str(tmp_path) not in json.dumps(recipe)  # a picture may be passed on: no folders of its maker
    again = ("paint", tmp_path / "out" / "recipe.json", "--out", tmp_path / "again")
    refused = tonescape(*again)
    assert refused.returncode == 2 and one_line(refused.stderr) and "--font FILE" in refused.stderr
    assert tonescape(*again, "--font", font).returncode == 0
    (first,), (second,) = ((tmp_path / out).glob("01-*.jpg") for out in ("out", "again"))
    assert first.read_bytes() == second.read_bytes()
    for wrong, word in (("--at", "nowhere"), ("--font", tmp_path / "none.ttf"), ("--font", music / "One.flac")):
        done = tonescape("paint", music / "One.flac", "--out", tmp_path / "no", wrong, word)
        assert done.returncode == 2 and one_line(done.stderr) and not (tmp_path / "no").exists()
