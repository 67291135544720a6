"""Fountain's marks inside text: notes, the boneyard, emphasis, and the title page (fountain.io/syntax, 1.1)."""

from __future__ import annotations

import re
from collections import Counter

_TITLE_ENTRY = re.compile(r"^([^\W\d_][\w .'’/-]{0,40}):(.*)$")
_TITLE_KEYS = frozenset(
    {"title", "credit", "author", "authors", "source", "notes", "contact", "copyright", "date", "draft", "draft date"}
)
"""the keys of fountain.io/syntax and their variants; any other key makes a title page only beside a second one"""

_EMPTY_LINE = re.compile(r"\n[ \t]?\n")
_RUN = re.compile(r"\\[*_]|\*+|_+")
_REMOVED = "\0"


def without_comments(text: str) -> tuple[list[str], Counter[str]]:
    """The lines of a Fountain text without its notes and boneyard, and how many of each there were.

    A line that held nothing else is gone altogether: it is no empty line, which would end a speech. A note may go over
    lines, but over an empty line only if two spaces stand on it; a mark that is never closed is text. Linear time.
    """
    text = text.replace(_REMOVED, "")
    text, boneyards = _cut(text, "/*", "*/", over_empty_lines=True)
    text, notes = _cut(text, "[[", "]]", over_empty_lines=False)
    lines = []
    for line in text.split("\n"):
        kept = line.replace(_REMOVED, "")
        if kept.strip() or _REMOVED not in line:
            lines.append(kept)
    return lines, Counter({"notes": notes, "boneyard passages": boneyards})


def _cut(text: str, opening: str, closing: str, *, over_empty_lines: bool) -> tuple[str, int]:
    """The text with _REMOVED in the place of every comment, and the number of comments."""
    kept: list[str] = []
    copied = at = 0  # what is copied already; where the next opening is looked for
    end = empty = -1  # the first closing and the first empty line behind `at`, each searched once only
    count = 0
    while (start := text.find(opening, at)) >= 0:
        inside = start + len(opening)
        if end < inside:
            end = text.find(closing, inside)
        if end < 0:
            break
        if not over_empty_lines and empty < inside:
            found = _EMPTY_LINE.search(text, inside)
            empty = found.start() if found else len(text)
        if not over_empty_lines and empty < end:
            at = inside
            continue
        # paragraphs that are cut leave an empty line, words and lines that are cut leave nothing
        whole = over_empty_lines and _EMPTY_LINE.search(text, inside, end)
        kept += [text[copied:start], "" if whole else _REMOVED]
        at = copied = end + len(closing)
        count += 1
    return "".join([*kept, text[copied:]]), count


def title_page(lines: list[str]) -> tuple[str, int, int]:
    """(the title, the number of entries with an unknown key, the index of the first line after the title page).

    A title page has a usual key, or two keys of any name; a first line that only ends in a colon is none (`FADE IN:`).
    Values stand behind the key or indented below it.
    """
    entries: dict[str, list[str]] = {}
    key = ""
    after = len(lines)
    for index, line in enumerate(lines):
        entry = _TITLE_ENTRY.match(line)
        if entry:
            key = entry.group(1).strip().lower()
            entries[key] = [entry.group(2).strip()]
        elif key and line.strip() and line[0].isspace():
            entries[key].append(line.strip())
        elif line.strip() or entries:
            after = index
            break
    filled = [name for name, values in entries.items() if any(values)]
    if not _TITLE_KEYS & entries.keys() and len(filled) < 2:
        return "", 0, 0
    title = " ".join(plain(value) for value in entries.get("title", []) if value)
    return title, len(entries.keys() - _TITLE_KEYS), after


def plain(text: str) -> str:
    """Text without emphasis marks and escapes, line by line: emphasis ends with its line.

    A mark opens emphasis if no space follows it and closes it if no space stands before it; a mark without its partner
    is text (`He dialed *69`), and so is an underscore inside a word. Linear time.
    """
    return "\n".join(_plain_line(line) for line in text.split("\n")) if "*" in text or "_" in text else text


def _plain_line(line: str) -> str:
    runs = [found for found in _RUN.finditer(line) if not found.group().startswith("\\")]
    removed = [0] * len(runs)
    opened: dict[str, list[int]] = {"*": [], "_": []}
    for number, run in enumerate(runs):
        before, after = line[run.start() - 1 : run.start()] or " ", line[run.end() : run.end() + 1] or " "
        mark = run.group()[0]
        if mark == "_" and before.isalnum() and after.isalnum():
            continue
        waiting = opened[mark]
        while not before.isspace() and waiting and removed[number] < len(run.group()):
            partner = waiting[-1]
            pairs = min(len(runs[partner].group()) - removed[partner], len(run.group()) - removed[number])
            removed[partner] += pairs
            removed[number] += pairs
            if removed[partner] == len(runs[partner].group()):
                waiting.pop()
        if not after.isspace() and removed[number] < len(run.group()):
            waiting.append(number)
    parts, at = [], 0
    for run, gone in zip(runs, removed, strict=True):
        parts += [line[at : run.start()], run.group()[gone:]]
        at = run.end()
    return re.sub(r"\\([*_])", r"\1", "".join([*parts, line[at:]]))
