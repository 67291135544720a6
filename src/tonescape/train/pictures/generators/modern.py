"""The modern generator: projected discriminators on frozen ImageNet features, feature-wise conditions, augmentation.

A. Sauer, K. Chitta, J. Mueller & A. Geiger, "Projected GANs converge faster" (NeurIPS 2021), sections 3 and 4: four
depths of a frozen network, mixed by random 1 x 1 and 3 x 3 convolutions, a small discriminator on each, hinge loss.
Generator after FastGAN (B. Liu et al., ICLR 2021). Conditions modulate the generator, enter each discriminator by
projection (Miyato & Koyama, ICLR 2018, eq. 3), and a frozen ridge regression on the same features, fitted to the
training pictures, says how far a picture is from what was asked (an AC-GAN's term with a classifier that cannot drift).

The frozen network is EfficientNet-Lite1. The yardstick looks through Lite0 and judge "b" through Lite2: other weights,
but the same design and the same ImageNet, so distances measured with Lite0 flatter this generator somewhat.
"""

from __future__ import annotations

from functools import reduce
from itertools import pairwise
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import spectral_norm

from tonescape.train.pictures.generators.family import Family, GeneratorSettings
from tonescape.train.pictures.generators.frozen import Eye
from tonescape.train.pictures.generators.nets import SMALLEST, Excite, Film, UpBlock, augmented, channels

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tonescape.train.pictures.generators.data import Pool

BACKBONE = "lite1"
MIXED = (32, 64, 96, 128)
"""channels of the four depths after mixing, fine to coarse"""

SPACE = 64
"""numbers a discriminator compares with the conditions'"""

ASKED = 0.8
"""weight of the distance between the mood asked for and the mood seen"""

RIDGE = 30.0
FITTED = 3000
"""pictures that the ridge regression is fitted to"""

PART = 4
"""one picture of so many is also looked at without augmentation, for its mood"""


class ModernGenerator(nn.Module):
    """Latents and conditions to pictures; excitation from 4 and 8 px to the largest two."""

    def __init__(self, settings: GeneratorSettings) -> None:
        super().__init__()
        self.wide = wide = channels(settings.side, settings.width)
        source = settings.latent + settings.conditions
        self.style = nn.Sequential(nn.Linear(source, 96), nn.LeakyReLU(0.2), nn.Linear(96, 96), nn.LeakyReLU(0.2))
        self.first = nn.Linear(settings.latent, wide[0] * SMALLEST**2)
        self.start = Film(wide[0], 96)
        pairs = list(pairwise(wide))
        self.blocks = nn.ModuleList(UpBlock(a, b, 96, 1 if i == 0 else 2) for i, (a, b) in enumerate(pairs))
        self.reach = min(3, len(wide) - 1)
        self.excite = nn.ModuleList(Excite(wide[i], wide[i + self.reach]) for i in range(len(wide) - self.reach))
        self.last = nn.Conv2d(wide[-1], 3, 3, padding=1)

    def forward(self, latents: Tensor, conditions: Tensor) -> Tensor:
        w = self.style(torch.cat([latents, conditions], 1))
        x = self.first(latents).view(-1, self.wide[0], SMALLEST, SMALLEST)
        seen = [F.leaky_relu(self.start(x, w), 0.2)]
        for number, block in enumerate(self.blocks):
            x = block(seen[-1], w)
            if number + 1 >= self.reach:
                x = self.excite[number + 1 - self.reach](seen[number + 1 - self.reach], x)
            seen.append(x)
        return torch.tanh(self.last(seen[-1]))


class Mixer(nn.Module):
    """Random, frozen: channels mixed at each depth, then coarse added to fine (Sauer et al., section 3.2)."""

    def __init__(self, widths: tuple[int, ...], out: tuple[int, ...] = MIXED) -> None:
        super().__init__()
        self.across = nn.ModuleList(nn.Conv2d(a, b, 1, bias=False) for a, b in zip(widths, out, strict=True))
        self.between = nn.ModuleList(
            nn.Conv2d(out[min(i + 1, len(out) - 1)], b, 3, padding=1, bias=False) for i, b in enumerate(out)
        )
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d):
                nn.init.kaiming_normal_(layer.weight, a=1.0)
        self.requires_grad_(False)

    def forward(self, depths: list[Tensor]) -> list[Tensor]:
        mixed = [layer(x) for layer, x in zip(self.across, depths, strict=True)]
        for i in range(len(mixed) - 2, -1, -1):
            coarse = F.interpolate(mixed[i + 1], size=mixed[i].shape[2:], mode="bilinear", align_corners=False)
            mixed[i] = (mixed[i] + self.between[i](coarse)) * 0.7071
        return mixed


