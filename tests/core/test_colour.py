"""OKLab against coloraide (the oracle), gamut mapping, contrast and names."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from coloraide import Color
from hypothesis import given, settings
from hypothesis import strategies as st

from tonescape.core import colour

eight = st.tuples(*[st.integers(0, 255)] * 3)
lch = st.tuples(st.floats(0, 1), st.floats(0, 0.4), st.floats(0, 359.99))


def test_oklab_agrees_with_the_oracle() -> None:
    rng = np.random.default_rng(1)
    srgb = rng.random((300, 3))
    ours = colour.srgb_to_oklab(srgb)
    theirs = np.array([Color("srgb", list(row)).convert("oklab").coords() for row in srgb])
    # Ottosson printed ten digits; coloraide recomputed the matrices, so the two differ in the seventh
    assert np.abs(ours - theirs).max() < 1e-6
    back = np.array([Color("oklab", list(row)).convert("srgb").coords() for row in ours])
    assert np.abs(colour.oklab_to_srgb(ours) - back).max() < 5e-6


def test_round_trip_is_exact_and_shape_is_kept() -> None:
    srgb = np.random.default_rng(2).random((5, 7, 3))
    lab = colour.srgb_to_oklab(srgb)
    assert lab.shape == srgb.shape
    assert np.abs(colour.oklab_to_srgb(lab) - srgb).max() < 1e-12
    assert np.abs(colour.oklch_to_oklab(colour.oklab_to_oklch(lab)) - lab).max() < 1e-12


@pytest.mark.parametrize(
    ("rgb", "lab"),
    [((255, 255, 255), (1, 0, 0)), ((0, 0, 0), (0, 0, 0)), ((255, 0, 0), (0.627955, 0.224863, 0.125846))],
)
def test_known_colours(rgb: tuple[int, int, int], lab: tuple[float, float, float]) -> None:
    assert colour.srgb_to_oklab(np.array(rgb) / 255) == pytest.approx(lab, abs=1e-5)


@given(eight)
def test_eight_bit_round_trip(rgb: tuple[int, int, int]) -> None:
    assert colour.oklch_to_srgb8(colour.srgb8_to_oklch(rgb)) == rgb


@given(lch)
def test_gamut_mapping_keeps_lightness_and_hue(wanted: tuple[float, float, float]) -> None:
    mapped = colour.into_gamut(wanted)
    assert mapped[0] == wanted[0] and mapped[2] == wanted[2]
    assert 0 <= mapped[1] <= wanted[1]
    srgb = colour.oklab_to_srgb(colour.oklch_to_oklab(mapped))
    assert srgb.min() > -1e-3 and srgb.max() < 1 + 1e-3


def test_gamut_mapping_takes_no_more_chroma_than_it_must() -> None:
    mapped = colour.into_gamut((0.7, 0.4, 150.0))
    further = (mapped[0], mapped[1] + 0.002, mapped[2])
    assert colour.oklab_to_srgb(colour.oklch_to_oklab(further)).min() < 0


def test_hues_stay_below_360() -> None:
    assert colour.oklab_to_oklch([0.5, 0.1, -1e-18])[2] < 360


@settings(max_examples=60)
@given(eight, eight)
def test_contrast_agrees_with_the_oracle(one: tuple[int, int, int], other: tuple[int, int, int]) -> None:
    theirs = Color(colour.hex_of(one)).contrast(Color(colour.hex_of(other)), method="wcag21")
    ours = colour.contrast_ratio(one, other)
    assert ours == pytest.approx(theirs, rel=1e-3)
    assert ours == colour.contrast_ratio(other, one)


def test_contrast_of_black_and_white_is_21() -> None:
    assert colour.contrast_ratio((0, 0, 0), (255, 255, 255)) == pytest.approx(21)


def test_hex() -> None:
    assert colour.hex_of((1, 171, 255)) == "#01abff"


@pytest.mark.parametrize("name", colour.NAMES)
def test_each_name_names_itself(name: str) -> None:
    assert colour.nearest_name(colour.NAMES[name]) == name


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("fa050a", "red"), ("001440", "navy"), ("030303", "black"), ("610022", "maroon"), ("fefefe", "white"),
        ("b27b5f", "light brown"), ("7e635a", "greyish brown"),
        ("656360", "medium grey"), ("df5e01", "orange"), ("959595", "grey"), ("a0522d", "sienna"), ("ffd700", "gold"),
        ("4682b4", "steel blue"), ("ffc0cb", "light pink"), ("228b22", "grass green"), ("40e0d0", "aqua"),
    ],
)  # fmt: skip
def test_neighbours_get_the_name(code: str, name: str) -> None:
    red, green, blue = bytes.fromhex(code)
    assert colour.nearest_name((red, green, blue)) == name


def test_only_what_is_nearly_grey_is_called_so() -> None:
    for lightness in np.linspace(0.3, 0.8, 6):
        for hue in range(0, 360, 15):
            strong = colour.oklch_to_srgb8((float(lightness), 0.07, float(hue)))
            assert colour.nearest_name(strong) not in colour.GREYS, colour.hex_of(strong)
        assert colour.nearest_name(colour.oklch_to_srgb8((float(lightness), 0.005, 60.0))) in colour.GREYS


def test_pixtapes_words_are_all_there() -> None:
    words = {"red", "maroon", "purple", "navy", "pink", "yellow", "orange", "green", "olive", "teal", "blue"}
    assert words | {"grey", "black", "white"} <= set(colour.NAMES)


def test_import_pulls_in_nothing_heavy() -> None:
    heavy = "('scipy', 'PIL', 'skia', 'av')"
    code = f"import sys, tonescape.core.colour; print([m for m in {heavy} if m in sys.modules])"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"
