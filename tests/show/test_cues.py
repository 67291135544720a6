"""The cue sheet: complete, safe against hostile names, and working in a browser."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "score"))

from cue_samples import film
from score_samples import song

from tonescape.core.records import Excerpt, FilmScore, WordMood
from tonescape.show.clip_names import ascii_text, clip_name, reels
from tonescape.show.cue_arc import arc
from tonescape.show.cue_marks import edl, otio, timecode
from tonescape.show.cue_page import moods
from tonescape.show.cue_words import clock, emotions_told, link_to, sounding
from tonescape.show.cues import json_lines, playlist, table, write_cues

NASTY = "</script><img src=x onerror=alert(1)>\"'&\n=1+1\u202e"


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
    events = re.findall(r"^\d{3}  (\w+) +AA    C        (\S+) (\S+) (\S+) (\S+)$", text, re.MULTILINE)
    assert [event[0] for event in events] == ["SONG0", "SONG1", "SONG4", "SONG5"]
    assert events[0][1:] == ("00:00:00:00", "00:01:00:00", "01:00:00:00", "01:01:00:00")
    assert events[1][1:] == ("00:00:00:00", "00:02:00:00", "01:01:00:00", "01:03:00:00")  # goes on over the cut
    assert text.isascii() and "* FROM CLIP NAME: song 0.ogg" in text and "MAGENTA" in text
    assert "FCM: NON-DROP FRAME" in text and timecode(3661.5) == "01:01:01:12"
    lines = text.splitlines()
    event = next(line for line in lines if line.startswith("001"))
    assert [event[a:b] for a, b in ((5, 13), (14, 16), (20, 21), (29, 40), (53, 64))] == [
        "SONG0   ", "AA", "C", "00:00:00:00", "01:00:00:00",
    ]  # fmt: skip
    marks = [line.split() for line in lines if line.startswith("* LOC:")]
    assert [mark[4] for mark in marks] == ["1", "2", "3", "4", "5", "6"]  # silent scenes too
    assert [mark[2] for mark in marks[:4]] == ["01:00:00:00", "01:01:00:00", "01:02:00:00", "01:03:00:00"]


def renamed(score: FilmScore, paths: list[Path]) -> FilmScore:
    """The film with these files for its songs, in order; the same for what continues a song."""
    plan, left = [], iter(paths)
    for entry in score.plan:
        match = entry.match
        if match and entry.role == "continues":
            match = plan[-1].match
        elif match:
            match = replace(match, song=replace(match.song, path=next(left)))
        plan.append(replace(entry, match=match))
    return replace(score, plan=tuple(plan))


NAMES = ["夜.mp3", "Café del Mar.flac", "100% tune.flac", "Ночь в пути.ogg"]


def test_an_edit_list_names_files_of_any_script() -> None:
    otio_package = pytest.importorskip("opentimelineio")
    if "cmx_3600" not in otio_package.adapters.available_adapter_names():
        pytest.skip("otio-cmx3600-adapter is not installed")
    files = [Path("/music") / name for name in NAMES]
    text = edl(renamed(film(), files))
    assert text.isascii()
    both = otio_package.adapters.read_from_string(text, "cmx_3600")  # AA is two tracks of the same
    clips = list(both.tracks[0].find_clips())
    assert [clip.name for clip in clips] == [
        "%E5%A4%9C.mp3",
        "Caf%C3%A9 del Mar.flac",
        "100% tune.flac",  # in ASCII already, so as it is
        "%D0%9D%D0%BE%D1%87%D1%8C %D0%B2 %D0%BF%D1%83%D1%82%D0%B8.ogg",
    ]
    assert [unquote(clip.media_reference.target_url) for clip in clips] == [f"file://{file}" for file in files]
    assert [clip.metadata["cmx_3600"]["reel"] for clip in clips] == ["U591C", "CAFEDELM", "100TUNE", "U41DU43E"]


def test_reels_are_short_and_one_for_each_file() -> None:
    def of(*paths: str) -> list[str]:
        return list(reels(replace(song(0.5, 0.5).song, path=Path(path)) for path in paths).values())

    assert of("/a/x.mp3", "/b/x.mp3", "/a/x.mp3", "/a/X.flac") == ["X", "X2", "X3"]
    many = of(*(f"/{number}/a long name.mp3" for number in range(1200)))
    assert len(set(many)) == 1200 and {len(name) for name in many} == {8} and many[1] == "ALONGNA2"
    assert of("/bl.mp3", "/AX.wav", "/夜明け.mp3", "/!!!.mp3", "/音.mp3", "/ß.mp3") == [
        "BL2", "AX2", "U591CU66", "U21U21U2", "U97F3", "SS",
    ]  # fmt: skip
    bare = replace(song(0.5, 0.5).song, path=None, uri="spotify:track:1", title="夜")
    assert (clip_name(bare), *reels([bare])) == ("%E5%A4%9C", "spotify:track:1")
    assert clip_name(replace(bare, path=Path("/m/a\nb\u202e.mp3"))) == "a%0Ab%E2%80%AE.mp3"


def test_headings_in_ascii_are_never_empty() -> None:
    assert ascii_text("INNEN. KÜCHE – NACHT") == "INNEN. KUCHE - NACHT"
    assert ascii_text("Łódź, Straße") == "Lodz, Strasse" and ascii_text("夜") == "%E5%A4%9C"
    for title, written in (("夜", "%E5%A4%9C"), ("", "UNTITLED")):
        assert edl(film(title=title)).startswith(f"TITLE: {written}\n")


def test_in_points_and_lengths_hold_to_the_song() -> None:
    score = film()
    match = score.plan[0].match
    assert match
    part = replace(match, excerpt=Excerpt(150.0, 210.0, "because"))  # the song has 200 s
    plan = (replace(score.plan[0], match=part), *score.plan[1:])
    times = re.findall(r"C        (\S+) (\S+) (\S+) (\S+)$", edl(replace(score, plan=plan)), re.MULTILINE)
    assert times[0] == ("00:02:20:00", "00:03:20:00", "01:00:00:00", "01:01:00:00")
    short = replace(match, song=replace(match.song, duration_s=20.51))
    plan = (replace(score.plan[0], match=short), *score.plan[1:])
    times = re.findall(r"C        (\S+) (\S+) (\S+) (\S+)$", edl(replace(score, plan=plan)), re.MULTILINE)
    assert times[0] == ("00:00:00:00", "00:00:20:12", "01:00:00:00", "01:00:20:12")


def test_an_event_is_as_long_in_the_film_as_in_its_song() -> None:
    score = film()
    uneven = tuple(replace(e, start=61.27 * i, seconds=e.seconds and 37.93) for i, e in enumerate(score.plan))
    events = re.findall(r"C        (\S+) (\S+) (\S+) (\S+)$", edl(replace(score, plan=uneven)), re.MULTILINE)

    def frames(code: str) -> int:
        hours, minutes, seconds, rest = map(int, code.split(":"))
        return ((hours * 60 + minutes) * 60 + seconds) * 24 + rest

    assert len(events) == 4
    for source_in, source_out, start, end in events:
        assert frames(source_out) - frames(source_in) == frames(end) - frames(start)


def test_opentimelineio() -> None:
    otio_package = pytest.importorskip("opentimelineio")
    score = film()
    match = score.plan[0].match
    assert match
    part = replace(match, excerpt=Excerpt(30.0, 90.0, "because"))
    text = otio(replace(score, plan=(replace(score.plan[0], match=part), *score.plan[1:])))
    assert text is not None
    timeline = otio_package.adapters.read_from_string(text, "otio_json")
    clips = list(timeline.find_clips())
    assert len(clips) == 4 and len(timeline.tracks.markers) == 6
    assert timeline.duration().to_seconds() == pytest.approx(360)
    assert clips[0].source_range.start_time.to_seconds() == 30 and clips[0].source_range.duration.to_seconds() == 60
    assert clips[0].media_reference.available_range.duration.to_seconds() == 200
    assert clips[0].media_reference.target_url == "file:///music/song%200.ogg"


def test_music_that_ended_does_not_go_on_over_silence() -> None:
    plan = film().plan  # song, song, continues, silence, leitmotif, song
    late = (*plan[:4], replace(plan[4], role="continues"), plan[5])
    assert [(entry.scene, seconds) for entry, seconds in sounding(late)] == [(1, 60), (2, 120), (5, 60), (6, 60)]


def test_the_arc_is_one_drawing_with_words() -> None:
    root = ET.fromstring(str(arc(film())).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))
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
    data = re.search(r'id="data">(.*?)</script>', page, re.DOTALL)
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


def test_what_words_suggest_is_told_beside_them() -> None:
    score = film()
    words = WordMood(0.4, 0.5, 0.5, (), (("energy", 0.61), ("valence", 0.3)))
    match = score.plan[0].match
    assert match and match.mood
    match = replace(match, mood=replace(match.mood, words=words))
    told = replace(score, plan=(replace(score.plan[0], match=match), *score.plan[1:]))
    row = next(csv.DictReader(io.StringIO(table(told).lstrip("\ufeff"))))
    assert row["lyric suggests"] == "energy 0.61; valence 0.30" and row["lyric valence"] == "0.40"
    assert "suggest a sound of energy .61, valence .30" in moods(match)


def test_json_lines_hold_what_is_promised() -> None:
    rows = [json.loads(line) for line in json_lines(film())]
    assert [row["scene"] for row in rows] == [1, 2, 3, 4, 5, 6]
    assert set(rows[0]) >= {"scene", "heading", "page", "seconds", "mood", "songs"}
    assert set(rows[0]["mood"]) == {"valence", "arousal", "emotions", "sureness"}
    assert rows[0]["mood"]["sureness"] is None and rows[0]["mood"]["emotions"]["joy"] == 0.9
    assert rows[0]["songs"][0] == {
        "path": "/music/song 0.ogg", "distance": 0.0, "why": "sounds even", "in": None, "out": None, "near": True,
    }  # fmt: skip
    assert rows[3]["plan"]["role"] == "silence" and rows[3]["plan"]["path"] is None
    assert rows[1]["plan"]["path"] == "/music/song 1.ogg" and rows[0]["script"] == "film.fountain"


def test_only_emotions_that_stand_out_are_named() -> None:
    assert emotions_told(WordMood(0.2, 0.4, 0.5, (("grief", 0.3), ("pride", 0.26)))) == ()
    assert emotions_told(WordMood(0.2, 0.4, 0.5, (("fear", 0.9), ("anger", 0.6), ("joy", 0.59)))) == ("fear", "anger")
