"""Train a VQGAN on a folder of pictures, for the engine `vqgan-clip`: `tonescape train vqgan --data FOLDER --out DIR`.

Esser, Rombach & Ommer (CVPR 2021), section 3.1: distance in pixels and in features, commitment to the codebook, and a
patch critic whose share is set by the gradients at the last layer. Instead of LPIPS, whose weights are in no package
that can be installed here, the features are EfficientNet-Lite0's, all channels counting alike.
"""

from __future__ import annotations

import json
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from tonescape.core.errors import InputError, UsageError
from tonescape.core.store import make_folder, write_atomically
from tonescape.render import vqgan
from tonescape.train.lib import arguments as options
from tonescape.train.lib import checkpoints
from tonescape.train.lib.progress import Progress

if TYPE_CHECKING:
    pass

KIND = "vqgan"
COMMIT = 0.25
"""weight of the commitment loss (van den Oord et al., 2017, eq. 3)"""

CRITIC = 0.8
"""of the adversarial loss, before its own balance; the authors' configuration"""

REVIVE, LEAST = 50, 0.03
"""steps between looks for dead codes, and uses a step below which a code is dead"""


@dataclass(frozen=True, slots=True)
class VqganSettings:
    """side : px      rate : of both Adams      critic_from : step at which the critic joins"""

    model: vqgan.Config = field(default_factory=vqgan.Config)
    side: int = 256
    batch: int = 8
    rate: float = 1e-4
    critic_from: int = 10_000
    seed: int = 0


class PatchCritic(nn.Module):
    """Real or made, patch by patch (Isola et al., "Image-to-Image Translation", CVPR 2017, section 3.2.2).

    Group instead of batch normalisation, so that a picture's verdict does not depend on its neighbours.
    """

    def __init__(self, width: int = 64, deep: int = 3) -> None:
        super().__init__()
        layers: list[nn.Module] = [nn.Conv2d(3, width, 4, 2, 1), nn.LeakyReLU(0.2)]
        for level in range(1, deep + 1):
            now, stride = width * min(2**level, 8), 2 if level < deep else 1
            before = width * min(2 ** (level - 1), 8)
            layers += [nn.Conv2d(before, now, 4, stride, 1, bias=False), nn.GroupNorm(8, now), nn.LeakyReLU(0.2)]
        self.layers = nn.Sequential(*layers, nn.Conv2d(width * min(2**deep, 8), 1, 4, 1, 1))

    def forward(self, pictures: Tensor) -> Tensor:
        out: Tensor = self.layers(pictures)
        return out


@cache
def _eye(place: str) -> Any:
    from tonescape.train.pictures.judges.backbone import _network

    return _network("lite0").requires_grad_(False).to(place)


def _depths(pictures: Tensor) -> list[Tensor]:
    """What EfficientNet-Lite0 has at the end of each stage, each place a unit vector. pictures : [-1, 1]"""
    net = _eye(str(pictures.device))
    x = net._swish(net._bn0(net._conv_stem(pictures)))
    found = [x]
    for number, block in enumerate(net._blocks):
        x = block(x)
        last = number + 1 == len(net._blocks)
        if last or net._blocks[number + 1]._depthwise_conv.stride[0] > 1:
            found.append(x)
    return [F.normalize(depth, dim=1) for depth in found]


def perceptual(one: Tensor, other: Tensor) -> Tensor:
    """Mean squared distance of unit feature vectors, summed over depths (Zhang et al., CVPR 2018, eq. 1, all w = 1)."""
    total = one.new_zeros(())
    for a, b in zip(_depths(one), _depths(other), strict=True):
        total = total + (a - b).square().sum(1).mean()
    return total


