"""The one training loop: epochs, sample grids, a curve page, checkpoints that resume exactly, and several processes.

Data parallel: start it with `torchrun --nproc-per-node N -m tonescape.train.pictures.generators.train ...`; each
process takes its share of every epoch, gradients are averaged (see `Family.update`), the first process writes.
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from tonescape.core.errors import InputError, OutputError
from tonescape.core.store import make_folder, write_atomically
from tonescape.train.lib.charts import lines
from tonescape.train.lib.progress import Progress
from tonescape.train.pictures.generators import checkpoint, load_family

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from torch import Tensor

    from tonescape.core.records import Pixels
    from tonescape.train.pictures.generators.data import Pool
    from tonescape.train.pictures.generators.family import Family, GeneratorSettings

GRID = 36
"""pictures of a sample grid"""

EVERY = 10
"""steps between two lines of metrics.jsonl"""

CURVE_POINTS = 400


@dataclass(frozen=True, slots=True)
class Processes:
    """Which of how many processes this one is."""

    rank: int = 0
    count: int = 1


def processes(device: str) -> Processes:
    """Join the other processes of a torchrun; alone where there is none."""
    count = int(os.environ.get("WORLD_SIZE", "1"))
    if count == 1:
        return Processes()
    import torch.distributed as dist

    if not dist.is_initialized():
        dist.init_process_group("nccl" if device.startswith("cuda") else "gloo")
    return Processes(dist.get_rank(), dist.get_world_size())


def train(
    name: str,
    pool: Pool,
    settings: GeneratorSettings,
    out: Path,
    *,
    seed: int = 0,
    minutes: float = float("inf"),
    keep: Sequence[int] = (),
) -> Family:
    """Train until settings.steps, or for so many minutes, in `out`; goes on where an earlier run stopped.

    keep : steps whose checkpoints stay as `step-N.safetensors`
    Writes checkpoint.safetensors, metrics.jsonl, curves.svg and grid-NNNN.png each epoch.
    InputError where a loss is no number: the last good checkpoint stays.
    """
    who = processes(settings.device)
    make_folder(out)
    torch.manual_seed(seed)
    model: Family = load_family(name)(settings)
    layout: dict[str, Any] = {"memory_format": torch.channels_last}  # taken, but absent from torch's annotations
    model.to(settings.device, **layout)
    file, log = out / "checkpoint.safetensors", _Log(out / "metrics.jsonl")
    if file.exists():
        rng = checkpoint.restore(file, model)
        _set_random(rng[who.rank] if who.rank < len(rng) else None, seed + who.rank)
        log.cut(model.position)
    else:
        model.prepare(pool)
        _set_random(None, seed + who.rank)
    about = {
        "names": pool.names,
        "centre": pool.centre.tolist(),
        "scale": pool.scale.tolist(),
        "seed": seed,
        "data": pool.sources,
        "data_terms": pool.terms,
    }
    fixed = fixed_inputs(settings, pool, seed)
    per_epoch = max(1, len(pool) // (settings.batch * who.count))
    began = time.monotonic()
    progress = Progress(name, settings.steps, done=model.position, shown=who.rank == 0)
    spent = False
    while model.position < settings.steps and not spent:
        epoch, place = divmod(model.position, per_epoch)
        order = pool.order(epoch, seed)[who.rank :: who.count]
        rows = order[place * settings.batch : (place + 1) * settings.batch]
        losses = model.step(*pool.batch(rows, settings.device))
        _stop_at_nan(losses, model, file)
        model.position += 1
        model.average()
        log.add(model.position, losses, write=who.rank == 0)
        spent = _time_is_up(began, minutes, who)
        ended = model.position % per_epoch == 0 or model.position == settings.steps or model.position in keep
        if ended or spent:
            _keep(name, model, about, file, log, out, fixed, who, epoch)
            if model.position in keep and who.rank == 0:
                write_atomically(out / f"step-{model.position}.safetensors", file.read_bytes())
        progress.advance(values=losses)
    progress.close()
    return model


def _time_is_up(began: float, minutes: float, who: Processes) -> bool:
    """Whether the run has had its minutes by the first process's clock, so that all stop at the same step."""
    up = torch.tensor(float(time.monotonic() - began >= 60.0 * minutes))
    if who.count > 1 and np.isfinite(minutes):
        import torch.distributed as dist

        dist.broadcast(up, 0)
    return bool(up)


def _stop_at_nan(losses: Mapping[str, float], model: Family, file: Path) -> None:
    wrong = [key for key, value in losses.items() if not np.isfinite(value)]
    if wrong:
        last = f"the last good state is {file}" if file.exists() else "no state was kept yet"
        raise InputError(f"{wrong[0]} is no number at step {model.position + 1}; {last}; try a lower --rate")


