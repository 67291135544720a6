"""What every motif and every style looked like when it was last judged: thumbnails kept in goldens/.

A thumbnail has 32 x 32 cells: on its left half the mean colour of each, on its right half how much the light varies
within it, so that stars, rain and the grain of paper count although a mean hides them. After a change that is meant to
be seen, look at the pictures, then make the sheets anew with

    .venv/bin/python tests/render/painter/test_goldens.py

and look at what `git diff` shows of them.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from songs import brief

from tonescape.core.colour import oklab_to_srgb
from tonescape.core.settings import plugin, plugins
from tonescape.render.painter.composition.grading import graded

if TYPE_CHECKING:
    from tonescape.render.painter.composition.model import Composition

HERE = Path(__file__).parent / "goldens"

CELLS = 32
"""of a thumbnail, across and down"""

SPREAD = 2.0
"""times a standard deviation is enlarged, to be kept in 8 bits"""

CELL, MEAN = 12.0, 0.15
"""8-bit levels by which a cell, and all cells in the mean, may differ: without AVX and fused multiplication a brush
stroke or two fell elsewhere (6 levels in a cell) and the mean moved by at most .003"""

MOTIF_CASES = {
    "aurora": ((0.88, 0.12, 1), (0.12, 0.12, 1), (0.12, 0.88, 1), (0.5, 0.5, 2)),
    "canyon": ((0.12, 0.88, 1), (0.88, 0.12, 1), (0.12, 0.12, 1), (0.5, 0.5, 2)),
    "city-dusk": (
        (0.88, 0.12, 4), (0.88, 0.12, 3), (0.12, 0.88, 3), (0.5, 0.5, 1), (0.12, 0.88, 1), (0.12, 0.12, 9),
        (0.5, 0.5, 9), (0.12, 0.12, 2), (0.88, 0.88, 2),
    ),
    "city-rain": ((0.12, 0.88, 1), (0.88, 0.12, 1), (0.12, 0.12, 2)),
    "colour-field": ((0.12, 0.12, 1), (0.88, 0.12, 2), (0.88, 0.88, 1), (0.5, 0.5, 21), (0.12, 0.88, 2)),
    "cymatics": ((0.12, 0.12, 1), (0.12, 0.88, 1), (0.88, 0.12, 1), (0.88, 0.88, 4)),
    "desert": ((0.88, 0.12, 2), (0.88, 0.88, 2), (0.5, 0.5, 1), (0.12, 0.88, 1), (0.12, 0.12, 1)),
    "fireworks": (
        (0.12, 0.12, 8), (0.88, 0.88, 3), (0.5, 0.5, 3), (0.12, 0.88, 1), (0.88, 0.12, 6), (0.12, 0.12, 6),
        (0.88, 0.88, 12), (0.5, 0.5, 2), (0.12, 0.88, 2),
    ),
    "flow-field": (
        (0.88, 0.12, 1), (0.12, 0.12, 1), (0.88, 0.88, 1), (0.5, 0.5, 4), (0.88, 0.88, 2), (0.12, 0.88, 3),
        (0.88, 0.12, 3), (0.5, 0.5, 21), (0.12, 0.12, 21), (0.12, 0.88, 22),
    ),
    "forest": (
        (0.12, 0.88, 6), (0.88, 0.88, 3), (0.88, 0.88, 2), (0.5, 0.5, 2), (0.12, 0.12, 2), (0.5, 0.5, 9),
        (0.88, 0.12, 1), (0.12, 0.12, 1), (0.12, 0.12, 8), (0.88, 0.12, 5), (0.12, 0.88, 5),
    ),
    "geometry": (
        (0.12, 0.88, 1), (0.88, 0.88, 1), (0.88, 0.12, 1), (0.5, 0.5, 2), (0.88, 0.88, 2), (0.12, 0.12, 2),
    ),
    "islands": ((0.88, 0.12, 2), (0.5, 0.5, 2), (0.12, 0.12, 1), (0.12, 0.88, 1), (0.88, 0.88, 1), (0.12, 0.88, 5)),
    "meadow": (
        (0.12, 0.88, 8), (0.12, 0.88, 3), (0.88, 0.88, 3), (0.12, 0.12, 1), (0.88, 0.12, 6), (0.5, 0.5, 6),
        (0.88, 0.88, 5), (0.12, 0.12, 2), (0.5, 0.5, 2),
    ),
    "mountain-lake": ((0.88, 0.88, 1), (0.88, 0.12, 2), (0.12, 0.12, 3), (0.12, 0.88, 4), (0.5, 0.5, 5)),
    "night-sky": ((0.88, 0.12, 2), (0.88, 0.12, 1), (0.12, 0.88, 1), (0.12, 0.12, 1)),
    "river-valley": ((0.88, 0.12, 1), (0.12, 0.12, 1), (0.88, 0.88, 2), (0.12, 0.88, 2)),
    "sea": ((0.88, 0.88, 1), (0.88, 0.12, 2), (0.12, 0.12, 3), (0.12, 0.88, 4), (0.5, 0.5, 5)),
    "shards": (
        (0.12, 0.88, 10), (0.88, 0.88, 1), (0.88, 0.12, 1), (0.12, 0.12, 1), (0.88, 0.88, 2), (0.5, 0.5, 2),
        (0.5, 0.5, 6), (0.5, 0.5, 16), (0.88, 0.12, 19), (0.12, 0.88, 21), (0.12, 0.12, 22),
    ),
    "volcano": (
        (0.12, 0.12, 6), (0.88, 0.12, 26), (0.5, 0.5, 2), (0.88, 0.12, 1), (0.5, 0.5, 4), (0.12, 0.88, 13),
        (0.12, 0.12, 8), (0.88, 0.88, 10), (0.88, 0.88, 5),
    ),
    "weave": ((0.88, 0.12, 1), (0.88, 0.88, 1), (0.12, 0.88, 2), (0.12, 0.12, 2)),
}  # fmt: skip
"""(valence, arousal, seed) of the songs, one for each composition that a motif chooses from, in their order"""

STYLE_CASES = (("mountain-lake", 0.88, 0.88, 1), ("sea", 0.12, 0.88, 4), ("shards", 0.88, 0.12, 1))
"""(motif, valence, arousal, seed) that each style paints"""

SIZE = 256
"""pixels a side that styles paint them at"""


@cache
def scene(motif: str, valence: float, arousal: float, seed: int) -> Composition:
    """What `paint` hands to a style."""
    rng = np.random.Generator(np.random.PCG64([seed, 1]))
    return graded(plugin("motifs", motif)(brief(valence, arousal, seed, motif), rng))  # type: ignore[operator]


def thumbnail(image: np.ndarray) -> np.ndarray:
    """uint8 [CELLS, 2 CELLS, 3] of sRGB in [0, 255]: each cell's mean, and SPREAD times the standard deviation of its
    light (the mean of red, green and blue)."""
    side = len(image) // CELLS
    cells = np.asarray(image, np.float64).reshape(CELLS, side, CELLS, side, 3)
    spread = SPREAD * cells.mean(-1).std((1, 3))
    found = np.hstack([cells.mean((1, 3)), np.repeat(spread[..., None], 3, -1)])
    return np.rint(found.clip(0, 255)).astype(np.uint8)


def motif_row(motif: str) -> np.ndarray:
    """The thumbnails of a motif's compositions, side by side."""
    scenes = (scene(motif, *case) for case in MOTIF_CASES[motif])
    return np.hstack([thumbnail(oklab_to_srgb(one.lab).clip(0, 1) * 255) for one in scenes])


