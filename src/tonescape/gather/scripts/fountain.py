"""Fountain, the plain-text screenplay markup (fountain.io/syntax, 1.1).

Written here rather than taken from a package: the packages tried read `FADE IN:` as a scene, swallow a first scene as
title page when its first line has a colon, and know English headings only.

Where the syntax leaves a choice: `#` and `=` inside a paragraph need a space behind them ("#1 fan" is text), a note or
a section is no paragraph, so that a heading may follow it at once, and a forced heading or name needs an empty line
before it as any other does.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from tonescape.gather.scripts.headings import (
    SceneHeading,
    fountain_heading,
    goes_on,
    is_omitted,
    is_transition,
    split_heading,
)
from tonescape.gather.scripts.lines import Element, Kind, Reading, left_out_remark
from tonescape.gather.scripts.markup import plain, title_page, without_comments

_SCENE_NUMBER = re.compile(r"\s*#([\w.\-)(]{1,12})#\s*$")
_PAGE_BREAK = re.compile(r"^={3,}$")
_SECTION = re.compile(r"^#{1,6}\s")
_SYNOPSIS = re.compile(r"^=(?!=)")
_EXTENSIONS = re.compile(r"(?:\s*\([^()]*\))+$")

MAX_CUE = 200
"""characters of a name above a speech"""


def read(text: str) -> Reading:
    """The title and elements of a Fountain text. Takes linear time; never raises."""
    lines, left_out = without_comments(text)
    title, unknown, start = title_page(lines)
    left_out["unknown entries of the title page"] = unknown
    reader = _Reader(left_out)
    for index in range(start, len(lines)):
        after = lines[index + 1] if index + 1 < len(lines) else ""
        reader.take(lines[index], empty_after=not after.strip())
    remarks = [left_out_remark(left_out)]
    if reader.crowded:
        remarks.append(
            f"lines such as {reader.crowded[0]!r} that are no scene headings since no empty line stands before them: "
            f"{len(reader.crowded)}"
        )
    return Reading(title, reader.elements, tuple(filter(None, remarks)))


class _Reader:
    """Takes a text line by line and keeps what was seen last.

    crowded : lines that would be headings if an empty line stood before them
    """

    def __init__(self, left_out: Counter[str]) -> None:
        self.elements: list[Element] = []
        self.crowded: list[str] = []
        self._left_out = left_out
        self._starts = True  # whether the next line starts a paragraph
        self._speaking = False
        self._paused = False  # whether the line before was a speech's line of two spaces
        self._heading = SceneHeading()

    def take(self, raw: str, *, empty_after: bool) -> None:
        """Reads one line. empty_after : whether the next line is empty or there is none."""
        line = raw.strip().replace("\t", "    ")
        if not line:
            self._paused = self._speaking and len(raw) >= 2 and not raw.strip(" ")
            self._starts = self._starts or not self._paused
            self._speaking = self._paused
            return
        if not self._mark(line):
            bare = plain(line)
            natural = fountain_heading(bare, empty_after=empty_after)
            if (self._starts or (self._paused and natural)) and self._block(line, bare, natural, empty_after):
                pass
            else:
                if natural and not any(c.islower() for c in natural):
                    self.crowded.append(natural[:60])
                self._text(line)
            self._starts = False
        self._paused = False

    def _mark(self, line: str) -> bool:
        """Reads a line that a mark at its beginning makes what it is, wherever it stands; False for any other line."""
        first = line[0]
        free = self._starts or (bool(self.elements) and self.elements[-1].kind == "heading" and not self._speaking)
        if _PAGE_BREAK.match(line):
            self._starts, self._speaking = True, False
        elif first == "#" and (self._starts or _SECTION.match(line)):
            self._add("break", line.lstrip("# "))
            self._starts, self._speaking = True, False
        elif _SYNOPSIS.match(line) and (free or line[1:2].isspace()):
            self._left_out["synopses"] += 1
            self._starts, self._speaking = True, False
        elif first == "~":
            self._add("dialogue", line[1:].strip())
            self._starts = False
        elif first in "!>":
            self._forced(line)
            self._starts = self._speaking = False
        else:
            return False
        return True

    def _forced(self, line: str) -> None:
        if line[0] == "!":
            self._add("action", line[1:].strip())
        elif line.endswith("<"):
            self._add("action", line[1:-1].strip())
        else:
            self._add("transition", line[1:].strip())

    def _block(self, line: str, bare: str, natural: str | None, empty_after: bool) -> bool:
        """Reads a line that only counts after an empty line: a heading, a transition or a name; False for any other.

        bare : the line without emphasis      natural : its text if it is a heading by its first word
        """
        forced = line[1:] if line[0] == "." and line[1:2].isalnum() else None
        if is_omitted(bare) or (forced and is_omitted(forced)):
            self._left_out["omitted scenes"] += 1
        elif natural or forced:
            self._scene(bare if natural else plain(forced or ""), forced=not natural)
            self._speaking = False
        elif line[0] == "@" and len(line) > 1:
            self._cue(line[1:])
        elif empty_after and bare.isupper() and bare.endswith("TO:"):
            self._add("transition", line)
        elif not empty_after and _is_cue(bare):
            self._cue(line)
        else:
            return False
        return True

    def _text(self, line: str) -> None:
        aside = self._speaking and line.startswith("(") and line.endswith(")")
        self._add("parenthetical" if aside else "dialogue" if self._speaking else "action", line)

    def _cue(self, line: str) -> None:
        self._add("character", line.rstrip("^ ")[:MAX_CUE])
        self._speaking = True

    def _scene(self, line: str, *, forced: bool) -> None:
        """Starts a scene. forced : whether a dot makes the line a heading, so that a number in front is part of it."""
        marked = _SCENE_NUMBER.search(line)
        bare = _SCENE_NUMBER.sub("", line).strip()
        heading = SceneHeading(text=bare) if forced else split_heading(bare)
        heading = replace(heading, number=marked.group(1)) if marked else heading
        if goes_on(self._heading, heading):
            self._left_out["headings of a scene that goes on"] += 1
            return
        self._heading = heading
        self._add("heading", heading.text)

    def _add(self, kind: Kind, text: str) -> None:
        last = self.elements[-1] if self.elements else None
        text = plain(text)
        if last and last.kind == kind and kind in ("action", "dialogue") and not self._starts:
            self.elements[-1] = Element(last.kind, f"{last.text}\n{text}")
        else:
            self.elements.append(Element(kind, text))


def _is_cue(line: str) -> bool:
    """Whether a line is upper case with at least one letter, as a name above a speech is; extensions may be lower."""
    if len(line) > MAX_CUE or (line.endswith((":", ".")) and is_transition(line)):
        return False
    name = _EXTENSIONS.sub("", line.rstrip("^ ")).strip()
    # a capital ß is hardly ever typed
    lower = any(c.islower() for c in name if c != "ß")
    return not lower and any(c.isalpha() for c in name) and len(name) <= 60
