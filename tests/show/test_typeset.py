"""Letters on covers: readable, inside the picture, in any script, where the picture is quiet."""

import numpy as np
import pytest

from tonescape.core.colour import contrast_ratio
from tonescape.core.errors import UsageError
from tonescape.core.records import Places
from tonescape.show import faces, layouts, typeset
from tonescape.show.layouts import Words

SIDE = 600


def noise(side=SIDE, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (side, side, 3)).astype(np.uint8)


def flat(shade, side=SIDE):
    return np.full((side, side, 3), shade, np.uint8)


def changed(before, after):
    return (np.abs(before.astype(int) - after) > 2).any(-1)


@pytest.mark.parametrize("layout", layouts.LAYOUTS)
@pytest.mark.parametrize("shade", [0, 90, 128, 190, 255])
def test_ink_and_ground_differ_by_more_than_wcag_asks(layout, shade):
    out = typeset.set_type(flat(shade), Words("Nocturne", "Quartet"), layout)
    touched = out[changed(flat(shade), out)].reshape(-1, 3)
    ground = out[-3, 3] if layout == "banner" else flat(shade)[0, 0]
    best = max(contrast_ratio(tuple(map(int, ground)), tuple(map(int, ink))) for ink in np.unique(touched, axis=0))
    assert best >= typeset.READABLE


@pytest.mark.parametrize("layout", layouts.LAYOUTS)
def test_over_the_busiest_picture_a_scrim_makes_it_readable(layout):
    image = noise()
    small = typeset._small(image)
    setting = typeset.best(typeset._busyness(small), list(layouts.SETTERS[layout](Words("Title", "Artist"))))
    out = typeset.set_type(image, Words("Title", "Artist"), layout)
    paper, ink = typeset._inks(small, setting)
    after = typeset._small(out)
    block = setting.blocks[0]
    ground = np.quantile(typeset._contrast(typeset._area(after, block).reshape(-1, 3), ink), 0.7)
    assert ground >= 4.0 and contrast_ratio(paper, ink) > 7


