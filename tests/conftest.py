"""What every test run needs before anything is imported, and the check that no test is skipped unexpectedly."""

from __future__ import annotations

import os
import shutil
import tomllib
from collections.abc import Generator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

# librosa compiles with numba at first use and keeps the result beside its own code. Two workers of a fresh machine that
# write there at once leave a file from which every later run crashes, so each has a folder of its own.
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "alone")
os.environ["NUMBA_OPT"] = "0"  # half the time of a compilation, and nothing here runs long enough to miss it
os.environ["NUMBA_CACHE_DIR"] = str(Path(__file__).parents[1] / ".pytest_cache" / "numba" / WORKER)

EXPECTED_SKIPS = Path(__file__).with_name("expected_skips.toml")

ABSENT = {
    "module": lambda name: find_spec(name) is None,
    "path": lambda name: not Path(name).exists(),
    "command": lambda name: shutil.which(name) is None,
    "variable": lambda name: name not in os.environ,
}


def expected(reason: str) -> bool:
    """Whether expected_skips.toml has a skip for this reason, and what it names is absent here."""
    skips = tomllib.loads(EXPECTED_SKIPS.read_text(encoding="utf-8"))["skip"]
    return any(
        reason.startswith(skip["reason"]) and any(ABSENT[kind](skip[kind]) for kind in ABSENT if kind in skip)
        for skip in skips
    )


def fail_if_unexpected(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skip into a failure in CI unless it is expected."""
    if os.environ.get("CI") != "true" or not report.skipped or hasattr(report, "wasxfail"):
        return
    where, line, reason = report.longrepr if isinstance(report.longrepr, tuple) else ("", 0, str(report.longrepr))
    reason = reason.removeprefix("Skipped: ")
    if not expected(reason):
        report.outcome = "failed"
        report.longrepr = f"{where}:{line}: skipped, which {EXPECTED_SKIPS.name} does not expect here: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, Any, pytest.TestReport]:
    report: pytest.TestReport = yield
    fail_if_unexpected(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, Any, pytest.CollectReport]:
    report: pytest.CollectReport = yield
    fail_if_unexpected(report)
    return report
