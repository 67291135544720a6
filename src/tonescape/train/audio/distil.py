"""Teach a small network to hear in a patch what the large one hears: the weights of `hear.learned`.

Distillation by regression: the student answers the teacher's per-patch means and maxima, reduced to their first
principal components, of sound that has been through an equaliser, noise and (half the time) a codec, for which the
teacher's answer to the clean sound stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tonescape.hear.bands import N_BANDS
from tonescape.hear.learned import LENGTH
from tonescape.train.lib.progress import Progress

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    Reals = NDArray[np.float32]

WIDTHS = (16, 32, 64, 128, 192)
"""channels of the five convolutions"""

COMPONENTS = 128
"""of the teacher's 1,506 numbers a patch: four fifths of their variance"""

EPOCHS, BATCH, RATE, DECAY = 12, 64, 3e-3, 1e-3
"""passes, patches a step, highest learning rate (one cycle: Smith & Topin 2019) and weight decay (AdamW)"""

EQUALISER, KNOTS, GAIN, NOISE, FLOOR = 0.08, 6, 0.08, 0.03, 0.6
"""augmentation, in units of 20 dB: deviation of an equaliser's six points, of a gain and of noise; how far at most the
floor is raised"""

DROPOUT = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Lessons:
    """What the student learns from, n patches.

    clean, coded [n, 130, 58] float16 : as `hear.learned.patches` makes them, of the sound and of its re-encoding
    answers [n, k] float16 : the teacher's      owners [n] : name of the clip each is from
    """

    clean: NDArray[np.float16]
    coded: NDArray[np.float16]
    answers: NDArray[np.float16]
    owners: NDArray[np.str_]


@dataclass(frozen=True, slots=True, eq=False)
class Goals:
    """The teacher's answers as the student sees them: components of unit variance, and how much each counts."""

    values: Reals
    shares: Reals


def goals(answers: NDArray[Any], rows: NDArray[np.int64]) -> Goals:
    """Principal components [n, 128] of answers [n, k], found on `rows`; weights by the components' deviation."""
    exact = answers.astype(np.float32)
    known = exact[rows]
    mean, std = known.mean(axis=0), known.std(axis=0) + 1e-3
    standard = (known - mean) / std
    covariance = standard.T @ standard / len(known)
    variance, axes = np.linalg.eigh(covariance.astype(np.float64))
    first = np.argsort(-variance)[:COMPONENTS]
    deviation = np.sqrt(np.maximum(variance[first], 1e-9)).astype(np.float32)
    values = ((exact - mean) / std) @ axes[:, first].astype(np.float32) / deviation
    return Goals(values, deviation / deviation.sum())


