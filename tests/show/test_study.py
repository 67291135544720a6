"""The study's page holds every pair blindly, and its answers come back as errors between song and picture."""

import io
import json
import re
from pathlib import Path

import av
import numpy as np
import pytest
from show_samples import make_brief

from tonescape.core.errors import InputError
from tonescape.core.records import Picture, Sound
from tonescape.plan import recipe
from tonescape.show import study
from tonescape.show.cover import save_cover
from tonescape.train.pictures import study as answers


def wav(path: Path, seconds: float = 2.0) -> None:
    samples = (np.sin(np.arange(int(seconds * 22050)) * 0.05) * 8000).astype(np.int16)
    with av.open(str(path), "w") as file:
        stream = file.add_stream("pcm_s16le", rate=22050, layout="mono")
        frame = av.AudioFrame.from_ndarray(samples[None], format="s16", layout="mono")
        frame.sample_rate = 22050
        file.mux(stream.encode(frame))
        file.mux(stream.encode(None))


def painted(folder: Path, name: str, shade: int) -> None:
    image = np.full((64, 64, 3), shade, np.uint8)
    save_cover(
        Picture(image, recipe.write(make_brief(), engine="painter", size=64), "painter", 0.0), folder / f"{name}.jpg"
    )


@pytest.fixture
def folder(tmp_path):
    for number, name in enumerate(("01-one", "02-two", "03-bare")):
        painted(tmp_path, name, 40 + 60 * number)
    wav(tmp_path / "01-one.wav")
    wav(tmp_path / "02-two.wav", 1.0)
    (tmp_path / "report.html").write_text("no song")
    (tmp_path / "01-one.txt").write_text("no song either")
    return tmp_path


def test_a_page_holds_each_pair_once_as_picture_and_as_song_and_fetches_nothing(folder, tmp_path):
    assert study.write_study(folder, tmp_path / "study.html") == 2
    page = (tmp_path / "study.html").read_text()
    data = json.loads(re.search(r'id="data">(.*?)</script>', page, re.S)[1])
    assert sorted((item["pair"], item["kind"]) for item in data["items"]) == sorted(
        (key, kind) for key in {item["pair"] for item in data["items"]} for kind in ("picture", "song")
    )
    assert len(data["items"]) == 4 and "://" not in re.sub(r"<script.*?</script>", "", page, flags=re.S)
    assert "01-one" not in page and "$" not in page.split("<script>")[0]


def test_the_excerpt_is_thirty_seconds_from_the_middle_at_equal_loudness():
    rate = 22050
    samples = np.zeros(60 * rate, np.float32)
    samples[20 * rate : 40 * rate] = 0.1 * np.sin(np.arange(20 * rate) * 0.1)
    with av.open(io.BytesIO(study.excerpt(Sound(samples, rate, 60.0, rate, 1, False, -30.0)))) as file:
        heard = np.concatenate([frame.to_ndarray()[0] for frame in file.decode(audio=0)])
    assert len(heard) / rate == pytest.approx(30, abs=0.2)
    loud = np.abs(heard[6 * rate : 24 * rate]).max()
    assert loud == pytest.approx(0.1 * 10 ** (12 / 20), rel=0.1) and np.abs(heard[: 4 * rate]).max() < 0.02


def test_a_folder_without_pairs_says_how_to_make_them(tmp_path):
    with pytest.raises(InputError, match=r"paint SONG\.\.\. --embed"):
        study.write_study(tmp_path, tmp_path / "study.html")
    with pytest.raises(InputError, match="not a folder"):
        study.pairs(tmp_path / "absent")


def saved(path: Path, rater: str, rows: list, study_key: str = "s") -> Path:
    kinds = [{"pair": p, "kind": k, "valence": v, "arousal": a, "seconds": 1} for p, k, v, a in rows]
    path.write_text(json.dumps({"tonescape": "study", "study": study_key, "rater": rater, "answers": kinds}))
    return path


