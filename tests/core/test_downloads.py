"""Models that are brought along: found, checked against the table, pinned when first seen, and one line when absent."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from pathlib import Path

import pytest

from tonescape.core import weights
from tonescape.core.errors import MissingError, WeightsError


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TONESCAPE_MODELS", str(tmp_path / "models"))
    monkeypatch.setattr(weights, "settings", lambda: type("S", (), {"cache": tmp_path / "cache"}))
    return tmp_path / "models"


def put(folder: Path, content: bytes = b"abc") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text("{}")
    (folder / "diffusion_pytorch_model.safetensors").write_bytes(content)
    return folder


@pytest.fixture
def without_sums(monkeypatch: pytest.MonkeyPatch) -> None:
    """The row `vqgan` as if nobody had published a checksum."""
    row = weights.DOWNLOADS["vqgan"]
    files = tuple(replace(file, bytes=0, sha256="") for file in row.files)
    monkeypatch.setitem(weights.DOWNLOADS, "vqgan", replace(row, files=files))


def test_every_row_says_what_it_must() -> None:
    for name, row in weights.DOWNLOADS.items():
        assert name == row.name and re.fullmatch("[0-9a-f]{40}", row.revision) and "/" in row.hub
        assert row.licence and row.source and row.what and row.megabytes > 0
        assert row.files[0].name.endswith(".json") and any(f.name.endswith(".safetensors") for f in row.files)
        for file in row.files:
            assert re.fullmatch("([0-9a-f]{64})?", file.sha256) and (file.sha256 or not file.bytes)
        known = sum(file.bytes for file in row.files) / 1e6
        assert known <= row.megabytes + 1


@pytest.mark.parametrize("name", sorted(weights.DOWNLOADS))
def test_what_is_missing_is_one_line_with_two_ways(models: Path, name: str) -> None:
    with pytest.raises(MissingError) as caught:
        weights.folder_of(name)
    row, line = weights.DOWNLOADS[name], str(caught.value)
    for word in (row.hub, f"{row.megabytes} MB", row.licence, "TONESCAPE_MODELS", row.revision, "tonescape fetch"):
        assert word in line
    assert "\n" not in line


def test_a_file_that_is_not_the_tables_is_refused(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = put(models / "taesd")
    with pytest.raises(WeightsError, match="not the file of madebyollin/taesd"):
        weights.folder_of("taesd")
    row = weights.DOWNLOADS["taesd"]
    files = (row.files[0], replace(row.files[1], sha256=hashlib.sha256(b"abc").hexdigest()))
    monkeypatch.setitem(weights.DOWNLOADS, "taesd", replace(row, files=files))
    assert weights.folder_of("taesd") == folder


def test_a_file_without_a_published_checksum_is_pinned(models: Path, without_sums: None, tmp_path: Path) -> None:
    folder = put(models / "vqgan")
    assert weights.folder_of("vqgan") == folder and weights.folder_of("vqgan") == folder
    put(folder, b"abd")
    with pytest.raises(WeightsError, match="get it again"):
        weights.folder_of("vqgan")
    put(folder, b"abc")
    assert weights.folder_of("vqgan") == folder
    (tmp_path / "cache" / "models" / "vqgan.lock.json").write_text("broken")
    put(folder, b"abd")
    assert weights.folder_of("vqgan") == folder  # a lost lock pins anew


def test_pickles_and_unknown_names_are_refused(models: Path) -> None:
    folder = put(models / "taesd")
    (folder / "diffusion_pytorch_model.safetensors").rename(folder / "diffusion_pytorch_model.bin")
    with pytest.raises(WeightsError, match="pickled"):
        weights.folder_of("taesd")
    with pytest.raises(MissingError, match="sd-turbo"):
        weights.folder_of("sd-turbos")


def test_the_cache_is_looked_at_and_a_folder_of_ones_own_is_taken(
    models: Path, without_sums: None, tmp_path: Path
) -> None:
    folder = put(tmp_path / "cache" / "models" / "vqgan")
    assert weights.folder_of("vqgan") == folder
    own = put(tmp_path / "mine", b"xyz")
    assert weights.folder_of(str(own)) == own
