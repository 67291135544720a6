"""Contact sheets from none to very many songs, with titles in every script."""

import numpy as np
import pytest
from show_samples import HOSTILE, make_brief, make_image, make_picture

from tonescape.show import faces, lettering
from tonescape.show.cover import save_cover
from tonescape.show.sheet import MOST, PAPER, Caption, caption_of, contact_sheet


def sheet(count, title="Late Night Drives"):
    return contact_sheet(
        ((make_image(32, n), Caption(f"Song {n}", "Artist", "note")) for n in range(count)), count, title=title
    )


@pytest.mark.parametrize("count", [0, 1, 2, 3, 7, 12, 100])
def test_every_picture_is_on_the_sheet_once(count):
    marks = [(step * 2 % 256, 255 - step % 100, step % 50) for step in range(count)]
    fields = (np.full((8, 8, 3), mark, np.uint8) for mark in marks)
    image = contact_sheet(((field, Caption("")) for field in fields), count).image
    assert image.dtype == np.uint8 and max(image.shape) < 6500
    assert tuple(image[0, 0]) == PAPER and tuple(image[-1, -1]) == PAPER
    colours = {tuple(colour) for colour in image[::20, ::20].reshape(-1, 3)}
    assert set(marks) <= colours


def test_five_hundred_songs_fit_and_more_than_the_cap_are_named(monkeypatch):
    monkeypatch.setattr("tonescape.show.sheet.MOST", 40)
    taken = []

    def many():
        for number in range(1000):
            taken.append(number)
            yield make_image(8), Caption("a")

    image = contact_sheet(many(), 1000).image
    assert len(taken) <= 42 and MOST >= 500
    assert max(image.shape) < 6000


def test_the_same_sheet_twice():
    assert np.array_equal(sheet(5).image, sheet(5).image)


@pytest.mark.parametrize("title", HOSTILE)
def test_any_title_is_set(title):
    brief = make_brief(title, title)
    image = contact_sheet([(make_image(16), caption_of(brief))], 1, title=title).image
    assert image.std() > 0


def test_a_title_stays_in_its_own_cell():
    captions = [Caption("W" * 500, "W" * 500, "W" * 500), Caption("", "", "")]
    image = contact_sheet([(make_image(16), caption) for caption in captions], 2).image
    below = image[-200:, image.shape[1] // 2 + 60 :]
    assert (below == np.array(PAPER, np.uint8)).all()


def test_files_are_read_and_broken_ones_leave_a_grey_field(tmp_path):
    save_cover(make_picture(), tmp_path / "good.jpg")
    (tmp_path / "broken.jpg").write_bytes((tmp_path / "good.jpg").read_bytes()[:900])
    names = ("good.jpg", "broken.jpg", "absent.jpg")
    image = contact_sheet([(tmp_path / name, Caption(name)) for name in names], 3).image
    assert (image == 214).all(axis=-1).sum() > image.shape[1] // 3


def test_text_is_set_where_a_system_has_no_fonts(monkeypatch):
    monkeypatch.setattr(lettering, "paragraph", lambda *text: None)
    for title in (*HOSTILE, "A title that is far too long for its place " * 3):
        image = np.full((60, 300, 3), 255, np.uint8)
        lettering.letter(image, title, (10, 10, 200), 20, (0, 0, 0))
        assert (image[:, 215:] == 255).all()
        assert (image < 255).any() == bool(faces.plain(title))


def test_a_cut_line_is_the_longest_that_fits():
    assert faces.cut("short", lambda text: True) == "short"
    assert faces.cut("abcdefgh", lambda text: len(text) <= 5) == "abcd…"
    assert faces.cut("abcdefgh", lambda text: False) == "…"
    family = "👩\u200d👩\u200d👧"
    assert faces.clusters(f"a\u0301{family}b") == ["a\u0301", family, "b"]


def test_plain_is_one_line_without_direction_overrides():
    assert faces.plain("a\n\tb\0c\u202ed\udcff") == "a b cd"
    assert len(faces.plain("x" * 10_000)) <= faces.LINE_CAP