def test_errors_are_those_that_were_put_in(tmp_path):
    rng = np.random.default_rng(3)
    files = []
    for rater in range(6):
        rows = []
        for pair in range(30):
            v, a = 0.2 + 0.6 * np.random.default_rng(pair).random(2)
            rows += [(f"p{pair}", "song", v, a), (f"p{pair}", "picture", v + 0.1, a + 0.02 * rng.standard_normal())]
        files.append(saved(tmp_path / f"{rater}.json", f"r{rater}", rows))
    found = answers.read([*files, files[0]])
    assert len(found.pair) == 180 and found.alone == 0
    lines = {line.split("|")[1].strip(): line for line in answers.report(found).splitlines() if line.startswith("| ")}
    figures = {name: [float(x) for x in re.findall(r"-?\d\.\d+", line)] for name, line in lines.items()}
    assert figures["valence, mean error"][0] == pytest.approx(0.1, abs=0.001)
    assert figures["arousal, mean error"][0] == pytest.approx(0.016, abs=0.004)
    assert figures["valence, mean error"][3] > 0.15 < figures["arousal, mean error"][3]
    assert figures["valence, r of the pairs' means"][0] > 0.99
    assert "bootstrap over people" in answers.report(found)


def test_shuffled_pictures_have_no_advantage(tmp_path):
    rng = np.random.default_rng(0)
    rows = [(f"p{i}", kind, *rng.random(2)) for i in range(200) for kind in ("song", "picture")]
    line = next(row for row in answers.report(answers.read([saved(tmp_path / "a.json", "r", rows)])).splitlines()
                if "distance" in row)  # fmt: skip
    own, low, high, strange = (float(x) for x in re.findall(r"\d\.\d+", line)[:4])
    assert low < strange < high and own == pytest.approx(strange, abs=0.06)


OFF_THE_PLANE = {"pair": "p", "kind": "song", "valence": 7, "arousal": 0}
BROKEN = ("", "[]", "{}", '{"tonescape": "study"}',
          '{"tonescape": "study", "study": "s", "rater": "r", "answers": [{"valence": 1' + 400 * "0" + "}]}",
          json.dumps({"tonescape": "study", "study": 1, "rater": 2, "answers": [OFF_THE_PLANE]}))  # fmt: skip


@pytest.mark.parametrize("text", BROKEN)
def test_files_that_are_no_answers_are_named(tmp_path, text):
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(InputError, match=r"x\.json"):
        answers.read([tmp_path / "x.json"])


def test_two_studies_or_half_judged_pairs_are_not_mixed(tmp_path):
    one = saved(tmp_path / "a.json", "r", [("p", "song", 0.5, 0.5), ("p", "picture", 0.5, 0.5)])
    other = saved(tmp_path / "b.json", "q", [("p", "song", 0.5, 0.5)], "t")
    with pytest.raises(InputError, match="2 different studies"):
        answers.read([one, other])
    with pytest.raises(InputError, match="nobody has judged both"):
        answers.read([saved(tmp_path / "c.json", "q", [("p", "song", 0.5, 0.5)])])


def test_a_person_can_judge_everything_with_mouse_and_keys(folder, tmp_path):
    from browser import browser

    study.write_study(folder, tmp_path / "study.html")
    click = (
        "const q = document.getElementById('plane'), r = q.getBoundingClientRect();"
        "const place = {clientX: r.left + r.width * .25, clientY: r.top + r.height * .75, pointerId: 1, bubbles: true};"
        "try { q.dispatchEvent(new PointerEvent('pointerdown', place)) } catch { /* no such pointer to capture */ }"
    )
    with browser(tmp_path / "profile") as page:
        page.open(tmp_path / "study.html")
        page.run("document.getElementById('begin').click()")
        kinds = []
        for _ in range(4):
            kinds.append(page.run("return document.querySelector('#stimulus > *').tagName"))
            assert page.run("return document.getElementById('next').disabled")
            page.run(click)
            page.run("document.getElementById('plane').dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowUp'}))")
            assert "Pleasantness 25, liveliness 30" in page.run("return document.getElementById('spoken').textContent")
            page.run("document.getElementById('next').click()")
        assert sorted(kinds) == ["AUDIO", "AUDIO", "IMG", "IMG"]
        kept = page.run("return localStorage.getItem(Object.keys(localStorage)[0])")
        assert len(json.loads(kept)["answers"]) == 4 and not page.run("return document.getElementById('end').hidden")
        assert not page.complaints()
