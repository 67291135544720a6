"""Engine `diffusion`: a Stable Diffusion pipeline from a local folder, over the painter's composition.

Stable Diffusion 1, 2 and their distillations (SD-Turbo by default) through diffusers, local files only. So far it ran
with tiny random models only (tests/render/test_engine_diffusion.py): the real weights could not be fetched here, so
quality, seconds and memory with them are not measured.

The prompt is `Brief.prompt`, weighted (`render/weighted`). The song's own music asks too where TONESCAPE_FUSION names
what `tonescape train fusion` made; see `with_music`.
"""

from __future__ import annotations

import json
import os
import warnings
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tonescape.core.errors import MissingError, Remark, TonescapeError, UsageError, WeightsError
from tonescape.core.records import Description
from tonescape.core.weights import folder_of
from tonescape.plan.prompt import parse
from tonescape.render import Engine, Steps, learned
from tonescape.render.learned import (
    composition,
    device,
    fitting_side,
    memory_for,
    package,
    resized,
    use_cores,
)
from tonescape.render.weighted import CONTENT, embeddings

if TYPE_CHECKING:
    from collections.abc import Callable

    from tonescape.core.records import Brief, Pixels
    from tonescape.render import Paint

MODEL = "sd-turbo"
CLASSES = ("StableDiffusionPipeline", "StableDiffusionImg2ImgPipeline")

MOST_STEPS = 1000
"""of a schedule: what Stable Diffusion was trained with"""


@dataclass(frozen=True, slots=True, eq=False)
class DiffusionOptions(learned.LearnedOptions):
    """model : None takes TONESCAPE_DIFFUSION or SD-Turbo      start : None for noise alone
    steps, guidance : None takes 4 and 0 for a model whose folder says turbo, 25 and 7 for others
    strength : (0, 1], how much of the start is noise; 1 keeps nothing of it
    tiny : take the tiny autoencoder where it is here, ten times faster and softer in detail
    """

    guidance: float | None = None
    strength: float = 0.75
    tiny: bool = True


def ready() -> None:
    """MissingError without the packages of the extra `diffusion`."""
    learned.ready("torch", "diffusers", "transformers", "safetensors")


def identity() -> str:
    """What `Engine.identity` is: the pipeline's weights and, where one is named, the fusion's."""
    return learned.fingerprint(_pipeline_folder(None), *_fusion_file())


def _pipeline_folder(model: str | None) -> Path:
    return folder_of(model or os.environ.get("TONESCAPE_DIFFUSION") or MODEL)


def _fusion_file() -> tuple[Path, ...]:
    """What TONESCAPE_FUSION names, a folder or the file in it; () where it names nothing."""
    named = os.environ.get("TONESCAPE_FUSION")
    if not named:
        return ()
    path = Path(named).expanduser()
    return (path / "fusion.safetensors" if path.is_dir() else path,)


def describe(brief: Brief, size: int) -> Description:
    """See `learned.repainted`."""
    return learned.repainted(brief, "diffusion")


def taken(steps: int, strength: float) -> tuple[int, int]:
    """(steps of the schedule, how many of them are taken) from a start picture; at least one is."""
    steps = max(steps, round(1 / strength))
    return steps, max(1, int(steps * strength))


def caption(steps: int) -> str:
    """For captions: a start of which `strength` is noise needs that share of the schedule only."""
    schedule, count = taken(steps, DiffusionOptions().strength)
    return f"{count} of {schedule} steps"


def paint(
    brief: Brief,
    *,
    size: int,
    on_step: Callable[[float], None] = lambda share: None,
    options: DiffusionOptions | None = None,
) -> Pixels:
    """uint8 [size, size, 3] sRGB. Brief, size, options and weights give the same picture on one machine.

    Generated at the model's own size (or below, for a smaller `size`) and enlarged by Lanczos.
    UsageError : options out of range, too little memory.  MissingError, WeightsError : as `folder_of`.
    """
    options = options or DiffusionOptions()
    if not 0 < options.strength <= 1:
        raise UsageError(f"strength {options.strength} is out of range; choose one above 0, up to 1")
    folder = _pipeline_folder(options.model)
    pipe = load(folder, _tiny() if options.tiny else None)
    step = pipe.vae_scale_factor * 2 ** (len(pipe.unet.config.block_out_channels) - 1)
    side = fitting_side(size, pipe.unet.config.sample_size * pipe.vae_scale_factor, step)
    start = composition(brief, brief.seed, side) if isinstance(options.start, str) else options.start
    use_cores()
    with memory_for(side, step):
        embedded = with_music(embeddings(pipe, parse(brief.prompt)), brief)
        image = _generate(pipe, embedded, side, brief.seed, start, options, "turbo" in folder.name, on_step)
    on_step(1.0)
    return resized(image, size)


