"""EfficientNet-Lite as a frozen eye that gradients pass through: normalisation folded in, four depths out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from tonescape.train.pictures.judges.backbone import _network

if TYPE_CHECKING:
    from collections.abc import Callable

    Padding = tuple[int, int, int, int]

LOOK = 96
"""px a side that the network looks at; more costs time as the square"""


class Eye(nn.Module):
    """The network without its head. widths : channels of the four depths"""

    def __init__(self, name: str) -> None:
        super().__init__()
        with torch.random.fork_rng():  # building it draws numbers, but only the first time
            net = _network(name)
        self.stem = Folded(net._conv_stem, net._bn0)
        self.blocks = nn.ModuleList(FrozenBlock(block) for block in net._blocks)
        halved = [number for number, block in enumerate(self.blocks) if block.depth.stride == 2]
        self.ends = (*(number - 1 for number in halved[1:]), len(self.blocks) - 1)
        widths = [int(block._project_conv.out_channels) for block in net._blocks]
        self.widths = tuple(widths[number] for number in self.ends)
        self.requires_grad_(False)

    def forward(self, pictures: Tensor) -> list[Tensor]:
        """The last layer at each of four scales, 1/4, 1/8, 1/16 and 1/32 of LOOK. pictures : [n, 3, h, w] in [-1, 1]"""
        if pictures.shape[-1] != LOOK:
            pictures = F.interpolate(pictures, size=(LOOK, LOOK), mode="bilinear", align_corners=False)
        x, found = F.relu6(self.stem(pictures)), []
        for number, block in enumerate(self.blocks):
            x = block(x)
            if number in self.ends:
                found.append(x)
        return found


class Folded(nn.Module):
    """A convolution and the batch normalisation behind it (evaluation mode) as one."""

    weight: Tensor
    bias: Tensor

    def __init__(self, conv: Any, norm: Any) -> None:
        super().__init__()
        scale = (norm.weight / torch.sqrt(norm.running_var + norm.eps)).detach()
        bias = norm.bias - norm.running_mean * scale
        self.register_buffer("weight", conv.weight.detach() * scale[:, None, None, None], persistent=False)
        self.register_buffer(
            "bias", (bias + (conv.bias * scale if conv.bias is not None else 0.0)).detach(), persistent=False
        )
        padded = getattr(conv, "static_padding", None)
        self.padding: Padding = tuple(getattr(padded, "padding", (0, 0, 0, 0)))
        self.stride, self.groups = int(conv.stride[0]), int(conv.groups)

    def forward(self, x: Tensor) -> Tensor:
        if self.groups > 1 and x.requires_grad:
            apply: Callable[..., Tensor] = Depthwise.apply
            return apply(x, self.weight, self.bias, self.stride, self.padding)
        return convolve(x, self.weight, self.bias, self.stride, self.padding, self.groups)


def convolve(x: Tensor, weight: Tensor, bias: Tensor | None, stride: int, padding: Padding, groups: int) -> Tensor:
    """conv2d with (left, right, top, bottom) zeros; where they are equal nothing is copied."""
    if len(set(padding)) == 1:
        return F.conv2d(x, weight, bias, stride, padding[0], groups=groups)
    return F.conv2d(F.pad(x, padding), weight, bias, stride, groups=groups)


class Depthwise(torch.autograd.Function):
    """Depthwise convolution by a constant kernel; its gradient is one too, with the kernel turned round.

    Written out because oneDNN's own backward pass takes several times the forward pass on a CPU.
    """

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor, stride: int, padding: Padding) -> Tensor:
        ctx.weight, ctx.stride, ctx.padding, ctx.shape = weight, stride, padding, x.shape
        return convolve(x, weight, bias, stride, padding, len(weight))

    @staticmethod
    def backward(ctx: Any, *slopes: Tensor) -> tuple[Tensor | None, ...]:
        slope, weight, stride = slopes[0], ctx.weight, ctx.stride
        turned, reach = weight.flip(2, 3).to(slope.dtype), weight.shape[2] - 1
        if stride == 1 and set(ctx.padding) == {reach // 2}:
            return convolve(slope, turned, None, 1, ctx.padding, len(weight)), None, None, None, None
        left, right, top, bottom = ctx.padding
        high, wide = ctx.shape[2] + top + bottom, ctx.shape[3] + left + right
        if stride > 1:
            n, c, h, w = slope.shape
            sparse = slope.new_zeros((n, c, (h - 1) * stride + 1, (w - 1) * stride + 1))
            sparse = sparse.contiguous(memory_format=torch.channels_last)
            sparse[:, :, ::stride, ::stride] = slope
            slope = sparse
        rest = (reach, reach + wide - (slope.shape[3] + reach), reach, reach + high - (slope.shape[2] + reach))
        whole = F.conv2d(F.pad(slope, rest), turned, groups=len(weight))
        return whole[:, :, top : high - bottom, left : wide - right], None, None, None, None


class FrozenBlock(nn.Module):
    """One inverted bottleneck (Sandler et al., CVPR 2018, figure 3)."""

    def __init__(self, block: Any) -> None:
        super().__init__()
        self.expand = Folded(block._expand_conv, block._bn0) if hasattr(block, "_expand_conv") else None
        self.depth = Folded(block._depthwise_conv, block._bn1)
        self.project = Folded(block._project_conv, block._bn2)
        same = block._block_args.input_filters == self.project.weight.shape[0]
        self.skip = bool(self.depth.stride == 1 and same and block._block_args.id_skip)

    def forward(self, x: Tensor) -> Tensor:
        inner = F.relu6(self.expand(x)) if self.expand is not None else x
        inner = self.project(F.relu6(self.depth(inner)))
        found: Tensor = inner + x if self.skip else inner
        return found
