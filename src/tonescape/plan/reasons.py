"""Why a picture looks as it does, in a listener's words and with the numbers."""

from __future__ import annotations

from math import hypot
from typing import TYPE_CHECKING

from tonescape.core.colour import hex_of
from tonescape.core.records import Reason
from tonescape.mood import QUADRANTS
from tonescape.mood.maps import of_colour
from tonescape.plan import motif, style
from tonescape.plan.choose import installed
from tonescape.plan.genre import leanings
from tonescape.plan.palette import KEY_TURN, ROLES, key_turn

if TYPE_CHECKING:
    from tonescape.core.records import OKLCH, AudioFeatures, Brief, Mood

KEYS = ("C", "D flat", "D", "E flat", "E", "F", "F sharp", "G", "A flat", "A", "B flat", "B")

HUES: tuple[tuple[float, str], ...] = (
    (12, "raspberry"),
    (33, "red"),
    (50, "coral"),
    (68, "orange"),
    (90, "gold"),
    (112, "yellow"),
    (138, "leaf green"),
    (165, "green"),
    (188, "sea green"),
    (218, "turquoise"),
    (240, "sea blue"),
    (276, "blue"),
    (298, "indigo"),
    (325, "violet"),
    (350, "plum"),
    (360, "raspberry"),
)
"""upper end of each hue family, OKLCH degrees"""

NEUTRAL = 0.1
"""a mood nearer to the centre of the plane than this has no direction worth a reason"""

SURE = 0.25
"""below this sureness the label says that the mood is a guess"""

WHY = {
    "Q1": "light, warm and yellow colours go with happy, lively music (Palmer et al. 2013)",
    "Q2": "dark reds and strong contrast go with tense, angry music (Palmer et al. 2013)",
    "Q3": "dark, cool and greyed colours go with slow, sad music (Palmer et al. 2013)",
    "Q4": "light greens and blues of little chroma go with calm (Valdez & Mehrabian 1994)",
    "middle": "the colours of dusk, cool land under a warm horizon, since nothing pulls either way",
    "high": "strong, saturated colours go with high arousal, whatever the valence (Valdez & Mehrabian 1994)",
    "low": "greyed colours go with low arousal, whatever the valence (Valdez & Mehrabian 1994)",
    "positive": "lighter colours go with pleasure (Valdez & Mehrabian 1994)",
    "negative": "dark colours, and red that people give to anger, go with displeasure (Palmer et al. 2013)",
}


def number(value: float) -> str:
    """Two decimals without the leading zero: .21, 1, 0."""
    text = f"{value:.2f}"
    return {"0.00": "0", "1.00": "1"}.get(text, text.removeprefix("0"))


def describe(colour: OKLCH) -> str:
    """A colour in words: "deep greyish blue", "vivid coral", "pale gold"."""
    lightness, chroma, hue = colour
    depth = next((word for end, word in ((0.22, "near-black"), (0.36, "dark"), (0.52, "deep")) if lightness < end), "")
    if not depth and lightness >= 0.74:
        depth = "pale" if lightness >= 0.86 else "light"
    if chroma < 0.018:
        return f"{depth} grey".strip()
    strength = "greyish" if chroma < 0.06 else "vivid" if chroma >= 0.15 else ""
    family = next(word for end, word in HUES if hue <= end)
    return " ".join(word for word in (depth, strength, family) if word)


def key_name(audio: AudioFeatures) -> str:
    """ "G minor"; "" where no key stands out."""
    if audio.key is None:
        return ""
    mode = "" if audio.mode is None else " major" if audio.mode >= 0.5 else " minor"
    return KEYS[round(audio.key) % 12] + mode


def explain(brief: Brief, *, asked: frozenset[str], voices: int = 0, shared: str = "") -> tuple[Reason, ...]:
    """The reasons for palette, accent, light, Pixtape's colours, motif, style and seed.

    asked : those of "motif", "style", "seed" that were asked for      voices : songs in a playlist, 0 for a song
    shared : whose style it is, "the whole set" or "the set's happy songs"; "" for the song's own
    """
    mood = brief.mood
    return (
        _palette(brief, voices),
        *_turns(brief),
        *_motion(mood.audio),
        Reason(style.lighting(mood), f"of the lights we name it lies nearest to {_point(mood)}"),
        Reason(f"main colour {brief.main_name} {hex_of(brief.main)}", _pixtape(mood.audio) + _called(brief.main_name)),
        Reason(f"mood colour {brief.mood_name} {hex_of(brief.mood_colour)}", _second(mood.audio)),
        _choice("motif", brief.motif, motif.because(brief.motif), asked, brief.genre),
        _choice("style", brief.style, style.because(brief.style), asked, brief.genre, shared),
        Reason(
            f"seed {brief.seed}",
            "you asked for it" if "seed" in asked else "made from title, artist and mood, so it stays the same",
        ),
    )


def _point(mood: Mood) -> str:
    return f"valence {number(mood.valence)} and arousal {number(mood.arousal)}"


