"""Generators that learn from pictures: one training loop, one file each for the families; extra `torch`.

tonescape train generator NAME --data FOLDER|PARQUET --out DIR [--conditions CSV] [--columns valence,arousal]
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from tonescape.core.errors import UsageError

if TYPE_CHECKING:
    from tonescape.train.pictures.generators.family import Family

__all__ = ["FAMILIES", "load_family"]

FAMILIES: dict[str, str] = {
    "wgan-gp": "wgan_gp:WganGp",
    "logan": "logan:Logan",
    "acgan": "acgan:AcGan",
    "landscape": "landscape:Landscape",
    "modern": "modern:Modern",
    "flow": "flow:Flow",
}
"""name : file and class"""


def load_family(name: str) -> type[Family]:
    """The class of a family; UsageError naming those there are."""
    if name not in FAMILIES:
        raise UsageError(f"there is no generator {name!r}; choose one of {', '.join(FAMILIES)}")
    file, kind = FAMILIES[name].split(":")
    found: type[Family] = getattr(import_module(f"tonescape.train.pictures.generators.{file}"), kind)
    return found
