"""Final Draft's FDX, an XML of paragraphs. Read with expat and no document type: no entities, no files."""

from __future__ import annotations

from typing import Any
from xml.parsers import expat

from tonescape.core.errors import ScriptError
from tonescape.gather.scripts.lines import Element, Kind

_KINDS: dict[str, Kind] = {
    "scene heading": "heading",
    "scene heading (top of page)": "heading",
    "action": "action",
    "general": "action",
    "shot": "action",
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

_ASIDES = frozenset({"ScriptNote", "SceneProperties"})
"""elements inside a paragraph that hold paragraphs of their own, which are not the film's"""

MAX_DEPTH = 64
"""levels of elements; Final Draft writes about ten"""


def elements_of(data: bytes, name: str) -> tuple[str, list[Element]]:
    """(title, elements) of an FDX file.

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
    return reader.title, reader.elements


class _Reader:
    """Collects the paragraphs of Content; runs of <Text> in one are joined, as Final Draft splits them by style."""

    def __init__(self, name: str) -> None:
        self.elements: list[Element] = []
        self.title = ""
        self.is_fdx = False
        self._name = name
        self._path: list[str] = []
        self._kind: Kind | None = None
        self._words: list[str] = []
        self._title_words: list[str] = []

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
        if tag == "Paragraph" and "Content" in self._path and not self._aside():
            self._flush()
            self._kind = _KINDS.get(attributes.get("Type", "Action").lower(), "action")

    def text(self, words: str) -> None:
        if self._path[-1:] != ["Text"] or self._aside():
            return
        if "TitlePage" in self._path:
            self._title_words.append(words)
        elif "Content" in self._path:
            self._words.append(words)

    def end(self, tag: str) -> None:
        self._path.pop()
        if tag != "Paragraph" or self._aside():
            return
        if "TitlePage" in self._path:
            line = " ".join("".join(self._title_words).split())
            self._title_words = []
            self.title = self.title or line
        else:
            self._flush()

    def _aside(self) -> bool:
        return not _ASIDES.isdisjoint(self._path)

    def _flush(self) -> None:
        words = "".join(self._words).strip()
        self._words = []
        if self._kind is not None and words:
            self.elements.append(Element(self._kind, words))
        self._kind = None
