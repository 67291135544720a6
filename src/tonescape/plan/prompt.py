"""Weighted text prompts: one grammar, read and written, and the prompt of a song in Pixtape's format.

Other prompts for other engines, of albums, lyrics and whole playlists, are built in `approaches`.

    prompt = part { "|" part }
    part   = text [ ":" weight ]           the LAST colon that a number follows up to the part's end is the weight's
    weight = ["+" | "-"] digits ["." digits] ["e" exponent]        1 where it is left out

In text, a backslash before "|" or another backslash takes its meaning away; before anything else it is itself.
Blanks round text and weights mean nothing. Negative weights push a picture away from the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

from tonescape.core.errors import PromptError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tonescape.core.records import Mood

MAX_PROMPT = 20_000
"""characters a prompt may have"""

MAX_PARTS = 100
"""parts a prompt may have"""

MAX_WEIGHT = 1000.0
"""a weight's largest absolute value"""

MAX_TITLE = 200
"""characters of a title that go into a prompt"""

_WEIGHT = re.compile(r"(?P<text>.*):\s*(?P<weight>[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?)\s*", re.S)


@dataclass(frozen=True, slots=True)
class Part:
    """A text, neither empty nor with blanks at its ends, and its weight."""

    text: str
    weight: float = 1.0


def parse(prompt: str) -> tuple[Part, ...]:
    """Read a prompt. PromptError with the position where it breaks the grammar or a cap."""
    if len(prompt) > MAX_PROMPT:
        raise PromptError(f"a prompt of {len(prompt)} characters; at most {MAX_PROMPT} are read", MAX_PROMPT)
    parts: list[Part] = []
    for start, raw in _split(prompt):
        if len(parts) == MAX_PARTS:
            raise PromptError(f"more than {MAX_PARTS} parts at position {start}; shorten the prompt", start)
        parts.append(_part(raw, start))
    return tuple(parts)


def format_prompt(parts: Sequence[Part]) -> str:
    """Write a prompt that `parse` reads back as the same parts. PromptError for what the grammar cannot hold."""
    if not parts:
        raise PromptError("a prompt needs at least one part", 0)
    written: list[str] = []
    for part in parts:
        position = sum(len(text) + 3 for text in written)
        if not part.text.strip() or part.text != part.text.strip():
            raise PromptError(f"part {len(written) + 1} has no text, or blanks at its ends", position)
        if not isfinite(part.weight) or abs(part.weight) > MAX_WEIGHT:
            raise PromptError(f"the weight of {_short(part.text)} is not within ±{MAX_WEIGHT:g}", position)
        text = part.text.replace("\\", "\\\\").replace("|", "\\|")
        written.append(f"{text}: {repr(float(part.weight)).removesuffix('.0')}")
    return " | ".join(written)


def _split(prompt: str) -> Iterator[tuple[int, str]]:
    """(position, raw text) between the bars that no backslash precedes."""
    start = position = 0
    while position < len(prompt):
        if prompt[position] == "\\" and prompt[position + 1 : position + 2] in ("\\", "|"):
            position += 2
        elif prompt[position] == "|":
            yield start, prompt[start:position]
            position += 1
            start = position
        else:
            position += 1
    yield start, prompt[start:]


def _part(raw: str, start: int) -> Part:
    found = _WEIGHT.fullmatch(raw)
    text, weight = (found["text"], float(found["weight"])) if found else (raw, 1.0)
    at = start + len(raw) - len(raw.lstrip())
    text = re.sub(r"\\([\\|])", r"\1", text.strip())
    if not text:
        raise PromptError(f"no text at position {at} of the prompt; write text: weight | text: weight", at)
    if not abs(weight) <= MAX_WEIGHT:
        at = start + (found.start("weight") if found else 0)
        raise PromptError(f"the weight at position {at} of the prompt is not within ±{MAX_WEIGHT:g}", at)
    return Part(text, weight)


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:39] + "…")


CLASS_WORDS = {"Q1": "happy", "Q2": "energetic", "Q3": "sad", "Q4": "relaxing"}
"""which of Pixtape's five mood classes stands for a quadrant while no model has filled `Mood.classes`"""

LIVE, DANCE = 0.6, 0.8
"""Pixtape's rules: above this liveness "concert poster", above this danceability "psychedelic", each at .9"""


def class_word(mood: Mood) -> str:
    """The likeliest class of a mood, as a word: "sad"."""
    return mood.classes[0][0].lower() if mood.classes else CLASS_WORDS[mood.quadrant]


def song_prompt(
    title: str, mood: Mood, main_name: str, mood_name: str, *, style: str, lighting: str, abstract: bool = True
) -> str:
    """The prompt of a song, in the order and with the weights of Pixtape (2022):

    abstract STYLE of TITLE: 2 | MAIN MOOD-COLOUR: 0.9 | CLASS: 1.8 | RUSSELL: 0.8 | TAG: 0.8 | LIGHTING: 0.9
    and, by its two rules, concert poster: 0.9 and psychedelic: 0.9

    style : words for style and medium, "fauvism painting"      title : cut at MAX_TITLE, blanks joined
    The Russell word is left out where the tag already has it, as there; the tag where there is none.
    """
    title = " ".join(title.split())[:MAX_TITLE].strip() or "untitled"
    tag = mood.tags[0][0] if mood.tags else ""
    colours = main_name if main_name == mood_name else f"{main_name} {mood_name}"
    parts = [Part(f"{'abstract ' if abstract else ''}{style} of {title}", 2.0), Part(colours, 0.9)]
    parts.append(Part(class_word(mood), 1.8))
    if mood.russell not in tag:
        parts.append(Part(mood.russell, 0.8))
    if tag:
        parts.append(Part(tag, 0.8))
    parts.append(Part(lighting, 0.9))
    if (mood.audio.liveness or 0.0) > LIVE:
        parts.append(Part("concert poster", 0.9))
    if (mood.audio.danceability or 0.0) > DANCE:
        parts.append(Part("psychedelic", 0.9))
    return format_prompt(parts)
