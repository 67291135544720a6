"""The cue sheet: complete, safe against hostile names, and working in a browser."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "score"))

from score_samples import library, script, song

from tonescape.core.records import Cue, FilmScore, Match, Placement, WordMood
from tonescape.show.cue_arc import arc
from tonescape.show.cue_marks import edl, otio, timecode
from tonescape.show.cue_words import clock, link_to
from tonescape.show.cues import json_lines, playlist, table, write_cues

NASTY = "</script><img src=x onerror=alert(1)>\"'&\n=1+1\u202e"


def film(scenes: int = 6, title: str = "A Film") -> FilmScore:
    """A score without the models: song i for scene i, scene 3 silent, scene 2 going on from 1."""
    made, songs = script(scenes), library(scenes + 3)
    cues, plan = [], []
    for i, scene in enumerate(made.scenes):
        matches = tuple(Match(h.song, 0.1 * j, "sounds even", h.mood) for j, h in enumerate(songs[i : i + 3]))
        cues.append(Cue(scene, WordMood(0.1 + 0.1 * i, 0.5, 0.5, (("joy", 0.9), ("fear", 0.5))), matches))
        role = "silence" if i == 3 else "continues" if i == 2 else "leitmotif" if i == 4 else "song"
        match = None if role == "silence" else plan[-1].match if role == "continues" else matches[0]
        plan.append(Placement(scene.number, role, match, 60.0 * i, 0.0 if match is None else 60.0, "because"))
    return FilmScore(replace(made, title=title), tuple(cues), tuple(plan), ("5:00 of music",))


def test_all_files_are_written(tmp_path: Path) -> None:
    files = write_cues(film(), tmp_path / "cues")
    names = {path.relative_to(tmp_path / "cues").as_posix() for path in files}
    assert {"cues.html", "cues.csv", "film.m3u8", "cues.edl", "scenes/001.m3u8", "scenes/006.m3u8"} <= names
    assert all(path.stat().st_size for path in files)
    before = (tmp_path / "cues" / "cues.html").read_bytes()
    write_cues(film(), tmp_path / "cues")
    assert (tmp_path / "cues" / "cues.html").read_bytes() == before


def test_the_table_has_a_row_for_each_scene() -> None:
    rows = list(csv.DictReader(io.StringIO(table(film()).lstrip("\ufeff"))))
    assert [row["scene"] for row in rows] == ["1", "2", "3", "4", "5", "6"]
    assert rows[3]["role"] == "silence" and rows[3]["title"] == ""
    assert rows[0]["title"] == "song 0" and rows[0]["file"].endswith("song 0.ogg")
    assert "song 1" in rows[0]["other songs"] and "song 0" not in rows[0]["other songs"]


def test_formulas_are_defused() -> None:
    score = film()
    evil = replace(score.plan[0].match.song, title="=HYPERLINK(1)", artist="@x")  # type: ignore[union-attr]
    plan = (replace(score.plan[0], match=replace(score.plan[0].match, song=evil)), *score.plan[1:])
    row = next(csv.DictReader(io.StringIO(table(replace(score, plan=plan)).lstrip("\ufeff"))))
    assert row["title"] == "'=HYPERLINK(1)" and row["artist"] == "'@x"


def test_playlists_follow_the_plan() -> None:
    score = film()
    text = playlist([p.match.song for p in score.plan if p.match and p.role != "continues"])
    assert text.startswith("#EXTM3U\n") and text.count("#EXTINF:200,Nobody - ") == 4
    broken = replace(score.plan[0].match.song, path=Path("/a\nb.ogg"))  # type: ignore[union-attr]
    assert "/a" not in playlist([broken])


def test_edit_decision_list() -> None:
    text = edl(film())
    events = re.findall(r"^\d{3}  AX       AA    C        (\S+) (\S+) (\S+) (\S+)$", text, re.MULTILINE)
    assert len(events) == 4
    assert events[0] == ("00:00:00:00", "00:01:00:00", "01:00:00:00", "01:01:00:00")
    assert events[1] == ("00:00:00:00", "00:02:00:00", "01:01:00:00", "01:03:00:00")  # goes on over the cut
    assert text.isascii() and "* FROM CLIP NAME: song 0" in text and "MAGENTA" in text
    assert timecode(3661.5) == "01:01:01:12"


def test_opentimelineio() -> None:
    otio_package = pytest.importorskip("opentimelineio")
    text = otio(film())
    assert text is not None
    timeline = otio_package.adapters.read_from_string(text, "otio_json")
    assert len(list(timeline.find_clips())) == 4
    assert len(timeline.tracks.markers) == 6
    assert timeline.duration().to_seconds() == pytest.approx(360)


def test_the_arc_is_one_drawing_with_words() -> None:
    root = ET.fromstring(arc(film()).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))
    ns = {"s": "http://www.w3.org/2000/svg"}
    assert root.find("s:desc", ns) is not None and "6 scenes" in str(root.find("s:desc", ns).text)  # type: ignore[union-attr]
    links = [a.get("href") for a in root.findall("s:a", ns)]
    assert links.count("#scene-1") == 2 and links.count("#scene-4") == 1


def test_one_scene_and_many_scenes_draw() -> None:
    assert "<svg" in arc(film(1)) and "<svg" in arc(film(3))


def test_hostile_names_stay_text(tmp_path: Path) -> None:
    score = film(title=NASTY)
    scene = replace(score.cues[0].scene, heading=NASTY, characters=(NASTY,))
    evil = replace(score.cues[0].matches[0].song, title=NASTY, artist=NASTY, path=tmp_path / "a'\"<b>#%?.ogg")
    match = replace(score.cues[0].matches[0], song=evil, why=NASTY)
    cues = (replace(score.cues[0], scene=scene, matches=(match,)), *score.cues[1:])
    plan = (replace(score.plan[0], match=match, why=NASTY), *score.plan[1:])
    page = write_cues(replace(score, cues=cues, plan=plan), tmp_path / "out")[0].read_text()
    assert "<img" not in page and page.count("</script>") == 2
    assert "%27%22%3Cb%3E%23%25%3F.ogg" in page
    data = re.search(r'id="film">(.*?)</script>', page, re.DOTALL)
    assert data and json.loads(data.group(1))["scenes"][0]["chosen"]["title"].startswith("</script>")


def test_links_are_relative_and_quoted(tmp_path: Path) -> None:
    (tmp_path / "music").mkdir()
    own = song(0.5, 0.5).song
    assert link_to(replace(own, path=tmp_path / "music" / "a b.ogg"), tmp_path / "out") == "../music/a%20b.ogg"
    assert link_to(replace(own, path=tmp_path / "out" / "c:d.ogg"), tmp_path / "out") == "./c%3Ad.ogg"
    assert link_to(replace(own, path=None, uri="spotify:x"), tmp_path) == ""
    assert (clock(59.6), clock(3723), clock(-1)) == ("1:00", "1:02:03", "0:00")


def test_it_fetches_nothing(tmp_path: Path) -> None:
    page = write_cues(film(), tmp_path)[0].read_text()
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", page) and "@import" not in page and "url(" not in page


PROBE = """
<script>
document.querySelectorAll('[data-take="1"]')[0].click();
document.querySelectorAll('[data-take="2"]')[3].click();
document.dispatchEvent(new KeyboardEvent('keydown', {key: 'j', bubbles: true}));
document.body.dataset.probe = JSON.stringify({
  first: document.querySelector('#scene-1 .chosen cite').textContent,
  player: document.querySelector('#scene-1 audio').getAttribute('src'),
  pressed: document.querySelectorAll('#scene-1 [aria-pressed=true]').length,
  silent: document.querySelector('#scene-4 .chosen cite')?.textContent,
  block: document.querySelector('#music-4 text') !== null,
  now: document.querySelectorAll('.cue.now').length,
});
</script></body>"""


def test_swapping_in_a_browser(tmp_path: Path) -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("needs chromium")
    path = write_cues(film(), tmp_path)[0]
    text = path.read_text()
    # the page's own policy refuses foreign scripts, so the probe goes in without it
    text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text).replace("</body>", PROBE)
    path.write_text(text)
    flags = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    flags += f"--disable-component-update --disable-sync --user-data-dir={tmp_path / 'profile'} --dump-dom"
    done = subprocess.run([chromium, *flags.split(), path.as_uri()], capture_output=True, text=True, timeout=120)
    found = re.search(r'data-probe="([^"]*)"', done.stdout)
    assert found, done.stderr[-500:]
    probe = json.loads(found.group(1).replace("&quot;", '"'))
    assert probe["first"] == "song 1" and probe["player"].endswith("song%201.ogg") and probe["pressed"] == 1
    assert probe["silent"] == "song 5" and probe["block"] and probe["now"] == 1


def test_the_page_runs_under_its_own_policy(tmp_path: Path) -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("needs chromium")
    path = write_cues(film(), tmp_path)[0]
    flags = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    flags += f"--disable-component-update --disable-sync --user-data-dir={tmp_path / 'profile'} --dump-dom"
    done = subprocess.run([chromium, *flags.split(), path.as_uri()], capture_output=True, text=True, timeout=120)
    assert '<html lang="en" class="js"' in done.stdout and 'aria-pressed="true"' in done.stdout


def test_json_lines_hold_what_is_promised() -> None:
    rows = [json.loads(line) for line in json_lines(film())]
    assert [row["scene"] for row in rows] == [1, 2, 3, 4, 5, 6]
    assert set(rows[0]) == {"scene", "heading", "page", "seconds", "mood", "songs"}
    assert set(rows[0]["mood"]) == {"valence", "arousal", "emotions"} and rows[0]["mood"]["emotions"]["joy"] == 0.9
    assert (
        set(rows[0]["songs"][0]) == {"path", "distance", "why"} and rows[0]["songs"][0]["path"] == "/music/song 0.ogg"
    )
