"""Pictures, some with people's ratings: what each set is and its terms. The files stay where they are.

The folder is named by the environment variable TONESCAPE_DATA; it holds `images/`.
"""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tonescape.core.errors import InputError, MissingError
from tonescape.core.records import readonly

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tonescape.core.records import Pixels

TERMS = {
    "oasis": "OASIS photographs with ratings (Kurdi, Lozano & Banaji 2017), open access for research",
    "paintings": "VAPS paintings with ratings (Fekete et al. 2022), no terms stated, research only",
    "nature": "forest, glacier, mountain and sea photographs, challenge data, research only",
    "desert": "SUN photographs of deserts and skies (Xiao et al. 2010), research only",
    "art": "works of art, public domain or CC0",
}
FILES = {
    "oasis": "oasis_256",
    "paintings": "vaps_paintings_256",
    "nature": "nature_96",
    "desert": "sun_128",
    "art": "art_public_domain_128",
}
GROUPS = {"oasis": "group", "paintings": "artist"}
"""what a split must not divide"""

SCALE = (1.0, 7.0)
"""ends of the raters' scale"""

MOST_PIXELS = 4096 * 4096
"""of one stored picture"""


@dataclass(frozen=True, slots=True, eq=False)
class Pictures:
    """Stored pictures. groups : name of theme or artist, the key where a set has none
    ratings : float64 [n, 2] mean valence and arousal in [0, 1], None where nobody rated"""

    name: str
    keys: tuple[str, ...]
    groups: tuple[str, ...]
    blobs: tuple[bytes, ...]
    ratings: NDArray[np.float64] | None

    def images(self, side: int, rows: Sequence[int] | None = None) -> list[Pixels]:
        """uint8 [side, side, 3] each, squeezed to a square as the raters' own pictures were."""
        return [_pixels(self.blobs[row], side) for row in (range(len(self.blobs)) if rows is None else rows)]


def pictures(name: str, data: Path | None = None) -> Pictures:
    """One of the sets in FILES. MissingError where the data or pyarrow are not here."""
    try:
        from pyarrow import parquet
    except ImportError:
        raise MissingError("reading the data needs pyarrow; type: pip install 'tonescape[parquet]'") from None
    named = data or (Path(os.environ["TONESCAPE_DATA"]) if "TONESCAPE_DATA" in os.environ else None)
    if named is None or not (named / "images").is_dir():
        raise MissingError(
            "the pictures are not here; name the folder that holds images/ with --data or TONESCAPE_DATA"
        )
    rows: dict[str, list[Any]] = parquet.read_table(named / "images" / f"{FILES[name]}.parquet").to_pydict()
    ratings = None
    if "valence" in rows:
        low, high = SCALE
        ratings = readonly((np.array([rows["valence"], rows["arousal"]], np.float64).T - low) / (high - low))
    groups = rows[GROUPS.get(name, "key")]
    return Pictures(name, tuple(rows["key"]), tuple(map(str, groups)), tuple(rows["image"]), ratings)


def _pixels(blob: bytes, side: int) -> Pixels:
    from PIL import Image

    with Image.open(io.BytesIO(blob), formats=("WEBP", "PNG", "JPEG")) as image:
        if image.width * image.height > MOST_PIXELS:
            raise InputError(f"a stored picture has {image.width} x {image.height} pixels, more than {MOST_PIXELS}")
        return resized(np.asarray(image.convert("RGB")), side)


def resized(image: Pixels, side: int) -> Pixels:
    """uint8 [h, w, 3] to [side, side, 3]; Pillow's bicubic filter widens when shrinking, so nothing aliases."""
    from PIL import Image

    if image.shape[:2] == (side, side):
        return image
    out: Pixels = np.asarray(Image.fromarray(image).resize((side, side), Image.Resampling.BICUBIC))
    return out
