"""Every generator family on tiny pictures: it trains, goes on where it stopped, samples the same twice."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the extra `torch` is not installed")
pytest.importorskip("efficientnet_lite_pytorch", reason="the extra `torch` is not installed")
pytest.importorskip("safetensors", reason="the extra `torch` is not installed")

from PIL import Image  # noqa: E402

from tonescape.core.errors import InputError, UsageError  # noqa: E402
from tonescape.train.pictures.generators import (  # noqa: E402
    FAMILIES,
    checkpoint,
    data,
    flow,
    frozen,
    load_family,
    loop,
)
from tonescape.train.pictures.generators.family import GeneratorSettings  # noqa: E402

NAMES = ("valence", "arousal")
FALLS = {
    "wgan-gp": "critic",
    "acgan": "features real",
    "landscape": "affect read",
    "modern": "discriminators",
    "flow": "velocity",
}
"""the loss that must fall when a family learns from flat pictures whose colour is their condition; LOGAN's two losses
pull against each other from the first step, so its critic is tried by itself below"""


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """One thread, small sample grids, few steps of the flow's sampler, a small picture for the frozen network."""
    monkeypatch.setattr(loop, "GRID", 4)
    monkeypatch.setattr(loop, "EVERY", 1)
    monkeypatch.setattr(frozen, "LOOK", 32)
    monkeypatch.setattr(flow, "STEPS", 4)
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """48 flat pictures with a bright edge: valence is their red, arousal their blue."""
    out = tmp_path_factory.mktemp("pictures")
    rng = np.random.default_rng(0)
    rows = ["file,valence,arousal,album"]
    for number in range(48):
        red, blue = rng.random(2)
        image = np.full((20, 24, 3), (255 * red, 90, 255 * blue), np.uint8)
        image[: 4 + number % 8] = 230
        Image.fromarray(image).save(out / f"p{number:02d}.png")
        rows.append(f"p{number:02d}.png,{red:.4f},{blue:.4f},{number // 4}")
    (out / "table.csv").write_text("\n".join(rows))
    return out


@pytest.fixture(scope="module")
def pool(folder):
    return data.read(folder, 16, table=folder / "table.csv", columns=NAMES)


def settings(name, **more):
    given = {"side": 16, "width": 16, "latent": 8, "batch": 8, "steps": 40, "conditions": 2, "rate": 1e-3, "ema": 5.0}
    return GeneratorSettings(**{**given, **more})


