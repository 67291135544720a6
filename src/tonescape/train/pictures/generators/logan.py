"""LOGAN: latents are improved by one natural-gradient step before both networks learn from them.

Y. Wu, J. Donahue, D. Balduzzi, K. Simonyan & T. Lillicrap, "LOGAN: Latent optimisation for generative adversarial
networks" (arXiv 1912.00953, 2019): one step z' = z + alpha g / (beta + |g|^2), the inverse of the empirical Fisher
matrix g g^T with Tikhonov damping beta; latents uniform in [-1, 1] and clipped there; both losses are taken at z' and
differentiated through the step, and both carry the penalty on its length.

Checked against public summaries and the re-implementation in PyTorch-StudioGAN (src/configs/CIFAR10/LOGAN.yaml): the
step's form, the clipping, the penalty, alpha .9, and .8 as the share that is improved. Not checked, as the paper's own
text was out of reach: BETA and MOVED, which are for ImageNet at 128 px (the re-implementation has .1 and .1 for 32 px
pictures), and whether the .8 are numbers of each latent, as here, or latents of a batch, as there.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from tonescape.train.pictures.generators.family import Family, GeneratorSettings
from tonescape.train.pictures.generators.nets import Critic, Painter

ALPHA, BETA = 0.9, 5.0
"""step, and damping of the Fisher matrix"""

MOVED = 300.0
"""weight of the mean squared length of the step, which keeps latents where samples will be drawn"""

SHARE = 0.8
"""of the latents' numbers that are improved"""


class Logan(Family):
    """Hinge loss; latents uniform in [-1, 1], so that improved ones can be clipped to where samples come from."""

    def __init__(self, settings: GeneratorSettings) -> None:
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
        """The critic from improved latents, then the generator; the slope of each passes through the improvement."""
        better, moved = self.improved(self.uniform(len(pictures)), conditions)
        made = self.generator(better, conditions)
        loss = F.relu(1.0 - self.value(pictures, conditions)).mean() + F.relu(1.0 + self.value(made, conditions)).mean()
        losses = {"critic": self.update("critic", loss + MOVED * moved)}
        better, moved = self.improved(self.uniform(len(pictures)), conditions)
        loss = -self.value(self.generator(better, conditions), conditions).mean() + MOVED * moved
        losses["generator"] = self.update("generator", loss)
        losses["moved"] = float(moved.detach())
        return losses

    def uniform(self, count: int) -> Tensor:
        return torch.rand(count, self.settings.latent, device=self.settings.device) * 2.0 - 1.0
