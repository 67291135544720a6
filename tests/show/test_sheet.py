"""Contact sheets from none to very many songs, with titles in every script."""

import numpy as np
import pytest
from show_samples import HOSTILE, make_brief, make_image, make_picture

from tonescape.show import faces, lettering
from tonescape.show.cover import save_cover
from tonescape.show.sheet import LARGEST_SIDE, PAPER, Caption, Heading, caption_of, contact_sheets, save_sheets


def pages(tiles, title="", **more):
    return [page.image for page in contact_sheets(tiles, Heading(title), **more)]


def sheet(count, title="Late Night Drives"):
    return pages([(make_image(32, n), Caption(f"Song {n}", "Artist", "note")) for n in range(count)], title)


@pytest.mark.parametrize(
    ("count", "columns"), [(0, 0), (1, 0), (2, 1), (3, 0), (7, 5), (12, 0), (40, 2), (100, 17), (500, 0)]
)
def test_every_picture_is_on_one_page_once_and_no_page_is_larger_than_4096_px(count, columns):
    marks = [(step * 2 % 256, 255 - step % 100, step % 50) for step in range(count)]
    tiles = [(np.full((8, 8, 3), mark, np.uint8), Caption("", command="--style oil " * 8)) for mark in marks]
    drawn = pages(tiles, columns=columns)
    found = []
    for image in drawn:
        assert image.dtype == np.uint8 and max(image.shape) <= LARGEST_SIDE == 4096
        assert tuple(image[0, 0]) == PAPER and tuple(image[-1, -1]) == PAPER
        seen = np.unique(image[::20, ::20].reshape(-1, 3), axis=0)
        found += [mark for mark in map(tuple, seen.tolist()) if mark in set(marks)]
    assert sorted(found) == sorted(marks)
    heights = [image.shape[0] for image in drawn]
    assert heights[:-1] == heights[:1] * (len(drawn) - 1) and min(heights) > 250


def test_pages_are_files_beside_the_first(tmp_path):
    tiles = [(make_image(8, n), Caption("a")) for n in range(400)]
    files = save_sheets(tiles, tmp_path / "my.sheet.png", Heading("Many"))
    names = [file.name for file in files]
    assert names == ["my.sheet.png", "my.sheet-2.png", "my.sheet-3.png"] and all(file.is_file() for file in files)
    assert [file.name for file in save_sheets(tiles[:3], tmp_path / "few.jpg", Heading())] == ["few.jpg"]


def test_a_command_is_whole_at_13_px_or_more(monkeypatch):
    from tonescape.show import sheet as room

    drawn = []
    monkeypatch.setattr(
        room, "letter", lambda image, text, box, size, *more, **rest: drawn.append((text, size, box[2]))
    )
    command = "--style expressionism --motif mountain-lake --seed 2726522969"
    path = "/music/" + "long-name" * 24 + ".flac"
    tiles = [(make_image(8, n), Caption("t", "a", "n", command=command)) for n in range(120)]
    list(contact_sheets(tiles, Heading("Song", command=f"tonescape paint {path} --size 512")))
    assert min(size for _, size, _ in drawn) >= 13
    for text, size, width in drawn:
        assert not text.startswith("--") or lettering.wrapped(text, width, size) == (text,)
    texts = [text for text, *_ in drawn]
    first = texts.index(next(text for text in texts if text.startswith("--style")))
    assert " ".join(texts[first : first + 2]) == command
    head = "".join(texts[2 : texts.index("t")])
    assert path in head and head.endswith("--size 512")


def test_the_same_sheet_twice():
    assert np.array_equal(sheet(5), sheet(5))


@pytest.mark.parametrize("title", HOSTILE)
def test_any_title_is_set(title):
    brief = make_brief(title, title)
    image = pages([(make_image(16), caption_of(brief))], title)[0]
    assert image.std() > 0


def test_a_title_stays_in_its_own_cell():
    captions = [Caption("W" * 500, "W" * 500, "W" * 500), Caption("", "", "")]
    image = pages([(make_image(16), caption) for caption in captions])[0]
    below = image[-200:, image.shape[1] // 2 + 60 :]
    assert (below == np.array(PAPER, np.uint8)).all()


def test_files_are_read_and_broken_ones_leave_a_grey_field(tmp_path):
    save_cover(make_picture(), tmp_path / "good.jpg")
    (tmp_path / "broken.jpg").write_bytes((tmp_path / "good.jpg").read_bytes()[:900])
    names = ("good.jpg", "broken.jpg", "absent.jpg")
    image = pages([(tmp_path / name, Caption(name)) for name in names])[0]
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
