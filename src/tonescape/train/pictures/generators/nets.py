"""Blocks that the generators and critics are made of."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import spectral_norm

if TYPE_CHECKING:
    from collections.abc import Sequence

SMALLEST = 4
"""px a side of the first layer's picture"""

MOST_CHANNELS = 160


def channels(side: int, width: int) -> list[int]:
    """Channels at 4, 8 ... `side` px: twice as many a step down, at most MOST_CHANNELS."""
    steps = (side // SMALLEST).bit_length()
    return [min(width * 2 ** (steps - 1 - i), max(width, MOST_CHANNELS)) for i in range(steps)]


class Film(nn.Module):
    """Feature-wise modulation x (1 + a(w)) + b(w) after normalisation (Perez et al., AAAI 2018, eq. 1)."""

    def __init__(self, width: int, source: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(width, affine=False)
        self.line = nn.Linear(source, 2 * width)
        nn.init.zeros_(self.line.weight)
        nn.init.zeros_(self.line.bias)

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        scale, shift = self.line(w)[:, :, None, None].chunk(2, dim=1)
        if self.training:
            found: Tensor = self.norm(x) * (1.0 + scale) + shift
            return found
        # written out, as ONNX wants no batch statistics
        mean, variance = self.norm.get_buffer("running_mean"), self.norm.get_buffer("running_var")
        known = (1.0 + scale) * torch.rsqrt(variance + self.norm.eps)[:, None, None]
        found = (x - mean[:, None, None]) * known + shift
        return found


class UpBlock(nn.Module):
    """Twice the side: repeat, convolve, modulate; `convolutions` times the last two."""

    def __init__(self, inside: int, outside: int, source: int, convolutions: int = 2) -> None:
        super().__init__()
        wide = [inside] + [outside] * convolutions
        pairs = list(pairwise(wide))
        self.convs = nn.ModuleList(nn.Conv2d(a, b, 3, padding=1, bias=False) for a, b in pairs)
        self.films = nn.ModuleList(Film(b, source) for _, b in pairs)

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        x = F.interpolate(x, scale_factor=2.0)
        for conv, film in zip(self.convs, self.films, strict=True):
            x = F.leaky_relu(film(conv(x), w), 0.2)
        return x


class Excite(nn.Module):
    """Skip-layer excitation: a small picture weighs the channels of a large one (Liu et al., ICLR 2021, eq. 1)."""

    def __init__(self, low: int, high: int) -> None:
        super().__init__()
        self.down, self.out = nn.Conv2d(low, high, 4), nn.Conv2d(high, high, 1)

    def forward(self, low: Tensor, high: Tensor) -> Tensor:
        pooled = F.avg_pool2d(low, low.shape[-1] // SMALLEST)
        return high * torch.sigmoid(self.out(F.leaky_relu(self.down(pooled), 0.2)))


class Down(nn.Module):
    """Half the side, residual, without batch statistics (Miyato & Koyama, ICLR 2018, figure 14b)."""

    def __init__(self, inside: int, outside: int, *, spectral: bool = False) -> None:
        super().__init__()
        wrap = spectral_norm if spectral else (lambda layer: layer)
        self.one = wrap(nn.Conv2d(inside, outside, 3, padding=1))
        self.two = wrap(nn.Conv2d(outside, outside, 3, padding=1))
        self.skip = wrap(nn.Conv2d(inside, outside, 1, bias=False))

    def forward(self, x: Tensor) -> Tensor:
        inner = self.two(F.leaky_relu(self.one(F.leaky_relu(x, 0.2)), 0.2))
        found: Tensor = F.avg_pool2d(inner, 2) + self.skip(F.avg_pool2d(x, 2))
        return found


class Critic(nn.Module):
    """Pictures to features [n, k]: residual blocks down to 4 px, then the mean. No batch statistics."""

    def __init__(self, side: int, width: int, *, spectral: bool = False) -> None:
        super().__init__()
        wide = channels(side, width)[::-1]
        self.first = nn.Conv2d(3, wide[0], 3, padding=1)
        blocks = [Down(a, b, spectral=spectral) for a, b in pairwise(wide)]
        self.blocks = nn.Sequential(*blocks)
        self.width = wide[-1]

    def forward(self, x: Tensor) -> Tensor:
        return F.leaky_relu(self.blocks(self.first(x)), 0.2).mean((2, 3))


class Painter(nn.Module):
    """The plain generator: latents and conditions, side by side, modulate every layer; the first grows from them."""

    def __init__(self, side: int, width: int, latent: int, conditions: int) -> None:
        super().__init__()
        self.wide, source = channels(side, width), latent + conditions
        self.first = nn.Linear(source, self.wide[0] * SMALLEST**2)
        self.blocks = nn.ModuleList(
            UpBlock(a, b, source, 1) for a, b in zip(self.wide[:-1], self.wide[1:], strict=True)
        )
        self.last = nn.Conv2d(self.wide[-1], 3, 3, padding=1)

    def forward(self, latents: Tensor, conditions: Tensor) -> Tensor:
        w = torch.cat([latents, conditions], 1)
        x = self.first(w).view(-1, self.wide[0], SMALLEST, SMALLEST)
        for block in self.blocks:
            x = block(x, w)
        return torch.tanh(self.last(x))


def augmented(pictures: Tensor, kinds: Sequence[str] = ("colour", "move", "cut")) -> Tensor:
    """Differentiable augmentation, a draw a picture (Zhao et al., NeurIPS 2020, section 3.3).

    colour : brightness +-.5, saturation 0-2, contrast .5-1.5      move : by up to 1/8      cut : a square half as wide
    """
    n, _, side, _ = pictures.shape
    device = pictures.device
    if "colour" in kinds:
        draw = torch.rand(3, n, 1, 1, 1, device=device)
        pictures = pictures + (draw[0] - 0.5)
        grey = pictures.mean(1, keepdim=True)
        pictures = grey + (pictures - grey) * (2.0 * draw[1])
        mean = pictures.mean((1, 2, 3), keepdim=True)
        pictures = mean + (pictures - mean) * (draw[2] + 0.5)
    at = torch.arange(side, device=device)
    if "move" in kinds:
        most = max(1, side // 8)
        shift = torch.randint(-most, most + 1, (2, n, 1), device=device)
        rows, columns = (at[None] + shift[i] + 1 for i in (0, 1))
        rows, columns = rows.clamp(0, side + 1), columns.clamp(0, side + 1)
        padded = F.pad(pictures, (1, 1, 1, 1))
        one = torch.arange(n, device=device)[:, None, None]
        pictures = padded.permute(0, 2, 3, 1)[one, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)
    if "cut" in kinds:
        corner = torch.randint(-(side // 4), side - side // 4, (2, n, 1), device=device)
        inside = [(at[None] >= corner[i]) & (at[None] < corner[i] + side // 2) for i in (0, 1)]
        keep = ~(inside[0][:, :, None] & inside[1][:, None, :])
        pictures = pictures * keep[:, None]
    return pictures


def penalty(score: Tensor, pictures: Tensor, target: float = 0.0) -> Tensor:
    """Mean (|gradient of score| - target)^2 with respect to the pictures; differentiable itself."""
    (slope,) = torch.autograd.grad(score.sum(), pictures, create_graph=True)
    return torch.as_tensor(((slope.flatten(1).norm(dim=1) - target) ** 2).mean())
