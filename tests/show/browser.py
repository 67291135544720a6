"""A real browser for the tests of pages: headless Chromium through chromedriver (W3C WebDriver), stdlib only."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --autoplay-policy=no-user-gesture-required --mute-audio"
)
"""nothing but the page is loaded, and it may play without a click"""


class Browser:
    """One page at a time."""

    def __init__(self, port: int, profile: Path) -> None:
        self._at = f"http://127.0.0.1:{port}"
        options = {"args": [*FLAGS.split(), f"--user-data-dir={profile}"]}
        wanted = {"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
        self._session = ""
        self._session = f"/session/{self._ask('POST', '/session', capabilities={'alwaysMatch': wanted})['sessionId']}"

    def open(self, page: Path, *, width: int = 1280, height: int = 900, dark: bool = False) -> None:
        """Loads a file at a size in CSS pixels and with a colour scheme."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.devtools("Emulation.setEmulatedMedia", features=[scheme])
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.devtools("Emulation.setDeviceMetricsOverride", **size)
        self._ask("POST", f"{self._session}/url", url=page.absolute().as_uri())

    def run(self, script: str) -> Any:
        """What an async function body returns; the page's own policy stays in force."""
        whole = (
            "const done = arguments[arguments.length - 1]; "
            f"(async () => {{ {script} }})().then(done, (e) => done('failed: ' + e))"
        )
        return self._ask("POST", f"{self._session}/execute/async", script=whole, args=[])

    def complaints(self) -> list[str]:
        """What the page wrote to the console, refusals by its policy included."""
        return [entry["message"] for entry in self._ask("POST", f"{self._session}/se/log", type="browser")]

    def picture(self) -> bytes:
        """The whole page as PNG, base64."""
        found: str = self.devtools("Page.captureScreenshot", captureBeyondViewport=True)["data"]
        return found.encode()

    def devtools(self, command: str, **parameters: Any) -> Any:
        return self._ask("POST", f"{self._session}/goog/cdp/execute", cmd=command, params=parameters)

    def close(self) -> None:
        self._ask("DELETE", self._session)

    def _ask(self, method: str, where: str, **body: Any) -> Any:
        data = json.dumps(body).encode() if method == "POST" else None
        request = urllib.request.Request(
            self._at + where, method=method, data=data, headers={"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as problem:
            raise AssertionError(problem.read().decode()[:600]) from None


@contextmanager
def browser(profile: Path) -> Iterator[Browser]:
    """A Browser; skips the test where Chromium or its driver is not installed."""
    driver = shutil.which("chromedriver")
    if driver is None or not (shutil.which("chromium") or shutil.which("google-chrome")):
        pytest.skip("Chromium and its driver are not installed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([driver, f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        page = Browser(port, profile)
        try:
            yield page
        finally:
            page.close()
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(port: int) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("chromedriver did not start")
