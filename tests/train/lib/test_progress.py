"""Progress says steps, speed and time left, on one line of a terminal or now and then in a file."""

from __future__ import annotations

import io

import pytest

from tonescape.train.lib.progress import Progress, duration, tracked


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_line_has_steps_speed_time_left_and_losses() -> None:
    clock, stream = Clock(), io.StringIO()
    progress = Progress("vqgan", 1000, stream=stream, clock=clock)
    clock.now = 40.0
    progress.advance(100, {"loss": 0.5})
    assert stream.getvalue() == "vqgan: 100 of 1000 steps, 2.5 steps/s, 6 min 0 s left, loss 0.5\n"


def test_earlier_steps_count_as_done_but_not_for_the_speed() -> None:
    clock, stream = Clock(), io.StringIO()
    progress = Progress("gan", 100, done=90, stream=stream, clock=clock)
    clock.now = 40.0
    progress.advance(5)
    assert stream.getvalue().splitlines() == [
        "gan: going on from 90 of 100 steps",
        "gan: 95 of 100 steps, 0.125 steps/s, 40 s left",
    ]


def test_a_file_gets_a_line_now_and_then_and_a_short_run_none() -> None:
    clock, stream = Clock(), io.StringIO()
    progress = Progress("x", 100, stream=stream, clock=clock)
    for clock.now in range(100):
        progress.advance()
    lines = stream.getvalue().splitlines()
    assert [line.split(",")[0] for line in lines] == ["x: 31 of 100 steps", "x: 61 of 100 steps", "x: 91 of 100 steps",
                                                      "x: 100 of 100 steps"]  # fmt: skip
    short = io.StringIO()
    Progress("x", 1, stream=short, clock=Clock()).advance()
    assert short.getvalue() == ""


def test_a_terminal_keeps_one_line_and_ends_it() -> None:
    clock, stream = Clock(), Terminal()
    with Progress("x", 200, stream=stream, clock=clock) as progress:
        clock.now = 1.0
        progress.advance(100, {"loss": 0.123})
        clock.now = 2.0
        progress.advance(100)
    first, second = stream.getvalue().split("\r")[1:]
    assert second.endswith("\n") and len(second.rstrip("\n")) == len(first) and "\n" not in first


def test_other_processes_say_nothing() -> None:
    clock, stream = Clock(), io.StringIO()
    progress = Progress("x", 10, shown=False, stream=stream, clock=clock)
    clock.now = 100.0
    progress.advance(10)
    assert stream.getvalue() == ""


def test_tracked_gives_every_item(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(tracked(["a", "b"], "letters", "letters")) == ["a", "b"]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.2, "0 s"), (59.4, "59 s"), (60, "1 min 0 s"), (3599, "59 min 59 s"), (12_000, "3 h 20 min")],
)
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text
