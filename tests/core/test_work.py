"""One way to run many items; same results serially and in a pool."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tonescape.core.errors import SongError
from tonescape.core.records import Failure
from tonescape.core.work import AHEAD, run


def square(n: int) -> int:
    if n == 3:
        raise SongError(f"{n}: cannot be read")
    if n == 4:
        raise ZeroDivisionError("oh")
    time.sleep(0.002 * (n % 3))
    return n * n


def crash(n: int) -> int:
    if n == 5:
        os._exit(11)
    return n


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_order_and_failures(workers):
    got = list(run(square, range(30), workers=workers))
    assert [item for item, _ in got] == list(range(30))
    assert [r for i, r in got if i not in (3, 4)] == [i * i for i in range(30) if i not in (3, 4)]
    assert got[3][1] == Failure("3", "3: cannot be read")
    assert "ZeroDivisionError" in got[4][1].error and "defect" in got[4][1].error


@pytest.mark.parametrize("workers", [1, 2])
def test_known_items_cost_no_work(workers):
    got = dict(run(square, [1, 3, 2], workers=workers, known=lambda n: -1 if n == 3 else None))
    assert got == {1: 1, 3: -1, 2: 4}


def test_an_item_that_kills_its_process_fails_alone():
    got = dict(run(crash, range(12), workers=2))
    assert {n: r for n, r in got.items() if n != 5} == {n: n for n in range(12) if n != 5}
    assert isinstance(got[5], Failure) and "crashed" in got[5].error


def test_items_are_taken_as_needed():
    taken = []

    def endless():
        n = 10
        while True:
            taken.append(n)
            yield n
            n += 1

    results = run(square, endless(), workers=2)
    for _ in range(20):
        next(results)
    results.close()
    assert len(taken) <= 20 + AHEAD * 2 + 2


ORPHANS = """
import os, sys, time
from tonescape.core.work import run
def f(n):
    if n == 0: print(os.getpid(), flush=True)
    time.sleep(0 if n == 0 else 600)
for _ in run(f, range(4), workers=2): pass
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_workers_do_not_outlive_a_killed_parent():
    parent = subprocess.Popen([sys.executable, "-c", ORPHANS], stdout=subprocess.PIPE, text=True)
    worker = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    for _ in range(100):
        try:
            if Path(f"/proc/{worker}/stat").read_text().split()[2] == "Z":
                return
        except FileNotFoundError:
            return
        time.sleep(0.05)
    pytest.fail("the worker lives on")
