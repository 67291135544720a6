"""The engine gan: a tiny network packed on the spot must behave as the shipped one, which is checked where it is."""

import sys

import numpy as np
import pytest

pytest.importorskip("onnxruntime")

from PIL import Image

from tonescape import render
from tonescape.core import weights
from tonescape.core.errors import MissingError, UsageError, WeightsError
from tonescape.plan import recipe
from tonescape.render import engines, gan, learned
from tonescape.render.painter.composition.from_picture import skyline, traced
from tonescape.render.painter.composition.model import WORK
from tonescape.train.pictures.judged import brief_at


@pytest.fixture(scope="module")
def packed(tmp_path_factory):
    """The file of a small untrained generator."""
    pytest.importorskip("onnx", reason="the extra `torch` is not installed")
    torch = pytest.importorskip("torch", reason="the extra `torch` is not installed")
    pytest.importorskip("efficientnet_lite_pytorch", reason="the extra `torch` is not installed")
    pytest.importorskip("safetensors", reason="the extra `torch` is not installed")
    from tonescape.train.pictures.generators import checkpoint, export, load_family
    from tonescape.train.pictures.generators.family import GeneratorSettings

    run = tmp_path_factory.mktemp("run")
    torch.manual_seed(0)
    model = load_family("modern")(GeneratorSettings(side=16, width=16, latent=8, conditions=2))
    for film in (m for m in model.generator.modules() if hasattr(m, "line")):
        torch.nn.init.normal_(film.line.weight, std=0.5)  # untrained, conditions would do nothing
    about = {"names": ["valence", "arousal"], "centre": [0.5, 0.5], "scale": [0.3, 0.3], "seed": 0}
    checkpoint.save(run / "checkpoint.safetensors", "modern", model, about, [torch.get_rng_state()])
    out = tmp_path_factory.mktemp("weights")
    assert export.main([str(run), "--out", str(out)]) == 0
    return out


@pytest.fixture
def tiny(packed, monkeypatch):
    monkeypatch.setattr(weights, "_folder", lambda: packed)
    gan._session.cache_clear()
    yield
    gan._session.cache_clear()


def test_the_same_seed_and_mood_draw_the_same_and_others_do_not(tiny):
    one = gan.draw([0.2, 0.2, 0.9, 0.2], [0.5] * 4, [1, 1, 1, 2])
    assert one.shape == (4, 16, 16, 3) and one.dtype == np.uint8
    assert np.array_equal(one[0], one[1])
    assert not np.array_equal(one[0], one[2]) and not np.array_equal(one[0], one[3])
    alone = gan.draw([0.2], [0.5], [2])
    assert np.abs(alone[0].astype(int) - one[3].astype(int)).max() <= 1  # a batch changes nothing but rounding


def test_packing_changes_no_more_than_rounding(tiny, packed):
    """The ONNX file in half precision against torch in single precision."""
    card = weights.card("gan")
    assert card.inputs == ("valence", "arousal") and card.bytes == (packed / "gan.onnx").stat().st_size
    image = gan.draw([0.7], [0.3], [5])[0]
    assert image.std() > 1.0


def test_a_picture_is_painted_in_its_style_and_the_same_twice(tiny):
    brief = brief_at(0.3, 0.7, 1, "sea", "oil")
    told: list[float] = []
    first = render.paint("gan", brief, size=192, on_step=told.append)
    again = render.paint("gan", brief, size=192)
    assert first.image.shape == (192, 192, 3) and first.engine == "gan"
    assert np.array_equal(first.image, again.image) and first.recipe == again.recipe
    assert told == sorted(told) and told[-1] == 1.0
    ink = render.paint("gan", brief_at(0.3, 0.7, 1, "sea", "ink"), size=192)
    assert not np.array_equal(first.image, ink.image)
    small = render.paint("gan", brief, size=64)
    assert small.image.shape == (64, 64, 3)


