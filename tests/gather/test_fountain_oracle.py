"""Generated Fountain read by us and by screenplay-tools (0.0.10), which must agree.

Left out of the grammar is where screenplay-tools departs from fountain.io/syntax, found by comparing 60,000 random
texts. It takes `FADE IN:` for a heading; needs no empty line before headings, forced headings and forced names; reads
`#` and `=` inside a paragraph as marks, a transition or name right under a mark as action; drops all after a comment
that is never closed; lets an open name or parenthetical wait over empty lines for its speech; ends a speech at a lyric
and at a second parenthetical in a row; knows no parenthetical and no upper case after a line of two spaces; and knows
names from A to Z only, with one extension. We depart on purpose in one place: a transition's words (THE END. or
CUT TO BLACK: right over text) are no name.
"""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tonescape.gather.scripts import fountain
from tonescape.gather.scripts.markup import plain

oracle = pytest.importorskip("screenplay_tools.fountain.parser", reason="screenplay-tools is not installed")

KINDS = {
    "HEADING": "heading",
    "ACTION": "action",
    "CHARACTER": "character",
    "DIALOGUE": "dialogue",
    "PARENTHETICAL": "parenthetical",
    "LYRIC": "dialogue",
    "TRANSITION": "transition",
    "SECTION": "break",
}

HEADINGS = [
    "INT. HOUSE - DAY",
    "EXT. ROAD #4#",
    "int. car - day",
    "EST CITY",
    "I/E. VAN",
    "INT./EXT. BOAT",
    ".MOON",
    ".12 days",
]
TEXTS = [
    "Hello there.",
    "...and so on",
    "Interior lights.",
    "Some *soft* and **loud** _words_.",
    "5 * 3",
    "One [[a]] two.",
    "One /* a */ two.",
]
NAMES = ["BOB", "    BOB", "BOB (O.S.)", "BOB (on the radio)", "R2D2", "@McBob", "ANN ^"]
MARKS = [
    "===",
    "# Act",
    "## Scene",
    "= They meet.",
    "> END <",
    "> BURN.",
    "CUT TO:",
    "SMASH CUT TO:",
    "FADE OUT.",
    "23",
    "!BOB",
    "~La la",
]

texts = st.lists(st.sampled_from(TEXTS), min_size=1, max_size=3).map("\n".join)
turns = st.tuples(st.sampled_from(["", "(low)\n"]), texts).map("".join)
endings = st.sampled_from(["", "\n  \nand more", "\n  \nand more\n  \nof it"])
speeches = st.tuples(
    st.sampled_from(NAMES).map(lambda name: name + "\n"),
    st.lists(turns, min_size=1, max_size=2).map("\n".join),
    endings,
).map("".join)
comments = st.sampled_from(["[[a\nb]]", "[[a\n  \nb]]", "/* a */", "/*\nINT. B\n\nc\n*/"])
paragraphs = st.one_of(st.sampled_from(HEADINGS), st.sampled_from(MARKS), texts, speeches, comments)


def ours(text: str) -> list[tuple[str, str]]:
    """(kind, word) of every word of the film."""
    return [(e.kind, word) for e in fountain.read(text).elements for word in e.text.split()]


def theirs(text: str) -> list[tuple[str, str]]:
    parser = oracle.Parser()
    parser.add_text(text)
    words: list[tuple[str, str]] = []
    for element in parser.script.elements:
        kind = KINDS.get(element.type.name)
        said = element.text_raw if kind != "character" else element.name
        if kind == "character" and element.extension:
            said += f" ({element.extension})"
        said = re.sub(r"\[\[\d+]]|/\*\d+\*/", "", f"({said})" if kind == "parenthetical" else said)
        words += [(kind, word) for word in plain(said).split()] if kind else []
    return words


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.lists(paragraphs, min_size=1, max_size=6))
def test_another_reader_agrees(parts: list[str]) -> None:
    text = "\n\n".join(["He waits.", *parts]) + "\n"
    assert ours(text) == theirs(text)
