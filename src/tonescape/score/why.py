"""The reason for a match in words a film maker reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tonescape.core.records import Heard, Scores, WordMood

if TYPE_CHECKING:
    from tonescape.score.options import ScoreOptions

COLOURS = (
    ((1, 1), "bright and restless"),
    ((1, 0), "warm"),
    ((1, -1), "warm and calm"),
    ((0, 1), "restless"),
    ((0, 0), "even"),
    ((0, -1), "calm"),
    ((-1, 1), "dark and tense"),
    ((-1, 0), "dark"),
    ((-1, -1), "dark and still"),
)
"""((valence, arousal) as signs, word)"""

NEAR, FAR = 0.6, 1.2
"""standard deviations: below the one axes agree, beyond the other they differ"""


def colour(valence: float, arousal: float) -> str:
    """Words for a mood given in standard deviations."""
    signs = tuple(0 if abs(x) < 0.45 else (1 if x > 0 else -1) for x in (valence, arousal))
    return dict(COLOURS)[signs]  # type: ignore[index]


def why(
    scene: WordMood, asked: tuple[float, float], heard: Heard, offered: tuple[float, float], options: ScoreOptions
) -> str:
    """One line. asked, offered : (valence, arousal) of scene and song in standard deviations."""
    gaps = [abs(a - o) for a, o in zip(asked, offered, strict=True)]
    scene_is, song_is = colour(*asked), colour(*offered)
    if max(gaps) < NEAR:
        text = f"sounds {song_is}, as the scene reads"
    elif song_is == scene_is:
        text = f"sounds {song_is} like the scene, {_how(asked, offered)}"
    else:
        text = f"the scene reads {scene_is}; this sounds {song_is}"
    if options.by == "words":
        text = ""
    words = heard.mood.words
    if words is not None and options.by != "sound":
        shared = _shared(scene.emotions, words.emotions)
        opening = "its words also tell of " if shared else "its words lie "
        content = " and ".join(shared) if shared else _distance(scene, words)
        text = f"{text}; {opening}{content}" if text else f"{opening}{content}"
    return text


def _how(asked: tuple[float, float], offered: tuple[float, float]) -> str:
    gaps = [
        (abs(o - a), o - a, names)
        for a, o, names in zip(asked, offered, (("darker", "brighter"), ("calmer", "livelier")), strict=True)
    ]
    size, signed, (less, more) = max(gaps)
    return f"{'a little ' if size < FAR else ''}{more if signed > 0 else less}"


def _shared(scene: Scores, song: Scores) -> list[str]:
    """Emotions among the strongest five of both; the everyday ones say nothing."""
    dull = {"approval", "realization", "annoyance", "admiration", "neutral"}
    mine = [name for name, _ in scene[:6] if name not in dull]
    theirs = {name for name, _ in song[:6] if name not in dull}
    return [name for name in mine if name in theirs][:2]


def _distance(scene: WordMood, song: WordMood) -> str:
    gap = song.valence - scene.valence
    return (
        "near the scene's"
        if abs(gap) < 0.2
        else ("brighter than the scene's" if gap > 0 else "darker than the scene's")
    )
