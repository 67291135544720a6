"""Fountain, the plain-text screenplay markup (fountain.io/syntax, 1.1).

Written here rather than taken from a package: the packages tried read `FADE IN:` as a scene, swallow a first scene as
title page when its first line has a colon, and know English headings only.
"""

from __future__ import annotations

import re

from tonescape.gather.scripts.headings import unnumbered
from tonescape.gather.scripts.lines import Element

_TITLE_KEY = re.compile(r"^([A-Za-z][A-Za-z ]{0,30}):(.*)$")
_TITLE_KEYS = frozenset({"title", "credit", "author", "authors", "source", "notes", "draft date", "date", "contact"})
_HEADING = re.compile(
    r"^(?:INT|EXT|EST|INT\.?/EXT|EXT\.?/INT|I/E|E/I|INTERIOR|EXTERIOR|INTÉRIEUR|EXTÉRIEUR|INNEN|AUSSEN|AUßEN"
    r"|INNEN/AUSSEN|INTERNO|ESTERNO)(?:[./]|\s|:)",
    re.IGNORECASE,
)
_SCENE_NUMBER = re.compile(r"\s*#[\w.\-)(]{1,12}#\s*$")
_EMPHASIS = re.compile(r"(?<![\\*])\*{1,3}(?=[^\s*])|(?<=[^\s\\*])\*{1,3}(?!\*)|(?<![\\\w])_(?=\w)|(?<=[^\s\\])_(?!\w)")
_EXTENSION = re.compile(r"\([^)]*\)\s*$")


def elements_of(text: str) -> tuple[str, list[Element]]:
    """(title, elements) of a Fountain text. Takes linear time; never raises."""
    text = _without(_without(text, "/*", "*/"), "[[", "]]", across_blank=False)
    lines = [line.rstrip() for line in text.expandtabs(4).split("\n")]
    title, start = _title_page(lines)
    reader = _Reader()
    for index in range(start, len(lines)):
        after = lines[index + 1] if index + 1 < len(lines) else ""
        reader.take(lines[index], blank_after=not after.strip())
    return title, reader.elements


def _without(text: str, opening: str, closing: str, *, across_blank: bool = True) -> str:
    """The text without its comments; an opening without a closing is words. One pass, whatever the text."""
    kept: list[str] = []
    at = end = 0
    while (start := text.find(opening, at)) >= 0:
        if end < start + len(opening):
            end = text.find(closing, start + len(opening))
            if end < 0:
                break
        body = text[start:end] if across_blank or end - start <= MAX_NOTE else "\n\n"
        if not across_blank and "\n\n" in body:
            kept.append(text[at : start + len(opening)])
            at = start + len(opening)
            continue
        kept.append(text[at:start])
        at = end + len(closing)
    return "".join([*kept, text[at:]])


MAX_CUE = 200
"""characters of a name above a speech"""

MAX_NOTE = 4000
"""characters of a note; more is an opening whose closing is missing"""


def _title_page(lines: list[str]) -> tuple[str, int]:
    """The title, and the index of the first line after the title page. Unknown keys alone do not make a title page."""
    found: dict[str, list[str]] = {}
    key = ""
    index = 0
    for index, line in enumerate(lines):  # noqa: B007 (the last index is returned)
        entry = _TITLE_KEY.match(line)
        if not line.strip():
            if found:
                break
        elif entry:
            key = entry.group(1).strip().lower()
            found[key] = [entry.group(2).strip()]
        elif key and line[:1].isspace():
            found[key].append(line.strip())
        else:
            break
    if not _TITLE_KEYS & found.keys():
        return "", 0
    title = " ".join(part for part in found.get("title", []) if part)
    return plain(title), index


def plain(text: str) -> str:
    """Text without Fountain's emphasis marks and escapes."""
    return _EMPHASIS.sub("", text).replace("\\*", "*").replace("\\_", "_")


class _Reader:
    """Line by line, with one line of memory."""

    def __init__(self) -> None:
        self.elements: list[Element] = []
        self._after_blank = True
        self._speaking = False

    def take(self, raw: str, *, blank_after: bool) -> None:
        line = raw.strip()
        # Two spaces on an empty line keep a speech going (fountain.io/syntax#dialogue); they are stripped above,
        # so a speech ends there: harmless here, since the words stay in the scene.
        if not line:
            self._after_blank, self._speaking = True, False
            return
        self._classify(line, blank_after)
        self._after_blank = False

    def _classify(self, line: str, blank_after: bool) -> None:
        first = line[0]
        if self._speaking and first not in ".>#=":
            self._speech(line)
        elif first in "#=":
            self._mark(line)
        elif first == "!":
            self._add("action", line[1:])
        elif first == "@":
            self._cue(line[1:])
        elif first == "~":
            self._add("dialogue", line[1:].strip())
        elif first == ">":
            self._add("action" if line.endswith("<") else "transition", line.strip("<> "))
        elif first == "." and len(line) > 1 and line[1].isalnum():
            self._heading(line[1:])
        elif self._after_blank and _HEADING.match(_bare(line)):
            self._heading(line)
        elif self._after_blank and blank_after and line.isupper() and line.endswith("TO:"):
            self._add("transition", line)
        elif self._after_blank and not blank_after and _is_cue(line):
            self._cue(line)
        else:
            self._add("action", line)

    def _speech(self, line: str) -> None:
        if line.startswith("(") and line.endswith(")"):
            self._add("parenthetical", line)
        elif line.startswith("~"):
            self._add("dialogue", line[1:].strip())
        else:
            self._add("dialogue", line)

    def _mark(self, line: str) -> None:
        if line.startswith("#"):
            self._add("break", line.lstrip("# "))

    def _cue(self, line: str) -> None:
        self._add("character", line.rstrip("^ ")[:MAX_CUE])
        self._speaking = True

    def _heading(self, line: str) -> None:
        self._add("heading", _bare(_SCENE_NUMBER.sub("", line)))

    def _add(self, kind: str, text: str) -> None:
        last = self.elements[-1] if self.elements else None
        text = plain(text)
        if last and last.kind == kind and kind in ("action", "dialogue") and not self._after_blank:
            self.elements[-1] = Element(last.kind, f"{last.text}\n{text}")
        else:
            self.elements.append(Element(kind, text))  # type: ignore[arg-type]


def _bare(line: str) -> str:
    """A heading as people also write it, with a number in front."""
    shorter = unnumbered(line)
    return shorter if shorter and _HEADING.match(shorter) else line


def _is_cue(line: str) -> bool:
    name = _EXTENSION.sub("", line.rstrip("^ ")).strip()
    return bool(name) and name == name.upper() and any(c.isalpha() for c in name) and len(name) <= 60
