"""A picture as a JPEG or PNG file that remembers how it was made."""

from __future__ import annotations

import io
import struct
import zlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from tonescape.core.errors import UsageError
from tonescape.core.store import write_atomically

if TYPE_CHECKING:
    from tonescape.core.records import Picture, Pixels

QUALITY = 92
"""JPEG quality: at 3000 px a painting stays under the 10 MB that shops take, without visible blocks"""

RECIPE_CAP = 2**20
"""longest recipe that is written or read, bytes"""

_KEY = b"tonescape"
_COMMENT_STEP = 65_000
"""bytes of recipe in one JPEG comment, whose length field has 16 bits"""
_COMMENT, _SCAN, _END = 0xFE, 0xDA, 0xD9
_PNG = b"\x89PNG\r\n\x1a\n"
_SEGMENTS = 4096
"""most JPEG segments or PNG chunks that are looked at for a recipe"""


def save_cover(picture: Picture, path: Path, *, quality: int = QUALITY) -> None:
    """Write `picture` to `path`, whole or not at all: sRGB profile, no chroma subsampling, its recipe inside.

    path : ends in .jpg, .jpeg or .png; anything else is a UsageError      quality : JPEG only, 1..100
    The same picture gives the same bytes. Raises OutputError where the file cannot be written.
    """
    suffix = checked_suffix(path)
    recipe = picture.recipe.encode("utf-8", "replace")
    if len(recipe) > RECIPE_CAP:
        raise UsageError(f"{path}: the recipe has {len(recipe)} bytes and at most {RECIPE_CAP} are kept in a picture")
    if suffix == ".png":
        data = _png(picture.image, recipe)
    else:
        data = _with_comments(jpeg_bytes(picture.image, quality=quality), recipe)
    write_atomically(path, data)


def checked_suffix(path: Path) -> str:
    """A picture file's ending, in small letters; UsageError where it is none that can be written."""
    suffix = path.suffix.lower()
    if suffix not in (".jpg", ".jpeg", ".png"):
        raise UsageError(f"{path}: a picture is a .jpg or a .png; name it so")
    return suffix


def jpeg_bytes(image: Pixels, *, quality: int = QUALITY) -> bytes:
    """An image [h, w, 3] uint8 sRGB as JPEG, 4:4:4, with the sRGB profile."""
    from PIL import Image

    out = io.BytesIO()
    Image.fromarray(image).save(out, "JPEG", quality=quality, subsampling=0, icc_profile=srgb_profile())
    return out.getvalue()


def read_recipe(path: Path) -> str | None:
    """The recipe inside a cover; None where there is no file, no picture or no recipe. Reads only the file's head."""
    try:
        with path.open("rb") as file:
            head = file.read(8)
            if head == _PNG:
                found = _png_recipe(file)
            elif head[:2] == b"\xff\xd8":
                file.seek(2)
                found = _jpeg_recipe(file)
            else:
                found = b""
        return found.decode() or None
    except (OSError, ValueError, struct.error, zlib.error):
        return None


@cache
def srgb_profile() -> bytes:
    """An ICC profile of sRGB (588 bytes), the same at every call: LittleCMS writes the time into it."""
    from PIL import ImageCms

    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    # ICC.1:2010 section 7.2.8: creation date in bytes 24..35, six 16-bit numbers. 2000-01-01 00:00:00.
    profile[24:36] = struct.pack(">6H", 2000, 1, 1, 0, 0, 0)
    return bytes(profile)


def _with_comments(jpeg: bytes, recipe: bytes) -> bytes:
    """The JPEG with the recipe in as many comments as it needs, behind the JFIF header, which must be first."""
    place = 2
    while jpeg[place] == 0xFF and 0xE0 <= jpeg[place + 1] <= 0xEF:
        place += 2 + int.from_bytes(jpeg[place + 2 : place + 4], "big")
    comments = bytearray()
    for at in range(0, len(recipe), _COMMENT_STEP):
        part = _KEY + b"\0" + recipe[at : at + _COMMENT_STEP]
        comments += struct.pack(">BBH", 0xFF, _COMMENT, len(part) + 2) + part
    return jpeg[:place] + bytes(comments) + jpeg[place:]


def _png(image: Pixels, recipe: bytes) -> bytes:
    from PIL import Image, PngImagePlugin

    info = PngImagePlugin.PngInfo()
    if recipe:
        info.add_itxt(_KEY.decode(), recipe.decode())
    out = io.BytesIO()
    # At 3000 px level 6 takes two to four times as long as 2 and saves 12 to 16 %.
    Image.fromarray(image).save(out, "PNG", pnginfo=info, icc_profile=srgb_profile(), compress_level=2)
    return out.getvalue()


def _jpeg_recipe(file: BinaryIO) -> bytes:
    recipe = b""
    for _ in range(_SEGMENTS):
        marker = file.read(2)
        if len(marker) < 2 or marker[0] != 0xFF or marker[1] in (_SCAN, _END):
            break
        length = struct.unpack(">H", file.read(2))[0] - 2
        if length < 0 or len(recipe) > RECIPE_CAP:
            return b""
        if marker[1] == _COMMENT:
            data = file.read(length)
            recipe += data[len(_KEY) + 1 :] if data.startswith(_KEY + b"\0") else b""
        else:
            file.seek(length, io.SEEK_CUR)
    return recipe


def _png_recipe(file: BinaryIO) -> bytes:
    for _ in range(_SEGMENTS):
        length, kind = struct.unpack(">I4s", file.read(8))
        if kind in (b"IDAT", b"IEND"):
            break
        if kind == b"iTXt" and length <= RECIPE_CAP + 1024:
            key, _, rest = file.read(length).partition(b"\0")
            if key == _KEY and rest[:1] == b"\0":
                # flags, then language and translated keyword, each terminated (PNG, 11.3.3.4)
                return b"\0".join(rest[2:].split(b"\0")[2:])
            file.seek(4, io.SEEK_CUR)
        else:
            file.seek(length + 4, io.SEEK_CUR)
    return b""


NAME_CAP = 60
"""characters of a title in a file name: with four bytes each they stay below the 255 bytes of a file system"""


def cover_name(number: int, count: int, title: str) -> str:
    """A file name without suffix, "07-blue-in-green": the number, and of the title its letters and digits."""
    import unicodedata

    spaced = "".join(c if c.isalnum() or unicodedata.combining(c) else " " for c in unicodedata.normalize("NFC", title))
    words = "-".join(spaced.lower().split())[:NAME_CAP].strip("-")
    return f"{number:0{max(2, len(str(count)))}d}-{words or 'untitled'}"