def losses(out):
    return [json.loads(line) for line in (out / "metrics.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("name", sorted(FAMILIES))
def test_a_family_learns_and_goes_on_where_it_stopped(name, pool, tmp_path):
    steps = 20 if name == "modern" else 30
    whole = loop.train(name, pool, settings(name, steps=steps), tmp_path / "whole", seed=3)
    part = settings(name, steps=steps)
    kind = load_family(name)
    stopped = tmp_path / "parts"
    loop.train(name, pool, part, stopped, seed=3, minutes=1e-9)
    assert checkpoint.read(stopped / "checkpoint.safetensors")[0]["position"] == 1
    again = loop.train(name, pool, part, stopped, seed=3)
    assert isinstance(again, kind) and again.position == whole.position == steps
    for key, value in whole.state_dict().items():
        assert torch.equal(value, again.state_dict()[key]), key
    for key, value in whole.averaged().items():
        assert torch.equal(value, again.averaged()[key]), key
    rows = losses(tmp_path / "whole")
    assert all(np.isfinite(value) for row in rows for value in row.values())
    if name in FALLS:
        told = [row[FALLS[name]] for row in rows]
        assert np.mean(told[-6:]) < np.mean(told[:6])
    assert (tmp_path / "whole" / "curves.svg").exists() and list((tmp_path / "whole").glob("grid-*.png"))
    assert losses(stopped) == rows


@pytest.mark.parametrize("name", sorted(FAMILIES))
def test_sampling_is_the_same_twice_and_latents_matter(name, pool):
    torch.manual_seed(0)
    model = load_family(name)(settings(name))
    model.step(*pool.batch(torch.arange(8), "cpu"))
    model.average()
    latents, conditions = torch.randn(4, 8), torch.zeros(4, 2)
    one, two = model.sample(latents, conditions), model.sample(latents, conditions)
    assert one.shape == (4, 3, 16, 16) and float(one.min()) >= -1 and float(one.max()) <= 1
    assert torch.equal(one, two)
    assert not torch.equal(one, model.sample(torch.randn(4, 8), conditions))


def test_conditions_reach_the_picture(pool):
    """After learning, the flow paints redder pictures for higher valence."""
    torch.manual_seed(0)
    model = load_family("flow")(settings("flow"))
    for model.position in range(150):
        model.step(*pool.batch(torch.randint(0, len(pool), (16,)), "cpu"))
        model.average()
    latents = torch.randn(12, 8)
    red = [float(model.sample(latents, torch.tensor([[v, 0.0]]).repeat(12, 1))[:, 0].mean()) for v in (-1.5, 1.5)]
    assert red[1] > red[0] + 0.1


def test_a_loss_that_is_no_number_stops_and_keeps_the_last_good_state(pool, tmp_path):
    loop.train("wgan-gp", pool, settings("wgan-gp", steps=6), tmp_path, seed=0)
    before = (tmp_path / "checkpoint.safetensors").read_bytes()
    with pytest.raises(InputError, match=r"no number at step .*checkpoint\.safetensors.*--rate"):
        loop.train("wgan-gp", pool, settings("wgan-gp", steps=400, rate=1e18), tmp_path, seed=0)
    assert (tmp_path / "checkpoint.safetensors").read_bytes() == before


def test_two_processes_take_the_same_steps(folder, tmp_path):
    script = tmp_path / "two.py"
    script.write_text(
        "import sys, torch\n"
        "from pathlib import Path\n"
        "from tonescape.train.pictures.generators import data, loop\n"
        "from tonescape.train.pictures.generators.family import GeneratorSettings\n"
        "torch.set_num_threads(1)\n"
        "folder, out = Path(sys.argv[1]), Path(sys.argv[2])\n"
        "pool = data.read(folder, 16, table=folder / 'table.csv', columns=('valence', 'arousal'))\n"
        "given = GeneratorSettings(side=16, width=16, latent=8, batch=4, steps=8, conditions=2)\n"
        "model = loop.train('wgan-gp', pool, given, out, seed=1)\n"
        "import torch.distributed as dist\n"
        "total = sum(float(v.double().abs().sum()) for n, v in model.named_parameters())\n"
        "found = [None, None]\n"
        "dist.all_gather_object(found, (total, len(loop._random_of_all(loop.processes('cpu'), 'cpu'))))\n"
        "assert found[0] == found[1], found\n"
        "assert found[0][1] == 2\n"
        "dist.barrier()  # leaving while the other still talks aborts it now and then\n"
        "dist.destroy_process_group()\n"
    )
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", str(script)]
    done = subprocess.run(
        [*command, str(folder), str(tmp_path / "out")],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr[-2000:]
    about, tensors = checkpoint.read(tmp_path / "out" / "checkpoint.safetensors")
    assert about["position"] == 8 and "rng.1" in tensors
    assert not torch.equal(tensors["rng.0"], tensors["rng.1"])


def test_gradients_are_averaged_only_among_processes():
    from tonescape.train.pictures.generators.family import mean_over_processes

    alone = torch.ones(3)
    mean_over_processes([alone])
    assert torch.equal(alone, torch.ones(3))


def test_the_frozen_eye_has_the_slope_of_plain_convolutions():
    from torch.nn import functional as F

    from tonescape.train.pictures.generators.frozen import Depthwise

    torch.manual_seed(0)
    for stride, padding in ((1, (1, 1, 1, 1)), (2, (0, 1, 0, 1)), (2, (1, 1, 1, 1)), (1, (2, 2, 2, 2))):
        kernel = 3 if max(padding) == 1 else 5
        x, weight, bias = (
            torch.randn(2, 4, 10, 10, requires_grad=True),
            torch.randn(4, 1, kernel, kernel),
            torch.randn(4),
        )
        plain = F.conv2d(F.pad(x, padding), weight, bias, stride, groups=4)
        (expected,) = torch.autograd.grad((plain**2).sum(), x)
        ours = Depthwise.apply(x, weight, bias, stride, padding)
        (found,) = torch.autograd.grad((ours**2).sum(), x)
        assert torch.allclose(ours, plain, atol=1e-5) and torch.allclose(found, expected, atol=1e-4)


def test_latents_improve_what_the_critic_says(pool):
    """LOGAN's step raises the critic's value of most latents, and stays inside the cube they are drawn from."""
    from tonescape.train.pictures.generators.logan import Logan

    torch.manual_seed(0)
    model = Logan(settings("logan"))
    model.eval()
    conditions = torch.zeros(32, 2)
    before = model.uniform(32)
    after, moved = (value.detach() for value in model.improved(before.clone(), conditions))
    with torch.no_grad():
        told = [model.value(model.generator(z, conditions), conditions) for z in (before, after)]
    assert float((told[1] >= told[0]).float().mean()) > 0.8
    assert float(after.abs().max()) <= 1.0 and float(moved) > 0.0


def test_a_critic_learns_from_improved_latents_and_through_the_improvement(pool):
    """LOGAN's critic alone against a generator that stays: its loss falls; the step's slope reaches its weights."""
    from tonescape.train.pictures.generators.logan import Logan

    torch.manual_seed(0)
    model = Logan(settings("logan"))
    model.optimisers["generator"].step = lambda: None
    losses = [model.step(*pool.batch(torch.randint(0, len(pool), (8,)), "cpu"))["critic"] for _ in range(30)]
    assert np.mean(losses[-6:]) < 0.8 * np.mean(losses[:6])
    _, moved = model.improved(model.uniform(4), torch.zeros(4, 2))
    (slope,) = torch.autograd.grad(moved, model.score.weight)
    assert float(slope.abs().sum()) > 0.0


def test_the_landscape_grows_to_its_full_side():
    from tonescape.train.pictures.generators.landscape import Landscape

    model = Landscape(settings("landscape", side=32, steps=100))
    stages = []
    for model.position in range(100):
        stages.append(model.stage())
    assert stages[0] == (1, 1.0) and stages[-1] == (3, 1.0)
    assert [number for number, _ in stages] == sorted(number for number, _ in stages)


def test_conditions_are_standardised_and_albums_averaged(folder, pool):
    assert np.allclose(pool.conditions.numpy().mean(0), 0, atol=1e-5)
    assert np.allclose(pool.conditions.numpy().std(0), 1, atol=1e-5)
    albums = data.read(folder, 16, table=folder / "table.csv", columns=NAMES, group="album")
    values = albums.conditions.numpy() * albums.scale + albums.centre
    assert np.allclose(values[0:4], values[0]) and not np.allclose(values[4], values[0])
    assert albums.scale[0] < pool.scale[0]  # means of four spread less than what they are means of


def test_pictures_of_every_8_bit_mode_are_read_and_others_refused(tmp_path):
    for mode in ("1", "L", "LA", "P", "RGB", "RGBA"):
        Image.new(mode, (30, 20)).save(tmp_path / f"{mode}.png")
    pool = data.read(tmp_path, 16)
    assert pool.pictures.shape == (6, 3, 16, 16)
    assert int(pool.pictures[pool.keys.index("RGBA.png")].min()) == 255  # see-through becomes white
    Image.new("I;16", (30, 20)).save(tmp_path / "deep.png")
    with pytest.raises(InputError, match=r"deep\.png is of mode I;?1?6?; save it"):
        data.read(tmp_path, 16)


def test_what_cannot_be_learnt_from_is_said_in_one_line(folder, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(InputError, match="holds 0 pictures"):
        data.read(empty, 16)
    with pytest.raises(InputError, match="neither a folder"):
        data.read(tmp_path / "absent", 16)
    with pytest.raises(InputError, match="no column 'tempo'"):
        data.read(folder, 16, table=folder / "table.csv", columns=("tempo",))
    short = tmp_path / "short.csv"
    short.write_text("file,valence\np00.png,.5\n")
    with pytest.raises(InputError, match="47 of 48 pictures have no row"):
        data.read(folder, 16, table=short, columns=("valence",))
    (empty / "a.png").write_bytes(b"not a picture")
    (empty / "b.png").write_bytes(b"")
    with pytest.raises(InputError, match=r"a\.png is no picture"):
        data.read(empty, 16)


def test_foreign_and_broken_checkpoints_are_refused(pool, tmp_path):
    file = tmp_path / "checkpoint.safetensors"
    file.write_bytes(b"PK\x03\x04 not this")
    with pytest.raises(InputError, match="cannot be read as a checkpoint"):
        loop.train("flow", pool, settings("flow", steps=2), tmp_path)
    file.unlink()
    loop.train("flow", pool, settings("flow", steps=2), tmp_path)
    with pytest.raises(InputError, match="does not fit this run"):
        loop.train("flow", pool, settings("flow", steps=4, width=32), tmp_path)


def test_unknown_families_and_missing_conditions_are_said():
    with pytest.raises(UsageError, match="choose one of"):
        load_family("biggan")
    with pytest.raises(UsageError, match="--columns"):
        load_family("acgan")(settings("acgan", conditions=0))


def test_near_doubles_share_a_place():
    from tonescape.train.pictures.generators.label import ranks
    from tonescape.train.pictures.generators.nature_set import doubles

    rng = np.random.default_rng(0)
    images = [rng.integers(0, 255, (96, 96, 3), np.uint8) for _ in range(3)]
    images.append(np.clip(images[0].astype(int) + 6, 0, 255).astype(np.uint8))
    place = doubles(images)
    assert place[0] == place[3] and len(set(place.tolist())) == 3
    values = np.array([[1.0], [2.0], [3.0], [4.0]])
    assert np.allclose(ranks(values, values)[:, 0], [0.125, 0.375, 0.625, 0.875])


def test_the_card_of_a_packed_run_says_what_the_run_learnt_from(tmp_path):
    from tonescape.core import weights
    from tonescape.train.pictures.generators import export

    pytest.importorskip("onnx")
    folder = tmp_path / "covers"
    folder.mkdir()
    for number in range(4):
        Image.new("RGB", (20, 20), (number * 60, 90, 30)).save(folder / f"{number}.png")
    (tmp_path / "moods.csv").write_text("file,valence,arousal\n" + "".join(f"{n}.png,.{n},.5\n" for n in range(4)))
    pool = data.read(folder, 16, table=tmp_path / "moods.csv", columns=NAMES)
    loop.train(
        "wgan-gp", pool, GeneratorSettings(side=16, width=8, latent=8, batch=2, steps=1, conditions=2), tmp_path / "run"
    )
    assert export.main([str(tmp_path / "run"), "--out", str(tmp_path / "mine")]) == 0
    card = weights.card("gan", tmp_path / "mine")
    assert card.data == ("4 pictures of the folder covers, origin unknown", "valence, arousal: from moods.csv")
    assert (card.licence, card.data_terms) == ("unknown", "unknown")
    assert "judge_a" not in card.text and "landscape" not in card.text
    model, about = export.opened(tmp_path / "run")
    before = {key: value for key, value in about.items() if key not in ("data", "data_terms")}
    assert export.card(model, before)["data"] == ["unknown"]  # a run of an earlier version recorded nothing


def test_a_flow_cannot_be_packed_and_a_line_says_so(tmp_path):
    from tonescape.train.pictures.generators import export

    for number in range(2):
        Image.new("RGB", (20, 20), (number * 60, 90, 30)).save(tmp_path / f"{number}.png")
    loop.train(
        "flow", data.read(tmp_path, 16), GeneratorSettings(side=16, width=8, latent=8, batch=2, steps=1), tmp_path / "r"
    )
    with pytest.raises(UsageError, match="a run of flow cannot be packed"):
        export.main([str(tmp_path / "r"), "--out", str(tmp_path / "mine")])


def test_a_parquet_file_hands_its_own_record_on(tmp_path):
    import io

    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    blob = io.BytesIO()
    Image.new("RGB", (20, 20), "red").save(blob, "PNG")
    table = pa.table({"image": [blob.getvalue()] * 2})
    parquet.write_table(table, tmp_path / "plain.parquet")
    assert data.read(tmp_path / "plain.parquet", 16).sources == (
        "2 pictures of the file plain.parquet, origin unknown",
    )
    known = json.dumps({"data": ["a set, CC0"], "data_terms": "free"})
    parquet.write_table(table.replace_schema_metadata({data.SOURCES: known}), tmp_path / "known.parquet")
    pool = data.read(tmp_path / "known.parquet", 16)
    assert (pool.sources, pool.terms) == (("a set, CC0",), "free")
    parquet.write_table(table.replace_schema_metadata({data.SOURCES: "[1"}), tmp_path / "broken.parquet")
    assert data.read(tmp_path / "broken.parquet", 16).terms == "unknown"
