"""A tiny text-to-picture model, and pairs with made-up music, to try fusion on without large weights.

    tonescape train fusion-tiny --data GENERATOR_DATA --out DIR
    tonescape evaluate fusion --data DIR/pairs.csv --model DIR/model ...

GENERATOR_DATA comes from `tonescape train generator-data`: photographs with the valence and arousal that judge "a"
sees, taken at 32 px. Prompts name the quadrant only ("a sad landscape"); music is a sequence of random directions
times valence and arousal, with noise, so it knows what the prompt leaves out. Autoencoder and diffusion network are
trained here, for minutes; the text encoder stays random. Whether fusion hurts can be seen with it. What Stable
Diffusion would make of real music cannot.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.nn import functional as F

from tonescape.core.errors import UsageError
from tonescape.core.store import make_folder, write_atomically
from tonescape.render.learned import package
from tonescape.train.lib import arguments as options
from tonescape.train.lib import checkpoints
from tonescape.train.lib.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    from tonescape.core.records import Floats

    Losses = Callable[[Tensor, torch.Generator], Tensor]

SIDE, FACTOR = 32, 4
"""px a side of a picture, and of what a latent stands for"""

WIDTH = 64
"""of the text embedding"""

LENGTH, NOTES, NOISE = 64, 8, 0.5
"""steps and numbers of a made-up music sequence, and its noise beside moods of -1 .. 1"""

WORDS = {(True, True): "happy", (False, True): "tense", (False, False): "sad", (True, False): "calm"}
"""(pleasant, lively) to the word in the prompt"""

DROPPED = 0.1
"""share of prompts left out in training, so that guidance is possible"""


def prompt(valence: float, arousal: float) -> str:
    """Four prompts there are: quadrants with their borders at .5."""
    return f"a {WORDS[valence >= 0.5, arousal >= 0.5]} landscape"


def music(valence: float, arousal: float, seed: int) -> Floats:
    """float32 [LENGTH, NOTES]: the same two random directions for all, noise for each."""
    ways = np.random.default_rng(0).standard_normal((2, NOTES))
    mood = np.array([2 * valence - 1, 2 * arousal - 1]) @ ways
    noise = np.random.default_rng([seed, 1]).standard_normal((LENGTH, NOTES))
    return (mood + NOISE * noise).astype(np.float32)


def pipeline() -> Any:
    """Stable Diffusion's parts at a size that trains in minutes, all random."""
    diffusers, transformers = package("diffusers"), package("transformers")
    printed = [*range(33, 127), *range(161, 173), *range(174, 256)]
    letters = [chr(code) for code in printed] + [chr(256 + n) for n in range(256 - len(printed))]
    words = [*letters, *(letter + "</w>" for letter in letters), "<|startoftext|>", "<|endoftext|>"]
    text = transformers.CLIPTextConfig(
        vocab_size=len(words), hidden_size=WIDTH, intermediate_size=2 * WIDTH, num_hidden_layers=2,
        num_attention_heads=4, max_position_embeddings=77, bos_token_id=512, eos_token_id=513, pad_token_id=513,
    )  # fmt: skip
    vae = diffusers.AutoencoderKL(
        block_out_channels=(16, 32, 64), latent_channels=4, norm_num_groups=8,
        down_block_types=("DownEncoderBlock2D",) * 3, up_block_types=("UpDecoderBlock2D",) * 3,
    )  # fmt: skip
    unet = diffusers.UNet2DConditionModel(
        sample_size=SIDE // FACTOR, layers_per_block=1, block_out_channels=(64, 128), cross_attention_dim=WIDTH,
        down_block_types=("CrossAttnDownBlock2D",) * 2, up_block_types=("CrossAttnUpBlock2D",) * 2,
        attention_head_dim=8, norm_num_groups=8,
    )  # fmt: skip
    scheduler = diffusers.DDPMScheduler(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", clip_sample=False, steps_offset=1
    )
    return diffusers.StableDiffusionPipeline(
        vae=vae, text_encoder=transformers.CLIPTextModel(text),
        tokenizer=transformers.CLIPTokenizer(vocab={word: i for i, word in enumerate(words)}, merges=[]),
        unet=unet, scheduler=scheduler, safety_checker=None, feature_extractor=None, requires_safety_checker=False,
    )  # fmt: skip


def learn(net: Any, losses: Losses, count: int, steps: int, batch: int, name: str) -> None:
    """Adam at 1e-3, down to 0 by a half cosine. name : in the progress"""
    optimiser = torch.optim.Adam(net.parameters(), lr=1e-3)
    rates = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    progress = Progress(name, steps)
    for step in range(steps):
        loss: Any = losses(checkpoints.rows(0, step, batch, count), checkpoints.chance(0, step, 1))
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        rates.step()
        progress.advance(values={"loss": checkpoints.checked(float(loss.detach()), step, Path("-"))})
    progress.close()


