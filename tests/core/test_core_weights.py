"""Models are read only when they are the ones their cards name; what is wrong is said in one line."""

import json

import numpy as np
import pytest

from tonescape.core import weights
from tonescape.core.errors import WeightsError

ABOUT = {"what": "doubles", "licence": "Apache-2.0", "data": ["none"], "data_terms": "none", "made_by": "a test",
         "inputs": ["loudness", "tempo"], "measures": {"r": 1}}  # fmt: skip


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(weights, "_folder", lambda: tmp_path)
    weights.load.cache_clear()
    yield tmp_path
    weights.load.cache_clear()


def test_what_is_written_is_read_and_half_precision_comes_back_as_single(folder):
    arrays = {"w": np.arange(6, dtype=np.float16).reshape(2, 3), "n": np.array([1, 2])}
    assert weights.write("twice", arrays, ABOUT) == folder / "twice.npz"
    found = weights.load("twice")
    assert found["w"].dtype == np.float32 and found["n"].tolist() == [1, 2]
    assert found.shaped("w", 2, -1).tolist() == arrays["w"].tolist()
    assert weights.shipped() == ("twice",) and found.card.data_terms == "none"
    assert json.loads(found.card.text)["measures"] == {"r": 1}
    with pytest.raises(WeightsError, match=r"'w' has shape \(2, 3\), not \(3, -1\)"):
        found.shaped("w", 3, -1)
    with pytest.raises(WeightsError, match=r"twice.npz holds no 'b'"):
        found["b"]


def test_a_changed_short_missing_or_foreign_file_is_refused(folder):
    path = weights.write("model", {"w": np.ones(4, np.float32)}, ABOUT)
    good = path.read_bytes()
    for bad in (good[:-1], good + b"\0", b"", bytes([good[0] ^ 1]) + good[1:]):
        path.write_bytes(bad)
        weights.load.cache_clear()
        with pytest.raises(WeightsError, match=r"weights/model.npz is not the file its card describes"):
            weights.load("model")
    path.unlink()
    with pytest.raises(WeightsError, match=r"weights/model.npz cannot be read"):
        weights.load("model")
    weights.write_file("model.npz", b"not a zip at all", ABOUT)
    with pytest.raises(WeightsError, match=r"weights/model.npz cannot be unpacked"):
        weights.load("model")


def test_pickles_are_never_opened(folder):
    import io

    buffer = io.BytesIO()
    np.savez(buffer, evil=np.array([{"a": 1}], dtype=object))
    weights.write_file("evil.npz", buffer.getvalue(), ABOUT)
    with pytest.raises(WeightsError, match="cannot be unpacked"):
        weights.load("evil")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"file": "x.npz"}', "\ufeff{"])
def test_a_broken_card_is_one_clear_line(folder, text):
    (folder / "x.json").write_text(text)
    with pytest.raises(WeightsError, match=r"weights/x.json cannot be used"):
        weights.load("x")
    with pytest.raises(WeightsError, match=r"weights/absent.json cannot be used"):
        weights.card("absent")


def test_inputs_are_found_by_name_in_any_order(folder):
    weights.write("model", {"w": np.ones(4, np.float32)}, ABOUT)
    assert weights.order("model", ["tempo", "key", "loudness"]).tolist() == [2, 0]
    with pytest.raises(WeightsError, match="wants 'tempo', which is not heard here"):
        weights.order("model", ["loudness"])
