"""Packs the averaged generator of a run as ONNX, weights in half precision, for the engine `gan`.

    tonescape train generator-pack RUN --out FOLDER [--licence TEXT] [--measures FILE.json]

Inputs `latents` [n, latent] and `conditions` [n, k] (standardised inside, so they come as they are meant, in [0, 1]
for valence and arousal); output `pictures` uint8 [n, side, side, 3] sRGB. Arithmetic is in single precision.
"""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor, nn

from tonescape.core import weights
from tonescape.core.errors import InputError, MissingError, UsageError
from tonescape.train.lib import arguments as options
from tonescape.train.pictures.generators import FAMILIES, checkpoint, load_family
from tonescape.train.pictures.generators.data import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tonescape.train.pictures.generators.family import Family

OPSET = 17
HALVED = 256
"""numbers a weight must have to be stored in half precision"""


class Packed(nn.Module):
    """The averaged generator with its input's scaling and its output's rounding."""

    centre: Tensor
    scale: Tensor

    def __init__(self, model: Family, about: dict[str, Any]) -> None:
        super().__init__()
        model.generator.load_state_dict(model.averaged())
        self.model = model.eval()
        self.register_buffer("centre", torch.tensor(about["centre"]))
        self.register_buffer("scale", torch.tensor(about["scale"]))

    def forward(self, latents: Tensor, conditions: Tensor) -> Tensor:
        made = self.model.draw(self.model.generator, latents, (conditions - self.centre) / self.scale)
        return ((made.clamp(-1.0, 1.0) + 1.0) * 127.5 + 0.5).clamp(0.0, 255.0).permute(0, 2, 3, 1).to(torch.uint8)


def opened(run: Path) -> tuple[Family, dict[str, Any]]:
    """The model of a run's checkpoint (a folder or the file), and what the checkpoint says."""
    file = run / "checkpoint.safetensors" if run.is_dir() else run
    about, _ = checkpoint.read(file)
    model = load_family(about["family"])(checkpoint.settings_of(about, device="cpu", bf16=False))
    checkpoint.restore(file, model)
    return model, about


def packed(model: Family, about: dict[str, Any]) -> bytes:
    """The ONNX file. MissingError without onnx."""
    try:
        import onnx
    except ImportError:
        raise MissingError("packing needs onnx; type: pip install onnx") from None
    given = model.settings
    example = (torch.randn(2, given.latent), torch.rand(2, given.conditions))
    buffer: Any = io.BytesIO()  # the exporter writes to one but its annotation names paths only
    torch.onnx.export(
        Packed(model, about).eval(),
        example,
        buffer,
        dynamo=False,
        opset_version=OPSET,
        input_names=["latents", "conditions"],
        output_names=["pictures"],
        dynamic_axes={name: {0: "n"} for name in ("latents", "conditions", "pictures")},
    )
    whole = onnx.load_model_from_string(buffer.getvalue())
    _halve(whole)
    onnx.checker.check_model(whole)
    data: bytes = whole.SerializeToString()
    return data


def _halve(whole: Any) -> None:
    """Large weights become float16 with a Cast behind, which onnxruntime works out once when it loads the file."""
    from onnx import TensorProto, helper, numpy_helper

    casts = []
    for weight in whole.graph.initializer:
        if weight.data_type == TensorProto.FLOAT and int(np.prod(weight.dims)) >= HALVED:
            name = weight.name
            half = numpy_helper.from_array(numpy_helper.to_array(weight).astype(np.float16), f"{name}.half")
            weight.CopyFrom(half)
            casts.append(helper.make_node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *whole.graph.node]
    del whole.graph.node[:]
    whole.graph.node.extend(nodes)


def card(model: Family, about: dict[str, Any]) -> dict[str, Any]:
    """What the card says of a run, from the run's own record; "unknown" where the record is older than that."""
    asked = " and ".join(about["names"]) or "nothing else"
    return {
        "what": f"{model.settings.side} px pictures from random numbers and {asked}",
        "made_by": f"tonescape train generator {about['family']} "
        f"({about['position']} steps of {model.settings.batch} pictures)",
        "data": list(about.get("data") or [UNKNOWN]),
        "data_terms": str(about.get("data_terms") or UNKNOWN),
        "inputs": list(about["names"]),
        "latent": model.settings.latent,
        "side": model.settings.side,
    }


def _measures(file: Path | None) -> Any:
    if file is None:
        return {}
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise InputError(
            f"{file} holds no measures ({problem}); `tonescape evaluate generator --json` writes them"
        ) from None


def main(arguments: Sequence[str] | None = None) -> int:
    parser = options.parser("Pack a trained generator as ONNX with its card, for the engine gan.")
    parser.add_argument("run", type=Path, help="folder or checkpoint of `tonescape train generator`")
    parser.add_argument("--name", default="gan", help="of the file; the engine reads gan")
    options.add_weights(parser, "the network and its card")
    parser.add_argument(
        "--licence", default=UNKNOWN, metavar="TEXT", help="what the card says of the network's licence"
    )
    parser.add_argument("--measures", type=Path, help="what `tonescape evaluate generator --json` wrote")
    given = parser.parse_args(arguments)
    model, about = opened(given.run)
    if not model.packs:
        kinds = ", ".join(name for name in FAMILIES if load_family(name).packs)
        raise UsageError(f"a run of {about['family']} cannot be packed: it draws in many steps; train one of {kinds}")
    data = packed(model, about)
    about_run = card(model, about) | {"licence": given.licence, "measures": _measures(given.measures)}
    print(weights.write_file(f"{given.name}.onnx", data, about_run, given.out), len(data), "bytes")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
