"""Engine `diffusion` on tiny random models, through the real loading code and the whole of paint()."""

from __future__ import annotations

import json
import socket
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tiny_models

from tonescape import render
from tonescape.core import weights
from tonescape.core.errors import MissingError, Remark, UsageError, WeightsError
from tonescape.core.records import AudioFeatures, Brief, Song
from tonescape.mood import named
from tonescape.plan import plan, recipe
from tonescape.plan.prompt import Part
from tonescape.render import diffusion, engine, engines
from tonescape.render.diffusion import DiffusionOptions, load, paint
from tonescape.render.learned import memory_for
from tonescape.render.weighted import CONTENT, MOST_CHUNKS, chunks, embeddings

torch = pytest.importorskip("torch", reason="the extra `torch` is not installed")
pytest.importorskip("diffusers", reason="the extra `diffusion` is not installed")
pytest.importorskip("transformers", reason="the extra `diffusion` is not installed")

QUICK = DiffusionOptions(steps=2, guidance=0.0, start=None)


def brief(prompt: str = "oil painting of Kiwi: 2 | navy: 0.9", seed: int = 5) -> Brief:
    audio = AudioFeatures(danceability=0.5, energy=0.6, key=2.0, mode=1.0, acousticness=0.3, valence=0.7)
    made = plan(Song(title="Kiwi", artist="Somebody"), None, named(0.7, 0.6, 0.8, audio, ()), motif="colour-field")
    return replace(made, prompt=prompt, seed=seed)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_models.stable_diffusion(tmp_path_factory.mktemp("models") / "any-turbo")