def _generate(
    pipe: Any,
    embedded: tuple[Any, Any],
    side: int,
    seed: int,
    start: Pixels | None,
    options: DiffusionOptions,
    turbo: bool,
    on_step: Callable[[float], None],
) -> Pixels:
    torch = package("torch")
    steps = options.steps or (4 if turbo else 25)
    guidance = options.guidance if options.guidance is not None else (0.0 if turbo else 7.0)
    if not 1 <= steps <= MOST_STEPS:
        raise UsageError(f"{steps} steps are out of range; choose 1 to {MOST_STEPS}")
    wanted, unwanted = embedded
    run: dict[str, Any] = {}
    work: Any = pipe
    count = steps
    if start is not None and options.strength < 1:
        steps, count = taken(steps, options.strength)
        work = package("diffusers").StableDiffusionImg2ImgPipeline(**pipe.components, requires_safety_checker=False)
        work.set_progress_bar_config(disable=True)
        run = {"image": torch.from_numpy(_unit(start, side)), "strength": options.strength}
    else:
        run = {"height": side, "width": side}

    def after(_: Any, number: int, __: Any, kept: dict[str, Any]) -> dict[str, Any]:
        on_step(0.95 * min(1.0, (number + 1) / count))
        return kept

    made = work(
        prompt_embeds=wanted,
        negative_prompt_embeds=unwanted,
        num_inference_steps=steps,
        guidance_scale=guidance,
        generator=torch.Generator("cpu").manual_seed(seed),  # the same noise on every device
        output_type="np",
        callback_on_step_end=after,
        **run,
    )
    if any(made.nsfw_content_detected or ()):
        raise TonescapeError("the model's own safety checker refused the picture; change the title or the seed")
    image = made.images[0]
    if not np.isfinite(image).all():
        raise TonescapeError("the model made no picture (values that are no numbers); try another seed or model")
    out: Pixels = np.rint(image * 255).clip(0, 255).astype(np.uint8)
    return out


def _unit(image: Pixels, side: int) -> Any:
    """float32 [1, 3, side, side] in [0, 1]"""
    if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8:
        raise UsageError(f"a picture to start from must be uint8 [h, w, 3], not {image.dtype} {image.shape}")
    return (resized(image, side).astype(np.float32) / 255).transpose(2, 0, 1)[None]


def _tiny() -> Path | None:
    try:
        return folder_of("taesd")
    except MissingError:
        return None  # it only saves time


@lru_cache(maxsize=1)
def load(folder: Path, tiny: Path | None = None, *, exact: bool = False) -> Any:
    """The pipeline of a folder, on the GPU where there is one, kept for the next picture.

    tiny : folder of the tiny autoencoder      exact : float32 also on a GPU, for training
    WeightsError where the files are not a Stable Diffusion pipeline, or damaged; MissingError without diffusers.
    """
    diffusers, place = package("diffusers"), device()
    package("transformers").utils.logging.disable_progress_bar()  # standard error is for our own progress
    diffusers.utils.logging.disable_progress_bar()
    try:
        index = json.loads((folder / "model_index.json").read_text(encoding="utf-8"))
        kind = index.get("_class_name")
    except (OSError, ValueError, AttributeError) as problem:
        raise WeightsError(f"{folder}: no readable model_index.json ({problem}); name a diffusers folder") from None
    if kind not in CLASSES:
        raise UsageError(f"{folder} is a {kind}; this engine runs Stable Diffusion 1, 2 and SD-Turbo ({CLASSES[0]})")
    half = not (folder / "unet" / "diffusion_pytorch_model.safetensors").exists()
    kind_of_number = package("torch").float32 if exact else place[1]
    local = {
        "local_files_only": True,
        "use_safetensors": True,
        "dtype": kind_of_number,
        "low_cpu_mem_usage": False,
    }
    given: dict[str, Any] = dict(local, variant="fp16" if half else None)
    if not (folder / "safety_checker").is_dir():
        given |= {"safety_checker": None, "feature_extractor": None, "requires_safety_checker": False}
    try:
        pipe = diffusers.StableDiffusionPipeline.from_pretrained(folder, **given)
        if tiny is not None and pipe.vae.config.latent_channels == 4:
            pipe.vae = diffusers.AutoencoderTiny.from_pretrained(tiny, **local)
    except Exception as problem:  # diffusers and safetensors raise a dozen kinds for a damaged folder
        line = " ".join(str(problem).split())[:160]
        raise WeightsError(f"{folder}: not a pipeline that can be used ({line}); get its files again") from problem
    pipe.set_progress_bar_config(disable=True)
    return pipe.to(place[0])


def with_music(embedded: tuple[Any, Any], brief: Brief) -> tuple[Any, Any]:
    """Embeddings with the song's music joined to what is wanted, by the fusion that TONESCAPE_FUSION names; as they are
    where it names none, and, with a remark, where the brief holds no sound.

    WeightsError as `fusion.load`; UsageError for a fusion of another text encoder, or trained on other music.
    """
    file = next(iter(_fusion_file()), None)
    if file is None:
        return embedded
    if brief.curves is None:
        warnings.warn(
            f"{brief.title!r}: no sound to join (recipes and lists keep none); the words alone ask", Remark, 2
        )
        return embedded
    from tonescape.render import fusion

    made, music = fusion.load(file), fusion.sequence(brief.curves)
    fits = {"inside": music.shape[1], "width": embedded[0].shape[2], "length": CONTENT + 2}
    for name, wanted in fits.items():
        if made.shape[name] != wanted:
            raise UsageError(f"{file}: the fusion's {name} is {made.shape[name]}, here {wanted} is needed; train it on "
                             "songs, with the model that is to paint")  # fmt: skip
    made = made.to(embedded[0])
    with package("torch").no_grad():
        return made.joined(embedded[0], fusion.frames(music), True), made.joined(
            embedded[1], fusion.frames(music), False
        )


def _in_steps(steps: int) -> Paint:
    return partial(paint, options=DiffusionOptions(steps=steps))


ENGINE = Engine(
    paint,
    uses=frozenset({"motif", "style", "prompt"}),
    exclusive=True,
    describe=describe,
    identity=identity,
    ready=ready,
    steps=Steps(_in_steps, caption, MOST_STEPS),
)
