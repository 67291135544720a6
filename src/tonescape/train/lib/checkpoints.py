"""Training runs on disk: networks, optimisers and position in one safetensors file; going on gives the same numbers.

`write`, `read`, `state` and `put_back` are what every run uses; tensors are named part.rest, and what is no tensor is
JSON in the file's own header, so one rename makes a checkpoint whole. No pickle. `save` and `load` are for runs whose
every random number follows from (seed, step), see `chance`; generators keep random states (`generators/checkpoint`).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import torch

from tonescape.core.errors import InputError, TonescapeError
from tonescape.core.store import write_atomically
from tonescape.render.learned import package, stored

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from torch import Tensor, nn
    from torch.optim import Optimizer


def chance(seed: int, step: int, purpose: int = 0) -> torch.Generator:
    """Random numbers of a step, on the CPU; another purpose, other numbers."""
    return torch.Generator().manual_seed((seed * 1_000_003 + step * 31 + purpose) % 2**63)


def rows(seed: int, step: int, batch: int, count: int) -> Tensor:
    """int64 [batch], pictures of a step: each epoch visits all in a new order, and batches run on into the next."""
    found = []
    for place in range(step * batch, (step + 1) * batch):
        order = torch.randperm(count, generator=chance(seed, place // count, 7))
        found.append(order[place % count])
    return torch.stack(found)


def checked(loss: float, step: int, path: Path) -> float:
    """`loss`; TonescapeError where it is no number, so that the last good checkpoint stays."""
    if loss != loss or loss in (float("inf"), float("-inf")):
        kept = f"the last good checkpoint is {path}" if path.exists() else "no checkpoint was written yet"
        raise TonescapeError(f"step {step}: the loss is no number; {kept}; try a smaller --rate")
    return loss


def write(path: Path, kind: str, about: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> None:
    """Write a checkpoint, whole or not at all. kind : such as "generator"      about : plain values that JSON holds"""
    packed = package("safetensors.torch").save
    header = {"format": f"tonescape {kind} 1", "about": json.dumps(dict(about))}
    whole = {key: value.detach().cpu().contiguous().clone() for key, value in tensors.items()}
    write_atomically(path, packed(whole, header))


def read(path: Path, kind: str) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """(about, the tensors). InputError for a missing, damaged or foreign file."""
    try:
        header, tensors = stored(path, f"tonescape {kind} 1")
        about: dict[str, Any] = json.loads(header["about"])
    except (ValueError, KeyError) as problem:
        raise InputError(
            f"{path} cannot be read as a checkpoint of tonescape train {kind} ({problem}); delete it or choose another "
            "--out"
        ) from None
    return about, tensors


def part(tensors: Mapping[str, Tensor], name: str) -> dict[str, Tensor]:
    """Those called NAME.rest, by the rest."""
    return {key.removeprefix(f"{name}."): value for key, value in tensors.items() if key.startswith(f"{name}.")}


def state(opts: Mapping[str, Optimizer]) -> dict[str, Tensor]:
    """What optimisers remember, as opt.NAME.NUMBER.KEY."""
    found: dict[str, Tensor] = {}
    for name, opt in opts.items():
        for number, entry in opt.state_dict()["state"].items():
            known = {key: torch.as_tensor(value) for key, value in entry.items() if value is not None}
            found |= {f"opt.{name}.{number}.{key}": value for key, value in known.items()}
    return found


def put_back(
    path: Path, nets: Mapping[str, nn.Module], opts: Mapping[str, Optimizer], kept: Mapping[str, Tensor]
) -> None:
    """Networks (by the part that holds them) and optimisers as they were. InputError where they differ."""
    try:
        for name, net in nets.items():
            net.load_state_dict(part(kept, name))
        for name, opt in opts.items():
            entries: dict[int, dict[str, Tensor]] = {}
            for key, value in part(kept, f"opt.{name}").items():
                number, entry = key.split(".", 1)
                entries.setdefault(int(number), {})[entry] = value
            opt.load_state_dict({"state": entries, "param_groups": opt.state_dict()["param_groups"]})
    except (RuntimeError, KeyError, ValueError) as problem:
        line = str(problem).splitlines()[0]
        raise InputError(f"{path} does not fit this run ({line}); use the same settings or another --out") from None


def save(
    path: Path,
    kind: str,
    step: int,
    about: Mapping[str, Any],
    nets: Mapping[str, nn.Module],
    opts: Mapping[str, Optimizer],
) -> None:
    """Write the run. about : settings, plain values that JSON holds; `load` wants the same ones again"""
    tensors = {f"net.{name}.{key}": value for name, net in nets.items() for key, value in net.state_dict().items()}
    write(path, kind, {"position": step, "settings": dict(about)}, tensors | state(opts))


def load(
    path: Path, kind: str, about: Mapping[str, Any], nets: Mapping[str, nn.Module], opts: Mapping[str, Optimizer]
) -> int:
    """Put a run back and return its step. InputError for a damaged or foreign file, or one of other settings."""
    found, tensors = read(path, kind)
    try:
        before, position = dict(found["settings"]), int(found["position"])
    except (KeyError, TypeError, ValueError):
        raise InputError(f"{path} does not say where it stopped; delete it or choose another --out") from None
    now = json.loads(json.dumps(dict(about)))
    changed = [key for key in sorted(before.keys() | now.keys()) if before.get(key) != now.get(key)]
    if changed:
        raise InputError(f"{path} was trained with another {changed[0]}; use the same or choose another --out")
    put_back(path, {f"net.{name}": net for name, net in nets.items()}, opts, tensors)
    return position
