"""Songs of one name in several folders, by relative paths, full paths and links: the file that was named, and no other.

Files are written long before they are heard, since only of such files the catalogue keeps rows.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import av
import pytest
from typer.testing import CliRunner

from test_cli import write_song
from tonescape.cli import app
from tonescape.core import settings


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("TONESCAPE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("TONESCAPE_WORKERS", "1")
    settings.settings.cache_clear()
    yield lambda *given: CliRunner().invoke(app, ["hear", *map(str, given)])
    settings.settings.cache_clear()


@pytest.fixture
def folders(tmp_path) -> tuple[Path, Path]:
    """Two folders, each with an s.flac: another song, of the same size and time."""
    found = tmp_path / "A", tmp_path / "B"
    files = []
    for folder, pitch in zip(found, (200.0, 330.0), strict=True):
        folder.mkdir()
        files.append(write_song(folder / "s.flac", seconds=3.0, pitch=pitch))
    largest = max(file.stat().st_size for file in files)
    for file in files:
        file.write_bytes(file.read_bytes().ljust(largest, b"\0"))
        os.utime(file, (1_500_000_000, 1_500_000_000))
    return found


def own_tags(path: Path) -> list[str]:
    with av.open(str(path)) as container:
        return [name for name in container.metadata if name.upper().startswith("TONESCAPE_")]


def heard(result) -> tuple[str, dict[str, float]]:
    assert result.exit_code == 0, result.output
    song = json.loads(result.stdout)
    return song["path"], song["features"]


def test_a_song_heard_by_a_relative_path_is_heard_from_another_folder(run, folders, monkeypatch):
    monkeypatch.chdir(folders[0])
    path, first = heard(run("s.flac", "--json"))
    assert path == "s.flac"
    monkeypatch.chdir(folders[0].parent)
    assert heard(run("A/s.flac", "--json")) == ("A/s.flac", first)
    monkeypatch.chdir(folders[1])
    assert heard(run(folders[0] / "s.flac", "--json")) == (str(folders[0] / "s.flac"), first)
    path, other = heard(run("s.flac", "--json"))
    assert path == "s.flac" and other != first


@pytest.mark.parametrize("asked", ["../A/s.flac", "{A}/s.flac"])
def test_tags_go_into_the_file_that_was_named(run, folders, monkeypatch, asked):
    monkeypatch.chdir(folders[0])
    heard(run("s.flac", "--json"))
    monkeypatch.chdir(folders[1])
    before = Path("s.flac").read_bytes()
    heard(run(asked.format(A=folders[0]), "--json", "--write-tags"))
    assert len(own_tags(folders[0] / "s.flac")) == 4
    assert Path("s.flac").read_bytes() == before


def test_tags_go_where_a_link_leads_now(run, folders):
    link = folders[0].parent / "link.flac"
    for folder in folders:
        link.unlink(missing_ok=True)
        link.symlink_to(folder / "s.flac")
        heard(run(link, "--json"))
    before = (folders[0] / "s.flac").read_bytes()
    heard(run(link, "--json", "--write-tags"))
    assert len(own_tags(folders[1] / "s.flac")) == 4 and link.is_symlink()
    assert (folders[0] / "s.flac").read_bytes() == before
