"""Emotional landscapes: emotional residual units, a loss on affective features, growth from 8 px to the full side.

C. Park & I.-K. Lee, "Emotional landscape image generation using generative adversarial networks" (ACCV 2020), for two
ideas, the emotional residual unit and the affective feature matching loss; T. Karras et al., "Progressive growing of
GANs" (ICLR 2018), section 2, for the growth. Of the former only the abstract could be read, which names both and says
what they are for, not how they are made; so their inside is ours: a unit adds to its picture what a convolution makes
of it and the emotion together, and affective features are those from which the critic reads valence and arousal. Layer
sizes, loss weights and the conditioned critic are ours too and may differ from the authors'.
"""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from tonescape.core.errors import UsageError
from tonescape.train.pictures.generators.family import Family, GeneratorSettings
from tonescape.train.pictures.generators.nets import SMALLEST, Down, augmented, channels

AFFECT, MATCHED = 1.0, 0.5
"""weights: of valence and arousal read by the critic, and of affective features against those of real pictures"""

R1 = 1.0
"""half this times the squared slope of the critic at real pictures (Mescheder et al., ICML 2018, eq. 9)"""

GROWING = 0.6
"""share of the steps after which the full side is reached"""


class Unit(nn.Module):
    """Emotional residual unit: x + conv(x and emotion)."""

    def __init__(self, width: int, conditions: int) -> None:
        super().__init__()
        self.one = nn.Conv2d(width + conditions, width, 3, padding=1)
        self.two = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x: Tensor, conditions: Tensor) -> Tensor:
        maps = conditions[:, :, None, None].expand(-1, -1, *x.shape[2:])
        inner = F.leaky_relu(self.one(torch.cat([_normal(x), maps], 1)), 0.2)
        found: Tensor = x + self.two(inner)
        return found


class LandscapeGenerator(nn.Module):
    """Grows. grown : doublings of 4 px now, and the share of the newest, which is faded in"""

    grown: Tensor

    def __init__(self, settings: GeneratorSettings) -> None:
        super().__init__()
        self.wide = wide = channels(settings.side, settings.width)
        self.first = nn.Linear(settings.latent, wide[0] * SMALLEST**2)
        self.start = Unit(wide[0], settings.conditions)
        self.convs = nn.ModuleList(nn.Conv2d(a, b, 3, padding=1) for a, b in pairwise(wide))
        self.units = nn.ModuleList(Unit(b, settings.conditions) for b in wide[1:])
        self.colours = nn.ModuleList(nn.Conv2d(b, 3, 1) for b in wide[1:])
        self.register_buffer("grown", torch.tensor([float(len(wide) - 1), 1.0]))

    def forward(self, latents: Tensor, conditions: Tensor) -> Tensor:
        """[n, 3, side, side]; while small, enlarged."""
        stage, share = int(self.grown[0]), float(self.grown[1])
        x = self.start(_normal(self.first(latents).view(-1, self.wide[0], SMALLEST, SMALLEST)), conditions)
        picture = None
        for number in range(stage):
            x = F.leaky_relu(self.convs[number](F.interpolate(x, scale_factor=2.0)), 0.2)
            x = self.units[number](x, conditions)
            if number >= stage - 2:
                before, picture = picture, torch.tanh(self.colours[number](x))
                if before is not None:
                    picture = (1.0 - share) * F.interpolate(before, scale_factor=2.0) + share * picture
        assert picture is not None
        return F.interpolate(picture, scale_factor=2.0 ** (len(self.wide) - 1 - stage))


class Landscape(Family):
    """Needs conditions, meant for valence and arousal."""

    generator: LandscapeGenerator

    def __init__(self, settings: GeneratorSettings) -> None:
        super().__init__(settings)
        if not settings.conditions:
            raise UsageError("landscape learns from emotions; type: --columns valence,arousal")
        self.generator = LandscapeGenerator(settings)
        wide = channels(settings.side, settings.width)[::-1]
        self.colours = nn.ModuleList(nn.Conv2d(3, width, 1) for width in wide[:-1])
        self.blocks = nn.ModuleList(Down(a, b) for a, b in pairwise(wide))
        self.affective = nn.Linear(wide[-1], wide[-1])
        self.score = nn.Linear(wide[-1] + settings.conditions, 1)
        self.emotion = nn.Linear(wide[-1], settings.conditions)
        self.judge = nn.ModuleList([self.colours, self.blocks, self.affective, self.score, self.emotion])
        self.optimise("critic", self.judge)
        self.optimise("generator", self.generator)

    def stage(self) -> tuple[int, float]:
        """(doublings of 4 px now, share of the newest): half of a stage's steps fade it in."""
        stages = len(self.blocks)
        at = stages * min(1.0, self.position / max(1.0, GROWING * self.settings.steps))
        number = min(stages, int(at) + 1)
        return number, 1.0 if number == 1 or at >= stages else min(1.0, 2.0 * (at - int(at)))

    def seen(self, pictures: Tensor, conditions: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """(score [n], affective features [n, k], emotions [n, c]) of pictures of the full side."""
        number, share = self.stage()
        first = len(self.blocks) - number
        small = F.avg_pool2d(pictures, 2**first) if first else pictures
        x = self.colours[first](small)
        for place in range(first, len(self.blocks)):
            x = self.blocks[place](x)
            if place == first and share < 1.0 and number > 1:
                x = share * x + (1.0 - share) * self.colours[first + 1](F.avg_pool2d(small, 2))
        x = F.leaky_relu(x, 0.2).mean((2, 3))
        affect = F.leaky_relu(self.affective(x), 0.2)
        return self.score(torch.cat([x, conditions], 1))[:, 0], affect, self.emotion(affect)

    def step(self, pictures: Tensor, conditions: Tensor) -> dict[str, float]:
        self.generator.grown.copy_(torch.tensor(self.stage()))
        made = self.generator(self.latents(len(pictures)), conditions)
        shown = augmented(pictures).detach().requires_grad_()
        real, affect, emotion = self.seen(shown, conditions)
        fake, _, _ = self.seen(augmented(made.detach()), conditions)
        (slope,) = torch.autograd.grad(real.sum(), shown, create_graph=True)
        read = F.mse_loss(emotion, conditions)
        loss = F.softplus(-real).mean() + F.softplus(fake).mean() + AFFECT * read
        losses = {"critic": self.update("critic", loss + 0.5 * R1 * (slope * slope).flatten(1).sum(1).mean())}
        fake, felt, emotion = self.seen(augmented(made), conditions)
        matched = F.mse_loss(felt, affect.detach())
        loss = F.softplus(-fake).mean() + AFFECT * F.mse_loss(emotion, conditions) + MATCHED * matched
        losses["generator"] = self.update("generator", loss)
        return losses | {"affect read": float(read.detach()), "features apart": float(matched.detach())}


def _normal(x: Tensor) -> Tensor:
    """Each place's channels to mean square 1 (Karras et al., section 4.2)."""
    return x * torch.rsqrt(x.square().mean(1, keepdim=True) + 1e-8)