class VqganRun:
    """A training run. step : done so far; `advance` does one and returns its losses"""

    def __init__(self, settings: VqganSettings, pictures: Tensor, place: str = "cpu") -> None:
        """pictures : uint8 [n, 3, side, side]"""
        if settings.side % settings.model.factor:
            raise UsageError(f"--side {settings.side} is no multiple of {settings.model.factor}; choose one that is")
        self.settings, self.pictures, self.place, self.step = settings, pictures, place, 0
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(settings.seed)
            self.model, self.critic = vqgan.Vqgan(settings.model).to(place), PatchCritic().to(place)
        adam: dict[str, Any] = {"lr": settings.rate, "betas": (0.5, 0.9)}
        self.opts: dict[str, torch.optim.Optimizer] = {
            "model": torch.optim.Adam([*self.model.encoder.parameters(), *self.model.decoder.parameters()], **adam),
            "critic": torch.optim.Adam(self.critic.parameters(), **adam),
        }
        self.nets: dict[str, nn.Module] = {"model": self.model, "critic": self.critic}

    def batch(self) -> Tensor:
        """float [batch, 3, side, side] in [-1, 1] of this step, each mirrored or not by chance."""
        picked = checkpoints.rows(self.settings.seed, self.step, self.settings.batch, len(self.pictures))
        flip = torch.rand(len(picked), generator=checkpoints.chance(self.settings.seed, self.step, 1)) < 0.5
        found = self.pictures[picked].float() / 127.5 - 1
        found[flip] = found[flip].flip(3)
        return found.to(self.place)

    def advance(self) -> dict[str, float]:
        """One step: the model's, the critic's where it has joined, and now and then a new life for dead codes."""
        real = self.batch()
        joined = self.step >= self.settings.critic_from
        self.model.train()
        half = torch.autocast("cuda", torch.bfloat16) if self.place == "cuda" else nullcontext()
        with half:
            made, commitment, numbers = self.model(real)
            pixels, seen = (real - made).abs().mean(), perceptual(real, made)
        near = pixels + seen
        fooled = -self.critic(made).mean() if joined else near.new_zeros(())
        share = self._share(near, fooled) if joined else near.new_zeros(())
        loss = near + COMMIT * commitment + CRITIC * share * fooled
        self.opts["model"].zero_grad(set_to_none=True)
        loss.backward()
        verdict = self._criticise(real, made.detach()) if joined else 0.0
        parts = {"loss": loss, "pixels": pixels, "features": seen}
        losses = {name: float(value.detach()) for name, value in parts.items()} | {"critic": verdict}
        if any(value != value or abs(value) == float("inf") for value in losses.values()):
            return losses  # before it reaches the weights
        self.opts["model"].step()
        if self.step % REVIVE == REVIVE - 1:
            draw = torch.randint(
                2**31, (self.settings.model.codes,), generator=checkpoints.chance(self.settings.seed, self.step, 2)
            )
            with torch.no_grad():
                self.model.revive(self.model.encode(real), draw.to(self.place), LEAST)
        self.step += 1
        return losses | {"codes": len(numbers.unique()) / self.settings.model.codes}

    def _share(self, near: Tensor, fooled: Tensor) -> Tensor:
        """Esser et al., eq. 7: how strong the critic may pull at the last layer, against what else pulls there."""
        last = list(self.model.decoder.parameters())[-2]
        one, other = (torch.autograd.grad(part, last, retain_graph=True)[0].norm() for part in (near, fooled))
        share: Tensor = (one / (other + 1e-4)).clamp(0, 1e4).detach()
        return share

    def _criticise(self, real: Tensor, made: Tensor) -> float:
        """Hinge loss (Lim & Ye, "Geometric GAN", 2017, eq. 12)."""
        loss: Any = (F.relu(1 - self.critic(real)).mean() + F.relu(1 + self.critic(made)).mean()) / 2
        self.opts["critic"].zero_grad(set_to_none=True)
        loss.backward()
        self.opts["critic"].step()
        return float(loss.detach())

    def about(self) -> dict[str, Any]:
        return asdict(self.settings) | {"pictures": len(self.pictures)}

    def save(self, path: Path) -> None:
        checkpoints.save(path, KIND, self.step, self.about(), self.nets, self.opts)

    def restore(self, path: Path) -> None:
        """Go on from a checkpoint. InputError as in `resume.load`."""
        self.step = checkpoints.load(path, KIND, self.about(), self.nets, self.opts)

    def sheet(self, path: Path, count: int = 8) -> None:
        """PNG: the first pictures above, what the codes make of them below."""
        from PIL import Image

        real = self.pictures[:count].to(self.place).float() / 127.5 - 1
        self.model.eval()
        with torch.no_grad():
            made = self.model(real)[0].clamp(-1, 1)
        both = torch.cat([torch.cat(list(row), 2) for row in (real, made)], 1)
        Image.fromarray(((both + 1) * 127.5).round().byte().permute(1, 2, 0).cpu().numpy()).save(path)


