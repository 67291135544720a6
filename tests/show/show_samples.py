"""Briefs, songs and sound files made by hand: the show room is tested without hearing or painting."""

import io
from pathlib import Path

import numpy as np
from PIL import Image

from tonescape.core.records import (
    AudioFeatures,
    Brief,
    Curves,
    Features,
    Heard,
    Mood,
    Picture,
    Reason,
    Section,
    Song,
    readonly,
)


def _floats(values):
    return readonly(np.asarray(values, np.float32))


def make_curves(seconds=60.0):
    times = np.arange(0, seconds, 0.5)
    flat = _floats(np.full(times.size, 0.5))
    beats = _floats(np.arange(0, seconds, 0.5))
    return Curves(
        times=_floats(times), energy=_floats(0.5 + 0.4 * np.sin(times / 9)), low=flat, mid=flat, high=flat,
        onset=flat, chroma=_floats(np.zeros((times.size, 12))), beats=beats, downbeats=_floats(beats[::4]),
        beat_energy=flat, sections=(Section(0, 30, "A"), Section(30, 60, "B")), section_energy=_floats([0.4, 0.6]),
    )  # fmt: skip


def make_brief(title="Blue in Green", artist="Miles Davis", *, valence=0.21, arousal=0.34, **changes):
    audio = AudioFeatures(
        energy=arousal, key=9.0, loudness=-14.2, mode=0.0, valence=valence, tempo=92.0, time_signature=4
    )
    mood = Mood(valence, arousal, 0.5, "Q3", "Melancholy", "sad", "depression", audio, given=("valence",))
    given = dict(
        title=title, artist=artist, mood=mood, main=(40, 90, 140), mood_colour=(120, 60, 30),
        palette=tuple((0.2 + 0.12 * step, 0.08, 40.0 * step) for step in range(6)), main_name="steelblue",
        mood_name="sienna", motif="ridges", style="impressionism", prompt=f"abstract painting of {title[:60]}: 2",
        seed=7, contour=tuple(step / 63 for step in range(64)), beat_bars=(0.5,) * 16,
        reasons=(Reason("a low sun", "valence .21"), Reason("still water", "arousal .34")),
    )  # fmt: skip
    return Brief(**(given | changes))


def make_heard(brief, *, sound=True):
    if not sound:
        return Heard(Song(uri="spotify:track:1", title=brief.title), None, brief.mood)
    audio = AudioFeatures(key=9.0, loudness=-14.2, mode=0.0, tempo=92.0, time_signature=4)
    features = Features(audio, _floats([0.0]), ("a",), make_curves(), 180.0)
    song = Song(
        Path("/music/secret place/a song.mp3"), None, brief.title, brief.artist, "Kind of Blue", "Jazz", 1959, 60.0
    )
    return Heard(song, features, brief.mood)


def make_image(side=96, seed=0):
    rows = np.linspace(0, 200, side, dtype=np.uint8)
    noise = np.random.default_rng(seed).integers(0, 40, (side, side, 3), dtype=np.uint8)
    return noise + rows[:, None, None]


def make_picture(side=96, seed=0, recipe='{"seed": 7, "title": "Ünï ☃"}'):
    return Picture(make_image(side, seed), recipe, "painter", 0.1)


def make_jpeg():
    out = io.BytesIO()
    Image.fromarray(make_image(64, 3)).save(out, "JPEG")
    return out.getvalue()


HOSTILE = (
    "<script>alert(1)</script>",
    "\"quoted\" & 'single' </title></style>-->",
    "שיר השירים",
    "\u202emp3.evil\u202c",
    "夜に駆ける",
    "👩‍👩‍👧 party 🎉",
    "a\u0301" * 200,
    "x" * 500,
    "line\nbreak\ttab\0nul",
    "bad \udcff byte",
    "",
    "   ",
    "../../etc/passwd",
    "$title ${main} %s {0}",
)