def _keep(
    name: str,
    model: Family,
    about: dict[str, Any],
    file: Path,
    log: _Log,
    out: Path,
    fixed: tuple[Tensor, Tensor],
    who: Processes,
    epoch: int,
) -> None:
    """Checkpoint, sample grid and curves; every process takes part, the first one writes."""
    if not checkpoint.finite(model):
        _stop_at_nan({"a weight": float("nan")}, model, file)
    rng = _random_of_all(who, model.settings.device)
    if who.rank == 0:
        checkpoint.save(file, name, model, about, rng)
        write_grid(out / f"grid-{epoch + 1:04d}.png", to_pixels(model.sample(*fixed)))
        log.flush()
        _curves(log.path, out / "curves.svg", name)


def fixed_inputs(settings: GeneratorSettings, pool: Pool, seed: int) -> tuple[Tensor, Tensor]:
    """Latents and conditions of the sample grid, the same in every epoch; conditions from the data, spread evenly."""
    latents = torch.randn(GRID, settings.latent, generator=torch.Generator().manual_seed(seed + 1))
    rows = torch.linspace(0, len(pool) - 1, GRID).long()
    if pool.conditions.shape[1]:
        rows = pool.conditions[:, 0].argsort()[rows]
    return latents.to(settings.device), pool.conditions[rows].to(settings.device)


def to_pixels(pictures: Tensor) -> Pixels:
    """uint8 [n, h, w, 3] of pictures in [-1, 1]."""
    scaled = ((pictures.float() + 1.0) * 127.5).round().clamp(0, 255).to(torch.uint8)
    found: Pixels = scaled.permute(0, 2, 3, 1).contiguous().cpu().numpy()
    return found


def write_grid(path: Path, images: Sequence[Pixels] | Pixels, columns: int = 6) -> None:
    """Pictures of one size side by side as PNG."""
    import io

    from PIL import Image

    rows = -(-len(images) // columns)
    side = images[0].shape[0]
    sheet = np.full((rows * side, columns * side, 3), 255, np.uint8)
    for place, image in enumerate(images):
        y, x = divmod(place, columns)
        sheet[y * side : (y + 1) * side, x * side : (x + 1) * side] = image
    buffer = io.BytesIO()
    Image.fromarray(sheet).save(buffer, "PNG")
    write_atomically(path, buffer.getvalue())


def _random_of_all(who: Processes, device: str) -> list[Tensor]:
    """The random state of every process: of the CPU, followed by the accelerator's where there is one."""
    state = torch.get_rng_state()
    if device.startswith("cuda"):
        state = torch.cat([state, torch.cuda.get_rng_state()])
    if who.count == 1:
        return [state]
    import torch.distributed as dist

    found: list[Any] = [None] * who.count
    dist.all_gather_object(found, state.tolist())
    return [torch.tensor(values, dtype=torch.uint8) for values in found]


def _set_random(state: Tensor | None, seed: int) -> None:
    if state is None:
        torch.manual_seed(seed)
        return
    length = len(torch.get_rng_state())
    torch.set_rng_state(state[:length])
    if len(state) > length and torch.cuda.is_available():
        torch.cuda.set_rng_state(state[length:])


class _Log:
    """metrics.jsonl: the losses of every EVERY-th step, a line each."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._waiting: list[str] = []

    def add(self, step: int, losses: Mapping[str, float], *, write: bool) -> None:
        if write and step % EVERY == 0:
            row = {"step": step, **{key: round(value, 6) for key, value in losses.items()}}
            self._waiting.append(json.dumps(row) + "\n")

    def flush(self) -> None:
        """Written with the checkpoint, so both always tell of the same step."""
        try:
            with self.path.open("a", encoding="utf-8") as file:
                file.writelines(self._waiting)
        except OSError as problem:
            raise OutputError(f"cannot write {self.path}: {problem.strerror or problem}") from problem
        self._waiting.clear()

    def cut(self, step: int) -> None:
        """Forget lines after `step`, from a run that was killed between them and its checkpoint."""
        if self.path.exists():
            rows = [line for line in self.path.read_text("utf-8").splitlines(True) if json.loads(line)["step"] <= step]
            write_atomically(self.path, "".join(rows).encode())


def _curves(log: Path, page: Path, name: str) -> None:
    rows = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    if len(rows) < 2:
        return
    rows = rows[:: max(1, len(rows) // CURVE_POINTS)]
    series = {key: [(row["step"], row[key]) for row in rows if key in row] for key in rows[-1] if key != "step"}
    values = [y for points in series.values() for _, y in points]
    span = (min(values), max(max(values), min(values) + 1e-3))
    write_atomically(page, lines(f"{name}: losses", series, across="step", up="loss", span=span).encode())


def describe(settings: GeneratorSettings) -> str:
    """The settings in one line."""
    return ", ".join(f"{key} {value}" for key, value in asdict(settings).items())