def style_row(style: str) -> np.ndarray:
    """The thumbnails of the pictures in a style, side by side."""
    render = plugin("styles", style)
    pictures = (
        render(scene(*case), SIZE, np.random.Generator(np.random.PCG64([case[-1], 2])), lambda share: None)  # type: ignore[operator]
        for case in STYLE_CASES
    )
    return np.hstack([thumbnail(picture) for picture in pictures])


def kept(kind: str, name: str) -> np.ndarray:
    with Image.open(HERE / kind / f"{name}.png") as image:
        return np.asarray(image.convert("RGB"))


def agree(found: np.ndarray, wanted: np.ndarray) -> None:
    assert found.shape == wanted.shape
    for case in range(found.shape[1] // (2 * CELLS)):
        part = slice(2 * CELLS * case, 2 * CELLS * (case + 1))
        gap = np.abs(found[:, part].astype(float) - wanted[:, part])
        assert gap.max() <= CELL and gap.mean() <= MEAN, f"number {case}: {gap.max():.0f} levels, mean {gap.mean():.2f}"


def test_every_motif_and_style_has_its_thumbnails() -> None:
    assert set(MOTIF_CASES) == set(plugins("motifs")) == {path.stem for path in (HERE / "motifs").iterdir()}
    assert set(plugins("styles")) == {path.stem for path in (HERE / "styles").iterdir()}


@pytest.mark.parametrize("motif", MOTIF_CASES)
def test_a_motif_looks_as_it_did(motif: str) -> None:
    agree(motif_row(motif), kept("motifs", motif))
    variants = getattr(import_module(plugin("motifs", motif).__module__), "VARIANTS", None)
    if variants is not None:  # a new composition needs a thumbnail
        numbers = [dict(scene(motif, *case).parameters) for case in MOTIF_CASES[motif]]
        assert [n.get("kind", n.get("variant")) for n in numbers] == list(range(len(variants)))


@pytest.mark.parametrize("style", plugins("styles"))
def test_a_style_looks_as_it_did(style: str) -> None:
    agree(style_row(style), kept("styles", style))


if __name__ == "__main__":
    for kind, names, row in (("motifs", MOTIF_CASES, motif_row), ("styles", plugins("styles"), style_row)):
        (HERE / kind).mkdir(parents=True, exist_ok=True)
        for name in names:
            Image.fromarray(row(name)).save(HERE / kind / f"{name}.png", optimize=True)
