"""Files from a service on this machine: redirects, going on after a break, lengths, checksums, hosts."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tonescape.core import weights
from tonescape.core.errors import UsageError, WeightsError
from tonescape.core.net import Client, NetError

pytest.importorskip("httpx2", reason="the extra `online` is not installed")

BODY = bytes(range(256)) * 2000


class Hub(BaseHTTPRequestHandler):
    asked: list[tuple[str, str]] = []  # noqa: RUF012

    def do_GET(self) -> None:
        wanted = self.headers.get("Range", "")
        self.asked.append((self.path, wanted))
        if self.path.startswith("/away"):
            return self._answer(302, b"", Location=self.path.replace("/away", "/store"))
        if self.path == "/elsewhere":
            return self._answer(302, b"", Location="https://example.org/x")
        if self.path == "/round":
            return self._answer(302, b"", Location="/round")
        if self.path == "/none":
            return self._answer(404, b"")
        if self.path == "/store/breaks" and not wanted:
            return self._answer(200, BODY, send=BODY[:300_000])
        if wanted:
            start = int(wanted.removeprefix("bytes=").removesuffix("-"))
            return self._answer(206, BODY[start:]) if start < len(BODY) else self._answer(416, b"")
        return self._answer(200, BODY)

    def _answer(self, status: int, body: bytes, send: bytes | None = None, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body if send is None else send)
        if send is not None:
            self.wfile.flush()
            self.connection.close()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def base() -> Iterator[str]:
    Hub.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def client() -> Client:
    return Client(frozenset({"127.0.0.1", ".hub.test"}), insecure=True, pause=lambda seconds: None)


def test_a_file_through_a_redirect(base: str, tmp_path: Path) -> None:
    told: list[int] = []
    client().download(f"{base}/away/file", tmp_path / "deep" / "file", length=len(BODY), on_bytes=told.append)
    assert (tmp_path / "deep" / "file").read_bytes() == BODY and told[-1] == len(BODY)
    assert not list(tmp_path.rglob("*.part"))


def test_a_broken_transfer_goes_on_where_it_stopped(base: str, tmp_path: Path) -> None:
    client().download(f"{base}/store/breaks", tmp_path / "file", length=len(BODY))
    assert (tmp_path / "file").read_bytes() == BODY
    assert len(Hub.asked) == 2 and Hub.asked[1][1].startswith("bytes=")
    (tmp_path / "other.part").write_bytes(BODY + b"too much")
    client().download(f"{base}/store/x", tmp_path / "other", length=len(BODY))
    assert (tmp_path / "other").read_bytes() == BODY


def test_what_is_refused(base: str, tmp_path: Path) -> None:
    for address, length, kind, words in (
        ("/store/x", 17, NetError, "instead of 17"), ("/store/x", len(BODY) + 1, NetError, "bytes came"),
        ("/none", 0, NetError, "404"), ("/elsewhere", 0, UsageError, "example.org"),
        ("/round", 0, NetError, "leads from"),
    ):  # fmt: skip
        with pytest.raises(kind, match=words):
            client().download(base + address, tmp_path / "file", length=length)
        assert not list(tmp_path.iterdir())
    for address in ("https://nothub.test/x", "ftp://127.0.0.1/x", "https://evil.test/.hub.test"):
        with pytest.raises(UsageError, match="not a service"):
            Client(frozenset({".hub.test"})).download(address, tmp_path / "file")


def test_a_row_of_the_table_comes_checked(base: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "settings", lambda: type("S", (), {"cache": tmp_path}))
    monkeypatch.setattr(weights, "HUB", f"{base}/away")
    monkeypatch.delenv("TONESCAPE_MODELS", raising=False)
    row = weights.DOWNLOADS["taesd"]
    right = replace(row.files[1], bytes=len(BODY), sha256=hashlib.sha256(BODY).hexdigest())
    monkeypatch.setitem(weights.DOWNLOADS, "taesd", replace(row, files=(row.files[0], right)))
    told: list[tuple[str, int, int]] = []
    folder = weights.fetch("taesd", lambda *each: told.append(each), client())
    assert folder == tmp_path / "models" / "taesd" == weights.folder_of("taesd")
    assert Hub.asked[0][0] == f"/away/madebyollin/taesd/resolve/{row.revision}/diffusion_pytorch_model.safetensors"
    assert ("diffusion_pytorch_model.safetensors", len(BODY), len(BODY)) in told
    before = len(Hub.asked)
    weights.fetch("taesd", lambda *each: None, client())
    assert len(Hub.asked) == before  # what is here is not asked for again
    wrong = replace(right, sha256="0" * 64)
    monkeypatch.setitem(weights.DOWNLOADS, "taesd", replace(row, files=(row.files[0], wrong)))
    with pytest.raises(WeightsError, match="get it again"):
        weights.fetch("taesd", lambda *each: None, client())
    with pytest.raises(UsageError, match="sd-turbo"):
        weights.fetch("nothing", lambda *each: None)
