"""How far each number in a report can be trusted."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import fields
from functools import cache
from importlib.resources import files

from tonescape.core.records import AudioFeatures, Mood
from tonescape.mood.classes import from_given
from tonescape.mood.given import AROUSAL

NOT_YET = "not yet checked"

AS_GIVEN = "as the playlist has it"
"""of a feature that came with a playlist: nobody here has measured how good that is"""

FROM_GIVEN, FROM_BOTH = "from the playlist's features, not checked", "from sound and playlist together, not checked"
"""of valence and arousal that were not judged from sound alone, as the songs were whose accuracy is known"""

_FIGURE = re.compile(r"\b(?:r = |AUC |right for )-?[0-9.]*[0-9]")


@cache
def _table() -> dict[str, str]:
    """accuracy.json beside this file, {name: one line}; commands that evaluate write it. Absent: nothing measured."""
    file = files("tonescape.show").joinpath("accuracy.json")
    return (
        {str(name): str(line) for name, line in json.loads(file.read_text("utf-8")).items()} if file.is_file() else {}
    )


def accuracy(name: str) -> str:
    """What was measured about the number `name` (a feature, "valence", "arousal"), or "not yet checked"."""
    return _table().get(name, NOT_YET)


def figure(name: str) -> str:
    """The first figure of that line alone: "r = 0.64", "AUC 0.88"; the whole line where there is none."""
    line = accuracy(name)
    found = _FIGURE.search(line)
    return found[0] if found else line


def feature_figure(name: str, mood: Mood) -> str:
    """What stands beside one of the twelve: the figure of our own estimate, or that it is none of ours."""
    return AS_GIVEN if name in mood.given else figure(own_name(name))


def own_name(feature: str) -> str:
    """One of the twelve as the table of figures names it: valence is there twice, as in every report."""
    return "spotify valence" if feature == "valence" else feature


_SPEAKING = {"valence": frozenset({"valence"}), "arousal": frozenset(term.descriptor for term in AROUSAL)}
"""given features that move an axis of a song that was heard; see `mood.place`"""


def point_figure(axis: str, mood: Mood, *, heard: bool) -> str:
    """What stands beside "valence" or "arousal" of a mood. heard : there was sound"""
    if not mood.given:
        return figure(axis)
    if not heard:
        return FROM_GIVEN
    return FROM_BOTH if _SPEAKING[axis] & set(mood.given) else figure(axis)


def classes_figure(mood: Mood, *, heard: bool) -> str:
    """What stands beside the classes, which are judged from published features or from sound."""
    return figure("given classes" if from_given(mood, recorded=heard) else "classes")


NAMES = {
    "valence": "Valence", "arousal": "Arousal", "sureness": "Sureness", "quadrant": "Quadrant", "classes": "Classes",
    "given classes": "Classes from a playlist", "tags": "Mood words", "gems": "GEMS emotions",
}  # fmt: skip
"""names in the table of figures, besides the twelve features, as headings"""


def shown_name(name: str) -> str:
    """A feature as a heading; "Spotify-style valence" for the one of the twelve, since a mood's valence is another."""
    return "Spotify-style valence" if name == "spotify valence" else name.replace("_", " ").capitalize()


def measured(names: Sequence[str] = ()) -> list[tuple[str, str]]:
    """(number, what was measured about it) for the foot of a page, those not yet checked together at the end.

    names : of the numbers on the page, as in the table of figures; () for all, and for what a playlist gives
    """
    labels = NAMES | {own_name(field.name): shown_name(own_name(field.name)) for field in fields(AudioFeatures)}
    rows = [(labels[name], accuracy(name)) for name in names or labels]
    if not names:
        rows.append(("What a playlist gives", f"features: {AS_GIVEN}; valence and arousal: {FROM_GIVEN}"))
    lacking = ", ".join(label for label, line in rows if line == NOT_YET)
    return [row for row in rows if row[1] != NOT_YET] + ([(lacking, NOT_YET)] if lacking else [])
