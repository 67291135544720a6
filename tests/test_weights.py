"""Every model file has a card, and is the file its card names; nothing else large is in the package."""

import hashlib
import json
import tomllib
from pathlib import Path

import pytest

from tonescape.core import weights
from tonescape.core.errors import MissingError

ROOT = Path(__file__).parents[1]
WEIGHTS = ROOT / "src" / "tonescape" / "weights"
MODELS = sorted(WEIGHTS.glob("*.npz")) + sorted(WEIGHTS.glob("*.onnx"))
MOST_BYTES = 10_000_000
GENERATOR, MOST_OF_IT = "gan.onnx", 8_000_000
"""the one that draws pictures may be larger than those that hear and read"""


@pytest.mark.parametrize("model", MODELS, ids=lambda path: path.name)
def test_a_model_is_what_its_card_says(model):
    card = json.loads(model.with_suffix(".json").read_text())
    data = model.read_bytes()
    assert card["file"] == model.name and card["sha256"] == hashlib.sha256(data).hexdigest()
    assert card["bytes"] == len(data)
    for name in ("what", "made_by", "licence", "data", "data_terms", "measures"):
        assert card[name], f"{model.name}: its card does not say {name}"


def test_all_models_together_stay_small():
    sizes = {path.name: path.stat().st_size for path in MODELS}
    assert sizes.pop(GENERATOR) < MOST_OF_IT and sizes and sum(sizes.values()) < MOST_BYTES
    assert {path.suffix for path in WEIGHTS.iterdir() if path.is_file()} <= {".npz", ".onnx", ".json", ".py"}


def test_the_wheel_leaves_out_the_models_that_only_training_uses(tmp_path, monkeypatch):
    table = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    left_out = {path.stem for pattern in table["exclude"] for path in ROOT.glob(pattern)}
    assert left_out == set(weights.SOURCE_ONLY)
    used = "\n".join(path.read_text() for path in (ROOT / "src").rglob("*.py") if "train" not in path.parts)
    assert 'load("judge' not in used and 'load(f"judge' not in used
    monkeypatch.setattr(weights, "_folder", lambda: tmp_path)
    with pytest.raises(MissingError, match=r"judge_a is not in the installed package.*pip install -e"):
        weights.read("judge_a")
