"""The pages in a real browser: players, swaps, keys, memory, their own policy, and a phone."""

from __future__ import annotations

import math
import struct
import sys
import wave
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "score"))

from browser import Browser, browser
from cue_samples import film
from score_samples import library
from show_samples import make_brief, make_heard, make_picture

from tonescape.core.records import FilmScore, Match, Play, Reason
from tonescape.show.cover import save_cover
from tonescape.show.cues import write_cues
from tonescape.show.paint_job import PaintJob
from tonescape.show.report import write_report
from tonescape.show.taste import write_taste
from tonescape.show.taste_facts import taste

SECONDS = 3


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


def beep(path: Path) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        tone = (int(9000 * math.sin(i / 3)) for i in range(8000 * SECONDS))
        file.writeframes(b"".join(struct.pack("<h", value) for value in tone))
    return path


def playable(score: FilmScore, folder: Path) -> FilmScore:
    """The same film with songs that exist."""
    made: dict[str, Path] = {}

    def real(match: Match) -> Match:
        title = match.song.title
        made.setdefault(title, beep(folder / f"{title}.wav"))
        return replace(match, song=replace(match.song, path=made[title]))

    cues = tuple(replace(cue, matches=tuple(map(real, cue.matches))) for cue in score.cues)
    plan = tuple(replace(entry, match=entry.match and real(entry.match)) for entry in score.plan)
    return replace(score, cues=cues, plan=plan)


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    (tmp_path / "my music").mkdir()
    return write_cues(playable(film(), tmp_path / "my music"), tmp_path / "cues")[0]


PLAY = """
const wait = (ms) => new Promise((go) => setTimeout(go, ms));
const one = document.querySelector("#scene-1 audio"), two = document.querySelector("#scene-2 audio");
await one.play(); await wait(700);
const head = document.getElementById("head");
const out = {seconds: one.duration, at: one.currentTime, line: head.getAttribute("visibility"),
             x: Number(head.getAttribute("x1")), now: document.querySelector(".cue.now").id};
await two.play(); await wait(100);
return {...out, stopped: one.paused, second: !two.paused};
"""


def test_songs_play_one_at_a_time_and_a_line_shows_where(page: Browser, sheet: Path) -> None:
    page.open(sheet)
    found: dict[str, Any] = page.run(PLAY)
    assert found["seconds"] == pytest.approx(SECONDS, abs=0.1) and found["at"] > 0.2
    assert found["line"] == "visible" and found["x"] > 0 and found["now"] == "scene-1"
    assert found["stopped"] and found["second"]
    assert page.complaints() == []


SWAP = """
const text = (where) => document.querySelector(where)?.textContent;
document.querySelectorAll("#scene-1 [data-take]")[1].click();
document.querySelectorAll("#scene-4 [data-take]")[2].click();
document.querySelectorAll("#scene-3 [data-take]")[2].click();
const player = document.querySelector("#scene-1 audio");
await player.play();
let saved = [];
URL.createObjectURL = (blob) => { saved.push(blob); return "#"; };
document.querySelector("[data-save=csv]").click();
document.querySelector("[data-save=m3u8]").click();
return {first: text("#scene-1 .chosen cite"), plays: !player.paused, block: text("#music-1 text"),
        pressed: document.querySelectorAll("#scene-1 [aria-pressed=true]").length,
        silent: text("#scene-4 .chosen cite"), drawn: document.querySelector("#music-4 rect") !== null,
        shared: [text("#scene-2 .chosen cite"), text("#scene-3 .chosen cite")],
        table: await saved[0].text(), list: await saved[1].text()};
"""

CHOSEN = """
return [1, 2, 3, 4].map((n) => document.querySelector(`#scene-${n} .chosen cite`)?.textContent ?? null);
"""


def test_swapping_works_is_remembered_and_can_be_undone(page: Browser, sheet: Path) -> None:
    page.open(sheet)
    before = page.run(CHOSEN)
    found: dict[str, Any] = page.run(SWAP)
    assert found["first"] == "song 1" and found["plays"] and found["pressed"] == 1 and "song 1" in found["block"]
    assert found["silent"] == "song 5" and found["drawn"]  # a silent scene may get a song
    assert found["shared"] == ["song 4", "song 4"]  # music that goes on over a cut changes as one
    assert found["table"].splitlines()[1].split(",")[4] == "song 1"
    assert found["list"].startswith("#EXTM3U") and "song 1.wav" in found["list"]
    page.open(sheet)
    assert page.run(CHOSEN) == ["song 1", "song 4", "song 4", "song 5"]
    page.run('document.querySelector("[data-reset]").click();')
    assert page.run(CHOSEN) == before == ["song 0", "song 1", "song 1", None]
    page.open(sheet)
    assert page.run(CHOSEN) == before and page.complaints() == []


