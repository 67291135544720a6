"""Own pictures get moods in a table that the generator trainers read; a stopped run goes on."""

from __future__ import annotations

import csv
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

pytest.importorskip("torch", reason="the extra `torch` is not installed")

from PIL import Image

from tonescape.core.errors import InputError, Remark
from tonescape.train.pictures.generators import data, label

if TYPE_CHECKING:
    from collections.abc import Sequence

GREYS = {"dark.png": 20, "below/bright.jpg": 230, "middle.png": 120}


def by_light(images: Sequence[Any]) -> Any:
    """A judge for whom bright is pleasant and dark is lively, on a part of the scale."""
    light = np.array([image.mean() / 255.0 for image in images])
    return np.stack([0.4 + 0.2 * light, 0.6 - 0.2 * light], axis=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, grey in GREYS.items():
        (tmp_path / "own" / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (40, 30), (grey,) * 3).save(tmp_path / "own" / name)
    return tmp_path / "own"


def rows(table: Path) -> dict[str, dict[str, str]]:
    with table.open(newline="") as lines:
        return {row["file"]: row for row in csv.DictReader(lines)}


def test_moods_are_ranks_beside_what_the_judge_says(folder: Path, tmp_path: Path) -> None:
    assert label.label(folder, tmp_path / "moods.csv", by_light) == (3, 0)
    found = rows(tmp_path / "moods.csv")
    assert set(found) == set(GREYS)
    assert [float(found[name]["valence"]) for name in GREYS] == pytest.approx([1 / 6, 5 / 6, 1 / 2], abs=1e-4)
    assert [float(found[name]["arousal"]) for name in GREYS] == pytest.approx([5 / 6, 1 / 6, 1 / 2], abs=1e-4)
    assert float(found["dark.png"]["valence_judged"]) == pytest.approx(0.4 + 0.2 * 20 / 255, abs=1e-3)


def test_the_generator_reads_the_table(folder: Path, tmp_path: Path) -> None:
    label.label(folder, tmp_path / "moods.csv", by_light)
    pool = data.read(folder, 16, table=tmp_path / "moods.csv", columns=("valence", "arousal"))
    valence = dict(zip(pool.keys, pool.conditions[:, 0].tolist(), strict=True))
    assert valence["dark.png"] < valence["middle.png"] < valence["below/bright.jpg"]
    assert pool.sources == (
        "3 pictures of the folder own, origin unknown",
        "valence, arousal: from moods.csv",
    )
    assert pool.terms == "unknown"


def test_a_stopped_run_goes_on_and_a_changed_picture_is_judged_again(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table, judged = tmp_path / "moods.csv", []

    def stopping(images: Sequence[Any]) -> Any:
        if len(judged) == 2:
            raise KeyboardInterrupt
        judged.extend(images)
        return by_light(images)

    monkeypatch.setattr(label, "AT_ONCE", 1)
    monkeypatch.setattr(label, "WRITE_S", 0.0)
    with pytest.raises(KeyboardInterrupt):
        label.label(folder, table, stopping)
    assert len(rows(table)) == 2
    again: list[Any] = []

    def counting(images: Sequence[Any]) -> Any:
        again.extend(images)
        return by_light(images)

    label.label(folder, table, counting)
    assert len(again) == 1 and set(rows(table)) == set(GREYS)
    Image.new("RGB", (40, 30), (240, 240, 240)).save(folder / "dark.png")
    (folder / "middle.png").unlink()
    label.label(folder, table, counting)
    found = rows(table)
    assert len(again) == 2 and set(found) == {"dark.png", "below/bright.jpg"}
    assert float(found["dark.png"]["valence"]) == 0.75


def test_what_is_no_picture_is_said_and_left_out(folder: Path, tmp_path: Path) -> None:
    (folder / "broken.png").write_bytes(b"no picture")
    with pytest.warns(Remark, match=r"not labelled: .*broken\.png"):
        assert label.label(folder, tmp_path / "moods.csv", by_light) == (3, 1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Remark)
        for name in GREYS:
            (folder / name).unlink()
        with pytest.raises(InputError, match="none of its 1 files"):
            label.label(folder, tmp_path / "other.csv", by_light)


def test_a_table_of_somebody_else_is_not_overwritten(folder: Path, tmp_path: Path) -> None:
    table = tmp_path / "mine.csv"
    table.write_text("file,valence\na.png,0.5\n")
    with pytest.raises(InputError, match="no table of"):
        label.label(folder, table, by_light)
    assert table.read_text() == "file,valence\na.png,0.5\n"
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="holds 0 pictures"):
        label.label(tmp_path / "empty", tmp_path / "moods.csv", by_light)


def test_the_shipped_judge_labels(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("efficientnet_lite_pytorch")
    assert label.main([str(folder), "--out", str(tmp_path / "moods.csv")]) == 0
    assert "3 pictures labelled" in capsys.readouterr().out
    judged = [float(row["valence_judged"]) for row in rows(tmp_path / "moods.csv").values()]
    assert len(set(judged)) == 3 and all(0.0 < value < 1.0 for value in judged)
