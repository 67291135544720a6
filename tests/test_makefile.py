"""What the Makefile removes and what it refuses."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def make(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    shutil.copy(ROOT / "Makefile", folder)
    return subprocess.run(["make", "-s", *words], cwd=folder, capture_output=True, text=True, timeout=60)


def test_clean_removes_nothing_that_lies_elsewhere(tmp_path: Path) -> None:
    clone, pictures = tmp_path / "clone", tmp_path / "pictures"
    for folder in (clone / "demo-out", clone / ".venv", clone / "src", pictures):
        folder.mkdir(parents=True)
    done = make(clone, "clean", f"OUT={pictures}", f"VENV={pictures}", f"TORCH_VENV={pictures}", f"SITE={pictures}")
    assert done.returncode == 0 and pictures.is_dir()
    assert {path.name for path in clone.iterdir()} == {"Makefile", "src"}


OWN = """<img src="a.png" srcset="a.png 1x, b.png 2x"><a href="https://example.org/">there</a>
<script src='../js/a.js'></script><link href="css/a.css"><p>https://example.org/a.png</p>
<style>a { background: url(data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'%3E) }</style>"""


@pytest.mark.parametrize(
    ("name", "text", "refused"),
    [
        ("a.html", OWN, False),
        ("a.css", "@import 'b.css'; a { background: url(b.png) }", False),
        ("a.html", '<script defer src="https://example.org/a.js">', True),
        ("a.html", "<IMG src='http://example.org/a.png'>", True),
        ("a.html", "<img src=//example.org/a.png>", True),
        ("a.html", '<img src="a.png" srcset="a.png 1x, https://example.org/b.png 2x">', True),
        ("a.html", "<link rel=stylesheet href='//example.org/a.css'>", True),
        ("a.html", '<iframe src="https://example.org/">', True),
        ("a.html", '<source src="https://example.org/a.ogg">', True),
        ("a.html", '<audio src="https://example.org/a.ogg">', True),
        ("a.html", "<style>@import url('https://example.org/a.css')</style>", True),
        ("a.css", 'a { background: url( "//example.org/a.png") }', True),
        ("a.css", "@import 'https://example.org/a.css';", True),
    ],
)
def test_a_page_that_loads_from_another_host_is_refused(tmp_path: Path, name: str, text: str, refused: bool) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / name).write_text(text)
    done = make(tmp_path, "docs-hosts")
    assert (done.returncode != 0) == refused, done
    assert ("another host" in done.stderr) == refused and (name in done.stdout) == refused
