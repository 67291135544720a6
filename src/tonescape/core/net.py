"""The only file that opens a socket. Nothing here runs unless a command's purpose is the network.

Answers are kept on disk, requests to one host are spaced, failures are tried again with growing pauses, and an answer
larger than MAX_BYTES is not read. Files, up to MAX_FILE, go on where an earlier try stopped.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from tonescape.core.errors import OutputError, TonescapeError, UsageError
from tonescape.core.settings import package, require
from tonescape.core.store import write_atomically

NEEDS: Final = ("asking a service", "online")
"""what httpx2 is wanted for, and the extra that installs it"""

MAX_BYTES = 1 << 20
"""bytes of an answer"""

KEPT_S = 30 * 24 * 3600.0
"""how long an answer is good, s"""

APART_S = 0.4
"""least pause between two requests to one host, s"""

TIMEOUT_S = 15.0
TRIES = 4
FIRST_PAUSE_S = 0.5
"""before the second try; doubled each time. A server's Retry-After counts up to LONGEST_PAUSE_S"""

LONGEST_PAUSE_S = 30.0
AGAIN: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
AGENT: Final = "tonescape"

MAX_FILE = 8 << 30
"""bytes of a file that is fetched"""

PIECE = 1 << 16
"""bytes written at a time; what came before a connection broke is kept to this grain"""

MAX_HOPS = 5
"""redirects followed for a file"""


class NetError(TonescapeError):
    """A service could not be reached or did not answer as it should."""


@dataclass(slots=True)
class Client:
    """A polite reader of JSON.

    hosts : the only hosts that are asked      cache : folder of kept answers, or None for none
    insecure : also plain HTTP, for a service on this machine in tests      pause : `time.sleep`, or a test's own
    """

    hosts: frozenset[str]
    cache: Path | None = None
    insecure: bool = False
    pause: Callable[[float], None] = time.sleep
    _last: dict[str, float] = field(default_factory=dict)
    _http: Any = None

    def ready(self) -> Client:
        """This client, where asking is possible; MissingError without httpx2."""
        if self._http is None:
            require(["httpx2"], *NEEDS)
        return self

    def get_json(self, address: str) -> Any:
        """What the address answers; None for "not found" (404).

        Raises UsageError for an address that is not allowed, NetError where the service fails or answers no JSON,
        MissingError without httpx2.
        """
        parts = urlsplit(address)
        self._allowed(address)
        kept = self._kept(address)
        if kept is not None:
            return kept[0]
        status, body = self._asked(address, str(parts.hostname))
        if status == 404:
            answer = None
        elif status != 200:
            raise NetError(f"{parts.hostname} answered {status}; try again later")
        else:
            try:
                answer = json.loads(body)
            except ValueError:
                raise NetError(f"{parts.hostname} did not answer with JSON; try again later") from None
        self._keep(address, answer)
        return answer

    def download(
        self, address: str, path: Path, *, length: int = 0, on_bytes: Callable[[int], None] | None = None
    ) -> None:
        """Bring a file. What has come is kept beside it as NAME.part, and the next try goes on from there.

        hosts may hold names that begin with a dot: any host under them; redirects stay among them
        length : bytes expected, 0 where unknown      on_bytes : called with the number of bytes on disk so far
        UsageError for an address that is not allowed, NetError where the service fails or the length is another,
        OutputError where the file cannot be written.
        """
        part, problem = path.with_name(path.name + ".part"), ""
        for attempt in range(TRIES):
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                self._stream(address, part, length, on_bytes or (lambda size: None))
                part.replace(path)
                return
            except client_errors() as error:
                problem = type(error).__name__
            except _Busy as error:
                problem = f"answered {error}"
            except OSError as error:
                raise OutputError(f"cannot write {path}: {error.strerror or error}") from error
            if attempt + 1 < TRIES:
                self.pause(FIRST_PAUSE_S * 2**attempt)
        raise NetError(f"{address} cannot be fetched ({problem}, {TRIES} tries); the same command goes on from there")

    def _stream(self, address: str, part: Path, length: int, on_bytes: Callable[[int], None]) -> None:
        from urllib.parse import urljoin

        client, at = self._client(), address
        for _ in range(MAX_HOPS):
            self._allowed(at)
            have = part.stat().st_size if part.exists() else 0
            asked = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
            with client.stream("GET", at, headers=asked) as answer:
                status = int(answer.status_code)
                if status in (301, 302, 303, 307, 308):
                    at = urljoin(at, answer.headers.get("location", ""))
                    continue
                if status in AGAIN:
                    raise _Busy(status)
                if status == 416:  # what is here is as long as the file, or longer: it is not trusted
                    part.unlink(missing_ok=True)
                    raise _Busy(status)
                if status not in (200, 206):
                    raise NetError(
                        f"{urlsplit(at).hostname} answered {status} for {address}; see whether it is still there"
                    )
                _write(answer, part, have if status == 206 else 0, length, on_bytes)
                return
        raise NetError(f"{address} leads from one address to the next, more than {MAX_HOPS} times")

    def _allowed(self, address: str) -> None:
        parts = urlsplit(address)
        host = parts.hostname or ""
        known = host in self.hosts or any(name[0] == "." and host.endswith(name) for name in self.hosts)
        if not known or (parts.scheme != "https" and not self.insecure):
            raise UsageError(f"{parts.scheme}://{host} is not a service that Tonescape asks")

    def _asked(self, address: str, host: str) -> tuple[int, bytes]:
        client = self._client()
        problem = ""
        for attempt in range(TRIES):
            self._wait(host)
            try:
                status, body, wait = _read(client, address)
            except client_errors() as error:
                problem, status, body, wait = type(error).__name__, 0, b"", 0.0
            if status and status not in AGAIN:
                return status, body
            problem = f"answered {status}" if status else problem
            if attempt + 1 < TRIES:
                self.pause(min(LONGEST_PAUSE_S, max(wait, FIRST_PAUSE_S * 2**attempt)))
        raise NetError(f"{host} cannot be reached ({problem}, {TRIES} tries); check the connection or try again later")

    def _wait(self, host: str) -> None:
        left = self._last.get(host, -APART_S) + APART_S - time.monotonic()
        if left > 0:
            self.pause(left)
        self._last[host] = time.monotonic()

    def _client(self) -> Any:
        if self._http is None:
            httpx2 = package("httpx2", *NEEDS)
            self._http = httpx2.Client(timeout=TIMEOUT_S, follow_redirects=False, headers={"User-Agent": AGENT})
        return self._http

    def _file(self, address: str) -> Path | None:
        return self.cache / f"{hashlib.sha256(address.encode()).hexdigest()[:40]}.json" if self.cache else None

    def _kept(self, address: str) -> tuple[Any] | None:
        file = self._file(address)
        with suppress(OSError, ValueError, KeyError, TypeError):
            if file and time.time() - file.stat().st_mtime < KEPT_S:
                return (json.loads(file.read_bytes())["answer"],)
        return None

    def _keep(self, address: str, answer: Any) -> None:
        file = self._file(address)
        if file:
            file.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(file, json.dumps({"address": address, "answer": answer}).encode())


