"""Every model file has a card, and is the file its card names; nothing else large is in the package."""

import hashlib
import json
from pathlib import Path

import pytest

WEIGHTS = Path(__file__).parents[1] / "src" / "tonescape" / "weights"
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
