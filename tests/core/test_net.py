"""The network client, against a service on this machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tonescape.core.errors import UsageError
from tonescape.core.net import APART_S, MAX_BYTES, Client, NetError
from tonescape.core.records import Song
from tonescape.gather import lyrics

pytest.importorskip("httpx2", reason="the extra `online` is not installed")


class Service(BaseHTTPRequestHandler):
    asked: list[str] = []  # noqa: RUF012

    def do_GET(self) -> None:
        self.asked.append(self.path)
        kind = self.path.split("?")[0]
        failed = kind == "/again" and self.asked.count(self.path) < 3
        status = {"/none": 404, "/down": 503, "/teapot": 418, "/away": 302}.get(kind, 503 if failed else 200)
        body = json.dumps({"plainLyrics": "la", "path": self.path}).encode()
        body = {"/text": b"<html>", "/huge": b" " * (MAX_BYTES + 2)}.get(kind, body)
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/ok")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def base() -> Iterator[str]:
    Service.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def client(pauses: list[float] | None = None, cache: Path | None = None) -> Client:
    return Client(frozenset({"127.0.0.1"}), cache, insecure=True, pause=(pauses if pauses is not None else []).append)


def test_an_answer_and_not_found(base: str) -> None:
    asked = client()
    assert asked.get_json(f"{base}/ok")["plainLyrics"] == "la"
    assert asked.get_json(f"{base}/none") is None


def test_answers_are_kept(base: str, tmp_path: Path) -> None:
    for _ in range(2):
        assert client(cache=tmp_path / "net").get_json(f"{base}/ok?x=1")["path"] == "/ok?x=1"
        assert client(cache=tmp_path / "net").get_json(f"{base}/none") is None
    assert sorted(Service.asked) == ["/none", "/ok?x=1"]
    for file in (tmp_path / "net").iterdir():
        file.write_bytes(b"{broken")
    assert client(cache=tmp_path / "net").get_json(f"{base}/none") is None


def test_failures_are_tried_again_with_pauses(base: str) -> None:
    pauses: list[float] = []
    assert client(pauses).get_json(f"{base}/again")["plainLyrics"] == "la"
    assert len(Service.asked) == 3 and [p for p in pauses if p >= 0.5] == [0.5, 1.0]
    with pytest.raises(NetError, match="503"):
        client().get_json(f"{base}/down")


def test_requests_are_spaced(base: str) -> None:
    pauses: list[float] = []
    asked = client(pauses)
    for i in range(3):
        asked.get_json(f"{base}/ok?{i}")
    assert len(pauses) == 2 and all(0 < pause <= APART_S for pause in pauses)


@pytest.mark.parametrize("path", ["/text", "/huge", "/teapot", "/away"])
def test_other_answers_are_errors(base: str, path: str) -> None:
    with pytest.raises(NetError) as problem:
        client().get_json(base + path)
    assert "\n" not in str(problem.value)


def test_only_named_hosts_and_only_https() -> None:
    for address in ("https://example.org/x", "http://lrclib.net/x", "file:///etc/passwd", "ftp://lrclib.net"):
        with pytest.raises(UsageError):
            Client(frozenset({"lrclib.net"})).get_json(address)


def test_nobody_there_is_one_line() -> None:
    with pytest.raises(NetError, match="cannot be reached"):
        client().get_json("http://127.0.0.1:9/x")


def test_lyrics_online_through_the_client(base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lyrics, "LRCLIB", f"{base}/ok")
    song = next(iter(lyrics.with_lyrics([Song(artist="A", title="B")], fetch=client().get_json)))
    assert song.lyrics == "la" and Service.asked == ["/ok?artist_name=A&track_name=B"]
