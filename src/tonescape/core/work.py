"""Run a function over many items: in this process, or in a pool of processes, with the same results in the same order.

One item's failure is its own: it comes back as a Failure and the run goes on, also when the item takes its whole
process down (a decoder that crashes on a hostile file).
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from typing import Any, TypeVar

from tonescape.core.errors import TonescapeError
from tonescape.core.records import Failure

Item = TypeVar("Item")
Result = TypeVar("Result")

AHEAD = 4
"""Items under way per worker: enough that none idles while the oldest is waited for, few enough to bound memory."""


def run(
    function: Callable[[Item], Result],
    items: Iterable[Item],
    *,
    workers: int = 1,
    known: Callable[[Item], Result | Failure | None] = lambda item: None,
    name: Callable[[Item], str] = str,
) -> Iterator[tuple[Item, Result | Failure]]:
    """Yield (item, result) in the order of `items`, as soon as each is ready.

    function : picklable by name where workers > 1      workers : processes; 1 runs here, without a pool
    known : answers an item without work (a cache), or None      name : what a Failure calls the item
    A TonescapeError of `function` becomes a Failure with its text; any other exception one that says it is a defect.
    """
    if workers <= 1:
        for item in items:
            ready = _call(known, item, name(item))
            yield item, _call(function, item, name(item)) if ready is None else ready
        return
    pool = _Pool(function, workers)
    try:
        waiting: deque[tuple[Item, Any]] = deque()
        for item in items:
            ready = _call(known, item, name(item))
            waiting.append((item, pool.submit(item, name(item)) if ready is None else ready))
            while waiting and (len(waiting) > AHEAD * workers or _ready(waiting[0][1])):
                yield _settle(pool, *waiting.popleft(), name)
        while waiting:
            yield _settle(pool, *waiting.popleft(), name)
    finally:
        pool.close()


def _ready(slot: Any) -> bool:
    return slot.done() if isinstance(slot, Future) else True


def _settle(pool: _Pool, item: Any, slot: Any, name: Callable[[Any], str]) -> tuple[Any, Any]:
    if not isinstance(slot, Future):
        return item, slot
    try:
        return item, slot.result()
    except BrokenProcessPool:
        # Some item took its process, and with it everything under way, down. Alone, each shows whether it was the one.
        return item, pool.alone(item, name(item))


class _Pool:
    """Worker processes, started at the first item that needs one."""

    def __init__(self, function: Callable[[Any], Any], workers: int) -> None:
        self._function, self._workers = function, workers
        self._executor: ProcessPoolExecutor | None = None

    def submit(self, item: Any, name: str) -> Future[Any]:
        try:
            return self._started().submit(_call, self._function, item, name)
        except BrokenProcessPool:
            self.close()
            return self._started().submit(_call, self._function, item, name)

    def alone(self, item: Any, name: str) -> Any:
        with _executor(1) as executor:
            try:
                return executor.submit(_call, self._function, item, name).result()
            except BrokenProcessPool:
                return Failure(name, f"{name}: the process that read it crashed; the file is probably damaged")

    def _started(self) -> ProcessPoolExecutor:
        if self._executor is None:
            self._executor = _executor(self._workers)
        return self._executor

    def close(self) -> None:
        """Stop at once: what is under way is not waited for."""
        if self._executor is not None:
            processes = list((self._executor._processes or {}).values())
            self._executor.shutdown(wait=False, cancel_futures=True)
            for process in processes:
                with suppress(Exception):
                    process.terminate()
            self._executor = None


def _executor(workers: int) -> ProcessPoolExecutor:
    # fork starts a worker in 5 ms where spawn imports everything anew; elsewhere fork is unsafe or absent
    method = "fork" if sys.platform == "linux" else "spawn"
    return ProcessPoolExecutor(workers, multiprocessing.get_context(method), _settle_in, (os.getpid(),))


def _settle_in(parent: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_leave_with, args=(parent,), daemon=True).start()


def _leave_with(parent: int) -> None:
    # A worker waits on a pipe that its siblings hold open too, so it would outlive a parent that was killed.
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


def _call(function: Callable[[Any], Any], item: Any, name: str) -> Any:
    try:
        return function(item)
    except TonescapeError as problem:
        return Failure(name, str(problem))
    except MemoryError:
        return Failure(name, f"{name}: not enough memory")
    except Exception as problem:
        return Failure(name, f"{name}: {type(problem).__name__}: {problem} (a defect of Tonescape; please report it)")
