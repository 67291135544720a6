"""AC-GAN on numbers: the critic also says which conditions, such as a song's audio features, a picture goes with.

A. Odena, C. Olah & J. Shlens, "Conditional image synthesis with auxiliary classifier GANs" (ICML 2017), eqs. 2 and 3:
the critic maximises L_S + L_C and the generator L_C - L_S, L_C over real and made pictures alike; Adam with .5 and
.999. Their classes become numbers, so the log-likelihood of the class becomes that of a normal distribution: squared
error. Ours, not theirs: spectral normalisation and differentiable augmentation, for want of data.
"""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional as F

from tonescape.core.errors import UsageError
from tonescape.train.pictures.generators.family import Family, GeneratorSettings
from tonescape.train.pictures.generators.nets import Critic, Painter, augmented

FEATURES = 1.0
"""weight of the squared error of the conditions beside the adversarial loss"""


class AcGan(Family):
    """Needs conditions: twelve audio features and popularity, or valence and arousal."""

    def __init__(self, settings: GeneratorSettings) -> None:
        super().__init__(settings)
        if not settings.conditions:
            raise UsageError("acgan learns from conditions; name them, such as --columns valence,energy,tempo")
        self.generator = Painter(settings.side, settings.width, settings.latent, settings.conditions)
        self.critic = Critic(settings.side, settings.width, spectral=True)
        self.score, self.features = nn.Linear(self.critic.width, 1), nn.Linear(self.critic.width, settings.conditions)
        self.judge = nn.ModuleList([self.critic, self.score, self.features])
        self.optimise("critic", self.judge, betas=(0.5, 0.999))
        self.optimise("generator", self.generator, betas=(0.5, 0.999))

    def predicted(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """(whether the picture is real [n, 1], its conditions [n, k])."""
        with self.lower():
            seen = self.critic(augmented(pictures))
        return self.score(seen.float()), self.features(seen.float())

    def step(self, pictures: Tensor, conditions: Tensor) -> dict[str, float]:
        made = self.generator(self.latents(len(pictures)), conditions)
        (real, features), (fake, guessed) = self.predicted(pictures), self.predicted(made.detach())
        known = F.mse_loss(features, conditions)
        loss = F.softplus(-real).mean() + F.softplus(fake).mean()
        losses = {"critic": self.update("critic", loss + FEATURES * (known + F.mse_loss(guessed, conditions)))}
        fake, features = self.predicted(made)
        asked = F.mse_loss(features, conditions)
        losses["generator"] = self.update("generator", F.softplus(-fake).mean() + FEATURES * asked)
        return losses | {"features real": float(known.detach()), "features made": float(asked.detach())}
