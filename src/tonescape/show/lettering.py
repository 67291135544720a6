"""Lines of text on a picture: any script, cut with an ellipsis where they are too long."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from tonescape.core.records import RGB
from tonescape.show.faces import Face, cut, paragraph, plain

if TYPE_CHECKING:
    from tonescape.core.records import Pixels


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
    face = Face("serif" if serif else "sans")
    if paragraph(line, size, face) is None:
        cover = _fallback_cover(line, (width, height), size)
    else:
        shown = cut(line, lambda part: bool(paragraph(part, size, face).MaxIntrinsicWidth <= width))
        cover = covered(paragraph(shown, size, face), (width, height))
    tint(image[top : top + height, left : left + width], cover, colour)


def wrapped(text: str, width: int, size: float) -> tuple[str, ...]:
    """The options of a command in lines of at most `width` px at type of `size` px; () for no text.

    Lines are parted before "--"; a part that is too long by itself goes on in the next line. Nothing is lost of the
    first `faces.LINE_CAP` characters.
    """
    lines: list[str] = []
    for part in re.split(r" (?=--)", plain(text)) if text else ():
        joined = f"{lines[-1]} {part}" if lines else part
        if lines and _length(joined, size) <= width:
            lines[-1] = joined
            continue
        while _length(part, size) > width and len(part) > 1:
            fits = next((end for end in range(len(part) - 1, 1, -1) if _length(part[:end], size) <= width), 1)
            lines.append(part[:fits])
            part = part[fits:]
        lines.append(part)
    return tuple(lines)


def _length(text: str, size: float) -> float:
    """px of a line of sans-serif type."""
    found = paragraph(text, size, Face("sans"))
    if found is not None:
        return float(found.MaxIntrinsicWidth)
    from PIL import ImageFont

    return float(ImageFont.load_default(size).getlength(text))


def covered(text: Any, shape: tuple[int, int]) -> Pixels:
    """What a paragraph covers of a field of (width, height) px with it at the top left, uint8 [height, width]."""
    from tonescape.render.skia.graphics import skia

    pixels = np.zeros((shape[1], shape[0], 4), np.uint8)
    with skia().Surface(pixels) as canvas:
        text.paint(canvas, 0, 0)
    return pixels[..., 3]


def tint(under: Pixels, cover: Pixels, colour: RGB) -> None:
    """Lay a colour over `under` [h, w, 3], in place, as much as `cover` says, uint8 [h, w]."""
    part = cover[..., None].astype(np.float32) / 255
    under[:] = np.round(under * (1 - part) + np.array(colour, np.float32) * part).astype(np.uint8)


def _fallback_cover(line: str, shape: tuple[int, int], size: float) -> Pixels:
    """The same with the one font that Pillow brings along: Latin letters only."""
    from PIL import Image, ImageDraw, ImageFont

    font = ImageFont.load_default(size)
    mask = Image.new("L", shape, 0)
    text = cut(line, lambda part: font.getlength(part) <= shape[0])
    ImageDraw.Draw(mask).text((0, 0), text, fill=255, font=font)
    return np.asarray(mask)
