"""Pairs of pictures and music to train on: a table of files, and music as a sequence of fixed length."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from tonescape.core.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

    from tonescape.core.records import Curves, Floats

FRAMES = 256
"""time steps of a music sequence, whatever the song's length"""

CODES = 2048
"""of Jukebox's vocabulary (Dhariwal et al., 2020); .npy files of whole numbers hold such codes"""

CODE_WIDTH = 64
"""of the fixed random vectors that stand for codes; the adapter's first layer learns what they mean"""


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """pictures : uint8 [n, 3, side, side]      prompts (n,)      music : float32 [n, FRAMES, d]"""

    pictures: Tensor
    prompts: tuple[str, ...]
    music: Tensor


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


def read_pairs(table: Path, side: int) -> Pairs:
    """A CSV with columns picture, prompt and music; paths are from its folder.

    music : .npy, or a song, which is then listened to
    InputError for a table, picture or sequence that cannot be used.
    """
    from tonescape.train.generators.data import picture

    try:
        with table.open(newline="", encoding="utf-8-sig") as file:
            lines = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        raise InputError(f"{table} cannot be read: {problem}") from None
    if not lines or not {"picture", "prompt", "music"} <= lines[0].keys():
        raise InputError(f"{table} needs rows with the columns picture, prompt and music")
    pictures, music = [], []
    for line in lines:
        path = table.parent / line["picture"]
        try:
            pictures.append(picture(path.read_bytes(), str(path), side))
        except OSError as problem:
            raise InputError(f"{path} is no picture that can be read ({problem})") from None
        music.append(_music(table.parent / line["music"]))
    if len({part.shape[1] for part in music}) > 1:
        raise InputError(f"{table}: the music sequences have different widths; make all of them in one way")
    stacked = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).contiguous()
    return Pairs(stacked, tuple(line["prompt"] for line in lines), torch.from_numpy(np.stack(music)))


def _music(path: Path) -> Floats:
    if path.suffix != ".npy":
        from tonescape.hear import listen

        return frames(sequence(listen(path).curves))
    try:
        return frames(np.load(path, allow_pickle=False))
    except (OSError, ValueError) as problem:
        raise InputError(f"{path} is no music sequence ({problem})") from None
