"""Words for a point on the valence-arousal plane: one table each with its source, one function each.

Every function takes coordinates in [0, 1] with .5 neutral. A word is taken only where its own place lies in the point's
quadrant (see `fits`), so that the names of one song do not contradict each other.
"""

from __future__ import annotations

from math import atan2, cos, hypot, sin

from tonescape.core.records import affect_to_signed

QUADRANTS = {"Q1": "happy", "Q2": "tense", "Q3": "sad", "Q4": "calm"}
"""Names of Russell's quadrants as music-emotion research numbers them (Panda, Malheiro & Paiva 2018, fig. 1)"""

THAYER = {"Q1": "exuberance", "Q2": "anxious/frantic", "Q3": "depression", "Q4": "contentment"}
"""R. E. Thayer, "The Biopsychology of Mood and Arousal" (1989): energy against stress, four clusters. Stress is read
as low valence, as Liu, Lu & Zhang (ISMIR 2003, fig. 1) do for music."""

RUSSELL: dict[str, tuple[float, float]] = {
    "astonished": (0.158, 0.890),
    "excited": (0.618, 0.757),
    "happy": (0.826, 0.526),
    "pleased": (0.771, 0.185),
    "relaxed": (0.689, -0.453),
    "at ease": (0.590, -0.260),
    "calm": (0.562, -0.305),
    "sleepy": (0.279, -0.671),
    "tired": (0.043, -0.628),
    "bored": (-0.664, -0.635),
    "sad": (-0.648, -0.267),
    "miserable": (-0.696, -0.078),
    "nervous": (-0.632, 0.269),
    "angry": (-0.523, 0.585),
    "frustrated": (-0.645, 0.510),
    "annoyed": (-0.545, 0.412),
    "afraid": (-0.340, 0.640),
}
"""(valence, arousal) in -1..1 of 17 words, read off J. A. Russell, "A circumplex model of affect" (1980), fig. 4"""

RADIUS_WEIGHT = 0.5
"""how much a difference of 1 in strength counts beside a chord of 1 between directions: moods estimated from sound
crowd round the centre, so the direction must decide and the strength only tell neighbours apart"""

NEUTRAL_RADIUS = 1e-6
"""closer to the centre than this there is no direction; the word is then "calm" """

BORDER = 0.1
"""a word so near to an axis, in -1..1, belongs to both sides of it: "tired" is as unpleasant as it is pleasant"""

_GRID_STEPS = (0.2, 0.4, 0.5, 0.6, 0.8)
_GRID_WORDS = (  # a row for each valence from low to high, in it energy from low to high
    ("Somber", "Gritty", "Serious", "Brooding", "Aggressive"),
    ("Melancholy", "Cool", "Yearning", "Urgent", "Defiant"),
    ("Sentimental", "Sophisticated", "Sensual", "Fiery", "Energizing"),
    ("Tender", "Romantic", "Empowering", "Stirring", "Rowdy"),
    ("Peaceful", "Easygoing", "Upbeat", "Lively", "Excited"),
)

GRID: dict[str, tuple[float, float]] = {
    word: (energy, valence)
    for valence, row in zip(_GRID_STEPS, _GRID_WORDS, strict=True)
    for energy, word in zip(_GRID_STEPS, row, strict=True)
}
"""(energy, valence) of the 25 moods of Gracenote's map, at the points Pixtape (2022) put them, in its order"""


LASTFM: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "calm": (("calm", "comfort", "quiet", "serene", "mellow", "chill out", "chill"), ("calm",)),
    "sad": (("sad", "sadness", "unhappy", "melancholic", "melancholy", "misery"), ("sad",)),
    "happy": (("happy", "happiness", "happy songs", "happy music"), ("happy",)),
    "romantic": (("romantic", "romantic music", "affection", "tender", "love"), ("pleased", "at ease")),
    "upbeat": (("upbeat", "gleeful", "high spirits", "zest", "enthusiastic"), ("excited", "happy")),
    "depressed": (("depressed", "blue", "dark", "depressive", "dreary"), ("miserable", "bored")),
    "anger": (("anger", "angry", "choleric", "fury", "outraged", "rage", "hostility", "jealousy"), ("angry",)),
    "grief": (("grief", "heartbreak", "mournful", "sorrow", "sorry"), ("sad", "miserable")),
    "dreamy": (("dreamy", "captivation", "admiration", "awe", "worship"), ("sleepy", "calm")),
    "cheerful": (("cheerful", "cheer up", "festive", "jolly", "jovial", "merry"), ("happy", "pleased")),
    "brooding": (("brooding", "contemplative", "meditative"), ("tired", "sad")),
    "aggression": (("aggression", "aggressive", "belligerence", "bang"), ("angry", "afraid")),
    "confident": (("confident", "encouraging", "encouragement", "optimism", "confidence"), ("pleased",)),
    "angst": (("angst", "anxiety", "anxious", "jumpy", "nervous"), ("nervous",)),
    "earnest": (("earnest", "heartfelt", "earnestness"), ("relaxed", "at ease")),
    "desire": (("desire", "hope", "hopeful"), ("excited", "pleased")),
    "pessimism": (("pessimism", "cynical", "pessimistic", "weltschmerz"), ("miserable", "nervous")),
    "excitement": (("excitement", "exciting", "exhilarating", "thrill", "ardor"), ("excited", "astonished")),
    "shamefacedness": (("shamefacedness", "confusion", "shame"), ("annoyed", "nervous")),
}
"""Mood categories of Last.fm's tags: head word -> (tags, Russell's words). Categories and tags: X. Hu & J. S. Downie,
"When lyrics outperform audio for music mood classification" (ISMIR 2010), table 1, the commonest tags of each. They
give no coordinates: each stands here half way between Russell's words beside it, chosen by their plain meaning."""

