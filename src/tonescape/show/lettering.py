"""Lines of text on a picture: any script, cut with an ellipsis where they are too long."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from tonescape.core.records import RGB

if TYPE_CHECKING:
    from tonescape.core.records import Pixels

SERIF = (
    "Iowan Old Style",
    "Palatino Linotype",
    "Georgia",
    "Source Serif 4",
    "Noto Serif",
    "Liberation Serif",
    "DejaVu Serif",
)
SANS = ("Helvetica Neue", "Inter", "Segoe UI", "Arial", "Noto Sans", "Liberation Sans", "DejaVu Sans")
"""Families in order of liking, one or another of which every system has. Skia finds other scripts' fonts itself."""

LINE_CAP = 300
"""longest line that is looked at, characters"""

_HIDDEN = {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}
_JOINER = "\u200d"


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


@cache
def _tools() -> tuple[Any, Any, Any] | None:
    """(skia, font collection, Unicode tables); None where the system has no fonts or Skia no Unicode tables."""
    from tonescape.render.painter import graphics

    skia = graphics.skia()
    manager = graphics.fonts()
    tables = skia.Unicodes.ICU.Make() if hasattr(skia, "textlayout") else None
    if tables is None or manager.countFamilies() == 0:
        return None
    collection = skia.textlayout.FontCollection()
    collection.setDefaultFontManager(manager)
    return skia, collection, tables


def letter(
    image: Pixels, text: str, box: tuple[int, int, int], size: float, colour: RGB, *, serif: bool = False
) -> None:
    """Draw one line into `image` [h, w, 3], in place.

    box : left, top, width in px; what is longer ends in an ellipsis      size : px, height of the type
    """
    left, top, width = box
    height = min(round(size * 1.6), image.shape[0] - top)
    width = min(width, image.shape[1] - left)
    line = plain(text)
    if not line or height < 1 or width < 1:
        return
    under = image[top : top + height, left : left + width]
    tools = _tools()
    mask = _mask(line, (width, height), size, serif) if tools else _fallback_mask(line, (width, height), size)
    part = mask[..., None].astype(np.float32) / 255
    under[:] = np.round(under * (1 - part) + np.array(colour, np.float32) * part).astype(np.uint8)


def _mask(line: str, shape: tuple[int, int], size: float, serif: bool) -> Pixels:
    """Coverage [height, width] of a line set by Skia: shaped, in both directions, with other fonts where needed."""
    tools = _tools()
    assert tools is not None
    skia = tools[0]

    def fits(text: str) -> bool:
        paragraph = _paragraph(text, size, serif)
        return bool(paragraph.MaxIntrinsicWidth <= shape[0])

    paragraph = _paragraph(cut(line, fits), size, serif)
    paragraph.layout(1e6)
    pixels = np.zeros((shape[1], shape[0], 4), np.uint8)
    with skia.Surface(pixels) as canvas:
        paragraph.paint(canvas, 0, 0)
    return pixels[..., 3]


def cut(line: str, fits: Any) -> str:
    """The longest beginning that fits together with an ellipsis; the line itself where it fits."""
    if fits(line):
        return line
    parts = clusters(line)
    low, high = 0, len(parts) - 1
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits("".join(parts[:middle]).rstrip() + "…") else (low, middle - 1)
    return "".join(parts[:low]).rstrip() + "…"


def _paragraph(text: str, size: float, serif: bool) -> Any:
    tools = _tools()
    assert tools is not None
    skia, collection, tables = tools
    style = skia.textlayout.TextStyle()
    style.setFontSize(size)
    style.setFontFamilies(list(SERIF if serif else SANS))
    style.setColor(skia.ColorWHITE)
    whole = skia.textlayout.ParagraphStyle()
    whole.setTextStyle(style)
    builder = skia.textlayout.ParagraphBuilder.make(whole, collection, tables)
    builder.pushStyle(style)
    builder.addText(text)
    paragraph = builder.Build()
    paragraph.layout(1e6)
    return paragraph


def _fallback_mask(line: str, shape: tuple[int, int], size: float) -> Pixels:
    """The same with the one font that Pillow brings along: Latin letters only."""
    from PIL import Image, ImageDraw, ImageFont

    font = ImageFont.load_default(size)
    mask = Image.new("L", shape, 0)
    text = cut(line, lambda part: font.getlength(part) <= shape[0])
    ImageDraw.Draw(mask).text((0, 0), text, fill=255, font=font)
    return np.asarray(mask)
