"""Plain-text screenplays, as found on script sites and in PDFs: the layout is learnt from the file itself.

Printed scripts put headings and action at one column, dialogue ten further right and names twenty
(Cole & Haag, The Complete Guide to Standard Script Formats); text copies keep the order of the columns, not their
size, and some have lost them altogether. So the columns are counted first and every line is then read against them.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace

from tonescape.gather.scripts.headings import (
    MAX_HEADING,
    SceneHeading,
    goes_on,
    is_transition,
    marked_heading,
    split_heading,
    time_of_day,
    timed_heading,
    unnumbered,
)
from tonescape.gather.scripts.lines import BLANK, Element, Kind, Line, Reading, left_out_remark
from tonescape.gather.scripts.page_marks import without_page_marks

CLEAR = 12_000
"""characters; a script with at least one marked heading per so many has clear headings"""

MAX_NAME = 42
"""characters in a name above a speech"""

_EXTENSION = re.compile(r"\s*[(\[][^)\]]*[)\]]?\s*\*?\s*$")
_COLON = re.compile(r"^([A-ZÀ-Þ][\w .'’#&-]{0,30}?)\s*(?:[(\[][^)\]]{0,60}[)\]])?\s*:\s*(?=\S|$)")
_STAGE_CUT = re.compile(r"^[(\[]?\s*(?:CUT|DISSOLVE|FADE|SCENE|NEW SCENE|ACT)\b", re.IGNORECASE)
_STAGE_SCENE = re.compile(r"^[(\[]?\s*(?:NEW )?(?:SCENE|SETTING)\s*[:\-]\s*", re.IGNORECASE)
_CAMERA = re.compile(
    r"^(?:ANGLE|CLOSER?|WIDER?|WIDE|TRACK(?:ING)?|REVERSE|INSERT|SUPER|TITLE|CREDITS?|BLACK(?:NESS|OUT)?|WHITE|MED(?:IUM)?"
    r"|SHOT|VIEW|FULL|LONG|EXTREME|PAN|ZOOM|DOLLY|CRANE (?:UP|DOWN|SHOT)|HOLD|FAST|SLOW|END OF|HIS|HER|THEIR"
    r"|BACK IN|ON)\b"
    r"|\b(?:POV|POINT OF VIEW|SHOT|TITLE CARD|CARD|PRESENTS|CREDITS|LETTERS|SCREEN"
    r"|LOOKS|TURNS|MOVES|WALKS|ENTERS|EXITS)\b"
)
_UNDERLINE = re.compile(r"^[-=_*~. ]{4,}$")


@dataclass(frozen=True, slots=True)
class Layout:
    """Columns of a script. cue and speech are None where the file has no indents to tell them by.

    clear : headings are marked by INT, EXT and their kin      colons : speeches are written `NAME: words`
    spaced : a blank line stands between a name and its speech
    narrow : characters in the longest line of a speech, where only their width tells speeches from action
    """

    action: int
    cue: int | None
    speech: int | None
    clear: bool
    colons: bool
    spaced: bool = False
    narrow: int = 10_000


def to_lines(text: str) -> list[Line]:
    """Lines of a plain text; form feeds end a page, of which the first three lines and the last are the edges."""
    pages = text.split("\f")
    out: list[Line] = []
    for sheet, page in enumerate(pages, start=1):
        rows = [_to_line(row, sheet if len(pages) > 1 else 0) for row in page.split("\n")]
        filled = [index for index, row in enumerate(rows) if row.text]
        for index in {*filled[:3], *filled[-1:]} if len(pages) > 1 else ():
            rows[index] = replace(rows[index], edge=True)
        out += [*rows, BLANK] if sheet < len(pages) else rows
    return out


def _to_line(row: str, sheet: int) -> Line:
    wide = row.expandtabs(8).rstrip() if len(row) <= 10_000 else row[:10_000]
    body = wide.lstrip()
    return Line(len(wide) - len(body), body, sheet=sheet) if body and not _UNDERLINE.match(body) else BLANK


def read(lines: list[Line]) -> Reading:
    """Classified elements of a script's lines, in linear time; never raises. The title is ""."""
    lines, left_out = without_page_marks(lines)
    reader = _Reader(lines, learn(lines))
    elements = reader.read()
    left_out["headings of a scene that goes on"] = reader.repeated
    remark = left_out_remark(left_out)
    return Reading("", elements, (remark,) if remark else ())


