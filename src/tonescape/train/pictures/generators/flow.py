"""A small flow-matching model without text: from noise to a picture along straight lines, asked by mood.

Y. Lipman et al., "Flow matching for generative modeling" (ICLR 2023), eq. 23, sigma 0; X. Liu et al., "Flow straight
and fast" (ICLR 2023), eq. 1. The samplers have the form of k-diffusion's: model, start, times -> picture.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from tonescape.train.pictures.generators.family import Family, GeneratorSettings

if TYPE_CHECKING:
    from collections.abc import Callable

    Velocity = Callable[[Tensor, Tensor], Tensor]

DROPPED = 0.1
"""share of pictures whose conditions are hidden, so that guidance is possible (Ho & Salimans 2022, algorithm 1)"""

STEPS, GUIDANCE = 16, 1.5
WAVES = 32


class Net(nn.Module):
    """A U-Net of residual blocks, feature-wise modulated by time and conditions: velocity [n, 3, s, s]."""

    def __init__(self, side: int, width: int, conditions: int) -> None:
        super().__init__()
        wide = [width * 2**i if i < 3 else width * 4 for i in range(max(2, (side // 8).bit_length()))]
        source = 4 * width
        self.time = nn.Sequential(nn.Linear(2 * WAVES, source), nn.SiLU(), nn.Linear(source, source))
        self.asked = nn.Linear(conditions + 1, source)
        self.first = nn.Conv2d(3, width, 3, padding=1)
        pairs = list(zip([width, *wide[:-1]], wide, strict=True))
        self.down = nn.ModuleList(Residual(a, b, source) for a, b in pairs)
        self.middle = Residual(wide[-1], wide[-1], source)
        self.up = nn.ModuleList(Residual(2 * b, a, source) for a, b in reversed(pairs))
        self.last = nn.Conv2d(width, 3, 3, padding=1)
        nn.init.zeros_(self.last.weight)

    def forward(self, x: Tensor, time: Tensor, conditions: Tensor, shown: Tensor) -> Tensor:
        """time [n] 0 noise .. 1 picture      shown [n, 1] : 1 where the conditions may be seen"""
        waves = torch.exp(torch.linspace(0.0, math.log(1000.0), WAVES, device=x.device))
        angle = time[:, None] * waves
        w = self.time(torch.cat([angle.sin(), angle.cos()], 1)) + self.asked(torch.cat([conditions * shown, shown], 1))
        x, kept = self.first(x), []
        for block in self.down:
            x = block(x, w)
            kept.append(x)
            x = F.avg_pool2d(x, 2)
        x = self.middle(x, w)
        for block in self.up:
            x = block(torch.cat([F.interpolate(x, scale_factor=2.0), kept.pop()], 1), w)
        found: Tensor = self.last(F.silu(x))
        return found


class Residual(nn.Module):
    def __init__(self, inside: int, outside: int, source: int) -> None:
        super().__init__()
        self.before, self.after = nn.GroupNorm(min(8, inside // 4), inside), nn.GroupNorm(min(8, outside // 4), outside)
        self.one, self.two = (nn.Conv2d(a, outside, 3, padding=1) for a in (inside, outside))
        self.line = nn.Linear(source, 2 * outside)
        self.skip = nn.Conv2d(inside, outside, 1) if inside != outside else nn.Identity()
        nn.init.zeros_(self.two.weight)

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        scale, shift = self.line(F.silu(w))[:, :, None, None].chunk(2, dim=1)
        inner = self.after(self.one(F.silu(self.before(x)))) * (1.0 + scale) + shift
        found: Tensor = self.skip(x) + self.two(F.silu(inner))
        return found


class Flow(Family):
    """One network; a sample costs STEPS of Heun's method, twice as many evaluations, twice that with guidance."""

    packs = False

    def __init__(self, settings: GeneratorSettings) -> None:
        super().__init__(settings)
        self.generator = Net(settings.side, settings.width, settings.conditions)
        self.optimise("generator", self.generator, betas=(0.9, 0.99))

    def step(self, pictures: Tensor, conditions: Tensor) -> dict[str, float]:
        """Squared error of the velocity x1 - x0 at (1 - t) x0 + t x1; t logit-normal, most often in the middle."""
        n = len(pictures)
        time = torch.sigmoid(torch.randn(n, device=pictures.device))
        noise = torch.randn_like(pictures)
        t = time[:, None, None, None]
        shown = (torch.rand(n, 1, device=pictures.device) >= DROPPED).float()
        with self.lower():
            predicted = self.generator((1.0 - t) * noise + t * pictures, time, conditions, shown)
        return {"velocity": self.update("generator", F.mse_loss(predicted.float(), pictures - noise))}

    def latents(self, count: int) -> Tensor:
        return torch.randn(count, self.settings.latent, device=self.settings.device)

    def draw(self, generator: nn.Module, latents: Tensor, conditions: Tensor) -> Tensor:
        """The start is noise of a generator seeded by each picture's latents, so that a latent is a picture."""
        side, noise = self.settings.side, []
        for latent in latents.cpu():
            seed = int(latent[:2].double().mul(2**24).long().abs().sum())
            noise.append(torch.randn(3, side, side, generator=torch.Generator().manual_seed(seed)))
        shown = torch.ones(len(latents), 1, device=latents.device)

        def velocity(x: Tensor, time: Tensor) -> Tensor:
            predicted: Tensor = generator(x, time.expand(len(x)), conditions, shown)
            if not conditions.shape[1]:
                return predicted.float()
            free: Tensor = generator(x, time.expand(len(x)), conditions, shown * 0.0)
            return (free + GUIDANCE * (predicted - free)).float()

        return sample_heun(velocity, torch.stack(noise).to(latents.device), torch.linspace(0.0, 1.0, STEPS + 1))


def sample_euler(velocity: Velocity, x: Tensor, times: Tensor) -> Tensor:
    """x moved from times[0] to times[-1] by Euler's method."""
    for now, then in pairwise(times):
        x = x + (then - now) * velocity(x, now.to(x.device))
    return x


def sample_heun(velocity: Velocity, x: Tensor, times: Tensor) -> Tensor:
    """The same by Heun's method: second order, two evaluations a step (Karras et al., NeurIPS 2022, algorithm 1)."""
    for now, then in pairwise(times):
        one = velocity(x, now.to(x.device))
        two = velocity(x + (then - now) * one, then.to(x.device))
        x = x + (then - now) * (one + two) / 2.0
    return x
