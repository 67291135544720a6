"""How music joins a text embedding: an adapter, and four fusions, one of which starts at text-only quality exactly.

The covers project (2024) fused music by concatenation, by a linear layer and by cross-attention, and lost the picture
(FID 170 for text alone, 529 to 741 fused): each of these hands the frozen network embeddings it has never seen. Gated
cross-attention (Alayrac et al., "Flamingo", 2022, section 3.1.2) adds tanh(gate) times something, with the gate at 0.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor, nn

from tonescape.core.errors import InputError, WeightsError
from tonescape.core.store import write_atomically
from tonescape.render.learned import package, stored

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tonescape.core.records import Curves, Floats

FORMAT = "tonescape music fusion 1"

FRAMES = 256
"""time steps of a music sequence, whatever the song's length"""

CODES = 2048
"""of Jukebox's vocabulary (Dhariwal et al., 2020); .npy files of whole numbers hold such codes"""

CODE_WIDTH = 64
"""of the fixed random vectors that stand for codes; the adapter's first layer learns what they mean"""


STRIDES = 2
"""convolutions of the adapter, each halving the number of time steps"""


class Adapter(nn.Module):
    """Music [n, t, inside] to [n, length, width]: linear, strided convolutions, pooling to the text's length, norm.

    absent : [length, width], learned; stands for music that is not there
    """

    def __init__(self, inside: int, width: int, length: int) -> None:
        super().__init__()
        self.linear = nn.Linear(inside, width)
        layers: list[nn.Module] = []
        for _ in range(STRIDES):
            layers += [nn.SiLU(), nn.Conv1d(width, width, 3, 2, 1)]
        self.convs, self.pool, self.norm = nn.Sequential(*layers), nn.AdaptiveAvgPool1d(length), nn.LayerNorm(width)
        self.absent = nn.Parameter(torch.zeros(length, width))

    def forward(self, music: Tensor, present: Tensor) -> Tensor:
        """present : bool [n]"""
        seen = self.pool(self.convs(self.linear(music).transpose(1, 2))).transpose(1, 2)
        out: Tensor = torch.where(present[:, None, None], self.norm(seen), self.absent)
        return out


class Alone(nn.Module):
    """No music: what every fusion is measured against."""

    def forward(self, text: Tensor, music: Tensor, present: Tensor) -> Tensor:
        return text


class Concatenation(nn.Module):
    """The music's vectors behind the text's: [n, 2 length, width]."""

    def forward(self, text: Tensor, music: Tensor, present: Tensor) -> Tensor:
        return torch.cat([text, music], 1)


class Linear(nn.Module):
    """Text and music side by side, through one linear layer back to the text's width."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.mix = nn.Linear(2 * width, width)

    def forward(self, text: Tensor, music: Tensor, present: Tensor) -> Tensor:
        out: Tensor = self.mix(torch.cat([text, music], 2))
        return out


def _forward_layers(width: int) -> nn.Sequential:
    return nn.Sequential(nn.LayerNorm(width), nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))


class Cross(nn.Module):
    """Cross-attention, the text asking and the music answering, then feed-forward layers: the original's third way.

    Its report does not say where it went round the layers; here only the feed-forward ones have a way round.
    """

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.attention, self.forward_layers = (
            nn.MultiheadAttention(width, heads, batch_first=True),
            _forward_layers(width),
        )

    def forward(self, text: Tensor, music: Tensor, present: Tensor) -> Tensor:
        seen = self.attention(text, music, music, need_weights=False)[0]
        out: Tensor = seen + self.forward_layers(seen)
        return out


class Gated(nn.Module):
    """text + tanh(a) attention(text, music), then + tanh(b) layers(that); a = b = 0 at first, so the text comes out
    bit for bit, and without music always."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.attention, self.forward_layers = (
            nn.MultiheadAttention(width, heads, batch_first=True),
            _forward_layers(width),
        )
        self.gates = nn.Parameter(torch.zeros(2))

    def forward(self, text: Tensor, music: Tensor, present: Tensor) -> Tensor:
        first, second = torch.tanh(self.gates)
        here = present[:, None, None].to(text.dtype)
        asked = self.attention(self.norm(text), music, music, need_weights=False)[0]
        text = text + here * first * asked
        out: Tensor = text + here * second * self.forward_layers(text)
        return out