def teach(
    lessons: Lessons,
    rows: NDArray[np.int64],
    *,
    seed: int = 0,
    epochs: int = EPOCHS,
    name: str = "student",
) -> dict[str, Reals]:
    """Train a student on these rows and return the arrays of `hear.learned`'s network, batch norms folded in.

    name : of the run, in its progress
    """
    import torch

    torch.manual_seed(seed)
    wanted = goals(lessons.answers, rows)
    clean, coded = (torch.from_numpy(part[rows]) for part in (lessons.clean, lessons.coded))
    values = torch.from_numpy(wanted.values[rows])
    shares = torch.from_numpy(wanted.shares)
    # Half precision and channels last halve the time on a processor that has them; elsewhere they cost nothing.
    net = _build().to(memory_format=torch.channels_last)
    steps = max(1, epochs * (len(rows) // BATCH))
    optimiser = torch.optim.AdamW(net.parameters(), RATE, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps + 1)
    net.train()
    batches = range(0, len(rows) - BATCH + 1, BATCH)
    progress = Progress(name, epochs * len(batches))
    for _ in range(epochs):
        order = torch.randperm(len(rows))
        for start in batches:
            chosen = order[start : start + BATCH]
            which = torch.rand(BATCH, 1, 1) < 0.5
            sound = _disturb(torch.where(which, coded[chosen], clean[chosen]).float())
            with torch.autocast("cpu", torch.bfloat16):
                predicted = net(sound[:, None].to(memory_format=torch.channels_last))
            loss = (((predicted.float() - values[chosen]) ** 2) * shares).sum(dim=1).mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            progress.advance(values={"loss": float(loss.detach())})
    progress.close()
    return _folded(net)


def unexplained(lessons: Lessons, rows: NDArray[np.int64], heard: Reals, train: NDArray[np.int64]) -> float:
    """Share of the teacher's answers that a ridge from the student's numbers [n, 192] leaves unexplained on `rows`."""
    wanted = goals(lessons.answers, train)
    mean, std = heard[train].mean(axis=0), heard[train].std(axis=0) + 1e-6
    known = np.c_[(heard - mean) / std, np.ones(len(heard))].astype(np.float64)
    ridge = known[train].T @ known[train] + 10.0 * np.eye(known.shape[1])
    answer = known[rows] @ np.linalg.solve(ridge, known[train].T @ wanted.values[train])
    error = ((answer - wanted.values[rows]) ** 2).mean(axis=0) / wanted.values[rows].var(axis=0)
    return float((error * wanted.shares).sum())


def _build() -> Any:
    """The network, [n, 1, 130, 58] -> [n, 128]."""
    from torch import nn

    class Student(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            layers: list[Any] = []
            for before, after in zip((1, *WIDTHS[:-1]), WIDTHS, strict=True):
                convolution = nn.Conv2d(before, after, 3, stride=2, padding=1, bias=False)
                layers += [convolution, nn.BatchNorm2d(after), nn.ReLU()]
            self.body = nn.Sequential(*layers)
            self.last = nn.Linear(2 * WIDTHS[-1], LENGTH)
            self.drop = nn.Dropout(DROPOUT)
            self.answer = nn.Linear(LENGTH, COMPONENTS)

        def forward(self, sound: Any) -> Any:
            import torch

            body = self.body(sound)
            pooled = torch.cat([body.mean((2, 3)), body.amax((2, 3))], dim=1)
            return self.answer(self.drop(torch.relu(self.last(pooled))))

    return Student()


def _disturb(sound: Any) -> Any:
    """Equaliser, gain, a raised floor and noise; none of them changes what the teacher heard."""
    import torch

    count = len(sound)
    curve = torch.nn.functional.interpolate(
        torch.randn(count, 1, KNOTS) * EQUALISER, size=N_BANDS, mode="linear", align_corners=True
    )
    sound = sound + curve + torch.randn(count, 1, 1) * GAIN
    return torch.maximum(sound, -2.0 + torch.rand(count, 1, 1) * FLOOR) + torch.randn_like(sound) * NOISE


def _folded(net: Any) -> dict[str, Reals]:
    """The network's arrays as `hear.learned` reads them: kernels [9 c, k] with the batch norm multiplied in."""
    arrays: dict[str, Reals] = {}
    for i in range(len(WIDTHS)):
        kernel = net.body[3 * i].weight.detach().numpy()
        norm = net.body[3 * i + 1]
        gain = (norm.weight / (norm.running_var + norm.eps).sqrt()).detach().numpy()
        # torch has [k, c, 3, 3]; the columns that numpy multiplies come as (3, 3, c)
        arrays[f"kernel{i}"] = (kernel * gain[:, None, None, None]).transpose(2, 3, 1, 0).reshape(-1, len(gain))
        arrays[f"shift{i}"] = norm.bias.detach().numpy() - norm.running_mean.numpy() * gain
    arrays["matrix"] = net.last.weight.detach().numpy().T
    arrays["bias"] = net.last.bias.detach().numpy()
    return {name: np.ascontiguousarray(array, dtype=np.float32) for name, array in arrays.items()}