def test_letters_go_where_the_picture_is_quiet():
    image = flat(200)
    image[: SIDE // 2] = noise()[: SIDE // 2]
    out = typeset.set_type(image, Words("A title", "An artist"), "corner")
    rows = np.flatnonzero(changed(image, out).any(1))
    assert rows.min() > SIDE // 2
    upside = typeset.set_type(np.ascontiguousarray(image[::-1]), Words("A title", "An artist"), "corner")
    assert np.flatnonzero(changed(image[::-1], upside).any(1)).max() < SIDE // 2


TITLES = ("", "x", "W" * 500, "a very long title " * 30, "夜の音楽", "Тихая ночь", "موسيقى الليل", "🎵🎶", "\u202egnol",
          "a\nb\0c", "é" * 40)  # fmt: skip


@pytest.mark.parametrize("title", TITLES)
@pytest.mark.parametrize("layout", layouts.LAYOUTS)
def test_any_title_stays_inside_the_margins(title, layout):
    image = flat(30, 256)  # dark enough to need no scrim
    out = typeset.set_type(image, Words(faces.plain(title), "An artist"), layout)
    assert out.shape == image.shape and out.dtype == np.uint8
    if layout != "banner":
        edge = round(0.03 * 256)
        touched = changed(image, out)
        assert touched.any() and not touched[:, -edge:].any() and not touched[-edge:].any()


def test_the_same_letters_at_every_size():
    small = typeset.set_type(flat(40, 300), Words("Nocturne", "Quartet"), "headline")
    large = typeset.set_type(flat(40, 1200), Words("Nocturne", "Quartet"), "headline")
    shrunk = large.reshape(300, 4, 300, 4, 3).mean((1, 3))
    assert np.corrcoef(small.ravel(), shrunk.ravel())[0, 1] > 0.95
    assert typeset.set_type(flat(40, 300), Words("Nocturne", "Quartet"), "headline").tobytes() == small.tobytes()


def test_nothing_to_say_leaves_the_picture_alone():
    image = noise(64)
    assert typeset.set_type(image, Words("", ""), "corner") is image


def test_auto_takes_the_quietest_and_unknown_layouts_are_named():
    out = typeset.set_type(flat(230), Words("Nocturne", "Quartet"), layouts.AUTO)
    assert any(
        np.array_equal(out, typeset.set_type(flat(230), Words("Nocturne", "Quartet"), each)) for each in layouts.LAYOUTS
    )
    with pytest.raises(UsageError, match="auto, corner, centre, banner, headline"):
        layouts.checked_layout("diagonal")


def test_letters_without_a_font_are_told():
    assert faces.lacking("Nocturne ñ") == ""
    assert faces.lacking("a\U0001fbf0") in ("", "\U0001fbf0")
    assert faces.lacking("\U000e0041\ue000") == "" or "\ue000" not in faces.lacking("x")


SEAL = (0.05, 0.88, 0.11, 0.95)
"""a box that must stay free"""


def box_of(before, after):
    """(left, top, right, bottom) of what changed, in shares."""
    rows, columns = (np.flatnonzero(changed(before, after).any(axis)) / SIDE for axis in (1, 0))
    return columns.min(), rows.min(), columns.max(), rows.max()


def apart(one, other):
    return one[2] < other[0] or one[0] > other[2] or one[3] < other[1] or one[1] > other[3]


@pytest.mark.parametrize("at", [None, *layouts.PLACES.values(), (0.08, 0.9)])
@pytest.mark.parametrize("layout", [*layouts.LAYOUTS, layouts.AUTO])
def test_letters_are_never_set_on_a_seal(layout, at):
    image = flat(60)
    image[: SIDE // 2] = noise()[: SIDE // 2] // 2  # so that the lower half, where the seal is, is the quieter one
    for seal in (SEAL, (1 - SEAL[2], SEAL[1], 1 - SEAL[0], SEAL[3])):
        places = Places(kept_free=(seal,))
        out = typeset.set_type(image, Words("Nocturne", "Quartet"), layout, at=at, places=places)
        left, top, right, bottom = (round(edge * SIDE) for edge in seal)
        assert not changed(image, out)[top:bottom, left:right].any(), "not even shaded"


def test_letters_stay_away_from_the_focal_point():
    for focus in ((0.3, 0.85), (0.75, 0.15), (0.5, 0.1)):
        out = typeset.set_type(flat(60), Words("Nocturne", "Quartet"), places=Places(focus))
        left, top, right, bottom = box_of(flat(60), out)
        assert not (left - 0.1 < focus[0] < right + 0.1 and top - 0.1 < focus[1] < bottom + 0.1)


def test_letters_go_where_they_are_asked_to():
    for name, (x, y) in layouts.PLACES.items():
        out = typeset.set_type(flat(60), Words("Nocturne", "Quartet"), "corner", at=layouts.checked_place(name))
        left, top, right, bottom = box_of(flat(60), out)
        middle = {0.0: (left + right) / 2 < 0.45, 0.5: abs((left + right) / 2 - 0.5) < 0.03, 1.0: left > 0.5}
        height = {0.0: top < 0.12, 0.5: abs((top + bottom) / 2 - 0.5) < 0.04, 1.0: bottom > 0.88}
        assert middle[x] and height[y], name
        assert min(left, top) > 0.05 and max(right, bottom) < 0.95
    out = typeset.set_type(flat(60), Words("No", ""), "corner", at=layouts.checked_place("0.3, .62"))
    left, top, right, bottom = box_of(flat(60), out)
    assert abs((left + right) / 2 - 0.3) < 0.02 and abs((top + bottom) / 2 - 0.62) < 0.03


@pytest.mark.parametrize("text", ["", "middle-left-top", "1.2,0.5", "0.5", "-0.1,0.2", "a,b", "nan,0.5", "0.5,0.5,0.5"])
def test_places_that_are_none(text):
    with pytest.raises(UsageError, match="top-left"):
        layouts.checked_place(text)


def wheel(family, weight):
    from importlib.resources import files

    package, file = faces.WHEELS[family, weight]
    return files(package) / "files" / file


def test_a_font_of_ones_own_changes_every_letter_and_is_known_by_its_content(tmp_path):
    font = tmp_path / "mine.TTF"
    font.write_bytes(wheel("serif", faces.BOLD).read_bytes())
    name = faces.checked_font(font)
    assert name.startswith("Source Serif") and len(name.split()[-1]) == 12
    plain = typeset.set_type(flat(60), Words("Nocturne", "Quartet"), "headline")
    own = typeset.set_type(flat(60), Words("Nocturne", "Quartet", font), "headline")
    assert changed(plain, own).any()
    twin = tmp_path / "twin.otf"
    twin.write_bytes(wheel("sans", faces.BOLD).read_bytes())
    assert faces.checked_font(twin) != name
    again = typeset.set_type(flat(60), Words("Nocturne", "", twin), "headline")
    known = typeset.set_type(flat(60), Words("Nocturne", ""), "headline")  # that layout's title is in this very face
    assert np.array_equal(again, known)
    assert faces.lacking_in(font, "No夜 \u2028") == "夜"
    mixed = typeset.set_type(flat(60), Words("夜 Nocturne", "Quartet", font), "headline")
    assert changed(flat(60), mixed).any()


def test_fonts_that_cannot_be_used_are_named(tmp_path):
    for name, data in (("a.ttf", b"no font"), ("b.woff2", b""), ("c.otf", b"OTTO" + bytes(200)), ("d.ttf", b"")):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(UsageError, match=f"{name}: .*leave --font out"):
            faces.checked_font(tmp_path / name)
    with pytest.raises(UsageError, match=r"none\.ttf: cannot be read"):
        faces.checked_font(tmp_path / "none.ttf")
    with pytest.raises(UsageError, match="cannot be read"):
        (tmp_path / "folder.ttf").mkdir()
        faces.checked_font(tmp_path / "folder.ttf")


@pytest.mark.parametrize(("across", "down"), [(1, 0), (-1, 0), (0, 1), (0, -1)])
def test_what_must_stay_free_has_a_margin_on_every_side(across, down):
    block = layouts.TextBlock("x", faces.Face(), 0.05, 0.4, 0.4, 0.2, 0.2)
    setting = layouts.Typesetting("corner", (block,))
    for gap, covered in ((layouts.AWAY - 0.005, True), (layouts.AWAY + 0.005, False)):
        shift = 0.2 + gap
        box = (0.4 + across * shift, 0.4 + down * shift, 0.6 + across * shift, 0.6 + down * shift)
        assert layouts.covers(setting, Places(kept_free=(box,))) is covered
    assert layouts.AWAY >= 0.03, "the shade behind letters reaches as far"
