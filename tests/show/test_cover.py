"""Covers: what is in the file, what comes back, what happens when nothing can be written."""

import json
import os
import time

import numpy as np
import pytest
from PIL import Image
from show_samples import make_picture

from tonescape.core.errors import OutputError, UsageError
from tonescape.show.cover import read_recipe, save_cover, srgb_profile
from tonescape.show.recipes import write_recipes

FORMATS = (".jpg", ".png")


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_recipe_comes_back(tmp_path, suffix):
    picture = make_picture()
    save_cover(picture, tmp_path / f"a{suffix}")
    assert read_recipe(tmp_path / f"a{suffix}") == picture.recipe


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_long_recipe_comes_back(tmp_path, suffix):
    picture = make_picture(recipe=json.dumps(["Ü" * 100] * 1500))
    assert len(picture.recipe) > 150_000
    save_cover(picture, tmp_path / f"a{suffix}")
    assert read_recipe(tmp_path / f"a{suffix}") == picture.recipe


@pytest.mark.parametrize("suffix", FORMATS)
def test_the_file_is_srgb_without_exif(tmp_path, suffix):
    save_cover(make_picture(), tmp_path / f"a{suffix}")
    with Image.open(tmp_path / f"a{suffix}") as image:
        image.load()
        assert image.size == (96, 96) and image.mode == "RGB"
        assert image.info["icc_profile"] == srgb_profile()
        assert not image.getexif()


def test_jpeg_keeps_full_colour_resolution_and_png_every_pixel(tmp_path):
    picture = make_picture()
    save_cover(picture, tmp_path / "a.jpg")
    save_cover(picture, tmp_path / "a.png")
    with Image.open(tmp_path / "a.jpg") as image:
        assert [part[1:3] for part in image.layer] == [(1, 1)] * 3
    with Image.open(tmp_path / "a.png") as image:
        assert np.array_equal(np.asarray(image), picture.image)


@pytest.mark.parametrize("suffix", FORMATS)
def test_the_same_picture_gives_the_same_bytes_at_any_time(tmp_path, suffix, monkeypatch):
    save_cover(make_picture(), tmp_path / f"a{suffix}")
    srgb_profile.cache_clear()
    time.sleep(1.05)  # LittleCMS writes seconds
    save_cover(make_picture(), tmp_path / f"b{suffix}")
    assert (tmp_path / f"a{suffix}").read_bytes() == (tmp_path / f"b{suffix}").read_bytes()


def test_other_files_have_no_recipe(tmp_path):
    good = tmp_path / "good.jpg"
    save_cover(make_picture(), good)
    Image.fromarray(make_picture().image).save(tmp_path / "plain.jpg", comment=b"somebody else's")
    (tmp_path / "text.jpg").write_text("no picture")
    (tmp_path / "empty.jpg").touch()
    for name in ("plain.jpg", "text.jpg", "empty.jpg", "absent.jpg"):
        assert read_recipe(tmp_path / name) is None


@pytest.mark.parametrize("suffix", FORMATS)
def test_broken_files_never_raise(tmp_path, suffix):
    save_cover(make_picture(), tmp_path / f"a{suffix}")
    data, path = (tmp_path / f"a{suffix}").read_bytes(), tmp_path / f"b{suffix}"
    random = np.random.default_rng(5)
    for _ in range(200):
        broken = bytearray(data[: int(random.integers(0, 2000))])
        for place in random.integers(0, max(1, len(broken)), 3):
            if broken:
                broken[place] = int(random.integers(0, 256))
        path.write_bytes(broken)
        assert read_recipe(path) is None or isinstance(read_recipe(path), str)


def test_an_unknown_suffix_names_those_that_work(tmp_path):
    with pytest.raises(UsageError, match=r"\.jpg or a \.png"):
        save_cover(make_picture(), tmp_path / "a.gif")


def test_a_full_disk_leaves_the_old_picture(tmp_path, monkeypatch):
    path = tmp_path / "a.jpg"
    save_cover(make_picture(), path)
    before = path.read_bytes()

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="No space left") as problem:
        save_cover(make_picture(seed=1), path)
    assert "\n" not in str(problem.value)
    assert path.read_bytes() == before and [file.name for file in tmp_path.iterdir()] == ["a.jpg"]


def test_a_folder_that_is_a_file_is_an_output_error(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError):
        save_cover(make_picture(), tmp_path / "file" / "a.jpg")


def test_recipes_are_one_list_in_order(tmp_path):
    write_recipes(tmp_path / "recipe.json", ['{"n": 1}', '{"n": "ü"}'])
    assert json.loads((tmp_path / "recipe.json").read_text()) == [{"n": 1}, {"n": "ü"}]
    write_recipes(tmp_path / "recipe.json", [])
    assert json.loads((tmp_path / "recipe.json").read_text()) == []
