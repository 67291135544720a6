"""Training runs kept as one safetensors file: networks, optimisers, step; going on gives the same numbers. No pickle.

For runs whose every random number follows from (seed, step), so no random state needs to be kept: see `chance`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import torch

from tonescape.core.errors import InputError, MissingError, TonescapeError
from tonescape.core.store import write_atomically

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


def save(
    path: Path,
    kind: str,
    step: int,
    about: Mapping[str, Any],
    nets: Mapping[str, nn.Module],
    opts: Mapping[str, Optimizer],
) -> None:
    """Write the run. about : settings, plain values that JSON holds; `load` wants the same ones again"""
    packed = _safetensors("safetensors.torch").save
    tensors: dict[str, Tensor] = {}
    for name, net in nets.items():
        tensors |= {f"net/{name}/{key}": value for key, value in net.state_dict().items()}
    for name, opt in opts.items():
        for number, state in opt.state_dict()["state"].items():
            tensors |= {
                f"opt/{name}/{number}/{key}": torch.as_tensor(value)
                for key, value in state.items()
                if value is not None
            }
    header = {"kind": kind, "step": str(step), "about": json.dumps(dict(about), sort_keys=True)}
    write_atomically(
        path, packed({key: value.detach().cpu().contiguous().clone() for key, value in tensors.items()}, header)
    )


def load(
    path: Path, kind: str, about: Mapping[str, Any], nets: Mapping[str, nn.Module], opts: Mapping[str, Optimizer]
) -> int:
    """Put a run back and return its step. InputError for a damaged or foreign file, or one of other settings."""
    library = _safetensors("safetensors")
    try:
        with library.safe_open(path, "pt") as file:
            header = file.metadata() or {}
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 - no mapping
    except (library.SafetensorError, OSError) as problem:
        raise InputError(
            f"{path} cannot be read as a checkpoint ({problem}); delete it or choose another --out"
        ) from None
    if header.get("kind") != kind:
        raise InputError(f"{path} is no checkpoint of tonescape train {kind}; choose another --out")
    try:
        before = json.loads(header["about"])
        now = json.loads(json.dumps(dict(about)))
        changed = [key for key in sorted(before.keys() | now.keys()) if before.get(key) != now.get(key)]
        if changed:
            raise InputError(f"{path} was trained with another {changed[0]}; use the same or choose another --out")
        for name, net in nets.items():
            net.load_state_dict(_under(tensors, f"net/{name}/"))
        for name, opt in opts.items():
            state: dict[int, dict[str, Tensor]] = {}
            for key, value in _under(tensors, f"opt/{name}/").items():
                number, entry = key.split("/")
                state.setdefault(int(number), {})[entry] = value
            opt.load_state_dict({"state": state, "param_groups": opt.state_dict()["param_groups"]})
        return int(header["step"])
    except (KeyError, ValueError, RuntimeError) as problem:
        line = str(problem).splitlines()[0]
        raise InputError(f"{path} does not fit this run ({line}); choose another --out") from None


def _under(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {key.removeprefix(prefix): value for key, value in tensors.items() if key.startswith(prefix)}


def _safetensors(name: str) -> Any:
    from importlib import import_module

    try:
        return import_module(name)
    except ImportError:
        raise MissingError("checkpoints need safetensors; type: pip install 'tonescape[diffusion]'") from None
