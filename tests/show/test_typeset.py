"""Letters on covers: readable, inside the picture, in any script, where the picture is quiet."""

import numpy as np
import pytest

from tonescape.core.colour import contrast_ratio
from tonescape.core.errors import UsageError
from tonescape.show import faces, typeset

SIDE = 600


def noise(side=SIDE, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (side, side, 3)).astype(np.uint8)


def flat(shade, side=SIDE):
    return np.full((side, side, 3), shade, np.uint8)


def changed(before, after):
    return (np.abs(before.astype(int) - after) > 2).any(-1)


@pytest.mark.parametrize("layout", typeset.LAYOUTS)
@pytest.mark.parametrize("shade", [0, 90, 128, 190, 255])
def test_ink_and_ground_differ_by_more_than_wcag_asks(layout, shade):
    out = typeset.set_type(flat(shade), "Nocturne", "Quartet", layout)
    touched = out[changed(flat(shade), out)].reshape(-1, 3)
    ground = out[-3, 3] if layout == "banner" else flat(shade)[0, 0]
    best = max(contrast_ratio(tuple(map(int, ground)), tuple(map(int, ink))) for ink in np.unique(touched, axis=0))
    assert best >= typeset.READABLE


@pytest.mark.parametrize("layout", typeset.LAYOUTS)
def test_over_the_busiest_picture_a_scrim_makes_it_readable(layout):
    image = noise()
    small = typeset._small(image)
    setting = typeset.best(typeset._busyness(small), list(typeset._SETTERS[layout]("Title", "Artist")))
    out = typeset.set_type(image, "Title", "Artist", layout)
    paper, ink = typeset._inks(small, setting)
    after = typeset._small(out)
    block = setting.blocks[0]
    ground = np.quantile(typeset._contrast(typeset._area(after, block).reshape(-1, 3), ink), 0.7)
    assert ground >= 4.0 and contrast_ratio(paper, ink) > 7


def test_letters_go_where_the_picture_is_quiet():
    image = flat(200)
    image[: SIDE // 2] = noise()[: SIDE // 2]
    out = typeset.set_type(image, "A title", "An artist", "corner")
    rows = np.flatnonzero(changed(image, out).any(1))
    assert rows.min() > SIDE // 2
    upside = typeset.set_type(np.ascontiguousarray(image[::-1]), "A title", "An artist", "corner")
    assert np.flatnonzero(changed(image[::-1], upside).any(1)).max() < SIDE // 2


TITLES = ("", "x", "W" * 500, "a very long title " * 30, "夜の音楽", "Тихая ночь", "موسيقى الليل", "🎵🎶", "\u202egnol",
          "a\nb\0c", "é" * 40)  # fmt: skip


@pytest.mark.parametrize("title", TITLES)
@pytest.mark.parametrize("layout", typeset.LAYOUTS)
def test_any_title_stays_inside_the_margins(title, layout):
    image = flat(30, 256)  # dark enough to need no scrim
    out = typeset.set_type(image, title, "An artist", layout)
    assert out.shape == image.shape and out.dtype == np.uint8
    if layout != "banner":
        edge = round(0.03 * 256)
        touched = changed(image, out)
        assert touched.any() and not touched[:, -edge:].any() and not touched[-edge:].any()


def test_the_same_letters_at_every_size():
    small = typeset.set_type(flat(40, 300), "Nocturne", "Quartet", "headline")
    large = typeset.set_type(flat(40, 1200), "Nocturne", "Quartet", "headline")
    shrunk = large.reshape(300, 4, 300, 4, 3).mean((1, 3))
    assert np.corrcoef(small.ravel(), shrunk.ravel())[0, 1] > 0.95
    assert typeset.set_type(flat(40, 300), "Nocturne", "Quartet", "headline").tobytes() == small.tobytes()


def test_nothing_to_say_leaves_the_picture_alone():
    image = noise(64)
    assert typeset.set_type(image, " \n", "", "corner") is image


def test_auto_takes_the_quietest_and_unknown_layouts_are_named():
    out = typeset.set_type(flat(230), "Nocturne", "Quartet", typeset.AUTO)
    assert any(
        np.array_equal(out, typeset.set_type(flat(230), "Nocturne", "Quartet", each)) for each in typeset.LAYOUTS
    )
    with pytest.raises(UsageError, match="auto, corner, centre, banner, headline"):
        typeset.checked_layout("diagonal")


def test_letters_without_a_font_are_told():
    assert faces.lacking("Nocturne ñ") == ""
    assert faces.lacking("a\U0001fbf0") in ("", "\U0001fbf0")
    assert faces.lacking("\U000e0041\ue000") == "" or "\ue000" not in faces.lacking("x")
