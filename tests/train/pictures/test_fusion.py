"""Diffusion that hears, on a tiny random model: the gated start is text alone, training, resuming, sampling."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tonescape.core.errors import InputError, UsageError

torch = pytest.importorskip("torch", reason="the extra `torch` is not installed")
pytest.importorskip("diffusers", reason="the extra `diffusion` is not installed")
pytest.importorskip("transformers", reason="the extra `diffusion` is not installed")

sys.path.insert(0, str(Path(__file__).parents[2] / "render"))
sys.path.insert(0, str(Path(__file__).parents[2]))
import tiny_models  # noqa: E402

from tonescape.render.diffusion import load  # noqa: E402
from tonescape.render.fusion import CODES, FRAMES, FUSIONS, Fusion, frames, sequence  # noqa: E402
from tonescape.train.pictures.fusion import evaluate as fusion_table  # noqa: E402
from tonescape.train.pictures.fusion import train as fusion  # noqa: E402
from tonescape.train.pictures.fusion.data import Pairs, read_pairs  # noqa: E402

QUICK = fusion.FusionSettings("gated", "adamw", rate=1e-3, warm_up=2, steps=12, batch=4, seed=1)
WIDTH, LENGTH = 32, 77


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)  # tests run beside one another


@pytest.fixture(scope="module")
def pipe(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return load(tiny_models.stable_diffusion(tmp_path_factory.mktemp("models") / "sd"))


def pairs(count: int = 8) -> Pairs:
    """Pictures of one colour; the music says which."""
    rng = np.random.default_rng(0)
    colours = rng.integers(0, 256, (count, 3))
    pictures = np.broadcast_to(colours[:, :, None, None], (count, 3, 32, 32)).astype(np.uint8)
    music = np.broadcast_to(colours[:, None] / 255.0, (count, FRAMES, 3)).astype(np.float32)
    return Pairs(torch.from_numpy(pictures.copy()), ("a cover",) * count, torch.from_numpy(music.copy()))


def inputs() -> tuple[Any, Any]:
    draw = torch.Generator().manual_seed(0)
    return torch.randn(2, LENGTH, WIDTH, generator=draw), torch.randn(2, FRAMES, 5, generator=draw)


def made(kind: str) -> Fusion:
    torch.manual_seed(0)
    return Fusion(kind, 5, WIDTH, LENGTH, 4)


def test_the_gated_start_is_text_alone_to_the_bit(pipe: Any) -> None:
    text, music = inputs()
    here = torch.tensor([True, True])
    gated = made("gated")
    shown = gated(text, music, here)
    assert torch.equal(shown, text)
    latents, time = torch.randn(2, 4, 16, 16, generator=torch.Generator().manual_seed(1)), torch.tensor([500, 20])
    with torch.no_grad():
        one, other = (pipe.unet(latents, time, encoder_hidden_states=words).sample for words in (text, shown))
    assert torch.equal(one, other)
    for kind in ("concatenation", "linear", "cross"):
        words = made(kind)(text, music, here)
        assert words.shape != text.shape or not torch.allclose(words, text, atol=0.1)
    with torch.no_grad():
        gated.fuse.gates.fill_(0.5)
    assert not torch.equal(gated(text, music, here), text)
    assert torch.equal(gated(text, music, ~here), text)  # and without music it always is


@pytest.mark.parametrize("kind", [kind for kind in FUSIONS if kind != "text"])
def test_music_reaches_the_output_and_its_weights_learn(kind: str) -> None:
    text, music = inputs()
    net, here = made(kind), torch.tensor([True, True])
    if kind == "gated":
        net(text, music, here).square().sum().backward()
        assert bool((net.fuse.gates.grad != 0).all())  # it can leave its start
        with torch.no_grad():
            net.fuse.gates.fill_(0.5)
    out = net(text, music, here)
    assert out.shape == (2, 2 * LENGTH if kind == "concatenation" else LENGTH, WIDTH)
    assert not torch.equal(out, net(text, music.flip(0), here))
    absent = net(text, music, ~here)
    assert torch.equal(absent, net(text, music.flip(0), ~here))
    out.square().sum().backward()
    assert bool(net.adapter.linear.weight.grad.abs().sum() > 0)


def test_the_loss_falls(pipe: Any) -> None:
    for kind in ("linear", "gated"):
        run = fusion.FusionRun(replace(QUICK, kind=kind, rate=3e-3, steps=1000, drop=0.0), pipe, pairs())

        def measured(run: Any = run) -> float:
            draws = [fusion.checkpoints.chance(5, number) for number in range(6)]
            with torch.no_grad():
                return float(np.mean([float(run.loss(torch.arange(8), draw, 0.0).mean()) for draw in draws]))

        before = measured()
        for _ in range(25):
            run.advance()
        assert measured() < before, kind


def test_a_run_goes_on_to_the_same_numbers(pipe: Any, tmp_path: Path) -> None:
    for settings in (QUICK, replace(QUICK, optimiser="sgd", kind="cross")):
        straight, first, second = (fusion.FusionRun(settings, pipe, pairs()) for _ in range(3))
        wanted = [straight.advance() for _ in range(6)]
        got = [first.advance() for _ in range(3)]
        first.save(tmp_path / "run.safetensors")
        second.restore(tmp_path / "run.safetensors")
        assert got + [second.advance() for _ in range(3)] == wanted
        other = second.fusion.state_dict()
        assert all(torch.equal(value, other[name]) for name, value in straight.fusion.state_dict().items())
    with pytest.raises(InputError, match="another kind"):
        fusion.FusionRun(replace(QUICK, kind="linear"), pipe, pairs()).restore(tmp_path / "run.safetensors")
    (tmp_path / "run.safetensors").write_bytes(b"\x08\0\0\0\0\0\0\0{broken}")
    with pytest.raises(InputError, match="cannot be read"):
        first.restore(tmp_path / "run.safetensors")


def test_the_rate_warms_up_and_follows_a_cosine(pipe: Any) -> None:
    run = fusion.FusionRun(fusion.FusionSettings(warm_up=500, steps=3500), pipe, pairs(2))
    rates = []
    for run.step in (0, 249, 499, 1999, 3499):
        rates.append(run.rate())
    assert rates == pytest.approx([2e-7, 5e-5, 1e-4, 5e-5, 0.0], abs=1e-9)


def test_the_network_stays_as_it_is_unless_asked(pipe: Any) -> None:
    before = {name: value.clone() for name, value in pipe.unet.state_dict().items()}
    run = fusion.FusionRun(QUICK, pipe, pairs())
    for _ in range(3):
        run.advance()
    assert all(torch.equal(value, before[name]) for name, value in pipe.unet.state_dict().items())
    assert "unet" in fusion.FusionRun(replace(QUICK, unet=True), pipe, pairs(2)).nets
    pipe.unet.requires_grad_(False)


@pytest.mark.parametrize("sampler", ["ddpm", "pndm"])
def test_sampling_is_deterministic_and_guided_by_each_condition(pipe: Any, sampler: str) -> None:
    run = fusion.FusionRun(replace(QUICK, kind="linear"), pipe, pairs())
    rows = torch.arange(2)
    one, again, other = (run.sample(rows, sampler, 4, seed=seed) for seed in (1, 1, 2))
    assert one.shape == (2, 3, 32, 32) and one.dtype == torch.uint8
    assert torch.equal(one, again) and not torch.equal(one, other)
    assert not torch.equal(one, run.sample(rows, sampler, 4, music=8.0, seed=1))
    gated = fusion.FusionRun(QUICK, pipe, pairs())
    silent, heard = (gated.sample(rows, sampler, 4, music=music, seed=1) for music in (0.0, 8.0))
    assert torch.equal(silent, heard)  # the gated start: music changes nothing yet


def test_music_of_any_length_becomes_a_sequence() -> None:
    rising = np.linspace(0, 1, 1000)[:, None] * np.ones(3)
    made_ = frames(rising)
    assert made_.shape == (FRAMES, 3) and made_.dtype == np.float32 and bool((np.diff(made_[:, 0]) > 0).all())
    assert np.allclose(frames(np.array([[1.0], [3.0]]))[[0, -1], 0], [1, 3])
    codes = frames(np.array([3, 3, 5]))
    assert codes.shape[0] == FRAMES and not np.allclose(codes[0], codes[-1])
    for wrong in ([[np.nan]], [[[1.0]]], np.zeros((0, 3)), [CODES], [["a"]]):
        with pytest.raises(InputError):
            frames(np.array(wrong))


def test_a_heard_song_is_a_sequence() -> None:
    from tonescape.core.records import Curves

    t = np.zeros(50, np.float32)
    curves = Curves(t, t, t, t, t, t, np.zeros((50, 12), np.float32), t, t, t, (), t)
    assert sequence(curves).shape == (50, 17)


def write(folder: Path, count: int) -> Path:
    from PIL import Image

    known, lines = pairs(count), ["picture,prompt,music"]
    for number in range(count):
        Image.fromarray(known.pictures[number].permute(1, 2, 0).numpy()).save(folder / f"{number}.png")
        np.save(folder / f"{number}.npy", known.music[number].numpy())
        lines.append(f"{number}.png,cover {number},{number}.npy")
    (folder / "pairs.csv").write_text("\n".join(lines))
    return folder / "pairs.csv"


def test_the_commands(tmp_path: Path, pipe: Any, capsys: pytest.CaptureFixture[str]) -> None:
    table, model = write(tmp_path, 7), str(tiny_models.stable_diffusion(tmp_path / "sd"))
    command = [
        "--data",
        str(table),
        "--model",
        model,
        "--out",
        str(tmp_path / "out"),
        "--steps",
        "4",
        "--every",
        "2",
        "--warm-up",
        "1",
    ]
    assert fusion.main(command) == 0
    assert (tmp_path / "out" / "checkpoint.safetensors").exists()
    assert len((tmp_path / "out" / "metrics.jsonl").read_text().splitlines()) == 4
    capsys.readouterr()
    asked = ["--fusions", "text", "gated", "--steps", "6", "--sampling", "2", "--warm-up", "1", "--rate", "0.3"]
    asked += ["--optimiser", "adamw"]
    assert fusion_table.main(["--data", str(table), "--model", model, *asked]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == fusion_table.HEAD and len(lines) == 2 + 1 + 3
    assert {line.count("|") for line in lines} == {10}
    text, gated = (line.split("|") for line in (lines[2], lines[3]))
    assert gated[3] == text[3] and gated[6:] == text[6:]  # without music it is text alone, whatever it learnt
    nothing = "+0.0000 [+0.0000, +0.0000]"
    assert gated[4].strip() == gated[5].strip() == nothing
    with_music = lines[4].split("|")
    assert with_music[2].strip() == "text + music" and with_music[4].strip() == nothing != with_music[5].strip()
    with pytest.raises(InputError, match="7 or more"):
        list(fusion_table.table(pipe, pairs(3), QUICK, ["text"], 2))


def test_the_engine_hears_what_was_trained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From a trained run to paint(): music changes the picture; a gate at 0 and a brief without sound do not."""
    from test_cli import write_song
    from tonescape.core.errors import Remark, WeightsError
    from tonescape.core.records import Song
    from tonescape.hear import listen
    from tonescape.mood import estimate
    from tonescape.plan import plan
    from tonescape.render import diffusion
    from tonescape.render import fusion as fusions

    monkeypatch.setattr(diffusion, "use_cores", lambda: None)
    monkeypatch.setenv("TONESCAPE_DIFFUSION", str(tiny_models.stable_diffusion(tmp_path / "any-turbo")))
    song = Song(path=write_song(tmp_path / "a.wav", seconds=3.0), title="A")
    assert song.path is not None
    features = listen(song.path)
    brief = plan(song, features, estimate(song, features), motif="colour-field")
    quick = diffusion.DiffusionOptions(steps=2, guidance=0.0, start=None)

    def painted(whose: Any = brief) -> Any:
        return diffusion.paint(whose, size=64, options=quick)

    alone = painted()
    music = replace(pairs(), music=torch.from_numpy(np.stack([frames(sequence(features.curves))] * 8)))
    run = fusion.FusionRun(QUICK, load(tmp_path / "any-turbo", exact=True), music)
    fusions.save(run.fusion, tmp_path / "start" / "fusion.safetensors")
    fusion.train(run, tmp_path / "run", 12)
    monkeypatch.setenv("TONESCAPE_FUSION", str(tmp_path / "start"))
    assert np.array_equal(painted(), alone)
    monkeypatch.setenv("TONESCAPE_FUSION", str(tmp_path / "run"))
    assert not np.array_equal(painted(), alone)
    with pytest.warns(Remark, match="words alone"):
        assert np.array_equal(painted(replace(brief, curves=None)), alone)
    other = fusion.FusionRun(QUICK, load(tmp_path / "any-turbo", exact=True), pairs())
    fusions.save(other.fusion, tmp_path / "other.safetensors")
    monkeypatch.setenv("TONESCAPE_FUSION", str(tmp_path / "other.safetensors"))
    with pytest.raises(UsageError, match="inside is 3, here 17"):
        painted()
    for wrong in ("run/checkpoint.safetensors", "none.safetensors"):
        monkeypatch.setenv("TONESCAPE_FUSION", str(tmp_path / wrong))
        with pytest.raises(WeightsError, match="--out folder"):
            painted()


