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
from contextlib import closing, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any, TypeVar, cast

from tonescape.core.errors import TonescapeError
from tonescape.core.records import Failure

Item = TypeVar("Item")
Result = TypeVar("Result")

AHEAD = 4
"""Items under way or done per worker: enough that none idles while the oldest is waited for, few enough to bound
memory."""


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
    with closing(_Pool(function, workers)) as pool:
        waiting: deque[_Task] = deque()
        for item in items:
            task = _Task(item, name(item))
            task.result = _call(known, item, task.name)
            task.done = task.result is not None
            waiting.append(task)
            if not task.done:
                pool.give(task)
            pool.collect(0)
            while waiting and (waiting[0].done or len(waiting) > AHEAD * workers):
                yield pool.settled(waiting.popleft())
        while waiting:
            yield pool.settled(waiting.popleft())


@dataclass(slots=True, eq=False)
class _Task:
    item: Any
    name: str
    result: Any = None
    done: bool = False


class _Pool:
    """Worker processes, started as items need them, each with a pipe of its own and one item at a time.

    The pool of `concurrent.futures` brings all results through one pipe that it also holds open for writing. A worker
    killed halfway through a result leaves its reader waiting for the other half for ever, and the interpreter waits
    for the reader. Here half a result is the end of that worker's pipe, and the failure of that item alone.
    """

    def __init__(self, function: Callable[[Any], Any], workers: int) -> None:
        self._function, self._workers = function, workers
        # fork starts a worker in 5 ms where spawn imports everything anew; elsewhere fork is unsafe or absent
        self._context: Any = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
        self._processes: dict[Connection, Any] = {}
        self._busy: dict[Connection, _Task] = {}

    def give(self, task: _Task) -> None:
        """Hand a task to a worker that is free; while none is, wait for one."""
        while len(self._busy) >= self._workers:
            self.collect(None)
        while True:
            pipe = next((pipe for pipe in self._processes if pipe not in self._busy), None) or self._start()
            try:
                pipe.send((task.item, task.name))
            except (BrokenPipeError, ConnectionResetError):  # killed while it waited: another takes the task
                self._end(pipe)
            else:
                self._busy[pipe] = task
                return

    def collect(self, seconds: float | None) -> None:
        """Take in what is ready; wait for something so long (None: until there is something)."""
        for pipe in cast("list[Connection]", wait(self._busy, seconds)):
            task = self._busy.pop(pipe)
            try:
                task.result = pipe.recv()
            except (EOFError, OSError):  # none of it, or half of it
                self._end(pipe)
                reason = "its process crashed: a damaged file, or memory ran out (TONESCAPE_WORKERS=1 needs least)"
                task.result = Failure(task.name, f"{task.name}: {reason}")
            task.done = True

    def settled(self, task: _Task) -> tuple[Any, Any]:
        """A task's item and result, waited for."""
        while not task.done:
            self.collect(None)
        return task.item, task.result

    def close(self) -> None:
        """Stop at once: what is under way is not waited for."""
        for pipe in list(self._processes):
            self._end(pipe)

    def _start(self) -> Connection:
        pipe, far = self._context.Pipe()
        process = self._context.Process(target=_serve, args=(far, self._function, os.getpid()), daemon=True)
        process.start()
        far.close()  # so that the worker's death is the end of the pipe
        self._processes[pipe] = process
        return pipe  # type: ignore[no-any-return]

    def _end(self, pipe: Connection) -> None:
        process = self._processes.pop(pipe)
        process.kill()
        process.join()
        pipe.close()


def _serve(pipe: Connection, function: Callable[[Any], Any], parent: int) -> None:
    """A worker's life: an item comes, its result goes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_leave_with, args=(parent,), daemon=True).start()
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):  # the parent has left
        while True:
            item, name = pipe.recv()
            pipe.send(_call(function, item, name))


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
