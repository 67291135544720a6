"""Final Draft's FDX, an XML of paragraphs. Read with expat and no document type: no entities, no files."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from tonescape.core.errors import ScriptError
from tonescape.gather.scripts.headings import is_omitted
from tonescape.gather.scripts.lines import Element, Kind, Reading, left_out_remark

_KINDS: dict[str, Kind] = {
    "scene heading": "heading",
    "scene heading (top of page)": "heading",
    "action": "action",
    "general": "action",
    "shot": "action",
    "stage direction": "action",
    "stage directions": "action",
    "cast list": "action",
    "character": "character",
    "parenthetical": "parenthetical",
    "dialogue": "dialogue",
    "singing": "dialogue",
    "lyrics": "dialogue",
    "transition": "transition",
    "new act": "break",
    "end of act": "break",
}
"""types of paragraphs that are film; Outline 1, Outline Body, Synopsis and a writer's own types are kept apart"""

_FILM = frozenset({"Paragraph", "DualDialogue", "Text"})
"""elements of Content that hold the film; whatever stands in another one is kept apart"""

MAX_DEPTH = 64
"""levels of elements; Final Draft writes about ten"""


def read(data: bytes, name: str) -> Reading:
    """The title and elements of an FDX file. name : for messages.

    Raises ScriptError for XML that is broken, is no FDX, or has a document type (where entities would be declared).
    """
    reader = _Reader(name)
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = reader.refuse
    parser.EntityDeclHandler = reader.refuse
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.buffer_text = True
    try:
        parser.Parse(data, True)
    except expat.ExpatError as problem:
        raise ScriptError(
            f"{name}: the FDX is broken in line {problem.lineno} ({expat.ErrorString(problem.code)}); "
            "open it in the program that wrote it and save it again."
        ) from None
    except (LookupError, ValueError) as problem:
        raise ScriptError(f"{name}: the FDX cannot be read ({problem}).") from None
    if not reader.is_fdx:
        raise ScriptError(f"{name}: this XML is not a Final Draft script (no FinalDraft element).")
    return reader.reading()


@dataclass(slots=True)
class _Paragraph:
    """An open paragraph. type : as the file has it      omitted : whether it holds a scene that was cut"""

    type: str
    words: list[str] = field(default_factory=list)
    omitted: bool = False


class _Reader:
    """Collects the paragraphs of Content; runs of <Text> in one are joined, as Final Draft splits them by style."""

    def __init__(self, name: str) -> None:
        self.is_fdx = False
        self._name = name
        self._elements: list[Element] = []
        self._left_out: Counter[str] = Counter()
        self._path: list[str] = []
        self._open: list[_Paragraph] = []
        self._apart: int | None = None  # depth of the element in Content whose content is no film
        self._omitted = 0  # scene headings in the OmittedScene being read
        self._struck = False
        self._title_page: list[str] = []

    def refuse(self, *_: Any) -> None:
        raise ScriptError(
            f"{self._name}: the FDX declares a document type or entities, which no Final Draft file does; refused. "
            "Remove the <!DOCTYPE ...> part to read it."
        )

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if not self._path and tag == "FinalDraft":
            self.is_fdx = True
        self._path.append(tag)
        if len(self._path) > MAX_DEPTH:
            raise ScriptError(f"{self._name}: the FDX nests elements more than {MAX_DEPTH} deep; refused.")
        if self._path[1:2] == ["TitlePage"] and tag == "Paragraph":
            self._title_page.append("")
        if self._path[1:2] != ["Content"] or len(self._path) < 3:
            return
        if self._apart is not None:
            heading = tag == "Paragraph" and attributes.get("Type", "").lower().startswith("scene heading")
            self._omitted += heading and "OmittedScene" in self._path
        elif tag not in _FILM:
            self._leave(tag)
        elif tag == "Paragraph":
            self._flush()  # what stands before two speeches side by side in one paragraph
            self._open.append(_Paragraph(attributes.get("Type", "Action")))
        elif tag == "Text":
            self._struck = "Strikeout" in attributes.get("Style", "").split("+")
            self._left_out["struck-out passages"] += self._struck

    def text(self, words: str) -> None:
        if self._path[-1:] != ["Text"]:
            return
        if self._path[1] == "TitlePage" and self._title_page:
            self._title_page[-1] += words
        elif self._open and self._apart is None and not self._struck:
            self._open[-1].words.append(words)

    def end(self, tag: str) -> None:
        if self._apart == len(self._path):
            self._apart = None
            if tag == "OmittedScene":
                self._left_out["omitted scenes"] += max(1, self._omitted)
        elif tag == "Paragraph" and self._apart is None and self._open:
            self._flush()
            self._open.pop()
        self._path.pop()

    def reading(self) -> Reading:
        """What was found; asked for once, at the end."""
        lines = [" ".join(line.split()) for line in self._title_page]
        title = next((line for line in lines if line), "")
        remark = left_out_remark(self._left_out)
        return Reading(title, self._elements, (remark,) if remark else ())

    def _leave(self, tag: str) -> None:
        """Starts an element that holds no film."""
        self._apart = len(self._path)
        if tag == "OmittedScene":
            for paragraph in self._open:
                paragraph.omitted = True
            self._omitted = 0
        elif tag == "ScriptNote":
            self._left_out["notes"] += 1
        elif tag != "SceneProperties":
            self._left_out[f"<{tag}>"] += 1

    def _flush(self) -> None:
        """Ends what was collected of the innermost paragraph."""
        if not self._open:
            return
        paragraph = self._open[-1]
        words = "".join(paragraph.words).strip()
        paragraph.words.clear()
        kind = _KINDS.get(paragraph.type.lower())
        if kind == "heading" and (paragraph.omitted or is_omitted(words)):
            self._left_out["omitted scenes"] += not paragraph.omitted
        elif words and kind is None:
            self._left_out[f"paragraphs of type {paragraph.type}"] += 1
        elif words and kind is not None:
            self._elements.append(Element(kind, words))
