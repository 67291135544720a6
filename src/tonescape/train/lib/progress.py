"""How far a training run is: steps done, steps a second and the time left, on standard error."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from types import TracebackType
    from typing import TextIO

    Item = TypeVar("Item")

TERMINAL_S, LOG_S = 0.5, 30.0
"""s between two lines: on a terminal, where a line replaces the one before, and in a file"""

SHORT_S = 1.0
"""s below which a run is over before anybody looks: nothing is shown of it"""


class Progress:
    """Steps of one run, shown while it lasts: `with Progress("vqgan", 1000) as progress: progress.advance()`."""

    def __init__(
        self,
        what: str,
        total: int,
        unit: str = "steps",
        *,
        done: int = 0,
        shown: bool = True,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """what : name of the run      total : steps in all      done : steps of earlier runs, which take no time here
        shown : False for all but the first of several processes      stream : standard error by default
        """
        self.what, self.total, self.unit, self.done = what, total, unit, done
        self._first, self._shown, self._clock = done, shown, clock
        self._stream = sys.stderr if stream is None else stream
        self._terminal = self._stream.isatty()
        self._began = self._last = clock()
        self._width = 0
        if done and done < total:
            self._write(f"{what}: going on from {done} of {total} {unit}")

    def advance(self, count: int = 1, values: Mapping[str, float] | None = None) -> None:
        """`count` more steps are done. values : losses or other figures of the last step, by name"""
        self.done += count
        now = self._clock()
        due = now - self._last >= (TERMINAL_S if self._terminal else LOG_S)
        ended = self.done == self.total and now - self._began >= SHORT_S
        if due or ended:
            self._last = now
            self._write(self.line(values))

    def line(self, values: Mapping[str, float] | None = None) -> str:
        """What is shown: "vqgan: 120 of 1000 steps, 3.4 steps/s, 4 min 19 s left, loss 0.512"."""
        spent = self._clock() - self._began
        parts = [f"{self.what}: {self.done} of {self.total} {self.unit}"]
        if self.done > self._first and spent > 0.0:
            rate = (self.done - self._first) / spent
            parts += [f"{rate:.3g} {self.unit}/s", f"{duration((self.total - self.done) / rate)} left"]
        parts += [f"{name} {value:.4g}" for name, value in (values or {}).items()]
        return ", ".join(parts)

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the line on a terminal, so that what comes next stands on a line of its own."""
        if self._terminal and self._width:
            print(file=self._stream, flush=True)
            self._width = 0

    def _write(self, text: str) -> None:
        if not self._shown:
            return
        if self._terminal:
            print(f"\r{text:<{self._width}}", end="", file=self._stream, flush=True)
            self._width = len(text)
        else:
            print(text, file=self._stream, flush=True)


def tracked(items: Sequence[Item], what: str, unit: str) -> Iterator[Item]:
    """The items, each counted as done when the next one is asked for."""
    with Progress(what, len(items), unit) as progress:
        for item in items:
            yield item
            progress.advance()


def duration(seconds: float) -> str:
    """Seconds >= 0 as "45 s", "4 min 19 s" or "3 h 20 min"."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
