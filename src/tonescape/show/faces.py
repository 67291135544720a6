"""Typefaces and set lines: shaped, kerned, in both directions, with other fonts for other scripts.

Two families come as wheels under the SIL Open Font License: Source Serif and Hanken Grotesk. A line they cannot write
goes to the system's fonts, where Skia finds one for every script that is installed.
"""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tonescape.core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

SERIF = ("Source Serif 4", "Source Serif Pro", "Georgia", "Noto Serif", "Liberation Serif", "DejaVu Serif")
SANS = ("Hanken Grotesk", "Inter", "Helvetica Neue", "Arial", "Noto Sans", "Liberation Sans", "DejaVu Sans")
"""the system's families in order of liking, for a line that the two wheels cannot write"""

REGULAR, MEDIUM, BOLD = 400, 500, 700

WHEELS = {
    ("serif", REGULAR): ("font_source_serif_pro", "SourceSerifPro-Regular.ttf"),
    ("serif", MEDIUM): ("font_source_serif_pro", "SourceSerifPro-Semibold.ttf"),
    ("serif", BOLD): ("font_source_serif_pro", "SourceSerifPro-Bold.ttf"),
    ("sans", REGULAR): ("font_hanken_grotesk", "HankenGrotesk-Regular.otf"),
    ("sans", MEDIUM): ("font_hanken_grotesk", "HankenGrotesk-SemiBold.otf"),
    ("sans", BOLD): ("font_hanken_grotesk", "HankenGrotesk-Bold.otf"),
}
"""(family, weight) -> (package, file)"""

OWN = "tonescape own"
"""name under which a font of the user's is known to Skia"""

FONT_CAP = 64 * 2**20
"""most bytes of a font file"""

LINE_CAP = 300
"""longest text that is looked at, characters"""

_HIDDEN = {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}
_JOINER = "\u200d"


@dataclass(frozen=True, slots=True)
class Face:
    """How a line is set. family : "serif" or "sans"      weight : one of WHEELS'      tracking : of the size, extra
    space between letters      leading : distance of lines, of the size
    font : file of a font that takes the family's place, None for the wheel's"""

    family: str = "sans"
    weight: int = REGULAR
    tracking: float = 0.0
    leading: float = 1.2
    font: Path | None = None


def plain(text: str, cap: int = LINE_CAP) -> str:
    """One line that can be shown: control characters, line breaks and lone surrogates become spaces, runs of spaces
    one; overrides of writing direction go, so that a title cannot turn round what stands beside it."""
    shown = (" " if unicodedata.category(letter) in _HIDDEN else letter for letter in text[: 4 * cap])
    flat = "".join(
        letter for letter in shown if not "\u202a" <= letter <= "\u202e" and not "\u2066" <= letter <= "\u2069"
    )
    line = " ".join(flat.split())
    return line if len(line) <= cap else "".join(clusters(line[:cap])[:-1]) + "…"


def clusters(text: str) -> list[str]:
    """Letters with their accents, joined emoji as one: where a line may be cut. A simplified UAX #29."""
    found: list[str] = []
    for letter in text:
        glued = (
            unicodedata.category(letter) in ("Mn", "Me", "Mc")
            or letter == _JOINER
            or "\U0001f3fb" <= letter <= "\U0001f3ff"
        )
        if found and (glued or found[-1].endswith(_JOINER)):
            found[-1] += letter
        else:
            found.append(letter)
    return found


def cut(line: str, fits: Callable[[str], bool]) -> str:
    """The longest beginning that fits together with an ellipsis; the line itself where it fits."""
    if fits(line):
        return line
    parts = clusters(line)
    low, high = 0, len(parts) - 1
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits("".join(parts[:middle]).rstrip() + "…") else (low, middle - 1)
    return "".join(parts[:low]).rstrip() + "…"


def paragraph(text: str, size: float, face: Face, *, width: float = 1e6, align: str = "left") -> Any:
    """A laid out `skia.textlayout.Paragraph`, white; None where neither wheel nor system has a font.

    size : px, height of the type      width : px, where lines break      align : "left", "center" or "right"
    """
    from tonescape.render.skia.graphics import skia

    lib = skia()
    found = _collection(_written(text, face), face.font)
    if found is None:
        return None
    collection, tables = found
    kind = lib.textlayout
    style = kind.TextStyle()
    style.setFontSize(size)
    style.setFontFamilies(
        [OWN if face.font else _name(face.family, face.weight), *(SERIF if face.family == "serif" else SANS)]
    )
    style.setFontStyle(lib.FontStyle(face.weight, 5, lib.FontStyle.kUpright_Slant))
    style.setLetterSpacing(face.tracking * size)
    style.setHeight(face.leading)
    style.setHeightOverride(True)
    style.setColor(lib.ColorWHITE)
    whole = kind.ParagraphStyle()
    whole.setTextStyle(style)
    whole.setTextAlign(getattr(kind.TextAlign, f"k{align.capitalize()}"))
    builder = kind.ParagraphBuilder.make(whole, collection, tables)
    builder.pushStyle(style)
    builder.addText(text)
    result = builder.Build()
    result.layout(width)
    return result