def _palette(brief: Brief, voices: int) -> Reason:
    mood = brief.mood
    body, light = (describe(brief.palette[ROLES.index(role)]) for role in ("body", "light"))
    source = f"the mean of {voices} songs has " if voices else ""
    if not voices and {"valence", "energy"} & set(mood.given):
        source = "with the playlist's own figures, "
    region = _region(mood)
    words = dict.fromkeys((QUADRANTS[mood.quadrant], mood.russell))
    place = ", near the middle" if region == "middle" else f" ({', '.join(words)})"
    why = f"{source}{_point(mood)}{place}: {WHY[region]}"
    if mood.sureness < SURE:
        why += f"; a guess, sureness {number(mood.sureness)}"
    return Reason(f"{body} under {light}", why)


def _region(mood: Mood) -> str:
    """Which of WHY explains a mood's colours: the anchor of the palette that stands nearest."""
    across, up = mood.valence - 0.5, mood.arousal - 0.5
    if hypot(across, up) < NEUTRAL:
        return "middle"
    if abs(across) < 0.5 * abs(up):
        return "high" if up > 0 else "low"
    if abs(up) < 0.5 * abs(across):
        return "positive" if across > 0 else "negative"
    return mood.quadrant


def _turns(brief: Brief) -> tuple[Reason, ...]:
    """What key, danceability, acousticness and mode did to the palette, where they did anything to speak of."""
    audio, found = brief.mood.audio, []
    if turn := key_turn(audio.key):
        steps = round(abs(turn) / KEY_TURN)
        place = f"{key_name(audio)} lies {steps} fifth{'s' * (steps > 1)} {'above' if turn > 0 else 'below'} C"
        found.append(Reason(f"hues turned {turn:+.0f} degrees", place))
    if audio.danceability is not None and abs(audio.danceability - 0.5) >= 0.15:
        word = "strong" if audio.danceability > 0.5 else "quiet"
        accent = describe(brief.palette[ROLES.index("accent")])
        found.append(Reason(f"a {word} accent, {accent}", f"danceability {number(audio.danceability)}"))
    if audio.acousticness is not None and audio.acousticness >= 0.35:
        found.append(Reason("earthier colours", f"acousticness {number(audio.acousticness)}"))
    if audio.mode is not None:
        choice, mode, hue = (
            ("warmer lights", "major", "yellower") if audio.mode >= 0.5 else ("cooler shadows", "minor", "bluer")
        )
        found.append(Reason(choice, f"{mode}, for which people choose {hue} colours (Palmer et al. 2013)"))
    return tuple(found)


def _motion(audio: AudioFeatures) -> tuple[Reason, ...]:
    """What tempo, voice and room do to the scene; see the painter's `setting`."""
    found = []
    if audio.tempo is not None and not 85.0 <= audio.tempo <= 130.0:
        word = "faster" if audio.tempo > 105.0 else "slower"
        found.append(Reason(f"{word} wind, water and brush", f"{audio.tempo:.0f} beats a minute"))
    if audio.instrumentalness is not None and abs(audio.instrumentalness - 0.5) >= 0.2:
        sung = audio.instrumentalness < 0.5
        light = "a larger light: a voice stands before the music" if sung else "a smaller light: nobody sings"
        found.append(Reason(light, f"instrumentalness {number(audio.instrumentalness)}"))
    if audio.liveness is not None and audio.liveness >= 0.5:
        found.append(Reason("rougher edges and thicker air", f"liveness {number(audio.liveness)}, as in a hall"))
    return tuple(found)


def _pixtape(audio: AudioFeatures) -> str:
    parts = (("red", "energy"), ("green", "valence"), ("blue", "acousticness"))
    return "Pixtape's rule: " + ", ".join(
        f"{channel} is {'Spotify-style valence' if name == 'valence' else name} {_known(audio, name)}"
        for channel, name in parts
    )


def _called(colour: str) -> str:
    mood = of_colour(colour)
    return f"; to it {colour} meant {mood}" if mood else ""


def _second(audio: AudioFeatures) -> str:
    mode = "unknown" if audio.mode is None else "major, bright" if audio.mode >= 0.5 else "minor, dark"
    return f"the main colour's hue, saturation is danceability {_known(audio, 'danceability')}, mode {mode}"


def _known(audio: AudioFeatures, name: str) -> str:
    value = getattr(audio, name)
    return "unknown, so .50" if value is None else number(value)


def _choice(kind: str, name: str, because: str, asked: frozenset[str], genre: str, shared: str = "") -> Reason:
    if kind in asked:
        return Reason(f"{kind} {name}", "you asked for it")
    others = len(installed(f"{kind}s", name)) - 1
    if not others:
        return Reason(f"{kind} {name}", f"the only {kind} installed")
    whose = f"chosen for {shared}: the mean mood is that of" if shared else f"of {others + 1} it suits"
    also = f", and {genre[:40]} leans to it" if name in leanings(genre) and not shared else ""
    return Reason(f"{kind} {name}", f"{whose} music that is {because}{also}")