def train(pipe: Any, pictures: Tensor, prompts: list[str], steps: int, batch: int) -> None:
    """Autoencoder first (squared error), then the diffusion network on its latents (squared error of the noise).

    pictures : uint8 [n, 3, SIDE, SIDE]      steps : of the diffusion network; a third as many of the autoencoder
    """
    vae, unet = pipe.vae, pipe.unet
    scaled = pictures.float() / 127.5 - 1

    def again(rows: Tensor, _: torch.Generator) -> Tensor:
        mean = vae.encode(scaled[rows]).latent_dist.mean
        # a little noise on the way keeps latents smooth, as the variational loss would
        shown = vae.decode(mean + 0.1 * torch.randn_like(mean)).sample
        loss: Tensor = F.mse_loss(shown, scaled[rows]) + 1e-3 * mean.square().mean()
        return loss

    learn(vae, again, len(pictures), max(1, steps // 3), batch, "autoencoder")
    vae.requires_grad_(False)
    with torch.no_grad():
        latents = torch.cat([vae.encode(part).latent_dist.mean for part in torch.split(scaled, 64)])
        vae.register_to_config(scaling_factor=1 / float(latents.std()))
        latents = latents * vae.config.scaling_factor
        kinds = sorted({*prompts, ""})
        ids = pipe.tokenizer(kinds, padding="max_length", max_length=77, return_tensors="pt").input_ids
        texts = pipe.text_encoder(ids)[0]
    which, blank = torch.tensor([kinds.index(each) for each in prompts]), kinds.index("")

    def noise(rows: Tensor, draw: torch.Generator) -> Tensor:
        clean, drawn = latents[rows], torch.randn(latents[rows].shape, generator=draw)
        times = torch.randint(pipe.scheduler.config.num_train_timesteps, (len(rows),), generator=draw)
        kept = torch.where(torch.rand(len(rows), generator=draw) < DROPPED, blank, which[rows])
        mixed = pipe.scheduler.add_noise(clean, drawn, times)
        return F.mse_loss(unet(mixed, times, encoder_hidden_states=texts[kept]).sample, drawn)

    learn(unet, noise, len(pictures), steps, batch, "diffusion network")


def main(argv: list[str] | None = None) -> int:
    """The command."""
    from tonescape.train.pictures.generators.data import read

    ask = options.parser("Make a tiny text-to-picture model, and pairs with made-up music, to try fusion on.")
    options.add_data(ask, "folder of `tonescape train generator-data`")
    ask.add_argument("--out", type=Path, required=True, help="for model, pairs.csv, pictures and music")
    ask.add_argument("--steps", type=int, default=1500, help="of the diffusion network")
    ask.add_argument("--batch", type=int, default=16, help="pictures a step")
    ask.add_argument("--pairs", type=int, default=300, help="of photographs held out")
    given = ask.parse_args(argv)
    if min(given.steps, given.batch, given.pairs) < 1:
        raise UsageError("steps, batch and pairs must be above 0")
    make_folder(given.out)
    known, held = (read(given.data / f"{n}.parquet", SIDE, columns=("valence", "arousal")) for n in ("train", "held"))
    moods = [pool.conditions.numpy() * pool.scale + pool.centre for pool in (known, held)]
    torch.manual_seed(0)
    pipe = pipeline()
    train(pipe, known.pictures, [prompt(v, a) for v, a in moods[0]], given.steps, given.batch)
    pipe.save_pretrained(given.out / "model", safe_serialization=True)
    rows = np.linspace(0, len(held) - 1, min(given.pairs, len(held))).astype(int).tolist()
    print(f"{write_pairs(given.out, held.pictures, moods[1], rows)}, {given.out / 'model'}")
    return 0


def write_pairs(out: Path, pictures: Tensor, moods: Any, rows: list[int]) -> Path:
    """NUMBER.png and NUMBER.npy for each of `rows`, then pairs.csv, which says that all are there."""
    from PIL import Image

    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(("picture", "prompt", "music"))
    for number in rows:
        image, heard, (valence, arousal) = io.BytesIO(), io.BytesIO(), moods[number]
        Image.fromarray(pictures[number].permute(1, 2, 0).numpy()).save(image, "PNG")
        np.save(heard, music(valence, arousal, number))
        write_atomically(out / f"{number}.png", image.getvalue())
        write_atomically(out / f"{number}.npy", heard.getvalue())
        writer.writerow((f"{number}.png", prompt(valence, arousal), f"{number}.npy"))
    write_atomically(out / "pairs.csv", table.getvalue().encode())
    return out / "pairs.csv"