def lacking(text: str) -> str:
    """The letters of a text that no font here can show; they come out as boxes."""
    from tonescape.render.skia.graphics import fonts, skia

    lib, manager = skia(), fonts()
    wheels = [face for each in WHEELS if (face := _typeface(*each)) is not None]
    return "".join(
        letter
        for letter in dict.fromkeys(plain(text))
        if not letter.isspace()
        and unicodedata.category(letter) not in ("Cf", "Mn", "Me")
        and not any(face.unicharToGlyph(ord(letter)) for face in wheels)
        and not manager.matchFamilyStyleCharacter("", lib.FontStyle(), [], ord(letter))
    )


def checked_font(path: Path) -> str:
    """What tells a font file from others: its family and the beginning of its SHA-256, "Source Serif 1f3a5b7c9d0e".

    UsageError where it is not there, is larger than FONT_CAP, or is no font that can be used.
    """
    if path.suffix.lower() not in (".ttf", ".otf"):
        raise UsageError(f"{path}: a font is a .ttf or .otf file; name one, or leave --font out")
    try:
        with path.open("rb") as file:
            data = file.read(FONT_CAP + 1)
    except OSError as problem:
        raise UsageError(
            f"{path}: cannot be read: {problem.strerror}; name another font, or leave --font out"
        ) from None
    typeface = _own_typeface(path) if len(data) <= FONT_CAP else None
    if typeface is None or not typeface.countGlyphs():
        raise UsageError(f"{path}: no font that can be used; name another .ttf or .otf, or leave --font out")
    return f"{plain(typeface.getFamilyName(), 60)} {hashlib.sha256(data).hexdigest()[:12]}"


def lacking_in(path: Path, text: str) -> str:
    """The letters of a text that a font file has none for; lines with them are set in the system's fonts."""
    typeface = _own_typeface(path)
    return "".join(
        letter
        for letter in dict.fromkeys(plain(text))
        if not letter.isspace() and unicodedata.category(letter) != "Cf" and not typeface.unicharToGlyph(ord(letter))
    )


@cache
def _own_typeface(path: Path) -> Any:
    """The typeface of a font file; None where it holds none."""
    from tonescape.render.skia.graphics import fonts

    return fonts().makeFromFile(str(path))


def _name(family: str, weight: int) -> str:
    return f"tonescape {family} {weight}"


@cache
def _typeface(family: str, weight: int) -> Any:
    """A wheel's typeface; None where the wheel is not installed."""
    from importlib.resources import as_file, files

    from tonescape.render.skia.graphics import fonts

    package, file = WHEELS[family, weight]
    try:
        with as_file(files(package) / "files" / file) as path:
            return fonts().makeFromFile(str(path))
    except (ModuleNotFoundError, OSError):
        return None


def _written(text: str, face: Face) -> bool:
    """Whether the face's own font has every letter of the text."""
    typeface = _own_typeface(face.font) if face.font else _typeface(face.family, face.weight)
    return typeface is not None and all(typeface.unicharToGlyph(ord(letter)) for letter in set(text))


@cache
def _collection(written: bool, font: Path | None) -> tuple[Any, Any] | None:
    """(font collection, Unicode tables) with one's own font or the wheels', or else with the system's fonts; None where
    there are none. written : one's own, or the wheel's, has every letter"""
    from tonescape.render.skia.graphics import fonts, skia

    lib = skia()
    if not hasattr(lib, "textlayout"):
        return None
    tables = lib.Unicodes.ICU.Make()
    manager = lib.textlayout.TypefaceFontProvider() if written else fonts()
    if written and font:
        manager.registerTypeface(_own_typeface(font), OWN)
    elif written:
        for family, weight in WHEELS:
            manager.registerTypeface(_typeface(family, weight), _name(family, weight))
    if tables is None or manager.countFamilies() == 0:
        return None
    collection = lib.textlayout.FontCollection()
    collection.setDefaultFontManager(manager)
    return collection, tables
