"""VQGAN in plain torch: pictures to a grid of codes and back, and reading those that others trained.

Esser, Rombach & Ommer, "Taming Transformers for High-Resolution Image Synthesis" (CVPR 2021): encoder, codebook and
decoder of section 3.1 and table 7; the codebook learns by moving averages (van den Oord et al., "Neural Discrete
Representation Learning", 2017, appendix A.1). Imported only by what needs torch.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from tonescape.core.errors import WeightsError
from tonescape.render.learned import package

if TYPE_CHECKING:
    from pathlib import Path

FORMAT = "tonescape vqgan 1"
GROUPS = 8
"""of the group normalisations; every width is a multiple"""

DECAY, SMOOTH = 0.99, 1e-5
"""of the codebook's moving averages; the authors' own code"""


@dataclass(frozen=True, slots=True)
class Config:
    """width : channels at full size      mults : of it at each halving      blocks : residual ones a level
    codes, dim : of the codebook

    A code stands for 2 ** (len(mults) - 1) px a side.
    """

    width: int = 64
    mults: tuple[int, ...] = (1, 1, 2, 2, 4)
    blocks: int = 2
    codes: int = 1024
    dim: int = 64

    @property
    def factor(self) -> int:
        return int(2 ** (len(self.mults) - 1))


class Codec(Protocol):
    """What the engine needs of a VQGAN. codes [k, dim]; pictures [n, 3, h, w] in [-1, 1]; grids [n, dim, h/f, w/f]."""

    codes: Tensor
    factor: int

    def encode(self, pictures: Tensor) -> Tensor: ...

    def decode(self, grid: Tensor) -> Tensor: ...

    def to(self, place: str) -> Any: ...


class ResidualBlock(nn.Module):
    """Two convolutions and a way round them."""

    def __init__(self, inside: int, outside: int) -> None:
        super().__init__()
        self.norms = nn.ModuleList((nn.GroupNorm(GROUPS, inside), nn.GroupNorm(GROUPS, outside)))
        self.convs = nn.ModuleList((nn.Conv2d(inside, outside, 3, 1, 1), nn.Conv2d(outside, outside, 3, 1, 1)))
        self.past: nn.Module = nn.Identity() if inside == outside else nn.Conv2d(inside, outside, 1)

    def forward(self, x: Tensor) -> Tensor:
        inner = x
        for norm, conv in zip(self.norms, self.convs, strict=True):
            inner = conv(F.silu(norm(inner)))
        out: Tensor = self.past(x) + inner
        return out


class Attention(nn.Module):
    """One head over all places of the coarsest grid, with a way round it."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm, self.parts, self.out = (
            nn.GroupNorm(GROUPS, width),
            nn.Conv2d(width, 3 * width, 1),
            nn.Conv2d(width, width, 1),
        )

    def forward(self, x: Tensor) -> Tensor:
        n, c, h, w = x.shape
        q, k, v = self.parts(self.norm(x)).reshape(n, 3, c, h * w).transpose(2, 3).unbind(1)
        seen = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(n, c, h, w)
        out: Tensor = x + self.out(seen)
        return out


class Up(nn.Module):
    """Twice the size, then a convolution: no checkerboard (Odena et al., "Deconvolution and Checkerboard", 2016)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv(F.interpolate(x, scale_factor=2.0, mode="nearest"))
        return out


def _encoder(c: Config) -> nn.Sequential:
    layers: list[nn.Module] = [nn.Conv2d(3, c.width, 3, 1, 1)]
    width = c.width
    for level, mult in enumerate(c.mults):
        for _ in range(c.blocks):
            layers.append(ResidualBlock(width, c.width * mult))
            width = c.width * mult
        if level + 1 < len(c.mults):
            layers.append(nn.Conv2d(width, width, 3, 2, 1))
    layers += [
        ResidualBlock(width, width),
        Attention(width),
        ResidualBlock(width, width),
        nn.GroupNorm(GROUPS, width),
        nn.SiLU(),
    ]
    return nn.Sequential(*layers, nn.Conv2d(width, c.dim, 3, 1, 1))


def _decoder(c: Config) -> nn.Sequential:
    width = c.width * c.mults[-1]
    layers: list[nn.Module] = [
        nn.Conv2d(c.dim, width, 3, 1, 1),
        ResidualBlock(width, width),
        Attention(width),
        ResidualBlock(width, width),
    ]
    for level, mult in reversed(list(enumerate(c.mults))):
        for _ in range(c.blocks + 1):
            layers.append(ResidualBlock(width, c.width * mult))
            width = c.width * mult
        if level:
            layers.append(Up(width))
    return nn.Sequential(*layers, nn.GroupNorm(GROUPS, width), nn.SiLU(), nn.Conv2d(width, 3, 3, 1, 1))


def nearest(grid: Tensor, codes: Tensor) -> Tensor:
    """int64 [n, h, w], the code nearest to each place. grid [n, dim, h, w], codes [k, dim]; Esser et al., eq. 2"""
    flat = grid.permute(0, 2, 3, 1).reshape(-1, grid.shape[1])
    away = flat.square().sum(1, keepdim=True) - 2 * flat @ codes.T + codes.square().sum(1)
    return away.argmin(1).reshape(grid.shape[0], *grid.shape[2:])


def quantised(grid: Tensor, codes: Tensor) -> Tensor:
    """Each place's nearest code; gradients pass as if nothing had happened (straight through)."""
    hard = codes[nearest(grid, codes)].permute(0, 3, 1, 2)
    return grid + (hard - grid).detach()


