"""Small versions of pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from tonescape.core.records import Pixels

PIXEL_CAP = 100_000_000
"""largest picture file that is opened, px; the largest cover we make has 67 million"""

BLANK = 214
"""grey of a picture that cannot be read"""


def thumbnail(picture: Path | Pixels, side: int, *, grow: bool = False) -> Pixels:
    """uint8 [h, w, 3] with its longer side `side` px, or less where the picture is smaller and may not `grow`.

    A file that is no readable picture gives a grey square.
    """
    from PIL import Image

    try:
        if isinstance(picture, Path):
            with Image.open(picture, formats=("JPEG", "PNG")) as file:
                if file.width * file.height > PIXEL_CAP:
                    return _blank(side)
                # JPEG can be decoded at 1/2, 1/4 and 1/8: four times as fast for a large cover.
                file.draft("RGB", (2 * side, 2 * side))
                image = file.convert("RGB")
        else:
            image = Image.fromarray(picture)
        scale = side / max(image.size) if grow else min(1.0, side / max(image.size))
        size = tuple(max(1, round(length * scale)) for length in image.size)
        small = image.resize((size[0], size[1]), Image.Resampling.LANCZOS, reducing_gap=3.0)
        return np.asarray(small)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return _blank(side)


def _blank(side: int) -> Pixels:
    return np.full((side, side, 3), BLANK, np.uint8)
