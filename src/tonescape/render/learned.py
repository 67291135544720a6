"""What the engines with learned weights share: options, packages, device, threads, memory, the start picture."""

from __future__ import annotations

import multiprocessing
import os
import warnings
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import blake2b
from importlib import import_module
from math import sqrt
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from tonescape.core.colour import oklab_to_srgb
from tonescape.core.errors import MissingError, Remark, UsageError, WeightsError
from tonescape.core.records import Description, Reason
from tonescape.core.settings import cores, installed, plugin
from tonescape.plan import style
from tonescape.render.painter.composition.grading import graded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tonescape.core.records import Brief, Pixels
    from tonescape.render.painter.composition.model import Composition

NO_MEMORY = ("out of memory", "not enough memory", "can't allocate", "cannot allocate", "bad_alloc")
"""how torch says it on GPUs and CPUs"""


@dataclass(frozen=True, slots=True, eq=False)
class LearnedOptions:
    """What both engines can be told.

    model : row of the weights table or folder, None takes the engine's own      steps : None takes the engine's own
    start : "painter" for the composition of the brief's motif, a picture uint8 [h, w, 3], or None for chance alone
    """

    model: str | None = None
    steps: int | None = None
    start: str | Pixels | None = "painter"


def repainted(brief: Brief, engine: str) -> Description:
    """What an engine makes of a brief that starts from the painter's composition and goes where the prompt leads."""
    first = Reason(
        f"repainted by {engine}",
        "a model's work after the prompt, begun from the painter's composition, which the reasons below decided",
    )
    style_in_prompt = style.words(brief.style) in brief.prompt
    reasons = [each for each in brief.reasons if each.choice != first.choice]
    reasons = [each for each in reasons if style_in_prompt or not each.choice.startswith("style ")]
    return Description(
        f"from the painter's {brief.motif}",
        f"{brief.style}, in words" if style_in_prompt else "its own style",
        (first, *reasons),
    )


def stored(path: Path, kind: str) -> tuple[dict[str, str], dict[str, Any]]:
    """(header, tensors) of a safetensors file. ValueError, in one line, for a missing, damaged or foreign file.

    kind : what its header's "format" must be
    """
    library = package("safetensors")
    try:
        with library.safe_open(path, "pt") as file:
            header: dict[str, str] = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no mapping
    except (library.SafetensorError, OSError) as problem:
        raise ValueError(" ".join(str(problem).split())[:160]) from None
    if header.get("format") != kind:
        raise ValueError(f"its format is not {kind!r}")
    return header, tensors


ENDS = 1 << 16
"""bytes at either end of a file of weights that `fingerprint` reads"""


def fingerprint(*places: Path) -> str:
    """What tells weights apart without reading gigabytes: a digest of the names, sizes and ends of safetensors files.

    places : folders or files
    """
    digest = blake2b(digest_size=8)
    for place in places:
        for file in sorted(place.rglob("*.safetensors")) if place.is_dir() else [place]:
            try:
                size = file.stat().st_size
                digest.update(f"{file.name}:{size}:".encode())
                with file.open("rb") as opened:
                    digest.update(opened.read(ENDS))
                    opened.seek(max(0, size - ENDS))
                    digest.update(opened.read(ENDS))
            except OSError as problem:
                raise WeightsError(
                    f"cannot read {file}: {problem.strerror or problem}; name the folder it lies in"
                ) from problem
    return digest.hexdigest()


def package(name: str) -> Any:
    """The package `name`; MissingError saying what to type where it is not installed.

    Threads that wait are told to sleep before torch comes in: spinning ones made 8 iterations of tiny networks take
    13.2 s instead of .2 s on two cores that others used too.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    try:
        return import_module(name)
    except ImportError as problem:
        raise MissingError(_wanted(problem.name or name)) from problem


def _wanted(name: str) -> str:
    return f"this needs {name}; type: pip install torch==2.13.0, then: pip install 'tonescape[diffusion]'"


def ready(*packages: str) -> None:
    """MissingError as `package`, where one of these is not installed; nothing is imported."""
    for name in packages:
        if not installed(name):
            raise MissingError(_wanted(name))


def device() -> tuple[str, Any]:
    """("cuda", bfloat16) or half precision on older cards; ("cpu", float32).

    On CPUs bfloat16 is left alone: without matrix instructions for it, it is slower than float32.
    """
    torch = package("torch")
    if torch.cuda.is_available():
        return "cuda", torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    return "cpu", torch.float32


def use_cores() -> None:
    """All cores for the main process; one in a pool's worker, as its neighbours want theirs."""
    package("torch").set_num_threads(1 if multiprocessing.parent_process() else cores())


def say_split(tokens: int, pieces: int) -> None:
    """A remark that a text is longer than CLIP's window of 77, two of which are its start and end."""
    warnings.warn(
        f"a prompt of {tokens} tokens is longer than the 75 that CLIP reads at once; it is read in {pieces} pieces",
        Remark,
        stacklevel=2,
    )


def fitting_side(size: int, native: int, step: int) -> int:
    """px a side to generate: the model's own size, or, for a smaller picture, the next multiple of `step` above it."""
    return min(native, -(-size // step) * step)


@contextmanager
def memory_for(side: int, step: int) -> Iterator[None]:
    """UsageError saying what size would fit, where memory runs out inside.

    What is kept while a picture is made grows with its area, so the side proposed needs at most half as much.
    """
    try:
        yield
    except (RuntimeError, MemoryError) as problem:
        words = str(problem).lower()
        if not (isinstance(problem, MemoryError) or any(sign in words for sign in NO_MEMORY)):
            raise
        fits = max(step, int(side / sqrt(2)) // step * step)
        raise UsageError(
            f"not enough memory for {side} px at once; {fits} px needs half of it or less: add --size {fits}"
        ) from problem


def composition(brief: Brief, seed: int, side: int) -> Pixels:
    """The painter's composition before the brush, uint8 [side, side, 3]: what a learned engine may start from."""
    compose = cast("Callable[[Brief, np.random.Generator], Composition]", plugin("motifs", brief.motif))
    scene = graded(compose(replace(brief, seed=seed), np.random.Generator(np.random.PCG64([seed, 1]))))
    pixels: Pixels = np.rint(oklab_to_srgb(scene.lab) * 255).clip(0, 255).astype(np.uint8)
    return resized(pixels, side)


def resized(image: Pixels, side: int) -> Pixels:
    """uint8 [h, w, 3] to [side, side, 3] by Lanczos: its side lobes keep edges crisp when a picture is enlarged, and it
    widens when one is made smaller, so nothing aliases."""
    from PIL import Image

    if image.shape[:2] == (side, side):
        return image
    out: Pixels = np.asarray(Image.fromarray(image).resize((side, side), Image.Resampling.LANCZOS))
    return out
