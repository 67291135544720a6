"""The report: everything in it, nothing out of it, whatever the titles say."""

import html
import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest
from show_samples import HOSTILE, make_brief, make_heard, make_picture

from tonescape.core.errors import OutputError
from tonescape.core.records import AudioFeatures, Failure
from tonescape.show import accuracy
from tonescape.show.cover import save_cover
from tonescape.show.paint_job import PaintJob
from tonescape.show.phrases import duration, key_name, share, sound_line, tempo_name
from tonescape.show.report import write_report
from tonescape.show.report_song import entry

VOID = {"meta", "img", "br", "link", "input"}


class Reader(HTMLParser):
    """Checks nesting and collects tags, ids and texts."""

    def __init__(self):
        super().__init__()
        self.open, self.tags, self.texts, self.ids, self.links = [], [], [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.ids += [value for name, value in attrs if name == "id"]
        self.links += [value for name, value in attrs if name in ("href", "src") and not value.startswith("data:")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data):
        self.texts.append(data)


def read(path):
    reader = Reader()
    reader.feed(path.read_text("utf-8"))
    assert not reader.open
    return reader, " ".join(" ".join(reader.texts).split())


@pytest.fixture
def cover(tmp_path):
    save_cover(make_picture(), tmp_path / "01-größe #1?.jpg")
    return tmp_path / "01-größe #1?.jpg"


def paint_jobs(cover, count=3, title="Blue in Green"):
    briefs = [make_brief(title, valence=0.1 + 0.05 * n) for n in range(count)]
    again = ("paint", "/music/a song.mp3", "--out", "/o")
    return [PaintJob(brief, cover, make_heard(brief, sound=n % 2 == 0), again=again) for n, brief in enumerate(briefs)]


def test_one_song_says_everything(tmp_path, cover):
    write_report(tmp_path / "r.html", paint_jobs(cover, 1))
    _, text = read(tmp_path / "r.html")
    for part in ("Blue in Green", "Miles Davis", "Kind of Blue", "1959", "A minor, 92 BPM, 4/4", "Melancholy", ".10",
                 ".34", "sureness .50", "sad", "depression", "Q3", "steelblue", "#285a8c", "sienna", "-14.2 dB",
                 "measured", "estimated", "from the playlist", "not yet checked", "a low sun", "valence .21",
                 "unknown", "tonescape paint '/music/a song.mp3' --out /o",
                 "Energy over 1:00; sections A B"):  # fmt: skip
        assert part in text, part
    assert "secret place" not in text  # a report may be passed on: no folders of its maker


def test_many_songs_have_a_map_a_list_and_their_failures(tmp_path, cover):
    failures = [Failure("/music/<broken>.mp3", "cannot be read & so on")]
    playlist = PaintJob(make_brief("Evenings", ""), cover)
    write_report(tmp_path / "r.html", paint_jobs(cover, 4), playlist=playlist, failures=failures)
    reader, text = read(tmp_path / "r.html")
    assert text.count("Evenings") >= 2 and "4 songs" in text
    dots = [attributes for tag, attributes in reader.tags if tag == "circle"]
    assert len(dots) == 8 and all(attributes["fill"] == "#285a8c" for attributes in dots)
    assert "<broken>.mp3" in text and "cannot be read & so on" in text
    assert len(reader.ids) == len(set(reader.ids))
    inner = [link[1:] for link in reader.links if link.startswith("#")]
    assert len(inner) == 8 and set(inner) <= set(reader.ids)


def test_nothing_is_fetched_or_run(tmp_path, cover):
    write_report(tmp_path / "r.html", paint_jobs(cover))
    reader, _ = read(tmp_path / "r.html")
    names = {tag for tag, _ in reader.tags}
    assert not names & {"link", "iframe", "object", "base", "form", "use", "foreignobject"}
    assert not any(
        "style" in attributes or any(a.startswith("on") for a in attributes) for _, attributes in reader.tags
    )
    assert "url(" not in (tmp_path / "r.html").read_text() and "@import" not in (tmp_path / "r.html").read_text()
    assert all(link.startswith(("#", "./", "../")) for link in reader.links)
    policy = next(a["content"] for tag, a in reader.tags if a.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'") and "unsafe" not in policy
    assert not re.search(r"https?:|\*", policy)


@pytest.mark.parametrize("element", ["style", "script"])
def test_the_policy_lets_the_style_and_the_script_in(tmp_path, cover, element):
    import base64
    import hashlib

    write_report(tmp_path / "r.html", paint_jobs(cover))
    page = (tmp_path / "r.html").read_text("utf-8")
    inside = re.search(rf"<{element}>(.*?)</{element}>", page, re.S).group(1)
    assert (
        f"{element}-src 'sha256-{base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()}'"
        in html.unescape(page)
    )


def test_a_song_has_a_player_where_its_file_is_known_and_browsers_play_it(tmp_path, cover):
    folder = tmp_path / "out"
    jobs = paint_jobs(cover, 3)  # the second has no file
    other = replace(jobs[2].heard, song=replace(jobs[2].heard.song, path=tmp_path / "a.wma"))
    own = replace(jobs[0].heard, song=replace(jobs[0].heard.song, path=tmp_path / "my #1 <song>.MP3"))
    write_report(folder / "r.html", [replace(jobs[0], heard=own), jobs[1], replace(jobs[2], heard=other)])
    reader, _ = read(folder / "r.html")
    players = [attributes for tag, attributes in reader.tags if tag == "audio"]
    assert [(player["src"], player["preload"]) for player in players] == [("../my%20%231%20%3Csong%3E.MP3", "none")]


def test_the_list_has_artists_where_there_are_any(tmp_path, cover):
    jobs = paint_jobs(cover, 2)
    for artist, column in (("", False), ("Someone", True)):
        named = [replace(job, brief=replace(job.brief, artist=artist)) for job in jobs]
        write_report(tmp_path / "r.html", named)
        _, text = read(tmp_path / "r.html")
        assert ("Title Artist Mood Valence Arousal" in text) is column


def test_a_picture_leads_to_its_file_and_has_words(tmp_path, cover):
    write_report(tmp_path / "r.html", paint_jobs(cover))
    reader, _ = read(tmp_path / "r.html")
    assert "./01-gr%C3%B6%C3%9Fe%20%231%3F.jpg" in reader.links
    images = [attributes for tag, attributes in reader.tags if tag == "img"]
    assert all("Blue in Green by Miles Davis" in image["alt"] and image["width"] == "96" for image in images)


@pytest.mark.parametrize("title", HOSTILE)
def test_no_title_breaks_out(tmp_path, cover, title):
    brief = make_brief(title, title, prompt=title, motif=title, style=title, main_name=title)
    song = make_heard(brief)
    song = replace(song, song=replace(song.song, album=title, genre=title))
    pair = [PaintJob(brief, cover, song), PaintJob(brief, cover, song)]
    write_report(tmp_path / "r.html", pair, title=title, failures=[Failure(title, title)])
    plain, other = Reader(), Reader()
    plain.feed((tmp_path / "r.html").read_text("utf-8"))
    neutral = make_brief("Title", title and "Artist", prompt="p", motif="m", style="s", main_name="n")
    made = make_heard(neutral)
    write_report(tmp_path / "n.html", [PaintJob(neutral, cover, made)] * 2, title="t", failures=[Failure("a", "b")])
    other.feed((tmp_path / "n.html").read_text("utf-8"))
    kinds = [[tag for tag, _ in reader.tags if tag != "bdi"] for reader in (plain, other)]
    assert kinds[0] == kinds[1]
    assert "\u202e" not in (tmp_path / "r.html").read_text("utf-8")


def test_no_songs_at_all(tmp_path):
    write_report(tmp_path / "r.html", [], failures=[Failure("a.mp3", "cannot be read")])
    _, text = read(tmp_path / "r.html")
    assert "No song was painted" in text and "a.mp3" in text


def test_numbers_that_are_none_or_no_numbers_are_unknown(tmp_path, cover):
    brief = make_brief()
    odd = AudioFeatures(danceability=float("nan"), key=-1, mode=float("inf"), tempo=0.0, energy=1e9, loudness=-1e9)
    mood = replace(brief.mood, audio=odd, valence=float("nan"), sureness=7.0)
    empty = replace(make_heard(brief).features.curves, energy=np.zeros(0, np.float32), times=np.zeros(0, np.float32))
    features = replace(make_heard(brief).features, curves=empty)
    odd_brief = replace(brief, mood=mood, palette=(), reasons=(), contour=(0.5,) * 64)
    heard = replace(make_heard(brief), features=features, mood=mood)
    write_report(tmp_path / "r.html", [PaintJob(odd_brief, cover, heard)] * 2)
    _, text = read(tmp_path / "r.html")
    assert "no clear key, no steady beat" in text and "nan" not in re.sub(r"[a-z]+nan|nan[a-z]+", "", text)


def test_three_hundred_songs_stay_small(tmp_path, cover):
    write_report(tmp_path / "r.html", paint_jobs(cover, 300))
    assert (tmp_path / "r.html").stat().st_size < 20e6


def test_the_same_report_twice(tmp_path, cover):
    write_report(tmp_path / "a.html", paint_jobs(cover))
    write_report(tmp_path / "b.html", paint_jobs(cover))
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_a_missing_picture_and_an_unwritable_place(tmp_path, cover):
    cover.unlink()
    write_report(tmp_path / "r.html", paint_jobs(cover, 1))
    (tmp_path / "file").touch()
    with pytest.raises(OutputError):
        write_report(tmp_path / "file" / "r.html", [])


def test_measured_accuracy_replaces_not_yet(monkeypatch):
    assert accuracy.accuracy("tempo") == accuracy.NOT_YET
    monkeypatch.setattr(accuracy, "_table", lambda: {"tempo": "within 4 % for 81 %"})
    assert accuracy.accuracy("tempo") == accuracy.figure("tempo") == "within 4 % for 81 %"


def test_songs_show_the_figure_and_the_footer_the_whole_line_once(tmp_path, cover, monkeypatch):
    lines = {"valence": "chance of it; AUC 0.882 [0.85, 0.91] on 7 clips", "spotify valence": "r = -0.45 (x)",
             "classes": "right for 0.62 [0.60, 0.64] of 5 songs"}  # fmt: skip
    monkeypatch.setattr(accuracy, "_table", lambda: lines)
    figures = [accuracy.figure(name) for name in (*lines, "tempo")]
    assert figures == ["AUC 0.882", "r = -0.45", "right for 0.62", accuracy.NOT_YET]
    write_report(tmp_path / "r.html", [judged_by(job, sound=True) for job in paint_jobs(cover, 3)])
    _, text = read(tmp_path / "r.html")
    assert text.count("AUC 0.882") == 4 and text.count(lines["valence"]) == 1
    assert "Arousal, Sureness, Quadrant, Classes from a playlist, Mood words, GEMS emotions, Danceability" in text


def judged_by(job: PaintJob, *given: str, sound: bool) -> PaintJob:
    """The job of a song judged by its sound, by features from a playlist, or by both."""
    audio = replace(job.brief.mood.audio, acousticness=0.3)
    brief = replace(job.brief, mood=replace(job.brief.mood, audio=audio, given=given, classes=(("Sad", 0.6),)))
    return replace(job, brief=brief, heard=make_heard(brief, sound=sound))


@pytest.mark.parametrize(
    ("given", "sound", "valence", "arousal"),
    [
        ((), True, "AUC 0.8", "AUC 0.9"),
        (("valence", "energy"), False, accuracy.FROM_GIVEN, accuracy.FROM_GIVEN),
        (("acousticness",), False, accuracy.FROM_GIVEN, accuracy.FROM_GIVEN),
        (("valence",), True, accuracy.FROM_BOTH, "AUC 0.9"),
        (("tempo",), True, "AUC 0.8", accuracy.FROM_BOTH),
        (("acousticness",), True, "AUC 0.8", "AUC 0.9"),
    ],
)
def test_a_figure_is_shown_only_beside_what_it_was_measured_on(cover, monkeypatch, given, sound, valence, arousal):
    lines = {"valence": "AUC 0.8", "arousal": "AUC 0.9", "energy": "r = 0.7", "spotify valence": "r = 0.4",
             "acousticness": "r = 0.6", "classes": "right for 0.5", "given classes": "right for 0.7"}  # fmt: skip
    monkeypatch.setattr(accuracy, "_table", lambda: lines)
    song = entry(judged_by(paint_jobs(cover, 1)[0], *given, sound=sound), cover.parent, 64, 1)
    cells = {row.label: row.figure for row in (*song.axes, *song.features)}
    assert (cells["Valence"], cells["Arousal"]) == (valence, arousal)
    own = {"valence": "Spotify-style valence", "energy": "Energy", "acousticness": "Acousticness", "tempo": "Tempo"}
    assert all(cells[own[name]] == accuracy.AS_GIVEN for name in given)
    assert "valence" in given or cells["Spotify-style valence"] == "r = 0.4"
    assert song.scores[0].figure == ("right for 0.5" if sound else "right for 0.7")


def test_what_was_not_heard_and_what_is_not_there(cover):
    job = paint_jobs(cover, 1)[0]
    audio = AudioFeatures(loudness=-9.0)
    brief = replace(job.brief, mood=replace(job.brief.mood, audio=audio, given=()))
    for sound, said in ((True, ["no clear key", "no steady beat"]), (False, ["unknown", "unknown"])):
        heard = make_heard(brief, sound=sound)
        if heard.features:
            heard = replace(heard, features=replace(heard.features, audio=audio))
        song = entry(replace(job, brief=brief, heard=heard), cover.parent, 64, 1)
        cells = {row.label: row.value for row in song.features}
        assert [cells["Key"], cells["Tempo"]] == said
        assert ("no clear key, no steady beat" in song.facts) is sound


def test_a_class_that_says_otherwise_is_explained(cover):
    job = paint_jobs(cover, 1)[0]
    for valence, arousal, label, apart in (
        (0.7, 0.2, "Sad", True),
        (0.3, 0.2, "Sad", False),
        (0.7, 0.2, "Focused", False),
        (0.7, 0.2, "Energetic", True),
    ):
        mood = replace(job.brief.mood, valence=valence, arousal=arousal, classes=((label, 0.51),))
        song = entry(replace(job, brief=replace(job.brief, mood=mood)), cover.parent, 64, 1)
        assert song.scores[0].remark.startswith(f"{label} (.51) says otherwise than") is apart


def test_words_of_a_musician():
    known = AudioFeatures(key=9, mode=0, tempo=92.4, time_signature=3)
    assert sound_line(known, heard=True) == sound_line(known, heard=False) == "A minor, 92 BPM, 3/4"
    assert sound_line(AudioFeatures(), heard=True) == "no clear key, no steady beat"
    assert sound_line(AudioFeatures(), heard=False) == "", "nobody listened"
    assert key_name(AudioFeatures(key=1, mode=1)) == "D♭ major" and key_name(AudioFeatures(key=1, mode=0)) == "C♯ minor"
    assert key_name(AudioFeatures(key=10)) == "A♯/B♭" and key_name(AudioFeatures()) == ""
    assert tempo_name(AudioFeatures(tempo=0.0)) == tempo_name(AudioFeatures()) == ""
    assert (share(0.214), share(1.0), share(0.0), share(None)) == (".21", "1.00", ".00", "–")
    assert (duration(187.2), duration(3729), duration(None)) == ("3:07", "1:02:09", "")


@pytest.mark.parametrize(
    ("engine", "palette", "two", "prompt"),
    [("painter", True, True, False), ("gan", False, False, False), ("diffusion", False, True, True)],
)
def test_colours_and_prompt_are_shown_where_the_engine_uses_them(tmp_path, cover, engine, palette, two, prompt):
    pair = [replace(job, engine=engine) for job in paint_jobs(cover, 2)]
    whole = PaintJob(make_brief("Evenings", "", songs=2), cover, engine=engine)
    write_report(tmp_path / "r.html", pair, playlist=whole)
    page = (tmp_path / "r.html").read_text("utf-8")
    assert (page.count('class="palette"'), page.count('class="two"')) == (3 * palette, 3 * two)
    assert ("#285a8c</code>" in page, ">Colours</h3>" in page) == (two, two)
    assert page.count(">Prompt</h3>") == 2 * prompt and ("abstract painting of Blue" in page) == prompt
    assert page.count("tonescape paint") == 2
