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


SORT = """
const heads = [...document.querySelectorAll(".index th")], head = (word) => heads.find((h) => h.textContent === word);
const column = (n) => [...document.querySelectorAll(".index tbody tr")].map((row) => row.cells[n].textContent.trim());
const sorted = (word) => { head(word).querySelector("button").click(); return column(0).join(""); };
const marked = () => heads.filter((h) => h.ariaSort).map((h) => h.textContent + h.ariaSort);
const out = [sorted("Title"), sorted("Title"), marked().join(), sorted("Artist"), sorted("Valence"), sorted("Arousal"),
             sorted("Arousal"), sorted("No.")];
head("Mood").querySelector("button").focus();
return [...out, marked().join(), document.activeElement.textContent];
"""


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """A report of four songs that differ in everything, with sounds that exist but for the third."""
    songs = (
        ("Song 10", "Zoë", 0.9, 0.2),
        ("song 9", "Émile", 0.1, 0.9),
        ("Ärger", "", 0.5, 0.5),
        ("b", "abe", 0.3, 0.7),
    )
    jobs = []
    for number, (title, artist, valence, arousal) in enumerate(songs, 1):
        save_cover(make_picture(200, seed=number), tmp_path / f"{number}.jpg")
        brief = make_brief(title, artist, valence=valence, arousal=arousal)
        heard = make_heard(brief)
        file = tmp_path / f"{number}.wav"
        song = replace(heard.song, path=file if number == 3 else beep(file))
        jobs.append(PaintJob(brief, tmp_path / f"{number}.jpg", replace(heard, song=song)))
    write_report(tmp_path / "report.html", jobs)
    return tmp_path / "report.html"


def test_the_list_of_songs_is_sorted_by_any_heading(page: Browser, mixed: Path) -> None:
    page.open(mixed)
    found = page.run(SORT)
    assert found[:2] == ["3421", "1243"] and found[2] == "Titledescending"
    assert found[3] == "4213", "a song without an artist comes last"
    assert found[4:8] == ["2431", "1342", "2431", "1234"] and found[8:] == ["No.ascending", "Mood"]
    assert page.complaints() == []


PLAYERS = """
const wait = (ms) => new Promise((go) => setTimeout(go, ms));
const [one, two, gone] = [1, 2, 3].map((n) => document.querySelector(`#song-${n} audio`));
await one.play(); await wait(200); await two.play(); await wait(100);
const out = [one.paused, two.paused, two.duration];
await gone.play().catch(() => {}); await wait(200);
return [...out, document.querySelector("#song-3 audio"), document.querySelector("#song-3 .unplayed").textContent];
"""


def test_songs_of_a_report_play_from_their_files_one_at_a_time(page: Browser, mixed: Path) -> None:
    page.open(mixed)
    found = page.run(PLAYERS)
    assert found[:2] == [True, False] and found[2] == pytest.approx(SECONDS, abs=0.1)
    assert found[3] is None and "not where it was" in found[4]
    assert all("ERR_FILE_NOT_FOUND" in line for line in page.complaints()), "no complaint about the policy"


LIGHTBOX = """
const wait = (ms) => new Promise((go) => setTimeout(go, ms));
const box = document.querySelector("dialog"), image = box.querySelector("img");
const links = [...document.querySelectorAll(".picture a")];
const press = (key) => document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}));
const file = async () => { await wait(300); return image.src.split("/").pop(); };
const closed = getComputedStyle(box).display;
links[1].click();
const out = [closed, box.open, await file(), box.querySelector("span").textContent];
press("ArrowRight"); out.push(await file());
press("ArrowLeft"); press("ArrowLeft"); press("ArrowLeft"); out.push(await file());
box.querySelectorAll("button")[1].click(); out.push(await file());
image.click(); await wait(50);
return [...out, box.open, document.activeElement === links[0], image.alt.slice(0, 19)];
"""


def test_a_picture_is_shown_by_itself(page: Browser, mixed: Path) -> None:
    page.open(mixed)
    assert page.run(LIGHTBOX) == ["none", True, "2.jpg", "song 9 (2 of 4)", "3.jpg", "4.jpg", "1.jpg", False, True,
                                  "Painting of Song 10"]  # fmt: skip
    page.run('document.querySelector(".picture a").click();')
    for kind in ("keyDown", "keyUp"):
        page.devtools("Input.dispatchKeyEvent", type=kind, key="Escape", code="Escape", windowsVirtualKeyCode=27)
    assert page.run('return document.querySelector("dialog").open;') is False
    (mixed.parent / "1.jpg").unlink()
    page.open(mixed)
    shown = 'document.querySelector(".picture a").click(); await new Promise((go) => setTimeout(go, 300));'
    assert page.run(shown + 'return document.querySelector("dialog img").naturalWidth;') == 200, "the reduced one stays"