def learn(lines: list[Line]) -> Layout:
    """The columns of a script, and whether it marks its headings."""
    marked = [line.indent for line in lines if line.text and marked_heading(line.text)]
    characters = sum(len(line.text) for line in lines)
    body = Counter(line.indent for line in lines if line.text)
    filled = sum(body.values())
    clear = len(marked) >= max(1, characters / CLEAR) if characters > CLEAR else bool(marked)
    pairs = _names_and_speeches(lines)
    cues = Counter(name.indent for name, _, _ in pairs)
    left = min((indent for indent, n in body.items() if n >= 0.03 * filled), default=0)
    action = Counter(marked).most_common(1)[0][0] if clear and marked else left
    action = min(action, _usual(body, left))
    deep = Counter({indent: n for indent, n in cues.items() if indent >= action + 8})
    cue = deep.most_common(1)[0][0] if deep.total() >= max(3, 0.3 * cues.total()) else None
    if cue is not None:
        between = Counter(s.indent for n, s, _ in pairs if n.indent >= action + 8 and s.indent < n.indent - 3)
        speech = between.most_common(1)[0][0] if between else None
        if speech is not None and speech > action + 2:
            return Layout(action, cue, speech, clear, False)
    colons = sum(bool(_COLON.match(line.text)) for line in lines) > 0.15 * filled
    apart = sum(gap for _, _, gap in pairs) > 0.6 * max(1, len(pairs))
    widths = sorted(len(speech.text) for _, speech, _ in pairs)
    narrow = 44 if widths and widths[int(0.9 * len(widths))] <= 40 else 10_000
    return Layout(action, None, None, clear, colons, apart, narrow)


def _names_and_speeches(lines: list[Line]) -> list[tuple[Line, Line, bool]]:
    """(name, the line of speech after it, whether a blank line stands between) wherever a line looks like a name."""
    pairs = []
    for index in range(1, len(lines) - 3):
        name = lines[index]
        if not name.text or lines[index - 1].text or not is_name(name.text) or marked_heading(name.text):
            continue
        gap = not lines[index + 1].text
        after = next((line for line in lines[index + 1 + gap : index + 4] if line.text[:1] not in ("", "(")), None)
        if after is not None and after.text != after.text.upper():
            pairs.append((name, after, gap))
    return pairs


def _usual(body: Counter[int], left: int) -> int:
    """Where most of the text near the left edge stands; a scene's number may make its heading start earlier."""
    near = Counter({indent: n for indent, n in body.items() if indent < left + 12})
    return near.most_common(1)[0][0] if near else left


def is_name(text: str) -> bool:
    """Whether a line can stand above a speech: short, upper case, no end of a sentence."""
    if len(text) > 3 * MAX_NAME:
        return False
    name = _EXTENSION.sub("", text.strip(" *")).strip(" :*")
    ended = name[-1:] in (".", "!", "?", ",") and not name.endswith(("JR.", "SR.", "DR.", "MR.", "MRS."))
    if not 1 < len(name) <= MAX_NAME or ended:
        return False
    if not any(c.isalpha() for c in name) or name != name.upper() or "--" in name:
        return False
    return not is_transition(name) and len(name.split()) <= 6