def test_what_is_no_number_or_foreign_stops_a_run(tmp_path: Path, pipe: Any) -> None:
    from tonescape.core.errors import TonescapeError

    run = fusion.FusionRun(QUICK, pipe, pairs())
    run.latents.fill_(float("nan"))
    with pytest.raises(TonescapeError, match="no number"):
        fusion.train(run, tmp_path, 1)
    assert not (tmp_path / "checkpoint.safetensors").exists()
    (tmp_path / "checkpoint.safetensors").write_bytes(b"PK not this")
    with pytest.raises(InputError, match="cannot be read"):
        fusion.train(fusion.FusionRun(QUICK, pipe, pairs()), tmp_path, 1)


def test_tables_that_cannot_be_used(tmp_path: Path, pipe: Any) -> None:
    table = write(tmp_path, 2)
    assert read_pairs(table, 16).pictures.shape == (2, 3, 16, 16)
    np.save(tmp_path / "1.npy", np.zeros((4, 9)))
    with pytest.raises(InputError, match="different widths"):
        read_pairs(table, 16)
    (tmp_path / "1.npy").write_bytes(b"no")
    with pytest.raises(InputError, match="no music sequence"):
        read_pairs(table, 16)
    from PIL import Image

    Image.new("I;16", (30, 20)).save(tmp_path / "0.png")
    with pytest.raises(InputError, match="8 bits a channel"):
        read_pairs(table, 16)
    (tmp_path / "0.png").write_bytes(b"no")
    with pytest.raises(InputError, match="no picture"):
        read_pairs(table, 16)
    table.write_text("a,b\n1,2")
    with pytest.raises(InputError, match="columns"):
        read_pairs(table, 16)
    with pytest.raises(UsageError, match="gated"):
        fusion.FusionRun(replace(QUICK, kind="sum"), pipe, pairs(2))