class Vqgan(nn.Module):
    """Our own VQGAN. In training mode `forward` also moves the codebook."""

    codes: Tensor
    counts: Tensor
    sums: Tensor

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config, self.factor = config, config.factor
        self.encoder, self.decoder = _encoder(config), _decoder(config)
        self.register_buffer("codes", torch.randn(config.codes, config.dim) / config.dim**0.5)
        self.register_buffer("counts", torch.ones(config.codes))
        self.register_buffer("sums", self.codes.clone())

    def encode(self, pictures: Tensor) -> Tensor:
        out: Tensor = self.encoder(pictures)
        return out

    def decode(self, grid: Tensor) -> Tensor:
        out: Tensor = self.decoder(grid)
        return out

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """(pictures again, commitment loss ||sg(code) - grid||^2 (Esser et al., eq. 4), numbers of the codes)"""
        grid = self.encode(pictures)
        numbers = nearest(grid, self.codes)
        hard = self.codes[numbers].permute(0, 3, 1, 2)
        if self.training:
            self._move(grid.detach(), numbers)
        commitment = F.mse_loss(grid, hard)
        return self.decode(grid + (hard - grid).detach()), commitment, numbers

    @torch.no_grad()
    def _move(self, grid: Tensor, numbers: Tensor) -> None:
        """Van den Oord et al. (2017), eqs. 6 to 8, with Laplace smoothing of the counts."""
        flat, chosen = grid.permute(0, 2, 3, 1).reshape(-1, grid.shape[1]), numbers.reshape(-1)
        counts = torch.bincount(chosen, minlength=len(self.codes)).to(self.counts)
        sums = torch.zeros_like(self.sums).index_add_(0, chosen, flat)
        self.counts.mul_(DECAY).add_(counts, alpha=1 - DECAY)
        self.sums.mul_(DECAY).add_(sums, alpha=1 - DECAY)
        whole = self.counts.sum()
        smooth = (self.counts + SMOOTH) / (whole + len(self.codes) * SMOOTH) * whole
        self.codes.copy_(self.sums / smooth[:, None])

    @torch.no_grad()
    def revive(self, grid: Tensor, numbers: Tensor, least: float) -> int:
        """Put codes used less than `least` times a step at places of `grid` (Dhariwal et al., "Jukebox", 2020, section
        3.2); how many. numbers : int64 [codes], the places, drawn by the caller so that a run can be repeated"""
        flat = grid.permute(0, 2, 3, 1).reshape(-1, grid.shape[1])
        dead = self.counts < least
        fresh = flat[numbers % len(flat)].to(self.codes)
        self.codes[dead], self.sums[dead], self.counts[dead] = fresh[dead], fresh[dead], 1.0
        return int(dead.sum())


class Foreign:
    """A `VQModel` of diffusers behind the same four names."""

    def __init__(self, model: Any) -> None:
        self.model, self.codes = model, model.quantize.embedding.weight.detach()
        self.factor = int(2 ** (len(model.config.block_out_channels) - 1))
        self.unit = bool(model.config.lookup_from_codebook)  # aMUSEd's lives in [0, 1], latent diffusion's in [-1, 1]

    def encode(self, pictures: Tensor) -> Tensor:
        out: Tensor = self.model.quant_conv(self.model.encoder((pictures + 1) / 2 if self.unit else pictures))
        return out

    def decode(self, grid: Tensor) -> Tensor:
        given = grid if self.model.config.norm_type == "spatial" else None
        out: Tensor = self.model.decoder(self.model.post_quant_conv(grid), given)
        return 2 * out - 1 if self.unit else out

    def to(self, place: str) -> Foreign:
        self.model.to(place)
        self.codes = self.codes.to(place)
        return self


def save(model: Vqgan, folder: Path) -> None:
    """config.json and model.safetensors, as `load` reads them."""
    from tonescape.core.store import write_atomically

    packed = package("safetensors.torch").save
    tensors = {name: value.detach().cpu().contiguous() for name, value in model.state_dict().items()}
    write_atomically(folder / "model.safetensors", packed(tensors, {"format": FORMAT}))
    text = json.dumps({"format": FORMAT, **asdict(model.config)}, indent=1) + "\n"
    write_atomically(folder / "config.json", text.encode())


def load(folder: Path) -> Codec:
    """The VQGAN of a folder: one of `tonescape train vqgan`, or a `VQModel` of diffusers.

    WeightsError in one line for a damaged or foreign folder.
    """
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        if config.get("format") == FORMAT:
            known = {name: config[name] for name in Config.__dataclass_fields__}
            model = Vqgan(Config(**(known | {"mults": tuple(known["mults"])})))
            model.load_state_dict(package("safetensors.torch").load_file(folder / "model.safetensors"))
            model.eval().requires_grad_(False)
            return model
        if config.get("_class_name") == "VQModel":
            kind = package("diffusers").VQModel
            return Foreign(
                kind.from_pretrained(folder, local_files_only=True, use_safetensors=True).requires_grad_(False)
            )
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, AttributeError) as problem:
        line = " ".join(str(problem).split())[:160]
        raise WeightsError(f"{folder}: not a VQGAN that can be used ({line}); get its files again") from problem
    except package("safetensors").SafetensorError as problem:
        raise WeightsError(f"{folder}: model.safetensors is damaged ({problem}); get its files again") from problem
    raise WeightsError(f"{folder}: neither of `tonescape train vqgan` nor a VQModel of diffusers")
