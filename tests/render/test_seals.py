"""The seal of a style is where letters are told that it is."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "show"))

from show_samples import make_brief

from tonescape.core.colour import srgb_to_oklab
from tonescape.render import engine
from tonescape.render.painter.styles.seals import SEALS, seal_box

SIDE = 360


@pytest.mark.parametrize("motif", ["sea", "city-rain"])
@pytest.mark.parametrize("style", sorted(SEALS))
def test_the_seal_is_painted_where_it_is_said_to_be(style, motif):
    brief = make_brief(style=style, motif=motif, valence=0.8, arousal=0.2)
    painter = engine("painter")
    places = painter.places(brief)
    ((left, top, right, bottom),) = places.kept_free
    assert places.focus is not None and all(0 <= share <= 1 for share in places.focus)
    image = painter.paint(brief, size=SIDE, on_step=lambda share: None)
    lab = np.asarray(srgb_to_oklab(image / 255))
    chroma = np.hypot(lab[..., 1], lab[..., 2])
    inside = chroma[round(top * SIDE) : round(bottom * SIDE), round(left * SIDE) : round(right * SIDE)]
    mirrored = chroma[round(top * SIDE) : round(bottom * SIDE), round((1 - right) * SIDE) : round((1 - left) * SIDE)]
    assert np.quantile(inside, 0.7) > np.quantile(mirrored, 0.7) + 0.03


def test_it_changes_sides_with_the_light():
    for style, seal in SEALS.items():
        one, other = seal_box(style, (0.9, 0.5)), seal_box(style, (0.1, 0.5))
        assert one and other and one[2] < 0.5 < other[0] and one[2] - one[0] == pytest.approx(seal.width)
    assert seal_box("oil", (0.9, 0.5)) is None
