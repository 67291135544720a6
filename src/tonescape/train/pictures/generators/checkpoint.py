"""A generator's training run on disk: besides what every run keeps, the averaged generator and random states."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from tonescape.train.lib import checkpoints
from tonescape.train.pictures.generators.family import GeneratorSettings

if TYPE_CHECKING:
    from torch import Tensor

    from tonescape.train.pictures.generators.family import Family

KIND = "generator"


def finite(model: Family) -> bool:
    """Whether every weight is a number."""
    return all(bool(torch.isfinite(value).all()) for value in model.state_dict().values() if value.is_floating_point())


def save(path: Path, name: str, model: Family, about: dict[str, Any], rng: list[Tensor]) -> None:
    """Write all that `restore` needs to go on to the same numbers. rng : random state of each process"""
    tensors = {f"net.{key}": value for key, value in model.state_dict().items()}
    tensors |= {f"ema.{key}": value for key, value in model.averaged().items()}
    tensors |= {f"rng.{rank}": state for rank, state in enumerate(rng)}
    whole = {"family": name, "position": model.position, "settings": asdict(model.settings), **about}
    checkpoints.write(path, KIND, whole, tensors | checkpoints.state(model.optimisers))


def read(path: Path) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """(what the header says, the tensors). InputError for a missing, damaged or foreign file."""
    return checkpoints.read(path, KIND)


def settings_of(about: dict[str, Any], **changed: Any) -> GeneratorSettings:
    """The settings a checkpoint was made with."""
    return GeneratorSettings(**{**about["settings"], **changed})


def restore(path: Path, model: Family) -> list[Tensor]:
    """Put a checkpoint into a model of the same family and settings; the processes' random states.

    InputError where it does not fit.
    """
    about, tensors = read(path)
    checkpoints.put_back(path, {"net": model}, model.optimisers, tensors)
    averaged = checkpoints.part(tensors, "ema")
    model._averaged = {key: value.to(model.settings.device) for key, value in averaged.items()}
    model.position = int(about["position"])
    rng = checkpoints.part(tensors, "rng")
    return [rng[key] for key in sorted(rng, key=int)]