class _Reader:
    def __init__(self, lines: list[Line], layout: Layout) -> None:
        self.lines = lines
        self.layout = layout
        self.elements: list[Element] = []
        self._speaking = False
        self._spoken = False
        self._open: Kind | None = None
        self._before = SceneHeading()
        self.repeated = 0  # headings that only said that the scene before goes on
        spoken = [name.text for name, _, gap in _names_and_speeches(lines) if not gap]
        self._names = {_EXTENSION.sub("", name).strip(" :*") for name in spoken}

    def read(self) -> list[Element]:
        index = 0
        while index < len(self.lines):
            line = self.lines[index]
            if not line.text:
                self._open = None
                # in a file without columns only the blank line ends a speech
                kept = self.layout.speech is not None or (self.layout.spaced and not self._spoken)
                self._speaking = self._speaking and kept
                index += 1
                continue
            index += self._take(index, line)
        return self.elements

    def _take(self, index: int, line: Line) -> int:
        """Reads the line at `index`; returns how many lines it used."""
        heading = self._heading(index, line)
        if heading:
            used = 1
            while used < 3 and self._runs_on(index + used, line):
                heading += " " + unnumbered(self.lines[index + used].text)
                used += 1
            self._start_scene(heading, line)
            self._speaking = False
            return used
        self._classify(index, line)
        return 1

    def _start_scene(self, heading: str, line: Line) -> None:
        found = replace(split_heading(line.text), text=heading)
        if goes_on(self._before, found, page_head=line.edge):
            self.repeated += 1
            self._open = None
            return
        self._before = found
        self._add("heading", heading, line)

    def _heading(self, index: int, line: Line) -> str | None:
        found = marked_heading(line.text)
        scene = None if self.layout.clear else _STAGE_SCENE.match(line.text)
        if scene:
            return re.split(r"[.\]]", line.text[scene.end() :])[0].strip()[:80] or "SCENE"
        if found and (self.layout.speech is None or line.indent < self.layout.speech or self._blank(index - 1)):
            return found
        if found:
            return None if self._speaking and not self._blank(index - 1) else found
        alone = self._blank(index - 1) and self._blank(index + 1) and line.indent <= self.layout.action + 4
        timed = timed_heading(line.text) if alone else None
        if self.layout.clear or timed:
            return timed
        return unnumbered(line.text) if self._is_slug(index, line) else None

    def _is_slug(self, index: int, line: Line) -> bool:
        """In a script without INT and EXT: an upper-case line by itself, at the left, that is no name."""
        text = line.text.strip(" *")
        if not 4 <= len(text) <= 80 or text != text.upper() or not self._blank(index - 1) or text in self._names:
            return False
        if is_transition(text) or _CAMERA.search(text) or text[-1] in "!?:" or text[0] in "(\"'“":
            return False
        if sum(c.isalpha() for c in text) < 4:
            return False
        if self.layout.cue is not None and self.layout.speech is not None:
            at_left = abs(line.indent - self.layout.action) <= 3
            return at_left and (self._blank(index + 1) or bool(time_of_day(text)))
        return self._blank(index + 1) and not self.layout.colons and len(text.split()) >= 2

    def _runs_on(self, index: int, first: Line) -> bool:
        """Whether the line at `index` goes on with the heading above it."""
        if index >= len(self.lines):
            return False
        line = self.lines[index]
        text = line.text.strip()
        if not text or text != text.upper() or not any(c.isalpha() for c in text) or len(text) > 60:
            return False
        if marked_heading(text) or is_transition(text) or line.indent < first.indent:
            return False
        return len(first.text) >= 30 and self._blank(index + 1) and not is_shot(text)

    def _classify(self, index: int, line: Line) -> None:
        text, layout = line.text, self.layout
        colon = _COLON.match(text) if layout.colons and not self._speaking else None
        if is_transition(text.strip(" *")) and text == text.upper() and len(text) < 60:
            self._add("transition" if layout.clear else "break", text, line)
            self._speaking = False
        elif colon:
            self._add("character", colon.group(1).strip(), line)
            self._add("dialogue", text[colon.end() :], line)
        elif not layout.clear and text[0] in "[(" and _STAGE_CUT.match(text):
            self._add("break", "", line)
            self._add("action", text, line)
        elif self._is_cue(index, line):
            self._add("character", text.strip(" *"), line)
            self._speaking, self._spoken = True, False
        elif self._speaking and self._is_speech(line):
            aside = text.startswith("(") and (not self._spoken or text.endswith(")"))
            aside = aside or (self._open == "parenthetical" and not self.elements[-1].text.endswith(")"))
            self._spoken = self._spoken or not aside
            self._add("parenthetical" if aside else "dialogue", text, line)
        else:
            self._speaking = False
            self._add("action", text, line)

    def _is_cue(self, index: int, line: Line) -> bool:
        if not is_name(line.text):
            return False
        if self.layout.cue is None:
            return self._blank(index - 1) and self._blank(index + 1) == self.layout.spaced
        floor = self.layout.cue - 6 if self.layout.speech is None else (self.layout.speech + self.layout.cue) / 2
        return line.indent >= min(floor, self.layout.cue - 3)

    def _is_speech(self, line: Line) -> bool:
        if self.layout.speech is None:
            return len(line.text) <= self.layout.narrow
        return line.indent > (self.layout.action + self.layout.speech) / 2

    def _blank(self, index: int) -> bool:
        return not 0 <= index < len(self.lines) or not self.lines[index].text

    def _add(self, kind: Kind, text: str, line: Line) -> None:
        last = self.elements[-1] if self.elements else None
        if last and kind == self._open == last.kind and kind in ("action", "dialogue", "parenthetical"):
            self.elements[-1] = Element(kind, f"{last.text} {text}", last.page)
        else:
            self.elements.append(Element(kind, text, line.page))
        self._open = kind


def is_shot(text: str) -> bool:
    """Whether an upper-case line under a heading is a camera direction rather than the heading's second half."""
    return bool(re.match(r"(?:ANGLE|CLOSE|SHOT|CAMERA|POV|WIDE|INSERT|TITLE|SUPER)\b", text)) or len(text) > MAX_HEADING