KEYS = """
const press = (key) => document.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}));
press("j"); press("j"); press("k"); press("3");
return [document.querySelector(".cue.now").id, document.querySelector("#scene-1 .chosen cite").textContent];
"""


def test_keys_walk_and_choose(page: Browser, sheet: Path) -> None:
    page.open(sheet)
    assert page.run(KEYS) == ["scene-1", "song 2"]


WHERE = """
const box = document.querySelector("%s").getBoundingClientRect();
return [box.x + Math.min(60, box.width / 2), box.y + box.height / 2];
"""

STATE = """
await new Promise((go) => setTimeout(go, 250));
const player = document.querySelector("#scene-1 audio");
return [!player.paused, window.scrollY, document.querySelector("#scene-1 .chosen cite").textContent];
"""


@pytest.mark.parametrize("what", ["#scene-1 [data-take='1']", "#scene-1 .chosen cite", "#scene-1 h2"])
def test_space_plays_after_a_click_and_does_not_scroll(page: Browser, sheet: Path, what: str) -> None:
    page.open(sheet, height=500)
    x, y = page.run(WHERE % what)
    for kind in ("mousePressed", "mouseReleased"):
        page.devtools("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)
    scrolled = page.run(STATE)[1]
    for playing in (True, False):
        for kind in ("keyDown", "keyUp"):
            page.devtools("Input.dispatchKeyEvent", type=kind, key=" ", code="Space", text=" " * (kind == "keyDown"),
                          windowsVirtualKeyCode=32)  # fmt: skip
        assert page.run(STATE) == [playing, scrolled, "song 1" if "take" in what else "song 0"]


FITS = """
const wide = [...document.querySelectorAll("header, main, footer, section, h1, h2, button, audio, .chosen, .others")]
  .filter((e) => e.getBoundingClientRect().right > innerWidth + 1).length;
return [document.documentElement.scrollWidth - innerWidth, wide];
"""


@pytest.fixture
def report(tmp_path: Path) -> Path:
    heard = library(40)
    plays = [Play(1.6e9 + 7e4 * i, 200.0, h.song.artist, h.song.title) for i, h in enumerate(heard * 8)]
    write_taste(taste(heard, plays, silent=2), tmp_path / "taste.html")
    return tmp_path / "taste.html"


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [390, 768, 1280])
def test_both_pages_fit_any_screen(page: Browser, sheet: Path, report: Path, width: int, dark: bool) -> None:
    for each in (sheet, report):
        page.open(each, width=width, dark=dark)
        assert max(page.run(FITS)) <= 0, each
        assert page.complaints() == []


DRAWINGS = """
return [...document.querySelectorAll("svg")].filter((s) => s.getAttribute("aria-hidden") !== "true").map((s) =>
  Boolean(s.getAttribute("aria-label") || s.querySelector("title")) && s.getBoundingClientRect().height > 10);
"""


def test_every_plot_of_the_taste_report_is_drawn_and_has_words(page: Browser, report: Path) -> None:
    page.open(report)
    drawn = page.run(DRAWINGS)
    assert len(drawn) >= 5 and all(drawn)
    assert page.run('return document.querySelectorAll("svg.map circle title, svg.bars title").length') >= 40


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("catalogue")
    save_cover(make_picture(), folder / "01.jpg")
    brief = make_brief(reasons=tuple(Reason(f"choice {i}", "valence .21 and so on " * 3) for i in range(10)))
    songs = [PaintJob(brief, folder / "01.jpg", make_heard(brief)) for _ in range(10)]
    write_report(folder / "report.html", songs, playlist=PaintJob(make_brief("Ten", songs=10), folder / "01.jpg"))
    return folder / "report.html"


SONG = """
const song = document.getElementById("song-2"), seen = (e) => e.getBoundingClientRect().height > 0;
song.scrollIntoView();
const parts = [...song.querySelectorAll(".reasons, .features, .again")];
const before = [song.getBoundingClientRect().height, parts.filter(seen).length, seen(song.querySelector("label"))];
song.querySelector("input").click();
return [...before, parts.filter(seen).length, document.documentElement.scrollWidth - innerWidth];
"""


@pytest.mark.parametrize(("width", "dark"), [(390, False), (390, True), (768, False), (1280, True)])
def test_a_long_catalogue_is_folded_on_a_phone_and_open_elsewhere(
    page: Browser, catalogue: Path, width: int, dark: bool
) -> None:
    page.open(catalogue, width=width, dark=dark)
    height, parts, label, open_parts, wide = page.run(SONG)
    assert open_parts == 3 and wide <= 0 and page.complaints() == []
    assert (parts, label) == ((0, True) if width <= 860 else (3, False))
    assert width > 400 or height < 1500