FUSIONS: dict[str, Callable[[int, int], nn.Module]] = {
    "text": lambda width, heads: Alone(),
    "concatenation": lambda width, heads: Concatenation(),
    "linear": lambda width, heads: Linear(width),
    "cross": Cross,
    "gated": Gated,
}
"""by name; made from the text embedding's width and the number of heads"""


class Fusion(nn.Module):
    """Adapter and fusion: text [n, length, width] and music [n, t, inside] to what the diffusion network is shown."""

    def __init__(self, kind: str, inside: int, width: int, length: int, heads: int) -> None:
        super().__init__()
        self.length = length
        self.shape: dict[str, Any] = {"kind": kind, "inside": inside, "width": width, "length": length, "heads": heads}
        self.adapter, self.fuse = Adapter(inside, width, length), FUSIONS[kind](width, heads)

    def forward(self, text: Tensor, music: Tensor, present: Tensor) -> Tensor:
        """present : bool [n], whether the music counts"""
        out: Tensor = self.fuse(text, self.adapter(music, present), present)
        return out

    def joined(self, text: Tensor, music: Floats, present: bool) -> Tensor:
        """A prompt of k chunks, [1, k length, width], each joined with the music by itself, end to end again."""
        chunks = text.reshape(-1, self.length, text.shape[2])
        heard = torch.from_numpy(music).to(text).expand(len(chunks), -1, -1)
        shown: Tensor = self(chunks, heard, torch.full((len(chunks),), present, device=text.device))
        return shown.reshape(1, -1, text.shape[2])


def save(fusion: Fusion, path: Path) -> None:
    """The trained fusion by itself, as `load` reads it."""
    packed = package("safetensors.torch").save
    tensors = {name: value.detach().cpu().contiguous() for name, value in fusion.state_dict().items()}
    write_atomically(path, packed(tensors, {"format": FORMAT, "shape": json.dumps(fusion.shape)}))


def load(path: Path) -> Fusion:
    """What `save` wrote. WeightsError in one line for a missing, damaged or foreign file."""
    try:
        header, tensors = stored(path, FORMAT)
        shape: dict[str, Any] = json.loads(header["shape"])
        made = Fusion(**shape)
        made.load_state_dict(tensors)
    except (ValueError, KeyError, TypeError, RuntimeError, AssertionError) as problem:
        line = " ".join(str(problem).split())[:160]
        raise WeightsError(f"{path}: not a fusion that can be used ({line}); name the --out folder of one") from None
    made.eval().requires_grad_(False)
    return made


def sequence(curves: Curves) -> Floats:
    """float32 [t, 17]: chroma, energy, low, mid, high and onset of a song that was heard."""
    columns = [
        curves.chroma,
        *(part[:, None] for part in (curves.energy, curves.low, curves.mid, curves.high, curves.onset)),
    ]
    return np.concatenate(columns, 1).astype(np.float32)


def frames(music: Any) -> Floats:
    """float32 [FRAMES, d] of [t, d] numbers, by means or repetition, or of [t] codes in 0 .. CODES - 1.

    InputError for another shape, no steps, a value that is no number, or a code out of range.
    """
    array = np.asarray(music)
    if array.ndim == 1 and array.dtype.kind in "iu":
        if array.size and not 0 <= array.min() <= array.max() < CODES:
            raise InputError(f"music codes must be in 0 .. {CODES - 1}")
        array = np.random.default_rng(0).standard_normal((CODES, CODE_WIDTH)).astype(np.float32)[array]
    if array.ndim != 2 or not array.size or array.dtype.kind not in "fiu" or not np.isfinite(array).all():
        raise InputError(f"a music sequence must be [t, d] finite numbers or [t] whole codes, not {array.shape}")
    edges = np.linspace(0, len(array), FRAMES + 1)
    starts = np.minimum(edges[:-1].astype(int), len(array) - 1)
    ends = np.maximum(np.ceil(edges[1:]).astype(int), starts + 1)
    return np.stack([array[a:b].mean(0) for a, b in zip(starts, ends, strict=True)]).astype(np.float32)