@pytest.fixture(autouse=True)
def here(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONESCAPE_DIFFUSION", str(folder))
    monkeypatch.delenv("TONESCAPE_MODELS", raising=False)
    torch.set_num_threads(1)
    monkeypatch.setattr(diffusion, "use_cores", lambda: None)  # tests run beside one another
    monkeypatch.setattr(weights, "settings", lambda: type("S", (), {"cache": tmp_path / "cache"}))


def far(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.abs(one.astype(float) - other).mean())


def test_the_whole_path_without_a_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert "diffusion" in engines()
    told: list[float] = []
    made = render.paint("diffusion", brief(), size=96, on_step=told.append)
    assert made.image.shape == (96, 96, 3) and made.image.dtype == np.uint8 and not made.image.flags.writeable
    assert made.engine == "diffusion" and recipe.read(made.recipe).engine == "diffusion"
    assert told == sorted(told) and told[-1] == 1.0 and len(told) >= 3
    assert made.image.std() > 3


def test_the_same_seed_is_the_same_picture() -> None:
    one, again, other = (paint(brief(seed=seed), size=64, options=QUICK) for seed in (1, 1, 2))
    assert np.array_equal(one, again) and far(one, other) > 3


def test_the_prompt_and_its_weights_count() -> None:
    plain = replace(QUICK, start=None, steps=3)
    texts = ("red: 1 | blue: 1", "red: 1 | blue: 0.1", "green sea: 1 | storm: 1")
    made = [paint(brief(text), size=64, options=plain) for text in texts]
    assert far(made[0], made[1]) > 0 and far(made[0], made[2]) > 0
    guided = replace(plain, guidance=7.0)
    with_, without = (paint(brief(text), size=64, options=guided) for text in ("sea | rain: -1", "sea"))
    assert far(with_, without) > 0


def test_a_start_is_followed_as_far_as_strength_says() -> None:
    start = np.zeros((64, 64, 3), np.uint8)
    start[:, 32:] = 255
    kept = [paint(brief(), size=64, options=replace(QUICK, steps=10, start=start, strength=s)) for s in (0.1, 0.9)]
    near = [far(image, paint(brief(), size=64, options=replace(QUICK, start=start, strength=0.01))) for image in kept]
    assert near[0] < near[1]


@pytest.mark.parametrize("scheduler", ["PNDMScheduler", "DDPMScheduler", "DDIMScheduler"])
def test_other_samplers(tmp_path: Path, scheduler: str) -> None:
    own = tiny_models.stable_diffusion(tmp_path / "sd", scheduler)
    made = paint(
        brief(),
        size=64,
        options=DiffusionOptions(model=str(own), steps=3, guidance=3.0, start=np.zeros((8, 8, 3), np.uint8)),
    )
    assert made.shape == (64, 64, 3)


def test_sizes_below_and_above_the_models(folder: Path) -> None:
    for size in (64, 100, 301):
        assert paint(brief(), size=size, options=QUICK).shape == (size, size, 3)


def test_the_tiny_autoencoder_is_taken_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = paint(brief(), size=64, options=QUICK)
    tiny_models.tiny_autoencoder(tmp_path / "taesd")
    row = weights.DOWNLOADS["taesd"]
    ours = replace(row, files=tuple(replace(file, sha256="") for file in row.files))
    monkeypatch.setitem(weights.DOWNLOADS, "taesd", ours)
    monkeypatch.setenv("TONESCAPE_MODELS", str(tmp_path))
    assert far(plain, paint(brief(), size=64, options=QUICK)) > 1
    assert np.array_equal(plain, paint(brief(), size=64, options=replace(QUICK, tiny=False)))


def test_prompts_beyond_77_tokens_are_split(folder: Path) -> None:
    pipe = load(folder)
    parts = [Part("a" * 40), Part("b" * 40, 0.5), Part("c" * 200, 2.0)]
    split = chunks(pipe.tokenizer, parts)
    assert [len(ids) for ids, _ in split] == [41, 41, 75, 75, 51]
    assert [set(shares) for _, shares in split] == [{0.5}, {0.25}, {1.0}, {1.0}, {1.0}]
    wanted, unwanted = embeddings(pipe, [*parts, Part("d", -1)])
    assert wanted.shape == unwanted.shape == (1, 5 * 77, 32)
    with pytest.warns(Remark, match="201 tokens .* read in 3 pieces"):
        assert paint(brief("x" * 200), size=64, options=QUICK).shape == (64, 64, 3)
    with pytest.raises(UsageError, match=f"more than {MOST_CHUNKS * CONTENT} tokens"):
        paint(brief("x" * 700), size=64, options=QUICK)


def test_an_unweighted_prompt_is_what_the_encoder_says(folder: Path) -> None:
    pipe = load(folder)
    wanted, _ = embeddings(pipe, [Part("sea")])
    ids = pipe.tokenizer("sea,", padding="max_length", max_length=77, return_tensors="pt").input_ids
    with torch.no_grad():
        assert torch.allclose(wanted, pipe.text_encoder(ids)[0], atol=1e-5)


def test_missing_weights_are_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TONESCAPE_DIFFUSION")
    with pytest.raises(MissingError) as caught:
        paint(brief(), size=64)
    line = str(caught.value)
    for word in (
        "sd-turbo",
        "MB",
        "Stability AI Community License",
        "TONESCAPE_MODELS",
        "model_index.json",
        "tonescape fetch",
    ):
        assert word in line
    assert "\n" not in line
    with pytest.raises(MissingError, match="no model or folder"):
        paint(brief(), size=64, options=DiffusionOptions(model="nothing-here"))


def test_damaged_and_foreign_folders_are_refused(folder: Path, tmp_path: Path) -> None:
    import shutil

    def copy(name: str) -> Path:
        return Path(shutil.copytree(folder, tmp_path / name))

    cut, foreign, pickled, none = (copy(name) for name in ("cut", "foreign", "pickled", "none"))
    file = cut / "unet" / "diffusion_pytorch_model.safetensors"
    file.write_bytes(file.read_bytes()[:5000])
    index = json.loads((foreign / "model_index.json").read_text())
    (foreign / "model_index.json").write_text(json.dumps(index | {"_class_name": "StableDiffusionXLPipeline"}))
    for path in pickled.rglob("*.safetensors"):
        path.rename(path.with_suffix(".bin"))
    (none / "model_index.json").write_text("{")
    for path, kind, words in (
        (cut, WeightsError, "not a pipeline"), (foreign, UsageError, "StableDiffusionXLPipeline"),
        (pickled, WeightsError, "pickled"), (none, WeightsError, "model_index"),
    ):  # fmt: skip
        with pytest.raises(kind, match=words) as caught:
            paint(brief(), size=64, options=DiffusionOptions(model=str(path)))
        assert "\n" not in str(caught.value) and str(path) in str(caught.value)


@pytest.mark.parametrize(
    "options",
    [DiffusionOptions(strength=0), DiffusionOptions(steps=0 - 1), DiffusionOptions(start=np.zeros((4, 4), np.uint8))],
)
def test_options_out_of_range(options: DiffusionOptions) -> None:
    with pytest.raises(UsageError):
        paint(brief(), size=64, options=options)


def test_out_of_memory_says_what_fits() -> None:
    with pytest.raises(UsageError, match="--size 320"), memory_for(512, 64):
        raise RuntimeError("[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory")
    with pytest.raises(RuntimeError, match="shape"), memory_for(512, 64):
        raise RuntimeError("shape mismatch")


def test_steps_can_be_set_and_are_told_truly() -> None:
    steps = engine("diffusion").steps
    assert steps and steps.describe(50) == "37 of 50 steps" and engine("painter").steps is None
    told: list[float] = []
    made = render.paint("diffusion", brief(), size=64, on_step=told.append, steps=8).image
    assert made.shape == (64, 64, 3) and len(told) == 6 + 1  # three quarters of eight, and the end
    with pytest.raises(UsageError, match="does not work in steps"):
        render.paint("painter", brief(), size=64, steps=8)
    with pytest.raises(UsageError, match="steps are out of range"):
        render.paint("diffusion", brief(), size=64, steps=-1)


def test_its_description_names_the_start_and_the_words() -> None:
    describe = engine("diffusion").describe
    mine = replace(plan(Song(title="Kiwi"), None, brief().mood, motif="sea", style="ink"))
    told = describe(mine, 512)
    assert told.subject == "from the painter's sea" and told.style == "ink, in words"
    assert told.reasons[0].choice == "repainted by diffusion" and told.reasons[1:] == mine.reasons
    assert describe(replace(mine, reasons=told.reasons), 512) == told  # said once, however often asked
    silent = describe(replace(mine, prompt="an album: 1"), 512)
    assert silent.style == "its own style" and not any(r.choice.startswith("style ") for r in silent.reasons)
    assert engine("diffusion").uses == {"motif", "style", "prompt"}
