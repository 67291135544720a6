"""Pairs of pictures and music to train on: a table of files."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from tonescape.core.errors import InputError
from tonescape.render.fusion import frames, sequence

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

    from tonescape.core.records import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """pictures : uint8 [n, 3, side, side]      prompts (n,)      music : float32 [n, FRAMES, d]"""

    pictures: Tensor
    prompts: tuple[str, ...]
    music: Tensor


def read_pairs(table: Path, side: int) -> Pairs:
    """A CSV with columns picture, prompt and music; paths are from its folder.

    music : .npy, or a song, which is then listened to
    InputError for a table, picture or sequence that cannot be used.
    """
    from tonescape.train.pictures.generators.data import picture

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
