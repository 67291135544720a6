"""Trains the networks of `mood.classes`: first on genres, then on moods, with features hidden at random."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tonescape.mood.classes import CLASSES, FEATURES, Networks, inputs, knowledge, standard
from tonescape.train.lib.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Reals = NDArray[np.float64]
    Labels = NDArray[np.int64]

WIDTH, NARROW = 128, 32
MEMBERS = 3
HIDE = 0.15
"""chance that a known feature is hidden from a network in training, in half of the songs"""
GENRE_EPOCHS, GENRE_BATCH, GENRE_RATE = 8, 512, 4e-3
EPOCHS, BATCH, RATE, HEAD_RATE = 20, 128, 1e-3, 5e-3
DROPOUT, DECAY, SMOOTHING = 0.3, 1e-2, 0.05
LAYERS = ("first", "second", "narrow")


@dataclass(frozen=True, slots=True)
class Trunks:
    """What was learnt from genres: the first three layers of each member (torch modules), and the inputs' scale."""

    members: tuple[Any, ...]
    centre: Reals
    scale: Reals


def pretrain(sets: Sequence[tuple[Reals, Labels]], *, members: int = MEMBERS, epochs: int = GENRE_EPOCHS) -> Trunks:
    """From (the twelve [n, 12], genre [n]) of several tables, each with its own last layer, which is thrown away."""
    import torch

    torch.set_num_threads(1)
    seen = np.concatenate([inputs(values)[0] for values, _ in sets])
    centre, scale = np.nanmean(seen, axis=0), np.nanstd(seen, axis=0) + 1e-9
    values = np.concatenate([v for v, _ in sets])
    genre = torch.tensor(np.concatenate([g for _, g in sets]))
    table = torch.tensor(np.repeat(np.arange(len(sets)), [len(g) for _, g in sets]))
    trained = []
    progress = Progress("genres", members * epochs, "epochs")
    for member in range(members):
        torch.manual_seed(member)
        random = np.random.default_rng(member)
        trunk = _trunk(seen.shape[1] + len(FEATURES))
        heads = torch.nn.ModuleList([torch.nn.Linear(NARROW, int(g.max()) + 1) for _, g in sets])
        batches = max(1, len(genre) // GENRE_BATCH)
        optimiser = torch.optim.AdamW([*trunk.parameters(), *heads.parameters()], weight_decay=1e-3)
        rate = torch.optim.lr_scheduler.OneCycleLR(optimiser, GENRE_RATE, total_steps=epochs * batches)
        for _ in range(epochs):
            x = _hidden(values, centre, scale, random)
            for rows in torch.randperm(len(genre)).tensor_split(batches):
                out = _forward(trunk, x[rows], 0.0)
                loss = sum(
                    torch.nn.functional.cross_entropy(head(out[own]), genre[rows][own], reduction="sum")
                    for number, head in enumerate(heads)
                    if (own := table[rows] == number).any()
                ) / len(rows)
                _step(loss, optimiser, rate)
            progress.advance()
        trained.append(trunk)
    progress.close()
    return Trunks(tuple(trained), centre, scale)


def finetune(trunks: Trunks, values: Reals, labels: Labels, *, epochs: int = EPOCHS, seed: int = 0) -> Networks:
    """Every member goes on with the moods: labels [n] as places in CLASSES."""
    import copy

    import torch

    torch.set_num_threads(1)
    truth, parts = torch.tensor(labels), []
    progress = Progress("mood classes", len(trunks.members) * epochs, "epochs")
    for member, start in enumerate(trunks.members):
        torch.manual_seed(100 * seed + member)
        random = np.random.default_rng(100 * seed + member)
        trunk, head = copy.deepcopy(start), torch.nn.Linear(NARROW, len(CLASSES))
        torch.nn.init.zeros_(head.weight)
        groups = [{"params": trunk.parameters(), "lr": RATE}, {"params": head.parameters(), "lr": HEAD_RATE}]
        optimiser = torch.optim.AdamW(groups, weight_decay=DECAY)
        batches = max(1, round(len(labels) / BATCH))
        rate = torch.optim.lr_scheduler.OneCycleLR(optimiser, [RATE, HEAD_RATE], total_steps=epochs * batches)
        for _ in range(epochs):
            x = _hidden(values, trunks.centre, trunks.scale, random)
            for rows in torch.randperm(len(labels)).tensor_split(batches):
                predicted = head(_forward(trunk, x[rows], DROPOUT))
                _step(
                    torch.nn.functional.cross_entropy(predicted, truth[rows], label_smoothing=SMOOTHING),
                    optimiser,
                    rate,
                )
            progress.advance()
        parts.append(_arrays(trunk, head))
    progress.close()
    stacked = {name: np.stack([part[name] for part in parts]) for name in parts[0]}
    return Networks({**stacked, "centre": trunks.centre, "scale": trunks.scale})


def _trunk(width: int) -> Any:
    import torch

    sizes = {"first": (width, WIDTH), "second": (WIDTH, WIDTH), "narrow": (WIDTH, NARROW)}
    return torch.nn.ModuleDict({name: torch.nn.Linear(*size) for name, size in sizes.items()})


def _forward(trunk: Any, x: Any, dropout: float) -> Any:
    import torch

    def gelu(value: Any) -> Any:
        return torch.nn.functional.gelu(value, approximate="tanh")

    def drop(value: Any) -> Any:
        return torch.nn.functional.dropout(value, dropout)

    v = gelu(trunk["first"](x))
    return torch.tanh(trunk["narrow"](v + drop(gelu(trunk["second"](drop(v))))))


def _hidden(values: Reals, centre: Reals, scale: Reals, random: np.random.Generator) -> Any:
    """Float32 [n, k + 12]: the inputs with features hidden; new ones every epoch."""
    import torch

    seen, owner = inputs(values)
    some = random.random((len(values), 1)) < 0.5
    known = knowledge(values) & ~(some & (random.random(values.shape) < 2 * HIDE))
    return torch.tensor(standard(seen, owner, centre, scale, known), dtype=torch.float32)


def _step(loss: Any, optimiser: Any, rate: Any) -> None:
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    rate.step()


def _arrays(trunk: Any, head: Any) -> dict[str, Reals]:
    out = {}
    for name, layer in [*((name, trunk[name]) for name in LAYERS), ("last", head)]:
        out[name] = layer.weight.detach().numpy().T.astype(np.float64)
        out[f"{name}_bias"] = layer.bias.detach().numpy().astype(np.float64)
    return out
