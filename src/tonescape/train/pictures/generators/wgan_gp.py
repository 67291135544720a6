"""WGAN with gradient penalty: I. Gulrajani et al., "Improved training of Wasserstein GANs" (NeurIPS 2017).

Algorithm 1 with its defaults: penalty weight 10, 5 critic steps a generator step, Adam with 0 and .9; their rate is
1e-4 (`--rate 1e-4`). No batch statistics in the critic, as section 4 asks. The layers are ours.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from tonescape.train.pictures.generators.family import Family, GeneratorSettings
from tonescape.train.pictures.generators.nets import Critic, Painter, penalty

CRITICS = 5
"""critic steps a generator step, as in the paper's algorithm 1"""

PENALTY = 10.0


class WganGp(Family):
    """Conditions, where there are any, go into the generator and into the critic beside its features."""

    def __init__(self, settings: GeneratorSettings) -> None:
        super().__init__(settings)
        self.generator = Painter(settings.side, settings.width, settings.latent, settings.conditions)
        self.critic = Critic(settings.side, settings.width)
        self.score = nn.Linear(self.critic.width + settings.conditions, 1)
        self.judge = nn.ModuleList([self.critic, self.score])
        self.optimise("critic", self.judge, betas=(0.0, 0.9))
        self.optimise("generator", self.generator, betas=(0.0, 0.9))

    def value(self, pictures: Tensor, conditions: Tensor) -> Tensor:
        """The critic's value [n], without a scale."""
        return torch.as_tensor(self.score(torch.cat([self.critic(pictures), conditions], 1)))[:, 0]

    def step(self, pictures: Tensor, conditions: Tensor) -> dict[str, float]:
        """One critic step (eq. 3); every fifth also one of the generator. Full precision: the penalty needs it."""
        with torch.no_grad():
            made = self.generator(self.latents(len(pictures)), conditions)
        share = torch.rand(len(pictures), 1, 1, 1, device=pictures.device)
        between = (share * pictures + (1.0 - share) * made).requires_grad_()
        gap = self.value(pictures, conditions).mean() - self.value(made, conditions).mean()
        slope = penalty(self.value(between, conditions), between, 1.0)
        losses = {"critic": self.update("critic", PENALTY * slope - gap), "distance": float(gap.detach())}
        if self.position % CRITICS == CRITICS - 1:
            made = self.generator(self.latents(len(pictures)), conditions)
            losses["generator"] = self.update("generator", -self.value(made, conditions).mean())
        return losses
