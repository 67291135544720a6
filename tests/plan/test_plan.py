"""From mood to brief: determinism, choices, the course over time, reasons, playlists."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from importlib.metadata import EntryPoint

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tonescape.core import settings as core_settings
from tonescape.core.errors import UsageError
from tonescape.core.records import AudioFeatures, Brief, Curves, Features, Mood, Section, Song
from tonescape.mood import named
from tonescape.plan import choose, motif, plan, playlist_brief, shape, style
from tonescape.plan import seed as seeds
from tonescape.plan.prompt import parse
from tonescape.plan.reasons import describe, number

AUDIO = AudioFeatures(danceability=0.7, energy=0.6, key=7.0, mode=1.0, acousticness=0.4, valence=0.3)


@pytest.fixture(autouse=True)
def several_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {"motifs": ["forest", "mountain-lake", "volcano", "zz-from-outside"], "styles": ["ink", "oil", "poster"]}
    table = {group: {n: EntryPoint(n, "x:y", group) for n in each} for group, each in names.items()}
    monkeypatch.setattr(choose, "plugins", lambda group: table[group])
    monkeypatch.setattr(core_settings, "plugins", lambda group: table[group])


def mood_at(valence: float, arousal: float, audio: AudioFeatures = AUDIO, sureness: float = 0.5) -> Mood:
    return named(valence, arousal, sureness, audio)


def curves(onset: np.ndarray | None = None) -> Curves:
    """A minute that starts quiet and ends loud, 4 beats a bar of 2 s, two parts."""
    times = np.arange(0, 60, 0.02, dtype=np.float32)
    rise = (times / 60).astype(np.float32)
    onset = np.zeros_like(times) if onset is None else onset
    empty = np.zeros(0, np.float32)
    parts = (Section(0, 15, "A"), Section(15, 60, "B"))
    return Curves(
        times, rise, rise, rise, rise, onset, np.zeros((len(times), 12), np.float32), empty,
        np.arange(0, 60, 2, dtype=np.float32), empty, parts, empty,
    )  # fmt: skip


def heard(course: Curves) -> Features:
    return Features(AudioFeatures(), np.zeros(0, np.float32), (), course, 60.0)


def same(one: Brief, other: Brief) -> bool:
    return repr(replace(one, curves=None)) == repr(replace(other, curves=None))


def test_same_in_same_out_and_everything_is_filled() -> None:
    song = Song(title="Tide", artist="Nobody")
    brief = plan(song, heard(curves()), mood_at(0.3, 0.4))
    assert same(brief, plan(song, heard(curves()), mood_at(0.3, 0.4)))
    assert len(brief.palette) == 6 and len(brief.contour) == 64 and len(brief.beat_bars) == 16
    assert brief.main == (153, 76, 102) and brief.main_name and brief.mood_name
    assert parse(brief.prompt)[0].text.endswith("of Tide")
    assert brief.curves is not None and brief.sections == (0.25,)
    assert 0 <= brief.seed <= seeds.MAX_SEED


def test_contour_follows_the_energy() -> None:
    contour = shape.contour(curves())
    assert np.allclose(contour, (np.arange(64) + 0.5) / 64, atol=0.01)
    assert all(value == round(value, 4) for value in contour)
    assert shape.contour(None) == (0.5,) * 64


def test_bar_shows_where_the_beats_fall() -> None:
    times = np.arange(0, 60, 0.02, dtype=np.float32)
    onset = ((times + 0.02) % 0.5 < 0.05).astype(np.float32)  # a click each quarter of the 2 s bar
    bar = np.array(shape.beat_bars(curves(onset)))
    assert bar[[0, 4, 8, 12]].min() > 3 * np.delete(bar, [0, 4, 8, 12]).max()
    assert shape.beat_bars(None) == (0.5,) * 16


def test_silence_and_odd_curves_have_a_shape_too() -> None:
    silent = curves()
    empty = np.zeros(0, np.float32)
    no_pulse = replace(silent, downbeats=empty, energy=np.full(len(silent.times), np.nan, np.float32), sections=())
    assert set(shape.contour(no_pulse)) == {0.5}
    assert shape.beat_bars(no_pulse) == (0.0,) * 16 and shape.sections(no_pulse) == ()
    late = replace(silent, downbeats=np.array([59, 61, 90], np.float32))
    assert all(np.isfinite(shape.beat_bars(late)))
    none = replace(silent, times=empty, energy=empty, onset=empty)
    assert shape.contour(none) == (0.5,) * 64 and shape.beat_bars(none) == (0.5,) * 16


def test_mood_decides_the_motif_and_outsiders_wait_to_be_asked() -> None:
    songs = [Song(title=f"song {i}") for i in range(60)]
    quiet = AudioFeatures(acousticness=0.9, danceability=0.2)
    stormy = [plan(song, None, mood_at(0.15, 0.9)).motif for song in songs]
    woods = [plan(song, None, mood_at(0.3, 0.3, quiet)).motif for song in songs]
    assert stormy.count("volcano") > 30 and woods.count("forest") > 30
    assert "zz-from-outside" not in stormy + woods
    assert len({plan(song, None, mood_at(0.4, 0.5)).motif for song in songs}) > 1
    assert plan(songs[0], None, mood_at(0.5, 0.5), motif="zz-from-outside").motif == "zz-from-outside"


def test_unknown_names_are_told_with_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"no motif is called 'forrest'; there is forest"):
        plan(Song(), None, mood_at(0.5, 0.5), motif="forrest")
    with pytest.raises(UsageError, match=r"no style is called 'qqqq'; there is ink, oil, poster"):
        plan(Song(), None, mood_at(0.5, 0.5), style="qqqq")


def test_without_any_plugin_the_defaults_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choose, "plugins", lambda group: {})
    brief = plan(Song(), None, mood_at(0.5, 0.5))
    assert (brief.motif, brief.style) == (motif.DEFAULT, style.DEFAULT)
    monkeypatch.setattr(choose, "plugins", lambda group: {"own": EntryPoint("own", "x:y", group)})
    brief = plan(Song(), None, mood_at(0.5, 0.5))
    assert (brief.motif, brief.style) == ("own", "own") and "own painting" in brief.prompt


def test_every_row_has_words_and_a_reason() -> None:
    assert all(style.words(name) for name in style.STYLES)
    assert all(motif.because(name) for name in motif.MOTIFS) and all(style.because(name) for name in style.STYLES)


def test_light_words() -> None:
    assert style.lighting(mood_at(0.1, 0.9)) == "dramatic lighting"
    assert style.lighting(mood_at(0.9, 0.8)) == "golden hour light"
    assert style.lighting(mood_at(0.1, 0.1)) == "moonlight"


def test_seed_is_the_songs_own_on_every_machine() -> None:
    mood = mood_at(0.3, 0.4)
    assert seeds.seed("Tide", "Nobody", mood) == seeds.seed(" TIDE ", "nobody", mood)
    assert seeds.seed("Tide", "Nobody", mood) != seeds.seed("Tide", "Somebody", mood)
    assert seeds.seed("Tide", "", mood) != seeds.seed("", "Tide", mood)
    code = "from tonescape.plan.seed import identity; print(identity('Tide', 'Nobody'))"
    other = subprocess.check_output([sys.executable, "-c", code], text=True, env={"PYTHONHASHSEED": "7"})
    assert int(other) == seeds.identity("Tide", "Nobody") == 923116928


@pytest.mark.parametrize("bad", [-1, 2**32])
def test_seed_out_of_range(bad: int) -> None:
    with pytest.raises(UsageError, match="not in 0"):
        plan(Song(), None, mood_at(0.5, 0.5), seed=bad)


def test_reasons_hold_the_numbers() -> None:
    brief = plan(Song(title="Tide"), None, mood_at(0.21, 0.2), seed=7)
    text = " / ".join(f"{reason.choice}: {reason.because}" for reason in brief.reasons)
    for expected in ("valence .21", "arousal .20", "blue", "Palmer", "G major lies 1 fifth above C", "moonlight"):
        assert expected in text
    assert "energy .60" in text and "seed 7: you asked for it" in text
    assert f"motif {brief.motif}: of 4 it suits music that is" in text


def test_reasons_say_when_it_is_a_guess_or_the_playlists_word() -> None:
    guess = plan(Song(), None, mood_at(0.5, 0.5, AudioFeatures(), sureness=0.0))
    assert "a guess, sureness 0" in guess.reasons[0].because and "near the middle" in guess.reasons[0].because
    told = plan(Song(), None, named(0.2, 0.2, 0.5, AUDIO, ("valence",)))
    assert "the playlist's own figures" in told.reasons[0].because


@pytest.mark.parametrize(
    ("point", "says"),
    [
        ((0.8, 0.8), "yellow"), ((0.2, 0.8), "dark reds"), ((0.2, 0.2), "greyed colours go with slow, sad"),
        ((0.8, 0.2), "calm"), ((0.45, 0.9), "high arousal"), ((0.5, 0.1), "low arousal"), ((0.9, 0.5), "pleasure"),
        ((0.1, 0.55), "displeasure"), ((0.52, 0.48), "dusk"),
    ],
)  # fmt: skip
def test_each_region_has_its_own_reason(point: tuple[float, float], says: str) -> None:
    assert says in plan(Song(), None, mood_at(*point)).reasons[0].because


def test_numbers_and_colours_in_words() -> None:
    assert [number(x) for x in (0.214, 0, 1, 0.999, 0.5)] == [".21", "0", "1", "1", ".50"]
    assert describe((0.43, 0.055, 258)) == "deep greyish blue"
    assert describe((0.72, 0.175, 36)) == "vivid coral"
    assert describe((0.9, 0.01, 0)) == "pale grey" and describe((0.6, 0.0, 360)) == "grey"


def test_playlist_is_the_mean_of_its_songs() -> None:
    moods = [mood_at(0.2, 0.4, replace(AUDIO, key=k)) for k in (2.0, 9.0, 2.0)] + [
        named(0.8, 0.8, 1.0, AudioFeatures(energy=1.0, key=-1.0), ("energy",))
    ]
    briefs = [plan(Song(title=str(i)), heard(curves()), mood) for i, mood in enumerate(moods)]
    brief = playlist_brief("Mix", briefs, style="ink")
    assert brief.title == "Mix" and brief.style == "ink" and brief.sections == ()
    assert brief.mood.valence == pytest.approx(0.35) and brief.mood.arousal == pytest.approx(0.5)
    assert brief.mood.audio.key == 2.0 and brief.mood.audio.energy == pytest.approx(0.7)
    assert brief.mood.audio.tempo is None and brief.mood.given == ("energy",)
    assert brief.contour == briefs[0].contour and brief.curves is None
    assert "mean of 4 songs" in brief.reasons[0].because
    assert same(brief, playlist_brief("Mix", briefs, style="ink"))


def test_no_songs_make_no_playlist_picture() -> None:
    with pytest.raises(UsageError):
        playlist_brief("Mix", [])


@settings(max_examples=60, deadline=None)
@given(st.floats(0, 1), st.floats(0, 1), st.text(max_size=50), st.text(max_size=50))
def test_any_mood_and_any_title(valence: float, arousal: float, title: str, artist: str) -> None:
    brief = plan(Song(title=title, artist=artist), None, mood_at(valence, arousal))
    assert parse(brief.prompt) and brief.reasons and all("\n" not in reason.because for reason in brief.reasons)
