"""A training run on disk: weights, optimisers, averages, random states and position in one .safetensors file.

Everything that is no tensor is JSON in the file's own header, so one rename makes a checkpoint whole. No pickle.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from tonescape.core.errors import InputError, MissingError
from tonescape.core.store import write_atomically
from tonescape.train.generators.family import Settings

if TYPE_CHECKING:
    from torch import Tensor

    from tonescape.train.generators.family import Family

FORMAT = "tonescape generator 1"


def finite(model: Family) -> bool:
    """Whether every weight is a number."""
    return all(bool(torch.isfinite(value).all()) for value in model.state_dict().values() if value.is_floating_point())


def save(path: Path, name: str, model: Family, about: dict[str, Any], rng: list[Tensor]) -> None:
    """Write all that `load` needs to go on to the same numbers. rng : random state of each process"""
    from safetensors.torch import save as packed

    tensors = {f"net.{key}": value for key, value in model.state_dict().items()}
    tensors |= {f"ema.{key}": value for key, value in model.averaged().items()}
    tensors |= {f"rng.{rank}": state for rank, state in enumerate(rng)}
    for which, optimiser in model.optimisers.items():
        for number, state in optimiser.state_dict()["state"].items():
            tensors |= {f"opt.{which}.{number}.{key}": torch.as_tensor(value) for key, value in state.items()}
    whole = {"family": name, "position": model.position, "settings": asdict(model.settings), **about}
    header = {"format": FORMAT, "about": json.dumps(whole)}
    write_atomically(path, packed({k: v.detach().cpu().contiguous().clone() for k, v in tensors.items()}, header))


def read(path: Path) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """(what the header says, the tensors). InputError for a missing, damaged or foreign file."""
    try:
        from safetensors import SafetensorError, safe_open
    except ImportError:
        raise MissingError("checkpoints need safetensors; type: pip install 'tonescape[torch]'") from None
    try:
        with safe_open(path, "pt") as file:
            header = file.metadata() or {}
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 - no mapping
        if header.get("format") != FORMAT:
            raise InputError(f"{path} is no checkpoint of tonescape train generator")
        about: dict[str, Any] = json.loads(header["about"])
    except (SafetensorError, OSError, ValueError, KeyError) as problem:
        raise InputError(f"{path} cannot be read as a checkpoint ({problem}); delete it or train anew") from None
    return about, tensors


def settings_of(about: dict[str, Any], **changed: Any) -> Settings:
    """The settings a checkpoint was made with."""
    return Settings(**{**about["settings"], **changed})


def restore(path: Path, model: Family) -> list[Tensor]:
    """Put a checkpoint into a model of the same family and settings; the processes' random states.

    InputError where it does not fit.
    """
    about, tensors = read(path)
    parts: dict[str, dict[str, Tensor]] = {"net": {}, "ema": {}, "rng": {}, "opt": {}}
    for key, value in tensors.items():
        kind, rest = key.split(".", 1)
        parts[kind][rest] = value
    try:
        model.load_state_dict(parts["net"])
        for which, optimiser in model.optimisers.items():
            _into(optimiser, {k.split(".", 1)[1]: v for k, v in parts["opt"].items() if k.startswith(f"{which}.")})
    except (RuntimeError, KeyError, ValueError) as problem:
        line = str(problem).splitlines()[0]
        raise InputError(
            f"{path} does not fit this generator ({line}); use the same settings or another --out"
        ) from None
    model._averaged = {key: value.to(model.settings.device) for key, value in parts["ema"].items()}
    model.position = int(about["position"])
    return [parts["rng"][key] for key in sorted(parts["rng"], key=int)]


def _into(optimiser: torch.optim.Optimizer, tensors: dict[str, Tensor]) -> None:
    state: dict[int, dict[str, Tensor]] = {}
    for key, value in tensors.items():
        number, name = key.split(".", 1)
        state.setdefault(int(number), {})[name] = value
    optimiser.load_state_dict({"state": state, "param_groups": optimiser.state_dict()["param_groups"]})
