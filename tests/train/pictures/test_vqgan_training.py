"""Training a VQGAN: losses that fall, a codebook in use, going on to the same numbers, and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tonescape.core.errors import InputError, TonescapeError, UsageError

torch = pytest.importorskip("torch", reason="the extra `torch` is not installed")
pytest.importorskip("safetensors", reason="the extra `diffusion` is not installed")
pytest.importorskip("efficientnet_lite_pytorch", reason="the extra `torch` is not installed")

from tonescape.render import vqgan  # noqa: E402
from tonescape.train.lib import checkpoints  # noqa: E402
from tonescape.train.pictures import vqgan as training  # noqa: E402

SMALL = vqgan.Config(width=16, mults=(1, 2, 2), blocks=1, codes=32, dim=8)
SETTINGS = training.VqganSettings(SMALL, side=32, batch=4, rate=1e-3, critic_from=3, seed=1)


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)  # tests run beside one another


def pictures(count: int = 12, side: int = 32) -> torch.Tensor:
    """Skies over land of different colours."""
    rng = np.random.default_rng(0)
    made = np.zeros((count, 3, side, side), np.uint8)
    for image in made:
        line = rng.integers(8, 24)
        image[:, :line], image[:, line:] = (rng.integers(0, 256, (3, 1, 1), dtype=np.uint8) for _ in range(2))
    return torch.from_numpy(made)


def same(one: training.VqganRun, other: training.VqganRun) -> bool:
    return all(
        torch.equal(value, other.nets[name].state_dict()[key])
        for name, net in one.nets.items()
        for key, value in net.state_dict().items()
    )


def test_losses_fall_and_codes_are_used() -> None:
    run = training.VqganRun(replace(SETTINGS, critic_from=1000), pictures())
    losses = [run.advance() for _ in range(40)]
    for name in ("loss", "pixels", "features"):
        first, last = (np.mean([each[name] for each in part]) for part in (losses[:6], losses[-6:]))
        assert last < 0.85 * first, name
    assert losses[-1]["codes"] * SMALL.codes > 2


def test_a_run_goes_on_to_the_same_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "REVIVE", 2)
    straight, first, second = (training.VqganRun(SETTINGS, pictures()) for _ in range(3))
    wanted = [straight.advance() for _ in range(8)]
    got = [first.advance() for _ in range(5)]
    first.save(tmp_path / "run.safetensors")
    second.restore(tmp_path / "run.safetensors")
    got += [second.advance() for _ in range(3)]
    assert got == wanted and same(straight, second)
    assert wanted[-1]["critic"] > 0 == wanted[0]["critic"]
    assert not same(straight, training.VqganRun(replace(SETTINGS, seed=2), pictures()))


def test_each_epoch_sees_every_picture_once() -> None:
    seen = torch.cat([checkpoints.rows(3, step, 4, 6) for step in range(3)])
    assert sorted(seen[:6].tolist()) == sorted(seen[6:].tolist()) == list(range(6))
    assert seen[:6].tolist() != seen[6:].tolist()


def test_damaged_foreign_and_other_checkpoints_are_refused(tmp_path: Path) -> None:
    run, path = training.VqganRun(SETTINGS, pictures()), tmp_path / "run.safetensors"
    run.save(path)
    with pytest.raises(InputError, match="another rate"):
        training.VqganRun(replace(SETTINGS, rate=0.5), pictures()).restore(path)
    with pytest.raises(InputError, match="another pictures"):
        training.VqganRun(SETTINGS, pictures(5)).restore(path)
    with pytest.raises(InputError, match="cannot be read as a checkpoint of tonescape train fusion"):
        checkpoints.load(path, "fusion", run.about(), run.nets, run.opts)
    checkpoints.write(path, training.KIND, {}, {})
    with pytest.raises(InputError, match="does not say where it stopped"):
        run.restore(path)
    run.save(path)
    path.write_bytes(path.read_bytes()[:700])
    with pytest.raises(InputError, match="cannot be read") as caught:
        run.restore(path)
    assert "\n" not in str(caught.value)
    with pytest.raises(UsageError, match="multiple of 4"):
        training.VqganRun(replace(SETTINGS, side=30), pictures())


def test_what_is_no_number_stops_the_run_and_keeps_the_last_good_one(tmp_path: Path) -> None:
    run = training.VqganRun(SETTINGS, pictures())
    training.train(run, tmp_path, 2, 1)
    before = (tmp_path / "checkpoint.safetensors").read_bytes()
    with torch.no_grad():
        next(run.model.decoder.parameters()).fill_(float("nan"))
    with pytest.raises(TonescapeError, match="no checkpoint was written yet"):
        training.train(run, tmp_path / "other", 4, 1)
    assert not (tmp_path / "other" / "checkpoint.safetensors").exists()
    with pytest.raises(TonescapeError, match="the last good checkpoint is"):
        checkpoints.checked(float("nan"), 3, tmp_path / "checkpoint.safetensors")
    assert (tmp_path / "checkpoint.safetensors").read_bytes() == before


def test_the_command_trains_goes_on_and_gives_the_engine_a_model(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from PIL import Image

    (tmp_path / "pictures").mkdir()
    for number, image in enumerate(pictures(6, 48)):
        Image.fromarray(image.permute(1, 2, 0).numpy()).save(tmp_path / "pictures" / f"{number}.png")
    small = [
        "--side",
        "32",
        "--batch",
        "2",
        "--width",
        "16",
        "--mults",
        "1",
        "2",
        "--blocks",
        "1",
        "--codes",
        "16",
        "--dim",
        "8",
    ]
    command = ["--data", str(tmp_path / "pictures"), "--out", str(tmp_path / "out"), *small, "--every", "2"]
    assert training.main([*command, "--steps", "2"]) == 0
    assert training.main([*command, "--steps", "4"]) == 0
    assert "vqgan: going on from 2 of 4 steps" in capsys.readouterr().err
    lines = [json.loads(line) for line in (tmp_path / "out" / "metrics.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == [1, 2, 3, 4]
    assert (tmp_path / "out" / "sheet-0000004.png").exists()
    codec = vqgan.load(tmp_path / "out" / "model")
    assert codec.factor == 2 and codec.codes.shape == (16, 8)
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError):
        training.main(["--data", str(tmp_path / "empty"), "--out", str(tmp_path / "none"), *small])


def test_dead_codes_come_back() -> None:
    torch.manual_seed(0)
    model = vqgan.Vqgan(SMALL)
    model.counts[:5] = 0.0
    grid = torch.randn(1, 8, 4, 4)
    assert model.revive(grid, torch.arange(32), 0.03) == 5
    assert torch.equal(model.codes[2], grid[0, :, 0, 2]) and bool((model.counts > 0).all())
