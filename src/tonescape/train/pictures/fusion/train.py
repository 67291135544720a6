"""Diffusion that hears: train what joins music to a text-to-image model, `tonescape train fusion --data CSV --out DIR`.

As the covers project (2024) did: mean squared error on the noise, SGD at 1e-4, cosine after 500 steps of warm-up, DDPM
and PNDM samplers with 150 steps; besides, AdamW, the gated fusion, and dropout of each condition by itself, so that a
sampler can be guided by text and music separately. Autoencoder, text encoder and, unless asked for, the diffusion
network stay as they are. So far it ran with tiny random models only (tests/train/pictures/test_fusion.py): no real
weights and no pairs of music and pictures are here.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from math import cos, pi
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from tonescape.core.errors import UsageError
from tonescape.core.store import make_folder, write_atomically
from tonescape.core.weights import folder_of
from tonescape.render import fusion as fusions
from tonescape.render.fusion import FUSIONS, Fusion
from tonescape.render.learned import package
from tonescape.train.lib import arguments as options
from tonescape.train.lib import checkpoints
from tonescape.train.lib.progress import Progress
from tonescape.train.pictures.fusion.data import read_pairs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tonescape.train.pictures.fusion.data import Pairs

KIND = "fusion"


@dataclass(frozen=True, slots=True)
class FusionSettings:
    """kind : of FUSIONS      optimiser : "sgd" as the original, or "adamw"      steps : in all, the cosine's length
    drop : share of steps in which text, and apart from it music, is left out      unet : train the network too
    """

    kind: str = "gated"
    optimiser: str = "sgd"
    rate: float = 1e-4
    warm_up: int = 500
    steps: int = 3429
    batch: int = 1
    drop: float = 0.1
    unet: bool = False
    seed: int = 0


class FusionRun:
    """A training run over a pipeline of diffusers. step : done so far"""

    def __init__(self, settings: FusionSettings, pipe: Any, pairs: Pairs, learn: int | None = None) -> None:
        """learn : how many of the pairs, from the first, are trained on; the rest are for measuring"""
        if settings.kind not in FUSIONS or settings.optimiser not in ("sgd", "adamw"):
            raise UsageError(
                f"no fusion {settings.kind!r} or optimiser {settings.optimiser!r}; {', '.join(FUSIONS)}; sgd, adamw"
            )
        self.settings, self.pipe, self.pairs, self.step = settings, pipe, pairs, 0
        self.learn = len(pairs.prompts) if learn is None else learn
        self.place = str(pipe.unet.device)
        self.noises = package("diffusers").DDPMScheduler.from_config(pipe.scheduler.config)
        for net in (pipe.vae, pipe.text_encoder, pipe.unet):
            net.requires_grad_(False).eval()
        self.latents = self._latents(pairs.pictures)
        self.texts, self.blank = self._texts(pairs.prompts), self._texts([""])
        length, width = self.texts.shape[1:]
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(settings.seed)
            heads = next(count for count in (8, 4, 2, 1) if width % count == 0)
            self.fusion = Fusion(settings.kind, pairs.music.shape[2], width, length, heads).to(self.place)
        self.nets: dict[str, nn.Module] = {"fusion": self.fusion}
        if settings.unet:
            self.nets["unet"] = pipe.unet.requires_grad_(True)
        weights = [weight for net in self.nets.values() for weight in net.parameters()]
        kind = torch.optim.SGD if settings.optimiser == "sgd" else torch.optim.AdamW
        self.opts: dict[str, torch.optim.Optimizer] = {"fusion": kind(weights, lr=settings.rate)}

    @torch.no_grad()
    def _latents(self, pictures: Tensor) -> Tensor:
        """The means the autoencoder gives, once for all: it is not trained."""
        found = []
        for picture in pictures:
            seen = self.pipe.vae.encode((picture[None].float() / 127.5 - 1).to(self.place))
            found.append(seen.latent_dist.mean * self.pipe.vae.config.scaling_factor)
        return torch.cat(found)

    @torch.no_grad()
    def _texts(self, prompts: Sequence[str]) -> Tensor:
        """[n, 77, width]; a prompt is cut at CLIP's 77 tokens here, as training needs one length for all."""
        limit = self.pipe.text_encoder.config.max_position_embeddings
        ids = self.pipe.tokenizer(
            list(prompts), padding="max_length", max_length=limit, truncation=True, return_tensors="pt"
        ).input_ids
        found: Tensor = self.pipe.text_encoder(ids.to(self.place))[0]
        return found

    def rate(self) -> float:
        """Linear to the full rate over `warm_up`, then a half cosine to 0 (Loshchilov & Hutter, 2017, eq. 5)."""
        done, warm = self.step + 1, self.settings.warm_up
        if done <= warm:
            return self.settings.rate * done / max(1, warm)
        share = min(1.0, (done - warm) / max(1, self.settings.steps - warm))
        return self.settings.rate * 0.5 * (1 + cos(pi * share))

    def loss(self, picked: Tensor, draw: torch.Generator, drop: float, whose: str = "own") -> Tensor:
        """[n] Mean squared error on each picture's noise at random times (Ho et al., "DDPM", 2020, eq. 14); on the
        velocity where the model was trained for that.

        drop : as in Settings
        whose : music is heard: each picture's "own", "another's" to see whether it matters, or "none"
        """
        clean = self.latents[picked]
        noise = torch.randn(clean.shape, generator=draw).to(clean)
        total = self.noises.config.num_train_timesteps
        times = torch.randint(total, (len(picked),), generator=draw).to(clean.device)
        gone = torch.rand(len(picked), 2, generator=draw) < drop
        text = torch.where(gone[:, :1, None].to(clean.device), self.blank, self.texts[picked])
        heard = self.pairs.music[picked.roll(1) if whose == "another's" else picked].to(clean)
        present = ~gone[:, 1].to(clean.device) & (whose != "none")
        shown = self.fusion(text, heard, present)
        found = self.pipe.unet(self.noises.add_noise(clean, noise, times), times, encoder_hidden_states=shown).sample
        velocity = self.noises.config.prediction_type == "v_prediction"
        wanted = self.noises.get_velocity(clean, noise, times) if velocity else noise
        return F.mse_loss(found, wanted, reduction="none").mean((1, 2, 3))

    def advance(self) -> float:
        """One step; its loss."""
        s = self.settings
        for group in self.opts["fusion"].param_groups:
            group["lr"] = self.rate()
        picked = checkpoints.rows(s.seed, self.step, s.batch, self.learn)
        loss: Any = self.loss(picked, checkpoints.chance(s.seed, self.step, 3), s.drop).mean()
        if loss.requires_grad and bool(torch.isfinite(loss)):  # text alone has nothing to learn
            self.opts["fusion"].zero_grad(set_to_none=True)
            loss.backward()
            self.opts["fusion"].step()
        self.step += 1
        return float(loss.detach())

    @torch.no_grad()
    def sample(
        self, picked: Tensor, sampler: str, steps: int, *, text: float = 5.0, music: float = 2.0, seed: int = 0
    ) -> Tensor:
        """uint8 [n, 3, side, side] for the prompts and the music of `picked`.

        sampler : "ddpm" or "pndm"      text, music : guidance by each; 0 leaves the condition out
        e = e(0, 0) + text (e(t, 0) - e(0, 0)) + music (e(t, m) - e(t, 0)): Brooks et al., CVPR 2023, eq. 3
        """
        kind = {"ddpm": "DDPMScheduler", "pndm": "PNDMScheduler"}[sampler]
        # as Stable Diffusion's own: any count of steps works, and latents, which know no limits, are not cut at 1
        more = {"skip_prk_steps": True} if sampler == "pndm" else {"clip_sample": False}
        schedule = getattr(package("diffusers"), kind).from_config(self.pipe.scheduler.config, **more)
        schedule.set_timesteps(steps)
        draw, count = torch.Generator().manual_seed(seed), len(picked)
        x = torch.randn((count, *self.latents.shape[1:]), generator=draw).to(self.latents) * schedule.init_noise_sigma
        words = torch.cat([self.blank.expand(count, -1, -1), self.texts[picked], self.texts[picked]])
        heard = self.pairs.music[picked].to(x).repeat(3, 1, 1)
        present = torch.arange(3 * count, device=x.device) >= 2 * count
        shown = self.fusion(words, heard, present)
        for time in schedule.timesteps:
            ready = schedule.scale_model_input(x.repeat(3, 1, 1, 1), time)
            none, worded, both = self.pipe.unet(ready, time, encoder_hidden_states=shown).sample.chunk(3)
            guided = none + text * (worded - none) + music * (both - worded)
            chance = {"generator": draw} if sampler == "ddpm" else {}
            x = schedule.step(guided, time, x, **chance).prev_sample
        seen = self.pipe.vae.decode(x / self.pipe.vae.config.scaling_factor).sample
        out: Tensor = ((seen.clamp(-1, 1) + 1) * 127.5).round().byte().cpu()
        return out

    def about(self) -> dict[str, Any]:
        return asdict(self.settings) | {"pairs": self.learn, "music": self.pairs.music.shape[2]}

    def save(self, path: Path) -> None:
        checkpoints.save(path, KIND, self.step, self.about(), self.nets, self.opts)

    def restore(self, path: Path) -> None:
        """Go on from a checkpoint. InputError as in `resume.load`."""
        self.step = checkpoints.load(path, KIND, self.about(), self.nets, self.opts)


