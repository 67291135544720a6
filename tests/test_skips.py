"""In CI a skip is a failure unless tests/expected_skips.toml expects it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
SKIPS = tomllib.loads((TESTS / "expected_skips.toml").read_text(encoding="utf-8"))["skip"]
CONDITIONS = ("module", "path", "command", "variable")

SAMPLE = """
import pytest
def test_expected(): pytest.skip("no such command")
def test_not_absent(): pytest.skip("Python is absent")
@pytest.mark.skip(reason="no reason at all")
def test_unknown(): pass
@pytest.mark.xfail(reason="known to be wrong")
def test_known_to_be_wrong(): assert False
def test_passes(): pass
"""
LIST = """
[[skip]]
reason = "no such command"
command = "a-command-that-nobody-has"
[[skip]]
reason = "Python is absent"
module = "sys"
"""


def run(folder: Path, ci: bool, *options: str) -> str:
    """What pytest prints, run in `folder` with this suite's conftest.py and the list above."""
    folder.mkdir(exist_ok=True)
    (folder / "conftest.py").write_text((TESTS / "conftest.py").read_text(encoding="utf-8"))
    (folder / "expected_skips.toml").write_text(LIST)
    (folder / "test_sample.py").write_text(SAMPLE)
    (folder / "test_module.py").write_text("import pytest\npytest.importorskip('a_package_that_nobody_has')\n")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST") and name != "CI"}
    line = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--rootdir", folder, *options, folder]
    environment |= {"CI": "true"} if ci else {}
    return subprocess.run(line, env=environment, cwd=folder, capture_output=True, text=True, timeout=120).stdout


@pytest.mark.parametrize("options", [(), ("-n", "1")], ids=["alone", "workers"])
def test_an_unexpected_skip_fails_in_ci(tmp_path: Path, options: tuple[str, ...]) -> None:
    out = run(tmp_path / "ci", True, "--continue-on-collection-errors", *options)
    assert re.search(r"1 failed, 1 passed, 1 skipped, 1 xfailed, 2 errors", out), out
    for reason in ("Python is absent", "no reason at all", "could not import 'a_package_that_nobody_has'"):
        assert f"does not expect here: {reason}" in out


def test_elsewhere_a_skip_is_a_skip(tmp_path: Path) -> None:
    assert "1 passed, 4 skipped, 1 xfailed" in run(tmp_path / "elsewhere", False)


@pytest.mark.parametrize("skip", SKIPS, ids=lambda skip: skip["reason"])
def test_every_expected_skip_is_used_and_says_what_is_absent(skip: dict[str, str]) -> None:
    assert sum(name in skip for name in CONDITIONS) == 1 and skip["why"].endswith(".")
    assert set(skip) <= {"reason", "why", *CONDITIONS}
    here = (path.read_text(encoding="utf-8") for path in TESTS.rglob("*.py") if path != Path(__file__))
    assert any(skip["reason"] in text for text in here), "no test is skipped for this reason any more"