class DepthDiscriminator(nn.Module):
    """A discriminator of one depth: spectrally normalised convolutions to a score a place."""

    def __init__(self, width: int, halvings: int, conditions: int) -> None:
        super().__init__()
        wide = [width] + [96] * (halvings + 1)
        layers: list[nn.Module] = []
        for i, (a, b) in enumerate(pairwise(wide)):
            size, stride = (4, 2) if i < halvings else (3, 1)
            layers += [spectral_norm(nn.Conv2d(a, b, size, stride, padding=1)), nn.LeakyReLU(0.2)]
        self.body = nn.Sequential(*layers)
        self.score = spectral_norm(nn.Conv2d(96, 1, 1))
        self.space = spectral_norm(nn.Conv2d(96, SPACE, 1)) if conditions else None
        self.asked = (
            nn.Sequential(nn.Linear(conditions, SPACE), nn.LeakyReLU(0.2), nn.Linear(SPACE, SPACE))
            if conditions
            else None
        )

    def forward(self, x: Tensor, conditions: Tensor) -> Tensor:
        x = self.body(x)
        score: Tensor = self.score(x)
        if self.space is not None and self.asked is not None:
            score = score + (self.space(x) * self.asked(conditions)[:, :, None, None]).sum(1, keepdim=True) / SPACE**0.5
        return score.flatten(1)


class Modern(Family):
    """Projected GAN with a FastGAN-like generator."""

    def __init__(self, settings: GeneratorSettings) -> None:
        super().__init__(settings)
        self.generator = ModernGenerator(settings)
        self.eye = Eye(BACKBONE)
        self.mixer = Mixer(self.eye.widths)
        self.heads = nn.ModuleList(
            DepthDiscriminator(w, max(0, 2 - i), settings.conditions) for i, w in enumerate(MIXED)
        )
        self.mood = nn.Linear(sum(self.eye.widths), max(1, settings.conditions))
        self.mood.requires_grad_(False)
        self.optimise("generator", self.generator)
        self.optimise("heads", self.heads)

    @torch.no_grad()
    def prepare(self, pool: Pool) -> None:
        """Fit the frozen ridge regression from pooled features to conditions."""
        if not self.settings.conditions:
            return
        rows = pool.order(0, 0)[:FITTED]
        seen = []
        for part in torch.split(rows, 64):
            pictures = pool.pictures[part].to(self.settings.device).float() / 127.5 - 1.0
            with self.lower():
                seen.append(_pooled(self.eye(pictures.contiguous(memory_format=torch.channels_last))))
        x, y = torch.cat(seen).double(), pool.conditions[rows].to(self.settings.device).double()
        centre, scale = x.mean(0), x.std(0) + 1e-3
        x = (x - centre) / scale
        gram = x.T @ x + RIDGE * torch.eye(x.shape[1], dtype=x.dtype, device=x.device)
        weight = torch.linalg.solve(gram, x.T @ y) / scale[:, None]
        self.mood.weight.copy_(weight.T.float())
        self.mood.bias.copy_((y.mean(0) - centre @ weight).float())

    def scores(self, depths: list[Tensor], conditions: Tensor) -> list[Tensor]:
        mixed = self.mixer(depths)
        return [head(x, conditions) for head, x in zip(self.heads, mixed, strict=True)]

    def step(self, pictures: Tensor, conditions: Tensor) -> dict[str, float]:
        """Hinge loss on each depth (Sauer et al., eq. 4); discriminators first, then the generator."""
        self.heads.requires_grad_(True)
        with self.lower():
            with torch.no_grad():
                made = self.generator(self.latents(len(pictures)), conditions)
                true, false = self.eye(augmented(pictures)), self.eye(augmented(made.float()))
            real, fake = self.scores(true, conditions), self.scores(false, conditions)
            loss = _mean(
                F.relu(1.0 - r.float()).mean() + F.relu(1.0 + f.float()).mean() for r, f in zip(real, fake, strict=True)
            )
        losses = {"discriminators": self.update("heads", loss)}
        self.heads.requires_grad_(False)
        with self.lower():
            made = self.generator(self.latents(len(pictures)), conditions).float()
            depths = self.eye(augmented(made))
            loss = _mean(-score.float().mean() for score in self.scores(depths, conditions))
            if self.settings.conditions:
                few = max(1, len(made) // PART)
                predicted = self.mood(_pooled(self.eye(made[:few])))
                gap = F.mse_loss(predicted.float(), conditions[:few])
                loss = loss + ASKED * gap
                losses["mood"] = float(gap.detach())
        losses["generator"] = self.update("generator", loss)
        return losses


def _mean(losses: Iterable[Tensor]) -> Tensor:
    """The mean of one or more scalars."""
    parts = list(losses)
    return reduce(torch.add, parts) / len(parts)


def _pooled(depths: list[Tensor]) -> Tensor:
    return torch.cat([x.float().mean((2, 3)) for x in depths], 1)