def train(run: FusionRun, out: Path, every: int) -> None:
    """Run until the settings' steps; each `every` steps a checkpoint, metrics.jsonl, and the fusion by itself for the
    engine `diffusion` (TONESCAPE_FUSION names `out`)."""
    make_folder(out)
    checkpoint, metrics = out / "checkpoint.safetensors", out / "metrics.jsonl"
    if checkpoint.exists():
        run.restore(checkpoint)
    lines = metrics.read_text().splitlines() if metrics.exists() else []
    kept = [line for line in lines if json.loads(line)["step"] <= run.step]
    progress = Progress(KIND, run.settings.steps, done=run.step)
    while run.step < run.settings.steps:
        loss = checkpoints.checked(run.advance(), run.step, checkpoint)
        kept.append(json.dumps({"step": run.step, "loss": round(loss, 6)}))
        if run.step % every == 0 or run.step == run.settings.steps:
            run.save(checkpoint)
            fusions.save(run.fusion, out / "fusion.safetensors")
            write_atomically(metrics, ("\n".join(kept) + "\n").encode())
        progress.advance(values={"loss": loss})
    progress.close()


def main(argv: list[str] | None = None) -> int:
    """The command."""
    from tonescape.render.diffusion import load

    ask = options.parser("Train what joins music to a text-to-image model; run it again to go on.")
    plain = FusionSettings()
    options.add_data(ask, "CSV of pairs, with the columns picture, prompt and music; paths are from its folder")
    ask.add_argument("--out", type=Path, required=True, help="folder for checkpoint, metrics and the fusion")
    ask.add_argument("--model", default="minisd", help="row of the weights table or folder")
    ask.add_argument("--fusion", choices=list(FUSIONS), default=plain.kind, help="how music joins the text")
    ask.add_argument("--optimiser", choices=("sgd", "adamw"), default=plain.optimiser, help="sgd as the original")
    ask.add_argument("--rate", type=float, default=plain.rate, help="highest learning rate")
    ask.add_argument("--drop", type=float, default=plain.drop, help="share of steps without each condition, 0 to 1")
    for name, text in (
        ("steps", "in all, those of earlier runs counted in"),
        ("batch", "pairs a step"),
        ("warm_up", "steps until the highest learning rate"),
        ("seed", "of the random numbers"),
    ):
        ask.add_argument(f"--{name.replace('_', '-')}", type=int, default=getattr(plain, name), help=text)
    ask.add_argument("--every", type=int, default=500, help="steps between checkpoints")
    ask.add_argument("--unet", action="store_true", help="train the diffusion network too")
    given = ask.parse_args(argv)
    if min(given.steps, given.every, given.batch) < 1 or not 0 <= given.drop <= 1:
        raise UsageError("steps, every and batch must be above 0, and --drop in 0 .. 1")
    pipe = load(folder_of(given.model), exact=True)
    pairs = read_pairs(given.data, pipe.unet.config.sample_size * pipe.vae_scale_factor)
    settings = FusionSettings(
        given.fusion,
        given.optimiser,
        given.rate,
        given.warm_up,
        given.steps,
        given.batch,
        given.drop,
        given.unet,
        given.seed,
    )
    run = FusionRun(settings, pipe, pairs)
    train(run, given.out, given.every)
    print(f"step {run.step} of {settings.steps}; {given.out / 'fusion.safetensors'}")
    return 0
