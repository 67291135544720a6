"""Engine `vqgan-clip` on tiny random models: the whole of paint(), goals that are reached, stopping and going on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tiny_models

from tonescape import render
from tonescape.core import weights
from tonescape.core.errors import InputError, MissingError, Remark, UsageError, WeightsError
from tonescape.core.records import AudioFeatures, Brief, Song
from tonescape.mood import named
from tonescape.plan import plan, recipe
from tonescape.plan.prompt import Part
from tonescape.render import engine, vqgan_clip
from tonescape.render.dream import Dream, cutouts
from tonescape.render.vqgan_clip import VqganClipOptions, models, paint, playlist

torch = pytest.importorskip("torch", reason="the extra `torch` is not installed")
pytest.importorskip("transformers", reason="the extra `diffusion` is not installed")

QUICK = VqganClipOptions(steps=4, cuts=4, every=2, side=32, start=None)


def brief(prompt: str = "sea of Kiwi: 2 | navy: 0.9 | noise: -0.3", seed: int = 5) -> Brief:
    audio = AudioFeatures(danceability=0.5, energy=0.6, key=2.0, mode=1.0, acousticness=0.3, valence=0.7)
    made = plan(Song(title="Kiwi", artist="Somebody"), None, named(0.7, 0.6, 0.8, audio, ()), motif="colour-field")
    return replace(made, prompt=prompt, seed=seed)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    from tonescape.render import vqgan

    base = tmp_path_factory.mktemp("models")
    torch.manual_seed(3)
    vqgan.save(vqgan.Vqgan(vqgan.Config(width=16, mults=(1, 2, 2), blocks=1, codes=32, dim=8)), base / "vqgan")
    return base / "vqgan", tiny_models.clip(base / "clip")


@pytest.fixture(autouse=True)
def here(folders: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONESCAPE_VQGAN", str(folders[0]))
    monkeypatch.setenv("TONESCAPE_CLIP", str(folders[1]))
    monkeypatch.delenv("TONESCAPE_MODELS", raising=False)
    torch.set_num_threads(1)
    monkeypatch.setattr(vqgan_clip, "use_cores", lambda: None)  # tests run beside one another
    monkeypatch.setattr(weights, "settings", lambda: type("S", (), {"cache": tmp_path / "cache"}))


def dream(folders: tuple[Path, Path], parts: list[Part], options: VqganClipOptions = QUICK, images: Any = ()) -> Dream:
    codec, judge = models(*folders)
    return Dream(codec, judge, judge.goal(parts, images), 32, 1, None, cuts=options.cuts, rate=options.rate)


def test_the_whole_path() -> None:
    told: list[float] = []
    shown: list[tuple[int, tuple[int, ...]]] = []
    options = replace(QUICK, start="painter", on_picture=lambda done, image: shown.append((done, image.shape)))
    made = paint(brief(), size=80, on_step=told.append, options=options)
    assert made.shape == (80, 80, 3) and made.dtype == np.uint8
    assert told == sorted(told) and told[-1] == 1.0 and len(told) == 5
    assert shown == [(2, (32, 32, 3)), (4, (32, 32, 3))]
    found = engine("vqgan-clip")
    assert found.paint is paint and found.exclusive and found.uses == {"motif", "style", "prompt"}


def test_the_same_seed_is_the_same_picture() -> None:
    one, again, other = (paint(brief(seed=seed), size=64, options=QUICK) for seed in (1, 1, 2))
    assert np.array_equal(one, again) and not np.array_equal(one, other)


def test_distances_fall_towards_and_rise_away(folders: tuple[Path, Path]) -> None:
    from tonescape.render.clip import distance

    options = replace(QUICK, cuts=8, rate=0.2)
    for weight in (1.0, -1.0):
        run = dream(folders, [Part("sea", weight)], options)
        losses = [run.step() for _ in range(24)]
        assert np.mean(losses[-8:]) < np.mean(losses[:8]), weight
    unit = run.goal.places
    assert float(distance(unit, replace(run.goal, weights=run.goal.weights.abs()))) < 1e-3
    assert float(distance(-unit, run.goal)) == pytest.approx(-2 * (np.pi / 2) ** 2, rel=0.01)


def test_pictures_are_prompts_too(folders: tuple[Path, Path]) -> None:
    red = np.zeros((40, 50, 3), np.uint8) + np.array([250, 10, 10], np.uint8)
    run = dream(folders, [], images=((red, 1.0), (255 - red, -0.5)))
    assert run.goal.places.shape == (2, 24) and run.goal.weights.tolist() == [1.0, -0.5]
    shown = torch.from_numpy(red).permute(2, 0, 1)[None, :, :40, :40] / 255
    seen = run.judge.views(torch.nn.functional.interpolate(shown, (32, 32)))
    assert float((seen @ run.goal.places[0]).item()) > 0.999  # our way and the processor's agree
    with pytest.raises(UsageError, match="weight"):
        run.judge.goal([Part("a", 0.0)])


def test_texts_beyond_77_tokens_are_averaged_by_length(folders: tuple[Path, Path]) -> None:
    judge = models(*folders)[1]
    with torch.no_grad(), pytest.warns(Remark, match="100 tokens .* read in 2 pieces"):
        whole, first, rest = (judge.texts([text])[0] for text in ("a" * 75 + "b" * 25, "a" * 75 + "b", "b" * 25))
    assert whole.shape == (24,) and float(whole.norm()) == pytest.approx(1, abs=1e-5)
    assert not torch.allclose(whole, first) and not torch.allclose(whole, rest)
    with pytest.raises(UsageError, match="tokens"):
        judge.texts(["a" * 700])


def test_cutouts_depend_on_chance_alone_and_pass_gradients() -> None:
    pixels = torch.rand(1, 3, 40, 40, requires_grad=True)
    one, again, other = (cutouts(pixels, 16, 6, torch.Generator().manual_seed(seed)) for seed in (1, 1, 2))
    assert one.shape == (6, 3, 16, 16) and torch.equal(one, again) and not torch.equal(one, other)
    one.sum().backward()
    assert pixels.grad is not None and bool(pixels.grad.abs().sum() > 0)
    assert cutouts(pixels[:, :, :9, :9], 16, 2, torch.Generator().manual_seed(0)).shape == (2, 3, 16, 16)


def test_a_stopped_run_goes_on_to_the_same_numbers(tmp_path: Path) -> None:
    state = tmp_path / "run.safetensors"
    straight = paint(brief(), size=64, options=replace(QUICK, steps=6))

    def stop(share: float) -> None:
        if share > 0.4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        paint(brief(), size=64, on_step=stop, options=replace(QUICK, steps=6, state=state))
    told: list[float] = []
    resumed = paint(brief(), size=64, on_step=told.append, options=replace(QUICK, steps=6, state=state))
    assert told[0] > 0.6 and np.array_equal(straight, resumed)
    with pytest.raises(InputError, match="another picture"):
        paint(brief("rain: 1"), size=64, options=replace(QUICK, state=state))
    state.write_bytes(state.read_bytes()[:300])
    with pytest.raises(InputError, match="cannot be read"):
        paint(brief(), size=64, options=replace(QUICK, state=state))


def test_a_playlist_goes_on_from_the_last_picture_or_fresh() -> None:
    briefs = [brief(), brief("rain: 1", 6)]
    frames: list[tuple[int, int]] = []
    options = QUICK
    on = list(
        playlist(briefs, size=64, options=options, on_frame=lambda song, done, image: frames.append((song, done)))
    )
    fresh = list(playlist(briefs, size=64, options=options, fresh=True))
    assert frames == [(0, 2), (0, 4), (1, 2), (1, 4)]
    assert np.array_equal(on[0], fresh[0]) and not np.array_equal(on[1], fresh[1])
    assert np.array_equal(fresh[1], paint(briefs[1], size=64, options=options))


def test_a_vqgan_of_diffusers(tmp_path: Path) -> None:
    from tonescape.render import vqgan

    diffusers = pytest.importorskip("diffusers", reason="the extra `diffusion` is not installed")
    torch.manual_seed(4)
    kind = {"down_block_types": ("DownEncoderBlock2D",) * 2, "up_block_types": ("UpDecoderBlock2D",) * 2}
    model = diffusers.VQModel(
        block_out_channels=(16, 32),
        norm_num_groups=8,
        latent_channels=4,
        num_vq_embeddings=16,
        lookup_from_codebook=True,
        **kind,
    )
    model.save_pretrained(tmp_path / "vq")
    codec = vqgan.load(tmp_path / "vq")
    pictures = torch.rand(1, 3, 32, 32) * 2 - 1
    grid = vqgan.quantised(codec.encode(pictures), codec.codes)
    with torch.no_grad():
        wanted = 2 * model((pictures + 1) / 2).sample - 1
    assert codec.factor == 2 and torch.allclose(codec.decode(grid), wanted, atol=1e-5)
    made = paint(brief(), size=64, options=replace(QUICK, model=str(tmp_path / "vq")))
    assert made.shape == (64, 64, 3)


def test_missing_damaged_and_foreign_weights(
    folders: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil

    cut = Path(shutil.copytree(folders[0], tmp_path / "cut"))
    (cut / "model.safetensors").write_bytes((cut / "model.safetensors").read_bytes()[:999])
    other = Path(shutil.copytree(folders[1], tmp_path / "other"))
    for path in (cut, other):
        with pytest.raises(WeightsError) as caught:
            paint(brief(), size=64, options=replace(QUICK, model=str(path)))
        assert "\n" not in str(caught.value) and str(path) in str(caught.value)
    (other / "model.safetensors").write_bytes(b"x" * 99)
    with pytest.raises(WeightsError, match="not a CLIP"):
        paint(brief(), size=64, options=replace(QUICK, judge=str(other)))
    monkeypatch.delenv("TONESCAPE_CLIP")
    with pytest.raises(MissingError, match=r"clip .*MIT.*TONESCAPE_MODELS"):
        paint(brief(), size=64, options=QUICK)


@pytest.mark.parametrize("wrong", [{"steps": 0}, {"cuts": 0}, {"rate": 0.0}, {"every": 0}])
def test_options_out_of_range(wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        paint(brief(), size=64, options=replace(QUICK, **wrong))


def test_iterations_can_be_set_and_are_told() -> None:
    steps = engine("vqgan-clip").steps
    assert steps and steps.describe(1) == "1 iteration" and steps.describe(200) == "200 iterations"
    assert VqganClipOptions().iterations == vqgan_clip.ITERATIONS
    told: list[float] = []
    made = render.paint("vqgan-clip", brief(), size=64, on_step=told.append, steps=2)
    assert made.image.shape == (64, 64, 3) and not made.image.flags.writeable
    assert recipe.read(made.recipe).engine == made.engine == "vqgan-clip"
    assert told[:2] == [0.5, 1.0]
