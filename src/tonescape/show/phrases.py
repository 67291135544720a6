"""Numbers in a musician's words."""

from __future__ import annotations

import math

from tonescape.core.records import AudioFeatures, Mood
from tonescape.mood.classes import disagrees

KEYS = ("C", "C♯/D♭", "D", "D♯/E♭", "E", "F", "F♯/G♭", "G", "G♯/A♭", "A", "A♯/B♭", "B")
"""pitch classes 0..11, both spellings where the key alone does not tell which"""

_MAJOR = {1: "D♭", 3: "E♭", 6: "F♯", 8: "A♭", 10: "B♭"}
_MINOR = {1: "C♯", 3: "E♭", 6: "F♯", 8: "G♯", 10: "B♭"}
"""the spelling with fewer accidentals in the key's signature"""

QUADRANTS = {"Q1": "happy", "Q2": "tense", "Q3": "sad", "Q4": "calm"}
"""Russell's plane by quarters: Q1 pleasant and lively, then against the clock"""


def share(value: float | None) -> str:
    """A number in [0, 1] with two digits, as in ".21"; "1.00" for one, an em dash for none."""
    if value is None or not math.isfinite(value):
        return "–"
    return f"{value:.2f}".removeprefix("0")


def key_name(audio: AudioFeatures) -> str:
    """ "A minor", "C major"; "A" where the mode is unknown, "" where the key is."""
    if audio.key is None or not math.isfinite(audio.key):
        return ""
    pitch = round(audio.key) % 12
    if audio.mode is None or not math.isfinite(audio.mode):
        return KEYS[pitch]
    major = round(audio.mode) == 1
    return (_MAJOR if major else _MINOR).get(pitch, KEYS[pitch]) + (" major" if major else " minor")


def tempo_name(audio: AudioFeatures) -> str:
    """ "92 BPM, 4/4"; "" where unknown."""
    if audio.tempo is None or not math.isfinite(audio.tempo):
        return ""
    meter = audio.time_signature
    known = meter is not None and math.isfinite(meter) and meter >= 1
    return f"{audio.tempo:.0f} BPM" + (f", {meter:.0f}/4" if known else "")


NO_KEY, NO_BEAT = "no clear key", "no steady beat"
"""of a song that was heard and has none; of one that was not, key and tempo are unknown, which is something else"""


def sound_line(audio: AudioFeatures, *, heard: bool) -> str:
    """ "A minor, 92 BPM, 4/4". heard : there was sound, so that what it lacks is said"""
    key, tempo = key_name(audio), tempo_name(audio)
    return ", ".join(filter(None, (key or (NO_KEY if heard else ""), tempo or (NO_BEAT if heard else ""))))


def sureness_word(sureness: float) -> str:
    """Sureness in [0, 1] as a word: under a quarter a guess, from .6 sure."""
    return "sure" if sureness >= 0.6 else "fairly sure" if sureness >= 0.25 else "a guess"


def class_disagrees(mood: Mood) -> str:
    """Why the first class and the point's words say different things; "" where they do not."""
    if not disagrees(mood):
        return ""
    label, chance = mood.classes[0]
    return (
        f"{label} ({share(chance)}) says otherwise than {mood.grid.lower()} (valence {share(mood.valence)}, arousal "
        f"{share(mood.arousal)}): classes come from another model, which compares a song with mood playlists."
    )


def duration(seconds: float | None) -> str:
    """ "3:07", "1:02:09"; "" where unknown."""
    if seconds is None or not math.isfinite(seconds) or seconds < 0:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def quadrant_word(mood: Mood) -> str:
    """ "sad" for Q3 and so on; the quadrant's own text where it is none of the four."""
    return QUADRANTS.get(mood.quadrant, mood.quadrant)