def client_errors() -> tuple[type[Exception], ...]:
    """What httpx2 raises for a connection that fails."""
    return (package("httpx2", *NEEDS).TransportError,)


def _read(client: Any, address: str) -> tuple[int, bytes, float]:
    """(status, body, seconds the server asks to wait). Raises NetError for an answer that is too large."""
    with client.stream("GET", address) as answer:
        body = bytearray()
        for piece in answer.iter_bytes():
            body += piece
            if len(body) > MAX_BYTES:
                raise NetError(f"{urlsplit(address).hostname} answered with more than {MAX_BYTES >> 20} MB; not read")
        wait = answer.headers.get("retry-after", "")
        return int(answer.status_code), bytes(body), float(wait) if wait.isdigit() else 0.0


class _Busy(Exception):
    """A status that is worth another try."""


def _write(answer: Any, part: Path, have: int, length: int, on_bytes: Callable[[int], None]) -> None:
    """Append a stream to what is there. NetError, and nothing kept, for more than MAX_FILE or another length."""
    with part.open("r+b" if have else "wb") as file:
        file.seek(have)
        for piece in answer.iter_raw(PIECE):
            have += len(piece)
            if have > (length or MAX_FILE):
                break
            file.write(piece)
            on_bytes(have)
    if have > (length or MAX_FILE) or (length and have != length):
        part.unlink(missing_ok=True)
        raise NetError(f"{part.stem}: {have} bytes came instead of {length or f'at most {MAX_FILE}'}; try again later")