def test_a_tiny_model_and_pairs_are_made_to_try_it_on(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    import io

    from PIL import Image
    from pyarrow import parquet

    from tonescape.train.pictures.fusion import tiny

    rng = np.random.default_rng(0)
    for name, count in (("train", 12), ("held", 4)):
        blobs, moods = [], rng.random((count, 2))
        for mood in moods:
            out = io.BytesIO()
            Image.fromarray(np.full((32, 32, 3), int(255 * mood[0]), np.uint8)).save(out, "PNG")
            blobs.append(out.getvalue())
        columns = {"image": blobs, "valence": moods[:, 0], "arousal": moods[:, 1]}
        parquet.write_table(pyarrow.table(columns), tmp_path / f"{name}.parquet")
    out = tmp_path / "out"
    assert tiny.main(["--data", str(tmp_path), "--out", str(out), "--steps", "2", "--batch", "4"]) == 0
    pairs = read_pairs(out / "pairs.csv", tiny.SIDE)
    assert len(pairs.prompts) == 4 and pairs.music.shape == (4, FRAMES, tiny.NOTES)
    run = fusion.FusionRun(QUICK, load(out / "model", exact=True), pairs)
    assert np.isfinite(run.advance()) and run.latents.shape[1:] == (4, 8, 8)
    assert tiny.prompt(0.9, 0.1) == "a calm landscape" != tiny.prompt(0.1, 0.9)
    near, far = (np.abs(tiny.music(0.9, 0.5, 1) - tiny.music(v, 0.5, 2)).mean() for v in (0.9, 0.1))
    assert far > near
