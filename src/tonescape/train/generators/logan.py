"""LOGAN: latents are improved by one natural-gradient step before both networks learn from them.

Y. Wu, J. Donahue, D. Balduzzi, K. Simonyan & T. Lillicrap, "LOGAN: Latent optimisation for generative adversarial
networks" (2019), algorithm 1 with the natural gradient of section 4.1.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from tonescape.train.generators.family import Family, Settings
from tonescape.train.generators.nets import Critic, Painter

ALPHA, BETA = 0.9, 5.0
"""step, and damping of the Fisher matrix"""

MOVED = 300.0
"""weight of the mean squared change, which keeps latents where samples will be drawn"""

SHARE = 0.8
"""of the latents' numbers that are improved"""


class Logan(Family):
    """Hinge loss; latents uniform in [-1, 1], so that improved ones can be clipped to where samples come from."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.generator = Painter(settings.side, settings.width, settings.latent, settings.conditions)
        self.critic = Critic(settings.side, settings.width, spectral=True)
        self.score = nn.Linear(self.critic.width + settings.conditions, 1)
        self.judge = nn.ModuleList([self.critic, self.score])
        self.optimise("critic", self.judge, betas=(0.0, 0.999))
        self.optimise("generator", self.generator, betas=(0.0, 0.999))

    def draw(self, generator: nn.Module, latents: Tensor, conditions: Tensor) -> Tensor:
        """Normal latents become uniform ones."""
        found: Tensor = generator(torch.erf(latents / 2**0.5), conditions)
        return found

    def value(self, pictures: Tensor, conditions: Tensor) -> Tensor:
        return torch.as_tensor(self.score(torch.cat([self.critic(pictures), conditions], 1)))[:, 0]

    def improved(self, latents: Tensor, conditions: Tensor) -> tuple[Tensor, Tensor]:
        """(z' = clip(z + alpha g / (beta + |g|^2)), mean squared change); g the critic's slope, differentiable."""
        latents = latents.requires_grad_()
        value = self.value(self.generator(latents, conditions), conditions)
        (slope,) = torch.autograd.grad(value.sum(), latents, create_graph=True)
        change = ALPHA * slope / (BETA + (slope * slope).sum(1, keepdim=True))
        change = change * (torch.rand_like(latents[:1]) < SHARE)
        return (latents + change).clamp(-1.0, 1.0), (change * change).sum(1).mean()

    def step(self, pictures: Tensor, conditions: Tensor) -> dict[str, float]:
        """The critic from improved latents, then the generator through the improvement (both eq. 9 of the paper)."""
        better, _ = self.improved(self.uniform(len(pictures)), conditions)
        made = self.generator(better.detach(), conditions).detach()
        loss = F.relu(1.0 - self.value(pictures, conditions)).mean() + F.relu(1.0 + self.value(made, conditions)).mean()
        told = {"critic": self.update("critic", loss)}
        better, moved = self.improved(self.uniform(len(pictures)), conditions)
        loss = -self.value(self.generator(better, conditions), conditions).mean() + MOVED * moved
        told["generator"] = self.update("generator", loss)
        told["moved"] = float(moved.detach())
        return told

    def uniform(self, count: int) -> Tensor:
        return torch.rand(count, self.settings.latent, device=self.settings.device) * 2.0 - 1.0
