"""What every generator family is: networks, their optimisers, one training step, and a way to sample."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from tonescape.train.pictures.generators.data import Pool


@dataclass(frozen=True, slots=True)
class GeneratorSettings:
    """How a family is built and trained; kept in the checkpoint.

    side : px, a power of two from 16      width : channels of the narrowest layer      latent : numbers drawn
    batch : pictures a step and process      steps : of the whole run, which schedules refer to
    rate : learning rate of Adam      ema : half-life of the averaged generator, in steps
    bf16 : bfloat16 arithmetic for convolutions      conditions : numbers that describe a picture, 0 for none
    """

    side: int = 64
    width: int = 32
    latent: int = 64
    batch: int = 16
    steps: int = 1000
    rate: float = 2e-4
    ema: float = 500.0
    bf16: bool = False
    conditions: int = 0
    device: str = "cpu"


class Family(nn.Module):
    """Base of all families.

    Subclasses make `generator` and perhaps a critic in __init__, register optimisers with `optimise`, and define
    `step(pictures, conditions) -> losses` and `draw(generator, latents, conditions) -> pictures`. Pictures are
    [n, 3, side, side] in [-1, 1], conditions [n, k] standardised, latents [n, latent] normal.
    """

    packs: ClassVar[bool] = True
    """whether ONNX can hold the way it draws"""

    generator: nn.Module

    def __init__(self, settings: GeneratorSettings) -> None:
        super().__init__()
        self.settings = settings
        self.position = 0
        self.optimisers: dict[str, torch.optim.Optimizer] = {}
        self._averaged: dict[str, Tensor] = {}

    def prepare(self, pool: Pool) -> None:
        """Look at the training data once, before the first step; for families that need to."""

    def step(self, pictures: Tensor, conditions: Tensor) -> dict[str, float]:
        raise NotImplementedError

    def draw(self, generator: nn.Module, latents: Tensor, conditions: Tensor) -> Tensor:
        found: Tensor = generator(latents, conditions)
        return found

    def latents(self, count: int) -> Tensor:
        return torch.randn(count, self.settings.latent, device=self.settings.device)

    def optimise(
        self, name: str, net: nn.Module, *, betas: tuple[float, float] = (0.0, 0.99), rate: float = 1.0
    ) -> None:
        """Adam for the trainable weights of `net`. rate : times settings.rate"""
        weights = [w for w in net.parameters() if w.requires_grad]
        self.optimisers[name] = torch.optim.Adam(weights, lr=rate * self.settings.rate, betas=betas)

    def update(self, name: str, loss: Tensor) -> float:
        """One optimiser step down `loss`; the processes of a torchrun take the mean of their gradients first.

        The mean is taken here and not by DistributedDataParallel, whose hooks see neither a gradient penalty's second
        derivative nor the gradient with respect to latents.
        """
        optimiser = self.optimisers[name]
        optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        mean_over_processes([w.grad for group in optimiser.param_groups for w in group["params"] if w.grad is not None])
        optimiser.step()
        return float(loss.detach())

    def lower(self) -> AbstractContextManager[Any]:
        """bfloat16 for what tolerates it, where settings say so."""
        kind = torch.device(self.settings.device).type
        return torch.autocast(kind, torch.bfloat16) if self.settings.bf16 else nullcontext()

    def average(self) -> None:
        """Move the averaged generator towards the present one; called after every step."""
        keep = 0.5 ** (1.0 / min(self.settings.ema, 1.0 + 0.5 * self.position))
        for name, now in self.generator.state_dict().items():
            kept = self._averaged.get(name)
            if kept is None or not now.is_floating_point():
                self._averaged[name] = now.detach().clone()
            else:
                kept.lerp_(now.detach(), 1.0 - keep)

    def averaged(self) -> dict[str, Tensor]:
        """The averaged generator's weights; the present ones before the first step."""
        return self._averaged or {k: v.detach().clone() for k, v in self.generator.state_dict().items()}

    @torch.no_grad()
    def sample(self, latents: Tensor, conditions: Tensor) -> Tensor:
        """Pictures [n, 3, side, side] in [-1, 1] by the averaged generator; the same for the same input."""
        from torch.func import functional_call

        was = self.generator.training
        self.generator.eval()
        weights = self.averaged()

        class Averaged(nn.Module):
            """The generator called with other weights."""

            def forward(_, *given: Tensor) -> Tensor:
                found: Tensor = functional_call(self.generator, weights, given)
                return found

        try:
            with self.lower():
                return self.draw(Averaged(), latents, conditions).float().clamp(-1.0, 1.0)
        finally:
            self.generator.train(was)


def mean_over_processes(tensors: list[Tensor]) -> None:
    """Each tensor becomes its mean over the processes of a torchrun; nothing happens in a single process."""
    import torch.distributed as dist

    if not (dist.is_available() and dist.is_initialized()):
        return
    for tensor in tensors:
        dist.all_reduce(tensor)
        tensor /= dist.get_world_size()