def train(run: VqganRun, out: Path, steps: int, every: int) -> None:
    """Run until `steps`, writing checkpoint, metrics.jsonl, sheet and the model for the engine each `every` steps."""
    make_folder(out)
    checkpoint, metrics = out / "checkpoint.safetensors", out / "metrics.jsonl"
    if checkpoint.exists():
        run.restore(checkpoint)
    kept = (
        [line for line in metrics.read_text().splitlines() if json.loads(line)["step"] <= run.step]
        if metrics.exists()
        else []
    )
    progress = Progress(KIND, steps, done=run.step)
    while run.step < steps:
        losses = run.advance()
        checkpoints.checked(losses["loss"], run.step, checkpoint)
        kept.append(json.dumps({"step": run.step} | {name: round(value, 6) for name, value in losses.items()}))
        if run.step % every == 0 or run.step == steps:
            run.save(checkpoint)
            write_atomically(metrics, ("\n".join(kept) + "\n").encode())
            run.sheet(out / f"sheet-{run.step:07d}.png")
            vqgan.save(run.model, out / "model")
        progress.advance(values=losses)
    progress.close()


def main(argv: list[str] | None = None) -> int:
    """The command; the model in OUT/model is what TONESCAPE_VQGAN wants."""
    from tonescape.train.pictures.generators.data import read

    ask = options.parser("Train a VQGAN on a folder of pictures, for the engine vqgan-clip; run it again to go on.")
    options.add_data(ask, "folder of pictures, or .parquet with a column image")
    ask.add_argument("--out", type=Path, required=True, help="folder for checkpoint, metrics, sheets and model")
    ask.add_argument("--steps", type=int, default=100_000, help="in all, those of earlier runs counted in")
    ask.add_argument("--every", type=int, default=1000, help="steps between checkpoints")
    plain, model = VqganSettings(), vqgan.Config()
    for name, text in (
        ("side", "px a side"),
        ("batch", "pictures a step"),
        ("critic_from", "step at which the critic joins"),
        ("seed", "of the random numbers"),
    ):
        ask.add_argument(f"--{name.replace('_', '-')}", type=int, default=getattr(plain, name), help=text)
    ask.add_argument("--rate", type=float, default=plain.rate, help="learning rate of Adam")
    for name, text in (
        ("width", "channels of the widest layer at full size"),
        ("codes", "entries of the codebook"),
        ("dim", "numbers of a code"),
        ("blocks", "residual blocks at each size"),
    ):
        ask.add_argument(f"--{name}", type=int, default=getattr(model, name), help=text)
    ask.add_argument("--mults", type=int, nargs="+", default=list(model.mults), help="channels at each halving")
    given = ask.parse_args(argv)
    if min(given.steps, given.every, given.batch, given.side) < 1:
        raise UsageError("steps, every, batch and side must be above 0")
    shape = replace(
        model, width=given.width, mults=tuple(given.mults), blocks=given.blocks, codes=given.codes, dim=given.dim
    )
    settings = VqganSettings(shape, given.side, given.batch, given.rate, given.critic_from, given.seed)
    pool = read(given.data, given.side)
    if not len(pool.pictures):
        raise InputError(f"{given.data} holds no pictures")
    run = VqganRun(settings, pool.pictures, "cuda" if torch.cuda.is_available() else "cpu")
    train(run, given.out, given.steps, given.every)
    print(f"step {run.step} of {given.steps}; {given.out / 'model'}")
    return 0