COLOURS = {
    "red": "anger",
    "maroon": "anger",
    "purple": "euphoric",
    "navy": "euphoric",
    "pink": "romantic",
    "yellow": "positive",
    "orange": "powerful and dynamic",
    "green": "calm",
    "olive": "calm",
    "teal": "calm",
    "blue": "melancholic",
    "gray": "melancholic",
    "black": "melancholic",
}
"""Mood of a main colour's name: Pixtape (2022), `moodDetect`, after Nijdam, "Mapping emotion to color" (2009). Its
light ("sunrays" on yellow and orange) is part of the prompt there, not of the mood."""


def quadrant(valence: float, arousal: float) -> str:
    """ "Q1" (valence >= .5, arousal >= .5), "Q2" (below, above), "Q3" (below, below) or "Q4"."""
    if arousal >= 0.5:
        return "Q1" if valence >= 0.5 else "Q2"
    return "Q4" if valence >= 0.5 else "Q3"


def thayer(valence: float, arousal: float) -> str:
    """One of Thayer's four clusters."""
    return THAYER[quadrant(valence, arousal)]


def russell(valence: float, arousal: float) -> str:
    """The nearest of Russell's 17 words by direction from the centre, then by strength (see RADIUS_WEIGHT)."""
    x, y = affect_to_signed(valence), affect_to_signed(arousal)
    radius = hypot(x, y)
    if radius < NEUTRAL_RADIUS:
        return "calm"

    words = [word for word, place in RUSSELL.items() if fits(place, valence, arousal)]
    return min(words, key=lambda word: _apart(RUSSELL[word], (x, y)))


def fits(place: tuple[float, float], valence: float, arousal: float) -> bool:
    """Whether a word's place, (valence, arousal) in -1..1, lies in the quadrant of a point in [0, 1] or on its edge."""
    right, up = (1.0 if value >= 0.5 else -1.0 for value in (valence, arousal))
    return right * place[0] > -BORDER and up * place[1] > -BORDER


def _apart(point: tuple[float, float], other: tuple[float, float]) -> float:
    """Distance of two points in -1..1 by direction (a chord) and strength; neither at the centre."""
    angle, strength = atan2(point[1], point[0]) - atan2(other[1], other[0]), hypot(*point) - hypot(*other)
    return hypot(hypot(cos(angle) - 1.0, sin(angle)), RADIUS_WEIGHT * strength)


def grid(energy: float, valence: float, arousal: float | None = None) -> str:
    """The nearest of the 25 moods; of equally near ones the first, as Pixtape's `getMood` has it.

    arousal : of the point, whose quadrant the word must fit; None where energy stands for it
    """
    up = energy if arousal is None else arousal
    words = {word: at for word, at in GRID.items() if fits((2 * at[1] - 1, 2 * at[0] - 1), valence, up)}
    return min(words, key=lambda word: (words[word][0] - energy) ** 2 + (words[word][1] - valence) ** 2)


def lastfm(valence: float, arousal: float) -> str:
    """The nearest of Last.fm's mood categories, by direction and strength as `russell` has it; "calm" at the centre."""
    x, y = affect_to_signed(valence), affect_to_signed(arousal)
    if hypot(x, y) < NEUTRAL_RADIUS:
        return "calm"
    categories = [category for category in LASTFM if fits(lastfm_point(category), valence, arousal)]
    return min(categories, key=lambda category: _apart(lastfm_point(category), (x, y)))


def lastfm_point(category: str) -> tuple[float, float]:
    """(valence, arousal) in -1..1 of a category: the mean of its words of Russell's."""
    points = [RUSSELL[word] for word in LASTFM[category][1]]
    return sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)


def lastfm_category(tag: str) -> str:
    """The mood category of a tag as listeners type it; "" for a tag that is no mood."""
    plain = " ".join(tag.lower().replace("-", " ").split())
    return next((category for category, (tags, _) in LASTFM.items() if plain in tags), "")


def of_colour(name: str) -> str:
    """Pixtape's mood of a colour's name, in either spelling of grey; "" for a colour it gave none."""
    return COLOURS.get(name.lower().replace("grey", "gray"), "")