def test_a_network_of_ones_own_is_taken_from_its_folder(packed, tmp_path, monkeypatch):
    import json
    import shutil

    from tonescape.core.errors import WeightsError

    own = shutil.copytree(packed, tmp_path / "own")
    monkeypatch.setenv("TONESCAPE_GAN", str(own))
    brief = brief_at(0.3, 0.7, 1, "sea", "oil")
    assert gan.draw([0.2], [0.5], [1]).shape == (1, 16, 16, 3)
    assert gan.describe(brief, 64).subject == "a learned picture"
    card = json.loads((own / "gan.json").read_text())
    other = shutil.copytree(packed, tmp_path / "other")
    (other / "gan.json").write_text(json.dumps(card | {"inputs": ["valence", "tempo"]}))
    monkeypatch.setenv("TONESCAPE_GAN", str(other))
    with pytest.raises(UsageError, match="wants tempo"):
        gan.draw([0.2], [0.5], [1])
    broken = shutil.copytree(packed, tmp_path / "broken")
    (broken / "gan.onnx").write_bytes(b"no")
    for folder in (broken, tmp_path / "none"):
        monkeypatch.setenv("TONESCAPE_GAN", str(folder))
        with pytest.raises(WeightsError, match="type: tonescape train generator-pack RUN --out") as caught:
            gan.draw([0.2], [0.5], [1])
        assert str(folder) in str(caught.value) and "\n" not in str(caught.value)


def test_sizes_and_seeds_out_of_range_are_refused(tiny):
    brief = brief_at(0.3, 0.7, 1, "sea", "oil")
    with pytest.raises(UsageError, match="10 px"):
        render.paint("gan", brief, size=10)
    with pytest.raises(UsageError, match="seed -1"):
        render.paint("gan", brief, size=64, seed=-1)


def test_without_onnxruntime_one_line_says_what_to_type(monkeypatch):
    gan._session.cache_clear()
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(MissingError, match=r"pip install 'tonescape\[onnx\]'"):
        gan.draw([0.5], [0.5], [0])


def test_a_skyline_is_found_where_it_is():
    lab = np.zeros((WORK, WORK, 3), np.float32)
    y = (np.arange(WORK) + 0.5) / WORK
    true = 0.5 + 0.1 * np.sin(2 * np.pi * y)
    lab[..., 0] = np.where(y[:, None] < true[None, :], 0.8, 0.3)
    assert np.abs(skyline(lab) - true).max() < 0.03


def test_planes_of_a_traced_picture_cover_it_once():
    image = np.zeros((64, 64, 3), np.uint8)
    image[:30] = (120, 160, 220)
    image[30:] = (60, 80, 40)
    image[6:10, 40:44] = 255
    scene = traced(image, brief_at(0.6, 0.4, 1, "sea", "oil"), np.random.default_rng(0))
    total = sum(plane.alpha for plane in scene.masks)
    assert np.allclose(total, 1.0) and abs(scene.horizon - 30 / 64) < 0.03
    assert abs(scene.light[0] - 42 / 64) < 0.06 and abs(scene.light[1] - 8 / 64) < 0.06
    assert scene.lab.shape == (WORK, WORK, 3) and np.isfinite(scene.lab).all()


@pytest.mark.skipif("gan" not in weights.shipped(), reason="no gan.onnx is shipped")
def test_the_shipped_network_follows_the_mood():
    assert "gan" in engines()
    gan._session.cache_clear()
    n = 48
    dull = gan.draw([0.05] * n, [0.5] * n, range(n))
    bright = gan.draw([0.95] * n, [0.5] * n, range(n))
    assert dull.shape[1:] == (64, 64, 3)
    assert len({Image.fromarray(image).tobytes() for image in dull}) == n
    colourful = [np.ptp(images.astype(int), axis=-1).mean() for images in (dull, bright)]
    assert colourful[1] > colourful[0]


def test_a_recipe_tells_networks_apart_and_says_nothing_of_weights_where_there_are_none(packed, monkeypatch, tmp_path):
    brief = brief_at(0.8, 0.3, 1, "sea", "oil")
    shipped = render.recipe_for("gan", brief, 64)
    monkeypatch.setenv("TONESCAPE_GAN", str(packed))
    assert render.recipe_for("gan", brief, 64) != shipped  # so a picture by another network is not left standing
    assert recipe.read(shipped).engine == "gan"
    assert '"weights"' not in render.recipe_for("painter", brief, 64)
    monkeypatch.setenv("TONESCAPE_GAN", str(tmp_path / "nothing"))
    with pytest.raises(WeightsError):
        render.recipe_for("gan", brief, 64)


def test_a_change_anywhere_near_a_files_ends_changes_its_fingerprint(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "model.safetensors").write_bytes(bytes(200_000))
    one = learned.fingerprint(tmp_path / "a")
    assert one == learned.fingerprint(tmp_path / "b")
    (tmp_path / "b" / "model.safetensors").write_bytes(bytes(199_999) + b"1")
    assert one != learned.fingerprint(tmp_path / "b") != learned.fingerprint(tmp_path / "a", tmp_path / "b")
    with pytest.raises(WeightsError, match="cannot read"):
        learned.fingerprint(tmp_path / "none.safetensors")
